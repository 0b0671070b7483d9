/* Articles to bytes: stored_format.h says how. */
#include "codec/varint.h"
#include "engine/stored_format.h"

static void write_text(ld_buf *out, ld_span text)
{
    ld_buf_add_varint(out, text.bytes);
    ld_buf_add_span(out, text);
}

static void write_date(ld_buf *out, const ld_article_date *date)
{
    ld_buf_add_byte(out, date->precision);
    if (date->precision == LD_DATE_NONE)
        return;
    ld_buf_add_byte(out, date->evidence);
    ld_buf_add_byte(out, date->certainty_percent);
    ld_buf_add_varint(out, ld_zigzag_encode(date->utc_ms));
    ld_buf_add_varint(out, ld_zigzag_encode(date->offset_minutes));
}

static void write_texts(ld_buf *out, const ld_span *texts, uint32_t count)
{
    ld_buf_add_varint(out, count);
    for (uint32_t i = 0; i < count; i++)
        write_text(out, texts[i]);
}

static void write_article(ld_buf *out, const ld_article *a, bool only_content)
{
    static const ld_article_date no_date;
    const ld_span none = {0};
    const ld_span texts[] = {a->headline,      a->kicker,
                             a->dateline,      a->section,
                             a->language,      a->source,
                             a->agency,        only_content ? none : a->url,
                             a->canonical_url, only_content ? none : a->path};

    ld_buf_add_byte(out, LD_STORED_VERSION);
    ld_buf_add_byte(out, a->kind);
    ld_buf_add_byte(out, a->truncated ? LD_STORED_TRUNCATED : 0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        write_text(out, texts[i]);
    write_date(out, &a->published);
    write_date(out, &a->modified);
    write_date(out, only_content ? &no_date : &a->captured);
    write_texts(out, a->authors, a->author_count);
    write_texts(out, a->tags, a->tag_count);
    ld_buf_add_varint(out, a->lead_block_count);
    ld_buf_add_varint(out, a->block_count);
    for (uint32_t i = 0; i < a->block_count; i++) {
        ld_buf_add_byte(out, a->blocks[i].kind);
        ld_buf_add_byte(out, a->blocks[i].level);
        ld_buf_add_byte(out, a->blocks[i].flags);
        write_text(out, a->blocks[i].text);
    }
    ld_buf_add_varint(out, a->caption_count);
    for (uint32_t i = 0; i < a->caption_count; i++) {
        write_text(out, a->captions[i].text);
        write_text(out, a->captions[i].credit);
    }
    ld_buf_add_varint(out, a->field_count);
    for (uint32_t i = 0; i < a->field_count; i++) {
        write_text(out, a->fields[i].name);
        write_text(out, a->fields[i].value);
    }
}

void ld_stored_write(ld_buf *out, const ld_article *article)
{
    write_article(out, article, false);
}

void ld_stored_write_content(ld_buf *out, const ld_article *article)
{
    write_article(out, article, true);
}
