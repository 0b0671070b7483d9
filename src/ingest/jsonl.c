/*
 * Which part of a record is the title?
 *
 *     {"headline": "...", "articleBody": "...", "datePublished": "2015-11-16", "url": "..."}
 *
 * Each of lede's fields has a list of customary names (schema.org, RSS readers, scrapers, corpora);
 * the first one that is there and not empty is taken. A mapping of the user replaces the list of
 * the fields it names. Values become text: numbers as they stand, times of 10^11 and more are
 * milliseconds and below that seconds since 1970, lists are joined with ";", objects give their
 * "name", "value" or "text" (schema.org's Person, Organization).
 *
 * A bad line is rejected with its number; the next line is a new chance. Reading is jansson's;
 * memory is one line (LD_JSONL_LINE_BYTES_MAX) and its tree. Lone surrogates and invalid UTF-8
 * make a line bad, as RFC 8259 has it; repeated names are taken, the last one counts.
 */
#include "ingest/jsonl.h"

#include <jansson.h>

#include "base/date.h"
#include "base/limits.h"

#define SCAN_STEP_BYTES (64u << 10)
#define MAPPINGS_MAX    64u
#define EPOCH_MS_FROM   1e11 /* 5138-11-16 as seconds, 1973-03-03 as milliseconds */

typedef enum field {
    FIELD_ID,
    FIELD_URL,
    FIELD_TITLE,
    FIELD_TEXT,
    FIELD_HTML,
    FIELD_AUTHOR,
    FIELD_PUBLISHED,
    FIELD_MODIFIED,
    FIELD_SECTION,
    FIELD_LANGUAGE,
    FIELD_SOURCE,
    FIELD_TAGS,
    FIELD_COUNT
} field;

/* lede's name of each field, then the customary names, ending with NULL. */
static const char *const customary[FIELD_COUNT][14] = {
    [FIELD_ID] = {"id", "id", "_id", "key", "guid", "uuid"},
    [FIELD_URL] = {"url", "url", "link", "canonical_url", "permalink", "webUrl", "web_url"},
    [FIELD_TITLE] = {"title", "title", "headline", "name"},
    [FIELD_TEXT] = {"text", "text", "body", "content", "articleBody", "article_body", "plain_text",
                    "maintext"},
    [FIELD_HTML] = {"html", "html", "content_html", "body_html", "bodyHtml"},
    [FIELD_AUTHOR] = {"author", "author", "byline", "authors", "creator"},
    [FIELD_PUBLISHED] = {"published", "published", "date", "datePublished", "pubDate",
                         "published_at", "date_published", "publish_date", "publishedAt",
                         "timestamp"},
    [FIELD_MODIFIED] = {"modified", "modified", "dateModified", "updated", "updated_at",
                        "date_modified", "modified_at"},
    [FIELD_SECTION] = {"section", "section", "category", "articleSection"},
    [FIELD_LANGUAGE] = {"language", "lang", "language", "inLanguage"},
    [FIELD_SOURCE] = {"source", "source", "publisher", "site", "site_name", "publication"},
    [FIELD_TAGS] = {"tags", "tags", "keywords", "topics", "categories"},
};

typedef struct mapping {
    int target;   /* a field, or -1: a user field */
    char *name;   /* lede's name; owned, in the container's `own` arena */
    char *record; /* the record's name */
} mapping;

typedef struct jsonl {
    ld_container base;
    const ld_source_options *options;
    ld_arena *own; /* the mapping; lives as long as the container */
    mapping mappings[MAPPINGS_MAX];
    uint32_t mapping_count;
    bool lines;

    size_t pending_bytes; /* of the current line */
    uint64_t line_number; /* of the current line, from 1 */
    bool started;         /* a byte order mark was looked for; the document was parsed */
    json_t *document;     /* not lines: the whole */
    size_t next_item;     /* in the document's array */
    const char *fault;    /* during one record: NULL, or why it is no article */
} jsonl;

