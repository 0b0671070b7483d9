#ifndef LD_INDEX_INVERTED_BUFFER_H
#define LD_INDEX_INVERTED_BUFFER_H
/* What a buffer holds: shared by inverted_buffer.c (which fills it) and inverted_flush.c. */
#include "base/env.h"
#include "index/inverted.h"

#define LD_POOL_PAGE_BYTES (256u << 10)
/* At the end of a page, never given out: who reads a number may look ahead. */
#define LD_POOL_SPARE_BYTES 8u

/* A place in the pool: page << 16 | offset / 4. 0 is none. */
typedef uint32_t ld_pool_ref;

/* What a word's postings are. */
typedef struct ld_buffer_list {
    ld_pool_ref first_chunk, chunk; /* first and current one */
    uint32_t next_doc;              /* the last document + 1 */
    uint32_t df, total_tf;
    uint16_t chunk_used; /* bytes of the current chunk after its link */
    uint8_t chunk_level;
} ld_buffer_list;

/* A word of the buffer. Stands in the pool; the text follows. */
typedef struct ld_buffer_term {
    ld_buffer_list list;
    uint32_t entry;    /* in the document being added: its row of `entries` + 1 */
    ld_pool_ref forms; /* its newest form */
    uint16_t form_count;
    uint8_t bytes;
    char text[];
} ld_buffer_term;

/* One spelling and case class of a word. The text follows; 0 bytes: it is the term's. */
typedef struct ld_buffer_form {
    ld_pool_ref next; /* older form of the same term */
    ld_pool_ref term;
    uint32_t df, total_tf; /* counted by the flush */
    uint32_t mark;         /* the flush: first the last document + 1, then the term's ordinal */
    uint16_t id;           /* in the order of first use: how the postings name it */
    uint16_t ordinal;      /* the flush: in the form table */
    uint8_t case_class;
    uint8_t bytes;
    char text[];
} ld_buffer_form;

/* Open addressing, linear probing: hash << 32 | ref; 0 is empty. */
typedef struct ld_buffer_table {
    uint64_t *slots;
    uint32_t capacity; /* power of two, 0 before the first word */
    uint32_t count;
} ld_buffer_table;

/* One token of the document being added. */
typedef struct ld_buffer_token {
    uint32_t entry; /* its row of `entries` */
    uint32_t position;
    uint16_t form; /* id */
} ld_buffer_token;

/* The same once they are sorted by word. */
typedef struct ld_buffer_occurrence {
    uint32_t position;
    uint16_t form;
} ld_buffer_occurrence;

/* One distinct word of the document being added, and what its term was before. */
typedef struct ld_buffer_entry {
    ld_pool_ref term;
    uint32_t tf;
    uint32_t first, next;              /* rows of `occurrences`: its first, and the next to fill */
    uint32_t class_tf[LD_CLASS_COUNT]; /* body stays 0: it is what the others leave of tf */
    ld_buffer_list old;
} ld_buffer_entry;

struct ld_inverted_buffer {
    const lede_env *env;
    ld_profile profile;
    uint32_t docs;
    uint64_t tokens;
    uint8_t *lengths; /* [docs] length codes */
    size_t lengths_capacity;

    uint8_t **pages; /* [page_count], each LD_POOL_PAGE_BYTES */
    size_t page_count, page_capacity;
    uint32_t page_used; /* bytes of the newest page */

    ld_buffer_table terms, forms;

    ld_buffer_token *tokens_added; /* of the document being added */
    ld_buffer_occurrence *occurrences;
    size_t token_capacity, occurrence_capacity;
    ld_buffer_entry *entries;
    size_t entry_capacity;
};

static inline void *ld_pool_at(const ld_inverted_buffer *b, ld_pool_ref ref)
{
    return b->pages[ref >> 16] + (size_t)(ref & 0xffffu) * 4;
}
static inline ld_span ld_buffer_form_text(const ld_inverted_buffer *b, const ld_buffer_form *f)
{
    const ld_buffer_term *t = ld_pool_at(b, f->term);
    return f->bytes ? ld_span_of(f->text, f->bytes) : ld_span_of(t->text, t->bytes);
}

/*
 * The postings of a word: bytes in chunks of the pool, each beginning with the ref of the next.
 *   posting    := varint distance << 2 | many << 1 | flagged     distance: document - last - 1
 *                 [varint tf]                                     when many
 *                 [varint head, varint lead, varint aside]        when flagged
 *                 occurrence{tf}
 *   occurrence := varint distance << 1 | odd  [varint form id]    odd: the form is not id 0
 */
typedef struct ld_chunk_reader {
    const ld_inverted_buffer *buffer;
    const uint8_t *at, *end; /* of the chunk at hand */
    ld_pool_ref chunk, last_chunk;
    uint32_t last_used;
    uint8_t level;
} ld_chunk_reader;
void ld_chunk_reader_init(ld_chunk_reader *r, const ld_inverted_buffer *b,
                          const ld_buffer_term *term);
/* A number that does not lie in the chunk at hand as a whole. */
uint32_t ld_chunk_read_slowly(ld_chunk_reader *r);

#define LD_CHUNK_VARINT_BYTES_MAX 5u /* of 32 bits */
_Static_assert(LD_CHUNK_VARINT_BYTES_MAX <= LD_POOL_SPARE_BYTES, "a number read ahead");

/* Read as if it stood in the chunk at hand; where it turns out not to, read once more. */
static inline uint32_t ld_chunk_read(ld_chunk_reader *r)
{
    const uint8_t *at = r->at;
    uint32_t byte = *at++, value = byte & 0x7f;
    for (uint32_t shift = 7; byte >= 0x80 && shift < 7 * LD_CHUNK_VARINT_BYTES_MAX; shift += 7) {
        byte = *at++;
        value |= (byte & 0x7f) << shift;
    }
    if (at > r->end)
        return ld_chunk_read_slowly(r);
    r->at = at;
    return value;
}

/* Empties the buffer and gives its memory back. */
void ld_inverted_buffer_reset(ld_inverted_buffer *b);

#endif
