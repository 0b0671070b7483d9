#ifndef LD_INDEX_STORED_FORMAT_H
#define LD_INDEX_STORED_FORMAT_H
/*
 * The parts STORED and STORED_INDEX: the bytes that are shown of a document, compressed several
 * documents together (zstd, RFC 8878) with a dictionary: that of the writer's segment before, or
 * cut from the segment's own first documents where there is none.
 *
 *   STORED        = block*
 *   block         = content as it is, or one zstd frame of it
 *   content       = u32 length of each document, then their bytes
 *
 *   STORED_INDEX  = entry* dictionary trailer
 *
 *   entry    OFFSET SIZE MEANING
 *            0      8    offset of the block in STORED
 *            8      4    its bytes
 *            12     4    bytes of its content
 *            16     4    first document
 *            20     4    LD_STORED_RAW or LD_STORED_ZSTD
 *
 *   trailer  0      4    documents
 *            4      4    blocks
 *            8      8    bytes of the dictionary, 0: none
 *
 * The dictionary is plain content (a trained one, with zstd's magic number in front, is read too).
 *
 * A block is closed before the document that would take its texts past LD_STORED_BLOCK_BYTES; a
 * larger document has a block of its own. A frame names its content size and no dictionary id. A
 * block that would shrink by more than LD_STORED_RATIO_MAX is kept as it is, so that a reader may
 * refuse larger promises: what a file makes us allocate is bounded by its size.
 *
 * Limits: LD_STORED_DOC_BYTES_MAX a document, LD_STORED_DICTIONARY_BYTES_MAX.
 *
 * Worked example, two documents "one" and "two" (too short to shrink):
 * STORED
 * example: 03 00 00 00 03 00 00 00 6f 6e 65 74 77 6f
 * STORED_INDEX
 * example: 00 00 00 00 00 00 00 00 0e 00 00 00 0e 00 00 00
 * example: 00 00 00 00 00 00 00 00 02 00 00 00 01 00 00 00
 * example: 00 00 00 00 00 00 00 00
 *
 * History: version 1, the first.
 */

#define LD_STORED_VERSION       1u
#define LD_STORED_ENTRY_BYTES   24u
#define LD_STORED_TRAILER_BYTES 16u
#define LD_STORED_RAW           0u
#define LD_STORED_ZSTD          1u
#define LD_STORED_BLOCK_BYTES   (32u << 10) /* about ten articles (guess, untested) */
#define LD_STORED_RATIO_MAX     1024u
/* Level 1 with 32 KiB of content keeps what level 3 with 16 KiB of a trained dictionary kept (37 %
 * of plain text), at almost twice the speed, and nothing is spent on training. Rejected, measured
 * on 20,000 articles, where level 1 makes 57 MB 21.2 in 0.20 s: level -1 (28.2 MB in 0.195 s:
 * literals are left uncoded, and it is their coding that takes the time), steps of 2 and 3 with
 * coded literals (21.6 in 0.19, 22.0 in 0.18), matches of 7 bytes (21.6 in 0.18), blocks of 64 KiB
 * (21.0 in 0.19), a hash of 15 bits (20.6 in 0.26). */
#define LD_STORED_LEVEL                1
#define LD_STORED_WINDOW_LOG_MAX       26          /* 64 MiB: the longest document */
#define LD_STORED_DICTIONARY_BYTES     (32u << 10) /* in pieces of the second figure */
#define LD_STORED_DICTIONARY_PIECE     (1u << 10)
#define LD_STORED_DICTIONARY_BYTES_MAX (128u << 10)
/* The dictionary is cut when so many documents and bytes are there, or given up at the
 * second amount of bytes. */
#define LD_STORED_SAMPLE_DOCS      64u
#define LD_STORED_SAMPLE_BYTES     (256u << 10)
#define LD_STORED_SAMPLE_BYTES_MAX (1u << 20)

#endif
