/*
 * What of a damaged archive can be kept, and how does it come into its place?
 *
 *   DIR ---- whole segments, block by block ----------------> DIR.repaired
 *       \--- rows of damaged segments, each that is whole --> added there, as `lede load` does
 *   DIR          -> DIR.damaged     the quarantine: nothing of it is changed or removed
 *   DIR.repaired -> DIR
 *
 * A row is whole when its key and its stored article pass their checksums; it is analysed anew, so
 * that damaged postings, positions or columns cost no article. Until the two renames the damaged
 * archive is what it was; a repair that was cut off is begun again after DIR.repaired is removed.
 * Between the renames a reader finds no archive: a moment, and only a newcomer sees it.
 *
 * Rejected: mending in place, which would break the rule that committed files are never modified,
 * and would leave nothing to look at; segments that only a damaged manifest names, because what was
 * deleted from them is not known.
 */
#include <stdio.h>

#include "base/utf8.h"
#include "engine/alerts.h"
#include "engine/document.h"
#include "engine/finding.h"
#include "engine/identity.h"
#include "engine/options.h"
#include "engine/stored_format.h"
#include "index/files.h"
#include "index/repair.h"
#include "index/writer.h"
#include "lede/archive.h"

#define ARENA_BYTES_MAX ((size_t)512 << 20) /* one article, its zones and its tokens */
#define WRITER_BYTES    ((size_t)128 << 20)
#define SUFFIX_DAMAGED  ".damaged"
#define SUFFIX_REPAIRED ".repaired"
#define SHOWN_KEY_BYTES 160u /* of a lost article's key, in its sentence */

typedef struct repair {
    const lede_env *env;
    ld_finding_listener listener;
    ld_salvage salvage;
    ld_index_writer *writer;
    ld_analyzer *analyzer;
    ld_arena *arena;
    lede_repair_counts counts;
} repair;

static void tell_lost(const repair *r, uint64_t segment, uint32_t doc, ld_span key)
{
    char sentence[SHOWN_KEY_BYTES + 128];
    if (!r->listener.tell)
        return;
    if (key.bytes)
        snprintf(sentence, sizeof sentence, "lost: %.*s", (int)ld_utf8_cut(key, SHOWN_KEY_BYTES),
                 key.data);
    else
        snprintf(sentence, sizeof sentence,
                 "lost: the article in row %u of segment %llu, whose key cannot be read", doc,
                 (unsigned long long)segment);
    r->listener.tell(r->listener.ctx, sentence);
}

static void tell_lost_segment(repair *r, const ld_manifest_segment *entry)
{
    char sentence[160];
    r->counts.lost += entry->docs;
    snprintf(sentence, sizeof sentence,
             "lost: the %u articles of segment %llu, deleted ones included; its frame is damaged",
             entry->docs, (unsigned long long)entry->id);
    if (r->listener.tell)
        r->listener.tell(r->listener.ctx, sentence);
}

static bool has_bit(const uint64_t *words, uint32_t doc)
{
    return words && (words[doc >> 6] >> (doc & 63) & 1);
}

/* The document of a row, in the arena. CORRUPT where it is not whole. */
static lede_status read_row(repair *r, const ld_open_segment *open, uint32_t doc,
                            const ld_identity *identity, ld_document *document, lede_error *err)
{
    const ld_segment_view v = {.segment = open->segment,
                               .docs = open->entry.docs,
                               .id = open->entry.id,
                               .sidecars = open->sidecars};
    ld_span stored;
    ld_article article;
    LD_TRY(ld_doc_stored(&v, doc, r->arena, &stored, err));
    LD_TRY(ld_stored_read(r->arena, stored, &article, err));
    LD_TRY(ld_segment_check_map(open->segment, err));
    LD_TRY(ld_document_make(r->arena, r->analyzer, &r->salvage.manifest.profile, &article, document,
                            err));
    document->key = identity->key;
    document->key_is_explicit = identity->key_is_explicit;
    document->address_hash = identity->address_hash;
    document->version_order = identity->version_order;
    return LEDE_OK;
}

