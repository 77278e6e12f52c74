/* packs/ledger/awards.csv: which benefit a purpose becomes, how it is paid, and what ends with it. */
#include "service/ledger_csv.h"
#include "service/award.h"
#include "service/words.h"

enum { PURPOSE, ZH, EN, BENEFIT, RHYTHM, RENEWED, OTHERS, EVENT, BEGIN, ENDS, RETIRES, STOPS };
static const service_csv_column COLUMNS[] = {
    [PURPOSE] = { "用途", "purpose", false }, [ZH] = { "名称", "name_zh", false }, [EN] = { "英文", "name", false },
    [BENEFIT] = { "待遇", "benefit", false }, [RHYTHM] = { "方式", "rhythm", false }, [RENEWED] = { "重核", "renewed", false },
    [OTHERS] = { "同类待遇", "others", false }, [EVENT] = { "事件", "event", false }, [BEGIN] = { "起算", "begin", false },
    [ENDS] = { "停缴", "ends", false }, [RETIRES] = { "转退休", "retires", false },
    [STOPS] = { "停发", "stops", false }, { NULL, NULL, false },
};

static err blame(const service_csv *csv, int cell, month_call *m)
{
    text says = service_csv_cell(csv, (size_t)cell);
    return service_csv_blame(csv, (size_t)cell, err_of(&MONTH_BAD_TABLE, text_cstr(m->call->request, says)));
}

/* Words split by 、 */
static const text *words_of(arena *a, text cell, size_t *count)
{
    text *words = NULL, mark = TEXT("、");
    size_t capacity = 0;
    for (*count = 0; cell.size_bytes;) {
        size_t at = text_find(cell, mark);
        text one = text_trim(text_sub(cell, 0, at == SIZE_MAX ? cell.size_bytes : at));
        ARENA_PUSH(a, words, *count, capacity, text_copy(a, one));
        cell = at == SIZE_MAX ? TEXT_NONE : text_sub(cell, at + mark.size_bytes, cell.size_bytes);
    }
    return words;
}

static bool are_words(county_word_kind kind, const text *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!county_word_row_of(kind, words[i])) return false;
    return true;
}

static err read_row(month_call *m, const service_csv *csv, award_row *row)
{
    arena *a = m->memory;
    text rhythm = service_csv_cell(csv, RHYTHM), renewed = service_csv_cell(csv, RENEWED);
    *row = (award_row){ .purpose = text_copy(a, service_csv_cell(csv, PURPOSE)), .zh = text_copy(a, service_csv_cell(csv, ZH)),
                        .en = text_copy(a, service_csv_cell(csv, EN)), .benefit = text_copy(a, service_csv_cell(csv, BENEFIT)),
                        .event = text_copy(a, service_csv_cell(csv, EVENT)), .begin = text_copy(a, service_csv_cell(csv, BEGIN)),
                        .is_once = text_equal_cstr(rhythm, "一次"),
                        .is_stop_only = text_equal_cstr(rhythm, "只停"), .is_renewed = text_equal_cstr(renewed, "是") };
    row->others = words_of(a, service_csv_cell(csv, OTHERS), &row->other_count);
    row->ends = words_of(a, service_csv_cell(csv, ENDS), &row->end_count);
    row->retires = words_of(a, service_csv_cell(csv, RETIRES), &row->retire_count);
    row->stops = words_of(a, service_csv_cell(csv, STOPS), &row->stop_count);
    if (!row->is_once && !row->is_stop_only && !text_equal_cstr(rhythm, "按月")) return blame(csv, RHYTHM, m);
    if (renewed.size_bytes && (!row->is_renewed || row->is_once)) return blame(csv, RENEWED, m);
    if (!are_words(COUNTY_BENEFIT, &row->benefit, 1)) return blame(csv, BENEFIT, m);
    if (!are_words(COUNTY_BENEFIT, row->others, row->other_count)) return blame(csv, OTHERS, m);
    if (row->is_once != (row->event.size_bytes > 0)) return blame(csv, EVENT, m);
    if (row->is_once && !are_words(COUNTY_ATTRIBUTE, &row->event, 1)) return blame(csv, EVENT, m);
    if (!are_words(COUNTY_SCHEME, row->ends, row->end_count)) return blame(csv, ENDS, m);
    if (!are_words(COUNTY_SCHEME, row->retires, row->retire_count)) return blame(csv, RETIRES, m);
    return are_words(COUNTY_BENEFIT, row->stops, row->stop_count) ? ERR_NONE : blame(csv, STOPS, m);
}

err award_table_read(month_call *m, const award_row **rows, size_t *count)
{
    service_csv csv;
    award_row *list = NULL;
    size_t capacity = 0;
    *count = 0;
    TRY(month_table(m, "awards.csv", COLUMNS, &csv));
    for (;;) {
        bool has_row;
        award_row row;
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) break;
        TRY(read_row(m, &csv, &row));
        ARENA_PUSH(m->memory, list, *count, capacity, row);
    }
    *rows = list;
    return ERR_NONE;
}

err award_row_find(month_call *m, text purpose, const award_row **row)
{
    const award_row *rows;
    size_t count;
    TRY(award_table_read(m, &rows, &count));
    for (size_t i = 0; i < count; i++)
        if (text_equal(rows[i].purpose, purpose)) {
            *row = &rows[i];
            return ERR_NONE;
        }
    return err_of(&MONTH_UNKNOWN_AWARD, text_cstr(m->call->request, purpose));
}
