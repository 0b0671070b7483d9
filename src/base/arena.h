#ifndef LD_BASE_ARENA_H
#define LD_BASE_ARENA_H
/* Memory with a common end: one arena per document in the pipeline, one per query. */
#include "base/env.h"

typedef struct ld_arena ld_arena;

/* bytes_max: the arena refuses (NULL) to grow past it. */
lede_status ld_arena_new(const lede_env *env, size_t bytes_max, ld_arena **arena, lede_error *err);
void ld_arena_free(ld_arena *arena);  /* NULL is harmless */
void ld_arena_reset(ld_arena *arena); /* forgets everything, keeps its pages for reuse */

void *ld_arena_alloc(ld_arena *arena, size_t bytes); /* aligned to 16, not cleared; NULL: refused */
void *ld_arena_alloc_zero(ld_arena *arena, size_t bytes);
void *ld_arena_array(ld_arena *arena, size_t count,
                     size_t item_bytes); /* cleared; overflow: NULL */
/* Grows the newest block in place where it can, else copies. */
void *ld_arena_resize(ld_arena *arena, void *block, size_t old_bytes, size_t bytes);
/* A copy with a NUL byte after the end; data NULL when refused. */
ld_span ld_arena_copy(ld_arena *arena, ld_span s);
char *ld_arena_format(ld_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

size_t ld_arena_used_bytes(const ld_arena *arena);
const lede_env *ld_arena_env(const ld_arena *arena);
/* NOMEM when memory was refused since the last reset, LIMIT when the maximum was met, else OK. */
lede_status ld_arena_status(const ld_arena *arena, lede_error *err);

/* Growing array in an arena: LD_ARENA_PUSH(arena, items, count, capacity, value) is false when
 * refused. items, count and capacity are lvalues of the caller. */
#define LD_ARENA_PUSH(arena, items, count, capacity, ...)                                          \
    (ld_arena_reserve((arena), (void **)&(items), &(capacity), (size_t)(count) + 1,                \
                      sizeof *(items))                                                             \
         ? ((items)[(count)] = (__VA_ARGS__), (count)++, true)                                     \
         : false)
bool ld_arena_reserve(ld_arena *arena, void **items, uint32_t *capacity, size_t count,
                      size_t item_bytes);

#endif
