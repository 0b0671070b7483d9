/*
 * One door for all sources.
 *
 *     path ─┬─ folder ──▶ files in byte order ─┐
 *           ├─ file ───────────────────────────┼─▶ stream (gzip undone) ─▶ sniff ─┬─▶ page: 1 event
 *           └─ "-" (standard input) ───────────┘                                  └─▶ container:
 *                                                                   WARC, ARC, JSONL, JSON, feed
 *
 * A file is told by its bytes. In a folder, files whose names say nothing are looked at and taken
 * only when they are HTML, so that a folder of saved pages can hold "article?id=3" beside
 * Makefiles; a path given by itself is always read, and is rejected when it is no page.
 *
 * A page's body is borrowed from the stream's window: no copy is made of it here.
 */
#include "ingest/source.h"

#include "base/limits.h"
#include "ingest/container.h"
#include "ingest/feed.h"
#include "ingest/folder.h"
#include "ingest/jsonl.h"
#include "ingest/saved_from.h"
#include "ingest/sniff.h"
#include "ingest/warc.h"

struct ld_source {
    const lede_env *env;
    const char *path;
    ld_source_options options;
    size_t page_bytes_max;
    ld_folder *folder;       /* NULL: one file or standard input */
    bool single_pending;     /* the one file was not begun yet */
    ld_stream *stream;       /* of the current file */
    ld_container *container; /* of the current file, when it holds many captures */
    ld_arena *arena;         /* of the current event, where no container has made it */
    ld_arena *name_arena;    /* of the current file's name, for its containers */
    ld_source_counts counts;
    uint64_t bytes_read; /* of the files that were closed */
};

static void close_file(ld_source *s)
{
    if (s->container) {
        s->counts.ignored_record_count += s->container->ignored_count;
        s->container->close(s->container);
        s->container = NULL;
    }
    if (s->stream)
        s->bytes_read += ld_stream_file_bytes(s->stream); /* what was not needed is done as well */
    ld_stream_close(s->stream);
    s->stream = NULL;
}

lede_status ld_source_open(const lede_env *env, const char *path, const ld_source_options *options,
                           ld_source **source, lede_error *err)
{
    *source = NULL;
    lede_status status;
    lede_file_info info = {.kind = LEDE_FILE_OTHER};
    if (options && options->fields)
        LD_TRY(ld_jsonl_check_fields(options->fields, err));
    if (strcmp(path, "-") != 0) {
        status = ld_path_info(env, path, true, &info, err);
        if (status == LEDE_E_NOTFOUND)
            return LD_FAIL_OS(err, status, err ? err->os_errno : 0,
                              "there is no file or folder at %.200s", path);
        LD_TRY(status);
    }
    ld_source *s = ld_alloc_zero(env, sizeof *s);
    if (!s)
        return ld_error_nomem(err, sizeof *s);
    s->env = env;
    s->path = path;
    if (options)
        s->options = *options;
    s->page_bytes_max = s->options.page_bytes_max;
    if (s->page_bytes_max == 0 || s->page_bytes_max > LD_CAPTURE_BYTES_MAX)
        s->page_bytes_max = LD_CAPTURE_BYTES_MAX;
    LD_TRY_OUT(ld_arena_new(env, 1u << 20, &s->arena, err));
    LD_TRY_OUT(ld_arena_new(env, 1u << 20, &s->name_arena, err));
    if (info.kind == LEDE_FILE_DIRECTORY) {
        LD_TRY_OUT(ld_folder_open(env, path, s->options.follow_symlinks, s->options.include_hidden,
                                  &s->folder, err));
    } else {
        LD_TRY_OUT(ld_stream_open(env, path, &s->stream, err));
        s->single_pending = true;
    }
    *source = s;
    return LEDE_OK;
out:
    ld_source_close(s);
    return status;
}

/* ---- one page ---- */

static ld_media media_of(const ld_source *s, ld_sniffed kind)
{
    if (s->options.has_media)
        return s->options.media;
    return kind == LD_SNIFF_HTML       ? LD_MEDIA_HTML
           : kind == LD_SNIFF_MARKDOWN ? LD_MEDIA_MARKDOWN
                                       : LD_MEDIA_TEXT;
}

