#ifndef LD_SERVER_COMPRESS_H
#define LD_SERVER_COMPRESS_H
/* gzip (RFC 1952) for bodies of text, where the client takes it (RFC 9110, 12.5.3). */
#include "server/http.h"

/* Compresses the body in place where that is asked for and pays, and says so in the headers. A
 * refused memory leaves it as it was. */
void ld_compress(const lede_env *env, const ld_http_request *request, ld_http_response *response);
/* Whether an Accept-Encoding takes gzip with a weight above 0. */
bool ld_accepts_gzip(ld_span accept_encoding);

#endif
