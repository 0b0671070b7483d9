/*
 * Which of the blocks are the story?
 *
 *   1. prose      How much running text is in each element? (prefix sums over the blocks)
 *   2. dropped    Elements whose names or tags say furniture are dropped, unless they hold most of
 *                 the page's prose: names lie ("with-sidebar", a form around the whole page).
 *   3. container  Every block has a worth: its letters, less what is in links; blocks of links
 *                 count against. An element's score is the worth of its own blocks plus DECAY times
 *                 the scores of its children; so the smallest element that holds nearly all of
 *                 the prose wins, and an element above it wins where the body stands in parts.
 *                 Names of bodies and the schema.org markup weigh in.
 *   4. evidence   JSON-LD often carries articleBody. Blocks whose word shingles stand in it are
 *                 the story; it guides the choice, and is itself the body only where the page
 *                 shows less than half of it.
 *   5. blocks     Within the container, furniture lines, link lists, captions, headings without
 *                 text behind them, repeats and what stands before the headline are taken out.
 *   6. model      Trees over what can be counted about each block (features.c), the rules' choice
 *                 among it, have the last word, also outside the container; what is known
 *                 furniture stays out (choose_by_model).
 *
 * Invariants: each block is emitted once at most, in document order. Cost: linear in blocks and
 * elements.
 *
 * Sources of the ideas: Kohlschütter, Fankhauser, Nejdl, "Boilerplate detection using shallow text
 * features" (WSDM 2010) for link density and neighbours; the scoring of parents by their paragraphs
 * is that of the Readability family; the best subtree by a sum of worths follows "body text
 * extraction" (Finn, Kushmerick, Smyth 2001). Rejected: a list of sites' selectors; it ages.
 */
#include "article/body.h"

#include "article/aside.h"
#include "article/authors.h"
#include "article/block_model.h"
#include "article/body_state.h"
#include "article/caption.h"
#include "article/furniture.h"
#include "article/learn.h"
#include "article/liveblog.h"
#include "html/node.h"

#define DECAY               0.92f
#define LD_WORDS_MIN        60u /* an articleBody shorter than this is a teaser */
#define SHINGLE_WORDS       4u
#define SHINGLES_MAX        (1u << 20)
#define PROSE_LEFT_PERCENT  7u         /* of a page; when less is left, too much was dropped */
#define MODEL_ELEMENTS_MAX  (1u << 17) /* of more no story is made; the rules suffice */
#define MODEL_SURE          384        /* score from which the trees overrule the markup */
#define MODEL_SURE_ABOVE    640        /* the same for a line above the headline */
#define DOUBTFUL_PARTS      6u         /* of the words chosen; one of them may be doubtful */
#define MODEL_WORDS_MIN     10u        /* of fewer the trees make no story: the rules stand */
#define CAPTION_BYTES_MAX   900u
#define LEAD_WORDS_MIN      8u
#define TEASERS_MIN         8u   /* links of a headline's length on a page of links */
#define LIST_PAGE_PROSE_MIN 500u /* letters of story below which a page of links is a list */

/* Families that drop an element, and the share of the page's prose that overrules the name. */
#define DROP_HARD                                                                                  \
    (LD_MARK_CONSENT | LD_MARK_NAV | LD_MARK_COMMENT | LD_MARK_FOOTER | LD_MARK_NEWSLETTER |       \
     LD_MARK_HIDDEN | LD_MARK_SHARE | LD_MARK_PAYWALL | LD_MARK_MASTHEAD | LD_MARK_AUTHOR_BOX)
#define DROP_SOFT (LD_MARK_RELATED | LD_MARK_AD | LD_MARK_SIDE | LD_MARK_TAGS)

/* ---- evidence ---- */

typedef struct shingles {
    uint64_t *slots; /* [mask + 1] 0: free */
    uint32_t mask, count;
} shingles;

typedef struct shingle_window {
    uint64_t words[SHINGLE_WORDS];
    uint32_t seen;
} shingle_window;

/* The hash of the next word, of letters and digits; false at the end. */
static bool next_word_hash(ld_span s, size_t *at, uint64_t *hash)
{
    size_t i = *at;
    while (i < s.bytes && !ld_text_is_word_byte(s.data[i]))
        i++;
    if (i == s.bytes)
        return false;
    uint64_t h = 0xcbf29ce484222325ull;
    for (; i < s.bytes && ld_text_is_word_byte(s.data[i]); i++)
        if ((unsigned char)s.data[i] != 0xe2 && (unsigned char)s.data[i] != 0x80)
            h = (h ^ (unsigned char)ld_text_lower(s.data[i])) * 0x100000001b3ull;
    *at = i;
    *hash = h;
    return true;
}

static bool push_shingle(shingle_window *w, uint64_t word, uint64_t *shingle)
{
    w->words[w->seen++ % SHINGLE_WORDS] = word;
    if (w->seen < SHINGLE_WORDS)
        return false;
    uint64_t h = 0;
    for (uint32_t i = 0; i < SHINGLE_WORDS; i++)
        h = (h ^ w->words[(w->seen + i) % SHINGLE_WORDS]) * 0x9e3779b97f4a7c15ull;
    *shingle = h | 1;
    return true;
}

