#ifndef LD_HTML_TOKENIZER_PRIVATE_H
#define LD_HTML_TOKENIZER_PRIVATE_H
/* What the files of the tokenizer share. */
#include "html/tokenizer.h"

/* Classes of bytes that end a name. */
static inline bool ld_html_is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
}

static inline bool ld_html_is_alpha(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

static inline char ld_html_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* First `byte` of [from, end), or end. */
static inline const char *ld_html_scan(const char *from, const char *end, char byte)
{
    const char *found = from < end ? memchr(from, byte, (size_t)(end - from)) : NULL;
    return found ? found : end;
}

/* The span without NUL bytes: each becomes U+FFFD; lower: ASCII letters in lower case. Borrowed
 * when nothing changes. data NULL when memory was refused (then is_refused is set). */
ld_span ld_tokenizer_clean(ld_tokenizer *z, const char *from, const char *end, bool lower);
/* In [at, end). */
static inline bool ld_tokenizer_has_nul(ld_tokenizer *z, const char *end)
{
    if (z->next_nul < z->at)
        z->next_nul = ld_html_scan(z->at, z->end, 0);
    return z->next_nul < end;
}

static inline bool ld_tokenizer_has_ampersand(ld_tokenizer *z, const char *end)
{
    if (z->next_ampersand < z->at)
        z->next_ampersand = ld_html_scan(z->at, z->end, '&');
    return z->next_ampersand < end;
}

/* tokenizer_tag.c: at the first letter of a name. False: the input ended within the tag. */
bool ld_tokenizer_read_tag(ld_tokenizer *z, ld_html_token *token);
/* tokenizer_markup.c: behind "<!". */
void ld_tokenizer_read_declaration(ld_tokenizer *z, ld_html_token *token);
void ld_tokenizer_read_bogus_comment(ld_tokenizer *z, ld_html_token *token);
/* tokenizer_raw.c: where the own end tag of raw text or of a script opens, or the end. */
const char *ld_tokenizer_raw_end(const ld_tokenizer *z);
const char *ld_tokenizer_script_end(const ld_tokenizer *z);

#endif
