/* doudi contribution list: a list that others hand in, each row decided by the packs, with why. */
#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/contribution_list.h"
#include "service/grid.h"
#include "service/operations.h"
#include "service/record_rows.h"

static const service_field LIST_INPUT[] = {
    { .name = "list", .type = SERVICE_NAME, .is_positional = true, .is_required = true, .shows = "LIST",
      .summary = "tax-heads, disability-levy or insurance-subsidy",
      .summary_zh = "清单：tax-heads 计税人数差异、disability-levy 残保金、insurance-subsidy 社保补贴" },
    { .name = "file", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .shows = "FILE.csv|xlsx",
      .summary = "the list; its columns stand in packs/ledger/lists.csv", .summary_zh = "名册；各列见 packs/ledger/lists.csv" },
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "the month it is of (default: the open one)",
      .summary_zh = "所属月（默认当前月份）" },
    { .name = "year", .type = SERVICE_COUNT, .shows = "YYYY", .summary = "of a levy: its year (default: the year before the month's)",
      .summary_zh = "征收年度（默认上一年）" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write every row with its answers here",
      .summary_zh = "将每行的结论写入此文件" },
    { .name = "explain", .type = SERVICE_TEXT, .shows = "CODE|NUMBER|ID", .summary = "why: the tree of reasons of this row",
      .summary_zh = "说明某一行为什么是这个数" },
    { .name = "key", .type = SERVICE_TEXT, .shows = "ANSWER", .summary = "of --explain: which answer (default: the first)",
      .summary_zh = "--explain 说明哪一项（默认第一项）" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field LIST_ROW[] = {
    { .name = "line", .type = SERVICE_TEXT, .summary = "line", .summary_zh = "行" },
    { .name = "who", .type = SERVICE_TEXT, .summary = "who", .summary_zh = "对象" },
    { .name = "answers", .type = SERVICE_TEXT, .summary = "decided", .summary_zh = "结论" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "remark", .summary_zh = "说明" },
};
static const service_field LIST_SUM[] = {
    { .name = "answer", .type = SERVICE_TEXT, .summary = "in all", .summary_zh = "合计项" },
    { .name = "sum", .type = SERVICE_TEXT, .summary = "sum", .summary_zh = "合计" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "title", .type = SERVICE_TEXT, .summary = "list", .summary_zh = "清单" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "所属月" },
    { .name = "listed", .type = SERVICE_COUNT, .summary = "rows", .summary_zh = "行数" },
    { .name = "unknown", .type = SERVICE_COUNT, .summary = "not registered here", .summary_zh = "本机构未登记" },
    { .name = "undecided", .type = SERVICE_COUNT, .summary = "not decided", .summary_zh = "无法核定" },
    { .name = "missing", .type = SERVICE_COUNT, .summary = "with staff insured, not on the list", .summary_zh = "有人参保而不在名册" },
    { .name = "sums", .type = SERVICE_OBJECT, .is_list = true, .summary = "in all", .summary_zh = "合计", .fields = LIST_SUM,
      .field_count = ARRAY_COUNT(LIST_SUM) },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "rows (50 at most; by pages all)", .summary_zh = "明细（前 50 行，分页时全部）", .fields = LIST_ROW,
      .field_count = ARRAY_COUNT(LIST_ROW) },
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "explanation", .type = SERVICE_ANY, .is_optional = true },
};
enum { ROWS_SHOWN = 50, HEAD_COLUMNS = 3, ANSWERS_MAX = 16 };

typedef struct {
    dues_call *d;
    contribution_list_form form;
    contribution_list_row *rows;
    size_t count, capacity;
    contribution_list_known known;
    dues_deciding o;
    const decide_answer *answers;
    size_t answer_count;
    i128 sums[ANSWERS_MAX];
    int64_t undecided, unknown;
    grid grid;
    service_value *shown;
} listing;

/* ---- the file ---- */

