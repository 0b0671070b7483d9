/*
 * Several segments' inverted parts become one, streaming.
 *
 *   scan of terms --.                        .-> cursor of segment 0 --.
 *   scan of terms ---> least term, its ------+-> cursor of segment 1 ---> writer
 *   scan of terms --'  segments              '-> ...                 --'
 *   walk of spellings ... -> least spelling, its (term, form) pairs ----> writer, at the end
 *
 * A term's counts and forms are united before its postings are copied, because the writer wants
 * them first (inverted_write.c). Where a segment drops no row they are in its dictionary; where it
 * does, one reading of the list counts what is left, exactly: df, occurrences, and both of every
 * form. A term or form of which nothing is left disappears, so that the result is the one that
 * adding the remaining documents to an empty buffer would have given, byte for byte.
 *
 * Memory: the term at hand (its form tables, one block of each list, one posting) and what the
 * writer holds. The lengths of the documents, and where terms and forms went, so that spellings
 * find their new terms, are in scratches: written in order, read anywhere.
 *
 * Blocks are decoded and made anew, because blocks are full but for the last and a list that goes
 * on behind another one is cut elsewhere. But only documents become other numbers: where a segment
 * drops none and a term has one form, its postings go over by blocks, the numbers of their
 * positions as they stand.
 */
#include "index/forms_write.h"
#include "index/heap.h"
#include "index/inverted_write.h"
#include "index/postings_sorter.h"
#include "index/sort.h"
#include "index/terms_read.h"
#include "index/terms_write.h"

typedef struct merge_source {
    ld_terms *terms;
    const ld_doc_map *doc_map; /* borrowed */
    ld_lengths lengths;
    ld_terms_scan scan; /* the next term */

    ld_scratch targets;   /* ld_term_target, one a term so far */
    ld_scratch new_forms; /* u16 a form: its new ordinal, LD_FORM_NONE: gone; profiles that stem */
    const uint16_t *new_form; /* sealed */
    uint64_t form_count;      /* in new_forms */
    ld_term_walk *walk;       /* the next spelling */
    ld_span spelling;
    uint32_t walk_term;
    uint16_t walk_form;
} merge_source;

/* A segment that has the term at hand. */
typedef struct merge_member {
    merge_source *from;
    ld_form *forms;  /* [form_count] counts of what is left */
    uint16_t *remap; /* [form_count] its ordinal -> the merged one */
} merge_member;

typedef struct merge {
    const lede_env *env;
    const ld_profile *profile;
    bool has_forms;
    merge_source *sources; /* [source_count] */
    uint32_t source_count;
    ld_heap heap;     /* sources by (word, number); items: [source_count] owned */
    bool by_spelling; /* what the heap compares */
    ld_inverted_writer *out;
    ld_scratch lengths;             /* a code a document */
    uint32_t docs;                  /* of the new segment */
    const ld_doc_order *order;      /* NULL: the documents keep their order */
    ld_postings_sorter *sorter;     /* NULL likewise */
    const ld_term_target **targets; /* [source_count] sealed, owned array */
    ld_arena *term_arena, *cursor_arena;

    /* the term at hand */
    merge_member *members; /* [source_count] */
    uint32_t member_count;
    uint32_t df;
    uint64_t total_tf;
    ld_form *forms; /* [form_count] merged, in order */
    uint32_t form_count;
    uint16_t *ordinals; /* of one posting */
    size_t ordinals_capacity;
    uint64_t *pairs; /* of one spelling: term << 16 | form */
    size_t pairs_capacity;
} merge;

/* ---- the heap of sources ---- */

static bool source_less(const void *ctx, uint32_t a, uint32_t b)
{
    const merge *m = ctx;
    const merge_source *x = &m->sources[a], *y = &m->sources[b];
    int order = m->by_spelling
                    ? ld_span_compare(x->spelling, y->spelling)
                    : ld_span_compare(ld_front_span(&x->scan.front), ld_front_span(&y->scan.front));
    return order ? order < 0 : a < b;
}

/* ---- opening ---- */

