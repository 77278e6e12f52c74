/* doudi person merge, split, review, approve, refuse, merges. */
#include "service/month.h"
#include "service/operations.h"
#include "service/person_merge.h"
#include "service/record_rows.h"

const err_kind PERSON_MERGE_CHANGED = {
    "person.merge_changed", ERR_CONFLICT,
    "The records have changed since this was entered ({}): look at both again and enter it anew.",
    "提交之后两份记录有变动（{}）：请重新查看并重新提交。"
};
const err_kind PERSON_MERGE_NONE_WAITS = {
    "person.merge_none_waits", ERR_CONFLICT,
    "No merge or split of record {} waits for this step (doudi person merges).",
    "编号 {} 没有等待此步骤的合并或拆分（doudi person merges）。"
};
const err_kind PERSON_MERGE_SAME = {
    "person.merge_same", ERR_BAD_INPUT,
    "{} is both records: name the one that is kept, then the one given up.",
    "两处都是编号 {}：请先写保留的记录，再写被并的记录。"
};
const err_kind PERSON_MERGE_DONE = {
    "person.merge_merged", ERR_CONFLICT,
    "Record {} was merged before: split it first, or name the record it was merged into.",
    "编号 {} 此前已被合并：请先拆分，或改写其并入的记录。"
};

#define GIVEN_FIELD(en, zh)                                                                                        \
    { .name = "given", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "ID|NUMBER", \
      .summary = en, .summary_zh = zh }
#define DRY_FIELD                                                                                                  \
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "show both records and what would become of them, enter nothing", \
      .summary_zh = "只并排显示两份记录和办理结果，不提交" }
static const service_field MERGE_INPUT[] = {
    { .name = "kept", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "ID|NUMBER",
      .summary = "the record that is kept", .summary_zh = "甲：保留的记录" },
    GIVEN_FIELD("the record that is given up", "乙：被并的记录"),
    { .name = "keep", .type = SERVICE_TEXT, .shows = "1,3", .summary = "where both speak: the kept record's stands",
      .summary_zh = "两份都有内容的项目中，按甲的" },
    { .name = "take", .type = SERVICE_TEXT, .shows = "2", .summary = "the given-up record's stands instead", .summary_zh = "按乙的" },
    { .name = "both", .type = SERVICE_TEXT, .shows = "4", .summary = "both stand: two employers at a time",
      .summary_zh = "并存（如同时受雇于两个单位）" },
    DRY_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field SPLIT_INPUT[] = {
    GIVEN_FIELD("the record that was merged wrongly", "被误并的记录"), DRY_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};
static const service_field STEP_INPUT[] = {
    GIVEN_FIELD("the record given up", "被并（或待拆分）的记录"), DRY_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};

/* ---- what was said ---- */

/* "1,3" behind --keep becomes "1=keep 3=keep"; in the order of the numbers. */
static err read_choices(service_call *call, text *choices)
{
    static const char *const WORDS[] = { "keep", "take", "both" };
    enum { LABELS_MAX = 1000 };
    arena *a = call->request;
    const char **said = ARENA_ARRAY(a, const char *, LABELS_MAX);
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < LABELS_MAX; i++) said[i] = NULL;
    for (size_t w = 0; w < ARRAY_COUNT(WORDS); w++)
        for (text rest = service_text_of(call, WORDS[w], TEXT("")); rest.size_bytes;) {
            size_t comma = text_find(rest, TEXT(",")), end = comma == SIZE_MAX ? rest.size_bytes : comma;
            text one = text_trim(text_sub(rest, 0, end));
            int64_t label;
            if (!codec_parse_scaled(one, 0, &label) || label < 1 || label >= LABELS_MAX || said[label])
                return err_of(&PERSON_MERGE_BAD_LABEL, text_format(a, "--%s %.*s", WORDS[w], TEXT_ARG(text_shown(a, one, 20))).bytes);
            said[label] = WORDS[w];
            rest = text_sub(rest, comma == SIZE_MAX ? end : end + 1, rest.size_bytes);
        }
    for (size_t i = 0; i < LABELS_MAX; i++)
        if (said[i]) text_add_format(&out, "%s%zu=%s", out.size_bytes ? " " : "", i, said[i]);
    *choices = text_built(&out);
    return ERR_NONE;
}

static bool is_waiting(const person_merge_terms *t) { return text_equal_cstr(t->state, "waiting"); }
static bool is_done(const person_merge_terms *t) { return text_equal_cstr(t->state, "done"); }

static err number_error(const county *office, const err_kind *kind, int64_t id)
{
    return err_of(kind, text_format(office->call->request, "%lld", (long long)id).bytes);
}

/* ---- entering ---- */

typedef struct {
    county *office;
    person_merge_terms terms;
    person_merge_view view;
    bool is_dry, is_again;
} act;

static err begin(service_call *call, act *x)
{
    x->is_dry = service_is_given(call, "dry-run");
    TRY(county_open(call, x->is_dry ? COUNTY_READ : COUNTY_WRITE, &x->office));
    if (x->is_dry) return ERR_NONE;
    TRY(county_login(x->office, NULL));
    return county_begin(x->office);
}

