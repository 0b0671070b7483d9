/*
 * An article as text: JSON with the names of schema.org's NewsArticle
 * (https://schema.org/NewsArticle), plain text, Markdown, HTML.
 *
 * JSON, one object:
 *   headline alternativeHeadline author[] datePublished dateModified dateCaptured dateEvidence{}
 *   dateline articleSection inLanguage publisher sourceOrganization keywords[] url canonicalUrl
 *   articleBody (paragraphs separated by a blank line) captions[{text, credit}]
 *   liveBlogUpdate[{headline, datePublished, articleBody}] image[{description}] comment[{text}]
 *   ampUrl nextUrl previousUrl isAccessibleForFree kind isTruncated path key fields{}
 * What is not known is absent, but for headline, articleBody and captions, which are always there.
 */
#include "engine/article_write.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/markup.h"
#include "engine/public_article.h"

static ld_span span_of(lede_text t)
{
    return ld_span_of(t.data, t.bytes);
}

static void json_text(ld_json *j, const char *key, lede_text text)
{
    if (text.bytes)
        ld_json_key_string(j, key, span_of(text));
}

static void json_texts(ld_json *j, const char *key, const lede_text *texts, uint32_t count)
{
    if (count == 0)
        return;
    ld_json_key(j, key);
    ld_json_array(j);
    for (uint32_t i = 0; i < count; i++)
        ld_json_string(j, span_of(texts[i]));
    ld_json_array_end(j);
}

static void json_date(ld_json *j, const char *key, const lede_date *date)
{
    char text[32];
    int32_t offset = date->precision == LEDE_DATE_TIME ? date->offset_minutes : 0;
    if (offset <= -24 * 60 || offset >= 24 * 60)
        offset = 0;
    ld_date_format_precise(date->precision, date->utc_ms + offset * 60000ll, text);
    size_t bytes = strlen(text);
    if (offset != 0 && bytes > 0 && text[bytes - 1] == 'Z') {
        uint32_t minutes = (uint32_t)(offset < 0 ? -offset : offset);
        const char zone[] = {offset < 0 ? '-' : '+',
                             (char)('0' + minutes / 600),
                             (char)('0' + minutes / 60 % 10),
                             ':',
                             (char)('0' + minutes % 60 / 10),
                             (char)('0' + minutes % 10),
                             0};
        memcpy(text + bytes - 1, zone, sizeof zone);
    }
    if (text[0])
        ld_json_key_cstring(j, key, text);
}

static void json_date_evidence(ld_json *j, const char *key, const lede_date *date)
{
    if (date->precision == LEDE_DATE_UNKNOWN)
        return;
    ld_json_key(j, key);
    ld_json_object(j);
    ld_json_key_cstring(j, "evidence", date->evidence);
    ld_json_key_u64(j, "certainty", date->certainty_percent);
    ld_json_object_end(j);
}

static void json_dates(ld_json *j, const lede_article *a)
{
    json_date(j, "datePublished", &a->published);
    json_date(j, "dateModified", &a->modified);
    json_date(j, "dateCaptured", &a->captured);
    if (a->published.precision || a->modified.precision || a->captured.precision) {
        ld_json_key(j, "dateEvidence");
        ld_json_object(j);
        json_date_evidence(j, "datePublished", &a->published);
        json_date_evidence(j, "dateModified", &a->modified);
        json_date_evidence(j, "dateCaptured", &a->captured);
        ld_json_object_end(j);
    }
}

/* [{"name": text}, ...]; nothing for none */
static void json_objects(ld_json *j, const char *key, const char *name, const lede_text *texts,
                         uint32_t count)
{
    if (count == 0)
        return;
    ld_json_key(j, key);
    ld_json_array(j);
    for (uint32_t i = 0; i < count; i++) {
        ld_json_object(j);
        ld_json_key_string(j, name, span_of(texts[i]));
        ld_json_object_end(j);
    }
    ld_json_array_end(j);
}

