#include <string.h>

#include "service/book.h"
#include "service/subject.h"

const err_kind SERVICE_UNKNOWN_NAME = {
    "service.unknown_name", ERR_NOT_FOUND,
    "The packs know nothing called {}.", "政策包中没有名为 {} 的内容。"
};
const err_kind SERVICE_UNKNOWN_FACT = {
    "service.unknown_fact", ERR_BAD_INPUT,
    "{} cannot be given: it is no input, parameter, variable or record.",
    "{} 不能赋值：它不是输入项、参数、变量或记录。"
};
const err_kind SERVICE_NO_ROWS = {
    "service.no_rows", ERR_BAD_INPUT,
    "The rows of {} are needed and not given; write it as an empty list, [], when there are none.",
    "需要 {} 的各行数据但没有给出；如果确实没有，请写作空列表 []。"
};

enum { NAME_SHOWN_MAX = 120 };

/* ---- names ---- */

bool service_is_named(const policy_symbol *symbol, text name)
{
    if (text_equal_cstr(name, symbol->name)) return true;
    if (!symbol->label || strlen(symbol->label) != name.size_bytes) return false;
    for (size_t i = 0; i < name.size_bytes; i++) {
        char a = name.bytes[i], b = symbol->label[i];
        if (a >= 'A' && a <= 'Z') a += 32;
        if (b >= 'A' && b <= 'Z') b += 32;
        if ((a == ' ' ? '_' : a) != (b == ' ' ? '_' : b)) return false;
    }
    return true;
}

const policy_symbol *service_field_symbol(const policy_book *book, const policy_symbol *record,
                                          text name)
{
    size_t count;
    const policy_symbol *symbols = policy_symbols(book, &count);
    for (size_t i = 0; i < count; i++)
        if (symbols[i].record && strcmp(record->name, symbols[i].record) == 0 &&
            strcmp(record->pack, symbols[i].pack) == 0 && service_is_named(&symbols[i], name))
            return &symbols[i];
    return NULL;
}

err service_symbol(arena *a, const policy_book *book, text name,
                   const policy_symbol **symbol)
{
    err e = policy_find(book, name, symbol);
    if (e.kind != &POLICY_UNKNOWN_NAME) return e;
    size_t count, known_count = 0;
    const policy_symbol *symbols = policy_symbols(book, &count);
    const char **known = ARENA_ARRAY(a, const char *, 2 * count + 1);
    for (size_t i = 0; i < count; i++) {
        known[known_count++] = symbols[i].name;
        if (symbols[i].label) known[known_count++] = symbols[i].label;
    }
    const char *near = service_nearest(a, name, known, known_count);
    text shown = text_shown(a, name, NAME_SHOWN_MAX);
    return err_of(&SERVICE_UNKNOWN_NAME, near ? err_said(a, "%.*s (did you mean %s?)", "%.*s（是否想写 %s？）", TEXT_ARG(shown), near) : text_cstr(a, shown));
}

/* ---- units ---- */

const char *service_unit(const policy_type *type, bool is_chinese)
{
    static const char *const MONEY[] = { "yuan", "yuan/day", "yuan/month", "yuan/year" };
    static const char *const MONEY_ZH[] = { "元", "元/日", "元/月", "元/年" };
    switch (type->base) {
    case POLICY_MONEY: return (is_chinese ? MONEY_ZH : MONEY)[type->per];
    case POLICY_MONTHS: return is_chinese ? "个月" : "months";
    case POLICY_DAYS: return is_chinese ? "天" : "days";
    default: return "";
    }
}

text service_unit_behind(text value, text unit)
{
    bool is_one = text_equal(value, TEXT("1")) || text_equal(value, TEXT("-1"));
    bool is_many = unit.size_bytes && unit.bytes[unit.size_bytes - 1] == 's';
    return text_sub(unit, 0, unit.size_bytes - (is_one && is_many));
}

/* ---- the plan's needs and the facts given ---- */

typedef struct {
    arena *a;
    const policy_book *book;
    service_subject *subject;
    uint32_t **row_until; /* by record: one subject */
} filling;

bool service_is_same(const policy_symbol *a, const policy_symbol *b)
{
    if (a == b) return true;
    return a->kind == b->kind && strcmp(a->name, b->name) == 0 && a->pack && b->pack &&
           strcmp(a->pack, b->pack) == 0 && !a->record == !b->record &&
           (!a->record || strcmp(a->record, b->record) == 0);
}

