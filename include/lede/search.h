#ifndef LEDE_SEARCH_H
#define LEDE_SEARCH_H
/*
 * Searching. A snapshot pins one committed generation; searches on it may run in many threads.
 */
#include "lede/article.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- snapshots ---- */
typedef struct lede_snapshot lede_snapshot; /* free-threaded */

/*
 * Opens the newest generation of an archive.
 * Returns: LEDE_OK; NOTFOUND no archive at dir; VERSION; CORRUPT; IO; NOMEM.
 * Ownership: *snapshot is the caller's, freed by lede_snapshot_free. Cost: maps the files, reads
 * the manifest and a few pages. Since 0.1.
 */
LEDE_API lede_status lede_snapshot_open(const lede_env *env, const char *dir,
                                        lede_snapshot **snapshot, lede_error *err);
/*
 * A snapshot of pages that are in no archive: extracted and indexed in memory.
 * Returns as lede_extractor_new and lede_snapshot_open. Since 0.1.
 */
LEDE_API lede_status lede_snapshot_of_paths(const lede_env *env, const char *const *paths,
                                            size_t path_count, const lede_source_options *options,
                                            lede_snapshot **snapshot, lede_error *err);
/* NULL is harmless. Hits of the snapshot must be freed before. Since 0.1. */
LEDE_API void lede_snapshot_free(lede_snapshot *snapshot);
/*
 * 1 when a newer generation than the snapshot's is committed, 0 when not.
 * Returns: LEDE_OK with *stale; IO; NOTFOUND. Since 0.1.
 */
LEDE_API lede_status lede_snapshot_is_stale(const lede_snapshot *snapshot, int *stale,
                                            lede_error *err);

typedef struct lede_snapshot_info {
    uint64_t generation;
    uint64_t articles;  /* shown: neither deleted nor older versions */
    uint64_t rows, deleted, older_versions, tokens;
    uint32_t segments;
    uint64_t bytes;     /* of the archive's files */
    int64_t published_first_utc_ms, published_last_utc_ms; /* INT64_MIN, INT64_MIN: none known */
    const char *profile; /* borrowed from the snapshot */
} lede_snapshot_info;
/* Returns: LEDE_OK with *info; CORRUPT; NOMEM. Since 0.1. */
LEDE_API lede_status lede_snapshot_get_info(const lede_snapshot *snapshot,
                                            lede_snapshot_info *info, lede_error *err);
typedef struct lede_part_bytes {
    const char *name; /* static: "postings", "positions", ... "other files" */
    uint64_t bytes;
} lede_part_bytes;
/* Bytes by part, in a fixed order; *parts is borrowed from the snapshot until its end.
 * Returns: LEDE_OK; NOMEM. Since 0.1. */
LEDE_API lede_status lede_snapshot_sizes(lede_snapshot *snapshot, const lede_part_bytes **parts,
                                         uint32_t *count, lede_error *err);
/* ---- searching ---- */
typedef enum lede_sort {
    LEDE_SORT_DEFAULT = 0, /* as the query says, else relevance */
    LEDE_SORT_RELEVANCE,
    LEDE_SORT_NEWEST,
    LEDE_SORT_OLDEST
} lede_sort;

/* Copies of one story folded into one hit: word for word, close ones, and all that share a part. */
typedef enum lede_dup {
    LEDE_DUP_DEFAULT = 0, /* as the query says, else off */
    LEDE_DUP_OFF,
    LEDE_DUP_EXACT,
    LEDE_DUP_HIGH,
    LEDE_DUP_MODERATE
} lede_dup;

/* Words that stand for each other, of the caller's own choice; free-threaded. */
typedef struct lede_synonyms lede_synonyms;
/*
 * Reads a list of synonyms, UTF-8. A line "car, automobile, motor car": each is searched as the
 * others too. A line "vw, bmw => car": vw and bmw are searched as car too, not the other way.
 * "#" begins a comment.
 * Returns: LEDE_OK; INVALID a line that is neither, with its number; LIMIT; NOMEM.
 * Ownership: lede_synonyms_free, after the last search with it. Since 0.1.
 */
