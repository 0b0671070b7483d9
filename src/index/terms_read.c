/*
 * "Here is a term: give me its entry." (terms_format.h, dictionary_format.h)
 *
 * A look-up takes one bucket of hashes and walks half a block; a walk reads block after block. An
 * entry is believed only within bounds: documents and frequencies below the segment's, lists inside
 * of their parts, ordinals below the form count.
 *
 * Walks over forms: where the profile stems, the spellings have a dictionary of their own; where
 * it does not, every spelling equals its term, and the walk over forms is the walk over terms with
 * each term's forms counted out.
 */
#include "index/terms_read.h"

#include "index/forms_format.h"
#include "index/postings_format.h"
#include "index/terms_format.h"

static lede_status part_expect(const ld_part *part, const char *name, uint32_t codec,
                               uint32_t version, bool required, lede_error *err)
{
    if (!part->segment)
        return required ? ld_error_corrupt(err, name, 0, "the part is missing") : LEDE_OK;
    if (part->codec != codec || part->version != version)
        return LD_FAIL(err, LEDE_E_VERSION,
                       "the part %s has codec %u, version %u; this program reads %u, %u", name,
                       part->codec, part->version, codec, version);
    return LEDE_OK;
}

static lede_status parts_open(ld_terms *t, const ld_segment *segment, lede_error *err)
{
    LD_TRY(ld_dictionary_open(&t->words, segment, LD_PART_TERMS, LD_PART_TERM_INDEX, "terms", err));
    LD_TRY(ld_dictionary_open(&t->spellings, segment, LD_PART_FORM_TERMS, LD_PART_FORM_INDEX,
                              "form terms", err));
    if (!t->words.blocks.segment)
        return ld_error_corrupt(err, "terms", 0, "the part is missing");
    t->docs = t->words.docs;
    t->has_forms = t->words.flags & LD_DICTIONARY_HAS_FORMS;
    t->postings = ld_segment_part(segment, LD_PART_POSTINGS);
    t->positions = ld_segment_part(segment, LD_PART_POSITIONS);
    t->forms = ld_segment_part(segment, LD_PART_FORMS);
    ld_part codes = ld_segment_part(segment, LD_PART_CLASS_CODES);
    LD_TRY(
        part_expect(&t->postings, "postings", LD_POSTINGS_CODEC, LD_POSTINGS_VERSION, true, err));
    LD_TRY(part_expect(&t->positions, "positions", LD_POSITIONS_CODEC, LD_POSITIONS_VERSION, true,
                       err));
    LD_TRY(part_expect(&t->forms, "forms", LD_FORMS_CODEC, LD_FORMS_VERSION, t->has_forms, err));
    LD_TRY(part_expect(&codes, "class codes", LD_POSTINGS_CODEC, LD_POSTINGS_VERSION, true, err));
    if (codes.bytes % LD_CLASS_CODE_BYTES != 0 ||
        codes.bytes / LD_CLASS_CODE_BYTES > LD_CLASS_CODES_MAX)
        return ld_error_corrupt(err, "class codes", 0, "the part has an impossible length");
    t->class_code_count = (uint32_t)(codes.bytes / LD_CLASS_CODE_BYTES);
    return ld_part_view(&codes, 0, codes.bytes, &t->class_codes, err);
}

lede_status ld_terms_open(const ld_segment *segment, ld_terms **terms, lede_error *err)
{
    const lede_env *env = ld_segment_env(segment);
    ld_terms *t = ld_alloc_zero(env, sizeof *t);
    *terms = NULL;
    if (!t)
        return ld_error_nomem(err, sizeof *t);
    t->env = env;
    lede_status status = parts_open(t, segment, err);
    if (status == LEDE_OK)
        *terms = t;
    else
        ld_terms_close(t);
    return status;
}

void ld_terms_close(ld_terms *t)
{
    if (t)
        ld_release(t->env, t, sizeof *t);
}

uint32_t ld_terms_count(const ld_terms *t)
{
    return t->words.count;
}

/* ---- entries ---- */

/* A varint; nearly all of an entry's fit one byte. */
static uint64_t number_read(ld_reader *r)
{
    if (r->at < r->bytes && r->data[r->at] < 0x80)
        return r->data[r->at++];
    return ld_reader_varint(r);
}

