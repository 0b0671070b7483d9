/* What every implementation of the seam shares. */
#include <stdarg.h>
#include <stdio.h>

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

void ld_http_add_header_format(ld_http_response *response, const char *name, const char *format,
                               ...)
{
    char *value = response->text + response->text_bytes;
    size_t room = sizeof response->text - response->text_bytes;
    va_list arguments;
    va_start(arguments, format);
    int bytes = vsnprintf(value, room, format, arguments);
    va_end(arguments);
    if (bytes < 0 || (size_t)bytes >= room)
        return;
    response->text_bytes += (uint32_t)bytes + 1;
    ld_http_add_header(response, name, value);
}

const char *ld_http_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {201, "Created"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (reasons[i].status == status)
            return reasons[i].reason;
    }
    return "Error";
}
