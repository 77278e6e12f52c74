#include "service/bill_explain.h"

#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/month.h"
#include "service/roster.h"
#include "service/words.h"

const err_kind BILL_EXPLAIN_NONE = {
    "bill_explain.none", ERR_NOT_FOUND,
    "Nothing was billed for {} in this month.", "本月没有 {} 的账单。"
};
/* ---- the bills of a month ---- */

static err law_of_issue(county *office, bill_explain_issue *of)
{
    charter *room;
    charter_setting *settings;
    size_t count;
    text month = service_month_text(office->memory, of->issue.month); /* 2026-11, said with a dot */
    text name = text_format(office->memory, "month.law.%.*s.%.4s.%.2s", TEXT_ARG(of->issue.purpose), month.bytes,
                            month.bytes + 5);
    for (size_t at = 0; at < name.size_bytes; at++) /* of a difference, as month_law_name names it */
        if (name.bytes[at] == '+' || name.bytes[at] == '-') ((char *)(uintptr_t)name.bytes)[at] = '.';
    TRY(county_charter(office, &room));
    TRY(charter_list(office->memory, room, &settings, &count));
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(settings[i].name, name)) continue;
        of->digest = settings[i].value;
        of->known_ms = settings[i].known_ms;
        return ERR_NONE;
    }
    return err_of(&COUNTY_NOT_FOUNDED, name.bytes);
}

/* A bill; one that was issued besides for who was billed less or not at all ("employee+2026-11"); or either that or what
 * was taken off again ("employee-2026-11.7"). */
typedef enum { ASKED_WHOLE, ASKED_MORE, ASKED_CHANGES } asked_kind;
static bool is_asked(const collection_issue_row *issue, int32_t month, asked_kind asked)
{
    size_t purposes;
    const month_purpose *known = month_purposes(&purposes);
    text base = month_purpose_base(issue->purpose);
    bool is_whole = text_equal(base, issue->purpose), is_plus = !is_whole && issue->purpose.bytes[base.size_bytes] == '+';
    if (asked == ASKED_WHOLE ? !is_whole : asked == ASKED_MORE ? !is_plus : is_whole) return false;
    for (size_t k = 0; k < purposes; k++) {
        if (!text_equal_cstr(base, known[k].name)) continue;
        return issue->month == month ||
               (known[k].is_yearly && calendar_year_of_month(issue->month) == calendar_year_of_month(month));
    }
    return false;
}

static err find_issues(county *office, int32_t month, asked_kind asked, bill_explain_issue **issues, size_t *count)
{
    collection *bills;
    collection_issue_row *all;
    size_t all_count, capacity = 0;
    *issues = NULL;
    *count = 0;
    TRY(county_bills(office, &bills));
    TRY(collection_issues(office->memory, bills, INT32_MIN, &all, &all_count));
    for (size_t i = 0; i < all_count; i++) {
        bill_explain_issue of = { .issue = all[i] };
        of.purpose = text_format(office->memory, "bill.%.*s", TEXT_ARG(month_purpose_base(all[i].purpose)));
        if (!is_asked(&all[i], month, asked)) continue;
        TRY(law_of_issue(office, &of));
        ARENA_PUSH(office->memory, *issues, *count, capacity, of);
    }
    return ERR_NONE;
}

err bill_explain_issues(county *office, int32_t month, bill_explain_issue **issues, size_t *count)
{
    return find_issues(office, month, ASKED_WHOLE, issues, count);
}

err bill_explain_changes(county *office, int32_t month, bill_explain_issue **issues, size_t *count)
{
    return find_issues(office, month, ASKED_CHANGES, issues, count);
}

