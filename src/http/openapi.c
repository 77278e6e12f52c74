/* The description of the API, from the operation table: OpenAPI 3.0.3. */
#include <stdio.h>
#include <string.h>

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

static void add_parameters(codec_json_writer *w, const service_op *op)
{
    begin_list(w, "parameters");
    for (size_t i = 0; i < op->input_count; i++) {
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

static void add_error_ref(codec_json_writer *w, const char *status, const char *says)
{
    begin(w, status);
    put_text(w, "description", says);
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
    { "409", "in conflict with what is there" }, { "413", "too large" },
    { "429", "too many requests" }, { "503", "busy: try again" },
};

/* What the door adds to any reply. */
static void add_reply(codec_json_writer *w, const service_op *op)
{
    begin(w, "responses");
    begin(w, "200");
    put_text(w, "description", "done");
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
    }
    codec_json_end_array(w);
    if (has_body) add_body(w, op);
    else add_parameters(w, op);
    add_reply(w, op);
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

/* The door's own ways and shapes, as they stand in docs/api.md. */
static const char OWN_PATHS[] =
    "\"/v1/session\":{"
    "\"post\":{\"operationId\":\"log_in\",\"summary\":\"log in\",\"tags\":[\"session\"],\"security\":[],"
    "\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":{\"type\":\"object\","
    "\"required\":[\"user\",\"password\"],\"properties\":{\"user\":{\"type\":\"string\"},"
    "\"password\":{\"type\":\"string\"},\"cookie\":{\"type\":\"boolean\"}}}}}},"
    "\"responses\":{\"201\":{\"description\":\"a session\",\"content\":{\"application/json\":{\"schema\":"
    "{\"$ref\":\"#/components/schemas/Session\"}}}},\"403\":{\"description\":\"wrong user or password\"},"
    "\"429\":{\"description\":\"too many tries\"}}},"
    "\"get\":{\"operationId\":\"who_am_i\",\"summary\":\"who acts, and what they may\",\"tags\":[\"session\"],"
    "\"security\":[{\"bearer\":[]}],\"responses\":{\"200\":{\"description\":\"as user.whoami\"},"
    "\"401\":{\"description\":\"no session\"}}},"
    "\"delete\":{\"operationId\":\"log_out\",\"summary\":\"log out\",\"tags\":[\"session\"],"
    "\"security\":[{\"bearer\":[]}],\"responses\":{\"204\":{\"description\":\"it is over\"}}}},"
    "\"/v1/uploads\":{\"post\":{\"operationId\":\"upload\",\"summary\":\"send a file for an operation to read\","
    "\"tags\":[\"files\"],\"security\":[{\"bearer\":[]}],\"parameters\":[{\"name\":\"name\",\"in\":\"query\","
    "\"required\":false,\"schema\":{\"type\":\"string\"}}],\"requestBody\":{\"required\":true,\"content\":"
    "{\"application/octet-stream\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}}},"
    "\"responses\":{\"201\":{\"description\":\"its id\",\"content\":{\"application/json\":{\"schema\":"
    "{\"type\":\"object\",\"required\":[\"upload\",\"size_bytes\"],\"properties\":{\"upload\":{\"type\":\"string\"},"
    "\"size_bytes\":{\"type\":\"integer\",\"format\":\"int64\"}}}}}}}}},"
    "\"/v1/files/{id}\":{\"get\":{\"operationId\":\"download\",\"summary\":\"fetch a file an operation wrote\","
    "\"tags\":[\"files\"],\"security\":[{\"bearer\":[]}],\"parameters\":[{\"name\":\"id\",\"in\":\"path\","
    "\"required\":true,\"schema\":{\"type\":\"string\"}}],\"responses\":{\"200\":{\"description\":\"the file\","
    "\"content\":{\"application/octet-stream\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}}},"
    "\"404\":{\"description\":\"no such file of yours\"}}}},"
    "\"/v1/health\":{\"get\":{\"operationId\":\"health\",\"summary\":\"whether the server runs\",\"tags\":[\"server\"],"
    "\"security\":[],\"responses\":{\"200\":{\"description\":\"it runs\"}}}},"
    "\"/v1/openapi.json\":{\"get\":{\"operationId\":\"openapi\",\"summary\":\"this document\",\"tags\":[\"server\"],"
    "\"security\":[],\"responses\":{\"200\":{\"description\":\"OpenAPI 3.0.3\"}}}},";

static const char COMPONENTS[] =
    "{\"securitySchemes\":{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"}},\"schemas\":{"
    "\"Error\":{\"type\":\"object\",\"required\":[\"error\"],\"properties\":{\"error\":{\"type\":\"object\","
    "\"required\":[\"code\",\"message\",\"message_zh\"],\"properties\":{\"code\":{\"type\":\"string\"},"
    "\"message\":{\"type\":\"string\"},\"message_zh\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"},"
    "\"line\":{\"type\":\"integer\"},\"column\":{\"type\":\"integer\"}}}}},"
    "\"Besides\":{\"type\":\"object\",\"properties\":{\"notes\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"has_failures\":{\"type\":\"boolean\"},\"downloads\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"argument\",\"name\",\"href\"],\"properties\":{\"argument\":{\"type\":\"string\"},"
    "\"name\":{\"type\":\"string\"},\"href\":{\"type\":\"string\"}}}}}},"
    "\"Session\":{\"type\":\"object\",\"required\":[\"token\",\"csrf\",\"user\",\"idle_seconds\",\"longest_seconds\"],"
    "\"properties\":{\"token\":{\"type\":\"string\"},\"csrf\":{\"type\":\"string\"},\"user\":{\"type\":\"string\"},"
    "\"idle_seconds\":{\"type\":\"integer\"},\"longest_seconds\":{\"type\":\"integer\"}}}}}";

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
                          "yuan with two places.\",\"license\":{\"name\":\"Apache-2.0\"}},\"paths\":{%s%.*s,\"components\":%s}\n",
                    version, OWN_PATHS, TEXT_ARG(rest), COMPONENTS);
    return text_built(&out);
}
