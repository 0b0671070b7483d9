/* lede query QUERY... [--dialect D] [--translate D|all] */
#include "base/json.h"
#include "base/limits.h"
#include "cli/answer.h"

static const char *const dialects[] = {"lede", "lucene", "lexis", "factiva"};
#define DIALECT_COUNT (sizeof dialects / sizeof *dialects)

static void write_json(ld_json *j, const lede_translation *t, const char *dialect)
{
    int exact;
    uint32_t count;
    lede_text text = lede_translation_text(t, &exact);
    const lede_message *messages = lede_translation_messages(t, &count);
    ld_json_object(j);
    ld_json_key_cstring(j, "dialect", dialect);
    ld_json_key_string(j, "query", ld_span_from_text(text));
    ld_json_key_bool(j, "exact", exact);
    ld_json_key(j, "messages");
    ld_json_array(j);
    for (uint32_t i = 0; i < count; i++) {
        ld_json_object(j);
        ld_json_key_cstring(j, "code", messages[i].code);
        ld_json_key_u64(j, "offset", messages[i].offset_chars);
        ld_json_key_u64(j, "length", messages[i].length_chars);
        ld_json_key_string(j, "text", ld_span_from_text(messages[i].text));
        ld_json_object_end(j);
    }
    ld_json_array_end(j);
    ld_json_object_end(j);
}

/* One dialect, on a line of its own; its name before it where there are several. */
static lede_status print_one(ld_cli *cli, ld_span query, const char *dialect, bool named,
                             ld_json *json)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_translation *t;
    uint32_t count;
    options.dialect = ld_args_text(&cli->args, LD_OPTION_DIALECT);
    LD_TRY(lede_translate(cli->env, NULL, query.data, query.bytes, &options, dialect, &t,
                          &cli->error));
    const lede_message *messages = lede_translation_messages(t, &count);
    if (json) {
        write_json(json, t, dialect);
    } else {
        if (named)
            ld_out_format(&cli->out, "%-8s ", dialect);
        ld_out_line(&cli->out, ld_span_from_text(lede_translation_text(t, NULL)));
        ld_out_string(&cli->out, "\n");
        if (!ld_args_flag(&cli->args, LD_OPTION_QUIET))
            ld_messages_say(messages, count, query);
    }
    lede_translation_free(t);
    return LEDE_OK;
}

static lede_status print_all(ld_cli *cli, const ld_buf *query)
{
    const char *to = ld_args_text(&cli->args, LD_OPTION_TRANSLATE);
    bool as_json = ld_args_is(&cli->args, LD_OPTION_FORMAT, "json");
    bool all = strcmp(to, "all") == 0;
    ld_buf buf;
    ld_json json;
    lede_status status = LEDE_OK;
    ld_buf_init(&buf, cli->env, 64u * (size_t)LD_QUERY_BYTES_MAX);
    ld_json_init(&json, &buf, cli->out.is_terminal);
    if (as_json && all)
        ld_json_array(&json);
    for (size_t i = 0; i < DIALECT_COUNT && status == LEDE_OK; i++)
        if (all || strcmp(to, dialects[i]) == 0)
            status = print_one(cli, ld_buf_span(query), dialects[i], all, as_json ? &json : NULL);
    if (as_json && all)
        ld_json_array_end(&json);
    if (as_json)
        ld_buf_add_byte(&buf, '\n');
    if (status == LEDE_OK)
        status = ld_buf_status(&buf, &cli->error);
    if (status == LEDE_OK)
        ld_out_data(&cli->out, ld_buf_span(&buf));
    ld_buf_release(&buf);
    return status;
}

int ld_verb_query(ld_cli *cli)
{
    ld_buf query;
    ld_buf_init(&query, cli->env, LD_QUERY_BYTES_MAX);
    for (uint32_t i = 0; i < cli->args.operand_count; i++) {
        ld_buf_add_string(&query, i ? " " : "");
        ld_buf_add_string(&query, cli->args.operands[i]);
    }
    lede_status status = ld_buf_status(&query, &cli->error);
    if (status == LEDE_OK)
        status = print_all(cli, &query);
    ld_buf_release(&query);
    return status == LEDE_OK ? LD_EXIT_OK : ld_cli_fail(cli);
}
