/*
 * The engine against its naive twin (tests/model/naive.h): small archives made by random adds,
 * versions, replacements, deletes, merges and reopenings in flushes of a few rows, and random
 * queries over them, in each dialect. Hits, order, scores, totals and paging must be those of the
 * twin. Of a few candidates the query is asked that puts most features together that no case had
 * yet (pairs.h); at the end a pair that can come together and never did fails the test.
 */
#include "tests/test.h"

#include "base/env_memory.h"
#include "index/writer.h"
#include "news/notes.h"
#include "query/ast.h"
#include "tests/model/naive.h"
#include "tests/query/pairs.h"
#include "text/stem.h"

#define DOCS_MAX    2048
#define KEYS_MAX    160
#define ARCHIVES    14
#define GENERATIONS 5
#define QUERIES     90
#define CANDIDATES  6 /* of which one is asked */

#define ROOT "/differential"

static lede_error err;
static lede_env *env; /* files in memory; one archive's life */

static const char *const words[] = {"run",
                                    "runs",
                                    "running",
                                    "Run",
                                    "RUN",
                                    "the",
                                    "The",
                                    "is",
                                    "IS",
                                    "us",
                                    "US",
                                    "U.S.",
                                    "war",
                                    "wars",
                                    "War",
                                    "peace",
                                    "peaceful",
                                    "e-mail",
                                    "cafe",
                                    "caf\xC3\xA9",
                                    "pens\xC3\xA9"
                                    "e",
                                    "pens\xC3\xA9"
                                    "es",
                                    "women",
                                    "woman",
                                    "news",
                                    "new",
                                    "2015",
                                    "metro",
                                    "metros",
                                    "zebra",
                                    "l'eau",
                                    "Hollande's"};
#define WORD_COUNT ((uint32_t)(sizeof words / sizeof *words))

/* Small numbers are likelier: words of a text are. */
static uint32_t skewed(test_random *r, uint32_t n)
{
    uint32_t a = test_random_below(r, n), b = test_random_below(r, n);
    return a < b ? a : b;
}

/* ---- documents ---- */

typedef struct model_key {
    char key[64];
    bool is_explicit;
    uint32_t newest; /* document number + 1; 0: none live */
} model_key;

typedef struct world {
    test_random random;
    ld_profile profile;
    ld_analyzer *analyzer;
    ld_arena *documents;         /* whole life */
    ld_arena *queries;           /* one query */
    ld_document *docs[DOCS_MAX]; /* [doc_count] all ever added */
    uint32_t doc_count;
    model_key keys[KEYS_MAX];
    ld_index_writer *writer;
    uint32_t answered, unanswered, relaxed; /* queries */
    uint64_t features;                      /* of the archive as it is (pairs.h) */
} world;

static char *sentence(world *w, uint32_t count)
{
    char *text = ld_arena_alloc(w->documents, count * 16 + 8);
    size_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        const char *word = words[skewed(&w->random, WORD_COUNT)];
        n += (size_t)sprintf(text + n, "%s%s ", word,
                             test_random_below(&w->random, 9) == 0 ? "." : "");
    }
    text[n] = 0;
    return text;
}

static void zone_add(world *w, uint8_t zone, uint32_t percent, uint32_t words_max)
{
    if (test_random_below(&w->random, 100) >= percent)
        return;
    for (int piece = 0; piece < 2; piece++) {
        char *text = sentence(w, 1 + test_random_below(&w->random, words_max));
        assert_ok(ld_analyze_zone(w->analyzer, zone, ld_span_from_string(text), true, &err), &err);
        if (test_random_below(&w->random, 3))
            return;
    }
}

static void starts_add(world *w, ld_document *d)
{
    uint32_t *sentences = ld_arena_array(w->documents, d->tokens.count + 1u, sizeof *sentences);
    uint32_t *paragraphs = ld_arena_array(w->documents, d->tokens.count + 1u, sizeof *paragraphs);
    for (uint32_t i = 0; i < d->tokens.count; i++) {
        const ld_token *t = &d->tokens.tokens[i];
        if (t->flags & LD_TOKEN_SENTENCE)
            sentences[d->sentence_count++] = t->position;
        if (t->flags & LD_TOKEN_PARAGRAPH)
            paragraphs[d->paragraph_count++] = t->position;
    }
    d->sentence_starts = sentences;
    d->paragraph_starts = paragraphs;
}

