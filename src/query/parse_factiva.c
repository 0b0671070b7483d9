/*
 * The dialect `factiva`: as Dow Jones documents it, the tightest first:
 *
 *   same  adjN  nearN  w/N  /Nn/       from left to right; adjN and w/N keep the order, nearN does
 *                                      not; "same": in one paragraph
 *   atleastN x   hd=x   la=en          of what follows
 *   a not b
 *   and
 *   or
 *
 *   words side by side are adjacent: a phrase, as is "..."; a % b: one word between them
 *   merg*  merg$  any ending     organi?ation  one letter
 *   hd= hlp= lp= td= by= art= cr= se=      zones: headline, headline and lead, lead, body, ...
 *   sn= pub= rst= sc=  la=  ns=            publication, language, subject
 *   date from 20151101 to 20151130   date after 2015   date before 2015   date -30   pd=...
 *
 * "date after" and "date before" leave the day itself out. Sources: Dow Jones, Factiva search
 * builder and free text operators; Factiva developer's kit, operators.
 */
#include <stdio.h>

#include "query/parse_ranked.h"

enum { RANK_NEAR = 1, RANK_FIELD, RANK_NOT, RANK_AND, RANK_OR };

static bool number_behind(ld_span raw, ld_span name, uint64_t *n)
{
    return ld_span_starts_with_nocase(raw, name) &&
           ld_span_parse_u64(ld_span_sub(raw, name.bytes, raw.bytes), n);
}

/* near5 adj3 w/3 /n5/ same */
static bool find_near(ld_span raw, ld_operator *op)
{
    uint64_t n = 0;
    ld_span inner = raw;
    op->kind = LD_OPERATOR_NEAR;
    op->rank = RANK_NEAR;
    op->how = (ld_ast_node){.kind = LD_AST_NEAR};
    if (ld_span_equal_nocase(raw, LD_SPAN("same"))) {
        op->how.unit = LD_AST_UNIT_PARAGRAPH;
        return true;
    }
    if (raw.bytes > 3 && raw.data[0] == '/' && raw.data[raw.bytes - 1] == '/')
        inner = ld_span_sub(raw, 1, raw.bytes - 2);
    bool any = number_behind(raw, LD_SPAN("near"), &n) ||
               number_behind(raw, LD_SPAN("near/"), &n) ||
               (inner.bytes != raw.bytes && number_behind(inner, LD_SPAN("n"), &n));
    bool ordered = number_behind(raw, LD_SPAN("adj"), &n) || number_behind(raw, LD_SPAN("w/"), &n);
    if (ld_span_equal_nocase(raw, LD_SPAN("adj"))) {
        ordered = true;
        n = 1;
    }
    n = n < 1 ? 1 : n > LD_QUERY_DISTANCE_MAX ? LD_QUERY_DISTANCE_MAX : n;
    op->how.order = ordered ? LD_AST_NEAR_ORDERED : LD_AST_NEAR_ANY;
    op->how.distance = (uint32_t)n;
    return any || ordered;
}

typedef struct field {
    const char *name;
    uint16_t zones;
    uint16_t column;
} field;

#define NONE       UINT16_MAX
#define ZONE(zone) ((uint16_t)(1u << (zone)))
static const field fields[] = {
    {"hd", ZONE(LD_ZONE_TITLE), NONE},
    {"hl", ZONE(LD_ZONE_TITLE), NONE},
    {"hlp", ZONE(LD_ZONE_TITLE) | ZONE(LD_ZONE_LEAD), NONE},
    {"lp", ZONE(LD_ZONE_LEAD), NONE},
    {"td", ZONE(LD_ZONE_LEAD) | ZONE(LD_ZONE_BODY), NONE},
    {"by", ZONE(LD_ZONE_BYLINE), NONE},
    {"art", ZONE(LD_ZONE_CAPTION), NONE},
    {"cr", ZONE(LD_ZONE_CREDIT), NONE},
    {"se", ZONE(LD_ZONE_SECTION), NONE},
    {"sn", 0, LD_COLUMN_SOURCE},
    {"pub", 0, LD_COLUMN_SOURCE},
    {"rst", 0, LD_COLUMN_SOURCE},
    {"sc", 0, LD_COLUMN_SOURCE},
    {"la", 0, LD_COLUMN_LANGUAGE},
    {"ns", 0, LD_COLUMN_TAG},
    {"pd", 0, LD_COLUMN_PUBLISHED},
};

