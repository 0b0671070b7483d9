#ifndef LD_INDEX_FILES_H
#define LD_INDEX_FILES_H
/*
 * The files of an archive and their names:
 *
 *   LOCK                                          held by the one writer
 *   manifest-GGGGGGGGGGGGGGGG                     a generation
 *   manifest-GGGGGGGGGGGGGGGG.tmp                 one that is being written
 *   segment-SSSSSSSSSSSSSSSS                      an immutable segment
 *   segment-SSSSSSSSSSSSSSSS.PP.spool             a part of one that is being written
 *   deletes-SSSSSSSSSSSSSSSS-GGGGGGGGGGGGGGGG     tombstones of a segment, as of a generation
 *
 * G: generation, S: segment id, both as 16 hexadecimal digits; P: part, 2. Only files whose name
 * has one of these forms are ever removed.
 */
#include "base/buf.h"

#define LD_FILE_NAME_BYTES     64u
#define LD_LOCK_NAME           "LOCK"
#define LD_MANIFEST_TMP_SUFFIX ".tmp"

typedef enum ld_file_kind {
    LD_FILE_FOREIGN = 0, /* not one of ours */
    LD_FILE_LOCK,
    LD_FILE_MANIFEST,
    LD_FILE_SEGMENT,
    LD_FILE_DELETES,
    LD_FILE_TEMPORARY /* an unfinished manifest, a spool file */
} ld_file_kind;

typedef struct ld_file_name {
    ld_file_kind kind;
    uint64_t generation; /* manifest, deletes */
    uint64_t segment;    /* segment, deletes */
} ld_file_name;

ld_file_name ld_file_name_parse(const char *name);
void ld_manifest_name(uint64_t generation, char name[LD_FILE_NAME_BYTES]);
void ld_segment_name(uint64_t segment, char name[LD_FILE_NAME_BYTES]);
void ld_deletes_name(uint64_t segment, uint64_t generation, char name[LD_FILE_NAME_BYTES]);

/* dir/name as a NUL-terminated string in *path, whose memory is reused. */
lede_status ld_file_path(const char *dir, const char *name, ld_buf *path, lede_error *err);

/*
 * Writes a whole small file: made anew (a file of that name that nobody names is removed first),
 * written, synced, closed. After a failure it is removed; it is never synced twice.
 */
lede_status ld_file_write_whole(const lede_env *env, const char *path, ld_span bytes,
                                lede_error *err);

/* Syncs the folder that `dir` stands in, so that its own name lasts. */
lede_status ld_dir_sync_parent(const lede_env *env, const char *dir, lede_error *err);

#endif
