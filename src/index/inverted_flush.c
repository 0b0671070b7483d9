/*
 * The buffer's words in byte order, through the one writer of inverted parts.
 *
 * The slots of the term table become the array that is sorted (the table is of no use afterwards),
 * so ordering a full buffer asks for no memory. Beyond that a flush holds the writer of
 * inverted_write.h (for n words about 8n bytes, most of it at the very end), one posting's
 * positions, and one term's form table.
 *
 * Records and chunks of neighbours in that order lie anywhere in the pool: sorting reads keys of
 * four bytes that stand beside the refs (sort.h), and the records and chunks of the next few terms
 * are fetched ahead.
 *
 * A term's forms are counted in a first reading of its postings, because the commonest is ordinal 0
 * and ordinals must be known before the second reading writes them.
 *
 * The buffer is empty afterwards and its memory given back, whether the flush came through or not:
 * what was in it and not written is lost with the segment, as after a crash.
 */
#include "index/forms_write.h"
#include "index/inverted_buffer.h"
#include "index/inverted_write.h"
#include "index/positions_format.h"
#include "index/postings_format.h"
#include "index/sort.h"
#include "index/terms_write.h"

#define TERMS_AHEAD       8u
#define SLOTS_AHEAD       24u
#define CHUNK_FIRST_BYTES 12u

typedef struct flush {
    ld_inverted_buffer *buffer;
    ld_inverted_writer *out;
    ld_form *forms;       /* of the term at hand, in order */
    uint64_t *refs;       /* its forms: by id, then in order */
    uint16_t *ordinal_of; /* id -> ordinal */
    uint32_t *positions;  /* of one posting */
    uint16_t *ordinals;
    size_t forms_capacity, refs_capacity, ordinal_of_capacity, positions_capacity,
        ordinals_capacity;
} flush;

typedef struct posting {
    uint32_t doc, tf, class_tf[LD_CLASS_COUNT];
} posting;

static inline void posting_head(ld_chunk_reader *r, uint32_t next_doc, posting *p)
{
    uint32_t head = ld_chunk_read(r);
    p->doc = next_doc + (head >> 2);
    p->tf = head & 2 ? ld_chunk_read(r) : 1;
    bool flagged = head & 1;
    p->class_tf[LD_CLASS_HEAD] = flagged ? ld_chunk_read(r) : 0;
    p->class_tf[LD_CLASS_LEAD] = flagged ? ld_chunk_read(r) : 0;
    p->class_tf[LD_CLASS_ASIDE] = flagged ? ld_chunk_read(r) : 0;
    p->class_tf[LD_CLASS_BODY] = p->tf - p->class_tf[LD_CLASS_HEAD] - p->class_tf[LD_CLASS_LEAD] -
                                 p->class_tf[LD_CLASS_ASIDE];
}

/* ---- forms ---- */

/* First reading: df and occurrences of each form. */
static void forms_count(const flush *f, const ld_buffer_term *t)
{
    ld_chunk_reader r;
    ld_chunk_reader_init(&r, f->buffer, t);
    posting p = {0};
    for (uint32_t i = 0, next = 0; i < t->list.df; i++, next = p.doc + 1) {
        posting_head(&r, next, &p);
        for (uint32_t j = 0; j < p.tf; j++) {
            uint32_t id = ld_chunk_read(&r) & 1 ? ld_chunk_read(&r) : 0;
            ld_buffer_form *form = ld_pool_at(f->buffer, (ld_pool_ref)f->refs[id]);
            form->total_tf++;
            form->df += form->mark != p.doc + 1;
            form->mark = p.doc + 1;
        }
    }
}

static ld_form form_of(const ld_inverted_buffer *b, uint64_t ref)
{
    const ld_buffer_form *form = ld_pool_at(b, (ld_pool_ref)ref);
    return (ld_form){.spelling = ld_buffer_form_text(b, form),
                     .case_class = form->case_class,
                     .df = form->df,
                     .total_tf = form->total_tf};
}

static bool form_less(const void *buffer, uint64_t a, uint64_t b)
{
    ld_form x = form_of(buffer, a), y = form_of(buffer, b);
    return ld_form_compare(&x, &y) < 0;
}

