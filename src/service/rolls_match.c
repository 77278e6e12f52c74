/* doudi roll match: whom the lines that no exact number has settled are likely to be about, by room linkage. */
#include <stdlib.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "linkage/linkage.h"
#include "service/grid.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/rolls.h"

const err_kind ROLLS_OF_EMPLOYERS = {
    "rolls.of_employers", ERR_CONFLICT,
    "The roll {} is of employers, who are found by their code alone.", "名册 {} 的对象是单位，只按统一社会信用代码比对。"
};

static const service_field MATCH_INPUT[] = {
    ROLLS_RECEIPT_FIELD,
    { .name = "blind", .type = SERVICE_FLAG, .summary = "judged blind: who it may be, without what speaks for it, in no order",
      .summary_zh = "盲核：只列可能的人，不显示可能性、等级和依据，不按可能性排序" },
    ROLLS_OUT_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field MATCH_ROW[] = {
    { .name = "line", .type = SERVICE_COUNT, .summary = "line", .summary_zh = "行" },
    { .name = "number", .type = SERVICE_TEXT, .summary = "number", .summary_zh = "名册号码" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名册姓名" },
    { .name = "person", .type = SERVICE_COUNT, .summary = "id here", .summary_zh = "本机构编号" },
    { .name = "probability", .type = SERVICE_TEXT, .summary = "probability", .summary_zh = "可能性" },
    { .name = "tier", .type = SERVICE_STATE, .summary = "tier", .summary_zh = "等级" },
    { .name = "monthly", .type = SERVICE_TEXT, .summary = "draws a month, yuan", .summary_zh = "每月领取（元）" },
    { .name = "evidence", .type = SERVICE_TEXT, .summary = "evidence", .summary_zh = "依据（对数几率）" },
};
enum { MATCH_COLUMNS = ARRAY_COUNT(MATCH_ROW) };
static const service_field MATCH_OUTPUT[] = {
    { .name = "roll", .type = SERVICE_TEXT, .summary = "roll", .summary_zh = "名册" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "所属月" },
    { .name = "open", .type = SERVICE_COUNT, .summary = "lines no exact number has settled", .summary_zh = "未按号码比中的行" },
    { .name = "confirmed", .type = SERVICE_COUNT, .summary = "of them as good as certain", .summary_zh = "其中基本确定" },
    { .name = "review", .type = SERVICE_COUNT, .summary = "to be looked at", .summary_zh = "其中需要核对" },
    { .name = "learned", .type = SERVICE_COUNT, .summary = "lines that two people have decided, learned from", .summary_zh = "据以学习的已核定行" },
    { .name = "none", .type = SERVICE_COUNT, .summary = "like nobody here", .summary_zh = "其中没有相近的人" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "candidates (50 at most; by pages all)", .summary_zh = "候选（前 50 个，分页时全部）",
      .fields = MATCH_ROW, .field_count = MATCH_COLUMNS },
};

typedef struct {
    int64_t person_id, fen;
} drawing;
typedef struct {
    int64_t household_id, region;
    text address;
} home;

typedef struct {
    rolls_shown *roll;
    registry *people;
    arena *scratch;
    rolls_places *places;
    drawing *draws; /* who draws benefits, in the order of ids */
    size_t draw_count, draw_capacity;
    home *homes;    /* households, in the order of ids */
    size_t home_count, home_capacity;
    const linkage_spec *spec;
    linkage_set *set;
    linkage_run *run;
    linkage_answer answer;
    linkage_label *labels; /* lines whose person two people have decided */
    size_t label_count, label_capacity;
    int64_t decided;       /* lines */
    bool is_blind, is_any; /* is_any: of likely ones, all who may be meant */
    rolls_likely *likely;
    size_t likely_count;
} matching;

static void put(const matching *m, text *values, const char *field, text value)
{
    size_t at = linkage_input_named(m->spec, text_of(field));
    if (at != SIZE_MAX && value.size_bytes) values[at] = value;
}

/* ---- the registry's people ---- */

static int by_person(const void *a, const void *b)
{
    const drawing *x = a, *y = b;
    return (x->person_id > y->person_id) - (x->person_id < y->person_id);
}

static int by_household(const void *a, const void *b)
{
    const home *x = a, *y = b;
    return (x->household_id > y->household_id) - (x->household_id < y->household_id);
}

static const home *home_of(const matching *m, const registry_member *member)
{
    if (!member || !m->home_count) return NULL;
    home wanted = { .household_id = member->household_id };
    return bsearch(&wanted, m->homes, m->home_count, sizeof wanted, by_household);
}

static err add_person(matching *m, arena *a, const registry_roster_row *who)
{
    const registry_person *person = who->subject;
    text values[LINKAGE_INPUTS_MAX] = { { NULL, 0 } };
    registry_secret number = person->number, phone = person->phone;
    if (person->merged_into) return ERR_NONE;
    if (number.key && !registry_reveal(a, m->people, who->subject_id, &number).kind) put(m, values, "id_number", number.plain);
    if (phone.key && !registry_reveal(a, m->people, who->subject_id, &phone).kind) put(m, values, "phone", phone.plain);
    put(m, values, "name", person->name);
    if (person->sex) put(m, values, "sex", person->sex == 1 ? TEXT("男") : TEXT("女"));
    if (person->birth_day) put(m, values, "birth_date", service_day_text(a, (int32_t)person->birth_day));
    const home *lives = home_of(m, who->member);
    int64_t region = lives && lives->region > person->region ? lives->region : person->region;
    if (rolls_place_is_within(m->places, region)) put(m, values, "village", text_format(a, "%lld", (long long)region));
    if (lives) put(m, values, "house", lives->address);
    drawing draws = { .person_id = who->subject_id };
    for (size_t i = 0; i < who->benefit_count; i++)
        if (who->benefits[i].state == REGISTRY_PAYING) draws.fen += who->benefits[i].amount_fen;
    if (draws.fen) ARENA_PUSH(m->scratch, m->draws, m->draw_count, m->draw_capacity, draws);
    return linkage_set_add(m->set, m->scratch, text_format(a, "%lld", (long long)who->subject_id), values);
}

static err add_home(matching *m, arena *a, const registry_roster_row *who)
{
    (void)a;
    const registry_household *household = who->subject;
    home one = { who->subject_id, household->region, text_copy(m->scratch, household->address) };
    ARENA_PUSH(m->scratch, m->homes, m->home_count, m->home_capacity, one);
    return ERR_NONE;
}

/* People, with where they live and what they draw, or households. */
static err add_bucket(matching *m, uint32_t bucket, registry_kind of, err (*add)(matching *m, arena *a, const registry_roster_row *who))
{
    registry_roster *rows;
    const registry_roster_row *who = NULL;
    int32_t month = m->roll->receipt.terms.month;
    registry_roster_options wants = { .day = calendar_last_day_of_month(month), .month = month, .known_ms = REGISTRY_NOW, .of = of };
    if (of == REGISTRY_PERSON) wants.wants = 1u << REGISTRY_MEMBER | 1u << REGISTRY_BENEFIT;
    arena *a = arena_open();
    err e = registry_roster_open(a, m->people, bucket, &wants, &rows);
    if (!e.kind) {
        do {
            e = registry_roster_next(rows, &who);
            if (!e.kind && who) e = add(m, a, who);
        } while (!e.kind && who);
        registry_roster_close(rows);
    }
    if (e.detail) e.detail = text_cstr(m->roll->call->request, text_of(e.detail));
    arena_close(a);
    return e;
}

/* ---- the roll's lines: what the number tells stands in for columns the roll has not ---- */

/* As the registry has places: by code. A name that the office's areas do not know says nothing. */
static text place_said(const matching *m, text says)
{
    int64_t region = rolls_place_of(m->places, says);
    return rolls_place_is_within(m->places, region) ? text_format(m->scratch, "%lld", (long long)region) : TEXT_NONE;
}

static err add_line(matching *m, size_t line)
{
    const rolls_contract *c = m->roll->contract;
    text values[LINKAGE_INPUTS_MAX] = { { NULL, 0 } };
    if (m->roll->lines[line].state == ROLL_REJECTED) return ERR_NONE;
    for (size_t i = 0; i < c->column_count && i < m->roll->cells->column_count; i++) {
        text says = eventlog_rows_word(m->roll->cells, i, line);
        char *link = text_cstr(m->scratch, c->columns[i].link);
        if (text_equal_cstr(c->columns[i].link, "village")) says = place_said(m, says);
        if (c->columns[i].link.size_bytes) put(m, values, link, says);
        if (!text_equal_cstr(c->columns[i].link, "id_number")) continue;
        ident_citizen citizen;
        bool is_sound = !ident_check_citizen(says, &citizen).kind;
        if (citizen.birth_day) put(m, values, "birth_date", service_day_text(m->scratch, citizen.birth_day));
        if (is_sound) put(m, values, "sex", citizen.is_male ? TEXT("男") : TEXT("女"));
    }
    return linkage_set_add(m->set, m->scratch, text_format(m->scratch, "%lld", (long long)m->roll->lines[line].line), values);
}

/* A line that no number settled and that is linked now has been decided by two people, this month or the month before. */
static bool is_decided(const roll_line *line)
{
    bool is_linked = line->state == ROLL_LINKED && line->why.size_bytes && !text_equal_cstr(line->why, "mended");
    return is_linked || rolls_is_nobody(line);
}

static void add_label(matching *m, uint32_t a, uint32_t b, bool is_match)
{
    linkage_label label = { .a = a, .b = b, .is_match = is_match };
    if (a != UINT32_MAX && b != UINT32_MAX) ARENA_PUSH(m->scratch, m->labels, m->label_count, m->label_capacity, label);
}

static void learn_decided(matching *m)
{
    for (size_t i = 0; i < m->roll->count; i++) {
        const roll_line *line = &m->roll->lines[i];
        if (!is_decided(line)) continue;
        uint32_t a = linkage_set_find(m->set, 0, text_format(m->scratch, "%lld", (long long)line->subject_id));
        uint32_t b = linkage_set_find(m->set, 1, text_format(m->scratch, "%lld", (long long)line->line));
        m->decided += b != UINT32_MAX && (a != UINT32_MAX || rolls_is_nobody(line));
        add_label(m, a, b, true);
    }
}

static err fill(matching *m)
{
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) TRY(add_bucket(m, bucket, REGISTRY_HOUSEHOLD, add_home));
    if (m->home_count) qsort(m->homes, m->home_count, sizeof *m->homes, by_household);
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) TRY(add_bucket(m, bucket, REGISTRY_PERSON, add_person));
    if (m->draw_count) qsort(m->draws, m->draw_count, sizeof *m->draws, by_person);
    linkage_set_second(m->set);
    for (size_t i = 0; i < m->roll->count; i++) TRY(add_line(m, i));
    return linkage_set_ready(m->set, NULL, m->scratch);
}

