/* doudi docket list, report: the rows of a standing book, and what they come to: what is late, missing, how much in all. */
#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "service/document.h"
#include "service/dockets.h"
#include "service/english.h"
#include "service/ledger.h"
#include "service/month.h"
#include "service/operations.h"

#define DOCKET_FIELD                                                                             \
    { .name = "docket", .type = SERVICE_NAME, .is_positional = true, .is_required = true, .shows = "DOCKET",                     \
      .summary = "of docket types", .summary_zh = "台账名" }

/* ---- list ---- */

static const service_field LIST_INPUT[] = { DOCKET_FIELD, DOCUMENT_OUT_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field LIST_CELL[] = {
    { .name = "column", .type = SERVICE_TEXT, .summary = "column", .summary_zh = "栏目" },
    { .name = "value", .type = SERVICE_TEXT, .summary = "value", .summary_zh = "内容" },
};
static const service_field LIST_ROW[] = {
    { .name = "row", .type = SERVICE_COUNT, .summary = "row", .summary_zh = "行号" },
    { .name = "key", .type = SERVICE_TEXT, .summary = "of", .summary_zh = "对象" },
    { .name = "cells", .type = SERVICE_OBJECT, .is_list = true, .summary = "cells", .summary_zh = "各栏", .fields = LIST_CELL,
      .field_count = ARRAY_COUNT(LIST_CELL) },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "title", .type = SERVICE_TEXT, .summary = "docket", .summary_zh = "台账" },
    { .name = "found", .type = SERVICE_COUNT, .summary = "rows", .summary_zh = "行数" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "rows", .summary_zh = "各行", .fields = LIST_ROW,
      .field_count = ARRAY_COUNT(LIST_ROW) },
    DOCUMENT_OUTPUT,
};

static err write_rows(county *office, const dockets_type *type, const dockets_row *rows, size_t count)
{
    service_call *call = office->call;
    document d;
    paper_node *body = document_begin(call, &d, dockets_title(call, type));
    size_t width = type->column_count;
    text *cells = ARENA_ARRAY(call->request, text, (count + 1) * width), *at = cells;
    bool *is_number = ARENA_ARRAY(call->request, bool, width + 1);
    for (size_t c = 0; c < width; c++) {
        is_number[c] = type->columns[c].kind == DOCKETS_COUNT;
        *at++ = dockets_column_title(call, &type->columns[c]);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < width; c++) *at++ = rows[i].cells[c];
    TRY(document_office(office, &d));
    document_table(call, body, cells, count + 1, width, is_number, NULL);
    return document_write(call, &d);
}

static err docket_list_run(service_call *call)
{
    county *office;
    const dockets_type *type;
    dockets_row *rows;
    scope_span span;
    size_t count;
    arena *a = call->request;
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(dockets_find(call, service_text_of(call, "docket", TEXT_NONE), &type));
    TRY(dockets_rows(office, type, &rows, &count));
    TRY(scope_of(office, &span));
    TRY(dockets_keep_held(call, span, type, rows, &count));
    service_put_text(a, call->reply, "title", dockets_title(call, type));
    service_put_count(a, call->reply, "found", (int64_t)count);
    service_value *list = service_put_list(a, call->reply, "rows");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "row", rows[i].said.row_id);
        service_put_text(a, v, "key", dockets_shown_key(a, type, rows[i].cells));
        service_value *cells = service_put_list(a, v, "cells");
        for (size_t c = 0; c < type->column_count; c++) {
            service_value *cell = service_put_object(a, cells, NULL);
            service_put_text(a, cell, "column", dockets_column_title(call, &type->columns[c]));
            service_put_text(a, cell, "value", rows[i].cells[c]);
        }
    }
    return service_is_given(call, "out") ? write_rows(office, type, rows, count) : ERR_NONE;
}

static void docket_list_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, "%.*s: %lld\n", TEXT_ARG(service_member(r, "title")->word), (long long)service_member(r, "found")->count);
    for (const service_value *v = service_member(r, "rows")->first; v; v = v->next) {
        text_add_format(out, "%lld", (long long)service_member(v, "row")->count);
        for (const service_value *cell = service_member(v, "cells")->first; cell; cell = cell->next)
            if (service_member(cell, "value")->word.size_bytes)
                text_add_format(out, "  %.*s=%.*s", TEXT_ARG(service_member(cell, "column")->word), TEXT_ARG(service_member(cell, "value")->word));
        text_add_char(out, '\n');
    }
}