/* ---- the mapping ---- */

static int find_field(ld_span name)
{
    for (int f = 0; f < FIELD_COUNT; f++)
        if (ld_span_equal(name, ld_span_from_string(customary[f][0])))
            return f;
    return -1;
}

/* Takes "left=right" off *rest. False: nothing left. */
static bool next_pair(ld_span *rest, ld_span *left, ld_span *right)
{
    if (rest->bytes == 0)
        return false;
    size_t comma = ld_span_find_byte(*rest, ',');
    ld_span pair = ld_span_sub(*rest, 0, comma);
    *rest = comma == SIZE_MAX ? ld_span_of(NULL, 0) : ld_span_sub(*rest, comma + 1, rest->bytes);
    size_t equals = ld_span_find_byte(pair, '=');
    *left = ld_span_trim(ld_span_sub(pair, 0, equals));
    *right = equals == SIZE_MAX ? ld_span_of(NULL, 0)
                                : ld_span_trim(ld_span_sub(pair, equals + 1, pair.bytes));
    return true;
}

lede_status ld_jsonl_check_fields(const char *fields, lede_error *err)
{
    ld_span rest = ld_span_from_string(fields), left, right;
    uint32_t count = 0;
    while (next_pair(&rest, &left, &right)) {
        if (left.bytes == 0 || right.bytes == 0)
            return LD_FAIL(err, LEDE_E_INVALID,
                           "field mapping \"%.100s\" cannot be read: write it as "
                           "title=headline,text=body",
                           fields);
        if (++count > MAPPINGS_MAX)
            return LD_FAIL(err, LEDE_E_LIMIT, "a field mapping names at most %u fields",
                           MAPPINGS_MAX);
    }
    return LEDE_OK;
}

static lede_status read_mapping(jsonl *j, const char *fields, lede_error *err)
{
    LD_TRY(ld_jsonl_check_fields(fields, err));
    ld_span rest = ld_span_from_string(fields), left, right;
    while (next_pair(&rest, &left, &right)) {
        ld_span name = ld_arena_copy(j->own, left), record = ld_arena_copy(j->own, right);
        if (!name.data || !record.data)
            return ld_arena_status(j->own, err);
        j->mappings[j->mapping_count++] = (mapping){find_field(left), (char *)(uintptr_t)name.data,
                                                    (char *)(uintptr_t)record.data};
    }
    return LEDE_OK;
}

/* ---- values as text ---- */

/* The value of a name; "a.b" is b inside a where no name is "a.b" itself. */
static json_t *find_value(json_t *record, const char *name)
{
    json_t *value = json_object_get(record, name);
    const char *dot = strchr(name, '.');
    while (!value && dot) {
        char part[128];
        size_t bytes = (size_t)(dot - name);
        if (bytes >= sizeof part)
            return NULL;
        memcpy(part, name, bytes);
        part[bytes] = 0;
        record = json_object_get(record, part);
        name = dot + 1;
        value = json_object_get(record, name);
        dot = strchr(name, '.');
    }
    return value;
}

static ld_span format_epoch(ld_arena *arena, double seconds_or_ms)
{
    char text[32];
    double ms = seconds_or_ms >= EPOCH_MS_FROM || seconds_or_ms <= -EPOCH_MS_FROM
                    ? seconds_or_ms
                    : seconds_or_ms * 1000;
    if (!(ms > -62135596800000.0 && ms < 253402300800000.0)) /* years 1 to 9999 */
        return ld_span_of(NULL, 0);
    ld_date_format_time((int64_t)ms, text);
    return ld_arena_copy(arena, ld_span_from_string(text));
}

