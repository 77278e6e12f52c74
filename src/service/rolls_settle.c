/* doudi roll settle, agree: all lines that are as good as certain are proposed by one and agreed to by another, at one go. */
#include "base/search.h"
#include "crypto/crypto.h"
#include "service/grid.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/rolls.h"

static const err_kind ROLLS_NOT_SHOWN = {
    "rolls.not_shown", ERR_CONFLICT,
    "{} lines wait for you to agree to, and these are not the ones you have seen: look at them (doudi roll agree RECEIPT --dry-run) and give the digest that it shows.",
    "现有 {} 行待你复核，与所看的不是同一批：请先试办查看（doudi roll agree RECEIPT --dry-run），再填写所显示的摘要。"
};

static const service_field SETTLE_INPUT[] = {
    ROLLS_RECEIPT_FIELD, ROLLS_OUT_FIELD,
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "show, and write nothing", .summary_zh = "只看结果，不写入" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field SETTLE_ROW[] = {
    { .name = "line", .type = SERVICE_COUNT, .summary = "line", .summary_zh = "行" },
    { .name = "number", .type = SERVICE_TEXT, .summary = "number", .summary_zh = "名册号码" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名册姓名" },
    { .name = "person", .type = SERVICE_COUNT, .summary = "id here", .summary_zh = "本机构编号" },
    { .name = "here", .type = SERVICE_TEXT, .summary = "name here", .summary_zh = "本机构登记姓名" },
    { .name = "probability", .type = SERVICE_TEXT, .summary = "probability", .summary_zh = "可能性" },
};
enum { SETTLE_COLUMNS = ARRAY_COUNT(SETTLE_ROW), AGREE_COLUMNS = SETTLE_COLUMNS - 1 };
static const service_field SETTLE_OUTPUT[] = {
    { .name = "roll", .type = SERVICE_TEXT, .summary = "roll", .summary_zh = "名册" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "所属月" },
    { .name = "open", .type = SERVICE_COUNT, .summary = "lines no exact number has settled", .summary_zh = "未按号码比中的行" },
    { .name = "sure", .type = SERVICE_COUNT, .summary = "of them beyond doubt", .summary_zh = "其中确定无疑" },
    { .name = "waiting", .type = SERVICE_COUNT, .summary = "of them left to what somebody has proposed already", .summary_zh = "其中已有人提出意见、不改动" },
    { .name = "proposed", .type = SERVICE_COUNT, .summary = "proposed now", .summary_zh = "本次提出" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "who (50 at most)", .summary_zh = "明细（前 50 行）",
      .fields = SETTLE_ROW, .field_count = SETTLE_COLUMNS },
};
static const service_field AGREE_INPUT[] = {
    ROLLS_RECEIPT_FIELD,
    { .name = "digest", .type = SERVICE_TEXT, .shows = "DIGEST", .summary = "of what you have looked at and agree to: --dry-run shows it", .summary_zh = "已查看并同意的摘要，--dry-run 时显示" },
    ROLLS_OUT_FIELD,
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "show, and write nothing", .summary_zh = "只看结果，不写入" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field AGREE_OUTPUT[] = {
    { .name = "roll", .type = SERVICE_TEXT, .summary = "roll", .summary_zh = "名册" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "所属月" },
    { .name = "waiting", .type = SERVICE_COUNT, .summary = "proposed by others", .summary_zh = "他人提出、待复核" },
    { .name = "own", .type = SERVICE_COUNT, .summary = "proposed by yourself, for somebody else", .summary_zh = "本人提出、须他人复核" },
    { .name = "agreed", .type = SERVICE_COUNT, .summary = "agreed to now", .summary_zh = "本次同意" },
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest of what waits, to be given with --digest", .summary_zh = "待复核内容的摘要，复核时用 --digest 填写" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "who (50 at most)", .summary_zh = "明细（前 50 行）",
      .fields = SETTLE_ROW, .field_count = AGREE_COLUMNS },
};

typedef struct {
    rolls_shown roll;
    service_call *call;
    registry *people;
    service_value *rows;
    grid g;
    bool is_dry;
} settling;

/* Whom a line was found to mean, and how both stood then. */
typedef struct {
    rolls_likely found;
    roll_line line;
    text person; /* what of them was looked at */
} seen;

/* The registry's name of whom it is; of a line that is to be nobody's, none. */
static err name_here(const settling *s, int64_t person_id, text *name)
{
    registry_record record;
    *name = TEXT("");
    if (!person_id) return ERR_NONE;
    TRY(registry_record_read(s->call->request, s->people, person_id, REGISTRY_NOW, &record));
    const registry_person *person = record.facts[REGISTRY_PERSON];
    if (record.kind == REGISTRY_PERSON && record.count[REGISTRY_PERSON]) *name = person[record.count[REGISTRY_PERSON] - 1].name;
    const registry_employer *employer = record.facts[REGISTRY_EMPLOYER];
    if (record.kind == REGISTRY_EMPLOYER && record.count[REGISTRY_EMPLOYER]) *name = employer[record.count[REGISTRY_EMPLOYER] - 1].name;
    return ERR_NONE;
}

static err put_row(settling *s, size_t line, int64_t person_id, text probability)
{
    arena *a = s->call->request;
    text here;
    TRY(name_here(s, person_id, &here));
    text cells[SETTLE_COLUMNS] = { text_format(a, "%lld", (long long)s->roll.lines[line].line), rolls_shown_number(&s->roll, line),
                                   rolls_shown_name(&s->roll, line), text_format(a, "%lld", (long long)person_id), here, probability };
    size_t columns = probability.bytes ? SETTLE_COLUMNS : AGREE_COLUMNS;
    for (size_t c = 0; c < columns; c++) grid_add(&s->g, cells[c]);
    if (s->rows->child_count >= ROLLS_SHOWN_LINES) return ERR_NONE;
    service_value *v = service_put_object(a, s->rows, NULL);
    service_put_count(a, v, "line", s->roll.lines[line].line);
    service_put_text(a, v, "number", cells[1]);
    service_put_text(a, v, "name", cells[2]);
    service_put_count(a, v, "person", person_id);
    service_put_text(a, v, "here", here);
    if (probability.bytes) service_put_text(a, v, "probability", probability);
    return ERR_NONE;
}

static roll_act act_of(const settling *s)
{
    county *office = s->roll.office;
    return (roll_act){ .actor_id = office->actor_id, .known_ms = office->now_ms, .why = service_text_of(s->call, "why", text_of(s->call->op->name)) };
}

/* Of an office that is open. */
static err open_roll(settling *s)
{
    service_call *call = s->call;
    TRY(county_login(s->roll.office, NULL));
    TRY(rolls_open(s->roll.office, &s->roll.book));
    TRY(county_people(s->roll.office, &s->people));
    TRY(county_begin(s->roll.office));
    err e = rolls_keys_open(s->roll.office, &s->roll.keys);
    if (!e.kind) e = rolls_shown_open(&s->roll, (int64_t)service_size_of(call, "receipt", 0));
    rolls_keys_close(s->roll.keys);
    return e;
}

static err open_settling(settling *s, service_call *call, county_need need)
{
    *s = (settling){ .call = call, .rows = service_list(call->request), .is_dry = service_is_given(call, "dry-run") };
    s->roll.call = call;
    TRY(county_open(call, need, &s->roll.office));
    return open_roll(s);
}

static void begin_answer(settling *s, size_t columns)
{
    service_call *call = s->call;
    s->g = grid_open(call, rolls_title(call, s->roll.contract), SETTLE_ROW, columns, SIZE_MAX);
    service_put_text(call->request, call->reply, "roll", rolls_title(call, s->roll.contract));
    service_put_text(call->request, call->reply, "month", service_month_text(call->request, s->roll.receipt.terms.month));
}

static err close_settling(settling *s)
{
    service_put(s->call->request, s->call->reply, "rows", s->rows);
    if (service_is_given(s->call, "out")) TRY(grid_write(&s->g, service_text_of(s->call, "out", TEXT_NONE)));
    return s->is_dry ? ERR_NONE : store_commit(s->roll.office->db);
}

/* What somebody has proposed of a line, they have looked at: it is left to who agrees. */
static bool waits(const roll_proposal *waiting, size_t count, int64_t line)
{
    size_t at = SEARCH_FIRST(waiting, count, line, line);
    return at < count && waiting[at].line == line;
}

/* What linking reads of a person; empty: nobody, or another's record by now. */
static err person_seen(const settling *s, int64_t person_id, text *says)
{
    registry_record record;
    arena *a = s->call->request;
    *says = TEXT("");
    TRY(registry_record_read(a, s->people, person_id, REGISTRY_NOW, &record));
    const registry_person *all = record.facts[REGISTRY_PERSON];
    if (record.kind != REGISTRY_PERSON || !record.count[REGISTRY_PERSON]) return ERR_NONE;
    const registry_person *p = &all[record.count[REGISTRY_PERSON] - 1];
    if (!p->merged_into)
        *says = text_format(a, "%.*s %lld %lld %lld %.*s", TEXT_ARG(p->name), (long long)p->sex, (long long)p->birth_day, (long long)p->region, TEXT_ARG(record_masked(a, &p->number)));
    return ERR_NONE;
}

static err see(const settling *s, const rolls_likely *likely, size_t count, seen **all)
{
    *all = ARENA_ARRAY(s->call->request, seen, count + 1);
    for (size_t i = 0; i < count; i++) {
        seen *one = &(*all)[i];
        *one = (seen){ .found = likely[i], .line = s->roll.lines[likely[i].line] };
        TRY(person_seen(s, one->found.person_id, &one->person));
    }
    return ERR_NONE;
}

/* The line is as it was when it was linked, and whom it means is by now no other line's. */
static bool stands_still(const roll_line *lines, size_t count, const rolls_likely *found, const roll_line *was)
{
    bool is_there = found->line < count && lines[found->line].line == was->line;
    if (!is_there || lines[found->line].state != was->state || lines[found->line].subject_id != was->subject_id) return false;
    for (size_t i = 0; i < count; i++)
        if (lines[i].state == ROLL_LINKED && lines[i].subject_id == found->person_id) return false;
    return true;
}

/* Others wrote while it was linked: what is not as it was seen is left for the next time, and that is said. */
static err keep_still(settling *s, seen *all, size_t *count)
{
    size_t kept = 0;
    arena *a = s->call->request;
    for (size_t i = 0; i < *count; i++) {
        text now;
        TRY(person_seen(s, all[i].found.person_id, &now));
        bool is_still = now.size_bytes && text_equal(now, all[i].person);
        if (is_still && stands_still(s->roll.lines, s->roll.count, &all[i].found, &all[i].line)) all[kept++] = all[i];
    }
    if (kept < *count)
        service_note(s->call, "lines that changed meanwhile, left for another time: ", "比对期间有变动、本次不提出的行数：",
                     text_format(a, "%zu", *count - kept));
    *count = kept;
    return ERR_NONE;
}

/* Linking is long and only reads: others write meanwhile. */
static err find_sure(settling *s, seen **all, size_t *count)
{
    rolls_likely *likely;
    TRY(rolls_likely_find(&s->roll, false, &likely, count));
    TRY(see(s, likely, *count, all));
    if (s->is_dry) return ERR_NONE;
    TRY(county_write_after(s->call, &s->roll.office));
    TRY(open_roll(s));
    return keep_still(s, *all, count);
}

static err roll_settle_run(service_call *call)
{
    enum { MILLION = 1000000 };
    settling s;
    seen *likely;
    roll_proposal *waiting;
    size_t count, waiting_count, said_count = 0;
    arena *a = call->request;
    int64_t open = 0, new_count = 0;
    TRY(county_stay(call));
    TRY(open_settling(&s, call, COUNTY_READ));
    TRY(find_sure(&s, &likely, &count));
    begin_answer(&s, SETTLE_COLUMNS);
    TRY(roll_proposals(a, s.roll.book, s.roll.receipt.receipt_id, &waiting, &waiting_count));
    roll_settling *said = ARENA_ARRAY(a, roll_settling, count + 1);
    for (size_t i = 0; i < count; i++) {
        const rolls_likely *one = &likely[i].found;
        int64_t part = one->millionths, line = s.roll.lines[one->line].line;
        if (waits(waiting, waiting_count, line)) continue;
        said[said_count++] = (roll_settling){ line, ROLL_LINKED, one->person_id };
        TRY(put_row(&s, one->line, one->person_id, text_format(a, "%lld.%06lld", (long long)(part / MILLION), (long long)(part % MILLION))));
    }
    for (size_t i = 0; i < s.roll.count; i++)
        open += s.roll.lines[i].state == ROLL_REVIEW || (s.roll.lines[i].state == ROLL_ABSENT && !rolls_is_nobody(&s.roll.lines[i]));
    roll_act act = act_of(&s);
    if (!s.is_dry) TRY(roll_propose(s.roll.book, &act, s.roll.receipt.receipt_id, said, said_count, &new_count));
    service_put_count(a, call->reply, "open", open);
    service_put_count(a, call->reply, "sure", (int64_t)count);
    service_put_count(a, call->reply, "waiting", (int64_t)(count - said_count));
    service_put_count(a, call->reply, "proposed", new_count);
    return close_settling(&s);
}

static size_t place_of(const settling *s, int64_t number)
{
    size_t at = SEARCH_FIRST(s->roll.lines, s->roll.count, line, number);
    return at < s->roll.count && s->roll.lines[at].line == number ? at : SIZE_MAX;
}

/* Of what others propose: another word of one line, by whomever and whenever it was said, makes another digest. */
static err digest_of(const settling *s, const roll_proposal *waiting, size_t count, text *digest)
{
    enum { SHOWN = 16 };
    crypto_hasher *hasher;
    arena *a = s->call->request;
    text_builder out = text_builder_open(a);
    char *hex = arena_alloc(a, CRYPTO_DIGEST_HEX_BYTES);
    for (size_t i = 0; i < count; i++)
        if (waiting[i].actor_id != s->roll.office->actor_id)
            text_add_format(&out, "%lld %d %lld %lld %lld\n", (long long)waiting[i].line, (int)waiting[i].state, (long long)waiting[i].subject_id,
                            (long long)waiting[i].actor_id, (long long)waiting[i].known_ms);
    text said = text_built(&out);
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    crypto_print_digest(crypto_hash(hasher, said.bytes, said.size_bytes), hex);
    crypto_hasher_close(hasher);
    *digest = said.size_bytes ? text_sub(text_of(hex), 0, SHOWN) : TEXT("");
    return ERR_NONE;
}

static err roll_agree_run(service_call *call)
{
    settling s;
    roll_proposal *waiting;
    size_t count;
    text digest;
    arena *a = call->request;
    int64_t others = 0, agreed = 0, own = 0;
    TRY(open_settling(&s, call, service_is_given(call, "dry-run") ? COUNTY_READ : COUNTY_WRITE)); /* who only looks keeps no writer out */
    begin_answer(&s, AGREE_COLUMNS);
    TRY(roll_proposals(a, s.roll.book, s.roll.receipt.receipt_id, &waiting, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_own = waiting[i].actor_id == s.roll.office->actor_id;
        own += is_own;
        others += !is_own;
        size_t at = place_of(&s, waiting[i].line);
        if (!is_own && at != SIZE_MAX) TRY(put_row(&s, at, waiting[i].subject_id, TEXT_NONE));
    }
    TRY(digest_of(&s, waiting, count, &digest));
    bool has_looked = s.is_dry || !others || text_equal(service_text_of(call, "digest", TEXT_NONE), digest);
    if (!has_looked) return err_of(&ROLLS_NOT_SHOWN, text_format(a, "%lld", (long long)others).bytes);
    roll_act act = act_of(&s);
    if (!s.is_dry) TRY(roll_agree(s.roll.book, &act, s.roll.receipt.receipt_id, &agreed, &own));
    service_put_count(a, call->reply, "waiting", others - agreed);
    service_put_count(a, call->reply, "own", own);
    service_put_count(a, call->reply, "agreed", agreed);
    service_put_text(a, call->reply, "digest", agreed ? TEXT("") : digest);
    return close_settling(&s);
}

static const char *const SETTLE_EXAMPLES[] = { "doudi roll settle 3 --dry-run --out 拟定.xlsx --as zhangwei", NULL };
static const char *const AGREE_EXAMPLES[] = { "doudi roll agree 3 --dry-run --as lina", "doudi roll agree 3 --digest 5f0c21d84ab97e36 --as lina", NULL };

const service_op ROLLS_SETTLE_OP = {
    .name = "roll.settle",
    .summary = "Propose at one go whom those lines are about of which one person alone can be meant, beyond doubt; another has to agree",
    .summary_zh = "把只可能是一个人、确定无疑的行一次提出，须另一人复核",
    .law = "《社会保险法》第五十七条",
    .kind = SERVICE_WRITE,
    .permission = "roll.decide",
    .input = SETTLE_INPUT,
    .input_count = ARRAY_COUNT(SETTLE_INPUT),
    .output = SETTLE_OUTPUT,
    .output_count = ARRAY_COUNT(SETTLE_OUTPUT),
    .examples = SETTLE_EXAMPLES,
    .run = roll_settle_run,
};
const service_op ROLLS_AGREE_OP = {
    .name = "roll.agree",
    .summary = "Agree at one go to all that others proposed of a roll's lines",
    .summary_zh = "一次复核他人对名册各行提出的全部意见",
    .law = "《社会保险法》第五十七条",
    .kind = SERVICE_WRITE,
    .permission = "roll.confirm",
    .input = AGREE_INPUT,
    .input_count = ARRAY_COUNT(AGREE_INPUT),
    .output = AGREE_OUTPUT,
    .output_count = ARRAY_COUNT(AGREE_OUTPUT),
    .examples = AGREE_EXAMPLES,
    .run = roll_agree_run,
};
