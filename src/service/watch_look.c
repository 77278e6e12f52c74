#include "service/watch_look.h"

#include <stdlib.h>
#include <string.h>

#include "alert/alert.h"
#include "base/hash.h"
#include "base/search.h"
#include "calendar/calendar.h"
#include "service/adopt.h"
#include "service/roster.h"
#include "service/watch_certified.h"
#include "service/words.h"

enum { BLOCK_LANES = 2048 };

struct watch_look {
    county *office;
    arena *memory, *bucket, *lanes; /* as long as the look; as a bucket; as a block */
    text purpose, region;
    int64_t region_code;
    int32_t day, today;
    const decide_law *law;
    const decide_plan *plan;
    decide_each each;
    alerts *list;
    const watch_rule *rules;
    size_t rule_count;
    const roster_employers *employers;
    watch_known *known;
    watch_certified *certified; /* NULL: the plan asks of no traces */
    alert_book *book;
    watch_tally *tallies;
    watch_unchecked *unchecked;
    size_t unchecked_count, unchecked_capacity;
    hash_map *reasons; /* place in unchecked */
    watch_tell tell;
    void *tell_context;
    /* of the bucket at hand */
    alert_row *rows; /* all alerts of this purpose and kind of subject, by subject */
    size_t *row_rule;
    size_t row_count;
    watch_standing *standing;
    size_t *standing_row; /* by standing: its row */
    bool *is_met;         /* by standing: its subject is still there */
    size_t standing_count;
    alert_terms *raised;
    size_t raised_count, raised_capacity;
    alert_change *changed;
    size_t changed_count, changed_capacity;
    watch_stands_now *now;
    size_t now_count, now_capacity, now_raised; /* those without an id yet: as raised */
};

/* ---- opening ---- */

static err open_plan(watch_look *l)
{
    registry *people;
    text code;
    charter *room;
    decide_request asked = { .purpose = l->purpose, .on_day = l->day };
    TRY(county_setting(l->office, "office.region", &l->region));
    TRY(county_charter(l->office, &room));
    TRY(charter_read(l->memory, room, TEXT("office.region_code"), CHARTER_NOW, &code));
    (void)codec_parse_scaled(code, 0, &l->region_code);
    asked.region = l->region;
    TRY(decide_law_open(l->office->call, &l->law));
    TRY(adopt_need(l->office));
    TRY(decide_plan_open(l->memory, l->law, &asked, &l->plan));
    l->each = decide_plan_lane(l->plan).each;
    l->list = alerts_open(l->memory, l->plan, true);
    l->rules = alerts_rules(l->list, &l->rule_count);
    TRY(county_people(l->office, &people));
    TRY(roster_employers_load(l->memory, people, l->day, REGISTRY_NOW, &l->employers));
    TRY(watch_certified_open(l->office, l->memory, l->plan, calendar_month_of_day(l->day), &l->certified));
    return watch_known_gather(l->known, l->plan);
}

/* A purpose that cannot be looked at is refused at once, not in the middle of the county. */
static err try_roster(watch_look *l)
{
    registry *people;
    roster *rows;
    roster_options options = { .known_ms = REGISTRY_NOW, .region_code = l->region_code };
    arena *scratch = arena_open();
    if (l->each == DECIDE_EACH_ACCOUNT || l->certified) {
        arena_close(scratch);
        return ERR_NONE;
    }
    err e = county_people(l->office, &people);
    if (!e.kind) e = roster_open(scratch, people, l->plan, alerts_worker(l->list), &options, &rows);
    if (!e.kind) roster_close(rows);
    if (e.detail) e.detail = text_cstr(l->office->call->request, text_of(e.detail));
    arena_close(scratch);
    return e;
}

