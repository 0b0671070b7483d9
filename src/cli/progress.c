/*
 * The line of progress, the named rejects, and the sentence at the end.
 *
 *   [##########..........]  52 %  1204 pages, 88/s, 4.1 MB/s, 12 s left
 *
 * It is drawn at most ten times a second. The bar and the time left need the sources' size; where
 * it is not known (standard input) the line begins with the pages.
 */
#include "cli/progress.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"

#define DRAW_EVERY_NS  (100u * 1000u * 1000u)
#define BAR_CELLS      24u
#define JSON_BYTES_MAX 4096u
#define SECONDS_MIN    0.001 /* a rate over less is noise */
#define SECONDS_SPOKEN 1.0   /* the time left is guessed only after so long */
#define MEGABYTE       1e6

void ld_progress_begin(ld_progress *progress, ld_cli *cli)
{
    const char *no_color = getenv("NO_COLOR");
    *progress = (ld_progress){.env = cli->env, .begun_ns = ld_clock_monotonic_ns(cli->env)};
    progress->is_quiet = ld_args_flag(&cli->args, LD_OPTION_QUIET);
    progress->is_shown = !progress->is_quiet && isatty(STDERR_FILENO) == 1;
    progress->has_color = !(no_color && *no_color);
}

double ld_progress_seconds(const ld_progress *progress)
{
    double seconds = (double)(ld_clock_monotonic_ns(progress->env) - progress->begun_ns) / 1e9;
    return seconds < SECONDS_MIN ? SECONDS_MIN : seconds;
}

static void draw_bar(const ld_progress *progress, double part)
{
    uint32_t full = (uint32_t)(part * BAR_CELLS);
    char bar[BAR_CELLS + 1];
    for (uint32_t i = 0; i < BAR_CELLS; i++)
        bar[i] = i < full ? '#' : '.';
    bar[BAR_CELLS] = 0;
    fprintf(stderr, "%s[%s]%s %3.0f %%  ", progress->has_color ? "\x1b[32m" : "", bar,
            progress->has_color ? "\x1b[0m" : "", part * 100);
}

static void draw(ld_progress *progress, const lede_add_progress *p)
{
    double seconds = ld_progress_seconds(progress);
    fputs("\r\x1b[K", stderr);
    double part = 0;
    if (p->source_bytes_total) {
        part = (double)p->source_bytes_done / (double)p->source_bytes_total;
        part = part > 1 ? 1 : part;
        draw_bar(progress, part);
    }
    fprintf(stderr, "%llu %s, %.0f/s, %.1f MB/s", (unsigned long long)p->counts.pages,
            ld_plural(p->counts.pages, "page", "pages"), (double)p->counts.pages / seconds,
            (double)p->counts.bytes / seconds / MEGABYTE);
    if (part > 0 && seconds > SECONDS_SPOKEN)
        fprintf(stderr, ", %.0f s left", seconds * (1 - part) / part);
    fflush(stderr);
    progress->line_stands = true;
}

void ld_progress_take(void *ctx, const lede_add_progress *p)
{
    ld_progress *progress = ctx;
    if (p->reject_reason && progress->rejects++ < LD_PROGRESS_REJECTS_NAMED &&
        !progress->is_quiet) {
        ld_progress_end(progress);
        ld_say("rejected %s: %s", p->path, p->reject_reason);
    }
    uint64_t now = ld_clock_monotonic_ns(progress->env);
    if (progress->is_shown && now - progress->drawn_ns >= DRAW_EVERY_NS) {
        progress->drawn_ns = now;
        draw(progress, p);
    }
}

void ld_progress_end(ld_progress *progress)
{
    if (progress->line_stands)
        fputs("\r\x1b[K", stderr);
    progress->line_stands = false;
}

static lede_status print_json(ld_cli *cli, const lede_add_counts *c, double seconds)
{
    ld_buf buf;
    ld_json json;
    ld_buf_init(&buf, cli->env, JSON_BYTES_MAX);
    ld_json_init(&json, &buf, false);
    ld_json_object(&json);
    ld_json_key_u64(&json, "pages", c->pages);
    ld_json_key_u64(&json, "added", c->added);
    ld_json_key_u64(&json, "unchanged", c->unchanged);
    ld_json_key_u64(&json, "new_versions", c->versions);
    ld_json_key_u64(&json, "replaced", c->replaced);
    ld_json_key_u64(&json, "rejected", c->rejected);
    ld_json_key_u64(&json, "skipped", c->skipped);
    ld_json_key_u64(&json, "bytes", c->bytes);
    ld_json_key_u64(&json, "flushes", c->flushes);
    ld_json_key_u64(&json, "merges", c->merges);
    ld_json_key(&json, "seconds");
    ld_json_double(&json, seconds);
    ld_json_key(&json, "docs_per_s");
    ld_json_double(&json, (double)c->pages / seconds);
    ld_json_key(&json, "mb_per_s");
    ld_json_double(&json, (double)c->bytes / seconds / MEGABYTE);
    ld_json_object_end(&json);
    ld_buf_add_byte(&buf, '\n');
    lede_status status = ld_buf_status(&buf, &cli->error);
    if (status == LEDE_OK)
        ld_out_span(&cli->out, ld_buf_span(&buf));
    ld_buf_release(&buf);
    return status;
}

lede_status ld_summary_print(ld_cli *cli, const lede_add_counts *c, double seconds)
{
    if (ld_args_is(&cli->args, LD_OPTION_FORMAT, "json"))
        return print_json(cli, c, seconds);
    ld_out *out = &cli->out;
    ld_out_format(out, "%llu %s: %llu added, %llu unchanged, %llu new %s, %llu replaced, ",
                  (unsigned long long)c->pages, ld_plural(c->pages, "page", "pages"),
                  (unsigned long long)c->added, (unsigned long long)c->unchanged,
                  (unsigned long long)c->versions, ld_plural(c->versions, "version", "versions"),
                  (unsigned long long)c->replaced);
    ld_out_format(out, "%llu rejected", (unsigned long long)c->rejected);
    if (c->skipped)
        ld_out_format(out, " (skipped %llu %s)", (unsigned long long)c->skipped,
                      ld_plural(c->skipped, "record", "records"));
    ld_out_format(out, " in %.1f s, %.0f pages/s", seconds, (double)c->pages / seconds);
    if (c->bytes)
        ld_out_format(out, ", %.1f MB/s", (double)c->bytes / seconds / MEGABYTE);
    ld_out_string(out, "\n");
    return LEDE_OK;
}
