/*
 * A committed generation, held open. All files are mapped when the snapshot is opened: from then on
 * commits, merges and removals of files by the writer do not reach it, because an unlinked file
 * lives as long as its mapping.
 *
 * Opening races with the writer: between the reading of the manifest and the opening of its files
 * a commit may remove them. Two generations are kept, so that takes two commits at least; then the
 * newest manifest is another one and opening starts over. A file that is missing while its manifest
 * stays the newest is damage, not a race.
 */
#include <stdatomic.h>

#include "base/thread.h"
#include "index/copy_groups.h"
#include "index/open_segment.h"
#include "index/writer.h"

#define OPEN_TRIES_MAX 100u /* commits in a row that outrun one opening: more is not a race */

struct ld_snapshot {
    const lede_env *env;
    atomic_uint holders;
    ld_manifest manifest;
    ld_open_segment *segments; /* [segment_count], owned */
    ld_segment_view *views;    /* [segment_count], owned */
    size_t segment_count, allocated;
    ld_statistics statistics;
    ld_mutex copies_mutex;               /* over the making of copies */
    ld_copy_map *copies[LD_COPY_LEVELS]; /* owned; NULL: not asked for yet */
    atomic_ullong languages;
};

static void close_snapshot(ld_snapshot *s)
{
    for (size_t level = 0; level < LD_COPY_LEVELS; level++)
        ld_copy_map_free(s->copies[level]);
    ld_mutex_release(&s->copies_mutex);
    for (size_t i = 0; i < s->segment_count; i++) {
        ld_terms_close((ld_terms *)s->views[i].terms);
        ld_open_segment_close(&s->segments[i]);
    }
    ld_release(s->env, s->segments, s->allocated * sizeof *s->segments);
    ld_release(s->env, s->views, s->allocated * sizeof *s->views);
    ld_manifest_release(&s->manifest);
    ld_release(s->env, s, sizeof *s);
}

static lede_status open_view(const ld_open_segment *o, ld_segment_view *v, lede_error *err)
{
    *v = (ld_segment_view){.segment = o->segment,
                           .docs = o->entry.docs,
                           .deleted = o->tombstones.deleted,
                           .superseded = o->tombstones.superseded,
                           .id = o->entry.id,
                           .sidecars = o->sidecars};
    LD_TRY(ld_lengths_open(o->segment, &v->lengths, err));
    if (v->lengths.docs != v->docs)
        return ld_error_corrupt(err, ld_segment_path(o->segment), 0,
                                "it has another number of lengths than documents");
    ld_terms *terms;
    LD_TRY(ld_terms_open(o->segment, &terms, err));
    v->terms = terms;
    return LEDE_OK;
}

static void add_statistics(ld_statistics *sum, const ld_open_segment *o)
{
    const ld_tombstones *t = &o->tombstones;
    sum->docs_count += o->entry.docs;
    sum->live_count += o->entry.docs - t->hidden_count;
    sum->deleted_count += t->deleted_count;
    sum->superseded_count += t->hidden_count - t->deleted_count;
    sum->tokens_count += o->sidecars->keys.tokens;
}

static lede_status open_segments(ld_snapshot *s, const char *dir, lede_error *err)
{
    size_t count = s->manifest.segment_count;
    s->allocated = count;
    s->segments = ld_alloc_array(s->env, count, sizeof *s->segments);
    s->views = ld_alloc_array(s->env, count, sizeof *s->views);
    if (!s->segments || !s->views)
        return ld_error_nomem(err, count * (sizeof *s->segments + sizeof *s->views));
    for (size_t i = 0; i < count; i++) {
        LD_TRY(ld_open_segment_load(s->env, dir, &s->manifest.segments[i], &s->segments[i], err));
        s->segment_count++;
        LD_TRY(open_view(&s->segments[i], &s->views[i], err));
        add_statistics(&s->statistics, &s->segments[i]);
    }
    return LEDE_OK;
}

static lede_status open_generation(const lede_env *env, const char *dir, uint64_t generation,
                                   ld_snapshot **snapshot, lede_error *err)
{
    ld_snapshot *s = ld_alloc_zero(env, sizeof *s);
    if (!s)
        return ld_error_nomem(err, sizeof *s);
    s->env = env;
    lede_status status = ld_mutex_init(&s->copies_mutex, err);
    if (status != LEDE_OK) {
        ld_release(env, s, sizeof *s);
        return status;
    }
    atomic_init(&s->holders, 1);
    ld_manifest_init(&s->manifest, env);
    status = ld_manifest_load(env, dir, generation, &s->manifest, err);
    if (status == LEDE_OK)
        status = open_segments(s, dir, err);
    if (status != LEDE_OK) {
        close_snapshot(s);
        return status;
    }
    *snapshot = s;
    return LEDE_OK;
}

lede_status ld_snapshot_open(const lede_env *env, const char *dir, ld_snapshot **snapshot,
                             lede_error *err)
{
    *snapshot = NULL;
    uint64_t tried = 0;
    for (uint32_t tries = 0; tries < OPEN_TRIES_MAX; tries++) {
        uint64_t generation;
        LD_TRY(ld_manifest_latest(env, dir, &generation, err));
        if (generation == tried)
            return ld_error_corrupt(err, dir, 0, "a file that the newest manifest names is gone");
        lede_status status = open_generation(env, dir, generation, snapshot, err);
        if (status != LEDE_E_NOTFOUND)
            return status;
        tried = generation;
    }
    return LD_FAIL(err, LEDE_E_BUSY, "%s is committed to faster than it can be opened", dir);
}