static void json_captions(ld_json *j, const lede_article *a)
{
    ld_json_key(j, "captions");
    ld_json_array(j);
    for (uint32_t i = 0; i < a->caption_count; i++) {
        ld_json_object(j);
        ld_json_key_string(j, "text", span_of(a->captions[i].text));
        json_text(j, "credit", a->captions[i].credit);
        ld_json_object_end(j);
    }
    ld_json_array_end(j);
}

/* What stands beside the story, as schema.org calls it where it has a word. */
static void json_beside(ld_json *j, const lede_article *a)
{
    if (a->post_count > 0) {
        ld_json_key(j, "liveBlogUpdate");
        ld_json_array(j);
        for (uint32_t i = 0; i < a->post_count; i++) {
            ld_json_object(j);
            json_text(j, "headline", a->posts[i].headline);
            json_text(j, "datePublished", a->posts[i].published);
            json_text(j, "articleBody", a->posts[i].text);
            ld_json_object_end(j);
        }
        ld_json_array_end(j);
    }
    json_objects(j, "image", "description", a->image_alternatives, a->image_alternative_count);
    json_objects(j, "comment", "text", a->comments, a->comment_count);
    json_text(j, "ampUrl", a->amp_url);
    json_text(j, "nextUrl", a->next_url);
    json_text(j, "previousUrl", a->previous_url);
    if (a->paywalled)
        ld_json_key_bool(j, "isAccessibleForFree", false);
}

static void body_text(ld_buf *out, const lede_article *a)
{
    for (uint32_t i = 0; i < a->block_count; i++) {
        if (i > 0)
            ld_buf_add_string(out, "\n\n");
        ld_buf_add_span(out, span_of(a->blocks[i].text));
    }
}

void ld_article_write_json_members(ld_json *j, const lede_article *a)
{
    ld_buf body;
    ld_buf_init(&body, j->out->env, LD_STORED_DOC_BYTES_MAX);
    body_text(&body, a);
    if (body.status != LEDE_OK)
        j->out->status = body.status;

    ld_json_key_string(j, "headline", span_of(a->headline));
    json_text(j, "alternativeHeadline", a->kicker);
    json_texts(j, "author", a->authors, a->author_count);
    json_dates(j, a);
    json_text(j, "dateline", a->dateline);
    json_text(j, "articleSection", a->section);
    json_text(j, "inLanguage", a->language);
    json_text(j, "publisher", a->source);
    json_text(j, "sourceOrganization", a->agency);
    json_texts(j, "keywords", a->tags, a->tag_count);
    json_text(j, "url", a->url);
    json_text(j, "canonicalUrl", a->canonical_url);
    ld_json_key_string(j, "articleBody", ld_buf_span(&body));
    json_captions(j, a);
    json_beside(j, a);
    ld_json_key_cstring(j, "kind", a->kind);
    if (a->truncated)
        ld_json_key_bool(j, "isTruncated", true);
    json_text(j, "path", a->path);
    json_text(j, "key", a->key);
    if (a->field_count) {
        ld_json_key(j, "fields");
        ld_json_object(j);
        for (uint32_t i = 0; i < a->field_count; i++)
            ld_json_key_string(j, a->fields[i].name.data, span_of(a->fields[i].value));
        ld_json_object_end(j);
    }
    ld_buf_release(&body);
}

static void write_json(ld_buf *out, const lede_article *a, bool pretty)
{
    ld_json j;
    ld_json_init(&j, out, pretty);
    ld_json_object(&j);
    ld_article_write_json_members(&j, a);
    ld_json_object_end(&j);
    ld_buf_add_byte(out, '\n');
}

