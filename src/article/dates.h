#ifndef LD_ARTICLE_DATES_H
#define LD_ARTICLE_DATES_H
/* When was it published, and how do we know? Candidates with their evidence; the best one wins. */
#include "flow/article.h"

typedef struct ld_dates {
    ld_article_date published, modified; /* the best so far */
    int64_t latest_ms;                   /* nothing later is believed: a day after the capture */
    bool is_day_settled;                 /* a second place has the day of published */
    bool is_month_first;                 /* 3/4/2015 is the 4th of March (American pages) */
} ld_dates;

void ld_dates_init(ld_dates *dates, bool has_captured, int64_t captured_utc_ms);

/* How far a place in a page is believed; the order of trust. A candidate replaces one of less. */
enum {
    LD_TRUST_GIVEN = 100,
    LD_TRUST_JSON_LD = 95,
    LD_TRUST_META = 92, /* article:published_time and its kin */
    LD_TRUST_MICRODATA = 88,
    LD_TRUST_META_LOOSE = 74,  /* "date", "dc.date": some sites mean the day of the visit */
    LD_TRUST_TIME_MARKED = 80, /* <time> that says it is the publication, or stands in the head */
    LD_TRUST_URL = 76,
    LD_TRUST_TEXT_LABELLED = 72, /* "Published 16 November 2015" */
    LD_TRUST_TIME = 60,
    LD_TRUST_TEXT_MARKED = 56,  /* in an element called "date", "posted" or the like */
    LD_TRUST_TEXT_NEAR = 50,    /* a line that is only a date, by the headline */
    LD_TRUST_JSON_LD_PAGE = 40, /* of the WebPage around it */
    LD_TRUST_SCRIPT = 38,       /* "publishedAt" and its kin in a script's data */
    LD_TRUST_TEXT_BARE = 36,    /* a line that is only a date, anywhere beside lists */
    LD_TRUST_TEXT_OPENING = 32, /* a paragraph opens with it, or the title holds it */
    LD_TRUST_IMAGE = 26,        /* the path of the lead image */
    LD_TRUST_TEXT_LISTED = 20   /* in a list or beside the story */
};

/* A machine's date (ISO 8601, HTTP, seconds since 1970) or a text that holds one. False: none. */
bool ld_dates_offer(ld_dates *dates, bool is_modified, ld_evidence evidence, uint8_t trust,
                    ld_span text);
/* The first day in a URL's path: /2015/11/16/, /2015-11-16-, /20151116/. */
bool ld_dates_offer_url(ld_dates *dates, ld_span url);
/* The same of another address, such as the lead image's. */
bool ld_dates_offer_address(ld_dates *dates, ld_span url, uint8_t trust);
/* A visible line and what is known of where it stands; true when a date was found. */
typedef enum ld_date_place {
    LD_PLACE_MARKED, /* in an element whose name speaks of dates: short years are read */
    LD_PLACE_BARE,   /* anywhere: the line must be little more than the date */
    LD_PLACE_OPENING /* a paragraph that opens with its date */
} ld_date_place;
/* "Published:", "Datum" and their kin. */
bool ld_dates_is_label(ld_span line);
bool ld_dates_offer_place(ld_dates *dates, ld_span line, ld_date_place place, uint8_t trust);
/* A visible line: "Published 16 November 2015", "Updated ...", or only a date (near the headline).
 * True when the line is about a date, whether or not it was taken. */
bool ld_dates_offer_line(ld_dates *dates, ld_span line, bool is_near_headline);

/* The first date in a text: "16 November 2015", "Nov. 16, 2015", "16.11.2015", "2015-11-16",
 * month names in English, French, German, Spanish, Italian, Dutch and Portuguese. [*from, *end):
 * where it stands. */
ld_date_precision ld_dates_find(ld_span text, bool is_month_first, int64_t *utc_ms, size_t *from,
                                size_t *end);

#endif
