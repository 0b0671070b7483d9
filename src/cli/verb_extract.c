/*
 * lede extract [PATH...]
 *
 * One article is one object, several are a line each, and nobody says beforehand how many there
 * will be. So the first article is held until the second comes or the input ends; then it is known
 * whether `json` means one pretty object, or (when asked for by name) an array, or lines.
 */
#include <unistd.h>

#include "cli/cli.h"

typedef enum extract_form { FORM_AUTO, FORM_JSON, FORM_LINES, FORM_OTHER } extract_form;

typedef struct extraction {
    ld_cli *cli;
    lede_extractor *extractor;
    extract_form form;
    lede_article_format format; /* of one article */
    uint64_t articles, rejects;
    char *first; /* the first article, until it is printed; owned */
    size_t first_bytes;
} extraction;

static void choose_format(extraction *x)
{
    const ld_args *args = &x->cli->args;
    const char *format = ld_args_text(args, LD_OPTION_FORMAT);
    x->form = !format ? FORM_AUTO : FORM_OTHER;
    x->format = LEDE_ARTICLE_JSON;
    if (ld_args_is(args, LD_OPTION_FORMAT, "json"))
        x->form = FORM_JSON;
    else if (ld_args_is(args, LD_OPTION_FORMAT, "jsonl"))
        x->form = FORM_LINES;
    else if (ld_args_is(args, LD_OPTION_FORMAT, "text"))
        x->format = LEDE_ARTICLE_TEXT;
    else if (ld_args_is(args, LD_OPTION_FORMAT, "markdown"))
        x->format = LEDE_ARTICLE_MARKDOWN;
    else if (ld_args_is(args, LD_OPTION_FORMAT, "html"))
        x->format = LEDE_ARTICLE_HTML;
}

static void drop_first(extraction *x)
{
    if (x->first)
        lede_buffer_free(x->cli->env, x->first, x->first_bytes);
    x->first = NULL;
}

/* What stands before the article with the number x->articles (from 1). */
static void print_separator(extraction *x)
{
    ld_out *out = &x->cli->out;
    if (x->form == FORM_JSON)
        ld_out_string(out, x->articles == 1 ? "" : ",");
    else if (x->form == FORM_OTHER && x->articles > 1)
        ld_out_string(out, x->format == LEDE_ARTICLE_HTML ? "" : "\n\n");
}

static lede_status print_article(extraction *x, const lede_article *article)
{
    ld_cli *cli = x->cli;
    char *text;
    size_t bytes;
    bool may_be_alone = x->articles == 0 && (x->form == FORM_AUTO || x->form == FORM_JSON);
    lede_article_format format = x->format;
    if (may_be_alone && cli->out.is_terminal)
        format = LEDE_ARTICLE_JSON_PRETTY;
    LD_TRY(lede_article_write(cli->env, article, format, &text, &bytes, &cli->error));
    x->articles++;
    if (may_be_alone) {
        x->first = text;
        x->first_bytes = bytes;
        return LEDE_OK;
    }
    if (x->first) {
        ld_out_string(&cli->out, x->form == FORM_JSON ? "[" : "");
        ld_out_data(&cli->out, ld_span_of(x->first, x->first_bytes));
        drop_first(x);
    }
    print_separator(x);
    ld_out_data(&cli->out, ld_span_of(text, bytes));
    lede_buffer_free(cli->env, text, bytes);
    return LEDE_OK;
}

static lede_status print_all(extraction *x)
{
    ld_cli *cli = x->cli;
    for (;;) {
        lede_extract_event event;
        const lede_article *article;
        const char *path, *reason;
        LD_TRY(lede_extractor_next(x->extractor, &event, &article, &path, &reason, &cli->error));
        if (event == LEDE_EXTRACT_END || cli->out.is_closed || cli->out.os_errno)
            return LEDE_OK;
        if (event == LEDE_EXTRACT_ARTICLE) {
            LD_TRY(print_article(x, article));
            continue;
        }
        x->rejects++;
        if (!ld_args_flag(&cli->args, LD_OPTION_QUIET))
            ld_say("rejected %s: %s", path, reason);
    }
}

static void print_end(extraction *x)
{
    ld_out *out = &x->cli->out;
    if (x->first)
        ld_out_data(out, ld_span_of(x->first, x->first_bytes));
    else if (x->form == FORM_JSON)
        ld_out_string(out, x->articles ? "]\n" : "");
    drop_first(x);
}

int ld_verb_extract(ld_cli *cli)
{
    static const char *const standard_input[] = {"-"};
    const char *const *paths = cli->args.operands;
    size_t path_count = cli->args.operand_count;
    extraction x = {.cli = cli};
    lede_source_options options;
    if (path_count == 0 && isatty(STDIN_FILENO) == 1) {
        (void)LD_FAIL(
            &cli->error, LEDE_E_INVALID,
            "there is nothing to read; the form is: lede extract PATH... (or - to type a page)");
        return ld_cli_fail(cli);
    }
    if (path_count == 0) {
        paths = standard_input;
        path_count = 1;
    }
    choose_format(&x);
    lede_status status = ld_cli_check_paths(cli, paths, path_count);
    if (status == LEDE_OK)
        status = ld_cli_source_options(cli, &options);
    options.learn_sites = ld_args_flag(&cli->args, LD_OPTION_LEARN);
    if (status == LEDE_OK)
        status =
            lede_extractor_new(cli->env, paths, path_count, &options, &x.extractor, &cli->error);
    if (status == LEDE_OK)
        status = print_all(&x);
    print_end(&x);
    lede_extractor_free(x.extractor);
    if (status != LEDE_OK)
        return ld_cli_fail(cli);
    return x.articles ? LD_EXIT_OK : LD_EXIT_NONE;
}
