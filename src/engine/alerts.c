#include "engine/alerts.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/json.h"
#include "engine/query_prepare.h"
#include "engine/snapshot.h"
#include "index/files.h"
#include "query/ast.h"

#define QUERY_ARENA_BYTES (64u << 20)

struct lede_alerts {
    const lede_env *env;
    lede_alert *items; /* [count]; their strings are owned */
    size_t count, capacity;
};

/* ---- the list ---- */

static char *copy_string(const lede_env *env, const char *s)
{
    size_t bytes = strlen(s) + 1;
    char *copy = ld_alloc(env, bytes);
    if (copy)
        memcpy(copy, s, bytes);
    return copy;
}

static void free_string(const lede_env *env, const char *s)
{
    if (s)
        ld_release(env, (char *)s, strlen(s) + 1);
}

static void free_alert(const lede_env *env, lede_alert *a)
{
    free_string(env, a->name);
    free_string(env, a->query);
    free_string(env, a->dialect);
}

void lede_alerts_free(lede_alerts *a)
{
    if (!a)
        return;
    for (size_t i = 0; i < a->count; i++)
        free_alert(a->env, &a->items[i]);
    ld_release(a->env, a->items, a->capacity * sizeof *a->items);
    ld_release(a->env, a, sizeof *a);
}

const lede_alert *lede_alerts_items(const lede_alerts *alerts, uint32_t *count)
{
    *count = (uint32_t)alerts->count;
    return alerts->items;
}

const lede_alert *lede_alerts_find(const lede_alerts *alerts, const char *name)
{
    for (size_t i = 0; i < alerts->count; i++)
        if (strcmp(alerts->items[i].name, name) == 0)
            return &alerts->items[i];
    return NULL;
}

static lede_status append(lede_alerts *a, const lede_alert *alert, lede_error *err)
{
    LD_TRY(ld_grow(a->env, (void **)&a->items, &a->capacity, a->count + 1, sizeof *a->items,
                   LD_ALERTS_MAX, err));
    lede_alert own = {copy_string(a->env, alert->name), copy_string(a->env, alert->query),
                      copy_string(a->env, alert->dialect), alert->created_utc_ms};
    if (!own.name || !own.query || !own.dialect) {
        free_alert(a->env, &own);
        return ld_error_nomem(err, strlen(alert->query));
    }
    a->items[a->count++] = own;
    return LEDE_OK;
}

/* ---- the file ---- */

static bool name_fits(const char *name)
{
    size_t n = 0;
    for (; name[n]; n++) {
        char c = name[n];
        bool letter = (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)(c - '0') < 10;
        if (n >= LD_ALERT_NAME_BYTES_MAX || !(letter || c == '-' || c == '_' || c == '.'))
            return false;
    }
    return n > 0 && name[0] != '.' && name[0] != '-';
}

