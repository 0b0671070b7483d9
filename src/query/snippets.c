/*
 * Which passages show best why an article was found?
 *
 * Each mark proposes the passage round it: from the start of its sentence where that is near, else
 * from a little before, as many words as fit. Then the best are taken one by one: the one with the
 * most words of the query that are not covered yet, then the most of any, then the earliest; never
 * two that overlap. The headline is not searched for passages: it is shown anyway.
 *
 * cost: marks times words of a passage, times passages.
 */
#include "base/utf8.h"
#include "query/search.h"
#include "query/sort.h"

#define WORDS_MAX LD_QUERY_TERMS_MAX

typedef struct passage {
    uint8_t zone;
    uint32_t from, to;             /* bytes of the zone's text */
    uint32_t mark_first, mark_end; /* into the marks */
} passage;

typedef struct chooser {
    const ld_span *texts; /* [LD_ZONES_MAX] */
    const ld_token_list *tokens;
    const ld_mark *marks;
    uint32_t mark_count;
    uint32_t chars_max;
    uint8_t covered[WORDS_MAX / 8]; /* bits of words in chosen passages */
} chooser;

static uint32_t chars_between(ld_span text, uint32_t from, uint32_t to)
{
    uint32_t n = 0;
    for (uint32_t i = from; i < to && i < text.bytes; i++)
        n += ((uint8_t)text.data[i] & 0xC0) != 0x80;
    return n;
}

static uint32_t token_end(const ld_token *t)
{
    return t->text_offset + t->text_bytes;
}

/* Tokens and marks come from outside the query: those that do not fit the text are not used. */
static bool fits(const chooser *c, uint8_t zone, uint32_t offset, uint32_t bytes)
{
    return zone < LD_ZONES_MAX && c->texts[zone].bytes >= bytes &&
           offset <= c->texts[zone].bytes - bytes;
}

