/* doudi month determine: who has come to a pension this month, decided by the packs, person by person. */
#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"
#include "service/files.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/words.h"

const err_kind MONTH_UNKNOWN_AWARD = {
    "month.unknown_award", ERR_NOT_FOUND,
    "{} is not determined month by month; award.retirement and award.resident are.",
    "“{}”不按月集中核定；可用 award.retirement（职工退休）、award.resident（居民养老）。"
};

static const service_field DETERMINE_INPUT[] = {
    MONTH_FIELD,
    { .name = "purpose", .type = SERVICE_NAME, .shows = "PURPOSE",
      .summary = "only award.retirement or award.resident (default: both)",
      .summary_zh = "只核定 award.retirement 或 award.resident（默认两项都核定）" },
    { .name = "awards", .type = SERVICE_FILE_OUT, .shows = "FILE.csv", .summary = "list the awards here",
      .summary_zh = "将核定结果写入此文件" },
    MONTH_UNDECIDED_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field DETERMINE_PURPOSE[] = {
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "purpose", .summary_zh = "用途" },
    { .name = "awarded", .type = SERVICE_COUNT, .summary = "awarded", .summary_zh = "新核定" },
    { .name = "monthly", .type = SERVICE_TEXT, .summary = "a month, yuan", .summary_zh = "月合计（元）" },
    { .name = "drawing", .type = SERVICE_COUNT, .summary = "drawing already", .summary_zh = "已在领取" },
    { .name = "dead", .type = SERVICE_COUNT, .summary = "died", .summary_zh = "已去世" },
    { .name = "refused", .type = SERVICE_COUNT, .summary = "not due", .summary_zh = "未到领取条件" },
    { .name = "undecided", .type = SERVICE_COUNT, .summary = "not decided", .summary_zh = "无法核定" },
};
static const service_field DETERMINE_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "paid_from", .type = SERVICE_TEXT, .summary = "paid from", .summary_zh = "起发月份" },
    { .name = "purposes", .type = SERVICE_OBJECT, .is_list = true, .summary = "purposes", .summary_zh = "各项",
      .fields = DETERMINE_PURPOSE, .field_count = ARRAY_COUNT(DETERMINE_PURPOSE) },
    MONTH_REASONS_OUTPUT,
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "seconds", .type = SERVICE_TEXT, .summary = "seconds", .summary_zh = "用时（秒）" },
};

/* What is paid for an award, and which fact is the balance of an individual account. */
static const struct award_row {
    const char *purpose, *benefit;
    const char *others[2];      /* benefits that stand in its place */
    const char *balance, *fund; /* the fact, and whose register knows it */
} AWARDS[] = {
    { "award.retirement", "employee_pension", { "public_pension", NULL }, "account.balance", "employee_pension" },
    { "award.resident", "resident_pension", { NULL, NULL }, "resident.account", "resident_pension" },
};

typedef struct {
    int64_t person_id;
    bool is_dead;
} passed_over;

typedef struct {
    month_call *m;
    const struct award_row *award;
    month_deciding d;
    month_undecided *undecided;
    int32_t on_day, from_month;
    int64_t benefit, others[2], death; /* words */
    size_t balance, decided;           /* index of the fact; of the answers that are lines: by keys */
    const ledger_fund *fund;
    decision_terms terms;
    size_t answer_of[DECISION_KEYS_MAX];
    /* of the bucket at hand */
    passed_over *passed;
    size_t passed_count, passed_capacity, passed_at;
    ledger_register balances;
    decision_row *rows;
    size_t row_count, row_capacity;
    arena *bucket_memory;
    /* in all */
    int64_t awarded, monthly_fen, drawing, dead, refused, undecided_count;
    text_builder *list;
} determining;

/* ---- who needs no award: who draws one, and who has died ---- */

static bool draws(const determining *d, const registry_roster_row *who)
{
    for (size_t i = 0; i < who->benefit_count; i++) {
        int64_t benefit = who->benefits[i].benefit;
        if (benefit == d->benefit || (benefit && (benefit == d->others[0] || benefit == d->others[1]))) return true;
    }
    return false;
}

static bool is_dead(const determining *d, const registry_roster_row *who)
{
    for (size_t i = 0; i < who->attribute_count; i++)
        if (d->death && who->attributes[i].name == d->death && who->attributes[i].value <= d->on_day) return true;
    return false;
}

static err pass_over(determining *d, registry_roster *rows)
{
    for (;;) {
        const registry_roster_row *who;
        TRY(registry_roster_next(rows, &who));
        if (!who) return ERR_NONE;
        passed_over one = { who->subject_id, is_dead(d, who) };
        if (!one.is_dead && !draws(d, who)) continue;
        d->dead += one.is_dead;
        d->drawing += !one.is_dead;
        ARENA_PUSH(d->bucket_memory, d->passed, d->passed_count, d->passed_capacity, one);
    }
}

