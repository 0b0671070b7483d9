/* lede_document: one key, all its versions, and where a query's words stand in the newest. */
#include "engine/document.h"
#include "engine/document_notes.h"
#include "engine/public_article.h"
#include "engine/query_prepare.h"
#include "engine/stored_format.h"
#include "news/quotes.h"

struct lede_document {
    lede_snapshot *snapshot;
    ld_arena *arena;
    ld_span key;
    lede_article *articles; /* [version_count], the newest first */
    uint32_t version_count;
    ld_article newest;
};

static lede_status read_version(lede_document *d, const ld_doc_ref *ref, uint32_t version,
                                lede_error *err)
{
    ld_span stored;
    ld_article article;
    LD_TRY(ld_doc_stored(ld_snapshot_segment(d->snapshot->inner, ref->segment), ref->doc, d->arena,
                         &stored, err));
    LD_TRY(ld_stored_read(d->arena, stored, &article, err));
    if (version == 0)
        d->newest = article;
    return ld_article_to_public(d->arena, &article, d->key, &d->articles[version], err);
}

static lede_status read_versions(lede_document *d, const char *key, lede_error *err)
{
    const ld_doc_ref *refs;
    d->key = ld_arena_copy(d->arena, ld_span_from_string(key));
    if (!d->key.data)
        return ld_arena_status(d->arena, err);
    LD_TRY(
        ld_snapshot_find_key(d->snapshot->inner, d->key, d->arena, &refs, &d->version_count, err));
    if (d->version_count == 0)
        return LD_FAIL(err, LEDE_E_NOTFOUND, "no article is kept under %.160s", key);
    if (!ld_snapshot_profile(d->snapshot->inner)->store)
        return LD_FAIL(err, LEDE_E_NOTFOUND, "this archive does not keep its articles' text");
    d->articles = ld_arena_array(d->arena, d->version_count, sizeof *d->articles);
    if (!d->articles)
        return ld_arena_status(d->arena, err);
    for (uint32_t i = 0; i < d->version_count; i++)
        LD_TRY(read_version(d, &refs[i], i, err));
    return LEDE_OK;
}

lede_status lede_snapshot_find(lede_snapshot *snapshot, const char *key, lede_document **document,
                               lede_error *err)
{
    *document = NULL;
    lede_document *d = ld_alloc_zero(snapshot->env, sizeof *d);
    if (!d)
        return ld_error_nomem(err, sizeof *d);
    d->snapshot = snapshot;
    lede_status status =
        ld_arena_new(snapshot->env, 16u * (size_t)LD_STORED_DOC_BYTES_MAX, &d->arena, err);
    if (status == LEDE_OK)
        status = read_versions(d, key, err);
    status = ld_snapshot_vouch(snapshot, status, err);
    if (status != LEDE_OK) {
        lede_document_free(d);
        return status;
    }
    *document = d;
    return LEDE_OK;
}

const lede_article *lede_document_article(const lede_document *document, uint32_t version)
{
    return version < document->version_count ? &document->articles[version] : NULL;
}

uint32_t lede_document_version_count(const lede_document *document)
{
    return document->version_count;
}

void lede_document_free(lede_document *d)
{
    if (!d)
        return;
    ld_arena_free(d->arena);
    ld_release(d->snapshot->env, d, sizeof *d);
}

/* ---- quotes ---- */

/* The block of each story paragraph: blocks without text are none. */
static lede_status story_blocks(ld_arena *arena, const ld_article *a, ld_span **texts,
                                uint32_t **blocks, uint32_t *count, lede_error *err)
{
    *texts = ld_arena_array(arena, a->block_count + 1u, sizeof **texts);
    *blocks = ld_arena_array(arena, a->block_count + 1u, sizeof **blocks);
    *count = 0;
    if (!*texts || !*blocks)
        return ld_arena_status(arena, err);
    for (uint32_t i = 0; i < a->block_count; i++) {
        if (a->blocks[i].text.bytes == 0)
            continue;
        (*texts)[*count] = a->blocks[i].text;
        (*blocks)[(*count)++] = i;
    }
    return LEDE_OK;
}

static lede_text text_at(ld_arena *arena, const ld_span *texts, const ld_text_place *place,
                         bool *refused)
{
    ld_span copy =
        ld_arena_copy(arena, ld_span_sub(texts[place->paragraph], place->offset, place->bytes));
    *refused |= !copy.data;
    return (lede_text){copy.data, copy.bytes};
}