static size_t input_index(const service_subject *s, const policy_symbol *symbol, uint16_t space)
{
    for (size_t i = 0; i < s->planned.plan.input_count; i++)
        if (s->planned.plan.inputs[i].space == space && service_is_same(s->planned.input_symbols[i], symbol))
            return i;
    return SIZE_MAX;
}

static size_t record_index(const vm_plan *plan, const char *name)
{
    for (size_t r = 0; r < plan->record_count; r++)
        if (strcmp(plan->records[r].name, name) == 0) return r;
    return SIZE_MAX;
}

static bool is_settable(const policy_symbol *s)
{
    return s->kind == POLICY_SYMBOL_INPUT || s->kind == POLICY_SYMBOL_PARAM ||
           s->kind == POLICY_SYMBOL_VAR || s->kind == POLICY_SYMBOL_FIELD;
}

/* The symbol that a key of a record's row sets: a field of it, else any name. */
static err row_symbol(arena *a, const policy_book *book, const policy_symbol *record, text key,
                      const policy_symbol **symbol)
{
    *symbol = service_field_symbol(book, record, key);
    if (*symbol) return ERR_NONE;
    TRY(service_symbol(a, book, key, symbol));
    return is_settable(*symbol) ? ERR_NONE : err_of(&SERVICE_UNKNOWN_FACT, text_cstr(a, key));
}

static err set_lane(filling *f, size_t input, size_t lane, text name, const codec_json *v,
                    source_pos at)
{
    column *c = (column *)&f->subject->batch.inputs[input];
    if (v->type == CODEC_JSON_NULL) {
        column_fail(f->a, c, lane, VM_REASON(VM_NOT_KNOWN, 0));
        return ERR_NONE;
    }
    const policy_symbol *symbol = f->subject->planned.input_symbols[input];
    text word = service_json_word(f->a, v);
    err e = { 0 };
    if (v->type == CODEC_JSON_ARRAY || v->type == CODEC_JSON_OBJECT) {
        e.kind = &POLICY_BAD_VALUE;
        word = TEXT("[…]");
    } else {
        e = policy_parse_value(f->a, f->subject->codes, &symbol->type, word, &c->value[lane]);
    }
    if (!e.kind) {
        c->reason[lane] = 0;
        return ERR_NONE;
    }
    return err_at(&SERVICE_BAD_FACT, at, err_said(f->a, "%.*s=%.*s (it is a %s)", "%.*s=%.*s（类型为 %s）", TEXT_ARG(name), TEXT_ARG(word), symbol->type.text));
}

static err fill_single(filling *f, service_fact *fact, const policy_symbol *symbol)
{
    if (!is_settable(symbol)) return err_at(&SERVICE_UNKNOWN_FACT, fact->at, text_cstr(f->a, fact->name));
    size_t i = input_index(f->subject, symbol, 0);
    if (i == SIZE_MAX) return ERR_NONE;
    fact->is_used = f->subject->is_given[i] = true;
    return set_lane(f, i, 0, fact->name, fact->value, fact->at);
}

static source_pos row_position(const service_fact *fact, const codec_json *row)
{
    source_pos at = fact->at;
    if (at.file && row->line) at.line = row->line, at.column = row->column;
    return at;
}

static err fill_row(filling *f, service_fact *fact, const policy_symbol *record, uint16_t space,
                    size_t lane)
{
    const codec_json *row = &fact->value->items[lane];
    source_pos at = row_position(fact, row);
    if (row->type != CODEC_JSON_OBJECT) return err_at(&SERVICE_BAD_FACT, at, text_cstr(f->a, fact->name));
    for (size_t k = 0; k < row->count; k++) {
        const policy_symbol *symbol;
        TRY(row_symbol(f->a, f->book, record, row->keys[k], &symbol));
        size_t i = input_index(f->subject, symbol, space);
        if (i == SIZE_MAX) continue;
        f->subject->is_given[i] = true;
        TRY(set_lane(f, i, lane, row->keys[k], &row->items[k], at));
    }
    return ERR_NONE;
}

static err fill_record(filling *f, service_fact *fact, const policy_symbol *record)
{
    size_t r = record_index(&f->subject->planned.plan, record->name);
    if (r == SIZE_MAX) return ERR_NONE;
    fact->is_used = true;
    for (size_t lane = 0; lane < fact->value->count; lane++)
        TRY(fill_row(f, fact, record, (uint16_t)(r + 1), lane));
    return ERR_NONE;
}

