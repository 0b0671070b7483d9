/*
 * A query in the words of another dialect.
 *
 *   copy     the tree's nodes, so that they can be changed
 *   fit      bottom up: what the dialect cannot say leaves the copy, loses its modifier or becomes
 *            the nearest thing it can say; each time a loss is noted, with its place in the query
 *   print    the copy, with a parenthesis round everything that has parts and stands inside
 *            something else, so that no rule of precedence is needed to read it
 *   judge    the text is parsed again in its dialect: exact where the same tree comes back
 *
 * Leaves are judged one by one in the same way, by parsing what would be written: no list of what
 * a dialect reserves can then differ from its parser. cost: as parsing the query twice.
 */
#include <stdio.h>

#include "base/date.h"
#include "query/parse_ranked.h"

#define TEXT_MAX (8u * LD_QUERY_BYTES_MAX)

typedef struct translator {
    ld_arena *arena;
    ld_arena *scratch; /* of the judging */
    const ld_query *q;
    uint8_t dialect;
    ld_ast_node *nodes; /* [q->node_count] the copy */
    ld_span *said;      /* [q->node_count] leaves: what is written */
    bool *gone;         /* [q->node_count] */
    ld_query_warning *losses;
    uint32_t loss_count, loss_capacity;
    ld_buf out;
    lede_error *err;
} translator;

static bool is_service(const translator *t)
{
    return t->dialect == LD_DIALECT_LEXIS || t->dialect == LD_DIALECT_FACTIVA;
}

static lede_status lose(translator *t, const ld_ast_node *n, const char *why)
{
    ld_query_warning w = {0, 0, ld_span_from_string(why)};
    if (n) {
        w.offset_chars = n->offset_chars;
        w.length_chars = n->length_chars;
    }
    if (t->loss_count >= LD_QUERY_WARNINGS_MAX ||
        LD_ARENA_PUSH(t->arena, t->losses, t->loss_count, t->loss_capacity, w))
        return LEDE_OK;
    return ld_arena_status(t->arena, t->err);
}

/* ---- leaves ---- */

/* Whether the dialect reads the text as this leaf. One word is the same as a phrase of it. */
static bool reads_as(translator *t, ld_span text, const ld_ast_node *leaf)
{
    ld_query_options options = {t->dialect, 0, t->q->profile};
    ld_query *q;
    ld_arena_reset(t->scratch);
    if (ld_query_parse(t->scratch, text, &options, &q, NULL) != LEDE_OK || q->warning_count ||
        q->node_count != 1)
        return false;
    const ld_ast_node *n = &q->nodes[0];
    if (leaf->kind == LD_AST_FILTER)
        return n->kind == LD_AST_FILTER && n->column == leaf->column && n->filter == leaf->filter &&
               n->low == leaf->low && n->high == leaf->high && n->prefix == leaf->prefix &&
               (leaf->low != leaf->high || leaf->low || ld_span_equal(n->text, leaf->text));
    bool words = n->kind == LD_AST_WORD || n->kind == LD_AST_PHRASE;
    return words && n->match == leaf->match && n->edits == leaf->edits && n->slop == leaf->slop &&
           ld_span_equal(n->text, leaf->text);
}

/* Wildcards as the services write them. */
static void spell_word(const translator *t, ld_span text, ld_buf *out)
{
    for (size_t i = 0; i < text.bytes; i++) {
        char c = text.data[i];
        bool last = i + 1 == text.bytes || text.data[i + 1] == ' ';
        if (t->dialect == LD_DIALECT_LEXIS && c == '*' && last)
            c = '!';
        else if (t->dialect == LD_DIALECT_LEXIS && c == '?' && !last)
            c = '*';
        else if (t->dialect == LD_DIALECT_FACTIVA && c == '*' && last && i &&
                 text.data[i - 1] != ' ')
            c = '$';
        else if (t->dialect == LD_DIALECT_FACTIVA && c == '*' && (i == 0 || last))
            c = '%';
        ld_buf_add_byte(out, (uint8_t)c);
    }
}

