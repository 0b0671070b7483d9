#ifndef LD_BASE_LIMITS_H
#define LD_BASE_LIMITS_H
/*
 * Every maximum of lede, each with its reason. When one bites, the answer or the error says so.
 */

/* ---- base ---- */
#define LD_PATH_BYTES_MAX  4096u /* PATH_MAX of Linux */
#define LD_EINTR_TRIES_MAX 1000u /* a call interrupted so often in a row will not come through */
#define LD_DIR_NAMES_MAX   (1u << 24) /* entries of one folder: 16 M names are 1 GiB of memory */
#define LD_ARENA_KEPT_BYTES_MAX                                                                    \
    (8u << 20) /* pages an arena keeps over a reset; one huge page must                            \
                  not pin its memory for the life of a worker */
#define LD_SIGBUS_MAPS_MAX                                                                         \
    16384u /* maps that the guard against cut-off files knows at once: four                        \
              snapshots of the most segments there can be; 384 KiB, untouched until used */

/* ---- ingest ---- */
#define LD_CAPTURE_BYTES_MAX                                                                       \
    (64u                                                                                           \
     << 20) /* a page body, decoded; the largest real article pages seen are under 10 MiB, but     \
               a book or a log saved as one line is read too; a 200 MB page is not an article */
#define LD_WARC_RECORD_BYTES_MAX (1ull << 40) /* skipped over, never loaded */
#define LD_WARC_HEADER_BYTES_MAX (1u << 20)   /* HTTP and WARC header blocks */
#define LD_JSONL_LINE_BYTES_MAX  (64u << 20)  /* one record with its markup */
#define LD_JSON_VALUES_MAX                                                                         \
    (1u << 20) /* of one line or document: an empty object of 3 bytes                              \
                  takes some 250 bytes of tree */
#define LD_INGEST_ARENA_BYTES_MAX (256u << 20) /* fields of one event, joined or decoded */
#define LD_FEED_BYTES_MAX         (64u << 20)
#define LD_INFLATE_RATIO_MAX                                                                       \
    1000u                         /* deflate itself ends near 1032:1; past the first MiB more than \
                                     this is a bomb, LD_CAPTURE_BYTES_MAX bounds it in any case */
#define LD_FOLDER_DEPTH_MAX 128u  /* nested folders; deeper is a loop or an attack */
#define LD_URL_BYTES_MAX    8192u /* longer ones are cut by most servers */

/* ---- html ---- */
#define LD_HTML_DEPTH_MAX      512u       /* as Blink's parser; deeper elements become siblings */
#define LD_HTML_NODES_MAX      (4u << 20) /* nodes of one page */
#define LD_HTML_ATTRIBUTES_MAX 1024u      /* attributes of one tag; later ones are dropped */
#define LD_HTML_BYTES_MAX      (1u << 30) /* offsets and text lengths stay far from 32 bits */
#define LD_HTML_FORMATTING_MAX                                                                     \
    64u /* <b>, <font>, ... that one paragraph can reopen; without it                              \
           a page of n tags could ask for n * n elements */
#define LD_HTML_FORMATTING_LIST_MAX 1024u /* with the markers: one an open table cell, template */

/* ---- article ---- */
#define LD_ARTICLE_BLOCKS_MAX   65536u
#define LD_ARTICLE_AUTHORS_MAX  64u
#define LD_ARTICLE_CAPTIONS_MAX 1024u
#define LD_ARTICLE_TAGS_MAX     256u

/* ---- text and index ---- */
#define LD_TERM_BYTES_MAX   120u       /* longer words are cut; no word of a news text is longer */
#define LD_POSITIONS_MAX    (1u << 20) /* a document, then truncated with a notice */
#define LD_ZONES_MAX        16u        /* 8 built in, 8 declared by the user */
#define LD_USER_ZONES_MAX   8u
#define LD_USER_COLUMNS_MAX 32u
#define LD_FORMS_MAX                                                                               \
    65535u /* spellings of one stem in a segment; ordinals are 16 bits;                            \
              further ones share the last ordinal of the segment */
