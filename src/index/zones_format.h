#ifndef LD_INDEX_ZONES_FORMAT_H
#define LD_INDEX_ZONES_FORMAT_H
/*
 * The part ZONES: where the zones of a document stand in its positions, and where sentences and
 * paragraphs begin.
 *
 *   part       = presence rows trailer
 *   presence   = presence.h: a bit for each document that has a row; absent where all have one, or
 *                none
 *   rows       = a section of rows (rows_format.h), one for each document that has one; absent
 *                where none has
 *   trailer    = u32: documents with a row
 *
 *   row        = varint zones, zone*, [marks]
 *   zone       = head [varint more_gap] varint length
 *   head       = u8: bits 0-3 the zone, bits 4-7 the gap; LD_ZONES_GAP_MORE: more_gap is added
 *   gap        = first position - end of the zone before (0 at the beginning)
 *   marks      = varint sentences, sentence*, paragraphs      absent where there is neither
 *   sentence   = varint: its start - the start before - 1 (the first: its start)
 *   paragraphs = u8 LD_PARAGRAPHS_AMONG_SENTENCES, a bit a sentence, lowest first: it also begins a
 *                paragraph
 *              | u8 LD_PARAGRAPHS_APART, varint paragraphs, varint* as for sentences
 *
 * A document without a row has the body for its only zone, at [0, ranked tokens), and no marks: all
 * documents of an archive of plain texts. The tokens stand in KEYS. So such an archive has no bytes
 * here but the trailer, and one that also has headed documents a bit for each of the others.
 *
 * Nearly every paragraph begins with a sentence, so a bit is enough; the second form keeps any
 * other list exact. A sentence takes one byte: few have 128 words. A zone takes two or three: the
 * gap is 0 at the beginning and 1 elsewhere.
 *
 * Limits: LD_ZONES_MAX zones, LD_POSITIONS_MAX positions.
 *
 * Worked example: document 0: body at [0, 7), 7 tokens, no marks. Document 1: zone 0 at [0, 3),
 * zone 1 at [4, 10); sentences at 0, 4, 7; paragraphs at 0, 4.
 * example: 00 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 0b 02 00 03 11 06 03 00 03 02 00 03
 * example: 00 00 00 00 00 00 00 00 01 00 00 00 10 00 00 00
 * example: 0c 00 00 00 00 00 00 00 01 00 00 00
 *
 * History: version 1; version 2: documents without a row, a head for zone and gap, no marks where
 * there are none.
 */

#define LD_ZONES_VERSION              2u
#define LD_ZONES_TRAILER_BYTES        4u
#define LD_ZONES_GAP_MORE             15u
#define LD_PARAGRAPHS_AMONG_SENTENCES 0u
#define LD_PARAGRAPHS_APART           1u

#endif
