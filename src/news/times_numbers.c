/* Numbers, days of a month and years, in digits and in words. */
#include "news/times_read.h"

#define YEAR_MIN    1000u
#define YEAR_MAX    2999u
#define CENTURY_CUT 50u /* '49 is of this century, '50 of the last */

/* ones, tens, hundreds and thousands in words */
static uint32_t read_words(const ld_time_context *c, uint32_t at, uint32_t *value)
{
    uint32_t total = 0, group = 0, begun = at;
    uint8_t before = LD_TW_OTHER;
    for (;; at++) {
        uint32_t i = at;
        if (before == LD_TW_POWER && ld_when_is(c, i, "and"))
            i++;
        else if (before == LD_TW_TENS && ld_when_mark(c, i, '-'))
            i++;
        if (i >= c->count)
            break;
        const ld_time_token *t = &c->tokens[i];
        bool ones =
            t->kind == LD_TW_ONES && (before == LD_TW_OTHER || before == LD_TW_POWER ||
                                      (before == LD_TW_TENS && t->value > 0 && t->value < 10));
        bool tens = t->kind == LD_TW_TENS && (before == LD_TW_OTHER || before == LD_TW_POWER);
        bool power = t->kind == LD_TW_POWER && i == at && before != LD_TW_OTHER && group < 1000;
        if (ones || tens)
            group += t->value;
        else if (power && t->value == 100)
            group *= 100;
        else if (power && total == 0)
            total = group * 1000, group = 0;
        else
            break;
        before = t->kind;
        at = i;
    }
    *value = total + group;
    return at > begun ? at : 0;
}

uint32_t ld_read_number(const ld_time_context *c, uint32_t at, uint32_t *value)
{
    if (ld_when_kind(c, at, LD_TW_NUMBER)) {
        *value = c->tokens[at].value;
        return at + 1;
    }
    uint32_t i = at;
    bool article = ld_when_is(c, i, "a") || ld_when_is(c, i, "an");
    i += article;
    if (ld_when_is(c, i, "few") || ld_when_is(c, i, "several")) {
        *value = 3;
        return i + 1;
    }
    if (ld_when_is(c, i, "couple")) {
        *value = 2;
        return i + 1 + ld_when_is(c, i + 1, "of");
    }
    *value = 1;
    return article ? i : read_words(c, at, value);
}

uint32_t ld_read_ordinal(const ld_time_context *c, uint32_t at, uint32_t *value)
{
    if (ld_when_kind(c, at, LD_TW_ORDINAL)) {
        *value = c->tokens[at].value;
        return at + 1;
    }
    if (ld_when_kind(c, at, LD_TW_TENS)) {
        uint32_t i = at + 1 + ld_when_mark(c, at + 1, '-');
        if (!ld_when_kind(c, i, LD_TW_ORDINAL) || c->tokens[i].value > 9)
            return 0;
        *value = c->tokens[at].value + c->tokens[i].value;
        return i + 1;
    }
    bool suffix = at + 1 < c->count && c->tokens[at + 1].glued &&
                  (ld_when_is(c, at + 1, "st") || ld_when_is(c, at + 1, "nd") ||
                   ld_when_is(c, at + 1, "rd") || ld_when_is(c, at + 1, "th"));
    if (!ld_when_kind(c, at, LD_TW_NUMBER) || !suffix)
        return 0;
    *value = c->tokens[at].value;
    return at + 2;
}

/* Part of a larger number: 6,107.31 or 10:30 or $15. */
static bool is_part(const ld_time_context *c, uint32_t at)
{
    const ld_time_token *t = &c->tokens[at];
    if (at > 0 && t->glued && c->tokens[at - 1].kind == LD_TW_MARK &&
        strchr(".,:$%#", (int)c->tokens[at - 1].value) &&
        (c->tokens[at - 1].value == '$' || c->tokens[at - 1].value == ':' ||
         (at > 1 && c->tokens[at - 1].glued && c->tokens[at - 2].kind == LD_TW_NUMBER)))
        return true;
    return at + 1 < c->count && c->tokens[at + 1].glued &&
           (ld_when_mark(c, at + 1, ':') || ld_when_mark(c, at + 1, '%') ||
            ((ld_when_mark(c, at + 1, ',') || ld_when_mark(c, at + 1, '.')) &&
             ld_when_kind(c, at + 2, LD_TW_NUMBER) && c->tokens[at + 2].glued &&
             c->tokens[at + 2].bytes == 3));
}

