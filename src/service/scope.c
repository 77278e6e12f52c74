#include "service/scope.h"

#include "codec/codec.h"
#include "service/alert.h"
#include "service/decide.h"
#include "service/record_rows.h"

const err_kind SCOPE_WHOLE = {
    "scope.whole", ERR_FORBIDDEN, "This is about the whole county, and this login is confined to {}; somebody of the county office does it.",
    "此操作涉及全县，本账号的管辖范围仅限 {}；请由县级经办人员办理。"
};
const err_kind SCOPE_OTHER = {
    "scope.other", ERR_FORBIDDEN, "This login is confined to {}, and this is not about somebody there by the registry of today.",
    "本账号的管辖范围仅限 {}，按登记库今日的记录，办理对象不在该范围内。"
};
const err_kind SCOPE_BY_ID = {
    "scope.by_id", ERR_FORBIDDEN, "A login that is confined to a township names whom it asks about by the id that doudi person find tells, and here it does not: {}.",
    "限定管辖范围的账号须以编号指明办理对象（用 doudi person find 查到），此处不是：{}。"
};
const err_kind SCOPE_BAD_REGION = {
    "scope.bad_region", ERR_BAD_INPUT, "{} is no township (9 digits) or village (12) of this county, nor the word county.",
    "{} 不是本县的乡镇（9 位）或村（12 位）区划代码，也不是 county。"
};

enum { ID_DIGITS = 14, TOWN_DIGITS = 9, VILLAGE_DIGITS = 12, VILLAGES = 1000 };
#define VILLAGES_FROM INT64_C(100000000000) /* 12 digits */

/* Shorter codes name a county or township of which no village is known. */
static int64_t place_of(int64_t region)
{
    while (region > 0 && region < VILLAGES_FROM) region *= 10;
    return region;
}

bool scope_has_place(scope_span span, int64_t region)
{
    int64_t place = place_of(region);
    return !span.until || (span.from <= place && place < span.until);
}

static err read_span(text region, scope_span *span)
{
    int64_t width = 1;
    *span = (scope_span){ 0 };
    if (!region.size_bytes) return ERR_NONE;
    if (region.size_bytes > VILLAGE_DIGITS || !codec_parse_scaled(region, 0, &span->from)) return err_of(&STAFF_BROKEN, "a region");
    for (size_t i = region.size_bytes; i < VILLAGE_DIGITS; i++) width *= 10;
    span->until = (span->from + 1) * width;
    span->from *= width;
    return ERR_NONE;
}

err scope_span_of(text region, scope_span *span)
{
    return read_span(text_equal_cstr(region, STAFF_WHOLE) ? TEXT("") : region, span);
}

static err region_of(county *office, text *region)
{
    staff *room;
    staff_user user;
    TRY(county_staff(office, &room));
    TRY(staff_user_read(office->memory, room, staff_session_user(office->session), &user));
    *region = user.region.size_bytes ? user.region : TEXT("");
    return ERR_NONE;
}

err scope_of(county *office, scope_span *span)
{
    text region;
    *span = (scope_span){ 0 };
    /* At the machine a read asks for nobody; from elsewhere nothing is read without somebody. */
    if (!office->session) return office->call->is_remote ? err_of(&COUNTY_NO_ACTOR, NULL) : ERR_NONE;
    TRY(region_of(office, &region));
    return read_span(region, span);
}

err scope_place(county *office, int64_t subject_id, int64_t *region)
{
    registry *people;
    bool is_merged;
    int64_t given_up, since_ms;
    *region = 0;
    if (subject_id <= 0) return ERR_NONE;
    TRY(county_people(office, &people));
    TRY(registry_place(people, subject_id, region, &is_merged));
    if (!is_merged) return ERR_NONE;
    TRY(record_follow(office, REGISTRY_NOW, &subject_id, &given_up, &since_ms));
    return registry_place(people, subject_id, region, &is_merged);
}

err scope_holds(county *office, scope_span span, int64_t subject_id, bool *holds)
{
    int64_t region;
    *holds = !span.until;
    if (*holds) return ERR_NONE;
    TRY(scope_place(office, subject_id, &region));
    *holds = scope_has_place(span, region);
    return ERR_NONE;
}

