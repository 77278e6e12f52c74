/* doudi payrun lines: what those who sign look at, a page at a time, and the whole list as a file. */
#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "os/os.h"
#include "service/document.h"
#include "service/operations.h"
#include "service/payrun_list.h"
#include "service/payrun_people.h"
#include "service/record_rows.h"

const err_kind PAYRUN_NO_RUN_NAMED = {
    "payrun.no_run_named", ERR_BAD_INPUT,
    "Say which run: its number{}.",
    "请指明支付批次编号{}。"
};

static const char *const CHANGE_WORDS[] = { "new", "changed", "stopped", "same", "once", NULL };
static const char *const STATE_WORDS[] = { "open", "paid", "refused", "returned", NULL };
static const char *const SORT_WORDS[] = { "line", "amount", "difference", NULL };

static const service_field LINES_INPUT[] = {
    { .name = "run", .type = SERVICE_COUNT, .shows = "RUN", .is_positional = true,
      .summary = "number of the payment run (or --month: all runs of a month)",
      .summary_zh = "支付批次编号（或用 --month 看一个月的全部批次）" },
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM",
      .summary = "all runs of this month that were not withdrawn",
      .summary_zh = "该月未撤回的全部批次" },
    { .name = "fund", .type = SERVICE_NAME, .shows = "FUND", .summary = "only runs of this fund",
      .summary_zh = "只看某一基金" },
    { .name = "change", .type = SERVICE_TEXT, .choices = CHANGE_WORDS,
      .summary = "against the last run of the kind: new, changed, stopped; once: arrears and what is paid again",
      .summary_zh = "与上次同类批次相比：new 新增、changed 变动、stopped 停发、same 不变；once 补发、重发" },
    { .name = "state", .type = SERVICE_TEXT, .choices = STATE_WORDS, .summary = "what the bank has answered",
      .summary_zh = "银行答复：open 未答复、paid 已付、refused 拒付、returned 退票" },
    { .name = "benefit", .type = SERVICE_NAME, .shows = "BENEFIT", .summary = "only this benefit",
      .summary_zh = "只看某项待遇" },
    { .name = "person", .type = SERVICE_TEXT, .shows = "NUMBER|ID|NAME", .summary = "only this person",
      .summary_zh = "只看某人：证件号码、编号或姓名" },
    { .name = "bank", .type = SERVICE_TEXT, .summary = "only accounts with this bank (part of its name)",
      .summary_zh = "只看某开户行（名称中的字）" },
    { .name = "at-least", .type = SERVICE_TEXT, .shows = "YUAN", .summary = "amounts from this on",
      .summary_zh = "金额不低于（元）" },
    { .name = "at-most", .type = SERVICE_TEXT, .shows = "YUAN", .summary = "amounts up to this",
      .summary_zh = "金额不高于（元）" },
    { .name = "sort", .type = SERVICE_TEXT, .choices = SORT_WORDS,
      .summary = "by line (default), or the largest amount or difference first",
      .summary_zh = "排序：line 序号（默认）、amount 金额从大到小、difference 增减从大到小" },
    { .name = "page", .type = SERVICE_COUNT, .summary = "which page (default 1)", .summary_zh = "第几页（默认 1）" },
    { .name = "size", .type = SERVICE_COUNT, .summary = "lines a page (default 50)", .summary_zh = "每页笔数（默认 50）" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|pdf|html", .endings = DOCUMENT_LIST_ENDINGS,
      .summary = "write all these lines of the run to a file",
      .summary_zh = "把该批次符合条件的全部明细导出为文件" },
    { .name = "check", .type = SERVICE_FILE, .shows = "FILE.csv|xlsx",
      .summary = "hold a file written so against the run as it stands now",
      .summary_zh = "核对导出的名册文件与批次现状是否一致" },
    RECORD_REVEAL_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field LINE_FIELDS[] = {
    { .name = "run", .type = SERVICE_COUNT, .summary = "run", .summary_zh = "批次" },
    { .name = "line", .type = SERVICE_VALUE, .summary = "line", .summary_zh = "序号" },
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "citizen_number", .type = SERVICE_TEXT, .summary = "citizen number", .summary_zh = "证件号码" },
    { .name = "benefit", .type = SERVICE_TEXT, .summary = "benefit", .summary_zh = "待遇" },
    { .name = "for_month", .type = SERVICE_TEXT, .summary = "for", .summary_zh = "所属月份" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount", .summary_zh = "金额" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "before", .summary_zh = "上次金额" },
    { .name = "difference", .type = SERVICE_TEXT, .summary = "difference", .summary_zh = "增减" },
    { .name = "change", .type = SERVICE_TEXT, .summary = "change", .summary_zh = "变化" },
    { .name = "bank", .type = SERVICE_TEXT, .summary = "bank", .summary_zh = "开户行" },
    { .name = "account", .type = SERVICE_TEXT, .summary = "account", .summary_zh = "账号" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "银行答复" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "reason", .summary_zh = "原因" },
    { .name = "note", .type = SERVICE_TEXT, .summary = "note", .summary_zh = "备注" },
};
static const service_field LINES_OUTPUT[] = {
    { .name = "count", .type = SERVICE_COUNT, .summary = "lines", .summary_zh = "笔数" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "sum, yuan", .summary_zh = "合计（元）" },
    { .name = "page", .type = SERVICE_COUNT, .summary = "page", .summary_zh = "页", .is_optional = true },
    { .name = "pages", .type = SERVICE_COUNT, .summary = "pages", .summary_zh = "共页", .is_optional = true },
    { .name = "file", .type = SERVICE_TEXT, .summary = "file", .summary_zh = "文件", .is_optional = true },
    { .name = "is_the_list", .type = SERVICE_FLAG, .summary = "the file is the list as it stands",
      .summary_zh = "文件与名册一致", .is_optional = true },
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest that is signed (SM3)",
      .summary_zh = "签字的名册摘要（SM3）", .is_optional = true },
    { .name = "lines", .type = SERVICE_OBJECT, .is_list = true, .fields = LINE_FIELDS,
      .field_count = ARRAY_COUNT(LINE_FIELDS),
      .summary = "lines", .summary_zh = "明细", .is_optional = true },
};

