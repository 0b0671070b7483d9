/*
 * "How was this term written?": its form table, rebuilt in the arena (forms_format.h). A table is
 * read once a query word, not in inner loops.
 */
#include "index/forms_format.h"
#include "index/postings_format.h"
#include "index/terms_read.h"

/* A form's own list lies in the term's region of POSTINGS; false where it cannot. */
static bool list_read(ld_reader *r, const ld_term *t, ld_form *f)
{
    uint64_t at = ld_reader_varint(r), bytes = ld_reader_varint(r);
    if (at >= t->postings_bytes || bytes == 0 || bytes > t->postings_bytes - at)
        return false;
    f->list_offset = t->postings_offset + at;
    f->list_bytes = bytes;
    return true;
}

static bool form_read(ld_reader *r, ld_span term, const ld_term *t, ld_arena *arena, ld_form *f)
{
    uint8_t kind = ld_reader_u8(r);
    uint64_t suffix_bytes = kind >> LD_FORM_SUFFIX_SHIFT;
    if (suffix_bytes == LD_FORM_SUFFIX_MORE)
        suffix_bytes += ld_reader_varint(r) & UINT32_MAX;
    uint64_t trim = ld_reader_varint(r);
    if (r->failed || trim > term.bytes || suffix_bytes > LD_TERM_BYTES_MAX ||
        term.bytes - trim + suffix_bytes > LD_TERM_BYTES_MAX)
        return false;
    size_t shared = term.bytes - (size_t)trim;
    ld_span suffix = ld_reader_bytes(r, (size_t)suffix_bytes);
    char *spelling = ld_arena_alloc(arena, shared + suffix.bytes + 1);
    if (r->failed || shared + suffix.bytes == 0 || !spelling)
        return false;
    memcpy(spelling, term.data, shared);
    if (suffix.bytes)
        memcpy(spelling + shared, suffix.data, suffix.bytes);
    f->spelling = ld_span_of(spelling, shared + suffix.bytes);
    f->case_class = kind & LD_FORM_CASE_MASK;
    uint64_t df = t->df, more_tf = t->total_tf - t->df;
    if (t->form_count > 1) {
        df = ld_reader_varint(r);
        more_tf = ld_reader_varint(r);
    }
    if (df == 0 || df > t->df || more_tf >= t->total_tf || df + more_tf > t->total_tf)
        return false;
    f->df = (uint32_t)df;
    f->total_tf = df + more_tf;
    f->list_offset = UINT64_MAX;
    f->list_bytes = 0;
    return !(kind & LD_FORM_HAS_LIST) || list_read(r, t, f);
}

lede_status ld_form_table_read(const ld_terms *t, ld_span word, const ld_term *term,
                               ld_arena *arena, ld_form **forms, lede_error *err)
{
    ld_form *f = ld_arena_array(arena, term->form_count, sizeof *f);
    if (!f)
        return ld_arena_status(arena, err);
    *forms = f;
    if (term->form_table_bytes == 0) {
        *f = (ld_form){.spelling = word,
                       .case_class = LD_CASE_LOWER,
                       .df = term->df,
                       .total_tf = term->total_tf,
                       .list_offset = UINT64_MAX};
        return LEDE_OK;
    }
    const uint8_t *view;
    LD_TRY(ld_part_view(&t->forms, term->form_table_offset, term->form_table_bytes, &view, err));
    ld_reader r = ld_reader_of(view, (size_t)term->form_table_bytes);
    for (uint32_t i = 0; i < term->form_count; i++) {
        f[i].ordinal = (uint16_t)i;
        if (!form_read(&r, word, term, arena, &f[i])) {
            LD_TRY(ld_arena_status(arena, err));
            return ld_error_corrupt(err, "forms", term->form_table_offset + r.at,
                                    "a form table is damaged");
        }
    }
    return LEDE_OK;
}

lede_status ld_terms_forms(const ld_terms *t, const ld_term *term, ld_arena *arena,
                           const ld_form **forms, uint32_t *count, lede_error *err)
{
    ld_span word;
    ld_term again;
    ld_form *table;
    LD_TRY(ld_terms_at(t, term->ordinal, arena, &word, &again, err));
    LD_TRY(ld_form_table_read(t, word, term, arena, &table, err));
    *forms = table;
    *count = term->form_count;
    return LEDE_OK;
}