/* A string, number or truth value as text, borrowed or in the arena; an object by its name. */
static ld_span scalar_text(ld_arena *arena, json_t *value, bool is_date)
{
    static const char *const keys[] = {"name", "value", "text", "@value"};
    for (size_t i = 0; json_is_object(value) && i < sizeof keys / sizeof *keys; i++) {
        json_t *inner = json_object_get(value, keys[i]);
        if (json_is_string(inner))
            value = inner;
    }
    if (json_is_string(value))
        return ld_span_trim(ld_span_of(json_string_value(value), json_string_length(value)));
    if (is_date && json_is_number(value))
        return format_epoch(arena, json_number_value(value));
    if (json_is_integer(value))
        return ld_span_from_string(
            ld_arena_format(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value)));
    if (json_is_real(value))
        return ld_span_from_string(ld_arena_format(arena, "%.17g", json_real_value(value)));
    if (json_is_boolean(value))
        return json_is_true(value) ? LD_SPAN("true") : LD_SPAN("false");
    return ld_span_of(NULL, 0);
}

/* The same for lists, joined. */
static ld_span value_text(ld_arena *arena, json_t *value, bool is_date, const char *joint)
{
    if (!json_is_array(value))
        return scalar_text(arena, value, is_date);
    size_t count = json_array_size(value), bytes = 0, joint_bytes = strlen(joint);
    ld_span *parts = ld_arena_array(arena, count + 1, sizeof *parts);
    for (size_t i = 0; parts && i < count; i++) {
        parts[i] = scalar_text(arena, json_array_get(value, i), is_date);
        bytes += parts[i].bytes + joint_bytes;
    }
    char *joined = parts ? ld_arena_alloc(arena, bytes + 1) : NULL;
    if (!joined)
        return ld_span_of(NULL, 0);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].bytes == 0)
            continue;
        if (n) {
            memcpy(joined + n, joint, joint_bytes);
            n += joint_bytes;
        }
        memcpy(joined + n, parts[i].data, parts[i].bytes);
        n += parts[i].bytes;
    }
    return ld_span_of(joined, n);
}

static ld_span field_text(jsonl *j, json_t *record, field f)
{
    bool is_date = f == FIELD_PUBLISHED || f == FIELD_MODIFIED;
    const char *joint = f == FIELD_TEXT || f == FIELD_HTML ? "\n\n" : "; ";
    bool mapped = false;
    for (uint32_t i = 0; i < j->mapping_count; i++) {
        if (j->mappings[i].target != (int)f)
            continue;
        mapped = true;
        json_t *value = find_value(record, j->mappings[i].record);
        ld_span text = value_text(j->base.arena, value, is_date, joint);
        if (text.bytes)
            return text;
    }
    for (int i = 1; !mapped && customary[f][i]; i++) {
        json_t *value = json_object_get(record, customary[f][i]);
        ld_span text = value_text(j->base.arena, value, is_date, joint);
        if (text.bytes)
            return text;
    }
    return ld_span_of(NULL, 0);
}

static bool is_mapped_user_field(const jsonl *j, ld_span name)
{
    for (uint32_t i = 0; i < j->mapping_count; i++)
        if (j->mappings[i].target < 0 &&
            ld_span_equal(name, ld_span_from_string(j->mappings[i].name)))
            return true;
    return false;
}

static void read_user_fields(jsonl *j, json_t *record, ld_given *given)
{
    ld_arena *arena = j->base.arena;
    uint32_t declared = j->options ? j->options->user_field_count : 0;
    ld_given_field *fields =
        ld_arena_array(arena, (size_t)j->mapping_count + declared + 1, sizeof *fields);
    if (!fields)
        return; /* the arena's status tells */
    uint32_t n = 0;
    for (uint32_t i = 0; i < j->mapping_count; i++) {
        if (j->mappings[i].target >= 0)
            continue;
        json_t *value = find_value(record, j->mappings[i].record);
        fields[n].name = ld_span_from_string(j->mappings[i].name);
        fields[n].value = value_text(arena, value, false, "; ");
        n += fields[n].value.bytes > 0;
    }
    for (uint32_t i = 0; i < declared; i++) {
        ld_span name = ld_arena_copy(arena, j->options->user_fields[i]);
        if (!name.data || is_mapped_user_field(j, name))
            continue;
        fields[n].name = name;
        fields[n].value = value_text(arena, find_value(record, name.data), false, "; ");
        n += fields[n].value.bytes > 0;
    }
    given->fields = fields;
    given->field_count = n;
}

