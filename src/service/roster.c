#include "service/roster.h"

#include <string.h>

#include "calendar/calendar.h"
#include "service/roster_internal.h"

const err_kind ROSTER_NO_SOURCE = {
    "roster.no_source", ERR_NOT_FOUND,
    "The registry does not keep the record {}; its rows must come from elsewhere.",
    "登记库没有记录 {}；这些行须从别处取得。"
};

/* A fact of the plan: where it stands, and the codes of its words met so far. */
typedef struct {
    roster_reading reading;
    bool is_word;
    const char *field; /* of a record's row: the name behind the point */
    hash_map *code_of;
    int64_t *codes;
    size_t code_count, code_capacity;
} binding;

struct roster {
    arena *memory;
    registry *r;
    registry_roster *rows;
    const decide_plan *plan;
    decider *worker;
    roster_options options;
    decide_lane lane;
    int64_t word, scheme; /* of the lane, as the registry's words */
    int64_t career, paid; /* whose spells are rows of records */
    binding *facts;
    const decide_fact *said;
    size_t fact_count;
    const roster_rows_source **records;
    size_t record_count;
    int32_t day, month;
    bool has_told; /* somebody of whom `word` is not told is no lane */
    bool needs_record, is_over;
    struct filling *filling; /* the block at hand */
};

/* ---- opening ---- */

static err bind_facts(roster *t)
{
    t->said = decide_facts(t->plan, &t->fact_count);
    t->facts = ARENA_ARRAY(t->memory, binding, t->fact_count + 1);
    for (size_t i = 0; i < t->fact_count; i++) {
        binding *b = &t->facts[i];
        const char *point = strchr(t->said[i].name, '.');
        b->is_word = t->said[i].is_word;
        b->code_of = hash_map_open(t->memory);
        if (t->said[i].record == SIZE_MAX)
            TRY(roster_facts_bind(t->r, t->said[i].name, &b->reading));
        else b->field = point ? point + 1 : "";
        t->needs_record |= b->reading.needs_record;
    }
    return ERR_NONE;
}

static err bind_records(roster *t)
{
    const char *const *names = decide_records(t->plan, &t->record_count);
    t->records = ARENA_ARRAY(t->memory, const roster_rows_source *, t->record_count + 1);
    for (size_t i = 0; i < t->record_count; i++) {
        t->records[i] = roster_rows_find(names[i]);
        if (!t->records[i]) return err_of(&ROSTER_NO_SOURCE, names[i]);
    }
    return ERR_NONE;
}

static err bind_lane(roster *t)
{
    t->lane = decide_plan_lane(t->plan);
    t->has_told = t->lane.word.size_bytes &&
                  (t->lane.each == DECIDE_EACH_PERSON || t->lane.each == DECIDE_EACH_HOUSEHOLD);
    TRY(registry_word_find(t->r, t->lane.word, &t->word));
    TRY(registry_word_find(t->r, t->lane.scheme, &t->scheme));
    TRY(registry_word_find(t->r, TEXT("employee_pension"), &t->career));
    return registry_word_find(t->r, TEXT("paid"), &t->paid);
}

static registry_kind kind_of(decide_each each)
{
    if (each == DECIDE_EACH_HOUSEHOLD) return REGISTRY_HOUSEHOLD;
    return each == DECIDE_EACH_EMPLOYER ? REGISTRY_EMPLOYER : REGISTRY_PERSON;
}

/* Of whom a fact must have been told are few of a county: they are looked up rather than everybody read. */
err roster_wants(const roster *t, registry_roster_options *wanted)
{
    int64_t *told;
    *wanted = roster_wanted(t);
    wanted->has_subjects = t->options.has_subjects || t->has_told;
    wanted->subjects = t->options.subjects;
    wanted->subject_count = t->options.subject_count;
    if (t->options.has_subjects || !t->word || !t->has_told) return ERR_NONE;
    registry_holding what = { REGISTRY_ATTRIBUTE, t->word, wanted->day, wanted->known_ms };
    TRY(registry_roster_who(t->memory, t->r, t->options.bucket, what, &told, &wanted->subject_count));
    wanted->subjects = told;
    return ERR_NONE;
}

err roster_bind(arena *worker, registry *r, const decide_plan *plan, decider *with,
                const roster_options *options, roster **people)
{
    roster *t = ARENA_NEW(worker, roster);
    *t = (roster){ .memory = worker, .r = r, .plan = plan, .worker = with, .options = *options };
    t->day = decide_plan_asked(plan)->on_day;
    t->month = calendar_month_of_day(t->day);
    TRY(bind_lane(t));
    TRY(bind_facts(t));
    TRY(bind_records(t));
    *people = t;
    return ERR_NONE;
}

