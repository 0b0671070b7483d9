#ifndef LD_INDEX_POSITIONS_FORMAT_H
#define LD_INDEX_POSITIONS_FORMAT_H
/*
 * The part POSITIONS: where in each document a term stands. "group" is group.c's layout.
 *
 *   region   := block*          of one term, as many as its list has blocks
 *   block    := group{..}       the numbers of all postings of one postings block, in order, in
 *                               groups of LD_POSITIONS_GROUP (the last may hold fewer)
 *   numbers of a posting: its first position; for each further one the distance - 1
 *
 * How many numbers a posting has (tf) stands in the postings block; where a block begins, in the
 * skip table of the list (a list of one block: at the beginning of the region). A reader that wants
 * one document skips groups by their heads and decodes only those that hold its numbers.
 *
 * The ordinals of forms (part FORMS, forms_format.h) are kept in the same blocks and groups.
 *
 * Worked example: three postings with tf 1, 2, 1 at positions {7}, {0, 5}, {2}: numbers 7 0 4 2 in
 * 3 bits (111 000 100 010 -> 07 05):
 *
 *   POSITIONS  03 07 05
 *
 * Limits: positions < LD_POSITIONS_MAX.
 * History: version 1, codec 1 (groups of 128): first. Version 2: groups of 256.
 */
#include "index/group.h"

#define LD_POSITIONS_CODEC   1u
#define LD_POSITIONS_VERSION 2u
#define LD_POSITIONS_GROUP   256u

#endif
