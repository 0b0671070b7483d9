/*
 * What can be counted about a block and where it stands? (features.h)
 *
 *     texts      one pass over each block's bytes
 *     families   downward over the elements: how far above is the nearest nav, aside, "related"?
 *     likes      blocks whose three innermost elements agree in tag and class are set alike by the
 *                page's template: what is true of most of them is true of all
 *     rows       the block's own, its place, its neighbours, the elements above, the page
 *
 * The choice of the rules (body.c) is itself a feature: the model corrects it and does not start
 * anew. Every value is an integer made by integer arithmetic, so that training and use agree on
 * every machine. No feature holds a word, a name or an address of a page.
 *
 * Sources: Kohlschütter, Fankhauser, Nejdl (WSDM 2010) for shallow text features and neighbours;
 * Peters and Lecocq, "Content extraction using diverse feature sets" (WWW 2013) for their union
 * with names of classes; Vogels, Ganea, Eickhoff, "Web2Text" (ECIR 2018) for ancestors' features.
 * Cost: linear; LD_FEATURE_LEVELS ancestors a block.
 */
#include "article/features.h"

#include "article/caption.h"
#include "article/furniture.h"
#include "base/hash.h"
#include "html/node.h"

#define FAR             120
#define LONG_WORDS      20u
#define FAMILY_NONE     16u
#define PROBES_MAX      64u
#define SET_SLOTS       256u /* words of a headline or description */
#define SHORT_WORDS_MAX 60u  /* longer blocks are not compared with these */

#define DROP_NAMES                                                                                 \
    (LD_MARK_CONSENT | LD_MARK_NAV | LD_MARK_COMMENT | LD_MARK_FOOTER | LD_MARK_NEWSLETTER |       \
     LD_MARK_HIDDEN | LD_MARK_SHARE | LD_MARK_PAYWALL | LD_MARK_MASTHEAD | LD_MARK_AUTHOR_BOX)
#define SIDE_NAMES (LD_MARK_RELATED | LD_MARK_AD | LD_MARK_SIDE | LD_MARK_TAGS)

#define FAMILY_TAG_FIRST 23u /* families below it are the bits of LD_MARK_... */
#define FAMILY_MARKS     ((1u << FAMILY_TAG_FIRST) - 1)
static const uint16_t family_tags[LD_FEATURE_FAMILIES - FAMILY_TAG_FIRST] = {
    LD_TAG_ARTICLE, LD_TAG_MAIN,    LD_TAG_ASIDE,      LD_TAG_NAV, LD_TAG_HEADER,
    LD_TAG_FOOTER,  LD_TAG_FIGURE,  LD_TAG_SECTION,    LD_TAG_UL,  LD_TAG_TABLE,
    LD_TAG_FORM,    LD_TAG_DETAILS, LD_TAG_BLOCKQUOTE,
};

enum { SHARE_DROP, SHARE_SIDE, SHARE_BODY, SHARE_STORY, SHARE_ARTICLE, SHARE_COUNT };

typedef struct element_row {
    uint64_t name, path, parent_path; /* hashes: tag and class; with two above; the two above */
    uint8_t families[LD_FEATURE_FAMILIES];
    uint8_t shares[SHARE_COUNT]; /* percent of the page's prose */
    uint8_t depth;
} element_row;

typedef struct like {
    uint64_t key; /* 0: free */
    uint32_t count, letters, link_letters, words, prose, body;
} like;

typedef struct likes {
    like *slots;
    uint32_t mask;
} likes;

typedef struct sums { /* prefix sums, [block_count + 1] */
    uint32_t *letters, *link_letters, *body;
} sums;

typedef struct making {
    const ld_body *b;
    ld_features *rows;
    element_row *elements;
    likes by_path, by_parent, by_text;
    sums before;
    uint64_t headline[SET_SLOTS], description[SET_SLOTS];
    uint32_t prose, body_words;
} making;

static int16_t cap(int64_t value, int32_t most)
{
    return (int16_t)(value > most ? most : value < -most ? -most : value);
}

static int16_t percent(uint64_t part, uint64_t whole)
{
    if (whole > 0 && ((part | whole) >> 25) == 0) /* a short division does */
        return (int16_t)((uint32_t)part * 100 / (uint32_t)whole);
    return whole > 0 ? (int16_t)(part * 100 / whole) : 0;
}

