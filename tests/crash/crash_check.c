#include "tests/crash/crash_check.h"

#include "base/hash.h"
#include "engine/rejects.h"
#include "index/files.h"
#include "lede/archive.h"
#include "tests/index/archive_twin.h"

#define ARENA_BYTES_MAX (256u << 20)
#define RECOVERY_KEY    900000u

#define SAY(why, ...) snprintf(why, CRASH_WHY_BYTES, __VA_ARGS__)

/* ---- what an archive holds ---- */

static uint64_t row_hash(ld_span key, uint64_t content, int64_t order, bool superseded,
                         ld_span stored)
{
    uint64_t rest[3] = {content, (uint64_t)order, superseded};
    uint64_t hash = ld_hash64(key.data, key.bytes, 1);
    hash = ld_hash64(rest, sizeof rest, hash);
    return ld_hash64(stored.bytes ? (const char *)stored.data : "", stored.bytes, hash);
}

static lede_status add_rows(const ld_segment_view *v, ld_arena *arena, fingerprint *rows,
                            lede_error *err)
{
    for (uint32_t doc = 0; doc < v->docs; doc++) {
        ld_span key, stored;
        ld_key_room room;
        uint64_t content;
        int64_t order;
        bool explicit_key;
        if (ld_view_has_bit(v->deleted, doc))
            continue;
        ld_arena_reset(arena);
        LD_TRY(ld_doc_key(v, doc, &room, &key, err));
        LD_TRY(ld_doc_identity(v, doc, &content, &order, &explicit_key, err));
        LD_TRY(ld_doc_stored(v, doc, arena, &stored, err));
        rows->rows++;
        rows->sum += row_hash(key, content, order, ld_view_has_bit(v->superseded, doc), stored);
    }
    return LEDE_OK;
}

static lede_status read_rows(const lede_env *env, uint64_t *generation, fingerprint *rows,
                             lede_error *err)
{
    ld_snapshot *s = NULL;
    ld_arena *arena = NULL;
    *rows = (fingerprint){0, 0};
    *generation = 0;
    lede_status status;
    LD_TRY_OUT(ld_snapshot_open(env, CRASH_ARCHIVE, &s, err));
    LD_TRY_OUT(ld_arena_new(env, ARENA_BYTES_MAX, &arena, err));
    *generation = ld_snapshot_generation(s);
    for (uint32_t i = 0; i < ld_snapshot_segment_count(s); i++)
        LD_TRY_OUT(add_rows(ld_snapshot_segment(s, i), arena, rows, err));
out:
    ld_arena_free(arena);
    ld_snapshot_release(s);
    return status;
}

bool recording_fingerprint(const lede_env *env, uint64_t *generation, fingerprint *rows,
                           char why[CRASH_WHY_BYTES])
{
    lede_error err;
    if (read_rows(env, generation, rows, &err) == LEDE_OK)
        return true;
    SAY(why, "the archive cannot be read: %s", err.message);
    return false;
}

static int hash_reject(void *ctx, const char *path, const char *reason)
{
    *(uint64_t *)ctx += ld_hash64(reason, strlen(reason), ld_hash64(path, strlen(path), 1));
    return 0;
}

bool recording_rejects(const lede_env *env, uint64_t *hash)
{
    *hash = 0;
    return lede_archive_rejects(env, CRASH_ARCHIVE, hash_reject, hash, NULL) == LEDE_OK;
}

/* ---- promised and there? ---- */

static const fingerprint *promised_rows(const crash_promise *p, uint64_t generation)
{
    static const fingerprint nothing;
    for (uint32_t i = 0; i < p->extra_count; i++)
        if (generation == p->extra_first + i)
            return &p->extra[i];
    if (generation < 2)
        return &nothing;
    bool known = generation < CRASH_GENERATIONS_MAX && p->recording->known[generation];
    return known ? &p->recording->generations[generation] : NULL;
}

static void say_problem(void *ctx, const lede_error *finding)
{
    SAY((char *)ctx, "check: %s", finding->message);
}

