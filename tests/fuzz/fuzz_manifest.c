/* A manifest whose checksum is right: what is read is written back byte for byte. */
#include "codec/crc32c.h"
#include "index/manifest.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes < 4)
        return 0;
    lede_error err = {0};
    ld_manifest m;
    ld_buf file, again;
    ld_buf_init(&file, fuzz_env(), bytes);
    ld_buf_init(&again, fuzz_env(), 1u << 20);
    ld_buf_add(&file, data, bytes - 4);
    ld_buf_add_u32(&file, ld_crc32c(0, file.data, file.bytes));
    ld_manifest_init(&m, fuzz_env());
    lede_status status = ld_manifest_decode(ld_buf_span(&file), "manifest", &m, &err);
    fuzz_check_status(status, &err);
    if (status == LEDE_OK) {
        ld_manifest_encode(&m, &again);
        fuzz_check(ld_buf_status(&again, &err) == LEDE_OK);
        fuzz_check(again.bytes == file.bytes && memcmp(again.data, file.data, file.bytes) == 0);
        ld_manifest_release(&m);
    }
    ld_buf_release(&again);
    ld_buf_release(&file);
    return 0;
}