/* ---- candidates ---- */

enum { MILLION = 1000000 };
typedef struct {
    size_t line; /* place */
    const linkage_pair *pair;
    int64_t fen;         /* what the person draws a month */
    int64_t doubt, risk; /* the line's: in millionths, a million where a candidate is as likely as not; and that times fen */
} candidate;

static int by_line(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    if (x->line != y->line) return x->line < y->line ? -1 : 1;
    if (x->pair->odds != y->pair->odds) return x->pair->odds > y->pair->odds ? -1 : 1;
    return (x->pair->a > y->pair->a) - (x->pair->a < y->pair->a);
}

/* Money at risk times doubt first, then doubt, then the line. */
static int by_risk(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    if (x->risk != y->risk) return x->risk > y->risk ? -1 : 1;
    if (x->doubt != y->doubt) return x->doubt > y->doubt ? -1 : 1;
    return by_line(a, b);
}

/* Of a line by the row of the person: neither likelihood nor risk shows. */
static int by_number(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    if (x->line != y->line) return x->line < y->line ? -1 : 1;
    return (x->pair->a > y->pair->a) - (x->pair->a < y->pair->a);
}

static int64_t drawn_by(const matching *m, int64_t person_id)
{
    drawing wanted = { .person_id = person_id };
    const drawing *found = m->draw_count ? bsearch(&wanted, m->draws, m->draw_count, sizeof wanted, by_person) : NULL;
    return found ? found->fen : 0;
}

