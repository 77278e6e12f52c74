#include "policy/syntax_print.h"

#include "calendar/calendar.h"

/* ---- small things ---- */

static void add_word(text_builder *b, const char *before, word w)
{
    if (w.bytes.size_bytes == 0) return;
    text_add_cstr(b, before);
    text_add(b, w.bytes);
}

static void add_string(text_builder *b, const char *before, text t)
{
    text_add_cstr(b, before);
    text_add_char(b, '"');
    text_add(b, t);
    text_add_char(b, '"');
}

static void add_label(text_builder *b, word label)
{
    if (label.at.line) add_string(b, " ", label.bytes);
}

static void add_rest(text_builder *b, const char *before, text t)
{
    if (t.size_bytes == 0) return;
    text_add_cstr(b, before);
    text_add(b, t);
    text_add_char(b, '\n');
}

static void add_day(text_builder *b, const char *before, int32_t day)
{
    char out[CALENDAR_PRINT_BYTES];
    calendar_print_day(day, out);
    text_add_cstr(b, before);
    text_add_cstr(b, out);
}

static void add_names(text_builder *b, const char *before, const word *names, size_t count)
{
    for (size_t i = 0; i < count; i++) add_word(b, i ? ", " : before, names[i]);
}

static void add_expr(text_builder *b, const char *before, const expr *e)
{
    if (!e) return;
    text_add_cstr(b, before);
    syntax_print_expr(b, e);
}

/* Where the grammar takes a sum, and anything weaker only in parentheses. */
static void add_term(text_builder *b, const char *before, const expr *e)
{
    if (!e) return;
    text_add_cstr(b, before);
    syntax_print_expr_term(b, e);
}

/* ---- types, tables, versions ---- */

static void add_type(text_builder *b, const type_syntax *type)
{
    static const char *const PERS[] = { [POLICY_PER_NONE] = "", [POLICY_PER_DAY] = " per day",
                                        [POLICY_PER_MONTH] = " per month",
                                        [POLICY_PER_YEAR] = " per year" };
    text_add(b, type->name.bytes);
    text_add_cstr(b, PERS[type->per]);
    if (type->decimals >= 0) text_add_format(b, " decimals %d", (int)type->decimals);
    add_term(b, " from ", type->from);
    add_term(b, " to ", type->until);
    if (type->is_exact) text_add_cstr(b, " exact");
    if (type->is_at) text_add_cstr(b, " at");
}

static void add_keys(text_builder *b, const key_syntax *keys, size_t count)
{
    static const char *const MODES[] = { [KEY_EXACT] = " exact", [KEY_BAND] = " band",
                                         [KEY_LINEAR] = " linear" };
    for (size_t i = 0; i < count; i++) {
        add_word(b, i ? ", " : " by ", keys[i].name);
        bool is_point = keys[i].type.name.bytes.bytes == keys[i].name.bytes.bytes;
        if (!is_point && keys[i].type.name.bytes.size_bytes) {
            text_add_cstr(b, " : ");
            add_type(b, &keys[i].type);
        }
        if (keys[i].is_mode_written) text_add_cstr(b, MODES[keys[i].mode]);
    }
}

static void add_cell(text_builder *b, const cell_syntax *cell)
{
    text_add_char(b, ' ');
    text_add(b, cell->raw);
    if (cell->mark.size_bytes) text_add_format(b, " [%.*s]", TEXT_ARG(cell->mark));
    text_add_cstr(b, " |");
}

static void add_table(text_builder *b, const table_syntax *table)
{
    if (!table) return;
    text_add_cstr(b, "  |");
    for (size_t i = 0; i < table->column_count; i++) add_cell(b, &table->header[i]);
    text_add_cstr(b, "\n  |");
    for (size_t i = 0; i < table->column_count; i++) text_add_cstr(b, " --- |");
    text_add_char(b, '\n');
    for (size_t row = 0; row < table->row_count; row++) {
        text_add_cstr(b, "  |");
        for (size_t i = 0; i < table->column_count; i++)
            add_cell(b, &table->cells[row * table->column_count + i]);
        text_add_char(b, '\n');
    }
}

/* A sentence, and the same in English where it is said. */
static void add_said(text_builder *b, const char *before, text said, text in_english)
{
    if (said.bytes) add_string(b, before, said);
    if (in_english.bytes) add_string(b, " ", in_english);
}