static void write_byline(ld_buf *out, const lede_article *a, const char *separator)
{
    char date[32];
    ld_date_format_precise(a->published.precision, a->published.utc_ms, date);
    const char *glue = "";
    for (uint32_t i = 0; i < a->author_count; i++) {
        ld_buf_add_string(out, i ? ", " : "");
        ld_buf_add_span(out, span_of(a->authors[i]));
        glue = separator;
    }
    if (date[0]) {
        ld_buf_add_string(out, glue);
        ld_buf_add_string(out, date);
        glue = separator;
    }
    if (a->source.bytes) {
        ld_buf_add_string(out, glue);
        ld_buf_add_span(out, span_of(a->source));
        glue = separator;
    }
    if (*glue)
        ld_buf_add_string(out, "\n\n");
}

static void write_caption(ld_buf *out, const lede_caption *c)
{
    ld_buf_add_span(out, span_of(c->text));
    if (c->credit.bytes) {
        ld_buf_add_string(out, c->text.bytes ? " (" : "(");
        ld_buf_add_span(out, span_of(c->credit));
        ld_buf_add_string(out, ")");
    }
}

static void write_text(ld_buf *out, const lede_article *a)
{
    ld_buf_add_span(out, span_of(a->headline));
    ld_buf_add_string(out, "\n\n");
    write_byline(out, a, " · ");
    for (uint32_t i = 0; i < a->caption_count; i++) {
        write_caption(out, &a->captions[i]);
        ld_buf_add_string(out, "\n\n");
    }
    body_text(out, a);
    ld_buf_add_string(out, "\n");
}

static void write_markdown_block(ld_buf *out, const lede_block *b)
{
    ld_span text = span_of(b->text);
    switch (b->kind) {
    case LEDE_BLOCK_SUBHEADING:
        for (uint32_t i = 0; i < b->level && i < 6; i++)
            ld_buf_add_byte(out, '#');
        ld_buf_add_byte(out, ' ');
        break;
    case LEDE_BLOCK_LIST_ITEM:
        for (uint32_t i = 1; i < b->level && i < 8; i++)
            ld_buf_add_string(out, "  ");
        ld_buf_add_string(out, b->ordered ? "1. " : "- ");
        break;
    case LEDE_BLOCK_QUOTE:
        ld_buf_add_string(out, "> ");
        break;
    case LEDE_BLOCK_PRE:
        ld_buf_add_string(out, "```\n");
        ld_buf_add_span(out, text);
        ld_buf_add_string(out, "\n```");
        return;
    case LEDE_BLOCK_TABLE_ROW:
    case LEDE_BLOCK_PARAGRAPH:
        break;
    }
    for (size_t i = 0; i < text.bytes; i++) {
        if (text.data[i] == '\t' && b->kind == LEDE_BLOCK_TABLE_ROW)
            ld_buf_add_string(out, " | ");
        else if (strchr("\\`*_<[#", text.data[i]) && text.data[i]) {
            ld_buf_add_byte(out, '\\');
            ld_buf_add_byte(out, (uint8_t)text.data[i]);
        } else
            ld_buf_add_byte(out, (uint8_t)text.data[i]);
    }
}

static void write_markdown(ld_buf *out, const lede_article *a)
{
    ld_buf_add_string(out, "# ");
    ld_buf_add_span(out, span_of(a->headline));
    ld_buf_add_string(out, "\n\n");
    write_byline(out, a, " · ");
    for (uint32_t i = 0; i < a->caption_count; i++) {
        ld_buf_add_string(out, "*");
        write_caption(out, &a->captions[i]);
        ld_buf_add_string(out, "*\n\n");
    }
    for (uint32_t i = 0; i < a->block_count; i++) {
        bool list = a->blocks[i].kind == LEDE_BLOCK_LIST_ITEM && i > 0 &&
                    a->blocks[i - 1].kind == LEDE_BLOCK_LIST_ITEM;
        ld_buf_add_string(out, i == 0 ? "" : list ? "\n" : "\n\n");
        write_markdown_block(out, &a->blocks[i]);
    }
    ld_buf_add_string(out, "\n");
}

