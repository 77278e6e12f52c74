/* doudi packs adopt, approve, confirm, status: which law this office decides by, and who adopted it. */
#include "calendar/calendar.h"
#include "service/adopt.h"
#include "service/benefit.h"
#include "service/certify.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/payrun.h"
#include "service/record_rows.h"
#include "service/user.h"

const err_kind ADOPT_NONE_WAITS = {
    "adopt.none_waits", ERR_CONFLICT,
    "No law waits for this step{}; doudi packs status shows what does.", "没有等待此步骤的政策包{}；用 doudi packs status 查看。"
};
const err_kind ADOPT_OTHER_DIGEST = {
    "adopt.other_digest", ERR_CONFLICT,
    "What waits is another law ({}); look at its changes before you sign: doudi packs status.",
    "等待中的是另一套政策包（{}）；签字前请用 doudi packs status 查看变动。"
};

static const service_field ADOPT_INPUT[] = {
    { .name = "from", .type = SERVICE_DATE, .summary = "the day from which the office decides by it (default: today)",
      .summary_zh = "自哪一天起采用（默认今天）" },
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "show what it would change, and propose nothing",
      .summary_zh = "只查看变动，不提出" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field STEP_INPUT[] = {
    { .name = "digest", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "DIGEST",
      .summary = "of the law that waits, as packs status shows it; its first 12 digits will do",
      .summary_zh = "等待中的政策包摘要（packs status 所示），前 12 位即可" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
#define LAW_FIELDS                                                                                \
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" }, \
    { .name = "from", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "自" },              \
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" }
static const service_field STEP_OUTPUT[] = {
    LAW_FIELDS,
    { .name = "waits_for", .type = SERVICE_TEXT, .summary = "waits for", .summary_zh = "待办岗位" },
    ADOPT_DIFF_OUTPUT,
};
static const char *const NEXT[THREE_MARKS] = { "parameter.approve", "parameter.confirm", "" };

/* ---- the law that is proposed ---- */

static err law_of(county *office, const adopt_terms *terms, const decide_law **law)
{
    charter *room;
    text bytes;
    TRY(county_charter(office, &room));
    TRY(charter_law(office->memory, room, terms->digest, &bytes));
    return decide_law_of(office->memory, bytes, law);
}

/* What `after` changes against what is in force. */
static err put_changes(county *office, service_value *into, const decide_law *after)
{
    adopt_terms *list;
    size_t count;
    const decide_law *before = NULL;
    TRY(adopt_list(office, &list, &count));
    const adopt_terms *now = adopt_in_force(list, count, office->call->office->settings.today_day);
    if (now && text_equal(now->digest, decide_pack_digest(after))) return ERR_NONE;
    if (now) TRY(law_of(office, now, &before));
    return adopt_diff_put(office->call, into, before, after);
}

static void put_state(const service_call *call, service_value *v, const adopt_terms *terms, const adopt_terms *now)
{
    enum { NOT_PROPOSED, WAITS, IN_FORCE, TO_COME, REPLACED };
    static const char *const STATES[][3] = {
        [NOT_PROPOSED] = { "not_proposed", "not proposed", "未提出" }, [WAITS] = { "waits", "waits", "等待" },
        [IN_FORCE] = { "in_force", "in force", "现行" },               [TO_COME] = { "to_come", "to come", "待生效" },
        [REPLACED] = { "replaced", "replaced", "已被替换" },
    };
    bool comes = terms->from_day > call->office->settings.today_day;
    int state = !terms->number && !terms->by.count ? NOT_PROPOSED : !terms->number ? WAITS : terms == now ? IN_FORCE
              : comes ? TO_COME : REPLACED;
    service_put_state(call, v, "state", STATES[state][0], STATES[state][1], STATES[state][2]);
}

static text from_of(const service_call *call, const adopt_terms *terms)
{
    if (terms->from_day > CALENDAR_DAY_MIN) return service_day_text(call->request, terms->from_day);
    return text_of(service_say(call, "the founding", "建立时"));
}

static void put_law(const service_call *call, service_value *v, const adopt_terms *terms, const adopt_terms *now)
{
    arena *a = call->request;
    service_put_text(a, v, "digest", text_copy(a, terms->digest));
    service_put_text(a, v, "from", from_of(call, terms));
    put_state(call, v, terms, now);
}

/* ---- the steps ---- */

static err say(county *office, text name, text value)
{
    charter *room;
    charter_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms,
                        .why = service_text_of(office->call, "why", text_of(office->call->op->name)) };
    TRY(county_charter(office, &room));
    return charter_say(room, &act, name, value);
}

static err sign(county *office, adopt_terms *terms)
{
    TRY(three_may(office, &terms->by, adopt_duty(terms->by.count)));
    return three_sign(office, adopt_message(office->memory, terms), &terms->by, adopt_duty(terms->by.count));
}

static err put_step(county *office, const adopt_terms *terms, bool is_again)
{
    service_call *call = office->call;
    put_law(call, call->reply, terms, terms);
    service_put_cstr(call->request, call->reply, "waits_for", terms->by.count ? NEXT[terms->by.count - 1] : "");
    if (is_again) service_note(call, "done before, nothing changed", "此前已办理，未作改动", TEXT_NONE);
    return ERR_NONE;
}

/* The law in force, without another to come: nothing is to be adopted. */
static err is_adopted(county *office, const adopt_terms *terms, bool *is)
{
    adopt_terms *list;
    size_t count;
    TRY(adopt_list(office, &list, &count));
    const adopt_terms *then = adopt_in_force(list, count, INT32_MAX);
    *is = then && text_equal(then->digest, terms->digest) && then->from_day <= terms->from_day;
    return ERR_NONE;
}

static err propose(county *office, const decide_law *law, adopt_terms *terms)
{
    charter *room;
    adopt_terms waiting;
    bool is_there;
    charter_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms, .why = text_of(office->call->op->name) };
    TRY(is_adopted(office, terms, &is_there));
    if (is_there) {
        service_note(office->call, "this law is adopted already; nothing changed", "此政策包已采用，未作改动", TEXT_NONE);
        return put_step(office, terms, false);
    }
    TRY(adopt_waiting(office, &waiting));
    bool is_same = text_equal(waiting.digest, terms->digest) && waiting.from_day == terms->from_day;
    if (is_same && three_is_by(&waiting.by, 0, office->actor_id)) return put_step(office, &waiting, true);
    TRY(sign(office, terms));
    TRY(county_charter(office, &room));
    TRY(charter_keep_law(room, &act, terms->digest, decide_law_bytes(law)));
    TRY(say(office, TEXT(ADOPT_WAITING), adopt_print(office->memory, terms)));
    TRY(store_commit(office->db));
    return put_step(office, terms, false);
}

