/* Who is certified: the traces of everyone in payment, handed to the packs. */
#include <string.h>

#include "calendar/calendar.h"
#include "os/os.h"
#include "service/adopt.h"
#include "service/certify.h"
#include "service/revise.h"
#include "service/ledger_csv.h"

const err_kind CERTIFY_NO_KINDS = {
    "certify.no_kinds", ERR_NOT_FOUND,
    "There is no table of kinds of traces; packs/adapters/traces.csv is that table.",
    "找不到认证痕迹种类表 packs/adapters/traces.csv。"
};
const err_kind CERTIFY_BAD_KINDS = {
    "certify.bad_kinds", ERR_BAD_INPUT,
    "This row of packs/adapters/traces.csv cannot be used: {}.", "packs/adapters/traces.csv 的这一行无法使用：{}。"
};
const err_kind CERTIFY_UNKNOWN_KIND = {
    "certify.unknown_kind", ERR_NOT_FOUND,
    "packs/adapters/traces.csv has no kind of trace {}.", "packs/adapters/traces.csv 中没有痕迹种类“{}”。"
};
const err_kind CERTIFY_BAD_DAY = {
    "certify.bad_day", ERR_BAD_INPUT,
    "A trace has a day, and not one to come: {}.", "痕迹须有日期，且不得晚于今天：{}。"
};

certify_name CERTIFY_BENEFITS[CERTIFY_BENEFITS_MAX] = { "employee_pension", "public_pension", "resident_pension",
                                                          "injury_dependant" };

/* ---- the kinds ---- */

enum { KIND, WAY };
static const service_csv_column COLUMNS[] = {
    [KIND] = { "种类", "kind", false }, [WAY] = { "方式", "way", false }, { NULL, NULL, false },
};

static text attribute_of(arena *a, text kind)
{
    return text_format(a, "trace.%.*s", TEXT_ARG(kind));
}

err certify_kinds_read(county *office, certify_kinds *kinds)
{
    static const char *const WAYS[CERTIFY_WAY_COUNT] = { "静默", "自助", "上门", "柜面" };
    service_csv csv;
    registry *people;
    size_t capacity = 0;
    *kinds = (certify_kinds){ 0 };
    TRY(county_people(office, &people));
    TRY(adopt_csv_open(office, "adapters/traces.csv", COLUMNS, err_of(&CERTIFY_NO_KINDS, NULL), &csv));
    for (;;) {
        bool has_row;
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) return ERR_NONE;
        certify_kind row = { .kind = text_copy(office->memory, service_csv_cell(&csv, KIND)), .way = CERTIFY_WAY_COUNT };
        for (int i = 0; i < CERTIFY_WAY_COUNT; i++)
            if (text_equal_cstr(service_csv_cell(&csv, WAY), WAYS[i])) row.way = (certify_way)i;
        if (row.way == CERTIFY_WAY_COUNT || !row.kind.size_bytes)
            return service_csv_blame(&csv, WAY, err_of(&CERTIFY_BAD_KINDS, text_cstr(office->memory, row.kind)));
        TRY(registry_word_find(people, attribute_of(office->memory, row.kind), &row.word));
        ARENA_PUSH(office->memory, kinds->items, kinds->count, capacity, row);
    }
}

err certify_kind_of(county *office, const certify_kinds *kinds, text said, const certify_kind **kind)
{
    for (size_t i = 0; i < kinds->count; i++)
        if (text_equal(kinds->items[i].kind, said)) {
            *kind = &kinds->items[i];
            return ERR_NONE;
        }
    text_builder list = text_builder_open(office->call->request);
    text_add(&list, said);
    for (size_t i = 0; i < kinds->count; i++)
        text_add_format(&list, "%s%.*s", i ? "、" : "（", TEXT_ARG(kinds->items[i].kind));
    text_add_cstr(&list, "）");
    return err_of(&CERTIFY_UNKNOWN_KIND, text_built(&list).bytes);
}

err certify_word(county *office, text kind, int64_t *word)
{
    return county_word_of(office, attribute_of(office->memory, kind), word);
}

/* ---- opening ---- */

