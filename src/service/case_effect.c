/* What comes of a step: facts said in the registry, benefits ended, awards proposed, figures decided, other cases
 * opened. Each goes by what the office does elsewhere, and by whoever may do it there. */
#include "service/case.h"

#include <string.h>

#include "codec/codec.h"
#include "service/determine.h"
#include "service/lists.h"
#include "service/projects.h"
#include "service/subject.h"

const err_kind CASE_BAD_EFFECT = {
    "case.bad_effect", ERR_BAD_INPUT, "The packs ask for an effect that the office does not know: {}.",
    "政策包中的办理结果无法执行：{}。"
};
const err_kind CASE_EFFECT_FAILS = {
    "case.effect_fails", ERR_CONFLICT, "What the step is to bring about cannot be done: {}.", "本环节的办理结果无法落实：{}。"
};

typedef struct {
    case_hand *h;
    const policy_case_effect *effect;
    text_builder says; /* what came of it, in words */
    service_value *effects;
    cases_value *values;
    size_t value_count;
} effecting;

static registry_act act_of(const effecting *x)
{
    return (registry_act){ .known_ms = x->h->c->office->now_ms, .actor_id = x->h->c->office->actor_id,
                           .why = text_format(x->h->c->memory, "case %lld", (long long)x->h->row.case_id) };
}

static err bad(const effecting *x, const char *name)
{
    return err_of(&CASE_BAD_EFFECT, text_format(x->h->c->call->request, "%s %s", x->effect->verb, name).bytes);
}

/* ---- facts of the registry ---- */

size_t case_word_column(const list_row *list, const char *word)
{
    for (size_t i = 0; i < list_field_count(list); i++)
        if (list->fields[i].cell == LIST_CLOSED_WORD && county_word_row_of(list->fields[i].words, text_of(word))) return i;
    return SIZE_MAX;
}

/* A row of a list as `county import` reads it, its cells taken from fields of the same names. */
static err read_row(effecting *x, const list_row *list, list_fact *fact)
{
    case_call *c = x->h->c;
    for (size_t i = 1; i < x->effect->name_count; i++) {
        const char *name = x->effect->names[i];
        size_t at = list_field_named(list, text_of(name));
        size_t fixed = at == SIZE_MAX ? case_word_column(list, name) : SIZE_MAX;
        const cases_value *value = case_value_of(x->h, name);
        if (fixed != SIZE_MAX) {
            TRY(list_read(c->office, c->memory, &list->fields[fixed], text_of(name), fact));
            text_add_format(&x->says, "%s%s", x->says.size_bytes ? "; " : "", name);
            continue;
        }
        if (at == SIZE_MAX) return bad(x, name);
        if (!value || !value->value.size_bytes) continue;
        err e = list_read(c->office, c->memory, &list->fields[at], value->value, fact);
        if (e.kind == &LIST_BAD_CELL) e.detail = text_format(c->call->request, "%s = %.*s", name, TEXT_ARG(value->value)).bytes;
        TRY(e);
        text_add_format(&x->says, "%s%s %.*s", x->says.size_bytes ? "; " : "", name, TEXT_ARG(value->value));
    }
    fact->fact.subject_id = x->h->row.subject_id;
    return ERR_NONE;
}

static err find_list(effecting *x, const list_row **list)
{
    *list = x->effect->name_count ? list_find(text_of(x->effect->names[0])) : NULL;
    if (!*list) return bad(x, x->effect->name_count ? x->effect->names[0] : "");
    if ((*list)->kind == REGISTRY_ACCOUNT || (*list)->kind == REGISTRY_BENEFIT) return bad(x, (*list)->zh);
    return ERR_NONE;
}

