/* doudi payer propose, review, confirm, list: from which account a fund pays. */
#include "service/ledger.h"
#include "service/operations.h"
#include "service/payer.h"

const err_kind PAYER_NONE_WAITS = {
    "payer.none_waits", ERR_CONFLICT, "No paying account of {} waits for this step.", "{} 没有等待此步骤的付款账户。"
};

#define FUND_FIELD                                                                               \
    { .name = "fund", .type = SERVICE_NAME, .is_positional = true, .is_required = true,          \
      .shows = "FUND", .summary = "the fund that pays", .summary_zh = "付款的基金" }
static const service_field PROPOSE_INPUT[] = {
    FUND_FIELD,
    { .name = "account", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "ACCOUNT",
      .summary = "the account's number", .summary_zh = "账号" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field STEP_INPUT[] = { FUND_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
                                            SERVICE_PACKS_FIELD };
static const service_field LIST_INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };

static const service_field OUTPUT[] = {
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "account", .type = SERVICE_TEXT, .summary = "account", .summary_zh = "账号" },
    { .name = "is_set", .type = SERVICE_FLAG, .summary = "set now", .summary_zh = "已设定" },
    { .name = "waits_for", .type = SERVICE_TEXT, .summary = "waits for", .summary_zh = "待办岗位" },
};

static const struct {
    const char *op, *duty, *next;
} STEPS[THREE_MARKS] = {
    { "payer.propose", "account.enter", "account.review" },
    { "payer.review", "account.review", "account.confirm" },
    { "payer.confirm", "account.confirm", "" },
};

static err say(county *office, const char *form, const payer_terms *terms, text value)
{
    charter *room;
    charter_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms,
                        .why = service_text_of(office->call, "why", text_of(office->call->op->name)) };
    TRY(county_charter(office, &room));
    return charter_say(room, &act, text_format(office->memory, form, TEXT_ARG(terms->fund)), value);
}

/* The same proposal, or the same step by the same person, again changes nothing. */
static err find_terms(county *office, size_t step, text fund, payer_terms *terms, bool *is_again)
{
    payer_terms set;
    text account;
    TRY(payer_read(office, PAYER_WAITING, fund, terms));
    TRY(payer_read(office, PAYER_SET, fund, &set));
    *is_again = false;
    if (step == 0) {
        TRY(payer_account_read(office->memory, service_text_of(office->call, "account", TEXT_NONE), &account));
        *is_again = text_equal(terms->account, account) && three_is_by(&terms->by, 0, office->actor_id);
        if (!*is_again) *terms = (payer_terms){ .fund = fund, .account = account };
        return ERR_NONE;
    }
    *is_again = three_is_by(&terms->by, step, office->actor_id) || (step == 2 && !terms->account.size_bytes && three_is_by(&set.by, 2, office->actor_id));
    if (*is_again && !terms->account.size_bytes) *terms = set;
    bool waits = terms->account.size_bytes && terms->by.count == step;
    return *is_again || waits ? ERR_NONE : err_of(&PAYER_NONE_WAITS, text_cstr(office->call->request, fund));
}

static err take(county *office, size_t step, text fund, payer_terms *terms, bool *is_again)
{
    TRY(find_terms(office, step, fund, terms, is_again));
    if (*is_again) return ERR_NONE;
    TRY(three_may(office, &terms->by, STEPS[step].duty));
    TRY(three_sign(office, payer_message(office->memory, terms), &terms->by, STEPS[step].duty));
    if (terms->by.count < THREE_MARKS) return say(office, PAYER_WAITING, terms, payer_print(office->memory, terms));
    TRY(say(office, PAYER_SET, terms, payer_print(office->memory, terms)));
    return say(office, PAYER_WAITING, terms, TEXT("-"));
}