typedef struct {
    int64_t key, ordinal;
} picked;

typedef struct {
    service_call *call;
    county *office;
    payment_run *runs;
    size_t run_count;
    payrun_filter filter;
    bool is_sorted, by_difference, reveals;
    int64_t page, size;
    int64_t count, fen, ordinal;
    picked *all; /* of a sorted list */
    size_t all_count, all_capacity;
    service_value *list;
    int64_t *wanted; /* ordinals of the page, rising; of a sorted list */
    size_t wanted_count;
    service_value **slots; /* rows of the page, by place */
} looking;

/* ---- which runs ---- */

static err find_runs(looking *l)
{
    service_call *call = l->call;
    payment *room;
    payment_run *list;
    size_t count, capacity = 0;
    int64_t run_id = 0;
    int32_t month;
    text said = service_text_of(call, "run", TEXT_NONE), fund = service_text_of(call, "fund", TEXT_NONE);
    const ledger_fund *wanted = NULL;
    ledger *books;
    TRY(county_runs(l->office, &room));
    TRY(service_month_of(call, "month", PAYMENT_ANY_MONTH, &month));
    if (!said.size_bytes && month == PAYMENT_ANY_MONTH)
        return err_of(&PAYRUN_NO_RUN_NAMED, ERR_SAID(", or all of a month by --month", "，或用 --month 看全月"));
    if (said.size_bytes && (!codec_parse_scaled(said, 0, &run_id) || run_id <= 0))
        return err_of(&PAYRUN_NOT_A_RUN, text_cstr(call->request, said));
    if (fund.size_bytes) {
        TRY(county_books(l->office, &books));
        TRY(service_ledger_fund(call, l->office->chart, &wanted));
    }
    payment_run one;
    if (run_id) TRY(payment_find(l->office->memory, room, run_id, &one));
    TRY(payment_list(l->office->memory, room, month, &list, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_wanted = run_id ? list[i].run_id == run_id : list[i].state != PAYMENT_WITHDRAWN;
        if (!is_wanted || (wanted && !text_equal_cstr(list[i].terms.fund, wanted->code))) continue;
        ARENA_PUSH(l->office->memory, l->runs, l->run_count, capacity, list[i]);
    }
    return ERR_NONE;
}

/* ---- two walks: which lines, then the page's own ---- */

static int64_t key_of(const looking *l, const payrun_entry *entry)
{
    if (!l->by_difference) return entry->change == PAYRUN_STOPPED ? entry->before_fen : entry->fen;
    int64_t off = entry->fen - entry->before_fen;
    return off < 0 ? -off : off;
}

static int by_key(const void *a, const void *b)
{
    const picked *x = a, *y = b;
    if (x->key != y->key) return x->key > y->key ? -1 : 1;
    return x->ordinal < y->ordinal ? -1 : x->ordinal > y->ordinal;
}

/* Why this month pays nothing where the last one did. */
static err stopped_note(const looking *l, const payment_run *run, const payrun_entry *entry,
                        const registry_record *record, text *note)
{
    static const char *const SAYS[][2] = {
        [REGISTRY_ENTITLED] = { "not in payment", "尚未发放" }, [REGISTRY_PAYING] = { "left out: see payrun waiting",
            "未列入：见 payrun waiting" },
        [REGISTRY_SUSPENDED] = { "suspended", "暂停" },         [REGISTRY_STOPPED] = { "stopped", "停发" },
    };
    const registry_benefit *facts = record->facts[REGISTRY_BENEFIT];
    int64_t benefit = 0;
    TRY(registry_word_find(l->office->people, entry->benefit, &benefit));
    *note = text_of(service_say(l->call, "no benefit in this month", "本月无此待遇"));
    for (size_t i = 0; i < record->count[REGISTRY_BENEFIT]; i++) {
        const registry_benefit *b = &facts[i];
        text reason = TEXT_NONE;
        bool holds = b->benefit == benefit && b->fact.from <= run->terms.month && run->terms.month < b->fact.until;
        if (!holds || b->state < REGISTRY_ENTITLED || b->state > REGISTRY_STOPPED) continue;
        if (b->reason) TRY(county_word_text(l->office, b->reason, &reason));
        *note = text_format(l->call->request, reason.size_bytes ? "%s: %.*s" : "%s%.*s",
                            service_say(l->call, SAYS[b->state][0], SAYS[b->state][1]),
                            TEXT_ARG(county_word_shown(l->office, reason)));
    }
    return ERR_NONE;
}

static err put_row(looking *l, const payment_run *run, const payrun_entry *entry, service_value *into)
{
    arena *a = l->call->request;
    registry *people;
    registry_record record;
    payrun_list_row w;
    TRY(county_people(l->office, &people));
    TRY(registry_record_read(a, people, entry->at.line.person_id, REGISTRY_NOW, &record));
    registry_person payee = payrun_payee(&record);
    registry_roster_row who = { .subject_id = entry->at.line.person_id, .subject = &payee,
                                .accounts = record.facts[REGISTRY_ACCOUNT],
                                    .account_count = record.count[REGISTRY_ACCOUNT] };
    TRY(payrun_list_words(l->office, a, run, entry, &who, l->reveals, &w));
    if (entry->change == PAYRUN_STOPPED) TRY(stopped_note(l, run, entry, &record, &w.note));
    service_put_count(a, into, "run", run->run_id);
    if (entry->change == PAYRUN_STOPPED) service_put_null(a, into, "line");
    else service_put_text(a, into, "line", text_format(a, "%lld", (long long)entry->at.number));
    service_put_count(a, into, "person", entry->at.line.person_id);
    const struct { const char *name; text word; } words[] = {
        { "name", w.name }, { "citizen_number", w.number }, { "benefit", w.benefit },
        { "for_month", w.for_month }, { "amount", w.amount }, { "before", w.before }, { "difference", w.difference },
        { "change", w.change }, { "bank", w.bank }, { "account", w.account }, { "state", w.outcome },
        { "reason", w.reason }, { "note", w.note },
    };
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        service_value *v = service_put_text(a, into, words[i].name, text_copy(a, words[i].word));
        if (strcmp(words[i].name, "state") == 0) v->code = w.outcome_code;
    }
    return ERR_NONE;
}