/* Fills f->forms with the term's forms that occur, in order. */
static lede_status forms_order(flush *f, const ld_buffer_term *t, uint32_t *count, lede_error *err)
{
    const lede_env *env = f->buffer->env;
    LD_TRY(ld_grow(env, (void **)&f->forms, &f->forms_capacity, t->form_count, sizeof *f->forms,
                   LD_FORMS_MAX, err));
    LD_TRY(ld_grow(env, (void **)&f->refs, &f->refs_capacity, t->form_count, sizeof *f->refs,
                   LD_FORMS_MAX, err));
    LD_TRY(ld_grow(env, (void **)&f->ordinal_of, &f->ordinal_of_capacity, t->form_count,
                   sizeof *f->ordinal_of, LD_FORMS_MAX, err));
    for (ld_pool_ref ref = t->forms; ref;) {
        ld_buffer_form *form = ld_pool_at(f->buffer, ref);
        f->refs[form->id] = ref;
        form->df = form->total_tf = form->mark = 0;
        ref = form->next;
    }
    forms_count(f, t);
    uint32_t n = 0;
    for (uint32_t id = 0; id < t->form_count; id++) {
        const ld_buffer_form *form = ld_pool_at(f->buffer, (ld_pool_ref)f->refs[id]);
        if (form->total_tf > 0)
            f->refs[n++] = f->refs[id];
    }
    ld_sort_u64(f->refs, n, form_less, f->buffer);
    for (uint32_t i = 0; i < n; i++) {
        ld_buffer_form *form = ld_pool_at(f->buffer, (ld_pool_ref)f->refs[i]);
        f->forms[i] = form_of(f->buffer, f->refs[i]);
        f->forms[i].ordinal = form->ordinal = f->ordinal_of[form->id] = (uint16_t)i;
    }
    *count = n;
    return LEDE_OK;
}

/* ---- terms ---- */

static lede_status reserve_occurrences(flush *f, uint32_t tf, lede_error *err)
{
    const lede_env *env = f->buffer->env;
    LD_TRY(ld_grow(env, (void **)&f->positions, &f->positions_capacity, tf, sizeof *f->positions,
                   LD_POSITIONS_MAX, err));
    return ld_grow(env, (void **)&f->ordinals, &f->ordinals_capacity, tf, sizeof *f->ordinals,
                   LD_POSITIONS_MAX, err);
}

static void occurrences_read(flush *f, ld_chunk_reader *r, uint32_t tf, bool has_forms)
{
    for (uint32_t i = 0, next = 0; i < tf; i++, next++) {
        uint32_t head = ld_chunk_read(r), id = head & 1 ? ld_chunk_read(r) : 0;
        f->positions[i] = next += head >> 1;
        if (has_forms)
            f->ordinals[i] = f->ordinal_of[id];
    }
}

/* Second reading: the postings, as they are written. */
static lede_status postings_write(flush *f, const ld_buffer_term *t, bool has_forms,
                                  lede_error *err)
{
    ld_chunk_reader r;
    ld_chunk_reader_init(&r, f->buffer, t);
    posting p = {0};
    for (uint32_t i = 0, next_doc = 0; i < t->list.df; i++, next_doc = p.doc + 1) {
        posting_head(&r, next_doc, &p);
        if (p.tf > f->positions_capacity || p.tf > f->ordinals_capacity)
            LD_TRY(reserve_occurrences(f, p.tf, err));
        occurrences_read(f, &r, p.tf, has_forms);
        LD_TRY(ld_inverted_writer_add(f->out, p.doc, p.tf, p.class_tf, f->positions,
                                      has_forms ? f->ordinals : NULL, err));
    }
    return LEDE_OK;
}

/* Numbers on their way from chunks to the writer. */
typedef struct number_batch {
    uint32_t count, values[LD_POSITIONS_GROUP];
} number_batch;

static void numbers_read(flush *f, ld_chunk_reader *r, uint32_t tf, number_batch *batch)
{
    for (uint32_t i = 0; i < tf; i++) {
        uint32_t head = ld_chunk_read(r);
        if (head & 1)
            (void)ld_chunk_read(r); /* the form */
        if (batch->count == LD_POSITIONS_GROUP) {
            ld_inverted_writer_add_numbers(f->out, batch->values, batch->count);
            batch->count = 0;
        }
        batch->values[batch->count++] = head >> 1;
    }
}

/* The same for a list of one form: runs of postings that are all in the body go over together, and
 * their numbers are those the chunks have. */
