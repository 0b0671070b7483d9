/* Articles to bytes and back: round trips, the worked example, damaged bytes, dumps. */
#include "tests/test.h"

#include "engine/dump_read.h"
#include "engine/stored_format.h"
#include "tests/index/format_doc.h"
#include "tests/temp_dir.h"

static ld_arena *new_arena(void)
{
    ld_arena *arena;
    lede_error err = {0};
    assert_ok(ld_arena_new(lede_env_system(), 64u << 20, &arena, &err), &err);
    return arena;
}

static void test_worked_example(void **state)
{
    const ld_block block = {.kind = LD_BLOCK_PARAGRAPH, .text = LD_SPAN("b")};
    const ld_article article = {
        .headline = LD_SPAN("A"), .blocks = &block, .block_count = 1, .lead_block_count = 1};
    ld_buf out;
    ld_buf_init(&out, lede_env_system(), 1000);
    ld_stored_write(&out, &article);
    format_doc_compare("src/engine/stored_format.h", out.data, out.bytes);
    ld_buf_release(&out);
}

static ld_span random_text(test_random *r, ld_arena *arena)
{
    static const char *const words[] = {"", "a", "quay", "\xc3\xa9t\xc3\xa9", "\"x\"\n", "<b>&"};
    return ld_arena_copy(arena, ld_span_from_string(words[test_random_below(r, 6)]));
}

static ld_article_date random_date(test_random *r)
{
    ld_article_date date = {.precision = (uint8_t)test_random_below(r, LD_DATE_TIME + 1)};
    if (date.precision) {
        date.evidence = (uint8_t)test_random_below(r, LD_EVIDENCE_WARC + 1);
        date.certainty_percent = (uint8_t)test_random_below(r, 101);
        date.utc_ms = (int64_t)test_random_u64(r) >> 12;
        date.offset_minutes = (int16_t)((int)test_random_below(r, 1440) - 720);
    }
    return date;
}

static ld_article random_article(test_random *r, ld_arena *arena)
{
    ld_article a = {.kind = (uint8_t)test_random_below(r, LD_ARTICLE_STUB + 1),
                    .truncated = test_random_below(r, 2)};
    ld_span *texts[] = {&a.headline, &a.kicker, &a.dateline, &a.section,       &a.language,
                        &a.source,   &a.agency, &a.url,      &a.canonical_url, &a.path};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = random_text(r, arena);
    a.published = random_date(r);
    a.modified = random_date(r);
    a.captured = random_date(r);
    ld_span *authors = ld_arena_array(arena, 4, sizeof *authors);
    a.author_count = test_random_below(r, 4);
    for (uint32_t i = 0; i < a.author_count; i++)
        authors[i] = random_text(r, arena);
    a.authors = a.tags = authors;
    a.tag_count = a.author_count;
    ld_block *blocks = ld_arena_array(arena, 8, sizeof *blocks);
    a.block_count = test_random_below(r, 8);
    for (uint32_t i = 0; i < a.block_count; i++)
        blocks[i] = (ld_block){(uint8_t)test_random_below(r, LD_BLOCK_PRE + 1),
                               (uint8_t)test_random_below(r, 7), (uint8_t)test_random_below(r, 2),
                               random_text(r, arena)};
    a.blocks = blocks;
    a.lead_block_count = a.block_count ? test_random_below(r, a.block_count + 1) : 0;
    ld_caption *captions = ld_arena_array(arena, 3, sizeof *captions);
    a.caption_count = test_random_below(r, 3);
    for (uint32_t i = 0; i < a.caption_count; i++)
        captions[i] = (ld_caption){random_text(r, arena), random_text(r, arena)};
    a.captions = captions;
    ld_article_field *fields = ld_arena_array(arena, 3, sizeof *fields);
    a.field_count = test_random_below(r, 3);
    for (uint32_t i = 0; i < a.field_count; i++)
        fields[i] = (ld_article_field){LD_SPAN("desk"), random_text(r, arena)};
    a.fields = fields;
    return a;
}

static void test_round_trip_is_the_same_bytes(void **state)
{
    test_random r = {1};
    lede_error err = {0};
    ld_arena *arena = new_arena();
    for (int i = 0; i < 2000; i++) {
        ld_article read, article = random_article(&r, arena);
        ld_buf first, second;
        ld_buf_init(&first, lede_env_system(), 1 << 20);
        ld_buf_init(&second, lede_env_system(), 1 << 20);
        ld_stored_write(&first, &article);
        assert_ok(ld_stored_read(arena, ld_buf_span(&first), &read, &err), &err);
        ld_stored_write(&second, &read);
        assert_true(ld_span_equal(ld_buf_span(&first), ld_buf_span(&second)));
        ld_buf_release(&first);
        ld_buf_release(&second);
        ld_arena_reset(arena);
    }
    ld_arena_free(arena);
}