/* The first walk counts, and of an unsorted list puts the page's rows at once. */
static err first_look(looking *l, const payment_run *run, const payrun_entry *entry)
{
    int64_t fen = entry->change == PAYRUN_STOPPED ? entry->before_fen : entry->fen, at = l->count++;
    if (__builtin_add_overflow(l->fen, fen, &l->fen)) return err_of(&SERVICE_BAD_AMOUNT, "overflow");
    if (l->is_sorted) {
        picked one = { key_of(l, entry), l->ordinal };
        ARENA_PUSH(l->office->memory, l->all, l->all_count, l->all_capacity, one);
        return ERR_NONE;
    }
    bool is_on_page = at / l->size == l->page - 1;
    return is_on_page ? put_row(l, run, entry, service_put_object(l->call->request, l->list, NULL)) : ERR_NONE;
}

static err second_look(looking *l, const payment_run *run, const payrun_entry *entry)
{
    for (size_t i = 0; i < l->wanted_count; i++)
        if (l->wanted[i] == l->ordinal) return put_row(l, run, entry, l->slots[i]);
    return ERR_NONE;
}

typedef err (*look_at)(looking *l, const payment_run *run, const payrun_entry *entry);

static err walk_run(looking *l, const payment_run *run, look_at look)
{
    payrun_comparison *lines = NULL;
    payrun_people *people = NULL;
    const payrun_entry *entry = NULL;
    arena *memory = arena_open();
    err e = payrun_compare_open(memory, l->office, run, &lines);
    if (!e.kind && l->filter.bank.size_bytes) e = payrun_people_open(l->office, 0, &people);
    while (!e.kind) {
        const registry_roster_row *who = NULL;
        bool takes = false;
        e = payrun_compare_next(lines, &entry);
        if (e.kind || !entry) break;
        l->ordinal++;
        if (people) e = payrun_people_find(people, entry->at.line.person_id, &who);
        if (!e.kind) e = payrun_list_takes(l->office, &l->filter, entry, who, &takes);
        if (!e.kind && takes) e = look(l, run, entry);
    }
    if (e.detail) e.detail = text_cstr(l->call->request, text_of(e.detail));
    payrun_compare_close(lines);
    payrun_people_close(people);
    arena_close(memory);
    return e;
}

