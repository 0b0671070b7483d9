#ifndef LD_INGEST_CONTAINER_H
#define LD_INGEST_CONTAINER_H
/*
 * A file that holds many captures (WARC, ARC, JSONL, feed), as ld_source drives it. Each kind
 * embeds ld_container as its first member and is made by its own open function.
 */
#include "base/arena.h"
#include "ingest/source.h"
#include "ingest/stream.h"

typedef struct ld_container ld_container;
struct ld_container {
    lede_status (*next)(ld_container *c, ld_capture *capture, ld_source_event *event,
                        lede_error *err);
    void (*close)(ld_container *c); /* frees all but the stream */
    const lede_env *env;
    ld_stream *stream; /* borrowed */
    ld_span name;      /* path of the file within the source, borrowed */
    size_t page_bytes_max;
    ld_arena *arena;        /* of the current event */
    uint64_t ignored_count; /* records that are no pages by their kind */
};

/* The common fields; owns `arena` from then on. */
lede_status ld_container_init(ld_container *c, const lede_env *env, ld_stream *stream, ld_span name,
                              size_t page_bytes_max, lede_error *err);
void ld_container_release(ld_container *c);

/* Fills the event with a path and a formatted reason, both in the arena. Fails only with NOMEM. */
lede_status ld_event_set(ld_arena *arena, ld_source_event *event, ld_source_kind kind, ld_span path,
                         lede_error *err, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
static inline void ld_event_end(ld_source_event *event)
{
    memset(event, 0, sizeof *event);
    event->kind = LD_SOURCE_END;
}

/*
 * The window is empty: END, or behind a break of the stream (damaged gzip) a REJECT that says so,
 * and the stream goes on at the next member. *told: the break was reported with its record already;
 * it is cleared, and the event's kind is left alone.
 */
lede_status ld_container_at_end(ld_container *c, ld_source_event *event, bool *told,
                                lede_error *err);

/* "name" + separator + number: "x.warc.gz@1024", "a.jsonl:7". Empty when memory is refused. */
ld_span ld_path_with_number(ld_arena *arena, ld_span name, char separator, uint64_t number);

#endif