/* Words with a connector between them: "a b"~2 is a pre/3 b. */
static void spell_sloppy(const translator *t, const ld_ast_node *n, ld_buf *out)
{
    ld_span rest = n->text;
    ld_buf_add_byte(out, '(');
    for (bool first = true; rest.bytes; first = false) {
        ld_span word = ld_span_sub(rest, 0, ld_span_find_byte(rest, ' '));
        rest = ld_span_sub(rest, word.bytes + 1, rest.bytes);
        if (!first)
            ld_buf_add_format(out, t->dialect == LD_DIALECT_LEXIS ? " pre/%u " : " adj%u ",
                              n->slop + 1);
        spell_word(t, word, out);
    }
    ld_buf_add_byte(out, ')');
}

static void spell_lucene(const ld_ast_node *n, bool quoted, ld_buf *out)
{
    const char *mark = n->match == LD_AST_MATCH_REGEX ? "/" : quoted ? "\"" : "";
    ld_buf_add_string(out, mark);
    ld_buf_add_span(out, n->text);
    ld_buf_add_string(out, mark);
    if (n->slop)
        ld_buf_add_format(out, "~%u", n->slop);
    if (n->match == LD_AST_MATCH_FUZZY)
        ld_buf_add_format(out, "~%u", n->edits);
}

static lede_status leaf_keep(translator *t, uint32_t node, const ld_buf *out)
{
    t->said[node] = ld_arena_copy(t->arena, ld_buf_span(out));
    if (!t->said[node].data)
        return ld_arena_status(t->arena, t->err);
    return LEDE_OK;
}

/* Writes a word or phrase; what it cannot say of it is a loss. */
static lede_status leaf_words(translator *t, uint32_t node, ld_buf *out)
{
    const ld_ast_node *n = &t->nodes[node];
    bool exact = n->match == LD_AST_MATCH_EXACT, phrase = n->kind == LD_AST_PHRASE;
    if (is_service(t) && n->match == LD_AST_MATCH_REGEX) {
        t->gone[node] = true;
        return lose(t, n, "Regular expressions cannot be said there; left out.");
    }
    if (is_service(t) && n->slop) {
        spell_sloppy(t, n, out);
        LD_TRY(leaf_keep(t, node, out));
        return lose(t, n, "A phrase with room in it is said as words near each other.");
    }
    bool bare_only = n->match == LD_AST_MATCH_FUZZY || n->match == LD_AST_MATCH_REGEX;
    for (int quoted = exact || (phrase && !is_service(t)); quoted < 2 - bare_only; quoted++) {
        out->bytes = 0;
        if (!is_service(t)) {
            spell_lucene(n, quoted, out);
        } else {
            ld_buf_add_string(out, quoted ? "\"" : "");
            if (quoted)
                ld_buf_add_span(out, n->text);
            else
                spell_word(t, n->text, out);
            ld_buf_add_string(out, quoted ? "\"" : "");
        }
        LD_TRY(leaf_keep(t, node, out));
        if (reads_as(t, t->said[node], n))
            return LEDE_OK;
    }
    if (exact)
        return lose(t, n, "A spelling cannot be asked for there; other forms may be found too.");
    return lose(t, n, "This word or phrase cannot be said there as it is.");
}

static void day_format(int64_t utc_ms, const char *order, char out[16])
{
    char day[16]; /* 2015-11-16 */
    ld_date_format_day(utc_ms, day);
    if (*order == 'm')
        snprintf(out, 16, "%.2s/%.2s/%.4s", day + 5, day + 8, day);
    else if (*order == 'y')
        snprintf(out, 16, "%.4s%.2s%.2s", day, day + 5, day + 8);
    else
        snprintf(out, 16, "%.10s", day);
}

static void lexis_dates(const char *name, const ld_ast_node *n, ld_buf *out)
{
    char from[16] = "", to[16] = "";
    bool low = n->low != INT64_MIN, high = n->high != INT64_MAX;
    if (low)
        day_format(n->low, "m", from);
    if (high)
        day_format(n->high, "m", to);
    if (low && high && strcmp(from, to) == 0)
        ld_buf_add_format(out, "%s is %s", name, from);
    else if (low && high)
        ld_buf_add_format(out, "%s(geq (%s) and leq (%s))", name, from, to);
    else
        ld_buf_add_format(out, "%s %s %s", name, low ? "geq" : "leq", low ? from : to);
}

