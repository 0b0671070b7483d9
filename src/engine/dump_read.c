#include "engine/dump_read.h"

#include <jansson.h>

#include "base/limits.h"
#include "engine/names.h"

#define WINDOW_BYTES (256u << 10)

struct ld_dump_reader {
    const lede_env *env;
    ld_file file;
    ld_buf window; /* bytes read and not yet taken stand from `at` on */
    size_t at;
    bool at_end;
    uint64_t line_number;
};

lede_status ld_dump_reader_open(const lede_env *env, const char *path, ld_dump_reader **reader,
                                lede_error *err)
{
    *reader = NULL;
    ld_dump_reader *r = ld_alloc_zero(env, sizeof *r);
    if (!r)
        return ld_error_nomem(err, sizeof *r);
    r->env = env;
    ld_buf_init(&r->window, env, LD_JSONL_LINE_BYTES_MAX + WINDOW_BYTES);
    lede_status status = ld_file_open(env, strcmp(path, "-") == 0 ? "/dev/stdin" : path,
                                      LEDE_OPEN_READ, &r->file, err);
    if (status != LEDE_OK) {
        ld_buf_release(&r->window);
        ld_release(env, r, sizeof *r);
        return status;
    }
    *reader = r;
    return LEDE_OK;
}

void ld_dump_reader_close(ld_dump_reader *r)
{
    if (!r)
        return;
    ld_file_close(&r->file);
    ld_buf_release(&r->window);
    ld_release(r->env, r, sizeof *r);
}

static lede_status read_more(ld_dump_reader *r, lede_error *err)
{
    size_t left = r->window.bytes - r->at, got = 0;
    if (left && r->at)
        memmove(r->window.data, r->window.data + r->at, left);
    r->window.bytes = left;
    r->at = 0;
    if (!ld_buf_reserve(&r->window, WINDOW_BYTES))
        return r->window.status == LEDE_E_LIMIT
                   ? LD_FAIL(err, LEDE_E_INVALID, "line %llu of the dump is longer than %u bytes",
                             (unsigned long long)r->line_number + 1, LD_JSONL_LINE_BYTES_MAX)
                   : ld_buf_status(&r->window, err);
    LD_TRY(ld_file_read(&r->file, r->window.data + left, WINDOW_BYTES, &got, err));
    r->window.bytes += got;
    r->at_end = got == 0;
    return LEDE_OK;
}

/* The next line that is not empty; data NULL at the end. */
static lede_status next_line(ld_dump_reader *r, ld_span *line, lede_error *err)
{
    for (;;) {
        ld_span rest = ld_span_of((const char *)r->window.data + r->at, r->window.bytes - r->at);
        size_t end = rest.bytes ? ld_span_find_byte(rest, '\n') : SIZE_MAX;
        if (end == SIZE_MAX && !r->at_end) {
            LD_TRY(read_more(r, err));
            continue;
        }
        if (rest.bytes == 0) {
            *line = (ld_span){0};
            return LEDE_OK;
        }
        *line = ld_span_trim(ld_span_sub(rest, 0, end));
        r->at += end == SIZE_MAX ? rest.bytes : end + 1;
        r->line_number++;
        if (line->bytes)
            return LEDE_OK;
    }
}

/* ---- one line ---- */

typedef struct row_reader {
    ld_arena *arena;
    bool bad;     /* a value of another kind than dump_format.h says */
    bool refused; /* the arena had no room */
} row_reader;

static ld_span text_of(row_reader *r, const json_t *value)
{
    if (!value)
        return (ld_span){"", 0};
    if (!json_is_string(value)) {
        r->bad = true;
        return (ld_span){"", 0};
    }
    ld_span copy =
        ld_arena_copy(r->arena, ld_span_of(json_string_value(value), json_string_length(value)));
    if (!copy.data)
        r->refused = true;
    return copy;
}

static uint64_t number_of(row_reader *r, const json_t *value, uint64_t max)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > max) {
        r->bad |= value != NULL;
        return 0;
    }
    return (uint64_t)json_integer_value(value);
}

static ld_article_date date_of(row_reader *r, const json_t *value)
{
    ld_article_date date = {0};
    if (!value)
        return date;
    const json_t *ms = json_object_get(value, "ms");
    ld_span evidence = text_of(r, json_object_get(value, "evidence"));
    date.precision = (uint8_t)number_of(r, json_object_get(value, "precision"), LD_DATE_TIME);
    date.certainty_percent = (uint8_t)number_of(r, json_object_get(value, "certainty"), 100);
    date.utc_ms = json_integer_value(ms);
    const json_t *offset = json_object_get(value, "offset");
    date.offset_minutes = (int16_t)json_integer_value(offset);
    r->bad |= json_integer_value(offset) != date.offset_minutes;
    r->bad |= !json_is_integer(ms) || !ld_evidence_of_name(evidence, &date.evidence);
    return date;
}

