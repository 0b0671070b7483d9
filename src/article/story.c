/*
 * Growing lists of the article and the text operations of this folder (story.h).
 *
 * Folding is what makes two spellings of one text comparable: pages indent, wrap and pad freely,
 * and the same caption is often printed twice with one space more. ld_text_key goes further and
 * hashes only letters and digits, so that quotes, dashes and a final full stop do not matter.
 */
#include "article/story.h"

#include "article/caption.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "html/entities.h"

#define COMMENTS_MAX  200u /* paragraphs of comments; each is compared with the others */
#define IMAGES_MAX    64u
#define TAG_BYTES_MAX 1000u /* of a tag within metadata; a longer one is text */

void ld_story_init(ld_story *story, ld_arena *arena, const ld_capture *capture,
                   const ld_extract_options *options, ld_article *article)
{
    memset(story, 0, sizeof *story);
    story->arena = arena;
    story->capture = capture;
    story->options = options;
    story->article = article;
    story->base_url = capture->url;
}

/* ---- characters ---- */

/* clang-format off */
const uint8_t ld_text_classes[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0,
    0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0,
    0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
};
/* clang-format on */

typedef enum fold_class { FOLD_KEEP, FOLD_SPACE, FOLD_DROP } fold_class;

static fold_class fold_class_of(uint32_t c)
{
    if (c <= 0x20)
        return c == ' ' || (c >= '\t' && c <= '\r') ? FOLD_SPACE : FOLD_DROP;
    if (c < 0x7f)
        return FOLD_KEEP;
    if (c <= 0x9f)
        return c == 0x85 ? FOLD_SPACE : FOLD_DROP;
    if (c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
        c == 0x202f || c == 0x205f || c == 0x3000)
        return FOLD_SPACE;
    if (c == 0xad || c == 0x200b || c == 0x2060 || c == 0xfeff || (c >= 0x202a && c <= 0x202e))
        return FOLD_DROP;
    return FOLD_KEEP;
}

#define LANES(byte) ((byte)*0x0101010101010101ull)

/*
 * Eight printable characters of ASCII with single spaces, none where one is due or nothing stands
 * yet: most of any text. Copies them and says so. A space at their end is kept back as due. There
 * is room: what was written and the space that is due are no more than what was read.
 */
static bool fold_eight(const char *from, char *out, size_t *used, bool *is_due)
{
    uint64_t word;
    memcpy(&word, from, sizeof word);
    bool is_printable = !(word & LANES(0x80)) && !((word + LANES(0x01)) & LANES(0x80)) &&
                        ((word + LANES(0x60)) & LANES(0x80)) == LANES(0x80);
    uint64_t spaces = ~((word ^ LANES(0x20)) + LANES(0x7f)) & LANES(0x80);
    if (!is_printable || (spaces & (spaces >> 8)) || ((spaces & 0x80) && (*is_due || *used == 0)))
        return false;
    if (*is_due)
        out[(*used)++] = ' ';
    memcpy(out + *used, &word, sizeof word);
    *is_due = (spaces >> 63) != 0;
    *used += sizeof word - *is_due;
    return true;
}

ld_span ld_text_fold(ld_arena *arena, ld_span s)
{
    s = ld_utf8_scrub(arena, s);
    if (!s.data || s.bytes == 0)
        return (ld_span){0};
    char *out = ld_arena_alloc(arena, s.bytes + 1);
    if (!out)
        return (ld_span){0};
    size_t used = 0;
    bool is_due = false;
    for (size_t at = 0; at < s.bytes;) {
        if (s.bytes - at >= 8 && fold_eight(s.data + at, out, &used, &is_due)) {
            at += 8;
            continue;
        }
        size_t from = at;
        fold_class class = fold_class_of(ld_utf8_next(s, &at));
        if (class == FOLD_SPACE)
            is_due = used > 0;
        if (class != FOLD_KEEP)
            continue;
        if (is_due)
            out[used++] = ' ';
        is_due = false;
        memcpy(out + used, s.data + from, at - from);
        used += at - from;
    }
    out[used] = 0;
    return ld_span_of(out, used);
}

