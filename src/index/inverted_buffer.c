/*
 * Where do the words of new documents wait until there are enough for a segment?
 *
 *   table: hash | ref --> term record --> chunk -> chunk -> chunk      postings as variable bytes
 *                              |
 *                              `--> form -> form                       spellings and case classes
 *
 * Everything but the two tables stands in pages of 256 KiB that are named by 32-bit refs: 4 bytes
 * where a pointer takes 8, at most 16 GiB. A word costs 12 to 16 bytes of table, 34 of record and
 * its text; chunks grow by the golden ratio or so from 12 to 4,880 bytes, so that a word seen once
 * wastes little and the chain of a frequent one is short. (Lucene's byte slices are the same idea.)
 *
 * Two phases make a document whole or absent. First its words are looked up, made where new, and
 * its occurrences sorted by word (counted, then dealt out); only then are postings appended, word
 * by word, each row keeping what its term was before. Where memory is refused, the rows written so
 * far are set back: the buffer is as it was but for words without postings, which the flush leaves
 * out, and a little of the pool. So a failed add may be followed by a flush and the same add again.
 *
 * The hash decides nothing that can be seen: the flush sorts by bytes, forms by their counts and
 * bytes. The table is not seeded, so that equal inputs take equal time; words made to collide can
 * make it slow by the length of their chain (probing is linear), within the words of one buffer.
 *
 * Memory is what was asked of the effects table: pages, tables, scratch rows. The flush asks for
 * little more: see inverted_flush.c.
 */
#include "index/inverted_buffer.h"

#include "base/hash.h"
#include "index/inverted_write.h"
#include "index/postings.h"

#define TABLE_CAPACITY_FIRST 1024u
#define PAGES_MAX            65536u
#define CHUNK_LINK_BYTES     4u
#define POSTING_BYTES        128u /* encoded before they are appended */
/* Of a posting: what its head and one occurrence take at most (documents below 2^28, positions and
 * their number below 2^20, form ids 16 bits). */
#define HEAD_BYTES_MAX       8u
#define CLASSES_BYTES_MAX    9u
#define OCCURRENCE_BYTES_MAX 6u
#define VARINT_4_BYTES_MAX   (1u << 28)
#define WORDS_BATCH          128u /* words whose memory is asked for at a time */
#define ENTRIES_AHEAD        12u

static const uint16_t chunk_bytes[] = {12,  16,  24,  40,   64,   104,  168,
                                       272, 440, 712, 1152, 1864, 3016, 4880};
#define CHUNK_LEVEL_LAST ((uint8_t)(sizeof chunk_bytes / sizeof *chunk_bytes - 1))

lede_status ld_inverted_buffer_new(const lede_env *env, const ld_profile *profile,
                                   ld_inverted_buffer **buffer, lede_error *err)
{
    ld_inverted_buffer *b = ld_alloc_zero(env, sizeof *b);
    *buffer = b;
    if (!b)
        return ld_error_nomem(err, sizeof *b);
    b->env = env;
    b->profile = *profile;
    return LEDE_OK;
}

static void table_release(ld_inverted_buffer *b, ld_buffer_table *t)
{
    ld_release(b->env, t->slots, (size_t)t->capacity * sizeof *t->slots);
    *t = (ld_buffer_table){0};
}

void ld_inverted_buffer_reset(ld_inverted_buffer *b)
{
    for (size_t i = 0; i < b->page_count; i++)
        ld_release(b->env, b->pages[i], LD_POOL_PAGE_BYTES);
    ld_release(b->env, b->pages, b->page_capacity * sizeof *b->pages);
    ld_release(b->env, b->lengths, b->lengths_capacity);
    ld_release(b->env, b->tokens_added, b->token_capacity * sizeof *b->tokens_added);
    ld_release(b->env, b->occurrences, b->occurrence_capacity * sizeof *b->occurrences);
    ld_release(b->env, b->entries, b->entry_capacity * sizeof *b->entries);
    table_release(b, &b->terms);
    table_release(b, &b->forms);
    const lede_env *env = b->env;
    ld_profile profile = b->profile;
    *b = (ld_inverted_buffer){.env = env, .profile = profile};
}

void ld_inverted_buffer_free(ld_inverted_buffer *b)
{
    if (!b)
        return;
    ld_inverted_buffer_reset(b);
    ld_release(b->env, b, sizeof *b);
}

