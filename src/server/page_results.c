#include "server/page_results.h"

#include "base/markup.h"

#define CERTAIN_PERCENT 90u /* dates below it say how they are known */
#define FRAGMENT_BYTES  60u /* of a passage, for the link into the original */
#define COPIES_SHOWN    20u /* of one story, as links */
#define PAGES_AROUND    2u  /* links on each side of the current page */

/* ---- the front page ---- */

static void write_coverage(const ld_page *page)
{
    ld_buf *out = page->out;
    const lede_snapshot_info *info = page->info;
    lede_date first = {LEDE_DATE_DAY, info->published_first_utc_ms, "", 100, 0};
    lede_date last = {LEDE_DATE_DAY, info->published_last_utc_ms, "", 100, 0};
    ld_page_string(out, "<p class=\"coverage\">");
    ld_page_count(out, info->articles);
    ld_page_string(out, info->articles == 1 ? " story" : " stories");
    if (first.utc_ms != INT64_MIN && last.utc_ms != INT64_MIN) {
        ld_page_string(out, ", from ");
        ld_page_date(out, &first, false);
        ld_page_string(out, " to ");
        ld_page_date(out, &last, false);
    }
    ld_page_string(out, "</p>\n");
}

static void write_tip(const ld_page *page, const char *query, const char *meaning)
{
    ld_buf *out = page->out;
    ld_page_string(out, "<div><dt><code>");
    ld_page_text(out, ld_span_from_string(query));
    ld_page_string(out, "</code></dt><dd>");
    ld_page_text(out, ld_span_from_string(meaning));
    ld_page_string(out, "</dd></div>\n");
}

static void write_tips(const ld_page *page)
{
    ld_page_string(page->out, "<section class=\"tips\"><h2>How to ask</h2>\n<dl>\n");
    write_tip(page, "harbour strike", "both words, in any of their forms");
    write_tip(page, "harbour OR docks", "either word");
    write_tip(page, "strike -football", "without a word");
    write_tip(page, "\"night ferry\"", "the words side by side");
    write_tip(page, "=\"Strikes\"", "exactly as written");
    write_tip(page, "title:bridge", "in the headline; also caption: byline: section:");
    write_tip(page, "after:2024-05 before:2025", "within dates");
    ld_page_string(page->out, "</dl></section>\n");
}

void ld_results_write_front(const ld_page *page)
{
    ld_page_begin(page, LD_SPAN(""));
    ld_page_string(page->out, "<h1 class=\"unseen\">Search the archive</h1>\n");
    write_coverage(page);
    write_tips(page);
    ld_page_end(page);
}

/* ---- what was found, and how ---- */

static void write_elapsed(ld_buf *out, uint64_t elapsed_ns)
{
    double ms = (double)elapsed_ns / 1e6;
    ld_buf_add_format(out, ms < 1000 ? " in %.1f ms" : " in %.1f s", ms < 1000 ? ms : ms / 1000);
}

static void write_undo(const ld_results *r, const char *param, const char *value, const char *words)
{
    ld_buf *out = r->page.out;
    ld_page_string(out, "<a href=\"");
    ld_page_search_link(&r->page, param, ld_span_from_string(value));
    ld_page_string(out, "\">");
    ld_page_string(out, words);
    ld_page_string(out, "</a>");
}

/* " in 15 articles (show every copy)" */
static void write_folded(const ld_results *r)
{
    ld_buf *out = r->page.out;
    const lede_answer *a = r->answer;
    if (!a->folded || a->articles_total == a->total)
        return;
    ld_page_string(out, " in ");
    ld_page_count(out, a->articles_total);
    ld_page_string(out, " articles (");
    write_undo(r, "copies", "all", "show every copy");
    ld_page_string(out, "),");
}

static void write_count_line(const ld_results *r)
{
    ld_buf *out = r->page.out;
    const lede_answer *a = r->answer;
    ld_page_string(out, "<p class=\"count\" role=\"status\">");
    if (a->total == 0) {
        ld_page_string(out, "No stories");
    } else {
        ld_page_string(out, a->total_exact ? "" : "At least ");
        ld_page_string(out, "<b>");
        ld_page_count(out, a->total);
        ld_page_string(out, a->total == 1 ? "</b> story" : "</b> stories");
        write_folded(r);
    }
    write_elapsed(out, a->elapsed_ns);
    if (r->number > 1)
        ld_buf_add_format(out, ", page %u", r->number);
    ld_page_string(out, "</p>\n");
}

