#include "query/page.h"

#include <inttypes.h>

#include "query/rerank.h"

static const char sort_letters[] = "rno";
#define PLACE_LETTER 'p'

static uint64_t value_bits(uint8_t sort, const ld_topk_after *after)
{
    uint64_t bits = (uint64_t)after->sort_key;
    if (after->place)
        return after->place;
    if (sort == LD_SORT_RELEVANCE)
        memcpy(&bits, &after->score, sizeof bits);
    return bits;
}

lede_status ld_page_format(ld_arena *arena, uint64_t generation, uint8_t sort,
                           const ld_topk_after *after, ld_span *text, lede_error *err)
{
    char *s = ld_arena_format(arena, "1-%" PRIx64 "-%c%" PRIx64 "-%" PRIx64 "-%" PRIx32, generation,
                              after->place ? PLACE_LETTER : sort_letters[sort],
                              value_bits(sort, after), after->key_hash, after->skip);
    if (!s)
        return ld_arena_status(arena, err);
    *text = ld_span_from_string(s);
    return LEDE_OK;
}

/* 1 to 16 lower-case hexadecimal digits and what stands behind them, which must be `end`. */
static bool hex_take(ld_span *s, char end, uint64_t *value)
{
    size_t n = 0;
    for (*value = 0; n < s->bytes && n < 16; n++) {
        char c = s->data[n];
        if (c >= '0' && c <= '9')
            *value = *value << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            *value = *value << 4 | (uint64_t)(c - 'a' + 10);
        else
            break;
    }
    if (n == 0 || (end ? n >= s->bytes || s->data[n] != end : n != s->bytes))
        return false;
    *s = ld_span_sub(*s, n + (end != 0), s->bytes);
    return true;
}

lede_status ld_page_parse(ld_span text, uint8_t sort, uint64_t *generation, ld_topk_after *after,
                          lede_error *err)
{
    uint64_t value = 0, skip = 0;
    ld_span s = ld_span_sub(text, 2, text.bytes);
    bool ok = ld_span_starts_with(text, LD_SPAN("1-")) && hex_take(&s, '-', generation);
    bool by_place = sort == LD_SORT_RELEVANCE && s.bytes > 0 && s.data[0] == PLACE_LETTER;
    ok = ok && (by_place || (s.bytes > 0 && s.data[0] == sort_letters[sort]));
    s = ld_span_sub(s, 1, s.bytes);
    ok = ok && hex_take(&s, '-', &value) && hex_take(&s, '-', &after->key_hash) &&
         hex_take(&s, 0, &skip) && skip <= LD_QUERY_HITS_MAX;
    *after = (ld_topk_after){.given = !by_place, .key_hash = after->key_hash};
    if (by_place) {
        ok = ok && value > 0 && value < LD_RERANK_HITS;
        after->place = (uint32_t)value;
        value = 0;
    }
    after->skip = (uint32_t)skip;
    after->sort_key = sort == LD_SORT_RELEVANCE ? 0 : (int64_t)value;
    after->score = 0;
    if (sort == LD_SORT_RELEVANCE)
        memcpy(&after->score, &value, sizeof value);
    if (!ok || !(after->score >= 0) || after->score > 1e300)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "the cursor is not one that this search has given; ask for the first page "
                       "without a cursor");
    return LEDE_OK;
}
