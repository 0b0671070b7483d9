#include "server/diff.h"

#include "base/error.h"
#include "base/limits.h"

typedef struct words {
    ld_span *items; /* [count], owned */
    size_t count, capacity;
} words;

static lede_status split(const lede_env *env, ld_span text, words *w, lede_error *err)
{
    for (size_t at = 0; at < text.bytes;) {
        char c = text.data[at];
        if (c == ' ' || c == '\t') {
            at++;
            continue;
        }
        size_t end = at + 1;
        while (c != '\n' && end < text.bytes && !strchr(" \t\n", text.data[end]))
            end++;
        LD_TRY(ld_grow(env, (void **)&w->items, &w->capacity, w->count + 1, sizeof *w->items,
                       LD_SERVER_DIFF_WORDS_MAX, err));
        w->items[w->count++] = ld_span_sub(text, at, end - at);
        at = end;
    }
    return LEDE_OK;
}

static lede_status add(ld_diff *d, ld_diff_kind kind, const ld_span *items, size_t count,
                       lede_error *err)
{
    LD_TRY(ld_grow(d->env, (void **)&d->words, &d->capacity, d->count + count, sizeof *d->words,
                   LD_SERVER_DIFF_WORDS_MAX, err));
    for (size_t i = 0; i < count; i++)
        d->words[d->count++] = (ld_diff_word){kind, items[i]};
    return LEDE_OK;
}

/* cells: [(m + 1) * (n + 1)] lengths of the common subsequence of what is left from (i, j). */
static lede_status walk(ld_diff *d, const ld_span *a, size_t m, const ld_span *b, size_t n,
                        uint16_t *cells, lede_error *err)
{
    size_t row = n + 1, i = 0, j = 0;
    for (size_t at = m; at-- > 0;) {
        for (size_t k = n; k-- > 0;) {
            uint16_t down = cells[(at + 1) * row + k], right = cells[at * row + k + 1];
            cells[at * row + k] = ld_span_equal(a[at], b[k])
                                      ? (uint16_t)(cells[(at + 1) * row + k + 1] + 1)
                                  : down > right ? down
                                                 : right;
        }
    }
    while (i < m || j < n) {
        if (i < m && j < n && ld_span_equal(a[i], b[j])) {
            LD_TRY(add(d, LD_DIFF_SAME, &a[i++], 1, err));
            j++;
        } else if (i < m && (j == n || cells[(i + 1) * row + j] >= cells[i * row + j + 1])) {
            LD_TRY(add(d, LD_DIFF_REMOVED, &a[i++], 1, err));
        } else {
            LD_TRY(add(d, LD_DIFF_ADDED, &b[j++], 1, err));
        }
    }
    return LEDE_OK;
}

static lede_status compare_middles(ld_diff *d, const ld_span *a, size_t m, const ld_span *b,
                                   size_t n, lede_error *err)
{
    if (m == 0 || n == 0 || m + 1 > LD_SERVER_DIFF_CELLS_MAX / (n + 1) || m > UINT16_MAX ||
        n > UINT16_MAX) {
        LD_TRY(add(d, LD_DIFF_REMOVED, a, m, err));
        return add(d, LD_DIFF_ADDED, b, n, err);
    }
    size_t bytes = (m + 1) * (n + 1) * sizeof(uint16_t);
    uint16_t *cells = ld_alloc_zero(d->env, bytes);
    if (!cells)
        return ld_error_nomem(err, bytes);
    lede_status status = walk(d, a, m, b, n, cells, err);
    ld_release(d->env, cells, bytes);
    return status;
}

static lede_status compare(ld_diff *d, const words *a, const words *b, lede_error *err)
{
    size_t least = a->count < b->count ? a->count : b->count, head = 0, tail = 0;
    while (head < least && ld_span_equal(a->items[head], b->items[head]))
        head++;
    while (tail < least - head &&
           ld_span_equal(a->items[a->count - 1 - tail], b->items[b->count - 1 - tail]))
        tail++;
    LD_TRY(add(d, LD_DIFF_SAME, a->items, head, err));
    LD_TRY(compare_middles(d, a->items + head, a->count - head - tail, b->items + head,
                           b->count - head - tail, err));
    return add(d, LD_DIFF_SAME, a->items + (a->count - tail), tail, err);
}

lede_status ld_diff_make(ld_diff *diff, const lede_env *env, ld_span old_text, ld_span new_text,
                         lede_error *err)
{
    words a = {0}, b = {0};
    *diff = (ld_diff){.env = env};
    lede_status status = split(env, old_text, &a, err);
    if (status == LEDE_OK)
        status = split(env, new_text, &b, err);
    if (status == LEDE_OK && a.count + b.count > 0)
        status = compare(diff, &a, &b, err);
    ld_release(env, a.items, a.capacity * sizeof *a.items);
    ld_release(env, b.items, b.capacity * sizeof *b.items);
    return status;
}

void ld_diff_release(ld_diff *diff)
{
    ld_release(diff->env, diff->words, diff->capacity * sizeof *diff->words);
    diff->words = NULL;
}
