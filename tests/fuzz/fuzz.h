#ifndef LEDE_TESTS_FUZZ_H
#define LEDE_TESTS_FUZZ_H
/*
 * What the fuzz targets share. A target is one file with one LLVMFuzzerTestOneInput; it ends the
 * process where a promise is broken, and the sanitizers do so where memory is. Built by clang it is
 * driven by libFuzzer (`make fuzz`), otherwise by replay_main.c over the committed corpus.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "lede/lede.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

#define FUZZ_ROOT    "/fuzz"
#define FUZZ_ARCHIVE "/fuzz/archive"
#define FUZZ_NOW_MS  1764000000000 /* 2025-11-24: "last week" is the same in every run */

/* The condition is a promise: its text and place are printed, and the process aborts. */
#define fuzz_check(condition)                                                                      \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fuzz_fail(#condition, __FILE__, __LINE__);                                             \
    } while (0)
_Noreturn void fuzz_fail(const char *condition, const char *file, int line);

/* The system's effects with all files below FUZZ_ROOT in memory; the same table at every call. */
const lede_env *fuzz_env(void);
/* An arena of at most 256 MiB, emptied at every call. */
ld_arena *fuzz_arena(void);
/* The bytes as a file in memory, written anew; its path, static. */
const char *fuzz_file(const char *name, const void *data, size_t bytes);
/* A snapshot of a small archive of articles in memory, made at the first call. */
lede_snapshot *fuzz_snapshot(void);
void fuzz_make_archive(void); /* at FUZZ_ARCHIVE, unless it is there */

/* Reads every byte, so that a sanitizer sees one that is not there. */
void fuzz_touch(ld_span s);
void fuzz_check_text(ld_span s); /* the same, and it must be UTF-8 */
ld_span fuzz_span(const uint8_t *data, size_t bytes);
/* The status is a documented one, and a failure has its sentence. */
void fuzz_check_status(lede_status status, const lede_error *err);

#endif
