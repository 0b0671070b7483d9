#include "engine/rejects.h"

#include <jansson.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/limits.h"

#define REJECTS_BYTES_MAX (64u << 20)

typedef struct entry {
    char *path, *reason; /* owned, NUL-terminated; path NULL: left the list */
    uint64_t path_hash;
} entry;

struct ld_rejects {
    const lede_env *env;
    char dir[LD_PATH_BYTES_MAX];
    entry *entries;
    size_t count, capacity;
    bool changed;
};

static char *copy_string(const lede_env *env, ld_span s)
{
    char *copy = ld_alloc(env, s.bytes + 1);
    if (copy) {
        if (s.bytes)
            memcpy(copy, s.data, s.bytes);
        copy[s.bytes] = 0;
    }
    return copy;
}

static void free_string(const lede_env *env, char *s)
{
    if (s)
        ld_release(env, s, strlen(s) + 1);
}

static ld_span without_nul(ld_span s)
{
    return ld_span_sub(s, 0, ld_span_find_byte(s, 0));
}

lede_status ld_rejects_add(ld_rejects *r, ld_span path, ld_span reason, lede_error *err)
{
    path = without_nul(path);
    reason = without_nul(reason);
    ld_rejects_remove(r, path);
    if (r->count >= LD_REJECTS_MAX)
        return LEDE_OK; /* counted by the caller; the list itself has a maximum */
    LD_TRY(ld_grow(r->env, (void **)&r->entries, &r->capacity, r->count + 1, sizeof *r->entries,
                   LD_REJECTS_MAX, err));
    entry e = {copy_string(r->env, path), copy_string(r->env, reason),
               ld_hash64(path.data, path.bytes, 0)};
    if (!e.path || !e.reason) {
        free_string(r->env, e.path);
        free_string(r->env, e.reason);
        return ld_error_nomem(err, path.bytes + reason.bytes);
    }
    r->entries[r->count++] = e;
    r->changed = true;
    return LEDE_OK;
}

void ld_rejects_remove(ld_rejects *r, ld_span path)
{
    path = without_nul(path);
    if (r->count == 0)
        return;
    uint64_t hash = ld_hash64(path.data, path.bytes, 0);
    for (size_t i = 0; i < r->count; i++) {
        entry *e = &r->entries[i];
        if (e->path && e->path_hash == hash && ld_span_equal(path, ld_span_from_string(e->path))) {
            free_string(r->env, e->path);
            free_string(r->env, e->reason);
            *e = (entry){0};
            r->changed = true;
        }
    }
}

static lede_status read_line(ld_rejects *r, ld_span line, lede_error *err)
{
    json_t *root = json_loadb(line.data, line.bytes, 0, NULL);
    const char *path = json_string_value(json_object_get(root, "path"));
    const char *reason = json_string_value(json_object_get(root, "reason"));
    lede_status status = LEDE_OK;
    if (path && reason)
        status = ld_rejects_add(r, ld_span_from_string(path), ld_span_from_string(reason), err);
    json_decref(root); /* a damaged line of this report is left out: nothing depends on it */
    return status;
}

