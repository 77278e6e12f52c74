/* What a run has paid out of individual accounts goes out of the register: once the run is booked, line by line
 * that the bank has paid; what comes back later is put back. An account that does not hold as much is emptied:
 * the rest of the pension is the pool's. */
#include <stdlib.h>

#include "service/payrun.h"

/* Items of payroll.csv that are paid out of the account, and the kind of posting in packs/ledger/register.csv. */
enum { PAID = 8, REFUNDED = 10, CORRECTION = 11 };
static const struct {
    const char *item;
    int32_t kind;
} ITEMS[] = { { "account", PAID }, { "account_left", REFUNDED } };

typedef struct {
    int64_t person_id, number, fen;
    int32_t kind;
} drawn;
typedef struct {
    drawn *items;
    size_t count, capacity;
} drawn_list;

typedef struct {
    payrun *p;
    int32_t kind_of[PAYMENT_PARTS_MAX]; /* 0: the part is not of accounts */
    bool has_accounts;
    int32_t fund, day;
    ledger *books;
    drawn_list paid[EVENTLOG_BUCKETS], returned[EVENTLOG_BUCKETS];
} drawing;

static err find_parts(drawing *d)
{
    payrun *p = d->p;
    payrun_table table;
    text *parts, fund;
    size_t count;
    TRY(payrun_table_read(p->office, &table));
    TRY(payrun_parts(p->office->memory, &table, payrun_base_kind(p->run.terms.kind), &fund, &parts, &count));
    for (size_t i = 0; i < p->run.terms.part_count; i++)
        for (size_t r = 0; r < table.count; r++) {
            text account = text_format(p->office->memory, "%lld", (long long)table.rows[r].account);
            if (!text_equal(account, p->run.terms.parts[i])) continue;
            for (size_t k = 0; k < ARRAY_COUNT(ITEMS); k++)
                if (text_equal_cstr(table.rows[r].item, ITEMS[k].item)) d->kind_of[i] = ITEMS[k].kind;
        }
    for (size_t i = 0; i < p->run.terms.part_count; i++) d->has_accounts |= d->kind_of[i] != 0;
    return ERR_NONE;
}

/* What was withheld of a part is drawn too: it was due, and went against a debt. */
static err take_line(drawing *d, const payment_numbered *line)
{
    payment_line root = line->line;
    int64_t root_run;
    bool is_paid = line->outcome == PAYMENT_PAID, is_returned = line->outcome == PAYMENT_RETURNED;
    if (!is_paid && !is_returned) return ERR_NONE;
    if (root.reissue_of_run) TRY(payment_line_root(d->p->office->memory, d->p->runs, d->p->run.run_id, line, &root_run, &root));
    uint32_t bucket = eventlog_bucket_of(line->line.person_id);
    drawn_list *list = is_paid ? &d->paid[bucket] : &d->returned[bucket];
    for (size_t i = 0; i < d->p->run.terms.part_count; i++) {
        bool is_withheld = root.withheld_item && root.withheld_part == (int64_t)i;
        drawn one = { line->line.person_id, line->number, line->line.part_fen[i] + (is_withheld ? root.withheld_fen : 0),
                      d->kind_of[i] };
        if (one.kind && one.fen > 0) ARENA_PUSH(d->p->office->memory, list->items, list->count, list->capacity, one);
    }
    return ERR_NONE;
}

static err read_lines(drawing *d)
{
    payment_cursor *cursor;
    const payment_numbered *line;
    err e;
    TRY(payment_lines(d->p->office->memory, d->p->runs, d->p->run.run_id, &cursor));
    for (;;) {
        e = payment_next_line(cursor, &line);
        if (e.kind || !line) break;
        e = take_line(d, line);
        if (e.kind) break;
    }
    payment_lines_close(cursor);
    return e;
}

static ledger_stamp stamp_of(const drawing *d, text key)
{
    return (ledger_stamp){ .key = key, .known_ms = d->p->office->now_ms, .actor_id = d->p->office->actor_id,
                           .why = d->p->act.why };
}

