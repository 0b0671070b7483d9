/*
 * How are the states of a power cut searched? A recording has a log of changes; a crash point
 * stands after each. At a point with P pending changes the states are numbered:
 *
 *   0, 1             all of them kept (a kill without a power cut), none kept
 *   2 .. 2+P         one lost, the others kept: what one missing sync would do
 *   .. 2+2P          one kept, the others lost: what overtakes does
 *   .. + S           every subset where P <= SUBSETS_PENDING_MAX, else SAMPLES_PER_POINT random
 * ones without end      random mixtures with torn writes, zeros in the place of data, half renames
 *
 * Every number gives the same state in every run: the generator is seeded by recording, point and
 * number. A state is checked once for each promise it stands under (a tree may be all right before
 * a commit is acknowledged and a loss after it). Every AGAIN_EVERY-th one crashes a second time, at
 * a random point of its own recovery.
 *
 * Cost: some milliseconds a state, nearly all in the recovery (a writer, a commit, two checks).
 */
#include "tests/crash/crash_proof.h"

#include <pthread.h>

#include "base/hash.h"
#include "tests/crash/crash_check.h"

#define SUBSETS_PENDING_MAX 10u
#define SAMPLES_PER_POINT   256u
#define PENDING_MAX         1024u
#define AGAIN_EVERY         16u
#define ROUND_STATES        16u /* random states a point before the next point has its turn */

void recording_note(recording *r, crash_event_kind kind, uint64_t value)
{
    if (r->event_count == r->event_capacity) {
        r->event_capacity = r->event_capacity * 2 + 16;
        r->events = realloc(r->events, r->event_capacity * sizeof *r->events);
        if (!r->events)
            exit(99);
    }
    r->events[r->event_count++] = (crash_event){simulated_disk_op_count(r->disk), kind, value};
}

void recording_free(recording *r)
{
    simulated_disk_free(r->disk);
    free(r->events);
    free(r);
}

/* ---- a set of hashes: open addressing, 0 is free ---- */

typedef struct hash_set {
    uint64_t *slots; /* [capacity] a power of two */
    size_t count, capacity;
} hash_set;

static bool set_put(hash_set *s, uint64_t hash)
{
    size_t i = hash & (s->capacity - 1);
    while (s->slots[i] && s->slots[i] != hash)
        i = (i + 1) & (s->capacity - 1);
    if (s->slots[i])
        return false;
    s->slots[i] = hash;
    s->count++;
    return true;
}

/* True: it was not there. */
static bool set_add(hash_set *s, uint64_t hash)
{
    hash += hash == 0;
    if ((s->count + 1) * 2 > s->capacity) {
        hash_set larger = {.capacity = s->capacity ? s->capacity * 2 : 1024};
        larger.slots = calloc(larger.capacity, sizeof *larger.slots);
        if (!larger.slots)
            exit(99);
        for (size_t i = 0; i < s->capacity; i++)
            if (s->slots[i])
                set_put(&larger, s->slots[i]);
        free(s->slots);
        *s = larger;
    }
    return set_put(s, hash);
}

/* ---- the search ---- */

typedef struct search {
    recording *const *recordings;
    size_t count;
    crash_proof_options options;
    pthread_mutex_t lock; /* of all below */
    crash_proof_result result;
    hash_set trees, promises;
    size_t next; /* recording to be taken by a thread */
    uint32_t round;
    bool stopped;
} search;

typedef struct point {
    search *s;
    const recording *r;
    crash_walk *walk;
    crash_promise promise;
    uint8_t choices[PENDING_MAX];
} point;

static crash_promise promise_at(const recording *r, size_t at)
{
    crash_promise p = {.recording = r};
    for (size_t i = 0; i < r->event_count; i++) {
        const crash_event *e = &r->events[i];
        uint64_t *acked = e->kind <= EVENT_ACK ? &p.acked : &p.rejects_acked;
        uint64_t *attempted = e->kind <= EVENT_ACK ? &p.attempted : &p.rejects_attempted;
        if (e->at > at)
            continue;
        if ((e->kind == EVENT_ACK || e->kind == EVENT_REJECTS_ACK) && e->value > *acked)
            *acked = e->value;
        if (e->value > *attempted)
            *attempted = e->value;
    }
    return p;
}

/* The number where random mixtures begin. */
static uint64_t family_size(size_t pending)
{
    uint64_t subsets = pending <= SUBSETS_PENDING_MAX ? 1ull << pending : SAMPLES_PER_POINT;
    return 2 + 2 * pending + subsets;
}