/* Nothing may bar the way, and nothing have changed since it was entered. */
static err check(act *x, text digest)
{
    text now;
    if (x->view.bar_count) return x->view.bars[0];
    TRY(person_merge_digest(&x->view, &now));
    if (digest.size_bytes && !text_equal(now, digest)) return number_error(x->office, &PERSON_MERGE_CHANGED, x->terms.other);
    x->terms.digest = now;
    return ERR_NONE;
}

static err sign(act *x)
{
    const char *duty = person_merge_duty(x->terms.by.count);
    TRY(three_may(x->office, &x->terms.by, duty));
    return three_sign(x->office, person_merge_message(x->office->memory, &x->terms), &x->terms.by, duty);
}

static err answer(act *x)
{
    if (!x->is_dry) TRY(store_commit(x->office->db));
    TRY(person_merge_put(&x->view));
    if (x->is_dry) x->office->call->has_failures = x->view.bar_count > 0;
    if (x->is_again) service_note(x->office->call, "done before, nothing changed", "此前已办理，未作改动", TEXT_NONE);
    return ERR_NONE;
}

/* What is done is shown by its terms alone: the records are not two, or not one, any more. */
static err answer_done(act *x)
{
    arena *a = x->office->memory;
    x->view = (person_merge_view){ .office = x->office, .terms = &x->terms };
    TRY(county_people(x->office, &x->view.people));
    TRY(registry_record_read(a, x->view.people, x->terms.kept, REGISTRY_NOW, &x->view.kept));
    TRY(registry_record_read(a, x->view.people, x->terms.other, REGISTRY_NOW, &x->view.other));
    x->view.is_brief = true;
    if (!x->is_dry) TRY(store_commit(x->office->db));
    TRY(person_merge_put(&x->view));
    if (x->is_again) service_note(x->office->call, "done before, nothing changed", "此前已办理，未作改动", TEXT_NONE);
    return ERR_NONE;
}

/* What waits is of the same two, chosen alike, by the same person, over the same facts: nothing is new. */
static err enter(act *x, const person_merge_terms *wanted)
{
    person_merge_terms known = x->terms;
    text digest;
    x->terms = *wanted;
    TRY(person_merge_look(x->office, &x->terms, &x->view));
    if (x->is_dry) return answer(x);
    TRY(check(x, TEXT("")));
    digest = x->terms.digest;
    x->is_again = is_waiting(&known) && known.is_split == wanted->is_split && known.kept == wanted->kept && text_equal(known.digest, digest) &&
                  text_equal(known.choices, wanted->choices) && three_is_by(&known.by, 0, x->office->actor_id);
    if (x->is_again) {
        x->terms = known;
        return answer(x);
    }
    TRY(sign(x));
    x->terms.state = TEXT("waiting");
    TRY(person_merge_say(x->office, &x->terms));
    return answer(x);
}

static err person_merge_run(service_call *call)
{
    act x = { .is_again = false };
    int64_t into, since_ms;
    registry *people;
    person_merge_terms wanted = { .why = service_text_of(call, "why", TEXT("")) };
    TRY(begin(call, &x));
    TRY(record_find_own(x.office, service_text_of(call, "kept", TEXT_NONE), &wanted.kept));
    TRY(record_find_own(x.office, service_text_of(call, "given", TEXT_NONE), &wanted.other));
    if (wanted.kept == wanted.other) return number_error(x.office, &PERSON_MERGE_SAME, wanted.other);
    TRY(read_choices(call, &wanted.choices));
    TRY(person_merge_read(x.office, wanted.other, &x.terms));
    TRY(county_people(x.office, &people));
    TRY(registry_merged_into(people, wanted.other, REGISTRY_NOW, &into, &since_ms));
    if (into == wanted.kept) {
        service_note(call, "merged before, nothing changed", "此前已合并，未作改动", TEXT_NONE);
        return answer_done(&x);
    }
    return enter(&x, &wanted);
}

static err person_split_run(service_call *call)
{
    act x = { .is_again = false };
    int64_t since_ms;
    registry *people;
    person_merge_terms wanted = { .is_split = true, .choices = TEXT(""), .why = service_text_of(call, "why", TEXT("")) };
    TRY(begin(call, &x));
    TRY(record_find_own(x.office, service_text_of(call, "given", TEXT_NONE), &wanted.other));
    TRY(person_merge_read(x.office, wanted.other, &x.terms));
    TRY(county_people(x.office, &people));
    TRY(registry_merged_into(people, wanted.other, REGISTRY_NOW, &wanted.kept, &since_ms));
    x.is_again = !wanted.kept && x.terms.is_split && is_done(&x.terms);
    if (x.is_again) return answer_done(&x);
    if (!wanted.kept) return err_of(&REGISTRY_NOT_MERGED, NULL);
    return enter(&x, &wanted);
}

/* ---- the second and the third ---- */

