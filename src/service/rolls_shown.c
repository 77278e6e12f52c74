/* The lines of a receipt opened, as they are shown. */
#include "service/record_rows.h"
#include "service/rolls.h"

err rolls_shown_open(rolls_shown *o, int64_t receipt_id)
{
    arena *a = o->office->memory;
    TRY(roll_receipt_read(a, o->book, receipt_id, &o->receipt));
    TRY(roll_lines(a, o->book, receipt_id, &o->lines, &o->count));
    TRY(rolls_contract_of(o->office, o->receipt.terms.roll, &o->contract));
    o->cells = ARENA_NEW(a, eventlog_rows);
    return rolls_unseal(a, o->keys, o->book, &o->receipt, o->cells);
}

err rolls_shown_begin(service_call *call, rolls_shown *o)
{
    *o = (rolls_shown){ .call = call };
    TRY(county_open(call, COUNTY_READ, &o->office));
    TRY(rolls_open(o->office, &o->book));
    TRY(rolls_keys_open(o->office, &o->keys));
    return rolls_shown_open(o, (int64_t)service_size_of(call, "receipt", 0));
}

err rolls_keep_held(county *office, scope_span span, roll_line *lines, size_t count, bool *holds, int64_t now[ROLL_STATE_COUNT])
{
    for (int s = 0; s < ROLL_STATE_COUNT; s++) now[s] = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_anybodys = !span.until || lines[i].state == ROLL_LINKED; /* until it is linked it may be about somebody elsewhere */
        holds[i] = false;
        if (is_anybodys) TRY(scope_holds(office, span, lines[i].subject_id, &holds[i]));
        now[lines[i].state] += holds[i];
    }
    return ERR_NONE;
}

/* A roll read by an earlier contract may have had fewer columns. */
static text cell(const rolls_shown *o, size_t field, size_t line)
{
    return field < o->cells->column_count && line < o->cells->row_count ? eventlog_rows_word(o->cells, field, line) : TEXT("");
}

/* What nobody needs to see as stars. */
text rolls_shown_number(const rolls_shown *o, size_t line)
{
    arena *a = o->call->request;
    size_t who = rolls_column_linked(o->contract, o->contract->is_of_employers ? "code" : "id_number");
    text whole = text_copy(a, cell(o, who, line));
    registry_secret secret = { .plain = whole, .field = "citizen_number" };
    return o->contract->is_of_employers || !whole.size_bytes ? whole : record_masked(a, &secret);
}

text rolls_shown_name(const rolls_shown *o, size_t line)
{
    return text_copy(o->call->request, cell(o, rolls_column_linked(o->contract, "name"), line));
}

/* Columns that are neither number nor name. */
text rolls_shown_says(const rolls_shown *o, size_t line)
{
    arena *a = o->call->request;
    text_builder out = text_builder_open(a);
    for (size_t c = 0; c < o->contract->column_count; c++) {
        const rolls_column *field = &o->contract->columns[c];
        bool is_who = text_equal_cstr(field->link, "id_number") || text_equal_cstr(field->link, "code") || text_equal_cstr(field->link, "name");
        text says = cell(o, c, line);
        if (is_who || !says.size_bytes) continue;
        text_add_format(&out, "%s%.*s %.*s", out.size_bytes ? service_say(o->call, ", ", "，") : "",
                        TEXT_ARG(o->call->is_chinese ? field->zh : field->en), TEXT_ARG(says));
    }
    return text_built(&out);
}