static lede_status runs_write(flush *f, const ld_buffer_term *t, lede_error *err)
{
    uint32_t docs[LD_POSTINGS_BLOCK], tfs[LD_POSTINGS_BLOCK], next_doc = 0;
    number_batch batch = {.count = 0};
    ld_chunk_reader r;
    ld_chunk_reader_init(&r, f->buffer, t);
    for (uint32_t left = t->list.df; left > 0;) {
        uint32_t room = ld_inverted_writer_room(f->out), count = 0;
        uint64_t total = 0;
        posting p = {0};
        bool in_body = true;
        for (room = left < room ? left : room; in_body && count < room;) {
            posting_head(&r, next_doc, &p);
            next_doc = p.doc + 1;
            left--;
            in_body = p.class_tf[LD_CLASS_BODY] == p.tf;
            if (!in_body)
                break;
            docs[count] = p.doc;
            tfs[count++] = p.tf;
            total += p.tf;
            numbers_read(f, &r, p.tf, &batch);
        }
        ld_inverted_writer_add_run(f->out, 0, docs, tfs, count, total);
        ld_inverted_writer_add_numbers(f->out, batch.values, batch.count);
        batch.count = 0;
        if (in_body)
            continue;
        if (p.tf > f->positions_capacity || p.tf > f->ordinals_capacity)
            LD_TRY(reserve_occurrences(f, p.tf, err));
        occurrences_read(f, &r, p.tf, false);
        LD_TRY(ld_inverted_writer_add(f->out, p.doc, p.tf, p.class_tf, f->positions, NULL, err));
    }
    return LEDE_OK;
}

static lede_status term_write(flush *f, const ld_buffer_term *t, lede_error *err)
{
    bool has_forms = ld_profile_has_forms(&f->buffer->profile);
    uint32_t form_count = 0, ordinal;
    if (has_forms)
        LD_TRY(forms_order(f, t, &form_count, err));
    LD_TRY(ld_inverted_writer_term_begin(f->out, ld_span_of(t->text, t->bytes), t->list.df,
                                         t->list.total_tf, f->forms, form_count, err));
    if (form_count > 1 || ld_term_is_pulsed(t->list.df, t->list.total_tf))
        LD_TRY(postings_write(f, t, has_forms, err));
    else
        LD_TRY(runs_write(f, t, err));
    LD_TRY(ld_inverted_writer_term_end(f->out, &ordinal, err));
    for (uint32_t i = 0; i < form_count; i++)
        ((ld_buffer_form *)ld_pool_at(f->buffer, (ld_pool_ref)f->refs[i]))->mark = ordinal;
    return LEDE_OK;
}

