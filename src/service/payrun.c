#include "service/adopt.h"
#include "service/payrun.h"

#include <string.h>

#include "codec/codec.h"
#include "service/files.h"
#include "service/ledger_csv.h"
#include "service/payrun_holds.h"

const err_kind PAYRUN_NO_TABLE = {
    "payrun.no_table", ERR_NOT_FOUND,
    "There is no table of what is paid and how it is booked: {}; packs/ledger/payroll.csv is that table.",
    "找不到待遇发放与记账对照表：{}；该表为 packs/ledger/payroll.csv。"
};
const err_kind PAYRUN_BAD_TABLE = {
    "payrun.bad_table", ERR_BAD_INPUT,
    "This row of the table of payments cannot be used: {}.",
    "发放对照表的这一行无法使用：{}。"
};
const err_kind PAYRUN_UNKNOWN_KIND = {
    "payrun.unknown_kind", ERR_NOT_FOUND,
    "No benefit is paid in runs of kind {}; packs/ledger/payroll.csv lists the kinds.",
    "没有待遇以“{}”批次发放；类别见 packs/ledger/payroll.csv。"
};
const err_kind PAYRUN_NOT_A_RUN = {
    "payrun.not_a_run", ERR_BAD_INPUT,
    "This is no number of a payment run: {}.",
    "这不是支付批次编号：{}。"
};

/* ---- the table ---- */

enum { BENEFIT, FUND, KIND, ITEM, ACCOUNT };
static const service_csv_column COLUMNS[] = {
    [BENEFIT] = { "待遇", "benefit", false }, [FUND] = { "基金", "fund", false },
    [KIND] = { "批次", "run", false },        [ITEM] = { "分项", "item", false },
    [ACCOUNT] = { "科目", "account", false }, { NULL, NULL, false },
};

static const char *no_table(county *office)
{
    const text *folders;
    size_t count;
    if (service_pack_folders(office->call, &folders, &count).kind || !count) return "packs";
    return text_cstr(office->memory, folders[0]);
}

err payrun_table_read(county *office, payrun_table *table)
{
    arena *a = office->memory;
    service_csv csv;
    *table = (payrun_table){ 0 };
    TRY(adopt_csv_open(office, "ledger/payroll.csv", COLUMNS, err_of(&PAYRUN_NO_TABLE, no_table(office)), &csv));
    for (;;) {
        bool has_row;
        payrun_row row = { .part = SIZE_MAX };
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) return ERR_NONE;
        row.benefit = text_copy(a, service_csv_cell(&csv, BENEFIT));
        row.fund = text_copy(a, service_csv_cell(&csv, FUND));
        row.kind = text_copy(a, service_csv_cell(&csv, KIND));
        row.item = text_copy(a, service_csv_cell(&csv, ITEM));
        TRY(service_csv_number(&csv, ACCOUNT, &row.account));
        if (!row.benefit.size_bytes || !row.fund.size_bytes || !row.kind.size_bytes || row.account <= 0)
            return service_csv_blame(&csv, ACCOUNT, err_of(&PAYRUN_BAD_TABLE, text_cstr(a, row.benefit)));
        ARENA_PUSH(a, table->rows, table->count, table->capacity, row);
    }
}

err payrun_parts(arena *a, payrun_table *table, text kind, text *fund, text **parts, size_t *count)
{
    *parts = ARENA_ARRAY(a, text, PAYMENT_PARTS_MAX);
    *count = 0;
    kind = payrun_base_kind(kind);
    *fund = TEXT_NONE;
    for (size_t i = 0; i < table->count; i++) {
        payrun_row *row = &table->rows[i];
        if (!text_equal(row->kind, kind)) continue;
        if (fund->size_bytes && !text_equal(*fund, row->fund))
            return err_of(&PAYRUN_BAD_TABLE, text_cstr(a, row->fund));
        *fund = row->fund;
        text name = text_format(a, "%lld", (long long)row->account);
        for (row->part = 0; row->part < *count && !text_equal((*parts)[row->part], name);) row->part++;
        if (row->part == PAYMENT_PARTS_MAX) return err_of(&PAYRUN_BAD_TABLE, text_cstr(a, name));
        if (row->part == *count) (*parts)[(*count)++] = name;
    }
    return *count ? ERR_NONE : err_of(&PAYRUN_UNKNOWN_KIND, text_cstr(a, kind));
}

/* ---- one run ---- */

text payrun_batch(arena *a, const payment_run *run)
{
    return text_format(a, "P%lld-%lld", (long long)run->run_id, (long long)run->version);
}

