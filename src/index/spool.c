#include "index/spool.h"

#include <stdio.h>

#include "base/sigbus.h"
#include "index/segment.h"

#define SUFFIX_BYTES 16u

void ld_spool_init(ld_spool *s, const lede_env *env, const char *segment_path, uint32_t number,
                   size_t memory_max_bytes)
{
    *s = (ld_spool){.env = env,
                    .segment_path = segment_path,
                    .number = number,
                    .memory_max_bytes = memory_max_bytes};
    s->file.handle = -1;
    ld_buf_init(&s->memory, env, SIZE_MAX / 2);
}

static lede_status open_file(ld_spool *s, lede_error *err)
{
    s->path_bytes = strlen(s->segment_path) + 1 + SUFFIX_BYTES;
    s->path = ld_alloc(s->env, s->path_bytes);
    if (!s->path)
        return ld_error_nomem(err, s->path_bytes);
    snprintf(s->path, s->path_bytes, "%s.%02x" LD_SPOOL_SUFFIX, s->segment_path, s->number & 0xff);
    lede_status status = ld_file_open(
        s->env, s->path, LEDE_OPEN_READ | LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_EXCLUSIVE,
        &s->file, err);
    if (status != LEDE_OK) {
        ld_release(s->env, s->path, s->path_bytes);
        s->path = NULL;
    }
    return status;
}

static lede_status write_memory(ld_spool *s, lede_error *err)
{
    if (!s->path)
        LD_TRY(open_file(s, err));
    LD_TRY(ld_file_pwrite(&s->file, s->memory.data, s->memory.bytes, s->file_bytes, err));
    s->file_bytes += s->memory.bytes;
    ld_buf_clear(&s->memory);
    return LEDE_OK;
}

lede_status ld_spool_add(ld_spool *s, const void *data, size_t bytes, lede_error *err)
{
    const uint8_t *at = data;
    while (bytes > 0) {
        size_t room = s->memory_max_bytes - s->memory.bytes;
        size_t some = bytes < room ? bytes : room;
        ld_buf_add(&s->memory, at, some);
        LD_TRY(ld_buf_status(&s->memory, err));
        at += some;
        bytes -= some;
        if (s->memory.bytes == s->memory_max_bytes)
            LD_TRY(write_memory(s, err));
    }
    return LEDE_OK;
}

lede_status ld_spool_seal(ld_spool *s, const uint8_t **data, lede_error *err)
{
    *data = s->path ? s->map : s->memory.data;
    if (!s->path || s->map)
        return LEDE_OK;
    if (s->memory.bytes > 0)
        LD_TRY(write_memory(s, err));
    ld_buf_release(&s->memory);
    LD_TRY(ld_file_map(&s->file, (size_t)s->file_bytes, &s->map, err));
    ld_file_close(&s->file); /* the map holds it */
    *data = s->map;
    return LEDE_OK;
}

lede_status ld_spool_check(const ld_spool *s, lede_error *err)
{
    if (s->map && ld_sigbus_map_is_damaged(s->map))
        return LD_FAIL(err, LEDE_E_IO, "%s was cut off, or the disk lost a part of it", s->path);
    return LEDE_OK;
}

void ld_spool_release(ld_spool *s)
{
    if (s->map)
        ld_file_unmap(s->env, s->map, (size_t)s->file_bytes);
    /* A file that cannot be removed is an orphan; the next writer to open removes it. One that was
     * never made is not there to remove. */
    if (s->file.handle >= 0 || s->map) {
        ld_file_close(&s->file);
        (void)ld_path_unlink(s->env, s->path, NULL);
    }
    ld_release(s->env, s->path, s->path_bytes);
    ld_buf_release(&s->memory);
    s->map = NULL;
    s->path = NULL;
    s->file_bytes = 0;
}