static crash_verdict check_rejects(const lede_env *env, const crash_promise *p, char *why)
{
    uint64_t hash;
    if (!recording_rejects(env, &hash)) {
        SAY(why, "the list of rejects cannot be read");
        return CRASH_WRONG;
    }
    for (uint64_t i = p->rejects_acked; i <= p->rejects_attempted; i++)
        if (p->recording->rejects[i] == hash)
            return CRASH_WHOLE;
    SAY(why, "rejects: the list is none of those written since the last promise");
    return CRASH_LOST;
}

static crash_verdict check_promise(const lede_env *env, const crash_promise *p,
                                   uint64_t *generation, char *why)
{
    lede_error err;
    fingerprint rows;
    lede_status status = read_rows(env, generation, &rows, &err);
    if (status == LEDE_E_NOTFOUND && p->acked == 0)
        return CRASH_WHOLE;
    if (status != LEDE_OK) {
        SAY(why, "generation %llu was promised and cannot be read: %s",
            (unsigned long long)p->acked, err.message);
        return status == LEDE_E_NOTFOUND ? CRASH_LOST : CRASH_WRONG;
    }
    if (*generation < p->acked || *generation > p->attempted) {
        SAY(why, "generation %llu was promised, %llu attempted, %llu is there",
            (unsigned long long)p->acked, (unsigned long long)p->attempted,
            (unsigned long long)*generation);
        return *generation < p->acked ? CRASH_LOST : CRASH_WRONG;
    }
    const fingerprint *want = promised_rows(p, *generation);
    if (!want || want->rows != rows.rows || want->sum != rows.sum) {
        SAY(why, "generation %llu has %llu rows, %s", (unsigned long long)*generation,
            (unsigned long long)rows.rows, want ? "not those committed" : "and nobody made it");
        return want && rows.rows < want->rows ? CRASH_LOST : CRASH_WRONG;
    }
    if (ld_archive_check(env, CRASH_ARCHIVE, true, say_problem, why, &err) != LEDE_OK)
        return CRASH_WRONG;
    return check_rejects(env, p, why);
}

/* ---- and does it go on? ---- */

static void make_document(twin_document *d, const ld_profile *profile, uint32_t depth)
{
    twin_row row = {.key = RECOVERY_KEY + depth};
    bool user_column = true; /* the archives of the engine have none */
    while (user_column) {
        row.content++;
        twin_document_make(d, profile, &row);
        user_column = false;
        for (uint32_t i = 0; i < d->document.column_count; i++)
            user_column |= d->columns[i].column >= LD_COLUMN_USER;
    }
}

static lede_status add_and_commit(simulated_disk *state, uint32_t depth, uint64_t *generation,
                                  uint64_t *added, size_t *acked_at, lede_error *err)
{
    const lede_env *env = simulated_disk_table(state);
    const ld_writer_options options = {.memory_max_bytes = 16u << 20};
    ld_index_writer *w = NULL;
    twin_document *d = malloc(sizeof *d);
    ld_add_outcome outcome;
    lede_status status = d ? LEDE_OK : LEDE_E_NOMEM;
    LD_TRY_OUT(status);
    LD_TRY_OUT(ld_index_writer_open(env, CRASH_ARCHIVE, &options, &w, err));
    make_document(d, ld_index_writer_profile(w), depth);
    ld_span stored = ld_index_writer_profile(w)->store ? d->document.stored : (ld_span){NULL, 0};
    *added = row_hash(d->document.key, d->document.content_hash, d->document.version_order, false,
                      stored);
    LD_TRY_OUT(ld_index_writer_add(w, &d->document, &outcome, err));
    LD_TRY_OUT(ld_index_writer_commit(w, generation, err));
    *acked_at = simulated_disk_op_count(state);
out:
    ld_index_writer_close(w);
    free(d);
    return status;
}

static bool names_file(const ld_manifest *m, const ld_file_name *name)
{
    for (size_t i = 0; i < m->segment_count; i++)
        if (m->segments[i].id == name->segment &&
            (name->kind == LD_FILE_SEGMENT ||
             m->segments[i].deletes_generation == name->generation))
            return true;
    return false;
}

