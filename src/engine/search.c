/*
 * lede_search, lede_similar: one query on a snapshot, and its hits one by one.
 *
 *   query arena: the parsed query, the result, messages          until lede_hits_free
 *   hit arena:   one stored article, its tokens, marks, passages until the next hit
 *
 * Marks and passages want the text read as it was indexed, which costs more than finding the hit.
 * Of a long story only the blocks round the place where the words stand closest together are read,
 * which the index says (query/closest.c); where they do not show every word that is there, all is.
 */
#include "query/search.h"
#include "engine/document.h"
#include "engine/names.h"
#include "engine/public_article.h"
#include "engine/query_prepare.h"
#include "engine/snapshot.h"
#include "engine/stored_format.h"

#define SNIPPET_CHARS_DEFAULT 220u
#define SNIPPETS_DEFAULT      2u
#define HIT_TEXT_BYTES        2048u      /* of a long story, read round the words that are shown */
#define SUGGEST_HITS          10u        /* an answer with fewer is poor */
#define NOTHING               UINT32_MAX /* snippet_chars: none at all */

struct lede_hits {
    lede_snapshot *snapshot;
    ld_workspace *workspace; /* given back at the end; the next three are its own */
    ld_arena *arena, *hit_arena;
    ld_analyzer *analyzer;
    ld_query *query;
    ld_search_result result;
    lede_answer answer;
    uint32_t at; /* next hit */
    uint32_t snippet_chars, snippets_max;
    lede_article article;
    lede_hit hit;
};

/* ---- the answer ---- */

static lede_text text_of(ld_arena *arena, ld_span s)
{
    ld_span copy = s.bytes ? ld_arena_copy(arena, s) : LD_SPAN("");
    return copy.data ? (lede_text){copy.data, copy.bytes} : (lede_text){"", 0};
}

static const char *notice_code(int kind)
{
    static const char *const codes[] = {[LD_NOTICE_RELAXED] = "relaxed",
                                        [LD_NOTICE_PARTIAL] = "partial",
                                        [LD_NOTICE_EXPANSION] = "expansion",
                                        [LD_NOTICE_GENERATION] = "generation",
                                        [LD_NOTICE_LIMIT] = "limit"};
    return codes[kind];
}

static lede_status fill_answer(lede_hits *h, lede_error *err)
{
    const ld_query_warning *warnings;
    uint32_t warning_count;
    ld_span echo;
    ld_query_warnings(h->query, &warnings, &warning_count);
    LD_TRY(ld_query_echo(h->arena, h->query, &echo, err));
    uint32_t count = warning_count + h->result.notice_count;
    lede_message *messages = ld_arena_array(h->arena, count + 1u, sizeof *messages);
    if (!messages)
        return ld_arena_status(h->arena, err);
    for (uint32_t i = 0; i < warning_count; i++)
        messages[i] = (lede_message){warnings[i].offset_chars, warnings[i].length_chars, "syntax",
                                     text_of(h->arena, warnings[i].message)};
    for (uint32_t i = 0; i < h->result.notice_count; i++)
        messages[warning_count + i] =
            (lede_message){0, 0, notice_code(h->result.notices[i].kind),
                           text_of(h->arena, h->result.notices[i].message)};
    h->answer = (lede_answer){.total = h->result.total,
                              .articles_total = h->result.articles_total,
                              .folded = h->result.copies != NULL,
                              .total_exact = h->result.total_exact,
                              .partial = h->result.partial,
                              .relaxed = h->result.relaxed,
                              .generation = ld_snapshot_generation(h->snapshot->inner),
                              .understood = text_of(h->arena, echo),
                              .next_cursor = text_of(h->arena, h->result.next_cursor),
                              .messages = messages,
                              .message_count = count};
    return ld_arena_status(h->arena, err);
}

/* What was asked: a text, or (key) an article to find the like of. */
typedef struct question {
    ld_span text;
    const char *key; /* NULL: a text */
} question;