/* One object into the capture; strings are borrowed from it. */
static void read_record(jsonl *j, json_t *record, ld_capture *capture)
{
    ld_given *g = &capture->given;
    capture->media = LD_MEDIA_FIELDS;
    capture->key = field_text(j, record, FIELD_ID);
    capture->url = field_text(j, record, FIELD_URL);
    g->title = field_text(j, record, FIELD_TITLE);
    g->text = field_text(j, record, FIELD_TEXT);
    g->html = g->text.bytes ? ld_span_of(NULL, 0) : field_text(j, record, FIELD_HTML);
    g->author = field_text(j, record, FIELD_AUTHOR);
    g->published = field_text(j, record, FIELD_PUBLISHED);
    g->modified = field_text(j, record, FIELD_MODIFIED);
    g->section = field_text(j, record, FIELD_SECTION);
    g->language = field_text(j, record, FIELD_LANGUAGE);
    g->source = field_text(j, record, FIELD_SOURCE);
    g->tags = field_text(j, record, FIELD_TAGS);
    read_user_fields(j, record, g);
    j->fault = NULL;
    if (g->title.bytes == 0 && g->text.bytes == 0 && g->html.bytes == 0)
        j->fault = "the record has no title and no text under a name that is known; "
                   "state the names with a field mapping";
    else if (g->text.bytes > j->base.page_bytes_max || g->html.bytes > j->base.page_bytes_max)
        j->fault = "the record's text is larger than the maximum";
    else if (capture->url.bytes > LD_URL_BYTES_MAX || capture->key.bytes > LD_KEY_BYTES_MAX)
        j->fault = "the record's id or address is longer than the maximum";
}

static lede_status give_record(jsonl *j, json_t *record, ld_span path, ld_capture *capture,
                               ld_source_event *event, lede_error *err)
{
    if (!path.data)
        return ld_arena_status(j->base.arena, err);
    if (!json_is_object(record))
        return ld_event_set(j->base.arena, event, LD_SOURCE_REJECT, path, err,
                            "the record is no JSON object");
    read_record(j, record, capture);
    lede_status memory = ld_arena_status(j->base.arena, err);
    if (memory == LEDE_E_NOMEM)
        return memory;
    if (memory != LEDE_OK)
        j->fault = "the record's fields are larger than the maximum";
    capture->path = event->path = path;
    event->kind = LD_SOURCE_CAPTURE;
    if (!j->lines && !json_is_array(j->document) && capture->given.text.bytes == 0 &&
        capture->given.html.bytes == 0)
        return ld_event_set(j->base.arena, event, LD_SOURCE_SKIP, path, err,
                            "a JSON document without an article's text");
    if (j->fault)
        return ld_event_set(j->base.arena, event, LD_SOURCE_REJECT, path, err, "%s", j->fault);
    return LEDE_OK;
}

/* More values than LD_JSON_VALUES_MAX: commas and brackets outside strings, before a tree many
 * times the size of the text is built. */
static bool has_too_many_values(ld_span s)
{
    uint32_t count = 0;
    bool in_string = false;
    for (size_t i = 0; i < s.bytes; i++) {
        char c = s.data[i];
        if (c == '"')
            in_string = !in_string;
        else if (in_string)
            i += c == '\\';
        else
            count += c == ',' || c == '{' || c == '[';
    }
    return count > LD_JSON_VALUES_MAX;
}

/* ---- lines ---- */

