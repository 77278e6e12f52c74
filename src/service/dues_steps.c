/* doudi dues review, approve, refuse, withdraw, list, case: the steps of a proposal, and what waits. */
#include "service/dues.h"
#include "service/operations.h"

static const service_field STEP_INPUT[] = {
    { .name = "case", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "CASE",
      .summary = "number of the proposal", .summary_zh = "单据编号" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field STEP_OUTPUT[] = { DUES_CASE_OUTPUT };

static const struct {
    const char *op, *duty;
    collection_case_state state;
} STEPS[] = {
    { "dues.review", "dues.review", COLLECTION_CASE_REVIEWED },
    { "dues.approve", "dues.approve", COLLECTION_CASE_DONE },
    { "dues.refuse", "dues.review", COLLECTION_CASE_REFUSED },
    { "dues.withdraw", "dues.enter", COLLECTION_CASE_WITHDRAWN },
};

/* Who has done what of this proposal: nobody does two of its steps. */
static err may(dues_call *d, const collection_case *one, const char *duty)
{
    staff *room;
    size_t count = 0;
    duty_mark done[2];
    TRY(county_staff(d->m.office, &room));
    done[count++] = (duty_mark){ .actor_id = one->entered_by, .duty = duty_find(staff_duties(room), TEXT("dues.enter")) };
    if (one->reviewed_by)
        done[count++] = (duty_mark){ .actor_id = one->reviewed_by, .duty = duty_find(staff_duties(room), TEXT("dues.review")) };
    return county_step(d->m.office, text_of(duty), done, count);
}

static err dues_steps_run(service_call *call)
{
    dues_call d;
    collection_case one;
    bool is_new;
    int64_t freed_fen = 0;
    size_t step = 0;
    TRY(dues_begin(call, COUNTY_WRITE, &d));
    TRY(collection_case_find(d.m.memory, d.bills, (int64_t)service_size_of(call, "case", 0), &one));
    while (!text_equal_cstr(text_of(STEPS[step].op), call->op->name)) step++;
    TRY(may(&d, &one, STEPS[step].duty));
    TRY(collection_case_move(d.bills, one.case_id, STEPS[step].state, &d.act, &is_new));
    if (is_new && STEPS[step].state == COLLECTION_CASE_DONE) TRY(dues_carry_out(&d, &one, &freed_fen));
    TRY(store_commit(d.m.office->db));
    TRY(collection_case_find(d.m.memory, d.bills, one.case_id, &one));
    TRY(dues_put_case(&d, &one, is_new));
    if (freed_fen) service_put_text(call->request, call->reply, "freed", service_yuan(call->request, freed_fen));
    if (!is_new) service_note(call, "done before, nothing changed", "此前已办理，未作改动", TEXT_NONE);
    return ERR_NONE;
}

#define STEP_OP(constant, op_name, permits, en, zh, example)                                     \
    static const char *const constant##_EXAMPLES[] = { example, NULL };                          \
    const service_op constant = {                                                                \
        .name = op_name, .summary = en, .summary_zh = zh, .law = "《社会保险经办条例》第三十七条", \
        .kind = SERVICE_WRITE, .permission = permits, .input = STEP_INPUT,                       \
        .input_count = ARRAY_COUNT(STEP_INPUT), .output = STEP_OUTPUT,                           \
        .output_count = ARRAY_COUNT(STEP_OUTPUT), .examples = constant##_EXAMPLES,               \
        .run = dues_steps_run, .print = dues_case_print,                                         \
    }

STEP_OP(DUES_REVIEW_OP, "dues.review", "dues.review", "Review a proposal about what is owed", "审核单据：缓缴、减免、分期、核销",
        "doudi dues review 3 --as lihua");
STEP_OP(DUES_APPROVE_OP, "dues.approve", "dues.approve", "Approve a proposal: it is done at once, with its vouchers",
        "审批单据：随即办结并记账", "doudi dues approve 3 --as chenjie");
STEP_OP(DUES_REFUSE_OP, "dues.refuse", "dues.review", "Refuse a proposal", "退回单据",
        "doudi dues refuse 3 --why 缺少证明 --as lihua");
STEP_OP(DUES_WITHDRAW_OP, "dues.withdraw", "dues.enter", "Withdraw a proposal that was not approved", "撤回尚未审批的单据",
        "doudi dues withdraw 3 --as zhangwei");

/* ---- looking ---- */

static err dues_case_run(service_call *call)
{
    dues_call d;
    collection_case one;
    TRY(dues_begin(call, COUNTY_READ, &d));
    TRY(collection_case_find(d.m.memory, d.bills, (int64_t)service_size_of(call, "case", 0), &one));
    return dues_put_case(&d, &one, false);
}

static const service_field CASE_INPUT[] = {
    { .name = "case", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "CASE",
      .summary = "number of the proposal", .summary_zh = "单据编号" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const char *const CASE_EXAMPLES[] = { "doudi dues case 3", NULL };

const service_op DUES_CASE_OP = {
    .name = "dues.case", .summary = "A proposal about what is owed, with its items", .summary_zh = "查看一张单据及其明细",
    .kind = SERVICE_READ, .permission = "desk.read", .input = CASE_INPUT, .input_count = ARRAY_COUNT(CASE_INPUT),
    .output = STEP_OUTPUT, .output_count = ARRAY_COUNT(STEP_OUTPUT), .examples = CASE_EXAMPLES, .run = dues_case_run,
    .print = dues_case_print,
};

static const service_field LIST_INPUT[] = {
    { .name = "payer", .type = SERVICE_TEXT, .is_positional = true, .shows = "CODE|NUMBER|ID",
      .summary = "only of this payer", .summary_zh = "只看某一缴费人" },
    { .name = "all", .type = SERVICE_FLAG, .summary = "also what is done, refused or withdrawn",
      .summary_zh = "连同已办结、退回、撤回的" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field LIST_ROW[] = {
    { .name = "case", .type = SERVICE_COUNT, .summary = "proposal", .summary_zh = "单据" },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "类别" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "payer", .type = SERVICE_TEXT, .summary = "payer", .summary_zh = "缴费人" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "entered in", .summary_zh = "录入月" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "why", .summary_zh = "事由" },
    { .name = "total", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "金额（元）" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "cases", .type = SERVICE_OBJECT, .is_list = true, .summary = "proposals", .summary_zh = "单据",
      .fields = LIST_ROW, .field_count = ARRAY_COUNT(LIST_ROW) },
};

static err dues_list_run(service_call *call)
{
    dues_call d;
    collection_case *all;
    size_t count;
    arena *a = call->request;
    TRY(dues_begin(call, COUNTY_READ, &d));
    TRY(collection_cases(d.m.memory, d.bills, d.payer, 0, &all, &count));
    service_value *list = service_put_list(a, call->reply, "cases");
    for (size_t i = 0; i < count; i++) {
        text payer;
        bool waits = all[i].state == COLLECTION_CASE_ENTERED || all[i].state == COLLECTION_CASE_REVIEWED;
        if (!waits && !service_is_given(call, "all")) continue;
        TRY(dues_payer_text(&d.m, all[i].payer, &payer));
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "case", all[i].case_id);
        service_put_text(a, v, "kind", dues_kind_text(call, all[i].kind));
        dues_put_state(call, v, all[i].state);
        service_put_text(a, v, "payer", payer);
        service_put_text(a, v, "month", service_month_text(a, all[i].month));
        service_put_text(a, v, "why", text_copy(a, all[i].why));
        service_put_text(a, v, "total", service_yuan(a, all[i].total_fen));
    }
    return ERR_NONE;
}

static void dues_list_print(const service_call *call, text_builder *out)
{
    if (!service_member(call->reply, "cases")->child_count)
        text_add_cstr(out, service_say(call, "no proposal waits\n", "没有待办单据\n"));
    month_print_list(call, "cases", LIST_ROW, ARRAY_COUNT(LIST_ROW), 6, out);
}

static const char *const LIST_EXAMPLES[] = { "doudi dues list", NULL };

const service_op DUES_LIST_OP = {
    .name = "dues.list", .summary = "Proposals that wait for their next step", .summary_zh = "待审核、待审批的单据",
    .kind = SERVICE_READ, .permission = "desk.read", .input = LIST_INPUT, .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT, .output_count = ARRAY_COUNT(LIST_OUTPUT), .examples = LIST_EXAMPLES, .run = dues_list_run,
    .print = dues_list_print,
};