ld_span ld_text_fold_escaped(ld_arena *arena, ld_span s)
{
    if (ld_span_find_byte(s, '&') == SIZE_MAX && ld_span_find_byte(s, '<') == SIZE_MAX)
        return ld_text_fold(arena, s);
    /* no reference is shorter than what it stands for, but for a few of two code points */
    char *out = ld_arena_alloc(arena, s.bytes * 2 + LD_ENTITY_VALUE_BYTES_MAX);
    if (!out)
        return (ld_span){0};
    size_t used = 0;
    for (size_t at = 0; at < s.bytes;) {
        size_t value_bytes = 0, taken = 0;
        if (s.data[at] == '&')
            taken = ld_entity_decode(ld_span_sub(s, at, s.bytes), false, out + used, &value_bytes);
        if (taken == 0 && s.data[at] == '<' && at + 1 < s.bytes &&
            (ld_text_is_letter(s.data[at + 1]) || s.data[at + 1] == '/')) {
            size_t close = ld_span_find_byte(ld_span_sub(s, at, TAG_BYTES_MAX), '>');
            if (close != SIZE_MAX) {
                at += close + 1;
                out[used++] = ' ';
                continue;
            }
        }
        if (taken > 0) {
            at += taken;
            used += value_bytes;
        } else {
            out[used++] = s.data[at++];
        }
    }
    return ld_text_fold(arena, ld_span_of(out, used));
}

static uint64_t mix(uint64_t hash, uint64_t letters)
{
    hash = (hash ^ letters) * 0x9fb21c651e98df25ull;
    return hash ^ (hash >> 32);
}

/* Of eight bytes the lowest bit of each that is `first` at least and no more than `last`; both, and
 * all eight, are below 0x80. */
static uint64_t bytes_between(uint64_t word, unsigned char first, unsigned char last)
{
    return ((word + LANES(0x80u - first)) & ~(word + LANES(0x7fu - last)) & LANES(0x80)) >> 7;
}

/* The letters and digits of eight bytes of ASCII, in lower case, moved together; *bytes is how many
 * they are. */
static uint64_t keep_letters(uint64_t word, uint32_t *bytes)
{
    uint64_t lower = word | LANES(0x20);
    uint64_t kept = bytes_between(lower, 'a', 'z') | bytes_between(word, '0', '9');
    uint64_t dropped = ~kept & LANES(0x01);
    lower &= kept * 0xff;
    *bytes = 8;
    /* from the top, so that the places below stay what they are */
    while (dropped != 0) {
        uint32_t at = 63 - (uint32_t)__builtin_clzll(dropped);
        uint64_t below = (1ull << at) - 1;
        lower = (lower & below) | (lower >> 8 & ~below);
        dropped &= below;
        (*bytes)--;
    }
    return lower;
}

typedef struct key_state {
    uint64_t hash, letters;
    uint32_t bits; /* of `letters` that are filled, below 64 */
    bool is_empty;
} key_state;

static void key_add(key_state *k, uint64_t letters, uint32_t bytes)
{
    k->letters |= letters << k->bits;
    uint32_t bits = k->bits + 8 * bytes;
    if (bits >= 64) {
        k->hash = mix(k->hash, k->letters);
        k->letters = k->bits > 0 ? letters >> (64 - k->bits) : 0;
        k->is_empty = false;
        bits -= 64;
    }
    k->bits = bits;
}

/* The byte at *at; U+2000..U+203F, which are spaces, dashes and quotes, and the signs of
 * U+0080..U+00BF are passed over. */
static void key_add_one(key_state *k, ld_span s, size_t *at)
{
    unsigned char c = (unsigned char)s.data[(*at)++];
    if (c < 0x80) {
        if (ld_text_classes[c] != 0)
            key_add(k, c | 0x20u, 1);
    } else if (c == 0xe2 && *at + 1 < s.bytes && (unsigned char)s.data[*at] == 0x80) {
        *at += 2;
    } else if (c == 0xc2 && *at < s.bytes) {
        *at += 1;
    } else {
        key_add(k, c, 1);
    }
}

uint64_t ld_text_key(ld_span s)
{
    key_state k = {.hash = 0x9e3779b97f4a7c15ull, .is_empty = true};
    for (size_t at = 0; at < s.bytes;) {
        uint64_t word = LANES(0x80);
        if (s.bytes - at >= sizeof word)
            memcpy(&word, s.data + at, sizeof word);
        if (word & LANES(0x80)) {
            key_add_one(&k, s, &at);
            continue;
        }
        uint32_t bytes;
        uint64_t letters = keep_letters(word, &bytes);
        key_add(&k, letters, bytes);
        at += sizeof word;
    }
    if (k.bits > 0)
        k.hash = mix(k.hash, k.letters);
    return k.bits > 0 || !k.is_empty ? k.hash | 1 : 0;
}

static bool is_gap(char c)
{
    return (c == ' ') | (c == '\t') | (c == '\n');
}

/* Of eight bytes the highest bit of each that is a gap. */
static uint64_t gaps_of(uint64_t word)
{
    uint64_t low = ~LANES(0x80), gaps = 0;
    static const uint64_t kinds[] = {LANES(' '), LANES('\t'), LANES('\n')};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        uint64_t x = word ^ kinds[i];
        gaps |= ~(((x & low) + low) | x | low);
    }
    return gaps;
}