static void write_messages(const ld_results *r)
{
    ld_buf *out = r->page.out;
    const lede_answer *a = r->answer;
    if (a->message_count == 0)
        return;
    ld_page_string(out, "<ul class=\"notes\">\n");
    for (uint32_t i = 0; i < a->message_count; i++) {
        const char *code = a->messages[i].code;
        ld_page_string(out, "<li>");
        ld_page_text(out, ld_span_of_text(a->messages[i].text));
        if (strcmp(code, "relaxed") == 0) {
            ld_page_string(out, " ");
            write_undo(r, "strict", "1", "Search for just what was asked");
        }
        ld_page_string(out, "</li>\n");
    }
    if (!a->relaxed && a->understood.bytes > 0) {
        ld_page_string(out, "<li>Read as <code>");
        ld_page_text(out, ld_span_of_text(a->understood));
        ld_page_string(out, "</code></li>\n");
    }
    ld_page_string(out, "</ul>\n");
}

static void write_order(const ld_results *r, const char *sort, const char *words, bool is_current)
{
    ld_buf *out = r->page.out;
    if (is_current) {
        ld_page_string(out, "<li><span aria-current=\"true\">");
        ld_page_string(out, words);
        ld_page_string(out, "</span></li>\n");
        return;
    }
    ld_page_string(out, "<li><a href=\"");
    ld_page_search_link(&r->page, "sort", ld_span_from_string(sort));
    ld_page_string(out, "\">");
    ld_page_string(out, words);
    ld_page_string(out, "</a></li>\n");
}

static void write_orders(const ld_results *r)
{
    ld_span sort = r->page.sort;
    bool newest = ld_span_equal(sort, LD_SPAN("newest"));
    bool oldest = ld_span_equal(sort, LD_SPAN("oldest"));
    ld_page_string(r->page.out, "<nav class=\"orders\" aria-label=\"Order\"><ul>\n");
    write_order(r, "relevance", "Best match", !newest && !oldest);
    write_order(r, "newest", "Newest", newest);
    write_order(r, "oldest", "Oldest", oldest);
    ld_page_string(r->page.out, "</ul></nav>\n");
}

/* Words alone, without anything the language reads as more. */
static bool is_plain(ld_span query)
{
    bool has_letter = false;
    for (size_t i = 0; i < query.bytes; i++) {
        uint8_t c = (uint8_t)query.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
        if (!is_letter && c != ' ' && !(c >= '0' && c <= '9'))
            return false;
        has_letter = has_letter || is_letter;
    }
    return has_letter && ld_span_find(query, LD_SPAN(" OR ")) == SIZE_MAX &&
           ld_span_find(query, LD_SPAN("NOT ")) == SIZE_MAX &&
           ld_span_find(query, LD_SPAN(" w/")) == SIZE_MAX;
}

/* bridge bolts -> ="bridge" ="bolts" */
static void exact_query(ld_span query, ld_buf *exact)
{
    while (query.bytes > 0) {
        size_t end = ld_span_find_byte(query, ' ');
        ld_span word = ld_span_sub(query, 0, end);
        query = end == SIZE_MAX ? LD_SPAN("") : ld_span_sub(query, end + 1, query.bytes);
        if (word.bytes == 0)
            continue;
        ld_buf_add_string(exact, exact->bytes > 0 ? " =\"" : "=\"");
        ld_buf_add_span(exact, word);
        ld_buf_add_byte(exact, '"');
    }
}

/* What was done to plain words, and the way to have it undone. */
static void write_forms(const ld_results *r)
{
    ld_buf exact, *out = r->page.out;
    if (!is_plain(r->page.query) || r->answer->total == 0)
        return;
    ld_buf_init(&exact, out->env, 16u << 10);
    exact_query(r->page.query, &exact);
    ld_page_string(out, "<p class=\"forms\">In any of their forms; <a href=\"");
    ld_page_search_link(&r->page, "q", ld_buf_span(&exact));
    ld_page_string(out, "\">search exactly as written</a></p>\n");
    if (exact.status != LEDE_OK)
        out->status = exact.status;
    ld_buf_release(&exact);
}

