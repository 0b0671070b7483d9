/* lede serve ARCHIVE */
#include "cli/cli.h"
#include "server/serve.h"

int ld_verb_serve(ld_cli *cli)
{
    const ld_args *args = &cli->args;
    uint32_t port = ld_args_number(args, LD_OPTION_PORT);
    if (port > UINT16_MAX) {
        (void)LD_FAIL(&cli->error, LEDE_E_INVALID,
                      "--port wants a number from 0 (any free one) to 65535, not %u", port);
        return ld_cli_fail(cli);
    }
    const ld_serve_options options = {.archive = args->operands[0],
                                      .host = ld_args_text(args, LD_OPTION_ADDRESS),
                                      .port = (uint16_t)port,
                                      .base_path = ld_args_text(args, LD_OPTION_BASE_PATH),
                                      .socket = ld_args_text(args, LD_OPTION_SOCKET),
                                      .keys = ld_args_text(args, LD_OPTION_KEYS),
                                      .add_key = ld_args_text(args, LD_OPTION_ADD_KEY),
                                      .origins = ld_args_text(args, LD_OPTION_ORIGINS),
                                      .rate = ld_args_number(args, LD_OPTION_RATE),
                                      .threads = ld_args_number(args, LD_OPTION_THREADS),
                                      .behind_proxy = ld_args_flag(args, LD_OPTION_PROXY)};
    return ld_serve(&options);
}
