#ifndef LD_QUERY_AUTOMATON_H
#define LD_QUERY_AUTOMATON_H
/*
 * Which spellings of a dictionary does a wildcard, a fuzzy word or a regular expression stand for?
 * All three become one machine with a bounded set of states, which is stepped code point by code
 * point and never goes back. Two spellings with a common beginning share the steps of it.
 */
#include "base/arena.h"
#include "base/limits.h"

typedef struct ld_automaton ld_automaton; /* in the arena; read-only once made */

#define LD_AUTOMATON_WORDS 10u
typedef struct ld_automaton_state {
    uint64_t words[LD_AUTOMATON_WORDS];
} ld_automaton_state;

#define LD_PATTERN_RUN '\x01' /* in the text of a pattern: any characters, also none */
#define LD_PATTERN_ONE '\x02' /* any one character */

/* Each answers NULL when the arena refused. Texts are folded. */
ld_automaton *ld_automaton_pattern(ld_arena *arena, ld_span pattern);
/* Insertions, deletions, replacements and swaps of neighbours, in code points; edits_max <= 2. */
ld_automaton *ld_automaton_fuzzy(ld_arena *arena, ld_span word, uint32_t edits_max);
/* From now on a walk looks only at spellings that begin with the word's first letter: a small part
 * of the dictionary. Before the automaton is used. */
void ld_automaton_keep_first(ld_automaton *fuzzy);
/*
 * The whole word must match; letters are folded as the dictionary's are.
 *
 *   a  \d  \w  .  [a-z0-9]  [^a-e]      (ab|c)      x*  x+  x?  x{2}  x{2,}  x{2,5}
 *
 * A backslash before any other sign takes its meaning away. NULL also where the expression is none
 * of these or too large; then *problem is half a sentence ("a parenthesis is never closed").
 */
ld_automaton *ld_automaton_regex(ld_arena *arena, ld_span regex, const char **problem);

void ld_automaton_start(const ld_automaton *a, ld_automaton_state *state);
/* False: no spelling that goes on like this matches. to may be from. */
bool ld_automaton_step(const ld_automaton *a, const ld_automaton_state *from, uint32_t code_point,
                       ld_automaton_state *to);
/* The least code point behind `code_point` that a step from the state may take, where only letters of
 * a fuzzy word can be taken; 0: none. Asked where `code_point` could not be taken. Expressions and
 * wildcards do not know: code_point + 1. */
uint32_t ld_automaton_next_letter(const ld_automaton *a, const ld_automaton_state *from,
                                  uint32_t code_point);
bool ld_automaton_accepts(const ld_automaton *a, const ld_automaton_state *state);
bool ld_automaton_matches(const ld_automaton *a, ld_span spelling);
/* The bytes that every match begins with. */
ld_span ld_automaton_literal(const ld_automaton *a);

#endif
