#include "news/notes.h"

#include "text/words.h"

static void put_day(int32_t day, uint8_t *out)
{
    uint32_t code = (uint32_t)day + (1u << 31);
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(code >> (24 - 8 * i));
}

static int32_t get_day(const uint8_t *in)
{
    uint32_t code =
        (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | (uint32_t)in[3];
    return (int32_t)(code - (1u << 31));
}

void ld_note_event_key(int32_t first_day, int32_t last_day, uint8_t out[LD_NOTE_EVENT_BYTES])
{
    out[0] = LD_NOTE_EVENT;
    put_day(first_day, out + 1);
    put_day(last_day, out + 5);
}

bool ld_note_event_days(ld_span key, int32_t *first_day, int32_t *last_day)
{
    const uint8_t *bytes = (const uint8_t *)key.data;
    if (key.bytes != LD_NOTE_EVENT_BYTES || bytes[0] != LD_NOTE_EVENT)
        return false;
    *first_day = get_day(bytes + 1);
    *last_day = get_day(bytes + 5);
    return true;
}

size_t ld_note_alias_key(ld_span name, char *out, size_t room)
{
    ld_words words;
    ld_word word;
    char form[LD_TERM_BYTES_MAX];
    size_t bytes = 1;
    out[0] = LD_NOTE_ALIAS;
    ld_words_init(&words, name);
    while (ld_words_next(&words, &word)) {
        size_t n = ld_word_form(name, &word, form);
        if (n == 0)
            continue;
        if (bytes + n + 2 > room)
            return 0;
        if (bytes > 1)
            out[bytes++] = ' ';
        memcpy(out + bytes, form, n);
        bytes += n;
    }
    out[bytes++] = 0;
    return bytes > 2 ? bytes : 0;
}

bool ld_note_places_next(ld_note_places *p, ld_note_place *place)
{
    ld_reader *r = &p->reader;
    if (r->at >= r->bytes || r->failed)
        return false;
    uint64_t first = p->first + ld_reader_varint(r), length = ld_reader_varint(r);
    if (first > UINT32_MAX / 2 || length / 4 > UINT32_MAX / 4)
        r->failed = true;
    if (r->failed)
        return false;
    p->first = (uint32_t)first;
    *place = (ld_note_place){.first = p->first,
                             .last = p->first + (uint32_t)(length / 4),
                             .kind = (uint8_t)(length & 3)};
    return true;
}

void ld_note_place_add(ld_buf *out, uint32_t before, const ld_note_place *place)
{
    ld_buf_add_varint(out, place->first - before);
    ld_buf_add_varint(out, (uint64_t)(place->last - place->first) * 4 + place->kind);
}