static uint32_t wants_of_lane(const roster *t)
{
    switch (t->lane.each) {
    case DECIDE_EACH_EMPLOYMENT:
    case DECIDE_EACH_STANDING: return 1u << REGISTRY_ENROLMENT;
    case DECIDE_EACH_BENEFIT: return 1u << REGISTRY_BENEFIT;
    default: return t->has_told ? 1u << REGISTRY_ATTRIBUTE : 0;
    }
}

/* Only what a fact of the plan stands in is read. */
static void want_facts(const roster *t, registry_roster_options *wanted)
{
    int64_t *names = ARENA_ARRAY(t->memory, int64_t, t->fact_count + 1);
    bool is_any = false;
    wanted->wants = wants_of_lane(t);
    if (t->has_told) names[wanted->attribute_count++] = t->word;
    for (size_t r = 0; r < t->record_count; r++)
        if (!t->records[r]->is_elsewhere) wanted->wants |= 1u << REGISTRY_SPELL;
    for (size_t i = 0; i < t->fact_count; i++) {
        int64_t name;
        if (t->said[i].record != SIZE_MAX) continue;
        uint32_t own = roster_facts_wants(&t->facts[i].reading, &name);
        wanted->wants |= own;
        is_any |= own == ROSTER_WANTS_ALL;
        if (name) names[wanted->attribute_count++] = name;
    }
    wanted->attributes = is_any ? NULL : names;
    wanted->has_career = wanted->wants >> REGISTRY_SPELL & 1;
}

registry_roster_options roster_wanted(const roster *t)
{
    registry_roster_options wanted = {
        .day = t->options.facts_day ? t->options.facts_day : t->day,
        .month = t->month,
        .known_ms = t->options.known_ms,
        .of = kind_of(t->lane.each),
    };
    if (t->options.is_first_look) return wanted;
    want_facts(t, &wanted);
    if (wanted.of != REGISTRY_PERSON) wanted.wants &= 1u << REGISTRY_ATTRIBUTE;
    return wanted;
}

void roster_known_first(const roster *people, bool *is_known)
{
    for (size_t i = 0; i < people->fact_count; i++)
        is_known[i] = people->said[i].record == SIZE_MAX && roster_facts_is_of_subject(&people->facts[i].reading);
}

bool roster_is_of_everybody(const roster *t)
{
    return kind_of(t->lane.each) == REGISTRY_PERSON && !t->has_told && !t->options.has_subjects;
}

err roster_open(arena *worker, registry *r, const decide_plan *plan, decider *with,
                const roster_options *options, roster **people)
{
    TRY(roster_bind(worker, r, plan, with, options, people));
    registry_roster_options wanted;
    TRY(roster_wants(*people, &wanted));
    return registry_roster_open(worker, r, options->bucket, &wanted, &(*people)->rows);
}

void roster_close(roster *people)
{
    registry_roster_close(people->rows);
}

/* ---- a block being filled ---- */

typedef struct filling {
    arena *a;
    roster *t;
    size_t lane_count, lane_capacity, *row_capacity;
    column *facts;
    uint32_t **until; /* by record */
    int64_t *subject_id, *employer_id, *region;
    roster_row_list *rows; /* by record, of the lane at hand */
} filling;

/* A word's code, found once; one that the packs do not know is a cell nobody can read. */
static bool code_of(roster *t, size_t fact, text word, int64_t *code)
{
    binding *b = &t->facts[fact];
    size_t known = hash_map_get(b->code_of, word);
    if (known == SIZE_MAX) {
        int64_t found;
        text kept = text_copy(t->memory, word);
        if (decide_code(t->worker, fact, kept, &found).kind) found = INT64_MIN;
        known = b->code_count;
        ARENA_PUSH(t->memory, b->codes, b->code_count, b->code_capacity, found);
        hash_map_put(b->code_of, kept, known);
    }
    *code = b->codes[known];
    return *code != INT64_MIN;
}

static void put(filling *f, size_t fact, size_t lane, bool is_known, int64_t value, text word)
{
    column *c = &f->facts[fact];
    uint32_t reason = is_known ? 0 : VM_REASON(VM_NOT_KNOWN, 0);
    if (is_known && f->t->facts[fact].is_word && !code_of(f->t, fact, word, &value))
        reason = VM_REASON(VM_BAD_CELL, 0);
    c->value[lane] = reason ? 0 : value;
    c->reason[lane] = reason;
}

