#ifndef LEDE_TESTS_TEST_H
#define LEDE_TESTS_TEST_H
/* What every test file needs: cmocka, a seeded generator, the place of the test data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lede/status.h"
#include "tests/random.h"

/* The status must be OK; the error's own sentence is printed where it is not. */
#define assert_ok(expr, err)                                                                       \
    do {                                                                                           \
        lede_status assert_ok_status_ = (expr);                                                    \
        if (assert_ok_status_ != LEDE_OK)                                                          \
            fail_msg("%s: %s (%s)", #expr, lede_status_name(assert_ok_status_), (err)->message);   \
    } while (0)

/*
 * The folder of test data: LEDE_TEST_DATA, else ../shared/data. NULL when it is not there, and
 * then the test says skip(), except under CI=true, where its absence is a failure.
 */
static inline const char *test_data_dir(void)
{
    static char path[4096];
    const char *dir = getenv("LEDE_TEST_DATA");
    snprintf(path, sizeof path, "%s/README.md", dir ? dir : "../shared/data");
    FILE *f = fopen(path, "rb");
    if (f) {
        fclose(f);
        path[strlen(path) - strlen("/README.md")] = 0;
        return path;
    }
    const char *ci = getenv("CI");
    if (ci && strcmp(ci, "true") == 0)
        fail_msg("no test data at %s: set LEDE_TEST_DATA", dir ? dir : "../shared/data");
    print_message("# skipped: no test data at %s\n", dir ? dir : "../shared/data");
    return NULL;
}

#endif