uint32_t ld_read_day_number(const ld_time_context *c, uint32_t at, bool plain, uint32_t *day)
{
    uint32_t i = at + ld_when_is(c, at, "the");
    uint32_t end = ld_read_ordinal(c, i, day);
    if (!end && ld_when_kind(c, i, LD_TW_NUMBER) && c->tokens[i].bytes <= 2 && plain &&
        !is_part(c, i)) {
        *day = c->tokens[i].value;
        end = i + 1;
        if (end < c->count && c->tokens[end].glued && c->tokens[end].kind != LD_TW_MARK &&
            c->tokens[end].kind != LD_TW_MONTH)
            end = 0;
    }
    if (!end && plain && (ld_when_kind(c, i, LD_TW_ONES) || ld_when_kind(c, i, LD_TW_TENS))) {
        /* "twenty one two thousand": the day ends where a year can begin */
        bool two = c->tokens[i].kind == LD_TW_TENS && ld_when_kind(c, i + 1, LD_TW_ONES) &&
                   c->tokens[i + 1].value < 10 && c->tokens[i + 1].value > 0;
        *day = c->tokens[i].value + (two ? c->tokens[i + 1].value : 0);
        end = i + 1 + two;
    }
    return end && *day >= 1 && *day <= 31 ? end : 0;
}

/* "nineteen seventy eight", "nineteen zero one" */
static uint32_t read_year_pairs(const ld_time_context *c, uint32_t at, int32_t *year)
{
    bool teens = ld_when_kind(c, at, LD_TW_ONES) && c->tokens[at].value >= 10;
    if (!teens && !(ld_when_kind(c, at, LD_TW_TENS) && c->tokens[at].value == 20))
        return 0;
    uint32_t low, i = at + 1 + ld_when_mark(c, at + 1, '-');
    uint32_t end;
    if (ld_when_kind(c, i, LD_TW_ONES) && c->tokens[i].value == 0 &&
        ld_when_kind(c, i + 1, LD_TW_ONES) && c->tokens[i + 1].value < 10) {
        low = c->tokens[i + 1].value;
        end = i + 2;
    } else {
        end = read_words(c, i, &low);
        if (!end || low < 10 || low > 99)
            return 0;
    }
    *year = (int32_t)(c->tokens[at].value * 100 + low);
    return end;
}

uint32_t ld_read_year(const ld_time_context *c, uint32_t at, int32_t *year)
{
    if (ld_when_kind(c, at, LD_TW_NUMBER)) {
        uint32_t v = c->tokens[at].value;
        bool word_follows = at + 1 < c->count && c->tokens[at + 1].glued &&
                            c->tokens[at + 1].kind != LD_TW_MARK && !ld_when_is(c, at + 1, "h") &&
                            !ld_when_is(c, at + 1, "q");
        *year = (int32_t)v;
        return c->tokens[at].bytes == 4 && v >= YEAR_MIN && v <= YEAR_MAX && !is_part(c, at) &&
                       !word_follows
                   ? at + 1
                   : 0;
    }
    if (ld_when_mark(c, at, '\'') && ld_when_kind(c, at + 1, LD_TW_NUMBER) &&
        c->tokens[at + 1].bytes == 2 && c->tokens[at + 1].glued) {
        uint32_t v = c->tokens[at + 1].value;
        *year = (int32_t)(v + (v < CENTURY_CUT ? 2000 : 1900));
        return at + 2;
    }
    uint32_t end = read_year_pairs(c, at, year);
    if (end)
        return end;
    uint32_t value;
    end = read_words(c, at, &value);
    *year = (int32_t)value;
    return end > at + 1 && value >= YEAR_MIN && value <= YEAR_MAX ? end : 0;
}