static void factiva_dates(const ld_ast_node *n, ld_buf *out)
{
    char from[16], to[16];
    if (n->low == INT64_MIN) {
        day_format(n->high + 1, "y", to);
        ld_buf_add_format(out, "date before %s", to);
    } else if (n->high == INT64_MAX) {
        day_format(n->low - 1, "y", from);
        ld_buf_add_format(out, "date after %s", from);
    } else {
        day_format(n->low, "y", from);
        day_format(n->high, "y", to);
        ld_buf_add_format(out, "date from %s to %s", from, to);
    }
}

static void lucene_dates(const char *name, const ld_ast_node *n, ld_buf *out)
{
    char text[64];
    ld_format_date_range(n->low, n->high, text);
    ld_span range = ld_span_from_string(text);
    size_t dots = ld_span_find(range, LD_SPAN(".."));
    ld_span low = ld_span_sub(range, 0, dots);
    ld_span high = dots == SIZE_MAX ? low : ld_span_sub(range, dots + 2, range.bytes);
    ld_buf_add_format(out, "%s:[%.*s TO %.*s]", name, low.bytes ? (int)low.bytes : 1,
                      low.bytes ? low.data : "*", high.bytes ? (int)high.bytes : 1,
                      high.bytes ? high.data : "*");
}

static void lexis_filter(const ld_ast_node *n, ld_buf *out)
{
    static const struct {
        uint16_t column;
        const char *name;
    } names[] = {{LD_COLUMN_SOURCE, "publication"},
                 {LD_COLUMN_LANGUAGE, "language"},
                 {LD_COLUMN_TAG, "subject"},
                 {LD_COLUMN_AUTHOR, "author"}};
    if (n->filter == LD_AST_FILTER_NUMBER && n->column <= LD_COLUMN_CAPTURED) {
        lexis_dates(n->column == LD_COLUMN_PUBLISHED  ? "date"
                    : n->column == LD_COLUMN_CAPTURED ? "load-date"
                                                      : "correction-date",
                    n, out);
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (n->filter != LD_AST_FILTER_KEYWORD || n->column != names[i].column)
            continue;
        const char *language =
            n->column == LD_COLUMN_LANGUAGE && !n->prefix ? ld_language_name(n->text) : NULL;
        ld_buf_add_format(out, "%s(", names[i].name);
        ld_buf_add_span(out, language ? ld_span_from_string(language) : n->text);
        ld_buf_add_string(out, n->prefix ? "!)" : ")");
    }
}

static void factiva_filter(const ld_ast_node *n, ld_buf *out)
{
    const char *name = n->column == LD_COLUMN_SOURCE     ? "sn"
                       : n->column == LD_COLUMN_LANGUAGE ? "la"
                       : n->column == LD_COLUMN_TAG      ? "ns"
                                                         : NULL;
    if (n->filter == LD_AST_FILTER_NUMBER && n->column == LD_COLUMN_PUBLISHED) {
        factiva_dates(n, out);
    } else if (n->filter == LD_AST_FILTER_KEYWORD && name) {
        bool bare = ld_span_find_byte(n->text, ' ') == SIZE_MAX;
        ld_buf_add_format(out, bare ? "%s=" : "%s=(", name);
        ld_buf_add_span(out, n->text);
        ld_buf_add_string(out, n->prefix ? "$" : "");
        ld_buf_add_string(out, bare ? "" : ")");
    }
}

static void lucene_filter(const translator *t, const ld_ast_node *n, ld_buf *out)
{
    ld_ast_column column = {.name = "?"};
    ld_ast_column_by_id(t->q->profile, n->column, n->filter, &column);
    size_t dots = ld_span_find(n->text, LD_SPAN(".."));
    if (column.is_date) {
        lucene_dates(column.name, n, out);
    } else if (n->filter == LD_AST_FILTER_NUMBER && dots != SIZE_MAX) {
        ld_span low = ld_span_sub(n->text, 0, dots),
                high = ld_span_sub(n->text, dots + 2, SIZE_MAX);
        ld_buf_add_format(out, "%s:[%.*s TO %.*s]", column.name, low.bytes ? (int)low.bytes : 1,
                          low.bytes ? low.data : "*", high.bytes ? (int)high.bytes : 1,
                          high.bytes ? high.data : "*");
    } else {
        bool quote = ld_span_find_byte(n->text, ' ') != SIZE_MAX;
        ld_buf_add_format(out, quote ? "%s:\"" : "%s:", column.name);
        ld_buf_add_span(out, n->text);
        ld_buf_add_string(out, n->prefix ? "*" : "");
        ld_buf_add_string(out, quote ? "\"" : "");
    }
}