LEDE_API lede_status lede_synonyms_parse(const lede_env *env, const char *text, size_t text_bytes,
                                         lede_synonyms **synonyms, lede_error *err);
LEDE_API void lede_synonyms_free(lede_synonyms *synonyms);

typedef struct lede_search_options {
    uint32_t struct_bytes;
    const char *dialect;     /* "lede", "lucene", "lexis" or "factiva"; NULL: "lede" */
    lede_sort sort;
    uint32_t offset, count;  /* of hits; count 0: 10; UINT32_MAX: none, only the total */
    const char *cursor;      /* continue after a page; NULL: from the start */
    int versions_all;        /* 1: older versions too */
    uint32_t deadline_ms;    /* 0: 5000; UINT32_MAX: none */
    int64_t now_utc_ms;      /* what "last week" is relative to; 0: the clock */
    uint32_t snippet_chars;  /* 0: 220; UINT32_MAX: no snippets */
    uint32_t snippets_max;   /* passages a hit; 0: 2 */
    int total_optional;      /* 1: the total may be a lower bound, which lets the search pass over
                                what cannot reach the page; lede_answer.total_exact says */
    int no_suggest;          /* 1: do not look for what else may have been meant */
    lede_dup dup;            /* copies folded; totals are then of stories, and always exact */
    int strict;              /* 1: never relaxed, and names stand for themselves only */
    int explain;             /* 1: lede_hit.parts, where relevance orders the answer */
    const lede_synonyms *synonyms; /* borrowed; NULL: none. Not of use in a strict search */
} lede_search_options;
#define LEDE_SEARCH_OPTIONS_INIT                                                                   \
    {sizeof(lede_search_options), 0, LEDE_SORT_DEFAULT, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,                  \
     LEDE_DUP_DEFAULT, 0, 0, 0}

typedef struct lede_hits lede_hits; /* one thread at a time */

/*
 * Runs a query. A bad query is no failure: its best reading is answered, with warnings.
 * Returns: LEDE_OK with *hits; INVALID options; CORRUPT; LIMIT; IO; NOMEM. A met deadline gives a
 * partial answer (lede_answer.partial).
 * Ownership: *hits is the caller's, freed by lede_hits_free before the snapshot.
 * Cost: bounded by the deadline. Since 0.1.
 */
LEDE_API lede_status lede_search(lede_snapshot *snapshot, const char *query, size_t query_bytes,
                                 const lede_search_options *options, lede_hits **hits,
                                 lede_error *err);
LEDE_API void lede_hits_free(lede_hits *hits);

typedef struct lede_message {
    uint32_t offset_chars, length_chars; /* in the query; 0, 0 for notices */
    const char *code; /* static: "syntax", "relaxed", "partial", "expansion", "generation",
                         "limit", "translation" */
    lede_text text;   /* one sentence */
} lede_message;

/* About the answer as a whole; borrowed from the hits. */
typedef struct lede_answer {
    uint64_t total;       /* matching articles; where copies are folded, stories */
    uint64_t articles_total; /* matching articles, copies included */
    int folded;           /* 1: copies are folded */
    int total_exact;      /* 0: there are at least so many */
    int partial;          /* 1: the deadline was met */
    int relaxed;          /* 1: no article has all words */
    uint64_t generation;
    uint64_t elapsed_ns;
    lede_text understood; /* the query as it was read, in canonical spelling */
    lede_text next_cursor; /* empty: no more */
    const lede_message *messages; /* warnings and notices */
    uint32_t message_count;
    lede_text did_you_mean; /* a query that has more hits, where there are few; empty: none */
} lede_answer;
/* Returns: the answer, borrowed until lede_hits_free; never NULL. Since 0.1. */
LEDE_API const lede_answer *lede_hits_answer(const lede_hits *hits);

/* A range of marked bytes inside a text. */
typedef struct lede_mark {
    uint32_t offset_bytes, length_bytes;
} lede_mark;

typedef struct lede_passage {
    const char *zone;   /* static name: "body", "lead", "caption", ... */
    lede_text text;
    const lede_mark *marks; /* inside text, ascending */
    uint32_t mark_count;
    int cut_before, cut_after; /* 1: an ellipsis is due */
} lede_passage;

