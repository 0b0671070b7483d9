#ifndef LD_SERVER_PAGE_H
#define LD_SERVER_PAGE_H
/*
 * What every page is made of. Templates are functions that write into a buffer; text from outside
 * goes through ld_page_text (that is ld_markup_escape) or a link's parameters, and through nothing
 * else. A string literal is the only markup.
 */
#include "base/buf.h"
#include "lede/search.h"
#include "server/filters.h"

typedef struct ld_page {
    ld_buf *out;
    const char *base_path;                      /* URL-safe */
    const char *archive_name;                   /* "news.lede" */
    const lede_snapshot_info *info;             /* what stands in the head of the page */
    ld_span query, sort;                        /* what the form keeps; sort empty: none */
    bool is_front;                              /* the form alone, larger */
    bool is_wide;                               /* room for a second column */
    ld_filters filters;                         /* kept by the form too */
    ld_span compare[LD_SERVER_COMPARE_MAX - 1]; /* further queries on the timeline */
    ld_span copies; /* "all": each copy is a hit of its own; empty: they are folded */
    ld_span strict; /* "1": nothing is done to the query */
} ld_page;

/* title: empty for the front page. */
void ld_page_begin(const ld_page *page, ld_span title);
void ld_page_end(const ld_page *page);
/* A whole page that needs no archive. sentence: one or none. */
void ld_page_write_error(ld_buf *out, const char *base_path, int status, const char *reason,
                         ld_span sentence);

/* ---- pieces ---- */
static inline ld_span ld_span_of_text(lede_text t)
{
    return ld_span_of(t.data, t.bytes);
}
void ld_page_string(ld_buf *out, const char *markup); /* ours, as it is */
void ld_page_text(ld_buf *out, ld_span s);            /* escaped */
/* Escaped, marks as <mark>. Marks outside of [from, to) or in each other are cut. */
void ld_page_marked(ld_buf *out, ld_span text, size_t from, size_t to, const lede_mark *marks,
                    uint32_t mark_count);
/* The same, each mark with the id "hit<n>"; *number is that of the last one. */
void ld_page_marked_hits(ld_buf *out, ld_span text, size_t from, size_t to, const lede_mark *marks,
                         uint32_t mark_count, uint32_t *number);
void ld_page_count(ld_buf *out, uint64_t count); /* "12,345" */
/* <time>: "16 November 2015", ", 14:05 UTC" behind it where a time is stated and with_time. */
void ld_page_date(ld_buf *out, const lede_date *date, bool with_time);
/* How it is known, in words: "from the address"; NULL for an unknown date. */
const char *ld_page_evidence(const lede_date *date);
/* ` lang="fr"`, ` lang="ar" dir="rtl"` where the language is one, nothing otherwise. */
void ld_page_lang(ld_buf *out, lede_text language);
/* The address begins with http:// or https:// and has no space or control character. */
bool ld_url_is_web(ld_span url);

/* The inside of an href: base path, path, then parameters. */
typedef struct ld_link {
    ld_buf *out;
    bool has_params;
} ld_link;
ld_link ld_link_begin(const ld_page *page, const char *path);
void ld_link_param(ld_link *link, const char *name, ld_span value); /* left out when empty */
void ld_link_param_u32(ld_link *link, const char *name, uint32_t value);
/* A link to this search with one parameter changed: name NULL none, value empty taken away. The
 * number of the page is not kept. */
void ld_page_search_link(const ld_page *page, const char *name, ld_span value);
/* The same search at another path: "/search.atom". */
void ld_page_export_link(const ld_page *page, const char *path);
/* The parameters of this search as hidden fields of a form, without the named ones (NULL-ended). */
void ld_page_hidden_fields(const ld_page *page, const char *const *without);

#endif