bool payrun_of_batch(text batch, int64_t *run_id, int64_t *version)
{
    size_t dash = text_find(batch, TEXT("-"));
    return text_begins(batch, TEXT("P")) && dash != SIZE_MAX &&
           codec_parse_scaled(text_sub(batch, 1, dash), 0, run_id) &&
           codec_parse_scaled(text_sub(batch, dash + 1, batch.size_bytes), 0, version);
}

int64_t payrun_account_of(const registry_account *account)
{
    return (account->number.key & INT64_MAX) | 1;
}

static payment_act act_of(county *office)
{
    service_call *call = office->call;
    return (payment_act){ .actor_id = office->actor_id, .known_ms = office->now_ms,
                          .why = service_text_of(call, "why", text_of(call->op->name)),
                          .key = service_text_of(call, "key", TEXT_NONE) };
}

err payrun_open(service_call *call, county_need need, payrun *p)
{
    int64_t run_id;
    text said = service_text_of(call, "run", TEXT_NONE);
    staff_session *session;
    *p = (payrun){ .call = call };
    if (!codec_parse_scaled(said, 0, &run_id) || run_id <= 0)
        return err_of(&PAYRUN_NOT_A_RUN, text_cstr(call->request, said));
    TRY(county_open(call, need, &p->office));
    if (need == COUNTY_WRITE) TRY(county_login(p->office, &session));
    TRY(county_runs(p->office, &p->runs));
    TRY(payment_find(p->office->memory, p->runs, run_id, &p->run));
    if (need == COUNTY_WRITE) TRY(county_begin(p->office));
    p->act = act_of(p->office);
    return ERR_NONE;
}

/* The office's duty behind each step (packs/duties). */
static const char *const DUTIES[PAYMENT_STEP_COUNT] = {
    [PAYMENT_DRAFT] = "payrun.make",        [PAYMENT_REDRAFT] = "payrun.make",
    [PAYMENT_WITHDRAW] = "payrun.make",     [PAYMENT_CHECK] = "payrun.review",
    [PAYMENT_SIGN_SECTION] = "payrun.head", [PAYMENT_SIGN_LEADER] = "payrun.lead",
    [PAYMENT_AUTHORISE] = "payrun.account", [PAYMENT_SEND] = "payrun.pay",
    [PAYMENT_LOSE] = "payrun.pay",          [PAYMENT_BOOK] = "payrun.account",
    [PAYMENT_RECONCILE] = "payrun.review",  [PAYMENT_CLOSE] = "payrun.head",
};

err payrun_may(payrun *p, payment_step step)
{
    payment_mark *marks;
    size_t count;
    staff *room;
    arena *a = p->office->memory;
    TRY(county_staff(p->office, &room));
    TRY(payment_marks(a, p->runs, p->run.run_id, &marks, &count));
    duty_mark *done = ARENA_ARRAY(a, duty_mark, count + 1);
    for (size_t i = 0; i < count; i++)
        done[i] = (duty_mark){ .actor_id = marks[i].actor_id,
                               .duty = duty_find(staff_duties(room), text_of(DUTIES[marks[i].step])) };
    return county_step(p->office, text_of(DUTIES[step]), done, count);
}

static err sign(payrun *p, payment_step step, crypto_signature *made, const crypto_sm2_public **key)
{
    crypto_digest digest;
    staff_session *session;
    TRY(county_login(p->office, &session));
    TRY(payment_signing_digest(p->runs, p->run.run_id, step, &digest));
    TRY(staff_sign(session, (text){ (const char *)digest.bytes, CRYPTO_DIGEST_BYTES }, made));
    *key = staff_session_key(session);
    return ERR_NONE;
}

err payrun_says_state(const payrun *p, err e)
{
    const payment_word *state = payment_state_word(p->run.state);
    if (e.kind == &PAYMENT_NO_MOVE) e.detail = service_say(p->call, state->says, state->says_zh);
    return e;
}

err payrun_step(payrun *p, payment_step step)
{
    crypto_signature made;
    const crypto_sm2_public *key;
    text signature = TEXT_NONE, public_key = TEXT_NONE;
    TRY(payrun_may(p, step));
    /* Told again, a step that was taken is no new one. */
    bool leads_out = payment_is_signature(step) || step == PAYMENT_SEND;
    if (leads_out && p->run.state < PAYMENT_SENT) TRY(payrun_holds_refuse(p));
    if (payment_is_signature(step)) {
        TRY(sign(p, step, &made, &key));
        signature = (text){ (const char *)made.bytes, sizeof made.bytes };
        public_key = (text){ (const char *)key->bytes, sizeof key->bytes };
    }
    return payrun_says_state(p, payment_move(p->runs, p->run.run_id, step, &p->act, signature, public_key));
}

