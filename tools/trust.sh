#!/bin/sh
# The long tests of the promise: nothing lost, nothing wrong, nobody in. `make trust` calls it.
#
# Usage: tools/trust.sh [SECTION...]        (default: every section)
#
# Prints one line a figure, `bar trust.NAME VALUE`, and what fell short; exits with 1 when anything did.
# Each section is a function that builds what it needs, runs it, and calls bar and need. The amounts
# come from the environment: LEDE_TRUST_STATES, LEDE_TRUST_KILLS, LEDE_TRUST_FAULTS,
# LEDE_TRUST_CASES, LEDE_TRUST_RANDOM_BITS (for a night, raise them: a million random bits take hours).
set -u
cd "$(dirname "$0")/.." || exit 1

BUILD=${LEDE_TRUST_BUILD:-build-trust}
STATES=${LEDE_TRUST_STATES:-100000}
KILLS=${LEDE_TRUST_KILLS:-500}
FAULTS=${LEDE_TRUST_FAULTS:-50000}
CASES=${LEDE_TRUST_CASES:-50000}
RANDOM_BITS=${LEDE_TRUST_RANDOM_BITS:-20000}
OUT=$(mktemp -d) || exit 1
trap 'rm -rf "$OUT"' EXIT
short=0

# bar NAME VALUE
bar() {
    echo "bar trust.$1 $2"
}

# need NAME VALUE OPERATOR LIMIT: as awk compares; a value that is missing falls short
need() {
    if ! awk -v a="$2" -v b="$4" "BEGIN { exit !(a != \"\" && a + 0 $3 b + 0) }"; then
        echo "trust.$1 falls short: ${2:-nothing} is not $3 $4" >&2
        short=1
    fi
}

# build TARGET...: a release build with tests
build() {
    test -f "$BUILD/build.ninja" || meson setup "$BUILD" --buildtype=release >"$OUT/setup" ||
        { cat "$OUT/setup" >&2; exit 1; }
    ninja -C "$BUILD" "$@" >"$OUT/ninja" || { tail -40 "$OUT/ninja" >&2; exit 1; }
}

# ---- power cuts on a simulated disk (tests/crash/) ----
section_crash() {
    build tests/crash/test_crash
    LEDE_TRUST_STATES=$STATES "$BUILD/tests/crash/test_crash" >"$OUT/crash" 2>&1 ||
        { cat "$OUT/crash" >&2; short=1; }
    line=$(grep -o 'crash states: .*' "$OUT/crash" | tr -d ,)
    grep -h '^# .* workloads, .* with every subset' "$OUT/crash" | head -1
    states=$(echo "$line" | awk '{ print $3 }')
    lost=$(echo "$line" | awk '{ print $6 + $8 }') # wrong is no better than lost
    bar crash_states "$states"
    need crash_states "$states" '>=' "$STATES"
    need lost "${line:+$lost}" '==' 0
    lost_crash=${lost:-1}
}

# ---- kill -9 on a real disk (tools/kill_loop.py) ----
section_kills() {
    build src/lede tests/crash/reopen
    python3 tools/kill_loop.py "$BUILD/src/lede" "$KILLS" >"$OUT/kills" || short=1
    value() { awk -v name="$1" '$1 == name { print $2 }' "$OUT/kills"; }
    bar kills "$(value kills)"
    bar reopen_p99_ms "$(value reopen_p99_ms)"
    need kills "$(value kills)" '>=' "$KILLS"
    need lost "$(value lost)" '==' 0
    need wrong "$(value wrong)" '==' 0
    need reopen_p99_ms "$(value reopen_p99_ms)" '<=' 50
    lost_kills=$(awk '$1 == "lost" || $1 == "wrong" { n += $2; seen = 1 } END { print seen ? n : 1 }' \
        "$OUT/kills")
}

# ---- each sync and rename taken out (tools/mutate_durability.py) ----
section_durability() {
    python3 tools/mutate_durability.py --states 20000 || short=1
}

# ---- each effect fails, once and for ever (tests/faults/) ----
section_faults() {
    build tests/faults/test_faults tests/faults/test_truncation
    LEDE_TRUST_FAULTS=$FAULTS CMOCKA_MESSAGE_OUTPUT=TAP "$BUILD/tests/faults/test_faults" \
        >"$OUT/faults" 2>&1 || { grep -v '^ok' "$OUT/faults" >&2; short=1; }
    CMOCKA_MESSAGE_OUTPUT=TAP "$BUILD/tests/faults/test_truncation" >"$OUT/cut" 2>&1 ||
        { cat "$OUT/cut" >&2; short=1; }
    faults=$(awk '$1 == "#" && $2 == "faults:" { print $3 }' "$OUT/faults")
    bar faults "$faults"
    need faults "$faults" '>=' "$FAULTS"
}

# ---- each bit of an archive is flipped (tests/flips/) ----
section_flips() {
    build tests/flips/test_flips
    bits=0
    wrong=0
    for mode in all $RANDOM_BITS; do
        LEDE_TRUST_FLIPS=$mode CMOCKA_MESSAGE_OUTPUT=TAP "$BUILD/tests/flips/test_flips" \
            >"$OUT/flips" 2>&1 || { cat "$OUT/flips" >&2; short=1; }
        line=$(grep '^# flips: ' "$OUT/flips" | tr -d ',;')
        echo "$line"
        bits=$((bits + $(echo "$line" | awk '{ print $3 + 0 }')))
        wrong=$(echo "$line" | awk -v w="$wrong" '{ print NF ? w + $12 : 1 }')
    done
    bar bits_flipped "$bits"
    bar bits_wrong "$wrong"
    need bits_flipped "$bits" '>=' 262144
    need bits_wrong "$wrong" '==' 0
}

# ---- the engine against its naive twin (tests/query/test_differential.c) ----
section_differential() {
    build tests/query/test_query_differential
    LEDE_TRUST_CASES=$CASES CMOCKA_MESSAGE_OUTPUT=TAP "$BUILD/tests/query/test_query_differential" \
        >"$OUT/differential" 2>&1 || { cat "$OUT/differential" >&2; short=1; }
    cases=$(awk '/^# differential cases:/ { n += $4 } END { print n }' "$OUT/differential")
    pairs=$(awk '/^# pairs of features:/ { print 100 * $5 / $7 }' "$OUT/differential")
    bar differential_cases "$cases"
    bar feature_pairs_percent "$pairs"
    need feature_pairs_percent "$pairs" '==' 100
    need differential_cases "$cases" '>=' "$CASES"
}

# ---- bombs and nests (tools/zoo.py) ----
section_zoo() {
    build src/lede
    python3 tools/zoo.py "$BUILD/src/lede" 2 256 >"$OUT/zoo" || { grep FINDING "$OUT/zoo" >&2; short=1; }
    line=$(tail -1 "$OUT/zoo")
    bar zoo_beasts "$(echo "$line" | awk '{ print $1 + 0 }')"
    bar zoo_findings "$(echo "$line" | awk '{ print NF ? $3 + 0 : 1 }')"
}

# ---- further sections above this line; name them here ----
SECTIONS="crash kills durability faults flips differential zoo"

lost_crash=0
lost_kills=0
for section in ${*:-$SECTIONS}; do
    case " $SECTIONS " in
    *" $section "*) "section_$section" ;;
    *) echo "trust.sh: no section $section; there are: $SECTIONS" >&2; exit 2 ;;
    esac
done
bar lost $((lost_crash + lost_kills))
exit $short