static void write_html_element(ld_buf *out, const char *tag, lede_text text)
{
    ld_buf_add_format(out, "<%s>", tag);
    ld_markup_escape(out, span_of(text));
    ld_buf_add_format(out, "</%s>\n", tag);
}

static void write_html_block(ld_buf *out, const lede_block *b)
{
    char tag[8] = "p";
    switch (b->kind) {
    case LEDE_BLOCK_SUBHEADING:
        snprintf(tag, sizeof tag, "h%u", b->level >= 2 && b->level <= 6 ? b->level : 2);
        break;
    case LEDE_BLOCK_QUOTE:
        ld_buf_add_string(out, "<blockquote>");
        write_html_element(out, "p", b->text);
        ld_buf_add_string(out, "</blockquote>\n");
        return;
    case LEDE_BLOCK_LIST_ITEM:
        ld_buf_add_string(out, b->ordered ? "<ol>" : "<ul>");
        write_html_element(out, "li", b->text);
        ld_buf_add_string(out, b->ordered ? "</ol>\n" : "</ul>\n");
        return;
    case LEDE_BLOCK_PRE:
        snprintf(tag, sizeof tag, "pre");
        break;
    case LEDE_BLOCK_TABLE_ROW:
    case LEDE_BLOCK_PARAGRAPH:
        break;
    }
    write_html_element(out, tag, b->text);
}

static void write_html(ld_buf *out, const lede_article *a)
{
    ld_buf_add_string(out, "<article>\n");
    write_html_element(out, "h1", a->headline);
    for (uint32_t i = 0; i < a->caption_count; i++) {
        ld_buf_add_string(out, "<figure><figcaption>");
        ld_markup_escape(out, span_of(a->captions[i].text));
        if (a->captions[i].credit.bytes) {
            ld_buf_add_string(out, " <small>");
            ld_markup_escape(out, span_of(a->captions[i].credit));
            ld_buf_add_string(out, "</small>");
        }
        ld_buf_add_string(out, "</figcaption></figure>\n");
    }
    for (uint32_t i = 0; i < a->block_count; i++)
        write_html_block(out, &a->blocks[i]);
    ld_buf_add_string(out, "</article>\n");
}

lede_status lede_article_write(const lede_env *env, const lede_article *article,
                               lede_article_format format, char **text, size_t *bytes,
                               lede_error *err)
{
    env = env ? env : lede_env_system();
    *text = NULL;
    *bytes = 0;
    ld_buf out;
    ld_buf_init(&out, env, 8u * LD_STORED_DOC_BYTES_MAX);
    switch (format) {
    case LEDE_ARTICLE_JSON:
    case LEDE_ARTICLE_JSON_PRETTY:
        write_json(&out, article, format == LEDE_ARTICLE_JSON_PRETTY);
        break;
    case LEDE_ARTICLE_TEXT:
        write_text(&out, article);
        break;
    case LEDE_ARTICLE_MARKDOWN:
        write_markdown(&out, article);
        break;
    case LEDE_ARTICLE_HTML:
        write_html(&out, article);
        break;
    default:
        return LD_FAIL(err, LEDE_E_INVALID, "no article format has the number %d", (int)format);
    }
    return ld_buffer_give(&out, text, bytes, err);
}

lede_status ld_buffer_give(ld_buf *buf, char **text, size_t *bytes, lede_error *err)
{
    lede_status status = ld_buf_status(buf, err);
    size_t used = buf->bytes;
    char *exact = NULL;
    if (status == LEDE_OK) {
        exact = ld_alloc(buf->env, used + 1);
        if (!exact)
            status = ld_error_nomem(err, used + 1);
    }
    if (status == LEDE_OK) {
        if (used)
            memcpy(exact, buf->data, used);
        exact[used] = 0;
        *text = exact;
        *bytes = used;
    }
    ld_buf_release(buf);
    return status;
}

void lede_buffer_free(const lede_env *env, char *text, size_t bytes)
{
    ld_release(env ? env : lede_env_system(), text, bytes + 1);
}
