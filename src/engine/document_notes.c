/*
 * From places in paragraphs to notes of the index.
 *
 *   paragraph, offset --> zone text offset --> token --> position
 *
 * Remarks are gathered raw, sorted by (key, place) and joined: one note a key, its places
 * ascending. Times and speech are read in English articles and in those whose language is not
 * known.
 */
#include "engine/document_notes.h"

#include <stdlib.h>

#include "index/notes_format.h"
#include "news/aliases.h"
#include "news/notes.h"
#include "news/quotes.h"
#include "news/times.h"
#include "text/words.h"

#define DAY_MS 86400000ll

typedef struct remark {
    ld_span key;
    ld_note_place place;
    ld_span value; /* ready; data NULL: made of the places */
} remark;

typedef struct gatherer {
    ld_arena *arena;
    const ld_token_list *tokens;
    remark *remarks;
    uint32_t count, capacity;
    uint32_t zone_first[LD_ZONES_MAX + 1]; /* token where each zone begins */
    bool refused;
} gatherer;

static void add_remark(gatherer *g, remark r)
{
    if (r.key.data && !LD_ARENA_PUSH(g->arena, g->remarks, g->count, g->capacity, r))
        g->refused = true;
    g->refused |= !r.key.data;
}

static void index_zones(gatherer *g)
{
    uint32_t at = 0;
    for (uint32_t z = 0; z <= LD_ZONES_MAX; z++) {
        while (at < g->tokens->count && g->tokens->tokens[at].zone < z)
            at++;
        g->zone_first[z] = at;
    }
}

