/*
 * What may a power cut leave of a sequence of changes? The log is split at the moment of the cut:
 *
 *   lasting  = the disk at the start + every change that a later sync covers
 *   pending  = the rest, in the order of the log
 *   left     = lasting + any choice of the pending ones, each whole, torn or absent
 *
 * Which sync covers what (the weakest reading of POSIX; ext4 or XFS promise more):
 * - a file's fsync covers the writes and truncations of that file before it, and no name: a file
 *   can be whole on the disk and have no name there;
 * - a folder's fsync covers the changes of names in that folder before it, and no file's data: a
 *   name can last and lead to an empty file, and the folder's own name belongs to its parent;
 * - nothing else covers anything. Pending changes do not wait for each other: a rename may last
 *   while the writes before it are lost, a removal may last before an older rename.
 * Pending changes of one file or folder come after all lasting ones of it (a sync covers everything
 * before it), so applying the chosen ones to the lasting state, in order, gives every mixture.
 *
 * A name is a whole path; a name whose folder did not last is out of reach and is left out.
 * Not modelled: a write that reaches another file, bits that flip (there are other tests), and
 * a disk that loses what it synced.
 *
 * The method is that of ALICE (Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014):
 * a log of calls, a model of what each may persist, a checker of the application.
 */
#include "tests/crash/simulated_disk.h"

#include <errno.h>
#include <pthread.h>

#include "base/env.h"
#include "base/hash.h"

#define HANDLE_FIRST (1 << 30)
#define HANDLES_MAX  256u
#define PATH_MAX_LEN 128u
#define NO_NODE      UINT32_MAX
#define RULES_MAX    4u

/* A file or folder, named or not; it stays until the disk is freed. */
typedef struct node {
    uint8_t *data; /* [capacity], owned */
    size_t bytes, capacity;
    uint32_t maps;
    bool is_directory, locked;
} node;

typedef struct name {
    char path[PATH_MAX_LEN];
    uint32_t node;
} name;

typedef struct handle {
    uint32_t node; /* NO_NODE: free */
    uint64_t at;   /* of sequential reads */
    bool holds_lock;
} handle;

typedef struct disk_op {
    disk_op_kind kind;
    uint32_t node, dir; /* the file; the folder that holds the name */
    char path[PATH_MAX_LEN], to[PATH_MAX_LEN];
    uint64_t offset; /* of a write; the size of a truncation */
    uint8_t *data;   /* [bytes] of a write, owned */
    size_t bytes;
} disk_op;

typedef struct tree {
    node *nodes;
    size_t node_count, node_capacity;
    name *names;
    size_t name_count, name_capacity;
} tree;

typedef struct ignore_rule {
    disk_op_kind kind;
    char part[PATH_MAX_LEN];
    int after;
} ignore_rule;

struct simulated_disk {
    lede_env table;
    char root[PATH_MAX_LEN];
    pthread_mutex_t lock;
    tree now, start; /* as programs see it; as it was when the log began */
    handle handles[HANDLES_MAX];
    disk_op *ops;
    size_t op_count, op_capacity;
    size_t kill_at; /* changes left until the kill; SIZE_MAX: never */
    ignore_rule rules[RULES_MAX];
    uint32_t rule_count;
};

struct crash_walk {
    simulated_disk *disk;
    tree lasting;
    size_t at;
    size_t *pending; /* [pending_count] places in the log */
    size_t pending_count, pending_capacity;
};

/* A test without memory is a test that cannot run. */
static void *grow(void *items, size_t *capacity, size_t count, size_t item_bytes)
{
    if (count <= *capacity)
        return items;
    *capacity = count < 16 ? 16 : count * 2;
    items = realloc(items, *capacity * item_bytes);
    if (!items) {
        fprintf(stderr, "no memory for the test itself\n");
        exit(99);
    }
    return items;
}

/* ---- trees ---- */

static uint32_t tree_find(const tree *t, const char *path)
{
    for (size_t i = 0; i < t->name_count; i++)
        if (strcmp(t->names[i].path, path) == 0)
            return (uint32_t)i;
    return NO_NODE;
}

static uint32_t tree_node_at(const tree *t, const char *path)
{
    uint32_t i = tree_find(t, path);
    return i == NO_NODE ? NO_NODE : t->names[i].node;
}

static uint32_t tree_add_node(tree *t, bool is_directory)
{
    t->nodes = grow(t->nodes, &t->node_capacity, t->node_count + 1, sizeof *t->nodes);
    t->nodes[t->node_count] = (node){.is_directory = is_directory};
    return (uint32_t)t->node_count++;
}

