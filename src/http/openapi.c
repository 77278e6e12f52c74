/* The description of the API, from the operation table: OpenAPI 3.0.3. */
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "codec/codec.h"
#include "http/http_internal.h"

static void put_text(codec_json_writer *w, const char *name, const char *value)
{
    codec_json_key(w, text_of(name));
    codec_json_add_text(w, text_of(value ? value : ""));
}

static void put_bool(codec_json_writer *w, const char *name, bool value)
{
    codec_json_key(w, text_of(name));
    codec_json_add_bool(w, value);
}

static void begin(codec_json_writer *w, const char *name)
{
    if (name) codec_json_key(w, text_of(name));
    codec_json_begin_object(w);
}

static void end(codec_json_writer *w)
{
    codec_json_end_object(w);
}

static void begin_list(codec_json_writer *w, const char *name)
{
    codec_json_key(w, text_of(name));
    codec_json_begin_array(w);
}

static void add_schema(codec_json_writer *w, const service_field *field, bool is_reply);

/* What stands beside a state: the same in every language. */
static text code_name(char name[static 64], const char *of)
{
    snprintf(name, 64, "%s_code", of);
    return text_of(name);
}

static void add_code(codec_json_writer *w, const char *of)
{
    char name[64];
    begin(w, code_name(name, of).bytes);
    put_text(w, "description", "the same in every language");
    put_text(w, "x-description-zh", "不随语言变化的代码");
    put_text(w, "type", "string");
    end(w);
}

static void add_members(codec_json_writer *w, const service_field *fields, size_t count)
{
    put_text(w, "type", "object");
    begin(w, "properties");
    for (size_t i = 0; i < count; i++) {
        begin(w, fields[i].name);
        add_schema(w, &fields[i], true);
        end(w);
        if (fields[i].type == SERVICE_STATE) add_code(w, fields[i].name);
    }
    end(w);
    bool has_required = false;
    for (size_t i = 0; i < count; i++) has_required |= !fields[i].is_optional;
    if (!has_required) return;
    begin_list(w, "required");
    for (size_t i = 0; i < count; i++)
        if (!fields[i].is_optional) {
            char code[64];
            codec_json_add_text(w, text_of(fields[i].name));
            if (fields[i].type == SERVICE_STATE) codec_json_add_text(w, code_name(code, fields[i].name));
        }
    codec_json_end_array(w);
}

static void add_single(codec_json_writer *w, const service_field *field, bool is_reply)
{
    switch (field->type) {
    case SERVICE_OBJECT: add_members(w, field->fields, field->field_count); return;
    case SERVICE_ANY: return; /* any value */
    case SERVICE_FLAG: put_text(w, "type", "boolean"); return;
    case SERVICE_COUNT: put_text(w, "type", "integer"); put_text(w, "format", "int64"); return;
    case SERVICE_VALUE: put_text(w, "type", "string"); put_bool(w, "nullable", true); return;
    case SERVICE_DATE: put_text(w, "type", "string"); put_text(w, "format", "date"); return;
    case SERVICE_FILE:
        put_text(w, "type", "string");
        if (!is_reply) put_text(w, "format", "upload-id");
        return;
    case SERVICE_FILE_OUT:
        put_text(w, "type", "string");
        if (!is_reply) put_text(w, "format", "file-name");
        return;
    case SERVICE_FACT:
        put_text(w, "type", "string");
        put_text(w, "example", http_names_file(field) ? "RECORD=UPLOAD-ID" : service_shows(field));
        return;
    default: put_text(w, "type", "string"); break;
    }
    if (!field->choices) return;
    begin_list(w, "enum");
    for (const char *const *c = field->choices; *c; c++) codec_json_add_text(w, text_of(*c));
    codec_json_end_array(w);
}