/* The length codes of the documents that stay. */
static void lengths_add(merge *m, const ld_lengths *lengths, const ld_doc_map *map)
{
    if (!ld_doc_map_drops(map)) {
        ld_scratch_add(&m->lengths, lengths->codes, lengths->docs);
        return;
    }
    for (uint32_t doc = 0; (doc = ld_doc_map_next(map, doc)) < lengths->docs; doc++)
        ld_scratch_add(&m->lengths, &lengths->codes[doc], 1);
}

static lede_status source_open(merge *m, merge_source *s, const ld_segment *segment,
                               const ld_doc_map *doc_map, ld_segment_writer *out, lede_error *err)
{
    ld_lengths lengths;
    s->doc_map = doc_map;
    ld_scratch_init(&s->targets, out);
    if (m->profile->stem)
        ld_scratch_init(&s->new_forms, out);
    LD_TRY(ld_terms_open(segment, &s->terms, err));
    LD_TRY(ld_lengths_open(segment, &lengths, err));
    if (lengths.docs != s->terms->docs || lengths.docs != doc_map->docs ||
        s->terms->has_forms != m->has_forms ||
        (m->profile->stem && !s->terms->spellings.blocks.segment))
        return ld_error_corrupt(err, ld_segment_path(segment), 0,
                                "its parts do not fit each other or the archive");
    s->lengths = lengths;
    return LEDE_OK;
}

static void lengths_add_ordered(merge *m)
{
    for (uint32_t number = 0; number < m->docs; number++) {
        uint32_t source, doc;
        ld_doc_order_find(m->order, number, &source, &doc);
        ld_scratch_add(&m->lengths, &m->sources[source].lengths.codes[doc], 1);
    }
}

static lede_status merge_open(merge *m, const ld_segment *const *segments,
                              const ld_doc_map *doc_maps, ld_segment_writer *out, lede_error *err)
{
    const uint8_t *lengths;
    ld_scratch_init(&m->lengths, out);
    m->sources = ld_alloc_zero(m->env, (m->source_count + 1u) * sizeof *m->sources);
    m->heap = (ld_heap){.less = source_less, .ctx = m};
    m->heap.items = ld_alloc_array(m->env, m->source_count + 1u, sizeof *m->heap.items);
    m->members = ld_alloc_array(m->env, m->source_count + 1u, sizeof *m->members);
    m->targets = ld_alloc_array(m->env, m->source_count + 1u, sizeof *m->targets);
    if (!m->sources || !m->heap.items || !m->members || !m->targets)
        return ld_error_nomem(err, m->source_count * sizeof *m->sources);
    LD_TRY(ld_arena_new(m->env, LD_MERGE_TERM_BYTES_MAX, &m->term_arena, err));
    LD_TRY(ld_arena_new(m->env, LD_MERGE_CURSOR_BYTES_MAX, &m->cursor_arena, err));
    for (uint32_t i = 0; i < m->source_count; i++)
        LD_TRY(source_open(m, &m->sources[i], segments[i], &doc_maps[i], out, err));
    for (uint32_t i = 0; i < m->source_count && !m->order; i++)
        lengths_add(m, &m->sources[i].lengths, &doc_maps[i]);
    if (m->order)
        lengths_add_ordered(m);
    LD_TRY(ld_scratch_seal(&m->lengths, &lengths, err));
    if (ld_scratch_bytes(&m->lengths) != m->docs)
        return LD_FAIL(err, LEDE_E_INVALID, "a merge keeps another number of documents than told");
    return ld_inverted_writer_new(m->env, m->profile, m->docs, lengths, out, NULL, &m->out, err);
}

