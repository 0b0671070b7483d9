/* Translation between dialects: what is written, what is said to be lost, and that what is not said
 * to be lost reads back as the same tree, for random trees of every dialect. */
#include "tests/test.h"

#include "query/ast.h"

static lede_error err;
static ld_profile profile;
static ld_arena *arena;

static int setup(void **state)
{
    profile.user_zone_count = 1;
    profile.user_zones[0] = (ld_zone_spec){LD_ZONE_USER, LD_CLASS_ASIDE, "recipe"};
    profile.user_column_count = 1;
    profile.user_columns[0] = (ld_column_spec){LD_COLUMN_USER, LD_COLUMN_KIND_NUMBER, 0, "pages"};
    return ld_arena_new(lede_env_system(), 256u << 20, &arena, &err);
}

static int teardown(void **state)
{
    ld_arena_free(arena);
    return 0;
}

static ld_query *parse(ld_span text, uint8_t dialect)
{
    ld_query_options options = {dialect, 1447718400000, &profile};
    ld_query *q;
    assert_ok(ld_query_parse(arena, text, &options, &q, &err), &err);
    return q;
}

typedef struct translation {
    ld_span text;
    const ld_query_warning *losses;
    uint32_t loss_count;
    bool exact;
} translation;

static translation translate(const ld_query *q, uint8_t dialect)
{
    translation t;
    assert_ok(
        ld_query_translate(arena, q, dialect, &t.text, &t.losses, &t.loss_count, &t.exact, &err),
        &err);
    return t;
}

