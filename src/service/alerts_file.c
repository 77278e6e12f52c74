#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "service/alerts.h"
#include "service/fact_table.h"
#include "service/files.h"
#include "service/operations.h"

/* doudi watch file: a file of facts under the watches of a purpose. What it writes is what the next
 * run takes as --alerts. */

const err_kind ALERTS_FILE_BAD_ALERT = {
    "alerts_file.bad_alert", ERR_BAD_INPUT,
    "A row of the alerts must read as an earlier run wrote it: {}.",
    "预警文件的每行应为先前运行写出的样子：{}。"
};

enum { BLOCK_LANES = 4096 };

static const service_field WATCH_INPUT[] = {
    { .name = "purpose", .type = SERVICE_TEXT, .is_positional = true, .is_required = true,
      .shows = "PURPOSE", .summary = "what is watched: watch.person, watch.employer ...",
      .summary_zh = "监测对象：watch.person、watch.employer 等" },
    { .name = "in", .type = SERVICE_FILE, .is_required = true, .shows = "FACTS.csv",
      .summary = "a row a subject: its id, then facts by their names in office-facts.csv",
      .summary_zh = "每行一个对象：编号，然后是 office-facts.csv 中的事实" },
    { .name = "rows", .type = SERVICE_FACT, .is_list = true, .shows = "RECORD=FILE.csv",
      .summary = "rows of a record, joined by id", .summary_zh = "记录的各行，按编号对应" },
    { .name = "alerts", .type = SERVICE_FILE, .shows = "BEFORE.csv",
      .summary = "what an earlier run wrote", .summary_zh = "先前运行写出的预警" },
    { .name = "out", .type = SERVICE_FILE_OUT, .is_required = true, .shows = "ALERTS.csv",
      .summary = "a line an alert: raised, standing, closed, or not to be checked",
      .summary_zh = "每条预警一行：新报、仍在、结束、无法查" },
    SERVICE_ON_FIELD,
    SERVICE_REGION_FIELD,
    SERVICE_PACKS_FIELD,
};

static const service_field WATCH_OUTPUT[] = {
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },      { .name = "subjects", .type = SERVICE_COUNT, .summary = "subjects", .summary_zh = "对象数" },
    { .name = "raised", .type = SERVICE_COUNT, .summary = "raised", .summary_zh = "新报" },  { .name = "standing", .type = SERVICE_COUNT, .summary = "standing", .summary_zh = "仍在" },
    { .name = "closed", .type = SERVICE_COUNT, .summary = "closed", .summary_zh = "结束" },  { .name = "unchecked", .type = SERVICE_COUNT, .summary = "not to be checked", .summary_zh = "无法查" },
};

typedef struct {
    service_call *call;
    const decide_plan *plan;
    alerts *list;
    fact_table table;
    watch_standing *standing;
    size_t standing_count, standing_capacity;
    text_builder out;
    watch_finds sum;
} run;

static const char *const STATES[] = { [WATCH_RAISED] = "raised", [WATCH_STANDS] = "standing",
                                      [WATCH_CLOSED] = "closed", [WATCH_UNCHECKED] = "unchecked" };
static const char *const SEVERITIES[] = { [WATCH_LOW] = "low", [WATCH_MEDIUM] = "medium",
                                          [WATCH_HIGH] = "high" };
static const char *const ACTIONS[] = { [WATCH_ALERT] = "alert", [WATCH_HOLD] = "hold",
                                       [WATCH_CASE] = "case" };
static const char *const COLUMNS[] = { "id",       "watch",  "state", "since", "key",     "severity",
                                       "action",   "target", "owner", "law",   "message", "evidence",
                                       "reason" };

/* ---- alerts of before ---- */

static bool read_key(text t, uint64_t *key)
{
    *key = 0;
    for (size_t i = 0; i < t.size_bytes; i++) {
        const char *digits = "0123456789abcdef", *at = strchr(digits, t.bytes[i]);
        if (!at || !*at) return false;
        *key = *key << 4 | (uint64_t)(at - digits);
    }
    return t.size_bytes == 16;
}

