/* The proof that, by a duty table, moving money takes three. */
#include "service/english.h"
#include "service/operations.h"
#include "service/user.h"

static const service_field INPUT[] = {
    { .name = "table", .type = SERVICE_FILE, .shows = "DIR", .is_positional = true,
      .summary = "folder of the duty table (default: duties in the folder of packs)",
      .summary_zh = "岗位表所在目录（默认政策包目录下的 duties）" },
    SERVICE_PACKS_FIELD,
};

static const service_field PATH_OUTPUT[] = {
    { .name = "path", .type = SERVICE_TEXT },
    { .name = "name", .type = SERVICE_TEXT },
    { .name = "steps", .type = SERVICE_TEXT },
};
static const service_field HARMLESS_OUTPUT[] = {
    { .name = "duty", .type = SERVICE_TEXT },
    { .name = "why", .type = SERVICE_TEXT },
};
static const service_field OUTPUT[] = {
    { .name = "paths", .type = SERVICE_OBJECT, .is_list = true, .fields = PATH_OUTPUT,
      .field_count = ARRAY_COUNT(PATH_OUTPUT) },
    { .name = "harmless", .type = SERVICE_OBJECT, .is_list = true, .fields = HARMLESS_OUTPUT,
      .field_count = ARRAY_COUNT(HARMLESS_OUTPUT) },
    { .name = "role_sets", .type = SERVICE_COUNT, .summary = "sets of roles one person may hold",
      .summary_zh = "一人可兼任的角色组合数" },
    { .name = "tried", .type = SERVICE_COUNT, .summary = "ways to be one or two people, all tried",
      .summary_zh = "已逐一枚举的一人、两人组合数" },
    { .name = "takes_three", .type = SERVICE_FLAG,
      .summary = "whether fewer than three people can move no money",
      .summary_zh = "是否少于三人不能使资金流出" },
    { .name = "found", .type = SERVICE_VALUE, .summary = "who could, on which path",
      .summary_zh = "可使资金流出的人员与路径" },
};

static text steps_of(arena *a, const duty_table *table, const duty_path *path)
{
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < path->step_count; i++) {
        if (i) text_add_cstr(&out, path->steps[i].business == path->steps[i - 1].business ? " " : " ; ");
        text_add(&out, duty_at(table, path->steps[i].duty)->code);
    }
    return text_built(&out);
}

static void put_table(service_call *call, const duty_table *table, const english_words *words)
{
    arena *a = call->request;
    service_value *list = service_put_list(a, call->reply, "paths");
    for (size_t i = 0; i < duty_path_count(table); i++) {
        const duty_path *path = duty_path_at(table, i);
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "path", path->code);
        service_put_text(a, v, "name", call->is_chinese ? path->name : path->name_en);
        service_put_text(a, v, "steps", steps_of(a, table, path));
    }
    list = service_put_list(a, call->reply, "harmless");
    for (size_t i = 0; i < duty_count(table); i++) {
        const duty_row *row = duty_at(table, i);
        if (!row->harmless.size_bytes) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "duty", row->code);
        service_put_text(a, v, "why", english_of(words, row->harmless));
    }
}

static text found_of(arena *a, const duty_table *table, const duty_verdict *verdict, size_t people)
{
    text_builder out = text_builder_open(a);
    text_add(&out, duty_path_at(table, verdict->path)->code);
    for (size_t i = 0; i < people; i++)
        text_add_format(&out, "%s%.*s", i ? " + " : ": ",
                        TEXT_ARG(duty_roles_print(a, table, verdict->roles[i])));
    return text_built(&out);
}

static err duty_check_run(service_call *call)
{
    arena *a = call->request;
    duty_sources sources;
    duty_table *table;
    english_words words;
    TRY(user_table_read(call, service_text_of(call, "table", TEXT_NONE), &sources));
    TRY(duty_read(a, &sources, &table));
    /* A table is checked without any packs too: its reasons are then read as they are written. */
    err no_words = english_open(call, &words);
    if (no_words.kind == &ENGLISH_BAD_ROW) return no_words;
    put_table(call, table, &words);
    uint64_t tried = 0, role_sets = 0;
    bool takes_three = true;
    text found = TEXT_NONE;
    for (size_t people = 1; people <= 2 && takes_three; people++) {
        duty_verdict verdict = duty_prove(a, table, people);
        tried += verdict.tried;
        role_sets = verdict.role_sets;
        takes_three = !verdict.can_move_money && !verdict.is_cut_short;
        if (verdict.can_move_money) found = found_of(a, table, &verdict, people);
        if (verdict.is_cut_short) found = TEXT("apart.csv");
    }
    service_put_count(a, call->reply, "role_sets", (int64_t)role_sets);
    service_put_count(a, call->reply, "tried", (int64_t)tried);
    service_put_bool(a, call->reply, "takes_three", takes_three);
    if (takes_three) service_put_null(a, call->reply, "found");
    else service_put_text(a, call->reply, "found", found);
    call->has_failures = !takes_three;
    return ERR_NONE;
}

static const char *const EXAMPLES[] = { "doudi duty check", "doudi duty check my/duties --json", NULL };

const service_op DUTY_CHECK_OP = {
    .name = "duty.check",
    .summary = "Show by trying all ways that no two people can move money",
    .summary_zh = "逐一枚举，证明少于三人不能使资金流出",
    .law = "《社会保险法》第七十三条",
    .kind = SERVICE_READ,
    .permission = "policy.read",
    .input = INPUT,
    .input_count = ARRAY_COUNT(INPUT),
    .output = OUTPUT,
    .output_count = ARRAY_COUNT(OUTPUT),
    .examples = EXAMPLES,
    .run = duty_check_run,
};
