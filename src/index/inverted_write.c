/*
 * Postings in order become the parts TERMS .. CLASS_CODES and LENGTHS.
 *
 *   add -> list (blocks of 256) -> POSTINGS        a form's own list -> POSTINGS, between them
 *       -> positions (groups)   -> POSITIONS
 *       -> ordinals (groups)    -> FORMS           term_end: form table -> FORMS, entry -> TERMS
 *
 * Memory: one block of the term's list and of each of its forms' lists, their skip tables (32 bytes
 * for 256 postings), and what the dictionary writer holds. Never a list: blocks of a term's list
 * and of its forms' lists take turns in the part, and skip tables say where each begins.
 *
 * The counts of a term are told at its beginning, because a term of one posting is written into
 * the dictionary and a form's df decides whether it has a list; they are compared at its end, so
 * that a damaged segment cannot pass its lies on through a merge.
 */
#include "index/inverted_write.h"

#include "index/forms_format.h"
#include "index/forms_write.h"
#include "index/lengths_format.h"
#include "index/positions_write.h"
#include "index/postings_write.h"
#include "index/terms_write.h"

#define NO_LIST UINT16_MAX

typedef struct form_list {
    ld_list_writer list;
    uint32_t form;   /* ordinal */
    uint32_t doc_tf; /* in the document at hand */
} form_list;

struct ld_inverted_writer {
    const lede_env *env;
    const ld_profile *profile;
    const ld_posting_sink *sink; /* may be NULL */
    const uint8_t *lengths;      /* [docs] borrowed */
    uint32_t docs;
    bool has_forms;
    ld_part_writer *postings, *positions_part, *forms_part, *lengths_part, *codes_part;
    ld_dictionary_writer words;
    ld_spellings_writer spellings;
    ld_class_codes codes;
    uint32_t average; /* length of a document, as LENGTHS has it */
    ld_bound_scale scale;
    ld_best_scores best;
    ld_list_writer list;
    ld_stream_writer positions, ordinals;
    ld_buf table;

    /* the term at hand */
    uint32_t term_bytes;
    char term_text[LD_TERM_BYTES_MAX];
    ld_term term;
    uint32_t added_df;
    uint64_t added_tf;
    uint64_t run_positions_at; /* of a run that begins a block, in the term's region */
    ld_form *forms;            /* [forms_capacity], term.form_count used */
    uint16_t *list_of;         /* [list_of_capacity] form -> list or NO_LIST */
    size_t forms_capacity, list_of_capacity;
    form_list **lists; /* [list_capacity] made when first needed */
    size_t list_capacity, list_made;
    uint32_t list_count; /* of this term */
};

static lede_status parts_begin(ld_inverted_writer *w, ld_segment_writer *out, lede_error *err)
{
    w->positions_part = ld_segment_writer_part(out, LD_PART_POSITIONS, LD_POSITIONS_CODEC,
                                               LD_POSITIONS_VERSION, true);
    w->postings =
        ld_segment_writer_part(out, LD_PART_POSTINGS, LD_POSTINGS_CODEC, LD_POSTINGS_VERSION, true);
    if (w->has_forms)
        w->forms_part =
            ld_segment_writer_part(out, LD_PART_FORMS, LD_FORMS_CODEC, LD_FORMS_VERSION, true);
    ld_dictionary_writer_init(&w->words, w->env, out, LD_PART_TERMS, LD_PART_TERM_INDEX);
    if (w->profile->stem)
        ld_spellings_writer_init(&w->spellings, w->env, out);
    w->codes_part = ld_segment_writer_part(out, LD_PART_CLASS_CODES, LD_POSTINGS_CODEC,
                                           LD_POSTINGS_VERSION, true);
    w->lengths_part =
        ld_segment_writer_part(out, LD_PART_LENGTHS, LD_LENGTHS_CODEC, LD_LENGTHS_VERSION, true);
    if (!w->positions_part || !w->postings || !w->codes_part || !w->lengths_part ||
        (w->has_forms && !w->forms_part))
        return ld_error_nomem(err, 0);
    w->average = ld_lengths_average(w->lengths, w->docs);
    ld_bound_scale_init(&w->scale, w->profile, ld_lengths_average_tokens(w->average));
    ld_list_writer_init(&w->list, w->env, w->postings, w->lengths, &w->scale, &w->codes, &w->best);
    ld_stream_writer_init(&w->positions, w->positions_part, false);
    ld_stream_writer_init(&w->ordinals, w->forms_part, true);
    ld_buf_init(&w->table, w->env, UINT32_MAX);
    return LEDE_OK;
}

