/*
 * What is the story in a text that was copied out of a page?
 *
 *     menu, "Skip to content"            furniture
 *     headline                           the first line that reads like one
 *     By X / Published D / caption (credit) / caption (credit)      the head
 *     paragraph ...                      the body, from the first line that is prose
 *     "Advertisement"                    furniture between
 *     Share this / Related / links       the tail, after the last line that is prose
 *
 * Prose is a long line, or one of some words that ends as a sentence does. Lines are first joined
 * to paragraphs: a blank line ends one; a run of lines of about the same width was wrapped by a
 * program and is one paragraph; any other line stands alone. Whether a line is a caption is seen
 * by its credit, or by its being there twice near the top: pages print a caption under the picture
 * and once more for their mobile layout. A date is taken only from a line that states when the
 * page was published; dates in captions and in the story say nothing about that.
 *
 * Rejected: learning line classes from pages; there is no honest set of such saves to learn from.
 * Cost: linear but for the look-back over the lines of the head, which are at most HEAD_LINES_MAX.
 */
#include "article/plain.h"

#include "article/authors.h"
#include "article/caption.h"
#include "article/furniture.h"
#include "article/markdown.h"

#define WRAP_WIDTH_MIN     50u /* bytes: narrower runs of lines are lists or verse */
#define WRAP_WIDTH_MAX     130u
#define PROSE_BYTES_MIN    60u  /* a line that ends a sentence */
#define PROSE_LONG_BYTES   140u /* a line that does not */
#define HEADLINE_BYTES_MAX 240u
#define HEAD_LINES_MAX     40u /* lines before the story that are looked at one by one */
#define REPEAT_LINES_MAX   12u /* a caption and its repeat stand within so many lines */

/* A paragraph of the text. */
typedef struct para {
    ld_span text; /* folded */
    uint64_t key; /* ld_text_key */
    uint8_t kind; /* ld_block_kind */
    uint8_t level, flags;
    bool is_prose;
    bool is_heading; /* marked so by Markdown */
    bool is_used;    /* it has its place in the article, or it is furniture */
} para;

typedef struct paras {
    ld_arena *arena;
    para *items; /* [count] */
    uint32_t count, capacity;
    bool is_truncated;
} paras;

static void push_para(paras *list, ld_span raw, ld_markdown_line mark)
{
    ld_span text = mark.kind == LD_BLOCK_PRE ? raw : ld_text_fold(list->arena, raw);
    if (text.bytes == 0)
        return;
    if (list->count == LD_ARTICLE_BLOCKS_MAX) {
        list->is_truncated = true;
        return;
    }
    bool is_prose = mark.kind != LD_BLOCK_SUBHEADING &&
                    (text.bytes >= PROSE_LONG_BYTES ||
                     (text.bytes >= PROSE_BYTES_MIN && ld_text_ends_sentence(text)));
    para item = {.text = text,
                 .key = ld_text_key(text),
                 .kind = mark.kind,
                 .level = mark.level,
                 .flags = mark.flags,
                 .is_prose = is_prose,
                 .is_heading = mark.kind == LD_BLOCK_SUBHEADING};
    (void)LD_ARENA_PUSH(list->arena, list->items, list->count, list->capacity, item);
}

/* ---- lines to paragraphs ---- */

static ld_span next_line(ld_span text, size_t *at)
{
    size_t from = *at, end = from;
    while (end < text.bytes && text.data[end] != '\n' && text.data[end] != '\r')
        end++;
    *at = end + (end < text.bytes);
    if (end + 1 < text.bytes && text.data[end] == '\r' && text.data[end + 1] == '\n')
        *at = end + 2;
    return ld_span_sub(text, from, end - from);
}

/* The lines of run were broken by a program: all but the last are about equally wide. */
static bool is_wrapped(ld_span run, uint32_t line_count)
{
    size_t widest = 0, narrowest = SIZE_MAX;
    size_t at = 0;
    for (uint32_t i = 0; i < line_count; i++) {
        size_t width = ld_span_trim(next_line(run, &at)).bytes;
        widest = width > widest ? width : widest;
        if (i + 1 < line_count)
            narrowest = width < narrowest ? width : narrowest;
    }
    return line_count > 1 && widest >= WRAP_WIDTH_MIN && widest <= WRAP_WIDTH_MAX &&
           narrowest * 10 >= widest * 6;
}

/* A run of lines without a blank one between. */
static void push_run(paras *list, ld_span run, uint32_t line_count)
{
    ld_markdown_line plain = {.kind = LD_BLOCK_PARAGRAPH, .text = run};
    if (is_wrapped(run, line_count)) {
        push_para(list, run, plain);
        return;
    }
    for (size_t at = 0; at < run.bytes;)
        push_para(list, next_line(run, &at), plain);
}

