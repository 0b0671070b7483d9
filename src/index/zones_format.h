#ifndef LD_INDEX_ZONES_FORMAT_H
#define LD_INDEX_ZONES_FORMAT_H
/*
 * The part ZONES: where the zones of a document stand in its positions, and where sentences and
 * paragraphs begin. A section of rows (rows_format.h), one a document:
 *
 *   row        = varint zones, zone*, varint sentences, sentence*, paragraphs
 *   zone       = u8 zone, varint gap, varint length
 *   sentence   = varint: its start - the start before - 1 (the first: its start)
 *   paragraphs = u8 LD_PARAGRAPHS_AMONG_SENTENCES, a bit a sentence, lowest first: it also begins a
 *                paragraph
 *              | u8 LD_PARAGRAPHS_APART, varint paragraphs, varint* as for sentences
 *   gap        = first position - end of the zone before (0 at the beginning)
 *
 * Nearly every paragraph begins with a sentence, so a bit is enough; the second form keeps any
 * other list exact. A sentence takes one byte: few have 128 words.
 *
 * Limits: LD_ZONES_MAX zones, LD_POSITIONS_MAX positions.
 *
 * Worked example: zone 0 at [0, 3), zone 1 at [4, 10); sentences at 0, 4, 7; paragraphs at 0, 4.
 * example: 02 00 00 03 01 01 06 03 00 03 02 00 03
 *
 * History: version 1, the first.
 */

#define LD_ZONES_VERSION              1u
#define LD_PARAGRAPHS_AMONG_SENTENCES 0u
#define LD_PARAGRAPHS_APART           1u

#endif
