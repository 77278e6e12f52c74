/* What of the record given up would be lost, or paid twice, by a merge: each with the way out. */
#include <string.h>

#include "service/ledger.h"
#include "service/month_net.h"
#include "service/person_merge.h"
#include "service/words.h"

const err_kind PERSON_MERGE_BOTH_DRAW = {
    "person.merge_both_draw", ERR_CONFLICT,
    "Both records draw {}: stop it on one (doudi benefit stop), settle what was paid twice (doudi benefit settle), then merge.",
    "两份记录都在领取{}：请先停发其中一份（doudi benefit stop），并结清多发（doudi benefit settle），再合并。"
};
const err_kind PERSON_MERGE_DRAWS = {
    "person.merge_draws", ERR_CONFLICT,
    "The record given up draws {}: give up the other record instead, or stop it first (doudi benefit stop).",
    "被并记录正在领取{}：请改为并掉另一份，或先停发（doudi benefit stop）。"
};
const err_kind PERSON_MERGE_OWES = {
    "person.merge_owes", ERR_CONFLICT,
    "The record given up owes {}: have it paid (doudi month receive) or taken off (doudi month correct, doudi dues relief) first.",
    "被并记录尚欠 {}：请先缴清（doudi month receive）或退收、减免（doudi month correct、doudi dues relief）。"
};
const err_kind PERSON_MERGE_CREDIT = {
    "person.merge_credit", ERR_CONFLICT,
    "{} stand to the credit of the record given up: refund them (doudi dues refund) or use them (doudi dues use-credit) first.",
    "被并记录有留存 {}：请先退费（doudi dues refund）或抵缴（doudi dues use-credit）。"
};
const err_kind PERSON_MERGE_UNPAID = {
    "person.merge_unpaid", ERR_CONFLICT,
    "Contributions were billed for the record given up that are not paid in yet ({}): wait for the money, have them taken off "
    "(doudi month correct), or give up the other record.",
    "被并记录有已开账单、尚未到账的缴费（{}）：请待到账、先退收（doudi month correct），或改为并掉另一份。"
};
const err_kind PERSON_MERGE_AWARD = {
    "person.merge_award", ERR_CONFLICT,
    "An award or a one-off item of the record given up waits for signatures ({}): approve it or send it back first (doudi award list).",
    "被并记录有待复核、审批的待遇（{}）：请先办结或退回（doudi award list）。"
};
const err_kind PERSON_MERGE_RUN = {
    "person.merge_run", ERR_CONFLICT,
    "The record given up has payments that are not finished (run {}): wait until the run is booked and what came back is paid "
    "again (doudi payrun list).",
    "被并记录有未了结的发放（批次 {}）：请待批次记账、退票重发办结（doudi payrun list）。"
};
const err_kind PERSON_MERGE_ONEOFF = {
    "person.merge_oneoff", ERR_CONFLICT,
    "The record given up has arrears to be paid or overpayments to be recovered (item {}): finish them first (doudi oneoff list).",
    "被并记录有未了结的补发或追回（第 {} 项）：请先办结（doudi oneoff list）。"
};
const err_kind PERSON_MERGE_CASE = {
    "person.merge_case", ERR_CONFLICT,
    "Case {} of the record given up is open: finish or withdraw it first (doudi case list).",
    "被并记录有在办办件 {}：请先办结或撤回（doudi case list）。"
};
const err_kind PERSON_MERGE_ACCOUNT = {
    "person.merge_account", ERR_CONFLICT,
    "A change of the bank account of the record given up waits (change {}): confirm or refuse it first (doudi account list).",
    "被并记录有待办的收款账户变更（{}）：请先确认或退回（doudi account list）。"
};
const err_kind PERSON_MERGE_DEPENDANT = {
    "person.merge_dependant", ERR_CONFLICT,
    "Person {} is told as a dependant of the record given up: tell it of the record that is kept first (doudi county import "
    "--what attributes), or give up the other record.",
    "人员 {} 登记为被并记录的供养亲属：请先改登到保留的记录（doudi county import --what attributes），或改为并掉另一份。"
};

static arena *request_of(const person_merge_view *view) { return view->office->call->request; }

