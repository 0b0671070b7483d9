#ifndef LD_INGEST_FOLDER_H
#define LD_INGEST_FOLDER_H
/* Which files does a folder hold? Names in byte order, depth first, each once. */
#include "base/env.h"

typedef struct ld_folder ld_folder;

typedef enum ld_folder_kind {
    LD_FOLDER_FILE,
    LD_FOLDER_SKIP,   /* a link that is not followed, a loop, too deep */
    LD_FOLDER_REJECT, /* a folder or file that cannot be read */
    LD_FOLDER_END
} ld_folder_kind;

/* Borrowed until the next call. */
typedef struct ld_folder_entry {
    ld_folder_kind kind;
    const char *path; /* to open it */
    ld_span name;     /* within the folder: "a/b.html"; bytes, not always UTF-8 */
    ld_span reason;   /* SKIP, REJECT */
} ld_folder_entry;

/* root is borrowed. Fails with NOTFOUND, IO, NOMEM. */
lede_status ld_folder_open(const lede_env *env, const char *root, bool follow_symlinks,
                           bool include_hidden, ld_folder **folder, lede_error *err);
lede_status ld_folder_next(ld_folder *folder, ld_folder_entry *entry, lede_error *err);
/* Files whose names say that they are no pages. */
uint64_t ld_folder_ignored_count(const ld_folder *folder);
void ld_folder_close(ld_folder *folder); /* NULL is harmless */

#endif
