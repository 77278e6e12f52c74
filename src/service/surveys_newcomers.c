/* doudi survey newcomers: whom a round found who was not known, and whether they have been insured since, and by whose doing. */
#include "base/hash.h"
#include "service/campaign.h"
#include "service/case.h"
#include "service/grid.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/rolls.h"
#include "service/surveys_progress.h"

enum { DAY_1970 = 25567, MS_A_DAY = 86400000, BEIJING_MS = 28800000 };

/* What stands of one question, in the order of households; `at` goes on with the newcomers, who come in the same. */
typedef struct {
    surveys_cell *cells;
    size_t count, at;
} answers;

/* Of the whole round only what tells who somebody is: a county's other answers are many times as many. */
static err read_answers(surveys *s, text role, answers *of)
{
    const survey_question *question = survey_question_for(&s->form, role);
    *of = (answers){ 0 };
    return question ? surveys_cells(s, 0, question->name, &of->cells, &of->count) : ERR_NONE;
}

static text said_of(answers *of, const surveys_newcomer *n)
{
    while (of->at < of->count && of->cells[of->at].household_id < n->household_id) of->at++;
    for (size_t i = of->at; i < of->count && of->cells[i].household_id == n->household_id; i++)
        if (text_equal(of->cells[i].subject, n->subject)) return of->cells[i].is_split ? TEXT("") : of->cells[i].words[0].value;
    return TEXT("");
}

/* ---- who they are ---- */

/* Lines that the round has handed in, as the newest roll with such a line has it now: by name and number the person it is linked to. */
typedef struct {
    hash_map *at; /* place among `person_ids` */
    int64_t *person_ids; /* 0: nobody, or not alone */
    int64_t *receipt_ids;
    size_t count, capacity, receipt_capacity;
} handed_in;

/* As rolls keep both: without blanks, in capitals. */
static text line_key(arena *a, text name, text number)
{
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < number.size_bytes; i++)
        if (number.bytes[i] != ' ') text_add(&out, number.bytes[i] == 'x' ? TEXT("X") : text_sub(number, i, i + 1));
    text_add_cstr(&out, "\x1f");
    for (size_t i = 0; i < name.size_bytes; i++)
        if (name.bytes[i] != ' ') text_add(&out, text_sub(name, i, i + 1));
    return text_built(&out);
}

static text cell(const rolls_shown *roll, const char *link, size_t line)
{
    size_t at = rolls_column_linked(roll->contract, link);
    return at < roll->cells->column_count ? eventlog_rows_word(roll->cells, at, line) : TEXT("");
}

static void take_line(arena *a, handed_in *lines, const rolls_shown *roll, size_t line)
{
    const roll_line *said = &roll->lines[line];
    if (said->state == ROLL_REJECTED) return;
    int64_t receipt_id = roll->receipt.receipt_id, person_id = said->state == ROLL_LINKED ? said->subject_id : 0;
    text key = line_key(a, cell(roll, "name", line), cell(roll, "id_number", line));
    size_t at = hash_map_get(lines->at, key);
    if (at == SIZE_MAX) {
        size_t count = lines->count;
        hash_map_put(lines->at, key, lines->count);
        ARENA_PUSH(a, lines->person_ids, lines->count, lines->capacity, person_id);
        ARENA_PUSH(a, lines->receipt_ids, count, lines->receipt_capacity, receipt_id);
        return;
    }
    if (receipt_id == lines->receipt_ids[at] && person_id != lines->person_ids[at]) person_id = 0; /* two lines say so, of two people */
    lines->person_ids[at] = person_id;
    lines->receipt_ids[at] = receipt_id;
}

static err read_handed_in(surveys *s, handed_in *lines)
{
    arena *a = s->office->memory;
    roll_receipt *receipts;
    size_t count;
    rolls_shown roll = { .call = s->call, .office = s->office };
    text file = text_format(a, "%.*s.csv", TEXT_ARG(s->round.name));
    *lines = (handed_in){ .at = hash_map_open(a) };
    TRY(rolls_open(s->office, &roll.book));
    TRY(roll_receipts(a, roll.book, SURVEYS_ROLL, &receipts, &count));
    if (!count) return ERR_NONE;
    TRY(rolls_keys_open(s->office, &roll.keys));
    err e = ERR_NONE;
    for (int64_t after = 0, next; !e.kind; after = next) { /* from the oldest on */
        next = INT64_MAX;
        for (size_t i = 0; i < count; i++)
            if (receipts[i].receipt_id > after && receipts[i].receipt_id < next && text_equal(receipts[i].terms.file, file)) next = receipts[i].receipt_id;
        if (next == INT64_MAX) break;
        e = rolls_shown_open(&roll, next);
        for (size_t line = 0; !e.kind && line < roll.count; line++) take_line(a, lines, &roll, line);
    }
    rolls_keys_close(roll.keys);
    return e;
}