static bool shingles_have(const shingles *set, uint64_t shingle)
{
    for (uint32_t i = (uint32_t)(shingle >> 32) & set->mask; set->slots[i] != 0;
         i = (i + 1) & set->mask)
        if (set->slots[i] == shingle)
            return true;
    return false;
}

static bool shingles_make(ld_arena *arena, ld_span text, shingles *set, uint32_t *words)
{
    *words = ld_text_word_count(text);
    uint32_t slots = 256;
    while (slots < *words * 2 && slots < SHINGLES_MAX)
        slots *= 2;
    *set = (shingles){ld_arena_array(arena, slots, sizeof *set->slots), slots - 1, 0};
    if (!set->slots)
        return false;
    shingle_window w = {.seen = 0};
    uint64_t word, shingle;
    for (size_t at = 0; next_word_hash(text, &at, &word) && set->count < slots / 2;) {
        if (!push_shingle(&w, word, &shingle) || shingles_have(set, shingle))
            continue;
        uint32_t i = (uint32_t)(shingle >> 32) & set->mask;
        while (set->slots[i] != 0)
            i = (i + 1) & set->mask;
        set->slots[i] = shingle;
        set->count++;
    }
    return true;
}

static void weigh_evidence(ld_body *b)
{
    ld_span text = ld_text_fold_escaped(b->story->arena, b->meta->ld.body);
    shingles set;
    if (text.bytes == 0 || !shingles_make(b->story->arena, text, &set, &b->evidence_words) ||
        b->evidence_words < LD_WORDS_MIN)
        return;
    uint32_t matched = 0, prose_unmatched = 0;
    for (uint32_t i = 0; i < b->t.block_count; i++) {
        shingle_window w = {.seen = 0};
        uint32_t all = 0, hits = 0;
        uint64_t word, shingle;
        for (size_t at = 0; next_word_hash(b->t.blocks[i].text, &at, &word);)
            if (push_shingle(&w, word, &shingle)) {
                all++;
                hits += shingles_have(&set, shingle);
            }
        b->states[i].match_percent = all > 0 ? (uint8_t)(hits * 100 / all) : 0;
        if (b->states[i].match_percent >= 60)
            matched += hits;
        else if (ld_block_is_prose(&b->t.blocks[i]) && !b->states[i].is_dropped)
            prose_unmatched += b->t.blocks[i].words;
    }
    b->has_evidence = matched * 2 >= set.count;
    b->is_evidence_whole = matched * 10 >= set.count * 7 && prose_unmatched * 2 < b->evidence_words;
}

/* ---- what is dropped ---- */

static uint32_t prose_between(const ld_body *b, uint32_t from, uint32_t end)
{
    return b->prose[end] - b->prose[from];
}

static uint32_t tag_marks(uint16_t tag)
{
    switch (tag) {
    case LD_TAG_NAV:
        return LD_MARK_NAV;
    case LD_TAG_MENU:
        return LD_MARK_NAV;
    case LD_TAG_FOOTER:
        return LD_MARK_FOOTER;
    case LD_TAG_ASIDE:
        return LD_MARK_SIDE;
    case LD_TAG_FORM:
        return LD_MARK_NEWSLETTER;
    case LD_TAG_FIGCAPTION:
        return LD_MARK_CAPTION;
    case LD_TAG_ARTICLE:
        return LD_MARK_STORY;
    case LD_TAG_MAIN:
        return LD_MARK_STORY;
    case LD_TAG_SEARCH:
        return LD_MARK_NAV;
    default:
        return 0;
    }
}

/* The families of an element's own names that speak for dropping it. */
static uint32_t drop_marks(const ld_body *b, const ld_text_element *e)
{
    if (e->tag == LD_TAG_BODY || e->tag == LD_TAG_HTML || e->tag == LD_TAG_MAIN)
        return 0;
    uint64_t prose = prose_between(b, e->first, e->end), total = b->prose[b->t.block_count];
    uint32_t marks = 0;
    if (prose * 2 < total)
        marks |= e->marks & DROP_HARD;
    if (prose * 4 < total && !((e->marks & LD_MARK_BODY) && !(e->marks & DROP_HARD)))
        marks |= e->marks & DROP_SOFT;
    return marks;
}

/* Where all drops together would leave next to no prose, the families that take much of it in small
 * pieces mean something else on this page ("widget" in page builders). */
static uint32_t find_void_families(ld_body *b)
{
    uint64_t taken[32] = {0}, total = b->prose[b->t.block_count];
    uint64_t taken_by_any = 0;
    uint32_t voided = 0;
    for (uint32_t i = 0; i < b->t.element_count; i++) {
        const ld_text_element *e = &b->t.elements[i];
        uint32_t above = e->parent != LD_ELEMENT_NONE ? b->elements[e->parent].inherited : 0;
        uint32_t marks = drop_marks(b, e);
        b->elements[i].inherited = above | marks;
        if (marks != 0 && above == 0)
            taken_by_any += prose_between(b, e->first, e->end);
        for (uint32_t left = marks & ~above; left != 0; left &= left - 1)
            taken[__builtin_ctz(left)] += prose_between(b, e->first, e->end);
    }
    for (uint32_t family = 0; family < 32; family++)
        if (taken_by_any * 100 > total * (100 - PROSE_LEFT_PERCENT) && taken[family] * 4 > total)
            voided |= 1u << family;
    return voided;
}

