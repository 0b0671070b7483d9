/*
 * lede alert add NAME QUERY ARCHIVE | list ARCHIVE | remove NAME... ARCHIVE | run [NAME...] ARCHIVE
 *
 * add saves a query, and lede add then tells which of the articles it adds answer it (matches of
 * verb_add.c are printed here, too). run prints what of the archive answers: newest first, as
 * text, a line of JSON each, or an Atom feed (RFC 4287).
 */
#include "base/date.h"
#include "base/json.h"
#include "base/markup.h"
#include "cli/alerts.h"
#include "cli/article_text.h"

#define LINE_BYTES_MAX (8u << 20)
#define FEED_BYTES_MAX (64u << 20)
#define RUN_COUNT      20u /* articles an alert, where --count does not say */

static const char *archive_of(const ld_cli *cli)
{
    return cli->args.operands[cli->args.operand_count - 1];
}

/* The archive is there: what was not found is an alert. */
static int fail(ld_cli *cli, lede_status status)
{
    ld_cli_fail(cli);
    return status == LEDE_E_NOTFOUND ? LD_EXIT_NONE : LD_EXIT_ERROR;
}

/* ---- matches ---- */

static lede_status print_json(ld_cli *cli, const lede_alert *alert, lede_text key,
                              lede_text headline)
{
    ld_buf buf;
    ld_json json;
    ld_buf_init(&buf, cli->env, LINE_BYTES_MAX);
    ld_json_init(&json, &buf, false);
    ld_json_object(&json);
    ld_json_key_cstring(&json, "alert", alert->name);
    ld_json_key_cstring(&json, "query", alert->query);
    ld_json_key_string(&json, "key", ld_span_from_text(key));
    ld_json_key_string(&json, "headline", ld_span_from_text(headline));
    ld_json_object_end(&json);
    ld_buf_add_byte(&buf, '\n');
    lede_status status = ld_buf_status(&buf, &cli->error);
    if (status == LEDE_OK)
        ld_out_data(&cli->out, ld_buf_span(&buf));
    ld_buf_release(&buf);
    return status;
}

static void print_text(ld_cli *cli, const lede_alert *alert, lede_text key, lede_text headline)
{
    ld_out_format(&cli->out, "alert %s: ", alert->name);
    ld_out_line(&cli->out, headline.bytes ? ld_span_from_text(headline) : LD_SPAN("(no headline)"));
    ld_out_string(&cli->out, " · ");
    ld_out_line(&cli->out, ld_span_from_text(key));
    ld_out_string(&cli->out, "\n");
}

void ld_alert_match_print(void *ctx, const lede_alert_match *match)
{
    ld_alert_printer *p = ctx;
    p->matches++;
    if (p->status == LEDE_OK && p->as_json)
        p->status = print_json(p->cli, match->alert, match->key, match->headline);
    else if (p->status == LEDE_OK)
        print_text(p->cli, match->alert, match->key, match->headline);
}

/* ---- run ---- */

static ld_span span_or(lede_text text, ld_span other)
{
    return text.bytes ? ld_span_from_text(text) : other;
}

static void add_element(ld_buf *out, const char *name, ld_span text)
{
    ld_buf_add_format(out, "<%s>", name);
    ld_markup_escape(out, text);
    ld_buf_add_format(out, "</%s>\n", name);
}

static void add_time(ld_buf *out, const char *name, int64_t utc_ms)
{
    char time[32];
    ld_date_format_time(utc_ms, time);
    add_element(out, name, ld_span_from_string(time));
}

static int64_t updated_of(const lede_article *a)
{
    const lede_date *dates[] = {&a->modified, &a->published, &a->captured};
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
        if (dates[i]->precision != LEDE_DATE_UNKNOWN)
            return dates[i]->utc_ms;
    return 0;
}

static void add_entry(ld_buf *out, const lede_hit *hit)
{
    const lede_article *a = hit->article;
    ld_buf_add_string(out, "<entry>\n<id>urn:lede:article:");
    ld_url_escape(out, ld_span_from_text(a->key));
    ld_buf_add_string(out, "</id>\n");
    add_element(out, "title", span_or(a->headline, LD_SPAN("Without a headline")));
    lede_text url = a->canonical_url.bytes ? a->canonical_url : a->url;
    if (url.bytes) {
        ld_buf_add_string(out, "<link rel=\"alternate\" href=\"");
        ld_markup_escape(out, ld_span_from_text(url));
        ld_buf_add_string(out, "\"/>\n");
    }
    add_time(out, "updated", updated_of(a));
    if (a->published.precision != LEDE_DATE_UNKNOWN)
        add_time(out, "published", a->published.utc_ms);
    ld_buf_add_string(out, "<author>");
    add_element(out, "name",
                a->author_count ? ld_span_from_text(a->authors[0])
                                : span_or(a->source, LD_SPAN("not known")));
    ld_buf_add_string(out, "</author>\n");
    if (hit->passage_count)
        add_element(out, "summary", ld_span_from_text(hit->passages[0].text));
    ld_buf_add_string(out, "</entry>\n");
}

