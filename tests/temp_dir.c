#include "tests/temp_dir.h"

#include <ftw.h>
#include <unistd.h>

#include "tests/test.h"

char *temp_dir_path(const char *dir, const char *name)
{
    size_t bytes = strlen(dir) + strlen(name) + 2;
    char *path = malloc(bytes);
    if (!path)
        fail_msg("no memory for the test itself");
    snprintf(path, bytes, "%s/%s", dir, name);
    return path;
}

char *temp_dir_new(void)
{
    const char *parent = getenv("TMPDIR");
    char *path = temp_dir_path(parent && *parent ? parent : "/tmp", "lede-test-XXXXXX");
    if (!mkdtemp(path))
        fail_msg("cannot make the folder %s", path);
    return path;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

void temp_dir_free(char *path)
{
    if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0)
        fail_msg("cannot remove the folder %s", path);
    free(path);
}