/* ---- tables ---- */

static bool likes_init(ld_arena *arena, uint32_t count, likes *table)
{
    uint32_t slots = 64;
    while (slots < count * 2)
        slots *= 2;
    table->slots = ld_arena_array(arena, slots, sizeof *table->slots);
    table->mask = slots - 1;
    return table->slots != NULL;
}

/* Keys made to meet in one place share a slot after PROBES_MAX: a page cannot make this slow. */
static like *likes_at(const likes *table, uint64_t key)
{
    key |= 1;
    uint32_t i = (uint32_t)((key * 0x9e3779b97f4a7c15ull) >> 32) & table->mask;
    for (uint32_t n = 0; n < PROBES_MAX && table->slots[i].key != 0 && table->slots[i].key != key;
         n++)
        i = (i + 1) & table->mask;
    table->slots[i].key = key;
    return &table->slots[i];
}

static bool next_word(ld_span s, size_t *at, uint64_t *hash)
{
    size_t i = *at;
    while (i < s.bytes && !ld_text_is_word_byte(s.data[i]))
        i++;
    uint64_t h = 0xcbf29ce484222325ull;
    size_t from = i;
    for (; i < s.bytes && ld_text_is_word_byte(s.data[i]); i++)
        h = (h ^ (unsigned char)ld_text_lower(s.data[i])) * 0x100000001b3ull;
    *at = i;
    *hash = h | 1;
    return i > from;
}

static bool set_has(uint64_t *set, uint64_t word, bool add)
{
    uint32_t i = (uint32_t)(word >> 32) & (SET_SLOTS - 1);
    while (set[i] != 0 && set[i] != word)
        i = (i + 1) & (SET_SLOTS - 1);
    bool had = set[i] == word;
    if (add)
        set[i] = word;
    return had;
}

static void set_fill(uint64_t *set, ld_span text)
{
    uint64_t word;
    memset(set, 0, SET_SLOTS * sizeof *set);
    uint32_t count = 0;
    for (size_t at = 0; count < SET_SLOTS / 2 && next_word(text, &at, &word); count++)
        set_has(set, word, true);
}

/* How many of the text's words stand in the headline, how many in the description? */
static void compare_words(making *m, ld_span text, int16_t *v)
{
    uint64_t word;
    uint32_t all = 0, in_headline = 0, in_description = 0;
    for (size_t at = 0; next_word(text, &at, &word); all++) {
        in_headline += set_has(m->headline, word, false);
        in_description += set_has(m->description, word, false);
    }
    v[LD_FEATURE_headline_share] = percent(in_headline, all);
    v[LD_FEATURE_description_share] = percent(in_description, all);
}

/* ---- texts ---- */

static int16_t class_of(ld_span s, size_t at)
{
    unsigned char c = (unsigned char)s.data[at];
    if (c >= 'a' && c <= 'z')
        return 1;
    if (c >= 'A' && c <= 'Z')
        return 2;
    if (ld_text_is_digit((char)c))
        return 3;
    if (c == '"' || c == '\'' || (c == 0xe2 && at + 1 < s.bytes && s.data[at + 1] == '\x80'))
        return 4;
    if (c == '(' || c == '[' || c == ')' || c == ']')
        return 5;
    if (c == '.' || c == '!' || c == '?')
        return 6;
    if (c == ':')
        return 7;
    return c < 0x80 ? 8 : 9;
}

/* What one byte says by itself in `signs`; ':' and the copyright sign are looked at closer. */
static uint32_t sign_of(unsigned char c)
{
    switch (c) {
    case '|':
        return 2;
    case '@':
        return 4;
    case '?':
        return 16;
    case '!':
        return 32;
    case '+':
    case '>':
        return 128;
    default:
        return 0;
    }
}

typedef struct text_counts {
    uint32_t commas, sentences, digits, capitals, signs;
} text_counts;

