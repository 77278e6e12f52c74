#include <string.h>

#include "base/search.h"
#include "roll/roll_internal.h"

const err_kind ROLL_NO_RECEIPT = {
    "roll.no_receipt", ERR_NOT_FOUND,
    "There is no receipt {} of a roll; doudi roll list shows those there are.",
    "没有编号为 {} 的名册回执；用 doudi roll list 查看。"
};
const err_kind ROLL_NO_LINE = {
    "roll.no_line", ERR_NOT_FOUND,
    "The roll has no line {}; doudi roll show lists its lines.", "该名册没有第 {} 行；用 doudi roll show 查看各行。"
};
const err_kind ROLL_BAD_LINES = {
    "roll.bad_lines", ERR_BUG,
    "Lines of a roll must rise, and a linked one must name its subject (row {}).",
    "名册各行的行号须递增，已比中的行须有对象（第 {} 行）。"
};
const err_kind ROLL_NO_MOVE = {
    "roll.no_move", ERR_CONFLICT,
    "Line {} was rejected and stays so: have the department mend it and send the roll again.",
    "第 {} 行已退回，不能再改：请由提供部门更正后重报名册。"
};

static const roll_word STATES[ROLL_STATE_COUNT] = {
    [0] = { "", "", "" },
    [ROLL_LINKED] = { "linked", "linked", "已比中" },
    [ROLL_ABSENT] = { "absent", "not registered here", "本机构未建档" },
    [ROLL_REVIEW] = { "review", "to be reviewed", "待核" },
    [ROLL_REJECTED] = { "rejected", "rejected", "退回" },
};

const roll_word *roll_state_word(roll_state state)
{
    return &STATES[state < ROLL_STATE_COUNT ? state : 0];
}

err roll_open(arena *process, store *db, eventlog *log, roll_book **book)
{
    roll_book *b = ARENA_NEW(process, roll_book);
    *b = (roll_book){ .process = process, .db = db, .log = log };
    *book = b;
    return ERR_NONE;
}

err roll_leave(roll_book *book, arena *scratch, err e)
{
    if (e.detail) e.detail = arena_copy(book->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

/* ---- taking a roll ---- */

static err check(arena *a, const roll_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is_in_order = !i || lines[i - 1].line < lines[i].line;
        bool names = lines[i].state != ROLL_LINKED || lines[i].subject_id > 0;
        bool is_state = lines[i].state >= ROLL_LINKED && lines[i].state < ROLL_STATE_COUNT;
        if (!is_in_order || !names || !is_state) return err_of(&ROLL_BAD_LINES, text_format(a, "%zu", i + 1).bytes);
    }
    return ERR_NONE;
}

enum { AT_LINE, AT_STATE, AT_SUBJECT, AT_KEY, AT_CELLS, NUMBERS };
static const char *const NAMES[NUMBERS] = { "line", "state", "subject", "key", "cells" };

static err pack(arena *a, const roll_line *lines, size_t count, text *bytes)
{
    int64_t *number[NUMBERS];
    text *why = ARENA_ARRAY(a, text, count + 1);
    eventlog_column columns[NUMBERS + 1] = { [NUMBERS] = { .name = "why", .word = why } };
    for (int c = 0; c < NUMBERS; c++) {
        number[c] = ARENA_ARRAY(a, int64_t, count + 1);
        columns[c] = (eventlog_column){ .name = NAMES[c], .number = number[c] };
    }
    for (size_t i = 0; i < count; i++) {
        number[AT_LINE][i] = lines[i].line;
        number[AT_STATE][i] = lines[i].state;
        number[AT_SUBJECT][i] = lines[i].subject_id;
        number[AT_KEY][i] = lines[i].key;
        number[AT_CELLS][i] = lines[i].cells;
        why[i] = lines[i].why;
    }
    return eventlog_rows_write(a, columns, NUMBERS + 1, count, bytes);
}

err roll_lines_told(arena *a, roll_book *book, int64_t sequence, const char *segment, roll_line **lines, size_t *count)
{
    text bytes;
    size_t at[NUMBERS], why;
    eventlog_rows *rows = ARENA_NEW(a, eventlog_rows);
    TRY(eventlog_segment_read(a, book->log, EVENTLOG_OFFICE, sequence, segment, &bytes));
    TRY(eventlog_rows_open(bytes, rows));
    for (int c = 0; c < NUMBERS; c++) TRY(eventlog_rows_find(rows, NAMES[c], false, &at[c]));
    TRY(eventlog_rows_find(rows, "why", true, &why));
    *count = rows->row_count;
    *lines = ARENA_ARRAY(a, roll_line, *count + 1);
    for (size_t i = 0; i < *count; i++)
        (*lines)[i] = (roll_line){ .line = eventlog_rows_number(rows, at[AT_LINE], i),
                                   .state = (roll_state)eventlog_rows_number(rows, at[AT_STATE], i),
                                   .subject_id = eventlog_rows_number(rows, at[AT_SUBJECT], i),
                                   .key = eventlog_rows_number(rows, at[AT_KEY], i),
                                   .cells = eventlog_rows_number(rows, at[AT_CELLS], i),
                                   .why = eventlog_rows_word(rows, why, i) };
    return ERR_NONE;
}

static text body_of(arena *a, int64_t receipt_id, const roll_terms *t)
{
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "added", t->added);
    eventlog_body_add_int(&w, "before", t->before_id);
    eventlog_body_add_int(&w, "changed", t->changed);
    eventlog_body_add_text(&w, "contract", t->contract);
    eventlog_body_add_text(&w, "digest", t->digest);
    eventlog_body_add_text(&w, "file", t->file);
    eventlog_body_add_int(&w, "mended", t->mended);
    eventlog_body_add_int(&w, "month", t->month);
    eventlog_body_add_int(&w, "receipt", receipt_id);
    eventlog_body_add_int(&w, "removed", t->removed);
    eventlog_body_add_text(&w, "roll", t->roll);
    codec_json_end_object(&w);
    return text_built(&body);
}

