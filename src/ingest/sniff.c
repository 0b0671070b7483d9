/*
 * Telling files apart by their first bytes.
 *
 * Order: byte order marks, archives (WARC, ARC), markup, JSON, then binary against text. The rules
 * for HTML and for binary bytes are those of the WHATWG MIME Sniffing Standard (7.1 and 3), widened
 * where saved pages need it: comments and an XML declaration may stand in front (browsers write a
 * "saved from url" comment there), and a page in UTF-16 is looked at through its ASCII half.
 * A name is asked last, and only between Markdown and text: names lie, bytes do not.
 */
#include "ingest/sniff.h"

#include <jansson.h>

typedef struct magic {
    const char *bytes;
    uint8_t count;
    const char *name;
} magic;

static const magic magics[] = {
    {"%PDF-", 5, "a PDF document"},
    {"PK\x03\x04", 4, "a ZIP file (WACZ, EPUB, Office ...)"},
    {"\x89PNG", 4, "a PNG image"},
    {"\xff\xd8\xff", 3, "a JPEG image"},
    {"GIF8", 4, "a GIF image"},
    {"RIFF", 4, "a RIFF file (WebP, WAV, AVI)"},
    {"\x28\xb5\x2f\xfd", 4, "zstd data"},
    {"BZh", 3, "bzip2 data"},
    {"\xfd"
     "7zXZ",
     5, "xz data"},
    {"\x7f"
     "ELF",
     4, "a program"},
    {"\x1f\x8b", 2, "gzip data inside gzip data"},
};

static const magic *find_magic(ld_span s)
{
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (s.bytes >= magics[i].count && memcmp(s.data, magics[i].bytes, magics[i].count) == 0)
            return &magics[i];
    return NULL;
}

const char *ld_sniff_binary_name(ld_span head)
{
    const magic *m = find_magic(head);
    return m ? m->name : "binary data";
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static ld_span skip_space(ld_span s)
{
    size_t i = 0;
    while (i < s.bytes && is_space(s.data[i]))
        i++;
    return ld_span_sub(s, i, s.bytes);
}

/* Over white space, comments and <?...?> in front of the first element. */
static ld_span skip_prologue(ld_span s)
{
    for (;;) {
        s = skip_space(s);
        const char *close = NULL;
        if (ld_span_starts_with(s, LD_SPAN("<!--")))
            close = "-->";
        else if (ld_span_starts_with(s, LD_SPAN("<?")))
            close = ">";
        if (!close)
            return s;
        ld_span mark = ld_span_from_string(close);
        size_t at = ld_span_find(s, mark);
        if (at == SIZE_MAX)
            return s;
        s = ld_span_sub(s, at + mark.bytes, s.bytes);
    }
}

/* "<name" followed by what may follow a tag's name. */
static bool is_tag(ld_span s, const char *name)
{
    ld_span n = ld_span_from_string(name);
    if (s.bytes < n.bytes + 2 || s.data[0] != '<' ||
        !ld_span_equal_nocase(ld_span_sub(s, 1, n.bytes), n))
        return false;
    char c = s.data[n.bytes + 1];
    return is_space(c) || c == '>' || c == '/';
}

static bool is_any_tag(ld_span s, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_tag(s, names[i]))
            return true;
    return false;
}

/* HTML, FEED or XML; BINARY stands for "no markup". */
static ld_sniffed sniff_markup(ld_span head)
{
    static const char *const html[] = {
        "html", "head", "body",    "title", "script", "meta",    "link", "style", "table",
        "div",  "p",    "h1",      "h2",    "a",      "font",    "b",    "br",    "iframe",
        "main", "nav",  "article", "base",  "center", "section", "span", "header"};
    static const char *const feed[] = {"rss", "feed", "rdf:RDF", "atom:feed"};
    ld_span s = skip_prologue(head);
    if (is_tag(s, "!doctype")) { /* it names the first element */
        ld_span name = skip_space(ld_span_sub(s, 9, s.bytes));
        for (size_t i = 0; i < sizeof feed / sizeof *feed; i++)
            if (ld_span_starts_with_nocase(name, ld_span_from_string(feed[i])))
                return LD_SNIFF_FEED;
        return ld_span_starts_with_nocase(name, LD_SPAN("html")) ? LD_SNIFF_HTML : LD_SNIFF_XML;
    }
    if (is_any_tag(s, feed, sizeof feed / sizeof *feed))
        return LD_SNIFF_FEED;
    if (is_any_tag(s, html, sizeof html / sizeof *html))
        return LD_SNIFF_HTML;
    if (ld_span_starts_with(skip_space(head), LD_SPAN("<?xml")))
        return LD_SNIFF_XML;
    if (is_tag(s, "urlset") || is_tag(s, "sitemapindex"))
        return LD_SNIFF_XML;
    return LD_SNIFF_BINARY;
}

