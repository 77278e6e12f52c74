#include <stdio.h>
#include <string.h>

#include "codec/codec.h"
#include "service/service_internal.h"

static service_value *value_new(arena *a, service_value_kind kind)
{
    service_value *v = ARENA_NEW(a, service_value);
    v->kind = kind;
    return v;
}

service_value *service_object(arena *a)
{
    return value_new(a, SERVICE_VALUE_OBJECT);
}

service_value *service_list(arena *a)
{
    return value_new(a, SERVICE_VALUE_LIST);
}

service_value *service_put(arena *a, service_value *into, const char *name, service_value *child)
{
    (void)a;
    child->name = name;
    if (into->last) into->last->next = child;
    else into->first = child;
    into->last = child;
    into->child_count++;
    return child;
}

service_value *service_put_text(arena *a, service_value *into, const char *name, text t)
{
    service_value *v = value_new(a, SERVICE_VALUE_TEXT);
    v->word = text_copy(a, t);
    return service_put(a, into, name, v);
}

service_value *service_put_cstr(arena *a, service_value *into, const char *name, const char *s)
{
    return s ? service_put_text(a, into, name, text_of(s)) : service_put_null(a, into, name);
}

service_value *service_put_count(arena *a, service_value *into, const char *name, int64_t count)
{
    service_value *v = value_new(a, SERVICE_VALUE_COUNT);
    v->count = count;
    return service_put(a, into, name, v);
}

service_value *service_put_bool(arena *a, service_value *into, const char *name, bool is_true)
{
    service_value *v = value_new(a, SERVICE_VALUE_BOOL);
    v->is_true = is_true;
    return service_put(a, into, name, v);
}

service_value *service_put_null(arena *a, service_value *into, const char *name)
{
    return service_put(a, into, name, value_new(a, SERVICE_VALUE_NULL));
}

service_value *service_put_list(arena *a, service_value *into, const char *name)
{
    return service_put(a, into, name, service_list(a));
}

service_value *service_put_object(arena *a, service_value *into, const char *name)
{
    return service_put(a, into, name, service_object(a));
}

service_value *service_put_json(arena *a, service_value *into, const char *name, text json)
{
    service_value *v = value_new(a, SERVICE_VALUE_JSON);
    v->word = json;
    return service_put(a, into, name, v);
}

const service_value *service_member(const service_value *object, const char *name)
{
    if (!object) return NULL;
    for (const service_value *v = object->first; v; v = v->next)
        if (v->name && strcmp(v->name, name) == 0) return v;
    return NULL;
}

service_value *service_put_state(const service_call *call, service_value *into, const char *name, const char *code,
                                 const char *en, const char *zh)
{
    service_value *v = service_put_cstr(call->request, into, name, service_say(call, en, zh));
    v->code = code;
    return v;
}

/* ---- as JSON ---- */

/* "state" is for people, "state_code" for programs. */
static void add_code(codec_json_writer *w, const service_value *v)
{
    char name[64];
    snprintf(name, sizeof name, "%s_code", v->name);
    codec_json_key(w, text_of(name));
    codec_json_add_text(w, text_of(v->code));
}

static void add_json(codec_json_writer *w, const service_value *v)
{
    switch (v->kind) {
    case SERVICE_VALUE_NULL: codec_json_add_null(w); break;
    case SERVICE_VALUE_BOOL: codec_json_add_bool(w, v->is_true); break;
    case SERVICE_VALUE_COUNT: codec_json_add_i64(w, v->count); break;
    case SERVICE_VALUE_TEXT: codec_json_add_text(w, v->word); break;
    case SERVICE_VALUE_JSON: codec_json_add_number(w, v->word); break;
    case SERVICE_VALUE_LIST:
        codec_json_begin_array(w);
        for (const service_value *m = v->first; m; m = m->next) add_json(w, m);
        codec_json_end_array(w);
        break;
    case SERVICE_VALUE_OBJECT:
        codec_json_begin_object(w);
        for (const service_value *m = v->first; m; m = m->next) {
            codec_json_key(w, text_of(m->name));
            add_json(w, m);
            if (m->code) add_code(w, m);
        }
        codec_json_end_object(w);
        break;
    }
}

text service_value_json(arena *a, const service_value *v, bool is_pretty)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, is_pretty);
    add_json(&w, v);
    text_add_char(&out, '\n');
    return text_built(&out);
}
