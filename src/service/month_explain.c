/* doudi person explain: why this amount, by the decision as it was kept and the law of its digest. */
#include <string.h>

#include "service/award.h"
#include "service/bill_explain.h"
#include "service/county.h"
#include "service/decide.h"
#include "service/ledger.h"
#include "service/letter.h"
#include "service/operations.h"
#include "service/recovery.h"
#include "service/revise.h"

static const service_field EXPLAIN_INPUT[] = {
    { .name = "person", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "PERSON",
      .summary = "the person's number", .summary_zh = "人员编号" },
    { .name = "decision", .type = SERVICE_COUNT, .shows = "DECISION", .summary = "which decision (default: the last)",
      .summary_zh = "哪一次核定（默认最近一次）" },
    { .name = "key", .type = SERVICE_NAME, .shows = "KEY", .summary = "which amount: basic, account, total ... (default: total)",
      .summary_zh = "解释哪一项：basic、account、total 等（默认 total 合计）" },
    { .name = "bill", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "why this contribution, as it was billed for the month",
      .summary_zh = "说明该月账单中的缴费额" },
    { .name = "employer", .type = SERVICE_COUNT, .shows = "EMPLOYER", .summary = "of a bill: the employer's, where there are several",
      .summary_zh = "账单有几个单位的，指明哪一个" },
    { .name = "withheld", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "why so much was withheld from what was paid in the month",
      .summary_zh = "说明该月从待遇中抵扣的数额" },
    { .name = "purpose", .type = SERVICE_NAME, .shows = "PURPOSE", .summary = "of a bill: which, where a month has several (public, unemployed …)",
      .summary_zh = "当月有几类账单的，指明哪一类（public、unemployed 等）" },
    { .name = "all", .type = SERVICE_FLAG, .summary = "fold nothing", .summary_zh = "全部展开，不折叠" },
    DOCUMENT_OUT_FIELD,
    { .name = "reveal", .type = SERVICE_FLAG, .summary = "in the letter: the citizen number whole",
      .summary_zh = "文书中证件号码不遮盖" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field EXPLAIN_LINE[] = {
    { .name = "key", .type = SERVICE_TEXT, .summary = "line", .summary_zh = "分项" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "amount", .type = SERVICE_VALUE, .summary = "decided, yuan", .summary_zh = "核定额（元）" },
    { .name = "again", .type = SERVICE_TEXT, .summary = "computed again", .summary_zh = "按当时政策重算" },
    { .name = "fund", .type = SERVICE_TEXT, .is_optional = true }, /* of a bill */
    { .name = "payer", .type = SERVICE_TEXT, .is_optional = true },
};
static const service_field EXPLAIN_OUTPUT[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },
    { .name = "decision", .type = SERVICE_COUNT, .summary = "decision", .summary_zh = "核定编号" },
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "purpose", .summary_zh = "用途" },
    { .name = "on", .type = SERVICE_TEXT, .summary = "decided on the law of", .summary_zh = "适用政策日期" },
    { .name = "from", .type = SERVICE_TEXT, .summary = "due from", .summary_zh = "起发月份" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of the packs that decided", .summary_zh = "核定所用政策包的摘要" },
    { .name = "is_same_law", .type = SERVICE_FLAG, .summary = "today's packs are the same", .summary_zh = "与现行政策包相同" },
    { .name = "lines", .type = SERVICE_OBJECT, .is_list = true, .summary = "lines", .summary_zh = "各项",
      .fields = EXPLAIN_LINE, .field_count = ARRAY_COUNT(EXPLAIN_LINE) },
    { .name = "explanation", .type = SERVICE_ANY },
    { .name = "own_bill", .type = SERVICE_ANY, .is_optional = true, .summary = "of a month paid back: why its own bill would have come to this",
      .summary_zh = "个人补缴的月份：该月自己账单的解释" },
    { .name = "code", .type = SERVICE_TEXT, .summary = "code of the letter", .summary_zh = "核验码", .is_optional = true },
    { .name = "state", .type = SERVICE_STATE, .summary = "of an award: state", .summary_zh = "核定审批状态", .is_optional = true },
    { .name = "made_by", .type = SERVICE_TEXT, .summary = "determined by", .summary_zh = "经办人", .is_optional = true },
    { .name = "reviewed_by", .type = SERVICE_TEXT, .summary = "reviewed by", .summary_zh = "复核人", .is_optional = true },
    { .name = "approved_by", .type = SERVICE_TEXT, .summary = "approved by", .summary_zh = "审批人", .is_optional = true },
    DOCUMENT_OUTPUT,
    REVISE_CHAINS_OUTPUT,
};

enum { LINES_ALL = 1000000 };

/* One of a batch that waits, was withdrawn or taken back says nothing of what is paid, nor one replaced since. */
static bool counts_now(const revision_said *said, size_t count, int64_t decision_id)
{
    bool counts = true;
    for (size_t i = 0; i < count; i++) {
        if (said[i].row.decision_id == decision_id && !said[i].terms.reverses) counts = revision_counts(&said[i]);
        if (said[i].row.replaces_id == decision_id && revision_counts(&said[i])) return false;
    }
    return counts;
}

/* What a run withholds is no award: it is told by --withheld. */
static size_t without_withheld(decision_made *all, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!recovery_is_purpose(all[i].terms.purpose)) all[kept++] = all[i];
    return kept;
}

