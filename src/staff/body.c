#include "staff/staff_internal.h"

static const char *const KINDS[] = {
    [STAFF_CHANGE_NEW] = "new",
    [STAFF_CHANGE_GRANT] = "grant",
    [STAFF_CHANGE_RESET] = "reset",
    [STAFF_CHANGE_TABLE] = "table",
    [STAFF_CHANGE_BIND] = "bind",
    [STAFF_CHANGE_FACTOR] = "factor",
    [STAFF_CHANGE_JOINT] = "joint",
};
_Static_assert(ARRAY_COUNT(KINDS) == STAFF_CHANGE_COUNT, "a kind of change has no row");

void staff_put_text(codec_json_writer *w, const char *name, text value)
{
    codec_json_key(w, text_of(name));
    codec_json_add_text(w, value);
}

void staff_put_int(codec_json_writer *w, const char *name, int64_t value)
{
    codec_json_key(w, text_of(name));
    codec_json_add_i64(w, value);
}

void staff_put_hex(codec_json_writer *w, arena *a, const char *name, const void *bytes,
                   size_t size_bytes)
{
    char *hex = arena_alloc(a, 2 * size_bytes + 1);
    crypto_print_hex(bytes, size_bytes, hex);
    staff_put_text(w, name, (text){ hex, 2 * size_bytes });
}

/* Members in the order of their names, and only those that say something. */
text staff_body_print(arena *a, const staff_body *body)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    if (body->employer) staff_put_int(&w, "employer", body->employer);
    if (body->kind == STAFF_CHANGE_TABLE) {
        codec_json_key(&w, TEXT("files"));
        codec_json_begin_array(&w);
        for (int i = 0; i < DUTY_FILE_COUNT; i++) codec_json_add_text(&w, body->csv[i]);
        codec_json_end_array(&w);
    }
    if (body->key.size_bytes) staff_put_text(&w, "key", body->key);
    staff_put_text(&w, "kind", text_of(KINDS[body->kind]));
    if (body->login.size_bytes) staff_put_text(&w, "login", body->login);
    if (body->name.size_bytes) staff_put_text(&w, "name", body->name);
    if (body->number.size_bytes) staff_put_text(&w, "number", body->number);
    if (body->password.size_bytes) staff_put_text(&w, "password", body->password);
    if (body->person.size_bytes) staff_put_text(&w, "person", body->person);
    if (body->region.size_bytes) staff_put_text(&w, "region", body->region);
    if (body->roles.size_bytes) staff_put_text(&w, "roles", body->roles);
    if (body->rows) {
        codec_json_key(&w, TEXT("rows"));
        codec_json_add_value(&w, body->rows);
    }
    codec_json_end_object(&w);
    return text_built(&out);
}

err staff_json(arena *a, text body, const codec_json **json)
{
    /* A duty table and a joint change are the largest bodies. */
    codec_json_options options = { .size_bytes_max = 16 << 20, .value_count_max = 20 * STAFF_JOINT_ROWS_MAX };
    return codec_json_parse(a, body, options, json).kind ? err_of(&STAFF_BROKEN, "an event's body")
                                                         : ERR_NONE;
}

text staff_json_text(const codec_json *object, const char *name)
{
    const codec_json *value = codec_json_member(object, text_of(name));
    return value && value->type == CODEC_JSON_STRING ? value->word : TEXT_NONE;
}

int64_t staff_json_int(const codec_json *object, const char *name)
{
    const codec_json *value = codec_json_member(object, text_of(name));
    int64_t number = 0;
    if (!value || value->type != CODEC_JSON_NUMBER || !codec_parse_scaled(value->word, 0, &number))
        return 0;
    return number;
}

err staff_body_read(const codec_json *terms, staff_body *body)
{
    *body = (staff_body){ .kind = STAFF_CHANGE_COUNT,
                          .login = staff_json_text(terms, "login"),
                          .name = staff_json_text(terms, "name"),
                          .roles = staff_json_text(terms, "roles"),
                          .password = staff_json_text(terms, "password"),
                          .key = staff_json_text(terms, "key"),
                          .person = staff_json_text(terms, "person"),
                          .number = staff_json_text(terms, "number"),
                          .employer = staff_json_int(terms, "employer"),
                          .region = staff_json_text(terms, "region") };
    for (int i = 0; i < STAFF_CHANGE_COUNT; i++)
        if (text_equal_cstr(staff_json_text(terms, "kind"), KINDS[i]))
            body->kind = (staff_change_kind)i;
    const codec_json *files = codec_json_member(terms, TEXT("files"));
    bool has_files = files && files->type == CODEC_JSON_ARRAY && files->count == DUTY_FILE_COUNT;
    for (size_t i = 0; has_files && i < DUTY_FILE_COUNT; i++) body->csv[i] = files->items[i].word;
    const codec_json *rows = codec_json_member(terms, TEXT("rows"));
    if (rows && rows->type == CODEC_JSON_ARRAY) body->rows = rows;
    if (body->kind == STAFF_CHANGE_COUNT || (body->kind == STAFF_CHANGE_TABLE && !has_files) ||
        (body->kind == STAFF_CHANGE_JOINT && !body->rows))
        return err_of(&STAFF_BROKEN, "the terms of a change");
    return ERR_NONE;
}
