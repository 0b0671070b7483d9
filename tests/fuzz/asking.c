#include "tests/fuzz/asking.h"

#include "engine/profile.h"
#include "query/search.h"
#include "tests/fuzz/fuzz.h"

/* What was understood reads back as the same: its echo is its own echo. */
static void check_echo(ld_arena *arena, ld_span text, uint8_t dialect)
{
    static ld_profile profile;
    lede_error err = {0};
    if (!profile.name[0])
        fuzz_check(ld_profile_make(NULL, &profile, &err) == LEDE_OK);
    ld_query_options options = {.dialect = dialect, .now_utc_ms = FUZZ_NOW_MS, .profile = &profile};
    ld_query *query, *again;
    ld_span echo, second;
    fuzz_check(ld_query_parse(arena, text, &options, &query, &err) == LEDE_OK);
    fuzz_check(ld_query_echo(arena, query, &echo, &err) == LEDE_OK);
    fuzz_check_text(echo);
    options.dialect = LD_DIALECT_LEDE;
    fuzz_check(ld_query_parse(arena, echo, &options, &again, &err) == LEDE_OK);
    fuzz_check(ld_query_echo(arena, again, &second, &err) == LEDE_OK);
    for (uint8_t to = 0; to < LD_DIALECT_COUNT; to++) {
        const ld_query_warning *losses;
        uint32_t loss_count;
        bool exact;
        fuzz_check(ld_query_translate(arena, query, to, &second, &losses, &loss_count, &exact,
                                      &err) == LEDE_OK);
        fuzz_check_text(second);
    }
}

static void answer(const char *text, size_t bytes, uint8_t dialect)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_error err = {0};
    lede_hits *hits;
    char *json;
    size_t json_bytes;
    options.dialect = ld_dialect_names[dialect];
    options.now_utc_ms = FUZZ_NOW_MS;
    options.deadline_ms = 500;
    lede_status status = lede_search(fuzz_snapshot(), text, bytes, &options, &hits, &err);
    fuzz_check_status(status, &err);
    if (status != LEDE_OK)
        return;
    fuzz_check(lede_hits_write_json(hits, text, bytes, 0, &json, &json_bytes, &err) == LEDE_OK);
    fuzz_check_text((ld_span){json, json_bytes});
    lede_buffer_free(fuzz_env(), json, json_bytes);
    lede_hits_free(hits);
}

void asking_all(const uint8_t *data, size_t bytes, uint8_t dialect)
{
    ld_span text = fuzz_span(data, bytes);
    check_echo(fuzz_arena(), text, dialect);
    answer(text.data, text.bytes, dialect);
}
