#include "html/parse.h"

#include "html/sniff.h"
#include "html/tree.h"
#include "text/charset.h"

static const ld_html_options no_options;

static ld_span without_bom(ld_span utf8)
{
    return ld_span_starts_with(utf8, LD_SPAN("\xef\xbb\xbf"))
               ? ld_span_of(utf8.data + 3, utf8.bytes - 3)
               : utf8;
}

static lede_status parse(ld_arena *arena, ld_span bytes, const ld_html_options *options,
                         bool is_fragment, ld_page *page, lede_error *err)
{
    *page = (ld_page){.arena = arena, .encoding = LD_SPAN("UTF-8")};
    if (bytes.bytes > LD_HTML_BYTES_MAX)
        return LD_FAIL(err, LEDE_E_LIMIT, "a page of %zu bytes is longer than %u bytes",
                       bytes.bytes, LD_HTML_BYTES_MAX);
    if (!options)
        options = &no_options;
    if (!options->is_utf8) {
        const char *name = ld_html_sniff_charset(bytes, options->protocol_charset);
        page->encoding = ld_span_from_string(name);
        LD_TRY(ld_charset_decode(arena, name, bytes, &bytes, err));
    }
    return ld_tree_build(arena, without_bom(bytes), options, is_fragment, page, err);
}

lede_status ld_html_parse(ld_arena *arena, ld_span bytes, const ld_html_options *options,
                          ld_page *page, lede_error *err)
{
    return parse(arena, bytes, options, false, page, err);
}

lede_status ld_html_parse_fragment(ld_arena *arena, ld_span bytes, const ld_html_options *options,
                                   ld_page *page, lede_error *err)
{
    return parse(arena, bytes, options, true, page, err);
}