static err carry_out(act *x)
{
    const registry_merging how = { .meetings = x->view.meetings, .count = x->view.meeting_count, .leaves_benefits = true };
    int64_t turn, conflicts;
    county *office = x->office;
    const person_merge_terms *t = &x->terms;
    TRY(county_turn(office, &turn));
    registry_act does = { .known_ms = office->now_ms, .actor_id = office->actor_id,
                          .why = t->why.size_bytes ? t->why : text_of(office->call->op->name),
                          .key = text_format(office->memory, "person.merge/%lld/%lld", (long long)turn, (long long)t->other) };
    if (t->is_split) TRY(registry_person_split(x->view.people, &does, t->kept, t->other));
    else TRY(registry_person_merge(x->view.people, &does, t->kept, t->other, &how, &conflicts));
    return person_merge_move_accounts(&x->view);
}

static err find_step(act *x, size_t step)
{
    int64_t other;
    TRY(record_find_own(x->office, service_text_of(x->office->call, "given", TEXT_NONE), &other));
    TRY(person_merge_read(x->office, other, &x->terms));
    if (!x->is_dry && (is_waiting(&x->terms) || is_done(&x->terms)))
        x->is_again = three_is_by(&x->terms.by, step, x->office->actor_id);
    if (x->is_again || (is_waiting(&x->terms) && (x->is_dry || x->terms.by.count == step))) return ERR_NONE;
    return number_error(x->office, &PERSON_MERGE_NONE_WAITS, other);
}

static err take_step(service_call *call, size_t step)
{
    act x = { .is_again = false };
    TRY(begin(call, &x));
    TRY(find_step(&x, step));
    if (is_done(&x.terms)) return answer_done(&x);
    text digest = x.terms.digest;
    TRY(person_merge_look(x.office, &x.terms, &x.view));
    if (x.is_dry || x.is_again) return answer(&x);
    TRY(check(&x, digest));
    TRY(sign(&x));
    if (x.terms.by.count < THREE_MARKS) {
        TRY(person_merge_say(x.office, &x.terms));
        return answer(&x);
    }
    x.terms.state = TEXT("done");
    TRY(carry_out(&x));
    TRY(person_merge_say(x.office, &x.terms));
    return answer(&x);
}

static err person_review_run(service_call *call) { return take_step(call, 1); }
static err person_approve_run(service_call *call) { return take_step(call, 2); }

static err person_refuse_run(service_call *call)
{
    act x = { .is_again = false };
    int64_t other;
    TRY(begin(call, &x));
    TRY(record_find_own(x.office, service_text_of(call, "given", TEXT_NONE), &other));
    TRY(person_merge_read(x.office, other, &x.terms));
    x.is_again = text_equal_cstr(x.terms.state, "refused");
    if (!x.is_again && !is_waiting(&x.terms)) return number_error(x.office, &PERSON_MERGE_NONE_WAITS, other);
    if (!x.is_again && !x.is_dry) {
        x.terms.state = TEXT("refused");
        x.terms.why = service_text_of(call, "why", x.terms.why);
        TRY(person_merge_say(x.office, &x.terms));
    }
    return answer_done(&x);
}

#define MERGE_OP(constant, op_name, fields, permits, en, zh, runs, example)                                        \
    static const char *const constant##_EXAMPLES[] = { example, NULL };                                            \
    const service_op constant = {                                                                                  \
        .name = op_name, .summary = en, .summary_zh = zh, .law = "《社会保险经办条例》第三十七条",                     \
        .kind = SERVICE_WRITE, .permission = permits, .input = fields, .input_count = ARRAY_COUNT(fields),         \
        .output = PERSON_MERGE_OUTPUT, .output_count = PERSON_MERGE_OUTPUT_COUNT, .examples = constant##_EXAMPLES, \
        .run = runs, .print = person_merge_print,                                                                  \
    }

MERGE_OP(PERSON_MERGE_OP, "person.merge", MERGE_INPUT, "person.enter",
         "Propose that two records are one person: both side by side, what comes along, what must be chosen",
         "提出合并同一人的两份记录：并排显示、列出并入内容和须选择的项目", person_merge_run,
         "doudi person merge 1024 2048 --keep 1 --take 2 --why 一人两号 --as zhangwei");
MERGE_OP(PERSON_SPLIT_OP, "person.split", SPLIT_INPUT, "person.enter",
         "Propose that a record merged wrongly stands for itself again", "提出拆分误并的记录", person_split_run,
         "doudi person split 2048 --why 误并 --as zhangwei");
MERGE_OP(PERSON_REVIEW_OP, "person.review", STEP_INPUT, "record.review", "Review a merge or a split, as the second person",
         "复核合并或拆分", person_review_run, "doudi person review 2048 --as rhea");
MERGE_OP(PERSON_APPROVE_OP, "person.approve", STEP_INPUT, "record.approve",
         "Approve a merge or a split, as the third person: it is then done", "审批合并或拆分，随即生效", person_approve_run,
         "doudi person approve 2048 --as lea");
MERGE_OP(PERSON_REFUSE_OP, "person.refuse", STEP_INPUT, "record.review", "Send a merge or a split back", "退回合并或拆分",
         person_refuse_run, "doudi person refuse 2048 --why 并非一人 --as rhea");
