#ifndef LEDE_TESTS_TEMP_DIR_H
#define LEDE_TESTS_TEMP_DIR_H
/* A folder of the test's own under $TMPDIR (else /tmp). */

/* Makes it; the path is on the heap. Fails the test where it cannot. */
char *temp_dir_new(void);
/* Removes it with all in it and frees the path. */
void temp_dir_free(char *path);
/* "dir/name" on the heap: free it. */
char *temp_dir_path(const char *dir, const char *name);

#endif
