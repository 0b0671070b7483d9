/* The dialects: what a query is understood as (its echo), that the echo reads back as the same
 * tree, and that no bytes whatever do harm. */
#include "tests/test.h"

#include "query/ast.h"

static lede_error err;
static ld_profile profile;
static const ld_query_options options = {LD_DIALECT_LEDE, 1447718400000,
                                         &profile}; /* 2015-11-17T00:00:00Z, a Tuesday */

static int setup(void **state)
{
    profile.user_zone_count = 1;
    profile.user_zones[0] = (ld_zone_spec){LD_ZONE_USER, LD_CLASS_ASIDE, "recipe"};
    profile.user_column_count = 3;
    profile.user_columns[0] = (ld_column_spec){LD_COLUMN_USER, LD_COLUMN_KIND_NUMBER, 0, "pages"};
    profile.user_columns[1] =
        (ld_column_spec){LD_COLUMN_USER + 1, LD_COLUMN_KIND_NUMBER, 1, "price"};
    profile.user_columns[2] =
        (ld_column_spec){LD_COLUMN_USER + 2, LD_COLUMN_KIND_KEYWORD, 0, "desk"};
    return ld_arena_new(lede_env_system(), 256u << 20, (ld_arena **)state, &err);
}

static int teardown(void **state)
{
    ld_arena_free(*state);
    return 0;
}

static ld_query *parse(ld_arena *arena, ld_span text, uint8_t dialect)
{
    ld_query_options o = options;
    ld_query *q;
    o.dialect = dialect;
    assert_ok(ld_query_parse(arena, text, &o, &q, &err), &err);
    return q;
}

static ld_span echo(ld_arena *arena, const ld_query *q)
{
    ld_span text;
    assert_ok(ld_query_echo(arena, q, &text, &err), &err);
    return text;
}

typedef struct row {
    const char *query, *echo;
    uint32_t warnings;
} row;

static void check_rows(ld_arena *arena, const row *rows, size_t count, uint8_t dialect)
{
    for (size_t i = 0; i < count; i++) {
        const ld_query *q = parse(arena, ld_span_from_string(rows[i].query), dialect);
        ld_span text = echo(arena, q);
        if (!ld_span_equal(text, ld_span_from_string(rows[i].echo)))
            fail_msg("%s: read as %.*s, not %s", rows[i].query, (int)text.bytes, text.data,
                     rows[i].echo);
        if (q->warning_count != rows[i].warnings)
            fail_msg("%s: %u warnings (%.*s), not %u", rows[i].query, q->warning_count,
                     q->warning_count ? (int)q->warnings[0].message.bytes : 0,
                     q->warning_count ? q->warnings[0].message.data : "", rows[i].warnings);
        const ld_query *again = parse(arena, text, LD_DIALECT_LEDE);
        if (!ld_ast_equal(q, again))
            fail_msg("%s: the echo %.*s reads back differently", rows[i].query, (int)text.bytes,
                     text.data);
        assert_int_equal(again->warning_count, 0);
    }
}

#define ROWS(rows) (rows), sizeof(rows) / sizeof *(rows)