/* Four bytes of a text, from byte `at` on, as a number in byte order. */
static uint32_t text_key(ld_span text, uint32_t at)
{
    uint8_t bytes[4] = {0};
    for (uint32_t i = 0; i < sizeof bytes && at + i < text.bytes; i++)
        bytes[i] = (uint8_t)text.data[at + i];
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t term_key(const void *buffer, uint64_t item, uint32_t at)
{
    const ld_buffer_term *t = ld_pool_at(buffer, (ld_pool_ref)item);
    return text_key(ld_span_of(t->text, t->bytes), at);
}

/* A ref below the first key of its text: most comparisons end there, without touching the pool. */
static uint64_t sort_item(ld_span text, uint64_t ref)
{
    return (uint64_t)text_key(text, 0) << 32 | (uint32_t)ref;
}

static bool term_less(const void *buffer, uint64_t a, uint64_t b)
{
    const ld_buffer_term *x = ld_pool_at(buffer, (ld_pool_ref)a);
    const ld_buffer_term *y = ld_pool_at(buffer, (ld_pool_ref)b);
    return ld_span_compare(ld_span_of(x->text, x->bytes), ld_span_of(y->text, y->bytes)) < 0;
}

/* A record and the start of its text, which is often in the next line of the cache. Inlined by
 * force: a function that does nothing but ask ahead has no effect in a compiler's eyes, and gcc 12
 * leaves out calls of it. */
#define ALWAYS_INLINE inline __attribute__((always_inline))
static ALWAYS_INLINE void record_prefetch(const ld_inverted_buffer *b, uint64_t ref)
{
    const char *record = ld_pool_at(b, (ld_pool_ref)ref);
    __builtin_prefetch(record);
    __builtin_prefetch(record + offsetof(ld_buffer_term, text) + 4);
}

/* In the order of hashes and in that of bytes, records and chunks of two neighbours lie anywhere in
 * the pool: so they are asked for some words ahead. */
static ALWAYS_INLINE void slot_prefetch(const ld_inverted_buffer *b, const ld_buffer_table *t,
                                        uint32_t at)
{
    if (at < t->capacity && t->slots[at])
        record_prefetch(b, t->slots[at]);
}

/* A later term's record, and the first chunk of the one before it. */
static ALWAYS_INLINE void terms_prefetch(const ld_inverted_buffer *b, uint32_t at, uint32_t count)
{
    if (at + 2 * TERMS_AHEAD >= count)
        return;
    record_prefetch(b, b->terms.slots[at + 2 * TERMS_AHEAD]);
    const ld_buffer_term *t = ld_pool_at(b, (ld_pool_ref)b->terms.slots[at + TERMS_AHEAD]);
    const char *chunk = ld_pool_at(b, t->list.first_chunk);
    __builtin_prefetch(chunk);
    __builtin_prefetch(chunk + CHUNK_FIRST_BYTES - 1);
}

static lede_status terms_write(flush *f, lede_error *err)
{
    ld_inverted_buffer *b = f->buffer;
    uint32_t n = 0;
    for (uint32_t i = 0; i < b->terms.capacity; i++) {
        slot_prefetch(b, &b->terms, i + SLOTS_AHEAD);
        if (b->terms.slots[i] == 0)
            continue;
        const ld_buffer_term *t = ld_pool_at(b, (ld_pool_ref)b->terms.slots[i]);
        if (t->list.df > 0)
            b->terms.slots[n++] = sort_item(ld_span_of(t->text, t->bytes), b->terms.slots[i]);
    }
    ld_sort_texts(b->terms.slots, n, term_key, term_less, b);
    for (uint32_t i = 0; i < n; i++) {
        terms_prefetch(b, i, n);
        LD_TRY(term_write(f, ld_pool_at(b, (ld_pool_ref)b->terms.slots[i]), err));
    }
    return LEDE_OK;
}

/* ---- spellings ---- */

static bool spelling_less(const void *buffer, uint64_t a, uint64_t b)
{
    const ld_buffer_form *x = ld_pool_at(buffer, (ld_pool_ref)a);
    const ld_buffer_form *y = ld_pool_at(buffer, (ld_pool_ref)b);
    int order = ld_span_compare(ld_buffer_form_text(buffer, x), ld_buffer_form_text(buffer, y));
    if (order == 0)
        order = (x->mark > y->mark) - (x->mark < y->mark);
    return order ? order < 0 : x->ordinal < y->ordinal;
}

static uint32_t spelling_key(const void *buffer, uint64_t item, uint32_t at)
{
    return text_key(ld_buffer_form_text(buffer, ld_pool_at(buffer, (ld_pool_ref)item)), at);
}

static void spellings_write(flush *f)
{
    ld_inverted_buffer *b = f->buffer;
    uint32_t n = 0;
    for (uint32_t i = 0; i < b->forms.capacity; i++) {
        slot_prefetch(b, &b->forms, i + SLOTS_AHEAD);
        if (b->forms.slots[i] == 0)
            continue;
        const ld_buffer_form *form = ld_pool_at(b, (ld_pool_ref)b->forms.slots[i]);
        if (form->total_tf > 0)
            b->forms.slots[n++] = sort_item(ld_buffer_form_text(b, form), b->forms.slots[i]);
    }
    ld_sort_texts(b->forms.slots, n, spelling_key, spelling_less, b);
    for (uint32_t i = 0; i < n; i++) {
        const ld_buffer_form *form = ld_pool_at(b, (ld_pool_ref)b->forms.slots[i]);
        ld_inverted_writer_spelling(f->out, ld_buffer_form_text(b, form), form->mark,
                                    form->ordinal);
    }
}

static void flush_release(flush *f)
{
    const lede_env *env = f->buffer->env;
    ld_inverted_writer_free(f->out);
    ld_release(env, f->forms, f->forms_capacity * sizeof *f->forms);
    ld_release(env, f->refs, f->refs_capacity * sizeof *f->refs);
    ld_release(env, f->ordinal_of, f->ordinal_of_capacity * sizeof *f->ordinal_of);
    ld_release(env, f->positions, f->positions_capacity * sizeof *f->positions);
    ld_release(env, f->ordinals, f->ordinals_capacity * sizeof *f->ordinals);
}

lede_status ld_inverted_buffer_flush(ld_inverted_buffer *b, ld_segment_writer *out,
                                     const ld_posting_sink *sink, lede_error *err)
{
    flush f = {.buffer = b};
    lede_status status;
    LD_TRY_OUT(
        ld_inverted_writer_new(b->env, &b->profile, b->docs, b->lengths, out, sink, &f.out, err));
    LD_TRY_OUT(terms_write(&f, err));
    if (b->profile.stem)
        spellings_write(&f);
    LD_TRY_OUT(ld_inverted_writer_finish(f.out, err));
out:
    flush_release(&f);
    ld_inverted_buffer_reset(b);
    return status;
}
