#!/bin/sh
# The tests with threads under ThreadSanitizer: one writer with merges in the background, copies and readers
# beside it, the pipeline's workers, swaps of generations by the server. `make tsan` calls it.
set -u
cd "$(dirname "$0")/.." || exit 1
BUILD=build-tsan
test -f $BUILD/build.ninja ||
    meson setup $BUILD --buildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false >/dev/null || exit 1
ninja -C $BUILD >/dev/null || exit 1
export TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1"
for name in base/thread base/env base/keeper index/writer index/merge engine/archive engine/repair \
    engine/page_workers server/ cli/; do
    python3 tools/run_tests.py $BUILD "$name" || exit 1
done
