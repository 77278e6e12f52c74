#include "service/month.h"

#include <string.h>

#include "calendar/calendar.h"
#include "service/files.h"
#include "service/adopt.h"
#include "service/ledger_csv.h"
#include "service/words.h"

const err_kind MONTH_NOT_FIRST = {
    "month.not_first", ERR_CONFLICT,
    "The office begins its business with {}; that month is opened first.",
    "本机构业务从 {} 开始；须先开启该月。"
};
const err_kind MONTH_GAP = {
    "month.gap", ERR_CONFLICT,
    "Months are opened in order; the next one is {}.",
    "月份须依次开启；下一个月是 {}。"
};
const err_kind MONTH_NOT_OPEN = {
    "month.not_open", ERR_CONFLICT,
    "The month {} is not the open one; doudi month status shows which is, doudi month open opens the next.",
    "{} 不是当前开启的月份；用 doudi month status 查看，用 doudi month open 开启下一个月。"
};
const err_kind MONTH_UNKNOWN_PURPOSE = {
    "month.unknown_purpose", ERR_NOT_FOUND,
    "Nothing is billed for {}; employee, flexible, resident, public, unemployed and collective are.",
    "没有“{}”这类账单；可用 employee（单位职工）、flexible（灵活就业）、resident（城乡居民）、public（机关事业单位）、unemployed（失业人员代缴医保）、collective（集体补助）。"
};
const err_kind MONTH_NO_TABLE = {
    "month.no_table", ERR_NOT_FOUND,
    "The packs have no table {}.", "政策包中没有表 {}。"
};
const err_kind MONTH_NO_SETTING = {
    "month.no_setting", ERR_NOT_FOUND,
    "packs/ledger/collecting.csv says nothing of {}.", "packs/ledger/collecting.csv 中没有 {} 这一项。"
};

const err_kind MONTH_BAD_TABLE = {
    "month.bad_table", ERR_BAD_INPUT,
    "This cannot be used as it stands in packs/ledger: {}.", "packs/ledger 中的这一项无法使用：{}。"
};

/* ---- the month ---- */

static err read_charter(month_call *m)
{
    text open, code;
    TRY(county_charter(m->office, &m->charter));
    TRY(county_setting(m->office, "office.region", &m->region));
    TRY(charter_read(m->memory, m->charter, TEXT("office.region_code"), CHARTER_NOW, &code));
    (void)codec_parse_scaled(code, 0, &m->region_code);
    TRY(charter_read(m->memory, m->charter, TEXT("month.open"), CHARTER_NOW, &open));
    m->open_month = INT32_MIN;
    return open.size_bytes ? calendar_parse_month(open, &m->open_month) : ERR_NONE;
}

err month_begin(service_call *call, county_need need, month_call *m)
{
    staff_session *session;
    *m = (month_call){ .call = call };
    TRY(service_month_of(call, "month", INT32_MIN, &m->month));
    TRY(county_open(call, need, &m->office));
    m->memory = m->office->memory;
    if (need == COUNTY_WRITE) TRY(county_login(m->office, &session));
    TRY(read_charter(m));
    return county_begin(m->office);
}

err month_of_office(county *office, month_call *m)
{
    *m = (month_call){ .call = office->call, .office = office, .memory = office->memory };
    TRY(read_charter(m));
    m->month = m->open_month;
    return ERR_NONE;
}

err month_need_open(const month_call *m)
{
    if (m->month == m->open_month) return ERR_NONE;
    return err_of(&MONTH_NOT_OPEN, service_month_text(m->call->request, m->month).bytes);
}

err month_say(month_call *m, const char *name, text value)
{
    charter_act act = { .actor_id = m->office->actor_id, .known_ms = m->office->now_ms,
                        .why = text_of(m->call->op->name) };
    return charter_say(m->charter, &act, text_of(name), value);
}

text month_key(const month_call *m, const char *what, text of)
{
    return text_format(m->memory, "%s/%.*s/%.*s", what, TEXT_ARG(of),
                       TEXT_ARG(service_month_text(m->memory, m->month)));
}

text month_seconds(const month_call *m, int64_t begun_ns)
{
    enum { NS_A_CENTISECOND = 10000000 };
    char seconds[CODEC_SCALED_BYTES];
    size_t size = codec_print_scaled((os_monotonic_ns() - begun_ns) / NS_A_CENTISECOND, 2, seconds);
    return text_copy(m->call->request, (text){ seconds, size });
}

/* ---- purposes ---- */

static const month_purpose PURPOSES[] = {
    { "employee", "employees", "单位职工", false },
    { "flexible", "flexible workers", "灵活就业人员", false },
    { "resident", "residents", "城乡居民", true },
    { "public", "public bodies", "机关事业单位", false },
    { "unemployed", "medical contributions of the unemployed", "失业人员代缴医保", false },
    { "collective", "collective help", "集体补助", true },
};

const month_purpose *month_purposes(size_t *count)
{
    *count = ARRAY_COUNT(PURPOSES);
    return PURPOSES;
}

err month_purpose_of(const month_call *m, text said, const month_purpose **purpose)
{
    for (size_t i = 0; i < ARRAY_COUNT(PURPOSES); i++)
        if (text_equal_cstr(said, PURPOSES[i].name)) {
            *purpose = &PURPOSES[i];
            return ERR_NONE;
        }
    return err_of(&MONTH_UNKNOWN_PURPOSE, text_cstr(m->call->request, said));
}

/* ---- tables ---- */

err month_table(const month_call *m, const char *file, const service_csv_column *columns, service_csv *csv)
{
    const char *name = text_format(m->memory, "ledger/%s", file).bytes;
    return adopt_csv_open(m->office, name, columns, err_of(&MONTH_NO_TABLE, file), csv);
}

err month_setting(const month_call *m, const char *name, text *value)
{
    enum { NAME, VALUE };
    static const service_csv_column COLUMNS[] = {
        [NAME] = { "项目", "setting", false }, [VALUE] = { "值", "value", false }, { NULL, NULL, false },
    };
    service_csv csv;
    TRY(month_table(m, "collecting.csv", COLUMNS, &csv));
    for (;;) {
        bool has_row;
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) return err_of(&MONTH_NO_SETTING, name);
        if (!text_equal_cstr(service_csv_cell(&csv, NAME), name)) continue;
        *value = text_copy(m->memory, service_csv_cell(&csv, VALUE));
        return ERR_NONE;
    }
}
