/* doudi certify due, run: who is certified, who must be asked or visited, whose payment stops or begins again. */
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"
#include "service/certify.h"
#include "service/files.h"
#include "service/operations.h"
#include "service/scope.h"

#define CERTIFY_OUTPUT                                                                           \
    { .name = "month", .type = SERVICE_TEXT, .summary = "as of the end of", .summary_zh = "截至月末" }, \
    { .name = "people", .type = SERVICE_COUNT, .summary = "to be certified", .summary_zh = "应认证" }, \
    { .name = "valid", .type = SERVICE_COUNT, .summary = "certified", .summary_zh = "认证有效" }, \
    { .name = "silent", .type = SERVICE_COUNT, .summary = "of them by data alone", .summary_zh = "其中静默认证" }, \
    { .name = "silent_rate", .type = SERVICE_VALUE, .summary = "silent, of all", .summary_zh = "静默认证率" }, \
    { .name = "due", .type = SERVICE_COUNT, .summary = "to be asked or visited, in grace", .summary_zh = "待认证（宽限期内）" }, \
    { .name = "lapsed", .type = SERVICE_COUNT, .summary = "lapsed", .summary_zh = "逾期未认证" }, \
    { .name = "suspended", .type = SERVICE_COUNT, .summary = "suspended before", .summary_zh = "此前已暂停" }, \
    { .name = "undecided", .type = SERVICE_COUNT, .summary = "not decided", .summary_zh = "无法认定" }, \
    MONTH_REASONS_OUTPUT
#define CERTIFY_LIST_FIELD                                                                       \
    { .name = "list", .type = SERVICE_FILE_OUT, .shows = "FILE.csv",                             \
      .summary = "list here who must be asked or visited, by region, and who has lapsed",        \
      .summary_zh = "将待认证（供乡镇上门）和逾期人员按区划写入此文件" }

static const service_field DUE_INPUT[] = { MONTH_FIELD, CERTIFY_LIST_FIELD, MONTH_UNDECIDED_FIELD, SERVICE_COUNTY_FIELD,
                                           SERVICE_PACKS_FIELD };