uint32_t ld_text_word_count(ld_span s)
{
    uint64_t count = 0, before = 1; /* whether a gap stands before the next byte */
    size_t i = 0;
    for (uint64_t word; s.bytes - i >= sizeof word; i += sizeof word) {
        memcpy(&word, s.data + i, sizeof word);
        uint64_t gaps = gaps_of(word);
        uint64_t starts = ~gaps & (gaps << 8 | before << 7) & LANES(0x80);
        count += ((starts >> 7) * LANES(0x01)) >> 56;
        before = gaps >> 63;
    }
    for (; i < s.bytes; i++) {
        bool gap = is_gap(s.data[i]);
        count += before && !gap;
        before = gap;
    }
    return (uint32_t)count;
}

/* The code point that ends s; *start is where it begins. */
static uint32_t last_code_point(ld_span s, size_t *start)
{
    size_t from = s.bytes - 1;
    while (from > 0 && s.bytes - from < 4 && ((unsigned char)s.data[from] & 0xc0) == 0x80)
        from--;
    *start = from;
    size_t used;
    return ld_utf8_decode(s.data + from, s.bytes - from, &used);
}

bool ld_text_ends_sentence(ld_span s)
{
    while (s.bytes > 0) {
        size_t start;
        uint32_t c = last_code_point(s, &start);
        switch (c) {
        case '.':
        case '!':
        case '?':
        case 0x2026: /* ellipsis */
        case 0x3002: /* ideographic full stop */
        case 0xff01:
        case 0xff1f:
        case 0x061f: /* Arabic question mark */
        case 0x06d4:
        case 0x0964: /* danda */
            return true;
        case '"':
        case '\'':
        case ')':
        case ']':
        case ' ':
        case 0xbb:
        case 0xab:
        case 0x2019:
        case 0x201d:
        case 0x201c:
        case 0x300d:
        case 0x203a:
            s.bytes = start;
            break;
        default:
            return false;
        }
    }
    return false;
}

size_t ld_text_find_word(ld_span s, ld_span word)
{
    for (size_t at = 0; at + word.bytes <= s.bytes;) {
        size_t found = ld_span_find_nocase(ld_span_sub(s, at, s.bytes), word);
        if (found == SIZE_MAX)
            return SIZE_MAX;
        found += at;
        size_t end = found + word.bytes;
        if ((found == 0 || !ld_text_is_word_byte(s.data[found - 1])) &&
            (end == s.bytes || !ld_text_is_word_byte(s.data[end])))
            return found;
        at = found + 1;
    }
    return SIZE_MAX;
}

ld_span ld_text_after_word(ld_span s, ld_span prefix)
{
    if (!ld_span_starts_with_nocase(s, prefix) ||
        (s.bytes > prefix.bytes && ld_text_is_word_byte(s.data[prefix.bytes])))
        return (ld_span){0};
    return ld_span_of(s.data + prefix.bytes, s.bytes - prefix.bytes);
}

bool ld_text_is_capitalized(ld_span s)
{
    if (s.bytes == 0)
        return false;
    size_t at = 0;
    uint32_t c = ld_utf8_next(s, &at);
    if (c < 0x80)
        return c >= 'A' && c <= 'Z';
    if (c >= 0xc0 && c <= 0xde)
        return true;
    if (c >= 0x100 && c < 0x180)
        return c < 0x139 || (c > 0x148 && c < 0x179) ? !(c & 1) : (c & 1);
    if (c >= 0x391 && c <= 0x3a9)
        return true;
    if (c >= 0x400 && c <= 0x42f)
        return true;
    return c >= 0x590 && !(c >= 0x2000 && c < 0x2e80);
}

/* ---- lists ---- */

static void add_distinct(ld_story *story, ld_span **items, uint32_t *count, uint32_t *capacity,
                         uint32_t count_max, ld_span value)
{
    uint64_t key = ld_text_key(value);
    if (key == 0)
        return;
    for (uint32_t i = 0; i < *count; i++)
        if (ld_text_key((*items)[i]) == key)
            return;
    if (*count == count_max) {
        story->article->truncated = true;
        return;
    }
    (void)LD_ARENA_PUSH(story->arena, *items, *count, *capacity, value);
}

void ld_story_add_author(ld_story *story, ld_span name)
{
    add_distinct(story, &story->authors, &story->author_count, &story->author_capacity,
                 LD_ARTICLE_AUTHORS_MAX, name);
}

void ld_story_add_tag(ld_story *story, ld_span tag)
{
    add_distinct(story, &story->tags, &story->tag_count, &story->tag_capacity, LD_ARTICLE_TAGS_MAX,
                 tag);
}

void ld_story_add_comment(ld_story *story, ld_span text)
{
    add_distinct(story, &story->comments, &story->comment_count, &story->comment_capacity,
                 COMMENTS_MAX, text);
}

