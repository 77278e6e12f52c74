/* doudi month correct: an earlier month is decided again, and what is other than billed is billed or taken off. */
#include "service/month_correct.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"
#include "service/files.h"
#include "service/operations.h"

const err_kind MONTH_NOT_BEFORE = {
    "month.not_before", ERR_BAD_INPUT,
    "Only the open month and those before it are corrected; {} is not one.", "只能更正当前月份和以前的月份；{} 不是。"
};

static const service_field CORRECT_INPUT[] = {
    MONTH_FIELD,
    { .name = "of", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "the earlier month that is decided again",
      .summary_zh = "要重新核定的所属月" },
    { .name = "after-death", .type = SERVICE_FLAG,
      .summary = "take off what was billed for people for months after their death, of all months or of --of",
      .summary_zh = "退收死亡次月起仍开出的缴费（所有月份，或 --of 指定的月份）" },
    { .name = "purpose", .type = SERVICE_NAME, .shows = "PURPOSE", .summary = "only employee, flexible, resident or public",
      .summary_zh = "只更正 employee 单位职工、flexible 灵活就业、resident 城乡居民或 public 机关事业单位" },
    { .name = "person", .type = SERVICE_TEXT, .shows = "CODE|NUMBER|ID",
      .summary = "only this person; then also months that no bill was made for here: back payment",
      .summary_zh = "只办这一个人；可补缴本机构没有出过账单的月份" },
    { .name = "due", .type = SERVICE_DATE, .summary = "last day to pay (default: by packs/ledger/collecting.csv)",
      .summary_zh = "缴费截止日（默认按 packs/ledger/collecting.csv）" },
    { .name = "list", .type = SERVICE_FILE_OUT, .shows = "FILE.csv", .summary = "write each person's difference here",
      .summary_zh = "将每人的差额写入此文件" },
    DUES_DRY_FIELD, MONTH_UNDECIDED_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field CORRECT_ROW[] = {
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "bill", .summary_zh = "账单" },
    { .name = "of", .type = SERVICE_TEXT, .summary = "of month", .summary_zh = "所属月" },
    { .name = "people_more", .type = SERVICE_COUNT, .summary = "people with more", .summary_zh = "补收人次" },
    { .name = "more", .type = SERVICE_TEXT, .summary = "billed besides, yuan", .summary_zh = "补收（元）" },
    { .name = "people_less", .type = SERVICE_COUNT, .summary = "people with less", .summary_zh = "退收人次" },
    { .name = "less", .type = SERVICE_TEXT, .summary = "taken off, yuan", .summary_zh = "退收（元）" },
    { .name = "freed", .type = SERVICE_TEXT, .summary = "of it paid: to the credit", .summary_zh = "其中已缴转留存（元）" },
    { .name = "undecided", .type = SERVICE_COUNT, .summary = "not decided", .summary_zh = "无法核定" },
};
static const service_field CORRECT_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "of", .type = SERVICE_TEXT, .is_optional = true, .summary = "corrected", .summary_zh = "更正所属月" },
    { .name = "differences", .type = SERVICE_OBJECT, .is_list = true, .summary = "differences", .summary_zh = "差额",
      .fields = CORRECT_ROW, .field_count = ARRAY_COUNT(CORRECT_ROW) },
    { .name = "vouchers", .type = SERVICE_COUNT, .summary = "vouchers", .summary_zh = "凭证" },
    { .name = "written", .type = SERVICE_FLAG, .summary = "written", .summary_zh = "已写入" },
    MONTH_REASONS_OUTPUT,
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "seconds", .type = SERVICE_TEXT, .summary = "seconds", .summary_zh = "用时（秒）" },
};

/* ---- what is other than billed ---- */

static err due_of(month_correct *c, const month_net_person *p, size_t source, size_t key, bool *is_told)
{
    const collection_key *k = &c->keys.keys[key];
    collection_payer payer = { c->net.payer_kind, p->payer_id };
    collection_due *dues;
    size_t count;
    *is_told = false;
    if (k->remitter == COLLECTION_BY_GOVERNMENT) payer = (collection_payer){ COLLECTION_GOVERNMENT, c->d->m.region_code ? c->d->m.region_code : 1 };
    if (k->remitter == COLLECTION_BY_PERSON) payer = (collection_payer){ COLLECTION_PERSON, p->person_id };
    TRY(collection_dues_of(c->net.memory, c->d->bills, payer, false, &dues, &count));
    for (size_t i = 0; i < count; i++)
        if (dues[i].month == c->of && dues[i].fund == k->fund && text_equal(dues[i].purpose, c->net.sources[source].purpose) &&
            dues[i].charge != COLLECTION_LATE_FEE)
            *is_told = dues[i].is_told;
    return ERR_NONE;
}

