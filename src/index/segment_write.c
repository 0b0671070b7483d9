/*
 * Writing a segment: several parts grow at once, one file comes out.
 *
 *   part 1 ----------------------------> segment file, byte by byte as it is written
 *   part 2 --> memory, then spool file --\
 *   part 3 --> memory, then spool file ---+--> appended to the segment file at finish
 *
 * The first part goes straight into the file (whoever begins the largest one first saves a copy);
 * the others are kept in memory up to LD_SEGMENT_SPOOL_BYTES and then in a file of their own beside
 * the segment. Everything that reaches the segment file passes through one window of whole blocks,
 * where its checksums are taken: no byte is read back to be summed. The table of checksums is a
 * scratch.
 *
 * Cost: LD_SEGMENT_WINDOW_BYTES, up to LD_SEGMENT_SPOOL_BYTES a part, whatever the segment's
 * length. Rejected: writing every part to a file of its own (17 files to sync and to name in
 * the manifest); computing the offsets beforehand (needs two passes over the postings).
 */
#include "index/segment_format.h"

#include "codec/bitset.h"
#include "codec/crc32c.h"
#include "index/segment.h"

#define NUMBERS       LD_SPOOL_KEPT_FIRST /* of spool files; the others outlive the writer */
#define SCRATCH_FIRST 0x20u               /* of a scratch; parts take their id */

struct ld_part_writer {
    ld_segment_writer *owner;
    uint16_t id, codec, version;
    bool required;
    bool direct;          /* bytes go straight into the segment file */
    uint64_t bytes;       /* written so far */
    ld_spool spool;       /* unless direct */
    uint64_t file_offset; /* in the segment file; set when the part is joined */
};

struct ld_segment_writer {
    const lede_env *env;
    char *path; /* owned */
    size_t path_bytes;
    ld_file file;
    lede_status status; /* sticky */
    lede_error error;   /* of the first failure */
    bool finished;
    uint8_t *window; /* [LD_SEGMENT_WINDOW_BYTES] not yet in the file */
    size_t window_used;
    uint64_t file_bytes;                     /* in the file, without the window */
    ld_scratch table;                        /* CRC32C of each block before the window */
    uint64_t scratches[(NUMBERS + 63) / 64]; /* bit set: a scratch has the number */
    ld_part_writer *parts[LD_SEGMENT_PARTS_MAX];
    uint32_t part_count;
};

static void keep_failure(ld_segment_writer *w, lede_status status, const lede_error *error)
{
    if (w->status != LEDE_OK)
        return;
    w->status = status;
    w->error = *error;
}

static lede_status sticky(const ld_segment_writer *w, lede_error *err)
{
    if (w->status != LEDE_OK && err)
        *err = w->error;
    return w->status;
}

/* ---- the file ---- */

static void add_checksums(ld_segment_writer *w)
{
    for (size_t at = 0; at < w->window_used; at += LD_SEGMENT_BLOCK_BYTES) {
        size_t rest = w->window_used - at;
        size_t bytes = rest < LD_SEGMENT_BLOCK_BYTES ? rest : LD_SEGMENT_BLOCK_BYTES;
        uint32_t crc = ld_crc32c(0, w->window + at, bytes);
        ld_scratch_add(&w->table, &crc, sizeof crc);
    }
}

/* Called with a full window, and once with the rest at the end. */
static lede_status flush_window(ld_segment_writer *w, lede_error *err)
{
    add_checksums(w);
    LD_TRY(sticky(w, err));
    LD_TRY(ld_file_pwrite(&w->file, w->window, w->window_used, w->file_bytes, err));
    w->file_bytes += w->window_used;
    w->window_used = 0;
    return LEDE_OK;
}

static lede_status append(ld_segment_writer *w, const uint8_t *data, size_t bytes, lede_error *err)
{
    while (bytes > 0) {
        size_t room = LD_SEGMENT_WINDOW_BYTES - w->window_used;
        size_t part = bytes < room ? bytes : room;
        memcpy(w->window + w->window_used, data, part);
        w->window_used += part;
        data += part;
        bytes -= part;
        if (w->window_used == LD_SEGMENT_WINDOW_BYTES)
            LD_TRY(flush_window(w, err));
    }
    return LEDE_OK;
}

