/* lede dump ARCHIVE */
#include "cli/cli.h"

static lede_status print_rows(ld_cli *cli, lede_dump *dump)
{
    for (;;) {
        lede_text line;
        LD_TRY(lede_dump_next(dump, &line, &cli->error));
        if (line.bytes == 0 || cli->out.is_closed || cli->out.os_errno)
            return LEDE_OK;
        ld_out_data(&cli->out, ld_span_from_text(line));
        if (line.data[line.bytes - 1] != '\n')
            ld_out_string(&cli->out, "\n");
    }
}

int ld_verb_dump(ld_cli *cli)
{
    lede_snapshot *snapshot = NULL;
    lede_dump *dump = NULL;
    if (lede_snapshot_open(cli->env, cli->args.operands[0], &snapshot, &cli->error) != LEDE_OK)
        return ld_cli_fail_archive(cli, cli->args.operands[0]);
    lede_status status = lede_dump_open(snapshot, &dump, &cli->error);
    if (status == LEDE_OK)
        status = print_rows(cli, dump);
    lede_dump_free(dump);
    lede_snapshot_free(snapshot);
    return status == LEDE_OK ? LD_EXIT_OK : ld_cli_fail(cli);
}