static lede_status print_feed(ld_cli *cli, const lede_alert *alert, lede_hits *hits)
{
    ld_buf out, entries;
    int64_t updated = alert->created_utc_ms;
    lede_status status;
    ld_buf_init(&out, cli->env, FEED_BYTES_MAX);
    ld_buf_init(&entries, cli->env, FEED_BYTES_MAX);
    for (;;) {
        const lede_hit *hit;
        LD_TRY_OUT(lede_hits_next(hits, &hit, &cli->error));
        if (!hit)
            break;
        updated = updated_of(hit->article) > updated ? updated_of(hit->article) : updated;
        add_entry(&entries, hit);
    }
    ld_buf_add_string(&out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                            "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    ld_buf_add_format(&out, "<id>urn:lede:alert:%s</id>\n", alert->name);
    add_element(&out, "title", ld_span_from_string(alert->name));
    add_element(&out, "subtitle", ld_span_from_string(alert->query));
    add_time(&out, "updated", updated);
    ld_buf_add_span(&out, ld_buf_span(&entries));
    ld_buf_add_string(&out, "</feed>\n");
    LD_TRY_OUT(ld_buf_status(&entries, &cli->error));
    LD_TRY_OUT(ld_buf_status(&out, &cli->error));
    ld_out_data(&cli->out, ld_buf_span(&out));
out:
    ld_buf_release(&entries);
    ld_buf_release(&out);
    return status;
}

static lede_status print_hits(ld_cli *cli, const lede_alert *alert, lede_hits *hits)
{
    for (;;) {
        const lede_hit *hit;
        LD_TRY(lede_hits_next(hits, &hit, &cli->error));
        if (!hit)
            return LEDE_OK;
        if (ld_args_is(&cli->args, LD_OPTION_FORMAT, "jsonl"))
            LD_TRY(print_json(cli, alert, hit->article->key, hit->article->headline));
        else
            print_text(cli, alert, hit->article->key, hit->article->headline);
    }
}

static lede_status run_one(ld_cli *cli, lede_snapshot *snapshot, const lede_alert *alert,
                           uint64_t *found)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_hits *hits;
    bool is_feed = ld_args_is(&cli->args, LD_OPTION_FORMAT, "atom");
    options.dialect = alert->dialect;
    options.sort = LEDE_SORT_NEWEST;
    options.strict = options.no_suggest = 1;
    options.snippet_chars = is_feed ? 0 : UINT32_MAX;
    options.count = ld_args_number(&cli->args, LD_OPTION_COUNT);
    options.count = options.count ? options.count : RUN_COUNT;
    LD_TRY(lede_search(snapshot, alert->query, strlen(alert->query), &options, &hits, &cli->error));
    *found += lede_hits_answer(hits)->total;
    lede_status status = is_feed ? print_feed(cli, alert, hits) : print_hits(cli, alert, hits);
    lede_hits_free(hits);
    return status;
}

static lede_status run_named(ld_cli *cli, const lede_alerts *alerts, lede_snapshot *snapshot,
                             uint64_t *found)
{
    uint32_t count, named = cli->args.operand_count - 2;
    const lede_alert *all = lede_alerts_items(alerts, &count);
    if (ld_args_is(&cli->args, LD_OPTION_FORMAT, "atom") && (named ? named : count) != 1)
        return LD_FAIL(&cli->error, LEDE_E_INVALID, "a feed is of one alert; name it");
    for (uint32_t i = 0; named == 0 && i < count; i++)
        LD_TRY(run_one(cli, snapshot, &all[i], found));
    for (uint32_t i = 0; i < named; i++) {
        const char *name = cli->args.operands[1 + i];
        const lede_alert *alert = lede_alerts_find(alerts, name);
        if (!alert)
            return LD_FAIL(&cli->error, LEDE_E_NOTFOUND, "there is no alert %.64s", name);
        LD_TRY(run_one(cli, snapshot, alert, found));
    }
    return LEDE_OK;
}

