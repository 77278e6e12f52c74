/* A definition as a card: what it is, whose, its law, and what it says over time. */
#include <string.h>

#include "calendar/calendar.h"
#include "service/book.h"
#include "service/subject.h"

static const struct {
    const char *en, *zh;
} KINDS[] = {
    [POLICY_SYMBOL_INPUT] = { "input", "输入项" },
    [POLICY_SYMBOL_PARAM] = { "parameter", "参数" },
    [POLICY_SYMBOL_VAR] = { "rule", "规则" },
    [POLICY_SYMBOL_RECORD] = { "record", "记录" },
    [POLICY_SYMBOL_FIELD] = { "field", "字段" },
    [POLICY_SYMBOL_ENUM] = { "choice", "类别" },
    [POLICY_SYMBOL_ENTITY] = { "entity", "对象" },
    [POLICY_SYMBOL_CASE] = { "case", "业务" },
    [POLICY_SYMBOL_WATCH] = { "watch", "预警" },
    [POLICY_SYMBOL_INDICATOR] = { "indicator", "指标" },
};

static const struct {
    const char *en, *zh;
} TYPES[] = {
    [POLICY_MONEY] = { "money", "金额" },   [POLICY_RATE] = { "rate", "比例" },
    [POLICY_NUMBER] = { "number", "数" },   [POLICY_COUNT] = { "count", "整数" },
    [POLICY_MONTHS] = { "months", "月数" }, [POLICY_DAYS] = { "days", "天数" },
    [POLICY_YEAR] = { "year", "年" },       [POLICY_MONTH] = { "month", "年月" },
    [POLICY_DATE] = { "date", "日期" },     [POLICY_BOOL] = { "yes or no", "是否" },
    [POLICY_TEXT] = { "text", "文字" },     [POLICY_REGION] = { "region", "地区" },
    [POLICY_ENUM] = { "choice", "类别" },
};

static void put_type(book_making *m, paper_node *into, const policy_symbol *s)
{
    arena *a = m->a;
    const char *name = service_say(m->call, TYPES[s->type.base].en, TYPES[s->type.base].zh);
    const char *unit = service_unit(&s->type, m->call->is_chinese);
    if (s->type.base == POLICY_ENUM && s->type.enum_name)
        service_book_formula(m, into, s->pack, text_of(s->type.enum_name), false);
    else if (!*unit || strcmp(unit, name) == 0) paper_say(a, into, text_of(name));
    else paper_say(a, into, text_format(a, service_say(m->call, "%s (%s)", "%s（%s）"), name, unit));
}

static paper_node *open_card(book_making *m, paper_node *into, const policy_symbol *s)
{
    arena *a = m->a;
    paper_node *card = paper_put(a, into, PAPER_CARD);
    card->id = text_of(s->name);
    paper_node *title = paper_put(a, card, PAPER_CARD_TITLE);
    paper_say_as(a, title, PAPER_STRONG, text_of(s->name), TEXT_NONE);
    paper_say_as(a, title, PAPER_TAG,
                 text_of(service_say(m->call, KINDS[s->kind].en, KINDS[s->kind].zh)), TEXT_NONE);
    if (s->is_local)
        paper_say_as(a, title, PAPER_TAG,
                     text_of(service_say(m->call, "set by regions", "地方可定")), TEXT_NONE);
    if (s->label) paper_say_as(a, title, PAPER_QUIET, text_of(s->label), TEXT_NONE);
    return card;
}

static void put_facts(book_making *m, paper_node *card, const policy_symbol *s)
{
    arena *a = m->a;
    paper_node *line = paper_put(a, card, PAPER_LAW);
    bool has_type = s->kind == POLICY_SYMBOL_PARAM || s->kind == POLICY_SYMBOL_VAR ||
                    s->kind == POLICY_SYMBOL_INDICATOR;
    if (has_type) put_type(m, line, s);
    const char *of = s->record ? s->record : s->entity;
    if (of && *of) {
        paper_say(a, line, text_of(has_type ? " · " : ""));
        service_book_formula(m, line, s->pack, text_of(of), false);
    }
    if (s->law) {
        paper_say(a, line, text_of(line->first ? " · " : ""));
        service_book_law(m, line, s->law);
    }
    if (s->note) paper_say(a, paper_put(a, card, PAPER_PARAGRAPH), text_of(s->note));
}

/* ---- variables ---- */

