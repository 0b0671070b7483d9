#include <stdio.h>

#include "base/date.h"
#include "base/markup.h"
#include "server/page.h"

/* ---- pieces ---- */

void ld_page_string(ld_buf *out, const char *markup)
{
    ld_buf_add_string(out, markup);
}

void ld_page_text(ld_buf *out, ld_span s)
{
    ld_markup_escape(out, s);
}

void ld_page_marked(ld_buf *out, ld_span text, size_t from, size_t to, const lede_mark *marks,
                    uint32_t mark_count)
{
    ld_page_marked_hits(out, text, from, to, marks, mark_count, NULL);
}

void ld_page_marked_hits(ld_buf *out, ld_span text, size_t from, size_t to, const lede_mark *marks,
                         uint32_t mark_count, uint32_t *number)
{
    size_t at = from;
    if (to > text.bytes)
        to = text.bytes;
    for (uint32_t i = 0; i < mark_count; i++) {
        size_t begin = marks[i].offset_bytes, end = begin + marks[i].length_bytes;
        begin = begin < at ? at : begin;
        end = end > to ? to : end;
        if (begin >= end)
            continue;
        ld_page_text(out, ld_span_of(text.data + at, begin - at));
        if (number)
            ld_buf_add_format(out, "<mark id=\"hit%u\">", ++*number);
        else
            ld_page_string(out, "<mark>");
        ld_page_text(out, ld_span_of(text.data + begin, end - begin));
        ld_page_string(out, "</mark>");
        at = end;
    }
    if (at < to)
        ld_page_text(out, ld_span_of(text.data + at, to - at));
}

void ld_page_count(ld_buf *out, uint64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            ld_buf_add_byte(out, ',');
        ld_buf_add_byte(out, (uint8_t)digits[i]);
    }
}

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

void ld_page_date(ld_buf *out, const lede_date *date, bool with_time)
{
    if (date->precision == LEDE_DATE_UNKNOWN)
        return;
    ld_civil c = ld_civil_from_utc_ms(date->utc_ms);
    ld_buf_add_format(out, "<time datetime=\"%04d", c.year);
    if (date->precision >= LEDE_DATE_MONTH)
        ld_buf_add_format(out, "-%02u", c.month);
    if (date->precision >= LEDE_DATE_DAY)
        ld_buf_add_format(out, "-%02u", c.day);
    if (date->precision >= LEDE_DATE_TIME)
        ld_buf_add_format(out, "T%02u:%02u:%02uZ", c.hour, c.minute, c.second);
    ld_page_string(out, "\">");
    if (date->precision >= LEDE_DATE_DAY)
        ld_buf_add_format(out, "%u ", c.day);
    if (date->precision >= LEDE_DATE_MONTH)
        ld_buf_add_format(out, "%s ", months[(c.month + 11u) % 12u]);
    ld_buf_add_format(out, "%d", c.year);
    if (date->precision >= LEDE_DATE_TIME && with_time)
        ld_buf_add_format(out, ", %02u:%02u UTC", c.hour, c.minute);
    ld_page_string(out, "</time>");
}

const char *ld_page_evidence(const lede_date *date)
{
    static const struct {
        const char *evidence, *words;
    } known[] = {
        {"given", "as given when it was added"},
        {"json-ld", "from the page’s data"},
        {"meta", "from the page’s data"},
        {"microdata", "from the page’s data"},
        {"time", "from the page"},
        {"url", "from the address"},
        {"text", "from the text"},
        {"warc", "from the capture"},
    };
    if (date->precision == LEDE_DATE_UNKNOWN)
        return NULL;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].evidence, date->evidence) == 0)
            return known[i].words;
    }
    return "origin not known";
}

/* By the scripts these languages are written in today (CLDR, layout/orientation). */
static bool is_right_to_left(ld_span language)
{
    static const char *const codes[] = {"ar",  "arc", "ckb", "dv", "fa",  "he", "iw", "ks",
                                        "lrc", "mzn", "ps",  "sd", "syr", "ug", "ur", "yi"};
    ld_span code = ld_span_sub(language, 0, ld_span_find_byte(language, '-'));
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (ld_span_equal_nocase(code, ld_span_from_string(codes[i])))
            return true;
    }
    return false;
}

