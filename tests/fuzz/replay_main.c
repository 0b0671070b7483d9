/*
 * The corpus once more, without libFuzzer: each operand is a file or a folder of files, and every
 * file is one input. Ends with 0 where no input broke a promise; the name of the input under way
 * stands on standard error when one does.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

static unsigned replayed;

static void replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    fuzz_check(f);
    fseek(f, 0, SEEK_END);
    long bytes = ftell(f);
    rewind(f);
    /* a block of just these bytes, so that a byte read past them is seen */
    uint8_t *data = malloc(bytes > 0 ? (size_t)bytes : 1);
    fuzz_check(data && fread(data, 1, (size_t)bytes, f) == (size_t)bytes);
    fclose(f);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(data, (size_t)bytes);
    free(data);
    replayed++;
}

static void replay(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        fprintf(stderr, "no input at %s\n", path);
        exit(1);
    }
    if (!S_ISDIR(info.st_mode)) {
        replay_file(path);
        return;
    }
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char child[4096];
        snprintf(child, sizeof child, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            replay_file(child);
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv)
{
    alarm(60); /* an input that hangs is a finding too */
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    printf("%u inputs\n", replayed);
    return replayed > 0 ? 0 : 1;
}
