#ifndef LD_INDEX_ROWS_H
#define LD_INDEX_ROWS_H
/* Byte strings by number (bytes: rows_format.h). */
#include "index/segment.h"

typedef struct ld_rows_writer {
    ld_part_writer *out;
    uint64_t start;    /* of the section in its part */
    ld_scratch groups; /* u64 each */
    uint32_t rows;
} ld_rows_writer;

void ld_rows_writer_init(ld_rows_writer *w, ld_part_writer *out);
lede_status ld_rows_writer_add(ld_rows_writer *w, ld_span row, lede_error *err);
/* Begins a row whose bytes the caller writes into the part itself. */
lede_status ld_rows_writer_begin(ld_rows_writer *w, uint64_t row_bytes, lede_error *err);
/* *section_bytes: of the whole section, which began where the part stood at init. */
lede_status ld_rows_writer_finish(ld_rows_writer *w, uint64_t *section_bytes, lede_error *err);
void ld_rows_writer_release(ld_rows_writer *w);

/* A source of byte rows, one a document; the row lives until the next call. */
typedef struct ld_row_source {
    void *ctx;
    lede_status (*next)(void *ctx, ld_span *row, lede_error *err);
} ld_row_source;
/* A section of `count` rows at the end of the part. */
lede_status ld_rows_write(ld_part_writer *out, uint32_t count, const ld_row_source *source,
                          lede_error *err);

typedef struct ld_rows {
    ld_part part;
    uint64_t start;      /* of the section in the part */
    uint64_t data_bytes; /* of all rows; the groups follow */
    uint32_t count;
} ld_rows;

lede_status ld_rows_open(const ld_part *part, uint64_t offset, uint64_t bytes, ld_rows *rows,
                         lede_error *err);
/* *row is borrowed from the segment. */
lede_status ld_rows_get(const ld_rows *rows, uint32_t number, ld_span *row, lede_error *err);

#endif