/* What a line is worth looking at for is that of its candidate that is worth most. */
static void order_candidates(const matching *m, candidate *all, size_t count)
{
    qsort(all, count, sizeof *all, by_line);
    for (size_t from = 0, until; from < count; from = until) {
        int64_t risk = 0, doubt = 0;
        for (until = from; until < count && all[until].line == all[from].line; until++) {
            candidate *one = &all[until];
            int64_t part = linkage_millionths(one->pair), in_doubt = part * (MILLION - part) / (MILLION / 4);
            one->fen = drawn_by(m, strtoll(text_cstr(m->scratch, linkage_set_id(m->set, one->pair->a)), NULL, 10));
            if (in_doubt > doubt) doubt = in_doubt;
            if (in_doubt * one->fen > risk) risk = in_doubt * one->fen;
        }
        for (size_t i = from; i < until; i++) {
            all[i].risk = risk;
            all[i].doubt = doubt;
        }
    }
    qsort(all, count, sizeof *all, by_risk);
}

static bool is_open(const roll_line *line)
{
    return line->state == ROLL_REVIEW || (line->state == ROLL_ABSENT && !rolls_is_nobody(line));
}

static size_t place_of(const matching *m, uint32_t row)
{
    int64_t number = strtoll(text_cstr(m->scratch, linkage_set_id(m->set, row)), NULL, 10);
    for (size_t low = 0, high = m->roll->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (m->roll->lines[middle].line == number) return middle;
        if (m->roll->lines[middle].line < number) low = middle + 1;
        else high = middle;
    }
    return SIZE_MAX;
}

