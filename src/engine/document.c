#include "engine/document.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/hash.h"
#include "engine/document_notes.h"
#include "engine/profile.h"
#include "engine/stored_format.h"
#include "news/copies.h"
#include "text/url.h"

#define COPY_HASHES_MAX 48u /* as shared work on near copies counts them: about 70-100 bytes */

/* ---- zones ---- */

typedef struct zone_builder {
    ld_arena *arena;
    ld_span *paragraphs;
    uint32_t count, capacity;
    size_t joined_bytes;
    bool refused;
} zone_builder;

static void zone_add(zone_builder *b, ld_span paragraph)
{
    if (paragraph.bytes == 0)
        return;
    b->joined_bytes += paragraph.bytes + (b->count ? 2 : 0);
    if (!LD_ARENA_PUSH(b->arena, b->paragraphs, b->count, b->capacity, paragraph))
        b->refused = true;
}

static void zone_finish(zone_builder *b, ld_zone_text *zone, bool *refused)
{
    zone->paragraphs = b->paragraphs;
    zone->paragraph_count = b->count;
    if (b->count == 1) {
        zone->joined = b->paragraphs[0];
    } else if (b->count > 1) {
        char *joined = ld_arena_alloc(b->arena, b->joined_bytes);
        if (joined) {
            size_t at = 0;
            for (uint32_t i = 0; i < b->count; i++) {
                if (i > 0) {
                    memcpy(joined + at, "\n\n", 2);
                    at += 2;
                }
                memcpy(joined + at, b->paragraphs[i].data, b->paragraphs[i].bytes);
                at += b->paragraphs[i].bytes;
            }
            zone->joined = ld_span_of(joined, at);
        } else {
            b->refused = true;
        }
    }
    *refused |= b->refused;
    *b = (zone_builder){.arena = b->arena};
}

static void add_blocks(zone_builder *b, const ld_article *a, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        zone_add(b, a->blocks[i].text);
}

lede_status ld_article_zones(ld_arena *arena, const ld_article *a, const ld_profile *profile,
                             ld_zone_text zones[LD_ZONES_MAX], lede_error *err)
{
    zone_builder b = {.arena = arena};
    bool refused = false;
    /* What stands on a page of links are other stories' words: it is found by its own name only. */
    uint32_t block_count = a->kind == LD_ARTICLE_LIST ? 0 : a->block_count;
    uint32_t lead_count = block_count ? a->lead_block_count : 0;
    memset(zones, 0, sizeof *zones * LD_ZONES_MAX);

    zone_add(&b, a->headline);
    zone_finish(&b, &zones[LD_ZONE_TITLE], &refused);
    add_blocks(&b, a, 0, lead_count);
    zone_finish(&b, &zones[LD_ZONE_LEAD], &refused);
    add_blocks(&b, a, lead_count, block_count);
    zone_finish(&b, &zones[LD_ZONE_BODY], &refused);
    for (uint32_t i = 0; i < a->caption_count; i++)
        zone_add(&b, a->captions[i].text);
    zone_finish(&b, &zones[LD_ZONE_CAPTION], &refused);
    for (uint32_t i = 0; i < a->caption_count; i++)
        zone_add(&b, a->captions[i].credit);
    zone_finish(&b, &zones[LD_ZONE_CREDIT], &refused);
    for (uint32_t i = 0; i < a->author_count; i++)
        zone_add(&b, a->authors[i]);
    zone_finish(&b, &zones[LD_ZONE_BYLINE], &refused);
    zone_add(&b, a->dateline);
    zone_finish(&b, &zones[LD_ZONE_DATELINE], &refused);
    zone_add(&b, a->section);
    zone_add(&b, a->kicker);
    zone_finish(&b, &zones[LD_ZONE_SECTION], &refused);
    for (uint32_t z = 0; z < profile->user_zone_count; z++) {
        const ld_zone_spec *spec = &profile->user_zones[z];
        for (uint32_t i = 0; i < a->field_count; i++) {
            if (ld_span_equal(a->fields[i].name, ld_span_from_string(spec->name)))
                zone_add(&b, a->fields[i].value);
        }
        zone_finish(&b, &zones[spec->zone], &refused);
    }
    return refused ? ld_arena_status(arena, err) : LEDE_OK;
}