static void test_damaged_bytes_are_an_error_or_an_article(void **state)
{
    test_random r = {2};
    ld_arena *arena = new_arena();
    for (int i = 0; i < 3000; i++) {
        ld_article read, article = random_article(&r, arena);
        ld_buf out;
        ld_buf_init(&out, lede_env_system(), 1 << 20);
        ld_stored_write(&out, &article);
        for (uint32_t k = 0; k < 3; k++)
            out.data[test_random_below(&r, (uint32_t)out.bytes)] = (uint8_t)test_random_u64(&r);
        size_t bytes =
            test_random_below(&r, 2) ? out.bytes : test_random_below(&r, (uint32_t)out.bytes);
        lede_status status =
            ld_stored_read(arena, ld_span_of((char *)out.data, bytes), &read, NULL);
        assert_true(status == LEDE_OK || status == LEDE_E_CORRUPT || status == LEDE_E_VERSION);
        ld_buf_release(&out);
        ld_arena_reset(arena);
    }
    ld_arena_free(arena);
}

static void test_content_ignores_where_and_when(void **state)
{
    test_random r = {3};
    ld_arena *arena = new_arena();
    ld_article article = random_article(&r, arena);
    ld_buf first, second;
    ld_buf_init(&first, lede_env_system(), 1 << 20);
    ld_buf_init(&second, lede_env_system(), 1 << 20);
    ld_stored_write_content(&first, &article);
    article.url = LD_SPAN("http://elsewhere.example/");
    article.path = LD_SPAN("other.html");
    article.captured =
        (ld_article_date){.precision = LD_DATE_TIME, .evidence = LD_EVIDENCE_WARC, .utc_ms = 5};
    ld_stored_write_content(&second, &article);
    assert_true(ld_span_equal(ld_buf_span(&first), ld_buf_span(&second)));
    ld_buf_clear(&second);
    article.headline = LD_SPAN("Another headline");
    ld_stored_write_content(&second, &article);
    assert_false(ld_span_equal(ld_buf_span(&first), ld_buf_span(&second)));
    ld_buf_release(&first);
    ld_buf_release(&second);
    ld_arena_free(arena);
}

static void test_dump_lines_read_back(void **state)
{
    test_random r = {4};
    lede_error err = {0};
    ld_arena *arena = new_arena(), *read_arena = new_arena();
    char *dir = temp_dir_new(), *path = temp_dir_path(dir, "dump.jsonl");
    ld_buf text, again;
    ld_buf_init(&text, lede_env_system(), 64u << 20);
    ld_buf_init(&again, lede_env_system(), 64u << 20);
    for (int i = 0; i < 500; i++) {
        ld_dump_row row = {LD_SPAN("http://a.example/x"), i % 2, random_article(&r, arena)};
        ld_dump_row_write(&text, &row);
        ld_buf_add_byte(&text, '\n');
        ld_arena_reset(arena);
    }
    FILE *file = fopen(path, "wb");
    assert_int_equal(fwrite(text.data, 1, text.bytes, file), text.bytes);
    fclose(file);

    ld_dump_reader *reader;
    assert_ok(ld_dump_reader_open(lede_env_system(), path, &reader, &err), &err);
    for (;;) {
        ld_dump_row row;
        bool end;
        assert_ok(ld_dump_reader_next(reader, read_arena, &row, &end, &err), &err);
        if (end)
            break;
        ld_dump_row_write(&again, &row);
        ld_buf_add_byte(&again, '\n');
    }
    ld_dump_reader_close(reader);
    assert_true(ld_span_equal(ld_buf_span(&text), ld_buf_span(&again)));
    ld_buf_release(&text);
    ld_buf_release(&again);
    ld_arena_free(arena);
    ld_arena_free(read_arena);
    free(path);
    temp_dir_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worked_example),
        cmocka_unit_test(test_round_trip_is_the_same_bytes),
        cmocka_unit_test(test_damaged_bytes_are_an_error_or_an_article),
        cmocka_unit_test(test_content_ignores_where_and_when),
        cmocka_unit_test(test_dump_lines_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