static uint64_t position(const ld_segment_writer *w)
{
    return w->file_bytes + w->window_used;
}

static lede_status append_padding(ld_segment_writer *w, lede_error *err)
{
    static const uint8_t zeros[LD_SEGMENT_PART_ALIGN];
    size_t over = (size_t)(position(w) % LD_SEGMENT_PART_ALIGN);
    return over ? append(w, zeros, LD_SEGMENT_PART_ALIGN - over, err) : LEDE_OK;
}

lede_status ld_segment_writer_new(const lede_env *env, const char *path, ld_segment_writer **writer,
                                  lede_error *err)
{
    *writer = NULL;
    ld_segment_writer *w = ld_alloc_zero(env, sizeof *w);
    if (!w)
        return ld_error_nomem(err, sizeof *w);
    w->env = env;
    w->file.handle = -1;
    w->path_bytes = strlen(path) + 1;
    w->path = ld_alloc(env, w->path_bytes);
    w->window = ld_alloc(env, LD_SEGMENT_WINDOW_BYTES);
    if (!w->path || !w->window) {
        ld_segment_writer_free(w);
        return ld_error_nomem(err, LD_SEGMENT_WINDOW_BYTES);
    }
    memcpy(w->path, path, w->path_bytes);
    ld_scratch_init(&w->table, w);
    lede_status status = ld_file_open(
        env, w->path, LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_EXCLUSIVE, &w->file, err);
    if (status != LEDE_OK) {
        ld_segment_writer_free(w);
        return status;
    }
    memset(w->window, 0, LD_SEGMENT_HEADER_BYTES);
    memcpy(w->window, LD_SEGMENT_MAGIC, LD_SEGMENT_MAGIC_BYTES);
    w->window[LD_SEGMENT_MAGIC_BYTES] = LD_SEGMENT_VERSION;
    w->window_used = LD_SEGMENT_HEADER_BYTES;
    *writer = w;
    return LEDE_OK;
}

/* ---- parts ---- */

ld_part_writer *ld_segment_writer_part(ld_segment_writer *w, ld_part_id id, uint16_t codec,
                                       uint16_t version, bool required)
{
    lede_error error;
    if (w->part_count == LD_SEGMENT_PARTS_MAX) {
        keep_failure(
            w,
            LD_FAIL(&error, LEDE_E_LIMIT, "a segment holds at most %u parts", LD_SEGMENT_PARTS_MAX),
            &error);
        return NULL;
    }
    ld_part_writer *p = ld_alloc_zero(w->env, sizeof *p);
    if (!p) {
        keep_failure(w, ld_error_nomem(&error, sizeof *p), &error);
        return NULL;
    }
    p->owner = w;
    p->id = (uint16_t)id;
    p->codec = codec;
    p->version = version;
    p->required = required;
    p->direct = w->part_count == 0;
    p->file_offset = p->direct ? position(w) : 0;
    ld_spool_init(&p->spool, w->env, w->path, p->id & 0xffu, LD_SEGMENT_SPOOL_BYTES);
    w->parts[w->part_count++] = p;
    return p;
}

static lede_status write_part(ld_part_writer *p, const uint8_t *data, size_t bytes, lede_error *err)
{
    return p->direct ? append(p->owner, data, bytes, err)
                     : ld_spool_add(&p->spool, data, bytes, err);
}

void ld_part_write(ld_part_writer *p, const void *data, size_t bytes)
{
    if (p->owner->status != LEDE_OK || bytes == 0)
        return;
    lede_error error;
    lede_status status = write_part(p, data, bytes, &error);
    if (status != LEDE_OK)
        keep_failure(p->owner, status, &error);
    else
        p->bytes += bytes;
}

uint64_t ld_part_offset(const ld_part_writer *p)
{
    return p->bytes;
}

