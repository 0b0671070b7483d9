/* An answer as JSON: what the program prints and the server sends. */
#include <inttypes.h>
#include <stdio.h>

#include "base/limits.h"
#include "engine/article_write.h"
#include "engine/snapshot.h"
#include "lede/search.h"

static void write_marks(ld_json *j, const char *key, const lede_mark *marks, uint32_t count)
{
    ld_json_key(j, key);
    ld_json_array(j);
    for (uint32_t i = 0; i < count; i++) {
        ld_json_array(j);
        ld_json_u64(j, marks[i].offset_bytes);
        ld_json_u64(j, marks[i].length_bytes);
        ld_json_array_end(j);
    }
    ld_json_array_end(j);
}

static void write_copies(ld_json *j, const lede_hit *hit)
{
    char group[17];
    if (hit->copy_count == 0)
        return;
    (void)snprintf(group, sizeof group, "%013" PRIx64, hit->copy_group);
    ld_json_key(j, "copies");
    ld_json_object(j);
    ld_json_key_cstring(j, "group", group);
    ld_json_key_u64(j, "count", hit->copy_count);
    ld_json_key(j, "keys");
    ld_json_array(j);
    for (uint32_t i = 0; i < hit->copy_key_count; i++)
        ld_json_string(j, ld_span_of(hit->copy_keys[i].data, hit->copy_keys[i].bytes));
    ld_json_array_end(j);
    ld_json_object_end(j);
}

static void write_parts(ld_json *j, const lede_hit *hit)
{
    if (hit->part_count == 0)
        return;
    ld_json_key(j, "explain");
    ld_json_array(j);
    for (uint32_t i = 0; i < hit->part_count; i++) {
        const lede_score_part *p = &hit->parts[i];
        ld_json_object(j);
        ld_json_key_cstring(j, "kind", p->kind);
        ld_json_key_string(j, "text", ld_span_of(p->text.data, p->text.bytes));
        ld_json_key(j, "score");
        ld_json_double(j, p->score);
        ld_json_key_u64(j, "head", p->head);
        ld_json_key_u64(j, "lead", p->lead);
        ld_json_key_u64(j, "body", p->body);
        ld_json_key_u64(j, "aside", p->aside);
        ld_json_object_end(j);
    }
    ld_json_array_end(j);
}

static void write_hit(ld_json *j, const lede_hit *hit)
{
    ld_json_object(j);
    ld_article_write_json_members(j, hit->article);
    ld_json_key(j, "score");
    ld_json_double(j, hit->score);
    if (hit->older_version)
        ld_json_key_bool(j, "olderVersion", true);
    write_copies(j, hit);
    write_parts(j, hit);
    write_marks(j, "headlineMarks", hit->headline_marks, hit->headline_mark_count);
    ld_json_key(j, "passages");
    ld_json_array(j);
    for (uint32_t i = 0; i < hit->passage_count; i++) {
        const lede_passage *p = &hit->passages[i];
        ld_json_object(j);
        ld_json_key_cstring(j, "zone", p->zone);
        ld_json_key_string(j, "text", ld_span_of(p->text.data, p->text.bytes));
        write_marks(j, "marks", p->marks, p->mark_count);
        ld_json_object_end(j);
    }
    ld_json_array_end(j);
    ld_json_object_end(j);
}

static void write_answer(ld_json *j, const lede_answer *a, ld_span query)
{
    ld_json_key_string(j, "query", query);
    ld_json_key_string(j, "understood", ld_span_of(a->understood.data, a->understood.bytes));
    ld_json_key_u64(j, "total", a->total);
    if (a->folded)
        ld_json_key_u64(j, "articlesTotal", a->articles_total);
    ld_json_key_bool(j, "totalIsExact", a->total_exact);
    ld_json_key_bool(j, "partial", a->partial);
    ld_json_key_bool(j, "relaxed", a->relaxed);
    ld_json_key_u64(j, "generation", a->generation);
    ld_json_key(j, "elapsedMs");
    ld_json_double(j, (double)a->elapsed_ns / 1e6);
    ld_json_key(j, "messages");
    ld_json_array(j);
    for (uint32_t i = 0; i < a->message_count; i++) {
        const lede_message *m = &a->messages[i];
        ld_json_object(j);
        ld_json_key_cstring(j, "code", m->code);
        ld_json_key_u64(j, "offset", m->offset_chars);
        ld_json_key_u64(j, "length", m->length_chars);
        ld_json_key_string(j, "text", ld_span_of(m->text.data, m->text.bytes));
        ld_json_object_end(j);
    }
    ld_json_array_end(j);
    if (a->did_you_mean.bytes)
        ld_json_key_cstring(j, "didYouMean", a->did_you_mean.data);
    if (a->next_cursor.bytes)
        ld_json_key_cstring(j, "nextCursor", a->next_cursor.data);
}

static lede_status write_hits(ld_json *j, lede_hits *hits, bool lines, lede_error *err)
{
    for (;;) {
        const lede_hit *hit;
        LD_TRY(lede_hits_next(hits, &hit, err));
        if (!hit)
            return LEDE_OK;
        if (lines)
            ld_json_init(j, j->out, false);
        write_hit(j, hit);
        if (lines)
            ld_buf_add_byte(j->out, '\n');
    }
}

lede_status lede_hits_write_json(lede_hits *hits, const char *query, size_t query_bytes, int lines,
                                 char **text, size_t *bytes, lede_error *err)
{
    ld_buf out;
    ld_json j;
    *text = NULL;
    *bytes = 0;
    ld_buf_init(&out, ld_hits_env(hits), 16u * (size_t)LD_STORED_DOC_BYTES_MAX);
    ld_json_init(&j, &out, false);
    if (!lines) {
        ld_json_object(&j);
        write_answer(&j, lede_hits_answer(hits), ld_span_of(query, query_bytes));
        ld_json_key(&j, "hits");
        ld_json_array(&j);
    }
    lede_status status = write_hits(&j, hits, lines != 0, err);
    if (status != LEDE_OK) {
        ld_buf_release(&out);
        return status;
    }
    if (!lines) {
        ld_json_array_end(&j);
        ld_json_object_end(&j);
        ld_buf_add_byte(&out, '\n');
    }
    return ld_buffer_give(&out, text, bytes, err);
}
