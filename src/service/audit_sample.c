/* doudi audit sample: which employers are audited, by a score of the packs and by lot. The seed of the lots is made from the first seal of
 * the log in that month: its signature, which nobody could know before, and which stands in the file a third party keeps. */
#include <stdlib.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "crypto/crypto.h"
#include "service/document.h"
#include "service/grant.h"
#include "service/ledger.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/seal.h"
#include "service/watch_known.h"

const err_kind AUDIT_SAMPLE_NO_SEAL = {
    "audit_sample.no_seal", ERR_CONFLICT, "The lots of {} are drawn by the first seal of the log that was made in that month, and there is none: the log is sealed while the month lasts, as closing the month before does.",
    "{} 的抽签以该月内第一次日志签封为种子，该月没有签封：须在当月签封日志，或在当月办理上月结账。"
};
const err_kind AUDIT_SAMPLE_AHEAD = {
    "audit_sample.ahead", ERR_BAD_INPUT, "{} has not come yet: a month is drawn once it has begun, by what is known then.", "{} 尚未到来：到了当月才能抽取，以届时的事实为准。"
};
const err_kind AUDIT_SAMPLE_LATE = {
    "audit_sample.late", ERR_BAD_INPUT, "{} was not drawn in time: a month is drawn until the next one has a seal of its own, or whoever draws could choose among months whose lots are known.",
    "{} 已过抽取期：下一个月有了签封就不能再抽，否则可在已知签号的月份之间挑选。"
};
const err_kind AUDIT_SAMPLE_NO_TRY = {
    "audit_sample.no_try", ERR_CONFLICT, "A draw is not rehearsed ({}): whoever tried it on days of other facts could choose whom to audit.", "抽签不能试办（{}）：换日子先试等于挑选稽核对象。"
};

static const service_field INPUT[] = {
    MONTH_FIELD,
    DOCUMENT_OUT_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field ROW[] = {
    { .name = "order", .type = SERVICE_COUNT, .summary = "order", .summary_zh = "序号" },
    { .name = "employer", .type = SERVICE_COUNT, .summary = "employer", .summary_zh = "单位编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "way", .type = SERVICE_STATE, .summary = "drawn by", .summary_zh = "抽取方式" },
    { .name = "score", .type = SERVICE_COUNT, .summary = "score", .summary_zh = "风险分" },
    { .name = "points", .type = SERVICE_TEXT, .summary = "made of", .summary_zh = "得分明细" },
    { .name = "unknown", .type = SERVICE_COUNT, .summary = "not to be told", .summary_zh = "查不清项数" },
    { .name = "lot", .type = SERVICE_TEXT, .summary = "lot", .summary_zh = "签号" },
    { .name = "facts", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "依据的事实" },
};
static const service_field OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "seed", .type = SERVICE_TEXT, .summary = "seed", .summary_zh = "种子" },
    { .name = "seal", .type = SERVICE_VALUE, .summary = "made from the seal (event)", .summary_zh = "取自签封（事件号）" },
    { .name = "sealed", .type = SERVICE_VALUE, .summary = "sealed at", .summary_zh = "签封时间" },
    { .name = "signature", .type = SERVICE_VALUE, .summary = "signature of the seal", .summary_zh = "签封的签名" },
    { .name = "before", .type = SERVICE_VALUE, .summary = "month drawn before it, of the last twelve", .summary_zh = "前一次抽取的月份（十二个月内）" },
    { .name = "count", .type = SERVICE_COUNT, .summary = "to be drawn, by the region", .summary_zh = "应抽户数（地方规定）" },
    { .name = "employers", .type = SERVICE_COUNT, .summary = "employers scored", .summary_zh = "参与打分单位" },
    { .name = "scored", .type = SERVICE_COUNT, .summary = "of them with points", .summary_zh = "其中有得分" },
    { .name = "most", .type = SERVICE_COUNT, .summary = "highest score there is", .summary_zh = "满分" },
    { .name = "by_score", .type = SERVICE_COUNT, .summary = "drawn by score", .summary_zh = "按分抽取" },
    { .name = "by_lot", .type = SERVICE_COUNT, .summary = "drawn by lot", .summary_zh = "按签抽取" },
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "drawn now, not before", .summary_zh = "本次抽取" },
    { .name = "facts_changed", .type = SERVICE_FLAG, .summary = "by the facts of today it would be another one", .summary_zh = "按今天的事实结果会不同" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "sample", .type = SERVICE_OBJECT, .is_list = true, .summary = "sample", .summary_zh = "稽核对象", .fields = ROW, .field_count = ARRAY_COUNT(ROW) },
    DOCUMENT_OUTPUT,
};

