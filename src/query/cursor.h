#ifndef LD_QUERY_CURSOR_H
#define LD_QUERY_CURSOR_H
/*
 * A cursor walks the documents of one segment that match one part of the query, ascending.
 *
 *   made     on its first document, or at LD_DOC_END
 *   next     the following document; not allowed at the end
 *   seek(t)  the first document >= t; stays where it is when it stands there already
 *   doc      where it stands; every document it stands on matches, nothing is left to be tested
 *
 * What the current document has is asked for only then:
 *   spans    the places that match, ascending by (first, last), distinct; the cursor's own memory
 *            until it moves. None for parts that have no place (filters, negations).
 *   counts   how many of them begin in each ranking class
 *   score    puts the contributions of this part into the execution
 *
 * One operator is one file. Trees are as high as the query nests, which the parser bounds
 * (LD_QUERY_DEPTH_MAX), so a call through the tree needs a bounded stack. Failures are sticky in
 * the execution: the cursor goes to the end, and the executor asks once.
 */
#include "base/deadline.h"
#include "index/snapshot.h"
#include "query/score.h"

typedef struct ld_position_span {
    uint32_t first, last; /* positions, first <= last */
} ld_position_span;

typedef struct ld_span_list {
    ld_position_span *items; /* [count], in the segment's arena */
    uint32_t count, capacity;
} ld_span_list;

/* What all cursors of one segment share. */
typedef struct ld_execution {
    const ld_snapshot *snapshot;
    uint32_t segment; /* ordinal */
    const ld_segment_view *view;
    const ld_profile *profile;
    ld_arena *arena;       /* cursors and their buffers; reset between segments */
    ld_arena *scratch;     /* reset for every look-up of a document's column */
    ld_arena *zones_arena; /* the zone table below; reset for every document */
    ld_deadline *deadline;
    bool versions_all;  /* superseded rows are shown */
    bool stopped;       /* the deadline was met: what was found is kept, more is not looked for */
    lede_status status; /* sticky */
    lede_error error;
    ld_scoring scoring;
    uint32_t *contributions; /* [node_count of the query] points, by scoring unit; set by score */
    uint32_t zones_doc;      /* whose zones are held; LD_DOC_END: none */
    const ld_zone_range *zones;
    uint32_t zone_count;
} ld_execution;

/* Whether a match counts: it is neither deleted nor an older version that is not asked for. */
static inline bool ld_execution_shows(const ld_execution *x, uint32_t doc)
{
    return !ld_view_has_bit(x->view->deleted, doc) &&
           (x->versions_all || !ld_view_has_bit(x->view->superseded, doc));
}

typedef struct ld_cursor ld_cursor;
typedef struct ld_cursor_ops {
    uint32_t (*next)(ld_cursor *c);
    uint32_t (*seek)(ld_cursor *c, uint32_t target);
    /* Whether it has the document, without looking for the next that it has; the cursor stays where
     * it is. NULL: by seek. */
    bool (*test)(ld_cursor *c, uint32_t doc);
    void (*score)(ld_cursor *c); /* NULL: has nothing below that scores */
    void (*counts)(ld_cursor *c, uint32_t class_tf[LD_CLASS_COUNT]); /* NULL: from the spans */
    const ld_span_list *(*spans)(ld_cursor *c);                      /* NULL: none */
} ld_cursor_ops;

#define LD_CURSOR_NO_UNIT UINT32_MAX

struct ld_cursor {
    uint32_t doc;
    uint32_t unit; /* scores as one term under this ordinal; LD_CURSOR_NO_UNIT: does not */
    float weight;  /* of the unit */
    uint64_t cost; /* about how many documents it visits */
    const ld_cursor_ops *ops;
    ld_execution *x;
};

static inline uint32_t ld_cursor_next(ld_cursor *c)
{
    return c->ops->next(c);
}
static inline uint32_t ld_cursor_seek(ld_cursor *c, uint32_t target)
{
    return c->doc >= target ? c->doc : c->ops->seek(c, target);
}
/* Whether it has the document; documents asked for ascend. A cursor with its own test does not
 * score. */