/* Peeks a line with its break. *too_long: no break within the maximum. */
static lede_status peek_line(ld_stream *stream, ld_span *line, bool *too_long, lede_error *err)
{
    size_t scanned = 0, want = SCAN_STEP_BYTES;
    *too_long = false;
    for (;;) {
        ld_span window;
        LD_TRY(ld_stream_peek(stream, want, &window, err));
        size_t lf = ld_span_find_byte(ld_span_sub(window, scanned, window.bytes), '\n');
        if (lf != SIZE_MAX || window.bytes < want) {
            *line = ld_span_sub(window, 0, lf == SIZE_MAX ? window.bytes : scanned + lf + 1);
            return LEDE_OK;
        }
        scanned = window.bytes;
        if (scanned >= LD_JSONL_LINE_BYTES_MAX) {
            *line = window;
            *too_long = true;
            return LEDE_OK;
        }
        want = 2 * scanned;
    }
}

/* Reads over the rest of a line that is too long. */
static lede_status skip_line(ld_stream *stream, lede_error *err)
{
    for (;;) {
        ld_span window;
        LD_TRY(ld_stream_peek(stream, SCAN_STEP_BYTES, &window, err));
        size_t lf = ld_span_find_byte(window, '\n');
        ld_stream_consume(stream, lf == SIZE_MAX ? window.bytes : lf + 1);
        if (lf != SIZE_MAX || window.bytes == 0)
            return LEDE_OK;
    }
}

static lede_status read_line(jsonl *j, ld_span line, ld_span path, ld_capture *capture,
                             ld_source_event *event, lede_error *err)
{
    json_error_t fault;
    json_decref(j->document); /* the line before */
    j->document = NULL;
    if (has_too_many_values(line))
        return ld_event_set(j->base.arena, event, LD_SOURCE_REJECT, path, err,
                            "the line holds more than the maximum of %u values",
                            LD_JSON_VALUES_MAX);
    j->document = json_loadb(line.data, line.bytes, JSON_ALLOW_NUL, &fault);
    if (j->document)
        return give_record(j, j->document, path, capture, event, err);
    if (json_error_code(&fault) == json_error_out_of_memory)
        return ld_error_nomem(err, line.bytes);
    return ld_event_set(j->base.arena, event, LD_SOURCE_REJECT, path, err,
                        "the line is not JSON: %s at byte %d", fault.text, fault.position);
}

static lede_status next_line(jsonl *j, ld_capture *capture, ld_source_event *event, lede_error *err)
{
    ld_stream *stream = j->base.stream;
    for (;;) {
        ld_span line;
        bool too_long, told = false;
        ld_stream_consume(stream, j->pending_bytes);
        j->pending_bytes = 0;
        LD_TRY(peek_line(stream, &line, &too_long, err));
        if (line.bytes == 0)
            return ld_container_at_end(&j->base, event, &told, err);
        j->pending_bytes = line.bytes;
        if (line.data[line.bytes - 1] != '\n' && ld_stream_break(stream))
            continue; /* cut by damaged gzip, which is told next */
        j->line_number++;
        if (!j->started && ld_span_starts_with(line, LD_SPAN("\xef\xbb\xbf")))
            line = ld_span_sub(line, 3, line.bytes);
        j->started = true;
        ld_span path = ld_path_with_number(j->base.arena, j->base.name, ':', j->line_number);
        if (too_long) {
            j->pending_bytes = 0;
            LD_TRY(skip_line(stream, err));
            return ld_event_set(j->base.arena, event, LD_SOURCE_REJECT, path, err,
                                "the line is longer than the maximum of %u bytes",
                                LD_JSONL_LINE_BYTES_MAX);
        }
        line = ld_span_trim(line);
        if (line.bytes > 0)
            return read_line(j, line, path, capture, event, err);
    }
}

/* ---- one document ---- */