static lede_status leaf_filter(translator *t, uint32_t node, ld_buf *out)
{
    const ld_ast_node *n = &t->nodes[node];
    if (t->dialect == LD_DIALECT_LEXIS)
        lexis_filter(n, out);
    else if (t->dialect == LD_DIALECT_FACTIVA)
        factiva_filter(n, out);
    else
        lucene_filter(t, n, out);
    if (out->bytes == 0) {
        t->gone[node] = true;
        return lose(t, n, "This filter cannot be said there; left out.");
    }
    LD_TRY(leaf_keep(t, node, out));
    if (t->dialect == LD_DIALECT_LUCENE && n->filter == LD_AST_FILTER_NUMBER)
        return LEDE_OK; /* the range is spelled otherwise */
    return reads_as(t, t->said[node], n)
               ? LEDE_OK
               : lose(t, n, "This filter cannot be said there exactly as it is.");
}

static lede_status leaf_fit(translator *t, uint32_t node)
{
    const ld_ast_node *n = &t->nodes[node];
    ld_buf out;
    if (n->kind == LD_AST_ALL && !is_service(t)) {
        t->said[node] = LD_SPAN("*:*");
        return LEDE_OK;
    }
    if (n->kind == LD_AST_ALL || n->kind == LD_AST_SAID) {
        t->gone[node] = true;
        return lose(t, n,
                    n->kind == LD_AST_ALL ? "\"Every article\" cannot be said there; left out."
                                          : "Who said it cannot be asked there; left out.");
    }
    ld_buf_init(&out, ld_arena_env(t->arena), TEXT_MAX);
    lede_status status =
        n->kind == LD_AST_FILTER ? leaf_filter(t, node, &out) : leaf_words(t, node, &out);
    if (status == LEDE_OK)
        status = ld_buf_status(&out, t->err);
    ld_buf_release(&out);
    return status;
}

/* ---- what has parts ---- */

/* A modifier that cannot be said leaves its child alone in a parenthesis. */
static lede_status unwrap(translator *t, ld_ast_node *n, const char *why)
{
    LD_TRY(lose(t, n, why));
    n->kind = LD_AST_AND;
    return LEDE_OK;
}

static const char *zone_name(const translator *t, uint16_t zones)
{
    static const struct {
        uint16_t zones;
        const char *lexis, *factiva;
    } names[] = {{1u << LD_ZONE_TITLE, "headline", "hd"},
                 {1u << LD_ZONE_LEAD, "lead", "lp"},
                 {1u << LD_ZONE_TITLE | 1u << LD_ZONE_LEAD, "hlead", "hlp"},
                 {1u << LD_ZONE_LEAD | 1u << LD_ZONE_BODY, "body", "td"},
                 {1u << LD_ZONE_CAPTION, "graphic", "art"},
                 {1u << LD_ZONE_CREDIT, "credit", "cr"},
                 {1u << LD_ZONE_BYLINE, "byline", "by"},
                 {1u << LD_ZONE_SECTION, "section", "se"}};
    for (size_t i = 0; is_service(t) && i < sizeof names / sizeof *names; i++)
        if (names[i].zones == zones)
            return t->dialect == LD_DIALECT_LEXIS ? names[i].lexis : names[i].factiva;
    return t->dialect == LD_DIALECT_FACTIVA ? NULL : ld_ast_zones_name(t->q->profile, zones);
}

static lede_status near_factiva(translator *t, ld_ast_node *n)
{
    if (n->order == LD_AST_NEAR_WITHOUT) {
        t->nodes[n->first_child].next = LD_AST_NONE;
        return unwrap(t, n, "\"not near\" cannot be said there; only the left side is kept.");
    }
    if (n->unit == LD_AST_UNIT_TEXT)
        return unwrap(t, n, "\"In one text\" cannot be said there; said as and.");
    bool paragraph = n->unit == LD_AST_UNIT_PARAGRAPH && n->order == LD_AST_NEAR_ANY;
    if (n->unit != LD_AST_UNIT_WORD && !paragraph) {
        LD_TRY(lose(t, n, "Sentences cannot be asked for there; said as one paragraph (same)."));
        n->unit = LD_AST_UNIT_PARAGRAPH;
        n->order = LD_AST_NEAR_ANY;
    }
    if (n->unit == LD_AST_UNIT_WORD && n->order == LD_AST_NEAR_ORDERED && n->distance > 10)
        return lose(t, n, "adjN reaches at most 10 words there.");
    return LEDE_OK;
}

