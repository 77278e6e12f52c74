/* At which step each field was said, and whether the case has gone on from there: told by its events, oldest first. */
#include "cases/cases_internal.h"

/* The steps that lead to where the case stands. A way back, by return or by the type's own, takes off those behind. */
typedef struct {
    arena *a;
    text *steps;
    size_t count, capacity;
    cases_settled *fields;
    size_t *depths; /* by field: how many steps led to where it was said */
    size_t field_count, field_capacity, depth_capacity;
} walk;

static void come_to(walk *w, text step)
{
    for (size_t i = 0; i < w->count; i++) {
        if (!text_equal(w->steps[i], step)) continue;
        w->count = i + 1;
        return;
    }
    ARENA_PUSH(w->a, w->steps, w->count, w->capacity, step);
}

static void say(walk *w, text field)
{
    size_t i = 0, depths = w->field_count;
    cases_settled one = { .field = field, .step = w->steps[w->count - 1] };
    while (i < w->field_count && !text_equal(w->fields[i].field, field)) i++;
    if (i == w->field_count) {
        ARENA_PUSH(w->a, w->fields, w->field_count, w->field_capacity, one);
        ARENA_PUSH(w->a, w->depths, depths, w->depth_capacity, w->count);
    }
    w->fields[i] = one;
    w->depths[i] = w->count;
}

static void follow(walk *w, const eventlog_event *event, const codec_json *body)
{
    bool is_opened = text_equal_cstr(text_of(event->kind), "cases.opened");
    cases_what what = is_opened ? CASES_OPEN : (cases_what)eventlog_body_int(body, "what");
    if (is_opened) come_to(w, eventlog_body_text(body, "step"));
    const codec_json *values = codec_json_member(body, TEXT("values"));
    for (size_t i = 0; w->count && values && i < values->count; i++) {
        const codec_json *v = &values->items[i];
        if (eventlog_body_int(v, "source") != CASES_COMPUTED) say(w, eventlog_body_text(v, "field"));
    }
    if (what == CASES_PASS || what == CASES_RETURN) come_to(w, eventlog_body_text(body, "step"));
}

err cases_path_of(arena *a, cases_book *book, int64_t case_id, cases_path *path)
{
    cases_row row;
    eventlog_entry *entries;
    size_t entry_count;
    walk w = { .a = a };
    TRY(cases_read(a, book, case_id, &row));
    TRY(eventlog_of_subject(a, book->log, eventlog_bucket_of(row.subject_id), row.subject_id, &entries, &entry_count));
    for (size_t i = 0; i < entry_count; i++) {
        const codec_json *body;
        if (!text_begins(text_of(entries[i].event.kind), TEXT("cases."))) continue;
        TRY(codec_json_parse(a, entries[i].event.body, (codec_json_options){ 0 }, &body));
        if (eventlog_body_int(body, "case") == case_id) follow(&w, &entries[i].event, body);
    }
    for (size_t i = 0; i < w.field_count; i++) w.fields[i].is_settled = w.depths[i] < w.count;
    *path = (cases_path){ .fields = w.fields, .field_count = w.field_count, .passed = w.steps, .passed_count = w.count ? w.count - 1 : 0 };
    return ERR_NONE;
}
