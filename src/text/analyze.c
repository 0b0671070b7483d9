/*
 * From texts to tokens.
 *
 *   text -> words -> simple? -yes-> cache: known in this document? -yes-> its form and term
 *                      | no                    | no, but the entry is there: copied into the arena
 *                      |                       | neither: stemmed, and the entry made
 *                      v
 *                (written word known in this document?) -yes-> its form and term
 *                      | no
 *                      v
 *                form = fold(word), term = stem(form), both copied into the arena
 *
 * News repeats itself: four of five words of an article were seen before in it, and most of the
 * rest in the one before. A simple word (words.h) is its own form in two registers, so the cache is
 * keyed by them and keeps the stem and the hash of the term from document to document; a token that
 * repeats an earlier one says so, which spares the index its look-up. The cache only remembers what
 * could be worked out again: an entry is taken over by another word without a word lost, and it
 * grows only while it misses, up to CACHE_ENTRIES_MAX, so that a query's few words cost little.
 *
 * All other spellings stand in a table per document in its arena; its keys are borrowed from the
 * caller's text, and it is made when the first such word comes.
 *
 * Invariants: positions ascend over the document; a position is spent only by a word whose form is
 * not empty, and one more at each change of zone behind a zone that had words (not from lead to
 * body); offsets lie inside the joined text of the zone. At LD_POSITIONS_MAX the rest of the
 * document is left out and the list says so.
 *
 * Cost: linear; memory about 80 bytes a token and 100 a spelling, in the arena, and at most
 * LD_ANALYZER_BYTES_MAX for the cache.
 */
#include "text/analyze.h"

#include "base/hash.h"
#include "text/fold.h"
#include "text/sentences.h"
#include "text/stem.h"
#include "text/words.h"

#define STEMMERS_MAX   32u  /* libstemmer has fewer languages */
#define CODE_BYTES_MAX 4u   /* of a language code with its NUL */
#define FIRST_SLOTS    512u /* of the table of spellings; a power of two */

#define CACHE_ENTRIES_FIRST 256u /* powers of two */
#define CACHE_ENTRIES_MAX   8192u
#define CACHED_BYTES_MAX    (LD_WORD_KEY_BYTES - 1)
#define CACHE_LINE_BYTES    64u
#define CACHE_BYTES(count)  ((count) * sizeof(cached_word) + CACHE_LINE_BYTES)
#define WORDS_BATCH         32u /* read before they are looked up */
/* Room for as many tokens as a text will likely have, so that they do not move as they grow. */
#define BYTES_A_WORD     5u
#define TOKENS_AHEAD_MAX 16384u
#define TEXT_ROOM_BYTES  2048u /* the arena lends room for forms in pieces of this size */
#define WORD_ROOM_BYTES  (2 * LD_WORD_KEY_BYTES) /* of a form and a term */

typedef struct cached_stemmer {
    char code[CODE_BYTES_MAX]; /* lower case */
    ld_stemmer *stemmer;
} cached_stemmer;

/* A spelling of this document. */
typedef struct spelling {
    ld_span written;    /* the caller's bytes */
    ld_span form, term; /* in the arena; form is empty where folding left nothing */
    uint64_t hash, term_hash;
    uint32_t seen; /* row + 1 of its first token */
} spelling;

/* A simple word of any document. */
typedef struct cached_word {
    uint64_t key[LD_WORD_KEY_BYTES / 8]; /* the word's; in the last byte the number of the stemmer,
                                            0: terms are forms. All 0: the entry is free */
    uint64_t term_hash;
    const char *form;  /* in the arena of document `document`, the term behind it where it is no
                          start of the form */
    uint32_t document; /* number of the last one that has it */
    uint32_t seen;     /* in that one: row + 1 of its first token */
    char stem[LD_WORD_KEY_BYTES];
    uint8_t form_bytes, stem_bytes; /* form_bytes at most CACHED_BYTES_MAX */
    bool is_start;                  /* the stem is the start of the form */
} cached_word;

