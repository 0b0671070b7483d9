/* lede show ARCHIVE KEY */
#include "base/json.h"
#include "cli/article_text.h"
#include "cli/cli.h"

#define MARKS_BYTES_MAX (64u << 20)

typedef struct shown {
    ld_cli *cli;
    const lede_article *article;
    const lede_document_mark *marks; /* [mark_count] */
    uint32_t mark_count;
} shown;

/* ,"marks":[{"block":0,"offset":3,"length":5}] and the closing brace of the article */
static lede_status print_marks(const shown *s)
{
    ld_buf buf;
    ld_json json;
    ld_buf_init(&buf, s->cli->env, MARKS_BYTES_MAX);
    ld_json_init(&json, &buf, false);
    ld_json_array(&json);
    for (uint32_t i = 0; i < s->mark_count; i++) {
        ld_json_object(&json);
        ld_json_key(&json, "block");
        ld_json_i64(&json, s->marks[i].block);
        ld_json_key_u64(&json, "offset", s->marks[i].mark.offset_bytes);
        ld_json_key_u64(&json, "length", s->marks[i].mark.length_bytes);
        ld_json_object_end(&json);
    }
    ld_json_array_end(&json);
    lede_status status = ld_buf_status(&buf, &s->cli->error);
    if (status == LEDE_OK) {
        ld_out_string(&s->cli->out, ",\"marks\":");
        ld_out_span(&s->cli->out, ld_buf_span(&buf));
        ld_out_string(&s->cli->out, "}\n");
    }
    ld_buf_release(&buf);
    return status;
}

static lede_status print_written(const shown *s, lede_article_format format, bool with_marks)
{
    ld_cli *cli = s->cli;
    char *text;
    size_t bytes;
    LD_TRY(lede_article_write(cli->env, s->article, format, &text, &bytes, &cli->error));
    ld_span written = ld_span_of(text, bytes);
    lede_status status = LEDE_OK;
    if (with_marks) { /* without the object's closing brace */
        written = ld_span_trim(written);
        ld_out_data(&cli->out, ld_span_sub(written, 0, written.bytes - 1));
        status = print_marks(s);
    } else {
        ld_out_data(&cli->out, written);
    }
    lede_buffer_free(cli->env, text, bytes);
    return status;
}

/* ---- quotes ---- */

static void json_place(ld_json *json, const char *key, uint32_t block, lede_mark mark)
{
    ld_json_key(json, key);
    ld_json_object(json);
    ld_json_key_u64(json, "block", block);
    ld_json_key_u64(json, "offset", mark.offset_bytes);
    ld_json_key_u64(json, "length", mark.length_bytes);
    ld_json_object_end(json);
}

/* {"quotes":[{"kind":"stated","speaker":"Mr Valls",...,"at":{...},"speakerAt":{...}}]} */
static lede_status print_quotes_json(ld_cli *cli, const lede_quote *quotes, uint32_t count)
{
    ld_buf buf;
    ld_json json;
    ld_buf_init(&buf, cli->env, MARKS_BYTES_MAX);
    ld_json_init(&json, &buf, cli->out.is_terminal);
    ld_json_object(&json);
    ld_json_key(&json, "quotes");
    ld_json_array(&json);
    for (uint32_t i = 0; i < count; i++) {
        const lede_quote *q = &quotes[i];
        ld_json_object(&json);
        ld_json_key_cstring(&json, "kind", q->kind);
        ld_json_key_string(&json, "text", ld_span_from_text(q->text));
        ld_json_key_string(&json, "speaker", ld_span_from_text(q->speaker));
        ld_json_key_string(&json, "name", ld_span_from_text(q->name));
        ld_json_key_string(&json, "cue", ld_span_from_text(q->cue));
        json_place(&json, "at", q->block, q->content);
        if (q->speaker.bytes > 0)
            json_place(&json, "speakerAt", q->speaker_block, q->speaker_mark);
        ld_json_object_end(&json);
    }
    ld_json_array_end(&json);
    ld_json_object_end(&json);
    lede_status status = ld_buf_status(&buf, &cli->error);
    if (status == LEDE_OK) {
        ld_out_span(&cli->out, ld_buf_span(&buf));
        ld_out_string(&cli->out, "\n");
    }
    ld_buf_release(&buf);
    return status;
}