static text yuan(const person_merge_view *view, int64_t fen)
{
    return text_format(request_of(view), service_say(view->office->call, "%.*s yuan", "%.*s 元"), TEXT_ARG(service_yuan(request_of(view), fen)));
}

/* ---- benefits ---- */

static bool draws(const person_merge_view *view, const registry_benefit *b)
{
    return b->fact.until > view->month && b->state != REGISTRY_STOPPED;
}

static err of_benefits(person_merge_view *view)
{
    const registry_benefit *theirs = view->other.facts[REGISTRY_BENEFIT], *own = view->kept.facts[REGISTRY_BENEFIT];
    for (size_t i = 0; i < view->other.count[REGISTRY_BENEFIT]; i++) {
        bool is_of_both = false;
        text word;
        if (!draws(view, &theirs[i])) continue;
        for (size_t k = 0; k < view->kept.count[REGISTRY_BENEFIT]; k++)
            is_of_both |= draws(view, &own[k]) && own[k].benefit == theirs[i].benefit;
        TRY(county_word_text(view->office, theirs[i].benefit, &word));
        const county_word_row *row = county_word_row_of(COUNTY_BENEFIT, word);
        if (row) word = text_of(service_say(view->office->call, row->en, row->zh));
        person_merge_bar(view, is_of_both ? &PERSON_MERGE_BOTH_DRAW : &PERSON_MERGE_DRAWS, word);
    }
    return ERR_NONE;
}

/* ---- what is owed, or stands to the credit ---- */

static err of_dues(person_merge_view *view)
{
    collection *bills;
    collection_due *dues;
    collection_case *cases;
    size_t count;
    int64_t open_fen = 0, credit_fen;
    collection_payer payer = { COLLECTION_PERSON, view->terms->other };
    TRY(county_bills(view->office, &bills));
    TRY(collection_dues_of(view->office->memory, bills, payer, true, &dues, &count));
    for (size_t i = 0; i < count; i++) open_fen += dues[i].due_fen - dues[i].received_fen;
    if (open_fen) person_merge_bar(view, &PERSON_MERGE_OWES, yuan(view, open_fen));
    TRY(collection_credit_of(bills, payer, &credit_fen));
    if (credit_fen) person_merge_bar(view, &PERSON_MERGE_CREDIT, yuan(view, credit_fen));
    TRY(collection_cases(view->office->memory, bills, payer, 0, &cases, &count));
    for (size_t i = 0; i < count; i++)
        if (cases[i].state == COLLECTION_CASE_ENTERED || cases[i].state == COLLECTION_CASE_REVIEWED) {
            person_merge_bar(view, &PERSON_MERGE_AWARD, text_format(request_of(view), "dues %lld", (long long)cases[i].case_id));
            break;
        }
    return ERR_NONE;
}

/* ---- lines of bills that are not paid in yet ---- */

typedef struct {
    collection_payer payer;
    int64_t issue_id, fen[COLLECTION_KEYS_MAX];
    collection_key keys[COLLECTION_KEYS_MAX];
    size_t key_count;
    int64_t government_id;
} billed;
typedef struct {
    person_merge_view *view;
    collection *bills;
    billed *items;
    size_t count, capacity;
} billing;

static void take_line(billing *b, int64_t issue_id, int sign, const collection_terms *terms, const collection_line *line)
{
    billed *at = NULL;
    for (size_t i = 0; i < b->count; i++)
        if (b->items[i].issue_id == issue_id && b->items[i].payer.kind == line->payer.kind && b->items[i].payer.id == line->payer.id) at = &b->items[i];
    if (!at) {
        billed fresh = { .payer = line->payer, .issue_id = issue_id, .key_count = terms->key_count, .government_id = terms->government_id };
        for (size_t k = 0; k < terms->key_count; k++) {
            fresh.keys[k] = terms->keys[k];
            fresh.keys[k].name = text_cstr(b->view->office->memory, text_of(terms->keys[k].name));
        }
        ARENA_PUSH(b->view->office->memory, b->items, b->count, b->capacity, fresh);
        at = &b->items[b->count - 1];
    }
    for (size_t k = 0; k < terms->key_count; k++)
        for (size_t i = 0; i < at->key_count; i++)
            if (!strcmp(at->keys[i].name, terms->keys[k].name)) at->fen[i] += sign * line->fen[k];
}

