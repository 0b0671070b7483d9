#ifndef LEDE_STATUS_H
#define LEDE_STATUS_H
/*
 * What a call of lede says about itself: a status, and an error object for the words.
 *
 * Every fallible function returns a lede_status and takes, as its last parameter, a
 * `lede_error *err` that may be NULL. The object is fixed in size, never allocates, is written
 * only on failure and left untouched on success, so one object can serve a chain of calls.
 */
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define LEDE_API __attribute__((visibility("default")))
#else
#define LEDE_API
#endif

typedef enum lede_status {
    LEDE_OK = 0,
    LEDE_E_NOMEM = -1,    /* memory was refused */
    LEDE_E_IO = -2,       /* the operating system refused; os_errno says why */
    LEDE_E_CORRUPT = -3,  /* bytes of an archive are not what was written */
    LEDE_E_VERSION = -4,  /* an archive of another format, analyser or stemmer version */
    LEDE_E_NOTFOUND = -5, /* the thing asked for is not there */
    LEDE_E_INVALID = -6,  /* an argument or an input is not acceptable */
    LEDE_E_LIMIT = -7,    /* a documented maximum was met */
    LEDE_E_BUSY = -8,     /* another writer holds the archive */
    LEDE_E_DEADLINE = -9, /* the time given ran out */
    LEDE_E_CANCELLED = -10, /* the caller asked to stop */
    LEDE_E_EXISTS = -11   /* the thing to be made is there already */
} lede_status;

typedef struct lede_error {
    lede_status status;
    int32_t os_errno;      /* errno of the failed call, 0 where none */
    uint64_t offset_bytes; /* where in the input or file, 0 where unknown */
    char where[128];       /* the file, URL or part, NUL-terminated; empty where unknown */
    char message[256];     /* one sentence: what, where, what to do; NUL-terminated */
} lede_error;

/*
 * The fixed name of a status ("corrupt", "not found").
 * Returns: a static string, never NULL. Threads: any. Cost: none. Since 0.1.
 */
LEDE_API const char *lede_status_name(lede_status status);

#ifdef __cplusplus
}
#endif
#endif