/* Tables that lack or cannot be read are no law: every step would stop at them. */
static err can_be_read(county *office)
{
    benefit_call of_benefits = { .call = office->call, .office = office };
    certify_kinds kinds;
    ledger *books;
    office->has_asked_law = true; /* what is proposed need not be adopted */
    TRY(county_books(office, &books));
    TRY(benefit_tables(&of_benefits));
    return certify_kinds_read(office, &kinds);
}

static err packs_adopt_run(service_call *call)
{
    county *office;
    const decide_law *law;
    bool is_dry = service_is_given(call, "dry-run");
    TRY(county_open(call, is_dry ? COUNTY_READ : COUNTY_WRITE, &office));
    if (!is_dry) TRY(county_login(office, NULL));
    TRY(decide_law_open(call, &law));
    TRY(can_be_read(office));
    adopt_terms terms = { .digest = decide_pack_digest(law), .from_day = service_day_of(call, "from") };
    TRY(put_changes(office, call->reply, law));
    if (is_dry) return put_step(office, &terms, false);
    TRY(county_begin(office));
    return propose(office, law, &terms);
}

/* The waiting law whose digest begins so; what was signed by this person before is told again. */
static err find_waiting(county *office, size_t step, adopt_terms *terms, bool *is_again)
{
    adopt_terms *list;
    size_t count;
    arena *a = office->call->request;
    text said;
    TRY(adopt_digest_said(office->call, &said));
    TRY(adopt_waiting(office, terms));
    TRY(adopt_list(office, &list, &count));
    const adopt_terms *last = count ? &list[count - 1] : NULL;
    bool was_confirmed = step == THREE_MARKS - 1 && !terms->digest.size_bytes && last &&
                         text_begins(last->digest, said) && three_is_by(&last->by, step, office->actor_id);
    if (was_confirmed) *terms = *last;
    *is_again = was_confirmed || (text_begins(terms->digest, said) && three_is_by(&terms->by, step, office->actor_id));
    if (*is_again) return ERR_NONE;
    if (!terms->digest.size_bytes) return err_of(&ADOPT_NONE_WAITS, "");
    if (!text_begins(terms->digest, said)) return err_of(&ADOPT_OTHER_DIGEST, text_cstr(a, adopt_digest_short(terms->digest)));
    return terms->by.count == step ? ERR_NONE : err_of(&ADOPT_NONE_WAITS, text_format(a, " (%.*s)", TEXT_ARG(adopt_digest_short(terms->digest))).bytes);
}