/* ---- out ---- */

static int by_person(const void *one, const void *other)
{
    const drawn *a = one, *b = other;
    if (a->person_id != b->person_id) return a->person_id < b->person_id ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static err draw_bucket(drawing *d, uint32_t bucket)
{
    arena *a = d->p->office->memory;
    drawn_list *list = &d->paid[bucket];
    ledger_register balances;
    if (!list->count) return ERR_NONE;
    qsort(list->items, list->count, sizeof *list->items, by_person);
    TRY(ledger_register_read(a, d->books, bucket, d->fund, &balances));
    int64_t *person = ARENA_ARRAY(a, int64_t, list->count), *fen = ARENA_ARRAY(a, int64_t, list->count);
    int32_t *kind = ARENA_ARRAY(a, int32_t, list->count);
    int64_t left = 0, of = 0;
    size_t count = 0, at = 0;
    for (size_t i = 0; i < list->count; i++) {
        const drawn *one = &list->items[i];
        while (at < balances.count && balances.person_id[at] < one->person_id) at++;
        if (one->person_id != of)
            left = at < balances.count && balances.person_id[at] == one->person_id ? balances.balance_fen[at] : 0;
        of = one->person_id;
        int64_t out = one->fen < left ? one->fen : left;
        if (out <= 0) continue;
        left -= out;
        person[count] = one->person_id;
        kind[count] = one->kind;
        fen[count++] = -out;
    }
    if (!count) return ERR_NONE;
    ledger_batch batch = { .fund = d->fund, .person_id = person, .amount_fen = fen, .kind = kind, .all_day = d->day,
                           .count = count };
    ledger_stamp stamp = stamp_of(d, text_format(a, "%.*s/accounts", TEXT_ARG(payrun_batch(a, &d->p->run))));
    return ledger_credit(d->books, &stamp, bucket, &batch);
}

/* ---- and back ---- */

/* What a run took out for a line: the first posting of its amount, else the first below it (the account was
 * emptied). The first, so that the answer stays the same when more is posted. 0: none. */
static err taken_for(drawing *d, const drawn *one, int64_t *fen)
{
    const ledger_posting *postings;
    size_t count;
    *fen = 0;
    TRY(ledger_person_postings(d->p->office->memory, d->books, one->person_id, d->fund, &postings, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t out = -postings[i].amount_fen;
        if (postings[i].kind != one->kind || out <= 0 || out > one->fen || *fen == one->fen) continue;
        if (out == one->fen || !*fen) *fen = out;
    }
    return ERR_NONE;
}

static err put_back(drawing *d, const drawn *one, uint32_t bucket)
{
    arena *a = d->p->office->memory;
    int64_t fen;
    TRY(taken_for(d, one, &fen));
    if (!fen) return ERR_NONE;
    text batch_name = payrun_batch(a, &d->p->run);
    ledger_batch batch = { .fund = d->fund, .person_id = &one->person_id, .amount_fen = &fen, .all_kind = CORRECTION,
                           .all_day = d->day, .count = 1 };
    ledger_stamp stamp = stamp_of(d, text_format(a, "%.*s/accounts/back/%lld/%d", TEXT_ARG(batch_name),
                                                 (long long)one->number, one->kind));
    return ledger_credit(d->books, &stamp, bucket, &batch);
}

static err open_drawing(payrun *p, drawing *d)
{
    *d = (drawing){ .p = p, .day = service_day_of(p->call, "day") };
    TRY(county_books(p->office, &d->books));
    const ledger_fund *fund = ledger_fund_find(p->office->chart, p->run.terms.fund);
    if (!fund || !fund->has_register) return ERR_NONE;
    d->fund = fund->number;
    TRY(find_parts(d));
    return d->has_accounts ? read_lines(d) : ERR_NONE;
}

err payrun_accounts_draw(payrun *p)
{
    drawing *d = ARENA_NEW(p->office->memory, drawing);
    TRY(open_drawing(p, d));
    for (uint32_t bucket = 0; d->has_accounts && bucket < EVENTLOG_BUCKETS; bucket++) TRY(draw_bucket(d, bucket));
    return ERR_NONE;
}

err payrun_accounts_return(payrun *p)
{
    drawing *d = ARENA_NEW(p->office->memory, drawing);
    TRY(open_drawing(p, d));
    for (uint32_t bucket = 0; d->has_accounts && bucket < EVENTLOG_BUCKETS; bucket++)
        for (size_t i = 0; i < d->returned[bucket].count; i++) TRY(put_back(d, &d->returned[bucket].items[i], bucket));
    return ERR_NONE;
}

/* ---- recovered ---- */

static err correct(county *office, ledger *books, int32_t fund, int64_t person_id, int64_t fen, int32_t day, text key)
{
    ledger_batch batch = { .fund = fund, .person_id = &person_id, .amount_fen = &fen, .all_kind = CORRECTION, .all_day = day,
                           .count = 1 };
    ledger_stamp stamp = { .key = text_format(office->memory, "%.*s/account/%lld", TEXT_ARG(key), (long long)person_id),
                           .known_ms = office->now_ms, .actor_id = office->actor_id,
                           .why = service_text_of(office->call, "why", text_of(office->call->op->name)) };
    return ledger_credit(books, &stamp, eventlog_bucket_of(person_id), &batch);
}

static bool is_back(const ledger_posting *posting)
{
    return posting->kind == CORRECTION && posting->amount_fen > 0;
}

/* An account that was emptied paid less than its part: no more comes back than was taken and not put back yet. */
err payrun_accounts_restore(county *office, text fund_code, int64_t person_id, int64_t fen, int32_t day, text key)
{
    ledger *books;
    const ledger_posting *postings;
    size_t count;
    int64_t taken = 0;
    TRY(county_books(office, &books));
    const ledger_fund *fund = ledger_fund_find(office->chart, fund_code);
    if (!fund || !fund->has_register || fen <= 0) return ERR_NONE;
    TRY(ledger_person_postings(office->memory, books, person_id, fund->number, &postings, &count));
    bool *is_undone = ARENA_ARRAY(office->memory, bool, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (postings[i].kind == PAID || is_back(&postings[i])) taken -= postings[i].amount_fen;
        /* Taken out again what had been put back; corrections of other business take nothing. */
        for (size_t k = 0; k < i && postings[i].kind == CORRECTION && postings[i].amount_fen < 0; k++) {
            if (is_undone[k] || !is_back(&postings[k]) || postings[k].amount_fen != -postings[i].amount_fen) continue;
            is_undone[k] = true;
            taken += postings[k].amount_fen;
            break;
        }
    }
    if (fen > taken) fen = taken;
    return fen > 0 ? correct(office, books, fund->number, person_id, fen, day, key) : ERR_NONE;
}

err payrun_accounts_take_back(county *office, text fund_code, int64_t person_id, int64_t known_ms, int32_t day, text key)
{
    ledger *books;
    const ledger_posting *postings;
    size_t count;
    int64_t fen = 0, balance;
    TRY(county_books(office, &books));
    const ledger_fund *fund = ledger_fund_find(office->chart, fund_code);
    if (!fund || !fund->has_register) return ERR_NONE;
    TRY(ledger_person_postings(office->memory, books, person_id, fund->number, &postings, &count));
    for (size_t i = 0; i < count; i++)
        if (is_back(&postings[i]) && postings[i].known_ms == known_ms)
            fen = postings[i].amount_fen;
    TRY(ledger_person_balance(books, person_id, fund->number, &balance));
    if (fen > balance) fen = balance;
    return fen > 0 ? correct(office, books, fund->number, person_id, -fen, day, key) : ERR_NONE;
}
