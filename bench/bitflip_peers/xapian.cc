// Xapian's glass backend: document id, weight, the text.
#include <xapian.h>

#include "peer.h"

namespace {

void build(const std::string &dir, const std::vector<std::string> &articles)
{
    Xapian::WritableDatabase db(dir + "/glass", Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS);
    Xapian::TermGenerator generator;
    for (const std::string &text : articles) {
        Xapian::Document document;
        generator.set_document(document);
        generator.set_termpos(0);
        generator.index_text(text);
        document.set_data(text);
        db.add_document(document);
    }
    db.commit();
}

Xapian::Query query_of(const Xapian::Database &db, const query &q)
{
    Xapian::QueryParser parser;
    parser.set_database(db);
    const unsigned flags = Xapian::QueryParser::FLAG_BOOLEAN | Xapian::QueryParser::FLAG_PHRASE |
                           Xapian::QueryParser::FLAG_WILDCARD;
    switch (q.kind) {
    case query_kind::both:
        return parser.parse_query(q.first + " AND " + q.second, flags);
    case query_kind::either:
        return parser.parse_query(q.first + " OR " + q.second, flags);
    case query_kind::phrase:
        return parser.parse_query("\"" + q.first + " " + q.second + "\"", flags);
    case query_kind::prefix:
        return parser.parse_query(q.first + "*", flags);
    default:
        return parser.parse_query(q.first, flags);
    }
}

bool answer(const std::string &dir, const std::vector<query> &queries, std::string &out)
{
    try {
        Xapian::Database db(dir + "/glass");
        Xapian::Enquire enquire(db);
        for (const query &q : queries) {
            enquire.set_query(query_of(db, q));
            Xapian::MSet hits = enquire.get_mset(0, HITS);
            for (Xapian::MSetIterator hit = hits.begin(); hit != hits.end(); ++hit)
                out += std::to_string(*hit) + " " + std::to_string(hit.get_weight()) + " " +
                       hit.get_document().get_data().substr(0, 64) + "\n";
        }
        return true;
    } catch (const Xapian::Error &) {
        return false;
    }
}

bool is_whole(const std::string &dir)
{
    try {
        return Xapian::Database::check(dir + "/glass", 0, nullptr) == 0;
    } catch (const Xapian::Error &) {
        return false;
    }
}

} // namespace

const peer xapian_peer = {"Xapian " XAPIAN_VERSION " glass", build, answer, is_whole};
