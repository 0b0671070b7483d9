/* Records as JSON. First byte: lines or one document, and whether names are mapped. */
#include "base/limits.h"
#include "ingest/jsonl.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/reading.h"

static uint8_t how;
static ld_source_options options; /* borrowed until the container is closed */

static lede_status open_input(const lede_env *env, ld_stream *stream, ld_container **container,
                              lede_error *err)
{
    options.fields = how & 2 ? "title=headline,text=body.text,id=guid" : NULL;
    return ld_jsonl_open(env, stream, LD_SPAN("x.jsonl"), how & 1, &options, LD_CAPTURE_BYTES_MAX,
                         container, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes == 0)
        return 0;
    how = data[0];
    reading_all(data + 1, bytes - 1, open_input);
    return 0;
}
