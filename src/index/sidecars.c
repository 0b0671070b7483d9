#include "index/sidecars.h"

lede_status ld_sidecars_open(const ld_segment *segment, ld_sidecars **sidecars, lede_error *err)
{
    *sidecars = NULL;
    const lede_env *env = ld_segment_env(segment);
    ld_sidecars *s = ld_alloc_zero(env, sizeof *s);
    if (!s)
        return ld_error_nomem(err, sizeof *s);
    s->env = env;
    s->columns.env = env;
    lede_status status;
    LD_TRY_OUT(ld_keys_open(segment, &s->keys, err));
    uint32_t docs = s->keys.docs;
    LD_TRY_OUT(ld_columns_open(segment, docs, &s->columns, err));
    LD_TRY_OUT(ld_zones_open(segment, docs, &s->zones, err));
    LD_TRY_OUT(ld_stored_open(segment, docs, &s->stored, err));
    LD_TRY_OUT(ld_forward_open(segment, docs, &s->forward, err));
    LD_TRY_OUT(ld_copies_open(segment, docs, &s->copies, err));
    LD_TRY_OUT(ld_notes_open(segment, docs, &s->notes, err));
out:
    if (status != LEDE_OK) {
        ld_sidecars_close(s);
        return status;
    }
    *sidecars = s;
    return LEDE_OK;
}

void ld_sidecars_close(ld_sidecars *s)
{
    if (!s)
        return;
    ld_stored_close(&s->stored);
    ld_columns_close(&s->columns);
    ld_release(s->env, s, sizeof *s);
}

lede_status ld_doc_key(const ld_segment_view *v, uint32_t doc, ld_key_room *room, ld_span *key,
                       lede_error *err)
{
    return ld_keys_name(&v->sidecars->keys, doc, room, key, err);
}

void ld_doc_key_prefetch_place(const ld_segment_view *v, uint32_t doc)
{
    ld_keys_prefetch_place(&v->sidecars->keys, doc);
}

void ld_doc_key_prefetch(const ld_segment_view *v, uint32_t doc)
{
    ld_keys_prefetch(&v->sidecars->keys, doc);
}

lede_status ld_doc_identity(const ld_segment_view *v, uint32_t doc, uint64_t *content_hash,
                            int64_t *version_order, bool *key_is_explicit, lede_error *err)
{
    ld_key_room room;
    ld_identity identity;
    LD_TRY(ld_keys_get(&v->sidecars->keys, doc, &room, &identity, err));
    *content_hash = identity.content_hash;
    *version_order = identity.version_order;
    *key_is_explicit = identity.key_is_explicit;
    return LEDE_OK;
}
