// The harness: see README.md. Each trial flips one bit in place, forks, compares, flips it back.
#include "peer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace {

constexpr unsigned ARTICLES = 300, WORDS = 80, VOCABULARY = 2000;
constexpr size_t OUT_BYTES_MAX = 8u << 20;
constexpr rlim_t MEMORY_BYTES = 1u << 30;
constexpr unsigned HANG_SECONDS = 3;

struct rng { // SplitMix64
    uint64_t state;
    uint64_t next()
    {
        uint64_t z = (state += 0x9e3779b97f4a7c15ull);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }
    unsigned below(unsigned n)
    {
        return static_cast<unsigned>((next() >> 32) * n >> 32);
    }
};

// A pronounceable word for each number; low numbers are frequent.
std::string word_of(unsigned i)
{
    static const char *const parts[] = {"ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu"};
    std::string word = parts[i % 10];
    word += parts[i / 10 % 10];
    word += parts[i / 100 % 10];
    return i < 1000 ? word : word + "ri";
}

unsigned skewed(rng &r)
{
    double u = static_cast<double>(r.next() >> 11) / 9007199254740992.0;
    return static_cast<unsigned>(u * u * u * VOCABULARY);
}

std::vector<std::string> make_articles()
{
    rng r{7};
    std::vector<std::string> articles;
    for (unsigned i = 0; i < ARTICLES; i++) {
        std::string text;
        for (unsigned w = 0; w < WORDS; w++)
            text += (w ? " " : "") + word_of(skewed(r));
        articles.push_back(text);
    }
    return articles;
}

std::vector<query> make_queries(const std::vector<std::string> &articles)
{
    rng r{11};
    std::vector<query> queries;
    for (int i = 0; i < 40; i++)
        queries.push_back({query_kind::word, word_of(skewed(r)), ""});
    for (int i = 0; i < 10; i++)
        queries.push_back({query_kind::both, word_of(skewed(r) / 20), word_of(skewed(r) / 20)});
    for (int i = 0; i < 6; i++) {
        const std::string &text = articles[r.below(ARTICLES)];
        size_t space = text.find(' '), end = text.find(' ', space + 1);
        queries.push_back(
            {query_kind::phrase, text.substr(0, space), text.substr(space + 1, end - space - 1)});
    }
    queries.push_back({query_kind::prefix, "bace", ""});
    queries.push_back({query_kind::either, word_of(3), word_of(700)});
    return queries;
}

// ---- one trial in a process of its own ----

enum class outcome { same, error, wrong, crash, hang };

struct shared_answer {
    uint32_t done, ok;
    size_t bytes;
    char text[OUT_BYTES_MAX];
};

shared_answer *shared; // written by the child