static void tree_unset(tree *t, const char *path)
{
    uint32_t i = tree_find(t, path);
    if (i != NO_NODE)
        t->names[i] = t->names[--t->name_count];
}

static void tree_set(tree *t, const char *path, uint32_t to)
{
    uint32_t i = tree_find(t, path);
    if (i == NO_NODE) {
        t->names = grow(t->names, &t->name_capacity, t->name_count + 1, sizeof *t->names);
        i = (uint32_t)t->name_count++;
        snprintf(t->names[i].path, PATH_MAX_LEN, "%s", path);
    }
    t->names[i].node = to;
}

static void node_resize(node *n, uint64_t bytes)
{
    n->data = grow(n->data, &n->capacity, (size_t)bytes, 1);
    if (bytes > n->bytes)
        memset(n->data + n->bytes, 0, (size_t)bytes - n->bytes);
    n->bytes = (size_t)bytes;
}

static void node_write(node *n, const uint8_t *data, size_t bytes, uint64_t offset)
{
    if (offset + bytes > n->bytes)
        node_resize(n, offset + bytes);
    if (bytes)
        memcpy(n->data + offset, data, bytes);
}

static void tree_release(tree *t)
{
    for (size_t i = 0; i < t->node_count; i++)
        free(t->nodes[i].data);
    free(t->nodes);
    free(t->names);
    *t = (tree){0};
}

static void copy_data(node *to, const node *from)
{
    *to = (node){.is_directory = from->is_directory};
    node_write(to, from->data, from->bytes, 0);
}

/* Nodes keep their numbers; those without a name are left empty where `named_only`. */
static void tree_copy(tree *to, const tree *from, bool named_only)
{
    *to = (tree){0};
    to->nodes = grow(NULL, &to->node_capacity, from->node_count, sizeof *to->nodes);
    to->node_count = from->node_count;
    memset(to->nodes, 0, to->node_count * sizeof *to->nodes);
    to->names = grow(NULL, &to->name_capacity, from->name_count, sizeof *to->names);
    to->name_count = from->name_count;
    memcpy(to->names, from->names, from->name_count * sizeof *to->names);
    for (size_t i = 0; i < from->node_count && !named_only; i++)
        copy_data(&to->nodes[i], &from->nodes[i]);
    for (size_t i = 0; i < from->name_count && named_only; i++) {
        uint32_t at = from->names[i].node;
        if (!to->nodes[at].data) /* it may have two names */
            copy_data(&to->nodes[at], &from->nodes[at]);
    }
}

static void parent_of(const char *path, char parent[PATH_MAX_LEN])
{
    snprintf(parent, PATH_MAX_LEN, "%s", path);
    char *slash = strrchr(parent, '/');
    if (slash)
        *slash = 0;
}

/* ---- the log ---- */

static disk_op *push_op(simulated_disk *d, disk_op_kind kind, const char *path, uint32_t at)
{
    d->ops = grow(d->ops, &d->op_capacity, d->op_count + 1, sizeof *d->ops);
    disk_op *op = &d->ops[d->op_count++];
    *op = (disk_op){.kind = kind, .node = at, .dir = NO_NODE};
    snprintf(op->path, sizeof op->path, "%s", path);
    return op;
}

static disk_op *push_name_op(simulated_disk *d, disk_op_kind kind, const char *path, uint32_t at)
{
    char parent[PATH_MAX_LEN];
    disk_op *op = push_op(d, kind, path, at);
    parent_of(path, parent);
    op->dir = tree_node_at(&d->now, parent);
    return op;
}

static bool is_name_op(disk_op_kind kind)
{
    return kind <= DISK_UNLINK;
}

/* What the newest change of a name in the folder was, or -1. */
static int newest_name_op(const simulated_disk *d, uint32_t dir)
{
    for (size_t i = d->op_count; i-- > 0;)
        if (is_name_op(d->ops[i].kind) && (d->ops[i].dir == dir || dir == NO_NODE))
            return (int)d->ops[i].kind;
    return -1;
}

static bool is_ignored(const simulated_disk *d, disk_op_kind kind, const char *path, uint32_t dir)
{
    for (uint32_t i = 0; i < d->rule_count; i++) {
        const ignore_rule *r = &d->rules[i];
        bool fits =
            kind == DISK_SYNC_DIR ? strcmp(path, r->part) == 0 : strstr(path, r->part) != NULL;
        if (r->kind == kind && fits && (r->after < 0 || newest_name_op(d, dir) == r->after))
            return true;
    }
    return false;
}