size_t ld_segment_writer_memory_bytes(const ld_segment_writer *w)
{
    size_t bytes = sizeof *w + LD_SEGMENT_WINDOW_BYTES + w->table.spool.memory.capacity;
    for (uint32_t i = 0; i < w->part_count; i++)
        bytes += sizeof *w->parts[i] + w->parts[i]->spool.memory.capacity;
    return bytes;
}

lede_status ld_segment_writer_status(const ld_segment_writer *w, lede_error *err)
{
    return sticky(w, err);
}

const lede_env *ld_segment_writer_env(const ld_segment_writer *w)
{
    return w->env;
}

ld_segment_writer *ld_part_writer_owner(const ld_part_writer *p)
{
    return p->owner;
}

/* ---- scratches ---- */

void ld_scratch_init(ld_scratch *s, ld_segment_writer *owner)
{
    uint32_t number = SCRATCH_FIRST;
    while (number < NUMBERS && ld_bitset_test(owner->scratches, number))
        number++;
    *s = (ld_scratch){.owner = owner};
    ld_spool_init(&s->spool, owner->env, owner->path, number, LD_SCRATCH_MEMORY_BYTES);
    if (number < NUMBERS) {
        ld_bitset_set(owner->scratches, number);
        return;
    }
    lede_error error;
    keep_failure(owner,
                 LD_FAIL(&error, LEDE_E_LIMIT, "a segment under construction uses at most %u files",
                         NUMBERS),
                 &error);
}

void ld_scratch_add(ld_scratch *s, const void *data, size_t bytes)
{
    if (s->owner->status != LEDE_OK || bytes == 0)
        return;
    lede_error error;
    lede_status status = ld_spool_add(&s->spool, data, bytes, &error);
    if (status != LEDE_OK)
        keep_failure(s->owner, status, &error);
}

lede_status ld_scratch_seal(ld_scratch *s, const uint8_t **data, lede_error *err)
{
    *data = NULL;
    LD_TRY(sticky(s->owner, err));
    return ld_spool_seal(&s->spool, data, err);
}

void ld_scratch_release(ld_scratch *s)
{
    if (!s->owner)
        return;
    lede_error error;
    lede_status status = ld_spool_check(&s->spool, &error);
    if (status != LEDE_OK) /* what was made of it is wrong */
        keep_failure(s->owner, status, &error);
    ld_spool_release(&s->spool);
    if (s->spool.number < NUMBERS)
        ld_bitset_clear(s->owner->scratches, s->spool.number);
    s->owner = NULL;
}

/* ---- finish ---- */

static lede_status join_part(ld_part_writer *p, lede_error *err)
{
    ld_segment_writer *w = p->owner;
    if (p->direct)
        return LEDE_OK;
    LD_TRY(append_padding(w, err));
    p->file_offset = position(w);
    const ld_spool *spool = &p->spool;
    for (uint64_t at = 0; at < spool->file_bytes;) {
        uint64_t rest = spool->file_bytes - at;
        size_t room = LD_SEGMENT_WINDOW_BYTES - w->window_used;
        size_t wanted = rest < room ? (size_t)rest : room;
        size_t got;
        LD_TRY(ld_file_pread(&spool->file, w->window + w->window_used, wanted, at, &got, err));
        if (got != wanted)
            return LD_FAIL(err, LEDE_E_IO, "%s is shorter than what was written to it",
                           spool->path);
        w->window_used += got;
        at += got;
        if (w->window_used == LD_SEGMENT_WINDOW_BYTES)
            LD_TRY(flush_window(w, err));
    }
    return append(w, spool->memory.data, spool->memory.bytes, err);
}