lede_status ld_zones_analyze(ld_arena *arena, ld_analyzer *analyzer, ld_span language,
                             const ld_zone_text zones[LD_ZONES_MAX], ld_token_list *tokens,
                             lede_error *err)
{
    LD_TRY(ld_analyze_begin(analyzer, arena, language, err));
    for (uint8_t zone = 0; zone < LD_ZONES_MAX; zone++) {
        for (uint32_t i = 0; i < zones[zone].paragraph_count; i++)
            LD_TRY(ld_analyze_zone(analyzer, zone, zones[zone].paragraphs[i], true, err));
    }
    return ld_analyze_finish(analyzer, tokens, err);
}

lede_status ld_profile_analyzer(const lede_env *env, const ld_profile *profile,
                                ld_analyzer **analyzer, lede_error *err)
{
    const ld_analysis analysis = {
        .stem = profile->stem, .case_classes = profile->case_classes, .marks = profile->marks};
    return ld_analyzer_new(env, &analysis, analyzer, err);
}

/* ---- columns ---- */

typedef struct column_builder {
    ld_arena *arena;
    ld_column_value *values;
    uint32_t count, capacity;
    bool refused;
} column_builder;

static void add_number(column_builder *b, uint16_t column, int64_t number)
{
    if (!LD_ARENA_PUSH(b->arena, b->values, b->count, b->capacity,
                       (ld_column_value){.column = column, .number = number}))
        b->refused = true;
}

static void add_keyword(column_builder *b, uint16_t column, ld_span keyword)
{
    if (keyword.bytes == 0)
        return;
    if (!LD_ARENA_PUSH(b->arena, b->values, b->count, b->capacity,
                       (ld_column_value){.column = column, .keyword = keyword}))
        b->refused = true;
}

static void add_date(column_builder *b, uint16_t column, uint16_t how, const ld_article_date *date)
{
    if (date->precision == LD_DATE_NONE)
        return;
    add_number(b, column, date->utc_ms);
    add_number(b, how,
               date->precision | date->evidence << 4 | (int64_t)date->certainty_percent << 8);
}

/* A user field's text as its column takes it; what is none is left out. */
static void add_user_value(column_builder *b, const ld_column_spec *spec, ld_span value)
{
    if (spec->kind == LD_COLUMN_KIND_KEYWORD) {
        add_keyword(b, spec->id, value);
        return;
    }
    int64_t utc_ms;
    if (!spec->is_double) {
        if (ld_date_parse_iso(value, &utc_ms) != LD_DATE_NONE ||
            ld_date_parse_http(value, &utc_ms) != LD_DATE_NONE)
            add_number(b, spec->id, utc_ms);
        return;
    }
    char digits[64];
    char *end;
    if (value.bytes == 0 || value.bytes >= sizeof digits)
        return;
    memcpy(digits, value.data, value.bytes);
    digits[value.bytes] = 0;
    double number = strtod(digits, &end);
    if (*end == 0 && number == number)
        add_number(b, spec->id, ld_column_from_double(number));
}

static ld_span site_of(const ld_article *a)
{
    ld_span host = ld_url_host(a->url.bytes ? a->url : a->canonical_url);
    return ld_span_starts_with_nocase(host, LD_SPAN("www.")) ? ld_span_sub(host, 4, SIZE_MAX)
                                                             : host;
}

/* copy_sketch: NULL where the article has no copy hashes. */
static void make_columns(column_builder *b, const ld_article *a, const ld_profile *profile,
                         const uint64_t *copy_sketch)
{
    add_date(b, LD_COLUMN_PUBLISHED, LD_COLUMN_PUBLISHED_HOW, &a->published);
    add_date(b, LD_COLUMN_MODIFIED, LD_COLUMN_MODIFIED_HOW, &a->modified);
    if (a->captured.precision != LD_DATE_NONE)
        add_number(b, LD_COLUMN_CAPTURED, a->captured.utc_ms);
    add_keyword(b, LD_COLUMN_LANGUAGE, a->language);
    add_keyword(b, LD_COLUMN_SOURCE, a->source);
    add_keyword(b, LD_COLUMN_SITE, site_of(a));
    add_keyword(b, LD_COLUMN_SECTION, a->section);
    for (uint32_t i = 0; i < a->author_count; i++)
        add_keyword(b, LD_COLUMN_AUTHOR, a->authors[i]);
    for (uint32_t i = 0; i < a->tag_count; i++)
        add_keyword(b, LD_COLUMN_TAG, a->tags[i]);
    add_number(b, LD_COLUMN_KIND, a->kind);
    if (copy_sketch)
        add_number(b, LD_COLUMN_COPY_SKETCH, (int64_t)*copy_sketch);
    for (uint32_t c = 0; c < profile->user_column_count; c++) {
        const ld_column_spec *spec = &profile->user_columns[c];
        for (uint32_t i = 0; i < a->field_count; i++) {
            if (ld_span_equal(a->fields[i].name, ld_span_from_string(spec->name)))
                add_user_value(b, spec, a->fields[i].value);
        }
    }
}

