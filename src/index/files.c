#include "index/files.h"

#include <stdio.h>

#include "index/segment.h"

#define ID_DIGITS 16u

/* A lower-case hexadecimal number of exactly ID_DIGITS digits at *at, which moves past it. */
static bool parse_id(const char **at, uint64_t *id)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < ID_DIGITS; i++) {
        char c = (*at)[i];
        if (c >= '0' && c <= '9')
            value = value << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value << 4 | (uint64_t)(c - 'a' + 10);
        else
            return false;
    }
    *at += ID_DIGITS;
    *id = value;
    return true;
}

static bool skip(const char **at, const char *word)
{
    size_t bytes = strlen(word);
    if (strncmp(*at, word, bytes) != 0)
        return false;
    *at += bytes;
    return true;
}

static bool is_spool_suffix(const char *at)
{
    for (uint32_t i = 1; i <= 2; i++)
        if (at[0] != '.' || !((at[i] >= '0' && at[i] <= '9') || (at[i] >= 'a' && at[i] <= 'f')))
            return false;
    return strcmp(at + 3, LD_SPOOL_SUFFIX) == 0;
}

ld_file_name ld_file_name_parse(const char *name)
{
    ld_file_name n = {LD_FILE_FOREIGN, 0, 0};
    const char *at = name;
    if (strcmp(name, LD_LOCK_NAME) == 0) {
        n.kind = LD_FILE_LOCK;
    } else if (skip(&at, "manifest-") && parse_id(&at, &n.generation)) {
        if (*at == 0)
            n.kind = LD_FILE_MANIFEST;
        else if (strcmp(at, LD_MANIFEST_TMP_SUFFIX) == 0)
            n.kind = LD_FILE_TEMPORARY;
    } else if (skip(&at, "segment-") && parse_id(&at, &n.segment)) {
        if (*at == 0)
            n.kind = LD_FILE_SEGMENT;
        else if (is_spool_suffix(at))
            n.kind = LD_FILE_TEMPORARY;
    } else if (skip(&at, "deletes-") && parse_id(&at, &n.segment) && skip(&at, "-") &&
               parse_id(&at, &n.generation) && *at == 0) {
        n.kind = LD_FILE_DELETES;
    }
    return n;
}

void ld_manifest_name(uint64_t generation, char name[LD_FILE_NAME_BYTES])
{
    snprintf(name, LD_FILE_NAME_BYTES, "manifest-%016llx", (unsigned long long)generation);
}

void ld_segment_name(uint64_t segment, char name[LD_FILE_NAME_BYTES])
{
    snprintf(name, LD_FILE_NAME_BYTES, "segment-%016llx", (unsigned long long)segment);
}

void ld_deletes_name(uint64_t segment, uint64_t generation, char name[LD_FILE_NAME_BYTES])
{
    snprintf(name, LD_FILE_NAME_BYTES, "deletes-%016llx-%016llx", (unsigned long long)segment,
             (unsigned long long)generation);
}

lede_status ld_file_path(const char *dir, const char *name, ld_buf *path, lede_error *err)
{
    ld_buf_clear(path);
    ld_buf_add_string(path, dir);
    ld_buf_add_byte(path, '/');
    ld_buf_add_string(path, name);
    (void)ld_buf_string(path);
    return ld_buf_status(path, err);
}

lede_status ld_file_write_whole(const lede_env *env, const char *path, ld_span bytes,
                                lede_error *err)
{
    ld_file file;
    const uint32_t flags = LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_EXCLUSIVE;
    lede_status status = ld_file_open(env, path, flags, &file, err);
    if (status == LEDE_E_EXISTS) {
        LD_TRY(ld_path_unlink(env, path, err));
        status = ld_file_open(env, path, flags, &file, err);
    }
    LD_TRY(status);
    LD_TRY_OUT(ld_file_pwrite(&file, bytes.data, bytes.bytes, 0, err));
    LD_TRY_OUT(ld_file_sync(&file, err));
    LD_TRY_OUT(ld_file_close_checked(&file, err));
out:
    ld_file_close(&file);
    /* What stays behind is an orphan, which the next writer removes. */
    if (status != LEDE_OK)
        (void)ld_path_unlink(env, path, NULL);
    return status;
}

lede_status ld_dir_sync_parent(const lede_env *env, const char *dir, lede_error *err)
{
    ld_buf parent;
    ld_buf_init(&parent, env, LD_PATH_BYTES_MAX);
    size_t end = strlen(dir);
    while (end > 1 && dir[end - 1] == '/')
        end--;
    while (end > 0 && dir[end - 1] != '/')
        end--;
    while (end > 1 && dir[end - 1] == '/')
        end--;
    ld_buf_add(&parent, end ? dir : ".", end ? end : 1);
    (void)ld_buf_string(&parent);
    lede_status status = ld_buf_status(&parent, err);
    if (status == LEDE_OK)
        status = ld_dir_sync(env, (const char *)parent.data, err);
    ld_buf_release(&parent);
    return status;
}
