#ifndef LD_ENGINE_DUMP_READ_H
#define LD_ENGINE_DUMP_READ_H
/* Lines of a dump back to rows. */
#include "engine/dump_format.h"

typedef struct ld_dump_reader ld_dump_reader;
/* A file, or "-" for standard input. */
lede_status ld_dump_reader_open(const lede_env *env, const char *path, ld_dump_reader **reader,
                                lede_error *err);
/* The row lives in the arena. INVALID, with the line's number, for a line that is no row. */
lede_status ld_dump_reader_next(ld_dump_reader *r, ld_arena *arena, ld_dump_row *row, bool *end,
                                lede_error *err);
void ld_dump_reader_close(ld_dump_reader *r);

#endif
