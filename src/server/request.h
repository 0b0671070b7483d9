#ifndef LD_SERVER_REQUEST_H
#define LD_SERVER_REQUEST_H
/* A request's target, decoded: which path, with which parameters. */
#include "base/buf.h"
#include "base/limits.h"

typedef struct ld_param {
    ld_span name, value; /* decoded, UTF-8 without NUL bytes; a NUL byte stands after each */
} ld_param;

typedef struct ld_request {
    ld_span path; /* decoded; begins with "/"; a NUL byte stands after it */
    ld_param params[LD_SERVER_PARAMS_MAX];
    uint32_t param_count;
    ld_buf storage; /* what the spans point into */
} ld_request;

/*
 * Decodes a target in origin form ("/search?q=a+b") or absolute form (RFC 9112, 3.2). Strict: a "%"
 * without two hexadecimal digits, UTF-8 that is none, a NUL byte, a name given twice or too many
 * parameters are INVALID with one sentence. Fails with NOMEM else.
 * Release with ld_request_release, also after a failure.
 */
lede_status ld_request_parse(ld_request *request, const lede_env *env, ld_span target,
                             lede_error *err);
void ld_request_release(ld_request *request);

/* The parameter's value; false where it is not given. */
bool ld_request_find(const ld_request *request, const char *name, ld_span *value);
/* The value, empty where it is not given. */
ld_span ld_request_text(const ld_request *request, const char *name);
/* A whole number from `least` to `most`, `fallback` where it is not given. INVALID otherwise. */
lede_status ld_request_number(const ld_request *request, const char *name, uint32_t fallback,
                              uint32_t least, uint32_t most, uint32_t *value, lede_error *err);
/* Every parameter's name must be in `names` (NULL-terminated). INVALID with the first other one. */
lede_status ld_request_check_names(const ld_request *request, const char *const *names,
                                   lede_error *err);

/* Whether a Host header names own_host, localhost, 127.0.0.1 or [::1]; a port behind it does not
 * matter. */
bool ld_host_is_local(ld_span host_header, const char *own_host);
/* Whether a server bound to this host is reached from this machine only. */
bool ld_host_is_loopback(const char *host);

#endif
