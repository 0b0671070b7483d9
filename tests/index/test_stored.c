#include "index/stored_format.h"
#include "tests/index/format_doc.h"

static void worked_example(void **state)
{
    (void)state;
    format_box b;
    ld_stored_writer *w;
    lede_error err;
    uint8_t all[256];
    size_t bytes, index_bytes;
    format_box_open(&b);
    assert_ok(ld_stored_writer_new(b.env, &w, &err), &err);
    assert_ok(ld_stored_writer_add(w, LD_SPAN("one"), &err), &err);
    assert_ok(ld_stored_writer_add(w, LD_SPAN("two"), &err), &err);
    assert_ok(ld_stored_writer_attach(w, b.writer, &err), &err);
    assert_ok(ld_stored_writer_finish(w, &err), &err);
    ld_stored_writer_free(w);
    format_box_turn(&b);
    memcpy(all, format_box_part(&b, LD_PART_STORED, &bytes), 14);
    assert_int_equal(bytes, 14);
    const uint8_t *index = format_box_part(&b, LD_PART_STORED_INDEX, &index_bytes);
    memcpy(all + bytes, index, index_bytes);
    format_doc_compare("src/index/stored_format.h", all, bytes + index_bytes);
    format_box_close(&b);
}

/* Document i of the test: words, sometimes empty, sometimes larger than a block. */
static size_t make_text(uint32_t i, char *text, size_t capacity)
{
    static const char *const words[] = {"president ", "said ", "the ", "strike ", "of ", "Paris "};
    test_random r = {i + 1};
    size_t bytes = 0, want = i % 50 == 49 ? 50000 : i % 11 == 10 ? 0 : test_random_below(&r, 6000);
    while (bytes + 16 < want && bytes + 16 < capacity)
        bytes += (size_t)snprintf(text + bytes, 16, "%s", words[test_random_below(&r, 6)]);
    return bytes;
}

static void round_trip(uint32_t docs, bool attach_first, bool undo)
{
    static char text[60000];
    format_box b;
    ld_stored_writer *w;
    ld_stored stored;
    lede_error err;
    format_box_open(&b);
    assert_ok(ld_stored_writer_new(b.env, &w, &err), &err);
    if (attach_first)
        assert_ok(ld_stored_writer_attach(w, b.writer, &err), &err);
    size_t total = 0;
    for (uint32_t i = 0; i < docs; i++) {
        size_t bytes = make_text(i, text, sizeof text);
        if (undo && i % 3 == 0) {
            assert_ok(ld_stored_writer_add(w, LD_SPAN("taken back"), &err), &err);
            ld_stored_writer_undo(w);
        }
        assert_ok(ld_stored_writer_add(w, ld_span_of(text, bytes), &err), &err);
        total += bytes;
    }
    if (!attach_first)
        assert_ok(ld_stored_writer_attach(w, b.writer, &err), &err);
    assert_ok(ld_stored_writer_finish(w, &err), &err);
    ld_stored_writer_free(w);
    format_box_turn(&b);
    assert_ok(ld_stored_open(b.segment, docs, &stored, &err), &err);
    assert_int_equal(stored.dictionary != NULL, total > LD_STORED_SAMPLE_BYTES);
    for (uint32_t i = 0; i < docs; i++) {
        ld_stored_block block;
        ld_span got;
        size_t bytes = make_text(i, text, sizeof text);
        assert_ok(ld_stored_block_load(&stored, i, &block, &err), &err);
        assert_ok(ld_stored_block_get(&block, i, &got, &err), &err);
        assert_true(ld_span_equal(got, ld_span_of(text, bytes)));
        ld_stored_block_release(&block);
    }
    ld_stored_close(&stored);
    format_box_close(&b);
}

static void texts_come_back(void **state)
{
    (void)state;
    round_trip(1, false, false);
    round_trip(60, true, true);
    round_trip(400, false, true);
    round_trip(400, true, false);
}

/* The texts of a segment, written by a writer that may have written one before. */
static void write_texts(ld_stored_writer *w, format_box *b, uint32_t first, uint32_t docs)
{
    static char text[60000];
    lede_error err;
    for (uint32_t i = 0; i < docs; i++) {
        size_t bytes = make_text(first + i, text, sizeof text);
        assert_ok(ld_stored_writer_add(w, ld_span_of(text, bytes), &err), &err);
    }
    assert_ok(ld_stored_writer_attach(w, b->writer, &err), &err);
    assert_ok(ld_stored_writer_finish(w, &err), &err);
    ld_stored_writer_reset(w);
    format_box_turn(b);
}

static void expect_texts(const ld_stored *stored, uint32_t at, uint32_t first, uint32_t docs)
{
    static char text[60000];
    lede_error err;
    for (uint32_t i = 0; i < docs; i++) {
        ld_stored_block block;
        ld_span got;
        size_t bytes = make_text(first + i, text, sizeof text);
        assert_ok(ld_stored_block_load(stored, at + i, &block, &err), &err);
        assert_ok(ld_stored_block_get(&block, at + i, &got, &err), &err);
        assert_true(ld_span_equal(got, ld_span_of(text, bytes)));
        ld_stored_block_release(&block);
    }
}

