/* Differences become issues: what is more is owed besides; what is less is taken off dues, accounts and months. */
#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "service/month_correct.h"
#include "service/words.h"

static int compare_rows(const void *left, const void *right)
{
    const month_correct_row *a = left, *b = right;
    uint32_t one = eventlog_bucket_of(a->person_id), other = eventlog_bucket_of(b->person_id);
    if (one != other) return one < other ? -1 : 1;
    if (a->person_id != b->person_id) return a->person_id < b->person_id ? -1 : 1;
    return (a->payer_id > b->payer_id) - (a->payer_id < b->payer_id);
}

/* A name that no issue of the month has: what is corrected twice in a month is two issues. */
static err free_purpose(month_correct *c, text wanted, const char *behind, text *purpose)
{
    collection_issue_row *all;
    size_t count;
    TRY(collection_issues(c->d->m.memory, c->d->bills, c->of, &all, &count));
    for (int n = 1;; n++) {
        bool is_taken = false;
        text number = n > 1 ? text_format(c->d->m.memory, "_%d", n) : TEXT_NONE;
        *purpose = text_format(c->d->m.memory, "%.*s%.*s%s", TEXT_ARG(wanted), TEXT_ARG(number), behind);
        for (size_t i = 0; i < count; i++) is_taken |= text_equal(all[i].purpose, *purpose);
        if (!is_taken) return ERR_NONE;
    }
}

static collection_act act_of(const month_correct *c, text purpose)
{
    collection_act act = c->d->act;
    act.key = month_key(&c->d->m, "correct", text_format(c->d->m.memory, "%.*s/%d", TEXT_ARG(purpose), c->of));
    return act;
}

static err issue(month_correct *c, text purpose, bool is_reduction, month_correct_row **rows, size_t count)
{
    int32_t due_day;
    collection_issue *open;
    collection_issued issued;
    collection_act act = act_of(c, purpose);
    TRY(month_due_day(&c->d->m, &due_day));
    collection_terms terms = { .purpose = purpose, .month = c->of, .due_day = due_day, .is_reduction = is_reduction,
                               .government_id = c->d->m.region_code ? c->d->m.region_code : 1,
                               .keys = c->keys.keys, .key_count = c->keys.count };
    TRY(collection_issue_open(c->d->m.memory, c->d->bills, &terms, &act, &open));
    err e = ERR_NONE;
    for (size_t i = 0; !e.kind && i < count; i++) {
        collection_line line = { .person_id = rows[i]->person_id, .payer = { c->net.payer_kind, rows[i]->payer_id },
                                 .base_fen = rows[i]->base_fen };
        memcpy(line.fen, rows[i]->fen, sizeof line.fen);
        e = collection_issue_add(open, &line);
    }
    if (e.kind) {
        collection_issue_cancel(open);
        return e;
    }
    TRY(collection_issue_finish(open, &issued));
    return month_keep_law(&c->d->m, c->deciding.law, purpose, c->of);
}

err month_correct_more(month_correct *c)
{
    text purpose;
    month_correct_row **rows = ARENA_ARRAY(c->d->m.memory, month_correct_row *, c->more_count);
    text month = service_month_text(c->d->m.memory, c->d->m.month);
    qsort(c->more, c->more_count, sizeof *c->more, compare_rows);
    for (size_t i = 0; i < c->more_count; i++) rows[i] = &c->more[i];
    TRY(free_purpose(c, text_format(c->d->m.memory, "%s+%.*s", c->purpose->name, TEXT_ARG(month)), "", &purpose));
    return issue(c, purpose, false, rows, c->more_count);
}

/* ---- what is less: dues ---- */

typedef struct {
    collection_payer payer;
    int32_t fund;
    int64_t pool_fen, account_fen;
} sum;
typedef struct {
    sum *items;
    size_t count, capacity;
} sums;

static collection_payer payer_of(const month_correct *c, const month_correct_row *row, size_t key)
{
    switch (c->keys.keys[key].remitter) {
    case COLLECTION_BY_GOVERNMENT:
        return (collection_payer){ COLLECTION_GOVERNMENT, c->d->m.region_code ? c->d->m.region_code : 1 };
    case COLLECTION_BY_PERSON: return (collection_payer){ COLLECTION_PERSON, row->person_id };
    case COLLECTION_BY_PAYER: break;
    }
    return (collection_payer){ c->net.payer_kind, row->payer_id };
}