static err find_passed(determining *d, uint32_t bucket)
{
    registry *people;
    registry_roster *rows;
    registry_roster_options wants = { .day = d->on_day, .month = d->from_month, .known_ms = REGISTRY_NOW,
                                      .wants = 1u << REGISTRY_BENEFIT | 1u << REGISTRY_ATTRIBUTE,
                                      .attributes = &d->death, .attribute_count = 1 };
    d->passed = NULL;
    d->passed_count = d->passed_capacity = d->passed_at = 0;
    TRY(county_people(d->m->office, &people));
    TRY(registry_roster_open(d->bucket_memory, people, bucket, &wants, &rows));
    err e = pass_over(d, rows);
    registry_roster_close(rows);
    return e;
}

/* Lanes and those passed over both come in the order of persons. */
static bool is_passed(determining *d, int64_t person_id)
{
    while (d->passed_at < d->passed_count && d->passed[d->passed_at].person_id < person_id) d->passed_at++;
    return d->passed_at < d->passed_count && d->passed[d->passed_at].person_id == person_id;
}

/* ---- the balance of the individual account is the ledger's to say ---- */

static err fill_balance(void *context, uint32_t bucket, roster_block *block)
{
    (void)bucket;
    determining *d = context;
    if (d->balance == SIZE_MAX) return ERR_NONE;
    column *fact = (column *)&block->people.facts[d->balance]; /* made by the roster for this block */
    for (size_t lane = 0, at = 0; lane < block->people.count; lane++) {
        int64_t person_id = block->subject_id[lane];
        while (at < d->balances.count && d->balances.person_id[at] < person_id) at++;
        bool has = at < d->balances.count && d->balances.person_id[at] == person_id;
        fact->value[lane] = has ? d->balances.balance_fen[at] : 0;
        fact->reason[lane] = 0; /* who has no account has nothing in it */
    }
    return ERR_NONE;
}

/* ---- a lane ---- */

static err keep_award(determining *d, const roster_block *block, size_t lane)
{
    decision_row row = { .person_id = block->subject_id[lane] };
    int64_t sum = 0;
    for (size_t k = 0; k < d->terms.key_count; k++) {
        row.fen[k] = d->d.results->answers[d->answer_of[k]].value[lane];
        sum += row.fen[k];
    }
    if (sum <= 0) {
        d->refused++;
        return ERR_NONE;
    }
    row.record = text_copy(d->bucket_memory, decide_record(d->d.block_memory, d->d.with, &block->people, lane));
    ARENA_PUSH(d->bucket_memory, d->rows, d->row_count, d->row_capacity, row);
    return ERR_NONE;
}

static err take_block(void *context, uint32_t bucket, const roster_block *block)
{
    (void)bucket;
    determining *d = context;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        const decide_results *results = d->d.results;
        if (is_passed(d, block->subject_id[lane])) continue;
        switch (results->status[lane]) {
        case DECIDE_DONE: TRY(keep_award(d, block, lane)); break;
        case DECIDE_REFUSED: d->refused++; break;
        default:
            d->undecided_count++;
            month_undecided_add(d->undecided, text_of(d->award->purpose), block->subject_id[lane], 0,
                                results->reason[lane] ? decide_reason(d->d.block_memory, d->d.plan, results->reason[lane],
                                                                      d->m->call->is_chinese)
                                                      : text_of(service_say(d->m->call, "the lines do not come to the total",
                                                                            "各项与合计不符")));
        }
    }
    return ERR_NONE;
}

/* ---- decisions and benefits of a bucket ---- */

static err pay_from_next_month(determining *d, const decision_row *row, int64_t decision_id)
{
    month_call *m = d->m;
    registry *people;
    registry_benefit benefit = { .fact = { .subject_id = row->person_id, .from = d->from_month, .until = REGISTRY_OPEN },
                                 .benefit = d->benefit, .state = REGISTRY_PAYING, .region = m->region_code,
                                 .decision_id = decision_id };
    for (size_t k = 0; k < d->terms.key_count; k++) benefit.amount_fen += row->fen[k];
    registry_act act = { .known_ms = m->office->now_ms, .actor_id = m->office->actor_id,
                         .why = service_text_of(m->call, "why", TEXT("month.determine")) };
    TRY(county_people(m->office, &people));
    TRY(registry_say(people, &act, "benefit_granted", REGISTRY_BENEFIT, &benefit, 1, NULL));
    d->awarded++;
    d->monthly_fen += benefit.amount_fen;
    if (!d->list) return ERR_NONE;
    codec_csv_writer w = codec_csv_write(d->list, ',');
    codec_csv_add_text(&w, text_of(d->award->purpose));
    codec_csv_add_text(&w, text_format(d->bucket_memory, "%lld", (long long)row->person_id));
    codec_csv_add_text(&w, text_format(d->bucket_memory, "%lld", (long long)decision_id));
    codec_csv_add_text(&w, service_yuan(d->bucket_memory, benefit.amount_fen));
    codec_csv_add_text(&w, service_month_text(d->bucket_memory, d->from_month));
    codec_csv_end_row(&w);
    return ERR_NONE;
}

