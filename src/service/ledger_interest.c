/* doudi ledger interest: a year's interest on individual accounts, by the packs, posted on its last day. */
#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"
#include "service/adopt.h"
#include "service/files.h"
#include "service/month.h"
#include "service/operations.h"

const err_kind LEDGER_YEAR_NOT_OVER = {
    "ledger.year_not_over", ERR_CONFLICT,
    "The year {} is not over: interest is posted once its December is open.",
    "{} 年尚未结束：开启当年 12 月后才能年度结息。"
};
const err_kind LEDGER_NO_INTEREST = {
    "ledger.no_interest", ERR_NOT_FOUND,
    "The office's tables say of no interest on the accounts of {} (purposes account.interest...).",
    "经办适配表中没有 {} 的个人账户结息（用途 account.interest…）。"
};

static const service_field INTEREST_INPUT[] = {
    { .name = "year", .type = SERVICE_COUNT, .shows = "YYYY", .is_required = true, .summary = "the year",
      .summary_zh = "结息年度" },
    { .name = "fund", .type = SERVICE_TEXT, .shows = "FUND", .summary = "only this fund (default: all that bear interest)",
      .summary_zh = "只结这一险种（默认全部计息的险种）" },
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "compute and show, post nothing", .summary_zh = "只测算，不记账" },
    { .name = "list", .type = SERVICE_FILE_OUT, .shows = "FILE.csv", .summary = "list the accounts here",
      .summary_zh = "将逐户明细写入此文件" },
    MONTH_UNDECIDED_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field INTEREST_FUND[] = {
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "险种" },
    { .name = "rate", .type = SERVICE_TEXT, .summary = "rate", .summary_zh = "记账利率" },
    { .name = "is_provisional", .type = SERVICE_FLAG, .summary = "to be computed again", .summary_zh = "利率待公布" },
    { .name = "accounts", .type = SERVICE_COUNT, .summary = "accounts", .summary_zh = "户数" },
    { .name = "opening", .type = SERVICE_TEXT, .summary = "at last year's end, yuan", .summary_zh = "上年末储存额（元）" },
    { .name = "credits", .type = SERVICE_TEXT, .summary = "credited, yuan", .summary_zh = "本年记账（元）" },
    { .name = "drawn", .type = SERVICE_TEXT, .summary = "drawn, yuan", .summary_zh = "本年支取（元）" },
    { .name = "interest", .type = SERVICE_TEXT, .summary = "interest, yuan", .summary_zh = "应计利息（元）" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "posted before, yuan", .summary_zh = "此前已记（元）" },
    { .name = "posted", .type = SERVICE_TEXT, .summary = "posted now, yuan", .summary_zh = "本次记账（元）" },
    { .name = "closing", .type = SERVICE_TEXT, .summary = "at the year's end, yuan", .summary_zh = "年末储存额（元）" },
    { .name = "undecided", .type = SERVICE_COUNT, .summary = "not decided", .summary_zh = "无法结息" },
};
static const service_field INTEREST_OUTPUT[] = {
    { .name = "year", .type = SERVICE_COUNT, .summary = "year", .summary_zh = "年度" },
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "posted now", .summary_zh = "本次记账" },
    { .name = "funds", .type = SERVICE_OBJECT, .is_list = true, .summary = "funds", .summary_zh = "各险种",
      .fields = INTEREST_FUND, .field_count = ARRAY_COUNT(INTEREST_FUND) },
    MONTH_REASONS_OUTPUT,
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "seconds", .type = SERVICE_TEXT, .summary = "seconds", .summary_zh = "用时（秒）" },
};

enum { MONTHS_A_YEAR = 12 };

/* One account in the year, from its postings. */
typedef struct {
    int64_t person_id, opening_fen, posted_fen;
    int64_t month_fen[MONTHS_A_YEAR], drawn_fen[MONTHS_A_YEAR];
} account_year;

