// SQLite's FTS5 with its default settings: rowid, bm25, the text.
#include <sqlite3.h>

#include <stdexcept>

#include "peer.h"

namespace {

void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(db));
}

void build(const std::string &dir, const std::vector<std::string> &articles)
{
    sqlite3 *db;
    sqlite3_stmt *insert;
    if (sqlite3_open((dir + "/index.db").c_str(), &db) != SQLITE_OK)
        throw std::runtime_error("cannot open");
    run(db, "CREATE VIRTUAL TABLE a USING fts5(body); BEGIN");
    sqlite3_prepare_v2(db, "INSERT INTO a VALUES (?)", -1, &insert, nullptr);
    for (const std::string &text : articles) {
        sqlite3_bind_text(insert, 1, text.c_str(), -1, SQLITE_TRANSIENT);
        if (sqlite3_step(insert) != SQLITE_DONE)
            throw std::runtime_error(sqlite3_errmsg(db));
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    run(db, "COMMIT");
    sqlite3_close(db);
}

std::string match_of(const query &q)
{
    switch (q.kind) {
    case query_kind::both:
        return q.first + " AND " + q.second;
    case query_kind::either:
        return q.first + " OR " + q.second;
    case query_kind::phrase:
        return "\"" + q.first + " " + q.second + "\"";
    case query_kind::prefix:
        return q.first + "*";
    default:
        return q.first;
    }
}

bool answer(const std::string &dir, const std::vector<query> &queries, std::string &out)
{
    sqlite3 *db;
    sqlite3_stmt *select;
    if (sqlite3_open_v2((dir + "/index.db").c_str(), &db, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
        return false;
    const char *sql = "SELECT rowid, bm25(a), snippet(a, 0, '[', ']', '...', 20) FROM a "
                      "WHERE a MATCH ? ORDER BY rank, rowid LIMIT ?";
    if (sqlite3_prepare_v2(db, sql, -1, &select, nullptr) != SQLITE_OK)
        return false;
    for (const query &q : queries) {
        std::string match = match_of(q);
        sqlite3_bind_text(select, 1, match.c_str(), -1, SQLITE_TRANSIENT);
        sqlite3_bind_int(select, 2, HITS);
        int step;
        while ((step = sqlite3_step(select)) == SQLITE_ROW) {
            const char *text = reinterpret_cast<const char *>(sqlite3_column_text(select, 2));
            out += std::to_string(sqlite3_column_int64(select, 0)) + " " +
                   std::to_string(sqlite3_column_double(select, 1)) + " " + (text ? text : "") + "\n";
        }
        if (step != SQLITE_DONE)
            return false;
        sqlite3_reset(select);
    }
    return true;
}

bool is_whole(const std::string &dir)
{
    sqlite3 *db;
    sqlite3_stmt *pragma;
    if (sqlite3_open((dir + "/index.db").c_str(), &db) != SQLITE_OK)
        return false;
    if (sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &pragma, nullptr) != SQLITE_OK ||
        sqlite3_step(pragma) != SQLITE_ROW ||
        std::string(reinterpret_cast<const char *>(sqlite3_column_text(pragma, 0))) != "ok")
        return false;
    sqlite3_finalize(pragma);
    return sqlite3_exec(db, "INSERT INTO a(a) VALUES ('integrity-check')", nullptr, nullptr, nullptr) ==
           SQLITE_OK;
}

} // namespace

const peer sqlite_peer = {"SQLite " SQLITE_VERSION " FTS5", build, answer, is_whole};