static void lede_operators(void **state)
{
    static const row rows[] = {
        {"hollande putin", "hollande putin", 0},
        {"a AND b", "a b", 0},
        {"a && b", "a b", 0},
        {"and or not", "and or not", 0},
        {"metro OR pavements", "metro OR pavements", 0},
        {"a | b || c", "a OR b OR c", 0},
        {"a b OR c d", "a (b OR c) d", 0},
        {"(a b) OR c", "(a b) OR c", 0},
        {"(a (b c)) d", "a b c d", 0},
        {"a -b", "a -b", 0},
        {"a NOT b OR c", "a -(b OR c)", 0},
        {"a -b OR c", "a (-b OR c)", 0},
        {"a AND NOT b", "a -b", 0},
        {"--a", "a", 0},
        {"-(a b)", "-(a b)", 0},
        {"a - b", "a b", 0},
        {"+a +b", "a b", 0},
        {"a w/5 b", "a w/5 b", 0},
        {"a OR b W/5 c d", "((a OR b) w/5 c) d", 0},
        {"a pre/3 b near/2 c", "(a pre/3 b) w/2 c", 0},
        {"a not w/5 b", "a not w/5 b", 0},
        {"a NOT W/5 b c", "(a not w/5 b) c", 0},
        {"a w/0 b", "a w/1 b", 0},
        {"w/5 b", "\"w/5\" b", 0},
        {"a w/5", "a", 1},
        {"a w/s b", "a w/s b", 0},
        {"a W/Sent b pre/p c", "(a w/s b) pre/p c", 0},
        {"a not w/para b OR c", "a not w/p (b OR c)", 0},
        {"a w/seg b", "a w/seg b", 0},
        {"w/s", "\"w/s\"", 0},
        {"a OR", "a", 0},
        {"OR a", "a", 1},
        {"(a b", "a b", 1},
        {"a) b", "a b", 1},
        {"()", "", 0},
        {"", "", 0},
        {" \t\xC2\xA0\xE3\x80\x80", "", 0},
        {"& , -", "", 0},
        {"optional(a) b", "optional(a) b", 0},
        {"optional(a) optional(b)", "a OR b", 0},
        {"optional(a b) -c", "a b -c", 0},
        {"caps(turkey) nocaps(us)", "caps(turkey) nocaps(us)", 0},
        {"allcaps(is OR who)", "allcaps(is OR who)", 0},
        {"caps (a)", "caps a", 0},
        {"atleast5(bank)", "atleast5(bank)", 0},
        {"AtLeast0(bank)", "atleast1(bank)", 0},
    };
    check_rows(*state, ROWS(rows), LD_DIALECT_LEDE);
}

static void lede_words(void **state)
{
    static const row rows[] = {
        {"\"war of civilisations\"", "\"war of civilisations\"", 0},
        {"\xE2\x80\x9Cwar  of\xE2\x80\x9D", "\"war of\"", 0},
        {"\xE2\x80\x9Ewar of\xE2\x80\x9C", "\"war of\"", 0},
        {"\xC2\xABla \"guerre\"\xC2\xBB", "\"la guerre\"", 0},
        {"\xC2\xBBkrieg\xC2\xAB", "\"krieg\"", 0},
        {"\"a b\"~3 c", "\"a b\"~3 c", 0},
        {"\"a b\"~", "\"a b\"~1", 0},
        {"\"never closed", "\"never closed\"", 1},
        {"\"\" a", "a", 0},
        {"=Runs", "=Runs", 0},
        {"=\"Exact Form\"", "=\"Exact Form\"", 0},
        {"= a", "a", 0},
        {"word*", "word*", 0},
        {"wom?n", "wom?n", 0},
        {"who won?", "who won?", 0},
        {"*", "*", 0},
        {"a *", "a *", 0},
        {"* -a", "* -a", 0},
        {"word~", "word~1", 0},
        {"word~2", "word~2", 0},
        {"word~9", "word~2", 1},
        {"word~0", "word~0", 0},
        {"~1", "~1", 0},
        {"e-mail U.S. l'Europe", "e-mail U.S. l'Europe", 0},
        {"12:30 http://a.b/c?d=e", "12:30 http://a.b/c?d=e", 0},
        {"Hollande: guerre", "Hollande: guerre", 0},
        {"quoted:putin", "\"quoted:putin\"", 1},
        {"/colou?r/", "/colou?r/", 0},
        {"-title:/gr(a|e)y/ x", "-title:/gr(a|e)y/ x", 0},
        {"/a\\/b/|c", "/a\\/b/ OR c", 0},
        {"/(a/ b", "\"/(a/\" b", 1},
        {"/world/europe", "/world/europe", 0},
        {"//", "", 0},
    };
    check_rows(*state, ROWS(rows), LD_DIALECT_LEDE);
}