/* Every byte that is neither a small letter of ASCII nor a space. */
static void count_byte(text_counts *n, ld_span s, size_t i)
{
    unsigned char c = (unsigned char)s.data[i];
    n->digits += ld_text_is_digit((char)c);
    if ((c >= 'A' && c <= 'Z') || c == 0xc3 || c == 0xd0) {
        n->capitals += i == 0 || s.data[i - 1] == ' ';
        return;
    }
    n->commas += c == ',';
    n->signs |= sign_of(c);
    if (c == '.' || c == '!' || c == '?')
        n->sentences += i + 1 == s.bytes || s.data[i + 1] == ' ';
    else if (c == ':')
        n->signs |= i + 2 < s.bytes && s.data[i + 1] == '/' ? 8u : 64u;
    else if (c == 0xc2)
        n->signs |= i + 1 < s.bytes && s.data[i + 1] == '\xa9' ? 1u : 0;
}

#define LANES(byte) ((byte)*0x0101010101010101ull)

/* The highest bit of each of eight bytes that is neither a small letter of ASCII nor a space. */
static uint64_t find_others(const char *eight)
{
    uint64_t word, low;
    memcpy(&word, eight, sizeof word);
    low = word & LANES(0x7full);
    uint64_t letters = (low + LANES(0x80ull - 'a')) & ~(low + LANES(0x7full - 'z'));
    uint64_t spaces = ~((low ^ LANES(0x20ull)) + LANES(0x7full));
    return ~((letters | spaces) & ~word) & LANES(0x80ull);
}

static void read_text(ld_span s, uint32_t words, int16_t *v)
{
    text_counts n = {0};
    size_t at = 0;
    for (; s.bytes - at >= 8; at += 8)
        for (uint64_t others = find_others(s.data + at); others != 0; others &= others - 1)
            count_byte(&n, s, at + (size_t)__builtin_ctzll(others) / 8);
    for (; at < s.bytes; at++)
        if (s.data[at] != ' ' && !(s.data[at] >= 'a' && s.data[at] <= 'z'))
            count_byte(&n, s, at);
    v[LD_FEATURE_commas] = cap(n.commas, 50);
    v[LD_FEATURE_sentences] = cap(n.sentences, 50);
    v[LD_FEATURE_digit_share] = percent(n.digits, s.bytes);
    v[LD_FEATURE_capital_share] = percent(n.capitals, words);
    v[LD_FEATURE_word_length] = cap((int64_t)(s.bytes * 10 / (words ? words : 1)), 500);
    v[LD_FEATURE_opening] = class_of(s, 0);
    v[LD_FEATURE_closing] = class_of(s, s.bytes - 1);
    v[LD_FEATURE_signs] = (int16_t)n.signs;
}

/* A row that the trees or a probe will look at. */
static bool is_wanted(const making *m, uint32_t i)
{
    return !ld_features_are_hopeless(&m->rows[i]) || m->b->story->options->probe;
}

static void fill_block(making *m, uint32_t i)
{
    const ld_text_block *block = &m->b->t.blocks[i];
    const ld_block_state *state = &m->b->states[i];
    int16_t *v = m->rows[i].values;
    v[LD_FEATURE_rule] = i == m->b->lead ? 2 : state->is_body;
    v[LD_FEATURE_is_dropped] = state->is_dropped;
    v[LD_FEATURE_words] = cap(block->words, 400);
    v[LD_FEATURE_letters] = cap(block->letters, 2000);
    v[LD_FEATURE_link_share] = percent(block->link_letters, block->letters);
    v[LD_FEATURE_link_letters] = cap(block->link_letters, 1000);
    v[LD_FEATURE_heading] = block->heading;
    v[LD_FEATURE_kind] = block->kind;
    v[LD_FEATURE_is_paragraph] = block->is_paragraph;
    v[LD_FEATURE_ends_sentence] = block->ends_sentence;
    v[LD_FEATURE_furniture] =
        block->words <= 24 ? (int16_t)ld_body_judge_block(m->b, i) : LD_FURNITURE_NONE;
    if (!is_wanted(m, i))
        return;
    v[LD_FEATURE_is_bold] = block->is_bold;
    read_text(block->text, block->words, v);
    v[LD_FEATURE_match_percent] = state->match_percent;
    v[LD_FEATURE_copies] = cap(likes_at(&m->by_text, block->key)->count - 1, 20);
    v[LD_FEATURE_is_read_also] =
        block->link_letters > 0 && block->words < 40 && ld_furniture_is_read_also(block->text);
    v[LD_FEATURE_is_byline] =
        block->words <= 12 && ld_text_after_word(block->text, LD_SPAN("by")).data != NULL;
    int64_t utc_ms;
    size_t from, end;
    if (block->words <= 12 && v[LD_FEATURE_digit_share] > 0 &&
        ld_dates_find(block->text, false, &utc_ms, &from, &end) != LD_DATE_NONE)
        v[LD_FEATURE_date_share] = percent(end - from, block->text.bytes);
    ld_caption caption;
    if (block->text.bytes <= 500)
        v[LD_FEATURE_credit] = (int16_t)ld_caption_split(block->text, &caption);
    if (block->words <= SHORT_WORDS_MAX)
        compare_words(m, block->text, v);
}