/* People and employers themselves: what is known stands where the form says nothing. */
static err begin_with_known(effecting *x, const list_row *list, list_fact *fact)
{
    registry_record record;
    case_call *c = x->h->c;
    TRY(registry_record_read(c->memory, c->office->people, x->h->row.subject_id, REGISTRY_NOW, &record));
    if (record.kind != list->kind || !record.count[record.kind]) return bad(x, list->zh);
    const char *facts = record.facts[record.kind];
    memcpy(fact, facts + (record.count[record.kind] - 1) * list->size_bytes, list->size_bytes);
    fact->fact = (registry_fact){ .from = REGISTRY_EVER, .until = REGISTRY_OPEN };
    return ERR_NONE;
}

static err run_record(effecting *x)
{
    const list_row *list;
    registry *people;
    int64_t changed;
    list_fact fact = { .fact = { .from = REGISTRY_EVER, .until = REGISTRY_OPEN } };
    registry_act act = act_of(x);
    TRY(find_list(x, &list));
    TRY(county_people(x->h->c->office, &people));
    if (list->makes_subjects) TRY(begin_with_known(x, list, &fact));
    TRY(read_row(x, list, &fact));
    if (list->kind == REGISTRY_SPELL) return registry_spell_say(people, &act, &fact.spell);
    return registry_say(people, &act, "case_recorded", list->kind, &fact, 1, &changed);
}

/* An enrolment ends by notice, from the day on that the form says. */
static err run_end(effecting *x)
{
    const list_row *list;
    registry *people;
    list_fact fact = { .fact = { .from = REGISTRY_EVER, .until = REGISTRY_OPEN } };
    registry_act act = act_of(x);
    TRY(find_list(x, &list));
    if (list->kind != REGISTRY_ENROLMENT) return bad(x, list->zh);
    TRY(county_people(x->h->c->office, &people));
    TRY(read_row(x, list, &fact));
    if (fact.fact.until == REGISTRY_OPEN) return bad(x, "until");
    return registry_stop(people, &act, fact.fact.subject_id, fact.enrolment.scheme, fact.enrolment.employer_id, fact.fact.until);
}

/* A day or month is told for all time, anything else from the day of the step on. */
static err tell(effecting *x, const list_row *list, const char *name)
{
    case_call *c = x->h->c;
    registry_act act = act_of(x);
    const county_word_row *row = county_word_row_of(COUNTY_ATTRIBUTE, text_of(name));
    const cases_value *value = case_value_of(x->h, name);
    list_fact fact = { .fact = { .from = REGISTRY_EVER, .until = REGISTRY_OPEN } };
    if (!row) return bad(x, name);
    if (!value || !value->value.size_bytes) return ERR_NONE;
    if (row->unit != COUNTY_DAY && row->unit != COUNTY_MONTH) fact.fact.from = c->day;
    TRY(list_read(c->office, c->memory, &list->fields[list_field_named(list, TEXT("name"))], text_of(row->name), &fact));
    TRY(list_read(c->office, c->memory, &list->fields[list_field_named(list, TEXT("value"))], value->value, &fact));
    fact.fact.subject_id = x->h->row.subject_id;
    text_add_format(&x->says, "%s%s %.*s", x->says.size_bytes ? "; " : "", name, TEXT_ARG(value->value));
    return registry_attribute_say(c->office->people, &act, &fact.attribute);
}

static err run_tell(effecting *x)
{
    registry *people;
    TRY(county_people(x->h->c->office, &people));
    for (size_t i = 0; i < x->effect->name_count; i++) TRY(tell(x, list_find(TEXT("attributes")), x->effect->names[i]));
    return ERR_NONE;
}

/* ---- benefits and awards ---- */

