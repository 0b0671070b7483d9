/*
 * What do many pages of one site teach about each of them? (sites.h)
 *
 *     site -> [story, story, ... at most `stories_max`, those whose pages have the least hashes]
 *             story -> [text, path, words, is it body?] of its blocks
 *     finish: site -> texts that stand in two stories and more -> in how many
 *                     ways of setting (paths) -> words, words of story
 *
 * A text that stands on several pages of a site is furniture; a way of setting that on the other
 * pages is always story, or never, tells of this one. Who asks takes the page's own share out, so
 * that a page does not confirm itself.
 *
 * What is learned is a function of the set of pages, never of their order: of each site the stories
 * with the least hashes are kept; where all sites together pass LD_SITES_STORIES_MAX, the number
 * kept of each is halved, and at last sites go, those with the greatest hashes first. Each of these
 * steps depends on counts that only grow with the set, so the set decides how many are taken.
 *
 * Memory: LD_SITES_STORIES_MAX * LD_SITE_BLOCKS_MAX * 24 bytes at most, some 12 MiB. Cost of a page
 * that is not kept: two comparisons; of one that is: its blocks copied; of finishing: all blocks
 * once.
 *
 * Rejected: statistics of all pages of a site (memory grows with the archive, and 32 pages say what
 * 3,200 say), and updating them while pages are added (what is kept of a page would depend on when
 * it came). The bottom-k sample is that of Cohen and Kaplan, "Summarizing data using bottom-k
 * sketches" (PODC 2007).
 */
#include "article/sites.h"

#include <string.h>

#define SITE_SLOTS  (2 * LD_SITES_STORIES_MAX)
#define STORIES_MIN 2u

typedef struct known_story {
    uint64_t id, content;
    ld_site_block *blocks; /* [block_count] */
    uint32_t block_count;
} known_story;

typedef struct text_count {
    uint64_t text;          /* 0: free */
    uint32_t stories, last; /* last: the story that counted last, from 1 */
} text_count;

struct ld_site {
    uint64_t hash;        /* 0: free */
    known_story *stories; /* [story_count] */
    uint32_t story_count;
    text_count *texts;             /* [text_mask + 1] */
    ld_site_path *paths;           /* [path_mask + 1] */
    uint32_t text_mask, path_mask; /* 0: nothing is known */
};

struct ld_sites {
    const lede_env *env;
    ld_site *slots; /* [mask + 1] */
    uint32_t mask, site_count;
    uint32_t story_count; /* of all sites */
    uint32_t stories_max; /* of one site */
    uint64_t site_max;    /* sites with greater hashes are not kept */
};

lede_status ld_sites_new(const lede_env *env, ld_sites **sites, lede_error *err)
{
    *sites = NULL;
    ld_sites *s = ld_alloc_zero(env, sizeof *s);
    if (!s)
        return ld_error_nomem(err, sizeof *s);
    s->env = env;
    s->mask = SITE_SLOTS - 1;
    s->stories_max = LD_SITE_STORIES_MAX;
    s->site_max = UINT64_MAX;
    s->slots = ld_alloc_zero(env, SITE_SLOTS * sizeof *s->slots);
    if (!s->slots) {
        ld_release(env, s, sizeof *s);
        return ld_error_nomem(err, SITE_SLOTS * sizeof(ld_site));
    }
    *sites = s;
    return LEDE_OK;
}

static ld_site *slot_of(const ld_sites *s, uint64_t hash)
{
    uint32_t i = (uint32_t)(hash * 0x9e3779b97f4a7c15ull >> 40) & s->mask;
    while (s->slots[i].hash != 0 && s->slots[i].hash != hash)
        i = (i + 1) & s->mask;
    return &s->slots[i];
}

static void forget_story(const ld_sites *s, known_story *story)
{
    ld_release(s->env, story->blocks, story->block_count * sizeof *story->blocks);
    story->blocks = NULL;
    story->block_count = 0;
}

static uint32_t greatest(const ld_site *site)
{
    uint32_t at = 0;
    for (uint32_t i = 1; i < site->story_count; i++)
        at = site->stories[i].content > site->stories[at].content ? i : at;
    return at;
}

static void drop_greatest(ld_sites *s, ld_site *site)
{
    uint32_t at = greatest(site);
    forget_story(s, &site->stories[at]);
    site->stories[at] = site->stories[--site->story_count];
    s->story_count--;
}

static void release_counts(const ld_sites *s, ld_site *site)
{
    ld_release(s->env, site->texts, ((size_t)site->text_mask + 1) * sizeof *site->texts);
    ld_release(s->env, site->paths, ((size_t)site->path_mask + 1) * sizeof *site->paths);
    site->texts = NULL;
    site->paths = NULL;
    site->text_mask = site->path_mask = 0;
}

