/* A parameter over time: a table a region, the newest value in sight, and a chart of its steps. */
#include <string.h>

#include "calendar/calendar.h"
#include "money/money.h"
#include "service/book.h"
#include "service/subject.h"

enum { ROWS_OPEN_MAX = 40, REGIONS_OPEN_MAX = 3, DRAWN_MAX = 6, DECIMALS = 8 };

typedef struct {
    text name;
    paper_point *points;
    size_t count, capacity;
} drawn_line;
typedef struct {
    drawn_line lines[DRAWN_MAX];
    size_t count;
    bool is_too_many;
} drawing;

text service_book_day(const book_making *m, int32_t day)
{
    char out[CALENDAR_PRINT_BYTES];
    if (day <= CALENDAR_DAY_MIN || day > CALENDAR_DAY_MAX) return TEXT_NONE;
    calendar_print_day(day, out);
    return text_copy(m->a, text_of(out));
}

static bool is_drawable(const policy_symbol *s)
{
    return s->type.base <= POLICY_DAYS;
}

static bool year_of(const char *key, int32_t *day)
{
    if (!key || strlen(key) != 4) return false;
    int32_t year = 0;
    for (int i = 0; i < 4; i++) {
        if (key[i] < '0' || key[i] > '9') return false;
        year = year * 10 + (key[i] - '0');
    }
    return calendar_day_of(year, 1, 1, day);
}

static void draw(book_making *m, drawing *d, text name, int32_t day, const char *value)
{
    int64_t scaled;
    size_t at = 0;
    if (!value || day <= CALENDAR_DAY_MIN || d->is_too_many) return;
    if (money_parse_i64(text_of(value), DECIMALS, MONEY_ALLOW_ALL, &scaled).kind) return;
    while (at < d->count && !text_equal(d->lines[at].name, name))
        at++;
    if (at == DRAWN_MAX) {
        d->is_too_many = true;
        return;
    }
    if (at == d->count) d->lines[d->count++] = (drawn_line){ .name = name };
    drawn_line *l = &d->lines[at];
    paper_point p = { day, scaled, text_of(value) };
    ARENA_PUSH(m->a, l->points, l->count, l->capacity, p);
}

static void draw_version(book_making *m, drawing *d, const policy_version *v)
{
    if (v->says) draw(m, d, TEXT_NONE, v->since_day, v->says);
    for (size_t i = 0; i < v->cell_count; i++) {
        const policy_cell *c = &v->cells[i];
        int32_t day = v->since_day;
        bool is_year = year_of(c->keys[0], &day);
        const char *first = is_year ? "" : c->keys[0] ? c->keys[0] : "";
        const char *second = c->keys[1] ? c->keys[1] : "";
        text name = text_format(m->a, "%s%s%s", first, *first && *second ? " " : "", second);
        draw(m, d, name, day, c->value);
    }
}

static void put_drawing(book_making *m, paper_node *into, const drawing *d)
{
    if (d->is_too_many || !d->count) return;
    paper_series *series = ARENA_ARRAY(m->a, paper_series, d->count);
    for (size_t i = 0; i < d->count; i++)
        series[i] = (paper_series){ d->lines[i].name, d->lines[i].points, d->lines[i].count };
    paper_chart(m->a, into, series, d->count);
}

static void head(book_making *m, paper_node *table, const char *const *words, size_t count)
{
    paper_node *row = paper_put(m->a, table, PAPER_ROW);
    for (size_t i = 0; i < count; i++)
        if (words[i]) paper_say(m->a, paper_put(m->a, row, PAPER_HEAD_CELL), text_of(words[i]));
}

static void value_cell(book_making *m, paper_node *row, const char *value, const char *mark)
{
    paper_node *cell = paper_put(m->a, row, PAPER_NUMBER_CELL);
    if (mark) { /* before the figure, which ends where the others do */
        paper_say_as(m->a, cell, PAPER_WARN, text_of(service_say(m->call, "not verified", "未核验")),
                     TEXT_NONE);
        paper_say(m->a, cell, TEXT(" "));
    }
    paper_say(m->a, cell, value ? text_of(value) : TEXT("—"));
}

/* What the rows of a table do not share, and so has a column of its own. */
typedef struct {
    bool has_dates, has_laws;
} columns;

static columns columns_of(const policy_version *v, size_t count)
{
    columns c = { .has_dates = count > 1 || !v->cell_count };
    for (size_t i = 0; i < count; i++) {
        const char *a = v->law ? v->law : "", *b = v[i].law ? v[i].law : "";
        c.has_laws = c.has_laws || strcmp(a, b) != 0;
        for (size_t k = 0; k < v[i].cell_count; k++)
            c.has_laws = c.has_laws || (v[i].cells[k].law && strcmp(a, v[i].cells[k].law) != 0);
    }
    return c;
}

static void row_of(book_making *m, paper_node *table, const policy_version *v, const policy_cell *c,
                   columns has)
{
    paper_node *row = paper_put(m->a, table, PAPER_ROW);
    for (size_t k = 0; c && k < ARRAY_COUNT(c->keys); k++)
        if (c->keys[k]) paper_say(m->a, paper_put(m->a, row, PAPER_CELL), text_of(c->keys[k]));
    value_cell(m, row, c ? c->value : v->says, c ? c->mark : v->mark);
    if (has.has_dates) {
        paper_say(m->a, paper_put(m->a, row, PAPER_CELL), service_book_day(m, v->since_day));
        paper_say(m->a, paper_put(m->a, row, PAPER_CELL), service_book_day(m, v->until_day));
    }
    if (has.has_laws)
        service_book_law(m, paper_put(m->a, row, PAPER_CELL), c && c->law ? c->law : v->law);
}