typedef struct {
    month_call m;
    int32_t year, last_day;
    const decide_law *law;
    month_undecided *undecided;
    text_builder *list; /* or NULL */
    int32_t interest_kind, correction_kind;
    int32_t moved_kind, moved_interest_kind; /* between two records of one person; 0: the tables have none */
    registry_merged *merged; /* records given up, by id: their accounts stand in another */
    size_t merged_count;
    int64_t posted_persons;
    bool has_mark; /* its year is marked now: it may be closed */
    /* of the fund at hand */
    text purpose;
    const decide_plan *plan;
    decider *with;
    const ledger_fund *fund;
    size_t line, rate, provisional; /* answers */
    size_t year_fact, opening, credit_month, credit_amount, credits, draw_month, draw_amount, draws;
    int64_t accounts, opening_fen, credits_fen, drawn_fen, interest_fen, before_fen, now_fen, undecided_count;
    text rate_said;
    bool is_provisional;
    arena *bucket_memory;
} interest;

/* ---- accounts of a bucket ---- */

static bool is_interest(const interest *n, const ledger_register_posting *p)
{
    return p->day == n->last_day &&
           (p->kind == n->interest_kind || p->kind == n->correction_kind || (p->kind == n->moved_interest_kind && p->kind));
}

static void take_posting(const interest *n, const ledger_register_posting *p, account_year *account)
{
    int32_t year = calendar_year_of_day(p->day);
    if (year < n->year) account->opening_fen += p->amount_fen;
    if (year != n->year) return;
    if (is_interest(n, p)) {
        account->posted_fen += p->amount_fen;
        return;
    }
    int32_t month = calendar_month_of_year(calendar_month_of_day(p->day)) - 1;
    bool is_moved = p->kind == n->moved_kind || p->kind == n->moved_interest_kind;
    bool is_drawn = p->amount_fen < 0 && p->kind != n->correction_kind && !is_moved;
    if (is_drawn) account->drawn_fen[month] -= p->amount_fen;
    else account->month_fen[month] += p->amount_fen;
}

/* A correction that takes more than its month brought is money that left in it. */
static void net_months(account_year *account)
{
    for (int32_t m = 0; m < MONTHS_A_YEAR; m++) {
        if (account->month_fen[m] >= 0) continue;
        account->drawn_fen[m] -= account->month_fen[m];
        account->month_fen[m] = 0;
    }
}

static bool is_given_up(const interest *n, int64_t person_id)
{
    for (size_t i = 0; i < n->merged_count; i++)
        if (n->merged[i].other_id == person_id) return true;
    return false;
}

static size_t accounts_of(const interest *n, const ledger_register_posting *postings, size_t count, account_year *accounts)
{
    size_t made = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_next = !made || accounts[made - 1].person_id != postings[i].person_id;
        if (n->merged_count && is_given_up(n, postings[i].person_id)) continue;
        if (is_next) accounts[made++] = (account_year){ .person_id = postings[i].person_id };
        take_posting(n, &postings[i], &accounts[made - 1]);
    }
    for (size_t i = 0; i < made; i++) net_months(&accounts[i]);
    return made;
}

/* ---- handed to the packs ---- */

/* The rows of one record: months in which something was credited, or drawn. */
static void put_rows(const interest *n, column *facts, size_t month_at, size_t amount_at, const int64_t *month_fen, size_t *row)
{
    for (int32_t m = 0; m < MONTHS_A_YEAR; m++) {
        if (!month_fen[m]) continue;
        if (month_at != SIZE_MAX) facts[month_at].value[*row] = calendar_month_of(n->year, m + 1);
        if (amount_at != SIZE_MAX) facts[amount_at].value[*row] = month_fen[m];
        ++*row;
    }
}

