#include <stdlib.h>
#include <string.h>

#include "ledger/ledger_internal.h"

/* A line of either side, looked at in the same way. */
typedef struct {
    int32_t day;
    int64_t amount_fen;
    text reference;
    ledger_voucher_id voucher; /* number 0: of the bank */
    size_t line;
    const char *matched_by;
    size_t matched_to; /* of the other side */
} side_line;

typedef struct {
    side_line *lines;
    size_t count, capacity;
    int64_t opening_fen;
} side;

typedef struct {
    arena *a;
    int32_t days_apart;
    side book, bank;
} matching;

/* ---- the books' side ---- */

static err read_opening(arena *a, ledger *books, int32_t fund, int64_t account, int32_t from_day,
                        side *book)
{
    const ledger_balance *balances;
    size_t count;
    int32_t month = calendar_month_of_day(from_day);
    TRY(ledger_balances(a, books, fund, month, month, &balances, &count));
    for (size_t i = 0; i < count; i++)
        if (ledger_is_below(balances[i].account, account)) book->opening_fen += balances[i].closing_fen;
    return ERR_NONE;
}

/* Lines of the account in days [from, on]; what was before is the opening. */
static err read_book(arena *a, ledger *books, int32_t fund, int64_t account, int32_t from_day,
                     int32_t on_day, side *book)
{
    store_query *q;
    TRY(read_opening(a, books, fund, account, from_day, book));
    TRY(store_prepare(books->db,
                      "SELECT v.month, v.number, v.day, v.reference, l.side, l.amount_fen, l.account "
                      "FROM ledger_voucher v JOIN ledger_line l "
                      "ON l.fund = v.fund AND l.month = v.month AND l.number = v.number "
                      "WHERE v.fund = ?1 AND v.month >= ?2 AND v.month <= ?3 AND v.day <= ?4 "
                      "ORDER BY v.day, v.month, v.number, l.line", &q));
    store_bind_int(q, 1, fund);
    store_bind_int(q, 2, calendar_month_of_day(from_day));
    store_bind_int(q, 3, calendar_month_of_day(on_day));
    store_bind_int(q, 4, on_day);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        if (!ledger_is_below(store_int(q, 6), account)) continue;
        int64_t amount = store_int(q, 4) == LEDGER_DEBIT ? store_int(q, 5) : -store_int(q, 5);
        if (store_int(q, 2) < from_day) {
            book->opening_fen += amount;
            continue;
        }
        side_line line = { .day = (int32_t)store_int(q, 2), .amount_fen = amount,
                           .reference = text_copy(a, store_text(q, 3)), .line = SIZE_MAX,
                           .voucher = { fund, (int32_t)store_int(q, 0), (int32_t)store_int(q, 1) } };
        ARENA_PUSH(a, book->lines, book->count, book->capacity, line);
    }
}

static side read_bank(arena *a, const ledger_bank *bank)
{
    side s = { .opening_fen = bank->bank_opening_fen };
    for (size_t i = 0; i < bank->line_count; i++) {
        const ledger_bank_line *said = &bank->lines[i];
        if (said->day < bank->from_day || said->day > bank->on_day) continue;
        side_line line = { .day = said->day, .amount_fen = said->amount_fen,
                           .reference = said->reference, .line = i };
        ARENA_PUSH(a, s.lines, s.count, s.capacity, line);
    }
    return s;
}

/* ---- matching ---- */

static int by_reference(const void *left, const void *right)
{
    const side_line *a = *(side_line *const *)left, *b = *(side_line *const *)right;
    int order = text_compare(a->reference, b->reference);
    if (order) return order;
    if (a->amount_fen != b->amount_fen) return a->amount_fen < b->amount_fen ? -1 : 1;
    return a->day != b->day ? (a->day > b->day) - (a->day < b->day) : (a > b) - (a < b);
}

