#ifndef LD_SERVER_ANSWERS_H
#define LD_SERVER_ANSWERS_H
/*
 * Ready answers of one generation, for what many ask again within its time.
 *
 * An answer follows from the generation, the address and the day (for "last week"), so whole
 * answers are kept by address, in a table of sets of a few places each; in a full set the one that
 * was not asked for the longest goes. The table is the generation's own and ends with it, so
 * nothing in it is ever out of date. Addresses are compared whole: a hash that meets by chance or
 * by design answers nobody with what another asked.
 *
 * Memory: at most LD_ANSWERS_SETS * LD_ANSWERS_WAYS * LD_ANSWER_BYTES_MAX, 64 MiB, for answers as
 * long as are kept at all. Threads: any; a lock is held while an answer is copied.
 */
#include "base/buf.h"
#include "base/thread.h"

#define LD_ANSWERS_SETS         64u
#define LD_ANSWERS_WAYS         4u
#define LD_ANSWER_BYTES_MAX     (256u << 10) /* longer ones are made anew: few ask for 100 hits */
#define LD_ANSWER_ADDRESS_BYTES 1024u        /* longer addresses are not kept */

typedef struct ld_answer {
    char *address; /* NULL: the place is free */
    uint8_t *body;
    size_t address_bytes, body_bytes;
    const char *content_type; /* static */
    int64_t day;              /* since 1970, UTC */
    uint64_t asked;           /* the table's clock when it was asked for last */
} ld_answer;

typedef struct ld_answers {
    const lede_env *env;
    ld_mutex lock;
    uint64_t clock; /* counts what is asked for */
    ld_answer places[LD_ANSWERS_SETS][LD_ANSWERS_WAYS];
} ld_answers;

lede_status ld_answers_new(const lede_env *env, ld_answers **answers, lede_error *err);
void ld_answers_free(ld_answers *answers); /* NULL is harmless */
/* Appends the answer kept for the address on that day; false: none is. */
bool ld_answers_get(ld_answers *answers, ld_span address, int64_t day, ld_buf *body,
                    const char **content_type);
/* Keeps an answer. One that is too long, or that memory is short for, is not kept. */
void ld_answers_put(ld_answers *answers, ld_span address, int64_t day, ld_span body,
                    const char *content_type);

#endif
