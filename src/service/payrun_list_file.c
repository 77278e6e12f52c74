/* The list of a run for the folder of those who sign: written, and held against what was written. */
#include <string.h>

#include "os/os.h"
#include "service/payrun_list.h"
#include "service/sheet.h"

const err_kind PAYRUN_OTHER_LIST = {
    "payrun.other_list", ERR_CONFLICT,
    "This file is not the list of the run as it stands: {}; have the list written again before anybody signs.",
    "该文件与批次现有名册不符：{}；请重新导出名册后再签字。"
};

typedef struct {
    county *office;
    const payment_run *run;
    arena *row_memory;
    os_writer *out; /* NULL: a check */
    codec_xlsx_writer *book;
    text_builder line;
    codec_csv_writer csv;
    sheet *file; /* of a check */
    codec_csv_row row;
    size_t at; /* cell of the row */
    int64_t row_number, rows, total_fen;
    bool reveals;
} listing;

/* ---- cells, written or compared ---- */

static err differs(listing *x, text wanted, text found)
{
    return err_of(&PAYRUN_OTHER_LIST, err_said(x->office->call->request, "row %lld, column %zu, is “%.*s” and should be “%.*s”", "第 %lld 行第 %zu 列为“%.*s”，应为“%.*s”",
                  (long long)x->row_number, x->at, TEXT_ARG(found), TEXT_ARG(wanted)));
}

/* A workbook holds amounts as numbers, which lose their last zeros. */
static bool is_alike(text wanted, text found)
{
    int64_t a, b;
    if (text_equal(wanted, found)) return true;
    return codec_parse_scaled(wanted, 2, &a) && codec_parse_scaled(found, 2, &b) && a == b;
}

static err add_cell(listing *x, text cell)
{
    if (x->book) {
        codec_xlsx_add_text(x->book, cell);
    } else if (x->out) {
        codec_csv_add_text(&x->csv, cell);
    } else {
        text found = x->at < x->row.count ? x->row.field[x->at] : TEXT_NONE;
        x->at++;
        if (!is_alike(cell, found)) return differs(x, cell, found);
    }
    return ERR_NONE;
}

/* What may have changed since the list was signed, and is not what is signed for, is written and not held against. */
static err add_free(listing *x, text cell)
{
    if (x->out) return add_cell(x, cell);
    x->at++;
    return ERR_NONE;
}

static err add_yuan(listing *x, int64_t fen)
{
    if (!x->book) return add_cell(x, service_yuan(x->row_memory, fen));
    codec_xlsx_add_scaled(x->book, fen, 2);
    return ERR_NONE;
}

static err begin_row(listing *x)
{
    bool has_row;
    x->row_number++;
    x->at = 0;
    if (x->out) return ERR_NONE;
    TRY(sheet_next(x->file, &x->row, &has_row));
    return has_row ? ERR_NONE : differs(x, text_of(service_say(x->office->call, "a row", "一行")), TEXT_NONE);
}

static err end_row(listing *x)
{
    if (x->book) return codec_xlsx_end_row(x->book);
    if (!x->out) return ERR_NONE;
    codec_csv_end_row(&x->csv);
    err e = os_writer_add(x->out, text_built(&x->line));
    x->line.size_bytes = 0;
    x->csv = codec_csv_write(&x->line, 0);
    return e;
}

/* ---- rows ---- */

static const char *const HEADS[][2] = {
    { "line", "序号" },        { "person", "人员编号" },  { "name", "姓名" },        { "citizen_number", "证件号码" },
    { "benefit", "待遇" },     { "for_month", "所属月份" }, { "amount", "金额" },    { "before", "上次金额" },
    { "difference", "增减" },  { "change", "变化" },      { "bank", "开户行" },      { "account", "账号" },
    { "state", "银行答复" },   { "note", "备注" },
};

static err add_head(listing *x)
{
    size_t count = ARRAY_COUNT(HEADS);
    if (x->out) {
        for (size_t i = 0; i < count; i++) TRY(add_cell(x, text_of(service_say(x->office->call, HEADS[i][0],
                                                                               HEADS[i][1]))));
        x->row_number = 1;
        return end_row(x);
    }
    size_t found;
    const text *columns = sheet_columns(x->file, &found);
    x->row = (codec_csv_row){ .field = columns, .count = found };
    x->row_number = 1;
    for (size_t i = 0; i < count; i++) TRY(add_cell(x, text_of(service_say(x->office->call, HEADS[i][0],
                                                                           HEADS[i][1]))));
    return ERR_NONE;
}