static lede_status read_page(ld_source *s, ld_sniffed kind, ld_span name, ld_capture *capture,
                             ld_source_event *event, lede_error *err)
{
    uint64_t left;
    ld_span window = {NULL, 0};
    bool too_large = ld_stream_left(s->stream, &left) && left > s->page_bytes_max;
    if (!too_large) {
        LD_TRY(ld_stream_peek(s->stream, s->page_bytes_max + 1, &window, err));
        too_large = window.bytes > s->page_bytes_max;
    }
    if (too_large)
        return ld_event_set(s->arena, event, LD_SOURCE_REJECT, name, err,
                            "the page is larger than the maximum of %zu bytes", s->page_bytes_max);
    const char *why = ld_stream_break(s->stream);
    if (why)
        return ld_event_set(s->arena, event, LD_SOURCE_REJECT, name, err, "%s", why);
    capture->media = media_of(s, kind);
    capture->body = window;
    if (capture->media == LD_MEDIA_HTML)
        capture->url = ld_saved_from(window);
    capture->path = event->path = name;
    event->kind = LD_SOURCE_CAPTURE;
    return LEDE_OK;
}

/* ---- one file ---- */

static lede_status open_container(ld_source *s, ld_sniffed kind, ld_span name, lede_error *err)
{
    size_t max = s->page_bytes_max;
    if (kind == LD_SNIFF_WARC)
        return ld_warc_open(s->env, s->stream, name, max, &s->container, err);
    if (kind == LD_SNIFF_ARC)
        return ld_arc_open(s->env, s->stream, name, max, &s->container, err);
    if (kind == LD_SNIFF_FEED)
        return ld_feed_open(s->env, s->stream, name, max, &s->container, err);
    return ld_jsonl_open(s->env, s->stream, name, kind == LD_SNIFF_JSONL, &s->options, max,
                         &s->container, err);
}

static bool is_unread_archive(ld_span name)
{
    ld_span extension = ld_name_extension(name);
    return ld_span_equal_nocase(extension, LD_SPAN("wacz")) ||
           ld_span_equal_nocase(extension, LD_SPAN("zst"));
}

/* Text under the name of something else: a broken archive is no article. */
static bool is_misnamed(ld_sniffed kind, ld_span name)
{
    static const char *const names[] = {"warc", "arc", "json", "xml", "rss", "atom", "rdf"};
    ld_span extension = ld_name_extension(name);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (ld_span_equal_nocase(extension, ld_span_from_string(names[i])))
            return kind == LD_SNIFF_TEXT;
    return false;
}

/* The current file's stream stands at its first byte. *said: an event was set; else a container
 * was opened, or the file is passed over. */
static lede_status begin_file(ld_source *s, ld_span name, ld_capture *capture,
                              ld_source_event *event, bool *said, lede_error *err)
{
    ld_span head;
    LD_TRY(ld_stream_peek(s->stream, LD_SNIFF_BYTES, &head, err));
    ld_sniffed kind = ld_sniff(head, head.bytes < LD_SNIFF_BYTES, name);
    const char *why = ld_stream_break(s->stream);
    bool unnamed = s->folder && ld_name_classify(name) == LD_NAME_UNKNOWN;
    *said = true;
    if (unnamed && kind != LD_SNIFF_HTML) {
        s->counts.ignored_file_count++;
        *said = false;
        return LEDE_OK;
    }
    if (kind == LD_SNIFF_EMPTY)
        return ld_event_set(s->arena, event, LD_SOURCE_REJECT, name, err, "%s",
                            why ? why : "the file is empty");
    if (kind == LD_SNIFF_BINARY && s->folder && is_unread_archive(name))
        return ld_event_set(s->arena, event, LD_SOURCE_SKIP, name, err, "%s is not read",
                            ld_sniff_binary_name(head));
    if (kind == LD_SNIFF_BINARY)
        return ld_event_set(s->arena, event, LD_SOURCE_REJECT, name, err,
                            "the file is %s, not a page", ld_sniff_binary_name(head));
    if (is_misnamed(kind, name) && !s->options.has_media)
        return ld_event_set(s->arena, event, LD_SOURCE_REJECT, name, err,
                            "the file is not what its name says: its beginning is plain text");
    if (kind == LD_SNIFF_XML && !s->options.has_media)
        return ld_event_set(s->arena, event, LD_SOURCE_SKIP, name, err,
                            "an XML document that is neither a page nor a feed");
    if (kind == LD_SNIFF_HTML || kind == LD_SNIFF_TEXT || kind == LD_SNIFF_MARKDOWN ||
        (s->options.has_media && kind != LD_SNIFF_WARC && kind != LD_SNIFF_ARC))
        return read_page(s, kind, name, capture, event, err);
    *said = false;
    return open_container(s, kind, name, err);
}

