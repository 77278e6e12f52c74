/* What an alert holds: a benefit, every payment of a person or into an account, from the look that raised it until it
 * is let go by three or its cause is gone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "service/decide.h"
#include "service/payrun_holds.h"
#include "support/office.h"
#include "watch/watch.h"

static store_place *place;
static err (*deed)(county *c);

static err open_and_do(service_call *call)
{
    county *c;
    TRY(county_open(call, COUNTY_NEW, &c));
    TRY(store_begin(c->db));
    return deed(c);
}

static const service_field INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_op OP = { .name = "test.holds", .input = INPUT, .input_count = ARRAY_COUNT(INPUT), .run = open_and_do };

static void act(err (*what)(county *c))
{
    arena *request = arena_open(), *process = arena_open();
    service_settings settings = { .county = place->url, .packs = "packs", .key_file = store_place_file(place, "master.key") };
    service *s = service_open(process, &settings);
    service_call *call = service_call_open(s, request, &OP, false);
    deed = what;
    err e = service_run(call);
    if (e.kind) fail_msg("%s: %s", e.kind->code, e.detail ? e.detail : "");
    service_close(s);
    arena_close(request);
    arena_close(process);
}

/* ---- alerts ---- */

enum { HEAD = 4, LIFE = 5 }; /* who acts */

static err raise_alert(county *c, decide_each kind, int64_t subject, const char *target, int64_t action, int64_t *id)
{
    alert_book *book;
    alert_terms t = { .subject_kind = kind, .subject_id = subject, .watch = TEXT("R01"), .cause = 7, .severity = WATCH_HIGH,
                      .action = action, .target = text_of(target), .owner = TEXT("稽核股"), .since_day = 46000, .due_day = 46360,
                      .risk_fen = ALERT_NO_RISK, .law = TEXT("第四十六条"), .says = TEXT("死后仍在发放"), .evidence = TEXT("{}"),
                      .record = TEXT("{}") };
    alert_look found = { .day = 46350, .law = TEXT("aa01"), .purpose = TEXT("watch.payment"), .raised = &t, .raised_count = 1 };
    alert_act how = { .actor_id = HEAD, .known_ms = c->now_ms, .why = TEXT("test") };
    TRY(county_alerts(c, &book));
    return alert_seen(book, &how, eventlog_bucket_of(subject), &found, id);
}

static err move(county *c, int64_t id, alert_step step)
{
    alert_act how = { .actor_id = LIFE, .known_ms = c->now_ms, .why = TEXT("test") };
    return alert_move(c->alerts, &how, id, step, LIFE, TEXT("说明"));
}

static int64_t held_by(county *c, int64_t person, const char *benefit, int64_t account)
{
    payrun_holds *holds;
    office_ok(payrun_holds_open(c, &holds));
    const alert_row *row = payrun_holds_on(holds, person, text_of(benefit), account);
    return row ? row->alert_id : 0;
}

/* ---- tests ---- */

static err whom(county *c)
{
    int64_t whole, one, into, told;
    TRY(raise_alert(c, DECIDE_EACH_PERSON, 11, "payment", WATCH_HOLD, &whole));
    TRY(raise_alert(c, DECIDE_EACH_PERSON, 12, "survivor", WATCH_HOLD, &one));
    TRY(raise_alert(c, DECIDE_EACH_ACCOUNT, 901, "payment", WATCH_HOLD, &into));
    TRY(raise_alert(c, DECIDE_EACH_PERSON, 13, "payment", WATCH_ALERT, &told));
    assert_int_equal(held_by(c, 11, "employee_pension", 0), whole);
    assert_int_equal(held_by(c, 11, "survivor", 77), whole);
    assert_int_equal(held_by(c, 12, "survivor", 0), one);
    assert_int_equal(held_by(c, 12, "employee_pension", 0), 0);
    assert_int_equal(held_by(c, 13, "employee_pension", 0), 0); /* is told, and holds nothing */
    assert_int_equal(held_by(c, 14, "employee_pension", 901), into);
    assert_int_equal(held_by(c, 14, "employee_pension", 902), 0);
    /* A person of the account's number is another subject, and the other way round. */
    assert_int_equal(held_by(c, 901, "employee_pension", 0), 0);
    assert_int_equal(held_by(c, 14, "employee_pension", 11), 0);
    return ERR_NONE;
}