static void build_footer(const ld_segment_writer *w, const uint8_t *table, size_t table_bytes,
                         ld_buf *out)
{
    ld_buf_add_u32(out, LD_SEGMENT_VERSION);
    ld_buf_add_u32(out, LD_SEGMENT_BLOCK_BYTES);
    ld_buf_add_u64(out, w->file_bytes); /* where the table begins */
    ld_buf_add_u32(out, (uint32_t)(table_bytes / sizeof(uint32_t)));
    ld_buf_add_u32(out, ld_crc32c(0, table, table_bytes));
    ld_buf_add_u32(out, w->part_count);
    ld_buf_add_u32(out, 0);
    for (uint32_t i = 0; i < w->part_count; i++) {
        const ld_part_writer *p = w->parts[i];
        ld_buf_add_u16(out, p->id);
        ld_buf_add_u16(out, p->codec);
        ld_buf_add_u16(out, p->version);
        ld_buf_add_u16(out, p->required ? LD_SEGMENT_PART_REQUIRED : 0);
        ld_buf_add_u64(out, p->file_offset);
        ld_buf_add_u64(out, p->bytes);
    }
}

static lede_status write_end(ld_segment_writer *w, uint64_t *file_bytes, uint32_t *footer_crc32c,
                             lede_error *err)
{
    for (uint32_t i = 0; i < w->part_count; i++)
        LD_TRY(join_part(w->parts[i], err));
    LD_TRY(append_padding(w, err));
    LD_TRY(flush_window(w, err));
    const uint8_t *table;
    size_t table_bytes = (size_t)ld_scratch_bytes(&w->table);
    LD_TRY(ld_scratch_seal(&w->table, &table, err));
    ld_buf footer;
    ld_buf_init(&footer, w->env, SIZE_MAX / 2);
    build_footer(w, table, table_bytes, &footer);
    uint32_t footer_bytes = (uint32_t)footer.bytes;
    uint32_t crc = ld_crc32c(0, footer.data, footer.bytes);
    ld_buf_add_u32(&footer, footer_bytes);
    ld_buf_add_u32(&footer, crc);
    ld_buf_add(&footer, LD_SEGMENT_END_MAGIC, LD_SEGMENT_MAGIC_BYTES);
    lede_status status;
    LD_TRY_OUT(ld_buf_status(&footer, err));
    LD_TRY_OUT(ld_file_pwrite(&w->file, table, table_bytes, w->file_bytes, err));
    LD_TRY_OUT(ld_spool_check(&w->table.spool, err));
    w->file_bytes += table_bytes;
    LD_TRY_OUT(ld_file_pwrite(&w->file, footer.data, footer.bytes, w->file_bytes, err));
    w->file_bytes += footer.bytes;
    LD_TRY_OUT(ld_file_sync(&w->file, err));
    LD_TRY_OUT(ld_file_close_checked(&w->file, err));
    *file_bytes = w->file_bytes;
    *footer_crc32c = crc;
out:
    ld_buf_release(&footer);
    return status;
}

lede_status ld_segment_writer_finish(ld_segment_writer *w, uint64_t *file_bytes,
                                     uint32_t *footer_crc32c, lede_error *err)
{
    LD_TRY(sticky(w, err));
    lede_error error;
    lede_status status = write_end(w, file_bytes, footer_crc32c, &error);
    if (status != LEDE_OK) {
        keep_failure(w, status, &error);
        return sticky(w, err);
    }
    for (uint32_t i = 0; i < w->part_count; i++)
        ld_spool_release(&w->parts[i]->spool);
    ld_scratch_release(&w->table);
    w->finished = true;
    return LEDE_OK;
}

void ld_segment_writer_free(ld_segment_writer *w)
{
    if (!w)
        return;
    for (uint32_t i = 0; i < w->part_count; i++) {
        ld_spool_release(&w->parts[i]->spool);
        ld_release(w->env, w->parts[i], sizeof *w->parts[i]);
    }
    bool made = w->file.handle >= 0 || w->file_bytes > 0;
    ld_file_close(&w->file);
    /* Left behind, the file is an orphan that no manifest names; the next writer removes it. */
    if (made && !w->finished)
        (void)ld_path_unlink(w->env, w->path, NULL);
    ld_scratch_release(&w->table);
    ld_release(w->env, w->window, LD_SEGMENT_WINDOW_BYTES);
    ld_release(w->env, w->path, w->path_bytes);
    ld_release(w->env, w, sizeof *w);
}
