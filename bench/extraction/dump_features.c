/*
 * What does the extractor see of a page? For tools/train_blocks.py.
 *
 *     dump_features FEATURES [MODEL [-learn]] < LIST > BLOCKS
 *
 * LIST: paths of pages, one a line. BLOCKS: one JSON object a page with its path, the body that is
 * extracted, the texts of its blocks and their scores. FEATURES: a file of LD_FEATURE_COUNT 16-bit
 * integers a block, little-endian; "-": none. MODEL: a file of integers in text: count of trees,
 * bias, the splits (threshold, feature) and then the leaves; default: the built-in model ("-" too).
 * -learn: all pages are read once before, for what their sites teach. "dump_features -names" prints
 * the names of the features.
 *
 * Memory and files go through plain C: this is no part of the library.
 */
#include "article/block_model.h"
#include "article/extract.h"
#include "article/sites.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_BYTES_MAX (64u << 20)

typedef struct dump {
    FILE *features;
    ld_json json;
    ld_arena *arena;
    char *buffer; /* [PAGE_BYTES_MAX] */
    ld_extract_options options;
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
    unsigned trees;
    int bias;
    if (fscanf(f, "%u %d", &trees, &bias) != 2 || trees > 10000)
        return false;
    ld_block_split *splits = calloc(trees + 1, LD_BLOCK_TREE_SPLITS * sizeof *splits);
    int16_t *leaves = calloc(trees + 1, LD_BLOCK_TREE_LEAVES * sizeof *leaves);
    *model = (ld_block_model){splits, leaves, trees, bias};
    for (unsigned i = 0; splits && i < trees * LD_BLOCK_TREE_SPLITS; i++) {
        int threshold, feature;
        if (fscanf(f, "%d %d", &threshold, &feature) != 2 || feature < 0 ||
            feature >= LD_FEATURE_COUNT)
            return false;
        splits[i] = (ld_block_split){(int16_t)threshold, (uint16_t)feature};
    }
    for (unsigned i = 0; leaves && i < trees * LD_BLOCK_TREE_LEAVES; i++) {
        int leaf;
        if (fscanf(f, "%d", &leaf) != 1)
            return false;
        leaves[i] = (int16_t)leaf;
    }
    return splits && leaves;
}

static bool read_page(const char *path, char *buffer, size_t *bytes)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    *bytes = fread(buffer, 1, PAGE_BYTES_MAX, f);
    return fclose(f) == 0;
}

static lede_status extract(dump *d, ld_span page, ld_article *article)
{
    ld_capture capture = {.media = LD_MEDIA_HTML, .body = page};
    lede_error err = {0};
    ld_arena_reset(d->arena);
    return ld_article_extract(d->arena, &capture, &d->options, article, &err);
}

static void dump_page(dump *d, const char *path, ld_span page)
{
    ld_buf out;
    ld_buf_init(&out, lede_env_system(), 1u << 30);
    ld_json_init(&d->json, &out, false);
    ld_json_object(&d->json);
    ld_json_key_cstring(&d->json, "path", path);
    ld_article article;
    if (extract(d, page, &article) == LEDE_OK) {
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

/* Reads the pages named by LIST, one after the other. */
static int each_page(dump *d, FILE *list, void (*use)(dump *d, const char *path, ld_span page))
{
    char path[4096];
    rewind(list);
    while (fgets(path, sizeof path, list)) {
        size_t bytes;
        path[strcspn(path, "\n")] = 0;
        if (!read_page(path, d->buffer, &bytes))
            return fail("cannot read", path);
        use(d, path, ld_span_of(d->buffer, bytes));
    }
    return 0;
}

static void teach_page(dump *d, const char *path, ld_span page)
{
    ld_article article;
    (void)path;
    (void)extract(d, page, &article);
}

/* Standard input can be read once; LIST may be wanted twice. */
static FILE *keep_list(void)
{
    FILE *list = tmpfile();
    char line[4096];
    while (list && fgets(line, sizeof line, stdin))
        fputs(line, list);
    return list;
}

static int print_names(void)
{
    char name[48];
    for (uint32_t i = 0; i < LD_FEATURE_COUNT; i++) {
        ld_feature_name(i, name);
        puts(name);
    }
    return 0;
}

static int dump_all(dump *d, bool learns)
{
    lede_error err = {0};
    ld_sites *sites = NULL;
    FILE *list = keep_list();
    d->buffer = malloc(PAGE_BYTES_MAX);
    if (!list || !d->buffer ||
        ld_arena_new(lede_env_system(), 1u << 30, &d->arena, &err) != LEDE_OK ||
        (learns && ld_sites_new(lede_env_system(), &sites, &err) != LEDE_OK))
        return fail("no memory", "");
    if (learns) {
        d->options.taught = sites;
        if (each_page(d, list, teach_page) != 0 || ld_sites_finish(sites, &err) != LEDE_OK)
            return 1;
        d->options.taught = NULL;
        d->options.sites = sites;
    }
    ld_block_probe probe = {d, see};
    d->options.probe = &probe;
    int code = each_page(d, list, dump_page);
    ld_sites_free(sites);
    ld_arena_free(d->arena);
    free(d->buffer);
    fclose(list);
    return code;
}

int main(int count, char **arguments)
{
    if (count < 2)
        return fail("usage", "dump_features FEATURES [MODEL [-learn]] < LIST > BLOCKS");
    dump d = {.features = NULL};
    ld_block_model model = ld_block_model_default;
    if (strcmp(arguments[1], "-names") == 0)
        return print_names();
    if (strcmp(arguments[1], "-") != 0 && !(d.features = fopen(arguments[1], "wb")))
        return fail("cannot write", arguments[1]);
    if (count > 2 && strcmp(arguments[2], "-") != 0) {
        FILE *f = fopen(arguments[2], "r");
        if (!f || !read_model(f, &model))
            return fail("cannot read", arguments[2]);
        fclose(f);
    }
    d.options.model = &model;
    int code = dump_all(&d, count > 3 && strcmp(arguments[3], "-learn") == 0);
    if (d.features && fclose(d.features) != 0)
        return fail("cannot write", arguments[1]);
    return code;
}
