#include "service/register.h"

#include <stdlib.h>

#include "calendar/calendar.h"
#include "service/alert.h"
#include "service/decide_internal.h"
#include "service/grid.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/scope.h"
#include "service/watch.h"
#include "service/watch_known.h"

static const service_field LIST_INPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "of whose rolls it is told who is left out (default: the open month)",
      .summary_zh = "按哪个月的名册列出不列入的人（默认当前月份）" },
    { .name = "group", .type = SERVICE_NAME, .shows = "GROUP", .summary = "only this group", .summary_zh = "只看这一类" },
    { .name = "town", .type = SERVICE_TEXT, .shows = "CODE", .summary = "township or village: its digits",
      .summary_zh = "乡镇或村：区划代码" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write everybody here", .summary_zh = "将全部对象写入此文件" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field GROUP_ROW[] = {
    { .name = "group", .type = SERVICE_TEXT, .summary = "group", .summary_zh = "类别" },
    { .name = "title", .type = SERVICE_TEXT, .summary = "who", .summary_zh = "内容" },
    { .name = "open", .type = SERVICE_COUNT, .summary = "to be won", .summary_zh = "待扩面" },
    { .name = "working", .type = SERVICE_COUNT, .summary = "of them in work", .summary_zh = "其中在办" },
    { .name = "left", .type = SERVICE_COUNT, .summary = "no longer", .summary_zh = "已不再是" },
    { .name = "closed", .type = SERVICE_COUNT, .summary = "closed by hand", .summary_zh = "人工办结" },
};
static const service_field TOWN_ROW[] = {
    { .name = "town", .type = SERVICE_TEXT, .summary = "township", .summary_zh = "乡镇" },
    { .name = "open", .type = SERVICE_COUNT, .summary = "to be won", .summary_zh = "待扩面" },
    { .name = "left", .type = SERVICE_COUNT, .summary = "no longer", .summary_zh = "已不再是" },
};
static const service_field EXCLUDED_ROW[] = {
    { .name = "reason", .type = SERVICE_TEXT, .summary = "left out because", .summary_zh = "不列入的理由" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
};
enum { KIND, SUBJECT, NAME, TOWN, GROUPS, STATE, OWNER, USER, DUE, NEXT, PERSON_COLUMNS };
static const service_field PERSON_ROW[PERSON_COLUMNS] = {
    [KIND] = { .name = "kind", .type = SERVICE_TEXT, .summary = "of", .summary_zh = "对象" },
    [SUBJECT] = { .name = "subject", .type = SERVICE_COUNT, .summary = "number", .summary_zh = "编号" },
    [NAME] = { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名（名称）" },
    [TOWN] = { .name = "town", .type = SERVICE_TEXT, .summary = "township", .summary_zh = "乡镇" },
    [GROUPS] = { .name = "groups", .type = SERVICE_TEXT, .summary = "groups", .summary_zh = "类别" },
    [STATE] = { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    [OWNER] = { .name = "owner", .type = SERVICE_TEXT, .summary = "section", .summary_zh = "责任股室" },
    [USER] = { .name = "user", .type = SERVICE_TEXT, .summary = "given to", .summary_zh = "经办人" },
    [DUE] = { .name = "due", .type = SERVICE_TEXT, .summary = "due", .summary_zh = "期限" },
    [NEXT] = { .name = "next", .type = SERVICE_TEXT, .summary = "what is wrong, and the next step", .summary_zh = "情形与下一步" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "people", .type = SERVICE_COUNT, .summary = "people to be won, each counted once", .summary_zh = "待扩面人数（每人只计一次）" },
    { .name = "employers", .type = SERVICE_COUNT, .summary = "employers", .summary_zh = "待扩面单位" },
    { .name = "several", .type = SERVICE_COUNT, .summary = "of them in several groups", .summary_zh = "其中属于几类的" },
    { .name = "perhaps", .type = SERVICE_COUNT, .summary = "may be excluded, to be reviewed: not counted among them", .summary_zh = "可能不列入、待核的（不计入待扩面）" },
    { .name = "groups", .type = SERVICE_OBJECT, .is_list = true, .summary = "groups", .summary_zh = "各类", .fields = GROUP_ROW,
      .field_count = ARRAY_COUNT(GROUP_ROW) },
    { .name = "towns", .type = SERVICE_OBJECT, .is_list = true, .summary = "townships", .summary_zh = "各乡镇", .fields = TOWN_ROW,
      .field_count = ARRAY_COUNT(TOWN_ROW) },
    { .name = "excluded", .type = SERVICE_OBJECT, .is_list = true, .summary = "on a roll, insured nowhere, and left out",
      .summary_zh = "名册有名、未参保而不列入的", .fields = EXCLUDED_ROW, .field_count = ARRAY_COUNT(EXCLUDED_ROW) },
    { .name = "unknown", .type = SERVICE_COUNT, .summary = "of whom it cannot be said, a roll being missing", .summary_zh = "因缺名册说不清的" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "to be won (50 at most; by pages all)", .summary_zh = "待扩面对象（前 50 个，分页时全部）",
      .fields = PERSON_ROW, .field_count = PERSON_COLUMNS },
};
enum { ROWS_SHOWN = 50 };

typedef struct {
    text key;
    int64_t open, working, left, closed;
} group;
typedef struct {
    int64_t town, open, left;
} town;

typedef struct {
    month_call m;
    alert_book *book;
    scope_span span; /* of the user */
    group *groups;
    size_t group_count, group_capacity;
    town *towns;
    size_t town_count, town_capacity;
    alert_row *rows; /* of the register, by kind and subject */
    size_t count;
    grid out;
    service_value *shown;
    int64_t people, perhaps, employers, several;
    /* of register.excluded */
    month_deciding o;
    watch_known *known;
    int64_t *excluded, unknown;
} listing;

/* ---- which watches are the register's ---- */

err register_watches(service_call *call, text **watches, size_t *count)
{
    const decide_law *law;
    size_t capacity = 0;
    *watches = NULL;
    *count = 0;
    TRY(decide_law_open(call, &law));
    for (size_t i = 0; i < law->table->row_count; i++) {
        const decide_row *row = &law->table->rows[i];
        bool is_of_register = row->way == DECIDE_WAY_WATCH && text_begins(row->cell[DECIDE_CELL_PURPOSE], TEXT("watch.register"));
        if (is_of_register) ARENA_PUSH(call->request, *watches, *count, capacity, row->cell[DECIDE_CELL_KEY]);
    }
    return ERR_NONE;
}

bool register_has_watch(const text *watches, size_t count, text watch)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(watches[i], watch)) return true;
    return false;
}

static err read_groups(listing *l)
{
    text *watches;
    size_t count;
    TRY(register_watches(l->m.call, &watches, &count));
    for (size_t i = 0; i < count; i++) {
        group one = { .key = watches[i] };
        ARENA_PUSH(l->m.memory, l->groups, l->group_count, l->group_capacity, one);
    }
    return ERR_NONE;
}

static group *group_of(const listing *l, text key)
{
    for (size_t i = 0; i < l->group_count; i++)
        if (text_equal(l->groups[i].key, key)) return &l->groups[i];
    return NULL;
}

/* Whom a line of a roll of students or of those insured elsewhere may mean: shown here, and not counted among those missed. */
static bool is_perhaps(const alert_row *row)
{
    return text_equal_cstr(row->terms.watch, "may.excluded");
}

/* Of the group asked for; without one, of any. */
static bool is_asked(const listing *l, const alert_row *row)
{
    text asked = service_text_of(l->m.call, "group", TEXT_NONE);
    return !asked.size_bytes || text_equal(asked, row->terms.watch);
}

static town *town_of(listing *l, int64_t region)
{
    enum { VILLAGES = 1000 };
    for (size_t i = 0; i < l->town_count; i++)
        if (l->towns[i].town / VILLAGES == region / VILLAGES) return &l->towns[i];
    town one = { .town = region };
    ARENA_PUSH(l->m.memory, l->towns, l->town_count, l->town_capacity, one);
    return &l->towns[l->town_count - 1];
}

/* ---- alerts, put together by subject ---- */

static int by_subject(const void *a, const void *b)
{
    const alert_row *x = a, *y = b;
    if (x->terms.subject_kind != y->terms.subject_kind) return x->terms.subject_kind < y->terms.subject_kind ? -1 : 1;
    if (x->terms.subject_id != y->terms.subject_id) return x->terms.subject_id < y->terms.subject_id ? -1 : 1;
    return (x->alert_id > y->alert_id) - (x->alert_id < y->alert_id);
}

static void count_alert(listing *l, const alert_row *row)
{
    group *of = group_of(l, row->terms.watch);
    town *at = town_of(l, row->terms.region);
    bool is_over = alert_is_over(row->state), has_left = row->state == ALERT_GONE;
    of->open += !is_over;
    of->working += !is_over && row->state != ALERT_OPEN;
    of->left += has_left;
    of->closed += is_over && !has_left;
    at->open += !is_over;
    at->left += has_left;
}

/* Of the user's own people all are read, by where they live today; of the county those of the place that was asked for. */
static bool is_there(const listing *l, const alert_filter *f, const alert_row *row)
{
    return !l->span.until || !f->region_until || scope_has_place((scope_span){ f->region_from, f->region_until }, row->terms.region);
}

static err read_alerts(listing *l)
{
    alert_filter filter = { .has_open = true, .has_over = true };
    alert_row *all;
    size_t count;
    TRY(alert_read_town(l->m.call, &filter.region_from, &filter.region_until));
    if (l->span.until) TRY(scope_alerts(l->m.office, l->book, l->span, &all, &count));
    else TRY(alert_list(l->m.memory, l->book, &filter, &all, &count));
    l->rows = ARENA_ARRAY(l->m.memory, alert_row, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (!is_there(l, &filter, &all[i])) continue;
        bool is_of_group = group_of(l, all[i].terms.watch) && is_asked(l, &all[i]);
        if (!is_of_group && !is_perhaps(&all[i])) continue;
        if (is_of_group) count_alert(l, &all[i]);
        if (!alert_is_over(all[i].state)) l->rows[l->count++] = all[i];
    }
    if (l->count) qsort(l->rows, l->count, sizeof *l->rows, by_subject);
    return ERR_NONE;
}

/* The soonest of the subject's alerts says what is next. */
static err put_subject(listing *l, size_t from, size_t until)
{
    service_call *call = l->m.call;
    arena *a = call->request;
    const alert_row *first = &l->rows[from];
    alert_row said;
    text name, groups = TEXT("");
    bool is_in_doubt = false, has_asked = false;
    for (size_t i = from; i < until; i++) {
        is_in_doubt |= is_perhaps(&l->rows[i]);
        has_asked |= is_asked(l, &l->rows[i]);
        if (l->rows[i].terms.due_day && (!first->terms.due_day || l->rows[i].terms.due_day < first->terms.due_day)) first = &l->rows[i];
        groups = text_format(a, "%.*s%s%.*s", TEXT_ARG(groups), i > from ? " " : "", TEXT_ARG(l->rows[i].terms.watch));
    }
    if (!has_asked) return ERR_NONE;
    bool is_person = first->terms.subject_kind == DECIDE_EACH_PERSON && !is_in_doubt, is_shown = service_takes_row(l->m.call, l->shown, ROWS_SHOWN);
    l->people += is_person;
    l->employers += first->terms.subject_kind == DECIDE_EACH_EMPLOYER;
    l->perhaps += is_in_doubt;
    l->several += until - from > 1 && !is_in_doubt;
    if (!is_shown && !service_is_given(call, "out")) return ERR_NONE;
    TRY(alert_subject_name(l->m.office, first, &name));
    TRY(alert_read(l->m.memory, l->book, first->alert_id, &said));
    const alert_word *state = alert_state_word(first->state);
    text cells[PERSON_COLUMNS] = { [KIND] = text_of(alert_subject_word(call, first->terms.subject_kind)),
                                   [SUBJECT] = text_format(a, "%lld", (long long)first->terms.subject_id), [NAME] = name,
                                   [TOWN] = alert_town_text(a, first->terms.region), [GROUPS] = groups,
                                   [STATE] = text_of(service_say(call, state->says, state->says_zh)),
                                   [OWNER] = text_copy(a, watch_words(call, first->terms.owner)), [USER] = alert_user_name(l->m.office, first->user_id),
                                   [DUE] = alert_day_text(a, first->terms.due_day), [NEXT] = text_copy(a, watch_words(call, said.terms.says)) };
    for (size_t c = 0; c < PERSON_COLUMNS; c++) grid_add(&l->out, cells[c]);
    if (!is_shown) return ERR_NONE;
    service_value *v = service_put_object(a, l->shown, NULL);
    for (size_t c = 0; c < PERSON_COLUMNS; c++) {
        if (c == SUBJECT) service_put_count(a, v, PERSON_ROW[c].name, first->terms.subject_id);
        else if (c == STATE) service_put_state(call, v, PERSON_ROW[c].name, state->name, state->says, state->says_zh);
        else service_put_text(a, v, PERSON_ROW[c].name, cells[c]);
    }
    return ERR_NONE;
}

static err put_subjects(listing *l)
{
    for (size_t from = 0, until; from < l->count; from = until) {
        for (until = from + 1; until < l->count && l->rows[until].terms.subject_kind == l->rows[from].terms.subject_kind &&
                               l->rows[until].terms.subject_id == l->rows[from].terms.subject_id;) until++;
        TRY(put_subject(l, from, until));
    }
    return ERR_NONE;
}

/* ---- who is left out ---- */

static err fill(void *context, uint32_t bucket, roster_block *block)
{
    listing *l = context;
    (void)bucket;
    watch_known_fill(l->known, l->o.plan, &block->people, block->subject_id);
    return ERR_NONE;
}

/* The first answer says of whom it is asked; the others are reasons, and several may be so. */
static err take(void *context, uint32_t bucket, const roster_block *block)
{
    listing *l = context;
    size_t count;
    (void)bucket;
    (void)decide_answers(l->o.plan, &count);
    for (size_t lane = 0; lane < block->people.count; lane++) {
        const column *asked = &l->o.results->answers[0];
        if (!scope_has_place(l->span, block->region[lane])) continue;
        if (!column_is_valid(asked, lane)) l->unknown++;
        if (!column_is_valid(asked, lane) || !asked->value[lane]) continue;
        for (size_t k = 1; k < count; k++) {
            const column *reason = &l->o.results->answers[k];
            l->excluded[k] += column_is_valid(reason, lane) && reason->value[lane];
        }
    }
    return ERR_NONE;
}

static err look_at_excluded(listing *l, service_value *list)
{
    arena *a = l->m.call->request;
    size_t count;
    month_hands hands = { .fill = fill, .take = take, .context = l };
    TRY(month_deciding_open(&l->m, TEXT("register.excluded"), calendar_last_day_of_month(l->m.month), &l->o));
    const decide_answer *answers = decide_answers(l->o.plan, &count);
    l->excluded = ARENA_ARRAY(l->m.memory, int64_t, count + 1);
    for (size_t k = 0; k < count; k++) l->excluded[k] = 0;
    l->known = watch_known_open(l->m.office, l->m.month);
    err e = watch_known_gather(l->known, l->o.plan);
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) e = month_decide_bucket(&l->m, &l->o, bucket, &hands);
    for (size_t k = 1; !e.kind && k < count; k++) {
        const policy_symbol *of = decide_plan_target(a, decide_law_book(l->o.law), text_of(answers[k].variable));
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "reason", text_of(!of ? answers[k].key : l->m.call->is_chinese || !of->label ? of->name : of->label));
        service_put_count(a, v, "people", l->excluded[k]);
    }
    if (e.detail) e.detail = text_cstr(a, text_of(e.detail));
    watch_known_close(l->known);
    month_deciding_close(&l->o);
    return e;
}

