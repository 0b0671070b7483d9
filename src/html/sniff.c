/*
 * The encoding of a page before it is decoded. The prescan (13.2.3.2, "prescan a byte stream to
 * determine its encoding") looks for
 *
 *   <meta charset="x">
 *   <meta http-equiv="content-type" content="text/html; charset=x">
 *   <?xml encoding="x"?> at the very start
 *
 * with a reader of its own: comments are skipped, attributes of all other tags too. The standard
 * looks at the first 1,024 bytes; saved pages often carry a long comment or script in front, so
 * PRESCAN_BYTES are read here, as browsers in effect do by restarting at a late <meta>. Behind the
 * standard's own bytes the contents of <script> and <style> are skipped: no tag stands there.
 */
#include "html/sniff.h"

#include "html/tokenizer_private.h"
#include "text/charset.h"

#define PRESCAN_BYTES  65536u
#define STANDARD_BYTES 1024u

typedef struct prescan {
    const char *at, *end;
} prescan;

typedef struct prescan_attribute {
    ld_span name, value; /* as written; compared without regard to case */
} prescan_attribute;

static bool is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

static void skip_space(prescan *s)
{
    while (s->at < s->end && ld_html_is_space(*s->at))
        s->at++;
}

/* "Get an attribute": false at the end of the tag. */
static bool read_attribute(prescan *s, prescan_attribute *a)
{
    while (s->at < s->end && (ld_html_is_space(*s->at) || *s->at == '/'))
        s->at++;
    if (s->at >= s->end || *s->at == '>')
        return false;
    const char *from = s->at;
    while (s->at < s->end && !ld_html_is_space(*s->at) && *s->at != '/' && *s->at != '>' &&
           (*s->at != '=' || s->at == from))
        s->at++;
    a->name = ld_span_of(from, (size_t)(s->at - from));
    a->value = LD_SPAN("");
    skip_space(s);
    if (s->at >= s->end || *s->at != '=')
        return s->at < s->end;
    s->at++;
    skip_space(s);
    if (s->at >= s->end)
        return false;
    if (*s->at == '"' || *s->at == '\'') {
        const char *close = ld_html_scan(s->at + 1, s->end, *s->at);
        a->value = ld_span_of(s->at + 1, (size_t)(close - s->at - 1));
        s->at = close < s->end ? close + 1 : close;
        return close < s->end;
    }
    from = s->at;
    while (s->at < s->end && !ld_html_is_space(*s->at) && *s->at != '>')
        s->at++;
    a->value = ld_span_of(from, (size_t)(s->at - from));
    return s->at < s->end;
}

/* The label behind "charset=" in the content of a <meta http-equiv>; empty: none. */
static ld_span label_of_content(ld_span content)
{
    for (;;) {
        size_t found = ld_span_find_nocase(content, LD_SPAN("charset"));
        if (found == SIZE_MAX)
            return (ld_span){NULL, 0};
        prescan s = {content.data + found + 7, content.data + content.bytes};
        content = ld_span_of(s.at, (size_t)(s.end - s.at));
        skip_space(&s);
        if (s.at >= s.end || *s.at != '=')
            continue;
        s.at++;
        skip_space(&s);
        if (s.at >= s.end)
            return (ld_span){NULL, 0};
        if (*s.at == '"' || *s.at == '\'') {
            const char *close = ld_html_scan(s.at + 1, s.end, *s.at);
            if (close == s.end)
                return (ld_span){NULL, 0};
            return ld_span_of(s.at + 1, (size_t)(close - s.at - 1));
        }
        const char *from = s.at;
        while (s.at < s.end && !ld_html_is_space(*s.at) && *s.at != ';')
            s.at++;
        return ld_span_of(from, (size_t)(s.at - from));
    }
}

/* A <meta> that declares UTF-16 cannot be right where it could be read; x-user-defined is
 * windows-1252 (13.2.3.2, last steps). */
static const char *declared(ld_span label)
{
    const char *name = ld_charset_for_label(label);
    if (name && (strcmp(name, "UTF-16LE") == 0 || strcmp(name, "UTF-16BE") == 0))
        return "UTF-8";
    if (name && strcmp(name, "x-user-defined") == 0)
        return "windows-1252";
    return name;
}

/* Behind "<meta". */
static const char *read_meta(prescan *s)
{
    bool got_pragma = false, saw_equiv = false, saw_content = false, saw_charset = false;
    bool need_pragma = false;
    const char *name = NULL;
    prescan_attribute a;
    while (read_attribute(s, &a)) {
        if (ld_span_equal_nocase(a.name, LD_SPAN("http-equiv")) && !saw_equiv) {
            saw_equiv = true;
            got_pragma = ld_span_equal_nocase(a.value, LD_SPAN("content-type"));
        } else if (ld_span_equal_nocase(a.name, LD_SPAN("content")) && !saw_content) {
            saw_content = true;
            const char *found = name ? NULL : declared(label_of_content(a.value));
            if (found) {
                name = found;
                need_pragma = true;
            }
        } else if (ld_span_equal_nocase(a.name, LD_SPAN("charset")) && !saw_charset) {
            saw_charset = true;
            name = declared(a.value);
            need_pragma = false;
        }
    }
    /* the tag was cut off by the end of what is read */
    if (s->at >= s->end)
        return NULL;
    return need_pragma && !got_pragma ? NULL : name;
}

