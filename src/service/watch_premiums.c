/* What employers have paid of the unemployment insurance, by the books: of the calendar year until the month, and how
 * many months in full. */
#include "calendar/calendar.h"
#include "service/watch_known_internal.h"

/* Of a year that began before the office's books, or whose last month is not billed yet, they hold only a part: that is
 * no smaller sum, it is not known. A month is billed before the next is opened. */
static err find_since(watch_known *k, collection *bills)
{
    text first;
    int32_t month;
    size_t count;
    bool is_billed = false;
    collection_issue_row *issues;
    TRY(county_setting(k->office, "office.month", &first));
    TRY(calendar_parse_month(first, &month));
    TRY(collection_issues(k->memory, bills, k->month, &issues, &count));
    for (size_t i = 0; i < count; i++) is_billed |= text_equal_cstr(issues[i].purpose, "employee");
    k->has_premium_year = is_billed && month <= calendar_month_of(calendar_year_of_month(k->month), 1);
    return ERR_NONE;
}

static err take_employer(watch_known *k, arena *scratch, collection *bills, int32_t fund, int64_t employer_id)
{
    collection_due *dues;
    size_t count;
    int32_t year = calendar_year_of_month(k->month);
    collection_payer payer = { COLLECTION_EMPLOYER, employer_id };
    TRY(collection_dues_of(scratch, bills, payer, false, &dues, &count));
    for (size_t i = 0; i < count; i++) {
        const collection_due *due = &dues[i];
        bool is_ours = due->fund == fund && due->month <= k->month;
        bool is_premium = due->charge == COLLECTION_PREMIUM || due->charge == COLLECTION_BACK_PAYMENT;
        if (!is_ours || !is_premium) continue;
        if (calendar_year_of_month(due->month) == year) watch_known_add(k->memory, &k->premium, employer_id, due->received_fen);
        bool is_whole = due->charge == COLLECTION_PREMIUM && due->due_fen > 0 && due->received_fen >= due->due_fen;
        if (is_whole) watch_known_add(k->memory, &k->premium_months, employer_id, 1);
    }
    return ERR_NONE;
}

static err take_bucket(watch_known *k, arena *scratch, collection *bills, int32_t fund, uint32_t bucket)
{
    registry *people;
    registry_roster *rows;
    const registry_roster_row *row;
    registry_roster_options wants = { .day = k->day, .known_ms = REGISTRY_NOW, .of = REGISTRY_EMPLOYER };
    TRY(county_people(k->office, &people));
    TRY(registry_roster_open(scratch, people, bucket, &wants, &rows));
    err e;
    do {
        e = registry_roster_next(rows, &row);
        if (!e.kind && row) e = take_employer(k, scratch, bills, fund, row->subject_id);
    } while (!e.kind && row);
    registry_roster_close(rows);
    return e;
}

err watch_known_gather_premiums(watch_known *k)
{
    collection *bills;
    ledger *books;
    err e = ERR_NONE;
    if (k->has_premiums) return ERR_NONE;
    TRY(county_bills(k->office, &bills));
    TRY(find_since(k, bills));
    TRY(county_books(k->office, &books));
    const ledger_fund *fund = ledger_fund_find(k->office->chart, TEXT("unemployment"));
    if (!fund) return err_of(&LEDGER_UNKNOWN_FUND, "unemployment");
    arena *scratch = arena_open();
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) {
        e = take_bucket(k, scratch, bills, fund->number, bucket);
        if (e.detail) e.detail = text_cstr(k->memory, text_of(e.detail));
        arena_reset(scratch);
    }
    arena_close(scratch);
    k->has_premiums = !e.kind;
    return e;
}

bool watch_known_premium(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->premium, id);
    return k->has_premium_year;
}

bool watch_known_premium_months(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->premium_months, id);
    return k->has_premium_year;
}