static uint8_t random_choice(test_random *r)
{
    uint32_t dice = test_random_below(r, 10);
    return dice < 4 ? CRASH_KEEP : dice < 6 ? CRASH_DROP : (uint8_t)(2 + test_random_below(r, 5));
}

static void choose(point *p, size_t pending, uint64_t number, test_random *r)
{
    uint64_t past_singles = 2 + 2 * pending;
    if (number < past_singles) {
        bool drop = number == 1 || number >= 2 + pending;
        memset(p->choices, drop ? CRASH_DROP : CRASH_KEEP, pending);
        if (number >= 2)
            p->choices[(number - 2) % pending] = drop ? CRASH_KEEP : CRASH_DROP;
        return;
    }
    bool is_subset = number < family_size(pending);
    for (size_t i = 0; i < pending; i++) {
        if (is_subset && pending <= SUBSETS_PENDING_MAX)
            p->choices[i] = (number - past_singles) >> i & 1;
        else
            p->choices[i] = is_subset ? (uint8_t)test_random_below(r, 2) : random_choice(r);
    }
}

static void describe(const point *p, uint64_t number, crash_verdict verdict, const char *why,
                     char text[CRASH_WHY_BYTES])
{
    int used = snprintf(text, CRASH_WHY_BYTES, "%s: %s after %zu changes, state %llu: %s\n",
                        p->r->name, verdict == CRASH_LOST ? "lost" : "wrong",
                        crash_walk_at(p->walk), (unsigned long long)number, why);
    static const char *const words[] = {"dropped", "kept",  "torn 512", "torn 4096",
                                        "cut",     "zeros", "half"};
    for (size_t i = 0; i < crash_walk_pending(p->walk); i++) {
        char line[200];
        if (used < 0 || (size_t)used + 240 > CRASH_WHY_BYTES)
            break;
        simulated_disk_describe(p->r->disk, crash_walk_pending_op(p->walk, i), line, sizeof line);
        used += snprintf(text + used, CRASH_WHY_BYTES - (size_t)used, "  %s: %.160s\n",
                         words[p->choices[i]], line);
    }
}

static void report(search *s, crash_verdict verdict, const char *text)
{
    pthread_mutex_lock(&s->lock);
    uint64_t number = s->result.lost + s->result.wrong;
    if (number < CRASH_FAILURES_MAX)
        snprintf(s->result.failures[number], CRASH_WHY_BYTES, "%s", text);
    s->result.lost += verdict == CRASH_LOST;
    s->result.wrong += verdict == CRASH_WRONG;
    s->stopped |= s->options.stop_at_first;
    pthread_mutex_unlock(&s->lock);
}

/* The recovery is cut off in its turn, at a random one of its changes. */
static crash_verdict crash_again(simulated_disk *state, const crash_promise *after, size_t acked_at,
                                 test_random *r, char *why)
{
    uint8_t choices[PENDING_MAX];
    size_t cut = test_random_below(r, (uint32_t)simulated_disk_op_count(state) + 1);
    crash_walk *walk = crash_walk_new(state);
    while (crash_walk_at(walk) < cut && crash_walk_step(walk)) {
    }
    for (size_t i = 0; i < crash_walk_pending(walk); i++)
        choices[i] = random_choice(r);
    crash_promise promise = *after;
    if (cut >= acked_at)
        promise.acked = promise.attempted;
    simulated_disk *left = crash_walk_state(walk, choices, r);
    crash_promise unused;
    crash_verdict verdict = crash_check(left, &promise, 2, &unused, &acked_at, why);
    simulated_disk_free(left);
    crash_walk_free(walk);
    return verdict;
}

static bool is_new(search *s, uint64_t tree, const crash_promise *p, uint64_t name_hash)
{
    uint64_t key[4] = {tree, p->acked << 32 | p->attempted,
                       p->rejects_acked << 32 | p->rejects_attempted, name_hash};
    pthread_mutex_lock(&s->lock);
    bool new_tree = set_add(&s->trees, tree);
    bool new_promise = set_add(&s->promises, ld_hash64(key, sizeof key, 0));
    s->result.distinct += new_tree;
    s->result.checked += new_promise;
    pthread_mutex_unlock(&s->lock);
    return new_promise;
}

