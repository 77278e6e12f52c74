/* Who goes first: the very old, by an age, and whoever the region's 办件规则 name besides; the reason stands with the case, and whoever's
 * turn it is has it in front of what else they have to do. Where the region says nothing, nobody goes first. */
#include "codec/codec.h"
#include "service/case.h"

const err_kind CASE_NO_PRIORITY = {
    "case.no_priority", ERR_BAD_INPUT, "This is no reason to go first in this region: {}.", "本地区没有规定这项优先办理情形：{}。"
};

static const char AGE[] = "办件规则.优先办理年龄", WHO[] = "办件规则.优先办理对象";

static int32_t born_on(const registry_record *record)
{
    size_t count = record->count[REGISTRY_PERSON];
    if (record->kind != REGISTRY_PERSON || !count) return 0;
    return (int32_t)((const registry_person *)record->facts[REGISTRY_PERSON])[count - 1].birth_day;
}

/* Reached on the birthday; who was born on 29 February, on the last of February. */
static bool has_reached(int32_t born, int64_t years, int32_t day)
{
    return born && calendar_step_months(born, (int32_t)(years * 12)) <= day;
}

err case_priority(case_call *c, text said, const registry_record *record, text *priority)
{
    int64_t years;
    text known = case_words_of(c, WHO), age = case_figure(c, AGE);
    said = text_trim(said);
    *priority = said;
    if (said.size_bytes && !case_is_among(known, text_cstr(c->memory, said)))
        return err_of(&CASE_NO_PRIORITY, known.size_bytes ? err_said(c->call->request, "%.*s (there are: %.*s)", "%.*s（规定的有：%.*s）",
                                                                        TEXT_ARG(said), TEXT_ARG(known))
                                                          : text_cstr(c->call->request, said));
    bool is_old = !said.size_bytes && codec_parse_scaled(age, 0, &years) && has_reached(born_on(record), years, c->day);
    if (is_old) *priority = TEXT("高龄");
    return ERR_NONE;
}

text case_priority_says(const service_call *call, text priority)
{
    if (!priority.size_bytes) return TEXT("-");
    return text_equal_cstr(priority, "高龄") ? text_of(service_say(call, "very old", "高龄")) : priority;
}
