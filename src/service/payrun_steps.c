/* The steps of a run that are nothing but a step: a signature, a mark, an end. */
#include "service/operations.h"
#include "service/payrun_items.h"

static const service_field STEP_INPUT[] = { PAYRUN_RUN_FIELD, SERVICE_KEY_FIELD, SERVICE_WHY_FIELD,
                                            SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field STEP_OUTPUT[] = { PAYRUN_OUTPUT };

/* The operation's name says the step. */
static const struct {
    const char *name;
    payment_step step;
} STEPS[] = {
    { "payrun.check", PAYMENT_CHECK },         { "payrun.sign-section", PAYMENT_SIGN_SECTION },
    { "payrun.sign-leader", PAYMENT_SIGN_LEADER }, { "payrun.lose", PAYMENT_LOSE },
    { "payrun.close", PAYMENT_CLOSE },         { "payrun.withdraw", PAYMENT_WITHDRAW },
};

static err payrun_steps_run(service_call *call)
{
    payrun p;
    size_t at = 0;
    bool is_again;
    while (!text_equal_cstr(text_of(STEPS[at].name), call->op->name)) at++;
    TRY(payrun_open(call, COUNTY_WRITE, &p));
    TRY(payrun_was_taken(&p, STEPS[at].step, &is_again));
    if (is_again) return payrun_again(&p);
    TRY(payrun_step(&p, STEPS[at].step));
    if (STEPS[at].step == PAYMENT_WITHDRAW) TRY(payrun_items_release(p.office, p.run.run_id));
    TRY(store_commit(p.office->db));
    return payrun_reply(&p);
}

#define STEP_OP(constant, op_name, en, zh, example)                                              \
    static const char *const constant##_EXAMPLES[] = { example, NULL };                          \
    const service_op constant = {                                                                \
        .name = op_name, .summary = en, .summary_zh = zh, .law = "《社会保险法》第七十三条",     \
        .kind = SERVICE_WRITE, .permission = op_name, .input = STEP_INPUT,                       \
        .input_count = ARRAY_COUNT(STEP_INPUT), .output = STEP_OUTPUT,                           \
        .output_count = ARRAY_COUNT(STEP_OUTPUT), .examples = constant##_EXAMPLES,               \
        .run = payrun_steps_run, .print = payrun_print,                                          \
    }

STEP_OP(PAYRUN_CHECK_OP, "payrun.check", "Check a drafted run, and sign", "复核支付批次并签名",
        "doudi payrun check 12 --as lihua");
STEP_OP(PAYRUN_SIGN_SECTION_OP, "payrun.sign-section", "Sign as section head", "股室负责人签字",
        "doudi payrun sign-section 12 --as wangfang");
STEP_OP(PAYRUN_SIGN_LEADER_OP, "payrun.sign-leader", "Sign as leader", "分管领导签字",
        "doudi payrun sign-leader 12 --as chenjie");
STEP_OP(PAYRUN_LOSE_OP, "payrun.lose", "Note that no answer came in time: it is asked for, never sent again",
        "登记银行未答复：只按批次号查询，绝不重发", "doudi payrun lose 12 --as zhaomin");
STEP_OP(PAYRUN_CLOSE_OP, "payrun.close", "Close a reconciled run", "办结已对账的批次",
        "doudi payrun close 12 --as wangfang");
STEP_OP(PAYRUN_WITHDRAW_OP, "payrun.withdraw", "Give up a run that was not sent", "撤回尚未送银行的批次",
        "doudi payrun withdraw 12 --as zhangwei");
