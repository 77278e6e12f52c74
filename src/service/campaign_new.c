/* doudi campaign new, contact: a campaign is made of the register, and what came of each contact is said. */
#include <stdlib.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/adopt.h"
#include "service/alert.h"
#include "service/campaign.h"
#include "service/decide.h"
#include "service/dockets.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/register.h"
#include "service/scope.h"
#include "service/words.h"

const err_kind CAMPAIGN_OTHER = {
    "campaign.other", ERR_CONFLICT,
    "The campaign {} has begun with another channel, group, township or line of insurance; give this one another name.",
    "扩面行动 {} 已按其他渠道、类别、乡镇或险种开展；请另起名称。"
};
const err_kind CAMPAIGN_NO_OWNER = {
    "campaign.no_owner", ERR_BAD_INPUT,
    "Nobody has the township {}: say whom with --owner, or enter its cadre in the docket area (doudi docket enter area).",
    "乡镇 {} 没有责任干部：请用 --owner 指定，或在包保责任区台账登记（doudi docket enter area）。"
};
const err_kind CAMPAIGN_NO_TARGET = {
    "campaign.no_target", ERR_NOT_FOUND, "{} is no target of this campaign; doudi campaign report shows those there are.",
    "{} 不是本行动的对象；用 doudi campaign report 查看。"
};
const err_kind CAMPAIGN_BAD_DAY = {
    "campaign.bad_day", ERR_BAD_INPUT, "The day {} cannot be: it is in the future, or before the first day of the campaign.",
    "日期 {} 不成立：晚于今天，或早于行动开始日。"
};

#define CAMPAIGN_NAME_FIELD                                                                      \
    { .name = "campaign", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "CAMPAIGN", \
      .summary = "name of the campaign", .summary_zh = "行动名称" }

