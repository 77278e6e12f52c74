#include <string.h>

#include "calendar/calendar.h"
#include "os/os.h"
#include "service/county.h"
#include "service/looks.h"
#include "service/once.h"
#include "service/run.h"
#include "service/service_internal.h"

const err_kind SERVICE_UNKNOWN_ARGUMENT = {
    "service.unknown_argument", ERR_BAD_INPUT,
    "There is no option called {}; --help shows those there are.",
    "没有名为 {} 的选项；用 --help 查看有哪些。"
};
const err_kind SERVICE_MISSING_ARGUMENT = {
    "service.missing_argument", ERR_BAD_INPUT,
    "{} is missing and must be given; --help shows how.",
    "缺少 {}，必须给出；用 --help 查看写法。"
};
const err_kind SERVICE_BAD_ARGUMENT = {
    "service.bad_argument", ERR_BAD_INPUT,
    "This is not what the option takes: {}.",
    "选项的值不对：{}。"
};
const err_kind SERVICE_TOO_LONG = {
    "service.too_long", ERR_BAD_INPUT,
    "This is longer than an option takes: {}.",
    "超出选项可填的长度：{}。"
};
const err_kind SERVICE_ARGUMENT_TWICE = {
    "service.argument_twice", ERR_BAD_INPUT,
    "{} is given twice; it takes one value.",
    "{} 给了两次；只能有一个值。"
};
const err_kind SERVICE_UNKNOWN_ENDING = {
    "service.unknown_ending", ERR_BAD_INPUT,
    "The ending of a file's name says what is written into it: {}.",
    "文件名的结尾决定写成哪种文件：{}。"
};
const err_kind SERVICE_REPLY_UNFIT = {
    "service.reply_unfit", ERR_BUG,
    "The operation answered what its table does not name ({}); please report this.",
    "操作的答复与其说明表不符（{}）；请报告此问题。"
};

const err_kind SERVICE_NO_REHEARSAL = {
    "service.no_rehearsal", ERR_BAD_INPUT,
    "{} is no step over the office's records that could be rehearsed; ask it without --rehearse.",
    "{} 不是可以试办的业务步骤；请去掉 --rehearse。"
};
const err_kind SERVICE_REHEARSAL_FILE = {
    "service.rehearsal_file", ERR_BAD_INPUT,
    "A rehearsal hands out nothing that could be taken for the real thing: leave out --{}, or do it in earnest.",
    "试办不产生可能被当真的文件或明文：请去掉 --{}，或正式办理。"
};

static size_t field_index(const service_op *op, text name)
{
    for (size_t i = 0; i < op->input_count; i++)
        if (text_equal_cstr(name, op->input[i].name)) return i;
    return SIZE_MAX;
}

service_call *service_call_open(service *office, arena *request, const service_op *op,
                                bool is_chinese)
{
    service_call *call = ARENA_NEW(request, service_call);
    *call = (service_call){ .office = office, .op = op, .request = request,
                            .is_chinese = is_chinese };
    call->arguments = ARENA_ARRAY(request, service_argument, op->input_count + 1);
    call->reply = service_object(request);
    call->notes = service_list(request);
    return call;
}

static bool is_size(text t, uint64_t *bytes)
{
    uint64_t n = 0;
    size_t i = 0;
    for (; i < t.size_bytes && t.bytes[i] >= '0' && t.bytes[i] <= '9'; i++) {
        if (n > UINT64_MAX / 20) return false;
        n = n * 10 + (uint64_t)(t.bytes[i] - '0');
    }
    if (i == 0 || i + 1 < t.size_bytes) return false;
    static const char UNITS[] = "KMGT";
    int shift = 0;
    if (i < t.size_bytes) {
        const char *unit = strchr(UNITS, t.bytes[i] & ~0x20);
        if (!unit || !*unit) return false;
        shift = 10 * (int)(unit - UNITS + 1);
    }
    if (n > UINT64_MAX >> shift) return false;
    *bytes = n << shift;
    return true;
}

enum { VALUE_SHOWN_MAX = 100 };

