/*
 * Is the archive whole? Checksums of every file first; with `deep` everything that a checksum does
 * not say: that each list decodes, names only documents and positions that exist, and agrees with
 * the counts kept elsewhere. Findings are reported one by one and the check goes on with the next
 * thing; only memory that is refused, and files that cannot be read, end it.
 *
 * Cost: one reading of every file; deep decodes every posting, position and stored text once.
 */
#include "index/bounds.h"
#include "index/copy_groups.h"
#include "index/open_segment.h"
#include "index/packed.h"

#define CHECK_ARENA_BYTES_MAX (1u << 30) /* the largest position list of one document and term */

typedef struct checker {
    const lede_env *env;
    void (*problem)(void *ctx, const lede_error *finding);
    void *ctx;
    uint64_t findings;
    const ld_profile *profile; /* of the archive */
    ld_arena *arena;           /* of the thing at hand */
    ld_arena *cursor_arena;    /* of the list at hand */
} checker;

/* Reports damage and goes on; other failures end the check. */
static lede_status report(checker *c, lede_status status, const lede_error *error, lede_error *err)
{
    if (status == LEDE_OK)
        return LEDE_OK;
    if (status != LEDE_E_CORRUPT && status != LEDE_E_NOTFOUND && status != LEDE_E_VERSION) {
        if (err)
            *err = *error;
        return status;
    }
    c->findings++;
    if (c->problem)
        c->problem(c->ctx, error);
    return LEDE_OK;
}

static lede_status finding(const ld_segment_view *v, const char *why, lede_error *err)
{
    return ld_error_corrupt(err, ld_segment_path(v->segment), 0, why);
}

/* ---- postings ---- */

typedef struct term_sums {
    uint64_t tokens;      /* of all lists */
    uint64_t *doc_tokens; /* [docs] tokens seen in each document, owned */
} term_sums;

static lede_status check_hit(const ld_segment_view *v, ld_postings *p, const ld_term *term,
                             lede_error *err)
{
    uint32_t class_tf[LD_CLASS_COUNT], class_sum = 0;
    ld_postings_class_tf(p, class_tf);
    for (uint32_t i = 0; i < LD_CLASS_COUNT; i++)
        class_sum += class_tf[i];
    if (class_sum != p->tf)
        return finding(v, "the class frequencies of a posting do not add up", err);
    const uint32_t *positions = ld_postings_positions(p);
    const uint16_t *forms = positions ? ld_postings_forms(p) : NULL;
    if (!positions || !forms) {
        if (err)
            *err = p->error;
        return p->status;
    }
    for (uint32_t i = 0; i < p->tf; i++) {
        if (positions[i] >= LD_POSITIONS_MAX || (i > 0 && positions[i] <= positions[i - 1]))
            return finding(v, "the positions of a posting are out of order", err);
        if (forms[i] >= term->form_count)
            return finding(v, "a posting names a form that is not there", err);
    }
    return LEDE_OK;
}

typedef struct bounds_made {
    ld_bound_scale scale;
    ld_best_scores best;
    float weights[LD_CLASS_COUNT], scores[LD_POSTINGS_BLOCK];
} bounds_made;

/* The bounds of a list are those that its postings give. Of a form's list all weights are the
 * highest, because it does not know classes. */
static lede_status check_bounds(checker *c, const ld_segment_view *v, ld_postings *p, bool is_form,
                                lede_error *err)
{
    uint8_t most = 0;
    bounds_made *m = ld_arena_alloc_zero(c->cursor_arena, sizeof *m);
    if (!m)
        return ld_arena_status(c->cursor_arena, err);
    ld_bound_scale_init(&m->scale, c->profile, v->lengths.bound_average_tokens);
    for (uint32_t i = 0; i < LD_CLASS_COUNT; i++)
        m->weights[i] = is_form ? m->scale.weight_most : m->scale.weights[i];
    for (uint32_t block = 0; ld_postings_block_load(p, block); block++) {
        const uint32_t *docs = ld_postings_block_docs(p);
        const float *t = ld_postings_block_t(p, m->weights);
        uint32_t count = ld_postings_block_size(p);
        if (!docs || !t)
            break;
        uint8_t bound =
            ld_bound_up(ld_bound_scores(&m->scale, v->lengths.codes, docs, t, count, m->scores));
        if (ld_postings_block_bound(p, block) != bound)
            return finding(v, "the bound of a block is not that of its postings", err);
        most = bound > most ? bound : most;
        ld_best_scores_add(&m->best, m->scores, count);
    }
    if (p->status != LEDE_OK) {
        if (err)
            *err = p->error;
        return p->status;
    }
    if (ld_postings_bound(p) != most)
        return finding(v, "the bound of a list is not that of its blocks", err);
    bool keeps_best = !is_form && p->df > LD_POSTINGS_BEST_DF;
    for (int i = 0, k = 10; i < LD_KTH_BEST_COUNT; i++, k *= 10) {
        uint16_t best = keeps_best ? ld_best_scores_get(&m->best, (uint32_t)k) : 0;
        if (ld_postings_kth_best(p, i) != best)
            return finding(v, "the best scores of a list are not those of its postings", err);
    }
    return LEDE_OK;
}

