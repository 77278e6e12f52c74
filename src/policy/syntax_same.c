#include <string.h>

#include "policy/syntax_print.h"

/* A walk over both trees at once. Only what the pack says counts, not where it stands. */

static bool same_word(word a, word b)
{
    return text_equal(a.bytes, b.bytes);
}

static bool same_words(const word *a, size_t a_count, const word *b, size_t b_count)
{
    if (a_count != b_count) return false;
    for (size_t i = 0; i < a_count; i++)
        if (!same_word(a[i], b[i])) return false;
    return true;
}

static bool same_expr(const expr *a, const expr *b)
{
    if (!a || !b) return a == b;
    bool is_same = a->kind == b->kind && same_word(a->name, b->name) &&
                   same_word(a->pack, b->pack) && a->op == b->op && a->aggregate == b->aggregate &&
                   a->unit == b->unit && a->is_percent == b->is_percent && a->num == b->num &&
                   a->den == b->den && a->point == b->point && a->truth == b->truth &&
                   text_equal(a->string, b->string) && a->rounding == b->rounding &&
                   same_word(a->record, b->record) && same_word(a->same, b->same) &&
                   a->arg_count == b->arg_count && a->depth == b->depth;
    for (size_t i = 0; is_same && i < a->arg_count; i++) is_same = same_expr(a->args[i], b->args[i]);
    return is_same;
}

static bool same_type(const type_syntax *a, const type_syntax *b)
{
    return same_word(a->name, b->name) && a->per == b->per && a->decimals == b->decimals &&
           a->is_exact == b->is_exact && a->is_at == b->is_at && same_expr(a->from, b->from) &&
           same_expr(a->until, b->until);
}

static bool same_cell(const cell_syntax *a, const cell_syntax *b)
{
    return text_equal(a->raw, b->raw) && text_equal(a->mark, b->mark) && a->is_empty == b->is_empty;
}

static bool same_table(const table_syntax *a, const table_syntax *b)
{
    if (!a || !b) return a == b;
    if (a->column_count != b->column_count || a->row_count != b->row_count) return false;
    for (size_t i = 0; i < a->column_count; i++)
        if (!same_cell(&a->header[i], &b->header[i])) return false;
    for (size_t i = 0; i < a->column_count * a->row_count; i++)
        if (!same_cell(&a->cells[i], &b->cells[i])) return false;
    return true;
}

static bool same_exception(const exception_syntax *a, const exception_syntax *b)
{
    return same_expr(a->condition, b->condition) && same_expr(a->value, b->value) &&
           a->is_overriding == b->is_overriding && text_equal(a->because, b->because) && text_equal(a->because_en, b->because_en) &&
           text_equal(a->law, b->law);
}

static bool same_version(const version_syntax *a, const version_syntax *b)
{
    bool is_same = a->is_always == b->is_always && a->since_day == b->since_day &&
                   a->until_day == b->until_day && same_expr(a->value, b->value) &&
                   text_equal(a->mark, b->mark) && text_equal(a->law, b->law) &&
                   a->exception_count == b->exception_count && same_table(a->table, b->table);
    for (size_t i = 0; is_same && i < a->exception_count; i++)
        is_same = same_exception(&a->exceptions[i], &b->exceptions[i]);
    return is_same;
}

static bool same_versions(const version_syntax *a, size_t a_count, const version_syntax *b,
                          size_t b_count)
{
    if (a_count != b_count) return false;
    for (size_t i = 0; i < a_count; i++)
        if (!same_version(&a[i], &b[i])) return false;
    return true;
}

static bool same_test(const test_syntax *a, const test_syntax *b)
{
    if (!a || !b) return a == b;
    bool is_same = text_equal(a->mission_rows, b->mission_rows) && text_equal(a->name, b->name) &&
                   a->on_day == b->on_day && text_equal(a->region, b->region) &&
                   same_words(a->record_names, a->record_count, b->record_names, b->record_count) &&
                   same_table(a->lines, b->lines);
    for (size_t i = 0; is_same && i < a->record_count; i++)
        is_same = same_table(&a->records[i], &b->records[i]);
    return is_same;
}

static bool same_proof(const proof_syntax *a, const proof_syntax *b)
{
    if (!a || !b) return a == b;
    bool is_same = a->kind == b->kind && same_expr(a->subject, b->subject) &&
                   same_expr(a->along, b->along) && same_expr(a->low, b->low) &&
                   same_expr(a->high, b->high) && a->is_rising == b->is_rising &&
                   a->is_strict == b->is_strict && same_expr(a->slack, b->slack) &&
                   same_expr(a->from, b->from) && same_expr(a->until, b->until) &&
                   same_expr(a->by, b->by) && same_expr(a->over, b->over) &&
                   same_expr(a->where, b->where) && a->on_day == b->on_day &&
                   text_equal(a->region, b->region) && a->is_refuted == b->is_refuted &&
                   text_equal(a->because, b->because) && text_equal(a->because_en, b->because_en) &&
                   same_words(a->with_names, a->with_count, b->with_names, b->with_count);
    for (size_t i = 0; is_same && i < a->with_count; i++)
        is_same = same_expr(a->with_values[i], b->with_values[i]);
    return is_same;
}

