/*
 * Blocks come flat; lists and tables are made of runs of them:
 *
 *   PARAGRAPH LIST_ITEM LIST_ITEM TABLE_ROW ...   ->   <p> <ul><li><li></ul> <table><tr>
 */
#include "server/page_article.h"
#include "base/limits.h"

#define HIT_LINKS_MAX 12u /* places linked to one by one; the script's buttons reach all */
#define QUOTES_MAX    100u

typedef struct marks_of_block {
    lede_mark marks[64]; /* more in one paragraph are not shown */
    uint32_t count;
} marks_of_block;

static const lede_article *shown(const ld_article_page *p)
{
    return p->versions[p->version];
}

/* The marks of a block (-1: the headline). They ascend by block: a binary search finds the first.
 */
static void find_marks(const ld_article_page *p, int64_t block, marks_of_block *found)
{
    uint32_t low = 0, high = p->mark_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (p->marks[middle].block < block)
            low = middle + 1;
        else
            high = middle;
    }
    found->count = 0;
    for (; low < p->mark_count && p->marks[low].block == block; low++) {
        if (found->count < sizeof found->marks / sizeof *found->marks)
            found->marks[found->count++] = p->marks[low].mark;
    }
}

static void write_marked(const ld_article_page *p, int64_t block, lede_text text, uint32_t *hits)
{
    marks_of_block m;
    find_marks(p, block, &m);
    ld_page_marked_hits(p->page.out, ld_span_of_text(text), 0, text.bytes, m.marks, m.count, hits);
}

/* ---- the head of the article ---- */

static void write_byline(ld_buf *out, const lede_article *a)
{
    if (a->author_count == 0 && a->agency.bytes == 0)
        return;
    ld_page_string(out, "<p class=\"by\">");
    for (uint32_t i = 0; i < a->author_count; i++) {
        ld_page_string(out, i == 0 ? "By " : i + 1 < a->author_count ? ", " : " and ");
        ld_page_text(out, ld_span_of_text(a->authors[i]));
    }
    if (a->agency.bytes > 0) {
        ld_page_string(out, a->author_count > 0 ? " · " : "");
        ld_page_text(out, ld_span_of_text(a->agency));
    }
    ld_page_string(out, "</p>\n");
}

static void write_date_row(ld_buf *out, const char *name, const lede_date *date)
{
    if (date->precision == LEDE_DATE_UNKNOWN)
        return;
    ld_buf_add_format(out, "<div><dt>%s</dt><dd>", name);
    ld_page_date(out, date, true);
    ld_buf_add_format(out, " <span class=\"evidence\">%s</span></dd></div>\n",
                      ld_page_evidence(date));
}

static void write_text_row(ld_buf *out, const char *name, lede_text text)
{
    if (text.bytes == 0)
        return;
    ld_buf_add_format(out, "<div><dt>%s</dt><dd>", name);
    ld_page_text(out, ld_span_of_text(text));
    ld_page_string(out, "</dd></div>\n");
}

static void write_url_row(ld_buf *out, const lede_article *a)
{
    lede_text text = a->canonical_url.bytes ? a->canonical_url : a->url;
    ld_span url = ld_span_of_text(text);
    if (!ld_url_is_web(url)) {
        write_text_row(out, "Saved from", url.bytes ? text : a->path);
        return;
    }
    ld_page_string(out, "<div><dt>Original</dt><dd><a rel=\"external noreferrer\" href=\"");
    ld_page_text(out, url);
    ld_page_string(out, "\">");
    ld_page_text(out, url);
    ld_page_string(out, "</a></dd></div>\n");
}

static void write_tags_row(ld_buf *out, const lede_article *a)
{
    if (a->tag_count == 0)
        return;
    ld_page_string(out, "<div><dt>Topics</dt><dd>");
    for (uint32_t i = 0; i < a->tag_count; i++) {
        ld_page_string(out, i > 0 ? ", " : "");
        ld_page_text(out, ld_span_of_text(a->tags[i]));
    }
    ld_page_string(out, "</dd></div>\n");
}