static err find_in(county *office, int64_t person_id, int64_t employer_id, bill_explain_line *found, bool *is_found)
{
    collection *bills;
    collection_cursor *lines;
    const collection_line *line = NULL;
    *is_found = false;
    TRY(county_bills(office, &bills));
    TRY(collection_lines(office->memory, bills, found->of.issue.issue_id, eventlog_bucket_of(person_id), &lines));
    err e = ERR_NONE;
    do {
        e = collection_next_line(lines, &line);
        if (e.kind || !line || line->person_id != person_id) continue;
        if (employer_id && (line->payer.kind != COLLECTION_EMPLOYER || line->payer.id != employer_id)) continue;
        found->line = *line;
        found->terms = *collection_cursor_terms(lines);
        *is_found = true;
    } while (!e.kind && line && !*is_found);
    collection_lines_close(lines);
    return e;
}

err bill_explain_find(county *office, int64_t person_id, int32_t month, int64_t employer_id, text purpose,
                      bill_explain_line *line)
{
    bill_explain_issue *issues;
    size_t count;
    for (asked_kind asked = ASKED_WHOLE; asked <= ASKED_MORE; asked++) {
        TRY(find_issues(office, month, asked, &issues, &count));
        for (size_t i = 0; i < count; i++) {
            bool is_found;
            if (purpose.size_bytes && !text_equal(month_purpose_base(issues[i].issue.purpose), purpose)) continue;
            *line = (bill_explain_line){ .of = issues[i] };
            TRY(find_in(office, person_id, employer_id, line, &is_found));
            if (is_found) return ERR_NONE;
        }
    }
    return err_of(&BILL_EXPLAIN_NONE, text_format(office->call->request, "%lld", (long long)person_id).bytes);
}

/* ---- decided again, from what was known then ---- */

typedef struct {
    county *office;
    const bill_explain_line *line;
    const decide_law *law;
    text purpose;
    int32_t on_day; /* whose law */
    const decide_replay *own; /* of a month paid back: what its own bill came to, which is asked about; else NULL */
    const decide_plan *plan;
    decider *with;
    text record;
} deciding;

/* The packs of now when they are those of then, else what the charter kept. */
static err law_of(county *office, text digest, const decide_law **law, bool *is_same)
{
    charter *room;
    text bytes;
    err e = decide_law_open(office->call, law);
    *is_same = !e.kind && text_equal(decide_pack_digest(*law), digest);
    if (*is_same) return ERR_NONE;
    TRY(county_charter(office, &room));
    TRY(charter_law(office->memory, room, digest, &bytes));
    return decide_law_of(office->memory, bytes, law);
}

static err open_plan(deciding *d)
{
    text region;
    decide_request asked = { .purpose = d->purpose, .on_day = d->on_day };
    TRY(county_setting(d->office, "office.region", &region));
    asked.region = region;
    TRY(decide_plan_open(d->office->memory, d->law, &asked, &d->plan));
    d->with = decide_open(d->office->memory, d->plan);
    return ERR_NONE;
}

static text path_of_region(void *context, int64_t code)
{
    (void)context;
    return county_region_path(code);
}

static void fact(const deciding *d, const roster_block *block, const char *name, size_t lane, int64_t value)
{
    size_t at = decide_fact_index(d->plan, name);
    if (at == SIZE_MAX) return;
    column *into = (column *)&block->people.facts[at]; /* made by the roster for this block */
    into->value[lane] = value;
    into->reason[lane] = 0;
}

/* Of a month paid back: the month, and the lines of its own bill, as month_correct_back.c asked. */
static void tell_own(const deciding *d, arena *a, const roster_block *block, size_t lane)
{
    int64_t fen;
    if (!d->own) return;
    fact(d, block, "back.month", lane, d->line->of.issue.month);
    for (size_t i = 0; i < d->own->answer_count; i++)
        if (codec_parse_scaled(d->own->values[i], 2, &fen))
            fact(d, block, text_format(a, "back.%s", d->own->keys[i]).bytes, lane, fen);
}

/* The lane of this person and payer among those of the block. */
static bool take_lane(deciding *d, arena *a, const roster_block *block)
{
    const collection_line *line = &d->line->line;
    int64_t employer_id = line->payer.kind == COLLECTION_EMPLOYER ? line->payer.id : 0;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        if (block->subject_id[lane] != line->person_id) continue;
        if (employer_id && block->employer_id[lane] != employer_id) continue;
        tell_own(d, a, block, lane);
        d->record = text_copy(d->office->memory, decide_record(a, d->with, &block->people, lane));
        return true;
    }
    return false;
}