static err decide_rows(determining *d, uint32_t bucket)
{
    month_call *m = d->m;
    decision_book *book;
    if (!d->row_count) return ERR_NONE;
    TRY(county_decisions(m->office, &book));
    int64_t *ids = ARENA_ARRAY(d->bucket_memory, int64_t, d->row_count);
    text key = month_key(m, "determine", text_of(d->award->purpose));
    decision_act act = { .actor_id = m->office->actor_id, .known_ms = m->office->now_ms,
                         .why = service_text_of(m->call, "why", TEXT("month.determine")),
                         .key = text_format(d->bucket_memory, "%.*s/%lld", TEXT_ARG(key), (long long)d->rows[0].person_id) };
    TRY(decision_make(book, &act, bucket, &d->terms, d->rows, d->row_count, ids));
    for (size_t i = 0; i < d->row_count; i++) TRY(pay_from_next_month(d, &d->rows[i], ids[i]));
    return ERR_NONE;
}

static err determine_bucket(determining *d, uint32_t bucket)
{
    ledger *books;
    month_hands hands = { .fill = fill_balance, .take = take_block, .context = d };
    d->rows = NULL;
    d->row_count = d->row_capacity = 0;
    TRY(find_passed(d, bucket));
    TRY(county_books(d->m->office, &books));
    TRY(ledger_register_read(d->bucket_memory, books, bucket, d->fund->number, &d->balances));
    TRY(month_decide_bucket(d->m, &d->d, bucket, &hands));
    return decide_rows(d, bucket);
}

/* ---- a purpose ---- */

static err find_words(determining *d)
{
    registry *people;
    TRY(county_people(d->m->office, &people));
    TRY(county_word(d->m->office, d->award->benefit, &d->benefit));
    for (size_t i = 0; i < 2 && d->award->others[i]; i++)
        TRY(registry_word_find(people, text_of(d->award->others[i]), &d->others[i]));
    return registry_word_find(people, TEXT("person.death_day"), &d->death);
}

static err find_keys(determining *d)
{
    size_t count;
    const decide_answer *answers = decide_answers(d->d.plan, &count);
    const char **keys = ARENA_ARRAY(d->m->memory, const char *, DECISION_KEYS_MAX);
    d->terms = (decision_terms){ .purpose = text_of(d->award->purpose), .law = decide_pack_digest(d->d.law),
                                 .on_day = d->on_day, .for_month = d->from_month, .keys = keys };
    for (size_t i = 0; i < count; i++) {
        if (answers[i].kind != DECIDE_LINE) continue;
        if (d->terms.key_count == DECISION_KEYS_MAX) return err_of(&DECISION_BAD_BATCH, answers[i].key);
        d->answer_of[d->terms.key_count] = i;
        keys[d->terms.key_count++] = answers[i].key;
    }
    d->balance = decide_fact_index(d->d.plan, d->award->balance);
    d->fund = ledger_fund_find(d->m->office->chart, text_of(d->award->fund));
    return d->fund ? ERR_NONE : err_of(&LEDGER_UNKNOWN_FUND, d->award->fund);
}

static err keep_law(determining *d)
{
    month_call *m = d->m;
    charter_act act = { .actor_id = m->office->actor_id, .known_ms = m->office->now_ms, .why = TEXT("month.determine") };
    return charter_keep_law(m->charter, &act, decide_pack_digest(d->d.law), decide_law_bytes(d->d.law));
}

static err determine_all(determining *d)
{
    err e = ERR_NONE;
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) {
        d->bucket_memory = arena_open();
        e = determine_bucket(d, bucket);
        if (e.detail) e.detail = text_cstr(d->m->call->request, text_of(e.detail));
        arena_close(d->bucket_memory);
    }
    return e;
}

static void put_purpose(const determining *d, service_value *list)
{
    arena *a = d->m->call->request;
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "purpose", d->award->purpose);
    service_put_count(a, v, "awarded", d->awarded);
    service_put_text(a, v, "monthly", service_yuan(a, d->monthly_fen));
    service_put_count(a, v, "drawing", d->drawing);
    service_put_count(a, v, "dead", d->dead);
    service_put_count(a, v, "refused", d->refused);
    service_put_count(a, v, "undecided", d->undecided_count);
}