/* Two words near each other are a phrase with room in it; all else is an AND. */
static lede_status near_lucene(translator *t, uint32_t node)
{
    ld_ast_node *n = &t->nodes[node];
    const ld_ast_node *l = &t->nodes[n->first_child], *r = &t->nodes[l->next];
    bool words = l->kind == LD_AST_WORD && r->kind == LD_AST_WORD && !l->match && !r->match &&
                 n->unit == LD_AST_UNIT_WORD && n->order != LD_AST_NEAR_WITHOUT;
    if (n->order == LD_AST_NEAR_WITHOUT) {
        t->nodes[n->first_child].next = LD_AST_NONE;
        return unwrap(t, n, "\"not near\" cannot be said there; only the left side is kept.");
    }
    if (!words)
        return unwrap(t, n, "This connector cannot be said there; said as AND.");
    char *text = ld_arena_format(t->arena, "\"%.*s %.*s\"~%u", (int)l->text.bytes, l->text.data,
                                 (int)r->text.bytes, r->text.data, n->distance - 1);
    if (!text)
        return ld_arena_status(t->arena, t->err);
    t->said[node] = ld_span_from_string(text);
    n->kind = LD_AST_WORD;
    n->first_child = LD_AST_NONE;
    return lose(t, n, "A connector is said there as a phrase with room in it.");
}

static lede_status parts_fit(translator *t, uint32_t node)
{
    ld_ast_node *n = &t->nodes[node];
    bool service = is_service(t);
    switch (n->kind) {
    case LD_AST_OPTIONAL:
        if (!service)
            return LEDE_OK;
        t->gone[node] = true;
        return lose(t, n, "What need not be there cannot be said there; left out.");
    case LD_AST_ZONE:
        return zone_name(t, n->zones) ? LEDE_OK : unwrap(t, n, "This zone cannot be said there.");
    case LD_AST_CASE:
        return t->dialect == LD_DIALECT_LEXIS ? LEDE_OK
                                              : unwrap(t, n, "Capitals cannot be asked for there.");
    case LD_AST_ATLEAST:
        return service ? LEDE_OK : unwrap(t, n, "\"At least\" cannot be said there.");
    case LD_AST_SAID:
        return unwrap(t, n, "Who said it cannot be asked there; the words are kept.");
    case LD_AST_NEAR:
        if (t->dialect == LD_DIALECT_FACTIVA)
            return near_factiva(t, n);
        return t->dialect == LD_DIALECT_LUCENE ? near_lucene(t, node) : LEDE_OK;
    default:
        return LEDE_OK;
    }
}

/* Drops children that are gone, and puts those of NOT last where the dialect wants them so. */
static uint32_t children_fit(translator *t, uint32_t node)
{
    ld_ast_node *n = &t->nodes[node];
    bool sort = is_service(t) && n->kind == LD_AST_AND;
    uint32_t *link = &n->first_child, first = n->first_child, count = 0;
    uint32_t negated = LD_AST_NONE, *negated_link = &negated;
    for (uint32_t c = first, next; c != LD_AST_NONE; c = next) {
        next = t->nodes[c].next;
        if (t->gone[c])
            continue;
        count++;
        if (sort && t->nodes[c].kind == LD_AST_NOT) {
            *negated_link = c;
            negated_link = &t->nodes[c].next;
        } else {
            *link = c;
            link = &t->nodes[c].next;
        }
    }
    *negated_link = LD_AST_NONE;
    *link = negated;
    return count;
}

static lede_status fit(translator *t)
{
    for (uint32_t i = 0; i < t->q->node_count; i++) {
        ld_ast_node *n = &t->nodes[i];
        if (n->first_child == LD_AST_NONE) {
            LD_TRY(leaf_fit(t, i));
            continue;
        }
        uint32_t count = children_fit(t, i);
        t->gone[i] = count == 0;
        if (n->kind == LD_AST_NEAR && count == 1)
            n->kind = LD_AST_AND;
        if (count)
            LD_TRY(parts_fit(t, i));
    }
    const ld_query *q = t->q;
    if (q->sort_given || q->versions_all || q->dup || q->alias_off)
        return lose(t, NULL,
                    "sort:, versions:, dup: and alias: are set outside of the query there; left "
                    "out.");
    return LEDE_OK;
}

