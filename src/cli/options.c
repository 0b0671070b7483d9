/*
 * The command line, read against the tables of tables.c.
 *
 *   word    = "--" name [ "=" value ] | "-" letter [ value ] | "--" | operand
 *
 * A value may also be the next word. "--" ends the options; "-" is an operand (standard input).
 * Options and operands may be mixed. A word that begins with "-" and is no option is an error, not
 * an operand: a query that excludes its first word goes behind "--".
 *
 * Values are checked here, once, so that the verbs read numbers without failing.
 */
#include "cli/options.h"

#include <stdio.h>

#define NAME_BYTES_MAX 32u
#define NEAR_EDITS_MAX 2u

/* ---- looking up ---- */

bool ld_option_is_of(const ld_option *option, ld_verb_id verb)
{
    return option->verbs >> verb & 1u;
}

const ld_option *ld_option_find(ld_verb_id verb, ld_span name)
{
    for (size_t i = 0; i < ld_options_count; i++) {
        if (ld_option_is_of(&ld_options[i], verb) &&
            ld_span_equal(name, ld_span_from_string(ld_options[i].name)))
            return &ld_options[i];
    }
    return NULL;
}

static const ld_option *find_letter(ld_verb_id verb, char letter)
{
    for (size_t i = 0; i < ld_options_count; i++) {
        if (ld_option_is_of(&ld_options[i], verb) && ld_options[i].letter == letter)
            return &ld_options[i];
    }
    return NULL;
}

const ld_verb *ld_verb_find(ld_span name)
{
    for (size_t i = 0; i < LD_VERB_COUNT_; i++) {
        if (ld_span_equal(name, ld_span_from_string(ld_verbs[i].name)))
            return &ld_verbs[i];
    }
    return NULL;
}

/* Insertions, deletions and replacements from a to b (Wagner and Fischer 1974), two rows kept. */
static uint32_t edits(ld_span a, ld_span b)
{
    uint32_t rows[2][NAME_BYTES_MAX + 1];
    if (a.bytes > NAME_BYTES_MAX || b.bytes > NAME_BYTES_MAX)
        return UINT32_MAX;
    for (uint32_t k = 0; k <= b.bytes; k++)
        rows[0][k] = k;
    for (uint32_t i = 1; i <= a.bytes; i++) {
        uint32_t *above = rows[(i - 1) & 1], *row = rows[i & 1];
        row[0] = i;
        for (uint32_t k = 1; k <= b.bytes; k++) {
            uint32_t least = above[k - 1] + (a.data[i - 1] != b.data[k - 1]);
            if (above[k] + 1 < least)
                least = above[k] + 1;
            if (row[k - 1] + 1 < least)
                least = row[k - 1] + 1;
            row[k] = least;
        }
    }
    return rows[a.bytes & 1][b.bytes];
}

static bool is_nearer(ld_span name, const char *candidate, uint32_t *best)
{
    ld_span other = ld_span_from_string(candidate);
    uint32_t distance = edits(name, other);
    if (distance >= *best || distance >= other.bytes)
        return false;
    *best = distance;
    return true;
}

const char *ld_verb_near(const char *name)
{
    const char *near = NULL;
    uint32_t best = NEAR_EDITS_MAX + 1;
    for (size_t i = 0; i < LD_VERB_COUNT_; i++) {
        if (is_nearer(ld_span_from_string(name), ld_verbs[i].name, &best))
            near = ld_verbs[i].name;
    }
    return near;
}

static const char *option_near(ld_verb_id verb, ld_span name)
{
    const char *near = NULL;
    uint32_t best = NEAR_EDITS_MAX + 1;
    for (size_t i = 0; i < ld_options_count; i++) {
        if (ld_option_is_of(&ld_options[i], verb) && is_nearer(name, ld_options[i].name, &best))
            near = ld_options[i].name;
    }
    return near;
}

/* ---- values ---- */