static bool is_expected(const char *entry, const ld_manifest *newest, const ld_manifest *older)
{
    ld_file_name name = ld_file_name_parse(entry);
    switch (name.kind) {
    case LD_FILE_FOREIGN:
        return strcmp(entry, LD_REJECTS_FILE) == 0;
    case LD_FILE_LOCK:
        return true;
    case LD_FILE_TEMPORARY:
        return false;
    case LD_FILE_MANIFEST:
        return name.generation == newest->generation || name.generation == older->generation;
    default:
        return names_file(newest, &name) || names_file(older, &name);
    }
}

/* The list of rejects is the engine's: what a cut-off save of it left goes when the engine writes.
 */
static lede_status open_public(const lede_env *env, lede_error *err)
{
    lede_file_info info;
    lede_writer *w;
    const char *left = CRASH_ARCHIVE "/" LD_REJECTS_FILE ".tmp";
    if (ld_path_info(env, left, false, &info, err) != LEDE_OK)
        return LEDE_OK;
    LD_TRY(lede_writer_open(env, CRASH_ARCHIVE, NULL, &w, err));
    lede_writer_close(w);
    return LEDE_OK;
}

static crash_verdict check_orphans(const lede_env *env, uint64_t generation, char *why)
{
    lede_error err;
    ld_manifest newest, older;
    ld_names names;
    crash_verdict verdict = CRASH_WHOLE;
    if (open_public(env, &err) != LEDE_OK)
        return CRASH_WRONG;
    if (ld_manifest_load(env, CRASH_ARCHIVE, generation, &newest, &err) != LEDE_OK)
        return CRASH_WRONG;
    if (ld_manifest_load(env, CRASH_ARCHIVE, generation - 1, &older, &err) != LEDE_OK)
        ld_manifest_init(&older, env);
    if (ld_dir_list(env, CRASH_ARCHIVE, &names, &err) != LEDE_OK)
        verdict = CRASH_WRONG;
    for (size_t i = 0; i < names.count && verdict == CRASH_WHOLE; i++)
        if (!is_expected(names.names[i], &newest, &older)) {
            SAY(why, "an orphan stays after the recovery: %s", names.names[i]);
            verdict = CRASH_WRONG;
        }
    ld_names_release(&names);
    ld_manifest_release(&newest);
    ld_manifest_release(&older);
    return verdict;
}

/* A creation that was cut off is begun again. */
static lede_status create_again(const lede_env *env, lede_error *err)
{
    const ld_profile profile = twin_profile_of(true);
    return ld_archive_create(env, CRASH_ARCHIVE, &profile, err);
}

crash_verdict crash_check(simulated_disk *state, const crash_promise *promise, uint32_t depth,
                          crash_promise *after, size_t *acked_at, char why[CRASH_WHY_BYTES])
{
    const lede_env *env = simulated_disk_table(state);
    lede_error err = {0};
    uint64_t found, generation = 0, added = 0;
    crash_verdict verdict = check_promise(env, promise, &found, why);
    if (verdict != CRASH_WHOLE)
        return verdict;
    crash_promise next = *promise;
    lede_status status = LEDE_OK;
    if (found == 0)
        status = create_again(env, &err);
    if (status == LEDE_OK)
        status = add_and_commit(state, depth, &generation, &added, acked_at, &err);
    if (status != LEDE_OK) {
        SAY(why, "after the crash no document can be added: %s", err.message);
        return CRASH_WRONG;
    }
    const fingerprint before = *promised_rows(promise, found);
    next.acked = found;
    next.attempted = generation;
    next.extra_first = found ? found + 1 : 1;
    next.extra_count = found ? 1 : 2;
    next.extra[0] = (fingerprint){0, 0};
    next.extra[next.extra_count - 1] = (fingerprint){before.rows + 1, before.sum + added};
    *after = next;
    if (generation != (found ? found + 1 : 2)) {
        SAY(why, "the recovery of generation %llu made generation %llu", (unsigned long long)found,
            (unsigned long long)generation);
        return CRASH_WRONG;
    }
    next.acked = generation;
    verdict = check_promise(env, &next, &found, why);
    return verdict == CRASH_WHOLE ? check_orphans(env, generation, why) : verdict;
}