static lede_status prepare(lede_hits *h, const question *asked, const lede_search_options *options,
                           lede_search_options *taken, ld_deadline *deadline,
                           ld_search_request *request, lede_error *err)
{
    const ld_doc_ref *docs;
    uint32_t count;
    if (!asked->key)
        return ld_query_prepare(h->snapshot, h->arena, asked->text, options, taken, deadline,
                                &h->query, request, err);
    LD_TRY(ld_request_prepare(h->snapshot, options, taken, deadline, request, err));
    ld_span key = ld_arena_copy(h->arena, ld_span_from_string(asked->key));
    if (!key.data)
        return ld_arena_status(h->arena, err);
    LD_TRY(ld_snapshot_find_key(h->snapshot->inner, key, h->arena, &docs, &count, err));
    if (count == 0)
        return LD_FAIL(err, LEDE_E_NOTFOUND, "no article has the key %.200s", asked->key);
    taken->no_suggest = 1;
    return ld_query_similar(h->arena, h->snapshot->inner, docs[0], key, &h->query, err);
}

/* Only a poor answer asks what else may have been meant. */
static lede_status suggest(lede_hits *h, const lede_search_options *taken,
                           const ld_search_request *request, lede_error *err)
{
    const ld_search_result *r = &h->result;
    ld_span text;
    if (taken->no_suggest || r->partial || (!r->relaxed && r->total >= SUGGEST_HITS) ||
        request->offset || request->cursor.bytes)
        return LEDE_OK;
    if (!h->workspace->spellings)
        LD_TRY(ld_spelling_memory_new(h->snapshot->env, &h->workspace->spellings, err));
    LD_TRY(ld_query_did_you_mean(h->arena, h->snapshot->inner, h->analyzer, h->query, request,
                                 r->relaxed ? 0 : r->total, h->workspace->spellings, &text, err));
    h->answer.did_you_mean = text_of(h->arena, text);
    return ld_arena_status(h->arena, err);
}

static lede_status run(lede_hits *h, const question *asked, const lede_search_options *options,
                       lede_error *err)
{
    uint64_t started_ns = ld_clock_monotonic_ns(h->snapshot->env);
    lede_search_options taken;
    ld_search_request request;
    ld_deadline deadline;
    LD_TRY(prepare(h, asked, options, &taken, &deadline, &request, err));
    h->snippet_chars = taken.snippet_chars ? taken.snippet_chars : SNIPPET_CHARS_DEFAULT;
    h->snippets_max = taken.snippets_max ? taken.snippets_max : SNIPPETS_DEFAULT;
    request.memory = &h->workspace->search;
    LD_TRY(ld_search_run(h->arena, h->snapshot->inner, h->analyzer, h->query, &request, &h->result,
                         err));
    LD_TRY(fill_answer(h, err));
    LD_TRY(suggest(h, &taken, &request, err));
    h->answer.elapsed_ns = ld_clock_monotonic_ns(h->snapshot->env) - started_ns;
    return LEDE_OK;
}

static lede_status search(lede_snapshot *snapshot, const question *asked,
                          const lede_search_options *options, lede_hits **hits, lede_error *err)
{
    *hits = NULL;
    lede_hits *h = ld_alloc_zero(snapshot->env, sizeof *h);
    if (!h)
        return ld_error_nomem(err, sizeof *h);
    h->snapshot = snapshot;
    lede_status status = ld_workspace_take(
        &snapshot->workspaces, ld_snapshot_profile(snapshot->inner), &h->workspace, err);
    if (status == LEDE_OK) {
        h->arena = h->workspace->query;
        h->hit_arena = h->workspace->hit;
        h->analyzer = h->workspace->analyzer;
        status = run(h, asked, options, err);
    }
    status = ld_snapshot_vouch(snapshot, status, err);
    if (status != LEDE_OK) {
        lede_hits_free(h);
        return status;
    }
    *hits = h;
    return LEDE_OK;
}

