/* lede search ARCHIVE QUERY... and lede search QUERY... --in PATH... */
#include "base/limits.h"
#include "cli/answer.h"

#define FACET_VALUES_MAX 1000u

typedef struct search {
    ld_cli *cli;
    ld_buf query;       /* the words joined by spaces */
    const char **paths; /* [path_count] of --in, owned; NULL: an archive is searched */
    size_t path_count;
    lede_snapshot *snapshot;
    lede_synonyms *synonyms; /* of --synonyms; NULL: none */
    lede_search_options options;
    ld_facet_answer facets[LD_ARGS_LIST_MAX];
    ld_answer_printer printer;
} search;

static lede_status join_query(search *s, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        if (i > from)
            ld_buf_add_byte(&s->query, ' ');
        ld_buf_add_string(&s->query, s->cli->args.operands[i]);
    }
    s->printer.query = ld_buf_string(&s->query);
    s->printer.query_bytes = s->query.bytes;
    return ld_buf_status(&s->query, &s->cli->error);
}

/* --in takes the word behind it and every further operand. Where it stands first, the first of
 * those is the query. */
static lede_status take_paths(search *s)
{
    const ld_args *args = &s->cli->args;
    uint32_t query_words = args->operands_before_in ? args->operands_before_in : 1;
    size_t max = (size_t)args->list_count + args->operand_count;
    s->paths = ld_alloc_array(s->cli->env, max, sizeof *s->paths);
    if (!s->paths)
        return ld_error_nomem(&s->cli->error, max * sizeof *s->paths);
    for (uint32_t i = 0; i < args->list_count; i++) {
        if (args->list[i].id == LD_OPTION_IN)
            s->paths[s->path_count++] = args->list[i].value;
    }
    for (uint32_t i = query_words; i < args->operand_count; i++)
        s->paths[s->path_count++] = args->operands[i];
    LD_TRY(ld_cli_check_paths(s->cli, s->paths, s->path_count));
    return join_query(s, 0, query_words);
}

static lede_status open_snapshot(search *s)
{
    ld_cli *cli = s->cli;
    const ld_args *args = &cli->args;
    if (ld_args_flag(args, LD_OPTION_IN)) {
        lede_source_options options;
        LD_TRY(take_paths(s));
        LD_TRY(ld_cli_source_options(cli, &options));
        return lede_snapshot_of_paths(cli->env, s->paths, s->path_count, &options, &s->snapshot,
                                      &cli->error);
    }
    if (args->operand_count < 2)
        return LD_FAIL(&cli->error, LEDE_E_INVALID,
                       "a query is missing; the forms are: lede search ARCHIVE QUERY, or lede "
                       "search QUERY --in PATH...");
    LD_TRY(join_query(s, 1, args->operand_count));
    return lede_snapshot_open(cli->env, args->operands[0], &s->snapshot, &cli->error);
}

static lede_dup dup_of(const ld_args *args)
{
    static const char *const names[] = {
        [LEDE_DUP_OFF] = "off", [LEDE_DUP_EXACT] = "exact", [LEDE_DUP_HIGH] = "high"};
    for (int i = LEDE_DUP_OFF; i <= LEDE_DUP_HIGH; i++)
        if (ld_args_is(args, LD_OPTION_DUP, names[i]))
            return (lede_dup)i;
    return ld_args_flag(args, LD_OPTION_DUP) ? LEDE_DUP_MODERATE : LEDE_DUP_DEFAULT;
}

static void take_options(search *s)
{
    const ld_args *args = &s->cli->args;
    s->options = (lede_search_options)LEDE_SEARCH_OPTIONS_INIT;
    s->options.dialect = ld_args_text(args, LD_OPTION_DIALECT);
    s->options.offset = ld_args_number(args, LD_OPTION_OFFSET);
    s->options.count = ld_args_number(args, LD_OPTION_COUNT);
    s->options.cursor = ld_args_text(args, LD_OPTION_CURSOR);
    s->options.explain = ld_args_flag(args, LD_OPTION_EXPLAIN);
    s->options.no_suggest = ld_args_flag(args, LD_OPTION_NO_SUGGEST);
    s->options.dup = dup_of(args);
    s->options.versions_all = ld_args_flag(args, LD_OPTION_VERSIONS);
    s->printer.total_only = ld_args_flag(args, LD_OPTION_TOTAL) || s->options.count == 0;
    if (s->printer.total_only)
        s->options.count = UINT32_MAX;
    if (ld_args_is(args, LD_OPTION_SORT, "relevance"))
        s->options.sort = LEDE_SORT_RELEVANCE;
    else if (ld_args_is(args, LD_OPTION_SORT, "newest"))
        s->options.sort = LEDE_SORT_NEWEST;
    else if (ld_args_is(args, LD_OPTION_SORT, "oldest"))
        s->options.sort = LEDE_SORT_OLDEST;
}