static void rows(void **state)
{
    static const struct {
        const char *query, *lexis, *factiva, *lucene;
        uint32_t losses[3];
    } table[] = {
        {"hollande putin", "hollande and putin", "hollande and putin", "+hollande +putin", {0}},
        {"a (b OR c) -d", "a and (b or c) and not d", "a and (b or c) not d", "+a +(b c) -d", {0}},
        {"\"war of civilisations\"",
         "war of civilisations",
         "war of civilisations",
         "\"war of civilisations\"",
         {0}},
        {"\"war and peace\"",
         "\"war and peace\"",
         "\"war and peace\"",
         "\"war and peace\"",
         {1, 0, 0}},
        {"=IS", "\"IS\"", "\"IS\"", "\"IS\"", {0, 1, 1}},
        {"recycl* wom?n", "recycl! and wom*n", "recycl$ and wom?n", "+recycl* +wom?n", {0}},
        {"a w/5 b", "a w/5 b", "a near5 b", "\"a b\"~4", {0, 0, 1}},
        {"a pre/3 b", "a pre/3 b", "a adj3 b", "\"a b\"~2", {0, 0, 1}},
        {"a w/s b", "a w/s b", "a same b", "+a +b", {0, 1, 1}},
        {"a w/p b", "a w/p b", "a same b", "+a +b", {0, 0, 1}},
        {"a not w/5 b", "a not w/5 b", "a", "+a", {0, 1, 1}},
        {"title:russia", "headline(russia)", "hd=(russia)", "title:russia", {0}},
        {"hlead:(us OR is)", "hlead(us or is)", "hlp=(us or is)", "hlead:(us is)", {0}},
        {"allcaps(is)", "allcaps(is)", "is", "+is", {0, 1, 1}},
        {"atleast5(bank)", "atleast5(bank)", "atleast5 (bank)", "+bank", {0, 0, 1}},
        {"/re/ x", "x", "x", "+/re/ +x", {1, 1, 0}},
        {"word~2", "word", "word", "word~2", {1, 1, 0}},
        {"\"a b\"~2", "(a pre/3 b)", "(a adj3 b)", "\"a b\"~2", {1, 1, 0}},
        {"optional(a) b", "b", "b", "a +b", {1, 1, 0}},
        {"lang:en date:2015-11",
         "language(english) and date(geq (11/01/2015) and leq (11/30/2015))",
         "la=en and date from 20151101 to 20151130",
         "+lang:en +date:[2015-11-01 TO 2015-11-30]",
         {0}},
        {"after:2015-11-13",
         "date geq 11/14/2015",
         "date after 20151113",
         "date:[2015-11-14 TO *]",
         {0}},
        {"date:2015-11-13",
         "date is 11/13/2015",
         "date from 20151113 to 20151113",
         "date:[2015-11-13 TO 2015-11-13]",
         {0}},
        {"site:bbc.co.uk x", "x", "x", "+site:bbc.co.uk +x", {1, 1, 0}},
        {"said:valls x", "x", "x", "+x", {1, 1, 1}},
        {"a sort:newest", "a", "a", "a", {1, 1, 1}},
        {"date aft", "date and aft", "date and aft", "+date +aft", {0}},
        {"(-b OR c) d", "((not b) or c) and d", "((not b) or c) and d", "+((*:* -b) c) +d", {0}},
        {"-a", "not a", "not a", "-a", {0}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *const want[] = {table[i].lucene, table[i].lexis, table[i].factiva};
        const uint32_t losses[] = {table[i].losses[2], table[i].losses[0], table[i].losses[1]};
        ld_query *q = parse(ld_span_from_string(table[i].query), LD_DIALECT_LEDE);
        for (uint8_t d = LD_DIALECT_LUCENE; d < LD_DIALECT_COUNT; d++) {
            translation t = translate(q, d);
            if (!ld_span_equal(t.text, ld_span_from_string(want[d - 1])) ||
                t.loss_count != losses[d - 1])
                fail_msg("%s in %s is %.*s (%u losses), not %s (%u)", table[i].query,
                         ld_dialect_names[d], (int)t.text.bytes, t.text.data, t.loss_count,
                         want[d - 1], losses[d - 1]);
        }
    }
}

static void losses_say_where(void **state)
{
    ld_query *q = parse(LD_SPAN("caf\xC3\xA9 site:bbc.co.uk"), LD_DIALECT_LEDE);
    translation t = translate(q, LD_DIALECT_LEXIS);
    assert_int_equal(t.loss_count, 1);
    assert_int_equal(t.losses[0].offset_chars, 5);
    assert_int_equal(t.losses[0].length_chars, 14);
    assert_false(t.exact);
}

/* ---- random trees ---- */

static const char *const operands[LD_DIALECT_COUNT][16] = {
    {"a", "war", "wom?n", "recycl*", "\"at war\"", "=IS", "lang:fr", "date:2015-11", "e-mail",
     "after:2015", "U.S.", "date", "\"not w/5\"", "same", "source:\"Le Monde\"", "tag:x*"},
    {"a", "war", "wom?n", "recycl*", "\"at war\"", "lang:fr", "date:[2015-01-01 TO 2015-12-31]",
     "b~1", "/r.*/", "\"a b\"~2", "title:x", "*:*", "site:bbc.co.uk", "pages:[3 TO 9]", "+c", "-d"},
    {"a", "war", "wom*n", "recycl!", "at war", "\"IS\"", "language(french)", "date is 11/13/2015",
     "\"and so\"", "date aft 2014", "nostem(at war)", "publication(le monde)", "b", "c",
     "load-date bef 2016", "subject(x!)"},
    {"a", "war", "wom?n", "recycl$", "at war", "\"and so\"", "la=fr", "date -30", "a % b",
     "date after 2014", "sn=(le monde)", "b", "pd=20151113", "c", "ns=x$", "same"}};
static const char *const joints[LD_DIALECT_COUNT][8] = {
    {" ", " OR ", " w/3 ", " pre/2 ", " not w/4 ", " w/s ", " -", " w/p "},
    {" ", " OR ", " AND ", " -", " +", " ", " NOT ", " AND NOT "},
    {" and ", " or ", " w/3 ", " pre/2 ", " not w/4 ", " w/s ", " and not ", " w/seg "},
    {" and ", " or ", " near3 ", " adj2 ", " same ", " not ", " and ", " w/2 "}};
static const char *const groups[LD_DIALECT_COUNT][6] = {
    {"(", "title:(", "hlead:(", "caps(", "atleast2(", "recipe:("},
    {"(", "title:(", "hlead:(", "(", "body:(", "recipe:("},
    {"(", "headline(", "hlead(", "caps(", "atleast2(", "recipe("},
    {"(", "hd=(", "hlp=(", "(", "atleast2 (", "art=("}};

static void random_query(test_random *r, uint8_t dialect, uint32_t depth, char *out)
{
    uint32_t count = 1 + test_random_below(r, 3);
    *out = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            strcat(out, joints[dialect][test_random_below(r, 8)]);
        if (depth && test_random_below(r, 3) == 0) {
            strcat(out, groups[dialect][test_random_below(r, 6)]);
            random_query(r, dialect, depth - 1, out + strlen(out));
            strcat(out, ")");
        } else {
            strcat(out, operands[dialect][test_random_below(r, 16)]);
        }
    }
}

/* Where the services want exclusions last, or lucene wants them beside something required, the tree
 * that comes back is another one of the same meaning. */
