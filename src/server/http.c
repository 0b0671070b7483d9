/* What every implementation of the seam shares. */
#include "server/http.h"

uint32_t ld_http_find_header(const ld_http_request *request, const char *name, ld_span *value)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < request->header_count; i++) {
        if (!ld_span_equal_nocase(request->headers[i].name, ld_span_from_string(name)))
            continue;
        if (count++ == 0)
            *value = request->headers[i].value;
    }
    return count;
}

void ld_http_add_header(ld_http_response *response, const char *name, const char *value)
{
    if (response->header_count == LD_HTTP_RESPONSE_HEADERS_MAX)
        return;
    response->headers[response->header_count].name = name;
    response->headers[response->header_count].value = value;
    response->header_count++;
}

const char *ld_http_reason(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 414:
        return "URI Too Long";
    case 421:
        return "Misdirected Request";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 503:
        return "Service Unavailable";
    default:
        return "Error";
    }
}
