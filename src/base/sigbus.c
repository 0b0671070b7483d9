/*
 * What happens to a reader whose file is cut off? A mapped page past the new end of its file
 * raises SIGBUS, and by default that kills the process: a copy tool that rewrites a file in place,
 * a full thin-provisioned disk or a bad sector then end the host program, not one search.
 *
 *   load from a map --> SIGBUS --> is the address in one of our maps?
 *        ^                            yes: put a page of zeros there, mark the map, return
 *        '---- the load is repeated --'
 *                                     no:  the handler that was there before decides
 *
 * The zeros make the block fail its checksum, and the mark says so for a block that was tested
 * before: an answer made of a marked map is refused (ld_sigbus_map_is_damaged). So the guard turns
 * a death into an error and never into a wrong answer.
 *
 * The handler takes no lock and touches no heap: the table is static, its slots are atomics, and
 * mmap is one system call (on Linux; POSIX does not list it as safe in handlers). A map cannot
 * leave the table while it is being read: its reader holds the snapshot.
 *
 * Rejected: a jump out of the handler (sigsetjmp around each read). It leaves locks, arenas and
 * reference counts as they stand in the middle of a search, and it must be armed everywhere.
 */
#include "base/sigbus.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "lede/env.h"

#define SLOT_FREE  ((uintptr_t)0)
#define SLOT_TAKEN ((uintptr_t)1) /* being filled; no map begins there */

typedef struct map_slot {
    _Atomic uintptr_t start; /* SLOT_FREE, SLOT_TAKEN or where the map begins */
    _Atomic size_t bytes;
    atomic_bool damaged;
} map_slot;

static map_slot slots[LD_SIGBUS_MAPS_MAX];
static atomic_uint slots_used; /* slots from this one on were never taken */
static atomic_uint damages;    /* pages replaced so far */
static atomic_flag installing = ATOMIC_FLAG_INIT;
static struct sigaction before; /* written before the handler is installed */
static uintptr_t page_bytes;

void ld_sigbus_map_enter(const void *map, size_t bytes)
{
    for (unsigned i = 0; i < LD_SIGBUS_MAPS_MAX; i++) {
        uintptr_t expected = SLOT_FREE;
        if (!atomic_compare_exchange_strong(&slots[i].start, &expected, SLOT_TAKEN))
            continue;
        unsigned used = atomic_load(&slots_used);
        while (used < i + 1 && !atomic_compare_exchange_weak(&slots_used, &used, i + 1))
            ;
        atomic_store(&slots[i].damaged, false);
        atomic_store(&slots[i].bytes, bytes);
        atomic_store(&slots[i].start, (uintptr_t)map);
        return;
    }
}

void ld_sigbus_map_leave(const void *map)
{
    unsigned used = atomic_load(&slots_used);
    for (unsigned i = 0; i < used; i++) {
        if (atomic_load(&slots[i].start) == (uintptr_t)map) {
            atomic_store(&slots[i].start, SLOT_FREE);
            return;
        }
    }
}

static map_slot *find_slot(uintptr_t address)
{
    unsigned used = atomic_load(&slots_used);
    for (unsigned i = 0; i < used; i++) {
        uintptr_t start = atomic_load(&slots[i].start);
        if (start > SLOT_TAKEN && address >= start &&
            address - start < atomic_load(&slots[i].bytes))
            return &slots[i];
    }
    return NULL;
}

bool ld_sigbus_happened(void)
{
    return atomic_load_explicit(&damages, memory_order_acquire) > 0;
}

bool ld_sigbus_map_is_damaged(const void *address)
{
    if (!ld_sigbus_happened())
        return false;
    const map_slot *slot = find_slot((uintptr_t)address);
    return slot && atomic_load(&slot->damaged);
}

static bool replace_page(uintptr_t address)
{
    map_slot *slot = find_slot(address);
    if (!slot)
        return false;
    void *page = (void *)(address & ~(page_bytes - 1));
    if (mmap(page, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
        MAP_FAILED)
        return false;
    atomic_store(&slot->damaged, true);
    atomic_fetch_add_explicit(&damages, 1, memory_order_release);
    return true;
}

/* Not ours: as if this handler were not there. The default action is taken when the faulting
 * instruction runs again. */
static void pass_on(int signal_number, siginfo_t *info, void *context)
{
    if (before.sa_flags & SA_SIGINFO)
        before.sa_sigaction(signal_number, info, context);
    else if (before.sa_handler == SIG_DFL || before.sa_handler == SIG_IGN)
        sigaction(SIGBUS, &before, NULL);
    else
        before.sa_handler(signal_number);
}

static void on_sigbus(int signal_number, siginfo_t *info, void *context)
{
    int saved_errno = errno;
    /* si_code > 0: raised by the kernel for an access, not sent by kill */
    bool ours = info->si_code > 0 && replace_page((uintptr_t)info->si_addr);
    if (!ours)
        pass_on(signal_number, info, context);
    errno = saved_errno;
}

lede_status lede_guard_sigbus(lede_error *err)
{
    if (atomic_flag_test_and_set(&installing))
        return LEDE_OK;
    page_bytes = (uintptr_t)sysconf(_SC_PAGESIZE);
    struct sigaction action = {.sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGBUS, NULL, &before) == 0 && sigaction(SIGBUS, &action, NULL) == 0)
        return LEDE_OK;
    int os_errno = errno;
    atomic_flag_clear(&installing);
    return LD_FAIL_OS(err, LEDE_E_IO, os_errno, "the handler of SIGBUS cannot be set");
}
