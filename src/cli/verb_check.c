/* lede check ARCHIVE [--deep] */
#include "cli/cli.h"

static void print_problem(void *ctx, const char *sentence)
{
    ld_cli *cli = ctx;
    ld_out_line(&cli->out, ld_span_from_string(sentence));
    ld_out_string(&cli->out, "\n");
}

static lede_status print_whole(ld_cli *cli, const char *dir, double seconds)
{
    lede_snapshot *snapshot;
    lede_snapshot_info info;
    LD_TRY(lede_snapshot_open(cli->env, dir, &snapshot, &cli->error));
    lede_status status = lede_snapshot_get_info(snapshot, &info, &cli->error);
    lede_snapshot_free(snapshot);
    if (status == LEDE_OK)
        ld_out_format(&cli->out, "whole: %u %s, %llu bytes, %.1f s\n", info.segments,
                      ld_plural(info.segments, "segment", "segments"),
                      (unsigned long long)info.bytes, seconds);
    return status;
}

int ld_verb_check(ld_cli *cli)
{
    const char *dir = cli->args.operands[0];
    uint64_t begun_ns = ld_clock_monotonic_ns(cli->env);
    lede_status status = lede_archive_verify(
        cli->env, dir, ld_args_flag(&cli->args, LD_OPTION_DEEP), print_problem, cli, &cli->error);
    double seconds = (double)(ld_clock_monotonic_ns(cli->env) - begun_ns) / 1e9;
    if (status == LEDE_OK)
        status = print_whole(cli, dir, seconds);
    return status == LEDE_OK ? LD_EXIT_OK : ld_cli_fail_archive(cli, dir);
}
