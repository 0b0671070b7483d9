/*
 * "Which documents have this term, how often, where?" (postings_format.h, positions_format.h)
 *
 * One block is decoded at a time. Moving within it is an increment or a short search; moving past
 * it reads the skip table, galloping from the block at hand. Classes, positions and ordinals of a
 * block are touched when first asked for.
 *
 *   list -> block of 256 documents and frequencies     decoded on arrival
 *             -> class frequencies                     decoded on first ld_postings_class_tf
 *             -> positions, ordinals                   viewed on first use, decoded by group
 *
 * Trust. Everything read is bounded before use: blocks ascend, a block ends with the document the
 * skip table says, documents are below the segment's count, frequencies below LD_POSITIONS_MAX,
 * ordinals below the form count. The first violation makes the cursor end and its status CORRUPT;
 * it stays so. Memory: one block of numbers (about 10 KiB, less for a pulsed term), and the
 * positions of one document.
 */
#include "index/postings.h"

#include "codec/varint.h"
#include "index/positions_read.h"
#include "index/postings_format.h"
#include "index/terms_read.h"

/* One block's numbers. */
typedef struct numbers {
    uint32_t docs[LD_POSTINGS_BLOCK], tfs[LD_POSTINGS_BLOCK];
    uint8_t flagged_at[LD_POSTINGS_BLOCK];                  /* [flagged_count] */
    uint32_t class_tf[LD_POSTINGS_BLOCK][LD_CLASS_FLAGGED]; /* [flagged_count] */
    ld_stream_reader positions, forms;
} numbers;

typedef struct cursor {
    ld_postings head; /* what callers see; first */
    const ld_terms *terms;
    ld_term term;
    ld_arena *arena;
    bool is_form_list;

    /* the list */
    uint64_t region, region_bytes; /* of the term in POSTINGS */
    uint64_t only_block_bytes;     /* a list of one block: at most so long */
    uint32_t block_count;
    const uint8_t *last_docs, *blocks_at, *positions_at, *forms_at,
        *bounds; /* skip table or NULL */
    uint32_t positions_width, forms_width;

    /* the block at hand */
    numbers *b;             /* NULL: pulsed */
    uint32_t block;         /* its ordinal */
    uint32_t count;         /* its postings */
    uint32_t at;            /* the current one */
    const uint8_t *classes; /* its classes, NULL: none */
    size_t classes_bytes;
    bool classes_read, positions_open, forms_open;
    uint32_t flagged_count, flagged_next;
    uint32_t tf_at, tf_before; /* sum of tfs[0 .. tf_at) */

    /* the current document's numbers; streams are read forward only, so they are kept */
    bool positions_ready, forms_ready;
    uint32_t *positions;
    uint16_t *forms;
    size_t positions_capacity, forms_capacity;
} cursor;

static uint32_t cursor_fail(cursor *c, lede_status status)
{
    if (c->head.status == LEDE_OK) {
        c->head.status = status;
        c->head.error.status = status;
    }
    c->head.doc = LD_DOC_END;
    c->head.tf = 0;
    return LD_DOC_END;
}

static uint32_t cursor_corrupt(cursor *c, const char *part, const char *why)
{
    if (c->head.status == LEDE_OK)
        ld_error_corrupt(&c->head.error, part, c->region, why);
    return cursor_fail(c, LEDE_E_CORRUPT);
}

static uint32_t last_doc(const cursor *c, uint32_t block)
{
    return ld_load_u32(c->last_docs + 4ull * block);
}

static uint64_t skip_load(const uint8_t *array, uint32_t width, uint32_t block)
{
    return width == 8 ? ld_load_u64(array + 8ull * block) : ld_load_u32(array + 4ull * block);
}

static uint64_t skip_bytes(const cursor *c)
{
    return c->block_count * (8ull + c->positions_width + c->forms_width + 6);
}

/* Views the skip table at `offset` of POSTINGS. */
static lede_status skip_open(cursor *c, uint64_t offset, lede_error *err)
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

static bool deltas_apply(const cursor *c, uint32_t next, uint32_t *docs)
{
    uint64_t doc = next;
    for (uint32_t i = 0; i < c->count; i++) {
        doc += docs[i];
        docs[i] = (uint32_t)doc++;
        if (doc > c->terms->docs)
            return false;
    }
    return true;
}

static bool tfs_decode(cursor *c, const uint8_t **data, size_t *bytes)
{
    size_t length = ld_group_decode(*data, *bytes, c->count, c->b->tfs, NULL);
    if (length == 0)
        return false;
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->b->tfs[i] >= LD_POSITIONS_MAX)
            return false;
        c->b->tfs[i]++;
    }
    *data += length;
    *bytes -= length;
    return true;
}

