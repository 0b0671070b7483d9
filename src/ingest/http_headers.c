#include "ingest/http_headers.h"

size_t ld_headers_block_bytes(ld_span s)
{
    size_t at = 0;
    while (at < s.bytes) {
        const char *lf = memchr(s.data + at, '\n', s.bytes - at);
        if (!lf)
            return 0;
        size_t next = (size_t)(lf - s.data) + 1;
        if (next - at == 1 || (next - at == 2 && s.data[at] == '\r'))
            return next;
        at = next;
    }
    return 0;
}

bool ld_headers_next_line(ld_span *rest, ld_span *line)
{
    if (rest->bytes == 0)
        return false;
    size_t lf = ld_span_find_byte(*rest, '\n');
    size_t end = lf == SIZE_MAX ? rest->bytes : lf;
    size_t text = end > 0 && rest->data[end - 1] == '\r' ? end - 1 : end;
    *line = ld_span_of(rest->data, text);
    *rest = ld_span_sub(*rest, lf == SIZE_MAX ? end : end + 1, rest->bytes);
    return true;
}

bool ld_headers_next(ld_span *rest, ld_header *header)
{
    ld_span line;
    while (ld_headers_next_line(rest, &line)) {
        if (line.bytes == 0)
            return false;
        const char *end = line.data + line.bytes;
        while (rest->bytes && (rest->data[0] == ' ' || rest->data[0] == '\t')) {
            ld_span more;
            ld_headers_next_line(rest, &more);
            end = more.data + more.bytes;
        }
        ld_span whole = ld_span_of(line.data, (size_t)(end - line.data));
        size_t colon = ld_span_find_byte(whole, ':');
        if (colon == SIZE_MAX || colon == 0)
            continue;
        header->name = ld_span_trim(ld_span_sub(whole, 0, colon));
        header->value = ld_span_trim(ld_span_sub(whole, colon + 1, whole.bytes));
        return true;
    }
    return false;
}

void ld_content_type_parse(ld_span value, ld_span *type, ld_span *charset)
{
    size_t semicolon = ld_span_find_byte(value, ';');
    *type = ld_span_trim(ld_span_sub(value, 0, semicolon));
    *charset = (ld_span){NULL, 0};
    size_t at = ld_span_find_nocase(value, LD_SPAN("charset="));
    if (semicolon == SIZE_MAX || at == SIZE_MAX || at < semicolon)
        return;
    ld_span s = ld_span_trim(ld_span_sub(value, at + 8, value.bytes));
    if (s.bytes && (s.data[0] == '"' || s.data[0] == '\'')) {
        size_t close = ld_span_find_byte(ld_span_sub(s, 1, s.bytes), s.data[0]);
        s = ld_span_sub(s, 1, close);
    } else {
        size_t end = 0;
        while (end < s.bytes && !strchr("; \t\r\n,", s.data[end]))
            end++;
        s.bytes = end;
    }
    *charset = ld_span_trim(s);
}

/* "HTTP/1.1 200 OK"; the words after the number may be missing. */
static bool parse_status(ld_span line, uint16_t *status)
{
    if (!ld_span_starts_with_nocase(line, LD_SPAN("HTTP/")))
        return false;
    size_t space = ld_span_find_byte(line, ' ');
    if (space == SIZE_MAX)
        return false;
    ld_span rest = ld_span_trim(ld_span_sub(line, space + 1, line.bytes));
    uint64_t number;
    if (rest.bytes < 3 || !ld_span_parse_u64(ld_span_sub(rest, 0, 3), &number) || number < 100)
        return false;
    *status = (uint16_t)number;
    return rest.bytes == 3 || rest.data[3] < '0' || rest.data[3] > '9';
}

bool ld_http_parse(ld_span message, ld_http_head *head)
{
    memset(head, 0, sizeof *head);
    size_t block = ld_headers_block_bytes(message);
    head->head_bytes = block ? block : message.bytes;
    ld_span rest = ld_span_of(message.data, head->head_bytes), line;
    if (!ld_headers_next_line(&rest, &line) || !parse_status(line, &head->status))
        return false;
    ld_header h;
    while (ld_headers_next(&rest, &h)) {
        if (ld_span_equal_nocase(h.name, LD_SPAN("Content-Type"))) {
            /* the first one counts, as a cache would serve it */
            if (head->content_type.bytes == 0)
                ld_content_type_parse(h.value, &head->content_type, &head->charset);
        } else if (ld_span_equal_nocase(h.name, LD_SPAN("Content-Encoding"))) {
            head->content_encoding = h.value;
        } else if (ld_span_equal_nocase(h.name, LD_SPAN("Transfer-Encoding"))) {
            head->transfer_encoding = h.value;
        }
    }
    return true;
}
