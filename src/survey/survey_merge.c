/* Sayings merged, which of them are heads, and choices for the registry. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "survey/survey_internal.h"

const err_kind SURVEY_ID_REUSED = {
    "survey.id_reused", ERR_CONFLICT,
    "The saying {} was sent before with another content; nothing was taken. Take the form along anew.",
    "编号为 {} 的填报此前以其他内容上报过，本次全部未收；请重新领取任务。"
};
const err_kind SURVEY_NO_CHOICE = {
    "survey.no_choice", ERR_NOT_FOUND, "Nothing was proposed for {}; doudi survey conflicts shows what waits.",
    "{} 没有待确认的提议；用 doudi survey conflicts 查看。"
};
const err_kind SURVEY_SAME_PERSON = {
    "survey.same_person", ERR_FORBIDDEN, "Whoever proposed it cannot confirm it ({}); another does.", "提议人不能自己确认（{}），须由他人确认。"
};
const err_kind SURVEY_MOVED = {
    "survey.moved", ERR_CONFLICT, "More was said of {} since it was proposed; propose it anew.", "提议之后“{}”又有新的填报；请重新提议。"
};

/* ---- reading ---- */

err survey_sayings(arena *a, survey_book *book, int64_t round_id, int64_t household_id, text question, survey_saying **sayings, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *sayings = NULL;
    *count = 0;
#define COLUMNS "SELECT saying_id, household_id, subject, question, replaces, value, content, phone_ms, known_ms, actor_id FROM survey_saying "
#define ORDER   " ORDER BY household_id, subject, question, saying_id"
    const char *sql = household_id && question.size_bytes ? COLUMNS "WHERE round_id = ?1 AND household_id = ?2 AND question = ?3" ORDER
                      : household_id                      ? COLUMNS "WHERE round_id = ?1 AND household_id = ?2" ORDER
                      : question.size_bytes               ? COLUMNS "WHERE round_id = ?1 AND question = ?2" ORDER
                                                          : COLUMNS "WHERE round_id = ?1" ORDER;
    TRY(store_prepare(book->db, sql, &q));
    int at = 1;
    store_bind_int(q, at++, round_id);
    if (household_id) store_bind_int(q, at++, household_id);
    if (question.size_bytes) store_bind_text(q, at, question);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        survey_saying one = { .id = text_copy(a, store_text(q, 0)), .household_id = store_int(q, 1), .subject = text_copy(a, store_text(q, 2)),
                              .question = text_copy(a, store_text(q, 3)), .replaces = text_copy(a, store_text(q, 4)),
                              .value = text_copy(a, store_text(q, 5)), .content = store_int(q, 6), .phone_ms = store_int(q, 7),
                              .known_ms = store_int(q, 8), .actor_id = store_int(q, 9) };
        ARENA_PUSH(a, *sayings, *count, capacity, one);
    }
}

size_t survey_cell_size(const survey_saying *sayings, size_t count, size_t at)
{
    size_t until = at;
    while (until < count && sayings[until].household_id == sayings[at].household_id && text_equal(sayings[until].subject, sayings[at].subject) &&
           text_equal(sayings[until].question, sayings[at].question))
        until++;
    return until - at;
}

/* ---- heads ---- */

typedef struct {
    const survey_saying *sayings;
    size_t count;
    hash_map *places; /* by id */
    bool *is_seen;    /* something was said in view of it, or it is a head */
    size_t *stack;
} headed;

static bool next_id(text *left, text *id)
{
    if (left->size_bytes < SURVEY_ID_BYTES) return false;
    *id = text_sub(*left, 0, SURVEY_ID_BYTES);
    size_t taken = left->size_bytes > SURVEY_ID_BYTES ? SURVEY_ID_BYTES + 1 : SURVEY_ID_BYTES;
    *left = text_sub(*left, taken, left->size_bytes);
    return true;
}

/* All that stands behind a head, by whatever way, is seen. */
static void see(headed *h, size_t at)
{
    size_t depth = 0;
    h->is_seen[at] = true;
    h->stack[depth++] = at;
    while (depth) {
        text left = h->sayings[h->stack[--depth]].replaces, id;
        while (next_id(&left, &id)) {
            size_t other = hash_map_get(h->places, id);
            if (other == SIZE_MAX || h->is_seen[other]) continue;
            h->is_seen[other] = true;
            h->stack[depth++] = other;
        }
    }
}

static void name_replaced(headed *h, bool *is_replaced)
{
    for (size_t i = 0; i < h->count; i++) {
        text left = h->sayings[i].replaces, id;
        while (next_id(&left, &id)) {
            size_t other = hash_map_get(h->places, id);
            if (other != SIZE_MAX && other != i) is_replaced[other] = true;
        }
    }
}

void survey_heads(arena *scratch, const survey_saying *sayings, size_t count, bool *is_head)
{
    headed h = { .sayings = sayings, .count = count, .places = hash_map_open(scratch), .is_seen = ARENA_ARRAY(scratch, bool, count + 1),
                 .stack = ARENA_ARRAY(scratch, size_t, count + 1) };
    bool *is_replaced = ARENA_ARRAY(scratch, bool, count + 1);
    memset(h.is_seen, 0, (count + 1) * sizeof *h.is_seen);
    memset(is_replaced, 0, (count + 1) * sizeof *is_replaced);
    for (size_t i = 0; i < count; i++) hash_map_put(h.places, sayings[i].id, i);
    name_replaced(&h, is_replaced);
    for (size_t i = 0; i < count; i++) {
        is_head[i] = !is_replaced[i];
        if (is_head[i] && !h.is_seen[i]) see(&h, i);
    }
    /* A ring that no head stands before hides nothing: all of it are heads. */
    for (size_t i = 0; i < count; i++)
        if (!h.is_seen[i]) is_head[i] = true;
}

