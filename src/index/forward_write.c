/*
 * Forward lists out of a stream of postings in term order. Each document keeps its best terms so
 * far in a small table (its weakest is replaced), because the stream comes once and by term, not by
 * document: LD_FORWARD_TERMS_MAX * 6 bytes a document, which only a flush can afford. A merge
 * carries the rows over (forward_format.h).
 */
#include "index/forward_format.h"
#include "index/sidecars.h"

typedef struct forward_slot {
    uint32_t ordinals[LD_FORWARD_TERMS_MAX];
    uint16_t scores[LD_FORWARD_TERMS_MAX]; /* log2 in 1/256 multiplied, /16 */
    uint8_t count;
} forward_slot;

struct ld_forward_builder {
    const lede_env *env;
    forward_slot *slots; /* [docs], owned */
    uint32_t docs;
    uint32_t ordinal; /* of the term at hand */
    uint32_t idf;     /* its log2(N / df) in 1/256; 0: the term is left out */
};

/* log2(x) in 1/256, x >= 1: the place of the highest bit and a straight line between powers. */
static uint32_t log2_fixed(uint64_t x)
{
    uint32_t top = 63u - (uint32_t)__builtin_clzll(x);
    uint64_t fraction = top >= 8 ? x >> (top - 8) : x << (8 - top);
    return top * 256 + (uint32_t)(fraction & 255);
}

lede_status ld_forward_builder_new(const lede_env *env, uint32_t docs, ld_forward_builder **builder,
                                   lede_error *err)
{
    *builder = NULL;
    ld_forward_builder *b = ld_alloc_zero(env, sizeof *b);
    if (!b)
        return ld_error_nomem(err, sizeof *b);
    b->env = env;
    b->docs = docs;
    b->slots = ld_alloc_array(env, docs, sizeof *b->slots);
    if (!b->slots) {
        ld_forward_builder_free(b);
        return ld_error_nomem(err, (size_t)docs * sizeof *b->slots);
    }
    *builder = b;
    return LEDE_OK;
}

void ld_forward_builder_free(ld_forward_builder *b)
{
    if (!b)
        return;
    ld_release(b->env, b->slots, (size_t)b->docs * sizeof *b->slots);
    ld_release(b->env, b, sizeof *b);
}

static lede_status on_term(void *ctx, uint32_t term_ordinal, uint32_t df, lede_error *err)
{
    (void)err;
    ld_forward_builder *b = ctx;
    b->ordinal = term_ordinal;
    b->idf = 0;
    if (df > 0 && !(df == 1 && b->docs >= LD_FORWARD_RARE_DOCS)) {
        uint32_t high = log2_fixed((uint64_t)b->docs + 1), low = log2_fixed(df);
        b->idf = high > low ? high - low : 0;
    }
    return LEDE_OK;
}

static void on_posting(void *ctx, uint32_t doc, uint32_t tf)
{
    ld_forward_builder *b = ctx;
    if (b->idf == 0 || doc >= b->docs)
        return;
    /* (8 + 20) * 256 * 28 * 256 / 65536 * 16 stays below 2^16 */
    uint64_t product = (uint64_t)(256 + log2_fixed(tf ? tf : 1)) * b->idf / 4096;
    uint16_t score = product > UINT16_MAX ? UINT16_MAX : (uint16_t)product;
    forward_slot *s = &b->slots[doc];
    if (s->count < LD_FORWARD_TERMS_MAX) {
        s->ordinals[s->count] = b->ordinal;
        s->scores[s->count++] = score;
        return;
    }
    uint32_t weakest = 0;
    for (uint32_t i = 1; i < LD_FORWARD_TERMS_MAX; i++)
        if (s->scores[i] < s->scores[weakest])
            weakest = i;
    if (score <= s->scores[weakest])
        return;
    /* the rest moves up, so that ordinals stay in order */
    size_t after = LD_FORWARD_TERMS_MAX - 1 - weakest;
    memmove(&s->ordinals[weakest], &s->ordinals[weakest + 1], after * sizeof *s->ordinals);
    memmove(&s->scores[weakest], &s->scores[weakest + 1], after * sizeof *s->scores);
    s->ordinals[LD_FORWARD_TERMS_MAX - 1] = b->ordinal;
    s->scores[LD_FORWARD_TERMS_MAX - 1] = score;
}

ld_posting_sink ld_forward_builder_sink(ld_forward_builder *b)
{
    return (ld_posting_sink){b, on_term, on_posting};
}

static uint8_t weight_of(const forward_slot *s, uint32_t i, uint32_t best)
{
    if (best == 0)
        return 1;
    return (uint8_t)(1 + s->scores[i] * (LD_FORWARD_WEIGHT_MAX - 1) / best);
}

void ld_forward_encode(const ld_forward_term *terms, uint32_t count, ld_buf *out)
{
    ld_buf_add_byte(out, (uint8_t)count);
    for (uint32_t i = 0; i < count; i++)
        ld_buf_add_varint(out, i == 0 ? terms[0].term_ordinal
                                      : terms[i].term_ordinal - terms[i - 1].term_ordinal - 1);
    for (uint32_t i = 0; i < count; i += 2) {
        uint8_t high = i + 1 < count ? terms[i + 1].weight : 0;
        ld_buf_add_byte(out, (uint8_t)(terms[i].weight | high << 4));
    }
}

static void encode_slot(const forward_slot *s, ld_buf *out)
{
    ld_forward_term terms[LD_FORWARD_TERMS_MAX];
    uint32_t best = 0;
    for (uint32_t i = 0; i < s->count; i++)
        best = s->scores[i] > best ? s->scores[i] : best;
    for (uint32_t i = 0; i < s->count; i++)
        terms[i] =
            (ld_forward_term){.term_ordinal = s->ordinals[i], .weight = weight_of(s, i, best)};
    ld_forward_encode(terms, s->count, out);
}

typedef struct slot_cursor {
    const ld_forward_builder *b;
    uint32_t doc;
    ld_buf row;
} slot_cursor;

static lede_status next_slot(void *ctx, ld_span *row, lede_error *err)
{
    slot_cursor *c = ctx;
    ld_buf_clear(&c->row);
    encode_slot(&c->b->slots[c->doc++], &c->row);
    *row = ld_buf_span(&c->row);
    return ld_buf_status(&c->row, err);
}

lede_status ld_forward_builder_write(ld_forward_builder *b, ld_segment_writer *out, lede_error *err)
{
    slot_cursor cursor = {.b = b};
    ld_buf_init(&cursor.row, b->env, LD_FORWARD_ROW_BYTES_MAX);
    ld_row_source rows = {&cursor, next_slot};
    lede_status status = ld_forward_write(out, b->docs, &rows, err);
    ld_buf_release(&cursor.row);
    return status;
}

lede_status ld_forward_write(ld_segment_writer *out, uint32_t docs, const ld_row_source *source,
                             lede_error *err)
{
    ld_part_writer *part =
        ld_segment_writer_part(out, LD_PART_FORWARD, 0, LD_FORWARD_VERSION, false);
    if (!part)
        return ld_segment_writer_status(out, err);
    return ld_rows_write(part, docs, source, err);
}
