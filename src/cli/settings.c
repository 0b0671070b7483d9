/*
 * Where does a value come from that nobody typed? In this order, the first that says something:
 *
 *   1. the command line                    --count 20
 *   2. the environment, verb first         LEDE_SEARCH_COUNT=20, then LEDE_COUNT=20
 *   3. ./lede.conf                         search.count = 20, or count = 20
 *   4. $XDG_CONFIG_HOME/lede/lede.conf     (else ~/.config/lede/lede.conf), the same
 *   5. the default of the table
 *
 *   file  = line*
 *   line  = [ "verb." ] name "=" value | "#" comment | empty
 *
 * Of two lines that fit, the one that names the verb wins. Only options marked as settings can be
 * set so: what deletes, hides or redirects must be typed. A name that no verb knows is an error,
 * because a setting that silently does nothing is worse.
 */
#include "cli/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

#define KEY_BYTES_MAX 96u

/* LEDE_SEARCH_COUNT, or without a verb LEDE_COUNT. */
static void variable_name(char out[KEY_BYTES_MAX], const char *verb, const char *option)
{
    snprintf(out, KEY_BYTES_MAX, "LEDE_%s%s%s", verb ? verb : "", verb ? "_" : "", option);
    for (char *c = out; *c; c++) {
        if (*c == '-')
            *c = '_';
        else if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    }
}

static lede_status apply_environment(ld_args *args, lede_error *err)
{
    for (size_t i = 0; i < ld_options_count; i++) {
        const ld_option *option = &ld_options[i];
        if (!option->is_setting || !ld_option_is_of(option, args->verb))
            continue;
        const char *verbs[] = {ld_verbs[args->verb].name, NULL};
        for (size_t k = 0; k < 2; k++) {
            char name[KEY_BYTES_MAX];
            variable_name(name, verbs[k], option->name);
            const char *value = getenv(name);
            if (value && *value)
                LD_TRY(ld_args_set_default(args, option, value, name, err));
        }
    }
    return LEDE_OK;
}

static bool is_known_setting(ld_span name)
{
    for (size_t i = 0; i < ld_options_count; i++) {
        if (ld_options[i].is_setting &&
            ld_span_equal(name, ld_span_from_string(ld_options[i].name)))
            return true;
    }
    return false;
}

/* The last line of a file that sets an option: for this verb, and for all verbs. */
typedef struct found_lines {
    const char *value[2][LD_OPTION_COUNT_]; /* [0]: names the verb; [1]: names none */
    uint32_t line[2][LD_OPTION_COUNT_];
} found_lines;

static lede_status fail_line(const char *path, uint32_t line, ld_span said, const char *why,
                             lede_error *err)
{
    return LD_FAIL(err, LEDE_E_INVALID, "%s:%u: %s '%.*s'", path, line, why,
                   (int)(said.bytes < KEY_BYTES_MAX ? said.bytes : KEY_BYTES_MAX), said.data);
}

/* One line, without its line feed; the byte behind it is writable and ends the value. */
static lede_status read_line(ld_verb_id verb, char *text, size_t bytes, const char *path,
                             uint32_t line, found_lines *found, lede_error *err)
{
    ld_span said = ld_span_trim(ld_span_of(text, bytes)), named = {NULL, 0};
    if (said.bytes == 0 || said.data[0] == '#')
        return LEDE_OK;
    size_t equals = ld_span_find_byte(said, '=');
    if (equals == SIZE_MAX)
        return fail_line(path, line, said, "a line says name = value, not", err);
    ld_span name = ld_span_trim(ld_span_sub(said, 0, equals));
    ld_span value = ld_span_trim(ld_span_sub(said, equals + 1, SIZE_MAX));
    size_t dot = ld_span_find_byte(name, '.');
    ld_span short_name = name;
    if (dot != SIZE_MAX) {
        named = ld_span_sub(name, 0, dot);
        short_name = ld_span_sub(name, dot + 1, SIZE_MAX);
    }
    if (!is_known_setting(short_name) || (dot != SIZE_MAX && !ld_verb_find(named)))
        return fail_line(path, line, name, "there is no setting", err);
    const ld_option *option = ld_option_find(verb, short_name);
    bool is_general = dot == SIZE_MAX;
    if (!option || (!is_general && !ld_span_equal(named, ld_span_from_string(ld_verbs[verb].name))))
        return LEDE_OK;
    char *start = value.bytes ? text + (value.data - text) : text + bytes;
    start[value.bytes] = 0;
    found->value[is_general][option->id] = start;
    found->line[is_general][option->id] = line;
    return LEDE_OK;
}

