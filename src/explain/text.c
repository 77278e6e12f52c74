/* The tree as lines for a terminal or a paper. */
#include <stdio.h>
#include <string.h>

#include "calendar/calendar.h"
#include "explain/explain_internal.h"

enum { LINES_DEFAULT = 60, ROWS_SHOWN = 6, DEPTH_MAX = 40 };

typedef struct {
    text_builder out;
    bool is_chinese;
    int lines, lines_max;
    int folded;
} paper;

static const char *say(const paper *p, const char *english, const char *chinese)
{
    return p->is_chinese ? chinese : english;
}

static bool line(paper *p, const char *indent, const char *lead, const char *body)
{
    if (p->lines >= p->lines_max) {
        p->folded++;
        return false;
    }
    p->lines++;
    text_add_cstr(&p->out, indent);
    text_add_cstr(&p->out, lead);
    text_add_cstr(&p->out, body);
    text_add_char(&p->out, '\n');
    return true;
}

static void add_origin(paper *p, text_builder *b, const explain_reason *reason)
{
    const vm_origin *origin = reason->origin;
    char day[64];
    bool has_day = origin->since_day > CALENDAR_DAY_MIN && origin->since_day <= CALENDAR_DAY_MAX &&
                   origin->since_day != 0;
    bool is_rule = origin->role != VM_ROLE_INPUT && origin->role != VM_ROLE_PARAMETER;
    if (is_rule && (origin->region || has_day)) text_add_cstr(b, say(p, "  · rule", "  · 规则"));
    if (reason->is_not_given) text_add_cstr(b, say(p, "  · not given", "  · 未登记"));
    else if (origin->role == VM_ROLE_INPUT) text_add_cstr(b, say(p, "  · given", "  · 已登记"));
    if (origin->role == VM_ROLE_PARAMETER) text_add_cstr(b, say(p, "  · parameter", "  · 参数"));
    if (origin->region) text_add_format(b, " %s", origin->region);
    if (has_day) {
        calendar_print_day(origin->since_day, day);
        text_add_format(b, say(p, " since %s", " %s起"), day);
    }
    if (origin->law && origin->role != VM_ROLE_INPUT) text_add_format(b, "  〔%s〕", origin->law);
    if (origin->unverified) text_add_cstr(b, say(p, "  [not verified]", "  【未核验】"));
}

static void tell_rows(paper *p, const char *indent, const explain_rows *rows)
{
    text_builder b = text_builder_open(p->out.memory);
    text_add_format(&b, say(p, "%s: %zu row%s", "%s：%zu 行%s"), rows->record, rows->row_count,
                    say(p, rows->row_count == 1 ? "" : "s", ""));
    if (rows->column_count) text_add_cstr(&b, "  (");
    for (size_t c = 0; c < rows->column_count; c++)
        text_add_format(&b, "%s%s", c ? " | " : "", rows->names[c]);
    if (rows->column_count) text_add_cstr(&b, ")");
    line(p, indent, "    ", text_built(&b).bytes);
    for (size_t r = 0; r < rows->row_count; r++) {
        if (rows->row_count > ROWS_SHOWN && r >= ROWS_SHOWN - 1 && r + 1 < rows->row_count) {
            if (r == ROWS_SHOWN - 1)
                line(p, indent, "      ",
                     text_format(p->out.memory, say(p, "… %zu more rows", "…… 另 %zu 行"),
                                 rows->row_count - ROWS_SHOWN)
                         .bytes);
            continue;
        }
        text_builder row = text_builder_open(p->out.memory);
        for (size_t c = 0; c < rows->column_count; c++)
            text_add_format(&row, "%s%s", c ? " | " : "", rows->cells[r * rows->column_count + c]);
        line(p, indent, "      ", text_built(&row).bytes);
    }
}

static void tell_condition(paper *p, const char *indent, const explain_condition *c)
{
    text_builder b = text_builder_open(p->out.memory);
    const char *verdict = !c->is_known ? say(p, "not known", "未知")
                          : c->is_true ? say(p, "holds", "成立")
                                       : say(p, "does not hold", "不成立");
    text_add_format(&b, say(p, "if %s  (%s: %s)", "条件 %s  （%s，%s）"), c->reads, c->filled,
                    verdict);
    if (c->because && c->is_true) text_add_format(&b, "  → %s", c->because);
    if (c->law && c->is_true) text_add_format(&b, "  〔%s〕", c->law);
    line(p, indent, "    ", text_built(&b).bytes);
}