static void split_text(paras *list, ld_span text)
{
    size_t at = 0, run_from = 0, run_end = 0;
    uint32_t line_count = 0;
    while (at < text.bytes) {
        size_t from = at;
        ld_span line = next_line(text, &at);
        if (ld_span_trim(line).bytes > 0) {
            run_from = line_count == 0 ? from : run_from;
            run_end = from + line.bytes;
            line_count++;
            continue;
        }
        push_run(list, ld_span_sub(text, run_from, run_end - run_from), line_count);
        line_count = 0;
        run_end = run_from;
    }
    push_run(list, ld_span_sub(text, run_from, run_end - run_from), line_count);
}

/* Markdown marks blocks by their first characters; plain lines that follow go on with theirs. */
static void split_markdown(paras *list, ld_span text)
{
    ld_markdown_line open = {.kind = LD_BLOCK_PARAGRAPH};
    ld_span run = {0}; /* raw bytes of the open block, marks of its later lines included */
    bool in_code = false;
    for (size_t at = 0; at < text.bytes;) {
        size_t from = at;
        ld_span line = next_line(text, &at);
        if (ld_markdown_is_fence(line)) {
            push_para(list, in_code ? run : ld_markdown_strip(list->arena, run), open);
            run = (ld_span){0};
            in_code = !in_code;
            open = (ld_markdown_line){.kind = in_code ? LD_BLOCK_PRE : LD_BLOCK_PARAGRAPH};
            continue;
        }
        ld_markdown_line mark = ld_markdown_read(line);
        bool is_blank = ld_span_trim(line).bytes == 0;
        bool goes_on = run.bytes > 0 && !is_blank && mark.kind == LD_BLOCK_PARAGRAPH &&
                       open.kind != LD_BLOCK_SUBHEADING;
        goes_on = goes_on || (run.bytes > 0 && !is_blank && mark.kind == LD_BLOCK_QUOTE &&
                              open.kind == LD_BLOCK_QUOTE);
        if (in_code || goes_on) {
            run = run.data
                      ? ld_span_of(run.data, (size_t)(text.data + from - run.data) + line.bytes)
                      : line;
            continue;
        }
        push_para(list, ld_markdown_strip(list->arena, run), open);
        run = is_blank ? (ld_span){0} : mark.text;
        open = mark;
    }
    push_para(list, in_code ? run : ld_markdown_strip(list->arena, run), open);
}

/* ---- the head ---- */

static bool is_repeated(const paras *list, uint32_t index)
{
    uint32_t end = index + REPEAT_LINES_MAX < list->count ? index + REPEAT_LINES_MAX : list->count;
    for (uint32_t i = index + 1; i < end; i++)
        if (list->items[i].key == list->items[index].key && list->items[i].key != 0)
            return true;
    return false;
}

static bool is_caption(const paras *list, uint32_t index, bool is_in_head)
{
    const para *p = &list->items[index];
    if (p->kind != LD_BLOCK_PARAGRAPH)
        return false;
    ld_caption caption;
    ld_credit_strength strength = ld_caption_split(p->text, &caption);
    if (strength == LD_CREDIT_STRONG && p->text.bytes < 700)
        return true;
    if (!is_in_head)
        return false;
    return strength == LD_CREDIT_WEAK || (p->text.bytes >= 24 && is_repeated(list, index));
}

static bool reads_like_headline(const para *p)
{
    ld_caption caption;
    return p->text.bytes <= HEADLINE_BYTES_MAX &&
           ld_furniture_judge(p->text) == LD_FURNITURE_NONE &&
           ld_caption_split(p->text, &caption) == LD_CREDIT_NONE;
}

/* The first line of the story that is prose and neither a caption nor one of furniture. */
static uint32_t find_first_prose(const paras *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        bool is_head = i < HEAD_LINES_MAX;
        if (list->items[i].is_prose && !is_caption(list, i, is_head) &&
            !ld_furniture_is_consent(list->items[i].text) &&
            !(i == 0 && list->items[i].text.bytes <= HEADLINE_BYTES_MAX / 2 &&
              !ld_text_ends_sentence(list->items[i].text)))
            return i;
    }
    return list->count;
}

static uint32_t find_headline(const paras *list, uint32_t first_prose)
{
    uint32_t fallback = list->count;
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].is_heading && list->items[i].level <= 1 && i <= first_prose)
            return i;
    for (uint32_t i = 0; i < first_prose; i++) {
        if (!reads_like_headline(&list->items[i]))
            continue;
        if (ld_text_word_count(list->items[i].text) >= 4)
            return i;
        if (fallback == list->count)
            fallback = i;
    }
    /* a text of short lines only, or a headline that ends as a sentence does */
    if (fallback == list->count && first_prose == 0 && list->count > 1 &&
        reads_like_headline(&list->items[0]) &&
        list->items[0].text.bytes * 2 <= list->items[1].text.bytes)
        return 0;
    return fallback;
}