static void lede_fields(void **state)
{
    static const row rows[] = {
        {"title:russia", "title:russia", 0},
        {"Headline: russia x", "title:russia x", 0},
        {"title:\"a b\" hlead:(c OR d)", "title:\"a b\" hlead:(c OR d)", 0},
        {"hlead(c d)", "hlead:(c d)", 0},
        {"title:-x", "-title:x", 0},
        {"-title:x", "-title:x", 0},
        {"title:(-x)", "-title:x", 0},
        {"recipe:salt section:sport", "recipe:salt section:sport", 0},
        {"title:", "", 1},
        {"title:caps(is)", "title:caps(is)", 0},
        {"site:https://www.BBC.co.uk/news", "site:BBC.co.uk", 0},
        {"site:\"bbc.co.uk /news\"", "site:bbc.co.uk", 0},
        {"source:\"Le Monde\" lang:fr", "source:\"Le Monde\" lang:fr", 0},
        {"source:Le* tag:x", "source:Le* tag:x", 0},
        {"url:http://a.b/c*", "url:http://a.b/c*", 0},
        {"desk:Foreign", "desk:Foreign", 0},
        {"desk:", "desk:", 0},
        {"pages:10..20", "pages:10..20", 0},
        {"pages:>5", "pages:>5", 0},
        {"pages:x", "", 1},
        {"price:1.50", "price:1.50", 0},
        {"price:..2.5 a", "price:..2.5 a", 0},
        {"date:2015-11", "date:2015-11-01..2015-11-30", 0},
        {"date:2015", "date:2015-01-01..2015-12-31", 0},
        {"date:2015-11-16", "date:2015-11-16", 0},
        {"date:2015-01..2015-06", "date:2015-01-01..2015-06-30", 0},
        {"date:2015-06..2015-01", "date:2015-01-01..2015-06-30", 0},
        {"after:2015-11-15 valls", "date:2015-11-16.. valls", 0},
        {"before:2015-11-15", "date:..2015-11-14", 0},
        {"since:2015-11", "date:2015-11-01..", 0},
        {"date:yesterday", "date:2015-11-16", 0},
        {"date:today", "date:2015-11-17", 0},
        {"date:\"last week\"", "date:2015-11-09..2015-11-15", 0},
        {"date:\"this week\"", "date:2015-11-16..2015-11-22", 0},
        {"date:\"last month\"", "date:2015-10-01..2015-10-31", 0},
        {"date:\"this year\"", "date:2015-01-01..2015-12-31", 0},
        {"date:\"last 7 days\"", "date:2015-11-11..2015-11-17", 0},
        {"date:\"past 2 months\"", "date:2015-09-18..2015-11-17", 0},
        {"date:november", "date:2015-11-01..2015-11-30", 0},
        {"date:december", "date:2014-12-01..2014-12-31", 0},
        {"date:\"November 2014\"", "date:2014-11-01..2014-11-30", 0},
        {"date:\"last november\"", "date:2014-11-01..2014-11-30", 0},
        {"date:\"13 nov. 2015\"", "date:2015-11-13", 0},
        {"date:\"Friday Nov. 13, 2015\"", "date:2015-11-13", 0},
        {"date:\"november 13th\"", "date:2015-11-13", 0},
        {"date:\"november 18\"", "date:2014-11-18", 0},
        {"date:\"1 f\xC3\xA9vrier 2014\"", "date:2014-02-01", 0},
        {"date:\"29 february 2015\"", "", 1},
        {"date:monday", "date:2015-11-16", 0},
        {"date:tuesday", "date:2015-11-17", 0},
        {"date:\"last tuesday\"", "date:2015-11-10", 0},
        {"date:\"next friday\"", "date:2015-11-20", 0},
        {"date:tomorrow", "date:2015-11-18", 0},
        {"date:\"next week\"", "date:2015-11-23..2015-11-29", 0},
        {"date:\"last weekend\"", "date:2015-11-14..2015-11-15", 0},
        {"date:\"three days ago\"", "date:2015-11-14", 0},
        {"date:\"a month ago\"", "date:2015-10-17", 0},
        {"date:\"next 2 weeks\"", "date:2015-11-17..2015-11-30", 0},
        {"date:\"summer 2014\"", "date:2014-06-01..2014-08-31", 0},
        {"date:\"last summer\"", "date:2015-06-01..2015-08-31", 0},
        {"date:\"last autumn\"", "date:2014-09-01..2014-11-30", 0},
        {"date:\"the 1990s\"", "date:1990-01-01..1999-12-31", 0},
        {"date:\"Q3 2015\"", "date:2015-07-01..2015-09-30", 0},
        {"date:11/13/2015", "date:2015-11-13", 0},
        {"date:13/11/2015", "date:2015-11-13", 0},
        {"date:13.11.2015", "date:2015-11-13", 0},
        {"date:\"since monday\"", "date:2015-11-16..", 0},
        {"since:monday", "date:2015-11-16..", 0},
        {"before:\"november 13, 2015\"", "date:..2015-11-12", 0},
        {"date:\"until may 2014\"", "date:..2014-05-31", 0},
        {"date:\"from may to july 2014\"", "date:2014-05-01..2014-07-31", 0},
        {"date:\"between 2013 and 2014\"", "date:2013-01-01..2014-12-31", 0},
        {"date:\"may..june\"", "date:2015-05-01..2015-06-30", 0},
        {"date:\"last 100000000 days\"", "", 1},
        {"captured:2016", "captured:2016-01-01..2016-12-31", 0},
        {"after:2015-11-15T12:00", "date:2015-11-15T12:00:01Z..", 0},
        {"date:soon", "", 1},
        {"sort:newest a", "a sort:newest", 0},
        {"sort:best a", "a", 1},
        {"versions:all", "versions:all", 0},
        {"a dup:high", "a dup:high", 0},
        {"dup:Off alias:off", "dup:off alias:off", 0},
        {"dup:sometimes alias:on a", "a", 1},
        {"said:valls", "said:valls", 0},
        {"said:\"Manuel Valls\"(at war)", "said:\"Manuel Valls\"(at war)", 0},
        {"-said:hollande(war OR peace) x", "-said:hollande(war OR peace) x", 0},
        {"said:x(-y)", "-said:x(y)", 0},
        {"title:said:x(y)", "title:said:x(y)", 0},
        {"said: x", "said: x", 0},
        {"event:2015-11-13", "event:2015-11-13", 0},
        {"event:\"last month\" attack", "event:2015-10-01..2015-10-31 attack", 0},
        {"event:2015-10..", "event:2015-10-01..", 0},
    };
    check_rows(*state, ROWS(rows), LD_DIALECT_LEDE);
}

