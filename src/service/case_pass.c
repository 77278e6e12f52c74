/* A step done: what it needs, what comes of it, and where the case stands then. */
#include "service/case.h"
#include "service/prove_claim.h"

#include <string.h>

const err_kind CASE_LACKS = {
    "case.lacks", ERR_CONFLICT, "The step cannot be passed yet; what is still lacking: {}.", "本环节还不能办结，尚缺：{}。"
};
const err_kind CASE_NOT_KNOWN = {
    "case.not_known", ERR_CONFLICT,
    "Where the case goes from here cannot be told: {}. Fill in what is missing, then pass the step.",
    "无法判断办件的去向：{}。请补齐所缺信息后再办。"
};
const err_kind CASE_NO_WAY = {
    "case.no_way", ERR_CONFLICT, "No way leads on from the step {}: none of its conditions holds.",
    "“{}”之后没有可走的环节：各条件均不成立。"
};
const err_kind CASE_NOTICE_UNSET = {
    "case.notice_unset", ERR_CONFLICT, "How long this stands in public only the region can say ({}); its pack sets it.",
    "公示多少天只有地方能定（{}）；请由地方政策包设定。"
};
const err_kind CASE_IN_NOTICE = {
    "case.in_notice", ERR_CONFLICT, "The public notice runs until {} (with it); the step can be passed after it.",
    "公示期至 {}（含当日），期满后方可办结本环节。"
};
const err_kind CASE_HAS_OBJECTIONS = {
    "case.has_objections", ERR_CONFLICT, "{} objections are not answered yet; doudi case answer deals with them.",
    "尚有 {} 件异议未答复；请用 doudi case answer 办理。"
};
const err_kind CASE_HAS_PARTS = {
    "case.has_parts", ERR_CONFLICT, "Parts of this case are still in hand: {}.", "联办事项尚未办完：{}。"
};

/* ---- what stands in the way ---- */

/* A message is said in both languages, and what is put into it is made for one at a time. */
typedef text say_one(case_hand *h, const void *of);
static const char *in_both(case_hand *h, say_one *say, const void *of)
{
    service_call *call = h->c->call;
    bool asked = call->is_chinese;
    call->is_chinese = false;
    text en = say(h, of);
    call->is_chinese = true;
    text zh = say(h, of);
    call->is_chinese = asked;
    return text_format(call->request, ERR_SAID("%.*s", "%.*s"), TEXT_ARG(en), TEXT_ARG(zh)).bytes;
}

typedef struct {
    bool is_last;
    size_t *count;
    err *failed;
} lacking_asked;

static text lacking_says(case_hand *h, const void *of)
{
    const lacking_asked *asked = of;
    text *lacking;
    text_builder out = text_builder_open(h->c->call->request);
    *asked->failed = case_lacking(h, asked->is_last, &lacking, asked->count);
    for (size_t i = 0; !asked->failed->kind && i < *asked->count; i++) {
        if (i) text_add_cstr(&out, service_say(h->c->call, "; ", "；"));
        text_add(&out, lacking[i]);
    }
    return text_built(&out);
}

static err need_complete(case_hand *h, bool is_last)
{
    size_t count = 0;
    err failed = ERR_NONE;
    const char *says = in_both(h, lacking_says, &(lacking_asked){ is_last, &count, &failed });
    TRY(failed);
    return count ? err_of(&CASE_LACKS, says) : ERR_NONE;
}

static err need_notice_over(case_hand *h)
{
    cases_objection *objections;
    size_t count;
    int64_t open = 0;
    arena *a = h->c->call->request;
    size_t step = case_step_index(h->type, h->row.step);
    if (!h->row.notice_day && step != SIZE_MAX && h->type->steps[step].notice >= 0)
        return err_of(&CASE_NOTICE_UNSET, h->type->steps[step].notice_says);
    if (!h->row.notice_day) return ERR_NONE;
    if (h->c->day <= h->row.notice_day) return err_of(&CASE_IN_NOTICE, text_cstr(a, service_day_text(a, h->row.notice_day)));
    TRY(cases_objections(h->c->memory, h->c->book, h->row.case_id, &objections, &count));
    for (size_t i = 0; i < count; i++) open += !objections[i].answered_day;
    return open ? err_of(&CASE_HAS_OBJECTIONS, text_format(a, "%lld", (long long)open).bytes) : ERR_NONE;
}