/* An older version that states no time would pass for the newest beside one that is held. */
static lede_status may_be_added(const repair *r, const ld_identity *identity, bool superseded,
                                bool *may, lede_error *err)
{
    ld_held_row held = {0};
    *may = true;
    if (!superseded || identity->version_order != INT64_MIN)
        return LEDE_OK;
    LD_TRY(ld_index_writer_find(r->writer, identity->key, &held, err));
    *may = !held.found;
    return LEDE_OK;
}

static lede_status take_row(repair *r, const ld_open_segment *open, uint32_t doc, lede_error *err)
{
    ld_key_room room;
    ld_identity identity = {0};
    ld_document document;
    ld_add_outcome outcome;
    bool may = true;
    ld_arena_reset(r->arena);
    lede_status status = ld_keys_get(&open->sidecars->keys, doc, &room, &identity, err);
    if (status == LEDE_OK)
        status = read_row(r, open, doc, &identity, &document, err);
    else
        identity.key = (ld_span){0};
    if (status == LEDE_OK)
        status = may_be_added(r, &identity, has_bit(open->tombstones.superseded, doc), &may, err);
    if (status == LEDE_OK && may) {
        LD_TRY(ld_index_writer_add(r->writer, &document, &outcome, err));
        r->counts.salvaged++;
        return LEDE_OK;
    }
    if (status != LEDE_OK && status != LEDE_E_CORRUPT && status != LEDE_E_LIMIT)
        return status;
    r->counts.lost++;
    tell_lost(r, open->entry.id, doc, identity.key);
    return LEDE_OK;
}

static lede_status take_rows(repair *r, lede_error *err)
{
    for (size_t i = 0; i < r->salvage.damaged_count; i++) {
        const ld_manifest_segment *entry = &r->salvage.manifest.segments[r->salvage.damaged[i]];
        ld_open_segment open;
        lede_error found = {0};
        if (ld_salvage_open(&r->salvage, i, &open, &found) != LEDE_OK) {
            if (!ld_salvage_is_damage(&found)) {
                if (err)
                    *err = found;
                return found.status;
            }
            tell_lost_segment(r, entry);
            continue;
        }
        lede_status status = LEDE_OK;
        for (uint32_t doc = 0; status == LEDE_OK && doc < entry->docs; doc++)
            if (!has_bit(open.tombstones.deleted, doc))
                status = take_row(r, &open, doc, err);
        ld_open_segment_close(&open);
        LD_TRY(status);
    }
    return LEDE_OK;
}

/* Everything that is whole, as an archive at `to`. */
static lede_status make_archive(repair *r, const char *to, lede_error *err)
{
    const ld_writer_options options = {.memory_max_bytes = WRITER_BYTES};
    LD_TRY(ld_salvage_copy(&r->salvage, to, err));
    r->counts.kept = r->salvage.kept_rows;
    r->counts.damaged_segments = (uint32_t)r->salvage.damaged_count;
    if (r->salvage.damaged_count == 0)
        return LEDE_OK;
    LD_TRY(ld_arena_new(r->env, ARENA_BYTES_MAX, &r->arena, err));
    LD_TRY(ld_profile_analyzer(r->env, &r->salvage.manifest.profile, &r->analyzer, err));
    LD_TRY(ld_index_writer_open(r->env, to, &options, &r->writer, err));
    LD_TRY(take_rows(r, err));
    return ld_index_writer_commit(r->writer, NULL, err);
}

static lede_status must_not_be(const lede_env *env, const char *path, lede_error *err)
{
    lede_file_info info;
    lede_status status = ld_path_info(env, path, false, &info, NULL);
    if (status == LEDE_E_NOTFOUND)
        return LEDE_OK;
    return LD_FAIL(err, LEDE_E_EXISTS, "%s is there, of an earlier repair; move it away", path);
}

