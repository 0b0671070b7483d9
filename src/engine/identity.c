#include "engine/identity.h"

#include "base/hash.h"
#include "text/url.h"

uint32_t ld_address_hash(const ld_article *a, ld_span whole_path)
{
    ld_span address = a->url.bytes ? a->url : whole_path.bytes ? whole_path : a->path;
    return address.bytes ? (uint32_t)ld_hash64(address.data, address.bytes, 0) : 0;
}

static bool is_web_address(ld_span url)
{
    return ld_span_starts_with_nocase(url, LD_SPAN("http://")) ||
           ld_span_starts_with_nocase(url, LD_SPAN("https://"));
}

static bool canonical_is_plausible(const ld_article *a)
{
    return is_web_address(a->canonical_url) && !ld_url_is_home(a->canonical_url) &&
           (a->url.bytes == 0 || ld_url_same_site(a->url, a->canonical_url));
}

/* Was the key claimed before, from another address and with other content? */
static lede_status is_claimed(const ld_index_writer *writer, const ld_document *d, ld_span key,
                              bool *claimed, lede_error *err)
{
    ld_held_row held;
    *claimed = false;
    LD_TRY(ld_index_writer_find(writer, key, &held, err));
    *claimed =
        held.found && held.address_hash != d->address_hash && held.content_hash != d->content_hash;
    return LEDE_OK;
}

/* Takes the key unless it is claimed. */
static lede_status claim(const ld_index_writer *writer, ld_document *d, ld_span key,
                         lede_error *err)
{
    bool claimed;
    LD_TRY(is_claimed(writer, d, key, &claimed, err));
    if (!claimed)
        d->key = key;
    return LEDE_OK;
}

lede_status ld_identity_choose(ld_arena *arena, const ld_index_writer *writer,
                               const ld_article *article, ld_span explicit_key, ld_span whole_path,
                               ld_document *document, lede_error *err)
{
    document->address_hash = ld_address_hash(article, whole_path);
    document->key_is_explicit = explicit_key.bytes > 0;
    document->key = explicit_key;
    if (explicit_key.bytes == 0 && canonical_is_plausible(article))
        LD_TRY(claim(writer, document, ld_url_normalize(arena, article->canonical_url), err));
    if (document->key.bytes == 0 && article->url.bytes)
        document->key = ld_url_normalize(arena, article->url);
    if (document->key.bytes == 0 && article->path.bytes)
        LD_TRY(claim(writer, document, article->path, err));
    if (document->key.bytes == 0)
        document->key = whole_path.bytes ? whole_path : article->path;
    if (document->key.bytes == 0)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "the page has no address, no path and no id to be kept "
                       "under");
    if (document->key.bytes > LD_KEY_BYTES_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "the address has %zu bytes; at most %u can be kept",
                       document->key.bytes, LD_KEY_BYTES_MAX);
    return LEDE_OK;
}