/* The last of the month: a run drafted anew decided anew. */
static err find_withheld(service_call *call, int64_t person_id, const decision_made *all, size_t count, decision_made *made)
{
    int32_t month;
    bool is_found = false;
    TRY(service_month_of(call, "withheld", 0, &month));
    for (size_t i = 0; i < count; i++) {
        if (!recovery_is_purpose(all[i].terms.purpose) || all[i].terms.for_month != month) continue;
        *made = all[i];
        is_found = true;
    }
    return is_found ? ERR_NONE : err_of(&DECISION_NOT_FOUND, text_format(call->request, "%lld", (long long)person_id).bytes);
}

static err find_decision(county *office, int64_t person_id, decision_made *made)
{
    decision_book *book;
    decision_made *all;
    revision_book *revisions;
    revision_said *said;
    size_t count, said_count;
    service_call *call = office->call;
    TRY(county_decisions(office, &book));
    if (service_is_given(call, "decision"))
        return decision_read(office->memory, book, person_id, (int64_t)service_size_of(call, "decision", 0), made);
    TRY(decision_of_person(office->memory, book, person_id, TEXT_NONE, &all, &count));
    if (service_is_given(call, "withheld")) return find_withheld(call, person_id, all, count, made);
    count = without_withheld(all, count);
    if (!count) return err_of(&DECISION_NOT_FOUND, text_format(call->request, "%lld", (long long)person_id).bytes);
    TRY(county_revisions(office, &revisions));
    TRY(revision_of_person(revision_reader_open(office->memory, revisions), person_id, &said, &said_count));
    *made = all[count - 1];
    for (size_t i = count; i-- > 0;) {
        if (!counts_now(said, said_count, all[i].decision_id)) continue;
        *made = all[i];
        break;
    }
    return ERR_NONE;
}

/* What stands in the store, beside what its inputs come to now by the law of then. */
static void put_lines(service_call *call, const decision_made *made, const decide_replay *replay)
{
    arena *a = call->request;
    service_value *lines = service_put_list(a, call->reply, "lines");
    for (size_t i = 0; i < replay->answer_count; i++) {
        service_value *v = service_put_object(a, lines, NULL);
        int64_t fen = EVENTLOG_NONE;
        for (size_t k = 0; k < made->terms.key_count; k++)
            if (!strcmp(made->terms.keys[k], replay->keys[i])) fen = made->row.fen[k];
        service_put_cstr(a, v, "key", replay->keys[i]);
        service_put_text(a, v, "name", replay->names[i]);
        if (fen == EVENTLOG_NONE) service_put_null(a, v, "amount");
        else service_put_text(a, v, "amount", service_yuan(a, fen));
        service_put_text(a, v, "again", replay->values[i].size_bytes ? replay->values[i] : replay->reasons[i]);
    }
}

/* ---- who stands for it ---- */

static err put_name(county *office, const char *member, int64_t user_id)
{
    staff *room;
    staff_user *users;
    size_t count;
    arena *a = office->call->request;
    text name = TEXT("-");
    if (user_id) {
        TRY(county_staff(office, &room));
        TRY(staff_list(office->memory, room, &users, &count));
        for (size_t i = 0; i < count; i++)
            if (users[i].id == user_id) name = text_copy(a, users[i].name);
    }
    service_put_text(a, office->call->reply, member, name);
    return ERR_NONE;
}

/* What changed many awards at once was signed as one batch: it has no names of its own here. */
static err put_changed(county *office, const decision_made *made)
{
    revision_book *revisions;
    revision_said *said;
    size_t count;
    bool counts = false;
    service_call *call = office->call;
    TRY(county_revisions(office, &revisions));
    TRY(revision_of_person(revision_reader_open(office->memory, revisions), made->person_id, &said, &count));
    for (size_t i = 0; i < count; i++)
        counts |= said[i].row.decision_id == made->decision_id && !said[i].terms.reverses && revision_counts(&said[i]);
    service_put_cstr(call->request, call->reply, "approved_by",
                     counts ? service_say(call, "with a batch of changes, approved", "随批量调整审批") : "-");
    return ERR_NONE;
}

