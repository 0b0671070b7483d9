/* The passages of long stories: made from the place where the words stand closest together, which
 * the index says, and held against what a reader of the whole story would want. */
#include "tests/test.h"

#include <stdbool.h>

#include "lede/lede.h"
#include "tests/random.h"
#include "tests/temp_dir.h"

#define STORIES    40u
#define BLOCKS_MAX 60u
#define TEXT_MAX   1200u

static lede_error err;

typedef struct archive {
    char *dir, *path;
    lede_snapshot *snapshot;
} archive;

static char texts[STORIES][BLOCKS_MAX][TEXT_MAX];
static uint32_t block_counts[STORIES], lead_counts[STORIES];

/* Common words w0.., and now and then a rare one; blank lines inside a block, blocks without words.
 */
static void make_block(test_random *r, char *out)
{
    size_t n = 0;
    uint32_t words = test_random_below(r, 9) ? 5 + test_random_below(r, 90) : 0;
    if (words == 0)
        n += (size_t)sprintf(out, "* * *");
    for (uint32_t i = 0; i < words; i++) {
        if (test_random_below(r, 60) == 0)
            n += (size_t)sprintf(out + n, "rare%c ", 'a' + (int)test_random_below(r, 5));
        else
            n += (size_t)sprintf(out + n, "w%u%s", test_random_below(r, 500),
                                 test_random_below(r, 15) ? " " : ". W7 ");
        if (test_random_below(r, 80) == 0)
            n += (size_t)sprintf(out + n, "end.\n\n");
    }
}

static void add_story(lede_writer *writer, test_random *r, uint32_t story)
{
    static lede_block blocks[BLOCKS_MAX];
    char key[16], headline[64];
    lede_article a = {.struct_bytes = sizeof a, .kind = "story"};
    lede_add_outcome outcome;
    block_counts[story] = 1 + test_random_below(r, BLOCKS_MAX);
    lead_counts[story] = test_random_below(r, 3) % (block_counts[story] + 1);
    for (uint32_t b = 0; b < block_counts[story]; b++) {
        make_block(r, texts[story][b]);
        blocks[b] = (lede_block){.kind = LEDE_BLOCK_PARAGRAPH,
                                 .text = {texts[story][b], strlen(texts[story][b])}};
    }
    a.key = (lede_text){key, (size_t)sprintf(key, "%u", story)};
    a.headline = (lede_text){headline, (size_t)sprintf(headline, "Story %u of rarea", story)};
    a.language = (lede_text){"en", 2};
    a.blocks = blocks;
    a.block_count = block_counts[story];
    a.lead_block_count = lead_counts[story];
    assert_ok(lede_writer_add_article(writer, &a, &outcome, &err), &err);
}

static int setup(void **state)
{
    archive *a = calloc(1, sizeof *a);
    lede_writer *writer;
    test_random r = {20151116};
    a->dir = temp_dir_new();
    a->path = temp_dir_path(a->dir, "a.lede");
    assert_ok(lede_archive_create(NULL, a->path, NULL, &err), &err);
    assert_ok(lede_writer_open(NULL, a->path, NULL, &writer, &err), &err);
    for (uint32_t i = 0; i < STORIES; i++)
        add_story(writer, &r, i);
    assert_ok(lede_writer_commit(writer, NULL, &err), &err);
    lede_writer_close(writer);
    assert_ok(lede_snapshot_open(NULL, a->path, &a->snapshot, &err), &err);
    *state = a;
    return 0;
}

static int teardown(void **state)
{
    archive *a = *state;
    lede_snapshot_free(a->snapshot);
    free(a->path);
    temp_dir_free(a->dir);
    free(a);
    return 0;
}

static void join(uint32_t story, uint32_t from, uint32_t end, char *out)
{
    *out = 0;
    for (uint32_t b = from; b < end; b++) {
        if (b > from)
            strcat(out, "\n\n");
        strcat(out, texts[story][b]);
    }
}

