/*
 * Generations: creating an archive, committing, cleaning up, purging. The protocol and the races it
 * excludes stand in README.md; the steps are numbered alike here.
 */
#include "index/files.h"
#include "index/writer_private.h"

/* ---- the lock ---- */

lede_status ld_writer_lock(ld_index_writer *w, lede_error *err)
{
    LD_TRY(ld_file_path(w->dir, LD_LOCK_NAME, &w->lock_path, err));
    LD_TRY(ld_file_open(w->env, (const char *)w->lock_path.data,
                        LEDE_OPEN_READ | LEDE_OPEN_WRITE | LEDE_OPEN_CREATE, &w->lock, err));
    lede_status status = ld_file_lock(&w->lock, err);
    if (status != LEDE_OK)
        ld_file_close(&w->lock);
    return status;
}

/* ---- cleaning ---- */

static bool manifest_names(const ld_manifest *m, const ld_file_name *name)
{
    for (size_t i = 0; i < m->segment_count; i++) {
        const ld_manifest_segment *s = &m->segments[i];
        if (s->id != name->segment)
            continue;
        if (name->kind == LD_FILE_SEGMENT || s->deletes_generation == name->generation)
            return true;
    }
    return false;
}

bool ld_writer_names_segment(const ld_index_writer *w, uint64_t id)
{
    ld_file_name name = {LD_FILE_SEGMENT, 0, id};
    return manifest_names(&w->committed, &name) || manifest_names(&w->previous, &name);
}

static bool is_needed(const ld_index_writer *w, const ld_file_name *name)
{
    switch (name->kind) {
    case LD_FILE_FOREIGN:
    case LD_FILE_LOCK:
        return true;
    case LD_FILE_TEMPORARY:
        return false;
    case LD_FILE_MANIFEST:
        return name->generation == w->committed.generation ||
               (w->previous.generation > 0 && name->generation == w->previous.generation);
    case LD_FILE_SEGMENT:
    case LD_FILE_DELETES:
        break;
    }
    return manifest_names(&w->committed, name) || manifest_names(&w->previous, name);
}

lede_status ld_writer_clean(ld_index_writer *w, lede_error *err)
{
    ld_names names;
    LD_TRY(ld_dir_list(w->env, w->dir, &names, err));
    ld_buf path;
    ld_buf_init(&path, w->env, LD_PATH_BYTES_MAX);
    lede_status status = LEDE_OK;
    for (size_t i = 0; i < names.count; i++) {
        ld_file_name name = ld_file_name_parse(names.names[i]);
        if (is_needed(w, &name))
            continue;
        LD_TRY_OUT(ld_file_path(w->dir, names.names[i], &path, err));
        LD_TRY_OUT(ld_path_unlink(w->env, (const char *)path.data, err));
    }
out:
    ld_buf_release(&path);
    ld_names_release(&names);
    return status;
}

/* ---- commit ---- */

/* Step 2: one new file of tombstones for each segment whose marks changed. */
static lede_status write_tombstones(ld_index_writer *w, ld_writer_segment *s, uint64_t generation,
                                    ld_buf *bytes, ld_buf *path, lede_error *err)
{
    ld_manifest_segment *e = &s->open.entry;
    if (!s->tombstones_changed)
        return LEDE_OK;
    char name[LD_FILE_NAME_BYTES];
    ld_deletes_name(e->id, generation, name);
    LD_TRY(ld_file_path(w->dir, name, path, err));
    ld_tombstones_encode(&s->open.tombstones, e->id, bytes);
    LD_TRY(ld_buf_status(bytes, err));
    LD_TRY(ld_file_write_whole(w->env, (const char *)path->data, ld_buf_span(bytes), err));
    e->deletes_generation = generation;
    e->deletes_bytes = bytes->bytes;
    e->deletes_crc32c = ld_load_u32(bytes->data + bytes->bytes - 4);
    return LEDE_OK;
}

static lede_status make_manifest(ld_index_writer *w, ld_manifest *m, lede_error *err)
{
    m->generation = w->committed.generation + 1;
    m->next_segment = w->next_segment;
    m->profile = w->committed.profile;
    ld_buf bytes, path;
    ld_buf_init(&bytes, w->env, SIZE_MAX / 4);
    ld_buf_init(&path, w->env, LD_PATH_BYTES_MAX);
    lede_status status = LEDE_OK;
    for (size_t i = 0; i < w->segment_count; i++) {
        LD_TRY_OUT(write_tombstones(w, w->segments[i], m->generation, &bytes, &path, err));
        LD_TRY_OUT(ld_manifest_add(m, &w->segments[i]->open.entry, err));
    }
out:
    ld_buf_release(&path);
    ld_buf_release(&bytes);
    return status;
}

