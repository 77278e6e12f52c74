#include "service/recovery.h"

#include <string.h>

#include "calendar/calendar.h"
#include "service/words.h"

const err_kind RECOVERY_NOT_SET = {
    "recovery.not_set", ERR_CONFLICT,
    "Nothing can be withheld here: {} It can be repaid (--way repaid).", "此处不能抵扣：{}可由本人退回（--way repaid）。"
};

enum { MONTH, ONCE, PURPOSE_COUNT };
static const char *const PURPOSES[PURPOSE_COUNT] = { RECOVERY_MONTH, RECOVERY_ONCE };

typedef struct {
    const decide_plan *plan;
    decider *with;
    size_t withheld; /* the answer */
    decision_row *rows; /* of this bucket, in order of people */
    size_t count, capacity;
} deciding;

struct recovery {
    county *office;
    arena *memory; /* of the office */
    int32_t month;
    const decide_law *law;
    bool is_kept; /* the law's bytes */
    deciding of[PURPOSE_COUNT];
};

bool recovery_is_purpose(text purpose)
{
    return text_equal_cstr(purpose, RECOVERY_MONTH) || text_equal_cstr(purpose, RECOVERY_ONCE);
}

recovery *recovery_open(county *office, int32_t month)
{
    recovery *r = ARENA_NEW(office->memory, recovery);
    *r = (recovery){ .office = office, .memory = office->memory, .month = month };
    return r;
}

static err open_plan(recovery *r, deciding *d, const char *purpose)
{
    decide_request asked = { .purpose = text_of(purpose), .on_day = calendar_first_day_of_month(r->month) };
    if (d->plan) return ERR_NONE;
    if (!r->law) {
        TRY(decide_law_open(r->office->call, &r->law));
        TRY(adopt_need(r->office));
    }
    TRY(county_setting(r->office, "office.region", &asked.region));
    TRY(decide_plan_open(r->memory, r->law, &asked, &d->plan));
    d->with = decide_open(r->memory, d->plan);
    d->withheld = decide_answer_index(d->plan, "withheld");
    return d->withheld == SIZE_MAX ? err_of(&DECIDE_BAD_TABLE, purpose) : ERR_NONE;
}

static bool value_of(const recovery_case *asked, const char *name, int64_t *fen)
{
    if (!strcmp(name, "recovery.due")) *fen = asked->due_fen;
    else if (!strcmp(name, "recovery.open")) *fen = asked->open_fen;
    else if (!strcmp(name, "recovery.agreed")) return (*fen = asked->agreed_fen) > 0;
    else return false;
    return true;
}

err recovery_decide(recovery *r, const recovery_case *asked, int64_t *fen, text *why_not)
{
    deciding *d = &r->of[asked->is_once ? ONCE : MONTH];
    size_t fact_count;
    *fen = 0;
    *why_not = TEXT_NONE;
    TRY(open_plan(r, d, PURPOSES[asked->is_once ? ONCE : MONTH]));
    const decide_fact *facts = decide_facts(d->plan, &fact_count);
    column *columns = ARENA_ARRAY(r->memory, column, fact_count + 1);
    for (size_t i = 0; i < fact_count; i++) {
        columns[i] = column_open(r->memory, 1);
        column_ensure_reasons(r->memory, &columns[i]);
        if (!value_of(asked, facts[i].name, &columns[i].value[0])) columns[i].reason[0] = VM_REASON(VM_NOT_KNOWN, 0);
    }
    decide_block block = { .count = 1, .facts = columns };
    decide_results *results = decide_results_open(r->memory, d->plan, 1);
    decide_run(d->with, &block, results);
    uint32_t reason = column_reason(&results->answers[d->withheld], 0);
    if (reason) {
        *why_not = decide_reason(r->memory, d->plan, reason, r->office->call->is_chinese);
        return ERR_NONE;
    }
    *fen = results->answers[d->withheld].value[0];
    decision_row row = { .person_id = asked->person_id, .record = decide_record(r->memory, d->with, &block, 0), .fen = { *fen } };
    if (*fen > 0) ARENA_PUSH(r->memory, d->rows, d->count, d->capacity, row);
    return ERR_NONE;
}

static err keep_law(recovery *r)
{
    charter *room;
    charter_act act = { .actor_id = r->office->actor_id, .known_ms = r->office->now_ms,
                        .why = text_of(r->office->call->op->name) };
    if (r->is_kept) return ERR_NONE;
    r->is_kept = true;
    TRY(county_charter(r->office, &room));
    return charter_keep_law(room, &act, decide_pack_digest(r->law), decide_law_bytes(r->law));
}

err recovery_keep(recovery *r, uint32_t bucket)
{
    static const char *const KEYS[] = { "withheld" };
    decision_book *book;
    decision_act act = { .actor_id = r->office->actor_id, .known_ms = r->office->now_ms,
                         .why = service_text_of(r->office->call, "why", text_of(r->office->call->op->name)) };
    TRY(county_decisions(r->office, &book));
    for (size_t i = 0; i < PURPOSE_COUNT; i++) {
        deciding *d = &r->of[i];
        if (!d->count) continue;
        decision_terms terms = { .purpose = text_of(PURPOSES[i]), .law = decide_pack_digest(r->law),
                                 .on_day = calendar_first_day_of_month(r->month), .for_month = r->month,
                                 .keys = KEYS, .key_count = 1 };
        int64_t *ids = ARENA_ARRAY(r->memory, int64_t, d->count);
        TRY(keep_law(r));
        TRY(decision_make(book, &act, bucket, &terms, d->rows, d->count, ids));
        d->count = 0;
    }
    return ERR_NONE;
}

err recovery_need(recovery *r, bool is_once)
{
    recovery_case asked = { .is_once = is_once, .due_fen = 100000, .open_fen = 1 };
    int64_t fen;
    text why_not;
    TRY(recovery_decide(r, &asked, &fen, &why_not));
    r->of[is_once ? ONCE : MONTH].count = 0;
    return why_not.size_bytes ? err_of(&RECOVERY_NOT_SET, text_cstr(r->office->call->request, why_not)) : ERR_NONE;
}

/* ---- of a line ---- */

err recovery_words(county *office, const payment_line *line, text *words)
{
    oneoff_book *book;
    oneoff_standing item;
    const service_call *call = office->call;
    arena *a = call->request;
    *words = TEXT_NONE;
    if (!line->withheld_item) return ERR_NONE;
    TRY(county_oneoffs(office, &book));
    TRY(oneoff_read(office->memory, book, line->person_id, line->withheld_item, &item));
    text from = service_month_text(a, item.from_month), until = service_month_text(a, item.until_month - 1);
    *words = text_format(a, service_say(call, "%.*s yuan withheld for what was overpaid %.*s to %.*s: %.*s (item %lld)",
                                        "抵扣 %.*s 元：追回 %.*s 至 %.*s 多发待遇，%.*s（项目 %lld）"),
                         TEXT_ARG(service_yuan(a, line->withheld_fen)), TEXT_ARG(from), TEXT_ARG(until),
                         TEXT_ARG(county_word_shown(office, item.item.reason)), (long long)item.item_id);
    return ERR_NONE;
}
