/* What the funds and the individual accounts of the sample county begin with. The shares below are
 * inventions of that county, each explained in docs/sample-county.md; nothing is decided by them. */
#include "calendar/calendar.h"
#include "os/os.h"
#include "service/adopt.h"
#include "service/ledger.h"
#include "service/county_sample.h"
#include "service/ledger_csv.h"
#include "service/month.h"

/* A fund begins with so many months of what it pays, and so many yuan for each insured. */
typedef struct {
    const char *fund;
    county_account account;  /* COUNTY_ACCOUNT_COUNT: it has none */
    sample_benefit_kind pays; /* SAMPLE_BENEFIT_COUNT: nothing known here */
    sample_scheme scheme;
    int32_t reserve_months, reserve_yuan;
} fund_row;
static const fund_row FUNDS[] = {
    { "employee_pension", COUNTY_EMPLOYEE_ACCOUNT, SAMPLE_PAID_EMPLOYEE_PENSION, SAMPLE_EMPLOYEE_PENSION, 14, 2000 },
    { "resident_pension", COUNTY_RESIDENT_ACCOUNT, SAMPLE_PAID_RESIDENT_PENSION, SAMPLE_RESIDENT_PENSION, 12, 100 },
    { "public_pension", COUNTY_PUBLIC_ACCOUNT, SAMPLE_PAID_PUBLIC_PENSION, SAMPLE_PUBLIC_PENSION, 6, 1000 },
    { "employee_medical", COUNTY_MEDICAL_ACCOUNT, SAMPLE_BENEFIT_COUNT, SAMPLE_EMPLOYEE_MEDICAL, 0, 3000 },
    { "resident_medical", COUNTY_ACCOUNT_COUNT, SAMPLE_BENEFIT_COUNT, SAMPLE_RESIDENT_MEDICAL, 0, 500 },
    { "work_injury", COUNTY_ACCOUNT_COUNT, SAMPLE_BENEFIT_COUNT, SAMPLE_INJURY, 0, 300 },
    { "unemployment", COUNTY_ACCOUNT_COUNT, SAMPLE_PAID_UNEMPLOYMENT, SAMPLE_UNEMPLOYMENT, 12, 800 },
    { "maternity", COUNTY_ACCOUNT_COUNT, SAMPLE_BENEFIT_COUNT, SAMPLE_MATERNITY, 0, 50 },
    { "occupational_annuity", COUNTY_ACCOUNT_COUNT, SAMPLE_BENEFIT_COUNT, SAMPLE_PUBLIC_PENSION, 0, 0 }, /* all swept up */
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

/* ---- the accounts books begin with: packs/ledger/opening.csv ---- */

typedef struct {
    int64_t special, expenditure, net, personal; /* personal 0: with the rest */
} opening_accounts;

/* A row of the fund goes before one of no fund, which stands for all. */
static err read_opening(county *office, const char *fund, opening_accounts *accounts)
{
    enum { USE, FUND, ACCOUNT };
    static const service_csv_column COLUMNS[] = {
        [USE] = { "用途", "use", false }, [FUND] = { "基金", "fund", false }, [ACCOUNT] = { "科目", "account", false }, { NULL, NULL, false },
    };
    const struct { const char *use; int64_t *account; } USES[] = {
        { "special", &accounts->special }, { "expenditure", &accounts->expenditure },
        { "net", &accounts->net }, { "personal", &accounts->personal },
    };
    bool is_own[ARRAY_COUNT(USES)] = { false }, has_row;
    service_csv csv;
    service_call *call = office->call;
    *accounts = (opening_accounts){ 0 };
    TRY(adopt_csv_open(office, "ledger/opening.csv", COLUMNS, err_of(&MONTH_NO_TABLE, "opening.csv"), &csv));
    for (;;) {
        int64_t number;
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) break;
        text use = service_csv_cell(&csv, USE), of = service_csv_cell(&csv, FUND);
        TRY(service_csv_number(&csv, ACCOUNT, &number));
        size_t at = 0;
        while (at < ARRAY_COUNT(USES) && !text_equal_cstr(use, USES[at].use)) at++;
        if (at == ARRAY_COUNT(USES)) return service_csv_blame(&csv, USE, err_of(&MONTH_BAD_TABLE, text_cstr(call->request, use)));
        if (of.size_bytes ? !text_equal_cstr(of, fund) : is_own[at]) continue;
        *USES[at].account = number;
        is_own[at] = of.size_bytes > 0;
    }
    if (accounts->special && accounts->expenditure && accounts->net) return ERR_NONE;
    return err_of(&MONTH_BAD_TABLE, "opening.csv: special, expenditure, net");
}

/* ---- books ---- */

static void add_line(ledger_line *lines, size_t *count, int64_t account, ledger_side side, int64_t fen)
{
    if (fen) lines[(*count)++] = (ledger_line){ account, side, fen };
}

static err begin_fund(county_sample *s, ledger *books, const ledger_fund *fund, const fund_row *row)
{
    enum { FEN = 100 };
    opening_accounts on;
    TRY(read_opening(s->office, row->fund, &on));
    bool has_accounts = row->account != COUNTY_ACCOUNT_COUNT;
    int64_t personal = has_accounts ? s->account_fen[row->account] : 0;
    int64_t a_month = row->pays == SAMPLE_BENEFIT_COUNT ? 0 : s->benefit_fen[row->pays];
    if (row->pays == SAMPLE_PAID_EMPLOYEE_PENSION) a_month += s->benefit_fen[SAMPLE_PAID_SURVIVOR];
    int64_t pooled = a_month * row->reserve_months + s->insured_count[row->scheme] * row->reserve_yuan * FEN;
    int64_t ready = a_month * SPEND_MONTHS;
    ledger_line lines[4];
    size_t count = 0;
    add_line(lines, &count, on.special, LEDGER_DEBIT, pooled + personal - ready);
    add_line(lines, &count, on.expenditure, LEDGER_DEBIT, ready);
    add_line(lines, &count, on.net, LEDGER_CREDIT, pooled + (on.personal ? 0 : personal));
    if (on.personal) add_line(lines, &count, on.personal, LEDGER_CREDIT, personal);
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