err certify_open(month_call *m, benefit_call *b, certifying *c)
{
    decide_request asked = { .purpose = TEXT("certify.life"), .on_day = calendar_first_day_of_month(m->month + 1),
                             .region = m->region };
    *c = (certifying){ .m = m, .b = b, .on_day = asked.on_day };
    TRY(certify_kinds_read(m->office, &c->kinds));
    for (size_t i = 0; i < CERTIFY_BENEFITS_MAX; i++)
        TRY(registry_word_find(m->office->people, text_of(CERTIFY_BENEFITS[i]), &c->benefits[i]));
    TRY(registry_word_find(m->office->people, TEXT("person.death_day"), &c->death));
    TRY(registry_word_find(m->office->people, TEXT("lapse"), &c->lapse));
    TRY(decide_law_open(m->call, &c->law));
    TRY(adopt_need(m->office));
    TRY(decide_plan_open(m->memory, c->law, &asked, &c->plan));
    c->with = decide_open(m->memory, c->plan);
    return ERR_NONE;
}

/* ---- a person ---- */

static bool is_certified(const certifying *c, int64_t benefit)
{
    for (size_t i = 0; i < CERTIFY_BENEFITS_MAX; i++)
        if (benefit && c->benefits[i] == benefit) return true;
    return false;
}

/* Months withheld, by what each comes to: adjusted meanwhile or not. */
static err add_withheld(arena *a, const certifying *c, const registry_benefit *f, int32_t until, certify_person *p)
{
    revision_book *book;
    revision_said *said;
    text name;
    size_t count;
    TRY(county_word_text(c->m->office, f->benefit, &name));
    TRY(county_revisions(c->m->office, &book));
    TRY(revision_of_person(revision_reader_open(a, book), p->person_id, &said, &count));
    for (int32_t month = (int32_t)f->fact.from; month < f->fact.until && month < until; month++) {
        if (p->withheld_count == p->withheld_capacity)
            p->withheld = arena_grow(a, p->withheld, &p->withheld_capacity, sizeof *p->withheld);
        p->withheld[p->withheld_count].month = month;
        p->withheld[p->withheld_count++].fen = f->amount_fen + revise_rise(said, count, name, month);
    }
    return ERR_NONE;
}

static err read_benefits(arena *a, const certifying *c, const registry_record *record, certify_person *p)
{
    const registry_benefit *facts = record->facts[REGISTRY_BENEFIT];
    int32_t next = c->m->month + 1;
    for (size_t i = 0; i < record->count[REGISTRY_BENEFIT]; i++) {
        const registry_benefit *f = &facts[i];
        if (!is_certified(c, f->benefit)) continue;
        bool holds = f->fact.from <= next && next < f->fact.until;
        bool has_lapsed = f->state == REGISTRY_SUSPENDED && f->reason == c->lapse;
        p->is_paying |= holds && f->state == REGISTRY_PAYING;
        p->is_suspended |= holds && has_lapsed;
        if (f->fact.from > REGISTRY_EVER && f->state != REGISTRY_STOPPED) {
            int32_t first = calendar_first_day_of_month((int32_t)f->fact.from);
            if (!p->first_day || first < p->first_day) p->first_day = first;
        }
        if (has_lapsed) TRY(add_withheld(a, c, f, next, p));
    }
    return ERR_NONE;
}

static void read_attributes(arena *a, const certifying *c, const registry_record *record, certify_person *p)
{
    const registry_attribute *facts = record->facts[REGISTRY_ATTRIBUTE];
    size_t capacity = 0;
    for (size_t i = 0; i < record->count[REGISTRY_ATTRIBUTE]; i++) {
        if (c->death && facts[i].name == c->death && facts[i].value > 0 && facts[i].value <= c->on_day)
            p->death_day = (int32_t)facts[i].value;
        for (size_t k = 0; k < c->kinds.count; k++) {
            if (!c->kinds.items[k].word || facts[i].name != c->kinds.items[k].word) continue;
            if (facts[i].fact.from > c->on_day || !facts[i].value) continue;
            /* Days that follow each other with one kind may stand as one fact; one without end is its first day. */
            int64_t until = facts[i].fact.until == REGISTRY_OPEN ? facts[i].fact.from + 1 : facts[i].fact.until;
            for (int64_t day = facts[i].fact.from; day < until && day <= c->on_day; day++) {
                certify_trace trace = { (int32_t)day, k };
                ARENA_PUSH(a, p->traces, p->trace_count, capacity, trace);
            }
        }
    }
}

