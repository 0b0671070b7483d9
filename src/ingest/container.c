#include "ingest/container.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/utf8.h"

lede_status ld_container_init(ld_container *c, const lede_env *env, ld_stream *stream, ld_span name,
                              size_t page_bytes_max, lede_error *err)
{
    c->env = env;
    c->stream = stream;
    c->name = name;
    c->page_bytes_max = page_bytes_max;
    return ld_arena_new(env, LD_INGEST_ARENA_BYTES_MAX, &c->arena, err);
}

void ld_container_release(ld_container *c)
{
    ld_arena_free(c->arena);
}

lede_status ld_event_set(ld_arena *arena, ld_source_event *event, ld_source_kind kind, ld_span path,
                         lede_error *err, const char *format, ...)
{
    char reason[512];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    event->kind = kind;
    event->path = ld_arena_copy(arena, path);
    event->reason = ld_utf8_scrub(arena, ld_arena_copy(arena, ld_span_from_string(reason)));
    if (!event->path.data || !event->reason.data)
        return ld_arena_status(arena, err);
    return LEDE_OK;
}

ld_span ld_path_with_number(ld_arena *arena, ld_span name, char separator, uint64_t number)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%c%llu", separator, (unsigned long long)number);
    char *path = ld_arena_alloc(arena, name.bytes + (size_t)n + 1);
    if (!path)
        return (ld_span){NULL, 0};
    if (name.bytes)
        memcpy(path, name.data, name.bytes);
    memcpy(path + name.bytes, digits, (size_t)n + 1);
    return ld_span_of(path, name.bytes + (size_t)n);
}

lede_status ld_container_at_end(ld_container *c, ld_source_event *event, bool *told,
                                lede_error *err)
{
    const char *why = ld_stream_break(c->stream);
    if (!why) {
        ld_event_end(event);
        return LEDE_OK;
    }
    uint64_t offset = ld_stream_offset(c->stream);
    LD_TRY(ld_stream_resume(c->stream, err));
    if (*told) {
        *told = false;
        return LEDE_OK;
    }
    ld_span path = ld_path_with_number(c->arena, c->name, '@', offset);
    return ld_event_set(c->arena, event, LD_SOURCE_REJECT, path, err, "%s", why);
}
