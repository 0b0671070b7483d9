#ifndef LD_TEXT_URL_H
#define LD_TEXT_URL_H
/*
 * What does this address name, and are two addresses the same place?
 *
 * RFC 3986: splitting (appendix B), resolving (5.2, strict), normalising (6.2.2, 6.2.3). Addresses
 * come from pages, so white space around them is dropped and TAB, CR and LF inside are ignored, as
 * browsers do (WHATWG URL). No answer is longer than three times LD_URL_BYTES_MAX.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/span.h"

/* The parts as they stand in the address, borrowed from it. */
typedef struct ld_url {
    ld_span scheme; /* without ":"; empty: relative */
    ld_span user;   /* "user:password", without "@" */
    ld_span host;   /* with brackets for IPv6 */
    ld_span port;   /* digits, may be empty */
    ld_span path;
    ld_span query;      /* without "?" */
    ld_span fragment;   /* without "#" */
    bool has_authority; /* "//" stood there, even before nothing */
    bool has_query, has_fragment;
} ld_url;

/* Splits. False: longer than LD_URL_BYTES_MAX, or it holds a NUL byte. */
bool ld_url_parse(ld_span s, ld_url *url);

/* `reference` as seen from `base` (which must be absolute). The answer lives in the arena; empty
 * when either cannot be parsed, when base is not absolute, or when memory is refused. */
ld_span ld_url_resolve(ld_arena *arena, ld_span base, ld_span reference);

/*
 * The same place in its one spelling: scheme and host in lower case, no default port, no trailing
 * dots of the host, dot segments resolved, percent-encoding of unreserved characters undone and of
 * all that may not stand bare (spaces, controls, bytes >= 128) done, hex digits in upper case,
 * fragment dropped, query kept as it is in order. "http" and "https" stay two. An address without
 * a scheme is answered as empty, as are the failures of ld_url_resolve.
 */
ld_span ld_url_normalize(ld_arena *arena, ld_span url);

/* The host without user and port, as written; empty where there is none. */
ld_span ld_url_host(ld_span url);
/* The part of a host that its owner registered: "bbc.co.uk" of "news.bbc.co.uk". An approximation
 * of the public suffix list: the last two labels, or three where the second-level label is a
 * customary one under a country ("co.uk", "com.au") or the last two are a hosting service
 * ("github.io"). Addresses of numbers are whole. */
ld_span ld_url_site(ld_span host);
/* Both are http or https and their hosts belong to the same site. */
bool ld_url_same_site(ld_span a, ld_span b);
/* The front page of its host: no query, path empty, "/" or one of the usual index names. */
bool ld_url_is_home(ld_span url);

#endif
