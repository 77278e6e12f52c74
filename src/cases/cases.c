#include "cases/cases_internal.h"

#include <string.h>

#include "codec/codec.h"

const err_kind CASES_NOT_FOUND = {
    "cases.not_found", ERR_NOT_FOUND,
    "There is no case {}; doudi case list shows those there are.",
    "没有编号为 {} 的办件；用 doudi case list 查看。"
};
const err_kind CASES_NO_MOVE = {
    "cases.no_move", ERR_CONFLICT,
    "This cannot be done with the case as it stands ({}); doudi case show tells what was done about it.",
    "按办件现在的状态不能这样办（{}）；用 doudi case show 查看办理情况。"
};
const err_kind CASES_ELSEWHERE = {
    "cases.elsewhere", ERR_CONFLICT,
    "The case stands at another step: {}. doudi case show tells how it came there.",
    "办件现在处于“{}”环节，不在所说的环节；用 doudi case show 查看办理情况。"
};
const err_kind CASES_BAD_ACT = {
    "cases.bad_act", ERR_BUG, "An act on a case lacks what it needs: {}.", "办件操作缺少内容：{}。"
};

/* ---- states ---- */

static const cases_word STATES[CASES_STATE_COUNT] = {
    [CASES_NONE] = { "none", "none", "无" },
    [CASES_IN_HAND] = { "in_hand", "in hand", "办理中" },
    [CASES_ASKED] = { "asked", "waits for the applicant", "待补正" },
    [CASES_DONE] = { "done", "done", "办结" },
    [CASES_ENDED] = { "ended", "ended", "终止" },
    [CASES_WITHDRAWN] = { "withdrawn", "withdrawn", "已撤回" },
};
static const cases_word WHATS[CASES_WHAT_COUNT] = {
    [CASES_OPEN] = { "open", "opened", "立案" },
    [CASES_FILL] = { "fill", "filled in", "填写" },
    [CASES_PAPERS] = { "papers", "papers", "收件" },
    [CASES_PASS] = { "pass", "passed on", "办理完成" },
    [CASES_FINISH] = { "finish", "done", "办结" },
    [CASES_END] = { "end", "ended", "终止" },
    [CASES_RETURN] = { "return", "returned", "退回" },
    [CASES_ASK] = { "ask", "asked to complete", "告知补正" },
    [CASES_GIVE] = { "give", "completed", "补正收到" },
    [CASES_WITHDRAW] = { "withdraw", "withdrawn", "撤回" },
    [CASES_OBJECT] = { "object", "objected", "提出异议" },
    [CASES_ANSWER] = { "answer", "objection answered", "异议答复" },
    [CASES_EFFECT] = { "effect", "effect", "结果" },
    [CASES_RATE] = { "rate", "rated", "评价" },
};
static const cases_word PAPERS[CASES_PAPER_STATE_COUNT] = {
    [CASES_PAPER_NONE] = { "missing", "missing", "未收" },
    [CASES_BROUGHT] = { "brought", "brought", "已收" },
    [CASES_PROMISED] = { "promised", "promised in writing", "告知承诺" },
    [CASES_LACKING] = { "lacking", "to be brought later", "容缺后补" },
    [CASES_SHARED] = { "shared", "known already", "数据共享" },
    [CASES_KEPT] = { "kept", "promise checked, true", "承诺属实" },
    [CASES_BROKEN] = { "broken", "promise checked, untrue", "承诺不实" },
    [CASES_MENDED] = { "mended", "brought after an untrue promise", "承诺不实后补交" },
};

const cases_word *cases_state_word(cases_state state)
{
    return &STATES[state < CASES_STATE_COUNT ? state : CASES_NONE];
}

const cases_word *cases_what_word(cases_what what)
{
    return &WHATS[what < CASES_WHAT_COUNT ? what : CASES_OPEN];
}

const cases_word *cases_paper_word(cases_paper_state state)
{
    return &PAPERS[state < CASES_PAPER_STATE_COUNT ? state : CASES_PAPER_NONE];
}

