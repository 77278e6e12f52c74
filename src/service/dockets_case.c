/* What a docket says of case types, held against the packs that run them: types nobody offers, types that the packs do
 * not have, and promised days above those of the law. */
#include "service/decide.h"
#include "service/dockets.h"
#include "service/subject.h"

typedef struct {
    service_call *call;
    const dockets_type *of;
    const dockets_row *rows;
    size_t count, type, days;
    dockets_finding *found;
    size_t found_count, capacity;
    int64_t promised, legal;
} holding;

static void add(holding *h, dockets_finding one)
{
    ARENA_PUSH(h->call->request, h->found, h->found_count, h->capacity, one);
}

/* Days of the whole, or of its steps where each says a number of one kind; 0: the packs set none. */
static int32_t legal_days(const policy_case *type, bool *is_working)
{
    int32_t days[2] = { 0 };
    *is_working = type->is_working_days;
    if (type->within_days) return type->within_days;
    for (size_t i = 0; i < type->step_count; i++) {
        const policy_case_step *s = &type->steps[i];
        if (!s->is_end && !s->within_days) return 0;
        days[s->is_working_days] += s->within_days;
    }
    *is_working = days[true] > 0;
    return days[true] && days[false] ? 0 : days[true] + days[false];
}

static bool names(const holding *h, size_t row, const policy_case *type)
{
    return service_is_named(type->symbol, h->rows[row].cells[h->type]);
}

static void hold_type(holding *h, const policy_case *type)
{
    service_call *call = h->call;
    bool is_offered = false, is_working;
    int32_t legal = legal_days(type, &is_working);
    text shown = text_of(call->is_chinese || !type->symbol->label ? type->symbol->name : type->symbol->label);
    for (size_t i = 0; i < h->count; i++) {
        text said = h->rows[i].cells[h->days];
        if (!names(h, i, type)) continue;
        is_offered = true;
        if (!legal || !said.size_bytes) continue;
        h->promised += dockets_number(said);
        h->legal += legal;
        if (dockets_number(said) <= legal) continue;
        const char *form = is_working ? service_say(call, "%d working days", "%d 个工作日") : service_say(call, "%d days", "%d 日");
        add(h, (dockets_finding){ DOCKETS_FOUND_OVER, dockets_shown_key(call->request, h->of, h->rows[i].cells), text_format(call->request, form, (int)legal),
                                  dockets_number(said) - legal });
    }
    if (!is_offered) add(h, (dockets_finding){ DOCKETS_FOUND_MISSING, shown, text_of(type->symbol->pack), 0 });
}

err dockets_hold_cases(service_call *call, const dockets_type *of, const dockets_row *rows, size_t count, const dockets_check *check, dockets_held *held)
{
    const decide_law *law;
    size_t type_count;
    holding h = { .call = call, .of = of, .rows = rows, .count = count, .type = dockets_column_of(of, check->column), .days = dockets_column_of(of, check->other) };
    TRY(decide_law_open(call, &law));
    const policy_case *types = policy_case_types(call->request, decide_law_book(law), &type_count);
    for (size_t t = 0; t < type_count; t++) hold_type(&h, &types[t]);
    for (size_t i = 0; i < count; i++) {
        bool is_known = false;
        for (size_t t = 0; t < type_count; t++) is_known |= names(&h, i, &types[t]);
        if (!is_known) add(&h, (dockets_finding){ DOCKETS_FOUND_UNKNOWN, dockets_shown_key(call->request, of, rows[i].cells), TEXT("-"), 0 });
    }
    *held = (dockets_held){ h.found, h.found_count, h.promised, h.legal };
    return ERR_NONE;
}
