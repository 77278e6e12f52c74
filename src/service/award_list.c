/* doudi award list, show: what was determined and waits for those who stand for it, exceptions first. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "codec/codec.h"
#include "service/files.h"
#include "service/award.h"
#include "service/operations.h"
#include "service/words.h"

enum { LARGEST_A_PURPOSE = 3, SAMPLE_DEFAULT = 5, SHOWN_MAX = 60 };

/* ---- words ---- */

static const struct {
    const char *name, *en, *zh;
} STATES[DECISION_STATE_COUNT] = {
    [DECISION_PROPOSED] = { "proposed", "waits for review", "待复核" },
    [DECISION_REVIEWED] = { "reviewed", "waits for approval", "待审批" },
    [DECISION_APPROVED] = { "approved", "approved", "已审批" },
    [DECISION_RETURNED] = { "returned", "returned", "已退回" },
};
static const char *const STATE_NAMES[] = { "proposed", "reviewed", "approved", "returned", NULL };

void award_put_state(const service_call *call, service_value *into, decision_award_state state)
{
    service_put_state(call, into, "state", STATES[state].name, STATES[state].en, STATES[state].zh);
}

text award_kind_says(const service_call *call, decision_award_kind kind)
{
    static const char *const KINDS[][2] = { [DECISION_BEGINS] = { "begins", "新发" }, [DECISION_ONCE] = { "once", "一次性" },
                                            [DECISION_CHANGES] = { "changes", "变更" } };
    return text_of(service_say(call, KINDS[kind][0], KINDS[kind][1]));
}

static const struct {
    uint32_t flag;
    const char *en, *zh;
} FLAGS[] = {
    { AWARD_DEAD, "died", "已去世" },
    { AWARD_NO_ACCOUNT, "no bank account", "无银行账户" },
    { AWARD_IN_DOUBT, "identity in doubt", "身份待核" },
    { AWARD_RETURNED, "returned before", "曾退回" },
    { AWARD_CHANGED, "changed", "数额变更" },
    { AWARD_OWED, "months owed", "需补发" },
    { AWARD_LARGEST, "among the largest", "金额最高" },
    { AWARD_SAMPLE, "sample", "抽查" },
};

static text flags_says(const service_call *call, uint32_t flags)
{
    text_builder says = text_builder_open(call->request);
    for (size_t i = 0; i < ARRAY_COUNT(FLAGS); i++) {
        if (!(flags & FLAGS[i].flag)) continue;
        if (says.size_bytes) text_add(&says, text_of(service_say(call, ", ", "、")));
        text_add(&says, text_of(service_say(call, FLAGS[i].en, FLAGS[i].zh)));
    }
    return text_built(&says);
}

void award_put(service_call *call, service_value *v, const decision_award *w)
{
    arena *a = call->request;
    service_put_count(a, v, "person", w->person_id);
    service_put_count(a, v, "decision", w->decision_id);
    service_put_text(a, v, "purpose", text_copy(a, w->purpose));
    service_put_text(a, v, "kind", award_kind_says(call, w->kind));
    service_put_text(a, v, "amount", service_yuan(a, w->amount_fen));
    if (w->kind == DECISION_CHANGES) service_put_text(a, v, "before", service_yuan(a, w->before_fen));
    else service_put_null(a, v, "before");
    service_put_text(a, v, "from", service_month_text(a, w->from_month));
    service_put_text(a, v, "due", service_month_text(a, w->due_month));
    if (w->event_day) service_put_text(a, v, "event", service_day_text(a, w->event_day));
    else service_put_null(a, v, "event");
    award_put_state(call, v, w->state);
}

/* ---- a batch ---- */