uint32_t ld_inverted_buffer_docs(const ld_inverted_buffer *b)
{
    return b->docs;
}

uint64_t ld_inverted_buffer_tokens(const ld_inverted_buffer *b)
{
    return b->tokens;
}

size_t ld_inverted_buffer_memory_bytes(const ld_inverted_buffer *b)
{
    return sizeof *b + b->page_count * LD_POOL_PAGE_BYTES + b->page_capacity * sizeof *b->pages +
           b->lengths_capacity + b->token_capacity * sizeof *b->tokens_added +
           b->occurrence_capacity * sizeof *b->occurrences +
           b->entry_capacity * sizeof *b->entries +
           ((size_t)b->terms.capacity + b->forms.capacity) * sizeof(uint64_t);
}

/* ---- pool ---- */

/* `bytes` of the pool, aligned to 4; 0 when refused. */
static ld_pool_ref pool_alloc(ld_inverted_buffer *b, size_t bytes)
{
    bytes = (bytes + 3) & ~(size_t)3;
    if (b->page_count == 0 || b->page_used + bytes > LD_POOL_PAGE_BYTES - LD_POOL_SPARE_BYTES) {
        if (ld_grow(b->env, (void **)&b->pages, &b->page_capacity, b->page_count + 1,
                    sizeof *b->pages, PAGES_MAX, NULL) != LEDE_OK)
            return 0;
        uint8_t *page = ld_alloc(b->env, LD_POOL_PAGE_BYTES);
        if (!page)
            return 0;
        b->page_used = b->page_count == 0 ? 4 : 0; /* ref 0 is none */
        b->pages[b->page_count++] = page;
    }
    ld_pool_ref ref = (uint32_t)(b->page_count - 1) << 16 | b->page_used / 4;
    b->page_used += (uint32_t)bytes;
    return ref;
}

/* ---- postings in chunks ---- */

static bool chunk_next(ld_inverted_buffer *b, ld_buffer_list *t)
{
    uint8_t level = 0;
    if (t->chunk)
        level = (uint8_t)(t->chunk_level + (t->chunk_level < CHUNK_LEVEL_LAST));
    ld_pool_ref chunk = pool_alloc(b, chunk_bytes[level]);
    if (!chunk)
        return false;
    if (t->chunk)
        memcpy(ld_pool_at(b, t->chunk), &chunk, sizeof chunk);
    else
        t->first_chunk = chunk;
    t->chunk = chunk;
    t->chunk_level = level;
    t->chunk_used = 0;
    return true;
}

/* Appends to a list of postings, over as many chunks as it takes. */
static bool append(ld_inverted_buffer *b, ld_buffer_list *t, const uint8_t *data, size_t bytes)
{
    size_t room = t->chunk ? chunk_bytes[t->chunk_level] - CHUNK_LINK_BYTES - t->chunk_used : 0u;
    while (bytes > room) {
        if (room > 0) {
            memcpy((uint8_t *)ld_pool_at(b, t->chunk) + CHUNK_LINK_BYTES + t->chunk_used, data,
                   room);
            t->chunk_used = (uint16_t)(t->chunk_used + room);
            data += room;
            bytes -= room;
        }
        if (!chunk_next(b, t))
            return false;
        room = chunk_bytes[t->chunk_level] - CHUNK_LINK_BYTES;
    }
    memcpy((uint8_t *)ld_pool_at(b, t->chunk) + CHUNK_LINK_BYTES + t->chunk_used, data, bytes);
    t->chunk_used = (uint16_t)(t->chunk_used + bytes);
    return true;
}

static inline uint8_t *varint_put(uint8_t *at, uint32_t value)
{
    for (; value >= 0x80; value >>= 7)
        *at++ = (uint8_t)(value | 0x80);
    *at++ = (uint8_t)value;
    return at;
}

static void chunk_enter(ld_chunk_reader *r)
{
    const uint8_t *bytes = ld_pool_at(r->buffer, r->chunk);
    uint32_t used =
        r->chunk == r->last_chunk ? r->last_used : chunk_bytes[r->level] - CHUNK_LINK_BYTES;
    r->at = bytes + CHUNK_LINK_BYTES;
    r->end = r->at + used;
    if (r->chunk != r->last_chunk) {
        ld_pool_ref next;
        memcpy(&next, bytes, sizeof next);
        __builtin_prefetch(ld_pool_at(r->buffer, next));
    }
}

