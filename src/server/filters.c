#include "server/filters.h"

const ld_filter ld_filter_table[LD_FILTER_COUNT_] = {
    [LD_FILTER_SOURCE] = {"source", "Source", "source"},
    [LD_FILTER_SECTION] = {"section", "Section", "section"},
    [LD_FILTER_AUTHOR] = {"author", "By", "author"},
    [LD_FILTER_TAG] = {"tag", "Topic", "tag"},
    [LD_FILTER_LANGUAGE] = {"lang", "Language", "language"},
    [LD_FILTER_FROM] = {"from", "From", NULL},
    [LD_FILTER_TO] = {"to", "To", NULL}};

void ld_filters_read(const ld_request *request, ld_filters *filters)
{
    for (size_t i = 0; i < LD_FILTER_COUNT_; i++)
        filters->values[i] = ld_span_trim(ld_request_text(request, ld_filter_table[i].param));
}

bool ld_filters_any(const ld_filters *filters)
{
    for (size_t i = 0; i < LD_FILTER_COUNT_; i++) {
        if (filters->values[i].bytes > 0)
            return true;
    }
    return false;
}

bool ld_filter_next(ld_span *rest, ld_span *value)
{
    while (rest->bytes > 0) {
        size_t end = ld_span_find_byte(*rest, LD_FILTER_SEPARATOR);
        *value = ld_span_trim(ld_span_sub(*rest, 0, end));
        *rest = end == SIZE_MAX ? LD_SPAN("") : ld_span_sub(*rest, end + 1, rest->bytes);
        if (value->bytes > 0)
            return true;
    }
    return false;
}

bool ld_filter_has(ld_span values, ld_span value)
{
    ld_span one;
    while (ld_filter_next(&values, &one)) {
        if (ld_span_equal(one, value))
            return true;
    }
    return false;
}

static void add_condition(size_t filter, ld_span value, ld_buf *out)
{
    if (filter == LD_FILTER_FROM)
        ld_buf_add_string(out, "since:\"");
    else if (filter == LD_FILTER_TO)
        ld_buf_add_string(out, "date:\"..");
    else
        ld_buf_add_format(out, "%s:\"", ld_filter_table[filter].param);
    /* a quotation mark inside would end the value: the language has no escape for it */
    for (size_t at = 0; at < value.bytes; at++)
        ld_buf_add_byte(out, value.data[at] == '"' ? ' ' : (uint8_t)value.data[at]);
    ld_buf_add_string(out, "\" ");
}

void ld_filters_add_query(const ld_filters *filters, ld_span query, ld_buf *out)
{
    for (size_t i = 0; i < LD_FILTER_COUNT_; i++) {
        ld_span rest = filters->values[i], value;
        for (uint32_t n = 0; ld_filter_next(&rest, &value); n++) {
            ld_buf_add_string(out, n > 0 ? "OR " : "");
            add_condition(i, value, out);
        }
    }
    ld_buf_add_span(out, query);
}
