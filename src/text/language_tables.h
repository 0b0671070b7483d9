#ifndef LD_TEXT_LANGUAGE_TABLES_H
#define LD_TEXT_LANGUAGE_TABLES_H
/* The models that tools/train_language.py writes. */
#include <stdint.h>

#define LD_LANGUAGE_STEPS_A_BIT   5  /* quantisation of the weights' log2, as in the tool */
#define LD_LANGUAGES_OF_MODEL_MAX 64 /* room that readers keep for scores */

typedef struct ld_language_model {
    const char *const *languages; /* [language_count], ISO 639-1 */
    uint32_t language_count;
    const uint32_t *hashes; /* [feature_count], ascending: FNV-1a of the n-gram's UTF-8 */
    uint32_t feature_count;
    /* [feature_count][language_count + 1]: a printable character each and a NUL; weight 0 is '#',
     * and ? and the backslash are left out */
    const char *weights;
} ld_language_model;

extern const ld_language_model ld_language_latin, ld_language_cyrillic, ld_language_arabic;

#endif