lede_status lede_search(lede_snapshot *snapshot, const char *query, size_t query_bytes,
                        const lede_search_options *options, lede_hits **hits, lede_error *err)
{
    question asked = {ld_span_of(query, query_bytes), NULL};
    return search(snapshot, &asked, options, hits, err);
}

lede_status lede_similar(lede_snapshot *snapshot, const char *key,
                         const lede_search_options *options, lede_hits **hits, lede_error *err)
{
    question asked = {{NULL, 0}, key};
    return search(snapshot, &asked, options, hits, err);
}

void lede_hits_free(lede_hits *h)
{
    if (!h)
        return;
    ld_workspace_give(&h->snapshot->workspaces, h->workspace);
    ld_release(h->snapshot->env, h, sizeof *h);
}

const lede_env *ld_hits_env(const lede_hits *hits)
{
    return hits->snapshot->env;
}

const lede_answer *lede_hits_answer(const lede_hits *hits)
{
    return &hits->answer;
}

/* ---- one hit ---- */

/* Marks of a zone inside [from, from + bytes) of its text, relative to from. */
static lede_status marks_within(ld_arena *arena, const ld_mark *marks, uint32_t mark_count,
                                uint8_t zone, uint32_t from, uint32_t bytes, const lede_mark **out,
                                uint32_t *count, lede_error *err)
{
    lede_mark *inside = ld_arena_array(arena, mark_count + 1u, sizeof *inside);
    *count = 0;
    if (!inside)
        return ld_arena_status(arena, err);
    for (uint32_t i = 0; i < mark_count; i++) {
        if (marks[i].zone == zone && marks[i].text_offset >= from &&
            marks[i].text_offset + marks[i].text_bytes <= from + bytes)
            inside[(*count)++] = (lede_mark){marks[i].text_offset - from, marks[i].text_bytes};
    }
    *out = inside;
    return LEDE_OK;
}

/* ---- how much of a text is read for its passages ---- */

/* Blocks [first, end) of an article. */
typedef struct block_range {
    uint32_t first, end;
} block_range;

/* The positions of the running text: the lead and the body. False: it has no words. */
static lede_status run_of(lede_hits *h, const ld_segment_view *v, uint32_t doc, uint32_t *from,
                          uint32_t *end, lede_error *err)
{
    const ld_zone_range *zones;
    uint32_t count;
    *from = UINT32_MAX;
    *end = 0;
    LD_TRY(ld_doc_zones(v, doc, h->hit_arena, &zones, &count, err));
    for (uint32_t i = 0; i < count; i++) {
        if (zones[i].zone != LD_ZONE_LEAD && zones[i].zone != LD_ZONE_BODY)
            continue;
        *from = zones[i].first < *from ? zones[i].first : *from;
        *end = zones[i].end > *end ? zones[i].end : *end;
    }
    return LEDE_OK;
}

static uint32_t paragraphs_in(ld_span text)
{
    uint32_t count = 1;
    size_t at;
    while ((at = ld_span_find(text, LD_SPAN("\n\n"))) != SIZE_MAX) {
        text = ld_span_sub(text, at + 2, SIZE_MAX);
        count++;
    }
    return count;
}

/* The block that has the run's paragraph `wanted`. A block without words has no paragraph, so the
 * block may be one of the next: the caller takes some more, and looks whether the words are there.
 */
static uint32_t block_of(const ld_article *a, uint32_t wanted)
{
    uint32_t paragraphs = 0;
    for (uint32_t i = 0; i < a->block_count; i++) {
        paragraphs += paragraphs_in(a->blocks[i].text);
        if (paragraphs > wanted)
            return i;
    }
    return a->block_count - 1;
}

