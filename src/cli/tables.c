/* The verbs and the options: the only place to change to add one. Rows of options stand in the
 * order in which the help prints them. */
#include "cli/cli.h"

#define BIT(verb) (1u << LD_VERB_##verb)
#define ALL       ((1u << LD_VERB_COUNT_) - 1u)
#define WRITERS   (BIT(ADD) | BIT(LOAD) | BIT(DELETE))
#define SOURCES   (BIT(ADD) | BIT(EXTRACT) | BIT(SEARCH))
#define MANY      UINT32_MAX

const ld_verb ld_verbs[LD_VERB_COUNT_] = {
    [LD_VERB_ADD] =
        {"add", "ARCHIVE PATH...", 2, MANY,
         "put pages into an archive, which is made when it is missing",
         "A PATH is a page (.html .htm .xhtml .txt .md), a folder of pages, a JSONL\n"
         "file, a WARC or WARC.gz, an RSS or Atom file, or - for standard input. What\n"
         "it is, is told from its bytes. A broken page is counted and named, and never\n"
         "stops the rest. Adding the same again changes nothing, so an interrupted add\n"
         "is resumed by repeating it.\n",
         ld_verb_add},
    [LD_VERB_EXTRACT] =
        {"extract", "[PATH...]", 0, MANY, "print the articles of pages; needs no archive",
         "Without PATH, or with -, standard input is read. One article becomes one\n"
         "JSON object, several become one object a line, unless --format says else.\n",
         ld_verb_extract},
    [LD_VERB_SEARCH] =
        {"search", "ARCHIVE QUERY... | QUERY... --in PATH...", 1, MANY,
         "answer a query from an archive, or straight from pages",
         "  red bridge        stories with both words, in any form\n"
         "  \"red bridge\"      the phrase            =\"bridges\"    this form only\n"
         "  red OR blue       either                -blue         without\n"
         "  bridg*            beginnings            (a OR b) c    grouping\n"
         "  title:bridge      a zone: title lead body caption credit byline dateline section\n"
         "  after:2024-05 before:2024-07 date:2024 source:lantern lang:en sort:newest\n"
         "A query that begins with - goes behind --. A query that lede cannot read in full is\n"
         "answered as well as it can be, with a warning.\n",
         ld_verb_search},
    [LD_VERB_SHOW] = {"show", "ARCHIVE KEY", 2, 2, "print one article",
                      "KEY is the address (or the path, or the id) that the answers of a search\n"
                      "print behind the date.\n",
                      ld_verb_show},
    [LD_VERB_SIMILAR] = {"similar", "ARCHIVE KEY", 2, 2, "find stories like one of the archive",
                         "KEY is what the answers of a search print behind the date.\n",
                         ld_verb_similar},
    [LD_VERB_SUGGEST] = {"suggest", "ARCHIVE TYPED...", 2, MANY,
                         "complete what is being typed: words, names, headlines",
                         "Prints how many articles each stands for, and what it is.\n",
                         ld_verb_suggest},
    [LD_VERB_TIMELINE] =
        {"timeline", "ARCHIVE QUERY...", 2, 5,
         "count hits by day, month or year, up to four queries side by side",
         "Each QUERY is one argument. The archive's own count stands before them:\n"
         "where it is 0 the archive has a gap.\n",
         ld_verb_timeline},
    [LD_VERB_ALERT] =
        {"alert", "add NAME QUERY | list | remove NAME... | run [NAME...]  ARCHIVE", 2, MANY,
         "save queries, and be told which added articles answer them",
         "  lede alert add storms 'storm w/5 (flood OR gale)' news.lede\n"
         "lede add then prints a line for each article that answers an alert. An alert is\n"
         "strict: never relaxed, without other names. run prints what of the archive\n"
         "answers, newest first; with --format atom as a feed of one alert.\n",
         ld_verb_alert},
    [LD_VERB_QUERY] = {"query", "QUERY...", 1, MANY,
                       "print how a query is read, in any of the four dialects",
                       "What the other dialect cannot say is told on standard error.\n"
                       "docs/query.md has every operator of every dialect.\n",
                       ld_verb_query},
    [LD_VERB_SERVE] =
        {"serve", "ARCHIVE", 1, 1, "answer over HTTP, with a page to search in",
         "Ends with Ctrl-C. Listens on this machine only, unless --host says else; TLS is\n"
         "the work of a reverse proxy in front. SIGHUP reads the keys again.\n",
         ld_verb_serve},
    [LD_VERB_CHECK] = {"check", "ARCHIVE", 1, 1, "tell whether an archive is whole",
                       "Prints one line a finding. Exit code 0: whole; 2: damaged.\n",
                       ld_verb_check},
    [LD_VERB_REPAIR] =
        {"repair", "ARCHIVE", 1, 1, "keep what is whole of a damaged archive",
         "Makes a new archive of everything whose checksums are right, puts it in the\n"
         "place of the old one, and keeps the old one as ARCHIVE.damaged. Prints what was\n"
         "damaged, and each article that is lost and whose key can still be read. Exit\n"
         "code 0: whole, or repaired without loss; 1: repaired, articles are lost.\n",
         ld_verb_repair},
    [LD_VERB_BACKUP] =
        {"backup", "ARCHIVE NEW", 2, 2,
         "copy an archive, whole, while it is searched and written to",
         "NEW is a folder that is missing or empty. The copy is the newest committed\n"
         "state when it began, and is an archive itself.\n",
         ld_verb_backup},
    [LD_VERB_RESTORE] =
        {"restore", "BACKUP ARCHIVE", 2, 2, "make an archive of a backup again",
         "ARCHIVE is a folder that is missing or empty. What was copied is checked\n"
         "as by check --deep before it counts as done.\n",
         ld_verb_restore},
    [LD_VERB_STATS] = {"stats", "ARCHIVE", 1, 1, "tell what an archive holds", "", ld_verb_stats},
    [LD_VERB_DELETE] =
        {"delete", "ARCHIVE [KEY...]", 1, MANY, "delete articles by key",
         "Every version of each KEY goes. Their bytes stay in the files until a merge\n"
         "comes by, or until --purge, which may also stand without a KEY.\n",
         ld_verb_delete},
    [LD_VERB_DUMP] = {"dump", "ARCHIVE", 1, 1, "print every article as a line of JSON",
                      "Sorted by key and version: equal archives give equal dumps.\n",
                      ld_verb_dump},
    [LD_VERB_LOAD] = {"load", "ARCHIVE [FILE]", 1, 2,
                      "take in what dump printed, from FILE or standard input",
                      "The archive is made when it is missing.\n", ld_verb_load},
    [LD_VERB_COMPLETION] = {"completion", "bash|zsh|fish|man", 1, 1,
                            "print a shell's completion script, or the manual page",
                            "For instance: lede completion bash >"
                            "~/.local/share/bash-completion/completions/lede\n",
                            ld_verb_completion},
};

