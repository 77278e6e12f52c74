/* doudi month determine: to whom something is due this month, decided by the packs, person by person, and
 * proposed to those who review and approve. What is no longer due is stopped at once: that moves no money. */
#include <stdlib.h>
#include <string.h>

#include "base/search.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"
#include "service/award_owed.h"
#include "service/files.h"
#include "service/determine.h"
#include "service/month_walk.h"
#include "service/operations.h"
#include "service/words.h"

const err_kind MONTH_UNKNOWN_AWARD = {
    "month.unknown_award", ERR_NOT_FOUND,
    "{} is not determined month by month; packs/ledger/awards.csv lists what is.",
    "“{}”不按月集中核定；可核定的用途见 packs/ledger/awards.csv。"
};

static const service_field DETERMINE_INPUT[] = {
    MONTH_FIELD,
    { .name = "purpose", .type = SERVICE_NAME, .shows = "PURPOSE",
      .summary = "only this one: award.retirement, award.unemployment ... (default: all of packs/ledger/awards.csv)",
      .summary_zh = "只核定这一项：award.retirement、award.unemployment 等（默认核定 packs/ledger/awards.csv 的全部）" },
    { .name = "since", .type = SERVICE_TEXT, .shows = "YYYY-MM",
      .summary = "of what is paid once: also what happened from this month on, before the office began",
      .summary_zh = "一次性待遇：连同建库以前、自该月起发生的事一并核定" },
    { .name = "awards", .type = SERVICE_FILE_OUT, .shows = "FILE.csv", .summary = "list what was proposed here",
      .summary_zh = "将核定结果写入此文件" },
    MONTH_UNDECIDED_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field DETERMINE_PURPOSE[] = {
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "purpose", .summary_zh = "用途" },
    { .name = "title", .type = SERVICE_TEXT, .summary = "what", .summary_zh = "待遇" },
    { .name = "awarded", .type = SERVICE_COUNT, .summary = "proposed", .summary_zh = "新核定" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "合计（元）" },
    { .name = "changed", .type = SERVICE_COUNT, .summary = "changed", .summary_zh = "变更" },
    { .name = "stopped", .type = SERVICE_COUNT, .summary = "stopped", .summary_zh = "停发" },
    { .name = "waiting", .type = SERVICE_COUNT, .summary = "waiting for approval", .summary_zh = "待审批" },
    { .name = "drawing", .type = SERVICE_COUNT, .summary = "drawing already", .summary_zh = "已在领取" },
    { .name = "dead", .type = SERVICE_COUNT, .summary = "died", .summary_zh = "已去世" },
    { .name = "refused", .type = SERVICE_COUNT, .summary = "not due", .summary_zh = "不符合条件" },
    { .name = "settled", .type = SERVICE_COUNT, .summary = "settled before", .summary_zh = "建库前已办" },
    { .name = "undecided", .type = SERVICE_COUNT, .summary = "not decided", .summary_zh = "无法核定" },
};
static const service_field DETERMINE_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "paid_from", .type = SERVICE_TEXT, .summary = "paid from", .summary_zh = "起发月份" },
    { .name = "purposes", .type = SERVICE_OBJECT, .is_list = true, .summary = "purposes", .summary_zh = "各项",
      .fields = DETERMINE_PURPOSE, .field_count = ARRAY_COUNT(DETERMINE_PURPOSE) },
    MONTH_REASONS_OUTPUT,
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "seconds", .type = SERVICE_TEXT, .summary = "seconds", .summary_zh = "用时（秒）" },
};

/* ---- a lane ---- */

static const char NO_SUM[] = "the lines do not come to the total", NO_SUM_ZH[] = "各项与合计不符";

static int32_t due_month(const determining *d, size_t lane)
{
    if (d->begin == SIZE_MAX) return d->from_month;
    const column *begin = &d->d.results->answers[d->begin];
    bool is_earlier = column_is_valid(begin, lane) && begin->value[lane] < d->from_month;
    return is_earlier ? (int32_t)begin->value[lane] : d->from_month;
}

