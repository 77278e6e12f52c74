/* What stands in individual accounts goes over with the person: day by day and interest apart, so that a year's interest
 * comes out as if all of it had always stood in one account. Control totals stay: what one loses the other gets. */
#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "service/person_merge.h"

const err_kind PERSON_MERGE_NO_KIND = {
    "person.merge_no_kind", ERR_CONFLICT,
    "The office's tables have no kind of posting to move an individual account (packs/ledger/register.csv: {}): adopt newer packs.",
    "本机构的个人账户记账类型表（packs/ledger/register.csv）缺少 {}：请先采用新的政策包。"
};
const err_kind PERSON_MERGE_SPENT = {
    "person.merge_spent", ERR_CONFLICT,
    "The individual account of the record that was kept ({}) holds less than the merge brought: correct what was paid out of it first.",
    "保留记录的个人账户（{}）余额已少于合并时并入的金额：请先更正其支付。"
};

typedef struct {
    int32_t interest, correction, moved, moved_interest;
} kinds;

static err find_kinds(const person_merge_view *view, kinds *k)
{
    size_t count;
    const ledger_kind *all = ledger_kinds(view->office->chart, &count);
    memset(k, 0, sizeof *k);
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(all[i].code, "interest")) k->interest = all[i].number;
        if (!strcmp(all[i].code, "correction")) k->correction = all[i].number;
        if (!strcmp(all[i].code, "merged")) k->moved = all[i].number;
        if (!strcmp(all[i].code, "merged_interest")) k->moved_interest = all[i].number;
    }
    return ERR_NONE;
}

/* As `ledger interest` reads the last day of a year. */
static bool is_interest(const kinds *k, const ledger_posting *p)
{
    int32_t month = calendar_month_of_day(p->day);
    bool is_last = calendar_month_of_year(month) == 12 && p->day == calendar_last_day_of_month(month);
    return is_last && (p->kind == k->interest || p->kind == k->correction || p->kind == k->moved_interest);
}

static void add(person_merge_view *view, person_merge_account *account, int32_t day, bool is_of_interest, int64_t fen)
{
    for (size_t i = 0; i < account->count; i++)
        if (account->postings[i].day == day && account->postings[i].is_interest == is_of_interest) {
            account->postings[i].fen += fen;
            return;
        }
    person_merge_posting p = { day, is_of_interest, fen };
    ARENA_PUSH(view->office->memory, account->postings, account->count, account->capacity, p);
}

/* Of a merge all that stands; of a split what the merge, at that instant, took from the record. */
static err read_fund(person_merge_view *view, ledger *books, const ledger_fund *fund, const kinds *k, int64_t merged_ms)
{
    const ledger_posting *postings;
    size_t count, kept = 0;
    person_merge_account account = { .fund = fund->number };
    TRY(ledger_person_postings(view->office->memory, books, view->terms->other, fund->number, &postings, &count));
    if (!count) return ERR_NONE;
    for (size_t i = 0; i < count; i++) {
        bool is_moved = postings[i].kind == k->moved || postings[i].kind == k->moved_interest;
        if (view->terms->is_split && (!is_moved || postings[i].known_ms != merged_ms)) continue;
        add(view, &account, postings[i].day, is_interest(k, &postings[i]), postings[i].amount_fen);
    }
    for (size_t i = 0; i < account.count; i++) {
        if (!account.postings[i].fen) continue;
        account.moved_fen += account.postings[i].fen;
        account.postings[kept++] = account.postings[i];
    }
    account.count = kept;
    TRY(ledger_person_balance(books, view->terms->other, fund->number, &account.other_fen));
    TRY(ledger_person_balance(books, view->terms->kept, fund->number, &account.kept_fen));
    if (!kept) return ERR_NONE;
    const char *name = service_say(view->office->call, fund->name, fund->name_zh);
    if (!k->moved || !k->moved_interest) person_merge_bar(view, &PERSON_MERGE_NO_KIND, TEXT("merged, merged_interest"));
    if (view->terms->is_split && account.kept_fen + account.moved_fen < 0) person_merge_bar(view, &PERSON_MERGE_SPENT, text_of(name));
    ARENA_PUSH(view->office->memory, view->accounts, view->account_count, view->account_capacity, account);
    return ERR_NONE;
}

err person_merge_accounts(person_merge_view *view)
{
    ledger *books;
    kinds k;
    size_t count;
    int64_t into, merged_ms;
    TRY(county_books(view->office, &books));
    TRY(find_kinds(view, &k));
    TRY(registry_merged_into(view->people, view->terms->other, REGISTRY_NOW, &into, &merged_ms));
    const ledger_fund *funds = ledger_funds(view->office->chart, &count);
    for (size_t i = 0; i < count; i++)
        if (funds[i].has_register) TRY(read_fund(view, books, &funds[i], &k, merged_ms));
    return ERR_NONE;
}

/* ---- moving ---- */

static err post(person_merge_view *view, ledger *books, const person_merge_account *account, int64_t person_id, int sign, const kinds *k)
{
    arena *a = view->office->memory;
    int64_t turn;
    int64_t *person = ARENA_ARRAY(a, int64_t, account->count), *fen = ARENA_ARRAY(a, int64_t, account->count);
    int32_t *day = ARENA_ARRAY(a, int32_t, account->count), *kind = ARENA_ARRAY(a, int32_t, account->count);
    for (size_t i = 0; i < account->count; i++) {
        person[i] = person_id;
        fen[i] = sign * account->postings[i].fen;
        day[i] = account->postings[i].day;
        kind[i] = account->postings[i].is_interest ? k->moved_interest : k->moved;
    }
    ledger_batch batch = { .fund = account->fund, .person_id = person, .amount_fen = fen, .day = day, .kind = kind, .count = account->count };
    TRY(county_turn(view->office, &turn));
    ledger_stamp stamp = { .key = text_format(a, "person.merge/%lld/%lld/%d/%lld", (long long)turn, (long long)view->terms->other,
                                              account->fund, (long long)person_id),
                           .known_ms = view->office->now_ms, .actor_id = view->office->actor_id,
                           .why = text_format(a, "%s %lld %s %lld", view->terms->is_split ? "split" : "merge", (long long)view->terms->other,
                                              view->terms->is_split ? "from" : "into", (long long)view->terms->kept) };
    return ledger_credit(books, &stamp, eventlog_bucket_of(person_id), &batch);
}

/* The postings of a split are those of the merge turned round: what it took is negative in them. */
err person_merge_move_accounts(person_merge_view *view)
{
    ledger *books;
    kinds k;
    TRY(county_books(view->office, &books));
    TRY(find_kinds(view, &k));
    for (size_t i = 0; i < view->account_count; i++) {
        TRY(post(view, books, &view->accounts[i], view->terms->other, -1, &k));
        TRY(post(view, books, &view->accounts[i], view->terms->kept, 1, &k));
    }
    return ERR_NONE;
}
