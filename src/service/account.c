/* doudi account review, confirm, refuse: what the second and the third of three people do. */
#include "service/account.h"

#include <stdlib.h>

#include "service/operations.h"

payment_act account_act(const county *office)
{
    const service_call *call = office->call;
    return (payment_act){ .actor_id = office->actor_id, .known_ms = office->now_ms,
                          .why = service_text_of(call, "why", text_of(call->op->name)) };
}

err account_sign(county *office, const crypto_digest *digest, crypto_signature *made, text *signature, text *public_key)
{
    staff_session *session;
    TRY(county_login(office, &session));
    TRY(staff_sign(session, (text){ (const char *)digest->bytes, CRYPTO_DIGEST_BYTES }, made));
    const crypto_sm2_public *key = staff_session_key(session);
    *signature = (text){ (const char *)made->bytes, sizeof made->bytes };
    *public_key = (text){ (const char *)key->bytes, sizeof key->bytes };
    return ERR_NONE;
}

err account_put(county *office, int64_t change_id, service_value *into)
{
    service_call *call = office->call;
    payment *runs;
    payment_account_change change;
    TRY(county_runs(office, &runs));
    TRY(payment_account_find(call->request, runs, change_id, &change));
    const payment_word *state = payment_account_state_word(change.state);
    service_put_count(call->request, into, "change", change_id);
    service_put_count(call->request, into, "people", change.row_count);
    service_put_state(call, into, "state", state->name, state->says, state->says_zh);
    return ERR_NONE;
}