/* REASON, and the field that says the day: the first month without payment by packs/ledger/stops.csv. */
static err run_stop(effecting *x)
{
    case_call *c = x->h->c;
    benefit_call b = { .call = c->call, .office = c->office };
    benefit_batch batch = { .purpose = TEXT("benefit.stop") };
    benefit_stopping stop = { .person_id = x->h->row.subject_id };
    int32_t day = c->day;
    int64_t stopped = 0;
    if (!x->effect->name_count) return bad(x, "");
    const cases_value *said = x->effect->name_count > 1 ? case_value_of(x->h, x->effect->names[1]) : NULL;
    if (said && calendar_parse_day(said->value, &day).kind) return bad(x, x->effect->names[1]);
    TRY(benefit_tables(&b));
    TRY(benefit_reason_of(&b, text_of(x->effect->names[0]), &stop.reason));
    stop.from_month = calendar_month_of_day(day) + stop.reason->is_next_month;
    for (size_t i = 0; i < b.table.count; i++) {
        registry_benefit *facts;
        size_t count;
        int64_t changed;
        stop.benefit = b.table.rows[i].benefit;
        if (benefit_row(&b, stop.benefit) != &b.table.rows[i]) continue; /* met before */
        TRY(benefit_facts(c->office, stop.person_id, stop.benefit, &facts, &count));
        if (!count) continue;
        err e = benefit_stop(&b, &batch, &stop, &changed);
        if (e.kind == &BENEFIT_NONE) continue;
        TRY(e);
        stopped += changed;
    }
    TRY(benefit_batch_end(&b, &batch));
    text_add_format(&x->says, service_say(c->call, "%lld benefit%s from %.*s; to recover %.*s, to pay %.*s yuan",
                                          "停发 %lld 项%s，自 %.*s 起；应追回 %.*s 元，应补发 %.*s 元"),
                    (long long)stopped, service_plural(c->call, stopped), TEXT_ARG(service_month_text(c->memory, stop.from_month)),
                    TEXT_ARG(service_yuan(c->memory, batch.recovery_fen)), TEXT_ARG(service_yuan(c->memory, batch.arrears_fen)));
    return ERR_NONE;
}

/* What was to be determined, and why it could not be: both in both languages. */
static const char *effect_said(const case_call *c, text name, const char *reasons)
{
    err e = { .detail = reasons };
    arena *a = c->call->request;
    return text_format(a, ERR_SAID("%.*s: %.*s", "%.*s：%.*s"), TEXT_ARG(name), TEXT_ARG(err_detail(a, e, false)), TEXT_ARG(name), TEXT_ARG(err_detail(a, e, true))).bytes;
}

/* Proposed to those who review and approve awards; a case moves no money of its own. */
static err run_determine(effecting *x)
{
    case_call *c = x->h->c;
    for (size_t i = 0; i < x->effect->name_count; i++) {
        month_call m;
        determine_tally tally;
        text name = text_of(x->effect->names[i]);
        const char *reasons;
        TRY(month_of_office(c->office, &m));
        TRY(month_determine_person(&m, name, x->h->row.subject_id, &tally, &reasons));
        if (tally.undecided) return err_of(&CASE_EFFECT_FAILS, effect_said(c, name, reasons));
        const char *what = tally.awarded || tally.changed ? service_say(c->call, "proposed", "已核定待审")
                           : tally.waiting ? service_say(c->call, "waits for approval already", "已在待审")
                           : tally.drawing ? service_say(c->call, "drawn already", "已在领取")
                           : tally.refused ? service_say(c->call, "not due", "不符合领取条件")
                                           : service_say(c->call, "nothing to determine", "无可核定");
        text_add_format(&x->says, "%s%.*s: %s", i ? "; " : "", TEXT_ARG(name), what);
        if (tally.awarded || tally.changed)
            text_add_format(&x->says, service_say(c->call, ", %.*s yuan", "，%.*s 元"), TEXT_ARG(service_yuan(c->memory, tally.amount_fen)));
    }
    return ERR_NONE;
}

/* ---- what is decided and kept with the case; other cases ---- */