static month_correct_row *less_row(month_correct *c, const month_net_person *p, size_t source, bool is_right)
{
    for (size_t i = c->less_count; i-- > 0;) {
        month_correct_row *row = &c->less[i];
        if (row->person_id != p->person_id || row->payer_id != p->payer_id) break;
        if (row->source == source && row->is_right == is_right) return row;
    }
    month_correct_row fresh = { .person_id = p->person_id, .payer_id = p->payer_id, .source = source, .is_right = is_right };
    ARENA_PUSH(c->d->m.memory, c->less, c->less_count, c->less_capacity, fresh);
    return &c->less[c->less_count - 1];
}

/* From the last issue that has something of it. */
static err take_less(month_correct *c, month_net_person *p, size_t key, int64_t fen, int64_t base_fen, bool is_gone)
{
    for (size_t source = c->net.source_count; fen > 0 && source-- > 0;) {
        bool is_told;
        int64_t part = p->fen[source][key] < fen ? p->fen[source][key] : fen;
        if (part <= 0) continue;
        TRY(due_of(c, p, source, key, &is_told));
        month_correct_row *row = less_row(c, p, source, is_told);
        row->base_fen = base_fen;
        row->fen[key] += part;
        row->is_gone[key] = is_gone;
        p->fen[source][key] -= part;
        c->less_fen += part;
        fen -= part;
    }
    return fen ? err_of(&COLLECTION_BROKEN, "correction") : ERR_NONE;
}

static bool has_nothing(const month_correct *c, const int64_t *now, size_t key)
{
    for (size_t k = 0; k < c->keys.count; k++)
        if (c->keys.keys[k].fund == c->keys.keys[key].fund && now[k]) return false;
    return true;
}

err month_correct_compare(month_correct *c, month_net_person *p, const int64_t *now, int64_t base_fen)
{
    month_correct_row more = { .person_id = p->person_id, .payer_id = p->payer_id, .base_fen = base_fen };
    bool has_more = false;
    for (size_t k = 0; k < c->keys.count; k++) {
        int64_t was = 0;
        for (size_t s = 0; s < c->net.source_count; s++) was += p->fen[s][k];
        if (now[k] > was) {
            more.fen[k] = now[k] - was;
            c->more_fen += more.fen[k];
            has_more = true;
        } else if (now[k] < was) {
            TRY(take_less(c, p, k, was - now[k], base_fen, has_nothing(c, now, k)));
        }
    }
    if (has_more) ARENA_PUSH(c->d->m.memory, c->more, c->more_count, c->more_capacity, more);
    return ERR_NONE;
}

/* A month of which only single people were billed is no month of everybody's. */
static bool has_bill(const month_correct *c)
{
    for (size_t i = 0; i < c->net.source_count; i++)
        if (text_equal_cstr(c->net.sources[i].purpose, c->purpose->name)) return true;
    return false;
}

static bool is_billed(const month_correct *c, const month_net_person *p)
{
    for (size_t s = 0; s < c->net.source_count; s++)
        for (size_t k = 0; k < c->keys.count; k++)
            if (p->fen[s][k]) return true;
    return false;
}

/* Months that were paid before the office's bills stand in the career: of such a fund nothing is owed again, and of
 * that employer nothing at all, for its five insurances were one bill. */
