/*
 * Documents in which somebody says something: said:valls, said:valls("more attacks").
 *
 * NOTES keeps, under each word of a speaker's name, the places of what was said. The words of the
 * asked name are looked up once; a document counts where one place stands under all of them, and,
 * where words are asked for, one of their places lies within it.
 */
#include "index/sidecars.h"
#include "news/notes.h"
#include "query/ast.h"
#include "query/cursor.h"
#include "text/words.h"

#define NAME_WORDS_MAX 8u

typedef struct speaker {
    uint32_t doc;
    ld_span places[NAME_WORDS_MAX]; /* values of NOTES, one a word */
} speaker;

typedef struct said_cursor {
    ld_cursor base;
    ld_cursor *child;  /* NULL: anything said */
    speaker *speakers; /* [count] ascending by document */
    uint32_t count, capacity, at, words;
    uint32_t spans_doc;
    ld_span_list spans;
} said_cursor;

static bool has_place(ld_span value, const ld_note_place *want)
{
    ld_note_places places = ld_note_places_of(value);
    ld_note_place p;
    while (ld_note_places_next(&places, &p) && p.first <= want->first)
        if (p.first == want->first && p.last == want->last)
            return true;
    return false;
}

static bool add_within(said_cursor *s, const ld_note_place *p, const ld_span_list *found)
{
    if (!s->child)
        return ld_cursor_span_add(&s->base, &s->spans, (ld_position_span){p->first, p->last});
    for (uint32_t i = 0; i < found->count; i++)
        if (found->items[i].first >= p->first && found->items[i].last <= p->last &&
            !ld_cursor_span_add(&s->base, &s->spans, found->items[i]))
            return false;
    return true;
}

/* The places of the document at hand; both cursors stand on it. */
static const ld_span_list *said_spans(ld_cursor *c)
{
    said_cursor *s = (said_cursor *)c;
    const speaker *who = &s->speakers[s->at];
    if (s->spans_doc == who->doc)
        return &s->spans;
    s->spans.count = 0;
    const ld_span_list *found = s->child ? ld_cursor_spans(s->child) : NULL;
    ld_note_places places = ld_note_places_of(who->places[0]);
    ld_note_place p;
    while (ld_note_places_next(&places, &p)) {
        bool all = true;
        for (uint32_t w = 1; w < s->words && all; w++)
            all = has_place(who->places[w], &p);
        if (all && !add_within(s, &p, found))
            return NULL;
    }
    if (places.reader.failed) {
        lede_error err;
        lede_status status = ld_error_corrupt(&err, ld_segment_path(c->x->view->segment), 0,
                                              "a note of a speaker has no places");
        ld_cursor_fail(c, status, &err);
        return NULL;
    }
    ld_cursor_spans_sort(&s->spans);
    s->spans_doc = who->doc;
    return &s->spans;
}

static uint32_t settle(said_cursor *s)
{
    for (; s->at < s->count; s->at++) {
        uint32_t doc = s->speakers[s->at].doc;
        if (s->child && ld_cursor_seek(s->child, doc) != doc) {
            if (s->child->doc == LD_DOC_END)
                break;
            while (s->at + 1 < s->count && s->speakers[s->at + 1].doc < s->child->doc)
                s->at++;
            continue;
        }
        const ld_span_list *spans = said_spans(&s->base);
        if (!spans)
            return LD_DOC_END;
        if (spans->count > 0)
            return s->base.doc = doc;
        if (ld_cursor_stopped(&s->base))
            return LD_DOC_END;
    }
    return s->base.doc = LD_DOC_END;
}

static uint32_t said_seek(ld_cursor *c, uint32_t target)
{
    said_cursor *s = (said_cursor *)c;
    while (s->at < s->count && s->speakers[s->at].doc < target)
        s->at++;
    return settle(s);
}

static uint32_t said_next(ld_cursor *c)
{
    return said_seek(c, c->doc + 1);
}

static void said_score(ld_cursor *c)
{
    said_cursor *s = (said_cursor *)c;
    if (s->child)
        ld_cursor_score(s->child);
}

/* Keeps of the speakers those whom this word names too. */
static lede_status narrow(said_cursor *s, ld_span key, lede_error *err)
{
    ld_execution *x = s->base.x;
    ld_notes_cursor n;
    uint32_t kept = 0, at = 0, word = s->words++;
    LD_TRY(ld_notes_seek(&x->view->sidecars->notes, key, &n, err));
    for (; n.doc != LD_DOC_END && ld_span_equal(n.key, key);) {
        if (ld_cursor_stopped(&s->base))
            return LEDE_OK;
        if (word == 0) {
            speaker who = {.doc = n.doc, .places = {n.value}};
            if (!LD_ARENA_PUSH(x->arena, s->speakers, s->count, s->capacity, who))
                return ld_arena_status(x->arena, err);
        } else {
            while (at < s->count && s->speakers[at].doc < n.doc)
                at++;
            if (at < s->count && s->speakers[at].doc == n.doc) {
                speaker who = s->speakers[at];
                who.places[word] = n.value;
                s->speakers[kept++] = who;
            }
        }
        LD_TRY(ld_notes_next(&n, err));
    }
    if (word > 0)
        s->count = kept;
    return LEDE_OK;
}

static lede_status find_speakers(said_cursor *s, ld_span name, lede_error *err)
{
    ld_words words;
    ld_word word;
    char key[LD_TERM_BYTES_MAX + 1] = {LD_NOTE_QUOTE};
    ld_words_init(&words, name);
    while (s->words < NAME_WORDS_MAX && ld_words_next(&words, &word)) {
        size_t bytes = ld_word_form(name, &word, key + 1);
        if (bytes > 0)
            LD_TRY(narrow(s, ld_span_of(key, bytes + 1), err));
    }
    return LEDE_OK;
}

ld_cursor *ld_cursor_said(ld_execution *x, ld_cursor *child, const ld_ast_node *said)
{
    static const ld_cursor_ops with_words = {
        .next = said_next, .seek = said_seek, .score = said_score, .spans = said_spans};
    static const ld_cursor_ops anything = {
        .next = said_next, .seek = said_seek, .spans = said_spans};
    said_cursor *s = ld_cursor_make(x, sizeof *s, child ? &with_words : &anything);
    lede_error err = {0};
    if (!s)
        return NULL;
    s->child = child;
    s->spans_doc = LD_DOC_END;
    lede_status status = find_speakers(s, said->text, &err);
    if (status != LEDE_OK) {
        ld_cursor_fail(&s->base, status, &err);
        return NULL;
    }
    s->base.cost = s->count;
    if (!x->stopped)
        settle(s);
    return &s->base;
}