static err run_decide(effecting *x)
{
    case_call *c = x->h->c;
    x->values = ARENA_ARRAY(c->memory, cases_value, x->effect->name_count + 1);
    for (size_t i = 0; i < x->effect->name_count; i++) {
        text name = text_of(x->effect->names[i]);
        const policy_symbol *symbol = policy_find_in(c->packs, text_of(x->h->type->symbol->pack), name);
        if (!symbol) return bad(x, x->effect->names[i]);
        text value = case_root_value(c, x->h->reckoning, symbol);
        if (!value.size_bytes) return err_of(&CASE_EFFECT_FAILS, case_root_unknown(c, x->h->reckoning, symbol));
        x->values[x->value_count++] = (cases_value){ text_of(symbol->name), text_copy(c->memory, value), CASES_COMPUTED };
        text_add_format(&x->says, "%s%s = %.*s", i ? "; " : "", symbol->name, TEXT_ARG(value));
    }
    return ERR_NONE;
}

static err run_open(effecting *x)
{
    case_call *c = x->h->c;
    for (size_t i = 0; i < x->effect->name_count; i++) {
        case_hand part;
        bool is_new;
        text stands;
        case_opening o = { .subject_id = x->h->row.subject_id, .parent_id = x->h->row.case_id, .channel = x->h->row.channel, .priority = x->h->row.priority,
                           .agent = x->h->row.agent, .said = text_format(c->memory, "%lld", (long long)x->h->row.case_id),
                           .note = TEXT(""), .parent = x->h };
        TRY(case_type_find(c, text_of(x->effect->names[i]), &o.type));
        TRY(case_open_one(c, &o, &part, &is_new));
        if (is_new) TRY(case_pass_auto(&part, x->effects, &stands));
        text_add_format(&x->says, "%s%s %lld", i ? "; " : "", x->effect->names[i], (long long)part.row.case_id);
    }
    return ERR_NONE;
}

/* A project is insured: fields of the form in this order. */
static err run_project(effecting *x)
{
    enum { NO, TITLE, PRICE, PAID, PAID_ON, FROM, UNTIL, FENS = 2 };
    text said[CASE_PROJECT_FIELDS];
    case_call *c = x->h->c;
    projects_cover cover = { .employer_id = x->h->row.subject_id, .case_id = x->h->row.case_id };
    if (x->effect->name_count != CASE_PROJECT_FIELDS) return bad(x, "");
    for (size_t i = 0; i < CASE_PROJECT_FIELDS; i++) {
        const cases_value *value = case_value_of(x->h, x->effect->names[i]);
        said[i] = value ? value->value : TEXT("");
    }
    cover.no = projects_number(c->memory, said[NO]);
    cover.title = said[TITLE];
    if (!codec_parse_scaled(said[PRICE], FENS, &cover.price_fen)) return bad(x, x->effect->names[PRICE]);
    if (!codec_parse_scaled(said[PAID], FENS, &cover.paid_fen)) return bad(x, x->effect->names[PAID]);
    if (calendar_parse_day(said[PAID_ON], &cover.paid_day).kind) return bad(x, x->effect->names[PAID_ON]);
    if (calendar_parse_day(said[FROM], &cover.from_day).kind) return bad(x, x->effect->names[FROM]);
    if (calendar_parse_day(said[UNTIL], &cover.until_day).kind) return bad(x, x->effect->names[UNTIL]);
    text_add_format(&x->says, "%.*s", TEXT_ARG(cover.no));
    return projects_cover_say(c->office, text_format(c->memory, "case %lld", (long long)cover.case_id), &cover);
}

static err run_recover(effecting *x)
{
    text says = TEXT_NONE;
    TRY(case_recover_tie(x->h, x->effect, &says));
    text_add(&x->says, says);
    return ERR_NONE;
}

static err run_event(effecting *x)
{
    for (size_t i = 0; i < x->effect->name_count; i++)
        text_add_format(&x->says, "%s%s", i ? "; " : "", x->effect->names[i]);
    return ERR_NONE;
}

/* ---- all of a step ---- */

