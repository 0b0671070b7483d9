/*
 * Which posts does a liveblog show, where it states none for machines?
 *
 *     <div class=feed>
 *       <article> <time datetime=...>10:42</time> <h3>...</h3> <p>...</p> </article>      a post
 *       <article> <time ...> ...                                                          a post
 *
 * Posts are the children with one tag of one element that hold a <time> and story each; where
 * several elements have such children, the one with the most of them is the feed. A post's time is
 * its first <time>, its headline its first heading, its text what the body's choice took of it. So
 * an entry without a time, or one that the body leaves out, is no post.
 *
 * Cost: TIMES_MAX chains of ancestors, and the elements once.
 */
#include "article/liveblog.h"

#include "html/node.h"

#define TIMES_MAX 1000u
#define POSTS_MIN 3u
#define POSTS_MAX 500u

typedef struct timed {
    ld_node *times;   /* [element_count] the first <time> within; LD_NODE_NONE: none */
    uint32_t *counts; /* [element_count] children that could be posts, by the element's index */
} timed;

/* The element of that node; element_count: it holds no text of its own. */
static uint32_t find_element(const ld_body *b, ld_node node)
{
    uint32_t from = 0, end = b->t.element_count;
    while (from < end) {
        uint32_t middle = from + (end - from) / 2;
        if (b->t.elements[middle].node < node)
            from = middle + 1;
        else
            end = middle;
    }
    return from < b->t.element_count && b->t.elements[from].node == node ? from
                                                                         : b->t.element_count;
}

static void mark_times(const ld_body *b, timed *t)
{
    uint32_t seen = 0;
    for (ld_node n = ld_node_find(b->page, LD_NODE_DOCUMENT, LD_TAG_TIME);
         n != LD_NODE_NONE && seen < TIMES_MAX;
         n = ld_node_find_next(b->page, n, LD_NODE_DOCUMENT, LD_TAG_TIME), seen++)
        for (ld_node up = ld_node_parent(b->page, n); up != LD_NODE_NONE;
             up = ld_node_parent(b->page, up)) {
            uint32_t element = find_element(b, up);
            if (element == b->t.element_count)
                continue;
            if (t->times[element] != LD_NODE_NONE)
                break; /* and so have all around it */
            t->times[element] = n;
        }
}

static bool is_post(const ld_body *b, const timed *t, uint32_t element)
{
    const ld_text_element *e = &b->t.elements[element];
    bool can_be = e->tag == LD_TAG_ARTICLE || e->tag == LD_TAG_SECTION || e->tag == LD_TAG_DIV ||
                  e->tag == LD_TAG_LI;
    if (!can_be || t->times[element] == LD_NODE_NONE || e->parent == LD_ELEMENT_NONE)
        return false;
    for (uint32_t i = e->first; i < e->end; i++)
        if (b->states[i].is_body && ld_block_is_prose(&b->t.blocks[i]))
            return true;
    return false;
}

/* The element with the most posts as its children; LD_ELEMENT_NONE: none has enough. */
static uint32_t find_feed(const ld_body *b, timed *t)
{
    uint32_t feed = LD_ELEMENT_NONE, most = POSTS_MIN - 1;
    for (uint32_t i = 0; i < b->t.element_count; i++)
        if (is_post(b, t, i))
            t->counts[b->t.elements[i].parent]++;
    for (uint32_t i = 0; i < b->t.element_count; i++)
        if (t->counts[i] > most) {
            most = t->counts[i];
            feed = i;
        }
    return feed;
}

static ld_span time_of(const ld_body *b, ld_node node)
{
    ld_arena *arena = b->story->arena;
    ld_span stated = ld_node_attribute(b->page, node, LD_SPAN("datetime"));
    return ld_text_fold(arena, stated.bytes > 0 ? stated : ld_node_text(arena, b->page, node));
}

/* The paragraphs of a post, a line each. */
static ld_span text_of(const ld_body *b, const ld_text_element *e)
{
    size_t bytes = 0, used = 0;
    for (uint32_t i = e->first; i < e->end; i++)
        bytes += b->t.blocks[i].text.bytes + 1;
    char *text = ld_arena_alloc(b->story->arena, bytes);
    for (uint32_t i = e->first; text && i < e->end; i++) {
        ld_span block = b->t.blocks[i].text;
        if (!b->states[i].is_body || b->t.blocks[i].heading > 0)
            continue;
        if (used > 0)
            text[used++] = '\n';
        memcpy(text + used, block.data, block.bytes);
        used += block.bytes;
    }
    return ld_span_of(text, text ? used : 0);
}

static ld_post make_post(const ld_body *b, const timed *t, uint32_t element)
{
    const ld_text_element *e = &b->t.elements[element];
    ld_post post = {.published = time_of(b, t->times[element]), .text = text_of(b, e)};
    for (uint32_t i = e->first; i < e->end && post.headline.bytes == 0; i++)
        if (b->t.blocks[i].heading > 0)
            post.headline = b->t.blocks[i].text;
    return post;
}

void ld_liveblog_take_posts(const ld_body *b)
{
    ld_article *article = b->story->article;
    ld_arena *arena = b->story->arena;
    if (article->kind != LD_ARTICLE_LIVEBLOG || article->post_count > 0)
        return;
    timed t = {ld_arena_array(arena, b->t.element_count, sizeof *t.times),
               ld_arena_array(arena, b->t.element_count, sizeof *t.counts)};
    if (!t.times || !t.counts)
        return;
    for (uint32_t i = 0; i < b->t.element_count; i++)
        t.times[i] = LD_NODE_NONE;
    mark_times(b, &t);
    uint32_t feed = find_feed(b, &t);
    if (feed == LD_ELEMENT_NONE)
        return;
    uint32_t count = t.counts[feed] < POSTS_MAX ? t.counts[feed] : POSTS_MAX, used = 0;
    ld_post *posts = ld_arena_array(arena, count, sizeof *posts);
    for (uint32_t i = feed + 1; posts && i < b->t.element_count && used < count; i++)
        if (b->t.elements[i].parent == feed && is_post(b, &t, i))
            posts[used++] = make_post(b, &t, i);
    article->truncated |= count < t.counts[feed];
    article->posts = posts;
    article->post_count = used;
}