static void put_exceptions(book_making *m, paper_node *card, const policy_version *v)
{
    arena *a = m->a;
    for (size_t i = 0; i < v->exception_count; i++) {
        const policy_exception *e = &v->exceptions[i];
        paper_node *line = paper_put(a, card, PAPER_EXCEPTION);
        const char *open = e->is_overriding ? service_say(m->call, "Before all: if ", "优先：若 ")
                                            : service_say(m->call, "Unless: if ", "但书：若 ");
        paper_say_as(a, line, PAPER_QUIET, text_of(open), TEXT_NONE);
        service_book_formula(m, line, v->pack, text_of(e->condition ? e->condition : ""), false);
        paper_say_as(a, line, PAPER_QUIET, text_of(service_say(m->call, ", it is ", "，则为 ")),
                     TEXT_NONE);
        service_book_formula(m, line, v->pack, text_of(e->value ? e->value : ""), false);
        if (e->because) {
            paper_say(a, line, text_of(service_say(m->call, ", because ", "。理由：")));
            const char *because = m->call->is_chinese || !e->because_en ? e->because : e->because_en;
            paper_say_as(a, line, PAPER_STRONG, text_of(because), TEXT_NONE);
        }
        if (!e->law) continue;
        paper_say(a, line, TEXT("〔"));
        service_book_law(m, line, e->law);
        paper_say(a, line, TEXT("〕"));
    }
}

static void put_formula(book_making *m, paper_node *card, const policy_symbol *s,
                        const policy_version *v)
{
    arena *a = m->a;
    paper_node *when = paper_put(a, card, PAPER_LAW);
    text since = service_book_day(m, v->since_day), until = service_book_day(m, v->until_day);
    bool is_own = strcmp(v->region, s->region ? s->region : "中国") == 0;
    if (!is_own) {
        paper_say_as(a, when, PAPER_STRONG, text_of(v->region), TEXT_NONE);
        paper_say(a, when, TEXT(" "));
    }
    if (since.size_bytes)
        paper_say(a, when,
                  text_format(a, service_say(m->call, "since %.*s", "%.*s 起"), TEXT_ARG(since)));
    if (until.size_bytes)
        paper_say(
            a, when,
            text_format(a, service_say(m->call, " until %.*s", "，至 %.*s"), TEXT_ARG(until)));
    if (v->law && (!s->law || strcmp(v->law, s->law))) {
        paper_say(a, when, TEXT(" 〔"));
        service_book_law(m, when, v->law);
        paper_say(a, when, TEXT("〕"));
    }
    if (v->mark)
        paper_say_as(a, when, PAPER_WARN, text_of(service_say(m->call, "not verified", "未核验")),
                     TEXT_NONE);
    paper_node *f = paper_put(a, card, PAPER_FORMULA);
    paper_say_as(a, f, PAPER_STRONG, text_of(s->name), TEXT_NONE);
    paper_say(a, f, TEXT(" = "));
    service_book_formula(m, f, v->pack, text_of(v->says ? v->says : ""), false);
    put_exceptions(m, card, v);
}

static void put_formulas(book_making *m, paper_node *card, const policy_symbol *s,
                         const char *only_pack)
{
    size_t count;
    const policy_version *v = policy_versions(m->a, m->book, s, &count);
    for (size_t i = 0; i < count; i++)
        if (!only_pack || strcmp(v[i].pack, only_pack) == 0) put_formula(m, card, s, &v[i]);
}

/* ---- records, enums ---- */

static void put_fields(book_making *m, paper_node *card, const policy_symbol *record)
{
    paper_node *table = paper_put(m->a, card, PAPER_TABLE);
    for (size_t i = 0; i < m->symbol_count; i++) {
        const policy_symbol *f = &m->symbols[i];
        bool is_its = f->kind == POLICY_SYMBOL_FIELD && f->record &&
                      strcmp(f->record, record->name) == 0 && strcmp(f->pack, record->pack) == 0;
        if (!is_its) continue;
        paper_node *row = paper_put(m->a, table, PAPER_ROW);
        paper_say(m->a, paper_put(m->a, row, PAPER_HEAD_CELL), text_of(f->name));
        put_type(m, paper_put(m->a, row, PAPER_CELL), f);
        paper_say_as(m->a, paper_put(m->a, row, PAPER_CELL), PAPER_QUIET,
                     text_of(f->label ? f->label : ""), TEXT_NONE);
    }
}

