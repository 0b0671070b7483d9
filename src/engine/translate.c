/* lede_translate: a query in the words of another dialect. */
#include "engine/options.h"
#include "engine/query_prepare.h"

struct lede_translation {
    const lede_env *env;
    ld_arena *arena;
    ld_profile profile; /* where no snapshot gives one */
    lede_text text;
    bool exact;
    lede_message *messages; /* [message_count] */
    uint32_t message_count;
};

static lede_status take_messages(lede_translation *t, const ld_query_warning *warnings,
                                 uint32_t count, const char *code, lede_error *err)
{
    for (uint32_t i = 0; i < count; i++) {
        ld_span text = ld_arena_copy(t->arena, warnings[i].message);
        if (!text.data)
            return ld_arena_status(t->arena, err);
        t->messages[t->message_count++] = (lede_message){
            warnings[i].offset_chars, warnings[i].length_chars, code, {text.data, text.bytes}};
    }
    return LEDE_OK;
}

static lede_status run(lede_translation *t, const ld_profile *profile, ld_span text,
                       const lede_search_options *options, const char *dialect, lede_error *err)
{
    lede_search_options taken = LEDE_SEARCH_OPTIONS_INIT;
    ld_query_options parse = {.profile = profile};
    const ld_query_warning *warnings, *losses;
    uint32_t warning_count, loss_count;
    uint8_t to;
    ld_query *query;
    ld_span said;
    ld_options_take(&taken, sizeof taken, options);
    LD_TRY(ld_dialect_find(taken.dialect, &parse.dialect, err));
    LD_TRY(ld_dialect_find(dialect, &to, err));
    parse.now_utc_ms = taken.now_utc_ms ? taken.now_utc_ms : ld_clock_utc_ms(t->env);
    LD_TRY(ld_query_parse(t->arena, text, &parse, &query, err));
    ld_query_warnings(query, &warnings, &warning_count);
    LD_TRY(ld_query_translate(t->arena, query, to, &said, &losses, &loss_count, &t->exact, err));
    t->text = (lede_text){said.data, said.bytes};
    t->messages =
        ld_arena_array(t->arena, (size_t)warning_count + loss_count + 1, sizeof *t->messages);
    if (!t->messages)
        return ld_arena_status(t->arena, err);
    LD_TRY(take_messages(t, warnings, warning_count, "syntax", err));
    return take_messages(t, losses, loss_count, "translation", err);
}

lede_status lede_translate(const lede_env *env, const lede_snapshot *snapshot, const char *query,
                           size_t query_bytes, const lede_search_options *options,
                           const char *dialect, lede_translation **translation, lede_error *err)
{
    *translation = NULL;
    if (!env)
        env = lede_env_system();
    lede_translation *t = ld_alloc_zero(env, sizeof *t);
    if (!t)
        return ld_error_nomem(err, sizeof *t);
    t->env = env;
    lede_status status = ld_arena_new(env, LD_QUERY_ARENA_BYTES_MAX, &t->arena, err);
    if (status == LEDE_OK && !snapshot)
        status = ld_profile_make(NULL, &t->profile, err);
    if (status == LEDE_OK)
        status = run(t, snapshot ? ld_snapshot_profile(snapshot->inner) : &t->profile,
                     ld_span_of(query, query_bytes), options, dialect, err);
    if (status != LEDE_OK) {
        lede_translation_free(t);
        return status;
    }
    *translation = t;
    return LEDE_OK;
}

lede_text lede_translation_text(const lede_translation *t, int *exact)
{
    if (exact)
        *exact = t->exact;
    return t->text;
}

const lede_message *lede_translation_messages(const lede_translation *t, uint32_t *count)
{
    *count = t->message_count;
    return t->messages;
}

void lede_translation_free(lede_translation *t)
{
    if (!t)
        return;
    ld_arena_free(t->arena);
    ld_release(t->env, t, sizeof *t);
}
