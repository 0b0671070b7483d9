/*
 * The one writer of an archive. What it holds, and what a step may lose:
 *
 *   add, delete --> buffer (memory)     --flush-->  segments (files no manifest names yet)
 *                   marks on segments               --commit--> generation (manifest)
 *
 * Everything left of "generation" is gone when the writer closes or the machine stops; everything
 * in a generation stays. A failure before a document touched the buffer leaves the writer as it
 * was; a failure that loses buffered documents, or after which the state of the disk is not known,
 * is kept (sticky): from then on every call returns it and the writer can only be closed.
 *
 * Memory: the buffer (postings, side data, compressed texts) takes three quarters of what the cap
 * leaves after two segments under construction and the filter of keys. The last quarter is a
 * merge's while documents are added and a flush's while it sorts: a flush waits for the merge
 * first. What a merge takes does not grow with its documents but for about a bit each (merge.c).
 */
#include "index/writer_private.h"

#include "index/files.h"

lede_status ld_writer_fail(ld_index_writer *w, lede_status status, const lede_error *error,
                           lede_error *err)
{
    if (w->status == LEDE_OK) {
        w->status = status;
        w->error = *error;
    }
    if (err)
        *err = w->error;
    return w->status;
}

static lede_status sticky(const ld_index_writer *w, lede_error *err)
{
    if (w->status != LEDE_OK && err)
        *err = w->error;
    return w->status;
}

/* ---- memory ---- */

static size_t spare_bytes(const ld_index_writer *w)
{
    return w->options.memory_max_bytes - 2 * LD_SEGMENT_WRITER_BYTES - LD_FILTER_BYTES;
}

static size_t buffer_bytes_max(const ld_index_writer *w)
{
    return spare_bytes(w) / 4 * 3;
}

size_t ld_writer_buffer_bytes(const ld_index_writer *w)
{
    return ld_inverted_buffer_memory_bytes(w->inverted) + ld_row_buffer_memory_bytes(&w->rows);
}

size_t ld_writer_merge_bytes(const ld_index_writer *w)
{
    return spare_bytes(w) / 4;
}

size_t ld_writer_note_memory(ld_index_writer *w)
{
    size_t bytes = ld_writer_buffer_bytes(w);
    if (bytes > w->statistics.memory_peak_bytes)
        w->statistics.memory_peak_bytes = bytes;
    return bytes;
}

/* ---- open and close ---- */

static lede_status fill_options(ld_index_writer *w, const ld_writer_options *options,
                                lede_error *err)
{
    if (options)
        w->options = *options;
    if (w->options.memory_max_bytes == 0)
        w->options.memory_max_bytes = LD_WRITER_MEMORY_BYTES_DEFAULT;
    if (w->options.merge_factor == 0)
        w->options.merge_factor = LD_MERGE_FACTOR_DEFAULT;
    if (w->options.memory_max_bytes < LD_WRITER_MEMORY_BYTES_MIN)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "a writer needs at least %u MiB of memory; %zu bytes were given",
                       LD_WRITER_MEMORY_BYTES_MIN >> 20, w->options.memory_max_bytes);
    if (w->options.merge_factor < 2 || w->options.merge_factor > LD_MERGE_FACTOR_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "the merge factor is 2 to %u; %u was given",
                       LD_MERGE_FACTOR_MAX, w->options.merge_factor);
    return LEDE_OK;
}

static lede_status open_segments(ld_index_writer *w, lede_error *err)
{
    size_t count = w->committed.segment_count;
    LD_TRY(ld_grow(w->env, (void **)&w->segments, &w->segment_capacity, count, sizeof *w->segments,
                   LD_SEGMENTS_MAX, err));
    for (size_t i = 0; i < count; i++) {
        ld_writer_segment *s = ld_alloc_zero(w->env, sizeof *s);
        if (!s)
            return ld_error_nomem(err, sizeof *s);
        lede_status status =
            ld_open_segment_load(w->env, w->dir, &w->committed.segments[i], &s->open, err);
        if (status != LEDE_OK) {
            ld_release(w->env, s, sizeof *s);
            return status == LEDE_E_NOTFOUND
                       ? ld_error_corrupt(err, w->dir, 0, "a file that the manifest names is gone")
                       : status;
        }
        w->segments[w->segment_count++] = s;
    }
    return LEDE_OK;
}

