/* Who complained is kept back: of the types that packs/adapters/office-protected.csv names, whom a case is about, where they live and who
 * asked for them is shown to nobody, but to themselves and to whoever has the duty case.informant, says why, and is kept in the log.
 * Nor is a list of somebody's cases told of it: that it is there would say it. The look stands in the office's chain, not in the
 * person's, where their history would tell it to whoever looks them up. Of a type that the table gives a field, whoever it is about
 * sees their own case without that field and without files: an employer that is inspected does not learn who told. */
#include "service/case.h"

#include "codec/codec.h"
#include "service/own.h"
#include "service/reveal.h"

const err_kind CASE_PROTECTED = {
    "case.protected", ERR_FORBIDDEN, "Who asked for case {} is protected; whoever may see it says --reveal and --why.",
    "办件 {} 的投诉举报人受保护；有权查看的，请加 --reveal 并以 --why 说明理由。"
};
const err_kind CASE_NO_REASON = {
    "case.no_reason", ERR_BAD_INPUT, "Say with --why for what it is needed to know who complained; it is kept.", "请用 --why 说明为何需要知道投诉举报人，理由将留存。"
};

static err read_types(case_call *c)
{
    text bytes;
    enum { FIELD = 1 };
    size_t capacity = 0, part_capacity = 0;
    if (c->has_protected) return ERR_NONE;
    c->has_protected = true;
    TRY(decide_law_aside(c->memory, c->law, "office-protected.csv", &bytes));
    codec_csv_reader *reader = codec_csv_open_text(c->memory, bytes, (codec_csv_options){ .file = "office-protected.csv" });
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(reader, &row, &has_row));
        if (!has_row) return ERR_NONE;
        if (!row.count || text_equal_cstr(row.field[0], "事项") || text_begins(row.field[0], TEXT("#"))) continue;
        text one = text_copy(c->memory, row.field[0]), field = row.count > FIELD ? text_trim(row.field[FIELD]) : TEXT_NONE;
        if (field.size_bytes) {
            case_kept_back part = { one, text_copy(c->memory, field) };
            ARENA_PUSH(c->memory, c->kept_back, c->kept_back_count, part_capacity, part);
        } else ARENA_PUSH(c->memory, c->protected, c->protected_count, capacity, one);
    }
}

err case_protect_check(case_call *c)
{
    TRY(read_types(c));
    for (size_t i = 0; i < c->protected_count; i++) {
        const policy_case *type;
        TRY(case_type_find(c, c->protected[i], &type));
    }
    for (size_t i = 0; i < c->kept_back_count; i++) {
        const policy_case *type;
        TRY(case_type_find(c, c->kept_back[i].type, &type));
    }
    return ERR_NONE;
}

/* Whoever has logged in as the person themselves. */
static err is_own(case_call *c, int64_t subject_id, bool *is)
{
    *is = own_is_only(c->office); /* the door has let them to their own cases alone */
    if (*is || !c->office->session) return ERR_NONE;
    c->office->actor_id = staff_session_user(c->office->session);
    if (!c->own_id) TRY(own_person(c->office, &c->own_id));
    *is = c->own_id && c->own_id == subject_id;
    return ERR_NONE;
}

err case_hides(case_call *c, text type, int64_t subject_id, bool *hides)
{
    bool is_mine;
    *hides = false;
    if (c->reveals) return ERR_NONE;
    TRY(read_types(c));
    for (size_t i = 0; i < c->protected_count; i++) *hides |= text_equal(c->protected[i], type);
    if (!*hides) return ERR_NONE;
    TRY(is_own(c, subject_id, &is_mine));
    *hides = !is_mine;
    return ERR_NONE;
}

err case_keeps_back(case_call *c, text type, text field, bool *keeps)
{
    *keeps = false;
    if (!own_is_only(c->office)) return ERR_NONE;
    TRY(read_types(c));
    for (size_t i = 0; i < c->kept_back_count; i++)
        *keeps |= text_equal(c->kept_back[i].type, type) && (!field.size_bytes || text_equal(c->kept_back[i].field, field));
    return ERR_NONE;
}

text case_hidden_says(const service_call *call)
{
    return text_of(service_say(call, "(protected)", "（受保护）"));
}

err case_reveal_ask(case_call *c, text what)
{
    if (!service_is_given(c->call, "reveal")) return ERR_NONE;
    if (!text_trim(service_text_of(c->call, "why", TEXT_NONE)).size_bytes) return err_of(&CASE_NO_REASON, NULL);
    TRY(reveal_ask_for(c->office, TEXT("case.informant"), 0, what));
    c->reveals = true;
    return ERR_NONE;
}