lede_status ld_inverted_writer_new(const lede_env *env, const ld_profile *profile, uint32_t docs,
                                   const uint8_t *lengths, ld_segment_writer *out,
                                   const ld_posting_sink *sink, ld_inverted_writer **writer,
                                   lede_error *err)
{
    ld_inverted_writer *w = ld_alloc_zero(env, sizeof *w);
    *writer = NULL;
    if (!w)
        return ld_error_nomem(err, sizeof *w);
    w->env = env;
    w->profile = profile;
    w->sink = sink;
    w->docs = docs;
    w->lengths = lengths;
    w->has_forms = ld_profile_has_forms(profile);
    lede_status status = parts_begin(w, out, err);
    if (status == LEDE_OK)
        *writer = w;
    else
        ld_inverted_writer_free(w);
    return status;
}

void ld_inverted_writer_free(ld_inverted_writer *w)
{
    if (!w)
        return;
    ld_dictionary_writer_release(&w->words);
    ld_spellings_writer_release(&w->spellings);
    ld_list_writer_release(&w->list);
    ld_buf_release(&w->table);
    for (size_t i = 0; i < w->list_made; i++) {
        ld_list_writer_release(&w->lists[i]->list);
        ld_release(w->env, w->lists[i], sizeof *w->lists[i]);
    }
    ld_release(w->env, w->lists, w->list_capacity * sizeof *w->lists);
    ld_release(w->env, w->forms, w->forms_capacity * sizeof *w->forms);
    ld_release(w->env, w->list_of, w->list_of_capacity * sizeof *w->list_of);
    ld_release(w->env, w, sizeof *w);
}

static lede_status form_list_begin(ld_inverted_writer *w, uint32_t form, lede_error *err)
{
    if (w->list_count == w->list_made) {
        LD_TRY(ld_grow(w->env, (void **)&w->lists, &w->list_capacity, w->list_made + 1,
                       sizeof *w->lists, LD_FORM_LISTS_MAX, err));
        form_list *made = ld_alloc(w->env, sizeof *made);
        if (!made)
            return ld_error_nomem(err, sizeof *made);
        ld_list_writer_init(&made->list, w->env, w->postings, w->lengths, &w->scale, NULL, NULL);
        w->lists[w->list_made++] = made;
    }
    form_list *l = w->lists[w->list_count];
    ld_list_writer_begin(&l->list, w->term.postings_offset, w->forms[form].df);
    l->form = form;
    l->doc_tf = 0;
    w->list_of[form] = (uint16_t)w->list_count++;
    return LEDE_OK;
}

static lede_status forms_begin(ld_inverted_writer *w, const ld_form *forms, uint32_t form_count,
                               lede_error *err)
{
    LD_TRY(ld_grow(w->env, (void **)&w->forms, &w->forms_capacity, form_count, sizeof *w->forms,
                   LD_FORMS_MAX, err));
    LD_TRY(ld_grow(w->env, (void **)&w->list_of, &w->list_of_capacity, form_count,
                   sizeof *w->list_of, LD_FORMS_MAX, err));
    memcpy(w->forms, forms, form_count * sizeof *forms);
    for (uint32_t i = 0; i < form_count; i++) {
        w->forms[i].list_offset = UINT64_MAX;
        w->forms[i].list_bytes = 0;
        w->list_of[i] = NO_LIST;
        if (ld_form_has_list(forms[i].df, w->term.df) && w->list_count < LD_FORM_LISTS_MAX)
            LD_TRY(form_list_begin(w, i, err));
    }
    return LEDE_OK;
}

lede_status ld_inverted_writer_term_begin(ld_inverted_writer *w, ld_span term, uint32_t df,
                                          uint64_t total_tf, const ld_form *forms,
                                          uint32_t form_count, lede_error *err)
{
    memcpy(w->term_text, term.data, term.bytes);
    w->term_bytes = (uint32_t)term.bytes;
    memset(&w->term, 0, sizeof w->term);
    w->term.ordinal = w->words.count;
    w->term.df = df;
    w->term.total_tf = total_tf;
    w->term.form_count = (uint16_t)(form_count ? form_count : 1);
    w->term.pulsed.is = ld_term_is_pulsed(df, total_tf);
    w->term.postings_offset = ld_part_offset(w->postings);
    w->term.positions_offset = ld_part_offset(w->positions_part);
    w->term.forms_offset = w->has_forms ? ld_part_offset(w->forms_part) : 0;
    w->added_df = 0;
    w->added_tf = 0;
    w->list_count = 0;
    ld_list_writer_begin(&w->list, w->term.postings_offset, df);
    if (w->has_forms)
        LD_TRY(forms_begin(w, forms, form_count, err));
    if (w->sink)
        return w->sink->term(w->sink->ctx, w->term.ordinal, df, err);
    return LEDE_OK;
}