/* The older generation that is kept beside the newest; a damaged one is of no use and is let go. */
static lede_status load_previous(ld_index_writer *w, lede_error *err)
{
    if (w->committed.generation < 2)
        return LEDE_OK;
    lede_status status =
        ld_manifest_load(w->env, w->dir, w->committed.generation - 1, &w->previous, err);
    if (status == LEDE_OK)
        return LEDE_OK;
    ld_manifest_init(&w->previous, w->env);
    return status == LEDE_E_NOTFOUND || status == LEDE_E_CORRUPT || status == LEDE_E_VERSION
               ? LEDE_OK
               : status;
}

/* New segments go on with the dictionary of the largest one, so that merges can copy blocks. */
static lede_status adopt_dictionary(ld_index_writer *w, lede_error *err)
{
    ld_span dictionary = {NULL, 0};
    uint32_t most = 0;
    for (size_t i = 0; w->rows.stored && i < w->segment_count; i++) {
        const ld_open_segment *s = &w->segments[i]->open;
        if (s->sidecars->stored.dictionary_bytes == 0 || s->entry.docs <= most)
            continue;
        most = s->entry.docs;
        LD_TRY(ld_stored_dictionary(&s->sidecars->stored, &dictionary, err));
    }
    return dictionary.bytes ? ld_stored_writer_adopt(w->rows.stored, dictionary, err) : LEDE_OK;
}

static lede_status open_archive(ld_index_writer *w, lede_error *err)
{
    uint64_t generation;
    LD_TRY(ld_manifest_latest(w->env, w->dir, &generation, err)); /* before a LOCK is made there */
    LD_TRY(ld_writer_lock(w, err));
    LD_TRY(ld_manifest_latest(w->env, w->dir, &generation, err));
    LD_TRY(ld_manifest_load(w->env, w->dir, generation, &w->committed, err));
    /* Its writer may have been killed between its rename and the sync after it. What this writer
     * finds unchanged it acknowledges, so the name that stands for it must last first. */
    LD_TRY(ld_dir_sync(w->env, w->dir, err));
    w->next_segment = w->committed.next_segment;
    LD_TRY(load_previous(w, err));
    LD_TRY(open_segments(w, err));
    LD_TRY(ld_writer_clean(w, err));
    LD_TRY(ld_inverted_buffer_new(w->env, &w->committed.profile, &w->inverted, err));
    LD_TRY(ld_row_buffer_init(&w->rows, w->env, &w->committed.profile, err));
    return adopt_dictionary(w, err);
}

lede_status ld_index_writer_open(const lede_env *env, const char *dir,
                                 const ld_writer_options *options, ld_index_writer **writer,
                                 lede_error *err)
{
    *writer = NULL;
    ld_index_writer *w = ld_alloc_zero(env, sizeof *w);
    if (!w)
        return ld_error_nomem(err, sizeof *w);
    w->env = env;
    w->lock.handle = -1;
    ld_buf_init(&w->lock_path, env, LD_PATH_BYTES_MAX);
    ld_manifest_init(&w->committed, env);
    ld_manifest_init(&w->previous, env);
    w->dir_bytes = strlen(dir) + 1;
    w->dir = ld_alloc(env, w->dir_bytes);
    lede_status status;
    if (!w->dir) {
        status = ld_error_nomem(err, w->dir_bytes);
        goto out;
    }
    memcpy(w->dir, dir, w->dir_bytes);
    LD_TRY_OUT(fill_options(w, options, err));
    LD_TRY_OUT(open_archive(w, err));
    w->opened = true;
    *writer = w;
    return LEDE_OK;
out:
    ld_index_writer_close(w);
    return status;
}

/* A merge that nobody waits for any more: its segment is not part of any generation. */
static void drop_merge(ld_index_writer *w)
{
    ld_merge *m = w->merge;
    if (!m)
        return;
    ld_thread_join(&m->thread);
    ld_merge_free(m);
    w->merge = NULL;
}

