/* doudi payrun waiting: who was to be paid and was not, why, and the way out. */
#include "bankfile/bankfile.h"
#include "service/operations.h"
#include "service/payrun_fill.h"
#include "service/payrun_holds.h"
#include "service/payrun_people.h"
#include "service/record_rows.h"
#include "service/scope.h"

static const service_field WAITING_INPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "benefits of this month only",
      .summary_zh = "只看某月的待遇" },
    { .name = "kind", .type = SERVICE_NAME, .shows = "KIND", .summary = "runs of this kind only",
      .summary_zh = "只看某类批次" },
    { .name = "run", .type = SERVICE_COUNT, .shows = "RUN", .summary = "of this run only", .summary_zh = "只看某批次" },
    RECORD_REVEAL_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field PERSON_FIELDS[] = {
    { .name = "run", .type = SERVICE_COUNT, .summary = "run", .summary_zh = "批次" },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "类别" },
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "citizen_number", .type = SERVICE_TEXT, .summary = "citizen number", .summary_zh = "证件号码" },
    { .name = "for_month", .type = SERVICE_TEXT, .summary = "for", .summary_zh = "所属月份" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount", .summary_zh = "金额" },
    { .name = "days", .type = SERVICE_COUNT, .summary = "days", .summary_zh = "等待天数" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "reason", .summary_zh = "原因" },
    { .name = "way", .type = SERVICE_TEXT, .summary = "way out", .summary_zh = "办法" },
};
static const service_field WAITING_OUTPUT[] = {
    { .name = "count", .type = SERVICE_COUNT, .summary = "lines", .summary_zh = "笔数" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "sum, yuan", .summary_zh = "合计（元）" },
    { .name = "ready", .type = SERVICE_COUNT, .summary = "lines the next run pays", .summary_zh = "下一批次即可补发" },
    { .name = "waiting", .type = SERVICE_OBJECT, .is_list = true, .fields = PERSON_FIELDS,
      .field_count = ARRAY_COUNT(PERSON_FIELDS), .summary = "who waits", .summary_zh = "未发人员" },
};

typedef struct {
    service_call *call;
    county *office;
    registry *people;
    payrun_holds *holds;
    payrun_table table;
    scope_span span; /* of the user's township; 0, 0: everybody */
    int32_t month;
    int64_t run_id;
    text kind;
    service_value *list;
    int64_t count, ready, fen;
} listing;

static text bank_says(const service_call *call, text iso)
{
    for (size_t i = 0; i < BANKFILE_REASON_COUNT; i++)
        if (iso.size_bytes && text_equal_cstr(iso, BANKFILE_REASONS[i].iso))
            return text_of(service_say(call, BANKFILE_REASONS[i].sentence, BANKFILE_REASONS[i].sentence_zh));
    return iso;
}

static text reason_of(const listing *l, const payment_waiting *w)
{
    const payment_word *left = payment_left_word(w->left);
    const char *verb = w->outcome == PAYMENT_RETURNED ? service_say(l->call, "returned: ", "退票：")
                                                      : service_say(l->call, "refused: ", "拒付：");
    if (w->left) return text_of(service_say(l->call, left->says, left->says_zh));
    return text_format(l->call->request, "%s%.*s", verb, TEXT_ARG(bank_says(l->call, w->reason)));
}

/* What hinders the payment today, as a way out. */
static err way_of(listing *l, const payment_waiting *w, const registry_record *record, const char **way)
{
    static const char *const WAYS[PAYMENT_LEFT_REASON_COUNT][2] = {
        [PAYMENT_LEFT_NONE] = { "the next run pays", "下一批次补发" },
        [PAYMENT_LEFT_NO_ACCOUNT] = { "enter an account", "登记收款账户" },
        [PAYMENT_LEFT_ACCOUNT_REFUSED] = { "mend the account", "更正收款账户" },
        [PAYMENT_LEFT_PAYEE_DEAD] = { "find out whether the person lives; report the death, or enter the account anew",
                                      "核实生存状况：登记死亡，或重新登记账户" },
        [PAYMENT_LEFT_HELD] = { "deal with alert ", "办结预警 " },
    };
    payment_run run = { .terms = *w->terms };
    bool is_due, is_suspended;
    int64_t benefit = 0;
    text name = payrun_benefit_of(&l->table, &run, &w->line);
    if (name.size_bytes) TRY(registry_word_find(l->people, name, &benefit));
    TRY(payrun_still_due(l->office, l->call->request, w, benefit, &is_due, &is_suspended));
    const registry_account *accounts = record->facts[REGISTRY_ACCOUNT];
    size_t count = record->count[REGISTRY_ACCOUNT];
    int32_t today = l->call->office->settings.today_day;
    payment_left_reason hindrance = PAYMENT_LEFT_NO_ACCOUNT;
    for (size_t i = 0; i < count; i++)
        if (accounts[i].fact.from <= today && today < accounts[i].fact.until && accounts[i].number.key)
            TRY(payrun_hindrance(l->office, w, &accounts[i], &hindrance));
    int64_t account = 0;
    for (size_t i = 0; i < count; i++)
        if (accounts[i].fact.from <= today && today < accounts[i].fact.until && accounts[i].number.key)
            account = payrun_account_of(&accounts[i]);
    const alert_row *alert = payrun_holds_on(l->holds, w->line.person_id, name, account);
    if (alert) hindrance = PAYMENT_LEFT_HELD;
    *way = service_say(l->call, WAYS[hindrance][0], WAYS[hindrance][1]);
    if (alert) *way = text_format(l->call->request, "%s%lld", *way, (long long)alert->alert_id).bytes;
    if (!w->is_final) *way = service_say(l->call, "the run is not sent yet: draft it again", "批次尚未送银行，可重新编制");
    if (is_suspended) *way = service_say(l->call, "the benefit is suspended", "待遇暂停中");
    if (!is_due && !is_suspended) *way = service_say(l->call, "no longer due for that month", "该月已不应发");
    l->ready += w->is_final && is_due && !hindrance;
    return ERR_NONE;
}