static bool is_whole_page(ld_span head)
{
    static const char *const names[] = {"html", "head", "!doctype"};
    return is_any_tag(skip_prologue(head), names, sizeof names / sizeof *names);
}

/* JSONL or JSON; BINARY stands for "neither". */
static ld_sniffed sniff_json(ld_span head, bool whole, ld_span extension)
{
    ld_span s = skip_space(head);
    if (s.bytes < 2)
        return LD_SNIFF_BINARY;
    ld_span inside = skip_space(ld_span_sub(s, 1, s.bytes));
    char next = inside.bytes ? inside.data[0] : 0;
    if (s.data[0] == '[')
        return next == '{' ? LD_SNIFF_JSON : LD_SNIFF_BINARY;
    if (s.data[0] != '{' || (next != '"' && next != '}'))
        return LD_SNIFF_BINARY;
    if (ld_span_equal_nocase(extension, LD_SPAN("jsonl")) ||
        ld_span_equal_nocase(extension, LD_SPAN("ndjson")))
        return LD_SNIFF_JSONL;
    size_t line = ld_span_find_byte(s, '\n');
    if (line == SIZE_MAX && whole && ld_span_equal_nocase(extension, LD_SPAN("json")))
        return LD_SNIFF_JSON;
    if (line == SIZE_MAX)
        return LD_SNIFF_JSONL; /* one long line reads the same both ways */
    json_t *first = json_loadb(s.data, line, JSON_ALLOW_NUL, NULL);
    json_decref(first);
    return first ? LD_SNIFF_JSONL : LD_SNIFF_JSON;
}

/* A page in UTF-16 by its order mark: the ASCII half of its beginning, to look for tags. */
static ld_sniffed sniff_utf16(ld_span head)
{
    char ascii[1024];
    size_t n = 0;
    for (size_t i = 2; i < head.bytes && n < sizeof ascii; i++)
        if (head.data[i])
            ascii[n++] = head.data[i];
    ld_sniffed kind = sniff_markup(ld_span_of(ascii, n));
    return kind == LD_SNIFF_BINARY ? LD_SNIFF_TEXT : kind;
}

/* Too many bytes that text does not hold. Some old exports keep a stray control character, so one
 * in a hundred is forgiven; a NUL byte never. */
static bool is_binary(ld_span s)
{
    size_t bad = 0;
    for (size_t i = 0; i < s.bytes; i++) {
        unsigned char c = (unsigned char)s.data[i];
        if (c == 0)
            return true;
        bad += c < 0x20 && !is_space((char)c) && c != 0x1b;
    }
    return bad * 100 > s.bytes;
}

