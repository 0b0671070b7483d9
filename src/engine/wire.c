/*
 * One function a struct says its format for both directions: it passes each field to the wire,
 * which writes it or reads it. So writer and reader cannot differ.
 *
 *   number   8 bytes, little-endian
 *   text     its length as a number, its bytes, a NUL byte
 *   array    its count as a number, then each item
 *
 * Reading takes no text that is not UTF-8, no enumeration beyond its last value, and no count
 * above what the bytes left could hold; one failure fails the whole. Texts are not copied again:
 * they lie in the bytes.
 */
#include "engine/wire.h"

#include <string.h>

#include "base/utf8.h"

#define UTC_MS_MIN (-62135596800000) /* 0001-01-01 */
#define UTC_MS_MAX 253402300799999   /* 9999-12-31 */

typedef struct wire {
    ld_arena *arena; /* reading: where arrays go; NULL: writing */
    uint8_t *data;
    size_t bytes, at;
    bool is_checked; /* texts must be UTF-8 */
    bool failed;     /* sticky */
} wire;

static bool is_reading(const wire *w)
{
    return w->arena != NULL;
}

static uint8_t *take(wire *w, size_t bytes)
{
    if (w->failed || bytes > w->bytes - w->at) {
        w->failed = true;
        return NULL;
    }
    uint8_t *place = w->data + w->at;
    w->at += bytes;
    return place;
}

static uint64_t pass_number(wire *w, uint64_t value)
{
    uint8_t *place = take(w, sizeof value);
    if (!place)
        return 0;
    if (is_reading(w))
        memcpy(&value, place, sizeof value);
    else
        memcpy(place, &value, sizeof value);
    return value;
}

/* min <= value <= max, or the bytes are wrong. */
static int64_t pass_within(wire *w, int64_t value, int64_t min, int64_t max)
{
    value = (int64_t)pass_number(w, (uint64_t)value);
    if (!w->failed && value >= min && value <= max)
        return value;
    w->failed = true;
    return min;
}

static bool pass_bool(wire *w, bool value)
{
    return pass_within(w, value, 0, 1) != 0;
}

static void pass_text(wire *w, ld_span *text)
{
    size_t bytes = (size_t)pass_number(w, text->bytes);
    uint8_t *place = bytes < w->bytes ? take(w, bytes + 1) : take(w, SIZE_MAX);
    if (!place)
        return;
    if (is_reading(w)) {
        *text = ld_span_of((const char *)place, bytes);
        if (w->is_checked && (place[bytes] != 0 || !ld_utf8_valid(*text)))
            w->failed = true;
    } else {
        if (bytes > 0)
            memcpy(place, text->data, bytes);
        place[bytes] = 0;
    }
}

/* The items to pass: the caller's own, or room for what is read. NULL where there is none. */
static void *pass_count(wire *w, const void *items, uint32_t *count, size_t item_bytes)
{
    *count = (uint32_t)pass_within(w, *count, 0, UINT32_MAX);
    if (!is_reading(w))
        return (void *)(uintptr_t)items;
    if (*count > (w->bytes - w->at) / sizeof(uint64_t)) /* the smallest item is a number */
        w->failed = true;
    void *room = w->failed ? NULL : ld_arena_array(w->arena, *count + 1u, item_bytes);
    if (!room) {
        w->failed = true;
        *count = 0;
    }
    return room;
}

static const ld_span *pass_texts(wire *w, const ld_span *texts, uint32_t *count)
{
    ld_span *all = pass_count(w, texts, count, sizeof *all);
    for (uint32_t i = 0; i < *count; i++)
        pass_text(w, &all[i]);
    return all;
}

/* ---- a capture ---- */

static void pass_given(wire *w, ld_given *g)
{
    ld_span *texts[] = {&g->title,    &g->text,    &g->html,     &g->author, &g->published,
                        &g->modified, &g->section, &g->language, &g->source, &g->tags};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        pass_text(w, texts[i]);
    ld_given_field *fields = pass_count(w, g->fields, &g->field_count, sizeof *fields);
    for (uint32_t i = 0; i < g->field_count; i++) {
        pass_text(w, &fields[i].name);
        pass_text(w, &fields[i].value);
    }
    g->fields = fields;
}

static void pass_capture(wire *w, ld_capture *c)
{
    ld_span *texts[] = {&c->body, &c->charset, &c->url, &c->key, &c->path};
    c->media = (ld_media)pass_within(w, c->media, 0, LD_MEDIA_FIELDS);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        pass_text(w, texts[i]);
    c->has_captured = pass_bool(w, c->has_captured);
    c->captured_utc_ms = (int64_t)pass_number(w, (uint64_t)c->captured_utc_ms);
    pass_given(w, &c->given);
}

/* ---- an article ---- */

static void pass_date(wire *w, ld_article_date *d)
{
    d->precision = (uint8_t)pass_within(w, d->precision, LD_DATE_NONE, LD_DATE_TIME);
    d->evidence = (uint8_t)pass_within(w, d->evidence, 0, LD_EVIDENCE_WARC);
    d->certainty_percent = (uint8_t)pass_within(w, d->certainty_percent, 0, 100);
    d->utc_ms = pass_within(w, d->utc_ms, UTC_MS_MIN, UTC_MS_MAX);
    d->offset_minutes = (int16_t)pass_within(w, d->offset_minutes, INT16_MIN, INT16_MAX);
}