err watch_look_open(county *office, text purpose, int32_t month, watch_known *known, watch_look **look)
{
    arena *memory = arena_open();
    watch_look *l = ARENA_NEW(memory, watch_look);
    *l = (watch_look){ .office = office, .memory = memory, .bucket = arena_open(), .lanes = arena_open(),
                       .purpose = text_copy(memory, purpose), .day = calendar_last_day_of_month(month),
                       .today = office->call->office->settings.today_day, .known = known,
                       .reasons = hash_map_open(memory) };
    err e = open_plan(l);
    if (!e.kind) e = try_roster(l);
    if (!e.kind) e = county_alerts(office, &l->book);
    if (e.kind) {
        if (e.detail) e.detail = text_cstr(office->call->request, text_of(e.detail));
        watch_look_close(l);
        return e;
    }
    l->tallies = ARENA_ARRAY(memory, watch_tally, l->rule_count + 1);
    for (size_t i = 0; i < l->rule_count; i++) l->tallies[i] = (watch_tally){ 0 };
    *look = l;
    return ERR_NONE;
}

void watch_look_close(watch_look *look)
{
    if (!look) return;
    arena_close(look->lanes);
    arena_close(look->bucket);
    arena_close(look->memory);
}

/* ---- what stood before ---- */

static bool is_standing(alert_state state)
{
    return state != ALERT_GONE && state != ALERT_MENDED;
}

/* A hold called mended holds on until its cause is seen to be gone. */
static bool is_looked_for(const alert_row *row)
{
    return is_standing(row->state) || (row->state == ALERT_MENDED && row->terms.action == WATCH_HOLD);
}

/* Of this purpose and kind of subject, in order of subject. */
static err read_standing(watch_look *l, uint32_t bucket)
{
    alert_row *all;
    size_t count;
    arena *a = l->bucket;
    TRY(alert_of_bucket(a, l->book, bucket, &all, &count));
    l->rows = ARENA_ARRAY(a, alert_row, count + 1);
    l->row_rule = ARENA_ARRAY(a, size_t, count + 1);
    l->standing = ARENA_ARRAY(a, watch_standing, count + 1);
    l->standing_row = ARENA_ARRAY(a, size_t, count + 1);
    l->is_met = ARENA_ARRAY(a, bool, count + 1);
    l->row_count = l->standing_count = 0;
    for (size_t i = 0; i < count; i++) {
        size_t rule = alerts_rule_of(l->list, all[i].terms.watch);
        if (rule == SIZE_MAX || all[i].terms.subject_kind != (int64_t)l->each) continue;
        l->rows[l->row_count] = all[i];
        l->row_rule[l->row_count] = rule;
        if (is_looked_for(&all[i])) {
            l->standing_row[l->standing_count] = l->row_count;
            l->is_met[l->standing_count] = false;
            l->standing[l->standing_count++] =
                (watch_standing){ .subject = (uint64_t)all[i].terms.subject_id, .key = (uint64_t)all[i].terms.cause,
                                  .rule = (uint32_t)rule, .since_day = all[i].terms.since_day };
        }
        l->row_count++;
    }
    return ERR_NONE;
}

static size_t first_row_of(const watch_look *l, int64_t subject_id)
{
    return SEARCH_FIRST(l->rows, l->row_count, terms.subject_id, subject_id);
}

/* The alert of this cause, whatever became of it; NULL: none was ever raised. */
static const alert_row *row_of(const watch_look *l, const watch_find *find)
{
    for (size_t i = first_row_of(l, (int64_t)find->subject);
         i < l->row_count && l->rows[i].terms.subject_id == (int64_t)find->subject; i++)
        if (l->row_rule[i] == find->rule && (uint64_t)l->rows[i].terms.cause == find->key) return &l->rows[i];
    return NULL;
}

/* ---- what an alert says ---- */

/* Saturdays and Sundays are left out; feasts are not known. */
static int32_t due_day(const watch_look *l, const watch_rule *rule)
{
    enum { WEEK = 7, SATURDAY_REST = 5 };
    int32_t day = l->today;
    if (!rule->within_days) return 0;
    if (!rule->is_working_days) return day + rule->within_days;
    for (int32_t left = rule->within_days; left > 0;)
        if (((++day % WEEK) + WEEK) % WEEK < SATURDAY_REST) left--; /* 1900-01-01 was a Monday */
    return day;
}

/* Others are told by a look whose facts speak of them: what another look of the same run has gathered is not this one's. */
static bool speaks_of_others(const watch_look *l)
{
    return l->each == DECIDE_EACH_ACCOUNT || decide_fact_index(l->plan, "person.twins") != SIZE_MAX ||
           decide_fact_index(l->plan, "person.same_number") != SIZE_MAX;
}

