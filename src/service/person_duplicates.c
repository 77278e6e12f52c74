/* doudi person duplicates: records that may be of one person, and why it is thought so. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "service/grid.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/person_merge.h"
#include "service/record_rows.h"

enum { COUNT_DEFAULT = 200 };
static const service_field DUPLICATES_INPUT[] = {
    { .name = "limit", .type = SERVICE_COUNT, .summary = "how many pairs at most (default: 200)", .summary_zh = "最多列出几对（默认 200）" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write all of them here", .summary_zh = "全部写入此文件" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
enum { FIRST, SECOND, NAME, BORN, SEX, REASONS, BEFORE, ROW_COLUMNS };
static const service_field ROW[ROW_COLUMNS] = {
    [FIRST] = { .name = "first", .type = SERVICE_COUNT, .summary = "record", .summary_zh = "编号一" },
    [SECOND] = { .name = "second", .type = SERVICE_COUNT, .summary = "record", .summary_zh = "编号二" },
    [NAME] = { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    [BORN] = { .name = "born", .type = SERVICE_TEXT, .summary = "born", .summary_zh = "出生日期" },
    [SEX] = { .name = "sex", .type = SERVICE_TEXT, .summary = "sex", .summary_zh = "性别" },
    [REASONS] = { .name = "reasons", .type = SERVICE_TEXT, .summary = "why", .summary_zh = "理由" },
    [BEFORE] = { .name = "before", .type = SERVICE_TEXT, .summary = "before", .summary_zh = "此前处理" },
};
static const service_field DUPLICATES_OUTPUT[] = {
    { .name = "pairs", .type = SERVICE_COUNT, .summary = "pairs of records that may be one person", .summary_zh = "疑似同一人的记录对数" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .fields = ROW, .field_count = ROW_COLUMNS, .summary = "pairs", .summary_zh = "记录对" },
};

enum { SAME_NUMBER = 1, TWIN_NUMBER = 2, SAME_PERSON = 4, SAME_PHONE = 8, TO_REVIEW = 16 };
static const struct { int bit; const char *en, *zh; } WHY[] = {
    { SAME_NUMBER, "the same citizen number", "证件号码相同" },
    { TWIN_NUMBER, "15 and 18 places of one number, or a wrong check digit", "15 位与 18 位号码同源，或校验位有误" },
    { SAME_PERSON, "the same name, birthday and sex", "姓名、出生日期、性别相同" },
    { SAME_PHONE, "the same name and telephone", "姓名、手机号码相同" },
    { TO_REVIEW, "sent to review when it was entered", "录入时转核实" },
};

typedef struct {
    uint64_t key;
    int64_t id;
} keyed;
typedef struct {
    int64_t first, second;
    int why;
} pair;
typedef struct {
    county *office;
    registry *people;
    arena *memory;
    struct {
        keyed *items;
        size_t count, capacity;
    } by[4]; /* by bit: number, twin, person, telephone */
    pair *pairs;
    size_t count, capacity;
    bool has_key;
} finding;

/* ---- everybody, by what two records of one person share ---- */

static void note(finding *f, size_t which, uint64_t key, int64_t id)
{
    keyed one = { key, id };
    if (key) ARENA_PUSH(f->memory, f->by[which].items, f->by[which].count, f->by[which].capacity, one);
}

static uint64_t mixed(text name, uint64_t with) { return hash_bytes(name.bytes, name.size_bytes, with) | 1; }

/* What 15 and 18 places have in common. */
static uint64_t twin_of(text number)
{
    char digits[15];
    if (number.size_bytes == 15) memcpy(digits, number.bytes, 15);
    else if (number.size_bytes == 18) {
        memcpy(digits, number.bytes, 6);
        memcpy(digits + 6, number.bytes + 8, 9);
    } else return 0;
    return hash_bytes(digits, sizeof digits, 0) | 1;
}

static err take_person(finding *f, int64_t id, const registry_person *p)
{
    note(f, 0, (uint64_t)p->number.key, id);
    if (f->has_key && p->number.key) {
        arena *scratch = arena_open();
        registry_secret number = p->number;
        err e = registry_reveal(scratch, f->people, id, &number);
        if (!e.kind) note(f, 1, twin_of(number.plain), id);
        if (e.kind == &REGISTRY_FORGOTTEN) e = ERR_NONE;
        arena_close(scratch);
        TRY(e);
    }
    if (p->name.size_bytes && p->birth_day)
        note(f, 2, mixed(p->name, hash_mix((uint64_t)p->birth_day, (uint64_t)p->sex)), id);
    if (p->name.size_bytes && p->phone.key) note(f, 3, mixed(p->name, (uint64_t)p->phone.key), id);
    return ERR_NONE;
}