static const service_field STEP_INPUT[] = {
    { .name = "change", .type = SERVICE_COUNT, .shows = "CHANGE", .is_required = true, .is_positional = true,
      .summary = "number of the change of accounts", .summary_zh = "账户变更编号" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "case or document behind it", .summary_zh = "事由或文号" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field STEP_OUTPUT[] = { ACCOUNT_OUTPUT };

/* ---- what a confirmed change does ---- */

static err say_account(county *office, registry *people, const payment_account_row *row)
{
    arena *scratch = arena_open();
    registry_act act = { .known_ms = office->now_ms, .actor_id = office->actor_id, .why = account_act(office).why };
    registry_account account = {
        .fact = { .subject_id = row->person_id, .from = office->call->office->settings.today_day,
            .until = REGISTRY_OPEN },
        .bank = row->bank, .holder = row->holder,
        .number = { .sealed = row->sealed, .key = row->key, .field = ACCOUNT_FIELD },
    };
    err e = registry_reveal(scratch, people, row->person_id, &account.number);
    registry_secret plain = { .plain = account.number.plain };
    account.number = plain;
    if (!e.kind) e = registry_account_say(people, &act, &account);
    if (e.detail) e.detail = text_cstr(office->call->request, text_of(e.detail));
    arena_close(scratch);
    return e;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static err pays_one_of(payment *runs, int64_t run_id, const int64_t *ids, size_t count, bool *is_so)
{
    arena *memory = arena_open();
    payment_cursor *cursor;
    const payment_numbered *line = NULL;
    *is_so = false;
    err e = payment_lines(memory, runs, run_id, &cursor);
    while (!e.kind && !*is_so) {
        e = payment_next_line(cursor, &line);
        if (e.kind || !line) break;
        *is_so = bsearch(&line->line.person_id, ids, count, sizeof *ids, by_id) != NULL;
    }
    if (!e.kind || line) payment_lines_close(cursor);
    arena_close(memory);
    return e;
}

/* Runs on their way to the bank hold the accounts of when they were drafted: whoever makes them must hear of it. */
static err flag_runs(county *office, const payment_account_row *rows, size_t count)
{
    payment_run *list;
    size_t run_count;
    bool is_so;
    int64_t *ids = ARENA_ARRAY(office->memory, int64_t, count + 1);
    for (size_t i = 0; i < count; i++) ids[i] = rows[i].person_id;
    qsort(ids, count, sizeof *ids, by_id);
    TRY(payment_list(office->memory, office->runs, PAYMENT_ANY_MONTH, &list, &run_count));
    for (size_t i = 0; i < run_count; i++) {
        if (list[i].state < PAYMENT_DRAFTED || list[i].state > PAYMENT_AUTHORISED) continue;
        TRY(pays_one_of(office->runs, list[i].run_id, ids, count, &is_so));
        if (is_so)
            service_note(office->call,
                         "a run on its way was drafted with the account before; have it drafted again: payrun redraft ",
                         "有批次按原账户编制、尚未送银行，须重新编制：payrun redraft ",
                         text_format(office->call->request, "%lld", (long long)list[i].run_id));
    }
    return ERR_NONE;
}

static err take_effect(county *office, int64_t change_id)
{
    registry *people;
    payment_account_row *rows;
    size_t count;
    TRY(county_people(office, &people));
    TRY(payment_account_rows(office->memory, office->runs, change_id, &rows, &count));
    for (size_t i = 0; i < count; i++) TRY(say_account(office, people, &rows[i]));
    return flag_runs(office, rows, count);
}

/* ---- a step ---- */

static const char *const DUTIES[PAYMENT_ACCOUNT_STEP_COUNT] = {
    [PAYMENT_ACCOUNT_ENTER] = "account.enter", [PAYMENT_ACCOUNT_REVIEW] = "account.review",
    [PAYMENT_ACCOUNT_CONFIRM] = "account.confirm", [PAYMENT_ACCOUNT_REFUSE] = "account.review",
};

/* The step's duty, next to who did what before. */
static err may_step(county *office, int64_t change_id, payment_account_step step)
{
    staff *room;
    payment_account_mark *marks;
    size_t count;
    TRY(county_staff(office, &room));
    TRY(payment_account_marks(office->memory, office->runs, change_id, &marks, &count));
    duty_mark *done = ARENA_ARRAY(office->memory, duty_mark, count + 1);
    for (size_t i = 0; i < count; i++)
        done[i] = (duty_mark){ .actor_id = marks[i].actor_id,
                               .duty = duty_find(staff_duties(room), text_of(DUTIES[marks[i].step])) };
    return county_step(office, text_of(DUTIES[step]), done, count);
}

static err take_step(service_call *call, payment_account_step step)
{
    county *office;
    payment *runs;
    crypto_digest digest;
    crypto_signature made;
    text signature, public_key;
    int64_t change_id = (int64_t)service_size_of(call, "change", 0);
    TRY(county_open(call, COUNTY_WRITE, &office));
    TRY(county_login(office, NULL));
    TRY(county_runs(office, &runs));
    TRY(county_begin(office));
    TRY(may_step(office, change_id, step));
    TRY(payment_account_signing(runs, change_id, step, &digest));
    TRY(account_sign(office, &digest, &made, &signature, &public_key));
    payment_act act = account_act(office);
    TRY(payment_account_move(runs, &act, change_id, step, signature, public_key));
    if (step == PAYMENT_ACCOUNT_CONFIRM) TRY(take_effect(office, change_id));
    TRY(store_commit(office->db));
    return account_put(office, change_id, call->reply);
}

static err review_run(service_call *call) { return take_step(call, PAYMENT_ACCOUNT_REVIEW); }
static err confirm_run(service_call *call) { return take_step(call, PAYMENT_ACCOUNT_CONFIRM); }
static err refuse_run(service_call *call) { return take_step(call, PAYMENT_ACCOUNT_REFUSE); }

#define ACCOUNT_OP(op_name, may, en, zh, runs, example)                                           \
    {                                                                                             \
        .name = op_name, .summary = en, .summary_zh = zh, .law = "《社会保险法》第七十三条",                  \
        .kind = SERVICE_WRITE, .permission = may, .input = STEP_INPUT,                            \
        .input_count = ARRAY_COUNT(STEP_INPUT), .output = STEP_OUTPUT,                            \
        .output_count = ARRAY_COUNT(STEP_OUTPUT),                                                 \
        .examples = (const char *const[]){ example, NULL }, .run = runs                           \
    }

const service_op ACCOUNT_REVIEW_OP =
    ACCOUNT_OP("account.review", "account.review", "Review a change of bank accounts", "复核账户变更", review_run,
               "doudi account review 4 --as rhea");
const service_op ACCOUNT_CONFIRM_OP =
    ACCOUNT_OP("account.confirm", "account.confirm",
               "Confirm a change of bank accounts, as auditor; it then takes effect",
               "稽核确认账户变更，变更随即生效", confirm_run, "doudi account confirm 4 --as audrey");
const service_op ACCOUNT_REFUSE_OP =
    ACCOUNT_OP("account.refuse", "account.review", "Send a change of bank accounts back", "退回账户变更", refuse_run,
               "doudi account refuse 4 --why 户名不符 --as rhea");