static size_t column_of(const listing *l, const char *fact)
{
    for (size_t c = 0; c < l->form.column_count; c++)
        if (text_equal_cstr(l->form.facts[c], fact)) return c;
    return SIZE_MAX;
}

static err find(listing *l, contribution_list_row *row)
{
    registry *people;
    collection_payer payer = { 0 };
    TRY(county_people(l->d->m.office, &people));
    err e = dues_payer_of(&l->d->m, l->d->bills, row->said, &payer);
    if (e.kind && e.kind->class != ERR_NOT_FOUND && e.kind->class != ERR_BAD_INPUT && e.kind != &RECORD_SEVERAL) return e;
    bool is_meant = payer.kind == (l->known.is_employers ? COLLECTION_EMPLOYER : COLLECTION_PERSON);
    row->id = !e.kind && is_meant ? payer.id : 0;
    l->unknown += !row->id;
    return ERR_NONE;
}

static err take_row(void *context, const text *cells, int64_t line)
{
    listing *l = context;
    arena *a = l->d->m.memory;
    size_t name = column_of(l, "name");
    contribution_list_row row = { .line = line, .said = text_copy(a, cells[0]) };
    for (size_t c = 0; c < l->form.column_count; c++) row.cells[c] = text_copy(a, cells[c]);
    if (name != SIZE_MAX) row.name = row.cells[name];
    TRY(find(l, &row));
    for (size_t i = 0; i < l->count; i++)
        row.is_repeated |= row.id ? l->rows[i].id == row.id : text_equal(l->rows[i].said, row.said);
    ARENA_PUSH(a, l->rows, l->count, l->capacity, row);
    return ERR_NONE;
}

/* ---- facts: of the file, and what the office knows ---- */

static bool parse(const decide_fact *fact, arena *a, text cell, int64_t *value)
{
    static const char *const YES[] = { "是", "yes", "true", "1" }, *const NO[] = { "否", "no", "false", "0" };
    switch (fact->type->base) {
    case POLICY_MONEY: return !service_fen_of(a, cell, value).kind;
    case POLICY_BOOL:
        for (size_t i = 0; i < ARRAY_COUNT(YES); i++) {
            *value = text_equal_cstr(cell, YES[i]);
            if (*value || text_equal_cstr(cell, NO[i])) return true;
        }
        return false;
    default: return codec_parse_scaled(cell, (unsigned)fact->type->decimals, value);
    }
}

static err put_cells(listing *l, size_t lane)
{
    size_t count;
    arena *a = l->d->m.call->request;
    const decide_fact *facts = decide_facts(l->o.plan, &count);
    for (size_t f = 0; f < count; f++) {
        size_t c = column_of(l, facts[f].name);
        int64_t value;
        if (c == SIZE_MAX) continue;
        text cell = l->rows[lane].cells[c];
        bool is_read = !cell.size_bytes;
        if (cell.size_bytes && facts[f].is_word) is_read = !dues_fact_word(&l->o, facts[f].name, lane, cell).kind;
        else if (cell.size_bytes && (is_read = parse(&facts[f], a, cell, &value))) dues_fact(&l->o, facts[f].name, lane, value);
        if (!is_read) { /* a cell nobody can read is not nothing */
            l->o.facts[f].reason[lane] = VM_REASON(VM_BAD_CELL, 0);
        } else if (!cell.size_bytes && l->form.columns[c].is_optional) {
            dues_fact(&l->o, facts[f].name, lane, 0); /* a column that may be left out: none of them */
        }
    }
    return ERR_NONE;
}

static bool asks(const listing *l, const char *fact)
{
    return decide_fact_index(l->o.plan, fact) != SIZE_MAX;
}

