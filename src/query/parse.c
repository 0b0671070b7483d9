/*
 * From text to a tree: what all dialects share.
 *
 *   operand   = modifier* ( run [ "~" digits ] | quotation [ "~" digits ] | "(" ... ")" )
 *   modifier  = "-" | "+" | zone ":" | function          function: caps allcaps nocaps atleastN
 *               (before "(")                                        optional hlead
 *   run       = characters up to white space, a parenthesis, a double quotation mark or "|"
 *   filter    = column ":" ( run | quotation )
 *
 * A query is never refused. What cannot be meant is left out or read as words, with a warning that
 * says where. Nesting lives in an array of frames, so no input makes the stack of the machine grow.
 *
 * What is written is kept so that the echo reads back the same: a run is a WORD only if it would be
 * read as a word wherever it stands; one that looks like an operator becomes a PHRASE, which is
 * echoed in quotation marks.
 */
#include "query/parse.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "query/leaf.h"

/* ---- characters ---- */

/* White space as the Unicode property has it, and U+FEFF, which copying brings along. */
static bool is_space(uint32_t c)
{
    return c <= 0x20 || c == 0x7F || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

/* " and the double quotation marks of the world's keyboards: “ ” „ ‟ « » 「 」 ＂ */
bool ld_parse_is_quote(uint32_t c)
{
    return c == '"' || (c >= 0x201C && c <= 0x201F) || c == 0xAB || c == 0xBB || c == 0x300C ||
           c == 0x300D || c == 0xFF02;
}

/* Which marks end a quotation: guillemets and corner brackets only each other's. */
static bool quote_closes(uint32_t open, uint32_t c)
{
    if (open == 0xAB || open == 0xBB)
        return c == (open ^ 0xAB ^ 0xBB);
    if (open == 0x300C || open == 0x300D)
        return c == 0x300D;
    return ld_parse_is_quote(c) && c != 0xAB && c != 0xBB && c != 0x300C && c != 0x300D;
}

static bool is_run_end(uint32_t c)
{
    return is_space(c) || c == '(' || c == ')' || c == '|' || ld_parse_is_quote(c);
}

bool ld_parse_has_letter(ld_span s)
{
    for (size_t i = 0; i < s.bytes; i++) {
        uint8_t c = (uint8_t)s.data[i];
        if (c >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'))
            return true;
    }
    return false;
}

uint32_t ld_parse_char_at(const ld_parser *p, size_t at)
{
    return at < p->text.bytes ? ld_utf8_next(p->text, &at) : 0;
}

size_t ld_parse_run_end(const ld_parser *p, size_t at)
{
    while (at < p->text.bytes) {
        size_t next = at;
        if (is_run_end(ld_utf8_next(p->text, &next)))
            break;
        at = next;
    }
    return at;
}

static ld_span item_text(const ld_parser *p, const ld_item *item)
{
    return ld_span_sub(p->text, item->from, item->to - item->from);
}

uint32_t ld_parse_chars(ld_parser *p, size_t byte)
{
    if (byte < p->counted_bytes)
        p->counted_bytes = p->counted_chars = 0;
    while (p->counted_bytes < byte && p->counted_bytes < p->text.bytes) {
        ld_utf8_next(p->text, &p->counted_bytes);
        p->counted_chars++;
    }
    return p->counted_chars;
}

void ld_parse_warn(ld_parser *p, size_t from, size_t to, const char *format, ...)
{
    ld_query *q = p->q;
    if (q->warning_count >= LD_QUERY_WARNINGS_MAX)
        return;
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    uint32_t offset = ld_parse_chars(p, from);
    ld_span copy =
        ld_arena_copy(p->arena, ld_span_of(text, ld_utf8_valid_bytes(ld_span_from_string(text))));
    ld_query_warning w = {offset, ld_parse_chars(p, to) - offset, copy};
    if (copy.data)
        (void)LD_ARENA_PUSH(p->arena, q->warnings, q->warning_count, q->warning_capacity, w);
}

/* ---- items ---- */

static bool starts_operand(const ld_parser *p, size_t at)
{
    uint32_t c = ld_parse_char_at(p, at);
    return at < p->text.bytes && !is_space(c) && c != ')' && c != '|';
}

static bool run_may_end(const ld_parser *p, size_t at)
{
    bool boost = p->options->dialect == LD_DIALECT_LUCENE && ld_parse_char_at(p, at) == '^';
    return at == p->text.bytes || boost || is_run_end(ld_parse_char_at(p, at));
}

/* Behind the second "/" of /expression/, which has no white space in it; `at` where none is. What
 * stands there must end a run: "/world/europe" is an address. */
static size_t regex_end(const ld_parser *p, size_t at)
{
    for (size_t i = at + 1; i < p->text.bytes;) {
        uint32_t c = ld_utf8_next(p->text, &i);
        if (is_space(c))
            return at;
        if (c == '\\' && i < p->text.bytes && !is_space(ld_parse_char_at(p, i)))
            ld_utf8_next(p->text, &i);
        else if (c == '/')
            return i > at + 2 && run_may_end(p, i) ? i : at;
    }
    return at;
}

void ld_parse_skip_space(ld_parser *p)
{
    for (size_t next = p->at; next < p->text.bytes; p->at = next)
        if (!is_space(ld_utf8_next(p->text, &next)))
            break;
}

ld_item ld_parse_peek(ld_parser *p)
{
    ld_parse_skip_space(p);
    ld_item item = {LD_ITEM_END, p->at, p->at};
    if (p->at >= p->text.bytes)
        return item;
    uint32_t c = ld_parse_char_at(p, p->at);
    item.to = p->at + 1;
    bool more = starts_operand(p, item.to);
    if (c == '(')
        item.kind = LD_ITEM_OPEN;
    else if (c == ')')
        item.kind = LD_ITEM_CLOSE;
    else if (c == '|') {
        item.kind = LD_ITEM_BAR;
        item.to += item.to < p->text.bytes && p->text.data[item.to] == '|';
    } else if (c == '-' && more)
        item.kind = LD_ITEM_MINUS;
    else if (c == '+' && more)
        item.kind = LD_ITEM_PLUS;
    else if (c == '=' && more && ld_parse_char_at(p, item.to) != '(')
        item.kind = LD_ITEM_EXACT;
    else if (ld_parse_is_quote(c))
        item.kind = LD_ITEM_QUOTE;
    else if (c == '/' && regex_end(p, p->at) > p->at) {
        item.kind = LD_ITEM_REGEX;
        item.to = regex_end(p, p->at);
    } else {
        item.kind = LD_ITEM_RAW;
        item.to = ld_parse_run_end(p, p->at);
    }
    return item;
}

/* What stands behind "w/" where it is no number; LD_AST_UNIT_WORD: none of these. */
uint8_t ld_parse_unit(ld_span name)
{
    static const struct {
        const char *name;
        uint8_t unit;
    } names[] = {{"s", LD_AST_UNIT_SENTENCE},  {"sent", LD_AST_UNIT_SENTENCE},
                 {"p", LD_AST_UNIT_PARAGRAPH}, {"para", LD_AST_UNIT_PARAGRAPH},
                 {"seg", LD_AST_UNIT_TEXT},    {"segment", LD_AST_UNIT_TEXT}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (ld_span_equal_nocase(name, ld_span_from_string(names[i].name)))
            return names[i].unit;
    return LD_AST_UNIT_WORD;
}

bool ld_parse_near(ld_span raw, ld_ast_node *how)
{
    static const struct {
        ld_span name;
        uint8_t order;
    } names[] = {{LD_SPAN("w/"), LD_AST_NEAR_ANY},
                 {LD_SPAN("near/"), LD_AST_NEAR_ANY},
                 {LD_SPAN("pre/"), LD_AST_NEAR_ORDERED}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint64_t n;
        if (!ld_span_starts_with_nocase(raw, names[i].name))
            continue;
        ld_span what = ld_span_sub(raw, names[i].name.bytes, raw.bytes);
        *how = (ld_ast_node){.kind = LD_AST_NEAR, .order = names[i].order};
        how->unit = ld_parse_unit(what);
        if (how->unit != LD_AST_UNIT_WORD)
            return true;
        if (!ld_span_parse_u64(what, &n))
            continue;
        n = n < 1 ? 1 : n > LD_QUERY_DISTANCE_MAX ? LD_QUERY_DISTANCE_MAX : n;
        *how = (ld_ast_node){.kind = LD_AST_NEAR, .order = names[i].order, .distance = (uint32_t)n};
        return true;
    }
    return false;
}

bool ld_parse_is_operator(ld_span raw)
{
    static const ld_span names[] = {LD_SPAN("AND"), LD_SPAN("OR"), LD_SPAN("NOT"), LD_SPAN("&&"),
                                    LD_SPAN("||")};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (ld_span_equal(raw, names[i]))
            return true;
    ld_ast_node how;
    return ld_parse_near(raw, &how);
}

/* ---- frames and modifiers ---- */

void ld_parse_frame_init(ld_frame *f, size_t at)
{
    memset(f, 0, sizeof *f);
    f->ands = f->ors = ld_ast_list_empty();
    f->near_left = f->clause = LD_AST_NONE;
    f->at = at;
}

bool ld_parse_open(ld_parser *p, const ld_item *item)
{
    p->at = item->to;
    if (p->depth >= LD_QUERY_DEPTH_MAX) {
        if (p->skipped_depth++ == 0)
            ld_parse_warn(p, item->from, item->to,
                          "Parentheses nest more than %u deep here; inner ones were left out.",
                          LD_QUERY_DEPTH_MAX);
        return false;
    }
    ld_parse_frame_init(&p->frames[++p->depth], item->from);
    return true;
}

bool ld_parse_may_close(ld_parser *p, const ld_item *item)
{
    p->at = item->to;
    if (p->skipped_depth) {
        p->skipped_depth--;
        return false;
    }
    if (p->depth == 0)
        ld_parse_warn(p, item->from, item->to, "This parenthesis closes nothing and was left out.");
    return p->depth > 0;
}

void ld_parse_prefix(ld_parser *p, size_t from, size_t to, const ld_ast_node *how)
{
    ld_prefixes *x = &p->frames[p->depth].prefixes;
    if (x->count == 0 && !x->negated)
        x->at = from;
    if (x->count < LD_QUERY_PREFIXES_MAX)
        x->items[x->count++] = *how;
    else
        ld_parse_warn(p, from, to, "More than %u modifiers of one word; this one was left out.",
                      LD_QUERY_PREFIXES_MAX);
}

void ld_parse_drop_prefixes(ld_parser *p, ld_frame *f)
{
    if (f->prefixes.count)
        ld_parse_warn(p, f->prefixes.at, p->at, "Nothing stands here to apply this to.");
    f->prefixes.count = 0;
    f->prefixes.negated = false;
}

uint32_t ld_parse_apply(ld_parser *p, ld_frame *f, uint32_t node)
{
    ld_prefixes *x = &f->prefixes;
    bool optional = false;
    while (x->count > 0 && node != LD_AST_NONE) {
        const ld_ast_node *how = &x->items[--x->count];
        if (how->kind == LD_AST_OPTIONAL)
            optional = true;
        else if (p->q->nodes[node].height < 2 * LD_QUERY_DEPTH_MAX)
            node = ld_ast_wrap(p->q, p->arena, node, how);
        else
            ld_parse_warn(p, x->at, p->at, "Too much is nested here; a modifier was left out.");
    }
    if (x->negated && node != LD_AST_NONE)
        node = ld_ast_not(p->q, p->arena, node);
    else if (optional && node != LD_AST_NONE)
        node = ld_ast_optional(p->q, p->arena, node);
    x->count = 0;
    x->negated = false;
    return node;
}

/* ---- leaves ---- */

uint32_t ld_parse_leaf(ld_parser *p, ld_ast_node *leaf, size_t from, size_t to)
{
    if (p->q->leaf_count >= LD_QUERY_TERMS_MAX) {
        if (!p->full)
            ld_parse_warn(p, from, to,
                          "A query has at most %u words; this one and those after it were left "
                          "out.",
                          LD_QUERY_TERMS_MAX);
        p->full = true;
        return LD_AST_NONE;
    }
    leaf->offset_chars = ld_parse_chars(p, from);
    leaf->length_chars = ld_parse_chars(p, to) - leaf->offset_chars;
    return ld_parse_apply(p, &p->frames[p->depth], ld_ast_leaf(p->q, p->arena, leaf));
}

/* A copy without quotation marks, white space folded: what a quotation or a value says. */
ld_span ld_parse_clean(ld_parser *p, ld_span s)
{
    char *out = ld_arena_alloc(p->arena, s.bytes + 1);
    size_t bytes = 0;
    if (!out)
        return (ld_span){"", 0};
    for (size_t at = 0; at < s.bytes;) {
        size_t from = at;
        uint32_t c = ld_utf8_next(s, &at);
        if (ld_parse_is_quote(c) || is_space(c)) {
            if (bytes && out[bytes - 1] != ' ')
                out[bytes++] = ' ';
        } else {
            memcpy(out + bytes, s.data + from, at - from);
            bytes += at - from;
        }
    }
    while (bytes && out[bytes - 1] == ' ')
        bytes--;
    return ld_span_of(out, bytes);
}

uint32_t ld_parse_as_phrase(ld_parser *p, const ld_item *item)
{
    p->at = item->to;
    ld_ast_node leaf = {.kind = LD_AST_PHRASE, .text = ld_parse_clean(p, item_text(p, item))};
    if (!ld_parse_has_letter(leaf.text))
        return LD_AST_NONE;
    return ld_parse_leaf(p, &leaf, item->from, item->to);
}

/* The quotation at `from`; moves p->at behind its closing mark. */
ld_span ld_parse_quotation(ld_parser *p, size_t from)
{
    size_t at = from;
    uint32_t open = ld_utf8_next(p->text, &at);
    size_t begin = at;
    while (at < p->text.bytes) {
        size_t end = at;
        if (quote_closes(open, ld_utf8_next(p->text, &at))) {
            p->at = at;
            return ld_parse_clean(p, ld_span_sub(p->text, begin, end - begin));
        }
    }
    ld_parse_warn(p, from, begin,
                  "This quotation mark is never closed; all after it was taken as "
                  "the phrase.");
    p->at = at;
    return ld_parse_clean(p, ld_span_sub(p->text, begin, at - begin));
}

/* "~" digits at p->at; false where there is none. No digits: 1. */
static bool tilde_take(ld_parser *p, uint32_t *value)
{
    size_t at = p->at;
    if (at >= p->text.bytes || p->text.data[at] != '~')
        return false;
    uint32_t n = 0, digits = 0;
    for (at++; at < p->text.bytes && p->text.data[at] >= '0' && p->text.data[at] <= '9'; at++) {
        n = n > LD_QUERY_DISTANCE_MAX ? n : n * 10 + (uint32_t)(p->text.data[at] - '0');
        digits++;
    }
    *value = !digits ? 1 : n > LD_QUERY_DISTANCE_MAX ? LD_QUERY_DISTANCE_MAX : n;
    p->at = at;
    return true;
}

static uint32_t quotation_operand(ld_parser *p, size_t from, size_t quote_at, bool exact)
{
    ld_ast_node leaf = {.kind = LD_AST_PHRASE,
                        .match = exact ? LD_AST_MATCH_EXACT : LD_AST_MATCH_STEM};
    leaf.text = ld_parse_quotation(p, quote_at);
    tilde_take(p, &leaf.slop);
    if (!ld_parse_has_letter(leaf.text))
        return LD_AST_NONE;
    return ld_parse_leaf(p, &leaf, from, p->at);
}

/* "word~2": cuts the tilde off. */
static void fuzzy_cut(ld_parser *p, const ld_item *item, ld_ast_node *leaf)
{
    size_t n = leaf->text.bytes, digits = 0;
    while (digits < n && leaf->text.data[n - digits - 1] >= '0' &&
           leaf->text.data[n - digits - 1] <= '9')
        digits++;
    if (digits + 1 >= n || leaf->text.data[n - digits - 1] != '~')
        return;
    ld_span word = ld_span_sub(leaf->text, 0, n - digits - 1);
    uint64_t edits = 1;
    if (digits && !ld_span_parse_u64(ld_span_sub(leaf->text, n - digits, digits), &edits))
        edits = UINT64_MAX;
    if (edits == 0 || !ld_parse_has_letter(word))
        return;
    if (edits > 2)
        ld_parse_warn(p, item->from, item->to,
                      "Spellings may differ in at most 2 letters; read as ~2.");
    leaf->text = word;
    leaf->match = LD_AST_MATCH_FUZZY;
    leaf->edits = edits > 2 ? 2 : (uint8_t)edits;
}

static uint32_t word_operand(ld_parser *p, const ld_item *item)
{
    ld_ast_node leaf = {.kind = LD_AST_WORD, .text = item_text(p, item)};
    p->at = item->to;
    if (!ld_parse_has_letter(leaf.text)) {
        /* Nothing but wildcards with a "*" among them stands for anything; other signs for
         * nothing. */
        size_t stars = 0, marks = 0;
        for (size_t i = 0; i < leaf.text.bytes; i++) {
            stars += leaf.text.data[i] == '*';
            marks += leaf.text.data[i] == '*' || leaf.text.data[i] == '?';
        }
        bool lucene_all = ld_span_equal(leaf.text, LD_SPAN("*:*"));
        if (!lucene_all && (stars == 0 || marks < leaf.text.bytes))
            return LD_AST_NONE;
        leaf = (ld_ast_node){.kind = LD_AST_ALL};
        return ld_parse_leaf(p, &leaf, item->from, item->to);
    }
    fuzzy_cut(p, item, &leaf);
    leaf.text = ld_arena_copy(p->arena, leaf.text);
    if (!leaf.text.data)
        return LD_AST_NONE;
    return ld_parse_leaf(p, &leaf, item->from, item->to);
}

/* ---- fields ---- */

typedef struct field {
    ld_item name;    /* without the colon */
    ld_span value;   /* cleaned */
    size_t value_to; /* byte behind the value */
    bool quoted;
} field;

/* Lucene's [low TO high], either end *, as low..high. Braces, which leave the ends out, are read as
 * brackets. */
static bool bracket_range(ld_parser *p, field *f)
{
    ld_span rest = ld_span_sub(p->text, p->at, p->text.bytes);
    if (rest.bytes == 0 || (rest.data[0] != '[' && rest.data[0] != '{'))
        return false;
    size_t end = 1;
    while (end < rest.bytes && rest.data[end] != ']' && rest.data[end] != '}')
        end++;
    ld_span inner = ld_span_sub(rest, 1, end - 1);
    size_t to = ld_span_find(inner, LD_SPAN(" TO "));
    if (end == rest.bytes || to == SIZE_MAX)
        return false;
    ld_span low = ld_span_trim(ld_span_sub(inner, 0, to));
    ld_span high = ld_span_trim(ld_span_sub(inner, to + 4, inner.bytes));
    if (ld_span_equal(low, LD_SPAN("*")))
        low.bytes = 0;
    if (ld_span_equal(high, LD_SPAN("*")))
        high.bytes = 0;
    char *text = ld_arena_format(p->arena, "%.*s..%.*s", (int)low.bytes, low.data, (int)high.bytes,
                                 high.data);
    if (!text)
        return false;
    f->value = ld_span_from_string(text);
    p->at += end + 1;
    return true;
}

/* Reads the value behind "name:"; false where none stands there. */
static bool field_value(ld_parser *p, const ld_item *item, size_t colon, field *f)
{
    f->name = (ld_item){LD_ITEM_RAW, item->from, colon};
    p->at = colon + 1;
    f->quoted = ld_parse_is_quote(ld_parse_char_at(p, p->at));
    if (f->quoted) {
        f->value = ld_parse_quotation(p, p->at);
    } else if (p->options->dialect == LD_DIALECT_LUCENE && bracket_range(p, f)) {
        /* taken */
    } else {
        size_t to = ld_parse_run_end(p, p->at);
        f->value = ld_parse_clean(p, ld_span_sub(p->text, p->at, to - p->at));
        p->at = to;
    }
    f->value_to = p->at;
    return f->value.bytes > 0;
}

static void sort_directive(ld_parser *p, const field *f)
{
    static const char *const names[] = {"relevance", "newest", "oldest"};
    for (uint8_t i = 0; i < 3; i++)
        if (ld_span_equal_nocase(f->value, ld_span_from_string(names[i]))) {
            p->q->sort = i;
            p->q->sort_given = true;
            return;
        }
    ld_parse_warn(p, f->name.from, f->value_to,
                  "“%.*s” is no order: sort:newest, sort:oldest or sort:relevance.",
                  (int)(f->value.bytes > 64 ? 64 : f->value.bytes), f->value.data);
}

static void versions_directive(ld_parser *p, const field *f)
{
    if (ld_span_equal_nocase(f->value, LD_SPAN("all")))
        p->q->versions_all = true;
    else if (!ld_span_equal_nocase(f->value, LD_SPAN("newest")))
        ld_parse_warn(p, f->name.from, f->value_to, "Only versions:all is known here.");
}

static void dup_directive(ld_parser *p, const field *f)
{
    for (uint8_t i = LD_DUP_OFF; i <= LD_DUP_MODERATE; i++)
        if (ld_span_equal_nocase(f->value, ld_span_from_string(ld_dup_names[i]))) {
            p->q->dup = i;
            return;
        }
    if (ld_span_equal_nocase(f->value, LD_SPAN("fold"))) {
        p->q->dup = LD_DUP_MODERATE;
        return;
    }
    ld_parse_warn(
        p, f->name.from, f->value_to,
        "Copies are folded by dup:exact, dup:high, dup:moderate (or dup:fold); dup:off shows "
        "all.");
}

static void alias_directive(ld_parser *p, const field *f)
{
    p->q->alias_off = ld_span_equal_nocase(f->value, LD_SPAN("off"));
    if (!p->q->alias_off && !ld_span_equal_nocase(f->value, LD_SPAN("on")))
        ld_parse_warn(p, f->name.from, f->value_to, "Only alias:off and alias:on are known here.");
}

typedef void (*directive)(ld_parser *p, const field *f);

/* What speaks of the whole answer; NULL: the name is none of these. */
static directive directive_find(ld_span name)
{
    static const struct {
        const char *name;
        directive run;
    } all[] = {{"sort", sort_directive},
               {"versions", versions_directive},
               {"dup", dup_directive},
               {"alias", alias_directive}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (ld_span_equal_nocase(name, ld_span_from_string(all[i].name)))
            return all[i].run;
    return NULL;
}

/* said:valls, said:"manuel valls"(war); the parenthesis is read by the dialect. */
static uint32_t said_operand(ld_parser *p, const field *f)
{
    ld_ast_node how = {.kind = LD_AST_SAID, .text = f->value};
    if (ld_parse_char_at(p, p->at) == '(') {
        ld_parse_prefix(p, f->name.from, f->value_to, &how);
        return LD_AST_NONE;
    }
    return ld_parse_leaf(p, &how, f->name.from, f->value_to);
}

/* site:https://www.example.org/x is site:example.org */
static ld_span site_host(ld_span s)
{
    size_t scheme = ld_span_find(s, LD_SPAN("://"));
    if (scheme != SIZE_MAX)
        s = ld_span_sub(s, scheme + 3, s.bytes);
    size_t slash = ld_span_find_byte(s, '/');
    if (slash != SIZE_MAX)
        s = ld_span_sub(s, 0, slash);
    if (ld_span_starts_with_nocase(s, LD_SPAN("www.")) && s.bytes > 4)
        s = ld_span_sub(s, 4, s.bytes);
    return ld_span_trim(s);
}

static uint32_t filter_leaf(ld_parser *p, const field *f, ld_ast_node *leaf)
{
    leaf->kind = LD_AST_FILTER;
    return ld_parse_leaf(p, leaf, f->name.from, f->value_to);
}

static uint32_t filter_operand(ld_parser *p, const field *f, const ld_ast_column *column)
{
    ld_ast_node leaf = {.filter = column->filter, .column = column->column, .text = f->value};
    if (column->is_date || column->filter == LD_AST_FILTER_NUMBER) {
        bool ok = column->is_date
                      ? ld_parse_date_range(f->value, p->options->now_utc_ms, &leaf.low, &leaf.high)
                      : ld_parse_number_range(f->value, column->is_double, &leaf.low, &leaf.high);
        if (!ok) {
            ld_parse_warn(p, f->name.from, f->value_to, "“%.*s” is no %s; it was left out.",
                          (int)(f->value.bytes > 64 ? 64 : f->value.bytes), f->value.data,
                          column->is_date ? "date" : "number or range");
            return LD_AST_NONE;
        }
        return filter_leaf(p, f, &leaf);
    }
    if (column->filter == LD_AST_FILTER_SITE)
        leaf.text = site_host(leaf.text);
    if (leaf.text.bytes > 1 && leaf.text.data[leaf.text.bytes - 1] == '*' &&
        column->filter != LD_AST_FILTER_SITE) {
        leaf.prefix = true;
        leaf.text.bytes--;
    }
    if (leaf.text.bytes == 0)
        return LD_AST_NONE;
    return filter_leaf(p, f, &leaf);
}

/* after: before: since: ; false where the name is none of them. */
static bool date_side_operand(ld_parser *p, const field *f, ld_span name, uint32_t *node)
{
    static const char *const names[] = {"after", "before", "since"};
    static const ld_date_side sides[] = {LD_DATE_AFTER, LD_DATE_BEFORE, LD_DATE_SINCE};
    for (int i = 0; i < 3; i++) {
        if (!ld_span_equal_nocase(name, ld_span_from_string(names[i])))
            continue;
        ld_ast_node leaf = {.filter = LD_AST_FILTER_NUMBER, .column = LD_COLUMN_PUBLISHED};
        *node = LD_AST_NONE;
        if (ld_parse_date_side(f->value, sides[i], p->options->now_utc_ms, &leaf.low, &leaf.high))
            *node = filter_leaf(p, f, &leaf);
        else
            ld_parse_warn(p, f->name.from, f->value_to, "“%.*s” is no date; it was left out.",
                          (int)(f->value.bytes > 64 ? 64 : f->value.bytes), f->value.data);
        return true;
    }
    return false;
}

/*
 * A run with a colon in it. True: it was a field and is taken; *node is its leaf or LD_AST_NONE.
 * Names that nobody declared are words ("Hollande: nous sommes en guerre", "12:30", a URL).
 */
static bool field_operand(ld_parser *p, const ld_item *item, uint32_t *node)
{
    ld_span raw = item_text(p, item);
    size_t colon = ld_span_find_byte(raw, ':');
    if (colon == SIZE_MAX || colon == 0)
        return false;
    ld_span name = ld_span_sub(raw, 0, colon);
    *node = LD_AST_NONE;
    uint16_t zones = ld_ast_zones_find(p->options->profile, name);
    if (zones) {
        p->at = item->from + colon + 1;
        ld_parse_prefix(p, item->from, p->at, &(ld_ast_node){.kind = LD_AST_ZONE, .zones = zones});
        return true;
    }
    directive run = directive_find(name);
    bool is_said = ld_span_equal_nocase(name, LD_SPAN("said"));
    bool is_side = ld_span_equal_nocase(name, LD_SPAN("after")) ||
                   ld_span_equal_nocase(name, LD_SPAN("before")) ||
                   ld_span_equal_nocase(name, LD_SPAN("since"));
    ld_ast_column column;
    bool is_column = ld_ast_column_find(p->options->profile, name, &column);
    if (!run && !is_said && !is_side && !is_column)
        return false;
    field f;
    size_t at = p->at;
    if (!field_value(p, item, item->from + colon, &f)) {
        p->at = at; /* "before: the storm" */
        return false;
    }
    if (is_said && ld_parse_char_at(p, p->at) == '(') {
        *node = said_operand(p, &f);
        return true; /* what stands before it applies to the parenthesis */
    }
    if (run)
        run(p, &f);
    else if (is_said)
        *node = said_operand(p, &f);
    else if (!is_side || !date_side_operand(p, &f, name, node))
        *node = filter_operand(p, &f, &column);
    if (*node == LD_AST_NONE)
        ld_parse_drop_prefixes(p, &p->frames[p->depth]);
    return true;
}

/* A run such as "quoted:putin", whose name is not known here: its words, with a warning. */
static bool is_unknown_field(ld_span raw)
{
    size_t colon = ld_span_find_byte(raw, ':');
    if (colon == SIZE_MAX || colon == 0 || colon + 1 >= raw.bytes || raw.data[colon + 1] == '/')
        return false;
    for (size_t i = 0; i < colon; i++)
        if (!((raw.data[i] | 32) >= 'a' && (raw.data[i] | 32) <= 'z') && raw.data[i] != '_')
            return false;
    return true;
}

/* caps( allcaps( nocaps( atleast5( optional( hlead( ; only directly before a parenthesis. */
bool ld_parse_function(ld_span raw, ld_ast_node *how)
{
    static const struct {
        const char *name;
        ld_ast_node how;
    } names[] = {
        {"caps",
         {.kind = LD_AST_CASE,
          .cases = 1u << LD_CASE_INITIAL | 1u << LD_CASE_UPPER | 1u << LD_CASE_MIXED}},
        {"allcaps", {.kind = LD_AST_CASE, .cases = 1u << LD_CASE_UPPER}},
        {"nocaps", {.kind = LD_AST_CASE, .cases = 1u << LD_CASE_LOWER}},
        {"optional", {.kind = LD_AST_OPTIONAL}},
        {"hlead", {.kind = LD_AST_ZONE, .zones = 1u << LD_ZONE_TITLE | 1u << LD_ZONE_LEAD}}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (ld_span_equal_nocase(raw, ld_span_from_string(names[i].name))) {
            *how = names[i].how;
            return true;
        }
    uint64_t n;
    if (!ld_span_starts_with_nocase(raw, LD_SPAN("atleast")) ||
        !ld_span_parse_u64(ld_span_sub(raw, 7, raw.bytes), &n))
        return false;
    n = n < 1 ? 1 : n > LD_POSITIONS_MAX ? LD_POSITIONS_MAX : n;
    *how = (ld_ast_node){.kind = LD_AST_ATLEAST, .count = (uint32_t)n};
    return true;
}

static uint32_t regex_operand(ld_parser *p, const ld_item *item)
{
    const char *problem = NULL;
    ld_arena *scratch;
    ld_span raw = item_text(p, item);
    ld_ast_node leaf = {.kind = LD_AST_WORD, .match = LD_AST_MATCH_REGEX};
    leaf.text = ld_arena_copy(p->arena, ld_span_sub(raw, 1, raw.bytes - 2));
    if (!leaf.text.data)
        return LD_AST_NONE;
    bool ok = false;
    if (ld_arena_new(ld_arena_env(p->arena), LD_QUERY_ARENA_BYTES_MAX, &scratch, NULL) == LEDE_OK) {
        ok = ld_automaton_regex(scratch, leaf.text, &problem) != NULL;
        ld_arena_free(scratch);
    }
    if (!ok) {
        ld_parse_warn(p, item->from, item->to,
                      "This is no expression that is known here (%s); searched as words.",
                      problem ? problem : "there is no memory for it");
        return ld_parse_as_phrase(p, item);
    }
    p->at = item->to;
    return ld_parse_leaf(p, &leaf, item->from, item->to);
}

static uint32_t exact_operand(ld_parser *p, const ld_item *item)
{
    size_t at = item->to;
    if (ld_parse_is_quote(ld_parse_char_at(p, at)))
        return quotation_operand(p, item->from, at, true);
    size_t to = ld_parse_run_end(p, at);
    p->at = to;
    ld_ast_node leaf = {.kind = LD_AST_WORD, .match = LD_AST_MATCH_EXACT};
    leaf.text = ld_arena_copy(p->arena, ld_span_sub(p->text, at, to - at));
    if (!leaf.text.data || !ld_parse_has_letter(leaf.text))
        return LD_AST_NONE;
    return ld_parse_leaf(p, &leaf, item->from, to);
}

uint32_t ld_parse_operand(ld_parser *p, const ld_item *item)
{
    if (item->kind == LD_ITEM_EXACT)
        return exact_operand(p, item);
    if (item->kind == LD_ITEM_QUOTE)
        return quotation_operand(p, item->from, item->from, false);
    if (item->kind == LD_ITEM_REGEX)
        return regex_operand(p, item);
    ld_span raw = item_text(p, item);
    ld_ast_node how;
    uint32_t node;
    if (ld_parse_char_at(p, item->to) == '(' && ld_parse_function(raw, &how)) {
        p->at = item->to;
        ld_parse_prefix(p, item->from, item->to, &how);
        return LD_AST_NONE;
    }
    if (field_operand(p, item, &node))
        return node;
    if (is_unknown_field(raw)) {
        size_t name = ld_span_find_byte(raw, ':');
        ld_parse_warn(p, item->from, item->to, "“%.*s” is not known here; searched as words.",
                      (int)(name > 64 ? 64 : name + 1), raw.data);
        return ld_parse_as_phrase(p, item);
    }
    return ld_parse_is_operator(raw) ? ld_parse_as_phrase(p, item) : word_operand(p, item);
}

/* ---- the door ---- */

const char *const ld_dialect_names[] = {"lede", "lucene", "lexis", "factiva"};

lede_status ld_query_parse(ld_arena *arena, ld_span text, const ld_query_options *options,
                           ld_query **query, lede_error *err)
{
    ld_parser parser = {.arena = arena, .options = options}, *p = &parser;
    *query = NULL;
    p->q = ld_arena_array(arena, 1, sizeof *p->q);
    p->frames = ld_arena_alloc(arena, (LD_QUERY_DEPTH_MAX + 1) * sizeof *p->frames);
    if (p->q)
        p->q->languages = ld_arena_array(arena, 1, sizeof *p->q->languages);
    if (!p->q || !p->frames || !p->q->languages)
        return ld_arena_status(arena, err);
    p->q->root = LD_AST_NONE;
    p->q->profile = options->profile;
    p->q->dialect = options->dialect;
    bool cut = text.bytes > LD_QUERY_BYTES_MAX;
    p->text = ld_utf8_scrub(arena, ld_span_sub(text, 0, LD_QUERY_BYTES_MAX));
    if (p->text.bytes && !p->text.data)
        return ld_arena_status(arena, err);
    ld_parse_frame_init(&p->frames[0], 0);
    static uint32_t (*const dialects[LD_DIALECT_COUNT])(ld_parser *) = {
        [LD_DIALECT_LEDE] = ld_parse_lede,
        [LD_DIALECT_LUCENE] = ld_parse_lucene,
        [LD_DIALECT_LEXIS] = ld_parse_lexis,
        [LD_DIALECT_FACTIVA] = ld_parse_factiva};
    uint32_t root = dialects[options->dialect % LD_DIALECT_COUNT](p);
    LD_TRY(ld_arena_status(arena, err));
    if (cut)
        ld_parse_warn(p, p->text.bytes, p->text.bytes,
                      "Only the first %u bytes of the query were read.", LD_QUERY_BYTES_MAX);
    LD_TRY(ld_ast_finish(p->q, arena, root, err));
    LD_TRY(ld_arena_status(arena, err));
    *query = p->q;
    return LEDE_OK;
}

void ld_query_warnings(const ld_query *q, const ld_query_warning **warnings, uint32_t *count)
{
    *warnings = q->warnings;
    *count = q->warning_count;
}
