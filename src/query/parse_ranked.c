/*
 * Operator precedence with two stacks (Dijkstra 1961), one pair for all open parentheses: each
 * frame remembers how high they were when it was opened. No recursion; every operator is applied
 * once.
 *
 *   operand    = word+ | quotation | "(" ... ")" | special
 *   word+      = words side by side: one phrase
 *   operand operand without a connector: adjacent, in order (AND where one of them has no place)
 *
 * Nothing is an error: a connector without an operand is left out with a warning, and one whose
 * operand was left out goes silently, for that was said already.
 */
#include "query/parse_ranked.h"

#define DATE_WORDS_MAX 5u

/* ---- the stacks ---- */

static bool is_unary(const ld_operator *op)
{
    return op->kind == LD_OPERATOR_NOT || op->kind == LD_OPERATOR_WRAP;
}

static ld_frame *frame_of(ld_parser *p)
{
    return &p->frames[p->depth];
}

static void operator_push(ld_parser *p, const ld_operator *op)
{
    if (LD_ARENA_PUSH(p->arena, p->operators, p->operator_count, p->operator_capacity, *op))
        frame_of(p)->has_operand = false;
}

static uint32_t join_two(ld_parser *p, ld_ast_kind kind, uint32_t left, uint32_t right)
{
    ld_ast_list list = ld_ast_list_empty();
    if (left != LD_AST_NONE)
        ld_ast_list_add(p->q, &list, left);
    if (right != LD_AST_NONE)
        ld_ast_list_add(p->q, &list, right);
    return ld_ast_join(p->q, p->arena, kind, &list);
}

static uint32_t join_near(ld_parser *p, const ld_operator *op, uint32_t left, uint32_t right)
{
    const ld_ast_node *l = &p->q->nodes[left], *r = &p->q->nodes[right];
    if (l->height < LD_QUERY_NEAR_MAX && r->height < LD_QUERY_NEAR_MAX)
        return ld_ast_near(p->q, p->arena, left, right, &op->how);
    ld_parse_warn(p, op->from, op->to, "More than %u connectors in a row; read as AND.",
                  LD_QUERY_NEAR_MAX);
    return join_two(p, LD_AST_AND, left, right);
}

static bool has_places(const ld_ast_node *n)
{
    return n->kind != LD_AST_FILTER && n->kind != LD_AST_ALL && n->kind != LD_AST_NOT &&
           n->kind != LD_AST_ZONE && n->kind != LD_AST_SAID;
}

static uint32_t join_adjacent(ld_parser *p, ld_operator *op, uint32_t left, uint32_t right)
{
    if (!has_places(&p->q->nodes[left]) || !has_places(&p->q->nodes[right])) {
        ld_parse_warn(p, op->from, op->to, "No connector stands here; read as AND.");
        return join_two(p, LD_AST_AND, left, right);
    }
    op->how = (ld_ast_node){.kind = LD_AST_NEAR, .order = LD_AST_NEAR_ORDERED, .distance = 1};
    return join_near(p, op, left, right);
}

static uint32_t apply_unary(ld_parser *p, const ld_operator *op, uint32_t node)
{
    if (op->kind == LD_OPERATOR_NOT)
        return ld_ast_not(p->q, p->arena, node);
    if (p->q->nodes[node].height < 2 * LD_QUERY_DEPTH_MAX)
        return ld_ast_wrap(p->q, p->arena, node, &op->how);
    ld_parse_warn(p, op->from, op->to, "Too much is nested here; a modifier was left out.");
    return node;
}

/* The newest operator takes its operands from the stack and puts its node there. */
static void operator_apply(ld_parser *p)
{
    ld_operator op = p->operators[--p->operator_count];
    uint32_t *top = &p->operands[p->operand_count - 1];
    if (*top == LD_AST_NONE) /* the arena refused */
        return;
    if (is_unary(&op)) {
        *top = apply_unary(p, &op, *top);
        return;
    }
    uint32_t right = *top--, left = *top;
    p->operand_count--;
    if (left == LD_AST_NONE)
        return;
    if (op.kind == LD_OPERATOR_ADJACENT) {
        *top = join_adjacent(p, &op, left, right);
    } else if (op.kind == LD_OPERATOR_NEAR) {
        *top = join_near(p, &op, left, right);
    } else if (op.kind == LD_OPERATOR_AND_NOT) {
        right = ld_ast_not(p->q, p->arena, right);
        *top = right == LD_AST_NONE ? left : join_two(p, LD_AST_AND, left, right);
    } else {
        *top = join_two(p, op.kind == LD_OPERATOR_OR ? LD_AST_OR : LD_AST_AND, left, right);
    }
}