/* ---- printing ---- */

static bool is_joined(const ld_ast_node *n)
{
    return n->kind == LD_AST_AND || n->kind == LD_AST_OR || n->kind == LD_AST_NEAR;
}

/* Inside a function the parenthesis is there already. */
static bool needs_parenthesis(const translator *t, const ld_ast_node *n)
{
    if (n->parent == LD_AST_NONE)
        return false;
    uint8_t above = t->nodes[n->parent].kind;
    return !is_service(t) ||
           (above != LD_AST_ZONE && above != LD_AST_CASE && above != LD_AST_ATLEAST);
}

/* A NOT whose AND is not there to say it. */
static bool is_apart(const translator *t, const ld_ast_node *n)
{
    return n->parent != LD_AST_NONE && t->nodes[n->parent].kind != LD_AST_AND;
}

/* In lucene an AND marks each child. */
static void print_mark(translator *t, const ld_ast_node *n)
{
    if (t->dialect != LD_DIALECT_LUCENE || n->parent == LD_AST_NONE)
        return;
    uint8_t above = t->nodes[n->parent].kind;
    if (above == LD_AST_AND && n->kind != LD_AST_NOT && n->kind != LD_AST_OPTIONAL)
        ld_buf_add_byte(&t->out, '+');
    else if (above != LD_AST_AND && n->kind == LD_AST_NOT)
        ld_buf_add_string(&t->out, "(*:* ");
}

static bool is_function(const ld_ast_node *n)
{
    return n->kind == LD_AST_ZONE || n->kind == LD_AST_CASE || n->kind == LD_AST_ATLEAST;
}

/* Factiva's hd= and atleast reach over a connector behind them. */
static bool needs_fence(const translator *t, const ld_ast_node *n)
{
    return t->dialect == LD_DIALECT_FACTIVA && is_function(n) && n->parent != LD_AST_NONE &&
           t->nodes[n->parent].kind == LD_AST_NEAR;
}

static void print_open(translator *t, uint32_t node)
{
    const ld_ast_node *n = &t->nodes[node];
    bool lexis = t->dialect == LD_DIALECT_LEXIS;
    print_mark(t, n);
    ld_buf_add_string(&t->out, needs_fence(t, n) ? "(" : "");
    switch (n->kind) {
    case LD_AST_NOT:
        if (!is_service(t))
            ld_buf_add_byte(&t->out, '-');
        else if (is_apart(t, n))
            ld_buf_add_string(&t->out, "(not ");
        else if (n->parent == LD_AST_NONE || t->nodes[n->parent].first_child == node)
            ld_buf_add_string(&t->out, "not ");
        break;
    case LD_AST_ZONE:
        ld_buf_add_format(&t->out,
                          lexis                              ? "%s("
                          : t->dialect == LD_DIALECT_FACTIVA ? "%s=("
                                                             : "%s:",
                          zone_name(t, n->zones));
        break;
    case LD_AST_CASE:
        ld_buf_add_string(&t->out, n->cases == 1u << LD_CASE_UPPER   ? "allcaps("
                                   : n->cases == 1u << LD_CASE_LOWER ? "nocaps("
                                                                     : "caps(");
        break;
    case LD_AST_ATLEAST:
        ld_buf_add_format(&t->out, lexis ? "atleast%u(" : "atleast%u (", n->count);
        break;
    case LD_AST_OPTIONAL:
        break;
    default:
        if (is_joined(n))
            ld_buf_add_string(&t->out, needs_parenthesis(t, n) ? "(" : "");
        else
            ld_buf_add_span(&t->out, t->said[node]);
    }
}