/* A reason is kept with each event that it is the reason of: of a step about six hundred people, six hundred times. */
static err length_check(service_call *call, const service_field *field, text value)
{
    enum { TEXT_MAX = 16 * 1024, FACT_MAX = 128 * 1024 };
    size_t most = field->type == SERVICE_TEXT ? TEXT_MAX : field->type == SERVICE_FACT ? FACT_MAX : SIZE_MAX;
    if (value.size_bytes <= most) return ERR_NONE;
    const char *format = ERR_SAID("--%s has %zu bytes, at most %zu", "--%s 有 %zu 字节，最多 %zu 字节");
    return err_of(&SERVICE_TOO_LONG, text_format(call->request, format, field->name, value.size_bytes, most, field->name, value.size_bytes, most).bytes);
}

static err argument_check(service_call *call, const service_field *field, text value)
{
    const char *wants = NULL;
    int32_t day;
    uint64_t bytes;
    if (field->choices) {
        for (const char *const *c = field->choices; *c; c++)
            if (text_equal_cstr(value, *c)) return ERR_NONE;
        text_builder b = text_builder_open(call->request);
        for (const char *const *c = field->choices; *c; c++)
            text_add_format(&b, "%s%s", c == field->choices ? "" : " | ", *c);
        wants = text_built(&b).bytes;
    } else if (field->type == SERVICE_DATE && !text_begins(value, TEXT("@"))) {
        if (calendar_parse_day(value, &day).kind) wants = "2025-06-01";
    } else if (field->type == SERVICE_COUNT || field->type == SERVICE_SIZE) {
        if (!is_size(value, &bytes) || bytes > INT64_MAX) wants = field->type == SERVICE_SIZE ? "512M" : "2";
    } else if (value.size_bytes == 0 && field->type != SERVICE_TEXT && field->type != SERVICE_FLAG) {
        wants = service_shows(field);
    }
    if (!wants) return ERR_NONE;
    const char *format = ERR_SAID("--%s %.*s (write it like this: %s)", "--%s %.*s（应写作：%s）");
    value = text_shown(call->request, value, VALUE_SHOWN_MAX); /* what it should be stands behind it */
    return err_of(&SERVICE_BAD_ARGUMENT,
                  text_format(call->request, format, field->name, TEXT_ARG(value), wants, field->name, TEXT_ARG(value), wants).bytes);
}

static err ending_check(service_call *call, const service_field *field, text value)
{
    text_builder b = text_builder_open(call->request);
    for (const char *const *end = field->endings; *end; end++) {
        if (text_ends(value, text_of(*end)) && value.size_bytes > strlen(*end)) return ERR_NONE;
        text_add_format(&b, "%s %s", end == field->endings ? "" : ",", *end);
    }
    text ends = text_built(&b);
    const char *format = ERR_SAID("--%s %.*s; it may be%.*s", "--%s %.*s；可以是%.*s");
    value = text_shown(call->request, value, VALUE_SHOWN_MAX);
    return err_of(&SERVICE_UNKNOWN_ENDING, text_format(call->request, format, field->name, TEXT_ARG(value), TEXT_ARG(ends),
                                                       field->name, TEXT_ARG(value), TEXT_ARG(ends)).bytes);
}

err service_give(service_call *call, text name, text value)
{
    size_t i = field_index(call->op, name);
    if (i == SIZE_MAX)
        return err_of(&SERVICE_UNKNOWN_ARGUMENT, text_cstr(call->request, name));
    const service_field *field = &call->op->input[i];
    service_argument *argument = &call->arguments[i];
    if (argument->count && !field->is_list && field->type != SERVICE_FLAG)
        return err_of(&SERVICE_ARGUMENT_TWICE,
                      text_format(call->request, "--%s", field->name).bytes);
    TRY(length_check(call, field, value));
    TRY(argument_check(call, field, value));
    if (field->endings) TRY(ending_check(call, field, value));
    text *values = (text *)argument->values;
    ARENA_PUSH(call->request, values, argument->count, argument->capacity,
               text_copy(call->request, value));
    argument->values = values;
    return ERR_NONE;
}

/* ---- the reply against its table ---- */

static bool value_fits(const service_field *field, const service_value *v);

