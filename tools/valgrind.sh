#!/bin/sh
# The unit tests under memcheck, on a build without sanitizers in which each block of an arena is a block of malloc
# (-Darena_debug=true): reads of what was never written, which no sanitizer of gcc sees, reads past
# a block, and leaks. `make valgrind` calls it.
#
# Usage: tools/valgrind.sh [TEST...]     (default: all but those left out below; TEST: text/url)
#
# Left out: tests of processes (seccomp ends valgrind's own system calls), of times, and the long
# random ones (crash, flips, faults, the differential test); the sanitizers run those. Exits with 1 at a
# report.
set -u
cd "$(dirname "$0")/.." || exit 1
BUILD=build-valgrind
if ! command -v valgrind >/dev/null; then
    echo "valgrind.sh: valgrind is missing (apt-get install valgrind)" >&2
    exit 1
fi
test -f $BUILD/build.ninja ||
    meson setup $BUILD --buildtype=debugoptimized -Darena_debug=true >/dev/null || exit 1
ninja -C $BUILD >/dev/null || exit 1
LEFT_OUT="base/keeper engine/page_workers html/bombs html/random html/html5lib_tree query/differential
    query/flat index/postings index/writer_faults index/merge"
every=$(find tests/base tests/codec tests/text tests/html tests/article tests/news tests/ingest tests/index \
    tests/query tests/engine -name 'test_*.c' | sed 's|tests/\(.*\)/test_\(.*\)\.c|\1/\2|' | sort)
for name in $LEFT_OUT; do
    every=$(echo "$every" | grep -vx "$name")
done
found=0
count=0
for name in ${*:-$every}; do
    program="$BUILD/tests/test_$(echo "$name" | tr / _)"
    test -x "$program" || { echo "$name: not built" >&2; exit 1; }
    count=$((count + 1))
    if ! CMOCKA_MESSAGE_OUTPUT=TAP LEDE_CPU=${LEDE_CPU:-scalar} valgrind -q --error-exitcode=99 --leak-check=full \
        --errors-for-leak-kinds=definite,possible --track-origins=no "$program" >"$BUILD/valgrind.log" 2>&1; then
        found=$((found + 1))
        echo "$name: REPORTED"
        grep -E '^==|not ok' "$BUILD/valgrind.log" | head -40
    fi
done
echo "bar valgrind.tests $count"
echo "bar valgrind.reports $found"
test $found -eq 0
