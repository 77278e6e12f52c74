/* doudi contribution rebase: the declarations of a year's bases, and what becomes of who is not declared.
 *
 * A base is what is declared, kept between the floor and the ceiling by the packs when it is billed. So
 * rebasing says new declared wages from a day on; the packs (purpose `rebase`) tell what base each makes. */
#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/contribution.h"
#include "service/grid.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/words.h"

static const service_field REBASE_INPUT[] = {
    { .name = "file", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .shows = "FILE.csv|xlsx",
      .summary = "declared wages: employer (code or id), person (number or id), wage",
      .summary_zh = "缴费工资申报表：单位（信用代码或编号）、证件号码或人员编号、申报工资" },
    { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM", .is_required = true, .summary = "first month of the new bases",
      .summary_zh = "新基数起用月" },
    { .name = "missing", .type = SERVICE_NAME, .shows = "keep|raise",
      .summary = "whose employer declared nothing: keep the base (default), or raise it by the packs (欠费.未申报核定基数)",
      .summary_zh = "整个单位未申报的：keep 沿用原基数（默认），raise 按政策包（欠费.未申报核定基数）核定" },
    { .name = "list", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write everybody who differs here",
      .summary_zh = "将有变化、未申报、超上下限的人员写入此文件" },
    DUES_DRY_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field REBASE_ROW[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "employer", .type = SERVICE_COUNT, .summary = "employer", .summary_zh = "单位" },
    { .name = "employer_name", .type = SERVICE_TEXT, .summary = "name of the employer", .summary_zh = "单位名称" },
    { .name = "note", .type = SERVICE_TEXT, .summary = "note", .summary_zh = "说明" },
    { .name = "wage_was", .type = SERVICE_TEXT, .summary = "declared before", .summary_zh = "原申报工资" },
    { .name = "wage", .type = SERVICE_TEXT, .summary = "declared now", .summary_zh = "本次申报工资" },
    { .name = "base_was", .type = SERVICE_TEXT, .summary = "base before", .summary_zh = "原基数" },
    { .name = "base", .type = SERVICE_TEXT, .summary = "base now", .summary_zh = "新基数" },
};
enum { ROW_COLUMNS = sizeof REBASE_ROW / sizeof REBASE_ROW[0], ROW_FIRST_NUMBER = 5, SHOWN_MAX = 30 };
static const service_field REBASE_REJECT[] = {
    { .name = "line", .type = SERVICE_COUNT, .summary = "line", .summary_zh = "行" },
    { .name = "says", .type = SERVICE_TEXT, .summary = "why not", .summary_zh = "原因" },
};
static const service_field REBASE_OUTPUT[] = {
    { .name = "from", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "起用月" },
    { .name = "floor", .type = SERVICE_VALUE, .summary = "floor of the base", .summary_zh = "基数下限" },
    { .name = "ceiling", .type = SERVICE_VALUE, .summary = "ceiling of the base", .summary_zh = "基数上限" },
    { .name = "declared", .type = SERVICE_COUNT, .summary = "declared", .summary_zh = "已申报" },
    { .name = "changed", .type = SERVICE_COUNT, .summary = "declared otherwise than before", .summary_zh = "其中有变化" },
    { .name = "low", .type = SERVICE_COUNT, .summary = "raised to the floor", .summary_zh = "低于下限，按下限" },
    { .name = "high", .type = SERVICE_COUNT, .summary = "held at the ceiling", .summary_zh = "高于上限，按上限" },
    { .name = "missing", .type = SERVICE_COUNT, .summary = "left out by their employer", .summary_zh = "单位已申报但漏报的人" },
    { .name = "silent", .type = SERVICE_COUNT, .summary = "whose employer declared nothing", .summary_zh = "整个单位未申报的人" },
    { .name = "raised", .type = SERVICE_COUNT, .summary = "of them determined anew by the packs", .summary_zh = "其中本次按政策包核定的" },
    { .name = "rejected", .type = SERVICE_COUNT, .summary = "rows refused", .summary_zh = "不能采用的行" },
    { .name = "written", .type = SERVICE_FLAG, .summary = "written", .summary_zh = "已写入" },
    { .name = "rejects", .type = SERVICE_OBJECT, .is_list = true, .summary = "refused", .summary_zh = "不能采用",
      .fields = REBASE_REJECT, .field_count = ARRAY_COUNT(REBASE_REJECT) },
    { .name = "differences", .type = SERVICE_OBJECT, .is_list = true, .summary = "the first who differ", .summary_zh = "变化明细（前若干人）",
      .fields = REBASE_ROW, .field_count = ROW_COLUMNS },
};

