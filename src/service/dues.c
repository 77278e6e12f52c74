/* Who pays, and the words of dues. */
#include "service/dues.h"

#include <string.h>

#include "calendar/calendar.h"
#include "service/record_rows.h"

const err_kind DUES_NO_PAYER = {
    "dues.no_payer", ERR_NOT_FOUND,
    "No employer or person is known by {}; say a credit code, a citizen number, an id, government, collective and the code of a village of this county (twelve digits), or a fund.",
    "找不到缴费人“{}”；请写统一社会信用代码、证件号码、编号、“政府”、“集体”加本县村代码（十二位），或代缴的基金。"
};

static const struct {
    const char *code, *en, *zh;
} CHARGES[] = {
    [COLLECTION_PREMIUM] = { "premium", "premium", "保费" },
    [COLLECTION_BACK_PAYMENT] = { "back_payment", "back payment", "补缴" },
    [COLLECTION_LATE_FEE] = { "late_fee", "late fee", "滞纳金" },
    [COLLECTION_LEVY] = { "levy", "levy", "其他征收" },
    [COLLECTION_HELP] = { "help", "collective help", "集体补助" },
    [COLLECTION_SUBSIDY] = { "subsidy", "government subsidy", "财政补贴" },
};

const char *dues_charge_code(collection_charge charge)
{
    return CHARGES[charge].code;
}

collection_charge dues_charge_of(text said)
{
    for (size_t i = COLLECTION_PREMIUM; i < ARRAY_COUNT(CHARGES); i++)
        if (text_equal_cstr(said, CHARGES[i].code) || text_equal_cstr(said, CHARGES[i].zh)) return (collection_charge)i;
    return 0;
}

text dues_charge_text(const service_call *call, collection_charge charge)
{
    return text_of(service_say(call, CHARGES[charge].en, CHARGES[charge].zh));
}

text dues_fund_text(const month_call *m, int32_t fund)
{
    size_t count;
    const ledger_fund *funds = ledger_funds(m->office->chart, &count);
    for (size_t i = 0; i < count; i++)
        if (funds[i].number == fund) return text_of(service_say(m->call, funds[i].name, funds[i].name_zh));
    return text_format(m->call->request, "%d", fund);
}

text dues_purpose_text(const service_call *call, text purpose)
{
    size_t count;
    const month_purpose *all = month_purposes(&count);
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(month_purpose_base(purpose), all[i].name)) {
            const char *name = service_say(call, all[i].en, all[i].zh);
            text rest = text_sub(purpose, strlen(all[i].name), purpose.size_bytes);
            if (!rest.size_bytes) return text_of(name);
            bool is_more = rest.bytes[0] == '+';
            text month = text_sub(rest, 1, 1 + strlen("2026-12")); /* what is behind it tells issues apart */
            if (call->is_chinese) return text_format(call->request, "%s（%.*s %s）", name, TEXT_ARG(month), is_more ? "补收" : "退收");
            return text_format(call->request, "%s (%s in %.*s)", name, is_more ? "billed" : "taken off", TEXT_ARG(month));
        }
    return text_copy(call->request, purpose);
}

err dues_order(const month_call *m, collection_order *order)
{
    text named, late;
    TRY(month_setting(m, "order.named_month_first", &named));
    TRY(month_setting(m, "order.late_fee_last", &late));
    *order = (collection_order){ .is_named_month_first = text_equal(named, TEXT("是")),
                                 .is_late_fee_last = text_equal(late, TEXT("是")) };
    return ERR_NONE;
}

/* ---- who ---- */

static err kind_of_id(month_call *m, registry *people, int64_t id, collection_payer *payer)
{
    registry_record record;
    TRY(registry_record_read(m->memory, people, id, REGISTRY_NOW, &record));
    *payer = (collection_payer){ record.kind == REGISTRY_EMPLOYER ? COLLECTION_EMPLOYER : COLLECTION_PERSON, id };
    return ERR_NONE;
}