void ld_page_lang(ld_buf *out, lede_text language)
{
    if (language.bytes < 2 || language.bytes > 35)
        return;
    for (size_t i = 0; i < language.bytes; i++) {
        char c = language.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-'))
            return;
    }
    ld_page_string(out, " lang=\"");
    ld_page_text(out, ld_span_of_text(language));
    ld_page_string(out, is_right_to_left(ld_span_of_text(language)) ? "\" dir=\"rtl\"" : "\"");
}

bool ld_url_is_web(ld_span url)
{
    if (!ld_span_starts_with_nocase(url, LD_SPAN("http://")) &&
        !ld_span_starts_with_nocase(url, LD_SPAN("https://")))
        return false;
    for (size_t i = 0; i < url.bytes; i++) {
        uint8_t c = (uint8_t)url.data[i];
        if (c <= 0x20 || c == 0x7f)
            return false;
    }
    return true;
}

ld_link ld_link_begin(const ld_page *page, const char *path)
{
    ld_page_text(page->out, ld_span_from_string(page->base_path));
    ld_page_string(page->out, path);
    return (ld_link){page->out, false};
}

void ld_link_param(ld_link *link, const char *name, ld_span value)
{
    if (value.bytes == 0)
        return;
    ld_page_string(link->out, link->has_params ? "&amp;" : "?");
    ld_page_string(link->out, name);
    ld_page_string(link->out, "=");
    ld_url_escape(link->out, value);
    link->has_params = true;
}

void ld_link_param_u32(ld_link *link, const char *name, uint32_t value)
{
    char digits[16];
    int length = snprintf(digits, sizeof digits, "%u", value);
    ld_link_param(link, name, ld_span_of(digits, (size_t)length));
}

/* ---- this search, as parameters ---- */

#define SEARCH_PARAMS_COUNT (4 + LD_FILTER_COUNT_ + LD_SERVER_COMPARE_MAX - 1)

typedef struct search_param {
    const char *name;
    ld_span value;
} search_param;

static void search_params(const ld_page *page, search_param params[SEARCH_PARAMS_COUNT])
{
    static const char *const compare[] = {"c2", "c3", "c4"};
    size_t n = 0;
    params[n++] = (search_param){"q", page->query};
    for (size_t i = 0; i < LD_FILTER_COUNT_; i++)
        params[n++] = (search_param){ld_filter_table[i].param, page->filters.values[i]};
    for (size_t i = 0; i < LD_SERVER_COMPARE_MAX - 1; i++)
        params[n++] = (search_param){compare[i], page->compare[i]};
    params[n++] = (search_param){"copies", page->copies};
    params[n++] = (search_param){"strict", page->strict};
    params[n] = (search_param){"sort", page->sort};
}

static void write_link(const ld_page *page, const char *path, const char *name, ld_span value)
{
    search_param params[SEARCH_PARAMS_COUNT];
    ld_link link = ld_link_begin(page, path);
    search_params(page, params);
    for (size_t i = 0; i < SEARCH_PARAMS_COUNT; i++)
        ld_link_param(&link, params[i].name,
                      name && strcmp(name, params[i].name) == 0 ? value : params[i].value);
}

void ld_page_search_link(const ld_page *page, const char *name, ld_span value)
{
    write_link(page, "/search", name, value);
}

void ld_page_export_link(const ld_page *page, const char *path)
{
    write_link(page, path, NULL, LD_SPAN(""));
}

void ld_page_hidden_fields(const ld_page *page, const char *const *without)
{
    search_param params[SEARCH_PARAMS_COUNT];
    search_params(page, params);
    for (size_t i = 0; i < SEARCH_PARAMS_COUNT; i++) {
        const char *const *name = without;
        while (*name && strcmp(*name, params[i].name) != 0)
            name++;
        if (*name || params[i].value.bytes == 0)
            continue;
        ld_buf_add_format(page->out, "<input type=\"hidden\" name=\"%s\" value=\"", params[i].name);
        ld_page_text(page->out, params[i].value);
        ld_page_string(page->out, "\">\n");
    }
}

/* ---- the frame ---- */

