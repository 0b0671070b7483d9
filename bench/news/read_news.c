/*
 * What news/ reads out of texts, line by line, for the figures of the scripts beside it.
 *
 *   read_news times    DAY TAB TEXT      -> OFFSET BYTES FIRST LAST separated by spaces; TAB
 * between
 *   read_news quotes   PARAGRAPH TAB ... -> KIND SPEAKER | CONTENT; TAB between
 *   read_news copies   PARAGRAPH TAB ... -> on every second line how alike it is to the one before
 *   read_news languages TEXT             -> the code of its language and how certain, in percent
 *   read_news aliases  PARAGRAPH TAB ... -> KIND | FULL | OTHER; TAB between
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/error.h"
#include "base/limits.h"
#include "news/aliases.h"
#include "news/copies.h"
#include "news/quotes.h"
#include "news/times.h"
#include "text/language.h"

static void print_times(ld_arena *arena, char *line, size_t bytes)
{
    int64_t utc_ms;
    ld_span all = {line, bytes}, day = ld_span_sub(all, 0, ld_span_find_byte(all, '\t'));
    ld_span text = ld_span_sub(all, day.bytes + 1, SIZE_MAX);
    int32_t published = LD_TIMES_NO_DAY;
    if (ld_date_parse_iso(day, &utc_ms) != LD_DATE_NONE)
        published = (int32_t)(utc_ms / 86400000);
    const ld_time *times;
    uint32_t count;
    lede_error err;
    if (ld_times_find(arena, text, published, &times, &count, &err) != LEDE_OK)
        exit(2);
    for (uint32_t i = 0; i < count; i++) {
        char first[16], last[16];
        ld_date_format_day(times[i].first_day * 86400000ll, first);
        ld_date_format_day(times[i].last_day * 86400000ll, last);
        printf("%s%u %u %s %s", i ? "\t" : "", times[i].text_offset, times[i].text_bytes, first,
               last);
    }
    putchar('\n');
}

#define PARAGRAPHS_MAX 256

static uint32_t split(char *line, size_t bytes, ld_span paragraphs[PARAGRAPHS_MAX])
{
    ld_span rest = {line, bytes};
    uint32_t n = 0;
    while (n < PARAGRAPHS_MAX && rest.bytes > 0) {
        paragraphs[n] = ld_span_sub(rest, 0, ld_span_find_byte(rest, '\t'));
        rest = ld_span_sub(rest, paragraphs[n++].bytes + 1, SIZE_MAX);
    }
    return n;
}

#define HASHES_MAX 48u

static void print_copies(ld_arena *arena, char *line, size_t bytes)
{
    static uint16_t before[HASHES_MAX];
    static uint32_t before_count, lines;
    static uint64_t before_sketch;
    uint64_t sketch;
    ld_span paragraphs[PARAGRAPHS_MAX];
    ld_block blocks[PARAGRAPHS_MAX] = {0};
    uint32_t n = split(line, bytes, paragraphs), count;
    const uint16_t *hashes;
    lede_error err;
    for (uint32_t i = 0; i < n; i++)
        blocks[i].text = paragraphs[i];
    ld_article article = {.blocks = blocks, .block_count = n};
    if (ld_copies_hashes(arena, &article, HASHES_MAX, &hashes, &count, &sketch, &err) != LEDE_OK)
        exit(2);
    puts(lines++ % 2 ? ld_copy_names[ld_copies_compare(before, before_count, before_sketch, hashes,
                                                       count, sketch)]
                     : "");
    memcpy(before, hashes, count * sizeof *hashes);
    before_count = count;
    before_sketch = sketch;
}

static void print_aliases(ld_arena *arena, char *line, size_t bytes)
{
    ld_span paragraphs[PARAGRAPHS_MAX];
    uint32_t n = split(line, bytes, paragraphs), count;
    const ld_alias *aliases;
    lede_error err;
    if (ld_aliases_find(arena, paragraphs, n, &aliases, &count, &err) != LEDE_OK)
        exit(2);
    for (uint32_t i = 0; i < count; i++) {
        const ld_text_place *full = &aliases[i].full, *other = &aliases[i].other;
        printf("%s%s | %.*s | %.*s", i ? "\t" : "", ld_alias_kind_names[aliases[i].kind],
               (int)full->bytes, paragraphs[full->paragraph].data + full->offset, (int)other->bytes,
               paragraphs[other->paragraph].data + other->offset);
    }
    putchar('\n');
}

static void print_quotes(ld_arena *arena, char *line, size_t bytes)
{
    ld_span paragraphs[PARAGRAPHS_MAX];
    uint32_t n = split(line, bytes, paragraphs), count;
    const ld_quote *quotes;
    lede_error err;
    if (ld_quotes_find(arena, paragraphs, n, &quotes, &count, &err) != LEDE_OK)
        exit(2);
    for (uint32_t i = 0; i < count; i++) {
        const ld_quote *q = &quotes[i];
        printf("%s%s %.*s (%.*s) | %.*s", i ? "\t" : "", ld_quote_kind_names[q->kind],
               (int)q->speaker.bytes, paragraphs[q->speaker.paragraph].data + q->speaker.offset,
               (int)q->name.bytes, paragraphs[q->name.paragraph].data + q->name.offset,
               (int)q->content.bytes, paragraphs[q->content.paragraph].data + q->content.offset);
    }
    putchar('\n');
}

static void print_language(char *line, size_t bytes)
{
    char language[8];
    uint8_t certainty_percent;
    ld_language_detect((ld_span){line, bytes}, language, &certainty_percent);
    printf("%s %u\n", language, certainty_percent);
}

int main(int argc, char **argv)
{
    lede_error err;
    ld_arena *arena;
    if (argc != 2 || ld_arena_new(lede_env_system(), 1u << 30, &arena, &err) != LEDE_OK)
        return 2;
    char *line = NULL;
    size_t room = 0;
    for (ssize_t n; (n = getline(&line, &room, stdin)) > 0;) {
        ld_arena_reset(arena);
        if (strcmp(argv[1], "times") == 0)
            print_times(arena, line, (size_t)n - (line[n - 1] == '\n'));
        else if (strcmp(argv[1], "copies") == 0)
            print_copies(arena, line, (size_t)n - (line[n - 1] == '\n'));
        else if (strcmp(argv[1], "languages") == 0)
            print_language(line, (size_t)n - (line[n - 1] == '\n'));
        else if (strcmp(argv[1], "aliases") == 0)
            print_aliases(arena, line, (size_t)n - (line[n - 1] == '\n'));
        else
            print_quotes(arena, line, (size_t)n - (line[n - 1] == '\n'));
    }
    free(line);
    ld_arena_free(arena);
    return 0;
}