static bool object_fits(const service_field *fields, size_t count, const service_value *v)
{
    if (v->kind != SERVICE_VALUE_OBJECT) return false;
    for (const service_value *m = v->first; m; m = m->next) {
        bool is_named = false;
        for (size_t i = 0; i < count && !is_named; i++) is_named = strcmp(fields[i].name, m->name) == 0;
        if (!is_named) return false;
    }
    for (size_t i = 0; i < count; i++) {
        const service_value *m = service_member(v, fields[i].name);
        if (m ? !value_fits(&fields[i], m) : !fields[i].is_optional) return false;
    }
    return true;
}

static bool single_fits(const service_field *field, const service_value *v)
{
    switch (field->type) {
    case SERVICE_ANY: return true;
    case SERVICE_FLAG: return v->kind == SERVICE_VALUE_BOOL;
    case SERVICE_COUNT: return v->kind == SERVICE_VALUE_COUNT;
    case SERVICE_STATE: return v->kind == SERVICE_VALUE_TEXT && v->code;
    case SERVICE_VALUE: return v->kind == SERVICE_VALUE_TEXT || v->kind == SERVICE_VALUE_NULL;
    case SERVICE_OBJECT: return object_fits(field->fields, field->field_count, v);
    default: return v->kind == SERVICE_VALUE_TEXT;
    }
}

static bool value_fits(const service_field *field, const service_value *v)
{
    if (!field->is_list) return single_fits(field, v);
    if (v->kind != SERVICE_VALUE_LIST) return false;
    for (const service_value *item = v->first; item; item = item->next)
        if (!single_fits(field, item)) return false;
    return true;
}

/* What is made to take its own place: the refused rows of an import, the alerts of the next look. */
static bool is_renewed(const service_op *op, const service_field *read, const service_field *written)
{
    bool is_import = text_ends(text_of(op->name), TEXT(".import"));
    return (is_import && strcmp(written->name, "rejects") == 0) || strcmp(read->name, "alerts") == 0;
}

/* A file that is read and written over would be lost, and of two written to one place the first. */
static err spare_files(service_call *call, size_t out, text path)
{
    const service_field *fields = call->op->input;
    const char *written = text_cstr(call->request, path);
    if (text_equal_cstr(path, "-") || text_begins(path, TEXT("/dev/"))) return ERR_NONE;
    for (size_t i = 0; i < call->op->input_count; i++) {
        bool is_read = fields[i].type == SERVICE_FILE && !is_renewed(call->op, &fields[i], &fields[out]);
        bool is_written = fields[i].type == SERVICE_FILE_OUT && i < out;
        for (size_t k = 0; (is_read || is_written) && k < call->arguments[i].count; k++) {
            text other = call->arguments[i].values[k];
            if (text_equal(path, other) || os_is_same(written, text_cstr(call->request, other)))
                return err_of(&SERVICE_RUN_SAME_FILE, written);
        }
    }
    return ERR_NONE;
}

static err spare_all_files(service_call *call)
{
    TRY(county_spare_files(call)); /* which says whose the file is */
    for (size_t i = 0; i < call->op->input_count; i++)
        for (size_t k = 0; call->op->input[i].type == SERVICE_FILE_OUT && k < call->arguments[i].count; k++)
            TRY(spare_files(call, i, call->arguments[i].values[k]));
    return ERR_NONE;
}

/* Blanks are nothing: a reference or a reason that must be there is not a cell left empty. */
static bool is_lacking(const service_field *field, const service_argument *given)
{
    return field->is_required && (!given->count || (!field->is_list && !text_trim(given->values[0]).size_bytes));
}

err service_rehearse(service_call *call)
{
    bool is_step = call->op->kind == SERVICE_WRITE && call->op->reach == SERVICE_LOGGED_IN;
    call->is_rehearsal = true;
    return is_step ? ERR_NONE : err_of(&SERVICE_NO_REHEARSAL, call->op->name);
}

