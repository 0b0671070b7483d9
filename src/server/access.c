#include "server/access.h"

#include <stdio.h>

#include "base/hash.h"

#define KEY_RANDOM_BYTES 32u
#define FILE_BYTES_MAX   (256u * LD_SERVER_KEYS_MAX)
#define SECOND_NS        1000000000ull

/* ---- the file of keys ---- */

static const struct {
    const char *name;
    ld_scope scope;
} scopes[] = {{"add", LD_SCOPE_ADD}, {"delete", LD_SCOPE_DELETE}, {"metrics", LD_SCOPE_METRICS}};

static uint32_t read_scopes(ld_span names)
{
    uint32_t found = 0;
    while (names.bytes > 0) {
        size_t comma = ld_span_find_byte(names, ','), i = 0;
        ld_span name = ld_span_sub(names, 0, comma);
        while (i < sizeof scopes / sizeof *scopes &&
               !ld_span_equal(name, ld_span_from_string(scopes[i].name)))
            i++;
        if (i == sizeof scopes / sizeof *scopes)
            return 0;
        found |= scopes[i].scope;
        names = comma == SIZE_MAX ? LD_SPAN("") : ld_span_sub(names, comma + 1, names.bytes);
    }
    return found;
}

static bool is_key_name(ld_span name)
{
    for (size_t i = 0; i < name.bytes; i++) {
        char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_' || c == '.'))
            return false;
    }
    return name.bytes > 0 && name.bytes < sizeof((ld_access_key *)0)->name;
}

