/* doudi roll receive: a department's roll of a month, every line accounted for. */
#include <string.h>

#include "calendar/calendar.h"
#include "service/files.h"
#include "service/grid.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/rolls_receive.h"

const err_kind ROLLS_AHEAD = {
    "rolls.ahead", ERR_BAD_INPUT,
    "The month {} has not begun: a roll says what is so, not what will be.", "{} 尚未开始：名册只报已经发生的情况。"
};

static const service_field RECEIVE_INPUT[] = {
    { .name = "roll", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "ROLL",
      .summary = "which: civil.hardship, police.deaths ... (doudi roll list)",
      .summary_zh = "名册：civil.hardship、police.deaths 等（见 doudi roll list）" },
    { .name = "file", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .shows = "FILE.csv|xlsx",
      .summary = "the roll, CSV in UTF-8 or GB18030, or a workbook", .summary_zh = "名册文件：CSV（UTF-8 或 GB18030）或工作簿" },
    { .name = "month", .type = SERVICE_TEXT, .is_required = true, .shows = "YYYY-MM", .summary = "the month it is of",
      .summary_zh = "所属月" },
    { .name = "rejects", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx",
      .summary = "write the lines that were rejected or are to be reviewed here, with why",
      .summary_zh = "将退回和待核的行及原因写入此文件" },
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "show, and write nothing", .summary_zh = "只看结果，不写入" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field WHY_ROW[] = {
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "处理" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "why", .summary_zh = "原因" },
    { .name = "lines", .type = SERVICE_COUNT, .summary = "lines", .summary_zh = "行数" },
    { .name = "first", .type = SERVICE_COUNT, .summary = "first in line", .summary_zh = "最先在第几行" },
};
const service_field ROLLS_RECEIVE_OUTPUT[ROLLS_RECEIVE_OUTPUT_COUNT] = {
    { .name = "roll", .type = SERVICE_TEXT, .summary = "roll", .summary_zh = "名册" },
    { .name = "department", .type = SERVICE_TEXT, .summary = "department", .summary_zh = "提供部门" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "所属月" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "结果" },
    { .name = "receipt", .type = SERVICE_COUNT, .summary = "receipt", .summary_zh = "回执编号" },
    { .name = "lines", .type = SERVICE_COUNT, .summary = "lines", .summary_zh = "总行数" },
    { .name = "linked", .type = SERVICE_COUNT, .summary = "linked", .summary_zh = "已比中" },
    { .name = "absent", .type = SERVICE_COUNT, .summary = "not registered here", .summary_zh = "本机构未建档" },
    { .name = "review", .type = SERVICE_COUNT, .summary = "to be reviewed", .summary_zh = "待核" },
    { .name = "rejected", .type = SERVICE_COUNT, .summary = "rejected", .summary_zh = "退回" },
    { .name = "mended", .type = SERVICE_COUNT, .summary = "put right by the way", .summary_zh = "顺手更正" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "held against", .summary_zh = "对照" },
    { .name = "added", .type = SERVICE_COUNT, .summary = "added", .summary_zh = "新增" },
    { .name = "removed", .type = SERVICE_COUNT, .summary = "removed", .summary_zh = "减少" },
    { .name = "changed", .type = SERVICE_COUNT, .summary = "changed", .summary_zh = "变化" },
    { .name = "reasons", .type = SERVICE_OBJECT, .is_list = true, .summary = "why", .summary_zh = "原因", .fields = WHY_ROW,
      .field_count = ARRAY_COUNT(WHY_ROW) },
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest of what it says", .summary_zh = "内容摘要（SM3）" },
};

/* ---- what came of it ---- */

static void count_why(rolls_receive *r, const roll_line *line)
{
    text key = text_format(r->memory, "%d %.*s", (int)line->state, TEXT_ARG(line->why));
    size_t at = hash_map_get(r->why_places, key);
    r->tally[line->state]++;
    if (!line->why.size_bytes) return;
    if (at == SIZE_MAX) {
        rolls_receive_why one = { line->state, line->why, 0, line->line };
        at = r->why_count;
        ARENA_PUSH(r->memory, r->whys, r->why_count, r->why_capacity, one);
        hash_map_put(r->why_places, key, at);
    }
    r->whys[at].lines++;
}

