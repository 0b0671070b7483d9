#ifndef LD_BASE_SIGBUS_H
#define LD_BASE_SIGBUS_H
/*
 * The maps of the ordinary table of effects, and which of them lost bytes under a reader (see
 * lede_guard_sigbus in lede/env.h). All of it may be called from any thread.
 */
#include <stdbool.h>
#include <stddef.h>

/* Every map of env_system.c is entered when it is made and left before it is unmapped, guard or
 * no guard, so that the guard may be asked for later. A table that is full leaves it out. */
void ld_sigbus_map_enter(const void *map, size_t bytes);
void ld_sigbus_map_leave(const void *map);

/*
 * Was a page of the map that holds this address replaced by zeros? A checksum that was tested
 * before the file shrank does not see it, so whoever hands out an answer made of mapped bytes asks
 * at the end. Cost: as ld_sigbus_happened, and a walk over the maps where that
 * says yes.
 */
bool ld_sigbus_map_is_damaged(const void *address);
/* Was any page of any map replaced since the program began? One load. */
bool ld_sigbus_happened(void);

#endif