static err fact_symbol(arena *a, const policy_book *book, const service_fact *fact,
                       const policy_symbol **symbol)
{
    err e = service_symbol(a, book, fact->name, symbol);
    if (e.kind && fact->at.file) e.at = fact->at;
    if (e.kind) return e;
    bool is_list = fact->value->type == CODEC_JSON_ARRAY;
    if (is_list != ((*symbol)->kind == POLICY_SYMBOL_RECORD))
        return err_at(is_list ? &SERVICE_UNKNOWN_FACT : &SERVICE_BAD_FACT, fact->at,
                      text_cstr(a, fact->name));
    return ERR_NONE;
}

/* Parameters and variables that come in as inputs, from facts and from the keys of rows. */
static err given_names(arena *a, const policy_book *book, const service_facts *facts,
                       const text **names, size_t *count)
{
    text *given = NULL;
    size_t given_count = 0, capacity = 0;
    for (size_t i = 0; i < facts->count; i++) {
        const service_fact *fact = &facts->items[i];
        const policy_symbol *symbol;
        TRY(fact_symbol(a, book, fact, &symbol));
        if (symbol->kind == POLICY_SYMBOL_PARAM || symbol->kind == POLICY_SYMBOL_VAR)
            ARENA_PUSH(a, given, given_count, capacity, fact->name);
        if (symbol->kind != POLICY_SYMBOL_RECORD || !fact->value->count) continue;
        const codec_json *row = &fact->value->items[0];
        for (size_t k = 0; row->type == CODEC_JSON_OBJECT && k < row->count; k++) {
            const policy_symbol *field;
            TRY(row_symbol(a, book, symbol, row->keys[k], &field));
            if (field->kind == POLICY_SYMBOL_PARAM || field->kind == POLICY_SYMBOL_VAR)
                ARENA_PUSH(a, given, given_count, capacity, row->keys[k]);
        }
    }
    *names = given;
    *count = given_count;
    return ERR_NONE;
}

/* One lane of everything, all of it unknown, and the rows of each record. */
static err open_batch(filling *f, const service_facts *facts)
{
    service_subject *s = f->subject;
    const vm_plan *plan = &s->planned.plan;
    f->row_until = ARENA_ARRAY(f->a, uint32_t *, plan->record_count + 1);
    for (size_t r = 0; r < plan->record_count; r++) {
        f->row_until[r] = ARENA_ARRAY(f->a, uint32_t, 1);
        bool is_given = false;
        for (size_t i = 0; i < facts->count && !is_given; i++) {
            const policy_symbol *symbol;
            TRY(fact_symbol(f->a, f->book, &facts->items[i], &symbol));
            is_given = symbol->kind == POLICY_SYMBOL_RECORD &&
                       strcmp(symbol->name, plan->records[r].name) == 0;
            if (is_given) f->row_until[r][0] = (uint32_t)facts->items[i].value->count;
        }
        if (!is_given) return err_of(&SERVICE_NO_ROWS, plan->records[r].name);
    }
    column *inputs = ARENA_ARRAY(f->a, column, plan->input_count + 1);
    for (size_t i = 0; i < plan->input_count; i++) {
        uint16_t space = plan->inputs[i].space;
        inputs[i] = column_open(f->a, space ? f->row_until[space - 1][0] : 1);
        for (size_t lane = 0; lane < inputs[i].count; lane++)
            column_fail(f->a, &inputs[i], lane, VM_REASON(VM_NOT_KNOWN, 0));
    }
    s->is_given = ARENA_ARRAY(f->a, bool, plan->input_count + 1);
    s->batch = (vm_batch){ .count = 1, .inputs = inputs,
                           .row_until = (const uint32_t *const *)f->row_until };
    return ERR_NONE;
}

static err fill_facts(filling *f, service_facts *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        const policy_symbol *symbol;
        TRY(fact_symbol(f->a, f->book, &facts->items[i], &symbol));
        if (symbol->kind == POLICY_SYMBOL_RECORD) TRY(fill_record(f, &facts->items[i], symbol));
        else TRY(fill_single(f, &facts->items[i], symbol));
    }
    return ERR_NONE;
}

static void run_subject(arena *a, service_subject *s)
{
    const vm_plan *plan = &s->planned.plan;
    s->machine = vm_machine_open(a, s->program, (vm_machine_options){ 0 });
    s->outputs = ARENA_ARRAY(a, column, plan->output_count + 1);
    for (size_t i = 0; i < plan->output_count; i++) {
        uint16_t space = plan->nodes[plan->outputs[i].node].space;
        s->outputs[i] = column_open(a, space ? s->batch.row_until[space - 1][0] : 1);
        column_ensure_reasons(a, &s->outputs[i]);
    }
    vm_run(s->machine, &s->batch, s->outputs);
}