static void lucene(void **state)
{
    static const row rows[] = {
        {"a b", "a OR b", 0},
        {"+a b", "a optional(b)", 0},
        {"+a +b", "a b", 0},
        {"a -b", "a -b", 0},
        {"a b -c", "(a OR b) -c", 0},
        {"a !b", "a -b", 0},
        {"+\"a b\" c", "\"a b\" optional(c)", 0},
        {"a AND b", "a b", 0},
        {"a OR b", "a OR b", 0},
        {"a AND b OR c", "a b optional(c)", 0},
        {"a AND NOT b", "a -b", 0},
        {"+(a b) c", "(a OR b) optional(c)", 0},
        {"title:x +lang:en", "optional(title:x) lang:en", 0},
        {"a^2 b", "a OR b", 1},
        {"(a b)^1.5", "a OR b", 1},
        {"*:*", "*", 0},
        {"/colou?r/^2 b", "/colou?r/ OR b", 1},
        {"-a", "-a", 0},
        {"w/5", "\"w/5\"", 0},
        {"date:[2015-11-01 TO 2015-11-30]", "date:2015-11-01..2015-11-30", 0},
        {"pages:[3 TO *] +date:[* TO 2015]", "optional(pages:3..) date:..2015-12-31", 0},
        {"(*:* -a) b", "(* -a) OR b", 0},
    };
    check_rows(*state, ROWS(rows), LD_DIALECT_LUCENE);
}

