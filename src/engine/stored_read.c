/* Bytes to articles: stored_format.h says how. Nothing is believed: counts are bounded by the
 * bytes that are left before anything is allocated. */
#include "base/limits.h"
#include "codec/varint.h"
#include "engine/stored_format.h"

typedef struct stored_reader {
    ld_reader r;
    ld_arena *arena;
    bool refused; /* the arena had no room */
} stored_reader;

static ld_span read_text(stored_reader *s)
{
    return ld_reader_bytes(&s->r, ld_reader_varint(&s->r));
}

/* A list's count: no more than there are bytes left, each item taking at least item_bytes. */
static uint32_t read_count(stored_reader *s, size_t item_bytes)
{
    uint64_t count = ld_reader_varint(&s->r);
    if (count > (s->r.bytes - s->r.at) / item_bytes) {
        s->r.failed = true;
        return 0;
    }
    return (uint32_t)count;
}

static void *read_list(stored_reader *s, uint32_t count, size_t item_bytes)
{
    void *items = ld_arena_array(s->arena, count ? count : 1, item_bytes);
    if (!items)
        s->refused = true;
    return items;
}

static ld_article_date read_date(stored_reader *s)
{
    ld_article_date date = {0};
    date.precision = ld_reader_u8(&s->r);
    if (date.precision == LD_DATE_NONE)
        return date;
    date.evidence = ld_reader_u8(&s->r);
    date.certainty_percent = ld_reader_u8(&s->r);
    date.utc_ms = ld_zigzag_decode(ld_reader_varint(&s->r));
    int64_t offset_minutes = ld_zigzag_decode(ld_reader_varint(&s->r));
    date.offset_minutes = (int16_t)offset_minutes;
    if (date.precision > LD_DATE_TIME || date.evidence > LD_EVIDENCE_WARC ||
        offset_minutes != date.offset_minutes)
        s->r.failed = true;
    return date;
}

static const ld_span *read_texts(stored_reader *s, uint32_t *count)
{
    *count = read_count(s, 1);
    ld_span *texts = read_list(s, *count, sizeof *texts);
    for (uint32_t i = 0; texts && i < *count; i++)
        texts[i] = read_text(s);
    return texts;
}

static void read_blocks(stored_reader *s, ld_article *a)
{
    a->lead_block_count = (uint32_t)ld_reader_varint(&s->r);
    a->block_count = read_count(s, 4);
    ld_block *blocks = read_list(s, a->block_count, sizeof *blocks);
    for (uint32_t i = 0; blocks && i < a->block_count; i++) {
        blocks[i].kind = ld_reader_u8(&s->r);
        blocks[i].level = ld_reader_u8(&s->r);
        blocks[i].flags = ld_reader_u8(&s->r);
        blocks[i].text = read_text(s);
    }
    a->blocks = blocks;
    if (a->lead_block_count > a->block_count)
        s->r.failed = true;
}

static void read_captions(stored_reader *s, ld_article *a)
{
    a->caption_count = read_count(s, 2);
    ld_caption *captions = read_list(s, a->caption_count, sizeof *captions);
    for (uint32_t i = 0; captions && i < a->caption_count; i++) {
        captions[i].text = read_text(s);
        captions[i].credit = read_text(s);
    }
    a->captions = captions;
}

static void read_fields(stored_reader *s, ld_article *a)
{
    a->field_count = read_count(s, 2);
    ld_article_field *fields = read_list(s, a->field_count, sizeof *fields);
    for (uint32_t i = 0; fields && i < a->field_count; i++) {
        fields[i].name = read_text(s);
        fields[i].value = read_text(s);
    }
    a->fields = fields;
}

lede_status ld_stored_read(ld_arena *arena, ld_span stored, ld_article *article, lede_error *err)
{
    stored_reader s = {ld_reader_of(stored.data, stored.bytes), arena, false};
    ld_article a = {0};
    uint8_t version = ld_reader_u8(&s.r);
    if (!s.r.failed && version != LD_STORED_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION, "a stored article has version %u; this lede reads %u",
                       version, LD_STORED_VERSION);
    a.kind = ld_reader_u8(&s.r);
    a.truncated = ld_reader_u8(&s.r) & LD_STORED_TRUNCATED;
    ld_span *texts[] = {&a.headline, &a.kicker, &a.dateline, &a.section,       &a.language,
                        &a.source,   &a.agency, &a.url,      &a.canonical_url, &a.path};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = read_text(&s);
    a.published = read_date(&s);
    a.modified = read_date(&s);
    a.captured = read_date(&s);
    a.authors = read_texts(&s, &a.author_count);
    a.tags = read_texts(&s, &a.tag_count);
    read_blocks(&s, &a);
    read_captions(&s, &a);
    read_fields(&s, &a);
    if (s.refused)
        return ld_arena_status(arena, err);
    if (s.r.failed || s.r.at != s.r.bytes || a.kind > LD_ARTICLE_STUB)
        return ld_error_corrupt(err, "stored article", s.r.at, "its fields do not fit its bytes");
    *article = a;
    return LEDE_OK;
}