static void write_facts(const ld_article_page *p)
{
    ld_buf *out = p->page.out;
    const lede_article *a = shown(p);
    ld_page_string(out, "<dl class=\"facts\" lang=\"en\" dir=\"ltr\">\n");
    write_date_row(out, "Published", &a->published);
    write_date_row(out, "Changed", &a->modified);
    write_date_row(out, "Saved", &a->captured);
    if (a->published.precision == LEDE_DATE_UNKNOWN)
        ld_page_string(out, "<div><dt>Published</dt><dd>The page states no date.</dd></div>\n");
    write_url_row(out, a);
    write_tags_row(out, a);
    ld_page_string(out, "</dl>\n");
}

/* Source, section and kicker; many pages have the section as their kicker too. */
static void write_article_dateline(ld_buf *out, const lede_article *a)
{
    ld_span pieces[] = {ld_span_of_text(a->source), ld_span_of_text(a->section),
                        ld_span_of_text(a->kicker)};
    bool has_any = false;
    if (ld_span_equal_nocase(pieces[1], pieces[2]))
        pieces[2].bytes = 0;
    ld_page_string(out, "<p class=\"dateline\">");
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        if (pieces[i].bytes == 0)
            continue;
        ld_page_string(out, has_any ? " <span class=\"dot\">·</span> " : "");
        ld_page_text(out, pieces[i]);
        has_any = true;
    }
    ld_page_string(out, "</p>\n");
}

static void write_article_head(const ld_article_page *p, uint32_t *hits)
{
    ld_buf *out = p->page.out;
    const lede_article *a = shown(p);
    ld_page_string(out, "<header>\n");
    write_article_dateline(out, a);
    ld_page_string(out, "<h1>");
    if (a->headline.bytes > 0)
        write_marked(p, -1, a->headline, hits);
    else
        ld_page_string(out, "Without a headline");
    ld_page_string(out, "</h1>\n");
    write_byline(out, a);
    write_facts(p);
    ld_page_string(out, "</header>\n");
}

/* ---- the body ---- */

/* The elements around a run of blocks of one kind. */
static const char *run_begin(const lede_block *b)
{
    if (b->kind == LEDE_BLOCK_LIST_ITEM)
        return b->ordered ? "<ol>\n" : "<ul>\n";
    return b->kind == LEDE_BLOCK_TABLE_ROW ? "<div class=\"table\"><table>\n" : "";
}

static const char *run_end(const lede_block *b)
{
    if (b->kind == LEDE_BLOCK_LIST_ITEM)
        return b->ordered ? "</ol>\n" : "</ul>\n";
    return b->kind == LEDE_BLOCK_TABLE_ROW ? "</table></div>\n" : "";
}

static bool is_same_run(const lede_block *a, const lede_block *b)
{
    return a->kind == b->kind && (a->kind != LEDE_BLOCK_LIST_ITEM || a->ordered == b->ordered);
}

static void write_row(const ld_article_page *p, uint32_t block, lede_text text, uint32_t *hits)
{
    ld_buf *out = p->page.out;
    marks_of_block m;
    size_t from = 0;
    find_marks(p, block, &m);
    ld_page_string(out, "<tr>");
    for (size_t i = 0; i <= text.bytes; i++) {
        if (i < text.bytes && text.data[i] != '\t')
            continue;
        ld_page_string(out, "<td>");
        ld_page_marked_hits(out, ld_span_of_text(text), from, i, m.marks, m.count, hits);
        ld_page_string(out, "</td>");
        from = i + 1;
    }
    ld_page_string(out, "</tr>\n");
}

static void write_block(const ld_article_page *p, uint32_t i, uint32_t *hits)
{
    static const struct {
        const char *begin, *end;
    } elements[] = {[LEDE_BLOCK_PARAGRAPH] = {"<p>", "</p>\n"},
                    [LEDE_BLOCK_SUBHEADING] = {"<h2>", "</h2>\n"},
                    [LEDE_BLOCK_LIST_ITEM] = {"<li>", "</li>\n"},
                    [LEDE_BLOCK_QUOTE] = {"<blockquote><p>", "</p></blockquote>\n"},
                    [LEDE_BLOCK_PRE] = {"<pre>", "</pre>\n"}};
    const lede_block *b = &shown(p)->blocks[i];
    if (b->kind == LEDE_BLOCK_TABLE_ROW) {
        write_row(p, i, b->text, hits);
        return;
    }
    ld_page_string(p->page.out, elements[b->kind].begin);
    write_marked(p, i, b->text, hits);
    ld_page_string(p->page.out, elements[b->kind].end);
}