#define LD_SEGMENT_DOCS_MAX     (1u << 28) /* ids stay far from the 32-bit sentinel */
#define LD_SEGMENTS_MAX         4096u
#define LD_KEY_BYTES_MAX        LD_URL_BYTES_MAX
#define LD_STORED_DOC_BYTES_MAX (64u << 20)
#define LD_KEYWORD_BYTES_MAX    4096u /* a keyword of a column: names, sections, tags; URLs fit */
#define LD_WRITER_MEMORY_BYTES_MIN                                                                 \
    (16u << 20) /* below this a writer cannot hold the parts of one                                \
                   segment in memory while they are joined */

#define LD_FORM_LISTS_MAX                                                                          \
    1024u /* forms of a stem with lists of their own: each holds a block while the stem is         \
             written, 14 KiB; real stems have tens of forms */
#define LD_MERGE_TERM_BYTES_MAX                                                                    \
    (1u << 30) /* form tables of one term over all segments of a merge: 64 of LD_FORMS_MAX forms   \
                  each take some 600 MiB, real ones a few KiB */
#define LD_MERGE_CURSOR_BYTES_MAX                                                                  \
    (64u << 20) /* one list's block of a merge: its largest document, LD_POSITIONS_MAX             \
                   positions, takes 20 MiB */

/* ---- query ---- */
#define LD_QUERY_BYTES_MAX (1u << 20) /* read at most; the rest is dropped with a warning */
#define LD_QUERY_TERMS_MAX 1024u      /* words and operators of one query */
#define LD_QUERY_DEPTH_MAX 64u        /* nested parentheses */
#define LD_QUERY_EXPANSION_MAX                                                                     \
    4096u                             /* terms that a wildcard, prefix, fuzzy or regex stands for  \
                                       */
#define LD_QUERY_HITS_MAX      10000u /* offset + count of one page */
#define LD_WORKSPACES_IDLE_MAX 8u     /* searches at once beyond which memory is asked for anew */
#define LD_WORKSPACE_KEPT_BYTES_MAX                                                                \
    (2u << 20) /* of what a search used, to be kept for the next                                   \
                */
#define LD_QUERY_ARENA_BYTES_MAX (64u << 20)
#define LD_QUERY_WARNINGS_MAX    64u   /* more help nobody */
#define LD_QUERY_NEAR_MAX        64u   /* connectors in a chain: each is one level of cursors */
#define LD_QUERY_PREFIXES_MAX    8u    /* title:caps(...): modifiers of one word or parenthesis */
#define LD_QUERY_DISTANCE_MAX    1000u /* w/n, pre/n, "phrase"~n; Lexis stops at 255 */
#define LD_QUERY_LANGUAGES_MAX   64u   /* stemmed for at once; there are fewer stemmers */
#define LD_QUERY_LANGUAGE_ROWS   1024u /* rows looked at to know which languages an archive holds */
#define LD_DEADLINE_MS_DEFAULT   5000u
#define LD_REGEX_POSITIONS_MAX                                                                     \
    256u                            /* letters and classes, {n,m} written out: a set is 32 bytes   \
                                     */
#define LD_REGEX_GROUPS_MAX    32u  /* parentheses in parentheses */
#define LD_REGEX_REPEATS_MAX   64u  /* in {n,m}; words have at most LD_TERM_BYTES_MAX letters */
#define LD_SPELLINGS_MAX       512u /* looked at to correct one word of a query */
#define LD_SYNONYMS_BYTES_MAX  (4u << 20) /* of a list of synonyms: 100,000 lines of 40 letters */
#define LD_SYNONYMS_MAX        200000u    /* names to ask for in it */
#define LD_SYNONYM_NAMES_MAX   32u        /* of one line's side, and of one word of a query */
#define LD_SUGGEST_ENTRIES_MAX 4000000u   /* words, names, headlines that can be completed */
#define LD_SUGGEST_BYTES_MAX   ((size_t)1 << 30) /* of memory for them */
#define LD_SUGGEST_PLACES_MAX  30u               /* suggestions in one answer */
#define LD_TIMELINE_ROWS_MAX   40000u            /* a hundred years of days */

/* ---- engine ---- */
#define LD_REJECTS_MAX 10000u /* pages named in an archive's list of rejects; all are counted */

/* ---- server ---- */
#define LD_SERVER_HEADER_BYTES_MAX                                                                 \
    (16u << 10)                   /* request line and headers; browsers send 1-2 KiB               \
                                   */
