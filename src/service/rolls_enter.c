/* doudi roll enter: whoever stands on a roll and is not registered is given a record, so that they can be looked for. */
#include "service/ledger.h"
#include "service/operations.h"
#include "service/rolls.h"

static const service_field ENTER_INPUT[] = {
    ROLLS_RECEIPT_FIELD,
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "show, and write nothing", .summary_zh = "只看结果，不写入" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field ENTER_ROW[] = {
    { .name = "line", .type = SERVICE_COUNT, .summary = "line", .summary_zh = "行" },
    { .name = "number", .type = SERVICE_TEXT, .summary = "number", .summary_zh = "号码" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名（名称）" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "id here", .summary_zh = "本机构编号" },
};
static const service_field ENTER_OUTPUT[] = {
    { .name = "roll", .type = SERVICE_TEXT, .summary = "roll", .summary_zh = "名册" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "所属月" },
    { .name = "entered", .type = SERVICE_COUNT, .summary = "given a record", .summary_zh = "新建档" },
    { .name = "left", .type = SERVICE_COUNT, .summary = "left, without a sound number", .summary_zh = "没有正确号码，未建档" },
    { .name = "changed", .type = SERVICE_FLAG, .summary = "anything was written", .summary_zh = "本次有变动" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "who (50 at most)", .summary_zh = "明细（前 50 行）", .fields = ENTER_ROW,
      .field_count = ARRAY_COUNT(ENTER_ROW) },
};

typedef struct {
    rolls_shown roll;
    registry *people;
    rolls_places *places;
    roll_settling *settled;
    size_t count;
    service_value *shown;
    int64_t left;
    bool is_dry;
} entering;

static text cell(const entering *e, const char *link, size_t line)
{
    size_t at = rolls_column_linked(e->roll.contract, link);
    return at < e->roll.cells->column_count ? eventlog_rows_word(e->roll.cells, at, line) : TEXT("");
}

/* Somebody of two lines is entered by the first. */
static err known_already(entering *e, text number, int64_t *id)
{
    int64_t *ids;
    size_t count;
    TRY(registry_find_number(e->roll.office->memory, e->people, number, &ids, &count));
    *id = count ? ids[0] : 0;
    return ERR_NONE;
}

/* What the number says; a roll says no more of who somebody is. */
static err enter_person(entering *e, const registry_act *act, size_t line, int64_t *id)
{
    ident_citizen citizen;
    text number = cell(e, "id_number", line);
    TRY(ident_check_citizen(number, &citizen));
    TRY(known_already(e, number, id));
    if (*id) return ERR_NONE;
    int64_t region = rolls_place_of(e->places, cell(e, "village", line));
    registry_person person = { .fact = { .from = REGISTRY_EVER, .until = REGISTRY_OPEN }, .name = cell(e, "name", line), .number = { .plain = number },
                               .sex = citizen.is_male ? 1 : 2, .birth_day = citizen.birth_day, .region = region, .hukou_region = region };
    return registry_person_new(e->people, act, &person, REGISTRY_REFUSE, id);
}

static err enter_employer(entering *e, const registry_act *act, size_t line, int64_t *id)
{
    registry_employer employer = { .fact = { .from = REGISTRY_EVER, .until = REGISTRY_OPEN }, .name = cell(e, "name", line),
                                   .code = cell(e, "code", line), .region = rolls_place_of(e->places, TEXT("")) };
    return registry_employer_new(e->people, act, &employer, id);
}

/* Of one whom two people have said to be nobody here, the number may be none. */
static bool has_sound_number(const entering *e, size_t line)
{
    ident_citizen citizen;
    return e->roll.contract->is_of_employers || !ident_check_citizen(cell(e, "id_number", line), &citizen).kind;
}

static err enter_line(entering *e, size_t line)
{
    arena *a = e->roll.call->request;
    int64_t id = 0;
    registry_act act = { .known_ms = e->roll.office->now_ms, .actor_id = e->roll.office->actor_id,
                         .why = service_text_of(e->roll.call, "why", text_of(e->roll.call->op->name)) };
    if (!e->is_dry) TRY(e->roll.contract->is_of_employers ? enter_employer(e, &act, line, &id) : enter_person(e, &act, line, &id));
    e->settled[e->count++] = (roll_settling){ e->roll.lines[line].line, ROLL_LINKED, id };
    if (e->shown->child_count >= ROLLS_SHOWN_LINES) return ERR_NONE;
    service_value *v = service_put_object(a, e->shown, NULL);
    service_put_count(a, v, "line", e->roll.lines[line].line);
    service_put_text(a, v, "number", rolls_shown_number(&e->roll, line));
    service_put_text(a, v, "name", rolls_shown_name(&e->roll, line));
    service_put_count(a, v, "subject", id);
    return ERR_NONE;
}

static err enter(entering *e, int64_t receipt_id)
{
    int64_t changed = 0;
    TRY(rolls_places_open(e->roll.call, e->roll.office, &e->places));
    TRY(county_people(e->roll.office, &e->people));
    TRY(rolls_shown_open(&e->roll, receipt_id));
    e->settled = ARENA_ARRAY(e->roll.office->memory, roll_settling, e->roll.count + 1);
    for (size_t i = 0; i < e->roll.count; i++)
        if (e->roll.lines[i].state == ROLL_ABSENT) {
            if (has_sound_number(e, i)) TRY(enter_line(e, i));
            else e->left++;
        }
    if (e->is_dry || !e->count) return ERR_NONE;
    roll_act act = { .actor_id = e->roll.office->actor_id, .known_ms = e->roll.office->now_ms,
                     .why = service_text_of(e->roll.call, "why", text_of(e->roll.call->op->name)) };
    TRY(roll_settle(e->roll.book, &act, receipt_id, e->settled, e->count, &changed));
    return store_commit(e->roll.office->db);
}

static err roll_enter_run(service_call *call)
{
    entering e = { .shown = service_list(call->request), .is_dry = service_is_given(call, "dry-run") };
    arena *a = call->request;
    e.roll.call = call;
    TRY(county_open(call, COUNTY_WRITE, &e.roll.office));
    TRY(county_login(e.roll.office, NULL));
    TRY(rolls_open(e.roll.office, &e.roll.book));
    TRY(rolls_keys_open(e.roll.office, &e.roll.keys));
    err failed = county_begin(e.roll.office);
    if (!failed.kind) failed = enter(&e, (int64_t)service_size_of(call, "receipt", 0));
    rolls_keys_close(e.roll.keys);
    TRY(failed);
    service_put_text(a, call->reply, "roll", rolls_title(call, e.roll.contract));
    service_put_text(a, call->reply, "month", service_month_text(a, e.roll.receipt.terms.month));
    service_put_count(a, call->reply, "entered", (int64_t)e.count);
    service_put_count(a, call->reply, "left", e.left);
    service_put_bool(a, call->reply, "changed", e.count && !e.is_dry);
    service_put(a, call->reply, "rows", e.shown);
    return ERR_NONE;
}

static const char *const ENTER_EXAMPLES[] = { "doudi roll enter 3 --dry-run --as zhangwei", NULL };

const service_op ROLLS_ENTER_OP = {
    .name = "roll.enter",
    .summary = "Give a record to everybody of a roll who is not registered here, so that they can be looked for",
    .summary_zh = "为名册上本机构未建档的人（单位）建立基础档案，以便扩面",
    .law = "《社会保险法》第五十七条",
    .kind = SERVICE_WRITE,
    .permission = "roll.enter",
    .input = ENTER_INPUT,
    .input_count = ARRAY_COUNT(ENTER_INPUT),
    .output = ENTER_OUTPUT,
    .output_count = ARRAY_COUNT(ENTER_OUTPUT),
    .examples = ENTER_EXAMPLES,
    .run = roll_enter_run,
};
