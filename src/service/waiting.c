#include "service/waiting.h"

#include "service/adopt.h"
#include "service/payer.h"
#include "service/person_merge.h"

typedef struct {
    county *office;
    waiting_row *rows;
    size_t count, capacity;
} waiting;

static void add(waiting *w, waiting_row row)
{
    if (row.count) ARENA_PUSH(w->office->memory, w->rows, w->count, w->capacity, row);
}

static int64_t plus(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

/* ---- what the office decides by, who may do what, from where it pays ---- */

static err of_law(waiting *w)
{
    adopt_terms terms;
    TRY(adopt_waiting(w->office, &terms));
    if (!terms.digest.size_bytes || terms.by.count >= THREE_MARKS) return ERR_NONE;
    add(w, (waiting_row){ adopt_duty(terms.by.count), "a proposed law to sign", "待签署的政策包", "doudi packs status", 1, 0 });
    return ERR_NONE;
}

static err of_users(waiting *w)
{
    static const struct { const char *duty, *what, *zh; } OF[] = {
        { "staff.approve", "changes of users to approve", "待审批的用户变更" },
        { "staff.confirm", "changes of users to confirm", "待确认的用户变更" },
    };
    staff *room;
    staff_change *changes;
    size_t count;
    int64_t found[ARRAY_COUNT(OF)] = { 0 };
    TRY(county_staff(w->office, &room));
    TRY(staff_changes(w->office->memory, room, false, &changes, &count));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < ARRAY_COUNT(OF); k++)
            found[k] += text_find(changes[i].waits_for, text_of(OF[k].duty)) != SIZE_MAX;
    for (size_t k = 0; k < ARRAY_COUNT(OF); k++)
        add(w, (waiting_row){ OF[k].duty, OF[k].what, OF[k].zh, "doudi user changes", found[k], 0 });
    return ERR_NONE;
}

static err of_payers(waiting *w)
{
    ledger *books;
    size_t count;
    int64_t entered = 0, reviewed = 0;
    TRY(county_books(w->office, &books)); /* its chart names the funds */
    const ledger_fund *funds = ledger_funds(w->office->chart, &count);
    for (size_t i = 0; i < count; i++) {
        payer_terms terms;
        TRY(payer_read(w->office, PAYER_WAITING, text_of(funds[i].code), &terms));
        entered += terms.by.count == 1;
        reviewed += terms.by.count == 2;
    }
    add(w, (waiting_row){ "account.review", "paying accounts to review", "待复核的付款账户", "doudi payer list", entered, 0 });
    add(w, (waiting_row){ "account.confirm", "paying accounts to confirm", "待确认的付款账户", "doudi payer list", reviewed, 0 });
    return ERR_NONE;
}

/* ---- of people ---- */

static err of_accounts(waiting *w)
{
    static const struct { payment_account_state state; const char *duty, *what, *zh; } OF[] = {
        { PAYMENT_ACCOUNT_ENTERED, "account.review", "changed bank accounts to review", "待复核的收款账户变更" },
        { PAYMENT_ACCOUNT_REVIEWED, "account.confirm", "changed bank accounts to confirm", "待确认的收款账户变更" },
    };
    payment *runs;
    TRY(county_runs(w->office, &runs));
    for (size_t k = 0; k < ARRAY_COUNT(OF); k++) {
        payment_account_change *changes;
        size_t count;
        TRY(payment_account_list(w->office->memory, runs, OF[k].state, &changes, &count));
        add(w, (waiting_row){ OF[k].duty, OF[k].what, OF[k].zh, "doudi account list", (int64_t)count, 0 });
    }
    return ERR_NONE;
}

static err of_merges(waiting *w)
{
    person_merge_terms *terms;
    size_t count;
    int64_t entered = 0, reviewed = 0;
    TRY(person_merge_list(w->office, &terms, &count));
    for (size_t i = 0; i < count; i++) {
        if (!person_merge_waits_for(&terms[i])) continue;
        entered += terms[i].by.count == 1;
        reviewed += terms[i].by.count == 2;
    }
    add(w, (waiting_row){ "record.review", "merges and splits of records to review", "待复核的记录合并、拆分", "doudi person merges", entered, 0 });
    add(w, (waiting_row){ "record.approve", "merges and splits of records to approve", "待审批的记录合并、拆分", "doudi person merges", reviewed, 0 });
    return ERR_NONE;
}

