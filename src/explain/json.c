/* The tree as JSON: facts only, amounts as texts with their unit. */
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "explain/explain_internal.h"

enum { JSON_DEPTH_MAX = 20 }; /* two levels of JSON for each level of the tree */

static void member(codec_json_writer *w, const char *name, const char *value)
{
    if (!value) return;
    codec_json_key(w, text_of(name));
    codec_json_add_text(w, text_of(value));
}

static void truth(codec_json_writer *w, const char *name, bool value)
{
    codec_json_key(w, text_of(name));
    codec_json_add_bool(w, value);
}

static void day(codec_json_writer *w, const char *name, int32_t value)
{
    char digits[64];
    if (value <= CALENDAR_DAY_MIN || value > CALENDAR_DAY_MAX || value == 0) return;
    calendar_print_day(value, digits);
    member(w, name, digits);
}

static const char *role_name(vm_role role)
{
    static const char *const NAMES[] = {
        [VM_ROLE_NONE] = "value",          [VM_ROLE_INPUT] = "input",
        [VM_ROLE_PARAMETER] = "parameter", [VM_ROLE_VARIABLE] = "variable",
        [VM_ROLE_CONDITION] = "condition", [VM_ROLE_EXCEPTION] = "exception",
        [VM_ROLE_BASE] = "base",           [VM_ROLE_STEP] = "step",
    };
    return NAMES[role];
}

static void put_conditions(codec_json_writer *w, const explain_reason *reason)
{
    if (!reason->condition_count) return;
    codec_json_key(w, TEXT("conditions"));
    codec_json_begin_array(w);
    for (size_t i = 0; i < reason->condition_count; i++) {
        const explain_condition *c = &reason->conditions[i];
        codec_json_begin_object(w);
        member(w, "reads", c->reads);
        member(w, "filled", c->filled);
        truth(w, "is_known", c->is_known);
        truth(w, "is_true", c->is_true);
        member(w, "because", c->because);
        member(w, "law", c->law);
        codec_json_end_object(w);
    }
    codec_json_end_array(w);
}

static void put_rows(codec_json_writer *w, const explain_reason *reason)
{
    if (!reason->rows_count) return;
    codec_json_key(w, TEXT("rows"));
    codec_json_begin_array(w);
    for (size_t i = 0; i < reason->rows_count; i++) {
        const explain_rows *r = &reason->rows[i];
        codec_json_begin_object(w);
        member(w, "record", r->record);
        codec_json_key(w, TEXT("names"));
        codec_json_begin_array(w);
        for (size_t c = 0; c < r->column_count; c++)
            codec_json_add_text(w, text_of(r->names[c]));
        codec_json_end_array(w);
        codec_json_key(w, TEXT("cells"));
        codec_json_begin_array(w);
        for (size_t row = 0; row < r->row_count; row++) {
            codec_json_begin_array(w);
            for (size_t c = 0; c < r->column_count; c++)
                codec_json_add_text(w, text_of(r->cells[row * r->column_count + c]));
            codec_json_end_array(w);
        }
        codec_json_end_array(w);
        codec_json_end_object(w);
    }
    codec_json_end_array(w);
}

static void put_reason(codec_json_writer *w, const explain_reason *reason, int depth)
{
    const vm_origin *o = reason->origin;
    codec_json_begin_object(w);
    member(w, "name", o->name);
    member(w, "label", o->label);
    member(w, "role", role_name(o->role));
    member(w, "value", reason->value);
    truth(w, "is_valid", reason->is_valid);
    member(w, "unit", o->unit);
    member(w, "law", o->law);
    member(w, "region", o->region);
    day(w, "since", o->since_day);
    day(w, "until", o->until_day);
    member(w, "unverified", o->unverified);
    member(w, "formula", reason->formula);
    member(w, "filled", reason->filled);
    member(w, "unrounded", reason->unrounded);
    member(w, "rounding", reason->rounding);
    if (reason->is_repeat) truth(w, "is_repeat", true);
    put_conditions(w, reason);
    put_rows(w, reason);
    if (reason->child_count && depth < JSON_DEPTH_MAX) {
        codec_json_key(w, TEXT("children"));
        codec_json_begin_array(w);
        for (size_t i = 0; i < reason->child_count; i++)
            put_reason(w, reason->children[i], depth + 1);
        codec_json_end_array(w);
    }
    codec_json_end_object(w);
}

text explain_json(arena *a, const explain_answer *answer, explain_options options)
{
    (void)options;
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, true);
    codec_json_begin_object(&w);
    codec_json_key(&w, TEXT("reason"));
    put_reason(&w, answer->root, 0);
    codec_json_key(&w, TEXT("missing"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < answer->missing_count; i++)
        codec_json_add_text(&w, text_of(answer->missing[i]));
    codec_json_end_array(&w);
    codec_json_key(&w, TEXT("why_not"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < answer->flip_count; i++) {
        const explain_flip *f = &answer->flips[i];
        codec_json_begin_object(&w);
        member(&w, "condition", f->condition->reads);
        member(&w, "because", f->condition->because);
        member(&w, "input", f->input);
        member(&w, "from", f->from);
        member(&w, "to", f->to);
        member(&w, "result", f->result);
        codec_json_end_object(&w);
    }
    codec_json_end_array(&w);
    codec_json_end_object(&w);
    return text_built(&out);
}