static void column_add(world *w, ld_document *d, uint16_t column, int64_t number, const char *word)
{
    ld_column_value *v = (ld_column_value *)d->columns + d->column_count++;
    *v = (ld_column_value){column, number, {"", 0}};
    if (word)
        v->keyword = ld_span_from_string(word);
}

/* Days and speech at random places, as news/notes.h writes them. */
static void notes_add(world *w, ld_document *d)
{
    static const char *const names[] = {"qmanuel", "qvalls"};
    ld_note *notes = ld_arena_array(w->documents, 5, sizeof *notes);
    int32_t day = 16740 + (int32_t)test_random_below(&w->random, 60);
    for (int i = 0; i < 3; i++, day += 1 + (int32_t)test_random_below(&w->random, 9)) {
        uint8_t key[LD_NOTE_EVENT_BYTES];
        if (test_random_below(&w->random, 3))
            continue;
        ld_note_event_key(day, day + (int32_t)test_random_below(&w->random, 40), key);
        notes[d->note_count++].key =
            ld_arena_copy(w->documents, ld_span_of((const char *)key, sizeof key));
    }
    for (int i = 0; i < 2; i++) {
        ld_buf buf;
        uint32_t before = 0;
        ld_buf_init(&buf, lede_env_system(), 1000);
        const ld_token *tokens = d->tokens.tokens;
        for (uint32_t at = 0; at < d->tokens.count; at += 1 + test_random_below(&w->random, 20)) {
            uint32_t from = at / 6 * 6, to = from + (test_random_below(&w->random, 12) & 4);
            if (test_random_below(&w->random, 2))
                continue;
            if (to >= d->tokens.count || tokens[to].zone != tokens[from].zone)
                to = from; /* both names share some: they begin at every sixth word */
            ld_note_place place = {.first = tokens[from].position, .last = tokens[to].position};
            if (buf.bytes && place.first <= before)
                continue;
            ld_note_place_add(&buf, before, &place);
            before = place.first;
        }
        if (buf.bytes > 0) {
            notes[d->note_count].key = ld_span_from_string(names[i]);
            notes[d->note_count++].value = ld_arena_copy(w->documents, ld_buf_span(&buf));
        }
        ld_buf_release(&buf);
    }
    d->notes = notes;
}

static ld_document *document_make(world *w, const model_key *key)
{
    static const char *const languages[] = {"en", "en", "en", "fr", "de", ""};
    static const char *const sites[] = {"bbc.co.uk", "news.bbc.co.uk", "lemonde.fr"};
    static const char *const tags[] = {"Europe", "europe", "war", "Tag with space"};
    test_random *r = &w->random;
    ld_document *d = ld_arena_array(w->documents, 1, sizeof *d);
    d->key = ld_span_from_string(key->key);
    d->key_is_explicit = key->is_explicit;
    d->content_hash = w->doc_count + 1;
    d->version_order = (int64_t)(test_random_below(r, 8) ? w->doc_count : 0) * 1000 + w->doc_count;
    const char *language = languages[test_random_below(r, 6)];
    d->columns = ld_arena_array(w->documents, 12, sizeof *d->columns);
    if (test_random_below(r, 5))
        column_add(w, d, LD_COLUMN_PUBLISHED,
                   1420070400000 + 43200000ll * test_random_below(r, 800), NULL);
    if (*language)
        column_add(w, d, LD_COLUMN_LANGUAGE, 0, language);
    column_add(w, d, LD_COLUMN_SITE, 0, sites[test_random_below(r, 3)]);
    for (int i = 0; i < 3; i++)
        if (test_random_below(r, 3) == 0)
            column_add(w, d, LD_COLUMN_TAG, 0, tags[i]);
    if (test_random_below(r, 2))
        column_add(w, d, LD_COLUMN_USER, (int64_t)test_random_below(r, 30) - 5, NULL);
    assert_ok(ld_analyze_begin(w->analyzer, w->documents, ld_span_from_string(language), &err),
              &err);
    zone_add(w, LD_ZONE_TITLE, 90, 6);
    zone_add(w, LD_ZONE_LEAD, 80, 10);
    zone_add(w, LD_ZONE_BODY, 80, 25);
    zone_add(w, LD_ZONE_CAPTION, 30, 5);
    zone_add(w, LD_ZONE_CREDIT, 20, 3);
    zone_add(w, LD_ZONE_SECTION, 30, 2);
    zone_add(w, LD_ZONE_USER, 20, 4);
    assert_ok(ld_analyze_finish(w->analyzer, &d->tokens, &err), &err);
    if (w->profile.sidecars)
        notes_add(w, d);
    starts_add(w, d);
    d->stored = d->key;
    return d;
}