static err put_known(listing *l)
{
    int32_t year = (int32_t)service_size_of(l->d->m.call, "year", (size_t)(calendar_year_of_month(l->d->m.month) - 1));
    if (asks(l, "employer.insured")) TRY(contribution_list_insured(&l->known));
    if (asks(l, "subsidy.paid")) TRY(contribution_list_paid(&l->known));
    for (size_t i = 0; i < l->count; i++) {
        const contribution_list_row *row = &l->rows[i];
        dues_fact(&l->o, "levy.year", i, year);
        dues_fact(&l->o, "employer.registered", i, row->id != 0);
        if (l->known.insured) dues_fact(&l->o, "employer.insured", i, l->known.insured[i]);
        if (l->known.paid_fen && row->id) dues_fact(&l->o, "subsidy.paid", i, l->known.paid_fen[i]);
    }
    return ERR_NONE;
}

/* ---- what comes of it ---- */

static text name_of(const listing *l, size_t answer)
{
    const decide_answer *of = &l->answers[answer];
    const char *point = strrchr(of->variable, '.');
    bool is_chinese = l->d->m.call->is_chinese;
    return is_chinese ? text_of(point ? point + 1 : of->variable) : text_of(of->key);
}

/* 0.95 by 10^8 is 95%. */
static text percent(arena *a, int64_t rate)
{
    char digits[CODEC_SCALED_BYTES];
    size_t size = codec_print_scaled(rate, 6, digits);
    while (size > 1 && digits[size - 1] == '0') size--;
    if (size > 1 && digits[size - 1] == '.') size--;
    return text_format(a, "%.*s%%", (int)size, digits);
}

static text shown_value(listing *l, size_t answer, size_t lane, text *why)
{
    const column *c = &l->o.results->answers[answer];
    arena *a = l->d->m.call->request;
    if (!column_is_valid(c, lane)) {
        *why = text_copy(a, decide_reason(a, l->o.plan, column_reason(c, lane), l->d->m.call->is_chinese));
        return TEXT("");
    }
    if (l->answers[answer].type->base == POLICY_MONEY) l->sums[answer] += c->value[lane];
    if (l->answers[answer].type->base == POLICY_COUNT) l->sums[answer] += c->value[lane];
    if (l->answers[answer].type->base == POLICY_BOOL)
        return text_of(c->value[lane] ? service_say(l->d->m.call, "yes", "是") : service_say(l->d->m.call, "no", "否"));
    if (l->answers[answer].type->base == POLICY_RATE) return percent(a, c->value[lane]);
    return text_copy(a, decide_word(l->o.with, answer, c->value[lane]));
}

static err who_of(listing *l, const contribution_list_row *row, text *who)
{
    arena *a = l->d->m.call->request;
    *who = text_format(a, "%.*s %.*s", TEXT_ARG(row->said), TEXT_ARG(row->name));
    if (!row->id) return ERR_NONE;
    return dues_payer_text(&l->d->m, (collection_payer){ l->known.is_employers ? COLLECTION_EMPLOYER : COLLECTION_PERSON, row->id }, who);
}

static void show(listing *l, text line, text who, const text *answers, text why)
{
    arena *a = l->d->m.call->request;
    text_builder says = text_builder_open(a);
    text head[HEAD_COLUMNS] = { line, who, why };
    for (size_t c = 0; c < HEAD_COLUMNS; c++) grid_add(&l->grid, head[c]);
    for (size_t k = 0; k < l->answer_count; k++) {
        grid_add(&l->grid, answers ? answers[k] : TEXT(""));
        if (!answers || !answers[k].size_bytes) continue;
        if (text_built(&says).size_bytes) text_add_cstr(&says, service_say(l->d->m.call, ", ", "，"));
        text_add_format(&says, "%.*s %.*s", TEXT_ARG(name_of(l, k)), TEXT_ARG(answers[k]));
    }
    if (!service_takes_row(l->d->m.call, l->shown, ROWS_SHOWN)) return;
    service_value *v = service_put_object(a, l->shown, NULL);
    service_put_text(a, v, "line", line);
    service_put_text(a, v, "who", who);
    service_put_text(a, v, "answers", text_built(&says));
    service_put_text(a, v, "why", why);
}

