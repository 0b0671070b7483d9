/*
 * A walk over the dictionary in step with an automaton. The state after every code point of the
 * entry at hand is kept, so the next entry, which begins alike, costs only what is new in it. Where
 * the automaton has died inside the common beginning no step is taken at all, and after a number of
 * such entries the walk opens anew behind all that begin so.
 */
#include "query/dictionary_walk.h"

#include "base/utf8.h"

#define DEAD_ENTRIES_MAX 8u

typedef struct stepper {
    const ld_automaton *automaton;
    ld_automaton_state states[LD_TERM_BYTES_MAX + 1]; /* by bytes read, at ends of code points */
    char bytes[LD_TERM_BYTES_MAX];                    /* [count] the entry before */
    uint32_t count;
    uint32_t read;       /* bytes of it that were stepped over */
    uint32_t dead;       /* it died by its first `dead` bytes; 0: it did not */
    uint32_t dead_count; /* entries that died by the same bytes, one after the other */
} stepper;

static bool stepper_matches(stepper *s, ld_span entry)
{
    uint32_t same = 0;
    while (same < s->count && same < entry.bytes && entry.data[same] == s->bytes[same])
        same++;
    if (s->dead && same >= s->dead) {
        s->dead_count++;
        return false;
    }
    s->dead = s->dead_count = 0;
    if (entry.bytes > LD_TERM_BYTES_MAX)
        return false;
    memcpy(s->bytes, entry.data, entry.bytes);
    s->count = (uint32_t)entry.bytes;
    size_t at = same < s->read ? same : s->read;
    while (at > 0 && at < entry.bytes && ((uint8_t)entry.data[at] & 0xC0) == 0x80)
        at--;
    while (at < entry.bytes) {
        size_t from = at;
        uint32_t c = ld_utf8_next(entry, &at);
        s->read = (uint32_t)from;
        if (!ld_automaton_step(s->automaton, &s->states[from], c, &s->states[at])) {
            s->dead = (uint32_t)at;
            return false;
        }
    }
    s->read = (uint32_t)at;
    return ld_automaton_accepts(s->automaton, &s->states[at]);
}

/* out[n] becomes the least string behind all that begin with it; false: there is none. */
static bool pass_over(char *out, uint32_t n, ld_span *from)
{
    while (n && (uint8_t)out[n - 1] == 0xFF)
        n--;
    if (n == 0)
        return false;
    out[n - 1]++;
    *from = ld_span_of(out, n);
    return true;
}

/* The least string behind the bytes by which it died that the automaton may take; where nothing
 * goes on as far, the least behind all that begin with what it had taken. False: nothing is behind.
 */
static bool stepper_after(const stepper *s, char out[LD_TERM_BYTES_MAX + 4], ld_span *from)
{
    ld_span died = ld_span_of(s->bytes, s->dead);
    size_t at = s->read;
    uint32_t letter = ld_utf8_next(died, &at);
    uint32_t next = ld_automaton_next_letter(s->automaton, &s->states[s->read], letter);
    memcpy(out, s->bytes, s->dead);
    if (next == 0)
        return pass_over(out, s->read, from);
    *from = ld_span_of(out, s->read + ld_utf8_encode(next, out + s->read));
    if (ld_span_compare(*from, died) > 0)
        return true;
    memcpy(out, s->bytes, s->dead); /* no text: bytes that a damaged dictionary has */
    return pass_over(out, s->dead, from);
}

struct ld_dictionary_walk {
    const lede_env *env;
    const ld_terms *terms;
    const ld_element *element;
    ld_deadline *deadline;
    ld_arena *own; /* of the walk below alone; reset when it is opened anew */
    ld_term_walk *walk;
    bool over_forms, stopped;
    stepper stepper; /* unused where a FORM is looked for */
};

static lede_status open_at(ld_dictionary_walk *w, ld_span from, lede_error *err)
{
    ld_arena_reset(w->own);
    return ld_term_walk_open(w->terms, w->over_forms, from, w->own, &w->walk, err);
}

lede_status ld_dictionary_walk_new(const ld_terms *terms, bool over_forms,
                                   const ld_element *element, ld_deadline *deadline,
                                   ld_arena *arena, ld_dictionary_walk **walk, lede_error *err)
{
    const lede_env *env = ld_arena_env(arena);
    /* Ten kilobytes of states: not left behind in the query's arena. */
    ld_dictionary_walk *w = ld_alloc(env, sizeof *w);
    *walk = NULL;
    if (!w)
        return ld_error_nomem(err, sizeof *w);
    w->env = env;
    w->own = NULL;
    w->terms = terms;
    w->element = element;
    w->deadline = deadline;
    w->over_forms = over_forms;
    w->stopped = false;
    bool exact = element->kind == LD_ELEMENT_FORM;
    if (!exact) {
        w->stepper.automaton = element->automaton;
        w->stepper.count = w->stepper.read = w->stepper.dead = w->stepper.dead_count = 0;
        ld_automaton_start(element->automaton, &w->stepper.states[0]);
    }
    lede_status status = ld_arena_new(env, LD_QUERY_ARENA_BYTES_MAX, &w->own, err);
    if (status == LEDE_OK)
        status = open_at(w, exact ? element->text : ld_automaton_literal(element->automaton), err);
    if (status != LEDE_OK) {
        ld_dictionary_walk_free(w);
        return status;
    }
    *walk = w;
    return LEDE_OK;
}

void ld_dictionary_walk_free(ld_dictionary_walk *w)
{
    if (!w)
        return;
    ld_arena_free(w->own);
    ld_release(w->env, w, sizeof *w);
}

bool ld_dictionary_walk_stopped(const ld_dictionary_walk *w)
{
    return w->stopped;
}

/* Whether the walk has passed everything that can fit. */
static bool is_over(const ld_element *e, ld_span bytes)
{
    if (e->kind == LD_ELEMENT_FORM)
        return !ld_span_equal(e->text, bytes);
    return !ld_span_starts_with(bytes, ld_automaton_literal(e->automaton));
}

lede_status ld_dictionary_walk_next(ld_dictionary_walk *w, ld_dictionary_entry *entry, bool *end,
                                    lede_error *err)
{
    for (;;) {
        ld_span from;
        char room[LD_TERM_BYTES_MAX + 4];
        LD_TRY(ld_term_walk_next(w->walk, &entry->spelling, &entry->term, &entry->form, end, err));
        if (*end || is_over(w->element, entry->spelling))
            break;
        if (ld_deadline_poll(w->deadline)) {
            w->stopped = true;
            break;
        }
        if (w->element->kind == LD_ELEMENT_FORM || stepper_matches(&w->stepper, entry->spelling))
            return LEDE_OK;
        if (w->stepper.dead_count < DEAD_ENTRIES_MAX)
            continue;
        w->stepper.dead_count = 0;
        if (!stepper_after(&w->stepper, room, &from))
            break;
        LD_TRY(open_at(w, from, err));
    }
    *end = true;
    return LEDE_OK;
}