static bool pulsed_read(ld_reader *r, ld_term *t, uint32_t docs)
{
    uint64_t head = number_read(r);
    if (head >> 1 >= docs)
        return false;
    t->pulsed.is = true;
    t->pulsed.doc = (uint32_t)(head >> 1);
    uint32_t tf = (uint32_t)t->total_tf, classes = head & 1 ? ld_reader_u8(r) : 0;
    uint32_t h = classes % LD_TERM_CLASS_BASE, rest = classes / LD_TERM_CLASS_BASE;
    uint32_t l = rest % LD_TERM_CLASS_BASE, a = rest / LD_TERM_CLASS_BASE;
    if (h + l + a > tf)
        return false;
    t->pulsed.class_tf[LD_CLASS_HEAD] = (uint8_t)h;
    t->pulsed.class_tf[LD_CLASS_LEAD] = (uint8_t)l;
    t->pulsed.class_tf[LD_CLASS_BODY] = (uint8_t)(tf - h - l - a);
    t->pulsed.class_tf[LD_CLASS_ASIDE] = (uint8_t)a;
    uint64_t next = 0;
    for (uint32_t i = 0; i < tf; i++) {
        uint64_t distance = number_read(r);
        if (distance >= LD_POSITIONS_MAX || next + distance >= LD_POSITIONS_MAX)
            return false;
        t->pulsed.positions[i] = (uint32_t)(next + distance);
        next += distance + 1;
    }
    for (uint32_t i = 0; i < tf; i++) {
        uint64_t form = t->form_count > 1 ? number_read(r) : 0;
        if (form >= t->form_count)
            return false;
        t->pulsed.forms[i] = (uint16_t)form;
    }
    return true;
}

/* A length of at most `bytes_max` less what stands before it. */
static bool length_read(ld_reader *r, uint64_t offset, uint64_t part_bytes, uint64_t *length)
{
    *length = number_read(r);
    return offset <= part_bytes && *length <= part_bytes - offset;
}

static bool counts_read(ld_reader *r, uint64_t stats, ld_term *t, const ld_terms *terms)
{
    uint64_t df = (stats >> 2) + 1;
    if (df > terms->docs)
        return false;
    t->df = (uint32_t)df;
    t->total_tf = df;
    if (stats & LD_TERM_HAS_MORE_TF) {
        uint64_t more = number_read(r);
        if (more >= df * (LD_POSITIONS_MAX - 1ull))
            return false;
        t->total_tf += more + 1;
    }
    t->form_count = 1;
    t->form_table_bytes = 0;
    if (terms->has_forms) {
        uint64_t forms = number_read(r);
        if (forms >> 1 >= LD_FORMS_MAX || forms >> 1 >= t->total_tf)
            return false;
        t->form_count = (uint16_t)((forms >> 1) + 1);
        if (forms & 1)
            t->form_table_bytes = number_read(r);
        if ((forms & 1) != 0 && t->form_table_bytes == 0)
            return false;
        if (t->form_count > 1 && t->form_table_bytes == 0)
            return false;
    }
    return true;
}

static bool lone_read(ld_reader *r, uint64_t doc, ld_term *t, const ld_terms *terms)
{
    uint64_t position = number_read(r);
    if (r->failed || doc >= terms->docs || position >= LD_POSITIONS_MAX)
        return false;
    t->df = 1;
    t->total_tf = 1;
    t->form_count = 1;
    t->form_table_bytes = 0;
    t->pulsed.is = true;
    t->pulsed.doc = (uint32_t)doc;
    t->pulsed.class_tf[LD_CLASS_BODY] = 1;
    t->pulsed.positions[0] = (uint32_t)position;
    return true;
}

/* Places the form table; false where what a term has in FORMS lies outside of it. */
static bool list_ends_fit(ld_term *t, const ld_terms *terms)
{
    t->form_table_offset = t->forms_offset + t->forms_bytes;
    return t->form_table_offset <= terms->forms.bytes &&
           t->form_table_bytes <= terms->forms.bytes - t->form_table_offset;
}

