#include "service/ask.h"

const service_field ASK_CHOICE_ROW[2] = {
    { .name = "value", .type = SERVICE_TEXT, .summary = "value", .summary_zh = "值" },
    { .name = "says", .type = SERVICE_TEXT, .summary = "says", .summary_zh = "名称" },
};

const char *ask_kind(const policy_type *type)
{
    switch (type->base) {
    case POLICY_DATE: return "date";
    case POLICY_MONTH: return "month";
    case POLICY_YEAR: return "year";
    case POLICY_BOOL: return "bool";
    case POLICY_ENUM: return "choice";
    case POLICY_TEXT: case POLICY_REGION: return "text";
    default: return "number";
    }
}

const char *ask_unit(const service_call *call, const policy_type *type)
{
    if (type->base == POLICY_MONTHS) return service_say(call, "months", "个月");
    if (type->base == POLICY_DAYS) return service_say(call, "days", "日");
    if (type->base != POLICY_MONEY) return "-";
    switch (type->per) {
    case POLICY_PER_DAY: return service_say(call, "yuan a day", "元/日");
    case POLICY_PER_MONTH: return service_say(call, "yuan a month", "元/月");
    case POLICY_PER_YEAR: return service_say(call, "yuan a year", "元/年");
    default: return service_say(call, "yuan", "元");
    }
}

text ask_said(const service_call *call, const policy_book *book, const policy_type *type, text value)
{
    const policy_symbol *kind;
    if (call->is_chinese || type->base != POLICY_ENUM || policy_find(book, text_of(type->enum_name), &kind).kind) return value;
    for (size_t i = 0; i < kind->member_count; i++)
        if (text_equal_cstr(value, kind->members[i]) && kind->member_labels && kind->member_labels[i]) return text_of(kind->member_labels[i]);
    return value;
}

void ask_put_choices(const service_call *call, const policy_book *book, const policy_type *type, service_value *into)
{
    const policy_symbol *kind;
    service_value *list = service_put_list(call->request, into, "choices");
    if (type->base != POLICY_ENUM || policy_find(book, text_of(type->enum_name), &kind).kind) return;
    for (size_t i = 0; i < kind->member_count; i++) {
        const char *label = kind->member_labels ? kind->member_labels[i] : NULL;
        service_value *v = service_put_object(call->request, list, NULL);
        service_put_cstr(call->request, v, "value", kind->members[i]);
        service_put_cstr(call->request, v, "says", call->is_chinese || !label ? kind->members[i] : label);
    }
}
