#include "engine/public_article.h"

#include "engine/names.h"

typedef struct copier {
    ld_arena *arena;
    bool refused;
} copier;

static lede_text copy_text(copier *c, ld_span s)
{
    if (s.bytes == 0)
        return (lede_text){"", 0};
    ld_span copy = ld_arena_copy(c->arena, s);
    if (!copy.data) {
        c->refused = true;
        return (lede_text){"", 0};
    }
    return (lede_text){copy.data, copy.bytes};
}

static void *copy_list(copier *c, uint32_t count, size_t item_bytes)
{
    void *items = ld_arena_array(c->arena, count ? count : 1, item_bytes);
    if (!items)
        c->refused = true;
    return items;
}

static lede_text *copy_texts(copier *c, const ld_span *spans, uint32_t count)
{
    lede_text *texts = copy_list(c, count, sizeof *texts);
    for (uint32_t i = 0; texts && i < count; i++)
        texts[i] = copy_text(c, spans[i]);
    return texts;
}

static lede_date public_date(const ld_article_date *date)
{
    return (lede_date){(lede_date_precision)date->precision, date->utc_ms,
                       ld_name_of_evidence(date->evidence), date->certainty_percent,
                       date->offset_minutes};
}

static void copy_lists(copier *c, const ld_article *a, lede_article *out)
{
    out->authors = copy_texts(c, a->authors, out->author_count = a->author_count);
    out->tags = copy_texts(c, a->tags, out->tag_count = a->tag_count);

    lede_block *blocks = copy_list(c, a->block_count, sizeof *blocks);
    for (uint32_t i = 0; blocks && i < a->block_count; i++) {
        blocks[i] =
            (lede_block){(lede_block_kind)a->blocks[i].kind, a->blocks[i].level,
                         a->blocks[i].flags & LD_BLOCK_ORDERED, copy_text(c, a->blocks[i].text)};
    }
    out->blocks = blocks;
    out->block_count = a->block_count;
    out->lead_block_count = a->lead_block_count;

    lede_caption *captions = copy_list(c, a->caption_count, sizeof *captions);
    for (uint32_t i = 0; captions && i < a->caption_count; i++) {
        captions[i].text = copy_text(c, a->captions[i].text);
        captions[i].credit = copy_text(c, a->captions[i].credit);
    }
    out->captions = captions;
    out->caption_count = a->caption_count;

    out->comments = copy_texts(c, a->comments, out->comment_count = a->comment_count);
    out->image_alternatives = copy_texts(c, a->image_alternatives,
                                         out->image_alternative_count = a->image_alternative_count);
    lede_post *posts = copy_list(c, a->post_count, sizeof *posts);
    for (uint32_t i = 0; posts && i < a->post_count; i++)
        posts[i] = (lede_post){copy_text(c, a->posts[i].headline),
                               copy_text(c, a->posts[i].published), copy_text(c, a->posts[i].text)};
    out->posts = posts;
    out->post_count = a->post_count;

    lede_field *fields = copy_list(c, a->field_count, sizeof *fields);
    for (uint32_t i = 0; fields && i < a->field_count; i++) {
        fields[i].name = copy_text(c, a->fields[i].name);
        fields[i].value = copy_text(c, a->fields[i].value);
    }
    out->fields = fields;
    out->field_count = a->field_count;
}

lede_status ld_article_to_public(ld_arena *arena, const ld_article *a, ld_span key,
                                 lede_article *out, lede_error *err)
{
    copier c = {arena, false};
    memset(out, 0, sizeof *out);
    out->struct_bytes = sizeof *out;
    out->kind = ld_name_of_kind(a->kind);
    out->headline = copy_text(&c, a->headline);
    out->kicker = copy_text(&c, a->kicker);
    out->dateline = copy_text(&c, a->dateline);
    out->section = copy_text(&c, a->section);
    out->language = copy_text(&c, a->language);
    out->source = copy_text(&c, a->source);
    out->agency = copy_text(&c, a->agency);
    out->key = copy_text(&c, key);
    out->url = copy_text(&c, a->url);
    out->canonical_url = copy_text(&c, a->canonical_url);
    out->path = copy_text(&c, a->path);
    out->published = public_date(&a->published);
    out->modified = public_date(&a->modified);
    out->captured = public_date(&a->captured);
    out->truncated = a->truncated;
    out->amp_url = copy_text(&c, a->amp_url);
    out->next_url = copy_text(&c, a->next_url);
    out->previous_url = copy_text(&c, a->previous_url);
    out->paywalled = a->is_paywalled;
    copy_lists(&c, a, out);
    return c.refused ? ld_arena_status(arena, err) : LEDE_OK;
}

