#ifndef LD_INGEST_SOURCE_H
#define LD_INGEST_SOURCE_H
/*
 * Where do pages come from? One pull interface over files, folders, WARC and ARC, JSONL, feeds and
 * standard input: call ld_source_next until LD_SOURCE_END.
 *
 * A broken page or record is an event (LD_SOURCE_REJECT with one sentence), never a failure: the
 * run goes on behind it. A call fails only when the whole source cannot be read (LEDE_E_IO,
 * LEDE_E_NOTFOUND at open) or memory is refused (LEDE_E_NOMEM).
 *
 * Threads: one source belongs to one thread at a time. The order of events depends only on the
 * bytes and names of the source.
 */
#include "base/env.h"
#include "flow/capture.h"

typedef struct ld_source ld_source;

typedef enum ld_source_kind {
    LD_SOURCE_CAPTURE, /* *capture is filled */
    LD_SOURCE_SKIP,    /* no page and no fault: a revisit, a redirect, an image's record */
    LD_SOURCE_REJECT,  /* a broken page or record, or one past a maximum */
    LD_SOURCE_END
} ld_source_kind;

/* Spans are borrowed until the next call. */
typedef struct ld_source_event {
    ld_source_kind kind;
    ld_span path;   /* as ld_capture.path; file names are bytes, not always UTF-8 */
    ld_span reason; /* SKIP, REJECT: one clause without a full stop; else empty */
} ld_source_event;

/* Zero in every field is the default. All pointers are borrowed until ld_source_close. */
typedef struct ld_source_options {
    /* JSONL: "title=headline,text=body,id=guid,desk=department": lede's name = the record's name.
     * Names on the left: id url title text html author published modified section language source
     * tags; any other is a user field. "a.b" names b inside a. NULL: the customary names. */
    const char *fields;
    const ld_span *user_fields; /* [user_field_count] names of user fields to take from records */
    uint32_t user_field_count;
    bool has_media;        /* `media` states what single pages are, instead of sniffing */
    ld_media media;        /* HTML, TEXT or MARKDOWN */
    bool follow_symlinks;  /* links inside folders; the path given is always followed */
    bool include_hidden;   /* names that begin with a dot */
    size_t page_bytes_max; /* 0, or more than it: LD_CAPTURE_BYTES_MAX */
} ld_source_options;

/* What passed without an event, because there is nothing to say about each. */
typedef struct ld_source_counts {
    uint64_t ignored_file_count;   /* images, style sheets, scripts ... of a folder */
    uint64_t ignored_record_count; /* warcinfo, request, metadata ... of a WARC */
} ld_source_counts;

/*
 * Opens a file, a folder or, as "-", standard input. options may be NULL.
 * Fails: LEDE_E_NOTFOUND (no such path), LEDE_E_IO, LEDE_E_INVALID (`fields` cannot be read),
 * LEDE_E_NOMEM. *source is NULL then. env and path are borrowed until ld_source_close.
 */
lede_status ld_source_open(const lede_env *env, const char *path, const ld_source_options *options,
                           ld_source **source, lede_error *err);
/* The next event; everything it points to lives until the next call. After END: END again. */
lede_status ld_source_next(ld_source *source, ld_capture *capture, ld_source_event *event,
                           lede_error *err);
ld_source_counts ld_source_get_counts(const ld_source *source);
/* Bytes of files read so far, as they stand on disk; files of a folder that are passed over count
 * when ld_source_measure counts them. */
uint64_t ld_source_bytes_read(const ld_source *source);
/* Bytes of all files that the source would read; 0 for standard input. What cannot be looked at is
 * left out: this is for progress only. */
uint64_t ld_source_measure(const lede_env *env, const char *path, const ld_source_options *options);
void ld_source_close(ld_source *source); /* NULL is harmless */

#endif
