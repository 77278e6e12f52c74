/* What one person says of a line, and another agrees to. */
#include "base/search.h"
#include "roll/roll_internal.h"

const err_kind ROLL_NO_PROPOSAL = {
    "roll.no_proposal", ERR_NOT_FOUND,
    "Nothing was proposed of line {}; doudi roll decide proposes.", "第 {} 行没有待复核的意见；先用 doudi roll decide 提出。"
};
const err_kind ROLL_SAME_PERSON = {
    "roll.same_person", ERR_FORBIDDEN,
    "Whoever proposed what becomes of line {} cannot confirm it: another has to.", "第 {} 行的意见须由提出人以外的人复核。"
};

static const char *number_text(arena *a, int64_t line)
{
    return text_format(a, "%lld", (long long)line).bytes;
}

static err received(arena *a, roll_book *book, int64_t receipt_id, int64_t number, roll_line *line)
{
    roll_line *lines;
    size_t count;
    int64_t sequence;
    TRY(roll_find(a, book, receipt_id, &sequence));
    TRY(roll_lines_told(a, book, sequence, "lines", &lines, &count));
    size_t at = SEARCH_FIRST(lines, count, line, number);
    if (at == count || lines[at].line != number) return err_of(&ROLL_NO_LINE, number_text(a, number));
    *line = lines[at];
    return ERR_NONE;
}

err roll_received(arena *a, roll_book *book, int64_t receipt_id, int64_t number, roll_settling *as)
{
    roll_line line;
    TRY(received(a, book, receipt_id, number, &line));
    *as = (roll_settling){ number, line.state, line.subject_id };
    return ERR_NONE;
}

static err say(roll_book *book, arena *a, const roll_act *act, int64_t receipt_id, const roll_settling *said)
{
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "line", said->line);
    eventlog_body_add_int(&w, "receipt", receipt_id);
    eventlog_body_add_int(&w, "state", said->state);
    eventlog_body_add_int(&w, "subject", said->subject_id);
    codec_json_end_object(&w);
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = "roll.proposed", .known_ms = act->known_ms,
                             .actor_id = act->actor_id, .why = act->why, .body = text_built(&body) };
    return roll_append(book, &event);
}

static err propose(roll_book *book, arena *a, const roll_act *act, int64_t receipt_id, const roll_settling *said, size_t count,
                   int64_t *new_count)
{
    roll_line *lines;
    roll_proposal *waiting;
    size_t line_count, waiting_count;
    *new_count = 0;
    TRY(roll_lines(a, book, receipt_id, &lines, &line_count));
    TRY(roll_proposals(a, book, receipt_id, &waiting, &waiting_count));
    for (size_t i = 0; i < count; i++) {
        size_t line = SEARCH_FIRST(lines, line_count, line, said[i].line), at = SEARCH_FIRST(waiting, waiting_count, line, said[i].line);
        if (line == line_count || lines[line].line != said[i].line) return err_of(&ROLL_NO_LINE, number_text(a, said[i].line));
        bool is_out = lines[line].state == ROLL_REJECTED || said[i].state == ROLL_REJECTED;
        if (is_out) return err_of(&ROLL_NO_MOVE, number_text(a, said[i].line));
        bool waits = at < waiting_count && waiting[at].line == said[i].line;
        bool is_new = waits ? waiting[at].state != said[i].state || waiting[at].subject_id != said[i].subject_id
                            : lines[line].state != said[i].state || lines[line].subject_id != said[i].subject_id;
        if (is_new) TRY(say(book, a, act, receipt_id, &said[i]));
        *new_count += is_new;
    }
    return ERR_NONE;
}

err roll_propose(roll_book *book, const roll_act *act, int64_t receipt_id, const roll_settling *said, size_t count, int64_t *new_count)
{
    arena *scratch = arena_open();
    return roll_leave(book, scratch, propose(book, scratch, act, receipt_id, said, count, new_count));
}

static err confirm(roll_book *book, arena *a, const roll_act *act, int64_t receipt_id, int64_t line)
{
    roll_proposal *waiting;
    size_t count;
    int64_t changed;
    TRY(roll_proposals(a, book, receipt_id, &waiting, &count));
    size_t at = SEARCH_FIRST(waiting, count, line, line);
    if (at == count || waiting[at].line != line) return err_of(&ROLL_NO_PROPOSAL, number_text(a, line));
    if (waiting[at].actor_id == act->actor_id) return err_of(&ROLL_SAME_PERSON, number_text(a, line));
    roll_settling one = { line, waiting[at].state, waiting[at].subject_id };
    return roll_settle(book, act, receipt_id, &one, 1, &changed);
}

err roll_confirm(roll_book *book, const roll_act *act, int64_t receipt_id, int64_t line)
{
    arena *scratch = arena_open();
    return roll_leave(book, scratch, confirm(book, scratch, act, receipt_id, line));
}

static err agree(roll_book *book, arena *a, const roll_act *act, int64_t receipt_id, int64_t *agreed, int64_t *own)
{
    roll_proposal *waiting;
    size_t count, kept = 0;
    int64_t changed;
    *agreed = *own = 0;
    TRY(roll_proposals(a, book, receipt_id, &waiting, &count));
    roll_settling *all = ARENA_ARRAY(a, roll_settling, count + 1);
    for (size_t i = 0; i < count; i++) {
        bool is_own = waiting[i].actor_id == act->actor_id;
        if (!is_own) all[kept++] = (roll_settling){ waiting[i].line, waiting[i].state, waiting[i].subject_id };
        *own += is_own;
    }
    *agreed = (int64_t)kept;
    return kept ? roll_settle(book, act, receipt_id, all, kept, &changed) : ERR_NONE;
}

err roll_agree(roll_book *book, const roll_act *act, int64_t receipt_id, int64_t *agreed, int64_t *own)
{
    arena *scratch = arena_open();
    return roll_leave(book, scratch, agree(book, scratch, act, receipt_id, agreed, own));
}

err roll_proposals(arena *a, roll_book *book, int64_t receipt_id, roll_proposal **waiting, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *waiting = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT line, state, subject_id, known_ms, actor_id, why FROM roll_proposed WHERE receipt_id = ?1 "
                      "ORDER BY line", &q));
    store_bind_int(q, 1, receipt_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        roll_proposal one = { .line = store_int(q, 0), .state = (roll_state)store_int(q, 1), .subject_id = store_int(q, 2),
                              .known_ms = store_int(q, 3), .actor_id = store_int(q, 4), .why = text_copy(a, store_text(q, 5)) };
        ARENA_PUSH(a, *waiting, *count, capacity, one);
    }
}
