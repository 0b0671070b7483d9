/* Stage 2 of ranking beside a twin that reads the tokens of every document and knows no postings:
 * same scores, same order; pages follow each other; what is no question is left alone. */
#include "tests/test.h"

#include "base/env_memory.h"
#include "index/writer.h"
#include "query/ast.h"
#include "query/rerank.h"
#include "text/stem.h"

#define ROOT       "/rerank"
#define DOCS       1100u
#define WORDS      40u
#define QUESTION   "zq0 zq1 zq2 zq3"
#define ASKED      4u
#define TOKENS_MAX 200u

static lede_error err;

/* A document as the twin has it: word by position, and where the body begins. */
typedef struct twin_doc {
    uint8_t words[TOKENS_MAX]; /* [count] */
    uint32_t positions[TOKENS_MAX];
    uint32_t count, title_count;
} twin_doc;

typedef struct fixture {
    lede_env *env;
    ld_arena *arena;
    ld_analyzer *analyzer;
    ld_profile profile;
    ld_snapshot *snapshot;
    twin_doc *docs; /* [DOCS] by number, which is the key */
    uint32_t df[WORDS];
    double average_length;
} fixture;

static void zone_add(fixture *f, test_random *random, uint8_t zone, uint32_t count, twin_doc *d)
{
    char text[TOKENS_MAX * 8];
    size_t bytes = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t a = test_random_below(random, WORDS), b = test_random_below(random, WORDS);
        d->words[d->count++] = (uint8_t)(a > b ? a : b); /* the first words are the rarer */
        bytes +=
            (size_t)snprintf(text + bytes, sizeof text - bytes, "zq%u ", d->words[d->count - 1]);
    }
    assert_ok(ld_analyze_zone(f->analyzer, zone, ld_span_of(text, bytes), true, &err), &err);
}

static void document_add(fixture *f, ld_index_writer *w, test_random *random, uint32_t number)
{
    char key[16];
    twin_doc *d = &f->docs[number];
    ld_column_value columns[1] = {{LD_COLUMN_LANGUAGE, 0, LD_SPAN("en")}};
    ld_document document = {.columns = columns, .column_count = 1, .content_hash = number};
    ld_add_outcome outcome;
    bool seen[WORDS] = {false};
    document.key = ld_span_of(key, (size_t)snprintf(key, sizeof key, "%u", number));
    document.stored = document.key;
    assert_ok(ld_analyze_begin(f->analyzer, f->arena, LD_SPAN("en"), &err), &err);
    d->title_count = 1 + test_random_below(random, 6);
    zone_add(f, random, LD_ZONE_TITLE, d->title_count, d);
    zone_add(f, random, LD_ZONE_BODY, 3 + test_random_below(random, 90), d);
    assert_ok(ld_analyze_finish(f->analyzer, &document.tokens, &err), &err);
    assert_int_equal(document.tokens.count, d->count);
    for (uint32_t i = 0; i < d->count; i++) {
        d->positions[i] = document.tokens.tokens[i].position;
        f->df[d->words[i]] += !seen[d->words[i]];
        seen[d->words[i]] = true;
    }
    f->average_length += (double)d->count / DOCS;
    assert_ok(ld_index_writer_add(w, &document, &outcome, &err), &err);
}

static int setup(void **state)
{
    static fixture f;
    ld_analysis settings = {true, true, true};
    test_random random = {7};
    ld_writer_options options = {.memory_max_bytes = 16u << 20, .flush_docs = 190};
    ld_index_writer *w;
    uint64_t generation;
    memset(&f, 0, sizeof f);
    *state = &f;
    strcpy(f.profile.name, "news");
    f.profile.stem = f.profile.case_classes = f.profile.marks = true;
    f.profile.sidecars = f.profile.store = true;
    f.profile.analyzer_version = LD_ANALYZER_VERSION;
    snprintf(f.profile.stemmer_version, sizeof f.profile.stemmer_version, "%s",
             ld_stemmer_version());
    for (uint32_t z = 0; z < LD_ZONES_MAX; z++)
        f.profile.zone_classes[z] = (uint8_t)(z < 3 ? z : LD_CLASS_ASIDE);
    assert_ok(ld_env_memory_new(lede_env_system(), ROOT, &f.env, &err), &err);
    assert_ok(ld_dir_make(f.env, ROOT, &err), &err);
    assert_ok(ld_arena_new(f.env, 256u << 20, &f.arena, &err), &err);
    assert_ok(ld_analyzer_new(f.env, &settings, &f.analyzer, &err), &err);
    assert_ok(ld_archive_create(f.env, ROOT "/a", &f.profile, &err), &err);
    f.docs = ld_arena_array(f.arena, DOCS, sizeof *f.docs);
    assert_non_null(f.docs);
    assert_ok(ld_index_writer_open(f.env, ROOT "/a", &options, &w, &err), &err);
    for (uint32_t i = 0; i < DOCS; i++)
        document_add(&f, w, &random, i);
    assert_ok(ld_index_writer_commit(w, &generation, &err), &err);
    ld_index_writer_close(w);
    assert_ok(ld_snapshot_open(f.env, ROOT "/a", &f.snapshot, &err), &err);
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    ld_snapshot_release(f->snapshot);
    ld_analyzer_free(f->analyzer);
    ld_arena_free(f->arena);
    ld_env_memory_free(f->env);
    return 0;
}

