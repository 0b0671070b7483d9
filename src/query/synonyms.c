/*
 * Which words does the reader's own list take for the same?
 *
 *   # a comment
 *   car, automobile, motor car      each stands for all
 *   vw, bmw => car                  who asks for vw or bmw gets car as well, not the other way
 *
 * A name is a word or a phrase. It is compared by its folded words (as notes.h folds a name for
 * NOTES), so case, accents and white space do not matter; but a name in capitals (IS) is met only
 * where the query writes it so, as of aliases. Names with the signs of patterns or quotation marks
 * are refused rather than read as something else.
 *
 * The names asked for are sorted by folded form and line: a look-up is a binary search. The limits
 * are LD_SYNONYM*_MAX.
 */
#include "query/synonyms.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "news/aliases.h"
#include "news/notes.h"
#include "query/sort.h"

#define KEY_BYTES_MAX 512u

typedef struct asked_name {
    ld_span key, name;
    uint32_t first,
        count; /* of names: what it stands for, itself included where the list says so */
} asked_name;

struct ld_synonyms {
    asked_name *asked; /* [asked_count] by key, then place in the file */
    uint32_t asked_count, asked_capacity;
    ld_span *names; /* [name_count] in the order of the file */
    uint32_t name_count, name_capacity;
};

typedef struct reader {
    ld_arena *arena;
    ld_synonyms *s;
    uint32_t line; /* from 1 */
    lede_error *err;
} reader;

static lede_status malformed(const reader *r, const char *why)
{
    return LD_FAIL(r->err, LEDE_E_INVALID, "line %u of the synonyms %s", r->line, why);
}

static ld_span key_of(ld_span name, char *bytes)
{
    return ld_span_of(bytes, ld_note_alias_key(name, bytes, KEY_BYTES_MAX));
}

/* The names of one side go to the end of the list of names. */
static lede_status read_names(reader *r, ld_span side)
{
    ld_synonyms *s = r->s;
    uint32_t first = s->name_count;
    for (;;) {
        char bytes[KEY_BYTES_MAX];
        size_t comma = ld_span_find_byte(side, ',');
        ld_span name = ld_span_trim(ld_span_sub(side, 0, comma));
        if (name.bytes == 0)
            return malformed(r,
                             "has nothing before or after a comma or =>; write: car, automobile");
        for (size_t i = 0; i < name.bytes; i++)
            if (strchr("*?\"~()[]:=<>", name.data[i]))
                return malformed(r, "has a sign of the query language in a name; names are plain "
                                    "words and phrases without quotation marks");
        if (key_of(name, bytes).bytes == 0)
            return malformed(r, "has a name without a word, or one of more than 500 bytes");
        if (s->name_count - first >= LD_SYNONYM_NAMES_MAX)
            return malformed(r, "has more than 32 names; split it");
        name = ld_arena_copy(r->arena, name);
        if (!name.data || !LD_ARENA_PUSH(r->arena, s->names, s->name_count, s->name_capacity, name))
            return ld_arena_status(r->arena, r->err);
        if (comma == SIZE_MAX)
            return LEDE_OK;
        side = ld_span_sub(side, comma + 1, SIZE_MAX);
    }
}

static lede_status add_asked(reader *r, ld_span name, uint32_t first, uint32_t count)
{
    char bytes[KEY_BYTES_MAX];
    asked_name a = {ld_arena_copy(r->arena, key_of(name, bytes)), name, first, count};
    if (!a.key.data ||
        !LD_ARENA_PUSH(r->arena, r->s->asked, r->s->asked_count, r->s->asked_capacity, a))
        return ld_arena_status(r->arena, r->err);
    return LEDE_OK;
}

static lede_status read_line(reader *r, ld_span line)
{
    ld_synonyms *s = r->s;
    line = ld_span_trim(ld_span_sub(line, 0, ld_span_find_byte(line, '#')));
    if (line.bytes == 0)
        return LEDE_OK;
    if (!ld_utf8_valid(line))
        return malformed(r, "is not UTF-8");
    if (s->asked_count >= LD_SYNONYMS_MAX)
        return LD_FAIL(r->err, LEDE_E_LIMIT, "line %u: a list of synonyms has at most %u names",
                       r->line, LD_SYNONYMS_MAX);
    size_t arrow = ld_span_find(line, LD_SPAN("=>"));
    uint32_t first = s->name_count;
    LD_TRY(read_names(r, ld_span_sub(line, 0, arrow)));
    uint32_t to = s->name_count, from = first;
    if (arrow != SIZE_MAX) {
        from = to;
        LD_TRY(read_names(r, ld_span_sub(line, arrow + 2, SIZE_MAX)));
    } else if (to - first < 2) {
        return malformed(r, "has one name only; write: car, automobile");
    }
    for (uint32_t i = first; i < to; i++)
        LD_TRY(add_asked(r, s->names[i], from, s->name_count - from));
    return LEDE_OK;
}

static int by_key(void *ctx, const void *a, const void *b)
{
    const asked_name *x = a, *y = b;
    int order = ld_span_compare(x->key, y->key);
    if (order == 0)
        order = (x->first > y->first) - (x->first < y->first);
    return order ? order : ld_span_compare(x->name, y->name);
}

lede_status ld_synonyms_parse(ld_arena *arena, ld_span text, const ld_synonyms **synonyms,
                              lede_error *err)
{
    reader r = {.arena = arena, .s = ld_arena_alloc_zero(arena, sizeof *r.s), .err = err};
    *synonyms = NULL;
    if (!r.s)
        return ld_arena_status(arena, err);
    if (text.bytes > LD_SYNONYMS_BYTES_MAX)
        return LD_FAIL(err, LEDE_E_LIMIT, "a list of synonyms has at most %u bytes",
                       LD_SYNONYMS_BYTES_MAX);
    if (ld_span_starts_with(text, LD_SPAN("\xef\xbb\xbf")))
        text = ld_span_sub(text, 3, SIZE_MAX);
    while (text.bytes > 0) {
        size_t end = ld_span_find_byte(text, '\n');
        r.line++;
        LD_TRY(read_line(&r, ld_span_sub(text, 0, end)));
        text = end == SIZE_MAX ? ld_span_of(NULL, 0) : ld_span_sub(text, end + 1, SIZE_MAX);
    }
    if (r.s->asked_count > 1)
        ld_sort_items(r.s->asked, r.s->asked_count, sizeof *r.s->asked, by_key, NULL);
    *synonyms = r.s;
    return LEDE_OK;
}

/* Not what was asked for itself, and each name once. */
static bool is_new(ld_span name, ld_span key, const ld_span *names, uint32_t count)
{
    char bytes[KEY_BYTES_MAX];
    if (ld_span_equal(key_of(name, bytes), key))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (ld_span_equal_nocase(names[i], name))
            return false;
    return true;
}

uint32_t ld_synonyms_find(const ld_synonyms *s, ld_span asked, ld_span *names, uint32_t names_max)
{
    char bytes[KEY_BYTES_MAX];
    uint32_t count = 0, low = 0, high = s ? s->asked_count : 0;
    ld_span key = key_of(asked, bytes);
    if (high == 0 || key.bytes == 0)
        return 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ld_span_compare(s->asked[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < s->asked_count && ld_span_equal(s->asked[low].key, key); low++) {
        const asked_name *a = &s->asked[low];
        if (ld_alias_is_acronym(a->name) && !ld_span_equal(a->name, asked))
            continue;
        for (uint32_t i = 0; i < a->count && count < names_max; i++)
            if (is_new(s->names[a->first + i], key, names, count))
                names[count++] = s->names[a->first + i];
    }
    return count;
}
