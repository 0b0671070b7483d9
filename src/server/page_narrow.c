/*
 * What narrows the stories: chips of what is in force, the timeline, and a column of what else
 * there is. Everything is a link or a form, so that it works without a script.
 *
 * The timeline is an SVG of presentation attributes only (the policy of the page forbids styles
 * inside it), drawn in a box of BAR_STEP units a bar that the page stretches. Its bars are links
 * for the pointer; the same links stand in the table below it for everyone else, so the picture
 * itself is hidden from screen readers and from the keyboard.
 */
#include <stdio.h>

#include "base/date.h"
#include "server/page_results.h"

#define BAR_STEP        10u
#define BAR_WIDTH       8u
#define TIME_TEXT_BYTES 32u
#define HEIGHT          60u
#define VALUES_OPEN     8u /* of a facet; the others unfold */

/* ---- chips ---- */

/* A link to this search with the values of a parameter but one; `without` empty: none of them. */
static void write_link_without(const ld_results *r, const char *param, ld_span values,
                               ld_span without)
{
    ld_buf rest;
    ld_span value;
    ld_buf_init(&rest, r->page.out->env, 64u << 10);
    while (without.bytes > 0 && ld_filter_next(&values, &value)) {
        if (ld_span_equal(value, without))
            continue;
        if (rest.bytes > 0)
            ld_buf_add_byte(&rest, LD_FILTER_SEPARATOR);
        ld_buf_add_span(&rest, value);
    }
    ld_page_search_link(&r->page, param, ld_buf_span(&rest));
    if (rest.status != LEDE_OK)
        r->page.out->status = rest.status;
    ld_buf_release(&rest);
}

/* shown: one of the parameter's values, or all there is. */
static void write_chip(const ld_results *r, const char *param, const char *label, ld_span values,
                       ld_span shown)
{
    ld_buf *out = r->page.out;
    ld_page_string(out, "<li><a href=\"");
    write_link_without(r, param, values, shown);
    ld_page_string(out, "\"><span class=\"unseen\">Remove </span>");
    ld_page_string(out, label);
    ld_page_string(out, ": <b>");
    ld_page_text(out, shown);
    ld_page_string(out, "</b> <span class=\"cross\" aria-hidden=\"true\">×</span></a></li>\n");
}

void ld_results_write_chips(const ld_results *r)
{
    static const char *const compare[] = {"c2", "c3", "c4"};
    bool has_any = ld_filters_any(&r->page.filters);
    for (size_t i = 0; i < LD_SERVER_COMPARE_MAX - 1; i++)
        has_any = has_any || r->page.compare[i].bytes > 0;
    if (!has_any)
        return;
    ld_page_string(r->page.out, "<ul class=\"chips\" aria-label=\"In force\">\n");
    for (size_t i = 0; i < LD_FILTER_COUNT_; i++) {
        ld_span values = r->page.filters.values[i], rest = values, value;
        while (ld_filter_next(&rest, &value))
            write_chip(r, ld_filter_table[i].param, ld_filter_table[i].label, values, value);
    }
    for (size_t i = 0; i < LD_SERVER_COMPARE_MAX - 1; i++) {
        if (r->page.compare[i].bytes > 0)
            write_chip(r, compare[i], "Compared with", LD_SPAN(""), r->page.compare[i]);
    }
    ld_page_string(r->page.out, "</ul>\n");
}

/* ---- the timeline ---- */

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

static void write_period(ld_buf *out, ld_time_unit unit, int64_t utc_ms)
{
    ld_civil c = ld_civil_from_utc_ms(utc_ms);
    if (unit == LD_TIME_DAY)
        ld_buf_add_format(out, "%u ", c.day);
    if (unit != LD_TIME_YEAR)
        ld_buf_add_format(out, "%s ", months[(c.month + 11u) % 12u]);
    ld_buf_add_format(out, "%d", c.year);
}

/* "2024-03-05", "2024-03" or "2024": what the parameters from and to take. */
static void format_time(ld_time_unit unit, int64_t utc_ms, char text[TIME_TEXT_BYTES])
{
    ld_civil c = ld_civil_from_utc_ms(utc_ms);
    if (unit == LD_TIME_YEAR)
        snprintf(text, TIME_TEXT_BYTES, "%04d", c.year);
    else if (unit == LD_TIME_MONTH)
        snprintf(text, TIME_TEXT_BYTES, "%04d-%02u", c.year, c.month);
    else
        snprintf(text, TIME_TEXT_BYTES, "%04d-%02u-%02u", c.year, c.month, c.day);
}

