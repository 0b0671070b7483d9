#ifndef LEDE_TESTS_FUZZ_SERVING_H
#define LEDE_TESTS_FUZZ_SERVING_H
/* One request answered by the server's handler from the small archive in memory. */
#include "server/http.h"

/* The response is looked at: a known status, a body of UTF-8 text. */
void serving_answer(const ld_http_request *request);

#endif
