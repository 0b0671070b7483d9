/*
 * Which of it is the story? (extract.h): the ways of the three kinds of capture.
 *
 *   HTML               parse, metadata.c, body.c, then a headline where no title is left
 *   TEXT, MARKDOWN     decode, plain.c
 *   FIELDS             what the record states; its HTML goes through body.c as a fragment
 *
 * What the user or the record states wins over the page, with the evidence "given". A language the
 * page states yields to the detector only where that is sure and the page's is missing.
 */
#include "article/extract.h"

#include "article/authors.h"
#include "article/body.h"
#include "article/dates.h"
#include "article/learn.h"
#include "article/metadata.h"
#include "article/owner_marks.h"
#include "article/plain.h"
#include "article/state.h"
#include "article/story.h"
#include "base/utf8.h"
#include "html/node.h"
#include "html/parse.h"
#include "text/charset.h"
#include "text/language.h"

#define CHARSET_SAMPLE_BYTES 65536u

/* The bytes of a text as UTF-8: by byte order mark, the protocol's label, validity, detection. */
static lede_status decode_text(ld_arena *arena, const ld_capture *capture, ld_span *utf8,
                               lede_error *err)
{
    size_t bom_bytes;
    const char *name = ld_charset_for_bom(capture->body, &bom_bytes);
    if (!name && capture->charset.bytes > 0)
        name = ld_charset_for_label(capture->charset);
    if (!name && ld_utf8_valid(capture->body))
        name = "UTF-8";
    if (!name)
        name = ld_charset_detect(ld_span_sub(capture->body, 0, CHARSET_SAMPLE_BYTES));
    return ld_charset_decode(arena, name, capture->body, utf8, err);
}

/* Saved pages often keep the label of an encoding they were converted from. Text that is not ASCII
 * and valid UTF-8 from end to end is UTF-8, whatever it is called. */
static bool is_surely_utf8(ld_span bytes)
{
    size_t bom_bytes, ascii = 0;
    if (ld_charset_for_bom(bytes, &bom_bytes))
        return false;
    for (uint64_t word; bytes.bytes - ascii >= sizeof word; ascii += sizeof word) {
        memcpy(&word, bytes.data + ascii, sizeof word);
        if (word & 0x8080808080808080ull)
            break;
    }
    while (ascii < bytes.bytes && (unsigned char)bytes.data[ascii] < 0x80)
        ascii++;
    return ascii < bytes.bytes && ld_utf8_valid(bytes);
}

static lede_status extract_fragment(ld_story *story, ld_dates *dates, ld_span html, lede_error *err)
{
    ld_page page;
    ld_html_options options = {.is_utf8 = true};
    LD_TRY(ld_html_parse_fragment(story->arena, html, &options, &page, err));
    ld_metadata *meta = ld_arena_alloc_zero(story->arena, sizeof *meta);
    if (!meta)
        return ld_arena_status(story->arena, err);
    meta->h1 = LD_NODE_NONE;
    ld_dates unused = *dates; /* a body's own dates say nothing about its publication */
    ld_body_extract(story, &page, ld_page_root_element(&page), meta, &unused, true);
    story->article->truncated |= page.truncated;
    return LEDE_OK;
}

/* The page shows next to nothing: its story may stand in the data of a script. */
static lede_status extract_state(ld_story *story, ld_dates *dates, const ld_page *page,
                                 lede_error *err)
{
    uint32_t words = 0;
    for (uint32_t i = 0; i < story->block_count && words < LD_STATE_WORDS_MIN / 2; i++)
        words += ld_text_word_count(story->blocks[i].text);
    if (words >= LD_STATE_WORDS_MIN / 2 || story->article->kind == LD_ARTICLE_LIST)
        return LEDE_OK;
    ld_span body = ld_state_find_body(story->arena, page);
    if (body.bytes == 0)
        return LEDE_OK;
    story->block_count = 0;
    story->article->lead_block_count = 0;
    if (ld_span_find(body, LD_SPAN("</p>")) != SIZE_MAX ||
        ld_span_find(body, LD_SPAN("<br")) != SIZE_MAX)
        return extract_fragment(story, dates, body, err);
    ld_plain_add_paragraphs(story, body);
    return LEDE_OK;
}