/* Asked once of each block: it costs a look at every word. */
static uint32_t words_of(const ld_body *b, uint32_t i)
{
    ld_block_state *s = &b->states[i];
    if (!s->are_words_known) {
        s->words = (uint8_t)ld_furniture_read_words(b->t.blocks[i].text);
        s->are_words_known = true;
    }
    return s->words;
}

static bool is_consent(const ld_body *b, uint32_t i)
{
    return (words_of(b, i) & LD_WORDS_OF_CONSENT) != 0;
}

static void mark_dropped(ld_body *b)
{
    for (uint32_t i = 0; i < b->t.element_count; i++)
        b->t.elements[i].marks |= tag_marks(b->t.elements[i].tag);
    uint32_t voided = find_void_families(b);
    for (uint32_t i = 0; i < b->t.element_count; i++) {
        const ld_text_element *e = &b->t.elements[i];
        ld_element_state *s = &b->elements[i];
        const ld_element_state *above =
            e->parent != LD_ELEMENT_NONE ? &b->elements[e->parent] : &(ld_element_state){0};
        s->is_dropped = above->is_dropped || (drop_marks(b, e) & ~voided) != 0;
        s->inherited = above->inherited | e->marks;
    }
    for (uint32_t i = 0; i < b->t.block_count; i++) {
        const ld_text_block *block = &b->t.blocks[i];
        const ld_element_state *e = &b->elements[block->element];
        b->states[i].is_caption =
            (e->inherited & LD_MARK_CAPTION) && block->text.bytes <= CAPTION_BYTES_MAX;
        b->states[i].is_dropped = e->is_dropped || b->states[i].is_caption || is_consent(b, i);
    }
}

/* ---- the container ---- */

static float block_worth(const ld_body *b, uint32_t i)
{
    const ld_text_block *block = &b->t.blocks[i];
    const ld_block_state *s = &b->states[i];
    if (s->is_dropped)
        return 0;
    float share = ld_block_link_share(block), letters = (float)block->letters;
    if (b->has_evidence && s->match_percent >= 60)
        return letters * 1.5f;
    if (block->heading > 0)
        return share > LD_LINKY ? -letters : 0;
    if (share > LD_LINKY)
        return -letters * 0.8f - 10;
    float worth = letters * (1 - share) * (1 - share);
    bool is_text = ld_block_is_prose(block);
    if (!is_text)
        worth = block->is_paragraph || block->kind == LD_BLOCK_LIST_ITEM ? worth * 0.2f
                                                                         : -letters * 0.3f;
    else if (!block->is_paragraph && block->kind == LD_BLOCK_PARAGRAPH)
        worth *= block->ends_sentence ? 0.8f : 0.4f;
    if (b->has_evidence && b->is_evidence_whole && worth > 0)
        worth *= 0.3f;
    return worth;
}

static float name_weight(const ld_text_element *e)
{
    float weight = 1;
    if (e->marks & LD_MARK_BODY)
        weight *= 1.4f;
    else if (e->tag == LD_TAG_ARTICLE)
        weight *= 1.25f;
    else if (e->marks & LD_MARK_STORY)
        weight *= 1.1f;
    if (e->tag == LD_TAG_P || e->tag == LD_TAG_BLOCKQUOTE || e->tag == LD_TAG_UL ||
        e->tag == LD_TAG_OL || e->tag == LD_TAG_LI)
        weight *= 0.5f;
    return weight;
}

static void choose_container(ld_body *b)
{
    for (uint32_t i = 0; i < b->t.block_count; i++) {
        b->states[i].worth = block_worth(b, i);
        b->elements[b->t.blocks[i].element].score += b->states[i].worth;
    }
    float best = 0;
    b->container = LD_ELEMENT_NONE;
    for (uint32_t i = b->t.element_count; i-- > 0;) {
        const ld_text_element *e = &b->t.elements[i];
        if (e->parent != LD_ELEMENT_NONE) {
            /* an element of links does not drag its parent down by more than half */
            float score = b->elements[i].score;
            b->elements[e->parent].score += score > 0 ? score * DECAY : score * 0.5f;
        }
        float score = b->elements[i].score * name_weight(e);
        if (!b->elements[i].is_dropped && score > best) {
            best = score;
            b->container = i;
        }
    }
    b->from = 0;
    b->end = b->t.block_count;
    if (b->container != LD_ELEMENT_NONE) {
        b->from = b->t.elements[b->container].first;
        b->end = b->t.elements[b->container].end;
    }
}