/* The entry after a term's bytes; t holds the term before it (or the prologue, all lengths 0). */
static bool entry_read(ld_reader *r, ld_term *t, const ld_terms *terms)
{
    t->postings_offset += t->postings_bytes;
    t->positions_offset += t->positions_bytes;
    t->forms_offset += t->forms_bytes + t->form_table_bytes;
    t->postings_bytes = t->positions_bytes = t->forms_bytes = 0;
    if (t->pulsed.is)
        memset(&t->pulsed, 0, sizeof t->pulsed);
    uint64_t code = number_read(r);
    if (!(code & LD_TERM_NOT_LONE))
        return lone_read(r, code >> 1, t, terms) && list_ends_fit(t, terms);
    if (!counts_read(r, code, t, terms))
        return false;
    if (t->df == 1 && t->total_tf <= LD_TERM_PULSED_TF_MAX) {
        if (!pulsed_read(r, t, terms->docs))
            return false;
    } else {
        if (!length_read(r, t->postings_offset, terms->postings.bytes, &t->postings_bytes) ||
            !length_read(r, t->positions_offset, terms->positions.bytes, &t->positions_bytes))
            return false;
        if (t->form_count > 1 &&
            !length_read(r, t->forms_offset, terms->forms.bytes, &t->forms_bytes))
            return false;
    }
    return !r->failed && list_ends_fit(t, terms);
}

static bool prologue_read(ld_reader *r, ld_term *t)
{
    memset(t, 0, sizeof *t);
    t->postings_offset = number_read(r);
    t->positions_offset = number_read(r);
    t->forms_offset = number_read(r);
    return !r->failed && t->postings_offset < LD_TERM_LIST_BYTES_MAX &&
           t->positions_offset < LD_TERM_LIST_BYTES_MAX && t->forms_offset < LD_TERM_LIST_BYTES_MAX;
}

/* ---- scans ---- */

static lede_status scan_block(ld_terms_scan *s, uint32_t block, lede_error *err)
{
    uint32_t words;
    LD_TRY(ld_dictionary_block(&s->terms->words, block, &s->reader, &words, err));
    s->next = block * LD_DICTIONARY_BLOCK_WORDS;
    s->block_end = s->next + words;
    if (!prologue_read(&s->reader, &s->term))
        return ld_error_corrupt(err, "terms", block, "the prologue of a block is damaged");
    return LEDE_OK;
}

lede_status ld_terms_scan_open(ld_terms_scan *s, const ld_terms *t, uint32_t block, lede_error *err)
{
    memset(s, 0, sizeof *s);
    s->terms = t;
    if (t->words.count == 0)
        return LEDE_OK;
    return scan_block(s, block, err);
}

/* Begins the block of the next word; its first word must be above `last` of the block before. */
static lede_status scan_next_block(ld_terms_scan *s, lede_error *err)
{
    ld_front last = s->front;
    LD_TRY(scan_block(s, s->next / LD_DICTIONARY_BLOCK_WORDS, err));
    s->front.bytes = 0;
    ld_reader ahead = s->reader;
    ld_front first = {0};
    if (!ld_front_next(&first, &ahead) ||
        ld_span_compare(ld_front_span(&first), ld_front_span(&last)) <= 0)
        return ld_error_corrupt(err, "terms", s->next, "two blocks of terms are out of order");
    return LEDE_OK;
}

lede_status ld_terms_scan_next(ld_terms_scan *s, bool *end, lede_error *err)
{
    *end = s->next >= s->terms->words.count;
    if (*end)
        return LEDE_OK;
    if (s->next == s->block_end)
        LD_TRY(scan_next_block(s, err));
    if (!ld_front_next(&s->front, &s->reader) || !entry_read(&s->reader, &s->term, s->terms))
        return ld_error_corrupt(err, "terms", s->next, "the entry of a term is damaged");
    s->term.ordinal = s->next++;
    return LEDE_OK;
}

/* ---- look-up ---- */

static void numbers_skip(ld_reader *r, uint64_t count)
{
    for (; count > 0; count--) {
        size_t at = r->at;
        while (at < r->bytes && r->data[at] >= 0x80)
            at++;
        if (at == r->bytes) {
            r->failed = true;
            return;
        }
        r->at = at + 1;
    }
}

