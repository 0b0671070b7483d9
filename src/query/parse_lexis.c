/*
 * The dialect `lexis`: terms and connectors as the LexisNexis services document them, in the
 * classic order, the tightest first:
 *
 *   or
 *   w/n  /n  near/n  onear/n  pre/n  +n  not w/n        the smaller n first
 *   w/s  w/p  w/seg  not w/s  not w/p  not w/seg
 *   and  &
 *   and not  andnot  but not
 *
 *   words side by side are a phrase; "..." is one as spelt; nostem(x)
 *   recycl!  any ending      wom*n  one letter      bank*  any ending, as newer Nexis has it
 *   allcaps(x) caps(x) nocaps(x) atleast5(x)
 *   headline(x) hlead(x) lead(x) body(x) byline(x) graphic(x) dateline(x) section(x) ...
 *   publication(x) language(x) subject(x)
 *   date is 11/13/2015   date aft 2015   date(geq (11/1/2015) and leq (11/30/2015))   load-date
 *
 * Connectors and names are read in any case: "and", "or" and "not" as words stand in quotation
 * marks. Sources: LexisNexis support, search terms and connectors; Nexis Uni, segments.
 */
#include "query/parse_ranked.h"

enum { RANK_OR = 1, RANK_NEAR = 10, RANK_UNIT = 5000, RANK_AND = 6000, RANK_AND_NOT = 7000 };

/* The next run behind `at`; false: none. */
static bool run_behind(ld_parser *p, size_t at, ld_item *run)
{
    size_t before = p->at;
    p->at = at;
    *run = ld_ranked_peek(p);
    p->at = before;
    return run->kind == LD_ITEM_RAW;
}

/* w/5 /5 near/5 within/5 onear/5 pre/5 +5, and with s, p, seg for the number */
static bool find_near(ld_span raw, ld_operator *op)
{
    static const struct {
        ld_span name;
        uint8_t order;
    } names[] = {{LD_SPAN("w/"), LD_AST_NEAR_ANY},         {LD_SPAN("/"), LD_AST_NEAR_ANY},
                 {LD_SPAN("near/"), LD_AST_NEAR_ANY},      {LD_SPAN("within/"), LD_AST_NEAR_ANY},
                 {LD_SPAN("onear/"), LD_AST_NEAR_ORDERED}, {LD_SPAN("pre/"), LD_AST_NEAR_ORDERED},
                 {LD_SPAN("+"), LD_AST_NEAR_ORDERED}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint64_t n;
        if (!ld_span_starts_with_nocase(raw, names[i].name))
            continue;
        ld_span what = ld_span_sub(raw, names[i].name.bytes, raw.bytes);
        op->kind = LD_OPERATOR_NEAR;
        op->how = (ld_ast_node){.kind = LD_AST_NEAR, .order = names[i].order};
        op->how.unit = ld_parse_unit(what);
        op->rank = RANK_UNIT + op->how.unit;
        if (op->how.unit != LD_AST_UNIT_WORD)
            return true;
        if (!ld_span_parse_u64(what, &n))
            continue;
        n = n < 1 ? 1 : n > LD_QUERY_DISTANCE_MAX ? LD_QUERY_DISTANCE_MAX : n;
        op->how.distance = (uint32_t)n;
        op->rank = (uint16_t)(RANK_NEAR + n);
        return true;
    }
    return false;
}

