/* RSS and Atom. */
#include "base/limits.h"
#include "ingest/feed.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/reading.h"

static lede_status open_input(const lede_env *env, ld_stream *stream, ld_container **container,
                              lede_error *err)
{
    return ld_feed_open(env, stream, LD_SPAN("x.rss"), LD_CAPTURE_BYTES_MAX, container, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    reading_all(data, bytes, open_input);
    return 0;
}