static void add_exception(text_builder *b, const exception_syntax *e)
{
    text_add_cstr(b, e->is_overriding ? "    unless overriding " : "    unless ");
    add_expr(b, "", e->condition);
    add_expr(b, ": ", e->value);
    add_said(b, " because ", e->because, e->because_en);
    if (e->law.size_bytes) text_add_format(b, " law %.*s", TEXT_ARG(e->law));
    text_add_char(b, '\n');
}

static void add_validity(text_builder *b, const version_syntax *v, const char *always)
{
    if (v->is_always) text_add_cstr(b, always);
    else add_day(b, "since ", v->since_day);
    if (v->until_day != INT32_MAX) add_day(b, " to ", v->until_day);
}

static void add_version(text_builder *b, const version_syntax *v)
{
    text_add_cstr(b, "  ");
    add_validity(b, v, "always");
    add_expr(b, " = ", v->value);
    if (v->mark.size_bytes) text_add_format(b, " [%.*s]", TEXT_ARG(v->mark));
    text_add_char(b, '\n');
    add_table(b, v->table);
    add_rest(b, "    law ", v->law);
    for (size_t i = 0; i < v->exception_count; i++) add_exception(b, &v->exceptions[i]);
}

/* ---- tests and proofs ---- */

static void add_test(text_builder *b, const decl *d)
{
    const test_syntax *t = d->test;
    if (t->mission_rows.size_bytes) text_add_format(b, " [%.*s]", TEXT_ARG(t->mission_rows));
    add_label(b, d->label);
    if (t->on_day != INT32_MIN) add_day(b, " on ", t->on_day);
    if (t->region.size_bytes) text_add_format(b, " region %.*s", TEXT_ARG(t->region));
    text_add_char(b, '\n');
    for (size_t i = 0; i < t->record_count; i++) {
        add_word(b, "rows ", t->record_names[i]);
        text_add_char(b, '\n');
        add_table(b, &t->records[i]);
    }
    if (t->record_count) text_add_cstr(b, "expect\n");
    add_table(b, t->lines);
}

static void add_monotone(text_builder *b, const proof_syntax *p)
{
    /* `always falls` is strict and not rising; `never rises` is neither strict nor rising. */
    const char *words = p->is_strict ? (p->is_rising ? " always rises" : " always falls")
                                     : (p->is_rising ? " never falls" : " never rises");
    add_term(b, "", p->subject);
    text_add_cstr(b, words);
    add_term(b, " as ", p->along);
    text_add_cstr(b, " rises");
    add_term(b, " up to ", p->slack);
}

static void add_property(text_builder *b, const proof_syntax *p)
{
    switch (p->kind) {
    case POLICY_PROOF_MONOTONE: add_monotone(b, p); break;
    case POLICY_PROOF_BETWEEN:
        add_term(b, "", p->subject);
        add_term(b, " between ", p->low);
        add_term(b, " and ", p->high);
        break;
    case POLICY_PROOF_ALWAYS: add_expr(b, "always ", p->subject); break;
    case POLICY_PROOF_COMPLETE: add_term(b, "complete ", p->subject); break;
    case POLICY_PROOF_CLIFFS:
        add_term(b, "cliffs of ", p->subject);
        add_term(b, " along ", p->along);
        add_term(b, " from ", p->from);
        add_term(b, " to ", p->until);
        add_term(b, " by ", p->by);
        add_term(b, " over ", p->over);
        break;
    }
}

static void add_proof(text_builder *b, const decl *d)
{
    const proof_syntax *p = d->proof;
    text_add_cstr(b, ": ");
    add_property(b, p);
    add_expr(b, " where ", p->where);
    if (p->on_day != INT32_MIN) add_day(b, " on ", p->on_day);
    if (p->region.size_bytes) text_add_format(b, " region %.*s", TEXT_ARG(p->region));
    for (size_t i = 0; i < p->with_count; i++) {
        add_word(b, i ? ", " : " with ", p->with_names[i]);
        add_term(b, " = ", p->with_values[i]);
    }
    if (p->is_refuted) add_said(b, " refuted because ", p->because, p->because_en);
    text_add_char(b, '\n');
}

/* ---- cases, watches, indicators ---- */

