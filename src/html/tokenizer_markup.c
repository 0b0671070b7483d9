/*
 * What opens with `<!` or `<?`: comments, the doctype, CDATA sections (13.2.5.41 to 13.2.5.71).
 */
#include "html/tokenizer_private.h"

static void set_comment(ld_tokenizer *z, ld_html_token *token, const char *from, const char *end)
{
    token->kind = LD_HTML_COMMENT;
    token->is_stable = true;
    token->text = ld_span_of(from, (size_t)(end - from));
    if (ld_tokenizer_has_nul(z, end))
        token->text = ld_tokenizer_clean(z, from, end, false);
}

/* Everything up to `>` is a comment. */
void ld_tokenizer_read_bogus_comment(ld_tokenizer *z, ld_html_token *token)
{
    const char *end = ld_html_scan(z->at, z->end, '>');
    set_comment(z, token, z->at, end);
    z->at = end < z->end ? end + 1 : end;
}

/* A comment that the input ends: dashes that may have opened its end are not part of it. */
static const char *cut_comment_end(const char *from, const char *end)
{
    size_t bytes = (size_t)(end - from);
    if (bytes >= 3 && memcmp(end - 3, "--!", 3) == 0)
        return end - 3;
    if (bytes >= 2 && memcmp(end - 2, "--", 2) == 0)
        return end - 2;
    if (bytes >= 1 && end[-1] == '-')
        return end - 1;
    return end;
}

/* Behind "<!--": up to `-->` or `--!>`; `>` and `->` end it when they come first. */
static void read_comment(ld_tokenizer *z, ld_html_token *token)
{
    const char *from = z->at, *p = from;
    if (p < z->end && *p == '-')
        p++;
    if (p < z->end && *p == '>') {
        set_comment(z, token, from, from);
        z->at = p + 1;
        return;
    }
    for (p = ld_html_scan(p, z->end, '>'); p < z->end; p = ld_html_scan(p + 1, z->end, '>')) {
        const char *text_end = p;
        if (p - from >= 2 && memcmp(p - 2, "--", 2) == 0)
            text_end = p - 2;
        else if (p - from >= 3 && memcmp(p - 3, "--!", 3) == 0)
            text_end = p - 3;
        if (text_end == p)
            continue;
        set_comment(z, token, from, text_end);
        z->at = p + 1;
        return;
    }
    set_comment(z, token, from, cut_comment_end(from, z->end));
    z->at = z->end;
}

static bool stands_word(const ld_tokenizer *z, const char *word, size_t bytes)
{
    if ((size_t)(z->end - z->at) < bytes)
        return false;
    for (size_t i = 0; i < bytes; i++)
        if (ld_html_lower(z->at[i]) != word[i])
            return false;
    return true;
}

static void skip_space(ld_tokenizer *z)
{
    while (z->at < z->end && ld_html_is_space(*z->at))
        z->at++;
}

/* A quoted identifier at the cursor. False: it was cut off by `>` or the end, which spoils the
 * doctype; the cursor then stands there. */
static bool read_identifier(ld_tokenizer *z, ld_span *id)
{
    char quote = *z->at++;
    const char *from = z->at;
    while (z->at < z->end && *z->at != quote && *z->at != '>')
        z->at++;
    *id = ld_tokenizer_clean(z, from, z->at, false);
    if (z->at == z->end || *z->at == '>')
        return false;
    z->at++;
    return true;
}

static bool at_quote(const ld_tokenizer *z)
{
    return z->at < z->end && (*z->at == '"' || *z->at == '\'');
}

/* What follows the name: PUBLIC "..." "..." or SYSTEM "...". False: the doctype is spoilt. */
static bool read_identifiers(ld_tokenizer *z, ld_html_token *token)
{
    if (z->at == z->end)
        return false;
    if (*z->at == '>')
        return true;
    bool is_public = stands_word(z, "public", 6);
    if (!is_public && !stands_word(z, "system", 6))
        return false;
    z->at += 6;
    skip_space(z);
    if (!at_quote(z) || !read_identifier(z, is_public ? &token->public_id : &token->system_id))
        return false;
    skip_space(z);
    if (is_public && at_quote(z)) {
        if (!read_identifier(z, &token->system_id))
            return false;
        skip_space(z);
        return z->at < z->end;
    }
    if (z->at == z->end)
        return false;
    /* what stands behind a public identifier spoils the doctype, behind a system one it is
     * ignored */
    return *z->at == '>' || !is_public;
}

/* Behind "<!doctype". */
static void read_doctype(ld_tokenizer *z, ld_html_token *token)
{
    token->kind = LD_HTML_DOCTYPE;
    skip_space(z);
    const char *from = z->at;
    while (z->at < z->end && *z->at != '>' && !ld_html_is_space(*z->at))
        z->at++;
    bool has_name = z->at > from;
    if (has_name)
        token->name = ld_tokenizer_clean(z, from, z->at, true);
    skip_space(z);
    token->force_quirks = !has_name || !read_identifiers(z, token);
    const char *end = ld_html_scan(z->at, z->end, '>');
    z->at = end < z->end ? end + 1 : end;
}

void ld_tokenizer_read_declaration(ld_tokenizer *z, ld_html_token *token)
{
    if (z->end - z->at >= 2 && memcmp(z->at, "--", 2) == 0) {
        z->at += 2;
        read_comment(z, token);
    } else if (stands_word(z, "doctype", 7)) {
        z->at += 7;
        read_doctype(z, token);
    } else if (z->allows_cdata && z->end - z->at >= 7 && memcmp(z->at, "[CDATA[", 7) == 0) {
        z->at += 7;
        z->state = LD_TOKENIZER_CDATA;
    } else {
        ld_tokenizer_read_bogus_comment(z, token);
    }
}