static err walk(deciding *d, roster *rows, arena *a, bool *is_found)
{
    enum { BLOCK_LANES = 512 };
    for (*is_found = false; !*is_found;) {
        roster_block block;
        arena_reset(a);
        TRY(roster_next(a, rows, BLOCK_LANES, &block));
        if (!block.people.count) return ERR_NONE;
        *is_found = take_lane(d, a, &block);
    }
    return ERR_NONE;
}

static err make_record(deciding *d)
{
    registry *people;
    text code;
    charter *room;
    roster *rows;
    bool is_found;
    arena *worker = arena_open(), *block = arena_open();
    const bill_explain_line *line = d->line;
    roster_options options = { .bucket = eventlog_bucket_of(line->line.person_id), .known_ms = line->of.known_ms,
                               .region_path = path_of_region };
    err e = county_people(d->office, &people);
    if (!e.kind) e = county_charter(d->office, &room);
    if (!e.kind) e = charter_read(d->office->memory, room, TEXT("office.region_code"), CHARTER_NOW, &code);
    if (!e.kind) (void)codec_parse_scaled(code, 0, &options.region_code);
    if (!e.kind)
        e = roster_employers_load(d->office->memory, people, d->on_day, line->of.known_ms, &options.employers);
    if (!e.kind) e = roster_open(worker, people, d->plan, d->with, &options, &rows);
    if (!e.kind) {
        e = walk(d, rows, block, &is_found);
        roster_close(rows);
        if (!e.kind && !is_found)
            e = err_of(&REGISTRY_BROKEN, text_format(d->office->call->request, "%lld",
                                                          (long long)line->line.person_id).bytes);
    }
    if (e.detail) e.detail = text_cstr(d->office->call->request, text_of(e.detail));
    arena_close(worker);
    arena_close(block);
    return e;
}

/* ---- the answer ---- */

static const struct { const char *en, *zh; } PAYERS[DECIDE_PAYER_COUNT] = {
    [DECIDE_EMPLOYER] = { "employer", "单位" }, [DECIDE_PERSON] = { "person", "个人" },
    [DECIDE_GOVERNMENT] = { "government", "财政" }, [DECIDE_COLLECTIVE] = { "collective", "集体" },
    [DECIDE_FUND] = { "fund", "基金" }, [DECIDE_SUBSIDY] = { "government subsidy", "财政补贴" },
};

static text billed(arena *a, const bill_explain_line *line, const char *key)
{
    if (strcmp(key, "base") == 0) return line->line.base_fen ? service_yuan(a, line->line.base_fen) : TEXT_NONE;
    int64_t sum = 0;
    for (size_t k = 0; k < line->terms.key_count; k++) {
        sum += line->line.fen[k];
        if (strcmp(line->terms.keys[k].name, key) == 0) return service_yuan(a, line->line.fen[k]);
    }
    return strcmp(key, "total") == 0 ? service_yuan(a, sum) : TEXT_NONE;
}

/* 经办账单.账单养老个人 is 账单养老个人 to a reader. */
static text name_of(const char *variable)
{
    const char *dot = strrchr(variable, '.');
    return text_of(dot ? dot + 1 : variable);
}

/* The total, or of a bill without one its first line. */
static const char *first_key(const decide_plan *plan)
{
    size_t count;
    const decide_answer *answers = decide_answers(plan, &count);
    const char *key = "total";
    for (size_t i = count; i-- > 0;)
        if (answers[i].kind == DECIDE_LINE && decide_answer_index(plan, "total") == SIZE_MAX) key = answers[i].key;
    return key;
}