static err keep(county *office, adopt_terms *terms)
{
    adopt_terms *list;
    size_t count;
    arena *a = office->memory;
    if (terms->by.count < THREE_MARKS) return say(office, TEXT(ADOPT_WAITING), adopt_print(a, terms));
    TRY(adopt_list(office, &list, &count));
    terms->number = count ? list[count - 1].number + 1 : 1;
    TRY(say(office, text_format(a, ADOPT_KEPT "%lld", (long long)terms->number), adopt_print(a, terms)));
    return say(office, TEXT(ADOPT_WAITING), TEXT("-"));
}

static err step_of(service_call *call, size_t step)
{
    county *office;
    adopt_terms terms;
    bool is_again;
    TRY(county_open(call, COUNTY_WRITE, &office));
    TRY(county_login(office, NULL));
    TRY(county_begin(office));
    TRY(find_waiting(office, step, &terms, &is_again));
    if (is_again) return put_step(office, &terms, true);
    TRY(sign(office, &terms));
    TRY(keep(office, &terms));
    TRY(store_commit(office->db));
    return put_step(office, &terms, false);
}

static err packs_approve_run(service_call *call)
{
    return step_of(call, 1);
}

static err packs_confirm_run(service_call *call)
{
    return step_of(call, 2);
}

/* ---- status ---- */

static const service_field STATUS_INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field STATUS_LAW[] = {
    { .name = "number", .type = SERVICE_COUNT, .summary = "number", .summary_zh = "序号" },
    LAW_FIELDS,
    { .name = "adopted", .type = SERVICE_TEXT, .summary = "adopted", .summary_zh = "采用时间" },
    { .name = "by", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "经办、审批、稽核" },
};
static const service_field STATUS_OUTPUT[] = {
    { .name = "digest", .type = SERVICE_TEXT, .summary = "in force", .summary_zh = "现行" },
    { .name = "at_hand", .type = SERVICE_TEXT, .summary = "packs and tables at hand", .summary_zh = "手头的政策包和适配表" },
    { .name = "is_adopted", .type = SERVICE_FLAG, .summary = "what is at hand is the law in force",
      .summary_zh = "手头的即现行的" },
    { .name = "adoptions", .type = SERVICE_OBJECT, .is_list = true, .fields = STATUS_LAW,
      .field_count = ARRAY_COUNT(STATUS_LAW), .summary = "adopted", .summary_zh = "历次采用" },
    { .name = "waiting", .type = SERVICE_TEXT, .is_optional = true, .summary = "waits", .summary_zh = "等待中" },
    { .name = "waiting_from", .type = SERVICE_TEXT, .is_optional = true, .summary = "to hold from", .summary_zh = "拟自" },
    { .name = "waits_for", .type = SERVICE_TEXT, .is_optional = true, .summary = "waits for", .summary_zh = "待办岗位" },
    { .name = "refused", .type = SERVICE_TEXT, .is_optional = true, .summary = "refused last", .summary_zh = "最近退回的" },
    { .name = "refused_by", .type = SERVICE_TEXT, .is_optional = true, .summary = "by", .summary_zh = "退回人" },
    { .name = "refused_why", .type = SERVICE_TEXT, .is_optional = true, .summary = "why", .summary_zh = "理由" },
    ADOPT_DIFF_OUTPUT,
};

