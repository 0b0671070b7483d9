#ifndef LD_CLI_SETTINGS_H
#define LD_CLI_SETTINGS_H
/* What was not said on the command line: environment, lede.conf, defaults. */
#include "cli/options.h"

/* The texts of the settings files; values in ld_args point into them. */
typedef struct ld_settings {
    const lede_env *env;
    char *texts[2];
    size_t text_bytes[2];
} ld_settings;

/*
 * Completes args. Fails with INVALID (a setting that is none, named with its file and line), IO,
 * LIMIT (a file above LD_SETTINGS_BYTES_MAX), NOMEM.
 */
lede_status ld_settings_apply(ld_settings *settings, const lede_env *env, ld_args *args,
                              lede_error *err);
void ld_settings_release(ld_settings *settings);

#endif
