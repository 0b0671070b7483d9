#ifndef LEDE_ARTICLE_H
#define LEDE_ARTICLE_H
/*
 * An article, and extraction as a pure filter: pages in, articles out, no archive needed.
 */
#include <stddef.h>
#include <stdint.h>

#include "lede/env.h"
#include "lede/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* UTF-8, NUL-terminated; data is never NULL, bytes 0 where there is nothing. */
typedef struct lede_text {
    const char *data;
    size_t bytes;
} lede_text;

typedef enum lede_date_precision {
    LEDE_DATE_UNKNOWN = 0,
    LEDE_DATE_YEAR,
    LEDE_DATE_MONTH,
    LEDE_DATE_DAY,
    LEDE_DATE_TIME
} lede_date_precision;

/* A date with its evidence. A date that is not in the page is never made up. */
typedef struct lede_date {
    lede_date_precision precision;
    int64_t utc_ms;       /* start of the stated day, month or year when coarser than a time */
    const char *evidence; /* static: "given", "json-ld", "meta", "microdata", "time", "url",
                             "text", "warc"; "" when unknown */
    uint8_t certainty_percent;
    int16_t offset_minutes; /* of the zone the page states with a time, east positive; else 0 */
} lede_date;

typedef enum lede_block_kind {
    LEDE_BLOCK_PARAGRAPH = 0,
    LEDE_BLOCK_SUBHEADING,
    LEDE_BLOCK_LIST_ITEM,
    LEDE_BLOCK_QUOTE,
    LEDE_BLOCK_TABLE_ROW, /* cells separated by TAB */
    LEDE_BLOCK_PRE
} lede_block_kind;

typedef struct lede_block {
    lede_block_kind kind;
    uint32_t level;  /* of a subheading 2..6, of a list item 1.. */
    int ordered;     /* of a list item: 1 in a numbered list */
    lede_text text;
} lede_block;

typedef struct lede_caption {
    lede_text text;
    lede_text credit; /* "AP Photo/Thibault Camus" */
} lede_caption;

typedef struct lede_field {
    lede_text name, value;
} lede_field;

typedef struct lede_post {
    lede_text headline, published, text; /* published: as the page writes it */
} lede_post;

typedef struct lede_article {
    uint32_t struct_bytes; /* as the library knows it */
    const char *kind;      /* static: "story", "list", "liveblog", "stub" */
    lede_text headline, kicker, dateline, section, language, source, agency;
    lede_text key;           /* identity in an archive; empty from extraction */
    lede_text url, canonical_url, path; /* path: where in its source the page stood */
    lede_date published, modified, captured;
    const lede_text *authors;
    uint32_t author_count;
    const lede_text *tags;
    uint32_t tag_count;
    const lede_block *blocks; /* the body in order */
    uint32_t block_count;
    uint32_t lead_block_count; /* the first so many blocks are the lead */
    const lede_caption *captions;
    uint32_t caption_count;
    const lede_field *fields; /* user-declared */
    uint32_t field_count;
    int truncated; /* 1: a maximum was met */
    /* Beside the story; of extraction alone, an archive keeps none of it. */
    const lede_text *comments; /* of readers, a paragraph each */
    uint32_t comment_count;
    const lede_text *image_alternatives; /* what the story's images say they show */
    uint32_t image_alternative_count;
    const lede_post *posts; /* of a liveblog */
    uint32_t post_count;
    lede_text amp_url, next_url, previous_url; /* the page's AMP twin, and its other parts */
    int paywalled; /* 1: the page says that it is not free */
} lede_article;

/* ---- where pages come from: the same for extraction and for adding ---- */
typedef struct lede_source_options {
    uint32_t struct_bytes;
    const char *jsonl_fields; /* "title=headline,text=body,id=guid,topic=topics"; NULL: the common
                                 names are recognised */
    const char *published;    /* states the publication date where a page states none or another:
                                 "2015-11-16" or RFC 3339; NULL: what the page says */
    const char *source_name;  /* states the publication's name; NULL: what the page says */
    const char *language;     /* states the language; NULL: detected */
    uint32_t jobs;            /* worker threads; 0: one per processor */
    uint32_t shard_index, shard_count; /* take only pages whose path hashes to index mod count;
                                          count 0: all */
    const volatile int *cancel; /* non-zero stops with LEDE_E_CANCELLED; NULL: never */
    int learn_sites; /* 1: files, folders and WARC files are read twice; what stands on several
                        pages of a site is furniture, what is set alike is taken alike; the parts of
                        a story are joined to the first, AMP twins passed over. The answer depends
                        on all pages given, never on their order. 0: each page alone */
    int sandbox; /* 1: pages are parsed in processes of their own, behind what walls the system has
                    (lede_sandbox_walls); a page that ends one is rejected, the articles are the
                    same. Children are forked at the start. 0: in this process */
} lede_source_options;
#define LEDE_SOURCE_OPTIONS_INIT {sizeof(lede_source_options), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/* ---- extraction ---- */
typedef struct lede_extractor lede_extractor; /* one thread at a time */

/*
 * Starts extraction from files, folders, WARC files, feeds, JSONL or standard input ("-").
 * env: NULL for the system's. paths: [path_count]. options: NULL for defaults.
 * Returns: LEDE_OK; NOTFOUND a path is missing; INVALID options; IO; NOMEM.
 * Ownership: *extractor is the caller's, freed by lede_extractor_free. Since 0.1.
 */
LEDE_API lede_status lede_extractor_new(const lede_env *env, const char *const *paths,
                                        size_t path_count, const lede_source_options *options,
                                        lede_extractor **extractor, lede_error *err);

typedef enum lede_extract_event {
    LEDE_EXTRACT_END = 0,
    LEDE_EXTRACT_ARTICLE, /* *article is set */
    LEDE_EXTRACT_REJECT   /* a page that could not be read: *path and *reason are set */
} lede_extract_event;

/*
 * The next article, in the order of the input whatever the number of jobs.
 * article, path, reason: borrowed until the next call on the extractor.
 * Returns: LEDE_OK with *event; IO, NOMEM, CANCELLED. A broken page is an event, not a failure.
 * Cost: one page's parsing and extraction. Since 0.1.
 */
LEDE_API lede_status lede_extractor_next(lede_extractor *extractor, lede_extract_event *event,
                                         const lede_article **article, const char **path,
                                         const char **reason, lede_error *err);
LEDE_API void lede_extractor_free(lede_extractor *extractor);

/* ---- an article as text ---- */
typedef enum lede_article_format {
    LEDE_ARTICLE_JSON = 0,  /* one object on one line, fields named as schema.org NewsArticle */
    LEDE_ARTICLE_JSON_PRETTY,
    LEDE_ARTICLE_TEXT,
    LEDE_ARTICLE_MARKDOWN,
    LEDE_ARTICLE_HTML       /* an <article> element; everything escaped */
} lede_article_format;

/*
 * Writes an article in a format.
 * text: *text is one block of *bytes bytes and a NUL byte, freed by lede_buffer_free(env, ...).
 * Returns: LEDE_OK; NOMEM; INVALID for an unknown format. Threads: any. Since 0.1.
 */
LEDE_API lede_status lede_article_write(const lede_env *env, const lede_article *article,
                                        lede_article_format format, char **text, size_t *bytes,
                                        lede_error *err);
/*
 * Frees what lede_article_write and its kin returned. NULL is harmless. Since 0.1.
 */
LEDE_API void lede_buffer_free(const lede_env *env, char *text, size_t bytes);

#ifdef __cplusplus
}
#endif
#endif