static void add_random(world *w)
{
    model_key *key = &w->keys[test_random_below(&w->random, KEYS_MAX)];
    ld_add_outcome outcome, expected;
    if (key->newest && test_random_below(&w->random, 6) == 0) {
        assert_ok(ld_index_writer_add(w->writer, w->docs[key->newest - 1], &outcome, &err), &err);
        assert_int_equal(outcome, LD_ADD_UNCHANGED);
        return;
    }
    if (w->doc_count == DOCS_MAX)
        return;
    ld_document *d = document_make(w, key);
    expected = !key->newest ? LD_ADD_ADDED : key->is_explicit ? LD_ADD_REPLACED : LD_ADD_VERSION;
    assert_ok(ld_index_writer_add(w->writer, d, &outcome, &err), &err);
    assert_int_equal(outcome, expected);
    w->docs[w->doc_count++] = d;
    if (!key->newest || key->is_explicit ||
        w->docs[key->newest - 1]->version_order < d->version_order)
        key->newest = w->doc_count;
}

static void delete_random(world *w)
{
    model_key *key = &w->keys[test_random_below(&w->random, KEYS_MAX)];
    uint64_t deleted;
    assert_ok(ld_index_writer_delete(w->writer, ld_span_from_string(key->key), &deleted, &err),
              &err);
    assert_int_equal(deleted > 0, key->newest > 0);
    key->newest = 0;
}

/* ---- the snapshot's rows, as the twin wants them ---- */

static void rows_read(world *w, const ld_snapshot *s, naive_row *rows, uint32_t *count)
{
    uint32_t live = 0, expected = 0;
    *count = 0;
    for (uint32_t g = 0; g < ld_snapshot_segment_count(s); g++) {
        const ld_segment_view *v = ld_snapshot_segment(s, g);
        for (uint32_t doc = 0; doc < v->docs; doc++) {
            uint64_t hash[2];
            int64_t order;
            bool is_explicit;
            assert_ok(ld_doc_identity(v, doc, hash, &order, &is_explicit, &err), &err);
            assert_in_range(hash[0], 1, w->doc_count);
            naive_row row = {w->docs[hash[0] - 1], ld_view_has_bit(v->deleted, doc),
                             ld_view_has_bit(v->superseded, doc), g, doc};
            rows[(*count)++] = row;
            if (row.deleted || row.superseded)
                continue;
            live++;
            bool is_newest = false;
            for (int k = 0; k < KEYS_MAX; k++)
                is_newest = is_newest || w->keys[k].newest == hash[0];
            if (!is_newest)
                fail_msg("document %u is shown and should not be", (unsigned)hash[0]);
        }
    }
    for (int k = 0; k < KEYS_MAX; k++)
        expected += w->keys[k].newest > 0;
    assert_int_equal(live, expected);
    assert_int_equal(ld_snapshot_statistics(s)->live_count, expected);
    assert_int_equal(ld_snapshot_statistics(s)->docs_count, *count);
}

/* ---- queries ---- */

static void query_text(test_random *r, uint32_t depth, char *out, size_t room);