static lede_status pulsed_add(ld_inverted_writer *w, uint32_t doc, uint32_t tf,
                              const uint32_t *class_tf, const uint32_t *positions,
                              const uint16_t *forms, lede_error *err)
{
    if (w->added_df > 1 || tf != w->term.total_tf)
        return ld_error_corrupt(err, "postings", w->term.ordinal,
                                "a list has not the length its entry says");
    w->term.pulsed.doc = doc;
    for (uint32_t i = 0; i < LD_CLASS_COUNT; i++)
        w->term.pulsed.class_tf[i] = (uint8_t)class_tf[i];
    for (uint32_t i = 0; i < tf; i++) {
        w->term.pulsed.positions[i] = positions[i];
        w->term.pulsed.forms[i] = forms ? forms[i] : 0;
    }
    return LEDE_OK;
}

/* Counts the document's occurrences by form and adds them to the lists those forms have. */
static void form_lists_add(ld_inverted_writer *w, uint32_t doc, uint32_t tf, const uint16_t *forms)
{
    uint16_t touched[LD_FORM_LISTS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < tf; i++) {
        uint16_t list = w->list_of[forms[i]];
        if (list != NO_LIST && w->lists[list]->doc_tf++ == 0)
            touched[count++] = list;
    }
    for (uint32_t i = 0; i < count; i++) {
        form_list *l = w->lists[touched[i]];
        ld_list_writer_add(&l->list, doc, l->doc_tf, NULL, 0, 0);
        l->doc_tf = 0;
    }
}

lede_status ld_inverted_writer_add(ld_inverted_writer *w, uint32_t doc, uint32_t tf,
                                   const uint32_t class_tf[LD_CLASS_COUNT],
                                   const uint32_t *positions, const uint16_t *forms,
                                   lede_error *err)
{
    w->added_df++;
    w->added_tf += tf;
    if (w->sink)
        w->sink->posting(w->sink->ctx, doc, tf);
    if (w->term.pulsed.is)
        return pulsed_add(w, doc, tf, class_tf, positions, forms, err);
    bool many_forms = w->term.form_count > 1;
    uint64_t positions_at = 0,
             forms_at = 0; /* only the first posting of a block is asked for them */
    if (ld_list_writer_is_full(&w->list)) {
        ld_stream_writer_close_block(&w->positions);
        ld_stream_writer_close_block(&w->ordinals);
    }
    if (ld_list_writer_is_full(&w->list) || w->list.count == 0) {
        positions_at = ld_part_offset(w->positions_part) - w->term.positions_offset;
        if (many_forms)
            forms_at = ld_part_offset(w->forms_part) - w->term.forms_offset;
    }
    ld_list_writer_add(&w->list, doc, tf, class_tf, positions_at, forms_at);
    ld_stream_writer_add_positions(&w->positions, positions, tf);
    if (many_forms) {
        ld_stream_writer_add_forms(&w->ordinals, forms, tf);
        if (w->list_count > 0)
            form_lists_add(w, doc, tf, forms);
    }
    return LEDE_OK;
}

uint32_t ld_inverted_writer_room(ld_inverted_writer *w)
{
    if (ld_list_writer_is_full(&w->list)) {
        ld_stream_writer_close_block(&w->positions);
        ld_list_writer_close_block(&w->list);
    }
    if (w->list.count == 0)
        w->run_positions_at = ld_part_offset(w->positions_part) - w->term.positions_offset;
    return LD_POSTINGS_BLOCK - w->list.count;
}

void ld_inverted_writer_add_run(ld_inverted_writer *w, uint32_t base, const uint32_t *docs,
                                const uint32_t *tfs, uint32_t count, uint64_t total_tf)
{
    w->added_df += count;
    w->added_tf += total_tf;
    for (uint32_t i = 0; w->sink && i < count; i++)
        w->sink->posting(w->sink->ctx, base + docs[i], tfs ? tfs[i] : 1);
    ld_list_writer_add_run(&w->list, base, docs, tfs, count, w->run_positions_at);
}