/* What adds to a score. kind: "word", "phrase" or "connector" of the query, with how often it stands
 * in headline, lead, body and captions; "near": words of a question near each other; "feedback": what
 * the best answers to it speak of. */
typedef struct lede_score_part {
    const char *kind; /* static */
    lede_text text;   /* of a word or phrase, as asked */
    double score;
    uint32_t head, lead, body, aside;
} lede_score_part;

typedef struct lede_hit {
    double score;               /* 0 for sorts by date */
    const lede_article *article; /* whole; borrowed until the next call of lede_hits_next */
    const lede_mark *headline_marks;
    uint32_t headline_mark_count;
    const lede_passage *passages; /* the best, in text order */
    uint32_t passage_count;
    int older_version;          /* 1: not the newest of its key */
    /* Where copies are folded: this is the one that comes first in the order of the answer, of
     * equals the one published first. Others that match, the earliest published first; at most
     * 100 keys of them. */
    uint64_t copy_group;        /* id of the group, the same on every page; 0: of none */
    uint64_t copy_count;        /* other matching articles of the group */
    const lede_text *copy_keys; /* [copy_key_count] */
    uint32_t copy_key_count;
    const lede_score_part *parts; /* [part_count] they add up to score; none unless asked for */
    uint32_t part_count;
} lede_hit;

/*
 * The next hit of the page.
 * Returns: LEDE_OK with *hit (borrowed until the next call) or NULL at the end; CORRUPT; NOMEM.
 * Cost: reads and analyses one stored article. Since 0.1.
 */
LEDE_API lede_status lede_hits_next(lede_hits *hits, const lede_hit **hit, lede_error *err);

/*
 * The answer and all hits that were not asked for yet, as one JSON object:
 * {"query", "understood", "total", "totalIsExact", "partial", "relaxed", "generation", "elapsedMs",
 *  "messages": [{"code", "offset", "length", "text"}], "didYouMean", "nextCursor",
 *  "hits": [article fields as lede_article_write has them, and "score", "olderVersion",
 *           "headlineMarks": [[offset, bytes]], "passages": [{"zone", "text", "marks"}],
 *           "copies": {"group", "count", "keys"},
 *           "explain": [{"kind", "text", "score", "head", "lead", "body", "aside"}]}]}
 * "articlesTotal" beside "total" where copies are folded, "copies" where a hit has some,
 * "explain" where it was asked for.
 * query: as it was asked. lines 1: one hit a line instead, without the answer around them.
 * text: *text is freed by lede_buffer_free with *bytes and the table the snapshot was opened with.
 * Returns: LEDE_OK; CORRUPT; NOMEM. Cost: as lede_hits_next for each hit. Since 0.1.
 */
LEDE_API lede_status lede_hits_write_json(lede_hits *hits, const char *query, size_t query_bytes,
                                          int lines, char **text, size_t *bytes, lede_error *err);

/*
 * Stories like one of the archive: those that share the words that tell it apart. key: as
 * lede_snapshot_find has it. The answer's `understood` shows the words.
 * Returns: as lede_search; NOTFOUND no such article; INVALID also where the archive keeps no words
 * to compare by (profile plain). Since 0.1.
 */
LEDE_API lede_status lede_similar(lede_snapshot *snapshot, const char *key,
                                  const lede_search_options *options, lede_hits **hits,
                                  lede_error *err);

/* ---- the query language ---- */
typedef struct lede_translation lede_translation;
/*
 * A query of options->dialect in another dialect, without running it. snapshot: whose fields and
 * zones it may name; NULL: only those that every archive has.
 * Returns: LEDE_OK with *translation; INVALID no such dialect; LIMIT; NOMEM. A bad query is no
 * failure. Ownership: lede_translation_free. Since 0.1.
 */
LEDE_API lede_status lede_translate(const lede_env *env, const lede_snapshot *snapshot,
                                    const char *query, size_t query_bytes,
                                    const lede_search_options *options, const char *dialect,
                                    lede_translation **translation, lede_error *err);
/* Returns: the text, borrowed. *exact 1: it means just what the query means, to the last bracket.
 * exact may be NULL. Since 0.1. */
