/* lede backup ARCHIVE NEW */
#include "cli/cli.h"

int ld_verb_backup(ld_cli *cli)
{
    const char *from = cli->args.operands[0], *to = cli->args.operands[1];
    uint64_t bytes = 0;
    /* a file cut short under the copy is an error, not the end of the process */
    lede_status status = lede_guard_sigbus(&cli->error);
    if (status == LEDE_OK)
        status = lede_archive_copy(cli->env, from, to, &bytes, &cli->error);
    if (status == LEDE_E_NOTFOUND)
        return ld_cli_fail_archive(cli, from);
    if (status != LEDE_OK)
        return ld_cli_fail(cli);
    ld_out_format(&cli->out, "copied: %llu bytes to %s\n", (unsigned long long)bytes, to);
    return LD_EXIT_OK;
}