/* <?xml version="1.0" encoding="x"?> at the start. */
static const char *read_xml_declaration(ld_span bytes)
{
    if (!ld_span_starts_with(bytes, LD_SPAN("<?xml")))
        return NULL;
    const char *close = ld_html_scan(bytes.data, bytes.data + bytes.bytes, '>');
    ld_span head = ld_span_of(bytes.data, (size_t)(close - bytes.data));
    size_t found = ld_span_find(head, LD_SPAN("encoding"));
    if (close == bytes.data + bytes.bytes || found == SIZE_MAX)
        return NULL;
    prescan s = {head.data + found + 8, close};
    skip_space(&s);
    if (s.at >= s.end || *s.at != '=')
        return NULL;
    s.at++;
    skip_space(&s);
    if (s.at >= s.end || (*s.at != '"' && *s.at != '\''))
        return NULL;
    const char *end = ld_html_scan(s.at + 1, s.end, *s.at);
    return end < s.end ? declared(ld_span_of(s.at + 1, (size_t)(end - s.at - 1))) : NULL;
}

static bool stands(const prescan *s, const char *word, size_t bytes)
{
    return (size_t)(s->end - s->at) >= bytes &&
           ld_span_equal_nocase(ld_span_of(s->at, bytes), ld_span_of(word, bytes));
}

/* Behind "<!--": the dashes may be those of the opening. */
static void skip_comment(prescan *s)
{
    const char *from = s->at + 2, *p = s->at + 4;
    for (p = ld_html_scan(p, s->end, '>'); p < s->end; p = ld_html_scan(p + 1, s->end, '>'))
        if (p - from >= 2 && p[-1] == '-' && p[-2] == '-') {
            s->at = p + 1;
            return;
        }
    s->at = s->end;
}

/* At the first letter of a tag's name. skips_raw: with the text of a script or style. */
static void skip_tag(prescan *s, bool skips_raw)
{
    prescan_attribute a;
    const char *from = s->at;
    while (s->at < s->end && !ld_html_is_space(*s->at) && *s->at != '>')
        s->at++;
    ld_span name = ld_span_of(from, (size_t)(s->at - from));
    while (read_attribute(s, &a))
        continue;
    ld_span rest = ld_span_of(s->at, (size_t)(s->end - s->at));
    size_t found = 0;
    if (skips_raw && ld_span_equal_nocase(name, LD_SPAN("script")))
        found = ld_span_find_nocase(rest, LD_SPAN("</script"));
    else if (skips_raw && ld_span_equal_nocase(name, LD_SPAN("style")))
        found = ld_span_find_nocase(rest, LD_SPAN("</style"));
    s->at = found == SIZE_MAX ? s->end : s->at + found;
}

const char *ld_html_prescan_charset(ld_span bytes)
{
    bytes = ld_span_sub(bytes, 0, PRESCAN_BYTES);
    const char *name = read_xml_declaration(bytes);
    prescan s = {bytes.data, bytes.data + bytes.bytes};
    while (bytes.bytes > 0 && (s.at = ld_html_scan(s.at, s.end, '<')) < s.end) {
        if (stands(&s, "<!--", 4)) {
            skip_comment(&s);
            continue;
        }
        if (stands(&s, "<meta", 5) && s.at + 5 < s.end &&
            (ld_html_is_space(s.at[5]) || s.at[5] == '/')) {
            s.at += 5;
            const char *found = read_meta(&s);
            if (found)
                return found;
            continue;
        }
        const char *letter = s.at + 1 + (s.at + 1 < s.end && s.at[1] == '/');
        if (letter < s.end && ld_html_is_alpha(*letter)) {
            bool is_start = letter == s.at + 1;
            bool is_late = (size_t)(s.at - bytes.data) >= STANDARD_BYTES;
            s.at = letter;
            skip_tag(&s, is_start && is_late);
        } else if (letter <= s.end && letter > s.at + 1) {
            s.at = ld_html_scan(s.at, s.end, '>');
        } else if (s.at + 1 < s.end && is_one_of(s.at[1], "!?")) {
            s.at = ld_html_scan(s.at, s.end, '>');
        } else {
            s.at++;
        }
    }
    return name;
}

const char *ld_html_sniff_charset(ld_span bytes, ld_span protocol_label)
{
    size_t bom_bytes;
    const char *name = ld_charset_for_bom(bytes, &bom_bytes);
    if (!name && protocol_label.bytes > 0)
        name = ld_charset_for_label(protocol_label);
    if (!name)
        name = ld_html_prescan_charset(bytes);
    return name ? name : ld_charset_detect(bytes);
}
