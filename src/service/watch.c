#include "service/watch.h"

#include "service/decide_internal.h"

/* A watch by its key; an indicator by its key behind the word that is before those. */
static bool is_called(const decide_row *row, text key)
{
    text head = TEXT(WATCH_OF_INDICATORS);
    bool is_indicator = row->way == DECIDE_WAY_OUT && text_begins(row->cell[DECIDE_CELL_PURPOSE], head) && text_begins(key, head);
    if (is_indicator) return text_equal(row->cell[DECIDE_CELL_KEY], text_sub(key, head.size_bytes, key.size_bytes));
    return row->way == DECIDE_WAY_WATCH && text_equal(row->cell[DECIDE_CELL_KEY], key);
}

text watch_title(service_call *call, text key)
{
    const decide_law *law;
    if (decide_law_open(call, &law).kind) return key;
    for (size_t i = 0; i < law->table->row_count; i++) {
        const decide_row *row = &law->table->rows[i];
        if (!is_called(row, key)) continue;
        const policy_symbol *watch = decide_plan_target(call->request, law->book, row->cell[DECIDE_CELL_TARGET]);
        if (!watch) break;
        return text_of(call->is_chinese || !watch->label ? watch->name : watch->label);
    }
    return text_copy(call->request, key);
}

text watch_words(service_call *call, text said)
{
    const decide_law *law;
    const char *english = NULL;
    if (!call->is_chinese && text_equal_cstr(said, WATCH_SAYS_BEHIND))
        return TEXT("The indicator has come to where the packs warn: find which villages and people are missing, settle what is done and by when");
    if (!call->is_chinese && !decide_law_open(call, &law).kind)
        english = policy_watch_english(call->request, law->book, said);
    return english ? text_of(english) : text_copy(call->request, said);
}