static bool has_moved_not(const ld_query *q)
{
    for (uint32_t i = 0; i < q->node_count; i++) {
        const ld_ast_node *n = &q->nodes[i];
        if (n->kind != LD_AST_NOT || n->parent == LD_AST_NONE)
            continue;
        if (q->nodes[n->parent].kind != LD_AST_AND)
            return true;
        if (q->nodes[n->parent].first_child == i ||
            (n->next != LD_AST_NONE && q->nodes[n->next].kind != LD_AST_NOT))
            return true;
    }
    return false;
}

/* A word in quotation marks is a phrase of one word; the other dialects have only the word. */
static bool has_phrase_of_one(const ld_query *q)
{
    for (uint32_t i = 0; i < q->node_count; i++)
        if (q->nodes[i].kind == LD_AST_PHRASE &&
            ld_span_find_byte(q->nodes[i].text, ' ') == SIZE_MAX)
            return true;
    return false;
}

static void what_is_not_lost_comes_back(void **state)
{
    test_random r = {21};
    uint32_t exact = 0, lossy = 0, total = 0;
    for (int round = 0; round < 6000; round++) {
        char text[4096];
        uint8_t from = (uint8_t)(round % LD_DIALECT_COUNT);
        random_query(&r, from, test_random_below(&r, 3), text);
        ld_arena_reset(arena);
        ld_query *q = parse(ld_span_from_string(text), from);
        for (uint8_t to = 0; to < LD_DIALECT_COUNT; to++) {
            translation t = translate(q, to);
            const ld_query *again = parse(t.text, to);
            bool equal = ld_ast_equal(q, again);
            assert_int_equal(t.exact, equal);
            total++;
            exact += equal;
            lossy += t.loss_count > 0;
            if (!equal && t.loss_count == 0 && !has_moved_not(q) && !has_phrase_of_one(q)) {
                translation back = translate(again, LD_DIALECT_LEDE);
                translation own = translate(q, LD_DIALECT_LEDE);
                fail_msg("%s: [%s] is [%.*s] in %s, which is [%.*s], not [%.*s]",
                         ld_dialect_names[from], text, (int)t.text.bytes, t.text.data,
                         ld_dialect_names[to], (int)back.text.bytes, back.text.data,
                         (int)own.text.bytes, own.text.data);
            }
            /* What was written once is written the same again, and loses nothing more. */
            translation twice = translate(again, to);
            if (!ld_span_equal(t.text, twice.text) && !has_moved_not(q) && t.loss_count == 0)
                fail_msg("[%.*s] in %s becomes [%.*s]", (int)t.text.bytes, t.text.data,
                         ld_dialect_names[to], (int)twice.text.bytes, twice.text.data);
        }
    }
    print_message("# %u translations, %u exact, %u with losses\n", total, exact, lossy);
    assert_true(exact > total / 2 && lossy > total / 20);
}

/* Any tree of any bytes can be translated. */
static void fuzz(void **state)
{
    static const char alphabet[] = "ab \"()*?=:-+|/~!$%&w5.,'\xC3\xA9ORnotdates";
    test_random r = {22};
    for (int round = 0; round < 4000; round++) {
        char text[64];
        size_t n = test_random_below(&r, sizeof text);
        for (size_t i = 0; i < n; i++)
            text[i] = alphabet[test_random_below(&r, sizeof alphabet - 1)];
        ld_arena_reset(arena);
        ld_query *q = parse(ld_span_of(text, n), (uint8_t)(round % LD_DIALECT_COUNT));
        for (uint8_t to = 0; to < LD_DIALECT_COUNT; to++) {
            translation t = translate(q, to);
            bool same = ld_ast_equal(q, parse(t.text, to));
            if (to == LD_DIALECT_LEDE)
                assert_true(same);
        }
    }
}

static void memory_is_refused(void **state)
{
    lede_status status = LEDE_E_LIMIT;
    ld_arena_reset(arena);
    ld_query *q = parse(LD_SPAN("title:(a OR \"b c\"~2) -site:x.org d w/3 e* date:2015"), 0);
    for (size_t max = 0; status != LEDE_OK; max += 256) {
        ld_arena *small;
        translation t;
        assert_ok(ld_arena_new(lede_env_system(), max, &small, &err), &err);
        status = ld_query_translate(small, q, LD_DIALECT_LEXIS, &t.text, &t.losses, &t.loss_count,
                                    &t.exact, &err);
        assert_true(status == LEDE_OK || status == LEDE_E_LIMIT);
        ld_arena_free(small);
        assert_true(max < 1u << 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows),
        cmocka_unit_test(losses_say_where),
        cmocka_unit_test(what_is_not_lost_comes_back),
        cmocka_unit_test(fuzz),
        cmocka_unit_test(memory_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