int in_child(void (*work)(const peer &, const std::string &, const std::vector<query> &),
             const peer &p, const std::string &dir, const std::vector<query> &queries)
{
    shared->done = 0;
    pid_t child = fork();
    if (child == 0) {
        rlimit memory = {MEMORY_BYTES, MEMORY_BYTES}, core = {0, 0};
        setrlimit(RLIMIT_AS, &memory);
        setrlimit(RLIMIT_CORE, &core);
        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        alarm(HANG_SECONDS);
        work(p, dir, queries);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

void ask(const peer &p, const std::string &dir, const std::vector<query> &queries)
{
    std::string out;
    shared->ok = p.answer(dir, queries, out);
    shared->bytes = std::min(out.size(), OUT_BYTES_MAX);
    memcpy(shared->text, out.data(), shared->bytes);
    shared->done = 1;
}

void check(const peer &p, const std::string &dir, const std::vector<query> &)
{
    shared->ok = p.is_whole(dir);
    shared->done = 1;
}

outcome try_once(const peer &p, const std::string &dir, const std::vector<query> &queries,
                 const std::string &before)
{
    int status = in_child(ask, p, dir, queries);
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGALRM ? outcome::hang : outcome::crash;
    if (!shared->done)
        return outcome::crash;
    if (!shared->ok)
        return outcome::error;
    return std::string(shared->text, shared->bytes) == before ? outcome::same : outcome::wrong;
}

// ---- flips ----

struct index_file {
    std::string path;
    uint64_t bytes;
};

std::vector<index_file> files_of(const std::string &dir)
{
    std::vector<index_file> files;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(dir))
        if (entry.is_regular_file() && entry.file_size() > 0)
            files.push_back({entry.path().string(), entry.file_size()});
    std::sort(files.begin(), files.end(),
              [](const index_file &a, const index_file &b) { return a.path < b.path; });
    return files;
}

void flip(const std::vector<index_file> &files, uint64_t bit)
{
    uint64_t byte = bit / 8;
    size_t i = 0;
    while (byte >= files[i].bytes)
        byte -= files[i++].bytes;
    unsigned char value;
    int fd = open(files[i].path.c_str(), O_RDWR | O_CLOEXEC);
    bool ok = fd >= 0 && pread(fd, &value, 1, static_cast<off_t>(byte)) == 1;
    value = static_cast<unsigned char>(value ^ (1u << bit % 8));
    ok = ok && pwrite(fd, &value, 1, static_cast<off_t>(byte)) == 1;
    if (!ok || close(fd) != 0)
        throw std::runtime_error("cannot flip a bit of " + files[i].path);
}

void run(const peer &p, const std::string &dir, unsigned flips, uint64_t seed)
{
    const auto articles = make_articles();
    const auto queries = make_queries(articles);
    std::filesystem::create_directories(dir);
    p.build(dir, articles);
    const auto files = files_of(dir);
    uint64_t bytes = 0, counts[5] = {}, found = 0;
    for (const index_file &f : files)
        bytes += f.bytes;
    in_child(ask, p, dir, queries);
    if (!shared->done || !shared->ok || shared->bytes == 0)
        throw std::runtime_error(std::string(p.name) + " does not answer without a flip");
    const std::string before(shared->text, shared->bytes);
    if (try_once(p, dir, queries, before) != outcome::same)
        throw std::runtime_error(std::string(p.name) + " does not answer the same twice");
    rng r{seed};
    for (unsigned i = 0; i < flips; i++) {
        uint64_t bit = r.next() % (bytes * 8);
        flip(files, bit);
        outcome o = try_once(p, dir, queries, before);
        counts[static_cast<int>(o)]++;
        if (o == outcome::wrong) {
            in_child(check, p, dir, queries);
            found += !(shared->done && shared->ok);
        }
        flip(files, bit);
    }
    auto percent = [&](outcome o) { return 100.0 * counts[static_cast<int>(o)] / flips; };
    printf("| %s | %llu | %u | %llu (%.1f %%) | %llu (%.1f %%) | **%llu (%.1f %%)** | %llu / %llu | "
           "%llu | %llu |\n",
           p.name, (unsigned long long)bytes, flips, (unsigned long long)counts[0],
           percent(outcome::same), (unsigned long long)counts[1], percent(outcome::error),
           (unsigned long long)counts[2], percent(outcome::wrong), (unsigned long long)found,
           (unsigned long long)(counts[2] - found), (unsigned long long)counts[3],
           (unsigned long long)counts[4]);
    fflush(stdout);
}

} // namespace

int main(int argc, char **argv)
{
    unsigned flips = argc > 1 ? static_cast<unsigned>(strtoul(argv[1], nullptr, 10)) : 2000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], nullptr, 10) : 1;
    void *memory = mmap(nullptr, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                        -1, 0);
    char root[] = "/tmp/bitflip-XXXXXX";
    if (memory == MAP_FAILED || !mkdtemp(root) || flips == 0)
        return 2;
    shared = static_cast<shared_answer *>(memory);
    printf("| engine | file bytes | flips | same output | error reported | **wrong, no error** | "
           "of these its check finds / misses | crash | hang |\n"
           "|---|---|---|---|---|---|---|---|---|\n");
    int failed = 0;
    const peer *const peers[] = {&sqlite_peer, &xapian_peer, &lede_peer};
    for (size_t i = 0; i < 3; i++) {
        try {
            run(*peers[i], std::string(root) + "/" + std::to_string(i), flips, seed);
        } catch (const std::exception &e) {
            fprintf(stderr, "%s: %s\n", peers[i]->name, e.what());
            failed = 1;
        }
    }
    std::filesystem::remove_all(root);
    return failed;
}
