/*
 * The top of the tokenizer: what stands at the cursor, and text.
 *
 *   data     text up to the next `<` that opens something   -> one borrowed token in most cases
 *            `<a` tag   `</a` end tag   `<!` comment, doctype, CDATA   `<?` `</ ` bogus comment
 *   others   everything up to the own end tag (or to the end) is one run of text
 *
 * The next ampersand and the next NUL byte are searched once and remembered until the cursor
 * passes them, so a page without them costs two memchr over its whole length, and the search for
 * `<` is the only scan of a run. All searches together are linear: each starts where the last one
 * of its kind ended.
 */
#include "html/entities.h"
#include "html/tokenizer_private.h"

#define REPLACEMENT_UTF8 "\xef\xbf\xbd"

/* CR LF and CR become LF (13.2.3.5). */
static ld_span normalise_line_breaks(ld_arena *arena, ld_span input)
{
    char *copy = ld_arena_alloc(arena, input.bytes);
    if (!copy)
        return (ld_span){NULL, 0};
    const char *from = input.data, *end = input.data + input.bytes;
    char *to = copy;
    while (from < end) {
        const char *cr = ld_html_scan(from, end, '\r');
        memcpy(to, from, (size_t)(cr - from));
        to += cr - from;
        if (cr == end)
            break;
        *to++ = '\n';
        from = cr + (cr + 1 < end && cr[1] == '\n' ? 2 : 1);
    }
    return ld_span_of(copy, (size_t)(to - copy));
}

lede_status ld_tokenizer_init(ld_tokenizer *z, ld_arena *arena, ld_span input, lede_error *err)
{
    *z = (ld_tokenizer){.arena = arena, .state = LD_TOKENIZER_DATA};
    if (input.bytes == 0)
        input = LD_SPAN("");
    if (memchr(input.data, '\r', input.bytes))
        input = normalise_line_breaks(arena, input);
    z->piece = ld_arena_alloc(arena, LD_TOKENIZER_PIECE_BYTES);
    z->name_slots = ld_arena_array(arena, LD_TOKENIZER_NAME_SLOTS, sizeof *z->name_slots);
    if (!input.data || !z->piece || !z->name_slots)
        return ld_arena_status(arena, err);
    z->at = input.data;
    z->end = input.data + input.bytes;
    z->next_ampersand = ld_html_scan(z->at, z->end, '&');
    z->next_nul = ld_html_scan(z->at, z->end, 0);
    return LEDE_OK;
}

ld_span ld_tokenizer_clean(ld_tokenizer *z, const char *from, const char *end, bool lower)
{
    size_t nul_count = 0;
    bool has_upper = false;
    for (const char *p = from; p < end; p++) {
        nul_count += *p == 0;
        has_upper |= *p >= 'A' && *p <= 'Z';
    }
    if (nul_count == 0 && !(lower && has_upper))
        return ld_span_of(from, (size_t)(end - from));
    size_t bytes = (size_t)(end - from) + 2 * nul_count;
    char *copy = ld_arena_alloc(z->arena, bytes);
    if (!copy) {
        z->is_refused = true;
        return (ld_span){NULL, 0};
    }
    char *to = copy;
    for (const char *p = from; p < end; p++) {
        if (*p) {
            *to++ = lower ? ld_html_lower(*p) : *p;
        } else {
            memcpy(to, REPLACEMENT_UTF8, 3);
            to += 3;
        }
    }
    return ld_span_of(copy, bytes);
}

static void set_text(ld_html_token *token, const char *data, size_t bytes, bool is_stable)
{
    token->kind = LD_HTML_TEXT;
    token->text = ld_span_of(data, bytes);
    token->is_stable = is_stable;
}

/* A token of the NUL bytes at the cursor. */
static void read_nuls(ld_tokenizer *z, ld_html_token *token)
{
    const char *from = z->at;
    while (z->at < z->run_end && *z->at == 0)
        z->at++;
    set_text(token, from, (size_t)(z->at - from), true);
    token->is_nul = true;
}

/* Decodes the next piece of [at, run_end) into the buffer; stops before NULs that are tokens. */
static void read_piece(ld_tokenizer *z, ld_html_token *token)
{
    char *to = z->piece;
    char *const full = z->piece + LD_TOKENIZER_PIECE_BYTES - LD_ENTITY_VALUE_BYTES_MAX;
    while (z->at < z->run_end && to < full) {
        if (*z->at == 0) {
            if (!z->run_replaces_nul)
                break;
            memcpy(to, REPLACEMENT_UTF8, 3);
            to += 3;
            z->at++;
            continue;
        }
        size_t value_bytes, taken = 0;
        if (*z->at == '&' && z->run_has_references)
            taken = ld_entity_decode(ld_span_of(z->at, (size_t)(z->run_end - z->at)), false, to,
                                     &value_bytes);
        if (taken > 0) {
            to += value_bytes;
            z->at += taken;
            continue;
        }
        /* the byte itself, and plain bytes behind it */
        const char *plain_end = z->at + (full - to);
        if (plain_end > z->run_end)
            plain_end = z->run_end;
        const char *p = z->at + 1;
        while (p < plain_end && *p != '&' && *p != 0)
            p++;
        memcpy(to, z->at, (size_t)(p - z->at));
        to += p - z->at;
        z->at = p;
    }
    set_text(token, z->piece, (size_t)(to - z->piece), false);
}