static bool block_decode(cursor *c, const uint8_t *data, size_t bytes, uint32_t next)
{
    uint32_t marks;
    size_t length = ld_group_decode(data, bytes, c->count, c->b->docs, &marks);
    if (length == 0 || !deltas_apply(c, next, c->b->docs))
        return false;
    data += length;
    bytes -= length;
    if (marks & LD_POSTINGS_HAS_TF) {
        if (!tfs_decode(c, &data, &bytes))
            return false;
    } else {
        for (uint32_t i = 0; i < c->count; i++)
            c->b->tfs[i] = 1;
    }
    c->classes = marks & LD_POSTINGS_HAS_CLASSES && !c->is_form_list ? data : NULL;
    c->classes_bytes = bytes;
    c->classes_read = c->positions_open = c->forms_open = false;
    c->flagged_count = c->flagged_next = c->tf_at = c->tf_before = 0;
    return true;
}

/* Where block `block` stands in POSTINGS and at most how long it is; false where it cannot. */
static bool block_window(const cursor *c, uint32_t block, uint64_t *offset, uint64_t *bytes)
{
    uint64_t at = 0, left = c->only_block_bytes;
    if (c->last_docs) {
        at = ld_load_u32(c->blocks_at + 4ull * block);
        if (at >= c->region_bytes)
            return false;
        left = c->region_bytes - at;
    }
    *offset = c->region + at;
    *bytes = left < LD_POSTINGS_BLOCK_BYTES_MAX ? left : LD_POSTINGS_BLOCK_BYTES_MAX;
    return true;
}

/* Makes `block` the one at hand, at its first posting. False: the cursor has failed. */
static bool block_load(cursor *c, uint32_t block)
{
    uint32_t next = block > 0 ? last_doc(c, block - 1) + 1 : 0;
    uint64_t offset, bytes;
    const uint8_t *view;
    if (block > 0 && next <= c->b->docs[c->count - 1]) {
        cursor_corrupt(c, "postings", "a skip table does not ascend");
        return false;
    }
    if (!block_window(c, block, &offset, &bytes)) {
        cursor_corrupt(c, "postings", "a block lies outside of its list");
        return false;
    }
    lede_status status = ld_part_view(&c->terms->postings, offset, bytes, &view, &c->head.error);
    if (status != LEDE_OK) {
        cursor_fail(c, status);
        return false;
    }
    bool last = block + 1 == c->block_count;
    c->count = last ? c->head.df - block * LD_POSTINGS_BLOCK : LD_POSTINGS_BLOCK;
    c->block = block;
    c->at = 0;
    if (!block_decode(c, view, (size_t)bytes, next) ||
        (c->last_docs && c->b->docs[c->count - 1] != last_doc(c, block))) {
        cursor_corrupt(c, "postings", "a block is damaged");
        return false;
    }
    return true;
}

static uint32_t cursor_stand(cursor *c, uint32_t at)
{
    c->at = at;
    c->positions_ready = c->forms_ready = false;
    c->head.tf = c->b->tfs[at];
    return c->head.doc = c->b->docs[at];
}

static uint32_t cursor_end(cursor *c)
{
    c->head.tf = 0;
    return c->head.doc = LD_DOC_END;
}

static cursor *cursor_new(const ld_terms *terms, const ld_term *term, ld_arena *arena)
{
    cursor *c = ld_arena_alloc_zero(arena, sizeof *c);
    if (!c)
        return NULL;
    c->terms = terms;
    c->term = *term;
    c->arena = arena;
    c->head.df = term->df;
    return c;
}

/* The first block of a list whose place and length are set. */
static lede_status cursor_begin(cursor *c, uint64_t skip_offset, lede_error *err)
{
    if (c->head.df == 0 || c->head.df > c->terms->docs)
        return ld_error_corrupt(err, "postings", c->region, "a list has an impossible length");
    c->block_count = (c->head.df + LD_POSTINGS_BLOCK - 1) / LD_POSTINGS_BLOCK;
    c->b = ld_arena_alloc(c->arena, sizeof *c->b);
    if (!c->b)
        return ld_arena_status(c->arena, err);
    if (c->block_count > 1)
        LD_TRY(skip_open(c, skip_offset, err));
    if (block_load(c, 0))
        cursor_stand(c, 0);
    return LEDE_OK; /* a damaged first block is the cursor's status */
}