void ld_snapshot_retain(ld_snapshot *s)
{
    atomic_fetch_add_explicit(&s->holders, 1, memory_order_relaxed);
}

void ld_snapshot_release(ld_snapshot *s)
{
    if (s && atomic_fetch_sub_explicit(&s->holders, 1, memory_order_acq_rel) == 1)
        close_snapshot(s);
}

lede_status ld_snapshot_latest(const lede_env *env, const char *dir, uint64_t *generation,
                               lede_error *err)
{
    return ld_manifest_latest(env, dir, generation, err);
}

lede_status ld_snapshot_copies(const ld_snapshot *s, uint32_t level, const ld_copy_map **copies,
                               lede_error *err)
{
    ld_snapshot *own = (ld_snapshot *)s; /* what is made once and kept is no change to see */
    lede_status status = LEDE_OK;
    ld_mutex_lock(&own->copies_mutex);
    if (!own->copies[level - 1])
        status = ld_copy_map_new(s->env, s, level, &own->copies[level - 1], err);
    *copies = own->copies[level - 1];
    ld_mutex_unlock(&own->copies_mutex);
    return status;
}

uint64_t ld_snapshot_generation(const ld_snapshot *s)
{
    return s->manifest.generation;
}

const ld_manifest *ld_snapshot_manifest(const ld_snapshot *s)
{
    return &s->manifest;
}

const ld_open_segment *ld_snapshot_opened(const ld_snapshot *s, uint32_t ordinal)
{
    return &s->segments[ordinal];
}

const ld_profile *ld_snapshot_profile(const ld_snapshot *s)
{
    return &s->manifest.profile;
}

const ld_statistics *ld_snapshot_statistics(const ld_snapshot *s)
{
    return &s->statistics;
}

atomic_ullong *ld_snapshot_languages(const ld_snapshot *s)
{
    return &((ld_snapshot *)s)->languages; /* what it keeps of itself is no change of it */
}

uint32_t ld_snapshot_segment_count(const ld_snapshot *s)
{
    return (uint32_t)s->segment_count;
}

const ld_segment_view *ld_snapshot_segment(const ld_snapshot *s, uint32_t ordinal)
{
    return &s->views[ordinal];
}

/* ---- a key's documents ---- */

typedef struct key_match {
    ld_doc_ref ref;
    int64_t version_order;
} key_match;

/* Newest first: the greater order, then the later added. */
static bool is_newer(const key_match *a, const key_match *b)
{
    if (a->version_order != b->version_order)
        return a->version_order > b->version_order;
    if (a->ref.segment != b->ref.segment)
        return a->ref.segment > b->ref.segment;
    return a->ref.doc > b->ref.doc;
}

static lede_status find_in_segment(const ld_snapshot *s, uint32_t ordinal, ld_span key,
                                   uint64_t hash, ld_arena *arena, key_match **matches,
                                   uint32_t *count, uint32_t *capacity, lede_error *err)
{
    const ld_segment_view *v = &s->views[ordinal];
    for (uint32_t state = 0;;) {
        uint32_t doc;
        LD_TRY(ld_keys_find(&v->sidecars->keys, key, hash, &state, &doc, err));
        if (doc == LD_DOC_END)
            return LEDE_OK;
        if (ld_view_has_bit(v->deleted, doc))
            continue;
        ld_key_room room;
        ld_identity identity;
        LD_TRY(ld_keys_get(&v->sidecars->keys, doc, &room, &identity, err));
        key_match match = {{ordinal, doc}, identity.version_order};
        if (!LD_ARENA_PUSH(arena, *matches, *count, *capacity, match))
            return ld_arena_status(arena, err);
    }
}

lede_status ld_snapshot_find_key(const ld_snapshot *s, ld_span key, ld_arena *arena,
                                 const ld_doc_ref **docs, uint32_t *count, lede_error *err)
{
    *docs = NULL;
    *count = 0;
    key_match *matches = NULL;
    uint32_t found = 0, capacity = 0;
    uint64_t hash = ld_key_hash(key);
    for (uint32_t i = 0; i < s->segment_count; i++)
        LD_TRY(find_in_segment(s, i, key, hash, arena, &matches, &found, &capacity, err));
    ld_doc_ref *refs = ld_arena_array(arena, found, sizeof *refs);
    if (!refs)
        return ld_arena_status(arena, err);
    /* insertion sort: a key has a few versions */
    for (uint32_t i = 0; i < found; i++) {
        key_match match = matches[i];
        uint32_t at = i;
        for (; at > 0 && is_newer(&match, &matches[at - 1]); at--)
            matches[at] = matches[at - 1];
        matches[at] = match;
    }
    for (uint32_t i = 0; i < found; i++)
        refs[i] = matches[i].ref;
    *docs = refs;
    *count = found;
    return LEDE_OK;
}

const char *ld_part_name(uint16_t part)
{
    static const char *const names[] = {"unknown",    "info",         "terms", "term index",
                                        "postings",   "positions",    "forms", "form terms",
                                        "form index", "lengths",      "zones", "columns",
                                        "stored",     "stored index", "keys",  "forward",
                                        "copies",     "class codes",  "notes"};
    return part < sizeof names / sizeof *names ? names[part] : names[0];
}
