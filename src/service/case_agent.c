/* Who asks for another: with which proof, for what not at all, and that they do not rate. What is asked of agents the
 * region's 办件规则 say; where they are silent an agent's name is kept and nothing more is asked. */
#include <string.h>

#include "codec/codec.h"
#include "service/case.h"
#include "service/own.h"
#include "service/record_rows.h"

const err_kind CASE_IN_PERSON = {
    "case.in_person", ERR_FORBIDDEN, "{} is not asked for by an agent; the person comes themselves.", "{} 不得代办，须由本人办理。"
};
const err_kind CASE_AGENT_RATES = {
    "case.agent_rates", ERR_FORBIDDEN, "{} asked for this case on behalf of another; only the person's own login rates it.",
    "本办件由 {} 代办，只能由本人账号评价。"
};
const err_kind CASE_OWN_AGENT = {
    "case.own_agent", ERR_BAD_INPUT, "{} cannot be the agent: it is whom the case is about; leave --agent out.", "{} 是办理对象本人，不能作代办人；请不写 --agent。"
};
static const char PROOF[] = "办件规则.代办授权材料", IN_PERSON[] = "办件规则.本人亲办事项", BY_FAMILY[] = "办件规则.近亲属申请事项";

/* The words of a figure, as the packs write them: "一、二". */
text case_words_of(const case_call *c, const char *name)
{
    text said = case_figure(c, name);
    bool is_quoted = said.size_bytes >= 2 && said.bytes[0] == '"' && said.bytes[said.size_bytes - 1] == '"';
    return is_quoted ? text_sub(said, 1, said.size_bytes - 1) : said;
}

bool case_is_among(text words, const char *type)
{
    const text mark = TEXT("、");
    while (words.size_bytes) {
        size_t at = text_find(words, mark);
        text one = at == SIZE_MAX ? words : text_sub(words, 0, at);
        if (text_equal_cstr(text_trim(one), type)) return true;
        if (at == SIZE_MAX) return false;
        words = text_sub(words, at + mark.size_bytes, words.size_bytes);
    }
    return false;
}

/* Next of kin who report a death ask in their own right: there is nobody left to authorize them. */
static bool is_agent(const case_call *c, const policy_case *type, text agent)
{
    return agent.size_bytes && !case_is_among(case_words_of(c, BY_FAMILY), type->symbol->name);
}

err case_agent_may(case_call *c, const policy_case *type, text agent)
{
    if (!is_agent(c, type, agent) || !case_is_among(case_words_of(c, IN_PERSON), type->symbol->name)) return ERR_NONE;
    return err_of(&CASE_IN_PERSON, text_format(c->call->request, ERR_SAID("%s", "%s"), type->symbol->label ? type->symbol->label : type->symbol->name, type->symbol->name).bytes);
}

static bool is_id(text agent, int64_t *id)
{
    return codec_parse_scaled(agent, 0, id) && *id > 0;
}

err case_agent_find(case_call *c, text agent, int64_t subject_id)
{
    registry *people;
    registry_record record;
    int64_t id;
    const char *shown = text_cstr(c->call->request, agent);
    if (!agent.size_bytes || !is_id(agent, &id)) return ERR_NONE;
    if (id == subject_id) return err_of(&CASE_OWN_AGENT, shown);
    TRY(county_people(c->office, &people));
    err e = registry_record_who(c->memory, people, id, &record);
    bool is_person = !e.kind && record.kind == REGISTRY_PERSON && text_equal(agent, text_format(c->memory, "%lld", (long long)id));
    return is_person ? ERR_NONE : e.kind && e.kind != &REGISTRY_NOT_FOUND ? e : err_of(&RECORD_NONE, shown);
}

err case_agent_shown(const case_call *c, text agent, text *shown)
{
    int64_t id;
    arena *a = c->call->request;
    *shown = agent.size_bytes ? text_copy(a, agent) : TEXT("-");
    if (!is_id(agent, &id)) return ERR_NONE;
    text name;
    TRY(case_subject_name(c, id, &name));
    *shown = text_format(a, service_say(c->call, "%.*s (%.*s)", "%.*s（%.*s）"), TEXT_ARG(name), TEXT_ARG(agent));
    return ERR_NONE;
}

void case_agent_type(case_call *c, text agent, const policy_case **type)
{
    text proof = case_words_of(c, PROOF);
    if (!proof.size_bytes || !is_agent(c, *type, agent)) return;
    size_t count = (*type)->paper_count;
    policy_case *with = ARENA_ARRAY(c->memory, policy_case, 1);
    policy_case_paper *papers = ARENA_ARRAY(c->memory, policy_case_paper, count + 1);
    if (count) memcpy(papers, (*type)->papers, count * sizeof *papers);
    papers[count] = (policy_case_paper){ .name = text_cstr(c->memory, proof), .label = "proof of authority", .mode = POLICY_PAPER_REQUIRED, .when = -1 };
    *with = **type;
    with->papers = papers;
    with->paper_count = count + 1;
    *type = with;
}

err case_agent_rates(case_call *c, const cases_row *row)
{
    const policy_case *type;
    int64_t person = 0, employer = 0;
    if (case_type_find(c, row->type, &type).kind || !is_agent(c, type, row->agent)) return ERR_NONE;
    TRY(own_person(c->office, &person));
    TRY(own_employer(c->office, &employer));
    if (person == row->subject_id || employer == row->subject_id) return ERR_NONE;
    return err_of(&CASE_AGENT_RATES, text_cstr(c->call->request, row->agent));
}