/* ---- the reply ---- */

static void put_reply(listing *l, service_value *excluded)
{
    arena *a = l->m.call->request;
    service_value *reply = l->m.call->reply;
    service_put_count(a, reply, "people", l->people);
    service_put_count(a, reply, "employers", l->employers);
    service_put_count(a, reply, "several", l->several);
    service_put_count(a, reply, "perhaps", l->perhaps);
    service_value *groups = service_put_list(a, reply, "groups"), *towns = service_put_list(a, reply, "towns");
    for (size_t i = 0; i < l->group_count; i++) {
        service_value *v = service_put_object(a, groups, NULL);
        service_put_text(a, v, "group", text_copy(a, l->groups[i].key));
        service_put_text(a, v, "title", watch_title(l->m.call, l->groups[i].key));
        service_put_count(a, v, "open", l->groups[i].open);
        service_put_count(a, v, "working", l->groups[i].working);
        service_put_count(a, v, "left", l->groups[i].left);
        service_put_count(a, v, "closed", l->groups[i].closed);
    }
    for (size_t i = 0; i < l->town_count; i++) {
        service_value *v = service_put_object(a, towns, NULL);
        service_put_text(a, v, "town", alert_town_text(a, l->towns[i].town));
        service_put_count(a, v, "open", l->towns[i].open);
        service_put_count(a, v, "left", l->towns[i].left);
    }
    service_put(a, reply, "excluded", excluded);
    service_put_count(a, reply, "unknown", l->unknown);
    service_put(a, reply, "rows", l->shown);
}

