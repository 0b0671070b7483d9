/* lede repair ARCHIVE */
#include "cli/cli.h"

static void print_finding(void *ctx, const char *sentence)
{
    ld_cli *cli = ctx;
    ld_out_line(&cli->out, ld_span_from_string(sentence));
    ld_out_string(&cli->out, "\n");
}

int ld_verb_repair(ld_cli *cli)
{
    const char *dir = cli->args.operands[0];
    lede_repair_counts counts = LEDE_REPAIR_COUNTS_INIT;
    lede_status status = lede_guard_sigbus(&cli->error);
    if (status == LEDE_OK)
        status = lede_archive_repair(cli->env, dir, print_finding, cli, &counts, &cli->error);
    if (status != LEDE_OK)
        return ld_cli_fail_archive(cli, dir);
    if (!counts.damaged_segments && !counts.other_generation) {
        ld_out_format(&cli->out, "whole: %u %s, nothing was changed\n", counts.segments,
                      ld_plural(counts.segments, "segment", "segments"));
        return LD_EXIT_OK;
    }
    ld_out_format(&cli->out,
                  "repaired: %llu rows kept as they were, %llu taken out of damaged segments, %llu "
                  "lost; the damaged archive is kept as %s.damaged\n",
                  (unsigned long long)counts.kept, (unsigned long long)counts.salvaged,
                  (unsigned long long)counts.lost, dir);
    return counts.lost || counts.other_generation ? LD_EXIT_NONE : LD_EXIT_OK;
}
