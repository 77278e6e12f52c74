#include "service/adopt.h"
#include "service/payrun_items.h"

#include <stdlib.h>

#include "calendar/calendar.h"
#include "os/os.h"
#include "service/ledger_csv.h"

void payrun_items_add(arena *a, payrun_items *items, const oneoff_taking *taking)
{
    uint32_t bucket = eventlog_bucket_of(taking->subject_id);
    ARENA_PUSH(a, items->of[bucket], items->count[bucket], items->capacity[bucket], *taking);
}

static int by_subject(const void *a, const void *b)
{
    const oneoff_taking *x = a, *y = b;
    if (x->subject_id != y->subject_id) return x->subject_id < y->subject_id ? -1 : 1;
    return x->item_id < y->item_id ? -1 : x->item_id > y->item_id;
}

static oneoff_act act_of(const county *office)
{
    const service_call *call = office->call;
    return (oneoff_act){ .actor_id = office->actor_id, .known_ms = office->now_ms,
                         .why = service_text_of(call, "why", text_of(call->op->name)) };
}

err payrun_items_take(county *office, int64_t run_id, payrun_items *items)
{
    oneoff_book *book;
    oneoff_act act = act_of(office);
    TRY(county_oneoffs(office, &book));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        if (!items->count[bucket]) continue;
        qsort(items->of[bucket], items->count[bucket], sizeof *items->of[bucket], by_subject);
        TRY(oneoff_take(book, &act, run_id, bucket, items->of[bucket], items->count[bucket]));
    }
    return ERR_NONE;
}

err payrun_items_release(county *office, int64_t run_id)
{
    oneoff_book *book;
    oneoff_act act = act_of(office);
    TRY(county_oneoffs(office, &book));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        oneoff_taking *takings;
        size_t count, kept = 0;
        TRY(oneoff_takings(office->memory, book, run_id, bucket, &takings, &count));
        for (size_t i = 0; i < count; i++)
            if (!takings[i].is_settled) takings[kept++] = takings[i];
        TRY(oneoff_answer(book, &act, run_id, bucket, takings, kept));
    }
    return ERR_NONE;
}

/* ---- settling ---- */

enum { PAIRS_MAX = 64 };
typedef struct {
    int64_t debit, credit, fen; /* credit 0: income of earlier years */
} pair;

/* What one run had taken, in one bucket. */
typedef struct settling {
    int64_t run_id;
    uint32_t bucket;
    oneoff_taking *takings, *settled, *reopened;
    size_t count, settled_count, settled_capacity, reopened_count, reopened_capacity;
    struct settling *next;
} settling;

typedef struct {
    payrun *p;
    oneoff_book *book;
    payrun_table table;
    settling *all;
    const int64_t *returned; /* lines that came back just now */
    size_t returned_count;
    pair pairs[PAIRS_MAX];
    size_t pair_count;
} settler;

static err settling_of(settler *s, int64_t run_id, uint32_t bucket, settling **found)
{
    for (settling *one = s->all; one; one = one->next)
        if (one->run_id == run_id && one->bucket == bucket) return *found = one, ERR_NONE;
    settling *fresh = ARENA_NEW(s->p->office->memory, settling);
    *fresh = (settling){ .run_id = run_id, .bucket = bucket, .next = s->all };
    TRY(oneoff_takings(s->p->office->memory, s->book, run_id, bucket, &fresh->takings, &fresh->count));
    s->all = fresh;
    *found = fresh;
    return ERR_NONE;
}

/* Marks the taking as settled now; *is_new is false when it was before. */
static err settle(settler *s, int64_t run_id, int64_t subject_id, int64_t item_id, bool *is_new)
{
    settling *one;
    *is_new = false;
    TRY(settling_of(s, run_id, eventlog_bucket_of(subject_id), &one));
    for (size_t i = 0; i < one->count; i++) {
        oneoff_taking *taking = &one->takings[i];
        if (taking->subject_id != subject_id || taking->item_id != item_id || taking->is_settled) continue;
        taking->is_settled = *is_new = true;
        ARENA_PUSH(s->p->office->memory, one->settled, one->settled_count, one->settled_capacity, *taking);
    }
    return ERR_NONE;
}

static err reopen(settler *s, int64_t run_id, int64_t subject_id, int64_t item_id)
{
    settling *one;
    TRY(settling_of(s, run_id, eventlog_bucket_of(subject_id), &one));
    for (size_t i = 0; i < one->count; i++) {
        oneoff_taking *taking = &one->takings[i];
        if (taking->subject_id != subject_id || taking->item_id != item_id || !taking->is_settled) continue;
        taking->is_settled = false;
        ARENA_PUSH(s->p->office->memory, one->reopened, one->reopened_count, one->reopened_capacity, *taking);
    }
    return ERR_NONE;
}

/* The account a part of the benefit is booked under; 0: the table has none. */
static int64_t account_of(const settler *s, text benefit, text part)
{
    int64_t rest = 0;
    for (size_t i = 0; i < s->table.count; i++) {
        const payrun_row *row = &s->table.rows[i];
        if (!text_equal(row->benefit, benefit)) continue;
        if (text_equal(row->item, part)) return row->account;
        if (!row->item.size_bytes) rest = row->account;
    }
    return rest;
}

