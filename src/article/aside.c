/*
 * What stands beside the story and is worth keeping apart from it?
 *
 *   comments       paragraphs within elements that are called comments and were not taken for the
 *                  story; lines such as "Reply" or "3 likes" are none
 *   alternatives   what the images of the story say they show, for those who cannot see them; a
 * file name or a word alone says nothing, and what a caption or the headline says already is left
 * out
 *
 * Neither is part of the body, and neither is indexed. Cost: linear in blocks and in the nodes of
 * the container.
 */
#include "article/aside.h"

#include "article/furniture.h"
#include "html/node.h"

#define COMMENT_WORDS_MIN     4u
#define ALTERNATIVE_WORDS_MIN 3u
#define ALTERNATIVE_BYTES_MAX 1000u
#define IMAGES_LOOKED_AT_MAX  512u

static void take_comments(const ld_body *b)
{
    for (uint32_t i = 0; i < b->t.block_count; i++) {
        const ld_text_block *block = &b->t.blocks[i];
        if (b->states[i].is_body || block->heading > 0 || block->words < COMMENT_WORDS_MIN ||
            !(b->elements[block->element].inherited & LD_MARK_COMMENT) ||
            ld_block_link_share(block) > LD_LINKY ||
            !(block->is_paragraph || ld_block_is_prose(block)) ||
            ld_body_judge_block(b, i) != LD_FURNITURE_NONE)
            continue;
        ld_story_add_comment(b->story, block->text);
    }
}

static void take_alternatives(const ld_body *b)
{
    if (b->container == LD_ELEMENT_NONE)
        return;
    ld_node root = b->t.elements[b->container].node;
    uint64_t headline = ld_text_key(b->story->article->headline);
    uint32_t seen = 0;
    for (ld_node n = ld_node_find(b->page, root, LD_TAG_IMG);
         n != LD_NODE_NONE && seen < IMAGES_LOOKED_AT_MAX;
         n = ld_node_find_next(b->page, n, root, LD_TAG_IMG), seen++) {
        ld_span text = ld_node_attribute(b->page, n, LD_SPAN("alt"));
        if (text.bytes == 0 || text.bytes > ALTERNATIVE_BYTES_MAX)
            continue;
        text = ld_text_fold(b->story->arena, text);
        if (ld_text_word_count(text) >= ALTERNATIVE_WORDS_MIN && ld_text_key(text) != headline &&
            !ld_story_has_caption(b->story, text))
            ld_story_add_image_alternative(b->story, text);
    }
}

void ld_aside_take(const ld_body *b)
{
    take_comments(b);
    take_alternatives(b);
}