static ld_span inner_text(lede_text t)
{
    return ld_span_of(t.data, t.bytes);
}

static lede_status inner_date(const lede_date *date, ld_article_date *out, lede_error *err)
{
    uint8_t evidence = 0;
    if ((unsigned)date->precision > LEDE_DATE_TIME ||
        (date->evidence && !ld_evidence_of_name(ld_span_from_string(date->evidence), &evidence)))
        return LD_FAIL(err, LEDE_E_INVALID, "a date's precision or evidence (%s) is not known",
                       date->evidence ? date->evidence : "");
    *out = (ld_article_date){(uint8_t)date->precision, evidence, date->certainty_percent,
                             date->utc_ms, date->offset_minutes};
    return LEDE_OK;
}

static const ld_span *inner_texts(copier *c, const lede_text *texts, uint32_t count)
{
    ld_span *spans = copy_list(c, count, sizeof *spans);
    for (uint32_t i = 0; spans && i < count; i++)
        spans[i] = inner_text(texts[i]);
    return spans;
}

static void inner_lists(copier *c, const lede_article *in, ld_article *out)
{
    out->authors = inner_texts(c, in->authors, out->author_count = in->author_count);
    out->tags = inner_texts(c, in->tags, out->tag_count = in->tag_count);
    ld_block *blocks = copy_list(c, in->block_count, sizeof *blocks);
    for (uint32_t i = 0; blocks && i < in->block_count; i++) {
        blocks[i] = (ld_block){(uint8_t)in->blocks[i].kind, (uint8_t)in->blocks[i].level,
                               in->blocks[i].ordered ? LD_BLOCK_ORDERED : 0,
                               inner_text(in->blocks[i].text)};
    }
    out->blocks = blocks;
    out->block_count = in->block_count;
    out->lead_block_count =
        in->lead_block_count < in->block_count ? in->lead_block_count : in->block_count;
    ld_caption *captions = copy_list(c, in->caption_count, sizeof *captions);
    for (uint32_t i = 0; captions && i < in->caption_count; i++) {
        captions[i].text = inner_text(in->captions[i].text);
        captions[i].credit = inner_text(in->captions[i].credit);
    }
    out->captions = captions;
    out->caption_count = in->caption_count;
    ld_article_field *fields = copy_list(c, in->field_count, sizeof *fields);
    for (uint32_t i = 0; fields && i < in->field_count; i++) {
        fields[i].name = inner_text(in->fields[i].name);
        fields[i].value = inner_text(in->fields[i].value);
    }
    out->fields = fields;
    out->field_count = in->field_count;
}

lede_status ld_article_from_public(ld_arena *arena, const lede_article *in, ld_article *out,
                                   lede_error *err)
{
    copier c = {arena, false};
    memset(out, 0, sizeof *out);
    if (in->kind && !ld_kind_of_name(ld_span_from_string(in->kind), &out->kind))
        return LD_FAIL(err, LEDE_E_INVALID, "no kind of article is named %s", in->kind);
    out->headline = inner_text(in->headline);
    out->kicker = inner_text(in->kicker);
    out->dateline = inner_text(in->dateline);
    out->section = inner_text(in->section);
    out->language = inner_text(in->language);
    out->source = inner_text(in->source);
    out->agency = inner_text(in->agency);
    out->url = inner_text(in->url);
    out->canonical_url = inner_text(in->canonical_url);
    out->path = inner_text(in->path);
    out->truncated = in->truncated != 0;
    LD_TRY(inner_date(&in->published, &out->published, err));
    LD_TRY(inner_date(&in->modified, &out->modified, err));
    LD_TRY(inner_date(&in->captured, &out->captured, err));
    inner_lists(&c, in, out);
    return c.refused ? ld_arena_status(arena, err) : LEDE_OK;
}

void ld_date_format_precise(lede_date_precision precision, int64_t utc_ms, char out[32])
{
    out[0] = 0;
    if (precision == LEDE_DATE_UNKNOWN)
        return;
    ld_date_format_time(utc_ms, out);
    static const uint8_t ends[] = {
        [LEDE_DATE_YEAR] = 4, [LEDE_DATE_MONTH] = 7, [LEDE_DATE_DAY] = 10};
    if (precision < LEDE_DATE_TIME)
        out[ends[precision]] = 0;
}
