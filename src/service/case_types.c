/* doudi case types: what there is to ask the office for, and of one the guide: form, papers, steps, days. It is made
 * of the packs that run it. */
#include "service/case.h"

#include <string.h>

#include "service/english.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/prove_claim.h"
#include "service/subject.h"

static const service_field TYPES_INPUT[] = {
    { .name = "type", .type = SERVICE_TEXT, .is_positional = true, .shows = "TYPE", .summary = "the guide to this one",
      .summary_zh = "查看此事项的办事指南" },
    SERVICE_PACKS_FIELD,
};
static const service_field TYPE_ROW[] = {
    { .name = "type", .type = SERVICE_TEXT, .summary = "type", .summary_zh = "事项" },
    { .name = "label", .type = SERVICE_TEXT, .summary = "in English", .summary_zh = "英文" },
    { .name = "about", .type = SERVICE_TEXT, .summary = "about", .summary_zh = "对象" },
    { .name = "days", .type = SERVICE_TEXT, .summary = "days of its steps", .summary_zh = "各环节天数合计" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "依据" },
    { .name = "pack", .type = SERVICE_TEXT, .summary = "pack", .summary_zh = "政策包" },
    { .name = "group", .type = SERVICE_TEXT, .summary = "kind of business", .summary_zh = "业务类别" },
};
enum { TYPE_ROW_PRINTED = 6 };
static const service_field TYPE_FIELD_ROW[] = {
    { .name = "field", .type = SERVICE_TEXT, .summary = "form", .summary_zh = "表单" },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "类型" },
    { .name = "required", .type = SERVICE_FLAG, .summary = "required", .summary_zh = "必填" },
    { .name = "known", .type = SERVICE_FLAG, .summary = "taken from the registry", .summary_zh = "自动带出" },
};
static const service_field TYPE_PAPER_ROW[] = {
    { .name = "paper", .type = SERVICE_TEXT, .summary = "paper", .summary_zh = "材料" },
    { .name = "how", .type = SERVICE_TEXT, .summary = "how", .summary_zh = "方式" },
    { .name = "when", .type = SERVICE_TEXT, .summary = "when", .summary_zh = "何时需要" },
};
static const service_field TYPE_STEP_ROW[] = {
    { .name = "step", .type = SERVICE_TEXT, .summary = "step", .summary_zh = "环节" },
    { .name = "by", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "经办岗位" },
    { .name = "within", .type = SERVICE_TEXT, .summary = "within", .summary_zh = "时限" },
    { .name = "notice", .type = SERVICE_TEXT, .summary = "public notice", .summary_zh = "公示" },
    { .name = "apart", .type = SERVICE_TEXT, .summary = "not by who did", .summary_zh = "不得兼办" },
    { .name = "next", .type = SERVICE_TEXT, .summary = "then", .summary_zh = "下一环节" },
    { .name = "effects", .type = SERVICE_TEXT, .summary = "effects", .summary_zh = "结果" },
};
static const service_field TYPES_OUTPUT[] = {
    { .name = "types", .type = SERVICE_OBJECT, .is_list = true, .summary = "types", .summary_zh = "事项", .fields = TYPE_ROW,
      .field_count = ARRAY_COUNT(TYPE_ROW) },
    { .name = "fields", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, .summary = "form", .summary_zh = "表单",
      .fields = TYPE_FIELD_ROW, .field_count = ARRAY_COUNT(TYPE_FIELD_ROW) },
    { .name = "papers", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, .summary = "papers", .summary_zh = "材料",
      .fields = TYPE_PAPER_ROW, .field_count = ARRAY_COUNT(TYPE_PAPER_ROW) },
    { .name = "steps", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, .summary = "steps", .summary_zh = "环节",
      .fields = TYPE_STEP_ROW, .field_count = ARRAY_COUNT(TYPE_STEP_ROW) },
};

static text shown(const service_call *call, const char *name, const char *label)
{
    return text_of(call->is_chinese || !label ? name : label);
}

