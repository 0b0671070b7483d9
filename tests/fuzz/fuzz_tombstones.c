/* Tombstones whose checksum is right: what is read is written back byte for byte. First byte: how
 * many documents the segment has. */
#include "codec/crc32c.h"
#include "index/tombstones.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes < 5)
        return 0;
    lede_error err = {0};
    ld_tombstones t;
    ld_buf file, again;
    ld_buf_init(&file, fuzz_env(), bytes);
    ld_buf_init(&again, fuzz_env(), 1u << 20);
    ld_buf_add(&file, data + 1, bytes - 5);
    ld_buf_add_u32(&file, ld_crc32c(0, file.data, file.bytes));
    ld_tombstones_init(&t, fuzz_env(), data[0]);
    lede_status status = ld_tombstones_decode(ld_buf_span(&file), 1, "deletes", &t, &err);
    fuzz_check_status(status, &err);
    if (status == LEDE_OK) {
        ld_tombstones_encode(&t, 1, &again);
        fuzz_check(ld_buf_status(&again, &err) == LEDE_OK);
        fuzz_check(again.bytes == file.bytes && memcmp(again.data, file.data, file.bytes) == 0);
    }
    ld_tombstones_release(&t);
    ld_buf_release(&again);
    ld_buf_release(&file);
    return 0;
}