static err of_awards(waiting *w)
{
    static const struct { decision_award_state state; const char *duty, *what, *zh, *command; } OF[] = {
        { DECISION_PROPOSED, "award.review", "awards to review", "待复核的待遇核定", "doudi award list" },
        { DECISION_REVIEWED, "award.approve", "awards to approve", "待审批的待遇核定", "doudi award list --state reviewed" },
    };
    decision_book *book;
    TRY(county_decisions(w->office, &book));
    for (size_t k = 0; k < ARRAY_COUNT(OF); k++) {
        decision_award *awards;
        size_t count;
        int64_t fen = 0;
        decision_award_filter filter = { .purpose = TEXT(""), .states = 1u << OF[k].state };
        TRY(decision_awards(w->office->memory, book, &filter, &awards, &count));
        for (size_t i = 0; i < count; i++) fen = plus(fen, awards[i].amount_fen);
        add(w, (waiting_row){ OF[k].duty, OF[k].what, OF[k].zh, OF[k].command, (int64_t)count, fen });
    }
    return ERR_NONE;
}

static err of_revisions(waiting *w)
{
    static const struct { revision_state state; const char *duty, *what, *zh; } OF[] = {
        { REVISION_ENTERED, "award.review", "batches of changed benefits to review", "待复核的待遇批量变更" },
        { REVISION_REVIEWED, "award.approve", "batches of changed benefits to approve", "待审批的待遇批量变更" },
    };
    revision_book *book;
    revision_batch *batches;
    size_t count;
    TRY(county_revisions(w->office, &book));
    TRY(revision_list(w->office->memory, book, &batches, &count));
    for (size_t k = 0; k < ARRAY_COUNT(OF); k++) {
        waiting_row row = { OF[k].duty, OF[k].what, OF[k].zh, "doudi revision list", 0, 0 };
        for (size_t i = 0; i < count; i++) row.count += batches[i].state == OF[k].state;
        add(w, row);
    }
    return ERR_NONE;
}

static err of_oneoffs(waiting *w)
{
    static const struct { oneoff_batch_state state; const char *duty, *what, *zh; } OF[] = {
        { ONEOFF_PROPOSED, "award.review", "batches of one-off items to review", "待复核的补扣批次" },
        { ONEOFF_REVIEWED, "award.approve", "batches of one-off items to approve", "待审批的补扣批次" },
    };
    oneoff_book *book;
    TRY(county_oneoffs(w->office, &book));
    for (size_t k = 0; k < ARRAY_COUNT(OF); k++) {
        oneoff_batch *batches;
        size_t count;
        int64_t fen = 0, undoing = 0;
        TRY(oneoff_batch_list(w->office->memory, book, OF[k].state, &batches, &count));
        for (size_t i = 0; i < count; i++) {
            fen = plus(fen, plus(batches[i].pay_fen, batches[i].recover_fen));
            undoing += batches[i].undoing_count > 0;
        }
        add(w, (waiting_row){ OF[k].duty, OF[k].what, OF[k].zh, "doudi oneoff list", (int64_t)count - undoing, fen });
        add(w, (waiting_row){ "award.approve", "repayments said never to have come, to confirm", "待确认的未到账还款",
                              "doudi oneoff receipts", undoing, 0 });
    }
    return ERR_NONE;
}

/* ---- of payers ---- */

static err of_dues(waiting *w)
{
    static const struct { collection_case_state state; const char *duty, *what, *zh; } OF[] = {
        { COLLECTION_CASE_ENTERED, "dues.review", "changes of what is owed to review", "待审核的缓缴、减免等" },
        { COLLECTION_CASE_REVIEWED, "dues.approve", "changes of what is owed to approve", "待审批的缓缴、减免等" },
    };
    collection *bills;
    TRY(county_bills(w->office, &bills));
    for (size_t k = 0; k < ARRAY_COUNT(OF); k++) {
        collection_case *cases;
        size_t count;
        int64_t fen = 0;
        TRY(collection_cases(w->office->memory, bills, (collection_payer){ 0 }, OF[k].state, &cases, &count));
        for (size_t i = 0; i < count; i++) fen = plus(fen, cases[i].total_fen);
        add(w, (waiting_row){ OF[k].duty, OF[k].what, OF[k].zh, "doudi dues list", (int64_t)count, fen });
    }
    return ERR_NONE;
}

/* ---- payment runs ---- */

