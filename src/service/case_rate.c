/* doudi case rate, ratings: how whoever asked rates what was done, and the share of good ratings. */
#include "calendar/calendar.h"
#include "service/case.h"
#include "service/month.h"
#include "service/operations.h"

const err_kind CASE_RATED = {
    "case.rated", ERR_CONFLICT, "This case was rated {} already; a case is rated once.", "本办件已评过 {} 分；一件只评一次。"
};
const err_kind CASE_BAD_SCORE = { "case.bad_score", ERR_BAD_INPUT, "A score is 1 to 5, and this is {}.", "评分为 1 至 5，所给为 {}。" };
const err_kind CASE_OWN_WORK = {
    "case.own_work", ERR_FORBIDDEN, "Whoever worked on a case does not enter its rating; another does, or the applicant's own login.",
    "经办过本办件的人不得代评；请他人登记，或由申请人用本人账号评价。"
};
const err_kind CASE_NOT_THEIRS = { "case.not_theirs", ERR_NOT_FOUND, "No case {} is about them.", "没有关于该对象的办件 {}。" };
const err_kind CASE_NO_LINE = {
    "case.no_line", ERR_CONFLICT, "The region has not set from which score a rating is good ({}); its pack sets it.", "本地区没有规定几分以上算好评（{}）；由地方政策包设定。"
};
static const char GOOD[] = "办件规则.好评最低分";

