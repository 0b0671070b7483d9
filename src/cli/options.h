#ifndef LD_CLI_OPTIONS_H
#define LD_CLI_OPTIONS_H
/*
 * What can be said to the program: verbs and options, each in one table. Parsing, help, completion
 * and the manual page all read these tables, so that none of them can know less than another.
 */
#include "base/env.h"

typedef enum ld_verb_id {
    LD_VERB_ADD,
    LD_VERB_EXTRACT,
    LD_VERB_SEARCH,
    LD_VERB_SHOW,
    LD_VERB_SIMILAR,
    LD_VERB_SUGGEST,
    LD_VERB_TIMELINE,
    LD_VERB_ALERT,
    LD_VERB_QUERY,
    LD_VERB_SERVE,
    LD_VERB_CHECK,
    LD_VERB_REPAIR,
    LD_VERB_BACKUP,
    LD_VERB_RESTORE,
    LD_VERB_STATS,
    LD_VERB_DELETE,
    LD_VERB_DUMP,
    LD_VERB_LOAD,
    LD_VERB_COMPLETION,
    LD_VERB_COUNT_
} ld_verb_id;

typedef enum ld_option_id {
    LD_OPTION_ADDRESS, /* --host */
    LD_OPTION_ADD_KEY,
    LD_OPTION_ALERTS,
    LD_OPTION_BASE_PATH,
    LD_OPTION_COLOR,
    LD_OPTION_COMMIT_EVERY,
    LD_OPTION_COUNT,
    LD_OPTION_CURSOR,
    LD_OPTION_DEEP,
    LD_OPTION_DIALECT,
    LD_OPTION_DRY_RUN,
    LD_OPTION_DUP,
    LD_OPTION_EXPLAIN,
    LD_OPTION_EXPLAIN_QUERY,
    LD_OPTION_SYNONYMS,
    LD_OPTION_FACET,
    LD_OPTION_FIELDS,
    LD_OPTION_FORMAT,
    LD_OPTION_HELP,
    LD_OPTION_IN,
    LD_OPTION_JOBS,
    LD_OPTION_JSONL_FIELDS,
    LD_OPTION_KEYS,
    LD_OPTION_LANG,
    LD_OPTION_LEARN,
    LD_OPTION_MARK,
    LD_OPTION_QUOTES,
    LD_OPTION_MEMORY,
    LD_OPTION_MERGE,
    LD_OPTION_NO_LEARN,
    LD_OPTION_NO_SANDBOX,
    LD_OPTION_NO_SUGGEST,
    LD_OPTION_OFFSET,
    LD_OPTION_ORIGINS,
    LD_OPTION_PORT,
    LD_OPTION_PROFILE,
    LD_OPTION_PUBLISHED,
    LD_OPTION_PROXY,
    LD_OPTION_PURGE,
    LD_OPTION_QUIET,
    LD_OPTION_RATE,
    LD_OPTION_REJECTS,
    LD_OPTION_REORDER,
    LD_OPTION_SHARD,
    LD_OPTION_SIZES,
    LD_OPTION_SOCKET,
    LD_OPTION_SORT,
    LD_OPTION_SOURCE,
    LD_OPTION_THREADS,
    LD_OPTION_TOTAL,
    LD_OPTION_TRANSLATE,
    LD_OPTION_UNIT,
    LD_OPTION_VERSION,
    LD_OPTION_VERSIONS,
    LD_OPTION_COUNT_
} ld_option_id;

typedef enum ld_option_kind {
    LD_OPTION_IS_FLAG,
    LD_OPTION_IS_TEXT,
    LD_OPTION_IS_NUMBER, /* 0..4294967295 */
    LD_OPTION_IS_BYTES,  /* a number with K, M or G */
    LD_OPTION_IS_CHOICE, /* one of `value`, which separates them by | */
    LD_OPTION_IS_LIST    /* may be given several times */
} ld_option_kind;

typedef struct ld_option {
    ld_option_id id;
    uint32_t verbs;  /* bit i: the verb with the number i takes it */
    char letter;     /* short form, 0: none */
    bool is_setting; /* may also come from the environment and from lede.conf */
    ld_option_kind kind;
    const char *name;
    const char *value;    /* what stands behind it, in the help; NULL for a flag */
    const char *fallback; /* value where nothing is stated; NULL: none */
    const char *help;
} ld_option;

struct ld_cli;
typedef struct ld_verb {
    const char *name;
    const char *operands; /* "ARCHIVE PATH..." */
    uint32_t operands_min, operands_max;
    const char *summary;            /* one line */
    const char *details;            /* paragraphs of the help, each line ends with a line feed */
    int (*run)(struct ld_cli *cli); /* the program's exit code */
} ld_verb;

extern const ld_verb ld_verbs[LD_VERB_COUNT_];
extern const ld_option ld_options[];
extern const size_t ld_options_count;

#define LD_ARGS_LIST_MAX 64u

typedef struct ld_list_item {
    ld_option_id id;
    const char *value;
} ld_list_item;

/* Everything said, checked; all strings are borrowed from the command line, the environment or the
 * settings file's text. */
typedef struct ld_args {
    ld_verb_id verb;
    const char *values[LD_OPTION_COUNT_]; /* NULL: not stated; "1" for a flag that is set */
    ld_list_item list[LD_ARGS_LIST_MAX];
    uint32_t list_count;
    const char **operands; /* [operand_count] */
    uint32_t operand_count;
    uint32_t operands_before_in; /* of these, how many stood before the first --in */
} ld_args;

/*
 * Reads the words behind the verb. `words` [count] is rearranged: its beginning holds the operands.
 * Fails with INVALID and a sentence.
 */
lede_status ld_args_parse(ld_args *args, ld_verb_id verb, const char **words, uint32_t count,
                          lede_error *err);
/* Sets one value that is not yet stated; `origin` names where it was read, for the message. */
lede_status ld_args_set_default(ld_args *args, const ld_option *option, const char *value,
                                const char *origin, lede_error *err);
/* The operands' number, checked after everything else is known. */
lede_status ld_args_check_operands(const ld_args *args, lede_error *err);

const ld_option *ld_option_find(ld_verb_id verb, ld_span name); /* NULL: the verb has none such */
bool ld_option_is_of(const ld_option *option, ld_verb_id verb);
const ld_verb *ld_verb_find(ld_span name);
/* The known name that `name` was perhaps meant to be, NULL: nothing is near. */
const char *ld_verb_near(const char *name);

static inline bool ld_args_flag(const ld_args *args, ld_option_id id)
{
    return args->values[id] != NULL;
}
static inline const char *ld_args_text(const ld_args *args, ld_option_id id)
{
    return args->values[id];
}
bool ld_args_is(const ld_args *args, ld_option_id id, const char *value);
uint32_t ld_args_number(const ld_args *args, ld_option_id id); /* 0 where not stated */
uint64_t ld_args_bytes(const ld_args *args, ld_option_id id);  /* 0 where not stated */

#endif
