/* doudi dues relief: what the packs take off an employer's share, by its size class, as a proposal. */
#include "calendar/calendar.h"
#include "service/dues.h"
#include "service/operations.h"

const err_kind DUES_CLASS = {
    "dues.class", ERR_BAD_INPUT,
    "The size class of this employer is not decided: {}. Enter its trade, staff, revenue and assets, or say --class.",
    "该单位的划型类别无法核定：{}。请补录划型行业、从业人数、营业收入、资产总额，或用 --class 指明。"
};

const err_kind DUES_NO_RELIEF = {
    "dues.no_relief", ERR_CONFLICT,
    "No relief is in force for {}: nothing can be taken off what is owed for this month.",
    "{} 没有减免政策在执行，所属该月的应缴不予减免。"
};
const err_kind DUES_RELIEVED = {
    "dues.relieved", ERR_CONFLICT, "All that is relieved for {} was taken off before.", "{} 应减免的此前已全部减免。"
};

static const service_field RELIEF_INPUT[] = {
    DUES_PAYER_FIELD,
    { .name = "of", .type = SERVICE_TEXT, .shows = "YYYY-MM", .is_required = true,
      .summary = "what is owed for this month", .summary_zh = "所属月" },
    { .name = "class", .type = SERVICE_TEXT, .shows = "CLASS",
      .summary = "size class in the packs' words, instead of by trade, staff, revenue and assets",
      .summary_zh = "直接指明减免单位类型（政策包中的名称），代替按划型指标核定" },
    SERVICE_WHY_FIELD, DUES_DRY_FIELD, SERVICE_KEY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field RELIEF_OUTPUT[] = {
    DUES_CASE_OUTPUT,
    { .name = "class", .type = SERVICE_TEXT, .summary = "size class", .summary_zh = "减免单位类型" },
};

typedef struct {
    dues_call *d;
    int32_t month;
    text class_word;
    text lines; /* keys of the bill that are relieved, split by blanks */
    struct { int32_t fund; int64_t fen, done_fen; } funds[COLLECTION_KEYS_MAX];
    size_t fund_count;
    text purpose;
} relieving;

/* ---- the class ---- */

static err class_of_block(relieving *r, month_deciding *c, const roster_block *block, err *why)
{
    size_t at = decide_answer_index(c->plan, "class");
    if (at == SIZE_MAX) return err_of(&DUES_CLASS, "relief.class");
    for (size_t lane = 0; lane < block->people.count; lane++) {
        if (block->subject_id[lane] != r->d->payer.id) continue;
        const column *answers = &c->results->answers[at];
        arena *a = r->d->m.call->request;
        if (column_is_valid(answers, lane)) r->class_word = text_copy(a, decide_word(c->with, at, answers->value[lane]));
        else *why = err_of(&DUES_CLASS, decide_reason_said(a, c->plan, column_reason(answers, lane)));
    }
    return ERR_NONE;
}

typedef struct {
    relieving *r;
    month_deciding c;
    err why;
} classing;
static err take_class(void *context, uint32_t bucket, const roster_block *block)
{
    classing *k = context;
    (void)bucket;
    return class_of_block(k->r, &k->c, block, &k->why);
}

static err find_class(relieving *r)
{
    classing k = { .r = r, .why = err_of(&DUES_CLASS, "-") };
    r->class_word = service_text_of(r->d->m.call, "class", TEXT_NONE);
    if (r->class_word.size_bytes) return ERR_NONE;
    TRY(month_deciding_open(&r->d->m, TEXT("relief.class"), calendar_first_day_of_month(r->month), &k.c));
    month_hands hands = { .take = take_class, .context = &k };
    err e = month_decide_bucket(&r->d->m, &k.c, eventlog_bucket_of(r->d->payer.id), &hands);
    month_deciding_close(&k.c);
    TRY(e);
    return r->class_word.size_bytes ? ERR_NONE : k.why;
}

/* ---- what the employer bears, fund by fund ---- */

static bool is_relieved(const relieving *r, const char *key)
{
    text rest = r->lines;
    while (rest.size_bytes) {
        size_t end = text_find(rest, TEXT(" "));
        if (end == SIZE_MAX) end = rest.size_bytes;
        if (text_equal_cstr(text_sub(rest, 0, end), key)) return true;
        rest = text_trim(text_sub(rest, end, rest.size_bytes));
    }
    return false;
}

static void add_fund(relieving *r, int32_t fund, int64_t fen)
{
    size_t i = 0;
    while (i < r->fund_count && r->funds[i].fund != fund) i++;
    if (i == r->fund_count) {
        r->funds[r->fund_count].fund = fund;
        r->funds[r->fund_count].fen = r->funds[r->fund_count].done_fen = 0;
        r->fund_count++;
    }
    r->funds[i].fen += fen;
}

static err add_issue(relieving *r, const collection_issue_row *issue)
{
    collection_cursor *cursor;
    const collection_line *line;
    TRY(collection_lines(r->d->m.memory, r->d->bills, issue->issue_id, EVENTLOG_BUCKETS, &cursor));
    const collection_terms *terms = collection_cursor_terms(cursor);
    err e = ERR_NONE;
    for (;;) {
        e = collection_next_line(cursor, &line);
        if (e.kind || !line) break;
        if (line->payer.kind != r->d->payer.kind || line->payer.id != r->d->payer.id) continue;
        for (size_t k = 0; k < terms->key_count; k++)
            if (line->fen[k] && is_relieved(r, terms->keys[k].name)) add_fund(r, terms->keys[k].fund, line->fen[k]);
    }
    collection_lines_close(cursor);
    return e;
}

static err note_done(void *context, const collection_entry *entry)
{
    relieving *r = context;
    bool is_relief = entry->kind == COLLECTION_ENTRY_ADJUSTED && text_equal(entry->as, TEXT("relief")) &&
                     entry->due.month == r->month && text_equal(entry->due.purpose, r->purpose);
    for (size_t i = 0; is_relief && i < r->fund_count; i++)
        if (r->funds[i].fund == entry->due.fund) r->funds[i].done_fen -= entry->fen;
    return ERR_NONE;
}

static err gather(relieving *r)
{
    collection_issue_row *issues;
    size_t count;
    r->purpose = TEXT("employee");
    TRY(month_setting(&r->d->m, "relief.lines", &r->lines));
    TRY(collection_issues(r->d->m.memory, r->d->bills, r->month, &issues, &count));
    for (size_t i = 0; i < count; i++)
        if (text_equal(issues[i].purpose, r->purpose)) TRY(add_issue(r, &issues[i]));
    return collection_history(r->d->bills, eventlog_bucket_of(r->d->payer.id), r->d->payer, note_done, r);
}

/* ---- by the packs ---- */

static err decide(relieving *r, dues_deciding *o)
{
    TRY(dues_deciding_open(r->d, "relief", calendar_first_day_of_month(r->month), r->fund_count, o));
    for (size_t i = 0; i < r->fund_count; i++) {
        TRY(dues_fact_word(o, "relief.class", i, r->class_word));
        dues_fact(o, "relief.in_hubei", i, text_begins(r->d->m.region, TEXT("中国/湖北省")));
        dues_fact(o, "relief.premium", i, r->funds[i].fen);
        dues_fact(o, "relief.from_month", i, r->month);
        dues_fact(o, "relief.until_month", i, r->month);
    }
    dues_decide(o);
    return ERR_NONE;
}

/* Nothing to take off: no relief covers the month, or it stands already. */
static err nothing(const relieving *r, const dues_deciding *o)
{
    int64_t due = 0;
    for (size_t i = 0; i < r->fund_count; i++) {
        int64_t fen;
        TRY(dues_answer(r->d, o, "relief", i, &fen));
        due += fen;
    }
    text what = text_format(r->d->m.call->request, "%.*s, %.*s", TEXT_ARG(service_month_text(r->d->m.call->request, r->month)),
                            TEXT_ARG(r->class_word));
    return err_of(due ? &DUES_RELIEVED : &DUES_NO_RELIEF, what.bytes);
}

static err add_items(relieving *r, const dues_deciding *o, dues_items *items, int64_t *sum)
{
    collection_due *dues;
    size_t count;
    TRY(collection_dues_of(r->d->m.memory, r->d->bills, r->d->payer, false, &dues, &count));
    for (size_t i = 0; i < r->fund_count; i++) {
        int64_t fen;
        TRY(dues_answer(r->d, o, "relief", i, &fen));
        fen -= r->funds[i].done_fen;
        for (size_t k = 0; fen > 0 && k < count; k++) {
            bool is_it = dues[k].month == r->month && dues[k].fund == r->funds[i].fund &&
                         dues[k].charge == COLLECTION_PREMIUM && text_equal(dues[k].purpose, r->purpose);
            if (!is_it) continue;
            if (fen > dues[k].due_fen) fen = dues[k].due_fen;
            dues_item_add(r->d, items, (dues_item){ .op = DUES_ADJUST, .due = dues[k], .fen = -fen });
            *sum += fen;
            break;
        }
    }
    return ERR_NONE;
}

static err dues_relief_run(service_call *call)
{
    dues_call d;
    dues_deciding o;
    dues_items items = { 0 };
    int64_t sum = 0;
    text payer;
    relieving r = { .d = &d };
    TRY(dues_begin(call, COUNTY_WRITE, &d));
    TRY(service_month_of(call, "of", INT32_MIN, &r.month));
    TRY(dues_payer_text(&d.m, d.payer, &payer));
    TRY(gather(&r));
    if (!r.fund_count) return err_of(&DUES_NOTHING_OPEN, payer.bytes);
    TRY(find_class(&r));
    TRY(decide(&r, &o));
    TRY(add_items(&r, &o, &items, &sum));
    service_put_text(call->request, call->reply, "class", r.class_word);
    service_put_text(call->request, call->reply, "law", text_copy(call->request, dues_law(&o, "relief")));
    if (!items.count) return nothing(&r, &o);
    return dues_propose(&d, "relief", &items, sum);
}

static const char *const RELIEF_EXAMPLES[] = { "doudi dues relief 12 --of 2020-03 --as zhangwei --dry-run", NULL };

const service_op DUES_RELIEF_OP = {
    .name = "dues.relief",
    .summary = "Propose the relief that the packs grant by the employer's size",
    .summary_zh = "录入减免：按单位划型和政策包核定减免额",
    .law = "人社部发〔2020〕11号；〔2020〕49号",
    .kind = SERVICE_WRITE,
    .permission = "dues.enter",
    .input = RELIEF_INPUT,
    .input_count = ARRAY_COUNT(RELIEF_INPUT),
    .output = RELIEF_OUTPUT,
    .output_count = ARRAY_COUNT(RELIEF_OUTPUT),
    .examples = RELIEF_EXAMPLES,
    .run = dues_relief_run,
    .print = dues_case_print,
};
