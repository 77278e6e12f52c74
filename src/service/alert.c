#include "service/alert.h"

#include "calendar/calendar.h"
#include "service/decide.h"
#include "service/indicator.h"
#include "watch/watch.h"

const char *alert_subject_word(const service_call *call, int64_t kind)
{
    switch (kind) {
    case DECIDE_EACH_HOUSEHOLD: return service_say(call, "household", "家庭");
    case DECIDE_EACH_EMPLOYER: return service_say(call, "employer", "单位");
    case DECIDE_EACH_ACCOUNT: return service_say(call, "account", "账户");
    case ALERT_OF_PLACE: return service_say(call, "place", "地区");
    default: return service_say(call, "person", "个人");
    }
}

/* The last that was said of it. */
static text name_in(arena *a, const registry_record *record)
{
    size_t count = record->count[record->kind];
    if (!count) return TEXT_NONE;
    if (record->kind == REGISTRY_EMPLOYER)
        return text_copy(a, ((const registry_employer *)record->facts[REGISTRY_EMPLOYER])[count - 1].name);
    if (record->kind != REGISTRY_PERSON) return TEXT_NONE;
    return text_copy(a, ((const registry_person *)record->facts[REGISTRY_PERSON])[count - 1].name);
}

static err place_name(county *office, int64_t place, text *name)
{
    month_call m;
    indicator_names *names;
    TRY(month_of_office(office, &m));
    m.month = calendar_month_of_day(office->call->office->settings.today_day);
    TRY(indicator_names_open(&m, &names));
    *name = text_copy(office->call->request, indicator_name_of(names, place));
    return ERR_NONE;
}

err alert_subject_name(county *office, const alert_row *row, text *name)
{
    registry *people;
    registry_record record;
    arena *a = office->call->request;
    *name = TEXT_NONE;
    if (row->terms.subject_kind == ALERT_OF_PLACE) return place_name(office, row->terms.subject_id, name);
    if (row->terms.subject_kind == DECIDE_EACH_ACCOUNT) return ERR_NONE;
    TRY(county_people(office, &people));
    err e = registry_record_who(office->memory, people, row->terms.subject_id, &record);
    if (e.kind == &REGISTRY_NOT_FOUND) return ERR_NONE;
    TRY(e);
    *name = name_in(a, &record);
    return ERR_NONE;
}

text alert_user_name(county *office, int64_t user_id)
{
    staff *room;
    staff_user user;
    if (!user_id) return TEXT("-");
    if (!county_staff(office, &room).kind && !staff_user_read(office->memory, room, user_id, &user).kind && user.id)
        return text_copy(office->call->request, user.login);
    return text_format(office->call->request, "#%lld", (long long)user_id);
}

const char *alert_severity_word(const service_call *call, int64_t severity)
{
    if (severity == WATCH_HIGH) return service_say(call, "high", "高");
    return severity == WATCH_LOW ? service_say(call, "low", "低") : service_say(call, "medium", "中");
}

const char *alert_action_word(const service_call *call, int64_t action)
{
    if (action == WATCH_HOLD) return service_say(call, "hold", "暂停");
    return action == WATCH_CASE ? service_say(call, "case", "立案") : service_say(call, "notify", "提醒");
}

text alert_risk_text(arena *a, int64_t risk_fen)
{
    return risk_fen == ALERT_NO_RISK ? TEXT("-") : service_yuan(a, risk_fen);
}

text alert_town_text(arena *a, int64_t region)
{
    enum { VILLAGES = 1000, TOWN_MOST = 1000000000 };
    while (region >= TOWN_MOST) region /= VILLAGES;
    return region > 0 ? text_format(a, "%lld", (long long)region) : TEXT("-");
}

text alert_day_text(arena *a, int32_t day)
{
    return day > 0 && calendar_is_day(day) ? service_day_text(a, day) : TEXT("-");
}