static err register_list_run(service_call *call)
{
    listing l = { .shown = service_list(call->request) };
    service_value *excluded = service_list(call->request);
    TRY(month_begin(call, COUNTY_READ, &l.m));
    if (l.m.month == INT32_MIN) l.m.month = l.m.open_month;
    if (l.m.month == INT32_MIN) l.m.month = calendar_month_of_day(call->office->settings.today_day);
    TRY(county_alerts(l.m.office, &l.book));
    TRY(scope_of(l.m.office, &l.span));
    scope_say(call, l.span);
    TRY(read_groups(&l));
    l.out = grid_open(call, text_of(service_say(call, "Whom the coverage drive is after", "扩面对象实名库")), PERSON_ROW, PERSON_COLUMNS, SIZE_MAX);
    TRY(read_alerts(&l));
    TRY(put_subjects(&l));
    TRY(look_at_excluded(&l, excluded));
    put_reply(&l, excluded);
    return service_is_given(call, "out") ? grid_write(&l.out, service_text_of(call, "out", TEXT_NONE)) : ERR_NONE;
}

static const char *const LIST_EXAMPLES[] = { "doudi register list", "doudi register list --group group.hardship --town 590121100 --out 对象.xlsx", NULL };

const service_op REGISTER_LIST_OP = {
    .name = "register.list",
    .summary = "Whom the coverage drive is after: each once, with groups, owner, day and next step; and who is left out, and why",
    .summary_zh = "扩面对象实名库：每人一行，列明类别、责任股室、期限、下一步；不列入的列明理由",
    .law = "《社会保险法》第十条、第二十条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = register_list_run,
};