lede_status lede_document_quotes(lede_document *document, const lede_quote **quotes,
                                 uint32_t *count, lede_error *err)
{
    const ld_article *a = &document->newest;
    ld_arena *arena = document->arena;
    const ld_quote *found = NULL;
    ld_span *texts;
    uint32_t *blocks, paragraph_count, found_count = 0;
    bool refused = false;
    *quotes = NULL;
    *count = 0;
    if (!ld_article_is_english(a) || a->kind == LD_ARTICLE_LIST || a->block_count == 0)
        return LEDE_OK;
    LD_TRY(story_blocks(arena, a, &texts, &blocks, &paragraph_count, err));
    LD_TRY(ld_quotes_find(arena, texts, paragraph_count, &found, &found_count, err));
    lede_quote *list = ld_arena_array(arena, found_count + 1u, sizeof *list);
    if (!list)
        return ld_arena_status(arena, err);
    for (uint32_t i = 0; i < found_count; i++) {
        const ld_quote *q = &found[i];
        list[i] = (lede_quote){
            .kind = ld_quote_kind_names[q->kind],
            .block = blocks[q->content.paragraph],
            .content = {q->content.offset, q->content.bytes},
            .text = text_at(arena, texts, &q->content, &refused),
            .speaker = text_at(arena, texts, &q->speaker, &refused),
            .name = text_at(arena, texts, &q->name, &refused),
            .cue = text_at(arena, texts, &q->cue, &refused),
            .speaker_block = blocks[q->speaker.paragraph],
            .speaker_mark = {q->speaker.offset, q->speaker.bytes},
        };
    }
    if (refused)
        return ld_arena_status(arena, err);
    *quotes = list;
    *count = found_count;
    return LEDE_OK;
}

/* ---- marks ---- */

/* Which piece of the article a zone's paragraph is: paragraphs of a zone are its non-empty texts in
 * order, as ld_article_zones took them. */
static bool place_mark(const ld_article *a, const ld_mark *mark, lede_document_mark *out)
{
    uint32_t offset = 0, from = 0, to = a->block_count;
    if (mark->zone == LD_ZONE_TITLE) {
        *out = (lede_document_mark){-1, {mark->text_offset, mark->text_bytes}};
        return true;
    }
    bool caption = mark->zone == LD_ZONE_CAPTION;
    if (mark->zone == LD_ZONE_LEAD)
        to = a->lead_block_count;
    else if (mark->zone == LD_ZONE_BODY)
        from = a->lead_block_count;
    else if (caption)
        to = a->caption_count;
    else
        return false;
    for (uint32_t i = from; i < to; i++) {
        uint32_t bytes = (uint32_t)(caption ? a->captions[i].text : a->blocks[i].text).bytes;
        if (bytes == 0)
            continue;
        if (mark->text_offset >= offset && mark->text_offset + mark->text_bytes <= offset + bytes) {
            *out = (lede_document_mark){(int32_t)(caption ? a->block_count + i : i),
                                        {mark->text_offset - offset, mark->text_bytes}};
            return true;
        }
        offset += bytes + 2;
    }
    return false;
}

static lede_status find_marks(lede_document *d, ld_analyzer *analyzer, ld_span query_text,
                              const ld_mark **marks, uint32_t *count, lede_error *err)
{
    const ld_profile *profile = ld_snapshot_profile(d->snapshot->inner);
    ld_zone_text zones[LD_ZONES_MAX];
    ld_token_list tokens;
    lede_search_options taken;
    ld_deadline deadline;
    ld_search_request request;
    ld_query *query;
    LD_TRY(ld_query_prepare(d->snapshot, d->arena, query_text, NULL, &taken, &deadline, &query,
                            &request, err));
    LD_TRY(ld_article_zones(d->arena, &d->newest, profile, zones, err));
    LD_TRY(ld_zones_analyze(d->arena, analyzer, d->newest.language, zones, &tokens, err));
    return ld_query_marks(d->arena, query, analyzer, profile, &tokens, marks, count, err);
}

lede_status lede_document_marks(lede_document *document, const char *query, size_t query_bytes,
                                const lede_document_mark **marks, uint32_t *count, lede_error *err)
{
    ld_analyzer *analyzer;
    const ld_mark *found = NULL;
    uint32_t found_count = 0;
    *marks = NULL;
    *count = 0;
    LD_TRY(ld_profile_analyzer(document->snapshot->env,
                               ld_snapshot_profile(document->snapshot->inner), &analyzer, err));
    lede_status status =
        find_marks(document, analyzer, ld_span_of(query, query_bytes), &found, &found_count, err);
    ld_analyzer_free(analyzer);
    LD_TRY(status);
    lede_document_mark *placed = ld_arena_array(document->arena, found_count + 1u, sizeof *placed);
    if (!placed)
        return ld_arena_status(document->arena, err);
    for (uint32_t i = 0; i < found_count; i++)
        *count += place_mark(&document->newest, &found[i], &placed[*count]);
    *marks = placed;
    return LEDE_OK;
}