void ld_chunk_reader_init(ld_chunk_reader *r, const ld_inverted_buffer *b,
                          const ld_buffer_term *term)
{
    *r = (ld_chunk_reader){.buffer = b,
                           .chunk = term->list.first_chunk,
                           .last_chunk = term->list.chunk,
                           .last_used = term->list.chunk_used};
    chunk_enter(r);
}

static uint8_t read_byte(ld_chunk_reader *r)
{
    if (r->at == r->end) {
        memcpy(&r->chunk, r->at - (chunk_bytes[r->level]), sizeof r->chunk);
        r->level += r->level < CHUNK_LEVEL_LAST;
        chunk_enter(r);
    }
    return *r->at++;
}

uint32_t ld_chunk_read_slowly(ld_chunk_reader *r)
{
    uint32_t value = 0;
    for (uint32_t shift = 0;; shift += 7) {
        uint8_t byte = read_byte(r);
        value |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
}

/* ---- words ---- */

static void table_insert(ld_buffer_table *t, uint64_t slot)
{
    uint32_t mask = t->capacity - 1, at = (uint32_t)(slot >> 32) & mask;
    while (t->slots[at])
        at = (at + 1) & mask;
    t->slots[at] = slot;
}

/* Room for one more word at a load of at most two thirds. */
static bool table_reserve(ld_inverted_buffer *b, ld_buffer_table *t)
{
    if ((uint64_t)(t->count + 1) * 3 <= (uint64_t)t->capacity * 2)
        return true;
    ld_buffer_table grown = {.count = t->count};
    grown.capacity = t->capacity ? t->capacity * 2 : TABLE_CAPACITY_FIRST;
    if (grown.capacity < t->capacity)
        return false;
    grown.slots = ld_alloc_zero(b->env, (size_t)grown.capacity * sizeof *grown.slots);
    if (!grown.slots)
        return false;
    for (uint32_t i = 0; i < t->capacity; i++) {
        if (t->slots[i])
            table_insert(&grown, t->slots[i]);
    }
    table_release(b, t);
    *t = grown;
    return true;
}

static uint32_t term_hash(const ld_token *token)
{
    uint64_t hash = token->term_hash;
    if (!hash)
        hash = ld_hash64(token->term.data, token->term.bytes, 0);
    return (uint32_t)(hash >> 32);
}

/* Short texts, not empty, without a call and all but without a branch: up to four loads of four
 * bytes, that overlap, see each byte of 4 to 16. */
static inline bool bytes_equal(const char *a, const char *b, size_t bytes)
{
    if (bytes > 16)
        return memcmp(a, b, bytes) == 0;
    if (bytes < 4)
        return a[0] == b[0] && a[bytes / 2] == b[bytes / 2] && a[bytes - 1] == b[bytes - 1];
    const size_t step = bytes >> 3 << 2, at[4] = {0, step, bytes - 4 - step, bytes - 4};
    uint32_t differ = 0;
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t x, y;
        memcpy(&x, a + at[i], sizeof x);
        memcpy(&y, b + at[i], sizeof y);
        differ |= x ^ y;
    }
    return differ == 0;
}

static inline bool is_term(const ld_inverted_buffer *b, ld_pool_ref ref, ld_span text)
{
    const ld_buffer_term *t = ld_pool_at(b, ref);
    return t->bytes == text.bytes && bytes_equal(t->text, text.data, text.bytes);
}

static ld_pool_ref term_intern(ld_inverted_buffer *b, ld_span text, uint32_t hash)
{
    if (!table_reserve(b, &b->terms))
        return 0;
    uint32_t mask = b->terms.capacity - 1, at = hash & mask;
    for (; b->terms.slots[at]; at = (at + 1) & mask) {
        uint64_t slot = b->terms.slots[at];
        if (slot >> 32 == hash && is_term(b, (ld_pool_ref)slot, text))
            return (ld_pool_ref)slot;
    }
    ld_pool_ref ref = pool_alloc(b, offsetof(ld_buffer_term, text) + text.bytes);
    if (!ref)
        return 0;
    ld_buffer_term *t = ld_pool_at(b, ref);
    memset(t, 0, offsetof(ld_buffer_term, text));
    t->bytes = (uint8_t)text.bytes;
    memcpy(t->text, text.data, text.bytes);
    b->terms.slots[at] = (uint64_t)hash << 32 | ref;
    b->terms.count++;
    return ref;
}