static void put_candidate(const matching *m, const candidate *one, service_value *list, grid *g)
{
    static const char *const TIERS[LINKAGE_TIER_COUNT][2] = {
        [LINKAGE_CONFIRMED] = { "as good as certain", "基本确定" }, [LINKAGE_REVIEW] = { "to be looked at", "需要核对" }, [LINKAGE_NO] = { "no", "否" },
    };
    service_call *call = m->roll->call;
    arena *a = call->request;
    text_builder evidence = text_builder_open(a);
    linkage_tier tier = linkage_tier_of(one->pair);
    int64_t part = linkage_millionths(one->pair);
    text person = text_copy(a, linkage_set_id(m->set, one->pair->a));
    linkage_evidence(m->run, one->pair, &evidence);
    text cells[MATCH_COLUMNS] = { text_format(a, "%lld", (long long)m->roll->lines[one->line].line), rolls_shown_number(m->roll, one->line),
                                  rolls_shown_name(m->roll, one->line), person,
                                  text_format(a, "%lld.%06lld", (long long)(part / MILLION), (long long)(part % MILLION)),
                                  text_of(service_say(call, TIERS[tier][0], TIERS[tier][1])),
                                  service_yuan(a, one->fen), text_built(&evidence) };
    if (m->is_blind) cells[4] = cells[7] = TEXT("");
    if (m->is_blind) cells[5] = text_of(service_say(call, "not shown", "不显示"));
    for (size_t c = 0; c < MATCH_COLUMNS; c++) grid_add(g, cells[c]);
    if (!service_takes_row(call, list, ROLLS_SHOWN_LINES)) return;
    service_value *v = service_put_object(a, list, NULL);
    service_put_count(a, v, "line", m->roll->lines[one->line].line);
    service_put_text(a, v, "number", cells[1]);
    service_put_text(a, v, "name", cells[2]);
    service_put_count(a, v, "person", strtoll(text_cstr(a, person), NULL, 10));
    service_put_text(a, v, "probability", cells[4]);
    if (m->is_blind) service_put_state(call, v, "tier", "blind", "not shown", "不显示");
    else service_put_state(call, v, "tier", linkage_tier_name(tier), TIERS[tier][0], TIERS[tier][1]);
    service_put_text(a, v, "monthly", cells[6]);
    service_put_text(a, v, "evidence", cells[7]);
}