static uint32_t token_find(const ld_token_list *tokens, uint32_t position)
{
    uint32_t low = 0, high = tokens->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (tokens->tokens[middle].position < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first word of the passage round token `at`. */
static uint32_t passage_start(const chooser *c, uint32_t at)
{
    const ld_token *tokens = c->tokens->tokens, *mark = &tokens[at];
    ld_span text = c->texts[mark->zone];
    uint32_t start = at;
    for (uint32_t i = at;; i--) {
        uint32_t chars = chars_between(text, tokens[i].text_offset, mark->text_offset);
        if (chars > c->chars_max / 3)
            return start;
        if (tokens[i].flags & LD_TOKEN_SENTENCE)
            return i;
        if (chars <= c->chars_max / 4)
            start = i;
        if (i == 0 || tokens[i - 1].zone != mark->zone)
            return i;
    }
}

/* The end of the passage that begins with token `start` and shows token `at`: the last whole word,
 * with the signs that follow it, or a sentence's end in the last third. */
static uint32_t passage_end(const chooser *c, uint32_t start, uint32_t at)
{
    const ld_token *tokens = c->tokens->tokens;
    ld_span text = c->texts[tokens[at].zone];
    uint32_t from = tokens[start].text_offset, end = token_end(&tokens[at]);
    uint32_t sentence = 0, chars = chars_between(text, from, end), i = at + 1;
    for (; i < c->tokens->count && tokens[i].zone == tokens[at].zone; i++) {
        if (!fits(c, tokens[i].zone, tokens[i].text_offset, tokens[i].text_bytes))
            break;
        uint32_t more = chars_between(text, end, token_end(&tokens[i]));
        if (tokens[i].flags & LD_TOKEN_SENTENCE && chars > c->chars_max * 2 / 3)
            sentence = end;
        if (chars + more > c->chars_max)
            break;
        chars += more;
        end = token_end(&tokens[i]);
    }
    end = sentence ? sentence : end;
    while (end < text.bytes && (uint8_t)text.data[end] > ' ' && (uint8_t)text.data[end] < 0x80 &&
           chars_between(text, from, end) < c->chars_max)
        end++;
    while (end < text.bytes && ((uint8_t)text.data[end] & 0xC0) == 0x80)
        end++;
    return end;
}

/* The passage that the mark proposes; false where it cannot. */
static bool propose(const chooser *c, uint32_t mark, passage *p)
{
    const ld_mark *m = &c->marks[mark];
    uint32_t at = token_find(c->tokens, m->position);
    if (m->zone == LD_ZONE_TITLE || !fits(c, m->zone, m->text_offset, m->text_bytes) ||
        at >= c->tokens->count || c->tokens->tokens[at].position != m->position ||
        c->tokens->tokens[at].zone != m->zone ||
        c->tokens->tokens[at].text_offset != m->text_offset)
        return false;
    uint32_t start = passage_start(c, at);
    p->zone = m->zone;
    p->from = c->tokens->tokens[start].text_offset;
    p->to = passage_end(c, start, at);
    p->mark_first = p->mark_end = mark;
    while (p->mark_first > 0 && c->marks[p->mark_first - 1].zone == m->zone &&
           c->marks[p->mark_first - 1].text_offset >= p->from)
        p->mark_first--;
    while (p->mark_end < c->mark_count && c->marks[p->mark_end].zone == m->zone &&
           c->marks[p->mark_end].text_offset + c->marks[p->mark_end].text_bytes <= p->to)
        p->mark_end++;
    return p->from < p->to && p->mark_end > p->mark_first;
}

/* Distinct words in the passage, and how many of them are not covered yet. */
static void weigh(const chooser *c, const passage *p, uint32_t *distinct, uint32_t *fresh)
{
    uint8_t seen[WORDS_MAX / 8] = {0};
    *distinct = *fresh = 0;
    for (uint32_t i = p->mark_first; i < p->mark_end; i++) {
        uint32_t w = c->marks[i].word % WORDS_MAX;
        if (seen[w >> 3] >> (w & 7) & 1)
            continue;
        seen[w >> 3] |= (uint8_t)(1u << (w & 7));
        (*distinct)++;
        *fresh += !(c->covered[w >> 3] >> (w & 7) & 1);
    }
}

static bool overlaps(const passage *p, const passage *chosen, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (p->zone == chosen[i].zone && p->from < chosen[i].to && chosen[i].from < p->to)
            return true;
    return false;
}

static bool choose_next(chooser *c, passage *chosen, uint32_t count)
{
    uint32_t best_fresh = 0, best_distinct = 0;
    bool found = false;
    for (uint32_t i = 0; i < c->mark_count; i++) {
        passage p;
        uint32_t distinct, fresh;
        if (!propose(c, i, &p) || overlaps(&p, chosen, count))
            continue;
        weigh(c, &p, &distinct, &fresh);
        if (found && (fresh < best_fresh || (fresh == best_fresh && distinct <= best_distinct)))
            continue;
        found = true;
        best_fresh = fresh;
        best_distinct = distinct;
        chosen[count] = p;
    }
    for (uint32_t i = found ? chosen[count].mark_first : 0; found && i < chosen[count].mark_end;
         i++)
        c->covered[c->marks[i].word % WORDS_MAX >> 3] |= (uint8_t)(1u << (c->marks[i].word & 7));
    return found;
}

/* The beginning of the story: lead, else body, else the first zone that has text. */
static bool choose_beginning(const chooser *c, passage *p)
{
    for (uint8_t zone = LD_ZONE_LEAD; zone < LD_ZONES_MAX; zone++) {
        if (c->texts[zone].bytes == 0)
            continue;
        *p = (passage){.zone = zone, .to = (uint32_t)c->texts[zone].bytes};
        for (uint32_t i = 0; i < c->tokens->count; i++) {
            const ld_token *t = &c->tokens->tokens[i];
            if (t->zone == zone && fits(c, zone, t->text_offset, t->text_bytes)) {
                p->to = passage_end(c, i, i);
                break;
            }
        }
        if (chars_between(c->texts[zone], 0, p->to) <= c->chars_max)
            return true;
        size_t at = 0;
        for (uint32_t n = 0; n < c->chars_max; n++)
            ld_utf8_next(c->texts[zone], &at);
        p->to = (uint32_t)at;
        return true;
    }
    return false;
}

static int passage_compare(void *ctx, const void *a, const void *b)
{
    const passage *x = a, *y = b;
    if (x->zone != y->zone)
        return x->zone < y->zone ? -1 : 1;
    return (x->from > y->from) - (x->from < y->from);
}

static bool has_text(ld_span text, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if ((uint8_t)text.data[i] > ' ')
            return true;
    return false;
}

lede_status ld_snippets_make(ld_arena *arena, const ld_span zone_texts[LD_ZONES_MAX],
                             const ld_token_list *tokens, const ld_mark *marks, uint32_t mark_count,
                             uint32_t chars_max, uint32_t snippets_max, const ld_snippet **snippets,
                             uint32_t *count, lede_error *err)
{
    chooser c = {zone_texts, tokens, marks, mark_count, chars_max, {0}};
    *snippets = NULL;
    *count = 0;
    if (snippets_max == 0 || chars_max == 0)
        return LEDE_OK;
    if (snippets_max > mark_count + 1)
        snippets_max = mark_count + 1;
    passage *chosen = ld_arena_array(arena, snippets_max, sizeof *chosen);
    ld_snippet *out = ld_arena_array(arena, snippets_max, sizeof *out);
    if (!chosen || !out)
        return ld_arena_status(arena, err);
    while (*count < snippets_max && choose_next(&c, chosen, *count))
        ++*count;
    if (*count == 0 && choose_beginning(&c, chosen))
        *count = 1;
    ld_sort_items(chosen, *count, sizeof *chosen, passage_compare, NULL);
    for (uint32_t i = 0; i < *count; i++) {
        const passage *p = &chosen[i];
        ld_span text = zone_texts[p->zone];
        out[i] = (ld_snippet){.zone = p->zone,
                              .text_offset = p->from,
                              .text_bytes = p->to - p->from,
                              .cut_before = has_text(text, 0, p->from),
                              .cut_after = has_text(text, p->to, (uint32_t)text.bytes),
                              .marks = marks ? marks + p->mark_first : NULL,
                              .mark_count = p->mark_end - p->mark_first};
    }
    *snippets = out;
    return LEDE_OK;
}
