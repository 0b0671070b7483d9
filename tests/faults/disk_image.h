#ifndef LEDE_TESTS_DISK_IMAGE_H
#define LEDE_TESTS_DISK_IMAGE_H
/* The files of one folder, kept in memory, so that the same start can be laid out many times. */
#include "base/env.h"

typedef struct disk_file {
    char *name; /* without the folder */
    char *data; /* [bytes] */
    size_t bytes;
} disk_file;

typedef struct disk_image {
    disk_file *files; /* [count], sorted by name */
    size_t count;
} disk_image;

/* Reads every file of the folder, or fails the test. */
void disk_image_take(disk_image *image, const lede_env *env, const char *dir);
/* Makes the folder and its files, or fails the test. */
void disk_image_put(const disk_image *image, const lede_env *env, const char *dir);
size_t disk_image_bytes(const disk_image *image);
void disk_image_release(disk_image *image);

/* One file of these bytes, made or written anew, or the test fails. */
void disk_write(const lede_env *env, const char *dir, const char *name, const void *data,
                size_t bytes);

#endif
