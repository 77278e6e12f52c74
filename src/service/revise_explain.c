/* Of which decisions a person's benefits are the sum: the award, what adjusted it, what was computed again. */
#include "calendar/calendar.h"
#include "service/revise.h"
#include "service/words.h"

const service_field REVISE_LINK[REVISE_LINK_FIELDS] = {
    { .name = "decision", .type = SERVICE_VALUE, .summary = "decision", .summary_zh = "核定编号" },
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "for", .summary_zh = "用途" },
    { .name = "batch", .type = SERVICE_VALUE, .summary = "batch", .summary_zh = "批次" },
    { .name = "due_from", .type = SERVICE_VALUE, .summary = "due from", .summary_zh = "执行起始月" },
    { .name = "law", .type = SERVICE_VALUE, .summary = "packs", .summary_zh = "政策包摘要" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "a month, yuan", .summary_zh = "月标准（元）" },
};
const service_field REVISE_CHAIN[REVISE_CHAIN_FIELDS] = {
    { .name = "benefit", .type = SERVICE_TEXT, .summary = "benefit", .summary_zh = "待遇" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "monthly", .type = SERVICE_TEXT, .summary = "a month, yuan", .summary_zh = "月标准（元）" },
    { .name = "is_whole", .type = SERVICE_FLAG, .summary = "decisions come to it", .summary_zh = "各次核定之和相符" },
    { .name = "decisions", .type = SERVICE_OBJECT, .is_list = true, .summary = "decisions", .summary_zh = "核定",
      .fields = REVISE_LINK, .field_count = REVISE_LINK_FIELDS },
};

static void put_link(service_call *call, service_value *list, const revise_link *link)
{
    arena *a = call->request;
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "decision", text_format(a, "%lld", (long long)link->decision_id));
    service_put_text(a, v, "purpose", text_copy(a, link->made.terms.purpose));
    if (link->batch_id) service_put_text(a, v, "batch", text_format(a, "%lld", (long long)link->batch_id));
    else service_put_null(a, v, "batch");
    service_put_text(a, v, "due_from", service_month_text(a, link->from_month));
    service_put_text(a, v, "law", text_copy(a, link->made.terms.law));
    service_put_text(a, v, "amount", service_yuan(a, link->fen));
}

/* What stood before this office kept decisions. */
static void put_before(service_call *call, service_value *list, int64_t fen)
{
    arena *a = call->request;
    service_value *v = service_put_object(a, list, NULL);
    service_put_null(a, v, "decision");
    service_put_cstr(a, v, "purpose", service_say(call, "before this office's decisions", "本系统核定以前"));
    service_put_null(a, v, "batch");
    service_put_null(a, v, "due_from");
    service_put_null(a, v, "law");
    service_put_text(a, v, "amount", service_yuan(a, fen));
}

static err put_benefit(revise *r, int64_t person_id, int32_t month, service_value *list)
{
    service_call *call = r->m.call;
    arena *a = call->request;
    revise_person who;
    revise_chain chain;
    text word;
    int64_t sum = 0;
    TRY(county_word_text(r->m.office, r->benefit, &word));
    r->benefit_name = word;
    TRY(revise_person_read(r, person_id, &who));
    const registry_benefit *span = revise_span(&who, month);
    if (!span && who.span_count) span = &who.spans[who.span_count - 1];
    if (!span) return ERR_NONE;
    if (span->fact.from > month || month >= span->fact.until) month = (int32_t)span->fact.from;
    TRY(revise_chain_read(a, r->decisions, &who, month, &chain));
    for (size_t i = 0; i < chain.count; i++) sum += chain.links[i].fen;
    int64_t before = span->amount_fen - sum;
    bool has_award = chain.count && !chain.links[0].batch_id;
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "benefit", text_copy(a, county_word_shown(r->m.office, word)));
    service_put_text(a, v, "month", service_month_text(a, month));
    service_put_text(a, v, "monthly", service_yuan(a, span->amount_fen));
    service_put_bool(a, v, "is_whole", !before || (before > 0 && !has_award));
    service_value *links = service_put_list(a, v, "decisions");
    if (before) put_before(call, links, before);
    for (size_t i = 0; i < chain.count; i++) put_link(call, links, &chain.links[i]);
    return ERR_NONE;
}

static bool is_met(const registry_benefit *all, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (all[i].benefit == all[at].benefit) return true;
    return false;
}

err revise_put_chains(county *office, int64_t person_id, service_value *into)
{
    service_call *call = office->call;
    registry *people;
    registry_record record;
    charter *room;
    text open;
    int32_t month = calendar_month_of_day(call->office->settings.today_day);
    revise r = { .m = { .call = call, .office = office, .memory = office->memory } };
    service_value *list = service_put_list(call->request, into, "chains");
    TRY(county_charter(office, &room));
    TRY(charter_read(office->memory, room, TEXT("month.open"), CHARTER_NOW, &open));
    if (open.size_bytes) TRY(calendar_parse_month(open, &month));
    TRY(county_revisions(office, &r.book));
    TRY(county_people(office, &people));
    TRY(registry_record_read(office->memory, people, person_id, REGISTRY_NOW, &record));
    const registry_benefit *all = record.facts[REGISTRY_BENEFIT];
    TRY(revise_bucket_open(&r));
    err e = ERR_NONE;
    for (size_t i = 0; !e.kind && i < record.count[REGISTRY_BENEFIT]; i++) {
        r.benefit = all[i].benefit;
        if (!is_met(all, i)) e = put_benefit(&r, person_id, month, list);
    }
    return revise_bucket_close(&r, e);
}

void revise_print_chains(const service_call *call, text_builder *out)
{
    const service_value *list = service_member(call->reply, "chains");
    for (const service_value *v = list ? list->first : NULL; v; v = v->next) {
        const service_value *links = service_member(v, "decisions");
        text_add_format(out, service_say(call, "\n%.*s in %.*s: %.*s yuan a month%s\n", "\n%.*s，%.*s：每月 %.*s 元%s\n"),
                        TEXT_ARG(service_member(v, "benefit")->word), TEXT_ARG(service_member(v, "month")->word),
                        TEXT_ARG(service_member(v, "monthly")->word),
                        service_member(v, "is_whole")->is_true ? "" : service_say(call, " (not the sum of its decisions)", "（与各次核定之和不符）"));
        text *cells = ARENA_ARRAY(call->request, text, REVISE_LINK_FIELDS * (links->child_count + 1));
        size_t rows = 0;
        for (const service_value *link = links->first; link; link = link->next, rows++)
            for (size_t c = 0; c < REVISE_LINK_FIELDS; c++) {
                const service_value *cell = service_member(link, REVISE_LINK[c].name);
                text word = cell->kind == SERVICE_VALUE_NULL ? TEXT("-") : cell->word;
                bool is_law = c == REVISE_LINK_FIELDS - 2 && word.size_bytes > 12;
                cells[REVISE_LINK_FIELDS * rows + c] = is_law ? text_sub(word, 0, 12) : word;
            }
        service_table(out, cells, rows, REVISE_LINK_FIELDS, (const bool[REVISE_LINK_FIELDS]){ [5] = true });
    }
}