/* stated    block 7, 105-214  French Prime Minister Manuel Valls: We know that ... */
static void print_quotes_text(ld_cli *cli, const lede_quote *quotes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const lede_quote *q = &quotes[i];
        ld_span name = ld_span_from_text(q->name.bytes ? q->name : q->speaker);
        ld_out_format(&cli->out, "%-8s  block %u, %u-%u  ", q->kind, q->block,
                      q->content.offset_bytes, q->content.offset_bytes + q->content.length_bytes);
        ld_out_line(&cli->out, name.bytes ? name : LD_SPAN("(nobody named)"));
        ld_out_string(&cli->out, ": ");
        ld_out_line(&cli->out, ld_span_from_text(q->text));
        ld_out_string(&cli->out, "\n");
    }
}

static lede_status print_quotes(ld_cli *cli, lede_document *document)
{
    const lede_quote *quotes;
    uint32_t count;
    bool json = ld_args_is(&cli->args, LD_OPTION_FORMAT, "json");
    if (!json && !ld_args_is(&cli->args, LD_OPTION_FORMAT, "text"))
        return LD_FAIL(&cli->error, LEDE_E_INVALID, "--quotes goes with --format text or json");
    if (ld_args_number(&cli->args, LD_OPTION_VERSION) != 0 ||
        ld_args_text(&cli->args, LD_OPTION_MARK))
        return LD_FAIL(&cli->error, LEDE_E_INVALID,
                       "--quotes is of the newest version and goes without --mark");
    LD_TRY(lede_document_quotes(document, &quotes, &count, &cli->error));
    if (json)
        return print_quotes_json(cli, quotes, count);
    print_quotes_text(cli, quotes, count);
    return LEDE_OK;
}

static lede_status print_shown(const shown *s)
{
    const ld_args *args = &s->cli->args;
    bool with_marks = ld_args_text(args, LD_OPTION_MARK) != NULL;
    if (ld_args_is(args, LD_OPTION_FORMAT, "text")) {
        ld_article_print(&s->cli->out, s->article, s->marks, s->mark_count);
        return LEDE_OK;
    }
    if (ld_args_is(args, LD_OPTION_FORMAT, "json")) {
        bool pretty = s->cli->out.is_terminal && !with_marks;
        return print_written(s, pretty ? LEDE_ARTICLE_JSON_PRETTY : LEDE_ARTICLE_JSON, with_marks);
    }
    if (with_marks)
        return LD_FAIL(&s->cli->error, LEDE_E_INVALID, "--mark goes with --format text or json");
    bool is_html = ld_args_is(args, LD_OPTION_FORMAT, "html");
    return print_written(s, is_html ? LEDE_ARTICLE_HTML : LEDE_ARTICLE_MARKDOWN, false);
}

static lede_status show_document(ld_cli *cli, lede_document *document, const char *key)
{
    uint32_t version = ld_args_number(&cli->args, LD_OPTION_VERSION);
    const char *query = ld_args_text(&cli->args, LD_OPTION_MARK);
    shown s = {.cli = cli, .article = lede_document_article(document, version)};
    if (!s.article)
        return LD_FAIL(&cli->error, LEDE_E_NOTFOUND, "%s has %u %s, numbered from 0", key,
                       lede_document_version_count(document),
                       ld_plural(lede_document_version_count(document), "version", "versions"));
    if (query && version)
        return LD_FAIL(&cli->error, LEDE_E_INVALID, "--mark works on the newest version only");
    if (query)
        LD_TRY(lede_document_marks(document, query, strlen(query), &s.marks, &s.mark_count,
                                   &cli->error));
    return print_shown(&s);
}

int ld_verb_show(ld_cli *cli)
{
    const char *dir = cli->args.operands[0], *key = cli->args.operands[1];
    lede_snapshot *snapshot = NULL;
    lede_document *document = NULL;
    if (lede_snapshot_open(cli->env, dir, &snapshot, &cli->error) != LEDE_OK)
        return ld_cli_fail_archive(cli, dir);
    lede_status status = lede_snapshot_find(snapshot, key, &document, &cli->error);
    if (status == LEDE_E_NOTFOUND)
        (void)LD_FAIL(&cli->error, status, "no article in %s has the key %s", dir, key);
    if (status == LEDE_OK)
        status = ld_args_flag(&cli->args, LD_OPTION_QUOTES) ? print_quotes(cli, document)
                                                            : show_document(cli, document, key);
    lede_document_free(document);
    lede_snapshot_free(snapshot);
    if (status == LEDE_OK)
        return LD_EXIT_OK;
    ld_cli_fail(cli);
    return status == LEDE_E_NOTFOUND ? LD_EXIT_NONE : LD_EXIT_ERROR;
}