/* The form's id in *id; false when memory is refused. */
static bool form_intern(ld_inverted_buffer *b, ld_pool_ref term, ld_span text, uint8_t case_class,
                        uint16_t *id)
{
    if (!table_reserve(b, &b->forms))
        return false;
    ld_buffer_term *t = ld_pool_at(b, term);
    uint64_t seed = (uint64_t)term << 2 | case_class;
    uint64_t hash = ld_hash64(text.data, text.bytes, seed) >> 32;
    uint32_t mask = b->forms.capacity - 1, at = (uint32_t)hash & mask;
    for (; b->forms.slots[at]; at = (at + 1) & mask) {
        uint64_t slot = b->forms.slots[at];
        const ld_buffer_form *f = ld_pool_at(b, (ld_pool_ref)slot);
        if (slot >> 32 == hash && f->term == term && f->case_class == case_class &&
            ld_span_equal(ld_buffer_form_text(b, f), text)) {
            *id = f->id;
            return true;
        }
    }
    if (t->form_count == LD_FORMS_MAX) { /* it shares the last one */
        *id = LD_FORMS_MAX - 1;
        return true;
    }
    bool as_term = ld_span_equal(text, ld_span_of(t->text, t->bytes));
    size_t stored = as_term ? 0 : text.bytes;
    ld_pool_ref ref = pool_alloc(b, offsetof(ld_buffer_form, text) + stored);
    if (!ref)
        return false;
    ld_buffer_form *f = ld_pool_at(b, ref);
    memset(f, 0, offsetof(ld_buffer_form, text));
    f->next = t->forms;
    f->term = term;
    f->id = *id = t->form_count++;
    f->case_class = case_class;
    f->bytes = (uint8_t)stored;
    memcpy(f->text, text.data, stored);
    t->forms = ref;
    b->forms.slots[at] = hash << 32 | ref;
    b->forms.count++;
    return true;
}

/* ---- one document ---- */

/* What a token that repeats none has to be before its word is looked up. */
static lede_status word_check(const ld_inverted_buffer *b, const ld_token *t, uint32_t row,
                              lede_error *err)
{
    if (t->term.bytes == 0 || t->term.bytes > LD_TERM_BYTES_MAX ||
        (b->profile.stem && (t->form.bytes == 0 || t->form.bytes > LD_TERM_BYTES_MAX)))
        return LD_FAIL(err, LEDE_E_INVALID, "word %u of a document is not 1 to %u bytes long", row,
                       LD_TERM_BYTES_MAX);
    return LEDE_OK;
}

static lede_status token_fail(uint32_t row, lede_error *err)
{
    return LD_FAIL(err, LEDE_E_INVALID,
                   "word %u of a document repeats one behind it, or has no known zone or case",
                   row);
}

/* The document's row of a term, made where there is none; there is room for it. */
static inline uint32_t entry_of(ld_inverted_buffer *b, ld_pool_ref ref, uint32_t *entry_count)
{
    ld_buffer_term *t = ld_pool_at(b, ref);
    if (t->entry == 0) {
        ld_buffer_entry *e = &b->entries[*entry_count];
        e->term = ref;
        e->tf = 0;
        memset(e->class_tf, 0, sizeof e->class_tf);
        t->entry = ++*entry_count;
        if (t->list.chunk) /* where the second phase will write */
            __builtin_prefetch((uint8_t *)ld_pool_at(b, t->list.chunk) + t->list.chunk_used, 1);
    }
    return t->entry - 1;
}

/*
 * First phase for some tokens that repeat none. A look-up touches a slot, a record and a chunk,
 * none of them in the cache for most words: so all slots are asked for, then all records that the
 * slots name, and only then is anything compared.
 */
