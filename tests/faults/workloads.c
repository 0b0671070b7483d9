#include "tests/faults/workloads.h"

#include <zlib.h>

#include "tests/faults/disk_image.h"
#include "tests/test.h"

#define TRY(expr)                                                                                  \
    do {                                                                                           \
        lede_status try_status_ = (expr);                                                          \
        if (try_status_ != LEDE_OK)                                                                \
            return try_status_;                                                                    \
    } while (0)

static lede_status add_small(lede_writer *w, uint32_t i, uint32_t revision, lede_error *err)
{
    char page[SMALL_PAGE_BYTES], url[64];
    lede_add_outcome outcome;
    size_t bytes = small_page(page, sizeof page, i, revision);
    small_page_url(url, i);
    lede_error reason = {0};
    lede_status status =
        lede_writer_add_page(w, page, bytes, url, NULL, "text/html", NULL, &outcome, &reason);
    if (status == LEDE_OK && outcome == LEDE_ADD_REJECTED)
        fail_msg("page %u was rejected: %s", i, reason.message);
    if (status != LEDE_OK)
        *err = reason;
    return status;
}

static lede_status acknowledge(work_run *r, lede_status status)
{
    if (status != LEDE_OK)
        return status;
    r->commits++;
    if (r->committed)
        r->committed(r->ctx);
    return LEDE_OK;
}

static lede_status commit(work_run *r, lede_error *err)
{
    return acknowledge(r, lede_writer_commit(r->writer, NULL, err));
}

static lede_status open_writer(work_run *r, lede_error *err)
{
    return lede_writer_open(r->env, ARCHIVE_DIR, NULL, &r->writer, err);
}

/* ---- writers ---- */

static lede_status create(work_run *r, lede_error *err)
{
    return acknowledge(r, lede_archive_create(r->env, ARCHIVE_DIR, NULL, err));
}

static lede_status add_pages(work_run *r, lede_error *err)
{
    TRY(open_writer(r, err));
    TRY(add_small(r->writer, 20, 0, err));
    TRY(add_small(r->writer, 21, 0, err));
    TRY(commit(r, err));
    TRY(add_small(r->writer, 20, 1, err)); /* a version */
    TRY(add_small(r->writer, 21, 0, err)); /* unchanged */
    return commit(r, err);
}

static lede_status add_source(work_run *r, const char *path, lede_error *err)
{
    lede_source_options options = LEDE_SOURCE_OPTIONS_INIT;
    lede_add_counts counts = {0};
    options.jobs = 1;
    TRY(open_writer(r, err));
    lede_status status =
        lede_writer_add_paths(r->writer, &path, 1, &options, 0, NULL, NULL, &counts, err);
    r->rejects = counts.rejected;
    return acknowledge(r, status);
}

static lede_status add_folder(work_run *r, lede_error *err)
{
    return add_source(r, INPUT_DIR "/pages", err);
}

static lede_status add_jsonl(work_run *r, lede_error *err)
{
    return add_source(r, INPUT_DIR "/wire.jsonl", err);
}

static lede_status add_warc(work_run *r, lede_error *err)
{
    return add_source(r, INPUT_DIR "/capture.warc.gz", err);
}

static lede_status add_feed(work_run *r, lede_error *err)
{
    return add_source(r, INPUT_DIR "/feed.xml", err);
}

static lede_status dry_run(work_run *r, lede_error *err)
{
    const char *path = INPUT_DIR "/wire.jsonl";
    TRY(open_writer(r, err));
    return lede_writer_add_paths(r->writer, &path, 1, NULL, 1, NULL, NULL, NULL, err);
}

static lede_status delete_one(work_run *r, lede_error *err)
{
    char url[64];
    small_page_url(url, 2);
    TRY(open_writer(r, err));
    TRY(lede_writer_delete(r->writer, url, NULL, err));
    return commit(r, err);
}

static lede_status merge(work_run *r, lede_error *err)
{
    TRY(open_writer(r, err));
    return acknowledge(r, lede_writer_merge(r->writer, 1, err));
}

static lede_status purge(work_run *r, lede_error *err)
{
    TRY(open_writer(r, err));
    return acknowledge(r, lede_writer_purge(r->writer, err));
}

static lede_status load(work_run *r, lede_error *err)
{
    TRY(acknowledge(r, lede_archive_create(r->env, ARCHIVE_DIR, NULL, err)));
    TRY(open_writer(r, err));
    return acknowledge(r, lede_writer_load(r->writer, INPUT_DIR "/dump.jsonl", NULL, err));
}

