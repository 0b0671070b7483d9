#include "lede/version.h"

#include "index/segment_format.h"
#include "text/analyze.h"
#include "text/stem.h"

lede_versions lede_version(void)
{
    return (lede_versions){LEDE_VERSION, LD_SEGMENT_VERSION, LD_ANALYZER_VERSION,
                           ld_stemmer_version()};
}
