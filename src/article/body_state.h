#ifndef LD_ARTICLE_BODY_STATE_H
#define LD_ARTICLE_BODY_STATE_H
/* What body.c knows of a page while it chooses the story; features.c reads it. */
#include "article/blocks.h"
#include "article/furniture.h"
#include "article/metadata.h"
#include "article/story.h"

#define LD_SCORE_HOPELESS (-384) /* of the model, for what was not worth asking it */
#define LD_LINKY          0.5f   /* share of letters in links from which a block is one of links */

typedef struct ld_element_state {
    float score;
    uint32_t inherited; /* LD_MARK_... of it and its ancestors */
    bool is_dropped;    /* it or an ancestor */
} ld_element_state;

typedef struct ld_block_state {
    float worth;
    uint64_t path;         /* how it is set: tags and classes; 0 before features.c has seen it */
    uint8_t match_percent; /* of its shingles stand in the articleBody */
    bool is_dropped, is_body, is_caption;
    bool is_unmarked_caption; /* a caption by its credit */
    bool is_byline;           /* a line of names or a date by the headline */
    bool is_beyond;           /* outside of an articleBody that the page shows whole */
    bool are_words_known, is_furniture_known;
    uint8_t words;     /* LD_WORDS_OF_...; known once they were asked for */
    uint8_t furniture; /* ld_furniture of its text; known once it was asked */
} ld_block_state;

typedef struct ld_body {
    ld_story *story;
    const ld_page *page;
    const ld_metadata *meta;
    ld_dates *dates;
    ld_text_blocks t;
    ld_element_state *elements; /* [t.element_count] */
    ld_block_state *states;     /* [t.block_count] */
    uint32_t *prose;            /* [t.block_count + 1] prefix sums of letters of prose */
    bool has_evidence, is_evidence_whole;
    uint32_t evidence_words;
    uint32_t headline_block; /* where the headline stands; block_count: nowhere */
    uint32_t from, end;      /* blocks of the container */
    uint32_t container;
    uint32_t lead; /* the standfirst the rules found before the container; UINT32_MAX: none */
} ld_body;

/* Asked once of each block: it costs a look at a list of phrases. */
static inline ld_furniture ld_body_judge_block(const ld_body *b, uint32_t i)
{
    ld_block_state *s = &b->states[i];
    if (!s->is_furniture_known) {
        s->furniture = (uint8_t)ld_furniture_judge(b->t.blocks[i].text);
        s->is_furniture_known = true;
    }
    return (ld_furniture)s->furniture;
}

static inline float ld_block_link_share(const ld_text_block *b)
{
    return b->letters > 0 ? (float)b->link_letters / (float)b->letters : 0;
}

static inline bool ld_block_is_prose(const ld_text_block *b)
{
    return b->heading == 0 && ld_block_link_share(b) < LD_LINKY &&
           (b->words >= 12 || (b->ends_sentence && b->words >= 6) || b->letters >= 100);
}

#endif