static void merge_release(merge *m)
{
    for (uint32_t i = 0; m->sources && i < m->source_count; i++) {
        merge_source *s = &m->sources[i];
        ld_scratch_release(&s->targets);
        ld_scratch_release(&s->new_forms);
        ld_terms_close(s->terms);
    }
    ld_inverted_writer_free(m->out);
    if (m->sorter) {
        ld_postings_sorter_release(m->sorter);
        ld_release(m->env, m->sorter, sizeof *m->sorter);
    }
    ld_arena_free(m->term_arena);
    ld_arena_free(m->cursor_arena);
    ld_release(m->env, m->ordinals, m->ordinals_capacity * sizeof *m->ordinals);
    ld_release(m->env, m->pairs, m->pairs_capacity * sizeof *m->pairs);
    ld_scratch_release(&m->lengths);
    ld_release(m->env, m->targets, (m->source_count + 1u) * sizeof *m->targets);
    ld_release(m->env, m->members, (m->source_count + 1u) * sizeof *m->members);
    ld_release(m->env, m->heap.items, (m->source_count + 1u) * sizeof *m->heap.items);
    ld_release(m->env, m->sources, (m->source_count + 1u) * sizeof *m->sources);
}

/* ---- counts and forms of one term ---- */

static lede_status cursor_open(merge *m, const merge_source *s, ld_postings **p, lede_error *err)
{
    ld_arena_reset(m->cursor_arena);
    return ld_postings_open(s->terms, &s->scan.term, LD_POSTINGS_POSITIONS | LD_POSTINGS_FORMS,
                            m->cursor_arena, p, err);
}

static lede_status cursor_status(const ld_postings *p, lede_error *err)
{
    if (p->status != LEDE_OK && err)
        *err = p->error;
    return p->status;
}

/* Counts one kept posting's forms: occurrences, and documents by marking in `seen`. */
static void forms_count(merge_member *member, const uint16_t *forms, uint32_t tf, uint32_t doc,
                        uint32_t *seen)
{
    for (uint32_t i = 0; i < tf; i++) {
        ld_form *f = &member->forms[forms[i]];
        f->total_tf++;
        f->df += seen[forms[i]] != doc + 1;
        seen[forms[i]] = doc + 1;
    }
}

/* A reading of the list that counts what the row map leaves. */
static lede_status member_count(merge *m, merge_member *member, lede_error *err)
{
    const merge_source *s = member->from;
    const ld_term *t = &s->scan.term;
    uint32_t *seen = ld_arena_array(m->term_arena, t->form_count, sizeof *seen);
    if (!seen)
        return ld_arena_status(m->term_arena, err);
    for (uint32_t i = 0; m->has_forms && i < t->form_count; i++)
        member->forms[i].df = 0, member->forms[i].total_tf = 0;
    ld_postings *p;
    LD_TRY(cursor_open(m, s, &p, err));
    for (; p->doc != LD_DOC_END; ld_postings_next(p)) {
        if (ld_doc_map_get(s->doc_map, p->doc) == LD_DOC_END)
            continue;
        const uint16_t *forms = m->has_forms ? ld_postings_forms(p) : NULL;
        if (forms)
            forms_count(member, forms, p->tf, p->doc, seen);
        m->df++;
        m->total_tf += p->tf;
    }
    return cursor_status(p, err);
}

static lede_status member_open(merge *m, merge_source *s, lede_error *err)
{
    merge_member *member = &m->members[m->member_count++];
    const ld_term *t = &s->scan.term;
    *member = (merge_member){.from = s};
    if (m->has_forms) {
        member->remap = ld_arena_array(m->term_arena, t->form_count, sizeof *member->remap);
        if (!member->remap)
            return ld_arena_status(m->term_arena, err);
        LD_TRY(ld_form_table_read(s->terms, ld_front_span(&s->scan.front), t, m->term_arena,
                                  &member->forms, err));
    }
    if (ld_doc_map_drops(s->doc_map))
        return member_count(m, member, err);
    m->df += t->df;
    m->total_tf += t->total_tf;
    return LEDE_OK;
}

static const ld_form *form_at(const merge *m, uint64_t item)
{
    return &m->members[item >> 32].forms[(uint32_t)item];
}

/* By spelling and case class: equal ones come together. */
static bool form_is_before(const void *ctx, uint64_t a, uint64_t b)
{
    const ld_form *x = form_at(ctx, a), *y = form_at(ctx, b);
    int order = ld_span_compare(x->spelling, y->spelling);
    return order ? order < 0 : x->case_class < y->case_class;
}