/* Steps 2 to 7. */
static lede_status commit_generation(ld_index_writer *w, bool keep_previous, lede_error *err)
{
    ld_manifest m;
    ld_manifest_init(&m, w->env);
    bool visible = false;
    lede_error error = {0};
    lede_status status = make_manifest(w, &m, &error);
    if (status == LEDE_OK)
        status = ld_manifest_commit(&m, w->dir, &visible, &error);
    if (status != LEDE_OK) {
        ld_manifest_release(&m);
        /* Others may see the new generation, and yet it may be gone after a power cut: nothing
         * more may be built on either. */
        if (visible)
            return ld_writer_fail(w, status, &error, err);
        if (err)
            *err = error;
        return status;
    }
    ld_manifest_release(&w->previous);
    w->previous = w->committed;
    w->committed = m;
    if (!keep_previous) {
        ld_manifest_release(&w->previous);
        ld_manifest_init(&w->previous, w->env);
    }
    for (size_t i = 0; i < w->segment_count; i++)
        w->segments[i]->tombstones_changed = false;
    w->changed = false;
    return LEDE_OK;
}

static lede_status sticky(const ld_index_writer *w, lede_error *err)
{
    if (w->status != LEDE_OK && err)
        *err = w->error;
    return w->status;
}

lede_status ld_index_writer_commit(ld_index_writer *w, uint64_t *generation, lede_error *err)
{
    LD_TRY(sticky(w, err));
    LD_TRY(ld_writer_flush(w, err));
    LD_TRY(ld_writer_join(w, err));
    ld_writer_drop_empty(w);
    if (w->changed) {
        LD_TRY(commit_generation(w, true, err));
        /* Step 8. The commit stands whatever happens here: what stays behind is an orphan, which
         * the next commit or the next writer removes. */
        (void)ld_writer_clean(w, NULL);
    }
    if (generation)
        *generation = w->committed.generation;
    return LEDE_OK;
}

lede_status ld_index_writer_purge(ld_index_writer *w, lede_error *err)
{
    LD_TRY(sticky(w, err));
    LD_TRY(ld_writer_flush(w, err));
    LD_TRY(ld_writer_join(w, err));
    ld_writer_drop_empty(w);
    if (w->rows.stored)
        ld_stored_writer_forget(w->rows.stored);
    w->purging = true;
    lede_status status = LEDE_OK;
    for (size_t i = 0; i < w->segment_count && status == LEDE_OK; i++)
        status = ld_writer_merge_now(w, i, 1, err);
    w->purging = false;
    LD_TRY(status);
    LD_TRY(commit_generation(w, false, err));
    return ld_writer_clean(w, err); /* here the removal is what was asked for */
}

/* ---- creation ---- */

/* A folder may hold leftovers of a creation that was cut off, and nothing else. */
static lede_status check_empty(const lede_env *env, const char *dir, lede_error *err)
{
    ld_names names;
    LD_TRY(ld_dir_list(env, dir, &names, err));
    lede_status status = LEDE_OK;
    for (size_t i = 0; i < names.count && status == LEDE_OK; i++) {
        ld_file_kind kind = ld_file_name_parse(names.names[i]).kind;
        if (kind == LD_FILE_MANIFEST)
            status = LD_FAIL(err, LEDE_E_EXISTS, "there is an archive at %s already", dir);
        else if (kind == LD_FILE_FOREIGN)
            status = LD_FAIL(err, LEDE_E_INVALID,
                             "%s holds other files; name a new folder for the archive", dir);
    }
    ld_names_release(&names);
    return status;
}

static lede_status write_first(ld_index_writer *w, const ld_profile *profile, lede_error *err)
{
    LD_TRY(ld_writer_lock(w, err));
    LD_TRY(check_empty(w->env, w->dir, err));
    w->committed.generation = 1;
    w->committed.next_segment = 1;
    w->committed.profile = *profile;
    /* First the folder's own name: once there is a manifest, nobody comes back to sync the parent.
     */
    LD_TRY(ld_dir_sync_parent(w->env, w->dir, err));
    bool visible;
    return ld_manifest_commit(&w->committed, w->dir, &visible, err);
}

lede_status ld_archive_create(const lede_env *env, const char *dir, const ld_profile *profile,
                              lede_error *err)
{
    LD_TRY(ld_profile_check(profile, err));
    lede_status status = ld_dir_make(env, dir, err);
    if (status == LEDE_E_EXISTS)
        status = check_empty(env, dir, err);
    LD_TRY(status);
    ld_index_writer *w = ld_alloc_zero(env, sizeof *w);
    if (!w)
        return ld_error_nomem(err, sizeof *w);
    w->env = env;
    w->dir = (char *)dir;
    w->lock.handle = -1;
    ld_manifest_init(&w->committed, env);
    ld_buf_init(&w->lock_path, env, LD_PATH_BYTES_MAX);
    status = write_first(w, profile, err);
    ld_file_close(&w->lock);
    ld_buf_release(&w->lock_path);
    ld_release(env, w, sizeof *w);
    return status;
}
