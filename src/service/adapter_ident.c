#include <string.h>

#include "ident/ident.h"
#include "service/adapter.h"

/* What the checks answer, by the names that the adapter's rows use. */
static text yes_no(bool is_true)
{
    return is_true ? TEXT("true") : TEXT("false");
}

static text check_shown(arena *a, char check)
{
    return check ? text_format(a, "%c", check) : TEXT("null");
}

static bool citizen_answer(arena *a, text value, text answer, text *out)
{
    ident_citizen citizen;
    err e = ident_check_citizen(value, &citizen);
    if (text_equal_cstr(answer, "citizen.valid")) *out = yes_no(!e.kind);
    else if (text_equal_cstr(answer, "citizen.check")) *out = check_shown(a, citizen.expected_check);
    else return false;
    return true;
}

static bool citizen15_answer(arena *a, text value, text answer, text *out)
{
    char id18[IDENT_CODE_BYTES];
    err e = ident_upgrade_citizen(value, id18);
    if (text_equal_cstr(answer, "citizen15.valid")) *out = yes_no(!e.kind);
    else if (text_equal_cstr(answer, "citizen15.id18")) *out = e.kind ? TEXT("null") : text_copy(a, text_of(id18));
    else return false;
    return true;
}

static bool uscc_answer(arena *a, text value, text answer, text *out)
{
    ident_uscc uscc;
    err e = ident_check_uscc(value, &uscc);
    if (text_equal_cstr(answer, "uscc.valid")) *out = yes_no(!e.kind);
    else if (text_equal_cstr(answer, "uscc.check")) *out = check_shown(a, uscc.expected_check);
    else return false;
    return true;
}

static bool card_answer(arena *a, text value, text answer, text *out)
{
    ident_card card;
    err e = ident_check_card(value, &card);
    if (text_equal_cstr(answer, "card.valid")) *out = yes_no(!e.kind);
    else if (text_equal_cstr(answer, "card.check")) *out = check_shown(a, card.expected_check);
    else return false;
    return true;
}

static const struct {
    const char *check;
    bool (*answer)(arena *a, text value, text answer, text *out);
} CHECKS[] = {
    { "citizen", citizen_answer },
    { "citizen15", citizen15_answer },
    { "uscc", uscc_answer },
    { "card", card_answer },
};

bool adapter_ident(arena *a, text check, text value, text answer, text *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(CHECKS); i++)
        if (text_equal_cstr(check, CHECKS[i].check)) return CHECKS[i].answer(a, value, answer, out);
    return false;
}