static bool merged_less(const void *forms, uint64_t a, uint64_t b)
{
    const ld_form *f = forms;
    return ld_form_compare(&f[a], &f[b]) < 0;
}

/* Gives united[i] its ordinal; what is over the maximum shares the last one. */
static lede_status forms_order(merge *m, ld_form *united, uint32_t count, uint64_t *order,
                               lede_error *err)
{
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    ld_sort_u64(order, count, merged_less, united);
    m->form_count = count < LD_FORMS_MAX ? count : LD_FORMS_MAX;
    m->forms = ld_arena_array(m->term_arena, m->form_count + 1u, sizeof *m->forms);
    if (!m->forms)
        return ld_arena_status(m->term_arena, err);
    for (uint32_t i = 0; i < count; i++) {
        ld_form *f = &united[order[i]];
        f->ordinal = (uint16_t)(i < LD_FORMS_MAX ? i : LD_FORMS_MAX - 1);
        if (i < LD_FORMS_MAX) {
            m->forms[i] = *f;
        } else {
            ld_form *last = &m->forms[LD_FORMS_MAX - 1];
            last->total_tf += f->total_tf;
            last->df = f->df < m->df - last->df ? last->df + f->df : m->df;
        }
    }
    return LEDE_OK;
}

/* Unites the members' form tables; what has no occurrence left is left out. */
static lede_status forms_unite(merge *m, lede_error *err)
{
    size_t total = 0;
    for (uint32_t i = 0; i < m->member_count; i++)
        total += m->members[i].from->scan.term.form_count;
    uint64_t *items = ld_arena_array(m->term_arena, total, sizeof *items);
    uint64_t *order = ld_arena_array(m->term_arena, total, sizeof *order);
    uint32_t *united_of = ld_arena_array(m->term_arena, total, sizeof *united_of);
    ld_form *united = ld_arena_array(m->term_arena, total, sizeof *united);
    if (!items || !order || !united_of || !united)
        return ld_arena_status(m->term_arena, err);
    size_t n = 0;
    for (uint32_t i = 0; i < m->member_count; i++) {
        for (uint32_t j = 0; j < m->members[i].from->scan.term.form_count; j++) {
            m->members[i].remap[j] = LD_FORM_NONE;
            if (m->members[i].forms[j].total_tf > 0)
                items[n++] = (uint64_t)i << 32 | j;
        }
    }
    ld_sort_u64(items, n, form_is_before, m);
    uint32_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const ld_form *f = form_at(m, items[i]);
        if (i > 0 && !form_is_before(m, items[i - 1], items[i])) {
            united[count - 1].df += f->df;
            united[count - 1].total_tf += f->total_tf;
        } else {
            united[count++] = *f;
        }
        united_of[i] = count - 1;
    }
    LD_TRY(forms_order(m, united, count, order, err));
    for (size_t i = 0; i < n; i++)
        m->members[items[i] >> 32].remap[(uint32_t)items[i]] = united[united_of[i]].ordinal;
    return LEDE_OK;
}

/* ---- postings of one term ---- */

/* The posting a cursor stands at, under its new number; *forms: its ordinals in the merged table.
 */
static lede_status posting_read(merge *m, const merge_member *member, ld_postings *p, uint32_t doc,
                                ld_posting *posting, lede_error *err)
{
    *posting = (ld_posting){.doc = doc, .tf = p->tf};
    ld_postings_class_tf(p, posting->class_tf);
    posting->positions = ld_postings_positions(p);
    const uint16_t *forms = m->has_forms && posting->positions ? ld_postings_forms(p) : NULL;
    if (p->status != LEDE_OK)
        return cursor_status(p, err);
    if (!forms)
        return LEDE_OK;
    LD_TRY(ld_grow(m->env, (void **)&m->ordinals, &m->ordinals_capacity, p->tf, sizeof *m->ordinals,
                   LD_POSITIONS_MAX, err));
    for (uint32_t i = 0; i < p->tf; i++) {
        m->ordinals[i] = member->remap[forms[i]];
        if (m->ordinals[i] >= m->form_count)
            return ld_error_corrupt(err, "forms", member->from->scan.term.ordinal,
                                    "a posting has a form its table does not count");
    }
    posting->forms = m->ordinals;
    return LEDE_OK;
}

