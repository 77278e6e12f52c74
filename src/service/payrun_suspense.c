#include "service/payrun_suspense.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is held ---- */

typedef struct {
    payrun *p;
    int64_t above; /* 2001: the account all of them stand under */
    payrun_suspense *items;
    size_t count, capacity;
} holding;

/* Each pair of digits behind the first four is a detail of the number before. */
static bool is_under(int64_t account, int64_t above)
{
    while (account > above) account /= 100;
    return account == above;
}

static void take_from(payrun_suspense *one, int64_t *fen)
{
    int64_t part = one->item.amount_fen < *fen ? one->item.amount_fen : *fen;
    one->item.amount_fen -= part;
    *fen -= part;
}

static void take_off(holding *h, int64_t account, text reference, int64_t fen)
{
    for (size_t i = 0; i < h->count && fen > 0; i++)
        if (h->items[i].account == account && text_equal(h->items[i].item.reference, reference)) take_from(&h->items[i], &fen);
    for (size_t i = 0; i < h->count && fen > 0; i++)
        if (h->items[i].account == account) take_from(&h->items[i], &fen);
}

static void add_voucher(holding *h, const ledger_voucher *voucher)
{
    arena *a = h->p->office->memory;
    for (size_t l = 0; l < voucher->line_count; l++) {
        const ledger_line *line = &voucher->lines[l];
        if (!is_under(line->account, h->above)) continue;
        if (line->side == LEDGER_DEBIT) {
            take_off(h, line->account, voucher->reference, line->amount_fen);
            continue;
        }
        payrun_suspense one = { line->account, { .reference = text_copy(a, voucher->reference),
                                                 .day = voucher->day, .amount_fen = line->amount_fen } };
        ARENA_PUSH(a, h->items, h->count, h->capacity, one);
    }
}

/* Taken back in red, or the red itself. */
static bool is_void(const ledger_voucher *vouchers, size_t count, const ledger_voucher *one)
{
    if (one->reverses.number) return true;
    for (size_t v = 0; v < count; v++)
        if (vouchers[v].reverses.number == one->id.number && vouchers[v].reverses.month == one->id.month) return true;
    return false;
}

static bool touches(const holding *h, const ledger_voucher *voucher)
{
    for (size_t l = 0; l < voucher->line_count; l++)
        if (is_under(voucher->lines[l].account, h->above)) return true;
    return false;
}

static int by_day(const void *a, const void *b)
{
    const payrun_suspense *x = a, *y = b;
    if (x->item.day != y->item.day) return x->item.day < y->item.day ? -1 : 1;
    if (x->account != y->account) return x->account < y->account ? -1 : 1;
    return text_compare(x->item.reference, y->item.reference);
}

err payrun_suspense_read(payrun *p, payrun_suspense **items, size_t *count)
{
    holding h = { .p = p };
    ledger *books;
    ledger_months months;
    const ledger_voucher *vouchers;
    size_t voucher_count, kept = 0;
    arena *a = p->office->memory;
    TRY(payrun_setting(p->office, "suspense.account", &h.above));
    TRY(county_books(p->office, &books));
    const ledger_fund *fund = ledger_fund_find(p->office->chart, p->run.terms.fund);
    if (!fund) return err_of(&LEDGER_UNKNOWN_FUND, text_cstr(a, p->run.terms.fund));
    TRY(ledger_months_of(books, fund->number, &months));
    TRY(ledger_vouchers(a, books, fund->number, months.first_month, months.last_month + 1, &vouchers, &voucher_count));
    for (size_t v = 0; v < voucher_count; v++)
        if (touches(&h, &vouchers[v]) && !is_void(vouchers, voucher_count, &vouchers[v])) add_voucher(&h, &vouchers[v]);
    for (size_t i = 0; i < h.count; i++)
        if (h.items[i].item.amount_fen) h.items[kept++] = h.items[i];
    if (kept) qsort(h.items, kept, sizeof *h.items, by_day);
    *items = h.items;
    *count = kept;
    return ERR_NONE;
}

/* ---- how old ---- */

err payrun_ages_open(county *office, payrun_ages *ages)
{
    static const char *const SETTINGS[PAYRUN_BANDS - 1] = { "age.days_1", "age.days_2", "age.days_3" };
    *ages = (payrun_ages){ 0 };
    for (size_t i = 0; i < PAYRUN_BANDS - 1; i++) TRY(payrun_setting(office, SETTINGS[i], &ages->until_days[i]));
    return ERR_NONE;
}

int64_t payrun_ages_add(payrun_ages *ages, int32_t today, const payment_item *item)
{
    int64_t age = today > item->day ? today - item->day : 0;
    size_t band = 0;
    while (band + 1 < PAYRUN_BANDS && age > ages->until_days[band]) band++;
    ages->count[band]++;
    ages->fen[band] += item->amount_fen;
    return age;
}

text payrun_band_text(arena *a, const payrun_ages *ages, size_t band)
{
    long long from = band ? (long long)ages->until_days[band - 1] + 1 : 0;
    if (band + 1 == PAYRUN_BANDS) return text_format(a, "%lld-", from);
    return text_format(a, "%lld-%lld", from, (long long)ages->until_days[band]);
}

static int item_by_day(const void *a, const void *b)
{
    const payment_item *x = a, *y = b;
    if (x->day != y->day) return x->day < y->day ? -1 : 1;
    return text_compare(x->reference, y->reference);
}

void payrun_sort_by_day(payment_item *items, size_t count)
{
    if (count) qsort(items, count, sizeof *items, item_by_day);
}