static err read_person(arena *a, const certifying *c, int64_t person_id, certify_person *p)
{
    registry_record record;
    *p = (certify_person){ .person_id = person_id };
    TRY(registry_record_read(a, c->m->office->people, person_id, REGISTRY_NOW, &record));
    const registry_person *who = record.facts[REGISTRY_PERSON];
    if (record.count[REGISTRY_PERSON]) p->region = who[record.count[REGISTRY_PERSON] - 1].region;
    TRY(read_benefits(a, c, &record, p));
    read_attributes(a, c, &record, p);
    return ERR_NONE;
}

/* ---- columns ---- */

typedef struct {
    arena *a;
    certifying *c;
    const decide_plan *plan;
    decider *with;
    certify_person *people;
    size_t count;
    bool is_silent_only; /* traces by data alone */
} filling;

static bool is_counted(const filling *f, const certify_trace *trace)
{
    return !f->is_silent_only || f->c->kinds.items[trace->kind].way == CERTIFY_SILENT;
}

static bool value_of(const certify_person *p, const char *name, int64_t *value)
{
    if (!strcmp(name, "benefit.first_day")) return (*value = p->first_day) != 0;
    if (!strcmp(name, "person.death_day")) return (*value = p->death_day) != 0;
    if (!strcmp(name, "benefit.any")) *value = p->is_paying || p->is_suspended;
    else if (!strcmp(name, "benefit.suspended")) *value = p->is_suspended;
    else return false;
    return true;
}

static void fill_lanes(const filling *f, const char *name, column *into)
{
    *into = column_open(f->a, f->count);
    column_ensure_reasons(f->a, into);
    for (size_t i = 0; i < f->count; i++)
        if (!value_of(&f->people[i], name, &into->value[i])) into->reason[i] = VM_REASON(VM_NOT_KNOWN, 0);
}

static size_t rows_of(const filling *f, const certify_person *p, bool is_traces)
{
    size_t rows = 0;
    if (!is_traces) return p->withheld_count;
    for (size_t t = 0; t < p->trace_count; t++) rows += is_counted(f, &p->traces[t]);
    return rows;
}

static err fill_rows(const filling *f, size_t fact, const char *name, column *into)
{
    bool is_traces = !strncmp(name, "traces.", 7), is_day = !strcmp(name, "traces.day");
    bool is_month = !strcmp(name, "withheld.month");
    size_t total = 0, at = 0;
    for (size_t i = 0; i < f->count; i++) total += rows_of(f, &f->people[i], is_traces);
    *into = column_open(f->a, total + 1);
    column_ensure_reasons(f->a, into);
    into->count = total;
    for (size_t i = 0; i < f->count; i++) {
        const certify_person *p = &f->people[i];
        for (size_t w = 0; !is_traces && w < p->withheld_count; w++)
            into->value[at++] = is_month ? p->withheld[w].month : p->withheld[w].fen;
        for (size_t t = 0; is_traces && t < p->trace_count; t++) {
            if (!is_counted(f, &p->traces[t])) continue;
            if (is_day) into->value[at] = p->traces[t].day;
            else TRY(decide_code(f->with, fact, f->c->kinds.items[p->traces[t].kind].kind, &into->value[at]));
            at++;
        }
    }
    return ERR_NONE;
}

static err fill(const filling *f, decide_block *block)
{
    size_t fact_count, record_count;
    const decide_fact *facts = decide_facts(f->plan, &fact_count);
    const char *const *records = decide_records(f->plan, &record_count);
    column *columns = ARENA_ARRAY(f->a, column, fact_count + 1);
    uint32_t **until = ARENA_ARRAY(f->a, uint32_t *, record_count + 1);
    for (size_t i = 0; i < fact_count; i++) {
        if (facts[i].record == SIZE_MAX) fill_lanes(f, facts[i].name, &columns[i]);
        else TRY(fill_rows(f, i, facts[i].name, &columns[i]));
    }
    for (size_t r = 0; r < record_count; r++) {
        uint32_t end = 0;
        until[r] = ARENA_ARRAY(f->a, uint32_t, f->count + 1);
        for (size_t i = 0; i < f->count; i++) {
            end += (uint32_t)rows_of(f, &f->people[i], !strcmp(records[r], "traces"));
            until[r][i] = end;
        }
    }
    *block = (decide_block){ .count = f->count, .facts = columns, .row_until = (const uint32_t *const *)until };
    return ERR_NONE;
}

err certify_block(arena *a, certifying *c, const decide_plan *plan, decider *with, certify_person *people, size_t count,
                  decide_block *block)
{
    filling f = { .a = a, .c = c, .plan = plan, .with = with, .people = people, .count = count };
    return fill(&f, block);
}