static void reduce(ld_parser *p, uint16_t rank)
{
    while (p->operator_count > frame_of(p)->operator_base &&
           p->operators[p->operator_count - 1].rank <= rank)
        operator_apply(p);
}

/* Takes operators away that wait for an operand which does not come. */
static void drop_waiting(ld_parser *p)
{
    ld_frame *f = frame_of(p);
    while (!f->has_operand && p->operator_count > f->operator_base) {
        const ld_operator *op = &p->operators[--p->operator_count];
        if (!f->was_dropped)
            ld_parse_warn(p, op->from, op->to,
                          "Nothing stands behind this connector; it was left out.");
        f->was_dropped = true;
        f->has_operand = !is_unary(op);
    }
}

static void operator_take(ld_parser *p, const ld_operator *op)
{
    ld_frame *f = frame_of(p);
    if (op->note)
        ld_parse_warn(p, op->from, op->to, "%s", op->note);
    p->at = op->to;
    ld_operator taken = *op;
    if (!f->has_operand && (op->kind == LD_OPERATOR_NOT || op->kind == LD_OPERATOR_AND_NOT)) {
        taken.kind = LD_OPERATOR_NOT;
        operator_push(p, &taken);
        return;
    }
    drop_waiting(p);
    if (!f->has_operand) {
        if (!f->was_dropped)
            ld_parse_warn(p, op->from, op->to, "Nothing stands before this; it was left out.");
        return;
    }
    if (op->kind == LD_OPERATOR_NOT)
        taken.kind = LD_OPERATOR_AND_NOT;
    reduce(p, op->rank);
    operator_push(p, &taken);
    f->was_dropped = false;
}

/* Before an operand: where another one stands already, they are adjacent. */
static void make_room(ld_parser *p, size_t at)
{
    if (!frame_of(p)->has_operand)
        return;
    ld_operator op = {.kind = LD_OPERATOR_ADJACENT, .from = at, .to = at};
    reduce(p, 0);
    operator_push(p, &op);
}

static void operand_push(ld_parser *p, uint32_t node)
{
    ld_frame *f = frame_of(p);
    if (node == LD_AST_NONE) {
        f->was_dropped = true;
        return;
    }
    if (LD_ARENA_PUSH(p->arena, p->operands, p->operand_count, p->operand_capacity, node))
        f->has_operand = true;
    f->was_dropped = false;
}

void ld_ranked_wrap(ld_parser *p, const ld_ranked *dialect, const ld_operator *op)
{
    if (frame_of(p)->has_operand) {
        ld_operator both = {
            .kind = LD_OPERATOR_AND, .rank = dialect->and_rank, .from = op->from, .to = op->to};
        ld_parse_warn(p, op->from, op->to, "No connector stands here; read as AND.");
        reduce(p, both.rank);
        operator_push(p, &both);
    }
    operator_push(p, op);
}

/* ---- frames ---- */

static uint32_t frame_end(ld_parser *p)
{
    ld_frame *f = frame_of(p);
    ld_parse_drop_prefixes(p, f);
    drop_waiting(p);
    reduce(p, UINT16_MAX);
    uint32_t node = p->operand_count > f->operand_base ? p->operands[f->operand_base] : LD_AST_NONE;
    p->operand_count = f->operand_base;
    return node;
}

static void frame_close(ld_parser *p)
{
    uint32_t node = frame_end(p);
    ld_frame *outer = &p->frames[--p->depth];
    if (node == LD_AST_NONE)
        ld_parse_drop_prefixes(p, outer);
    else
        node = ld_parse_apply(p, outer, node);
    operand_push(p, node);
}

static void frame_open(ld_parser *p, const ld_item *item)
{
    make_room(p, item->from);
    if (!ld_parse_open(p, item))
        return;
    frame_of(p)->operand_base = p->operand_count;
    frame_of(p)->operator_base = p->operator_count;
}

/* ---- operands ---- */

ld_item ld_ranked_peek(ld_parser *p)
{
    ld_parse_skip_space(p);
    ld_item item = {LD_ITEM_END, p->at, p->at};
    if (p->at >= p->text.bytes)
        return item;
    uint32_t c = ld_parse_char_at(p, p->at);
    item.to = p->at + 1;
    item.kind = c == '('               ? LD_ITEM_OPEN
                : c == ')'             ? LD_ITEM_CLOSE
                : c == '|'             ? LD_ITEM_BAR
                : ld_parse_is_quote(c) ? LD_ITEM_QUOTE
                                       : LD_ITEM_RAW;
    if (item.kind == LD_ITEM_RAW)
        item.to = ld_parse_run_end(p, p->at);
    return item;
}

