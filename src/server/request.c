/*
 * The query part is read as forms are sent (application/x-www-form-urlencoded): "+" is a space,
 * pairs are separated by "&". The path knows no "+". What is decoded once is never decoded again.
 */
#include "server/request.h"

#include "base/utf8.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static lede_status check_text(ld_span s, lede_error *err)
{
    for (size_t at = 0; at < s.bytes;) {
        size_t bytes;
        if (!ld_utf8_is_sequence(s.data + at, s.bytes - at, &bytes))
            return LD_FAIL(err, LEDE_E_INVALID, "The address holds bytes that are not UTF-8.");
        if (s.data[at] == 0)
            return LD_FAIL(err, LEDE_E_INVALID, "The address holds a NUL byte (%%00).");
        at += bytes;
    }
    return LEDE_OK;
}

/* storage has room for everything: decoding never lengthens, and each piece replaces a separator
 * by its NUL byte. */
static lede_status decode(ld_buf *storage, ld_span encoded, bool plus_is_space, ld_span *decoded,
                          lede_error *err)
{
    size_t start = storage->bytes;
    for (size_t i = 0; i < encoded.bytes; i++) {
        char c = encoded.data[i];
        if (c == '%') {
            int high = i + 2 < encoded.bytes ? hex_value(encoded.data[i + 1]) : -1;
            int low = i + 2 < encoded.bytes ? hex_value(encoded.data[i + 2]) : -1;
            if (high < 0 || low < 0)
                return LD_FAIL(err, LEDE_E_INVALID,
                               "The address has a %% without two hexadecimal digits behind it; "
                               "a percent sign itself is written %%25.");
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        ld_buf_add_byte(storage, (uint8_t)c);
    }
    *decoded = ld_span_of((const char *)storage->data + start, storage->bytes - start);
    ld_buf_add_byte(storage, 0);
    LD_TRY(ld_buf_status(storage, err));
    return check_text(*decoded, err);
}

/* Path and query of a target, without the fragment no client should have sent. */
static lede_status split_target(ld_span target, ld_span *path, ld_span *query, lede_error *err)
{
    if (ld_span_starts_with_nocase(target, LD_SPAN("http://")) ||
        ld_span_starts_with_nocase(target, LD_SPAN("https://"))) {
        size_t authority = ld_span_find(target, LD_SPAN("://")) + 3;
        ld_span rest = ld_span_sub(target, authority, target.bytes);
        size_t slash = ld_span_find_byte(rest, '/');
        target = slash == SIZE_MAX ? LD_SPAN("/") : ld_span_sub(rest, slash, rest.bytes);
    }
    size_t fragment = ld_span_find_byte(target, '#');
    target = ld_span_sub(target, 0, fragment);
    if (target.bytes == 0 || target.data[0] != '/')
        return LD_FAIL(err, LEDE_E_INVALID, "The address must begin with a slash.");
    size_t mark = ld_span_find_byte(target, '?');
    *path = ld_span_sub(target, 0, mark);
    *query = mark == SIZE_MAX ? LD_SPAN("") : ld_span_sub(target, mark + 1, target.bytes);
    return LEDE_OK;
}

static lede_status add_param(ld_request *r, ld_span pair, lede_error *err)
{
    size_t equals = ld_span_find_byte(pair, '=');
    ld_span value = equals == SIZE_MAX ? LD_SPAN("") : ld_span_sub(pair, equals + 1, pair.bytes);
    ld_param param;
    ld_span present;
    if (r->param_count == LD_SERVER_PARAMS_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "The address has more than %u parameters.",
                       LD_SERVER_PARAMS_MAX);
    LD_TRY(decode(&r->storage, ld_span_sub(pair, 0, equals), true, &param.name, err));
    LD_TRY(decode(&r->storage, value, true, &param.value, err));
    if (ld_request_find(r, param.name.data, &present))
        return LD_FAIL(err, LEDE_E_INVALID, "The parameter \"%.60s\" is given twice.",
                       param.name.data);
    r->params[r->param_count++] = param;
    return LEDE_OK;
}

lede_status ld_request_parse(ld_request *r, const lede_env *env, ld_span target, lede_error *err)
{
    ld_span path, query;
    r->param_count = 0;
    r->path = LD_SPAN("");
    /* each pair without "=" has a NUL byte more than it had separators */
    size_t bytes_max = 2 * target.bytes + 8;
    ld_buf_init(&r->storage, env, bytes_max);
    if (!ld_buf_reserve(&r->storage, bytes_max))
        return ld_buf_status(&r->storage, err);
    LD_TRY(split_target(target, &path, &query, err));
    LD_TRY(decode(&r->storage, path, false, &r->path, err));
    while (query.bytes > 0) {
        size_t end = ld_span_find_byte(query, '&');
        ld_span pair = ld_span_sub(query, 0, end);
        if (pair.bytes > 0)
            LD_TRY(add_param(r, pair, err));
        query = end == SIZE_MAX ? LD_SPAN("") : ld_span_sub(query, end + 1, query.bytes);
    }
    return LEDE_OK;
}

void ld_request_release(ld_request *request)
{
    ld_buf_release(&request->storage);
}

bool ld_request_find(const ld_request *request, const char *name, ld_span *value)
{
    for (uint32_t i = 0; i < request->param_count; i++) {
        if (ld_span_equal(request->params[i].name, ld_span_from_string(name))) {
            *value = request->params[i].value;
            return true;
        }
    }
    return false;
}

ld_span ld_request_text(const ld_request *request, const char *name)
{
    ld_span value;
    return ld_request_find(request, name, &value) ? value : LD_SPAN("");
}

lede_status ld_request_number(const ld_request *request, const char *name, uint32_t fallback,
                              uint32_t least, uint32_t most, uint32_t *value, lede_error *err)
{
    ld_span text;
    uint64_t number = fallback;
    if (ld_request_find(request, name, &text) &&
        (!ld_span_parse_u64(text, &number) || number < least || number > most))
        return LD_FAIL(err, LEDE_E_INVALID, "%s must be a whole number from %u to %u.", name, least,
                       most);
    *value = (uint32_t)number;
    return LEDE_OK;
}

lede_status ld_request_check_names(const ld_request *request, const char *const *names,
                                   lede_error *err)
{
    for (uint32_t i = 0; i < request->param_count; i++) {
        const char *const *name = names;
        while (*name && !ld_span_equal(request->params[i].name, ld_span_from_string(*name)))
            name++;
        if (!*name)
            return LD_FAIL(err, LEDE_E_INVALID, "There is no parameter \"%.60s\" here.",
                           request->params[i].name.data);
    }
    return LEDE_OK;
}

/* ---- hosts ---- */

/* The host of "host:port" or "[::1]:port"; empty where it is neither. */
static ld_span host_of(ld_span header)
{
    size_t end = ld_span_find_byte(header, header.bytes && header.data[0] == '[' ? ']' : ':');
    if (end == SIZE_MAX)
        return header.bytes && header.data[0] == '[' ? LD_SPAN("") : header;
    return ld_span_sub(header, 0, header.data[0] == '[' ? end + 1 : end);
}

bool ld_host_is_local(ld_span host_header, const char *own_host)
{
    ld_span host = host_of(host_header), own = ld_span_from_string(own_host);
    if (ld_span_equal_nocase(host, LD_SPAN("localhost")) ||
        ld_span_equal(host, LD_SPAN("127.0.0.1")) || ld_span_equal(host, LD_SPAN("[::1]")) ||
        ld_span_equal_nocase(host, own))
        return true;
    return host.bytes > 2 && host.data[0] == '[' &&
           ld_span_equal_nocase(ld_span_sub(host, 1, host.bytes - 2), own);
}

bool ld_host_is_loopback(const char *host)
{
    ld_span s = ld_span_from_string(host);
    return ld_span_equal_nocase(s, LD_SPAN("localhost")) || ld_span_equal(s, LD_SPAN("::1")) ||
           ld_span_starts_with(s, LD_SPAN("127."));
}
