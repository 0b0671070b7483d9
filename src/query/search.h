#ifndef LD_QUERY_SEARCH_H
#define LD_QUERY_SEARCH_H
/*
 * Which articles answer this, and in what order? The one door from engine/ into query/.
 *
 *   text --ld_query_parse--> ld_query (AST, warnings)
 *   ld_query + snapshot --ld_search_run--> ld_search_result (hits in order, total, notices)
 *   ld_query + the tokens of one document --ld_query_marks--> which words to mark
 *   zone texts + marks --ld_snippets_make--> passages
 *
 * Everything lives in the arena that is passed in (one per query). Nothing here reads a clock.
 */
#include "base/deadline.h"
#include "flow/hit.h"
#include "index/snapshot.h"
#include "text/analyze.h"

typedef struct ld_query ld_query; /* ast.h */

typedef enum ld_dialect {
    LD_DIALECT_LEDE = 0,
    LD_DIALECT_LUCENE,
    LD_DIALECT_LEXIS,
    LD_DIALECT_FACTIVA,
    LD_DIALECT_COUNT
} ld_dialect;
extern const char *const ld_dialect_names[LD_DIALECT_COUNT];

typedef struct ld_query_warning {
    uint32_t offset_chars, length_chars; /* in the query text, code points */
    ld_span message;                     /* one sentence */
} ld_query_warning;

typedef struct ld_synonyms ld_synonyms; /* query/synonyms.h */

typedef struct ld_query_options {
    uint8_t dialect;           /* ld_dialect */
    int64_t now_utc_ms;        /* what "last week" is relative to */
    const ld_profile *profile; /* names of zones and columns */
} ld_query_options;

/* Never fails for bad input: the best reading is taken and warnings say what was done.
 * NOMEM, LIMIT only. */
lede_status ld_query_parse(ld_arena *arena, ld_span text, const ld_query_options *options,
                           ld_query **query, lede_error *err);
void ld_query_warnings(const ld_query *q, const ld_query_warning **warnings, uint32_t *count);
/* Adds warnings for what was understood and an archive of this profile cannot answer. */
lede_status ld_query_warn_unavailable(ld_arena *arena, ld_query *q, lede_error *err);
/* Searches names under the other names that the archive's stories give them (not in a question),
 * and words under those of a list of synonyms (NULL: none); a warning each says so. Nothing under
 * alias:off. CORRUPT, IO, NOMEM. */
lede_status ld_query_add_aliases(ld_arena *arena, const ld_snapshot *snapshot,
                                 const ld_synonyms *synonyms, ld_query *q, lede_error *err);
/* In a question (query/question.h) the parts of compounds become words of their own. */
lede_status ld_query_split_compounds(ld_arena *arena, ld_query *q, lede_error *err);
/* The query as it was understood, in the canonical spelling of the lede dialect. */
lede_status ld_query_echo(ld_arena *arena, const ld_query *q, ld_span *text, lede_error *err);

/* The query in another dialect, and what cannot be said there, by its place in the query. *exact:
 * the text reads back as the same tree. */
lede_status ld_query_translate(ld_arena *arena, const ld_query *q, uint8_t dialect, ld_span *text,
                               const ld_query_warning **losses, uint32_t *loss_count, bool *exact,
                               lede_error *err);

typedef enum ld_sort { LD_SORT_RELEVANCE = 0, LD_SORT_NEWEST, LD_SORT_OLDEST } ld_sort;

/* dup: one line a story instead of all its copies. */
typedef enum ld_dup {
    LD_DUP_DEFAULT,
    LD_DUP_OFF,
    LD_DUP_EXACT,
    LD_DUP_HIGH,
    LD_DUP_MODERATE
} ld_dup;

/* Ranking constants; the shipped ones, for the profile `plain` and for any other, are below. */
typedef struct ld_ranking {
    double k1, b;
    double weights[LD_CLASS_COUNT]; /* head, lead, body, aside */
} ld_ranking;
extern const ld_ranking ld_ranking_default, ld_ranking_plain;

/* Memory that searches take turns to use, so that none begins by asking the system for it. One
 * search at a time; nothing in it outlives the call. */
typedef struct ld_search_memory {
    ld_arena *cursors, *scratch, *zones;
} ld_search_memory;
lede_status ld_search_memory_init(ld_search_memory *m, const lede_env *env, lede_error *err);
void ld_search_memory_release(ld_search_memory *m); /* harmless on a cleared one */

