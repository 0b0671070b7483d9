/*
 * From the buffer to a segment, and the merges that follow from it.
 *
 *   flush n:    join the merge planned at flush n-1 | write segment n | drop empty segments | plan
 *   flush n+1:  join (waits if it still runs) ...
 *
 * A merge runs on one thread beside the adding that goes on. It is swapped in at fixed points only
 * (the next flush, a commit), never when it happens to be ready, and it was planned from counts: so
 * the segments that come out do not depend on how fast the thread was, nor on whether there was
 * one.
 */
#include "index/files.h"
#include "index/writer_private.h"

/* ---- the list of segments ---- */

static lede_status segment_path(const ld_index_writer *w, uint64_t id, ld_buf *path,
                                lede_error *err)
{
    char name[LD_FILE_NAME_BYTES];
    ld_segment_name(id, name);
    return ld_file_path(w->dir, name, path, err);
}

void ld_writer_segment_free(ld_index_writer *w, ld_writer_segment *s)
{
    if (!s)
        return;
    ld_open_segment_close(&s->open);
    ld_release(w->env, s, sizeof *s);
}

/* Frees a segment that left the list. Its file goes at once unless a kept generation needs it; one
 * that cannot be removed is removed by the next commit or writer. */
static void retire(ld_index_writer *w, ld_writer_segment *s)
{
    uint64_t id = s->open.entry.id;
    ld_writer_segment_free(w, s);
    if (ld_writer_names_segment(w, id))
        return;
    ld_buf path;
    ld_buf_init(&path, w->env, LD_PATH_BYTES_MAX);
    if (segment_path(w, id, &path, NULL) == LEDE_OK)
        (void)ld_path_unlink(w->env, (const char *)path.data, NULL);
    ld_buf_release(&path);
}

/* Opens a segment that was just written. */
static lede_status open_new(ld_index_writer *w, const ld_manifest_segment *entry,
                            ld_writer_segment **segment, lede_error *err)
{
    ld_writer_segment *s = ld_alloc_zero(w->env, sizeof *s);
    if (!s)
        return ld_error_nomem(err, sizeof *s);
    lede_status status = ld_open_segment_load(w->env, w->dir, entry, &s->open, err);
    if (status == LEDE_OK)
        status = ld_tombstones_prepare(&s->open.tombstones, err);
    if (status != LEDE_OK) {
        ld_writer_segment_free(w, s);
        return status;
    }
    *segment = s;
    return LEDE_OK;
}

static void remove_range(ld_index_writer *w, size_t first, size_t count)
{
    memmove(w->segments + first, w->segments + first + count,
            (w->segment_count - first - count) * sizeof *w->segments);
    w->segment_count -= count;
}

void ld_writer_drop_empty(ld_index_writer *w)
{
    for (size_t i = w->segment_count; i-- > 0;) {
        ld_writer_segment *s = w->segments[i];
        if (s->open.tombstones.deleted_count < s->open.entry.docs)
            continue;
        remove_range(w, i, 1);
        retire(w, s);
        w->changed = true;
    }
}

/* ---- merges ---- */

/* What is known of the sources, and what happened to their documents since the plan, goes over to
 * the new segment. */
static void carry_over(const ld_merge *m, ld_writer_segment *merged)
{
    ld_tombstones *to = &merged->open.tombstones;
    for (uint32_t i = 0; i < m->count; i++) {
        const ld_tombstones *from = &m->sources[i]->open.tombstones;
        for (uint32_t doc = 0; doc < from->docs; doc++) {
            uint32_t number = ld_doc_map_get(&m->maps[i], doc);
            if (number == LD_DOC_END)
                continue;
            if (ld_tombstones_is_deleted(from, doc))
                ld_tombstones_delete(to, number);
            if (ld_tombstones_is_superseded(from, doc))
                ld_tombstones_supersede(to, number);
        }
    }
    merged->tombstones_changed = to->hidden_count > 0;
    merged->filtered = true;
    for (uint32_t i = 0; i < m->count; i++)
        merged->filtered &= m->sources[i]->filtered;
}

/* Puts the merged segment in the place of its sources; old: [m->count] the sources, now nobody's.
 */
static lede_status swap_in(ld_index_writer *w, const ld_merge *m, ld_writer_segment **old,
                           lede_error *err)
{
    ld_writer_segment *merged = NULL;
    if (m->docs > 0) {
        ld_manifest_segment entry = {.id = m->id,
                                     .file_bytes = m->file_bytes,
                                     .footer_crc32c = m->footer_crc32c,
                                     .docs = m->docs};
        LD_TRY(open_new(w, &entry, &merged, err));
        carry_over(m, merged);
    }
    memcpy(old, w->segments + m->first, m->count * sizeof *old);
    size_t kept = merged ? 1 : 0;
    remove_range(w, m->first + kept, m->count - kept);
    if (merged)
        w->segments[m->first] = merged;
    w->changed = true;
    w->statistics.merges++;
    return LEDE_OK;
}

lede_status ld_writer_join(ld_index_writer *w, lede_error *err)
{
    ld_merge *m = w->merge;
    if (!m)
        return LEDE_OK;
    w->merge = NULL;
    ld_thread_join(&m->thread);
    lede_status status = m->status;
    if (status != LEDE_OK && err)
        *err = m->error;
    ld_writer_segment *old[LD_MERGE_FACTOR_MAX];
    uint32_t old_count = 0;
    if (status == LEDE_OK)
        status = swap_in(w, m, old, err);
    if (status == LEDE_OK)
        old_count = m->count;
    else
        w->merging_off =
            true;     /* nothing is lost: the sources stay, and this writer merges no more */
    ld_merge_free(m); /* before its sources */
    for (uint32_t i = 0; i < old_count; i++)
        retire(w, old[i]);
    return status;
}