err dues_payer_of(month_call *m, collection *bills, text said, collection_payer *payer)
{
    enum { ID_DIGITS_MAX = 14 };
    registry *people;
    ledger *books;
    int64_t id = 0;
    (void)bills;
    if (month_payer_said(m, said, payer)) return ERR_NONE;
    TRY(county_books(m->office, &books)); /* its chart names the funds */
    const ledger_fund *fund = codec_parse_scaled(said, 0, &id) ? NULL : ledger_fund_find(m->office->chart, said);
    if (fund) {
        *payer = (collection_payer){ COLLECTION_FUND, fund->number };
        return ERR_NONE;
    }
    TRY(county_people(m->office, &people));
    err none = err_of(&DUES_NO_PAYER, text_cstr(m->call->request, said));
    if (said.size_bytes <= ID_DIGITS_MAX && codec_parse_scaled(said, 0, &id) && id > 0)
        return kind_of_id(m, people, id, payer).kind ? none : ERR_NONE;
    *payer = (collection_payer){ COLLECTION_EMPLOYER, 0 };
    if (!registry_find_code(m->memory, people, said, &payer->id).kind) return ERR_NONE;
    *payer = (collection_payer){ COLLECTION_PERSON, 0 };
    err e = record_find_person(m->office, said, &payer->id);
    return e.kind == &RECORD_NONE || e.kind == &REGISTRY_NOT_FOUND || (!e.kind && payer->id <= 0) ? none : e;
}

err dues_payer_name(month_call *m, int64_t id, text *name)
{
    registry *people;
    registry_record record;
    TRY(county_people(m->office, &people));
    TRY(registry_record_read(m->memory, people, id, REGISTRY_NOW, &record));
    *name = TEXT("");
    if (record.kind == REGISTRY_EMPLOYER && record.count[REGISTRY_EMPLOYER])
        *name = ((const registry_employer *)record.facts[REGISTRY_EMPLOYER])[record.count[REGISTRY_EMPLOYER] - 1].name;
    if (record.kind == REGISTRY_PERSON && record.count[REGISTRY_PERSON])
        *name = ((const registry_person *)record.facts[REGISTRY_PERSON])[record.count[REGISTRY_PERSON] - 1].name;
    return ERR_NONE;
}

err dues_payer_text(month_call *m, collection_payer payer, text *shown)
{
    arena *a = m->call->request;
    if (payer.kind == COLLECTION_GOVERNMENT) {
        *shown = text_of(service_say(m->call, "government", "政府"));
        return ERR_NONE;
    }
    if (payer.kind == COLLECTION_FUND) {
        *shown = dues_fund_text(m, (int32_t)payer.id);
        return ERR_NONE;
    }
    if (payer.kind == COLLECTION_COLLECTIVE) {
        *shown = text_format(a, "%s %lld", service_say(m->call, "collective", "集体"), (long long)payer.id);
        return ERR_NONE;
    }
    text name;
    TRY(dues_payer_name(m, payer.id, &name));
    *shown = text_format(a, "%lld %.*s", (long long)payer.id, TEXT_ARG(name));
    return ERR_NONE;
}

/* ---- beginning ---- */

static text key_of(const dues_call *d)
{
    return service_text_of(d->m.call, "key", TEXT_NONE);
}

err dues_begin(service_call *call, county_need need, dues_call *d)
{
    ledger *books;
    *d = (dues_call){ 0 };
    TRY(month_begin(call, need, &d->m));
    if (d->m.month == INT32_MIN) d->m.month = d->m.open_month;
    if (need == COUNTY_WRITE && d->m.open_month == INT32_MIN) return err_of(&MONTH_NOT_OPEN, "-");
    if (need == COUNTY_WRITE) TRY(month_need_open(&d->m));
    TRY(county_bills(d->m.office, &d->bills));
    TRY(county_books(d->m.office, &books)); /* its chart names the funds */
    d->act = (collection_act){ .actor_id = d->m.office->actor_id, .known_ms = d->m.office->now_ms,
                               .why = service_text_of(call, "why", text_of(call->op->name)),
                               .key = key_of(d), .month = d->m.month };
    if (!service_is_given(call, "payer")) return ERR_NONE;
    return dues_payer_of(&d->m, d->bills, service_text_of(call, "payer", TEXT_NONE), &d->payer);
}