/* Where the body stands in parts with the same markup, or more prose stands beside it in the same
 * <article>: the container's ancestors are taken while they add prose and no other story. */
static void widen_container(ld_body *b)
{
    uint32_t at = b->container;
    for (int steps = 0; at != LD_ELEMENT_NONE && steps < 4; steps++) {
        uint32_t parent = b->t.elements[at].parent;
        if (parent == LD_ELEMENT_NONE || b->elements[parent].is_dropped)
            return;
        const ld_text_element *e = &b->t.elements[parent];
        float gain = 0, loss = 0;
        for (uint32_t i = e->first; i < e->end; i++) {
            if (i >= b->from && i < b->end)
                continue;
            float worth = b->states[i].worth;
            if (worth > 60 && b->t.blocks[i].is_paragraph)
                gain += worth;
            else if (worth < 0)
                loss -= worth;
        }
        bool is_story = e->tag == LD_TAG_ARTICLE || (e->marks & LD_MARK_BODY);
        if (gain > 150 && (gain > 2 * loss || (is_story && gain > loss))) {
            b->container = parent;
            b->from = e->first;
            b->end = e->end;
        }
        if (e->tag == LD_TAG_ARTICLE)
            return;
        at = parent;
    }
}

/* A container of several <article> elements, as pages that go on with the next story have: the
 * one with the headline is the story. */
static void narrow_to_article(ld_body *b)
{
    if (b->meta->ld.is_liveblog || b->headline_block < b->from || b->headline_block >= b->end)
        return;
    uint32_t own = b->t.blocks[b->headline_block].element;
    while (own != LD_ELEMENT_NONE && b->t.elements[own].tag != LD_TAG_ARTICLE)
        own = b->t.elements[own].parent;
    if (own == LD_ELEMENT_NONE || b->t.elements[own].first < b->from ||
        b->t.elements[own].end > b->end)
        return;
    uint32_t prose = prose_between(b, b->t.elements[own].first, b->t.elements[own].end);
    bool has_other = false;
    for (uint32_t i = b->t.elements[own].last_inside + 1; i < b->t.element_count && !has_other; i++)
        has_other = b->t.elements[i].tag == LD_TAG_ARTICLE && b->t.elements[i].first < b->end &&
                    prose_between(b, b->t.elements[i].first, b->t.elements[i].end) > 300;
    if (has_other && prose > 300) {
        b->from = b->t.elements[own].first;
        b->end = b->t.elements[own].end;
    }
}

/* ---- blocks ---- */

/* The page's <h1> that <title> opens with, where the headline is another wording of it. */
static uint32_t find_only_heading(const ld_body *b)
{
    for (uint32_t i = 0; i < b->t.block_count; i++)
        if (b->t.blocks[i].heading == 1 && !b->states[i].is_dropped &&
            ld_span_starts_with(b->meta->title, b->t.blocks[i].text))
            return i;
    return b->t.block_count;
}

static void find_headline(ld_body *b)
{
    uint64_t key = ld_text_key(b->story->article->headline);
    b->headline_block = b->t.block_count;
    for (uint32_t i = 0; key != 0 && i < b->t.block_count; i++)
        if (b->t.blocks[i].key == key && !b->states[i].is_dropped &&
            (b->headline_block == b->t.block_count || b->t.blocks[i].heading == 1)) {
            b->headline_block = i;
            if (b->t.blocks[i].heading == 1)
                return;
        }
    if (b->headline_block == b->t.block_count && b->meta->h1_count == 1)
        b->headline_block = find_only_heading(b);
}

/* A list whose items are mostly links, within the body: it belongs to other stories. */
static bool is_link_item(const ld_body *b, uint32_t i)
{
    const ld_text_block *block = &b->t.blocks[i];
    float share = ld_block_link_share(block);
    if (b->has_evidence && b->states[i].match_percent >= 80)
        return false;
    if (share < LD_LINKY)
        return false;
    if (block->kind == LD_BLOCK_LIST_ITEM || block->heading > 0)
        return share > 0.8f;
    return share > 0.9f || (share > 0.65f && block->words < 30 && !block->ends_sentence);
}

static bool is_furniture(const ld_body *b, uint32_t i)
{
    const ld_text_block *block = &b->t.blocks[i];
    if (b->states[i].is_dropped || is_link_item(b, i))
        return true;
    if (b->has_evidence && b->states[i].match_percent >= 80)
        return false;
    if (block->words <= 24 && ld_body_judge_block(b, i) != LD_FURNITURE_NONE)
        return true;
    if (block->link_letters > 0 && block->words < 40 && ld_furniture_is_read_also(block->text))
        return true;
    uint32_t marks = b->t.elements[block->element].marks;
    uint32_t inherited = b->elements[block->element].inherited;
    if (((marks | inherited) & (LD_MARK_META | LD_MARK_CREDIT)) && !ld_block_is_prose(block))
        return true;
    if ((inherited & LD_MARK_MEDIA) && !ld_block_is_prose(block))
        return true;
    /* bare text in a container that is no paragraph, no list, no sentence */
    return block->heading == 0 && block->kind == LD_BLOCK_PARAGRAPH && !block->is_paragraph &&
           !block->ends_sentence && block->words < 8;
}