/* ---- elements ---- */

static uint64_t name_of(const ld_body *b, const ld_text_element *e)
{
    ld_span name = ld_node_attribute(b->page, e->node, LD_SPAN("class"));
    return ld_hash64(name.data, name.bytes, e->tag);
}

static void fill_element(making *m, uint32_t i)
{
    const ld_text_element *e = &m->b->t.elements[i];
    element_row *row = &m->elements[i];
    const element_row *above = e->parent != LD_ELEMENT_NONE ? &m->elements[e->parent] : NULL;
    if (above)
        *row = *above;
    else
        memset(row->families, FAMILY_NONE, sizeof row->families);
    row->depth = above && above->depth < 60 ? (uint8_t)(above->depth + 1) : row->depth;
    for (uint32_t f = 0; f < LD_FEATURE_FAMILIES; f++)
        row->families[f] = (uint8_t)(row->families[f] + (row->families[f] < FAMILY_NONE - 1));
    for (uint32_t own = e->marks & FAMILY_MARKS; own != 0; own &= own - 1)
        row->families[__builtin_ctz(own)] = 0;
    for (uint32_t f = FAMILY_TAG_FIRST; f < LD_FEATURE_FAMILIES; f++)
        if (e->tag == family_tags[f - FAMILY_TAG_FIRST])
            row->families[f] = 0;
    uint32_t prose = m->b->prose[e->end] - m->b->prose[e->first];
    uint8_t share = (uint8_t)percent(prose, m->prose);
    const uint32_t names[SHARE_COUNT] = {DROP_NAMES, SIDE_NAMES, LD_MARK_BODY, LD_MARK_STORY, 0};
    for (uint32_t s = 0; s < SHARE_COUNT; s++)
        if (s == SHARE_ARTICLE ? e->tag == LD_TAG_ARTICLE : (e->marks & names[s]) != 0)
            row->shares[s] = share;
        else if (!above)
            row->shares[s] = 101;
    if (e->first == e->end)
        return;
    row->name = name_of(m->b, e);
    const ld_text_element *parent = above ? &m->b->t.elements[e->parent] : NULL;
    uint64_t grand =
        parent && parent->parent != LD_ELEMENT_NONE ? m->elements[parent->parent].name : 0;
    row->parent_path = (above ? above->name : 0) * 31 + grand;
    row->path = row->name * 0x9e3779b97f4a7c15ull + row->parent_path;
}

/* ---- who is set like whom ---- */

static void count_like(like *l, const ld_text_block *block, bool is_body)
{
    l->count++;
    l->letters += block->letters;
    l->link_letters += block->link_letters;
    l->words += block->words;
    l->body += is_body;
    if (ld_block_is_prose(block))
        l->prose += block->letters - block->link_letters;
}

static void count_likes(making *m)
{
    const ld_body *b = m->b;
    for (uint32_t i = 0; i < b->t.block_count; i++) {
        const ld_text_block *block = &b->t.blocks[i];
        const element_row *e = &m->elements[block->element];
        bool is_body = b->states[i].is_body;
        b->states[i].path = e->path ^ block->heading;
        count_like(likes_at(&m->by_path, b->states[i].path), block, is_body);
        count_like(likes_at(&m->by_parent, e->parent_path), block, is_body);
        likes_at(&m->by_text, block->key)->count++;
        m->before.letters[i + 1] = m->before.letters[i] + block->letters;
        m->before.link_letters[i + 1] = m->before.link_letters[i] + block->link_letters;
        m->before.body[i + 1] = m->before.body[i] + (is_body ? block->letters : 0);
        m->body_words += is_body ? block->words : 0;
    }
}

