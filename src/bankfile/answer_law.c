/* An answer held against itself and against what was sent. */
#include "bankfile/bankfile_internal.h"
#include "base/checked.h"

static err count_differs(arena *a, int64_t found, int64_t due)
{
    return err_of(&BANKFILE_COUNT_DIFFERS, bankfile_count_detail(a, found, due));
}

static err total_differs(arena *a, int64_t found_fen, int64_t due_fen)
{
    return err_of(&BANKFILE_TOTAL_DIFFERS, bankfile_fen_detail(a, found_fen, due_fen));
}

static const char *line_detail(arena *a, int64_t line)
{
    return text_format(a, "%lld", (long long)line).bytes;
}

/* The head of an answer: of the right batch and account, and with figures that can be. */
static err check_sent(arena *a, const bankfile_answer *head, const bankfile_sent *sent)
{
    if (!text_equal(head->batch_number, sent->batch_number))
        return err_of(&BANKFILE_BATCH_DIFFERS,
                      bankfile_text_detail(a, head->batch_number, sent->batch_number));
    if (!text_equal(head->payer_account, sent->payer_account))
        return err_of(&BANKFILE_PAYER_DIFFERS,
                      bankfile_text_detail(a, head->payer_account, sent->payer_account));
    if (head->kind == BANKFILE_WHOLE && head->line_count != sent->line_count)
        return count_differs(a, head->line_count, sent->line_count);
    if (head->kind == BANKFILE_WHOLE && head->total_fen != sent->total_fen)
        return total_differs(a, head->total_fen, sent->total_fen);
    if (head->line_count > sent->line_count)
        return count_differs(a, head->line_count, sent->line_count);
    return head->total_fen > sent->total_fen
               ? total_differs(a, head->total_fen, sent->total_fen)
               : ERR_NONE;
}

static err check_head(arena *a, const bankfile_answer *head)
{
    bool is_rejected = head->kind == BANKFILE_BATCH_REJECTED;
    if (is_rejected ? head->line_count != 0 : head->line_count < 1)
        return count_differs(a, head->line_count, is_rejected ? 0 : 1);
    if (is_rejected ? head->total_fen != 0 : head->total_fen < 1)
        return total_differs(a, head->total_fen, is_rejected ? 0 : 1);
    int64_t paid_max = head->kind == BANKFILE_WHOLE ? head->line_count : 0;
    if (head->paid_count > paid_max) return count_differs(a, head->paid_count, paid_max);
    int64_t paid_fen_max = head->kind == BANKFILE_WHOLE ? head->total_fen : 0;
    if (head->paid_fen > paid_fen_max) return total_differs(a, head->paid_fen, paid_fen_max);
    if (is_rejected != (head->reason != BANKFILE_NO_REASON))
        return err_of(&BANKFILE_REASON_UNKNOWN, BANKFILE_REASONS[head->reason].iso);
    return ERR_NONE;
}

err bankfile_answer_law_open(arena *a, const bankfile_answer *head, bankfile_answer_sink to,
                             bankfile_answer_law *law, bool *is_callers)
{
    *is_callers = false;
    *law = (bankfile_answer_law){ .memory = a, .head = *head, .to = to };
    TRY(check_head(a, head));
    err e = to.head ? to.head(to.context, head, &law->sent) : ERR_NONE;
    *is_callers = e.kind != NULL;
    if (e.kind) return e;
    law->has_sent = law->sent.line_count > 0;
    return law->has_sent ? check_sent(a, head, &law->sent) : ERR_NONE;
}

/* Marks the line; false when it was marked. The bits grow with the highest line met, so that a
 * file that only claims a large count costs nothing. */
static bool mark(bankfile_answer_law *law, int64_t line)
{
    if (line > law->seen_max) {
        int64_t lines = law->seen_max ? law->seen_max : 64 * 1024;
        while (lines < line) lines *= 2;
        uint64_t *grown = ARENA_ARRAY(law->memory, uint64_t, lines / 64 + 1);
        for (int64_t i = 0; i < law->seen_max / 64; i++) grown[i] = law->seen[i];
        law->seen = grown;
        law->seen_max = lines;
    }
    int64_t index = line - 1;
    uint64_t bit = UINT64_C(1) << (index % 64);
    if (law->seen[index / 64] & bit) return false;
    law->seen[index / 64] |= bit;
    return true;
}

