/*
 * Memory with a common end. A document or a query makes thousands of small allocations that all
 * die together; here each costs an addition, and their end costs one call.
 *
 *   arena -> page (full) -> page (full) -> page (current)        kept: page -> page -> NULL
 *            [#########]    [#######...]   [####      ]                [     ]   [     ]
 *                                  ^ tail too small        ^ used       pages of before the
 *                                    for what came next                 last reset, empty
 *
 * A page is one block of the table: a header, then `capacity` bytes handed out from the front.
 * Pages double from 16 KiB to 1 MiB; a larger request has a page of its own. What does not fit the
 * current page goes to the first kept page with room, else to a new one.
 *
 * Invariants
 * - Blocks are aligned to 16 and their sizes are rounded up to 16.
 * - The maximum counts the rounded sizes of what the caller asked for, never page tails, so whether
 *   a request is refused depends on the requests alone and not on what the arena held before its
 *   reset: the same document gives the same answer on any worker. Held memory is at most about
 *   twice that, for page tails, plus LD_ARENA_KEPT_BYTES_MAX.
 * - Only the newest block can grow in place or be given back; when it must move, its old place is
 *   free again at once.
 * - A refusal is remembered until the next reset (ld_arena_status), NOMEM before LIMIT, so a long
 *   builder may check once at its end. Later requests that fit are still granted.
 *
 * Cost: an addition and two comparisons a block; reset is O(pages).
 *
 * Finding misuse: under AddressSanitizer the free part of each page is poisoned and 16 bytes lie
 * between blocks. With LD_ARENA_DEBUG (meson -Darena_debug=true) every block is a block of the
 * table and every growth moves, so that any checker of malloc sees each one.
 *
 * Rejected: free lists (nothing dies early here) and a global pool of pages (a lock, and memory
 * that no maximum owns). Compare Hanson, "Fast allocation and deallocation of memory based on
 * object lifetimes", Software: Practice and Experience 20(1), 1990; zstd's cwksp for the poisoning.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(at, bytes)   __asan_poison_memory_region((at), (bytes))
#define UNPOISON(at, bytes) __asan_unpoison_memory_region((at), (bytes))
#define REDZONE_BYTES       ((size_t)16)
#else
#define POISON(at, bytes)   ((void)(at), (void)(bytes))
#define UNPOISON(at, bytes) ((void)(at), (void)(bytes))
#define REDZONE_BYTES       ((size_t)0)
#endif

#define ALIGN_BYTES          ((size_t)16)
#define FIRST_PAGE_BYTES     ((size_t)16 << 10)
#define LARGEST_SHARED_BYTES ((size_t)1 << 20)

/* The header of a page; the bytes follow it. */
typedef struct page {
    struct page *next;
    size_t capacity; /* bytes after the header */
    size_t used;     /* of those, handed out, redzones included; a multiple of 16 */
    size_t unused_;  /* keeps the header a multiple of 16 */
} page;

_Static_assert(sizeof(page) % 16 == 0, "blocks are aligned to 16");

struct ld_arena {
    const lede_env *env;
    size_t bytes_max;
    size_t used_bytes;      /* sum of the rounded sizes */
    page *pages;            /* newest first: the head is the current one */
    page *kept;             /* empty pages of before the last reset */
    size_t next_page_bytes; /* capacity of the next shared page */
    void *newest;           /* the block that may grow in place; NULL: none */
    size_t newest_bytes;    /* its rounded size */
    bool refused_memory, refused_limit;
};

static char *page_data(page *p)
{
    return (char *)(p + 1);
}

static void page_free(ld_arena *arena, page *p)
{
    UNPOISON(page_data(p), p->capacity);
    ld_release(arena->env, p, sizeof *p + p->capacity);
}

static void page_list_free(ld_arena *arena, page *p)
{
    while (p) {
        page *next = p->next;
        page_free(arena, p);
        p = next;
    }
}

lede_status ld_arena_new(const lede_env *env, size_t bytes_max, ld_arena **arena, lede_error *err)
{
    *arena = ld_alloc_zero(env, sizeof **arena);
    if (!*arena)
        return ld_error_nomem(err, sizeof **arena);
    (*arena)->env = env;
    (*arena)->bytes_max = bytes_max;
    (*arena)->next_page_bytes = FIRST_PAGE_BYTES;
    return LEDE_OK;
}

void ld_arena_free(ld_arena *arena)
{
    if (!arena)
        return;
    page_list_free(arena, arena->pages);
    page_list_free(arena, arena->kept);
    ld_release(arena->env, arena, sizeof *arena);
}