/* More broken lines than the contract allows: it is not this or that line, it is the file. */
static bool is_too_broken(const rolls_receive *r)
{
    enum { HUNDRED = 100 };
    return r->tally[ROLL_REJECTED] * HUNDRED > (int64_t)r->count * r->contract->broken_percent;
}

/* A column most of whose cells are no such thing is another column. */
static void tell_shifted(rolls_receive *r)
{
    for (size_t c = 0; c < r->contract->column_count; c++) {
        if (2 * r->faults[c] <= r->count || !r->faults[c]) continue;
        text place = text_format(r->call->request, service_say(r->call, "%.*s, %zu of %zu lines, as in line %zu: %.*s", "%.*s，%zu/%zu 行，如第 %zu 行：%.*s"),
                                 TEXT_ARG(r->call->is_chinese ? r->contract->columns[c].zh : r->contract->columns[c].en), r->faults[c], r->count,
                                 r->fault_line[c], TEXT_ARG(text_shown(r->call->request, r->fault_cell[c], 24)));
        service_note(r->call, "a column does not hold what it is named for; are columns shifted or exchanged? ",
                     "有一列的内容与列名不符，是否错列或串列？", place);
    }
}

/* What two people have decided of a line holds for the next month's, while it says the same. */
static void carry_over(rolls_receive *r, const roll_line *before, size_t count)
{
    hash_map *decided = hash_map_open(r->memory);
    for (size_t i = 0; i < count; i++)
        if (before[i].state == ROLL_LINKED || rolls_is_nobody(&before[i])) hash_map_put(decided, (text){ (const char *)&before[i].cells, sizeof before[i].cells }, i);
    for (size_t i = 0; i < r->count; i++) {
        roll_line *line = &r->lines[i];
        if (line->state != ROLL_REVIEW && line->state != ROLL_ABSENT) continue;
        size_t at = hash_map_get(decided, (text){ (const char *)&line->cells, sizeof line->cells });
        if (at == SIZE_MAX || (line->state == ROLL_ABSENT && before[at].state == ROLL_ABSENT)) continue;
        line->state = before[at].state;
        line->subject_id = before[at].subject_id;
        line->why = TEXT("as_before");
    }
}

static err hold_against_before(rolls_receive *r, roll_receipt *before)
{
    roll_line *lines;
    size_t count, differences;
    rolls_difference *all;
    TRY(rolls_before(r->book, r->contract->name, r->month, &r->terms.before_id));
    if (!r->terms.before_id) return ERR_NONE;
    TRY(roll_receipt_read(r->memory, r->book, r->terms.before_id, before));
    TRY(roll_lines(r->memory, r->book, r->terms.before_id, &lines, &count));
    carry_over(r, lines, count);
    rolls_compare(r->memory, lines, count, r->lines, r->count, &all, &differences);
    for (size_t i = 0; i < differences; i++) {
        r->terms.added += all[i].kind == ROLLS_ADDED;
        r->terms.removed += all[i].kind == ROLLS_REMOVED;
        r->terms.changed += all[i].kind == ROLLS_CHANGED;
    }
    return ERR_NONE;
}

static err write_rejects(rolls_receive *r)
{
    static const service_field HEADS[ROLLS_COLUMNS_MAX + 3] = {
        { .summary = "line", .summary_zh = "行" }, { .summary = "state", .summary_zh = "处理" }, { .summary = "why", .summary_zh = "原因" },
    };
    enum { HEAD = 3 };
    arena *a = r->call->request;
    service_field fields[ROLLS_COLUMNS_MAX + HEAD];
    memcpy(fields, HEADS, sizeof fields);
    for (size_t c = 0; c < r->contract->column_count; c++)
        fields[HEAD + c] = (service_field){ .summary = text_cstr(a, r->contract->columns[c].en), .summary_zh = text_cstr(a, r->contract->columns[c].zh) };
    grid g = grid_open(r->call, rolls_title(r->call, r->contract), fields, HEAD + r->contract->column_count, SIZE_MAX);
    for (size_t i = 0; i < r->count; i++) {
        const roll_line *line = &r->lines[i];
        const roll_word *state = roll_state_word(line->state);
        if (line->state != ROLL_REJECTED && line->state != ROLL_REVIEW) continue;
        grid_add(&g, text_format(a, "%lld", (long long)line->line));
        grid_add(&g, text_of(service_say(r->call, state->says, state->says_zh)));
        grid_add(&g, rolls_why_text(a, r->call, line->why));
        for (size_t c = 0; c < r->contract->column_count; c++) grid_add(&g, r->cells[c][i]);
    }
    return grid_write(&g, service_text_of(r->call, "rejects", TEXT_NONE));
}