/* What all rows share, said once above them. */
static void put_shared(book_making *m, paper_node *into, const policy_symbol *s,
                       const policy_version *v, columns has)
{
    bool is_new = v->law && (!s->law || strcmp(v->law, s->law) != 0);
    text since = has.has_dates ? TEXT_NONE : service_book_day(m, v->since_day);
    if (!since.size_bytes && (has.has_laws || !is_new)) return;
    paper_node *line = paper_put(m->a, into, PAPER_LAW);
    if (since.size_bytes)
        paper_say(
            m->a, line,
            text_format(m->a, service_say(m->call, "since %.*s ", "%.*s 起 "), TEXT_ARG(since)));
    if (!has.has_laws && is_new) service_book_law(m, line, v->law);
}

static text value_head(book_making *m, const policy_symbol *s)
{
    const char *unit = service_unit(&s->type, m->call->is_chinese);
    return text_format(m->a, *unit ? "%s (%s)" : "%s", service_say(m->call, "value", "值"), unit);
}

/* All versions of one region. */
static void region_table(book_making *m, paper_node *into, const policy_symbol *s,
                         const policy_version *v, size_t count)
{
    columns has = columns_of(v, count);
    put_shared(m, into, s, v, has);
    paper_node *table = paper_put(m->a, into, PAPER_TABLE);
    const policy_cell *c = v->cell_count ? &v->cells[0] : NULL;
    text value = value_head(m, s);
    const char *words[] = { c && c->keys[0] ? service_say(m->call, "for", "适用") : NULL,
                            c && c->keys[1] ? service_say(m->call, "and", "并且") : NULL,
                            value.bytes,
                            has.has_dates ? service_say(m->call, "since", "自") : NULL,
                            has.has_dates ? service_say(m->call, "until", "至") : NULL,
                            has.has_laws ? service_say(m->call, "law", "依据") : NULL };
    head(m, table, words, ARRAY_COUNT(words));
    for (size_t i = 0; i < count; i++) {
        if (v[i].says) row_of(m, table, &v[i], NULL, has);
        for (size_t k = 0; k < v[i].cell_count; k++)
            row_of(m, table, &v[i], &v[i].cells[k], has);
    }
}

static void put_region(book_making *m, paper_node *into, const policy_symbol *s,
                       const policy_version *v, size_t count, bool is_open)
{
    paper_node *hold = into, *title = NULL;
    size_t rows = 0;
    drawing d = { 0 };
    for (size_t i = 0; i < count; i++) {
        rows += v[i].says ? 1 : v[i].cell_count;
        if (is_drawable(s)) draw_version(m, &d, &v[i]);
    }
    bool is_fold = !is_open || rows > ROWS_OPEN_MAX;
    bool is_own = strcmp(v->region, s->region ? s->region : "中国") == 0;
    if (is_fold) {
        hold = paper_put(m->a, into, PAPER_FOLD);
        title = paper_put(m->a, hold, PAPER_FOLD_TITLE);
        const policy_version *last = &v[count - 1];
        const char *newest =
            last->cell_count ? last->cells[last->cell_count - 1].value : last->says;
        paper_say_as(m->a, title, PAPER_STRONG, text_of(v->region), TEXT_NONE);
        paper_say(
            m->a, title,
            text_format(m->a,
                        service_say(m->call, " · %zu values · last %s", " · %zu 个值 · 末值 %s"),
                        rows, newest ? newest : "—"));
    } else if (!is_own) {
        paper_say_as(m->a, paper_put(m->a, into, PAPER_PARAGRAPH), PAPER_STRONG, text_of(v->region),
                     TEXT_NONE);
    }
    put_drawing(m, is_open ? into : hold, &d);
    region_table(m, hold, s, v, count);
}

void service_book_values(book_making *m, paper_node *into, const policy_symbol *s,
                         const char *only_pack)
{
    size_t count, kept = 0, regions = 0;
    const policy_version *all = policy_versions(m->a, m->book, s, &count);
    policy_version *v = ARENA_ARRAY(m->a, policy_version, count + 1);
    for (size_t i = 0; i < count; i++)
        if (!only_pack || strcmp(all[i].pack, only_pack) == 0) v[kept++] = all[i];
    for (size_t i = 0; i < kept; i++)
        if (i == 0 || strcmp(v[i].region, v[i - 1].region)) regions++;
    for (size_t i = 0; i < kept;) {
        size_t until = i;
        while (until < kept && strcmp(v[until].region, v[i].region) == 0)
            until++;
        put_region(m, into, s, &v[i], until - i, regions <= REGIONS_OPEN_MAX);
        i = until;
    }
    if (!kept)
        paper_say_as(
            m->a, paper_put(m->a, into, PAPER_PARAGRAPH), PAPER_QUIET,
            text_of(service_say(m->call, "No value is set: what needs it cannot be computed.",
                                "尚无取值：用到它的待遇算不出来，不会拿别的数顶替。")),
            TEXT_NONE);
}
