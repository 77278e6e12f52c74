#include <string.h>

#include "cli/cli_internal.h"
#include "codec/codec.h"

/* ---- JSON ---- */

void cli_reply_json(const service_value *reply, text_builder *out)
{
    arena *scratch = arena_open();
    text_add(out, service_value_json(scratch, reply, true));
    arena_close(scratch);
}

void cli_error_json(arena *request, err e, bool is_chinese, text_builder *out)
{
    service_value *whole = service_object(request);
    service_value *error = service_put_object(request, whole, "error");
    service_put_cstr(request, error, "code", e.kind->code);
    service_put_text(request, error, "message", err_sentence(request, e, is_chinese));
    if (e.at.file) service_put_cstr(request, error, "file", e.at.file);
    if (e.at.line) {
        service_put_count(request, error, "line", e.at.line);
        service_put_count(request, error, "column", e.at.column);
    }
    if (e.detail) service_put_text(request, error, "detail", err_detail(request, e, is_chinese));
    cli_reply_json(whole, out);
}

/* ---- lines: the plain layout, for operations that bring none of their own ---- */

static text value_word(arena *a, const service_value *v, bool is_chinese)
{
    if (!v) return TEXT("");
    switch (v->kind) {
    case SERVICE_VALUE_NULL: return TEXT("-");
    case SERVICE_VALUE_BOOL:
        return text_of(v->is_true ? cli_say(is_chinese, "yes", "是") : cli_say(is_chinese, "no", "否"));
    case SERVICE_VALUE_COUNT: return text_format(a, "%lld", (long long)v->count);
    default: return v->word;
    }
}

static void add_padded(text_builder *out, text t, int width, bool is_last)
{
    text_add(out, t);
    if (is_last) return;
    for (int at = text_width(t); at < width; at++) text_add_char(out, ' ');
    text_add_cstr(out, "  ");
}

static void add_table(arena *a, const service_field *field, const service_value *list,
                      bool is_chinese, text_builder *out)
{
    for (const service_value *row = list->first; row; row = row->next) {
        for (size_t i = 0; i < field->field_count; i++) {
            const char *name = field->fields[i].name;
            int width = 0;
            for (const service_value *r = list->first; r; r = r->next) {
                int w = text_width(value_word(a, service_member(r, name), is_chinese));
                if (w > width) width = w;
            }
            add_padded(out, value_word(a, service_member(row, name), is_chinese), width,
                       i + 1 == field->field_count);
        }
        text_add_char(out, '\n');
    }
}

static void add_plain(arena *a, const service_call *call, text_builder *out)
{
    for (size_t i = 0; i < call->op->output_count; i++) {
        const service_field *field = &call->op->output[i];
        const service_value *v = service_member(call->reply, field->name);
        if (!v) continue;
        if (field->is_list && field->type == SERVICE_OBJECT) {
            add_table(a, field, v, call->is_chinese, out);
            continue;
        }
        const char *says = cli_say(call->is_chinese, field->summary, field->summary_zh);
        if (field->is_list) {
            text_add_format(out, "%s\n", says);
            for (const service_value *m = v->first; m; m = m->next)
                text_add_format(out, "  %.*s\n", TEXT_ARG(value_word(a, m, call->is_chinese)));
        } else {
            text_add_format(out, "%s: %.*s\n", says, TEXT_ARG(value_word(a, v, call->is_chinese)));
        }
    }
}

void cli_reply_lines(arena *request, const service_call *call, text_builder *out)
{
    if (call->op->print) call->op->print(call, out);
    else add_plain(request, call, out);
}