static void lexis(void **state)
{
    static const row rows[] = {
        {"hollande", "hollande", 0},
        {"france asks us", "\"france asks us\"", 0},
        {"a and b", "a b", 0},
        {"a & b", "a b", 0},
        {"a OR b and c", "(a OR b) c", 0},
        {"a w/5 b or c", "a w/5 (b OR c)", 0},
        {"a w/5 b w/2 c", "a w/5 (b w/2 c)", 0},
        {"a w/2 b w/5 c", "(a w/2 b) w/5 c", 0},
        {"a w/s b w/5 c", "a w/s (b w/5 c)", 0},
        {"a w/p b w/s c", "a w/p (b w/s c)", 0},
        {"a w/seg b and c", "(a w/seg b) c", 0},
        {"a /5 b", "a w/5 b", 0},
        {"a near/5 b onear/3 c", "a w/5 (b pre/3 c)", 0},
        {"a +3 b", "a pre/3 b", 0},
        {"a not w/5 b", "a not w/5 b", 0},
        {"a not w/sent b", "a not w/s b", 0},
        {"a and not b and c", "a -(b c)", 0},
        {"a andnot b", "a -b", 0},
        {"a but not b", "a -b", 0},
        {"not b", "-b", 0},
        {"a not b", "a -b", 0},
        {"\"war and peace\"", "=\"war and peace\"", 0},
        {"\"IS\"", "=IS", 0},
        {"nostem(banks)", "=\"banks\"", 0},
        {"recycl! and wom*n", "recycl* wom?n", 0},
        {"bank* loan!", "\"bank* loan*\"", 0},
        {"allcaps(is) and caps(turkey) and nocaps(us)", "allcaps(is) caps(turkey) nocaps(us)", 0},
        {"atleast5(bank or banks)", "atleast5(bank OR banks)", 0},
        {"headline(russia) and hlead(us or is)", "title:russia hlead:(us OR is)", 0},
        {"GRAPHIC(bataclan)", "caption:bataclan", 0},
        {"headline(a) body(b)", "title:a body:b", 1},
        {"publication(le monde or bbc!)", "source:\"le monde\" OR source:bbc*", 0},
        {"language(english) and subject(war)", "lang:en tag:war", 0},
        {"date is 11/13/2015", "date:2015-11-13", 0},
        {"a and date aft 2014", "a date:2015-01-01..", 0},
        {"date geq (11/1/2015) and date leq (11/30/2015)", "date:2015-11-01.. date:..2015-11-30",
         0},
        {"date(geq (11/1/2015) and leq (11/30/2015)) and x", "date:2015-11-01..2015-11-30 x", 0},
        {"date>=2015 and x", "date:2015-01-01.. x", 0},
        {"date bef november 13 2015 and x", "date:..2015-11-12 x", 0},
        {"load-date after 2015", "captured:2016-01-01..", 0},
        {"date with destiny", "\"date with destiny\"", 0},
        {"date is unknown", "", 1},
        {"a and length > 500 and b", "a b", 1},
        {"length>500 and b", "b", 1},
        {"plural(bank)", "bank", 1},
        {"person(hollande) and x", "hollande x", 1},
        {"a and", "a", 1},
        {"or a", "a", 1},
        {"a and or b", "a OR b", 1},
        {"(a and b", "a b", 1},
        {"a (b or c)", "a pre/1 (b OR c)", 0},
        {"title:x", "\"title:x\"", 0},
        {"-a =b", "\"-a =b\"", 0},
        {"a | b", "a OR b", 0},
        {"! * a", "a", 0},
    };
    check_rows(*state, ROWS(rows), LD_DIALECT_LEXIS);
}

static void factiva(void **state)
{
    static const row rows[] = {
        {"france asks us", "\"france asks us\"", 0},
        {"a and b or c", "(a b) OR c", 0},
        {"a or b and c not d", "a OR (b c -d)", 0},
        {"a near5 b adj3 c", "(a w/5 b) pre/3 c", 0},
        {"a w/3 b", "a pre/3 b", 0},
        {"a /n5/ b", "a w/5 b", 0},
        {"a same b", "a w/p b", 0},
        {"a adj b", "a pre/1 b", 0},
        {"\"war and peace\"", "\"war and peace\"", 0},
        {"hd=russia and hlp=(us or is)", "title:russia hlead:(us OR is)", 0},
        {"hd=a near5 b and c", "title:(a w/5 b) c", 0},
        {"hd=\"a b\"", "title:\"a b\"", 0},
        {"atleast3 bank and x", "atleast3(bank) x", 0},
        {"atleast3 (bank or banks)", "atleast3(bank OR banks)", 0},
        {"merg$ organi?ation", "\"merg* organi?ation\"", 0},
        {"merg$3", "merg*", 1},
        {"a % b", "\"a * b\"", 0},
        {"war/F50/ and x", "war x", 1},
        {"sn=bbc and la=english and ns=war", "source:bbc lang:en tag:war", 0},
        {"sn=(le monde)", "source:\"le monde\"", 0},
        {"la=(en or fr)", "lang:en OR lang:fr", 0},
        {"x and date from 20151101 to 20151130", "x date:2015-11-01..2015-11-30", 0},
        {"date after 20151113", "date:2015-11-14..", 0},
        {"date before 11/13/2015", "date:..2015-11-12", 0},
        {"date -30 and x", "date:2015-10-18.. x", 0},
        {"pd=20151113", "date:2015-11-13", 0},
        {"a date", "\"a date\"", 0},
        {"wc>1000 and x", "x", 1},
        {"x and co=abc", "x", 1},
        {"x hd=y", "x title:y", 1},
        {"x and hd=", "x", 1},
        {"not a and b", "-a b", 0},
    };
    check_rows(*state, ROWS(rows), LD_DIALECT_FACTIVA);
}