void ld_inverted_writer_add_numbers(ld_inverted_writer *w, const uint32_t *numbers, uint32_t count)
{
    ld_stream_writer_add_numbers(&w->positions, numbers, count);
}

static lede_status list_status(const ld_list_writer *l, lede_error *err)
{
    if (l->status == LEDE_E_LIMIT)
        return LD_FAIL(err, LEDE_E_LIMIT, "the postings of one term are more than 4 GiB");
    return l->status == LEDE_OK ? LEDE_OK : ld_error_nomem(err, sizeof(ld_list_skip));
}

/* Closes the lists of forms and tells the form table where they are. */
static lede_status form_lists_end(ld_inverted_writer *w, lede_error *err)
{
    for (uint32_t i = 0; i < w->list_count; i++) {
        form_list *l = w->lists[i];
        ld_form *f = &w->forms[l->form];
        ld_list_writer_close_block(&l->list);
        LD_TRY(list_status(&l->list, err));
        if (l->list.df != f->df)
            return ld_error_corrupt(err, "forms", w->term.ordinal,
                                    "a form has not the documents its table says");
        uint64_t at = ld_list_writer_finish(&l->list, 0, 0);
        f->list_offset = at - w->term.postings_offset;
        f->list_bytes =
            l->list.skip_count > 1 ? ld_part_offset(w->postings) - at : l->list.block_bytes;
        LD_TRY(list_status(&l->list, err));
    }
    return LEDE_OK;
}

/* Closes the term's list and measures its regions. */
static lede_status lists_end(ld_inverted_writer *w, lede_error *err)
{
    ld_list_writer_close_block(&w->list);
    ld_stream_writer_close_block(&w->positions);
    ld_stream_writer_close_block(&w->ordinals);
    LD_TRY(list_status(&w->list, err));
    LD_TRY(form_lists_end(w, err));
    ld_term *t = &w->term;
    t->positions_bytes = ld_part_offset(w->positions_part) - t->positions_offset;
    if (t->form_count > 1)
        t->forms_bytes = ld_part_offset(w->forms_part) - t->forms_offset;
    ld_list_writer_finish(&w->list, LD_SKIP_WIDTH(t->positions_bytes),
                          t->form_count > 1 ? LD_SKIP_WIDTH(t->forms_bytes) : 0);
    t->postings_bytes = ld_part_offset(w->postings) - t->postings_offset;
    return list_status(&w->list, err);
}

lede_status ld_inverted_writer_term_end(ld_inverted_writer *w, uint32_t *ordinal, lede_error *err)
{
    ld_term *t = &w->term;
    ld_span text = ld_span_of(w->term_text, w->term_bytes);
    if (w->added_df != t->df || w->added_tf != t->total_tf)
        return ld_error_corrupt(err, "postings", t->ordinal,
                                "a list has not the length its entry says");
    if (!t->pulsed.is)
        LD_TRY(lists_end(w, err));
    if (w->has_forms) {
        ld_form_table_add(&w->table, text, w->forms, t->form_count);
        LD_TRY(ld_buf_status(&w->table, err));
        t->form_table_bytes = w->table.bytes;
        ld_part_write(w->forms_part, w->table.data, w->table.bytes);
        ld_buf_clear(&w->table);
    }
    ld_terms_writer_add(&w->words, text, t, w->has_forms);
    *ordinal = t->ordinal;
    return LEDE_OK;
}

void ld_inverted_writer_spelling(ld_inverted_writer *w, ld_span spelling, uint32_t term,
                                 uint32_t form)
{
    ld_spellings_writer_add(&w->spellings, spelling, term, form);
}

lede_status ld_inverted_writer_finish(ld_inverted_writer *w, lede_error *err)
{
    LD_TRY(ld_dictionary_writer_finish(&w->words, w->docs,
                                       w->has_forms ? LD_DICTIONARY_HAS_FORMS : 0, err));
    if (w->profile->stem)
        LD_TRY(ld_spellings_writer_finish(&w->spellings, w->docs, err));
    ld_class_codes_write(&w->codes, w->codes_part);
    ld_part_write(w->lengths_part, w->lengths, w->docs);
    ld_part_write(w->lengths_part, &w->average, sizeof w->average);
    return LEDE_OK;
}