/* By the number that was said, if one person has it. */
static err find_by_number(surveys *s, surveys_newcomer *n)
{
    int64_t *ids, given_up, since_ms;
    size_t count;
    if (!n->number.size_bytes) return ERR_NONE;
    TRY(registry_find_number(s->office->memory, s->people, n->number, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(record_follow(s->office, REGISTRY_NOW, &ids[i], &given_up, &since_ms));
        n->person_id = !i || ids[i] == n->person_id ? ids[i] : 0;
        if (!n->person_id) return ERR_NONE;
    }
    return ERR_NONE;
}

/* Else whom two people have said that their line of the round's roll is about. */
static err find_person(surveys *s, const handed_in *lines, bool is_alone, surveys_newcomer *n)
{
    int64_t given_up, since_ms;
    TRY(find_by_number(s, n));
    size_t at = n->person_id || !is_alone ? SIZE_MAX : hash_map_get(lines->at, line_key(s->office->memory, n->name, n->number));
    if (at != SIZE_MAX && lines->person_ids[at]) {
        n->person_id = lines->person_ids[at];
        TRY(record_follow(s->office, REGISTRY_NOW, &n->person_id, &given_up, &since_ms));
    }
    bool is_held = true; /* somebody of another township is theirs */
    if (n->person_id) TRY(scope_holds(s->office, s->span, n->person_id, &is_held));
    if (!is_held) n->person_id = 0;
    return ERR_NONE;
}

static void meet(arena *a, hash_map *met, const surveys_newcomer *n)
{
    text key = line_key(a, n->name, n->number);
    hash_map_put(met, key, hash_map_get(met, key) == SIZE_MAX ? 1 : 2);
}

/* Of two newcomers of one name who said no number, or the same, no line tells which it is of; `met` are those of the whole round, so
 * that a township is told what the county is. */
static err find_people(surveys *s, const hash_map *met, surveys_newcomer *all, size_t count)
{
    arena *a = s->office->memory;
    handed_in lines;
    TRY(read_handed_in(s, &lines));
    for (size_t i = 0; i < count; i++)
        TRY(find_person(s, &lines, hash_map_get(met, line_key(a, all[i].name, all[i].number)) == 1, &all[i]));
    return ERR_NONE;
}

static text pension_lines(arena *a, const campaign_table *table)
{
    text_builder all = text_builder_open(a);
    for (size_t i = 0; i < table->count; i++)
        if (table->words[i].way == CAMPAIGN_SCHEME)
            text_add_format(&all, "%s%.*s", all.size_bytes ? "|" : "", TEXT_ARG(table->words[i].name));
    return text_built(&all);
}

static err tell(surveys *s, const campaign_table *table, const campaign_said *said, int32_t on, surveys_newcomer *n)
{
    if (!n->person_id) return ERR_NONE;
    TRY(campaign_enrolled(s->office, s->people, pension_lines(s->office->memory, table), n->person_id, s->round.from_day, on, &n->enrolled_day));
    bool is_after = n->enrolled_day && n->met_day <= n->enrolled_day && n->enrolled_day - n->met_day <= table->days;
    n->is_won = is_after && !campaign_won_by(table, said, n->person_id, n->enrolled_day);
    return ERR_NONE;
}

err surveys_newcomers(surveys *s, int32_t on, surveys_newcomer **newcomers, size_t *count)
{
    arena *a = s->office->memory;
    campaign_table table;
    campaign_said said;
    answers called, numbers;
    survey_saying *names;
    survey_visit *visits;
    size_t name_count, visit_count, v = 0, capacity = 0;
    const survey_question *name = survey_question_for(&s->form, SURVEYS_NAME);
    hash_map *met = hash_map_open(a);
    *newcomers = NULL;
    *count = 0;
    TRY(campaign_table_read(s->office, &table));
    TRY(campaign_said_read(s->office, &said));
    TRY(read_answers(s, SURVEYS_NAME, &called));
    TRY(read_answers(s, SURVEYS_NUMBER, &numbers));
    TRY(survey_visits(a, s->book, s->round.round_id, &visits, &visit_count));
    TRY(survey_sayings(a, s->book, s->round.round_id, 0, name ? name->name : SURVEYS_NAME, &names, &name_count));
    for (size_t from = 0, until; from < name_count; from = until) {
        surveys_newcomer one = { .household_id = names[from].household_id, .subject = names[from].subject };
        int64_t first_ms = names[from].known_ms;
        until = from + survey_cell_size(names, name_count, from);
        for (size_t i = from; i < until; i++)
            if (names[i].known_ms < first_ms) first_ms = names[i].known_ms;
        while (v < visit_count && visits[v].household_id < one.household_id) v++;
        if (v == visit_count || visits[v].household_id != one.household_id) continue;
        one.region = visits[v].region;
        one.met_day = (int32_t)((first_ms + BEIJING_MS) / MS_A_DAY) + DAY_1970;
        one.name = said_of(&called, &one);
        one.number = said_of(&numbers, &one);
        bool is_taken_back = !one.name.size_bytes && !one.number.size_bytes;
        if (is_taken_back || one.met_day > on) continue;
        meet(a, met, &one);
        if (scope_has_place(s->span, one.region)) ARENA_PUSH(a, *newcomers, *count, capacity, one);
    }
    TRY(find_people(s, met, *newcomers, *count));
    for (size_t i = 0; i < *count; i++) TRY(tell(s, &table, &said, on, &(*newcomers)[i]));
    return ERR_NONE;
}

/* ---- as it is shown ---- */

static const service_field NEWCOMERS_INPUT[] = {
    SURVEYS_ROUND_FIELD,
    { .name = "on", .type = SERVICE_DATE, .summary = "as it stood on this day (default: today)", .summary_zh = "截至这一天（默认今天）" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "also write all of them here", .summary_zh = "将全部结果另存为" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field NEWCOMER_ROW[] = {
    { .name = "household", .type = SERVICE_COUNT, .summary = "household", .summary_zh = "家庭" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "number", .type = SERVICE_TEXT, .summary = "number", .summary_zh = "号码" },
    { .name = "met", .type = SERVICE_TEXT, .summary = "found on", .summary_zh = "发现日期" },
    { .name = "person", .type = SERVICE_COUNT, .summary = "id here", .summary_zh = "本机构编号" },
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件" },
    { .name = "enrolled", .type = SERVICE_TEXT, .summary = "insured since", .summary_zh = "参保日期" },
    { .name = "won", .type = SERVICE_FLAG, .summary = "by this round", .summary_zh = "归本轮调查" },
};
enum { NEWCOMER_COLUMNS = ARRAY_COUNT(NEWCOMER_ROW), ROWS_MAX = 500 };
static const service_field NEWCOMERS_OUTPUT[] = {
    { .name = "round", .type = SERVICE_TEXT, .summary = "round", .summary_zh = "轮次" },
    { .name = "found", .type = SERVICE_COUNT, .summary = "found", .summary_zh = "新发现" },
    { .name = "registered", .type = SERVICE_COUNT, .summary = "registered by now", .summary_zh = "已建档" },
    { .name = "in_hand", .type = SERVICE_COUNT, .summary = "with a case in hand", .summary_zh = "办件在办" },
    { .name = "enrolled", .type = SERVICE_COUNT, .summary = "insured since", .summary_zh = "已参保" },
    { .name = "won", .type = SERVICE_COUNT, .summary = "of them by this round", .summary_zh = "其中归本轮调查" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "people (500 at most; by pages all)", .summary_zh = "明细（前 500 行，分页时全部）",
      .fields = NEWCOMER_ROW, .field_count = NEWCOMER_COLUMNS },
};

/* The newest case about them since the round began; 0: none. Of a complaint, whoever goes from door to door does not learn. */
static err case_of(surveys *s, case_call *c, const surveys_newcomer *n, int64_t *case_id, bool *is_open)
{
    cases_book *book;
    cases_row *rows;
    size_t count;
    cases_filter filter = { .has_over = true, .has_open = true, .subject_id = n->person_id };
    *case_id = 0;
    *is_open = false;
    if (!n->person_id) return ERR_NONE;
    TRY(county_cases(s->office, &book));
    TRY(cases_list(s->office->memory, book, &filter, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        bool hides;
        if (rows[i].opened_day < s->round.from_day || rows[i].case_id < *case_id) continue;
        TRY(case_hides(c, rows[i].type, rows[i].subject_id, &hides));
        if (hides) continue;
        *case_id = rows[i].case_id;
        *is_open = !rows[i].closed_day;
    }
    return ERR_NONE;
}

static text day_or_none(arena *a, int32_t day)
{
    return day ? service_day_text(a, day) : TEXT("-");
}

static err put_newcomers(surveys *s)
{
    service_call *call = s->call;
    arena *a = call->request;
    surveys_newcomer *all;
    size_t count;
    int64_t registered = 0, in_hand = 0, enrolled = 0, won = 0;
    case_call cases = { .call = call, .office = s->office, .memory = s->office->memory };
    TRY(decide_law_open(call, &cases.law));
    TRY(surveys_newcomers(s, service_day_of(call, "on"), &all, &count));
    service_value *list = service_list(a);
    grid g = grid_open(call, s->round.name, NEWCOMER_ROW, NEWCOMER_COLUMNS, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        const surveys_newcomer *n = &all[i];
        int64_t case_id;
        bool is_open;
        TRY(case_of(s, &cases, n, &case_id, &is_open));
        registered += n->person_id != 0;
        in_hand += is_open;
        enrolled += n->enrolled_day != 0;
        won += n->is_won;
        registry_secret number = { .plain = n->number, .field = "citizen_number" };
        text cells[NEWCOMER_COLUMNS] = { text_format(a, "%lld", (long long)n->household_id), n->name, n->number.size_bytes ? record_masked(a, &number) : TEXT("-"),
                                         day_or_none(a, n->met_day), text_format(a, "%lld", (long long)n->person_id), text_format(a, "%lld", (long long)case_id),
                                         day_or_none(a, n->enrolled_day), text_of(n->is_won ? service_say(call, "yes", "是") : "-") };
        for (size_t c = 0; c < NEWCOMER_COLUMNS; c++) grid_add(&g, cells[c]);
        if (!service_takes_row(call, list, ROWS_MAX)) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "household", n->household_id);
        service_put_text(a, v, "name", text_copy(a, n->name));
        service_put_text(a, v, "number", cells[2]);
        service_put_text(a, v, "met", cells[3]);
        service_put_count(a, v, "person", n->person_id);
        service_put_count(a, v, "case", case_id);
        service_put_text(a, v, "enrolled", cells[6]);
        service_put_bool(a, v, "won", n->is_won);
    }
    service_put_text(a, call->reply, "round", text_copy(a, s->round.name));
    service_put_count(a, call->reply, "found", (int64_t)count);
    service_put_count(a, call->reply, "registered", registered);
    service_put_count(a, call->reply, "in_hand", in_hand);
    service_put_count(a, call->reply, "enrolled", enrolled);
    service_put_count(a, call->reply, "won", won);
    service_put(a, call->reply, "rows", list);
    scope_say(call, s->span);
    return service_is_given(call, "out") ? grid_write(&g, service_text_of(call, "out", TEXT_NONE)) : ERR_NONE;
}

static err survey_newcomers_run(service_call *call)
{
    surveys s;
    err e = surveys_open(call, COUNTY_READ, service_text_of(call, "round", TEXT_NONE), &s);
    if (!e.kind) e = put_newcomers(&s);
    return surveys_close(&s, e);
}

static const char *const NEWCOMERS_EXAMPLES[] = { "doudi survey newcomers 1", "doudi survey newcomers 1 --on 2026-12-31 --out 新发现人员.xlsx", NULL };
const service_op SURVEYS_NEWCOMERS_OP = {
    .name = "survey.newcomers",
    .summary = "Whom a round found who was not known: registered, a case, insured since, and whether by this round",
    .summary_zh = "一轮调查新发现的人：建档、办件、参保，以及是否归本轮调查",
    .law = "龙政办发〔2022〕67号 第12项",
    .kind = SERVICE_READ,
    .permission = "survey.take",
    .scope = SERVICE_SCOPE_LIST,
    .input = NEWCOMERS_INPUT,
    .input_count = ARRAY_COUNT(NEWCOMERS_INPUT),
    .output = NEWCOMERS_OUTPUT,
    .output_count = ARRAY_COUNT(NEWCOMERS_OUTPUT),
    .examples = NEWCOMERS_EXAMPLES,
    .run = survey_newcomers_run,
};