static lede_status pulsed_begin(cursor *c)
{
    c->head.doc = c->term.pulsed.doc;
    c->head.tf = (uint32_t)c->term.total_tf;
    c->block_count = c->count = 1;
    return LEDE_OK;
}

lede_status ld_postings_open(const ld_terms *terms, const ld_term *term, uint32_t flags,
                             ld_arena *arena, ld_postings **postings, lede_error *err)
{
    (void)flags; /* everything is decoded when asked for; a later codec may prepare */
    cursor *c = cursor_new(terms, term, arena);
    if (!c)
        return ld_arena_status(arena, err);
    *postings = &c->head;
    if (term->pulsed.is)
        return pulsed_begin(c);
    c->region = term->postings_offset;
    c->region_bytes = c->only_block_bytes = term->postings_bytes;
    c->positions_width = term->positions_bytes <= UINT32_MAX ? 4 : 8;
    if (term->form_count > 1)
        c->forms_width = term->forms_bytes <= UINT32_MAX ? 4 : 8;
    c->block_count = (term->df + LD_POSTINGS_BLOCK - 1) / LD_POSTINGS_BLOCK;
    uint64_t skip = skip_bytes(c);
    if (c->block_count > 1 && skip > term->postings_bytes)
        return ld_error_corrupt(err, "postings", c->region, "a skip table is longer than its list");
    return cursor_begin(c, term->postings_offset + term->postings_bytes - skip, err);
}

lede_status ld_postings_open_form(const ld_terms *terms, const ld_term *term, const ld_form *form,
                                  ld_arena *arena, ld_postings **postings, lede_error *err)
{
    if (form->list_offset == UINT64_MAX || form->list_offset < term->postings_offset)
        return LD_FAIL(err, LEDE_E_INVALID, "the form has no list of its own");
    cursor *c = cursor_new(terms, term, arena);
    if (!c)
        return ld_arena_status(arena, err);
    *postings = &c->head;
    c->is_form_list = true;
    c->head.df = form->df;
    c->block_count = (form->df + LD_POSTINGS_BLOCK - 1) / LD_POSTINGS_BLOCK;
    bool one = c->block_count <= 1;
    c->region = one ? form->list_offset : term->postings_offset;
    c->region_bytes = term->postings_bytes;
    c->only_block_bytes = form->list_bytes;
    if (!one && form->list_bytes != skip_bytes(c))
        return ld_error_corrupt(err, "postings", form->list_offset,
                                "a skip table is not as long as its list needs");
    return cursor_begin(c, form->list_offset, err);
}

uint32_t ld_postings_next(ld_postings *p)
{
    cursor *c = (cursor *)p;
    if (p->doc == LD_DOC_END)
        return LD_DOC_END;
    if (c->at + 1 < c->count)
        return cursor_stand(c, c->at + 1);
    if (c->block + 1 >= c->block_count)
        return cursor_end(c);
    return block_load(c, c->block + 1) ? cursor_stand(c, 0) : LD_DOC_END;
}

/* The first block at or after the one at hand whose last document is >= target; block_count: none.
 * Gallops, then halves. */
static uint32_t block_find(const cursor *c, uint32_t target)
{
    uint32_t low = c->block, step = 1;
    while (low + step < c->block_count && last_doc(c, low + step) < target) {
        low += step;
        step *= 2;
    }
    uint32_t high = low + step < c->block_count ? low + step : c->block_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (last_doc(c, middle) < target)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t ld_postings_seek(ld_postings *p, uint32_t target)
{
    cursor *c = (cursor *)p;
    if (p->doc == LD_DOC_END || p->doc >= target)
        return p->doc;
    if (!c->b)
        return cursor_end(c);
    if (c->b->docs[c->count - 1] < target) {
        uint32_t block = c->last_docs ? block_find(c, target) : c->block_count;
        if (block >= c->block_count)
            return cursor_end(c);
        if (!block_load(c, block))
            return LD_DOC_END;
    }
    uint32_t low = c->at, high = c->count - 1; /* docs[high] >= target */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (c->b->docs[middle] < target)
            low = middle + 1;
        else
            high = middle;
    }
    return cursor_stand(c, low);
}

