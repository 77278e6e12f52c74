/* What whoever signs a run is told beside its lines: alerts that stand about the people it pays, raised when it was drafted. */
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

static err paid_by(payrun *p, int64_t person_id, int64_t *fen)
{
    payment_paid *paid;
    size_t count;
    *fen = 0;
    TRY(payment_of_person(p->office->memory, p->runs, person_id, &paid, &count));
    for (size_t i = 0; i < count; i++)
        if (paid[i].run_id == p->run.run_id) *fen += payment_line_fen(&paid[i].line);
    return ERR_NONE;
}

static err put_alert(payrun *p, service_value **list, const alert_row *row)
{
    text name;
    int64_t fen;
    arena *a = p->call->request;
    TRY(paid_by(p, row->terms.subject_id, &fen));
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
    size_t count;
    service_value *list = NULL;
    alert_filter open = { .has_open = true, .watch_from = TEXT(PAYING), .watch_until = TEXT(PAYING_END) };
    if (p->run.state == PAYMENT_WITHDRAWN) return ERR_NONE;
    TRY(county_alerts(p->office, &book));
    TRY(alert_list(p->office->memory, book, &open, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (list && list->child_count == WATCHED_SHOWN) {
            service_note(p->call, "more alerts at the draft stand in: doudi alert list --watch ", "编制时的其余预警见：doudi alert list --watch ",
                         text_copy(p->call->request, rows[i].terms.watch));
            break;
        }
        TRY(put_alert(p, &list, &rows[i]));
    }
    return ERR_NONE;
}
