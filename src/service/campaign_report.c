/* doudi campaign list, report: what campaigns have come to, by channel, by owner and target by target. */
#include "service/adopt.h"
#include "service/alert.h"
#include "service/campaign.h"
#include "service/decide.h"
#include "service/grid.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/scope.h"

#define ON_FIELD { .name = "on", .type = SERVICE_DATE, .summary = "as it stands on this day (default: today)", .summary_zh = "截至日期（默认今天）" }
#define COUNT_FIELDS                                                                             \
    { .name = "targets", .type = SERVICE_COUNT, .summary = "targets", .summary_zh = "对象" },    \
    { .name = "contacted", .type = SERVICE_COUNT, .summary = "contacted", .summary_zh = "已联系" }, \
    { .name = "agreed", .type = SERVICE_COUNT, .summary = "agreed", .summary_zh = "同意" },      \
    { .name = "enrolled", .type = SERVICE_COUNT, .summary = "enrolled", .summary_zh = "已参保" }, \
    { .name = "attributed", .type = SERVICE_COUNT, .summary = "attributed to it", .summary_zh = "归因于本行动" }, \
    { .name = "overdue", .type = SERVICE_COUNT, .summary = "overdue", .summary_zh = "逾期" }

typedef struct {
    int64_t targets, contacted, agreed, enrolled, attributed, overdue;
} tally;

static void count_one(tally *t, const campaign_standing *s)
{
    t->targets++;
    t->contacted += s->was_met;
    t->agreed += s->has_agreed;
    t->enrolled += s->enrolled_day != 0;
    t->attributed += s->is_attributed;
    t->overdue += s->is_overdue;
}

static void put_tally(arena *a, service_value *v, const tally *t)
{
    service_put_count(a, v, "targets", t->targets);
    service_put_count(a, v, "contacted", t->contacted);
    service_put_count(a, v, "agreed", t->agreed);
    service_put_count(a, v, "enrolled", t->enrolled);
    service_put_count(a, v, "attributed", t->attributed);
    service_put_count(a, v, "overdue", t->overdue);
}

typedef struct {
    service_call *call;
    county *office;
    campaign_table table;
    campaign_said said;
    campaign_standing *standings;
    scope_span span; /* of the user: targets of others are none of theirs, and a campaign without theirs is not told */
    int32_t on;
} looking;

static err keep_held(looking *l)
{
    for (size_t i = 0; l->span.until && i < l->said.target_count; i++) {
        bool holds;
        TRY(scope_holds(l->office, l->span, l->said.targets[i].subject_id, &holds));
        if (!holds) l->standings[i].of = NULL;
    }
    return ERR_NONE;
}

static bool is_told(const looking *l, const campaign *of)
{
    bool is = !l->span.until;
    for (size_t i = 0; i < l->said.target_count && !is; i++) is = l->standings[i].of && l->standings[i].of->id == of->id;
    return is;
}

static err begin(service_call *call, looking *l)
{
    *l = (looking){ .call = call, .on = service_day_of(call, "on") };
    TRY(county_open(call, COUNTY_READ, &l->office));
    TRY(adopt_need(l->office));
    TRY(campaign_table_read(l->office, &l->table));
    TRY(campaign_said_read(l->office, &l->said));
    TRY(scope_of(l->office, &l->span));
    scope_say(call, l->span);
    TRY(campaign_stand(l->office, &l->table, &l->said, l->on, &l->standings));
    return keep_held(l);
}

/* ---- list ---- */