enum { SAMPLE_MAX = 500, BEFORE_MONTHS = 12, DAY_1970 = 25567, WIDTH = ARRAY_COUNT(ROW) };
#define MS_A_DAY INT64_C(86400000)
#define BEIJING_MS INT64_C(28800000)
#define WHOLE INT64_C(100000000) /* a rate has eight decimals */

typedef struct {
    int64_t employer_id, score, unknown;
    uint64_t lot;
    bool is_by_lot;
    text points, facts;
} candidate;

typedef struct {
    service_call *call;
    month_call m;
    month_deciding d;
    watch_known *known;
    crypto_hasher *hasher;
    text seed, was; /* what was kept of this month's draw; empty: it is drawn now */
    size_t wanted, by_lot;
    size_t score, most, unknown, lot, number; /* answers */
    int64_t lot_rate, most_points;
    candidate *all;
    size_t count, capacity, picked; /* the first `picked` are the sample */
} drawing;

/* ---- scored ---- */

static uint64_t lot_of(const drawing *d, int64_t employer_id)
{
    arena *a = d->m.memory;
    uint64_t lot = 0;
    text said = text_format(a, "%.*s|%.*s|%lld", TEXT_ARG(d->seed), TEXT_ARG(service_month_text(a, d->m.month)), (long long)employer_id);
    crypto_digest digest = crypto_hash(d->hasher, said.bytes, said.size_bytes);
    for (size_t i = 0; i < sizeof lot; i++) lot = lot << 8 | digest.bytes[i];
    return lot;
}

/* "insures fewer than it employs 30, in arrears 20"; a part that cannot be told stands as ?. */
static text points_of(const drawing *d, size_t lane)
{
    size_t count;
    arena *a = d->m.memory;
    const decide_answer *answers = decide_answers(d->d.plan, &count);
    text_builder out = text_builder_open(a);
    bool is_first = true;
    for (size_t i = 0; i < count; i++) {
        const policy_symbol *symbol;
        const column *at = &d->d.results->answers[i];
        uint32_t reason = column_reason(at, lane);
        if (!text_begins(text_of(answers[i].key), TEXT("part.")) || (!reason && !at->value[lane])) continue;
        if (policy_find(decide_law_book(d->d.law), text_of(answers[i].variable), &symbol).kind) continue;
        const char *title = d->call->is_chinese || !symbol->label ? symbol->name : symbol->label;
        text_add_format(&out, "%s%s ", is_first ? "" : service_say(d->call, ", ", "、"), title);
        if (reason) text_add_format(&out, "?");
        else text_add_format(&out, "%lld", (long long)at->value[lane]);
        is_first = false;
    }
    return text_built(&out);
}

static err fill(void *context, uint32_t bucket, roster_block *block)
{
    drawing *d = context;
    (void)bucket;
    watch_known_fill(d->known, d->d.plan, &block->people, block->subject_id);
    return ERR_NONE;
}