static lede_status words_find(ld_inverted_buffer *b, const ld_token_list *tokens,
                              const uint32_t *rows, uint32_t count, uint32_t *entry_count,
                              lede_error *err)
{
    uint32_t hashes[WORDS_BATCH];
    ld_pool_ref refs[WORDS_BATCH];
    if (!table_reserve(b, &b->terms))
        return ld_error_nomem(err, b->terms.capacity * sizeof *b->terms.slots);
    LD_TRY(ld_grow(b->env, (void **)&b->entries, &b->entry_capacity, *entry_count + count,
                   sizeof *b->entries, LD_POSITIONS_MAX + WORDS_BATCH, err));
    const uint64_t *slots = b->terms.slots;
    uint32_t mask = b->terms.capacity - 1;
    for (uint32_t i = 0; i < count; i++) {
        LD_TRY(word_check(b, &tokens->tokens[rows[i]], rows[i], err));
        hashes[i] = term_hash(&tokens->tokens[rows[i]]);
        __builtin_prefetch(&slots[hashes[i] & mask]);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = hashes[i] & mask;
        while (slots[at] && slots[at] >> 32 != hashes[i])
            at = (at + 1) & mask;
        refs[i] = (ld_pool_ref)slots[at];
        if (!refs[i])
            continue;
        const ld_buffer_term *t = ld_pool_at(b, refs[i]);
        __builtin_prefetch(t);
        __builtin_prefetch(t->text + 4); /* often in the next line */
    }
    for (uint32_t i = 0; i < count; i++) {
        ld_span text = tokens->tokens[rows[i]].term;
        if (!refs[i] || !is_term(b, refs[i], text)) /* new, or two words of one hash */
            refs[i] = term_intern(b, text, hashes[i]);
        if (!refs[i])
            return ld_error_nomem(err, LD_POOL_PAGE_BYTES);
        b->tokens_added[rows[i]].entry = entry_of(b, refs[i], entry_count);
    }
    return LEDE_OK;
}

static lede_status all_words_find(ld_inverted_buffer *b, const ld_token_list *tokens,
                                  uint32_t *entry_count, lede_error *err)
{
    uint32_t rows[WORDS_BATCH], count = 0;
    for (uint32_t i = 0; i < tokens->count; i++) {
        rows[count] = i; /* no branch: which word is new is hard to foresee */
        count += tokens->tokens[i].seen == 0;
        if (count == WORDS_BATCH) {
            LD_TRY(words_find(b, tokens, rows, count, entry_count, err));
            count = 0;
        }
    }
    return count > 0 ? words_find(b, tokens, rows, count, entry_count, err) : LEDE_OK;
}

static lede_status form_find(ld_inverted_buffer *b, const ld_token_list *tokens, uint32_t row,
                             ld_pool_ref term, uint16_t *id, lede_error *err)
{
    const ld_token *token = &tokens->tokens[row];
    if (token->seen && tokens->tokens[token->seen - 1].case_class == token->case_class) {
        *id = b->tokens_added[token->seen - 1].form;
        return LEDE_OK;
    }
    ld_span spelling = b->profile.stem ? token->form : token->term;
    if (!form_intern(b, term, spelling, token->case_class, id))
        return ld_error_nomem(err, LD_POOL_PAGE_BYTES);
    return LEDE_OK;
}

/* First phase, once the words are known: how often each occurs, in which class and form. */
static lede_status tokens_count(ld_inverted_buffer *b, const ld_token_list *tokens, lede_error *err)
{
    bool has_forms = ld_profile_has_forms(&b->profile);
    ld_buffer_token *added = b->tokens_added;
    ld_buffer_entry *entries = b->entries;
    for (uint32_t i = 0; i < tokens->count; i++) {
        const ld_token *token = &tokens->tokens[i];
        if ((token->seen > i) | (token->zone >= LD_ZONES_MAX) | (token->case_class > LD_CASE_MIXED))
            return token_fail(i, err);
        added[i].entry = added[token->seen ? token->seen - 1 : i].entry;
        added[i].position = token->position;
        ld_buffer_entry *e = &entries[added[i].entry];
        added[i].form = 0;
        if (has_forms)
            LD_TRY(form_find(b, tokens, i, e->term, &added[i].form, err));
        uint8_t zone_class = b->profile.zone_classes[token->zone];
        if (zone_class < LD_CLASS_COUNT && zone_class != LD_CLASS_BODY)
            e->class_tf[zone_class]++;
        e->tf++;
    }
    return LEDE_OK;
}

static lede_status position_fail(uint32_t row, lede_error *err)
{
    return LD_FAIL(err, LEDE_E_INVALID,
                   "the position of word %u of a document is out of order or range", row);
}

