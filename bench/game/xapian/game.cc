/*
 * Xapian as a player of the search benchmark's game.
 *
 *   game index DIR [store]   documents on standard input, as bench/corpus.py writes them
 *   game serve DIR           "COMMAND<TAB>QUERY" -> one integer; COUNT and TOP_k only
 *   game version
 *
 * No stemmer, no stop words, BM25 with Xapian's own parameters; the database is compacted to one
 * file at the end. Without `store` a document keeps its id alone.
 */
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include <xapian.h>

static const std::string start = "{\"id\":\"", middle = "\",\"text\":\"", finish = "\"}";

static int run_index(const std::string &dir, bool store)
{
    mkdir(dir.c_str(), 0777);
    const std::string unpacked = dir + "/unpacked";
    Xapian::doccount docs = 0;
    {
        Xapian::WritableDatabase db(unpacked, Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_NO_SYNC |
                                                  Xapian::DB_DANGEROUS);
        Xapian::TermGenerator generator;
        generator.set_max_word_length(245);
        std::string line;
        while (std::getline(std::cin, line)) {
            size_t cut = line.find(middle);
            if (line.compare(0, start.size(), start) != 0 || cut == std::string::npos) {
                std::cerr << "xapian game: a line that is no document\n";
                return 1;
            }
            size_t text = cut + middle.size();
            const std::string body = line.substr(text, line.size() - finish.size() - text);
            Xapian::Document doc;
            generator.set_document(doc);
            generator.set_termpos(0);
            generator.index_text(body);
            doc.set_data(store ? body : line.substr(start.size(), cut - start.size()));
            db.add_document(doc);
            docs++;
        }
        db.commit();
    }
    Xapian::Database(unpacked).compact(dir + "/index", Xapian::DBCOMPACT_NO_RENUMBER |
                                                           Xapian::DBCOMPACT_SINGLE_FILE);
    std::cout << "docs " << docs << "\n";
    return std::system(("rm -r '" + unpacked + "'").c_str()) != 0;
}

static long answer(const Xapian::Database &db, Xapian::Enquire &enquire, const std::string &command,
                   const Xapian::Query &query)
{
    enquire.set_query(query);
    if (command == "COUNT")
        return (long)enquire.get_mset(0, 0, db.get_doccount()).get_matches_estimated();
    char *rest;
    unsigned long k =
        command.compare(0, 4, "TOP_") == 0 ? std::strtoul(command.c_str() + 4, &rest, 10) : 0;
    if (k == 0 || *rest)
        return -1;
    enquire.get_mset(0, (Xapian::doccount)k);
    return 1;
}

static int run_serve(const std::string &dir)
{
    Xapian::Database db(dir + "/index");
    Xapian::Enquire enquire(db);
    Xapian::QueryParser parser;
    parser.set_database(db);
    std::string line;
    while (std::getline(std::cin, line)) {
        size_t tab = line.find('\t');
        Xapian::Query query =
            parser.parse_query(line.substr(tab + 1), Xapian::QueryParser::FLAG_PHRASE |
                                                         Xapian::QueryParser::FLAG_LOVEHATE);
        long value = answer(db, enquire, line.substr(0, tab), query);
        if (value < 0)
            std::cout << "UNSUPPORTED" << std::endl;
        else
            std::cout << value << std::endl;
    }
    return 0;
}

int main(int argc, char **argv)
try {
    const std::string command = argc > 1 ? argv[1] : "";
    if (command == "index" && argc >= 3)
        return run_index(argv[2], argc > 3 && std::string(argv[3]) == "store");
    if (command == "serve" && argc == 3)
        return run_serve(argv[2]);
    if (command == "version") {
        std::cout << "Xapian " << Xapian::version_string() << "\n";
        return 0;
    }
    std::cerr << "usage: game index DIR [store] | game serve DIR | game version\n";
    return 2;
} catch (const Xapian::Error &error) {
    std::cerr << "xapian game: " << error.get_description() << "\n";
    return 1;
}