/* Subjects are lanes + 1; an alert of one who is not in the file is not judged. */
static err read_alert(run *r, const codec_csv_row *row, source_pos at, const hash_map *by_id)
{
    watch_standing s;
    int32_t since;
    if (row->count != ARRAY_COUNT(COLUMNS)) return err_at(&ALERTS_FILE_BAD_ALERT, at, "-");
    bool is_kept = text_equal_cstr(row->field[2], STATES[WATCH_RAISED]) ||
                   text_equal_cstr(row->field[2], STATES[WATCH_STANDS]);
    size_t lane = hash_map_get(by_id, row->field[0]);
    size_t rule = alerts_rule_of(r->list, row->field[1]);
    if (!is_kept || lane == SIZE_MAX || rule == SIZE_MAX) return ERR_NONE;
    if (calendar_parse_day(row->field[3], &since).kind || !read_key(row->field[4], &s.key))
        return err_at(&ALERTS_FILE_BAD_ALERT, at, text_cstr(r->call->request, row->field[4]));
    s.subject = lane + 1;
    s.rule = (uint32_t)rule;
    s.since_day = since;
    ARENA_PUSH(r->call->request, r->standing, r->standing_count, r->standing_capacity, s);
    return ERR_NONE;
}

static int by_subject(const void *a, const void *b)
{
    uint64_t x = ((const watch_standing *)a)->subject, y = ((const watch_standing *)b)->subject;
    return (x > y) - (x < y);
}

static err read_alerts(run *r)
{
    arena *a = r->call->request;
    if (!service_is_given(r->call, "alerts")) return ERR_NONE;
    text path = service_text_of(r->call, "alerts", TEXT_NONE), bytes;
    const char *file = text_cstr(a, path);
    TRY(service_read_utf8(a, path, &bytes));
    hash_map *by_id = hash_map_open(a);
    for (size_t i = 0; i < r->table.count; i++) hash_map_put(by_id, r->table.ids[i], i);
    codec_csv_reader *reader = codec_csv_open_text(a, bytes, (codec_csv_options){ .file = file });
    for (bool is_head = true;; is_head = false) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(reader, &row, &has_row));
        if (!has_row) break;
        if (!is_head) TRY(read_alert(r, &row, (source_pos){ file, row.line, 1 }, by_id));
    }
    if (r->standing_count) qsort(r->standing, r->standing_count, sizeof *r->standing, by_subject);
    return ERR_NONE;
}

/* ---- alerts of now ---- */

static void add_find(run *r, arena *a, const watch_find *find)
{
    size_t count;
    const watch_rule *rule = &alerts_rules(r->list, &count)[find->rule];
    codec_csv_writer w = codec_csv_write(&r->out, ',');
    char day[CALENDAR_PRINT_BYTES];
    calendar_print_day(find->since_day, day);
    bool is_unchecked = find->state == WATCH_UNCHECKED;
    text reason = is_unchecked ? alerts_reason(a, r->list, find, r->call->is_chinese) : TEXT_NONE;
    text key = is_unchecked ? TEXT_NONE : text_format(a, "%016llx", (unsigned long long)find->key);
    codec_csv_add_text(&w, r->table.ids[find->subject - 1]);
    codec_csv_add_text(&w, text_of(alerts_key(r->list, find->rule)));
    codec_csv_add_text(&w, text_of(STATES[find->state]));
    codec_csv_add_text(&w, text_of(day));
    codec_csv_add_text(&w, key);
    codec_csv_add_text(&w, text_of(SEVERITIES[rule->severity]));
    codec_csv_add_text(&w, text_of(ACTIONS[rule->action]));
    codec_csv_add_text(&w, text_of(rule->target ? rule->target : ""));
    codec_csv_add_text(&w, text_of(rule->owner ? rule->owner : ""));
    codec_csv_add_text(&w, text_of(rule->law ? rule->law : ""));
    codec_csv_add_text(&w, text_of(rule->message ? rule->message : rule->name));
    codec_csv_add_text(&w, find->evidence ? alerts_evidence(a, r->list, find) : TEXT_NONE);
    codec_csv_add_text(&w, reason);
    codec_csv_end_row(&w);
}

