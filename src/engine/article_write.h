#ifndef LD_ENGINE_ARTICLE_WRITE_H
#define LD_ENGINE_ARTICLE_WRITE_H
#include <stdio.h>

#include "base/json.h"
#include "lede/article.h"

/* The article's members, inside an object that the caller opened. */
void ld_article_write_json_members(ld_json *j, const lede_article *article);
/* Hands a buffer's bytes to the caller as lede_buffer_free takes them; releases the buffer. */
lede_status ld_buffer_give(ld_buf *buf, char **text, size_t *bytes, lede_error *err);

#endif
