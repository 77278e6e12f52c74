/* What an error says over /v1: an option of a terminal is there the field of the form, by what the document calls it. */
#include <string.h>

#include "base/checked.h"
#include "http/http_internal.h"

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || c == '-';
}

static bool is_of_word(char c)
{
    return is_name_byte(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* "until this day (default: today)": until this day. */
static text label_of(const service_field *field, bool is_chinese)
{
    static const char *const ENDS[] = { " (", "（", ":", "：", ";", "；", ",", "，" };
    const char *summary = is_chinese ? field->summary_zh : field->summary;
    text said = text_of(summary ? summary : field->name);
    for (size_t i = 0; i < ARRAY_COUNT(ENDS); i++) {
        size_t at = text_find(said, text_of(ENDS[i]));
        if (at != SIZE_MAX && at) said.size_bytes = at < said.size_bytes ? at : said.size_bytes;
    }
    return text_trim(said);
}

static const service_field *field_of(const service_op *op, text name)
{
    for (size_t i = 0; i < op->input_count; i++)
        if (text_equal_cstr(name, op->input[i].name)) return &op->input[i];
    return NULL;
}

/* What a terminal is told besides: nobody asks a form for its help. */
static size_t help_bytes(text rest)
{
    static const char *const TAILS[] = { "; --help shows how", "；用 --help 查看写法", "; --help shows those there are", "；用 --help 查看有哪些" };
    for (size_t i = 0; i < ARRAY_COUNT(TAILS); i++)
        if (text_begins(rest, text_of(TAILS[i]))) return strlen(TAILS[i]);
    return 0;
}

/* A field without an option's name is called by what stands for it: "STEP", "FILE.csv|xlsx". */
static const service_field *field_shown(const service_op *op, text rest, size_t *bytes)
{
    const service_field *found = NULL;
    *bytes = 0;
    for (size_t k = 0; k < op->input_count; k++) {
        const service_field *f = &op->input[k];
        size_t size = f->is_positional && f->shows ? strlen(f->shows) : 0;
        if (size < 2 || size <= *bytes || !text_begins(rest, text_of(f->shows))) continue;
        if (size < rest.size_bytes && (is_of_word(rest.bytes[size]) || rest.bytes[size] == '|')) continue; /* of a longer word */
        found = f;
        *bytes = size;
    }
    return found;
}

/* What stands for a value in help: " WHO", " N", " FOUND.csv", " FIELD=VALUE". */
static size_t placeholder_bytes(text said, size_t at)
{
    size_t i = at + 1, capitals = 0;
    if (at >= said.size_bytes || said.bytes[at] != ' ') return 0;
    for (; i < said.size_bytes && said.bytes[i] >= 'A' && said.bytes[i] <= 'Z'; i++) capitals++;
    if (!capitals || (i < said.size_bytes && said.bytes[i] >= 'a' && said.bytes[i] <= 'z')) return 0;
    if (i < said.size_bytes && said.bytes[i] == '=')
        for (i++; i < said.size_bytes && said.bytes[i] >= 'A' && said.bytes[i] <= 'Z'; i++) {}
    if (i + 1 < said.size_bytes && said.bytes[i] == '.' && is_name_byte(said.bytes[i + 1]))
        for (i++; i < said.size_bytes && is_name_byte(said.bytes[i]); i++) {}
    return i - at;
}

/* Of a whole command, which a page shows as the button that does it, the options stay with it. */
static bool is_of_command(text said, size_t at)
{
    while (at && (is_name_byte(said.bytes[at - 1]) || said.bytes[at - 1] == ' ')) at--;
    size_t command = text_find(text_sub(said, at, said.size_bytes), TEXT("doudi "));
    return !command || (command == 1 && said.bytes[at] == ' ');
}

text http_message_asked(arena *a, const service_op *op, text said, bool is_chinese, const char **argument)
{
    *argument = NULL;
    if (!op || text_find(said, TEXT("--")) == SIZE_MAX) return said;
    text_builder out = text_builder_open(a);
    for (size_t at = 0; at < said.size_bytes;) {
        bool begins_word = !at || !((said.bytes[at - 1] | 32) >= 'a' && (said.bytes[at - 1] | 32) <= 'z');
        text rest = text_sub(said, at, said.size_bytes);
        bool is_option = begins_word && text_begins(rest, TEXT("--")) && (!at || (said.bytes[at - 1] != '-' && said.bytes[at - 1] != '`'));
        size_t bytes = 2;
        const service_field *field = NULL;
        if (help_bytes(rest)) {
            at += help_bytes(rest);
            continue;
        }
        if (is_option) {
            while (bytes < rest.size_bytes && is_name_byte(rest.bytes[bytes])) bytes++;
            field = field_of(op, text_sub(rest, 2, bytes));
            if (field) bytes += placeholder_bytes(rest, bytes);
        } else if (!at || !is_of_word(said.bytes[at - 1])) field = field_shown(op, rest, &bytes);
        if (!field || is_of_command(said, at)) {
            text_add_char(&out, said.bytes[at++]);
            continue;
        }
        text_add_format(&out, "“%.*s”", TEXT_ARG(label_of(field, is_chinese)));
        if (!*argument) *argument = field->name;
        at += bytes;
    }
    return text_built(&out);
}