static lede_status posting_write(merge *m, const ld_posting *p, lede_error *err)
{
    return ld_inverted_writer_add(m->out, p->doc, p->tf, p->class_tf, p->positions, p->forms, err);
}

/* The only posting of a term stands in its entry. */
static lede_status pulsed_copy(merge *m, const merge_member *member, lede_error *err)
{
    const ld_term *t = &member->from->scan.term;
    uint32_t doc = ld_doc_map_get(member->from->doc_map, t->pulsed.doc);
    uint32_t tf = (uint32_t)t->total_tf, class_tf[LD_CLASS_COUNT];
    uint16_t forms[LD_TERM_PULSED_TF_MAX];
    if (doc == LD_DOC_END)
        return LEDE_OK;
    for (uint32_t i = 0; i < LD_CLASS_COUNT; i++)
        class_tf[i] = t->pulsed.class_tf[i];
    for (uint32_t i = 0; m->has_forms && i < tf; i++) {
        forms[i] = member->remap[t->pulsed.forms[i]];
        if (forms[i] >= m->form_count)
            return ld_error_corrupt(err, "forms", t->ordinal,
                                    "a posting has a form its table does not count");
    }
    return ld_inverted_writer_add(m->out, doc, tf, class_tf, t->pulsed.positions,
                                  m->has_forms ? forms : NULL, err);
}

/* Where in a block the numbers stand that are tested. */
typedef struct number_check {
    const uint32_t *tfs; /* NULL: all are 1 */
    uint32_t at, left;   /* the posting, and how many of its numbers are to come */
    uint64_t next;       /* its last position + 1 */
} number_check;

/* Numbers must give positions: what no reader takes must not be passed on. */
static bool numbers_fit(number_check *c, const uint32_t *numbers, uint32_t count)
{
    uint32_t most = 0;
    for (uint32_t i = 0; !c->tfs && i < count; i++)
        most = numbers[i] > most ? numbers[i] : most;
    for (uint32_t i = 0; c->tfs && i < count; i++) {
        if (c->left == 0) {
            c->left = c->tfs[c->at++];
            c->next = 0;
        }
        c->next += numbers[i];
        if (c->next >= LD_POSITIONS_MAX)
            return false;
        c->next++;
        c->left--;
    }
    return most < LD_POSITIONS_MAX;
}

/* The block a cursor has loaded, all of it in the body: as much at a time as the writer has room
 * for. */
static lede_status run_copy(merge *m, ld_postings *p, uint32_t base, const uint32_t *docs,
                            const uint32_t *tfs, lede_error *err)
{
    uint32_t size = ld_postings_block_size(p), number = 0;
    number_check check = {.tfs = tfs};
    for (uint32_t at = 0, count; at < size; at += count) {
        uint32_t room = ld_inverted_writer_room(m->out), total = 0;
        count = size - at < room ? size - at : room;
        for (uint32_t i = 0; i < count; i++)
            total += tfs ? tfs[at + i] : 1;
        ld_inverted_writer_add_run(m->out, base, docs + at, tfs ? tfs + at : NULL, count, total);
        while (total > 0) {
            const uint32_t *numbers;
            uint32_t some = ld_postings_block_numbers(p, number, total, &numbers);
            if (some == 0)
                return cursor_status(p, err);
            if (!numbers_fit(&check, numbers, some))
                return ld_error_corrupt(err, "positions", number,
                                        "the positions of a block are damaged");
            ld_inverted_writer_add_numbers(m->out, numbers, some);
            number += some;
            total -= some;
        }
    }
    return LEDE_OK;
}

