#include "payment/payment.h"

static const payment_word STATES[] = {
    [PAYMENT_NONE]           = { "none", "none", "无" },
    [PAYMENT_DRAFTED]        = { "drafted", "drafted", "已编制" },
    [PAYMENT_CHECKED]        = { "checked", "checked", "已复核" },
    [PAYMENT_SECTION_SIGNED] = { "section_signed", "signed by the section head", "股室负责人已签" },
    [PAYMENT_LEADER_SIGNED]  = { "leader_signed", "signed by the leader", "分管领导已签" },
    [PAYMENT_AUTHORISED]     = { "authorised", "authorised by finance", "财务已授权" },
    [PAYMENT_SENT]           = { "sent", "sent to the bank", "已送银行" },
    [PAYMENT_UNANSWERED]     = { "unanswered", "no answer from the bank", "银行未答复" },
    [PAYMENT_BOOKED]         = { "booked", "answered and booked", "已回盘入账" },
    [PAYMENT_RECONCILED]     = { "reconciled", "reconciled", "已对账" },
    [PAYMENT_CLOSED]         = { "closed", "closed", "已办结" },
    [PAYMENT_WITHDRAWN]      = { "withdrawn", "withdrawn", "已撤回" },
};
_Static_assert(sizeof STATES / sizeof STATES[0] == PAYMENT_STATE_COUNT, "a state has no row");

static const struct {
    payment_word word;
    bool is_signature;
} STEPS[] = {
    [PAYMENT_DRAFT]        = { { "draft", "draft", "编制" }, false },
    [PAYMENT_CHECK]        = { { "check", "check", "复核" }, true },
    [PAYMENT_SIGN_SECTION] = { { "sign_section", "sign as section head", "股室负责人签字" }, true },
    [PAYMENT_SIGN_LEADER]  = { { "sign_leader", "sign as leader", "分管领导签字" }, true },
    [PAYMENT_AUTHORISE]    = { { "authorise", "authorise the payment", "财务授权" }, true },
    [PAYMENT_SEND]         = { { "send", "send to the bank", "送银行" }, false },
    [PAYMENT_LOSE]         = { { "lose", "note that no answer came", "登记未答复" }, false },
    [PAYMENT_BOOK]         = { { "book", "book the bank's answers", "回盘入账" }, false },
    [PAYMENT_RECONCILE]    = { { "reconcile", "reconcile", "三方对账" }, false },
    [PAYMENT_CLOSE]        = { { "close", "close", "办结" }, false },
    [PAYMENT_REDRAFT]      = { { "redraft", "draft again", "重新编制" }, false },
    [PAYMENT_WITHDRAW]     = { { "withdraw", "withdraw", "撤回" }, false },
};
_Static_assert(sizeof STEPS / sizeof STEPS[0] == PAYMENT_STEP_COUNT, "a step has no row");

/* Every move a run can make; an empty cell is PAYMENT_NONE. A run that was sent can neither be
 * changed nor withdrawn: what the bank may have done cannot be undone by wishing. */
static const uint8_t NEXT[PAYMENT_STATE_COUNT][PAYMENT_STEP_COUNT] = {
    [PAYMENT_NONE]           = { [PAYMENT_DRAFT] = PAYMENT_DRAFTED },
    [PAYMENT_DRAFTED]        = { [PAYMENT_CHECK] = PAYMENT_CHECKED,
                                 [PAYMENT_REDRAFT] = PAYMENT_DRAFTED,
                                 [PAYMENT_WITHDRAW] = PAYMENT_WITHDRAWN },
    [PAYMENT_CHECKED]        = { [PAYMENT_SIGN_SECTION] = PAYMENT_SECTION_SIGNED,
                                 [PAYMENT_REDRAFT] = PAYMENT_DRAFTED,
                                 [PAYMENT_WITHDRAW] = PAYMENT_WITHDRAWN },
    [PAYMENT_SECTION_SIGNED] = { [PAYMENT_SIGN_LEADER] = PAYMENT_LEADER_SIGNED,
                                 [PAYMENT_REDRAFT] = PAYMENT_DRAFTED,
                                 [PAYMENT_WITHDRAW] = PAYMENT_WITHDRAWN },
    [PAYMENT_LEADER_SIGNED]  = { [PAYMENT_AUTHORISE] = PAYMENT_AUTHORISED,
                                 [PAYMENT_REDRAFT] = PAYMENT_DRAFTED,
                                 [PAYMENT_WITHDRAW] = PAYMENT_WITHDRAWN },
    [PAYMENT_AUTHORISED]     = { [PAYMENT_SEND] = PAYMENT_SENT,
                                 [PAYMENT_REDRAFT] = PAYMENT_DRAFTED,
                                 [PAYMENT_WITHDRAW] = PAYMENT_WITHDRAWN },
    [PAYMENT_SENT]           = { [PAYMENT_BOOK] = PAYMENT_BOOKED,
                                 [PAYMENT_LOSE] = PAYMENT_UNANSWERED },
    [PAYMENT_UNANSWERED]     = { [PAYMENT_BOOK] = PAYMENT_BOOKED },
    [PAYMENT_BOOKED]         = { [PAYMENT_RECONCILE] = PAYMENT_RECONCILED },
    [PAYMENT_RECONCILED]     = { [PAYMENT_CLOSE] = PAYMENT_CLOSED },
};

/* Duties that no two of which one person may hold in one run: making, checking, signing, leading,
 * authorising and paying out each need their own eyes (不相容岗位相互分离). Sending and booking what
 * came back are the cashier's and the accountant's: not one person either. */
typedef enum { MAKES, REVIEWS, HEADS, LEADS, ACCOUNTS, PAYS_OUT, DUTY_COUNT } duty;
static const uint8_t DUTY_OF[PAYMENT_STEP_COUNT] = {
    [PAYMENT_DRAFT]        = MAKES,
    [PAYMENT_REDRAFT]      = MAKES,
    [PAYMENT_WITHDRAW]     = MAKES,
    [PAYMENT_CHECK]        = REVIEWS,
    [PAYMENT_SIGN_SECTION] = HEADS,
    [PAYMENT_SIGN_LEADER]  = LEADS,
    [PAYMENT_AUTHORISE]    = ACCOUNTS,
    [PAYMENT_SEND]         = PAYS_OUT,
    [PAYMENT_LOSE]         = PAYS_OUT,
    [PAYMENT_BOOK]         = ACCOUNTS,
    [PAYMENT_RECONCILE]    = REVIEWS,
    [PAYMENT_CLOSE]        = HEADS,
};

const payment_word *payment_state_word(payment_state state)
{
    return &STATES[state];
}

const payment_word *payment_step_word(payment_step step)
{
    return &STEPS[step].word;
}

payment_state payment_next(payment_state from, payment_step step)
{
    return (payment_state)NEXT[from][step];
}

bool payment_is_signature(payment_step step)
{
    return STEPS[step].is_signature;
}

bool payment_may_share(payment_step one, payment_step other)
{
    return DUTY_OF[one] == DUTY_OF[other];
}
