/*
 * Where does raw text end? At `</name` followed by white space, `/` or `>`, where name is that of
 * the start tag before it (13.2.5.9 to 13.2.5.31). In a script that end does not count between
 * `<!-- <script` and the next `</script`; a plain `-->` ends that protection:
 *
 *   level 0  plain            `<!--` -> 1   (`<!-->` and `<!--->` fall back at once)
 *   level 1  escaped          `-->` -> 0    `<script` + end of name -> 2    end tag: the end
 *   level 2  double escaped   `-->` -> 0    `</script` + end of name -> 1
 */
#include "html/tokenizer_private.h"

/* At p stand the name in any case and then white space, `/` or `>`. */
static bool stands_name(const char *p, const char *end, ld_span name)
{
    if ((size_t)(end - p) <= name.bytes)
        return false;
    for (size_t i = 0; i < name.bytes; i++)
        if (ld_html_lower(p[i]) != name.data[i])
            return false;
    char c = p[name.bytes];
    return ld_html_is_space(c) || c == '/' || c == '>';
}

static bool opens_end_tag(const char *p, const char *end, ld_span name)
{
    return end - p > 2 && p[1] == '/' && name.bytes > 0 && stands_name(p + 2, end, name);
}

const char *ld_tokenizer_raw_end(const ld_tokenizer *z)
{
    const char *p = ld_html_scan(z->at, z->end, '<');
    while (p < z->end && !opens_end_tag(p, z->end, z->last_start))
        p = ld_html_scan(p + 1, z->end, '<');
    return p;
}

/* The first `<` or `-->`'s `>` that matters from p on. */
static const char *scan_escaped(const char *p, const char *dashes_from, const char *end)
{
    for (; p < end; p++) {
        if (*p == '<')
            return p;
        if (*p == '>' && p - dashes_from >= 2 && p[-1] == '-' && p[-2] == '-')
            return p;
    }
    return end;
}

const char *ld_tokenizer_script_end(const ld_tokenizer *z)
{
    const ld_span script = LD_SPAN("script");
    const char *p = z->at, *end = z->end;
    const char *dashes_from = p; /* dashes of `-->` are counted from here */
    int level = 0;
    for (;;) {
        p = level == 0 ? ld_html_scan(p, end, '<') : scan_escaped(p, dashes_from, end);
        if (p == end)
            return end;
        if (*p == '>') {
            level = 0;
            p++;
            continue;
        }
        if (level < 2 && opens_end_tag(p, end, z->last_start))
            return p;
        if (level == 0 && end - p >= 4 && memcmp(p, "<!--", 4) == 0) {
            level = 1;
            dashes_from = p + 2; /* both dashes count for `-->`: `<!-->` closes at once */
            p += 4;
            continue;
        }
        if (level == 1 && stands_name(p + 1, end, script))
            level = 2;
        else if (level == 2 && end - p > 2 && p[1] == '/' && stands_name(p + 2, end, script))
            level = 1;
        p++;
    }
}