_Static_assert(sizeof(cached_word) == CACHE_LINE_BYTES, "an entry is a line of the cache");
_Static_assert(CACHE_BYTES(CACHE_ENTRIES_MAX) <= LD_ANALYZER_BYTES_MAX, "cache");

struct ld_analyzer {
    const lede_env *env;
    ld_analysis settings;
    cached_stemmer stemmers[STEMMERS_MAX];
    uint32_t stemmer_count;
    char *cache_block;  /* CACHE_BYTES(cache_count), where the cache lies */
    cached_word *cache; /* [cache_count] from a whole line on, pairs of entries that a hash shares;
                           NULL before use */
    uint32_t cache_count;  /* power of two */
    uint32_t cache_misses; /* since it has this size */
    uint32_t document;     /* number of the one at hand, from 1 */

    /* of the document between begin and finish */
    ld_arena *arena;
    ld_stemmer *stemmer;    /* NULL: terms are forms */
    uint8_t stemmer_number; /* in `stemmers`, from 1; 0: none */
    char *room;             /* where the next form goes */
    size_t room_bytes;      /* left there */
    spelling *spellings;    /* [spelling_count] */
    uint32_t spelling_count, spelling_capacity;
    uint32_t *slots; /* [slot_count]: index of a spelling + 1, 0 free; at most half full */
    uint32_t slot_count;
    ld_token *tokens; /* [token_count] */
    uint32_t token_count, token_capacity;
    ld_zone_range zones[LD_ZONES_MAX]; /* [zone_count], those with words */
    uint32_t zone_count;
    uint32_t next_position;
    int32_t zone;        /* being read; -1 before the first */
    uint64_t zone_bytes; /* of its joined text so far */
    bool truncated;
};

lede_status ld_analyzer_new(const lede_env *env, const ld_analysis *settings,
                            ld_analyzer **analyzer, lede_error *err)
{
    ld_analyzer *a = ld_alloc_zero(env, sizeof *a);
    if (!a)
        return ld_error_nomem(err, sizeof *a);
    a->env = env;
    a->settings = *settings;
    *analyzer = a;
    return LEDE_OK;
}

void ld_analyzer_free(ld_analyzer *a)
{
    if (!a)
        return;
    for (uint32_t i = 0; i < a->stemmer_count; i++)
        ld_stemmer_free(a->stemmers[i].stemmer);
    ld_release(a->env, a->cache_block, a->cache ? CACHE_BYTES(a->cache_count) : 0);
    ld_release(a->env, a, sizeof *a);
}

/* The stemmer of a language, made at its first use; NULL where it has none or the profile does not
 * stem. */
static lede_status stemmer_for(ld_analyzer *a, ld_span language, ld_stemmer **stemmer,
                               uint8_t *number, lede_error *err)
{
    *stemmer = NULL;
    *number = 0;
    if (!a->settings.stem || !ld_stemmer_known(language))
        return LEDE_OK;
    char code[CODE_BYTES_MAX] = {0};
    for (size_t i = 0; i < CODE_BYTES_MAX - 1 && i < language.bytes; i++) {
        char c = (char)(language.data[i] | 0x20);
        if (c < 'a' || c > 'z')
            break;
        code[i] = c;
    }
    for (uint32_t i = 0; i < a->stemmer_count; i++) {
        if (memcmp(a->stemmers[i].code, code, sizeof code) == 0) {
            *stemmer = a->stemmers[i].stemmer;
            *number = (uint8_t)(i + 1);
            return LEDE_OK;
        }
    }
    if (a->stemmer_count == STEMMERS_MAX)
        return LD_FAIL(err, LEDE_E_LIMIT, "more than %u languages in one analyser", STEMMERS_MAX);
    LD_TRY(ld_stemmer_new(a->env, language, stemmer, err));
    cached_stemmer *kept = &a->stemmers[a->stemmer_count++];
    memcpy(kept->code, code, sizeof code);
    kept->stemmer = *stemmer;
    *number = (uint8_t)a->stemmer_count;
    return LEDE_OK;
}

