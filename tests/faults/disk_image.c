#include "tests/faults/disk_image.h"

#include "tests/test.h"

static void path_of(char *path, size_t capacity, const char *dir, const char *name)
{
    if ((size_t)snprintf(path, capacity, "%s/%s", dir, name) >= capacity)
        fail_msg("the path %s/%s is too long", dir, name);
}

void disk_image_take(disk_image *image, const lede_env *env, const char *dir)
{
    lede_error err = {0};
    ld_names names;
    char path[512];
    assert_ok(ld_dir_list(env, dir, &names, &err), &err);
    *image = (disk_image){calloc(names.count + 1, sizeof(disk_file)), names.count};
    assert_non_null(image->files);
    for (size_t i = 0; i < names.count; i++) {
        char *data;
        size_t bytes;
        path_of(path, sizeof path, dir, names.names[i]);
        assert_ok(ld_file_load(env, path, UINT32_MAX, &data, &bytes, &err), &err);
        image->files[i] = (disk_file){strdup(names.names[i]), malloc(bytes + 1), bytes};
        assert_non_null(image->files[i].data);
        memcpy(image->files[i].data, data, bytes);
        ld_release(env, data, bytes + 1);
    }
    ld_names_release(&names);
}

void disk_write(const lede_env *env, const char *dir, const char *name, const void *data,
                size_t bytes)
{
    lede_error err = {0};
    char path[512];
    ld_file file;
    path_of(path, sizeof path, dir, name);
    assert_ok(ld_file_open(env, path, LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_TRUNCATE,
                           &file, &err),
              &err);
    if (bytes)
        assert_ok(ld_file_pwrite(&file, data, bytes, 0, &err), &err);
    assert_ok(ld_file_close_checked(&file, &err), &err);
}

void disk_image_put(const disk_image *image, const lede_env *env, const char *dir)
{
    lede_error err = {0};
    assert_ok(ld_dir_make(env, dir, &err), &err);
    for (size_t i = 0; i < image->count; i++)
        disk_write(env, dir, image->files[i].name, image->files[i].data, image->files[i].bytes);
}

size_t disk_image_bytes(const disk_image *image)
{
    size_t bytes = 0;
    for (size_t i = 0; i < image->count; i++)
        bytes += image->files[i].bytes;
    return bytes;
}

void disk_image_release(disk_image *image)
{
    for (size_t i = 0; i < image->count; i++) {
        free(image->files[i].name);
        free(image->files[i].data);
    }
    free(image->files);
    *image = (disk_image){0};
}
