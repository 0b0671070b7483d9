#include "codec/crc32c.h"
#include "index/files.h"
#include "index/manifest.h"
#include "index/manifest_format.h"

void ld_manifest_init(ld_manifest *m, const lede_env *env)
{
    *m = (ld_manifest){.env = env};
}

void ld_manifest_release(ld_manifest *m)
{
    ld_release(m->env, m->segments, m->segment_capacity * sizeof *m->segments);
    m->segments = NULL;
    m->segment_count = m->segment_capacity = 0;
}

lede_status ld_manifest_add(ld_manifest *m, const ld_manifest_segment *segment, lede_error *err)
{
    LD_TRY(ld_grow(m->env, (void **)&m->segments, &m->segment_capacity, m->segment_count + 1,
                   sizeof *m->segments, LD_SEGMENTS_MAX, err));
    m->segments[m->segment_count++] = *segment;
    return LEDE_OK;
}

static bool is_text(const char *text, size_t capacity)
{
    return memchr(text, 0, capacity) != NULL;
}

lede_status ld_profile_check(const ld_profile *p, lede_error *err)
{
    bool ok = is_text(p->name, sizeof p->name) &&
              is_text(p->stemmer_version, sizeof p->stemmer_version) &&
              p->user_zone_count <= LD_USER_ZONES_MAX &&
              p->user_column_count <= LD_USER_COLUMNS_MAX;
    for (uint32_t i = 0; ok && i < LD_ZONES_MAX; i++)
        ok = p->zone_classes[i] < LD_CLASS_COUNT;
    for (uint32_t i = 0; ok && i < p->user_zone_count; i++) {
        const ld_zone_spec *z = &p->user_zones[i];
        ok = z->zone >= LD_ZONE_USER && z->zone < LD_ZONES_MAX && z->zone_class < LD_CLASS_COUNT &&
             is_text(z->name, sizeof z->name);
    }
    for (uint32_t i = 0; ok && i < p->user_column_count; i++) {
        const ld_column_spec *c = &p->user_columns[i];
        ok = c->id >= LD_COLUMN_USER && c->id < LD_COLUMN_USER + LD_USER_COLUMNS_MAX &&
             (c->kind == LD_COLUMN_KIND_NUMBER || c->kind == LD_COLUMN_KIND_KEYWORD) &&
             is_text(c->name, sizeof c->name);
    }
    return ok ? LEDE_OK
              : LD_FAIL(err, LEDE_E_INVALID,
                        "the archive's profile names a zone or a column that "
                        "cannot be; see the limits on user zones and columns");
}

static void add_text(ld_buf *out, const char *text)
{
    ld_buf_add_byte(out, (uint8_t)strlen(text));
    ld_buf_add_string(out, text);
}

static void encode_profile(const ld_profile *p, ld_buf *out)
{
    add_text(out, p->name);
    ld_buf_add_byte(
        out, (uint8_t)((p->stem ? LD_PROFILE_STEM : 0) | (p->case_classes ? LD_PROFILE_CASE : 0) |
                       (p->marks ? LD_PROFILE_MARKS : 0) | (p->sidecars ? LD_PROFILE_SIDECARS : 0) |
                       (p->store ? LD_PROFILE_STORE : 0)));
    ld_buf_add_u32(out, p->analyzer_version);
    add_text(out, p->stemmer_version);
    ld_buf_add(out, p->zone_classes, LD_ZONES_MAX);
    ld_buf_add_byte(out, (uint8_t)p->user_zone_count);
    for (uint32_t i = 0; i < p->user_zone_count; i++) {
        ld_buf_add_byte(out, p->user_zones[i].zone);
        ld_buf_add_byte(out, p->user_zones[i].zone_class);
        add_text(out, p->user_zones[i].name);
    }
    ld_buf_add_byte(out, (uint8_t)p->user_column_count);
    for (uint32_t i = 0; i < p->user_column_count; i++) {
        ld_buf_add_u16(out, p->user_columns[i].id);
        ld_buf_add_byte(out, p->user_columns[i].kind);
        ld_buf_add_byte(out, p->user_columns[i].is_double);
        add_text(out, p->user_columns[i].name);
    }
}

void ld_manifest_encode(const ld_manifest *m, ld_buf *out)
{
    ld_buf_clear(out);
    ld_buf_add(out, LD_MANIFEST_MAGIC, LD_MANIFEST_MAGIC_BYTES);
    ld_buf_add_u32(out, LD_MANIFEST_VERSION);
    ld_buf_add_u32(out, (uint32_t)m->segment_count);
    ld_buf_add_u64(out, m->generation);
    ld_buf_add_u64(out, m->next_segment);
    encode_profile(&m->profile, out);
    for (size_t i = 0; i < m->segment_count; i++) {
        const ld_manifest_segment *s = &m->segments[i];
        ld_buf_add_u64(out, s->id);
        ld_buf_add_u64(out, s->file_bytes);
        ld_buf_add_u32(out, s->footer_crc32c);
        ld_buf_add_u32(out, s->docs);
        ld_buf_add_u64(out, s->deletes_generation);
        ld_buf_add_u64(out, s->deletes_bytes);
        ld_buf_add_u32(out, s->deletes_crc32c);
        ld_buf_add_u32(out, 0);
    }
    ld_buf_add_u32(out, ld_crc32c(0, out->data, out->bytes));
}

static lede_status put_in_place(const lede_env *env, const char *dir, const char *from,
                                const char *to, bool *visible, lede_error *err)
{
    /* the names of the new files are on disk before the name that stands for all of them */
    LD_TRY(ld_dir_sync(env, dir, err));
    LD_TRY(ld_path_rename(env, from, to, err));
    *visible = true;
    return ld_dir_sync(env, dir, err);
}

lede_status ld_manifest_commit(const ld_manifest *m, const char *dir, bool *visible,
                               lede_error *err)
{
    *visible = false;
    char name[LD_FILE_NAME_BYTES];
    ld_manifest_name(m->generation, name);
    ld_buf bytes, from, to;
    ld_buf_init(&bytes, m->env, LD_MANIFEST_BYTES_MAX);
    ld_buf_init(&from, m->env, LD_PATH_BYTES_MAX);
    ld_buf_init(&to, m->env, LD_PATH_BYTES_MAX);
    ld_manifest_encode(m, &bytes);
    lede_status status;
    LD_TRY_OUT(ld_buf_status(&bytes, err));
    LD_TRY_OUT(ld_file_path(dir, name, &from, err));
    LD_TRY_OUT(ld_file_path(dir, name, &to, err));
    ld_buf_add_string(&from, LD_MANIFEST_TMP_SUFFIX);
    (void)ld_buf_string(&from);
    LD_TRY_OUT(ld_buf_status(&from, err));
    LD_TRY_OUT(ld_file_write_whole(m->env, (const char *)from.data, ld_buf_span(&bytes), err));
    status =
        put_in_place(m->env, dir, (const char *)from.data, (const char *)to.data, visible, err);
    if (!*visible) /* left behind it is an orphan */
        (void)ld_path_unlink(m->env, (const char *)from.data, NULL);
out:
    ld_buf_release(&to);
    ld_buf_release(&from);
    ld_buf_release(&bytes);
    return status;
}