static const service_field NEW_INPUT[] = {
    CAMPAIGN_NAME_FIELD,
    { .name = "channel", .type = SERVICE_TEXT, .is_required = true, .shows = "CHANNEL", .summary = "one of the nine: precise, special, support ...",
      .summary_zh = "九个一批之一：precise 精准扩面、special 专项、support 帮扶兜底等" },
    { .name = "due", .type = SERVICE_DATE, .is_required = true, .summary = "by when all are to be won", .summary_zh = "完成期限" },
    { .name = "group", .type = SERVICE_NAME, .shows = "GROUP", .summary = "only one of the register: group.platform, post.village ...",
      .summary_zh = "只取实名库的一类：group.platform、post.village 等" },
    { .name = "town", .type = SERVICE_TEXT, .shows = "CODE", .summary = "of a township or village, by its digits", .summary_zh = "某乡镇或村（区划代码）" },
    { .name = "owner", .type = SERVICE_TEXT, .shows = "NAME", .summary = "the cadre who has all of them (default: of each township, by the docket area)",
      .summary_zh = "责任干部（默认按包保责任区台账）" },
    { .name = "scheme", .type = SERVICE_TEXT, .is_list = true, .shows = "LINE", .summary = "which lines of insurance it is for (default: all of the table)",
      .summary_zh = "面向的险种（默认表中全部）" },
    { .name = "on", .type = SERVICE_DATE, .summary = "its first day (default: today)", .summary_zh = "开始日（默认今天）" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field NEW_OUTPUT[] = {
    { .name = "campaign", .type = SERVICE_TEXT, .summary = "campaign", .summary_zh = "行动" },
    { .name = "channel", .type = SERVICE_TEXT, .summary = "channel", .summary_zh = "渠道" },
    { .name = "targets", .type = SERVICE_COUNT, .summary = "of the register now", .summary_zh = "实名库现有对象" },
    { .name = "added", .type = SERVICE_COUNT, .summary = "new targets", .summary_zh = "新增对象" },
    { .name = "changed", .type = SERVICE_FLAG, .summary = "anything was written", .summary_zh = "本次有变动" },
};

typedef struct {
    service_call *call;
    county *office;
    campaign_table table;
    campaign_said said;
    campaign one;
    dockets_row *areas;
    size_t area_count, area_place, area_cadre;
    int64_t targets, added;
    bool is_changed;
} making;

static err begin(service_call *call, making *m)
{
    *m = (making){ .call = call };
    TRY(county_open(call, COUNTY_WRITE, &m->office));
    TRY(county_login(m->office, NULL));
    TRY(county_begin(m->office));
    TRY(adopt_need(m->office));
    TRY(campaign_table_read(m->office, &m->table));
    return campaign_said_read(m->office, &m->said);
}

static err bad_day(const making *m, int32_t day)
{
    return err_of(&CAMPAIGN_BAD_DAY, service_day_text(m->call->request, day).bytes);
}

/* The lines asked for, else all of the table, as a|b. */
static err read_schemes(making *m)
{
    text_builder b = text_builder_open(m->office->memory);
    const service_argument *asked = service_argument_of(m->call, "scheme");
    for (size_t i = 0; asked && i < asked->count; i++) {
        const county_word_row *row = county_word_row_of(COUNTY_SCHEME, asked->values[i]);
        if (!row) return err_of(&CAMPAIGN_NO_WORD, text_cstr(m->call->request, text_shown(m->call->request, asked->values[i], 60)));
        text_add_format(&b, "%s%s", b.size_bytes ? "|" : "", row->name);
    }
    for (size_t i = 0; !(asked && asked->count) && i < m->table.count; i++)
        if (m->table.words[i].way == CAMPAIGN_SCHEME)
            text_add_format(&b, "%s%.*s", b.size_bytes ? "|" : "", TEXT_ARG(m->table.words[i].name));
    m->one.schemes = text_built(&b);
    return ERR_NONE;
}

static err read_asked(making *m, alert_filter *filter)
{
    const campaign_word *channel;
    service_call *call = m->call;
    TRY(campaign_word_of(call, &m->table, CAMPAIGN_CHANNEL, service_text_of(call, "channel", TEXT_NONE), &channel));
    TRY(alert_read_town(call, &filter->region_from, &filter->region_until));
    TRY(read_schemes(m));
    m->one.name = service_text_of(call, "campaign", TEXT_NONE);
    m->one.channel = channel->name;
    m->one.group = service_text_of(call, "group", TEXT(""));
    m->one.owner = service_text_of(call, "owner", TEXT(""));
    m->one.from_day = service_day_of(call, "on");
    m->one.due_day = service_day_of(call, "due");
    if (service_is_given(call, "town")) (void)codec_parse_scaled(service_text_of(call, "town", TEXT_NONE), 0, &m->one.town);
    for (size_t i = 0; i < m->said.campaign_count; i++) {
        const campaign *known = &m->said.campaigns[i];
        if (!text_equal(known->name, m->one.name)) continue;
        bool is_same = text_equal(known->channel, m->one.channel) && text_equal(known->group, m->one.group) &&
                       text_equal(known->schemes, m->one.schemes) && known->town == m->one.town;
        if (!is_same) return err_of(&CAMPAIGN_OTHER, text_cstr(call->request, m->one.name));
        m->one.id = known->id;
        m->one.from_day = known->from_day;
        if (!m->one.owner.size_bytes) m->one.owner = known->owner;
    }
    if (m->one.from_day > call->office->settings.today_day) return bad_day(m, m->one.from_day);
    return m->one.due_day < m->one.from_day ? bad_day(m, m->one.due_day) : ERR_NONE;
}

static err read_areas(making *m)
{
    const dockets_type *type;
    err known = dockets_find(m->call, TEXT("area"), &type);
    if (known.kind == &DOCKETS_UNKNOWN) return ERR_NONE; /* these packs declare none */
    TRY(known);
    m->area_place = dockets_column_of(type, TEXT("place"));
    m->area_cadre = dockets_column_of(type, TEXT("cadre"));
    if (m->area_place == SIZE_MAX || m->area_cadre == SIZE_MAX) return ERR_NONE;
    return dockets_rows(m->office, type, &m->areas, &m->area_count);
}

/* Of everybody, or of the township. */
static err owner_of(const making *m, int64_t region, text *owner)
{
    text place = text_format(m->call->request, "%lld", (long long)region);
    *owner = m->one.owner;
    if (owner->size_bytes) return ERR_NONE;
    for (size_t i = 0; i < m->area_count; i++) {
        const text *area = m->areas[i].cells;
        if (area[m->area_cadre].size_bytes && text_begins(place, area[m->area_place])) *owner = area[m->area_cadre];
    }
    return owner->size_bytes ? ERR_NONE : err_of(&CAMPAIGN_NO_OWNER, alert_town_text(m->call->request, region).bytes);
}

static int by_subject(const void *a, const void *b)
{
    const alert_row *x = a, *y = b;
    if (x->terms.subject_kind != y->terms.subject_kind) return x->terms.subject_kind < y->terms.subject_kind ? -1 : 1;
    if (x->terms.subject_id != y->terms.subject_id) return x->terms.subject_id < y->terms.subject_id ? -1 : 1;
    return (x->alert_id > y->alert_id) - (x->alert_id < y->alert_id);
}

static bool is_target(const making *m, const campaign_target *one)
{
    for (size_t i = 0; i < m->said.target_count; i++) {
        const campaign_target *t = &m->said.targets[i];
        if (t->campaign_id == one->campaign_id && t->kind == one->kind && t->subject_id == one->subject_id) return true;
    }
    return false;
}

/* A subject of several groups is one target; who is one already keeps their owner. */
static err add_target(making *m, const alert_row *rows, size_t count)
{
    docket_said said;
    const alert_terms *terms = &rows[0].terms;
    text groups = TEXT("");
    for (size_t i = 0; i < count; i++)
        groups = text_format(m->office->memory, "%.*s%s%.*s", TEXT_ARG(groups), i ? " " : "", TEXT_ARG(rows[i].terms.watch));
    campaign_target one = { .campaign_id = m->one.id, .kind = terms->subject_kind, .subject_id = terms->subject_id, .region = terms->region,
                            .groups = groups };
    m->targets++;
    if (is_target(m, &one)) return ERR_NONE;
    TRY(owner_of(m, one.region, &one.owner));
    TRY(campaign_target_say(m->office, &one, &said));
    m->added += said == DOCKET_ADDED;
    return ERR_NONE;
}

static err add_targets(making *m, alert_filter *filter)
{
    alert_book *book;
    alert_row *rows;
    text *watches;
    size_t count, watch_count, kept = 0;
    filter->has_open = true;
    filter->watch = m->one.group;
    TRY(register_watches(m->call, &watches, &watch_count));
    if (m->one.group.size_bytes && !register_has_watch(watches, watch_count, m->one.group))
        return err_of(&REGISTER_NO_GROUP, text_cstr(m->call->request, m->one.group));
    TRY(county_alerts(m->office, &book));
    TRY(alert_list(m->office->memory, book, filter, &rows, &count));
    for (size_t i = 0; i < count; i++)
        if (register_has_watch(watches, watch_count, rows[i].terms.watch)) rows[kept++] = rows[i];
    if (kept) qsort(rows, kept, sizeof *rows, by_subject);
    for (size_t from = 0, until; from < kept; from = until) {
        for (until = from + 1; until < kept && rows[until].terms.subject_kind == rows[from].terms.subject_kind &&
                               rows[until].terms.subject_id == rows[from].terms.subject_id;) until++;
        TRY(add_target(m, &rows[from], until - from));
    }
    return ERR_NONE;
}

static err campaign_new_run(service_call *call)
{
    making m;
    alert_filter filter = { 0 };
    docket_said said;
    campaign_said now;
    const campaign *made;
    arena *a = call->request;
    TRY(begin(call, &m));
    TRY(read_asked(&m, &filter));
    TRY(read_areas(&m));
    TRY(campaign_say(m.office, &m.one, &said));
    TRY(campaign_said_read(m.office, &now));
    TRY(campaign_find(m.office, &now, m.one.name, &made));
    m.one.id = made->id;
    TRY(add_targets(&m, &filter));
    m.is_changed = said != DOCKET_SAME || m.added;
    if (m.is_changed) TRY(store_commit(m.office->db));
    service_put_text(a, call->reply, "campaign", m.one.name);
    service_put_text(a, call->reply, "channel", campaign_word_shown(call, &m.table, CAMPAIGN_CHANNEL, m.one.channel));
    service_put_count(a, call->reply, "targets", m.targets);
    service_put_count(a, call->reply, "added", m.added);
    service_put_bool(a, call->reply, "changed", m.is_changed);
    return ERR_NONE;
}

static const char *const NEW_EXAMPLES[] = {
    "doudi campaign new 新业态专项 --channel special --group group.platform --due 2026-12-31 --owner 张明 --as zhangwei",
    "doudi campaign new 村干部带动 --channel example --group post.village --scheme employee_pension --due 2026-12-31 --as zhangwei", NULL };

const service_op CAMPAIGN_NEW_OP = {
    .name = "campaign.new",
    .summary = "Begin a campaign with those of the register it is after, each with an owner; said again, who has come onto the register joins",
    .summary_zh = "按实名库建立扩面行动，落实责任干部；再次执行时补入新增对象",
    .law = "龙政办发〔2022〕67号",
    .kind = SERVICE_WRITE,
    .permission = "campaign.new",
    .input = NEW_INPUT,
    .input_count = ARRAY_COUNT(NEW_INPUT),
    .output = NEW_OUTPUT,
    .output_count = ARRAY_COUNT(NEW_OUTPUT),
    .examples = NEW_EXAMPLES,
    .run = campaign_new_run,
};

/* ---- contact ---- */

static const service_field CONTACT_INPUT[] = {
    CAMPAIGN_NAME_FIELD,
    { .name = "subject", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "NUMBER",
      .summary = "the person or employer, by their number here", .summary_zh = "对象编号" },
    { .name = "employer", .type = SERVICE_FLAG, .summary = "the number is an employer's", .summary_zh = "编号为单位编号" },
    { .name = "how", .type = SERVICE_TEXT, .is_required = true, .shows = "HOW", .summary = "home, workplace, platform, meeting, phone, window",
      .summary_zh = "方式：home 入户、workplace 进园区、platform 对接平台、meeting 宣讲、phone 电话、window 窗口" },
    { .name = "outcome", .type = SERVICE_TEXT, .is_required = true, .shows = "OUTCOME", .summary = "agreed, considers, declines, elsewhere, absent, unknown",
      .summary_zh = "结果：agreed 同意、considers 再考虑、declines 暂不、elsewhere 外地已参保、absent 未见到、unknown 查无此人" },
    { .name = "on", .type = SERVICE_DATE, .summary = "when (default: today)", .summary_zh = "日期（默认今天）" },
    { .name = "next", .type = SERVICE_TEXT, .shows = "TEXT", .summary = "the next step", .summary_zh = "下一步" },
    { .name = "due", .type = SERVICE_DATE, .summary = "by when (default: the campaign's)", .summary_zh = "下一步期限（默认行动期限）" },
    { .name = "note", .type = SERVICE_TEXT, .shows = "TEXT", .summary = "what was said", .summary_zh = "记录" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field CONTACT_OUTPUT[] = {
    { .name = "campaign", .type = SERVICE_TEXT, .summary = "campaign", .summary_zh = "行动" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "number", .summary_zh = "编号" },
    { .name = "on", .type = SERVICE_TEXT, .summary = "on", .summary_zh = "日期" },
    { .name = "how", .type = SERVICE_TEXT, .summary = "how", .summary_zh = "方式" },
    { .name = "outcome", .type = SERVICE_TEXT, .summary = "outcome", .summary_zh = "结果" },
    { .name = "changed", .type = SERVICE_FLAG, .summary = "anything was written", .summary_zh = "本次有变动" },
};

static err read_contact(making *m, campaign_contact *c, const campaign_word **how, const campaign_word **outcome)
{
    const campaign *of;
    scope_span span;
    service_call *call = m->call;
    text number = text_format(call->request, "%lld", (long long)service_size_of(call, "subject", 0));
    TRY(scope_of(m->office, &span));
    err known = campaign_find(m->office, &m->said, service_text_of(call, "campaign", TEXT_NONE), &of);
    /* Which campaigns others have is not told by another error. */
    if (known.kind) return span.until ? err_of(&CAMPAIGN_NO_TARGET, number.bytes) : known;
    TRY(campaign_word_of(call, &m->table, CAMPAIGN_HOW, service_text_of(call, "how", TEXT_NONE), how));
    TRY(campaign_word_of(call, &m->table, CAMPAIGN_OUTCOME, service_text_of(call, "outcome", TEXT_NONE), outcome));
    *c = (campaign_contact){ .campaign_id = of->id, .kind = service_is_given(call, "employer") ? DECIDE_EACH_EMPLOYER : DECIDE_EACH_PERSON,
                             .subject_id = (int64_t)service_size_of(call, "subject", 0), .day = service_day_of(call, "on"),
                             .due_day = service_is_given(call, "due") ? service_day_of(call, "due") : 0, .how = (*how)->name,
                             .outcome = (*outcome)->name, .next = service_text_of(call, "next", TEXT("")),
                             .note = service_text_of(call, "note", TEXT("")) };
    campaign_target t = { .campaign_id = of->id, .kind = c->kind, .subject_id = c->subject_id };
    if (!is_target(m, &t)) return err_of(&CAMPAIGN_NO_TARGET, number.bytes);
    if (c->day < of->from_day || c->day > call->office->settings.today_day) return bad_day(m, c->day);
    return c->due_day && c->due_day < c->day ? bad_day(m, c->due_day) : ERR_NONE;
}

static err campaign_contact_run(service_call *call)
{
    making m;
    campaign_contact c;
    const campaign_word *how, *outcome;
    docket_said said;
    arena *a = call->request;
    TRY(begin(call, &m));
    TRY(read_contact(&m, &c, &how, &outcome));
    TRY(campaign_contact_say(m.office, &c, &said));
    if (said != DOCKET_SAME) TRY(store_commit(m.office->db));
    service_put_text(a, call->reply, "campaign", service_text_of(call, "campaign", TEXT_NONE));
    service_put_count(a, call->reply, "subject", c.subject_id);
    service_put_text(a, call->reply, "on", service_day_text(a, c.day));
    service_put_text(a, call->reply, "how", call->is_chinese ? how->zh : how->en);
    service_put_text(a, call->reply, "outcome", call->is_chinese ? outcome->zh : outcome->en);
    service_put_bool(a, call->reply, "changed", said != DOCKET_SAME);
    return ERR_NONE;
}

static const char *const CONTACT_EXAMPLES[] = {
    "doudi campaign contact 新业态专项 1024 --how phone --outcome considers --next 周五再联系 --due 2026-12-04 --as zhangwei", NULL };

const service_op CAMPAIGN_CONTACT_OP = {
    .name = "campaign.contact",
    .summary = "Say how a target was contacted, what came of it and what is next; of the same day and way, in the place of what was said",
    .summary_zh = "登记联系对象的方式、结果和下一步；同日同方式再登记即更正",
    .law = "龙政办发〔2022〕67号",
    .kind = SERVICE_WRITE,
    .permission = "campaign.contact",
    .scope = SERVICE_SCOPE_ID, .scope_of = "subject",
    .input = CONTACT_INPUT,
    .input_count = ARRAY_COUNT(CONTACT_INPUT),
    .output = CONTACT_OUTPUT,
    .output_count = ARRAY_COUNT(CONTACT_OUTPUT),
    .examples = CONTACT_EXAMPLES,
    .run = campaign_contact_run,
};