ld_sniffed ld_sniff(ld_span head, bool whole, ld_span name)
{
    if (head.bytes > LD_SNIFF_BYTES)
        head.bytes = LD_SNIFF_BYTES;
    ld_span extension = ld_name_extension(name);
    if (ld_span_starts_with(head, LD_SPAN("\xff\xfe")) ||
        ld_span_starts_with(head, LD_SPAN("\xfe\xff")))
        return sniff_utf16(head);
    if (ld_span_starts_with(head, LD_SPAN("\xef\xbb\xbf")))
        head = ld_span_sub(head, 3, head.bytes);
    if (skip_space(head).bytes == 0)
        return whole ? LD_SNIFF_EMPTY : LD_SNIFF_TEXT;
    if (ld_span_starts_with(skip_space(head), LD_SPAN("WARC/")))
        return LD_SNIFF_WARC;
    if (ld_span_starts_with(head, LD_SPAN("filedesc://")))
        return LD_SNIFF_ARC;
    if (find_magic(head))
        return LD_SNIFF_BINARY;
    bool markdown = ld_span_equal_nocase(extension, LD_SPAN("md")) ||
                    ld_span_equal_nocase(extension, LD_SPAN("markdown"));
    ld_sniffed kind = sniff_markup(head);
    if (kind == LD_SNIFF_HTML && markdown && !is_whole_page(head))
        kind = LD_SNIFF_MARKDOWN; /* Markdown may open with a block of HTML */
    if (kind == LD_SNIFF_BINARY)
        kind = sniff_json(head, whole, extension);
    if (kind != LD_SNIFF_BINARY)
        return kind;
    if (is_binary(head))
        return LD_SNIFF_BINARY;
    if (ld_span_equal_nocase(extension, LD_SPAN("jsonl")) ||
        ld_span_equal_nocase(extension, LD_SPAN("ndjson")))
        return LD_SNIFF_JSONL; /* its first line is broken, the others may not be */
    if (ld_span_equal_nocase(extension, LD_SPAN("html")) ||
        ld_span_equal_nocase(extension, LD_SPAN("htm")) ||
        ld_span_equal_nocase(extension, LD_SPAN("xhtml")))
        return LD_SNIFF_HTML; /* text before the first tag */
    return markdown ? LD_SNIFF_MARKDOWN : LD_SNIFF_TEXT;
}

/* ---- names ---- */

static ld_span base_name(ld_span name)
{
    for (size_t i = name.bytes; i > 0; i--)
        if (name.data[i - 1] == '/')
            return ld_span_sub(name, i, name.bytes);
    return name;
}

static ld_span last_extension(ld_span base)
{
    for (size_t i = base.bytes; i > 1; i--)
        if (base.data[i - 1] == '.')
            return ld_span_sub(base, i, base.bytes);
    return (ld_span){NULL, 0};
}

ld_span ld_name_extension(ld_span name)
{
    ld_span base = base_name(name);
    ld_span extension = last_extension(base);
    if (!ld_span_equal_nocase(extension, LD_SPAN("gz")))
        return extension;
    return last_extension(ld_span_sub(base, 0, base.bytes - 3));
}

static bool is_listed(ld_span extension, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ld_span_equal_nocase(extension, ld_span_from_string(list[i])))
            return true;
    return false;
}

ld_name_class ld_name_classify(ld_span name)
{
    static const char *const reads[] = {
        "html",  "htm",    "xhtml", "xht", "shtml", "txt",  "text", "md",       "warc", "arc",
        "jsonl", "ndjson", "json",  "xml", "rss",   "atom", "rdf",  "markdown", "wacz", "zst"};
    static const char *const ignores[] = {
        "png",  "jpg",  "jpeg", "gif",  "webp", "avif", "svg",   "ico", "bmp",  "tif", "tiff",
        "css",  "js",   "mjs",  "map",  "wasm", "woff", "woff2", "ttf", "otf",  "eot", "mp3",
        "mp4",  "m4a",  "m4v",  "webm", "ogg",  "oga",  "ogv",   "wav", "flac", "avi", "mov",
        "mkv",  "swf",  "pdf",  "doc",  "docx", "xls",  "xlsx",  "ppt", "pptx", "odt", "ods",
        "epub", "zip",  "tar",  "tgz",  "bz2",  "xz",   "7z",    "rar", "iso",  "exe", "so",
        "o",    "a",    "jar",  "pyc",  "db",   "csv",  "tsv",   "cdx", "cdxj", "idx", "bak",
        "tmp",  "part", "lock", "log",  "psd",  "vtt",  "srt",   "ics", "deb",  "rpm"};
    ld_span extension = ld_name_extension(name);
    ld_span last = last_extension(base_name(name));
    if (is_listed(extension, reads, sizeof reads / sizeof *reads))
        return LD_NAME_READ;
    if (is_listed(extension, ignores, sizeof ignores / sizeof *ignores))
        return LD_NAME_IGNORE;
    return ld_span_equal_nocase(last, LD_SPAN("gz")) ? LD_NAME_READ : LD_NAME_UNKNOWN;
}
