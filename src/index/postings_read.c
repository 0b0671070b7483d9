/*
 * "Which documents have this term, how often?" (postings_format.h): opening a list, walking it
 * document by document.
 *
 *   open -> skip table viewed -> [the first block]
 *   next: an increment        seek: a search in the block; past it, galloping over the skip table
 *
 * Everything that is in a block is postings_block.c's (documents, frequencies, classes) and
 * postings_numbers.c's (positions, ordinals), decoded when first asked for.
 *
 * Trust. Everything read is bounded before use: blocks ascend, a block ends with the document the
 * skip table says, documents are below the segment's count, frequencies below LD_POSITIONS_MAX,
 * ordinals below the form count. The first violation makes the cursor end and its status CORRUPT;
 * it stays so. Memory: one block of numbers (2 to 10 KiB, as far as asked for; less for a pulsed
 * term), and the positions of one document.
 */
#include "index/postings_private.h"

uint32_t ld_postings_fail(ld_postings_cursor *c, lede_status status)
{
    if (c->head.status == LEDE_OK) {
        c->head.status = status;
        c->head.error.status = status;
    }
    c->head.doc = LD_DOC_END;
    c->head.tf = 0;
    return LD_DOC_END;
}

uint32_t ld_postings_corrupt(ld_postings_cursor *c, const char *part, const char *why)
{
    if (c->head.status == LEDE_OK)
        ld_error_corrupt(&c->head.error, part, c->region, why);
    return ld_postings_fail(c, LEDE_E_CORRUPT);
}

bool ld_postings_array(ld_postings_cursor *c, void **array, size_t bytes)
{
    if (*array)
        return true;
    *array = ld_arena_alloc(c->arena, bytes);
    if (!*array)
        ld_postings_fail(c, ld_arena_status(c->arena, &c->head.error));
    return *array != NULL;
}

/* ---- opening ---- */

static uint64_t skip_bytes(const ld_postings_cursor *c)
{
    return c->block_count * (8ull + c->positions_width + c->forms_width + 1) + 1 +
           (ld_postings_keeps_best(c) ? 2ull * LD_KTH_BEST_COUNT : 0);
}

/* Views the skip table at `offset` of POSTINGS. */
static lede_status skip_open(ld_postings_cursor *c, uint64_t offset, lede_error *err)
{
    const uint8_t *view;
    LD_TRY(ld_part_view(&c->terms->postings, offset, skip_bytes(c), &view, err));
    c->last_docs = view;
    c->blocks_at = view + 4ull * c->block_count;
    c->positions_at = c->blocks_at + 4ull * c->block_count;
    c->forms_at = c->positions_at + (uint64_t)c->positions_width * c->block_count;
    c->bounds = c->forms_at + (uint64_t)c->forms_width * c->block_count;
    return LEDE_OK;
}

static uint32_t cursor_stand(ld_postings_cursor *c, uint32_t at)
{
    c->at = at;
    c->head.tf = c->b.tfs[at];
    return c->head.doc = c->b.docs[at];
}

static uint32_t cursor_end(ld_postings_cursor *c)
{
    c->head.tf = 0;
    return c->head.doc = LD_DOC_END;
}

/* Loads a block for walking; false: the cursor has failed. */
static bool cursor_load(ld_postings_cursor *c, uint32_t block)
{
    c->flagged_next = 0;
    return ld_postings_block_load(&c->head, block) && ld_postings_docs_ready(c) &&
           ld_postings_tfs_ready(c);
}

static ld_postings_cursor *cursor_new(const ld_terms *terms, const ld_term *term, ld_arena *arena)
{
    ld_postings_cursor *c = ld_arena_alloc_zero(arena, sizeof *c);
    if (!c)
        return NULL;
    c->terms = terms;
    c->kernels = ld_kernels_get();
    c->term = *term;
    c->arena = arena;
    c->head.df = term->df;
    c->b.ordinal = UINT32_MAX;
    return c;
}

/* The first block of a list whose place and length are set. */
static lede_status cursor_begin(ld_postings_cursor *c, uint64_t skip_offset, uint32_t flags,
                                lede_error *err)
{
    if (c->head.df == 0 || c->head.df > c->terms->docs)
        return ld_error_corrupt(err, "postings", c->region, "a list has an impossible length");
    if (c->block_count > 1)
        LD_TRY(skip_open(c, skip_offset, err));
    if (!(flags & LD_POSTINGS_BLOCKS) && cursor_load(c, 0))
        cursor_stand(c, 0);
    return LEDE_OK; /* a damaged first block is the cursor's status */
}

static uint32_t blocks_of(uint32_t df)
{
    return df / LD_POSTINGS_BLOCK + (df % LD_POSTINGS_BLOCK != 0);
}

lede_status ld_postings_open(const ld_terms *terms, const ld_term *term, uint32_t flags,
                             ld_arena *arena, ld_postings **postings, lede_error *err)
{
    ld_postings_cursor *c = cursor_new(terms, term, arena);
    if (!c)
        return ld_arena_status(arena, err);
    *postings = &c->head;
    c->region = term->postings_offset;
    c->block_count = blocks_of(term->df);
    c->is_pulsed = term->pulsed.is;
    if (c->is_pulsed)
        return cursor_begin(c, 0, flags, err);
    c->region_bytes = c->only_block_bytes = term->postings_bytes;
    c->positions_width = LD_SKIP_WIDTH(term->positions_bytes);
    if (term->form_count > 1)
        c->forms_width = LD_SKIP_WIDTH(term->forms_bytes);
    uint64_t skip = skip_bytes(c);
    if (c->block_count > 1 && skip > term->postings_bytes)
        return ld_error_corrupt(err, "postings", c->region, "a skip table is longer than its list");
    return cursor_begin(c, term->postings_offset + term->postings_bytes - skip, flags, err);
}