static void pass_blocks(wire *w, ld_article *a)
{
    ld_block *blocks = pass_count(w, a->blocks, &a->block_count, sizeof *blocks);
    for (uint32_t i = 0; i < a->block_count; i++) {
        ld_block b = blocks[i]; /* what is written is not ours to touch */
        b.kind = (uint8_t)pass_within(w, b.kind, 0, LD_BLOCK_PRE);
        b.level = (uint8_t)pass_within(w, b.level, 0, UINT8_MAX);
        b.flags = (uint8_t)pass_within(w, b.flags, 0, LD_BLOCK_ORDERED);
        pass_text(w, &b.text);
        if (is_reading(w))
            blocks[i] = b;
    }
    a->blocks = blocks;
    a->lead_block_count = (uint32_t)pass_within(w, a->lead_block_count, 0, a->block_count);
}

static void pass_captions(wire *w, ld_article *a)
{
    ld_caption *captions = pass_count(w, a->captions, &a->caption_count, sizeof *captions);
    for (uint32_t i = 0; i < a->caption_count; i++) {
        pass_text(w, &captions[i].text);
        pass_text(w, &captions[i].credit);
    }
    a->captions = captions;
}

static void pass_posts(wire *w, ld_article *a)
{
    ld_post *posts = pass_count(w, a->posts, &a->post_count, sizeof *posts);
    for (uint32_t i = 0; i < a->post_count; i++) {
        pass_text(w, &posts[i].headline);
        pass_text(w, &posts[i].published);
        pass_text(w, &posts[i].text);
    }
    a->posts = posts;
}

static void pass_fields(wire *w, ld_article *a)
{
    ld_article_field *fields = pass_count(w, a->fields, &a->field_count, sizeof *fields);
    for (uint32_t i = 0; i < a->field_count; i++) {
        pass_text(w, &fields[i].name);
        pass_text(w, &fields[i].value);
    }
    a->fields = fields;
}

static void pass_article(wire *w, ld_article *a)
{
    ld_span *texts[] = {&a->headline, &a->kicker,   &a->dateline,    &a->section, &a->language,
                        &a->source,   &a->url,      &a->path,        &a->agency,  &a->canonical_url,
                        &a->amp_url,  &a->next_url, &a->previous_url};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        pass_text(w, texts[i]);
    a->authors = pass_texts(w, a->authors, &a->author_count);
    a->tags = pass_texts(w, a->tags, &a->tag_count);
    pass_date(w, &a->published);
    pass_date(w, &a->modified);
    pass_date(w, &a->captured);
    pass_blocks(w, a);
    pass_captions(w, a);
    a->comments = pass_texts(w, a->comments, &a->comment_count);
    a->image_alternatives = pass_texts(w, a->image_alternatives, &a->image_alternative_count);
    pass_posts(w, a);
    pass_fields(w, a);
    a->is_paywalled = pass_bool(w, a->is_paywalled);
    a->kind = (uint8_t)pass_within(w, a->kind, 0, LD_ARTICLE_STUB);
    a->truncated = pass_bool(w, a->truncated);
}

/* ---- the four ways ---- */

static lede_status end_of_reading(const wire *w, ld_arena *arena, const char *what, lede_error *err)
{
    LD_TRY(ld_arena_status(arena, err));
    if (w->failed || w->at != w->bytes)
        return LD_FAIL(err, LEDE_E_INVALID, "what came between processes is no %s", what);
    return LEDE_OK;
}

size_t ld_wire_put_capture(const ld_capture *capture, uint8_t *room, size_t bytes_max)
{
    wire w = {.data = room, .bytes = bytes_max};
    ld_capture same = *capture;
    pass_capture(&w, &same);
    return w.failed ? 0 : w.at;
}

lede_status ld_wire_get_capture(ld_arena *arena, uint8_t *data, size_t bytes, ld_capture *capture,
                                lede_error *err)
{
    wire w = {.arena = arena, .data = data, .bytes = bytes};
    memset(capture, 0, sizeof *capture);
    pass_capture(&w, capture);
    return end_of_reading(&w, arena, "page", err);
}

size_t ld_wire_put_article(const ld_article *article, uint8_t *room, size_t bytes_max)
{
    wire w = {.data = room, .bytes = bytes_max};
    ld_article same = *article;
    pass_article(&w, &same);
    return w.failed ? 0 : w.at;
}

lede_status ld_wire_get_article(ld_arena *arena, const uint8_t *data, size_t bytes,
                                ld_article *article, lede_error *err)
{
    ld_span copy = ld_arena_copy(arena, ld_span_of((const char *)data, bytes));
    memset(article, 0, sizeof *article);
    LD_TRY(ld_arena_status(arena, err));
    wire w = {.arena = arena,
              .data = (uint8_t *)(uintptr_t)copy.data,
              .bytes = bytes,
              .is_checked = true};
    pass_article(&w, article);
    return end_of_reading(&w, arena, "article", err);
}
