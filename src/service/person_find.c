/* doudi person find: people and employers by what somebody has in hand of them: a part of a name, how it sounds, a
 * number, the last places of one beside a name. Numbers are masked; whole ones are asked for of one person. */
#include <string.h>

#include "codec/codec.h"
#include "ident/ident.h"
#include "service/person_find.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/scope.h"

const err_kind PERSON_FIND_TAIL_ALONE = {
    "find.tail_alone", ERR_BAD_INPUT,
    "The last places of a number are looked for beside a name: write the name, a blank, and {}.",
    "只有号码末几位时，请同时写出姓名，如：张伟 {}。"
};

enum { LIMIT_DEFAULT = 20, LIMIT_MAX = 200, NAMES_MAX = 400, NAMESAKES_MAX = 5000, /* of whom the number's end is compared */ ID_DIGITS = 14 };

static const char *const WHATS[] = { "person", "employer", NULL };
static const service_field FIND_INPUT[] = {
    { .name = "text", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "TEXT",
      .summary = "a part of a name in simplified or traditional characters, its pinyin whole (zhangwei) or by initials (zw), a citizen "
                 "number, credit code, telephone or id; or a name and the last places of the number: '张伟 002X'",
      .summary_zh = "姓名或名称的一部分（简体、繁体均可）、全拼（zhangwei）或首字母（zw）、身份证号、统一社会信用代码、手机号、编号；也可写“姓名 号码末几位”，如“张伟 002X”" },
    { .name = "what", .type = SERVICE_TEXT, .choices = WHATS, .summary = "only people, or only employers", .summary_zh = "只找人，或只找单位" },
    { .name = "limit", .type = SERVICE_COUNT, .shows = "N", .summary = "at most so many of each (default 20, at most 200; pages have 200)",
      .summary_zh = "各最多列出多少（默认 20，最多 200；分页时共 200）" },
    SERVICE_COUNTY_FIELD,
};
static const service_field FIND_PERSON[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "id", .summary_zh = "编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "once", .type = SERVICE_TEXT, .summary = "found by a former name", .summary_zh = "曾用名" },
    { .name = "number", .type = SERVICE_TEXT, .summary = "citizen number", .summary_zh = "证件号码" },
    { .name = "sex", .type = SERVICE_TEXT, .summary = "sex", .summary_zh = "性别" },
    { .name = "born", .type = SERVICE_TEXT, .summary = "born", .summary_zh = "出生日期" },
    { .name = "died", .type = SERVICE_TEXT, .summary = "died", .summary_zh = "死亡日期" },
    { .name = "employer", .type = SERVICE_TEXT, .summary = "employer", .summary_zh = "单位" },
    { .name = "given_up", .type = SERVICE_COUNT, .is_optional = true, .summary = "found by this record, merged into it",
      .summary_zh = "按此编号找到（已并入）" },
};
static const service_field FIND_EMPLOYER[] = {
    { .name = "employer", .type = SERVICE_COUNT, .summary = "id", .summary_zh = "编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "once", .type = SERVICE_TEXT, .summary = "found by a former name", .summary_zh = "曾用名" },
    { .name = "code", .type = SERVICE_TEXT, .summary = "credit code", .summary_zh = "统一社会信用代码" },
};
static const service_field FIND_OUTPUT[] = {
    { .name = "people", .type = SERVICE_OBJECT, .is_list = true, .summary = "people", .summary_zh = "人员", .fields = FIND_PERSON,
      .field_count = ARRAY_COUNT(FIND_PERSON) },
    { .name = "employers", .type = SERVICE_OBJECT, .is_list = true, .summary = "employers", .summary_zh = "单位", .fields = FIND_EMPLOYER,
      .field_count = ARRAY_COUNT(FIND_EMPLOYER) },
    { .name = "is_more", .type = SERVICE_FLAG, .summary = "there are more, which no page has", .summary_zh = "还有更多，各页均未列出" },
};

/* ---- what was typed ---- */

typedef struct {
    text name, tail; /* a part of a name; behind it the last places of a number */
    registry_found *found;
    size_t count, max; /* looked at at most */
} asked;

static size_t digits_of(text t)
{
    size_t n = 0;
    while (n < t.size_bytes && t.bytes[n] >= '0' && t.bytes[n] <= '9') n++;
    return n;
}

/* Four to eight last places of a citizen number, of which the very last may be X. */
static bool is_tail(text t)
{
    size_t digits = digits_of(t);
    bool has_x = digits + 1 == t.size_bytes && (t.bytes[digits] | 0x20) == 'x';
    return t.size_bytes >= 4 && t.size_bytes <= 8 && (has_x || digits == t.size_bytes);
}

/* Full-width letters and digits, as an input method leaves them, mean the usual ones; blanks become one. */
text person_find_narrowed(arena *a, text said)
{
    text_builder out = text_builder_open(a);
    for (size_t at = 0; at < said.size_bytes;) {
        uint32_t rune = text_next_rune(said, &at);
        if (rune >= 0xFF01 && rune <= 0xFF5E) rune = rune - 0xFF01 + '!';
        if (rune == 0x3000 || rune == '\t') rune = ' ';
        if (rune == ' ' && (!out.size_bytes || text_ends(text_built(&out), TEXT(" ")))) continue;
        text_add_rune(&out, rune);
    }
    return text_trim(text_built(&out));
}

static void split(text said, asked *q)
{
    q->name = said;
    for (size_t i = said.size_bytes; i > 0; i--) {
        if (said.bytes[i - 1] != ' ') continue;
        text last = text_sub(said, i, said.size_bytes);
        if (!is_tail(last)) return;
        q->name = text_sub(said, 0, i - 1);
        q->tail = last;
        return;
    }
}

static void take_ids(arena *a, asked *q, const int64_t *ids, size_t count)
{
    size_t capacity = q->count;
    registry_found *grown = ARENA_ARRAY(a, registry_found, q->count + count + 1);
    if (q->count) memcpy(grown, q->found, q->count * sizeof *grown);
    q->found = grown;
    for (size_t i = 0; i < count; i++) q->found[capacity + i] = (registry_found){ .subject_id = ids[i] };
    q->count += count;
}

/* Numbers find exactly; without the office's key none is found by its hash. */
static err find_number(county *office, text said, asked *q)
{
    arena *a = office->call->request;
    size_t digits = digits_of(said), count;
    int64_t *ids, id;
    if (digits == said.size_bytes && digits <= ID_DIGITS && codec_parse_scaled(said, 0, &id)) take_ids(a, q, &id, 1);
    if (digits == 11) {
        TRY(registry_find_phone(a, office->people, said, &ids, &count));
        take_ids(a, q, ids, count);
    }
    if (said.size_bytes == 15 || said.size_bytes == 18) {
        TRY(registry_find_number(a, office->people, said, &ids, &count));
        take_ids(a, q, ids, count);
    }
    if (said.size_bytes != 18) return ERR_NONE;
    err e = registry_find_code(a, office->people, said, &id);
    if (e.kind == &REGISTRY_NOT_FOUND) return ERR_NONE;
    TRY(e);
    take_ids(a, q, &id, 1);
    return ERR_NONE;
}

static err find(county *office, text said, asked *q)
{
    arena *a = office->call->request;
    split(said, q);
    bool is_number = digits_of(said) >= 1 && digits_of(said) + 10 >= said.size_bytes && said.size_bytes <= 18 && !q->tail.size_bytes;
    for (size_t i = 0; is_number && i < said.size_bytes; i++) is_number = (uint8_t)said.bytes[i] < 0x80 && said.bytes[i] != ' ';
    if (is_number) TRY(find_number(office, said, q));
    if (is_number && q->count) return ERR_NONE;
    if (is_tail(said) && digits_of(said) < said.size_bytes) return err_of(&PERSON_FIND_TAIL_ALONE, text_cstr(a, said));
    q->max = q->tail.size_bytes ? NAMESAKES_MAX : NAMES_MAX;
    return registry_search(a, office->people, q->name, q->max, &q->found, &q->count);
}

/* ---- what is told of each ---- */

typedef struct {
    county *office;
    const asked *q;
    record_view view;
    service_value *people, *employers;
    size_t limit;
    int64_t died; /* the word, or 0 */
    int64_t given_up; /* the record by which the one at hand was found, merged into it since; or 0 */
    bool is_more;
    scope_span span; /* of the user */
    arena *scratch; /* of one subject */
} finding;

static err put_employer_of(finding *f, service_value *v, const registry_roster_row *row)
{
    arena *a = f->office->call->request;
    registry_record record;
    int64_t id = 0;
    for (size_t i = 0; i < row->enrolment_count && !id; i++) id = row->enrolments[i].employer_id;
    text name = TEXT("");
    if (id) {
        TRY(registry_record_read(f->scratch, f->office->people, id, REGISTRY_NOW, &record));
        const registry_employer *named = record.facts[REGISTRY_EMPLOYER];
        if (record.kind == REGISTRY_EMPLOYER) name = text_copy(a, named[record.count[REGISTRY_EMPLOYER] - 1].name);
    }
    service_put_text(a, v, "employer", name);
    return ERR_NONE;
}

static bool fits_tail(text number, text tail)
{
    if (number.size_bytes < tail.size_bytes) return false;
    for (size_t i = 0; i < tail.size_bytes; i++) {
        char c = tail.bytes[i], is = number.bytes[number.size_bytes - tail.size_bytes + i];
        if ((c == 'x' ? 'X' : c) != is) return false;
    }
    return true;
}

/* A former name is told, so that nobody wonders why this person stands there. */
static void put_once(arena *a, service_value *v, text by, text name)
{
    service_put_text(a, v, "once", by.size_bytes && !text_equal(by, name) ? by : TEXT(""));
}

static err put_person(finding *f, const registry_found *by, const registry_roster_row *row)
{
    service_call *call = f->office->call;
    arena *a = call->request;
    const registry_person *p = row->subject;
    registry_secret number = p->number;
    bool is_full = f->people->child_count == f->limit;
    if (is_full && !f->q->tail.size_bytes) {
        f->is_more = true;
        return ERR_NONE;
    }
    text shown, name = text_copy(a, p->name);
    TRY(record_secret(&f->view, row->subject_id, &number, &shown));
    if (f->q->tail.size_bytes && !fits_tail(number.plain, f->q->tail)) return ERR_NONE;
    f->is_more |= is_full;
    if (is_full) return ERR_NONE;
    service_value *v = service_put_object(a, f->people, NULL);
    service_put_count(a, v, "person", row->subject_id);
    service_put_text(a, v, "name", name);
    put_once(a, v, by->name, name);
    service_put_text(a, v, "number", shown.bytes ? text_copy(a, shown) : TEXT(""));
    service_put_cstr(a, v, "sex", p->sex == 1 ? service_say(call, "male", "男") : p->sex == 2 ? service_say(call, "female", "女") : "");
    service_put_text(a, v, "born", p->birth_day ? service_day_text(a, (int32_t)p->birth_day) : TEXT(""));
    if (f->given_up) service_put_count(a, v, "given_up", f->given_up);
    bool is_dead = row->attribute_count && row->attributes[0].value > 0;
    service_put_text(a, v, "died", is_dead ? service_day_text(a, (int32_t)row->attributes[0].value) : TEXT(""));
    return put_employer_of(f, v, row);
}

static err put_employer(finding *f, const registry_found *by, const registry_roster_row *row)
{
    arena *a = f->office->call->request;
    const registry_employer *e = row->subject;
    if (f->q->tail.size_bytes) return ERR_NONE;
    if (f->employers->child_count == f->limit) {
        f->is_more = true;
        return ERR_NONE;
    }
    service_value *v = service_put_object(a, f->employers, NULL);
    service_put_count(a, v, "employer", row->subject_id);
    service_put_text(a, v, "name", text_copy(a, e->name));
    put_once(a, v, by->name, e->name);
    service_put_text(a, v, "code", text_copy(a, e->code));
    return ERR_NONE;
}

static err put_as(finding *f, const registry_found *by, registry_kind kind, bool *is_so)
{
    registry_roster *roster;
    const registry_roster_row *row;
    registry_roster_options wants = { .day = f->view.day, .known_ms = REGISTRY_NOW, .of = kind, .has_subjects = true,
                                      .subjects = &by->subject_id, .subject_count = 1, .attributes = &f->died, .attribute_count = 1 };
    if (kind == REGISTRY_PERSON) wants.wants = 1u << REGISTRY_ENROLMENT | (f->died ? 1u << REGISTRY_ATTRIBUTE : 0);
    TRY(registry_roster_open(f->scratch, f->office->people, eventlog_bucket_of(by->subject_id), &wants, &roster));
    err e = registry_roster_next(roster, &row);
    *is_so = !e.kind && row;
    int64_t region = !*is_so ? 0 : kind == REGISTRY_PERSON ? ((const registry_person *)row->subject)->region : ((const registry_employer *)row->subject)->region;
    bool holds = scope_has_place(f->span, region);
    if (*is_so && holds) e = kind == REGISTRY_PERSON ? put_person(f, by, row) : put_employer(f, by, row);
    registry_roster_close(roster);
    return e;
}

/* Two records of one person, both found, are one. */
static service_value *shown_as(const finding *f, int64_t id)
{
    for (service_value *v = f->people->first; v; v = v->next)
        if (service_member(v, "person")->count == id) return v;
    return NULL;
}

/* Once there are enough people only employers are looked for, and once there are enough of either the search soon ends:
 * whoever types more finds the rest. */
static err put_found(finding *f, text what)
{
    bool has_people = !text_equal_cstr(what, "employer"), has_employers = !text_equal_cstr(what, "person");
    for (size_t i = 0; i < f->q->count; i++) {
        registry_found *by = &f->q->found[i];
        int64_t since_ms;
        bool is_so = false, has_enough = f->people->child_count == f->limit && !f->q->tail.size_bytes;
        bool has_companies = f->employers->child_count == f->limit;
        bool is_done = (!has_people || has_enough) && (!has_employers || has_companies);
        if (is_done || ((has_enough || has_companies) && i > 50 + 4 * f->limit)) {
            f->is_more = true;
            return ERR_NONE;
        }
        arena_reset(f->scratch);
        TRY(record_follow(f->office, REGISTRY_NOW, &by->subject_id, &f->given_up, &since_ms));
        service_value *shown = shown_as(f, by->subject_id);
        if (shown && f->given_up && !service_member(shown, "given_up"))
            service_put_count(f->office->call->request, shown, "given_up", f->given_up);
        if (shown) continue;
        if (has_people && !has_enough) TRY(put_as(f, by, REGISTRY_PERSON, &is_so));
        if (has_employers && !is_so) TRY(put_as(f, by, REGISTRY_EMPLOYER, &is_so));
        f->is_more |= has_people && has_enough && !is_so;
    }
    f->is_more |= f->q->max && f->q->count == f->q->max && !f->span.until; /* of another township that would tell something */
    return ERR_NONE;
}

/* ---- the operation ---- */

/* A store of before gets the parts of its names from the first who looks. */
err person_find_open(service_call *call, county **office)
{
    registry *people;
    bool is_ready;
    TRY(county_open(call, COUNTY_READ, office));
    TRY(county_people(*office, &people));
    TRY(registry_search_ready(people, false, &is_ready));
    if (is_ready) return ERR_NONE;
    county_close(call->county);
    call->county = NULL;
    TRY(county_open(call, COUNTY_WRITE, office));
    TRY(county_people(*office, &people));
    TRY(county_begin(*office));
    err e = registry_search_ready(people, true, &is_ready);
    if (e.kind) store_rollback((*office)->db);
    return e.kind ? e : store_commit((*office)->db);
}

err person_find_people(county *office, scope_span span, text said, text what, size_t limit, service_value *people, service_value *employers, bool *is_more)
{
    asked q = { 0 };
    finding f = { .office = office, .q = &q, .limit = limit, .people = people, .employers = employers, .span = span };
    f.view = (record_view){ .office = office, .day = office->call->office->settings.today_day };
    TRY(registry_word_find(office->people, TEXT("person.death_day"), &f.died));
    TRY(find(office, person_find_narrowed(office->call->request, said), &q));
    f.scratch = arena_open();
    err e = put_found(&f, what);
    arena_close(f.scratch);
    *is_more = f.is_more;
    return e;
}

size_t person_find_limit(const service_call *call, size_t otherwise, size_t most)
{
    uint64_t limit = service_size_of(call, "limit", call->is_paged ? most : otherwise);
    return limit > most ? most : limit ? (size_t)limit : otherwise;
}

void person_find_put_more(service_call *call, bool is_more, size_t limit)
{
    service_put_bool(call->request, call->reply, "is_more", is_more);
    if (!call->is_paged || !is_more) return;
    service_note(call, "more are found than the pages have, which end after so many of each kind; write more of what is looked for: ",
                 "找到的比各页列出的多，各页合计每类最多列出这么多；请多写几个字再找：", text_format(call->request, "%zu", limit));
}

static err person_find_run(service_call *call)
{
    county *office;
    scope_span span;
    bool is_more;
    arena *a = call->request;
    size_t limit = person_find_limit(call, LIMIT_DEFAULT, LIMIT_MAX);
    TRY(person_find_open(call, &office));
    service_value *people = service_put_list(a, call->reply, "people"), *employers = service_put_list(a, call->reply, "employers");
    TRY(scope_of(office, &span));
    scope_say(call, span);
    TRY(person_find_people(office, span, service_text_of(call, "text", TEXT_NONE), service_text_of(call, "what", TEXT("")),
                           limit, people, employers, &is_more));
    person_find_put_more(call, is_more, limit);
    return ERR_NONE;
}

static void person_find_print(const service_call *call, text_builder *out)
{
    const service_value *people = service_member(call->reply, "people"), *employers = service_member(call->reply, "employers");
    for (const service_value *v = people->first; v; v = v->next) {
        text once = service_member(v, "once")->word, died = service_member(v, "died")->word;
        text_add_format(out, "%lld  %.*s", (long long)service_member(v, "person")->count, TEXT_ARG(service_member(v, "name")->word));
        if (once.size_bytes) text_add_format(out, service_say(call, " (once %.*s)", "（曾用名 %.*s）"), TEXT_ARG(once));
        for (const char *const *name = (const char *const[]){ "number", "sex", "born", "employer", NULL }; *name; name++) {
            text word = service_member(v, *name)->word;
            if (word.size_bytes) text_add_format(out, "  %.*s", TEXT_ARG(word));
        }
        const service_value *given_up = service_member(v, "given_up");
        if (given_up)
            text_add_format(out, service_say(call, "  (record %lld was merged into it)", "（编号 %lld 已并入）"), (long long)given_up->count);
        if (died.size_bytes) text_add_format(out, service_say(call, "  died %.*s", "  %.*s 死亡"), TEXT_ARG(died));
        text_add_char(out, '\n');
    }
    for (const service_value *v = employers->first; v; v = v->next) {
        text once = service_member(v, "once")->word;
        text_add_format(out, "%lld  %.*s  %.*s", (long long)service_member(v, "employer")->count,
                        TEXT_ARG(service_member(v, "name")->word), TEXT_ARG(service_member(v, "code")->word));
        if (once.size_bytes) text_add_format(out, service_say(call, " (once %.*s)", "（曾用名 %.*s）"), TEXT_ARG(once));
        text_add_char(out, '\n');
    }
    if (!people->first && !employers->first)
        text_add_cstr(out, service_say(call, "Nobody is found; a shorter part, or fewer letters, finds more.\n", "没有找到；少写几个字或字母再试。\n"));
    if (service_member(call->reply, "is_more")->is_true)
        text_add_cstr(out, service_say(call, "There are more: write more of the name, or --limit.\n", "还有更多：请多写几个字，或用 --limit。\n"));
}

static const char *const FIND_EXAMPLES[] = { "doudi person find zhangw", "doudi person find '张伟 002X'", "doudi person find 化肥厂 --what employer", NULL };

const service_op PERSON_FIND_OP = {
    .name = "person.find",
    .summary = "Find people and employers by a part of a name, its pinyin, or a number",
    .summary_zh = "按姓名片段、拼音或号码查找人员和单位",
    .law = "社会保险法 第七十四条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = FIND_INPUT,
    .input_count = ARRAY_COUNT(FIND_INPUT),
    .output = FIND_OUTPUT,
    .output_count = ARRAY_COUNT(FIND_OUTPUT),
    .examples = FIND_EXAMPLES,
    .run = person_find_run,
    .print = person_find_print,
};