/* ---- places ---- */

/* Distances to what lies before, then to what lies behind. */
static void fill_distances(making *m)
{
    const ld_body *b = m->b;
    uint32_t count = b->t.block_count;
    int32_t body = FAR, far = FAR, heading = FAR, opener = FAR;
    for (uint32_t i = 0; i < count; i++) {
        const ld_text_block *block = &b->t.blocks[i];
        int16_t *v = m->rows[i].values;
        v[LD_FEATURE_from_body] = cap(body, FAR);
        v[LD_FEATURE_from_long] = cap(far, FAR);
        v[LD_FEATURE_from_heading] = cap(heading, FAR);
        v[LD_FEATURE_from_opener] = cap(opener, FAR);
        bool is_long =
            ld_block_is_prose(block) && block->words >= LONG_WORDS && !b->states[i].is_dropped;
        body = b->states[i].is_body ? 0 : body + 1;
        far = is_long ? 0 : far + 1;
        heading = block->heading > 0 ? 0 : heading + 1;
        opener = v[LD_FEATURE_furniture] >= LD_FURNITURE_OPENER ? 0 : opener + 1;
    }
    body = far = FAR;
    for (uint32_t i = count; i-- > 0;) {
        const ld_text_block *block = &b->t.blocks[i];
        int16_t *v = m->rows[i].values;
        v[LD_FEATURE_to_body] = cap(body, FAR);
        v[LD_FEATURE_to_long] = cap(far, FAR);
        bool is_long =
            ld_block_is_prose(block) && block->words >= LONG_WORDS && !b->states[i].is_dropped;
        body = b->states[i].is_body ? 0 : body + 1;
        far = is_long ? 0 : far + 1;
    }
}

static int16_t from_container(const making *m, uint32_t i)
{
    const ld_body *b = m->b;
    if (i < b->from)
        return cap((int64_t)b->from - i, FAR);
    if (i >= b->end)
        return cap((int64_t)i - b->end + 1, FAR);
    uint32_t container_depth =
        b->container != LD_ELEMENT_NONE ? m->elements[b->container].depth : 0;
    return (int16_t)(m->elements[b->t.blocks[i].element].depth - (int)container_depth);
}

static void fill_likes(making *m, uint32_t i)
{
    const ld_text_block *block = &m->b->t.blocks[i];
    const element_row *e = &m->elements[block->element];
    int16_t *v = m->rows[i].values;
    const like *l = likes_at(&m->by_path, e->path ^ block->heading);
    v[LD_FEATURE_like_count] = cap(l->count, 200);
    v[LD_FEATURE_like_prose] = percent(l->prose, m->prose);
    v[LD_FEATURE_like_links] = percent(l->link_letters, l->letters);
    v[LD_FEATURE_like_words] = cap(l->words / (l->count ? l->count : 1), 200);
    v[LD_FEATURE_like_body] = percent(l->body, l->count);
    l = likes_at(&m->by_parent, e->parent_path);
    v[LD_FEATURE_kin_prose] = percent(l->prose, m->prose);
    v[LD_FEATURE_kin_links] = percent(l->link_letters, l->letters);
    v[LD_FEATURE_kin_body] = percent(l->body, l->count);
}