static void offsets_are_code_points(void **state)
{
    const ld_query *q =
        parse(*state, LD_SPAN("\xC3\xA9t\xC3\xA9 sort:best caf\xC3\xA9"), LD_DIALECT_LEDE);
    assert_int_equal(q->warning_count, 1);
    assert_int_equal(q->warnings[0].offset_chars, 4);
    assert_int_equal(q->warnings[0].length_chars, 9);
    assert_int_equal(q->nodes[q->root].kind, LD_AST_AND);
    const ld_ast_node *last = &q->nodes[q->nodes[q->nodes[q->root].first_child].next];
    assert_int_equal(last->offset_chars, 14);
    assert_int_equal(last->length_chars, 4);
}

static void limits_are_said(void **state)
{
    ld_arena *arena = *state;
    ld_arena_reset(arena);
    char *text = ld_arena_alloc(arena, 400000);
    memset(text, '(', 100000);
    memset(text + 100000, 'a', 1);
    memset(text + 100001, ')', 100000);
    const ld_query *q = parse(arena, ld_span_of(text, 200001), LD_DIALECT_LEDE);
    assert_int_equal(q->warning_count, 1);
    assert_int_equal(q->nodes[q->root].kind, LD_AST_WORD);
    for (int i = 0; i < 200000; i += 2)
        memcpy(text + i, "b ", 2);
    q = parse(arena, ld_span_of(text, 200000), LD_DIALECT_LEDE);
    assert_int_equal(q->warning_count, 1);
    assert_int_equal(q->leaf_count, LD_QUERY_TERMS_MAX);
    size_t n = 0;
    for (int i = 0; i < 900; i++, n += 6)
        memcpy(text + n, "a w/2 ", 6);
    q = parse(arena, ld_span_of(text, n), LD_DIALECT_LEDE);
    for (uint32_t i = 0; i < q->node_count; i++)
        assert_true(q->nodes[i].height <= 2 * LD_QUERY_NEAR_MAX);
    ld_arena_reset(arena);
}

/* Pieces that mean something to the parser, and bytes that should not. */
static const char *const pieces[] = {"a",
                                     "b",
                                     "Mot",
                                     "\xC3\xA9t\xC3\xA9",
                                     " ",
                                     " ",
                                     " ",
                                     " OR ",
                                     " AND ",
                                     " NOT ",
                                     "not ",
                                     " | ",
                                     "(",
                                     ")",
                                     "\"",
                                     "\"",
                                     "\xE2\x80\x9C",
                                     "\xE2\x80\x9D",
                                     "\xC2\xAB",
                                     "\xC2\xBB",
                                     "-",
                                     "+",
                                     "=",
                                     "~1",
                                     "~",
                                     "*",
                                     "?",
                                     " w/3 ",
                                     " pre/2 ",
                                     " not w/4 ",
                                     "w/s",
                                     "title:",
                                     "hlead:",
                                     "body:",
                                     "recipe:",
                                     "site:",
                                     "lang:fr",
                                     "tag:\"x y\"",
                                     "date:2015-11",
                                     "date:",
                                     "after:2015",
                                     "pages:>3",
                                     "price:1.5..2",
                                     "sort:newest",
                                     "sort:",
                                     "versions:all",
                                     "caps(",
                                     "allcaps(",
                                     "atleast2(",
                                     "optional(",
                                     "hlead(",
                                     "said:x",
                                     "said:\"x y\"(",
                                     "event:",
                                     "dup:high",
                                     "alias:off",
                                     "/r(e|x)/",
                                     "date:monday",
                                     " and ",
                                     " and not ",
                                     " or ",
                                     " /3 ",
                                     " near4 ",
                                     " same ",
                                     " w/s ",
                                     "hd=",
                                     "headline(",
                                     "nostem(",
                                     "publication(",
                                     "sn=x",
                                     "date is 2015",
                                     "date from ",
                                     "atleast3 ",
                                     " % ",
                                     "x$3",
                                     "wc>5",
                                     "length > 5",
                                     "/re/",
                                     ":",
                                     "..",
                                     "^2",
                                     "!",
                                     "&&",
                                     "||",
                                     "\\",
                                     "\xFF",
                                     "\x01",
                                     "\x02",
                                     "'",
                                     "e-mail",
                                     "U.S.",
                                     "\xE6\x97\xA5\xE6\x9C\xAC",
                                     ",",
                                     ".",
                                     "\n",
                                     "12:30",
                                     "#",
                                     "0"};