/* More blocks on both sides, until they have HIT_TEXT_BYTES. */
static void widen(const ld_article *a, block_range *r)
{
    size_t bytes = 0;
    for (uint32_t i = r->first; i < r->end; i++)
        bytes += a->blocks[i].text.bytes;
    while (bytes < HIT_TEXT_BYTES && (r->first > 0 || r->end < a->block_count)) {
        if (r->end < a->block_count)
            bytes += a->blocks[r->end++].text.bytes;
        if (r->first > 0)
            bytes += a->blocks[--r->first].text.bytes;
    }
}

/* The blocks round the stretch: its paragraphs, and at least one on both sides. */
static lede_status blocks_of(lede_hits *h, const ld_segment_view *v, uint32_t doc,
                             const ld_article *a, const ld_stretch *s, uint32_t from,
                             block_range *r, lede_error *err)
{
    const uint32_t *sentences, *paragraphs;
    uint32_t sentence_count, paragraph_count, first = 0, last = 0;
    LD_TRY(ld_doc_marks(v, doc, h->hit_arena, &sentences, &sentence_count, &paragraphs,
                        &paragraph_count, err));
    for (uint32_t i = 0; s->found && i < paragraph_count && paragraphs[i] <= s->last; i++) {
        first += paragraphs[i] > from && paragraphs[i] <= s->first;
        last += paragraphs[i] > from;
    }
    r->first = block_of(a, first);
    r->end = block_of(a, last) + 1;
    r->first -= r->first > 0;
    r->end += r->end < a->block_count;
    widen(a, r);
    return LEDE_OK;
}

/* What a hit's passages are made from. */
typedef struct hit_text {
    ld_zone_text zones[LD_ZONES_MAX];
    ld_token_list tokens;
    const ld_mark *marks; /* [mark_count] */
    uint32_t mark_count;
    int zone_cut_before, zone_cut_after; /* the zone that has more text there; -1: none */
} hit_text;

static lede_status read_text(lede_hits *h, const ld_article *article, hit_text *t, lede_error *err)
{
    const ld_profile *profile = ld_snapshot_profile(h->snapshot->inner);
    t->zone_cut_before = t->zone_cut_after = -1;
    LD_TRY(ld_article_zones(h->hit_arena, article, profile, t->zones, err));
    LD_TRY(
        ld_zones_analyze(h->hit_arena, h->analyzer, article->language, t->zones, &t->tokens, err));
    return ld_query_marks(h->hit_arena, h->query, h->analyzer, profile, &t->tokens, &t->marks,
                          &t->mark_count, err);
}

/* Reads some blocks and all that is no block. */
static lede_status read_blocks(lede_hits *h, const ld_article *article, block_range r, hit_text *t,
                               lede_error *err)
{
    ld_article part = *article;
    uint32_t lead = article->lead_block_count;
    part.blocks += r.first;
    part.block_count = r.end - r.first;
    part.lead_block_count = lead <= r.first ? 0 : (lead < r.end ? lead : r.end) - r.first;
    LD_TRY(read_text(h, &part, t, err));
    if (r.first > 0 && r.first != lead)
        t->zone_cut_before = r.first < lead ? LD_ZONE_LEAD : LD_ZONE_BODY;
    if (r.end < article->block_count && r.end != lead)
        t->zone_cut_after = r.end < lead ? LD_ZONE_LEAD : LD_ZONE_BODY;
    return LEDE_OK;
}

static bool has_all(const hit_text *t, const ld_stretch *s)
{
    uint8_t missing = 0, words[sizeof s->words];
    memcpy(words, s->words, sizeof words);
    for (uint32_t i = 0; i < t->mark_count; i++)
        if (t->marks[i].zone != LD_ZONE_TITLE && t->marks[i].word < 8 * sizeof words)
            words[t->marks[i].word >> 3] &= (uint8_t) ~(1u << (t->marks[i].word & 7));
    for (size_t i = 0; i < sizeof words; i++)
        missing |= words[i];
    return missing == 0;
}

