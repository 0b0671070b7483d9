/* Dates in all their spellings. What is read lies in the years 1 to 9999 and is where it says. */
#include "article/dates.h"
#include "query/parse.h"
#include "tests/fuzz/fuzz.h"

#define YEAR_1_MS     (-62135596800000)
#define YEAR_10000_MS 253402300800000

static void check_time(int64_t utc_ms)
{
    const int64_t day_ms = 86400000; /* zones may move the ends */
    fuzz_check(utc_ms >= YEAR_1_MS - day_ms && utc_ms < YEAR_10000_MS + day_ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    ld_span input = fuzz_span(data, bytes);
    int64_t utc_ms, again, low, high;
    size_t from, end;
    char text[64];
    if (ld_date_parse_iso(input, &utc_ms) != LD_DATE_NONE) {
        check_time(utc_ms);
        if (utc_ms >= YEAR_1_MS && utc_ms < YEAR_10000_MS) {
            ld_date_format_time(utc_ms, text);
            fuzz_check(ld_date_parse_iso(ld_span_from_string(text), &again) == LD_DATE_TIME);
            fuzz_check(utc_ms - again >= 0 && utc_ms - again < 1000);
        }
    }
    if (ld_date_parse_http(input, &utc_ms) != LD_DATE_NONE)
        check_time(utc_ms);
    for (int month_first = 0; month_first < 2; month_first++) {
        if (ld_dates_find(input, month_first, &utc_ms, &from, &end) != LD_DATE_NONE) {
            check_time(utc_ms);
            fuzz_check(from < end && end <= input.bytes);
        }
    }
    if (ld_parse_date(input, FUZZ_NOW_MS, &low, &high))
        fuzz_check(low <= high);
    if (ld_parse_date_words(input, FUZZ_NOW_MS, &low, &high))
        ld_format_date_range(low, high, text);
    if (ld_parse_date_range(input, FUZZ_NOW_MS, &low, &high))
        ld_format_date_range(low, high, text);
    ld_dates dates;
    ld_dates_init(&dates, true, FUZZ_NOW_MS);
    ld_dates_offer(&dates, false, LD_EVIDENCE_META, LD_TRUST_META, input);
    ld_dates_offer_url(&dates, input);
    ld_dates_offer_line(&dates, input, true);
    ld_dates_offer_place(&dates, input, LD_PLACE_MARKED, LD_TRUST_TEXT_MARKED);
    ld_dates_is_label(input);
    return 0;
}