err roll_append(roll_book *book, const eventlog_event *event)
{
    eventlog_entry entry = { .event = *event };
    bool is_new;
    TRY(eventlog_append(book->log, event, &entry.sequence, &is_new));
    return is_new ? roll_apply(book, &entry) : ERR_NONE;
}

/* The receipt that counts of this month, when it was of the same file, read in the same way. */
static err taken_before(arena *a, roll_book *book, const roll_terms *t, int64_t *receipt_id)
{
    roll_receipt last;
    int64_t id;
    *receipt_id = 0;
    TRY(roll_latest(book, t->roll, t->month, &id));
    if (!id) return ERR_NONE;
    TRY(roll_receipt_read(a, book, id, &last));
    bool is_same = last.terms.month == t->month && text_equal(last.terms.digest, t->digest) &&
                   text_equal(last.terms.contract, t->contract);
    if (is_same) *receipt_id = id;
    return ERR_NONE;
}

static err receive(roll_book *book, arena *a, const roll_act *act, const roll_terms *terms, const roll_line *lines,
                   size_t count, text sealed, int64_t *receipt_id, bool *is_new)
{
    text bytes, cells;
    eventlog_column column = { .name = "sealed", .word = &sealed };
    TRY(check(a, lines, count));
    TRY(taken_before(a, book, terms, receipt_id));
    *is_new = !*receipt_id;
    if (!*is_new) return ERR_NONE;
    TRY(store_scalar(book->db, "SELECT COALESCE(MAX(receipt_id), 0) + 1 FROM roll_receipt", receipt_id));
    TRY(pack(a, lines, count, &bytes));
    TRY(eventlog_rows_write(a, &column, 1, 1, &cells));
    eventlog_segment segments[] = { { .name = "cells", .row_count = 1, .bytes = cells },
                                    { .name = "lines", .row_count = (int64_t)count, .bytes = bytes } };
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = "roll.received", .known_ms = act->known_ms,
                             .actor_id = act->actor_id, .why = act->why, .body = body_of(a, *receipt_id, terms),
                             .segments = segments, .segment_count = sizeof segments / sizeof segments[0],
                             .key = text_format(a, "roll/%lld", (long long)*receipt_id) };
    return roll_append(book, &event);
}

err roll_receive(roll_book *book, const roll_act *act, const roll_terms *terms, const roll_line *lines, size_t count,
                 text sealed, int64_t *receipt_id, bool *is_new)
{
    arena *scratch = arena_open();
    return roll_leave(book, scratch, receive(book, scratch, act, terms, lines, count, sealed, receipt_id, is_new));
}

/* ---- what lines turned out to be ---- */

static err take(arena *a, const roll_line *lines, size_t count, const roll_settling *said, roll_line *into, bool *differs)
{
    size_t at = SEARCH_FIRST(lines, count, line, said->line);
    const char *number = text_format(a, "%lld", (long long)said->line).bytes;
    if (at == count || lines[at].line != said->line) return err_of(&ROLL_NO_LINE, number);
    if (lines[at].state == ROLL_REJECTED || said->state == ROLL_REJECTED) return err_of(&ROLL_NO_MOVE, number);
    *differs = lines[at].state != said->state || lines[at].subject_id != said->subject_id;
    *into = lines[at];
    into->state = said->state;
    into->subject_id = said->subject_id;
    return ERR_NONE;
}

static err settle(roll_book *book, arena *a, const roll_act *act, int64_t receipt_id, const roll_settling *settled,
                  size_t count, int64_t *changed)
{
    text bytes;
    roll_line *lines, *now = ARENA_ARRAY(a, roll_line, count + 1);
    size_t line_count, kept = 0;
    TRY(roll_lines(a, book, receipt_id, &lines, &line_count));
    for (size_t i = 0; i < count; i++) {
        bool differs;
        TRY(take(a, lines, line_count, &settled[i], &now[kept], &differs));
        kept += differs;
    }
    *changed = (int64_t)kept;
    if (!kept) return ERR_NONE;
    TRY(check(a, now, kept));
    TRY(pack(a, now, kept, &bytes));
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "receipt", receipt_id);
    codec_json_end_object(&w);
    eventlog_segment segment = { .name = "lines", .row_count = (int64_t)kept, .bytes = bytes };
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = "roll.settled", .known_ms = act->known_ms,
                             .actor_id = act->actor_id, .why = act->why, .body = text_built(&body),
                             .segments = &segment, .segment_count = 1 };
    return roll_append(book, &event);
}

err roll_settle(roll_book *book, const roll_act *act, int64_t receipt_id, const roll_settling *settled, size_t count,
                int64_t *changed)
{
    arena *scratch = arena_open();
    return roll_leave(book, scratch, settle(book, scratch, act, receipt_id, settled, count, changed));
}
