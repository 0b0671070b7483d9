/* Notes come back as they went in: by seek, over rows that are cut, after a merge. */
#include "index/notes_buffer.h"
#include "index/notes_format.h"
#include "tests/index/format_doc.h"

#define DOCS 900

typedef struct test_note {
    uint32_t doc;
    char key[8], value[24];
} test_note;

static int compare(const void *a, const void *b)
{
    const test_note *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order ? order : (x->doc > y->doc) - (x->doc < y->doc);
}

static void write_notes(format_box *b, const test_note *notes, size_t count, uint32_t docs)
{
    ld_notes_buffer buffer;
    lede_error err;
    format_box_open(b);
    ld_notes_buffer_init(&buffer, b->env);
    for (uint32_t doc = 0; doc < docs; doc++)
        for (size_t i = 0; i < count; i++) {
            ld_note note = {ld_span_from_string(notes[i].key), ld_span_from_string(notes[i].value)};
            if (notes[i].doc != doc)
                continue;
            assert_ok(ld_notes_buffer_add(&buffer, doc, &note, 1, &err), &err);
        }
    ld_note gone = {LD_SPAN("gone"), LD_SPAN("value")};
    ld_notes_buffer_mark(&buffer);
    assert_ok(ld_notes_buffer_add(&buffer, docs - 1, &gone, 1, &err), &err);
    ld_notes_buffer_undo(&buffer);
    assert_ok(ld_notes_buffer_write(&buffer, b->writer, docs, &err), &err);
    ld_notes_buffer_release(&buffer);
    format_box_turn(b);
}

static void worked_example(void **state)
{
    (void)state;
    static const test_note notes[] = {{0, "ab", "x"}, {1, "ab", "x"}, {1, "c", "yz"}};
    format_box b;
    size_t bytes;
    write_notes(&b, notes, 3, 2);
    const uint8_t *data = format_box_part(&b, LD_PART_NOTES, &bytes);
    format_doc_compare("src/index/notes_format.h", data, bytes);
    format_box_close(&b);
}

static void random_notes_come_back(void **state)
{
    (void)state;
    static test_note notes[4000];
    size_t count = 0;
    test_random r = {41};
    for (uint32_t doc = 0; doc < DOCS; doc++)
        for (char key = 'a'; key < 'h'; key++) {
            test_note *n = &notes[count];
            if (test_random_below(&r, (uint32_t)(key - 'a') + 1) > 0 || count == 4000)
                continue;
            n->doc = doc;
            snprintf(n->key, sizeof n->key, "%c%s", key, key % 2 ? "" : "long");
            snprintf(n->value, sizeof n->value, "%.*s", (int)test_random_below(&r, 20),
                     "abcdefghijklmnopqrstuvw");
            count++;
        }
    format_box b;
    lede_error err;
    ld_notes read;
    write_notes(&b, notes, count, DOCS);
    qsort(notes, count, sizeof *notes, compare);
    assert_ok(ld_notes_open(b.segment, DOCS, &read, &err), &err);
    assert_true(read.rows.count > 7 + DOCS / LD_NOTES_ROW_DOCS);
    static const char *const from[] = {"", "a", "b", "blong", "cz", "g", "glong", "z"};
    for (size_t f = 0; f < sizeof from / sizeof *from; f++) {
        ld_notes_cursor c;
        size_t at = 0;
        while (at < count && strcmp(notes[at].key, from[f]) < 0)
            at++;
        assert_ok(ld_notes_seek(&read, ld_span_from_string(from[f]), &c, &err), &err);
        for (; at < count; at++) {
            assert_int_equal(c.doc, notes[at].doc);
            assert_true(ld_span_equal(c.key, ld_span_from_string(notes[at].key)));
            assert_true(ld_span_equal(c.value, ld_span_from_string(notes[at].value)));
            assert_ok(ld_notes_next(&c, &err), &err);
        }
        assert_int_equal(c.doc, LD_DOC_END);
    }
    format_box_close(&b);
}

static void what_is_too_long_is_refused(void **state)
{
    (void)state;
    static char bytes[LD_NOTE_VALUE_BYTES_MAX + 1];
    format_box b;
    ld_notes_writer w;
    lede_error err;
    format_box_open(&b);
    assert_ok(ld_notes_writer_init(&w, b.writer, &err), &err);
    assert_int_equal(
        ld_notes_writer_add(&w, LD_SPAN("k"), 0, ld_span_of(bytes, sizeof bytes), &err),
        LEDE_E_LIMIT);
    assert_int_equal(
        ld_notes_writer_add(&w, ld_span_of(bytes, LD_NOTE_KEY_BYTES_MAX + 1), 0, LD_SPAN(""), &err),
        LEDE_E_LIMIT);
    assert_ok(ld_notes_writer_finish(&w, 1, &err), &err);
    ld_notes_writer_release(&w);
    format_box_turn(&b);
    format_box_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(worked_example),
                                       cmocka_unit_test(random_notes_come_back),
                                       cmocka_unit_test(what_is_too_long_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