static void *list_of(row_reader *r, const json_t *value, size_t item_bytes, uint32_t *count)
{
    *count = 0;
    if (value && !json_is_array(value)) {
        r->bad = true;
        return NULL;
    }
    *count = (uint32_t)json_array_size(value);
    void *items = ld_arena_array(r->arena, *count + 1u, item_bytes);
    if (!items) {
        r->refused = true;
        *count = 0;
    }
    return items;
}

static const ld_span *texts_of(row_reader *r, const json_t *value, uint32_t *count)
{
    ld_span *texts = list_of(r, value, sizeof *texts, count);
    for (uint32_t i = 0; i < *count; i++)
        texts[i] = text_of(r, json_array_get(value, i));
    return texts;
}

static void read_body(row_reader *r, const json_t *root, ld_article *a)
{
    const json_t *blocks_json = json_object_get(root, "blocks");
    const json_t *captions_json = json_object_get(root, "captions");
    const json_t *fields_json = json_object_get(root, "fields");

    ld_block *blocks = list_of(r, blocks_json, sizeof *blocks, &a->block_count);
    for (uint32_t i = 0; i < a->block_count; i++) {
        const json_t *block = json_array_get(blocks_json, i);
        r->bad |= !ld_block_of_name(text_of(r, json_array_get(block, 0)), &blocks[i].kind);
        blocks[i].level = (uint8_t)number_of(r, json_array_get(block, 1), 255);
        blocks[i].flags = json_is_true(json_array_get(block, 2)) ? LD_BLOCK_ORDERED : 0;
        blocks[i].text = text_of(r, json_array_get(block, 3));
    }
    a->blocks = blocks;
    a->lead_block_count = (uint32_t)number_of(r, json_object_get(root, "lead"), a->block_count);

    ld_caption *captions = list_of(r, captions_json, sizeof *captions, &a->caption_count);
    for (uint32_t i = 0; i < a->caption_count; i++) {
        captions[i].text = text_of(r, json_array_get(json_array_get(captions_json, i), 0));
        captions[i].credit = text_of(r, json_array_get(json_array_get(captions_json, i), 1));
    }
    a->captions = captions;

    ld_article_field *fields = list_of(r, fields_json, sizeof *fields, &a->field_count);
    for (uint32_t i = 0; i < a->field_count; i++) {
        fields[i].name = text_of(r, json_array_get(json_array_get(fields_json, i), 0));
        fields[i].value = text_of(r, json_array_get(json_array_get(fields_json, i), 1));
    }
    a->fields = fields;
}

static void read_row(row_reader *r, const json_t *root, ld_dump_row *row)
{
    ld_article *a = &row->article;
    row->key = text_of(r, json_object_get(root, "key"));
    row->key_is_explicit = json_is_true(json_object_get(root, "explicit"));
    r->bad |= row->key.bytes == 0 ||
              !ld_kind_of_name(text_of(r, json_object_get(root, "kind")), &a->kind);
    a->truncated = json_is_true(json_object_get(root, "truncated"));
    const struct {
        const char *name;
        ld_span *text;
    } texts[] = {
        {"headline", &a->headline}, {"kicker", &a->kicker},     {"dateline", &a->dateline},
        {"section", &a->section},   {"language", &a->language}, {"source", &a->source},
        {"agency", &a->agency},     {"url", &a->url},           {"canonicalUrl", &a->canonical_url},
        {"path", &a->path}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i].text = text_of(r, json_object_get(root, texts[i].name));
    a->published = date_of(r, json_object_get(root, "published"));
    a->modified = date_of(r, json_object_get(root, "modified"));
    a->captured = date_of(r, json_object_get(root, "captured"));
    a->authors = texts_of(r, json_object_get(root, "authors"), &a->author_count);
    a->tags = texts_of(r, json_object_get(root, "tags"), &a->tag_count);
    read_body(r, root, a);
}

lede_status ld_dump_reader_next(ld_dump_reader *reader, ld_arena *arena, ld_dump_row *row,
                                bool *end, lede_error *err)
{
    ld_span line;
    json_error_t why;
    memset(row, 0, sizeof *row);
    LD_TRY(next_line(reader, &line, err));
    *end = line.data == NULL;
    if (*end)
        return LEDE_OK;
    row_reader r = {.arena = arena};
    json_t *root = json_loadb(line.data, line.bytes, JSON_ALLOW_NUL, &why);
    if (!root)
        return LD_FAIL(err, LEDE_E_INVALID, "line %llu of the dump is not JSON: %.120s",
                       (unsigned long long)reader->line_number, why.text);
    read_row(&r, root, row);
    json_decref(root);
    if (r.refused)
        return ld_arena_status(arena, err);
    if (r.bad)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "line %llu is no row of a dump; load takes what lede dump printed",
                       (unsigned long long)reader->line_number);
    return LEDE_OK;
}