static err payer_steps_run(service_call *call)
{
    county *office;
    ledger *books;
    payer_terms terms;
    bool is_again;
    size_t step = 0;
    arena *a = call->request;
    text fund = service_text_of(call, "fund", TEXT_NONE);
    while (!text_equal_cstr(text_of(STEPS[step].op), call->op->name)) step++;
    TRY(county_open(call, COUNTY_WRITE, &office));
    TRY(county_login(office, NULL));
    TRY(county_books(office, &books));
    const ledger_fund *known;
    TRY(service_fund_find(call, office->chart, fund, &known));
    TRY(county_begin(office));
    TRY(take(office, step, text_of(known->code), &terms, &is_again));
    TRY(store_commit(office->db));
    service_put_text(a, call->reply, "fund", terms.fund);
    service_put_text(a, call->reply, "account", terms.account);
    service_put_bool(a, call->reply, "is_set", terms.by.count == THREE_MARKS);
    service_put_cstr(a, call->reply, "waits_for", terms.by.count ? STEPS[terms.by.count - 1].next : "");
    if (is_again) service_note(call, "done before, nothing changed", "此前已办理，未作改动", TEXT_NONE);
    return ERR_NONE;
}

/* ---- list ---- */

static const service_field LIST_OUTPUT[] = {
    { .name = "accounts", .type = SERVICE_OBJECT, .is_list = true, .fields = OUTPUT, .field_count = ARRAY_COUNT(OUTPUT),
      .summary = "paying accounts", .summary_zh = "付款账户" },
};

static void put(service_call *call, service_value *list, const payer_terms *terms)
{
    arena *a = call->request;
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "fund", text_copy(a, terms->fund));
    service_put_text(a, v, "account", text_copy(a, terms->account));
    service_put_bool(a, v, "is_set", terms->by.count == THREE_MARKS || !terms->by.count);
    service_put_cstr(a, v, "waits_for", terms->by.count ? STEPS[terms->by.count - 1].next : "");
}

static err payer_list_run(service_call *call)
{
    county *office;
    ledger *books;
    size_t count;
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_books(office, &books));
    const ledger_fund *funds = ledger_funds(office->chart, &count);
    service_value *list = service_put_list(call->request, call->reply, "accounts");
    for (size_t i = 0; i < count; i++) {
        payer_terms waiting;
        payer_terms set = { .fund = text_of(funds[i].code) };
        err e = payer_account_of(office, set.fund, TEXT_NONE, &set.account);
        if (!e.kind) put(call, list, &set);
        if (e.kind != &PAYER_NOT_SET) TRY(e);
        TRY(payer_read(office, PAYER_WAITING, text_of(funds[i].code), &waiting));
        if (waiting.account.size_bytes) put(call, list, &waiting);
    }
    return ERR_NONE;
}

#define STEP_OP(constant, op_name, fields, permits, en, zh, example)                             \
    static const char *const constant##_EXAMPLES[] = { example, NULL };                          \
    const service_op constant = {                                                                \
        .name = op_name, .summary = en, .summary_zh = zh, .law = "《社会保险法》第七十三条",     \
        .kind = SERVICE_WRITE, .permission = permits, .input = fields,                           \
        .input_count = ARRAY_COUNT(fields), .output = OUTPUT, .output_count = ARRAY_COUNT(OUTPUT), \
        .examples = constant##_EXAMPLES, .run = payer_steps_run,                                 \
    }

STEP_OP(PAYER_PROPOSE_OP, "payer.propose", PROPOSE_INPUT, "account.enter", "Propose the account a fund pays from",
        "提出基金的付款账户", "doudi payer propose employee_pension 6200001 --as kim");
STEP_OP(PAYER_REVIEW_OP, "payer.review", STEP_INPUT, "account.review", "Review the paying account that was proposed",
        "复核提出的付款账户", "doudi payer review employee_pension --as kurt");
STEP_OP(PAYER_CONFIRM_OP, "payer.confirm", STEP_INPUT, "account.confirm", "Confirm the paying account, as auditor: it is then set",
        "稽核确认付款账户，即行生效", "doudi payer confirm employee_pension --as audrey");

static const char *const LIST_EXAMPLES[] = { "doudi payer list", NULL };

const service_op PAYER_LIST_OP = {
    .name = "payer.list",
    .summary = "From which account each fund pays, and what waits",
    .summary_zh = "各基金的付款账户及待办变更",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = payer_list_run,
};
