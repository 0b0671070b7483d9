/*
 * Walking a folder.
 *
 * A stack of open folders, each a sorted list of names and a place in it; no recursion. The order
 * is that of the bytes of the names, so two machines walk one folder alike in any locale. Names are
 * bytes: what is not UTF-8 stays as it is and is only shown with replacement characters.
 *
 * Links. By default a symbolic link inside the folder is skipped with a word. When links are
 * followed, every folder is remembered by device and inode and entered once: that stops loops, and
 * also the 2^n walks that n folders with two links each would make. Only regular files are opened:
 * a FIFO or device in a folder would hang the run.
 */
#include "ingest/folder.h"

#include "base/hash.h"
#include "base/limits.h"
#include "ingest/sniff.h"

typedef struct frame {
    ld_names names;
    size_t next;
    size_t path_bytes; /* of the folder's own path, with the "/" behind it */
} frame;

typedef struct visit {
    uint64_t device, inode;
    bool used;
} visit;

struct ld_folder {
    const lede_env *env;
    bool follow_symlinks, include_hidden;
    frame frames[LD_FOLDER_DEPTH_MAX];
    uint32_t depth;
    size_t root_bytes; /* of the root's path with "/" */
    char path[LD_PATH_BYTES_MAX];
    lede_error fault; /* of an entry that could not be read; its message is the reason */
    uint64_t ignored_count;
    visit *visits; /* [visit_capacity], open addressing; only when links are followed */
    size_t visit_capacity, visit_count;
};

/* ---- folders seen ---- */

static bool insert_visit(visit *table, size_t capacity, uint64_t device, uint64_t inode)
{
    uint64_t id[2] = {device, inode};
    size_t at = (size_t)ld_hash64(id, sizeof id, 0) & (capacity - 1);
    while (table[at].used) {
        if (table[at].device == device && table[at].inode == inode)
            return false;
        at = (at + 1) & (capacity - 1);
    }
    table[at] = (visit){device, inode, true};
    return true;
}

/* *is_new: this folder was not entered before. */
static lede_status add_visit(ld_folder *f, const lede_file_info *info, bool *is_new,
                             lede_error *err)
{
    if (2 * (f->visit_count + 1) > f->visit_capacity) {
        size_t capacity = f->visit_capacity ? 2 * f->visit_capacity : 64;
        visit *table = ld_alloc_zero(f->env, capacity * sizeof *table);
        if (!table)
            return ld_error_nomem(err, capacity * sizeof *table);
        for (size_t i = 0; i < f->visit_capacity; i++)
            if (f->visits[i].used)
                insert_visit(table, capacity, f->visits[i].device, f->visits[i].inode);
        ld_release(f->env, f->visits, f->visit_capacity * sizeof *f->visits);
        f->visits = table;
        f->visit_capacity = capacity;
    }
    *is_new = insert_visit(f->visits, f->visit_capacity, info->device, info->inode);
    f->visit_count += *is_new;
    return LEDE_OK;
}

/* ---- the walk ---- */

/* Opens the folder at f->path, whose path with "/" has path_bytes. */
static lede_status push(ld_folder *f, size_t path_bytes, lede_error *err)
{
    frame *top = &f->frames[f->depth];
    memset(top, 0, sizeof *top);
    top->path_bytes = path_bytes;
    LD_TRY(ld_dir_list(f->env, f->path, &top->names, err));
    f->depth++;
    return LEDE_OK;
}

static void pop(ld_folder *f)
{
    ld_names_release(&f->frames[--f->depth].names);
}

lede_status ld_folder_open(const lede_env *env, const char *root, bool follow_symlinks,
                           bool include_hidden, ld_folder **folder, lede_error *err)
{
    *folder = NULL;
    size_t bytes = strlen(root);
    if (bytes + 2 > LD_PATH_BYTES_MAX)
        return LD_FAIL(err, LEDE_E_LIMIT, "the path is longer than %u bytes", LD_PATH_BYTES_MAX);
    ld_folder *f = ld_alloc_zero(env, sizeof *f);
    if (!f)
        return ld_error_nomem(err, sizeof *f);
    f->env = env;
    f->follow_symlinks = follow_symlinks;
    f->include_hidden = include_hidden;
    memcpy(f->path, root, bytes + 1);
    lede_status status;
    lede_file_info info;
    bool is_new;
    LD_TRY_OUT(ld_path_info(env, root, true, &info, err));
    LD_TRY_OUT(add_visit(f, &info, &is_new, err));
    if (bytes == 0 || f->path[bytes - 1] != '/')
        f->path[bytes++] = '/';
    f->path[bytes] = 0;
    f->root_bytes = bytes;
    LD_TRY_OUT(push(f, bytes, err));
    *folder = f;
    return LEDE_OK;
out:
    ld_folder_close(f);
    return status;
}

