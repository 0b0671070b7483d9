#include "engine/finding.h"

#include <stdio.h>

void ld_finding_tell(void *listener, const lede_error *finding)
{
    const ld_finding_listener *l = listener;
    char sentence[sizeof finding->message + sizeof finding->where + 64];
    if (!l->tell)
        return;
    snprintf(sentence, sizeof sentence, "%s%s%s", finding->where, finding->where[0] ? ": " : "",
             finding->message);
    l->tell(l->ctx, sentence);
}