static decide_block block_of(const interest *n, const account_year *accounts, size_t count)
{
    arena *a = n->bucket_memory;
    size_t fact_count, record_count, credit_rows = 0, draw_rows = 0;
    const decide_fact *said = decide_facts(n->plan, &fact_count);
    (void)decide_records(n->plan, &record_count);
    column *facts = ARENA_ARRAY(a, column, fact_count + 1);
    uint32_t **until = ARENA_ARRAY(a, uint32_t *, record_count + 1);
    for (size_t i = 0; i < fact_count; i++) {
        bool is_known = i == n->year_fact || i == n->opening || i == n->credit_month || i == n->credit_amount ||
                        i == n->draw_month || i == n->draw_amount;
        if (is_known) facts[i] = column_open(a, said[i].record == SIZE_MAX ? count : count * MONTHS_A_YEAR + 1);
    }
    for (size_t r = 0; r < record_count; r++) until[r] = ARENA_ARRAY(a, uint32_t, count + 1);
    for (size_t lane = 0; lane < count; lane++) {
        if (n->year_fact != SIZE_MAX) facts[n->year_fact].value[lane] = n->year;
        if (n->opening != SIZE_MAX) facts[n->opening].value[lane] = accounts[lane].opening_fen;
        put_rows(n, facts, n->credit_month, n->credit_amount, accounts[lane].month_fen, &credit_rows);
        put_rows(n, facts, n->draw_month, n->draw_amount, accounts[lane].drawn_fen, &draw_rows);
        if (n->credits != SIZE_MAX) until[n->credits][lane] = (uint32_t)credit_rows;
        if (n->draws != SIZE_MAX) until[n->draws][lane] = (uint32_t)draw_rows;
    }
    for (size_t i = 0; i < fact_count; i++)
        if (said[i].record != SIZE_MAX && facts[i].value) facts[i].count = said[i].record == n->draws ? draw_rows : credit_rows;
    return (decide_block){ .count = count, .facts = facts, .row_until = (const uint32_t *const *)until };
}

/* ---- what they answer ---- */

typedef struct {
    int64_t *person, *fen;
    int32_t *kind;
    size_t count;
} postings;

static void leave(interest *n, const account_year *account, text reason)
{
    n->undecided_count++;
    month_undecided_add(n->undecided, n->purpose, account->person_id, 0, reason);
}

static void list_account(interest *n, const account_year *account, int64_t credits, int64_t drawn, int64_t fen)
{
    arena *a = n->bucket_memory;
    codec_csv_writer w = codec_csv_write(n->list, ',');
    codec_csv_add_text(&w, text_of(n->fund->code));
    codec_csv_add_text(&w, text_format(a, "%lld", (long long)account->person_id));
    codec_csv_add_text(&w, service_yuan(a, account->opening_fen));
    codec_csv_add_text(&w, service_yuan(a, credits));
    codec_csv_add_text(&w, service_yuan(a, fen));
    codec_csv_add_text(&w, service_yuan(a, account->opening_fen + credits - drawn + fen));
    codec_csv_add_text(&w, service_yuan(a, fen - account->posted_fen));
    codec_csv_add_text(&w, service_yuan(a, drawn));
    codec_csv_end_row(&w);
}

/* Rates are kept by 10^8. */
static text percent(arena *a, int64_t rate)
{
    enum { DECIMALS = 6 };
    char out[CODEC_SCALED_BYTES];
    text said = { out, codec_print_scaled(rate, DECIMALS, out) };
    while (text_ends(said, TEXT("0"))) said.size_bytes--;
    if (text_ends(said, TEXT("."))) said.size_bytes--;
    return text_format(a, "%.*s%%", TEXT_ARG(said));
}

static void take_account(interest *n, const account_year *account, const decide_results *results, size_t lane, postings *out)
{
    service_call *call = n->m.call;
    int64_t credits = 0, drawn = 0, fen = results->answers[n->line].value[lane];
    if (results->status[lane] != DECIDE_DONE) {
        leave(n, account, results->reason[lane] ? decide_reason(n->bucket_memory, n->plan, results->reason[lane], call->is_chinese)
                                                : text_of(service_say(call, "not due", "不计息")));
        return;
    }
    for (int32_t m = 0; m < MONTHS_A_YEAR; m++) credits += account->month_fen[m], drawn += account->drawn_fen[m];
    n->accounts++;
    n->opening_fen += account->opening_fen;
    n->credits_fen += credits;
    n->drawn_fen += drawn;
    n->interest_fen += fen;
    n->before_fen += account->posted_fen;
    n->now_fen += fen - account->posted_fen;
    if (n->rate != SIZE_MAX && !n->rate_said.size_bytes)
        n->rate_said = percent(n->m.memory, results->answers[n->rate].value[lane]);
    if (n->provisional != SIZE_MAX) n->is_provisional |= results->answers[n->provisional].value[lane] != 0;
    if (n->list) list_account(n, account, credits, drawn, fen);
    if (fen == account->posted_fen) return;
    out->person[out->count] = account->person_id;
    out->fen[out->count] = fen - account->posted_fen;
    out->kind[out->count++] = fen > account->posted_fen ? n->interest_kind : n->correction_kind;
}

