#ifndef LD_ENGINE_FINDING_H
#define LD_ENGINE_FINDING_H
/* Who is told, in sentences, what a check or a repair finds. */
#include "base/error.h"

typedef struct ld_finding_listener {
    void (*tell)(void *ctx, const char *sentence); /* NULL: nobody */
    void *ctx;
} ld_finding_listener;

/* listener: an ld_finding_listener. The shape that index/ calls for each finding. */
void ld_finding_tell(void *listener, const lede_error *finding);

#endif
