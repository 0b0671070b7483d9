#ifndef LD_ARTICLE_PARTS_H
#define LD_ARTICLE_PARTS_H
/*
 * Which pages of the input are parts of one story, or the AMP twin of another page?
 *
 *     first pass    new -> identify, add, page by page -> finish
 *     second pass   identify, find -> join, from any number of threads
 */
#include "base/arena.h"
#include "flow/article.h"
#include "flow/capture.h"

#define LD_PART_NUMBER_MAX 99u         /* greater numbers in an address are no pages */
#define LD_PARTS_BYTES_MAX (16u << 20) /* of text of parts that is held */
#define LD_TWINS_MAX       (1u << 18)  /* pages that name an AMP twin; 24 bytes each */

typedef struct ld_parts ld_parts; /* one thread until finish; read-only after */

typedef struct ld_part_id {
    uint64_t page;      /* hash of the first part's address; 0: not known */
    uint64_t content;   /* of the page's bytes */
    uint64_t address;   /* hash of the page's own address as captured; 0: not known */
    uint64_t regular;   /* hash of the canonical address */
    uint64_t amp;       /* hash of the AMP twin it names; 0: none */
    uint32_t number;    /* from 1 */
    bool is_amp;        /* it says so */
    bool may_have_more; /* the first of several, by its links */
} ld_part_id;

typedef enum ld_part_role {
    LD_PART_ALONE,
    LD_PART_FIRST, /* the others are to be joined to it */
    LD_PART_LATER, /* stands in the first */
    LD_PART_TWIN   /* an AMP page whose regular page is in the input */
} ld_part_role;

lede_status ld_parts_new(const lede_env *env, ld_parts **parts, lede_error *err);
/* From the page's bytes, without parsing them; the arena holds scratch. */
ld_part_id ld_part_identify(ld_arena *arena, const ld_capture *capture);
/* Is the article wanted by ld_parts_add_part? */
bool ld_part_may_be_one(const ld_part_id *id);
/* Notes which AMP twin a page names. NOMEM. */
lede_status ld_parts_add_twin(ld_parts *parts, const ld_part_id *id, lede_error *err);
/* Copies what it needs of the article. NOMEM. */
lede_status ld_parts_add_part(ld_parts *parts, const ld_part_id *id, const ld_article *article,
                              lede_error *err);
/* Keeps the stories whose parts are there from the first on, under one headline. */
void ld_parts_finish(ld_parts *parts);
void ld_parts_free(ld_parts *parts); /* NULL is harmless */

/* After finish. */
ld_part_role ld_parts_find(const ld_parts *parts, const ld_part_id *id);
/* Puts the other parts' blocks and captions behind those of the first; they live as long as
 * `parts`. The arena's status says whether memory was refused. */
void ld_parts_join(const ld_parts *parts, const ld_part_id *id, ld_arena *arena,
                   ld_article *article);

#endif
