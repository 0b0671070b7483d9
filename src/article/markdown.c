/* Markdown as a saved story uses it: line marks, inline marks, front matter (markdown.h). */
#include "article/markdown.h"

#include "article/authors.h"

#define FRONT_MATTER_LINES_MAX 64u /* of "name: value"; more is no front matter */

bool ld_markdown_is_fence(ld_span line)
{
    line = ld_span_trim(line);
    return ld_span_starts_with(line, LD_SPAN("```")) || ld_span_starts_with(line, LD_SPAN("~~~"));
}

static bool read_list_mark(ld_span s, size_t indent, ld_markdown_line *mark)
{
    size_t digits = 0;
    while (digits < s.bytes && digits < 9 && ld_text_is_digit(s.data[digits]))
        digits++;
    bool is_ordered = digits > 0 && digits + 1 < s.bytes &&
                      (s.data[digits] == '.' || s.data[digits] == ')') && s.data[digits + 1] == ' ';
    bool is_bullet = s.bytes > 2 && strchr("-*+", s.data[0]) && s.data[1] == ' ';
    if (!is_ordered && !is_bullet)
        return false;
    size_t level = indent / 2 + 1;
    mark->kind = LD_BLOCK_LIST_ITEM;
    mark->level = (uint8_t)(level < 9 ? level : 9);
    mark->flags = is_ordered ? LD_BLOCK_ORDERED : 0;
    mark->text = ld_span_trim(ld_span_sub(s, is_ordered ? digits + 1 : 1, s.bytes));
    return true;
}

ld_markdown_line ld_markdown_read(ld_span line)
{
    size_t indent = 0;
    while (indent < line.bytes && (line.data[indent] == ' ' || line.data[indent] == '\t'))
        indent++;
    ld_span s = ld_span_trim(line);
    ld_markdown_line mark = {.kind = LD_BLOCK_PARAGRAPH, .text = s};
    size_t hashes = 0;
    while (hashes < s.bytes && s.data[hashes] == '#')
        hashes++;
    if (hashes >= 1 && hashes <= 6 && (hashes == s.bytes || s.data[hashes] == ' ')) {
        mark.kind = LD_BLOCK_SUBHEADING;
        mark.level = (uint8_t)hashes;
        s = ld_span_trim(ld_span_sub(s, hashes, s.bytes));
        while (s.bytes > 0 && s.data[s.bytes - 1] == '#')
            s.bytes--;
        mark.text = ld_span_trim(s);
        return mark;
    }
    if (s.bytes > 0 && s.data[0] == '>') {
        mark.kind = LD_BLOCK_QUOTE;
        mark.text = ld_span_trim(ld_span_sub(s, 1, s.bytes));
        return mark;
    }
    (void)read_list_mark(s, indent, &mark);
    return mark;
}

/* Behind "[" of a link: the length of "[text](address)" or 0; *text is what it shows. */
static size_t read_link(ld_span s, ld_span *text)
{
    size_t close = ld_span_find_byte(ld_span_sub(s, 0, 2000), ']');
    if (close == SIZE_MAX || close + 1 >= s.bytes || s.data[close + 1] != '(')
        return 0;
    size_t end = ld_span_find_byte(ld_span_sub(s, close, 4000), ')');
    if (end == SIZE_MAX)
        return 0;
    *text = ld_span_sub(s, 1, close - 1);
    return close + end + 1;
}

static bool is_word(char c)
{
    return ld_text_is_letter(c) || ld_text_is_digit(c);
}