/* From nothing to a purged archive, with two segments on the way. */
static lede_status life(work_run *r, lede_error *err)
{
    TRY(acknowledge(r, lede_archive_create(r->env, ARCHIVE_DIR, NULL, err)));
    TRY(open_writer(r, err));
    for (uint32_t i = 70; i < 74; i++)
        TRY(add_small(r->writer, i, 0, err));
    TRY(commit(r, err));
    for (uint32_t i = 73; i < 77; i++)
        TRY(add_small(r->writer, i, 1, err));
    TRY(lede_writer_delete(r->writer, "http://paper.example/71", NULL, err));
    TRY(commit(r, err));
    TRY(acknowledge(r, lede_writer_merge(r->writer, 1, err)));
    TRY(lede_writer_delete(r->writer, "http://paper.example/76", NULL, err));
    TRY(commit(r, err));
    return acknowledge(r, lede_writer_purge(r->writer, err));
}

/* ---- readers ---- */

static lede_status on_snapshot(work_run *r,
                               lede_status (*read)(work_run *r, lede_snapshot *s, lede_error *err),
                               lede_error *err)
{
    lede_snapshot *s;
    TRY(lede_snapshot_open(r->env, ARCHIVE_DIR, &s, err));
    r->out.env = r->env;
    lede_status status = read(r, s, err);
    lede_snapshot_free(s);
    return status;
}

static lede_status ask_all(work_run *r, lede_snapshot *s, const question *asked, size_t count,
                           lede_error *err)
{
    for (size_t i = 0; i < count; i++)
        TRY(answers_ask(&r->out, s, &asked[i], err));
    return LEDE_OK;
}
#define ASK_ALL(asked) ask_all(r, s, asked, sizeof asked / sizeof *asked, err)

static lede_status ask_words(work_run *r, lede_snapshot *s, lede_error *err)
{
    static const question asked[] = {{.text = "harbour council"}, {.text = "storm OR -mayor"}};
    return ASK_ALL(asked);
}

static lede_status ask_phrases(work_run *r, lede_snapshot *s, lede_error *err)
{
    static const question asked[] = {{.text = "\"show of hands\""}, {.text = "mayor w/5 bridge"}};
    return ASK_ALL(asked);
}

static lede_status ask_prefixes(work_run *r, lede_snapshot *s, lede_error *err)
{
    static const question asked[] = {{.text = "har*"}, {.text = "h?rring"}, {.text = "=\"boats\""}};
    return ASK_ALL(asked);
}

static lede_status ask_zones(work_run *r, lede_snapshot *s, lede_error *err)
{
    static const question asked[] = {{.text = "title:harbour"},
                                     {.text = "caption:quay date:2015-11"},
                                     {.text = "byline:merle after:2015-11-02"}};
    return ASK_ALL(asked);
}

static lede_status ask_sorted(work_run *r, lede_snapshot *s, lede_error *err)
{
    static const question asked[] = {
        {.text = "council", .sort = LEDE_SORT_NEWEST, .count = 2, .all_pages = true},
        {.text = "council", .count = 3, .all_pages = true}};
    return ASK_ALL(asked);
}

static lede_status ask_facets(work_run *r, lede_snapshot *s, lede_error *err)
{
    static const question asked[] = {{.text = "council", .facet = "author"},
                                     {.text = "mayor", .facet = "published:day"}};
    return ASK_ALL(asked);
}

static lede_status ask_all_questions(work_run *r, lede_snapshot *s, lede_error *err)
{
    return ask_all(r, s, questions, question_count, err);
}

static lede_status ask_find(work_run *r, lede_snapshot *s, lede_error *err)
{
    return answers_find(&r->out, s, "http://paper.example/1", "bridge council", err);
}

static lede_status ask_dump(work_run *r, lede_snapshot *s, lede_error *err)
{
    return answers_dump(&r->out, s, err);
}