static void add_field(text_builder *b, const field_syntax *f)
{
    add_word(b, "    ", f->name);
    text_add_cstr(b, " : ");
    add_type(b, &f->type);
    add_label(b, f->label);
    if (f->is_required) text_add_cstr(b, " required");
    if (f->is_changing) text_add_cstr(b, " changing");
    add_word(b, " until ", f->until);
    add_word(b, " prefilled ", f->prefilled);
    add_expr(b, " check ", f->check);
    add_said(b, " because ", f->because, f->because_en);
    text_add_char(b, '\n');
}

static void add_within(text_builder *b, int32_t days, bool is_working)
{
    if (days) text_add_format(b, " within %d %sdays", (int)days, is_working ? "working " : "");
}

static void add_paper(text_builder *b, const paper_syntax *p)
{
    static const char *const MODES[] = { [PAPER_REQUIRED] = " required",
                                         [PAPER_PROMISE] = " promise",
                                         [PAPER_SUPPLEMENT] = " supplement" };
    add_word(b, "  paper ", p->name);
    add_label(b, p->label);
    text_add_cstr(b, MODES[p->mode]);
    add_within(b, p->within_days, false);
    add_expr(b, " when ", p->when);
    text_add_char(b, '\n');
}

static void add_effect(text_builder *b, const char *before, const effect_syntax *e)
{
    add_word(b, before, e->verb);
    /* A name after `open` would be lost if it were the word `case`, which is read over. */
    if (text_equal_cstr(e->verb.bytes, "open")) text_add_cstr(b, " case");
    add_names(b, " ", e->names, e->name_count);
    add_expr(b, " when ", e->when);
    text_add_char(b, '\n');
}

static void add_figure(text_builder *b, const char *before, const expr *figure, bool is_working)
{
    if (!figure) return;
    text_add_cstr(b, before);
    if (figure->pack.bytes.size_bytes) text_add_format(b, "%.*s.", TEXT_ARG(figure->pack.bytes));
    text_add(b, figure->name.bytes);
    text_add_cstr(b, is_working ? " working days" : " days");
}

static void add_step(text_builder *b, const step_syntax *s)
{
    add_word(b, s->is_end ? "  end " : "  step ", s->name);
    add_label(b, s->label);
    add_word(b, " by ", s->duty);
    add_names(b, " not ", s->not_steps, s->not_count);
    add_within(b, s->within_days, s->is_working_days);
    add_figure(b, " within ", s->within, s->is_working_days);
    if (s->notice_days)
        text_add_format(b, " notice %d %sdays", (int)s->notice_days, s->is_notice_working_days ? "working " : "");
    add_figure(b, " notice ", s->notice, s->is_notice_working_days);
    text_add_char(b, '\n');
    for (size_t i = 0; i < s->next_count; i++) {
        add_word(b, "    next ", s->nexts[i].target);
        add_expr(b, " when ", s->nexts[i].when);
        text_add_char(b, '\n');
    }
    for (size_t i = 0; i < s->effect_count; i++) add_effect(b, "    effect ", &s->effects[i]);
}

static void add_case(text_builder *b, const decl *d)
{
    if (d->within_days) {
        text_add_char(b, ' ');
        add_within(b, d->within_days, d->is_working_days);
        text_add_char(b, '\n');
    }
    if (d->field_count) text_add_cstr(b, "  form\n");
    for (size_t i = 0; i < d->field_count; i++) add_field(b, &d->fields[i]);
    for (size_t i = 0; i < d->paper_count; i++) add_paper(b, &d->papers[i]);
    for (size_t i = 0; i < d->step_count; i++) add_step(b, &d->steps[i]);
}

static void add_watch(text_builder *b, const decl *d)
{
    add_expr(b, "  when ", d->when);
    for (size_t i = 0; i < d->key_count; i++) add_word(b, i ? ", " : "\n  by ", d->keys[i].name);
    add_word(b, "\n  severity ", d->severity);
    add_word(b, "\n  owner ", d->owner);
    if (d->owner_en.bytes) add_string(b, " ", d->owner_en);
    add_within(b, d->within_days, d->is_working_days);
    text_add_char(b, '\n');
    for (size_t i = 0; i < d->action_count; i++) add_effect(b, "  action ", &d->actions[i]);
    add_said(b, "  message ", d->message, d->message_en);
    text_add_char(b, '\n');
}

/* Warnings are kept as `NAME < V or NAME > W`. */
static void add_warnings(text_builder *b, const expr *when)
{
    if (!when) return;
    if (when->op == OP_OR) {
        add_warnings(b, when->args[0]);
        when = when->args[1];
    }
    text_add_cstr(b, when->op == OP_LT ? "  warn below" : "  warn above");
    add_term(b, " ", when->args[1]);
    text_add_char(b, '\n');
}