/* ---- marks ---- */

static lede_status make_marks(ld_arena *arena, const ld_token_list *tokens, ld_document *d,
                              lede_error *err)
{
    uint32_t *sentences = ld_arena_array(arena, tokens->count + 1u, sizeof *sentences);
    uint32_t *paragraphs = ld_arena_array(arena, tokens->count + 1u, sizeof *paragraphs);
    if (!sentences || !paragraphs)
        return ld_arena_status(arena, err);
    for (uint32_t i = 0; i < tokens->count; i++) {
        if (tokens->tokens[i].flags & LD_TOKEN_SENTENCE)
            sentences[d->sentence_count++] = tokens->tokens[i].position;
        if (tokens->tokens[i].flags & LD_TOKEN_PARAGRAPH)
            paragraphs[d->paragraph_count++] = tokens->tokens[i].position;
    }
    d->sentence_starts = sentences;
    d->paragraph_starts = paragraphs;
    return LEDE_OK;
}

/* ---- stored bytes and content hash ---- */

static lede_status make_stored(ld_arena *arena, const ld_profile *profile, const ld_article *a,
                               ld_document *d, lede_error *err)
{
    ld_buf buf;
    ld_buf_init(&buf, ld_arena_env(arena), SIZE_MAX / 4);
    ld_stored_write_content(&buf, a);
    d->content_hash = ld_hash64(buf.data, buf.bytes, 0) >> (64 - LD_CONTENT_HASH_BITS);
    lede_status status = ld_buf_status(&buf, err);
    if (status == LEDE_OK && buf.bytes > LD_STORED_DOC_BYTES_MAX)
        status =
            LD_FAIL(err, LEDE_E_LIMIT, "the article has %zu bytes of text; at most %u are kept",
                    buf.bytes, LD_STORED_DOC_BYTES_MAX);
    if (status == LEDE_OK && profile->store) {
        bool is_content = a->url.bytes == 0 && a->path.bytes == 0 &&
                          a->captured.precision == LD_DATE_NONE; /* nothing of where and when */
        if (!is_content) {
            ld_buf_clear(&buf);
            ld_stored_write(&buf, a);
            status = ld_buf_status(&buf, err);
        }
        if (status == LEDE_OK) {
            d->stored = ld_arena_copy(arena, ld_buf_span(&buf));
            if (!d->stored.data)
                status = ld_arena_status(arena, err);
        }
    }
    ld_buf_release(&buf);
    return status;
}

lede_status ld_document_make(ld_arena *arena, ld_analyzer *analyzer, const ld_profile *profile,
                             const ld_article *article, ld_document *document, lede_error *err)
{
    ld_zone_text zones[LD_ZONES_MAX];
    memset(document, 0, sizeof *document);
    LD_TRY(ld_article_zones(arena, article, profile, zones, err));
    LD_TRY(ld_zones_analyze(arena, analyzer, article->language, zones, &document->tokens, err));
    if (profile->marks)
        LD_TRY(make_marks(arena, &document->tokens, document, err));

    column_builder columns = {.arena = arena};
    uint64_t copy_sketch = 0;
    if (profile->sidecars)
        LD_TRY(ld_copies_hashes(arena, article, COPY_HASHES_MAX, &document->copy_hashes,
                                &document->copy_hash_count, &copy_sketch, err));
    make_columns(&columns, article, profile, document->copy_hash_count ? &copy_sketch : NULL);
    if (columns.refused)
        return ld_arena_status(arena, err);
    document->columns = columns.values;
    document->column_count = columns.count;
    document->version_order =
        article->captured.precision != LD_DATE_NONE ? article->captured.utc_ms : INT64_MIN;
    if (profile->sidecars)
        LD_TRY(ld_document_notes(arena, article, zones, document, err));
    return make_stored(arena, profile, article, document, err);
}