static void put_members(book_making *m, paper_node *card, const policy_symbol *s)
{
    paper_node *line = paper_put(m->a, card, PAPER_PARAGRAPH);
    for (size_t i = 0; i < s->member_count; i++) {
        if (i) paper_say(m->a, line, TEXT("　"));
        paper_say(m->a, line, text_of(s->members[i]));
        if (s->member_labels && s->member_labels[i])
            paper_say_as(m->a, line, PAPER_QUIET, text_format(m->a, " %s", s->member_labels[i]),
                         TEXT_NONE);
    }
}

static void cite(book_making *m, const char *law, const policy_symbol *s)
{
    service_book_cite(m, law, s->name, s->pack, service_book_href(m, s));
}

static void cite_all(book_making *m, const policy_symbol *s)
{
    size_t count;
    cite(m, s->law, s);
    if (s->kind != POLICY_SYMBOL_PARAM && s->kind != POLICY_SYMBOL_VAR) return;
    const policy_version *v = policy_versions(m->a, m->book, s, &count);
    for (size_t i = 0; i < count; i++) {
        if (!s->law || (v[i].law && strcmp(v[i].law, s->law))) cite(m, v[i].law, s);
        for (size_t k = 0; k < v[i].cell_count; k++)
            cite(m, v[i].cells[k].law, s);
        for (size_t k = 0; k < v[i].exception_count; k++)
            cite(m, v[i].exceptions[k].law, s);
    }
}

void service_book_symbol_card(book_making *m, paper_node *into, const policy_symbol *s)
{
    paper_node *card = open_card(m, into, s);
    put_facts(m, card, s);
    cite_all(m, s);
    switch (s->kind) {
    case POLICY_SYMBOL_PARAM: service_book_values(m, card, s, NULL); break;
    case POLICY_SYMBOL_VAR: put_formulas(m, card, s, NULL); break;
    case POLICY_SYMBOL_RECORD: put_fields(m, card, s); break;
    case POLICY_SYMBOL_ENUM: put_members(m, card, s); break;
    default: break;
    }
}

void service_book_set_card(book_making *m, paper_node *into, const policy_symbol *s)
{
    arena *a = m->a;
    paper_node *card = paper_put(a, into, PAPER_CARD);
    card->id = text_format(a, "set-%s", s->name);
    paper_node *title = paper_put(a, card, PAPER_CARD_TITLE);
    paper_say_as(a, title, PAPER_STRONG, text_of(s->name), service_book_href(m, s));
    paper_say_as(a, title, PAPER_TAG, text_of(service_say(m->call, "set here", "本地设定")),
                 TEXT_NONE);
    paper_say_as(a, title, PAPER_QUIET, text_of(s->pack), TEXT_NONE);
    if (s->kind == POLICY_SYMBOL_PARAM) service_book_values(m, card, s, m->pack->name);
    else put_formulas(m, card, s, m->pack->name);
}

void service_book_input_table(book_making *m, paper_node *into, const policy_symbol *const *inputs,
                              size_t count)
{
    arena *a = m->a;
    if (!count) return;
    paper_node *table = paper_put(a, into, PAPER_TABLE);
    paper_node *head = paper_put(a, table, PAPER_ROW);
    const char *const words[] = { service_say(m->call, "fact", "要素"),
                                  service_say(m->call, "is", "类型"),
                                  service_say(m->call, "of", "对象"),
                                  service_say(m->call, "English", "英文名") };
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        paper_say(a, paper_put(a, head, PAPER_HEAD_CELL), text_of(words[i]));
    for (size_t i = 0; i < count; i++) {
        const policy_symbol *s = inputs[i];
        paper_node *row = paper_put(a, table, PAPER_ROW);
        row->id = text_of(s->name);
        paper_node *name = paper_put(a, row, PAPER_CELL);
        paper_say_as(a, name, PAPER_STRONG, text_of(s->name), TEXT_NONE);
        if (s->note) paper_say_as(a, name, PAPER_QUIET, text_format(a, "　%s", s->note), TEXT_NONE);
        paper_node *type = paper_put(a, row, PAPER_CELL);
        if (s->kind == POLICY_SYMBOL_INPUT) put_type(m, type, s);
        else paper_say(a, type, text_of(service_say(m->call, "entity", "对象")));
        paper_node *of = paper_put(a, row, PAPER_CELL);
        if (s->kind == POLICY_SYMBOL_INPUT && s->entity)
            service_book_formula(m, of, s->pack, text_of(s->entity), false);
        paper_say_as(a, paper_put(a, row, PAPER_CELL), PAPER_QUIET,
                     text_of(s->label ? s->label : ""), TEXT_NONE);
    }
}
