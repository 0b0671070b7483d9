#ifndef LD_ENGINE_PROFILE_H
#define LD_ENGINE_PROFILE_H
/* Which rules an archive is made under: from the options of lede_archive_create. */
#include "flow/segment.h"
#include "lede/archive.h"

lede_status ld_profile_make(const lede_archive_options *options, ld_profile *profile,
                            lede_error *err);
/* A user column or zone by its declared name: NULL where there is none. */
const ld_column_spec *ld_profile_column(const ld_profile *profile, ld_span name);
const ld_zone_spec *ld_profile_zone(const ld_profile *profile, ld_span name);

#endif