bool ld_postings_block_bound(const ld_postings *p, uint32_t target, uint32_t *last,
                             ld_block_bound *bound)
{
    const cursor *c = (const cursor *)p;
    if (p->doc == LD_DOC_END || !c->last_docs)
        return false;
    uint32_t block = block_find(c, target);
    if (block >= c->block_count)
        return false;
    const uint8_t *t = c->bounds + 2ull * block;
    const uint8_t *codes = c->bounds + 4ull * c->block_count + block;
    *last = last_doc(c, block);
    *bound = (ld_block_bound){{ld_load_u16(t), ld_load_u16(t + 2ull * c->block_count)},
                              {codes[0], codes[c->block_count]}};
    return true;
}

/* ---- class frequencies ---- */

static bool class_code_read(cursor *c, uint32_t code, const uint8_t **at, const uint8_t *end,
                            uint32_t out[LD_CLASS_FLAGGED])
{
    if (code == LD_CLASS_ESCAPE) {
        for (uint32_t i = 0; i < LD_CLASS_FLAGGED; i++) {
            if (!ld_varint_decode_u32(at, end, &out[i]) || out[i] > LD_POSITIONS_MAX)
                return false;
        }
        return true;
    }
    if (code >= c->terms->class_code_count)
        return false;
    const uint8_t *triple = c->terms->class_codes + (size_t)code * LD_CLASS_CODE_BYTES;
    for (uint32_t i = 0; i < LD_CLASS_FLAGGED; i++)
        out[i] = ld_load_u16(triple + 2 * i);
    return true;
}

static bool classes_decode(cursor *c)
{
    const uint8_t *at = c->classes, *end = at + c->classes_bytes;
    uint32_t values[LD_POSTINGS_BLOCK];
    if (at == end)
        return false;
    uint32_t count = *at++ + 1u, next = 0;
    size_t length = ld_group_decode(at, (size_t)(end - at), count, values, NULL);
    if (count > c->count || length == 0)
        return false;
    at += length;
    for (uint32_t i = 0; i < count; i++) {
        if (values[i] >= c->count || next + values[i] >= c->count)
            return false;
        c->b->flagged_at[i] = (uint8_t)(next + values[i]);
        next += values[i] + 1;
    }
    length = ld_group_decode(at, (size_t)(end - at), count, values, NULL);
    if (length == 0)
        return false;
    at += length;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t *tf = c->b->class_tf[i];
        if (!class_code_read(c, values[i], &at, end, c->b->class_tf[i]) ||
            tf[0] + tf[1] + tf[2] > c->b->tfs[c->b->flagged_at[i]])
            return false;
    }
    c->flagged_count = count;
    return true;
}

void ld_postings_class_tf(ld_postings *p, uint32_t class_tf[LD_CLASS_COUNT])
{
    cursor *c = (cursor *)p;
    memset(class_tf, 0, LD_CLASS_COUNT * sizeof *class_tf);
    if (p->doc == LD_DOC_END)
        return;
    if (!c->b) {
        for (uint32_t i = 0; i < LD_CLASS_COUNT; i++)
            class_tf[i] = c->term.pulsed.class_tf[i];
        return;
    }
    class_tf[LD_CLASS_BODY] = p->tf;
    if (!c->classes)
        return;
    if (!c->classes_read && !classes_decode(c)) {
        cursor_corrupt(c, "postings", "the class frequencies of a block are damaged");
        return;
    }
    c->classes_read = true;
    while (c->flagged_next < c->flagged_count && c->b->flagged_at[c->flagged_next] < c->at)
        c->flagged_next++;
    if (c->flagged_next == c->flagged_count || c->b->flagged_at[c->flagged_next] != c->at)
        return;
    const uint32_t *tf = c->b->class_tf[c->flagged_next];
    class_tf[LD_CLASS_HEAD] = tf[0];
    class_tf[LD_CLASS_LEAD] = tf[1];
    class_tf[LD_CLASS_ASIDE] = tf[2];
    class_tf[LD_CLASS_BODY] -= tf[0] + tf[1] + tf[2];
}

/* ---- positions and ordinals ---- */

/* Sum of tf of the block's postings before the current one, and the block's whole sum. */
static uint32_t tf_sum_before(cursor *c)
{
    for (; c->tf_at < c->at; c->tf_at++)
        c->tf_before += c->b->tfs[c->tf_at];
    return c->tf_before;
}

static uint32_t tf_sum(const cursor *c)
{
    uint32_t sum = 0; /* at most 2^8 * 2^20 */
    for (uint32_t i = 0; i < c->count; i++)
        sum += c->b->tfs[i];
    return sum;
}

