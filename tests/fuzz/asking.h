#ifndef LEDE_TESTS_FUZZ_ASKING_H
#define LEDE_TESTS_FUZZ_ASKING_H
/* A text as a query of one dialect: read, echoed, translated, answered. */
#include <stddef.h>
#include <stdint.h>

void asking_all(const uint8_t *data, size_t bytes, uint8_t dialect);

#endif