static inline bool ld_cursor_test(ld_cursor *c, uint32_t doc)
{
    return c->ops->test ? c->ops->test(c, doc) : ld_cursor_seek(c, doc) == doc;
}
void ld_cursor_score(ld_cursor *c);
void ld_cursor_counts(ld_cursor *c, uint32_t class_tf[LD_CLASS_COUNT]);
const ld_span_list *ld_cursor_spans(ld_cursor *c);

/* For the files of the operators: a cleared cursor of `bytes` bytes, NULL when refused. */
void *ld_cursor_make(ld_execution *x, size_t bytes, const ld_cursor_ops *ops);
/* Sends the cursor to the end and keeps the first failure. */
uint32_t ld_cursor_fail(ld_cursor *c, lede_status status, const lede_error *err);
uint32_t ld_cursor_nomem(ld_cursor *c);
/* Polls the deadline: true: the cursor is at the end now. Once per document that is looked at and
 * does not match. */
bool ld_cursor_stopped(ld_cursor *c);
bool ld_cursor_span_add(ld_cursor *c, ld_span_list *list, ld_position_span span);
void ld_cursor_spans_sort(ld_span_list *list); /* and drops equal ones */

/* The zone table of the document; false after a failure. */
bool ld_execution_zones(ld_execution *x, uint32_t doc);
/* The zone of a position of that document, LD_ZONES_MAX where no zone has it. */
uint8_t ld_execution_zone_at(const ld_execution *x, uint32_t position);

/* ---- constructors: NULL when memory was refused (the execution's status is set) ---- */
typedef struct ld_member {
    ld_term term;
    const ld_form *forms; /* [form_count] those asked for; NULL: every form */
    uint32_t form_count;
} ld_member;

ld_cursor *ld_cursor_none(ld_execution *x);
ld_cursor *ld_cursor_all(ld_execution *x);
/* One stem, every spelling. places: spans will be asked for. */
ld_cursor *ld_cursor_term(ld_execution *x, const ld_member *m, bool places);
/* One stem, some spellings. */
ld_cursor *ld_cursor_exact(ld_execution *x, const ld_member *m);
ld_cursor *ld_cursor_or(ld_execution *x, ld_cursor **children, uint32_t count);
ld_cursor *ld_cursor_and(ld_execution *x, ld_cursor **children, uint32_t count);
/* base, without the documents of excluded. */
ld_cursor *ld_cursor_not(ld_execution *x, ld_cursor *base, ld_cursor *excluded);
/* base; the children only score. */
ld_cursor *ld_cursor_optional(ld_execution *x, ld_cursor *base, ld_cursor **children,
                              uint32_t count);
/* A word's places within a set of zones. */
ld_cursor *ld_cursor_zone(ld_execution *x, ld_cursor *word, uint16_t zones);
/* Whether the set is made of whole ranking classes of this profile; then also which. */
bool ld_zones_are_classes(const ld_profile *profile, uint16_t zones, bool classes[LD_CLASS_COUNT]);
/* words[i] stands offsets[i] positions behind the first word; slop: that many more may lie between
 * the first and the last. */
ld_cursor *ld_cursor_phrase(ld_execution *x, ld_cursor **words, const uint32_t *offsets,
                            uint32_t count, uint32_t slop, bool bridge);
struct ld_ast_node;
ld_cursor *ld_cursor_near(ld_execution *x, ld_cursor *left, ld_cursor *right,
                          const struct ld_ast_node *how, bool bridge);
ld_cursor *ld_cursor_atleast(ld_execution *x, ld_cursor *child, uint32_t count);
ld_cursor *ld_cursor_filter(ld_execution *x, const struct ld_ast_node *filter);
/* The same for ld_cursor_test alone: it stands on no document. */
ld_cursor *ld_cursor_filter_test(ld_execution *x, const struct ld_ast_node *filter);
ld_cursor *ld_cursor_event(ld_execution *x, const struct ld_ast_node *filter);
/* child NULL: whatever was said. */
ld_cursor *ld_cursor_said(ld_execution *x, ld_cursor *child, const struct ld_ast_node *said);

#endif