/* Whether the lede dialect reads the text as this word wherever it stands. */
static bool is_plain_word(ld_span s)
{
    if (ld_parse_is_operator(s) || !ld_parse_has_letter(s))
        return false;
    for (size_t i = 0; i < s.bytes; i++) {
        uint8_t c = (uint8_t)s.data[i];
        bool letter = c >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
        if (!letter && !(c == '*' || c == '?' || (i && memchr("'.,-&_", c, 6))))
            return false;
    }
    return true;
}

/* The words from this run on that stand side by side. */
static uint32_t take_words(ld_parser *p, const ld_ranked *d, ld_item run)
{
    size_t from = run.from, to = run.to, bytes = 0, room = p->text.bytes - from + 1;
    uint32_t words = 0;
    char *text = NULL;
    uint32_t capacity = 0;
    for (;;) {
        ld_operator op;
        if (!ld_arena_reserve(p->arena, (void **)&text, &capacity, bytes + (run.to - run.from) + 2,
                              1))
            return LD_AST_NONE;
        if (bytes)
            text[bytes++] = ' ';
        size_t n = d->spell_word(p, &run, text + bytes);
        bool counts = ld_parse_has_letter(ld_span_of(text + bytes, n)) ||
                      (words && n == 1 && text[bytes] == '*');
        bytes += counts ? n : 0;
        bytes -= !counts && bytes;
        words += counts;
        p->at = to = run.to;
        run = ld_ranked_peek(p);
        if (run.kind != LD_ITEM_RAW || d->find_operator(p, &run, &op) || d->is_special(p, &run) ||
            bytes > room)
            break;
    }
    p->at = to;
    ld_span all = ld_parse_clean(p, ld_span_of(text, bytes));
    ld_ast_node leaf = {.kind = words == 1 && is_plain_word(all) ? LD_AST_WORD : LD_AST_PHRASE,
                        .text = all};
    return ld_parse_has_letter(all) ? ld_parse_leaf(p, &leaf, from, to) : LD_AST_NONE;
}

static uint32_t take_quotation(ld_parser *p, const ld_ranked *d, const ld_item *item)
{
    ld_ast_node leaf = {.kind = LD_AST_PHRASE, .text = ld_parse_quotation(p, item->from)};
    leaf.match = d->quotes_exact ? LD_AST_MATCH_EXACT : LD_AST_MATCH_STEM;
    if (is_plain_word(leaf.text))
        leaf.kind = LD_AST_WORD;
    if (!ld_parse_has_letter(leaf.text))
        return LD_AST_NONE;
    return ld_parse_leaf(p, &leaf, item->from, p->at);
}

static void take_run(ld_parser *p, const ld_ranked *d, const ld_item *item)
{
    ld_operator op;
    bool modifier = false;
    if (d->find_operator(p, item, &op)) {
        if (is_unary(&op) && op.kind == LD_OPERATOR_WRAP) {
            p->at = op.to;
            ld_ranked_wrap(p, d, &op);
        } else {
            operator_take(p, &op);
        }
        return;
    }
    make_room(p, item->from);
    uint32_t node =
        d->is_special(p, item) ? d->take_special(p, item, &modifier) : take_words(p, d, *item);
    if (!modifier)
        operand_push(p, node);
}

uint32_t ld_parse_ranked(ld_parser *p, const ld_ranked *d)
{
    for (;;) {
        ld_item item = ld_ranked_peek(p);
        switch (item.kind) {
        case LD_ITEM_END:
            if (p->depth)
                ld_parse_warn(p, frame_of(p)->at, frame_of(p)->at + 1,
                              "This parenthesis is never closed.");
            while (p->depth)
                frame_close(p);
            return frame_end(p);
        case LD_ITEM_OPEN:
            frame_open(p, &item);
            break;
        case LD_ITEM_CLOSE:
            if (ld_parse_may_close(p, &item))
                frame_close(p);
            break;
        case LD_ITEM_BAR:
            operator_take(p, &(ld_operator){.kind = LD_OPERATOR_OR,
                                            .rank = d->or_rank,
                                            .from = item.from,
                                            .to = item.to});
            break;
        case LD_ITEM_QUOTE:
            make_room(p, item.from);
            operand_push(p, take_quotation(p, d, &item));
            break;
        default:
            take_run(p, d, &item);
        }
        if (ld_arena_status(p->arena, NULL) != LEDE_OK)
            return LD_AST_NONE;
    }
}

/* ---- values ---- */

ld_span ld_ranked_take_value(ld_parser *p)
{
    ld_item item = ld_ranked_peek(p);
    if (item.kind == LD_ITEM_QUOTE)
        return ld_parse_quotation(p, item.from);
    if (item.kind == LD_ITEM_OPEN) {
        size_t to = item.to;
        while (to < p->text.bytes && p->text.data[to] != ')')
            to++;
        p->at = to + (to < p->text.bytes);
        return ld_parse_clean(p, ld_span_sub(p->text, item.to, to - item.to));
    }
    p->at = item.kind == LD_ITEM_RAW ? item.to : p->at;
    return ld_parse_clean(p, ld_item_text(p, &item));
}