/* Adds the user's login behind what is there. */
static err add_login(county *office, int64_t user_id, text_builder *out)
{
    staff *room;
    staff_user *users;
    size_t count;
    TRY(county_staff(office, &room));
    TRY(staff_list(office->memory, room, &users, &count));
    for (size_t i = 0; i < count; i++)
        if (users[i].id == user_id) text_add_format(out, "%s%.*s", out->size_bytes ? ", " : "", TEXT_ARG(users[i].login));
    return ERR_NONE;
}

static err who(county *office, const three *by, text *names)
{
    text_builder out = text_builder_open(office->call->request);
    for (size_t i = 0; i < by->count; i++) TRY(add_login(office, by->marks[i].user_id, &out));
    *names = by->count ? text_built(&out) : text_of(service_say(office->call, "the founding", "建立时"));
    return ERR_NONE;
}

static err put_adoptions(county *office, const adopt_terms *list, size_t count, const adopt_terms *now)
{
    service_call *call = office->call;
    arena *a = call->request;
    service_value *all = service_put_list(a, call->reply, "adoptions");
    for (size_t i = 0; i < count; i++) {
        text names;
        service_value *v = service_put_object(a, all, NULL);
        TRY(who(office, &list[i].by, &names));
        service_put_count(a, v, "number", list[i].number);
        put_law(call, v, &list[i], now);
        service_put_text(a, v, "adopted", record_instant_text(a, list[i].known_ms));
        service_put_text(a, v, "by", names);
    }
    return ERR_NONE;
}

static err put_refused(county *office)
{
    adopt_refusal last;
    arena *a = office->call->request;
    service_value *reply = office->call->reply;
    text_builder by = text_builder_open(a);
    TRY(adopt_refused(office, &last));
    if (!last.digest.size_bytes) return ERR_NONE;
    TRY(add_login(office, last.user_id, &by));
    service_put_text(a, reply, "refused", text_copy(a, last.digest));
    service_put_text(a, reply, "refused_by", text_built(&by));
    service_put_text(a, reply, "refused_why", text_copy(a, last.why));
    return ERR_NONE;
}

static err put_waiting(county *office)
{
    adopt_terms waiting;
    const decide_law *law;
    arena *a = office->call->request;
    service_value *reply = office->call->reply;
    TRY(adopt_waiting(office, &waiting));
    if (!waiting.digest.size_bytes) return put_refused(office);
    service_put_text(a, reply, "waiting", text_copy(a, waiting.digest));
    service_put_text(a, reply, "waiting_from", from_of(office->call, &waiting));
    service_put_cstr(a, reply, "waits_for", waiting.by.count ? NEXT[waiting.by.count - 1] : "");
    TRY(law_of(office, &waiting, &law));
    return put_changes(office, reply, law);
}

