/* A step chart: small, without colour for what matters, each value in its own tooltip. */
#include "calendar/calendar.h"
#include "paper/paper_internal.h"

enum { WIDTH = 560, HEIGHT = 120, LEFT = 8, RIGHT = 552, TOP = 18, BOTTOM = 98, SERIES_MAX = 6 };

typedef struct {
    int64_t low, high;
    int32_t from, until;
} extent;

static extent extent_of(const paper_node *chart)
{
    extent e = { INT64_MAX, INT64_MIN, INT32_MAX, INT32_MIN };
    for (size_t s = 0; s < chart->series_count; s++)
        for (size_t i = 0; i < chart->series[s].point_count; i++) {
            const paper_point *p = &chart->series[s].points[i];
            if (p->value < e.low) e.low = p->value;
            if (p->value > e.high) e.high = p->value;
            if (p->day < e.from) e.from = p->day;
            if (p->day > e.until) e.until = p->day;
        }
    /* The last value holds on: it is given a tenth of the width, and at least a year. */
    e.until += (e.until - e.from) / 10 + 366;
    return e;
}

void paper_chart(arena *a, paper_node *into, const paper_series *series, size_t count)
{
    paper_node probe = { .series = series, .series_count = count };
    bool has_steps = false;
    for (size_t s = 0; s < count; s++)
        has_steps = has_steps || series[s].point_count > 1;
    if (!has_steps || count > SERIES_MAX) return;
    extent e = extent_of(&probe);
    if (e.low == e.high) return;
    paper_node *node = paper_put(a, into, PAPER_CHART);
    node->series = series;
    node->series_count = count;
}

static int x_of(const extent *e, int32_t day)
{
    return LEFT + (int)((int64_t)(day - e->from) * (RIGHT - LEFT) / (e->until - e->from));
}

/* Differences may need more than 64 bits when scaled to pixels. */
static int y_of(const extent *e, int64_t value)
{
    __int128 up = (__int128)value - e->low, span = (__int128)e->high - e->low;
    return BOTTOM - (int)(up * (BOTTOM - TOP) / span);
}

static void steps(text_builder *b, const extent *e, const paper_series *s, size_t index)
{
    static const char *const DASH[SERIES_MAX] = { "", "6 3", "2 2", "8 2 2 2", "1 3", "10 4" };
    text_add_cstr(b, "<path d=\"");
    for (size_t i = 0; i < s->point_count; i++)
        text_add_format(b, i ? "H%dV%d" : "M%d %d", x_of(e, s->points[i].day),
                        y_of(e, s->points[i].value));
    text_add_format(b, "H%d\" stroke-dasharray=\"%s\"/>", RIGHT, DASH[index]);
    for (size_t i = 0; i < s->point_count; i++) {
        char day[CALENDAR_PRINT_BYTES];
        calendar_print_day(s->points[i].day, day);
        text_add_format(b, "<circle cx=\"%d\" cy=\"%d\" r=\"2.5\"><title>",
                        x_of(e, s->points[i].day), y_of(e, s->points[i].value));
        paper_escape(b, s->name);
        text_add_format(b, " %s: ", day);
        paper_escape(b, s->points[i].words);
        text_add_cstr(b, "</title></circle>");
    }
    const paper_point *last = &s->points[s->point_count - 1];
    int y = y_of(e, last->value) - 5;
    text_add_format(b, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", RIGHT, y);
    paper_escape(b, s->name);
    text_add_cstr(b, s->name.size_bytes ? " " : "");
    paper_escape(b, last->words);
    text_add_cstr(b, "</text>");
}

void paper_chart_print(text_builder *b, const paper_node *chart)
{
    extent e = extent_of(chart);
    text_add_format(b, "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH, HEIGHT);
    text_add_format(b, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", LEFT, BOTTOM + 2, RIGHT,
                    BOTTOM + 2);
    for (size_t s = 0; s < chart->series_count; s++)
        if (chart->series[s].point_count) steps(b, &e, &chart->series[s], s);
    char day[CALENDAR_PRINT_BYTES];
    calendar_print_day(e.from, day);
    text_add_format(b, "<text x=\"%d\" y=\"%d\">%.7s</text>", LEFT, HEIGHT - 6, day);
    calendar_print_day(e.until, day);
    text_add_format(b, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.4s</text></svg>\n", RIGHT,
                    HEIGHT - 6, day);
}
