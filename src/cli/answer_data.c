/*
 * An answer for a program.
 *
 *   json   the object of lede_hits_write_json; with --facet also "facets":
 *          {name: [{"value", "count"}]}
 *   jsonl  a hit a line
 *   csv    RFC 4180, a header row first
 */
#include "base/json.h"
#include "cli/answer.h"
#include "cli/article_text.h"

#define FACETS_BYTES_MAX (64u << 20)

static void json_facets(ld_json *j, const ld_answer_printer *p)
{
    ld_json_object(j);
    ld_json_key(j, "facets");
    ld_json_object(j);
    for (uint32_t i = 0; i < p->facet_count; i++) {
        uint32_t count;
        const lede_facet_value *values = lede_facets_values(p->facets[i].facets, &count);
        ld_json_key(j, p->facets[i].name);
        ld_json_array(j);
        for (uint32_t k = 0; k < count; k++) {
            ld_json_object(j);
            ld_json_key_string(j, "value", ld_span_from_text(values[k].value));
            ld_json_key_u64(j, "count", values[k].count);
            ld_json_object_end(j);
        }
        ld_json_array_end(j);
    }
    ld_json_object_end(j);
    ld_json_object_end(j);
}

/* The answer's object and that of the facets, joined into one. */
static lede_status print_with_facets(ld_answer_printer *p, ld_span answer)
{
    ld_buf buf;
    ld_json json;
    ld_buf_init(&buf, p->cli->env, FACETS_BYTES_MAX);
    ld_json_init(&json, &buf, false);
    json_facets(&json, p);
    lede_status status = ld_buf_status(&buf, &p->cli->error);
    if (status == LEDE_OK) {
        answer = ld_span_trim(answer);
        ld_out_data(&p->cli->out, ld_span_sub(answer, 0, answer.bytes - 1));
        ld_out_string(&p->cli->out, ",");
        ld_out_data(&p->cli->out, ld_span_sub(ld_buf_span(&buf), 1, SIZE_MAX));
        ld_out_string(&p->cli->out, "\n");
    }
    ld_buf_release(&buf);
    return status;
}

lede_status ld_answer_print_json(ld_answer_printer *p, bool lines)
{
    char *text;
    size_t bytes;
    lede_status status = LEDE_OK;
    LD_TRY(lede_hits_write_json(p->hits, p->query, p->query_bytes, lines, &text, &bytes,
                                &p->cli->error));
    if (p->facet_count && !lines)
        status = print_with_facets(p, ld_span_of(text, bytes));
    else
        ld_out_data(&p->cli->out, ld_span_of(text, bytes));
    lede_buffer_free(p->cli->env, text, bytes);
    return status;
}

static void print_cell(ld_out *out, ld_span text, const char *end)
{
    ld_out_string(out, "\"");
    while (text.bytes) {
        size_t quote = ld_span_find_byte(text, '"');
        ld_out_data(out, ld_span_sub(text, 0, quote));
        if (quote == SIZE_MAX)
            break;
        ld_out_string(out, "\"\"");
        text = ld_span_sub(text, quote + 1, SIZE_MAX);
    }
    ld_out_string(out, "\"");
    ld_out_string(out, end);
}

static void print_row(ld_out *out, const lede_hit *hit)
{
    const lede_article *a = hit->article;
    char published[32], score[32];
    ld_date_print(published, &a->published);
    snprintf(score, sizeof score, "%.6g", hit->score);
    const lede_text cells[] = {a->headline,
                               a->source,
                               a->section,
                               a->language,
                               a->author_count ? a->authors[0] : (lede_text){"", 0},
                               a->canonical_url.bytes ? a->canonical_url : a->url,
                               a->key};
    print_cell(out, ld_span_from_string(published), ",");
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        print_cell(out, ld_span_from_text(cells[i]), ",");
    print_cell(out, ld_span_from_string(score), ",");
    lede_text passage = hit->passage_count ? hit->passages[0].text : (lede_text){"", 0};
    print_cell(out, ld_span_from_text(passage), "\r\n");
}

lede_status ld_answer_print_csv(ld_answer_printer *p)
{
    ld_out *out = &p->cli->out;
    ld_out_string(out, "published,headline,source,section,language,author,url,key,score,"
                       "passage\r\n");
    while (!p->total_only && !out->is_closed) {
        const lede_hit *hit;
        LD_TRY(lede_hits_next(p->hits, &hit, &p->cli->error));
        if (!hit)
            break;
        print_row(out, hit);
    }
    return LEDE_OK;
}
