/* A log against a seal that was kept elsewhere: the first event of each chain that is another, or gone. */
#include <string.h>

#include "service/seal.h"

/* The first mark that is another: the event lies behind `after`, up to `until`; until 0: none is. */
static err first_other(county *office, const seal *kept, uint32_t bucket, int64_t *after, int64_t *until)
{
    int64_t stride;
    text marks;
    *after = *until = 0;
    TRY(seal_marks_of(kept, bucket, &stride, &marks));
    for (int64_t at = stride; stride && marks.size_bytes; at += stride) {
        char hex[CRYPTO_DIGEST_HEX_BYTES];
        size_t end = text_find(marks, TEXT(" ")), found;
        text mark = end == SIZE_MAX ? marks : text_sub(marks, 0, end);
        marks = end == SIZE_MAX ? TEXT("") : text_sub(marks, end + 1, marks.size_bytes);
        crypto_digest is;
        TRY(eventlog_hashes(office->log, bucket, at, 1, 1, &is, &found));
        if (!found) return ERR_NONE;
        crypto_print_digest(is, hex);
        *until = text_begins(text_of(hex), mark) ? 0 : at;
        if (*until) return ERR_NONE;
        *after = at;
    }
    return ERR_NONE;
}

static void tell_other(service_call *call, uint32_t bucket, int64_t after, int64_t until, seal_report *report,
                       void *context)
{
    const char *one = service_say(call, "the event is another than the one that was sealed", "该事件与签封时的不同");
    const char *many = service_say(call, "from here to event %lld one is the first that is another than was sealed",
                                   "自此至第 %lld 个事件之间，有事件与签封时的不同");
    report(context, bucket, after + 1,
           after + 1 == until ? one : text_format(call->request, many, (long long)until).bytes);
}

static err compare_chain(county *office, const eventlog_head *now, const seal *kept, seal_report *report,
                         void *context)
{
    service_call *call = office->call;
    uint32_t bucket = now->bucket;
    const eventlog_head *then = &kept->heads[bucket];
    crypto_digest is;
    size_t found = 0;
    int64_t after, until;
    if (!then->sequence) return ERR_NONE;
    if (now->sequence >= then->sequence) TRY(eventlog_hashes(office->log, bucket, then->sequence, 1, 1, &is, &found));
    if (found && crypto_digest_equal(is, then->hash)) return ERR_NONE;
    TRY(first_other(office, kept, bucket, &after, &until));
    if (until) {
        tell_other(call, bucket, after, until, report, context);
    } else if (now->sequence < then->sequence) {
        const char *form = service_say(call, "the chain ends at %lld; %lld sealed events are gone: it was cut off, or an "
                                             "older copy was put in place",
                                       "事件链止于第 %lld 个；已签封的 %lld 个事件缺失：链尾被截断，或换上了较旧的副本");
        report(context, bucket, now->sequence + 1,
               text_format(call->request, form, (long long)now->sequence,
                           (long long)(then->sequence - now->sequence)).bytes);
    } else {
        tell_other(call, bucket, after, then->sequence, report, context);
    }
    return ERR_NONE;
}

/* The store must know the key as that of the user who signed: else it is another office's. */
static err check_signer(county *office, const seal *kept, seal_report *report, void *context)
{
    staff *room;
    int64_t owner = 0;
    if (!kept->user_id) return ERR_NONE;
    TRY(county_staff(office, &room));
    err e = staff_key_owner(room, &kept->key, kept->known_ms, &owner);
    if (e.kind && e.kind != &STAFF_NO_KEY) return e;
    if (e.kind || owner != kept->user_id)
        report(context, EVENTLOG_OFFICE, 0,
               service_say(office->call, "the store does not know the key that signed the heads: it is another office's, "
                                         "or its users were replaced",
                           "本库没有签署链头的密钥：该库属于另一机构，或其用户被替换"));
    return ERR_NONE;
}

err seal_compare(county *office, const seal *kept, seal_report *report, void *context)
{
    eventlog_head now[EVENTLOG_BUCKETS + 1];
    TRY(eventlog_heads(office->log, now));
    TRY(check_signer(office, kept, report, context));
    for (uint32_t i = 0; i <= EVENTLOG_BUCKETS; i++) TRY(compare_chain(office, &now[i], kept, report, context));
    return ERR_NONE;
}
