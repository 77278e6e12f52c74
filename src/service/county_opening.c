/* What the funds and the individual accounts of the sample county begin with. The shares below are
 * inventions of that county, each explained in docs/sample-county.md; nothing is decided by them. */
#include "calendar/calendar.h"
#include "service/ledger.h"
#include "service/county_sample.h"

/* A fund begins with so many months of what it pays, and so many yuan for each insured. */
typedef struct {
    const char *fund;
    county_account account;  /* COUNTY_ACCOUNT_COUNT: it has none */
    sample_benefit_kind pays; /* SAMPLE_BENEFIT_COUNT: nothing known here */
    sample_scheme scheme;
    int32_t reserve_months, reserve_yuan;
    int64_t net_account;      /* 一般基金结余, or its pooled detail */
    int64_t net_personal;     /* where individual accounts stand apart; 0: with the rest */
} fund_row;
static const fund_row FUNDS[] = {
    { "employee_pension", COUNTY_EMPLOYEE_ACCOUNT, SAMPLE_PAID_EMPLOYEE_PENSION, SAMPLE_EMPLOYEE_PENSION, 14, 2000, 3001, 0 },
    { "resident_pension", COUNTY_RESIDENT_ACCOUNT, SAMPLE_PAID_RESIDENT_PENSION, SAMPLE_RESIDENT_PENSION, 12, 100, 3001, 0 },
    { "public_pension", COUNTY_PUBLIC_ACCOUNT, SAMPLE_PAID_PUBLIC_PENSION, SAMPLE_PUBLIC_PENSION, 6, 1000, 3001, 0 },
    { "employee_medical", COUNTY_MEDICAL_ACCOUNT, SAMPLE_BENEFIT_COUNT, SAMPLE_EMPLOYEE_MEDICAL, 0, 3000, 300101, 300102 },
    { "resident_medical", COUNTY_ACCOUNT_COUNT, SAMPLE_BENEFIT_COUNT, SAMPLE_RESIDENT_MEDICAL, 0, 500, 3001, 0 },
    { "work_injury", COUNTY_ACCOUNT_COUNT, SAMPLE_BENEFIT_COUNT, SAMPLE_INJURY, 0, 300, 3001, 0 },
    { "unemployment", COUNTY_ACCOUNT_COUNT, SAMPLE_PAID_UNEMPLOYMENT, SAMPLE_UNEMPLOYMENT, 12, 800, 3001, 0 },
    { "maternity", COUNTY_ACCOUNT_COUNT, SAMPLE_BENEFIT_COUNT, SAMPLE_MATERNITY, 0, 50, 3001, 0 },
    { "occupational_annuity", COUNTY_ACCOUNT_COUNT, SAMPLE_BENEFIT_COUNT, SAMPLE_PUBLIC_PENSION, 0, 0, 3001, 0 }, /* all swept up */
};
enum { SPEND_MONTHS = 2 }; /* of benefits stand ready in the expenditure account */

/* ---- individual accounts ---- */

/* Of each base, permille; drawn down over so many months once the pension is paid. */
enum { PENSION_PERMILLE = 80, MEDICAL_PERMILLE = 20, DRAWN_MONTHS = 140 };
enum { EMPLOYEE_FROM_MONTH = 1152 /* 1996-01 */, PUBLIC_FROM_MONTH = 1377 /* 2014-10 */ };
enum { MEDICAL_MONTHS = 24 }; /* what is left of medical accounts is what came in lately */

static int64_t fen_since(const sample_spell *s, int32_t since, int64_t permille)
{
    int32_t from = s->from_month < since ? since : s->from_month;
    return from < s->until_month ? s->base_fen * (s->until_month - from) * permille / 1000 : 0;
}

static void open_account(county_sample *s, county_account account, int64_t person_id, int64_t fen)
{
    if (fen <= 0) return;
    arena *a = s->office->memory;
    county_openings *o = &s->openings[account][eventlog_bucket_of(person_id)];
    size_t count = o->count;
    ARENA_PUSH(a, o->person_id, count, o->person_capacity, person_id);
    ARENA_PUSH(a, o->fen, o->count, o->fen_capacity, fen);
    s->account_fen[account] += fen;
}

static int64_t left_of(const county_sample *s, int64_t fen, const sample_benefit *benefits, size_t count,
                       sample_benefit_kind kind)
{
    for (size_t i = 0; i < count; i++) {
        if (benefits[i].kind != kind) continue;
        int64_t left = DRAWN_MONTHS - (s->options.month - benefits[i].from_month);
        if (left < 0) left = 0;
        return fen * (left < DRAWN_MONTHS ? left : DRAWN_MONTHS) / DRAWN_MONTHS;
    }
    return fen;
}

