/* lede_snapshot: a committed generation on disk, or pages indexed in memory; what it holds. */
#include "engine/snapshot.h"

#include <stdio.h>

#include "base/env_memory.h"
#include "base/sigbus.h"
#include "engine/options.h"
#include "lede/archive.h"

#define MEMORY_DIR "/archive"

static lede_status open_inner(const lede_env *env, const char *dir, lede_snapshot **snapshot,
                              lede_error *err)
{
    *snapshot = NULL;
    lede_snapshot *s = ld_alloc_zero(env, sizeof *s);
    if (!s)
        return ld_error_nomem(err, sizeof *s);
    s->env = env;
    size_t dir_bytes = strlen(dir) + 1;
    lede_status status = LEDE_OK;
    s->dir = ld_alloc(env, dir_bytes);
    if (s->dir)
        memcpy(s->dir, dir, dir_bytes);
    else
        status = ld_error_nomem(err, dir_bytes);
    if (status == LEDE_OK)
        status = ld_workspaces_init(&s->workspaces, env, err);
    if (status == LEDE_OK)
        status = ld_snapshot_open(env, dir, &s->inner, err);
    if (status == LEDE_OK)
        status = ld_profile_check_analysis(ld_snapshot_profile(s->inner), err);
    if (status != LEDE_OK) {
        lede_snapshot_free(s);
        return status;
    }
    *snapshot = s;
    return LEDE_OK;
}

lede_status lede_snapshot_open(const lede_env *env, const char *dir, lede_snapshot **snapshot,
                               lede_error *err)
{
    return open_inner(env ? env : lede_env_system(), dir, snapshot, err);
}

static lede_status index_paths(const lede_env *memory, const char *const *paths, size_t path_count,
                               const lede_source_options *options, lede_error *err)
{
    lede_writer *writer;
    LD_TRY(lede_archive_create(memory, MEMORY_DIR, NULL, err));
    LD_TRY(lede_writer_open(memory, MEMORY_DIR, NULL, &writer, err));
    lede_status status =
        lede_writer_add_paths(writer, paths, path_count, options, 0, NULL, NULL, NULL, err);
    lede_writer_close(writer);
    return status;
}

lede_status lede_snapshot_of_paths(const lede_env *env, const char *const *paths, size_t path_count,
                                   const lede_source_options *options, lede_snapshot **snapshot,
                                   lede_error *err)
{
    lede_env *memory;
    *snapshot = NULL;
    env = env ? env : lede_env_system();
    LD_TRY(ld_env_memory_new(env, MEMORY_DIR, &memory, err));
    lede_status status = index_paths(memory, paths, path_count, options, err);
    if (status == LEDE_OK)
        status = open_inner(memory, MEMORY_DIR, snapshot, err);
    if (status == LEDE_OK)
        (*snapshot)->memory = memory;
    else
        ld_env_memory_free(memory);
    return status;
}

void lede_snapshot_free(lede_snapshot *s)
{
    if (!s)
        return;
    lede_env *memory = s->memory;
    ld_workspaces_release(&s->workspaces);
    ld_snapshot_release(s->inner);
    ld_release(s->env, s->parts, s->part_count * sizeof *s->parts);
    if (s->dir)
        ld_release(s->env, s->dir, strlen(s->dir) + 1);
    ld_release(s->env, s, sizeof *s);
    ld_env_memory_free(memory);
}

lede_status ld_snapshot_vouch(const lede_snapshot *snapshot, lede_status status, lede_error *err)
{
    if (!ld_sigbus_happened() || (status != LEDE_OK && status != LEDE_E_NOTFOUND))
        return status;
    for (uint32_t i = 0; i < ld_snapshot_segment_count(snapshot->inner); i++)
        LD_TRY(ld_segment_check_map(ld_snapshot_segment(snapshot->inner, i)->segment, err));
    return status;
}

lede_status lede_snapshot_is_stale(const lede_snapshot *snapshot, int *stale, lede_error *err)
{
    uint64_t latest;
    *stale = 0;
    LD_TRY(ld_snapshot_latest(snapshot->env, snapshot->dir, &latest, err));
    *stale = latest > ld_snapshot_generation(snapshot->inner);
    return LEDE_OK;
}

static lede_status published_range(const ld_snapshot *inner, lede_snapshot_info *info,
                                   lede_error *err)
{
    info->published_first_utc_ms = info->published_last_utc_ms = INT64_MIN;
    for (uint32_t i = 0; i < ld_snapshot_segment_count(inner); i++) {
        const ld_segment_view *v = ld_snapshot_segment(inner, i);
        for (uint32_t doc = 0; doc < v->docs; doc++) {
            int64_t ms;
            bool present;
            if (ld_view_has_bit(v->deleted, doc) || ld_view_has_bit(v->superseded, doc))
                continue;
            LD_TRY(ld_column_number(v, LD_COLUMN_PUBLISHED, doc, &ms, &present, err));
            if (!present)
                continue;
            if (info->published_first_utc_ms == INT64_MIN || ms < info->published_first_utc_ms)
                info->published_first_utc_ms = ms;
            if (ms > info->published_last_utc_ms)
                info->published_last_utc_ms = ms;
        }
    }
    return LEDE_OK;
}

lede_status lede_snapshot_get_info(const lede_snapshot *snapshot, lede_snapshot_info *info,
                                   lede_error *err)
{
    const ld_statistics *statistics = ld_snapshot_statistics(snapshot->inner);
    memset(info, 0, sizeof *info);
    info->generation = ld_snapshot_generation(snapshot->inner);
    info->articles = statistics->live_count;
    info->rows = statistics->docs_count;
    info->deleted = statistics->deleted_count;
    info->older_versions = statistics->superseded_count;
    info->tokens = statistics->tokens_count;
    info->segments = ld_snapshot_segment_count(snapshot->inner);
    info->profile = ld_snapshot_profile(snapshot->inner)->name;
    for (uint32_t i = 0; i < info->segments; i++)
        info->bytes += ld_segment_file_bytes(ld_snapshot_segment(snapshot->inner, i)->segment);
    return ld_snapshot_vouch(snapshot, published_range(snapshot->inner, info, err), err);
}

static uint64_t part_bytes(const ld_snapshot *inner, uint16_t part_id, uint64_t *all)
{
    uint64_t bytes = 0;
    *all = 0;
    for (uint32_t i = 0; i < ld_snapshot_segment_count(inner); i++) {
        const ld_segment *segment = ld_snapshot_segment(inner, i)->segment;
        bytes += ld_segment_part(segment, (ld_part_id)part_id).bytes;
        *all += ld_segment_file_bytes(segment);
    }
    return bytes;
}

lede_status lede_snapshot_sizes(lede_snapshot *snapshot, const lede_part_bytes **parts,
                                uint32_t *count, lede_error *err)
{
    if (!snapshot->parts) {
        const uint32_t part_count = LD_PART_NOTES + 1;
        lede_part_bytes *table = ld_alloc_array(snapshot->env, part_count, sizeof *table);
        if (!table)
            return ld_error_nomem(err, part_count * sizeof *table);
        uint64_t named = 0, all = 0;
        for (uint16_t id = LD_PART_INFO; id <= LD_PART_NOTES; id++) {
            table[id - 1] =
                (lede_part_bytes){ld_part_name(id), part_bytes(snapshot->inner, id, &all)};
            named += table[id - 1].bytes;
        }
        table[part_count - 1] = (lede_part_bytes){"checksums and framing", all - named};
        snapshot->parts = table;
        snapshot->part_count = part_count;
    }
    *parts = snapshot->parts;
    *count = snapshot->part_count;
    return LEDE_OK;
}
