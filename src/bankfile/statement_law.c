/* A statement held against itself. */
#include "bankfile/bankfile_internal.h"
#include "calendar/calendar.h"

static const char *number_detail(arena *a, int64_t number)
{
    return text_format(a, "%lld", (long long)number).bytes;
}

err bankfile_statement_law_open(arena *a, const bankfile_statement *head,
                                bankfile_statement_law *law)
{
    *law = (bankfile_statement_law){ .memory = a, .head = *head, .balance_fen = head->opening_fen };
    if (head->last_day >= head->from_day) return ERR_NONE;
    char day[CALENDAR_PRINT_BYTES];
    size_t size = calendar_print_day(head->last_day, day);
    return err_of(&BANKFILE_BAD_DATE, arena_copy(a, day, size));
}

err bankfile_statement_law_entry(bankfile_statement_law *law, const bankfile_entry *entry)
{
    arena *a = law->memory;
    if (law->entries_seen == law->head.entry_count)
        return err_of(&BANKFILE_COUNT_DIFFERS,
                      bankfile_count_detail(a, law->entries_seen + 1, law->head.entry_count));
    law->entries_seen++;
    if (entry->amount_fen == 0) return err_of(&BANKFILE_BAD_AMOUNT, "0.00");
    bool is_outside = entry->day < law->head.from_day || entry->day > law->head.last_day;
    if (is_outside) {
        char day[CALENDAR_PRINT_BYTES];
        size_t size = calendar_print_day(entry->day, day);
        return err_of(&BANKFILE_BAD_DATE, arena_copy(a, day, size));
    }
    bool has_batch = entry->batch_number.size_bytes > 0;
    if (entry->line > BANKFILE_LINES_MAX || (entry->line != 0 && !has_batch))
        return err_of(&BANKFILE_LINE_UNKNOWN, number_detail(a, entry->line));
    if (__builtin_add_overflow(law->balance_fen, entry->amount_fen, &law->balance_fen))
        return err_of(&BANKFILE_BAD_AMOUNT, number_detail(a, entry->amount_fen));
    return ERR_NONE;
}

err bankfile_statement_law_end(const bankfile_statement_law *law)
{
    if (law->entries_seen != law->head.entry_count)
        return err_of(&BANKFILE_COUNT_DIFFERS,
                      bankfile_count_detail(law->memory, law->entries_seen,
                                            law->head.entry_count));
    if (law->balance_fen != law->head.closing_fen)
        return err_of(&BANKFILE_BALANCE_DIFFERS,
                      bankfile_fen_detail(law->memory, law->balance_fen, law->head.closing_fen));
    return ERR_NONE;
}
