#include "engine/alerts.h"
#include "engine/rejects.h"
#include "index/copy.h"
#include "index/files.h"
#include "lede/archive.h"

#define REJECTS_BYTES_MAX ((uint64_t)256 << 20) /* LD_REJECTS_MAX lines of the longest paths */

/* A report beside the generation; an archive need not have one. */
static lede_status copy_rejects(const lede_env *env, const char *from, const char *to,
                                lede_error *err)
{
    ld_buf path;
    char *data;
    size_t bytes;
    ld_buf_init(&path, env, LD_PATH_BYTES_MAX);
    lede_status status = ld_file_path(from, LD_REJECTS_FILE, &path, err);
    if (status == LEDE_OK)
        status = ld_file_load(env, (const char *)path.data, REJECTS_BYTES_MAX, &data, &bytes, err);
    if (status == LEDE_OK) {
        status = ld_file_path(to, LD_REJECTS_FILE, &path, err);
        if (status == LEDE_OK)
            status =
                ld_file_write_whole(env, (const char *)path.data, ld_span_of(data, bytes), err);
        ld_release(env, data, bytes + 1);
    } else if (status == LEDE_E_NOTFOUND) {
        status = LEDE_OK;
    }
    ld_buf_release(&path);
    return status;
}

lede_status lede_archive_copy(const lede_env *env, const char *from, const char *to,
                              uint64_t *bytes, lede_error *err)
{
    uint64_t own_bytes;
    ld_snapshot *s;
    env = env ? env : lede_env_system();
    LD_TRY(ld_snapshot_open(env, from, &s, err));
    lede_status status = ld_snapshot_copy(s, to, bytes ? bytes : &own_bytes, err);
    ld_snapshot_release(s);
    if (status == LEDE_OK)
        status = copy_rejects(env, from, to, err);
    if (status == LEDE_OK)
        status = ld_alerts_copy(env, from, to, err);
    return status;
}