/* Positions of the words in [offset, end) of a zone's text; false: there are none. */
static bool positions_of(const gatherer *g, uint32_t zone, size_t offset, size_t end,
                         ld_note_place *place)
{
    const ld_token *tokens = g->tokens->tokens;
    uint32_t low = g->zone_first[zone], high = g->zone_first[zone + 1], last = high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (tokens[middle].text_offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t first = low;
    for (high = last; low < high;) {
        uint32_t middle = low + (high - low) / 2;
        if (tokens[middle].text_offset < end)
            low = middle + 1;
        else
            high = middle;
    }
    if (low <= first)
        return false;
    place->first = tokens[first].position;
    place->last = tokens[low - 1].position;
    return true;
}

/* ---- times ---- */

static int32_t day_of(const ld_article_date *date)
{
    if (date->precision < LD_DATE_DAY)
        return LD_TIMES_NO_DAY;
    int64_t local = date->utc_ms + (int64_t)date->offset_minutes * 60000;
    int64_t day = local / DAY_MS - (local % DAY_MS < 0);
    return day > INT32_MIN && day <= INT32_MAX ? (int32_t)day : LD_TIMES_NO_DAY;
}

static lede_status gather_times(gatherer *g, int32_t day, uint32_t zone, const ld_zone_text *text,
                                lede_error *err)
{
    size_t base = 0;
    for (uint32_t i = 0; i < text->paragraph_count; i++) {
        const ld_time *times;
        uint32_t count;
        LD_TRY(ld_times_find(g->arena, text->paragraphs[i], day, &times, &count, err));
        for (uint32_t t = 0; t < count; t++) {
            uint8_t key[LD_NOTE_EVENT_BYTES];
            remark r = {0};
            size_t from = base + times[t].text_offset;
            if (!positions_of(g, zone, from, from + times[t].text_bytes, &r.place))
                continue;
            ld_note_event_key(times[t].first_day, times[t].last_day, key);
            r.key = ld_arena_copy(g->arena, ld_span_of((const char *)key, sizeof key));
            add_remark(g, r);
        }
        base += text->paragraphs[i].bytes + 2;
    }
    return LEDE_OK;
}

/* ---- speech ---- */

typedef struct story_place {
    uint32_t zone;
    size_t base; /* of the paragraph in its zone's text */
} story_place;

lede_status ld_story_paragraphs(ld_arena *arena, const ld_zone_text zones[LD_ZONES_MAX],
                                const ld_span **paragraphs, uint32_t *count, lede_error *err)
{
    const ld_zone_text *lead = &zones[LD_ZONE_LEAD], *body = &zones[LD_ZONE_BODY];
    uint32_t n = lead->paragraph_count + body->paragraph_count;
    ld_span *list = ld_arena_array(arena, (size_t)n + 1, sizeof *list);
    if (!list)
        return ld_arena_status(arena, err);
    for (uint32_t i = 0; i < n; i++)
        list[i] = i < lead->paragraph_count ? lead->paragraphs[i]
                                            : body->paragraphs[i - lead->paragraph_count];
    *paragraphs = list;
    *count = n;
    return LEDE_OK;
}

static story_place place_of_paragraph(const ld_zone_text *zones, uint32_t paragraph)
{
    uint32_t leads = zones[LD_ZONE_LEAD].paragraph_count;
    story_place p = {paragraph < leads ? LD_ZONE_LEAD : LD_ZONE_BODY, 0};
    uint32_t first = paragraph < leads ? 0 : leads;
    for (uint32_t i = first; i < paragraph; i++)
        p.base += zones[p.zone].paragraphs[i - first].bytes + 2;
    return p;
}

/* One remark for each word of the speaker's name. */
static void add_speaker(gatherer *g, ld_span name, ld_note_place place)
{
    ld_words words;
    ld_word word;
    char key[LD_TERM_BYTES_MAX + 1] = {LD_NOTE_QUOTE};
    ld_words_init(&words, name);
    while (ld_words_next(&words, &word)) {
        size_t bytes = ld_word_form(name, &word, key + 1);
        if (bytes == 0)
            continue;
        add_remark(g, (remark){.key = ld_arena_copy(g->arena, ld_span_of(key, bytes + 1)),
                               .place = place});
    }
}

static lede_status gather_speech(gatherer *g, const ld_zone_text *zones, lede_error *err)
{
    const ld_span *paragraphs = NULL;
    const ld_quote *quotes = NULL;
    uint32_t paragraph_count = 0, count = 0;
    LD_TRY(ld_story_paragraphs(g->arena, zones, &paragraphs, &paragraph_count, err));
    LD_TRY(ld_quotes_find(g->arena, paragraphs, paragraph_count, &quotes, &count, err));
    for (uint32_t i = 0; i < count; i++) {
        const ld_quote *q = &quotes[i];
        ld_note_place place = {.kind = q->kind};
        story_place at = place_of_paragraph(zones, q->content.paragraph);
        size_t from = at.base + q->content.offset;
        const ld_text_place *name = q->name.bytes ? &q->name : &q->speaker;
        if (name->bytes == 0 || !positions_of(g, at.zone, from, from + q->content.bytes, &place))
            continue;
        add_speaker(g, ld_span_sub(paragraphs[name->paragraph], name->offset, name->bytes), place);
    }
    return LEDE_OK;
}

/* ---- aliases ---- */

#define NAMES_MAX 8u /* that one thing has in a story; and the rest of a name's key */

typedef struct named {
    ld_span name;
    uint32_t group;
} named;

typedef struct alias_pair {
    uint32_t full, other; /* names */
    uint8_t kind;
} alias_pair;

static uint32_t name_of(named *names, uint32_t *count, ld_span name)
{
    for (uint32_t i = 0; i < *count; i++)
        if (ld_span_equal(names[i].name, name))
            return i;
    names[*count] = (named){name, *count};
    return (*count)++;
}

static void add_alias(gatherer *g, ld_span name, ld_span other, uint8_t kind)
{
    char key[LD_NOTE_KEY_BYTES_MAX];
    size_t bytes = ld_note_alias_key(name, key, sizeof key);
    if (bytes == 0 || bytes + other.bytes > sizeof key || name.bytes > sizeof key)
        return;
    memcpy(key + bytes, other.data, other.bytes);
    char value[LD_NOTE_KEY_BYTES_MAX + 1] = {(char)kind};
    memcpy(value + 1, name.data, name.bytes);
    add_remark(g, (remark){.key = ld_arena_copy(g->arena, ld_span_of(key, bytes + other.bytes)),
                           .value = ld_arena_copy(g->arena, ld_span_of(value, name.bytes + 1))});
}

/* Every name of a group stands for every other one, but for spellings that fold to the same. */
static void add_groups(gatherer *g, const named *names, uint32_t count, const alias_pair *pairs,
                       uint32_t pair_count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t others = 0;
        for (uint32_t k = 0; k < count && others < NAMES_MAX; k++) {
            if (i == k || names[i].group != names[k].group)
                continue;
            uint8_t kind = LD_ALIAS_NAMED; /* by way of a third name */
            for (uint32_t p = 0; p < pair_count; p++)
                if ((pairs[p].full == i && pairs[p].other == k) ||
                    (pairs[p].full == k && pairs[p].other == i))
                    kind = pairs[p].kind;
            add_alias(g, names[i].name, names[k].name, kind);
            others++;
        }
    }
}