typedef struct {
    int64_t wage_fen, line;
    bool is_used;
} declared;
typedef struct {
    int64_t person_id, employer_id, wage_was, base_was, floor, ceiling, wage; /* wage -1: as it was */
    bool is_declared, is_silent;
} employment;
typedef struct {
    dues_call *d;
    int32_t from_day;
    bool raises;
    hash_map *place, *employers; /* of the file: "person/employer", and the employers in it */
    declared *rows;
    size_t row_count, row_capacity;
    employment *all;
    size_t count, capacity;
    int64_t changed, low, high, missing, silent, raised, rejected, used;
    grid grid;
    service_value *shown, *rejects;
    month_deciding deciding;
} rebasing;

static text key_of(const rebasing *r, int64_t person_id, int64_t employer_id)
{
    return text_format(r->d->m.memory, "%lld/%lld", (long long)person_id, (long long)employer_id);
}

/* ---- the file ---- */

enum { EMPLOYER, PERSON, WAGE, COLUMN_COUNT };
static const contribution_column COLUMNS[COLUMN_COUNT] = {
    [EMPLOYER] = { { "单位", "统一社会信用代码", "信用代码", "单位编号", "employer", NULL }, "employer", false },
    [PERSON] = { { "人员编号", "证件号码", "身份证号", "person", "citizen_number", NULL }, "person", false },
    [WAGE] = { { "申报工资", "缴费工资", "缴费基数", "wage", NULL }, "wage", false },
};

static void reject(rebasing *r, int64_t line, text says)
{
    arena *a = r->d->m.call->request;
    r->rejected++;
    r->d->m.call->has_failures = true;
    if (r->rejects->child_count >= SHOWN_MAX) return;
    service_value *v = service_put_object(a, r->rejects, NULL);
    service_put_count(a, v, "line", line);
    service_put_text(a, v, "says", says);
}

static err take_row(void *context, const text *cell, int64_t line)
{
    rebasing *r = context;
    int64_t employer_id, person_id;
    arena *a = r->d->m.call->request;
    declared one = { .line = line };
    err e = record_find_employer(r->d->m.office, cell[EMPLOYER], &employer_id);
    if (!e.kind) e = record_find_person(r->d->m.office, cell[PERSON], &person_id);
    if (!e.kind) e = service_fen_of(a, cell[WAGE], &one.wage_fen);
    if (e.kind && e.kind->class != ERR_BAD_INPUT && e.kind->class != ERR_NOT_FOUND && e.kind->class != ERR_CONFLICT) return e;
    if (!e.kind && one.wage_fen <= 0) e = err_of(&SERVICE_BAD_AMOUNT, text_cstr(a, cell[WAGE]));
    if (e.kind) {
        reject(r, line, err_sentence(a, (err){ .kind = e.kind, .detail = e.detail }, r->d->m.call->is_chinese));
        return ERR_NONE;
    }
    text key = key_of(r, person_id, employer_id);
    if (hash_map_get(r->place, key) != SIZE_MAX) {
        reject(r, line, text_of(service_say(r->d->m.call, "the same person and employer stand in the file twice", "同一单位同一人重复申报")));
        return ERR_NONE;
    }
    hash_map_put(r->place, key, r->row_count);
    hash_map_put(r->employers, text_format(r->d->m.memory, "%lld", (long long)employer_id), 1);
    ARENA_PUSH(r->d->m.memory, r->rows, r->row_count, r->row_capacity, one);
    return ERR_NONE;
}

/* ---- everybody who is employed ---- */

static int64_t answer(const rebasing *r, const char *key, size_t lane)
{
    size_t at = decide_answer_index(r->deciding.plan, key);
    if (at == SIZE_MAX || !column_is_valid(&r->deciding.results->answers[at], lane)) return -1;
    return r->deciding.results->answers[at].value[lane];
}

static void refuse(rebasing *r, int64_t person_id, int64_t employer_id)
{
    size_t at = hash_map_get(r->place, key_of(r, person_id, employer_id));
    if (at == SIZE_MAX || r->rows[at].is_used) return;
    r->rows[at].is_used = true;
    reject(r, r->rows[at].line, text_of(service_say(r->d->m.call, "the person has died; end the enrolment", "该人已死亡，请停保")));
}