static err determine(month_call *m, const struct award_row *award, month_undecided *undecided, text_builder *list,
                     service_value *into)
{
    ledger *books;
    determining d = { .m = m, .award = award, .undecided = undecided, .list = list, .from_month = m->month + 1,
                      .on_day = calendar_last_day_of_month(m->month) };
    TRY(county_books(m->office, &books));
    TRY(find_words(&d));
    TRY(month_deciding_open(m, text_of(award->purpose), d.on_day, &d.d));
    err e = find_keys(&d);
    if (!e.kind) e = keep_law(&d);
    if (!e.kind) e = determine_all(&d);
    month_deciding_close(&d.d);
    TRY(e);
    put_purpose(&d, into);
    return ERR_NONE;
}

/* ---- the operation ---- */

static err determine_asked(month_call *m, month_undecided *undecided, text_builder *list, service_value *into)
{
    text said = service_text_of(m->call, "purpose", TEXT_NONE);
    bool is_met = !said.size_bytes;
    for (size_t i = 0; i < ARRAY_COUNT(AWARDS); i++) {
        bool is_asked = !said.size_bytes || text_equal_cstr(said, AWARDS[i].purpose);
        if (is_asked) TRY(determine(m, &AWARDS[i], undecided, list, into));
        is_met |= is_asked;
    }
    return is_met ? ERR_NONE : err_of(&MONTH_UNKNOWN_AWARD, text_cstr(m->call->request, said));
}

static text_builder list_of_awards(month_call *m)
{
    static const char *const HEAD[] = { "purpose", "person", "decision", "monthly", "from" };
    text_builder list = text_builder_open(m->memory);
    codec_csv_writer w = codec_csv_write(&list, ',');
    for (size_t i = 0; i < ARRAY_COUNT(HEAD); i++) codec_csv_add_text(&w, text_of(HEAD[i]));
    codec_csv_end_row(&w);
    return list;
}

static err month_determine_run(service_call *call)
{
    month_call m;
    arena *a = call->request;
    int64_t begun_ns = os_monotonic_ns();
    TRY(month_begin(call, COUNTY_WRITE, &m));
    TRY(month_need_open(&m));
    bool is_listed = service_is_given(call, "awards");
    month_undecided *undecided = month_undecided_open(&m);
    text_builder list = list_of_awards(&m);
    service_put_text(a, call->reply, "month", service_month_text(a, m.month));
    service_put_text(a, call->reply, "paid_from", service_month_text(a, m.month + 1));
    TRY(determine_asked(&m, undecided, is_listed ? &list : NULL, service_put_list(a, call->reply, "purposes")));
    TRY(month_undecided_close(undecided, call->reply));
    if (is_listed) TRY(service_write_file(a, service_text_of(call, "awards", TEXT_NONE), text_built(&list)));
    TRY(store_commit(m.office->db));
    return month_put_law(&m, begun_ns);
}

static void month_determine_print(const service_call *call, text_builder *out)
{
    text_add_format(out, service_say(call, "month: %.*s  paid from: %.*s  seconds: %.*s\n",
                                     "月份：%.*s  起发月份：%.*s  用时（秒）：%.*s\n"),
                    TEXT_ARG(service_member(call->reply, "month")->word),
                    TEXT_ARG(service_member(call->reply, "paid_from")->word),
                    TEXT_ARG(service_member(call->reply, "seconds")->word));
    month_print_list(call, "purposes", DETERMINE_PURPOSE, ARRAY_COUNT(DETERMINE_PURPOSE), 1, out);
    month_print_law(call, out);
}

static const char *const DETERMINE_EXAMPLES[] = {
    "doudi month determine --month 2026-11 --awards awards.csv --undecided undecided.csv --as zhangwei", NULL };

const service_op MONTH_DETERMINE_OP = {
    .name = "month.determine",
    .summary = "Award pensions to whoever has come to one this month",
    .summary_zh = "核定本月达到领取条件人员的养老待遇，自下月起发",
    .law = "《社会保险法》第十六条、第二十一条",
    .kind = SERVICE_WRITE,
    .permission = "month.determine",
    .input = DETERMINE_INPUT,
    .input_count = ARRAY_COUNT(DETERMINE_INPUT),
    .output = DETERMINE_OUTPUT,
    .output_count = ARRAY_COUNT(DETERMINE_OUTPUT),
    .examples = DETERMINE_EXAMPLES,
    .run = month_determine_run,
    .print = month_determine_print,
};