err scope_keep_alerts(county *office, scope_span span, alert_row *rows, size_t *count)
{
    size_t kept = 0;
    if (!span.until) return ERR_NONE;
    for (size_t i = 0; i < *count; i++) {
        alert_terms *terms = &rows[i].terms;
        if (terms->subject_kind == DECIDE_EACH_ACCOUNT) continue;
        if (terms->subject_kind == ALERT_OF_PLACE) terms->region = terms->subject_id;
        else TRY(scope_place(office, terms->subject_id, &terms->region));
        if (scope_has_place(span, terms->region)) rows[kept++] = rows[i];
    }
    *count = kept;
    return ERR_NONE;
}

/* The codes of a township's or village's digits count upwards: of one digit fewer they are a tenth as many. */
static size_t regions_of(scope_span span, registry_regions out[VILLAGE_DIGITS])
{
    size_t count = 0;
    int64_t width = 1;
    for (int digits = VILLAGE_DIGITS; digits > 0; digits--, width *= 10) {
        registry_regions r = { (span.from + width - 1) / width, (span.until + width - 1) / width };
        if (r.from < r.until) out[count++] = r;
    }
    return count;
}

/* Everybody who was ever said to live there, and the places themselves. */
static err subjects_of(county *office, scope_span span, int64_t **ids, size_t *count)
{
    registry *people;
    int64_t *found;
    registry_regions regions[VILLAGE_DIGITS];
    size_t region_count = regions_of(span, regions), places = 0, at = 0;
    TRY(county_people(office, &people));
    TRY(registry_find_placed(office->memory, people, regions, region_count, &found, count));
    for (size_t i = 0; i < region_count; i++) places += (size_t)(regions[i].until - regions[i].from);
    *ids = ARENA_ARRAY(office->memory, int64_t, *count + places + 1);
    for (size_t i = 0; i < region_count; i++)
        for (int64_t code = regions[i].from; code < regions[i].until; code++) (*ids)[at++] = code;
    for (size_t i = 0; i < *count; i++) (*ids)[at++] = found[i];
    *count = at;
    return ERR_NONE;
}

err scope_alerts(county *office, alert_book *book, scope_span span, alert_row **rows, size_t *count)
{
    int64_t *ids;
    size_t id_count;
    TRY(subjects_of(office, span, &ids, &id_count));
    TRY(alert_of_subjects(office->memory, book, ids, id_count, rows, count));
    return scope_keep_alerts(office, span, *rows, count);
}

text scope_text(arena *a, scope_span span)
{
    bool is_town = span.until - span.from > 1;
    return span.until ? text_format(a, "%lld", (long long)(is_town ? span.from / VILLAGES : span.from)) : TEXT("");
}

void scope_say(service_call *call, scope_span span)
{
    if (span.until) service_note(call, "of your township alone: ", "仅限本人管辖范围：", scope_text(call->request, span));
}

/* ---- before an operation ---- */

typedef struct {
    county *office;
    scope_span span;
    const char *region;
} fence;

static err need_held(const fence *f, int64_t subject_id)
{
    bool holds;
    TRY(scope_holds(f->office, f->span, subject_id, &holds));
    return holds ? ERR_NONE : err_of(&SCOPE_OTHER, f->region);
}

static bool read_id(const service_call *call, const char *name, int64_t *id)
{
    const service_argument *given = service_argument_of(call, name);
    if (given->count != 1 || given->values[0].size_bytes > ID_DIGITS || !codec_parse_scaled(given->values[0], 0, id)) return false;
    return *id > 0 && text_equal(given->values[0], text_format(call->request, "%lld", (long long)*id));
}

static err need_id(const fence *f, const char *name, int64_t *id)
{
    if (read_id(f->office->call, name, id)) return need_held(f, *id);
    return err_of(&SCOPE_BY_ID, text_format(f->office->call->request, "--%s", name).bytes);
}

/* Somebody is named, and everybody who is named lives there. */
static err need_named(const fence *f)
{
    const service_op *op = f->office->call->op;
    const char *const names[] = { op->scope_of, op->own_person, op->own_employer };
    bool is_named = false;
    int64_t id;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (!names[i] || !service_argument_of(f->office->call, names[i])->count) continue;
        TRY(need_id(f, names[i], &id));
        is_named = true;
    }
    const char *wanted = names[0] ? names[0] : names[1] ? names[1] : names[2];
    return is_named ? ERR_NONE : err_of(&SCOPE_BY_ID, text_format(f->office->call->request, "--%s", wanted).bytes);
}

