#!/bin/sh
# Makes an archive of samples/, prints three searches, serves it (SERVE=0: ends after them).
# Usage: tools/demo.sh BUILD_DIR
set -eu
lede="$1/lede"
port="${PORT:-7700}"
archive="demo.lede"

run() {
    printf '\n$ lede'
    for word in "$@"; do
        case "$word" in
        *[!A-Za-z0-9_./:=-]*) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    "$lede" "$@"
}

rm -rf "$archive"
run add "$archive" samples/
run search "$archive" 'gannet bridge' --count 3
run search "$archive" '"port aldern" strike' --count 3
run search "$archive" 'title:storm' --sort newest --count 3
if [ "${SERVE:-1}" = 0 ]; then
    exit 0
fi
echo
exec "$lede" serve "$archive" --port "$port"