/* Moves past an entry and adds the lengths of its lists to the offsets. */
static bool entry_skip(ld_reader *r, ld_term *t, bool has_forms)
{
    uint64_t stats = number_read(r), forms = 0, table_bytes = 0;
    if (!(stats & LD_TERM_NOT_LONE)) {
        numbers_skip(r, 1);
        return !r->failed;
    }
    uint64_t more = stats & LD_TERM_HAS_MORE_TF ? number_read(r) + 1 : 0;
    if (has_forms) {
        forms = number_read(r);
        table_bytes = forms & 1 ? number_read(r) : 0;
    }
    bool several = forms > 1;
    if (stats >> 2 == 0 && more < LD_TERM_PULSED_TF_MAX) {
        bool flagged = r->at < r->bytes && r->data[r->at] & 1;
        numbers_skip(r, 1);
        if (flagged)
            ld_reader_u8(r);
        numbers_skip(r, (more + 1) << several);
        t->forms_offset += table_bytes;
    } else {
        uint64_t postings = number_read(r), positions = number_read(r);
        uint64_t ordinals = several ? number_read(r) : 0;
        if ((postings | positions | ordinals) >= LD_TERM_LIST_BYTES_MAX)
            return false;
        t->postings_offset += postings;
        t->positions_offset += positions;
        t->forms_offset += ordinals + table_bytes;
    }
    return !r->failed && table_bytes < LD_TERM_LIST_BYTES_MAX;
}

/*
 * Walks words without rebuilding them: while every word so far is below the one that is looked for
 * and the last has its first `matched` bytes, a word that shares more with the last is below too,
 * one that shares less is above, and only one that shares as many has to be compared. *found false:
 * the block does not have the word.
 */
static lede_status block_find(const ld_terms *t, uint32_t block, ld_span word, ld_term *out,
                              bool *found, lede_error *err)
{
    ld_reader r;
    uint32_t words;
    size_t matched = 0;
    *found = false;
    LD_TRY(ld_dictionary_block(&t->words, block, &r, &words, err));
    bool whole = prologue_read(&r, out);
    for (uint32_t i = 0; whole && i < words; i++) {
        uint32_t shared, suffix_bytes;
        whole = ld_front_head(&r, &shared, &suffix_bytes);
        const char *suffix = (const char *)r.data + r.at - suffix_bytes;
        if (!whole || shared < matched)
            break;
        if (shared == matched) {
            size_t rest = word.bytes - matched, k = 0;
            size_t both = rest < suffix_bytes ? rest : suffix_bytes;
            while (k < both && suffix[k] == word.data[matched + k])
                k++;
            if (k == rest && k == suffix_bytes) {
                out->ordinal = block * LD_DICTIONARY_BLOCK_WORDS + i;
                *found = whole = entry_read(&r, out, t);
                break;
            }
            if (k == rest ||
                (k < suffix_bytes && (uint8_t)suffix[k] > (uint8_t)word.data[matched + k]))
                break;
            matched += k;
        }
        whole = entry_skip(&r, out, t->has_forms);
    }
    return whole ? LEDE_OK : ld_error_corrupt(err, "terms", block, "a block of terms is damaged");
}

lede_status ld_terms_find(const ld_terms *t, ld_span term, ld_term *out, lede_error *err)
{
    uint32_t probe = 0, block;
    for (bool found = false; !found;) {
        LD_TRY(ld_dictionary_probe(&t->words, term, &probe, &block, err));
        LD_TRY(block_find(t, block, term, out, &found, err));
    }
    return LEDE_OK;
}

lede_status ld_terms_at(const ld_terms *t, uint32_t ordinal, ld_arena *arena, ld_span *bytes,
                        ld_term *out, lede_error *err)
{
    if (ordinal >= t->words.count)
        return LD_FAIL(err, LEDE_E_INVALID, "term %u is asked for, the segment has %u", ordinal,
                       t->words.count);
    ld_terms_scan s;
    bool end = false;
    LD_TRY(ld_terms_scan_open(&s, t, ordinal / LD_DICTIONARY_BLOCK_WORDS, err));
    while (s.next <= ordinal)
        LD_TRY(ld_terms_scan_next(&s, &end, err));
    *out = s.term;
    *bytes = ld_arena_copy(arena, ld_front_span(&s.front));
    return bytes->data ? LEDE_OK : ld_arena_status(arena, err);
}

/* ---- walks ---- */

struct ld_term_walk {
    const ld_terms *terms;
    bool spellings;     /* walks t->spellings, else terms */
    bool count_forms;   /* over terms, but each of their forms */
    bool pending;       /* the entry at hand was not yet given out */
    uint32_t form;      /* count_forms: next form of the term at hand */
    ld_terms_scan scan; /* over terms */
    ld_reader reader;   /* over spellings */
    ld_front front;
    uint32_t next, block_end;  /* spellings */
    uint64_t pairs, pair_term; /* of the spelling at hand: still to come; the last term */
};

