#ifndef LD_SERVER_ACCESS_H
#define LD_SERVER_ACCESS_H
/*
 * Who may do what: keys for writing, sites that may read from their own pages, and how fast.
 *
 * A file of keys has a line a key; what is kept of the key itself is its SHA-256:
 *
 *   # name   scopes       SHA-256 of the key, hexadecimal
 *   cms      add,delete   9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
 *
 * Keys are made here from 256 random bits, so that a fast hash keeps them as well as a slow one
 * would, and looking one up costs microseconds. A key is compared with every line, each in constant
 * time: how long it takes tells nothing about how near a guess was.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "base/thread.h"
#include "server/sha256.h"

typedef enum ld_scope { LD_SCOPE_ADD = 1, LD_SCOPE_DELETE = 2, LD_SCOPE_METRICS = 4 } ld_scope;

typedef struct ld_access_key {
    uint8_t digest[LD_SHA256_BYTES];
    uint32_t scopes; /* bits of ld_scope */
    char name[64];
} ld_access_key;

typedef struct ld_access_keys {
    const lede_env *env;
    const char *path;    /* NULL: there are none */
    ld_mutex lock;       /* of the fields below */
    ld_access_key *keys; /* [count] */
    uint32_t count;
} ld_access_keys;

/* path NULL: no key is ever right. Fails with NOTFOUND, IO, NOMEM and, with its line, INVALID. */
lede_status ld_access_keys_open(ld_access_keys *keys, const lede_env *env, const char *path,
                                lede_error *err);
/* Reads the file again; after a failure the keys at hand stay. Fails as ld_access_keys_open. */
lede_status ld_access_keys_reload(ld_access_keys *keys, lede_error *err);
/* The scopes of an Authorization header's value ("Bearer ..."); 0 where no key is the one. */
uint32_t ld_access_keys_find(ld_access_keys *keys, ld_span authorization);
void ld_access_keys_close(ld_access_keys *keys);

/* Appends a new key to the file at path, which is made when it is missing, and writes the key
 * itself, NUL-terminated, into `text`: the only time it is known. name_and_scopes:
 * "cms:add,delete". Fails with INVALID, EXISTS for a name that is there, IO. */
#define LD_KEY_TEXT_BYTES 80u
lede_status ld_access_keys_add(const lede_env *env, const char *path, const char *name_and_scopes,
                               char text[LD_KEY_TEXT_BYTES], lede_error *err);

/* Origins, separated by commas or spaces: "https://news.example http://localhost:8080", or "*". */
bool ld_origin_is_allowed(ld_span origins, ld_span origin);

/*
 * At most so many requests a second a client, twice as many at once (a token bucket). Clients are
 * kept in a table of fixed size; where two share a place the newer takes it over with half a
 * bucket, so that a flood of addresses neither grows the table nor refills buckets.
 */
typedef struct ld_limiter {
    const lede_env *env;
    uint32_t per_second; /* 0: no limit */
    uint64_t seed;
    ld_mutex lock;
    struct ld_bucket *buckets; /* [LD_SERVER_CLIENTS_MAX] */
} ld_limiter;

lede_status ld_limiter_init(ld_limiter *l, const lede_env *env, uint32_t per_second,
                            lede_error *err);
bool ld_limiter_take(ld_limiter *l, ld_span client, uint64_t now_ns);
void ld_limiter_release(ld_limiter *l);

#endif
