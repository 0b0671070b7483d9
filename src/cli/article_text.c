/* The plain form of an article on a terminal: headline, origin, captions, body, with marks. */
#include "cli/article_text.h"

#include "base/date.h"

#define MARKS_MAX 256u /* of one paragraph; further ones stay unmarked */

void ld_date_print(char text[32], const lede_date *date)
{
    text[0] = 0;
    if (date->precision == LEDE_DATE_TIME)
        ld_date_format_time(date->utc_ms, text);
    else if (date->precision != LEDE_DATE_UNKNOWN)
        ld_date_format_day(date->utc_ms, text);
    if (date->precision == LEDE_DATE_YEAR)
        text[4] = 0;
    else if (date->precision == LEDE_DATE_MONTH)
        text[7] = 0;
}

/* What the article is found under: its key, else where it came from. */
static lede_text address_of(const lede_article *a)
{
    if (a->key.bytes)
        return a->key;
    if (a->canonical_url.bytes)
        return a->canonical_url;
    return a->url.bytes ? a->url : a->path;
}

void ld_article_print_origin(ld_out *out, const lede_article *article)
{
    char day[32];
    lede_date published = article->published;
    if (published.precision == LEDE_DATE_TIME)
        published.precision = LEDE_DATE_DAY;
    ld_date_print(day, &published);
    ld_out_string(out, day[0] ? day : "undated");
    if (day[0] && *published.evidence)
        ld_out_format(out, " (%s)", published.evidence);
    const lede_text parts[] = {article->source, address_of(article)};
    for (size_t i = 0; i < 2; i++) {
        if (parts[i].bytes == 0)
            continue;
        ld_out_string(out, " \xc2\xb7 ");
        ld_out_line(out, ld_span_from_text(parts[i]));
    }
    ld_out_string(out, "\n");
}

typedef struct mark_list {
    const lede_document_mark *marks;
    uint32_t count;
} mark_list;

static void print_block(ld_out *out, ld_span text, int32_t block, const mark_list *all,
                        ld_style style)
{
    lede_mark marks[MARKS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < all->count && count < MARKS_MAX; i++) {
        if (all->marks[i].block == block)
            marks[count++] = all->marks[i].mark;
    }
    ld_out_marked(out, text, marks, count, style);
}

static void print_body(ld_out *out, const lede_article *a, const mark_list *all)
{
    for (uint32_t i = 0; i < a->block_count; i++) {
        const lede_block *block = &a->blocks[i];
        bool is_subheading = block->kind == LEDE_BLOCK_SUBHEADING;
        ld_out_string(out, "\n");
        if (block->kind == LEDE_BLOCK_PRE) {
            ld_out_text(out, ld_span_from_text(block->text));
        } else {
            if (block->kind == LEDE_BLOCK_LIST_ITEM)
                ld_out_string(out, "- ");
            else if (block->kind == LEDE_BLOCK_QUOTE)
                ld_out_string(out, "> ");
            print_block(out, ld_span_from_text(block->text), (int32_t)i, all,
                        is_subheading ? LD_STYLE_HEADLINE : LD_STYLE_PLAIN);
        }
        ld_out_string(out, "\n");
    }
}

void ld_article_print(ld_out *out, const lede_article *a, const lede_document_mark *marks,
                      uint32_t mark_count)
{
    const mark_list all = {marks, mark_count};
    print_block(out, ld_span_from_text(a->headline), -1, &all, LD_STYLE_HEADLINE);
    ld_out_string(out, "\n");
    for (uint32_t i = 0; i < a->author_count; i++) {
        ld_out_string(out, i ? ", " : "");
        ld_out_line(out, ld_span_from_text(a->authors[i]));
    }
    if (a->author_count)
        ld_out_string(out, "\n");
    ld_article_print_origin(out, a);
    for (uint32_t i = 0; i < a->caption_count; i++) {
        const lede_caption *caption = &a->captions[i];
        ld_out_string(out, "\n[");
        print_block(out, ld_span_from_text(caption->text), (int32_t)(a->block_count + i), &all,
                    LD_STYLE_PLAIN);
        if (caption->credit.bytes) {
            ld_out_string(out, caption->text.bytes ? " (" : "(");
            ld_out_line(out, ld_span_from_text(caption->credit));
            ld_out_string(out, ")");
        }
        ld_out_string(out, "]\n");
    }
    print_body(out, a, &all);
}