static err take(void *context, uint32_t bucket, const roster_block *block)
{
    drawing *d = context;
    const column *answers = d->d.results->answers;
    (void)bucket;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        int64_t id = block->subject_id[lane];
        size_t wanted[] = { d->score, d->most, d->unknown, d->lot, d->number };
        for (size_t i = 0; i < ARRAY_COUNT(wanted); i++) {
            uint32_t reason = column_reason(&answers[wanted[i]], lane);
            if (reason) return err_of(&POLICY_NOT_COMPUTABLE, decide_reason_said(d->call->request, d->d.plan, reason));
        }
        candidate one = { .employer_id = id, .score = answers[d->score].value[lane], .unknown = answers[d->unknown].value[lane], .lot = lot_of(d, id),
                          .points = points_of(d, lane), .facts = grant_facts_of(d->m.memory, decide_record(d->m.memory, d->d.with, &block->people, lane)) };
        d->most_points = answers[d->most].value[lane];
        d->lot_rate = answers[d->lot].value[lane];
        if (!d->was.size_bytes) d->wanted = (size_t)answers[d->number].value[lane];
        ARENA_PUSH(d->m.memory, d->all, d->count, d->capacity, one);
    }
    return ERR_NONE;
}

static err find_answer(const drawing *d, const char *key, size_t *at)
{
    *at = decide_answer_index(d->d.plan, key);
    return *at == SIZE_MAX ? err_of(&DECIDE_BAD_TABLE, text_format(d->call->request, "office-watch.csv: audit.score %s", key).bytes) : ERR_NONE;
}

static err score_all(drawing *d)
{
    month_hands hands = { .fill = fill, .take = take, .context = d };
    TRY(find_answer(d, "score", &d->score));
    TRY(find_answer(d, "most", &d->most));
    TRY(find_answer(d, "unknown", &d->unknown));
    TRY(find_answer(d, "lot", &d->lot));
    TRY(find_answer(d, "count", &d->number));
    TRY(crypto_hasher_open(d->m.memory, CRYPTO_SM3, &d->hasher));
    TRY(watch_known_gather(d->known, d->d.plan));
    err e = ERR_NONE;
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) e = month_decide_bucket(&d->m, &d->d, bucket, &hands);
    crypto_hasher_close(d->hasher);
    return e;
}

/* ---- drawn ---- */

static int by_lot(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    if (x->lot != y->lot) return x->lot < y->lot ? -1 : 1;
    return (x->employer_id > y->employer_id) - (x->employer_id < y->employer_id);
}

static int by_score(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    return x->score != y->score ? (x->score > y->score ? -1 : 1) : by_lot(a, b);
}

/* The share for the lot is rounded up: with any share at all one is drawn by lot. Who has no points is drawn by lot alone. */
static void draw(drawing *d)
{
    size_t lots = (size_t)(((int64_t)d->wanted * d->lot_rate + WHOLE - 1) / WHOLE), scored = 0;
    if (d->count) qsort(d->all, d->count, sizeof *d->all, by_score);
    while (scored < d->count && scored < d->wanted - lots && d->all[scored].score > 0) scored++;
    if (d->count > scored) qsort(d->all + scored, d->count - scored, sizeof *d->all, by_lot);
    d->picked = d->count < d->wanted ? d->count : d->wanted;
    d->by_lot = d->picked - scored;
    for (size_t i = scored; i < d->picked; i++) d->all[i].is_by_lot = true;
}

/* ---- by which seed, and how many; a month is drawn once ---- */

/* SM3 of "audit.sample|2026-11|" and the signature in hex. */
static err seed_of(drawing *d, const char *signature, text *seed)
{
    crypto_hasher *hasher;
    arena *a = d->call->request;
    char *hex = arena_alloc(a, CRYPTO_DIGEST_HEX_BYTES);
    text said = text_format(a, "audit.sample|%.*s|%s", TEXT_ARG(service_month_text(a, d->m.month)), signature);
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    crypto_print_digest(crypto_hash(hasher, said.bytes, said.size_bytes), hex);
    crypto_hasher_close(hasher);
    *seed = text_of(hex);
    return ERR_NONE;
}

static void put_seal(drawing *d, const seal *from, int64_t sequence, const char *signature)
{
    arena *a = d->call->request;
    service_value *reply = d->call->reply;
    service_put_text(a, reply, "seed", text_copy(a, d->seed));
    if (!sequence) {
        service_put_null(a, reply, "seal");
        service_put_null(a, reply, "sealed");
        service_put_null(a, reply, "signature");
        return;
    }
    service_put_text(a, reply, "seal", text_format(a, "%d/%lld", EVENTLOG_OFFICE, (long long)sequence));
    service_put_text(a, reply, "sealed", record_instant_text(a, from->known_ms));
    service_put_cstr(a, reply, "signature", signature);
}