static err walk(looking *l, look_at look)
{
    l->ordinal = 0;
    for (size_t i = 0; i < l->run_count; i++) TRY(walk_run(l, &l->runs[i], look));
    return ERR_NONE;
}

static err put_sorted(looking *l)
{
    arena *a = l->call->request;
    if (l->all_count) qsort(l->all, l->all_count, sizeof *l->all, by_key);
    size_t from = (size_t)((l->page - 1) * l->size), until = from + (size_t)l->size;
    if (until > l->all_count) until = l->all_count;
    if (from >= until) return ERR_NONE;
    l->wanted = ARENA_ARRAY(a, int64_t, until - from);
    l->slots = ARENA_ARRAY(a, service_value *, until - from);
    for (size_t i = from; i < until; i++) {
        l->wanted[l->wanted_count] = l->all[i].ordinal;
        l->slots[l->wanted_count++] = service_put_object(a, l->list, NULL);
    }
    return walk(l, second_look);
}

static err put_page(looking *l)
{
    arena *a = l->call->request;
    l->list = service_list(a);
    TRY(walk(l, first_look));
    if (l->is_sorted) TRY(put_sorted(l));
    service_put_count(a, l->call->reply, "count", l->count);
    service_put_text(a, l->call->reply, "amount", service_yuan(a, l->fen));
    service_put_count(a, l->call->reply, "page", l->page);
    service_put_count(a, l->call->reply, "pages", (l->count + l->size - 1) / l->size);
    service_put(a, l->call->reply, "lines", l->list);
    return ERR_NONE;
}