static lede_status read_synonyms(search *s)
{
    const lede_env *env = s->cli->env;
    const char *path = ld_args_text(&s->cli->args, LD_OPTION_SYNONYMS);
    char *text;
    size_t bytes;
    if (!path)
        return LEDE_OK;
    LD_TRY(ld_file_load(env, path, LD_SYNONYMS_BYTES_MAX, &text, &bytes, &s->cli->error));
    lede_status status = lede_synonyms_parse(env, text, bytes, &s->synonyms, &s->cli->error);
    ld_release(env, text, bytes + 1);
    s->options.synonyms = s->synonyms;
    return status;
}

static lede_status count_facets(search *s)
{
    const ld_args *args = &s->cli->args;
    for (uint32_t i = 0; i < args->list_count; i++) {
        if (args->list[i].id != LD_OPTION_FACET)
            continue;
        ld_facet_answer *facet = &s->facets[s->printer.facet_count];
        facet->name = args->list[i].value;
        LD_TRY(lede_facet(s->snapshot, s->printer.query, s->printer.query_bytes, &s->options,
                          facet->name, FACET_VALUES_MAX, &facet->facets, &s->cli->error));
        s->printer.facet_count++;
    }
    s->printer.facets = s->facets;
    return LEDE_OK;
}

static lede_status print(search *s)
{
    const ld_args *args = &s->cli->args;
    uint64_t shown = 0;
    if (!ld_args_flag(args, LD_OPTION_QUIET))
        ld_answer_say_messages(&s->printer);
    if (ld_args_is(args, LD_OPTION_FORMAT, "json"))
        return ld_answer_print_json(&s->printer, false);
    if (ld_args_is(args, LD_OPTION_FORMAT, "jsonl"))
        return ld_answer_print_json(&s->printer, true);
    if (ld_args_is(args, LD_OPTION_FORMAT, "csv"))
        return ld_answer_print_csv(&s->printer);
    LD_TRY(ld_answer_print_text(&s->printer, &shown));
    const lede_answer *answer = lede_hits_answer(s->printer.hits);
    if (s->cli->out.is_terminal && answer->next_cursor.bytes && !s->printer.total_only) {
        ld_out_finish(&s->cli->out, NULL); /* what failed is told at the end */
        ld_say("more: --offset %llu", (unsigned long long)(s->options.offset + shown));
    }
    return LEDE_OK;
}

static void release(search *s)
{
    for (uint32_t i = 0; i < s->printer.facet_count; i++)
        lede_facets_free(s->facets[i].facets);
    lede_hits_free(s->printer.hits);
    lede_snapshot_free(s->snapshot);
    lede_synonyms_free(s->synonyms);
    size_t max = (size_t)s->cli->args.list_count + s->cli->args.operand_count;
    ld_release(s->cli->env, s->paths, max * sizeof *s->paths);
    ld_buf_release(&s->query);
}

int ld_verb_search(ld_cli *cli)
{
    search s = {.cli = cli, .printer = {.cli = cli}};
    int code = LD_EXIT_ERROR;
    ld_buf_init(&s.query, cli->env, LD_QUERY_BYTES_MAX);
    take_options(&s);
    lede_status status = read_synonyms(&s);
    if (status != LEDE_OK) {
        ld_cli_fail(cli);
        release(&s);
        return code;
    }
    status = open_snapshot(&s);
    if (status != LEDE_OK) {
        ld_args_flag(&cli->args, LD_OPTION_IN) ? ld_cli_fail(cli)
                                               : ld_cli_fail_archive(cli, cli->args.operands[0]);
        release(&s);
        return code;
    }
    status = lede_search(s.snapshot, s.printer.query, s.printer.query_bytes, &s.options,
                         &s.printer.hits, &cli->error);
    if (status == LEDE_OK)
        status = count_facets(&s);
    if (status == LEDE_OK)
        status = print(&s);
    if (status == LEDE_OK)
        code = lede_hits_answer(s.printer.hits)->total ? LD_EXIT_OK : LD_EXIT_NONE;
    else
        ld_cli_fail(cli);
    release(&s);
    return code;
}
