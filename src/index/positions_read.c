/*
 * "Which numbers belong to this document?" (positions_format.h): groups before it are skipped by
 * their heads, and only the groups that hold its numbers are decoded. The last group stays decoded,
 * because the next document's numbers usually stand in it.
 */
#include "index/positions_read.h"

void ld_stream_reader_begin(ld_stream_reader *r, const uint8_t *data, size_t bytes, uint32_t total)
{
    r->data = data;
    r->bytes = bytes;
    r->at = 0;
    r->total = total;
    r->group_first = r->group_count = r->next_first = 0;
}

/* Makes the group that holds number `index` the decoded one. */
static bool group_load(ld_stream_reader *r, uint32_t index)
{
    if (index < r->group_first)
        r->at = r->group_first = r->group_count = r->next_first = 0; /* from the beginning */
    while (r->next_first <= index) {
        uint32_t left = r->total - r->next_first;
        uint32_t count = left < LD_POSITIONS_GROUP ? left : LD_POSITIONS_GROUP;
        bool wanted = index - r->next_first < count;
        const uint8_t *data = r->data + r->at;
        size_t bytes = r->bytes - r->at;
        size_t length = wanted ? ld_group_decode(data, bytes, count, r->values, NULL)
                               : ld_group_skip(data, bytes, count, NULL);
        if (length == 0)
            return false;
        r->group_first = r->next_first;
        r->group_count = wanted ? count : 0;
        r->at += length;
        r->next_first += count;
    }
    return true;
}

const uint32_t *ld_stream_reader_view(ld_stream_reader *r, uint32_t first, uint32_t count)
{
    if (first > r->total || count > r->total - first ||
        (first - r->group_first >= r->group_count && !group_load(r, first)))
        return NULL;
    uint32_t at = first - r->group_first;
    return count <= r->group_count - at ? r->values + at : NULL;
}

bool ld_stream_reader_get(ld_stream_reader *r, uint32_t first, uint32_t count, uint32_t *out)
{
    if (first > r->total || count > r->total - first)
        return false;
    while (count > 0) {
        if (first - r->group_first >= r->group_count && !group_load(r, first))
            return false;
        uint32_t at = first - r->group_first, n = r->group_count - at;
        if (n > count)
            n = count;
        memcpy(out, r->values + at, n * sizeof *out);
        out += n;
        first += n;
        count -= n;
    }
    return true;
}
