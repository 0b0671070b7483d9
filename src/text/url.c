/*
 * Addresses: split, resolve, normalise.
 *
 *   https://user@news.example:8080/2015/11/a.html?id=3#top
 *   scheme  user host         port path           query fragment
 *
 * All work is on bytes, in one pass over each part, into one block of the arena whose size is
 * known beforehand (every byte can become at most "%XX"). Invariant: normalising twice gives what
 * normalising once gave. The algorithms are RFC 3986 section 5.2 (resolving, strict) and 6.2
 * (normalising). Host names beyond ASCII are kept as they stand (no Punycode): the pages and the
 * archive spell them the same way. Rejected: the whole public suffix list (9,000 rules that age);
 * ld_url_site needs to be right for news sites and errs towards "same site" elsewhere.
 */
#include "text/url.h"

static const ld_span no_span = {NULL, 0};

static bool is_alpha(unsigned char c)
{
    return (unsigned char)((c | 32) - 'a') < 26;
}

static bool is_digit(unsigned char c)
{
    return (unsigned char)(c - '0') < 10;
}

static bool is_unreserved(unsigned char c)
{
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Bytes of the scheme in front of ":", 0 where there is none. */
static size_t scheme_bytes(ld_span s)
{
    if (s.bytes == 0 || !is_alpha((unsigned char)s.data[0]))
        return 0;
    for (size_t i = 1; i < s.bytes; i++) {
        unsigned char c = (unsigned char)s.data[i];
        if (c == ':')
            return i;
        if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.')
            return 0;
    }
    return 0;
}

static void parse_authority(ld_span s, ld_url *url)
{
    size_t host = 0;
    for (size_t i = 0; i < s.bytes; i++)
        if (s.data[i] == '@')
            host = i + 1; /* the last one counts: passwords hold "@" in the wild */
    if (host)
        url->user = ld_span_of(s.data, host - 1);
    s = ld_span_sub(s, host, s.bytes);
    size_t colon = s.bytes;
    for (size_t i = s.bytes; i > 0; i--) {
        if (s.data[i - 1] == ':') {
            colon = i - 1;
            break;
        }
        if (!is_digit((unsigned char)s.data[i - 1]))
            break; /* also "]" of an IPv6 address without a port */
    }
    url->host = ld_span_of(s.data, colon);
    if (colon < s.bytes)
        url->port = ld_span_of(s.data + colon + 1, s.bytes - colon - 1);
}

bool ld_url_parse(ld_span s, ld_url *url)
{
    memset(url, 0, sizeof *url);
    s = ld_span_trim(s);
    if (s.bytes > LD_URL_BYTES_MAX || (s.bytes && memchr(s.data, 0, s.bytes)))
        return false;
    size_t hash = ld_span_find_byte(s, '#');
    if (hash != SIZE_MAX) {
        url->has_fragment = true;
        url->fragment = ld_span_sub(s, hash + 1, s.bytes);
        s.bytes = hash;
    }
    size_t scheme = scheme_bytes(s);
    if (scheme) {
        url->scheme = ld_span_of(s.data, scheme);
        s = ld_span_sub(s, scheme + 1, s.bytes);
    }
    size_t mark = ld_span_find_byte(s, '?');
    if (mark != SIZE_MAX) {
        url->has_query = true;
        url->query = ld_span_sub(s, mark + 1, s.bytes);
        s.bytes = mark;
    }
    if (ld_span_starts_with(s, LD_SPAN("//"))) {
        url->has_authority = true;
        s = ld_span_sub(s, 2, s.bytes);
        size_t slash = ld_span_find_byte(s, '/');
        size_t end = slash == SIZE_MAX ? s.bytes : slash;
        parse_authority(ld_span_of(s.data, end), url);
        s = ld_span_sub(s, end, s.bytes);
    }
    url->path = s;
    return true;
}

/* ---- building: one block of known size, written front to back ---- */
typedef struct writer {
    char *data;
    size_t bytes;
} writer;

static void put(writer *w, ld_span s)
{
    if (s.bytes)
        memcpy(w->data + w->bytes, s.data, s.bytes);
    w->bytes += s.bytes;
}

static void put_byte(writer *w, char c)
{
    w->data[w->bytes++] = c;
}

static void put_lower(writer *w, ld_span s)
{
    for (size_t i = 0; i < s.bytes; i++)
        put_byte(w, to_lower(s.data[i]));
}

/* Takes the last segment and its "/" off, not past `floor`. */
static void drop_segment(writer *w, size_t floor)
{
    while (w->bytes > floor && w->data[w->bytes - 1] != '/')
        w->bytes--;
    if (w->bytes > floor)
        w->bytes--;
}

static bool is_dot(ld_span segment)
{
    return ld_span_equal(segment, LD_SPAN(".")) || ld_span_equal_nocase(segment, LD_SPAN("%2e"));
}

static bool is_dot_dot(ld_span segment)
{
    return ld_span_equal(segment, LD_SPAN("..")) ||
           ld_span_equal_nocase(segment, LD_SPAN(".%2e")) ||
           ld_span_equal_nocase(segment, LD_SPAN("%2e.")) ||
           ld_span_equal_nocase(segment, LD_SPAN("%2e%2e"));
}

/* The path without its dot segments (5.2.4). A path that does not begin with "/" (only "a:b"
 * forms reach here so) keeps its first segment bare. */
static void put_path(writer *w, ld_span path)
{
    size_t floor = w->bytes;
    bool rooted = path.bytes && path.data[0] == '/';
    size_t at = rooted ? 1 : 0;
    bool first = true;
    for (;;) {
        ld_span rest = ld_span_sub(path, at, path.bytes);
        size_t slash = ld_span_find_byte(rest, '/');
        ld_span segment = slash == SIZE_MAX ? rest : ld_span_of(rest.data, slash);
        bool last = slash == SIZE_MAX;
        if (is_dot(segment) || is_dot_dot(segment)) {
            if (is_dot_dot(segment))
                drop_segment(w, floor);
            if (last && (rooted || w->bytes > floor))
                put_byte(w, '/');
        } else {
            if (rooted || !first)
                put_byte(w, '/');
            put(w, segment);
            first = false;
        }
        if (last)
            return;
        at += slash + 1;
    }
}

/* The same behind a scheme and perhaps an authority. Without one a path must not begin with "//",
 * or it would be read as an authority the next time: "/." is put before it (WHATWG URL 4.5). */
static void put_path_part(writer *w, const ld_span path, bool has_authority)
{
    size_t start = w->bytes;
    put_path(w, path);
    if (!has_authority && w->bytes >= start + 2 && memcmp(w->data + start, "//", 2) == 0) {
        memmove(w->data + start + 2, w->data + start, w->bytes - start);
        memcpy(w->data + start, "/.", 2);
        w->bytes += 2;
    }
}

/* A copy without TAB, CR and LF inside; the span itself where it has none. */
static ld_span clean(ld_arena *arena, ld_span s)
{
    s = ld_span_trim(s);
    bool dirty = false;
    for (size_t i = 0; i < s.bytes && !dirty; i++)
        dirty = s.data[i] == '\t' || s.data[i] == '\n' || s.data[i] == '\r';
    if (!dirty || s.bytes > LD_URL_BYTES_MAX)
        return s;
    char *copy = ld_arena_alloc(arena, s.bytes);
    if (!copy)
        return no_span;
    size_t n = 0;
    for (size_t i = 0; i < s.bytes; i++)
        if (s.data[i] != '\t' && s.data[i] != '\n' && s.data[i] != '\r')
            copy[n++] = s.data[i];
    return ld_span_of(copy, n);
}

static void put_authority(writer *w, const ld_url *url)
{
    if (!url->has_authority)
        return;
    put(w, LD_SPAN("//"));
    if (url->user.bytes) {
        put(w, url->user);
        put_byte(w, '@');
    }
    put(w, url->host);
    if (url->port.bytes) {
        put_byte(w, ':');
        put(w, url->port);
    }
}

/* 5.2.3: the reference's path put in the place of the base's last segment. */
static ld_span merge_paths(ld_arena *arena, const ld_url *base, ld_span path)
{
    size_t keep = base->path.bytes;
    while (keep > 0 && base->path.data[keep - 1] != '/')
        keep--;
    bool add_root = base->has_authority && base->path.bytes == 0;
    char *data = ld_arena_alloc(arena, keep + path.bytes + 1);
    if (!data)
        return no_span;
    writer w = {data, 0};
    if (add_root)
        put_byte(&w, '/');
    put(&w, ld_span_of(base->path.data, keep));
    put(&w, path);
    return ld_span_of(w.data, w.bytes);
}

ld_span ld_url_resolve(ld_arena *arena, ld_span base_text, ld_span reference_text)
{
    ld_url base, r;
    base_text = clean(arena, base_text);
    reference_text = clean(arena, reference_text);
    if (!ld_url_parse(base_text, &base) || base.scheme.bytes == 0 ||
        !ld_url_parse(reference_text, &r))
        return no_span;
    char *data = ld_arena_alloc(arena, base_text.bytes + reference_text.bytes + 16);
    if (!data)
        return no_span;
    writer w = {data, 0};
    put(&w, r.scheme.bytes ? r.scheme : base.scheme);
    put_byte(&w, ':');
    if (r.scheme.bytes || r.has_authority) {
        put_authority(&w, &r);
        put_path_part(&w, r.path, r.has_authority);
    } else {
        put_authority(&w, &base);
        if (r.path.bytes == 0) {
            put(&w, base.path);
            if (!r.has_query) {
                r.has_query = base.has_query;
                r.query = base.query;
            }
        } else if (r.path.data[0] == '/') {
            put_path_part(&w, r.path, base.has_authority);
        } else {
            ld_span merged = merge_paths(arena, &base, r.path);
            if (!merged.data)
                return no_span;
            put_path_part(&w, merged, base.has_authority);
        }
    }
    if (r.has_query) {
        put_byte(&w, '?');
        put(&w, r.query);
    }
    if (r.has_fragment) {
        put_byte(&w, '#');
        put(&w, r.fragment);
    }
    return ld_span_of(w.data, w.bytes);
}

static int hex_value(char c)
{
    if (is_digit((unsigned char)c))
        return c - '0';
    c = to_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void put_percent(writer *w, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";
    put_byte(w, '%');
    put_byte(w, digits[c >> 4]);
    put_byte(w, digits[c & 15]);
}

/* Percent-encoding in its one form (6.2.2.1 and 6.2.2.2). */
static void put_normal(writer *w, ld_span s)
{
    for (size_t i = 0; i < s.bytes; i++) {
        unsigned char c = (unsigned char)s.data[i];
        if (c == '%' && i + 2 < s.bytes && hex_value(s.data[i + 1]) >= 0 &&
            hex_value(s.data[i + 2]) >= 0) {
            c = (unsigned char)(hex_value(s.data[i + 1]) << 4 | hex_value(s.data[i + 2]));
            i += 2;
            if (is_unreserved(c))
                put_byte(w, (char)c);
            else
                put_percent(w, c);
        } else if (c <= ' ' || c >= 127 || c == '%' || strchr("\"<>\\^`{|}", c)) {
            put_percent(w, c);
        } else {
            put_byte(w, (char)c);
        }
    }
}

static bool is_default_port(ld_span scheme, ld_span port)
{
    return (ld_span_equal_nocase(scheme, LD_SPAN("http")) && ld_span_equal(port, LD_SPAN("80"))) ||
           (ld_span_equal_nocase(scheme, LD_SPAN("https")) &&
            ld_span_equal(port, LD_SPAN("443"))) ||
           (ld_span_equal_nocase(scheme, LD_SPAN("ftp")) && ld_span_equal(port, LD_SPAN("21")));
}

static void put_normal_authority(writer *w, const ld_url *url)
{
    put(w, LD_SPAN("//"));
    if (url->user.bytes) {
        put(w, url->user);
        put_byte(w, '@');
    }
    ld_span host = url->host;
    /* a host that holds a colon is none: what stands behind it is left as it is, because another
     * part of it would be read as the port then */
    size_t tail = host.bytes; /* behind the brackets of IPv6, which hold colons by right */
    while (tail > 0 && host.data[tail - 1] != ']')
        tail--;
    bool is_odd = ld_span_find_byte(ld_span_sub(host, tail, SIZE_MAX), ':') != SIZE_MAX;
    while (!is_odd && host.bytes > 1 && host.data[host.bytes - 1] == '.')
        host.bytes--;
    put_lower(w, host);
    if (is_odd ? url->port.data != NULL
               : url->port.bytes && !is_default_port(url->scheme, url->port)) {
        put_byte(w, ':');
        put(w, url->port);
    }
}

ld_span ld_url_normalize(ld_arena *arena, ld_span text)
{
    ld_url url;
    text = clean(arena, text);
    if (!ld_url_parse(text, &url) || url.scheme.bytes == 0)
        return no_span;
    char *encoded = ld_arena_alloc(arena, 3 * text.bytes + 16);
    char *data = ld_arena_alloc(arena, 3 * text.bytes + 16);
    if (!encoded || !data)
        return no_span;
    writer path = {encoded, 0}, w = {data, 0};
    put_lower(&w, url.scheme);
    put_byte(&w, ':');
    if (url.has_authority)
        put_normal_authority(&w, &url);
    put_normal(&path, url.path);
    if (path.bytes)
        put_path_part(&w, ld_span_of(path.data, path.bytes), url.has_authority);
    else if (url.has_authority)
        put_byte(&w, '/');
    if (url.has_query) {
        put_byte(&w, '?');
        put_normal(&w, url.query);
    }
    return ld_span_of(w.data, w.bytes);
}

ld_span ld_url_host(ld_span text)
{
    ld_url url;
    return ld_url_parse(text, &url) ? url.host : no_span;
}

static bool is_one_of(ld_span s, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ld_span_equal_nocase(s, ld_span_from_string(list[i])))
            return true;
    return false;
}

static bool is_number_address(ld_span host)
{
    if (host.bytes && host.data[0] == '[')
        return true;
    for (size_t i = 0; i < host.bytes; i++)
        if (!is_digit((unsigned char)host.data[i]) && host.data[i] != '.')
            return false;
    return true;
}

/* Where the label that ends before `end` begins. */
static size_t label_start(ld_span host, size_t end)
{
    while (end > 0 && host.data[end - 1] != '.')
        end--;
    return end;
}

ld_span ld_url_site(ld_span host)
{
    static const char *const second_levels[] = {"co",   "com", "org", "net", "gov", "govt", "gob",
                                                "gouv", "edu", "ac",  "or",  "ne",  "go",   "ltd",
                                                "plc",  "sch", "nhs", "mil", "asn", "id",   "nom"};
    static const char *const hosting[] = {"github.io",     "gitlab.io",    "blogspot.com",
                                          "wordpress.com", "substack.com", "tumblr.com",
                                          "netlify.app",   "pages.dev",    "vercel.app"};
    if (host.bytes && host.data[host.bytes - 1] == '.')
        host.bytes--;
    if (is_number_address(host))
        return host;
    size_t top = label_start(host, host.bytes);
    if (top == 0)
        return host;
    size_t second = label_start(host, top - 1);
    ld_span second_label = ld_span_of(host.data + second, top - 1 - second);
    ld_span two = ld_span_sub(host, second, host.bytes);
    bool country = host.bytes - top == 2;
    bool longer = (country && is_one_of(second_label, second_levels,
                                        sizeof second_levels / sizeof *second_levels)) ||
                  is_one_of(two, hosting, sizeof hosting / sizeof *hosting);
    if (!longer || second == 0)
        return two;
    return ld_span_sub(host, label_start(host, second - 1), host.bytes);
}

static bool is_web(ld_span scheme)
{
    return ld_span_equal_nocase(scheme, LD_SPAN("http")) ||
           ld_span_equal_nocase(scheme, LD_SPAN("https"));
}

bool ld_url_same_site(ld_span a_text, ld_span b_text)
{
    ld_url a, b;
    if (!ld_url_parse(a_text, &a) || !ld_url_parse(b_text, &b) || !is_web(a.scheme) ||
        !is_web(b.scheme) || a.host.bytes == 0)
        return false;
    return ld_span_equal_nocase(ld_url_site(a.host), ld_url_site(b.host));
}

bool ld_url_is_home(ld_span text)
{
    static const char *const names[] = {"",          "index.html", "index.htm",    "index.php",
                                        "index.asp", "index.aspx", "index.jsp",    "default.asp",
                                        "home.html", "home.htm",   "default.aspx", "home"};
    ld_url url;
    if (!ld_url_parse(text, &url) || url.host.bytes == 0 || url.query.bytes)
        return false;
    ld_span path = url.path;
    while (path.bytes && path.data[0] == '/')
        path = ld_span_sub(path, 1, path.bytes);
    while (path.bytes && path.data[path.bytes - 1] == '/')
        path.bytes--;
    return is_one_of(path, names, sizeof names / sizeof *names);
}
