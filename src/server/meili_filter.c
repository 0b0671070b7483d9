#include "server/meili_filter.h"

#include <stdio.h>

#include "base/date.h"
#include "base/error.h"

#define DEPTH_MAX  16u
#define TOKENS_MAX 512u /* of one text */
#define LISTS_MAX  64u  /* conditions of one list */

static const struct {
    const char *attribute, *field, *facet;
} attributes[] = {{"source", "source", "source"},   {"section", "section", "section"},
                  {"author", "author", "author"},   {"tag", "tag", "tag"},
                  {"language", "lang", "language"}, {"year", NULL, "published:year"},
                  {"published", "published", NULL}};

const char *ld_meili_facet(ld_span attribute)
{
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        if (ld_span_equal(attribute, ld_span_from_string(attributes[i].attribute)))
            return attributes[i].facet;
    }
    return NULL;
}

/* ---- tokens: names and values, comparisons, brackets ---- */

typedef struct token {
    ld_span text;  /* without its quotation marks; empty: the end */
    bool is_value; /* a word or something quoted */
    bool is_quoted;
} token;

typedef struct reader {
    ld_span text;
    size_t at;
    uint32_t tokens, depth;
} reader;

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static token next(reader *r)
{
    const char *s = r->text.data;
    size_t end = r->text.bytes;
    while (r->at < end && is_space(s[r->at]))
        r->at++;
    if (r->at == end || ++r->tokens > TOKENS_MAX)
        return (token){.text = LD_SPAN("")};
    size_t from = r->at;
    char c = s[r->at++];
    if (c == '"' || c == '\'') {
        while (r->at < end && s[r->at] != c)
            r->at += s[r->at] == '\\' && r->at + 1 < end ? 2 : 1;
        ld_span inside = ld_span_sub(r->text, from + 1, r->at - from - 1);
        r->at += r->at < end;
        return (token){inside, true, true};
    }
    if (strchr("()[],", c))
        return (token){ld_span_sub(r->text, from, 1), false, false};
    if (strchr("=!<>", c)) {
        r->at += r->at < end && s[r->at] == '=';
        return (token){ld_span_sub(r->text, from, r->at - from), false, false};
    }
    while (r->at < end && !is_space(s[r->at]) && !strchr("()[],=!<>\"'", s[r->at]))
        r->at++;
    return (token){ld_span_sub(r->text, from, r->at - from), true, false};
}

static bool is_word(const token *t, const char *word)
{
    return t->is_value && !t->is_quoted && ld_span_equal_nocase(t->text, ld_span_from_string(word));
}

static bool is_sign(const token *t, const char *sign)
{
    return !t->is_value && t->text.bytes > 0 && ld_span_equal(t->text, ld_span_from_string(sign));
}

/* ---- conditions ---- */

static void add_value(const char *field, ld_span value, ld_buf *query)
{
    ld_buf_add_format(query, "%s:\"", field);
    for (size_t i = 0; i < value.bytes; i++) {
        if (value.data[i] == '\\' && i + 1 < value.bytes)
            i++;
        ld_buf_add_byte(query, value.data[i] == '"' ? ' ' : (uint8_t)value.data[i]);
    }
    ld_buf_add_string(query, "\"");
}

static lede_status add_time(const token *sign, ld_span value, ld_buf *query, lede_error *err)
{
    uint64_t seconds;
    char time[32];
    if (!ld_span_parse_u64(value, &seconds) || seconds > 253402300799u)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "filter: published is compared with seconds since 1970.");
    bool is_after = is_sign(sign, ">") || is_sign(sign, ">=");
    seconds += is_sign(sign, ">");
    seconds -= is_sign(sign, "<") && seconds > 0;
    ld_date_format_time((int64_t)seconds * 1000, time);
    ld_buf_add_format(query,
                      is_after             ? "date:\"%s..\""
                      : is_sign(sign, "=") ? "date:\"%s\""
                                           : "date:\"..%s\"",
                      time);
    return LEDE_OK;
}

static lede_status add_list(reader *r, const char *field, ld_buf *query, lede_error *err)
{
    token t = next(r);
    uint32_t count = 0;
    if (!is_sign(&t, "["))
        return LD_FAIL(err, LEDE_E_INVALID, "filter: IN wants a list in [brackets].");
    ld_buf_add_string(query, "(");
    for (t = next(r); !is_sign(&t, "]"); t = next(r)) {
        if (is_sign(&t, ",") && count > 0)
            continue;
        if (!t.is_value || count == LISTS_MAX)
            return LD_FAIL(err, LEDE_E_INVALID,
                           "filter: the list of IN is not closed or too long.");
        ld_buf_add_string(query, count++ > 0 ? " OR " : "");
        add_value(field, t.text, query);
    }
    if (count == 0)
        return LD_FAIL(err, LEDE_E_INVALID, "filter: the list of IN is empty.");
    ld_buf_add_string(query, ")");
    return LEDE_OK;
}