static err read_issue(billing *b, const collection_issue_row *issue)
{
    int64_t target;
    bool is_right;
    int sign = month_net_is_reduction(issue->purpose, &target, &is_right) ? -1 : 1;
    collection_cursor *cursor;
    const collection_line *line;
    TRY(collection_lines(b->view->office->memory, b->bills, issue->issue_id, eventlog_bucket_of(b->view->terms->other), &cursor));
    err e;
    while (!(e = collection_next_line(cursor, &line)).kind && line)
        if (line->person_id == b->view->terms->other)
            take_line(b, sign < 0 ? target : issue->issue_id, sign, collection_cursor_terms(cursor), line);
    collection_lines_close(cursor);
    return e;
}

static err is_told(billing *b, const billed *one, const collection_issue_row *issue, const collection_key *key, bool *told)
{
    collection_due *dues;
    size_t count;
    collection_payer payer = one->payer;
    if (key->remitter == COLLECTION_BY_GOVERNMENT) payer = (collection_payer){ COLLECTION_GOVERNMENT, one->government_id };
    if (key->remitter == COLLECTION_BY_PERSON) payer = (collection_payer){ COLLECTION_PERSON, b->view->terms->other };
    *told = false;
    TRY(collection_dues_of(b->view->office->memory, b->bills, payer, false, &dues, &count));
    for (size_t i = 0; i < count; i++)
        if (dues[i].month == issue->month && dues[i].fund == key->fund && dues[i].charge == key->charge && text_equal(dues[i].purpose, issue->purpose))
            *told = dues[i].is_told;
    return ERR_NONE;
}

static err of_bills(person_merge_view *view)
{
    billing b = { .view = view };
    collection_issue_row *issues;
    size_t count;
    TRY(county_bills(view->office, &b.bills));
    TRY(collection_issues(view->office->memory, b.bills, INT32_MIN, &issues, &count));
    for (size_t i = 0; i < count; i++) TRY(read_issue(&b, &issues[i]));
    for (size_t i = 0; i < b.count; i++)
        for (size_t s = 0; s < count; s++) {
            if (issues[s].issue_id != b.items[i].issue_id) continue;
            for (size_t k = 0; k < b.items[i].key_count; k++) {
                bool told = true;
                if (b.items[i].fen[k] > 0) TRY(is_told(&b, &b.items[i], &issues[s], &b.items[i].keys[k], &told));
                if (told) continue;
                person_merge_bar(view, &PERSON_MERGE_UNPAID, service_month_text(request_of(view), issues[s].month));
                return ERR_NONE;
            }
        }
    return ERR_NONE;
}

/* ---- awards, payments, items paid once ---- */

static err of_awards(person_merge_view *view)
{
    decision_book *book;
    decision_award *awards;
    size_t count;
    decision_award_filter filter = { .purpose = TEXT(""), .person_id = view->terms->other,
                                     .states = 1u << DECISION_PROPOSED | 1u << DECISION_REVIEWED };
    TRY(county_decisions(view->office, &book));
    TRY(decision_awards(view->office->memory, book, &filter, &awards, &count));
    if (count) person_merge_bar(view, &PERSON_MERGE_AWARD, awards[0].purpose);
    return ERR_NONE;
}

static err of_payments(person_merge_view *view)
{
    payment *runs;
    payment_paid *paid;
    payment_waiting *waiting;
    size_t count;
    int64_t open = 0;
    TRY(county_runs(view->office, &runs));
    TRY(payment_of_person(view->office->memory, runs, view->terms->other, &paid, &count));
    for (size_t i = 0; i < count; i++) {
        payment_run run;
        TRY(payment_find(view->office->memory, runs, paid[i].run_id, &run));
        if (run.state < PAYMENT_BOOKED || (run.state != PAYMENT_WITHDRAWN && paid[i].outcome == PAYMENT_OPEN)) open = run.run_id;
    }
    TRY(payment_waiting_of(view->office->memory, runs, eventlog_bucket_of(view->terms->other), 0, &waiting, &count));
    for (size_t i = 0; i < count; i++)
        if (waiting[i].line.person_id == view->terms->other) open = waiting[i].run_id;
    if (open) person_merge_bar(view, &PERSON_MERGE_RUN, text_format(request_of(view), "%lld", (long long)open));
    return ERR_NONE;
}