/* A link to this search within one bar's time. */
static void write_period_link(const ld_results *r, int64_t utc_ms)
{
    char text[TIME_TEXT_BYTES];
    ld_page narrowed = r->page;
    format_time(r->timeline->unit, utc_ms, text);
    narrowed.filters.values[LD_FILTER_FROM] = narrowed.filters.values[LD_FILTER_TO] =
        ld_span_from_string(text);
    ld_page_search_link(&narrowed, NULL, LD_SPAN(""));
}

static void write_count_in_words(ld_buf *out, uint64_t count)
{
    if (count == 0)
        ld_page_string(out, "no story");
    else
        ld_page_count(out, count);
    if (count > 0)
        ld_page_string(out, count == 1 ? " story" : " stories");
}

static void write_bar(const ld_results *r, uint32_t i, uint64_t most)
{
    ld_buf *out = r->page.out;
    const ld_timeline_bar *bar = &r->timeline->bars[i];
    uint64_t count = bar->counts[0];
    uint32_t x = i * BAR_STEP + (BAR_STEP - BAR_WIDTH) / 2;
    if (bar->held == 0) {
        ld_buf_add_format(out,
                          "<rect class=\"gap\" x=\"%u\" y=\"0\" width=\"%u\" height=\"%u\" "
                          "fill=\"url(#hatch)\"><title>",
                          i * BAR_STEP, BAR_STEP, HEIGHT);
        write_period(out, r->timeline->unit, bar->start_utc_ms);
        ld_page_string(out, ": the archive holds nothing</title></rect>\n");
        return;
    }
    if (count == 0)
        return;
    uint32_t height = 2 + (uint32_t)((HEIGHT - 2) * count / most);
    ld_page_string(out, "<a tabindex=\"-1\" href=\"");
    write_period_link(r, bar->start_utc_ms);
    ld_buf_add_format(out,
                      "\"><rect class=\"field\" x=\"%u\" y=\"0\" width=\"%u\" height=\"%u\"/>"
                      "<rect class=\"bar\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\"/><title>",
                      i * BAR_STEP, BAR_STEP, HEIGHT, x, HEIGHT - height, BAR_WIDTH, height);
    write_period(out, r->timeline->unit, bar->start_utc_ms);
    ld_page_string(out, ": ");
    write_count_in_words(out, count);
    ld_page_string(out, "</title></a>\n");
}

static void write_line(const ld_results *r, uint32_t query, uint64_t most)
{
    ld_buf *out = r->page.out;
    ld_buf_add_format(out, "<polyline class=\"line s%u\" points=\"", query + 1);
    for (uint32_t i = 0; i < r->timeline->bar_count; i++) {
        uint32_t height = (uint32_t)((HEIGHT - 2) * r->timeline->bars[i].counts[query] / most);
        ld_buf_add_format(out, "%s%u,%u", i ? " " : "", i * BAR_STEP + BAR_STEP / 2,
                          HEIGHT - 1 - height);
    }
    ld_page_string(out, "\"/>\n");
}

static void write_picture(const ld_results *r)
{
    ld_buf *out = r->page.out;
    const ld_timeline *t = r->timeline;
    uint64_t most = 1;
    for (uint32_t i = 0; i < t->bar_count; i++) {
        for (uint32_t q = 0; q < t->query_count; q++)
            most = t->bars[i].counts[q] > most ? t->bars[i].counts[q] : most;
    }
    ld_buf_add_format(
        out,
        "<svg viewBox=\"0 0 %u %u\" preserveAspectRatio=\"none\" "
        "aria-hidden=\"true\">\n"
        "<defs><pattern id=\"hatch\" width=\"4\" height=\"4\" "
        "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
        "<line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"4\"/></pattern></defs>\n",
        t->bar_count * BAR_STEP, HEIGHT);
    for (uint32_t i = 0; i < t->bar_count; i++)
        write_bar(r, i, most);
    for (uint32_t q = 1; q < t->query_count; q++)
        write_line(r, q, most);
    ld_page_string(out, "</svg>\n<p class=\"ends\"><span>");
    write_period(out, t->unit, t->bars[0].start_utc_ms);
    ld_page_string(out, "</span> <span class=\"most\">at most ");
    ld_page_count(out, most);
    ld_page_string(out, t->unit == LD_TIME_DAY     ? " a day"
                        : t->unit == LD_TIME_MONTH ? " a month"
                                                   : " a year");
    ld_page_string(out, "</span> <span>");
    write_period(out, t->unit, t->bars[t->bar_count - 1].start_utc_ms);
    ld_page_string(out, "</span></p>\n");
}

static ld_span compared_query(const ld_results *r, uint32_t query)
{
    uint32_t found = 0;
    for (size_t i = 0; i < LD_SERVER_COMPARE_MAX - 1; i++) {
        if (r->page.compare[i].bytes > 0 && ++found == query)
            return r->page.compare[i];
    }
    return r->page.query;
}