static void check_number(point *p, uint64_t number)
{
    char why[CRASH_WHY_BYTES] = "", text[CRASH_WHY_BYTES];
    uint64_t name_hash = ld_hash64(p->r->name, strlen(p->r->name), 0);
    uint64_t place[3] = {name_hash, crash_walk_at(p->walk), number};
    test_random random = {ld_hash64(place, sizeof place, 7)};
    choose(p, crash_walk_pending(p->walk), number, &random);
    simulated_disk *state = crash_walk_state(p->walk, p->choices, &random);
    if (is_new(p->s, simulated_disk_hash(state), &p->promise, name_hash)) {
        crash_promise after;
        size_t acked_at = SIZE_MAX;
        bool again = test_random_below(&random, AGAIN_EVERY) == 0;
        if (again)
            simulated_disk_settle(state);
        crash_verdict verdict = crash_check(state, &p->promise, 1, &after, &acked_at, why);
        if (verdict == CRASH_WHOLE && again) {
            verdict = crash_again(state, &after, acked_at, &random, why);
            pthread_mutex_lock(&p->s->lock);
            p->s->result.again++;
            pthread_mutex_unlock(&p->s->lock);
        }
        if (verdict != CRASH_WHOLE) {
            describe(p, number, verdict, why, text);
            report(p->s, verdict, text);
        }
    }
    simulated_disk_free(state);
}

static bool is_done(search *s, bool by_count)
{
    pthread_mutex_lock(&s->lock);
    bool done = s->stopped || (by_count && s->result.distinct >= s->options.states_min);
    pthread_mutex_unlock(&s->lock);
    return done;
}

/* Right after a promise, and where names change: there a missing sync shows. */
static bool is_telling(const recording *r, size_t at)
{
    for (size_t i = 0; i < r->event_count; i++)
        if ((r->events[i].kind == EVENT_ACK || r->events[i].kind == EVENT_REJECTS_ACK) &&
            r->events[i].at == at)
            return true;
    return at > 0 && simulated_disk_op_kind(r->disk, at - 1) == DISK_RENAME;
}

/* Round 0 is what has to be seen; the later ones are random mixtures until there are enough. */
static void search_point(point *p, uint32_t round)
{
    size_t at = crash_walk_at(p->walk), pending = crash_walk_pending(p->walk);
    uint64_t family = family_size(pending), first = 0, end = family;
    if (pending > PENDING_MAX)
        exit(99);
    p->promise = promise_at(p->r, at);
    if (round > 0) {
        first = family + (uint64_t)(round - 1) * ROUND_STATES;
        end = first + (p->s->options.exhaustive ? ROUND_STATES : 1);
    } else if (!p->s->options.exhaustive) {
        end = is_telling(p->r, at) ? 2 + pending : at % 8 == 0 ? 2 : 0;
    }
    for (uint64_t number = first; number < end && !is_done(p->s, round > 0); number++)
        check_number(p, number);
    pthread_mutex_lock(&p->s->lock);
    p->s->result.points += round == 0;
    p->s->result.points_whole +=
        round == 0 && p->s->options.exhaustive && pending <= SUBSETS_PENDING_MAX;
    pthread_mutex_unlock(&p->s->lock);
}

static void search_recording(search *s, const recording *r, uint32_t round)
{
    point p = {.s = s, .r = r, .walk = crash_walk_new(r->disk)};
    do {
        if (crash_walk_at(p.walk) >= r->first_point)
            search_point(&p, round);
    } while (!is_done(s, round > 0) && crash_walk_step(p.walk));
    crash_walk_free(p.walk);
}

static void *search_thread(void *ctx)
{
    search *s = ctx;
    for (;;) {
        pthread_mutex_lock(&s->lock);
        size_t mine = s->next++;
        uint32_t round = s->round;
        pthread_mutex_unlock(&s->lock);
        if (mine >= s->count)
            return NULL;
        search_recording(s, s->recordings[mine], round);
    }
}

static void search_round(search *s)
{
    pthread_t threads[16];
    uint32_t jobs = s->options.jobs < 16 ? s->options.jobs : 16, started = 0;
    s->next = 0;
    while (started + 1 < jobs && pthread_create(&threads[started], NULL, search_thread, s) == 0)
        started++;
    search_thread(s);
    for (uint32_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

void crash_proof_run(recording *const *recordings, size_t count, const crash_proof_options *options,
                     crash_proof_result *result)
{
    search s = {.recordings = recordings, .count = count, .options = *options};
    pthread_mutex_init(&s.lock, NULL);
    do {
        uint64_t before = s.result.distinct;
        search_round(&s);
        s.round++;
        if (s.round > 2 && s.result.distinct == before)
            break; /* nothing is pending anywhere: there are no more */
    } while (!is_done(&s, true));
    *result = s.result;
    free(s.trees.slots);
    free(s.promises.slots);
    pthread_mutex_destroy(&s.lock);
}