static void any_word(test_random *r, char *out, size_t room)
{
    const char *word = words[skewed(r, WORD_COUNT)];
    static const char *const patterns[] = {"r*",    "wom?n", "*ar",   "w*r",  "new*",
                                           "pens*", "?s",    "e-ma*", "zzz*", "m*"};
    static const char *const fuzzies[] = {"rum~1", "wra~1", "wmoen~1", "peace~2", "metor~1"};
    static const char *const expressions[] = {"/run(s|ning)?/", "/.*ar/",         "/[m-p]e.*/",
                                              "/wom[ae]n/",     "/(a|e|n)+w*s?/", "/.{2,3}/"};
    switch (test_random_below(r, 14)) {
    case 5:
        snprintf(out, room, "%s", expressions[test_random_below(r, 6)]);
        break;
    case 0:
        snprintf(out, room, "%s", patterns[test_random_below(r, 10)]);
        break;
    case 1:
        snprintf(out, room, "%s", fuzzies[test_random_below(r, 5)]);
        break;
    case 2:
        snprintf(out, room, "=%s", word);
        break;
    case 3:
        snprintf(out, room, "absent");
        break;
    case 4:
        snprintf(out, room, "=\"...\" %s", word); /* a leaf without words */
        break;
    default:
        snprintf(out, room, "%s", word);
    }
}

static void any_phrase(test_random *r, char *out, size_t room)
{
    size_t n = (size_t)snprintf(out, room, "%s\"", test_random_below(r, 8) ? "" : "=");
    uint32_t count = 2 + test_random_below(r, 2);
    for (uint32_t i = 0; i < count; i++)
        n += (size_t)snprintf(out + n, room - n, "%s ",
                              test_random_below(r, 12) == 0   ? "*"
                              : test_random_below(r, 12) == 0 ? "r*"
                                                              : words[skewed(r, WORD_COUNT)]);
    snprintf(out + n, room - n, test_random_below(r, 3) ? "\"" : "\"~%u", test_random_below(r, 4));
}

static void any_filter(test_random *r, char *out, size_t room)
{
    static const char *const filters[] = {"lang:en",
                                          "lang:fr",
                                          "site:bbc.co.uk",
                                          "site:lemonde.fr",
                                          "tag:europe",
                                          "tag:\"war\"",
                                          "tag:e*",
                                          "date:2015",
                                          "date:2015-03..2015-06",
                                          "after:2015-08-15",
                                          "before:2015-02",
                                          "pages:3..9",
                                          "pages:<0",
                                          "pages:5",
                                          "url:http://site/12",
                                          "url:http://site/1*",
                                          "event:2015-11-13",
                                          "said:valls",
                                          "said:valls(war)",
                                          "said:\"Manuel Valls\"",
                                          "said:\"valls manuel\"(war OR peace)",
                                          "event:2015-11..",
                                          "lang:xx"};
    snprintf(out, room, "%s", filters[test_random_below(r, sizeof filters / sizeof *filters)]);
}

static void any_operand(test_random *r, uint32_t depth, char *out, size_t room)
{
    static const char *const zones[] = {
        "title:", "lead:", "body:", "hlead:", "caption:", "credit:", "section:", "recipe:"};
    static const char *const functions[] = {"caps(", "allcaps(", "nocaps(", "atleast2(",
                                            "optional("};
    size_t n;
    switch (test_random_below(r, 16)) {
    case 0:
    case 1:
        if (depth == 0)
            break;
        *out = '(';
        query_text(r, depth - 1, out + 1, room - 2);
        strcat(out, ")");
        return;
    case 2:
    case 3:
        n = (size_t)snprintf(out, room, "%s", zones[test_random_below(r, 8)]);
        any_operand(r, depth ? depth - 1 : 0, out + n, room - n);
        return;
    case 4:
        n = (size_t)snprintf(out, room, "%s", functions[test_random_below(r, 5)]);
        if (depth)
            query_text(r, depth - 1, out + n, room - n - 1);
        else
            any_word(r, out + n, room - n - 1);
        strcat(out, ")");
        return;
    case 5:
        *out = '-';
        any_operand(r, depth, out + 1, room - 1);
        return;
    case 6:
        any_filter(r, out, room);
        return;
    case 7:
    case 8:
    case 9:
        any_phrase(r, out, room);
        return;
    default:
        break;
    }
    any_word(r, out, room);
}