static void add_schema(codec_json_writer *w, const service_field *field, bool is_reply)
{
    if (field->summary) put_text(w, "description", field->summary);
    if (field->summary_zh) put_text(w, "x-description-zh", field->summary_zh);
    if (!field->is_list) {
        add_single(w, field, is_reply);
        return;
    }
    put_text(w, "type", "array");
    begin(w, "items");
    add_single(w, field, is_reply);
    end(w);
}

static void add_ref(codec_json_writer *w, const char *of, const char *name)
{
    char ref[80];
    snprintf(ref, sizeof ref, "#/components/%s/%s", of, name);
    begin(w, NULL);
    put_text(w, "$ref", ref);
    end(w);
}

/* ---- the page of a list ---- */

static bool is_known(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

/* By what the rows of the answer's lists can be sorted; 0: rows have a shape of their own, and nobody can say. */
static size_t names_of_rows(const service_op *op, const char **names, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < op->output_count; i++) {
        const service_field *list = &op->output[i];
        if (list->type == SERVICE_ANY || (list->is_list && list->type != SERVICE_OBJECT)) return 0;
        for (size_t k = 0; list->is_list && k < list->field_count && count < max; k++)
            if (!is_known(names, count, list->fields[k].name)) names[count++] = list->fields[k].name;
    }
    return count;
}

static void begin_choice(codec_json_writer *w, const char *name, const char *says)
{
    begin(w, NULL);
    put_text(w, "name", name);
    put_text(w, "in", "query");
    put_bool(w, "required", false);
    put_text(w, "description", says);
    begin(w, "schema");
    put_text(w, "type", "string");
}

static void add_page_of(codec_json_writer *w, const service_op *op)
{
    begin_choice(w, "page_of", "the one list of the answer that is paged, found and sorted; without it each");
    begin_list(w, "enum");
    for (size_t i = 0; i < op->output_count; i++)
        if (op->output[i].is_list || op->output[i].type == SERVICE_ANY) codec_json_add_text(w, text_of(op->output[i].name));
    codec_json_end_array(w);
    end(w);
    end(w);
}

static void add_page_sort(codec_json_writer *w, const service_op *op)
{
    enum { NAMES_MAX = 200 };
    const char *names[NAMES_MAX];
    char falling[80];
    size_t count = names_of_rows(op, names, NAMES_MAX);
    begin_choice(w, "page_sort", "by this member of the rows, over all there are; -name: falling");
    if (count) begin_list(w, "enum");
    for (size_t i = 0; i < count; i++) {
        codec_json_add_text(w, text_of(names[i]));
        snprintf(falling, sizeof falling, "-%s", names[i]);
        codec_json_add_text(w, text_of(falling));
    }
    if (count) codec_json_end_array(w);
    end(w);
    end(w);
}

static bool has_input(const service_op *op, const char *name)
{
    for (size_t i = 0; i < op->input_count; i++)
        if (strcmp(op->input[i].name, name) == 0) return true;
    return false;
}

/* What the door reads beside the operation's own arguments. */
static void add_door_parameters(codec_json_writer *w, const service_op *op, bool has_body)
{
    bool has_lists = false;
    for (size_t i = 0; i < op->output_count; i++) has_lists |= op->output[i].is_list || op->output[i].type == SERVICE_ANY;
    add_ref(w, "parameters", "Language");
    if (has_lists && !has_input(op, "page")) add_ref(w, "parameters", "Page");
    if (has_lists) {
        add_ref(w, "parameters", "PageSize");
        add_ref(w, "parameters", "PageFind");
        add_page_of(w, op);
        add_page_sort(w, op);
    }
    if (!has_body) add_ref(w, "parameters", "IfNoneMatch");
    if (op->kind == SERVICE_WRITE) add_ref(w, "parameters", "IdempotencyKey");
    if (op->kind == SERVICE_WRITE) add_ref(w, "parameters", "Rehearse");
}

