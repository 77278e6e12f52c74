/* What whoever signs a run is told beside its lines: alerts that stand about the people it pays, raised when it was drafted. */
#include <stdlib.h>

#include "base/search.h"
#include "service/alert.h"
#include "service/payrun_holds.h"
#include "service/watch.h"

const service_field PAYRUN_WATCHED_FIELDS[] = {
    { .name = "alert", .type = SERVICE_COUNT, .summary = "alert", .summary_zh = "预警编号" },
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "watch", .type = SERVICE_TEXT, .summary = "what", .summary_zh = "内容" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "by this run, yuan", .summary_zh = "本批次支付（元）" },
    { .name = "state", .type = SERVICE_TEXT, .summary = "state", .summary_zh = "状态" },
};
_Static_assert(ARRAY_COUNT(PAYRUN_WATCHED_FIELDS) == PAYRUN_WATCHED_FIELD_COUNT, "fields of what is watched");

/* The watches of the purpose that is looked at when a run is drafted are named so: packs/adapters/office-watch.csv. */
#define PAYING     "paying."
#define PAYING_END "paying/" /* the first key behind them */

enum { WATCHED_SHOWN = 200 }; /* the most money first: the rest is in the alerts' own list */

/* What the run pays those whom alerts are about: its own lines are gone through once, whatever else they were ever paid. */
typedef struct {
    int64_t person_id, fen;
} paid;

static int by_person(const void *a, const void *b)
{
    const paid *x = a, *y = b;
    return (x->person_id > y->person_id) - (x->person_id < y->person_id);
}

static paid *paid_of(paid *all, size_t count, int64_t person_id)
{
    size_t at = SEARCH_FIRST(all, count, person_id, person_id);
    return at < count && all[at].person_id == person_id ? &all[at] : NULL;
}

static err sum_lines(payrun *p, paid *all, size_t count)
{
    payment_cursor *cursor;
    const payment_numbered *line;
    err e;
    TRY(payment_lines(p->office->memory, p->runs, p->run.run_id, &cursor));
    for (;;) {
        e = payment_next_line(cursor, &line);
        if (e.kind || !line) break;
        paid *one = paid_of(all, count, line->line.person_id);
        if (one) one->fen += payment_line_fen(&line->line);
    }
    payment_lines_close(cursor);
    return e;
}

static err paid_by_run(payrun *p, const alert_row *rows, size_t count, paid **all, size_t *all_count)
{
    *all = ARENA_ARRAY(p->office->memory, paid, count + 1);
    *all_count = 0;
    for (size_t i = 0; i < count; i++) (*all)[i] = (paid){ .person_id = rows[i].terms.subject_id };
    if (count) qsort(*all, count, sizeof **all, by_person);
    for (size_t i = 0; i < count; i++)
        if (!*all_count || (*all)[*all_count - 1].person_id != (*all)[i].person_id) (*all)[(*all_count)++] = (*all)[i];
    return count ? sum_lines(p, *all, *all_count) : ERR_NONE;
}

static err put_alert(payrun *p, service_value **list, const alert_row *row, int64_t fen)
{
    text name;
    arena *a = p->call->request;
    if (!fen) return ERR_NONE;
    TRY(alert_subject_name(p->office, row, &name));
    if (!*list) *list = service_put_list(a, p->call->reply, "watched");
    service_value *v = service_put_object(a, *list, NULL);
    const alert_word *state = alert_state_word(row->state);
    service_put_count(a, v, "alert", row->alert_id);
    service_put_count(a, v, "person", row->terms.subject_id);
    service_put_text(a, v, "name", name);
    service_put_text(a, v, "watch", watch_title(p->call, row->terms.watch));
    service_put_text(a, v, "amount", service_yuan(a, fen));
    service_put_cstr(a, v, "state", service_say(p->call, state->says, state->says_zh));
    return ERR_NONE;
}

err payrun_watched_put(payrun *p)
{
    alert_book *book;
    alert_row *rows;
    paid *all;
    size_t count, all_count;
    service_value *list = NULL;
    alert_filter open = { .has_open = true, .watch_from = TEXT(PAYING), .watch_until = TEXT(PAYING_END) };
    if (p->run.state == PAYMENT_WITHDRAWN) return ERR_NONE;
    TRY(county_alerts(p->office, &book));
    TRY(alert_list(p->office->memory, book, &open, &rows, &count));
    TRY(paid_by_run(p, rows, count, &all, &all_count));
    for (size_t i = 0; i < count; i++) {
        if (list && list->child_count == WATCHED_SHOWN) {
            service_note(p->call, "more alerts at the draft stand in: doudi alert list --watch ", "编制时的其余预警见：doudi alert list --watch ",
                         text_copy(p->call->request, rows[i].terms.watch));
            break;
        }
        TRY(put_alert(p, &list, &rows[i], paid_of(all, all_count, rows[i].terms.subject_id)->fen));
    }
    return ERR_NONE;
}