/* Of lines that are open. */
static candidate *candidates(const matching *m, size_t *count)
{
    candidate *all = ARENA_ARRAY(m->scratch, candidate, m->answer.pair_count + 1);
    *count = 0;
    for (size_t i = 0; i < m->answer.pair_count; i++) {
        candidate one = { .line = place_of(m, m->answer.pairs[i].b), .pair = &m->answer.pairs[i] };
        bool is_wanted = one.line != SIZE_MAX && is_open(&m->roll->lines[one.line]);
        if (is_wanted && linkage_tier_of(one.pair) != LINKAGE_NO) all[(*count)++] = one;
    }
    return all;
}

static err answer(matching *m)
{
    service_call *call = m->roll->call;
    arena *a = call->request;
    size_t count;
    candidate *all = candidates(m, &count);
    int64_t open = 0, tier[LINKAGE_TIER_COUNT] = { 0 };
    service_value *rows = service_list(a);
    grid g = grid_open(call, rolls_title(call, m->roll->contract), MATCH_ROW, MATCH_COLUMNS, SIZE_MAX);
    if (count) order_candidates(m, all, count);
    for (size_t i = 0; i < count; i++)
        if (!i || all[i].line != all[i - 1].line) tier[linkage_tier_of(all[i].pair)]++;
    if (count && m->is_blind) qsort(all, count, sizeof *all, by_number);
    for (size_t i = 0; i < m->roll->count; i++) open += is_open(&m->roll->lines[i]);
    for (size_t i = 0; i < count; i++) put_candidate(m, &all[i], rows, &g);
    service_put_text(a, call->reply, "roll", rolls_title(call, m->roll->contract));
    service_put_text(a, call->reply, "month", service_month_text(a, m->roll->receipt.terms.month));
    service_put_count(a, call->reply, "open", open);
    service_put_count(a, call->reply, "confirmed", tier[LINKAGE_CONFIRMED]);
    service_put_count(a, call->reply, "review", tier[LINKAGE_REVIEW]);
    service_put_count(a, call->reply, "learned", m->decided);
    service_put_count(a, call->reply, "none", open - tier[LINKAGE_CONFIRMED] - tier[LINKAGE_REVIEW]);
    service_put(a, call->reply, "rows", rows);
    return service_is_given(call, "out") ? grid_write(&g, service_text_of(call, "out", TEXT_NONE)) : ERR_NONE;
}

/* A name alone is many people's. */
static bool says_more(const matching *m, size_t line)
{
    size_t number = rolls_column_linked(m->roll->contract, "id_number"), birth = rolls_column_linked(m->roll->contract, "birth_date");
    bool has_number = number < m->roll->cells->column_count && eventlog_rows_word(m->roll->cells, number, line).size_bytes;
    return has_number || (birth < m->roll->cells->column_count && eventlog_rows_word(m->roll->cells, birth, line).size_bytes);
}

static int64_t person_of(const matching *m, const candidate *one)
{
    return strtoll(text_cstr(m->scratch, linkage_set_id(m->set, one->pair->a)), NULL, 10);
}

static text person_key(arena *a, int64_t person_id)
{
    return text_format(a, "%lld", (long long)person_id);
}

/* Whom one line alone can mean, and who alone can be meant by it. */
static err pick_likely(matching *m)
{
    enum { SURE = 999000 };
    size_t count, capacity = 0;
    candidate *all = candidates(m, &count);
    hash_map *meant = hash_map_open(m->scratch); /* by how many lines */
    for (size_t i = 0; i < m->roll->count; i++)
        if (m->roll->lines[i].state == ROLL_LINKED) hash_map_put(meant, person_key(m->scratch, m->roll->lines[i].subject_id), 2);
    if (count) qsort(all, count, sizeof *all, by_line);
    for (size_t i = 0; i < count; i++) {
        text key = person_key(m->scratch, person_of(m, &all[i]));
        hash_map_put(meant, key, hash_map_get(meant, key) == SIZE_MAX ? 1 : 2);
    }
    for (size_t i = 0; i < count; i++) {
        bool is_alone = (!i || all[i - 1].line != all[i].line) && (i + 1 == count || all[i + 1].line != all[i].line);
        rolls_likely one = { all[i].line, person_of(m, &all[i]), linkage_millionths(all[i].pair) };
        bool is_meant_once = hash_map_get(meant, person_key(m->scratch, one.person_id)) == 1;
        if (m->is_any || (is_alone && is_meant_once && one.millionths >= SURE && says_more(m, one.line)))
            ARENA_PUSH(m->roll->call->request, m->likely, m->likely_count, capacity, one);
    }
    return ERR_NONE;
}

