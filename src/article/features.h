#ifndef LD_ARTICLE_FEATURES_H
#define LD_ARTICLE_FEATURES_H
/* What can be counted about a block of text and where it stands? Small integers, for block_model.
 */
#include "article/body_state.h"

/* Of the block itself. Shares are percent; distances are capped, and FAR stands for none. */
#define LD_FEATURES_BLOCK(X)                                                                       \
    X(words)                                                                                       \
    X(letters)                                                                                     \
    X(link_share)                                                                                  \
    X(link_letters)                                                                                \
    X(heading)                                                                                     \
    X(kind)                                                                                        \
    X(is_paragraph)                                                                                \
    X(ends_sentence)                                                                               \
    X(is_bold)                                                                                     \
    X(commas)                                                                                      \
    X(sentences)                                                                                   \
    X(digit_share)                                                                                 \
    X(capital_share) /* of its words */                                                            \
    X(word_length)   /* mean, in tenths of a byte */                                               \
    X(opening)       /* class of the first character */                                            \
    X(closing)       /* class of the last character */                                             \
    X(signs)         /* bits: (c), |, @, ://, ?, !, :, + */                                        \
    X(furniture)                                                                                   \
    X(is_read_also)                                                                                \
    X(is_byline)                                                                                   \
    X(date_share)        /* of its bytes, the first date */                                        \
    X(credit)            /* ld_credit_strength */                                                  \
    X(copies)            /* other blocks with the same text */                                     \
    X(headline_share)    /* of its words that stand in the headline */                             \
    X(description_share) /* of its words that stand in the description */                          \
    X(match_percent)

/* Of its place. */
#define LD_FEATURES_PLACE(X)                                                                       \
    X(rule) /* what the rules made of it: 0 no, 1 body, 2 standfirst */                            \
    X(is_dropped)                                                                                  \
    X(is_caption)                                                                                  \
    X(worth)                                                                                       \
    X(in_container)   /* 0 before, 1 in, 2 behind */                                               \
    X(from_container) /* blocks to its nearer end from without; levels below it from within */     \
    X(from_headline)  /* blocks behind the headline; negative: before */                           \
    X(page_place)     /* percent of the blocks */                                                  \
    X(prose_place)    /* percent of the page's prose before it */                                  \
    X(body_place)     /* percent of the rules' body before it */                                   \
    X(from_body)      /* blocks since the last one of the rules' body */                           \
    X(to_body)                                                                                     \
    X(from_long) /* blocks since the last long paragraph that is not dropped */                    \
    X(to_long)                                                                                     \
    X(from_heading)                                                                                \
    X(from_opener) /* blocks since a line that opens a list of furniture */                        \
    X(depth)                                                                                       \
    X(tag)                                                                                         \
    X(parent_tag)                                                                                  \
    X(sibling_count) /* blocks of the parent element */                                            \
    X(drop_prose)    /* share of the prose within the nearest element with a name of DROP */       \
    X(side_prose)                                                                                  \
    X(body_prose)                                                                                  \
    X(story_prose)                                                                                 \
    X(article_prose) /* within the nearest <article> */                                            \
    X(like_count)    /* blocks with the same path of tags and classes */                           \
    X(like_prose)    /* share of the page's prose in these */                                      \
    X(like_links)    /* share of their letters in links */                                         \
    X(like_words)    /* mean */                                                                    \
    X(like_body)     /* share of these that the rules took */                                      \
    X(kin_prose)     /* the same by the path of the parent alone */                                \
    X(kin_links)                                                                                   \
    X(kin_body)

/* Of the page. */
#define LD_FEATURES_PAGE(X)                                                                        \
    X(page_blocks)                                                                                 \
    X(page_prose)                                                                                  \
    X(body_prose_share) /* of the page's prose that the rules took */                              \
    X(body_words)                                                                                  \
    X(page_links)                                                                                  \
    X(container_prose)                                                                             \
    X(evidence)       /* 0 none, 1 some, 2 whole */                                                \
    X(evidence_share) /* words of the articleBody in percent of the rules' body */                 \
    X(page_article)   /* bits: JSON-LD article, og:type article, paywalled, liveblog */

/* Of the element it stands in and those above: 0 is its own. */
#define LD_FEATURE_LEVELS    4
#define LD_FEATURES_LEVEL(X) X(letters) X(links) X(prose) X(blocks) X(body)
/* Of the blocks before and behind. */
#define LD_FEATURE_NEIGHBOURS 4 /* -2 -1 +1 +2 */
#define LD_FEATURES_NEIGHBOUR(X)                                                                   \
    X(words) X(link_share) X(heading) X(ends_sentence) X(rule) X(furniture) X(is_like) X(shape)

#define LD_FEATURE_FAMILIES 36u /* names and tags whose nearest bearer above is sought */

enum {
#define X(name) LD_FEATURE_##name,
    LD_FEATURES_BLOCK(X) LD_FEATURES_PLACE(X) LD_FEATURES_PAGE(X)
#undef X
        LD_FEATURE_LEVEL,
#define X(name) LD_FEATURE_LEVEL_##name,
    LD_FEATURE_LEVEL_BEFORE = -1,
    LD_FEATURES_LEVEL(X) LD_FEATURE_LEVEL_COUNT,
#undef X
#define X(name) LD_FEATURE_NEIGHBOUR_##name,
    LD_FEATURE_NEIGHBOUR_BEFORE = -1,
    LD_FEATURES_NEIGHBOUR(X) LD_FEATURE_NEIGHBOUR_COUNT,
#undef X
    LD_FEATURE_NEIGHBOUR = LD_FEATURE_LEVEL + LD_FEATURE_LEVELS * LD_FEATURE_LEVEL_COUNT,
    LD_FEATURE_FAMILY = LD_FEATURE_NEIGHBOUR + LD_FEATURE_NEIGHBOURS * LD_FEATURE_NEIGHBOUR_COUNT,
    LD_FEATURE_COUNT = LD_FEATURE_FAMILY + (int)LD_FEATURE_FAMILIES
};

typedef struct ld_features {
    int16_t values[LD_FEATURE_COUNT];
} ld_features;

/* Links in what is dropped, as menus are: not worth the trees, and not all features are filled. */
static inline bool ld_features_are_hopeless(const ld_features *row)
{
    return row->values[LD_FEATURE_is_dropped] && row->values[LD_FEATURE_rule] == 0 &&
           row->values[LD_FEATURE_link_share] >= 50;
}

/* One row a block, after the rules have chosen; NULL when the arena refuses. Cost: linear in the
 * page's blocks, elements and text. */
ld_features *ld_features_make(const ld_body *body);
/* The name of a feature, for training; static text in `name`. */
void ld_feature_name(uint32_t index, char name[48]);

#endif
