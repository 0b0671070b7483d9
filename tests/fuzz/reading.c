#include "tests/fuzz/reading.h"

#include "base/limits.h"
#include "tests/fuzz/fuzz.h"

static void check_capture(const ld_capture *c)
{
    const ld_given *g = &c->given;
    const ld_span stated[] = {g->title,    g->text,    g->html,     g->author, g->published,
                              g->modified, g->section, g->language, g->source, g->tags};
    fuzz_touch(c->body);
    fuzz_touch(c->charset);
    fuzz_touch(c->url);
    fuzz_touch(c->key);
    fuzz_touch(c->path);
    fuzz_check(c->body.bytes <= LD_CAPTURE_BYTES_MAX);
    for (size_t i = 0; i < sizeof stated / sizeof *stated; i++)
        fuzz_check_text(stated[i]);
}

void reading_all(const uint8_t *data, size_t bytes, reading_open open)
{
    const lede_env *env = fuzz_env();
    lede_error err = {0};
    ld_stream *stream;
    ld_container *container;
    ld_capture capture;
    ld_source_event event;
    fuzz_check(ld_stream_open(env, fuzz_file("input", data, bytes), &stream, &err) == LEDE_OK);
    lede_status status = open(env, stream, &container, &err);
    fuzz_check_status(status, &err);
    for (size_t events = 0; status == LEDE_OK; events++) {
        status = container->next(container, &capture, &event, &err);
        fuzz_check_status(status, &err);
        if (status != LEDE_OK || event.kind == LD_SOURCE_END)
            break;
        /* a gzip member of 20 bytes holds many records: thousand-fold is its most */
        fuzz_check(events <= 1100 * bytes + 16);
        fuzz_touch(event.path);
        fuzz_touch(event.reason);
        if (event.kind == LD_SOURCE_CAPTURE)
            check_capture(&capture);
        else
            fuzz_check(event.reason.bytes > 0);
    }
    if (container)
        container->close(container);
    ld_stream_close(stream);
}