static err leave_out_paid(month_correct *c, const month_net_person *p, int64_t *now)
{
    registry *people;
    registry_record record;
    size_t count;
    arena *a = c->net.memory;
    const ledger_fund *funds = ledger_funds(c->d->m.office->chart, &count);
    TRY(county_people(c->d->m.office, &people));
    TRY(registry_record_read(a, people, p->person_id, REGISTRY_NOW, &record));
    const registry_spell *spells = record.facts[REGISTRY_SPELL];
    for (size_t i = 0; i < record.count[REGISTRY_SPELL]; i++)
        if (spells[i].employer_id == p->payer_id && spells[i].fact.from <= c->of && spells[i].fact.until > c->of)
            memset(now, 0, COLLECTION_KEYS_MAX * sizeof *now);
    for (size_t k = 0; k < c->keys.count; k++)
        for (size_t f = 0; now[k] && f < count; f++) {
            int64_t scheme;
            if (funds[f].number != c->keys.keys[k].fund) continue;
            TRY(registry_word_find(people, text_of(funds[f].code), &scheme));
            for (size_t i = 0; i < record.count[REGISTRY_SPELL]; i++)
                if (scheme && spells[i].scheme == scheme && spells[i].fact.from <= c->of && spells[i].fact.until > c->of) now[k] = 0;
        }
    return ERR_NONE;
}

static bool has_any(const int64_t *now)
{
    for (size_t k = 0; k < COLLECTION_KEYS_MAX; k++)
        if (now[k]) return true;
    return false;
}

static err take_lane(month_correct *c, const roster_block *block, size_t lane)
{
    int64_t now[COLLECTION_KEYS_MAX] = { 0 }, base_fen = 0;
    const column *answers = c->deciding.results->answers;
    int64_t payer_id = month_payer_id(&c->keys, block, lane);
    month_net_person *p = month_net_add(&c->net, block->subject_id[lane], payer_id);
    if (p->is_seen) return ERR_NONE; /* lanes by scheme: one stands for all */
    p->is_seen = true;
    decide_status status = c->deciding.results->status[lane];
    if (status == DECIDE_UNDECIDED || status == DECIDE_NOT_WHOLE) {
        text why = status == DECIDE_NOT_WHOLE
            ? text_of(service_say(c->d->m.call, "the lines do not come to the total", "各行与合计不符"))
            : decide_reason(c->deciding.block_memory, c->deciding.plan, c->deciding.results->reason[lane], c->d->m.call->is_chinese);
        c->tally.undecided++;
        month_undecided_add(c->undecided, text_of(c->purpose->name), block->subject_id[lane], block->employer_id[lane], why);
        return ERR_NONE;
    }
    for (size_t k = 0; status == DECIDE_DONE && k < c->keys.count; k++) now[k] = answers[c->keys.answer_of[k]].value[lane];
    bool is_back = status == DECIDE_DONE && month_correct_is_back(c, p);
    if (status == DECIDE_DONE && (!has_bill(c) || is_back) && !is_billed(c, p)) TRY(leave_out_paid(c, p, now));
    if (status == DECIDE_DONE && c->keys.base != SIZE_MAX && column_is_valid(&answers[c->keys.base], lane))
        base_fen = answers[c->keys.base].value[lane];
    if (is_back && has_any(now)) return month_correct_back_note(c, p, now, base_fen), ERR_NONE;
    return month_correct_compare(c, p, now, base_fen);
}

static err take_block(void *context, uint32_t bucket, const roster_block *block)
{
    (void)bucket;
    for (size_t lane = 0; lane < block->people.count; lane++) TRY(take_lane(context, block, lane));
    return ERR_NONE;
}

static bool is_billed_dead(const month_correct *c, const deaths_billed *one)
{
    return one->month == c->of && text_equal_cstr(one->purpose, c->purpose->name);
}

static bool is_asked(const month_correct *c, int64_t person_id)
{
    if (!c->dead) return !c->only_id || person_id == c->only_id;
    for (size_t i = 0; i < c->dead->count; i++)
        if (c->dead->items[i].person_id == person_id && is_billed_dead(c, &c->dead->items[i])) return true;
    return false;
}

/* Who was billed and now has no lane has left before: nothing of it is owed. */
static err take_gone(month_correct *c)
{
    static const int64_t NOTHING[COLLECTION_KEYS_MAX];
    for (size_t i = 0; i < c->net.count; i++)
        if (!c->net.people[i].is_seen && is_asked(c, c->net.people[i].person_id)) TRY(month_correct_compare(c, &c->net.people[i], NOTHING, 0));
    return ERR_NONE;
}