/* The facts, and whom they speak of besides. */
static text evidence_of(watch_look *l, const watch_find *find)
{
    text said = alerts_evidence(l->bucket, l->list, find);
    if (!speaks_of_others(l)) return said;
    text others = watch_known_others(l->bucket, l->known, l->each, (int64_t)find->subject);
    if (!others.size_bytes || said.size_bytes < 2) return said;
    bool is_empty = said.size_bytes == 2;
    return text_format(l->bucket, "%.*s%s\"others\":\"%.*s\"}", (int)said.size_bytes - 1, said.bytes,
                       is_empty ? "" : ",", TEXT_ARG(others));
}

typedef struct {
    const decide_block *block;
    const int64_t *region; /* by lane; NULL: none */
} lanes;

static alert_terms terms_of(watch_look *l, const lanes *of, const watch_find *find)
{
    const watch_rule *rule = &l->rules[find->rule];
    int64_t fen;
    int32_t since = l->today;
    alert_terms t = { .subject_kind = l->each, .subject_id = (int64_t)find->subject,
                      .watch = text_of(alerts_key(l->list, find->rule)), .cause = (int64_t)find->key,
                      .severity = rule->severity, .action = rule->action,
                      .target = rule->target ? text_of(rule->target) : TEXT_NONE,
                      .owner = rule->owner ? text_of(rule->owner) : TEXT_NONE,
                      .region = of->region ? of->region[find->lane] : 0, .due_day = due_day(l, rule),
                      .law = rule->law ? text_of(rule->law) : TEXT_NONE,
                      .says = text_of(rule->message ? rule->message : rule->name),
                      .evidence = evidence_of(l, find) };
    t.risk_fen = alerts_risk(l->list, find, &fen) ? fen : ALERT_NO_RISK;
    (void)alerts_since(l->list, find, &since);
    t.since_day = since;
    uint64_t facts = hash_bytes(t.evidence.bytes, t.evidence.size_bytes, 3);
    facts = hash_bytes(t.says.bytes, t.says.size_bytes, hash_mix(facts, (uint64_t)t.risk_fen));
    facts = hash_bytes(t.law.bytes, t.law.size_bytes, hash_mix(facts, (uint64_t)t.severity));
    facts = hash_bytes(t.owner.bytes, t.owner.size_bytes, hash_mix(facts, (uint64_t)t.region));
    t.facts = (int64_t)(facts >> 1);
    return t;
}

static text record_of(watch_look *l, const lanes *of, const watch_find *find)
{
    return decide_record(l->bucket, alerts_worker(l->list), of->block, find->lane);
}

/* ---- a find ---- */

static void stands_now(watch_look *l, const watch_find *find, int64_t alert_id)
{
    watch_stands_now one = { (int64_t)find->subject, alert_id, find->rule };
    ARENA_PUSH(l->bucket, l->now, l->now_count, l->now_capacity, one);
}

static void see_true(watch_look *l, const lanes *of, const watch_find *find)
{
    watch_tally *tally = &l->tallies[find->rule];
    const alert_row *row = row_of(l, find);
    alert_terms terms = terms_of(l, of, find);
    if (row && row->state == ALERT_DISMISSED) {
        tally->dismissed++;
        return;
    }
    if (terms.risk_fen > 0) tally->risk_fen += terms.risk_fen;
    stands_now(l, find, row ? row->alert_id : 0);
    if (!row) {
        tally->raised++;
        terms.record = record_of(l, of, find);
        ARENA_PUSH(l->bucket, l->raised, l->raised_count, l->raised_capacity, terms);
        return;
    }
    bool is_again = !is_standing(row->state);
    tally->again += is_again;
    tally->stands += !is_again;
    if (!is_again && row->terms.facts == terms.facts) return;
    tally->varied += !is_again;
    terms.record = record_of(l, of, find);
    alert_change change = { row->alert_id, is_again ? ALERT_AGAIN : ALERT_VARY, terms };
    ARENA_PUSH(l->bucket, l->changed, l->changed_count, l->changed_capacity, change);
}