#define STAYS(state) [state] = (state)
static const uint8_t NEXT[CASES_WHAT_COUNT][CASES_STATE_COUNT] = {
    [CASES_OPEN] = { [CASES_NONE] = CASES_IN_HAND },
    [CASES_FILL] = { STAYS(CASES_IN_HAND), STAYS(CASES_ASKED) },
    [CASES_PAPERS] = { STAYS(CASES_IN_HAND), STAYS(CASES_ASKED), STAYS(CASES_DONE) }, /* promises are checked later */
    [CASES_PASS] = { STAYS(CASES_IN_HAND) },
    [CASES_FINISH] = { [CASES_IN_HAND] = CASES_DONE },
    [CASES_END] = { [CASES_IN_HAND] = CASES_ENDED },
    [CASES_RETURN] = { STAYS(CASES_IN_HAND) },
    [CASES_ASK] = { [CASES_IN_HAND] = CASES_ASKED },
    [CASES_GIVE] = { [CASES_ASKED] = CASES_IN_HAND },
    [CASES_WITHDRAW] = { [CASES_IN_HAND] = CASES_WITHDRAWN, [CASES_ASKED] = CASES_WITHDRAWN },
    [CASES_OBJECT] = { STAYS(CASES_IN_HAND) },
    [CASES_ANSWER] = { STAYS(CASES_IN_HAND) },
    [CASES_EFFECT] = { STAYS(CASES_IN_HAND), STAYS(CASES_DONE), STAYS(CASES_ENDED) },
    [CASES_RATE] = { STAYS(CASES_DONE), STAYS(CASES_ENDED) },
};

cases_state cases_next(cases_state from, cases_what what)
{
    bool is_known = from < CASES_STATE_COUNT && what < CASES_WHAT_COUNT;
    return is_known ? (cases_state)NEXT[what][from] : CASES_NONE;
}

bool cases_is_over(cases_state state)
{
    return state == CASES_DONE || state == CASES_ENDED || state == CASES_WITHDRAWN;
}

/* ---- opening the room ---- */

err cases_open(arena *process, store *db, eventlog *log, cases_book **book)
{
    cases_book *b = ARENA_NEW(process, cases_book);
    *b = (cases_book){ .process = process, .db = db, .log = log };
    *book = b;
    return ERR_NONE;
}

err cases_leave(cases_book *book, arena *scratch, err e)
{
    if (e.detail) e.detail = arena_copy(book->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

/* ---- acts as events: keys in the order of their bytes ---- */

static void add_papers(codec_json_writer *w, const cases_paper *papers, size_t count)
{
    codec_json_key(w, TEXT("papers"));
    codec_json_begin_array(w);
    for (size_t i = 0; i < count; i++) {
        codec_json_begin_object(w);
        eventlog_body_add_int(w, "day", papers[i].day);
        eventlog_body_add_text(w, "digest", papers[i].digest);
        eventlog_body_add_int(w, "due", papers[i].due_day);
        eventlog_body_add_text(w, "note", papers[i].note);
        eventlog_body_add_text(w, "paper", papers[i].paper);
        eventlog_body_add_int(w, "state", papers[i].state);
        codec_json_end_object(w);
    }
    codec_json_end_array(w);
}

static void add_values(codec_json_writer *w, const cases_value *values, size_t count)
{
    codec_json_key(w, TEXT("values"));
    codec_json_begin_array(w);
    for (size_t i = 0; i < count; i++) {
        codec_json_begin_object(w);
        eventlog_body_add_text(w, "field", values[i].field);
        eventlog_body_add_int(w, "source", values[i].source);
        eventlog_body_add_text(w, "value", values[i].value);
        codec_json_end_object(w);
    }
    codec_json_end_array(w);
}

static text opened_body(arena *a, int64_t case_id, const cases_terms *t)
{
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "agent", t->agent);
    eventlog_body_add_text(&w, "by", t->duty);
    eventlog_body_add_int(&w, "case", case_id);
    eventlog_body_add_text(&w, "channel", t->channel);
    eventlog_body_add_int(&w, "day", t->day);
    eventlog_body_add_int(&w, "due", t->place.due_day);
    eventlog_body_add_text(&w, "duty", t->place.duty);
    eventlog_body_add_int(&w, "kind", t->subject_kind);
    eventlog_body_add_text(&w, "law", t->law);
    eventlog_body_add_text(&w, "note", t->note);
    eventlog_body_add_int(&w, "notice", t->place.notice_day);
    add_papers(&w, t->papers, t->paper_count);
    eventlog_body_add_int(&w, "parent", t->parent_id);
    if (t->priority.size_bytes) eventlog_body_add_text(&w, "priority", t->priority);
    eventlog_body_add_int(&w, "region", t->region);
    eventlog_body_add_text(&w, "said", t->said);
    eventlog_body_add_text(&w, "step", t->place.step);
    eventlog_body_add_int(&w, "subject", t->subject_id);
    eventlog_body_add_text(&w, "type", t->type);
    add_values(&w, t->values, t->value_count);
    codec_json_end_object(&w);
    return text_built(&body);
}

static text moved_body(arena *a, int64_t case_id, const cases_move *m)
{
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "by", m->duty);
    eventlog_body_add_int(&w, "case", case_id);
    eventlog_body_add_int(&w, "day", m->day);
    eventlog_body_add_int(&w, "due", m->place.due_day);
    eventlog_body_add_text(&w, "duty", m->place.duty);
    eventlog_body_add_text(&w, "note", m->note);
    eventlog_body_add_int(&w, "notice", m->place.notice_day);
    eventlog_body_add_int(&w, "number", m->number);
    add_papers(&w, m->papers, m->paper_count);
    eventlog_body_add_text(&w, "step", m->place.step);
    add_values(&w, m->values, m->value_count);
    eventlog_body_add_int(&w, "what", m->what);
    eventlog_body_add_text(&w, "who", m->who);
    codec_json_end_object(&w);
    return text_built(&body);
}