static err take_block(void *context, uint32_t bucket, const roster_block *block)
{
    rebasing *r = context;
    size_t wage = decide_fact_index(r->deciding.plan, "wage");
    (void)bucket;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        employment one = { .person_id = block->subject_id[lane], .employer_id = block->employer_id[lane], .wage = -1 };
        bool is_again = r->count && r->all[r->count - 1].person_id == one.person_id && r->all[r->count - 1].employer_id == one.employer_id;
        if (is_again || !one.employer_id) continue;
        if (r->deciding.results->status[lane] == DECIDE_REFUSED) { /* has died: nobody declares for the dead */
            refuse(r, one.person_id, one.employer_id);
            continue;
        }
        bool is_known = wage != SIZE_MAX && column_is_valid(&block->people.facts[wage], lane);
        one.wage_was = is_known ? block->people.facts[wage].value[lane] : -1;
        one.base_was = answer(r, "base", lane);
        one.floor = answer(r, "floor", lane);
        one.ceiling = answer(r, "ceiling", lane);
        size_t at = hash_map_get(r->place, key_of(r, one.person_id, one.employer_id));
        if (at != SIZE_MAX) {
            one.is_declared = r->rows[at].is_used = true;
            one.wage = r->rows[at].wage_fen;
            r->used++;
        } else {
            one.is_silent = hash_map_get(r->employers, text_format(r->d->m.memory, "%lld", (long long)one.employer_id)) == SIZE_MAX;
        }
        ARENA_PUSH(r->d->m.memory, r->all, r->count, r->capacity, one);
    }
    return ERR_NONE;
}

static err find_all(rebasing *r)
{
    month_hands hands = { .take = take_block, .context = r };
    TRY(month_deciding_open(&r->d->m, TEXT("rebase"), r->from_day, &r->deciding));
    err e = ERR_NONE;
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) e = month_decide_bucket(&r->d->m, &r->deciding, bucket, &hands);
    month_deciding_close(&r->deciding);
    return e;
}

/* The base of the month before: what this very step may have said already does not count again. */
static err base_before(rebasing *r, const employment *one, int64_t *base)
{
    registry *people;
    registry_record record;
    arena *scratch = arena_open();
    *base = one->base_was;
    err e = county_people(r->d->m.office, &people);
    if (!e.kind) e = registry_record_read(scratch, people, one->person_id, REGISTRY_NOW, &record);
    for (size_t i = 0; !e.kind && i < record.count[REGISTRY_ENROLMENT]; i++) {
        const registry_enrolment *said = (const registry_enrolment *)record.facts[REGISTRY_ENROLMENT] + i;
        bool held = said->employer_id == one->employer_id && said->fact.from < r->from_day && said->fact.until >= r->from_day;
        if (!held || !said->base_fen) continue;
        *base = said->base_fen < one->floor ? one->floor : said->base_fen > one->ceiling ? one->ceiling : said->base_fen;
        break;
    }
    arena_close(scratch);
    return e.kind ? err_of(e.kind, NULL) : ERR_NONE;
}

/* 社会保险法第六十二条: whose employer declared nothing is determined by the packs. */
static err raise(rebasing *r)
{
    dues_deciding o;
    size_t lane = 0, lanes = 0;
    for (size_t i = 0; i < r->count; i++) lanes += r->all[i].is_silent && r->all[i].base_was >= 0;
    if (!r->raises || !lanes) return ERR_NONE;
    TRY(dues_deciding_open(r->d, "rebase.missing", r->from_day, lanes, &o));
    for (size_t i = 0; i < r->count; i++) {
        int64_t base;
        if (!r->all[i].is_silent || r->all[i].base_was < 0) continue;
        TRY(base_before(r, &r->all[i], &base));
        dues_fact(&o, "rebase.base_before", lane++, base);
    }
    dues_decide(&o);
    lane = 0;
    for (size_t i = 0; i < r->count; i++) {
        if (!r->all[i].is_silent || r->all[i].base_was < 0) continue;
        TRY(dues_answer(r->d, &o, "base", lane++, &r->all[i].wage));
        r->raised += r->all[i].wage != r->all[i].wage_was;
    }
    return ERR_NONE;
}

/* ---- saying it ---- */