static void add_indicator(text_builder *b, const decl *d)
{
    add_expr(b, "  value = ", d->value);
    text_add_cstr(b, "\n");
    for (size_t i = 0; i < d->key_count; i++) add_word(b, i ? ", " : "  by ", d->keys[i].name);
    text_add_cstr(b, "\n");
    for (size_t i = 0; i < d->target_count; i++) {
        text_add_cstr(b, "  target ");
        add_validity(b, &d->targets[i], "");
        add_expr(b, " = ", d->targets[i].value);
        text_add_char(b, '\n');
    }
    add_warnings(b, d->when);
}

/* ---- declarations ---- */

typedef struct {
    const char *block, *begins;
} kind_row;

static const kind_row KINDS[] = {
    [DECL_ENTITY] = { "rule", "entity " },       [DECL_ENUM] = { "rule", "enum " },
    [DECL_RECORD] = { "rule", "record " },       [DECL_INPUT] = { "rule", "input " },
    [DECL_PARAM] = { "rule", "param " },         [DECL_VAR] = { "rule", "var " },
    [DECL_SET] = { "rule", "set " },             [DECL_TEST] = { "test", "" },
    [DECL_PROOF] = { "proof", "proof " },        [DECL_CASE] = { "case", "case " },
    [DECL_WATCH] = { "watch", "watch " },        [DECL_INDICATOR] = { "indicator", "indicator " },
};

static void add_head(text_builder *b, const decl *d)
{
    if (d->local == LOCALITY_LOCAL) text_add_cstr(b, "local ");
    text_add_cstr(b, KINDS[d->kind].begins);
    text_add(b, d->name.bytes);
    if (d->type.name.bytes.size_bytes) {
        text_add_cstr(b, " : ");
        add_type(b, &d->type);
    }
    if (d->kind == DECL_PARAM) add_keys(b, d->keys, d->key_count);
    add_word(b, d->kind == DECL_ENTITY ? " is " : " of ", d->of_entity);
    add_label(b, d->label);
    for (size_t i = 0; i < d->member_count; i++) {
        add_word(b, i ? ", " : " = ", d->members[i].name);
        add_label(b, d->members[i].label);
    }
}

static void add_body(text_builder *b, const decl *d)
{
    add_rest(b, "  law ", d->law);
    add_rest(b, "  note ", d->note);
    add_term(b, "  within ", d->within_low);
    add_term(b, " .. ", d->within_high);
    if (d->within_low) text_add_char(b, '\n');
    add_table(b, d->table);
    for (size_t i = 0; i < d->version_count; i++) add_version(b, &d->versions[i]);
    if (d->kind == DECL_RECORD)
        for (size_t i = 0; i < d->field_count; i++) add_field(b, &d->fields[i]);
    if (d->kind == DECL_CASE) add_case(b, d);
    if (d->kind == DECL_WATCH) add_watch(b, d);
    if (d->kind == DECL_INDICATOR) add_indicator(b, d);
}

static void add_decl(text_builder *b, const decl *d)
{
    text_add_format(b, "\n~~~~%s", KINDS[d->kind].block);
    if (d->kind == DECL_TEST) {
        add_test(b, d);
    } else {
        text_add_char(b, '\n');
        add_head(b, d);
        if (d->kind == DECL_PROOF) {
            add_proof(b, d);
        } else {
            text_add_char(b, '\n');
            add_body(b, d);
        }
    }
    text_add_cstr(b, "~~~~\n");
}

text syntax_print(arena *a, const pack_syntax *pack)
{
    text_builder b = text_builder_open(a);
    add_string(&b, "---\npack: ", pack->name.bytes);
    if (pack->en.bytes.size_bytes) add_string(&b, "\nen: ", pack->en.bytes);
    text_add_cstr(&b, "\nregion: ");
    text_add(&b, pack->region);
    add_names(&b, "\nuses: ", pack->uses, pack->use_count);
    if (pack->law.size_bytes) add_string(&b, "\nlaw: ", pack->law);
    text_add_cstr(&b, "\n---\n");
    for (size_t i = 0; i < pack->decl_count; i++) add_decl(&b, &pack->decls[i]);
    return text_built(&b);
}