static lede_status read_line(lede_alerts *a, ld_span line, uint32_t number, lede_error *err)
{
    json_t *root = json_loadb(line.data, line.bytes, 0, NULL);
    lede_alert alert = {.name = json_string_value(json_object_get(root, "name")),
                        .query = json_string_value(json_object_get(root, "query")),
                        .dialect = json_string_value(json_object_get(root, "dialect")),
                        .created_utc_ms = json_integer_value(json_object_get(root, "created"))};
    lede_status status = LEDE_OK;
    if (!alert.name || !alert.query || !alert.dialect || !name_fits(alert.name))
        status =
            LD_FAIL(err, LEDE_E_CORRUPT,
                    "line %u of " LD_ALERTS_FILE " is no alert; mend or remove the line", number);
    if (status == LEDE_OK)
        status = append(a, &alert, err);
    json_decref(root);
    return status;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static lede_status check_names(const lede_alerts *a, lede_error *err)
{
    size_t bytes = (a->count + 1) * sizeof(char *);
    const char **names = ld_alloc(a->env, bytes);
    lede_status status = LEDE_OK;
    if (!names)
        return ld_error_nomem(err, bytes);
    for (size_t i = 0; i < a->count; i++)
        names[i] = a->items[i].name;
    qsort(names, a->count, sizeof *names, compare_names);
    for (size_t i = 1; i < a->count && status == LEDE_OK; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            status =
                LD_FAIL(err, LEDE_E_CORRUPT,
                        LD_ALERTS_FILE " has two alerts named %s; mend or remove a line", names[i]);
    ld_release(a->env, names, bytes);
    return status;
}

static lede_status read_lines(lede_alerts *a, ld_span rest, lede_error *err)
{
    for (uint32_t number = 1; rest.bytes; number++) {
        size_t end = ld_span_find_byte(rest, '\n');
        LD_TRY(read_line(a, ld_span_sub(rest, 0, end), number, err));
        rest = end == SIZE_MAX ? (ld_span){0} : ld_span_sub(rest, end + 1, SIZE_MAX);
    }
    return check_names(a, err);
}

lede_status lede_alerts_load(const lede_env *env, const char *dir, lede_alerts **alerts,
                             lede_error *err)
{
    ld_buf path;
    char *data = NULL;
    size_t bytes = 0;
    lede_error error = {0};
    env = env ? env : lede_env_system();
    *alerts = ld_alloc_zero(env, sizeof **alerts);
    if (!*alerts)
        return ld_error_nomem(err, sizeof **alerts);
    (*alerts)->env = env;
    ld_buf_init(&path, env, LD_PATH_BYTES_MAX);
    lede_status status = ld_file_path(dir, LD_ALERTS_FILE, &path, &error);
    if (status == LEDE_OK)
        status =
            ld_file_load(env, (const char *)path.data, LD_ALERTS_BYTES_MAX, &data, &bytes, &error);
    ld_buf_release(&path);
    if (status == LEDE_E_NOTFOUND)
        return LEDE_OK;
    if (status == LEDE_OK) {
        status = read_lines(*alerts, ld_span_of(data, bytes), &error);
        ld_release(env, data, bytes + 1);
    }
    if (status != LEDE_OK) {
        lede_alerts_free(*alerts);
        *alerts = NULL;
        if (err)
            *err = error;
    }
    return status;
}

static void format(const lede_alerts *a, ld_buf *out)
{
    for (size_t i = 0; i < a->count; i++) {
        ld_json j;
        ld_json_init(&j, out, false);
        ld_json_object(&j);
        ld_json_key_cstring(&j, "name", a->items[i].name);
        ld_json_key_cstring(&j, "query", a->items[i].query);
        ld_json_key_cstring(&j, "dialect", a->items[i].dialect);
        ld_json_key(&j, "created");
        ld_json_i64(&j, a->items[i].created_utc_ms);
        ld_json_object_end(&j);
        ld_buf_add_byte(out, '\n');
    }
}

/* Beside the file, synced, renamed over it, and the folder synced: whoever reads meanwhile sees the
 * old list or the new one, and so does a machine that lost its power. */
static lede_status replace(const lede_env *env, const char *dir, ld_span text, lede_error *err)
{
    ld_buf path, temporary;
    ld_buf_init(&path, env, LD_PATH_BYTES_MAX);
    ld_buf_init(&temporary, env, LD_PATH_BYTES_MAX);
    lede_status status = ld_file_path(dir, LD_ALERTS_FILE, &path, err);
    if (status == LEDE_OK)
        status = ld_file_path(dir, LD_ALERTS_FILE ".tmp", &temporary, err);
    const char *tmp = (const char *)temporary.data;
    if (status == LEDE_OK) /* what a writer that was cut off left behind */
        (void)ld_path_unlink(env, tmp, NULL);
    if (status == LEDE_OK)
        status = ld_file_write_whole(env, tmp, text, err);
    if (status == LEDE_OK)
        status = ld_path_rename(env, tmp, (const char *)path.data, err);
    if (status == LEDE_OK)
        status = ld_dir_sync(env, dir, err);
    ld_buf_release(&path);
    ld_buf_release(&temporary);
    return status;
}

lede_status ld_alerts_copy(const lede_env *env, const char *from, const char *to, lede_error *err)
{
    lede_alerts *alerts;
    ld_buf text;
    LD_TRY(lede_alerts_load(env, from, &alerts, err));
    ld_buf_init(&text, env, LD_ALERTS_BYTES_MAX);
    format(alerts, &text);
    lede_status status = ld_buf_status(&text, err);
    if (status == LEDE_OK && alerts->count)
        status = replace(env, to, ld_buf_span(&text), err);
    ld_buf_release(&text);
    lede_alerts_free(alerts);
    return status;
}

/* ---- changes: one process at a time ---- */

static lede_status lock(const lede_env *env, const char *dir, ld_file *file, lede_error *err)
{
    uint64_t generation;
    ld_buf path;
    LD_TRY(ld_snapshot_latest(env, dir, &generation, err)); /* before a file is made there */
    ld_buf_init(&path, env, LD_PATH_BYTES_MAX);
    lede_status status = ld_file_path(dir, LD_ALERTS_LOCK, &path, err);
    if (status == LEDE_OK)
        status = ld_file_open(env, (const char *)path.data,
                              LEDE_OPEN_READ | LEDE_OPEN_WRITE | LEDE_OPEN_CREATE, file, err);
    ld_buf_release(&path);
    LD_TRY(status);
    status = ld_file_lock(file, err);
    if (status != LEDE_OK)
        ld_file_close(file);
    return status;
}

static lede_status save(const lede_alerts *a, const char *dir, lede_error *err)
{
    ld_buf text;
    ld_buf_init(&text, a->env, LD_ALERTS_BYTES_MAX);
    format(a, &text);
    lede_status status = ld_buf_status(&text, err);
    if (status == LEDE_OK)
        status = replace(a->env, dir, ld_buf_span(&text), err);
    ld_buf_release(&text);
    return status;
}

/* A query without a word, filter or phrase would match everything, or nothing. */
static lede_status check_query(const lede_env *env, const char *dir, const lede_alert *alert,
                               lede_error *err)
{
    ld_snapshot *snapshot;
    ld_arena *arena = NULL;
    ld_query *q;
    ld_query_options options = {0};
    size_t bytes = strlen(alert->query);
    LD_TRY(ld_dialect_find(alert->dialect, &options.dialect, err));
    if (bytes > LD_ALERT_QUERY_BYTES_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "the query of an alert has at most %u bytes",
                       LD_ALERT_QUERY_BYTES_MAX);
    LD_TRY(ld_snapshot_open(env, dir, &snapshot, err));
    options.profile = ld_snapshot_profile(snapshot);
    lede_status status = ld_arena_new(env, QUERY_ARENA_BYTES, &arena, err);
    if (status == LEDE_OK)
        status = ld_query_parse(arena, ld_span_of(alert->query, bytes), &options, &q, err);
    if (status == LEDE_OK && q->root == LD_AST_NONE)
        status = LD_FAIL(err, LEDE_E_INVALID,
                         "there is nothing to look for in this query; name a word at least");
    ld_arena_free(arena);
    ld_snapshot_release(snapshot);
    return status;
}

static lede_status change(const lede_env *env, const char *dir, const lede_alert *add,
                          const char *remove, lede_error *err)
{
    lede_alerts *a;
    LD_TRY(lede_alerts_load(env, dir, &a, err));
    const lede_alert *found = lede_alerts_find(a, add ? add->name : remove);
    lede_status status = LEDE_OK;
    if (add && found)
        status =
            LD_FAIL(err, LEDE_E_EXISTS, "there is an alert %s already; remove it first", add->name);
    else if (add)
        status = append(a, add, err);
    else if (!found)
        status = LD_FAIL(err, LEDE_E_NOTFOUND, "there is no alert %.64s", remove);
    if (status == LEDE_OK && remove) {
        size_t at = (size_t)(found - a->items);
        free_alert(env, &a->items[at]);
        memmove(a->items + at, a->items + at + 1, (a->count - at - 1) * sizeof *a->items);
        a->count--;
    }
    if (status == LEDE_OK)
        status = save(a, dir, err);
    lede_alerts_free(a);
    return status;
}

lede_status lede_alert_add(const lede_env *env, const char *dir, const char *name,
                           const char *query, const char *dialect, lede_error *err)
{
    ld_file file;
    env = env ? env : lede_env_system();
    lede_alert alert = {name, query, dialect ? dialect : "lede", ld_clock_utc_ms(env)};
    if (!name_fits(name))
        return LD_FAIL(err, LEDE_E_INVALID,
                       "an alert's name has 1 to %u letters, digits, -, _ and ., and begins with "
                       "a letter, a digit or _",
                       LD_ALERT_NAME_BYTES_MAX);
    LD_TRY(check_query(env, dir, &alert, err));
    LD_TRY(lock(env, dir, &file, err));
    lede_status status = change(env, dir, &alert, NULL, err);
    ld_file_close(&file);
    return status;
}

lede_status lede_alert_remove(const lede_env *env, const char *dir, const char *name,
                              lede_error *err)
{
    ld_file file;
    env = env ? env : lede_env_system();
    LD_TRY(lock(env, dir, &file, err));
    lede_status status = change(env, dir, NULL, name, err);
    ld_file_close(&file);
    return status;
}
