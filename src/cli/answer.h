#ifndef LD_CLI_ANSWER_H
#define LD_CLI_ANSWER_H
/* The answer of a search, printed: as text for a person, as JSON, JSON lines or CSV. */
#include "cli/cli.h"

typedef struct ld_facet_answer {
    const char *name;
    lede_facets *facets;
} ld_facet_answer;

typedef struct ld_answer_printer {
    ld_cli *cli;
    const char *query;
    size_t query_bytes;
    lede_hits *hits;
    const ld_facet_answer *facets; /* [facet_count] */
    uint32_t facet_count;
    bool total_only;
} ld_answer_printer;

/* *shown: the hits that were printed. All fail as lede_hits_next; NOMEM. */
lede_status ld_answer_print_text(ld_answer_printer *p, uint64_t *shown);
lede_status ld_answer_print_json(ld_answer_printer *p, bool lines);
lede_status ld_answer_print_csv(ld_answer_printer *p);
/* Warnings and notices on standard error, a caret under what a warning is about. */
void ld_answer_say_messages(const ld_answer_printer *p);
void ld_messages_say(const lede_message *messages, uint32_t count, ld_span query);

#endif