lede_status ld_writer_merge_now(ld_index_writer *w, size_t first, uint32_t count, lede_error *err)
{
    LD_TRY(ld_merge_new(w, first, count, &w->merge, err));
    if (w->rows.row_count == 0) /* nothing is added meanwhile: the buffer's share is free, too */
        w->merge->memory_max_bytes = ld_writer_merge_bytes(w) * 3;
    ld_merge_run(w->merge);
    return ld_writer_join(w, err);
}

static void start_merge(ld_index_writer *w)
{
    if (!w->options.merge_in_background ||
        ld_thread_start(&w->merge->thread, ld_merge_run, w->merge, NULL) != LEDE_OK)
        ld_merge_run(w->merge); /* no thread to be had: the caller's */
}

static lede_status plan_merge(ld_index_writer *w, lede_error *err)
{
    if (w->merging_off)
        return LEDE_OK;
    size_t count = w->segment_count, bytes = count * sizeof(ld_merge_size);
    ld_merge_size *sizes = ld_alloc(w->env, bytes);
    if (!sizes)
        return ld_error_nomem(err, bytes);
    for (size_t i = 0; i < count; i++)
        sizes[i] = (ld_merge_size){w->segments[i]->open.entry.docs,
                                   w->segments[i]->open.tombstones.deleted_count};
    ld_merge_choice choice =
        ld_merge_plan(sizes, count, w->options.merge_factor, LD_SEGMENT_DOCS_MAX);
    ld_release(w->env, sizes, bytes);
    if (choice.count == 0)
        return LEDE_OK;
    LD_TRY(ld_merge_new(w, choice.first, choice.count, &w->merge, err));
    start_merge(w);
    return LEDE_OK;
}

/* ---- flush ---- */

static lede_status write_inverted(ld_index_writer *w, ld_segment_writer *out, lede_error *err)
{
    if (!w->committed.profile.sidecars)
        return ld_inverted_buffer_flush(w->inverted, out, NULL, err);
    ld_forward_builder *forward;
    LD_TRY(ld_forward_builder_new(w->env, (uint32_t)w->rows.row_count, &forward, err));
    ld_posting_sink sink = ld_forward_builder_sink(forward);
    lede_status status = ld_inverted_buffer_flush(w->inverted, out, &sink, err);
    if (status == LEDE_OK)
        status = ld_forward_builder_write(forward, out, err);
    ld_forward_builder_free(forward);
    return status;
}

static lede_status write_segment(ld_index_writer *w, ld_manifest_segment *entry, ld_buf *path,
                                 lede_error *err)
{
    ld_segment_writer *out;
    LD_TRY(segment_path(w, entry->id, path, err));
    LD_TRY(ld_segment_writer_new(w->env, (const char *)path->data, &out, err));
    lede_status status;
    LD_TRY_OUT(ld_row_buffer_begin_write(&w->rows, out, err));
    LD_TRY_OUT(write_inverted(w, out, err));
    LD_TRY_OUT(ld_row_buffer_write(&w->rows, out, err));
    LD_TRY_OUT(ld_segment_writer_finish(out, &entry->file_bytes, &entry->footer_crc32c, err));
out:
    ld_segment_writer_free(out);
    return status;
}

/* Rows that were deleted or superseded while they waited are written as such. */
static void carry_row_marks(const ld_row_buffer *rows, ld_writer_segment *s)
{
    for (uint32_t row = 0; row < rows->row_count; row++) {
        if (rows->rows[row].deleted)
            ld_tombstones_delete(&s->open.tombstones, row);
        if (rows->rows[row].superseded)
            ld_tombstones_supersede(&s->open.tombstones, row);
    }
    s->tombstones_changed = s->open.tombstones.hidden_count > 0;
}

static lede_status flush_buffer(ld_index_writer *w, lede_error *err)
{
    ld_manifest_segment entry = {.id = w->next_segment++, .docs = (uint32_t)w->rows.row_count};
    LD_TRY(ld_grow(w->env, (void **)&w->segments, &w->segment_capacity, w->segment_count + 1,
                   sizeof *w->segments, LD_SEGMENTS_MAX, err));
    LD_TRY(ld_writer_group_copies(w, err));
    ld_buf path;
    ld_buf_init(&path, w->env, LD_PATH_BYTES_MAX);
    lede_status status = write_segment(w, &entry, &path, err);
    ld_buf_release(&path);
    LD_TRY(status);
    ld_writer_segment *s;
    LD_TRY(open_new(w, &entry, &s, err));
    carry_row_marks(&w->rows, s);
    s->filtered = true;
    w->segments[w->segment_count++] = s;
    w->changed = true;
    w->statistics.flushes++;
    ld_row_buffer_clear(&w->rows);
    return LEDE_OK;
}

lede_status ld_writer_flush(ld_index_writer *w, lede_error *err)
{
    if (w->rows.row_count == 0)
        return LEDE_OK;
    (void)ld_writer_note_memory(w);
    LD_TRY(ld_writer_join(w, err));
    lede_error error;
    lede_status status = flush_buffer(w, &error);
    if (status != LEDE_OK)
        return ld_writer_fail(w, status, &error, err); /* the buffered documents are lost */
    ld_writer_drop_empty(w);
    return plan_merge(w, err);
}
