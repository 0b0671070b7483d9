#include "index/open_segment.h"

#include "index/files.h"
#include "index/tombstones_format.h"

/* Larger than any file of tombstones: two bitmaps and a frame. */
static uint64_t deletes_bytes_max(uint32_t docs)
{
    return LD_TOMBSTONES_HEADER_BYTES + 4 + 2 * (((uint64_t)docs + 63) / 64 * 8);
}

static lede_status load_tombstones(const lede_env *env, const char *dir, ld_open_segment *s,
                                   ld_buf *path, lede_error *err)
{
    const ld_manifest_segment *e = &s->entry;
    if (e->deletes_generation == 0)
        return LEDE_OK;
    char name[LD_FILE_NAME_BYTES];
    ld_deletes_name(e->id, e->deletes_generation, name);
    LD_TRY(ld_file_path(dir, name, path, err));
    const char *where = (const char *)path->data;
    char *data;
    size_t bytes;
    LD_TRY(ld_file_load(env, where, deletes_bytes_max(e->docs), &data, &bytes, err));
    lede_status status;
    if (bytes != e->deletes_bytes || bytes < 4 ||
        ld_load_u32(data + bytes - 4) != e->deletes_crc32c)
        status = ld_error_corrupt(err, where, 0, "it is not the file the manifest names");
    else
        status = ld_tombstones_decode(ld_span_of(data, bytes), e->id, where, &s->tombstones, err);
    ld_release(env, data, bytes + 1);
    return status;
}

static lede_status load(const lede_env *env, const char *dir, ld_open_segment *s, ld_buf *path,
                        lede_error *err)
{
    const ld_manifest_segment *e = &s->entry;
    char name[LD_FILE_NAME_BYTES];
    ld_segment_name(e->id, name);
    LD_TRY(ld_file_path(dir, name, path, err));
    const char *where = (const char *)path->data;
    LD_TRY(ld_segment_open(env, where, &s->segment, err));
    if (ld_segment_file_bytes(s->segment) != e->file_bytes ||
        ld_segment_footer_crc32c(s->segment) != e->footer_crc32c)
        return ld_error_corrupt(err, where, 0, "it is not the file the manifest names");
    LD_TRY(ld_sidecars_open(s->segment, &s->sidecars, err));
    if (s->sidecars->keys.docs != e->docs)
        return ld_error_corrupt(err, where, 0,
                                "it has another number of documents than the "
                                "manifest names");
    return load_tombstones(env, dir, s, path, err);
}

lede_status ld_open_segment_tombstones(const lede_env *env, const char *dir, ld_open_segment *s,
                                       lede_error *err)
{
    ld_buf path;
    ld_buf_init(&path, env, LD_PATH_BYTES_MAX);
    lede_status status = load_tombstones(env, dir, s, &path, err);
    ld_buf_release(&path);
    return status;
}

lede_status ld_open_segment_load(const lede_env *env, const char *dir,
                                 const ld_manifest_segment *entry, ld_open_segment *s,
                                 lede_error *err)
{
    *s = (ld_open_segment){.entry = *entry};
    ld_tombstones_init(&s->tombstones, env, entry->docs);
    ld_buf path;
    ld_buf_init(&path, env, LD_PATH_BYTES_MAX);
    lede_status status = load(env, dir, s, &path, err);
    ld_buf_release(&path);
    if (status != LEDE_OK)
        ld_open_segment_close(s);
    return status;
}

void ld_open_segment_close(ld_open_segment *s)
{
    ld_sidecars_close(s->sidecars);
    ld_segment_close(s->segment);
    ld_tombstones_release(&s->tombstones);
    s->sidecars = NULL;
    s->segment = NULL;
}
