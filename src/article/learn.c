/*
 * How is what a site's pages teach (sites.h) given and used?
 *
 *   repeated text    A block of REPEATED_WORDS and more that stands, letter by letter, on other
 *                    stories' pages of the site goes where the model is unsure of it; where it is
 *                    sure, only when nearly all pages have it, and these are some. Not where it is
 *                    most of what was chosen here and few pages are known: then the "other stories"
 *                    are this one under another headline.
 *   setting          A gap in the story is filled: a block between two that were chosen, and not
 *                    chosen itself, is lifted, at most by SETTING_WEIGHT, when what is set like it
 *                    was story on the other pages, much of it, and is story on this page too. Not
 *                    one with links, since "read also" is set like a paragraph.
 *
 * Each needs evidence from two sides, the other pages and this one, since most sites are known from
 * two or three pages. Measured by folds over sites in several trainings (bench/extraction): without
 * the model's doubt, this page's agreement or the gap some set lost in some training; lowering what
 * is set like furniture was worse on one set or more.
 *
 * The page's own share is taken out first, so a site seen through one page says nothing, and a page
 * alone is extracted as it always is. Only stories under other headlines count: two captures of one
 * story would call their common text furniture.
 */
#include "article/learn.h"

#include "article/head_scan.h"
#include "base/hash.h"
#include "text/url.h"

#define STORIES_PER_MORE 16u /* a repeated text needs one story more for each so many */
#define STORIES_SURE     3u  /* other stories from which repetition is believed however large */
#define SURE_PERCENT     75u /* of the other stories: then the model is not asked */
#define REPEATED_WORDS   6u  /* shorter texts repeat in stories too: "Pros", "Background" */
#define REPEATED_SCORE   256 /* up to which the model is unsure of a repeated text */
#define GONE_SCORE       (-512)
#define SETTING_WEIGHT   160  /* in 256ths, for a setting that is always story */
#define SETTING_LINKS    10u  /* with more than a tenth of its letters in links none is lifted */
#define SETTING_WORDS    200u /* of a setting on other pages, below which it says nothing */
#define SETTING_STORY    90u  /* percent of these that were story */
#define SETTING_OWN      70u  /* percent of this page's words in that setting that are story */
#define LIFTED_WORDS     6u   /* of a block, at least */
#define END_WORDS        12u  /* of a block that can be an end of the story */
#define OWN_SLOTS_MIN    64u

ld_site_page ld_learn_identify(const ld_capture *capture)
{
    ld_site_page page = {.site = 0};
    ld_span address = capture->url.bytes > 0 ? capture->url : ld_head_address(capture->body);
    ld_span site = ld_url_site(ld_url_host(address));
    char lower[256];
    if (site.bytes == 0 || site.bytes > sizeof lower)
        return page;
    for (size_t i = 0; i < site.bytes; i++)
        lower[i] = ld_text_lower(site.data[i]);
    page.site = ld_hash64(lower, site.bytes, 0) | 1;
    page.content = ld_hash64(capture->body.data, capture->body.bytes, 0);
    return page;
}

uint64_t ld_learn_story(const ld_story *story)
{
    uint64_t headline = ld_text_key(story->article->headline);
    return headline != 0 ? ld_hash64(&headline, sizeof headline, 0) : story->site_page.content;
}

lede_status ld_learn_teach(const ld_body *b, const int32_t *scores, lede_error *err)
{
    uint32_t count = 0;
    ld_site_block *blocks = ld_arena_array(b->story->arena, LD_SITE_BLOCKS_MAX, sizeof *blocks);
    for (uint32_t i = 0; blocks && i < b->t.block_count && count < LD_SITE_BLOCKS_MAX; i++)
        if (scores[i] > LD_SCORE_HOPELESS)
            blocks[count++] = (ld_site_block){b->t.blocks[i].key, b->states[i].path,
                                              b->t.blocks[i].words, scores[i] > 0};
    if (!blocks)
        return LEDE_OK; /* the arena says so */
    return ld_sites_add(b->story->options->taught, &b->story->site_page, blocks, count, err);
}

/* ---- the page's own share ---- */

typedef struct own_paths {
    ld_site_path *slots;
    uint32_t mask;
} own_paths;

static ld_site_path *own_at(const own_paths *own, uint64_t path)
{
    uint32_t i = (uint32_t)(path * 0x9e3779b97f4a7c15ull >> 32) & own->mask;
    while (own->slots[i].path != 0 && own->slots[i].path != path)
        i = (i + 1) & own->mask;
    return &own->slots[i];
}