static void query_text(test_random *r, uint32_t depth, char *out, size_t room)
{
    static const char *const joints[] = {" ",     " ",         " ",         " OR ",   " OR ",
                                         " w/3 ", " pre/4 ",   " not w/2 ", " NOT ",  " w/s ",
                                         " w/p ", " not w/s ", " pre/s ",   " w/seg "};
    uint32_t count = 1 + test_random_below(r, 3);
    size_t n = 0;
    *out = 0;
    for (uint32_t i = 0; i < count && room - n > 200; i++) {
        if (i)
            n += (size_t)snprintf(out + n, room - n, "%s", joints[test_random_below(r, 14)]);
        any_operand(r, depth, out + n, room - n - 100);
        n += strlen(out + n);
    }
}

/* ---- comparing ---- */

static void hits_compare(const world *w, const naive_archive *a, const naive_answer *want,
                         const ld_hit *hits, uint32_t count, uint32_t from, const char *text)
{
    for (uint32_t i = 0; i < count; i++) {
        const naive_hit *x = &want->hits[from + i];
        const naive_row *row = &a->rows[x->row];
        const ld_hit *h = &hits[i];
        if (h->segment != row->segment || h->doc != row->doc || h->score != x->score ||
            h->sort_key != x->sort_key)
            fail_msg("%s [%s]: hit %u is %u/%u (%.17g), the twin says %u/%u (%.17g)", text,
                     w->profile.name, from + i, h->segment, h->doc, h->score, row->segment,
                     row->doc, x->score);
        assert_true(h->key_hash == 0 || h->key_hash == ld_key_hash(row->document->key));
    }
}

/* Reads the answer page by page through cursors. */
static void pages_compare(const world *w, const ld_snapshot *s, const naive_archive *a,
                          const ld_query *q, ld_search_request request, const naive_answer *want,
                          const char *text)
{
    uint32_t from = 0;
    request.count = 7;
    do {
        ld_search_result page;
        assert_ok(ld_search_run(w->queries, s, w->analyzer, q, &request, &page, &err), &err);
        assert_int_equal(page.total, want->hit_count);
        hits_compare(w, a, want, page.hits, page.hit_count, from, text);
        from += page.hit_count;
        request.cursor = page.next_cursor;
    } while (request.cursor.bytes);
    assert_int_equal(from, want->hit_count);
}

/* A document that matches has marks, unless only its columns (or what it lacks) made it match. The
 * marks know neither columns nor speech, so a connector next to one may keep fewer places there. */
static void marks_check(const world *w, const naive_archive *a, const ld_query *q,
                        const naive_answer *want, const char *text)
{
    bool filter = false, near = false;
    for (uint32_t i = 0; i < q->node_count; i++) {
        filter = filter || q->nodes[i].kind == LD_AST_FILTER || q->nodes[i].kind == LD_AST_SAID;
        near = near || q->nodes[i].kind == LD_AST_NEAR;
    }
    for (uint32_t i = 0; i < want->hit_count && i < 3; i++) {
        const ld_document *d = a->rows[want->hits[i].row].document;
        const ld_mark *marks;
        uint32_t count;
        assert_ok(ld_query_marks(w->queries, q, w->analyzer, &w->profile, &d->tokens, &marks,
                                 &count, &err),
                  &err);
        if (count == 0 && want->hits[i].score != 0 && !(filter && near))
            fail_msg("%s [%s]: a hit of score %g has no marks", text, w->profile.name,
                     want->hits[i].score);
        for (uint32_t k = 1; k < count; k++)
            assert_true(marks[k - 1].position < marks[k].position);
    }
}