static err post(interest *n, uint32_t bucket, const postings *out)
{
    ledger *books;
    int64_t turn;
    county *office = n->m.office;
    TRY(county_turn(office, &turn));
    ledger_batch batch = { .fund = n->fund->number, .person_id = out->person, .amount_fen = out->fen, .kind = out->kind,
                           .all_day = n->last_day, .count = out->count };
    ledger_stamp stamp = { .key = text_format(n->bucket_memory, "interest/%s/%d/%lld", n->fund->code, n->year,
                                              (long long)turn),
                           .known_ms = office->now_ms, .actor_id = office->actor_id,
                           .why = service_text_of(n->m.call, "why", TEXT("ledger.interest")) };
    n->posted_persons += (int64_t)out->count;
    if (!out->count || service_is_given(n->m.call, "dry-run")) return ERR_NONE;
    TRY(county_books(office, &books));
    return ledger_credit(books, &stamp, bucket, &batch);
}

static err interest_bucket(interest *n, uint32_t bucket)
{
    arena *a = n->bucket_memory;
    ledger *books;
    const ledger_register_posting *said;
    size_t count;
    TRY(county_books(n->m.office, &books));
    TRY(ledger_register_postings(a, books, bucket, n->fund->number, &said, &count));
    account_year *accounts = ARENA_ARRAY(a, account_year, count + 1);
    count = accounts_of(n, said, count, accounts);
    if (!count) return ERR_NONE;
    decide_block block = block_of(n, accounts, count);
    decide_results *results = decide_results_open(a, n->plan, count);
    decide_run(n->with, &block, results);
    postings out = { ARENA_ARRAY(a, int64_t, count + 1), ARENA_ARRAY(a, int64_t, count + 1), ARENA_ARRAY(a, int32_t, count + 1), 0 };
    for (size_t lane = 0; lane < count; lane++) take_account(n, &accounts[lane], results, lane, &out);
    return post(n, bucket, &out);
}

/* ---- a fund ---- */

static err plan_fund(interest *n)
{
    size_t count;
    decide_request asked = { .purpose = n->purpose, .on_day = n->last_day, .region = n->m.region };
    TRY(decide_plan_open(n->m.memory, n->law, &asked, &n->plan));
    const decide_answer *answers = decide_answers(n->plan, &count);
    n->line = SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        if (answers[i].kind == DECIDE_LINE) n->line = i;
    if (n->line == SIZE_MAX) return err_of(&LEDGER_NO_INTEREST, text_cstr(n->m.call->request, n->purpose));
    n->fund = ledger_fund_find(n->m.office->chart, text_of(answers[n->line].fund));
    if (!n->fund) return err_of(&LEDGER_UNKNOWN_FUND, answers[n->line].fund);
    n->with = decide_open(n->m.memory, n->plan);
    n->rate = decide_answer_index(n->plan, "rate");
    n->provisional = decide_answer_index(n->plan, "provisional");
    n->year_fact = decide_fact_index(n->plan, "interest.year");
    n->opening = decide_fact_index(n->plan, "interest.opening");
    n->credit_month = decide_fact_index(n->plan, "credits.month");
    n->credit_amount = decide_fact_index(n->plan, "credits.amount");
    const char *const *records = decide_records(n->plan, &count);
    n->draw_month = decide_fact_index(n->plan, "draws.month");
    n->draw_amount = decide_fact_index(n->plan, "draws.amount");
    n->credits = n->draws = SIZE_MAX;
    for (size_t r = 0; r < count; r++) {
        if (!strcmp(records[r], "credits")) n->credits = r;
        if (!strcmp(records[r], "draws")) n->draws = r;
    }
    return ERR_NONE;
}

