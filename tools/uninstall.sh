#!/bin/sh
# Removes what `make install` put in place, as the build folder's install log lists it.
# Usage: tools/uninstall.sh BUILD_DIR [DESTDIR]
set -eu
log="$1/meson-logs/install-log.txt"
if [ ! -f "$log" ]; then
    echo "nothing to uninstall: $log is missing (run make install first)" >&2
    exit 1
fi
grep -v '^#' "$log" | while IFS= read -r file; do
    if [ -f "$file" ] || [ -L "$file" ]; then
        rm -f "$file"
        echo "removed $file"
    fi
done
