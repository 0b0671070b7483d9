/* What is learned of sites: equal for every order of the pages, and what a naive count says. */
#include "article/sites.h"
#include "base/env.h"
#include "tests/test.h"

#define PAGES_MAX 6000u
#define BLOCKS    6u
#define TEXTS     40u

typedef struct test_page {
    ld_site_page page;
    ld_site_block blocks[BLOCKS];
} test_page;

static test_page pages[PAGES_MAX];
static uint32_t page_count;

static void make_pages(uint64_t seed, uint32_t count, uint32_t sites, uint32_t stories)
{
    test_random r = {seed};
    page_count = count;
    for (uint32_t i = 0; i < count; i++) {
        test_page *p = &pages[i];
        test_random site = {seed + 1000 + test_random_below(&r, sites)};
        p->page.site = test_random_u64(&site) | 1;
        p->page.content = test_random_u64(&r);
        p->page.story = 1 + test_random_below(&r, stories);
        for (uint32_t b = 0; b < BLOCKS; b++)
            p->blocks[b] =
                (ld_site_block){1 + test_random_below(&r, TEXTS), 1 + test_random_below(&r, 5),
                                test_random_below(&r, 30), test_random_below(&r, 2) == 1};
    }
}

static void shuffle(uint64_t seed)
{
    test_random r = {seed};
    for (uint32_t i = page_count; i > 1; i--) {
        uint32_t k = test_random_below(&r, i);
        test_page kept = pages[i - 1];
        pages[i - 1] = pages[k];
        pages[k] = kept;
    }
}

static ld_sites *learn(void)
{
    ld_sites *sites;
    lede_error err = {0};
    assert_ok(ld_sites_new(lede_env_system(), &sites, &err), &err);
    for (uint32_t i = 0; i < page_count; i++)
        if (ld_sites_want(sites, &pages[i].page))
            assert_ok(ld_sites_add(sites, &pages[i].page, pages[i].blocks, BLOCKS, &err), &err);
    assert_ok(ld_sites_finish(sites, &err), &err);
    return sites;
}

/* Everything that can be asked about the sites of the pages, as one number. */
static uint64_t answers(const ld_sites *sites)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < page_count; i++) {
        const ld_site *site = ld_sites_find(sites, pages[i].page.site);
        if (!site)
            continue;
        uint64_t h = pages[i].page.site ^ ld_site_story_count(site);
        h = h * 31 + ld_site_has_story(site, pages[i].page.story);
        for (uint64_t text = 1; text <= TEXTS; text++)
            h = h * 31 + ld_site_text_stories(site, text);
        for (uint64_t path = 1; path <= 5; path++) {
            ld_site_path sums = ld_site_find_path(site, path);
            h = (h * 31 + sums.words) * 31 + sums.body_words;
        }
        sum += h * 0x9e3779b97f4a7c15ull ^ pages[i].page.content;
    }
    return sum;
}

static void test_order(void **state)
{
    (void)state;
    static const struct {
        uint32_t pages, sites, stories;
    } sets[] = {{300, 7, 20}, {2000, 3, 5000}, {5000, 120, 90}, {6000, 3000, 4}, {6000, 800, 9}};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        make_pages(i + 1, sets[i].pages, sets[i].sites, sets[i].stories);
        ld_sites *sites = learn();
        uint64_t first = answers(sites);
        ld_sites_free(sites);
        assert_int_not_equal(first, 0);
        for (uint64_t order = 1; order <= 4; order++) {
            shuffle(order * 77);
            sites = learn();
            assert_int_equal(answers(sites), first);
            ld_sites_free(sites);
        }
    }
}

static bool is_kept(uint32_t at)
{
    uint32_t before = 0;
    for (uint32_t i = 0; i < page_count; i++) {
        if (pages[i].page.site != pages[at].page.site || i == at)
            continue;
        bool is_less = pages[i].page.content < pages[at].page.content;
        if (is_less && pages[i].page.story == pages[at].page.story)
            return false;
        bool stands_for_its_story = true;
        for (uint32_t k = 0; k < page_count; k++)
            stands_for_its_story &= pages[k].page.site != pages[i].page.site ||
                                    pages[k].page.story != pages[i].page.story ||
                                    pages[k].page.content >= pages[i].page.content;
        before += is_less && stands_for_its_story;
    }
    return before < LD_SITE_STORIES_MAX;
}

static void test_naive_count(void **state)
{
    (void)state;
    make_pages(5, 240, 3, 60);
    ld_sites *sites = learn();
    for (uint32_t at = 0; at < page_count; at += 7) {
        const ld_site *site = ld_sites_find(sites, pages[at].page.site);
        uint32_t stories = 0, with_text[TEXTS + 1] = {0}, words[6] = {0}, body[6] = {0};
        for (uint32_t i = 0; i < page_count; i++) {
            if (pages[i].page.site != pages[at].page.site || !is_kept(i))
                continue;
            bool seen[TEXTS + 1] = {false};
            stories++;
            for (uint32_t b = 0; b < BLOCKS; b++) {
                const ld_site_block *block = &pages[i].blocks[b];
                with_text[block->text] += !seen[block->text];
                seen[block->text] = true;
                words[block->path] += block->words;
                body[block->path] += block->is_body ? block->words : 0;
            }
        }
        assert_non_null(site);
        assert_int_equal(ld_site_story_count(site), stories);
        for (uint32_t t = 1; t <= TEXTS; t++)
            assert_int_equal(ld_site_text_stories(site, t), with_text[t] > 1 ? with_text[t] : 0);
        for (uint32_t p = 1; p <= 5; p++) {
            assert_int_equal(ld_site_find_path(site, p).words, words[p]);
            assert_int_equal(ld_site_find_path(site, p).body_words, body[p]);
        }
    }
    ld_sites_free(sites);
}

static void test_nothing_to_learn(void **state)
{
    (void)state;
    ld_sites *sites;
    lede_error err = {0};
    assert_ok(ld_sites_new(lede_env_system(), &sites, &err), &err);
    ld_site_page page = {.site = 0, .content = 1, .story = 1};
    assert_false(ld_sites_want(sites, &page));
    page.site = 7;
    assert_ok(ld_sites_add(sites, &page, NULL, 0, &err), &err);
    page.content = 2; /* the same story once more */
    assert_ok(ld_sites_add(sites, &page, NULL, 0, &err), &err);
    assert_ok(ld_sites_finish(sites, &err), &err);
    assert_null(ld_sites_find(sites, 7));
    assert_null(ld_sites_find(sites, 9));
    assert_null(ld_sites_find(sites, 0));
    ld_sites_free(sites);
    ld_sites_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_naive_count),
        cmocka_unit_test(test_nothing_to_learn),
    };
    return cmocka_run_group_tests_name("sites", tests, NULL, NULL);
}
