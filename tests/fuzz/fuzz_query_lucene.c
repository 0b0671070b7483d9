/* Queries in the dialect "lucene". */
#include "query/search.h"
#include "tests/fuzz/asking.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    asking_all(data, bytes, LD_DIALECT_LUCENE);
    return 0;
}
