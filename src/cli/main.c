/*
 * The program: finds the verb, reads what was said, runs it, and turns what could not be written
 * into an error.
 */
#include <locale.h>
#include <signal.h>

#include "cli/cli.h"
#include "cli/settings.h"

#define OUTPUT_BUFFER_BYTES (64u << 10)

static int fail_verb(const char *name)
{
    const char *near = ld_verb_near(name);
    if (name[0] == '-')
        ld_say("there is no option '%s' before a verb; the verbs: lede --help", name);
    else if (near)
        ld_say("there is no verb '%s'; did you mean %s?", name, near);
    else
        ld_say("there is no verb '%s'; the verbs: lede --help", name);
    return LD_EXIT_ERROR;
}

static int run_verb(ld_cli *cli, const ld_verb *verb, const char **words, uint32_t count)
{
    ld_settings settings = {0};
    int code = LD_EXIT_ERROR;
    lede_status status =
        ld_args_parse(&cli->args, (ld_verb_id)(verb - ld_verbs), words, count, &cli->error);
    if (status == LEDE_OK && ld_args_flag(&cli->args, LD_OPTION_HELP)) {
        ld_help_verb(&cli->out, cli->args.verb);
        return LD_EXIT_OK;
    }
    if (status == LEDE_OK)
        status = ld_args_check_operands(&cli->args, &cli->error);
    if (status == LEDE_OK)
        status = ld_settings_apply(&settings, cli->env, &cli->args, &cli->error);
    if (status == LEDE_OK) {
        ld_out_init(&cli->out, stdout, ld_args_text(&cli->args, LD_OPTION_COLOR));
        code = verb->run(cli);
    } else {
        ld_cli_fail(cli);
    }
    ld_settings_release(&settings);
    return code;
}

/* lede; lede --help; lede help [VERB]; lede --version. False: it is none of these. */
static bool answer_about(ld_cli *cli, const char **words, uint32_t count, int *code)
{
    ld_span first = ld_span_from_string(count ? words[0] : "");
    *code = LD_EXIT_OK;
    if (count == 0) {
        ld_out_init(&cli->out, stderr, NULL);
        ld_help_program(&cli->out);
        *code = LD_EXIT_ERROR;
        return true;
    }
    if (ld_span_equal(first, LD_SPAN("--version")) || ld_span_equal(first, LD_SPAN("-V"))) {
        ld_help_version(&cli->out);
        return true;
    }
    bool is_help = ld_span_equal(first, LD_SPAN("help"));
    if (!is_help && !ld_span_equal(first, LD_SPAN("--help")) &&
        !ld_span_equal(first, LD_SPAN("-h")))
        return false;
    const ld_verb *verb = count > 1 ? ld_verb_find(ld_span_from_string(words[1])) : NULL;
    if (verb)
        ld_help_verb(&cli->out, (ld_verb_id)(verb - ld_verbs));
    else if (count > 1)
        *code = fail_verb(words[1]);
    else
        ld_help_program(&cli->out);
    return true;
}

int main(int argc, char **argv)
{
    static char buffer[OUTPUT_BUFFER_BYTES];
    ld_cli cli = {.env = lede_env_system()};
    uint32_t count = argc > 1 ? (uint32_t)argc - 1 : 0;
    const char **words = (const char **)argv + (argc > 0);
    int code;
    setlocale(LC_CTYPE, ""); /* numbers keep their point */
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    ld_out_init(&cli.out, stdout, NULL);
    if (lede_guard_sigbus(&cli.error) != LEDE_OK)
        return ld_cli_fail(&cli);
    if (!answer_about(&cli, words, count, &code)) {
        const ld_verb *verb = ld_verb_find(ld_span_from_string(words[0]));
        code = verb ? run_verb(&cli, verb, words + 1, count - 1) : fail_verb(words[0]);
    }
    if (ld_out_finish(&cli.out, &cli.error) != LEDE_OK)
        code = ld_cli_fail(&cli);
    return code;
}