static err of_oneoffs(person_merge_view *view)
{
    oneoff_book *book;
    oneoff_standing *items;
    size_t count;
    TRY(county_oneoffs(view->office, &book));
    TRY(oneoff_of_subject(view->office->memory, book, view->terms->other, &items, &count));
    for (size_t i = 0; i < count; i++) {
        if (items[i].state != ONEOFF_STATE_PROPOSED && items[i].state != ONEOFF_STATE_APPROVED && items[i].state != ONEOFF_STATE_IN_RUN) continue;
        person_merge_bar(view, &PERSON_MERGE_ONEOFF, text_format(request_of(view), "%lld", (long long)items[i].item_id));
        break;
    }
    return ERR_NONE;
}

/* ---- cases, changes of accounts, dependants ---- */

static err of_cases(person_merge_view *view)
{
    cases_book *book;
    cases_row *rows;
    size_t count;
    cases_filter filter = { .has_open = true, .type = TEXT(""), .duty = TEXT(""), .subject_id = view->terms->other, .limit = 1 };
    TRY(county_cases(view->office, &book));
    TRY(cases_list(view->office->memory, book, &filter, &rows, &count));
    if (count) person_merge_bar(view, &PERSON_MERGE_CASE, text_format(request_of(view), "%lld", (long long)rows[0].case_id));
    return ERR_NONE;
}

static err of_accounts(person_merge_view *view)
{
    static const payment_account_state OPEN[] = { PAYMENT_ACCOUNT_ENTERED, PAYMENT_ACCOUNT_REVIEWED };
    payment *runs;
    TRY(county_runs(view->office, &runs));
    for (size_t s = 0; s < ARRAY_COUNT(OPEN); s++) {
        payment_account_change *changes;
        size_t count;
        TRY(payment_account_list(view->office->memory, runs, OPEN[s], &changes, &count));
        for (size_t i = 0; i < count; i++) {
            payment_account_row *rows;
            size_t row_count;
            TRY(payment_account_rows(view->office->memory, runs, changes[i].change_id, &rows, &row_count));
            for (size_t k = 0; k < row_count; k++)
                if (rows[k].person_id == view->terms->other)
                    person_merge_bar(view, &PERSON_MERGE_ACCOUNT, text_format(request_of(view), "%lld", (long long)changes[i].change_id));
        }
    }
    return ERR_NONE;
}

static err of_dependants(person_merge_view *view)
{
    registry_holding what = { .kind = REGISTRY_ATTRIBUTE, .at = view->office->call->office->settings.today_day, .known_ms = REGISTRY_NOW };
    TRY(registry_word_find(view->people, TEXT("dependant.of"), &what.name));
    for (uint32_t bucket = 0; what.name && bucket < EVENTLOG_BUCKETS; bucket++) {
        int64_t *ids;
        size_t count;
        TRY(registry_roster_who(view->office->memory, view->people, bucket, what, &ids, &count));
        for (size_t i = 0; i < count; i++) {
            registry_record record;
            TRY(registry_record_read(view->office->memory, view->people, ids[i], REGISTRY_NOW, &record));
            const registry_attribute *told = record.facts[REGISTRY_ATTRIBUTE];
            for (size_t k = 0; k < record.count[REGISTRY_ATTRIBUTE]; k++)
                if (told[k].name == what.name && told[k].value == view->terms->other && ids[i] != view->terms->other)
                    person_merge_bar(view, &PERSON_MERGE_DEPENDANT, text_format(request_of(view), "%lld", (long long)ids[i]));
        }
    }
    return ERR_NONE;
}

err person_merge_bars(person_merge_view *view)
{
    static err (*const OF[])(person_merge_view *) = {
        of_benefits, of_dues, of_bills, of_awards, of_payments, of_oneoffs, of_cases, of_accounts, of_dependants,
    };
    for (size_t i = 0; i < ARRAY_COUNT(OF); i++) TRY(OF[i](view));
    return ERR_NONE;
}