static void put_lines(service_call *call, const deciding *d, const decide_replay *replay)
{
    arena *a = call->request;
    size_t count;
    const decide_answer *answers = decide_answers(d->plan, &count);
    service_value *lines = service_put_list(a, call->reply, "lines");
    for (size_t i = 0; i < replay->answer_count; i++) {
        service_value *v = service_put_object(a, lines, NULL);
        text amount = billed(a, d->line, replay->keys[i]);
        size_t at = decide_answer_index(d->plan, replay->keys[i]);
        bool is_line = at < count && answers[at].kind == DECIDE_LINE;
        service_put_cstr(a, v, "key", replay->keys[i]);
        service_put_text(a, v, "name", at < count ? name_of(answers[at].variable) : TEXT_NONE);
        service_put_cstr(a, v, "payer", is_line ? service_say(call, PAYERS[answers[at].payer].en,
                                                             PAYERS[answers[at].payer].zh) : "");
        service_put_text(a, v, "fund", is_line && answers[at].fund
                                           ? text_copy(a, county_word_shown(d->office, text_of(answers[at].fund)))
                                           : TEXT_NONE);
        if (amount.size_bytes) service_put_text(a, v, "amount", amount);
        else service_put_null(a, v, "amount");
        service_put_text(a, v, "again", replay->values[i].size_bytes ? replay->values[i] : replay->reasons[i]);
    }
}

/* "bill.flexible" in words. */
static const char *whose_bill(const service_call *call, text purpose)
{
    size_t count, dot = text_find(purpose, TEXT("."));
    const month_purpose *rows = month_purposes(&count);
    text name = dot == SIZE_MAX ? purpose : text_sub(purpose, dot + 1, purpose.size_bytes);
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(name, rows[i].name)) return service_say(call, rows[i].en, rows[i].zh);
    return text_cstr(call->request, purpose);
}

static void put_head(service_call *call, const deciding *d, bool is_same)
{
    arena *a = call->request;
    const bill_explain_issue *of = &d->line->of;
    service_put_count(a, call->reply, "person", d->line->line.person_id);
    service_put_count(a, call->reply, "decision", 0);
    service_put_text(a, call->reply, "purpose", text_copy(a, d->purpose));
    service_put_text(a, call->reply, "on", service_day_text(a, d->on_day));
    service_put_text(a, call->reply, "from", service_month_text(a, of->issue.month));
    service_put_text(a, call->reply, "law", text_copy(a, of->digest));
    service_put_bool(a, call->reply, "is_same_law", is_same);
}

/* When a month that was billed later ("flexible+2026-11") was paid back by oneself, the packs were asked twice: what
 * its own bill would have come to, and what of it is owed now (back.flexible, on the law of the month it was billed
 * in). Where they were, *back asks the second time. */
static err ask_back(deciding *d, const decide_replay *own, deciding *back, bool *is_back)
{
    arena *a = d->office->memory;
    const collection_issue_row *issue = &d->line->of.issue;
    text base = month_purpose_base(issue->purpose), topic = text_format(a, "back.%.*s", TEXT_ARG(base));
    int32_t billed_in;
    size_t count;
    const char *const *known = decide_purposes(d->law, &count);
    *is_back = false;
    bool is_more = base.size_bytes < issue->purpose.size_bytes && issue->purpose.bytes[base.size_bytes] == '+';
    if (!is_more || calendar_parse_month(text_sub(issue->purpose, base.size_bytes + 1, issue->purpose.size_bytes), &billed_in).kind)
        return ERR_NONE;
    for (size_t i = 0; i < count; i++) *is_back |= text_equal_cstr(topic, known[i]);
    *is_back &= issue->month < billed_in; /* a month billed ahead was not paid back */
    if (!*is_back) return ERR_NONE;
    *back = (deciding){ .office = d->office, .line = d->line, .law = d->law, .purpose = topic, .own = own,
                        .on_day = calendar_first_day_of_month(billed_in) };
    TRY(open_plan(back));
    return make_record(back);
}

static err put_answer(service_call *call, const deciding *d, explain_options options, text_builder *shown, const char *member)
{
    explain_answer answer;
    arena *a = call->request;
    const char *key = text_cstr(a, service_text_of(call, "key", text_of(first_key(d->plan))));
    TRY(decide_record_explain(a, d->law, d->record, key, options, &answer));
    text_add(shown, explain_text(a, &answer, options));
    service_put_json(a, call->reply, member, explain_json(a, &answer, options));
    return ERR_NONE;
}