static void fuzz(void **state)
{
    ld_arena *arena = *state;
    test_random r = {42};
    char text[2048];
    for (int round = 0; round < 30000; round++) {
        size_t n = 0;
        uint32_t count = test_random_below(&r, 24);
        for (uint32_t i = 0; i < count; i++) {
            if (test_random_below(&r, 40) == 0) {
                text[n++] = (char)test_random_below(&r, 256);
                continue;
            }
            const char *piece = pieces[test_random_below(&r, sizeof pieces / sizeof *pieces)];
            memcpy(text + n, piece, strlen(piece));
            n += strlen(piece);
        }
        ld_arena_reset(arena);
        const ld_query *q = parse(arena, ld_span_of(text, n), (uint8_t)(round % LD_DIALECT_COUNT));
        ld_span said = echo(arena, q);
        const ld_query *again = parse(arena, said, LD_DIALECT_LEDE);
        if (!ld_ast_equal(q, again) || again->warning_count) {
            ld_span twice = echo(arena, again);
            fail_msg("round %d: [%.*s] is [%.*s], which is [%.*s] with %u warnings (%.*s)", round,
                     (int)n, text, (int)said.bytes, said.data, (int)twice.bytes, twice.data,
                     again->warning_count,
                     again->warning_count ? (int)again->warnings[0].message.bytes : 0,
                     again->warning_count ? again->warnings[0].message.data : "");
        }
    }
}

static void fuzz_bytes(void **state)
{
    ld_arena *arena = *state;
    test_random r = {7};
    char text[256];
    for (int round = 0; round < 20000; round++) {
        size_t n = test_random_below(&r, sizeof text);
        for (size_t i = 0; i < n; i++)
            text[i] = (char)test_random_below(&r, round & 1 ? 256 : 128);
        ld_arena_reset(arena);
        const ld_query *q =
            parse(arena, ld_span_of(text, n), (uint8_t)(round / 2 % LD_DIALECT_COUNT));
        const ld_query *again = parse(arena, echo(arena, q), LD_DIALECT_LEDE);
        if (!ld_ast_equal(q, again)) {
            ld_span said = echo(arena, q), twice = echo(arena, again);
            fail_msg("round %d: [%.*s] is [%.*s], which is [%.*s]", round, (int)n, text,
                     (int)said.bytes, said.data, (int)twice.bytes, twice.data);
        }
    }
}

/* Every prefix of memory that an arena may refuse: a status, never a crash. */
static void memory_is_refused(void **state)
{
    ld_span text =
        LD_SPAN("title:(a OR \"b c\"~2) -site:x.org d w/3 e* date:2015 sort:newest oops:1");
    lede_status status = LEDE_E_LIMIT;
    for (size_t max = 0; status != LEDE_OK; max += 64) {
        ld_arena *small;
        ld_query *q;
        assert_ok(ld_arena_new(lede_env_system(), max, &small, &err), &err);
        status = ld_query_parse(small, text, &options, &q, &err);
        if (status != LEDE_OK) {
            assert_int_equal(status, LEDE_E_LIMIT);
            assert_null(q);
        }
        ld_arena_free(small);
        assert_true(max < 1u << 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lede_operators),
        cmocka_unit_test(lede_words),
        cmocka_unit_test(lede_fields),
        cmocka_unit_test(lucene),
        cmocka_unit_test(lexis),
        cmocka_unit_test(factiva),
        cmocka_unit_test(offsets_are_code_points),
        cmocka_unit_test(limits_are_said),
        cmocka_unit_test(fuzz),
        cmocka_unit_test(fuzz_bytes),
        cmocka_unit_test(memory_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
