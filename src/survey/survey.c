/* Rounds and who visits which household; the one place that turns events into rows. */
#include <string.h>

#include "survey/survey_internal.h"

const err_kind SURVEY_NO_ROUND = {
    "survey.no_round", ERR_NOT_FOUND, "There is no survey round {}; doudi survey list shows those there are.",
    "没有入户调查“{}”；用 doudi survey list 查看。"
};
const err_kind SURVEY_OTHER = {
    "survey.other", ERR_CONFLICT, "A survey round {} was begun with other days; give this one another name.",
    "入户调查“{}”已用其他起止日期开始；请另取名称。"
};

err survey_open(arena *process, store *db, eventlog *log, survey_book **book)
{
    survey_book *b = ARENA_NEW(process, survey_book);
    *b = (survey_book){ .process = process, .db = db, .log = log };
    *book = b;
    return ERR_NONE;
}

err survey_leave(survey_book *book, arena *scratch, err e)
{
    if (e.detail) e.detail = arena_copy(book->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

/* ---- from events to rows ---- */

static err apply_begun(survey_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(book->db, "INSERT INTO survey_round VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &q));
    store_bind_int(q, 1, eventlog_body_int(body, "round"));
    store_bind_text(q, 2, eventlog_body_text(body, "name"));
    store_bind_int(q, 3, eventlog_body_int(body, "from"));
    store_bind_int(q, 4, eventlog_body_int(body, "until"));
    store_bind_text(q, 5, eventlog_body_text(body, "form"));
    store_bind_int(q, 6, entry->event.known_ms);
    store_bind_int(q, 7, entry->event.actor_id);
    return store_do(q, NULL);
}

static err apply_assigned(survey_book *book, const eventlog_entry *entry, const codec_json *body)
{
    const codec_json *visits = codec_json_member(body, TEXT("visits"));
    for (size_t i = 0; visits && i < visits->count; i++) {
        store_query *q;
        TRY(store_prepare(book->db, "DELETE FROM survey_visit WHERE round_id = ?1 AND household_id = ?2", &q));
        store_bind_int(q, 1, eventlog_body_int(body, "round"));
        store_bind_int(q, 2, eventlog_body_int(&visits->items[i], "household"));
        TRY(store_do(q, NULL));
        TRY(store_prepare(book->db, "INSERT INTO survey_visit VALUES (?1, ?2, ?3, ?4, ?5, ?6)", &q));
        store_bind_int(q, 1, eventlog_body_int(body, "round"));
        store_bind_int(q, 2, eventlog_body_int(&visits->items[i], "household"));
        store_bind_int(q, 3, eventlog_body_int(&visits->items[i], "region"));
        store_bind_int(q, 4, eventlog_body_int(&visits->items[i], "surveyor"));
        store_bind_int(q, 5, entry->event.known_ms);
        store_bind_int(q, 6, entry->event.actor_id);
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err apply_merged(survey_book *book, const eventlog_entry *entry, const codec_json *body)
{
    const codec_json *said = codec_json_member(body, TEXT("said"));
    for (size_t i = 0; said && i < said->count; i++) {
        store_query *q;
        const codec_json *one = &said->items[i];
        TRY(store_prepare(book->db, "INSERT INTO survey_saying VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)", &q));
        store_bind_int(q, 1, eventlog_body_int(body, "round"));
        store_bind_text(q, 2, eventlog_body_text(one, "id"));
        store_bind_int(q, 3, eventlog_body_int(one, "household"));
        store_bind_text(q, 4, eventlog_body_text(one, "subject"));
        store_bind_text(q, 5, eventlog_body_text(one, "question"));
        store_bind_text(q, 6, eventlog_body_text(one, "replaces"));
        store_bind_text(q, 7, eventlog_body_text(one, "value"));
        store_bind_int(q, 8, eventlog_body_int(one, "content"));
        store_bind_int(q, 9, eventlog_body_int(one, "phone"));
        store_bind_int(q, 10, entry->event.known_ms);
        store_bind_int(q, 11, entry->event.actor_id);
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err take_choice_off(survey_book *book, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(book->db, "DELETE FROM survey_choice WHERE round_id = ?1 AND household_id = ?2 AND subject = ?3 AND question = ?4", &q));
    store_bind_int(q, 1, eventlog_body_int(body, "round"));
    store_bind_int(q, 2, eventlog_body_int(body, "household"));
    store_bind_text(q, 3, eventlog_body_text(body, "subject"));
    store_bind_text(q, 4, eventlog_body_text(body, "question"));
    return store_do(q, NULL);
}

static err apply_proposed(survey_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(take_choice_off(book, body));
    TRY(store_prepare(book->db, "INSERT INTO survey_choice VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", &q));
    store_bind_int(q, 1, eventlog_body_int(body, "round"));
    store_bind_int(q, 2, eventlog_body_int(body, "household"));
    store_bind_text(q, 3, eventlog_body_text(body, "subject"));
    store_bind_text(q, 4, eventlog_body_text(body, "question"));
    store_bind_text(q, 5, eventlog_body_text(body, "value"));
    store_bind_text(q, 6, eventlog_body_text(body, "in_view"));
    store_bind_int(q, 7, entry->event.known_ms);
    store_bind_int(q, 8, entry->event.actor_id);
    return store_do(q, NULL);
}

static err apply(survey_book *book, arena *a, const eventlog_entry *entry)
{
    const codec_json *body;
    text kind = text_of(entry->event.kind);
    TRY(codec_json_parse(a, entry->event.body, (codec_json_options){ 0 }, &body));
    if (text_equal_cstr(kind, "survey.begun")) return apply_begun(book, entry, body);
    if (text_equal_cstr(kind, "survey.assigned")) return apply_assigned(book, entry, body);
    if (text_equal_cstr(kind, "survey.merged")) return apply_merged(book, entry, body);
    if (text_equal_cstr(kind, "survey.proposed")) return apply_proposed(book, entry, body);
    bool is_over = text_equal_cstr(kind, "survey.confirmed") || text_equal_cstr(kind, "survey.refused");
    return is_over ? take_choice_off(book, body) : ERR_NONE;
}

err survey_apply(void *room, const eventlog_entry *entry)
{
    survey_book *book = room;
    arena *scratch = arena_open();
    return survey_leave(book, scratch, apply(book, scratch, entry));
}

static const eventlog_table TABLES[] = {
    { "survey_round", "round_id", "itiitii" },
    { "survey_visit", "round_id, household_id", "iiiiii" },
    { "survey_saying", "round_id, saying_id", "itittttiiii" },
    { "survey_choice", "round_id, household_id, subject, question", "iittttii" },
};

eventlog_room survey_room(survey_book *book)
{
    return (eventlog_room){ .events = "survey.", .tables = TABLES, .table_count = sizeof TABLES / sizeof TABLES[0], .apply = survey_apply,
                            .room = book };
}

err survey_record(survey_book *book, const survey_act *act, const char *kind, text body)
{
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = kind, .known_ms = act->known_ms, .actor_id = act->actor_id,
                             .why = act->why, .body = body };
    eventlog_entry entry = { .event = event };
    TRY(eventlog_append(book->log, &event, &entry.sequence, NULL));
    return survey_apply(book, &entry);
}

/* ---- rounds ---- */

err survey_rounds(arena *a, survey_book *book, survey_round **rounds, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *rounds = NULL;
    *count = 0;
    TRY(store_prepare(book->db, "SELECT round_id, name, from_day, until_day, form, known_ms, actor_id FROM survey_round ORDER BY round_id", &q));
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        survey_round one = { .round_id = store_int(q, 0), .name = text_copy(a, store_text(q, 1)), .from_day = (int32_t)store_int(q, 2),
                             .until_day = (int32_t)store_int(q, 3), .form = text_copy(a, store_text(q, 4)), .known_ms = store_int(q, 5),
                             .actor_id = store_int(q, 6) };
        ARENA_PUSH(a, *rounds, *count, capacity, one);
    }
}

err survey_round_of(arena *a, survey_book *book, text said, survey_round *round)
{
    survey_round *all;
    size_t count;
    TRY(survey_rounds(a, book, &all, &count));
    for (size_t i = count; i-- > 0;) {
        *round = all[i];
        if (text_equal(all[i].name, said) || text_equal(text_format(a, "%lld", (long long)all[i].round_id), said)) return ERR_NONE;
    }
    return err_of(&SURVEY_NO_ROUND, text_cstr(a, text_shown(a, said, 60)));
}

static err begin(survey_book *book, arena *a, const survey_act *act, const survey_round *round, int64_t *round_id, bool *is_new)
{
    survey_round *all;
    size_t count;
    TRY(survey_rounds(a, book, &all, &count));
    *is_new = false;
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(all[i].name, round->name)) continue;
        *round_id = all[i].round_id;
        bool is_same = all[i].from_day == round->from_day && all[i].until_day == round->until_day;
        return is_same ? ERR_NONE : err_of(&SURVEY_OTHER, text_cstr(a, round->name));
    }
    *is_new = true;
    *round_id = (int64_t)count + 1;
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "form", round->form);
    eventlog_body_add_int(&w, "from", round->from_day);
    eventlog_body_add_text(&w, "name", round->name);
    eventlog_body_add_int(&w, "round", *round_id);
    eventlog_body_add_int(&w, "until", round->until_day);
    codec_json_end_object(&w);
    return survey_record(book, act, "survey.begun", text_built(&body));
}

err survey_begin(survey_book *book, const survey_act *act, const survey_round *round, int64_t *round_id, bool *is_new)
{
    arena *scratch = arena_open();
    return survey_leave(book, scratch, begin(book, scratch, act, round, round_id, is_new));
}

/* ---- who visits whom ---- */

err survey_visits(arena *a, survey_book *book, int64_t round_id, survey_visit **visits, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *visits = NULL;
    *count = 0;
    TRY(store_prepare(book->db, "SELECT household_id, region, surveyor_id FROM survey_visit WHERE round_id = ?1 ORDER BY household_id", &q));
    store_bind_int(q, 1, round_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        survey_visit one = { store_int(q, 0), store_int(q, 1), store_int(q, 2) };
        ARENA_PUSH(a, *visits, *count, capacity, one);
    }
}

static bool is_so(const survey_visit *known, size_t count, const survey_visit *one)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (known[middle].household_id < one->household_id) low = middle + 1;
        else high = middle;
    }
    return low < count && known[low].household_id == one->household_id && known[low].region == one->region &&
           known[low].surveyor_id == one->surveyor_id;
}

static err assign(survey_book *book, arena *a, const survey_act *act, int64_t round_id, const survey_visit *visits, size_t count,
                  int64_t *changed)
{
    survey_visit *known;
    size_t known_count;
    TRY(survey_visits(a, book, round_id, &known, &known_count));
    *changed = 0;
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "round", round_id);
    codec_json_key(&w, TEXT("visits"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < count; i++) {
        if (is_so(known, known_count, &visits[i])) continue;
        ++*changed;
        codec_json_begin_object(&w);
        eventlog_body_add_int(&w, "household", visits[i].household_id);
        eventlog_body_add_int(&w, "region", visits[i].region);
        eventlog_body_add_int(&w, "surveyor", visits[i].surveyor_id);
        codec_json_end_object(&w);
    }
    codec_json_end_array(&w);
    codec_json_end_object(&w);
    return *changed ? survey_record(book, act, "survey.assigned", text_built(&body)) : ERR_NONE;
}

err survey_assign(survey_book *book, const survey_act *act, int64_t round_id, const survey_visit *visits, size_t count, int64_t *changed)
{
    arena *scratch = arena_open();
    return survey_leave(book, scratch, assign(book, scratch, act, round_id, visits, count, changed));
}