/* What the reader has undone, and the way back. */
static void write_undone(const ld_results *r)
{
    ld_buf *out = r->page.out;
    if (r->page.strict.bytes > 0) {
        ld_page_string(out, "<p class=\"forms\">Just as asked: every word, no other names; ");
        write_undo(r, "strict", "", "search as usual");
        ld_page_string(out, "</p>\n");
    }
    if (r->page.copies.bytes > 0) {
        ld_page_string(out, "<p class=\"forms\">Every copy is shown; ");
        write_undo(r, "copies", "", "fold copies");
        ld_page_string(out, "</p>\n");
    }
}

/* Offered, never done by itself. */
static void write_did_you_mean(const ld_results *r)
{
    ld_buf *out = r->page.out;
    ld_span meant = ld_span_of_text(r->answer->did_you_mean);
    ld_page asked = r->page;
    if (meant.bytes == 0)
        return;
    asked.filters = (ld_filters){{{NULL, 0}}}; /* they stand in the query that is meant */
    ld_page_string(out, "<p class=\"meant\">Did you mean <a href=\"");
    ld_page_search_link(&asked, "q", meant);
    ld_page_string(out, "\">");
    ld_page_text(out, meant);
    ld_page_string(out, "</a>?</p>\n");
}

void ld_results_begin(const ld_results *r)
{
    ld_buf *out = r->page.out;
    ld_page_begin(&r->page, r->page.query.bytes > 0 ? r->page.query : LD_SPAN("All stories"));
    ld_page_string(out, "<h1 class=\"unseen\">Stories");
    if (r->page.query.bytes > 0) {
        ld_page_string(out, " for “");
        ld_page_text(out, r->page.query);
        ld_page_string(out, "”");
    }
    ld_page_string(out, "</h1>\n<div class=\"summary\">\n");
    write_count_line(r);
    if (r->answer->total > 1)
        write_orders(r);
    ld_page_string(out, "</div>\n");
    ld_results_write_timeline(r);
    ld_results_write_chips(r);
    write_did_you_mean(r);
    write_messages(r);
    write_forms(r);
    write_undone(r);
    ld_page_string(out, "<p class=\"jump\"><a href=\"#narrow\">Narrow the search</a></p>\n"
                        "<div class=\"columns\">\n<div class=\"stories\">\n");
}

/* ---- one hit ---- */

static void write_headline(const ld_results *r, const lede_hit *hit)
{
    ld_buf *out = r->page.out;
    const lede_article *a = hit->article;
    ld_page_string(out, "<h2><a href=\"");
    ld_link link = ld_link_begin(&r->page, "/article");
    ld_link_param(&link, "key", ld_span_of_text(a->key));
    ld_link_param(&link, "q", r->page.query);
    ld_page_string(out, "\">");
    if (a->headline.bytes > 0)
        ld_page_marked(out, ld_span_of_text(a->headline), 0, a->headline.bytes, hit->headline_marks,
                       hit->headline_mark_count);
    else
        ld_page_string(out, "Without a headline");
    ld_page_string(out, "</a></h2>\n");
}

/* A piece of the dateline, separated from the one before it. */
static void write_piece(ld_buf *out, bool *has_any, const char *class, ld_span text)
{
    if (text.bytes == 0)
        return;
    ld_page_string(out,
                   *has_any ? " <span class=\"dot\">·</span> <span class=\"" : "<span class=\"");
    ld_page_string(out, class);
    ld_page_string(out, "\">");
    ld_page_text(out, text);
    ld_page_string(out, "</span>");
    *has_any = true;
}

static void write_dateline(ld_buf *out, const lede_hit *hit)
{
    const lede_article *a = hit->article;
    bool has_any = false;
    ld_page_string(out, "<p class=\"dateline\">");
    write_piece(out, &has_any, "source", ld_span_of_text(a->source));
    write_piece(out, &has_any, "section", ld_span_of_text(a->section));
    if (a->author_count > 0)
        write_piece(out, &has_any, "byline", ld_span_of_text(a->authors[0]));
    if (a->author_count > 1)
        ld_page_string(out, a->author_count == 2 ? " and another" : " and others");
    ld_page_string(out, has_any ? " <span class=\"dot\">·</span> " : "");
    if (a->published.precision == LEDE_DATE_UNKNOWN) {
        ld_page_string(out, "<span class=\"undated\">undated</span>");
    } else {
        ld_page_date(out, &a->published, false);
        if (a->published.certainty_percent < CERTAIN_PERCENT)
            ld_buf_add_format(out, " <span class=\"evidence\">(%s)</span>",
                              ld_page_evidence(&a->published));
    }
    if (hit->older_version)
        ld_page_string(out, " <span class=\"evidence\">(an earlier version)</span>");
    ld_page_string(out, "</p>\n");
}

