#include "engine/options.h"

#include "base/date.h"
#include "text/analyze.h"
#include "text/stem.h"

void ld_options_take(void *own, uint32_t own_bytes, const void *callers)
{
    uint32_t callers_bytes;
    if (!callers)
        return;
    memcpy(&callers_bytes, callers, sizeof callers_bytes);
    memcpy(own, callers, callers_bytes < own_bytes ? callers_bytes : own_bytes);
}

ld_extract_options ld_extract_options_of(const lede_source_options *options)
{
    return (ld_extract_options){.published = ld_span_from_string(options->published),
                                .source = ld_span_from_string(options->source_name),
                                .language = ld_span_from_string(options->language)};
}

lede_status ld_source_options_check(const lede_source_options *options, lede_error *err)
{
    if (!options)
        return LEDE_OK;
    int64_t utc_ms;
    ld_span published = ld_span_from_string(options->published);
    if (published.bytes && ld_date_parse_iso(published, &utc_ms) == LD_DATE_NONE)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "%.64s is no date; write it as 2015-11-16 or 2015-11-16T08:00:00Z",
                       options->published);
    if (options->shard_count && options->shard_index >= options->shard_count)
        return LD_FAIL(err, LEDE_E_INVALID, "shard %u of %u: shards count from 0",
                       options->shard_index, options->shard_count);
    return LEDE_OK;
}

lede_status ld_profile_check_analysis(const ld_profile *profile, lede_error *err)
{
    if (profile->analyzer_version != LD_ANALYZER_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION,
                       "the archive was written by analyser %u and this lede has %u; dump it with "
                       "the older lede and load the dump",
                       profile->analyzer_version, LD_ANALYZER_VERSION);
    ld_span ours = ld_span_from_string(ld_stemmer_version());
    ours = ld_span_sub(ours, 0, sizeof profile->stemmer_version - 1);
    if (profile->stem && !ld_span_equal(ours, ld_span_from_string(profile->stemmer_version)))
        return LD_FAIL(err, LEDE_E_VERSION,
                       "the archive was written with stemmer %s and this lede has %.*s; dump it "
                       "there and load the dump here",
                       profile->stemmer_version, (int)ours.bytes, ours.data);
    return LEDE_OK;
}