/* Which lines a file may name: of a whole answer 1..line_count; of a late one those sent. */
static int64_t line_max(const bankfile_answer_law *law)
{
    if (law->has_sent) return law->sent.line_count;
    return law->head.kind == BANKFILE_WHOLE ? law->head.line_count : BANKFILE_LINES_MAX;
}

static err check_status(const bankfile_answer_law *law, const bankfile_answer_line *line)
{
    static const char *const WORDS[] = { [BANKFILE_ACCEPTED] = "accepted",
                                         [BANKFILE_REJECTED] = "rejected",
                                         [BANKFILE_RETURNED] = "returned" };
    bool is_late = law->head.kind == BANKFILE_LATE;
    bool is_paid = line->status == BANKFILE_ACCEPTED;
    if (is_late != (line->status == BANKFILE_RETURNED))
        return err_of(&BANKFILE_STATUS_UNKNOWN, WORDS[line->status]);
    if (is_paid != (line->reason == BANKFILE_NO_REASON))
        return err_of(&BANKFILE_REASON_UNKNOWN, BANKFILE_REASONS[line->reason].iso);
    return ERR_NONE;
}

static err check_amount(bankfile_answer_law *law, const bankfile_answer_line *line)
{
    if (!law->sent.amount_of) return ERR_NONE;
    text account = TEXT_NONE;
    int64_t amount_fen = law->sent.amount_of(law->sent.context, line->line, &account);
    if (amount_fen == 0)
        return err_of(&BANKFILE_LINE_UNKNOWN, line_detail(law->memory, line->line));
    if (amount_fen != line->amount_fen)
        return err_of(&BANKFILE_AMOUNT_DIFFERS,
                      bankfile_fen_detail(law->memory, line->amount_fen, amount_fen));
    /* Which account it should be is not said: messages must not hold our people's accounts. */
    if (account.size_bytes > 0 && !text_equal(account, line->account))
        return err_of(&BANKFILE_PAYEE_DIFFERS, text_cstr(law->memory, line->account));
    return ERR_NONE;
}

err bankfile_answer_law_line(bankfile_answer_law *law, const bankfile_answer_line *line,
                             bool *is_callers)
{
    *is_callers = false;
    if (line->line < 1 || line->line > line_max(law))
        return err_of(&BANKFILE_LINE_UNKNOWN, line_detail(law->memory, line->line));
    TRY(check_status(law, line));
    if (!mark(law, line->line))
        return err_of(&BANKFILE_LINE_TWICE, line_detail(law->memory, line->line));
    TRY(check_amount(law, line));
    if (law->lines_seen == law->head.line_count)
        return count_differs(law->memory, law->lines_seen + 1, law->head.line_count);
    law->lines_seen++;
    if (__builtin_add_overflow(law->fen_seen, line->amount_fen, &law->fen_seen))
        return total_differs(law->memory, INT64_MAX, law->head.total_fen);
    if (line->status == BANKFILE_ACCEPTED) {
        law->paid_seen++;
        law->paid_fen_seen += line->amount_fen; /* not more than fen_seen */
    }
    *is_callers = true;
    return law->to.line ? law->to.line(law->to.context, line) : ERR_NONE;
}

static int64_t first_missing(const bankfile_answer_law *law)
{
    int64_t line = 1;
    while (line <= law->seen_max && (law->seen[(line - 1) / 64] >> ((line - 1) % 64) & 1)) line++;
    return line;
}

err bankfile_answer_law_end(const bankfile_answer_law *law)
{
    const bankfile_answer *head = &law->head;
    if (law->lines_seen != head->line_count && head->kind == BANKFILE_WHOLE && law->lines_seen > 0)
        return err_of(&BANKFILE_LINE_MISSING, line_detail(law->memory, first_missing(law)));
    if (law->lines_seen != head->line_count)
        return count_differs(law->memory, law->lines_seen, head->line_count);
    if (law->fen_seen != head->total_fen)
        return total_differs(law->memory, law->fen_seen, head->total_fen);
    if (law->paid_seen != head->paid_count)
        return count_differs(law->memory, law->paid_seen, head->paid_count);
    if (law->paid_fen_seen != head->paid_fen)
        return total_differs(law->memory, law->paid_fen_seen, head->paid_fen);
    return ERR_NONE;
}