static lede_status extract_html(ld_story *story, ld_dates *dates, lede_error *err)
{
    ld_page page;
    if (story->options->taught || story->options->sites)
        story->site_page = ld_learn_identify(story->capture);
    if (story->options->taught && !ld_sites_want(story->options->taught, &story->site_page))
        return LEDE_OK;
    ld_html_options options = {.protocol_charset = story->capture->charset,
                               .is_utf8 = is_surely_utf8(story->capture->body)};
    LD_TRY(ld_html_parse(story->arena, story->capture->body, &options, &page, err));
    ld_metadata *meta = ld_arena_alloc_zero(story->arena, sizeof *meta);
    if (!meta)
        return ld_arena_status(story->arena, err);
    story->article->truncated |= page.truncated;
    ld_metadata_gather(story, &page, meta, dates);
    ld_metadata_choose(story, &page, meta);
    ld_owner_marks_read(story, &page, dates);
    story->site_page.story = ld_learn_story(story);
    ld_node root = ld_page_body(&page);
    root = root != LD_NODE_NONE ? root : ld_page_root_element(&page);
    bool is_marked = ld_owner_marks_apply(&page, root);
    LD_TRY(ld_arena_status(story->arena, err));
    ld_body_extract(story, &page, root, meta, dates, is_marked);
    if (is_marked)
        story->article->is_paywalled = meta->ld.is_paywalled;
    else
        LD_TRY(extract_state(story, dates, &page, err));
    ld_dates_offer_url(dates, story->article->canonical_url);
    ld_dates_offer_url(dates, story->capture->url);
    return LEDE_OK;
}

static lede_status extract_text(ld_story *story, ld_dates *dates, lede_error *err)
{
    ld_span utf8;
    LD_TRY(decode_text(story->arena, story->capture, &utf8, err));
    ld_plain_extract(story, dates, utf8, story->capture->media == LD_MEDIA_MARKDOWN);
    return LEDE_OK;
}

/* ---- records ---- */

static void take_given_lists(ld_story *story, const ld_given *given)
{
    ld_span authors = ld_text_fold(story->arena, given->author);
    if (ld_span_find_byte(authors, ';') != SIZE_MAX) {
        while (authors.bytes > 0) {
            size_t at = ld_span_find_byte(authors, ';');
            ld_authors_add_name(story, at == SIZE_MAX ? authors : ld_span_sub(authors, 0, at));
            authors = at == SIZE_MAX ? (ld_span){0} : ld_span_sub(authors, at + 1, authors.bytes);
        }
    } else {
        ld_authors_add_list(story, authors);
    }
    ld_span tags = ld_text_fold(story->arena, given->tags);
    while (tags.bytes > 0) {
        size_t at = ld_span_find_byte(tags, ';');
        ld_story_add_tag(story, ld_span_trim(at == SIZE_MAX ? tags : ld_span_sub(tags, 0, at)));
        tags = at == SIZE_MAX ? (ld_span){0} : ld_span_sub(tags, at + 1, tags.bytes);
    }
}

static void take_given_fields(ld_story *story, const ld_given *given)
{
    ld_article *article = story->article;
    ld_article_field *fields = ld_arena_array(story->arena, given->field_count, sizeof *fields);
    for (uint32_t i = 0; fields && i < given->field_count; i++)
        fields[i] = (ld_article_field){given->fields[i].name, given->fields[i].value};
    article->fields = fields;
    article->field_count = fields ? given->field_count : 0;
}

/* What a record or a feed states about the article, for captures of every kind. */
static void take_given(ld_story *story, ld_dates *dates)
{
    const ld_given *given = &story->capture->given;
    ld_article *article = story->article;
    ld_arena *arena = story->arena;
    if (given->title.bytes > 0)
        article->headline = ld_text_fold_escaped(arena, given->title);
    if (given->section.bytes > 0)
        article->section = ld_text_fold(arena, given->section);
    if (given->source.bytes > 0)
        article->source = ld_text_fold(arena, given->source);
    if (given->language.bytes > 0)
        article->language = ld_text_fold(arena, given->language);
    if (given->author.bytes > 0)
        story->author_count = 0;
    take_given_lists(story, given);
    take_given_fields(story, given);
    (void)ld_dates_offer(dates, false, LD_EVIDENCE_GIVEN, LD_TRUST_GIVEN, given->published);
    (void)ld_dates_offer(dates, true, LD_EVIDENCE_GIVEN, LD_TRUST_GIVEN, given->modified);
}

