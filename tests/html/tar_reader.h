#ifndef LEDE_TESTS_HTML_TAR_READER_H
#define LEDE_TESTS_HTML_TAR_READER_H
/*
 * Files of a zstd-compressed ustar archive, read whole into memory: enough for test data that the
 * test itself opens, without external programs. Names longer than 100 bytes use the prefix field.
 */
#include <zstd.h>

#include "base/span.h"
#include "tests/test.h"

typedef struct tar_archive {
    char *data; /* [bytes] the uncompressed archive, owned */
    size_t bytes;
} tar_archive;

static inline char *tar_load(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot open %s", path);
    fseek(file, 0, SEEK_END);
    *bytes = (size_t)ftell(file);
    rewind(file);
    char *data = malloc(*bytes + 1);
    if (fread(data, 1, *bytes, file) != *bytes)
        fail_msg("cannot read %s", path);
    fclose(file);
    data[*bytes] = 0;
    return data;
}

static inline tar_archive tar_open(const char *path)
{
    tar_archive tar = {NULL, 0};
    size_t packed_bytes, capacity = 1 << 20;
    char *packed = tar_load(path, &packed_bytes);
    ZSTD_DStream *stream = ZSTD_createDStream();
    ZSTD_inBuffer in = {packed, packed_bytes, 0};
    tar.data = malloc(capacity);
    for (size_t left = 1; left != 0 || in.pos < in.size;) {
        if (tar.bytes == capacity)
            tar.data = realloc(tar.data, capacity *= 2);
        ZSTD_outBuffer out = {tar.data, capacity, tar.bytes};
        left = ZSTD_decompressStream(stream, &out, &in);
        if (ZSTD_isError(left))
            fail_msg("%s: %s", path, ZSTD_getErrorName(left));
        if (out.pos == tar.bytes && in.pos == in.size && out.pos < out.size)
            break;
        tar.bytes = out.pos;
    }
    ZSTD_freeDStream(stream);
    free(packed);
    return tar;
}

static inline void tar_close(tar_archive *tar)
{
    free(tar->data);
}

/* The next regular file from *offset on; false at the end. name: [257]. */
static inline bool tar_next(const tar_archive *tar, size_t *offset, char *name, ld_span *content)
{
    while (*offset + 512 <= tar->bytes) {
        const char *header = tar->data + *offset;
        if (header[0] == 0)
            return false;
        char digits[13] = {0};
        memcpy(digits, header + 124, 12);
        size_t bytes = strtoull(digits, NULL, 8);
        if (bytes > tar->bytes - *offset - 512)
            fail_msg("the archive is cut off at %zu", *offset);
        char type = header[156];
        bool has_prefix = memcmp(header + 257, "ustar", 5) == 0 && header[345];
        snprintf(name, 257, "%.155s%s%.100s", has_prefix ? header + 345 : "", has_prefix ? "/" : "",
                 header);
        *content = ld_span_of(header + 512, bytes);
        *offset += 512 + (bytes + 511) / 512 * 512;
        if (type == '0' || type == 0)
            return true;
    }
    return false;
}

#endif
