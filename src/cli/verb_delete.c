/* lede delete ARCHIVE [KEY...] [--purge] */
#include "cli/cli.h"

typedef struct delete_counts {
    uint32_t keys, missing;
    uint64_t rows;
} delete_counts;

static lede_status delete_keys(ld_cli *cli, lede_writer *writer, delete_counts *counts)
{
    for (uint32_t i = 1; i < cli->args.operand_count; i++) {
        uint64_t rows = 0;
        lede_status status = lede_writer_delete(writer, cli->args.operands[i], &rows, &cli->error);
        if (status == LEDE_E_NOTFOUND) {
            ld_say("no article has the key %s", cli->args.operands[i]);
            counts->missing++;
            continue;
        }
        if (status != LEDE_OK)
            return status;
        counts->keys++;
        counts->rows += rows;
    }
    return LEDE_OK;
}

int ld_verb_delete(ld_cli *cli)
{
    const char *dir = cli->args.operands[0];
    bool purge = ld_args_flag(&cli->args, LD_OPTION_PURGE);
    delete_counts counts = {0};
    lede_writer *writer = NULL;
    if (cli->args.operand_count < 2 && !purge) {
        (void)LD_FAIL(&cli->error, LEDE_E_INVALID, "a key is missing; the form is: lede delete %s KEY...",
                dir);
        return ld_cli_fail(cli);
    }
    if (ld_cli_writer_open(cli, cli->env, dir, false, &writer) != LEDE_OK)
        return ld_cli_fail_archive(cli, dir);
    lede_status status = delete_keys(cli, writer, &counts);
    if (status == LEDE_OK && counts.keys)
        status = lede_writer_commit(writer, NULL, &cli->error);
    if (status == LEDE_OK && purge)
        status = lede_writer_purge(writer, &cli->error);
    lede_writer_close(writer);
    if (status != LEDE_OK)
        return ld_cli_fail(cli);
    ld_out_format(&cli->out, "%u %s deleted (%llu %s)%s\n", counts.keys,
                  ld_plural(counts.keys, "article", "articles"), (unsigned long long)counts.rows,
                  ld_plural(counts.rows, "version", "versions"),
                  purge ? ", nothing deleted is left on the disk" : "");
    return counts.missing ? LD_EXIT_NONE : LD_EXIT_OK;
}
