/* What must hold in a file of any format: of its texts, its sums, and against what was sent. */
#include <string.h>

#include "bankfile/bankfile_internal.h"
#include "base/checked.h"
#include "calendar/calendar.h"

/* ---- texts ---- */

bool bankfile_is_code(text t, size_t size_bytes_max)
{
    if (t.size_bytes == 0 || t.size_bytes > size_bytes_max) return false;
    for (size_t i = 0; i < t.size_bytes; i++) {
        char c = t.bytes[i];
        bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!is_letter && !(c >= '0' && c <= '9') && c != '-') return false;
    }
    return true;
}

/* U+FFFE and U+FFFF, which XML does not have. */
static bool is_no_rune(text t, size_t at)
{
    return t.size_bytes - at >= 3 && memcmp(t.bytes + at, "\xEF\xBF", 2) == 0 &&
           (unsigned char)t.bytes[at + 2] >= 0xBE;
}

bool bankfile_is_note(text t)
{
    size_t runes = 0, blanks = 0;
    for (size_t i = 0; i < t.size_bytes; i++) {
        unsigned char c = (unsigned char)t.bytes[i];
        bool is_c1 = c == 0xC2 && i + 1 < t.size_bytes && (unsigned char)t.bytes[i + 1] < 0xA0;
        if (c < 0x20 || c == 0x7F || is_c1 || is_no_rune(t, i)) return false;
        runes += (c & 0xC0) != 0x80;
        blanks += c == ' ';
    }
    return runes <= BANKFILE_TEXT_RUNES_MAX && (blanks < t.size_bytes || t.size_bytes == 0);
}

/* ---- details ---- */

const char *bankfile_fen_detail(arena *a, int64_t left_fen, int64_t right_fen)
{
    char both[2 * CODEC_SCALED_BYTES + 3];
    size_t size = codec_print_scaled(left_fen, 2, both);
    memcpy(both + size, " / ", 3);
    size += 3;
    size += codec_print_scaled(right_fen, 2, both + size);
    return arena_copy(a, both, size);
}

const char *bankfile_count_detail(arena *a, int64_t left, int64_t right)
{
    return text_format(a, "%lld / %lld", (long long)left, (long long)right).bytes;
}

const char *bankfile_text_detail(arena *a, text left, text right)
{
    return text_format(a, "%.*s / %.*s", TEXT_ARG(left), TEXT_ARG(right)).bytes;
}

static err wrong_text(arena *a, text t)
{
    return err_of(&BANKFILE_BAD_TEXT, text_cstr(a, t));
}

/* ---- an instruction ---- */

err bankfile_head_check(arena *a, const bankfile_instruction *head)
{
    if (!bankfile_is_code(head->batch_number, BANKFILE_BATCH_BYTES_MAX))
        return wrong_text(a, head->batch_number);
    if (!bankfile_is_code(head->payer_account, BANKFILE_ACCOUNT_BYTES_MAX))
        return wrong_text(a, head->payer_account);
    if (!bankfile_is_name(head->payer_name)) return wrong_text(a, head->payer_name);
    if (!calendar_is_day(head->day)) return err_of(&BANKFILE_BAD_DATE, "");
    if (head->line_count < 1 || head->line_count > BANKFILE_LINES_MAX)
        return err_of(&BANKFILE_BAD_NUMBER,
                      text_format(a, "%lld", (long long)head->line_count).bytes);
    if (head->total_fen < 1)
        return err_of(&BANKFILE_BAD_AMOUNT,
                      text_format(a, "%lld", (long long)head->total_fen).bytes);
    return ERR_NONE;
}

static err check_line(arena *a, const bankfile_line *line)
{
    if (!bankfile_is_name(line->name)) return wrong_text(a, line->name);
    if (!bankfile_is_code(line->account, BANKFILE_ACCOUNT_BYTES_MAX))
        return wrong_text(a, line->account);
    if (line->bank_number.size_bytes > 0 && !bankfile_is_code(line->bank_number, 12))
        return wrong_text(a, line->bank_number);
    if (!bankfile_is_note(line->purpose)) return wrong_text(a, line->purpose);
    if (line->amount_fen < 1)
        return err_of(&BANKFILE_BAD_AMOUNT,
                      text_format(a, "%lld", (long long)line->amount_fen).bytes);
    return ERR_NONE;
}

err bankfile_sum_line(bankfile_sum *sum, const bankfile_line *line)
{
    if (line->line != sum->lines_seen + 1)
        return err_of(&BANKFILE_LINE_ORDER,
                      bankfile_count_detail(sum->memory, line->line, sum->lines_seen + 1));
    TRY(check_line(sum->memory, line));
    if (line->line > sum->line_count)
        return err_of(&BANKFILE_COUNT_DIFFERS,
                      bankfile_count_detail(sum->memory, line->line, sum->line_count));
    if (line->amount_fen > sum->total_fen - sum->fen_seen)
        return err_of(&BANKFILE_TOTAL_DIFFERS,
                      text_format(sum->memory, "> / %lld.%02d", (long long)sum->total_fen / 100,
                                  (int)(sum->total_fen % 100))
                          .bytes);
    sum->lines_seen++;
    sum->fen_seen += line->amount_fen;
    return ERR_NONE;
}

err bankfile_sum_end(const bankfile_sum *sum)
{
    if (sum->lines_seen != sum->line_count)
        return err_of(&BANKFILE_COUNT_DIFFERS,
                      bankfile_count_detail(sum->memory, sum->lines_seen, sum->line_count));
    if (sum->fen_seen != sum->total_fen)
        return err_of(&BANKFILE_TOTAL_DIFFERS,
                      bankfile_fen_detail(sum->memory, sum->fen_seen, sum->total_fen));
    return ERR_NONE;
}
