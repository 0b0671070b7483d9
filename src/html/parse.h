#ifndef LD_HTML_PARSE_H
#define LD_HTML_PARSE_H
/*
 * From the bytes of one page to its tree.
 *
 *     bytes -> sniff (charset) -> UTF-8 -> tokenizer -> tree construction -> ld_page
 *
 * Every input has a tree: HTML knows no invalid page. A parse fails only for lack of memory
 * (LEDE_E_NOMEM), when the arena's own maximum is met (LEDE_E_LIMIT), or when the input is longer
 * than LD_HTML_BYTES_MAX (LEDE_E_LIMIT). Where another maximum of base/limits.h bites, the tree is
 * whole as far as it goes and page->truncated is set.
 */
#include "base/error.h"
#include "flow/page.h"
#include "html/tag.h"

typedef struct ld_html_options {
    bool scripting;           /* as with scripts running: <noscript> holds text, not elements.
                                 lede parses with false: noscript often carries the real image */
    bool is_utf8;             /* the bytes are valid UTF-8: no sniffing, no decoding */
    ld_span protocol_charset; /* label from the protocol's header; empty: not stated */
    /* Fragments only: the element the markup stands in. LD_TAG_UNKNOWN: a <div>. */
    ld_tag context_tag;
    ld_namespace context_name_space;
    ld_span context_encoding; /* value of the context's encoding attribute (annotation-xml) */
} ld_html_options;

/*
 * Parses a document. The tree lives in `arena` and borrows from `bytes` where text needs no
 * change: both must outlive the page. options may be NULL (all zero).
 */
lede_status ld_html_parse(ld_arena *arena, ld_span bytes, const ld_html_options *options,
                          ld_page *page, lede_error *err);

/*
 * Parses a fragment as innerHTML of the context element does. The document's first child element
 * is an <html> that only holds the fragment: its children are the answer.
 */
lede_status ld_html_parse_fragment(ld_arena *arena, ld_span bytes, const ld_html_options *options,
                                   ld_page *page, lede_error *err);

#endif
