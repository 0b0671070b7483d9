#ifndef LD_CLI_OUTPUT_H
#define LD_CLI_OUTPUT_H
/*
 * Printing: buffered, with a sticky failure, and never a control character of a page raw on a
 * terminal. Colours are written only where they are wanted.
 */
#include <stdio.h>

#include "base/buf.h"
#include "lede/article.h"
#include "lede/search.h"

typedef enum ld_style {
    LD_STYLE_PLAIN,
    LD_STYLE_HEADLINE,
    LD_STYLE_MATCH,
    LD_STYLE_FAINT
} ld_style;

typedef struct ld_out {
    FILE *stream;
    bool is_terminal;
    bool has_color;
    bool is_closed; /* the reader has gone (EPIPE): the rest is dropped without a word */
    int os_errno;   /* of the first write that failed otherwise, 0: none */
} ld_out;

/* color: "auto", "always", "never" or NULL (never). */
void ld_out_init(ld_out *out, FILE *stream, const char *color);
/* 0 bytes are harmless; after a failure nothing is written. */
void ld_out_span(ld_out *out, ld_span s);
void ld_out_string(ld_out *out, const char *string);
void ld_out_format(ld_out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Text of a page: control characters (C0 but line feed and tab, DEL, C1) become U+FFFD. */
void ld_out_text(ld_out *out, ld_span s);
/* The same on one line: white space of any length becomes one space. */
void ld_out_line(ld_out *out, ld_span s);
/* A line in `base`, its marks as matches. */
void ld_out_marked(ld_out *out, ld_span s, const lede_mark *marks, uint32_t mark_count,
                   ld_style base);
/* As it is into a file or pipe; as ld_out_text on a terminal. */
void ld_out_data(ld_out *out, ld_span s);
void ld_out_style(ld_out *out, ld_style style);
/* Flushes. Fails with IO when anything could not be written. */
lede_status ld_out_finish(ld_out *out, lede_error *err);

static inline ld_span ld_span_from_text(lede_text t)
{
    return ld_span_of(t.data, t.bytes);
}
/* "1 story", "2 stories" */
static inline const char *ld_plural(uint64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

/* One sentence on standard error behind "lede: ". */
void ld_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