err award_batch_read(service_call *call, county_need need, decision_award_state state, award_batch *b)
{
    decision_book *book;
    *b = (award_batch){ 0 };
    TRY(month_begin(call, need, &b->m));
    decision_award_filter filter = { .month = b->m.month, .purpose = service_text_of(call, "purpose", TEXT("")),
                                     .states = 1u << state };
    const award_row *row;
    if (filter.purpose.size_bytes) TRY(award_row_find(&b->m, filter.purpose, &row));
    TRY(county_decisions(b->m.office, &book));
    TRY(decision_awards(b->m.memory, book, &filter, &b->awards, &b->count));
    b->views = ARENA_ARRAY(b->m.memory, award_view, b->count + 1);
    for (size_t i = 0; i < b->count; i++) {
        b->views[i] = (award_view){ .award = &b->awards[i] };
        b->sum_fen += b->awards[i].amount_fen;
    }
    return decision_award_digest(b->m.memory, b->awards, b->count, &b->digest);
}

static uint32_t flags_of(const registry_record *record, int64_t death, const decision_award *w)
{
    const registry_attribute *told = record->facts[REGISTRY_ATTRIBUTE];
    uint32_t flags = record->count[REGISTRY_ACCOUNT] ? 0 : AWARD_NO_ACCOUNT;
    if (record->count[REGISTRY_REVIEW]) flags |= AWARD_IN_DOUBT;
    if (w->kind == DECISION_CHANGES) flags |= AWARD_CHANGED;
    if (w->due_month < w->from_month) flags |= AWARD_OWED;
    /* A sum that came of a death is for those who are left. */
    for (size_t i = 0; i < record->count[REGISTRY_ATTRIBUTE]; i++)
        if (death && told[i].name == death && w->kind != DECISION_ONCE) flags |= AWARD_DEAD;
    return flags;
}

static err look_at_people(award_batch *b)
{
    registry *people;
    decision_book *book;
    int64_t death;
    arena *scratch = arena_open();
    err e = county_people(b->m.office, &people);
    if (!e.kind) e = county_decisions(b->m.office, &book);
    if (!e.kind) e = registry_word_find(people, TEXT("person.death_day"), &death);
    for (size_t i = 0; !e.kind && i < b->count; i++) {
        registry_record record;
        decision_award *before;
        size_t before_count;
        decision_award_filter returned = { .purpose = b->awards[i].purpose, .person_id = b->awards[i].person_id,
                                           .states = 1u << DECISION_RETURNED };
        arena_reset(scratch);
        e = registry_record_read(scratch, people, b->awards[i].person_id, REGISTRY_NOW, &record);
        if (!e.kind) b->views[i].flags |= flags_of(&record, death, &b->awards[i]);
        size_t last = e.kind ? 0 : record.count[REGISTRY_PERSON];
        if (last) b->views[i].name = text_copy(b->m.call->request, ((const registry_person *)record.facts[REGISTRY_PERSON])[last - 1].name);
        if (!e.kind) e = decision_awards(scratch, book, &returned, &before, &before_count);
        if (!e.kind && before_count) b->views[i].flags |= AWARD_RETURNED;
    }
    if (e.detail) e.detail = text_cstr(b->m.call->request, text_of(e.detail));
    arena_close(scratch);
    return e;
}

static int by_size(const void *one, const void *other)
{
    const decision_award *a = (*(award_view *const *)one)->award, *b = (*(award_view *const *)other)->award;
    int order = text_compare(a->purpose, b->purpose);
    if (order) return order;
    if (a->amount_fen != b->amount_fen) return a->amount_fen < b->amount_fen ? 1 : -1;
    return (a->person_id > b->person_id) - (a->person_id < b->person_id);
}

static void mark_largest(award_batch *b)
{
    award_view **order = ARENA_ARRAY(b->m.memory, award_view *, b->count + 1);
    for (size_t i = 0; i < b->count; i++) order[i] = &b->views[i];
    if (b->count) qsort(order, b->count, sizeof(award_view *), by_size);
    for (size_t i = 0, rank = 0; i < b->count; i++) {
        rank = i && text_equal(order[i]->award->purpose, order[i - 1]->award->purpose) ? rank + 1 : 0;
        if (rank < LARGEST_A_PURPOSE) order[i]->flags |= AWARD_LARGEST;
    }
}