static err find_bucket(month_correct *c, uint32_t bucket)
{
    month_hands hands = { .take = take_block, .context = c };
    arena *memory = arena_open();
    c->first = NULL;
    c->first_count = c->first_capacity = 0;
    err e = month_net_read(&c->d->m, &c->net, bucket, memory);
    if (!e.kind) e = month_decide_bucket(&c->d->m, &c->deciding, bucket, &hands);
    if (!e.kind) e = month_correct_back(c, bucket);
    if (!e.kind) e = take_gone(c);
    if (e.detail) e.detail = text_cstr(c->d->m.call->request, text_of(e.detail));
    arena_close(memory);
    return e;
}

static int compare_ids(const void *left, const void *right)
{
    int64_t one = *(const int64_t *)left, other = *(const int64_t *)right;
    return (one > other) - (one < other);
}

static err find_dead(month_correct *c)
{
    int64_t *ids = ARENA_ARRAY(c->d->m.memory, int64_t, c->dead->count + 1);
    c->deciding.has_subjects = true;
    for (size_t from = 0, until; from < c->dead->count; from = until) { /* they stand bucket by bucket */
        uint32_t bucket = eventlog_bucket_of(c->dead->items[from].person_id);
        c->deciding.subject_count = 0;
        c->deciding.subjects = ids;
        for (until = from; until < c->dead->count && eventlog_bucket_of(c->dead->items[until].person_id) == bucket; until++)
            if (is_billed_dead(c, &c->dead->items[until])) ids[c->deciding.subject_count++] = c->dead->items[until].person_id;
        qsort(ids, c->deciding.subject_count, sizeof *ids, compare_ids);
        if (c->deciding.subject_count) TRY(find_bucket(c, bucket));
    }
    return ERR_NONE;
}

static err find_all(month_correct *c)
{
    text topic = text_format(c->d->m.memory, "bill.%s", c->purpose->name);
    TRY(month_deciding_open(&c->d->m, topic, calendar_first_day_of_month(c->of), &c->deciding));
    /* What the open month lacks is no back payment: it is that month's own. */
    collection_charge charge = c->of == c->d->m.month ? COLLECTION_PREMIUM : COLLECTION_BACK_PAYMENT;
    err e = month_keys_find(&c->d->m, &c->deciding, charge, &c->keys);
    if (!e.kind) e = month_net_open(&c->d->m, text_of(c->purpose->name), c->of, &c->keys, &c->net);
    if (c->dead) return e.kind ? e : find_dead(c);
    if (!e.kind) e = month_correct_back_open(c);
    if (c->only_id) {
        c->deciding.has_subjects = true;
        c->deciding.subjects = &c->only_id;
        c->deciding.subject_count = 1;
        bool may_be = has_bill(c) || c->keys.is_of_employers || c->has_back;
        return e.kind || !may_be ? e : find_bucket(c, eventlog_bucket_of(c->only_id));
    }
    for (uint32_t bucket = 0; !e.kind && has_bill(c) && bucket < EVENTLOG_BUCKETS; bucket++) e = find_bucket(c, bucket);
    return e;
}

/* ---- the answer ---- */

static void list_rows(const month_correct *c, const month_correct_row *rows, size_t count, int sign, text_builder *out)
{
    codec_csv_writer csv = codec_csv_write(out, 0);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < c->keys.count; k++) {
            if (!rows[i].fen[k]) continue;
            codec_csv_add_text(&csv, service_month_text(c->d->m.call->request, c->of));
            codec_csv_add_text(&csv, text_format(c->d->m.call->request, "%lld", (long long)rows[i].person_id));
            codec_csv_add_text(&csv, text_format(c->d->m.call->request, "%lld", (long long)rows[i].payer_id));
            codec_csv_add_text(&csv, text_of(c->keys.keys[k].name));
            codec_csv_add_text(&csv, service_yuan(c->d->m.call->request, sign * rows[i].fen[k]));
            codec_csv_add_text(&csv, service_yuan(c->d->m.call->request, rows[i].base_fen));
            codec_csv_end_row(&csv);
        }
}

static void begin_list(const service_call *call, text_builder *out)
{
    static const char *const ZH[] = { "所属月", "人员", "缴费人", "分项", "差额", "新基数" };
    static const char *const EN[] = { "month", "person", "payer", "line", "difference", "base" };
    codec_csv_writer csv = codec_csv_write(out, 0);
    for (size_t i = 0; i < ARRAY_COUNT(ZH); i++) codec_csv_add_text(&csv, text_of(service_say(call, EN[i], ZH[i])));
    codec_csv_end_row(&csv);
}

