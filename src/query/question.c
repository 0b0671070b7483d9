/*
 * A query of many words is asked in another spirit than one of two or three: "effects of the
 * dispute on the new nations of Africa" names what a story should be about, and hardly a story has
 * every word of it. So in a question
 *
 *   - words that only hold the sentence together neither are required nor score,
 *   - where fewer than LD_QUESTION_HITS stories have all the others, any of them suffices,
 *   - names are not searched under their other names: its other words find the story, and the like
 * of "G OR glutamate" costs more than it finds (nDCG@10 .666 against .690 on SciFact, .741 against
 * .734 on TIME),
 *   - the parts of a compound (two-dimensional, US-led) are words of their own, as who asks does
 * not know how the story spells it.
 *
 * The words that are passed over are English function words: determiners, pronouns, prepositions,
 * conjunctions, auxiliaries, and verbs that say nothing by themselves (make, give, use). idf alone
 * does not see them: in a small archive "which" is rarer than "president". Written in capitals in a
 * query that is not all capitals (WHO, IT) they are names and stay. "us" and "may" are left out of
 * the list: the country and the month are asked for more often. Questions of other languages keep
 * every word; their lists are missing.
 *
 * Rejected, each measured on six collections (docs/ranking.md): words of more than a third of the
 * archive left out (topics of a small archive go too), idf to a power above 1, Lucene's 33 stop
 * words.
 */
#include "query/question.h"

#include <stdlib.h>

#define WORD_BYTES_MAX 16u

static const char fillers[][WORD_BYTES_MAX] = {
    "a",         "about",      "above",   "across",    "after",      "again",      "against",
    "all",       "almost",     "along",   "already",   "also",       "although",   "always",
    "am",        "among",      "an",      "and",       "another",    "any",        "anybody",
    "anyone",    "anything",   "are",     "around",    "as",         "at",         "away",
    "be",        "became",     "because", "become",    "becomes",    "been",       "before",
    "being",     "below",      "between", "both",      "but",        "by",         "can",
    "cannot",    "could",      "did",     "do",        "does",       "doing",      "done",
    "down",      "during",     "each",    "either",    "else",       "enough",     "etc",
    "even",      "ever",       "every",   "everybody", "everyone",   "everything", "few",
    "for",       "from",       "further", "get",       "gets",       "give",       "given",
    "gives",     "had",        "has",     "have",      "having",     "he",         "hence",
    "her",       "here",       "hers",    "herself",   "him",        "himself",    "his",
    "how",       "however",    "i",       "if",        "in",         "indeed",     "instead",
    "into",      "is",         "it",      "its",       "itself",     "just",       "least",
    "less",      "let",        "like",    "made",      "make",       "makes",      "making",
    "many",      "me",         "might",   "more",      "most",       "much",       "must",
    "my",        "myself",     "neither", "never",     "no",         "nobody",     "none",
    "nor",       "not",        "nothing", "now",       "of",         "off",        "often",
    "on",        "once",       "one",     "only",      "onto",       "or",         "other",
    "others",    "otherwise",  "our",     "ours",      "ourselves",  "out",        "over",
    "own",       "per",        "perhaps", "rather",    "same",       "several",    "shall",
    "she",       "should",     "since",   "so",        "some",       "somebody",   "someone",
    "something", "such",       "than",    "that",      "the",        "their",      "theirs",
    "them",      "themselves", "then",    "there",     "therefore",  "these",      "they",
    "this",      "those",      "though",  "through",   "throughout", "thus",       "to",
    "together",  "too",        "toward",  "towards",   "under",      "until",      "up",
    "upon",      "used",       "using",   "very",      "via",        "was",        "we",
    "well",      "were",       "what",    "whatever",  "when",       "where",      "whereas",
    "whether",   "which",      "while",   "who",       "whom",       "whose",      "why",
    "will",      "with",       "within",  "without",   "would",      "yet",        "you",
    "your",      "yours",      "yourself"};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Without what is no letter at either end: "which," is which. */
static ld_span trim(ld_span s)
{
    while (s.bytes && !is_letter(s.data[0]))
        s = ld_span_sub(s, 1, s.bytes);
    while (s.bytes && !is_letter(s.data[s.bytes - 1]))
        s.bytes--;
    return s;
}

static bool has_small_letter(ld_span s)
{
    for (size_t i = 0; i < s.bytes; i++)
        if (s.data[i] >= 'a' && s.data[i] <= 'z')
            return true;
    return false;
}

static bool is_stem_word(const ld_ast_node *n)
{
    return n->kind == LD_AST_WORD && n->match == LD_AST_MATCH_STEM;
}