static void set_skip(ld_folder_entry *entry, const char *reason)
{
    entry->kind = LD_FOLDER_SKIP;
    entry->reason = ld_span_from_string(reason);
}

static void set_reject(ld_folder *f, ld_folder_entry *entry)
{
    entry->kind = LD_FOLDER_REJECT;
    entry->reason = ld_span_from_string(f->fault.message);
}

/* A folder inside: entered, or told why not (*said). */
static lede_status enter(ld_folder *f, size_t path_bytes, const lede_file_info *info,
                         ld_folder_entry *entry, bool *said, lede_error *err)
{
    bool is_new = true;
    *said = true;
    if (f->depth == LD_FOLDER_DEPTH_MAX) {
        set_skip(entry, "the folder is nested deeper than the maximum");
        return LEDE_OK;
    }
    if (path_bytes + 2 > LD_PATH_BYTES_MAX) {
        set_skip(entry, "the folder's path is longer than the maximum");
        return LEDE_OK;
    }
    if (f->follow_symlinks)
        LD_TRY(add_visit(f, info, &is_new, err));
    if (!is_new) {
        set_skip(entry, "the folder was read already under another name (a link, perhaps a loop)");
        return LEDE_OK;
    }
    f->path[path_bytes] = '/';
    f->path[path_bytes + 1] = 0;
    lede_status status = push(f, path_bytes + 1, &f->fault);
    if (status == LEDE_E_NOMEM)
        return ld_error_nomem(err, 0);
    *said = status != LEDE_OK;
    if (*said)
        set_reject(f, entry);
    return LEDE_OK;
}

/* The entry at f->path: a file, a folder, a link, or nothing for us. */
static lede_status look(ld_folder *f, size_t path_bytes, ld_folder_entry *entry, bool *said,
                        lede_error *err)
{
    lede_file_info info, target;
    *said = true;
    entry->path = f->path;
    entry->name = ld_span_of(f->path + f->root_bytes, path_bytes - f->root_bytes);
    if (ld_path_info(f->env, f->path, false, &info, &f->fault) != LEDE_OK) {
        set_reject(f, entry);
        return LEDE_OK;
    }
    if (info.kind == LEDE_FILE_OTHER) { /* a link, or no file at all */
        bool dead = ld_path_info(f->env, f->path, true, &target, &f->fault) != LEDE_OK;
        if (dead && f->follow_symlinks) {
            set_reject(f, entry);
            return LEDE_OK;
        }
        if (dead || target.kind != LEDE_FILE_OTHER) {
            if (!f->follow_symlinks) {
                set_skip(entry, "a symbolic link, which is not followed");
                return LEDE_OK;
            }
            info = target;
        }
    }
    if (info.kind == LEDE_FILE_DIRECTORY)
        return enter(f, path_bytes, &info, entry, said, err);
    if (info.kind == LEDE_FILE_OTHER || ld_name_classify(entry->name) == LD_NAME_IGNORE) {
        f->ignored_count++;
        *said = false;
        return LEDE_OK;
    }
    entry->kind = LD_FOLDER_FILE;
    return LEDE_OK;
}

lede_status ld_folder_next(ld_folder *f, ld_folder_entry *entry, lede_error *err)
{
    while (f->depth > 0) {
        frame *top = &f->frames[f->depth - 1];
        memset(entry, 0, sizeof *entry);
        if (top->next == top->names.count) {
            pop(f);
            continue;
        }
        const char *name = top->names.names[top->next++];
        size_t bytes = strlen(name);
        if (name[0] == '.' && !f->include_hidden)
            continue;
        if (top->path_bytes + bytes + 1 > LD_PATH_BYTES_MAX) {
            entry->path = f->path;
            entry->name = ld_span_of(name, bytes);
            set_skip(entry, "the file's path is longer than the maximum");
            return LEDE_OK;
        }
        memcpy(f->path + top->path_bytes, name, bytes + 1);
        bool said;
        LD_TRY(look(f, top->path_bytes + bytes, entry, &said, err));
        if (said)
            return LEDE_OK;
    }
    memset(entry, 0, sizeof *entry);
    entry->kind = LD_FOLDER_END;
    return LEDE_OK;
}

uint64_t ld_folder_ignored_count(const ld_folder *folder)
{
    return folder->ignored_count;
}

void ld_folder_close(ld_folder *f)
{
    if (!f)
        return;
    while (f->depth > 0)
        pop(f);
    ld_release(f->env, f->visits, f->visit_capacity * sizeof *f->visits);
    ld_release(f->env, f, sizeof *f);
}