static size_t text_bytes(const ld_article *a)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < a->block_count; i++)
        bytes += a->blocks[i].text.bytes;
    return bytes;
}

/* Of a long story the blocks round the closest words, where they have all of them; else all. */
static lede_status read_enough(lede_hits *h, const ld_article *article, hit_text *t,
                               lede_error *err)
{
    const ld_hit *hit = &h->result.hits[h->at];
    const ld_segment_view *v = ld_snapshot_segment(h->snapshot->inner, hit->segment);
    ld_stretch s;
    uint32_t from, end;
    block_range r;
    if (text_bytes(article) <= 2 * HIT_TEXT_BYTES || article->kind == LD_ARTICLE_LIST ||
        !ld_snapshot_profile(h->snapshot->inner)->marks)
        return read_text(h, article, t, err);
    LD_TRY(run_of(h, v, hit->doc, &from, &end, err));
    LD_TRY(ld_query_closest(h->hit_arena, h->query, h->analyzer, v, hit->doc, from, end, &s, err));
    if (!s.known)
        return read_text(h, article, t, err);
    LD_TRY(blocks_of(h, v, hit->doc, article, &s, from, &r, err));
    LD_TRY(read_blocks(h, article, r, t, err));
    return has_all(t, &s) ? LEDE_OK : read_text(h, article, t, err);
}

static lede_status make_passages(lede_hits *h, const hit_text *t, lede_error *err)
{
    const ld_profile *profile = ld_snapshot_profile(h->snapshot->inner);
    ld_span texts[LD_ZONES_MAX];
    const ld_snippet *snippets;
    uint32_t count;
    for (uint32_t z = 0; z < LD_ZONES_MAX; z++)
        texts[z] = t->zones[z].joined;
    texts[LD_ZONE_TITLE] = (ld_span){0}; /* shown as the headline anyway */
    LD_TRY(ld_snippets_make(h->hit_arena, texts, &t->tokens, t->marks, t->mark_count,
                            h->snippet_chars, h->snippets_max, &snippets, &count, err));
    lede_passage *passages = ld_arena_array(h->hit_arena, count + 1u, sizeof *passages);
    if (!passages)
        return ld_arena_status(h->hit_arena, err);
    for (uint32_t i = 0; i < count; i++) {
        const ld_snippet *s = &snippets[i];
        ld_span text = ld_span_sub(texts[s->zone], s->text_offset, s->text_bytes);
        passages[i] = (lede_passage){.zone = ld_name_of_zone(profile, s->zone),
                                     .text = text_of(h->hit_arena, text),
                                     .cut_before = s->cut_before || s->zone == t->zone_cut_before,
                                     .cut_after = s->cut_after || s->zone == t->zone_cut_after};
        LD_TRY(marks_within(h->hit_arena, s->marks, s->mark_count, s->zone, s->text_offset,
                            s->text_bytes, &passages[i].marks, &passages[i].mark_count, err));
    }
    h->hit.passages = passages;
    h->hit.passage_count = count;
    return ld_arena_status(h->hit_arena, err);
}

static lede_status show_words(lede_hits *h, const ld_article *article, lede_error *err)
{
    hit_text t;
    LD_TRY(read_enough(h, article, &t, err));
    LD_TRY(marks_within(h->hit_arena, t.marks, t.mark_count, LD_ZONE_TITLE, 0,
                        (uint32_t)t.zones[LD_ZONE_TITLE].joined.bytes, &h->hit.headline_marks,
                        &h->hit.headline_mark_count, err));
    return make_passages(h, &t, err);
}

static lede_status copy_key(lede_hits *h, ld_doc_ref doc, lede_text *text, lede_error *err)
{
    ld_span key;
    ld_key_room room;
    LD_TRY(ld_doc_key(ld_snapshot_segment(h->snapshot->inner, doc.segment), doc.doc, &room, &key,
                      err));
    ld_span copy = ld_arena_copy(h->hit_arena, key);
    *text = (lede_text){copy.data, copy.bytes};
    return copy.data ? LEDE_OK : ld_arena_status(h->hit_arena, err);
}

