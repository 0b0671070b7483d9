/*
 * What does a page say about its address (head_scan.h)?
 *
 * Read before anything is known of the page, of every page of the input: so tags are found by what
 * they hold, <link rel=canonical href=...> by "canonical", and a comment or a script may deceive.
 * What is read here decides only which pages are looked at together.
 */
#include "article/head_scan.h"

#define HEAD_BYTES_MAX (1u << 20)
#define HTML_BYTES_MAX 4096u /* in which <html> stands */
#define TAG_BYTES_MAX  1024u
#define MENTIONS_MAX   16u /* of a name, not all of them in a tag */

static ld_span tag_around(ld_span head, size_t at)
{
    size_t from = at;
    while (from > 0 && at - from < TAG_BYTES_MAX && head.data[from] != '<')
        from--;
    ld_span tag = ld_span_sub(head, from, TAG_BYTES_MAX);
    size_t end = ld_span_find_byte(tag, '>');
    tag.bytes = end < tag.bytes ? end : tag.bytes;
    return tag;
}

static ld_span value_in_tag(ld_span tag, ld_span attribute)
{
    size_t at = ld_span_find_nocase(tag, attribute);
    if (at == SIZE_MAX)
        return (ld_span){0};
    ld_span value = ld_span_sub(tag, at + attribute.bytes, tag.bytes);
    char quote = value.bytes > 0 ? value.data[0] : 0;
    if (quote == '"' || quote == '\'')
        value = ld_span_sub(value, 1, value.bytes);
    size_t end = 0;
    while (end < value.bytes &&
           (quote == '"' || quote == '\'' ? value.data[end] != quote : value.data[end] > ' '))
        end++;
    return ld_span_sub(value, 0, end);
}

static ld_span find_value(ld_span page, ld_span name, ld_span attribute, ld_span opening)
{
    ld_span head = ld_span_sub(page, 0, HEAD_BYTES_MAX);
    size_t at = 0;
    for (uint32_t seen = 0; seen < MENTIONS_MAX; seen++) {
        size_t found = ld_span_find(ld_span_sub(head, at, head.bytes), name);
        if (found == SIZE_MAX)
            break;
        ld_span value = value_in_tag(tag_around(head, at + found), attribute);
        if (value.bytes > 0 && ld_span_starts_with_nocase(value, opening))
            return value;
        at += found + name.bytes;
    }
    return (ld_span){0};
}

ld_span ld_head_find(ld_span page, ld_span name, ld_span attribute)
{
    return find_value(page, name, attribute, LD_SPAN(""));
}

ld_span ld_head_address(ld_span page)
{
    ld_span http = LD_SPAN("http");
    ld_span address = find_value(page, LD_SPAN("canonical"), LD_SPAN("href="), http);
    return address.bytes > 0 ? address
                             : find_value(page, LD_SPAN("og:url"), LD_SPAN("content="), http);
}

bool ld_head_is_amp(ld_span page)
{
    size_t at = ld_span_find_nocase(ld_span_sub(page, 0, HTML_BYTES_MAX), LD_SPAN("<html"));
    if (at == SIZE_MAX)
        return false;
    ld_span tag = tag_around(page, at);
    size_t amp = ld_span_find_nocase(tag, LD_SPAN(" amp"));
    bool is_word = amp != SIZE_MAX &&
                   (amp + 4 == tag.bytes || tag.data[amp + 4] <= ' ' || tag.data[amp + 4] == '=');
    return is_word || ld_span_find(tag, LD_SPAN("\xe2\x9a\xa1")) != SIZE_MAX;
}