typedef struct ld_search_request {
    uint8_t sort;              /* ld_sort, where the query itself does not say sort: */
    bool sort_given;           /* the caller's sort wins over the query's */
    bool versions_all;         /* older versions too (also by versions:all) */
    uint8_t dup;               /* ld_dup; DEFAULT: as the query says, else off */
    bool count_exact;          /* false: total may be a lower bound where that is cheaper */
    bool one_by_one;           /* every document through the cursor tree: for tests, which hold it
                                  against the faster ways */
    uint64_t least_guess;      /* points the last hit of the page is supposed to have; wrong guesses
                                  cost a second run and change no answer. 0: none. For tests */
    bool strict;               /* never relaxed */
    bool explain;              /* ld_search_result.parts, where relevance orders */
    bool one_stage;            /* the order of stage 1, also for questions: for tests */
    uint32_t offset, count;    /* of hits to return; offset + count <= LD_QUERY_HITS_MAX */
    ld_span cursor;            /* continue after this cursor (of ld_search_result); then offset 0 */
    const ld_ranking *ranking; /* NULL: default */
    ld_deadline *deadline;     /* NULL: none */
    ld_search_memory *memory;  /* NULL: made for this search */
} ld_search_request;

typedef struct ld_search_notice {
    enum {
        LD_NOTICE_RELAXED,    /* no story has all words: any of them counts */
        LD_NOTICE_PARTIAL,    /* the deadline was met: the answer is not complete */
        LD_NOTICE_EXPANSION,  /* a pattern stood for more terms than are searched */
        LD_NOTICE_GENERATION, /* the cursor is of another generation of the archive */
        LD_NOTICE_LIMIT
    } kind;
    ld_span message; /* one sentence */
} ld_search_notice;

/* What adds to the score of a hit. */
typedef enum ld_score_part_kind {
    LD_SCORE_PART_WORD,
    LD_SCORE_PART_PHRASE,
    LD_SCORE_PART_CONNECTOR,
    LD_SCORE_PART_NEAR,    /* stage 2: the words stand near each other */
    LD_SCORE_PART_FEEDBACK /* stage 2: it speaks of what the best answers speak of */
} ld_score_part_kind;
typedef struct ld_score_part {
    uint8_t kind; /* ld_score_part_kind */
    ld_span text; /* WORD, PHRASE: as asked */
    double score;
    uint32_t class_tf[LD_CLASS_COUNT]; /* WORD, PHRASE, CONNECTOR: how often it stands where */
} ld_score_part;
typedef struct ld_hit_parts {
    ld_score_part *items; /* [count] they add up to the score; none where nothing scores */
    uint32_t count;
} ld_hit_parts;

/* What was folded into a hit. */
typedef struct ld_hit_copies {
    uint64_t group;         /* id of the group; 0: it is in none */
    uint64_t count;         /* other matches of the group */
    const ld_doc_ref *docs; /* [doc_count] of them, the earliest published first */
    uint32_t doc_count;     /* at most LD_QUERY_COPIES_MAX */
} ld_hit_copies;

typedef struct ld_search_result {
    const ld_hit *hits;        /* [hit_count] in order */
    const ld_hit_parts *parts; /* [hit_count] NULL: not asked for */
    uint32_t hit_count;
    uint64_t total;              /* matching articles; where copies are folded, stories */
    uint64_t articles_total;     /* matching articles, copies included */
    const ld_hit_copies *copies; /* [hit_count] where copies are folded, else NULL */
    bool total_exact;
    bool partial; /* the deadline was met */
    bool relaxed;
    ld_span next_cursor; /* empty: no more; printable ASCII, (generation, sort key, key hash) */
    const ld_search_notice *notices; /* [notice_count] */
    uint32_t notice_count;
} ld_search_result;

/*
 * Exact: the hits are those of an exhaustive scoring, ties broken by key_hash then key bytes.
 * CORRUPT, IO, NOMEM, LIMIT. A met deadline is no failure: `partial`.
 */
lede_status ld_search_run(ld_arena *arena, const ld_snapshot *snapshot, ld_analyzer *analyzer,
                          const ld_query *query, const ld_search_request *request,
                          ld_search_result *result, lede_error *err);

