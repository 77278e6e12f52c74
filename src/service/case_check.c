/* What `doudi check` says of case types: that each step is somebody's, and that each effect can be brought about. */
#include <string.h>

#include "service/case.h"
#include "service/lists.h"

typedef struct {
    case_call c;
    policy_mistake *items;
    size_t count, capacity;
} checking;

static void complain(checking *k, source_pos at, const char *code, const char *says, const char *says_zh, const char *what)
{
    arena *a = k->c.memory;
    policy_mistake one = { .at = at, .code = code, .says = text_format(a, says, what).bytes,
                           .says_zh = text_format(a, says_zh, what).bytes };
    ARENA_PUSH(a, k->items, k->count, k->capacity, one);
}

static bool has_field(const policy_case *type, const char *name)
{
    for (size_t i = 0; i < type->field_count; i++)
        if (strcmp(type->fields[i].symbol->name, name) == 0) return true;
    return false;
}

/* LIST, then fields of the form that are columns of it. */
static void check_record(checking *k, const policy_case *type, const policy_case_effect *e)
{
    const list_row *list = e->name_count ? list_find(text_of(e->names[0])) : NULL;
    bool is_fit = list && list->kind != REGISTRY_ACCOUNT && list->kind != REGISTRY_BENEFIT;
    if (!is_fit) {
        complain(k, e->at, "case.effect_list", "%s is no list whose rows a case can write.", "“%s”不是办件可以登记的清单。",
                 e->name_count ? e->names[0] : "");
        return;
    }
    for (size_t i = 1; i < e->name_count; i++)
        if (case_word_column(list, e->names[i]) == SIZE_MAX &&
            (list_field_named(list, text_of(e->names[i])) == SIZE_MAX || !has_field(type, e->names[i])))
            complain(k, e->at, "case.effect_field", "%s must be a field of the form and a column of the list.",
                     "“%s”须既是表单项目，又是该清单的栏目。", e->names[i]);
}

static void check_tell(checking *k, const policy_case *type, const policy_case_effect *e)
{
    for (size_t i = 0; i < e->name_count; i++)
        if (!county_word_row_of(COUNTY_ATTRIBUTE, text_of(e->names[i])) || !has_field(type, e->names[i]))
            complain(k, e->at, "case.effect_field", "%s must be a field of the form and something the registry can be told.",
                     "“%s”须既是表单项目，又是登记库的信息项目。", e->names[i]);
}

static void check_project(checking *k, const policy_case *type, const policy_case_effect *e)
{
    if (e->name_count != CASE_PROJECT_FIELDS)
        complain(k, e->at, "case.effect_project", "%s names number, title, price, paid, paid on, first and last day of a project, in this order.",
                 "“%s”须依次写明项目编号、名称、合同价、已缴保费、缴费日、起日、止日。", e->verb);
    for (size_t i = 0; i < e->name_count; i++)
        if (!has_field(type, e->names[i]))
            complain(k, e->at, "case.effect_field", "%s must be a field of the form.", "“%s”须是表单项目。", e->names[i]);
}

/* BATCH, AMOUNT: two fields of the form. */
static void check_recover(checking *k, const policy_case *type, const policy_case_effect *e)
{
    bool is_fit = e->name_count == 2 && has_field(type, e->names[0]) && has_field(type, e->names[1]);
    if (!is_fit)
        complain(k, e->at, "case.effect_recover", "%s wants two fields of the form: the batch, and the amount.",
                 "“%s”要写两个表单项目：批次、金额。", e->verb);
}

static void check_effect(checking *k, const policy_case *type, const policy_case_effect *e)
{
    if (!case_effect_is_known(e->verb))
        complain(k, e->at, "case.effect_unknown", "Nothing brings about the effect %s.", "没有“%s”这种办理结果。", e->verb);
    if (strcmp(e->verb, "record") == 0 || strcmp(e->verb, "end") == 0) check_record(k, type, e);
    if (strcmp(e->verb, "tell") == 0) check_tell(k, type, e);
    if (strcmp(e->verb, "project") == 0) check_project(k, type, e);
    if (strcmp(e->verb, CASE_RECOVER) == 0) check_recover(k, type, e);
}

static void check_type(checking *k, const policy_case *type)
{
    for (size_t s = 0; s < type->step_count; s++) {
        const policy_case_step *step = &type->steps[s];
        text duty;
        if (case_duty_of(&k->c, step, &duty).kind)
            complain(k, type->symbol->at, "case.no_duty", "packs/adapters/office-duties.csv does not tell which duty %s is.",
                     "packs/adapters/office-duties.csv 没有说明“%s”是哪个岗位职责。", step->duty);
        for (size_t e = 0; e < step->effect_count; e++) check_effect(k, type, &step->effects[e]);
    }
}

err case_check(service_call *call, const decide_law *law, const policy_mistake **mistakes, size_t *count)
{
    checking k = { .c = { .call = call, .memory = call->request, .law = law, .packs = decide_law_book(law) } };
    TRY(case_duties_read(&k.c));
    k.c.types = policy_case_types(call->request, k.c.packs, &k.c.type_count);
    TRY(case_subjects_check(&k.c));
    TRY(case_protect_check(&k.c));
    /* Packs without an office's tables are read by themselves, and run by none. */
    for (size_t i = 0; i < k.c.type_count && k.c.duty_count; i++) check_type(&k, &k.c.types[i]);
    *mistakes = k.items;
    *count = k.count;
    return ERR_NONE;
}
