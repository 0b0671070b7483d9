#include "index/notes.h"
#include "index/notes_format.h"

lede_status ld_notes_writer_init(ld_notes_writer *w, ld_segment_writer *out, lede_error *err)
{
    *w = (ld_notes_writer){
        .out = ld_segment_writer_part(out, LD_PART_NOTES, 0, LD_NOTES_VERSION, false)};
    const lede_env *env = ld_segment_writer_env(out);
    ld_buf_init(&w->row, env, LD_NOTES_ROW_BYTES + 2 * LD_NOTE_VALUE_BYTES_MAX);
    ld_buf_init(&w->key, env, LD_NOTE_KEY_BYTES_MAX);
    if (!w->out)
        return ld_segment_writer_status(out, err);
    ld_rows_writer_init(&w->rows, w->out);
    return LEDE_OK;
}

static lede_status flush_row(ld_notes_writer *w, lede_error *err)
{
    LD_TRY(ld_buf_status(&w->row, err));
    if (w->docs > 0)
        LD_TRY(ld_rows_writer_add(&w->rows, ld_buf_span(&w->row), err));
    ld_buf_clear(&w->row);
    w->docs = 0;
    return LEDE_OK;
}

lede_status ld_notes_writer_add(ld_notes_writer *w, ld_span key, uint32_t doc, ld_span value,
                                lede_error *err)
{
    if (key.bytes == 0 || key.bytes > LD_NOTE_KEY_BYTES_MAX ||
        value.bytes > LD_NOTE_VALUE_BYTES_MAX)
        return LD_FAIL(err, LEDE_E_LIMIT, "a note of %zu bytes under a key of %zu is too long",
                       value.bytes, key.bytes);
    bool same = w->docs > 0 && ld_span_equal(ld_buf_span(&w->key), key);
    if (!same || w->docs == LD_NOTES_ROW_DOCS || w->row.bytes > LD_NOTES_ROW_BYTES)
        LD_TRY(flush_row(w, err));
    if (w->docs == 0) {
        ld_buf_clear(&w->key);
        ld_buf_add_span(&w->key, key);
        LD_TRY(ld_buf_status(&w->key, err));
        ld_buf_add_varint(&w->row, key.bytes);
        ld_buf_add_span(&w->row, key);
        ld_buf_add_varint(&w->row, doc);
    } else {
        ld_buf_add_varint(&w->row, doc - w->last_doc - 1);
    }
    ld_buf_add_varint(&w->row, value.bytes);
    ld_buf_add_span(&w->row, value);
    w->last_doc = doc;
    w->docs++;
    return ld_buf_status(&w->row, err);
}

lede_status ld_notes_writer_finish(ld_notes_writer *w, uint32_t docs, lede_error *err)
{
    uint64_t bytes;
    LD_TRY(flush_row(w, err));
    LD_TRY(ld_rows_writer_finish(&w->rows, &bytes, err));
    ld_part_write(w->out, &docs, sizeof docs);
    return ld_segment_writer_status(ld_part_writer_owner(w->out), err);
}

void ld_notes_writer_release(ld_notes_writer *w)
{
    ld_buf_release(&w->row);
    ld_buf_release(&w->key);
    if (w->out)
        ld_rows_writer_release(&w->rows);
}
