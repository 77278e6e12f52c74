#include "service/benefit_state.h"

const err_kind BENEFIT_NONE = {
    "benefit.none", ERR_NOT_FOUND,
    "This person has no benefit {} in those months; doudi person show tells what there is.",
    "此人在这些月份没有待遇“{}”；请用 doudi person show 查看。"
};

void benefit_put_state(const service_call *call, service_value *into, int64_t state)
{
    static const char *const STATES[][3] = {
        [0] = { "none", "none", "无" },
        [REGISTRY_ENTITLED] = { "entitled", "entitled", "应享未发" },
        [REGISTRY_PAYING] = { "paying", "in payment", "发放中" },
        [REGISTRY_SUSPENDED] = { "suspended", "suspended", "暂停发放" },
        [REGISTRY_STOPPED] = { "stopped", "stopped", "停止发放" },
    };
    bool is_known = state > 0 && state <= REGISTRY_STOPPED;
    const char *const *row = STATES[is_known ? state : 0];
    service_put_state(call, into, "state", row[0], row[1], row[2]);
}

err benefit_facts(county *office, int64_t person_id, text benefit, registry_benefit **facts, size_t *count)
{
    registry *people;
    registry_record record;
    int64_t word;
    *count = 0;
    TRY(county_people(office, &people));
    TRY(registry_word_find(people, benefit, &word));
    TRY(registry_record_read(office->memory, people, person_id, REGISTRY_NOW, &record));
    const registry_benefit *all = record.facts[REGISTRY_BENEFIT];
    *facts = ARENA_ARRAY(office->memory, registry_benefit, record.count[REGISTRY_BENEFIT] + 1);
    for (size_t i = 0; word && i < record.count[REGISTRY_BENEFIT]; i++)
        if (all[i].benefit == word) (*facts)[(*count)++] = all[i];
    return ERR_NONE;
}

static registry_act act_of(const county *office)
{
    return (registry_act){ .known_ms = office->now_ms, .actor_id = office->actor_id,
                           .why = service_text_of(office->call, "why", text_of(office->call->op->name)) };
}

err benefit_state_say(county *office, const benefit_change *change, int64_t *changed)
{
    static const char *const EVENTS[] = {
        [REGISTRY_ENTITLED] = "benefit_granted",    [REGISTRY_PAYING] = "benefit_resumed",
        [REGISTRY_SUSPENDED] = "benefit_suspended", [REGISTRY_STOPPED] = "benefit_stopped",
    };
    registry_benefit *facts;
    size_t count, kept = 0;
    int64_t reason = 0;
    *changed = 0;
    TRY(benefit_facts(office, change->person_id, change->benefit, &facts, &count));
    if (change->reason.size_bytes) TRY(county_word_of(office, change->reason, &reason));
    for (size_t i = 0; i < count; i++) {
        registry_benefit fact = facts[i];
        if (fact.fact.from < change->from_month) fact.fact.from = change->from_month;
        if (fact.fact.until > change->until_month) fact.fact.until = change->until_month;
        if (fact.fact.from >= fact.fact.until) continue;
        fact.state = change->state;
        fact.reason = reason;
        facts[kept++] = fact;
    }
    if (!kept) return err_of(&BENEFIT_NONE, text_cstr(office->call->request, change->benefit));
    registry_act act = act_of(office);
    return registry_say(office->people, &act, EVENTS[change->state], REGISTRY_BENEFIT, facts, kept, changed);
}