static ld_search_result search(fixture *f, const char *text, ld_search_request request)
{
    ld_query_options options = {LD_DIALECT_LEDE, 0, &f->profile};
    ld_search_result result;
    ld_query *q;
    assert_ok(ld_query_parse(f->arena, ld_span_from_string(text), &options, &q, &err), &err);
    assert_ok(ld_search_run(f->arena, f->snapshot, f->analyzer, q, &request, &result, &err), &err);
    return result;
}

static const twin_doc *doc_of(fixture *f, const ld_hit *h)
{
    ld_key_room room;
    ld_span key;
    char text[16];
    assert_ok(ld_doc_key(ld_snapshot_segment(f->snapshot, h->segment), h->doc, &room, &key, &err),
              &err);
    snprintf(text, sizeof text, "%.*s", (int)key.bytes, key.data);
    return &f->docs[strtoul(text, NULL, 10)];
}

/* ---- the twin ---- */

static double idf(const fixture *f, uint32_t word)
{
    return log(1 + (DOCS - f->df[word] + 0.5) / (f->df[word] + 0.5));
}

static double k_of(const fixture *f, const twin_doc *d)
{
    double length = ld_length_decode(ld_length_encode(d->count));
    return ld_ranking_default.k1 *
           (1 - ld_ranking_default.b + ld_ranking_default.b * length / f->average_length);
}

static double twin_near(const fixture *f, const twin_doc *d)
{
    double sum = 0;
    for (uint32_t a = 0; a < ASKED; a++)
        for (uint32_t b = a + 1; b < ASKED; b++) {
            double pairs = 0;
            for (uint32_t i = 0; i < d->count; i++)
                for (uint32_t k = 0; k < d->count; k++) {
                    double distance = fabs((double)d->positions[i] - d->positions[k]);
                    if (d->words[i] == a && d->words[k] == b && distance <= LD_RERANK_NEAR_WORDS)
                        pairs += 1 / distance;
                }
            sum += fmin(idf(f, a), idf(f, b)) * pairs / (pairs + LD_RERANK_NEAR_K * k_of(f, d));
        }
    return LD_RERANK_NEAR_WEIGHT * sum;
}

/* weights[word]: what the best hits say of it, the question's own words left out. */
static void twin_weights(fixture *f, const ld_hit *hits, double weights[WORDS])
{
    double kept[WORDS] = {0}, sum = 0;
    for (uint32_t i = 0; i < LD_RERANK_FEEDBACK_DOCS; i++) {
        const ld_segment_view *v = ld_snapshot_segment(f->snapshot, hits[i].segment);
        const ld_forward_term *list;
        uint32_t count, total = 0;
        assert_ok(ld_doc_forward(v, hits[i].doc, f->arena, &list, &count, &err), &err);
        for (uint32_t k = 0; k < count; k++)
            total += list[k].weight;
        for (uint32_t k = 0; k < count; k++) {
            char text[16];
            ld_span bytes;
            ld_term term;
            assert_ok(ld_terms_at(v->terms, list[k].term_ordinal, f->arena, &bytes, &term, &err),
                      &err);
            snprintf(text, sizeof text, "%.*s", (int)bytes.bytes, bytes.data);
            uint32_t word = (uint32_t)strtoul(text + 2, NULL, 10);
            if (word >= ASKED)
                kept[word] += pow(hits[i].score / hits[0].score, LD_RERANK_FEEDBACK_POWER) *
                              list[k].weight / total;
        }
    }
    for (uint32_t taken = 0; taken < LD_RERANK_FEEDBACK_TERMS; taken++) {
        uint32_t best = 0;
        for (uint32_t w = 1; w < WORDS; w++)
            best = kept[w] > kept[best] ? w : best;
        weights[best] = kept[best];
        sum += kept[best];
        kept[best] = 0;
    }
    for (uint32_t w = 0; w < WORDS; w++)
        weights[w] /= sum;
}