err payrun_was_taken(payrun *p, payment_step step, bool *is_so)
{
    payment_mark *marks;
    size_t count;
    *is_so = false;
    TRY(payment_marks(p->office->memory, p->runs, p->run.run_id, &marks, &count));
    for (size_t i = 0; i < count; i++)
        *is_so |= marks[i].step == step && !marks[i].is_void && marks[i].version == p->run.version &&
                  marks[i].actor_id == p->office->actor_id;
    return ERR_NONE;
}

err payrun_again(payrun *p)
{
    store_rollback(p->office->db);
    service_note(p->call, "done before, nothing changed", "此前已办理，未作改动", TEXT_NONE);
    return payrun_reply(p);
}

/* Room payment knows keys and no people, room staff people and no runs: that a key was the signer's
 * own is known only here. */
static err check_signer(staff *room, const char *says, text public_key, int64_t known_ms, int64_t actor_id)
{
    crypto_sm2_public key;
    int64_t owner_id = 0;
    err bad = err_of(&PAYMENT_BAD_SIGNATURE, says);
    if (public_key.size_bytes != sizeof key.bytes) return bad;
    memcpy(key.bytes, public_key.bytes, sizeof key.bytes);
    err e = staff_key_owner(room, &key, known_ms, &owner_id);
    if (e.kind == &STAFF_NO_KEY) return bad;
    TRY(e);
    return owner_id == actor_id ? ERR_NONE : bad;
}

err payrun_verify_account(county *office, int64_t change_id)
{
    payment *runs;
    staff *room;
    payment_account_mark *marks;
    size_t count;
    TRY(county_runs(office, &runs));
    TRY(county_staff(office, &room));
    TRY(payment_account_verify(runs, change_id));
    TRY(payment_account_marks(office->memory, runs, change_id, &marks, &count));
    for (size_t i = 0; i < count; i++)
        TRY(check_signer(room, payment_account_step_word(marks[i].step)->says, marks[i].public_key, marks[i].known_ms,
                         marks[i].actor_id));
    return ERR_NONE;
}

err payrun_verify(county *office, int64_t run_id)
{
    payment *runs;
    staff *room;
    payment_mark *marks;
    size_t count;
    TRY(county_runs(office, &runs));
    TRY(county_staff(office, &room));
    TRY(payment_verify(runs, run_id));
    TRY(payment_marks(office->memory, runs, run_id, &marks, &count));
    for (size_t i = 0; i < count; i++)
        if (payment_is_signature(marks[i].step))
            TRY(check_signer(room, payment_step_word(marks[i].step)->says, marks[i].public_key, marks[i].known_ms,
                             marks[i].actor_id));
    return ERR_NONE;
}

/* ---- showing ---- */

err payrun_put(service_call *call, service_value *into, const payment_run *run)
{
    arena *a = call->request;
    text kind;
    TRY(payrun_kind_shown(call->county, run->terms.kind, &kind));
    const payment_word *state = payment_state_word(run->state);
    service_put_count(a, into, "run", run->run_id);
    service_put_text(a, into, "batch", payrun_batch(a, run));
    service_put_text(a, into, "kind", text_copy(a, run->terms.kind));
    service_put_text(a, into, "fund", text_copy(a, run->terms.fund));
    service_put_text(a, into, "kind_name", text_copy(a, kind));
    service_put_text(a, into, "fund_name", text_copy(a, payrun_fund_shown(call->county, run->terms.fund)));
    service_put_text(a, into, "month", service_month_text(a, run->terms.month));
    service_put_text(a, into, "payer", text_copy(a, run->terms.payer_account));
    service_put_state(call, into, "state", state->name, state->says, state->says_zh);
    service_put_count(a, into, "lines", run->line_count);
    service_put_text(a, into, "total", service_yuan(a, run->total_fen));
    service_put_text(a, into, "paid", service_yuan(a, run->paid_fen));
    service_put_text(a, into, "refused", service_yuan(a, run->refused_fen));
    service_put_text(a, into, "returned", service_yuan(a, run->returned_fen));
    return ERR_NONE;
}

err payrun_reply(payrun *p)
{
    payment_run now;
    TRY(payment_find(p->office->memory, p->runs, p->run.run_id, &now));
    return payrun_put(p->call, p->call->reply, &now);
}
