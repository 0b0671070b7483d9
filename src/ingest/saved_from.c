/*
 * Browsers and SingleFile state a page's address in a comment at its beginning:
 *
 *     <!-- saved from url=(0026)http://news.example/a.html -->      (the number: its length)
 *     <!--
 *      Page saved with SingleFile
 *      url: https://news.example/a.html
 *
 * Only the first HEAD_BYTES are looked at, so that an article about such comments is not read as
 * one. HTTrack's "Mirrored from" has no scheme and is left alone: http or https would be a guess.
 */
#include "ingest/saved_from.h"

#define HEAD_BYTES 2048u

/* The address at the start of s, up to white space or the comment's end. */
static ld_span take_address(ld_span s)
{
    size_t n = 0;
    while (n < s.bytes && s.data[n] > ' ' && s.data[n] < 127 && s.data[n] != '<' &&
           s.data[n] != '>' && s.data[n] != '"')
        n++;
    s.bytes = n;
    bool web =
        ld_span_starts_with(s, LD_SPAN("http://")) || ld_span_starts_with(s, LD_SPAN("https://"));
    return web ? s : ld_span_of(NULL, 0);
}

/* What follows `mark` in s; false: s does not hold it. */
static bool find_behind(ld_span s, ld_span mark, ld_span *behind)
{
    size_t at = ld_span_find(s, mark);
    if (at == SIZE_MAX)
        return false;
    *behind = ld_span_sub(s, at + mark.bytes, s.bytes);
    return true;
}

ld_span ld_saved_from(ld_span page)
{
    ld_span head = ld_span_sub(page, 0, HEAD_BYTES), rest;
    if (find_behind(head, LD_SPAN("<!-- saved from url=("), &rest)) {
        size_t close = ld_span_find_byte(rest, ')');
        return close > 5 ? ld_span_of(NULL, 0)
                         : take_address(ld_span_sub(rest, close + 1, rest.bytes));
    }
    if (find_behind(head, LD_SPAN("Page saved with SingleFile"), &rest) &&
        find_behind(rest, LD_SPAN("url: "), &rest))
        return take_address(rest);
    return ld_span_of(NULL, 0);
}