static lede_status ask_json(work_run *r, lede_snapshot *s, lede_error *err)
{
    lede_hits *hits;
    char *text;
    size_t bytes;
    lede_snapshot_info info;
    const lede_part_bytes *parts;
    uint32_t part_count;
    TRY(lede_snapshot_get_info(s, &info, err));
    TRY(lede_snapshot_sizes(s, &parts, &part_count, err));
    answers_add(&r->out, "%llu articles, %u parts\n", (unsigned long long)info.articles,
                part_count);
    TRY(lede_search(s, "council", 7, NULL, &hits, err));
    lede_status status = lede_hits_write_json(hits, "council", 7, 0, &text, &bytes, err);
    if (status == LEDE_OK) {
        answers_add(&r->out, "%.*s\n", (int)bytes, text);
        lede_buffer_free(r->env, text, bytes);
    }
    lede_hits_free(hits);
    return status;
}

#define READER(name)                                                                               \
    static lede_status name(work_run *r, lede_error *err)                                          \
    {                                                                                              \
        return on_snapshot(r, ask_##name, err);                                                    \
    }
READER(words)
READER(phrases)
READER(prefixes)
READER(zones)
READER(sorted)
READER(facets)
READER(all_questions)
READER(find)
READER(dump)
READER(json)

static lede_status verify(work_run *r, lede_error *err)
{
    TRY(lede_archive_verify(r->env, ARCHIVE_DIR, 1, NULL, NULL, err));
    answers_add(&r->out, "whole\n");
    return LEDE_OK;
}

static lede_status extract(work_run *r, lede_error *err)
{
    const char *paths[] = {INPUT_DIR "/pages", INPUT_DIR "/feed.xml"};
    lede_source_options options = LEDE_SOURCE_OPTIONS_INIT;
    lede_extractor *x;
    options.jobs = 1;
    r->out.env = r->env;
    TRY(lede_extractor_new(r->env, paths, 2, &options, &x, err));
    lede_status status;
    for (;;) {
        lede_extract_event event;
        const lede_article *article;
        const char *path, *reason;
        status = lede_extractor_next(x, &event, &article, &path, &reason, err);
        if (status != LEDE_OK || event == LEDE_EXTRACT_END)
            break;
        if (event == LEDE_EXTRACT_REJECT)
            r->rejects++;
        else if ((status = answers_article(&r->out, article, err)) != LEDE_OK)
            break;
    }
    lede_extractor_free(x);
    return status;
}

static lede_status without_archive(work_run *r, lede_error *err)
{
    const char *path = INPUT_DIR "/wire.jsonl";
    static const question asked[] = {{.text = "harbour council"}};
    lede_source_options options = LEDE_SOURCE_OPTIONS_INIT;
    lede_snapshot *s;
    options.jobs = 1;
    r->out.env = r->env;
    TRY(lede_snapshot_of_paths(r->env, &path, 1, &options, &s, err));
    lede_status status = ASK_ALL(asked);
    lede_snapshot_free(s);
    return status;
}

/* ---- upkeep ---- */

#define COPY_DIR "/disk/copy"

/* What is called copied is whole. (Repair is not here: to it a disk that cannot read is damage, and
 * what that costs is told; tests/engine/test_repair.c has what must not be taken for damage.) */
static lede_status copy(work_run *r, lede_error *err)
{
    TRY(lede_archive_copy(r->env, ARCHIVE_DIR, COPY_DIR, NULL, err));
    return lede_archive_verify(r->env, COPY_DIR, 1, NULL, NULL, err);
}

const workload workloads[] = {
    {"create", true, create},
    {"add_pages", false, add_pages},
    {"add_folder", false, add_folder},
    {"add_jsonl", false, add_jsonl},
    {"add_warc", false, add_warc},
    {"add_feed", false, add_feed},
    {"dry_run", false, dry_run},
    {"delete", false, delete_one},
    {"merge", false, merge},
    {"purge", false, purge},
    {"load", true, load},
    {"life", true, life},
    {"words", false, words},
    {"phrases", false, phrases},
    {"prefixes", false, prefixes},
    {"zones", false, zones},
    {"sorted", false, sorted},
    {"facets", false, facets},
    {"questions", false, all_questions},
    {"find", false, find},
    {"dump", false, dump},
    {"json", false, json},
    {"verify", false, verify},
    {"extract", false, extract},
    {"without_archive", true, without_archive},
    {"copy", false, copy},
};
const uint32_t workload_count = sizeof workloads / sizeof *workloads;

/* ---- what they begin with ---- */

void workloads_make_archive(const lede_env *env)
{
    lede_error err = {0};
    work_run r = {.env = env};
    assert_ok(lede_archive_create(env, ARCHIVE_DIR, NULL, &err), &err);
    assert_ok(open_writer(&r, &err), &err);
    for (uint32_t i = 0; i < BASE_ARTICLES - 2; i++)
        assert_ok(add_small(r.writer, i, 0, &err), &err);
    assert_ok(commit(&r, &err), &err);
    for (uint32_t i = BASE_ARTICLES - 2; i < BASE_ARTICLES; i++)
        assert_ok(add_small(r.writer, i, 0, &err), &err);
    assert_ok(add_small(r.writer, 1, 1, &err), &err);
    assert_ok(lede_writer_delete(r.writer, "http://paper.example/0", NULL, &err), &err);
    assert_ok(commit(&r, &err), &err);
    lede_writer_close(r.writer);
}

static void make_warc(const lede_env *env)
{
    char page[SMALL_PAGE_BYTES], *warc = malloc(3 * SMALL_PAGE_BYTES);
    uint8_t *packed = malloc(3 * SMALL_PAGE_BYTES);
    size_t bytes = 0;
    assert_true(warc && packed);
    for (uint32_t i = 40; i < 42; i++) {
        size_t page_bytes = small_page(page, sizeof page, i, 0);
        const char *http = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n";
        bytes += (size_t)sprintf(
            warc + bytes,
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://paper.example/%u\r\n"
            "WARC-Date: 2015-11-20T10:00:00Z\r\nContent-Type: application/http; msgtype=response"
            "\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-0000000000%u>\r\n"
            "Content-Length: %zu\r\n\r\n%s%s\r\n\r\n",
            i, i, strlen(http) + page_bytes, http, page);
    }
    z_stream z = {.next_in = (uint8_t *)warc,
                  .avail_in = (unsigned)bytes,
                  .next_out = packed,
                  .avail_out = 3 * SMALL_PAGE_BYTES};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    disk_write(env, INPUT_DIR, "capture.warc.gz", packed, z.total_out);
    deflateEnd(&z);
    free(warc);
    free(packed);
}

static void make_lines(const lede_env *env)
{
    answers text = {0};
    for (uint32_t i = 50; i < 53; i++)
        answers_add(
            &text,
            "{\"id\": \"wire-%u\", \"title\": \"Harbour wire %u\", \"text\": \"The harbour "
            "council of Port Aldern met again.\\n\\nThe mayor spoke of number %u and of the "
            "boats in the spring.\", \"published\": \"2015-11-1%uT08:00:00Z\"}\n",
            i, i, i, i % 10);
    disk_write(env, INPUT_DIR, "wire.jsonl", text.text, text.bytes);
    answers_clear(&text);
    answers_add(&text, "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Paper</title>"
                       "<link>http://paper.example/</link>");
    for (uint32_t i = 60; i < 62; i++)
        answers_add(
            &text,
            "<item><title>Feed item %u</title><link>http://paper.example/%u</link><pubDate>"
            "Mon, 16 Nov 2015 10:00:00 GMT</pubDate><description>The council of Port Aldern "
            "met in the harbour hall, and item %u was read.</description></item>",
            i, i, i);
    answers_add(&text, "</channel></rss>");
    disk_write(env, INPUT_DIR, "feed.xml", text.text, text.bytes);
    answers_release(&text);
}

/* A dump of the archive above, which is there already. */
static void make_dump(const lede_env *env)
{
    lede_error err = {0};
    lede_snapshot *s;
    answers text = {0};
    assert_ok(lede_snapshot_open(env, ARCHIVE_DIR, &s, &err), &err);
    assert_ok(answers_dump(&text, s, &err), &err);
    lede_snapshot_free(s);
    disk_write(env, INPUT_DIR, "dump.jsonl", text.text, text.bytes);
    answers_release(&text);
}

void workloads_make_input(const lede_env *env)
{
    lede_error err = {0};
    char page[SMALL_PAGE_BYTES], name[32];
    assert_ok(ld_dir_make(env, INPUT_DIR, &err), &err);
    assert_ok(ld_dir_make(env, INPUT_DIR "/pages", &err), &err);
    for (uint32_t i = 30; i < 32; i++) {
        snprintf(name, sizeof name, "%u.html", i);
        size_t bytes = small_page(page, sizeof page, i, 0);
        disk_write(env, INPUT_DIR "/pages", name, page, bytes);
    }
    disk_write(env, INPUT_DIR "/pages", "empty.html", "", 0); /* a page to reject */
    make_lines(env);
    make_warc(env);
    make_dump(env);
}
