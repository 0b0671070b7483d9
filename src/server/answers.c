#include "server/answers.h"

#include "base/hash.h"

lede_status ld_answers_new(const lede_env *env, ld_answers **answers, lede_error *err)
{
    ld_answers *a = ld_alloc_zero(env, sizeof *a);
    *answers = NULL;
    if (!a)
        return ld_error_nomem(err, sizeof *a);
    a->env = env;
    lede_status status = ld_mutex_init(&a->lock, err);
    if (status != LEDE_OK) {
        ld_release(env, a, sizeof *a);
        return status;
    }
    *answers = a;
    return LEDE_OK;
}

static void answer_release(const lede_env *env, ld_answer *one)
{
    ld_release(env, one->address, one->address_bytes);
    ld_release(env, one->body, one->body_bytes);
    *one = (ld_answer){.address = NULL};
}

void ld_answers_free(ld_answers *a)
{
    if (!a)
        return;
    for (size_t i = 0; i < LD_ANSWERS_SETS; i++)
        for (size_t k = 0; k < LD_ANSWERS_WAYS; k++)
            answer_release(a->env, &a->places[i][k]);
    ld_mutex_release(&a->lock);
    ld_release(a->env, a, sizeof *a);
}

static ld_answer *set_of(ld_answers *a, ld_span address)
{
    return a->places[ld_hash64(address.data, address.bytes, 0) % LD_ANSWERS_SETS];
}

static bool is_of(const ld_answer *one, ld_span address)
{
    return one->address && ld_span_equal(ld_span_of(one->address, one->address_bytes), address);
}

bool ld_answers_get(ld_answers *a, ld_span address, int64_t day, ld_buf *body,
                    const char **content_type)
{
    bool found = false;
    ld_mutex_lock(&a->lock);
    ld_answer *set = set_of(a, address);
    for (size_t k = 0; k < LD_ANSWERS_WAYS && !found; k++) {
        if (set[k].day != day || !is_of(&set[k], address))
            continue;
        set[k].asked = ++a->clock;
        ld_buf_add(body, set[k].body, set[k].body_bytes);
        *content_type = set[k].content_type;
        found = true;
    }
    ld_mutex_unlock(&a->lock);
    return found;
}

/* Where an answer to the address goes: its own place, else the one asked for the longest ago. */
static ld_answer *place_for(ld_answers *a, ld_span address)
{
    ld_answer *set = set_of(a, address), *oldest = &set[0];
    for (size_t k = 0; k < LD_ANSWERS_WAYS; k++) {
        if (is_of(&set[k], address))
            return &set[k];
        if (set[k].asked < oldest->asked)
            oldest = &set[k];
    }
    return oldest;
}

void ld_answers_put(ld_answers *a, ld_span address, int64_t day, ld_span body,
                    const char *content_type)
{
    if (address.bytes == 0 || address.bytes > LD_ANSWER_ADDRESS_BYTES || body.bytes == 0 ||
        body.bytes > LD_ANSWER_BYTES_MAX)
        return;
    ld_answer one = {.address = ld_alloc(a->env, address.bytes),
                     .body = ld_alloc(a->env, body.bytes),
                     .address_bytes = address.bytes,
                     .body_bytes = body.bytes,
                     .content_type = content_type,
                     .day = day};
    if (!one.address || !one.body) {
        answer_release(a->env, &one);
        return;
    }
    memcpy(one.address, address.data, address.bytes);
    memcpy(one.body, body.data, body.bytes);
    ld_mutex_lock(&a->lock);
    one.asked = ++a->clock;
    ld_answer *place = place_for(a, address), old = *place;
    *place = one;
    ld_mutex_unlock(&a->lock);
    answer_release(a->env, &old);
}