static void fill_place(making *m, uint32_t i)
{
    const ld_body *b = m->b;
    const ld_text_block *block = &b->t.blocks[i];
    const element_row *e = &m->elements[block->element];
    const ld_block_state *state = &b->states[i];
    int16_t *v = m->rows[i].values;
    v[LD_FEATURE_is_caption] = (int16_t)(state->is_caption + 2 * state->is_unmarked_caption);
    v[LD_FEATURE_worth] = cap((int64_t)state->worth, 2000);
    v[LD_FEATURE_in_container] = i < b->from ? 0 : i < b->end ? 1 : 2;
    v[LD_FEATURE_from_container] = from_container(m, i);
    v[LD_FEATURE_from_headline] =
        b->headline_block < b->t.block_count ? cap((int64_t)i - b->headline_block, FAR) : FAR + 1;
    v[LD_FEATURE_page_place] = percent(i, b->t.block_count);
    v[LD_FEATURE_prose_place] = percent(b->prose[i], m->prose);
    v[LD_FEATURE_body_place] = percent(m->before.body[i], m->before.body[b->t.block_count]);
    v[LD_FEATURE_depth] = e->depth;
    const ld_text_element *own = &b->t.elements[block->element];
    v[LD_FEATURE_tag] = cap(own->tag, 1000);
    const ld_text_element *parent =
        own->parent != LD_ELEMENT_NONE ? &b->t.elements[own->parent] : own;
    v[LD_FEATURE_parent_tag] = cap(parent->tag, 1000);
    v[LD_FEATURE_sibling_count] = cap((int64_t)parent->end - parent->first, 200);
    for (uint32_t s = 0; s < SHARE_COUNT; s++)
        v[LD_FEATURE_drop_prose + (int)s] = e->shares[s];
    fill_likes(m, i);
    for (uint32_t f = 0; f < LD_FEATURE_FAMILIES; f++)
        v[LD_FEATURE_FAMILY + (int)f] = e->families[f];
    uint32_t at = block->element;
    for (int level = 0; level < LD_FEATURE_LEVELS; level++) {
        const ld_text_element *x = &b->t.elements[at];
        uint32_t letters = m->before.letters[x->end] - m->before.letters[x->first];
        int16_t *lv = v + LD_FEATURE_LEVEL + level * LD_FEATURE_LEVEL_COUNT;
        lv[LD_FEATURE_LEVEL_letters] = cap(letters, 20000);
        lv[LD_FEATURE_LEVEL_links] =
            percent(m->before.link_letters[x->end] - m->before.link_letters[x->first], letters);
        lv[LD_FEATURE_LEVEL_prose] = percent(b->prose[x->end] - b->prose[x->first], m->prose);
        lv[LD_FEATURE_LEVEL_blocks] = cap((int64_t)x->end - x->first, 300);
        lv[LD_FEATURE_LEVEL_body] =
            percent(m->before.body[x->end] - m->before.body[x->first], letters);
        at = x->parent != LD_ELEMENT_NONE ? x->parent : at;
    }
}

static void fill_neighbours(making *m, uint32_t i)
{
    static const int offsets[LD_FEATURE_NEIGHBOURS] = {-2, -1, 1, 2};
    const ld_body *b = m->b;
    uint64_t path = m->elements[b->t.blocks[i].element].path;
    for (int n = 0; n < LD_FEATURE_NEIGHBOURS; n++) {
        int16_t *v = m->rows[i].values + LD_FEATURE_NEIGHBOUR + n * LD_FEATURE_NEIGHBOUR_COUNT;
        int64_t at = (int64_t)i + offsets[n];
        if (at < 0 || at >= b->t.block_count) {
            v[LD_FEATURE_NEIGHBOUR_words] = -1;
            continue;
        }
        const int16_t *other = m->rows[at].values;
        v[LD_FEATURE_NEIGHBOUR_words] = other[LD_FEATURE_words];
        v[LD_FEATURE_NEIGHBOUR_link_share] = other[LD_FEATURE_link_share];
        v[LD_FEATURE_NEIGHBOUR_heading] = other[LD_FEATURE_heading];
        v[LD_FEATURE_NEIGHBOUR_ends_sentence] = other[LD_FEATURE_ends_sentence];
        v[LD_FEATURE_NEIGHBOUR_rule] = other[LD_FEATURE_rule];
        v[LD_FEATURE_NEIGHBOUR_furniture] = other[LD_FEATURE_furniture];
        v[LD_FEATURE_NEIGHBOUR_is_like] = m->elements[b->t.blocks[at].element].path == path;
        v[LD_FEATURE_NEIGHBOUR_shape] =
            (int16_t)(other[LD_FEATURE_kind] * 2 + other[LD_FEATURE_is_paragraph]);
    }
}

/* ---- the page ---- */

