/* A case that an alert opens: it takes the alert's words and facts along, and the alert is worked on by it. */
#include "service/case.h"

#include "codec/codec.h"

const err_kind CASE_ALERT_OTHER = { "case.alert_other", ERR_BAD_INPUT, "Alert {} is about somebody else.", "预警 {} 不是关于该对象的。" };
const err_kind CASE_ALERT_OVER = {
    "case.alert_over", ERR_CONFLICT, "Alert {} is dealt with already; open it again first (doudi alert reopen).",
    "预警 {} 已办结；须先重开（doudi alert reopen）。"
};

/* "fact=value; …", as the look found them. */
static err evidence_text(arena *a, text evidence, text_builder *b)
{
    const codec_json *facts;
    TRY(codec_json_parse(a, evidence, (codec_json_options){ 0 }, &facts));
    for (size_t i = 0; i < facts->count; i++)
        if (facts->items[i].type == CODEC_JSON_STRING)
            text_add_format(b, "%s%.*s=%.*s", i ? "; " : "", TEXT_ARG(facts->keys[i]), TEXT_ARG(facts->items[i].word));
    return ERR_NONE;
}

err case_alert_take(case_call *c, case_opening *o, alert_row *row)
{
    alert_book *book;
    arena *a = c->call->request;
    int64_t alert_id = (int64_t)service_size_of(c->call, "alert", 0);
    const char *number = text_format(a, "%lld", (long long)alert_id).bytes;
    TRY(staff_permit(a, c->office->session, TEXT("alert.work")));
    TRY(county_alerts(c->office, &book));
    TRY(alert_read(c->memory, book, alert_id, row));
    if (row->terms.subject_id != o->subject_id) return err_of(&CASE_ALERT_OTHER, number);
    text_builder b = text_builder_open(a);
    text_add_format(&b, service_say(c->call, "alert %s %.*s: %.*s; ", "预警 %s %.*s：%.*s；"), number, TEXT_ARG(row->terms.watch), TEXT_ARG(row->terms.says));
    TRY(evidence_text(a, row->terms.evidence, &b));
    o->said = text_format(a, "alert %s", number);
    o->note = text_built(&b);
    return ERR_NONE;
}

err case_alert_mark(case_call *c, const alert_row *row, int64_t case_id)
{
    alert_book *book;
    arena *a = c->call->request;
    cases_act by = case_act(c);
    alert_act act = { .actor_id = by.actor_id, .known_ms = by.known_ms, .why = by.why };
    if (!alert_next(row->state, ALERT_WORK)) return err_of(&CASE_ALERT_OVER, text_format(a, "%lld", (long long)row->alert_id).bytes);
    TRY(county_alerts(c->office, &book));
    return alert_move(book, &act, row->alert_id, ALERT_WORK, 0, text_format(a, service_say(c->call, "case %lld", "办件 %lld"), (long long)case_id));
}