static int64_t begins_ms(int32_t month)
{
    return (calendar_first_day_of_month(month) - DAY_1970) * MS_A_DAY - BEIJING_MS;
}

/* By the clock that seals are made by. */
static int32_t this_month(const drawing *d)
{
    return calendar_month_of_day((int32_t)((d->m.office->now_ms + BEIJING_MS) / MS_A_DAY) + DAY_1970);
}

static text kept_name(const drawing *d, int32_t month)
{
    return text_format(d->m.memory, "audit.sample.%d.%d", (int)calendar_year_of_month(month), (int)calendar_month_of_year(month));
}

/* Of two months whose seals are known somebody could choose the one whose lots they like: it is the last that has one. */
static err need_in_time(const drawing *d)
{
    seal next;
    int64_t sequence = 0;
    int32_t month = d->m.month, now = this_month(d);
    if (d->was.size_bytes || month == now) return ERR_NONE;
    if (month + 1 == now) TRY(seal_first_within(d->m.office, begins_ms(now), begins_ms(now + 1), &next, &sequence));
    return month + 1 < now || sequence ? err_of(&AUDIT_SAMPLE_LATE, service_month_text(d->call->request, month).bytes) : ERR_NONE;
}

/* Whoever lets a month go by whose lots are known has chosen too: it can be seen that it was not drawn. */
static err put_before(const drawing *d)
{
    for (int32_t month = d->m.month - 1; month >= d->m.month - BEFORE_MONTHS; month--) {
        text was;
        TRY(charter_read(d->m.memory, d->m.charter, kept_name(d, month), CHARTER_NOW, &was));
        if (!was.size_bytes) continue;
        service_put_text(d->call->request, d->call->reply, "before", service_month_text(d->call->request, month));
        return ERR_NONE;
    }
    service_put_null(d->call->request, d->call->reply, "before");
    return ERR_NONE;
}

/* "seed|wanted|...": what was drawn keeps both, whatever the region says now. */
static void take_head(drawing *d)
{
    int64_t wanted = 0;
    size_t at = text_find(d->was, TEXT("|"));
    d->seed = text_sub(d->was, 0, at == SIZE_MAX ? 0 : at);
    text rest = text_sub(d->was, d->seed.size_bytes + 1, d->was.size_bytes);
    at = text_find(rest, TEXT("|"));
    if (codec_parse_scaled(text_sub(rest, 0, at == SIZE_MAX ? 0 : at), 0, &wanted) && wanted > 0 && wanted <= SAMPLE_MAX) d->wanted = (size_t)wanted;
}

/* What was drawn keeps its seed; an earlier program's was one that people had agreed upon, and no seal tells of it. */
static err find_seed(drawing *d)
{
    seal from;
    int64_t sequence;
    text made = TEXT("");
    arena *a = d->call->request;
    char *signature = arena_alloc(a, 2 * sizeof from.signature.bytes + 1);
    TRY(charter_read(a, d->m.charter, kept_name(d, d->m.month), CHARTER_NOW, &d->was));
    TRY(need_in_time(d));
    TRY(seal_first_within(d->m.office, begins_ms(d->m.month), begins_ms(d->m.month + 1), &from, &sequence));
    if (sequence) {
        crypto_print_hex(from.signature.bytes, sizeof from.signature.bytes, signature);
        TRY(seed_of(d, signature, &made));
    }
    if (d->was.size_bytes) take_head(d);
    else if (sequence) d->seed = made;
    else return err_of(&AUDIT_SAMPLE_NO_SEAL, text_cstr(a, service_month_text(a, d->m.month)));
    put_seal(d, &from, text_equal(d->seed, made) ? sequence : 0, signature);
    return ERR_NONE;
}

/* ---- and whom ---- */

