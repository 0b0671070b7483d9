/*
 * lede timeline ARCHIVE QUERY... : hits by time, a column a query.
 *
 *   month      archive  hollande  putin
 *   2015-10        812        31     44
 *   2015-11          0         0      0   the archive has a gap here
 */
#include "base/json.h"
#include "base/limits.h"
#include "cli/cli.h"

static void print_text(ld_cli *cli, const lede_timeline_row *rows, uint32_t count, const char *unit,
                       uint32_t query_count)
{
    ld_out *out = &cli->out;
    ld_out_format(out, "%-10s  %8s", unit, "archive");
    for (uint32_t k = 0; k < query_count; k++) {
        ld_out_string(out, "  ");
        ld_out_line(out, ld_span_from_string(cli->args.operands[1 + k]));
    }
    ld_out_string(out, "\n");
    for (uint32_t i = 0; i < count; i++) {
        ld_out_format(out, "%-10s  %8llu", rows[i].label.data, (unsigned long long)rows[i].archive);
        for (uint32_t k = 0; k < query_count; k++)
            ld_out_format(out, "  %*llu", (int)strlen(cli->args.operands[1 + k]),
                          (unsigned long long)rows[i].counts[k]);
        ld_out_string(out, rows[i].archive ? "\n" : "   the archive has a gap here\n");
    }
}

static lede_status print_json(ld_cli *cli, const lede_timeline_row *rows, uint32_t count,
                              const char *unit, uint32_t query_count)
{
    ld_buf buf;
    ld_json json;
    ld_buf_init(&buf, cli->env, 64u * (size_t)LD_QUERY_BYTES_MAX);
    ld_json_init(&json, &buf, cli->out.is_terminal);
    ld_json_object(&json);
    ld_json_key_cstring(&json, "unit", unit);
    ld_json_key(&json, "queries");
    ld_json_array(&json);
    for (uint32_t k = 0; k < query_count; k++)
        ld_json_string(&json, ld_span_from_string(cli->args.operands[1 + k]));
    ld_json_array_end(&json);
    ld_json_key(&json, "rows");
    ld_json_array(&json);
    for (uint32_t i = 0; i < count; i++) {
        ld_json_object(&json);
        ld_json_key_string(&json, "start", ld_span_from_text(rows[i].label));
        ld_json_key_u64(&json, "archive", rows[i].archive);
        ld_json_key(&json, "hits");
        ld_json_array(&json);
        for (uint32_t k = 0; k < query_count; k++)
            ld_json_u64(&json, rows[i].counts[k]);
        ld_json_array_end(&json);
        ld_json_object_end(&json);
    }
    ld_json_array_end(&json);
    ld_json_object_end(&json);
    ld_buf_add_byte(&buf, '\n');
    lede_status status = ld_buf_status(&buf, &cli->error);
    if (status == LEDE_OK)
        ld_out_data(&cli->out, ld_buf_span(&buf));
    ld_buf_release(&buf);
    return status;
}

int ld_verb_timeline(ld_cli *cli)
{
    const ld_args *args = &cli->args;
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_snapshot *snapshot;
    lede_timeline *timeline = NULL;
    uint32_t count = 0, query_count = args->operand_count - 1;
    const char *unit, *wanted = ld_args_text(args, LD_OPTION_UNIT);
    options.dialect = ld_args_text(args, LD_OPTION_DIALECT);
    options.versions_all = ld_args_flag(args, LD_OPTION_VERSIONS);
    if (lede_snapshot_open(cli->env, args->operands[0], &snapshot, &cli->error) != LEDE_OK)
        return ld_cli_fail_archive(cli, args->operands[0]);
    lede_status status =
        lede_timeline_new(snapshot, args->operands + 1, query_count, &options,
                          strcmp(wanted, "auto") == 0 ? NULL : wanted, &timeline, &cli->error);
    if (status == LEDE_OK) {
        const lede_timeline_row *rows = lede_timeline_rows(timeline, &count, &unit);
        if (ld_args_is(args, LD_OPTION_FORMAT, "json"))
            status = print_json(cli, rows, count, unit, query_count);
        else
            print_text(cli, rows, count, unit, query_count);
    }
    lede_timeline_free(timeline);
    lede_snapshot_free(snapshot);
    if (status != LEDE_OK)
        return ld_cli_fail(cli);
    return count ? LD_EXIT_OK : LD_EXIT_NONE;
}