static ld_span take_word(ld_span *line)
{
    size_t from = 0, to;
    while (from < line->bytes && (line->data[from] == ' ' || line->data[from] == '\t'))
        from++;
    for (to = from; to < line->bytes && line->data[to] != ' ' && line->data[to] != '\t';)
        to++;
    ld_span word = ld_span_sub(*line, from, to - from);
    *line = ld_span_sub(*line, to, line->bytes);
    return word;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_digest(ld_span hex, uint8_t digest[LD_SHA256_BYTES])
{
    if (hex.bytes != 2 * LD_SHA256_BYTES)
        return false;
    for (size_t i = 0; i < LD_SHA256_BYTES; i++) {
        int high = hex_digit(hex.data[2 * i]), low = hex_digit(hex.data[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        digest[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

static bool read_key(ld_span line, ld_access_key *key)
{
    ld_span name = take_word(&line);
    key->scopes = read_scopes(take_word(&line));
    bool has_digest = read_digest(take_word(&line), key->digest);
    if (!is_key_name(name) || key->scopes == 0 || !has_digest || ld_span_trim(line).bytes > 0)
        return false;
    memcpy(key->name, name.data, name.bytes);
    key->name[name.bytes] = 0;
    return true;
}

/* keys: [LD_SERVER_KEYS_MAX]. */
static lede_status read_keys(const char *path, ld_span text, ld_access_key *keys, uint32_t *count,
                             lede_error *err)
{
    *count = 0;
    for (uint32_t number = 1; text.bytes > 0; number++) {
        size_t end = ld_span_find_byte(text, '\n');
        ld_span line = ld_span_trim(ld_span_sub(text, 0, end));
        text = end == SIZE_MAX ? LD_SPAN("") : ld_span_sub(text, end + 1, text.bytes);
        if (line.bytes == 0 || line.data[0] == '#')
            continue;
        if (*count == LD_SERVER_KEYS_MAX)
            return LD_FAIL(err, LEDE_E_INVALID, "%.100s has more than %u keys", path,
                           LD_SERVER_KEYS_MAX);
        if (!read_key(line, &keys[*count]))
            return LD_FAIL(err, LEDE_E_INVALID,
                           "line %u of %.100s is no key; one is: NAME add,delete,metrics SHA-256",
                           number, path);
        ++*count;
    }
    return LEDE_OK;
}

lede_status ld_access_keys_reload(ld_access_keys *k, lede_error *err)
{
    char *text = NULL;
    size_t bytes = 0;
    uint32_t count = 0;
    if (!k->path)
        return LEDE_OK;
    ld_access_key *fresh = ld_alloc_array(k->env, LD_SERVER_KEYS_MAX, sizeof *fresh);
    if (!fresh)
        return ld_error_nomem(err, LD_SERVER_KEYS_MAX * sizeof *fresh);
    lede_status status = ld_file_load(k->env, k->path, FILE_BYTES_MAX, &text, &bytes, err);
    if (status == LEDE_OK) {
        status = read_keys(k->path, ld_span_of(text, bytes), fresh, &count, err);
        ld_release(k->env, text, bytes);
    }
    if (status == LEDE_OK) {
        ld_mutex_lock(&k->lock);
        ld_access_key *old = k->keys;
        k->keys = fresh;
        k->count = count;
        ld_mutex_unlock(&k->lock);
        fresh = old;
    }
    ld_release(k->env, fresh, LD_SERVER_KEYS_MAX * sizeof *fresh);
    return status;
}

lede_status ld_access_keys_open(ld_access_keys *keys, const lede_env *env, const char *path,
                                lede_error *err)
{
    *keys = (ld_access_keys){.env = env, .path = path};
    LD_TRY(ld_mutex_init(&keys->lock, err));
    lede_status status = ld_access_keys_reload(keys, err);
    if (status != LEDE_OK)
        ld_access_keys_close(keys);
    return status;
}

void ld_access_keys_close(ld_access_keys *keys)
{
    ld_release(keys->env, keys->keys, LD_SERVER_KEYS_MAX * sizeof *keys->keys);
    keys->keys = NULL;
    keys->count = 0;
    ld_mutex_release(&keys->lock);
}

static bool is_equal_constant_time(const uint8_t *a, const uint8_t *b, size_t bytes)
{
    volatile uint8_t difference = 0;
    for (size_t i = 0; i < bytes; i++)
        difference = difference | (uint8_t)(a[i] ^ b[i]);
    return difference == 0;
}

uint32_t ld_access_keys_find(ld_access_keys *keys, ld_span authorization)
{
    uint8_t digest[LD_SHA256_BYTES];
    uint32_t found = 0;
    if (!ld_span_starts_with_nocase(authorization, LD_SPAN("Bearer ")))
        return 0;
    ld_sha256(ld_span_trim(ld_span_sub(authorization, 7, authorization.bytes)), digest);
    ld_mutex_lock(&keys->lock);
    for (uint32_t i = 0; i < keys->count; i++) {
        if (is_equal_constant_time(digest, keys->keys[i].digest, sizeof digest))
            found |= keys->keys[i].scopes;
    }
    ld_mutex_unlock(&keys->lock);
    return found;
}

/* ---- a new key ---- */

static void format_hex(const uint8_t *data, size_t bytes, char *hex)
{
    for (size_t i = 0; i < bytes; i++) {
        hex[2 * i] = "0123456789abcdef"[data[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[data[i] & 15];
    }
    hex[2 * bytes] = 0;
}

static lede_status check_name_is_new(const lede_env *env, const char *path, ld_span name,
                                     lede_error *err)
{
    ld_access_keys present;
    lede_error why;
    lede_status status = ld_access_keys_open(&present, env, path, &why);
    if (status == LEDE_E_NOTFOUND)
        return LEDE_OK;
    if (status != LEDE_OK)
        return LD_FAIL(err, status, "%s", why.message);
    for (uint32_t i = 0; i < present.count && status == LEDE_OK; i++) {
        if (ld_span_equal(name, ld_span_from_string(present.keys[i].name)))
            status = LD_FAIL(err, LEDE_E_EXISTS, "%.100s has a key with this name already", path);
    }
    ld_access_keys_close(&present);
    return status;
}

static lede_status append_line(const lede_env *env, const char *path, ld_span line, lede_error *err)
{
    ld_file file;
    uint64_t end;
    LD_TRY(
        ld_file_open(env, path, LEDE_OPEN_READ | LEDE_OPEN_WRITE | LEDE_OPEN_CREATE, &file, err));
    lede_status status = ld_file_size(&file, &end, err);
    if (status == LEDE_OK)
        status = ld_file_pwrite(&file, line.data, line.bytes, end, err);
    if (status == LEDE_OK)
        status = ld_file_sync(&file, err);
    lede_status closed = ld_file_close_checked(&file, status == LEDE_OK ? err : NULL);
    return status == LEDE_OK ? closed : status;
}

lede_status ld_access_keys_add(const lede_env *env, const char *path, const char *name_and_scopes,
                               char text[LD_KEY_TEXT_BYTES], lede_error *err)
{
    ld_span both = ld_span_from_string(name_and_scopes);
    size_t colon = ld_span_find_byte(both, ':');
    ld_span name = ld_span_sub(both, 0, colon);
    ld_span names = colon == SIZE_MAX ? LD_SPAN("") : ld_span_sub(both, colon + 1, both.bytes);
    uint8_t random[KEY_RANDOM_BYTES], digest[LD_SHA256_BYTES];
    char hex[2 * LD_SHA256_BYTES + 1], line[512];
    if (!is_key_name(name) || read_scopes(names) == 0)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "\"%.80s\" is no name with scopes; one is cms:add,delete,metrics",
                       name_and_scopes);
    LD_TRY(check_name_is_new(env, path, name, err));
    LD_TRY(ld_random_fill(env, random, sizeof random, err));
    format_hex(random, sizeof random, hex);
    snprintf(text, LD_KEY_TEXT_BYTES, "lede_%s", hex);
    ld_sha256(ld_span_from_string(text), digest);
    format_hex(digest, sizeof digest, hex);
    int bytes = snprintf(line, sizeof line, "%.*s %.*s %s\n", (int)name.bytes, name.data,
                         (int)names.bytes, names.data, hex);
    return append_line(env, path, ld_span_of(line, (size_t)bytes), err);
}

/* ---- origins ---- */

bool ld_origin_is_allowed(ld_span origins, ld_span origin)
{
    while (origins.bytes > 0) {
        size_t end = 0;
        while (end < origins.bytes && origins.data[end] != ',' && origins.data[end] != ' ')
            end++;
        ld_span one = ld_span_sub(origins, 0, end);
        if (ld_span_equal(one, LD_SPAN("*")) ||
            (one.bytes > 0 && ld_span_equal_nocase(one, origin)))
            return true;
        origins = end == origins.bytes ? LD_SPAN("") : ld_span_sub(origins, end + 1, origins.bytes);
    }
    return false;
}

/* ---- rate ---- */

struct ld_bucket {
    uint64_t client;   /* hash of the address */
    uint64_t taken_ns; /* when `tokens` held */
    double tokens;
};

lede_status ld_limiter_init(ld_limiter *l, const lede_env *env, uint32_t per_second,
                            lede_error *err)
{
    *l = (ld_limiter){.env = env, .per_second = per_second};
    LD_TRY(ld_random_fill(env, &l->seed, sizeof l->seed, err));
    LD_TRY(ld_mutex_init(&l->lock, err));
    l->buckets = ld_alloc_zero(env, LD_SERVER_CLIENTS_MAX * sizeof *l->buckets);
    if (l->buckets)
        return LEDE_OK;
    ld_mutex_release(&l->lock);
    return ld_error_nomem(err, LD_SERVER_CLIENTS_MAX * sizeof *l->buckets);
}

bool ld_limiter_take(ld_limiter *l, ld_span client, uint64_t now_ns)
{
    if (l->per_second == 0)
        return true;
    double full = 2.0 * l->per_second;
    uint64_t hash = ld_hash64(client.data, client.bytes, l->seed);
    ld_mutex_lock(&l->lock);
    struct ld_bucket *b = &l->buckets[hash % LD_SERVER_CLIENTS_MAX];
    if (b->taken_ns == 0 || b->client != hash)
        *b = (struct ld_bucket){hash, now_ns, b->taken_ns == 0 ? full : full / 2};
    if (now_ns > b->taken_ns) {
        b->tokens += (double)(now_ns - b->taken_ns) / SECOND_NS * l->per_second;
        b->taken_ns = now_ns;
    }
    if (b->tokens > full)
        b->tokens = full;
    bool taken = b->tokens >= 1;
    if (taken)
        b->tokens -= 1;
    ld_mutex_unlock(&l->lock);
    return taken;
}

void ld_limiter_release(ld_limiter *l)
{
    ld_release(l->env, l->buckets, LD_SERVER_CLIENTS_MAX * sizeof *l->buckets);
    ld_mutex_release(&l->lock);
}
