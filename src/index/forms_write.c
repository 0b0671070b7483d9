/*
 * How a term was written, as bytes: its form table, and the dictionary that leads from a spelling
 * back to terms (forms_format.h). Stems share most of their bytes with their forms, so a form is a
 * cut and a suffix, three to five bytes with its counts.
 */
#include "index/forms_write.h"

#include "index/forms_format.h"

bool ld_form_has_list(uint32_t form_df, uint32_t term_df)
{
    return term_df > LD_FORM_LIST_TERM_DF && form_df <= term_df / LD_FORM_LIST_SHARE;
}

int ld_form_compare(const ld_form *a, const ld_form *b)
{
    if (a->total_tf != b->total_tf)
        return a->total_tf > b->total_tf ? -1 : 1;
    int order = ld_span_compare(a->spelling, b->spelling);
    return order ? order : (int)a->case_class - (int)b->case_class;
}

void ld_form_table_add(ld_buf *b, ld_span term, const ld_form *forms, uint32_t form_count)
{
    if (form_count == 1 && forms[0].case_class == LD_CASE_LOWER &&
        ld_span_equal(forms[0].spelling, term))
        return;
    for (uint32_t i = 0; i < form_count; i++) {
        const ld_form *f = &forms[i];
        bool has_list = f->list_offset != UINT64_MAX;
        size_t shared = 0;
        while (shared < term.bytes && shared < f->spelling.bytes &&
               term.data[shared] == f->spelling.data[shared])
            shared++;
        size_t suffix = f->spelling.bytes - shared;
        size_t head = suffix < LD_FORM_SUFFIX_MORE ? suffix : LD_FORM_SUFFIX_MORE;
        ld_buf_add_byte(b, (uint8_t)(f->case_class | (has_list ? LD_FORM_HAS_LIST : 0) |
                                     head << LD_FORM_SUFFIX_SHIFT));
        if (head == LD_FORM_SUFFIX_MORE)
            ld_buf_add_varint(b, suffix - head);
        ld_buf_add_varint(b, term.bytes - shared);
        ld_buf_add(b, f->spelling.data + shared, suffix);
        if (form_count > 1) {
            ld_buf_add_varint(b, f->df);
            ld_buf_add_varint(b, f->total_tf - f->df);
        }
        if (has_list) {
            ld_buf_add_varint(b, f->list_offset);
            ld_buf_add_varint(b, f->list_bytes);
        }
    }
}

void ld_spellings_writer_init(ld_spellings_writer *w, const lede_env *env, ld_segment_writer *out)
{
    memset(w, 0, sizeof *w);
    ld_dictionary_writer_init(&w->words, env, out, LD_PART_FORM_TERMS, LD_PART_FORM_INDEX);
    ld_buf_init(&w->pairs, env, UINT32_MAX);
}

void ld_spellings_writer_release(ld_spellings_writer *w)
{
    ld_dictionary_writer_release(&w->words);
    ld_buf_release(&w->pairs);
}

static void spelling_flush(ld_spellings_writer *w)
{
    if (w->pair_count == 0)
        return;
    ld_buf *b = ld_dictionary_writer_add(&w->words, ld_span_of(w->spelling, w->spelling_bytes),
                                         false, NULL, 0);
    ld_buf_add_varint(b, w->pair_count);
    ld_buf_add_span(b, ld_buf_span(&w->pairs));
    if (w->pairs.status == LEDE_OK) /* a failure stays */
        ld_buf_clear(&w->pairs);
    w->pair_count = w->last_term = 0;
}

void ld_spellings_writer_add(ld_spellings_writer *w, ld_span spelling, uint32_t term, uint32_t form)
{
    if (!ld_span_equal(spelling, ld_span_of(w->spelling, w->spelling_bytes)))
        spelling_flush(w);
    memcpy(w->spelling, spelling.data, spelling.bytes);
    w->spelling_bytes = (uint32_t)spelling.bytes;
    ld_buf_add_varint(&w->pairs, term - w->last_term);
    ld_buf_add_varint(&w->pairs, form);
    w->last_term = term;
    w->pair_count++;
}

lede_status ld_spellings_writer_finish(ld_spellings_writer *w, uint32_t docs, lede_error *err)
{
    spelling_flush(w);
    LD_TRY(ld_buf_status(&w->pairs, err));
    return ld_dictionary_writer_finish(&w->words, docs, LD_DICTIONARY_HAS_FORMS, err);
}
