/*
 * lede completion bash|zsh|fish|man: scripts and the manual page, printed from the tables.
 *
 * The scripts only know names: verbs, the options of each verb, the words of a choice; everything
 * else is completed as a file. Forms: bash's programmable completion (complete -F), zsh's
 * _arguments, fish's complete -c; the page is man(7).
 */
#include "cli/cli.h"

static void bash_options(ld_out *out, ld_verb_id verb)
{
    ld_out_format(out, "    %s) words='", ld_verbs[verb].name);
    for (size_t i = 0; i < ld_options_count; i++) {
        if (ld_option_is_of(&ld_options[i], verb))
            ld_out_format(out, "--%s ", ld_options[i].name);
    }
    ld_out_string(out, "' ;;\n");
}

static void print_words(ld_out *out, const char *choices)
{
    for (const char *c = choices; *c; c++)
        ld_out_format(out, "%c", *c == '|' ? ' ' : *c);
}

/* Of each verb's choices: search:--sort) values='relevance newest oldest' */
static void bash_values(ld_out *out, ld_verb_id verb)
{
    for (size_t i = 0; i < ld_options_count; i++) {
        const ld_option *option = &ld_options[i];
        if (!ld_option_is_of(option, verb) || option->kind != LD_OPTION_IS_CHOICE)
            continue;
        ld_out_format(out, "    %s:--%s) values='", ld_verbs[verb].name, option->name);
        print_words(out, option->value);
        ld_out_string(out, "' ;;\n");
    }
}