/* Views the numbers of the block at hand. at: the skip table's array, NULL for a list of one. */
static bool stream_open(cursor *c, ld_stream_reader *r, const ld_part *part, const char *name,
                        uint64_t offset, uint64_t bytes, const uint8_t *at, uint32_t width)
{
    uint64_t from = 0, to = bytes;
    if (c->last_docs) {
        from = skip_load(at, width, c->block);
        if (c->block + 1 < c->block_count)
            to = skip_load(at, width, c->block + 1);
    }
    const uint8_t *view;
    if (from > to || to > bytes) {
        cursor_corrupt(c, name, "a block lies outside of its list");
        return false;
    }
    lede_status status = ld_part_view(part, offset + from, to - from, &view, &c->head.error);
    if (status != LEDE_OK) {
        cursor_fail(c, status);
        return false;
    }
    uint32_t total = tf_sum(c); /* a group of 128 numbers takes a byte or more */
    if (to > from && total / LD_POSITIONS_GROUP > to - from) {
        cursor_corrupt(c, name, "a block is too short for its numbers");
        return false;
    }
    ld_stream_reader_begin(r, view, (size_t)(to - from), total);
    return true;
}

static bool room(cursor *c, void **items, size_t *capacity, size_t item_bytes)
{
    if (*capacity >= c->head.tf)
        return true;
    size_t count = c->head.tf < 32 ? 32 : (size_t)c->head.tf + c->head.tf / 2;
    void *block = ld_arena_alloc(c->arena, count * item_bytes);
    if (!block) {
        cursor_fail(c, ld_arena_status(c->arena, &c->head.error));
        return false;
    }
    *items = block;
    *capacity = count;
    return true;
}

const uint32_t *ld_postings_positions(ld_postings *p)
{
    cursor *c = (cursor *)p;
    if (p->doc == LD_DOC_END || c->is_form_list)
        return NULL;
    if (!c->b)
        return c->term.pulsed.positions;
    if (c->positions_ready)
        return c->positions;
    if (!c->positions_open && !stream_open(c, &c->b->positions, &c->terms->positions, "positions",
                                           c->term.positions_offset, c->term.positions_bytes,
                                           c->positions_at, c->positions_width))
        return NULL;
    c->positions_open = true;
    if (!room(c, (void **)&c->positions, &c->positions_capacity, sizeof *c->positions))
        return NULL;
    uint64_t next = 0;
    bool ok = ld_stream_reader_get(&c->b->positions, tf_sum_before(c), p->tf, c->positions);
    for (uint32_t i = 0; ok && i < p->tf; i++) {
        next += c->positions[i];
        ok = next < LD_POSITIONS_MAX;
        c->positions[i] = (uint32_t)next++;
    }
    c->positions_ready = ok;
    if (ok)
        return c->positions;
    cursor_corrupt(c, "positions", "the positions of a block are damaged");
    return NULL;
}

/* Ordinals as they come from a block, a group at a time, narrowed and tested. */
static bool forms_fill(cursor *c)
{
    uint32_t values[LD_POSITIONS_GROUP], first = tf_sum_before(c);
    for (uint32_t done = 0; done < c->head.tf;) {
        uint32_t left = c->head.tf - done;
        uint32_t n = left < LD_POSITIONS_GROUP ? left : LD_POSITIONS_GROUP;
        if (!ld_stream_reader_get(&c->b->forms, first + done, n, values))
            return false;
        for (uint32_t i = 0; i < n; i++) {
            if (values[i] >= c->term.form_count)
                return false;
            c->forms[done + i] = (uint16_t)values[i];
        }
        done += n;
    }
    return true;
}

const uint16_t *ld_postings_forms(ld_postings *p)
{
    cursor *c = (cursor *)p;
    if (p->doc == LD_DOC_END || c->is_form_list)
        return NULL;
    if (!c->b)
        return c->term.pulsed.forms;
    if (c->forms_ready)
        return c->forms;
    if (!room(c, (void **)&c->forms, &c->forms_capacity, sizeof *c->forms))
        return NULL;
    bool read = c->term.form_count > 1 && c->term.forms_bytes > 0;
    if (read && !c->forms_open &&
        !stream_open(c, &c->b->forms, &c->terms->forms, "forms", c->term.forms_offset,
                     c->term.forms_bytes, c->forms_at, c->forms_width))
        return NULL;
    c->forms_open = read;
    if (!read || c->b->forms.bytes == 0) {
        memset(c->forms, 0, p->tf * sizeof *c->forms);
        c->forms_ready = true;
        return c->forms;
    }
    c->forms_ready = forms_fill(c);
    if (c->forms_ready)
        return c->forms;
    cursor_corrupt(c, "forms", "the form ordinals of a block are damaged");
    return NULL;
}