static lede_status replace(repair *r, const char *dir, lede_error *err)
{
    ld_arena *names = NULL;
    LD_TRY(ld_arena_new(r->env, 4 * (size_t)LD_PATH_BYTES_MAX, &names, err));
    int bytes = (int)strlen(dir);
    while (bytes > 1 && dir[bytes - 1] == '/')
        bytes--;
    const char *damaged = ld_arena_format(names, "%.*s" SUFFIX_DAMAGED, bytes, dir);
    const char *repaired = ld_arena_format(names, "%.*s" SUFFIX_REPAIRED, bytes, dir);
    lede_status status = ld_arena_status(names, err);
    if (status != LEDE_OK)
        goto out;
    LD_TRY_OUT(must_not_be(r->env, damaged, err));
    LD_TRY_OUT(must_not_be(r->env, repaired, err));
    LD_TRY_OUT(ld_copy_place(r->env, repaired, err));
    LD_TRY_OUT(make_archive(r, repaired, err));
    ld_index_writer_close(r->writer);
    r->writer = NULL;
    LD_TRY_OUT(ld_archive_check(r->env, repaired, true, ld_finding_tell, &r->listener, err));
    LD_TRY_OUT(ld_alerts_copy(r->env, dir, repaired, err));
    LD_TRY_OUT(ld_path_rename(r->env, dir, damaged, err));
    LD_TRY_OUT(ld_path_rename(r->env, repaired, dir, err));
    status = ld_dir_sync_parent(r->env, dir, err);
out:
    ld_arena_free(names);
    return status;
}

/* The writer's lock, held from before the first look to after the last rename. */
static lede_status lock_archive(const lede_env *env, const char *dir, ld_buf *path, ld_file *file,
                                lede_error *err)
{
    LD_TRY(ld_file_path(dir, LD_LOCK_NAME, path, err));
    LD_TRY(
        ld_file_open(env, (const char *)path->data, LEDE_OPEN_WRITE | LEDE_OPEN_CREATE, file, err));
    return ld_file_lock(file, err);
}

static lede_status run(repair *r, const char *dir, lede_error *err)
{
    ld_buf path;
    ld_file lock = {.handle = -1};
    bool whole = false;
    lede_status status =
        ld_salvage_init(&r->salvage, r->env, dir, ld_finding_tell, &r->listener, err);
    ld_buf_init(&path, r->env, LD_PATH_BYTES_MAX);
    if (status == LEDE_OK)
        status = ld_profile_check_analysis(&r->salvage.manifest.profile, err);
    if (status == LEDE_OK)
        status = lock_archive(r->env, dir, &path, &lock, err);
    if (status == LEDE_OK)
        status = ld_salvage_look(&r->salvage, &whole, err);
    r->counts.segments = (uint32_t)r->salvage.manifest.segment_count;
    r->counts.other_generation = r->salvage.is_older;
    if (status == LEDE_OK && !whole)
        status = replace(r, dir, err);
    ld_file_close(&lock);
    ld_buf_release(&path);
    ld_index_writer_close(r->writer);
    ld_analyzer_free(r->analyzer);
    ld_arena_free(r->arena);
    ld_salvage_release(&r->salvage);
    return status;
}

lede_status lede_archive_repair(const lede_env *env, const char *dir,
                                void (*tell)(void *ctx, const char *sentence), void *ctx,
                                lede_repair_counts *counts, lede_error *err)
{
    repair r = {.env = env ? env : lede_env_system(), .listener = {tell, ctx}};
    uint32_t callers_bytes = counts->struct_bytes;
    lede_status status = run(&r, dir, err);
    r.counts.struct_bytes = callers_bytes;
    memcpy(counts, &r.counts, callers_bytes < sizeof r.counts ? callers_bytes : sizeof r.counts);
    return status;
}