static lede_status check_list(checker *c, const ld_segment_view *v, const ld_term *term,
                              term_sums *sums, lede_error *err)
{
    ld_postings *p;
    ld_arena_reset(c->cursor_arena);
    LD_TRY(ld_postings_open(v->terms, term, LD_POSTINGS_POSITIONS | LD_POSTINGS_FORMS,
                            c->cursor_arena, &p, err));
    uint32_t df = 0;
    uint64_t total_tf = 0;
    for (uint32_t doc = p->doc; doc != LD_DOC_END; doc = ld_postings_next(p)) {
        if (doc >= v->docs || p->tf == 0)
            return finding(v, "a posting names a document that is not there", err);
        LD_TRY(check_hit(v, p, term, err));
        sums->doc_tokens[doc] += p->tf;
        total_tf += p->tf;
        df++;
    }
    if (p->status != LEDE_OK) {
        if (err)
            *err = p->error;
        return p->status;
    }
    if (df != term->df || total_tf != term->total_tf)
        return finding(v, "a term's counts are not those of its list", err);
    sums->tokens += total_tf;
    if (df <= LD_POSTINGS_BLOCK)
        return LEDE_OK;
    ld_arena_reset(c->cursor_arena);
    LD_TRY(ld_postings_open(v->terms, term, LD_POSTINGS_BLOCKS, c->cursor_arena, &p, err));
    return check_bounds(c, v, p, false, err);
}

static lede_status check_form_lists(checker *c, const ld_segment_view *v, const ld_term *term,
                                    lede_error *err)
{
    const ld_form *forms;
    uint32_t count;
    ld_arena_reset(c->arena);
    LD_TRY(ld_terms_forms(v->terms, term, c->arena, &forms, &count, err));
    if (count != term->form_count)
        return finding(v, "a term's forms are not as many as it says", err);
    for (uint32_t i = 0; i < count; i++) {
        if (forms[i].list_offset == UINT64_MAX)
            continue;
        ld_postings *p;
        ld_arena_reset(c->cursor_arena);
        LD_TRY(ld_postings_open_form(v->terms, term, &forms[i], c->cursor_arena, &p, err));
        uint32_t df = 0;
        for (uint32_t doc = p->doc; doc != LD_DOC_END; doc = ld_postings_next(p), df++)
            if (doc >= v->docs)
                return finding(v, "a form's list names a document that is not there", err);
        if (p->status != LEDE_OK) {
            if (err)
                *err = p->error;
            return p->status;
        }
        if (df != forms[i].df)
            return finding(v, "a form's count is not that of its list", err);
        if (df <= LD_POSTINGS_BLOCK)
            continue;
        LD_TRY(ld_postings_open_form(v->terms, term, &forms[i], c->cursor_arena, &p, err));
        LD_TRY(check_bounds(c, v, p, true, err));
    }
    return LEDE_OK;
}

static lede_status check_terms(checker *c, const ld_segment_view *v, term_sums *sums,
                               lede_error *err)
{
    ld_buf previous;
    ld_buf_init(&previous, c->env, LD_TERM_BYTES_MAX);
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; i < ld_terms_count(v->terms) && status == LEDE_OK; i++) {
        ld_span bytes;
        ld_term term, found;
        ld_arena_reset(c->arena);
        LD_TRY_OUT(ld_terms_at(v->terms, i, c->arena, &bytes, &term, err));
        if (i > 0 && ld_span_compare(ld_buf_span(&previous), bytes) >= 0) {
            status = finding(v, "the terms are out of order", err);
            break;
        }
        ld_buf_clear(&previous);
        ld_buf_add_span(&previous, bytes);
        status = ld_terms_find(v->terms, bytes, &found, err);
        if (status == LEDE_E_NOTFOUND || (status == LEDE_OK && found.ordinal != i))
            status = finding(v, "a term is not found by its own name", err);
        if (status == LEDE_OK)
            status = check_list(c, v, &term, sums, err);
        if (status == LEDE_OK)
            status = check_form_lists(c, v, &term, err);
    }