/* ---- spellings ---- */

static lede_status grow_slots(ld_analyzer *a, lede_error *err)
{
    uint32_t count = a->slot_count ? a->slot_count * 2 : FIRST_SLOTS;
    uint32_t *slots = ld_arena_array(a->arena, count, sizeof *slots);
    if (!slots)
        return ld_arena_status(a->arena, err);
    for (uint32_t i = 0; i < a->spelling_count; i++) {
        uint32_t at = (uint32_t)a->spellings[i].hash & (count - 1);
        while (slots[at])
            at = (at + 1) & (count - 1);
        slots[at] = i + 1;
    }
    a->slots = slots;
    a->slot_count = count;
    return LEDE_OK;
}

/* A form's term: its stem, or itself. Both answers are `form` or in the arena. */
static lede_status term_of(ld_arena *arena, ld_stemmer *stemmer, ld_span form, ld_span *term,
                           lede_error *err)
{
    *term = form;
    if (!stemmer || form.bytes == 0)
        return LEDE_OK;
    char stem[LD_TERM_BYTES_MAX];
    size_t bytes = 0;
    if (ld_stemmer_stem(stemmer, form, stem, &bytes) != LEDE_OK)
        return ld_error_nomem(err, 0);
    ld_span stemmed = ld_span_of(stem, bytes);
    if (ld_span_equal(stemmed, form))
        return LEDE_OK;
    *term = ld_arena_copy(arena, stemmed);
    return term->data ? LEDE_OK : ld_arena_status(arena, err);
}

static lede_status form_of(ld_arena *arena, ld_span text, const ld_word *w, ld_span *form,
                           lede_error *err)
{
    char folded[LD_TERM_BYTES_MAX];
    size_t bytes = ld_word_form(text, w, folded);
    *form = ld_span_of(NULL, 0);
    if (bytes == 0)
        return LEDE_OK;
    *form = ld_arena_copy(arena, ld_span_of(folded, bytes));
    return form->data ? LEDE_OK : ld_arena_status(arena, err);
}

/* Bytes that two words share decide nothing else than spelling: kind, possessive and acronym follow
 * from them, so they are a sound key. */
static lede_status find_spelling(ld_analyzer *a, ld_span text, const ld_word *w, spelling **found,
                                 lede_error *err)
{
    ld_span written = ld_span_of(text.data + w->text_offset, w->text_bytes);
    uint64_t hash = ld_hash64(written.data, written.bytes, 0);
    if (a->spelling_count * 2 >= a->slot_count)
        LD_TRY(grow_slots(a, err));
    uint32_t at = (uint32_t)hash & (a->slot_count - 1);
    while (a->slots[at]) {
        spelling *s = &a->spellings[a->slots[at] - 1];
        if (s->hash == hash && ld_span_equal(s->written, written)) {
            *found = s;
            return LEDE_OK;
        }
        at = (at + 1) & (a->slot_count - 1);
    }
    spelling s = {.written = written, .hash = hash};
    LD_TRY(form_of(a->arena, text, w, &s.form, err));
    LD_TRY(term_of(a->arena, a->stemmer, s.form, &s.term, err));
    s.term_hash = ld_hash64(s.term.data, s.term.bytes, 0);
    if (!LD_ARENA_PUSH(a->arena, a->spellings, a->spelling_count, a->spelling_capacity, s))
        return ld_arena_status(a->arena, err);
    a->slots[at] = a->spelling_count;
    *found = &a->spellings[a->spelling_count - 1];
    return LEDE_OK;
}

static lede_status other_word(ld_analyzer *a, ld_span text, const ld_word *w, ld_token *token,
                              lede_error *err)
{
    spelling *s = NULL;
    LD_TRY(find_spelling(a, text, w, &s, err));
    token->form = s->form;
    token->term = s->term;
    token->term_hash = s->term_hash;
    token->seen = s->seen;
    if (!s->seen)
        s->seen = a->token_count + 1;
    return LEDE_OK;
}

