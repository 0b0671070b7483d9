/*
 * Which pages of the input are parts of one story, or the AMP twin of another page? (parts.h)
 *
 *     /2026/bridge            first, links to /2026/bridge?page=2      joined: 1 2 3
 *     /2026/bridge?page=2     number 2 of /2026/bridge                 stands in the first
 *     /2026/bridge/3          number 3
 *
 *     /2026/bridge            names amphtml /amp/bridge                kept
 *     /amp/bridge             <html amp>, canonical /2026/bridge       twin, not kept
 *
 * A part's number stands in its address: a parameter ("?page=2"), or the last piece of its path
 * ("/2", "/page/2"). Where all parts name the first as their address, rel=prev tells. The first is
 * known by a link to the second. Parts are joined when all from the first on are in the input and
 * their headlines are one, or one begins the other ("Bridge stays open - page 2"); else each stays
 * an article of its own, since two stories may stand at /story and /story/2.
 *
 * What is joined is a function of the set of pages: of several captures of one part the one with
 * the least hash is taken, and where the text of all parts passes LD_PARTS_BYTES_MAX those of the
 * stories with the greater hashes are let go, which is decided by sums that only grow.
 *
 * Rejected: joining while pages are added (the article would depend on which part came last), and
 * keeping all articles until the end (an archive does not fit in memory).
 */
#include "article/parts.h"

#include <stdlib.h>

#include "article/head_scan.h"
#include "article/story.h"
#include "base/hash.h"
#include "text/url.h"

#define MENTIONS_MAX       64u /* of a page's path in it, where a link to its second part may be */
#define HEADLINE_BYTES_MIN 12u /* of a headline that may begin another */
#define REPEAT_WORDS_MIN   6u  /* of a block that is not said twice */

typedef struct part {
    uint64_t page, content;
    uint32_t number;
    uint32_t block_count, caption_count;
    size_t bytes;         /* of the memory below */
    void *memory;         /* owned: blocks, captions and all texts */
    ld_block *blocks;     /* [block_count] */
    ld_caption *captions; /* [caption_count] */
    ld_span headline;
} part;

typedef struct twin {
    uint64_t regular, amp; /* hashes of the two addresses */
} twin;

struct ld_parts {
    const lede_env *env;
    part *parts; /* [part_count]; after finish by page and number, whole stories only */
    uint32_t part_count, part_capacity;
    uint64_t page_max; /* of greater ones no part is kept */
    size_t bytes;      /* of all parts' memory */
    twin *twins;       /* [twin_count]; after finish in order */
    uint32_t twin_count, twin_capacity;
};

/* ---- addresses ---- */

/* A number from 2 on that fills the span; 0: none. */
static uint32_t part_number(ld_span s)
{
    uint64_t number;
    bool is_one = s.bytes > 0 && s.bytes <= 2 && s.data[0] != '0' &&
                  ld_span_parse_u64(s, &number) && number >= 2 && number <= LD_PART_NUMBER_MAX;
    return is_one ? (uint32_t)number : 0;
}

