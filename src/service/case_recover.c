/* A case about an overpayment and the batch that recovers it: their amounts agree, and the batch waits until the
 * person has been heard and the case decided. */
#include "service/case.h"

#include <string.h>

#include "service/oneoff_show.h"

const err_kind CASE_RECOVER_OTHER = {
    "case.recover_other", ERR_CONFLICT,
    "The case does not fit the batch it names: {}. Correct its batch or its amount (doudi case return), then decide.",
    "办件与所填追回批次不符：{}。请退回更正批次或金额后再决定。"
};
const err_kind CASE_RECOVER_OPEN = {
    "case.recover_open", ERR_CONFLICT,
    "Case {} hears the person about this recovery and is not decided yet; decide it first, then approve the batch.",
    "办件 {} 正在就本次追回听取申辩，尚未决定；请先作出决定，再审批该批次。"
};
const err_kind CASE_RECOVER_NOT = {
    "case.recover_not", ERR_CONFLICT,
    "Case {} decided that this is not recovered; send the batch back: doudi oneoff approve --refuse, and propose the rest anew.",
    "办件 {} 已决定不予追回；请将该批次退回（doudi oneoff approve --refuse），其余部分重新提出。"
};

/* The `recover` effect of a type, BATCH, AMOUNT; NULL: it has none. */
static const policy_case_effect *effect_of(const policy_case *type)
{
    for (size_t s = 0; s < type->step_count; s++)
        for (size_t e = 0; e < type->steps[s].effect_count; e++) {
            const policy_case_effect *effect = &type->steps[s].effects[e];
            if (strcmp(effect->verb, CASE_RECOVER) == 0 && effect->name_count == 2) return effect;
        }
    return NULL;
}

/* ---- as an effect ---- */

static err fen_in_batch(case_hand *h, int64_t batch_id, oneoff_batch_state *state, int64_t *fen)
{
    oneoff_book *book;
    oneoff_batch batch;
    oneoff_standing *items;
    size_t count;
    *fen = 0;
    TRY(county_oneoffs(h->c->office, &book));
    TRY(oneoff_batch_find(h->c->memory, book, batch_id, &batch));
    *state = batch.state;
    TRY(oneoff_of_batch(h->c->memory, book, batch_id, &items, &count));
    for (size_t i = 0; i < count; i++)
        if (items[i].item.subject_id == h->row.subject_id && items[i].item.kind == ONEOFF_RECOVERY) *fen += items[i].amount_fen;
    return ERR_NONE;
}

static int64_t number_of(text said)
{
    int64_t number = 0;
    return codec_parse_scaled(said, 0, &number) ? number : 0;
}

err case_recover_tie(case_hand *h, const policy_case_effect *effect, text *says)
{
    arena *a = h->c->call->request;
    int64_t said_fen, fen;
    oneoff_batch_state state;
    if (effect->name_count != 2) return err_of(&CASE_BAD_EFFECT, effect->verb);
    const cases_value *batch = case_value_of(h, effect->names[0]), *amount = case_value_of(h, effect->names[1]);
    if (!batch || !amount) return err_of(&CASE_BAD_EFFECT, effect->verb);
    TRY(fen_in_batch(h, number_of(batch->value), &state, &fen));
    TRY(service_fen_of(a, amount->value, &said_fen));
    text number = text_copy(a, batch->value);
    if (state == ONEOFF_REFUSED)
        return err_of(&CASE_RECOVER_OTHER,
                      err_said(a, "batch %.*s was refused", "批次 %.*s 已退回", TEXT_ARG(number)));
    if (fen != said_fen)
        return err_of(&CASE_RECOVER_OTHER,
                      err_said(a, "batch %.*s recovers %.*s yuan of this person, the case says %.*s", "批次 %.*s 向本人追回 %.*s 元，办件所填为 %.*s 元",
                                  TEXT_ARG(number), TEXT_ARG(service_yuan(a, fen)), TEXT_ARG(service_yuan(a, said_fen))));
    *says = text_format(a, service_say(h->c->call, "batch %.*s, %.*s yuan", "批次 %.*s，%.*s 元"), TEXT_ARG(number),
                        TEXT_ARG(service_yuan(a, fen)));
    return ERR_NONE;
}