static void fill_page(const making *m, int16_t *v)
{
    const ld_body *b = m->b;
    uint32_t count = b->t.block_count, body = m->before.body[count];
    v[LD_FEATURE_page_blocks] = cap(count, 2000);
    v[LD_FEATURE_page_prose] = cap(m->prose / 10, 10000);
    v[LD_FEATURE_body_prose_share] = cap(percent(body, m->prose), 200);
    v[LD_FEATURE_body_words] = cap(m->body_words, 5000);
    v[LD_FEATURE_page_links] = percent(m->before.link_letters[count], m->before.letters[count]);
    v[LD_FEATURE_container_prose] = percent(b->prose[b->end] - b->prose[b->from], m->prose);
    v[LD_FEATURE_evidence] = (int16_t)(b->has_evidence + b->is_evidence_whole);
    v[LD_FEATURE_evidence_share] =
        cap((int64_t)b->evidence_words * 100 / (m->body_words ? m->body_words : 1), 400);
    v[LD_FEATURE_page_article] =
        (int16_t)(b->meta->ld.has_article + 2 * b->meta->is_og_article +
                  4 * b->meta->ld.is_paywalled + 8 * b->meta->ld.is_liveblog);
}

static bool making_init(making *m, const ld_body *b)
{
    ld_arena *arena = b->story->arena;
    uint32_t count = b->t.block_count;
    m->b = b;
    m->prose = b->prose[count];
    m->rows = ld_arena_alloc(arena, count * sizeof *m->rows); /* each is a copy of the page's */
    m->elements = ld_arena_array(arena, b->t.element_count, sizeof *m->elements);
    m->before.letters = ld_arena_array(arena, (size_t)count + 1, sizeof(uint32_t));
    m->before.link_letters = ld_arena_array(arena, (size_t)count + 1, sizeof(uint32_t));
    m->before.body = ld_arena_array(arena, (size_t)count + 1, sizeof(uint32_t));
    set_fill(m->headline, b->story->article->headline);
    set_fill(m->description, b->meta->description);
    return m->rows && m->elements && m->before.letters && m->before.link_letters &&
           m->before.body && likes_init(arena, count, &m->by_path) &&
           likes_init(arena, count, &m->by_parent) && likes_init(arena, count, &m->by_text);
}

ld_features *ld_features_make(const ld_body *body)
{
    making *m = ld_arena_alloc_zero(body->story->arena, sizeof *m);
    if (!m || !making_init(m, body))
        return NULL;
    for (uint32_t i = 0; i < body->t.element_count; i++)
        fill_element(m, i);
    count_likes(m);
    int16_t page[LD_FEATURE_COUNT] = {0};
    fill_page(m, page);
    for (uint32_t i = 0; i < body->t.block_count; i++) {
        memcpy(m->rows[i].values, page, sizeof page);
        fill_block(m, i);
        if (is_wanted(m, i))
            fill_place(m, i);
    }
    fill_distances(m);
    for (uint32_t i = 0; i < body->t.block_count; i++)
        if (is_wanted(m, i))
            fill_neighbours(m, i);
    return m->rows;
}

/* ---- names ---- */

void ld_feature_name(uint32_t index, char name[48])
{
#define X(x) #x,
    static const char *const singles[] = {LD_FEATURES_BLOCK(X) LD_FEATURES_PLACE(X)
                                              LD_FEATURES_PAGE(X)};
    static const char *const levels[] = {LD_FEATURES_LEVEL(X)};
    static const char *const neighbours[] = {LD_FEATURES_NEIGHBOUR(X)};
#undef X
    const char *text = "family";
    uint32_t number = index - (uint32_t)LD_FEATURE_FAMILY;
    if (index < LD_FEATURE_LEVEL) {
        text = singles[index];
        number = UINT32_MAX;
    } else if (index < LD_FEATURE_NEIGHBOUR) {
        text = levels[(index - LD_FEATURE_LEVEL) % LD_FEATURE_LEVEL_COUNT];
        number = (index - LD_FEATURE_LEVEL) / LD_FEATURE_LEVEL_COUNT;
    } else if (index < LD_FEATURE_FAMILY) {
        text = neighbours[(index - LD_FEATURE_NEIGHBOUR) % LD_FEATURE_NEIGHBOUR_COUNT];
        number = (index - LD_FEATURE_NEIGHBOUR) / LD_FEATURE_NEIGHBOUR_COUNT;
    }
    size_t used = 0;
    for (; text[used] && used < 40; used++)
        name[used] = text[used];
    if (number != UINT32_MAX) {
        name[used++] = '.';
        if (number >= 10)
            name[used++] = (char)('0' + number / 10 % 10);
        name[used++] = (char)('0' + number % 10);
    }
    name[used] = 0;
}