static const char *const LIST_EXAMPLES[] = { "doudi docket list task", "doudi docket list visit --out 走访.xlsx", NULL };
const service_op DOCKETS_LIST_OP = {
    .name = "docket.list",
    .summary = "The rows of a standing book",
    .summary_zh = "台账各行",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = docket_list_run,
    .print = docket_list_print,
};

/* ---- report ---- */

static const service_field REPORT_INPUT[] = {
    DOCKET_FIELD,
    { .name = "on", .type = SERVICE_DATE, .shows = "DATE", .summary = "late as of this day (default: today)", .summary_zh = "截至哪一天计逾期（默认今天）" },
    DOCUMENT_OUT_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field REPORT_ROW[] = {
    { .name = "kind", .type = SERVICE_STATE, .summary = "is", .summary_zh = "类别" },
    { .name = "check", .type = SERVICE_TEXT, .summary = "check", .summary_zh = "核对" },
    { .name = "of", .type = SERVICE_TEXT, .summary = "of", .summary_zh = "对象" },
    { .name = "by", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "分项" },
    { .name = "value", .type = SERVICE_TEXT, .summary = "value", .summary_zh = "值" },
};
static const service_field REPORT_OUTPUT[] = {
    { .name = "title", .type = SERVICE_TEXT, .summary = "docket", .summary_zh = "台账" },
    { .name = "rows", .type = SERVICE_COUNT, .summary = "rows", .summary_zh = "行数" },
    { .name = "late", .type = SERVICE_COUNT, .summary = "late", .summary_zh = "逾期" },
    { .name = "gaps", .type = SERVICE_COUNT, .summary = "gaps", .summary_zh = "缺口" },
    { .name = "findings", .type = SERVICE_OBJECT, .is_list = true, .summary = "findings", .summary_zh = "核对结果", .fields = REPORT_ROW,
      .field_count = ARRAY_COUNT(REPORT_ROW) },
    DOCUMENT_OUTPUT,
};

typedef struct {
    county *office;
    const dockets_type *type;
    dockets_row *rows;
    size_t count;
    scope_span span; /* of the user */
    int32_t day;
    int64_t late, gaps;
    service_value *list;
    english_words words; /* for a reader of English */
} report;

/* One of a column's choices is said in the reader's language; what was typed stays as it is. */
static text said(const report *r, size_t at_column, text word)
{
    return r->type->columns[at_column].kind == DOCKETS_CHOICE ? english_of(&r->words, word) : word;
}

static void put(report *r, const char *code, const char *en, const char *zh, text check, text of, text by, text value)
{
    service_call *call = r->office->call;
    service_value *v = service_put_object(call->request, r->list, NULL);
    service_put_state(call, v, "kind", code, en, zh);
    service_put_text(call->request, v, "check", check);
    service_put_text(call->request, v, "of", of);
    service_put_text(call->request, v, "by", by);
    service_put_text(call->request, v, "value", value);
}

static text count_text(const report *r, int64_t count)
{
    return text_format(r->office->call->request, "%lld", (long long)count);
}

/* The words of a column: its choices, else those that stand in it, as they are met. */
static text *words_of(const report *r, size_t at_column, size_t *count)
{
    text *words = NULL, choices = r->type->columns[at_column].says;
    size_t capacity = 0;
    arena *a = r->office->call->request;
    *count = 0;
    while (r->type->columns[at_column].kind == DOCKETS_CHOICE && choices.size_bytes) {
        size_t at = text_find(choices, TEXT("|"));
        ARENA_PUSH(a, words, *count, capacity, at == SIZE_MAX ? choices : text_sub(choices, 0, at));
        choices = at == SIZE_MAX ? TEXT_NONE : text_sub(choices, at + 1, choices.size_bytes);
    }
    for (size_t i = 0; i < r->count && r->type->columns[at_column].kind != DOCKETS_CHOICE; i++) {
        bool is_met = !r->rows[i].cells[at_column].size_bytes;
        for (size_t w = 0; w < *count; w++) is_met |= text_equal(words[w], r->rows[i].cells[at_column]);
        if (!is_met) ARENA_PUSH(a, words, *count, capacity, r->rows[i].cells[at_column]);
    }
    return words;
}

/* The date of the column of kind done behind a due one; SIZE_MAX: none. */
static size_t done_of(const dockets_type *type, size_t due)
{
    for (size_t c = due + 1; c < type->column_count; c++)
        if (type->columns[c].kind == DOCKETS_DONE) return c;
    return SIZE_MAX;
}

/* By how many days the cell is behind its day; 0: it is not. `is_open`: it is not done yet. */
static int32_t days_late(const dockets_type *type, const text *cells, size_t due_column, int32_t day, bool *is_open)
{
    int32_t due, was = day;
    size_t done = done_of(type, due_column);
    *is_open = done == SIZE_MAX || !cells[done].size_bytes;
    if (calendar_parse_day(cells[due_column], &due).kind) return 0;
    if (!*is_open && calendar_parse_day(cells[done], &was).kind) return 0;
    return was > due ? was - due : 0;
}

int64_t dockets_late(const dockets_type *type, const dockets_row *rows, size_t count, int32_t day)
{
    int64_t late = 0;
    bool is_open;
    for (size_t c = 0; c < type->column_count; c++)
        for (size_t i = 0; i < count && type->columns[c].kind == DOCKETS_DUE; i++) late += days_late(type, rows[i].cells, c, day, &is_open) && is_open;
    return late;
}

static void tell_late(report *r)
{
    service_call *call = r->office->call;
    for (size_t c = 0; c < r->type->column_count; c++)
        for (size_t i = 0; i < r->count && r->type->columns[c].kind == DOCKETS_DUE; i++) {
            bool is_open;
            int32_t days = days_late(r->type, r->rows[i].cells, c, r->day, &is_open);
            if (!days) continue;
            put(r, is_open ? "late" : "was_late", is_open ? "late" : "done late", is_open ? "逾期" : "逾期完成", dockets_column_title(call, &r->type->columns[c]),
                dockets_shown_key(call->request, r->type, r->rows[i].cells), r->rows[i].cells[c], text_format(call->request, service_say(call, "%d days", "%d 天"), days));
        }
    r->late = dockets_late(r->type, r->rows, r->count, r->day);
}

static void tell_matrix(report *r, const dockets_check *check, text title)
{
    size_t down = dockets_column_of(r->type, check->column), across = dockets_column_of(r->type, check->other), down_count, across_count;
    text *of = words_of(r, down, &down_count), *by = words_of(r, across, &across_count);
    for (size_t d = 0; d < down_count; d++)
        for (size_t x = 0; x < across_count; x++) {
            int64_t met = 0;
            for (size_t i = 0; i < r->count; i++)
                met += text_equal(r->rows[i].cells[down], of[d]) && text_equal(r->rows[i].cells[across], by[x]);
            r->gaps += !met;
            put(r, met ? "matrix" : "gap", met ? "cell" : "gap", met ? "交叉" : "空白", title, said(r, down, of[d]), said(r, across, by[x]), count_text(r, met));
        }
}

static int64_t sum_of(const report *r, size_t at_column, size_t by, text word)
{
    int64_t sum = 0;
    bool is_number = r->type->columns[at_column].kind == DOCKETS_COUNT;
    for (size_t i = 0; i < r->count; i++) {
        bool is_of = by == SIZE_MAX || text_equal(r->rows[i].cells[by], word), is_first = true;
        if (!is_of) continue;
        for (size_t j = 0; j < i && !is_number; j++)
            is_first &= !(text_equal(r->rows[j].cells[at_column], r->rows[i].cells[at_column]) && (by == SIZE_MAX || text_equal(r->rows[j].cells[by], word)));
        sum += is_number ? dockets_number(r->rows[i].cells[at_column]) : is_first;
    }
    return sum;
}

static void tell_sum(report *r, const dockets_check *check, text title)
{
    size_t at_column = dockets_column_of(r->type, check->column), by = dockets_column_of(r->type, check->other), count;
    text *words = words_of(r, by, &count);
    for (size_t w = 0; w < count; w++)
        put(r, "sum", "sum", "合计", title, said(r, by, words[w]), TEXT("-"), count_text(r, sum_of(r, at_column, by, words[w])));
    put(r, "total", "total", "总计", title, text_of(service_say(r->office->call, "all", "全部")), TEXT("-"), count_text(r, sum_of(r, at_column, SIZE_MAX, TEXT_NONE)));
}

/* Whole by whole to two places; "-" where there is nothing to divide by. */
static text divided(const report *r, int64_t part, int64_t whole, int64_t scale, const char *unit)
{
    char shown[CODEC_SCALED_BYTES];
    if (whole <= 0) return TEXT("-");
    size_t size = codec_print_scaled(money_divide_round_i64(part * scale, whole, MONEY_HALF_UP), 2, shown);
    return text_format(r->office->call->request, "%.*s%s", (int)size, shown, unit);
}

enum { HUNDREDTHS = 100, BASIS_POINTS = 10000 };

static void tell_share(report *r, const dockets_check *check, text title)
{
    int64_t part = sum_of(r, dockets_column_of(r->type, check->column), SIZE_MAX, TEXT_NONE);
    int64_t whole = sum_of(r, dockets_column_of(r->type, check->other), SIZE_MAX, TEXT_NONE);
    bool is_each = check->kind == DOCKETS_EACH;
    put(r, is_each ? "each" : "share", is_each ? "each" : "share", is_each ? "平均" : "比例", title, count_text(r, part), count_text(r, whole),
        is_each ? divided(r, part, whole, HUNDREDTHS, "") : divided(r, part, whole, BASIS_POINTS, "%"));
}

static void tell_parts(report *r, const dockets_check *check, text title)
{
    size_t at_column = dockets_column_of(r->type, check->column), by = dockets_column_of(r->type, check->other), count;
    text *words = words_of(r, by, &count);
    int64_t whole = sum_of(r, at_column, SIZE_MAX, TEXT_NONE);
    for (size_t w = 0; w < count; w++) {
        int64_t part = sum_of(r, at_column, by, words[w]);
        put(r, "part", "part", "构成", title, said(r, by, words[w]), count_text(r, part), divided(r, part, whole, BASIS_POINTS, "%"));
    }
}

/* Of a row where either is not said, nothing can be short or over. */
static void tell_short(report *r, const dockets_check *check, text title)
{
    size_t has = dockets_column_of(r->type, check->column), wants = dockets_column_of(r->type, check->other);
    bool is_over = check->kind == DOCKETS_OVER;
    for (size_t i = 0; i < r->count; i++) {
        const text *cells = r->rows[i].cells;
        int64_t by = dockets_number(cells[wants]) - dockets_number(cells[has]);
        if (is_over) by = -by;
        if (!cells[has].size_bytes || !cells[wants].size_bytes || by <= 0) continue;
        r->gaps++;
        put(r, is_over ? "over" : "short", is_over ? "over" : "short", is_over ? "超过" : "不足", title,
            dockets_shown_key(r->office->call->request, r->type, cells), cells[wants], count_text(r, by));
    }
}

/* The values that stand with one of the column, each once, in one text. */
static text others_of(const report *r, size_t at_column, text word, size_t other, size_t *count)
{
    text_builder out = text_builder_open(r->office->call->request);
    *count = 0;
    for (size_t i = 0; i < r->count; i++) {
        bool is_first = r->rows[i].cells[other].size_bytes && text_equal(r->rows[i].cells[at_column], word);
        for (size_t j = 0; j < i && is_first; j++)
            is_first = !(text_equal(r->rows[j].cells[at_column], word) && text_equal(r->rows[j].cells[other], r->rows[i].cells[other]));
        if (!is_first) continue;
        text_add_format(&out, "%s%.*s", *count ? service_say(r->office->call, ", ", "、") : "", TEXT_ARG(said(r, other, r->rows[i].cells[other])));
        ++*count;
    }
    return text_built(&out);
}

static void tell_twice(report *r, const dockets_check *check, text title)
{
    size_t at_column = dockets_column_of(r->type, check->column), other = dockets_column_of(r->type, check->other), word_count, count;
    text *words = words_of(r, at_column, &word_count);
    for (size_t w = 0; w < word_count; w++) {
        text by = others_of(r, at_column, words[w], other, &count);
        if (count < 2) continue;
        r->gaps++;
        put(r, "twice", "more than one", "重复", title, said(r, at_column, words[w]), by, count_text(r, (int64_t)count));
    }
}

static void tell_same(report *r, const dockets_check *check, text title)
{
    size_t one = dockets_column_of(r->type, check->column), other = dockets_column_of(r->type, check->other);
    for (size_t i = 0; i < r->count; i++) {
        const text *cells = r->rows[i].cells;
        if (!cells[one].size_bytes || !text_equal(cells[one], cells[other])) continue;
        r->gaps++;
        put(r, "same", "the same", "相同", title, dockets_shown_key(r->office->call->request, r->type, cells), cells[one], TEXT("-"));
    }
}

/* Values that stand here and not in a column of another docket, each once. */
static err tell_missing(report *r, const dockets_check *check, text title)
{
    const dockets_type *other;
    dockets_row *rows;
    size_t count, word_count, at = text_find(check->other, TEXT("."));
    size_t at_column = dockets_column_of(r->type, check->column);
    if (at == SIZE_MAX) return err_of(&DOCKETS_BAD_TABLE, text_cstr(r->office->call->request, check->other));
    TRY(dockets_find(r->office->call, text_sub(check->other, 0, at), &other));
    size_t there = dockets_column_of(other, text_sub(check->other, at + 1, check->other.size_bytes));
    if (there == SIZE_MAX) return err_of(&DOCKETS_BAD_TABLE, text_cstr(r->office->call->request, check->other));
    TRY(dockets_rows(r->office, other, &rows, &count));
    text *words = words_of(r, at_column, &word_count);
    for (size_t w = 0; w < word_count; w++) {
        bool is_there = false;
        for (size_t i = 0; i < count; i++) is_there |= text_equal(rows[i].cells[there], words[w]);
        if (is_there) continue;
        r->gaps++;
        put(r, "missing", "missing", "缺", title, said(r, at_column, words[w]), dockets_title(r->office->call, other), TEXT("-"));
    }
    return ERR_NONE;
}

/* Services by the packs that run them, amounts by the vouchers that they name. */
static err tell_held(report *r, const dockets_check *check, text title)
{
    dockets_held held;
    bool is_books = check->kind == DOCKETS_BOOKS;
    static const char *const SAYS[DOCKETS_FOUND_COUNT][3] = {
        [DOCKETS_FOUND_OVER] = { "over", "over", "超过" },
        [DOCKETS_FOUND_MISSING] = { "missing", "missing", "缺" },
        [DOCKETS_FOUND_UNKNOWN] = { "unknown", "no such service", "无此事项" },
        [DOCKETS_FOUND_DIFFERS] = { "differs", "differs from the books", "与账不符" },
        [DOCKETS_FOUND_UNTOLD] = { "untold", "booked, no row", "有账无登记" },
        [DOCKETS_FOUND_UNBOOKED] = { "unbooked", "not in the books", "有登记无账" },
    };
    TRY(is_books ? dockets_hold_books(r->office, r->type, r->rows, r->count, check, &held)
                 : dockets_hold_cases(r->office->call, r->type, r->rows, r->count, check, &held));
    for (size_t i = 0; i < held.count; i++) {
        const dockets_finding *f = &held.found[i];
        put(r, SAYS[f->kind][0], SAYS[f->kind][1], SAYS[f->kind][2], title, f->of, f->by.size_bytes ? f->by : TEXT("-"),
            is_books ? service_yuan(r->office->call->request, f->value) : f->kind == DOCKETS_FOUND_OVER ? count_text(r, f->value) : TEXT("-"));
    }
    r->gaps += (int64_t)held.count;
    put(r, "share", "share", "比例", title, is_books ? service_yuan(r->office->call->request, held.part) : count_text(r, held.part),
        is_books ? service_yuan(r->office->call->request, held.whole) : count_text(r, held.whole), divided(r, held.part, held.whole, BASIS_POINTS, "%"));
    return ERR_NONE;
}

static err tell_checks(report *r)
{
    service_call *call = r->office->call;
    tell_late(r);
    for (size_t i = 0; i < r->type->check_count; i++) {
        const dockets_check *c = &r->type->checks[i];
        text title = call->is_chinese ? c->zh : c->en;
        switch (c->kind) {
        case DOCKETS_MATRIX: tell_matrix(r, c, title); break;
        case DOCKETS_MISSING: /* what stands in another docket is the whole county's */
            if (!r->span.until) TRY(tell_missing(r, c, title));
            break;
        case DOCKETS_SUM: tell_sum(r, c, title); break;
        case DOCKETS_SHARE:
        case DOCKETS_EACH: tell_share(r, c, title); break;
        case DOCKETS_SHORT:
        case DOCKETS_OVER: tell_short(r, c, title); break;
        case DOCKETS_PARTS: tell_parts(r, c, title); break;
        case DOCKETS_TWICE: tell_twice(r, c, title); break;
        case DOCKETS_BOOKS: /* as are the books */
            if (!r->span.until) TRY(tell_held(r, c, title));
            break;
        case DOCKETS_CASES: TRY(tell_held(r, c, title)); break;
        case DOCKETS_SAME: tell_same(r, c, title); break;
        case DOCKETS_CHECK_COUNT: break;
        }
    }
    return ERR_NONE;
}

static err write_report(report *r)
{
    service_call *call = r->office->call;
    document d;
    enum { WIDTH = ARRAY_COUNT(REPORT_ROW) };
    static const bool IS_NUMBER[WIDTH] = { [WIDTH - 1] = true };
    paper_node *body = document_begin(call, &d, dockets_title(call, r->type));
    text *cells = ARENA_ARRAY(call->request, text, (r->list->child_count + 1) * WIDTH), *at = cells;
    for (size_t c = 0; c < WIDTH; c++) *at++ = text_of(service_say(call, REPORT_ROW[c].summary, REPORT_ROW[c].summary_zh));
    for (const service_value *v = r->list->first; v; v = v->next)
        for (size_t c = 0; c < WIDTH; c++) *at++ = service_member(v, REPORT_ROW[c].name)->word;
    TRY(document_office(r->office, &d));
    document_table(call, body, cells, r->list->child_count + 1, WIDTH, IS_NUMBER, NULL);
    return document_write(call, &d);
}

static err docket_report_run(service_call *call)
{
    report r = { .day = service_day_of(call, "on") };
    arena *a = call->request;
    TRY(county_open(call, COUNTY_READ, &r.office));
    TRY(dockets_find(call, service_text_of(call, "docket", TEXT_NONE), &r.type));
    TRY(dockets_rows(r.office, r.type, &r.rows, &r.count));
    TRY(scope_of(r.office, &r.span));
    TRY(dockets_keep_held(call, r.span, r.type, r.rows, &r.count));
    TRY(english_open(call, &r.words));
    r.list = service_list(a);
    TRY(tell_checks(&r));
    service_put_text(a, call->reply, "title", dockets_title(call, r.type));
    service_put_count(a, call->reply, "rows", (int64_t)r.count);
    service_put_count(a, call->reply, "late", r.late);
    service_put_count(a, call->reply, "gaps", r.gaps);
    service_put(a, call->reply, "findings", r.list);
    return service_is_given(call, "out") ? write_report(&r) : ERR_NONE;
}

static void docket_report_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, service_say(call, "%.*s: rows %lld, late %lld, gaps %lld\n", "%.*s：%lld 行，逾期 %lld，缺口 %lld\n"), TEXT_ARG(service_member(r, "title")->word),
                    (long long)service_member(r, "rows")->count, (long long)service_member(r, "late")->count, (long long)service_member(r, "gaps")->count);
    month_print_list(call, "findings", REPORT_ROW, ARRAY_COUNT(REPORT_ROW), ARRAY_COUNT(REPORT_ROW), out);
}

static const char *const REPORT_EXAMPLES[] = { "doudi docket report task", "doudi docket report opinion --on 2026-11-30 --out 征求意见.pdf", NULL };
const service_op DOCKETS_REPORT_OP = {
    .name = "docket.report",
    .summary = "What the rows of a standing book come to: who is late, what is missing, sums and crossings",
    .summary_zh = "台账核对：逾期、缺口、合计和交叉",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = REPORT_INPUT,
    .input_count = ARRAY_COUNT(REPORT_INPUT),
    .output = REPORT_OUTPUT,
    .output_count = ARRAY_COUNT(REPORT_OUTPUT),
    .examples = REPORT_EXAMPLES,
    .run = docket_report_run,
    .print = docket_report_print,
};