static bool has_small_words(const ld_query *q)
{
    for (uint32_t i = 0; i < q->node_count; i++)
        if (is_stem_word(&q->nodes[i]) && has_small_letter(q->nodes[i].text))
            return true;
    return false;
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static bool in_list(ld_span word)
{
    char key[WORD_BYTES_MAX] = {0};
    if (word.bytes == 0 || word.bytes >= sizeof key)
        return false;
    for (size_t i = 0; i < word.bytes; i++)
        key[i] =
            word.data[i] >= 'A' && word.data[i] <= 'Z' ? (char)(word.data[i] | 32) : word.data[i];
    return bsearch(key, fillers, sizeof fillers / sizeof *fillers, sizeof *fillers, compare) !=
           NULL;
}

bool ld_word_is_filler(ld_span word)
{
    ld_span s = trim(word);
    for (size_t i = 0; i < s.bytes; i++)
        if (s.data[i] >= 'A' && s.data[i] <= 'Z')
            return false;
    return in_list(s);
}

static bool is_english(const ld_query *q)
{
    for (uint32_t i = 0; i < q->languages->count; i++)
        if (ld_span_equal(ld_span_from_string(q->languages->codes[i]), LD_SPAN("en")))
            return true;
    return false;
}

bool ld_query_is_filler(const ld_query *q, uint32_t node)
{
    const ld_ast_node *n = &q->nodes[node];
    if (n->parent != q->root || !is_stem_word(n) || !in_list(trim(n->text)))
        return false;
    ld_span word = trim(n->text);
    bool capitals = word.bytes > 1 && !has_small_letter(word);
    return is_english(q) && !(capitals && has_small_words(q));
}

/* languages_known: else every word of the list counts as a filler. */
static bool is_question(const ld_query *q, bool languages_known)
{
    uint32_t words = 0;
    if (q->dialect != LD_DIALECT_LEDE || q->root == LD_AST_NONE ||
        q->nodes[q->root].kind != LD_AST_AND)
        return false;
    for (uint32_t i = 0; i < q->node_count; i++) {
        uint8_t kind = q->nodes[i].kind;
        if (kind == LD_AST_NEAR || kind == LD_AST_ATLEAST || kind == LD_AST_SAID ||
            kind == LD_AST_ZONE)
            return false;
    }
    for (uint32_t c = q->nodes[q->root].first_child; c != LD_AST_NONE; c = q->nodes[c].next) {
        uint8_t kind = q->nodes[c].kind;
        words += (kind == LD_AST_WORD || kind == LD_AST_PHRASE || kind == LD_AST_OR) &&
                 !(languages_known ? ld_query_is_filler(q, c)
                                   : is_stem_word(&q->nodes[c]) && in_list(trim(q->nodes[c].text)));
    }
    return words >= LD_QUESTION_WORDS;
}

bool ld_query_is_question(const ld_query *q)
{
    return is_question(q, true);
}

bool ld_query_looks_like_question(const ld_query *q)
{
    return is_question(q, false);
}

/* ---- compounds ---- */

typedef struct splitter {
    ld_arena *arena;
    ld_query *q;
    ld_ast_node *nodes; /* [count] the new ones */
    uint32_t count, capacity;
    uint32_t *first, *last; /* [q->node_count] where an old node went */
} splitter;

static size_t joint(ld_span s)
{
    size_t at = 0;
    while (at < s.bytes && s.data[at] != '-' && s.data[at] != '/')
        at++;
    return at;
}

static bool is_compound(const ld_query *q, uint32_t node)
{
    const ld_ast_node *n = &q->nodes[node];
    return n->parent == q->root && is_stem_word(n) && joint(n->text) < n->text.bytes &&
           ld_span_find_byte(n->text, '*') == SIZE_MAX &&
           ld_span_find_byte(n->text, '?') == SIZE_MAX;
}

/* The pieces as leaves in a chain; one that has no word at all does no harm. */
static bool pieces_push(splitter *s, uint32_t node)
{
    ld_ast_node piece = s->q->nodes[node];
    ld_span text = piece.text;
    s->first[node] = s->count;
    for (;;) {
        size_t end = joint(text);
        bool more = end < text.bytes;
        piece.text = ld_span_sub(text, 0, end);
        piece.next = more ? s->count + 1 : LD_AST_NONE;
        if (!LD_ARENA_PUSH(s->arena, s->nodes, s->count, s->capacity, piece))
            return false;
        if (!more)
            break;
        text = ld_span_sub(text, end + 1, text.bytes - end - 1);
    }
    s->last[node] = s->count - 1;
    return true;
}

static bool node_push(splitter *s, uint32_t node)
{
    ld_ast_node n = s->q->nodes[node];
    if (n.first_child != LD_AST_NONE)
        n.first_child = s->first[n.first_child];
    s->first[node] = s->last[node] = s->count;
    return LD_ARENA_PUSH(s->arena, s->nodes, s->count, s->capacity, n);
}

lede_status ld_query_split_compounds(ld_arena *arena, ld_query *q, lede_error *err)
{
    splitter s = {.arena = arena, .q = q};
    uint32_t compounds = 0;
    if (!q->profile->stem || !ld_query_looks_like_question(q))
        return LEDE_OK;
    for (uint32_t i = 0; i < q->node_count; i++)
        compounds += is_compound(q, i);
    if (compounds == 0)
        return LEDE_OK;
    s.first = ld_arena_array(arena, q->node_count, sizeof *s.first);
    s.last = ld_arena_array(arena, q->node_count, sizeof *s.last);
    if (!s.first || !s.last)
        return ld_arena_status(arena, err);
    for (uint32_t i = 0; i < q->node_count; i++)
        if (!(is_compound(q, i) ? pieces_push(&s, i) : node_push(&s, i)))
            return ld_arena_status(arena, err);
    for (uint32_t i = 0; i < q->node_count; i++) /* an older sibling can be made later */
        s.nodes[s.last[i]].next =
            q->nodes[i].next == LD_AST_NONE ? LD_AST_NONE : s.first[q->nodes[i].next];
    uint32_t root = s.first[q->root];
    q->nodes = s.nodes;
    q->node_count = s.count;
    q->node_capacity = s.capacity;
    return ld_ast_finish(q, arena, root, err);
}