static void write_head(ld_buf *out, const char *base_path, ld_span title, const char *class)
{
    ld_span base = ld_span_from_string(base_path);
    ld_page_string(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    if (title.bytes > 0) {
        ld_page_text(out, title);
        ld_page_string(out, " · ");
    }
    ld_page_string(out, "lede</title>\n<link rel=\"stylesheet\" href=\"");
    ld_page_text(out, base);
    ld_page_string(out, "/style.css\">\n<link rel=\"icon\" type=\"image/svg+xml\" href=\"");
    ld_page_text(out, base);
    ld_page_string(out, "/favicon.ico\">\n<link rel=\"search\" "
                        "type=\"application/opensearchdescription+xml\" title=\"lede\" href=\"");
    ld_page_text(out, base);
    ld_page_string(out, "/opensearch.xml\">\n<script defer src=\"");
    ld_page_text(out, base);
    ld_page_string(out, "/app.js\"></script>\n</head>\n<body");
    ld_page_string(out, class);
    ld_page_string(out, ">\n<a class=\"skip\" href=\"#main\">Skip to the stories</a>\n"
                        "<header class=\"masthead\">\n<p class=\"nameplate\"><a href=\"");
    ld_page_text(out, base);
    ld_page_string(out, "/\">lede</a></p>\n");
}

static void write_span_of_years(ld_buf *out, const lede_snapshot_info *info)
{
    if (info->published_first_utc_ms == INT64_MIN || info->published_last_utc_ms == INT64_MIN)
        return;
    int first = ld_civil_from_utc_ms(info->published_first_utc_ms).year;
    int last = ld_civil_from_utc_ms(info->published_last_utc_ms).year;
    ld_buf_add_format(out, first == last ? " · %d" : " · %d–%d", first, last);
}

static void write_form(const ld_page *page)
{
    ld_buf *out = page->out;
    ld_page_string(out, "<form class=\"search\" role=\"search\" method=\"get\" action=\"");
    ld_link_begin(page, "/search");
    ld_page_string(out, "\">\n<label for=\"q\">Search the archive</label>\n<div class=\"box\">"
                        "<input type=\"search\" id=\"q\" name=\"q\" autocomplete=\"off\" "
                        "autocapitalize=\"none\" spellcheck=\"false\" enterkeyhint=\"search\" "
                        "maxlength=\"2048\"");
    ld_page_string(out, page->is_front ? " autofocus" : "");
    ld_page_string(out, " value=\"");
    ld_page_text(out, page->query);
    ld_page_string(out, "\"><button type=\"submit\">Search</button></div>\n");
    static const char *const typed[] = {"q", NULL};
    ld_page_hidden_fields(page, typed);
    ld_page_string(out, "</form>\n");
}

void ld_page_begin(const ld_page *page, ld_span title)
{
    ld_buf *out = page->out;
    write_head(out, page->base_path, title,
               page->is_front  ? " class=\"front\""
               : page->is_wide ? " class=\"wide\""
                               : "");
    ld_page_string(out, "<p class=\"edition\">");
    ld_page_text(out, ld_span_from_string(page->archive_name));
    ld_page_string(out, " · ");
    ld_page_count(out, page->info->articles);
    ld_page_string(out, page->info->articles == 1 ? " story" : " stories");
    write_span_of_years(out, page->info);
    ld_page_string(out, "</p>\n");
    write_form(page);
    ld_page_string(out, "</header>\n<main id=\"main\" tabindex=\"-1\">\n");
}

static void write_foot(ld_buf *out)
{
    ld_page_string(out, "</main>\n<footer class=\"foot\"><p>Searched with lede " LEDE_VERSION
                        "</p></footer>\n"
                        "</body>\n</html>\n");
}

void ld_page_end(const ld_page *page)
{
    write_foot(page->out);
}

void ld_page_write_error(ld_buf *out, const char *base_path, int status, const char *reason,
                         ld_span sentence)
{
    write_head(out, base_path, ld_span_from_string(reason), "");
    ld_page_string(out, "</header>\n<main id=\"main\" class=\"error\">\n<h1>");
    ld_page_text(out, ld_span_from_string(reason));
    ld_page_string(out, "</h1>\n<p>");
    ld_page_text(out, sentence);
    ld_page_string(out, "</p>\n<p><a href=\"");
    ld_page_text(out, ld_span_from_string(base_path));
    ld_buf_add_format(out, "/\">Search the archive</a></p>\n<p class=\"code\">%d</p>\n", status);
    write_foot(out);
}