lede_status ld_rejects_load(const lede_env *env, const char *dir, ld_rejects **rejects,
                            lede_error *err)
{
    *rejects = NULL;
    char path[LD_PATH_BYTES_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s/" LD_REJECTS_FILE, dir) >= sizeof path)
        return LD_FAIL(err, LEDE_E_INVALID, "the path of the archive is too long");
    ld_rejects *r = ld_alloc_zero(env, sizeof *r);
    if (!r)
        return ld_error_nomem(err, sizeof *r);
    r->env = env;
    memcpy(r->dir, dir, strlen(dir) + 1);
    char *data = NULL;
    size_t bytes = 0;
    lede_error load_error = {0};
    lede_status status = ld_file_load(env, path, REJECTS_BYTES_MAX, &data, &bytes, &load_error);
    if (status == LEDE_E_NOTFOUND) {
        *rejects = r;
        return LEDE_OK;
    }
    ld_span rest = ld_span_of(data, bytes);
    while (status == LEDE_OK && rest.bytes) {
        size_t end = ld_span_find_byte(rest, '\n');
        status = read_line(r, ld_span_sub(rest, 0, end), &load_error);
        rest = end == SIZE_MAX ? (ld_span){0} : ld_span_sub(rest, end + 1, SIZE_MAX);
    }
    ld_release(env, data, bytes + 1);
    r->changed = false;
    if (status != LEDE_OK) {
        if (err)
            *err = load_error;
        ld_rejects_free(r);
        return status;
    }
    *rejects = r;
    return LEDE_OK;
}

void ld_rejects_free(ld_rejects *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count; i++) {
        free_string(r->env, r->entries[i].path);
        free_string(r->env, r->entries[i].reason);
    }
    ld_release(r->env, r->entries, r->capacity * sizeof *r->entries);
    ld_release(r->env, r, sizeof *r);
}

uint32_t ld_rejects_count(const ld_rejects *r)
{
    return (uint32_t)r->count;
}

void ld_rejects_at(const ld_rejects *r, uint32_t ordinal, const char **path, const char **reason)
{
    *path = r->entries[ordinal].path;
    *reason = r->entries[ordinal].reason;
}

static void format_list(const ld_rejects *r, ld_buf *out)
{
    for (size_t i = 0; i < r->count; i++) {
        if (!r->entries[i].path)
            continue;
        ld_json j;
        ld_json_init(&j, out, false);
        ld_json_object(&j);
        ld_json_key_cstring(&j, "path", r->entries[i].path);
        ld_json_key_cstring(&j, "reason", r->entries[i].reason);
        ld_json_object_end(&j);
        ld_buf_add_byte(out, '\n');
    }
}

static lede_status write_file(const ld_rejects *r, const char *path, const ld_buf *text,
                              lede_error *err)
{
    ld_file file;
    LD_TRY(ld_file_open(r->env, path, LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_TRUNCATE,
                        &file, err));
    lede_status status = ld_file_pwrite(&file, text->data, text->bytes, 0, err);
    if (status == LEDE_OK)
        status = ld_file_sync(&file, err);
    if (status != LEDE_OK) {
        ld_file_close(&file);
        return status;
    }
    return ld_file_close_checked(&file, err);
}

lede_status ld_rejects_clean(const lede_env *env, const char *dir, lede_error *err)
{
    char temporary[LD_PATH_BYTES_MAX + 32];
    snprintf(temporary, sizeof temporary, "%s/" LD_REJECTS_FILE ".tmp", dir);
    lede_status status = ld_path_unlink(env, temporary, err);
    return status == LEDE_E_NOTFOUND ? LEDE_OK : status;
}

lede_status ld_rejects_save(ld_rejects *r, lede_error *err)
{
    if (!r->changed)
        return LEDE_OK;
    char path[LD_PATH_BYTES_MAX + 32], temporary[LD_PATH_BYTES_MAX + 32];
    snprintf(path, sizeof path, "%s/" LD_REJECTS_FILE, r->dir);
    snprintf(temporary, sizeof temporary, "%s/" LD_REJECTS_FILE ".tmp", r->dir);
    ld_buf text;
    ld_buf_init(&text, r->env, REJECTS_BYTES_MAX);
    format_list(r, &text);
    lede_status status = ld_buf_status(&text, err);
    if (status == LEDE_OK)
        status = write_file(r, temporary, &text, err);
    if (status == LEDE_OK)
        status = ld_path_rename(r->env, temporary, path, err);
    if (status == LEDE_OK)
        status = ld_dir_sync(r->env, r->dir, err);
    if (status == LEDE_OK)
        r->changed = false;
    ld_buf_release(&text);
    return status;
}