void ld_postings_prefetch(const ld_terms *terms, const ld_term *term)
{
    uint64_t blocks = blocks_of(term->df), width = LD_SKIP_WIDTH(term->positions_bytes);
    uint64_t begin = term->postings_offset, end = begin + term->postings_bytes;
    uint64_t skip = blocks * (8 + width + 1);
    if (term->pulsed.is || blocks > term->postings_bytes)
        return;
    ld_part_prefetch(&terms->postings, begin, 4);
    if (blocks > 1 && skip < term->postings_bytes) {
        ld_part_prefetch(&terms->postings, end - 8, 1);
        ld_part_prefetch(&terms->postings, end - skip, 2);
        ld_part_prefetch(&terms->postings, end - skip + 4 * blocks, 1);
    }
}

lede_status ld_postings_open_form(const ld_terms *terms, const ld_term *term, const ld_form *form,
                                  ld_arena *arena, ld_postings **postings, lede_error *err)
{
    if (form->list_offset == UINT64_MAX || form->list_offset < term->postings_offset)
        return LD_FAIL(err, LEDE_E_INVALID, "the form has no list of its own");
    ld_postings_cursor *c = cursor_new(terms, term, arena);
    if (!c)
        return ld_arena_status(arena, err);
    *postings = &c->head;
    c->is_form_list = true;
    c->head.df = form->df;
    c->block_count = blocks_of(form->df);
    bool one = c->block_count <= 1;
    c->region = one ? form->list_offset : term->postings_offset;
    c->region_bytes = term->postings_bytes;
    c->only_block_bytes = form->list_bytes;
    if (!one && form->list_bytes != skip_bytes(c))
        return ld_error_corrupt(err, "postings", form->list_offset,
                                "a skip table is not as long as its list needs");
    return cursor_begin(c, form->list_offset, 0, err);
}

/* ---- walking ---- */

uint32_t ld_postings_next(ld_postings *p)
{
    ld_postings_cursor *c = ld_postings_cursor_of(p);
    if (p->doc == LD_DOC_END)
        return LD_DOC_END;
    if (c->at + 1 < c->b.count)
        return cursor_stand(c, c->at + 1);
    if (c->b.ordinal + 1 >= c->block_count)
        return cursor_end(c);
    return cursor_load(c, c->b.ordinal + 1) ? cursor_stand(c, 0) : LD_DOC_END;
}

uint32_t ld_postings_seek(ld_postings *p, uint32_t target)
{
    ld_postings_cursor *c = ld_postings_cursor_of(p);
    if (p->doc == LD_DOC_END || p->doc >= target)
        return p->doc;
    if (c->b.docs[c->b.count - 1] < target) {
        uint32_t block =
            c->last_docs ? ld_postings_find_block(c, c->b.ordinal + 1, target) : c->block_count;
        if (block >= c->block_count)
            return cursor_end(c);
        if (!cursor_load(c, block))
            return LD_DOC_END;
    }
    return cursor_stand(c, c->kernels->lower_bound(c->b.docs, c->b.count, target));
}

void ld_postings_class_tf(ld_postings *p, uint32_t class_tf[LD_CLASS_COUNT])
{
    ld_postings_cursor *c = ld_postings_cursor_of(p);
    memset(class_tf, 0, LD_CLASS_COUNT * sizeof *class_tf);
    if (p->doc == LD_DOC_END)
        return;
    class_tf[LD_CLASS_BODY] = p->tf;
    if (!ld_postings_block_has_classes(p) || !ld_postings_classes_ready(c))
        return;
    const ld_postings_block_classes *k = c->b.classes;
    while (c->flagged_next < k->count && k->flagged_at[c->flagged_next] < c->at)
        c->flagged_next++;
    if (c->flagged_next == k->count || k->flagged_at[c->flagged_next] != c->at)
        return;
    const uint32_t *tf = k->tf[c->flagged_next];
    class_tf[LD_CLASS_HEAD] = tf[0];
    class_tf[LD_CLASS_LEAD] = tf[1];
    class_tf[LD_CLASS_ASIDE] = tf[2];
    class_tf[LD_CLASS_BODY] -= tf[0] + tf[1] + tf[2];
}

void ld_postings_block_class_tf(ld_postings *p, uint32_t at, uint32_t class_tf[LD_CLASS_COUNT])
{
    ld_postings_cursor *c = ld_postings_cursor_of(p);
    if (!ld_postings_docs_ready(c) || !ld_postings_tfs_ready(c) || at >= c->b.count) {
        memset(class_tf, 0, LD_CLASS_COUNT * sizeof *class_tf);
        return;
    }
    if (at == 0)
        c->flagged_next = 0;
    cursor_stand(c, at);
    ld_postings_class_tf(p, class_tf);
}

const uint32_t *ld_postings_positions(ld_postings *p)
{
    uint32_t tf;
    if (p->doc == LD_DOC_END)
        return NULL;
    return ld_postings_block_positions(p, ld_postings_cursor_of(p)->at, &tf);
}

const uint16_t *ld_postings_forms(ld_postings *p)
{
    uint32_t tf;
    if (p->doc == LD_DOC_END)
        return NULL;
    return ld_postings_block_forms(ld_postings_cursor_of(p), ld_postings_cursor_of(p)->at, &tf);
}