static int by_amount(const void *left, const void *right)
{
    const side_line *a = *(side_line *const *)left, *b = *(side_line *const *)right;
    if (a->amount_fen != b->amount_fen) return a->amount_fen < b->amount_fen ? -1 : 1;
    return a->day != b->day ? (a->day > b->day) - (a->day < b->day) : (a > b) - (a < b);
}

static side_line **unmatched_of(arena *a, side *s, int (*order)(const void *, const void *), size_t *count)
{
    side_line **out = ARENA_ARRAY(a, side_line *, s->count + 1);
    *count = 0;
    for (size_t i = 0; i < s->count; i++)
        if (!s->lines[i].matched_by) out[(*count)++] = &s->lines[i];
    if (*count) qsort(out, *count, sizeof *out, order);
    return out;
}

static void match(matching *m, side_line *book, side_line *bank, const char *by)
{
    book->matched_by = bank->matched_by = by;
    book->matched_to = (size_t)(bank - m->bank.lines);
    bank->matched_to = (size_t)(book - m->book.lines);
}

static size_t group_end(side_line **lines, size_t from, size_t count, int64_t *sum)
{
    size_t end = from;
    *sum = 0;
    for (; end < count && text_equal(lines[end]->reference, lines[from]->reference); end++)
        *sum += lines[end]->amount_fen;
    return end;
}

/* Lines of one reference: equal amounts one to one; and when the rest of both sides comes to the
 * same sum, the whole group (a payroll is one voucher and many lines at the bank, or the reverse). */
static void match_group(matching *m, side_line **book, size_t book_count, side_line **bank, size_t bank_count)
{
    int64_t rest[2] = { 0, 0 };
    for (size_t i = 0, k = 0; i < book_count && k < bank_count;) {
        if (book[i]->amount_fen == bank[k]->amount_fen) match(m, book[i++], bank[k++], "reference");
        else if (book[i]->amount_fen < bank[k]->amount_fen) i++;
        else k++;
    }
    for (size_t i = 0; i < book_count; i++) rest[0] += book[i]->matched_by ? 0 : book[i]->amount_fen;
    for (size_t k = 0; k < bank_count; k++) rest[1] += bank[k]->matched_by ? 0 : bank[k]->amount_fen;
    if (rest[0] != rest[1]) return;
    for (size_t i = 0; i < book_count; i++)
        if (!book[i]->matched_by) match(m, book[i], bank[0], "reference and sum");
    for (size_t k = 0; k < bank_count; k++)
        if (!bank[k]->matched_by) match(m, book[0], bank[k], "reference and sum");
}

static void match_by_reference(matching *m)
{
    size_t book_count, bank_count, i = 0, k = 0;
    side_line **book = unmatched_of(m->a, &m->book, by_reference, &book_count);
    side_line **bank = unmatched_of(m->a, &m->bank, by_reference, &bank_count);
    while (i < book_count && k < bank_count) {
        int64_t sum;
        int order = text_compare(book[i]->reference, bank[k]->reference);
        size_t book_end = group_end(book, i, book_count, &sum);
        size_t bank_end = group_end(bank, k, bank_count, &sum);
        if (order == 0 && book[i]->reference.size_bytes)
            match_group(m, book + i, book_end - i, bank + k, bank_end - k);
        if (order <= 0) i = book_end;
        if (order >= 0) k = bank_end;
    }
}

static void match_by_amount(matching *m)
{
    size_t book_count, bank_count, i = 0, k = 0;
    side_line **book = unmatched_of(m->a, &m->book, by_amount, &book_count);
    side_line **bank = unmatched_of(m->a, &m->bank, by_amount, &bank_count);
    while (i < book_count && k < bank_count) {
        int32_t apart = book[i]->day - bank[k]->day;
        if (book[i]->amount_fen != bank[k]->amount_fen) {
            if (book[i]->amount_fen < bank[k]->amount_fen) i++;
            else k++;
        } else if (apart >= -m->days_apart && apart <= m->days_apart) {
            match(m, book[i++], bank[k++], "amount and day");
        } else if (apart < 0) i++;
        else k++;
    }
}