static void put_fund(const interest *n, service_value *list)
{
    arena *a = n->m.call->request;
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "fund", service_say(n->m.call, n->fund->name, n->fund->name_zh));
    service_put_text(a, v, "rate", n->rate_said.size_bytes ? text_copy(a, n->rate_said) : TEXT("-"));
    service_put_bool(a, v, "is_provisional", n->is_provisional);
    service_put_count(a, v, "accounts", n->accounts);
    service_put_text(a, v, "opening", service_yuan(a, n->opening_fen));
    service_put_text(a, v, "credits", service_yuan(a, n->credits_fen));
    service_put_text(a, v, "drawn", service_yuan(a, n->drawn_fen));
    service_put_text(a, v, "interest", service_yuan(a, n->interest_fen));
    service_put_text(a, v, "before", service_yuan(a, n->before_fen));
    service_put_text(a, v, "posted", service_yuan(a, n->now_fen));
    service_put_text(a, v, "closing", service_yuan(a, n->opening_fen + n->credits_fen - n->drawn_fen + n->interest_fen));
    service_put_count(a, v, "undecided", n->undecided_count);
}

static err interest_fund(interest *n, service_value *list)
{
    err e = ERR_NONE;
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) {
        n->bucket_memory = arena_open();
        e = interest_bucket(n, bucket);
        if (e.detail) e.detail = text_cstr(n->m.call->request, text_of(e.detail));
        arena_close(n->bucket_memory);
    }
    TRY(e);
    put_fund(n, list);
    return service_is_given(n->m.call, "dry-run") ? ERR_NONE
                                                  : service_interest_mark(n->m.office, n->fund, n->year, &n->has_mark);
}

static err interest_all(interest *n, service_value *list)
{
    size_t count;
    bool is_met = false, is_marked = false;
    text only = service_text_of(n->m.call, "fund", TEXT_NONE);
    const char *const *purposes = decide_purposes(n->law, &count);
    const ledger_fund *wanted = NULL;
    if (only.size_bytes) TRY(service_fund_find(n->m.call, n->m.office->chart, only, &wanted));
    for (size_t i = 0; i < count; i++) {
        interest one = *n;
        if (!text_begins(text_of(purposes[i]), TEXT("account.interest"))) continue;
        one.purpose = text_of(purposes[i]);
        TRY(plan_fund(&one));
        if (wanted && wanted->number != one.fund->number) continue;
        TRY(service_interest_check(n->m.office, one.fund, n->year));
        TRY(interest_fund(&one, list));
        n->posted_persons = one.posted_persons;
        is_marked |= one.has_mark;
        is_met = true;
    }
    n->has_mark = is_marked;
    return is_met ? ERR_NONE : err_of(&LEDGER_NO_INTEREST, wanted ? wanted->code : "-");
}

/* ---- the operation ---- */

static err begin(interest *n)
{
    service_call *call = n->m.call;
    ledger *books;
    text open;
    bool is_dry = service_is_given(call, "dry-run");
    TRY(county_open(call, is_dry ? COUNTY_READ : COUNTY_WRITE, &n->m.office));
    n->m.memory = n->m.office->memory;
    if (!is_dry) TRY(county_login(n->m.office, NULL));
    TRY(county_charter(n->m.office, &n->m.charter));
    TRY(county_setting(n->m.office, "office.region", &n->m.region));
    TRY(charter_read(n->m.memory, n->m.charter, TEXT("month.open"), CHARTER_NOW, &open));
    n->m.open_month = INT32_MIN;
    if (open.size_bytes) TRY(calendar_parse_month(open, &n->m.open_month));
    TRY(county_books(n->m.office, &books));
    TRY(decide_law_open(call, &n->law));
    TRY(adopt_need(n->m.office));
    return county_begin(n->m.office);
}

static err find_year(interest *n)
{
    int32_t first;
    n->year = (int32_t)service_size_of(n->m.call, "year", 0);
    text december = text_format(n->m.call->request, "%04d-12", n->year);
    if (calendar_parse_month(december, &first).kind) return err_of(&SERVICE_BAD_ARGUMENT, "--year");
    n->last_day = calendar_last_day_of_month(first);
    if (n->m.open_month >= first) return ERR_NONE;
    return err_of(&LEDGER_YEAR_NOT_OVER, text_format(n->m.call->request, "%d", n->year).bytes);
}

