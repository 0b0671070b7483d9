#ifndef LD_ENGINE_OPTIONS_H
#define LD_ENGINE_OPTIONS_H
/* Options structs as callers of older versions filled them, and their checks. */
#include "article/extract.h"
#include "engine/profile.h"
#include "lede/article.h"

/* Copies what the caller knew of (its struct_bytes, the first field); the rest keeps its default.
 * NULL options change nothing. */
void ld_options_take(void *own, uint32_t own_bytes, const void *callers);
/* What the user states about every page of a source; borrows the option's strings. */
ld_extract_options ld_extract_options_of(const lede_source_options *options);
/* A date that is none, a shard beyond the count: INVALID. NULL is fine. */
lede_status ld_source_options_check(const lede_source_options *options, lede_error *err);
/* An archive made under another analyser or stemmer: VERSION. */
lede_status ld_profile_check_analysis(const ld_profile *profile, lede_error *err);

#endif