static lede_status spelling_next(ld_term_walk *w, bool *end, lede_error *err)
{
    const ld_dictionary *d = &w->terms->spellings;
    *end = w->next >= d->count;
    if (*end)
        return LEDE_OK;
    ld_front last = {0};
    if (w->next == w->block_end) {
        uint32_t words;
        last = w->front;
        LD_TRY(
            ld_dictionary_block(d, w->next / LD_DICTIONARY_BLOCK_WORDS, &w->reader, &words, err));
        w->block_end = w->next + words;
        w->front.bytes = 0;
    }
    if (!ld_front_next(&w->front, &w->reader) ||
        ld_span_compare(ld_front_span(&w->front), ld_front_span(&last)) <= 0)
        return ld_error_corrupt(err, d->name, w->next, "a spelling is damaged or out of order");
    w->pairs = ld_reader_varint(&w->reader);
    w->pair_term = 0;
    if (w->reader.failed || w->pairs == 0 || w->pairs > w->reader.bytes)
        return ld_error_corrupt(err, d->name, w->next, "the entry of a spelling is damaged");
    w->next++;
    return LEDE_OK;
}

static lede_status pair_next(ld_term_walk *w, uint32_t *term, uint16_t *form, lede_error *err)
{
    uint64_t distance = ld_reader_varint(&w->reader), ordinal = ld_reader_varint(&w->reader);
    if (w->reader.failed || distance >= w->terms->words.count ||
        w->pair_term + distance >= w->terms->words.count || ordinal >= LD_FORMS_MAX)
        return ld_error_corrupt(err, w->terms->spellings.name, w->next,
                                "a spelling names a form that is not there");
    w->pair_term += distance;
    w->pairs--;
    *term = (uint32_t)w->pair_term;
    *form = (uint16_t)ordinal;
    return LEDE_OK;
}

static lede_status walk_seek(ld_term_walk *w, ld_span from, lede_error *err)
{
    const ld_dictionary *d = w->spellings ? &w->terms->spellings : &w->terms->words;
    uint32_t block = 0;
    bool end = false;
    if (d->count == 0) {
        w->scan.terms = w->terms;
        return LEDE_OK;
    }
    LD_TRY(ld_dictionary_locate(d, from, &block, err));
    w->next = w->block_end = block * LD_DICTIONARY_BLOCK_WORDS;
    if (!w->spellings)
        LD_TRY(ld_terms_scan_open(&w->scan, w->terms, block, err));
    for (;;) {
        LD_TRY(w->spellings ? spelling_next(w, &end, err)
                            : ld_terms_scan_next(&w->scan, &end, err));
        w->pending = !end;
        ld_span word = ld_front_span(w->spellings ? &w->front : &w->scan.front);
        if (end || ld_span_compare(word, from) >= 0)
            return LEDE_OK;
        while (w->spellings && w->pairs > 0) {
            uint32_t term;
            uint16_t form;
            LD_TRY(pair_next(w, &term, &form, err));
        }
    }
}

lede_status ld_term_walk_open(const ld_terms *t, bool over_forms, ld_span from, ld_arena *arena,
                              ld_term_walk **walk, lede_error *err)
{
    ld_term_walk *w = ld_arena_alloc_zero(arena, sizeof *w);
    if (!w)
        return ld_arena_status(arena, err);
    w->terms = t;
    w->spellings = over_forms && t->spellings.blocks.segment;
    w->count_forms = over_forms && !w->spellings;
    LD_TRY(walk_seek(w, from, err));
    *walk = w;
    return LEDE_OK;
}

lede_status ld_term_walk_next(ld_term_walk *w, ld_span *bytes, uint32_t *term_ordinal,
                              uint16_t *form_ordinal, bool *end, lede_error *err)
{
    *end = false;
    if (w->spellings) {
        if (w->pairs == 0)
            LD_TRY(spelling_next(w, end, err));
        if (*end)
            return LEDE_OK;
        *bytes = ld_front_span(&w->front);
        return pair_next(w, term_ordinal, form_ordinal, err);
    }
    bool more_forms = w->count_forms && w->form > 0 && w->form < w->scan.term.form_count;
    if (!w->pending && !more_forms) {
        LD_TRY(ld_terms_scan_next(&w->scan, end, err));
        w->form = 0;
    }
    w->pending = false;
    if (*end)
        return LEDE_OK;
    *bytes = ld_front_span(&w->scan.front);
    *term_ordinal = w->scan.term.ordinal;
    *form_ordinal = w->count_forms ? (uint16_t)w->form++ : LD_FORM_NONE;
    return LEDE_OK;
}
