/*
 * What of a damaged archive is whole, file by file?
 *
 *   manifests   the newest whole one decides; segments that only a damaged one names are left:
 * which of them it named, and what it had deleted, is not known segments    opened as a search
 * does, then copied block by block with every checksum tombstones  where the file is damaged, those
 * of the generation before; articles deleted since then come back, which is told
 *
 * A failure of the reading is a finding; a failure of the writing ends the repair, and so does a
 * reading that fails for want of handles, memory or permission: that says nothing of the bytes, and
 * would call whole articles lost.
 */
#include "index/repair.h"

#include <errno.h>

#include "index/files.h"

bool ld_salvage_is_damage(const lede_error *found)
{
    lede_status status = found->status;
    bool is_disk = status == LEDE_E_IO && (found->os_errno == EIO || found->os_errno == 0);
    return status == LEDE_E_CORRUPT || status == LEDE_E_NOTFOUND || status == LEDE_E_LIMIT ||
           is_disk;
}

static lede_status find_manifest(ld_salvage *s, uint64_t newest, lede_error *err)
{
    /* two generations are kept; a writer that was killed may have left a third */
    for (uint64_t g = newest; g > 0 && newest - g < 3; g--) {
        lede_error found = {0};
        lede_status status = ld_manifest_load(s->env, s->dir, g, &s->manifest, &found);
        if (status == LEDE_OK)
            return status;
        if (!ld_salvage_is_damage(&found)) {
            if (err)
                *err = found;
            return status;
        }
        if (status != LEDE_E_NOTFOUND)
            s->tell(s->ctx, &found);
        s->is_older = true;
    }
    return LD_FAIL(err, LEDE_E_CORRUPT,
                   "no manifest in %s is whole, so nothing says which files belong together; "
                   "restore a backup",
                   s->dir);
}

lede_status ld_salvage_init(ld_salvage *s, const lede_env *env, const char *dir,
                            ld_repair_tell tell, void *ctx, lede_error *err)
{
    *s = (ld_salvage){.env = env, .dir = dir, .tell = tell, .ctx = ctx};
    ld_manifest_init(&s->manifest, env);
    ld_manifest_init(&s->before, env);
    ld_manifest_init(&s->kept, env);
    uint64_t newest;
    LD_TRY(ld_manifest_latest(env, dir, &newest, err));
    LD_TRY(find_manifest(s, newest, err));
    if (s->manifest.generation > 1) {
        lede_error found = {0};
        lede_status status =
            ld_manifest_load(env, dir, s->manifest.generation - 1, &s->before, &found);
        if (status != LEDE_OK)
            ld_manifest_init(&s->before, env);
        if (status != LEDE_OK && !ld_salvage_is_damage(&found)) {
            if (err)
                *err = found;
            return status;
        }
    }
    s->kept.generation = newest + 1;
    s->kept.next_segment = s->manifest.next_segment;
    s->kept.profile = s->manifest.profile;
    return LEDE_OK;
}

void ld_salvage_release(ld_salvage *s)
{
    ld_manifest_release(&s->kept);
    ld_manifest_release(&s->before);
    ld_manifest_release(&s->manifest);
    ld_release(s->env, s->damaged, s->damaged_capacity * sizeof *s->damaged);
    s->damaged = NULL;
    s->damaged_capacity = 0;
}

/* The entry with the tombstones of the generation before, or none. */
static ld_manifest_segment with_older_deletes(const ld_salvage *s, ld_manifest_segment entry)
{
    ld_manifest_segment older = entry;
    older.deletes_generation = 0;
    older.deletes_bytes = 0;
    older.deletes_crc32c = 0;
    for (size_t i = 0; i < s->before.segment_count; i++) {
        const ld_manifest_segment *b = &s->before.segments[i];
        if (b->id == entry.id && b->deletes_generation != entry.deletes_generation) {
            older.deletes_generation = b->deletes_generation;
            older.deletes_bytes = b->deletes_bytes;
            older.deletes_crc32c = b->deletes_crc32c;
        }
    }
    return older;
}

static void tell_deletes(const ld_salvage *s, const ld_manifest_segment *older)
{
    lede_error found = {0};
    char name[LD_FILE_NAME_BYTES];
    ld_segment_name(older->id, name);
    (void)ld_error_corrupt(&found, name, 0,
                           older->deletes_generation
                               ? "its tombstones are damaged; those of the generation before were "
                                 "taken, and articles deleted since then are back"
                               : "its tombstones are damaged; articles deleted from it are back");
    s->tell(s->ctx, &found);
}

/* As ld_open_segment_load, with older tombstones where its own are damaged. */
static lede_status open_with_deletes(const ld_salvage *s, const ld_manifest_segment *entry,
                                     ld_open_segment *open, lede_error *err)
{
    lede_status status = ld_open_segment_load(s->env, s->dir, entry, open, err);
    if (!ld_salvage_is_damage(err) || entry->deletes_generation == 0)
        return status;
    lede_error found = {0};
    ld_manifest_segment older = with_older_deletes(s, *entry);
    lede_status again = ld_open_segment_load(s->env, s->dir, &older, open, &found);
    if (ld_salvage_is_damage(&found) && older.deletes_generation) {
        older.deletes_generation = 0;
        again = ld_open_segment_load(s->env, s->dir, &older, open, &found);
    }
    if (again != LEDE_OK) {
        if (ld_salvage_is_damage(&found))
            return status;
        *err = found;
        return again;
    }
    tell_deletes(s, &older);
    return LEDE_OK;
}