void ld_story_add_image_alternative(ld_story *story, ld_span text)
{
    add_distinct(story, &story->image_alternatives, &story->image_alternative_count,
                 &story->image_alternative_capacity, IMAGES_MAX, text);
}

void ld_story_add_block(ld_story *story, ld_block_kind kind, uint8_t level, uint8_t flags,
                        ld_span text)
{
    if (text.bytes == 0)
        return;
    if (story->block_count == LD_ARTICLE_BLOCKS_MAX) {
        story->article->truncated = true;
        return;
    }
    (void)LD_ARENA_PUSH(story->arena, story->blocks, story->block_count, story->block_capacity,
                        (ld_block){(uint8_t)kind, level, flags, text});
}

void ld_story_add_caption(ld_story *story, ld_span text, ld_span credit)
{
    ld_caption caption = {text, credit};
    if (credit.bytes == 0)
        ld_caption_split(text, &caption);
    uint64_t key = ld_text_key(caption.text);
    for (uint32_t i = 0; i < story->caption_count; i++) {
        if (story->caption_keys[i] != key ||
            (key == 0 && ld_text_key(story->captions[i].credit) != ld_text_key(caption.credit)))
            continue;
        if (story->captions[i].credit.bytes == 0)
            story->captions[i].credit = caption.credit;
        return;
    }
    if (caption.text.bytes == 0 && caption.credit.bytes == 0)
        return;
    if (story->caption_count == LD_ARTICLE_CAPTIONS_MAX) {
        story->article->truncated = true;
        return;
    }
    uint32_t count = story->caption_count;
    if (LD_ARENA_PUSH(story->arena, story->caption_keys, count, story->caption_key_capacity, key))
        (void)LD_ARENA_PUSH(story->arena, story->captions, story->caption_count,
                            story->caption_capacity, caption);
}

bool ld_story_has_caption(const ld_story *story, ld_span text)
{
    ld_caption caption = {text, {0}};
    ld_caption_split(text, &caption);
    uint64_t key = ld_text_key(caption.text);
    uint64_t whole = caption.text.bytes == text.bytes ? key : ld_text_key(text);
    for (uint32_t i = 0; key != 0 && i < story->caption_count; i++)
        if (story->caption_keys[i] == key || story->caption_keys[i] == whole)
            return true;
    return false;
}

/* ---- the end ---- */

static void drop_repeats(ld_story *story)
{
    uint64_t headline = ld_text_key(story->article->headline);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < story->block_count; i++) {
        const ld_block *block = &story->blocks[i];
        bool is_headline = i < 3 && headline != 0 && ld_text_key(block->text) == headline;
        bool is_caption = block->kind == LD_BLOCK_PARAGRAPH && story->caption_count > 0 &&
                          ld_story_has_caption(story, block->text);
        if (!is_headline && !is_caption)
            story->blocks[kept++] = *block;
    }
    story->block_count = kept;
}

static void find_dateline(ld_story *story)
{
    ld_article *article = story->article;
    uint32_t seen = 0;
    for (uint32_t i = 0; i < story->block_count && seen < 3; i++) {
        if (story->blocks[i].kind != LD_BLOCK_PARAGRAPH)
            continue;
        ld_span agency = {0};
        if (ld_dateline_parse(story->blocks[i].text, &article->dateline, &agency)) {
            article->agency = agency;
            break;
        }
        seen++;
    }
    for (uint32_t i = 0; i < story->author_count && article->agency.bytes == 0; i++)
        article->agency = ld_agency_find(story->authors[i]);
    for (uint32_t i = 0; i < story->caption_count && article->agency.bytes == 0; i++)
        article->agency = ld_agency_find(story->captions[i].credit);
}

static uint32_t count_lead(const ld_story *story)
{
    uint32_t paragraphs = 0, i = 0;
    while (i < story->block_count && paragraphs < 2)
        paragraphs += story->blocks[i++].kind == LD_BLOCK_PARAGRAPH;
    return i;
}

void ld_story_finish(ld_story *story)
{
    ld_article *article = story->article;
    drop_repeats(story);
    find_dateline(story);
    if (article->lead_block_count == 0 || article->lead_block_count > story->block_count)
        article->lead_block_count = count_lead(story);
    article->authors = story->authors;
    article->author_count = story->author_count;
    article->tags = story->tags;
    article->tag_count = story->tag_count;
    article->blocks = story->blocks;
    article->block_count = story->block_count;
    article->captions = story->captions;
    article->caption_count = story->caption_count;
    article->comments = story->comments;
    article->comment_count = story->comment_count;
    article->image_alternatives = story->image_alternatives;
    article->image_alternative_count = story->image_alternative_count;
}