/* "seed|wanted|+34,-15": + by score, - by lot. */
static text kept_text(const drawing *d)
{
    text_builder out = text_builder_open(d->m.memory);
    text_add_format(&out, "%.*s|%zu|", TEXT_ARG(d->seed), d->wanted);
    for (size_t i = 0; i < d->picked; i++) text_add_format(&out, "%s%c%lld", i ? "," : "", d->all[i].is_by_lot ? '-' : '+', (long long)d->all[i].employer_id);
    return text_built(&out);
}

/* What was drawn is shown as it was, with the facts of today. */
static err take_kept(drawing *d, text ids)
{
    arena *a = d->m.memory;
    candidate *kept = ARENA_ARRAY(a, candidate, SAMPLE_MAX + 1);
    size_t count = 0;
    d->by_lot = 0;
    while (ids.size_bytes && count < SAMPLE_MAX) {
        size_t at = text_find(ids, TEXT(","));
        text one = at == SIZE_MAX ? ids : text_sub(ids, 0, at);
        int64_t id = 0;
        ids = at == SIZE_MAX ? TEXT_NONE : text_sub(ids, at + 1, ids.size_bytes);
        if (!codec_parse_scaled(text_sub(one, 1, one.size_bytes), 0, &id)) continue;
        kept[count] = (candidate){ .employer_id = id, .points = TEXT("-"), .facts = TEXT("-") };
        for (size_t i = 0; i < d->count; i++)
            if (d->all[i].employer_id == id) kept[count] = d->all[i];
        kept[count].is_by_lot = one.bytes[0] == '-';
        d->by_lot += kept[count++].is_by_lot;
    }
    d->all = kept;
    d->picked = count;
    return ERR_NONE;
}

static err keep_or_show(drawing *d, bool *is_new, bool *is_changed)
{
    text name = kept_name(d, d->m.month), now = kept_text(d), head = text_format(d->m.memory, "%.*s|%zu|", TEXT_ARG(d->seed), d->wanted);
    *is_new = !d->was.size_bytes;
    *is_changed = !*is_new && !text_equal(d->was, now);
    if (*is_new) return month_say(&d->m, name.bytes, now);
    return *is_changed ? take_kept(d, text_sub(d->was, head.size_bytes, d->was.size_bytes)) : ERR_NONE;
}

/* ---- told ---- */

static err put_sample(drawing *d)
{
    arena *a = d->call->request;
    service_value *list = service_put_list(a, d->call->reply, "sample");
    for (size_t i = 0; i < d->picked; i++) {
        const candidate *one = &d->all[i];
        text name;
        TRY(grant_employer_name(d->m.office, one->employer_id, &name));
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "order", (int64_t)i + 1);
        service_put_count(a, v, "employer", one->employer_id);
        service_put_text(a, v, "name", name);
        if (one->is_by_lot) service_put_state(d->call, v, "way", "by_lot", "lot", "按签");
        else service_put_state(d->call, v, "way", "by_score", "score", "按分");
        service_put_count(a, v, "score", one->score);
        service_put_text(a, v, "points", one->points.size_bytes ? text_copy(a, one->points) : TEXT("-"));
        service_put_count(a, v, "unknown", one->unknown);
        service_put_text(a, v, "lot", text_format(a, "%016llx", (unsigned long long)one->lot));
        service_put_text(a, v, "facts", text_copy(a, one->facts));
    }
    return ERR_NONE;
}

static text seal_said(const service_call *call)
{
    text at = service_member(call->reply, "sealed")->word, event = service_member(call->reply, "seal")->word;
    return at.size_bytes ? text_format(call->request, "%.*s (%.*s)", TEXT_ARG(event), TEXT_ARG(at)) : TEXT("-");
}

