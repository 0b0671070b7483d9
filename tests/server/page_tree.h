#ifndef LEDE_TESTS_PAGE_TREE_H
#define LEDE_TESTS_PAGE_TREE_H
#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"

/* The elements and attribute names of a page as the WHATWG parser reads it, a line each. False: it
 * has something no template writes (a comment, quirks, an element outside the tree). Its own file,
 * because the parser's page and the server's have the same name. */
bool page_tree_write(ld_arena *arena, const ld_buf *page, ld_buf *skeleton);

#endif