/* ---- answers ---- */

static err run(const filling *f, decide_results **results)
{
    decide_block block;
    TRY(fill(f, &block));
    *results = decide_results_open(f->a, f->c->plan, f->count + 1);
    decide_run(f->c->with, &block, *results);
    return ERR_NONE;
}

static bool take_state(certifying *c, const decide_results *r, size_t state, size_t lane, certify_person *p)
{
    static const char *const STATES[] = { [CERTIFY_VALID] = "有效", [CERTIFY_DUE] = "待认证", [CERTIFY_LAPSED] = "应暂停" };
    if (!column_is_valid(&r->answers[state], lane)) return false;
    text word = decide_word(c->with, state, r->answers[state].value[lane]);
    for (int s = CERTIFY_VALID; s <= CERTIFY_LAPSED; s++)
        if (text_equal_cstr(word, STATES[s])) p->state = s;
    return p->state != CERTIFY_UNDECIDED;
}

static void take(certifying *c, arena *a, const decide_results *r, size_t lane, certify_person *p)
{
    static const char *const KEYS[] = { "state", "suspend", "restore", "arrears" };
    size_t at[4];
    for (size_t k = 0; k < 4; k++) {
        at[k] = decide_answer_index(c->plan, KEYS[k]);
        uint32_t reason = at[k] == SIZE_MAX ? VM_REASON(VM_NOT_KNOWN, 0) : column_reason(&r->answers[at[k]], lane);
        if (!reason || p->why_not.size_bytes) continue;
        p->why_not = text_copy(a, decide_reason(a, c->plan, reason, c->m->call->is_chinese));
    }
    if (p->why_not.size_bytes || !take_state(c, r, at[0], lane, p)) return;
    p->suspends = r->answers[at[1]].value[lane] != 0;
    p->restores = r->answers[at[2]].value[lane] != 0;
    p->arrears_fen = r->answers[at[3]].value[lane];
}

static err decide_people(arena *a, certifying *c, certify_person *people, size_t count)
{
    decide_results *results;
    filling f = { .a = a, .c = c, .plan = c->plan, .with = c->with, .people = people, .count = count };
    size_t state = decide_answer_index(c->plan, "state");
    if (!count) return ERR_NONE;
    TRY(run(&f, &results));
    for (size_t i = 0; i < count; i++) take(c, a, results, i, &people[i]);
    f.is_silent_only = true;
    TRY(run(&f, &results));
    for (size_t i = 0; i < count; i++) {
        certify_person silent = { 0 };
        people[i].is_silent = people[i].state == CERTIFY_VALID && state != SIZE_MAX &&
                              take_state(c, results, state, i, &silent) && silent.state == CERTIFY_VALID;
    }
    return ERR_NONE;
}

err certify_read_bucket(arena *a, certifying *c, uint32_t bucket, certify_person **people, size_t *count)
{
    registry_roster *rows;
    registry_roster_options wants = { .day = c->on_day, .month = c->m->month + 1, .known_ms = REGISTRY_NOW,
                                      .wants = 1u << REGISTRY_BENEFIT };
    size_t capacity = 0;
    int64_t *ids = NULL;
    size_t id_count = 0;
    *people = NULL;
    *count = 0;
    TRY(registry_roster_open(a, c->m->office->people, bucket, &wants, &rows));
    err e;
    for (;;) {
        const registry_roster_row *row;
        e = registry_roster_next(rows, &row);
        if (e.kind || !row) break;
        bool is_met = false;
        for (size_t i = 0; i < row->benefit_count && !is_met; i++)
            is_met = is_certified(c, row->benefits[i].benefit) && row->benefits[i].state != REGISTRY_STOPPED;
        if (is_met) ARENA_PUSH(a, ids, id_count, capacity, row->subject_id);
    }
    registry_roster_close(rows);
    TRY(e);
    *people = ARENA_ARRAY(a, certify_person, id_count + 1);
    for (size_t i = 0; i < id_count; i++) {
        certify_person *p = &(*people)[*count];
        TRY(read_person(a, c, ids[i], p));
        *count += p->is_paying || p->is_suspended;
    }
    return ERR_NONE;
}

err certify_bucket(arena *a, certifying *c, uint32_t bucket, certify_person **people, size_t *count)
{
    TRY(certify_read_bucket(a, c, bucket, people, count));
    return decide_people(a, c, *people, *count);
}
