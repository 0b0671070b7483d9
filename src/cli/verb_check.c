/* lede check ARCHIVE [--deep] */
#include "cli/cli.h"

static void print_problem(void *ctx, const char *sentence)
{
    ld_cli *cli = ctx;
    ld_out_line(&cli->out, ld_span_from_string(sentence));
    ld_out_string(&cli->out, "\n");
}

static lede_status print_whole(ld_cli *cli, lede_snapshot *snapshot, double seconds)
{
    lede_snapshot_info info;
    LD_TRY(lede_snapshot_get_info(snapshot, &info, &cli->error));
    ld_out_format(&cli->out, "whole: %u %s, %llu bytes, %.1f s\n", info.segments,
                  ld_plural(info.segments, "segment", "segments"), (unsigned long long)info.bytes,
                  seconds);
    return LEDE_OK;
}

int ld_verb_check(ld_cli *cli)
{
    const char *dir = cli->args.operands[0];
    uint64_t begun_ns = ld_clock_monotonic_ns(cli->env);
    lede_snapshot *snapshot = NULL;
    lede_status status = lede_snapshot_open(cli->env, dir, &snapshot, &cli->error);
    /* What cannot be opened because it is damaged is looked at all the more closely. */
    if (status != LEDE_OK && status != LEDE_E_CORRUPT)
        return ld_cli_fail_archive(cli, dir);
    status = lede_archive_verify(cli->env, dir, ld_args_flag(&cli->args, LD_OPTION_DEEP),
                                 print_problem, cli, &cli->error);
    double seconds = (double)(ld_clock_monotonic_ns(cli->env) - begun_ns) / 1e9;
    if (status == LEDE_OK && snapshot)
        status = print_whole(cli, snapshot, seconds);
    else if (status == LEDE_OK)
        status = cli->error.status; /* it could not be opened: the sentence stands in the error */
    lede_snapshot_free(snapshot);
    return status == LEDE_OK ? LD_EXIT_OK : ld_cli_fail(cli);
}