static err show_row(listing *l, size_t lane)
{
    const contribution_list_row *row = &l->rows[lane];
    service_call *call = l->d->m.call;
    text answers[ANSWERS_MAX], who, why = TEXT("");
    text line = text_format(call->request, "%lld", (long long)row->line);
    TRY(who_of(l, row, &who));
    if (row->is_repeated) {
        show(l, line, who, NULL, text_of(service_say(call, "stands above already, counted once", "前面已有，只计一次")));
        return ERR_NONE;
    }
    for (size_t k = 0; k < l->answer_count; k++) answers[k] = shown_value(l, k, lane, &why);
    l->undecided += why.size_bytes > 0;
    if (!row->id && !why.size_bytes) why = text_of(service_say(call, "not registered here", "本机构未登记"));
    show(l, line, who, answers, why);
    return ERR_NONE;
}

static err show_others(listing *l)
{
    for (size_t i = 0; i < l->known.other_count; i++) {
        text who;
        contribution_list_other *other = &l->known.others[i];
        TRY(dues_payer_text(&l->d->m, (collection_payer){ COLLECTION_EMPLOYER, other->employer_id }, &who));
        show(l, TEXT(""), who, NULL,
             text_format(l->d->m.call->request, service_say(l->d->m.call, "%lld insured, not on the list", "参保 %lld 人，不在名册"),
                         (long long)other->insured));
    }
    return ERR_NONE;
}

static void put_sums(listing *l, service_value *list)
{
    arena *a = l->d->m.call->request;
    for (size_t k = 0; k < l->answer_count; k++) {
        policy_base_type base = l->answers[k].type->base;
        if (base != POLICY_MONEY && base != POLICY_COUNT) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "answer", name_of(l, k));
        service_put_text(a, v, "sum", base == POLICY_MONEY ? service_yuan(a, (int64_t)l->sums[k])
                                                            : text_format(a, "%lld", (long long)l->sums[k]));
    }
}

static void open_grid(listing *l)
{
    static const char *const HEADS[HEAD_COLUMNS][2] = { { "line", "行" }, { "who", "对象" }, { "remark", "说明" } };
    service_call *call = l->d->m.call;
    arena *a = call->request;
    service_field *fields = ARENA_ARRAY(a, service_field, HEAD_COLUMNS + l->answer_count);
    for (size_t c = 0; c < HEAD_COLUMNS; c++)
        fields[c] = (service_field){ .name = HEADS[c][0], .summary = HEADS[c][0], .summary_zh = HEADS[c][1] };
    for (size_t k = 0; k < l->answer_count; k++) {
        const char *says = text_cstr(a, name_of(l, k));
        fields[HEAD_COLUMNS + k] = (service_field){ .name = says, .summary = says, .summary_zh = says };
    }
    l->grid = grid_open(call, call->is_chinese ? l->form.zh : l->form.en, fields, HEAD_COLUMNS + l->answer_count, HEAD_COLUMNS);
    grid_line(&l->grid, service_month_text(a, l->d->m.month));
}

/* ---- why ---- */

static err explain(listing *l)
{
    service_call *call = l->d->m.call;
    arena *a = call->request;
    explain_answer answer;
    explain_options options = { .is_chinese = call->is_chinese };
    contribution_list_row sought = { .said = service_text_of(call, "explain", TEXT_NONE) };
    size_t lane = 0;
    TRY(find(l, &sought));
    while (lane < l->count && (sought.id ? l->rows[lane].id != sought.id : !text_equal(l->rows[lane].said, sought.said))) lane++;
    if (lane == l->count) return err_of(&DUES_NO_PAYER, text_cstr(a, sought.said));
    decide_block block = { .count = l->o.count, .facts = l->o.facts };
    text record = text_copy(a, decide_record(l->d->m.memory, l->o.with, &block, lane));
    const char *key = text_cstr(a, service_text_of(call, "key", text_of(l->answers[0].key)));
    TRY(decide_record_explain(a, l->o.law, record, key, options, &answer));
    text *shown = ARENA_NEW(a, text);
    *shown = explain_text(a, &answer, options);
    call->answer = shown;
    service_put_json(a, call->reply, "explanation", explain_json(a, &answer, options));
    return ERR_NONE;
}