/* A change that the law makes is due from the first month in which it holds. */
static err due_since(determining *d, int64_t person_id, int32_t *due)
{
    award_owing o = { .m = d->m, .law = d->d.law };
    award_owed_lines owed;
    TRY(award_owed_by_law(&o, d->award, person_id, d->from_month, &owed));
    if (owed.count) *due = owed.lines[0].month;
    return ERR_NONE;
}

static void propose(determining *d, const roster_block *block, size_t lane, decision_award award)
{
    determined one = { .award = award, .row = { .person_id = award.person_id } };
    arena *a = d->memory;
    for (size_t k = 0; k < d->terms.key_count; k++)
        one.row.fen[k] = d->d.results->answers[d->answer_of[k]].value[lane];
    one.row.record = text_copy(a, decide_record(d->d.block_memory, d->d.with, &block->people, lane));
    determined_list *list = &d->made[eventlog_bucket_of(award.person_id)];
    ARENA_PUSH(a, list->items, list->count, list->capacity, one);
}

/* An error says it to readers of either language, and the list to one. */
static void keep_why(determining *d, uint32_t reason)
{
    for (size_t zh = 0; zh < ARRAY_COUNT(d->why); zh++) {
        text said = reason ? decide_reason(d->d.block_memory, d->d.plan, reason, zh) : text_of(zh ? NO_SUM_ZH : NO_SUM);
        if (text_find(text_built(&d->why[zh]), said) != SIZE_MAX) continue;
        if (d->why[zh].size_bytes) text_add_cstr(&d->why[zh], zh ? "；" : "; ");
        text_add(&d->why[zh], said);
    }
}

static void leave_undecided(determining *d, const roster_block *block, size_t lane, uint32_t why)
{
    text reason = why ? decide_reason(d->d.block_memory, d->d.plan, why, d->m->call->is_chinese)
                      : text_of(service_say(d->m->call, NO_SUM, NO_SUM_ZH));
    if (d->only_person) keep_why(d, why);
    d->tally.undecided++;
    month_undecided_add(d->undecided, d->award->purpose, block->subject_id[lane], 0, reason);
}

/* A sum that came of a day: asked only of those to whom it happened, in the month whose law holds. */
static void take_once(determining *d, const roster_block *block, size_t lane)
{
    int64_t person_id = block->subject_id[lane];
    int32_t day = award_events_find(&d->events, person_id);
    if (!day || calendar_month_of_day(day) != d->event_month) return;
    uint8_t status = d->d.results->status[lane];
    if (status != DECIDE_DONE && status != DECIDE_REFUSED) {
        leave_undecided(d, block, lane, d->d.results->reason[lane]);
        return;
    }
    int64_t sum = status == DECIDE_DONE ? determine_sum(d, lane) : 0;
    if (sum <= 0) d->tally.refused++;
    else
        propose(d, block, lane, (decision_award){ .person_id = person_id, .kind = DECISION_ONCE, .amount_fen = sum,
                                                  .from_month = d->from_month, .due_month = d->from_month,
                                                  .event_day = day });
}

/* Of whom nothing is decided, and what they are counted among; NULL: they are asked. */
static int64_t *settled_as(determining *d, int64_t person_id)
{
    const award_drawer *drawer = award_drawers_find(&d->drawers[eventlog_bucket_of(person_id)], person_id);
    if (drawer && drawer->is_dead) return &d->tally.dead; /* and stopped, with the others of the bucket */
    if (search_has(d->open, d->open_count, person_id)) return &d->tally.waiting;
    bool draws_other = (drawer && drawer->draws_other) || search_has(d->open_other, d->open_other_count, person_id);
    bool stays = drawer && drawer->draws && (!d->award->is_renewed || !drawer->is_paying);
    return draws_other || stays ? &d->tally.drawing : NULL;
}

static bool asks(void *context, uint32_t bucket, int64_t person_id)
{
    (void)bucket;
    return !settled_as(context, person_id);
}