static lede_status read_lines(ld_args *args, char *text, size_t bytes, const char *path,
                              lede_error *err)
{
    found_lines found = {0};
    uint32_t line = 0;
    for (size_t at = 0; at < bytes;) {
        ld_span rest = ld_span_of(text + at, bytes - at);
        size_t length = ld_span_sub(rest, 0, ld_span_find_byte(rest, '\n')).bytes;
        LD_TRY(read_line(args->verb, text + at, length, path, ++line, &found, err));
        at += length + 1;
    }
    for (size_t i = 0; i < ld_options_count; i++) {
        const ld_option *option = &ld_options[i];
        for (size_t k = 0; k < 2 && ld_option_is_of(option, args->verb); k++) {
            char origin[LD_PATH_BYTES_MAX + 16];
            snprintf(origin, sizeof origin, "%s:%u", path, found.line[k][option->id]);
            if (found.value[k][option->id])
                LD_TRY(ld_args_set_default(args, option, found.value[k][option->id], origin, err));
        }
    }
    return LEDE_OK;
}

/* A file that is not there, or that this user may not even look for, says nothing. */
static bool is_absent(const lede_error *fault)
{
    return fault->status == LEDE_E_NOTFOUND || fault->os_errno == ENOTDIR ||
           fault->os_errno == EACCES;
}

static lede_status apply_file(ld_settings *settings, uint32_t index, const char *path,
                              ld_args *args, lede_error *err)
{
    lede_error fault = {0};
    lede_file_info info;
    if (ld_path_info(settings->env, path, true, &info, &fault) != LEDE_OK) {
        if (is_absent(&fault))
            return LEDE_OK;
        if (err)
            *err = fault;
        return fault.status;
    }
    if (info.kind != LEDE_FILE_REGULAR)
        return LEDE_OK;
    char **text = &settings->texts[index];
    LD_TRY(ld_file_load(settings->env, path, LD_SETTINGS_BYTES_MAX, text,
                        &settings->text_bytes[index], err));
    return read_lines(args, *text, settings->text_bytes[index], path, err);
}

lede_status ld_settings_apply(ld_settings *settings, const lede_env *env, ld_args *args,
                              lede_error *err)
{
    *settings = (ld_settings){.env = env};
    LD_TRY(apply_environment(args, err));
    LD_TRY(apply_file(settings, 0, "lede.conf", args, err));
    char path[LD_PATH_BYTES_MAX];
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int wanted = 0;
    if (config && *config)
        wanted = snprintf(path, sizeof path, "%s/lede/lede.conf", config);
    else if (home && *home)
        wanted = snprintf(path, sizeof path, "%s/.config/lede/lede.conf", home);
    if (wanted > 0 && (size_t)wanted < sizeof path)
        LD_TRY(apply_file(settings, 1, path, args, err));
    for (size_t i = 0; i < ld_options_count; i++) {
        const ld_option *option = &ld_options[i];
        if (option->fallback && ld_option_is_of(option, args->verb))
            LD_TRY(ld_args_set_default(args, option, option->fallback, option->name, err));
    }
    return LEDE_OK;
}

void ld_settings_release(ld_settings *settings)
{
    for (size_t i = 0; i < 2; i++) {
        if (settings->texts[i])
            ld_release(settings->env, settings->texts[i], settings->text_bytes[i] + 1);
        settings->texts[i] = NULL;
    }
}