static void print_near(translator *t, const ld_ast_node *n)
{
    static const char *const units[] = {"", "s", "p", "seg"};
    if (t->dialect == LD_DIALECT_FACTIVA && n->unit != LD_AST_UNIT_WORD) {
        ld_buf_add_string(&t->out, " same ");
    } else if (t->dialect == LD_DIALECT_FACTIVA) {
        ld_buf_add_format(&t->out, n->order == LD_AST_NEAR_ORDERED ? " adj%u " : " near%u ",
                          n->distance);
    } else {
        ld_buf_add_string(&t->out, n->order == LD_AST_NEAR_ORDERED   ? " pre/"
                                   : n->order == LD_AST_NEAR_WITHOUT ? " not w/"
                                                                     : " w/");
        if (n->unit == LD_AST_UNIT_WORD)
            ld_buf_add_format(&t->out, "%u ", n->distance);
        else
            ld_buf_add_format(&t->out, "%s ", units[n->unit]);
    }
}

static void print_between(translator *t, const ld_ast_node *n, uint32_t next)
{
    if (n->kind == LD_AST_NEAR)
        print_near(t, n);
    else if (!is_service(t))
        ld_buf_add_byte(&t->out, ' ');
    else if (n->kind == LD_AST_OR)
        ld_buf_add_string(&t->out, " or ");
    else if (t->nodes[next].kind != LD_AST_NOT)
        ld_buf_add_string(&t->out, " and ");
    else
        ld_buf_add_string(&t->out, t->dialect == LD_DIALECT_LEXIS ? " and not " : " not ");
}

static void print_close(translator *t, const ld_ast_node *n)
{
    if ((is_joined(n) && needs_parenthesis(t, n)) || (is_function(n) && is_service(t)))
        ld_buf_add_string(&t->out, needs_fence(t, n) ? "))" : ")");
    if (n->kind == LD_AST_NOT && is_apart(t, n))
        ld_buf_add_byte(&t->out, ')');
}

static void print(translator *t)
{
    uint32_t i = t->q->root;
    if (i == LD_AST_NONE || t->gone[i])
        return;
    while (i != LD_AST_NONE) {
        const ld_ast_node *n = &t->nodes[i];
        print_open(t, i);
        if (n->first_child != LD_AST_NONE) {
            i = n->first_child;
            continue;
        }
        while (i != LD_AST_NONE) {
            n = &t->nodes[i];
            print_close(t, n);
            if (n->next != LD_AST_NONE) {
                print_between(t, &t->nodes[n->parent], n->next);
                i = n->next;
                break;
            }
            i = n->parent;
        }
    }
}

/* ---- the door ---- */

static lede_status run(translator *t, ld_span *text, bool *exact)
{
    ld_query_options options = {t->dialect, 0, t->q->profile};
    ld_query *again;
    LD_TRY(fit(t));
    print(t);
    LD_TRY(ld_buf_status(&t->out, t->err));
    *text = ld_arena_copy(t->arena, ld_buf_span(&t->out));
    if (!text->data)
        return ld_arena_status(t->arena, t->err);
    ld_arena_reset(t->scratch);
    LD_TRY(ld_query_parse(t->scratch, *text, &options, &again, t->err));
    *exact = ld_ast_equal(t->q, again);
    return LEDE_OK;
}

lede_status ld_query_translate(ld_arena *arena, const ld_query *q, uint8_t dialect, ld_span *text,
                               const ld_query_warning **losses, uint32_t *loss_count, bool *exact,
                               lede_error *err)
{
    translator t = {.arena = arena, .q = q, .dialect = dialect, .err = err};
    size_t count = (size_t)q->node_count + 1;
    *losses = NULL;
    *loss_count = 0;
    *exact = true;
    if (dialect == LD_DIALECT_LEDE)
        return ld_query_echo(arena, q, text, err);
    t.nodes = ld_arena_array(arena, count, sizeof *t.nodes);
    t.said = ld_arena_array(arena, count, sizeof *t.said);
    t.gone = ld_arena_array(arena, count, sizeof *t.gone);
    if (!t.nodes || !t.said || !t.gone)
        return ld_arena_status(arena, err);
    if (q->node_count)
        memcpy(t.nodes, q->nodes, q->node_count * sizeof *t.nodes);
    LD_TRY(ld_arena_new(ld_arena_env(arena), LD_QUERY_ARENA_BYTES_MAX, &t.scratch, err));
    ld_buf_init(&t.out, ld_arena_env(arena), TEXT_MAX);
    lede_status status = run(&t, text, exact);
    ld_buf_release(&t.out);
    ld_arena_free(t.scratch);
    *losses = t.losses;
    *loss_count = t.loss_count;
    return status;
}