/* A query for stories like one of the snapshot, itself left out. INVALID: nothing is kept to
 * compare it by. */
lede_status ld_query_similar(ld_arena *arena, const ld_snapshot *snapshot, ld_doc_ref doc,
                             ld_span key, ld_query **query, lede_error *err);
/* What was found near words, to be found at once when they come again: one snapshot's, one thread
 * at a time. */
typedef struct ld_spelling_memory ld_spelling_memory;
lede_status ld_spelling_memory_new(const lede_env *env, ld_spelling_memory **memory,
                                   lede_error *err);
void ld_spelling_memory_free(ld_spelling_memory *memory); /* NULL is harmless */
/* After a search of `total` hits: the query with words spelled as the archive knows them, where
 * that has more; else empty. memory may be NULL. */
lede_status ld_query_did_you_mean(ld_arena *arena, const ld_snapshot *snapshot,
                                  ld_analyzer *analyzer, const ld_query *query,
                                  const ld_search_request *request, uint64_t total,
                                  ld_spelling_memory *memory, ld_span *text, lede_error *err);

/* ---- facets: counts of a keyword column, or of days/months/years of a date column, over all
 * matches ---- */
typedef struct ld_facet_value {
    ld_span keyword;      /* for keyword columns */
    int64_t start_utc_ms; /* for date columns */
    uint64_t count;
} ld_facet_value;
/*
 * Keyword columns: the values_max most frequent values, ties by bytes. PUBLISHED, MODIFIED and
 * CAPTURED: days where at most values_max days have matches, else months, else the latest
 * values_max years; ascending, empty ones left out. INVALID: any other column.
 */
lede_status ld_search_facet(ld_arena *arena, const ld_snapshot *snapshot, ld_analyzer *analyzer,
                            const ld_query *query, const ld_search_request *request,
                            uint16_t column, uint32_t values_max, const ld_facet_value **values,
                            uint32_t *count, lede_error *err);

/* ---- marks and snippets ---- */
typedef struct ld_mark {
    uint8_t zone;
    uint32_t text_offset, text_bytes; /* in the zone's text, as ld_token has them */
    uint32_t position;
    uint32_t word; /* which word of the query, counted from 0 in its order */
} ld_mark;
/* Words of a document that answer the query: every word of positive leaves in the zones they ask
 * for, words of phrases only where the phrase stands, words of connectors only where they meet.
 * Ascending by position, one a position. After a search with the same query, words mean what they
 * meant there; before, they are stemmed for every language. */
lede_status ld_query_marks(ld_arena *arena, const ld_query *query, ld_analyzer *analyzer,
                           const ld_profile *profile, const ld_token_list *tokens,
                           const ld_mark **marks, uint32_t *count, lede_error *err);

/* The shortest stretch of a document that has every word of the query that the document has. */
typedef struct ld_stretch {
    bool known;           /* false: the index cannot tell (wildcards, exact spellings) */
    bool found;           /* at least one word is there */
    uint32_t first, last; /* positions */
    uint8_t words[LD_QUERY_TERMS_MAX / 8]; /* bit w: word w, as ld_mark has it, is there */
} ld_stretch;
/* After a search. Only positions of [from, end) count. */
lede_status ld_query_closest(ld_arena *arena, const ld_query *query, ld_analyzer *analyzer,
                             const ld_segment_view *view, uint32_t doc, uint32_t from, uint32_t end,
                             ld_stretch *stretch, lede_error *err);

typedef struct ld_snippet {
    uint8_t zone;
    uint32_t text_offset, text_bytes; /* the passage, cut at sentence or word boundaries */
    bool cut_before, cut_after;       /* an ellipsis is due */
    const ld_mark *marks;             /* [mark_count] inside the passage */
    uint32_t mark_count;
} ld_snippet;
/* The best passages outside the headline: covering the most distinct query words that no better one
 * covers, earliest first among equals; in the order of the text. Without marks there: the beginning
 * of the story. zone_texts[zone]: as analysed. */
lede_status ld_snippets_make(ld_arena *arena, const ld_span zone_texts[LD_ZONES_MAX],
                             const ld_token_list *tokens, const ld_mark *marks, uint32_t mark_count,
                             uint32_t chars_max, uint32_t snippets_max, const ld_snippet **snippets,
                             uint32_t *count, lede_error *err);

#endif