static void put_row(const month_correct *c, service_value *list)
{
    service_call *call = c->d->m.call;
    arena *a = call->request;
    int64_t people_less = 0;
    for (size_t i = 0; i < c->less_count; i++)
        people_less += !i || c->less[i].person_id != c->less[i - 1].person_id || c->less[i].payer_id != c->less[i - 1].payer_id;
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "purpose", service_say(call, c->purpose->en, c->purpose->zh));
    service_put_text(a, v, "of", service_month_text(a, c->of));
    service_put_count(a, v, "people_more", (int64_t)c->more_count);
    service_put_text(a, v, "more", service_yuan(a, c->more_fen));
    service_put_count(a, v, "people_less", people_less);
    service_put_text(a, v, "less", service_yuan(a, c->less_fen));
    service_put_text(a, v, "freed", service_yuan(a, c->freed_fen));
    service_put_count(a, v, "undecided", c->tally.undecided);
}

typedef struct {
    dues_call *d;
    int32_t of;
    int64_t only_id; /* of --person; 0: everybody */
    const deaths_bills *dead; /* of --after-death; or NULL */
    month_undecided *undecided;
    service_value *rows;
    text_builder list;
    int64_t vouchers, undecided_count;
    bool has_any;
} correcting;

static err correct_purpose(correcting *r, const month_purpose *purpose)
{
    month_correct c = { .d = r->d, .purpose = purpose, .of = r->of, .only_id = r->only_id, .dead = r->dead,
                        .undecided = r->undecided };
    c.key = month_key(&r->d->m, "correct", text_format(r->d->m.memory, "%s/%d", purpose->name, r->of));
    err e = find_all(&c);
    if (!e.kind && c.more_count) e = month_correct_more(&c);
    if (!e.kind && c.less_count) e = month_correct_less(&c);
    if (!e.kind && c.more_fen + c.less_fen > 0) {
        r->has_any = true;
        list_rows(&c, c.more, c.more_count, 1, &r->list);
        list_rows(&c, c.less, c.less_count, -1, &r->list);
    }
    r->vouchers += c.vouchers;
    r->undecided_count += c.tally.undecided;
    if (!e.kind && (c.net.source_count || c.more_count)) put_row(&c, r->rows);
    month_correct_back_close(&c);
    month_deciding_close(&c.deciding);
    return e;
}

static bool has_dead(const correcting *r, const month_purpose *purpose)
{
    for (size_t i = 0; i < r->dead->count; i++)
        if (r->dead->items[i].month == r->of && text_equal_cstr(r->dead->items[i].purpose, purpose->name)) return true;
    return false;
}

static err correct_all(correcting *r)
{
    size_t count;
    const month_purpose *all = month_purposes(&count);
    if (service_is_given(r->d->m.call, "purpose")) {
        TRY(month_purpose_of(&r->d->m, service_text_of(r->d->m.call, "purpose", TEXT_NONE), &all));
        count = 1;
    }
    for (size_t i = 0; i < count; i++)
        if (!r->dead || has_dead(r, &all[i])) TRY(correct_purpose(r, &all[i]));
    return ERR_NONE;
}

/* Each month of which something stands in the bills of people who had died before it: also one that was billed ahead. */
static err correct_dead(correcting *r)
{
    deaths_bills found = { 0 };
    month_call *m = &r->d->m;
    int32_t only = r->of, last = INT32_MIN;
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        deaths dead;
        TRY(deaths_read(m->memory, m, bucket, calendar_last_day_of_month(m->month), &dead));
        TRY(deaths_bills_read(m->memory, m, bucket, &dead, r->only_id, &found));
    }
    r->dead = &found;
    for (;;) {
        int32_t next = INT32_MAX;
        for (size_t i = 0; i < found.count; i++)
            if (found.items[i].month > last && found.items[i].month < next) next = found.items[i].month;
        if (next == INT32_MAX) break;
        last = r->of = next;
        if (only == INT32_MIN || next == only) TRY(correct_all(r));
    }
    r->dead = NULL;
    return ERR_NONE;
}