static bool is_choice(const ld_option *option, const char *value)
{
    ld_span rest = ld_span_from_string(option->value), given = ld_span_from_string(value);
    for (;;) {
        size_t bar = ld_span_find_byte(rest, '|');
        if (ld_span_equal(given, ld_span_sub(rest, 0, bar)))
            return true;
        if (bar == SIZE_MAX)
            return false;
        rest = ld_span_sub(rest, bar + 1, SIZE_MAX);
    }
}

static bool parse_bytes(const char *value, uint64_t *bytes)
{
    static const char *const units[] = {"", "K", "M", "G", "KB", "MB", "GB", "KiB", "MiB", "GiB"};
    static const uint32_t shifts[] = {0, 10, 20, 30, 10, 20, 30, 10, 20, 30};
    ld_span text = ld_span_from_string(value);
    size_t digits = 0;
    while (digits < text.bytes && text.data[digits] >= '0' && text.data[digits] <= '9')
        digits++;
    uint64_t number;
    if (!ld_span_parse_u64(ld_span_sub(text, 0, digits), &number) || number > UINT32_MAX)
        return false;
    ld_span unit = ld_span_sub(text, digits, SIZE_MAX);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (ld_span_equal_nocase(unit, ld_span_from_string(units[i]))) {
            *bytes = number << shifts[i];
            return true;
        }
    }
    return false;
}

static lede_status check_value(const ld_option *option, const char *value, const char *origin,
                               lede_error *err)
{
    uint64_t number;
    switch (option->kind) {
    case LD_OPTION_IS_NUMBER:
        if (!ld_span_parse_u64(ld_span_from_string(value), &number) || number > UINT32_MAX)
            return LD_FAIL(err, LEDE_E_INVALID, "%s wants a whole number, not '%s'", origin, value);
        break;
    case LD_OPTION_IS_BYTES:
        if (!parse_bytes(value, &number))
            return LD_FAIL(err, LEDE_E_INVALID, "%s wants a size such as 64M or 1G, not '%s'",
                           origin, value);
        break;
    case LD_OPTION_IS_CHOICE:
        if (!is_choice(option, value))
            return LD_FAIL(err, LEDE_E_INVALID, "%s wants one of %s, not '%s'", origin,
                           option->value, value);
        break;
    case LD_OPTION_IS_FLAG:
    case LD_OPTION_IS_TEXT:
    case LD_OPTION_IS_LIST:
        break;
    }
    return LEDE_OK;
}

static lede_status take_value(ld_args *args, const ld_option *option, const char *value,
                              lede_error *err)
{
    char origin[NAME_BYTES_MAX + 3];
    snprintf(origin, sizeof origin, "--%s", option->name);
    LD_TRY(check_value(option, value, origin, err));
    if (option->id == LD_OPTION_IN && !args->values[LD_OPTION_IN])
        args->operands_before_in = args->operand_count;
    args->values[option->id] = value;
    if (option->kind != LD_OPTION_IS_LIST)
        return LEDE_OK;
    if (args->list_count == LD_ARGS_LIST_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "--%s and its like are given more than %u times",
                       option->name, LD_ARGS_LIST_MAX);
    args->list[args->list_count++] = (ld_list_item){option->id, value};
    return LEDE_OK;
}

lede_status ld_args_set_default(ld_args *args, const ld_option *option, const char *value,
                                const char *origin, lede_error *err)
{
    if (args->values[option->id])
        return LEDE_OK;
    if (option->kind == LD_OPTION_IS_FLAG) {
        if (strcmp(value, "0") == 0 || strcmp(value, "no") == 0 || strcmp(value, "") == 0)
            return LEDE_OK;
        if (strcmp(value, "1") != 0 && strcmp(value, "yes") != 0)
            return LD_FAIL(err, LEDE_E_INVALID, "%s wants yes or no, not '%s'", origin, value);
    }
    LD_TRY(check_value(option, value, origin, err));
    args->values[option->id] = value;
    return LEDE_OK;
}