static void grow_column(arena *a, column *c, size_t used, size_t capacity)
{
    column larger = column_open(a, capacity);
    column_ensure_reasons(a, &larger);
    if (used) {
        memcpy(larger.value, c->value, used * sizeof *c->value);
        memcpy(larger.reason, c->reason, used * sizeof *c->reason);
    }
    *c = larger;
}

static void *grow_array(arena *a, const void *items, size_t used, size_t capacity, size_t size)
{
    char *larger = arena_alloc(a, capacity * size);
    if (used) memcpy(larger, items, used * size);
    return larger;
}

static void make_room(filling *f)
{
    size_t used = f->lane_count, capacity = f->lane_capacity;
    if (used < capacity) return;
    f->lane_capacity = capacity ? capacity * 2 : 1024;
    for (size_t i = 0; i < f->t->fact_count; i++)
        if (f->t->said[i].record == SIZE_MAX) grow_column(f->a, &f->facts[i], used, f->lane_capacity);
    for (size_t r = 0; r < f->t->record_count; r++)
        f->until[r] = grow_array(f->a, f->until[r], used, f->lane_capacity, sizeof(uint32_t));
    f->subject_id = grow_array(f->a, f->subject_id, used, f->lane_capacity, sizeof(int64_t));
    f->employer_id = grow_array(f->a, f->employer_id, used, f->lane_capacity, sizeof(int64_t));
    f->region = grow_array(f->a, f->region, used, f->lane_capacity, sizeof(int64_t));
}

/* ---- a lane's rows ---- */

static text region_of(const roster *t, int64_t code)
{
    if (!code || code == t->options.region_code) return decide_plan_asked(t->plan)->region;
    return t->options.region_path ? t->options.region_path(t->options.region_context, code)
                                  : TEXT_NONE;
}

static void put_row(filling *f, size_t record, size_t at, const roster_row *row)
{
    for (size_t i = 0; i < f->t->fact_count; i++) {
        int64_t value = 0;
        if (f->t->said[i].record != record) continue;
        text word = TEXT_NONE;
        bool is_known = roster_rows_field(row, f->t->facts[i].field, &value);
        if (f->t->facts[i].is_word) {
            word = region_of(f->t, value);
            is_known = is_known && word.size_bytes;
        }
        put(f, i, at, is_known, value, word);
    }
}

static void add_rows(filling *f, const roster_lane *lane)
{
    for (size_t r = 0; r < f->t->record_count; r++) {
        roster_row_list *rows = &f->rows[r];
        uint32_t from = f->lane_count ? f->until[r][f->lane_count - 1] : 0;
        rows->count = 0;
        roster_rows_take(f->a, f->t->records[r], lane, f->t->career, f->t->paid, rows);
        size_t needed = from + rows->count, capacity = f->row_capacity[r];
        if (needed > capacity) {
            f->row_capacity[r] = needed * 2 + 1024;
            for (size_t i = 0; i < f->t->fact_count; i++)
                if (f->t->said[i].record == r)
                    grow_column(f->a, &f->facts[i], from, f->row_capacity[r]);
        }
        for (size_t i = 0; i < rows->count; i++) put_row(f, r, from + i, &rows->items[i]);
        f->until[r][f->lane_count] = (uint32_t)needed;
    }
}

/* ---- a lane ---- */

static int64_t place_of(const roster *t, const registry_roster_row *row)
{
    switch (kind_of(t->lane.each)) {
    case REGISTRY_HOUSEHOLD: return ((const registry_household *)row->subject)->region;
    case REGISTRY_EMPLOYER: return ((const registry_employer *)row->subject)->region;
    default: return ((const registry_person *)row->subject)->region;
    }
}

static err add_lane(filling *f, const registry_roster_row *row, int64_t employer_id)
{
    registry_record record;
    bool is_first = f->t->options.is_first_look, needs_record = f->t->needs_record && !is_first;
    if (needs_record)
        TRY(registry_record_read(f->a, f->t->r, row->subject_id, f->t->options.known_ms, &record));
    make_room(f);
    roster_lane lane = { .row = row,
                         .employer_id = employer_id,
                         .employer = roster_employers_find(f->t->options.employers, employer_id),
                         .office_region = f->t->options.region_code,
                         .day = f->t->day,
                         .month = f->t->month,
                         .known_month = f->t->options.facts_day ? calendar_month_of_day(f->t->options.facts_day) : f->t->month,
                         .record = needs_record ? &record : NULL };
    for (size_t i = 0; i < f->t->fact_count; i++) {
        const roster_reading *r = &f->t->facts[i].reading;
        int64_t value = 0;
        text word = TEXT_NONE;
        if (f->t->said[i].record != SIZE_MAX) continue;
        bool is_known = (!is_first || roster_facts_is_of_subject(r)) && r->read(r, &lane, &value, &word);
        put(f, i, f->lane_count, is_known, value, word);
    }
    add_rows(f, &lane);
    f->subject_id[f->lane_count] = row->subject_id;
    f->region[f->lane_count] = place_of(f->t, row);
    f->employer_id[f->lane_count++] = employer_id;
    return ERR_NONE;
}