/* To be asked before every change: 0, or why it cannot be. */
static int begin_change(simulated_disk *d)
{
    if (d->kill_at == SIZE_MAX)
        return 0;
    if (d->kill_at > 0)
        d->kill_at--;
    return d->kill_at == 0 ? -EIO : 0;
}

static void apply_name_op(tree *t, const disk_op *op, bool keep_old_name)
{
    switch (op->kind) {
    case DISK_CREATE:
    case DISK_MAKE_DIR:
    case DISK_LINK:
        tree_set(t, op->path, op->node);
        break;
    case DISK_RENAME:
        if (!keep_old_name && tree_node_at(t, op->path) == op->node)
            tree_unset(t, op->path);
        tree_set(t, op->to, op->node);
        break;
    default:
        if (tree_node_at(t, op->path) == op->node)
            tree_unset(t, op->path);
    }
}

/* ---- the table: what passes through ---- */

static const lede_env *under(void)
{
    return lede_env_system();
}

/* False: it belongs to the system. Else `path` without doubled and trailing slashes is in `clean`;
 * one that is too long is cut to a name that is not there and cannot be made. */
static bool is_inside(const simulated_disk *d, const char *path, char clean[PATH_MAX_LEN])
{
    size_t bytes = strlen(d->root), n = 0;
    if (strncmp(path, d->root, bytes) != 0 || (path[bytes] != '/' && path[bytes] != 0))
        return false;
    for (; *path && n < PATH_MAX_LEN - 1; path++)
        if (*path != '/' || (path[1] != '/' && path[1] != 0))
            clean[n++] = *path;
    clean[n] = 0;
    return true;
}

static void *disk_allocate(void *ctx, size_t bytes)
{
    (void)ctx;
    return under()->allocate(under()->ctx, bytes);
}

static void *disk_resize(void *ctx, void *block, size_t old_bytes, size_t bytes)
{
    (void)ctx;
    return under()->resize(under()->ctx, block, old_bytes, bytes);
}

static void disk_release(void *ctx, void *block, size_t bytes)
{
    (void)ctx;
    under()->release(under()->ctx, block, bytes);
}

static int64_t disk_clock_utc_ms(void *ctx)
{
    (void)ctx;
    return under()->clock_utc_ms(under()->ctx);
}

static uint64_t disk_clock_monotonic_ns(void *ctx)
{
    (void)ctx;
    return under()->clock_monotonic_ns(under()->ctx);
}

static int disk_random_fill(void *ctx, void *buffer, size_t bytes)
{
    (void)ctx;
    return under()->random_fill(under()->ctx, buffer, bytes);
}

/* ---- the table: files ---- */

static handle *handle_of(simulated_disk *d, int file)
{
    size_t i = (size_t)(file - HANDLE_FIRST);
    return i < HANDLES_MAX && d->handles[i].node != NO_NODE ? &d->handles[i] : NULL;
}

static const char *path_of_node(const simulated_disk *d, uint32_t at)
{
    for (size_t i = 0; i < d->now.name_count; i++)
        if (d->now.names[i].node == at)
            return d->now.names[i].path;
    return "(no name)";
}

static int make_name(simulated_disk *d, const char *path, bool is_directory, uint32_t *at)
{
    char parent[PATH_MAX_LEN];
    if (strlen(path) >= PATH_MAX_LEN - 1)
        return -ENAMETOOLONG;
    parent_of(path, parent);
    uint32_t dir = tree_node_at(&d->now, parent);
    if (dir == NO_NODE)
        return -ENOENT;
    int failed = begin_change(d);
    if (failed)
        return failed;
    *at = tree_add_node(&d->now, is_directory);
    push_name_op(d, is_directory ? DISK_MAKE_DIR : DISK_CREATE, path, *at);
    tree_set(&d->now, path, *at);
    return 0;
}

static int truncate_file(simulated_disk *d, const char *path, uint32_t at)
{
    node *n = &d->now.nodes[at];
    int failed = n->maps ? -EBUSY : n->bytes ? begin_change(d) : 0;
    if (failed || n->bytes == 0)
        return failed;
    push_op(d, DISK_TRUNCATE, path, at);
    n->bytes = 0;
    return 0;
}

static int open_node(simulated_disk *d, const char *path, uint32_t flags, uint32_t *at)
{
    *at = tree_node_at(&d->now, path);
    if (*at == NO_NODE)
        return flags & LEDE_OPEN_CREATE ? make_name(d, path, false, at) : -ENOENT;
    if (flags & LEDE_OPEN_EXCLUSIVE)
        return -EEXIST;
    bool is_directory = d->now.nodes[*at].is_directory;
    if (is_directory != ((flags & LEDE_OPEN_DIRECTORY) != 0))
        return is_directory ? -EISDIR : -ENOTDIR;
    return flags & LEDE_OPEN_TRUNCATE ? truncate_file(d, path, *at) : 0;
}