/* Only where every step says a number. */
static text days_of(const service_call *call, const policy_case *type)
{
    int32_t working = 0, plain = 0;
    if (type->within_days)
        return text_format(call->request, type->is_working_days ? service_say(call, "%d working", "%d 个工作日")
                                                                : service_say(call, "%d", "%d 日"), (int)type->within_days);
    for (size_t i = 0; i < type->step_count; i++) {
        const policy_case_step *s = &type->steps[i];
        if (!s->is_end && !s->within_days) return TEXT("-");
        *(s->is_working_days ? &working : &plain) += s->within_days;
    }
    if (!plain) return text_format(call->request, service_say(call, "%d working", "%d 个工作日"), (int)working);
    if (!working) return text_format(call->request, service_say(call, "%d", "%d 日"), (int)plain);
    return text_format(call->request, service_say(call, "%d working + %d", "%d 个工作日＋%d 日"), (int)working, (int)plain);
}

static const char *group_of(const service_call *call, const policy_book *book, const char *pack)
{
    size_t count;
    const policy_pack *packs = policy_packs(book, &count);
    for (size_t i = 0; i < count && !call->is_chinese; i++)
        if (strcmp(packs[i].name, pack) == 0 && packs[i].en) return packs[i].en;
    return pack;
}

static void put_type(service_call *call, const policy_book *book, const policy_case *type, service_value *list)
{
    arena *a = call->request;
    const policy_symbol *s = type->symbol;
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "type", s->name);
    service_put_cstr(a, v, "label", s->label ? s->label : "-");
    const policy_symbol *about = s->entity ? policy_find_in(book, text_of(s->pack), text_of(s->entity)) : NULL;
    service_put_text(a, v, "about", about ? shown(call, about->name, about->label) : text_of(s->entity ? s->entity : "-"));
    service_put_text(a, v, "days", days_of(call, type));
    service_put_cstr(a, v, "law", s->law ? s->law : "-");
    service_put_cstr(a, v, "pack", s->pack);
    service_put_cstr(a, v, "group", group_of(call, book, s->pack));
}

static void put_fields(service_call *call, const policy_case *type)
{
    arena *a = call->request;
    service_value *list = service_put_list(a, call->reply, "fields");
    for (size_t i = 0; i < type->field_count; i++) {
        const policy_case_field *f = &type->fields[i];
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "field", shown(call, f->symbol->name, f->symbol->label));
        service_put_cstr(a, v, "kind", f->symbol->type.text);
        service_put_bool(a, v, "required", f->is_required);
        service_put_bool(a, v, "known", f->prefilled != NULL);
    }
}

static void put_papers(service_call *call, const policy_book *book, const policy_case *type)
{
    arena *a = call->request;
    service_value *list = service_put_list(a, call->reply, "papers");
    for (size_t i = 0; i < type->paper_count; i++) {
        const policy_case_paper *p = &type->papers[i];
        text how = text_of(service_say(call, "to be brought", "须提交"));
        if (p->mode == POLICY_PAPER_PROMISE) how = text_of(service_say(call, "or promised in writing", "可告知承诺"));
        if (p->mode == POLICY_PAPER_SUPPLEMENT)
            how = text_format(a, service_say(call, "may be brought within %d days", "可容缺，%d 日内补交"), (int)p->within_days);
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "paper", shown(call, p->name, p->label));
        service_put_text(a, v, "how", how);
        service_put_text(a, v, "when", p->when_says ? claim_condition(call, book, type, p->when_says) : text_of(service_say(call, "always", "均需")));
    }
}

static text within_of(const service_call *call, const policy_case_step *s)
{
    const char *form = s->is_working_days ? service_say(call, "%d working days", "%d 个工作日") : service_say(call, "%d days", "%d 日");
    if (s->within_says) return text_of(s->within_says);
    return s->within_days ? text_format(call->request, form, (int)s->within_days) : TEXT("-");
}

static text steps_of(const service_call *call, const policy_case *type, const size_t *steps, size_t count)
{
    text_builder out = text_builder_open(call->request);
    for (size_t i = 0; i < count; i++) {
        if (i) text_add_cstr(&out, service_say(call, ", ", "、"));
        text_add(&out, shown(call, type->steps[steps[i]].name, type->steps[steps[i]].label));
    }
    return count ? text_built(&out) : TEXT("-");
}

static text nexts_of(const service_call *call, const policy_book *book, const policy_case *type, const policy_case_step *s)
{
    text_builder out = text_builder_open(call->request);
    for (size_t i = 0; i < s->next_count; i++) {
        const policy_case_step *next = &type->steps[s->nexts[i].step];
        text_add_format(&out, "%s%.*s", i ? service_say(call, "; ", "；") : "", TEXT_ARG(shown(call, next->name, next->label)));
        if (s->nexts[i].when_says) text_add_format(&out, service_say(call, " when %.*s", "（%.*s）"),
                                                    TEXT_ARG(claim_condition(call, book, type, s->nexts[i].when_says)));
    }
    return s->next_count ? text_built(&out) : text_of(service_say(call, "done", "办结"));
}

