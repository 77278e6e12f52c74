/* packs/ledger/lists.csv: which lists there are, their columns, and which fact each column tells. */
#include "service/contribution_list.h"
#include "service/ledger_csv.h"

const err_kind CONTRIBUTION_NO_LIST = {
    "contribution.no_list", ERR_NOT_FOUND,
    "packs/ledger/lists.csv has no list {}.", "packs/ledger/lists.csv 中没有清单 {}。"
};

enum { LIST, ZH, EN, COLUMN, COLUMN_EN, FACT, NEEDED };
static const service_csv_column COLUMNS[] = {
    [LIST] = { "清单", "list", false },        [ZH] = { "名称", "zh", false },      [EN] = { "英文", "en", false },
    [COLUMN] = { "列", "column", false },      [COLUMN_EN] = { "英文列", "column_en", false },
    [FACT] = { "信息", "fact", false },        [NEEDED] = { "必填", "needed", false },
    { NULL, NULL, false },
};

static void add_column(dues_call *d, const service_csv *csv, contribution_list_form *form)
{
    arena *a = d->m.memory;
    contribution_column *into = &form->columns[form->column_count];
    form->facts[form->column_count++] = text_copy(a, service_csv_cell(csv, FACT));
    into->names[0] = text_cstr(a, service_csv_cell(csv, COLUMN));
    into->names[1] = text_cstr(a, service_csv_cell(csv, COLUMN_EN));
    into->names[2] = NULL;
    into->en = into->names[1];
    into->is_optional = !service_csv_cell(csv, NEEDED).size_bytes;
}

err contribution_list_form_read(dues_call *d, text name, contribution_list_form *form)
{
    text known = TEXT("");
    service_csv csv;
    arena *a = d->m.memory;
    *form = (contribution_list_form){ .name = name };
    TRY(month_table(&d->m, "lists.csv", COLUMNS, &csv));
    for (;;) {
        bool has_row;
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) break;
        text zh = service_csv_cell(&csv, ZH), list = service_csv_cell(&csv, LIST);
        if (zh.size_bytes) known = text_format(a, "%.*s %.*s", TEXT_ARG(known), TEXT_ARG(list));
        if (!text_equal(list, name) || form->column_count == CONTRIBUTION_COLUMNS_MAX) continue;
        if (zh.size_bytes) form->zh = text_copy(a, zh);
        if (zh.size_bytes) form->en = text_copy(a, service_csv_cell(&csv, EN));
        add_column(d, &csv, form);
    }
    if (form->column_count) return ERR_NONE;
    return err_of(&CONTRIBUTION_NO_LIST,
                  text_format(d->m.call->request, "%.*s (%.*s)", TEXT_ARG(name), TEXT_ARG(text_trim(known))).bytes);
}