/* ---- merging ---- */

static err find_content(survey_book *book, int64_t round_id, text id, bool *is_known, int64_t *content)
{
    store_query *q;
    TRY(store_prepare(book->db, "SELECT content FROM survey_saying WHERE round_id = ?1 AND saying_id = ?2", &q));
    store_bind_int(q, 1, round_id);
    store_bind_text(q, 2, id);
    TRY(store_step(q, is_known));
    if (!*is_known) return ERR_NONE;
    *content = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

static void write_saying(codec_json_writer *w, const survey_saying *s)
{
    codec_json_begin_object(w);
    eventlog_body_add_int(w, "content", s->content);
    eventlog_body_add_int(w, "household", s->household_id);
    eventlog_body_add_text(w, "id", s->id);
    eventlog_body_add_int(w, "phone", s->phone_ms);
    eventlog_body_add_text(w, "question", s->question);
    eventlog_body_add_text(w, "replaces", s->replaces);
    eventlog_body_add_text(w, "subject", s->subject);
    eventlog_body_add_text(w, "value", s->value);
    codec_json_end_object(w);
}

static err merge(survey_book *book, arena *a, const survey_act *act, int64_t round_id, const survey_saying *sayings, size_t count,
                 int64_t *taken)
{
    hash_map *met = hash_map_open(a);
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    *taken = 0;
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "round", round_id);
    codec_json_key(&w, TEXT("said"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < count; i++) {
        bool is_known;
        int64_t content = 0;
        size_t above = hash_map_get(met, sayings[i].id);
        TRY(find_content(book, round_id, sayings[i].id, &is_known, &content));
        if (above != SIZE_MAX) content = sayings[above].content;
        is_known |= above != SIZE_MAX;
        if (is_known && content != sayings[i].content) return err_of(&SURVEY_ID_REUSED, text_cstr(a, sayings[i].id));
        if (is_known) continue;
        hash_map_put(met, sayings[i].id, i);
        write_saying(&w, &sayings[i]);
        ++*taken;
    }
    codec_json_end_array(&w);
    codec_json_end_object(&w);
    return *taken ? survey_record(book, act, "survey.merged", text_built(&body)) : ERR_NONE;
}

err survey_merge(survey_book *book, const survey_act *act, int64_t round_id, const survey_saying *sayings, size_t count, int64_t *taken)
{
    arena *scratch = arena_open();
    return survey_leave(book, scratch, merge(book, scratch, act, round_id, sayings, count, taken));
}

/* ---- choices ---- */

err survey_choices(arena *a, survey_book *book, int64_t round_id, survey_choice **choices, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *choices = NULL;
    *count = 0;
    TRY(store_prepare(book->db, "SELECT household_id, subject, question, value, in_view, known_ms, actor_id FROM survey_choice "
                                "WHERE round_id = ?1 ORDER BY household_id, subject, question", &q));
    store_bind_int(q, 1, round_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        survey_choice one = { .household_id = store_int(q, 0), .subject = text_copy(a, store_text(q, 1)), .question = text_copy(a, store_text(q, 2)),
                              .value = text_copy(a, store_text(q, 3)), .in_view = text_copy(a, store_text(q, 4)), .known_ms = store_int(q, 5),
                              .actor_id = store_int(q, 6) };
        ARENA_PUSH(a, *choices, *count, capacity, one);
    }
}

static err record_choice(survey_book *book, arena *a, const survey_act *act, const char *kind, int64_t round_id, const survey_choice *c)
{
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "household", c->household_id);
    eventlog_body_add_text(&w, "in_view", c->in_view);
    eventlog_body_add_text(&w, "question", c->question);
    eventlog_body_add_int(&w, "round", round_id);
    eventlog_body_add_text(&w, "subject", c->subject);
    eventlog_body_add_text(&w, "value", c->value);
    codec_json_end_object(&w);
    return survey_record(book, act, kind, text_built(&body));
}

err survey_propose(survey_book *book, const survey_act *act, int64_t round_id, const survey_choice *choice)
{
    arena *scratch = arena_open();
    return survey_leave(book, scratch, record_choice(book, scratch, act, "survey.proposed", round_id, choice));
}

err survey_confirm(arena *a, survey_book *book, const survey_act *act, int64_t round_id, const survey_choice *cell, text in_view,
                   bool is_refused, survey_choice *choice)
{
    survey_choice *all;
    size_t count, at = 0;
    TRY(survey_choices(a, book, round_id, &all, &count));
    while (at < count && !(all[at].household_id == cell->household_id && text_equal(all[at].subject, cell->subject) &&
                           text_equal(all[at].question, cell->question)))
        at++;
    if (at == count) return err_of(&SURVEY_NO_CHOICE, text_cstr(a, cell->question));
    *choice = all[at];
    if (!is_refused && choice->actor_id == act->actor_id) return err_of(&SURVEY_SAME_PERSON, text_cstr(a, cell->question));
    if (!is_refused && !text_equal(choice->in_view, in_view)) return err_of(&SURVEY_MOVED, text_cstr(a, cell->question));
    return record_choice(book, a, act, is_refused ? "survey.refused" : "survey.confirmed", round_id, choice);
}