static void see_closed(watch_look *l, const watch_find *find)
{
    const alert_row *row = row_of(l, find);
    if (!row) return;
    l->tallies[find->rule].closed++;
    alert_change change = { .alert_id = row->alert_id, .what = ALERT_LEAVE };
    ARENA_PUSH(l->bucket, l->changed, l->changed_count, l->changed_capacity, change);
}

static void see_unchecked(watch_look *l, const watch_find *find)
{
    text reason = alerts_reason(l->lanes, l->list, find, l->office->call->is_chinese);
    text key = text_format(l->lanes, "%zu\n%.*s", (size_t)find->rule, TEXT_ARG(reason));
    size_t at = hash_map_get(l->reasons, key);
    l->tallies[find->rule].unchecked++;
    if (at == SIZE_MAX) {
        watch_unchecked row = { find->rule, text_copy(l->memory, reason), 0 };
        at = l->unchecked_count;
        ARENA_PUSH(l->memory, l->unchecked, l->unchecked_count, l->unchecked_capacity, row);
        hash_map_put(l->reasons, text_copy(l->memory, key), at);
    }
    l->unchecked[at].count++;
    if (l->tell) l->tell(l->tell_context, find->rule, (int64_t)find->subject, l->unchecked[at].reason);
}

/* ---- a block ---- */

static void standing_of(watch_look *l, const int64_t *subject_id, size_t count, alerts_block *block)
{
    size_t low = 0, high = l->standing_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->standing[middle].subject < (uint64_t)subject_id[0]) low = middle + 1;
        else high = middle;
    }
    size_t end = low;
    uint64_t last = (uint64_t)subject_id[count - 1];
    for (size_t lane = 0; end < l->standing_count && l->standing[end].subject <= last; end++) {
        while (lane < count && (uint64_t)subject_id[lane] < l->standing[end].subject) lane++;
        l->is_met[end] = lane < count && (uint64_t)subject_id[lane] == l->standing[end].subject;
    }
    block->standing = l->standing + low;
    block->standing_count = end - low;
}

static void watch_block_of(watch_look *l, const lanes *of, const int64_t *subject_id)
{
    size_t count = of->block->count;
    uint64_t *subjects = ARENA_ARRAY(l->lanes, uint64_t, count + 1);
    for (size_t i = 0; i < count; i++) subjects[i] = (uint64_t)subject_id[i];
    alerts_block block = { .people = *of->block, .subjects = subjects };
    standing_of(l, subject_id, count, &block);
    watch_finds found = alerts_run(l->lanes, l->list, &block);
    for (size_t i = 0; i < found.find_count; i++) {
        const watch_find *find = &found.finds[i];
        switch (find->state) {
        case WATCH_RAISED:
        case WATCH_STANDS: see_true(l, of, find); break;
        case WATCH_CLOSED: see_closed(l, find); break;
        case WATCH_UNCHECKED: see_unchecked(l, find); break;
        }
    }
}

/* ---- a bucket ---- */

static text path_of_region(void *context, int64_t code)
{
    (void)context;
    return county_region_path(code);
}

static err look_at_roster(watch_look *l, uint32_t bucket, arena *worker)
{
    registry *people;
    roster *rows;
    roster_block block;
    roster_options options = { .bucket = bucket, .known_ms = REGISTRY_NOW, .employers = l->employers,
                               .region_code = l->region_code, .region_path = path_of_region };
    TRY(county_people(l->office, &people));
    TRY(roster_open(worker, people, l->plan, alerts_worker(l->list), &options, &rows));
    err e = ERR_NONE;
    do {
        arena_reset(l->lanes);
        e = roster_next(l->lanes, rows, BLOCK_LANES, &block);
        if (e.kind || !block.people.count) break;
        lanes of = { .block = &block.people, .region = block.region };
        watch_known_fill(l->known, l->plan, &block.people, block.subject_id);
        watch_known_fill_joined(l->lanes, l->known, l->plan, &block.people, block.subject_id);
        watch_block_of(l, &of, block.subject_id);
    } while (true);
    roster_close(rows);
    return e;
}