/* Empties the pages in use and keeps the older, smaller ones first, up to the kept maximum. */
void ld_arena_reset(ld_arena *arena)
{
    page *in_use = arena->pages;
#ifdef LD_ARENA_DEBUG
    page_list_free(arena, in_use);
    in_use = NULL;
#endif
    page *all[2] = {arena->kept, in_use};
    size_t kept_bytes = 0;
    arena->kept = NULL;
    for (int i = 0; i < 2; i++) {
        page *next;
        for (page *p = all[i]; p; p = next) {
            next = p->next;
            if (p->capacity > LD_ARENA_KEPT_BYTES_MAX - kept_bytes) {
                page_free(arena, p);
                continue;
            }
            kept_bytes += p->capacity;
            POISON(page_data(p), p->capacity);
            p->used = 0;
            p->next = arena->kept;
            arena->kept = p;
        }
    }
    arena->pages = NULL;
    arena->used_bytes = 0;
    arena->newest = NULL;
    arena->newest_bytes = 0;
    arena->refused_memory = arena->refused_limit = false;
}

#ifdef LD_ARENA_DEBUG
/* A page of its own for each block, exactly as large as asked. */
static page *page_for(ld_arena *arena, size_t bytes)
{
    page *p = ld_alloc(arena->env, sizeof *p + bytes);
    if (p)
        *p = (page){arena->pages, bytes, 0, 0};
    return p;
}
#else
static page *take_kept(ld_arena *arena, size_t bytes)
{
    for (page **link = &arena->kept; *link; link = &(*link)->next) {
        page *p = *link;
        if (p->capacity >= bytes) {
            *link = p->next;
            return p;
        }
    }
    return NULL;
}

static page *page_for(ld_arena *arena, size_t bytes)
{
    page *p = arena->pages;
    if (p && p->capacity - p->used >= bytes)
        return p;
    p = take_kept(arena, bytes);
    if (!p) {
        size_t capacity = arena->next_page_bytes;
        bool shared = bytes <= capacity;
        if (!shared)
            capacity = bytes;
        p = ld_alloc(arena->env, sizeof *p + capacity);
        if (!p)
            return NULL;
        if (shared && arena->next_page_bytes < LARGEST_SHARED_BYTES)
            arena->next_page_bytes *= 2;
        *p = (page){NULL, capacity, 0, 0};
        POISON(page_data(p), capacity);
    }
    p->next = arena->pages;
    return p;
}
#endif

/* 0 is rounded to 16, so that every block has an address of its own; SIZE_MAX: too large. */
static size_t round_up(size_t bytes)
{
    if (bytes > PTRDIFF_MAX / 2)
        return SIZE_MAX;
    return bytes ? (bytes + ALIGN_BYTES - 1) & ~(ALIGN_BYTES - 1) : ALIGN_BYTES;
}

void *ld_arena_alloc(ld_arena *arena, size_t bytes)
{
    size_t rounded = round_up(bytes);
    if (arena->used_bytes > arena->bytes_max || rounded > arena->bytes_max - arena->used_bytes) {
        arena->refused_limit = true;
        return NULL;
    }
#ifdef LD_ARENA_DEBUG
    size_t taken = bytes ? bytes : 1;
#else
    size_t taken = rounded + REDZONE_BYTES;
#endif
    page *p = page_for(arena, taken);
    if (!p) {
        arena->refused_memory = true;
        return NULL;
    }
    arena->pages = p;
    void *block = page_data(p) + p->used;
    p->used += taken;
    arena->used_bytes += rounded;
    arena->newest = block;
    arena->newest_bytes = rounded;
    UNPOISON(block, bytes);
    return block;
}

void *ld_arena_alloc_zero(ld_arena *arena, size_t bytes)
{
    void *block = ld_arena_alloc(arena, bytes);
    if (block)
        memset(block, 0, bytes);
    return block;
}

void *ld_arena_array(ld_arena *arena, size_t count, size_t item_bytes)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, item_bytes, &bytes)) {
        arena->refused_limit = true;
        return NULL;
    }
    return ld_arena_alloc_zero(arena, bytes);
}