/* Copies every block of a segment but small ones, whose texts are added. */
static uint32_t copy_blocks(ld_stored_writer *w, const ld_stored *from, uint32_t docs)
{
    lede_error err;
    uint32_t copied = 0;
    for (uint32_t doc = 0; doc < docs;) {
        ld_stored_frame f;
        assert_ok(ld_stored_frame_get(from, doc, &f, &err), &err);
        assert_int_equal(f.first, doc);
        if (f.content_bytes >= LD_STORED_BLOCK_BYTES / 2) {
            assert_ok(ld_stored_writer_add_frame(w, &f, &err), &err);
            copied++;
            doc = f.end;
            continue;
        }
        for (; doc < f.end; doc++) {
            ld_stored_block block;
            ld_span got;
            assert_ok(ld_stored_block_load(from, doc, &block, &err), &err);
            assert_ok(ld_stored_block_get(&block, doc, &got, &err), &err);
            assert_ok(ld_stored_writer_add(w, got, &err), &err);
            ld_stored_block_release(&block);
        }
    }
    return copied;
}

/* Two segments of one writer and a small third, without a dictionary, become one. */
static void blocks_are_copied_where_dictionaries_are_equal(void **state)
{
    (void)state;
    static const uint32_t docs[3] = {300, 170, 5};
    format_box boxes[3], merged;
    ld_stored stored[3], whole;
    ld_stored_writer *w;
    ld_span first, other;
    lede_error err;
    uint32_t copied = 0, base = 0;
    format_box_open(&boxes[0]);
    assert_ok(ld_stored_writer_new(boxes[0].env, &w, &err), &err);
    for (uint32_t i = 0; i < 3; i++) {
        if (i > 0)
            format_box_open(&boxes[i]);
        write_texts(w, &boxes[i], base, docs[i]);
        base += docs[i];
        assert_ok(ld_stored_open(boxes[i].segment, docs[i], &stored[i], &err), &err);
    }
    ld_stored_writer_free(w);
    assert_ok(ld_stored_dictionary(&stored[0], &first, &err), &err);
    assert_int_equal(first.bytes, LD_STORED_DICTIONARY_BYTES);
    assert_ok(ld_stored_dictionary(&stored[1], &other, &err), &err);
    assert_true(ld_span_equal(first, other));
    assert_null(stored[2].dictionary);
    format_box_open(&merged);
    assert_ok(ld_stored_writer_new(merged.env, &w, &err), &err);
    assert_ok(ld_stored_writer_adopt(w, first, &err), &err);
    assert_true(ld_stored_writer_has(w, other));
    assert_ok(ld_stored_writer_attach(w, merged.writer, &err), &err);
    for (uint32_t i = 0; i < 2; i++)
        copied += copy_blocks(w, &stored[i], docs[i]);
    static char text[60000];
    for (uint32_t i = 0; i < docs[2]; i++)
        assert_ok(
            ld_stored_writer_add(w, ld_span_of(text, make_text(470 + i, text, sizeof text)), &err),
            &err);
    assert_ok(ld_stored_writer_finish(w, &err), &err);
    assert_true(copied > 20);
    ld_stored_writer_free(w);
    format_box_turn(&merged);
    assert_ok(ld_stored_open(merged.segment, base, &whole, &err), &err);
    expect_texts(&whole, 0, 0, base);
    ld_stored_close(&whole);
    format_box_close(&merged);
    for (uint32_t i = 0; i < 3; i++) {
        ld_stored_close(&stored[i]);
        format_box_close(&boxes[i]);
    }
}

/* What begins as a trained dictionary would be read as one: it is not taken. */
static void a_dictionary_with_a_magic_number_is_not_adopted(void **state)
{
    (void)state;
    static const uint8_t trained[64] = {0x37, 0xA4, 0x30, 0xEC};
    ld_span bytes = ld_span_of((const char *)trained, sizeof trained);
    ld_stored_writer *w;
    lede_error err;
    assert_ok(ld_stored_writer_new(lede_env_system(), &w, &err), &err);
    assert_ok(ld_stored_writer_adopt(w, bytes, &err), &err);
    assert_false(ld_stored_writer_has(w, bytes));
    assert_false(ld_stored_writer_has(w, (ld_span){NULL, 0}));
    ld_stored_writer_free(w);
}

/* A text that shrinks past the ratio a reader believes is kept as it is. */
static void a_bomb_is_kept_as_it_is(void **state)
{
    (void)state;
    size_t bytes = 8u << 20;
    char *zeros = calloc(1, bytes);
    format_box b;
    ld_stored_writer *w;
    ld_stored stored;
    ld_stored_block block;
    ld_span got;
    lede_error err;
    assert_non_null(zeros);
    format_box_open(&b);
    assert_ok(ld_stored_writer_new(b.env, &w, &err), &err);
    assert_ok(ld_stored_writer_attach(w, b.writer, &err), &err);
    assert_ok(ld_stored_writer_add(w, ld_span_of(zeros, bytes), &err), &err);
    assert_ok(ld_stored_writer_finish(w, &err), &err);
    ld_stored_writer_free(w);
    format_box_turn(&b);
    assert_ok(ld_stored_open(b.segment, 1, &stored, &err), &err);
    assert_ok(ld_stored_block_load(&stored, 0, &block, &err), &err);
    assert_ok(ld_stored_block_get(&block, 0, &got, &err), &err);
    assert_true(ld_span_equal(got, ld_span_of(zeros, bytes)));
    ld_stored_block_release(&block);
    ld_stored_close(&stored);
    format_box_close(&b);
    free(zeros);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_example), cmocka_unit_test(texts_come_back),
        cmocka_unit_test(blocks_are_copied_where_dictionaries_are_equal),
        cmocka_unit_test(a_dictionary_with_a_magic_number_is_not_adopted),
        cmocka_unit_test(a_bomb_is_kept_as_it_is)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