/* First phase at its end: occurrences by word. */
static lede_status tokens_sort(ld_inverted_buffer *b, const ld_token_list *tokens,
                               uint32_t entry_count, lede_error *err)
{
    ld_buffer_entry *entries = b->entries;
    ld_buffer_occurrence *occurrences = b->occurrences;
    const ld_buffer_token *added = b->tokens_added;
    uint32_t first = 0, last_position = 0;
    for (uint32_t i = 0; i < entry_count; i++) {
        entries[i].first = entries[i].next = first;
        first += entries[i].tf;
    }
    for (uint32_t i = 0; i < tokens->count; i++) {
        ld_buffer_entry *e = &entries[added[i].entry];
        uint32_t position = added[i].position, row = e->next++;
        if (position <= last_position && i > 0) {
            if (position < last_position)
                return position_fail(i, err);
            if (row > e->first && occurrences[row - 1].position == position)
                return LD_FAIL(err, LEDE_E_INVALID,
                               "a word stands twice at position %u of a document", position);
        }
        occurrences[row] = (ld_buffer_occurrence){position, added[i].form};
        last_position = position;
    }
    return last_position < LD_POSITIONS_MAX ? LEDE_OK : position_fail(tokens->count - 1, err);
}

static bool is_flagged(const ld_buffer_entry *e)
{
    return (e->class_tf[LD_CLASS_HEAD] | e->class_tf[LD_CLASS_LEAD] |
            e->class_tf[LD_CLASS_ASIDE]) != 0;
}

static inline uint32_t posting_head(const ld_buffer_entry *e, uint32_t doc_distance)
{
    return doc_distance << 2 | (uint32_t)(e->tf > 1) << 1 | is_flagged(e);
}

/* A number below 2^28 as variable bytes in a register, and how many they are: no branch asks, for
 * most of these numbers are one or two bytes long as if by chance. */
static inline uint64_t varint_of(uint32_t value, uint32_t *bytes)
{
    uint32_t behind = (value > 0x7f) + (value > 0x3fff) + (value > 0x1fffff);
    uint64_t spread = (value & 0x7f) | (value & 0x3f80) << 1 | (value & 0x1fc000) << 2 |
                      (uint64_t)(value & 0xfe00000) << 3;
    *bytes = behind + 1;
    return spread | (0x00808080 & ((UINT64_C(1) << 8 * behind) - 1));
}

/* The commonest posting, one occurrence in the body whose form is the first: both its numbers in
 * one store of eight bytes where the chunk has room for them. */
static inline bool single_write(ld_inverted_buffer *b, ld_buffer_list *t, size_t room,
                                const ld_buffer_occurrence *o, uint32_t head)
{
    uint32_t head_bytes, bytes;
    uint64_t first = varint_of(head, &head_bytes), second = varint_of(o->position << 1, &bytes);
    uint64_t both = first | second << 8 * head_bytes;
    if (room < sizeof both)
        return append(b, t, (const uint8_t *)&both, head_bytes + bytes);
    memcpy((uint8_t *)ld_pool_at(b, t->chunk) + CHUNK_LINK_BYTES + t->chunk_used, &both,
           sizeof both);
    t->chunk_used = (uint16_t)(t->chunk_used + head_bytes + bytes);
    return true;
}

static inline uint8_t *head_put(uint8_t *at, const ld_buffer_entry *e, uint32_t doc_distance)
{
    bool many = e->tf > 1, flagged = is_flagged(e);
    at = varint_put(at, posting_head(e, doc_distance));
    if (many)
        at = varint_put(at, e->tf);
    if (flagged) {
        at = varint_put(at, e->class_tf[LD_CLASS_HEAD]);
        at = varint_put(at, e->class_tf[LD_CLASS_LEAD]);
        at = varint_put(at, e->class_tf[LD_CLASS_ASIDE]);
    }
    return at;
}

static inline uint8_t *occurrence_put(uint8_t *at, const ld_buffer_occurrence *o, uint32_t next)
{
    at = varint_put(at, (o->position - next) << 1 | (o->form != 0));
    return o->form ? varint_put(at, o->form) : at;
}