/* Whom a decided line could have been about and was not: learned from too, by a second run. */
static void learn_refused(matching *m)
{
    for (size_t i = 0; i < m->answer.pair_count; i++) {
        const linkage_pair *p = &m->answer.pairs[i];
        size_t at = linkage_tier_of(p) == LINKAGE_NO ? SIZE_MAX : place_of(m, p->b);
        if (at == SIZE_MAX || !is_decided(&m->roll->lines[at])) continue;
        int64_t person = strtoll(text_cstr(m->scratch, linkage_set_id(m->set, p->a)), NULL, 10);
        if (person != m->roll->lines[at].subject_id) add_label(m, p->a, p->b, false);
    }
}

static err run_matching(matching *m)
{
    linkage_options options = { .labels = m->labels, .label_count = m->label_count, .crew = { NULL, NULL, 1 } };
    TRY(linkage_run_open(m->set, options, m->scratch, &m->run, &m->answer));
    if (m->decided) learn_refused(m);
    if (m->label_count == options.label_count) return ERR_NONE;
    options.labels = m->labels;
    options.label_count = m->label_count;
    linkage_run_close(m->run);
    m->run = NULL;
    return linkage_run_open(m->set, options, m->scratch, &m->run, &m->answer);
}

static err match(rolls_shown *roll, matching *told, err (*tell)(matching *m))
{
    matching m = *told;
    if (roll->contract->is_of_employers) return err_of(&ROLLS_OF_EMPLOYERS, text_cstr(roll->call->request, roll->contract->name));
    m.roll = roll;
    m.scratch = arena_open();
    err e = county_people(roll->office, &m.people);
    if (!e.kind) e = rolls_places_open(roll->call, roll->office, &m.places);
    if (!e.kind) e = linkage_spec_read(m.scratch, "cn-person", linkage_spec_ready(TEXT("cn-person")), &m.spec);
    if (!e.kind) m.set = linkage_set_open(m.spec);
    if (!e.kind) e = fill(&m);
    if (!e.kind) learn_decided(&m);
    if (!e.kind) e = run_matching(&m);
    if (!e.kind) e = tell(&m);
    if (e.detail) e.detail = text_cstr(roll->call->request, text_of(e.detail));
    if (m.run) linkage_run_close(m.run);
    if (m.set) linkage_set_close(m.set);
    arena_close(m.scratch);
    *told = m;
    return e;
}

err rolls_likely_find(rolls_shown *shown, bool is_any, rolls_likely **likely, size_t *count)
{
    matching m = { .is_any = is_any };
    err e = match(shown, &m, pick_likely);
    *likely = m.likely;
    *count = m.likely_count;
    return e;
}

static err roll_match_run(service_call *call)
{
    rolls_shown roll;
    err e = rolls_shown_begin(call, &roll);
    rolls_keys_close(roll.keys);
    TRY(e);
    matching m = { .is_blind = service_is_given(call, "blind") };
    return match(&roll, &m, answer);
}

static const char *const MATCH_EXAMPLES[] = { "doudi roll match 3 --out 候选.xlsx", "doudi roll match 3 --blind", NULL };

const service_op ROLLS_MATCH_OP = {
    .name = "roll.match",
    .summary = "Whom the lines that no exact number has settled are likely to be about, each with its probability and evidence",
    .summary_zh = "对未按号码比中的行找出可能的人，附可能性和依据",
    .law = "《社会保险法》第五十七条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .input = MATCH_INPUT,
    .input_count = ARRAY_COUNT(MATCH_INPUT),
    .output = MATCH_OUTPUT,
    .output_count = ARRAY_COUNT(MATCH_OUTPUT),
    .examples = MATCH_EXAMPLES,
    .run = roll_match_run,
};