LEDE_API lede_text lede_translation_text(const lede_translation *translation, int *exact);
/* Returns: [*count] warnings about the query ("syntax") and what the other dialect cannot say
 * ("translation"), borrowed. Since 0.1. */
LEDE_API const lede_message *lede_translation_messages(const lede_translation *translation,
                                                       uint32_t *count);
LEDE_API void lede_translation_free(lede_translation *translation);

/* ---- suggestions as one types ---- */
typedef struct lede_suggester lede_suggester; /* free-threaded once it is made */
/*
 * Words, names and headlines of a snapshot, made ready to be completed. It holds copies and may
 * outlive the snapshot.
 * Returns: LEDE_OK; CORRUPT; LIMIT; NOMEM. Cost: reads the dictionary and every headline once,
 * about 100 bytes of memory an entry. Since 0.1.
 */
LEDE_API lede_status lede_suggester_new(lede_snapshot *snapshot, lede_suggester **suggester,
                                        lede_error *err);
LEDE_API void lede_suggester_free(lede_suggester *suggester);

typedef struct lede_suggestion {
    lede_text text;   /* what may be searched for */
    const char *kind; /* static: "word", "name" (an author, a tag, a source), "headline" */
    uint64_t count;   /* articles that have it (of a word: at most so many); headlines: 1 */
} lede_suggestion;
typedef struct lede_suggestions lede_suggestions;
/*
 * How the typed text may go on. Of a text of several words, the last is completed to a word, the
 * whole to a name (from any of its words on) and to a headline. Each kind gets a third of the
 * places, and what one leaves the others take; the most frequent words and names first, the newest
 * headlines first.
 * Returns: LEDE_OK with *suggestions (perhaps none); NOMEM. Ownership: lede_suggestions_free.
 * Cost: a look-up and a pass over what begins alike. Since 0.1.
 */
LEDE_API lede_status lede_suggest(const lede_suggester *suggester, const char *typed,
                                  size_t typed_bytes, uint32_t count_max,
                                  lede_suggestions **suggestions, lede_error *err);
/* Returns: [*count] suggestions, borrowed. Since 0.1. */
LEDE_API const lede_suggestion *lede_suggestions_items(const lede_suggestions *suggestions,
                                                       uint32_t *count);
LEDE_API void lede_suggestions_free(lede_suggestions *suggestions);

/* ---- one article ---- */
typedef struct lede_document lede_document;
/*
 * The newest article with this key (a URL or an explicit id).
 * Returns: LEDE_OK; NOTFOUND; CORRUPT; NOMEM. Ownership: freed by lede_document_free. Since 0.1.
 */
LEDE_API lede_status lede_snapshot_find(lede_snapshot *snapshot, const char *key,
                                        lede_document **document, lede_error *err);
/* Version 0 is the newest. Returns: the article, borrowed until the document is freed, NULL when
 * there are not so many versions. Since 0.1. */
LEDE_API const lede_article *lede_document_article(const lede_document *document,
                                                   uint32_t version);
/* Returns: how many versions there are, at least 1. Since 0.1. */
LEDE_API uint32_t lede_document_version_count(const lede_document *document);
/*
 * Where the words of a query stand in version 0: marks by block, caption or headline.
 * `block` -1: the headline; 0..: blocks; block_count + i: caption i. Borrowed as the article.
 * Returns: LEDE_OK; NOMEM. Since 0.1.
 */
typedef struct lede_document_mark {
    int32_t block;
    lede_mark mark;
} lede_document_mark;
LEDE_API lede_status lede_document_marks(lede_document *document, const char *query,
                                         size_t query_bytes, const lede_document_mark **marks,
                                         uint32_t *count, lede_error *err);
/*
 * Who says what in version 0. Places are bytes of a block's text; the texts are borrowed as the
 * article. kind: "stated" and "inferred" are in quotation marks (inferred: the speaker stands around
 * the quote's paragraph, or nobody does), "reported" is told in the paper's words. speaker: the words
 * that name him there; name: the fullest name of the same speaker in the story; cue: the verb. All
 * three may be empty. English stories only; others have none.
 * Returns: LEDE_OK; NOMEM. Cost: reads the story once. Since 0.1.
 */
