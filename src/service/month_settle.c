/* What has been paid in full: individual accounts are credited and months become spells. */
#include <string.h>

#include "calendar/calendar.h"
#include "service/month_net.h"
#include "service/words.h"

typedef struct {
    int64_t person_id, fen;
    int32_t fund, kind;
} account_row;
typedef struct {
    int64_t person_id, employer_id, base_fen;
    int32_t fund;
} spell_row;

typedef struct {
    month_call *m;
    arena *memory; /* of one issue */
    text key;
    int32_t day;
    collection_issue_row issue;
    const decide_plan *plan;
    bool is_yearly;
    month_less less; /* what later differences took from its lines */
    struct {
        bool is_account, is_divided; /* divided: receipts.csv has a row for its purse */
        int32_t kind, fund;
        int64_t divided_fen;
    } lines[COLLECTION_KEYS_MAX]; /* by key of the terms */
    size_t divided[COLLECTION_KEYS_MAX], divided_count; /* keys with something to divide, as first met */
    account_row *accounts;
    spell_row *spells;
    size_t account_count, account_capacity, spell_count, spell_capacity;
    month_booking booking; /* what was not divided yet */
    collection_whole *whole;
    month_settled *told;
} settling;

/* ---- the lines of an issue, by the law that decided it ---- */

static err law_of(settling *s, const decide_law **law)
{
    month_call *m = s->m;
    text digest, bytes, name = month_law_name(m, s->issue.purpose, s->issue.month);
    TRY(decide_law_open(m->call, law));
    TRY(charter_read(s->memory, m->charter, name, CHARTER_NOW, &digest));
    if (!digest.size_bytes || text_equal(digest, decide_pack_digest(*law))) return ERR_NONE;
    TRY(charter_law(m->memory, m->charter, digest, &bytes));
    return decide_law_of(m->memory, bytes, law);
}

static int32_t kind_of(const ledger_chart *chart, decide_payer payer)
{
    static const char *const KINDS[DECIDE_PAYER_COUNT] = {
        [DECIDE_EMPLOYER] = "employer",     [DECIDE_PERSON] = "contribution", [DECIDE_GOVERNMENT] = "subsidy",
        [DECIDE_COLLECTIVE] = "collective", [DECIDE_FUND] = "correction",     [DECIDE_SUBSIDY] = "subsidy",
    };
    size_t count;
    const ledger_kind *kinds = ledger_kinds(chart, &count);
    for (size_t i = 0; i < count; i++)
        if (!strcmp(kinds[i].code, KINDS[payer])) return kinds[i].number;
    return 0;
}

static const char *purse_of(const settling *s, size_t key)
{
    return s->lines[key].is_account ? "account" : "pool";
}

static const char *when_of(const settling *s)
{
    return s->issue.month == s->m->month ? "current" : "earlier";
}

static err find_lines(settling *s, const collection_terms *terms)
{
    size_t count;
    const decide_law *law;
    ledger *books;
    decide_request asked = { .purpose = text_format(s->m->memory, "bill.%.*s", TEXT_ARG(month_purpose_base(s->issue.purpose))),
                             .on_day = calendar_first_day_of_month(s->issue.month), .region = s->m->region };
    TRY(county_books(s->m->office, &books));
    TRY(law_of(s, &law));
    TRY(decide_plan_open(s->m->memory, law, &asked, &s->plan));
    const decide_answer *answers = decide_answers(s->plan, &count);
    for (size_t k = 0; k < terms->key_count; k++) {
        size_t at = decide_answer_index(s->plan, terms->keys[k].name);
        if (at == SIZE_MAX) return err_of(&MONTH_BAD_TABLE, text_cstr(s->m->memory, text_of(terms->keys[k].name)));
        s->lines[k].is_account = answers[at].is_account;
        s->lines[k].fund = terms->keys[k].fund;
        s->lines[k].kind = kind_of(s->m->office->chart, answers[at].payer);
        /* A fund without rows for it was booked as income already: there is nothing to divide. */
        s->lines[k].is_divided = month_books(&s->booking, terms->keys[k].fund, purse_of(s, k), when_of(s));
    }
    return ERR_NONE;
}

/* ---- gathering ---- */

/* Months count once a fund: when what the payer hands in is paid, or, where the payer owes nothing of it,
 * what others do. */