static err find_kinds(interest *n)
{
    size_t count;
    registry *people;
    const ledger_kind *kinds = ledger_kinds(n->m.office->chart, &count);
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(kinds[i].code, "interest")) n->interest_kind = kinds[i].number;
        if (!strcmp(kinds[i].code, "correction")) n->correction_kind = kinds[i].number;
        if (!strcmp(kinds[i].code, "merged")) n->moved_kind = kinds[i].number;
        if (!strcmp(kinds[i].code, "merged_interest")) n->moved_interest_kind = kinds[i].number;
    }
    TRY(county_people(n->m.office, &people));
    TRY(registry_merged_of(n->m.memory, people, 0, &n->merged, &n->merged_count));
    return n->interest_kind && n->correction_kind ? ERR_NONE : err_of(&MONTH_BAD_TABLE, "register.csv: interest, correction");
}

static void open_list(interest *n)
{
    static const char *const HEADS[] = { "fund", "person", "opening", "credits", "interest", "closing", "posted", "drawn" };
    if (!service_is_given(n->m.call, "list")) return;
    n->list = ARENA_NEW(n->m.memory, text_builder);
    *n->list = text_builder_open(n->m.memory);
    codec_csv_writer w = codec_csv_write(n->list, ',');
    for (size_t i = 0; i < ARRAY_COUNT(HEADS); i++) codec_csv_add_text(&w, text_of(HEADS[i]));
    codec_csv_end_row(&w);
}

static err ledger_interest_run(service_call *call)
{
    int64_t begun_ns = os_monotonic_ns();
    interest n = { .m = { .call = call } };
    arena *a = call->request;
    TRY(begin(&n));
    TRY(find_year(&n));
    TRY(find_kinds(&n));
    n.undecided = month_undecided_open(&n.m);
    open_list(&n);
    bool is_dry = service_is_given(call, "dry-run");
    service_put_count(a, call->reply, "year", n.year);
    service_value *is_new = service_put_bool(a, call->reply, "is_new", false);
    TRY(interest_all(&n, service_put_list(a, call->reply, "funds")));
    is_new->is_true = n.posted_persons > 0 && !is_dry;
    TRY(month_undecided_close(n.undecided, call->reply));
    if (n.list) TRY(service_write_file(a, service_text_of(call, "list", TEXT_NONE), text_built(n.list)));
    if (is_new->is_true) {
        charter_act act = { .actor_id = n.m.office->actor_id, .known_ms = n.m.office->now_ms, .why = TEXT("ledger.interest") };
        TRY(charter_keep_law(n.m.charter, &act, decide_pack_digest(n.law), decide_law_bytes(n.law)));
    }
    if (is_new->is_true || n.has_mark) TRY(store_commit(n.m.office->db));
    return month_put_law(&n.m, begun_ns);
}

static void ledger_interest_print(const service_call *call, text_builder *out)
{
    if (service_is_given(call, "dry-run")) text_add_cstr(out, service_say(call, "dry run: nothing was posted\n", "只测算，未记账\n"));
    else if (!service_member(call->reply, "is_new")->is_true)
        text_add_cstr(out, service_say(call, "posted before, nothing changed\n", "此前已结息，未作变更\n"));
    month_print_list(call, "funds", INTEREST_FUND, ARRAY_COUNT(INTEREST_FUND), 1, out);
    month_print_law(call, out);
}

const service_op LEDGER_INTEREST_OP = {
    .name = "ledger.interest",
    .summary = "Post a year's interest to individual accounts, at the rates of the packs",
    .summary_zh = "按政策包的记账利率，为个人账户年度结息",
    .law = "劳办发〔1997〕116号 附件3；人社部发〔2017〕31号",
    .kind = SERVICE_WRITE,
    .permission = "ledger.interest",
    .input = INTEREST_INPUT,
    .input_count = ARRAY_COUNT(INTEREST_INPUT),
    .output = INTEREST_OUTPUT,
    .output_count = ARRAY_COUNT(INTEREST_OUTPUT),
    .examples = (const char *const[]){ "doudi ledger interest --year 2026 --dry-run --list accounts.csv",
                                       "doudi ledger interest --year 2026 --as liufang", NULL },
    .run = ledger_interest_run,
    .print = ledger_interest_print,
};
