#include "calendar/calendar.h"
#include "service/ledger.h"
#include "service/operations.h"

static const service_field PERSON_INPUT[] = {
    { .name = "person", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "PERSON",
      .summary = "the person's number", .summary_zh = "人员编号" },
    SERVICE_FUND_FIELD,
    { .name = "year", .type = SERVICE_COUNT, .shows = "YYYY",
      .summary = "the statement of one year: what stood before, what came, what stands at its end (default: all)",
      .summary_zh = "某一年的对账单：上年末、本年记账、年末储存额（默认全部）" },
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};
static const service_field PERSON_POSTING[] = {
    { .name = "day", .type = SERVICE_DATE },    { .name = "kind", .type = SERVICE_STATE },
    { .name = "amount", .type = SERVICE_TEXT }, { .name = "balance", .type = SERVICE_TEXT },
};
static const service_field PERSON_OUTPUT[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "opening", .type = SERVICE_VALUE, .summary = "at last year's end", .summary_zh = "上年末储存额", .is_optional = true },
    { .name = "postings", .type = SERVICE_OBJECT, .is_list = true, .fields = PERSON_POSTING,
      .field_count = ARRAY_COUNT(PERSON_POSTING) },
    { .name = "balance", .type = SERVICE_TEXT, .summary = "balance", .summary_zh = "余额" },
};

/* Postings of a year by their day, which may have become known later: interest of December comes in June. */
static size_t of_year(arena *a, int32_t year, const ledger_posting **postings, size_t count, int64_t *opening, int64_t *closing)
{
    ledger_posting *kept = ARENA_ARRAY(a, ledger_posting, count + 1);
    size_t kept_count = 0;
    *opening = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t of = calendar_year_of_day((*postings)[i].day);
        if (of < year) *opening += (*postings)[i].amount_fen;
        if (of == year) kept[kept_count++] = (*postings)[i];
    }
    *closing = *opening;
    for (size_t i = 0; i < kept_count; i++) kept[i].balance_fen = *closing += kept[i].amount_fen;
    *postings = kept;
    return kept_count;
}

/* The account of a record that was merged stays to be seen; what stood in it is elsewhere. */
static err tell_merge(service_ledger *l, int64_t person)
{
    registry *people;
    int64_t into, since_ms;
    TRY(county_people(l->county, &people));
    TRY(registry_merged_into(people, person, REGISTRY_NOW, &into, &since_ms));
    if (into)
        service_note(l->call, "this record was merged; its account stands with record ", "该记录已被合并，账户余额在编号 ",
                     text_format(l->call->request, "%lld", (long long)into));
    return ERR_NONE;
}

static const char *kind_code(const service_ledger *l, int32_t number)
{
    size_t count;
    const ledger_kind *kinds = ledger_kinds(l->chart, &count);
    for (size_t i = 0; i < count; i++)
        if (kinds[i].number == number) return kinds[i].code;
    return "unknown"; /* of a table since */
}

static err tell_person(service_ledger *l)
{
    service_call *call = l->call;
    arena *a = call->request;
    const ledger_posting *p;
    size_t count;
    int64_t balance, person = (int64_t)service_size_of(call, "person", 0);
    TRY(ledger_person_postings(a, l->books, person, l->fund->number, &p, &count));
    TRY(ledger_person_balance(l->books, person, l->fund->number, &balance));
    TRY(tell_merge(l, person));
    service_put_count(a, call->reply, "person", person);
    service_put_cstr(a, call->reply, "fund", service_say(l->call, l->fund->name, l->fund->name_zh));
    if (service_is_given(call, "year")) {
        int64_t opening;
        count = of_year(a, (int32_t)service_size_of(call, "year", 0), &p, count, &opening, &balance);
        service_put_text(a, call->reply, "opening", service_yuan(a, opening));
    }
    service_value *list = service_put_list(a, call->reply, "postings");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "day", service_day_text(a, p[i].day));
        service_value *kind = service_put_cstr(a, v, "kind", service_kind_name(l, p[i].kind));
        kind->code = text_cstr(a, text_of(kind_code(l, p[i].kind))); /* the chart is closed before the answer is told */
        service_put_text(a, v, "amount", service_yuan(a, p[i].amount_fen));
        service_put_text(a, v, "balance", service_yuan(a, p[i].balance_fen));
    }
    service_put_text(a, call->reply, "balance", service_yuan(a, balance));
    return ERR_NONE;
}

static err ledger_person_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_READ, &l));
    return tell_person(&l);
}

static const char *const PERSON_EXAMPLES[] = { "doudi ledger person 1024 --fund 企业养老", NULL };

const service_op LEDGER_PERSON_OP = {
    .name = "ledger.person",
    .summary = "One person's individual account: postings and balance",
    .summary_zh = "一个人的个人账户：逐笔记账和余额",
    .law = "社会保险法 第十四条",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .own_person = "person",
    .scope = SERVICE_SCOPE_ID,
    .input = PERSON_INPUT,
    .input_count = ARRAY_COUNT(PERSON_INPUT),
    .output = PERSON_OUTPUT,
    .output_count = ARRAY_COUNT(PERSON_OUTPUT),
    .examples = PERSON_EXAMPLES,
    .run = ledger_person_run,
};
