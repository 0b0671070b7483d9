#ifndef LEDE_VERSION_H
#define LEDE_VERSION_H
/* Which lede this is. */
#include <stdint.h>

#include "lede/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LEDE_VERSION_MAJOR 0
#define LEDE_VERSION_MINOR 1
#define LEDE_VERSION_PATCH 0

typedef struct lede_versions {
    const char *program;  /* "0.1.0" */
    uint32_t format;      /* of archives this library writes */
    uint32_t analyzer;    /* of the rules that make words */
    const char *stemmer;  /* identity of the linked stemmer */
} lede_versions;

/*
 * The versions of the linked library.
 * Returns: the filled struct; its strings are static. Threads: any. Cost: the stemmer's identity
 * is computed at the first call. Since 0.1.
 */
LEDE_API lede_versions lede_version(void);

#define LEDE_WALL_LIMITS 1u   /* memory, processor time, open files */
#define LEDE_WALL_SECCOMP 2u  /* a list of system calls */
#define LEDE_WALL_LANDLOCK 4u /* no files, no network */
/*
 * Which walls stand around the processes that parse pages (lede_source_options.sandbox) here: the
 * kernel may lack some, and a build with sanitizers goes without seccomp.
 * Returns: LEDE_WALL_ bits. Threads: any. Since 0.1.
 */
LEDE_API uint32_t lede_sandbox_walls(void);

#ifdef __cplusplus
}
#endif
#endif
