#!/bin/sh
# Installs what is missing to build lede (and, with `test`, to test it) on Debian and Ubuntu.
# Usage: tools/setup.sh build [test] [clang] [web] [bench-http]
# Nothing is done when everything is there. As root, or with sudo, the packages are installed;
# otherwise the exact command is printed and the script stops.
set -eu

packages="gcc libc6-dev meson ninja-build pkg-config python3 libevent-dev libzstd-dev
libdeflate-dev zlib1g-dev libxxhash-dev libutf8proc-dev libstemmer-dev libexpat1-dev
libjansson-dev"
for group in "$@"; do
    case "$group" in
    test) packages="$packages libcmocka-dev g++" ;;
    clang) packages="$packages clang" ;;
    web)
        packages="$packages chromium"
        command -v npm >/dev/null 2>&1 || packages="$packages nodejs npm"
        ;;
    bench-http) packages="$packages wrk nginx-light" ;;
    esac
done

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "lede's set-up knows Debian and Ubuntu only; install these by hand:" $packages >&2
    exit 0
fi

missing=""
for package in $packages; do
    case "$(dpkg-query -W -f='${db:Status-Status} ' "$package" 2>/dev/null)" in
    "installed "*) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1; then
    as_root="sudo"
else
    echo "These packages are missing and there is neither root nor sudo to install them:" >&2
    echo "    apt-get install$missing" >&2
    exit 1
fi
echo "Installing:$missing"
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    $missing >/dev/null
