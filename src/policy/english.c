#include "policy/policy_internal.h"

/* What a pack says to people and says in Chinese alone: an English label, or the sentence behind the Chinese one, is missing. */

typedef struct {
    arena *a;
    const pack *pack;
    policy_unsaid *items;
    size_t count, capacity;
} unsaid_list;

static void want(unsaid_list *list, const char *what, const char *what_zh, text said, text english, span at)
{
    if (!said.size_bytes || english.size_bytes) return;
    ARENA_PUSH(list->a, list->items, list->count, list->capacity,
               ((policy_unsaid){ what, what_zh, text_cstr(list->a, said), list->pack->public.name, policy_pos(at) }));
}

static void want_label(unsaid_list *list, const char *what, const char *what_zh, word name, word label)
{
    want(list, what, what_zh, name.bytes, label.bytes, name.at);
}

static void of_versions(unsaid_list *list, const decl *d)
{
    for (size_t v = 0; v < d->version_count; v++)
        for (size_t i = 0; i < d->versions[v].exception_count; i++) {
            const exception_syntax *x = &d->versions[v].exceptions[i];
            want(list, "the reason of an exception", "例外的理由", x->because, x->because_en, x->at);
        }
}

static void of_parts(unsaid_list *list, const decl *d)
{
    for (size_t i = 0; i < d->member_count; i++)
        want_label(list, "a member of an enum", "枚举成员", d->members[i].name, d->members[i].label);
    for (size_t i = 0; i < d->field_count; i++) {
        const field_syntax *f = &d->fields[i];
        want_label(list, "a field", "字段", f->name, f->label);
        want(list, "the reason of a check", "核对的理由", f->because, f->because_en, f->at);
    }
    for (size_t i = 0; i < d->paper_count; i++)
        want_label(list, "a paper", "材料", d->papers[i].name, d->papers[i].label);
    for (size_t i = 0; i < d->step_count; i++)
        want_label(list, "a step", "环节", d->steps[i].name, d->steps[i].label);
}

static void of_decl(unsaid_list *list, const decl *d)
{
    static const struct { const char *en, *zh; } KINDS[] = {
        [DECL_ENTITY] = { "an entity", "实体" },       [DECL_ENUM] = { "an enum", "枚举" },
        [DECL_RECORD] = { "a record", "记录" },        [DECL_INPUT] = { "an input", "输入项" },
        [DECL_PARAM] = { "a parameter", "参数" },      [DECL_VAR] = { "a variable", "变量" },
        [DECL_CASE] = { "a case", "业务" },            [DECL_WATCH] = { "a watch", "预警" },
        [DECL_INDICATOR] = { "an indicator", "指标" },
    };
    if (d->kind == DECL_TEST) return; /* read by those who write packs */
    if (d->kind == DECL_PROOF) {
        want(list, "why a proof is refuted", "证明不成立的理由", d->proof->because, d->proof->because_en, d->at);
        return;
    }
    if (d->kind != DECL_SET) want_label(list, KINDS[d->kind].en, KINDS[d->kind].zh, d->name, d->label);
    of_versions(list, d);
    of_parts(list, d);
    want(list, "the message of a watch", "预警的提示", d->message, d->message_en, d->at);
    want(list, "the office a watch is for", "预警的责任单位", d->owner.bytes, d->owner_en, d->owner.at);
}

const policy_unsaid *policy_without_english(arena *a, const policy_book *book, size_t *count)
{
    unsaid_list list = { .a = a };
    for (size_t p = 0; p < book->pack_count; p++) {
        const pack_syntax *syntax = book->packs[p].syntax;
        list.pack = &book->packs[p];
        want_label(&list, "a pack", "政策包", syntax->name, syntax->en);
        for (size_t i = 0; i < syntax->decl_count; i++)
            if (!syntax->decls[i].is_broken) of_decl(&list, &syntax->decls[i]);
    }
    *count = list.count;
    return list.items;
}