static err say(rebasing *r, registry_load *load, const employment *one)
{
    registry *people;
    registry_record record;
    arena *scratch = arena_open();
    err e = county_people(r->d->m.office, &people);
    if (!e.kind) e = registry_record_read(scratch, people, one->person_id, REGISTRY_NOW, &record);
    const registry_enrolment *enrolments = e.kind ? NULL : record.facts[REGISTRY_ENROLMENT];
    for (size_t i = 0; !e.kind && i < record.count[REGISTRY_ENROLMENT]; i++) {
        registry_enrolment said = enrolments[i];
        bool holds = said.employer_id == one->employer_id && said.fact.from <= r->from_day && said.fact.until > r->from_day;
        if (!holds || said.base_fen == one->wage) continue;
        said.fact = (registry_fact){ .subject_id = one->person_id, .from = r->from_day, .until = said.fact.until };
        said.base_fen = one->wage;
        e = registry_load_say(load, REGISTRY_ENROLMENT, &said);
    }
    if (e.detail) e.detail = text_cstr(r->d->m.call->request, text_of(e.detail));
    arena_close(scratch);
    return e;
}

static err say_all(rebasing *r)
{
    registry *people;
    registry_load *load;
    registry_load_tally tally;
    registry_load_options options = { .is_dry_run = false };
    registry_act act = { .known_ms = r->d->m.office->now_ms, .actor_id = r->d->m.office->actor_id, .why = r->d->act.why };
    TRY(county_people(r->d->m.office, &people));
    TRY(registry_load_open(r->d->m.memory, people, &act, "rebased", &options, &load));
    err e = ERR_NONE;
    for (size_t i = 0; !e.kind && i < r->count; i++)
        if (r->all[i].wage >= 0 && r->all[i].wage != r->all[i].wage_was) e = say(r, load, &r->all[i]);
    err closed = registry_load_close(load, &tally);
    return e.kind ? e : closed;
}

/* ---- the answer ---- */

static text yuan_or_none(arena *a, int64_t fen)
{
    return fen < 0 ? TEXT("") : service_yuan(a, fen);
}

static err put_one(rebasing *r, const employment *one)
{
    service_call *call = r->d->m.call;
    arena *a = call->request;
    text name, employer;
    int64_t wage = one->wage >= 0 ? one->wage : one->wage_was, base = wage;
    bool is_low = wage >= 0 && one->floor >= 0 && wage < one->floor, is_high = one->ceiling >= 0 && wage > one->ceiling;
    if (is_low) base = one->floor;
    if (is_high) base = one->ceiling;
    const char *note = one->is_silent ? service_say(call, one->wage >= 0 ? "determined: not declared" : "employer declared nothing",
                                                    one->wage >= 0 ? "未申报，按规定核定" : "单位未申报")
        : !one->is_declared ? service_say(call, "left out", "漏报")
        : is_low ? service_say(call, "below the floor", "低于下限") : is_high ? service_say(call, "above the ceiling", "高于上限") : "";
    r->low += one->is_declared && is_low;
    r->high += one->is_declared && is_high;
    r->missing += !one->is_declared && !one->is_silent;
    r->silent += one->is_silent;
    r->changed += one->is_declared && one->wage != one->wage_was;
    if (!*note && one->wage == one->wage_was) return ERR_NONE;
    TRY(dues_payer_name(&r->d->m, one->person_id, &name));
    TRY(dues_payer_name(&r->d->m, one->employer_id, &employer));
    text cells[ROW_COLUMNS] = { text_format(a, "%lld", (long long)one->person_id), name,
                                text_format(a, "%lld", (long long)one->employer_id), employer, text_of(note), yuan_or_none(a, one->wage_was), yuan_or_none(a, one->wage),
                                yuan_or_none(a, one->base_was), yuan_or_none(a, base) };
    service_value *v = r->shown->child_count < SHOWN_MAX ? service_put_object(a, r->shown, NULL) : NULL;
    grid_row(&r->grid, v, REBASE_ROW, cells);
    return ERR_NONE;
}

