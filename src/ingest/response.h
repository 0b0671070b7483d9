#ifndef LD_INGEST_RESPONSE_H
#define LD_INGEST_RESPONSE_H
/*
 * Is this record's payload a page? An HTTP response (or the bare payload of a resource record) is
 * judged by status and content type, its transfer and content codings are undone, and what is left
 * becomes a capture, a skip or a reject.
 */
#include "base/buf.h"
#include "ingest/container.h"

typedef struct ld_response {
    const lede_env *env;
    size_t page_bytes_max;
    ld_buf dechunked, decoded, scratch; /* bodies after each coding; kept between records */
} ld_response;

void ld_response_init(ld_response *r, const lede_env *env, size_t page_bytes_max);
void ld_response_release(ld_response *r);

typedef struct ld_payload {
    ld_span bytes;        /* the HTTP message, or the payload itself */
    bool is_http;         /* bytes begin with a status line */
    bool complete;        /* false: only the beginning was loaded, because the record is too long */
    ld_span content_type; /* of a bare payload, with parameters; empty: not stated */
    ld_span url;          /* of the record; for names and for reasons */
} ld_payload;

/*
 * Fills media, body and charset of *capture and sets event->kind to CAPTURE; or sets the event to
 * SKIP or REJECT with a reason. The body is borrowed from the payload or from `r`, until its next
 * call. `path` goes into the event. Fails only with NOMEM.
 */
lede_status ld_response_read(ld_response *r, ld_arena *arena, const ld_payload *payload,
                             ld_span path, ld_capture *capture, ld_source_event *event,
                             lede_error *err);

#endif