static int disk_file_open(void *ctx, const char *path, uint32_t flags, int *file)
{
    simulated_disk *d = ctx;
    char clean[PATH_MAX_LEN];
    if (!is_inside(d, path, clean))
        return under()->file_open(under()->ctx, path, flags, file);
    pthread_mutex_lock(&d->lock);
    uint32_t at, slot = 0;
    while (slot < HANDLES_MAX && d->handles[slot].node != NO_NODE)
        slot++;
    int failed = slot == HANDLES_MAX ? -EMFILE : open_node(d, clean, flags, &at);
    if (!failed) {
        d->handles[slot] = (handle){.node = at};
        *file = HANDLE_FIRST + (int)slot;
    }
    pthread_mutex_unlock(&d->lock);
    return failed;
}

static int disk_file_close(void *ctx, int file)
{
    simulated_disk *d = ctx;
    if (file < HANDLE_FIRST)
        return under()->file_close(under()->ctx, file);
    pthread_mutex_lock(&d->lock);
    handle *h = handle_of(d, file);
    if (h) {
        if (h->holds_lock)
            d->now.nodes[h->node].locked = false;
        *h = (handle){.node = NO_NODE};
    }
    pthread_mutex_unlock(&d->lock);
    return h ? 0 : -EBADF;
}

static int64_t read_node(simulated_disk *d, int file, void *buffer, size_t bytes,
                         const uint64_t *offset)
{
    pthread_mutex_lock(&d->lock);
    handle *h = handle_of(d, file);
    int64_t count = h ? 0 : -EBADF;
    if (h) {
        const node *n = &d->now.nodes[h->node];
        uint64_t at = offset ? *offset : h->at;
        uint64_t left = at < n->bytes ? n->bytes - at : 0;
        count = (int64_t)(bytes < left ? bytes : left);
        if (count > 0)
            memcpy(buffer, n->data + at, (size_t)count);
        if (!offset)
            h->at += (uint64_t)count;
    }
    pthread_mutex_unlock(&d->lock);
    return count;
}

static int64_t disk_file_read(void *ctx, int file, void *buffer, size_t bytes)
{
    return file < HANDLE_FIRST ? under()->file_read(under()->ctx, file, buffer, bytes)
                               : read_node(ctx, file, buffer, bytes, NULL);
}

static int64_t disk_file_pread(void *ctx, int file, void *buffer, size_t bytes, uint64_t offset)
{
    return file < HANDLE_FIRST ? under()->file_pread(under()->ctx, file, buffer, bytes, offset)
                               : read_node(ctx, file, buffer, bytes, &offset);
}

/* A mapped file is a committed one or a segment that is done: it is never written to. */
static int64_t write_node(simulated_disk *d, const handle *h, const void *data, size_t bytes,
                          uint64_t offset)
{
    node *n = &d->now.nodes[h->node];
    int failed = n->maps ? -EBUSY : begin_change(d);
    if (failed)
        return failed;
    disk_op *op = push_op(d, DISK_WRITE, path_of_node(d, h->node), h->node);
    op->offset = offset;
    op->bytes = bytes;
    op->data = malloc(bytes + 1);
    if (!op->data)
        return -ENOMEM;
    memcpy(op->data, data, bytes);
    node_write(n, data, bytes, offset);
    return (int64_t)bytes;
}

static int64_t disk_file_pwrite(void *ctx, int file, const void *data, size_t bytes,
                                uint64_t offset)
{
    simulated_disk *d = ctx;
    if (file < HANDLE_FIRST)
        return under()->file_pwrite(under()->ctx, file, data, bytes, offset);
    pthread_mutex_lock(&d->lock);
    handle *h = handle_of(d, file);
    int64_t count = h ? write_node(d, h, data, bytes, offset) : -EBADF;
    pthread_mutex_unlock(&d->lock);
    return count;
}

static int sync_node(simulated_disk *d, uint32_t at)
{
    bool is_directory = d->now.nodes[at].is_directory;
    const char *path = path_of_node(d, at);
    disk_op_kind kind = is_directory ? DISK_SYNC_DIR : DISK_SYNC_FILE;
    if (is_ignored(d, kind, path, is_directory ? at : NO_NODE))
        return 0;
    int failed = begin_change(d);
    if (!failed)
        push_op(d, kind, path, at);
    return failed;
}

