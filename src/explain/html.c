/* The tree as one page: nested details that open with a click and print open. */
#include <string.h>

#include "calendar/calendar.h"
#include "explain/explain_internal.h"

static const char STYLE[] =
    "body{font:14px/1.6 \"Noto Sans CJK SC\",sans-serif;max-width:60em;margin:2em auto;"
    "padding:0 1em;color:#222}h1{font-size:1.3em;font-weight:600}details,.leaf{margin:.2em 0 .2em "
    "1.2em;border-left:2px solid #dde3e6;padding-left:.8em}summary{cursor:pointer}.v{font-variant-"
    "numeric:tabular-nums;font-weight:600}.law,.by{color:#5b6b73;font-size:.9em}.f{color:#0b5d6b;"
    "font-family:inherit;margin:.1em 0}.mark{color:#9a5b00;font-weight:600}table{border-collapse:"
    "collapse;font-variant-numeric:tabular-nums}td,th{border:1px solid #dde3e6;padding:.1em .6em;"
    "text-align:right}@media print{details>*{display:block}}";

typedef struct {
    text_builder out;
    bool is_chinese;
} page;

static void escape(page *p, const char *t)
{
    for (; t && *t; t++) {
        switch (*t) {
        case '<': text_add_cstr(&p->out, "&lt;"); break;
        case '>': text_add_cstr(&p->out, "&gt;"); break;
        case '&': text_add_cstr(&p->out, "&amp;"); break;
        case '"': text_add_cstr(&p->out, "&quot;"); break;
        default: text_add_char(&p->out, *t);
        }
    }
}

static void put(page *p, const char *open, const char *body, const char *close)
{
    text_add_cstr(&p->out, open);
    escape(p, body);
    text_add_cstr(&p->out, close);
}

static const char *say(const page *p, const char *english, const char *chinese)
{
    return p->is_chinese ? chinese : english;
}

static void head(page *p, const explain_reason *reason)
{
    const vm_origin *o = reason->origin;
    char day[64];
    escape(p, o->name ? o->name : say(p, "value", "结果"));
    put(p, " = <span class=\"v\">", reason->value, "</span>");
    if (o->region) put(p, " <span class=\"by\">", o->region, "</span>");
    if (o->since_day > CALENDAR_DAY_MIN && o->since_day <= CALENDAR_DAY_MAX && o->since_day) {
        calendar_print_day(o->since_day, day);
        put(p, say(p, " <span class=\"by\">since ", " <span class=\"by\">"), day,
            say(p, "</span>", " 起</span>"));
    }
    if (o->law && o->role != VM_ROLE_INPUT) put(p, " <span class=\"law\">〔", o->law, "〕</span>");
    if (o->unverified)
        put(p, " <span class=\"mark\">", say(p, "not verified", "未核验"), "</span>");
    if (reason->is_repeat) put(p, " <span class=\"by\">", say(p, "as above", "见上"), "</span>");
}

static void rows(page *p, const explain_rows *r)
{
    put(p, "<details><summary>", r->record, "");
    text_add_format(&p->out,
                    say(p, ": %zu row%s</summary><table><tr>", "：%zu 行%s</summary><table><tr>"),
                    r->row_count, say(p, r->row_count == 1 ? "" : "s", ""));
    for (size_t c = 0; c < r->column_count; c++)
        put(p, "<th>", r->names[c], "</th>");
    text_add_cstr(&p->out, "</tr>");
    for (size_t i = 0; i < r->row_count; i++) {
        text_add_cstr(&p->out, "<tr>");
        for (size_t c = 0; c < r->column_count; c++)
            put(p, "<td>", r->cells[i * r->column_count + c], "</td>");
        text_add_cstr(&p->out, "</tr>");
    }
    text_add_cstr(&p->out, "</table></details>");
}

static void condition(page *p, const explain_condition *c)
{
    put(p, "<p class=\"f\">", say(p, "if ", "条件 "), "");
    escape(p, c->reads);
    put(p, " (", c->filled, ")");
    escape(p, !c->is_known ? say(p, ": not known", "：未知")
              : c->is_true ? say(p, ": holds", "：成立")
                           : say(p, ": does not hold", "：不成立"));
    if (c->because && c->is_true) put(p, " → ", c->because, "");
    if (c->law && c->is_true) put(p, " <span class=\"law\">〔", c->law, "〕</span>");
    text_add_cstr(&p->out, "</p>");
}

static void tell(page *p, const explain_reason *reason, int depth)
{
    bool has_inside = reason->formula || reason->child_count || reason->rows_count;
    if (!has_inside || reason->is_repeat || depth > 40) {
        text_add_cstr(&p->out, "<div class=\"leaf\">");
        head(p, reason);
        text_add_cstr(&p->out, "</div>\n");
        return;
    }
    text_add_cstr(&p->out, depth < 2 ? "<details open><summary>" : "<details><summary>");
    head(p, reason);
    text_add_cstr(&p->out, "</summary>\n");
    if (reason->formula) put(p, "<p class=\"f\">= ", reason->formula, "</p>\n");
    if (reason->filled) {
        put(p, "<p class=\"f\">= ", reason->filled, "");
        if (reason->unrounded) put(p, " = ", reason->unrounded, "");
        if (reason->rounding) put(p, say(p, ", ", "，"), reason->rounding, "");
        text_add_cstr(&p->out, "</p>\n");
    }
    for (size_t i = 0; i < reason->condition_count; i++)
        condition(p, &reason->conditions[i]);
    for (size_t i = 0; i < reason->rows_count; i++)
        rows(p, &reason->rows[i]);
    for (size_t i = 0; i < reason->child_count; i++)
        tell(p, reason->children[i], depth + 1);
    text_add_cstr(&p->out, "</details>\n");
}

text explain_html(arena *a, const explain_answer *answer, explain_options options)
{
    page p = { text_builder_open(a), options.is_chinese };
    text_add_format(&p.out,
                    "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width\"><title>",
                    say(&p, "en", "zh-CN"));
    escape(&p, answer->root->origin->name);
    text_add_format(&p.out, "</title><style>%s</style></head><body>\n<h1>", STYLE);
    escape(&p, say(&p, "Why this amount?", "这笔金额是怎样算出来的"));
    text_add_cstr(&p.out, "</h1>\n");
    tell(&p, answer->root, 0);
    for (size_t i = 0; i < answer->missing_count; i++)
        put(&p, say(&p, "<p>Missing: ", "<p>缺少："), answer->missing[i], "</p>\n");
    for (size_t i = 0; i < answer->flip_count; i++) {
        const explain_flip *f = &answer->flips[i];
        put(&p, say(&p, "<p>Why not: ", "<p>为何不同："),
            f->condition->because ? f->condition->because : f->condition->reads, "");
        put(&p, say(&p, "; with ", "；若 "), f->input, " = ");
        put(&p, "", f->to, say(&p, " (now ", "（现为 "));
        put(&p, "", f->from, say(&p, ") the value would be ", "）结果为 "));
        put(&p, "", f->result, "</p>\n");
    }
    text_add_cstr(&p.out, "</body></html>\n");
    return text_built(&p.out);
}