static err take_monthly(determining *d, const roster_block *block, size_t lane)
{
    int64_t subject_id = block->subject_id[lane];
    int64_t person_id = d->is_household ? award_payees_find(&d->payees, subject_id) : subject_id;
    if (!person_id) return ERR_NONE; /* nobody of the household is left */
    int64_t *settled = settled_as(d, person_id);
    if (settled) {
        ++*settled;
        return ERR_NONE;
    }
    const award_drawer *drawer = award_drawers_find(&d->drawers[eventlog_bucket_of(person_id)], person_id);
    bool draws = drawer && drawer->draws;
    uint8_t status = d->d.results->status[lane];
    if (status != DECIDE_DONE && status != DECIDE_REFUSED) {
        leave_undecided(d, block, lane, d->d.results->reason[lane]);
        return ERR_NONE;
    }
    int64_t sum = status == DECIDE_DONE ? determine_sum(d, lane) : 0;
    if (sum <= 0 && draws) return determine_stop(d, person_id, "not_due", d->from_month);
    decision_award award = { .person_id = person_id, .kind = draws ? DECISION_CHANGES : DECISION_BEGINS,
                             .amount_fen = sum, .before_fen = draws ? drawer->amount_fen : 0,
                             .from_month = d->from_month, .due_month = draws ? d->from_month : due_month(d, lane) };
    uint32_t no_begin = draws || sum <= 0 || d->begin == SIZE_MAX ? 0 : column_reason(&d->d.results->answers[d->begin], lane);
    if (sum <= 0) d->tally.refused++;
    else if (no_begin) leave_undecided(d, block, lane, no_begin);
    else if (draws && drawer->amount_fen == sum) d->tally.drawing++;
    else {
        if (draws) TRY(due_since(d, person_id, &award.due_month));
        propose(d, block, lane, award);
    }
    return ERR_NONE;
}

static err take_block(void *context, uint32_t bucket, const roster_block *block)
{
    (void)bucket;
    determining *d = context;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        if (d->award->is_once) take_once(d, block, lane);
        else TRY(take_monthly(d, block, lane));
    }
    return ERR_NONE;
}

/* ---- a pass over everybody, by the law of one day ---- */

static err find_keys(determining *d)
{
    size_t count;
    const decide_answer *answers = decide_answers(d->d.plan, &count);
    const char **keys = ARENA_ARRAY(d->m->memory, const char *, DECISION_KEYS_MAX);
    d->terms = (decision_terms){ .purpose = d->award->purpose, .law = decide_pack_digest(d->d.law),
                                 .on_day = d->on_day, .for_month = d->from_month, .keys = keys };
    for (size_t i = 0; i < count; i++) {
        if (answers[i].kind != DECIDE_LINE) continue;
        if (d->terms.key_count == DECISION_KEYS_MAX) return err_of(&DECISION_BAD_BATCH, answers[i].key);
        d->answer_of[d->terms.key_count] = i;
        keys[d->terms.key_count++] = answers[i].key;
    }
    d->begin = SIZE_MAX;
    if (d->award->begin.size_bytes)
        d->begin = decide_answer_index(d->d.plan, text_cstr(d->m->memory, d->award->begin));
    d->is_household = decide_plan_lane(d->d.plan).each == DECIDE_EACH_HOUSEHOLD;
    return ERR_NONE;
}

static err keep_law(determining *d)
{
    month_call *m = d->m;
    charter_act act = { .actor_id = m->office->actor_id, .known_ms = m->office->now_ms, .why = TEXT("month.determine") };
    return charter_keep_law(m->charter, &act, decide_pack_digest(d->d.law), decide_law_bytes(d->d.law));
}