/* ---- the whole list of one run ---- */

/* The list as pages to be put to a file of papers: what is signed stands at their end. */
static err put_pages(looking *l, const payment_run *run, text path, int64_t *rows)
{
    service_call *call = l->call;
    const char *folder;
    TRY(os_temp_folder(call->request, &folder));
    text list = text_format(call->request, "%s/list.csv", folder);
    text title = text_format(call->request, service_say(call, "List of payments, run %lld, %.*s", "待遇发放名册　批次 %lld　%.*s"),
                             (long long)run->run_id, TEXT_ARG(service_month_text(call->request, run->terms.month)));
    err e = payrun_list_file(l->office, run, &l->filter, list, l->reveals, false, rows);
    if (!e.kind) e = document_print_list(l->office, title, list, path);
    err gone = os_remove_tree(call->request, folder);
    return e.kind ? e : gone;
}

static err put_file(looking *l, text path, bool is_check)
{
    arena *a = l->call->request;
    const payment_run *run = l->runs;
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    int64_t rows;
    if (l->run_count != 1) return err_of(&PAYRUN_NO_RUN_NAMED, ERR_SAID("; a list is that of one run", "；名册按批次导出"));
    if (!is_check && document_is_pages(path)) TRY(put_pages(l, run, path, &rows));
    else TRY(payrun_list_file(l->office, run, &l->filter, path, l->reveals, is_check, &rows));
    TRY(walk(l, first_look));
    crypto_print_digest(run->lines_digest, hex);
    service_put_count(a, l->call->reply, "count", rows);
    service_put_text(a, l->call->reply, "amount", service_yuan(a, l->fen));
    service_put_text(a, l->call->reply, "file", path);
    if (is_check) service_put_bool(a, l->call->reply, "is_the_list", true);
    service_put_text(a, l->call->reply, "digest", text_copy(a, text_of(hex)));
    return ERR_NONE;
}

static err payrun_lines_run(service_call *call)
{
    enum { SIZE_DEFAULT = 50, SIZE_MAX_SHOWN = 1000 };
    text sort = service_text_of(call, "sort", TEXT("line")), out = service_text_of(call, "out", TEXT_NONE);
    text check = service_text_of(call, "check", TEXT_NONE);
    looking l = { .call = call, .is_sorted = !text_equal_cstr(sort, "line"), .by_difference = text_equal_cstr(sort,
                                                                                                              "difference"),
                  .reveals = service_is_given(call, "reveal"), .page = (int64_t)service_size_of(call, "page", 1),
                  .size = (int64_t)service_size_of(call, "size", SIZE_DEFAULT) };
    if (l.page < 1) l.page = 1;
    if (l.size < 1 || l.size > SIZE_MAX_SHOWN) l.size = SIZE_DEFAULT;
    TRY(county_open(call, COUNTY_READ, &l.office));
    TRY(find_runs(&l));
    TRY(payrun_list_filter(l.office, &l.filter));
    if (out.size_bytes || check.size_bytes) l.size = INT64_MAX / 2, l.page = 2;
    if (check.size_bytes) return put_file(&l, check, true);
    return out.size_bytes ? put_file(&l, out, false) : put_page(&l);
}

static const char *const LINES_EXAMPLES[] = {
    "doudi payrun lines 12 --change changed --sort difference", "doudi payrun lines 12 --out P12.xlsx",
    "doudi payrun lines 12 --check P12.xlsx", "doudi payrun lines --month 2026-11 --state returned", NULL };

const service_op PAYRUN_LINES_OP = {
    .name = "payrun.lines",
    .summary = "The lines of a run, held against the run before; the list for the folder of those who sign",
    .summary_zh = "支付批次明细，与上次批次对照；导出签字用的名册",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = LINES_INPUT,
    .input_count = ARRAY_COUNT(LINES_INPUT),
    .output = LINES_OUTPUT,
    .output_count = ARRAY_COUNT(LINES_OUTPUT),
    .examples = LINES_EXAMPLES,
    .run = payrun_lines_run,
    .print = payrun_print,
};
