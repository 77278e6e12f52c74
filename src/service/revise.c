#include "service/revise.h"

#include <string.h>

#include "calendar/calendar.h"
#include "service/payrun.h"
#include "service/words.h"

const err_kind REVISE_PENDING = {
    "revise.pending", ERR_CONFLICT,
    "Batch {} changes the same benefit and waits; finish or withdraw it first (doudi revision show).",
    "批量变更 {} 涉及同一待遇且尚未办结；请先办结或撤回（doudi revision show）。"
};
const err_kind REVISE_TOO_EARLY = {
    "revise.too_early", ERR_BAD_INPUT,
    "New amounts can be paid from {} at the earliest: not before the month from which they are due, nor in months whose "
    "payment runs stand already.",
    "新标准最早可从 {} 起发放：不早于执行起始月，也不早于已编制支付批次的月份。"
};

/* ---- a person ---- */

const registry_benefit *revise_span(const revise_person *who, int32_t month)
{
    for (size_t i = 0; i < who->span_count; i++)
        if (who->spans[i].fact.from <= month && month < who->spans[i].fact.until) return &who->spans[i];
    return NULL;
}

const registry_benefit *revise_coming(const revise_person *who, int32_t month)
{
    const registry_benefit *found = NULL;
    for (size_t i = 0; i < who->span_count; i++) {
        const registry_benefit *span = &who->spans[i];
        bool is_paid = span->state == REGISTRY_PAYING || span->state == REGISTRY_SUSPENDED;
        if (is_paid && span->fact.until > month && (!found || span->fact.from < found->fact.from)) found = span;
    }
    return found;
}

bool revise_was_due(const registry_benefit *span)
{
    return span && (span->state == REGISTRY_PAYING || span->state == REGISTRY_ENTITLED);
}

bool revise_was_approved(const revision_said *said)
{
    return !said->is_set_aside && (said->state == REVISION_APPROVED || said->state == REVISION_REVERSED);
}

int64_t revise_rise(const revision_said *said, size_t count, text benefit, int32_t month)
{
    int64_t fen = 0;
    for (size_t i = 0; i < count; i++) {
        const revision_row *row = &said[i].row;
        bool is_of_month = row->from_month <= month && month < said[i].terms.pay_month;
        if (is_of_month && revise_was_approved(&said[i]) && text_equal(said[i].terms.benefit, benefit))
            fen += row->new_fen - row->old_fen;
    }
    return fen;
}

int64_t revise_due(const revise_person *who, int32_t month)
{
    const registry_benefit *span = revise_span(who, month);
    if (!span || (!revise_was_due(span) && span->state != REGISTRY_SUSPENDED)) return 0;
    return span->amount_fen + (who->said_count ? revise_rise(who->said, who->said_count, who->said->terms.benefit, month) : 0);
}

void revise_pieces(arena *a, const revise_person *who, int32_t from, int32_t until, int64_t fen, revision_row *row)
{
    revision_piece *pieces = NULL;
    size_t count = 0, capacity = 0;
    for (size_t i = 0; fen && i < who->span_count; i++) {
        const registry_benefit *span = &who->spans[i];
        int32_t first = span->fact.from > from ? (int32_t)span->fact.from : from;
        int32_t last = span->fact.until < until ? (int32_t)span->fact.until : until;
        if (!revise_was_due(span) || span->amount_fen <= 0 || first >= last) continue;
        if (count && pieces[count - 1].until_month == first) {
            pieces[count - 1].until_month = last;
            continue;
        }
        revision_piece piece = { first, last, fen };
        ARENA_PUSH(a, pieces, count, capacity, piece);
    }
    row->pieces = pieces;
    row->piece_count = count;
}

