/* What people do with an alert: give it out, work on it, close it; and how a hold that was a false
 * alarm is let go: proposed by one, reviewed by another, approved by a third. */
#include <string.h>

#include "service/alert.h"
#include "service/operations.h"
#include "service/payrun_holds.h"
#include "service/scope.h"
#include "watch/watch.h"

const err_kind ALERT_STEP_HOLD_STANDS = {
    "alert_step.hold_stands", ERR_CONFLICT,
    "Alert {} is no false alarm under review; alert close --how false proposes it first.",
    "预警 {} 不在误报复核、审批中；须先用 alert close --how false 提出。"
};

static const char *const HOWS[] = { "mended", "false", NULL };
#define STEP_WHY_FIELD                                                                           \
    { .name = "why", .type = SERVICE_TEXT, .shows = "TEXT", .is_required = true,                 \
      .summary = "the reason, for whoever reads it later", .summary_zh = "理由，供日后查阅" }
static const service_field ASSIGN_INPUT[] = {
    ALERT_ID_FIELD,
    { .name = "to", .type = SERVICE_TEXT, .shows = "USER", .is_required = true, .summary = "who is to deal with it",
      .summary_zh = "派给谁" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field WHY_INPUT[] = { ALERT_ID_FIELD, STEP_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD };
static const service_field CLOSE_INPUT[] = {
    ALERT_ID_FIELD,
    { .name = "how", .type = SERVICE_NAME, .shows = "mended|false", .choices = HOWS, .is_required = true,
      .summary = "mended, or a false alarm", .summary_zh = "mended 已整改，false 误报" },
    STEP_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field STEP_OUTPUT[] = {
    { .name = "alert", .type = SERVICE_COUNT, .summary = "alert", .summary_zh = "编号" },
    { .name = "before", .type = SERVICE_STATE, .summary = "it was", .summary_zh = "原状态" },
    { .name = "state", .type = SERVICE_STATE, .summary = "it is", .summary_zh = "现状态" },
    { .name = "changed", .type = SERVICE_FLAG, .summary = "anything was changed", .summary_zh = "本次有变动" },
    { .name = "waits_for", .type = SERVICE_TEXT, .summary = "waits for", .summary_zh = "还须" },
    { .name = "let_go", .type = SERVICE_TEXT, .summary = "let go, yuan", .summary_zh = "解除暂停（元）" },
};

typedef struct {
    service_call *call;
    county *office;
    alert_book *book;
    alert_row row;
    int64_t user_id;
    text note;
    scope_span span; /* of the user */
} stepping;

static err begin(service_call *call, stepping *s)
{
    *s = (stepping){ .call = call, .note = service_text_of(call, "why", TEXT_NONE) };
    TRY(county_open(call, COUNTY_WRITE, &s->office));
    TRY(county_login(s->office, NULL));
    TRY(scope_of(s->office, &s->span));
    TRY(county_alerts(s->office, &s->book));
    TRY(county_begin(s->office));
    return alert_read(call->request, s->book, (int64_t)service_size_of(call, "alert", 0), &s->row);
}

static err take(stepping *s, alert_step step)
{
    alert_act act = { .actor_id = s->office->actor_id, .known_ms = s->office->now_ms,
                      .why = text_of(s->call->op->name) };
    return alert_move(s->book, &act, s->row.alert_id, step, s->user_id, s->note);
}

static void put_state(stepping *s, const char *name, alert_state state)
{
    const alert_word *word = alert_state_word(state);
    service_put_state(s->call, s->call->reply, name, word->name, word->says, word->says_zh);
}

static err finish(stepping *s, bool is_changed)
{
    service_call *call = s->call;
    arena *a = call->request;
    alert_row now;
    alert_held *held;
    size_t count;
    int64_t fen = 0;
    TRY(alert_read(a, s->book, s->row.alert_id, &now));
    TRY(alert_held_of(a, s->book, s->row.alert_id, &held, &count));
    for (size_t i = 0; i < count; i++) {
        bool holds;
        TRY(scope_holds(s->office, s->span, held[i].person_id, &holds));
        fen += held[i].released_ms && holds ? held[i].fen : 0;
    }
    TRY(store_commit(s->office->db));
    service_put_count(a, call->reply, "alert", s->row.alert_id);
    put_state(s, "before", s->row.state);
    put_state(s, "state", now.state);
    service_put_bool(a, call->reply, "changed", is_changed);
    service_put_cstr(a, call->reply, "waits_for",
                     now.state == ALERT_DOUBTED ? service_say(call, "review by a second person", "第二人复核")
                     : now.state == ALERT_MENDED && payrun_holds_stands(&now)
                         ? service_say(call, "a look that finds the cause gone; until then the payment is held",
                                       "再次监测查实情形已消失，此前仍暂停发放")
                     : now.state == ALERT_REVIEWED ? service_say(call, "approval by a third person", "第三人审批") : "-");
    service_put_text(a, call->reply, "let_go", service_yuan(a, fen));
    return ERR_NONE;
}

/* The step, unless the alert stands there already. */
static err step_to(service_call *call, alert_step step, alert_state reached)
{
    stepping s;
    TRY(begin(call, &s));
    bool is_there = s.row.state == reached;
    if (!is_there) TRY(take(&s, step));
    return finish(&s, !is_there);
}

/* ---- giving it out, working on it ---- */

static err alert_assign_run(service_call *call)
{
    stepping s;
    staff *room;
    staff_user user;
    TRY(begin(call, &s));
    TRY(county_staff(s.office, &room));
    TRY(staff_find(s.office->memory, room, service_text_of(call, "to", TEXT_NONE), &user));
    s.user_id = user.id;
    bool is_there = s.row.state == ALERT_ASSIGNED && s.row.user_id == user.id;
    if (!is_there) TRY(take(&s, ALERT_ASSIGN));
    return finish(&s, !is_there);
}

static err alert_work_run(service_call *call)
{
    stepping s;
    TRY(begin(call, &s));
    TRY(take(&s, ALERT_WORK));
    return finish(&s, true);
}

static err alert_reopen_run(service_call *call)
{
    return step_to(call, ALERT_REOPEN, ALERT_OPEN);
}

/* ---- closing ---- */

/* A false alarm that holds money is only proposed by one. */
static err alert_close_run(service_call *call)
{
    stepping s;
    TRY(begin(call, &s));
    bool is_mended = text_equal_cstr(service_text_of(call, "how", TEXT_NONE), "mended");
    bool is_hold = s.row.terms.action == WATCH_HOLD;
    alert_step step = is_mended ? ALERT_MEND : is_hold ? ALERT_DOUBT : ALERT_DISMISS;
    alert_state reached = is_mended ? ALERT_MENDED : is_hold ? ALERT_DOUBTED : ALERT_DISMISSED;
    bool is_there = s.row.state == reached;
    if (!is_there) TRY(take(&s, step));
    return finish(&s, !is_there);
}

/* ---- letting a hold go ---- */

enum { MARKS_MAX = 2 };

/* Who proposed this false alarm, and who reviewed it: no two of the three are one person. */
static err marks_of(stepping *s, duty_mark marks[MARKS_MAX], size_t *count)
{
    alert_mark *all;
    size_t all_count;
    staff *room;
    *count = 0;
    TRY(county_staff(s->office, &room));
    const duty_table *duties = staff_duties(room);
    TRY(alert_marks(s->call->request, s->book, s->row.alert_id, &all, &all_count));
    for (size_t i = 0; i < all_count; i++) {
        if (all[i].what == ALERT_DOUBT) *count = 0;
        if (all[i].what != ALERT_DOUBT && all[i].what != ALERT_REVIEW) continue;
        const char *duty = all[i].what == ALERT_DOUBT ? "alert.work" : "alert.review";
        if (*count < MARKS_MAX) marks[(*count)++] = (duty_mark){ duty_find(duties, text_of(duty)), all[i].actor_id };
    }
    return ERR_NONE;
}

static err let_go(service_call *call, alert_step step, alert_state reached, const char *duty)
{
    stepping s;
    duty_mark marks[MARKS_MAX];
    size_t count;
    TRY(begin(call, &s));
    bool is_there = s.row.state == reached;
    if (is_there) return finish(&s, false);
    if (!alert_next(s.row.state, step))
        return err_of(&ALERT_STEP_HOLD_STANDS, text_format(call->request, "%lld", (long long)s.row.alert_id).bytes);
    TRY(marks_of(&s, marks, &count));
    TRY(county_step(s.office, text_of(duty), marks, count));
    TRY(take(&s, step));
    return finish(&s, true);
}

static err alert_review_run(service_call *call)
{
    return let_go(call, ALERT_REVIEW, ALERT_REVIEWED, "alert.review");
}

static err alert_release_run(service_call *call)
{
    return let_go(call, ALERT_RELEASE, ALERT_DISMISSED, "alert.release");
}

/* ---- the rows ---- */

#define STEP_OP(op_name, does, does_zh, article, fields, shown, function)                        \
    {                                                                                            \
        .name = op_name, .summary = does, .summary_zh = does_zh, .law = article,                 \
        .kind = SERVICE_WRITE, .permission = op_name, .scope = SERVICE_SCOPE_ALERT, .is_supervision = true, .input = fields, \
        .input_count = ARRAY_COUNT(fields), .output = STEP_OUTPUT,                               \
        .output_count = ARRAY_COUNT(STEP_OUTPUT), .examples = shown, .run = function,            \
    }

static const char *const ASSIGN_EXAMPLES[] = { "doudi alert assign 12 --to zhangwei --as lina", NULL };
const service_op ALERT_ASSIGN_OP =
    STEP_OP("alert.assign", "Give an alert to somebody to deal with", "派办一条预警", "《社会保险经办条例》第三十八条",
            ASSIGN_INPUT, ASSIGN_EXAMPLES, alert_assign_run);

static const char *const WORK_EXAMPLES[] = { "doudi alert work 12 --why '已电话核实，家属称在外地' --as zhangwei", NULL };
const service_op ALERT_WORK_OP =
    STEP_OP("alert.work", "Note what was done about an alert; it is then in work", "记录预警的办理情况，转为办理中",
            "《社会保险经办条例》第三十八条", WHY_INPUT, WORK_EXAMPLES, alert_work_run);

static const char *const CLOSE_EXAMPLES[] = { "doudi alert close 12 --how mended --why '已停发，追回立案' --as zhangwei",
                                              "doudi alert close 13 --how false --why '同名同姓，本人健在' --as zhangwei", NULL };
const service_op ALERT_CLOSE_OP =
    STEP_OP("alert.close", "Close an alert as mended or as a false alarm; a false alarm that holds a payment is proposed",
            "办结预警：已整改，或误报；暂停了发放的误报，须另两人复核、审批", "《社会保险经办条例》第三十七条", CLOSE_INPUT,
            CLOSE_EXAMPLES, alert_close_run);

static const char *const REVIEW_EXAMPLES[] = { "doudi alert review 13 --why '看过死亡证明，不是本人' --as rob", NULL };
const service_op ALERT_REVIEW_OP =
    STEP_OP("alert.review", "Review that an alert which holds a payment is a false alarm", "复核：暂停发放的预警是误报",
            "《社会保险经办条例》第三十七条", WHY_INPUT, REVIEW_EXAMPLES, alert_review_run);

static const char *const RELEASE_EXAMPLES[] = { "doudi alert release 13 --why '同意' --as hana", NULL };
const service_op ALERT_RELEASE_OP =
    STEP_OP("alert.release", "Approve that it is a false alarm: the hold is let go", "审批误报，解除暂停发放",
            "《社会保险经办条例》第三十七条", WHY_INPUT, RELEASE_EXAMPLES, alert_release_run);

static const char *const REOPEN_EXAMPLES[] = { "doudi alert reopen 12 --why '整改不实' --as audrey", NULL };
const service_op ALERT_REOPEN_OP =
    STEP_OP("alert.reopen", "Open an alert again that was closed", "重新打开已办结的预警", "《社会保险经办条例》第三十八条",
            WHY_INPUT, REOPEN_EXAMPLES, alert_reopen_run);