/* Second phase for one word: its posting, straight into the chunk where that surely has room. */
static bool entry_write(ld_inverted_buffer *b, const ld_buffer_entry *e, ld_buffer_list *t,
                        uint32_t doc)
{
    const ld_buffer_occurrence *o = &b->occurrences[e->first];
    uint8_t bytes[POSTING_BYTES], *at;
    uint32_t next = 0, i = 0;
    size_t room = t->chunk ? chunk_bytes[t->chunk_level] - CHUNK_LINK_BYTES - t->chunk_used : 0u;
    uint32_t head = posting_head(e, doc - t->next_doc);
    if (e->tf == 1 && (head & 1) == 0 && o->form == 0 && head < VARINT_4_BYTES_MAX) {
        if (!single_write(b, t, room, o, head))
            return false;
    } else if (room >= HEAD_BYTES_MAX + (is_flagged(e) ? CLASSES_BYTES_MAX : 0) +
                           e->tf * (size_t)OCCURRENCE_BYTES_MAX) {
        uint8_t *from = (uint8_t *)ld_pool_at(b, t->chunk) + CHUNK_LINK_BYTES + t->chunk_used;
        at = head_put(from, e, doc - t->next_doc);
        for (; i < e->tf; next = o[i++].position + 1)
            at = occurrence_put(at, &o[i], next);
        t->chunk_used = (uint16_t)(t->chunk_used + (at - from));
    } else {
        at = head_put(bytes, e, doc - t->next_doc);
        for (; i < e->tf; next = o[i++].position + 1) {
            if (at > bytes + sizeof bytes - OCCURRENCE_BYTES_MAX) {
                if (!append(b, t, bytes, (size_t)(at - bytes)))
                    return false;
                at = bytes;
            }
            at = occurrence_put(at, &o[i], next);
        }
        if (!append(b, t, bytes, (size_t)(at - bytes)))
            return false;
    }
    t->next_doc = doc + 1;
    t->df++;
    t->total_tf += e->tf;
    return true;
}

/* Second phase: all postings, or none. */
static lede_status entries_write(ld_inverted_buffer *b, uint32_t doc, uint32_t count,
                                 lede_error *err)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i + ENTRIES_AHEAD < count)
            __builtin_prefetch(ld_pool_at(b, b->entries[i + ENTRIES_AHEAD].term), 1);
        ld_buffer_entry *e = &b->entries[i];
        ld_buffer_term *t = ld_pool_at(b, e->term);
        e->old = t->list;
        t->entry = 0; /* the next document's words begin */
        if (entry_write(b, e, &t->list, doc))
            continue;
        for (uint32_t j = 0; j <= i; j++)
            ((ld_buffer_term *)ld_pool_at(b, b->entries[j].term))->list = b->entries[j].old;
        return ld_error_nomem(err, LD_POOL_PAGE_BYTES);
    }
    return LEDE_OK;
}

lede_status ld_inverted_buffer_add(ld_inverted_buffer *b, uint32_t doc, const ld_token_list *tokens,
                                   lede_error *err)
{
    if (doc != b->docs || doc >= LD_SEGMENT_DOCS_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "document %u is added where %u is next", doc, b->docs);
    if (b->tokens + tokens->count > UINT32_MAX)
        return LD_FAIL(err, LEDE_E_LIMIT, "a buffer holds at most 4 G words: flush it");
    LD_TRY(ld_grow(b->env, (void **)&b->lengths, &b->lengths_capacity, doc + 1u, 1,
                   LD_SEGMENT_DOCS_MAX, err));
    LD_TRY(ld_grow(b->env, (void **)&b->tokens_added, &b->token_capacity, tokens->count,
                   sizeof *b->tokens_added, LD_POSITIONS_MAX, err));
    LD_TRY(ld_grow(b->env, (void **)&b->occurrences, &b->occurrence_capacity, tokens->count,
                   sizeof *b->occurrences, LD_POSITIONS_MAX, err));
    uint32_t entry_count = 0;
    lede_status status = all_words_find(b, tokens, &entry_count, err);
    if (status == LEDE_OK)
        status = tokens_count(b, tokens, err);
    if (status == LEDE_OK)
        status = tokens_sort(b, tokens, entry_count, err);
    if (status == LEDE_OK)
        status = entries_write(b, doc, entry_count, err);
    for (uint32_t i = 0; status != LEDE_OK && i < entry_count; i++)
        ((ld_buffer_term *)ld_pool_at(b, b->entries[i].term))->entry = 0;
    if (status != LEDE_OK)
        return status;
    b->lengths[doc] = ld_length_encode(tokens->count);
    b->docs++;
    b->tokens += tokens->count;
    return LEDE_OK;
}