/* ---- words ---- */

static lede_status unknown_option(ld_verb_id verb, const char *word, lede_error *err)
{
    const char *verb_name = ld_verbs[verb].name;
    ld_span name = ld_span_from_string(word + (word[1] == '-' ? 2 : 1));
    name = ld_span_sub(name, 0, ld_span_find_byte(name, '='));
    const char *near = option_near(verb, name);
    if (near)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "lede %s has no option '%s'; did you mean --%s? A word that begins with "
                       "'-' goes behind --",
                       verb_name, word, near);
    return LD_FAIL(err, LEDE_E_INVALID,
                   "lede %s has no option '%s' (see lede %s --help); a word that begins with '-' "
                   "goes behind --",
                   verb_name, word, verb_name);
}

/* Takes the option at words[*at], and the next word where that is its value. */
static lede_status take_option(ld_args *args, const char **words, uint32_t count, uint32_t *at,
                               lede_error *err)
{
    const char *word = words[*at], *value = NULL;
    const ld_option *option;
    if (word[1] == '-') {
        ld_span name = ld_span_from_string(word + 2);
        size_t equals = ld_span_find_byte(name, '=');
        option = ld_option_find(args->verb, ld_span_sub(name, 0, equals));
        if (equals != SIZE_MAX)
            value = name.data + equals + 1;
    } else {
        option = find_letter(args->verb, word[1]);
        if (word[2])
            value = word + 2;
        if (option && option->kind == LD_OPTION_IS_FLAG && value)
            option = NULL;
    }
    if (!option)
        return unknown_option(args->verb, word, err);
    if (option->kind == LD_OPTION_IS_FLAG) {
        if (value)
            return LD_FAIL(err, LEDE_E_INVALID, "--%s takes no value", option->name);
        return take_value(args, option, "1", err);
    }
    if (!value) {
        if (*at + 1 == count)
            return LD_FAIL(err, LEDE_E_INVALID, "--%s wants a value: --%s %s", option->name,
                           option->name, option->value);
        value = words[++*at];
    }
    return take_value(args, option, value, err);
}

lede_status ld_args_parse(ld_args *args, ld_verb_id verb, const char **words, uint32_t count,
                          lede_error *err)
{
    memset(args, 0, sizeof *args);
    args->verb = verb;
    args->operands = words;
    bool options_ended = false;
    for (uint32_t i = 0; i < count; i++) {
        const char *word = words[i];
        if (options_ended || word[0] != '-' || !word[1])
            words[args->operand_count++] = word;
        else if (strcmp(word, "--") == 0)
            options_ended = true;
        else
            LD_TRY(take_option(args, words, count, &i, err));
    }
    return LEDE_OK;
}

lede_status ld_args_check_operands(const ld_args *args, lede_error *err)
{
    const ld_verb *verb = &ld_verbs[args->verb];
    if (args->operand_count < verb->operands_min)
        return LD_FAIL(err, LEDE_E_INVALID, "something is missing; the form is: lede %s %s",
                       verb->name, verb->operands);
    if (args->operand_count > verb->operands_max)
        return LD_FAIL(err, LEDE_E_INVALID, "'%s' is too much; the form is: lede %s %s",
                       args->operands[verb->operands_max], verb->name, verb->operands);
    return LEDE_OK;
}

/* ---- reading ---- */

bool ld_args_is(const ld_args *args, ld_option_id id, const char *value)
{
    return args->values[id] && strcmp(args->values[id], value) == 0;
}

uint32_t ld_args_number(const ld_args *args, ld_option_id id)
{
    uint64_t number;
    if (!args->values[id] || !ld_span_parse_u64(ld_span_from_string(args->values[id]), &number))
        return 0;
    return (uint32_t)number;
}

uint64_t ld_args_bytes(const ld_args *args, ld_option_id id)
{
    uint64_t bytes;
    return args->values[id] && parse_bytes(args->values[id], &bytes) ? bytes : 0;
}
