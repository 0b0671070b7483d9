/* Articles to bytes: stored_format.h says how. Room for all of an article is made at once, since
 * most of its texts are absent and a test for each of their bytes would be most of the work. */
#include "codec/varint.h"
#include "engine/stored_format.h"

/* Bytes of an article beside its texts: no number is longer than a varint can be. */
#define FIXED_BYTES_MAX 512u
#define TEXT_BYTES_MAX  (LD_VARINT_BYTES_MAX + 3u) /* a block's three bytes included */

static uint8_t *write_number(uint8_t *at, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *at++ = (uint8_t)(value | 0x80);
    *at++ = (uint8_t)value;
    return at;
}

static uint8_t *write_text(uint8_t *at, ld_span text)
{
    at = write_number(at, text.bytes);
    if (text.bytes)
        memcpy(at, text.data, text.bytes);
    return at + text.bytes;
}

static uint8_t *write_date(uint8_t *at, const ld_article_date *date)
{
    *at++ = date->precision;
    if (date->precision == LD_DATE_NONE)
        return at;
    *at++ = date->evidence;
    *at++ = date->certainty_percent;
    at = write_number(at, ld_zigzag_encode(date->utc_ms));
    return write_number(at, ld_zigzag_encode(date->offset_minutes));
}

static uint8_t *write_texts(uint8_t *at, const ld_span *texts, uint32_t count)
{
    at = write_number(at, count);
    for (uint32_t i = 0; i < count; i++)
        at = write_text(at, texts[i]);
    return at;
}

static size_t texts_bytes(const ld_span *texts, uint32_t count)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < count; i++)
        bytes += texts[i].bytes + TEXT_BYTES_MAX;
    return bytes;
}

/* At least the bytes that the article takes. */
static size_t article_bytes_max(const ld_article *a)
{
    const ld_span texts[] = {a->headline, a->kicker, a->dateline, a->section,       a->language,
                             a->source,   a->agency, a->url,      a->canonical_url, a->path};
    size_t bytes = FIXED_BYTES_MAX + texts_bytes(texts, sizeof texts / sizeof *texts) +
                   texts_bytes(a->authors, a->author_count) + texts_bytes(a->tags, a->tag_count);
    for (uint32_t i = 0; i < a->block_count; i++)
        bytes += texts_bytes(&a->blocks[i].text, 1);
    for (uint32_t i = 0; i < a->caption_count; i++)
        bytes += texts_bytes(&a->captions[i].text, 1) + texts_bytes(&a->captions[i].credit, 1);
    for (uint32_t i = 0; i < a->field_count; i++)
        bytes += texts_bytes(&a->fields[i].name, 1) + texts_bytes(&a->fields[i].value, 1);
    return bytes;
}

static void write_article(ld_buf *out, const ld_article *a, bool only_content)
{
    if (!ld_buf_reserve(out, article_bytes_max(a)))
        return;
    uint8_t *at = out->data + out->bytes;
    static const ld_article_date no_date;
    const ld_span none = {0};
    const ld_span texts[] = {a->headline,      a->kicker,
                             a->dateline,      a->section,
                             a->language,      a->source,
                             a->agency,        only_content ? none : a->url,
                             a->canonical_url, only_content ? none : a->path};

    *at++ = LD_STORED_VERSION;
    *at++ = a->kind;
    *at++ = a->truncated ? LD_STORED_TRUNCATED : 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        at = write_text(at, texts[i]);
    at = write_date(at, &a->published);
    at = write_date(at, &a->modified);
    at = write_date(at, only_content ? &no_date : &a->captured);
    at = write_texts(at, a->authors, a->author_count);
    at = write_texts(at, a->tags, a->tag_count);
    at = write_number(at, a->lead_block_count);
    at = write_number(at, a->block_count);
    for (uint32_t i = 0; i < a->block_count; i++) {
        *at++ = a->blocks[i].kind;
        *at++ = a->blocks[i].level;
        *at++ = a->blocks[i].flags;
        at = write_text(at, a->blocks[i].text);
    }
    at = write_number(at, a->caption_count);
    for (uint32_t i = 0; i < a->caption_count; i++) {
        at = write_text(at, a->captions[i].text);
        at = write_text(at, a->captions[i].credit);
    }
    at = write_number(at, a->field_count);
    for (uint32_t i = 0; i < a->field_count; i++) {
        at = write_text(at, a->fields[i].name);
        at = write_text(at, a->fields[i].value);
    }
    out->bytes = (size_t)(at - out->data);
}

void ld_stored_write(ld_buf *out, const ld_article *article)
{
    write_article(out, article, false);
}

void ld_stored_write_content(ld_buf *out, const ld_article *article)
{
    write_article(out, article, true);
}
