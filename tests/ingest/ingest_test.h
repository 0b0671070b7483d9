#ifndef LEDE_TESTS_INGEST_INGEST_TEST_H
#define LEDE_TESTS_INGEST_INGEST_TEST_H
/* A folder for one test's files, and a whole source read to its end. */
#include "tests/test.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ingest/source.h"

typedef struct tally {
    unsigned captures, skips, rejects;
    size_t body_bytes;
    char last_reason[512]; /* of the last skip or reject */
    char last_path[512];
    ld_source_counts counts;
} tally;

static char test_dir[256];

static int test_dir_make(void **state)
{
    (void)state;
    const char *tmp = getenv("TMPDIR");
    snprintf(test_dir, sizeof test_dir, "%s/lede-ingest-XXXXXX", tmp ? tmp : "/tmp");
    return mkdtemp(test_dir) ? 0 : -1;
}

static int test_dir_drop(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static int test_dir_remove(void **state)
{
    (void)state;
    return nftw(test_dir, test_dir_drop, 16, FTW_DEPTH | FTW_PHYS);
}

static inline const char *test_path(const char *name)
{
    static char paths[4][2048];
    static int turn;
    char *path = paths[turn++ & 3];
    snprintf(path, sizeof paths[0], "%s/%s", test_dir, name);
    return path;
}

static inline const char *test_write(const char *name, const void *data, size_t bytes)
{
    const char *path = test_path(name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, bytes, f), bytes);
    fclose(f);
    return path;
}

static inline const char *test_write_string(const char *name, const char *text)
{
    return test_write(name, text, strlen(text));
}

static inline void test_copy_span(char *out, size_t out_bytes, ld_span s)
{
    snprintf(out, out_bytes, "%.*s", (int)s.bytes, s.data ? s.data : "");
}

/* Every byte of a span is touched, so that a sanitizer sees one that is not there. */
static inline unsigned test_touch(ld_span s)
{
    unsigned sum = 0;
    for (size_t i = 0; i < s.bytes; i++)
        sum += (unsigned char)s.data[i];
    return sum;
}

static inline void test_touch_capture(const ld_capture *c)
{
    unsigned sum = 0;
    const ld_given *g = &c->given;
    const ld_span all[] = {c->body,     c->charset, c->url,      c->key,    c->path,
                           g->title,    g->text,    g->html,     g->author, g->published,
                           g->modified, g->section, g->language, g->source, g->tags};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sum += test_touch(all[i]);
    for (uint32_t i = 0; i < g->field_count; i++)
        sum += test_touch(g->fields[i].name) + test_touch(g->fields[i].value);
    assert_true(sum != UINT32_MAX); /* so that the loads are not dropped */
}

static inline tally test_read_all(const char *path, const ld_source_options *options)
{
    tally t = {0};
    ld_source *source;
    lede_error err = {0};
    assert_ok(ld_source_open(lede_env_system(), path, options, &source, &err), &err);
    for (;;) {
        ld_capture capture;
        ld_source_event event;
        assert_ok(ld_source_next(source, &capture, &event, &err), &err);
        if (event.kind == LD_SOURCE_END)
            break;
        test_copy_span(t.last_path, sizeof t.last_path, event.path);
        if (event.kind == LD_SOURCE_CAPTURE) {
            t.captures++;
            t.body_bytes += capture.body.bytes;
            test_touch_capture(&capture);
            continue;
        }
        t.skips += event.kind == LD_SOURCE_SKIP;
        t.rejects += event.kind == LD_SOURCE_REJECT;
        assert_true(event.reason.bytes > 0);
        test_copy_span(t.last_reason, sizeof t.last_reason, event.reason);
    }
    t.counts = ld_source_get_counts(source);
    ld_source_close(source);
    return t;
}

/* The first event of a source that stays open until test_close_first. */
typedef struct first {
    ld_source *source;
    ld_capture capture;
    ld_source_event event;
} first;

static inline first test_open_first(const char *path, const ld_source_options *options)
{
    first f;
    lede_error err = {0};
    assert_ok(ld_source_open(lede_env_system(), path, options, &f.source, &err), &err);
    assert_ok(ld_source_next(f.source, &f.capture, &f.event, &err), &err);
    return f;
}

static inline void test_next(first *f)
{
    lede_error err = {0};
    assert_ok(ld_source_next(f->source, &f->capture, &f->event, &err), &err);
}

#define assert_span(span, text)                                                                    \
    do {                                                                                           \
        char assert_span_text_[4096];                                                              \
        test_copy_span(assert_span_text_, sizeof assert_span_text_, (span));                       \
        assert_string_equal(assert_span_text_, (text));                                            \
    } while (0)

#define assert_contains(text, part)                                                                \
    do {                                                                                           \
        if (!strstr((text), (part)))                                                               \
            fail_msg("\"%s\" does not hold \"%s\"", (text), (part));                               \
    } while (0)

#endif
