/*
 * What does the extractor see of a page? For tools/train_blocks.py.
 *
 *     dump_features FEATURES [MODEL] < LIST > BLOCKS
 *
 * LIST: paths of pages, one a line. BLOCKS: one JSON object a page with its path, the body that is
 * extracted, the texts of its blocks and their scores. FEATURES: a file of LD_FEATURE_COUNT 16-bit
 * integers a block, little-endian; "-": none. MODEL: a file of integers in text: count of trees,
 * count of nodes, bias, the roots and then the nodes (feature, right, threshold); default: the
 * built-in model. "dump_features -names" prints the names of the features.
 *
 * Memory and files go through plain C: this is no part of the library.
 */
#include "article/block_model.h"
#include "article/extract.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_BYTES_MAX (64u << 20)

typedef struct dump {
    FILE *features;
    ld_json json;
} dump;

static void see(void *context, const ld_body *body, const ld_features *rows, const int32_t *scores)
{
    dump *d = context;
    if (d->features)
        fwrite(rows, sizeof *rows, body->t.block_count, d->features);
    ld_json_key(&d->json, "blocks");
    ld_json_array(&d->json);
    for (uint32_t i = 0; i < body->t.block_count; i++)
        ld_json_string(&d->json, body->t.blocks[i].text);
    ld_json_array_end(&d->json);
    ld_json_key(&d->json, "scores");
    ld_json_array(&d->json);
    for (uint32_t i = 0; i < body->t.block_count; i++)
        ld_json_i64(&d->json, scores[i]);
    ld_json_array_end(&d->json);
}

static int fail(const char *what, const char *which)
{
    fprintf(stderr, "dump_features: %s: %s\n", what, which);
    return 1;
}

static bool read_model(FILE *f, ld_block_model *model)
{
    unsigned trees, nodes;
    int bias;
    if (fscanf(f, "%u %u %d", &trees, &nodes, &bias) != 3 || trees > 10000 || nodes > 65536)
        return false;
    uint16_t *roots = calloc(trees + 1, sizeof *roots);
    ld_block_node *table = calloc(nodes + 1, sizeof *table);
    *model = (ld_block_model){table, roots, trees, bias};
    for (unsigned i = 0, root; roots && i < trees; i++) {
        if (fscanf(f, "%u", &root) != 1)
            return false;
        roots[i] = (uint16_t)root;
    }
    for (unsigned i = 0, feature, right; table && i < nodes; i++) {
        int threshold;
        if (fscanf(f, "%u %u %d", &feature, &right, &threshold) != 3)
            return false;
        table[i] = (ld_block_node){(uint8_t)feature, (uint8_t)right, (int16_t)threshold};
    }
    return roots && table;
}

static bool read_page(const char *path, char *buffer, size_t *bytes)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    *bytes = fread(buffer, 1, PAGE_BYTES_MAX, f);
    return fclose(f) == 0;
}

static void dump_page(dump *d, ld_arena *arena, const ld_block_model *model, const char *path,
                      ld_span page)
{
    ld_buf out;
    ld_buf_init(&out, lede_env_system(), 1u << 30);
    ld_json_init(&d->json, &out, false);
    ld_json_object(&d->json);
    ld_json_key_cstring(&d->json, "path", path);
    ld_block_probe probe = {d, see};
    ld_extract_options options = {.model = model, .probe = &probe};
    ld_capture capture = {.media = LD_MEDIA_HTML, .body = page};
    ld_article article;
    lede_error err = {0};
    ld_arena_reset(arena);
    if (ld_article_extract(arena, &capture, &options, &article, &err) == LEDE_OK) {
        ld_buf body;
        ld_buf_init(&body, lede_env_system(), 1u << 30);
        for (uint32_t i = 0; i < article.block_count; i++) {
            ld_buf_add_string(&body, i ? "\n\n" : "");
            ld_buf_add_span(&body, article.blocks[i].text);
        }
        ld_json_key_string(&d->json, "articleBody", ld_buf_span(&body));
        ld_buf_release(&body);
    }
    ld_json_object_end(&d->json);
    fwrite(out.data, 1, out.bytes, stdout);
    putchar('\n');
    ld_buf_release(&out);
}

int main(int count, char **arguments)
{
    if (count < 2)
        return fail("usage", "dump_features FEATURES [MODEL] < LIST > BLOCKS");
    dump d = {.features = NULL};
    ld_block_model model = ld_block_model_default;
    if (strcmp(arguments[1], "-names") == 0) {
        char name[48];
        for (uint32_t i = 0; i < LD_FEATURE_COUNT; i++) {
            ld_feature_name(i, name);
            puts(name);
        }
        return 0;
    }
    if (strcmp(arguments[1], "-") != 0 && !(d.features = fopen(arguments[1], "wb")))
        return fail("cannot write", arguments[1]);
    if (count > 2) {
        FILE *f = fopen(arguments[2], "r");
        if (!f || !read_model(f, &model))
            return fail("cannot read", arguments[2]);
        fclose(f);
    }
    ld_arena *arena;
    lede_error err = {0};
    char *buffer = malloc(PAGE_BYTES_MAX), path[4096];
    if (!buffer || ld_arena_new(lede_env_system(), 1u << 30, &arena, &err) != LEDE_OK)
        return fail("no memory", "");
    while (fgets(path, sizeof path, stdin)) {
        size_t bytes;
        path[strcspn(path, "\n")] = 0;
        if (!read_page(path, buffer, &bytes))
            return fail("cannot read", path);
        dump_page(&d, arena, &model, path, ld_span_of(buffer, bytes));
    }
    ld_arena_free(arena);
    free(buffer);
    return d.features && fclose(d.features) != 0 ? fail("cannot write", arguments[1]) : 0;
}
