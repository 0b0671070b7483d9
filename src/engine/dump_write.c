/* Rows of an archive to lines of JSON (dump_format.h), sorted, so that equal archives are equal
 * texts. Memory: one entry a row for the order; the articles come one by one. */
#include "engine/dump_format.h"
#include "engine/names.h"
#include "engine/snapshot.h"
#include "engine/stored_format.h"

#include <stdlib.h>

static void key_text(ld_json *j, const char *key, ld_span text)
{
    if (text.bytes)
        ld_json_key_string(j, key, text);
}

static void key_date(ld_json *j, const char *key, const ld_article_date *date)
{
    if (date->precision == LD_DATE_NONE)
        return;
    ld_json_key(j, key);
    ld_json_object(j);
    ld_json_key(j, "ms");
    ld_json_i64(j, date->utc_ms);
    ld_json_key_u64(j, "precision", date->precision);
    ld_json_key_cstring(j, "evidence", ld_name_of_evidence(date->evidence));
    ld_json_key_u64(j, "certainty", date->certainty_percent);
    if (date->offset_minutes) {
        ld_json_key(j, "offset");
        ld_json_i64(j, date->offset_minutes);
    }
    ld_json_object_end(j);
}

static void key_texts(ld_json *j, const char *key, const ld_span *texts, uint32_t count)
{
    if (count == 0)
        return;
    ld_json_key(j, key);
    ld_json_array(j);
    for (uint32_t i = 0; i < count; i++)
        ld_json_string(j, texts[i]);
    ld_json_array_end(j);
}

static void pair(ld_json *j, ld_span first, ld_span second)
{
    ld_json_array(j);
    ld_json_string(j, first);
    ld_json_string(j, second);
    ld_json_array_end(j);
}

static void key_body(ld_json *j, const ld_article *a)
{
    ld_json_key_u64(j, "lead", a->lead_block_count);
    ld_json_key(j, "blocks");
    ld_json_array(j);
    for (uint32_t i = 0; i < a->block_count; i++) {
        ld_json_array(j);
        ld_json_string(j, ld_span_from_string(ld_name_of_block(a->blocks[i].kind)));
        ld_json_u64(j, a->blocks[i].level);
        ld_json_bool(j, a->blocks[i].flags & LD_BLOCK_ORDERED);
        ld_json_string(j, a->blocks[i].text);
        ld_json_array_end(j);
    }
    ld_json_array_end(j);
    if (a->caption_count) {
        ld_json_key(j, "captions");
        ld_json_array(j);
        for (uint32_t i = 0; i < a->caption_count; i++)
            pair(j, a->captions[i].text, a->captions[i].credit);
        ld_json_array_end(j);
    }
    if (a->field_count) {
        ld_json_key(j, "fields");
        ld_json_array(j);
        for (uint32_t i = 0; i < a->field_count; i++)
            pair(j, a->fields[i].name, a->fields[i].value);
        ld_json_array_end(j);
    }
}

void ld_dump_row_write(ld_buf *out, const ld_dump_row *row)
{
    const ld_article *a = &row->article;
    ld_json writer, *j = &writer;
    ld_json_init(j, out, false);
    ld_json_object(j);
    ld_json_key_string(j, "key", row->key);
    if (row->key_is_explicit)
        ld_json_key_bool(j, "explicit", true);
    ld_json_key_cstring(j, "kind", ld_name_of_kind(a->kind));
    if (a->truncated)
        ld_json_key_bool(j, "truncated", true);
    key_text(j, "headline", a->headline);
    key_text(j, "kicker", a->kicker);
    key_text(j, "dateline", a->dateline);
    key_text(j, "section", a->section);
    key_text(j, "language", a->language);
    key_text(j, "source", a->source);
    key_text(j, "agency", a->agency);
    key_text(j, "url", a->url);
    key_text(j, "canonicalUrl", a->canonical_url);
    key_text(j, "path", a->path);
    key_date(j, "published", &a->published);
    key_date(j, "modified", &a->modified);
    key_date(j, "captured", &a->captured);
    key_texts(j, "authors", a->authors, a->author_count);
    key_texts(j, "tags", a->tags, a->tag_count);
    key_body(j, a);
    ld_json_object_end(j);
}

/* ---- all rows in order ---- */

typedef struct dump_entry {
    ld_span key; /* in the snapshot or in `keys` */
    int64_t version_order;
    uint32_t segment, doc;
    bool key_is_explicit;
} dump_entry;