/* What an effect is elsewhere: whoever may do that may bring it about here. */
static const struct {
    const char *verb, *permission;
    bool is_before; /* whoever did an earlier step of the case had it */
    const char *en, *zh;
    err (*run)(effecting *x);
} VERBS[] = {
    { "record", "import.run", true, "recorded", "登记", run_record },
    { "tell", "import.run", true, "recorded", "登记", run_tell },
    { "end", "import.run", true, "ended", "终止登记", run_end },
    { "stop", "benefit.stop", false, "benefits stopped", "停发", run_stop },
    { "determine", "month.determine", false, "determined", "核定", run_determine },
    { "decide", NULL, false, "decided", "核定数额", run_decide },
    { "open", NULL, false, "opened", "联办", run_open },
    { "project", "import.run", true, "insured project", "项目参保", run_project },
    { CASE_RECOVER, NULL, false, "recovered by", "追回", run_recover },
    { "event", NULL, false, "noted", "记录", run_event },
};

bool case_effect_is_known(const char *verb)
{
    for (size_t i = 0; i < ARRAY_COUNT(VERBS); i++)
        if (strcmp(VERBS[i].verb, verb) == 0) return true;
    return false;
}

/* Facts may be said by whoever signs for the case once somebody whose duty is to enter facts has done a step of it. */
static err may_bring(effecting *x, size_t verb)
{
    case_call *c = x->h->c;
    staff *room;
    cases_mark *marks;
    size_t count;
    if (!VERBS[verb].permission) return ERR_NONE;
    err e = staff_permit(c->call->request, c->office->session, text_of(VERBS[verb].permission));
    if (!e.kind || e.kind != &DUTY_NOT_HELD || !VERBS[verb].is_before) return e;
    TRY(county_staff(c->office, &room));
    duty_set fit = duty_permitting(staff_duties(room), text_of(VERBS[verb].permission));
    TRY(cases_marks(c->memory, c->book, x->h->row.case_id, &marks, &count));
    for (size_t i = 0; i < count; i++) {
        size_t at = marks[i].what == CASES_PASS ? duty_find(staff_duties(room), marks[i].duty) : SIZE_MAX;
        if (at != SIZE_MAX && fit >> at & 1) return ERR_NONE;
    }
    return e;
}

static err run_one(case_hand *h, const policy_case_effect *effect, service_value *effects)
{
    case_call *c = h->c;
    size_t verb = 0;
    cases_act act = case_act(c);
    effecting x = { .h = h, .effect = effect, .effects = effects, .says = text_builder_open(c->memory) };
    case_truth truth = case_part_truth(c, h->reckoning, effect->when, NULL);
    if (truth == CASE_UNKNOWN) return err_of(&CASE_NOT_KNOWN, case_part_unknown(c, h->reckoning, effect->when));
    if (truth == CASE_FALSE) return ERR_NONE;
    while (verb < ARRAY_COUNT(VERBS) && strcmp(VERBS[verb].verb, effect->verb) != 0) verb++;
    if (verb == ARRAY_COUNT(VERBS)) return bad(&x, "");
    TRY(may_bring(&x, verb));
    TRY(VERBS[verb].run(&x));
    text says = text_built(&x.says);
    cases_move move = { .what = CASES_EFFECT, .day = c->day, .note = says, .values = x.values, .value_count = x.value_count,
                        .place = { .step = text_of(effect->verb) } };
    TRY(cases_do(c->book, &act, h->row.case_id, &move));
    service_put_text(c->call->request, effects, NULL,
                     text_format(c->call->request, "%s: %.*s", service_say(c->call, VERBS[verb].en, VERBS[verb].zh), TEXT_ARG(says)));
    return ERR_NONE;
}

err case_effects_run(case_hand *h, const policy_case_step *step, service_value *effects)
{
    for (size_t i = 0; i < step->effect_count; i++) TRY(run_one(h, &step->effects[i], effects));
    return ERR_NONE;
}