typedef struct {
    const cases_row *items;
    size_t count;
} parts_open;

static text parts_say(case_hand *h, const void *of)
{
    const parts_open *parts = of;
    text_builder out = text_builder_open(h->c->call->request);
    for (size_t i = 0; i < parts->count; i++)
        text_add_format(&out, "%s%lld %.*s", i ? ", " : "", (long long)parts->items[i].case_id,
                        TEXT_ARG(case_type_shown(h->c, parts->items[i].type)));
    return text_built(&out);
}

/* Parts opened at a step before this one. */
static err need_parts_over(case_hand *h)
{
    cases_row *parts;
    size_t count;
    cases_filter filter = { .has_open = true, .type = TEXT(""), .duty = TEXT(""), .parent_id = h->row.case_id };
    TRY(cases_list(h->c->memory, h->c->book, &filter, &parts, &count));
    return count ? err_of(&CASE_HAS_PARTS, in_both(h, parts_say, &(parts_open){ parts, count })) : ERR_NONE;
}

/* ---- where it goes ---- */

/* The step, and what each way on would need. */
static text no_way_says(case_hand *h, const void *of)
{
    const policy_case_step *step = of;
    arena *a = h->c->call->request;
    text_builder out = text_builder_open(a);
    text_add(&out, case_step_shown(h->c, h->type, text_of(step->name)));
    for (size_t i = 0; i < step->next_count; i++) {
        const char *says = step->nexts[i].when_says;
        text when = says ? claim_condition(h->c->call, h->c->packs, h->type, says) : TEXT("-");
        text_add_format(&out, "%s%.*s: %.*s", i ? "; " : " (",
                        TEXT_ARG(case_step_shown(h->c, h->type, text_of(h->type->steps[step->nexts[i].step].name))), TEXT_ARG(when));
    }
    if (step->next_count) text_add_cstr(&out, ")");
    return text_built(&out);
}

/* SIZE_MAX: the case is done with this step. */
static err next_of(case_hand *h, const policy_case_step *step, size_t *next)
{
    *next = SIZE_MAX;
    if (!step->next_count) return ERR_NONE;
    for (size_t i = 0; i < step->next_count; i++) {
        case_truth truth = case_part_truth(h->c, h->reckoning, step->nexts[i].when, NULL);
        if (truth == CASE_UNKNOWN) return err_of(&CASE_NOT_KNOWN, case_part_unknown(h->c, h->reckoning, step->nexts[i].when));
        if (truth == CASE_FALSE) continue;
        *next = step->nexts[i].step;
        return ERR_NONE;
    }
    return err_of(&CASE_NO_WAY, in_both(h, no_way_says, step));
}

/* A step that says no days of its own is to be done within those of the whole: as the clock stands, where the step
 * before was so too. */
static int32_t whole_due(case_hand *h)
{
    size_t before = h->row.step.size_bytes ? case_step_index(h->type, h->row.step) : SIZE_MAX;
    const policy_case_step *s = before == SIZE_MAX ? NULL : &h->type->steps[before];
    if (s && !s->within_days && s->within < 0) return h->row.due_day;
    int32_t opened = h->row.opened_day ? h->row.opened_day : h->c->day;
    return case_day_after(h->c, opened, h->type->within_days, h->type->is_working_days);
}

err case_place(case_hand *h, size_t step, cases_place *place)
{
    const policy_case_step *s = &h->type->steps[step];
    int32_t days = s->within >= 0 ? case_part_days(h->reckoning, s->within) : s->within_days;
    *place = (cases_place){ .step = text_of(s->name) };
    TRY(case_duty_of(h->c, s, &place->duty));
    if (s->is_end) return ERR_NONE;
    if (days < 0)
        service_note(h->c->call, "the region has not set how long this step may take, so that no day is due: ",
                     "本地区未规定本环节的办理期限，不设到期日：", text_of(s->within_says));
    place->due_day = case_day_after(h->c, h->c->day, days, s->is_working_days);
    if (!days) place->due_day = whole_due(h);
    int32_t public_days = s->notice >= 0 ? case_part_days(h->reckoning, s->notice) : s->notice_days;
    if (public_days < 0)
        service_note(h->c->call, "the region has not set how long this stands in public, so that the step cannot be passed: ",
                     "本地区未规定公示天数，本环节不能办结：", text_of(s->notice_says));
    place->notice_day = case_day_after(h->c, h->c->day, public_days, s->is_notice_working_days);
    return ERR_NONE;
}