struct lede_dump {
    lede_snapshot *snapshot;
    dump_entry *entries;
    size_t count, capacity, at;
    ld_arena *arena;
    ld_arena *keys;
    ld_buf line;
};

static int compare_entries(const void *left, const void *right)
{
    const dump_entry *a = left, *b = right;
    int c = ld_span_compare(a->key, b->key);
    if (c == 0)
        c = (a->version_order > b->version_order) - (a->version_order < b->version_order);
    if (c == 0)
        c = (a->segment > b->segment) - (a->segment < b->segment);
    return c ? c : (a->doc > b->doc) - (a->doc < b->doc);
}

static lede_status collect(lede_dump *dump, uint32_t segment, lede_error *err)
{
    const ld_segment_view *v = ld_snapshot_segment(dump->snapshot->inner, segment);
    for (uint32_t doc = 0; doc < v->docs; doc++) {
        ld_key_room room;
        uint64_t content_hash;
        if (ld_view_has_bit(v->deleted, doc))
            continue;
        LD_TRY(ld_grow(dump->snapshot->env, (void **)&dump->entries, &dump->capacity,
                       dump->count + 1, sizeof *dump->entries, SIZE_MAX / sizeof(dump_entry), err));
        dump_entry *e = &dump->entries[dump->count];
        *e = (dump_entry){.segment = segment, .doc = doc};
        LD_TRY(ld_doc_key(v, doc, &room, &e->key, err));
        if (e->key.data == room.bytes)
            e->key = ld_arena_copy(dump->keys, e->key);
        if (!e->key.data)
            return ld_arena_status(dump->keys, err);
        LD_TRY(ld_doc_identity(v, doc, &content_hash, &e->version_order, &e->key_is_explicit, err));
        dump->count++;
    }
    return LEDE_OK;
}

lede_status lede_dump_open(lede_snapshot *snapshot, lede_dump **dump, lede_error *err)
{
    *dump = NULL;
    lede_dump *d = ld_alloc_zero(snapshot->env, sizeof *d);
    if (!d)
        return ld_error_nomem(err, sizeof *d);
    d->snapshot = snapshot;
    ld_buf_init(&d->line, snapshot->env, 8u * LD_STORED_DOC_BYTES_MAX);
    lede_status status = ld_arena_new(snapshot->env, 4u * LD_STORED_DOC_BYTES_MAX, &d->arena, err);
    if (status == LEDE_OK)
        status = ld_arena_new(snapshot->env, SIZE_MAX / 4, &d->keys, err);
    for (uint32_t i = 0; status == LEDE_OK && i < ld_snapshot_segment_count(snapshot->inner); i++)
        status = collect(d, i, err);
    status = ld_snapshot_vouch(snapshot, status, err);
    if (status != LEDE_OK) {
        lede_dump_free(d);
        return status;
    }
    if (d->count)
        qsort(d->entries, d->count, sizeof *d->entries, compare_entries);
    *dump = d;
    return LEDE_OK;
}

lede_status lede_dump_next(lede_dump *dump, lede_text *line, lede_error *err)
{
    *line = (lede_text){"", 0};
    if (dump->at == dump->count)
        return LEDE_OK;
    const dump_entry *e = &dump->entries[dump->at];
    ld_dump_row row = {.key = e->key, .key_is_explicit = e->key_is_explicit};
    ld_span stored;
    ld_arena_reset(dump->arena);
    ld_buf_clear(&dump->line);
    LD_TRY(ld_doc_stored(ld_snapshot_segment(dump->snapshot->inner, e->segment), e->doc,
                         dump->arena, &stored, err));
    LD_TRY(ld_stored_read(dump->arena, stored, &row.article, err));
    ld_dump_row_write(&dump->line, &row);
    LD_TRY(ld_buf_status(&dump->line, err));
    LD_TRY(ld_snapshot_vouch(dump->snapshot, LEDE_OK, err));
    dump->at++;
    *line = (lede_text){ld_buf_string(&dump->line), dump->line.bytes};
    return LEDE_OK;
}

void lede_dump_free(lede_dump *d)
{
    if (!d)
        return;
    const lede_env *env = d->snapshot->env;
    ld_buf_release(&d->line);
    ld_arena_free(d->arena);
    ld_arena_free(d->keys);
    ld_release(env, d->entries, d->capacity * sizeof *d->entries);
    ld_release(env, d, sizeof *d);
}