static const char *find_field(ld_span attribute)
{
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        if (ld_span_equal(attribute, ld_span_from_string(attributes[i].attribute)))
            return attributes[i].field;
    }
    return NULL;
}

static lede_status add_condition(reader *r, const token *name, ld_buf *query, lede_error *err)
{
    const char *field = find_field(name->text);
    token sign = next(r);
    if (!field)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "filter: \"%.*s\" cannot be filtered by; source, section, author, tag, "
                       "language and published can.",
                       (int)(name->text.bytes > 60 ? 60 : name->text.bytes), name->text.data);
    if (is_word(&sign, "IN"))
        return add_list(r, field, query, err);
    token value = next(r);
    if (sign.is_value || !value.is_value ||
        !strchr("=!<>", sign.text.bytes ? sign.text.data[0] : 'x'))
        return LD_FAIL(err, LEDE_E_INVALID, "filter: a condition is ATTRIBUTE = VALUE.");
    if (strcmp(field, "published") == 0)
        return add_time(&sign, value.text, query, err);
    if (!is_sign(&sign, "=") && !is_sign(&sign, "!="))
        return LD_FAIL(err, LEDE_E_INVALID, "filter: only published has an order; use = or !=.");
    ld_buf_add_string(query, is_sign(&sign, "!=") ? "-" : "");
    add_value(field, value.text, query);
    return LEDE_OK;
}

static lede_status add_text(ld_span text, ld_buf *query, lede_error *err)
{
    reader r = {.text = text};
    bool wants_operand = true;
    ld_buf_add_string(query, "((");
    for (token t = next(&r); t.text.bytes > 0 || t.is_quoted; t = next(&r)) {
        bool is_open = is_sign(&t, "("), is_not = is_word(&t, "NOT");
        bool begins =
            is_open || is_not || (t.is_value && !is_word(&t, "AND") && !is_word(&t, "OR"));
        if (begins != wants_operand || (is_open && ++r.depth > DEPTH_MAX))
            return LD_FAIL(err, LEDE_E_INVALID, "filter: it cannot be read at byte %zu.", r.at);
        if (is_open) {
            ld_buf_add_string(query, "((");
        } else if (is_not) {
            ld_buf_add_string(query, "-");
        } else if (begins) {
            LD_TRY(add_condition(&r, &t, query, err));
            wants_operand = false;
        } else if (is_sign(&t, ")") && r.depth > 0) {
            ld_buf_add_string(query, "))");
            r.depth--;
        } else if (is_word(&t, "AND") || is_word(&t, "OR")) {
            ld_buf_add_string(query, is_word(&t, "OR") ? ") OR (" : " ");
            wants_operand = true;
        } else {
            return LD_FAIL(err, LEDE_E_INVALID, "filter: it cannot be read at byte %zu.", r.at);
        }
    }
    if (wants_operand || r.depth > 0 || r.tokens > TOKENS_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "filter: it is cut short or too long.");
    ld_buf_add_string(query, "))");
    return LEDE_OK;
}

static lede_status add_json_text(const json_t *text, ld_buf *query, lede_error *err)
{
    if (!json_is_string(text))
        return LD_FAIL(err, LEDE_E_INVALID,
                       "filter must be a text, or a list of texts and of lists of texts.");
    return add_text(ld_span_of(json_string_value(text), json_string_length(text)), query, err);
}

static lede_status add_any_of(const json_t *list, ld_buf *query, lede_error *err)
{
    if (json_array_size(list) > LISTS_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "filter: a list has more than %u texts.", LISTS_MAX);
    ld_buf_add_string(query, "(");
    for (size_t i = 0; i < json_array_size(list); i++) {
        ld_buf_add_string(query, i > 0 ? " OR " : "");
        LD_TRY(add_json_text(json_array_get(list, i), query, err));
    }
    ld_buf_add_string(query, ") ");
    return LEDE_OK;
}

lede_status ld_meili_filter_add(const json_t *filter, ld_buf *query, lede_error *err)
{
    if (!filter || json_is_null(filter) ||
        (json_is_string(filter) && json_string_length(filter) == 0))
        return LEDE_OK;
    if (!json_is_array(filter)) {
        LD_TRY(add_json_text(filter, query, err));
        ld_buf_add_string(query, " ");
        return LEDE_OK;
    }
    if (json_array_size(filter) > LISTS_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "filter: a list has more than %u texts.", LISTS_MAX);
    for (size_t i = 0; i < json_array_size(filter); i++) {
        const json_t *one = json_array_get(filter, i);
        if (json_is_array(one) && json_array_size(one) == 0)
            continue;
        LD_TRY(json_is_array(one) ? add_any_of(one, query, err) : add_json_text(one, query, err));
        ld_buf_add_string(query, " ");
    }
    return LEDE_OK;
}