#define LD_SERVER_HEADERS_MAX 64u /* lines of one request; browsers send about 15 */
#define LD_SERVER_BODY_BYTES_MAX                                                                   \
    (16u << 20) /* a request's body: the largest news pages have 2 MiB, a batch of articles 16 */
#define LD_SERVER_QUERY_BODY_BYTES_MAX                                                             \
    (256u << 10)                         /* the body of a search: queries and filters              \
                                          */
#define LD_SERVER_QUERY_BYTES_MAX  2048u /* a query over HTTP; longer ones are programs' work */
#define LD_SERVER_PARAMS_MAX       32u   /* name=value pairs of one address */
#define LD_SERVER_COUNT_MAX        100u  /* hits of one JSON answer: some 300 KiB */
#define LD_SERVER_FACETS_MAX       8u    /* each is one more pass over the matches */
#define LD_SERVER_FACET_VALUES_MAX 100u  /* values of one facet */
#define LD_SERVER_RESPONSE_BYTES_MAX                                                               \
    (128u << 20) /* the largest kept article with every word marked stays below it */
#define LD_SERVER_THREADS_MAX     64u   /* event loops; each costs a stack and an epoll */
#define LD_SERVER_BATCH_DOCS_MAX  1000u /* articles of one request; one commit makes them last */
#define LD_SERVER_MULTI_MAX       20u   /* queries of one POST /multi-search; a page has 2 to 5 */
#define LD_SERVER_EXPORT_HITS_MAX 1000u /* hits of one CSV, JSONL or RIS file */
#define LD_SERVER_FEED_HITS       30u   /* entries of a feed: readers ask again before that */
#define LD_SERVER_KEYS_MAX        1024u /* lines of a file of keys */
#define LD_SERVER_ORIGINS_MAX     64u   /* sites that may read the API from their pages */
#define LD_SERVER_CLIENTS_MAX     4096u /* clients whose rate is held; the oldest is forgotten */
#define LD_SERVER_COMPARE_MAX     4u    /* queries on one timeline */
#define LD_SERVER_CHIPS_MAX       16u   /* filters in force at once */
#define LD_SERVER_GZIP_BYTES_MIN  700u  /* below it compression gains no packet */
#define LD_SERVER_TIMELINE_BARS   160u  /* bars of one timeline: a bar stays 4 px wide */
#define LD_SERVER_DIFF_CELLS_MAX  (4u << 20)  /* 2 bytes each: 2,000 words against 2,000 */
#define LD_SERVER_DIFF_WORDS_MAX  (16u << 20) /* a kept article has less, by its bytes */
#define LD_SERVER_IDLE_SECONDS    30          /* a connection that neither sends nor takes a byte */
#define LD_SERVER_REQUEST_SECONDS 60          /* from a request's first byte to its last */
#define LD_SERVER_DEADLINE_MS     1000u       /* one search; then what was found is the answer */
#define LD_SERVER_REFRESH_MS      1000u       /* how often a newer generation is looked for */
#define LD_SERVER_STOP_MS         5000u /* what answers under way get once a stop is asked for */
#define LD_SERVER_CONNECTIONS_MAX 4096u /* a connection costs some 10 KiB */
#define LD_SERVER_FILES_RESERVED  1024u /* file handles beyond connections: segments of a swap */

/* ---- workers that parse pages (base/keeper.h) ---- */
#define LD_WORKER_CPU_SECONDS_MAX                                                                  \
    20u /* of processor time for one page; the worst beast of tools/zoo.py takes 0.6 */
#define LD_WORKER_WALL_MS_MAX                                                                      \
    300000u /* for one page, where it does not use the processor and does not answer */
#define LD_WORKER_DATA_BYTES_MORE                                                                  \
    ((size_t)128 << 20) /* beside the page's arena: what libraries and page tails take */
#define LD_LEARNING_DEATHS_MAX                                                                     \
    16u /* pages that end the process that learns; each is left out and learning begins anew */

/* ---- cli ---- */
#define LD_SETTINGS_BYTES_MAX (64u << 10) /* a lede.conf; every setting there is fits in 2 KiB */

#endif
