/* lede suggest ARCHIVE TYPED... */
#include "base/json.h"
#include "base/limits.h"
#include "cli/cli.h"

static lede_status print(ld_cli *cli, const lede_suggestion *items, uint32_t count)
{
    ld_out *out = &cli->out;
    ld_buf buf;
    ld_json json;
    if (!ld_args_is(&cli->args, LD_OPTION_FORMAT, "json")) {
        for (uint32_t i = 0; i < count; i++) {
            ld_out_format(out, "%8llu  %-8s  ", (unsigned long long)items[i].count, items[i].kind);
            ld_out_line(out, ld_span_from_text(items[i].text));
            ld_out_string(out, "\n");
        }
        return LEDE_OK;
    }
    ld_buf_init(&buf, cli->env, LD_QUERY_BYTES_MAX);
    ld_json_init(&json, &buf, out->is_terminal);
    ld_json_array(&json);
    for (uint32_t i = 0; i < count; i++) {
        ld_json_object(&json);
        ld_json_key_string(&json, "text", ld_span_from_text(items[i].text));
        ld_json_key_cstring(&json, "kind", items[i].kind);
        ld_json_key_u64(&json, "count", items[i].count);
        ld_json_object_end(&json);
    }
    ld_json_array_end(&json);
    ld_buf_add_byte(&buf, '\n');
    lede_status status = ld_buf_status(&buf, &cli->error);
    if (status == LEDE_OK)
        ld_out_data(out, ld_buf_span(&buf));
    ld_buf_release(&buf);
    return status;
}

static lede_status suggest(ld_cli *cli, const lede_suggester *suggester, uint32_t *found)
{
    ld_buf typed;
    lede_suggestions *list = NULL;
    ld_buf_init(&typed, cli->env, LD_QUERY_BYTES_MAX);
    for (uint32_t i = 1; i < cli->args.operand_count; i++) {
        ld_buf_add_string(&typed, i > 1 ? " " : "");
        ld_buf_add_string(&typed, cli->args.operands[i]);
    }
    lede_status status = ld_buf_status(&typed, &cli->error);
    if (status == LEDE_OK)
        status = lede_suggest(suggester, ld_buf_string(&typed), typed.bytes,
                              ld_args_number(&cli->args, LD_OPTION_COUNT), &list, &cli->error);
    if (status == LEDE_OK) {
        const lede_suggestion *items = lede_suggestions_items(list, found);
        status = print(cli, items, *found);
    }
    lede_suggestions_free(list);
    ld_buf_release(&typed);
    return status;
}

int ld_verb_suggest(ld_cli *cli)
{
    lede_snapshot *snapshot;
    lede_suggester *suggester = NULL;
    uint32_t found = 0;
    if (lede_snapshot_open(cli->env, cli->args.operands[0], &snapshot, &cli->error) != LEDE_OK)
        return ld_cli_fail_archive(cli, cli->args.operands[0]);
    lede_status status = lede_suggester_new(snapshot, &suggester, &cli->error);
    if (status == LEDE_OK)
        status = suggest(cli, suggester, &found);
    lede_suggester_free(suggester);
    lede_snapshot_free(snapshot);
    if (status != LEDE_OK)
        return ld_cli_fail(cli);
    return found ? LD_EXIT_OK : LD_EXIT_NONE;
}