static bool same_effects(const effect_syntax *a, size_t a_count, const effect_syntax *b,
                         size_t b_count)
{
    bool is_same = a_count == b_count;
    for (size_t i = 0; is_same && i < a_count; i++)
        is_same = same_word(a[i].verb, b[i].verb) && same_expr(a[i].when, b[i].when) &&
                  same_words(a[i].names, a[i].name_count, b[i].names, b[i].name_count);
    return is_same;
}

static bool same_step(const step_syntax *a, const step_syntax *b)
{
    bool is_same = same_word(a->name, b->name) && same_word(a->label, b->label) &&
                   same_word(a->duty, b->duty) && a->within_days == b->within_days &&
                   same_expr(a->within, b->within) && a->notice_days == b->notice_days && same_expr(a->notice, b->notice) &&
                   a->is_notice_working_days == b->is_notice_working_days &&
                   same_words(a->not_steps, a->not_count, b->not_steps, b->not_count) &&
                   a->is_working_days == b->is_working_days && a->is_end == b->is_end &&
                   a->next_count == b->next_count &&
                   same_effects(a->effects, a->effect_count, b->effects, b->effect_count);
    for (size_t i = 0; is_same && i < a->next_count; i++)
        is_same = same_word(a->nexts[i].target, b->nexts[i].target) &&
                  same_expr(a->nexts[i].when, b->nexts[i].when);
    return is_same;
}

static bool same_field(const field_syntax *a, const field_syntax *b)
{
    return same_word(a->name, b->name) && same_word(a->label, b->label) &&
           same_type(&a->type, &b->type) && a->is_required == b->is_required && a->is_changing == b->is_changing && same_word(a->until, b->until) &&
           same_word(a->prefilled, b->prefilled) && same_expr(a->check, b->check) &&
           text_equal(a->because, b->because) && text_equal(a->because_en, b->because_en);
}

static bool same_paper(const paper_syntax *a, const paper_syntax *b)
{
    return same_word(a->name, b->name) && same_word(a->label, b->label) && a->mode == b->mode &&
           a->within_days == b->within_days && same_expr(a->when, b->when);
}

static bool same_key(const key_syntax *a, const key_syntax *b)
{
    return same_word(a->name, b->name) && same_type(&a->type, &b->type) && a->mode == b->mode &&
           a->is_mode_written == b->is_mode_written;
}

static bool same_lists(const decl *a, const decl *b)
{
    bool is_same = a->key_count == b->key_count && a->member_count == b->member_count &&
                   a->field_count == b->field_count && a->paper_count == b->paper_count &&
                   a->step_count == b->step_count;
    for (size_t i = 0; is_same && i < a->key_count; i++) is_same = same_key(&a->keys[i], &b->keys[i]);
    for (size_t i = 0; is_same && i < a->member_count; i++)
        is_same = same_word(a->members[i].name, b->members[i].name) &&
                  same_word(a->members[i].label, b->members[i].label);
    for (size_t i = 0; is_same && i < a->field_count; i++)
        is_same = same_field(&a->fields[i], &b->fields[i]);
    for (size_t i = 0; is_same && i < a->paper_count; i++)
        is_same = same_paper(&a->papers[i], &b->papers[i]);
    for (size_t i = 0; is_same && i < a->step_count; i++)
        is_same = same_step(&a->steps[i], &b->steps[i]);
    return is_same;
}

static bool same_decl(const decl *a, const decl *b)
{
    return a->kind == b->kind && a->is_broken == b->is_broken && same_word(a->name, b->name) &&
           same_word(a->label, b->label) && same_word(a->of_entity, b->of_entity) &&
           a->local == b->local && same_type(&a->type, &b->type) && text_equal(a->law, b->law) &&
           text_equal(a->note, b->note) && same_expr(a->within_low, b->within_low) &&
           same_expr(a->within_high, b->within_high) && same_table(a->table, b->table) &&
           same_versions(a->versions, a->version_count, b->versions, b->version_count) &&
           same_versions(a->targets, a->target_count, b->targets, b->target_count) &&
           same_test(a->test, b->test) && same_proof(a->proof, b->proof) &&
           same_expr(a->when, b->when) && same_expr(a->value, b->value) &&
           same_word(a->severity, b->severity) && same_word(a->owner, b->owner) &&
           same_effects(a->actions, a->action_count, b->actions, b->action_count) &&
           text_equal(a->message, b->message) && text_equal(a->message_en, b->message_en) &&
           text_equal(a->owner_en, b->owner_en) && a->within_days == b->within_days &&
           a->is_working_days == b->is_working_days && same_lists(a, b);
}

bool syntax_same(const pack_syntax *a, const pack_syntax *b)
{
    if (!same_word(a->name, b->name) || !same_word(a->en, b->en) || !text_equal(a->law, b->law) ||
        !text_equal(a->region, b->region) || a->decl_count != b->decl_count ||
        !same_words(a->uses, a->use_count, b->uses, b->use_count))
        return false;
    for (size_t i = 0; i < a->decl_count; i++)
        if (!same_decl(&a->decls[i], &b->decls[i])) return false;
    return true;
}