out:
    ld_buf_release(&previous);
    return status;
}

/* ---- documents ---- */

static lede_status check_key(const ld_segment_view *v, uint32_t doc, uint64_t doc_tokens,
                             lede_error *err)
{
    const ld_keys *keys = &v->sidecars->keys;
    ld_key_room room;
    ld_identity identity;
    LD_TRY(ld_keys_get(keys, doc, &room, &identity, err));
    if (identity.tokens != doc_tokens)
        return finding(v, "a document has another number of tokens than its postings", err);
    if (v->lengths.codes[doc] != ld_length_encode(identity.tokens))
        return finding(v, "a document has another length than its tokens", err);
    for (uint32_t state = 0;;) {
        uint32_t found;
        LD_TRY(ld_keys_find(keys, identity.key, ld_key_hash(identity.key), &state, &found, err));
        if (found == doc)
            return LEDE_OK;
        if (found == LD_DOC_END)
            return finding(v, "a document is not found by its key", err);
    }
}

static lede_status check_columns(checker *c, const ld_segment_view *v, uint32_t doc,
                                 lede_error *err)
{
    const ld_columns *columns = &v->sidecars->columns;
    for (uint32_t i = 0; i < columns->count; i++) {
        int64_t number;
        bool present;
        const uint32_t *ordinals;
        uint32_t count;
        if (columns->columns[i].kind == LD_COLUMN_KIND_NUMBER)
            LD_TRY(ld_column_number(v, columns->columns[i].id, doc, &number, &present, err));
        else
            LD_TRY(ld_column_keywords(v, columns->columns[i].id, doc, &ordinals, &count, c->arena,
                                      err));
    }
    return LEDE_OK;
}

static lede_status check_doc(checker *c, const ld_segment_view *v, uint32_t doc,
                             uint64_t doc_tokens, lede_error *err)
{
    ld_arena_reset(c->arena);
    ld_span row, stored;
    ld_zone_row zones;
    const ld_forward_term *terms;
    uint32_t count;
    LD_TRY(check_key(v, doc, doc_tokens, err));
    LD_TRY(check_columns(c, v, doc, err));
    LD_TRY(ld_zones_row(&v->sidecars->zones, doc, &row, err));
    LD_TRY(ld_zones_decode(row, (uint32_t)doc_tokens, true, c->arena, &zones, err));
    LD_TRY(ld_doc_forward(v, doc, c->arena, &terms, &count, err));
    return ld_doc_stored(v, doc, c->arena, &stored, err);
}

/* ---- dictionaries and copies ---- */

static lede_status check_keywords(const ld_segment_view *v, lede_error *err)
{
    const ld_columns *columns = &v->sidecars->columns;
    for (uint32_t i = 0; i < columns->count; i++) {
        const ld_rows *words = &columns->columns[i].dictionary;
        if (columns->columns[i].kind != LD_COLUMN_KIND_KEYWORD)
            continue;
        ld_span before = {NULL, 0}, word;
        for (uint32_t k = 0; k < words->count; k++, before = word) {
            LD_TRY(ld_rows_get(words, k, &word, err));
            if (k > 0 && ld_span_compare(before, word) >= 0)
                return finding(v, "the keywords of a column are out of order", err);
        }
    }
    return LEDE_OK;
}

static lede_status check_copies(checker *c, const ld_segment_view *v, lede_error *err)
{
    const ld_copies *copies = &v->sidecars->copies;
    uint64_t listed = 0, counted = 0;
    uint16_t before = 0, hash;
    uint32_t count;
    if (!copies->part.segment)
        return LEDE_OK;
    for (uint32_t i = 0; i < copies->lists.count; i++, before = hash) {
        const uint32_t *docs;
        ld_arena_reset(c->arena);
        LD_TRY(ld_copies_hash(copies, i, &hash, err));
        LD_TRY(ld_copies_list(copies, i, c->arena, &docs, &count, err));
        if (i > 0 && hash <= before)
            return finding(v, "the copy hashes are out of order", err);
        listed += count;
    }
    for (uint32_t doc = 0; doc < v->docs; doc++) {
        LD_TRY(ld_copies_doc_count(copies, doc, &count, err));
        counted += count;
    }
    return listed == counted ? LEDE_OK : finding(v, "the copy hashes do not add up", err);
}