bool ld_ranked_take_date(ld_parser *p, int64_t *low, int64_t *high)
{
    size_t from = p->at, ends[DATE_WORDS_MAX];
    uint32_t count = 0;
    int64_t now = p->options->now_utc_ms;
    ld_item item = ld_ranked_peek(p);
    if (item.kind == LD_ITEM_OPEN || item.kind == LD_ITEM_QUOTE) {
        if (ld_parse_date_range(ld_ranked_take_value(p), now, low, high))
            return true;
        p->at = from;
        return false;
    }
    size_t begin = item.from;
    while (item.kind == LD_ITEM_RAW && count < DATE_WORDS_MAX) {
        ends[count++] = p->at = item.to;
        item = ld_ranked_peek(p);
    }
    while (count-- > 0) {
        ld_span words = ld_parse_clean(p, ld_span_sub(p->text, begin, ends[count] - begin));
        p->at = ends[count];
        if (ld_parse_date(words, now, low, high))
            return true;
    }
    p->at = from;
    return false;
}

uint32_t ld_ranked_dates(ld_parser *p, const ld_item *name, uint16_t column, int64_t low,
                         int64_t high)
{
    ld_ast_node leaf = {.kind = LD_AST_FILTER,
                        .filter = LD_AST_FILTER_NUMBER,
                        .column = column,
                        .low = low,
                        .high = high};
    return ld_parse_leaf(p, &leaf, name->from, p->at);
}

uint32_t ld_ranked_filter(ld_parser *p, const ld_item *name, uint16_t column, ld_span values)
{
    ld_ast_list any = ld_ast_list_empty();
    while (values.bytes) {
        size_t or_at = ld_span_find_nocase(values, LD_SPAN(" or "));
        ld_span value = ld_span_trim(ld_span_sub(values, 0, or_at));
        values = or_at == SIZE_MAX ? LD_SPAN("") : ld_span_sub(values, or_at + 4, values.bytes);
        ld_ast_node leaf = {.kind = LD_AST_FILTER, .column = column, .text = value};
        size_t n = value.bytes;
        if (n > 1 && memchr("*!$", value.data[n - 1], 3)) {
            leaf.prefix = true;
            leaf.text.bytes--;
        }
        if (column == LD_COLUMN_LANGUAGE)
            leaf.text = ld_language_code(leaf.text);
        uint32_t node = leaf.text.bytes ? ld_parse_leaf(p, &leaf, name->from, p->at) : LD_AST_NONE;
        if (node != LD_AST_NONE)
            ld_ast_list_add(p->q, &any, node);
    }
    return ld_ast_join(p->q, p->arena, LD_AST_OR, &any);
}

static const char *const language_names[][2] = {
    {"ar", "arabic"},    {"bg", "bulgarian"},  {"ca", "catalan"},    {"cs", "czech"},
    {"da", "danish"},    {"de", "german"},     {"el", "greek"},      {"en", "english"},
    {"es", "spanish"},   {"et", "estonian"},   {"fa", "persian"},    {"fi", "finnish"},
    {"fr", "french"},    {"he", "hebrew"},     {"hi", "hindi"},      {"hr", "croatian"},
    {"hu", "hungarian"}, {"id", "indonesian"}, {"it", "italian"},    {"ja", "japanese"},
    {"ko", "korean"},    {"lt", "lithuanian"}, {"lv", "latvian"},    {"ms", "malay"},
    {"nl", "dutch"},     {"no", "norwegian"},  {"pl", "polish"},     {"pt", "portuguese"},
    {"ro", "romanian"},  {"ru", "russian"},    {"sk", "slovak"},     {"sl", "slovenian"},
    {"sr", "serbian"},   {"sv", "swedish"},    {"th", "thai"},       {"tr", "turkish"},
    {"uk", "ukrainian"}, {"ur", "urdu"},       {"vi", "vietnamese"}, {"zh", "chinese"}};
#define LANGUAGE_COUNT (sizeof language_names / sizeof *language_names)

ld_span ld_language_code(ld_span name)
{
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        if (ld_span_equal_nocase(name, ld_span_from_string(language_names[i][1])))
            return ld_span_from_string(language_names[i][0]);
    return name;
}

const char *ld_language_name(ld_span code)
{
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        if (ld_span_equal(code, ld_span_from_string(language_names[i][0])))
            return language_names[i][1];
    return NULL;
}
