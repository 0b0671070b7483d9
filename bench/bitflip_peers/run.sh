#!/bin/sh
# Usage: bench/bitflip_peers/run.sh [FLIPS [SEED]]    see README.md beside this file
set -eu
cd "$(dirname "$0")/../.."
need=""
for package in libsqlite3-dev libxapian-dev g++; do
    dpkg -s "$package" >/dev/null 2>&1 || need="$need $package"
done
if [ -n "$need" ]; then
    root=""
    [ "$(id -u)" = 0 ] || root=sudo
    # shellcheck disable=SC2086
    $root apt-get install -y $need >/dev/null
fi
build=${LEDE_BITFLIP_BUILD:-build-bitflip}
[ -f "$build/build.ninja" ] || meson setup "$build" --buildtype=release -Dtests=false >/dev/null
meson compile -C "$build" lede:shared_library >/dev/null
g++ -std=c++17 -O2 -Wall -Wextra -Iinclude -o "$build/bitflip_peers" \
    bench/bitflip_peers/main.cc bench/bitflip_peers/lede.cc bench/bitflip_peers/sqlite.cc \
    bench/bitflip_peers/xapian.cc -L"$build/src" -llede -lsqlite3 -lxapian \
    -Wl,-rpath,"$(cd "$build/src" && pwd)"
exec "$build/bitflip_peers" "${1:-2000}" "${2:-1}"