static err append(cases_book *book, const cases_act *act, const char *kind, int64_t subject_id, text body)
{
    bool is_new;
    eventlog_entry entry = { .event = { .bucket = eventlog_bucket_of(subject_id), .kind = kind, .subject_id = subject_id,
                                        .known_ms = act->known_ms, .actor_id = act->actor_id, .why = act->why,
                                        .key = act->key, .body = body } };
    TRY(eventlog_append(book->log, &entry.event, &entry.sequence, &is_new));
    return is_new ? cases_apply(book, &entry) : ERR_NONE;
}

static err begin(cases_book *book, arena *a, const cases_act *act, const cases_terms *terms, int64_t *case_id)
{
    int64_t last;
    if (!terms->type.size_bytes || !terms->place.step.size_bytes || terms->subject_id <= 0)
        return err_of(&CASES_BAD_ACT, "type, step, subject");
    TRY(store_scalar(book->db, "SELECT COALESCE(MAX(case_id), 0) FROM cases_case", &last));
    *case_id = last + 1;
    return append(book, act, "cases.opened", terms->subject_id, opened_body(a, *case_id, terms));
}

err cases_begin(cases_book *book, const cases_act *act, const cases_terms *terms, int64_t *case_id)
{
    arena *scratch = arena_open();
    return cases_leave(book, scratch, begin(book, scratch, act, terms, case_id));
}

static err move(cases_book *book, arena *a, const cases_act *act, int64_t case_id, const cases_move *m)
{
    cases_row row;
    TRY(cases_read(a, book, case_id, &row));
    if (m->from.size_bytes && !text_equal(m->from, row.step)) return err_of(&CASES_ELSEWHERE, text_cstr(a, row.step));
    if (m->what == CASES_OPEN || !cases_next(row.state, m->what))
        return err_of(&CASES_NO_MOVE, cases_state_word(row.state)->name);
    bool needs_step = m->what == CASES_PASS || m->what == CASES_RETURN || m->what == CASES_END;
    if (needs_step && !m->place.step.size_bytes) return err_of(&CASES_BAD_ACT, "step");
    return append(book, act, "cases.moved", row.subject_id, moved_body(a, case_id, m));
}

err cases_do(cases_book *book, const cases_act *act, int64_t case_id, const cases_move *m)
{
    arena *scratch = arena_open();
    return cases_leave(book, scratch, move(book, scratch, act, case_id, m));
}
