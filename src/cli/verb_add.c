/* lede add ARCHIVE PATH... */
#include "base/env_memory.h"
#include "cli/alerts.h"
#include "cli/progress.h"

/* Where a dry run without an archive keeps the empty one it compares with: in memory only. */
#define DRY_ARCHIVE "/dry-run-archive"

typedef struct add_run {
    ld_cli *cli;
    const char *dir;
    const char *const *paths;
    size_t path_count;
    bool is_dry;
    lede_source_options options;
    lede_env *memory; /* of a dry run without an archive, else NULL */
    lede_writer *writer;
    lede_add_counts counts;
    double seconds;
} add_run;

static bool is_missing(const ld_cli *cli, const char *dir)
{
    lede_file_info info;
    return ld_path_info(cli->env, dir, true, &info, NULL) == LEDE_E_NOTFOUND;
}

static lede_status open_writer(add_run *run)
{
    ld_cli *cli = run->cli;
    if (!run->is_dry || !is_missing(cli, run->dir))
        return ld_cli_writer_open(cli, cli->env, run->dir, !run->is_dry, &run->writer);
    LD_TRY(ld_env_memory_new(cli->env, DRY_ARCHIVE, &run->memory, &cli->error));
    return ld_cli_writer_open(cli, run->memory, DRY_ARCHIVE, true, &run->writer);
}

static lede_status watch(add_run *run, ld_alert_printer *printer)
{
    const ld_args *args = &run->cli->args;
    bool is_json = ld_args_flag(args, LD_OPTION_ALERTS)
                       ? ld_args_is(args, LD_OPTION_ALERTS, "jsonl")
                       : ld_args_is(args, LD_OPTION_FORMAT, "json");
    *printer = (ld_alert_printer){.cli = run->cli, .as_json = is_json};
    if (run->is_dry || ld_args_is(args, LD_OPTION_ALERTS, "off"))
        return LEDE_OK;
    return lede_writer_watch(run->writer, ld_alert_match_print, printer, &run->cli->error);
}

static lede_status add(add_run *run)
{
    ld_cli *cli = run->cli;
    ld_progress progress;
    ld_alert_printer printer;
    LD_TRY(watch(run, &printer));
    ld_progress_begin(&progress, cli);
    lede_status status =
        lede_writer_add_paths(run->writer, run->paths, run->path_count, &run->options, run->is_dry,
                              ld_progress_take, &progress, &run->counts, &cli->error);
    status = status == LEDE_OK ? printer.status : status;
    if (status == LEDE_OK && ld_args_flag(&cli->args, LD_OPTION_MERGE) && !run->is_dry)
        status = lede_writer_merge(run->writer, 1, &cli->error);
    run->seconds = ld_progress_seconds(&progress);
    ld_progress_end(&progress);
    if (progress.rejects > LD_PROGRESS_REJECTS_NAMED && !progress.is_quiet)
        ld_say("and %llu more rejected%s%s%s",
               (unsigned long long)(progress.rejects - LD_PROGRESS_REJECTS_NAMED),
               run->is_dry ? "" : "; all with their reasons: lede stats ",
               run->is_dry ? "" : run->dir, run->is_dry ? "" : " --rejects");
    return status;
}

static int finish(add_run *run, lede_status status)
{
    ld_cli *cli = run->cli;
    const lede_add_counts *c = &run->counts;
    if (status == LEDE_E_CANCELLED) {
        if (ld_summary_print(cli, c, run->seconds) != LEDE_OK)
            return ld_cli_fail(cli);
        ld_say("%s", run->is_dry ? "stopped as asked"
                                 : "stopped as asked; what was read is in the archive; the same "
                                   "command goes on from here");
        return LD_EXIT_ERROR;
    }
    if (status == LEDE_OK)
        status = ld_summary_print(cli, c, run->seconds);
    if (status != LEDE_OK)
        return ld_cli_fail(cli);
    bool any = c->added + c->unchanged + c->versions + c->replaced > 0;
    return any ? LD_EXIT_OK : LD_EXIT_NONE;
}

int ld_verb_add(ld_cli *cli)
{
    add_run run = {.cli = cli,
                   .dir = cli->args.operands[0],
                   .paths = cli->args.operands + 1,
                   .path_count = cli->args.operand_count - 1,
                   .is_dry = ld_args_flag(&cli->args, LD_OPTION_DRY_RUN)};
    lede_status status = ld_cli_check_paths(cli, run.paths, run.path_count);
    if (status == LEDE_OK)
        status = ld_cli_source_options(cli, &run.options);
    run.options.learn_sites = !ld_args_flag(&cli->args, LD_OPTION_NO_LEARN);
    if (status != LEDE_OK)
        return ld_cli_fail(cli);
    if (open_writer(&run) != LEDE_OK) {
        ld_env_memory_free(run.memory);
        return ld_cli_fail_archive(cli, run.dir);
    }
    run.options.cancel = ld_cli_catch_signals();
    int code = finish(&run, add(&run));
    lede_writer_close(run.writer);
    ld_env_memory_free(run.memory);
    return code;
}
