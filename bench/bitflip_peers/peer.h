#ifndef LEDE_BENCH_BITFLIP_PEER_H
#define LEDE_BENCH_BITFLIP_PEER_H
// One engine, as the harness sees it. All its files are in one folder.
#include <string>
#include <vector>

enum class query_kind { word, both, phrase, prefix, either };

struct query {
    query_kind kind;
    std::string first, second; // second: of a pair; of a phrase the word that follows
};

constexpr unsigned HITS = 20;

struct peer {
    const char *name;
    // Makes the index in an empty folder; throws where it cannot.
    void (*build)(const std::string &dir, const std::vector<std::string> &articles);
    // Opens the index, asks all queries and appends what they gave: hits in order, score, text.
    // False: the engine reported an error.
    bool (*answer)(const std::string &dir, const std::vector<query> &queries, std::string &out);
    bool (*is_whole)(const std::string &dir); // by its own check
};

extern const peer lede_peer, sqlite_peer, xapian_peer;

#endif