static lede_status gather_aliases(gatherer *g, const ld_zone_text *zones, lede_error *err)
{
    static const uint8_t zone_order[] = {LD_ZONE_LEAD, LD_ZONE_BODY, LD_ZONE_TITLE,
                                         LD_ZONE_CAPTION};
    uint32_t n = 0, count = 0, alias_count = 0;
    for (size_t z = 0; z < sizeof zone_order; z++)
        n += zones[zone_order[z]].paragraph_count;
    ld_span *texts = ld_arena_array(g->arena, n + 1u, sizeof *texts);
    if (!texts)
        return ld_arena_status(g->arena, err);
    n = 0;
    for (size_t z = 0; z < sizeof zone_order; z++)
        for (uint32_t i = 0; i < zones[zone_order[z]].paragraph_count; i++)
            texts[n++] = zones[zone_order[z]].paragraphs[i];
    const ld_alias *aliases = NULL;
    LD_TRY(ld_aliases_find(g->arena, texts, n, &aliases, &alias_count, err));
    named *names = ld_arena_array(g->arena, 2u * alias_count + 1u, sizeof *names);
    alias_pair *pairs = ld_arena_array(g->arena, alias_count + 1u, sizeof *pairs);
    if (!names || !pairs)
        return ld_arena_status(g->arena, err);
    for (uint32_t i = 0; i < alias_count; i++) {
        const ld_text_place *a = &aliases[i].full, *b = &aliases[i].other;
        uint32_t full =
            name_of(names, &count, ld_span_sub(texts[a->paragraph], a->offset, a->bytes));
        uint32_t other =
            name_of(names, &count, ld_span_sub(texts[b->paragraph], b->offset, b->bytes));
        uint32_t from = names[other].group, to = names[full].group;
        for (uint32_t k = 0; k < count; k++)
            if (names[k].group == from)
                names[k].group = to;
        pairs[i] = (alias_pair){full, other, aliases[i].kind};
    }
    add_groups(g, names, count, pairs, alias_count);
    return LEDE_OK;
}

/* ---- joining ---- */

static int by_key(const void *a, const void *b)
{
    const remark *x = a, *y = b;
    int order = ld_span_compare(x->key, y->key);
    if (order)
        return order;
    if (x->place.first != y->place.first)
        return x->place.first < y->place.first ? -1 : 1;
    if (x->place.last != y->place.last)
        return x->place.last < y->place.last ? -1 : 1;
    return (x->place.kind > y->place.kind) - (x->place.kind < y->place.kind);
}

/* The places of one key; those that no longer fit are left out. */
static lede_status join_places(ld_arena *arena, const remark *r, uint32_t count, ld_span *value,
                               lede_error *err)
{
    ld_buf buf;
    ld_buf_init(&buf, ld_arena_env(arena), LD_NOTE_VALUE_BYTES_MAX + 2 * LD_VARINT_BYTES_MAX);
    uint32_t before = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (buf.bytes + 2 * LD_VARINT_BYTES_MAX > LD_NOTE_VALUE_BYTES_MAX)
            break;
        if (i > 0 && by_key(&r[i - 1], &r[i]) == 0)
            continue;
        ld_note_place_add(&buf, before, &r[i].place);
        before = r[i].place.first;
    }
    lede_status status = ld_buf_status(&buf, err);
    *value = status == LEDE_OK ? ld_arena_copy(arena, ld_buf_span(&buf)) : (ld_span){NULL, 0};
    ld_buf_release(&buf);
    return status == LEDE_OK && !value->data ? ld_arena_status(arena, err) : status;
}

static lede_status join(gatherer *g, ld_document *d, lede_error *err)
{
    if (g->count > 1)
        qsort(g->remarks, g->count, sizeof *g->remarks, by_key);
    ld_note *notes = ld_arena_array(g->arena, (size_t)g->count + 1, sizeof *notes);
    if (!notes)
        return ld_arena_status(g->arena, err);
    for (uint32_t i = 0, end; i < g->count; i = end) {
        for (end = i + 1; end < g->count && ld_span_equal(g->remarks[end].key, g->remarks[i].key);)
            end++;
        ld_note *note = &notes[d->note_count++];
        note->key = g->remarks[i].key;
        note->value = g->remarks[i].value;
        if (!note->value.data)
            LD_TRY(join_places(g->arena, &g->remarks[i], end - i, &note->value, err));
    }
    d->notes = notes;
    return LEDE_OK;
}

bool ld_article_is_english(const ld_article *article)
{
    return article->language.bytes == 0 || ld_span_equal(article->language, LD_SPAN("en"));
}

lede_status ld_document_notes(ld_arena *arena, const ld_article *article,
                              const ld_zone_text zones[LD_ZONES_MAX], ld_document *document,
                              lede_error *err)
{
    static const uint8_t timed[] = {LD_ZONE_TITLE, LD_ZONE_LEAD, LD_ZONE_BODY, LD_ZONE_CAPTION};
    gatherer g = {.arena = arena, .tokens = &document->tokens};
    document->notes = NULL;
    document->note_count = 0;
    if (!ld_article_is_english(article))
        return LEDE_OK;
    index_zones(&g);
    int32_t day = day_of(&article->published);
    for (uint32_t i = 0; i < sizeof timed; i++)
        LD_TRY(gather_times(&g, day, timed[i], &zones[timed[i]], err));
    LD_TRY(gather_speech(&g, zones, err));
    LD_TRY(gather_aliases(&g, zones, err));
    if (g.refused)
        return ld_arena_status(arena, err);
    return join(&g, document, err);
}