static void tell_inside(paper *p, const char *indent, const explain_reason *reason)
{
    arena *a = p->out.memory;
    if (reason->formula)
        line(p, indent, "    ", text_format(a, say(p, "= %s", "＝ %s"), reason->formula).bytes);
    if (reason->filled && strcmp(reason->filled, reason->formula ? reason->formula : "") != 0) {
        text_builder b = text_builder_open(a);
        text_add_format(&b, say(p, "= %s", "＝ %s"), reason->filled);
        bool is_about = reason->unrounded && strncmp(reason->unrounded, "≈", strlen("≈")) == 0;
        if (is_about) text_add_format(&b, " ≈ %s", reason->unrounded + strlen("≈"));
        else if (reason->unrounded)
            text_add_format(&b, say(p, " = %s", " ＝ %s"), reason->unrounded);
        if (reason->rounding) text_add_format(&b, say(p, ", %s", "，%s"), reason->rounding);
        line(p, indent, "    ", text_built(&b).bytes);
    }
    for (size_t i = 0; i < reason->condition_count; i++)
        tell_condition(p, indent, &reason->conditions[i]);
    for (size_t i = 0; i < reason->rows_count; i++)
        tell_rows(p, indent, &reason->rows[i]);
}

static void tell(paper *p, const explain_reason *reason, const char *indent, const char *branch,
                 int depth)
{
    arena *a = p->out.memory;
    text_builder b = text_builder_open(a);
    const char *name = reason->origin->name ? reason->origin->name : say(p, "value", "结果");
    text_add_format(&b, reason->is_valid ? "%s = %s" : "%s  %s", name, reason->value);
    add_origin(p, &b, reason);
    if (reason->is_repeat) text_add_cstr(&b, say(p, "  (as above)", "  （见上）"));
    line(p, indent, branch, text_built(&b).bytes);
    if (reason->is_repeat || depth > DEPTH_MAX) return;
    const char *below =
        !*branch
            ? indent
            : text_format(a, "%s%s", indent, strncmp(branch, "└", 3) == 0 ? "   " : "│  ").bytes;
    const char *inside = text_format(a, "%s%s", below, reason->child_count ? "│" : " ").bytes;
    tell_inside(p, inside, reason);
    for (size_t i = 0; i < reason->child_count; i++)
        tell(p, reason->children[i], below, i + 1 < reason->child_count ? "├─ " : "└─ ", depth + 1);
}

text explain_text(arena *a, const explain_answer *answer, explain_options options)
{
    paper p = { .out = text_builder_open(a),
                .is_chinese = options.is_chinese,
                .lines_max = options.lines_max > 0 ? options.lines_max : LINES_DEFAULT };
    if (answer->missing_count) { /* first what to give, then what is known so far */
        text_add_cstr(&p.out, say(&p, "Missing: ", "缺少："));
        for (size_t i = 0; i < answer->missing_count; i++)
            text_add_format(&p.out, "%s%s", i ? say(&p, ", ", "、") : "", answer->missing[i]);
        text_add_char(&p.out, '\n');
    }
    tell(&p, answer->root, "", "", 0);
    if (p.folded)
        text_add_format(&p.out,
                        say(&p, "… %d more lines folded (--all shows them)\n",
                            "…… 另有 %d 行已折叠（--all 全部显示）\n"),
                        p.folded);
    for (size_t i = 0; i < answer->flip_count; i++) {
        const explain_flip *f = &answer->flips[i];
        text_add_format(&p.out,
                        say(&p, "Why not: %s. With %s = %s (now %s) the value would be %s.\n",
                            "为何不同：%s。若 %s 为 %s（现为 %s），结果为 %s。\n"),
                        f->condition->because ? f->condition->because : f->condition->reads,
                        f->input, f->to, f->from, f->result);
    }
    return text_built(&p.out);
}