static int disk_file_sync(void *ctx, int file)
{
    simulated_disk *d = ctx;
    if (file < HANDLE_FIRST)
        return under()->file_sync(under()->ctx, file);
    pthread_mutex_lock(&d->lock);
    handle *h = handle_of(d, file);
    int failed = h ? sync_node(d, h->node) : -EBADF;
    pthread_mutex_unlock(&d->lock);
    return failed;
}

static void fill_info(const simulated_disk *d, uint32_t at, lede_file_info *info)
{
    const node *n = &d->now.nodes[at];
    *info = (lede_file_info){.size_bytes = n->bytes,
                             .device = 1,
                             .inode = at + 1,
                             .kind = n->is_directory ? LEDE_FILE_DIRECTORY : LEDE_FILE_REGULAR};
}

static int disk_file_info(void *ctx, int file, lede_file_info *info)
{
    simulated_disk *d = ctx;
    if (file < HANDLE_FIRST)
        return under()->file_info(under()->ctx, file, info);
    pthread_mutex_lock(&d->lock);
    handle *h = handle_of(d, file);
    if (h)
        fill_info(d, h->node, info);
    pthread_mutex_unlock(&d->lock);
    return h ? 0 : -EBADF;
}

static int disk_path_info(void *ctx, const char *path, int follow_links, lede_file_info *info)
{
    simulated_disk *d = ctx;
    char clean[PATH_MAX_LEN];
    if (!is_inside(d, path, clean))
        return under()->path_info(under()->ctx, path, follow_links, info);
    pthread_mutex_lock(&d->lock);
    uint32_t at = tree_node_at(&d->now, clean);
    if (at != NO_NODE)
        fill_info(d, at, info);
    pthread_mutex_unlock(&d->lock);
    return at == NO_NODE ? -ENOENT : 0;
}

static int disk_file_lock(void *ctx, int file)
{
    simulated_disk *d = ctx;
    if (file < HANDLE_FIRST)
        return under()->file_lock(under()->ctx, file);
    pthread_mutex_lock(&d->lock);
    handle *h = handle_of(d, file);
    int failed = !h ? -EBADF : d->now.nodes[h->node].locked ? -EAGAIN : 0;
    if (!failed)
        d->now.nodes[h->node].locked = h->holds_lock = true;
    pthread_mutex_unlock(&d->lock);
    return failed;
}

static int disk_file_map(void *ctx, int file, size_t bytes, const void **map)
{
    simulated_disk *d = ctx;
    if (file < HANDLE_FIRST)
        return under()->file_map(under()->ctx, file, bytes, map);
    pthread_mutex_lock(&d->lock);
    handle *h = handle_of(d, file);
    int failed = !h ? -EBADF : bytes == 0 || bytes > d->now.nodes[h->node].bytes ? -EINVAL : 0;
    if (!failed) {
        d->now.nodes[h->node].maps++;
        *map = d->now.nodes[h->node].data;
    }
    pthread_mutex_unlock(&d->lock);
    return failed;
}

static int disk_file_unmap(void *ctx, const void *map, size_t bytes)
{
    simulated_disk *d = ctx;
    pthread_mutex_lock(&d->lock);
    size_t i = 0;
    while (i < d->now.node_count && !(d->now.nodes[i].maps && d->now.nodes[i].data == map))
        i++;
    bool ours = i < d->now.node_count;
    if (ours)
        d->now.nodes[i].maps--;
    pthread_mutex_unlock(&d->lock);
    return ours ? 0 : under()->file_unmap(under()->ctx, map, bytes);
}

/* ---- the table: paths ---- */

static int rename_inside(simulated_disk *d, const char *from, const char *to)
{
    char from_dir[PATH_MAX_LEN], to_dir[PATH_MAX_LEN];
    uint32_t at = tree_node_at(&d->now, from);
    if (at == NO_NODE)
        return -ENOENT;
    parent_of(from, from_dir);
    parent_of(to, to_dir);
    if (strcmp(from_dir, to_dir) != 0 || d->now.nodes[at].is_directory)
        return -EXDEV; /* lede renames files within a folder; the model knows no other */
    if (is_ignored(d, DISK_RENAME, from, NO_NODE))
        return 0;
    int failed = begin_change(d);
    if (failed)
        return failed;
    disk_op *op = push_name_op(d, DISK_RENAME, from, at);
    snprintf(op->to, sizeof op->to, "%s", to);
    apply_name_op(&d->now, op, false);
    return 0;
}

static int disk_path_rename(void *ctx, const char *from, const char *to)
{
    simulated_disk *d = ctx;
    char clean[PATH_MAX_LEN], clean_to[PATH_MAX_LEN];
    if (!is_inside(d, from, clean) || !is_inside(d, to, clean_to))
        return under()->path_rename(under()->ctx, from, to);
    pthread_mutex_lock(&d->lock);
    int failed = rename_inside(d, clean, clean_to);
    pthread_mutex_unlock(&d->lock);
    return failed;
}