static err write_sheet(drawing *d)
{
    document doc;
    service_call *call = d->call;
    arena *a = call->request;
    bool is_number[WIDTH] = { true, true, [4] = true, [6] = true };
    const service_value *list = service_member(call->reply, "sample");
    paper_node *body = document_begin(call, &doc, text_of(service_say(call, "Sample of employers to be audited", "稽核对象抽取表")));
    text *cells = ARENA_ARRAY(a, text, (list->child_count + 1) * WIDTH), *at = cells;
    for (size_t c = 0; c < WIDTH; c++) *at++ = text_of(service_say(call, ROW[c].summary, ROW[c].summary_zh));
    for (const service_value *v = list->first; v; v = v->next)
        for (size_t c = 0; c < WIDTH; c++) {
            const service_value *cell = service_member(v, ROW[c].name);
            *at++ = ROW[c].type == SERVICE_COUNT ? text_format(a, "%lld", (long long)cell->count) : cell->word;
        }
    TRY(document_office(d->m.office, &doc));
    document_say(call, body, text_format(a, service_say(call, "Seed: %.*s, from the seal %.*s. Month: %.*s. Packs and tables: %.*s.", "种子：%.*s，取自签封 %.*s。月份：%.*s。政策包和适配表：%.*s。"), TEXT_ARG(d->seed),
                                         TEXT_ARG(seal_said(call)), TEXT_ARG(service_month_text(a, d->m.month)), TEXT_ARG(decide_pack_digest(d->d.law))));
    document_table(call, body, cells, list->child_count + 1, WIDTH, is_number, NULL);
    return document_write(call, &doc);
}

static err answer(drawing *d)
{
    bool is_new, is_changed;
    int64_t scored = 0;
    arena *a = d->call->request;
    service_value *reply = d->call->reply;
    service_put_text(a, reply, "month", service_month_text(a, d->m.month));
    TRY(find_seed(d));
    TRY(put_before(d));
    TRY(score_all(d));
    for (size_t i = 0; i < d->count; i++) scored += d->all[i].score > 0;
    draw(d);
    service_put_count(a, reply, "count", (int64_t)d->wanted);
    service_put_count(a, reply, "employers", (int64_t)d->count);
    service_put_count(a, reply, "scored", scored);
    service_put_count(a, reply, "most", d->most_points);
    TRY(keep_or_show(d, &is_new, &is_changed));
    service_put_count(a, reply, "by_score", (int64_t)(d->picked - d->by_lot));
    service_put_count(a, reply, "by_lot", (int64_t)d->by_lot);
    service_put_bool(a, reply, "is_new", is_new);
    service_put_bool(a, reply, "facts_changed", is_changed);
    service_put_text(a, reply, "law", text_copy(a, decide_pack_digest(d->d.law)));
    TRY(put_sample(d));
    return service_is_given(d->call, "out") ? write_sheet(d) : ERR_NONE;
}

static err audit_sample_run(service_call *call)
{
    drawing d = { .call = call };
    if (call->is_rehearsal) return err_of(&AUDIT_SAMPLE_NO_TRY, "audit sample");
    TRY(month_begin(call, COUNTY_WRITE, &d.m));
    if (d.m.month > this_month(&d)) return err_of(&AUDIT_SAMPLE_AHEAD, service_month_text(call->request, d.m.month).bytes);
    d.known = watch_known_open(d.m.office, d.m.month);
    err e = month_deciding_open(&d.m, TEXT("audit.score"), calendar_last_day_of_month(d.m.month), &d.d);
    if (!e.kind) {
        e = answer(&d);
        if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
        month_deciding_close(&d.d);
    }
    watch_known_close(d.known);
    TRY(e);
    return store_commit(d.m.office->db);
}

static const char *const EXAMPLES[] = { "doudi audit sample --month 2026-11 --as audrey", NULL };
const service_op AUDIT_SAMPLE_OP = {
    .name = "audit.sample",
    .summary = "Draw the employers to be audited: by the risk score of the packs, and some by lot, whose seed is the signature of a seal",
    .summary_zh = "抽取稽核对象：按政策包的风险分，另按签抽取一部分，种子取自签封的签名",
    .law = "《社会保险经办条例》第三十八条",
    .kind = SERVICE_WRITE, .permission = "audit.sample",
    .is_supervision = true,
    .input = INPUT, .input_count = ARRAY_COUNT(INPUT), .output = OUTPUT, .output_count = ARRAY_COUNT(OUTPUT),
    .examples = EXAMPLES, .run = audit_sample_run, .print = NULL,
};