static err put(listing *l, const payment_waiting *w)
{
    arena *a = l->call->request;
    registry_record record;
    text number, kind;
    const char *way;
    bool is_theirs;
    TRY(scope_holds(l->office, l->span, w->line.person_id, &is_theirs));
    if (!is_theirs) return ERR_NONE;
    record_view view = { .office = l->office, .reveals = service_is_given(l->call, "reveal") };
    TRY(registry_record_read(a, l->people, w->line.person_id, REGISTRY_NOW, &record));
    registry_person person = payrun_payee(&record);
    TRY(record_secret(&view, w->line.person_id, &person.number, &number));
    TRY(payrun_kind_shown(l->office, w->terms->kind, &kind));
    TRY(way_of(l, w, &record, &way));
    enum { MS_A_DAY = 86400000 };
    int64_t fen = payment_line_fen(&w->line), days = (l->office->now_ms - w->known_ms) / MS_A_DAY;
    l->count++;
    l->fen += fen;
    service_value *one = service_put_object(a, l->list, NULL);
    service_put_count(a, one, "run", w->run_id);
    service_put_text(a, one, "kind", text_copy(a, kind));
    service_put_count(a, one, "person", w->line.person_id);
    service_put_text(a, one, "name", person.name);
    service_put_text(a, one, "citizen_number", number);
    service_put_text(a, one, "for_month", service_month_text(a, (int32_t)w->line.for_month));
    service_put_text(a, one, "amount", service_yuan(a, fen));
    service_put_count(a, one, "days", days > 0 ? days : 0);
    service_put_text(a, one, "reason", reason_of(l, w));
    service_put_cstr(a, one, "way", way);
    return ERR_NONE;
}

static bool is_wanted(const listing *l, const payment_waiting *w)
{
    bool is_of_month = l->month == PAYMENT_ANY_MONTH || l->month == w->line.for_month;
    bool is_of_kind = !l->kind.size_bytes || text_equal(l->kind, payrun_base_kind(w->terms->kind));
    return is_of_month && is_of_kind && (!l->run_id || l->run_id == w->run_id);
}

static err payrun_waiting_run(service_call *call)
{
    listing l = { .call = call, .kind = service_text_of(call, "kind", TEXT_NONE), .list = service_list(call->request),
                  .run_id = (int64_t)service_size_of(call, "run", 0) };
    payment *runs;
    TRY(service_month_of(call, "month", PAYMENT_ANY_MONTH, &l.month));
    TRY(county_open(call, COUNTY_READ, &l.office));
    TRY(county_runs(l.office, &runs));
    TRY(county_people(l.office, &l.people));
    TRY(scope_of(l.office, &l.span));
    scope_say(call, l.span);
    TRY(payrun_table_read(l.office, &l.table));
    TRY(payrun_holds_open(l.office, &l.holds));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        payment_waiting *found;
        size_t count;
        TRY(payment_waiting_of(l.office->memory, runs, bucket, 0, &found, &count));
        for (size_t i = 0; i < count; i++)
            if (is_wanted(&l, &found[i])) TRY(put(&l, &found[i]));
    }
    service_put_count(call->request, call->reply, "count", l.count);
    service_put_text(call->request, call->reply, "amount", service_yuan(call->request, l.fen));
    service_put_count(call->request, call->reply, "ready", l.ready);
    service_put(call->request, call->reply, "waiting", l.list);
    return ERR_NONE;
}

static const char *const WAITING_EXAMPLES[] = { "doudi payrun waiting",
    "doudi payrun waiting --month 2026-11 --kind pension",
                                                NULL };

const service_op PAYRUN_WAITING_OP = {
    .name = "payrun.waiting",
    .summary = "Who was to be paid and was not: left out, refused, returned; why, and the way out",
    .summary_zh = "未发人员名单：未列入、拒付、退票，原因与办法",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = WAITING_INPUT,
    .input_count = ARRAY_COUNT(WAITING_INPUT),
    .output = WAITING_OUTPUT,
    .output_count = ARRAY_COUNT(WAITING_OUTPUT),
    .examples = WAITING_EXAMPLES,
    .run = payrun_waiting_run,
    .print = payrun_print,
};