err service_subject_open(arena *a, const policy_book *book, const service_question *asked,
                         service_facts *facts, service_subject *subject)
{
    *subject = (service_subject){ 0 };
    policy_request wanted = { .on_day = asked->on_day, .region = asked->region,
                              .roots = asked->roots, .root_count = asked->root_count };
    TRY(given_names(a, book, facts, &wanted.given, &wanted.given_count));
    for (size_t i = 0; i < asked->root_count; i++) {
        const policy_symbol *symbol;
        TRY(service_symbol(a, book, asked->roots[i], &symbol));
    }
    TRY(policy_plan(a, book, &wanted, &subject->planned));
    TRY(vm_seal(a, &subject->planned.plan, &subject->program));
    subject->codes = policy_codes_open(a, book, &subject->planned);
    filling f = { .a = a, .book = book, .subject = subject };
    TRY(open_batch(&f, facts));
    TRY(fill_facts(&f, facts));
    policy_codes_tell(subject->codes, &subject->planned);
    run_subject(a, subject);
    return ERR_NONE;
}

size_t service_subject_lanes(const service_subject *subject, size_t output)
{
    return subject->outputs[output].count;
}

static text label_in(const vm_plan *plan, text name)
{
    for (size_t i = 0; i < plan->origin_count; i++)
        if (plan->origins[i].name && plan->origins[i].label && text_equal_cstr(name, plan->origins[i].name)) return text_of(plan->origins[i].label);
    return name;
}

/* Part of a formula, each name in it by its label. */
static const char *in_labels(arena *a, const vm_plan *plan, text formula)
{
    text_builder out = text_builder_open(a);
    for (size_t at = 0, end; at < formula.size_bytes; at = end) {
        size_t next = at;
        (void)text_next_rune(formula, &next);
        end = service_book_word_end(formula, at);
        if (end <= at) text_add(&out, text_sub(formula, at, end = next));
        else text_add(&out, label_in(plan, text_sub(formula, at, end)));
    }
    return text_built(&out).bytes;
}

/* An input that stands for no rule has its name from the plan, and no other. */
static text reason_said(arena *a, const vm_plan *plan, uint32_t reason, bool is_chinese, bool is_labelled)
{
    vm_reason_kind kind = VM_REASON_KIND(reason);
    const vm_reason_row *row = vm_reason_about(kind);
    const vm_node *node = &plan->nodes[VM_REASON_NODE(reason)];
    const vm_origin *origin = &plan->origins[node->origin];
    is_labelled = is_labelled && !is_chinese;
    const char *name = is_labelled && origin->name && origin->label ? origin->label : origin->name;
    if (name == origin->label && name && kind == VM_NOT_SET) /* whoever is to set it writes it by the pack's own name */
        name = text_format(a, "%s (%s)", origin->label, origin->name).bytes;
    if (!name && node->op == VM_INPUT) name = plan->inputs[node->aux].name;
    const char *because = is_chinese || !origin->note_en ? origin->note : origin->note_en;
    if (!name && node->op == VM_UNKNOWN) /* the rule says so itself, and mostly why */
        return text_format(a, because ? (is_chinese ? "规则规定此时未知：%s" : "the rule leaves it unknown: %s")
                                      : (is_chinese ? "规则规定此时未知" : "the rule leaves it unknown"), because);
    if (!name && origin->source) name = is_labelled ? in_labels(a, plan, text_of(origin->source)) : origin->source;
    const char *says = is_chinese ? row->says_zh : row->says;
    if (kind == VM_NOT_KNOWN && name)
        return text_format(a, is_chinese ? "%s 未知" : "%s is not known", name);
    return text_format(a, "%s%s%s", name ? name : "", name ? (is_chinese ? "：" : ": ") : "", says);
}

text service_reason(arena *a, const vm_plan *plan, uint32_t reason, bool is_chinese)
{
    return reason_said(a, plan, reason, is_chinese, true);
}

text service_reason_by_name(arena *a, const vm_plan *plan, uint32_t reason, bool is_chinese)
{
    return reason_said(a, plan, reason, is_chinese, false);
}

const char *service_reason_said(arena *a, const vm_plan *plan, uint32_t reason)
{
    text en = service_reason(a, plan, reason, false), zh = service_reason(a, plan, reason, true);
    return text_format(a, ERR_SAID("%.*s", "%.*s"), TEXT_ARG(en), TEXT_ARG(zh)).bytes;
}