static void write_body(const ld_article_page *p, uint32_t *hits)
{
    ld_buf *out = p->page.out;
    const lede_article *a = shown(p);
    ld_page_string(out, "<div class=\"body\">\n");
    for (uint32_t i = 0; i < a->block_count; i++) {
        const lede_block *b = &a->blocks[i];
        if (i == 0 || !is_same_run(b - 1, b))
            ld_page_string(out, run_begin(b));
        write_block(p, i, hits);
        if (i + 1 == a->block_count || !is_same_run(b, b + 1))
            ld_page_string(out, run_end(b));
    }
    if (a->truncated)
        ld_page_string(out, "<p class=\"notes\">The saved page goes on; it was longer than what is "
                            "kept.</p>\n");
    ld_page_string(out, "</div>\n");
}

static void write_captions(const ld_article_page *p, uint32_t *hits)
{
    ld_buf *out = p->page.out;
    const lede_article *a = shown(p);
    if (a->caption_count == 0)
        return;
    ld_buf_add_format(out,
                      "<section class=\"captions\"><h2 lang=\"en\" dir=\"ltr\">%s</h2>\n<ul>\n",
                      a->caption_count == 1 ? "Picture" : "Pictures");
    for (uint32_t i = 0; i < a->caption_count; i++) {
        ld_page_string(out, "<li>");
        write_marked(p, (int64_t)a->block_count + i, a->captions[i].text, hits);
        if (a->captions[i].credit.bytes > 0) {
            ld_page_string(out, " <span class=\"credit\">");
            ld_page_text(out, ld_span_of_text(a->captions[i].credit));
            ld_page_string(out, "</span>");
        }
        ld_page_string(out, "</li>\n");
    }
    ld_page_string(out, "</ul></section>\n");
}

/* ---- versions ---- */

static void write_version(const ld_article_page *p, uint32_t version)
{
    ld_buf *out = p->page.out;
    const lede_article *a = p->versions[version];
    const lede_date *date = a->modified.precision    ? &a->modified
                            : a->captured.precision  ? &a->captured
                            : a->published.precision ? &a->published
                                                     : NULL;
    ld_page_string(out, "<li>");
    if (version == p->version) {
        ld_page_string(out, "<span aria-current=\"true\">");
    } else {
        ld_page_string(out, "<a href=\"");
        ld_link link = ld_link_begin(&p->page, "/article");
        ld_link_param(&link, "key", ld_span_of_text(a->key));
        ld_link_param(&link, "q", p->page.query);
        if (version > 0)
            ld_link_param_u32(&link, "version", version);
        ld_page_string(out, "\">");
    }
    ld_page_string(out, version == 0 ? "Newest" : "Earlier");
    if (date) {
        ld_page_string(out, ", ");
        ld_page_date(out, date, true);
    }
    ld_page_string(out, version == p->version ? "</span>" : "</a>");
    if (version + 1 < p->version_count) {
        ld_page_string(out, " <a class=\"changes\" href=\"");
        ld_link link = ld_link_begin(&p->page, "/article");
        ld_link_param(&link, "key", ld_span_of_text(a->key));
        ld_link_param_u32(&link, "version", version);
        ld_link_param_u32(&link, "against", version + 1);
        ld_page_string(out, "\">what changed</a>");
    }
    ld_page_string(out, "</li>\n");
}

static void write_versions(const ld_article_page *p)
{
    if (p->version_count < 2)
        return;
    ld_page_string(
        p->page.out,
        "<section class=\"versions\" lang=\"en\" dir=\"ltr\"><h2>Versions kept</h2>\n<ol>\n");
    for (uint32_t i = 0; i < p->version_count; i++)
        write_version(p, i);
    ld_page_string(p->page.out, "</ol></section>\n");
}