/* The same where some of it is not in the body. */
static lede_status classes_copy(merge *m, ld_postings *p, uint32_t base, const uint32_t *docs,
                                lede_error *err)
{
    uint32_t size = ld_postings_block_size(p);
    for (uint32_t at = 0; at < size; at++) {
        uint32_t class_tf[LD_CLASS_COUNT], tf;
        ld_postings_block_class_tf(p, at, class_tf);
        const uint32_t *positions = ld_postings_block_positions(p, at, &tf);
        if (p->status != LEDE_OK)
            return cursor_status(p, err);
        LD_TRY(ld_inverted_writer_add(m->out, base + docs[at], tf, class_tf, positions, NULL, err));
    }
    return LEDE_OK;
}

static lede_status blocks_copy(merge *m, const merge_source *s, lede_error *err)
{
    ld_postings *p;
    uint32_t base = s->doc_map->first;
    ld_arena_reset(m->cursor_arena);
    LD_TRY(ld_postings_open(s->terms, &s->scan.term, LD_POSTINGS_BLOCKS | LD_POSTINGS_POSITIONS,
                            m->cursor_arena, &p, err));
    for (uint32_t block = 0; ld_postings_block_load(p, block); block++) {
        const uint32_t *docs = ld_postings_block_docs(p);
        const uint32_t *tfs = ld_postings_block_tfs(p);
        if (p->status != LEDE_OK)
            break;
        if (ld_postings_block_has_classes(p))
            LD_TRY(classes_copy(m, p, base, docs, err));
        else
            LD_TRY(run_copy(m, p, base, docs, tfs, err));
    }
    return cursor_status(p, err);
}

static lede_status list_copy(merge *m, const merge_member *member, lede_error *err)
{
    ld_postings *p;
    LD_TRY(cursor_open(m, member->from, &p, err));
    for (; p->doc != LD_DOC_END; ld_postings_next(p)) {
        ld_posting posting;
        uint32_t doc = ld_doc_map_get(member->from->doc_map, p->doc);
        if (doc == LD_DOC_END)
            continue;
        LD_TRY(posting_read(m, member, p, doc, &posting, err));
        LD_TRY(posting_write(m, &posting, err));
    }
    return cursor_status(p, err);
}

static lede_status member_copy(merge *m, const merge_member *member, lede_error *err)
{
    const merge_source *s = member->from;
    if (s->scan.term.pulsed.is)
        return pulsed_copy(m, member, err);
    if (ld_doc_map_shifts(s->doc_map) && m->form_count <= 1 &&
        !ld_term_is_pulsed(m->df, m->total_tf))
        return blocks_copy(m, s, err);
    return list_copy(m, member, err);
}

/* Gives the sorter what it wants of a list. */
static lede_status member_sort(merge *m, const merge_member *member, bool *full, lede_error *err)
{
    ld_postings *p;
    LD_TRY(cursor_open(m, member->from, &p, err));
    for (; p->doc != LD_DOC_END && !*full; ld_postings_next(p)) {
        ld_posting posting;
        uint32_t doc = ld_doc_map_get(member->from->doc_map, p->doc);
        if (!ld_postings_sorter_wants(m->sorter, doc))
            continue;
        LD_TRY(posting_read(m, member, p, doc, &posting, err));
        LD_TRY(ld_postings_sorter_add(m->sorter, &posting, full, err));
    }
    return cursor_status(p, err);
}

/* All members' postings, by their new numbers. */
static lede_status members_sort(merge *m, lede_error *err)
{
    ld_postings_sorter *s = m->sorter;
    ld_postings_sorter_begin(s, m->docs, m->df, m->total_tf);
    for (bool more = true; more;) {
        bool full = false;
        ld_posting posting;
        for (uint32_t i = 0; i < m->member_count && !full; i++)
            LD_TRY(member_sort(m, &m->members[i], &full, err));
        if (full)
            continue;
        LD_TRY(ld_postings_sorter_sort(s, err));
        while (ld_postings_sorter_next(s, &posting))
            LD_TRY(posting_write(m, &posting, err));
        more = ld_postings_sorter_advance(s, m->docs);
    }
    return LEDE_OK;
}

static lede_status postings_copy(merge *m, lede_error *err)
{
    if (m->order && m->df > 1)
        return members_sort(m, err);
    for (uint32_t i = 0; i < m->member_count; i++)
        LD_TRY(member_copy(m, &m->members[i], err));
    return LEDE_OK;
}