static const service_field DUE_OUTPUT[] = { CERTIFY_OUTPUT };
static const service_field RUN_INPUT[] = { MONTH_FIELD, CERTIFY_LIST_FIELD, MONTH_UNDECIDED_FIELD, SERVICE_WHY_FIELD,
                                           SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field RUN_OUTPUT[] = {
    CERTIFY_OUTPUT,
    { .name = "now_suspended", .type = SERVICE_COUNT, .summary = "suspended now", .summary_zh = "本次暂停" },
    { .name = "from", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "自何月起" },
    { .name = "to_resume", .type = SERVICE_COUNT, .summary = "to be resumed when approved", .summary_zh = "审批后恢复" },
    { .name = "waiting", .type = SERVICE_COUNT, .summary = "whose resumption waits already", .summary_zh = "此前已提出恢复" },
    { .name = "to_settle", .type = SERVICE_COUNT, .summary = "suspended, and found to have died", .summary_zh = "暂停期间去世、结清" },
    { .name = "decided_arrears", .type = SERVICE_TEXT, .summary = "arrears by the packs, yuan", .summary_zh = "政策包核定补发（元）" },
    { .name = "differing", .type = SERVICE_COUNT, .summary = "of whom the packs say another amount (see the batch)",
      .summary_zh = "与政策包核定数不同的人（请核对批次）" },
    BENEFIT_BATCH_OUTPUT,
};

typedef struct {
    month_call m;
    benefit_call b;
    certifying c;
    bool acts;
    scope_span span; /* of the user's township; 0, 0: everybody is looked at */
    month_undecided *undecided;
    text_builder list;
    int64_t people, valid, silent, due, lapsed, suspended, undecided_count;
    int64_t now_suspended, to_resume, waiting, to_settle, decided_fen, differing;
    benefit_batch stops, resumes;
    int64_t *waits; /* persons with a change that waits, in no order */
    size_t wait_count, wait_capacity;
} running;

/* ---- the list ---- */

static void begin_list(running *r)
{
    static const char *const HEAD[][2] = { { "region", "区划代码" }, { "person", "人员" }, { "state", "状态" },
                                           { "last_trace", "最近痕迹日" }, { "kind", "最近痕迹" } };
    r->list = text_builder_open(r->m.memory);
    codec_csv_writer w = codec_csv_write(&r->list, ',');
    for (size_t i = 0; i < ARRAY_COUNT(HEAD); i++) codec_csv_add_text(&w, text_of(HEAD[i][r->m.call->is_chinese]));
    codec_csv_end_row(&w);
}

static void list_person(running *r, const certify_person *p)
{
    arena *a = r->m.memory;
    const certify_trace *last = NULL;
    for (size_t i = 0; i < p->trace_count; i++)
        if (!last || p->traces[i].day > last->day) last = &p->traces[i];
    codec_csv_writer w = codec_csv_write(&r->list, ',');
    codec_csv_add_text(&w, text_format(a, "%lld", (long long)p->region));
    codec_csv_add_text(&w, text_format(a, "%lld", (long long)p->person_id));
    codec_csv_add_text(&w, text_of(p->state == CERTIFY_DUE ? service_say(r->m.call, "to be asked or visited", "待认证")
                                                            : service_say(r->m.call, "lapsed", "逾期")));
    codec_csv_add_text(&w, last ? service_day_text(a, last->day) : TEXT_NONE);
    codec_csv_add_text(&w, last ? r->c.kinds.items[last->kind].kind : TEXT_NONE);
    codec_csv_end_row(&w);
}

/* ---- acting ---- */

/* Who has a change that waits for its approval: what is proposed once is not proposed again. */
static err find_waiting(running *r)
{
    oneoff_batch *batches;
    size_t count;
    TRY(oneoff_batch_list(r->m.memory, r->b.items, ONEOFF_NONE, &batches, &count));
    for (size_t i = 0; i < count; i++) {
        oneoff_change *changes;
        size_t change_count;
        bool waits = batches[i].state == ONEOFF_PROPOSED || batches[i].state == ONEOFF_REVIEWED;
        if (!waits || !batches[i].change_count) continue;
        TRY(oneoff_changes(r->m.memory, r->b.items, batches[i].batch_id, &changes, &change_count));
        for (size_t k = 0; k < change_count; k++)
            ARENA_PUSH(r->m.memory, r->waits, r->wait_count, r->wait_capacity, changes[k].subject_id);
    }
    return ERR_NONE;
}

static bool is_waiting(const running *r, int64_t person_id)
{
    for (size_t i = 0; i < r->wait_count; i++)
        if (r->waits[i] == person_id) return true;
    return false;
}

static err holds(const running *r, const certify_person *p, const char *benefit, registry_benefit_state state, bool *does)
{
    registry_benefit *facts;
    size_t count;
    *does = false;
    TRY(benefit_facts(r->m.office, p->person_id, text_of(benefit), &facts, &count));
    for (size_t i = 0; i < count; i++)
        *does |= facts[i].fact.from <= r->m.month + 1 && r->m.month + 1 < facts[i].fact.until &&
                 facts[i].state == (int64_t)state;
    return ERR_NONE;
}

static err suspend(running *r, const certify_person *p)
{
    for (size_t i = 0; i < CERTIFY_BENEFITS_MAX; i++) {
        bool is_paying;
        int64_t changed;
        benefit_stopping stop = { .person_id = p->person_id, .benefit = text_of(CERTIFY_BENEFITS[i]),
                                  .from_month = r->m.month + 1 };
        TRY(holds(r, p, CERTIFY_BENEFITS[i], REGISTRY_PAYING, &is_paying));
        if (!is_paying) continue;
        TRY(benefit_reason_of(&r->b, TEXT("lapse"), &stop.reason));
        TRY(benefit_stop(&r->b, &r->stops, &stop, &changed));
    }
    r->now_suspended++;
    return ERR_NONE;
}

/* Who has died meanwhile is not paid again: the months up to the death are made good, and the benefit ends. */
static err settle_dead(running *r, const certify_person *p, const char *benefit)
{
    int64_t changed;
    benefit_stopping stop = { .person_id = p->person_id, .benefit = text_of(benefit) };
    TRY(benefit_reason_of(&r->b, TEXT("death"), &stop.reason));
    stop.from_month = calendar_month_of_day(p->death_day) + stop.reason->is_next_month;
    return benefit_stop(&r->b, &r->resumes, &stop, &changed);
}

static err restore(running *r, const certify_person *p)
{
    if (is_waiting(r, p->person_id)) {
        r->waiting++;
        return ERR_NONE;
    }
    int64_t before_fen = r->resumes.arrears_fen;
    r->decided_fen += p->arrears_fen;
    for (size_t i = 0; i < CERTIFY_BENEFITS_MAX; i++) {
        bool is_suspended;
        TRY(holds(r, p, CERTIFY_BENEFITS[i], REGISTRY_SUSPENDED, &is_suspended));
        if (!is_suspended) continue;
        if (p->death_day) TRY(settle_dead(r, p, CERTIFY_BENEFITS[i]));
        else TRY(benefit_resume(&r->b, &r->resumes, p->person_id, text_of(CERTIFY_BENEFITS[i]), r->m.month + 1));
    }
    *(p->death_day ? &r->to_settle : &r->to_resume) += 1;
    /* Two ways to one amount: what the packs add up, and what is due and not paid. What was paid or asked
     * for already makes them differ, and a person should look at it. */
    r->differing += r->resumes.arrears_fen - before_fen != p->arrears_fen;
    return ERR_NONE;
}

static err take_person(running *r, const certify_person *p)
{
    if (r->span.until && !scope_has_place(r->span, p->region)) return ERR_NONE;
    r->people++;
    r->suspended += p->is_suspended;
    if (p->state == CERTIFY_UNDECIDED) {
        r->undecided_count++;
        month_undecided_add(r->undecided, TEXT("certify.life"), p->person_id, 0, p->why_not);
        return ERR_NONE;
    }
    r->valid += p->state == CERTIFY_VALID;
    r->silent += p->is_silent;
    r->due += p->state == CERTIFY_DUE;
    r->lapsed += p->state == CERTIFY_LAPSED;
    if (p->state != CERTIFY_VALID) list_person(r, p);
    if (!r->acts) return ERR_NONE;
    if (p->suspends) return suspend(r, p);
    return p->restores ? restore(r, p) : ERR_NONE;
}

static err take_all(running *r)
{
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        certify_person *people;
        size_t count;
        arena *a = arena_open();
        err e = certify_bucket(a, &r->c, bucket, &people, &count);
        for (size_t i = 0; !e.kind && i < count; i++) e = take_person(r, &people[i]);
        if (e.detail) e.detail = text_cstr(r->m.call->request, text_of(e.detail));
        arena_close(a);
        TRY(e);
    }
    return ERR_NONE;
}

