#ifndef LD_BASE_ERROR_H
#define LD_BASE_ERROR_H
/*
 * How a failure travels: set once, where it is known (LD_FAIL), and forwarded unchanged (LD_TRY).
 * Upper layers never overwrite the message; they may fill an empty `where` (ld_error_at).
 */
#include <stddef.h>

#include "lede/status.h"

#define LD_TRY(expr)                                                                               \
    do {                                                                                           \
        lede_status ld_try_status_ = (expr);                                                       \
        if (ld_try_status_ != LEDE_OK)                                                             \
            return ld_try_status_;                                                                 \
    } while (0)

/* The same with one exit label: needs `lede_status status` and `out:` in the function. */
#define LD_TRY_OUT(expr)                                                                           \
    do {                                                                                           \
        status = (expr);                                                                           \
        if (status != LEDE_OK)                                                                     \
            goto out;                                                                              \
    } while (0)

/* Sets *err (where given) and is the status: `return LD_FAIL(err, LEDE_E_INVALID, "...", x);`
 * Where the status goes another way: `(void)LD_FAIL(...)`. */
#define LD_FAIL(err, code, ...) LD_FAIL_OS((err), (code), 0, __VA_ARGS__)
/* The same with the errno of a failed effect (positive or negated, both are taken). */
#define LD_FAIL_OS(err, code, os_errno, ...)                                                       \
    (ld_error_set((err), (code), (os_errno), __VA_ARGS__), (code)) /* the compiler sees a failure  \
                                                                    */

void ld_error_set(lede_error *err, lede_status code, int os_errno, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static inline lede_status ld_error_nomem(lede_error *err, size_t bytes)
{
    return LD_FAIL(err, LEDE_E_NOMEM, "memory was refused (%zu bytes); free some and try again",
                   bytes);
}
void ld_error_set_corrupt(lede_error *err, const char *part, uint64_t offset_bytes,
                          const char *why);
/* A damaged byte of an archive: `part` names the file or part, `why` one clause. */
static inline lede_status ld_error_corrupt(lede_error *err, const char *part, uint64_t offset_bytes,
                                           const char *why)
{
    ld_error_set_corrupt(err, part, offset_bytes, why);
    return LEDE_E_CORRUPT;
}
/* Fills err->where when it is still empty; harmless with err NULL. */
void ld_error_at(lede_error *err, const char *where);

#endif