/* Keeps where a member's term went, and its forms, for the spellings. */
static lede_status target_add(merge *m, const merge_member *member, uint32_t ordinal,
                              lede_error *err)
{
    merge_source *s = member->from;
    ld_term_target target = {ordinal, (uint32_t)s->form_count};
    ld_scratch_add(&s->targets, &target, sizeof target);
    if (!m->profile->stem)
        return LEDE_OK;
    uint32_t count = s->scan.term.form_count;
    if (s->form_count + count > UINT32_MAX)
        return LD_FAIL(err, LEDE_E_LIMIT, "a segment has more than 2^32 spellings");
    for (uint32_t i = 0; i < count; i++) {
        uint16_t form = m->df > 0 ? member->remap[i] : LD_FORM_NONE;
        ld_scratch_add(&s->new_forms, &form, sizeof form);
    }
    s->form_count += count;
    return LEDE_OK;
}

static lede_status term_write(merge *m, lede_error *err)
{
    uint32_t ordinal = UINT32_MAX;
    if (m->df > 0) {
        const merge_source *s = m->members[0].from;
        if (m->has_forms)
            LD_TRY(forms_unite(m, err));
        LD_TRY(ld_inverted_writer_term_begin(m->out, ld_front_span(&s->scan.front), m->df,
                                             m->total_tf, m->forms, m->form_count, err));
        LD_TRY(postings_copy(m, err));
        LD_TRY(ld_inverted_writer_term_end(m->out, &ordinal, err));
    }
    for (uint32_t i = 0; i < m->member_count; i++)
        LD_TRY(target_add(m, &m->members[i], ordinal, err));
    return LEDE_OK;
}

static lede_status source_advance(merge *m, uint32_t i, lede_error *err)
{
    bool end;
    LD_TRY(ld_terms_scan_next(&m->sources[i].scan, &end, err));
    if (!end)
        ld_heap_push(&m->heap, i);
    return LEDE_OK;
}

static lede_status terms_merge(merge *m, lede_error *err)
{
    for (uint32_t i = 0; i < m->source_count; i++) {
        LD_TRY(ld_terms_scan_open(&m->sources[i].scan, m->sources[i].terms, 0, err));
        LD_TRY(source_advance(m, i, err));
    }
    while (m->heap.count > 0) {
        uint32_t first = ld_heap_pop(&m->heap);
        ld_span word = ld_front_span(&m->sources[first].scan.front);
        ld_arena_reset(m->term_arena);
        m->member_count = m->df = m->form_count = 0;
        m->total_tf = 0;
        m->forms = NULL;
        LD_TRY(member_open(m, &m->sources[first], err));
        while (m->heap.count > 0 &&
               ld_span_equal(ld_front_span(&m->sources[m->heap.items[0]].scan.front), word))
            LD_TRY(member_open(m, &m->sources[ld_heap_pop(&m->heap)], err));
        LD_TRY(term_write(m, err));
        for (uint32_t i = 0; i < m->member_count; i++)
            LD_TRY(source_advance(m, (uint32_t)(m->members[i].from - m->sources), err));
    }
    return LEDE_OK;
}

static lede_status targets_seal(merge *m, lede_error *err)
{
    for (uint32_t i = 0; i < m->source_count; i++) {
        merge_source *s = &m->sources[i];
        const uint8_t *targets, *forms;
        LD_TRY(ld_scratch_seal(&s->targets, &targets, err));
        m->targets[i] = (const ld_term_target *)(const void *)targets;
        if (!m->profile->stem)
            continue;
        LD_TRY(ld_scratch_seal(&s->new_forms, &forms, err));
        s->new_form = (const uint16_t *)(const void *)forms;
    }
    return LEDE_OK;
}

/* ---- spellings ---- */

static lede_status spelling_advance(merge *m, uint32_t i, lede_error *err)
{
    merge_source *s = &m->sources[i];
    bool end;
    LD_TRY(ld_term_walk_next(s->walk, &s->spelling, &s->walk_term, &s->walk_form, &end, err));
    if (!end)
        ld_heap_push(&m->heap, i);
    return LEDE_OK;
}