static void write_passage(ld_buf *out, const lede_passage *p)
{
    static const char *const shown_above[] = {"title", "section", "byline", "dateline"};
    for (size_t i = 0; i < sizeof shown_above / sizeof *shown_above; i++) {
        if (strcmp(p->zone, shown_above[i]) == 0)
            return;
    }
    ld_page_string(out, "<p class=\"passage\">");
    if (strcmp(p->zone, "caption") == 0)
        ld_page_string(out, "<span class=\"zone\">Picture</span> ");
    ld_page_string(out, p->cut_before ? "…&nbsp;" : "");
    ld_page_marked(out, ld_span_of_text(p->text), 0, p->text.bytes, p->marks, p->mark_count);
    ld_page_string(out, p->cut_after ? "&nbsp;…" : "");
    ld_page_string(out, "</p>\n");
}

/*
 * "#:~:text=..." (WICG, URL Fragment Text Directives): the browser scrolls to the passage. From the
 * first marked word, some words on; "-" and "," have a meaning there and are escaped too.
 */
static void write_text_fragment(ld_buf *out, const lede_hit *hit)
{
    if (hit->passage_count == 0 || hit->passages[0].mark_count == 0)
        return;
    ld_span text = ld_span_of_text(hit->passages[0].text);
    size_t from = hit->passages[0].marks[0].offset_bytes, bytes = 0;
    for (size_t i = from; i < text.bytes && i < from + FRAGMENT_BYTES; i++) {
        if (text.data[i] == '\n')
            break;
        if (text.data[i] == ' ' || i + 1 == text.bytes)
            bytes = text.data[i] == ' ' ? i - from : i + 1 - from;
    }
    ld_span words = ld_span_sub(text, from, bytes);
    if (words.bytes == 0)
        return;
    ld_page_string(out, "#:~:text=");
    for (size_t at = 0; at <= words.bytes;) {
        ld_span rest = ld_span_sub(words, at, words.bytes);
        size_t dash = ld_span_find_byte(rest, '-');
        ld_url_escape(out, ld_span_sub(rest, 0, dash));
        if (dash == SIZE_MAX)
            break;
        ld_page_string(out, "%2D");
        at += dash + 1;
    }
}

static void write_original(ld_buf *out, const lede_hit *hit)
{
    const lede_article *a = hit->article;
    ld_span url = ld_span_of_text(a->canonical_url.bytes ? a->canonical_url : a->url);
    if (!ld_url_is_web(url))
        return;
    size_t host = ld_span_find(url, LD_SPAN("://")) + 3;
    ld_page_string(out, "<p class=\"original\"><a rel=\"external noreferrer\" href=\"");
    ld_page_text(out, url);
    if (ld_span_find_byte(url, '#') == SIZE_MAX)
        write_text_fragment(out, hit);
    ld_page_string(out, "\">");
    ld_page_text(out, ld_span_sub(url, host, url.bytes));
    ld_page_string(out, "</a></p>\n");
}

/* An address without its scheme, or a name as it is. */
static ld_span shown_key(ld_span key)
{
    return ld_url_is_web(key) ? ld_span_sub(key, ld_span_find(key, LD_SPAN("://")) + 3, key.bytes)
                              : key;
}

static void write_copies(const ld_results *r, const lede_hit *hit)
{
    ld_buf *out = r->page.out;
    uint32_t shown = hit->copy_key_count < COPIES_SHOWN ? hit->copy_key_count : COPIES_SHOWN;
    if (hit->copy_count == 0)
        return;
    ld_page_string(out, "<details class=\"copies\"><summary>and ");
    ld_page_count(out, hit->copy_count);
    ld_page_string(out, hit->copy_count == 1 ? " copy" : " copies");
    ld_page_string(out, "</summary>\n<ul>\n");
    for (uint32_t i = 0; i < shown; i++) {
        ld_page_string(out, "<li><a href=\"");
        ld_link link = ld_link_begin(&r->page, "/article");
        ld_link_param(&link, "key", ld_span_of_text(hit->copy_keys[i]));
        ld_link_param(&link, "q", r->page.query);
        ld_page_string(out, "\">");
        ld_page_text(out, shown_key(ld_span_of_text(hit->copy_keys[i])));
        ld_page_string(out, "</a></li>\n");
    }
    if (hit->copy_count > shown) {
        ld_page_string(out, "<li>");
        write_undo(r, "copies", "all", "Show every copy");
        ld_page_string(out, "</li>\n");
    }
    ld_page_string(out, "</ul></details>\n");
}