void county_opening_accounts(county_sample *s, int64_t person_id, const sample_spell *spells, size_t spell_count,
                            const sample_benefit *benefits, size_t benefit_count)
{
    int64_t fen[COUNTY_ACCOUNT_COUNT] = { 0 };
    for (size_t i = 0; i < spell_count; i++) {
        const sample_spell *sp = &spells[i];
        if (sp->is_deemed || sp->place) continue;
        if (sp->scheme == SAMPLE_EMPLOYEE_PENSION)
            fen[COUNTY_EMPLOYEE_ACCOUNT] += fen_since(sp, EMPLOYEE_FROM_MONTH, PENSION_PERMILLE);
        if (sp->scheme == SAMPLE_PUBLIC_PENSION)
            fen[COUNTY_PUBLIC_ACCOUNT] += fen_since(sp, PUBLIC_FROM_MONTH, PENSION_PERMILLE);
        if (sp->scheme == SAMPLE_RESIDENT_PENSION) fen[COUNTY_RESIDENT_ACCOUNT] += sp->base_fen; /* a year's tier */
        if (sp->kind == SAMPLE_EMPLOYEE)
            fen[COUNTY_MEDICAL_ACCOUNT] += fen_since(sp, s->options.month - MEDICAL_MONTHS, MEDICAL_PERMILLE);
    }
    for (size_t i = 0; i < ARRAY_COUNT(FUNDS); i++) {
        const fund_row *f = &FUNDS[i];
        if (f->account == COUNTY_ACCOUNT_COUNT) continue;
        int64_t left = left_of(s, fen[f->account], benefits, benefit_count, f->pays);
        open_account(s, f->account, person_id, left);
    }
}

/* ---- books ---- */

static void add_line(ledger_line *lines, size_t *count, int64_t account, ledger_side side, int64_t fen)
{
    if (fen) lines[(*count)++] = (ledger_line){ account, side, fen };
}

static err begin_fund(county_sample *s, ledger *books, const ledger_fund *fund, const fund_row *row)
{
    enum { SPECIAL_ACCOUNT = 1003, EXPENDITURE_ACCOUNT = 1004, FEN = 100 };
    bool has_accounts = row->account != COUNTY_ACCOUNT_COUNT;
    int64_t personal = has_accounts ? s->account_fen[row->account] : 0;
    int64_t a_month = row->pays == SAMPLE_BENEFIT_COUNT ? 0 : s->benefit_fen[row->pays];
    if (row->pays == SAMPLE_PAID_EMPLOYEE_PENSION) a_month += s->benefit_fen[SAMPLE_PAID_SURVIVOR];
    int64_t pooled = a_month * row->reserve_months + s->insured_count[row->scheme] * row->reserve_yuan * FEN;
    int64_t ready = a_month * SPEND_MONTHS;
    ledger_line lines[4];
    size_t count = 0;
    add_line(lines, &count, SPECIAL_ACCOUNT, LEDGER_DEBIT, pooled + personal - ready);
    add_line(lines, &count, EXPENDITURE_ACCOUNT, LEDGER_DEBIT, ready);
    add_line(lines, &count, row->net_account, LEDGER_CREDIT, pooled + (row->net_personal ? 0 : personal));
    if (row->net_personal) add_line(lines, &count, row->net_personal, LEDGER_CREDIT, personal);
    ledger_stamp stamp = { .key = TEXT("begin"), .known_ms = s->office->now_ms,
                           .actor_id = s->office->actor_id, .why = TEXT("sample county") };
    return ledger_begin(books, &stamp, fund->number, s->options.month, lines, count);
}

static err open_register(county_sample *s, ledger *books, const ledger_fund *fund, county_account account)
{
    enum { OPENING = 1 }; /* of packs/ledger/register.csv */
    ledger_stamp stamp = { .key = TEXT("opening"), .known_ms = s->office->now_ms,
                           .actor_id = s->office->actor_id, .why = TEXT("sample county") };
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        const county_openings *o = &s->openings[account][bucket];
        if (!o->count) continue;
        ledger_batch batch = { .fund = fund->number, .person_id = o->person_id, .amount_fen = o->fen,
                               .all_day = s->as_of_day - 1, .all_kind = OPENING, .count = o->count };
        stamp.key = text_format(s->office->memory, "opening/%s", fund->code);
        TRY(ledger_credit(books, &stamp, bucket, &batch));
    }
    return ERR_NONE;
}

err county_opening_books(county_sample *s)
{
    ledger *books;
    TRY(county_books(s->office, &books));
    for (size_t i = 0; i < ARRAY_COUNT(FUNDS); i++) {
        const ledger_fund *fund = ledger_fund_find(s->office->chart, text_of(FUNDS[i].fund));
        if (!fund) return err_of(&LEDGER_UNKNOWN_FUND, FUNDS[i].fund);
        TRY(begin_fund(s, books, fund, &FUNDS[i]));
        if (fund->has_register && FUNDS[i].account != COUNTY_ACCOUNT_COUNT)
            TRY(open_register(s, books, fund, FUNDS[i].account));
    }
    return ERR_NONE;
}