static bool is_account(const month_correct *c, size_t key)
{
    size_t count;
    return decide_answers(c->deciding.plan, &count)[c->keys.answer_of[key]].is_account;
}

static void add_sum(month_correct *c, sums *all, const month_correct_row *row, size_t key)
{
    collection_payer payer = payer_of(c, row, key);
    int32_t fund = c->keys.keys[key].fund;
    size_t i = 0;
    while (i < all->count && (all->items[i].payer.id != payer.id || all->items[i].payer.kind != payer.kind || all->items[i].fund != fund)) i++;
    if (i == all->count) {
        sum fresh = { .payer = payer, .fund = fund };
        ARENA_PUSH(c->d->m.memory, all->items, all->count, all->capacity, fresh);
    }
    if (is_account(c, key)) all->items[i].account_fen += row->fen[key];
    else all->items[i].pool_fen += row->fen[key];
}

static err find_due(month_correct *c, const sum *s, size_t source, collection_due *found)
{
    collection_due *dues;
    size_t count;
    TRY(collection_dues_of(c->d->m.memory, c->d->bills, s->payer, false, &dues, &count));
    for (size_t i = 0; i < count; i++)
        if (dues[i].month == c->of && dues[i].fund == s->fund && dues[i].charge != COLLECTION_LATE_FEE &&
            text_equal(dues[i].purpose, c->net.sources[source].purpose)) {
            *found = dues[i];
            return ERR_NONE;
        }
    return err_of(&COLLECTION_NO_DUE, text_cstr(c->d->m.call->request, c->net.sources[source].purpose));
}

/* A fund that was divided is taken back from each purse; others from where the money was booked. */
static err book(month_correct *c, month_booking *b, dues_freed *laid, const sum *s, const collection_due *due, bool is_right,
                int64_t freed_fen)
{
    const char *plain = text_format(c->d->m.memory, "freed_%s", dues_charge_code(due->charge)).bytes;
    bool is_divided = is_right && month_books(b, s->fund, "freed_account", "current");
    if (!is_divided) return dues_freed_book(laid, b, plain, freed_fen);
    TRY(dues_freed_book(laid, b, "freed_pool", s->pool_fen));
    return dues_freed_book(laid, b, "freed_account", s->account_fen);
}

static err take_off(month_correct *c, month_booking *b, const sum *s, size_t source, bool is_right, text purpose)
{
    int64_t freed;
    dues_freed laid;
    collection_due due = { 0 };
    collection_act act = act_of(c, purpose);
    act.key = text_format(c->d->m.memory, "%.*s/%d", TEXT_ARG(act.key), s->fund);
    TRY(find_due(c, s, source, &due));
    TRY(dues_freed_open(c->d, &due, &laid));
    TRY(collection_adjust_as(c->d->bills, &due, -(s->pool_fen + s->account_fen), TEXT("correction"), &act, &freed));
    c->freed_fen += freed;
    return freed ? book(c, b, &laid, s, &due, is_right, freed) : ERR_NONE;
}

/* ---- what is less, of people who had been told: their accounts and months ---- */

static int32_t correction_kind(const month_correct *c)
{
    size_t count;
    const ledger_kind *kinds = ledger_kinds(c->d->m.office->chart, &count);
    for (size_t i = 0; i < count; i++)
        if (!strcmp(kinds[i].code, "correction")) return kinds[i].number;
    return 0;
}

static const char *scheme_code(const month_correct *c, int32_t fund)
{
    size_t count;
    const ledger_fund *funds = ledger_funds(c->d->m.office->chart, &count);
    for (size_t i = 0; i < count; i++)
        if (funds[i].number == fund) return funds[i].code;
    return "";
}