/* Adds the new (term, form) of the pair a source stands at, unless it is gone. */
static lede_status pair_add(merge *m, const merge_source *s, size_t *count, lede_error *err)
{
    const ld_term_target *targets = m->targets[s - m->sources];
    uint32_t term = s->walk_term, start = targets[term].form_start;
    uint64_t end =
        term + 1 < ld_terms_count(s->terms) ? targets[term + 1].form_start : s->form_count;
    if (s->walk_form >= end - start)
        return ld_error_corrupt(err, "form terms", term,
                                "a spelling names a form that is not there");
    uint16_t form = s->new_form[start + s->walk_form];
    if (form == LD_FORM_NONE)
        return LEDE_OK;
    LD_TRY(ld_grow(m->env, (void **)&m->pairs, &m->pairs_capacity, *count + 1, sizeof *m->pairs,
                   SIZE_MAX, err));
    m->pairs[(*count)++] = (uint64_t)targets[term].ordinal << 16 | form;
    return LEDE_OK;
}

static bool number_less(const void *ctx, uint64_t a, uint64_t b)
{
    (void)ctx;
    return a < b;
}

static lede_status spelling_merge(merge *m, lede_error *err)
{
    char word[LD_TERM_BYTES_MAX];
    ld_span spelling = m->sources[m->heap.items[0]].spelling;
    size_t count = 0;
    memcpy(word, spelling.data, spelling.bytes);
    spelling.data = word;
    while (m->heap.count > 0 && ld_span_equal(m->sources[m->heap.items[0]].spelling, spelling)) {
        uint32_t i = ld_heap_pop(&m->heap);
        LD_TRY(pair_add(m, &m->sources[i], &count, err));
        LD_TRY(spelling_advance(m, i, err));
    }
    ld_sort_u64(m->pairs, count, number_less, NULL);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || m->pairs[i] != m->pairs[i - 1])
            ld_inverted_writer_spelling(m->out, spelling, (uint32_t)(m->pairs[i] >> 16),
                                        m->pairs[i] & UINT16_MAX);
    }
    return LEDE_OK;
}

static lede_status spellings_merge(merge *m, lede_error *err)
{
    ld_arena_reset(m->term_arena);
    m->by_spelling = true;
    for (uint32_t i = 0; i < m->source_count; i++) {
        LD_TRY(ld_term_walk_open(m->sources[i].terms, true, LD_SPAN(""), m->term_arena,
                                 &m->sources[i].walk, err));
        LD_TRY(spelling_advance(m, i, err));
    }
    while (m->heap.count > 0)
        LD_TRY(spelling_merge(m, err));
    return LEDE_OK;
}

lede_status ld_inverted_merge(const lede_env *env, const ld_profile *profile,
                              const ld_segment *const *segments, const ld_doc_map *doc_maps,
                              uint32_t segment_count, uint32_t docs, const ld_doc_order *order,
                              size_t order_bytes_max, ld_segment_writer *out,
                              const ld_target_sink *sink, lede_error *err)
{
    merge m = {.env = env,
               .profile = profile,
               .has_forms = ld_profile_has_forms(profile),
               .source_count = segment_count,
               .docs = docs,
               .order = order};
    lede_status status;
    if (order) {
        m.sorter = ld_alloc(env, sizeof *m.sorter);
        if (!m.sorter)
            return ld_error_nomem(err, sizeof *m.sorter);
        ld_postings_sorter_init(m.sorter, env, order_bytes_max);
    }
    LD_TRY_OUT(merge_open(&m, segments, doc_maps, out, err));
    LD_TRY_OUT(terms_merge(&m, err));
    LD_TRY_OUT(targets_seal(&m, err));
    if (profile->stem)
        LD_TRY_OUT(spellings_merge(&m, err));
    LD_TRY_OUT(ld_inverted_writer_finish(m.out, err));
    if (sink)
        status = sink->targets(sink->ctx, m.targets, err);
out:
    merge_release(&m);
    return status;
}