typedef struct lede_quote {
    const char *kind;
    uint32_t block;
    lede_mark content;
    lede_text text, speaker, name, cue;
    uint32_t speaker_block;
    lede_mark speaker_mark;
} lede_quote;
LEDE_API lede_status lede_document_quotes(lede_document *document, const lede_quote **quotes,
                                          uint32_t *count, lede_error *err);
LEDE_API void lede_document_free(lede_document *document);

/* ---- facets and timeline ---- */
typedef struct lede_facet_value {
    lede_text value;      /* the keyword; for time facets "2015-11-16", "2015-11" or "2015" */
    int64_t start_utc_ms; /* for time facets */
    uint64_t count;
} lede_facet_value;
typedef struct lede_facets lede_facets;
/*
 * Counts over all matches of a query. name: "language", "source", "site", "section", "author",
 * "tag", a user field, or "published:day", "published:month", "published:year".
 * Returns: LEDE_OK; NOTFOUND no such field; CORRUPT; NOMEM. Ownership: lede_facets_free. Since 0.1.
 */
LEDE_API lede_status lede_facet(lede_snapshot *snapshot, const char *query, size_t query_bytes,
                                const lede_search_options *options, const char *name,
                                uint32_t values_max, lede_facets **facets, lede_error *err);
/* Returns: [*count] values, most frequent first (time facets: in time), borrowed. Since 0.1. */
LEDE_API const lede_facet_value *lede_facets_values(const lede_facets *facets, uint32_t *count);
LEDE_API void lede_facets_free(lede_facets *facets);

#define LEDE_TIMELINE_QUERIES_MAX 4
typedef struct lede_timeline_row {
    lede_text label;      /* "2015-11-16", "2015-11" or "2015" */
    int64_t start_utc_ms;
    uint64_t archive;     /* articles that the archive has of this time; 0: a gap of the archive */
    uint64_t counts[LEDE_TIMELINE_QUERIES_MAX]; /* hits of each query */
} lede_timeline_row;
typedef struct lede_timeline lede_timeline;
/*
 * Hits of one to four queries by time of publication, every day, month or year from the first hit
 * to the last, those without any as well.
 * unit: "day", "month", "year"; NULL: the finest that has at most 120 rows. Articles without a date
 * are not in it. options: dialect, versions_all, deadline_ms (for each query) and now_utc_ms count.
 * Returns: LEDE_OK; INVALID no or too many queries, no such unit; LIMIT more than 40,000 rows;
 * CORRUPT; NOMEM. Ownership: lede_timeline_free. Since 0.1.
 */
LEDE_API lede_status lede_timeline_new(lede_snapshot *snapshot, const char *const *queries,
                                       uint32_t query_count, const lede_search_options *options,
                                       const char *unit, lede_timeline **timeline,
                                       lede_error *err);
/* Returns: [*count] rows in time, borrowed. *unit (may be NULL): what a row is. Since 0.1. */
LEDE_API const lede_timeline_row *lede_timeline_rows(const lede_timeline *timeline,
                                                     uint32_t *count, const char **unit);
LEDE_API void lede_timeline_free(lede_timeline *timeline);

/* ---- everything ---- */
typedef struct lede_dump lede_dump;
/*
 * Walks every row that is not deleted, older versions included, sorted by key and then from the
 * oldest version to the newest: equal archives give equal dumps, however they came to be.
 * Returns: LEDE_OK; NOMEM; CORRUPT. Ownership: lede_dump_free. Since 0.1.
 */
LEDE_API lede_status lede_dump_open(lede_snapshot *snapshot, lede_dump **dump, lede_error *err);
/* Returns: LEDE_OK with *line (one JSON object, borrowed until the next call; NULL data and 0
 * bytes at the end: .bytes 0); CORRUPT; NOMEM. Since 0.1. */
LEDE_API lede_status lede_dump_next(lede_dump *dump, lede_text *line, lede_error *err);
LEDE_API void lede_dump_free(lede_dump *dump);

#ifdef __cplusplus
}
#endif
#endif