static lede_status check_notes(const ld_segment_view *v, lede_error *err)
{
    ld_notes_cursor c;
    ld_span before = {NULL, 0};
    uint32_t doc = 0;
    LD_TRY(ld_notes_seek(&v->sidecars->notes, before, &c, err));
    while (c.doc != LD_DOC_END) {
        if (ld_span_equal(before, c.key) && c.doc <= doc)
            return finding(v, "the notes are out of order", err);
        doc = c.doc;
        before = c.key;
        LD_TRY(ld_notes_next(&c, err));
    }
    return ld_copy_joins_check(v, err);
}

/* ---- a segment ---- */

static lede_status check_contents(checker *c, const ld_segment_view *v, lede_error *err)
{
    term_sums sums = {0};
    size_t bytes = (size_t)v->docs * sizeof *sums.doc_tokens;
    sums.doc_tokens = ld_alloc_zero(c->env, bytes);
    if (!sums.doc_tokens)
        return ld_error_nomem(err, bytes);
    lede_error error;
    lede_status status;
    LD_TRY_OUT(report(c, check_terms(c, v, &sums, &error), &error, err));
    for (uint32_t doc = 0; doc < v->docs; doc++)
        LD_TRY_OUT(report(c, check_doc(c, v, doc, sums.doc_tokens[doc], &error), &error, err));
    if (sums.tokens != v->sidecars->keys.tokens) {
        status = finding(v, "the segment has another number of tokens than it says", &error);
        LD_TRY_OUT(report(c, status, &error, err));
    }
    LD_TRY_OUT(report(c, check_keywords(v, &error), &error, err));
    LD_TRY_OUT(report(c, check_copies(c, v, &error), &error, err));
    LD_TRY_OUT(report(c, check_notes(v, &error), &error, err));
out:
    ld_release(c->env, sums.doc_tokens, bytes);
    return status;
}

static lede_status check_segment(checker *c, const char *dir, const ld_manifest_segment *entry,
                                 bool deep, lede_error *err)
{
    ld_open_segment open;
    lede_error error;
    lede_status status = ld_open_segment_load(c->env, dir, entry, &open, &error);
    if (status != LEDE_OK)
        return report(c, status, &error, err);
    ld_terms *terms = NULL;
    LD_TRY_OUT(report(c, ld_segment_verify(open.segment, &error), &error, err));
    if (!deep)
        goto out;
    ld_segment_view v = {
        .segment = open.segment, .docs = entry->docs, .id = entry->id, .sidecars = open.sidecars};
    status = ld_lengths_open(open.segment, &v.lengths, &error);
    if (status == LEDE_OK && v.lengths.docs != v.docs)
        status = finding(&v, "it has another number of lengths than documents", &error);
    if (status == LEDE_OK)
        status = ld_terms_open(open.segment, &terms, &error);
    v.terms = terms;
    if (status == LEDE_OK)
        status = check_contents(c, &v, err);
    else
        status = report(c, status, &error, err);
out:
    ld_terms_close(terms);
    ld_open_segment_close(&open);
    return status;
}

static lede_status check_generation(checker *c, const char *dir, bool deep, lede_error *err)
{
    uint64_t generation;
    LD_TRY(ld_manifest_latest(c->env, dir, &generation, err));
    ld_manifest m;
    lede_error error;
    lede_status status = ld_manifest_load(c->env, dir, generation, &m, &error);
    if (status != LEDE_OK)
        return report(c, status, &error, err);
    c->profile = &m.profile;
    for (size_t i = 0; i < m.segment_count && status == LEDE_OK; i++)
        status = check_segment(c, dir, &m.segments[i], deep, err);
    ld_manifest_release(&m);
    return status;
}

lede_status ld_archive_check(const lede_env *env, const char *dir, bool deep,
                             void (*problem)(void *ctx, const lede_error *finding), void *ctx,
                             lede_error *err)
{
    checker c = {.env = env, .problem = problem, .ctx = ctx};
    lede_status status = ld_arena_new(env, CHECK_ARENA_BYTES_MAX, &c.arena, err);
    if (status == LEDE_OK)
        status = ld_arena_new(env, CHECK_ARENA_BYTES_MAX, &c.cursor_arena, err);
    if (status == LEDE_OK)
        status = check_generation(&c, dir, deep, err);
    ld_arena_free(c.cursor_arena);
    ld_arena_free(c.arena);
    if (status == LEDE_OK && c.findings > 0)
        return LD_FAIL(err, LEDE_E_CORRUPT, "%llu damaged places were found in %s",
                       (unsigned long long)c.findings, dir);
    return status;
}