static void take_head_line(ld_story *story, ld_dates *dates, paras *list, uint32_t index)
{
    para *p = &list->items[index];
    p->is_used = true;
    if (is_caption(list, index, true))
        ld_story_add_caption(story, p->text, (ld_span){0});
    else if (ld_furniture_judge(p->text) != LD_FURNITURE_NONE)
        return;
    else if (p->is_prose && ld_furniture_is_consent(p->text))
        return;
    else if (ld_authors_add_byline(story, p->text, true) ||
             ld_dates_offer_line(dates, p->text, true))
        return;
    else
        p->is_used = p->kind == LD_BLOCK_PARAGRAPH && ld_text_word_count(p->text) < 6 &&
                     !ld_text_ends_sentence(p->text);
}

/* ---- the body ---- */

/* A line of the body or the tail. has_prose_after: the story goes on. */
static void take_body_line(ld_story *story, ld_dates *dates, paras *list, uint32_t index,
                           bool has_prose_after, bool *in_list)
{
    para *p = &list->items[index];
    ld_furniture furniture = p->kind == LD_BLOCK_PARAGRAPH || p->is_heading
                                 ? ld_furniture_judge(p->text)
                                 : LD_FURNITURE_NONE;
    if (furniture == LD_FURNITURE_OPENER)
        *in_list = true;
    if (p->is_prose)
        *in_list = false;
    if (furniture != LD_FURNITURE_NONE || *in_list)
        return;
    if (is_caption(list, index, false)) {
        ld_story_add_caption(story, p->text, (ld_span){0});
        return;
    }
    if (p->is_prose || p->kind != LD_BLOCK_PARAGRAPH) {
        if (has_prose_after || p->is_prose || !p->is_heading)
            ld_story_add_block(story, (ld_block_kind)p->kind, p->level, p->flags, p->text);
        return;
    }
    bool ends = ld_text_ends_sentence(p->text);
    if (!has_prose_after && !ends) {
        if (!ld_authors_add_byline(story, p->text, true))
            ld_dates_offer_line(dates, p->text, false);
        return;
    }
    bool is_subheading = !ends && ld_text_word_count(p->text) <= 12 && index + 1 < list->count &&
                         list->items[index + 1].is_prose;
    ld_story_add_block(story, is_subheading ? LD_BLOCK_SUBHEADING : LD_BLOCK_PARAGRAPH,
                       is_subheading ? 2 : 0, 0, p->text);
}

static void take_all(ld_story *story, ld_dates *dates, paras *list)
{
    uint32_t first_prose = find_first_prose(list);
    uint32_t headline = find_headline(list, first_prose);
    uint32_t head_from = headline < list->count ? headline + 1 : first_prose;
    if (headline < list->count && story->article->headline.bytes == 0)
        story->article->headline = list->items[headline].text;
    if (first_prose == list->count) /* short lines only: everything after the headline may count */
        first_prose = head_from < list->count ? head_from : list->count;
    for (uint32_t i = head_from; i < first_prose; i++)
        take_head_line(story, dates, list, i);
    for (uint32_t i = head_from; i < first_prose; i++)
        if (!list->items[i].is_used)
            ld_story_add_block(story, (ld_block_kind)list->items[i].kind, list->items[i].level,
                               list->items[i].flags, list->items[i].text);
    uint32_t last_prose = first_prose;
    for (uint32_t i = first_prose; i < list->count; i++)
        if (list->items[i].is_prose && ld_furniture_judge(list->items[i].text) == 0 &&
            !ld_furniture_is_consent(list->items[i].text))
            last_prose = i;
    bool in_list = false;
    for (uint32_t i = first_prose; i < list->count; i++) {
        if (i > headline && list->items[i].is_prose && i > last_prose)
            continue;
        if (i != headline)
            take_body_line(story, dates, list, i, i < last_prose, &in_list);
    }
}

void ld_plain_extract(ld_story *story, ld_dates *dates, ld_span text, bool is_markdown)
{
    paras list = {.arena = story->arena};
    if (is_markdown)
        split_markdown(&list, ld_markdown_front_matter(story, dates, text));
    else
        split_text(&list, text);
    story->article->truncated |= list.is_truncated;
    take_all(story, dates, &list);
}

void ld_plain_add_paragraphs(ld_story *story, ld_span text)
{
    paras list = {.arena = story->arena};
    split_text(&list, text);
    story->article->truncated |= list.is_truncated;
    for (uint32_t i = 0; i < list.count; i++)
        ld_story_add_block(story, LD_BLOCK_PARAGRAPH, 0, 0, list.items[i].text);
}