/* A failed file of a folder is a reject; memory, and the one file that was asked for, are not. */
static lede_status reject_file(ld_source *s, lede_status status, const lede_error *fault,
                               ld_span name, ld_source_event *event, lede_error *err)
{
    if (status == LEDE_E_NOMEM || !s->folder) {
        if (err)
            *err = *fault;
        return status;
    }
    close_file(s);
    return ld_event_set(s->arena, event, LD_SOURCE_REJECT, name, err, "%s", fault->message);
}

/* The next file of the source. *said: an event was set. */
static lede_status next_file(ld_source *s, ld_capture *capture, ld_source_event *event, bool *said,
                             lede_error *err)
{
    ld_span name = ld_span_from_string(strcmp(s->path, "-") == 0 ? "stdin" : s->path);
    lede_status status = LEDE_OK;
    lede_error fault = {0};
    *said = true;
    if (s->folder) {
        ld_folder_entry entry;
        close_file(s);
        LD_TRY(ld_folder_next(s->folder, &entry, err));
        if (entry.kind == LD_FOLDER_END) {
            ld_event_end(event);
            return LEDE_OK;
        }
        if (entry.kind != LD_FOLDER_FILE)
            return ld_event_set(
                s->arena, event, entry.kind == LD_FOLDER_SKIP ? LD_SOURCE_SKIP : LD_SOURCE_REJECT,
                entry.name, err, "%.*s", (int)entry.reason.bytes, entry.reason.data);
        ld_arena_reset(s->name_arena);
        name = ld_arena_copy(s->name_arena, entry.name);
        if (!name.data)
            return ld_arena_status(s->name_arena, err);
        status = ld_stream_open(s->env, entry.path, &s->stream, &fault);
    } else if (!s->single_pending) {
        close_file(s);
        ld_event_end(event);
        return LEDE_OK;
    }
    s->single_pending = false;
    if (status == LEDE_OK)
        status = begin_file(s, name, capture, event, said, &fault);
    if (status != LEDE_OK) {
        *said = true;
        return reject_file(s, status, &fault, name, event, err);
    }
    return LEDE_OK;
}

lede_status ld_source_next(ld_source *s, ld_capture *capture, ld_source_event *event,
                           lede_error *err)
{
    bool said = false;
    while (!said) {
        ld_arena_reset(s->arena);
        memset(capture, 0, sizeof *capture);
        memset(event, 0, sizeof *event);
        if (!s->container) {
            LD_TRY(next_file(s, capture, event, &said, err));
            continue;
        }
        lede_error fault = {0};
        lede_status status = s->container->next(s->container, capture, event, &fault);
        if (status != LEDE_OK)
            return reject_file(s, status, &fault, s->container->name, event, err);
        said = event->kind != LD_SOURCE_END;
        if (!said)
            close_file(s);
    }
    return LEDE_OK;
}

ld_source_counts ld_source_get_counts(const ld_source *s)
{
    ld_source_counts counts = s->counts;
    if (s->folder)
        counts.ignored_file_count += ld_folder_ignored_count(s->folder);
    if (s->container)
        counts.ignored_record_count += s->container->ignored_count;
    return counts;
}

uint64_t ld_source_bytes_read(const ld_source *s)
{
    return s->bytes_read + (s->stream ? ld_stream_file_bytes_read(s->stream) : 0);
}

static uint64_t file_bytes(const lede_env *env, const char *path)
{
    lede_file_info info;
    bool known = ld_path_info(env, path, true, &info, NULL) == LEDE_OK;
    return known && info.kind == LEDE_FILE_REGULAR ? info.size_bytes : 0;
}

uint64_t ld_source_measure(const lede_env *env, const char *path, const ld_source_options *options)
{
    ld_folder *folder;
    ld_folder_entry entry = {.kind = LD_FOLDER_FILE};
    uint64_t bytes = 0;
    if (strcmp(path, "-") == 0)
        return 0;
    bytes = file_bytes(env, path);
    if (bytes || ld_folder_open(env, path, options && options->follow_symlinks,
                                options && options->include_hidden, &folder, NULL) != LEDE_OK)
        return bytes;
    while (ld_folder_next(folder, &entry, NULL) == LEDE_OK && entry.kind != LD_FOLDER_END) {
        if (entry.kind == LD_FOLDER_FILE)
            bytes += file_bytes(env, entry.path);
    }
    ld_folder_close(folder);
    return bytes;
}

void ld_source_close(ld_source *s)
{
    if (!s)
        return;
    close_file(s);
    ld_folder_close(s->folder);
    ld_arena_free(s->arena);
    ld_arena_free(s->name_arena);
    ld_release(s->env, s, sizeof *s);
}
