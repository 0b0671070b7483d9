#ifndef LD_CLI_PROGRESS_H
#define LD_CLI_PROGRESS_H
/* How far is an add? A line on standard error that renews itself, on a terminal only. */
#include "cli/cli.h"

#define LD_PROGRESS_REJECTS_NAMED 5u /* on standard error; the archive lists the others */

typedef struct ld_progress {
    const lede_env *env;
    bool is_shown; /* standard error is a terminal, and no --quiet */
    bool is_quiet;
    bool has_color;
    bool line_stands; /* a line of progress is on the terminal now */
    uint64_t begun_ns, drawn_ns;
    uint64_t rejects;
} ld_progress;

void ld_progress_begin(ld_progress *progress, ld_cli *cli);
/* The callback of lede_writer_add_paths; ctx is the ld_progress. */
void ld_progress_take(void *ctx, const lede_add_progress *p);
/* Removes the line. */
void ld_progress_end(ld_progress *progress);
double ld_progress_seconds(const ld_progress *progress); /* since the beginning */

/* The counts of an add or a load: a sentence, or with --format json an object. */
lede_status ld_summary_print(ld_cli *cli, const lede_add_counts *counts, double seconds);

#endif