static const service_field RATE_INPUT[] = {
    CASE_ID_FIELD,
    { .name = "score", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "1-5", .summary = "5 is best", .summary_zh = "评分，5 分最好" },
    { .name = "note", .type = SERVICE_TEXT, .shows = "TEXT", .summary = "in the applicant's words", .summary_zh = "评价内容" },
    { .name = "subject", .type = SERVICE_COUNT, .shows = "ID", .summary = "whom it is about, where they rate it themselves", .summary_zh = "由本人评价时，本人编号" },
    CASE_ON_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field RATE_OUTPUT[] = {
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件" },
    { .name = "score", .type = SERVICE_COUNT, .summary = "score", .summary_zh = "评分" },
    { .name = "changed", .type = SERVICE_FLAG, .summary = "anything was changed", .summary_zh = "本次有变动" },
};
static const service_field RATINGS_INPUT[] = {
    { .name = "from", .type = SERVICE_DATE, .shows = "DATE", .summary = "rated from this day on (default: all)", .summary_zh = "从哪天起（默认全部）" },
    CASE_ON_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field RATING_ROW[] = {
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件" },
    { .name = "type", .type = SERVICE_TEXT, .summary = "type", .summary_zh = "事项" },
    { .name = "day", .type = SERVICE_TEXT, .summary = "on", .summary_zh = "日期" },
    { .name = "score", .type = SERVICE_COUNT, .summary = "score", .summary_zh = "评分" },
    { .name = "note", .type = SERVICE_TEXT, .summary = "said", .summary_zh = "评价内容" },
};
static const service_field RATINGS_OUTPUT[] = {
    { .name = "all", .type = SERVICE_COUNT, .summary = "ratings", .summary_zh = "评价总数" },
    { .name = "good", .type = SERVICE_COUNT, .summary = "good", .summary_zh = "好评数" },
    { .name = "from_score", .type = SERVICE_TEXT, .summary = "good from", .summary_zh = "好评最低分" },
    { .name = "share", .type = SERVICE_VALUE, .summary = "share of good ratings", .summary_zh = "好评率" },
    { .name = "low", .type = SERVICE_OBJECT, .is_list = true, .summary = "not good, to be looked into", .summary_zh = "未达好评，待回访",
      .fields = RATING_ROW, .field_count = ARRAY_COUNT(RATING_ROW) },
};

static err refuse_own_work(case_call *c, int64_t case_id)
{
    cases_mark *marks;
    size_t count;
    TRY(cases_marks(c->memory, c->book, case_id, &marks, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_same;
        if (marks[i].what == CASES_RATE || text_equal_cstr(marks[i].duty, CASE_AUTO)) continue;
        TRY(case_is_same_person(c, c->office->actor_id, marks[i].actor_id, &is_same));
        if (is_same) return err_of(&CASE_OWN_WORK, NULL);
    }
    return ERR_NONE;
}

static err rate_run(service_call *call)
{
    case_call c;
    cases_row row;
    cases_rating was;
    arena *a = call->request;
    int64_t case_id = (int64_t)service_size_of(call, "case", 0), score = (int64_t)service_size_of(call, "score", 0);
    int64_t subject = (int64_t)service_size_of(call, "subject", 0);
    if (score < 1 || score > 5) return err_of(&CASE_BAD_SCORE, text_format(a, "%lld", (long long)score).bytes);
    TRY(case_begin(call, COUNTY_WRITE, &c));
    TRY(cases_read(c.memory, c.book, case_id, &row));
    if (subject && subject != row.subject_id) return err_of(&CASE_NOT_THEIRS, text_format(a, "%lld", (long long)case_id).bytes);
    TRY(cases_rating_of(c.memory, c.book, case_id, &was));
    if (was.score && was.score != score) return err_of(&CASE_RATED, text_format(a, "%lld", (long long)was.score).bytes);
    if (!was.score) {
        cases_act act = case_act(&c);
        TRY(refuse_own_work(&c, case_id));
        TRY(case_agent_rates(&c, &row));
        TRY(cases_do(c.book, &act, case_id, &(cases_move){ .what = CASES_RATE, .day = c.day, .number = score, .note = service_text_of(call, "note", TEXT("")) }));
    }
    TRY(store_commit(c.office->db));
    service_put_count(a, call->reply, "case", case_id);
    service_put_count(a, call->reply, "score", score);
    service_put_bool(a, call->reply, "changed", !was.score);
    return ERR_NONE;
}

static err ratings_run(service_call *call)
{
    case_call c;
    cases_rating *all;
    size_t count;
    int64_t good = 0, least;
    arena *a = call->request;
    TRY(case_begin(call, COUNTY_READ, &c));
    text line = case_figure(&c, GOOD);
    if (!codec_parse_scaled(line, 0, &least)) return err_of(&CASE_NO_LINE, GOOD);
    int32_t from = service_is_given(call, "from") ? service_day_of(call, "from") : CALENDAR_DAY_MIN;
    TRY(cases_ratings(a, c.book, from, c.day, &all, &count));
    service_value *low = service_list(a);
    for (size_t i = 0; i < count; i++) {
        good += all[i].score >= least;
        if (all[i].score >= least) continue;
        service_value *v = service_put_object(a, low, NULL);
        service_put_count(a, v, "case", all[i].case_id);
        service_put_text(a, v, "type", text_copy(a, case_type_shown(&c, all[i].type)));
        service_put_text(a, v, "day", case_day_text(a, all[i].day));
        service_put_count(a, v, "score", all[i].score);
        service_put_text(a, v, "note", all[i].note);
    }
    service_put_count(a, call->reply, "all", (int64_t)count);
    service_put_count(a, call->reply, "good", good);
    service_put_text(a, call->reply, "from_score", text_copy(a, line));
    /* Nobody has rated: there is no share, and none is shown. Cut, so that a goal that is missed is not shown as reached. */
    int64_t share = count ? good * 10000 / (int64_t)count : 0;
    if (count) service_put_text(a, call->reply, "share", text_format(a, "%lld.%02lld%%", (long long)(share / 100), (long long)(share % 100)));
    else service_put_null(a, call->reply, "share");
    service_put(a, call->reply, "low", low);
    return ERR_NONE;
}

static const char *const RATE_EXAMPLES[] = { "doudi case rate 12 5 --note '一次办好' --as carl", NULL };
const service_op CASE_RATE_OP = {
    .name = "case.rate",
    .summary = "The applicant rates a case that is over, once; entered by nobody who worked on it",
    .summary_zh = "办结后的服务评价：一件一次，经办人不得代评",
    .law = "《社会保险经办条例》第三十八条",
    .kind = SERVICE_WRITE, .permission = "case.open", .own_person = "subject", .own_employer = "subject",
    .scope = SERVICE_SCOPE_CASE,
    .input = RATE_INPUT, .input_count = ARRAY_COUNT(RATE_INPUT), .output = RATE_OUTPUT, .output_count = ARRAY_COUNT(RATE_OUTPUT),
    .examples = RATE_EXAMPLES, .run = rate_run,
};
const service_op CASE_RATINGS_OP = {
    .name = "case.ratings",
    .summary = "The share of good ratings, and those that are not good",
    .summary_zh = "好评率，以及未达好评的办件",
    .kind = SERVICE_READ, .permission = "desk.read",
    .input = RATINGS_INPUT, .input_count = ARRAY_COUNT(RATINGS_INPUT), .output = RATINGS_OUTPUT, .output_count = ARRAY_COUNT(RATINGS_OUTPUT),
    .examples = (const char *const[]){ "doudi case ratings --from 2026-11-01", NULL }, .run = ratings_run,
};
