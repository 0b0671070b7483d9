#ifndef LD_TEXT_STEM_ENDINGS_TABLES_H
#define LD_TEXT_STEM_ENDINGS_TABLES_H
/* Accents that a folded ending most likely had, as tools/gen_stem_endings.py learned them. */
#include <stdint.h>

typedef struct ld_stem_ending {
    char language[4];
    char folded[8];    /* ASCII */
    char accented[16]; /* UTF-8, NFC */
} ld_stem_ending;
extern const ld_stem_ending ld_stem_endings[]; /* ascending by language, then by folded */
extern const uint32_t ld_stem_ending_count;

#endif