/* The next token of the open run. */
static void read_run(ld_tokenizer *z, ld_html_token *token)
{
    bool has_references = z->run_has_references && ld_tokenizer_has_ampersand(z, z->run_end);
    bool has_nul = ld_tokenizer_has_nul(z, z->run_end);
    if (!has_references && !has_nul) {
        set_text(token, z->at, (size_t)(z->run_end - z->at), true);
        z->at = z->run_end;
    } else if (*z->at == 0 && !z->run_replaces_nul) {
        read_nuls(z, token);
    } else {
        read_piece(z, token);
    }
    if (z->at >= z->run_end)
        z->run_end = NULL;
}

static void open_run(ld_tokenizer *z, const char *end, bool has_references, bool replaces_nul)
{
    z->run_end = end;
    z->run_has_references = has_references;
    z->run_replaces_nul = replaces_nul;
}

/* The `<` at p opens markup in the data state. "</" at the very end is text. */
static bool opens_markup(const char *p, const char *end)
{
    if (p + 1 >= end)
        return false;
    char c = p[1];
    return ld_html_is_alpha(c) || c == '!' || c == '?' || (c == '/' && p + 2 < end);
}

/* Markup at the cursor, or false: "</>" and tags cut off by the end of the input are nothing. */
static bool read_markup(ld_tokenizer *z, ld_html_token *token)
{
    char c = z->at[1];
    if (ld_html_is_alpha(c)) {
        z->at++;
        token->kind = LD_HTML_START_TAG;
        return ld_tokenizer_read_tag(z, token);
    }
    if (c == '!') {
        z->at += 2;
        ld_tokenizer_read_declaration(z, token);
        return token->kind != LD_HTML_END;
    }
    if (c == '?') {
        z->at++;
        ld_tokenizer_read_bogus_comment(z, token);
        return true;
    }
    z->at += 2;
    if (ld_html_is_alpha(*z->at)) {
        token->kind = LD_HTML_END_TAG;
        return ld_tokenizer_read_tag(z, token);
    }
    if (*z->at == '>') {
        z->at++;
        return false;
    }
    ld_tokenizer_read_bogus_comment(z, token);
    return true;
}

static bool read_data(ld_tokenizer *z, ld_html_token *token)
{
    /* most tags follow a tag */
    const char *p = *z->at == '<' ? z->at : ld_html_scan(z->at, z->end, '<');
    while (p < z->end && !opens_markup(p, z->end))
        p = ld_html_scan(p + 1, z->end, '<');
    if (p == z->at)
        return read_markup(z, token);
    open_run(z, p, true, false);
    read_run(z, token);
    return true;
}

/* Text that only its own end tag ends. */
static bool read_raw(ld_tokenizer *z, ld_html_token *token)
{
    bool is_script = z->state == LD_TOKENIZER_SCRIPT;
    const char *end = is_script ? ld_tokenizer_script_end(z) : ld_tokenizer_raw_end(z);
    bool is_rcdata = z->state == LD_TOKENIZER_RCDATA;
    if (end > z->at) {
        open_run(z, end, is_rcdata, true);
        read_run(z, token);
        return true;
    }
    z->state = LD_TOKENIZER_DATA;
    z->at += 2;
    token->kind = LD_HTML_END_TAG;
    return ld_tokenizer_read_tag(z, token);
}

static bool read_cdata(ld_tokenizer *z, ld_html_token *token)
{
    const char *p = ld_html_scan(z->at, z->end, '>');
    while (p < z->end && !(p - z->at >= 2 && p[-1] == ']' && p[-2] == ']'))
        p = ld_html_scan(p + 1, z->end, '>');
    const char *text_end = p < z->end ? p - 2 : z->end;
    if (text_end > z->at) {
        open_run(z, text_end, false, false);
        read_run(z, token);
        return true;
    }
    z->at = p + 1;
    z->state = LD_TOKENIZER_DATA;
    return false;
}

/* One token, or false: nothing came of what stood at the cursor. */
static bool read_next(ld_tokenizer *z, ld_html_token *token)
{
    switch (z->state) {
    case LD_TOKENIZER_DATA:
        return read_data(z, token);
    case LD_TOKENIZER_PLAINTEXT:
        open_run(z, z->end, false, true);
        read_run(z, token);
        return true;
    case LD_TOKENIZER_CDATA:
        return read_cdata(z, token);
    default:
        return read_raw(z, token);
    }
}

void ld_tokenizer_next(ld_tokenizer *z, ld_html_token *token)
{
    *token = (ld_html_token){.kind = LD_HTML_END};
    if (z->run_end) {
        read_run(z, token);
        return;
    }
    while (z->at < z->end && !z->is_refused) {
        if (read_next(z, token) && !z->is_refused)
            return;
        *token = (ld_html_token){.kind = LD_HTML_END};
    }
}
