#ifndef LEDE_LEDE_H
#define LEDE_LEDE_H
/*
 * lede: search in site for news. The whole public interface, simple things first:
 *
 *   status.h    what a call says about itself
 *   env.h       the table of effects (memory, files, clock): NULL everywhere means the system's
 *   article.h   an article, as it is extracted and kept; extraction as a pure filter
 *   archive.h   making, opening, adding, deleting, checking
 *   search.h    searching a snapshot; passages, facets, paging
 *
 * Conventions. Handles are opaque. Options structs begin with `struct_bytes`, set by their _INIT
 * macro; every other field may stay zero and then has its default. A `T **out` is owned by the
 * caller, who frees it with the function named there; a returned `const T *` is borrowed, and how
 * long it lives is written beside it. Text is UTF-8 in lede_text (pointer and bytes); it is also
 * NUL-terminated wherever lede makes it. Strings passed in are NUL-terminated unless they come
 * with a length. Times are milliseconds since 1970-01-01T00:00:00Z.
 */
#include "lede/alerts.h"
#include "lede/archive.h"
#include "lede/article.h"
#include "lede/env.h"
#include "lede/search.h"
#include "lede/status.h"
#include "lede/version.h"
#endif
