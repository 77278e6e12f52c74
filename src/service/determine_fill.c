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

err determine_fill(void *context, uint32_t bucket, roster_block *block)
{
    determining *d = context;
    ledger *books;
    TRY(county_books(d->m->office, &books));
    for (size_t i = 0; i < ARRAY_COUNT(BALANCES); i++) {
        size_t at = decide_fact_index(d->d.plan, BALANCES[i].fact);
        if (at != SIZE_MAX) TRY(fill_balance(d, bucket, block, at, BALANCES[i].fund));
    }
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