/* Of every day: what is entered later may be about the household of then. */
static err need_households(const fence *f)
{
    registry_record record;
    int64_t id;
    TRY(need_named(f));
    if (!read_id(f->office->call, f->office->call->op->scope_of, &id)) return err_of(&SCOPE_OTHER, f->region);
    TRY(registry_record_read(f->office->memory, f->office->people, id, REGISTRY_NOW, &record));
    const registry_member *members = record.facts[REGISTRY_MEMBER];
    for (size_t i = 0; i < record.count[REGISTRY_MEMBER]; i++)
        if (!members[i].fact.is_void) TRY(need_held(f, members[i].household_id));
    return ERR_NONE;
}

/* One that is not there is told as another's, so that numbers tell nothing. */
static err need_case_id(const fence *f, int64_t id)
{
    cases_book *book;
    cases_row row;
    TRY(county_cases(f->office, &book));
    err e = cases_read(f->office->memory, book, id, &row);
    if (e.kind == &CASES_NOT_FOUND) return err_of(&SCOPE_OTHER, f->region);
    TRY(e);
    return need_held(f, row.subject_id);
}

static err need_case(const fence *f)
{
    int64_t id;
    return read_id(f->office->call, "case", &id) ? need_case_id(f, id) : err_of(&SCOPE_BY_ID, "--case");
}

static err need_file(const fence *f)
{
    archive_book *book;
    archive_file file;
    int64_t id;
    if (!read_id(f->office->call, "file", &id)) return err_of(&SCOPE_BY_ID, "--file");
    TRY(county_archive(f->office, &book));
    err e = archive_file_read(f->office->memory, book, id, &file);
    if (e.kind == &ARCHIVE_NO_FILE) return err_of(&SCOPE_OTHER, f->region);
    TRY(e);
    return need_case_id(f, file.case_id);
}

static err need_alert(const fence *f)
{
    alert_book *book;
    alert_row row;
    int64_t id;
    size_t count = 1;
    if (!read_id(f->office->call, "alert", &id)) return err_of(&SCOPE_BY_ID, "--alert");
    TRY(county_alerts(f->office, &book));
    err e = alert_read(f->office->memory, book, id, &row);
    if (e.kind == &ALERT_NOT_FOUND) return err_of(&SCOPE_OTHER, f->region);
    TRY(e);
    TRY(scope_keep_alerts(f->office, f->span, &row, &count));
    return count ? ERR_NONE : err_of(&SCOPE_OTHER, f->region);
}

err scope_permit(county *office)
{
    text region;
    TRY(region_of(office, &region));
    if (!region.size_bytes) return ERR_NONE;
    fence f = { .office = office, .region = text_cstr(office->call->request, region) };
    TRY(read_span(region, &f.span));
    switch (office->call->op->scope) {
    case SERVICE_SCOPE_FREE:
    case SERVICE_SCOPE_LIST: return ERR_NONE;
    case SERVICE_SCOPE_ID: return need_named(&f);
    case SERVICE_SCOPE_HOUSEHOLD: return need_households(&f);
    case SERVICE_SCOPE_CASE: return need_case(&f);
    case SERVICE_SCOPE_FILE: return need_file(&f);
    case SERVICE_SCOPE_ALERT: return need_alert(&f);
    default: return err_of(&SCOPE_WHOLE, f.region);
    }
}

/* ---- whoever is confined ---- */

err scope_read(county *office, text said, text *region)
{
    text county_code;
    *region = said;
    if (text_equal_cstr(said, STAFF_WHOLE)) return ERR_NONE;
    bool is_place = said.size_bytes == TOWN_DIGITS || said.size_bytes == VILLAGE_DIGITS;
    for (size_t i = 0; i < said.size_bytes; i++) is_place &= said.bytes[i] >= '0' && said.bytes[i] <= '9';
    TRY(county_setting(office, "office.region_code", &county_code));
    if (is_place && text_begins(said, text_sub(county_code, 0, county_code.size_bytes < 6 ? county_code.size_bytes : 6))) return ERR_NONE;
    return err_of(&SCOPE_BAD_REGION, text_cstr(office->call->request, said));
}