/* What the rule went by where no person decided: the condition of the way it took, else those before it that did not
 * hold; empty: there was none. */
static text reason_of(const case_hand *h, const policy_case_step *step, size_t next)
{
    const service_call *call = h->c->call;
    text_builder out = text_builder_open(call->request);
    size_t count = 0;
    for (size_t i = 0; i < step->next_count; i++) {
        const char *says = step->nexts[i].when_says;
        text reason = TEXT_NONE;
        bool is_taken = step->nexts[i].step == next && case_part_truth(h->c, h->reckoning, step->nexts[i].when, &reason) == CASE_TRUE;
        if (is_taken && says) return text_format(call->request, service_say(call, "by the rule: %s", "依规则：%s"), says);
        if (is_taken) break;
        if (says) text_add_format(&out, "%s%s", count++ ? "; " : service_say(call, "by the rule, none of these holds: ", "依规则，以下均不成立："), says);
    }
    return text_built(&out);
}

static err take_later(case_hand *h)
{
    cases_paper *later;
    size_t count;
    cases_act act = case_act(h->c);
    TRY(case_papers_later(h, &later, &count));
    cases_move move = { .what = CASES_PAPERS, .day = h->c->day, .papers = later, .paper_count = count };
    return count ? cases_do(h->c->book, &act, h->row.case_id, &move) : ERR_NONE;
}

static err again(case_hand *h)
{
    return cases_read(h->c->memory, h->c->book, h->row.case_id, &h->row);
}

/* The end of a type has effects of its own, at once. */
static err go_to(case_hand *h, size_t next, text note, text duty, service_value *effects)
{
    cases_act act = case_act(h->c);
    cases_move move = { .what = CASES_FINISH, .day = h->c->day, .from = h->row.step, .note = note, .duty = duty };
    if (next != SIZE_MAX) {
        move.what = h->type->steps[next].is_end ? CASES_END : CASES_PASS;
        TRY(case_place(h, next, &move.place));
    }
    TRY(cases_do(h->c->book, &act, h->row.case_id, &move));
    TRY(again(h));
    return move.what == CASES_END ? case_effects_run(h, &h->type->steps[next], effects) : ERR_NONE;
}

err case_pass(case_hand *h, text note, service_value *effects)
{
    size_t step = case_step_index(h->type, h->row.step), next;
    const policy_case_step *s = &h->type->steps[step];
    text duty;
    TRY(case_duty_of(h->c, s, &duty));
    TRY(need_complete(h, false));
    TRY(need_notice_over(h));
    TRY(need_parts_over(h));
    TRY(next_of(h, s, &next));
    if (next == SIZE_MAX) TRY(need_complete(h, true));
    if (!note.size_bytes && text_equal_cstr(duty, CASE_AUTO)) note = reason_of(h, s, next);
    TRY(take_later(h));
    TRY(case_effects_run(h, s, effects));
    return go_to(h, next, note, duty, effects);
}

/* What keeps an automatic step from being passed is no error: it waits. */
static bool is_waiting(err e)
{
    return e.kind == &CASE_LACKS || e.kind == &CASE_NOT_KNOWN || e.kind == &CASE_IN_NOTICE || e.kind == &CASE_HAS_OBJECTIONS ||
           e.kind == &CASE_HAS_PARTS || e.kind == &CASE_NO_WAY;
}

err case_pass_auto(case_hand *h, service_value *effects, text *stands)
{
    *stands = TEXT_NONE;
    while (h->row.state == CASES_IN_HAND && text_equal_cstr(h->row.duty, CASE_AUTO)) {
        err e = case_pass(h, TEXT(""), effects);
        if (is_waiting(e)) {
            *stands = err_sentence(h->c->call->request, e, h->c->call->is_chinese);
            return ERR_NONE;
        }
        TRY(e);
    }
    return ERR_NONE;
}