#ifndef LD_ARENA_DEBUG
/* Grows or shrinks the newest block where it lies; false: there is no room in its page. */
static bool resize_in_place(ld_arena *arena, void *block, size_t rounded, size_t bytes)
{
    page *p = arena->pages;
    size_t start = (size_t)((char *)block - page_data(p));
    if (rounded + REDZONE_BYTES > p->capacity - start)
        return false;
    POISON(block, p->capacity - start);
    UNPOISON(block, bytes);
    p->used = start + rounded + REDZONE_BYTES;
    arena->used_bytes = arena->used_bytes - arena->newest_bytes + rounded;
    arena->newest_bytes = rounded;
    return true;
}
#endif

/* The newest block has moved out of `from`, whose head it was: that place is free again. */
static void give_back(ld_arena *arena, page *from, void *block, size_t rounded)
{
    arena->used_bytes -= rounded;
#ifdef LD_ARENA_DEBUG
    (void)block;
    arena->pages->next = from->next;
    page_free(arena, from);
#else
    from->used = (size_t)((char *)block - page_data(from));
    POISON(block, from->capacity - from->used);
    if (from->used > 0)
        return;
    arena->pages->next = from->next;
    if (from->capacity > LARGEST_SHARED_BYTES) {
        page_free(arena, from);
    } else {
        from->next = arena->kept;
        arena->kept = from;
    }
#endif
}

void *ld_arena_resize(ld_arena *arena, void *block, size_t old_bytes, size_t bytes)
{
    if (!block)
        return ld_arena_alloc(arena, bytes);
    if (block != arena->newest) {
        if (bytes <= old_bytes)
            return block;
        void *moved = ld_arena_alloc(arena, bytes);
        if (moved)
            memcpy(moved, block, old_bytes);
        return moved;
    }
    size_t rounded = round_up(bytes), old_rounded = arena->newest_bytes;
    size_t others = arena->used_bytes - old_rounded;
    if (rounded > arena->bytes_max - others) {
        arena->refused_limit = true;
        return NULL;
    }
#ifndef LD_ARENA_DEBUG
    if (resize_in_place(arena, block, rounded, bytes))
        return block;
#endif
    page *from = arena->pages;
    arena->used_bytes = others; /* both places exist for a moment: only one counts */
    void *moved = ld_arena_alloc(arena, bytes);
    arena->used_bytes += old_rounded;
    if (!moved)
        return NULL;
    memcpy(moved, block, old_bytes < bytes ? old_bytes : bytes);
    give_back(arena, from, block, old_rounded);
    return moved;
}

ld_span ld_arena_copy(ld_arena *arena, ld_span s)
{
    if (s.bytes == SIZE_MAX) {
        arena->refused_limit = true;
        return ld_span_of(NULL, 0);
    }
    char *copy = ld_arena_alloc(arena, s.bytes + 1);
    if (!copy)
        return ld_span_of(NULL, 0);
    if (s.bytes)
        memcpy(copy, s.data, s.bytes);
    copy[s.bytes] = 0;
    return ld_span_of(copy, s.bytes);
}

char *ld_arena_format(ld_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int wanted = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (wanted < 0) {
        arena->refused_limit = true;
        return NULL;
    }
    char *text = ld_arena_alloc(arena, (size_t)wanted + 1);
    if (!text)
        return NULL;
    va_start(args, format);
    vsnprintf(text, (size_t)wanted + 1, format, args);
    va_end(args);
    return text;
}

size_t ld_arena_used_bytes(const ld_arena *arena)
{
    return arena->used_bytes;
}

const lede_env *ld_arena_env(const ld_arena *arena)
{
    return arena->env;
}

lede_status ld_arena_status(const ld_arena *arena, lede_error *err)
{
    if (arena->refused_memory)
        return ld_error_nomem(err, arena->used_bytes);
    if (arena->refused_limit)
        return LD_FAIL(err, LEDE_E_LIMIT, "this work needs more than its maximum of %zu bytes",
                       arena->bytes_max);
    return LEDE_OK;
}

bool ld_arena_reserve(ld_arena *arena, void **items, uint32_t *capacity, size_t count,
                      size_t item_bytes)
{
    if (count <= *capacity)
        return true;
    size_t wanted = *capacity < 4 ? 8 : (size_t)*capacity * 2;
    if (wanted < count)
        wanted = count;
    size_t bytes;
    if (wanted > UINT32_MAX || __builtin_mul_overflow(wanted, item_bytes, &bytes)) {
        arena->refused_limit = true;
        return false;
    }
    void *grown = ld_arena_resize(arena, *items, *capacity * item_bytes, bytes);
    if (!grown)
        return false;
    *items = grown;
    *capacity = (uint32_t)wanted;
    return true;
}