static bool is_page_word(ld_span s)
{
    static const char *const words[] = {"page", "p", "pg", "seite", "pagina", "pageno"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (ld_span_equal_nocase(s, ld_span_from_string(words[i])))
            return true;
    return false;
}

static void trim_slashes(ld_span *s)
{
    while (s->bytes > 0 && s->data[s->bytes - 1] == '/')
        s->bytes--;
}

static ld_span last_piece(ld_span path)
{
    size_t from = path.bytes;
    while (from > 0 && path.data[from - 1] != '/')
        from--;
    return ld_span_sub(path, from, path.bytes);
}

/* Takes "/2" or "/page/2" off the path's end. */
static uint32_t take_path_number(ld_span *path)
{
    ld_span piece = last_piece(*path);
    uint32_t number = part_number(piece);
    if (number == 0)
        return 0;
    path->bytes -= piece.bytes;
    trim_slashes(path);
    piece = last_piece(*path);
    if (is_page_word(piece))
        path->bytes -= piece.bytes;
    trim_slashes(path);
    return number;
}

/* The parameter that is the number of a page; *from, *end: where it stands in the query. */
static uint32_t find_query_number(ld_span query, size_t *from, size_t *end)
{
    for (*from = 0; *from < query.bytes; *from = *end + 1) {
        size_t bytes = ld_span_find_byte(ld_span_sub(query, *from, query.bytes), '&');
        *end = bytes == SIZE_MAX ? query.bytes : *from + bytes;
        ld_span pair = ld_span_sub(query, *from, *end - *from);
        size_t equals = ld_span_find_byte(pair, '=');
        uint32_t number =
            equals == SIZE_MAX ? 0 : part_number(ld_span_sub(pair, equals + 1, pair.bytes));
        if (number > 0 && is_page_word(ld_span_sub(pair, 0, equals)))
            return number;
    }
    return 0;
}

/* The hash of the address without the number of its part, which is *number; 0: no address, or that
 * of a front page. */
static uint64_t hash_of_first(ld_arena *arena, ld_span address, uint32_t *number)
{
    ld_url url;
    *number = 1;
    ld_span normal = ld_url_normalize(arena, address);
    if (normal.bytes == 0 || !ld_url_parse(normal, &url))
        return 0;
    size_t from = 0, end = 0;
    uint32_t found = find_query_number(url.query, &from, &end);
    ld_span front = ld_span_sub(url.query, 0, found ? from : url.query.bytes);
    ld_span rest = ld_span_sub(url.query, found ? end + (end < url.query.bytes) : url.query.bytes,
                               url.query.bytes);
    if (found && rest.bytes == 0 && front.bytes > 0)
        front.bytes--; /* the "&" before it */
    trim_slashes(&url.path);
    if (!found)
        found = take_path_number(&url.path);
    if (url.path.bytes == 0)
        return 0;
    *number = found ? found : 1;
    const ld_span pieces[] = {url.host, url.path, front, rest};
    uint64_t hash = 1;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        hash = ld_hash64(pieces[i].data ? pieces[i].data : "", pieces[i].bytes, hash);
    return hash | 1;
}

static uint64_t hash_of(ld_arena *arena, ld_span address)
{
    ld_span normal = ld_url_normalize(arena, address);
    return normal.bytes > 0 ? ld_hash64(normal.data, normal.bytes, 0) | 1 : 0;
}

/* Does what follows the page's own path in a link make it one to the second part? */
static bool opens_second(ld_span rest)
{
    static const char *const ways[] = {"/2",        "/page/2",  "/seite/2", "/pagina/2",
                                       "?page=2",   "?p=2",     "?pg=2",    "?seite=2",
                                       "?pagina=2", "/?page=2", "?pageno=2"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        ld_span way = ld_span_from_string(ways[i]);
        if (ld_span_starts_with(rest, way) && rest.bytes > way.bytes &&
            strchr("\"' />&#", rest.data[way.bytes]) && rest.data[way.bytes] != 0)
            return true;
    }
    return false;
}

static bool links_to_second(ld_span page, ld_span address)
{
    ld_url url;
    if (!ld_url_parse(address, &url))
        return false;
    trim_slashes(&url.path);
    size_t at = 0;
    for (uint32_t seen = 0; url.path.bytes > 1 && seen < MENTIONS_MAX; seen++) {
        size_t found = ld_span_find(ld_span_sub(page, at, page.bytes), url.path);
        if (found == SIZE_MAX)
            return false;
        at += found + url.path.bytes;
        if (opens_second(ld_span_sub(page, at, 16)))
            return true;
    }
    return false;
}

/* The number that a link of the head, rel=prev or rel=next, leads to, when it is of this story. */
static uint32_t linked_number(ld_arena *arena, ld_span page, ld_span address, const char *rel,
                              uint64_t first)
{
    uint32_t number;
    ld_span link = ld_head_find(page, ld_span_from_string(rel), LD_SPAN("href="));
    if (link.bytes == 0)
        return 0;
    return hash_of_first(arena, ld_url_resolve(arena, address, link), &number) == first ? number
                                                                                        : 0;
}

static void identify_part(ld_arena *arena, ld_span page, ld_span address, ld_part_id *id)
{
    id->page = hash_of_first(arena, address, &id->number);
    if (id->page == 0 || id->number > 1)
        return;
    static const char *const before[] = {"rel=\"prev\"", "rel='prev'", "rel=prev"};
    static const char *const behind[] = {"rel=\"next\"", "rel='next'", "rel=next"};
    for (size_t i = 0; i < 3; i++) {
        uint32_t number = linked_number(arena, page, address, before[i], id->page);
        if (number > 0) {
            id->number = number + 1;
            return;
        }
        id->may_have_more |= linked_number(arena, page, address, behind[i], id->page) == 2;
    }
    id->may_have_more |= links_to_second(page, address);
}

ld_part_id ld_part_identify(ld_arena *arena, const ld_capture *capture)
{
    ld_part_id id = {.number = 1};
    ld_span stated = ld_head_address(capture->body);
    ld_span address = capture->url.bytes > 0 ? capture->url : stated;
    if (capture->media != LD_MEDIA_HTML || address.bytes == 0)
        return id;
    id.content = ld_hash64(capture->body.data, capture->body.bytes, 0);
    id.address = hash_of(arena, capture->url);
    id.regular = hash_of(arena, stated);
    id.is_amp = ld_head_is_amp(capture->body);
    ld_span amp = ld_head_find(capture->body, LD_SPAN("amphtml"), LD_SPAN("href="));
    if (amp.bytes > 0 && !id.is_amp)
        id.amp = hash_of(arena, ld_url_resolve(arena, address, amp));
    identify_part(arena, capture->body, address, &id);
    return id;
}

bool ld_part_may_be_one(const ld_part_id *id)
{
    return id->page != 0 && (id->number > 1 || id->may_have_more);
}

/* ---- the first pass ---- */

lede_status ld_parts_new(const lede_env *env, ld_parts **parts, lede_error *err)
{
    ld_parts *p = ld_alloc_zero(env, sizeof *p);
    *parts = p;
    if (!p)
        return ld_error_nomem(err, sizeof *p);
    p->env = env;
    p->page_max = UINT64_MAX;
    return LEDE_OK;
}

static bool grow(const lede_env *env, void **items, uint32_t *capacity, uint32_t count,
                 size_t item_bytes)
{
    if (count < *capacity)
        return true;
    uint32_t wider = *capacity ? *capacity * 2 : 64;
    void *moved = ld_resize(env, *items, *capacity * item_bytes, wider * item_bytes);
    if (!moved)
        return false;
    *items = moved;
    *capacity = wider;
    return true;
}

lede_status ld_parts_add_twin(ld_parts *p, const ld_part_id *id, lede_error *err)
{
    if (id->amp == 0 || p->twin_count == LD_TWINS_MAX)
        return LEDE_OK;
    uint64_t regular = id->regular ? id->regular : id->address;
    if (!grow(p->env, (void **)&p->twins, &p->twin_capacity, p->twin_count, sizeof *p->twins))
        return ld_error_nomem(err, p->twin_count * sizeof *p->twins);
    p->twins[p->twin_count++] = (twin){regular, id->amp};
    return LEDE_OK;
}

static ld_span put_text(char **to, ld_span text)
{
    ld_span copy = ld_span_of(*to, text.bytes);
    if (text.bytes > 0)
        memcpy(*to, text.data, text.bytes);
    *to += text.bytes;
    return copy;
}

static bool copy_article(const lede_env *env, part *p, const ld_article *a)
{
    size_t texts = a->headline.bytes + 1;
    for (uint32_t i = 0; i < a->block_count; i++)
        texts += a->blocks[i].text.bytes;
    for (uint32_t i = 0; i < a->caption_count; i++)
        texts += a->captions[i].text.bytes + a->captions[i].credit.bytes;
    p->block_count = a->block_count;
    p->caption_count = a->caption_count;
    p->bytes = p->block_count * sizeof *p->blocks + p->caption_count * sizeof *p->captions + texts;
    p->memory = ld_alloc(env, p->bytes);
    if (!p->memory)
        return false;
    p->blocks = p->memory;
    p->captions = (ld_caption *)(p->blocks + p->block_count);
    char *to = (char *)(p->captions + p->caption_count);
    p->headline = put_text(&to, a->headline);
    for (uint32_t i = 0; i < p->block_count; i++) {
        p->blocks[i] = a->blocks[i];
        p->blocks[i].text = put_text(&to, a->blocks[i].text);
    }
    for (uint32_t i = 0; i < p->caption_count; i++)
        p->captions[i] =
            (ld_caption){put_text(&to, a->captions[i].text), put_text(&to, a->captions[i].credit)};
    return true;
}

static void drop_part(ld_parts *p, part *dropped)
{
    ld_release(p->env, dropped->memory, dropped->bytes);
    dropped->memory = NULL;
}

/* Halves what is kept until it fits: which pages go depends on their addresses alone. */
static void make_room(ld_parts *p)
{
    while (p->bytes > LD_PARTS_BYTES_MAX) {
        uint32_t kept = 0;
        p->page_max /= 2;
        for (uint32_t i = 0; i < p->part_count; i++) {
            if (p->parts[i].page <= p->page_max) {
                p->parts[kept++] = p->parts[i];
                continue;
            }
            p->bytes -= p->parts[i].bytes;
            drop_part(p, &p->parts[i]);
        }
        p->part_count = kept;
    }
}

lede_status ld_parts_add_part(ld_parts *p, const ld_part_id *id, const ld_article *article,
                              lede_error *err)
{
    part new = {.page = id->page, .content = id->content, .number = id->number};
    if (id->page > p->page_max || article->kind == LD_ARTICLE_LIST)
        return LEDE_OK; /* lists of links go on as well, and are no story */
    if (!grow(p->env, (void **)&p->parts, &p->part_capacity, p->part_count, sizeof *p->parts) ||
        !copy_article(p->env, &new, article))
        return ld_error_nomem(err, new.bytes + p->part_count * sizeof *p->parts);
    p->parts[p->part_count++] = new;
    p->bytes += new.bytes;
    make_room(p);
    return LEDE_OK;
}

/* ---- between the passes ---- */

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_parts(const void *a, const void *b)
{
    const part *x = a, *y = b;
    int order = compare_u64(x->page, y->page);
    order = order ? order : compare_u64(x->number, y->number);
    return order ? order : compare_u64(x->content, y->content);
}

static int compare_twins(const void *a, const void *b)
{
    const twin *x = a, *y = b;
    int order = compare_u64(x->regular, y->regular);
    return order ? order : compare_u64(x->amp, y->amp);
}

static bool is_one_headline(ld_span a, ld_span b)
{
    ld_span shorter = a.bytes < b.bytes ? a : b, longer = a.bytes < b.bytes ? b : a;
    uint64_t key = ld_text_key(a);
    if (key != 0 && key == ld_text_key(b))
        return true;
    return shorter.bytes >= HEADLINE_BYTES_MIN && ld_span_starts_with_nocase(longer, shorter);
}

/* How many of the parts from `from` on are one story: 1, 2, 3 ... Other captures of them stand
 * between, and are passed over; *end is behind all of the page. */
static uint32_t count_story(const ld_parts *p, uint32_t from, uint32_t *end)
{
    uint32_t numbers = 0;
    for (*end = from; *end < p->part_count && p->parts[*end].page == p->parts[from].page; (*end)++)
        if (p->parts[*end].number == numbers + 1 &&
            is_one_headline(p->parts[from].headline, p->parts[*end].headline))
            numbers++;
    return numbers;
}

void ld_parts_finish(ld_parts *p)
{
    uint32_t kept = 0, end;
    if (p->twin_count > 0)
        qsort(p->twins, p->twin_count, sizeof *p->twins, compare_twins);
    if (p->part_count > 0)
        qsort(p->parts, p->part_count, sizeof *p->parts, compare_parts);
    for (uint32_t i = 0; i < p->part_count; i = end) {
        uint32_t numbers = count_story(p, i, &end), next = 1;
        for (uint32_t k = i; k < end; k++) {
            bool is_kept = numbers >= 2 && next <= numbers && p->parts[k].number == next &&
                           is_one_headline(p->parts[i].headline, p->parts[k].headline);
            if (is_kept) {
                p->parts[kept++] = p->parts[k];
                next++;
            } else {
                drop_part(p, &p->parts[k]);
            }
        }
    }
    p->part_count = kept;
}

void ld_parts_free(ld_parts *p)
{
    if (!p)
        return;
    for (uint32_t i = 0; i < p->part_count; i++)
        drop_part(p, &p->parts[i]);
    ld_release(p->env, p->parts, p->part_capacity * sizeof *p->parts);
    ld_release(p->env, p->twins, p->twin_capacity * sizeof *p->twins);
    ld_release(p->env, p, sizeof *p);
}

/* ---- the second pass ---- */

/* The first part of the page; part_count: its story is not in several. */
static uint32_t find_first(const ld_parts *p, uint64_t page)
{
    uint32_t from = 0, end = p->part_count;
    while (from < end) {
        uint32_t middle = from + (end - from) / 2;
        if (p->parts[middle].page < page)
            from = middle + 1;
        else
            end = middle;
    }
    return from < p->part_count && p->parts[from].page == page ? from : p->part_count;
}

/* A page that names this one as its twin, and that this one names as the regular one. */
static bool is_twin(const ld_parts *p, const ld_part_id *id)
{
    uint32_t from = 0, end = p->twin_count;
    if (id->regular == 0 || id->amp != 0 || (id->address == 0 && !id->is_amp))
        return false;
    while (from < end) {
        uint32_t middle = from + (end - from) / 2;
        if (p->twins[middle].regular < id->regular)
            from = middle + 1;
        else
            end = middle;
    }
    for (; from < p->twin_count && p->twins[from].regular == id->regular; from++)
        if (id->address == 0 || p->twins[from].amp == id->address)
            return true;
    return false;
}

ld_part_role ld_parts_find(const ld_parts *p, const ld_part_id *id)
{
    if (is_twin(p, id))
        return LD_PART_TWIN;
    uint32_t first = id->page ? find_first(p, id->page) : p->part_count;
    if (first == p->part_count)
        return LD_PART_ALONE;
    if (id->number == 1)
        return LD_PART_FIRST;
    for (uint32_t i = first; i < p->part_count && p->parts[i].page == id->page; i++)
        if (p->parts[i].number == id->number)
            return LD_PART_LATER;
    return LD_PART_ALONE;
}

static bool has_block(const ld_block *blocks, uint32_t count, ld_span text)
{
    uint64_t key = ld_text_key(text);
    if (ld_text_word_count(text) < REPEAT_WORDS_MIN)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (blocks[i].text.bytes == text.bytes && ld_text_key(blocks[i].text) == key)
            return true;
    return false;
}

static bool has_caption(const ld_caption *captions, uint32_t count, ld_span text)
{
    for (uint32_t i = 0; i < count; i++)
        if (ld_span_equal(captions[i].text, text))
            return true;
    return false;
}

static void join_one(ld_arena *arena, ld_article *a, const part *other)
{
    ld_block *blocks = ld_arena_array(arena, a->block_count + other->block_count, sizeof *blocks);
    ld_caption *captions =
        ld_arena_array(arena, a->caption_count + other->caption_count, sizeof *captions);
    if (!blocks || !captions)
        return;
    uint32_t block_count = a->block_count, caption_count = a->caption_count;
    if (block_count > 0)
        memcpy(blocks, a->blocks, block_count * sizeof *blocks);
    if (caption_count > 0)
        memcpy(captions, a->captions, caption_count * sizeof *captions);
    for (uint32_t i = 0; i < other->block_count && block_count < LD_ARTICLE_BLOCKS_MAX; i++)
        if (!has_block(a->blocks, a->block_count, other->blocks[i].text))
            blocks[block_count++] = other->blocks[i];
    for (uint32_t i = 0; i < other->caption_count && caption_count < LD_ARTICLE_CAPTIONS_MAX; i++)
        if (!has_caption(captions, caption_count, other->captions[i].text))
            captions[caption_count++] = other->captions[i];
    a->truncated |=
        block_count == LD_ARTICLE_BLOCKS_MAX || caption_count == LD_ARTICLE_CAPTIONS_MAX;
    a->blocks = blocks;
    a->block_count = block_count;
    a->captions = captions;
    a->caption_count = caption_count;
}

void ld_parts_join(const ld_parts *p, const ld_part_id *id, ld_arena *arena, ld_article *article)
{
    uint32_t first = find_first(p, id->page);
    for (uint32_t i = first; i < p->part_count && p->parts[i].page == id->page; i++)
        if (p->parts[i].number > 1)
            join_one(arena, article, &p->parts[i]);
    article->next_url = (ld_span){0};
}
