/* The lines of a purpose as the keys of an issue, its last day to pay, and the law it is kept by. */
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/month.h"

static const struct {
    const char *en, *zh;
    collection_remitter remitter;
} SHARES[DECIDE_PAYER_COUNT] = {
    [DECIDE_EMPLOYER] = { "employer", "单位", COLLECTION_BY_PAYER },
    [DECIDE_PERSON] = { "person", "个人", COLLECTION_BY_PAYER }, /* 代扣代缴：社会保险法第六十条 */
    [DECIDE_GOVERNMENT] = { "government", "政府", COLLECTION_BY_GOVERNMENT },
    [DECIDE_COLLECTIVE] = { "collective", "集体", COLLECTION_BY_PAYER },
    [DECIDE_FUND] = { "fund", "基金", COLLECTION_BY_PAYER },
    [DECIDE_SUBSIDY] = { "government subsidy", "政府补贴", COLLECTION_BY_GOVERNMENT },
};

const char *month_share_name(const service_call *call, decide_payer payer)
{
    return service_say(call, SHARES[payer].en, SHARES[payer].zh);
}

static err add_key(month_call *m, month_keys *k, const decide_answer *answer, size_t index, collection_charge charge)
{
    const ledger_fund *fund = ledger_fund_find(m->office->chart, text_of(answer->fund));
    if (!fund) return err_of(&LEDGER_UNKNOWN_FUND, answer->fund);
    if (k->count == COLLECTION_KEYS_MAX) return err_of(&COLLECTION_EMPTY, answer->key);
    if (answer->payer == DECIDE_SUBSIDY) charge = COLLECTION_SUBSIDY; /* also for a month gone by: no premium is made up */
    k->answer_of[k->count] = index;
    k->keys[k->count++] = (collection_key){ .name = answer->key, .fund = fund->number, .charge = charge,
                                            .remitter = SHARES[answer->payer].remitter };
    return ERR_NONE;
}

err month_keys_find(month_call *m, const month_deciding *d, collection_charge charge, month_keys *k)
{
    size_t count;
    ledger *books;
    *k = (month_keys){ .is_of_employers = decide_plan_lane(d->plan).each == DECIDE_EACH_EMPLOYMENT };
    text purpose = decide_plan_asked(d->plan)->purpose; /* bill.employee */
    size_t point = text_find(purpose, TEXT("."));
    TRY(county_books(m->office, &books)); /* its chart names the funds */
    TRY(month_billing_find(m, point == SIZE_MAX ? purpose : text_sub(purpose, point + 1, purpose.size_bytes), k));
    if (k->payer_kind == COLLECTION_COLLECTIVE) charge = COLLECTION_HELP;
    const decide_answer *answers = decide_answers(d->plan, &count);
    for (size_t i = 0; i < count; i++)
        if (answers[i].kind == DECIDE_LINE) TRY(add_key(m, k, &answers[i], i, charge));
    k->base = decide_answer_index(d->plan, "base");
    return ERR_NONE;
}

err month_due_day(month_call *m, int32_t *due_day)
{
    text said;
    int64_t of_month = 0;
    int32_t last = calendar_last_day_of_month(m->month);
    *due_day = service_day_of(m->call, "due");
    if (service_is_given(m->call, "due")) return ERR_NONE;
    TRY(month_setting(m, "due.day", &said));
    if (!codec_parse_scaled(said, 0, &of_month) || of_month < 1 || of_month > 31)
        return err_of(&MONTH_BAD_TABLE, text_format(m->memory, "due.day %.*s", TEXT_ARG(said)).bytes);
    *due_day = calendar_first_day_of_month(m->month) + (int32_t)of_month - 1;
    if (*due_day > last) *due_day = last;
    return ERR_NONE;
}

text month_law_name(const month_call *m, text purpose, int32_t month)
{
    text name = text_format(m->memory, "month.law.%.*s.%.*s", TEXT_ARG(purpose),
                            TEXT_ARG(service_month_text(m->memory, month)));
    for (size_t i = 0; i < name.size_bytes; i++) /* names of the charter are letters, digits and dots */
        if (name.bytes[i] == '-' || name.bytes[i] == '+') ((char *)(uintptr_t)name.bytes)[i] = '.';
    return name;
}

err month_keep_law(month_call *m, const decide_law *law, text purpose, int32_t month)
{
    charter_act act = { .actor_id = m->office->actor_id, .known_ms = m->office->now_ms, .why = text_of(m->call->op->name) };
    text digest = decide_pack_digest(law);
    TRY(charter_keep_law(m->charter, &act, digest, decide_law_bytes(law)));
    return month_say(m, month_law_name(m, purpose, month).bytes, digest);
}

text month_purpose_base(text purpose)
{
    for (size_t i = 0; i < purpose.size_bytes; i++)
        if (purpose.bytes[i] == '+' || purpose.bytes[i] == '-') return text_sub(purpose, 0, i);
    return purpose;
}
