#!/bin/sh
# Fuzzes one target, or each in turn, with libFuzzer (clang). `make fuzz T=NAME S=SECONDS` calls it.
#
# Usage: tools/fuzz.sh [NAME|all] [SECONDS]     (default: all, 60 each)
#
# What it learns is kept in build-fuzz/corpus/NAME; an input that breaks a promise is written to
# build-fuzz/found/ and named. Exits with 1 when there was one. The limits are part of the promise: ten
# seconds an input, and no allocation above 600 MiB.
set -u
cd "$(dirname "$0")/.." || exit 1
BUILD=build-fuzz
NAME=${1:-all}
SECONDS_EACH=${2:-60}
if ! command -v clang >/dev/null; then
    echo "fuzz.sh: clang is missing (apt-get install clang)" >&2
    exit 1
fi
test -f $BUILD/build.ninja ||
    CC=clang meson setup $BUILD --buildtype=debugoptimized -Db_sanitize=address,undefined \
        -Db_lundef=false -Dfuzz=true -Dc_args=-fsanitize=fuzzer-no-link >/dev/null || exit 1
names=$(find tests/fuzz -name 'fuzz_*.c' | sed 's|.*/fuzz_\(.*\)\.c|\1|' | sort)
test "$NAME" = all || names=$NAME
targets=$(for n in $names; do echo "tests/fuzz/fuzz_$n"; done)
# shellcheck disable=SC2086
ninja -C $BUILD $targets >/dev/null || exit 1
mkdir -p $BUILD/found
found=0
for n in $names; do
    mkdir -p "$BUILD/corpus/$n"
    if nice -n 10 "$BUILD/tests/fuzz/fuzz_$n" -max_total_time="$SECONDS_EACH" -timeout=10 \
        -rss_limit_mb=1500 -malloc_limit_mb=600 -print_final_stats=1 \
        -artifact_prefix="$BUILD/found/$n-" "$BUILD/corpus/$n" "tests/fuzz/corpus/$n" \
        >"$BUILD/found/$n.log" 2>&1; then
        runs=$(awk '/number_of_executed_units/ { print $2 }' "$BUILD/found/$n.log")
        echo "$n: $runs inputs, nothing found"
    else
        found=1
        echo "$n: FOUND, see $BUILD/found/$n.log"
        grep -hE 'broken:|SUMMARY|Test unit written' "$BUILD/found/$n.log"
    fi
done
exit $found