static void take_spans(arena *a, const revise *r, const registry_record *record, revise_person *who)
{
    const registry_benefit *all = record->facts[REGISTRY_BENEFIT];
    who->spans = ARENA_ARRAY(a, registry_benefit, record->count[REGISTRY_BENEFIT] + 1);
    for (size_t i = 0; i < record->count[REGISTRY_BENEFIT]; i++)
        if (all[i].benefit == r->benefit) who->spans[who->span_count++] = all[i];
    const registry_person *persons = record->facts[REGISTRY_PERSON];
    if (record->count[REGISTRY_PERSON]) who->name = persons[record->count[REGISTRY_PERSON] - 1].name;
    const registry_attribute *told = record->facts[REGISTRY_ATTRIBUTE];
    for (size_t i = 0; r->death && i < record->count[REGISTRY_ATTRIBUTE]; i++)
        if (told[i].name == r->death && calendar_is_day(told[i].value))
            who->death_month = calendar_month_of_day((int32_t)told[i].value);
}

err revise_bucket_open(revise *r)
{
    decision_book *book;
    TRY(county_decisions(r->m.office, &book));
    r->bucket_memory = arena_open();
    r->said = revision_reader_open(r->bucket_memory, r->book);
    r->decisions = decision_reader_open(r->bucket_memory, book);
    return ERR_NONE;
}

err revise_bucket_close(revise *r, err e)
{
    if (e.detail) e.detail = text_cstr(r->m.call->request, text_of(e.detail));
    arena_close(r->bucket_memory);
    r->bucket_memory = NULL;
    return e;
}

err revise_person_read(revise *r, int64_t person_id, revise_person *who)
{
    arena *a = r->bucket_memory;
    registry *people;
    registry_record record;
    revision_said *said;
    size_t count;
    *who = (revise_person){ .person_id = person_id, .death_month = INT32_MAX };
    TRY(county_people(r->m.office, &people));
    TRY(registry_record_read(a, people, person_id, REGISTRY_NOW, &record));
    take_spans(a, r, &record, who);
    TRY(revision_of_person(r->said, person_id, &said, &count));
    who->said = said;
    for (size_t i = 0; i < count; i++)
        if (text_equal(said[i].terms.benefit, r->benefit_name)) said[who->said_count++] = said[i];
    return ERR_NONE;
}

/* ---- the pay month ---- */

static err kinds_of(county *office, text benefit, const payrun_table **table)
{
    payrun_table *read = ARENA_NEW(office->memory, payrun_table);
    (void)benefit;
    TRY(payrun_table_read(office, read));
    *table = read;
    return ERR_NONE;
}

static bool pays(const payrun_table *table, text benefit, text kind)
{
    for (size_t i = 0; i < table->count; i++)
        if (text_equal(table->rows[i].benefit, benefit) && text_equal(table->rows[i].kind, kind)) return true;
    return false;
}

err revise_month_after_runs(county *office, text benefit, int32_t *month, int64_t *run_id)
{
    payment *runs;
    payment_run *list;
    size_t count;
    const payrun_table *table;
    *month = INT32_MIN;
    *run_id = 0;
    TRY(kinds_of(office, benefit, &table));
    TRY(county_runs(office, &runs));
    TRY(payment_list(office->memory, runs, PAYMENT_ANY_MONTH, &list, &count));
    for (size_t i = 0; i < count; i++) {
        if (list[i].state == PAYMENT_WITHDRAWN || !pays(table, benefit, list[i].terms.kind)) continue;
        if (list[i].terms.month < *month) continue;
        *month = list[i].terms.month + 1;
        *run_id = list[i].run_id;
    }
    return ERR_NONE;
}

static err find_pay_month(revise *r, int32_t earliest)
{
    int32_t after;
    int64_t run_id;
    TRY(revise_month_after_runs(r->m.office, r->benefit_name, &after, &run_id));
    int32_t first = r->m.open_month;
    if (first == INT32_MIN) TRY(calendar_parse_month(TEXT("1900-01"), &first));
    if (r->m.open_month == INT32_MIN) {
        text begins;
        TRY(charter_read(r->m.memory, r->m.charter, TEXT("office.month"), CHARTER_NOW, &begins));
        if (begins.size_bytes) TRY(calendar_parse_month(begins, &first));
    }
    if (after != INT32_MIN && after > first) first = after;
    if (earliest > first) first = earliest;
    if (r->m.month == INT32_MIN) r->m.month = first;
    r->pay_month = r->m.month;
    if (r->pay_month >= first) return ERR_NONE;
    return err_of(&REVISE_TOO_EARLY, service_month_text(r->m.call->request, first).bytes);
}