/* The part of the standing alerts that is of lanes [from, until). */
static void standing_of(const run *r, size_t from, size_t until, alerts_block *block)
{
    size_t first = 0;
    while (first < r->standing_count && r->standing[first].subject <= from) first++;
    size_t end = first;
    while (end < r->standing_count && r->standing[end].subject <= until) end++;
    block->standing = r->standing ? r->standing + first : NULL;
    block->standing_count = end - first;
}

static void watch_lanes(run *r)
{
    arena *scratch = arena_open();
    for (size_t from = 0; from < r->table.count; from += BLOCK_LANES) {
        size_t left = r->table.count - from, count = left < BLOCK_LANES ? left : BLOCK_LANES;
        uint64_t *subjects = ARENA_ARRAY(scratch, uint64_t, count);
        for (size_t i = 0; i < count; i++) subjects[i] = from + i + 1;
        alerts_block block = { .people = fact_table_block(scratch, r->plan, &r->table, from, count),
                               .subjects = subjects };
        standing_of(r, from, from + count, &block);
        watch_finds found = alerts_run(scratch, r->list, &block);
        for (size_t i = 0; i < found.find_count; i++) add_find(r, scratch, &found.finds[i]);
        r->sum.raised += found.raised;
        r->sum.stands += found.stands;
        r->sum.closed += found.closed;
        r->sum.unchecked += found.unchecked;
        arena_reset(scratch);
    }
    arena_close(scratch);
}

static void put_reply(const run *r, const decide_law *law)
{
    arena *a = r->call->request;
    service_value *reply = r->call->reply;
    service_put_text(a, reply, "law", decide_pack_digest(law));
    service_put_count(a, reply, "subjects", (int64_t)r->table.count);
    service_put_count(a, reply, "raised", (int64_t)r->sum.raised);
    service_put_count(a, reply, "standing", (int64_t)r->sum.stands);
    service_put_count(a, reply, "closed", (int64_t)r->sum.closed);
    service_put_count(a, reply, "unchecked", (int64_t)r->sum.unchecked);
}

static err run_watch(service_call *call)
{
    const decide_law *law;
    run r = { .call = call, .out = text_builder_open(call->request) };
    decide_request asked = { .purpose = service_text_of(call, "purpose", TEXT_NONE),
                             .on_day = service_day_of(call, "on"),
                             .region = service_text_of(call, "region", TEXT("中国")) };
    TRY(decide_law_open(call, &law));
    TRY(decide_plan_open(call->request, law, &asked, &r.plan));
    r.list = alerts_open(call->request, r.plan, true);
    TRY(fact_table_read(call, r.plan, alerts_worker(r.list), &r.table));
    TRY(read_alerts(&r));
    codec_csv_writer head = codec_csv_write(&r.out, ',');
    for (size_t i = 0; i < ARRAY_COUNT(COLUMNS); i++) codec_csv_add_text(&head, text_of(COLUMNS[i]));
    codec_csv_end_row(&head);
    watch_lanes(&r);
    put_reply(&r, law);
    return service_write_file(call->request, service_text_of(call, "out", TEXT_NONE), text_built(&r.out));
}

static const char *const WATCH_EXAMPLES[] = {
    "doudi watch file watch.person --in people.csv --rows spells=spells.csv --out alerts.csv --on 2026-11-01 --region 示例县",
    NULL
};

const service_op ALERTS_FILE_OP = {
    .name = "watch.file",
    .summary = "Look at a file of facts with the watches of the packs",
    .summary_zh = "用政策包中的监测检查一个事实文件",
    .law = "社会保险经办条例 第三十七条",
    .kind = SERVICE_READ,
    .permission = "watch.file",
    .is_supervision = true,
    .input = WATCH_INPUT,
    .input_count = ARRAY_COUNT(WATCH_INPUT),
    .output = WATCH_OUTPUT,
    .output_count = ARRAY_COUNT(WATCH_OUTPUT),
    .examples = WATCH_EXAMPLES,
    .run = run_watch,
};
