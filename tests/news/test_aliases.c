/* Which names mean the same: cases by rule, and any pieces in any order. */
#include "news/aliases.h"

#include "tests/test.h"

static ld_arena *arena;
static lede_error err;

static int make_arena(void **state)
{
    (void)state;
    return ld_arena_new(lede_env_system(), 64u << 20, &arena, &err);
}

static int drop_arena(void **state)
{
    (void)state;
    ld_arena_free(arena);
    return 0;
}

/* full NULL: nothing is found */
static void check(const char *text, uint8_t kind, const char *full, const char *other)
{
    ld_span paragraph = ld_span_from_string(text);
    const ld_alias *a;
    uint32_t count;
    assert_ok(ld_aliases_find(arena, &paragraph, 1, &a, &count, &err), &err);
    if (!full) {
        if (count != 0)
            fail_msg("\"%s\": \"%.*s\" was found", text, (int)a->full.bytes, text + a->full.offset);
        return;
    }
    if (count != 1)
        fail_msg("\"%s\": %u found", text, count);
    assert_int_equal(a->kind, kind);
    if (!ld_span_equal(ld_span_sub(paragraph, a->full.offset, a->full.bytes),
                       ld_span_from_string(full)) ||
        !ld_span_equal(ld_span_sub(paragraph, a->other.offset, a->other.bytes),
                       ld_span_from_string(other)))
        fail_msg("\"%s\": \"%.*s\" for \"%.*s\"", text, (int)a->full.bytes, text + a->full.offset,
                 (int)a->other.bytes, text + a->other.offset);
}

static void test_short_forms(void **state)
{
    (void)state;
    const uint8_t s = LD_ALIAS_SHORT;
    check("the Ministry of Trade and Industry (MTI) said", s, "Ministry of Trade and Industry",
          "MTI");
    check("Broken Hill Pty Co Ltd <BRKN.S> (BHP) is", s, "Broken Hill Pty Co Ltd", "BHP");
    check("treated as Crohn's disease (CD) was", s, "Crohn's disease", "CD");
    check("and 2,6-diaminopurine (DAP) was", s, "2,6-diaminopurine", "DAP");
    check("the London Metal Exchange's (LME) decision", s, "London Metal Exchange", "LME");
    check("a member of the Organization of Petroleum Exporting Countries (OPEC)", s,
          "Organization of Petroleum Exporting Countries", "OPEC");
    check("the Brazilian Coffee Institute (IBC) tonight", s, "Brazilian Coffee Institute", "IBC");
    check("duty on crude palm oil (cpo) rose", s, "crude palm oil", "cpo");
    check("the \"value added tax\" (VAT) was", s, "value added tax", "VAT");
    check("the Group of Seven (G-7) met", s, "Group of Seven", "G-7");
    check("his forced expiratory volume (FEV1) fell", s, "forced expiratory volume", "FEV1");
    check("of prostaglandin E(2) (PGE(2)) were", s, "prostaglandin E(2)", "PGE(2)");
    check("a rule (common agricultural policy, CAP) of", s, "common agricultural policy", "CAP");
    check("EMLA cream (eutectic mixture of local anesthetics) is", s,
          "eutectic mixture of local anesthetics", "EMLA");
    check("said that a man (2a) left, as shown to her (or).", s, NULL, NULL);
    check("the deadly AIDS (Acquired Immune Deficiency Syndrome).", s,
          "Acquired Immune Deficiency Syndrome", "AIDS");
    check("He met Mr Smith (Ohio) and (shows) them at 6.30 (0930 GMT).", s, NULL, NULL);
    check("The price (in dollars) rose by 3 pct (prev 255).", s, NULL, NULL);
}

static void test_named(void **state)
{
    (void)state;
    const uint8_t k = LD_ALIAS_NAMED;
    check("to destroy the Islamic State group (or Daesh) in the wake", k, "Islamic State", "Daesh");
    check("Frampton Computer (also known as Isis) said", k, "Frampton Computer", "Isis");
    check("met Bombay (formerly Mumbai), and", k, "Bombay", "Mumbai");
    check("chief of Baldwin-United Corp, now known as PHLCorp, agreed", k, "Baldwin-United Corp",
          "PHLCorp");
    check("Its subsidiary, known as WilTel, said", k, NULL, NULL);
    check("wheat (or corn) and Paris (or what is left)", k, NULL, NULL);
}

static void test_initials(void **state)
{
    (void)state;
    const uint8_t k = LD_ALIAS_INITIALS;
    check("The IS warned. Fighters of Islamic State took it. This is so.", k, "Islamic State",
          "IS");
    check("US forces left the United States today", k, "United States", "US");
    check("The IS warned that it is so.", k, NULL, NULL);
    assert_true(ld_alias_is_acronym(LD_SPAN("IS")));
    assert_true(ld_alias_is_acronym(LD_SPAN("U.S.")));
    assert_false(ld_alias_is_acronym(LD_SPAN("Is")));
    assert_false(ld_alias_is_acronym(LD_SPAN("A")));
}

static void test_any_pieces(void **state)
{
    (void)state;
    static const char *const pieces[] = {"(",   ")",
                                         "[",   "]",
                                         "IS",  "Islamic State",
                                         "or",  "a",
                                         "-",   "also known as",
                                         ",",   "<",
                                         ">",   "Co",
                                         "(A)", "X1",
                                         "'",   "of",
                                         "(or", "\xc3\xa9t\xc3\xa9",
                                         ";",   ".",
                                         "5",   "EC"};
    test_random r = {3};
    for (int n = 0; n < 3000; n++) {
        char text[600];
        size_t used = 0;
        uint32_t count, length = test_random_below(&r, 40);
        for (uint32_t i = 0; i < length; i++)
            used += (size_t)sprintf(text + used, "%s%s",
                                    pieces[test_random_below(&r, sizeof pieces / sizeof *pieces)],
                                    test_random_below(&r, 3) ? " " : "");
        ld_span paragraphs[2] = {ld_span_of(text, used / 2),
                                 ld_span_of(text + used / 2, used - used / 2)};
        const ld_alias *a;
        assert_ok(ld_aliases_find(arena, paragraphs, 2, &a, &count, &err), &err);
        for (uint32_t i = 0; i < count; i++) {
            assert_true(a[i].full.bytes > 0 && a[i].other.bytes > 0);
            assert_true(a[i].full.offset + a[i].full.bytes <=
                        paragraphs[a[i].full.paragraph].bytes);
            assert_true(a[i].other.offset + a[i].other.bytes <=
                        paragraphs[a[i].other.paragraph].bytes);
        }
        ld_arena_reset(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_forms), cmocka_unit_test(test_named),
        cmocka_unit_test(test_initials), cmocka_unit_test(test_any_pieces)};
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