static err debit(month_correct *c, const month_correct_row *row, size_t key, int32_t day)
{
    ledger *books;
    int64_t fen = -row->fen[key], turn;
    int32_t kind = correction_kind(c);
    TRY(county_books(c->d->m.office, &books));
    ledger_batch batch = { .fund = c->keys.keys[key].fund, .person_id = &row->person_id, .amount_fen = &fen, .kind = &kind,
                           .all_day = day, .count = 1 };
    TRY(county_turn(c->d->m.office, &turn));
    ledger_stamp stamp = { .key = text_format(c->d->m.memory, "%.*s/%lld/%zu/%zu/%lld", TEXT_ARG(c->key), (long long)row->person_id,
                                              key, row->source, (long long)turn),
                           .known_ms = c->d->m.office->now_ms, .actor_id = c->d->m.office->actor_id,
                           .why = text_of(c->d->m.call->op->name) };
    return ledger_credit(books, &stamp, eventlog_bucket_of(row->person_id), &batch);
}

static err put_month_right(month_correct *c, const month_correct_row *row, size_t key)
{
    registry *people;
    int64_t scheme, paid;
    bool is_yearly = c->purpose->is_yearly;
    int32_t january = calendar_month_of(calendar_year_of_month(c->of), 1);
    TRY(county_people(c->d->m.office, &people));
    TRY(county_word(c->d->m.office, scheme_code(c, c->keys.keys[key].fund), &scheme));
    TRY(county_word(c->d->m.office, "paid", &paid));
    registry_spell spell = { .fact = { .subject_id = row->person_id, .from = is_yearly ? january : c->of,
                                       .until = is_yearly ? january + 12 : c->of + 1, .is_void = row->is_gone[key] },
                             .scheme = scheme, .employer_id = c->keys.is_of_employers ? row->payer_id : 0, .kind = paid,
                             .region = c->d->m.region_code, .base_fen = row->base_fen };
    registry_act act = { .known_ms = c->d->m.office->now_ms, .actor_id = c->d->m.office->actor_id,
                         .why = text_of(c->d->m.call->op->name) };
    return registry_spell_say(people, &act, &spell);
}

static err put_right(month_correct *c, const month_correct_row *row)
{
    int32_t day = calendar_last_day_of_month(c->d->m.month);
    for (size_t k = 0; k < c->keys.count; k++) {
        bool is_first = true;
        if (!row->fen[k]) continue;
        if (is_account(c, k)) TRY(debit(c, row, k, day));
        for (size_t j = 0; j < k; j++) is_first &= !row->fen[j] || c->keys.keys[j].fund != c->keys.keys[k].fund;
        if (is_first) TRY(put_month_right(c, row, k));
    }
    return ERR_NONE;
}

/* ---- what is less, issue by issue it is taken from ---- */

static err take_from(month_correct *c, month_booking *b, size_t source, bool is_right)
{
    sums all = { 0 };
    size_t count = 0;
    text purpose;
    month_correct_row **rows = ARENA_ARRAY(c->d->m.memory, month_correct_row *, c->less_count + 1);
    for (size_t i = 0; i < c->less_count; i++)
        if (c->less[i].source == source && c->less[i].is_right == is_right) rows[count++] = &c->less[i];
    if (!count) return ERR_NONE;
    text month = service_month_text(c->d->m.memory, c->d->m.month);
    text wanted = text_format(c->d->m.memory, "%s-%.*s.%lld", c->purpose->name, TEXT_ARG(month),
                              (long long)c->net.sources[source].issue_id);
    TRY(free_purpose(c, wanted, is_right ? "r" : "", &purpose));
    TRY(issue(c, purpose, true, rows, count));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < c->keys.count; k++)
            if (rows[i]->fen[k]) add_sum(c, &all, rows[i], k);
    for (size_t i = 0; i < all.count; i++) TRY(take_off(c, b, &all.items[i], source, is_right, purpose));
    for (size_t i = 0; is_right && i < count; i++) TRY(put_right(c, rows[i]));
    return ERR_NONE;
}

err month_correct_less(month_correct *c)
{
    month_booking b;
    int64_t turn;
    qsort(c->less, c->less_count, sizeof *c->less, compare_rows);
    TRY(county_turn(c->d->m.office, &turn));
    text key = text_format(c->d->m.memory, "%.*s/%lld", TEXT_ARG(c->key), (long long)turn);
    TRY(month_booking_open(&c->d->m, key, calendar_last_day_of_month(c->d->m.month), &b));
    for (size_t source = 0; source < c->net.source_count; source++) {
        TRY(take_from(c, &b, source, false));
        TRY(take_from(c, &b, source, true));
    }
    TRY(month_post(&b, false));
    c->vouchers += b.voucher_count;
    return ERR_NONE;
}