static err put_all(rebasing *r)
{
    service_call *call = r->d->m.call;
    arena *a = call->request;
    for (size_t i = 0; i < r->row_count; i++)
        if (!r->rows[i].is_used)
            reject(r, r->rows[i].line, text_of(service_say(call, "the person is not enrolled with this employer in that month", "该人当月不在该单位参保")));
    for (size_t i = 0; i < r->count; i++) TRY(put_one(r, &r->all[i]));
    int64_t floor = r->count ? r->all[0].floor : -1, ceiling = r->count ? r->all[0].ceiling : -1;
    if (floor >= 0) service_put_text(a, call->reply, "floor", service_yuan(a, floor));
    else service_put_null(a, call->reply, "floor");
    if (ceiling >= 0) service_put_text(a, call->reply, "ceiling", service_yuan(a, ceiling));
    else service_put_null(a, call->reply, "ceiling");
    const struct {
        const char *name;
        int64_t count;
    } COUNTS[] = { { "declared", r->used }, { "changed", r->changed }, { "low", r->low }, { "high", r->high }, { "missing", r->missing },
                   { "silent", r->silent }, { "raised", r->raised }, { "rejected", r->rejected } };
    for (size_t i = 0; i < ARRAY_COUNT(COUNTS); i++) service_put_count(a, call->reply, COUNTS[i].name, COUNTS[i].count);
    return ERR_NONE;
}

static err contribution_run(service_call *call)
{
    dues_call d;
    int32_t from;
    arena *a = call->request;
    bool is_dry = service_is_given(call, "dry-run");
    text missing = service_text_of(call, "missing", TEXT("keep"));
    rebasing r = { .d = &d, .raises = text_equal(missing, TEXT("raise")) };
    if (!r.raises && !text_equal(missing, TEXT("keep")))
        return err_of(&SERVICE_BAD_ARGUMENT, text_format(a, "--missing %.*s (keep | raise)", TEXT_ARG(missing)).bytes);
    TRY(service_month_of(call, "from", INT32_MIN, &from));
    TRY(dues_begin(call, COUNTY_WRITE, &d));
    r.from_day = calendar_first_day_of_month(from);
    r.place = hash_map_open(d.m.memory);
    r.employers = hash_map_open(d.m.memory);
    r.shown = service_list(a);
    r.rejects = service_list(a);
    r.grid = grid_open(call, text_of(service_say(call, "Bases of contributions", "缴费基数核定明细")), REBASE_ROW, ROW_COLUMNS, ROW_FIRST_NUMBER);
    TRY(contribution_file_read(&d, service_text_of(call, "file", TEXT_NONE), COLUMNS, COLUMN_COUNT, take_row, &r));
    TRY(find_all(&r));
    TRY(raise(&r));
    if (!is_dry) TRY(say_all(&r));
    if (is_dry) store_rollback(d.m.office->db);
    else TRY(store_commit(d.m.office->db));
    service_put_text(a, call->reply, "from", service_month_text(a, from));
    TRY(put_all(&r));
    service_put_bool(a, call->reply, "written", !is_dry && r.changed + r.raised > 0);
    service_put(a, call->reply, "rejects", r.rejects);
    service_put(a, call->reply, "differences", r.shown);
    if (!is_dry && !(r.changed + r.raised)) service_note(call, "every base is as it was; nothing changed", "基数均无变化，未作改动", TEXT_NONE);
    return service_is_given(call, "list") ? grid_write(&r.grid, service_text_of(call, "list", TEXT_NONE)) : ERR_NONE;
}

static void contribution_print(const service_call *call, text_builder *out)
{
    contribution_print_fields(call, out);
    month_print_list(call, "rejects", REBASE_REJECT, ARRAY_COUNT(REBASE_REJECT), 2, out);
    month_print_list(call, "differences", REBASE_ROW, ROW_COLUMNS, ROW_FIRST_NUMBER, out);
}

static const char *const REBASE_EXAMPLES[] = {
    "doudi contribution rebase 申报表.xlsx --from 2027-01 --dry-run --list 基数核定.xlsx --as zhangwei", NULL };

const service_op CONTRIBUTION_REBASE_OP = {
    .name = "contribution.rebase",
    .summary = "Take employers' declarations of wages: the year's new bases, and who is missing",
    .summary_zh = "缴费基数申报与年度调整：导入申报表，核定新基数，列出漏报",
    .law = "社会保险法 第六十条、第六十二条",
    .kind = SERVICE_WRITE,
    .permission = "contribution.declare",
    .input = REBASE_INPUT,
    .input_count = ARRAY_COUNT(REBASE_INPUT),
    .output = REBASE_OUTPUT,
    .output_count = ARRAY_COUNT(REBASE_OUTPUT),
    .examples = REBASE_EXAMPLES,
    .run = contribution_run,
    .print = contribution_print,
};
