#include "lede/version.h"

#include "base/sandbox.h"
#include "index/segment_format.h"
#include "text/analyze.h"
#include "text/stem.h"

lede_versions lede_version(void)
{
    return (lede_versions){LEDE_VERSION, LD_SEGMENT_VERSION, LD_ANALYZER_VERSION,
                           ld_stemmer_version()};
}

_Static_assert(LEDE_WALL_LIMITS == LD_SANDBOX_LIMITS && LEDE_WALL_SECCOMP == LD_SANDBOX_SECCOMP &&
                   LEDE_WALL_LANDLOCK == LD_SANDBOX_LANDLOCK,
               "the same bits");

uint32_t lede_sandbox_walls(void)
{
    return ld_sandbox_probe();
}