static void add_parameters(codec_json_writer *w, const service_op *op, bool has_body)
{
    begin_list(w, "parameters");
    add_door_parameters(w, op, has_body);
    for (size_t i = 0; !has_body && i < op->input_count; i++) {
        const service_field *field = &op->input[i];
        if (http_is_ours(field->name)) continue;
        begin(w, NULL);
        put_text(w, "name", field->name);
        put_text(w, "in", "query");
        put_bool(w, "required", field->is_required);
        begin(w, "schema");
        add_schema(w, field, false);
        end(w);
        end(w);
    }
    codec_json_end_array(w);
}

/* What an operation asks a person for, and no argument may hold; in the order it asks. */
static const struct {
    const char *operation, *says, *says_zh;
} SECRETS[] = {
    { "user.passwd", "the password so far, or the one-time one, the new one, and the code of a second factor where there is one",
      "原口令或一次性口令、新口令；已启用第二重验证的，另加动态码" },
};

static void add_secrets(codec_json_writer *w, const service_op *op)
{
    for (size_t i = 0; i < sizeof SECRETS / sizeof *SECRETS; i++) {
        if (strcmp(SECRETS[i].operation, op->name) != 0) continue;
        begin(w, "secrets");
        put_text(w, "description", SECRETS[i].says);
        put_text(w, "x-description-zh", SECRETS[i].says_zh);
        put_text(w, "type", "array");
        begin(w, "items");
        put_text(w, "type", "string");
        put_text(w, "format", "password");
        end(w);
        end(w);
    }
}

static void add_body(codec_json_writer *w, const service_op *op)
{
    bool has_required = false;
    begin(w, "requestBody");
    begin(w, "content");
    begin(w, "application/json");
    begin(w, "schema");
    put_text(w, "type", "object");
    begin(w, "properties");
    for (size_t i = 0; i < op->input_count; i++) {
        const service_field *field = &op->input[i];
        if (http_is_ours(field->name)) continue;
        has_required |= field->is_required;
        begin(w, field->name);
        add_schema(w, field, false);
        end(w);
    }
    add_secrets(w, op);
    end(w);
    if (has_required) {
        begin_list(w, "required");
        for (size_t i = 0; i < op->input_count; i++)
            if (op->input[i].is_required && !http_is_ours(op->input[i].name))
                codec_json_add_text(w, text_of(op->input[i].name));
        codec_json_end_array(w);
    }
    end(w);
    end(w);
    end(w);
    end(w);
}

static void add_header(codec_json_writer *w, const char *name, const char *says, const char *type)
{
    begin(w, name);
    put_text(w, "description", says);
    begin(w, "schema");
    put_text(w, "type", type);
    end(w);
    end(w);
}

static void add_error_ref(codec_json_writer *w, const char *status, const char *says)
{
    begin(w, status);
    put_text(w, "description", says);
    if (!strcmp(status, "429") || !strcmp(status, "503")) {
        begin(w, "headers");
        add_header(w, "Retry-After", "seconds until it may be tried again", "integer");
        end(w);
    }
    begin(w, "content");
    begin(w, "application/json");
    begin(w, "schema");
    put_text(w, "$ref", "#/components/schemas/Error");
    end(w);
    end(w);
    end(w);
    end(w);
}

static const struct {
    const char *status, *says;
} ERRORS[] = {
    { "400", "bad input" },     { "401", "no session, or it is over" },
    { "403", "not permitted" }, { "404", "not found" },
    { "405", "another method" }, { "409", "in conflict with what is there" }, { "413", "too large" },
    { "429", "too many requests" }, { "500", "a mistake of the program" }, { "503", "busy: try again" },
};

/* What the door adds to any reply. */

