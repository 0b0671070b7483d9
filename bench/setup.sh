#!/bin/sh
# Installs and builds the peers that the benchmarks measure lede against. Usage: bench/setup.sh
# Nothing is done twice. Everything that is built lies in $LEDE_BENCH_DIR (default: lede-bench in
# the temporary folder), nothing of it in the repository.
#
#   Tantivy        crate, its version pinned in game/tantivy/Cargo.toml
#   Lucene         Maven artifacts, pinned in game/lucene/pom.xml
#   SQLite, Xapian the distribution's packages
#
# Lucene 10 wants Java 21 or newer, Debian 12 has 17. A runtime of Java 25 with the vector module
# (which Lucene's kernels use) is inside a Python package, so that package's runtime is taken. It is
# a runtime without a compiler: the driver is compiled by Eclipse's, a Maven artifact. Maven itself
# runs on the distribution's Java.
#
# A peer that cannot be had is said and left out; the benchmarks run with the others.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${LEDE_BENCH_DIR:-${TMPDIR:-/tmp}/lede-bench}
runtime_package="arcadedb-embedded==26.10.2.post1"
rust_wanted="1.88"
mkdir -p "$cache/bin"

# Installs the packages that are missing, where there is root or sudo.
need_packages() {
    missing=""
    for package in "$@"; do
        case "$(dpkg-query -W -f='${db:Status-Status} ' "$package" 2>/dev/null)" in
        "installed "*) ;;
        *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo"
    echo "Installing:$missing"
    $as_root apt-get update -qq
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        $missing >/dev/null
}

# newer TARGET SOURCE...: whether TARGET is there and not older than any SOURCE
newer() {
    target=$1
    shift
    [ -e "$target" ] || return 1
    for source in "$@"; do
        [ ! "$source" -nt "$target" ] || return 1
    done
}

sqlite() {
    need_packages libsqlite3-dev
    newer "$cache/bin/sqlite-game" "$here/game/sqlite/game.c" ||
        cc -O2 -o "$cache/bin/sqlite-game" "$here/game/sqlite/game.c" -lsqlite3
}

xapian() {
    need_packages g++ libxapian-dev
    newer "$cache/bin/xapian-game" "$here/game/xapian/game.cc" ||
        # shellcheck disable=SC2046
        g++ -O2 -o "$cache/bin/xapian-game" "$here/game/xapian/game.cc" \
            $(xapian-config --cxxflags --libs)
}

tantivy() {
    newer "$cache/bin/tantivy-game" "$here/game/tantivy/src/main.rs" \
        "$here/game/tantivy/Cargo.toml" && return 0
    command -v cargo >/dev/null 2>&1 || need_packages cargo
    has=$(cargo --version | cut -d' ' -f2)
    if [ "$(printf '%s\n%s\n' "$rust_wanted" "$has" | sort -V | head -n 1)" != "$rust_wanted" ]; then
        echo "cargo $has is too old, Tantivy wants $rust_wanted" >&2
        return 1
    fi
    rm -rf "$cache/tantivy-source" # built there, so that no lock file comes into the tree
    cp -r "$here/game/tantivy" "$cache/tantivy-source"
    (cd "$cache/tantivy-source" &&
        RUSTFLAGS="-C target-cpu=native" CARGO_TARGET_DIR="$cache/tantivy-target" \
            cargo build --release)
    cp "$cache/tantivy-target/release/tantivy-game" "$cache/bin/tantivy-game"
}

java_runtime() {
    [ ! -x "$cache/jre/bin/java" ] || return 0
    python3 -m pip --version >/dev/null 2>&1 || need_packages python3-pip
    rm -rf "$cache/wheel" "$cache/jre.unfinished"
    python3 -m pip download -q --no-deps --only-binary=:all: --python-version 3.11 \
        --implementation cp --abi cp311 --platform "manylinux_2_34_$(uname -m)" \
        -d "$cache/wheel" "$runtime_package"
    python3 - "$cache/wheel" "$cache/jre.unfinished" <<'END'
import pathlib, sys, zipfile
wheel = next(pathlib.Path(sys.argv[1]).glob("*.whl"))
prefix = "arcadedb_embedded/jre/"
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        if not entry.filename.startswith(prefix) or entry.is_dir():
            continue
        path = pathlib.Path(sys.argv[2]) / entry.filename[len(prefix):]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(archive.read(entry))
        if path.parent.name == "bin" or path.name == "jspawnhelper":
            path.chmod(0o755)
END
    mv "$cache/jre.unfinished" "$cache/jre"
    rm -rf "$cache/wheel"
}

lucene() {
    java_runtime || return 1
    jars="$cache/lucene/lib"
    if ! newer "$jars/VERSION" "$here/game/lucene/pom.xml"; then
        command -v mvn >/dev/null 2>&1 || need_packages maven
        rm -rf "$jars"
        mvn -q -B -f "$here/game/lucene/pom.xml" dependency:copy-dependencies \
            -DoutputDirectory="$jars" || return 1
        (cd "$jars" && ls -- *.jar >VERSION)
    fi
    newer "$cache/lucene/classes/Game.class" "$here/game/lucene/Game.java" "$jars/VERSION" ||
        "$cache/jre/bin/java" -jar "$jars"/ecj-*.jar -21 \
            -cp "$(printf '%s:' "$jars"/lucene-*.jar)" -d "$cache/lucene/classes" \
            "$here/game/lucene/Game.java"
}

if command -v dpkg-query >/dev/null 2>&1; then
    need_packages gcc libc6-dev pkg-config python3 zstd
fi
for peer in sqlite xapian lucene tantivy; do
    # A subshell with its own -e: a step that fails ends its peer, not the others.
    set +e
    (set -e; $peer)
    [ $? -eq 0 ] || echo "bench: $peer cannot be had here and is left out" >&2
    set -e
done