/* A passage stands in its zone as it is, and its ends say whether there is more. */
static void check_passage(uint32_t story, const lede_passage *p)
{
    static char zone[BLOCKS_MAX * (TEXT_MAX + 2)];
    bool is_lead = strcmp(p->zone, "lead") == 0;
    join(story, is_lead ? 0 : lead_counts[story],
         is_lead ? lead_counts[story] : block_counts[story], zone);
    const char *at = strstr(zone, p->text.data);
    if (!at)
        fail_msg("story %u has no [%s] in its %s", story, p->text.data, p->zone);
    if (strstr(at + 1, p->text.data))
        return; /* which of them it is cannot be told */
    bool before = strspn(zone, " \n") < (size_t)(at - zone);
    bool after = at[p->text.bytes + strspn(at + p->text.bytes, " \n")] != 0;
    if ((p->cut_before != 0) != before || (p->cut_after != 0) != after)
        fail_msg("story %u: [%s] is cut %d %d, not %d %d", story, p->text.data, p->cut_before,
                 p->cut_after, before, after);
}

static bool has_word(uint32_t story, const char *word)
{
    for (uint32_t b = 0; b < block_counts[story]; b++)
        if (strstr(texts[story][b], word))
            return true;
    return false;
}

static bool is_marked(const lede_hit *hit, const char *word)
{
    for (uint32_t i = 0; i < hit->passage_count; i++)
        for (uint32_t m = 0; m < hit->passages[i].mark_count; m++) {
            const lede_mark *mark = &hit->passages[i].marks[m];
            if (mark->length_bytes == strlen(word) &&
                memcmp(hit->passages[i].text.data + mark->offset_bytes, word, strlen(word)) == 0)
                return true;
        }
    return false;
}

static void search_all(const archive *a, const char *query, const char *left, const char *right,
                       uint32_t *shown, uint32_t *poor)
{
    lede_search_options o = LEDE_SEARCH_OPTIONS_INIT;
    lede_hits *hits;
    const lede_hit *hit;
    o.count = STORIES;
    o.no_suggest = 1;
    assert_ok(lede_search(a->snapshot, query, strlen(query), &o, &hits, &err), &err);
    for (;;) {
        assert_ok(lede_hits_next(hits, &hit, &err), &err);
        if (!hit)
            break;
        uint32_t story = (uint32_t)atoi(hit->article->key.data);
        for (uint32_t i = 0; i < hit->passage_count; i++)
            check_passage(story, &hit->passages[i]);
        bool wants_left = has_word(story, left), wants_right = has_word(story, right);
        bool is_left = is_marked(hit, left), is_right = is_marked(hit, right);
        if ((wants_left || wants_right) && !is_left && !is_right)
            fail_msg("story %u shows no word of %s", story, query);
        /* one may be left out where its passage would overlap the other's; one of 5 whatever is
         * read */
        *poor += (wants_left && !is_left) || (wants_right && !is_right);
        ++*shown;
    }
    lede_hits_free(hits);
}

static void words_are_shown(void **state)
{
    /* before the first word, between the words, behind the second */
    static const char *const shapes[][3] = {{"", " ", ""},
                                            {"", " OR ", ""},
                                            {"rarex OR ", " OR ", ""},
                                            {"\"", "\" OR \"", "\""},
                                            {"", " ", " -w3"}};
    uint32_t shown = 0, poor = 0;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (char l = 'a'; l < 'f'; l++)
            for (char r = 'a'; r < 'f'; r++) {
                char left[8], right[8], query[64];
                if (l == r)
                    continue;
                sprintf(left, "rare%c", l);
                sprintf(right, "rare%c", r);
                snprintf(query, sizeof query, "%s%s%s%s%s", shapes[s][0], left, shapes[s][1], right,
                         shapes[s][2]);
                search_all(*state, query, left, right, &shown, &poor);
            }
    assert_in_range(shown, 1000, 1000000);
    assert_in_range(poor, 0, shown / 4);
}

static void other_queries_hold(void **state)
{
    static const char *const queries[] = {
        "rarea~1",     "=rareb",     "rare?",      "w1 w/5 rarec", "\"w7 w1\"",
        "title:rarea", "lead:rared", "w3 OR rar*", "rarea -rareb", "atleast2(rarea)"};
    uint32_t shown = 0, poor = 0;
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        search_all(*state, queries[i], "nowhere", "nowhere", &shown, &poor);
    assert_in_range(shown, 50, 1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_are_shown, setup, teardown),
        cmocka_unit_test_setup_teardown(other_queries_hold, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