/* ---- beginning ---- */

err revise_begin(service_call *call, const char *kind, revise *r)
{
    bool is_dry = service_is_given(call, "dry-run");
    *r = (revise){ .kind = text_of(kind) };
    TRY(month_begin(call, is_dry ? COUNTY_READ : COUNTY_WRITE, &r->m));
    TRY(county_revisions(r->m.office, &r->book));
    r->undecided = month_undecided_open(&r->m);
    if (!service_is_given(call, "list")) return ERR_NONE;
    r->list = ARENA_NEW(r->m.memory, text_builder);
    *r->list = text_builder_open(r->m.memory);
    return ERR_NONE;
}

err revise_benefit(revise *r, text benefit, int32_t earliest)
{
    registry *people;
    r->benefit_name = text_copy(r->m.memory, benefit);
    TRY(county_people(r->m.office, &people));
    TRY(registry_word_find(people, r->benefit_name, &r->benefit));
    if (!r->benefit) return err_of(&COUNTY_WORD_UNKNOWN, text_cstr(r->m.call->request, r->benefit_name));
    TRY(registry_word_find(people, TEXT("person.death_day"), &r->death));
    return find_pay_month(r, earliest);
}

err revise_waiting(revise *r, text purpose, revision_batch *batch, bool *is_there)
{
    revision_batch *list;
    size_t count;
    *is_there = false;
    TRY(revision_list(r->m.memory, r->book, &list, &count));
    for (size_t i = 0; i < count; i++) {
        const revision_batch *b = &list[i];
        if (!revision_is_pending(b->state) || !text_equal(b->terms.benefit, r->benefit_name)) continue;
        *batch = *b;
        *is_there = text_equal(b->terms.kind, r->kind) && text_equal(b->terms.purpose, purpose) &&
                    b->terms.reverses == r->reverses &&
                    (r->from_month == INT32_MIN || b->terms.from_month == r->from_month);
        if (*is_there) return ERR_NONE;
        return err_of(&REVISE_PENDING, text_format(r->m.call->request, "%lld", (long long)b->batch_id).bytes);
    }
    return ERR_NONE;
}

static revision_act act_of(const revise *r)
{
    return (revision_act){ .actor_id = r->m.office->actor_id, .known_ms = r->m.office->now_ms,
                           .why = service_text_of(r->m.call, "why", text_of(r->m.call->op->name)) };
}

err revise_open(revise *r, text purpose, text law)
{
    revision_terms terms = { .kind = r->kind, .benefit = r->benefit_name, .purpose = purpose, .law = law,
                             .from_month = r->from_month, .pay_month = r->pay_month, .reverses = r->reverses };
    revision_act act = act_of(r);
    if (service_is_given(r->m.call, "dry-run")) return ERR_NONE;
    return revision_draft_open(r->m.memory, r->book, &terms, &act, &r->draft);
}

err revise_keep_law(revise *r, const decide_law *law)
{
    charter_act act = { .actor_id = r->m.office->actor_id, .known_ms = r->m.office->now_ms,
                        .why = text_of(r->m.call->op->name) };
    if (!r->draft) return ERR_NONE;
    return charter_keep_law(r->m.charter, &act, decide_pack_digest(law), decide_law_bytes(law));
}

err revise_decide(revise *r, uint32_t bucket, const decision_terms *terms, const decision_row *rows, size_t count,
                  int64_t *ids)
{
    decision_book *book;
    decision_act act = { .actor_id = r->m.office->actor_id, .known_ms = r->m.office->now_ms,
                         .why = service_text_of(r->m.call, "why", text_of(r->m.call->op->name)) };
    if (!r->draft || !count) return ERR_NONE;
    TRY(county_decisions(r->m.office, &book));
    return decision_make(book, &act, bucket, terms, rows, count, ids);
}

err revise_flush(revise *r, uint32_t bucket)
{
    err e = r->draft ? revision_draft_add(r->draft, bucket, r->rows, r->row_count) : ERR_NONE;
    r->rows = NULL;
    r->row_count = r->row_capacity = 0;
    return e;
}