/* The field before "=", and where its value begins. */
static const field *find_field(const ld_parser *p, const ld_item *run, size_t *value_at)
{
    ld_span raw = ld_item_text(p, run);
    size_t equals = ld_span_find_byte(raw, '=');
    if (equals == SIZE_MAX)
        return NULL;
    *value_at = run->from + equals + 1;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (ld_span_equal_nocase(ld_span_sub(raw, 0, equals), ld_span_from_string(fields[i].name)))
            return &fields[i];
    return NULL;
}

static bool find_operator(ld_parser *p, const ld_item *run, ld_operator *op)
{
    static const struct {
        const char *name;
        uint8_t kind;
        uint16_t rank;
    } words[] = {{"and", LD_OPERATOR_AND, RANK_AND},
                 {"or", LD_OPERATOR_OR, RANK_OR},
                 {"not", LD_OPERATOR_AND_NOT, RANK_NOT}};
    ld_span raw = ld_item_text(p, run);
    size_t value_at;
    *op = (ld_operator){.from = run->from, .to = run->to};
    if (find_near(raw, op))
        return true;
    op->how = (ld_ast_node){0};
    for (size_t i = 0; i < 3; i++)
        if (ld_span_equal_nocase(raw, ld_span_from_string(words[i].name))) {
            op->kind = words[i].kind;
            op->rank = words[i].rank;
            return true;
        }
    op->kind = LD_OPERATOR_WRAP;
    op->rank = RANK_FIELD;
    if (raw.bytes > 7 && ld_parse_function(raw, &op->how) && op->how.kind == LD_AST_ATLEAST)
        return true;
    const field *f = find_field(p, run, &value_at);
    if (!f || !f->zones)
        return false;
    op->to = value_at;
    op->how = (ld_ast_node){.kind = LD_AST_ZONE, .zones = f->zones};
    return true;
}

/* wc>1000, and fields that are not kept here: co=, in=, re= ... */
static bool is_left_out(const ld_parser *p, const ld_item *run)
{
    static const char *const names[] = {"wc", "co", "fds", "in",  "re",  "ed", "pg",  "vol",
                                        "rf", "de", "clm", "ipc", "ipd", "an", "upd", "cx"};
    ld_span raw = ld_item_text(p, run);
    size_t n = 0;
    while (n < raw.bytes && raw.data[n] != '=' && raw.data[n] != '<' && raw.data[n] != '>')
        n++;
    for (size_t i = 0; n < raw.bytes && i < sizeof names / sizeof *names; i++)
        if (ld_span_equal_nocase(ld_span_sub(raw, 0, n), ld_span_from_string(names[i])))
            return true;
    return false;
}

/* The run behind "date": from, to, after, before, or -30; empty: "date" is a word. */
static ld_span date_word(ld_parser *p, const ld_item *run, size_t *to)
{
    static const char *const names[] = {"from", "to", "after", "before", "on"};
    size_t before = p->at;
    if (!ld_span_equal_nocase(ld_item_text(p, run), LD_SPAN("date")))
        return LD_SPAN("");
    p->at = run->to;
    ld_item next = ld_ranked_peek(p);
    ld_span word = ld_item_text(p, &next);
    p->at = before;
    *to = next.to;
    uint64_t n;
    if (next.kind != LD_ITEM_RAW)
        return LD_SPAN("");
    for (size_t i = 0; i < 5; i++)
        if (ld_span_equal_nocase(word, ld_span_from_string(names[i])))
            return word;
    return number_behind(word, LD_SPAN("-"), &n) ? word : LD_SPAN("");
}

static bool is_special(ld_parser *p, const ld_item *run)
{
    size_t at;
    const field *f = find_field(p, run, &at);
    return (f && !f->zones) || is_left_out(p, run) || date_word(p, run, &at).bytes;
}

/* "-30": the last thirty days; else a date. */
static bool take_point(ld_parser *p, int64_t *low, int64_t *high)
{
    size_t before = p->at;
    ld_item item = ld_ranked_peek(p);
    uint64_t n;
    char words[48];
    if (item.kind != LD_ITEM_RAW || !number_behind(ld_item_text(p, &item), LD_SPAN("-"), &n)) {
        p->at = before;
        return ld_ranked_take_date(p, low, high);
    }
    p->at = item.to;
    snprintf(words, sizeof words, "%llu days ago", (unsigned long long)n);
    return ld_parse_date(ld_span_from_string(words), p->options->now_utc_ms, low, high);
}

