/*
 * For which languages are the words of a query stemmed? Those that `lang:` names where it filters
 * the whole query, else those that hold at least one article in a hundred. "" stands for articles
 * without a language, whose terms are not stemmed.
 *
 * Shares are taken over LD_QUERY_LANGUAGE_ROWS rows spread evenly over the snapshot (all of them in
 * an archive up to that size), tombstones included: counting every row would make a query cost what
 * the archive is large. What they say is kept with the snapshot, as bits of the list of languages:
 * "", then what the dictionaries of its segments have, in their order.
 */
#include "query/plan.h"

typedef struct share {
    ld_span code;
    uint64_t rows;
} share;

typedef struct shares {
    share items[LD_QUERY_LANGUAGES_MAX]; /* [count]; [0] is "" */
    uint32_t count;
    uint64_t rows;
} shares;

static void share_add(shares *s, ld_span code, uint32_t rows)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (ld_span_equal(s->items[i].code, code)) {
            s->items[i].rows += rows;
            return;
        }
    if (s->count < LD_QUERY_LANGUAGES_MAX)
        s->items[s->count++] = (share){code, rows};
}

/* The languages of the snapshot, without rows. */
static lede_status list(const ld_snapshot *snapshot, shares *s, lede_error *err)
{
    share_add(s, LD_SPAN(""), 0);
    for (uint32_t i = 0; i < ld_snapshot_segment_count(snapshot); i++) {
        const ld_segment_view *v = ld_snapshot_segment(snapshot, i);
        uint32_t count = ld_column_keyword_count(v, LD_COLUMN_LANGUAGE);
        for (uint32_t k = 0; k < count && s->count < LD_QUERY_LANGUAGES_MAX; k++) {
            ld_span code;
            LD_TRY(ld_column_keyword(v, LD_COLUMN_LANGUAGE, k, &code, err));
            share_add(s, code, 0);
        }
    }
    return LEDE_OK;
}

static bool from_filters(const ld_query *q, ld_languages *languages)
{
    for (uint32_t i = 0; i < q->node_count; i++) {
        const ld_ast_node *n = &q->nodes[i];
        bool top = i == q->root || (n->parent == q->root && q->nodes[q->root].kind == LD_AST_AND);
        if (top && n->kind == LD_AST_FILTER && n->filter == LD_AST_FILTER_KEYWORD &&
            n->column == LD_COLUMN_LANGUAGE && !n->prefix)
            ld_languages_add(languages, n->text);
    }
    return languages->count > 0;
}

static lede_status sample(ld_arena *scratch, const ld_segment_view *v, uint64_t step, uint64_t *row,
                          shares *s, lede_error *err)
{
    for (; *row < v->docs; *row += step) {
        const uint32_t *ordinals;
        uint32_t count;
        ld_span code = {"", 0};
        ld_arena_reset(scratch);
        LD_TRY(ld_column_keywords(v, LD_COLUMN_LANGUAGE, (uint32_t)*row, &ordinals, &count, scratch,
                                  err));
        if (count)
            LD_TRY(ld_column_keyword(v, LD_COLUMN_LANGUAGE, ordinals[0], &code, err));
        share_add(s, code, 1);
        s->rows++;
    }
    *row -= v->docs;
    return LEDE_OK;
}

/* Which of the list hold enough, as bits; bit 0 where none does. */
static lede_status choose(ld_arena *arena, const ld_snapshot *snapshot, shares *s, uint64_t *chosen,
                          lede_error *err)
{
    uint64_t docs = ld_snapshot_statistics(snapshot)->docs_count, row = 0;
    uint64_t step = docs / LD_QUERY_LANGUAGE_ROWS + 1;
    ld_arena *scratch;
    LD_TRY(ld_arena_new(ld_arena_env(arena), LD_QUERY_ARENA_BYTES_MAX, &scratch, err));
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < ld_snapshot_segment_count(snapshot); i++)
        status = sample(scratch, ld_snapshot_segment(snapshot, i), step, &row, s, err);
    ld_arena_free(scratch);
    *chosen = 0;
    for (uint32_t i = 0; i < s->count; i++)
        if (s->items[i].rows && s->items[i].rows * 100 >= s->rows)
            *chosen |= 1ull << i;
    if (*chosen == 0)
        *chosen = 1;
    return status;
}

lede_status ld_plan_languages(ld_arena *arena, const ld_snapshot *snapshot, const ld_query *q,
                              ld_languages *languages, lede_error *err)
{
    _Static_assert(LD_QUERY_LANGUAGES_MAX <= 64, "a bit for each");
    languages->count = 0;
    if (!ld_snapshot_profile(snapshot)->stem) {
        ld_languages_add(languages, LD_SPAN(""));
        return LEDE_OK;
    }
    if (from_filters(q, languages))
        return LEDE_OK;
    shares s = {.count = 0};
    LD_TRY(list(snapshot, &s, err));
    atomic_ullong *kept = ld_snapshot_languages(snapshot);
    uint64_t chosen = atomic_load_explicit(kept, memory_order_relaxed);
    if (chosen == 0) {
        LD_TRY(choose(arena, snapshot, &s, &chosen, err));
        atomic_store_explicit(kept, chosen, memory_order_relaxed);
    }
    for (uint32_t i = 0; i < s.count; i++)
        if (chosen >> i & 1)
            ld_languages_add(languages, s.items[i].code);
    return LEDE_OK;
}

void ld_plan_languages_guess(const ld_query *q, ld_languages *languages)
{
    /* ISO 639-1 codes of the Snowball stemmers; those this machine's library lacks do no harm. */
    static const char codes[][3] = {"",   "ar", "ca", "da", "de", "el", "en", "es", "et", "eu",
                                    "fi", "fr", "ga", "hi", "hu", "hy", "id", "it", "lt", "ne",
                                    "nl", "no", "pt", "ro", "ru", "sr", "sv", "ta", "tr", "yi"};
    languages->count = 0;
    if (from_filters(q, languages))
        return;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        ld_languages_add(languages, ld_span_from_string(codes[i]));
}