static int disk_path_link(void *ctx, const char *from, const char *to)
{
    simulated_disk *d = ctx;
    char clean[PATH_MAX_LEN], clean_to[PATH_MAX_LEN];
    if (!is_inside(d, from, clean) || !is_inside(d, to, clean_to))
        return under()->path_link(under()->ctx, from, to);
    pthread_mutex_lock(&d->lock);
    uint32_t at = tree_node_at(&d->now, clean);
    int failed = at == NO_NODE                             ? -ENOENT
                 : tree_find(&d->now, clean_to) != NO_NODE ? -EEXIST
                                                           : begin_change(d);
    if (!failed)
        apply_name_op(&d->now, push_name_op(d, DISK_LINK, clean_to, at), false);
    pthread_mutex_unlock(&d->lock);
    return failed;
}

static int disk_path_unlink(void *ctx, const char *path)
{
    simulated_disk *d = ctx;
    char clean[PATH_MAX_LEN];
    if (!is_inside(d, path, clean))
        return under()->path_unlink(under()->ctx, path);
    pthread_mutex_lock(&d->lock);
    uint32_t at = tree_node_at(&d->now, clean);
    int failed = at == NO_NODE ? -ENOENT : begin_change(d);
    if (!failed)
        apply_name_op(&d->now, push_name_op(d, DISK_UNLINK, clean, at), false);
    pthread_mutex_unlock(&d->lock);
    return failed;
}

static int disk_dir_make(void *ctx, const char *path)
{
    simulated_disk *d = ctx;
    char clean[PATH_MAX_LEN];
    if (!is_inside(d, path, clean))
        return under()->dir_make(under()->ctx, path);
    pthread_mutex_lock(&d->lock);
    uint32_t at;
    int failed = tree_find(&d->now, clean) != NO_NODE ? -EEXIST : make_name(d, clean, true, &at);
    pthread_mutex_unlock(&d->lock);
    return failed;
}

/* The last part of the path when it stands in the folder, else NULL. */
static const char *entry_of(const char *dir, const char *path)
{
    size_t bytes = strlen(dir);
    if (strncmp(path, dir, bytes) != 0 || path[bytes] != '/' || strchr(path + bytes + 1, '/'))
        return NULL;
    return path + bytes + 1;
}

static int disk_dir_list(void *ctx, const char *path, int (*each)(void *each_ctx, const char *name),
                         void *each_ctx)
{
    simulated_disk *d = ctx;
    char clean[PATH_MAX_LEN];
    if (!is_inside(d, path, clean))
        return under()->dir_list(under()->ctx, path, each, each_ctx);
    pthread_mutex_lock(&d->lock);
    size_t count = d->now.name_count;
    uint32_t at = tree_node_at(&d->now, clean);
    name *names = malloc((count + 1) * sizeof *names); /* each() may call the table again */
    if (names)
        memcpy(names, d->now.names, count * sizeof *names);
    bool is_directory = at != NO_NODE && d->now.nodes[at].is_directory;
    pthread_mutex_unlock(&d->lock);
    int failed = !names ? -ENOMEM : at == NO_NODE ? -ENOENT : is_directory ? 0 : -ENOTDIR;
    for (size_t i = 0; !failed && i < count; i++) {
        const char *entry = entry_of(clean, names[i].path);
        if (entry && each(each_ctx, entry))
            break;
    }
    free(names);
    return failed;
}

/* ---- the disk ---- */

static void set_table(simulated_disk *d)
{
    d->table = (lede_env){.struct_bytes = sizeof(lede_env),
                          .ctx = d,
                          .allocate = disk_allocate,
                          .resize = disk_resize,
                          .release = disk_release,
                          .file_open = disk_file_open,
                          .file_close = disk_file_close,
                          .file_read = disk_file_read,
                          .file_pread = disk_file_pread,
                          .file_pwrite = disk_file_pwrite,
                          .file_sync = disk_file_sync,
                          .file_info = disk_file_info,
                          .path_info = disk_path_info,
                          .file_lock = disk_file_lock,
                          .file_map = disk_file_map,
                          .file_unmap = disk_file_unmap,
                          .path_rename = disk_path_rename,
                          .path_link = disk_path_link,
                          .path_unlink = disk_path_unlink,
                          .dir_make = disk_dir_make,
                          .dir_remove = disk_path_unlink,
                          .dir_list = disk_dir_list,
                          .clock_utc_ms = disk_clock_utc_ms,
                          .clock_monotonic_ns = disk_clock_monotonic_ns,
                          .random_fill = disk_random_fill};
}

