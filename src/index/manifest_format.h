#ifndef LD_INDEX_MANIFEST_FORMAT_H
#define LD_INDEX_MANIFEST_FORMAT_H
/*
 * A manifest: one committed generation. It names every file that belongs to it, with length and
 * checksum, and the archive's profile. The generation exists from the moment its manifest has its
 * name; nothing else decides.
 *
 *   manifest = header profile segment* crc
 *   profile  = text flags u32 text classes zone-specs column-specs
 *   text     = u8 length, bytes
 *   crc      = u32: CRC32C of everything before; the last four bytes in every version, so that a
 *              reader can tell a newer manifest from a damaged one
 *
 *   header   OFFSET SIZE MEANING
 *            0      8    LD_MANIFEST_MAGIC
 *            8      4    LD_MANIFEST_VERSION
 *            12     4    segments (at most LD_SEGMENTS_MAX)
 *            16     8    generation, from 1
 *            24     8    next segment id
 *
 *   profile  text        name
 *            u8          flags: LD_PROFILE_STEM | LD_PROFILE_CASE | LD_PROFILE_MARKS |
 *                        LD_PROFILE_SIDECARS | LD_PROFILE_STORE
 *            u32         analyser version
 *            text        stemmer version
 *            u8[LD_ZONES_MAX] ranking class of each zone
 *            u8          user zones; each: u8 zone, u8 class, text name
 *            u8          user columns; each: u16 id, u8 kind, u8 is_double, text name
 *
 *   segment  OFFSET SIZE MEANING
 *            0      8    id; its file is segment-<id>
 *            8      8    bytes of the file
 *            16     4    CRC32C of its footer
 *            20     4    documents
 *            24     8    generation of its tombstones (deletes-<id>-<generation>); 0: none
 *            32     8    bytes of that file
 *            40     4    CRC32C of that file, without its own last four bytes
 *            44     4    zero
 *
 * Segments stand in the order in which their documents were added: a merge joins neighbours only.
 *
 * Limits: LD_SEGMENTS_MAX segments, LD_MANIFEST_BYTES_MAX.
 *
 * Worked example: generation 2 of an archive with the profile "p" (nothing on, analyser 1, stemmer
 * "s", all zones of class 0); one segment, id 1, of 4,242 bytes, footer checksum 01020304, 9
 * documents, no tombstones.
 * example: 4c 45 44 45 4d 41 4e 0a 01 00 00 00 01 00 00 00
 * example: 02 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00
 * example: 01 70 00 01 00 00 00 01 73 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00
 * example: 00 00 00 92 10 00 00 00 00 00 00 01 02 03 04 09
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 6f f5 d2 77
 *
 * History: version 1, the first.
 */

#define LD_MANIFEST_MAGIC         "LEDEMAN\n"
#define LD_MANIFEST_MAGIC_BYTES   8u
#define LD_MANIFEST_VERSION       1u
#define LD_MANIFEST_SEGMENT_BYTES 48u
#define LD_MANIFEST_BYTES_MAX                                                                      \
    (1u << 20) /* LD_SEGMENTS_MAX entries and the largest profile: 200 KiB */
#define LD_PROFILE_STEM     1u
#define LD_PROFILE_CASE     2u
#define LD_PROFILE_MARKS    4u
#define LD_PROFILE_SIDECARS 8u
#define LD_PROFILE_STORE    16u

#endif