/* The same answer by every way: one document at a time, without hits, few hits, no total. */
static void ways_compare(world *w, const ld_snapshot *s, const naive_archive *a, const ld_query *q,
                         ld_search_request request, const naive_answer *want, const char *text)
{
    static const uint32_t counts[] = {0, 1, 3, 10};
    for (uint32_t way = test_random_below(&w->random, 4); way < 12; way += 5) {
        ld_search_result result;
        request.one_by_one = way % 3 == 0;
        request.count_exact = way % 3 != 2;
        request.count = counts[way / 3];
        assert_ok(ld_search_run(w->queries, s, w->analyzer, q, &request, &result, &err), &err);
        uint32_t expected = want->hit_count < request.count ? want->hit_count : request.count;
        if (result.total != want->hit_count &&
            (result.total_exact || result.total > want->hit_count))
            fail_msg("%s [%s] way %u: %u hits, the twin has %u", text, w->profile.name, way,
                     (unsigned)result.total, want->hit_count);
        assert_int_equal(result.hit_count, expected);
        assert_int_equal(result.relaxed, want->relaxed);
        hits_compare(w, a, want, result.hits, result.hit_count, 0, text);
    }
}

static ld_query *parse(world *w, uint8_t dialect, const char *text)
{
    ld_query *q;
    ld_query_options options = {dialect, 1447718400000, &w->profile};
    assert_ok(ld_query_parse(w->queries, ld_span_from_string(text), &options, &q, &err), &err);
    return q;
}

/* A random query; that of another dialect is one of lede's in its words, as far as it has them. */
static void candidate(world *w, uint8_t *dialect, char *text, size_t room)
{
    static const uint8_t dialects[] = {LD_DIALECT_LEDE, LD_DIALECT_LEDE, LD_DIALECT_LUCENE,
                                       LD_DIALECT_LEXIS, LD_DIALECT_FACTIVA};
    test_random *r = &w->random;
    const ld_query_warning *losses;
    uint32_t loss_count;
    bool exact;
    ld_span translated;
    *dialect = dialects[test_random_below(r, 5)];
    query_text(r, test_random_below(r, 3), text, room);
    if (*dialect < LD_DIALECT_LEXIS)
        return; /* lede's text is read as Lucene's as it stands */
    const ld_query *q = parse(w, LD_DIALECT_LEDE, text);
    assert_ok(ld_query_translate(w->queries, q, *dialect, &translated, &losses, &loss_count, &exact,
                                 &err),
              &err);
    snprintf(text, room, "%.*s", (int)translated.bytes, translated.data);
}

/* The candidate with most pairs of features that no case had yet. */
static ld_query *query_choose(world *w, uint64_t features, char *text, size_t room)
{
    char tried[4096];
    uint8_t dialect, best_dialect = LD_DIALECT_LEDE;
    uint32_t best = 0;
    for (int i = 0; i < CANDIDATES; i++) {
        ld_arena_reset(w->queries);
        candidate(w, &dialect, tried, sizeof tried);
        uint32_t pairs = features_new_pairs(features | features_of_query(parse(w, dialect, tried)));
        if (i == 0 || pairs > best) {
            best = pairs;
            best_dialect = dialect;
            snprintf(text, room, "%s", tried);
        }
    }
    ld_arena_reset(w->queries);
    ld_query *q = parse(w, best_dialect, text);
    features_take(features | features_of_query(q));
    return q;
}

