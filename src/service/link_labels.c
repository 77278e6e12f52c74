/* What people have decided, for `doudi link --train`. */
#include <string.h>

#include "service/files.h"
#include "service/link.h"

const err_kind LINK_BAD_LABEL = {
    "link.bad_label", ERR_BAD_INPUT, "A label is 1 (one person) or 0 (two people), not '{}'.",
    "标注只能是 1（同一人）或 0（不是同一人），不能是“{}”。",
};
const err_kind LINK_NO_SUCH_ID = {
    "link.no_such_id", ERR_NOT_FOUND, "No row has the id {} that the labels name.",
    "标注里的编号“{}”在文件中找不到。",
};

static size_t column_named(const text *columns, size_t count, const char *const *names)
{
    for (const char *const *n = names; *n; n++)
        for (size_t c = 0; c < count; c++)
            if (text_equal_cstr(text_trim(columns[c]), *n)) return c;
    return SIZE_MAX;
}

static err find_row(service_call *call, const linkage_set *set, int side, text id, uint32_t *row)
{
    id = text_trim(id);
    *row = linkage_set_find(set, side && linkage_set_count(set, 1) ? 1 : 0, id);
    if (*row != UINT32_MAX) return ERR_NONE;
    return err_of(&LINK_NO_SUCH_ID, text_cstr(call->request, text_shown(call->request, id, 60)));
}

static err read_labels(service_call *call, const linkage_set *set, sheet *file, linkage_options *options)
{
    static const char *const A[] = { "id_a", "a", NULL }, *const B[] = { "id_b", "b", NULL },
                      *const MATCH[] = { "match", "is_match", "label", NULL };
    size_t count, label_count = 0, capacity = 0;
    const text *columns = sheet_columns(file, &count);
    size_t at_a = column_named(columns, count, A), at_b = column_named(columns, count, B),
           at_match = column_named(columns, count, MATCH);
    if (at_a == SIZE_MAX || at_b == SIZE_MAX || at_match == SIZE_MAX)
        return err_of(&LINK_NO_COLUMN, at_a == SIZE_MAX ? "id_a" : at_b == SIZE_MAX ? "id_b" : "match");
    TRY(sheet_once(file, at_a));
    TRY(sheet_once(file, at_b));
    TRY(sheet_once(file, at_match));
    linkage_label *labels = NULL;
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(sheet_next(file, &row, &has_row));
        if (!has_row) break;
        TRY(sheet_fits(file, &row));
        linkage_label label = { 0 };
        text says = at_match < row.count ? text_trim(row.field[at_match]) : TEXT("");
        label.is_match = text_equal_cstr(says, "1");
        if (!label.is_match && !text_equal_cstr(says, "0"))
            return err_at(&LINK_BAD_LABEL, sheet_position(file, at_match), text_cstr(call->request, text_shown(call->request, says, 40)));
        TRY(find_row(call, set, 0, at_a < row.count ? row.field[at_a] : TEXT(""), &label.a));
        TRY(find_row(call, set, 1, at_b < row.count ? row.field[at_b] : TEXT(""), &label.b));
        ARENA_PUSH(call->request, labels, label_count, capacity, label);
    }
    options->labels = labels;
    options->label_count = label_count;
    return ERR_NONE;
}

err link_labels(service_call *call, const linkage_set *set, linkage_options *options)
{
    if (!service_is_given(call, "train")) return ERR_NONE;
    sheet *file = NULL;
    err e = sheet_open(call, service_text_of(call, "train", TEXT_NONE), &file);
    if (!e.kind) e = read_labels(call, set, file, options);
    if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
    if (e.at.file) e.at.file = text_cstr(call->request, text_of(e.at.file));
    sheet_close(file);
    return e;
}