/* An award is nobody's until two more people have stood for it; made_by and reviewed_by are said of awards alone. */
static err put_signers(county *office, const decision_made *made)
{
    decision_book *book;
    decision_award *awards;
    size_t count;
    const decision_award_filter one = { .person_id = made->person_id, .decision_id = made->decision_id };
    TRY(county_decisions(office, &book));
    TRY(decision_awards(office->memory, book, &one, &awards, &count));
    if (!count) return put_changed(office, made);
    award_put_state(office->call, office->call->reply, awards[0].state);
    TRY(put_name(office, "made_by", awards[0].maker_id));
    TRY(put_name(office, "reviewed_by", awards[0].reviewer_id));
    return put_name(office, "approved_by", awards[0].state == DECISION_APPROVED ? awards[0].decider_id : 0);
}

static const char *key_asked(service_call *call, const decide_replay *replay, const decision_made *made)
{
    if (service_is_given(call, "key")) return text_cstr(call->request, service_text_of(call, "key", TEXT_NONE));
    for (size_t i = 0; i < replay->answer_count; i++)
        if (!strcmp(replay->keys[i], "total")) return "total";
    return made->terms.key_count ? made->terms.keys[0] : "";
}

static void put_head(service_call *call, const decision_made *made, bool is_same)
{
    arena *a = call->request;
    service_put_count(a, call->reply, "person", made->person_id);
    service_put_count(a, call->reply, "decision", made->decision_id);
    service_put_text(a, call->reply, "purpose", text_copy(a, made->terms.purpose));
    service_put_text(a, call->reply, "on", service_day_text(a, made->terms.on_day));
    service_put_text(a, call->reply, "from", service_month_text(a, made->terms.for_month));
    service_put_text(a, call->reply, "law", text_copy(a, made->terms.law));
    service_put_bool(a, call->reply, "is_same_law", is_same);
}

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

static err person_explain_run(service_call *call)
{
    if (service_is_given(call, "bill")) return bill_explain_person(call);
    county *office;
    decision_made made;
    const decide_law *law;
    decide_replay replay;
    explain_answer answer;
    bool is_same;
    arena *a = call->request;
    explain_options options = { .is_chinese = call->is_chinese,
                                .lines_max = service_is_given(call, "all") ? LINES_ALL : 0 };
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(find_decision(office, (int64_t)service_size_of(call, "person", 0), &made));
    TRY(law_of(office, made.terms.law, &law, &is_same));
    TRY(decide_record_replay(a, law, made.row.record, call->is_chinese, &replay));
    put_head(call, &made, is_same);
    put_lines(call, &made, &replay);
    TRY(put_signers(office, &made));
    TRY(decide_record_explain(a, law, made.row.record, key_asked(call, &replay, &made), options, &answer));
    text *shown = ARENA_NEW(a, text);
    *shown = explain_text(a, &answer, options);
    call->answer = shown;
    service_put_json(a, call->reply, "explanation", explain_json(a, &answer, options));
    TRY(revise_put_chains(office, made.person_id, call->reply));
    if (!service_is_given(call, "out")) return ERR_NONE;
    options.lines_max = LINES_ALL;
    return letter_write(office, &made, explain_text(a, &answer, options));
}

static void person_explain_print(const service_call *call, text_builder *out)
{
    if (service_is_given(call, "bill")) {
        bill_explain_print(call, out);
        return;
    }
    static const struct { const char *name, *en, *zh; } HEADS[] = {
        { "purpose", "purpose", "用途" }, { "on", "law of", "适用政策日期" }, { "from", "due from", "起发月份" },
        { "law", "packs that decided", "核定所用政策包" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(HEADS); i++)
        text_add_format(out, "%s%s%.*s\n", service_say(call, HEADS[i].en, HEADS[i].zh), service_say(call, ": ", "："),
                        TEXT_ARG(service_member(call->reply, HEADS[i].name)->word));
    size_t rows, columns;
    const text *cells = letter_lines(call, true, &rows, &columns);
    service_table(out, cells, rows, columns, LETTER_IS_NUMBER);
    text_add_char(out, '\n');
    text_add(out, *(const text *)call->answer);
    revise_print_chains(call, out);
}

static const char *const EXPLAIN_EXAMPLES[] = { "doudi person explain 1024", "doudi person explain 1024 --decision 1 --key basic", "doudi person explain 1024 --out letter.pdf",
                                                "doudi person explain 1024 --bill 2026-11",
                                                "doudi person explain 1024 --withheld 2027-01",
                                                NULL };

const service_op MONTH_EXPLAIN_OP = {
    .name = "person.explain",
    .summary = "Tell why a person's benefit has its amount, by the decision kept and the law of then",
    .summary_zh = "按核定时留存的依据和当时的政策，说明一个人的待遇是怎样算出来的",
    .law = "《社会保险法》第四条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .own_person = "person",
    .scope = SERVICE_SCOPE_ID,
    .input = EXPLAIN_INPUT,
    .input_count = ARRAY_COUNT(EXPLAIN_INPUT),
    .output = EXPLAIN_OUTPUT,
    .output_count = ARRAY_COUNT(EXPLAIN_OUTPUT),
    .examples = EXPLAIN_EXAMPLES,
    .run = person_explain_run,
    .print = person_explain_print,
};
