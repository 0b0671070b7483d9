#ifndef LD_INDEX_ROWS_H
#define LD_INDEX_ROWS_H
/* Byte strings by number (bytes: rows_format.h). */
#include "index/segment.h"

typedef struct ld_rows_writer {
    const lede_env *env;
    ld_part_writer *out;
    uint64_t start;   /* of the section in its part */
    uint64_t *groups; /* [group_count], owned */
    size_t group_count, group_capacity;
    uint32_t rows;
} ld_rows_writer;

void ld_rows_writer_init(ld_rows_writer *w, const lede_env *env, ld_part_writer *out);
lede_status ld_rows_writer_add(ld_rows_writer *w, ld_span row, lede_error *err);
/* *section_bytes: of the whole section, which began where the part stood at init. */
void ld_rows_writer_finish(ld_rows_writer *w, uint64_t *section_bytes);
void ld_rows_writer_release(ld_rows_writer *w);

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
