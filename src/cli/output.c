/*
 * Standard output, and the sentences on standard error.
 *
 * A page can carry escape sequences that rename a terminal's window or worse. Everything that came
 * out of a page therefore passes ld_out_text or ld_out_line when a person reads it; formats for
 * programs (JSON, CSV, HTML) go through ld_out_data, which does the same only on a terminal.
 */
#include "cli/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

static bool wants_color(const char *color, bool is_terminal)
{
    if (!color || strcmp(color, "never") == 0)
        return false;
    if (strcmp(color, "always") == 0)
        return true;
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return is_terminal && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
}

void ld_out_init(ld_out *out, FILE *stream, const char *color)
{
    *out = (ld_out){.stream = stream, .is_terminal = isatty(fileno(stream)) == 1};
    out->has_color = wants_color(color, out->is_terminal);
}

static void note_failure(ld_out *out)
{
    if (errno == EPIPE)
        out->is_closed = true;
    else if (out->os_errno == 0)
        out->os_errno = errno ? errno : EIO;
}

void ld_out_span(ld_out *out, ld_span s)
{
    if (s.bytes == 0 || out->is_closed || out->os_errno)
        return;
    errno = 0;
    if (fwrite(s.data, 1, s.bytes, out->stream) != s.bytes)
        note_failure(out);
}

void ld_out_string(ld_out *out, const char *string)
{
    ld_out_span(out, ld_span_from_string(string));
}

void ld_out_format(ld_out *out, const char *format, ...)
{
    if (out->is_closed || out->os_errno)
        return;
    va_list list;
    va_start(list, format);
    errno = 0;
    if (vfprintf(out->stream, format, list) < 0)
        note_failure(out);
    va_end(list);
}

/* Bytes of the control character at the beginning of s, 0: none is there. */
static size_t control_bytes(ld_span s)
{
    uint8_t first = (uint8_t)s.data[0];
    if (first == '\n' || first == '\t')
        return 0;
    if (first < 0x20 || first == 0x7f)
        return 1;
    bool is_c1 = first == 0xc2 && s.bytes > 1 && ((uint8_t)s.data[1] & 0xe0) == 0x80;
    return is_c1 ? 2 : 0;
}

void ld_out_text(ld_out *out, ld_span s)
{
    size_t from = 0, at = 0;
    while (at < s.bytes) {
        size_t bad = control_bytes(ld_span_sub(s, at, SIZE_MAX));
        if (bad == 0) {
            at++;
            continue;
        }
        ld_out_span(out, ld_span_sub(s, from, at - from));
        ld_out_string(out, "\xef\xbf\xbd");
        from = at += bad;
    }
    ld_out_span(out, ld_span_sub(s, from, SIZE_MAX));
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

void ld_out_line(ld_out *out, ld_span s)
{
    size_t at = 0;
    while (at < s.bytes) {
        size_t from = at;
        while (at < s.bytes && !is_space(s.data[at]))
            at++;
        ld_out_text(out, ld_span_sub(s, from, at - from));
        if (at == s.bytes)
            return;
        while (at < s.bytes && is_space(s.data[at]))
            at++;
        ld_out_string(out, " ");
    }
}

static void begin_base(ld_out *out, ld_style base)
{
    if (base != LD_STYLE_PLAIN)
        ld_out_style(out, base);
}

void ld_out_marked(ld_out *out, ld_span s, const lede_mark *marks, uint32_t mark_count,
                   ld_style base)
{
    size_t at = 0;
    begin_base(out, base);
    for (uint32_t i = 0; i < mark_count; i++) {
        if (marks[i].offset_bytes < at || marks[i].offset_bytes > s.bytes)
            continue;
        ld_out_line(out, ld_span_sub(s, at, marks[i].offset_bytes - at));
        ld_out_style(out, LD_STYLE_MATCH);
        ld_out_line(out, ld_span_sub(s, marks[i].offset_bytes, marks[i].length_bytes));
        ld_out_style(out, LD_STYLE_PLAIN);
        begin_base(out, base);
        at = (size_t)marks[i].offset_bytes + marks[i].length_bytes;
    }
    if (at < s.bytes)
        ld_out_line(out, ld_span_sub(s, at, SIZE_MAX));
    if (base != LD_STYLE_PLAIN)
        ld_out_style(out, LD_STYLE_PLAIN);
}

void ld_out_data(ld_out *out, ld_span s)
{
    if (out->is_terminal)
        ld_out_text(out, s);
    else
        ld_out_span(out, s);
}

/* SGR sequences, ECMA-48 section 8.3.117. */
void ld_out_style(ld_out *out, ld_style style)
{
    static const char *const sequences[] = {[LD_STYLE_PLAIN] = "\x1b[0m",
                                            [LD_STYLE_HEADLINE] = "\x1b[1m",
                                            [LD_STYLE_MATCH] = "\x1b[1;31m",
                                            [LD_STYLE_FAINT] = "\x1b[2m"};
    if (out->has_color)
        ld_out_string(out, sequences[style]);
}

lede_status ld_out_finish(ld_out *out, lede_error *err)
{
    errno = 0;
    if (!out->is_closed && !out->os_errno && fflush(out->stream) != 0)
        note_failure(out);
    if (!out->os_errno)
        return LEDE_OK;
    return LD_FAIL_OS(err, LEDE_E_IO, out->os_errno, "cannot write to standard output");
}

void ld_say(const char *format, ...)
{
    char sentence[1024];
    ld_out out = {.stream = stderr};
    va_list list;
    va_start(list, format);
    vsnprintf(sentence, sizeof sentence, format, list);
    va_end(list);
    ld_out_string(&out, "lede: ");
    ld_out_line(&out, ld_span_from_string(sentence));
    ld_out_string(&out, "\n");
}