/* Drawn by the digest: nobody can know before, and everybody draws the same. */
static void mark_sample(award_batch *b, size_t wanted)
{
    size_t left = 0;
    uint64_t state = 0;
    for (size_t i = 0; i < sizeof state; i++) state = state << 8 | b->digest.bytes[i];
    for (size_t i = 0; i < b->count; i++) left += !b->views[i].flags;
    for (size_t i = 0; i < b->count && wanted; i++) {
        if (b->views[i].flags) continue;
        state = hash_mix(state, (uint64_t)b->awards[i].person_id);
        if (state % left < wanted) {
            b->views[i].flags |= AWARD_SAMPLE;
            wanted--;
        }
        left--;
    }
}

err award_batch_look(award_batch *b, size_t sample_count)
{
    TRY(look_at_people(b));
    mark_largest(b);
    mark_sample(b, sample_count);
    return ERR_NONE;
}

/* ---- list ---- */

static const service_field LIST_INPUT[] = {
    MONTH_FIELD,
    { .name = "state", .type = SERVICE_NAME, .choices = STATE_NAMES,
      .summary = "proposed (default: what waits for review), reviewed, approved or returned",
      .summary_zh = "proposed 待复核（默认）、reviewed 待审批、approved 已审批、returned 已退回" },
    { .name = "purpose", .type = SERVICE_NAME, .shows = "PURPOSE", .summary = "only this purpose", .summary_zh = "只看这一项" },
    { .name = "sample", .type = SERVICE_COUNT, .summary = "how many to draw besides (default: 5)", .summary_zh = "另抽查几笔（默认 5）" },
    { .name = "all", .type = SERVICE_FLAG, .summary = "show all, not only exceptions and samples", .summary_zh = "列出全部，不只列例外和抽查" },
    { .name = "file", .type = SERVICE_FILE_OUT, .shows = "FILE.csv", .summary = "write all here", .summary_zh = "将全部写入此文件" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field LIST_AWARD[] = {
    AWARD_FIELDS, { .name = "why", .type = SERVICE_TEXT, .summary = "looked at because", .summary_zh = "列出原因" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
};
static const service_field LIST_PURPOSE[] = {
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "purpose", .summary_zh = "用途" },
    { .name = "title", .type = SERVICE_TEXT, .summary = "what", .summary_zh = "待遇" },
    { .name = "count", .type = SERVICE_COUNT, .summary = "awards", .summary_zh = "笔数" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "合计（元）" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "count", .type = SERVICE_COUNT, .summary = "awards", .summary_zh = "笔数" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "合计（元）" },
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest of what is listed", .summary_zh = "清单摘要" },
    { .name = "purposes", .type = SERVICE_OBJECT, .is_list = true, .summary = "purposes", .summary_zh = "各项",
      .fields = LIST_PURPOSE, .field_count = ARRAY_COUNT(LIST_PURPOSE) },
    { .name = "awards", .type = SERVICE_OBJECT, .is_list = true, .summary = "awards", .summary_zh = "核定",
      .fields = LIST_AWARD, .field_count = ARRAY_COUNT(LIST_AWARD) },
};

static decision_award_state state_of(service_call *call)
{
    text said = service_text_of(call, "state", TEXT("proposed"));
    for (int s = DECISION_PROPOSED; s < DECISION_STATE_COUNT; s++)
        if (text_equal_cstr(said, STATES[s].name)) return (decision_award_state)s;
    return DECISION_PROPOSED;
}

static err put_purposes(award_batch *b, service_value *list)
{
    arena *a = b->m.call->request;
    const award_row *rows;
    size_t count;
    TRY(award_table_read(&b->m, &rows, &count));
    for (size_t r = 0; r < count; r++) {
        int64_t awards = 0, fen = 0;
        for (size_t i = 0; i < b->count; i++) {
            if (!text_equal(b->awards[i].purpose, rows[r].purpose)) continue;
            awards++;
            fen += b->awards[i].amount_fen;
        }
        if (!awards) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "purpose", text_copy(a, rows[r].purpose));
        service_put_text(a, v, "title", text_copy(a, b->m.call->is_chinese ? rows[r].zh : rows[r].en));
        service_put_count(a, v, "count", awards);
        service_put_text(a, v, "amount", service_yuan(a, fen));
    }
    return ERR_NONE;
}

/* Exceptions, the gravest first, then samples, then the rest. */
static int by_gravity(const void *one, const void *other)
{
    const award_view *a = one, *b = other;
    uint32_t fa = a->flags ? a->flags & -a->flags : UINT32_MAX, fb = b->flags ? b->flags & -b->flags : UINT32_MAX;
    if (fa != fb) return fa < fb ? -1 : 1;
    const award_view *pa = a, *pb = b;
    return by_size(&pa, &pb);
}

static void put_awards(award_batch *b, service_value *list, bool has_all)
{
    service_call *call = b->m.call;
    if (b->count) qsort(b->views, b->count, sizeof *b->views, by_gravity);
    size_t shown = 0, left_out = 0;
    for (size_t i = 0; i < b->count; i++) {
        if (!b->views[i].flags && !has_all) continue;
        if (shown == SHOWN_MAX && !has_all) {
            left_out++;
            continue;
        }
        shown++;
        service_value *v = service_put_object(call->request, list, NULL);
        award_put(call, v, b->views[i].award);
        service_put_text(call->request, v, "why", flags_says(call, b->views[i].flags));
        service_put_text(call->request, v, "name", b->views[i].name);
    }
    if (left_out)
        service_note(call, "more to be looked at are not shown; --all shows them, --file writes them",
                     "还有需要查看的未列出；用 --all 全部列出，或用 --file 写入文件",
                     text_format(call->request, "%zu", left_out));
}

static err write_list(award_batch *b)
{
    service_call *call = b->m.call;
    text_builder csv = text_builder_open(call->request);
    codec_csv_writer w = codec_csv_write(&csv, ',');
    for (size_t i = 0; i < ARRAY_COUNT(LIST_AWARD); i++)
        codec_csv_add_text(&w, text_of(service_say(call, LIST_AWARD[i].name, LIST_AWARD[i].summary_zh)));
    codec_csv_end_row(&w);
    for (size_t i = 0; i < b->count; i++) {
        service_value *v = service_object(call->request);
        award_put(call, v, b->views[i].award);
        service_put_text(call->request, v, "why", flags_says(call, b->views[i].flags));
        service_put_text(call->request, v, "name", b->views[i].name);
        for (const service_value *cell = v->first; cell; cell = cell->next)
            codec_csv_add_text(&w, cell->kind == SERVICE_VALUE_COUNT ? text_format(call->request, "%lld", (long long)cell->count)
                               : cell->kind == SERVICE_VALUE_TEXT    ? cell->word
                                                                     : TEXT(""));
        codec_csv_end_row(&w);
    }
    return service_write_file(call->request, service_text_of(call, "file", TEXT_NONE), text_built(&csv));
}

static err award_list_run(service_call *call)
{
    award_batch b;
    char digest[CRYPTO_DIGEST_HEX_BYTES];
    arena *a = call->request;
    decision_award_state state = state_of(call);
    TRY(award_batch_read(call, COUNTY_READ, state, &b));
    TRY(award_batch_look(&b, service_size_of(call, "sample", SAMPLE_DEFAULT)));
    crypto_print_digest(b.digest, digest);
    service_put_text(a, call->reply, "month", service_month_text(a, b.m.month));
    award_put_state(call, call->reply, state);
    service_put_count(a, call->reply, "count", (int64_t)b.count);
    service_put_text(a, call->reply, "amount", service_yuan(a, b.sum_fen));
    service_put_text(a, call->reply, "digest", text_copy(a, text_of(digest)));
    TRY(put_purposes(&b, service_put_list(a, call->reply, "purposes")));
    put_awards(&b, service_put_list(a, call->reply, "awards"), service_is_given(call, "all"));
    return service_is_given(call, "file") ? write_list(&b) : ERR_NONE;
}

static void award_list_print(const service_call *call, text_builder *out)
{
    text_add_format(out, service_say(call, "month: %.*s  %.*s: %lld  yuan: %.*s\n", "月份：%.*s  %.*s：%lld 笔  合计（元）：%.*s\n"),
                    TEXT_ARG(service_member(call->reply, "month")->word), TEXT_ARG(service_member(call->reply, "state")->word),
                    (long long)service_member(call->reply, "count")->count, TEXT_ARG(service_member(call->reply, "amount")->word));
    month_print_list(call, "purposes", LIST_PURPOSE, ARRAY_COUNT(LIST_PURPOSE), 2, out);
    month_print_list(call, "awards", LIST_AWARD, ARRAY_COUNT(LIST_AWARD), ARRAY_COUNT(LIST_AWARD), out);
    text_add_format(out, "%s%.*s\n", service_say(call, "digest of what is listed: ", "清单摘要："),
                    TEXT_ARG(service_member(call->reply, "digest")->word));
}

static const char *const LIST_EXAMPLES[] = { "doudi award list --month 2026-11",
                                             "doudi award list --month 2026-11 --state reviewed --file 待审批.csv", NULL };

const service_op AWARD_LIST_OP = {
    .name = "award.list",
    .summary = "List the awards of a month that wait for review or approval, exceptions first, with their digest",
    .summary_zh = "列出一个月待复核、待审批的待遇核定：例外在前，另作抽查，并给出清单摘要",
    .law = "《社会保险经办条例》第三十七条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = award_list_run,
    .print = award_list_print,
};

/* ---- show ---- */

static const service_field SHOW_INPUT[] = {
    { .name = "person", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "PERSON",
      .summary = "the person's number", .summary_zh = "人员编号" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field SHOW_AWARD[] = {
    AWARD_FIELDS,
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "业务月份" },
    { .name = "maker", .type = SERVICE_VALUE, .summary = "determined by", .summary_zh = "经办" },
    { .name = "reviewer", .type = SERVICE_VALUE, .summary = "reviewed by", .summary_zh = "复核" },
    { .name = "decider", .type = SERVICE_VALUE, .summary = "approved or returned by", .summary_zh = "审批或退回" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "why returned", .summary_zh = "退回原因" },
};
static const service_field SHOW_OUTPUT[] = {
    { .name = "awards", .type = SERVICE_OBJECT, .is_list = true, .summary = "awards", .summary_zh = "核定",
      .fields = SHOW_AWARD, .field_count = ARRAY_COUNT(SHOW_AWARD) },
};

static void put_user(arena *a, service_value *v, const char *name, const staff_user *users, size_t count, int64_t id)
{
    for (size_t i = 0; id && i < count; i++)
        if (users[i].id == id) {
            service_put_text(a, v, name, text_copy(a, users[i].login));
            return;
        }
    service_put_null(a, v, name);
}

static err award_show_run(service_call *call)
{
    county *office;
    decision_book *book;
    staff *room;
    staff_user *users;
    decision_award *awards;
    size_t count, user_count;
    arena *a = call->request;
    decision_award_filter filter = { .person_id = (int64_t)service_size_of(call, "person", 0), .purpose = TEXT("") };
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_decisions(office, &book));
    TRY(county_staff(office, &room));
    TRY(staff_list(office->memory, room, &users, &user_count));
    TRY(decision_awards(office->memory, book, &filter, &awards, &count));
    if (!count) return err_of(&DECISION_NO_AWARD, ERR_SAID("at all", "（一笔也没有）"));
    service_value *list = service_put_list(a, call->reply, "awards");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        award_put(call, v, &awards[i]);
        service_put_text(a, v, "month", service_month_text(a, awards[i].month));
        put_user(a, v, "maker", users, user_count, awards[i].maker_id);
        put_user(a, v, "reviewer", users, user_count, awards[i].reviewer_id);
        put_user(a, v, "decider", users, user_count, awards[i].decider_id);
        service_put_text(a, v, "why", text_copy(a, awards[i].why));
    }
    return ERR_NONE;
}

static const char *const SHOW_EXAMPLES[] = { "doudi award show 1024", NULL };

const service_op AWARD_SHOW_OP = {
    .name = "award.show",
    .summary = "Show a person's awards, their states, and who did which step",
    .summary_zh = "查看一个人的各笔待遇核定：状态，谁经办、谁复核、谁审批",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .own_person = "person",
    .input = SHOW_INPUT,
    .input_count = ARRAY_COUNT(SHOW_INPUT),
    .output = SHOW_OUTPUT,
    .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = SHOW_EXAMPLES,
    .run = award_show_run,
};