static void take_captions(ld_body *b)
{
    uint32_t last = b->end, seen = 0;
    for (uint32_t i = 0; i < b->t.element_count; i++) {
        const ld_text_element *e = &b->t.elements[i];
        bool is_own = (e->marks & LD_MARK_CAPTION) != 0;
        bool is_nested =
            e->parent != LD_ELEMENT_NONE && (b->elements[e->parent].inherited & LD_MARK_CAPTION);
        if (!is_own || is_nested || e->first >= last || e->first == e->end ||
            b->elements[i].is_dropped)
            continue;
        if (b->headline_block < b->t.block_count && e->end <= b->headline_block &&
            e->end + 12 < b->headline_block)
            continue;
        if (seen++ == LD_ARTICLE_CAPTIONS_MAX) {
            b->story->article->truncated = true;
            return;
        }
        ld_span credit;
        ld_span text =
            ld_blocks_caption_text(b->story->arena, b->page, b->t.marks, e->node, &credit);
        if (text.bytes > CAPTION_BYTES_MAX)
            continue;
        ld_story_add_caption(b->story, text, ld_credit_clean(credit));
    }
}

/* A line of text that is a caption by its credit, though the markup does not say so. */
static bool is_unmarked_caption(const ld_body *b, uint32_t i)
{
    const ld_text_block *block = &b->t.blocks[i];
    if (block->kind != LD_BLOCK_PARAGRAPH || block->text.bytes > 500)
        return false;
    ld_caption caption;
    if (ld_span_starts_with(block->text, LD_SPAN("FILE - ")))
        return true; /* how agencies open the caption of a photograph from their files */
    ld_credit_strength strength = ld_caption_split(block->text, &caption);
    return strength == LD_CREDIT_STRONG && (caption.text.bytes == 0 || block->text.bytes < 350);
}

static void select_blocks(ld_body *b)
{
    uint32_t from = b->from, end = b->end;
    if (b->headline_block < end && b->headline_block >= from)
        from = b->headline_block + 1;
    uint32_t first_match = end, last_match = from;
    for (uint32_t i = from; i < end; i++)
        if (b->has_evidence && b->states[i].match_percent >= 60 && !b->states[i].is_dropped) {
            first_match = first_match == end ? i : first_match;
            last_match = i;
        }
    bool is_list = false;
    for (uint32_t i = from; i < end; i++) {
        const ld_text_block *block = &b->t.blocks[i];
        if (b->is_evidence_whole && first_match < end &&
            ((i < first_match && !(b->elements[block->element].inherited & LD_MARK_LEAD)) ||
             i > last_match)) {
            b->states[i].is_beyond = true;
            continue;
        }
        if (is_furniture(b, i)) {
            ld_furniture judged = ld_body_judge_block(b, i);
            if (judged == LD_FURNITURE_OPENER && !b->states[i].is_dropped)
                is_list = true;
            continue;
        }
        if (ld_block_is_prose(block) && block->is_paragraph)
            is_list = false;
        if (is_list)
            continue;
        if (is_unmarked_caption(b, i)) {
            b->states[i].is_unmarked_caption = true;
            continue;
        }
        b->states[i].is_body = true;
    }
}

/* Headings and short lines at either end, and headings with nothing behind them. */
static void trim_blocks(ld_body *b)
{
    bool has_text_behind = false;
    uint32_t last_heading = UINT32_MAX;
    for (uint32_t i = b->end; i-- > b->from;) {
        const ld_text_block *block = &b->t.blocks[i];
        if (!b->states[i].is_body)
            continue;
        bool is_weak = !ld_block_is_prose(block) && !block->ends_sentence &&
                       block->kind != LD_BLOCK_TABLE_ROW && block->kind != LD_BLOCK_PRE &&
                       block->kind != LD_BLOCK_LIST_ITEM && b->states[i].match_percent < 60;
        if (!has_text_behind && (is_weak || block->heading > 0)) {
            b->states[i].is_body = false;
            continue;
        }
        has_text_behind = true;
        if (block->heading > 0 && last_heading != UINT32_MAX && last_heading == i + 1 &&
            b->t.blocks[last_heading].heading <= block->heading)
            b->states[i].is_body = b->states[i].match_percent >= 60;
        if (block->heading > 0)
            last_heading = i;
    }
}

static void drop_repeats(ld_body *b)
{
    uint32_t slots = 256;
    while (slots < b->t.block_count * 2)
        slots *= 2;
    uint64_t *seen = ld_arena_array(b->story->arena, slots, sizeof *seen);
    for (uint32_t i = 0; seen && i < b->t.block_count; i++) {
        uint64_t key = b->t.blocks[i].key;
        if (!b->states[i].is_body || b->t.blocks[i].words < 6 || key == 0)
            continue;
        uint32_t slot = (uint32_t)(key >> 20) & (slots - 1);
        while (seen[slot] != 0 && seen[slot] != key)
            slot = (slot + 1) & (slots - 1);
        if (seen[slot] == key)
            b->states[i].is_body = false;
        seen[slot] = key;
    }
}