static void add_reply(codec_json_writer *w, const service_op *op, bool has_body)
{
    begin(w, "responses");
    begin(w, "200");
    put_text(w, "description", "done");
    begin(w, "headers");
    if (!has_body) add_header(w, "ETag", "of this answer", "string");
    add_header(w, "RateLimit-Limit", "how many requests of this address are taken at once; absent where none are counted", "integer");
    add_header(w, "RateLimit-Remaining", "how many of them are left", "integer");
    add_header(w, "RateLimit-Reset", "seconds until all of them are there again", "integer");
    add_header(w, "X-Total-Count", "how many the longest list has, where a page of it was asked for", "integer");
    end(w);
    begin(w, "content");
    begin(w, "application/json");
    begin(w, "schema");
    begin_list(w, "allOf");
    begin(w, NULL);
    add_members(w, op->output, op->output_count);
    end(w);
    begin(w, NULL);
    put_text(w, "$ref", "#/components/schemas/Besides");
    end(w);
    codec_json_end_array(w);
    end(w);
    end(w);
    end(w);
    end(w);
    if (!has_body) {
        begin(w, "304");
        put_text(w, "description", "as it was: the answer with this ETag still holds");
        end(w);
    }
    for (size_t i = 0; i < sizeof ERRORS / sizeof *ERRORS; i++)
        add_error_ref(w, ERRORS[i].status, ERRORS[i].says);
    end(w);
}

static void add_method(codec_json_writer *w, const service_op *op, const char *method, bool has_body)
{
    char id[100];
    size_t at = 0;
    begin(w, method);
    if (has_body && op->kind == SERVICE_READ) { /* one id for each method of a path */
        memcpy(id, "post_", 5);
        at = 5;
    }
    for (const char *c = op->name; *c && at < sizeof id - 1; c++) id[at++] = *c == '.' || *c == '-' ? '_' : *c;
    id[at] = 0;
    put_text(w, "operationId", id);
    put_text(w, "summary", op->summary);
    put_text(w, "x-summary-zh", op->summary_zh);
    if (op->law) put_text(w, "x-law", op->law);
    put_text(w, "x-permission", op->permission);
    begin_list(w, "tags");
    const char *point = strchr(op->name, '.');
    codec_json_add_text(w, (text){ op->name, point ? (size_t)(point - op->name) : strlen(op->name) });
    codec_json_end_array(w);
    begin_list(w, "security");
    if (op->reach != SERVICE_FOR_ALL) {
        begin(w, NULL);
        begin_list(w, "bearer");
        codec_json_end_array(w);
        end(w);
        begin(w, NULL);
        begin_list(w, "cookie");
        codec_json_end_array(w);
        if (has_body) begin_list(w, "csrf");
        if (has_body) codec_json_end_array(w);
        end(w);
    }
    codec_json_end_array(w);
    add_parameters(w, op, has_body);
    if (has_body) add_body(w, op);
    add_reply(w, op, has_body);
    end(w);
}

static void add_operations(codec_json_writer *w)
{
    for (const service_op *const *op = service_operations(); *op; op++) {
        if ((*op)->reach == SERVICE_AT_MACHINE) continue;
        char path[100] = "/v1/";
        size_t at = strlen(path);
        for (const char *c = (*op)->name; *c && at < sizeof path - 1; c++) path[at++] = *c == '.' ? '/' : *c;
        path[at] = 0;
        begin(w, path);
        if ((*op)->kind == SERVICE_READ) add_method(w, *op, "get", false);
        add_method(w, *op, "post", true);
        end(w);
    }
}

text http_openapi(arena *a, const char *version)
{
    text_builder operations = text_builder_open(a), out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&operations, false);
    codec_json_begin_object(&w);
    add_operations(&w);
    codec_json_end_object(&w);
    text rest = text_sub(text_built(&operations), 1, operations.size_bytes); /* without its { */
    text_add_format(&out, "{\"openapi\":\"3.0.3\",\"info\":{\"title\":\"Doudi 兜底\",\"version\":\"%s\","
                          "\"description\":\"The operations of a social-security office. Amounts are decimal strings of "
                          "yuan with two places.\",\"license\":{\"name\":\"Apache-2.0\",\"url\":"
                          "\"https://www.apache.org/licenses/LICENSE-2.0\"}},\"servers\":[{\"url\":\"/\"}],\"paths\":{%s%.*s,\"components\":%s}\n",
                    version, http_own_paths, TEXT_ARG(rest), http_own_components);
    return text_built(&out);
}