static bool is_month_of(const collection_settled *t, const int64_t *fen, size_t key)
{
    const collection_terms *terms = t->terms;
    bool has_own = false;
    for (size_t k = 0; k < terms->key_count; k++) {
        bool is_own = terms->keys[k].fund == terms->keys[key].fund && fen[k] &&
                      terms->keys[k].remitter != COLLECTION_BY_GOVERNMENT;
        has_own |= is_own;
        if (k < key && terms->keys[k].fund == terms->keys[key].fund && t->is_paid[k] && fen[k] &&
            (is_own || terms->keys[k].remitter == terms->keys[key].remitter))
            return false;
    }
    return !has_own || terms->keys[key].remitter != COLLECTION_BY_GOVERNMENT;
}

static err gather(void *context, const collection_settled *t)
{
    settling *s = context;
    int64_t fen[COLLECTION_KEYS_MAX], base_fen;
    if (!s->plan) TRY(find_lines(s, t->terms));
    month_less_take(&s->less, t->terms, t->line, fen, &base_fen);
    for (size_t k = 0; k < t->terms->key_count; k++) {
        int32_t fund = t->terms->keys[k].fund;
        if (!t->is_paid[k] || fen[k] <= 0) continue;
        if (s->lines[k].is_divided && !s->lines[k].divided_fen) s->divided[s->divided_count++] = k;
        s->lines[k].divided_fen += fen[k];
        account_row account = { t->line->person_id, fen[k], fund, s->lines[k].kind };
        if (s->lines[k].is_account)
            ARENA_PUSH(s->memory, s->accounts, s->account_count, s->account_capacity, account);
        if (t->line->payer.kind == COLLECTION_COLLECTIVE || !is_month_of(t, fen, k)) continue; /* help is no contribution of one's own */
        bool is_employed = t->line->payer.kind == COLLECTION_EMPLOYER;
        spell_row spell = { t->line->person_id, is_employed ? t->line->payer.id : 0, base_fen, fund };
        ARENA_PUSH(s->memory, s->spells, s->spell_count, s->spell_capacity, spell);
    }
    return ERR_NONE;
}

static err divide(settling *s)
{
    for (size_t i = 0; i < s->divided_count; i++) {
        size_t k = s->divided[i];
        TRY(month_book(&s->booking, s->lines[k].fund, purse_of(s, k), when_of(s), s->lines[k].divided_fen));
    }
    return ERR_NONE;
}

/* ---- individual accounts, a bucket and fund at a time ---- */

static err credit(settling *s, uint32_t bucket, int32_t fund, size_t from, size_t until)
{
    month_call *m = s->m;
    size_t count = 0, room = until - from;
    ledger *books;
    int64_t *person_id = ARENA_ARRAY(s->memory, int64_t, room), *fen = ARENA_ARRAY(s->memory, int64_t, room);
    int32_t *kind = ARENA_ARRAY(s->memory, int32_t, room);
    for (size_t i = from; i < until; i++) {
        if (s->accounts[i].fund != fund) continue;
        person_id[count] = s->accounts[i].person_id;
        fen[count] = s->accounts[i].fen;
        kind[count++] = s->accounts[i].kind;
        s->told->credited_fen += s->accounts[i].fen;
    }
    if (!count) return ERR_NONE;
    TRY(county_books(m->office, &books));
    s->told->postings += (int64_t)count;
    ledger_batch batch = { .fund = fund, .person_id = person_id, .amount_fen = fen, .kind = kind,
                           .all_day = s->day, .count = count };
    ledger_stamp stamp = { .key = text_format(s->memory, "%.*s/%lld/%d", TEXT_ARG(s->key),
                                              (long long)s->issue.issue_id, fund),
                           .known_ms = m->office->now_ms, .actor_id = m->office->actor_id,
                           .why = text_of(m->call->op->name) };
    return ledger_credit(books, &stamp, bucket, &batch);
}

static err credit_all(settling *s)
{
    size_t fund_count;
    const ledger_fund *funds = ledger_funds(s->m->office->chart, &fund_count);
    for (size_t from = 0, until; from < s->account_count; from = until) {
        uint32_t bucket = eventlog_bucket_of(s->accounts[from].person_id);
        for (until = from; until < s->account_count && eventlog_bucket_of(s->accounts[until].person_id) == bucket;)
            until++;
        for (size_t f = 0; f < fund_count; f++) TRY(credit(s, bucket, funds[f].number, from, until));
    }
    return ERR_NONE;
}

/* ---- months ---- */