static double twin_feedback(const fixture *f, const twin_doc *d, const double weights[WORDS])
{
    double sum = 0;
    for (uint32_t w = ASKED; w < WORDS; w++) {
        double t = 0;
        for (uint32_t i = 0; i < d->count; i++)
            if (d->words[i] == w)
                t += ld_ranking_default.weights[i < d->title_count ? LD_CLASS_HEAD : LD_CLASS_BODY];
        sum += weights[w] * idf(f, w) * t / (t + k_of(f, d));
    }
    return LD_RERANK_FEEDBACK_SHARE * ASKED * sum;
}

static void order(ld_hit *hits, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = count - 1; k > i; k--)
            if (hits[k].score > hits[k - 1].score) {
                ld_hit h = hits[k];
                hits[k] = hits[k - 1];
                hits[k - 1] = h;
            }
}

/* Close scores may stand either way round: each of both answers says them to a part in a million.
 */
static void it_scores_as_the_twin(void **state)
{
    fixture *f = *state;
    ld_hit want[LD_RERANK_HITS];
    double weights[WORDS] = {0};
    uint32_t moved = 0;
    ld_search_result first = search(
        f, QUESTION, (ld_search_request){.count = DOCS, .count_exact = true, .one_stage = true});
    ld_search_result got =
        search(f, QUESTION, (ld_search_request){.count = DOCS, .count_exact = true});
    if (first.hit_count < LD_RERANK_HITS + 20)
        fail_msg("%u hits, relaxed %d", first.hit_count, first.relaxed);
    assert_int_equal(first.hit_count, got.hit_count);
    assert_int_equal(first.total, got.total);
    memcpy(want, first.hits, sizeof want);
    for (uint32_t i = 0; i < LD_RERANK_HITS; i++)
        want[i].score += twin_near(f, doc_of(f, &want[i]));
    order(want, LD_RERANK_HITS);
    twin_weights(f, want, weights);
    for (uint32_t i = 0; i < LD_RERANK_HITS; i++)
        want[i].score += twin_feedback(f, doc_of(f, &want[i]), weights);
    order(want, LD_RERANK_HITS);
    for (uint32_t i = 0; i < LD_RERANK_HITS; i++) {
        if (fabs(want[i].score - got.hits[i].score) > 1e-5 * want[i].score)
            fail_msg("hit %u has %.9g, the twin says %.9g", i, got.hits[i].score, want[i].score);
        bool close = (i > 0 && want[i - 1].score - want[i].score < 1e-4) ||
                     (i + 1 < LD_RERANK_HITS && want[i].score - want[i + 1].score < 1e-4);
        if (!close)
            assert_ptr_equal(doc_of(f, &want[i]), doc_of(f, &got.hits[i]));
        moved += doc_of(f, &first.hits[i]) != doc_of(f, &got.hits[i]);
    }
    assert_true(moved > LD_RERANK_HITS / 4);
    for (uint32_t i = LD_RERANK_HITS; i < got.hit_count; i++) {
        assert_ptr_equal(doc_of(f, &first.hits[i]), doc_of(f, &got.hits[i]));
        assert_true(got.hits[i].score == first.hits[i].score);
        assert_true(got.hits[i].score <= got.hits[i - 1].score);
    }
}

static void same_hits(const ld_search_result *all, uint32_t from, const ld_search_result *page)
{
    for (uint32_t i = 0; i < page->hit_count; i++) {
        assert_int_equal(all->hits[from + i].segment, page->hits[i].segment);
        assert_int_equal(all->hits[from + i].doc, page->hits[i].doc);
        assert_true(all->hits[from + i].score == page->hits[i].score);
    }
}