/* ---- simple words ---- */

/* Makes the cache, or doubles it; what it knew is forgotten. Where memory is refused it stays. */
static void grow_cache(ld_analyzer *a)
{
    uint32_t count = a->cache ? a->cache_count * 2 : CACHE_ENTRIES_FIRST;
    a->cache_misses = 0;
    char *block = ld_alloc_zero(a->env, CACHE_BYTES(count));
    if (!block)
        return;
    ld_release(a->env, a->cache_block, a->cache ? CACHE_BYTES(a->cache_count) : 0);
    a->cache_block = block;
    a->cache = (void *)(block + (0 - (uintptr_t)block) % CACHE_LINE_BYTES);
    a->cache_count = count;
}

/* A word is asked for before it is needed. */
static uint64_t cache_hash(const ld_word *w)
{
    uint64_t hash = (w->key[0] ^ w->key[1] * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
    return hash ^ hash >> 32;
}

/* The first of the two entries that may hold it. */
static cached_word *cache_pair(const ld_analyzer *a, uint64_t hash)
{
    return &a->cache[(hash & (a->cache_count / 2 - 1)) * 2];
}

/* The entry of a word that had none; *entry NULL: its stem is too long to be kept. */
static lede_status cache_add(ld_analyzer *a, const ld_word *w, const uint64_t key[2], uint64_t hash,
                             cached_word **entry, lede_error *err)
{
    if (++a->cache_misses > a->cache_count && a->cache_count < CACHE_ENTRIES_MAX)
        grow_cache(a);
    cached_word made = {.key = {key[0], key[1]}, .form_bytes = (uint8_t)w->form_bytes};
    ld_span form = ld_span_of((const char *)w->key, w->form_bytes);
    char stem[LD_TERM_BYTES_MAX];
    size_t bytes = form.bytes;
    memcpy(stem, w->key, sizeof w->key);
    if (a->stemmer && ld_stemmer_stem(a->stemmer, form, stem, &bytes) != LEDE_OK)
        return ld_error_nomem(err, 0);
    *entry = NULL;
    if (bytes > sizeof made.stem)
        return LEDE_OK;
    made.is_start = bytes <= form.bytes && memcmp(stem, form.data, bytes) == 0;
    made.stem_bytes = (uint8_t)bytes;
    memcpy(made.stem, stem, sizeof made.stem);
    made.term_hash = ld_hash64(stem, bytes, 0);
    cached_word *pair = cache_pair(a, hash);
    *entry = &pair[pair[1].document < pair[0].document]; /* the one that was used longer ago */
    **entry = made;
    return LEDE_OK;
}

/* Room in the arena for the form and the term of one simple word. */
static lede_status room_reserve(ld_analyzer *a, lede_error *err)
{
    if (a->room_bytes >= WORD_ROOM_BYTES)
        return LEDE_OK;
    a->room = ld_arena_alloc(a->arena, TEXT_ROOM_BYTES);
    a->room_bytes = a->room ? TEXT_ROOM_BYTES : 0;
    return a->room ? LEDE_OK : ld_arena_status(a->arena, err);
}

/* The form, and the term where it is another text, into the arena, if they are new to the document.
 * Which words are is hard to foresee, so no branch asks: they are written in any case, and where
 * they are not needed the next ones are written over them. */
static inline uint32_t cache_use(ld_analyzer *a, cached_word *c)
{
    uint32_t if_seen = 0u - (uint32_t)(c->document == a->document), row = c->seen & if_seen;
    uint32_t bytes = (c->form_bytes + (c->is_start ? 0u : c->stem_bytes)) & ~if_seen;
    memcpy(a->room, c->key, sizeof c->key);
    memcpy(a->room + c->form_bytes, c->stem, sizeof c->stem);
    const char *const forms[2] = {a->room, c->form};
    c->form = forms[if_seen & 1];
    c->seen = row | ((a->token_count + 1) & ~if_seen);
    c->document = a->document;
    a->room += bytes;
    a->room_bytes -= bytes;
    return row;
}

static bool is_cached(const cached_word *c, const uint64_t key[2])
{
    return ((c->key[0] ^ key[0]) | (c->key[1] ^ key[1])) == 0;
}

static lede_status simple_word(ld_analyzer *a, ld_span text, const ld_word *w, uint64_t hash,
                               ld_token *token, lede_error *err)
{
    if (w->form_bytes > CACHED_BYTES_MAX || !a->cache)
        return other_word(a, text, w, token, err);
    const uint64_t key[2] = {w->key[0], w->key[1] | (uint64_t)a->stemmer_number << 56};
    cached_word *c = cache_pair(a, hash);
    c += !is_cached(c, key);
    if (!is_cached(c, key)) {
        LD_TRY(cache_add(a, w, key, hash, &c, err));
        if (!c)
            return other_word(a, text, w, token, err);
    }
    LD_TRY(room_reserve(a, err));
    token->seen = cache_use(a, c);
    token->form = ld_span_of(c->form, c->form_bytes);
    token->term = ld_span_of(c->form + (c->is_start ? 0 : c->form_bytes), c->stem_bytes);
    token->term_hash = c->term_hash;
    return LEDE_OK;
}

/* ---- documents ---- */

lede_status ld_analyze_begin(ld_analyzer *a, ld_arena *arena, ld_span language, lede_error *err)
{
    LD_TRY(stemmer_for(a, language, &a->stemmer, &a->stemmer_number, err));
    a->arena = arena;
    a->spellings = NULL;
    a->spelling_count = a->spelling_capacity = 0;
    a->tokens = NULL;
    a->token_count = a->token_capacity = 0;
    a->zone_count = 0;
    a->next_position = 0;
    a->zone = -1;
    a->truncated = false;
    a->slots = NULL;
    a->slot_count = 0;
    a->room = NULL;
    a->room_bytes = 0;
    if (++a->document == 0) { /* after 2^32 of them their numbers come again */
        if (a->cache)
            memset(a->cache, 0, a->cache_count * sizeof *a->cache);
        a->document = 1;
    }
    return LEDE_OK;
}

/* Where marks of one piece stand while its words are read. */
typedef struct mark_reader {
    ld_sentences sentences;
    size_t sentence_from, sentence_end; /* of the next sentence not yet entered */
    bool has_sentence;
    ld_span text;
    size_t paragraph_from; /* of the next paragraph not yet entered; SIZE_MAX: none */
} mark_reader;

static void next_paragraph(mark_reader *m, size_t from)
{
    size_t blank = ld_span_find(ld_span_sub(m->text, from, SIZE_MAX), LD_SPAN("\n\n"));
    m->paragraph_from = blank == SIZE_MAX ? SIZE_MAX : from + blank + 2;
}

static void marks_begin(mark_reader *m, ld_span text, bool paragraph_start)
{
    m->text = text;
    ld_sentences_init(&m->sentences, text);
    m->has_sentence = ld_sentences_next(&m->sentences, &m->sentence_from, &m->sentence_end);
    if (paragraph_start)
        m->paragraph_from = 0;
    else
        next_paragraph(m, 0);
}

/* The flags of the word at text_offset; called in ascending order. */
static uint8_t marks_at(mark_reader *m, size_t text_offset)
{
    uint8_t flags = 0;
    while (m->has_sentence && text_offset >= m->sentence_from) {
        flags = LD_TOKEN_SENTENCE;
        m->has_sentence = ld_sentences_next(&m->sentences, &m->sentence_from, &m->sentence_end);
    }
    while (text_offset >= m->paragraph_from) {
        flags = LD_TOKEN_SENTENCE | LD_TOKEN_PARAGRAPH;
        next_paragraph(m, m->paragraph_from);
    }
    return flags;
}

/* The first word of a zone opens its range, one position behind the zone before. */
static void open_range(ld_analyzer *a)
{
    if (a->zone_count > 0) {
        const ld_zone_range *before = &a->zones[a->zone_count - 1];
        bool running_text = before->zone == LD_ZONE_LEAD && a->zone == LD_ZONE_BODY;
        a->next_position += !running_text;
    }
    a->zones[a->zone_count++] =
        (ld_zone_range){(uint8_t)a->zone, a->next_position, a->next_position};
}

/* The token in the row behind the last one becomes one of the list; its term and form are there. */
static inline void add_token(ld_analyzer *a, const ld_word *w, uint32_t base, uint8_t flags)
{
    ld_token *token = &a->tokens[a->token_count++];
    token->position = a->next_position++;
    token->text_offset = base + (uint32_t)w->text_offset;
    token->text_bytes = w->text_bytes;
    token->zone = (uint8_t)a->zone;
    token->case_class = a->settings.case_classes ? w->case_class : (uint8_t)LD_CASE_LOWER;
    token->flags = flags;
}

/* Words read before they are looked up, so that what the cache knows of them has come by then. */
typedef struct word_batch {
    uint32_t count;
    ld_word words[WORDS_BATCH];
    uint64_t hashes[WORDS_BATCH];
} word_batch;

static void words_read(ld_analyzer *a, ld_words *words, word_batch *batch)
{
    if (!a->cache)
        grow_cache(a);
    batch->count = ld_words_read(words, batch->words, WORDS_BATCH);
    for (uint32_t i = 0; i < batch->count; i++) {
        batch->hashes[i] = batch->words[i].simple ? cache_hash(&batch->words[i]) : 0;
        if (a->cache) {
            const cached_word *pair = cache_pair(a, batch->hashes[i]);
            __builtin_prefetch(&pair[0]);
            __builtin_prefetch(&pair[1]);
        }
    }
}

static lede_status reserve_tokens(ld_analyzer *a, uint32_t more, lede_error *err)
{
    if (a->token_count + more <= a->token_capacity ||
        ld_arena_reserve(a->arena, (void **)&a->tokens, &a->token_capacity,
                         (size_t)a->token_count + more, sizeof *a->tokens))
        return LEDE_OK;
    return ld_arena_status(a->arena, err);
}

static lede_status add_words(ld_analyzer *a, ld_span text, const word_batch *batch, uint64_t base,
                             mark_reader *marks, uint8_t *flags, lede_error *err)
{
    bool is_open = a->zone_count > 0 && a->zones[a->zone_count - 1].zone == a->zone;
    LD_TRY(reserve_tokens(a, batch->count, err));
    for (uint32_t i = 0; i < batch->count; i++) {
        const ld_word *w = &batch->words[i];
        ld_token *token = &a->tokens[a->token_count];
        LD_TRY(w->simple ? simple_word(a, text, w, batch->hashes[i], token, err)
                         : other_word(a, text, w, token, err));
        if (a->settings.marks)
            *flags |= marks_at(marks, w->text_offset);
        if (token->form.bytes == 0)
            continue;
        /* the gap before a zone must fit as well */
        if (a->next_position + 1 >= LD_POSITIONS_MAX) {
            a->truncated = true;
            break;
        }
        if (!is_open) {
            open_range(a);
            is_open = true;
        }
        add_token(a, w, (uint32_t)base, *flags);
        *flags = 0;
    }
    if (is_open)
        a->zones[a->zone_count - 1].end = a->next_position;
    return LEDE_OK;
}

lede_status ld_analyze_zone(ld_analyzer *a, uint8_t zone, ld_span text, bool paragraph_start,
                            lede_error *err)
{
    if (zone >= LD_ZONES_MAX || zone < a->zone)
        return LD_FAIL(err, LEDE_E_INVALID, "zone %u comes behind zone %d: not in their order",
                       zone, (int)a->zone);
    uint64_t base = a->zone == zone ? a->zone_bytes + 2 : 0;
    if (base + text.bytes > UINT32_MAX)
        return LD_FAIL(err, LEDE_E_LIMIT, "zone %u is longer than 4 GiB", zone);
    a->zone = zone;
    a->zone_bytes = base + text.bytes;
    mark_reader marks = {0};
    if (a->settings.marks)
        marks_begin(&marks, text, paragraph_start);
    LD_TRY(reserve_tokens(a,
                          text.bytes / BYTES_A_WORD < TOKENS_AHEAD_MAX
                              ? (uint32_t)(text.bytes / BYTES_A_WORD)
                              : TOKENS_AHEAD_MAX,
                          err));
    ld_words words;
    ld_words_init(&words, text);
    word_batch batch;
    uint8_t flags = 0; /* also of words that left no form */
    for (words_read(a, &words, &batch); batch.count > 0 && !a->truncated;
         words_read(a, &words, &batch))
        LD_TRY(add_words(a, text, &batch, base, &marks, &flags, err));
    return LEDE_OK;
}

lede_status ld_analyze_finish(ld_analyzer *a, ld_token_list *list, lede_error *err)
{
    ld_zone_range *zones = ld_arena_array(a->arena, LD_ZONES_MAX, sizeof *zones);
    if (!zones)
        return ld_arena_status(a->arena, err);
    memcpy(zones, a->zones, a->zone_count * sizeof *zones);
    *list = (ld_token_list){
        .tokens = a->tokens,
        .count = a->token_count,
        .zones = zones,
        .zone_count = a->zone_count,
        .truncated = a->truncated,
    };
    return LEDE_OK;
}

/* ---- queries ---- */

/* The distinct terms of a form in the languages; the form itself where a language has no stemmer
 * or none is given. */
static lede_status query_terms(ld_analyzer *a, ld_arena *arena, const char *const *languages,
                               uint32_t language_count, ld_query_word *word, lede_error *err)
{
    ld_span *terms = ld_arena_array(arena, (size_t)language_count + 1, sizeof *terms);
    if (!terms)
        return ld_arena_status(arena, err);
    word->terms = terms;
    for (uint32_t i = 0; i < language_count || word->term_count == 0; i++) {
        ld_stemmer *stemmer = NULL;
        uint8_t number;
        if (i < language_count)
            LD_TRY(stemmer_for(a, ld_span_from_string(languages[i]), &stemmer, &number, err));
        ld_span term;
        LD_TRY(term_of(arena, stemmer, word->form, &term, err));
        bool seen = false;
        for (uint32_t j = 0; j < word->term_count && !seen; j++)
            seen = ld_span_equal(terms[j], term);
        if (!seen)
            terms[word->term_count++] = term;
    }
    return LEDE_OK;
}

static bool has_space(ld_span text, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++) {
        char c = text.data[i];
        if (c == ' ' || (c >= '\t' && c <= '\r'))
            return true;
    }
    return false;
}

lede_status ld_analyze_query(ld_analyzer *a, ld_arena *arena, ld_span text,
                             const char *const *languages, uint32_t language_count,
                             ld_query_word **words, uint32_t *count, lede_error *err)
{
    ld_query_word *list = NULL;
    uint32_t used = 0, capacity = 0;
    size_t last_end = 0;
    ld_words it;
    ld_word w;
    ld_words_init(&it, text);
    while (used < LD_QUERY_TERMS_MAX && ld_words_next(&it, &w)) {
        ld_query_word word = {
            .text_offset = (uint32_t)w.text_offset,
            .text_bytes = w.text_bytes,
            .case_class = a->settings.case_classes ? w.case_class : (uint8_t)LD_CASE_LOWER,
            .joined = used > 0 && !has_space(text, last_end, w.text_offset),
        };
        LD_TRY(form_of(arena, text, &w, &word.form, err));
        if (word.form.bytes == 0)
            continue;
        LD_TRY(query_terms(a, arena, languages, language_count, &word, err));
        if (!LD_ARENA_PUSH(arena, list, used, capacity, word))
            return ld_arena_status(arena, err);
        last_end = w.text_offset + w.text_bytes;
    }
    *words = list;
    *count = used;
    return LEDE_OK;
}