static err read_bucket(finding *f, uint32_t bucket)
{
    registry_roster *all;
    const registry_roster_row *row;
    registry_roster_options options = { .day = f->office->call->office->settings.today_day, .known_ms = REGISTRY_NOW };
    arena *memory = arena_open();
    err e = registry_roster_open(memory, f->people, bucket, &options, &all);
    if (e.kind) {
        arena_close(memory);
        return e;
    }
    while (!(e = registry_roster_next(all, &row)).kind && row) {
        e = take_person(f, row->subject_id, row->subject);
        if (e.kind) break;
    }
    registry_roster_close(all);
    arena_close(memory);
    return e;
}

/* ---- pairs ---- */

static int by_key(const void *left, const void *right)
{
    const keyed *a = left, *b = right;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

static int by_ids(const void *left, const void *right)
{
    const pair *a = left, *b = right;
    if (a->first != b->first) return a->first < b->first ? -1 : 1;
    return (a->second > b->second) - (a->second < b->second);
}

static void add_pair(finding *f, int64_t one, int64_t other, int why)
{
    pair p = { one < other ? one : other, one < other ? other : one, why };
    if (one != other) ARENA_PUSH(f->memory, f->pairs, f->count, f->capacity, p);
}

/* Each of a group with the first of it: a group of many is a list, not a square. */
static void pair_up(finding *f, size_t which)
{
    if (!f->by[which].count) return;
    qsort(f->by[which].items, f->by[which].count, sizeof(keyed), by_key);
    for (size_t i = 1, first = 0; i < f->by[which].count; i++) {
        if (f->by[which].items[i].key != f->by[which].items[first].key) first = i;
        else add_pair(f, f->by[which].items[first].id, f->by[which].items[i].id, 1 << which);
    }
}

static err take_reviews(finding *f)
{
    registry_review *reviews;
    size_t count;
    TRY(registry_reviews(f->memory, f->people, &reviews, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t into, other, since_ms;
        if (!reviews[i].other_id) continue;
        TRY(registry_merged_into(f->people, reviews[i].fact.subject_id, REGISTRY_NOW, &into, &since_ms));
        TRY(registry_merged_into(f->people, reviews[i].other_id, REGISTRY_NOW, &other, &since_ms));
        if (!into && !other) add_pair(f, reviews[i].fact.subject_id, reviews[i].other_id, TO_REVIEW);
    }
    return ERR_NONE;
}

static void join_pairs(finding *f)
{
    size_t kept = 0;
    if (f->count) qsort(f->pairs, f->count, sizeof *f->pairs, by_ids);
    for (size_t i = 0; i < f->count; i++) {
        if (kept && !by_ids(&f->pairs[kept - 1], &f->pairs[i])) f->pairs[kept - 1].why |= f->pairs[i].why;
        else f->pairs[kept++] = f->pairs[i];
    }
    f->count = kept;
    for (size_t i = 0; i < f->count; i++)
        if (f->pairs[i].why & SAME_NUMBER) f->pairs[i].why &= ~TWIN_NUMBER;
}

/* ---- the answer ---- */

static err before_of(finding *f, int64_t one, int64_t other, text *says)
{
    static const struct { const char *state, *en, *zh; } WORDS[] = {
        { "waiting", "entered, waits", "已提交，待办" }, { "refused", "sent back", "曾退回" }, { "done", "split again", "曾合并后拆分" },
    };
    person_merge_terms terms;
    TRY(person_merge_read(f->office, other, &terms));
    for (size_t i = 0; i < ARRAY_COUNT(WORDS) && terms.kept == one; i++)
        if (text_equal_cstr(terms.state, WORDS[i].state)) *says = text_of(service_say(f->office->call, WORDS[i].en, WORDS[i].zh));
    return ERR_NONE;
}

static err put_pair(finding *f, const pair *p, grid *g, service_value *rows, bool is_shown)
{
    service_call *call = f->office->call;
    arena *a = call->request;
    registry_record record;
    text_builder why = text_builder_open(a);
    text before = TEXT("");
    TRY(registry_record_read(f->memory, f->people, p->first, REGISTRY_NOW, &record));
    const registry_person *person = (const registry_person *)record.facts[REGISTRY_PERSON] + record.count[REGISTRY_PERSON] - 1;
    for (size_t i = 0; i < ARRAY_COUNT(WHY); i++)
        if (p->why & WHY[i].bit)
            text_add_format(&why, "%s%s", why.size_bytes ? service_say(call, "; ", "；") : "", service_say(call, WHY[i].en, WHY[i].zh));
    TRY(before_of(f, p->first, p->second, &before));
    TRY(before_of(f, p->second, p->first, &before));
    text cells[ROW_COLUMNS] = {
        [FIRST] = text_format(a, "%lld", (long long)p->first), [SECOND] = text_format(a, "%lld", (long long)p->second),
        [NAME] = text_copy(a, person->name), [BORN] = person->birth_day ? service_day_text(a, (int32_t)person->birth_day) : TEXT(""),
        [SEX] = text_of(person->sex == 1 ? service_say(call, "male", "男") : person->sex == 2 ? service_say(call, "female", "女") : ""),
        [REASONS] = text_built(&why), [BEFORE] = before,
    };
    for (size_t c = 0; g && c < ROW_COLUMNS; c++) grid_add(g, cells[c]);
    if (!is_shown) return ERR_NONE;
    service_value *v = service_put_object(a, rows, NULL);
    service_put_count(a, v, "first", p->first);
    service_put_count(a, v, "second", p->second);
    for (size_t c = NAME; c < ROW_COLUMNS; c++) service_put_text(a, v, ROW[c].name, cells[c]);
    return ERR_NONE;
}

static err person_duplicates_run(service_call *call)
{
    finding f = { .count = 0 };
    uint64_t limit = service_limit(call, COUNT_DEFAULT);
    bool has_file = service_is_given(call, "out");
    grid g;
    TRY(county_open(call, COUNTY_READ, &f.office));
    TRY(county_people(f.office, &f.people));
    f.memory = f.office->memory;
    f.has_key = f.office->has_key;
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) TRY(read_bucket(&f, bucket));
    for (size_t which = 0; which < ARRAY_COUNT(f.by); which++) pair_up(&f, which);
    TRY(take_reviews(&f));
    join_pairs(&f);
    if (has_file) g = grid_open(call, text_of(service_say(call, "Records that may be one person", "疑似同一人的记录")), ROW, ROW_COLUMNS, ROW_COLUMNS);
    service_put_count(call->request, call->reply, "pairs", (int64_t)f.count);
    service_value *rows = service_put_list(call->request, call->reply, "rows");
    for (size_t i = 0; i < f.count && (has_file || i < limit); i++) TRY(put_pair(&f, &f.pairs[i], has_file ? &g : NULL, rows, i < limit));
    if (!f.has_key) service_note(call, "without the master key numbers of 15 and 18 places were not held against each other",
                                 "没有主密钥，未比对 15 位与 18 位号码", TEXT_NONE);
    return has_file ? grid_write(&g, service_text_of(call, "out", TEXT_NONE)) : ERR_NONE;
}

static void person_duplicates_print(const service_call *call, text_builder *out)
{
    text_add_format(out, service_say(call, "pairs of records that may be one person: %lld\n", "疑似同一人的记录：%lld 对\n"),
                    (long long)service_member(call->reply, "pairs")->count);
    month_print_list(call, "rows", ROW, ROW_COLUMNS, ROW_COLUMNS, out);
}

static const char *const DUPLICATES_EXAMPLES[] = { "doudi person duplicates", "doudi person duplicates --out duplicates.xlsx", NULL };

const service_op PERSON_DUPLICATES_OP = {
    .name = "person.duplicates",
    .summary = "Records that may be of one person, and why: number, 15 and 18 places, name with birthday, telephone, reviews",
    .summary_zh = "疑似同一人的记录及理由：证件号码、15/18 位同源、姓名与出生日期、手机号码、录入时转核实",
    .law = "《社会保险经办条例》第三十七条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .input = DUPLICATES_INPUT,
    .input_count = ARRAY_COUNT(DUPLICATES_INPUT),
    .output = DUPLICATES_OUTPUT,
    .output_count = ARRAY_COUNT(DUPLICATES_OUTPUT),
    .examples = DUPLICATES_EXAMPLES,
    .run = person_duplicates_run,
    .print = person_duplicates_print,
};
