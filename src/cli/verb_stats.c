/* lede stats ARCHIVE [--sizes] [--rejects] */
#include "base/date.h"
#include "base/json.h"
#include "cli/cli.h"

#define JSON_BYTES_MAX (64u << 20) /* the list of rejects has a maximum of its own */

typedef struct stats {
    ld_cli *cli;
    const char *dir;
    lede_snapshot_info info;
    const lede_part_bytes *parts; /* [part_count], NULL: not asked for */
    uint32_t part_count;
    ld_json *json; /* while the rejects are listed as JSON */
    uint64_t reject_count;
} stats;

static void row(ld_out *out, const char *name, uint64_t value)
{
    ld_out_format(out, "%-18s %llu\n", name, (unsigned long long)value);
}

static void print_text(stats *s)
{
    ld_out *out = &s->cli->out;
    const lede_snapshot_info *info = &s->info;
    row(out, "articles", info->articles);
    row(out, "older versions", info->older_versions);
    row(out, "deleted", info->deleted);
    row(out, "words", info->tokens);
    if (info->published_first_utc_ms != INT64_MIN) {
        char first[16], last[16];
        ld_date_format_day(info->published_first_utc_ms, first);
        ld_date_format_day(info->published_last_utc_ms, last);
        ld_out_format(out, "%-18s %s to %s\n", "published", first, last);
    }
    row(out, "segments", info->segments);
    row(out, "bytes", info->bytes);
    row(out, "generation", info->generation);
    ld_out_format(out, "%-18s %s\n", "profile", info->profile);
    if (s->part_count)
        ld_out_string(out, "\nbytes by part\n");
    for (uint32_t i = 0; i < s->part_count; i++)
        ld_out_format(out, "%-18s %llu\n", s->parts[i].name, (unsigned long long)s->parts[i].bytes);
}

static void json_info(ld_json *j, const lede_snapshot_info *info)
{
    ld_json_key_u64(j, "articles", info->articles);
    ld_json_key_u64(j, "older_versions", info->older_versions);
    ld_json_key_u64(j, "deleted", info->deleted);
    ld_json_key_u64(j, "rows", info->rows);
    ld_json_key_u64(j, "tokens", info->tokens);
    if (info->published_first_utc_ms != INT64_MIN) {
        char day[16];
        ld_date_format_day(info->published_first_utc_ms, day);
        ld_json_key_cstring(j, "published_first", day);
        ld_date_format_day(info->published_last_utc_ms, day);
        ld_json_key_cstring(j, "published_last", day);
    }
    ld_json_key_u64(j, "segments", info->segments);
    ld_json_key_u64(j, "bytes", info->bytes);
    ld_json_key_u64(j, "generation", info->generation);
    ld_json_key_cstring(j, "profile", info->profile);
}

static int print_reject(void *ctx, const char *path, const char *reason)
{
    stats *s = ctx;
    s->reject_count++;
    if (s->json) {
        ld_json_object(s->json);
        ld_json_key_cstring(s->json, "path", path);
        ld_json_key_cstring(s->json, "reason", reason);
        ld_json_object_end(s->json);
        return 0;
    }
    ld_out_line(&s->cli->out, ld_span_from_string(path));
    ld_out_string(&s->cli->out, ": ");
    ld_out_line(&s->cli->out, ld_span_from_string(reason));
    ld_out_string(&s->cli->out, "\n");
    return s->cli->out.is_closed;
}

static lede_status print_json(stats *s, bool with_rejects)
{
    ld_buf buf;
    ld_json json;
    lede_status status = LEDE_OK;
    ld_buf_init(&buf, s->cli->env, JSON_BYTES_MAX);
    ld_json_init(&json, &buf, s->cli->out.is_terminal);
    ld_json_object(&json);
    json_info(&json, &s->info);
    if (s->parts) {
        ld_json_key(&json, "sizes");
        ld_json_object(&json);
        for (uint32_t i = 0; i < s->part_count; i++)
            ld_json_key_u64(&json, s->parts[i].name, s->parts[i].bytes);
        ld_json_object_end(&json);
    }
    if (with_rejects) {
        s->json = &json;
        ld_json_key(&json, "rejects");
        ld_json_array(&json);
        status = lede_archive_rejects(s->cli->env, s->dir, print_reject, s, &s->cli->error);
        ld_json_array_end(&json);
    }
    ld_json_object_end(&json);
    ld_buf_add_byte(&buf, '\n');
    if (status == LEDE_OK)
        status = ld_buf_status(&buf, &s->cli->error);
    if (status == LEDE_OK)
        ld_out_data(&s->cli->out, ld_buf_span(&buf));
    ld_buf_release(&buf);
    return status;
}

int ld_verb_stats(ld_cli *cli)
{
    stats s = {.cli = cli, .dir = cli->args.operands[0]};
    lede_snapshot *snapshot = NULL;
    lede_error *err = &cli->error;
    bool with_rejects = ld_args_flag(&cli->args, LD_OPTION_REJECTS);
    if (lede_snapshot_open(cli->env, s.dir, &snapshot, err) != LEDE_OK)
        return ld_cli_fail_archive(cli, s.dir);
    lede_status status = lede_snapshot_get_info(snapshot, &s.info, err);
    if (status == LEDE_OK && ld_args_flag(&cli->args, LD_OPTION_SIZES))
        status = lede_snapshot_sizes(snapshot, &s.parts, &s.part_count, err);
    if (status == LEDE_OK && ld_args_is(&cli->args, LD_OPTION_FORMAT, "json")) {
        status = print_json(&s, with_rejects);
    } else if (status == LEDE_OK && with_rejects) {
        status = lede_archive_rejects(cli->env, s.dir, print_reject, &s, err);
        if (status == LEDE_OK && s.reject_count == 0)
            ld_say("no page was rejected");
    } else if (status == LEDE_OK) {
        print_text(&s);
    }
    lede_snapshot_free(snapshot);
    return status == LEDE_OK ? LD_EXIT_OK : ld_cli_fail(cli);
}