/* To whom it happened in the month at hand; nobody else is asked. Events come by person, not by bucket. */
static void choose_subjects(determining *d, uint32_t bucket)
{
    int64_t *subjects = ARENA_ARRAY(d->memory, int64_t, d->events.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < d->events.count; i++) {
        const award_event *one = &d->events.items[i];
        bool is_here = eventlog_bucket_of(one->person_id) == bucket && calendar_month_of_day(one->day) == d->event_month &&
                       (!d->only_person || one->person_id == d->only_person);
        if (is_here && (!count || subjects[count - 1] != one->person_id)) subjects[count++] = one->person_id;
    }
    d->d.has_subjects = true;
    d->d.subjects = subjects;
    d->d.subject_count = count;
}

static void choose_subject(determining *d, uint32_t bucket)
{
    d->d.has_subjects = true;
    d->d.subjects = &d->only_subject;
    d->d.subject_count = d->only_subject && eventlog_bucket_of(d->only_subject) == bucket;
}

/* Before each look at a bucket; of a county of millions no other bucket's drawers are kept. */
static err begin_bucket(void *context, uint32_t bucket)
{
    determine_forget(context);
    return determine_drawers(context, bucket);
}

static err end_bucket(void *context, uint32_t bucket)
{
    TRY(determine_ended(context, bucket));
    return determine_keep(context, bucket);
}

/* Whom a household pays may stand in any bucket, so that all are decided before any is kept. */
static err decide_everybody(determining *d)
{
    month_hands hands = { .fill = determine_fill, .take = take_block, .asks = d->is_household ? NULL : asks,
                          .begin = d->is_household ? NULL : begin_bucket,
                          .end = d->is_household ? NULL : end_bucket, .context = d };
    if (d->is_household) TRY(award_payees_read(d->m, &d->payees));
    for (uint32_t b = 0; d->is_household && b < EVENTLOG_BUCKETS; b++) TRY(determine_drawers(d, b));
    TRY(month_decide_everybody(d->m, &d->d, &hands));
    if (d->is_household) TRY(determine_ended(d, 0));
    for (uint32_t b = 0; d->is_household && b < EVENTLOG_BUCKETS; b++) TRY(determine_keep(d, b));
    return ERR_NONE;
}

/* Only those to whom something happened, or one person. */
static err decide_some(determining *d)
{
    month_hands hands = { .fill = determine_fill, .take = take_block, .context = d };
    if (d->is_household) TRY(award_payees_read(d->m, &d->payees));
    for (uint32_t b = 0; d->is_household && b < EVENTLOG_BUCKETS; b++) TRY(determine_drawers(d, b));
    for (uint32_t b = 0; b < EVENTLOG_BUCKETS; b++) {
        if (!d->is_household) {
            determine_forget(d);
            if (d->award->is_once) choose_subjects(d, b);
            else if (eventlog_bucket_of(d->only_person) == b) TRY(determine_drawers(d, b));
        }
        if (!d->award->is_once) choose_subject(d, b);
        if (d->d.subject_count) TRY(month_decide_bucket(d->m, &d->d, b, &hands));
        if (!d->is_household) TRY(determine_ended(d, b));
        if (!d->is_household) TRY(determine_keep(d, b));
    }
    if (d->is_household) TRY(determine_ended(d, 0));
    for (uint32_t b = 0; d->is_household && b < EVENTLOG_BUCKETS; b++) TRY(determine_keep(d, b));
    return ERR_NONE;
}

static err determine_on(determining *d, int32_t on_day)
{
    d->on_day = on_day;
    d->memory = arena_open();
    err e = month_deciding_open(d->m, d->award->purpose, on_day, &d->d);
    d->d.facts_day = calendar_last_day_of_month(d->m->month);
    if (!e.kind) e = find_keys(d);
    if (!e.kind) e = keep_law(d);
    if (!e.kind) e = determine_dependants_read(d);
    d->only_subject = d->only_person;
    if (!e.kind && d->only_person && d->is_household) e = determine_household_of(d->m, d->only_person, &d->only_subject);
    if (!e.kind) e = d->award->is_once || d->only_person ? decide_some(d) : decide_everybody(d);
    if (e.detail) e.detail = text_cstr(d->m->call->request, text_of(e.detail));
    month_deciding_close(&d->d);
    arena_close(d->memory);
    return e;
}