/* ---- the operations ---- */

static void put(running *r)
{
    service_call *call = r->m.call;
    arena *a = call->request;
    service_put_text(a, call->reply, "month", service_month_text(a, r->m.month));
    service_put_count(a, call->reply, "people", r->people);
    service_put_count(a, call->reply, "valid", r->valid);
    service_put_count(a, call->reply, "silent", r->silent);
    if (r->people) {
        int64_t rate = r->silent * 10000 / r->people;
        service_put_text(a, call->reply, "silent_rate", text_format(a, "%lld.%02lld%%", (long long)(rate / 100), (long long)(rate % 100)));
    } else {
        service_put_null(a, call->reply, "silent_rate");
    }
    service_put_count(a, call->reply, "due", r->due);
    service_put_count(a, call->reply, "lapsed", r->lapsed);
    service_put_count(a, call->reply, "suspended", r->suspended);
    service_put_count(a, call->reply, "undecided", r->undecided_count);
}

static err begin(service_call *call, county_need need, running *r)
{
    *r = (running){ .acts = need == COUNTY_WRITE };
    TRY(month_begin(call, need, &r->m));
    r->b = (benefit_call){ .call = call, .office = r->m.office };
    TRY(benefit_tables(&r->b));
    TRY(certify_open(&r->m, &r->b, &r->c));
    r->undecided = month_undecided_open(&r->m);
    begin_list(r);
    return ERR_NONE;
}

