#include "codec/crc32c.h"
#include "index/files.h"
#include "index/manifest.h"
#include "index/manifest_format.h"

static bool read_text(ld_reader *r, char *text, size_t capacity)
{
    ld_span bytes = ld_reader_bytes(r, ld_reader_u8(r));
    if (r->failed || bytes.bytes >= capacity ||
        (bytes.bytes > 0 && memchr(bytes.data, 0, bytes.bytes)))
        return false;
    if (bytes.bytes > 0)
        memcpy(text, bytes.data, bytes.bytes);
    text[bytes.bytes] = 0;
    return true;
}

static bool read_flags(ld_reader *r, ld_profile *p)
{
    uint8_t flags = ld_reader_u8(r);
    p->stem = flags & LD_PROFILE_STEM;
    p->case_classes = flags & LD_PROFILE_CASE;
    p->marks = flags & LD_PROFILE_MARKS;
    p->sidecars = flags & LD_PROFILE_SIDECARS;
    p->store = flags & LD_PROFILE_STORE;
    return flags < LD_PROFILE_STORE * 2;
}

static bool read_profile(ld_reader *r, ld_profile *p)
{
    if (!read_text(r, p->name, sizeof p->name) || !read_flags(r, p))
        return false;
    p->analyzer_version = ld_reader_u32(r);
    if (!read_text(r, p->stemmer_version, sizeof p->stemmer_version))
        return false;
    ld_span classes = ld_reader_bytes(r, LD_ZONES_MAX);
    if (r->failed)
        return false;
    memcpy(p->zone_classes, classes.data, LD_ZONES_MAX);
    p->user_zone_count = ld_reader_u8(r);
    if (p->user_zone_count > LD_USER_ZONES_MAX)
        return false;
    for (uint32_t i = 0; i < p->user_zone_count; i++) {
        p->user_zones[i].zone = ld_reader_u8(r);
        p->user_zones[i].zone_class = ld_reader_u8(r);
        if (!read_text(r, p->user_zones[i].name, sizeof p->user_zones[i].name))
            return false;
    }
    p->user_column_count = ld_reader_u8(r);
    if (p->user_column_count > LD_USER_COLUMNS_MAX)
        return false;
    for (uint32_t i = 0; i < p->user_column_count; i++) {
        p->user_columns[i].id = ld_reader_u16(r);
        p->user_columns[i].kind = ld_reader_u8(r);
        p->user_columns[i].is_double = ld_reader_u8(r);
        if (!read_text(r, p->user_columns[i].name, sizeof p->user_columns[i].name))
            return false;
    }
    return !r->failed && ld_profile_check(p, NULL) == LEDE_OK;
}

static lede_status read_segments(ld_reader *r, uint32_t count, const char *where, ld_manifest *m,
                                 lede_error *err)
{
    if (r->bytes - r->at != (uint64_t)count * LD_MANIFEST_SEGMENT_BYTES)
        return ld_error_corrupt(err, where, r->at, "the list of segments has a wrong length");
    for (uint32_t i = 0; i < count; i++) {
        ld_manifest_segment s = {0};
        s.id = ld_reader_u64(r);
        s.file_bytes = ld_reader_u64(r);
        s.footer_crc32c = ld_reader_u32(r);
        s.docs = ld_reader_u32(r);
        s.deletes_generation = ld_reader_u64(r);
        s.deletes_bytes = ld_reader_u64(r);
        s.deletes_crc32c = ld_reader_u32(r);
        uint32_t zero = ld_reader_u32(r);
        if (zero != 0 || s.id >= m->next_segment || s.docs == 0 || s.docs > LD_SEGMENT_DOCS_MAX ||
            s.deletes_generation > m->generation)
            return ld_error_corrupt(err, where, r->at, "an entry of a segment is impossible");
        LD_TRY(ld_manifest_add(m, &s, err));
    }
    return LEDE_OK;
}

lede_status ld_manifest_decode(ld_span bytes, const char *where, ld_manifest *m, lede_error *err)
{
    if (bytes.bytes < LD_MANIFEST_MAGIC_BYTES + 8 ||
        memcmp(bytes.data, LD_MANIFEST_MAGIC, LD_MANIFEST_MAGIC_BYTES) != 0)
        return ld_error_corrupt(err, where, 0, "it is not a manifest");
    size_t body = bytes.bytes - 4;
    if (ld_crc32c(0, bytes.data, body) != ld_load_u32(bytes.data + body))
        return ld_error_corrupt(err, where, 0, "the manifest fails its checksum");
    ld_reader r = ld_reader_of(bytes.data, body);
    r.at = LD_MANIFEST_MAGIC_BYTES;
    uint32_t version = ld_reader_u32(&r);
    if (version != LD_MANIFEST_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION,
                       "the archive is of format %u, this version of lede reads format %u: %s",
                       version, LD_MANIFEST_VERSION,
                       version > LD_MANIFEST_VERSION ? "update lede" : "add its pages anew");
    uint32_t count = ld_reader_u32(&r);
    m->generation = ld_reader_u64(&r);
    m->next_segment = ld_reader_u64(&r);
    if (r.failed || count > LD_SEGMENTS_MAX || m->generation == 0)
        return ld_error_corrupt(err, where, 0, "the manifest's header is impossible");
    if (!read_profile(&r, &m->profile))
        return ld_error_corrupt(err, where, r.at, "the archive's profile is impossible");
    lede_status status = read_segments(&r, count, where, m, err);
    if (status != LEDE_OK)
        ld_manifest_release(m);
    return status;
}

static lede_status fail_no_archive(const char *dir, lede_error *err)
{
    (void)LD_FAIL(err, LEDE_E_NOTFOUND, "there is no archive at %s", dir);
    ld_error_at(err, dir);
    return LEDE_E_NOTFOUND;
}

lede_status ld_manifest_latest(const lede_env *env, const char *dir, uint64_t *generation,
                               lede_error *err)
{
    ld_names names;
    *generation = 0;
    lede_status status = ld_dir_list(env, dir, &names, err);
    if (status == LEDE_E_NOTFOUND)
        return fail_no_archive(dir, err);
    LD_TRY(status);
    for (size_t i = 0; i < names.count; i++) {
        ld_file_name name = ld_file_name_parse(names.names[i]);
        if (name.kind == LD_FILE_MANIFEST && name.generation > *generation)
            *generation = name.generation;
    }
    ld_names_release(&names);
    return *generation ? LEDE_OK : fail_no_archive(dir, err);
}

lede_status ld_manifest_load(const lede_env *env, const char *dir, uint64_t generation,
                             ld_manifest *m, lede_error *err)
{
    ld_manifest_init(m, env);
    char name[LD_FILE_NAME_BYTES];
    ld_manifest_name(generation, name);
    ld_buf path;
    ld_buf_init(&path, env, LD_PATH_BYTES_MAX);
    char *data = NULL;
    size_t bytes = 0;
    lede_status status;
    LD_TRY_OUT(ld_file_path(dir, name, &path, err));
    const char *where = (const char *)path.data;
    LD_TRY_OUT(ld_file_load(env, where, LD_MANIFEST_BYTES_MAX, &data, &bytes, err));
    LD_TRY_OUT(ld_manifest_decode(ld_span_of(data, bytes), where, m, err));
    if (m->generation != generation) {
        ld_manifest_release(m);
        status = ld_error_corrupt(err, where, 0, "the manifest is of another generation");
    }
out:
    if (data)
        ld_release(env, data, bytes + 1);
    ld_buf_release(&path);
    return status;
}
