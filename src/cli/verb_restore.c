/* lede restore BACKUP ARCHIVE */
#include "cli/cli.h"

static void print_problem(void *ctx, const char *sentence)
{
    ld_cli *cli = ctx;
    ld_out_line(&cli->out, ld_span_from_string(sentence));
    ld_out_string(&cli->out, "\n");
}

int ld_verb_restore(ld_cli *cli)
{
    const char *from = cli->args.operands[0], *to = cli->args.operands[1];
    uint64_t bytes = 0;
    lede_status status = lede_guard_sigbus(&cli->error);
    if (status == LEDE_OK)
        status = lede_archive_copy(cli->env, from, to, &bytes, &cli->error);
    if (status == LEDE_E_NOTFOUND)
        return ld_cli_fail_archive(cli, from);
    if (status == LEDE_OK)
        status = lede_archive_verify(cli->env, to, 1, print_problem, cli, &cli->error);
    if (status != LEDE_OK)
        return ld_cli_fail(cli);
    ld_out_format(&cli->out, "restored and checked: %llu bytes in %s\n", (unsigned long long)bytes,
                  to);
    return LD_EXIT_OK;
}