static text effects_of(const service_call *call, const policy_case_step *s)
{
    text_builder out = text_builder_open(call->request);
    for (size_t i = 0; i < s->effect_count; i++) {
        text_add_format(&out, "%s%s", i ? "; " : "", s->effects[i].verb);
        for (size_t k = 0; k < s->effects[i].name_count; k++) text_add_format(&out, "%s %s", k ? "," : "", s->effects[i].names[k]);
    }
    return s->effect_count ? text_built(&out) : TEXT("-");
}

static void put_steps(service_call *call, const policy_book *book, const english_words *words, const policy_case *type)
{
    arena *a = call->request;
    service_value *list = service_put_list(a, call->reply, "steps");
    for (size_t i = 0; i < type->step_count; i++) {
        const policy_case_step *s = &type->steps[i];
        text notice = TEXT("-");
        if (s->notice_days)
            notice = text_format(a, s->is_notice_working_days ? service_say(call, "%d working days", "%d 个工作日")
                                                              : service_say(call, "%d days", "%d 日"), (int)s->notice_days);
        if (s->notice >= 0) notice = text_of(s->notice_says);
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "step", shown(call, s->name, s->label));
        service_put_text(a, v, "by", s->duty ? english_of(words, text_of(s->duty)) : TEXT("-"));
        service_put_text(a, v, "within", within_of(call, s));
        service_put_text(a, v, "notice", notice);
        service_put_text(a, v, "apart", steps_of(call, type, s->excluded, s->excluded_count));
        service_put_text(a, v, "next", s->is_end ? TEXT("-") : nexts_of(call, book, type, s));
        service_put_text(a, v, "effects", effects_of(call, s));
    }
}

static err case_types_run(service_call *call)
{
    const policy_book *book;
    case_call c = { .call = call, .memory = call->request };
    text said = service_text_of(call, "type", TEXT_NONE);
    TRY(service_book(call, &book));
    c.packs = book;
    c.types = policy_case_types(call->request, book, &c.type_count);
    service_value *list = service_put_list(call->request, call->reply, "types");
    if (!said.size_bytes) {
        for (size_t i = 0; i < c.type_count; i++) put_type(call, book, &c.types[i], list);
        return ERR_NONE;
    }
    const policy_case *type;
    TRY(case_type_find(&c, said, &type));
    put_type(call, book, type, list);
    put_fields(call, type);
    english_words words;
    TRY(english_open(call, &words));
    put_papers(call, book, type);
    put_steps(call, book, &words, type);
    return ERR_NONE;
}

static void case_types_print(const service_call *call, text_builder *out)
{
    month_print_list(call, "types", TYPE_ROW, TYPE_ROW_PRINTED, TYPE_ROW_PRINTED, out);
    month_print_list(call, "fields", TYPE_FIELD_ROW, ARRAY_COUNT(TYPE_FIELD_ROW), ARRAY_COUNT(TYPE_FIELD_ROW), out);
    month_print_list(call, "papers", TYPE_PAPER_ROW, ARRAY_COUNT(TYPE_PAPER_ROW), ARRAY_COUNT(TYPE_PAPER_ROW), out);
    month_print_list(call, "steps", TYPE_STEP_ROW, ARRAY_COUNT(TYPE_STEP_ROW), ARRAY_COUNT(TYPE_STEP_ROW), out);
}

static const char *const TYPES_EXAMPLES[] = { "doudi case types", "doudi case types 职工退休申领", NULL };
const service_op CASE_TYPES_OP = {
    .name = "case.types",
    .summary = "What there is to ask the office for; of one type the guide to it, made of the packs that run it",
    .summary_zh = "事项清单；指定事项时给出办事指南，由正在执行的政策包生成",
    .kind = SERVICE_READ,
    .reach = SERVICE_FOR_ALL,
    .permission = "policy.read",
    .input = TYPES_INPUT,
    .input_count = ARRAY_COUNT(TYPES_INPUT),
    .output = TYPES_OUTPUT,
    .output_count = ARRAY_COUNT(TYPES_OUTPUT),
    .examples = TYPES_EXAMPLES,
    .run = case_types_run,
    .print = case_types_print,
};
