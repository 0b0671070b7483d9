/*
 * Terms in byte order become dictionary entries (terms_format.h). What a term's lists are was
 * decided before: here they are lengths.
 */
#include "index/terms_write.h"

#include "index/terms_format.h"

bool ld_term_is_pulsed(uint32_t df, uint64_t total_tf)
{
    return df == 1 && total_tf <= LD_TERM_PULSED_TF_MAX;
}

static void pulsed_add(ld_buf *b, const ld_term *t)
{
    const uint8_t *tf = t->pulsed.class_tf;
    bool flagged = tf[LD_CLASS_BODY] != t->total_tf;
    ld_buf_add_varint(b, (uint64_t)t->pulsed.doc << 1 | flagged);
    if (flagged)
        ld_buf_add_byte(
            b, (uint8_t)(tf[LD_CLASS_HEAD] +
                         LD_TERM_CLASS_BASE *
                             (tf[LD_CLASS_LEAD] + LD_TERM_CLASS_BASE * tf[LD_CLASS_ASIDE])));
    uint32_t next = 0;
    for (uint32_t i = 0; i < t->total_tf; i++) {
        ld_buf_add_varint(b, t->pulsed.positions[i] - next);
        next = t->pulsed.positions[i] + 1;
    }
    for (uint32_t i = 0; t->form_count > 1 && i < t->total_tf; i++)
        ld_buf_add_varint(b, t->pulsed.forms[i]);
}

static bool is_lone(const ld_term *t)
{
    return t->pulsed.is && t->total_tf == 1 && t->pulsed.class_tf[LD_CLASS_BODY] == 1 &&
           t->form_count == 1 && t->form_table_bytes == 0;
}

void ld_terms_writer_add(ld_dictionary_writer *w, ld_span term, const ld_term *t, bool has_forms)
{
    uint64_t prologue[3] = {t->postings_offset, t->positions_offset, t->forms_offset};
    ld_buf *b = ld_dictionary_writer_add(w, term, !t->pulsed.is, prologue, 3);
    if (is_lone(t)) {
        ld_buf_add_varint(b, (uint64_t)t->pulsed.doc << 1);
        ld_buf_add_varint(b, t->pulsed.positions[0]);
        return;
    }
    ld_buf_add_varint(b, (uint64_t)(t->df - 1) << 2 | (uint32_t)(t->total_tf > t->df) << 1 | 1);
    if (t->total_tf > t->df)
        ld_buf_add_varint(b, t->total_tf - t->df - 1);
    if (has_forms) {
        bool has_table = t->form_table_bytes > 0;
        ld_buf_add_varint(b, (uint64_t)(t->form_count - 1) << 1 | has_table);
        if (has_table)
            ld_buf_add_varint(b, t->form_table_bytes);
    }
    if (t->pulsed.is) {
        pulsed_add(b, t);
    } else {
        ld_buf_add_varint(b, t->postings_bytes);
        ld_buf_add_varint(b, t->positions_bytes);
        if (t->form_count > 1)
            ld_buf_add_varint(b, t->forms_bytes);
    }
}