static simulated_disk *new_disk(const char *root)
{
    simulated_disk *d = calloc(1, sizeof *d);
    if (!d)
        exit(99);
    snprintf(d->root, sizeof d->root, "%s", root);
    pthread_mutex_init(&d->lock, NULL);
    for (uint32_t i = 0; i < HANDLES_MAX; i++)
        d->handles[i].node = NO_NODE;
    d->kill_at = SIZE_MAX;
    set_table(d);
    return d;
}

simulated_disk *simulated_disk_new(const char *root)
{
    simulated_disk *d = new_disk(root);
    tree_set(&d->now, root, tree_add_node(&d->now, true));
    tree_copy(&d->start, &d->now, false);
    return d;
}

static void clear_log(simulated_disk *d)
{
    for (size_t i = 0; i < d->op_count; i++)
        free(d->ops[i].data);
    d->op_count = 0;
}

void simulated_disk_free(simulated_disk *d)
{
    if (!d)
        return;
    for (uint32_t i = 0; i < HANDLES_MAX; i++)
        if (d->handles[i].node != NO_NODE)
            fprintf(stderr, "a file is still open: %s\n", path_of_node(d, d->handles[i].node));
    for (size_t i = 0; i < d->now.node_count; i++)
        if (d->now.nodes[i].maps)
            fprintf(stderr, "a file is still mapped: %s\n", path_of_node(d, (uint32_t)i));
    clear_log(d);
    free(d->ops);
    tree_release(&d->now);
    tree_release(&d->start);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

const lede_env *simulated_disk_table(simulated_disk *d)
{
    return &d->table;
}

void simulated_disk_settle(simulated_disk *d)
{
    clear_log(d);
    tree_release(&d->start);
    tree_copy(&d->start, &d->now, false);
}

size_t simulated_disk_op_count(simulated_disk *d)
{
    pthread_mutex_lock(&d->lock);
    size_t count = d->op_count;
    pthread_mutex_unlock(&d->lock);
    return count;
}

disk_op_kind simulated_disk_op_kind(simulated_disk *d, size_t i)
{
    return d->ops[i].kind;
}

const char *simulated_disk_op_path(simulated_disk *d, size_t i)
{
    return d->ops[i].path;
}

void simulated_disk_describe(simulated_disk *d, size_t i, char *line, size_t line_bytes)
{
    static const char *const kinds[] = {"create", "mkdir",    "link",      "rename",  "unlink",
                                        "write",  "truncate", "sync file", "sync dir"};
    const disk_op *op = &d->ops[i];
    snprintf(line, line_bytes, "%zu %s %s%s%s @%llu+%zu", i, kinds[op->kind], op->path,
             op->kind == DISK_RENAME ? " -> " : "", op->to, (unsigned long long)op->offset,
             op->bytes);
}

uint64_t simulated_disk_hash(simulated_disk *d)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < d->now.name_count; i++) {
        const name *e = &d->now.names[i];
        const node *n = &d->now.nodes[e->node];
        uint64_t hash = ld_hash64(e->path, strlen(e->path), n->is_directory);
        sum += n->bytes ? ld_hash64(n->data, n->bytes, hash) : ld_hash64("", 0, hash);
    }
    return sum;
}

void simulated_disk_kill(simulated_disk *d, size_t nth)
{
    d->kill_at = nth;
}

void simulated_disk_restart(simulated_disk *d)
{
    d->kill_at = SIZE_MAX;
}

void simulated_disk_ignore(simulated_disk *d, disk_op_kind kind, const char *part, int after)
{
    if (d->rule_count == RULES_MAX)
        exit(99);
    ignore_rule *r = &d->rules[d->rule_count++];
    *r = (ignore_rule){.kind = kind, .after = after};
    snprintf(r->part, sizeof r->part, "%s", part);
}

/* ---- power cuts ---- */

crash_walk *crash_walk_new(simulated_disk *d)
{
    crash_walk *w = calloc(1, sizeof *w);
    if (!w)
        exit(99);
    w->disk = d;
    tree_copy(&w->lasting, &d->start, false);
    return w;
}

void crash_walk_free(crash_walk *w)
{
    if (!w)
        return;
    tree_release(&w->lasting);
    free(w->pending);
    free(w);
}

