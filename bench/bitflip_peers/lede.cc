// lede with its default profile: key, score, passages, the whole article.
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "lede/lede.h"
#include "peer.h"

namespace {

void must(lede_status status, const lede_error &err)
{
    if (status != LEDE_OK)
        throw std::runtime_error(err.message);
}

void build(const std::string &dir, const std::vector<std::string> &articles)
{
    lede_error err = {};
    lede_writer *writer;
    const std::string archive = dir + "/archive";
    must(lede_archive_create(nullptr, archive.c_str(), nullptr, &err), err);
    must(lede_writer_open(nullptr, archive.c_str(), nullptr, &writer, &err), err);
    for (size_t i = 0; i < articles.size(); i++) {
        const std::string key = "article-" + std::to_string(i);
        lede_block block = {};
        lede_article article = {};
        lede_add_outcome outcome;
        block.text = {articles[i].c_str(), articles[i].size()};
        article.struct_bytes = sizeof article;
        article.kind = "story";
        for (lede_text *empty : {&article.headline, &article.kicker, &article.dateline,
                                 &article.section, &article.language, &article.source,
                                 &article.agency, &article.url, &article.canonical_url,
                                 &article.path})
            *empty = {"", 0};
        for (lede_date *unknown : {&article.published, &article.modified, &article.captured})
            unknown->evidence = "";
        article.key = {key.c_str(), key.size()};
        article.blocks = &block;
        article.block_count = 1;
        must(lede_writer_add_article(writer, &article, &outcome, &err), err);
    }
    must(lede_writer_commit(writer, nullptr, &err), err);
    lede_writer_close(writer);
}

std::string text_of(const query &q)
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

bool add_hits(lede_hits *hits, std::string &out)
{
    const lede_hit *hit;
    char score[64];
    while (lede_hits_next(hits, &hit, nullptr) == LEDE_OK) {
        if (!hit)
            return true;
        snprintf(score, sizeof score, " %a ", hit->score);
        out += hit->article->key.data + std::string(score);
        for (uint32_t i = 0; i < hit->passage_count; i++)
            out += hit->passages[i].text.data;
        for (uint32_t i = 0; i < hit->article->block_count; i++)
            out += hit->article->blocks[i].text.data;
        out += "\n";
    }
    return false;
}

bool answer(const std::string &dir, const std::vector<query> &queries, std::string &out)
{
    lede_snapshot *snapshot;
    if (lede_snapshot_open(nullptr, (dir + "/archive").c_str(), &snapshot, nullptr) != LEDE_OK)
        return false;
    for (const query &q : queries) {
        const std::string text = text_of(q);
        lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
        lede_hits *hits;
        options.count = HITS;
        if (lede_search(snapshot, text.c_str(), text.size(), &options, &hits, nullptr) != LEDE_OK)
            return false;
        if (!add_hits(hits, out))
            return false;
        lede_hits_free(hits);
    }
    return true;
}

bool is_whole(const std::string &dir)
{
    return lede_archive_verify(nullptr, (dir + "/archive").c_str(), 1, nullptr, nullptr, nullptr) ==
           LEDE_OK;
}

} // namespace

const peer lede_peer = {"lede", build, answer, is_whole};