static void put_reply(rolls_receive *r, const roll_receipt *before, int64_t receipt_id, const char *code, const char *en, const char *zh)
{
    arena *a = r->call->request;
    service_value *reply = r->call->reply;
    service_put_text(a, reply, "roll", rolls_title(r->call, r->contract));
    service_put_text(a, reply, "department", rolls_department(r->call, r->contract));
    service_put_text(a, reply, "month", service_month_text(a, r->month));
    service_put_state(r->call, reply, "state", code, en, zh);
    service_put_count(a, reply, "receipt", receipt_id);
    service_put_count(a, reply, "lines", (int64_t)r->count);
    for (int s = ROLL_LINKED; s < ROLL_STATE_COUNT; s++) service_put_count(a, reply, roll_state_word((roll_state)s)->name, r->tally[s]);
    service_put_count(a, reply, "mended", r->terms.mended);
    service_put_text(a, reply, "before", r->terms.before_id ? service_month_text(a, before->terms.month)
                                                            : text_of(service_say(r->call, "nothing before", "此前没有")));
    service_put_count(a, reply, "added", r->terms.added);
    service_put_count(a, reply, "removed", r->terms.removed);
    service_put_count(a, reply, "changed", r->terms.changed);
    service_value *reasons = service_put_list(a, reply, "reasons");
    for (size_t i = 0; i < r->why_count; i++) {
        service_value *v = service_put_object(a, reasons, NULL);
        const roll_word *word = roll_state_word(r->whys[i].state);
        service_put_state(r->call, v, "state", word->name, word->says, word->says_zh);
        service_put_text(a, v, "why", rolls_why_text(a, r->call, r->whys[i].why));
        service_put_count(a, v, "lines", r->whys[i].lines);
        service_put_count(a, v, "first", r->whys[i].first);
    }
    service_put_text(a, reply, "digest", text_copy(a, r->terms.digest));
}

static err write_roll(rolls_receive *r, int64_t *receipt_id, bool *is_new)
{
    text sealed;
    roll_act act = { .actor_id = r->office->actor_id, .known_ms = r->office->now_ms,
                     .why = service_text_of(r->call, "why", text_of(r->call->op->name)) };
    TRY(rolls_seal(r->memory, r->keys, &r->terms, r->contract->column_count, r->cells, r->count, &sealed));
    TRY(roll_receive(r->book, &act, &r->terms, r->lines, r->count, sealed, receipt_id, is_new));
    return *is_new && r->commits ? store_commit(r->office->db) : ERR_NONE;
}

static text base_name(text path)
{
    size_t from = 0;
    for (size_t i = 0; i < path.size_bytes; i++)
        if (path.bytes[i] == '/') from = i + 1;
    return text_sub(path, from, path.size_bytes);
}

static err prepare(rolls_receive *r, text roll)
{
    service_call *call = r->call;
    if (r->month > calendar_month_of_day(call->office->settings.today_day))
        return err_of(&ROLLS_AHEAD, service_month_text(call->request, r->month).bytes);
    r->memory = r->office->memory;
    r->line_memory = arena_open();
    r->met = hash_map_open(r->memory);
    r->why_places = hash_map_open(r->memory);
    r->names = ident_names_open(r->memory);
    TRY(rolls_contract_of(r->office, roll, &r->contract));
    TRY(rolls_keys_open(r->office, &r->keys));
    TRY(rolls_open(r->office, &r->book));
    TRY(county_people(r->office, &r->people));
    return crypto_hasher_open(r->memory, CRYPTO_SM3, &r->hasher);
}