/* What leaves the store is not taken back with it: a file for the bank, a number unmasked without its note. */
static err spare_rehearsal(const service_call *call)
{
    if (call->is_rehearsal && once_hands_out(call->op)) return err_of(&SERVICE_NO_REHEARSAL, call->op->name); /* it would open nothing */
    for (size_t i = 0; call->is_rehearsal && i < call->op->input_count; i++) {
        const service_field *f = &call->op->input[i];
        bool leaves = f->type == SERVICE_FILE_OUT || strcmp(f->name, "reveal") == 0;
        if (leaves && (call->arguments[i].count || f->is_required)) return err_of(&SERVICE_REHEARSAL_FILE, f->name);
    }
    return ERR_NONE;
}

err service_run(service_call *call)
{
    const service_op *op = call->op;
    for (size_t i = 0; i < op->input_count; i++)
        if (is_lacking(&op->input[i], &call->arguments[i])) {
            const service_field *f = &op->input[i];
            const char *format = f->is_positional ? "%s" : "--%s";
            const char *name = f->is_positional ? service_shows(f) : f->name;
            return err_of(&SERVICE_MISSING_ARGUMENT,
                          text_format(call->request, format, name).bytes);
        }
    err e = service_admit(call);
    if (!e.kind) e = spare_rehearsal(call);
    if (!e.kind) e = spare_all_files(call);
    if (!e.kind) e = looks_may(call);
    if (call->once && call->once->is_again) return e;
    if (!e.kind) e = op->run(call);
    if (!e.kind && !object_fits(op->output, op->output_count, call->reply)) e = err_of(&SERVICE_REPLY_UNFIT, op->name);
    if (call->once) e = once_end(call, e);
    trail_look look;
    bool is_look = !e.kind && looks_of(call, &look);
    /* What an error points to may lie in a book that is closed before the error is told. */
    if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
    if (e.at.file) e.at.file = text_cstr(call->request, text_of(e.at.file));
    county_close(call->county);
    call->county = NULL;
    if (e.kind) return e;
    if (call->is_rehearsal) service_note(call, "a rehearsal: nothing of it was kept", "试办：什么都没有保存", TEXT_NONE);
    if (is_look) looks_keep(call, &look);
    return ERR_NONE;
}

/* ---- arguments for operations ---- */

const service_argument *service_argument_of(const service_call *call, const char *name)
{
    static const service_argument NONE = { 0 };
    size_t i = field_index(call->op, text_of(name));
    return i == SIZE_MAX ? &NONE : &call->arguments[i];
}

bool service_is_given(const service_call *call, const char *name)
{
    return service_argument_of(call, name)->count > 0;
}

bool service_takes_row(const service_call *call, const service_value *list, size_t most)
{
    return call->is_paged || list->child_count < most;
}

text service_text_of(const service_call *call, const char *name, text otherwise)
{
    const service_argument *argument = service_argument_of(call, name);
    return argument->count ? argument->values[0] : otherwise;
}

bool service_asks(const service_call *call, const char *name, const char *word, bool otherwise)
{
    return service_is_given(call, name) ? text_equal_cstr(service_text_of(call, name, TEXT_NONE), word) : otherwise;
}

int32_t service_day_of(const service_call *call, const char *name)
{
    int32_t day = call->office->settings.today_day;
    if (calendar_parse_day(service_text_of(call, name, TEXT_NONE), &day).kind)
        day = call->office->settings.today_day;
    return day;
}

uint64_t service_size_of(const service_call *call, const char *name, uint64_t otherwise)
{
    uint64_t bytes = otherwise;
    if (!is_size(service_text_of(call, name, TEXT_NONE), &bytes)) return otherwise;
    return bytes;
}

uint64_t service_limit(const service_call *call, uint64_t otherwise)
{
    uint64_t all = call->page_rows ? (uint64_t)call->page_rows : INT64_MAX;
    return service_size_of(call, "limit", call->is_paged ? all : otherwise);
}

enum { NOTE_SHOWN_MAX = 1000 };

void service_note(service_call *call, const char *says, const char *says_zh, text detail)
{
    text t = text_format(call->request, "%s%.*s", service_say(call, says, says_zh),
                         TEXT_ARG(text_shown(call->request, detail, NOTE_SHOWN_MAX)));
    service_put_text(call->request, call->notes, NULL, t);
}