static void write_back(const ld_article_page *p)
{
    if (p->page.query.bytes == 0)
        return;
    ld_page_string(p->page.out, "<p class=\"back\"><a href=\"");
    ld_link link = ld_link_begin(&p->page, "/search");
    ld_link_param(&link, "q", p->page.query);
    ld_page_string(p->page.out, "\">Back to the stories for “");
    ld_page_text(p->page.out, p->page.query);
    ld_page_string(p->page.out, "”</a></p>\n");
}

/* ---- marked words: where they are ---- */

static void write_hit_links(const ld_article_page *p, uint32_t count)
{
    ld_buf *out = p->page.out;
    ld_buf_add_format(out,
                      "<nav class=\"hitbar\" aria-label=\"Marked words\"><span>%u place%s marked"
                      "</span> ",
                      count, count == 1 ? "" : "s");
    for (uint32_t i = 1; i <= count && i <= HIT_LINKS_MAX; i++)
        ld_buf_add_format(out, "<a href=\"#hit%u\" aria-label=\"Marked place %u\">%u</a> ", i, i,
                          i);
    if (count > HIT_LINKS_MAX)
        ld_page_string(out, "… ");
    ld_page_string(out, "<button type=\"button\" hidden data-hit-step=\"-1\">Previous</button> "
                        "<button type=\"button\" hidden data-hit-step=\"1\">Next</button> "
                        "<span class=\"hits-place\" role=\"status\"></span></nav>\n");
}

/* ---- what changed ---- */

void ld_article_body_text(const lede_article *a, ld_buf *out)
{
    ld_buf_add_span(out, ld_span_of_text(a->headline));
    for (uint32_t i = 0; i < a->block_count; i++) {
        ld_buf_add_byte(out, '\n');
        ld_buf_add_span(out, ld_span_of_text(a->blocks[i].text));
    }
}

static const char *const change_begin[] = {"", "<del>", "<ins>"};
static const char *const change_end[] = {"", "</del>", "</ins>"};

static void write_diff(const ld_article_page *p)
{
    ld_buf *out = p->page.out;
    ld_diff_kind open = LD_DIFF_SAME;
    ld_page_string(
        out,
        "<div class=\"body diff\">\n<p class=\"notes\" lang=\"en\" dir=\"ltr\">What was added is "
        "<ins>underlined</ins>, what was taken away is <del>struck out</del>.</p>\n"
        "<p>");
    for (size_t i = 0; i < p->diff->count; i++) {
        const ld_diff_word *w = &p->diff->words[i];
        bool is_break = ld_span_equal(w->text, LD_SPAN("\n"));
        bool ends_paragraph = is_break && w->kind != LD_DIFF_REMOVED;
        if (w->kind != open || ends_paragraph) {
            ld_page_string(out, change_end[open]);
            open = LD_DIFF_SAME;
        }
        if (ends_paragraph)
            ld_page_string(out, "</p>\n<p>");
        if (is_break)
            continue;
        ld_page_string(out, " ");
        if (w->kind != open)
            ld_page_string(out, change_begin[w->kind]);
        open = w->kind;
        ld_page_text(out, w->text);
    }
    ld_page_string(out, change_end[open]);
    ld_page_string(out, "</p>\n</div>\n");
}

/* ---- who says what ---- */

/* The fullest name known, else the words that name the speaker. */
static void write_quote(const ld_article_page *p, const lede_quote *q)
{
    ld_buf *out = p->page.out;
    bool is_reported = strcmp(q->kind, "reported") == 0;
    ld_span speaker = ld_span_of_text(q->name.bytes ? q->name : q->speaker);
    ld_page_string(out, "<li><b>");
    ld_page_text(out, speaker.bytes ? speaker : LD_SPAN("Nobody named"));
    ld_page_string(out, is_reported ? "</b>, in the paper’s words: " : "</b>: “");
    ld_page_text(out, ld_span_of_text(q->text));
    ld_page_string(out, is_reported ? "</li>\n" : "”</li>\n");
}

static void write_quotes(const ld_article_page *p)
{
    ld_buf *out = p->page.out;
    if (p->quote_count == 0)
        return;
    ld_buf_add_format(out,
                      "<details class=\"cite\"><summary lang=\"en\" dir=\"ltr\">Who says what: %u "
                      "quote%s</summary>\n<ul>\n",
                      p->quote_count, p->quote_count == 1 ? "" : "s");
    for (uint32_t i = 0; i < p->quote_count && i < QUOTES_MAX; i++)
        write_quote(p, &p->quotes[i]);
    ld_page_string(out, "</ul></details>\n");
}