static err add_pair(settler *s, int64_t debit, int64_t credit, int64_t fen)
{
    if (debit == credit) return ERR_NONE; /* the line is less already */
    for (size_t i = 0; i < s->pair_count; i++)
        if (s->pairs[i].debit == debit && s->pairs[i].credit == credit) return s->pairs[i].fen += fen, ERR_NONE;
    if (s->pair_count == PAIRS_MAX) return err_of(&PAYRUN_BAD_TABLE, text_cstr(s->p->call->request,
                                                                               s->p->run.terms.kind));
    s->pairs[s->pair_count++] = (pair){ debit, credit, fen };
    return ERR_NONE;
}

/* The expense of the month stands in full, and what was withheld of it: against this year's expense of the
 * benefit overpaid, or as income where it was paid in an earlier year. */
static err book_withheld(settler *s, const payment_line *line)
{
    arena *a = s->p->office->memory;
    oneoff_standing item;
    oneoff_line *lines;
    size_t count;
    int64_t debit = 0, account_fen = 0;
    int32_t year = calendar_year_of_month(calendar_month_of_day(service_day_of(s->p->call, "day")));
    (void)codec_parse_scaled(s->p->run.terms.parts[line->withheld_part], 0, &debit);
    TRY(oneoff_read(a, s->book, line->person_id, line->withheld_item, &item));
    TRY(oneoff_lines(a, s->book, line->person_id, line->withheld_item, &lines, &count));
    oneoff_line *some = ARENA_ARRAY(a, oneoff_line, count + 1);
    size_t made = oneoff_share(lines, count, item.settled_fen, line->withheld_fen, some);
    for (size_t i = 0; i < made; i++) {
        bool is_earlier = some[i].paid_month && calendar_year_of_month(some[i].paid_month) != year;
        int64_t credit = is_earlier ? 0 : account_of(s, item.item.benefit, some[i].part);
        if (!is_earlier && !credit) return err_of(&PAYRUN_BAD_TABLE, text_cstr(s->p->call->request, item.item.benefit));
        TRY(add_pair(s, debit, credit, some[i].fen));
        if (some[i].is_account) account_fen += some[i].fen;
    }
    text key = text_format(a, "%.*s/W/%lld", TEXT_ARG(payrun_batch(a, &s->p->run)), (long long)item.item_id);
    return payrun_accounts_restore(s->p->office, item.item.fund, item.item.subject_id, account_fen,
                                   service_day_of(s->p->call, "day"), key);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Let go when the line was not due, and paid after all: it goes against what is left of the debt, else the person lacks
 * it, and `benefit settle` finds that. */
static err take_again(settler *s, int64_t run_id, const payment_line *root)
{
    settling *one;
    oneoff_standing item;
    oneoff_act act = act_of(s->p->office);
    uint32_t bucket = eventlog_bucket_of(root->person_id);
    oneoff_taking taking = { .subject_id = root->person_id, .item_id = root->withheld_item, .fen = root->withheld_fen };
    TRY(settling_of(s, run_id, bucket, &one));
    for (size_t i = 0; i < one->count; i++)
        if (one->takings[i].subject_id == taking.subject_id && one->takings[i].item_id == taking.item_id) return ERR_NONE;
    TRY(oneoff_read(s->p->office->memory, s->book, taking.subject_id, taking.item_id, &item));
    if (item.run_id || item.remaining_fen < taking.fen || item.state != ONEOFF_STATE_APPROVED) return ERR_NONE;
    TRY(oneoff_take(s->book, &act, run_id, bucket, &taking, 1));
    size_t capacity = 0, count = one->count;
    oneoff_taking *before = one->takings;
    one->takings = NULL;
    one->count = 0;
    for (size_t i = 0; i < count; i++) ARENA_PUSH(s->p->office->memory, one->takings, one->count, capacity, before[i]);
    ARENA_PUSH(s->p->office->memory, one->takings, one->count, capacity, taking);
    return ERR_NONE;
}

static err take_line(settler *s, const payment_numbered *line)
{
    int64_t root_run;
    payment_line root;
    bool is_new;
    bool is_back = line->outcome == PAYMENT_RETURNED && s->returned_count &&
                   bsearch(&line->number, s->returned, s->returned_count, sizeof *s->returned, by_number);
    if (line->outcome != PAYMENT_PAID && !is_back) return ERR_NONE;
    if (!line->line.item && !line->line.withheld_item && !line->line.reissue_of_run) return ERR_NONE;
    TRY(payment_line_root(s->p->office->memory, s->p->runs, s->p->run.run_id, line, &root_run, &root));
    if (is_back) return root.item ? reopen(s, root_run, root.item_subject, root.item) : ERR_NONE;
    if (root.item) TRY(settle(s, root_run, root.item_subject, root.item, &is_new));
    if (!root.withheld_item) return ERR_NONE;
    TRY(take_again(s, root_run, &root));
    TRY(settle(s, root_run, root.person_id, root.withheld_item, &is_new));
    return is_new ? book_withheld(s, &root) : ERR_NONE;
}

static err walk(settler *s)
{
    arena *memory = arena_open();
    payment_cursor *cursor;
    err e = payment_lines(memory, s->p->runs, s->p->run.run_id, &cursor);
    bool is_open = !e.kind;
    while (!e.kind) {
        const payment_numbered *line;
        e = payment_next_line(cursor, &line);
        if (e.kind || !line) break;
        e = take_line(s, line);
    }
    if (e.detail) e.detail = text_cstr(s->p->call->request, text_of(e.detail));
    if (is_open) payment_lines_close(cursor);
    arena_close(memory);
    return e;
}

/* What recoveries of earlier years are booked as, by packs/ledger/receipts.csv: a row of the fund,
    else the one of all. */
static err income_account(settler *s, int64_t *account)
{
    enum { WHAT, TERM, FUND, CREDIT };
    static const service_csv_column COLUMNS[] = {
        [WHAT] = { "款项", "money", false }, [TERM] = { "期", "term", false }, [FUND] = { "基金", "fund", false },
        [CREDIT] = { "贷", "credit", false }, { NULL, NULL, false },
    };
    const decide_file *table;
    service_csv csv;
    bool has_row = false;
    *account = 0;
    TRY(adopt_table(s->p->office, "ledger/receipts.csv", &table));
    if (!table) return ERR_NONE;
    TRY(service_csv_read(s->p->call, table->path, table->bytes, COLUMNS, &csv));
    for (;;) {
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) return ERR_NONE;
        text fund = service_csv_cell(&csv, FUND);
        bool is_own = text_equal(fund, s->p->run.terms.fund);
        bool is_it = text_equal_cstr(service_csv_cell(&csv, WHAT), "recovery") &&
                     text_equal_cstr(service_csv_cell(&csv, TERM), "earlier") && (is_own || !fund.size_bytes);
        if (!is_it || (*account && !is_own)) continue;
        TRY(service_csv_number(&csv, CREDIT, account));
    }
}