static err keep(watch_look *l, uint32_t bucket)
{
    int64_t first_id;
    county *c = l->office;
    alert_act act = { .actor_id = c->actor_id, .known_ms = c->now_ms, .why = text_of(c->call->op->name) };
    alert_look found = { .day = l->today, .law = decide_pack_digest(l->law), .purpose = l->purpose,
                         .raised = l->raised, .raised_count = l->raised_count,
                         .changed = l->changed, .changed_count = l->changed_count };
    TRY(alert_seen(l->book, &act, bucket, &found, &first_id));
    for (size_t i = 0; i < l->now_count; i++)
        if (!l->now[i].alert_id) l->now[i].alert_id = first_id + (int64_t)l->now_raised++;
    return ERR_NONE;
}

static void begin_bucket(watch_look *l)
{
    arena_reset(l->bucket);
    l->raised = NULL;
    l->changed = NULL;
    l->now = NULL;
    l->raised_count = l->raised_capacity = l->changed_count = l->changed_capacity = 0;
    l->now_count = l->now_capacity = l->now_raised = 0;
}

static void look_at_accounts(watch_look *l, uint32_t bucket)
{
    size_t first, until;
    watch_known_accounts_of(l->known, bucket, &first, &until);
    for (size_t from = first; from < until; from += BLOCK_LANES) {
        size_t count = until - from < BLOCK_LANES ? until - from : BLOCK_LANES;
        arena_reset(l->lanes);
        watch_known_lanes accounts = watch_known_accounts(l->lanes, l->known, l->plan, from, count);
        lanes of = { .block = &accounts.block };
        watch_block_of(l, &of, accounts.subject_id);
    }
}

static err look_at_certified(watch_look *l, uint32_t bucket, arena *worker)
{
    size_t count;
    TRY(watch_certified_bucket(worker, l->certified, bucket, &count));
    for (size_t from = 0; from < count; from += BLOCK_LANES) {
        decide_block block;
        lanes of = { .block = &block };
        const int64_t *subject_id;
        arena_reset(l->lanes);
        TRY(watch_certified_lanes(l->lanes, l->certified, alerts_worker(l->list), from,
                                  count - from < BLOCK_LANES ? count - from : BLOCK_LANES, &block, &subject_id, &of.region));
        watch_block_of(l, &of, subject_id);
    }
    return ERR_NONE;
}

/* Of one who is no longer there (merged into another; an account that nobody has any more) the cause
 * is gone. */
static void leave_the_unmet(watch_look *l)
{
    for (size_t i = 0; i < l->standing_count; i++) {
        if (l->is_met[i]) continue;
        size_t row = l->standing_row[i];
        l->tallies[l->row_rule[row]].closed++;
        alert_change change = { .alert_id = l->rows[row].alert_id, .what = ALERT_LEAVE };
        ARENA_PUSH(l->bucket, l->changed, l->changed_count, l->changed_capacity, change);
    }
}

err watch_look_bucket(watch_look *l, uint32_t bucket)
{
    err e;
    arena *worker = arena_open();
    begin_bucket(l);
    e = read_standing(l, bucket);
    if (!e.kind && l->each == DECIDE_EACH_ACCOUNT) look_at_accounts(l, bucket);
    else if (!e.kind && l->certified) e = look_at_certified(l, bucket, worker);
    else if (!e.kind) e = look_at_roster(l, bucket, worker);
    if (!e.kind) leave_the_unmet(l);
    if (!e.kind) e = keep(l, bucket);
    if (e.detail) e.detail = text_cstr(l->office->call->request, text_of(e.detail));
    arena_close(worker);
    return e;
}

/* ---- what was seen ---- */

const alerts *watch_look_alerts(const watch_look *look)
{
    return look->list;
}

decide_each watch_look_each(const watch_look *look)
{
    return look->each;
}

const watch_tally *watch_look_tally(const watch_look *look, size_t rule)
{
    return &look->tallies[rule];
}

const watch_unchecked *watch_look_unchecked(const watch_look *look, size_t *count)
{
    *count = look->unchecked_count;
    return look->unchecked;
}

void watch_look_tell_unchecked(watch_look *look, watch_tell tell, void *context)
{
    look->tell = tell;
    look->tell_context = context;
}

const watch_stands_now *watch_look_standing(const watch_look *look, size_t *count)
{
    *count = look->now_count;
    return look->now;
}