/* ---- a purpose ---- */

static err determine_events(determining *d)
{
    int32_t since = INT32_MIN, last = INT32_MIN;
    if (service_is_given(d->m->call, "since")) TRY(service_month_of(d->m->call, "since", INT32_MIN, &since));
    TRY(award_events_read(d->m, d->award, since, &d->events));
    d->tally.settled = d->events.settled_before;
    for (;;) {
        d->event_month = INT32_MAX;
        for (size_t i = 0; i < d->events.count; i++) {
            int32_t month = calendar_month_of_day(d->events.items[i].day);
            if (month > last && month < d->event_month) d->event_month = month;
        }
        if (d->event_month == INT32_MAX) return ERR_NONE;
        TRY(determine_on(d, calendar_last_day_of_month(d->event_month)));
        last = d->event_month;
    }
}

static void put_purpose(const determining *d, service_value *list)
{
    arena *a = d->m->call->request;
    service_value *v = service_put_object(a, list, NULL);
    const determine_tally *t = &d->tally;
    service_put_text(a, v, "purpose", text_copy(a, d->award->purpose));
    service_put_text(a, v, "title", text_copy(a, d->m->call->is_chinese ? d->award->zh : d->award->en));
    service_put_count(a, v, "awarded", t->awarded);
    service_put_text(a, v, "amount", service_yuan(a, t->amount_fen));
    service_put_count(a, v, "changed", t->changed);
    service_put_count(a, v, "stopped", t->stopped);
    service_put_count(a, v, "waiting", t->waiting);
    service_put_count(a, v, "drawing", t->drawing);
    service_put_count(a, v, "dead", t->dead);
    service_put_count(a, v, "refused", t->refused);
    service_put_count(a, v, "settled", t->settled);
    service_put_count(a, v, "undecided", t->undecided);
}

static err stop_only(determining *d)
{
    err e = ERR_NONE;
    d->memory = arena_open();
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) {
        determine_forget(d);
        e = determine_drawers(d, bucket);
    }
    if (e.detail) e.detail = text_cstr(d->m->call->request, text_of(e.detail));
    arena_close(d->memory);
    return e;
}

static err determine(month_call *m, const award_row *award, month_undecided *undecided, text_builder *list,
                     service_value *into)
{
    determining *d = ARENA_NEW(m->memory, determining);
    *d = (determining){ .m = m, .award = award, .undecided = undecided, .list = list, .from_month = m->month + 1 };
    month_undecided_begin(undecided, award->purpose);
    TRY(determine_open_awards(d));
    if (award->is_stop_only) TRY(stop_only(d));
    else if (award->is_once) TRY(determine_events(d));
    else TRY(determine_on(d, determine_law_day(award, m->month)));
    put_purpose(d, into);
    return ERR_NONE;
}

static err one_award(month_call *m, text said, const award_row **row)
{
    const award_row *rows;
    size_t count;
    TRY(award_table_read(m, &rows, &count));
    for (size_t i = 0; i < count; i++)
        if (text_equal(rows[i].purpose, said) || text_equal(rows[i].zh, said)) {
            *row = &rows[i];
            return ERR_NONE;
        }
    return err_of(&MONTH_UNKNOWN_AWARD, text_cstr(m->call->request, said));
}

