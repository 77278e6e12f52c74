/* What runs, their kinds and funds are called, and what an office has settled of paying out. */
#include <string.h>

#include "os/os.h"
#include "service/adopt.h"
#include "service/ledger_csv.h"
#include "service/payrun.h"

const err_kind PAYRUN_NO_SETTING = {
    "payrun.no_setting", ERR_NOT_FOUND,
    "packs/ledger/paying.csv has no whole number for {}; enter it there.",
    "packs/ledger/paying.csv 中没有 {} 的整数值；请在该表填写。"
};

/* ---- kinds ---- */

bool payrun_is_supplement(text kind)
{
    return text_ends(kind, TEXT(PAYRUN_SUPPLEMENT));
}

text payrun_base_kind(text kind)
{
    size_t more = sizeof PAYRUN_SUPPLEMENT - 1;
    return payrun_is_supplement(kind) ? text_sub(kind, 0, kind.size_bytes - more) : kind;
}

/* The row whose first cell is `key`, its cell `cell`; empty without one. */
static err look_up(county *office, const char *file, const service_csv_column *columns, text key, size_t cell,
                   text *found)
{
    const decide_file *table;
    bool has_row;
    service_csv csv;
    *found = TEXT_NONE;
    TRY(adopt_table(office, file, &table));
    if (!table) return ERR_NONE;
    TRY(service_csv_read(office->call, table->path, table->bytes, columns, &csv));
    for (;;) {
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) return ERR_NONE;
        if (!text_equal(service_csv_cell(&csv, 0), key)) continue;
        *found = text_copy(office->memory, service_csv_cell(&csv, cell));
        return ERR_NONE;
    }
}

err payrun_kind_shown(county *office, text kind, text *shown)
{
    static const service_csv_column COLUMNS[] = {
        { "批次", "run", false }, { "名称", "name", false }, { "英文", "name_en", false }, { NULL, NULL, false },
    };
    text base = payrun_base_kind(kind);
    TRY(look_up(office, "ledger/runs.csv", COLUMNS, base, office->call->is_chinese ? 1 : 2, shown));
    if (!shown->size_bytes) *shown = base;
    if (!payrun_is_supplement(kind)) return ERR_NONE;
    *shown = text_format(office->memory, service_say(office->call, "%.*s, supplementary", "%.*s（补发）"),
                         TEXT_ARG(*shown));
    return ERR_NONE;
}

text payrun_fund_shown(county *office, text fund)
{
    ledger *books;
    if (county_books(office, &books).kind) return fund;
    const ledger_fund *found = ledger_fund_find(office->chart, fund);
    return found ? text_of(service_say(office->call, found->name, found->name_zh)) : fund;
}

text payrun_benefit_of(const payrun_table *table, const payment_run *run, const payment_line *line)
{
    text base = payrun_base_kind(run->terms.kind);
    size_t part = 0;
    while (part + 1 < run->terms.part_count && !line->part_fen[part]) part++;
    for (size_t i = 0; i < table->count; i++) {
        int64_t account;
        bool is_number = codec_parse_scaled(run->terms.parts[part], 0, &account);
        if (is_number && account == table->rows[i].account && text_equal(table->rows[i].kind, base))
            return table->rows[i].benefit;
    }
    return TEXT_NONE;
}

bool payrun_is_refund(text kind)
{
    return text_begins(kind, TEXT(PAYRUN_REFUND "_"));
}

bool payrun_is_grant(text kind)
{
    return text_begins(kind, TEXT(PAYRUN_GRANT "_"));
}

bool payrun_pays_items(text kind)
{
    return payrun_is_refund(kind) || payrun_is_grant(kind);
}

err payrun_setting(county *office, const char *name, int64_t *value)
{
    static const service_csv_column COLUMNS[] = {
        { "项目", "setting", false }, { "值", "value", false }, { NULL, NULL, false },
    };
    text said;
    TRY(look_up(office, "ledger/paying.csv", COLUMNS, text_of(name), 1, &said));
    bool is_number = said.size_bytes && codec_parse_scaled(said, 0, value) && *value >= 0;
    return is_number ? ERR_NONE : err_of(&PAYRUN_NO_SETTING, name);
}

/* ---- lines for a person ---- */

static text value_shown(const service_call *call, const service_value *v)
{
    if (!v) return TEXT_NONE;
    switch (v->kind) {
    case SERVICE_VALUE_NULL: return TEXT("-");
    case SERVICE_VALUE_BOOL: return text_of(v->is_true ? service_say(call, "yes", "是") : service_say(call, "no", "否"));
    case SERVICE_VALUE_COUNT: return text_format(call->request, "%lld", (long long)v->count);
    default: return v->word;
    }
}

enum { COLUMNS_SHOWN_MAX = 24 };

/* Columns that have a heading, and something to say in some row. */
static size_t shown_columns(const service_field *field, const service_value *list, const service_field **columns)
{
    size_t count = 0;
    for (size_t i = 0; i < field->field_count && count < COLUMNS_SHOWN_MAX; i++) {
        bool is_said = false;
        if (!field->fields[i].summary) continue;
        for (const service_value *row = list->first; row && !is_said; row = row->next) {
            const service_value *v = service_member(row, field->fields[i].name);
            is_said = v && (v->kind != SERVICE_VALUE_TEXT || v->word.size_bytes);
        }
        if (is_said) columns[count++] = &field->fields[i];
    }
    return count;
}

static bool is_amount(text t)
{
    int64_t fen;
    return t.size_bytes && codec_parse_scaled(t, 2, &fen);
}

static void print_list(const service_call *call, const service_field *field, const service_value *list,
                       text_builder *out)
{
    const service_field *columns[COLUMNS_SHOWN_MAX];
    bool is_number[COLUMNS_SHOWN_MAX] = { false };
    size_t count = shown_columns(field, list, columns), rows = list->child_count + 1, at = 0;
    if (!list->first) return;
    text *cells = ARENA_ARRAY(call->request, text, rows * count + 1);
    for (size_t i = 0; i < count; i++) {
        cells[at++] = text_of(service_say(call, columns[i]->summary, columns[i]->summary_zh));
        is_number[i] = is_amount(value_shown(call, service_member(list->first, columns[i]->name)));
    }
    for (const service_value *row = list->first; row; row = row->next)
        for (size_t i = 0; i < count; i++) cells[at++] = value_shown(call, service_member(row, columns[i]->name));
    text_add_format(out, "\n%s\n", service_say(call, field->summary, field->summary_zh));
    service_table(out, cells, rows, count, is_number);
}

void payrun_print(const service_call *call, text_builder *out)
{
    for (size_t i = 0; i < call->op->output_count; i++) {
        const service_field *field = &call->op->output[i];
        const service_value *v = service_member(call->reply, field->name);
        if (!v || !field->summary) continue;
        if (field->is_list) print_list(call, field, v, out);
        else text_add_format(out, "%s: %.*s\n", service_say(call, field->summary, field->summary_zh),
                             TEXT_ARG(value_shown(call, v)));
    }
}