void ld_results_write_hit(ld_results *r, const lede_hit *hit)
{
    ld_buf *out = r->page.out;
    ld_page_string(out, r->hit_count++ == 0 ? "<ol class=\"hits\">\n" : "");
    ld_page_string(out, "<li class=\"hit\"><article");
    ld_page_lang(out, hit->article->language);
    ld_page_string(out, ">\n");
    write_headline(r, hit);
    write_dateline(out, hit);
    for (uint32_t i = 0; i < hit->passage_count; i++)
        write_passage(out, &hit->passages[i]);
    write_original(out, hit);
    write_copies(r, hit);
    ld_page_string(out, "</article></li>\n");
}

/* ---- paging and the end ---- */

static void write_page_link(const ld_results *r, uint32_t number, const char *rel,
                            const char *words)
{
    ld_buf *out = r->page.out;
    ld_page_string(out, "<li><a href=\"");
    ld_page_search_link(&r->page, NULL, LD_SPAN(""));
    if (number > 1) /* behind at least one parameter: there is a query or a filter */
        ld_buf_add_format(out, "&amp;page=%u", number);
    ld_page_string(out, "\"");
    if (rel)
        ld_buf_add_format(out, " rel=\"%s\">%s</a></li>\n", rel, words);
    else
        ld_buf_add_format(out, " aria-label=\"Page %u\">%u</a></li>\n", number, number);
}

static void write_numbers(const ld_results *r, uint32_t last)
{
    ld_buf *out = r->page.out;
    uint32_t before = 0;
    for (uint32_t i = 1; i <= last; i++) {
        bool near = i + PAGES_AROUND >= r->number && i <= r->number + PAGES_AROUND;
        if (!near && i != 1 && i != last)
            continue;
        if (i > before + 1)
            ld_page_string(out, "<li class=\"gap\">…</li>\n");
        if (i == r->number)
            ld_buf_add_format(out, "<li><span aria-current=\"page\">%u</span></li>\n", i);
        else
            write_page_link(r, i, NULL, NULL);
        before = i;
    }
}

static void write_paging(const ld_results *r)
{
    ld_buf *out = r->page.out;
    uint64_t pages = (r->answer->total + LD_RESULTS_PER_PAGE - 1) / LD_RESULTS_PER_PAGE;
    uint32_t last = pages > r->pages_max ? r->pages_max : (uint32_t)pages;
    if (last < 2)
        return;
    ld_page_string(out, "<nav class=\"paging\" aria-label=\"Pages\"><ul>\n");
    if (r->number > 1)
        write_page_link(r, r->number - 1 > last ? last : r->number - 1, "prev", "Previous");
    write_numbers(r, last);
    if (r->number < last)
        write_page_link(r, r->number + 1, "next", "Next");
    ld_page_string(out, "</ul></nav>\n");
    if (pages > last && r->number == last)
        ld_buf_add_format(out,
                          "<p class=\"notes\">Only the first %u stories can be paged through; "
                          "narrow the search to see the others.</p>\n",
                          last * LD_RESULTS_PER_PAGE);
}

static void write_help(const ld_results *r)
{
    ld_page_string(r->page.out,
                   "<section class=\"help\"><h2>What may help</h2>\n<ul>\n"
                   "<li>Check the spelling, or try a shorter or a more general word.</li>\n"
                   "<li>Take away a word, a date or a part such as <code>title:</code>.</li>\n"
                   "<li>Join words that mean the same with <code>OR</code>.</li>\n"
                   "</ul></section>\n");
}

void ld_results_end(const ld_results *r)
{
    ld_buf *out = r->page.out;
    if (r->hit_count > 0)
        ld_page_string(out, "</ol>\n");
    if (r->answer->total == 0)
        write_help(r);
    else if (r->hit_count == 0)
        ld_page_string(out, "<p class=\"notes\">There are not so many pages.</p>\n");
    write_paging(r);
    ld_page_string(out, "</div>\n");
    ld_results_write_narrow(r);
    ld_page_string(out, "</div>\n");
    ld_page_end(&r->page);
}