/* The second decision first: it is what was billed; below it what it was made of. */
static err put_both(service_call *call, const deciding *own, const deciding *back, explain_options options, text_builder *shown)
{
    decide_replay replay;
    TRY(decide_record_replay(call->request, back->law, back->record, call->is_chinese, &replay));
    put_lines(call, back, &replay);
    TRY(put_answer(call, back, options, shown, "explanation"));
    text_add_format(shown, service_say(call, "\nThe month's own bill would have been, by the law of %.*s:\n\n",
                                       "\n该月自己的账单，按 %.*s 的政策应为：\n\n"),
                    TEXT_ARG(service_day_text(call->request, own->on_day)));
    return put_answer(call, own, options, shown, "own_bill");
}

err bill_explain_person(service_call *call)
{
    enum { LINES_ALL = 1000000 };
    county *office;
    int32_t month;
    bill_explain_line line;
    decide_replay replay;
    deciding back;
    bool is_same, is_back;
    arena *a = call->request;
    text_builder shown = text_builder_open(a);
    explain_options options = { .is_chinese = call->is_chinese,
                                .lines_max = service_is_given(call, "all") ? LINES_ALL : 0 };
    TRY(service_month_of(call, "bill", INT32_MIN, &month));
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(bill_explain_find(office, (int64_t)service_size_of(call, "person", 0), month,
                          (int64_t)service_size_of(call, "employer", 0), service_text_of(call, "purpose", TEXT_NONE), &line));
    deciding d = { .office = office, .line = &line, .purpose = line.of.purpose,
                   .on_day = calendar_first_day_of_month(line.of.issue.month) };
    TRY(law_of(office, line.of.digest, &d.law, &is_same));
    TRY(open_plan(&d));
    TRY(make_record(&d));
    TRY(decide_record_replay(a, d.law, d.record, call->is_chinese, &replay));
    TRY(ask_back(&d, &replay, &back, &is_back));
    put_head(call, is_back ? &back : &d, is_same);
    if (!is_back) put_lines(call, &d, &replay);
    TRY(is_back ? put_both(call, &d, &back, options, &shown) : put_answer(call, &d, options, &shown, "explanation"));
    call->answer = ARENA_NEW(a, text);
    *(text *)call->answer = text_built(&shown);
    return ERR_NONE;
}

void bill_explain_print(const service_call *call, text_builder *out)
{
    static const service_field COLUMNS[] = {
        { .name = "key", .summary = "line", .summary_zh = "分项" },
        { .name = "name", .summary = "name", .summary_zh = "名称" },
        { .name = "fund", .summary = "fund", .summary_zh = "险种" },
        { .name = "payer", .summary = "who bears it", .summary_zh = "由谁负担" },
        { .name = "amount", .summary = "billed, yuan", .summary_zh = "账单额（元）" },
        { .name = "again", .summary = "computed again", .summary_zh = "按当时政策重算" },
    };
    const service_value *r = call->reply;
    text_add_format(out, service_say(call, "%s, billed for %.*s\npacks that decided: %.*s\n\n",
                                     "%s，%.*s 的账单\n所用政策包：%.*s\n\n"),
                    whose_bill(call, service_member(r, "purpose")->word), TEXT_ARG(service_member(r, "from")->word),
                    TEXT_ARG(service_member(r, "law")->word));
    if (service_member(r, "own_bill"))
        text_add_format(out, service_say(call, "A month paid back by oneself: billed by the law of %.*s, on which it was paid back.\n\n",
                                         "个人补缴的月份：按补缴时（%.*s）的规定计收。\n\n"), TEXT_ARG(service_member(r, "on")->word));
    month_print_list(call, "lines", COLUMNS, ARRAY_COUNT(COLUMNS), 4, out);
    text_add(out, *(const text *)call->answer);
}