static void release_site(const ld_sites *s, ld_site *site)
{
    for (uint32_t i = 0; i < site->story_count; i++)
        forget_story(s, &site->stories[i]);
    ld_release(s->env, site->stories, LD_SITE_STORIES_MAX * sizeof *site->stories);
    release_counts(s, site);
    *site = (ld_site){.hash = 0};
}

/* Takes the sites above site_max out: the others are put in anew, so that probing finds them. */
static lede_status drop_sites(ld_sites *s, lede_error *err)
{
    ld_site *old = s->slots;
    ld_site *slots = ld_alloc_zero(s->env, SITE_SLOTS * sizeof *slots);
    if (!slots)
        return ld_error_nomem(err, SITE_SLOTS * sizeof *slots);
    s->slots = slots;
    s->site_count = 0;
    for (uint32_t i = 0; i <= s->mask; i++) {
        if (old[i].hash == 0)
            continue;
        if (old[i].hash > s->site_max) {
            s->story_count -= old[i].story_count;
            release_site(s, &old[i]);
            continue;
        }
        *slot_of(s, old[i].hash) = old[i];
        s->site_count++;
    }
    ld_release(s->env, old, SITE_SLOTS * sizeof *old);
    return LEDE_OK;
}

static lede_status make_room(ld_sites *s, lede_error *err)
{
    while (s->story_count > LD_SITES_STORIES_MAX) {
        if (s->stories_max <= STORIES_MIN) {
            s->site_max /= 2;
            LD_TRY(drop_sites(s, err));
            continue;
        }
        s->stories_max /= 2;
        for (uint32_t i = 0; i <= s->mask; i++)
            while (s->slots[i].story_count > s->stories_max)
                drop_greatest(s, &s->slots[i]);
    }
    return LEDE_OK;
}

bool ld_sites_want(const ld_sites *s, const ld_site_page *page)
{
    if (page->site == 0 || page->site > s->site_max)
        return false;
    const ld_site *site = slot_of(s, page->site);
    return site->story_count < s->stories_max ||
           page->content < site->stories[greatest(site)].content;
}

static lede_status open_site(ld_sites *s, uint64_t hash, ld_site **site, lede_error *err)
{
    *site = slot_of(s, hash);
    if ((*site)->hash != 0)
        return LEDE_OK;
    known_story *stories = ld_alloc_zero(s->env, LD_SITE_STORIES_MAX * sizeof *stories);
    if (!stories)
        return ld_error_nomem(err, LD_SITE_STORIES_MAX * sizeof *stories);
    **site = (ld_site){.hash = hash, .stories = stories};
    s->site_count++;
    return LEDE_OK;
}

lede_status ld_sites_add(ld_sites *s, const ld_site_page *page, const ld_site_block *blocks,
                         uint32_t block_count, lede_error *err)
{
    ld_site *site;
    if (!ld_sites_want(s, page))
        return LEDE_OK;
    block_count = block_count < LD_SITE_BLOCKS_MAX ? block_count : LD_SITE_BLOCKS_MAX;
    LD_TRY(open_site(s, page->site, &site, err));
    known_story kept = {page->story, page->content, NULL, block_count};
    kept.blocks = ld_alloc_array(s->env, block_count + 1u, sizeof *kept.blocks);
    if (!kept.blocks)
        return ld_error_nomem(err, block_count * sizeof *kept.blocks);
    /* released by its count: one spare block keeps an empty list a list */
    kept.block_count = block_count + 1u;
    memcpy(kept.blocks, blocks, block_count * sizeof *blocks);
    kept.blocks[block_count] = (ld_site_block){.text = 0};
    for (uint32_t i = 0; i < site->story_count; i++)
        if (site->stories[i].id == kept.id) {
            known_story *other = &site->stories[i];
            known_story lost = other->content > kept.content ? *other : kept;
            *other = other->content > kept.content ? kept : *other;
            forget_story(s, &lost);
            return LEDE_OK;
        }
    if (site->story_count == s->stories_max)
        drop_greatest(s, site);
    site->stories[site->story_count++] = kept;
    s->story_count++;
    return make_room(s, err);
}

/* ---- counting ---- */

static uint32_t first_slot(uint64_t key, uint32_t mask)
{
    return (uint32_t)(key * 0x9e3779b97f4a7c15ull >> 32) & mask;
}

static text_count *text_slot(const ld_site *site, uint64_t text)
{
    uint32_t i = first_slot(text, site->text_mask);
    while (site->texts[i].text != 0 && site->texts[i].text != text)
        i = (i + 1) & site->text_mask;
    return &site->texts[i];
}

