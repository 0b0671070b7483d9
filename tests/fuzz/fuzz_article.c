/* A page becomes an article and a document of clean text. First byte: what the page is. */
#include "article/extract.h"
#include "base/utf8.h"
#include "engine/document.h"
#include "engine/profile.h"
#include "tests/fuzz/fuzz.h"

static void check_article(const ld_article *a)
{
    const ld_span texts[] = {a->headline, a->kicker, a->dateline, a->section,       a->language,
                             a->source,   a->url,    a->path,     a->canonical_url, a->agency};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        fuzz_check_text(texts[i]);
    for (uint32_t i = 0; i < a->author_count; i++)
        fuzz_check_text(a->authors[i]);
    for (uint32_t i = 0; i < a->tag_count; i++)
        fuzz_check_text(a->tags[i]);
    for (uint32_t i = 0; i < a->block_count; i++)
        fuzz_check_text(a->blocks[i].text);
    for (uint32_t i = 0; i < a->caption_count; i++) {
        fuzz_check_text(a->captions[i].text);
        fuzz_check_text(a->captions[i].credit);
    }
    fuzz_check(a->lead_block_count <= a->block_count);
}

static void make_document(ld_arena *arena, const ld_article *article)
{
    static ld_analyzer *analyzer;
    static ld_profile profile;
    lede_error err = {0};
    ld_document document;
    if (!analyzer) {
        fuzz_check(ld_profile_make(NULL, &profile, &err) == LEDE_OK);
        fuzz_check(ld_profile_analyzer(fuzz_env(), &profile, &analyzer, &err) == LEDE_OK);
    }
    lede_status status = ld_document_make(arena, analyzer, &profile, article, &document, &err);
    fuzz_check_status(status, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes == 0)
        return 0;
    ld_arena *arena = fuzz_arena();
    ld_article article;
    lede_error err = {0};
    ld_span input = fuzz_span(data + 1, bytes - 1);
    ld_capture capture = {.media = (ld_media)(data[0] & 3),
                          .body = input,
                          .charset = data[0] & 4 ? LD_SPAN("utf-8") : LD_SPAN(""),
                          .url = data[0] & 8 ? LD_SPAN("http://paper.example/2024/05/06/a-b")
                                             : LD_SPAN(""),
                          .path = LD_SPAN("a/b.html")};
    if (capture.media == LD_MEDIA_FIELDS) { /* what a record states is valid UTF-8 */
        capture.body = LD_SPAN("");
        capture.given.title = LD_SPAN("A title");
        *(data[0] & 16 ? &capture.given.html : &capture.given.text) =
            ld_span_sub(input, 0, ld_utf8_valid_bytes(input));
    }
    lede_status status = ld_article_extract(arena, &capture, NULL, &article, &err);
    fuzz_check_status(status, &err);
    if (status == LEDE_OK) {
        check_article(&article);
        make_document(arena, &article);
    }
    return 0;
}