/* ---- citing ---- */

static void write_citation(const ld_article_page *p)
{
    ld_buf *out = p->page.out;
    const lede_article *a = shown(p);
    ld_span url = ld_span_of_text(a->canonical_url.bytes ? a->canonical_url : a->url);
    ld_page_string(
        out, "<details class=\"cite\" lang=\"en\" dir=\"ltr\"><summary>Cite this story</summary>\n"
             "<p id=\"citation\">");
    for (uint32_t i = 0; i < a->author_count; i++) {
        ld_page_string(out, i == 0 ? "" : i + 1 < a->author_count ? ", " : " and ");
        ld_page_text(out, ld_span_of_text(a->authors[i]));
    }
    ld_page_string(out, a->author_count > 0 ? ". “" : "“");
    ld_page_text(out,
                 a->headline.bytes ? ld_span_of_text(a->headline) : LD_SPAN("Without a headline"));
    ld_page_string(out, "”");
    if (a->source.bytes > 0) {
        ld_page_string(out, ", ");
        ld_page_text(out, ld_span_of_text(a->source));
    }
    if (a->published.precision != LEDE_DATE_UNKNOWN) {
        ld_page_string(out, ", ");
        ld_page_date(out, &a->published, false);
    }
    if (ld_url_is_web(url)) {
        ld_page_string(out, ", ");
        ld_page_text(out, url);
    }
    ld_page_string(out,
                   ".</p>\n<p><button type=\"button\" hidden data-copy>Copy</button> <a href=\"");
    ld_link link = ld_link_begin(&p->page, "/article.ris");
    ld_link_param(&link, "key", ld_span_of_text(a->key));
    ld_page_string(out, "\">RIS, for a reference manager</a></p></details>\n");
}

/* ---- similar stories ---- */

static void write_similar_one(const ld_article_page *p, const lede_article *a)
{
    ld_buf *out = p->page.out;
    ld_page_string(out, "<li><a href=\"");
    ld_link link = ld_link_begin(&p->page, "/article");
    ld_link_param(&link, "key", ld_span_of_text(a->key));
    ld_page_string(out, "\"");
    ld_page_lang(out, a->language);
    ld_page_string(out, ">");
    ld_page_text(out,
                 a->headline.bytes ? ld_span_of_text(a->headline) : LD_SPAN("Without a headline"));
    ld_page_string(out, "</a> <span class=\"evidence\">");
    ld_page_text(out, ld_span_of_text(a->source));
    if (a->published.precision != LEDE_DATE_UNKNOWN) {
        ld_page_string(out, a->source.bytes > 0 ? ", " : "");
        ld_page_date(out, &a->published, false);
    }
    ld_page_string(out, "</span></li>\n");
}

void ld_article_page_write_similar(ld_article_page *p, const lede_article *similar)
{
    if (p->similar++ == 0)
        ld_page_string(p->page.out, "<section class=\"versions\" lang=\"en\" dir=\"ltr\">"
                                    "<h2>Similar stories</h2>\n<ol>\n");
    write_similar_one(p, similar);
}

/* ---- the page ---- */

void ld_article_page_begin(ld_article_page *p)
{
    ld_buf *out = p->page.out;
    ld_page_begin(&p->page, ld_span_of_text(shown(p)->headline));
    write_back(p);
    ld_page_string(out, "<article class=\"story\"");
    ld_page_lang(out, shown(p)->language);
    ld_page_string(out, ">\n");
    write_article_head(p, &p->hits);
    if (p->diff)
        write_diff(p);
    else
        write_body(p, &p->hits);
    write_captions(p, &p->hits);
    write_quotes(p);
    write_versions(p);
}

void ld_article_page_end(const ld_article_page *p)
{
    ld_buf *out = p->page.out;
    if (p->similar > 0)
        ld_page_string(out, "</ol></section>\n");
    write_citation(p);
    ld_page_string(out, "</article>\n");
    if (p->hits > 0)
        write_hit_links(p, p->hits);
    ld_page_end(&p->page);
}