static void write_torn(node *n, const disk_op *op, size_t unit, test_random *r)
{
    uint64_t end = op->offset + op->bytes, at = op->offset;
    if (test_random_below(r, 2) && end > n->bytes)
        node_resize(n, end); /* the size went ahead of the data */
    while (at < end) {
        uint64_t next = (at / unit + 1) * unit;
        next = next < end ? next : end;
        if (test_random_below(r, 2))
            node_write(n, op->data + (at - op->offset), (size_t)(next - at), at);
        at = next;
    }
}

static void apply(tree *t, const disk_op *op, crash_choice choice, test_random *r)
{
    if (is_name_op(op->kind)) {
        apply_name_op(t, op, choice == CRASH_HALF);
        return;
    }
    node *n = &t->nodes[op->node];
    if (op->kind == DISK_TRUNCATE)
        node_resize(n, op->offset);
    else if (choice == CRASH_TEAR_512 || choice == CRASH_TEAR_4096)
        write_torn(n, op, choice == CRASH_TEAR_512 ? 512 : 4096, r);
    else if (choice == CRASH_TEAR_BYTE)
        node_write(n, op->data, test_random_below(r, (uint32_t)op->bytes + 1), op->offset);
    else if (choice == CRASH_ZEROS)
        node_resize(n, op->offset + op->bytes > n->bytes ? op->offset + op->bytes : n->bytes);
    else
        node_write(n, op->data, op->bytes, op->offset);
}

/* A sync: the pending changes it covers last from now on. */
static void settle_covered(crash_walk *w, const disk_op *sync)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->pending_count; i++) {
        const disk_op *op = &w->disk->ops[w->pending[i]];
        bool covered = is_name_op(op->kind)
                           ? sync->kind == DISK_SYNC_DIR && op->dir == sync->node
                           : sync->kind == DISK_SYNC_FILE && op->node == sync->node;
        if (covered)
            apply(&w->lasting, op, CRASH_KEEP, NULL);
        else
            w->pending[kept++] = w->pending[i];
    }
    w->pending_count = kept;
}

bool crash_walk_step(crash_walk *w)
{
    if (w->at == w->disk->op_count)
        return false;
    const disk_op *op = &w->disk->ops[w->at];
    while (w->lasting.node_count < w->disk->now.node_count)
        tree_add_node(&w->lasting, w->disk->now.nodes[w->lasting.node_count].is_directory);
    if (op->kind == DISK_SYNC_FILE || op->kind == DISK_SYNC_DIR) {
        settle_covered(w, op);
    } else {
        w->pending =
            grow(w->pending, &w->pending_capacity, w->pending_count + 1, sizeof *w->pending);
        w->pending[w->pending_count++] = w->at;
    }
    w->at++;
    return true;
}

size_t crash_walk_at(const crash_walk *w)
{
    return w->at;
}

size_t crash_walk_pending(const crash_walk *w)
{
    return w->pending_count;
}

size_t crash_walk_pending_op(const crash_walk *w, size_t i)
{
    return w->pending[i];
}

static bool is_reachable(const tree *t, const char *root, const char *path)
{
    char parent[PATH_MAX_LEN];
    snprintf(parent, sizeof parent, "%s", path);
    while (strcmp(parent, root) != 0) {
        *strrchr(parent, '/') = 0;
        if (tree_find(t, parent) == NO_NODE)
            return false;
    }
    return true;
}

static void drop_unreachable(tree *t, const char *root)
{
    for (size_t i = t->name_count; i-- > 0;)
        if (!is_reachable(t, root, t->names[i].path))
            t->names[i] = t->names[--t->name_count];
}

/* Names first, so that only the data of files that have one is copied; the two do not meet. */
simulated_disk *crash_walk_state(const crash_walk *w, const uint8_t *choices, test_random *r)
{
    simulated_disk *d = new_disk(w->disk->root);
    tree named = w->lasting; /* names are copied, nodes borrowed */
    named.name_capacity = 0;
    named.names =
        grow(NULL, &named.name_capacity, w->lasting.name_count + w->pending_count, sizeof(name));
    memcpy(named.names, w->lasting.names, w->lasting.name_count * sizeof(name));
    for (size_t i = 0; i < w->pending_count; i++) {
        const disk_op *op = &w->disk->ops[w->pending[i]];
        if (is_name_op(op->kind) && choices[i] != CRASH_DROP)
            apply_name_op(&named, op, choices[i] == CRASH_HALF);
    }
    drop_unreachable(&named, d->root);
    tree_copy(&d->now, &named, true);
    free(named.names);
    for (size_t i = 0; i < w->pending_count; i++) {
        const disk_op *op = &w->disk->ops[w->pending[i]];
        if (!is_name_op(op->kind) && choices[i] != CRASH_DROP)
            apply(&d->now, op, (crash_choice)choices[i], r);
    }
    return d;
}
