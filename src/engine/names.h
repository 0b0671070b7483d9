#ifndef LD_ENGINE_NAMES_H
#define LD_ENGINE_NAMES_H
/* The public names of what the inner enums number, in one place. */
#include "flow/article.h"
#include "flow/segment.h"
#include "lede/article.h"

const char *ld_name_of_kind(uint8_t article_kind); /* "story" */
bool ld_kind_of_name(ld_span name, uint8_t *article_kind);
const char *ld_name_of_evidence(uint8_t evidence); /* "json-ld" */
bool ld_evidence_of_name(ld_span name, uint8_t *evidence);
const char *ld_name_of_block(uint8_t block_kind); /* "paragraph" */
bool ld_block_of_name(ld_span name, uint8_t *block_kind);
/* "title", "lead", ..., or the profile's name of a user zone. */
const char *ld_name_of_zone(const ld_profile *profile, uint8_t zone);

#endif