static void query_check(world *w, const ld_snapshot *s, const naive_archive *a)
{
    test_random *r = &w->random;
    char text[4096];
    static const ld_ranking flat = {0.9, 0.4, {1, 1, 1, 1}};
    bool plain = strcmp(w->profile.name, "plain") == 0;
    ld_search_request request = {.sort =
                                     (uint8_t)(test_random_below(r, 3) ? 0 : 1 + (r->state & 1)),
                                 .versions_all = test_random_below(r, 5) == 0,
                                 .count = 1000,
                                 .count_exact = true,
                                 .one_stage = true, /* test_rerank.c has the other */
                                 .ranking = plain || test_random_below(r, 3) ? NULL : &flat};
    bool paged = test_random_below(r, 8) == 0;
    uint64_t features = w->features | (request.sort ? HAS(SORT_DATE) : 0) |
                        (request.versions_all ? HAS(VERSIONS_ALL) : 0) |
                        (request.ranking ? HAS(OTHER_RANKING) : 0) | (paged ? HAS(PAGED) : 0);
    ld_query *q = query_choose(w, features, text, sizeof text);
    ld_search_result result;
    assert_ok(ld_search_run(w->queries, s, w->analyzer, q, &request, &result, &err), &err);
    naive_answer want;
    naive_search(w->queries, a, q, request.sort, request.versions_all,
                 plain || request.ranking ? &flat : &ld_ranking_default, &want);
    if (result.total != want.hit_count || result.relaxed != want.relaxed)
        fail_msg("%s (%s) [%s]: %u hits%s, the twin has %u%s", text, ld_dialect_names[q->dialect],
                 w->profile.name, (unsigned)result.total, result.relaxed ? " relaxed" : "",
                 want.hit_count, want.relaxed ? " relaxed" : "");
    assert_true(result.total_exact && !result.partial);
    w->answered += result.total > 0 && result.total < a->row_count / 2;
    w->unanswered += result.total == 0;
    w->relaxed += result.relaxed;
    assert_int_equal(result.hit_count, want.hit_count);
    hits_compare(w, a, &want, result.hits, result.hit_count, 0, text);
    ways_compare(w, s, a, q, request, &want, text);
    if (paged)
        pages_compare(w, s, a, q, request, &want, text);
    if (request.sort == LD_SORT_RELEVANCE)
        marks_check(w, a, q, &want, text);
}

/* ---- the run ---- */

static void profile_make(ld_profile *p, bool plain)
{
    static const uint8_t classes[] = {LD_CLASS_HEAD, LD_CLASS_LEAD, LD_CLASS_BODY};
    memset(p, 0, sizeof *p);
    strcpy(p->name, plain ? "plain" : "news");
    p->stem = p->case_classes = p->marks = p->sidecars = p->store = !plain;
    p->analyzer_version = LD_ANALYZER_VERSION;
    snprintf(p->stemmer_version, sizeof p->stemmer_version, "%s", ld_stemmer_version());
    for (int z = 0; z < (int)LD_ZONES_MAX; z++)
        p->zone_classes[z] = z < 3 ? classes[z] : (uint8_t)LD_CLASS_ASIDE;
    p->user_zone_count = 1;
    p->user_zones[0] = (ld_zone_spec){LD_ZONE_USER, LD_CLASS_ASIDE, "recipe"};
    p->user_column_count = 1;
    p->user_columns[0] = (ld_column_spec){LD_COLUMN_USER, LD_COLUMN_KIND_NUMBER, 0, "pages"};
}

static void writer_open(world *w)
{
    ld_writer_options options = {.memory_max_bytes = 16u << 20,
                                 .merge_factor = 3,
                                 .reorder = LD_REORDER_ON,
                                 .flush_docs = 3 + test_random_below(&w->random, 20)};
    assert_ok(ld_index_writer_open(env, ROOT "/a", &options, &w->writer, &err), &err);
}

static void world_init(world *w, uint64_t seed, bool plain)
{
    memset(w, 0, sizeof *w);
    w->random.state = seed;
    assert_ok(ld_env_memory_new(lede_env_system(), ROOT, &env, &err), &err);
    profile_make(&w->profile, plain);
    ld_analysis settings = {!plain, !plain, !plain};
    assert_ok(ld_analyzer_new(env, &settings, &w->analyzer, &err), &err);
    assert_ok(ld_arena_new(env, SIZE_MAX / 2, &w->documents, &err), &err);
    assert_ok(ld_arena_new(env, SIZE_MAX / 2, &w->queries, &err), &err);
    assert_ok(ld_dir_make(env, ROOT, &err), &err);
    assert_ok(ld_archive_create(env, ROOT "/a", &w->profile, &err), &err);
    for (int k = 0; k < KEYS_MAX; k++) {
        w->keys[k].is_explicit = k % 3 == 0;
        snprintf(w->keys[k].key, sizeof w->keys[k].key, k % 3 ? "http://site/%d" : "id-%d", k);
    }
    writer_open(w);
}

