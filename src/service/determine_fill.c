/* What the registry does not hold of those who are determined: balances of individual accounts are the ledger's to say. */
#include "calendar/calendar.h"
#include "service/determine.h"

/* Facts, and the fund whose register knows them. */
static const struct {
    const char *fact, *fund;
} BALANCES[] = { { "account.balance", "employee_pension" }, { "resident.account", "resident_pension" } };

static err fill_balance(determining *d, uint32_t bucket, roster_block *block, size_t at, const char *fund_code)
{
    ledger *books;
    ledger_register balances;
    const ledger_fund *fund = ledger_fund_find(d->m->office->chart, text_of(fund_code));
    if (!fund) return err_of(&LEDGER_UNKNOWN_FUND, fund_code);
    TRY(county_books(d->m->office, &books));
    TRY(ledger_register_read(d->d.block_memory, books, bucket, fund->number, &balances));
    column *fact = (column *)&block->people.facts[at]; /* made by the roster for this block */
    for (size_t lane = 0, i = 0; lane < block->people.count; lane++) {
        int64_t person_id = block->subject_id[lane];
        while (i < balances.count && balances.person_id[i] < person_id) i++;
        bool has = i < balances.count && balances.person_id[i] == person_id;
        fact->value[lane] = has ? balances.balance_fen[i] : 0;
        fact->reason[lane] = 0; /* who has no account has nothing in it */
    }
    return ERR_NONE;
}

/* ---- months made good: no benefit of the registry holds in them, and they are drawn all the same ---- */

static err months_made_good(const determining *d, arena *a, int64_t person_id, int64_t since_day, int64_t *months)
{
    oneoff_book *book;
    oneoff_standing *items;
    size_t count, line_count;
    TRY(county_oneoffs(d->m->office, &book));
    TRY(oneoff_of_subject(a, book, person_id, &items, &count));
    for (size_t i = 0; i < count; i++) {
        oneoff_line *lines;
        const oneoff_standing *one = &items[i];
        bool is_late = one->item.kind == ONEOFF_ARREARS && text_equal(one->item.benefit, d->award->benefit) &&
                       text_equal_cstr(one->item.reason, "late_award") && one->state != ONEOFF_STATE_CANCELLED;
        if (!is_late) continue;
        TRY(oneoff_lines(a, book, person_id, one->item_id, &lines, &line_count));
        for (size_t k = 0; k < line_count; k++) {
            bool is_next = !k || lines[k].month != lines[k - 1].month;
            *months += is_next && lines[k].month >= calendar_month_of_day((int32_t)since_day);
        }
    }
    return ERR_NONE;
}

/* Of the spell at hand. */
static err fill_drawn(determining *d, roster_block *block)
{
    size_t at = decide_fact_index(d->d.plan, "unemployment.months_drawn"), since = decide_fact_index(d->d.plan, "unemployment.since");
    if (at == SIZE_MAX || since == SIZE_MAX) return ERR_NONE;
    column *drawn = (column *)&block->people.facts[at]; /* made by the roster for this block */
    const column *begun = &block->people.facts[since];
    for (size_t lane = 0; lane < block->people.count; lane++)
        if (!drawn->reason[lane] && !begun->reason[lane] && calendar_is_day(begun->value[lane]))
            TRY(months_made_good(d, d->d.block_memory, block->subject_id[lane], begun->value[lane], &drawn->value[lane]));
    return ERR_NONE;
}

err determine_fill(void *context, uint32_t bucket, roster_block *block)
{
    determining *d = context;
    ledger *books;
    TRY(county_books(d->m->office, &books));
    for (size_t i = 0; i < ARRAY_COUNT(BALANCES); i++) {
        size_t at = decide_fact_index(d->d.plan, BALANCES[i].fact);
        if (at != SIZE_MAX) TRY(fill_balance(d, bucket, block, at, BALANCES[i].fund));
    }
    TRY(fill_drawn(d, block));
    return determine_dependants_fill(d, block);
}

int32_t determine_law_day(const award_row *award, int32_t month)
{
    return award->is_renewed ? calendar_first_day_of_month(month + 1) : calendar_last_day_of_month(month);
}

int64_t determine_sum(const determining *d, size_t lane)
{
    size_t count;
    int64_t sum = 0;
    const decide_answer *answers = decide_answers(d->d.plan, &count);
    for (size_t i = 0; i < count; i++)
        if (answers[i].kind == DECIDE_LINE && (answers[i].payer == DECIDE_FUND || answers[i].payer == DECIDE_GOVERNMENT))
            sum += d->d.results->answers[i].value[lane];
    return sum;
}
