#ifndef LD_FLOW_ARTICLE_H
#define LD_FLOW_ARTICLE_H
/*
 * article/ -> news/ -> text/: the story, clean. Everything is valid UTF-8 with white space folded
 * to single spaces inside a block; all memory belongs to the document's arena.
 */
#include "base/date.h"
#include "base/span.h"

typedef enum ld_block_kind {
    LD_BLOCK_PARAGRAPH,
    LD_BLOCK_SUBHEADING, /* level 2..6 */
    LD_BLOCK_LIST_ITEM,  /* level = nesting from 1; ordered: bit LD_BLOCK_ORDERED */
    LD_BLOCK_QUOTE,      /* a paragraph of a block quotation */
    LD_BLOCK_TABLE_ROW,  /* cells separated by TAB */
    LD_BLOCK_PRE         /* line breaks kept */
} ld_block_kind;
#define LD_BLOCK_ORDERED 1u

typedef struct ld_block {
    uint8_t kind;  /* ld_block_kind */
    uint8_t level;
    uint8_t flags;
    ld_span text;
} ld_block;

typedef struct ld_caption {
    ld_span text;   /* without the credit */
    ld_span credit; /* "AP Photo/Thibault Camus", without brackets; may be empty */
} ld_caption;

/* Where a date was read. Order of trust is article/'s business. */
typedef enum ld_evidence {
    LD_EVIDENCE_NONE = 0,
    LD_EVIDENCE_GIVEN,     /* stated by the user or the record */
    LD_EVIDENCE_JSON_LD,
    LD_EVIDENCE_META,      /* article:published_time and its kin */
    LD_EVIDENCE_MICRODATA, /* itemprop */
    LD_EVIDENCE_TIME,      /* <time datetime> */
    LD_EVIDENCE_URL,       /* /2015/11/16/ */
    LD_EVIDENCE_TEXT,      /* "Published 16 November 2015" */
    LD_EVIDENCE_WARC       /* the capture's own record */
} ld_evidence;

typedef struct ld_article_date {
    uint8_t precision; /* ld_date_precision; LD_DATE_NONE: not known */
    uint8_t evidence;  /* ld_evidence */
    uint8_t certainty_percent;
    int64_t utc_ms;    /* start of the stated day, month or year when coarser than a time */
    int16_t offset_minutes; /* of the zone the page states with a time, east positive; else 0 */
} ld_article_date;

typedef enum ld_article_kind {
    LD_ARTICLE_STORY = 0,
    LD_ARTICLE_LIST,     /* a page of links: section front, home page */
    LD_ARTICLE_LIVEBLOG,
    LD_ARTICLE_STUB      /* cut off by a paywall */
} ld_article_kind;

typedef struct ld_post {
    ld_span headline;
    ld_span published; /* as the page writes it */
    ld_span text;
} ld_post;

typedef struct ld_article_field {
    ld_span name, value; /* user-declared */
} ld_article_field;

typedef struct ld_article {
    ld_span headline;
    ld_span kicker;
    ld_span dateline;      /* "PARIS" */
    ld_span section;
    ld_span language;      /* BCP 47 primary subtag in lower case ("en"); empty: not known */
    ld_span source;        /* the publication's name */
    ld_span url;           /* as captured */
    ld_span path;          /* where in its source the page stood, scrubbed to UTF-8 */
    ld_span canonical_url; /* as the page claims it, made absolute; not yet judged */
    ld_span agency;        /* "AP", "Reuters": where a credit or dateline names one */
    const ld_span *authors;  /* [author_count] */
    uint32_t author_count;
    const ld_span *tags;     /* [tag_count] */
    uint32_t tag_count;
    ld_article_date published, modified, captured;
    const ld_block *blocks;  /* [block_count] the body in order, the lead first */
    uint32_t block_count;
    uint32_t lead_block_count; /* how many of the first blocks are the lead (2 paragraphs, or as
                                  the page marks them) */
    const ld_caption *captions; /* [caption_count], each once */
    uint32_t caption_count;
    /* Beside the story: none of it is stored or indexed. */
    const ld_span *comments; /* [comment_count] of readers, a paragraph each */
    uint32_t comment_count;
    const ld_span *image_alternatives; /* [image_alternative_count] of images in the story */
    uint32_t image_alternative_count;
    const ld_post *posts; /* [post_count] of a liveblog, in the page's order */
    uint32_t post_count;
    ld_span amp_url, next_url, previous_url; /* the page's twin and the other parts, absolute */
    bool is_paywalled;                       /* the page says that it is not free */
    const ld_article_field *fields; /* [field_count] */
    uint32_t field_count;
    uint8_t kind;   /* ld_article_kind */
    bool truncated; /* a maximum of base/limits.h bit */
} ld_article;

#endif