/* Parses the whole stream. *said: it was rejected and the event is set. */
static lede_status load_document(jsonl *j, ld_source_event *event, bool *said, lede_error *err)
{
    ld_span window;
    json_error_t fault;
    *said = true;
    LD_TRY(ld_stream_peek(j->base.stream, LD_JSONL_LINE_BYTES_MAX + 1, &window, err));
    const char *broken = ld_stream_break(j->base.stream);
    if (broken)
        return ld_event_set(j->base.arena, event, LD_SOURCE_REJECT, j->base.name, err, "%s",
                            broken);
    if (window.bytes > LD_JSONL_LINE_BYTES_MAX)
        return ld_event_set(j->base.arena, event, LD_SOURCE_REJECT, j->base.name, err,
                            "the JSON document is larger than the maximum of %u bytes; "
                            "write one record a line",
                            LD_JSONL_LINE_BYTES_MAX);
    if (ld_span_starts_with(window, LD_SPAN("\xef\xbb\xbf")))
        window = ld_span_sub(window, 3, window.bytes);
    if (has_too_many_values(window))
        return ld_event_set(j->base.arena, event, LD_SOURCE_REJECT, j->base.name, err,
                            "the document holds more than the maximum of %u values; "
                            "write one record a line",
                            LD_JSON_VALUES_MAX);
    j->document = json_loadb(window.data, window.bytes, JSON_ALLOW_NUL, &fault);
    if (!j->document && json_error_code(&fault) == json_error_out_of_memory)
        return ld_error_nomem(err, window.bytes);
    if (!j->document)
        return ld_event_set(j->base.arena, event, LD_SOURCE_REJECT, j->base.name, err,
                            "the document is not JSON: %s at line %d", fault.text, fault.line);
    *said = false;
    return LEDE_OK;
}

static lede_status next_item(jsonl *j, ld_capture *capture, ld_source_event *event, lede_error *err)
{
    if (!j->started) {
        bool said;
        j->started = true;
        LD_TRY(load_document(j, event, &said, err));
        if (said)
            return LEDE_OK;
    }
    bool is_array = json_is_array(j->document);
    size_t count = is_array ? json_array_size(j->document) : j->document != NULL;
    if (j->next_item >= count) {
        ld_event_end(event);
        return LEDE_OK;
    }
    size_t at = j->next_item++;
    json_t *record = is_array ? json_array_get(j->document, at) : j->document;
    ld_span path = is_array ? ld_path_with_number(j->base.arena, j->base.name, '#', at + 1)
                            : ld_arena_copy(j->base.arena, j->base.name);
    return give_record(j, record, path, capture, event, err);
}

static lede_status jsonl_next(ld_container *c, ld_capture *capture, ld_source_event *event,
                              lede_error *err)
{
    jsonl *j = (jsonl *)c;
    ld_arena_reset(c->arena);
    memset(capture, 0, sizeof *capture);
    memset(event, 0, sizeof *event);
    return j->lines ? next_line(j, capture, event, err) : next_item(j, capture, event, err);
}

static void jsonl_close(ld_container *c)
{
    jsonl *j = (jsonl *)c;
    json_decref(j->document);
    ld_arena_free(j->own);
    ld_container_release(c);
    ld_release(c->env, j, sizeof *j);
}

lede_status ld_jsonl_open(const lede_env *env, ld_stream *stream, ld_span name, bool lines,
                          const ld_source_options *options, size_t page_bytes_max,
                          ld_container **container, lede_error *err)
{
    *container = NULL;
    lede_status status;
    jsonl *j = ld_alloc_zero(env, sizeof *j);
    if (!j)
        return ld_error_nomem(err, sizeof *j);
    j->base.env = env;
    j->lines = lines;
    j->options = options;
    LD_TRY_OUT(ld_container_init(&j->base, env, stream, name, page_bytes_max, err));
    LD_TRY_OUT(ld_arena_new(env, 1u << 20, &j->own, err));
    if (options && options->fields)
        LD_TRY_OUT(read_mapping(j, options->fields, err));
    j->base.next = jsonl_next;
    j->base.close = jsonl_close;
    *container = &j->base;
    return LEDE_OK;
out:
    jsonl_close(&j->base);
    return status;
}
