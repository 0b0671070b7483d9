#ifndef LEDE_TESTS_INDEX_FORMAT_DOC_H
#define LEDE_TESTS_INDEX_FORMAT_DOC_H
/*
 * The worked example of a format's header: the hex bytes after "example:" in its comment, compared
 * with bytes that the code has just written. Neither can drift without the other.
 */
#include "base/env_memory.h"
#include "index/sidecars.h"
#include "tests/test.h"

#define FORMAT_ROOT "/format-test"

static inline size_t format_doc_example(const char *header, uint8_t *out, size_t capacity)
{
    FILE *f = fopen(header, "r");
    if (!f)
        fail_msg("cannot open %s from the root of the repository", header);
    char line[512];
    size_t n = 0;
    while (fgets(line, sizeof line, f)) {
        const char *at = strstr(line, "* example:");
        if (!at)
            continue;
        unsigned byte;
        int used;
        for (at += strlen("* example:"); sscanf(at, " %2x%n", &byte, &used) == 1; at += used) {
            assert_true(n < capacity);
            out[n++] = (uint8_t)byte;
        }
    }
    fclose(f);
    return n;
}

static inline void format_doc_compare(const char *header, const void *built, size_t bytes)
{
    uint8_t want[1024];
    size_t n = format_doc_example(header, want, sizeof want);
    if (n == bytes && memcmp(want, built, n) == 0)
        return;
    print_message("%s: what is built is\n", header);
    for (size_t i = 0; i < bytes; i++)
        print_message("%s%02x%s", i % 16 ? " " : " * example: ", ((const uint8_t *)built)[i],
                      i % 16 == 15 || i + 1 == bytes ? "\n" : "");
    fail_msg("the worked example of %s is another", header);
}

/* A segment that is written to memory, then opened. */
typedef struct format_box {
    lede_env *env;
    ld_segment_writer *writer;
    ld_segment *segment;
} format_box;

static inline void format_box_open(format_box *b)
{
    lede_error err;
    assert_ok(ld_env_memory_new(lede_env_system(), FORMAT_ROOT, &b->env, &err), &err);
    assert_ok(ld_dir_make(b->env, FORMAT_ROOT, &err), &err);
    assert_ok(ld_segment_writer_new(b->env, FORMAT_ROOT "/s", &b->writer, &err), &err);
    b->segment = NULL;
}

static inline void format_box_turn(format_box *b)
{
    lede_error err;
    uint64_t bytes;
    uint32_t crc;
    assert_ok(ld_segment_writer_finish(b->writer, &bytes, &crc, &err), &err);
    ld_segment_writer_free(b->writer);
    assert_ok(ld_segment_open(b->env, FORMAT_ROOT "/s", &b->segment, &err), &err);
    assert_int_equal(ld_segment_footer_crc32c(b->segment), crc);
    assert_int_equal(ld_segment_file_bytes(b->segment), bytes);
}

static inline const uint8_t *format_box_part(format_box *b, ld_part_id id, size_t *bytes)
{
    lede_error err;
    const uint8_t *data;
    ld_part part = ld_segment_part(b->segment, id);
    assert_non_null(part.segment);
    assert_ok(ld_part_view(&part, 0, part.bytes, &data, &err), &err);
    *bytes = (size_t)part.bytes;
    return data;
}

static inline void format_box_close(format_box *b)
{
    ld_segment_close(b->segment);
    ld_env_memory_free(b->env);
}

#endif
