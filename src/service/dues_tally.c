#include "service/dues_tally.h"

static dues_tally_row *row_of(arena *a, dues_tally *tally, int32_t fund)
{
    for (size_t i = 0; i < tally->count; i++)
        if (tally->rows[i].fund == fund) return &tally->rows[i];
    dues_tally_row fresh = { .fund = fund };
    ARENA_PUSH(a, tally->rows, tally->count, tally->capacity, fresh);
    return &tally->rows[tally->count - 1];
}

static void add_adjusted(dues_tally_row *row, const collection_entry *entry)
{
    if (text_equal(entry->as, TEXT("relief"))) row->relief_fen -= entry->fen;
    else if (text_equal(entry->as, TEXT("write_off"))) row->write_off_fen -= entry->fen;
    else row->correction_fen -= entry->fen;
    row->freed_fen += entry->freed_fen;
}

void dues_tally_add(arena *a, dues_tally *tally, const collection_entry *entry)
{
    switch (entry->kind) {
    case COLLECTION_ENTRY_BILLED: row_of(a, tally, entry->due.fund)->billed_fen += entry->fen; break;
    case COLLECTION_ENTRY_CHARGED: row_of(a, tally, entry->due.fund)->charged_fen += entry->fen; break;
    case COLLECTION_ENTRY_ADJUSTED: add_adjusted(row_of(a, tally, entry->due.fund), entry); break;
    case COLLECTION_ENTRY_ALLOTTED: row_of(a, tally, entry->due.fund)->laid_fen += entry->fen; break;
    case COLLECTION_ENTRY_CREDITED: row_of(a, tally, entry->due.fund)->credited_fen += entry->fen; break;
    case COLLECTION_ENTRY_RECEIVED:
        tally->came_fen += entry->fen;
        tally->above_fen += entry->freed_fen;
        break;
    case COLLECTION_ENTRY_REFUNDED: tally->refunded_fen += entry->fen; break;
    case COLLECTION_ENTRY_DEFERRED:
    case COLLECTION_ENTRY_AGREED: break;
    }
}

int64_t dues_tally_open(const dues_tally_row *row)
{
    return row->billed_fen + row->charged_fen - row->relief_fen - row->write_off_fen - row->correction_fen -
           row->laid_fen - row->credited_fen + row->freed_fen;
}

int64_t dues_tally_credit(const dues_tally *tally)
{
    int64_t fen = tally->above_fen - tally->refunded_fen;
    for (size_t i = 0; i < tally->count; i++) fen += tally->rows[i].freed_fen - tally->rows[i].credited_fen;
    return fen;
}

const dues_tally_row *dues_tally_of(const dues_tally *tally, int32_t fund)
{
    for (size_t i = 0; i < tally->count; i++)
        if (tally->rows[i].fund == fund) return &tally->rows[i];
    return NULL;
}