/* The standfirst between the headline and the container. */
static uint32_t find_lead(const ld_body *b)
{
    if (b->headline_block >= b->from || b->is_evidence_whole)
        return UINT32_MAX;
    for (uint32_t i = b->headline_block + 1; i < b->from; i++) {
        const ld_text_block *block = &b->t.blocks[i];
        bool is_marked = (b->elements[block->element].inherited & LD_MARK_LEAD) != 0;
        if (b->states[i].is_dropped || ld_block_link_share(block) > 0.3f ||
            block->words < LEAD_WORDS_MIN || is_unmarked_caption(b, i) ||
            ld_body_judge_block(b, i) != LD_FURNITURE_NONE)
            continue;
        if (is_marked || (block->is_paragraph && block->ends_sentence) || block->heading == 2)
            return i;
    }
    return UINT32_MAX;
}

/* Bylines and dates that readers see around the headline. */
static void read_head_lines(ld_body *b)
{
    uint32_t first = b->from;
    while (first < b->end &&
           !(b->states[first].is_body && ld_block_is_prose(&b->t.blocks[first]) &&
             (b->t.blocks[first].ends_sentence || b->t.blocks[first].words >= 30)))
        first++;
    uint32_t from = b->headline_block < b->t.block_count && b->headline_block < first
                        ? b->headline_block + 1
                        : (first > 8 ? first - 8 : 0);
    bool needs_authors = b->story->author_count == 0;
    for (uint32_t i = from; i < first && i < from + 40; i++) {
        ld_text_block *block = &b->t.blocks[i];
        if (b->states[i].is_caption || block->text.bytes > 200)
            continue;
        bool is_about_date = ld_dates_offer_line(b->dates, block->text, true);
        bool is_byline = needs_authors && ld_authors_add_byline(b->story, block->text, true);
        if ((is_about_date || is_byline) && !block->ends_sentence && block->words < 30) {
            b->states[i].is_body = false;
            b->states[i].is_byline = true;
        }
    }
}

/* No date so far: lines that say "Published ...", and those that the markup calls a date. */
static void read_other_date_lines(ld_body *b)
{
    for (uint32_t i = 0; i < b->t.block_count; i++) {
        const ld_text_block *block = &b->t.blocks[i];
        if (b->dates->published.precision != LD_DATE_NONE)
            return;
        if (block->text.bytes > 120 || b->states[i].is_caption || block->link_letters > 10)
            continue;
        uint32_t inherited = b->elements[block->element].inherited;
        bool is_marked = (inherited & LD_MARK_META) && !(inherited & (LD_MARK_COMMENT | DROP_SOFT));
        ld_dates_offer_line(b->dates, block->text, is_marked && !block->ends_sentence);
    }
}

/* Lines of a byline or a date that the story opens or ends with. */
static void drop_byline_blocks(ld_body *b)
{
    for (uint32_t i = b->from; i < b->end; i++) {
        const ld_text_block *block = &b->t.blocks[i];
        if (!b->states[i].is_body || block->words > 12 || block->ends_sentence ||
            block->heading > 0)
            continue;
        int64_t utc_ms;
        size_t from, end;
        bool is_date = ld_dates_find(block->text, false, &utc_ms, &from, &end) != LD_DATE_NONE &&
                       end - from + 24 > block->text.bytes;
        bool is_byline =
            ld_text_after_word(block->text, LD_SPAN("by")).data != NULL && block->words <= 6;
        if ((is_date && b->states[i].match_percent < 60) || is_byline) {
            b->states[i].is_body = false;
            b->states[i].is_byline = true;
        }
    }
}

/* ---- the model ---- */

/* Lines that are known for what they are, whatever the trees say. */
static bool is_known_furniture(const ld_body *b, uint32_t i, const ld_features *row, int32_t score)
{
    const ld_block_state *s = &b->states[i];
    const ld_text_block *block = &b->t.blocks[i];
    if (b->headline_block < b->t.block_count && i < b->headline_block && score < MODEL_SURE_ABOVE &&
        !ld_block_is_prose(block))
        return true;
    return s->is_unmarked_caption || s->is_byline || (s->is_caption && score < MODEL_SURE) ||
           row->values[LD_FEATURE_furniture] != LD_FURNITURE_NONE || is_consent(b, i) ||
           ((words_of(b, i) & LD_WORDS_OF_DISCLOSURE) && ld_furniture_is_disclosure(block->text));
}

/* Hidden text, and what stands outside an articleBody that the page shows. A few words of it are
 * what they seem; much of it is a story behind a curtain, or an articleBody that was cut. */
static bool is_doubtful(const ld_body *b, uint32_t i)
{
    const ld_element_state *e = &b->elements[b->t.blocks[i].element];
    return b->states[i].is_beyond || (e->is_dropped && (e->inherited & LD_MARK_HIDDEN) != 0);
}