/* What an office of an earlier program has still to do. */
static err tell_pending(county *office, const adopt_terms *now)
{
    staff *room;
    duty_sources at_hand;
    duty_table *table;
    bool is_of_before = false;
    service_call *call = office->call;
    if (now) TRY(adopt_is_of_before(office, now, &is_of_before));
    if (!now) service_note(call, "this office has adopted no law yet, and goes by any packs: doudi packs adopt",
                           "本机构尚未采用政策包，任何政策包都可使用：doudi packs adopt", TEXT(""));
    if (is_of_before) service_note(call, ADOPT_LEDGER_APART, ADOPT_LEDGER_APART_ZH, TEXT(""));
    TRY(county_staff(office, &room));
    if (!staff_duties(room)) return ERR_NONE;
    bool is_read = !user_table_read(call, TEXT_NONE, &at_hand).kind && !duty_read(office->memory, &at_hand, &table).kind;
    size_t missing = 0;
    for (size_t i = 0; is_read && i < duty_count(table); i++)
        missing += duty_find(staff_duties(room), duty_at(table, i)->code) == SIZE_MAX;
    if (missing)
        service_note(call, "the table of duties at hand has duties this office has not adopted; three people adopt it: doudi user "
                           "table, user approve, user confirm: ",
                     "现有岗位表中有本机构尚未采用的岗位；请由三人采用：doudi user table、user approve、user confirm：",
                     text_format(call->request, "%zu", missing));
    return ERR_NONE;
}

static err packs_status_run(service_call *call)
{
    county *office;
    adopt_terms *list;
    size_t count;
    const decide_law *law;
    arena *a = call->request;
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(decide_law_open(call, &law));
    TRY(adopt_list(office, &list, &count));
    const adopt_terms *now = adopt_in_force(list, count, call->office->settings.today_day);
    service_put_text(a, call->reply, "digest", now ? text_copy(a, now->digest) : TEXT("-"));
    service_put_text(a, call->reply, "at_hand", text_copy(a, decide_pack_digest(law)));
    service_put_bool(a, call->reply, "is_adopted", now && text_equal(now->digest, decide_pack_digest(law)));
    TRY(put_adoptions(office, list, count, now));
    TRY(tell_pending(office, now));
    return put_waiting(office);
}

/* ---- rows ---- */

#define ADOPT_OP(row, op_name, en, zh, may, writes, fields, answers, function, example)           \
    const service_op row = {                                                                      \
        .name = op_name, .summary = en, .summary_zh = zh, .law = "《社会保险经办条例》第三十七条", .kind = writes, \
        .permission = may, .input = fields, .input_count = ARRAY_COUNT(fields), .output = answers, \
        .output_count = ARRAY_COUNT(answers), .examples = (const char *const[]){ example, NULL }, .run = function, .print = payrun_print, \
    }

ADOPT_OP(ADOPT_PROPOSE_OP, "packs.adopt", "Propose the packs and tables the office is to decide by, and show what they change",
         "提出本机构采用的政策包和适配表，并列出变动", "parameter.enter", SERVICE_WRITE, ADOPT_INPUT, STEP_OUTPUT, packs_adopt_run,
         "doudi packs adopt --packs new-packs --from 2027-01-01 --as pat");
ADOPT_OP(ADOPT_APPROVE_OP, "packs.approve", "Approve the law that was proposed", "审批提出的政策包", "parameter.approve",
         SERVICE_WRITE, STEP_INPUT, STEP_OUTPUT, packs_approve_run, "doudi packs approve f9497497979491b6 --as lea");
ADOPT_OP(ADOPT_CONFIRM_OP, "packs.confirm", "Confirm the approved law, as auditor: the office then decides by it and by no other",
         "稽核确认已审批的政策包，此后只按它核定", "parameter.confirm", SERVICE_WRITE, STEP_INPUT, STEP_OUTPUT, packs_confirm_run,
         "doudi packs confirm f9497497979491b6 --as audrey");
ADOPT_OP(ADOPT_STATUS_OP, "packs.status", "Which law the office decides by, who adopted it and when, and what waits with its changes",
         "现行政策包、历次采用的时间和人员、等待中的政策包及其变动", "desk.read", SERVICE_READ, STATUS_INPUT, STATUS_OUTPUT,
         packs_status_run, "doudi packs status");