enum { PERSON, SCHEME, EMPLOYER, KIND, REGION, FROM, UNTIL, BASE, COLUMN_COUNT };

static err scheme_of(settling *s, int32_t fund, int64_t *scheme)
{
    size_t count;
    const ledger_fund *funds = ledger_funds(s->m->office->chart, &count);
    for (size_t i = 0; i < count; i++)
        if (funds[i].number == fund) return county_word(s->m->office, funds[i].code, scheme);
    return err_of(&LEDGER_UNKNOWN_FUND, NULL);
}

static err extend(settling *s, uint32_t bucket, size_t from, size_t until)
{
    month_call *m = s->m;
    int64_t *c[COLUMN_COUNT], paid;
    registry *people;
    bool is_new;
    size_t count = until - from;
    int32_t january = calendar_month_of(calendar_year_of_month(s->issue.month), 1);
    TRY(county_people(m->office, &people));
    TRY(county_word(m->office, "paid", &paid));
    for (size_t i = 0; i < COLUMN_COUNT; i++) c[i] = ARENA_ARRAY(s->memory, int64_t, count);
    for (size_t i = 0; i < count; i++) {
        const spell_row *row = &s->spells[from + i];
        c[PERSON][i] = row->person_id;
        TRY(scheme_of(s, row->fund, &c[SCHEME][i]));
        c[EMPLOYER][i] = row->employer_id;
        c[KIND][i] = paid;
        c[REGION][i] = m->region_code;
        c[FROM][i] = s->is_yearly ? january : s->issue.month;
        c[UNTIL][i] = s->is_yearly ? january + 12 : s->issue.month + 1;
        c[BASE][i] = row->base_fen;
    }
    registry_act act = { .known_ms = m->office->now_ms, .actor_id = m->office->actor_id,
                         .why = text_of(m->call->op->name),
                         .key = text_format(s->memory, "%.*s/%lld/spells", TEXT_ARG(s->key),
                                            (long long)s->issue.issue_id) };
    registry_spell_columns columns = { c[PERSON], c[SCHEME], c[EMPLOYER], c[KIND],
                                       c[REGION], c[FROM],   c[UNTIL],    c[BASE] };
    s->told->spells += (int64_t)count;
    return registry_spells_extend(people, &act, bucket, &columns, count, &is_new);
}

static err extend_all(settling *s)
{
    for (size_t from = 0, until; from < s->spell_count; from = until) {
        uint32_t bucket = eventlog_bucket_of(s->spells[from].person_id);
        for (until = from; until < s->spell_count && eventlog_bucket_of(s->spells[until].person_id) == bucket;)
            until++;
        TRY(extend(s, bucket, from, until));
    }
    return ERR_NONE;
}

/* ---- an issue ---- */

static err settle_issue(settling *s, collection *bills)
{
    month_call *m = s->m;
    int64_t told;
    const month_purpose *purpose;
    collection_act act = { .actor_id = m->office->actor_id, .known_ms = m->office->now_ms,
                           .why = text_of(m->call->op->name), .key = s->key };
    s->is_yearly = !month_purpose_of(m, month_purpose_base(s->issue.purpose), &purpose).kind && purpose->is_yearly;
    text key = text_format(m->memory, "%.*s/%lld", TEXT_ARG(s->key), (long long)s->issue.issue_id);
    TRY(month_booking_open(m, key, s->day, &s->booking));
    TRY(month_less_open(m, s->memory, &s->issue, &s->less));
    TRY(collection_settle(bills, s->issue.issue_id, &act, s->whole, gather, s, &told));
    s->told->people += told;
    TRY(divide(s));
    TRY(credit_all(s));
    TRY(extend_all(s));
    return month_post(&s->booking, false);
}

err month_settle(month_call *m, text key, int32_t day, collection_whole *whole, month_settled *settled)
{
    collection *bills;
    ledger *books;
    collection_issue_row *issues;
    size_t count;
    *settled = (month_settled){ 0 };
    TRY(county_books(m->office, &books));
    TRY(county_bills(m->office, &bills));
    TRY(collection_issues(m->memory, bills, INT32_MIN, &issues, &count));
    for (size_t i = 0; i < count; i++) {
        settling s = { .m = m, .memory = arena_open(), .key = key, .day = day, .issue = issues[i], .whole = whole,
                       .told = settled };
        err e = settle_issue(&s, bills);
        if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
        arena_close(s.memory);
        TRY(e);
    }
    return ERR_NONE;
}