static err add_line(listing *x, const payrun_entry *entry, const registry_roster_row *who)
{
    payrun_list_row w;
    bool is_stopped = entry->change == PAYRUN_STOPPED, is_once = entry->change == PAYRUN_ONCE;
    TRY(payrun_list_words(x->office, x->row_memory, x->run, entry, who, x->reveals, &w));
    TRY(begin_row(x));
    TRY(add_cell(x, is_stopped ? TEXT_NONE : text_format(x->row_memory, "%lld", (long long)entry->at.number)));
    const text words[] = { w.person, w.name, w.number, w.benefit, w.for_month };
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) TRY(add_cell(x, words[i]));
    TRY(add_yuan(x, entry->fen));
    if (is_once) {
        TRY(add_cell(x, TEXT_NONE));
        TRY(add_cell(x, TEXT_NONE));
    } else {
        TRY(add_yuan(x, entry->before_fen));
        TRY(add_yuan(x, entry->fen - entry->before_fen));
    }
    text outcome = w.reason.size_bytes ? text_format(x->row_memory, "%.*s: %.*s", TEXT_ARG(w.outcome),
                                                     TEXT_ARG(w.reason))
                                       : w.outcome;
    TRY(add_cell(x, w.change));
    TRY(add_free(x, w.bank));
    TRY(payrun_people_account(who, entry->at.line.account) ? add_cell(x, w.account) : add_free(x, w.account));
    TRY(add_free(x, outcome));
    TRY(add_cell(x, w.note));
    x->rows += !is_stopped;
    x->total_fen += entry->fen;
    return end_row(x);
}

/* A row below the lines: its name in the first cell, its value in the cell `at`, the others empty. */
static err add_foot(listing *x, const char *en, const char *zh, size_t at, text value, bool is_yuan, int64_t fen)
{
    TRY(begin_row(x));
    TRY(add_cell(x, text_of(service_say(x->office->call, en, zh))));
    for (size_t i = 1; i < ARRAY_COUNT(HEADS); i++)
        TRY(i == at && is_yuan ? add_yuan(x, fen) : add_cell(x, i == at ? value : TEXT_NONE));
    return end_row(x);
}

static err add_feet(listing *x)
{
    enum { SECOND = 1, NAME = 2, AMOUNT = 6 };
    arena *a = x->office->memory;
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    text kind;
    TRY(payrun_kind_shown(x->office, x->run->terms.kind, &kind));
    crypto_print_digest(x->run->lines_digest, hex);
    TRY(add_foot(x, "total", "合计", AMOUNT, TEXT_NONE, true, x->total_fen));
    TRY(add_foot(x, "lines", "笔数", SECOND, text_format(a, "%lld", (long long)x->rows), false, 0));
    TRY(add_foot(x, "batch", "批次号", SECOND, payrun_batch(a, x->run), false, 0));
    TRY(add_foot(x, "kind", "类别", NAME, kind, false, 0));
    TRY(add_foot(x, "month", "月份", SECOND, service_month_text(a, x->run->terms.month), false, 0));
    TRY(add_foot(x, "paid from", "付款账户", NAME, x->run->terms.payer_account, false, 0));
    return add_foot(x, "digest that is signed (SM3)", "签字的名册摘要（SM3）", NAME, text_of(hex), false, 0);
}

static err add_entries(listing *x, const payrun_filter *filter)
{
    payrun_comparison *lines = NULL;
    payrun_people *people = NULL;
    const payrun_entry *entry = NULL;
    err e = payrun_compare_open(x->office->memory, x->office, x->run, &lines);
    if (!e.kind) e = payrun_people_open(x->office, 0, &people);
    while (!e.kind) {
        const registry_roster_row *who;
        bool takes = false;
        arena_reset(x->row_memory);
        e = payrun_compare_next(lines, &entry);
        if (e.kind || !entry) break;
        e = payrun_people_find(people, entry->at.line.person_id, &who);
        if (!e.kind) e = payrun_list_takes(x->office, filter, entry, who, &takes);
        if (!e.kind && takes) e = add_line(x, entry, who);
    }
    if (e.detail) e.detail = text_cstr(x->office->call->request, text_of(e.detail));
    payrun_compare_close(lines);
    payrun_people_close(people);
    return e;
}

static err end_of_check(listing *x)
{
    bool has_row;
    x->row_number++;
    x->at = 0;
    TRY(sheet_next(x->file, &x->row, &has_row));
    return has_row ? differs(x, TEXT_NONE, x->row.field[0]) : ERR_NONE;
}

static err add_all(listing *x, const payrun_filter *filter)
{
    text bytes;
    TRY(add_head(x));
    TRY(add_entries(x, filter));
    TRY(add_feet(x));
    if (!x->out) return end_of_check(x);
    if (!x->book) return ERR_NONE;
    TRY(codec_xlsx_finish(x->book, &bytes));
    return os_writer_add(x->out, bytes);
}

err payrun_list_file(county *office, const payment_run *run, const payrun_filter *filter, text path, bool reveals,
                     bool is_check, int64_t *row_count)
{
    arena *a = office->memory;
    listing x = { .office = office, .run = run, .reveals = reveals, .line = text_builder_open(a) };
    x.csv = codec_csv_write(&x.line, 0);
    if (is_check) TRY(sheet_open(office->call, path, &x.file));
    else TRY(os_writer_open(a, text_cstr(a, path), &x.out));
    if (x.out && text_ends(path, TEXT(".xlsx"))) x.book = codec_xlsx_write(a, payrun_batch(a, run));
    x.row_memory = arena_open();
    err e = add_all(&x, filter);
    arena_close(x.row_memory);
    if (x.file) sheet_close(x.file);
    *row_count = x.rows;
    if (!x.out) return e;
    if (!e.kind) return os_writer_commit(x.out);
    os_writer_cancel(x.out);
    return e;
}