static int run(ld_cli *cli)
{
    lede_snapshot *snapshot;
    lede_alerts *alerts = NULL;
    uint64_t found = 0;
    if (lede_snapshot_open(cli->env, archive_of(cli), &snapshot, &cli->error) != LEDE_OK)
        return ld_cli_fail_archive(cli, archive_of(cli));
    lede_status status = lede_alerts_load(cli->env, archive_of(cli), &alerts, &cli->error);
    if (status == LEDE_OK)
        status = run_named(cli, alerts, snapshot, &found);
    lede_alerts_free(alerts);
    lede_snapshot_free(snapshot);
    if (status != LEDE_OK)
        return fail(cli, status);
    return found ? LD_EXIT_OK : LD_EXIT_NONE;
}

/* ---- the list ---- */

static void print_alert(ld_cli *cli, const lede_alert *a, ld_buf *line)
{
    ld_json json;
    if (!ld_args_is(&cli->args, LD_OPTION_FORMAT, "jsonl")) {
        ld_out_format(&cli->out, "%s  ", a->name);
        ld_out_line(&cli->out, ld_span_from_string(a->query));
        ld_out_format(&cli->out, strcmp(a->dialect, "lede") ? "  (%s)\n" : "\n", a->dialect);
        return;
    }
    ld_buf_clear(line);
    ld_json_init(&json, line, false);
    ld_json_object(&json);
    ld_json_key_cstring(&json, "name", a->name);
    ld_json_key_cstring(&json, "query", a->query);
    ld_json_key_cstring(&json, "dialect", a->dialect);
    char time[32];
    ld_date_format_time(a->created_utc_ms, time);
    ld_json_key_cstring(&json, "created", time);
    ld_json_object_end(&json);
    ld_buf_add_byte(line, '\n');
    ld_out_data(&cli->out, ld_buf_span(line));
}

static bool opens(ld_cli *cli)
{
    lede_snapshot *snapshot;
    if (lede_snapshot_open(cli->env, archive_of(cli), &snapshot, &cli->error) != LEDE_OK)
        return false;
    lede_snapshot_free(snapshot);
    return true;
}

static int list(ld_cli *cli)
{
    lede_alerts *alerts;
    uint32_t count;
    ld_buf line;
    if (!opens(cli))
        return ld_cli_fail_archive(cli, archive_of(cli));
    if (lede_alerts_load(cli->env, archive_of(cli), &alerts, &cli->error) != LEDE_OK)
        return ld_cli_fail(cli);
    const lede_alert *items = lede_alerts_items(alerts, &count);
    ld_buf_init(&line, cli->env, LINE_BYTES_MAX);
    for (uint32_t i = 0; i < count; i++)
        print_alert(cli, &items[i], &line);
    lede_status status = ld_buf_status(&line, &cli->error);
    ld_buf_release(&line);
    lede_alerts_free(alerts);
    if (status != LEDE_OK)
        return ld_cli_fail(cli);
    return count ? LD_EXIT_OK : LD_EXIT_NONE;
}

static int change(ld_cli *cli, bool is_add)
{
    const char *const *operands = cli->args.operands;
    uint32_t count = cli->args.operand_count;
    lede_status status = LEDE_OK;
    if (!opens(cli))
        return ld_cli_fail_archive(cli, archive_of(cli));
    if (is_add)
        status = lede_alert_add(cli->env, archive_of(cli), operands[1], operands[2],
                                ld_args_text(&cli->args, LD_OPTION_DIALECT), &cli->error);
    for (uint32_t i = 1; !is_add && status == LEDE_OK && i + 1 < count; i++)
        status = lede_alert_remove(cli->env, archive_of(cli), operands[i], &cli->error);
    return status == LEDE_OK ? LD_EXIT_OK : fail(cli, status);
}

int ld_verb_alert(ld_cli *cli)
{
    const char *what = cli->args.operands[0];
    uint32_t count = cli->args.operand_count;
    if (strcmp(what, "add") == 0 && count == 4)
        return change(cli, true);
    if (strcmp(what, "remove") == 0 && count >= 3)
        return change(cli, false);
    if (strcmp(what, "list") == 0 && count == 2)
        return list(cli);
    if (strcmp(what, "run") == 0)
        return run(cli);
    (void)LD_FAIL(&cli->error, LEDE_E_INVALID,
                  "the forms are: lede alert add NAME QUERY ARCHIVE, list ARCHIVE, remove NAME... "
                  "ARCHIVE, run [NAME...] ARCHIVE");
    return ld_cli_fail(cli);
}
