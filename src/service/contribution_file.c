#include "service/contribution.h"
#include "service/sheet.h"

const err_kind CONTRIBUTION_NO_COLUMN = {
    "contribution.no_column", ERR_BAD_INPUT,
    "The file has no column for {}; --help says which it needs.", "文件缺少“{}”一列；所需各列见 --help。"
};

static err bind(dues_call *d, const sheet *file, const contribution_column *columns, size_t count, size_t *place)
{
    size_t name_count;
    const text *names = sheet_columns(file, &name_count);
    for (size_t c = 0; c < count; c++) {
        place[c] = SIZE_MAX;
        for (size_t i = 0; i < name_count && place[c] == SIZE_MAX; i++)
            for (size_t n = 0; columns[c].names[n]; n++)
                if (text_equal_cstr(text_trim(names[i]), columns[c].names[n])) place[c] = i;
        TRY(sheet_once(file, place[c]));
        if (place[c] == SIZE_MAX && !columns[c].is_optional)
            return err_of(&CONTRIBUTION_NO_COLUMN, text_format(d->m.call->request, ERR_SAID("%s", "%s"), columns[c].en, columns[c].names[0]).bytes);
    }
    return ERR_NONE;
}

static err read_rows(dues_call *d, sheet *file, const size_t *place, size_t count,
                     err (*take)(void *context, const text *cells, int64_t line), void *context)
{
    for (;;) {
        codec_csv_row row;
        bool has_row;
        text cells[CONTRIBUTION_COLUMNS_MAX];
        TRY(sheet_next(file, &row, &has_row));
        if (!has_row) return ERR_NONE;
        TRY(sheet_fits(file, &row));
        for (size_t c = 0; c < count; c++)
            cells[c] = place[c] < row.count ? text_copy(d->m.memory, text_trim(row.field[place[c]])) : TEXT_NONE;
        TRY(take(context, cells, (int64_t)row.line));
    }
}

err contribution_file_read(dues_call *d, text path, const contribution_column *columns, size_t count,
                           err (*take)(void *context, const text *cells, int64_t line), void *context)
{
    sheet *file;
    size_t place[CONTRIBUTION_COLUMNS_MAX];
    TRY(sheet_open(d->m.call, path, &file));
    err e = bind(d, file, columns, count, place);
    if (!e.kind) e = read_rows(d, file, place, count, take, context);
    sheet_close(file);
    return e;
}

void contribution_print_fields(const service_call *call, text_builder *out)
{
    for (size_t i = 0; i < call->op->output_count; i++) {
        const service_field *f = &call->op->output[i];
        const service_value *v = service_member(call->reply, f->name);
        if (!v || f->type == SERVICE_OBJECT) continue;
        text_add_format(out, "%s%s", service_say(call, f->summary, f->summary_zh), service_say(call, ": ", "："));
        if (v->kind == SERVICE_VALUE_COUNT) text_add_format(out, "%lld\n", (long long)v->count);
        else if (v->kind == SERVICE_VALUE_BOOL) text_add_format(out, "%s\n", v->is_true ? service_say(call, "yes", "是") : service_say(call, "no", "否"));
        else text_add_format(out, "%.*s\n", TEXT_ARG(v->kind == SERVICE_VALUE_NULL ? TEXT("-") : v->word));
    }
}
