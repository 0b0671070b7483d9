#ifndef LD_NEWS_NOTES_H
#define LD_NEWS_NOTES_H
/*
 * What news/ remarks about a document, as keys and values of the part NOTES. The one place that
 * knows their bytes; engine/ makes them, query/ asks for them.
 *
 *   events   'e' first_day last_day     each a u32 with the highest byte first, days + 2^31
 *            value: the places that say it
 *   quotes   'q' word                   a folded word of the speaker's name
 *            value: the places of what was said
 *   aliases  'a' name 0 other           names as written, the first folded; see aliases.h
 *            value: u8 ld_alias_kind, then the name as written
 *   joins    'g'                        made by index/ (copy_groups.h): the groups of copies that the
 *            document joins
 *
 * places = (varint first, varint (last - first) * 4 + kind)*, ascending; first less the first
 * before
 */
#include "base/arena.h"
#include "base/buf.h"

#define LD_NOTE_EVENT 'e'
#define LD_NOTE_QUOTE 'q'
#define LD_NOTE_ALIAS 'a'

#define LD_NOTE_EVENT_BYTES 9u

/* 'a', the folded words of a name with spaces between, 0: where its aliases begin. 0: it has no
 * word, or no room. */
size_t ld_note_alias_key(ld_span name, char *out, size_t room);

void ld_note_event_key(int32_t first_day, int32_t last_day, uint8_t out[LD_NOTE_EVENT_BYTES]);
/* False where the key is none of an event. */
bool ld_note_event_days(ld_span key, int32_t *first_day, int32_t *last_day);

typedef struct ld_note_place {
    uint32_t first, last; /* positions of words */
    uint8_t kind;         /* ld_quote_kind; 0 for events */
} ld_note_place;
typedef struct ld_note_places {
    ld_reader reader;
    uint32_t first; /* of the place before */
} ld_note_places;
static inline ld_note_places ld_note_places_of(ld_span value)
{
    return (ld_note_places){.reader = ld_reader_of(value.data, value.bytes)};
}
/* False at the end, and where the bytes are none (then reader.failed). */
bool ld_note_places_next(ld_note_places *p, ld_note_place *place);
/* before: the first position of the place before, 0 at the beginning. */
void ld_note_place_add(ld_buf *out, uint32_t before, const ld_note_place *place);

#endif