static err begin(service_call *call, rolls_receive *r)
{
    *r = (rolls_receive){ .call = call, .commits = true };
    TRY(county_open(call, COUNTY_WRITE, &r->office));
    TRY(county_login(r->office, NULL));
    TRY(service_month_of(call, "month", 0, &r->month));
    TRY(prepare(r, service_text_of(call, "roll", TEXT_NONE)));
    TRY(sheet_open(call, service_text_of(call, "file", TEXT_NONE), &r->file));
    r->terms.file = text_copy(r->memory, base_name(service_text_of(call, "file", TEXT_NONE)));
    return county_begin(r->office);
}

static err read_file(rolls_receive *r)
{
    char *shown = arena_alloc(r->memory, CRYPTO_DIGEST_HEX_BYTES);
    TRY(rolls_receive_bind(r));
    crypto_hash_begin(r->hasher);
    TRY(rolls_receive_lines(r));
    crypto_print_digest(crypto_hash_end(r->hasher), shown);
    r->terms.roll = r->contract->name;
    r->terms.month = r->month;
    r->terms.digest = text_of(shown);
    r->terms.contract = r->contract->digest;
    return ERR_NONE;
}

static err receive(rolls_receive *r)
{
    roll_receipt before = { .receipt_id = 0 };
    int64_t receipt_id = 0;
    bool is_new = true, is_refused, is_dry = service_is_given(r->call, "dry-run");
    TRY(read_file(r));
    TRY(hold_against_before(r, &before));
    for (size_t i = 0; i < r->count; i++) count_why(r, &r->lines[i]);
    is_refused = is_too_broken(r) || !r->count;
    if (is_refused) tell_shifted(r);
    if (!is_refused && !is_dry) TRY(write_roll(r, &receipt_id, &is_new));
    if (is_refused) put_reply(r, &before, 0, "refused", "refused whole: more lines are broken than the contract allows, or there is none; nothing was written",
                              "整册退回：错行超过约定上限，或没有数据行；没有写入");
    else if (is_dry) put_reply(r, &before, 0, "tried", "tried, nothing was written", "试读，没有写入");
    else if (!is_new) put_reply(r, &before, receipt_id, "same", "received before, nothing changed", "此前已收，本次没有变动");
    else put_reply(r, &before, receipt_id, "received", "received", "已接收");
    r->call->has_failures = is_refused;
    return service_is_given(r->call, "rejects") ? write_rejects(r) : ERR_NONE;
}

static err leave(rolls_receive *r, err e)
{
    if (e.detail) e.detail = text_cstr(r->call->request, text_of(e.detail));
    if (r->hasher) crypto_hasher_close(r->hasher);
    rolls_keys_close(r->keys);
    sheet_close(r->file);
    if (r->line_memory) arena_close(r->line_memory);
    return e;
}

static err roll_receive_run(service_call *call)
{
    rolls_receive r;
    err e = begin(call, &r);
    if (!e.kind) e = receive(&r);
    return leave(&r, e);
}

err rolls_receive_words(county *office, text roll, int32_t month, const char *name, text words)
{
    rolls_receive r = { .call = office->call, .office = office, .month = month, .terms = { .file = text_of(name) } };
    err e = prepare(&r, roll);
    if (!e.kind) e = sheet_open_words(office->call, name, words, &r.file);
    if (!e.kind) e = receive(&r);
    return leave(&r, e);
}

static const char *const RECEIVE_EXAMPLES[] = {
    "doudi roll receive civil.hardship 低保特困.xlsx --month 2026-11 --dry-run --as zhangwei",
    "doudi roll receive police.deaths 死亡注销.csv --month 2026-11 --rejects 退回.csv --as zhangwei", NULL };

const service_op ROLLS_RECEIVE_OP = {
    .name = "roll.receive",
    .summary = "Take a department's roll of a month: every line linked, absent, to be reviewed or rejected, with a receipt",
    .summary_zh = "接收部门名册：逐行比中、未建档、待核或退回，出具回执",
    .law = "《社会保险法》第五十七条",
    .kind = SERVICE_WRITE,
    .permission = "roll.receive",
    .input = RECEIVE_INPUT,
    .input_count = ARRAY_COUNT(RECEIVE_INPUT),
    .output = ROLLS_RECEIVE_OUTPUT,
    .output_count = ROLLS_RECEIVE_OUTPUT_COUNT,
    .examples = RECEIVE_EXAMPLES,
    .run = roll_receive_run,
};