static void drop_doubtful(ld_body *b)
{
    uint64_t all = 0, doubtful = 0;
    for (uint32_t i = 0; i < b->t.block_count; i++) {
        uint32_t words = b->states[i].is_body ? b->t.blocks[i].words : 0;
        all += words;
        doubtful += is_doubtful(b, i) ? words : 0;
    }
    if (doubtful * DOUBTFUL_PARTS > all)
        return;
    for (uint32_t i = 0; i < b->t.block_count; i++)
        b->states[i].is_body &= !is_doubtful(b, i);
}

/* Headings with nothing behind them but another heading, where the trees are not sure of them. */
static void trim_headings(ld_body *b, const int32_t *scores)
{
    uint8_t behind = 1;
    for (uint32_t i = b->t.block_count; i-- > 0;) {
        const ld_text_block *block = &b->t.blocks[i];
        if (!b->states[i].is_body)
            continue;
        if (block->heading > 0 && behind > 0 && behind <= block->heading && scores[i] < MODEL_SURE)
            b->states[i].is_body = false;
        else
            behind = block->heading;
    }
}

static void score_all(const ld_block_model *model, const ld_features *rows, uint32_t count,
                      int32_t *scores)
{
    const ld_features *asked[LD_BLOCK_ROWS];
    int32_t answers[LD_BLOCK_ROWS];
    for (uint32_t i = 0; i < count;) {
        uint32_t places[LD_BLOCK_ROWS], used = 0;
        for (; i < count && used < LD_BLOCK_ROWS; i++) {
            scores[i] = LD_SCORE_HOPELESS;
            if (!ld_features_are_hopeless(&rows[i]))
                places[used++] = i;
        }
        for (uint32_t r = 0; r < LD_BLOCK_ROWS && used > 0; r++)
            asked[r] = &rows[places[r < used ? r : 0]];
        if (used > 0)
            ld_block_model_score(model, asked, answers);
        for (uint32_t r = 0; r < used; r++)
            scores[places[r]] = answers[r];
    }
}

/* The trees decide over every block of the page, the rules' choice among what they look at. Where
 * they find next to nothing, the rules' choice stands. */
static void choose_by_model(ld_body *b)
{
    const ld_extract_options *options = b->story->options;
    const ld_block_model *model = options->model ? options->model : &ld_block_model_default;
    if (b->t.element_count > MODEL_ELEMENTS_MAX)
        return;
    ld_features *rows = ld_features_make(b);
    int32_t *scores = ld_arena_array(b->story->arena, b->t.block_count, sizeof *scores);
    if (!rows || !scores)
        return;
    score_all(model, rows, b->t.block_count, scores);
    if (options->probe)
        options->probe->see(options->probe->context, b, rows, scores);
    if (options->taught)
        b->story->status = ld_learn_teach(b, scores, &b->story->error);
    ld_learn_judge(b, scores);
    uint32_t words = 0;
    for (uint32_t i = 0; i < b->t.block_count; i++)
        words += scores[i] > 0 ? b->t.blocks[i].words : 0;
    if (words < MODEL_WORDS_MIN)
        return;
    for (uint32_t i = 0; i < b->t.block_count; i++)
        b->states[i].is_body = scores[i] > 0 && !is_known_furniture(b, i, &rows[i], scores[i]);
    drop_doubtful(b);
    trim_headings(b, scores);
    drop_repeats(b);
}

/* ---- the answer ---- */

static void emit_block(ld_body *b, uint32_t i)
{
    const ld_text_block *block = &b->t.blocks[i];
    ld_story_add_block(b->story, (ld_block_kind)block->kind, block->level, block->flags,
                       block->text);
}

static uint32_t emit(ld_body *b)
{
    uint32_t letters = 0;
    for (uint32_t i = 0; i < b->t.block_count; i++) {
        if (b->states[i].is_unmarked_caption && !b->states[i].is_body)
            ld_story_add_caption(b->story, b->t.blocks[i].text, (ld_span){0});
        if (!b->states[i].is_body)
            continue;
        if (i == b->lead) {
            b->t.blocks[i].kind = LD_BLOCK_PARAGRAPH;
            b->story->article->lead_block_count = b->story->block_count + 1;
        }
        emit_block(b, i);
        letters += b->t.blocks[i].letters;
    }
    return letters;
}

/* Where the first paragraph of an articleBody ends: at a line break, "</p>" or "<br>", "<br/>",
 * "<br />"; *next is where the one behind it begins. */
static size_t find_paragraph_end(ld_span text, size_t *next)
{
    for (size_t at = 0; at < text.bytes; at++) {
        ld_span rest = ld_span_sub(text, at, 4);
        size_t mark_bytes = text.data[at] == '\n'                         ? 1
                            : text.data[at] != '<'                        ? 0
                            : ld_span_equal_nocase(rest, LD_SPAN("</p>")) ? 4
                            : ld_span_equal_nocase(rest, LD_SPAN("<br>")) ? 4
                            : ld_span_equal_nocase(rest, LD_SPAN("<br/")) ? 5
                            : ld_span_equal_nocase(rest, LD_SPAN("<br ")) ? 6
                                                                          : 0;
        if (mark_bytes > 0) {
            *next = at + mark_bytes < text.bytes ? at + mark_bytes : text.bytes;
            return at;
        }
    }
    *next = text.bytes;
    return text.bytes;
}