const ld_option ld_options[] = {
    {LD_OPTION_IN, BIT(SEARCH), 0, false, LD_OPTION_IS_LIST, "in", "PATH...", NULL,
     "search these pages, without an archive"},
    {LD_OPTION_COUNT, BIT(SEARCH) | BIT(SIMILAR) | BIT(SUGGEST) | BIT(ALERT), 'n', true,
     LD_OPTION_IS_NUMBER, "count", "N", "10", "stories to print"},
    {LD_OPTION_OFFSET, BIT(SEARCH), 0, false, LD_OPTION_IS_NUMBER, "offset", "N", NULL,
     "stories to pass over first"},
    {LD_OPTION_CURSOR, BIT(SEARCH), 0, false, LD_OPTION_IS_TEXT, "cursor", "C", NULL,
     "go on where an answer ended (its nextCursor)"},
    {LD_OPTION_SORT, BIT(SEARCH), 's', true, LD_OPTION_IS_CHOICE, "sort", "relevance|newest|oldest",
     NULL, "order (default: as the query says, else relevance)"},
    {LD_OPTION_DIALECT, BIT(SEARCH) | BIT(TIMELINE) | BIT(QUERY) | BIT(ALERT), 0, true,
     LD_OPTION_IS_CHOICE, "dialect", "lede|lucene|lexis|factiva", "lede", "language of the query"},
    {LD_OPTION_TRANSLATE, BIT(QUERY), 0, false, LD_OPTION_IS_CHOICE, "translate",
     "lede|lucene|lexis|factiva|all", "lede", "language to print it in"},
    {LD_OPTION_UNIT, BIT(TIMELINE), 0, false, LD_OPTION_IS_CHOICE, "unit", "auto|day|month|year",
     "auto", "what a row is; auto: the finest that has at most 120 rows"},
    {LD_OPTION_NO_SUGGEST, BIT(SEARCH), 0, true, LD_OPTION_IS_FLAG, "no-suggest", NULL, NULL,
     "do not look for what else may have been meant"},
    {LD_OPTION_DUP, BIT(SEARCH), 0, true, LD_OPTION_IS_CHOICE, "dup",
     "fold|off|exact|high|moderate", NULL,
     "one line a story, its copies listed with it: word for word, close, any (fold: any)"},
    {LD_OPTION_VERSIONS, BIT(SEARCH) | BIT(TIMELINE), 0, false, LD_OPTION_IS_FLAG, "versions", NULL,
     NULL, "older versions too"},
    {LD_OPTION_FACET, BIT(SEARCH), 0, false, LD_OPTION_IS_LIST, "facet", "NAME", NULL,
     "count the stories by source, site, section, author, tag, language, published:day, "
     "published:month, published:year or a field of your own"},
    {LD_OPTION_TOTAL, BIT(SEARCH), 0, false, LD_OPTION_IS_FLAG, "total", NULL, NULL,
     "print only how many stories match"},
    {LD_OPTION_EXPLAIN, BIT(SEARCH), 0, false, LD_OPTION_IS_FLAG, "explain", NULL, NULL,
     "print what each score is made of"},
    {LD_OPTION_EXPLAIN_QUERY, BIT(SEARCH), 0, false, LD_OPTION_IS_FLAG, "explain-query", NULL, NULL,
     "print how the query was read"},
    {LD_OPTION_SYNONYMS, BIT(SEARCH), 0, true, LD_OPTION_IS_TEXT, "synonyms", "FILE", NULL,
     "search words under others too; lines: car, automobile (each other), or vw, bmw => car"},

    {LD_OPTION_PUBLISHED, SOURCES, 0, false, LD_OPTION_IS_TEXT, "published", "DATE", NULL,
     "state the publication date of the pages: 2015-11-16"},
    {LD_OPTION_SOURCE, SOURCES, 0, true, LD_OPTION_IS_TEXT, "source", "NAME", NULL,
     "state the publication's name"},
    {LD_OPTION_LANG, SOURCES, 0, true, LD_OPTION_IS_TEXT, "lang", "CODE", NULL,
     "state the language: en, fr, ..."},
    {LD_OPTION_JSONL_FIELDS, SOURCES, 0, true, LD_OPTION_IS_TEXT, "jsonl-fields", "MAP", NULL,
     "names in JSONL records: title=headline,text=body,id=guid"},
    {LD_OPTION_JOBS, SOURCES, 'j', true, LD_OPTION_IS_NUMBER, "jobs", "N", NULL,
     "pages read side by side (default: one a processor)"},
    {LD_OPTION_SHARD, BIT(ADD) | BIT(EXTRACT), 0, false, LD_OPTION_IS_TEXT, "shard", "I/N", NULL,
     "take only every Nth page, those with the remainder I (0/4 .. 3/4)"},
    {LD_OPTION_LEARN, BIT(EXTRACT), 0, false, LD_OPTION_IS_FLAG, "learn", NULL, NULL,
     "read the pages twice: what stands on several pages of a site is no story"},
    {LD_OPTION_NO_LEARN, BIT(ADD), 0, false, LD_OPTION_IS_FLAG, "no-learn", NULL, NULL,
     "take each page by itself, not as one of its site's pages"},
    {LD_OPTION_NO_SANDBOX, SOURCES, 0, true, LD_OPTION_IS_FLAG, "no-sandbox", NULL, NULL,
     "parse pages in this process, not in processes that may die of them"},
    {LD_OPTION_MEMORY, WRITERS, 0, true, LD_OPTION_IS_BYTES, "memory", "SIZE", "256M",
     "memory to stay within"},
    {LD_OPTION_COMMIT_EVERY, BIT(ADD) | BIT(LOAD), 0, true, LD_OPTION_IS_NUMBER, "commit-every",
     "N", NULL, "make what is there durable after every N articles (default: 20 million words)"},
    {LD_OPTION_PROFILE, BIT(ADD) | BIT(LOAD), 0, true, LD_OPTION_IS_CHOICE, "profile", "news|plain",
     NULL, "of an archive that is made: news, or plain words only"},
    {LD_OPTION_FIELDS, BIT(ADD) | BIT(LOAD), 0, true, LD_OPTION_IS_TEXT, "fields", "NAME:KIND,...",
     NULL, "of an archive that is made: fields of your own (keyword, number, date, text)"},
    {LD_OPTION_MERGE, BIT(ADD) | BIT(LOAD), 0, false, LD_OPTION_IS_FLAG, "merge", NULL, NULL,
     "join the archive into one segment at the end"},
    {LD_OPTION_REORDER, BIT(ADD) | BIT(LOAD), 0, true, LD_OPTION_IS_CHOICE, "reorder",
     "auto|on|off", "off",
     "put articles that share words next to each other when segments are joined"},
    {LD_OPTION_ALERTS, BIT(ADD), 0, true, LD_OPTION_IS_CHOICE, "alerts", "text|jsonl|off", NULL,
     "how to tell which articles answer alerts (default: jsonl with --format json, else text)"},
    {LD_OPTION_DRY_RUN, BIT(ADD), 0, false, LD_OPTION_IS_FLAG, "dry-run", NULL, NULL,
     "write nothing, tell what would be done"},

    {LD_OPTION_VERSION, BIT(SHOW), 0, false, LD_OPTION_IS_NUMBER, "version", "N", "0",
     "0: the newest, 1: the one before, ..."},
    {LD_OPTION_MARK, BIT(SHOW), 0, false, LD_OPTION_IS_TEXT, "mark", "QUERY", NULL,
     "mark the words of a query"},
    {LD_OPTION_QUOTES, BIT(SHOW), 0, false, LD_OPTION_IS_FLAG, "quotes", NULL, NULL,
     "who says what, with its places (--format text or json)"},

    {LD_OPTION_ADDRESS, BIT(SERVE), 0, true, LD_OPTION_IS_TEXT, "host", "ADDRESS", "127.0.0.1",
     "address to listen on"},
    {LD_OPTION_PORT, BIT(SERVE), 'p', true, LD_OPTION_IS_NUMBER, "port", "N", "7700",
     "port to listen on"},
    {LD_OPTION_BASE_PATH, BIT(SERVE), 0, true, LD_OPTION_IS_TEXT, "base-path", "PATH", NULL,
     "prefix of every address, behind a proxy: /search-in-site"},
    {LD_OPTION_SOCKET, BIT(SERVE), 0, true, LD_OPTION_IS_TEXT, "socket", "PATH", NULL,
     "listen on a unix socket instead"},
    {LD_OPTION_PROXY, BIT(SERVE), 0, false, LD_OPTION_IS_FLAG, "proxy", NULL, NULL,
     "believe the X-Forwarded headers of the reverse proxy in front"},
    {LD_OPTION_THREADS, BIT(SERVE), 0, true, LD_OPTION_IS_NUMBER, "threads", "N", "0",
     "event loops; 0: one per processor"},
    {LD_OPTION_ORIGINS, BIT(SERVE), 0, true, LD_OPTION_IS_TEXT, "origins", "ORIGIN,...", NULL,
     "sites whose pages may read the API: https://news.example, or *"},
    {LD_OPTION_RATE, BIT(SERVE), 0, true, LD_OPTION_IS_NUMBER, "rate", "N", "0",
     "requests a second that one client may make; 0: no limit"},
    {LD_OPTION_KEYS, BIT(SERVE), 0, true, LD_OPTION_IS_TEXT, "keys", "FILE", NULL,
     "keys that may change the archive over HTTP"},
    {LD_OPTION_ADD_KEY, BIT(SERVE), 0, false, LD_OPTION_IS_TEXT, "add-key", "NAME:SCOPES", NULL,
     "make a key (cms:add,delete,metrics), print it, keep its hash in --keys, and end"},

    {LD_OPTION_DEEP, BIT(CHECK), 0, false, LD_OPTION_IS_FLAG, "deep", NULL, NULL,
     "every list and count, not only the checksums"},
    {LD_OPTION_SIZES, BIT(STATS), 0, false, LD_OPTION_IS_FLAG, "sizes", NULL, NULL,
     "bytes by part of the index"},
    {LD_OPTION_REJECTS, BIT(STATS), 0, false, LD_OPTION_IS_FLAG, "rejects", NULL, NULL,
     "the pages that could not be taken, with the reasons"},
    {LD_OPTION_PURGE, BIT(DELETE), 0, false, LD_OPTION_IS_FLAG, "purge", NULL, NULL,
     "rewrite the archive, so that nothing of what was deleted is left on the disk"},

    {LD_OPTION_FORMAT,
     BIT(ADD) | BIT(STATS) | BIT(LOAD) | BIT(SUGGEST) | BIT(TIMELINE) | BIT(QUERY), 'f', true,
     LD_OPTION_IS_CHOICE, "format", "text|json", "text", "how to print"},
    {LD_OPTION_FORMAT, BIT(SEARCH), 'f', true, LD_OPTION_IS_CHOICE, "format", "text|json|jsonl|csv",
     "text", "how to print"},
    {LD_OPTION_FORMAT, BIT(ALERT), 'f', true, LD_OPTION_IS_CHOICE, "format", "text|jsonl|atom",
     "text", "how to print"},
    {LD_OPTION_FORMAT, BIT(SIMILAR), 'f', true, LD_OPTION_IS_CHOICE, "format", "text|json|jsonl",
     "text", "how to print"},
    {LD_OPTION_FORMAT, BIT(EXTRACT), 'f', true, LD_OPTION_IS_CHOICE, "format",
     "json|jsonl|text|markdown|html", NULL, "how to print (default: json for one, else jsonl)"},
    {LD_OPTION_FORMAT, BIT(SHOW), 'f', true, LD_OPTION_IS_CHOICE, "format",
     "text|json|markdown|html", "text", "how to print"},
    {LD_OPTION_COLOR, BIT(SEARCH) | BIT(SHOW) | BIT(SIMILAR), 0, true, LD_OPTION_IS_CHOICE, "color",
     "auto|always|never", "auto", "colours; auto: on a terminal, unless NO_COLOR is set"},
    {LD_OPTION_QUIET, BIT(ADD) | BIT(EXTRACT) | BIT(SEARCH) | BIT(LOAD) | BIT(QUERY), 'q', true,
     LD_OPTION_IS_FLAG, "quiet", NULL, NULL, "no progress and no notices"},
    {LD_OPTION_HELP, ALL, 'h', false, LD_OPTION_IS_FLAG, "help", NULL, NULL, "print this"},
};

const size_t ld_options_count = sizeof ld_options / sizeof *ld_options;