static void pages_follow_each_other(void **state)
{
    fixture *f = *state;
    static const uint32_t sizes[] = {1, 7, 64, 100, 255, 256, 257, 300};
    ld_search_result all =
        search(f, QUESTION, (ld_search_request){.count = DOCS, .count_exact = true});
    for (uint32_t s = 1; s < sizeof sizes / sizeof *sizes; s++) {
        ld_search_request request = {.count = sizes[s]};
        uint32_t from = 0;
        do {
            ld_search_result page = search(f, QUESTION, request);
            same_hits(&all, from, &page);
            from += page.hit_count;
            request.cursor = page.next_cursor;
        } while (request.cursor.bytes);
        assert_int_equal(from, all.hit_count);
        for (uint32_t offset = 0; offset < DOCS; offset += 97) {
            ld_search_result page =
                search(f, QUESTION, (ld_search_request){.offset = offset, .count = sizes[s]});
            same_hits(&all, offset, &page);
        }
    }
}

static void only_questions_by_relevance(void **state)
{
    static const char *const texts[] = {"zq0 zq1",
                                        "zq0",
                                        "zq0 OR zq1 OR zq2",
                                        "\"zq0 zq1\"",
                                        "zq0 zq1 w/3 zq2 zq3 zq4",
                                        QUESTION " sort:newest"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ld_search_result one =
            search(*state, texts[i], (ld_search_request){.count = 300, .one_stage = true});
        ld_search_result two = search(*state, texts[i], (ld_search_request){.count = 300});
        assert_int_equal(one.hit_count, two.hit_count);
        same_hits(&one, 0, &two);
    }
}

static void parts_add_up(void **state)
{
    static const char *const texts[] = {QUESTION,          "zq0",
                                        "zq20 zq30",       "zq0 OR \"zq38 zq39\" OR zq2",
                                        "zq30 w/3 zq39",   "zq0 zq1 zq2 -zq39",
                                        "title:zq30 zq31", "*",
                                        "zq2 zq3"};
    bool seen[LD_SCORE_PART_FEEDBACK + 1] = {false};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (uint32_t offset = 0; offset < 300; offset += 255) {
            ld_search_result r =
                search(*state, texts[i],
                       (ld_search_request){.offset = offset, .count = 3, .explain = true});
            for (uint32_t h = 0; h < r.hit_count; h++) {
                double sum = 0;
                for (uint32_t p = 0; p < r.parts[h].count; p++) {
                    const ld_score_part *part = &r.parts[h].items[p];
                    sum += part->score;
                    seen[part->kind] = true;
                    if (part->kind < LD_SCORE_PART_NEAR)
                        assert_true(part->class_tf[LD_CLASS_HEAD] + part->class_tf[LD_CLASS_BODY]);
                }
                assert_true(sum == r.hits[h].score);
            }
        }
    for (size_t kind = 0; kind < sizeof seen; kind++)
        assert_true(seen[kind]);
}

static void a_met_deadline_leaves_stage_1(void **state)
{
    fixture *f = *state;
    atomic_int cancel = 1;
    ld_deadline d;
    ld_deadline_init(&d, f->env, 0, &cancel);
    ld_deadline_check(&d);
    ld_search_result r = search(f, QUESTION, (ld_search_request){.count = 10, .deadline = &d});
    assert_true(r.partial);
    for (uint32_t i = 1; i < r.hit_count; i++)
        assert_true(r.hits[i - 1].score >= r.hits[i].score);
}

static void wrong_places_are_refused(void **state)
{
    fixture *f = *state;
    static const char *const wrong[] = {"1-1-p0-0-0", "1-1-p100-0-0", "1-1-p7-0", "1-1-p-0-0"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ld_query_options options = {LD_DIALECT_LEDE, 0, &f->profile};
        ld_search_request request = {.count = 5, .cursor = ld_span_from_string(wrong[i])};
        ld_search_result result;
        ld_query *q;
        assert_ok(ld_query_parse(f->arena, LD_SPAN(QUESTION), &options, &q, &err), &err);
        assert_int_equal(
            ld_search_run(f->arena, f->snapshot, f->analyzer, q, &request, &result, &err),
            LEDE_E_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_scores_as_the_twin),         cmocka_unit_test(pages_follow_each_other),
        cmocka_unit_test(only_questions_by_relevance),   cmocka_unit_test(parts_add_up),
        cmocka_unit_test(a_met_deadline_leaves_stage_1), cmocka_unit_test(wrong_places_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