static lede_status extract_fields(ld_story *story, ld_dates *dates, lede_error *err)
{
    const ld_given *given = &story->capture->given;
    if (given->text.bytes > 0)
        ld_plain_add_paragraphs(story, given->text);
    else if (given->html.bytes > 0)
        LD_TRY(extract_fragment(story, dates, given->html, err));
    return LEDE_OK;
}

/* ---- the end ---- */

static void settle_language(ld_story *story)
{
    ld_article *article = story->article;
    ld_span stated =
        story->options->language.bytes > 0 ? story->options->language : article->language;
    size_t bytes = 0;
    while (bytes < stated.bytes && bytes < 8 && ld_text_is_letter(stated.data[bytes]))
        bytes++;
    char *lower = ld_arena_alloc(story->arena, 16);
    if (!lower)
        return;
    for (size_t i = 0; i < bytes; i++)
        lower[i] = ld_text_lower(stated.data[i]);
    article->language = ld_span_of(lower, bytes);
    if (bytes > 0)
        return;
    char *sample = ld_arena_alloc(story->arena, LD_LANGUAGE_SAMPLE_BYTES_MAX);
    size_t used = 0;
    for (uint32_t i = 0; sample && i < story->block_count; i++) {
        ld_span text = story->blocks[i].text;
        if (used + text.bytes + 1 > LD_LANGUAGE_SAMPLE_BYTES_MAX)
            text.bytes = ld_utf8_cut(text, LD_LANGUAGE_SAMPLE_BYTES_MAX - used - 1);
        memcpy(sample + used, text.data, text.bytes);
        used += text.bytes;
        sample[used++] = '\n';
        if (used >= LD_LANGUAGE_SAMPLE_BYTES_MAX - 4)
            break;
    }
    char found[8];
    uint8_t certainty;
    ld_language_detect(ld_span_of(sample, used), found, &certainty);
    memcpy(lower, found, sizeof found);
    article->language = ld_span_from_string(lower);
}

static void settle_dates(ld_story *story, ld_dates *dates)
{
    ld_article *article = story->article;
    (void)ld_dates_offer(dates, false, LD_EVIDENCE_GIVEN, LD_TRUST_GIVEN + 1,
                         story->options->published);
    article->published = dates->published;
    article->modified = dates->modified;
    if (article->published.certainty_percent > 100)
        article->published.certainty_percent = 100;
    if (story->capture->has_captured)
        article->captured = (ld_article_date){.precision = LD_DATE_TIME,
                                              .evidence = LD_EVIDENCE_WARC,
                                              .certainty_percent = 100,
                                              .utc_ms = story->capture->captured_utc_ms};
}

lede_status ld_article_extract(ld_arena *arena, const ld_capture *capture,
                               const ld_extract_options *options, ld_article *article,
                               lede_error *err)
{
    static const ld_extract_options none;
    *article = (ld_article){.url = capture->url};
    article->path = ld_utf8_scrub(arena, capture->path);
    ld_story story;
    ld_story_init(&story, arena, capture, options ? options : &none, article);
    ld_dates dates;
    ld_dates_init(&dates, capture->has_captured, capture->captured_utc_ms);
    switch (capture->media) {
    case LD_MEDIA_HTML:
        LD_TRY(extract_html(&story, &dates, err));
        break;
    case LD_MEDIA_TEXT:
    case LD_MEDIA_MARKDOWN:
        LD_TRY(extract_text(&story, &dates, err));
        break;
    case LD_MEDIA_FIELDS:
        LD_TRY(extract_fields(&story, &dates, err));
        break;
    }
    take_given(&story, &dates);
    if (story.options->source.bytes > 0)
        article->source = story.options->source;
    settle_language(&story);
    settle_dates(&story, &dates);
    ld_story_finish(&story);
    LD_TRY(ld_arena_status(arena, err));
    if (story.status != LEDE_OK) {
        if (err)
            *err = story.error;
        return story.status;
    }
    if (article->block_count == 0 && article->headline.bytes == 0)
        return LD_FAIL(err, LEDE_E_INVALID, "the page has no text that could be an article");
    return LEDE_OK;
}