static void generation_check(world *w)
{
    static naive_row rows[DOCS_MAX];
    ld_snapshot *s;
    naive_archive archive = {.profile = &w->profile, .rows = rows, .analyzer = w->analyzer};
    assert_ok(ld_snapshot_open(env, ROOT "/a", &s, &err), &err);
    rows_read(w, s, rows, &archive.row_count);
    w->features |= w->profile.stem ? HAS(NEWS) : HAS(PLAIN);
    w->features &= ~(HAS(DELETIONS) | HAS(SUPERSEDED) | HAS(SEGMENTS));
    w->features |= ld_snapshot_segment_count(s) > 1 ? HAS(SEGMENTS) : 0;
    for (uint32_t i = 0; i < archive.row_count; i++)
        w->features |=
            (rows[i].deleted ? HAS(DELETIONS) : 0) | (rows[i].superseded ? HAS(SUPERSEDED) : 0);
    for (int i = 0; i < QUERIES; i++)
        query_check(w, s, &archive);
    ld_snapshot_release(s);
}

static void archives(uint64_t seed, bool plain)
{
    static world w;
    world_init(&w, seed, plain);
    for (int g = 0; g < GENERATIONS; g++) {
        uint32_t steps = 10 + test_random_below(&w.random, 50);
        uint64_t generation;
        for (uint32_t i = 0; i < steps; i++) {
            if (test_random_below(&w.random, 10) == 0)
                delete_random(&w);
            else
                add_random(&w);
        }
        assert_ok(ld_index_writer_commit(w.writer, &generation, &err), &err);
        if (test_random_below(&w.random, 3) == 0) {
            assert_ok(ld_index_writer_merge(w.writer, 1 + test_random_below(&w.random, 2), &err),
                      &err);
            assert_ok(ld_index_writer_commit(w.writer, &generation, &err), &err);
            w.features |= HAS(MERGED);
        }
        if (test_random_below(&w.random, 2)) {
            ld_index_writer_close(w.writer);
            writer_open(&w);
            w.features |= HAS(REOPENED);
        }
        generation_check(&w);
    }
    /* Else the twins agree on nothing worth asking. */
    assert_true(w.answered > GENERATIONS * QUERIES / 6 && w.unanswered > 0);
    ld_index_writer_close(w.writer);
    ld_analyzer_free(w.analyzer);
    ld_arena_free(w.documents);
    ld_arena_free(w.queries);
    ld_env_memory_free(env);
}

/* LEDE_TRUST_CASES: about so many queries in all; a third of the archives are plain. */
static uint64_t archive_count(void)
{
    const char *cases = getenv("LEDE_TRUST_CASES");
    uint64_t wanted = cases ? strtoull(cases, NULL, 10) / (GENERATIONS * QUERIES) + 1 : 0;
    return wanted > ARCHIVES * 3 / 2 ? wanted : ARCHIVES * 3 / 2;
}

static void news_profile(void **state)
{
    uint64_t count = archive_count() - archive_count() / 3;
    for (uint64_t seed = 1; seed <= count; seed++)
        archives(seed, false);
    print_message("# differential cases: %llu equal\n",
                  (unsigned long long)(count * GENERATIONS * QUERIES));
}

static void plain_profile(void **state)
{
    uint64_t count = archive_count() / 3;
    for (uint64_t seed = 1; seed <= count; seed++)
        archives(1000000 + seed, true);
    print_message("# differential cases: %llu equal\n",
                  (unsigned long long)(count * GENERATIONS * QUERIES));
}

static void say_pair(const char *a, const char *b, const char *what)
{
    print_message("# %s and %s: %s\n", a, b, what);
}

static void every_pair_of_features_came_together(void **state)
{
    uint32_t possible, seen, wrong;
    features_report(&possible, &seen, &wrong, say_pair);
    print_message("# pairs of features: %u of %u\n", seen, possible);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(news_profile),
        cmocka_unit_test(plain_profile),
        cmocka_unit_test(every_pair_of_features_came_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
