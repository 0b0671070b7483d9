/* lede load ARCHIVE [FILE] */
#include "cli/progress.h"

int ld_verb_load(ld_cli *cli)
{
    const char *dir = cli->args.operands[0];
    const char *path = cli->args.operand_count > 1 ? cli->args.operands[1] : "-";
    lede_writer *writer = NULL;
    lede_add_counts counts = {0};
    ld_progress progress;
    lede_status status = ld_cli_check_paths(cli, &path, 1);
    if (status != LEDE_OK)
        return ld_cli_fail(cli);
    status = ld_cli_writer_open(cli, cli->env, dir, true, &writer);
    if (status != LEDE_OK)
        return ld_cli_fail_archive(cli, dir);
    ld_progress_begin(&progress, cli);
    status = lede_writer_load(writer, path, &counts, &cli->error);
    if (status == LEDE_OK && ld_args_flag(&cli->args, LD_OPTION_MERGE))
        status = lede_writer_merge(writer, 1, &cli->error);
    if (status == LEDE_OK)
        status = ld_summary_print(cli, &counts, ld_progress_seconds(&progress));
    lede_writer_close(writer);
    if (status != LEDE_OK)
        return ld_cli_fail(cli);
    return counts.pages ? LD_EXIT_OK : LD_EXIT_NONE;
}