static lede_status show_copies(lede_hits *h, lede_error *err)
{
    if (!h->result.copies)
        return LEDE_OK;
    const ld_hit_copies *copies = &h->result.copies[h->at];
    h->hit.copy_group = copies->group;
    h->hit.copy_count = copies->count;
    h->hit.copy_key_count = copies->doc_count;
    lede_text *keys = ld_arena_array(h->hit_arena, copies->doc_count + 1u, sizeof *keys);
    if (!keys)
        return ld_arena_status(h->hit_arena, err);
    for (uint32_t i = 0; i < copies->doc_count; i++)
        LD_TRY(copy_key(h, copies->docs[i], &keys[i], err));
    h->hit.copy_keys = keys;
    return LEDE_OK;
}

static lede_status show_parts(lede_hits *h, lede_error *err)
{
    static const char *const kinds[] = {[LD_SCORE_PART_WORD] = "word",
                                        [LD_SCORE_PART_PHRASE] = "phrase",
                                        [LD_SCORE_PART_CONNECTOR] = "connector",
                                        [LD_SCORE_PART_NEAR] = "near",
                                        [LD_SCORE_PART_FEEDBACK] = "feedback"};
    if (!h->result.parts)
        return LEDE_OK;
    const ld_hit_parts *from = &h->result.parts[h->at];
    lede_score_part *parts = ld_arena_array(h->hit_arena, from->count + 1u, sizeof *parts);
    if (!parts)
        return ld_arena_status(h->hit_arena, err);
    for (uint32_t i = 0; i < from->count; i++) {
        const ld_score_part *p = &from->items[i];
        parts[i] = (lede_score_part){.kind = kinds[p->kind],
                                     .text = {p->text.data ? p->text.data : "", p->text.bytes},
                                     .score = p->score,
                                     .head = p->class_tf[LD_CLASS_HEAD],
                                     .lead = p->class_tf[LD_CLASS_LEAD],
                                     .body = p->class_tf[LD_CLASS_BODY],
                                     .aside = p->class_tf[LD_CLASS_ASIDE]};
    }
    h->hit.parts = parts;
    h->hit.part_count = from->count;
    return LEDE_OK;
}

lede_status lede_hits_next(lede_hits *h, const lede_hit **hit, lede_error *err)
{
    *hit = NULL;
    if (h->at == h->result.hit_count)
        return LEDE_OK;
    const ld_hit *inner = &h->result.hits[h->at];
    const ld_segment_view *v = ld_snapshot_segment(h->snapshot->inner, inner->segment);
    ld_span stored, key;
    ld_key_room room;
    ld_article article = {0};
    ld_arena_reset(h->hit_arena);
    h->hit = (lede_hit){.score = inner->score,
                        .article = &h->article,
                        .older_version = ld_view_has_bit(v->superseded, inner->doc)};
    LD_TRY(ld_doc_key(v, inner->doc, &room, &key, err));
    key = ld_arena_copy(h->hit_arena, key);
    if (!key.data)
        return ld_arena_status(h->hit_arena, err);
    if (ld_snapshot_profile(h->snapshot->inner)->store) {
        LD_TRY(ld_doc_stored(v, inner->doc, h->hit_arena, &stored, err));
        LD_TRY(ld_stored_read(h->hit_arena, stored, &article, err));
        if (h->snippet_chars != NOTHING)
            LD_TRY(show_words(h, &article, err));
    }
    LD_TRY(show_copies(h, err));
    LD_TRY(show_parts(h, err));
    LD_TRY(ld_article_to_public(h->hit_arena, &article, key, &h->article, err));
    LD_TRY(ld_snapshot_vouch(h->snapshot, LEDE_OK, err));
    h->at++;
    *hit = &h->hit;
    return LEDE_OK;
}
