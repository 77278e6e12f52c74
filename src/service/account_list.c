/* doudi account list: the changes of accounts, and what they say. */
#include "service/account.h"
#include "service/operations.h"
#include "service/payrun.h"
#include "service/payrun_people.h"
#include "service/record_rows.h"
#include "service/scope.h"

static const char *const STATE_WORDS[] = { "entered", "reviewed", "confirmed", "refused", "waiting", "all", NULL };
static const service_field LIST_INPUT[] = {
    { .name = "change", .type = SERVICE_COUNT, .shows = "CHANGE", .is_positional = true,
      .summary = "only this change", .summary_zh = "只看某次变更" },
    { .name = "state", .type = SERVICE_TEXT, .choices = STATE_WORDS,
      .summary = "waiting (default): entered or reviewed",
      .summary_zh = "状态：waiting 待办（默认）、entered 待复核、reviewed 待确认、confirmed 已生效、refused 已退回、all 全部" },
    RECORD_REVEAL_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field ROW_FIELDS[] = {
    { .name = "change", .type = SERVICE_COUNT, .summary = "change", .summary_zh = "变更" },
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "bank", .type = SERVICE_TEXT, .summary = "bank", .summary_zh = "开户行" },
    { .name = "number", .type = SERVICE_TEXT, .summary = "account", .summary_zh = "账号" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "before", .summary_zh = "现账号" },
    { .name = "days", .type = SERVICE_COUNT, .summary = "days", .summary_zh = "天数" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "note", .type = SERVICE_TEXT, .summary = "note", .summary_zh = "备注" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
    { .name = "accounts", .type = SERVICE_OBJECT, .is_list = true, .fields = ROW_FIELDS,
      .field_count = ARRAY_COUNT(ROW_FIELDS), .summary = "changes of accounts", .summary_zh = "账户变更" },
};

typedef struct {
    service_call *call;
    county *office;
    registry *people;
    record_view view;
    scope_span span; /* of the user's township; 0, 0: everybody */
    service_value *list;
    int64_t count;
} listing;

static err put_row(listing *l, const payment_account_change *change, const payment_account_row *row)
{
    enum { MS_A_DAY = 86400000 };
    arena *a = l->call->request;
    registry_record record;
    bool is_theirs;
    text bank, number, before = TEXT_NONE;
    int32_t today = l->call->office->settings.today_day;
    registry_secret secret = { .sealed = row->sealed, .key = row->key, .field = ACCOUNT_FIELD };
    TRY(scope_holds(l->office, l->span, row->person_id, &is_theirs));
    if (!is_theirs) return ERR_NONE;
    TRY(registry_record_read(a, l->people, row->person_id, REGISTRY_NOW, &record));
    TRY(county_word_text(l->office, row->bank, &bank));
    TRY(record_secret(&l->view, row->person_id, &secret, &number));
    const registry_account *accounts = record.facts[REGISTRY_ACCOUNT];
    for (size_t i = 0; i < record.count[REGISTRY_ACCOUNT]; i++) {
        if (accounts[i].fact.from > today || today >= accounts[i].fact.until) continue;
        registry_secret old = accounts[i].number;
        TRY(record_secret(&l->view, row->person_id, &old, &before));
    }
    const payment_word *state = payment_account_state_word(change->state);
    text name = payrun_payee(&record).name;
    bool is_own = text_equal(name, row->holder);
    int64_t days = (l->office->now_ms - (change->settled_ms ? change->settled_ms : change->known_ms)) / MS_A_DAY;
    service_value *one = service_put_object(a, l->list, NULL);
    service_put_count(a, one, "change", change->change_id);
    service_put_count(a, one, "person", row->person_id);
    service_put_text(a, one, "name", name);
    service_put_text(a, one, "bank", text_copy(a, bank));
    service_put_text(a, one, "number", number);
    service_put_text(a, one, "before", before);
    service_put_count(a, one, "days", days > 0 ? days : 0);
    service_put_state(l->call, one, "state", state->name, state->says, state->says_zh);
    service_put_text(a, one, "note", is_own ? TEXT_NONE
                     : text_format(a, service_say(l->call, "in the name of %.*s", "户名为 %.*s"), TEXT_ARG(row->holder)));
    l->count++;
    return ERR_NONE;
}

static bool is_wanted(const service_call *call, const payment_account_change *change)
{
    text state = service_text_of(call, "state", TEXT("waiting"));
    int64_t id = (int64_t)service_size_of(call, "change", 0);
    bool waits = change->state == PAYMENT_ACCOUNT_ENTERED || change->state == PAYMENT_ACCOUNT_REVIEWED;
    if (id) return change->change_id == id;
    if (text_equal_cstr(state, "all")) return true;
    return text_equal_cstr(state, "waiting") ? waits : text_equal_cstr(state,
                                                                       payment_account_state_word(change->state)->name);
}

static err account_list_run(service_call *call)
{
    listing l = { .call = call, .list = service_list(call->request) };
    payment *runs;
    payment_account_change *changes;
    size_t count;
    TRY(county_open(call, COUNTY_READ, &l.office));
    TRY(county_runs(l.office, &runs));
    TRY(county_people(l.office, &l.people));
    TRY(scope_of(l.office, &l.span));
    scope_say(call, l.span);
    l.view = (record_view){ .office = l.office, .reveals = service_is_given(call, "reveal") };
    TRY(payment_account_list(l.office->memory, runs, PAYMENT_ACCOUNT_NONE, &changes, &count));
    for (size_t i = 0; i < count; i++) {
        payment_account_row *rows;
        size_t row_count;
        if (!is_wanted(call, &changes[i])) continue;
        TRY(payment_account_rows(l.office->memory, runs, changes[i].change_id, &rows, &row_count));
        for (size_t k = 0; k < row_count; k++) TRY(put_row(&l, &changes[i], &rows[k]));
    }
    service_put_count(call->request, call->reply, "people", l.count);
    service_put(call->request, call->reply, "accounts", l.list);
    return ERR_NONE;
}

static const char *const LIST_EXAMPLES[] = { "doudi account list", "doudi account list --state confirmed", NULL };

const service_op ACCOUNT_LIST_OP = {
    .name = "account.list",
    .summary = "List changes of bank accounts, those that wait or all",
    .summary_zh = "列出账户变更（默认待办的）",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = account_list_run,
    .print = payrun_print,
};
