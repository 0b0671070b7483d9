/* lede similar ARCHIVE KEY */
#include "cli/answer.h"

static lede_status print(ld_answer_printer *p)
{
    const ld_args *args = &p->cli->args;
    uint64_t shown;
    if (ld_args_is(args, LD_OPTION_FORMAT, "json"))
        return ld_answer_print_json(p, false);
    if (ld_args_is(args, LD_OPTION_FORMAT, "jsonl"))
        return ld_answer_print_json(p, true);
    return ld_answer_print_text(p, &shown);
}

int ld_verb_similar(ld_cli *cli)
{
    const char *dir = cli->args.operands[0], *key = cli->args.operands[1];
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    ld_answer_printer p = {.cli = cli, .query = key, .query_bytes = strlen(key)};
    lede_snapshot *snapshot;
    options.count = ld_args_number(&cli->args, LD_OPTION_COUNT);
    if (lede_snapshot_open(cli->env, dir, &snapshot, &cli->error) != LEDE_OK)
        return ld_cli_fail_archive(cli, dir);
    lede_status status = lede_similar(snapshot, key, &options, &p.hits, &cli->error);
    uint64_t total = status == LEDE_OK ? lede_hits_answer(p.hits)->total : 0;
    if (status == LEDE_OK)
        status = print(&p);
    lede_hits_free(p.hits);
    lede_snapshot_free(snapshot);
    if (status == LEDE_OK)
        return total ? LD_EXIT_OK : LD_EXIT_NONE;
    ld_cli_fail(cli);
    return status == LEDE_E_NOTFOUND ? LD_EXIT_NONE : LD_EXIT_ERROR;
}
