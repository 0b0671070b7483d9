/* The texts of --help and --version, made from the tables. */
#include "cli/cli.h"

#define NAME_COLUMN 28u
#define LINE_BYTES  80u

/* Words of `text` filled into lines that begin at `column`; the first line is there already. */
static void print_filled(ld_out *out, const char *text, uint32_t column)
{
    uint32_t at = column;
    ld_span rest = ld_span_from_string(text);
    while (rest.bytes) {
        ld_span word = ld_span_sub(rest, 0, ld_span_find_byte(rest, ' '));
        if (at > column && at + 1 + word.bytes > LINE_BYTES) {
            ld_out_format(out, "\n%*s", (int)column, "");
            at = column;
        } else if (at > column) {
            ld_out_string(out, " ");
            at++;
        }
        ld_out_span(out, word);
        at += (uint32_t)word.bytes;
        rest = ld_span_sub(rest, word.bytes + 1, SIZE_MAX);
    }
    ld_out_string(out, "\n");
}

static void print_option(ld_out *out, const ld_option *option)
{
    char name[128];
    int wanted =
        snprintf(name, sizeof name, "  %c%c%c --%s%s%s", option->letter ? '-' : ' ',
                 option->letter ? option->letter : ' ', option->letter ? ',' : ' ', option->name,
                 option->value ? " " : "", option->value ? option->value : "");
    uint32_t bytes = wanted > 0 ? (uint32_t)wanted : 0;
    ld_out_string(out, name);
    if (bytes + 1 > NAME_COLUMN)
        ld_out_format(out, "\n%*s", (int)NAME_COLUMN, "");
    else
        ld_out_format(out, "%*s", (int)(NAME_COLUMN - bytes), "");
    char text[512];
    if (option->fallback)
        snprintf(text, sizeof text, "%s (default: %s)", option->help, option->fallback);
    else
        snprintf(text, sizeof text, "%s", option->help);
    print_filled(out, text, NAME_COLUMN);
}

void ld_help_verb(ld_out *out, ld_verb_id verb)
{
    const ld_verb *v = &ld_verbs[verb];
    ld_out_format(out, "lede %s: %s\n\n  lede %s [OPTION...] %s\n\n", v->name, v->summary, v->name,
                  v->operands);
    if (*v->details)
        ld_out_format(out, "%s\n", v->details);
    for (size_t i = 0; i < ld_options_count; i++) {
        if (ld_option_is_of(&ld_options[i], verb))
            print_option(out, &ld_options[i]);
    }
}

void ld_help_program(ld_out *out)
{
    ld_out_string(out, "lede: search in site for news\n\n"
                       "  lede add news.lede pages/              make an archive of saved pages\n"
                       "  lede search news.lede 'red bridge'     search it\n"
                       "  lede serve news.lede                   search it in a browser\n"
                       "  lede search 'red bridge' --in pages/   search without an archive\n\n");
    for (size_t i = 0; i < LD_VERB_COUNT_; i++) {
        ld_out_format(out, "  %-12s ", ld_verbs[i].name);
        print_filled(out, ld_verbs[i].summary, 15);
    }
    ld_out_string(out,
                  "\nlede VERB --help tells more of a verb; lede --version tells the versions.\n"
                  "Settings: option, then LEDE_VERB_OPTION and LEDE_OPTION in the "
                  "environment,\nthen lede.conf here or in ~/.config/lede, then the default.\n"
                  "Exit codes: 0 found or done, 1 nothing found, 2 an error.\n");
}

void ld_help_version(ld_out *out)
{
    lede_versions v = lede_version();
    ld_out_format(out, "lede %s\nformat %u, analyser %u, stemmer %s\n", v.program, v.format,
                  v.analyzer, v.stemmer);
    uint32_t walls = lede_sandbox_walls();
    ld_out_format(out, "pages are parsed in processes with limits%s%s\n",
                  walls & LEDE_WALL_SECCOMP ? ", seccomp" : "; no seccomp here",
                  walls & LEDE_WALL_LANDLOCK ? ", Landlock" : "; no Landlock here");
}