/* ---- the answer ---- */

static void add_items(const matching *m, const side *s, bool is_book, int32_t on_day,
                      ledger_item *items, size_t *count, int64_t *unmatched_fen)
{
    for (size_t i = 0; i < s->count; i++) {
        const side_line *line = &s->lines[i];
        ledger_item item = { .by = line->matched_by, .line = line->line, .voucher = line->voucher,
                             .day = line->day, .age_days = on_day - line->day,
                             .amount_fen = line->amount_fen, .reference = line->reference };
        if (line->matched_by) {
            /* A pair is listed once, from the books' side; of a group each line of both. */
            const side_line *other = is_book ? &m->bank.lines[line->matched_to]
                                             : &m->book.lines[line->matched_to];
            bool is_pair = strcmp(line->matched_by, "reference and sum") != 0;
            if (!is_book && is_pair) continue;
            item.how = LEDGER_MATCHED;
            if (is_book) item.line = other->line;
            else item.voucher = other->voucher;
        } else {
            item.how = is_book ? LEDGER_IN_TRANSIT : LEDGER_NOT_BOOKED;
            *unmatched_fen += line->amount_fen;
        }
        items[(*count)++] = item;
    }
}

static int64_t sum_of(const side *s)
{
    int64_t sum = s->opening_fen;
    for (size_t i = 0; i < s->count; i++) sum += s->lines[i].amount_fen;
    return sum;
}

err ledger_reconcile(arena *a, ledger *books, const ledger_bank *bank, ledger_reconciliation *result)
{
    matching m = { .a = a, .days_apart = bank->days_apart };
    ledger_months months;
    TRY(ledger_months_of(books, bank->fund, &months));
    TRY(read_book(a, books, bank->fund, bank->account, bank->from_day, bank->on_day, &m.book));
    m.bank = read_bank(a, bank);
    match_by_reference(&m);
    match_by_amount(&m);
    int64_t in_transit = 0, not_booked = 0;
    ledger_item *items = ARENA_ARRAY(a, ledger_item, m.book.count + m.bank.count + 1);
    *result = (ledger_reconciliation){ .items = items, .book_fen = sum_of(&m.book),
                                       .bank_fen = sum_of(&m.bank) };
    add_items(&m, &m.book, true, bank->on_day, items, &result->count, &in_transit);
    add_items(&m, &m.bank, false, bank->on_day, items, &result->count, &not_booked);
    result->adjusted_book_fen = result->book_fen + not_booked;
    result->adjusted_bank_fen = result->bank_fen + in_transit;
    return ERR_NONE;
}

err ledger_open_items(arena *a, ledger *books, int32_t fund, int64_t account, int32_t on_day,
                      const ledger_item **items, size_t *count)
{
    side book = { 0 };
    size_t line_count;
    TRY(read_book(a, books, fund, account, CALENDAR_DAY_MIN, on_day, &book));
    side_line **lines = unmatched_of(a, &book, by_reference, &line_count);
    ledger_item *out = ARENA_ARRAY(a, ledger_item, line_count + 1);
    *count = 0;
    for (size_t i = 0; i < line_count;) {
        int64_t sum;
        size_t end = group_end(lines, i, line_count, &sum);
        const side_line *first = lines[i];
        for (size_t k = i; k < end; k++)
            if (lines[k]->day < first->day) first = lines[k];
        if (sum)
            out[(*count)++] = (ledger_item){ .how = LEDGER_IN_TRANSIT, .line = SIZE_MAX,
                                             .voucher = first->voucher, .day = first->day,
                                             .age_days = on_day - first->day, .amount_fen = sum,
                                             .reference = first->reference };
        i = end;
    }
    *items = out;
    return ERR_NONE;
}