static err write_list(running *r)
{
    service_call *call = r->m.call;
    TRY(month_undecided_close(r->undecided, call->reply));
    if (!service_is_given(call, "list")) return ERR_NONE;
    return service_write_file(call->request, service_text_of(call, "list", TEXT_NONE), text_built(&r->list));
}

static err certify_due_run(service_call *call)
{
    running r;
    TRY(begin(call, COUNTY_READ, &r));
    TRY(scope_of(r.m.office, &r.span)); /* whose it is to visit them is told of those alone */
    scope_say(call, r.span);
    TRY(take_all(&r));
    put(&r);
    return write_list(&r);
}

static err certify_run_run(service_call *call)
{
    running r;
    arena *a = call->request;
    TRY(begin(call, COUNTY_WRITE, &r));
    r.stops.purpose = TEXT("certify.stop");
    r.resumes.purpose = TEXT("certify.resume");
    TRY(find_waiting(&r));
    TRY(take_all(&r));
    TRY(benefit_batch_end(&r.b, &r.stops));
    TRY(benefit_batch_end(&r.b, &r.resumes));
    put(&r);
    TRY(write_list(&r));
    TRY(store_commit(r.m.office->db));
    service_put_count(a, call->reply, "now_suspended", r.now_suspended);
    service_put_text(a, call->reply, "from", service_month_text(a, r.m.month + 1));
    service_put_count(a, call->reply, "to_resume", r.to_resume);
    service_put_count(a, call->reply, "waiting", r.waiting);
    service_put_count(a, call->reply, "to_settle", r.to_settle);
    service_put_text(a, call->reply, "decided_arrears", service_yuan(a, r.decided_fen));
    service_put_count(a, call->reply, "differing", r.differing);
    r.resumes.pending_run = r.resumes.pending_run ? r.resumes.pending_run : r.stops.pending_run;
    benefit_put_batch(&r.b, &r.resumes);
    if (!r.now_suspended && !r.to_resume && !r.to_settle) service_note(call, "nothing changed", "没有变化", TEXT_NONE);
    return ERR_NONE;
}

static const char *const DUE_EXAMPLES[] = { "doudi certify due --month 2026-11 --list due.csv", NULL };
static const char *const RUN_EXAMPLES[] = { "doudi certify run --month 2026-11 --list due.csv --as zhangwei", NULL };

const service_op CERTIFY_DUE_OP = {
    .name = "certify.due",
    .summary = "Who is certified to be alive, by which traces, and who must be asked or visited",
    .summary_zh = "领取资格认证情况：谁已认证、谁待认证、谁已逾期",
    .law = "《社会保险经办条例》第二十六条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = DUE_INPUT,
    .input_count = ARRAY_COUNT(DUE_INPUT),
    .output = DUE_OUTPUT,
    .output_count = ARRAY_COUNT(DUE_OUTPUT),
    .examples = DUE_EXAMPLES,
    .run = certify_due_run,
};
const service_op CERTIFY_RUN_OP = {
    .name = "certify.run",
    .summary = "Suspend whose certification has lapsed, and propose to resume who has been certified since",
    .summary_zh = "暂停逾期未认证的待遇，并对此后通过认证的提出恢复和补发",
    .law = "《社会保险经办条例》第二十五条、第二十六条",
    .kind = SERVICE_WRITE,
    .permission = "certify.run",
    .input = RUN_INPUT,
    .input_count = ARRAY_COUNT(RUN_INPUT),
    .output = RUN_OUTPUT,
    .output_count = ARRAY_COUNT(RUN_OUTPUT),
    .examples = RUN_EXAMPLES,
    .run = certify_run_run,
};