/* Vouchers under a reference of their own: no money moves, and the batch's own are held against the bank. */
static err post(settler *s, const char *kind, bool is_earlier, bool has_debit, bool has_credit)
{
    arena *a = s->p->office->memory;
    ledger *books;
    ledger_voucher_id voucher;
    ledger_amount amounts[PAIRS_MAX];
    size_t count = 0;
    int64_t income = 0, turn;
    if (is_earlier) TRY(income_account(s, &income));
    for (size_t i = 0; i < s->pair_count; i++)
        if (is_earlier == !s->pairs[i].credit)
            amounts[count++] = (ledger_amount){ .debit = has_debit ? s->pairs[i].debit : 0,
                                                .credit = is_earlier ? income : has_credit ? s->pairs[i].credit : 0,
                                                .amount_fen = s->pairs[i].fen };
    if (!count) return ERR_NONE;
    TRY(county_books(s->p->office, &books));
    const ledger_fund *fund = ledger_fund_find(s->p->office->chart, s->p->run.terms.fund);
    if (!fund) return err_of(&LEDGER_UNKNOWN_FUND, text_cstr(a, s->p->run.terms.fund));
    text reference = text_format(a, "%.*s/W", TEXT_ARG(payrun_batch(a, &s->p->run)));
    ledger_business business = { .fund = fund->number, .day = service_day_of(s->p->call, "day"), .kind = kind,
                                 .reference = reference, .amounts = amounts, .amount_count = count };
    TRY(county_turn(s->p->office, &turn));
    ledger_stamp stamp = { .key = text_format(a, "%.*s/%s/%lld", TEXT_ARG(reference), kind, (long long)turn),
                           .known_ms = s->p->office->now_ms, .actor_id = s->p->office->actor_id, .why = s->p->act.why };
    return ledger_post(books, &stamp, &business, &voucher);
}

/* Of this year under another account: paid out in full, and come back at once. */
static err post_all(settler *s)
{
    TRY(post(s, "benefit.paid", false, true, false));
    TRY(post(s, "benefit.recovered_this_year", false, false, true));
    return post(s, "benefit.withheld_prior_year", true, true, false);
}

err payrun_items_settle(payrun *p, const int64_t *returned, size_t returned_count)
{
    settler *s = ARENA_NEW(p->office->memory, settler);
    oneoff_act act = act_of(p->office);
    *s = (settler){ .p = p, .returned = returned, .returned_count = returned_count };
    TRY(county_oneoffs(p->office, &s->book));
    TRY(payrun_table_read(p->office, &s->table));
    TRY(walk(s));
    for (settling *one = s->all; one; one = one->next) {
        if (one->reopened_count) {
            qsort(one->reopened, one->reopened_count, sizeof *one->reopened, by_subject);
            TRY(oneoff_reopen(s->book, &act, one->run_id, one->bucket, one->reopened, one->reopened_count));
        }
        if (!one->settled_count) continue;
        qsort(one->settled, one->settled_count, sizeof *one->settled, by_subject);
        TRY(oneoff_answer(s->book, &act, one->run_id, one->bucket, one->settled, one->settled_count));
    }
    return post_all(s);
}