ld_span ld_markdown_strip(ld_arena *arena, ld_span s)
{
    char *out = s.bytes ? ld_arena_alloc(arena, s.bytes) : NULL;
    if (!out)
        return (ld_span){0};
    size_t used = 0;
    for (size_t at = 0; at < s.bytes;) {
        char c = s.data[at];
        ld_span rest = ld_span_sub(s, at, s.bytes), text;
        bool is_line_start = at == 0 || s.data[at - 1] == '\n';
        size_t taken;
        if (c == '\\' && rest.bytes > 1 && strchr("\\`*_{}[]()#+-.!>", rest.data[1])) {
            out[used++] = rest.data[1];
            at += 2;
        } else if (c == '!' && rest.bytes > 1 && rest.data[1] == '[' &&
                   (taken = read_link(ld_span_sub(rest, 1, rest.bytes), &text)) > 0) {
            at += taken + 1;
        } else if (c == '[' && (taken = read_link(rest, &text)) > 0) {
            memcpy(out + used, text.data, text.bytes);
            used += text.bytes;
            at += taken;
        } else if (c == '*' || c == '`' || (c == '>' && is_line_start)) {
            at++;
        } else if (c == '_' && !(at > 0 && is_word(s.data[at - 1]) && rest.bytes > 1 &&
                                 is_word(rest.data[1]))) {
            at++;
        } else {
            out[used++] = c;
            at++;
        }
    }
    return ld_span_of(out, used);
}

static void take_field(ld_story *story, ld_dates *dates, ld_span name, ld_span value)
{
    while (value.bytes > 1 && (value.data[0] == '"' || value.data[0] == '\'') &&
           value.data[value.bytes - 1] == value.data[0])
        value = ld_span_sub(value, 1, value.bytes - 2);
    value = ld_text_fold(story->arena, value);
    if (ld_span_equal_nocase(name, LD_SPAN("title")))
        story->article->headline = value;
    else if (ld_span_equal_nocase(name, LD_SPAN("date")) ||
             ld_span_equal_nocase(name, LD_SPAN("published")))
        (void)ld_dates_offer(dates, false, LD_EVIDENCE_META, LD_TRUST_META, value);
    else if (ld_span_equal_nocase(name, LD_SPAN("author")) ||
             ld_span_equal_nocase(name, LD_SPAN("authors")))
        ld_authors_add_list(story, value);
    else if (ld_span_equal_nocase(name, LD_SPAN("url")) ||
             ld_span_equal_nocase(name, LD_SPAN("source_url")))
        story->article->canonical_url = value;
}

ld_span ld_markdown_front_matter(ld_story *story, ld_dates *dates, ld_span text)
{
    if (!ld_span_starts_with(text, LD_SPAN("---\n")) &&
        !ld_span_starts_with(text, LD_SPAN("---\r\n")))
        return text;
    size_t at = ld_span_find_byte(text, '\n') + 1;
    size_t first = at;
    for (uint32_t i = 0; i < FRONT_MATTER_LINES_MAX && at < text.bytes; i++) {
        ld_span rest = ld_span_sub(text, at, text.bytes);
        size_t end = ld_span_find_byte(rest, '\n');
        ld_span line = ld_span_trim(end == SIZE_MAX ? rest : ld_span_sub(rest, 0, end));
        if (ld_span_equal(line, LD_SPAN("---"))) {
            /* only now it is known to be front matter */
            ld_span fields = ld_span_sub(text, first, at - first);
            for (size_t from = 0; from < fields.bytes;) {
                ld_span left = ld_span_sub(fields, from, fields.bytes);
                size_t stop = ld_span_find_byte(left, '\n');
                ld_span field = stop == SIZE_MAX ? left : ld_span_sub(left, 0, stop);
                from += field.bytes + 1;
                size_t colon = ld_span_find_byte(field, ':');
                if (colon != SIZE_MAX)
                    take_field(story, dates, ld_span_trim(ld_span_sub(field, 0, colon)),
                               ld_span_trim(ld_span_sub(field, colon + 1, field.bytes)));
            }
            return end == SIZE_MAX ? (ld_span){0} : ld_span_sub(rest, end + 1, rest.bytes);
        }
        if (end == SIZE_MAX)
            break;
        at += end + 1;
    }
    return text;
}