void ld_index_writer_close(ld_index_writer *w)
{
    if (!w)
        return;
    drop_merge(w);
    ld_inverted_buffer_free(w->inverted);
    ld_row_buffer_release(&w->rows);
    for (size_t i = 0; i < w->segment_count; i++)
        ld_writer_segment_free(w, w->segments[i]);
    /* Segments that were flushed and never committed go now; what cannot be removed is removed by
     * the next writer. Never after a failed opening: then it is not known what the archive needs.
     */
    if (w->opened && w->status == LEDE_OK)
        (void)ld_writer_clean(w, NULL);
    ld_release(w->env, w->segments, w->segment_capacity * sizeof *w->segments);
    ld_release(w->env, w->matches, w->match_capacity * sizeof *w->matches);
    ld_release(w->env, w->filter, w->filter ? LD_FILTER_BYTES : 0);
    ld_manifest_release(&w->committed);
    ld_manifest_release(&w->previous);
    ld_file_close(&w->lock);
    ld_buf_release(&w->lock_path);
    ld_release(w->env, w->dir, w->dir_bytes);
    ld_release(w->env, w, sizeof *w);
}

const ld_profile *ld_index_writer_profile(const ld_index_writer *w)
{
    return &w->committed.profile;
}

void ld_index_writer_statistics(const ld_index_writer *w, ld_writer_statistics *statistics)
{
    *statistics = w->statistics;
    statistics->buffered_docs = w->rows.row_count;
}

/* ---- adding ---- */

static bool ascends(const uint32_t *starts, uint32_t count, uint32_t end)
{
    for (uint32_t i = 0; i < count; i++)
        if (starts[i] >= end || (i > 0 && starts[i] <= starts[i - 1]))
            return false;
    return true;
}

static bool zones_fit(const ld_token_list *tokens)
{
    uint32_t end = 0;
    if (tokens->zone_count > LD_ZONES_MAX)
        return false;
    for (uint32_t i = 0; i < tokens->zone_count; i++) {
        const ld_zone_range *z = &tokens->zones[i];
        if (z->zone >= LD_ZONES_MAX || z->first < end || z->end < z->first ||
            z->end > LD_POSITIONS_MAX)
            return false;
        end = z->end;
    }
    return true;
}

/* What the formats take for granted; text/ and engine/ keep it, this holds them to it. */
static lede_status check_document(const ld_index_writer *w, const ld_document *d, lede_error *err)
{
    if (d->key.bytes == 0 || d->key.bytes > LD_KEY_BYTES_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "a key has 1 to %u bytes; this one has %zu",
                       LD_KEY_BYTES_MAX, d->key.bytes);
    if (!zones_fit(&d->tokens) ||
        !ascends(d->sentence_starts, d->sentence_count, LD_POSITIONS_MAX) ||
        !ascends(d->paragraph_starts, d->paragraph_count, LD_POSITIONS_MAX) ||
        d->tokens.count > LD_POSITIONS_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "the zones or marks of a document are out of order");
    bool hashes_fit = d->copy_hash_count <= UINT16_MAX;
    for (uint32_t i = 1; hashes_fit && i < d->copy_hash_count; i++)
        hashes_fit = d->copy_hashes[i] > d->copy_hashes[i - 1];
    if (!hashes_fit)
        return LD_FAIL(err, LEDE_E_INVALID, "the copy hashes of a document are out of order");
    /* its text is held three times while its block is compressed */
    if (d->stored.bytes > LD_STORED_DOC_BYTES_MAX || d->stored.bytes * 4 > spare_bytes(w))
        return LD_FAIL(err, LEDE_E_LIMIT,
                       "a document of %zu stored bytes is too large for a writer of %zu MiB; give "
                       "it more memory",
                       d->stored.bytes, w->options.memory_max_bytes >> 20);
    return LEDE_OK;
}

static lede_status flush_if_full(ld_index_writer *w, const ld_document *d, lede_error *err)
{
    if (w->rows.row_count == 0)
        return LEDE_OK;
    size_t bytes = ld_writer_note_memory(w) + d->stored.bytes * 3;
    if (bytes >= buffer_bytes_max(w) ||
        (w->options.flush_docs > 0 && w->rows.row_count >= w->options.flush_docs))
        return ld_writer_flush(w, err);
    return LEDE_OK;
}