static void print_bash(ld_out *out)
{
    ld_out_string(out, "# bash completion of lede\n_lede() {\n"
                       "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                       "    local verb=${COMP_WORDS[1]} words='' values=''\n"
                       "    COMPREPLY=()\n"
                       "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                       "        COMPREPLY=($(compgen -W '");
    for (size_t i = 0; i < LD_VERB_COUNT_; i++)
        ld_out_format(out, "%s ", ld_verbs[i].name);
    ld_out_string(out, "help --help --version' -- \"$cur\"))\n        return\n    fi\n"
                       "    case \"$verb:$prev\" in\n");
    for (ld_verb_id verb = 0; verb < LD_VERB_COUNT_; verb++)
        bash_values(out, verb);
    ld_out_string(out, "    completion:completion) values='bash zsh fish man' ;;\n    esac\n"
                       "    if [ -n \"$values\" ]; then\n"
                       "        COMPREPLY=($(compgen -W \"$values\" -- \"$cur\"))\n"
                       "        return\n    fi\n"
                       "    case \"$verb\" in\n");
    for (ld_verb_id verb = 0; verb < LD_VERB_COUNT_; verb++)
        bash_options(out, verb);
    ld_out_string(out, "    esac\n    case \"$cur\" in\n"
                       "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
                       "    *) compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
                       "    esac\n}\ncomplete -F _lede lede\n");
}

/* Text inside '...' of a shell; inside [...] of zsh brackets and colons are escaped too. */
static void print_quoted(ld_out *out, const char *text, const char *escaped)
{
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            ld_out_string(out, "'\\''");
        else
            ld_out_format(out, "%s%c", strchr(escaped, *c) ? "\\" : "", *c);
    }
}

static void zsh_option(ld_out *out, const ld_option *option)
{
    ld_out_format(out, "        '%s--%s%s[", option->kind == LD_OPTION_IS_LIST ? "*" : "",
                  option->name, option->kind == LD_OPTION_IS_FLAG ? "" : "=");
    print_quoted(out, option->help, "[]:\\");
    ld_out_string(out, "]");
    if (option->kind == LD_OPTION_IS_CHOICE) {
        ld_out_format(out, ":%s:(", option->name);
        print_words(out, option->value);
        ld_out_string(out, ")");
    } else if (option->kind != LD_OPTION_IS_FLAG) {
        ld_out_format(out, ":%s:%s", option->name, option->id == LD_OPTION_IN ? "_files" : "");
    }
    ld_out_string(out, "' \\\n");
}

static void print_zsh(ld_out *out)
{
    ld_out_string(out, "#compdef lede\n_lede() {\n    local -a verbs\n    verbs=(\n");
    for (size_t i = 0; i < LD_VERB_COUNT_; i++) {
        ld_out_format(out, "        '%s:", ld_verbs[i].name);
        print_quoted(out, ld_verbs[i].summary, ":\\");
        ld_out_string(out, "'\n");
    }
    ld_out_string(out, "    )\n    if (( CURRENT == 2 )); then\n        _describe verb verbs\n"
                       "        return\n    fi\n    local verb=$words[2]\n    shift words\n"
                       "    (( CURRENT-- ))\n    case $verb in\n");
    for (ld_verb_id verb = 0; verb < LD_VERB_COUNT_; verb++) {
        ld_out_format(out, "    %s) _arguments -s \\\n", ld_verbs[verb].name);
        for (size_t i = 0; i < ld_options_count; i++) {
            if (ld_option_is_of(&ld_options[i], verb))
                zsh_option(out, &ld_options[i]);
        }
        ld_out_format(out, "        '*:%s' ;;\n",
                      verb == LD_VERB_COMPLETION ? "shell:(bash zsh fish man)" : "file:_files");
    }
    ld_out_string(out, "    esac\n}\nif [ \"$funcstack[1]\" = _lede ]; then\n    _lede \"$@\"\n"
                       "else\n    compdef _lede lede\nfi\n");
}

static void print_fish(ld_out *out)
{
    ld_out_string(out, "# fish completion of lede\n");
    for (size_t i = 0; i < LD_VERB_COUNT_; i++) {
        ld_out_format(out, "complete -c lede -n __fish_use_subcommand -f -a %s -d '",
                      ld_verbs[i].name);
        print_quoted(out, ld_verbs[i].summary, "\\");
        ld_out_string(out, "'\n");
    }
    for (ld_verb_id verb = 0; verb < LD_VERB_COUNT_; verb++) {
        for (size_t i = 0; i < ld_options_count; i++) {
            const ld_option *option = &ld_options[i];
            if (!ld_option_is_of(option, verb))
                continue;
            ld_out_format(out, "complete -c lede -n '__fish_seen_subcommand_from %s' -l %s ",
                          ld_verbs[verb].name, option->name);
            if (option->letter)
                ld_out_format(out, "-s %c ", option->letter);
            if (option->kind == LD_OPTION_IS_CHOICE) {
                ld_out_string(out, "-x -a '");
                print_words(out, option->value);
                ld_out_string(out, "' ");
            } else if (option->kind != LD_OPTION_IS_FLAG) {
                ld_out_string(out, "-r ");
            }
            ld_out_string(out, "-d '");
            print_quoted(out, option->help, "\\");
            ld_out_string(out, "'\n");
        }
    }
    ld_out_string(out, "complete -c lede -n '__fish_seen_subcommand_from completion' -f -a 'bash "
                       "zsh fish man'\n");
}

/* Text of a manual page: hyphens stay hyphens, and no line begins with a request. */
static void print_roff(ld_out *out, const char *text)
{
    bool at_line_start = true;
    for (const char *c = text; *c; c++) {
        if (at_line_start && (*c == '.' || *c == '\''))
            ld_out_string(out, "\\&");
        if (*c == '-' || *c == '\\')
            ld_out_string(out, *c == '-' ? "\\-" : "\\e");
        else
            ld_out_format(out, "%c", *c);
        at_line_start = *c == '\n';
    }
}

static void man_option(ld_out *out, const ld_option *option)
{
    ld_out_string(out, ".TP\n");
    if (option->letter)
        ld_out_format(out, "\\fB\\-%c\\fR, ", option->letter);
    ld_out_string(out, "\\fB\\-\\-");
    print_roff(out, option->name);
    ld_out_string(out, "\\fR");
    if (option->value) {
        ld_out_string(out, " \\fI");
        print_roff(out, option->value);
        ld_out_string(out, "\\fR");
    }
    ld_out_string(out, "\n");
    print_roff(out, option->help);
    if (option->fallback) {
        ld_out_string(out, " (default: ");
        print_roff(out, option->fallback);
        ld_out_string(out, ")");
    }
    ld_out_string(out, "\n");
}

static void man_verb(ld_out *out, ld_verb_id verb)
{
    const ld_verb *v = &ld_verbs[verb];
    ld_out_format(out, ".SS \"lede %s %s\"\n", v->name, v->operands);
    print_roff(out, v->summary);
    ld_out_string(out, ".\n");
    if (*v->details) {
        ld_out_string(out, ".PP\n.nf\n");
        print_roff(out, v->details);
        ld_out_string(out, ".fi\n");
    }
    for (size_t i = 0; i < ld_options_count; i++) {
        if (ld_option_is_of(&ld_options[i], verb) && ld_options[i].id != LD_OPTION_HELP)
            man_option(out, &ld_options[i]);
    }
}

static void print_man(ld_out *out)
{
    ld_out_format(out,
                  ".TH LEDE 1 \"\" \"lede %s\"\n.SH NAME\nlede \\- search in site for news\n"
                  ".SH SYNOPSIS\n.nf\n",
                  lede_version().program);
    for (size_t i = 0; i < LD_VERB_COUNT_; i++) {
        ld_out_format(out, "\\fBlede %s\\fR [OPTION...] ", ld_verbs[i].name);
        print_roff(out, ld_verbs[i].operands);
        ld_out_string(out, "\n");
    }
    ld_out_string(out, ".fi\n.SH VERBS\n");
    for (ld_verb_id verb = 0; verb < LD_VERB_COUNT_; verb++)
        man_verb(out, verb);
    ld_out_string(out, ".SH SETTINGS\nWhat no option states is taken from \\fBLEDE_VERB_OPTION\\fR "
                       "and \\fBLEDE_OPTION\\fR in the environment (LEDE_SEARCH_COUNT=20), then "
                       "from lede.conf in the current folder, then from "
                       "$XDG_CONFIG_HOME/lede/lede.conf. A line of lede.conf says\n"
                       "\\fIname = value\\fR or \\fIverb.name = value\\fR.\n"
                       ".SH EXIT STATUS\n0: found, or done. 1: nothing found. 2: an error.\n");
}

int ld_verb_completion(ld_cli *cli)
{
    static const struct {
        const char *name;
        void (*print)(ld_out *out);
    } forms[] = {
        {"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}, {"man", print_man}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (strcmp(cli->args.operands[0], forms[i].name) == 0) {
            forms[i].print(&cli->out);
            return LD_EXIT_OK;
        }
    }
    (void)LD_FAIL(&cli->error, LEDE_E_INVALID, "completion knows bash, zsh, fish and man, not '%s'",
            cli->args.operands[0]);
    return ld_cli_fail(cli);
}