static err month_correct_run(service_call *call)
{
    dues_call d;
    arena *a = call->request;
    month_settled settled;
    int64_t begun_ns = os_monotonic_ns(), turn;
    bool is_dry = service_is_given(call, "dry-run"), is_after_death = service_is_given(call, "after-death");
    correcting r = { .d = &d, .list = text_builder_open(a) };
    TRY(dues_begin(call, COUNTY_WRITE, &d));
    TRY(service_month_of(call, "of", INT32_MIN, &r.of));
    bool is_of_month = service_is_given(call, "of");
    if (!is_of_month && !is_after_death) return err_of(&SERVICE_MISSING_ARGUMENT, "--of");
    if (!is_after_death && r.of > d.m.month) return err_of(&MONTH_NOT_BEFORE, service_month_text(a, r.of).bytes);
    if (service_is_given(call, "person")) {
        collection_payer who;
        TRY(dues_payer_of(&d.m, d.bills, service_text_of(call, "person", TEXT_NONE), &who));
        if (who.kind != COLLECTION_PERSON) return err_of(&DUES_NO_PAYER, text_cstr(a, service_text_of(call, "person", TEXT_NONE)));
        r.only_id = who.id;
    }
    r.undecided = month_undecided_open(&d.m);
    service_put_text(a, call->reply, "month", service_month_text(a, d.m.month));
    if (is_of_month) service_put_text(a, call->reply, "of", service_month_text(a, r.of));
    r.rows = service_put_list(a, call->reply, "differences");
    begin_list(call, &r.list);
    TRY(is_after_death ? correct_dead(&r) : correct_all(&r));
    TRY(county_turn(d.m.office, &turn));
    text key = month_key(&d.m, "correct", text_format(d.m.memory, "settle/%lld", (long long)turn));
    if (r.has_any) TRY(month_settle(&d.m, key, calendar_last_day_of_month(d.m.month), NULL, &settled));
    if (is_dry) store_rollback(d.m.office->db);
    else TRY(store_commit(d.m.office->db));
    service_put_count(a, call->reply, "vouchers", r.vouchers);
    service_put_bool(a, call->reply, "written", !is_dry && r.has_any);
    TRY(month_undecided_close(r.undecided, call->reply));
    if (!r.has_any && !r.undecided_count) service_note(call, "everything is as it was billed; nothing changed", "与已出账单一致，未作改动", TEXT_NONE);
    if (service_is_given(call, "list"))
        TRY(service_write_file(a, service_text_of(call, "list", TEXT_NONE), text_built(&r.list)));
    return month_put_law(&d.m, begun_ns);
}

static void month_correct_print(const service_call *call, text_builder *out)
{
    const service_value *of = service_member(call->reply, "of");
    text_add_format(out, "%s%.*s", service_say(call, "month: ", "月份："), TEXT_ARG(service_member(call->reply, "month")->word));
    if (of) text_add_format(out, "  %s%.*s", service_say(call, "corrected: ", "更正所属月："), TEXT_ARG(of->word));
    text_add_char(out, '\n');
    month_print_list(call, "differences", CORRECT_ROW, ARRAY_COUNT(CORRECT_ROW), 2, out);
    text_add_format(out, "%s%s\n", service_say(call, "written: ", "已写入："),
                    service_member(call->reply, "written")->is_true ? service_say(call, "yes", "是") : service_say(call, "no", "否"));
    month_print_law(call, out);
}

static const char *const CORRECT_EXAMPLES[] = {
    "doudi month correct --month 2026-12 --of 2026-11 --dry-run --list differences.csv --as zhangwei",
    "doudi month correct --month 2026-12 --of 2026-08 --person 411 --dry-run --as zhangwei",
    "doudi month correct --month 2026-12 --after-death --dry-run --as zhangwei", NULL };

const service_op MONTH_CORRECT_OP = {
    .name = "month.correct",
    .summary = "Decide the month, or an earlier one, again: bill what is more, take off what is less",
    .summary_zh = "重新核定本月或以前月份：少收的补收，多收的退收，不改原账单",
    .law = "社会保险费申报缴纳管理规定",
    .kind = SERVICE_WRITE,
    .permission = "month.bill",
    .input = CORRECT_INPUT,
    .input_count = ARRAY_COUNT(CORRECT_INPUT),
    .output = CORRECT_OUTPUT,
    .output_count = ARRAY_COUNT(CORRECT_OUTPUT),
    .examples = CORRECT_EXAMPLES,
    .run = month_correct_run,
    .print = month_correct_print,
};
