#include "service/watch.h"

#include "service/decide_internal.h"

text watch_title(service_call *call, text key)
{
    const decide_law *law;
    if (decide_law_open(call, &law).kind) return key;
    for (size_t i = 0; i < law->table->row_count; i++) {
        const decide_row *row = &law->table->rows[i];
        if (row->way != DECIDE_WAY_WATCH || !text_equal(row->cell[DECIDE_CELL_KEY], key)) continue;
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
    if (!call->is_chinese && !decide_law_open(call, &law).kind)
        english = policy_watch_english(call->request, law->book, said);
    return english ? text_of(english) : text_copy(call->request, said);
}
