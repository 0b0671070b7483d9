#!/bin/sh
# The NEON kernels on a machine that has none: cross-built, run in an emulator (make test-neon).
# Wants a cross compiler and qemu's user mode (Debian: gcc-aarch64-linux-gnu, qemu-user); other
# names by CROSS_CC and QEMU.
set -eu
cd "$(dirname "$0")/../.."
cc=${CROSS_CC:-aarch64-linux-gnu-gcc}
qemu=${QEMU:-qemu-aarch64}
for tool in "$cc" "$qemu"; do
    command -v "$tool" >/dev/null || { echo "test-neon: $tool is not installed" >&2; exit 1; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$cc" -std=gnu11 -O2 -g -Wall -Wextra -Werror -ffp-contract=off -fno-strict-aliasing \
    -D_GNU_SOURCE -static -Isrc -Iinclude -I. -o "$folder/kernels" \
    tests/codec/neon_main.c src/codec/bitpack.c src/codec/kernels*.c src/base/cpu.c -lm
"$qemu" "$folder/kernels"
