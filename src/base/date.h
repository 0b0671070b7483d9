#ifndef LD_BASE_DATE_H
#define LD_BASE_DATE_H
/*
 * Civil time without a clock: days and milliseconds since 1970-01-01T00:00:00Z in the proleptic
 * Gregorian calendar. Nothing here reads the time; "now" is always an argument.
 */
#include "base/span.h"

typedef struct ld_civil {
    int32_t year;       /* 1..9999 */
    uint8_t month, day; /* 1..12, 1..31 */
    uint8_t hour, minute, second;
    uint16_t millisecond;
    int16_t offset_minutes; /* of the zone, east positive */
} ld_civil;

bool ld_civil_valid(const ld_civil *c);
int64_t ld_days_from_civil(int32_t year, uint32_t month, uint32_t day);
void ld_civil_from_days(int64_t days, int32_t *year, uint32_t *month, uint32_t *day);
int64_t ld_civil_to_utc_ms(const ld_civil *c);
ld_civil ld_civil_from_utc_ms(int64_t utc_ms);
uint32_t ld_weekday_from_days(int64_t days); /* 0 Monday .. 6 Sunday */
uint32_t ld_days_in_month(int32_t year, uint32_t month);

/* How much of a date was stated. */
typedef enum ld_date_precision {
    LD_DATE_NONE = 0,
    LD_DATE_YEAR,
    LD_DATE_MONTH,
    LD_DATE_DAY,
    LD_DATE_TIME
} ld_date_precision;

/* ISO 8601 / RFC 3339 forms: YYYY, YYYY-MM, YYYY-MM-DD, with T or space hh:mm[:ss[.fff]] and Z or
 * an offset (±hh:mm, ±hhmm, ±hh); basic form YYYYMMDD[Thhmmss]. Must fill the span.
 * A missing offset is taken as UTC. */
ld_date_precision ld_date_parse_iso(ld_span s, int64_t *utc_ms);
/* RFC 5322 / RFC 850 / asctime, as feeds and HTTP headers carry them. */
ld_date_precision ld_date_parse_http(ld_span s, int64_t *utc_ms);
/* "2015-11-16" (11 bytes with NUL) and "2015-11-16T08:09:10Z" (21 bytes with NUL; ms dropped). */
void ld_date_format_day(int64_t utc_ms, char out[16]);
void ld_date_format_time(int64_t utc_ms, char out[32]);

#endif