static bool is_wanted(const roster *t, const registry_enrolment *e)
{
    bool is_standing = !t->lane.word.size_bytes || e->standing == t->word;
    return is_standing && (!t->lane.scheme.size_bytes || e->scheme == t->scheme);
}

/* One lane an employer; enrolments come by scheme, so an employer may have been met before. */
static err add_employments(filling *f, const registry_roster_row *row)
{
    for (size_t i = 0; i < row->enrolment_count; i++) {
        const registry_enrolment *e = &row->enrolments[i];
        bool is_met = !e->employer_id || !is_wanted(f->t, e);
        for (size_t j = 0; j < i && !is_met; j++)
            is_met = row->enrolments[j].employer_id == e->employer_id &&
                     is_wanted(f->t, &row->enrolments[j]);
        if (!is_met) TRY(add_lane(f, row, e->employer_id));
    }
    return ERR_NONE;
}

static bool has_standing(const roster *t, const registry_roster_row *row)
{
    for (size_t i = 0; i < row->enrolment_count; i++)
        if (is_wanted(t, &row->enrolments[i])) return true;
    return false;
}

/* A benefit that is suspended, or of which the month is made good, is adjusted like one that is paid. */
static bool draws(const roster *t, const registry_roster_row *row)
{
    for (size_t i = 0; i < row->benefit_count; i++)
        if (row->benefits[i].benefit == t->word && row->benefits[i].state != REGISTRY_STOPPED)
            return true;
    return false;
}

static bool is_lane(const roster *t, const registry_roster_row *row)
{
    switch (t->lane.each) {
    case DECIDE_EACH_STANDING: return has_standing(t, row);
    case DECIDE_EACH_BENEFIT: return draws(t, row);
    default: return !t->has_told || roster_attribute(row->attributes, row->attribute_count, t->word);
    }
}

static err add_subject(filling *f, const registry_roster_row *row)
{
    if (f->t->lane.each == DECIDE_EACH_EMPLOYMENT) return add_employments(f, row);
    if (!is_lane(f->t, row)) return ERR_NONE;
    return add_lane(f, row, f->t->lane.each == DECIDE_EACH_EMPLOYER ? row->subject_id : 0);
}

static void answer(const filling *f, roster_block *block)
{
    for (size_t i = 0; i < f->t->fact_count; i++) {
        size_t record = f->t->said[i].record;
        size_t count = f->lane_count;
        if (record != SIZE_MAX) count = count ? f->until[record][count - 1] : 0;
        f->facts[i].count = count;
    }
    *block = (roster_block){ .people = { .count = f->lane_count,
                                         .facts = f->facts,
                                         .row_until = (const uint32_t *const *)f->until },
                             .subject_id = f->subject_id,
                             .employer_id = f->employer_id,
                             .region = f->region };
}

void roster_begin(arena *a, roster *people)
{
    filling *f = ARENA_NEW(a, filling);
    *f = (filling){ .a = a,
                    .t = people,
                    .facts = ARENA_ARRAY(a, column, people->fact_count + 1),
                    .until = ARENA_ARRAY(a, uint32_t *, people->record_count + 1),
                    .row_capacity = ARENA_ARRAY(a, size_t, people->record_count + 1),
                    .rows = ARENA_ARRAY(a, roster_row_list, people->record_count + 1) };
    people->filling = f;
}

err roster_add(roster *people, const registry_roster_row *row, size_t *lane_count)
{
    TRY(add_subject(people->filling, row));
    *lane_count = people->filling->lane_count;
    return ERR_NONE;
}

void roster_end(roster *people, roster_block *block)
{
    answer(people->filling, block);
    people->filling = NULL;
}

err roster_next(arena *a, roster *people, size_t lanes_wanted, roster_block *block)
{
    size_t lane_count = 0;
    roster_begin(a, people);
    while (!people->is_over && lane_count < lanes_wanted) {
        const registry_roster_row *row;
        TRY(registry_roster_next(people->rows, &row));
        people->is_over = row == NULL;
        if (row) TRY(roster_add(people, row, &lane_count));
    }
    roster_end(people, block);
    return ERR_NONE;
}