static void write_legend(const ld_results *r)
{
    ld_buf *out = r->page.out;
    if (r->timeline->query_count < 2)
        return;
    ld_page_string(out, "<ul class=\"legend\">\n");
    for (uint32_t q = 0; q < r->timeline->query_count; q++) {
        ld_buf_add_format(out, "<li class=\"s%u\">", q + 1);
        ld_page_text(out, compared_query(r, q));
        ld_page_string(out, "</li>\n");
    }
    ld_page_string(out, "</ul>\n");
}

static void write_table_head(const ld_results *r)
{
    ld_buf *out = r->page.out;
    ld_page_string(out, "<table>\n<thead><tr><th scope=\"col\">Time</th>");
    for (uint32_t q = 0; q < r->timeline->query_count; q++) {
        ld_page_string(out, "<th scope=\"col\">");
        if (r->timeline->query_count > 1)
            ld_page_text(out, compared_query(r, q));
        else
            ld_page_string(out, "Stories found");
        ld_page_string(out, "</th>");
    }
    ld_page_string(out, "<th scope=\"col\">Held</th></tr></thead>\n<tbody>\n");
}

static void write_table(const ld_results *r)
{
    ld_buf *out = r->page.out;
    const ld_timeline *t = r->timeline;
    ld_page_string(out, "<details class=\"twin\"><summary>The same as a table</summary>\n");
    write_table_head(r);
    for (uint32_t i = 0; i < t->bar_count; i++) {
        const ld_timeline_bar *bar = &t->bars[i];
        ld_page_string(out, "<tr><th scope=\"row\">");
        if (bar->counts[0] > 0) {
            ld_page_string(out, "<a href=\"");
            write_period_link(r, bar->start_utc_ms);
            ld_page_string(out, "\">");
        }
        write_period(out, t->unit, bar->start_utc_ms);
        ld_page_string(out, bar->counts[0] > 0 ? "</a></th>" : "</th>");
        for (uint32_t q = 0; q < t->query_count; q++) {
            ld_page_string(out, "<td>");
            ld_page_count(out, bar->counts[q]);
            ld_page_string(out, "</td>");
        }
        ld_page_string(out, "<td>");
        ld_page_count(out, bar->held);
        ld_page_string(out, "</td></tr>\n");
    }
    ld_page_string(out, "</tbody></table>\n</details>\n");
}

void ld_results_write_timeline(const ld_results *r)
{
    if (!r->timeline || r->timeline->bar_count == 0)
        return;
    ld_page_string(r->page.out, "<section class=\"timeline\" aria-label=\"Stories over time\">\n");
    write_picture(r);
    write_legend(r);
    write_table(r);
    ld_page_string(r->page.out, "</section>\n");
}

/* ---- the column ---- */

/* A value that narrows the search, or joins those of its field that are in force. */
static void write_value(const ld_results *r, size_t filter, const lede_facet_value *value)
{
    ld_buf values, *out = r->page.out;
    ld_span in_force = r->page.filters.values[filter];
    ld_buf_init(&values, out->env, 64u << 10);
    ld_buf_add_span(&values, in_force);
    if (in_force.bytes > 0)
        ld_buf_add_byte(&values, LD_FILTER_SEPARATOR);
    ld_buf_add_span(&values, ld_span_of_text(value->value));
    ld_page_string(out, in_force.bytes > 0 ? "<li><a rel=\"nofollow\" href=\"" : "<li><a href=\"");
    ld_page_search_link(&r->page, ld_filter_table[filter].param, ld_buf_span(&values));
    ld_page_string(out, in_force.bytes > 0 ? "\"><span class=\"unseen\">or </span>" : "\">");
    ld_page_text(out, ld_span_of_text(value->value));
    ld_page_string(out, "</a> <span class=\"n\">");
    ld_page_count(out, value->count);
    ld_page_string(out, "</span></li>\n");
    if (values.status != LEDE_OK)
        out->status = values.status;
    ld_buf_release(&values);
}

static void write_facet(const ld_results *r, size_t i)
{
    ld_buf *out = r->page.out;
    const ld_facet_list *list = &r->facets[i];
    ld_span in_force = r->page.filters.values[i];
    uint32_t shown = 0;
    if (in_force.bytes == 0 && list->count == 1 && list->values[0].count == r->answer->total)
        return; /* nothing would be narrowed */
    for (uint32_t v = 0; v < list->count; v++) {
        if (ld_filter_has(in_force, ld_span_of_text(list->values[v].value)))
            continue;
        if (shown == 0)
            ld_buf_add_format(
                out, in_force.bytes > 0 ? "<h3>%s, or also</h3>\n<ul>\n" : "<h3>%s</h3>\n<ul>\n",
                ld_filter_table[i].label);
        if (shown++ == VALUES_OPEN)
            ld_page_string(out, "</ul>\n<details><summary>More</summary>\n<ul>\n");
        write_value(r, i, &list->values[v]);
    }
    if (shown > 0)
        ld_page_string(out, shown > VALUES_OPEN ? "</ul></details>\n" : "</ul>\n");
}