err month_determine_person(month_call *m, text said, int64_t person_id, determine_tally *tally, const char **reasons)
{
    const award_row *award;
    determining *d = ARENA_NEW(m->memory, determining);
    arena *a = m->call->request;
    TRY(one_award(m, said, &award));
    if (m->open_month == INT32_MIN) {
        int32_t month = calendar_month_of_day(m->call->office->settings.today_day);
        return err_of(&MONTH_NOT_OPEN, service_month_text(m->call->request, month).bytes);
    }
    *d = (determining){ .m = m, .award = award, .undecided = month_undecided_open(m), .from_month = m->month + 1,
                        .only_person = person_id, .why = { text_builder_open(a), text_builder_open(a) } };
    TRY(determine_open_awards(d));
    if (award->is_once) TRY(determine_events(d));
    else TRY(determine_on(d, determine_law_day(award, m->month)));
    *tally = d->tally;
    *reasons = text_format(a, ERR_SAID("%.*s", "%.*s"), TEXT_ARG(text_built(&d->why[0])), TEXT_ARG(text_built(&d->why[1]))).bytes;
    return ERR_NONE;
}

/* ---- the operation ---- */

static err determine_asked(month_call *m, month_undecided *undecided, text_builder *list, service_value *into)
{
    const award_row *rows;
    size_t count;
    text said = service_text_of(m->call, "purpose", TEXT_NONE);
    if (said.size_bytes) {
        TRY(award_row_find(m, said, &rows));
        return determine(m, rows, undecided, list, into);
    }
    TRY(award_table_read(m, &rows, &count));
    for (size_t i = 0; i < count; i++) TRY(determine(m, &rows[i], undecided, list, into));
    return ERR_NONE;
}

static err month_determine_run(service_call *call)
{
    month_call m;
    arena *a = call->request;
    int64_t begun_ns = os_monotonic_ns();
    TRY(month_begin(call, COUNTY_WRITE, &m));
    TRY(month_need_open(&m));
    m.walks_aside = true;
    bool is_listed = service_is_given(call, "awards");
    month_undecided *undecided = month_undecided_open(&m);
    text_builder list = determine_list(&m);
    service_put_text(a, call->reply, "month", service_month_text(a, m.month));
    service_put_text(a, call->reply, "paid_from", service_month_text(a, m.month + 1));
    TRY(determine_asked(&m, undecided, is_listed ? &list : NULL, service_put_list(a, call->reply, "purposes")));
    TRY(month_undecided_keep(undecided));
    TRY(month_undecided_close(undecided, call->reply));
    if (is_listed) TRY(service_write_file(a, service_text_of(call, "awards", TEXT_NONE), text_built(&list)));
    month_walk_close(m.office);
    TRY(store_commit(m.office->db));
    return month_put_law(&m, begun_ns);
}

static void month_determine_print(const service_call *call, text_builder *out)
{
    text_add_format(out, service_say(call, "month: %.*s  paid from: %.*s  seconds: %.*s\n",
                                     "月份：%.*s  起发月份：%.*s  用时（秒）：%.*s\n"),
                    TEXT_ARG(service_member(call->reply, "month")->word),
                    TEXT_ARG(service_member(call->reply, "paid_from")->word),
                    TEXT_ARG(service_member(call->reply, "seconds")->word));
    month_print_list(call, "purposes", DETERMINE_PURPOSE, ARRAY_COUNT(DETERMINE_PURPOSE), 2, out);
    month_print_law(call, out);
}

static const char *const DETERMINE_EXAMPLES[] = {
    "doudi month determine --month 2026-11 --awards awards.csv --undecided undecided.csv --as zhangwei",
    "doudi month determine --month 2026-11 --purpose award.survivor --since 2026-01 --as zhangwei", NULL };

const service_op MONTH_DETERMINE_OP = {
    .name = "month.determine",
    .summary = "Propose awards to whom something is due this month; stop what is no longer due",
    .summary_zh = "核定本月应发的各项待遇，提交复核、审批；不再符合条件的停发",
    .law = "《社会保险经办条例》第十八条、第三十七条",
    .kind = SERVICE_WRITE,
    .permission = "month.determine",
    .input = DETERMINE_INPUT,
    .input_count = ARRAY_COUNT(DETERMINE_INPUT),
    .output = DETERMINE_OUTPUT,
    .output_count = ARRAY_COUNT(DETERMINE_OUTPUT),
    .examples = DETERMINE_EXAMPLES,
    .run = month_determine_run,
    .print = month_determine_print,
};
