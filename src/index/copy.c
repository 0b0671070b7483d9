/*
 * How is an archive copied while others search it and write to it?
 *
 *   snapshot (all files mapped) --check, write, sync--> segment-.. deletes-.. in the new folder
 *                               --ld_manifest_commit--> manifest-G: from here on it is an archive
 *
 * The maps pin the generation: the writer may merge, commit and unlink meanwhile. Copying the
 * folder with cp was rejected: it takes files of several generations, and not always all of one.
 * Hard links were rejected: a bit that goes wrong on the disk would go wrong in both.
 */
#include "index/copy.h"

#include "index/files.h"

static lede_status path_of(const lede_env *env, const char *dir, const char *name, ld_buf *path,
                           lede_error *err)
{
    ld_buf_init(path, env, LD_PATH_BYTES_MAX);
    return ld_file_path(dir, name, path, err);
}

static void remove_file(const lede_env *env, const char *dir, const char *name)
{
    ld_buf path;
    if (path_of(env, dir, name, &path, NULL) == LEDE_OK)
        (void)ld_path_unlink(env, (const char *)path.data, NULL);
    ld_buf_release(&path);
}

static void remove_segment(const lede_env *env, const char *dir, const ld_manifest_segment *entry)
{
    char name[LD_FILE_NAME_BYTES];
    ld_segment_name(entry->id, name);
    remove_file(env, dir, name);
    if (entry->deletes_generation == 0)
        return;
    ld_deletes_name(entry->id, entry->deletes_generation, name);
    remove_file(env, dir, name);
}

static lede_status copy_tombstones(const ld_open_segment *s, const lede_env *env, const char *dir,
                                   lede_error *err)
{
    const ld_manifest_segment *e = &s->entry;
    char name[LD_FILE_NAME_BYTES];
    ld_buf path, bytes;
    ld_deletes_name(e->id, e->deletes_generation, name);
    ld_buf_init(&bytes, env, SIZE_MAX);
    lede_status status = path_of(env, dir, name, &path, err);
    if (status == LEDE_OK) {
        ld_tombstones_encode(&s->tombstones, e->id, &bytes);
        status = ld_buf_status(&bytes, err);
    }
    if (status == LEDE_OK && bytes.bytes != e->deletes_bytes)
        status = ld_error_corrupt(err, name, 0, "the tombstones are not those of the manifest");
    if (status == LEDE_OK)
        status = ld_file_write_whole(env, (const char *)path.data, ld_buf_span(&bytes), err);
    ld_buf_release(&bytes);
    ld_buf_release(&path);
    return status;
}

lede_status ld_open_segment_copy(const ld_open_segment *s, const char *dir, lede_error *err)
{
    const lede_env *env = ld_segment_env(s->segment);
    char name[LD_FILE_NAME_BYTES];
    ld_buf path;
    ld_segment_name(s->entry.id, name);
    lede_status status = path_of(env, dir, name, &path, err);
    if (status == LEDE_OK)
        status = ld_segment_copy(s->segment, (const char *)path.data, err);
    ld_buf_release(&path);
    if (status == LEDE_OK && s->entry.deletes_generation)
        status = copy_tombstones(s, env, dir, err);
    if (status != LEDE_OK)
        remove_segment(env, dir, &s->entry);
    return status;
}

lede_status ld_copy_place(const lede_env *env, const char *dir, lede_error *err)
{
    lede_status status = ld_dir_make(env, dir, err);
    if (status != LEDE_E_EXISTS)
        return status;
    ld_names names;
    LD_TRY(ld_dir_list(env, dir, &names, err));
    size_t count = names.count;
    ld_names_release(&names);
    return count == 0
               ? LEDE_OK
               : LD_FAIL(err, LEDE_E_EXISTS,
                         "%s is there and is not empty; a copy wants a folder of its own", dir);
}

lede_status ld_snapshot_copy(const ld_snapshot *s, const char *dir, uint64_t *bytes,
                             lede_error *err)
{
    const ld_manifest *m = ld_snapshot_manifest(s);
    size_t copied = 0;
    bool visible = false;
    *bytes = 0;
    LD_TRY(ld_copy_place(m->env, dir, err));
    lede_status status = ld_dir_sync_parent(m->env, dir, err);
    for (; status == LEDE_OK && copied < m->segment_count; copied++) {
        status = ld_open_segment_copy(ld_snapshot_opened(s, (uint32_t)copied), dir, err);
        *bytes += m->segments[copied].file_bytes + m->segments[copied].deletes_bytes;
    }
    if (status == LEDE_OK)
        status = ld_manifest_commit(m, dir, &visible, err);
    for (size_t i = 0; status != LEDE_OK && !visible && i < copied; i++)
        remove_segment(m->env, dir, &m->segments[i]);
    return status;
}