static void add_evidence(ld_body *b)
{
    ld_span text = b->meta->ld.body;
    while (text.bytes > 0) {
        size_t next, end = find_paragraph_end(text, &next);
        ld_story_add_block(b->story, LD_BLOCK_PARAGRAPH, 0, 0,
                           ld_text_fold_escaped(b->story->arena, ld_span_sub(text, 0, end)));
        text = ld_span_sub(text, next, text.bytes);
    }
}

static void take_evidence_as_body(ld_body *b)
{
    if (b->evidence_words < LD_WORDS_MIN)
        return;
    uint32_t shown_words = 0;
    for (uint32_t i = 0; i < b->story->block_count; i++)
        shown_words += ld_text_word_count(b->story->blocks[i].text);
    if (shown_words * 2 >= b->evidence_words)
        return;
    b->story->block_count = 0;
    b->story->article->lead_block_count = 0;
    add_evidence(b);
}

static void judge_kind(ld_body *b, uint32_t letters)
{
    uint32_t all = 0, linked = 0, live = 0, prose_run = 0, teasers = 0, story = 0;
    for (uint32_t i = 0; i < b->t.block_count; i++) {
        teasers += b->t.blocks[i].link_letters > 15 && b->t.blocks[i].words >= 4;
        all += b->t.blocks[i].letters;
        linked += b->t.blocks[i].link_letters;
        if (!b->states[i].is_body || !ld_block_is_prose(&b->t.blocks[i]))
            continue;
        prose_run += b->t.blocks[i].words >= 25;
        story += b->t.blocks[i].kind != LD_BLOCK_LIST_ITEM ? b->t.blocks[i].letters : 0;
    }
    for (uint32_t i = 0; i < b->t.element_count; i++)
        live += (b->t.elements[i].marks & LD_MARK_LIVE) != 0;
    uint8_t *kind = &b->story->article->kind;
    if (b->meta->ld.is_liveblog)
        *kind = LD_ARTICLE_LIVEBLOG;
    else if (b->meta->ld.is_paywalled && letters < 1500)
        *kind = LD_ARTICLE_STUB;
    else if (!b->meta->ld.has_article && story < LIST_PAGE_PROSE_MIN && prose_run < 3 &&
             (linked * 2 > all || (teasers >= TEASERS_MIN && !b->meta->is_og_article)))
        *kind = LD_ARTICLE_LIST;
    else if (live >= 4 && b->meta->time_count >= 4)
        *kind = LD_ARTICLE_LIVEBLOG;
}

static bool prepare(ld_body *b, ld_node root)
{
    ld_arena *arena = b->story->arena;
    ld_blocks_make(arena, b->page, root, &b->t);
    b->story->article->truncated |= b->t.is_truncated;
    b->elements = ld_arena_array(arena, b->t.element_count, sizeof *b->elements);
    b->states = ld_arena_array(arena, b->t.block_count, sizeof *b->states);
    b->prose = ld_arena_array(arena, (size_t)b->t.block_count + 1, sizeof *b->prose);
    if (b->t.block_count == 0 || !b->elements || !b->states || !b->prose)
        return false;
    for (uint32_t i = 0; i < b->t.block_count; i++)
        b->prose[i + 1] = b->prose[i] + (ld_block_is_prose(&b->t.blocks[i])
                                             ? b->t.blocks[i].letters - b->t.blocks[i].link_letters
                                             : 0);
    return true;
}

void ld_body_extract(ld_story *story, const ld_page *page, ld_node root, const ld_metadata *meta,
                     ld_dates *dates, bool is_fragment)
{
    ld_body b = {.story = story, .page = page, .meta = meta, .dates = dates};
    if (!prepare(&b, root)) {
        add_evidence(&b);
        return;
    }
    mark_dropped(&b);
    weigh_evidence(&b);
    choose_container(&b);
    if (is_fragment) {
        b.from = 0;
        b.end = b.t.block_count;
    } else {
        widen_container(&b);
    }
    find_headline(&b);
    if (!is_fragment)
        narrow_to_article(&b);
    take_captions(&b);
    select_blocks(&b);
    drop_byline_blocks(&b);
    trim_blocks(&b);
    drop_repeats(&b);
    b.lead = is_fragment ? UINT32_MAX : find_lead(&b);
    read_head_lines(&b);
    if (!is_fragment)
        read_other_date_lines(&b);
    if (b.lead != UINT32_MAX)
        b.states[b.lead].is_body = true;
    if (!is_fragment)
        choose_by_model(&b);
    uint32_t letters = emit(&b);
    if (!is_fragment)
        take_evidence_as_body(&b);
    judge_kind(&b, letters);
    if (is_fragment)
        return;
    story->article->is_paywalled = meta->ld.is_paywalled;
    ld_aside_take(&b);
    ld_liveblog_take_posts(&b);
}
