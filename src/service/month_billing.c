/* Who hands in a purpose's bill where it is neither the employer nor the person: packs/ledger/billing.csv. */
#include "service/ledger_csv.h"
#include "service/month.h"

static const struct {
    const char *zh, *en;
    collection_payer_kind kind;
} HANDS[] = {
    { "基金", "fund", COLLECTION_FUND },
    { "集体", "collective", COLLECTION_COLLECTIVE },
};

enum { PURPOSE, HAND, FUND };
static const service_csv_column COLUMNS[] = {
    [PURPOSE] = { "账单", "bill", false }, [HAND] = { "缴付方", "hand", false }, [FUND] = { "基金", "fund", false },
    { NULL, NULL, false },
};

static err read_row(month_call *m, const service_csv *csv, month_keys *k)
{
    ledger *books;
    text hand = service_csv_cell(csv, HAND), said = service_csv_cell(csv, FUND);
    for (size_t i = 0; i < ARRAY_COUNT(HANDS); i++)
        if (text_equal_cstr(hand, HANDS[i].zh) || text_equal_cstr(hand, HANDS[i].en)) k->payer_kind = HANDS[i].kind;
    if (k->payer_kind != COLLECTION_FUND && k->payer_kind != COLLECTION_COLLECTIVE)
        return err_of(&MONTH_BAD_TABLE, text_format(m->memory, "billing.csv: %.*s", TEXT_ARG(hand)).bytes);
    if (k->payer_kind != COLLECTION_FUND) return ERR_NONE;
    TRY(county_books(m->office, &books)); /* its chart names the funds */
    const ledger_fund *fund = ledger_fund_find(m->office->chart, said);
    if (!fund) return err_of(&LEDGER_UNKNOWN_FUND, text_cstr(m->memory, said));
    k->payer_id = fund->number;
    return ERR_NONE;
}

err month_billing_find(month_call *m, text purpose, month_keys *k)
{
    service_csv csv;
    k->payer_kind = k->is_of_employers ? COLLECTION_EMPLOYER : COLLECTION_PERSON;
    err e = month_table(m, "billing.csv", COLUMNS, &csv);
    if (e.kind == &MONTH_NO_TABLE) return ERR_NONE; /* packs of before: employers and persons alone */
    TRY(e);
    for (;;) {
        bool has_row;
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) return ERR_NONE;
        if (text_equal(service_csv_cell(&csv, PURPOSE), purpose)) return read_row(m, &csv, k);
    }
}

int64_t month_payer_id(const month_keys *k, const roster_block *block, size_t lane)
{
    switch (k->payer_kind) {
    case COLLECTION_EMPLOYER: return block->employer_id[lane];
    case COLLECTION_COLLECTIVE: return block->region[lane];
    case COLLECTION_FUND: return k->payer_id;
    case COLLECTION_PERSON:
    case COLLECTION_GOVERNMENT: break;
    }
    return block->subject_id[lane];
}

/* ---- payers that are neither people nor employers, as they are said and shown ---- */

static bool is_behind(text said, const char *word, text *rest)
{
    if (!text_begins(said, text_of(word))) return false;
    *rest = text_trim(text_sub(said, text_of(word).size_bytes, said.size_bytes));
    return true;
}

/* A village by its code of statistics (or the town or county, where no more is known of a residence), within the office's
 * own area: the pairs of noughts at the end of the office's code stand for all that is below it. */
static bool is_place_here(const month_call *m, int64_t code)
{
    enum { VILLAGE_DIGITS = 12, TOWN_DIGITS = 9, COUNTY_DIGITS = 6, PAIR = 100 };
    int digits = 0, office_digits = COUNTY_DIGITS;
    int64_t area = m->region_code;
    for (int64_t left = code; left; left /= 10) digits++;
    if (digits != VILLAGE_DIGITS && digits != TOWN_DIGITS && digits != COUNTY_DIGITS) return false;
    for (; area && area % PAIR == 0; area /= PAIR) office_digits -= 2;
    for (; digits > office_digits; digits--) code /= 10;
    return !area || code == area;
}

bool month_payer_said(const month_call *m, text said, collection_payer *payer)
{
    text rest;
    int64_t code;
    bool is_village = is_behind(said, "集体", &rest) || is_behind(said, "collective", &rest);
    if (text_equal(said, TEXT("政府")) || text_equal(said, TEXT("government"))) {
        *payer = (collection_payer){ COLLECTION_GOVERNMENT, m->region_code ? m->region_code : 1 };
        return true;
    }
    if (!is_village || !codec_parse_scaled(rest, 0, &code) || code <= 0 || !is_place_here(m, code)) return false;
    *payer = (collection_payer){ COLLECTION_COLLECTIVE, code };
    return true;
}
