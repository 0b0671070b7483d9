#ifndef LD_CLI_CLI_H
#define LD_CLI_CLI_H
/* What every verb gets: what was said to the program, and where to print. */
#include "cli/options.h"
#include "cli/output.h"
#include "lede/lede.h"

/* As grep: found, nothing found, could not. */
#define LD_EXIT_OK    0
#define LD_EXIT_NONE  1
#define LD_EXIT_ERROR 2

typedef struct ld_cli {
    const lede_env *env;
    ld_args args;
    ld_out out;       /* standard output */
    lede_error error; /* what ld_cli_fail prints */
} ld_cli;

/* Prints cli->error as one line on standard error; the exit code 2. */
int ld_cli_fail(ld_cli *cli);
/* The same for the archive at `dir`: a missing one gets the sentence that says how to make it. */
int ld_cli_fail_archive(ld_cli *cli, const char *dir);
/* The paths at hand must be there. Fails with NOTFOUND, and says when the path looks like an
 * archive that stands in the wrong place. */
lede_status ld_cli_check_paths(ld_cli *cli, const char *const *paths, size_t count);
/* --published, --source, --lang, --jsonl-fields, --jobs, --shard. Fails with INVALID. */
lede_status ld_cli_source_options(ld_cli *cli, lede_source_options *options);
/* Opens the archive for writing; makes it first where it is missing, and says so. */
lede_status ld_cli_writer_open(ld_cli *cli, const lede_env *env, const char *dir,
                               bool create_missing, lede_writer **writer);
/* From the first SIGINT or SIGTERM on, *flag is 1; a second signal ends the program at once. */
const volatile int *ld_cli_catch_signals(void);

int ld_verb_add(ld_cli *cli);
int ld_verb_extract(ld_cli *cli);
int ld_verb_search(ld_cli *cli);
int ld_verb_show(ld_cli *cli);
int ld_verb_similar(ld_cli *cli);
int ld_verb_suggest(ld_cli *cli);
int ld_verb_timeline(ld_cli *cli);
int ld_verb_query(ld_cli *cli);
int ld_verb_serve(ld_cli *cli);
int ld_verb_check(ld_cli *cli);
int ld_verb_repair(ld_cli *cli);
int ld_verb_backup(ld_cli *cli);
int ld_verb_restore(ld_cli *cli);
int ld_verb_stats(ld_cli *cli);
int ld_verb_delete(ld_cli *cli);
int ld_verb_dump(ld_cli *cli);
int ld_verb_load(ld_cli *cli);
int ld_verb_alert(ld_cli *cli);
int ld_verb_completion(ld_cli *cli);

/* help.c */
void ld_help_program(ld_out *out);
void ld_help_verb(ld_out *out, ld_verb_id verb);
void ld_help_version(ld_out *out);

#endif