/* ---- the whole ---- */

static err contribution_list_run(service_call *call)
{
    dues_call d;
    arena *a = call->request;
    listing l = { .d = &d, .shown = service_list(a) };
    TRY(dues_begin(call, COUNTY_READ, &d));
    if (d.m.month == INT32_MIN) return err_of(&MONTH_NOT_OPEN, "-");
    TRY(contribution_list_form_read(&d, service_text_of(call, "list", TEXT_NONE), &l.form));
    l.known = (contribution_list_known){ .d = &d, .is_employers = text_equal_cstr(l.form.facts[0], "employer") };
    TRY(contribution_file_read(&d, service_text_of(call, "file", TEXT_NONE), l.form.columns, l.form.column_count, take_row, &l));
    l.known.rows = l.rows;
    l.known.count = l.count;
    const char *purpose = text_format(d.m.memory, "list.%.*s", TEXT_ARG(l.form.name)).bytes;
    TRY(dues_deciding_open(&d, purpose, calendar_last_day_of_month(d.m.month), l.count, &l.o));
    l.answers = decide_answers(l.o.plan, &l.answer_count);
    if (l.answer_count > ANSWERS_MAX) return err_of(&MONTH_BAD_TABLE, purpose);
    for (size_t i = 0; i < l.count; i++) TRY(put_cells(&l, i));
    TRY(put_known(&l));
    dues_decide(&l.o);
    open_grid(&l);
    for (size_t i = 0; i < l.count; i++) TRY(show_row(&l, i));
    TRY(show_others(&l));
    service_put_text(a, call->reply, "title", text_copy(a, call->is_chinese ? l.form.zh : l.form.en));
    service_put_text(a, call->reply, "month", service_month_text(a, d.m.month));
    service_put_count(a, call->reply, "listed", (int64_t)l.count);
    service_put_count(a, call->reply, "unknown", l.unknown);
    service_put_count(a, call->reply, "undecided", l.undecided);
    service_put_count(a, call->reply, "missing", (int64_t)l.known.other_count);
    put_sums(&l, service_put_list(a, call->reply, "sums"));
    service_put(a, call->reply, "rows", l.shown);
    service_put_text(a, call->reply, "law", text_copy(a, decide_pack_digest(l.o.law)));
    if (service_is_given(call, "explain")) TRY(explain(&l));
    return service_is_given(call, "out") ? grid_write(&l.grid, service_text_of(call, "out", TEXT_NONE)) : ERR_NONE;
}

static void contribution_list_print(const service_call *call, text_builder *out)
{
    if (call->answer) {
        text_add(out, *(const text *)call->answer);
        return;
    }
    contribution_print_fields(call, out);
    month_print_list(call, "sums", LIST_SUM, ARRAY_COUNT(LIST_SUM), 1, out);
    text_add_char(out, '\n');
    month_print_list(call, "rows", LIST_ROW, ARRAY_COUNT(LIST_ROW), ARRAY_COUNT(LIST_ROW), out);
}

static const char *const LIST_EXAMPLES[] = {
    "doudi contribution list tax-heads 税务人数.csv --month 2026-11 --out 差异.csv",
    "doudi contribution list disability-levy 残保金申报.xlsx --year 2025 --out 残保金.csv",
    "doudi contribution list insurance-subsidy 补贴申领.csv --month 2026-11 --explain 634", NULL };

const service_op CONTRIBUTION_LIST_OP = {
    .name = "contribution.list",
    .summary = "Decide a list that others hand in: heads taxed against heads insured, the disability levy, insurance subsidies",
    .summary_zh = "按政策包核定外来名册：计税人数与参保人数差异、残保金、社保补贴",
    .law = "社会保险法 第五十七、五十八条；残疾人就业条例 第九条；财社〔2017〕164号",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = contribution_list_run,
    .print = contribution_list_print,
};
