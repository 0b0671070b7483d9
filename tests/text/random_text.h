#ifndef LEDE_TESTS_TEXT_RANDOM_TEXT_H
#define LEDE_TESTS_TEXT_RANDOM_TEXT_H
/* Random valid UTF-8 whose code points come from where the rules are. */
#include "tests/test.h"
#include "base/utf8.h"

/* Fills out with at most bytes_max bytes and says how many. */
static inline size_t random_text(test_random *r, char *out, size_t bytes_max)
{
    static const uint32_t blocks[][2] = {
        {'a', 26},     {'A', 26},       {'0', 10},       {' ', 1},       {'.', 1},
        {'\'', 1},     {',', 1},        {'\n', 1},       {0xC0, 64},     {0x100, 0x150},
        {0x300, 0x70}, {0x370, 0x90},   {0x400, 0x80},   {0x590, 0x60},  {0x600, 0x100},
        {0x900, 0x80}, {0xE00, 0x60},   {0x2010, 0x20},  {0x3000, 256},  {0x4E00, 200},
        {0xAC00, 200}, {0xFB00, 0x500}, {0xFF00, 240},   {0x1F300, 256}, {0x80, 0x40},
        {0x1E00, 512}, {0x1100, 0x100}, {0x1D400, 1024}, {0, 0x110000},
    };
    uint32_t steps = test_random_below(r, 60) + 1;
    size_t bytes = 0;
    while (steps-- > 0 && bytes + 4 <= bytes_max) {
        const uint32_t *block = blocks[test_random_below(r, sizeof blocks / sizeof blocks[0])];
        uint32_t run = test_random_below(r, 5) + 1;
        while (run-- > 0 && bytes + 4 <= bytes_max)
            bytes += ld_utf8_encode(block[0] + test_random_below(r, block[1]), out + bytes);
    }
    return bytes;
}

#endif
