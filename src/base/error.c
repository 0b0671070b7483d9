/*
 * Filling a lede_error. The object has fixed fields, so long words are cut: a message at its end,
 * a place (usually a path, whose end says more than its beginning) at its front. A cut never
 * leaves half a UTF-8 character behind.
 */
#include "base/error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *lede_status_name(lede_status status)
{
    switch (status) {
    case LEDE_OK:
        return "ok";
    case LEDE_E_NOMEM:
        return "out of memory";
    case LEDE_E_IO:
        return "input/output error";
    case LEDE_E_CORRUPT:
        return "corrupt";
    case LEDE_E_VERSION:
        return "wrong version";
    case LEDE_E_NOTFOUND:
        return "not found";
    case LEDE_E_INVALID:
        return "invalid";
    case LEDE_E_LIMIT:
        return "limit met";
    case LEDE_E_BUSY:
        return "busy";
    case LEDE_E_DEADLINE:
        return "deadline met";
    case LEDE_E_CANCELLED:
        return "cancelled";
    case LEDE_E_EXISTS:
        return "exists";
    }
    return "unknown status";
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Removes an unfinished UTF-8 character from the end of a text that was cut. */
static void trim_cut_end(char *text)
{
    size_t n = strlen(text);
    size_t start = n;
    while (start > 0 && n - start < 3 && is_continuation(text[start - 1]))
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (needed > 1 && n - (start - 1) < needed)
        text[start - 1] = 0;
}

void ld_error_set(lede_error *err, lede_status code, int os_errno, const char *format, ...)
{
    if (!err)
        return;
    int reason = os_errno < 0 ? -os_errno : os_errno;
    char message[sizeof err->message];
    va_list args;
    va_start(args, format);
    int wanted = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (wanted < 0)
        message[0] = 0;
    if (reason && wanted >= 0 && (size_t)wanted < sizeof message) {
        char text[96];
        const char *words = strerror_r(reason, text, sizeof text);
        int more = snprintf(message + wanted, sizeof message - (size_t)wanted, ": %s", words);
        wanted += more > 0 ? more : 0;
    }
    if (wanted >= (int)sizeof message)
        trim_cut_end(message);

    memset(err, 0, sizeof *err);
    err->status = code;
    err->os_errno = reason;
    memcpy(err->message, message, strlen(message) + 1);
}

void ld_error_set_corrupt(lede_error *err, const char *part, uint64_t offset_bytes, const char *why)
{
    (void)LD_FAIL(err, LEDE_E_CORRUPT, "%s is damaged at byte %llu: %s", part,
                  (unsigned long long)offset_bytes, why);
    if (err)
        err->offset_bytes = offset_bytes;
    ld_error_at(err, part);
}

void ld_error_at(lede_error *err, const char *where)
{
    if (!err || err->where[0] || !where)
        return;
    size_t bytes = strlen(where);
    if (bytes < sizeof err->where) {
        memcpy(err->where, where, bytes + 1);
        return;
    }
    static const char mark[] = "...";
    size_t kept = sizeof err->where - sizeof mark;
    const char *tail = where + bytes - kept;
    while (is_continuation(*tail))
        tail++;
    memcpy(err->where, mark, sizeof mark - 1);
    memcpy(err->where + sizeof mark - 1, tail, strlen(tail) + 1);
}