/* ---- as the batch sees it ---- */

static err is_decided(county *office, cases_book *book, int64_t case_id, bool *is)
{
    cases_mark *marks;
    size_t count;
    *is = false;
    TRY(cases_marks(office->memory, book, case_id, &marks, &count));
    for (size_t i = 0; i < count; i++)
        if (marks[i].what == CASES_EFFECT && text_equal_cstr(marks[i].reached, CASE_RECOVER)) *is = true;
    return ERR_NONE;
}

static err names_batch(county *office, cases_book *book, int64_t case_id, const char *field, int64_t batch_id, bool *names)
{
    cases_value *values;
    size_t count;
    *names = false;
    TRY(cases_values(office->memory, book, case_id, &values, &count));
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(values[i].field, field)) *names = number_of(values[i].value) == batch_id;
    return ERR_NONE;
}

err case_recover_of_batch(county *office, int64_t batch_id, case_recovery **found, size_t *count)
{
    const decide_law *law;
    cases_book *book;
    size_t type_count, row_count, capacity = 0;
    *found = NULL;
    *count = 0;
    TRY(decide_law_open(office->call, &law));
    TRY(county_cases(office, &book));
    const policy_case *types = policy_case_types(office->memory, decide_law_book(law), &type_count);
    for (size_t t = 0; t < type_count; t++) {
        cases_row *rows;
        const policy_case_effect *effect = effect_of(&types[t]);
        cases_filter filter = { .has_open = true, .has_over = true, .type = text_of(types[t].symbol->name), .duty = TEXT("") };
        if (!effect) continue;
        TRY(cases_list(office->memory, book, &filter, &rows, &row_count));
        for (size_t i = 0; i < row_count; i++) {
            case_recovery one = { .row = rows[i], .type = types[t].symbol };
            bool names;
            TRY(names_batch(office, book, rows[i].case_id, effect->names[0], batch_id, &names));
            if (!names) continue;
            TRY(is_decided(office, book, rows[i].case_id, &one.is_decided));
            ARENA_PUSH(office->memory, *found, *count, capacity, one);
        }
    }
    return ERR_NONE;
}

err case_recover_bars(county *office, int64_t batch_id)
{
    case_recovery *all;
    size_t count;
    TRY(case_recover_of_batch(office, batch_id, &all, &count));
    for (size_t i = 0; i < count; i++) {
        text number = text_format(office->call->request, "%lld", (long long)all[i].row.case_id);
        if (all[i].is_decided || all[i].row.state == CASES_WITHDRAWN) continue;
        return err_of(cases_is_over(all[i].row.state) ? &CASE_RECOVER_NOT : &CASE_RECOVER_OPEN, number.bytes);
    }
    return ERR_NONE;
}

err case_recover_put(county *office, int64_t batch_id)
{
    case_recovery *all;
    size_t count;
    arena *a = office->call->request;
    TRY(case_recover_of_batch(office, batch_id, &all, &count));
    service_value *list = service_put_list(a, office->call->reply, "cases");
    for (size_t i = 0; i < count; i++) {
        const cases_word *state = cases_state_word(all[i].row.state);
        const char *label = all[i].type->label ? all[i].type->label : all[i].type->name;
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "case", all[i].row.case_id);
        service_put_cstr(a, v, "type", text_cstr(a, text_of(service_say(office->call, label, all[i].type->name))));
        service_put_state(office->call, v, "state", state->name, state->says, state->says_zh);
        service_put_bool(a, v, "is_decided", all[i].is_decided);
    }
    return ERR_NONE;
}
