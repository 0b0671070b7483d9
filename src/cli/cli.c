/* What several verbs do alike: failing, opening, options of sources, signals. */
#include "cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

int ld_cli_fail(ld_cli *cli)
{
    const lede_error *e = &cli->error;
    const char *message = e->message[0] ? e->message : lede_status_name(e->status);
    bool says_where = !e->where[0] || strstr(message, e->where);
    if (says_where)
        ld_say("%s", message);
    else
        ld_say("%s: %s", e->where, message);
    return LD_EXIT_ERROR;
}

int ld_cli_fail_archive(ld_cli *cli, const char *dir)
{
    lede_file_info info;
    lede_status found = ld_path_info(cli->env, dir, true, &info, NULL);
    bool is_file = found == LEDE_OK && info.kind != LEDE_FILE_DIRECTORY;
    if (cli->error.status != LEDE_E_NOTFOUND && !(is_file && cli->error.status == LEDE_E_IO))
        return ld_cli_fail(cli);
    if (is_file)
        ld_say("%s is no archive (an archive is a folder); to search a file: lede search QUERY "
               "--in %s",
               dir, dir);
    else if (found == LEDE_OK)
        ld_say("%s is a folder, but no archive; to search the pages in it: lede search QUERY --in "
               "%s",
               dir, dir);
    else
        ld_say("no archive at %s; make one with: lede add %s PATH...", dir, dir);
    return LD_EXIT_ERROR;
}

lede_status ld_cli_check_paths(ld_cli *cli, const char *const *paths, size_t count)
{
    lede_file_info info;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(paths[i], "-") == 0)
            continue;
        lede_status status = ld_path_info(cli->env, paths[i], true, &info, &cli->error);
        if (status == LEDE_E_NOTFOUND)
            return LD_FAIL(&cli->error, status, "there is no file or folder %s", paths[i]);
        if (status != LEDE_OK)
            return status;
    }
    return LEDE_OK;
}

static lede_status parse_shard(const char *text, lede_source_options *options, lede_error *err)
{
    ld_span shard = ld_span_from_string(text);
    size_t slash = ld_span_find_byte(shard, '/');
    uint64_t index, count;
    if (slash == SIZE_MAX || !ld_span_parse_u64(ld_span_sub(shard, 0, slash), &index) ||
        !ld_span_parse_u64(ld_span_sub(shard, slash + 1, SIZE_MAX), &count) || index >= count ||
        count > UINT32_MAX)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "--shard wants I/N with I below N (0/4 .. 3/4), not "
                       "'%s'",
                       text);
    options->shard_index = (uint32_t)index;
    options->shard_count = (uint32_t)count;
    return LEDE_OK;
}

lede_status ld_cli_source_options(ld_cli *cli, lede_source_options *options)
{
    const ld_args *args = &cli->args;
    *options = (lede_source_options)LEDE_SOURCE_OPTIONS_INIT;
    options->published = ld_args_text(args, LD_OPTION_PUBLISHED);
    options->source_name = ld_args_text(args, LD_OPTION_SOURCE);
    options->language = ld_args_text(args, LD_OPTION_LANG);
    options->jsonl_fields = ld_args_text(args, LD_OPTION_JSONL_FIELDS);
    options->jobs = ld_args_number(args, LD_OPTION_JOBS);
    options->sandbox = !ld_args_flag(args, LD_OPTION_NO_SANDBOX);
    const char *shard = ld_args_text(args, LD_OPTION_SHARD);
    return shard ? parse_shard(shard, options, &cli->error) : LEDE_OK;
}

/* A folder that holds something is not made into an archive by a slip of the fingers. */
static lede_status check_new_place(const lede_env *env, const char *dir, lede_error *err)
{
    lede_file_info info;
    ld_names names;
    if (ld_path_info(env, dir, true, &info, NULL) != LEDE_OK)
        return LEDE_OK;
    if (info.kind != LEDE_FILE_DIRECTORY)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "%s is a file, not an archive; the form is: lede add ARCHIVE PATH...", dir);
    LD_TRY(ld_dir_list(env, dir, &names, err));
    size_t count = names.count;
    ld_names_release(&names);
    return count == 0 ? LEDE_OK
                      : LD_FAIL(err, LEDE_E_INVALID,
                                "%s is a folder with other things in it, not an archive; an "
                                "archive wants a folder of its own",
                                dir);
}

/* A profile is chosen once, when an archive is made; a wish for another is answered. */
static void say_profile(const ld_cli *cli, const char *dir)
{
    const char *wanted = ld_args_text(&cli->args, LD_OPTION_PROFILE);
    lede_snapshot *snapshot = NULL;
    lede_snapshot_info info;
    if (!wanted || ld_args_flag(&cli->args, LD_OPTION_QUIET) ||
        lede_snapshot_open(cli->env, dir, &snapshot, NULL) != LEDE_OK)
        return;
    if (lede_snapshot_get_info(snapshot, &info, NULL) == LEDE_OK &&
        strcmp(info.profile, wanted) != 0)
        ld_say("%s was made with the profile %s and keeps it; --profile counts only when an "
               "archive is made",
               dir, info.profile);
    lede_snapshot_free(snapshot);
}

static lede_reorder reorder_of(const char *choice)
{
    if (choice && strcmp(choice, "auto") == 0)
        return LEDE_REORDER_AUTO;
    return choice && strcmp(choice, "on") == 0 ? LEDE_REORDER_ON : LEDE_REORDER_OFF;
}

lede_status ld_cli_writer_open(ld_cli *cli, const lede_env *env, const char *dir,
                               bool create_missing, lede_writer **writer)
{
    const ld_args *args = &cli->args;
    lede_error *err = &cli->error;
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    options.memory_max_bytes = ld_args_bytes(args, LD_OPTION_MEMORY);
    options.commit_docs = ld_args_number(args, LD_OPTION_COMMIT_EVERY);
    options.reorder = reorder_of(ld_args_text(args, LD_OPTION_REORDER));
    lede_status status = lede_writer_open(env, dir, &options, writer, err);
    if (status == LEDE_OK && env == cli->env)
        say_profile(cli, dir);
    if (status != LEDE_E_NOTFOUND || !create_missing)
        return status;
    lede_archive_options made = LEDE_ARCHIVE_OPTIONS_INIT;
    made.profile = ld_args_text(args, LD_OPTION_PROFILE);
    made.fields = ld_args_text(args, LD_OPTION_FIELDS);
    LD_TRY(check_new_place(env, dir, err));
    LD_TRY(lede_archive_create(env, dir, &made, err));
    if (!ld_args_flag(args, LD_OPTION_QUIET) && !ld_args_flag(args, LD_OPTION_DRY_RUN))
        ld_say("made a new archive: %s", dir);
    return lede_writer_open(env, dir, &options, writer, err);
}

static volatile int stop_asked;

static void ask_to_stop(int signal_number)
{
    (void)signal_number;
    stop_asked = 1;
}

const volatile int *ld_cli_catch_signals(void)
{
    struct sigaction action = {.sa_handler = ask_to_stop, .sa_flags = SA_RESTART};
    action.sa_flags |= (int)SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return &stop_asked;
}