static void a_hold_stops_what_it_names_and_nothing_else(void **state)
{
    place = *state;
    act(whom);
}

static err until_when(county *c)
{
    static const alert_step LET_GO[] = { ALERT_ASSIGN, ALERT_WORK, ALERT_DOUBT, ALERT_REVIEW };
    int64_t id, mended;
    TRY(raise_alert(c, DECIDE_EACH_PERSON, 11, "payment", WATCH_HOLD, &id));
    for (size_t i = 0; i < ARRAY_COUNT(LET_GO); i++) {
        TRY(move(c, id, LET_GO[i]));
        assert_int_equal(held_by(c, 11, "survivor", 0), id);
    }
    TRY(move(c, id, ALERT_RELEASE));
    assert_int_equal(held_by(c, 11, "survivor", 0), 0);
    /* Said to be mended it holds on, until a look finds its cause gone. */
    TRY(raise_alert(c, DECIDE_EACH_PERSON, 12, "payment", WATCH_HOLD, &mended));
    TRY(move(c, mended, ALERT_ASSIGN));
    TRY(move(c, mended, ALERT_WORK));
    TRY(move(c, mended, ALERT_MEND));
    assert_int_equal(held_by(c, 12, "survivor", 0), mended);
    alert_change gone = { .alert_id = mended, .what = ALERT_LEAVE };
    alert_look look = { .day = 46380, .law = TEXT("aa01"), .purpose = TEXT("watch.payment"), .changed = &gone, .changed_count = 1 };
    alert_act how = { .actor_id = HEAD, .known_ms = c->now_ms, .why = TEXT("test") };
    TRY(alert_seen(c->alerts, &how, eventlog_bucket_of(12), &look, NULL));
    assert_int_equal(held_by(c, 12, "survivor", 0), 0);
    return ERR_NONE;
}

static void a_hold_ends_by_three_people_or_with_its_cause(void **state)
{
    place = *state;
    act(until_when);
}

/* 1,234.50 and 0.50 of two months are 1,235.00, kept with their alert once, however often the run is drafted. */
static err keep_twice(county *c)
{
    int64_t id;
    alert_held *all;
    size_t count;
    TRY(raise_alert(c, DECIDE_EACH_PERSON, 11, "payment", WATCH_HOLD, &id));
    for (int turn = 0; turn < 2; turn++) {
        payrun_holds *holds;
        payment_line line = { .person_id = 11, .for_month = 1522 };
        TRY(payrun_holds_open(c, &holds));
        const alert_row *row = payrun_holds_on(holds, 11, TEXT("survivor"), 0);
        line.part_fen[0] = 123450;
        payrun_holds_note(holds, row, &line, TEXT("survivor"));
        line.for_month = 1523;
        line.part_fen[0] = 50;
        payrun_holds_note(holds, row, &line, TEXT("survivor"));
        TRY(payrun_holds_keep(holds));
        const service_value *amount = service_member(c->call->reply, "held_amount");
        assert_true(amount && text_equal_cstr(amount->word, "1235.00"));
        c->call->reply = service_object(c->call->request); /* of this test's own operation: nothing */
    }
    TRY(alert_held_of(c->memory, c->alerts, id, &all, &count));
    assert_int_equal(count, 2);
    assert_int_equal(all[0].fen + all[1].fen, 123500);
    assert_int_equal(all[0].month, 1522);
    return ERR_NONE;
}

static void what_is_held_back_is_kept_once(void **state)
{
    place = *state;
    act(keep_twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(a_hold_stops_what_it_names_and_nothing_else),
        STORE_TEST_EACH(a_hold_ends_by_three_people_or_with_its_cause),
        STORE_TEST_EACH(what_is_held_back_is_kept_once),
    };
    return cmocka_run_group_tests_name("service_payrun_holds", tests, NULL, NULL);
}