static void write_date_link(const ld_results *r, const char *words, const char *from)
{
    ld_page narrowed = r->page;
    narrowed.filters.values[LD_FILTER_FROM] = ld_span_from_string(from);
    narrowed.filters.values[LD_FILTER_TO] = LD_SPAN("");
    ld_page_string(r->page.out, "<li><a href=\"");
    ld_page_search_link(&narrowed, NULL, LD_SPAN(""));
    ld_page_string(r->page.out, "\">");
    ld_page_string(r->page.out, words);
    ld_page_string(r->page.out, "</a></li>\n");
}

static void write_field(const ld_results *r, const char *name, const char *label, ld_span value,
                        const char *placeholder)
{
    ld_buf *out = r->page.out;
    ld_buf_add_format(out,
                      "<p><label for=\"f-%s\">%s</label> <input id=\"f-%s\" name=\"%s\" "
                      "autocomplete=\"off\" maxlength=\"200\" placeholder=\"%s\" value=\"",
                      name, label, name, name, placeholder);
    ld_page_text(out, value);
    ld_page_string(out, "\"></p>\n");
}

static void write_form_begin(const ld_results *r, const char *class)
{
    ld_buf_add_format(r->page.out, "<form class=\"%s\" method=\"get\" action=\"", class);
    ld_link_begin(&r->page, "/search");
    ld_page_string(r->page.out, "\">\n");
}

static void write_dates(const ld_results *r)
{
    static const char *const typed[] = {"from", "to", NULL};
    ld_page_string(r->page.out, "<h3>Dates</h3>\n<ul class=\"row\">\n");
    write_date_link(r, "Today", "today");
    write_date_link(r, "7 days", "last 7 days");
    write_date_link(r, "30 days", "last 30 days");
    write_date_link(r, "A year", "last 12 months");
    ld_page_string(r->page.out, "</ul>\n");
    write_form_begin(r, "dates");
    ld_page_hidden_fields(&r->page, typed);
    write_field(r, "from", "From", r->page.filters.values[LD_FILTER_FROM], "2024-05");
    write_field(r, "to", "To", r->page.filters.values[LD_FILTER_TO], "yesterday");
    ld_page_string(r->page.out, "<button type=\"submit\">Set dates</button></form>\n");
}

static void write_compare(const ld_results *r)
{
    static const char *const names[] = {"c2", "c3", "c4"};
    for (size_t i = 0; i < LD_SERVER_COMPARE_MAX - 1; i++) {
        if (r->page.compare[i].bytes > 0)
            continue;
        const char *const typed[] = {names[i], NULL};
        ld_page_string(r->page.out, "<h3>Compare</h3>\n");
        write_form_begin(r, "dates");
        ld_page_hidden_fields(&r->page, typed);
        write_field(r, names[i], "With", LD_SPAN(""), "another search");
        ld_page_string(r->page.out, "<button type=\"submit\">Compare</button></form>\n");
        return;
    }
}

static void write_take_link(const ld_results *r, const char *path, const char *type,
                            const char *words)
{
    ld_page_string(r->page.out, "<li><a href=\"");
    ld_page_export_link(&r->page, path);
    ld_buf_add_format(r->page.out, "\" type=\"%s\">%s</a></li>\n", type, words);
}

void ld_results_write_narrow(const ld_results *r)
{
    ld_buf *out = r->page.out;
    ld_page_string(out, "<aside class=\"narrow\" id=\"narrow\" aria-label=\"Narrow the search\">\n"
                        "<h2>Narrow the search</h2>\n");
    write_dates(r);
    for (size_t i = 0; i < LD_FILTER_FACETS_COUNT; i++)
        write_facet(r, i);
    if (r->page.query.bytes > 0)
        write_compare(r);
    ld_page_string(out, "<h3>Keep this search</h3>\n<ul class=\"row\">\n");
    write_take_link(r, "/search.atom", "application/atom+xml", "Feed");
    write_take_link(r, "/search.csv", "text/csv", "CSV");
    write_take_link(r, "/search.jsonl", "application/x-ndjson", "JSON");
    write_take_link(r, "/search.ris", "application/x-research-info-systems", "RIS");
    ld_page_string(out, "</ul>\n</aside>\n");
}
