#ifndef LD_CLI_ALERTS_H
#define LD_CLI_ALERTS_H
/* Printing which added articles answer which alerts. */
#include "cli/cli.h"
#include "lede/alerts.h"

typedef struct ld_alert_printer {
    ld_cli *cli;
    bool as_json; /* a line of JSON each */
    uint64_t matches;
    lede_status status; /* the first failure */
} ld_alert_printer;

void ld_alert_match_print(void *printer, const lede_alert_match *match); /* for lede_writer_watch */

#endif
