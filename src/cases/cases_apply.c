/* The one place that turns events into rows: when an act is done, and when tables are made anew. */
#include "cases/cases_internal.h"

#include "codec/codec.h"

/* ---- values and papers ---- */

static size_t list_of(const codec_json *body, const char *key, const codec_json **items)
{
    const codec_json *list = codec_json_member(body, text_of(key));
    bool is_list = list && list->type == CODEC_JSON_ARRAY;
    *items = is_list ? list->items : NULL;
    return is_list ? list->count : 0;
}

static err remove_row(cases_book *book, const char *sql, int64_t case_id, text name)
{
    store_query *q;
    TRY(store_prepare(book->db, sql, &q));
    store_bind_int(q, 1, case_id);
    store_bind_text(q, 2, name);
    return store_do(q, NULL);
}

static err keep_values(cases_book *book, int64_t case_id, const codec_json *body)
{
    const codec_json *items;
    size_t count = list_of(body, "values", &items);
    for (size_t i = 0; i < count; i++) {
        store_query *q;
        const codec_json *v = &items[i];
        text field = eventlog_body_text(v, "field");
        TRY(remove_row(book, "DELETE FROM cases_value WHERE case_id = ?1 AND field = ?2", case_id, field));
        TRY(store_prepare(book->db, "INSERT INTO cases_value VALUES (?1, ?2, ?3, ?4)", &q));
        store_bind_int(q, 1, case_id);
        store_bind_text(q, 2, field);
        store_bind_text(q, 3, eventlog_body_text(v, "value"));
        store_bind_int(q, 4, eventlog_body_int(v, "source"));
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err keep_papers(cases_book *book, int64_t case_id, const codec_json *body)
{
    const codec_json *items;
    size_t count = list_of(body, "papers", &items);
    for (size_t i = 0; i < count; i++) {
        store_query *q;
        const codec_json *v = &items[i];
        text paper = eventlog_body_text(v, "paper");
        TRY(remove_row(book, "DELETE FROM cases_paper WHERE case_id = ?1 AND paper = ?2", case_id, paper));
        TRY(store_prepare(book->db, "INSERT INTO cases_paper VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &q));
        store_bind_int(q, 1, case_id);
        store_bind_text(q, 2, paper);
        store_bind_int(q, 3, eventlog_body_int(v, "state"));
        store_bind_int(q, 4, eventlog_body_int(v, "day"));
        store_bind_int(q, 5, eventlog_body_int(v, "due"));
        store_bind_text(q, 6, eventlog_body_text(v, "digest"));
        store_bind_text(q, 7, eventlog_body_text(v, "note"));
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

/* ---- marks ---- */

typedef struct {
    cases_what what;
    text step, reached;
} marking;

static err next_number(cases_book *book, const char *sql, int64_t case_id, int64_t *number)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, sql, &q));
    store_bind_int(q, 1, case_id);
    TRY(store_step(q, &has_row));
    *number = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

static err add_mark(cases_book *book, const eventlog_entry *entry, const codec_json *body, const marking *m)
{
    store_query *q;
    int64_t mark, case_id = eventlog_body_int(body, "case");
    TRY(next_number(book, "SELECT COALESCE(MAX(mark), 0) + 1 FROM cases_mark WHERE case_id = ?1", case_id, &mark));
    TRY(store_prepare(book->db, "INSERT INTO cases_mark VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", &q));
    store_bind_int(q, 1, case_id);
    store_bind_int(q, 2, mark);
    store_bind_int(q, 3, m->what);
    store_bind_int(q, 4, eventlog_body_int(body, "day"));
    store_bind_int(q, 5, entry->event.known_ms);
    store_bind_int(q, 6, entry->event.actor_id);
    store_bind_text(q, 7, m->step);
    store_bind_text(q, 8, m->reached);
    store_bind_text(q, 9, eventlog_body_text(body, "by"));
    store_bind_text(q, 10, eventlog_body_text(body, "note"));
    return store_do(q, NULL);
}

/* ---- a new case ---- */

static err apply_opened(cases_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    int64_t case_id = eventlog_body_int(body, "case"), day = eventlog_body_int(body, "day");
    TRY(store_prepare(book->db,
                      "INSERT INTO cases_case VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
                      "?15, ?16, ?17, 0, 0, ?18)", &q));
    store_bind_int(q, 1, case_id);
    store_bind_int(q, 2, entry->event.bucket);
    store_bind_text(q, 3, eventlog_body_text(body, "type"));
    store_bind_text(q, 4, eventlog_body_text(body, "law"));
    store_bind_int(q, 5, eventlog_body_int(body, "kind"));
    store_bind_int(q, 6, eventlog_body_int(body, "subject"));
    store_bind_int(q, 7, eventlog_body_int(body, "region"));
    store_bind_text(q, 8, eventlog_body_text(body, "channel"));
    store_bind_text(q, 9, eventlog_body_text(body, "agent"));
    store_bind_text(q, 10, eventlog_body_text(body, "said"));
    store_bind_int(q, 11, eventlog_body_int(body, "parent"));
    store_bind_int(q, 12, CASES_IN_HAND);
    store_bind_text(q, 13, eventlog_body_text(body, "step"));
    store_bind_text(q, 14, eventlog_body_text(body, "duty"));
    store_bind_int(q, 15, day);
    store_bind_int(q, 16, eventlog_body_int(body, "due"));
    store_bind_int(q, 17, eventlog_body_int(body, "notice"));
    text priority = eventlog_body_text(body, "priority"); /* not said of cases of before */
    store_bind_text(q, 18, priority.size_bytes ? priority : TEXT(""));
    TRY(store_do(q, NULL));
    TRY(keep_values(book, case_id, body));
    TRY(keep_papers(book, case_id, body));
    marking m = { .what = CASES_OPEN, .step = TEXT(""), .reached = eventlog_body_text(body, "step") };
    return add_mark(book, entry, body, &m);
}

/* ---- a move ---- */

/* PASS, RETURN, FINISH and END come to a step, ASK and GIVE stay at theirs with another clock. */
static err set_place(cases_book *book, const cases_row *row, cases_what what, cases_state state, const codec_json *body)
{
    bool is_step = what == CASES_PASS || what == CASES_RETURN || what == CASES_END;
    bool is_clock = is_step || what == CASES_GIVE || what == CASES_ASK;
    int32_t day = (int32_t)eventlog_body_int(body, "day");
    bool is_over = cases_is_over(state);
    store_query *q;
    TRY(store_prepare(book->db,
                      "UPDATE cases_case SET state = ?2, step = ?3, duty = ?4, entered_day = ?5, due_day = ?6, "
                      "notice_day = ?7, asked_day = ?8, closed_day = ?9 WHERE case_id = ?1", &q));
    store_bind_int(q, 1, row->case_id);
    store_bind_int(q, 2, state);
    store_bind_text(q, 3, is_step ? eventlog_body_text(body, "step") : row->step);
    store_bind_text(q, 4, is_over ? TEXT("") : is_step ? eventlog_body_text(body, "duty") : row->duty);
    store_bind_int(q, 5, is_step ? day : row->entered_day);
    store_bind_int(q, 6, is_over ? 0 : is_clock ? eventlog_body_int(body, "due") : row->due_day);
    store_bind_int(q, 7, is_clock ? eventlog_body_int(body, "notice") : row->notice_day);
    store_bind_int(q, 8, what == CASES_ASK ? day : what == CASES_GIVE || is_over ? 0 : row->asked_day);
    store_bind_int(q, 9, is_over ? (row->closed_day ? row->closed_day : day) : 0);
    return store_do(q, NULL);
}

static err add_objection(cases_book *book, int64_t case_id, const codec_json *body)
{
    store_query *q;
    int64_t number;
    TRY(next_number(book, "SELECT COALESCE(MAX(number), 0) + 1 FROM cases_objection WHERE case_id = ?1", case_id, &number));
    TRY(store_prepare(book->db, "INSERT INTO cases_objection VALUES (?1, ?2, ?3, ?4, ?5, 0, '')", &q));
    store_bind_int(q, 1, case_id);
    store_bind_int(q, 2, number);
    store_bind_int(q, 3, eventlog_body_int(body, "day"));
    store_bind_text(q, 4, eventlog_body_text(body, "who"));
    store_bind_text(q, 5, eventlog_body_text(body, "note"));
    return store_do(q, NULL);
}

static err answer_objection(cases_book *book, int64_t case_id, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(book->db,
                      "UPDATE cases_objection SET answered_day = ?3, answer = ?4 WHERE case_id = ?1 AND number = ?2", &q));
    store_bind_int(q, 1, case_id);
    store_bind_int(q, 2, eventlog_body_int(body, "number"));
    store_bind_int(q, 3, eventlog_body_int(body, "day"));
    store_bind_text(q, 4, eventlog_body_text(body, "note"));
    return store_do(q, NULL);
}

static err add_rating(cases_book *book, int64_t case_id, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(book->db, "INSERT INTO cases_rating VALUES (?1, ?2, ?3, ?4)", &q));
    store_bind_int(q, 1, case_id);
    store_bind_int(q, 2, eventlog_body_int(body, "number"));
    store_bind_int(q, 3, eventlog_body_int(body, "day"));
    store_bind_text(q, 4, eventlog_body_text(body, "note"));
    return store_do(q, NULL);
}

static err apply_moved(cases_book *book, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    cases_row row;
    int64_t case_id = eventlog_body_int(body, "case");
    cases_what what = (cases_what)eventlog_body_int(body, "what");
    TRY(cases_read(a, book, case_id, &row));
    cases_state state = cases_next(row.state, what);
    if (!state) return err_of(&CASES_NO_MOVE, cases_state_word(row.state)->name);
    TRY(keep_values(book, case_id, body));
    TRY(keep_papers(book, case_id, body));
    TRY(set_place(book, &row, what, state, body));
    if (what == CASES_OBJECT) TRY(add_objection(book, case_id, body));
    if (what == CASES_RATE) TRY(add_rating(book, case_id, body));
    if (what == CASES_ANSWER) TRY(answer_objection(book, case_id, body));
    marking m = { .what = what, .step = row.step, .reached = eventlog_body_text(body, "step") };
    return add_mark(book, entry, body, &m);
}

static err apply(cases_book *book, arena *a, const eventlog_entry *entry)
{
    const codec_json *body;
    TRY(codec_json_parse(a, entry->event.body, (codec_json_options){ 0 }, &body));
    text kind = text_of(entry->event.kind);
    if (text_equal_cstr(kind, "cases.opened")) return apply_opened(book, entry, body);
    return text_equal_cstr(kind, "cases.moved") ? apply_moved(book, a, entry, body) : ERR_NONE;
}

err cases_apply(cases_book *book, const eventlog_entry *entry)
{
    arena *scratch = arena_open();
    return cases_leave(book, scratch, apply(book, scratch, entry));
}

static const eventlog_table TABLES[] = {
    { "cases_case", "case_id", "iittiiitttiittiiiiiit" },
    { "cases_value", "case_id, field", "itti" },
    { "cases_paper", "case_id, paper", "itiiitt" },
    { "cases_objection", "case_id, number", "iiittit" },
    { "cases_rating", "case_id", "iiit" },
    { "cases_mark", "case_id, mark", "iiiiiitttt" },
};

static err apply_any(void *room, const eventlog_entry *entry)
{
    return cases_apply(room, entry);
}

eventlog_room cases_room(cases_book *book)
{
    return (eventlog_room){ .events = "cases.", .tables = TABLES, .table_count = sizeof TABLES / sizeof TABLES[0],
                            .apply = apply_any, .room = book };
}