static ld_site_path *path_slot(const ld_site *site, uint64_t path)
{
    uint32_t i = first_slot(path, site->path_mask);
    while (site->paths[i].path != 0 && site->paths[i].path != path)
        i = (i + 1) & site->path_mask;
    return &site->paths[i];
}

static void count_story(ld_site *site, uint32_t number)
{
    const known_story *story = &site->stories[number];
    for (uint32_t i = 0; i < story->block_count; i++) {
        const ld_site_block *block = &story->blocks[i];
        if (block->text != 0) {
            text_count *count = text_slot(site, block->text);
            count->text = block->text;
            count->stories += count->last != number + 1;
            count->last = number + 1;
        }
        if (block->path != 0) {
            ld_site_path *sum = path_slot(site, block->path);
            sum->path = block->path;
            sum->words += block->words;
            sum->body_words += block->is_body ? block->words : 0;
        }
    }
}

/* Tables with room for twice the entries; the old ones stay the caller's. */
static lede_status make_tables(const ld_sites *s, ld_site *site, uint32_t texts, uint32_t paths,
                               lede_error *err)
{
    uint32_t text_slots = 16, path_slots = 16;
    while (text_slots < texts * 2)
        text_slots *= 2;
    while (path_slots < paths * 2)
        path_slots *= 2;
    site->texts = ld_alloc_zero(s->env, text_slots * sizeof *site->texts);
    site->paths = ld_alloc_zero(s->env, path_slots * sizeof *site->paths);
    site->text_mask = text_slots - 1;
    site->path_mask = path_slots - 1;
    if (site->texts && site->paths)
        return LEDE_OK;
    release_counts(s, site);
    return ld_error_nomem(err, text_slots * sizeof *site->texts);
}

/* Most texts stand on one page alone: what says nothing is not kept. */
static lede_status compact(const ld_sites *s, ld_site *site, lede_error *err)
{
    ld_site wide = *site;
    uint32_t texts = 0, paths = 0;
    for (uint32_t i = 0; i <= wide.text_mask; i++)
        texts += wide.texts[i].stories > 1;
    for (uint32_t i = 0; i <= wide.path_mask; i++)
        paths += wide.paths[i].path != 0;
    lede_status status = make_tables(s, site, texts, paths, err);
    for (uint32_t i = 0; status == LEDE_OK && i <= wide.text_mask; i++)
        if (wide.texts[i].stories > 1)
            *text_slot(site, wide.texts[i].text) = wide.texts[i];
    for (uint32_t i = 0; status == LEDE_OK && i <= wide.path_mask; i++)
        if (wide.paths[i].path != 0)
            *path_slot(site, wide.paths[i].path) = wide.paths[i];
    release_counts(s, &wide);
    return status;
}

static lede_status count_site(const ld_sites *s, ld_site *site, lede_error *err)
{
    uint32_t blocks = 0;
    for (uint32_t i = 0; i < site->story_count; i++)
        blocks += site->stories[i].block_count;
    LD_TRY(make_tables(s, site, blocks, blocks, err));
    for (uint32_t i = 0; i < site->story_count; i++)
        count_story(site, i);
    return compact(s, site, err);
}

lede_status ld_sites_finish(ld_sites *s, lede_error *err)
{
    for (uint32_t i = 0; i <= s->mask; i++) {
        ld_site *site = &s->slots[i];
        if (site->story_count >= STORIES_MIN)
            LD_TRY(count_site(s, site, err));
        for (uint32_t k = 0; k < site->story_count; k++)
            forget_story(s, &site->stories[k]);
    }
    return LEDE_OK;
}

void ld_sites_free(ld_sites *s)
{
    if (!s)
        return;
    for (uint32_t i = 0; i <= s->mask; i++)
        if (s->slots[i].hash != 0)
            release_site(s, &s->slots[i]);
    ld_release(s->env, s->slots, SITE_SLOTS * sizeof *s->slots);
    ld_release(s->env, s, sizeof *s);
}

/* ---- asking ---- */

const ld_site *ld_sites_find(const ld_sites *s, uint64_t hash)
{
    const ld_site *site = hash != 0 ? slot_of(s, hash) : NULL;
    return site && site->hash == hash && site->text_mask > 0 ? site : NULL;
}

uint32_t ld_site_story_count(const ld_site *site)
{
    return site->story_count;
}

bool ld_site_has_story(const ld_site *site, uint64_t id)
{
    for (uint32_t i = 0; i < site->story_count; i++)
        if (site->stories[i].id == id)
            return true;
    return false;
}

uint32_t ld_site_text_stories(const ld_site *site, uint64_t text)
{
    return text != 0 ? text_slot(site, text)->stories : 0;
}

ld_site_path ld_site_find_path(const ld_site *site, uint64_t path)
{
    return path != 0 ? *path_slot(site, path) : (ld_site_path){.path = 0};
}
