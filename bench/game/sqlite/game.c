/*
 * SQLite's FTS5 as a player of the search benchmark's game.
 *
 *   game index DIR [store]   documents on standard input, as bench/corpus.py writes them
 *   game serve DIR           "COMMAND<TAB>QUERY" -> one integer; COUNT and TOP_k only
 *   game version
 *
 * Without `store` the table is contentless. FTS5 has no optional terms beside required ones:
 * queries such as `+a b` are answered with UNSUPPORTED.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096, MATCH_BYTES = 4096 };

static int fail(sqlite3 *db, const char *what)
{
    fprintf(stderr, "sqlite game: %s: %s\n", what, db ? sqlite3_errmsg(db) : "");
    return 1;
}

static sqlite3 *open_in(const char *dir)
{
    char path[PATH_BYTES];
    sqlite3 *db = NULL;
    mkdir(dir, 0777);
    snprintf(path, sizeof path, "%s/index.db", dir);
    if (sqlite3_open(path, &db) != SQLITE_OK)
        return NULL;
    sqlite3_exec(db,
                 "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;"
                 "PRAGMA mmap_size=8589934592",
                 NULL, NULL, NULL);
    return db;
}

/* ---- indexing ---- */

static int add_all(sqlite3_stmt *insert)
{
    static const char middle[] = "\",\"text\":\"", end[] = "\"}\n";
    char *line = NULL;
    size_t capacity = 0;
    ssize_t bytes;
    int good = 1;
    for (sqlite3_int64 row = 1; good && (bytes = getline(&line, &capacity, stdin)) > 0; row++) {
        char *text = strstr(line, middle);
        if (!text || (size_t)bytes < sizeof end - 1)
            break;
        text += sizeof middle - 1;
        sqlite3_bind_int64(insert, 1, row);
        sqlite3_bind_text(insert, 2, text, (int)(line + bytes - (sizeof end - 1) - text),
                          SQLITE_STATIC);
        good = sqlite3_step(insert) == SQLITE_DONE;
        sqlite3_reset(insert);
    }
    free(line);
    return good && feof(stdin);
}

static int run_index(const char *dir, int store)
{
    sqlite3 *db = open_in(dir);
    sqlite3_stmt *insert = NULL;
    if (!db)
        return fail(db, "opening");
    if (sqlite3_exec(db,
                     store
                         ? "CREATE VIRTUAL TABLE t USING fts5(text, tokenize='ascii')"
                         : "CREATE VIRTUAL TABLE t USING fts5(text, tokenize='ascii', content='')",
                     NULL, NULL, NULL) ||
        sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) ||
        sqlite3_prepare_v2(db, "INSERT INTO t(rowid, text) VALUES (?, ?)", -1, &insert, NULL) ||
        !add_all(insert))
        return fail(db, "adding");
    sqlite3_finalize(insert);
    if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) ||
        sqlite3_exec(db, "INSERT INTO t(t) VALUES ('optimize')", NULL, NULL, NULL) ||
        sqlite3_exec(db, "VACUUM", NULL, NULL, NULL))
        return fail(db, "merging");
    sqlite3_close(db);
    return 0;
}

/* ---- answering ---- */

/* One clause of a query: a word or a quoted phrase with its sign. */
typedef struct clause {
    char sign; /* '+', '-' or 0 */
    const char *text;
    size_t bytes;
} clause;

static const char *next_clause(const char *at, clause *c)
{
    while (*at == ' ')
        at++;
    if (!*at)
        return NULL;
    c->sign = *at == '+' || *at == '-' ? *at++ : 0;
    int quoted = *at == '"';
    at += quoted;
    c->text = at;
    c->bytes = strcspn(at, quoted ? "\"" : " ");
    at += c->bytes;
    return at + (quoted && *at == '"');
}

/* Joins the clauses of one sign: "a" AND "b". Returns their number, -1 when there is no room. */
static int join(const char *query, char sign, const char *operator, char * out, size_t room)
{
    clause c;
    size_t used = 0;
    int count = 0;
    out[0] = 0;
    while ((query = next_clause(query, &c))) {
        if (c.sign != sign)
            continue;
        int wrote = snprintf(out + used, room - used, "%s\"%.*s\"", count ? operator : "",
                             (int)c.bytes, c.text);
        if (wrote < 0 || (size_t)wrote >= room - used)
            return -1;
        used += (size_t)wrote;
        count++;
    }
    return count;
}

/* The game's query in FTS5's language; 0 when it cannot be said there. */
static int translate(const char *query, char *match, size_t room)
{
    static char must[MATCH_BYTES], may[MATCH_BYTES], not [MATCH_BYTES];
    int musts = join(query, '+', " AND ", must, sizeof must);
    int mays = join(query, 0, " OR ", may, sizeof may);
    int nots = join(query, '-', " OR ", not, sizeof not );
    if (musts < 0 || mays < 0 || nots < 0 || (musts > 0) == (mays > 0))
        return 0;
    const char *wanted = musts ? must : may;
    int wrote = nots ? snprintf(match, room, "(%s) NOT (%s)", wanted, not )
                     : snprintf(match, room, "%s", wanted);
    return wrote > 0 && (size_t)wrote < room;
}

static long count_rows(sqlite3_stmt *statement, const char *match, int k)
{
    long value = 0;
    sqlite3_bind_text(statement, 1, match, -1, SQLITE_STATIC);
    if (k)
        sqlite3_bind_int(statement, 2, k);
    while (sqlite3_step(statement) == SQLITE_ROW)
        value = k ? 1 : (long)sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return k ? 1 : value;
}

static int run_serve(const char *dir)
{
    static char match[3 * MATCH_BYTES];
    sqlite3 *db = open_in(dir);
    sqlite3_stmt *count = NULL, *top = NULL;
    char *line = NULL, *rest;
    size_t capacity = 0;
    ssize_t bytes;
    if (!db || sqlite3_prepare_v2(db, "SELECT count(*) FROM t WHERE t MATCH ?", -1, &count, NULL) ||
        sqlite3_prepare_v2(db, "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?", -1,
                           &top, NULL))
        return fail(db, "opening");
    while ((bytes = getline(&line, &capacity, stdin)) > 0) {
        char *tab = strchr(line, '\t');
        long k = strncmp(line, "TOP_", 4) == 0 ? strtol(line + 4, &rest, 10) : 0;
        int counts = strncmp(line, "COUNT\t", 6) == 0, tops = k > 0 && *rest == '\t';
        line[strcspn(line, "\n")] = 0;
        if (!tab || !(counts || tops) || !translate(tab + 1, match, sizeof match))
            puts("UNSUPPORTED");
        else
            printf("%ld\n", count_rows(counts ? count : top, match, (int)k));
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "index") == 0)
        return run_index(argv[2], argc > 3 && strcmp(argv[3], "store") == 0);
    if (argc == 3 && strcmp(argv[1], "serve") == 0)
        return run_serve(argv[2]);
    if (argc == 2 && strcmp(argv[1], "version") == 0)
        return puts("SQLite " SQLITE_VERSION ", FTS5") < 0;
    fprintf(stderr, "usage: game index DIR [store] | game serve DIR | game version\n");
    return 2;
}