static err of_runs(waiting *w)
{
    static const struct { payment_state state; const char *duty, *what, *zh; } OF[] = {
        { PAYMENT_DRAFTED, "payrun.review", "payment runs to check", "待复核的支付批次" },
        { PAYMENT_CHECKED, "payrun.head", "payment runs for the section head to sign", "待股室负责人签字的支付批次" },
        { PAYMENT_SECTION_SIGNED, "payrun.lead", "payment runs for the leader to sign", "待分管领导签字的支付批次" },
        { PAYMENT_LEADER_SIGNED, "payrun.account", "payment runs to authorise", "待财务授权的支付批次" },
        { PAYMENT_AUTHORISED, "payrun.pay", "payment runs to send", "待送银行的支付批次" },
        { PAYMENT_SENT, "payrun.account", "payment runs whose answer is to be booked", "待回盘记账的支付批次" },
        { PAYMENT_UNANSWERED, "payrun.account", "payment runs the bank has not answered", "银行未答复的支付批次" },
        { PAYMENT_BOOKED, "payrun.review", "payment runs to reconcile", "待对账的支付批次" },
    };
    payment *runs;
    payment_run *list;
    size_t count;
    TRY(county_runs(w->office, &runs));
    TRY(payment_list(w->office->memory, runs, PAYMENT_ANY_MONTH, &list, &count));
    for (size_t k = 0; k < ARRAY_COUNT(OF); k++) {
        waiting_row row = { OF[k].duty, OF[k].what, OF[k].zh, "doudi payrun list", 0, 0 };
        for (size_t i = 0; i < count; i++) {
            if (list[i].state != OF[k].state) continue;
            row.count++;
            row.fen = plus(row.fen, list[i].total_fen);
        }
        add(w, row);
    }
    return ERR_NONE;
}

/* ---- alerts ---- */

static err of_alerts(waiting *w)
{
    alert_book *alerts;
    alert_sum *sums;
    size_t count;
    int64_t open = 0, doubted = 0, reviewed = 0, fen = 0;
    TRY(county_alerts(w->office, &alerts));
    TRY(alert_sums(w->office->memory, alerts, &sums, &count));
    for (size_t i = 0; i < count; i++) {
        open += sums[i].count[ALERT_OPEN] + sums[i].count[ALERT_ASSIGNED] + sums[i].count[ALERT_WORKING];
        doubted += sums[i].count[ALERT_DOUBTED];
        reviewed += sums[i].count[ALERT_REVIEWED];
        fen = plus(fen, sums[i].risk_fen);
    }
    add(w, (waiting_row){ "alert.work", "alerts to deal with", "待办预警", "doudi alert list", open, fen });
    add(w, (waiting_row){ "alert.review", "false alarms to review", "待复核的误报", "doudi alert list", doubted, 0 });
    add(w, (waiting_row){ "alert.release", "false alarms to approve", "待审批的误报", "doudi alert list", reviewed, 0 });
    return ERR_NONE;
}

/* ---- papers that were to follow ---- */

static err of_papers(waiting *w)
{
    cases_book *book;
    cases_promise *lacking;
    size_t count;
    int64_t overdue = 0;
    int32_t today = w->office->call->office->settings.today_day;
    TRY(county_cases(w->office, &book));
    TRY(cases_promises(w->office->memory, book, CASES_LACKING, &lacking, &count));
    for (size_t i = 0; i < count; i++)
        overdue += !lacking[i].is_over && lacking[i].paper.due_day && lacking[i].paper.due_day < today;
    add(w, (waiting_row){ "record.enter", "papers that were to follow and did not come in time", "容缺超期未补的材料", "doudi case promises --state lacking",
                          overdue, 0 });
    return ERR_NONE;
}

err waiting_read(county *office, waiting_row **rows, size_t *count)
{
    static err (*const OF[])(waiting *) = {
        of_law, of_users, of_payers, of_accounts, of_merges, of_awards, of_revisions, of_oneoffs, of_dues, of_runs, of_alerts, of_papers,
    };
    waiting w = { .office = office };
    for (size_t i = 0; i < ARRAY_COUNT(OF); i++) TRY(OF[i](&w));
    *rows = w.rows;
    *count = w.count;
    return ERR_NONE;
}

text waiting_duty_shown(county *office, text duty)
{
    staff *room;
    arena *a = office->call->request;
    if (county_staff(office, &room).kind || !staff_duties(room)) return text_copy(a, duty);
    size_t at = duty_find(staff_duties(room), duty);
    if (at == SIZE_MAX) return text_copy(a, duty);
    const duty_row *row = duty_at(staff_duties(room), at);
    return text_copy(a, office->call->is_chinese ? row->name : row->name_en);
}