static bool word_is(ld_parser *p, const char *word)
{
    ld_item item = ld_ranked_peek(p);
    if (item.kind != LD_ITEM_RAW ||
        !ld_span_equal_nocase(ld_item_text(p, &item), ld_span_from_string(word)))
        return false;
    p->at = item.to;
    return true;
}

static uint32_t take_dates(ld_parser *p, const ld_item *run)
{
    int64_t low = INT64_MIN, high = INT64_MAX, from = 0, to = 0;
    p->at = run->to;
    bool ok = true;
    if (word_is(p, "after")) {
        ok = take_point(p, &from, &to);
        low = to + 1;
    } else if (word_is(p, "before")) {
        ok = take_point(p, &from, &to);
        high = from - 1;
    } else {
        bool on = word_is(p, "on"), any = word_is(p, "from");
        if (any || on) {
            ok = take_point(p, &low, &to);
            high = on ? to : high;
        }
        if (ok && !on && word_is(p, "to"))
            ok = take_point(p, &from, &high);
        else if (ok && !any && !on)
            ok = take_point(p, &low, &to);
    }
    if (ok && low <= high)
        return ld_ranked_dates(p, run, LD_COLUMN_PUBLISHED, low, high);
    ld_parse_warn(p, run->from, p->at, "This is no date; it was left out.");
    return LD_AST_NONE;
}

static uint32_t take_field(ld_parser *p, const ld_item *run, const field *f, size_t value_at)
{
    int64_t low, high;
    p->at = value_at;
    if (f->column != LD_COLUMN_PUBLISHED)
        return ld_ranked_filter(p, run, f->column, ld_ranked_take_value(p));
    if (take_point(p, &low, &high))
        return ld_ranked_dates(p, run, f->column, low, high);
    (void)ld_ranked_take_value(p);
    ld_parse_warn(p, run->from, p->at, "This is no date; it was left out.");
    return LD_AST_NONE;
}

static uint32_t take_special(ld_parser *p, const ld_item *run, bool *modifier)
{
    size_t at;
    const field *f = find_field(p, run, &at);
    *modifier = false;
    if (f)
        return take_field(p, run, f, at);
    if (date_word(p, run, &at).bytes)
        return take_dates(p, run);
    p->at = run->to;
    uint8_t last = (uint8_t)p->text.data[run->to - 1];
    if (last == '=' || last == '<' || last == '>')
        (void)ld_ranked_take_value(p);
    ld_parse_warn(p, run->from, p->at, "This cannot be asked for here; it was left out.");
    return LD_AST_NONE;
}

/* Where "/F50/" begins at the end of a word; its length when there is none. */
static size_t first_words_at(ld_span raw)
{
    size_t at = ld_span_find_nocase(raw, LD_SPAN("/f"));
    uint64_t n;
    if (at == SIZE_MAX || at == 0 || raw.data[raw.bytes - 1] != '/' ||
        !ld_span_parse_u64(ld_span_sub(raw, at + 2, raw.bytes - at - 3), &n))
        return raw.bytes;
    return at;
}

static size_t spell_word(ld_parser *p, const ld_item *run, char *out)
{
    ld_span raw = ld_item_text(p, run);
    if (ld_span_equal(raw, LD_SPAN("%"))) {
        out[0] = '*';
        return 1;
    }
    size_t end = first_words_at(raw), digits = 0;
    if (end < raw.bytes)
        ld_parse_warn(p, run->from + end, run->to,
                      "The first words of a text cannot be asked for by number; lp= asks for the "
                      "lead.");
    while (digits < end && raw.data[end - digits - 1] >= '0' && raw.data[end - digits - 1] <= '9')
        digits++;
    bool any = end > digits + 1 && raw.data[end - digits - 1] == '$';
    if (any && digits)
        ld_parse_warn(p, run->from, run->to, "Endings cannot be counted here; any was searched.");
    end -= any ? digits : 0;
    memcpy(out, raw.data, end);
    if (any)
        out[end - 1] = '*';
    return end;
}

uint32_t ld_parse_factiva(ld_parser *p)
{
    static const ld_ranked dialect = {.or_rank = RANK_OR,
                                      .and_rank = RANK_AND,
                                      .find_operator = find_operator,
                                      .is_special = is_special,
                                      .take_special = take_special,
                                      .spell_word = spell_word};
    return ld_parse_ranked(p, &dialect);
}
