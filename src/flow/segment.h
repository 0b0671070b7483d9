#ifndef LD_FLOW_SEGMENT_H
#define LD_FLOW_SEGMENT_H
/*
 * What a segment takes in (ld_document) and under which rules (ld_profile). index/ sees bytes and
 * numbers only: it never tokenises, never parses.
 */
#include "flow/token.h"

#define LD_DOC_END UINT32_MAX /* the sentinel of every cursor over documents */

/* Columns every archive has; user-declared ones follow from LD_COLUMN_USER. */
typedef enum ld_column_id {
    LD_COLUMN_PUBLISHED = 0,  /* number: utc_ms */
    LD_COLUMN_PUBLISHED_HOW,  /* number: precision | evidence << 4 | certainty_percent << 8 */
    LD_COLUMN_MODIFIED,       /* number: utc_ms */
    LD_COLUMN_MODIFIED_HOW,
    LD_COLUMN_CAPTURED,       /* number: utc_ms */
    LD_COLUMN_LANGUAGE,       /* keyword "en" */
    LD_COLUMN_SOURCE,         /* keyword: the publication's name */
    LD_COLUMN_SITE,           /* keyword: host of the URL without "www." */
    LD_COLUMN_SECTION,        /* keyword */
    LD_COLUMN_AUTHOR,         /* keyword, several */
    LD_COLUMN_TAG,            /* keyword, several */
    LD_COLUMN_KIND,           /* number: ld_article_kind */
    LD_COLUMN_COPY_GROUP,     /* number: id of the group of near copies, its own where it was alone
                                 when it came (index/copy_groups.h); absent: nothing to compare */
    LD_COLUMN_COPY_HIGH,      /* number: the same of close copies, where it was not alone */
    LD_COLUMN_COPY_EXACT,     /* number: the same of copies word for word */
    LD_COLUMN_COPY_SKETCH,    /* number: what copies are told by beside the hashes */
    LD_COLUMN_USER = 16       /* .. LD_COLUMN_USER + LD_USER_COLUMNS_MAX - 1 */
} ld_column_id;

typedef enum ld_column_kind {
    LD_COLUMN_KIND_NUMBER = 1, /* int64; dates are utc_ms; doubles in ld_column_from_double form */
    LD_COLUMN_KIND_KEYWORD = 2 /* bytes, none, one or several a document */
} ld_column_kind;

typedef struct ld_column_spec {
    uint16_t id;
    uint8_t kind;      /* ld_column_kind */
    uint8_t is_double; /* number column whose values are doubles in order-keeping form */
    char name[32];     /* NUL-terminated; user-declared columns are queried by it */
} ld_column_spec;

typedef struct ld_zone_spec {
    uint8_t zone;       /* LD_ZONE_USER.. */
    uint8_t zone_class; /* ld_zone_class */
    char name[32];
} ld_zone_spec;

/* Fixed at the creation of an archive; kept in the manifest. Documents of two profiles never mix. */
typedef struct ld_profile {
    char name[16];           /* "news" or "plain" */
    bool stem;               /* postings keyed by stems, forms kept beside */
    bool case_classes;       /* a case class per position (in the form) */
    bool marks;              /* sentence and paragraph starts */
    bool sidecars;           /* forward list, copy hashes */
    bool store;              /* stored bytes */
    uint32_t analyzer_version;
    char stemmer_version[32]; /* of libstemmer; an archive with another is refused */
    uint8_t zone_classes[LD_ZONES_MAX]; /* ld_zone_class per zone */
    uint32_t user_zone_count;
    ld_zone_spec user_zones[LD_USER_ZONES_MAX];
    uint32_t user_column_count;
    ld_column_spec user_columns[LD_USER_COLUMNS_MAX];
} ld_profile;

typedef struct ld_column_value {
    uint16_t column; /* ld_column_id or user column */
    int64_t number;  /* for number columns */
    ld_span keyword; /* for keyword columns */
} ld_column_value;

#define LD_CONTENT_HASH_BITS 48u

/* A remark about a document under a key (news/notes.h says which); bytes to index/. */
typedef struct ld_note {
    ld_span key;   /* 1..LD_NOTE_KEY_BYTES_MAX bytes */
    ld_span value; /* at most LD_NOTE_VALUE_BYTES_MAX */
} ld_note;

typedef struct ld_document {
    ld_span key;              /* identity, 1..LD_KEY_BYTES_MAX bytes */
    bool key_is_explicit;     /* other content replaces, instead of being a version */
    uint64_t content_hash;    /* of everything that would be indexed or stored; below
                                 2^LD_CONTENT_HASH_BITS (why that is enough: keys_format.h) */
    uint32_t address_hash;    /* of where it was captured; kept beside the key, so that the writer
                                 can tell two pages that claim one key */
    int64_t version_order;    /* captured utc_ms, INT64_MIN where not known: the newest is shown */
    ld_token_list tokens;
    const uint32_t *sentence_starts;  /* [sentence_count] positions, ascending; empty: no marks */
    uint32_t sentence_count;
    const uint32_t *paragraph_starts; /* [paragraph_count] */
    uint32_t paragraph_count;
    const ld_column_value *columns;   /* [column_count], ascending by column */
    uint32_t column_count;
    ld_span stored;           /* opaque to index/, <= LD_STORED_DOC_BYTES_MAX */
    const uint16_t *copy_hashes; /* [copy_hash_count] ascending, distinct */
    uint32_t copy_hash_count;
    const ld_note *notes; /* [note_count] ascending by key, distinct */
    uint32_t note_count;
} ld_document;

/* Doubles as integers in the same order (sign-magnitude folded), and back. */
static inline int64_t ld_column_from_double(double value)
{
    int64_t bits;
    if (value == 0)
        value = 0; /* one zero */
    memcpy(&bits, &value, sizeof bits);
    return bits < 0 ? (int64_t)(~(uint64_t)bits ^ (1ull << 63)) : bits;
}
static inline double ld_column_to_double(int64_t number)
{
    uint64_t bits = number < 0 ? ~((uint64_t)number ^ (1ull << 63)) : (uint64_t)number;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#endif