static lede_status add_to_buffer(ld_index_writer *w, const ld_document *d, lede_error *err)
{
    uint32_t row = (uint32_t)w->rows.row_count;
    LD_TRY(ld_row_buffer_add(&w->rows, d, err));
    lede_error error;
    lede_status status = ld_inverted_buffer_add(w->inverted, row, &d->tokens, &error);
    if (status == LEDE_OK) {
        ld_writer_filter_key(w, d->key);
        return LEDE_OK;
    }
    ld_row_buffer_undo(&w->rows);
    if (ld_inverted_buffer_docs(w->inverted) != row)
        return ld_writer_fail(w, status, &error, err);
    if (err)
        *err = error;
    return status;
}

lede_status ld_index_writer_add(ld_index_writer *w, const ld_document *document,
                                ld_add_outcome *outcome, lede_error *err)
{
    LD_TRY(sticky(w, err));
    LD_TRY(check_document(w, document, err));
    LD_TRY(flush_if_full(w, document, err));
    bool same;
    LD_TRY(ld_writer_find_key(w, document->key, &document->content_hash, &same, err));
    if (same) {
        *outcome = LD_ADD_UNCHANGED;
        return LEDE_OK;
    }
    LD_TRY(add_to_buffer(w, document, err));
    w->changed = true;
    if (w->match_count == 0) {
        *outcome = LD_ADD_ADDED;
    } else if (document->key_is_explicit) {
        ld_writer_delete_matches(w);
        *outcome = LD_ADD_REPLACED;
    } else {
        ld_writer_add_version(w, (uint32_t)w->rows.row_count - 1);
        *outcome = LD_ADD_VERSION;
    }
    return LEDE_OK;
}

lede_status ld_index_writer_delete(ld_index_writer *w, ld_span key, uint64_t *deleted_docs,
                                   lede_error *err)
{
    *deleted_docs = 0;
    LD_TRY(sticky(w, err));
    bool same;
    LD_TRY(ld_writer_find_key(w, key, NULL, &same, err));
    *deleted_docs = w->match_count;
    if (w->match_count > 0) {
        ld_writer_delete_matches(w);
        w->changed = true;
    }
    return LEDE_OK;
}

/* ---- merging on demand ---- */

static lede_status merge_once(ld_index_writer *w, uint32_t segments_max, bool *done,
                              lede_error *err)
{
    size_t count = w->segment_count, sizes_bytes = count * sizeof(ld_merge_size);
    ld_merge_size *sizes = ld_alloc(w->env, sizes_bytes);
    if (!sizes)
        return ld_error_nomem(err, sizes_bytes);
    for (size_t i = 0; i < count; i++)
        sizes[i] = (ld_merge_size){w->segments[i]->open.entry.docs,
                                   w->segments[i]->open.tombstones.deleted_count};
    ld_merge_choice choice = ld_merge_plan_down(sizes, count, segments_max);
    uint64_t docs = 0;
    for (size_t i = choice.first; i < choice.first + choice.count; i++)
        docs += sizes[i].docs;
    ld_release(w->env, sizes, sizes_bytes);
    *done = choice.count == 0;
    if (*done)
        return LEDE_OK;
    if (docs > LD_SEGMENT_DOCS_MAX)
        return LD_FAIL(err, LEDE_E_LIMIT,
                       "merging down to %u segments joins %llu documents, and a segment holds at "
                       "most %u; ask for more segments",
                       segments_max, (unsigned long long)docs, LD_SEGMENT_DOCS_MAX);
    return ld_writer_merge_now(w, choice.first, choice.count, err);
}

lede_status ld_index_writer_merge(ld_index_writer *w, uint32_t segments_max, lede_error *err)
{
    LD_TRY(sticky(w, err));
    if (segments_max == 0)
        return LD_FAIL(err, LEDE_E_INVALID, "an archive is merged down to one segment at least");
    LD_TRY(ld_writer_flush(w, err));
    LD_TRY(ld_writer_join(w, err));
    ld_writer_drop_empty(w);
    uint64_t merges = w->statistics.merges;
    for (bool done = false; !done;)
        LD_TRY(merge_once(w, segments_max, &done, err));
    /* a segment that is alone already is written again for its order */
    if (w->options.reorder == LD_REORDER_ON && w->segment_count == 1 &&
        w->statistics.merges == merges)
        return ld_writer_merge_now(w, 0, 1, err);
    return LEDE_OK;
}
