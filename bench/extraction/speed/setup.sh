#!/bin/sh
# Builds the peers of speed.py into $LEDE_BENCH_DIR (default: lede-bench in the temporary folder).
# Nothing is done twice, nothing comes into the repository. A peer that cannot be had is said and
# left out; the measurement runs with the others.
#
#   lexbor                        its public source; only the modules an HTML parser needs, -O3 for
#                                 this machine. Put a source tree at $LEDE_BENCH_DIR/lexbor-source
#                                 where there is no way to clone one.
#   rs-trafilatura, dom_smoothie  crates, pinned in rust/Cargo.toml
#   trafilatura, resiliparse      Python packages in an environment of their own
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${LEDE_BENCH_DIR:-${TMPDIR:-/tmp}/lede-bench}
lexbor_version=${LEXBOR_VERSION:-v3.1.0}
mkdir -p "$cache/bin"

lexbor() {
    [ ! "$cache/bin/lexbor-pass" -nt "$here/lexbor.c" ] || return 0
    source=$cache/lexbor-source
    [ -d "$source/source/lexbor" ] ||
        git clone -q --depth 1 --branch "$lexbor_version" \
            https://github.com/lexbor/lexbor "$source"
    objects=$cache/lexbor-objects
    rm -rf "$objects"
    mkdir -p "$objects"
    for module in core dom ns tag html; do
        find "$source/source/lexbor/$module" -name '*.c'
    done >"$objects/files"
    find "$source/source/lexbor/ports/posix" -name '*.c' >>"$objects/files"
    while read -r file; do
        cc -O3 -march=native -DNDEBUG -DLEXBOR_STATIC -I"$source/source" -c "$file" \
            -o "$objects/$(echo "$file" | tr / _).o"
    done <"$objects/files"
    cc -O3 -march=native -I"$source/source" -o "$cache/bin/lexbor-pass" "$here/lexbor.c" \
        "$objects"/*.o -lm
}

crates() {
    command -v cargo >/dev/null 2>&1
    [ "$cache/bin/extract-peers" -nt "$here/rust/src/main.rs" ] &&
        [ "$cache/bin/extract-peers" -nt "$here/rust/Cargo.toml" ] && return 0
    rm -rf "$cache/extract-rust-source" # built there, so that no lock file comes into the tree
    cp -r "$here/rust" "$cache/extract-rust-source"
    (cd "$cache/extract-rust-source" &&
        RUSTFLAGS="-C target-cpu=native" CARGO_TARGET_DIR="$cache/extract-rust-target" \
            cargo build --release)
    cp "$cache/extract-rust-target/release/extract-peers" "$cache/bin/extract-peers"
}

python_packages() {
    [ ! -e "$cache/extract-venv/done" ] || return 0
    python3 -m venv "$cache/extract-venv"
    "$cache/extract-venv/bin/pip" install -q --upgrade pip
    "$cache/extract-venv/bin/pip" install -q trafilatura==2.3.1 lxml_html_clean resiliparse
    touch "$cache/extract-venv/done"
}

for peer in lexbor crates python_packages; do
    # A subshell with its own -e: a step that fails ends its peer, not the others.
    set +e
    (set -e; $peer)
    [ $? -eq 0 ] || echo "bench: $peer cannot be had here and is left out" >&2
    set -e
done