static bool is_one_of(ld_span s, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ld_span_equal_nocase(s, ld_span_from_string(names[i])))
            return true;
    return false;
}
#define IS(s, ...)                                                                                 \
    is_one_of((s), (const char *const[]){__VA_ARGS__},                                             \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static bool find_operator(ld_parser *p, const ld_item *run, ld_operator *op)
{
    ld_span raw = ld_item_text(p, run);
    ld_item next;
    *op = (ld_operator){.from = run->from, .to = run->to};
    if (find_near(raw, op))
        return true;
    op->how = (ld_ast_node){0};
    if (IS(raw, "or")) {
        op->kind = LD_OPERATOR_OR;
        op->rank = RANK_OR;
        return true;
    }
    bool but = IS(raw, "but"), and = IS(raw, "and", "&"), not = IS(raw, "not");
    if ((and || but) && run_behind(p, run->to, &next) && IS(ld_item_text(p, &next), "not")) {
        *op = (ld_operator){
            .kind = LD_OPERATOR_AND_NOT, .rank = RANK_AND_NOT, .from = run->from, .to = next.to};
        return true;
    }
    if (not &&run_behind(p, run->to, &next) && find_near(ld_item_text(p, &next), op) &&
        op->how.order == LD_AST_NEAR_ANY) {
        op->how.order = LD_AST_NEAR_WITHOUT;
        op->to = next.to;
        return true;
    }
    op->how = (ld_ast_node){0};
    op->kind = and? LD_OPERATOR_AND : LD_OPERATOR_AND_NOT;
    op->rank = and? RANK_AND : RANK_AND_NOT;
    return and || not || IS(raw, "andnot");
}

/* ---- dates ---- */

typedef struct comparison {
    ld_date_side side;
    bool equal;
} comparison;

/* is = on from, aft after >, bef before <, geq >= since, leq <= */
static bool find_comparison(ld_span s, comparison *c)
{
    c->equal = IS(s, "geq", ">=", "leq", "<=", "since");
    c->side = IS(s, "aft", "after", ">", "geq", ">=", "since") ? LD_DATE_AFTER
              : IS(s, "bef", "before", "<", "leq", "<=")       ? LD_DATE_BEFORE
                                                               : LD_DATE_IN;
    return c->side != LD_DATE_IN || IS(s, "is", "=", "on");
}

/* Narrows low .. high by one comparison. */
static void narrow(const comparison *c, int64_t from, int64_t to, int64_t *low, int64_t *high)
{
    int64_t l = c->side == LD_DATE_BEFORE ? INT64_MIN
                : c->side == LD_DATE_IN   ? from
                : c->equal                ? from
                                          : to + (to < INT64_MAX);
    int64_t h = c->side == LD_DATE_AFTER ? INT64_MAX
                : c->side == LD_DATE_IN  ? to
                : c->equal               ? to
                                         : from - (from > INT64_MIN);
    *low = l > *low ? l : *low;
    *high = h < *high ? h : *high;
}

static uint16_t date_column(ld_span name)
{
    return IS(name, "date", "publication-date")    ? LD_COLUMN_PUBLISHED
           : IS(name, "load-date")                 ? LD_COLUMN_CAPTURED
           : IS(name, "correction-date", "update") ? LD_COLUMN_MODIFIED
                                                   : UINT16_MAX;
}

/* "date" "aft" value, "date>2015", "date(geq (1/1/2015) and leq (2/1/2015))": the name's length and
 * where the comparison stands; false: it is the word. */
static bool find_dates(ld_parser *p, const ld_item *run, ld_item *name, ld_item *sign)
{
    ld_span raw = ld_item_text(p, run);
    size_t n = 0;
    comparison c;
    while (n < raw.bytes && raw.data[n] != '=' && raw.data[n] != '<' && raw.data[n] != '>')
        n++;
    *name = (ld_item){LD_ITEM_RAW, run->from, run->from + n};
    if (date_column(ld_span_sub(raw, 0, n)) == UINT16_MAX)
        return false;
    if (n < raw.bytes) {
        size_t to = name->to + 1;
        to += to < run->to && p->text.data[to] == '=';
        *sign = (ld_item){LD_ITEM_RAW, name->to, to};
        return find_comparison(ld_item_text(p, sign), &c);
    }
    return (run_behind(p, run->to, sign) && find_comparison(ld_item_text(p, sign), &c)) ||
           sign->kind == LD_ITEM_OPEN;
}

/* The comparisons within the parenthesis of date( ... ), or the one of "date is ...". */
static bool read_comparisons(ld_parser *p, bool many, int64_t *low, int64_t *high)
{
    for (;;) {
        comparison c = {LD_DATE_IN, true};
        int64_t from, to;
        ld_item item = ld_ranked_peek(p);
        if (item.kind == LD_ITEM_RAW && find_comparison(ld_item_text(p, &item), &c))
            p->at = item.to;
        if (!ld_ranked_take_date(p, &from, &to))
            return false;
        narrow(&c, from, to, low, high);
        item = ld_ranked_peek(p);
        if (!many || item.kind != LD_ITEM_RAW || !IS(ld_item_text(p, &item), "and", "&"))
            return true;
        p->at = item.to;
    }
}

static uint32_t take_dates(ld_parser *p, const ld_item *name, const ld_item *sign)
{
    int64_t low = INT64_MIN, high = INT64_MAX;
    bool many = sign->kind == LD_ITEM_OPEN, ok;
    comparison c;
    p->at = many ? sign->to : sign->from;
    if (!many && sign->from < name->to + 1) { /* date>=2015: the value is the rest of the run */
        int64_t from, to;
        find_comparison(ld_item_text(p, sign), &c);
        p->at = sign->to;
        ok = ld_ranked_take_date(p, &from, &to);
        if (ok)
            narrow(&c, from, to, &low, &high);
    } else {
        ok = read_comparisons(p, many, &low, &high);
    }
    if (!ok)
        (void)ld_ranked_take_value(p);
    ld_item item = ld_ranked_peek(p);
    if (many && item.kind == LD_ITEM_CLOSE)
        p->at = item.to;
    if (ok && low <= high)
        return ld_ranked_dates(p, name, date_column(ld_item_text(p, name)), low, high);
    ld_parse_warn(p, name->from, p->at, "This is no date; it was left out.");
    return LD_AST_NONE;
}

/* ---- segments ---- */

typedef struct segment {
    uint16_t zones;  /* 0: none */
    uint16_t column; /* UINT16_MAX: none */
    bool nostem, plain, length, unknown;
    ld_ast_node how; /* kind CASE, ATLEAST; else 0 */
} segment;

static bool find_segment(const ld_parser *p, ld_span name, segment *s)
{
    *s = (segment){.column = UINT16_MAX};
    s->zones = IS(name, "graphic", "highlight-graphic") ? 1u << LD_ZONE_CAPTION
               : IS(name, "highlight")                  ? 1u << LD_ZONE_LEAD
                                       : ld_ast_zones_find(p->options->profile, name);
    if (IS(name, "publication", "pub", "source"))
        s->column = LD_COLUMN_SOURCE;
    else if (IS(name, "language", "lang"))
        s->column = LD_COLUMN_LANGUAGE;
    else if (IS(name, "subject", "term", "terms", "topic"))
        s->column = LD_COLUMN_TAG;
    else if (IS(name, "author"))
        s->column = LD_COLUMN_AUTHOR;
    s->nostem = IS(name, "nostem", "exact");
    s->plain = IS(name, "plural", "singular");
    s->unknown = IS(name, "person", "company", "organization", "geographic", "city", "country",
                    "state", "industry", "ticker", "edition", "page", "type", "publication-type");
    ld_ast_node how = {0};
    if (ld_parse_function(name, &how) && how.kind != LD_AST_OPTIONAL && how.kind != LD_AST_ZONE)
        s->how = how;
    return s->zones || s->column != UINT16_MAX || s->nostem || s->plain || s->unknown ||
           s->how.kind == LD_AST_CASE || s->how.kind == LD_AST_ATLEAST;
}

static bool is_length(ld_parser *p, const ld_item *run)
{
    ld_span raw = ld_item_text(p, run);
    ld_item next;
    comparison c;
    if (ld_span_starts_with_nocase(raw, LD_SPAN("length")) && raw.bytes > 7)
        return raw.data[6] == '>' || raw.data[6] == '<' || raw.data[6] == '=';
    return IS(raw, "length") && run_behind(p, run->to, &next) &&
           find_comparison(ld_item_text(p, &next), &c);
}

static bool is_special(ld_parser *p, const ld_item *run)
{
    ld_item name, sign;
    segment s;
    return find_dates(p, run, &name, &sign) || is_length(p, run) ||
           (ld_parse_char_at(p, run->to) == '(' && find_segment(p, ld_item_text(p, run), &s));
}

static uint32_t take_length(ld_parser *p, const ld_item *run)
{
    p->at = run->to;
    if (run->to - run->from == 6) {
        p->at = ld_ranked_peek(p).to;
        (void)ld_ranked_take_value(p);
    }
    ld_parse_warn(p, run->from, p->at, "Lengths cannot be asked for; this was left out.");
    return LD_AST_NONE;
}

static uint32_t take_special(ld_parser *p, const ld_item *run, bool *modifier)
{
    ld_item name, sign;
    segment s;
    if (find_dates(p, run, &name, &sign))
        return take_dates(p, &name, &sign);
    if (is_length(p, run))
        return take_length(p, run);
    find_segment(p, ld_item_text(p, run), &s);
    p->at = run->to;
    if (s.column != UINT16_MAX)
        return ld_ranked_filter(p, run, s.column, ld_ranked_take_value(p));
    if (s.nostem) {
        ld_ast_node leaf = {.kind = LD_AST_PHRASE, .match = LD_AST_MATCH_EXACT};
        leaf.text = ld_ranked_take_value(p);
        return ld_parse_has_letter(leaf.text) ? ld_parse_leaf(p, &leaf, run->from, p->at)
                                              : LD_AST_NONE;
    }
    *modifier = true;
    if (s.plain)
        ld_parse_warn(p, run->from, run->to,
                      "Singular and plural cannot be told apart by this; both were searched. "
                      "=\"form\" in the lede dialect asks for one form.");
    else if (s.unknown)
        ld_parse_warn(p, run->from, run->to,
                      "This segment is not known here; its words were searched anywhere.");
    else if (s.zones)
        ld_parse_prefix(p, run->from, run->to,
                        &(ld_ast_node){.kind = LD_AST_ZONE, .zones = s.zones});
    else
        ld_parse_prefix(p, run->from, run->to, &s.how);
    return LD_AST_NONE;
}

static size_t spell_word(ld_parser *p, const ld_item *run, char *out)
{
    ld_span raw = ld_item_text(p, run);
    size_t bytes = 0, end = raw.bytes;
    while (end && raw.data[end - 1] == '*')
        end--;
    bool any = end < raw.bytes || (end > 1 && raw.data[end - 1] == '!');
    end -= end == raw.bytes && any;
    for (size_t i = 0; i < end; i++)
        out[bytes++] = raw.data[i] == '*' ? '?' : raw.data[i];
    if (any && bytes)
        out[bytes++] = '*';
    return bytes;
}

uint32_t ld_parse_lexis(ld_parser *p)
{
    static const ld_ranked dialect = {.or_rank = RANK_OR,
                                      .and_rank = RANK_AND,
                                      .quotes_exact = true,
                                      .find_operator = find_operator,
                                      .is_special = is_special,
                                      .take_special = take_special,
                                      .spell_word = spell_word};
    return ld_parse_ranked(p, &dialect);
}
