#ifndef LD_ENGINE_IDENTITY_H
#define LD_ENGINE_IDENTITY_H
/*
 * Under which key does an article stand? An explicit id, else the canonical address, else the
 * address it was captured at, else its path within its source.
 *
 * A canonical address is a claim of the page. It is believed only when it is http(s), of the same
 * site as the captured address (where that is known), not a front page, and not claimed before by
 * a capture from elsewhere with other content: pages that all name one address as their canonical
 * one stay apart. A path within its source is a claim of the same kind ("index.html" stands in many
 * folders): where it is taken, the whole path as it was given is the key.
 */
#include "base/arena.h"
#include "flow/article.h"
#include "index/writer.h"

/* Where a capture came from: its address, else its whole path. Two captures with the same one are
 * of the same page. */
uint32_t ld_address_hash(const ld_article *article, ld_span whole_path);
/* Sets key, key_is_explicit and address_hash of the document; its content hash must be there.
 * whole_path: as given by the user and on from there; may be empty. INVALID: nothing to keep it
 * under. */
lede_status ld_identity_choose(ld_arena *arena, const ld_index_writer *writer,
                               const ld_article *article, ld_span explicit_key, ld_span whole_path,
                               ld_document *document, lede_error *err);

#endif
