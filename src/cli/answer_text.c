/*
 * An answer for a person:
 *
 *   1 story in 0.3 ms
 *
 *   France asks US, Russia to join forces against IS
 *   2015-11-16 (given) · page.txt
 *     ... Hollande said he would meet US President ...
 *     2 copies: a.txt, b.txt                                   (with --dup or dup:)
 */
#include "cli/answer.h"
#include "cli/article_text.h"

#define QUERY_ECHO_CHARS_MAX 200u /* a longer query is not printed under its warnings */

static void print_passage(ld_out *out, const lede_passage *passage)
{
    bool is_story = strcmp(passage->zone, "body") == 0 || strcmp(passage->zone, "lead") == 0;
    ld_out_string(out, "  ");
    if (!is_story && *passage->zone) {
        ld_out_style(out, LD_STYLE_FAINT);
        ld_out_format(out, "%s: ", passage->zone);
        ld_out_style(out, LD_STYLE_PLAIN);
    }
    ld_out_string(out, passage->cut_before ? "... " : "");
    ld_out_marked(out, ld_span_from_text(passage->text), passage->marks, passage->mark_count,
                  LD_STYLE_PLAIN);
    ld_out_string(out, passage->cut_after ? " ...\n" : "\n");
}

static void print_copies(ld_out *out, const lede_hit *hit)
{
    if (hit->copy_count == 0)
        return;
    ld_out_style(out, LD_STYLE_FAINT);
    ld_out_format(out, "  %llu %s:", (unsigned long long)hit->copy_count,
                  ld_plural(hit->copy_count, "copy", "copies"));
    for (uint32_t i = 0; i < hit->copy_key_count; i++) {
        ld_out_string(out, i ? ", " : " ");
        ld_out_line(out, ld_span_from_text(hit->copy_keys[i]));
    }
    ld_out_string(out, hit->copy_count > hit->copy_key_count ? ", ...\n" : "\n");
    ld_out_style(out, LD_STYLE_PLAIN);
}

static void print_parts(ld_out *out, const lede_hit *hit)
{
    if (hit->part_count == 0)
        return;
    ld_out_style(out, LD_STYLE_FAINT);
    ld_out_format(out, "  score %.4f\n", hit->score);
    for (uint32_t i = 0; i < hit->part_count; i++) {
        const lede_score_part *p = &hit->parts[i];
        ld_out_format(out, "    %8.4f %s ", p->score, p->kind);
        ld_out_line(out, ld_span_from_text(p->text));
        if (p->head + p->lead + p->body + p->aside)
            ld_out_format(out, " (headline %u, lead %u, body %u, captions %u)", p->head, p->lead,
                          p->body, p->aside);
        ld_out_string(out, "\n");
    }
    ld_out_style(out, LD_STYLE_PLAIN);
}

static void print_hit(ld_out *out, const lede_hit *hit)
{
    const lede_article *a = hit->article;
    ld_out_string(out, "\n");
    if (a->headline.bytes)
        ld_out_marked(out, ld_span_from_text(a->headline), hit->headline_marks,
                      hit->headline_mark_count, LD_STYLE_HEADLINE);
    else
        ld_out_string(out, "(no headline)");
    ld_out_string(out, hit->older_version ? " (older version)\n" : "\n");
    ld_article_print_origin(out, a);
    for (uint32_t i = 0; i < hit->passage_count; i++)
        print_passage(out, &hit->passages[i]);
    print_copies(out, hit);
    print_parts(out, hit);
}

static void print_facet(ld_out *out, const ld_facet_answer *facet)
{
    uint32_t count;
    const lede_facet_value *values = lede_facets_values(facet->facets, &count);
    ld_out_format(out, "\n%s\n", facet->name);
    for (uint32_t i = 0; i < count; i++) {
        ld_out_format(out, "%8llu  ", (unsigned long long)values[i].count);
        ld_out_line(out, ld_span_from_text(values[i].value));
        ld_out_string(out, "\n");
    }
}

lede_status ld_answer_print_text(ld_answer_printer *p, uint64_t *shown)
{
    ld_out *out = &p->cli->out;
    const lede_answer *answer = lede_hits_answer(p->hits);
    *shown = 0;
    if (p->total_only) {
        ld_out_format(out, "%llu\n", (unsigned long long)answer->total);
    } else {
        ld_out_format(out, "%s%llu %s", answer->total_exact ? "" : "at least ",
                      (unsigned long long)answer->total,
                      ld_plural(answer->total, "story", "stories"));
        if (answer->folded && answer->articles_total > answer->total)
            ld_out_format(out, " (%llu articles)", (unsigned long long)answer->articles_total);
        ld_out_format(out, " in %.1f ms\n", (double)answer->elapsed_ns / 1e6);
    }
    if (ld_args_flag(&p->cli->args, LD_OPTION_EXPLAIN_QUERY)) {
        ld_out_string(out, "read as: ");
        ld_out_line(out, ld_span_from_text(answer->understood));
        ld_out_string(out, "\n");
    }
    while (!p->total_only && !out->is_closed) {
        const lede_hit *hit;
        LD_TRY(lede_hits_next(p->hits, &hit, &p->cli->error));
        if (!hit)
            break;
        print_hit(out, hit);
        ++*shown;
    }
    for (uint32_t i = 0; i < p->facet_count; i++)
        print_facet(out, &p->facets[i]);
    return LEDE_OK;
}

static uint32_t count_chars(ld_span s)
{
    uint32_t chars = 0;
    for (size_t i = 0; i < s.bytes; i++)
        chars += ((uint8_t)s.data[i] & 0xc0) != 0x80;
    return chars;
}

static void say_place(ld_out *err, ld_span query, const lede_message *message)
{
    uint32_t chars = count_chars(query);
    if (chars > QUERY_ECHO_CHARS_MAX || message->offset_chars > chars ||
        ld_span_find_byte(query, '\n') != SIZE_MAX)
        return;
    ld_out_string(err, "  ");
    ld_out_text(err, query);
    ld_out_format(err, "\n  %*s^", (int)message->offset_chars, "");
    uint32_t left = chars - message->offset_chars;
    for (uint32_t i = 1; i < message->length_chars && i < left; i++)
        ld_out_string(err, "~");
    ld_out_string(err, "\n");
}

void ld_messages_say(const lede_message *messages, uint32_t count, ld_span query)
{
    ld_out err;
    ld_out_init(&err, stderr, NULL);
    for (uint32_t i = 0; i < count; i++) {
        ld_say("%.*s", (int)messages[i].text.bytes, messages[i].text.data);
        if (messages[i].length_chars || messages[i].offset_chars)
            say_place(&err, query, &messages[i]);
    }
}

void ld_answer_say_messages(const ld_answer_printer *p)
{
    const lede_answer *answer = lede_hits_answer(p->hits);
    ld_messages_say(answer->messages, answer->message_count, ld_span_of(p->query, p->query_bytes));
    if (answer->did_you_mean.bytes)
        ld_say("did you mean: %.*s", (int)answer->did_you_mean.bytes, answer->did_you_mean.data);
}
