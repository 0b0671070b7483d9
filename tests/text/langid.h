#ifndef LEDE_TESTS_TEXT_LANGID_H
#define LEDE_TESTS_TEXT_LANGID_H
/* Sentences in many languages, from the test data's langid/lingua-sentences.tar.zst. */
#include <zstd.h>

#include "base/span.h"
#include "tests/test.h"

typedef struct langid_data {
    char *tar;
    size_t bytes;
} langid_data;

static inline bool langid_open(langid_data *d)
{
    const char *dir = test_data_dir();
    if (!dir)
        return false;
    char path[4200];
    snprintf(path, sizeof path, "%s/langid/lingua-sentences.tar.zst", dir);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    enum { PACKED_MAX = 16 << 20, TAR_MAX = 64 << 20 };
    char *packed = malloc(PACKED_MAX);
    size_t packed_bytes = fread(packed, 1, PACKED_MAX, f);
    fclose(f);
    d->tar = malloc(TAR_MAX);
    ZSTD_DCtx *context = ZSTD_createDCtx();
    ZSTD_inBuffer in = {packed, packed_bytes, 0};
    ZSTD_outBuffer out = {d->tar, TAR_MAX, 0};
    while (in.pos < in.size && out.pos < out.size)
        assert_false(ZSTD_isError(ZSTD_decompressStream(context, &out, &in)));
    ZSTD_freeDCtx(context);
    free(packed);
    d->bytes = out.pos;
    return true;
}

static inline void langid_close(langid_data *d)
{
    free(d->tar);
}

/* The file <language>.txt; empty when there is none. */
static inline ld_span langid_text(const langid_data *d, const char *language)
{
    char wanted[32];
    snprintf(wanted, sizeof wanted, "%s.txt", language);
    for (size_t at = 0; at + 512 <= d->bytes;) {
        const char *header = d->tar + at;
        size_t size = strtoul(header + 124, NULL, 8);
        const char *name = strrchr(header, '/');
        name = name ? name + 1 : header;
        at += 512;
        if (strcmp(name, wanted) == 0 && at + size <= d->bytes)
            return ld_span_of(d->tar + at, size);
        at += (size + 511) / 512 * 512;
    }
    return ld_span_of(NULL, 0);
}

/* The next line of *rest; false at the end. */
static inline bool langid_line(ld_span *rest, ld_span *line)
{
    while (rest->bytes > 0) {
        const char *newline = memchr(rest->data, '\n', rest->bytes);
        size_t bytes = newline ? (size_t)(newline - rest->data) : rest->bytes;
        size_t step = bytes + (newline != NULL);
        *line = ld_span_trim(ld_span_of(rest->data, bytes));
        *rest = ld_span_of(rest->data + step, rest->bytes - step);
        if (line->bytes > 0)
            return true;
    }
    return false;
}

#endif