static bool sum_own(const ld_body *b, const int32_t *scores, own_paths *own)
{
    uint32_t slots = OWN_SLOTS_MIN, count = 0;
    while (slots < b->t.block_count * 2)
        slots *= 2;
    *own = (own_paths){ld_arena_array(b->story->arena, slots, sizeof *own->slots), slots - 1};
    for (uint32_t i = 0; own->slots && i < b->t.block_count && count < LD_SITE_BLOCKS_MAX; i++) {
        if (scores[i] <= LD_SCORE_HOPELESS || b->states[i].path == 0)
            continue;
        count++;
        ld_site_path *sum = own_at(own, b->states[i].path);
        sum->path = b->states[i].path;
        sum->words += b->t.blocks[i].words;
        sum->body_words += scores[i] > 0 ? b->t.blocks[i].words : 0;
    }
    return own->slots != NULL;
}

/* ---- judging ---- */

typedef struct asking {
    const ld_site *site;
    uint32_t others; /* stories of the site but this one */
    bool is_known;   /* this one is among those that taught */
    own_paths own;
} asking;

/* Other stories with this text on their page; 0 where they are too few of the site's. */
static uint32_t repetitions(const asking *a, uint64_t text)
{
    uint32_t stories = ld_site_text_stories(a->site, text);
    stories -= a->is_known && stories > 0;
    return stories >= 1 + a->others / STORIES_PER_MORE ? stories : 0;
}

static bool is_story(const ld_site_path *sum, uint32_t percent)
{
    return sum->body_words > 0 && (uint64_t)sum->body_words * 100 >= (uint64_t)sum->words * percent;
}

static int32_t lift_of_setting(const asking *a, uint64_t path)
{
    ld_site_path all = ld_site_find_path(a->site, path);
    const ld_site_path *own = own_at(&a->own, path);
    if (path == 0 || !is_story(own, SETTING_OWN))
        return 0;
    if (a->is_known) {
        all.words -= own->words < all.words ? own->words : all.words;
        all.body_words -= own->body_words < all.body_words ? own->body_words : all.body_words;
    }
    if (all.words < SETTING_WORDS || !is_story(&all, SETTING_STORY))
        return 0;
    int64_t lean = 2 * (int64_t)all.body_words - all.words; /* 0..words */
    return (int32_t)(lean * SETTING_WEIGHT / all.words);
}

/* Most of the story stands on the other pages as well, and these are few: it is the same one. */
static bool is_same_story(const ld_body *b, const asking *a, const int32_t *scores)
{
    uint64_t chosen = 0, repeated = 0;
    for (uint32_t i = 0; i < b->t.block_count; i++) {
        uint32_t words = scores[i] > 0 ? b->t.blocks[i].words : 0;
        chosen += words;
        repeated += words > 0 && repetitions(a, b->t.blocks[i].key) > 0 ? words : 0;
    }
    return a->others < STORIES_SURE && repeated * 2 >= chosen;
}

static bool is_repeated(const asking *a, const ld_text_block *block, int32_t score)
{
    uint32_t stories = block->words >= REPEATED_WORDS ? repetitions(a, block->key) : 0;
    bool is_sure = stories >= STORIES_SURE && stories * 100 >= a->others * SURE_PERCENT;
    return stories > 0 && (score <= REPEATED_SCORE || is_sure);
}

/* The first and the last block of text that was chosen; *last is 0 where there is none. */
static void find_ends(const ld_body *b, const int32_t *scores, uint32_t *first, uint32_t *last)
{
    *first = UINT32_MAX;
    *last = 0;
    for (uint32_t i = 0; i < b->t.block_count; i++)
        if (scores[i] > 0 && b->t.blocks[i].words >= END_WORDS) {
            *first = *first == UINT32_MAX ? i : *first;
            *last = i;
        }
}

static bool can_be_lifted(const ld_text_block *block)
{
    return block->words >= LIFTED_WORDS && block->link_letters * SETTING_LINKS <= block->letters;
}

void ld_learn_judge(const ld_body *b, int32_t *scores)
{
    const ld_sites *sites = b->story->options->sites;
    asking a = {.site = sites ? ld_sites_find(sites, b->story->site_page.site) : NULL};
    if (!a.site)
        return;
    a.is_known = ld_site_has_story(a.site, b->story->site_page.story);
    a.others = ld_site_story_count(a.site) - a.is_known;
    if (a.others == 0 || !sum_own(b, scores, &a.own))
        return;
    uint32_t first, last;
    find_ends(b, scores, &first, &last);
    bool is_believed = !is_same_story(b, &a, scores);
    for (uint32_t i = 0; i < b->t.block_count; i++) {
        const ld_text_block *block = &b->t.blocks[i];
        if (scores[i] <= LD_SCORE_HOPELESS)
            continue;
        if (is_believed && repetitions(&a, block->key) > 0)
            scores[i] = is_repeated(&a, block, scores[i]) ? GONE_SCORE : scores[i];
        else if (scores[i] <= 0 && i > first && i < last && can_be_lifted(block))
            scores[i] += lift_of_setting(&a, b->states[i].path);
    }
}