static const service_field LIST_INPUT[] = { ON_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field CHANNEL_ROW[] = {
    { .name = "channel", .type = SERVICE_TEXT, .summary = "channel", .summary_zh = "渠道" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "document", .summary_zh = "依据" },
    { .name = "campaigns", .type = SERVICE_COUNT, .summary = "campaigns", .summary_zh = "行动" },
    COUNT_FIELDS,
};
static const service_field CAMPAIGN_ROW[] = {
    { .name = "campaign", .type = SERVICE_TEXT, .summary = "campaign", .summary_zh = "行动" },
    { .name = "channel", .type = SERVICE_TEXT, .summary = "channel", .summary_zh = "渠道" },
    { .name = "from", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "开始" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "due", .summary_zh = "期限" },
    COUNT_FIELDS,
};
static const service_field LIST_OUTPUT[] = {
    { .name = "on", .type = SERVICE_TEXT, .summary = "on", .summary_zh = "截至" },
    { .name = "days", .type = SERVICE_COUNT, .summary = "days of attribution", .summary_zh = "归因天数" },
    { .name = "channels", .type = SERVICE_OBJECT, .is_list = true, .summary = "channels", .summary_zh = "各渠道", .fields = CHANNEL_ROW,
      .field_count = ARRAY_COUNT(CHANNEL_ROW) },
    { .name = "campaigns", .type = SERVICE_OBJECT, .is_list = true, .summary = "campaigns", .summary_zh = "各行动", .fields = CAMPAIGN_ROW,
      .field_count = ARRAY_COUNT(CAMPAIGN_ROW) },
};

static tally tally_of(const looking *l, text channel, const campaign *of)
{
    tally t = { 0 };
    for (size_t i = 0; i < l->said.target_count; i++) {
        const campaign_standing *s = &l->standings[i];
        if (s->of && (of ? s->of->id == of->id : text_equal(s->of->channel, channel))) count_one(&t, s);
    }
    return t;
}

static err campaign_list_run(service_call *call)
{
    looking l;
    arena *a = call->request;
    TRY(begin(call, &l));
    service_put_text(a, call->reply, "on", service_day_text(a, l.on));
    service_put_count(a, call->reply, "days", l.table.days);
    service_value *channels = service_put_list(a, call->reply, "channels"), *campaigns = service_put_list(a, call->reply, "campaigns");
    for (size_t i = 0; i < l.table.count; i++) {
        const campaign_word *word = &l.table.words[i];
        int64_t count = 0;
        if (word->way != CAMPAIGN_CHANNEL) continue;
        for (size_t k = 0; k < l.said.campaign_count; k++)
            count += text_equal(l.said.campaigns[k].channel, word->name) && is_told(&l, &l.said.campaigns[k]);
        tally t = tally_of(&l, word->name, NULL);
        service_value *v = service_put_object(a, channels, NULL);
        service_put_text(a, v, "channel", text_copy(a, call->is_chinese ? word->zh : word->en));
        service_put_text(a, v, "law", text_copy(a, word->law));
        service_put_count(a, v, "campaigns", count);
        put_tally(a, v, &t);
    }
    for (size_t k = 0; k < l.said.campaign_count; k++) {
        const campaign *one = &l.said.campaigns[k];
        if (!is_told(&l, one)) continue;
        tally t = tally_of(&l, TEXT(""), one);
        service_value *v = service_put_object(a, campaigns, NULL);
        service_put_text(a, v, "campaign", text_copy(a, one->name));
        service_put_text(a, v, "channel", text_copy(a, campaign_word_shown(call, &l.table, CAMPAIGN_CHANNEL, one->channel)));
        service_put_text(a, v, "from", service_day_text(a, one->from_day));
        service_put_text(a, v, "due", service_day_text(a, one->due_day));
        put_tally(a, v, &t);
    }
    return ERR_NONE;
}

static const char *const LIST_EXAMPLES[] = { "doudi campaign list", NULL };

const service_op CAMPAIGN_LIST_OP = {
    .name = "campaign.list",
    .summary = "The nine channels and their campaigns: targets, contacted, agreed, enrolled, attributed, overdue",
    .summary_zh = "九个一批各渠道及行动：对象、已联系、同意、已参保、归因、逾期",
    .law = "龙政办发〔2022〕67号",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = campaign_list_run,
};

/* ---- report ---- */

static const service_field REPORT_INPUT[] = {
    { .name = "campaign", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "CAMPAIGN", .summary = "name of the campaign", .summary_zh = "行动名称" },
    { .name = "owner", .type = SERVICE_TEXT, .shows = "NAME", .summary = "only the targets of this cadre", .summary_zh = "只列某责任干部的对象" },
    ON_FIELD,
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write all targets here", .summary_zh = "将全部对象写入此文件" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field OWNER_ROW[] = {
    { .name = "owner", .type = SERVICE_TEXT, .summary = "owner", .summary_zh = "责任干部" },
    COUNT_FIELDS,
};
enum { KIND, SUBJECT, NAME, TOWN, GROUPS, OWNER, STATE, CONTACTS, LAST, HOW, OUTCOME, NEXT, DUE, LATE, ENROLLED, ATTRIBUTED, NOTE, TARGET_COLUMNS };
static const service_field TARGET_ROW[TARGET_COLUMNS] = {
    [KIND] = { .name = "kind", .type = SERVICE_TEXT, .summary = "of", .summary_zh = "对象" },
    [SUBJECT] = { .name = "subject", .type = SERVICE_COUNT, .summary = "number", .summary_zh = "编号" },
    [NAME] = { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名（名称）" },
    [TOWN] = { .name = "town", .type = SERVICE_TEXT, .summary = "township", .summary_zh = "乡镇" },
    [GROUPS] = { .name = "groups", .type = SERVICE_TEXT, .summary = "groups", .summary_zh = "类别" },
    [OWNER] = { .name = "owner", .type = SERVICE_TEXT, .summary = "owner", .summary_zh = "责任干部" },
    [STATE] = { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    [CONTACTS] = { .name = "contacts", .type = SERVICE_COUNT, .summary = "contacts", .summary_zh = "联系次数" },
    [LAST] = { .name = "last", .type = SERVICE_TEXT, .summary = "last on", .summary_zh = "最近联系" },
    [HOW] = { .name = "how", .type = SERVICE_TEXT, .summary = "how", .summary_zh = "方式" },
    [OUTCOME] = { .name = "outcome", .type = SERVICE_TEXT, .summary = "outcome", .summary_zh = "结果" },
    [NEXT] = { .name = "next", .type = SERVICE_TEXT, .summary = "next step", .summary_zh = "下一步" },
    [DUE] = { .name = "due", .type = SERVICE_TEXT, .summary = "due", .summary_zh = "期限" },
    [LATE] = { .name = "late", .type = SERVICE_TEXT, .summary = "overdue", .summary_zh = "逾期" },
    [ENROLLED] = { .name = "enrolled", .type = SERVICE_TEXT, .summary = "enrolled from", .summary_zh = "参保起" },
    [ATTRIBUTED] = { .name = "attributed", .type = SERVICE_TEXT, .summary = "attributed to it", .summary_zh = "归因于本行动" },
    [NOTE] = { .name = "note", .type = SERVICE_TEXT, .summary = "note", .summary_zh = "记录" },
};
enum { ROWS_SHOWN = 50 };
static const service_field REPORT_OUTPUT[] = {
    { .name = "campaign", .type = SERVICE_TEXT, .summary = "campaign", .summary_zh = "行动" },
    { .name = "channel", .type = SERVICE_TEXT, .summary = "channel", .summary_zh = "渠道" },
    { .name = "on", .type = SERVICE_TEXT, .summary = "on", .summary_zh = "截至" },
    COUNT_FIELDS,
    { .name = "owners", .type = SERVICE_OBJECT, .is_list = true, .summary = "owners", .summary_zh = "各责任干部", .fields = OWNER_ROW,
      .field_count = ARRAY_COUNT(OWNER_ROW) },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "targets (50 at most; by pages all)", .summary_zh = "对象（前 50 个，分页时全部）",
      .fields = TARGET_ROW, .field_count = TARGET_COLUMNS },
};
static const struct {
    const char *name, *says, *says_zh;
} STATES[CAMPAIGN_STATE_COUNT] = {
    [CAMPAIGN_NEW] = { "new", "not contacted", "未联系" },
    [CAMPAIGN_WAS_TRIED] = { "tried", "not met yet", "未联系上" },
    [CAMPAIGN_CONTACTED] = { "contacted", "contacted", "已联系" },
    [CAMPAIGN_HAS_AGREED] = { "agreed", "agreed", "同意参保" },
    [CAMPAIGN_HAS_ENDED] = { "ended", "nothing more to do", "无须再办" },
    [CAMPAIGN_LEFT] = { "left", "on the register no longer", "已不在实名库" },
    [CAMPAIGN_ENROLLED] = { "enrolled", "enrolled", "已参保" },
};

typedef struct {
    text owner;
    tally t;
} owner_tally;

static void count_owner(arena *a, owner_tally **owners, size_t *count, size_t *capacity, const campaign_standing *s)
{
    for (size_t i = 0; i < *count; i++)
        if (text_equal((*owners)[i].owner, s->target->owner)) {
            count_one(&(*owners)[i].t, s);
            return;
        }
    owner_tally one = { .owner = s->target->owner };
    count_one(&one.t, s);
    ARENA_PUSH(a, *owners, *count, *capacity, one);
}

static err put_target(looking *l, grid *out, service_value *shown, const campaign_standing *s)
{
    service_call *call = l->call;
    arena *a = call->request;
    const campaign_contact *last = s->last;
    bool is_shown = service_takes_row(call, shown, ROWS_SHOWN);
    text name, none = TEXT("-"), yes = text_of(service_say(call, "yes", "是"));
    alert_row of = { .terms = { .subject_kind = s->target->kind, .subject_id = s->target->subject_id } };
    if (!is_shown && !service_is_given(call, "out")) return ERR_NONE;
    TRY(alert_subject_name(l->office, &of, &name));
    text cells[TARGET_COLUMNS] = {
        [KIND] = text_of(alert_subject_word(call, s->target->kind)), [SUBJECT] = text_format(a, "%lld", (long long)s->target->subject_id),
        [NAME] = name, [TOWN] = alert_town_text(a, s->target->region), [GROUPS] = text_copy(a, s->target->groups),
        [OWNER] = text_copy(a, s->target->owner), [STATE] = text_of(service_say(call, STATES[s->state].says, STATES[s->state].says_zh)),
        [CONTACTS] = text_format(a, "%lld", (long long)s->contacts), [LAST] = last ? alert_day_text(a, last->day) : none,
        [HOW] = last ? text_copy(a, campaign_word_shown(call, &l->table, CAMPAIGN_HOW, last->how)) : none,
        [OUTCOME] = last ? text_copy(a, campaign_word_shown(call, &l->table, CAMPAIGN_OUTCOME, last->outcome)) : none,
        [NEXT] = last && last->next.size_bytes ? text_copy(a, last->next) : none, [DUE] = alert_day_text(a, s->due_day),
        [LATE] = s->is_overdue ? yes : none, [ENROLLED] = alert_day_text(a, s->enrolled_day), [ATTRIBUTED] = s->is_attributed ? yes : none,
        [NOTE] = last && last->note.size_bytes ? text_copy(a, last->note) : none,
    };
    for (size_t c = 0; c < TARGET_COLUMNS; c++) grid_add(out, cells[c]);
    if (!is_shown) return ERR_NONE;
    service_value *v = service_put_object(a, shown, NULL);
    for (size_t c = 0; c < TARGET_COLUMNS; c++) {
        if (c == SUBJECT) service_put_count(a, v, TARGET_ROW[c].name, s->target->subject_id);
        else if (c == CONTACTS) service_put_count(a, v, TARGET_ROW[c].name, s->contacts);
        else if (c == STATE) service_put_state(call, v, TARGET_ROW[c].name, STATES[s->state].name, STATES[s->state].says, STATES[s->state].says_zh);
        else service_put_text(a, v, TARGET_ROW[c].name, cells[c]);
    }
    return ERR_NONE;
}

static err campaign_report_run(service_call *call)
{
    looking l;
    const campaign *of;
    arena *a = call->request;
    owner_tally *owners = NULL;
    size_t count = 0, capacity = 0;
    text owner = service_text_of(call, "owner", TEXT(""));
    service_value *shown = service_list(a);
    TRY(begin(call, &l));
    TRY(campaign_find(l.office, &l.said, service_text_of(call, "campaign", TEXT_NONE), &of));
    if (!is_told(&l, of)) return err_of(&CAMPAIGN_UNKNOWN, text_cstr(a, of->name));
    grid out = grid_open(call, text_copy(a, of->name), TARGET_ROW, TARGET_COLUMNS, SIZE_MAX);
    tally all = { 0 };
    for (size_t i = 0; i < l.said.target_count; i++) {
        const campaign_standing *s = &l.standings[i];
        if (!s->of || s->of->id != of->id || (owner.size_bytes && !text_equal(owner, s->target->owner))) continue;
        count_one(&all, s);
        count_owner(a, &owners, &count, &capacity, s);
        TRY(put_target(&l, &out, shown, s));
    }
    service_put_text(a, call->reply, "campaign", text_copy(a, of->name));
    service_put_text(a, call->reply, "channel", text_copy(a, campaign_word_shown(call, &l.table, CAMPAIGN_CHANNEL, of->channel)));
    service_put_text(a, call->reply, "on", service_day_text(a, l.on));
    put_tally(a, call->reply, &all);
    service_value *list = service_put_list(a, call->reply, "owners");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "owner", text_copy(a, owners[i].owner));
        put_tally(a, v, &owners[i].t);
    }
    service_put(a, call->reply, "rows", shown);
    return service_is_given(call, "out") ? grid_write(&out, service_text_of(call, "out", TEXT_NONE)) : ERR_NONE;
}

static const char *const REPORT_EXAMPLES[] = { "doudi campaign report 新业态专项 --out 台账.xlsx", "doudi campaign report 村干部带动 --owner 张明", NULL };

const service_op CAMPAIGN_REPORT_OP = {
    .name = "campaign.report",
    .summary = "A campaign target by target: owner, contacts, next step and day, enrolled and by whose contact; sums by owner",
    .summary_zh = "扩面行动明细：责任干部、联系、下一步与期限、参保及归因，按干部汇总",
    .law = "龙政办发〔2022〕67号",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = REPORT_INPUT,
    .input_count = ARRAY_COUNT(REPORT_INPUT),
    .output = REPORT_OUTPUT,
    .output_count = ARRAY_COUNT(REPORT_OUTPUT),
    .examples = REPORT_EXAMPLES,
    .run = campaign_report_run,
};