lede_status ld_salvage_look(ld_salvage *s, bool *whole, lede_error *err)
{
    *whole = !s->is_older;
    for (size_t i = 0; *whole && i < s->manifest.segment_count; i++) {
        ld_open_segment open;
        lede_error found = {0};
        lede_status status =
            ld_open_segment_load(s->env, s->dir, &s->manifest.segments[i], &open, &found);
        if (status == LEDE_OK) {
            status = ld_segment_verify(open.segment, &found);
            if (status == LEDE_OK)
                status = ld_segment_check_map(open.segment, &found);
            ld_open_segment_close(&open);
        }
        if (status != LEDE_OK && err)
            *err = found;
        if (status != LEDE_OK && !ld_salvage_is_damage(&found))
            return status;
        *whole = status == LEDE_OK;
    }
    return LEDE_OK;
}

static lede_status copy_one(ld_salvage *s, uint32_t ordinal, const char *to, lede_error *err)
{
    ld_open_segment open;
    lede_error found = {0};
    lede_status status = open_with_deletes(s, &s->manifest.segments[ordinal], &open, &found);
    bool is_read = status == LEDE_OK;
    if (is_read) {
        status = ld_open_segment_copy(&open, to, &found);
        if (status == LEDE_OK)
            status = ld_manifest_add(&s->kept, &open.entry, &found);
        s->kept_rows += status == LEDE_OK ? open.entry.docs : 0;
        ld_open_segment_close(&open);
    }
    if (status == LEDE_OK)
        return LEDE_OK;
    if (is_read ? status != LEDE_E_CORRUPT : !ld_salvage_is_damage(&found)) {
        if (err)
            *err = found;
        return status;
    }
    s->tell(s->ctx, &found);
    LD_TRY(ld_grow(s->env, (void **)&s->damaged, &s->damaged_capacity, s->damaged_count + 1,
                   sizeof *s->damaged, LD_SEGMENTS_MAX, err));
    s->damaged[s->damaged_count++] = ordinal;
    return LEDE_OK;
}

lede_status ld_salvage_copy(ld_salvage *s, const char *to, lede_error *err)
{
    bool visible;
    for (uint32_t i = 0; i < s->manifest.segment_count; i++)
        LD_TRY(copy_one(s, i, to, err));
    return ld_manifest_commit(&s->kept, to, &visible, err);
}

/* Of the parts a document has only two are wanted, so that damage to the others costs nothing. */
static lede_status open_rows(const ld_salvage *s, ld_open_segment *open, lede_error *err)
{
    char name[LD_FILE_NAME_BYTES];
    ld_buf path;
    ld_segment_name(open->entry.id, name);
    ld_buf_init(&path, s->env, LD_PATH_BYTES_MAX);
    lede_status status = ld_file_path(s->dir, name, &path, err);
    if (status == LEDE_OK)
        status = ld_segment_open(s->env, (const char *)path.data, &open->segment, err);
    ld_buf_release(&path);
    LD_TRY(status);
    if (ld_segment_footer_crc32c(open->segment) != open->entry.footer_crc32c)
        return ld_error_corrupt(err, name, 0, "it is not the file the manifest names");
    open->sidecars = ld_alloc_zero(s->env, sizeof *open->sidecars);
    if (!open->sidecars)
        return ld_error_nomem(err, sizeof *open->sidecars);
    open->sidecars->env = s->env;
    open->sidecars->columns.env = s->env;
    LD_TRY(ld_keys_open(open->segment, &open->sidecars->keys, err));
    if (open->sidecars->keys.docs != open->entry.docs)
        return ld_error_corrupt(err, name, 0, "it has another number of documents");
    return ld_stored_open(open->segment, open->entry.docs, &open->sidecars->stored, err);
}

/* Its own tombstones, else older ones, else none. */
static lede_status open_deletes(const ld_salvage *s, ld_open_segment *open, lede_error *err)
{
    lede_error found = {0};
    lede_status status = ld_open_segment_tombstones(s->env, s->dir, open, &found);
    if (ld_salvage_is_damage(&found)) {
        found = (lede_error){0};
        open->entry = with_older_deletes(s, open->entry);
        status = ld_open_segment_tombstones(s->env, s->dir, open, &found);
        if (ld_salvage_is_damage(&found)) {
            open->entry.deletes_generation = 0;
            status = LEDE_OK;
        }
        if (status == LEDE_OK)
            tell_deletes(s, &open->entry);
    }
    if (status != LEDE_OK && err)
        *err = found;
    return status;
}

lede_status ld_salvage_open(const ld_salvage *s, size_t damaged, ld_open_segment *open,
                            lede_error *err)
{
    *open = (ld_open_segment){.entry = s->manifest.segments[s->damaged[damaged]]};
    ld_tombstones_init(&open->tombstones, s->env, open->entry.docs);
    lede_status status = open_rows(s, open, err);
    if (status == LEDE_OK)
        status = open_deletes(s, open, err);
    if (status != LEDE_OK)
        ld_open_segment_close(open);
    return status;
}
