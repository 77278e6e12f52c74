#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"
#include "service/adopt.h"
#include "service/files.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/county_sample.h"
#include "service/payer.h"

const err_kind COUNTY_BEFORE_LAW = {
    "county.before_law", ERR_BAD_INPUT,
    "An office cannot begin its business before the first law its packs know ({}); give a later --month.",
    "业务起始月不能早于政策包中最早的政策（{}）；请用 --month 指定较晚的月份。"
};

static const service_field NEW_INPUT[] = {
    { .name = "people", .type = SERVICE_COUNT,
      .summary = "fill it with a sample county of so many invented people, 3,000 to 10,000,000",
      .summary_zh = "装入若干人的示例县（虚构），3000 至 10000000 人" },
    { .name = "empty", .type = SERVICE_FLAG, .summary = "an office without people (default)",
      .summary_zh = "不装入人员（默认）" },
    { .name = "seed", .type = SERVICE_COUNT,
      .summary = "the same seed makes the same sample county (default: 1)",
      .summary_zh = "同一种子生成同一个示例县（默认 1）" },
    { .name = "practice", .type = SERVICE_FLAG,
      .summary = "of a sample county: passwords are checked fast, for tests and practice; never for real people",
      .summary_zh = "示例县：口令校验从简，仅供测试和练习，不得用于真实人员" },
    { .name = "news", .type = SERVICE_FILE_OUT, .shows = "FILE.csv",
      .summary = "of a sample county: write here what departments tell in its first month, to be imported as attributes",
      .summary_zh = "示例县：将首月各部门传来的信息写入此文件，供导入“部门信息”" },
    { .name = "places", .type = SERVICE_FILE_OUT, .shows = "FILE.csv",
      .summary = "of a sample county: write here what its townships and villages are called, for doudi indicator enter",
      .summary_zh = "示例县：将各乡镇、村的名称写入此文件，供 doudi indicator enter 录入" },
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM",
      .summary = "the first month of business (default: this month)",
      .summary_zh = "业务起始月（默认本月）" },
    { .name = "region", .type = SERVICE_REGION, .shows = "REGION",
      .summary = "whose packs hold here (default: 示例县 with people, else 中国)",
      .summary_zh = "适用哪个地区的政策包（装入示例县时默认示例县，否则默认中国）" },
    { .name = "payer", .type = SERVICE_TEXT, .shows = "ACCOUNT",
      .summary = "the account all funds pay from, until three people set another (doudi payer)",
      .summary_zh = "各基金的付款账户，此后由三人变更（doudi payer）" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name of the office", .summary_zh = "机构名称" },
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};
#define MADE(key, en, zh)                                                                        \
    { .name = key, .type = SERVICE_COUNT, .summary = en, .summary_zh = zh, .is_optional = true }
static const service_field NEW_OUTPUT[] = {
    { .name = "county", .type = SERVICE_TEXT, .summary = "made", .summary_zh = "已建立" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "office", .summary_zh = "机构" },
    { .name = "region", .type = SERVICE_TEXT, .summary = "region", .summary_zh = "地区" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "first month", .summary_zh = "业务起始月" },
    MADE("people", "people", "人员"),
    MADE("households", "households", "家庭"),
    MADE("employers", "employers", "单位"),
    MADE("enrolments", "enrolments", "参保登记"),
    MADE("spells", "spells of contribution", "缴费段"),
    MADE("benefits", "benefits in payment", "在发待遇"),
    MADE("accounts", "bank accounts", "银行账户"),
    MADE("attributes", "facts told by departments", "部门共享信息"),
    MADE("reviews", "reviews open", "待核实"),
    MADE("news", "facts told in the first month, in the file", "首月部门信息（在文件中）"),
    { .name = "seconds", .type = SERVICE_TEXT, .summary = "seconds", .summary_zh = "用时（秒）", .is_optional = true },
};

/* ---- region ---- */

/* A path of the packs by itself or by its last name. */
static err find_region(service_call *call, text said, text *region)
{
    const policy_book *book;
    size_t count;
    *region = said;
    if (text_equal_cstr(said, "中国")) return ERR_NONE;
    TRY(service_book(call, &book));
    const char *const *regions = policy_regions(book, &count);
    text ending = text_format(call->request, "/%.*s", TEXT_ARG(said));
    for (size_t i = 0; i < count; i++) {
        *region = text_of(regions[i]);
        if (text_equal(*region, said) || text_ends(*region, ending)) return ERR_NONE;
    }
    const char *near = service_nearest(call->request, said, regions, count);
    return err_of(&SERVICE_UNKNOWN_NAME,
                  near ? text_format(call->request, "%.*s (→ %s?)", TEXT_ARG(said), near).bytes
                       : text_cstr(call->request, said));
}

/* ---- what was left by a making that was stopped ---- */

static void close_county(service_call *call)
{
    county_close(call->county);
    call->county = NULL;
}

/* Also a store in which nothing was said yet. */
static bool is_unfinished(service_call *call)
{
    county *c;
    charter *room;
    text founded;
    err e = county_open(call, COUNTY_WRITE, &c);
    if (!e.kind) e = county_charter(c, &room);
    if (!e.kind) e = charter_read(call->request, room, TEXT(COUNTY_STATE), CHARTER_NOW, &founded);
    close_county(call);
    return e.kind == &COUNTY_UNFINISHED || (!e.kind && !founded.size_bytes);
}

static err remove_store(service_call *call, const char *url)
{
    static const char *const PARTS[] = { "", "-wal", "-shm", "-journal", "-lock" };
    text path = text_of(url);
    if (text_begins(path, TEXT("sqlite:"))) path = text_sub(path, sizeof "sqlite:" - 1, path.size_bytes);
    for (size_t i = 0; i < ARRAY_COUNT(PARTS); i++)
        TRY(os_remove_tree(call->request, text_format(call->request, "%.*s%s", TEXT_ARG(path), PARTS[i]).bytes));
    return ERR_NONE;
}

static err make_store(service_call *call, county **c)
{
    err e = county_open(call, COUNTY_NEW, c);
    if (e.kind != &STORE_EXISTS) return e;
    const char *url = text_cstr(call->request, text_of(call->county->url));
    const char *detail = text_cstr(call->request, text_of(e.detail));
    bool is_file = !text_begins(text_of(url), TEXT("postgres"));
    close_county(call);
    if (!is_unfinished(call)) return err_of(&STORE_EXISTS, detail);
    if (!is_file) return err_of(&COUNTY_UNFINISHED, url);
    TRY(remove_store(call, url));
    service_note(call, "an unfinished store stood there and was made anew",
                 "原有未建完的数据库，已重新建立", text_of(url));
    return county_open(call, COUNTY_NEW, c);
}

/* ---- making ---- */

static err say(county *c, const char *name, text value)
{
    charter *room;
    charter_act act = { .actor_id = c->actor_id, .known_ms = c->now_ms, .why = TEXT("county.new") };
    TRY(county_charter(c, &room));
    return charter_say(room, &act, text_of(name), value);
}

/* The first month of business is one for which the packs know some law. */
static err check_month(service_call *call, int32_t month)
{
    const policy_book *book;
    size_t count, version_count;
    int32_t first = INT32_MAX;
    arena *scratch = arena_open();
    err e = service_book(call, &book);
    const policy_symbol *symbols = e.kind ? NULL : policy_symbols(book, &count);
    for (size_t i = 0; symbols && i < count; i++) {
        const policy_version *versions = policy_versions(scratch, book, &symbols[i], &version_count);
        for (size_t k = 0; k < version_count; k++)
            if (versions[k].since_day > CALENDAR_DAY_MIN && versions[k].since_day < first) first = versions[k].since_day;
    }
    arena_close(scratch);
    if (e.kind == &SERVICE_NO_PACKS || first == INT32_MAX) return ERR_NONE;
    TRY(e);
    if (calendar_first_day_of_month(month + 1) > first) return ERR_NONE;
    return err_of(&COUNTY_BEFORE_LAW, text_format(call->request, "%.*s < %.*s", TEXT_ARG(service_month_text(call->request, month)),
                                                  TEXT_ARG(service_day_text(call->request, first))).bytes);
}

/* Asked before anything is made, and when it is. A sample county's treasury has an account of its own. */
static err payer_of(service_call *call, bool has_people, text *payer)
{
    text said = service_text_of(call, "payer", has_people ? TEXT("6200001") : TEXT_NONE);
    *payer = TEXT_NONE;
    return said.size_bytes ? payer_account_read(call->request, said, payer) : ERR_NONE;
}

static err found(county *c, const county_sample_options *wanted, text name, bool has_people)
{
    text payer;
    TRY(payer_of(c->call, has_people, &payer));
    crypto_key key;
    int64_t code = county_region_code(wanted->region);
    TRY(county_begin(c));
    TRY(say(c, COUNTY_STATE, TEXT("loading")));
    TRY(county_key(c, "key.field", true, &key));
    TRY(county_key(c, "key.search", true, &key));
    crypto_wipe(&key, sizeof key);
    TRY(say(c, "office.name", name));
    TRY(say(c, "office.region", wanted->region));
    TRY(say(c, "office.region_code", text_format(c->memory, "%06lld", (long long)code)));
    TRY(say(c, "office.month", service_month_text(c->memory, wanted->month)));
    if (payer.size_bytes) TRY(say(c, "bank.payer", payer));
    if (service_is_given(c->call, "practice")) TRY(say(c, COUNTY_PRACTICE, TEXT("yes")));
    if (has_people)
        TRY(say(c, "office.sample", text_format(c->memory, "%lld people, seed %llu", (long long)wanted->people,
                                                (unsigned long long)wanted->seed)));
    TRY(adopt_found(c));
    TRY(county_words_add(c));
    return store_commit(c->db);
}

static err open_for_business(county *c)
{
    TRY(county_begin(c));
    TRY(say(c, "office.founded", service_day_text(c->memory, c->call->office->settings.today_day)));
    TRY(say(c, COUNTY_STATE, TEXT("open")));
    return store_commit(c->db);
}

static void answer(service_call *call, const county_sample *s, int64_t begun_ns)
{
    const struct { const char *name; int64_t count; } MADE_COUNTS[] = {
        { "people", s->made.people },         { "households", s->made.households },
        { "employers", s->made.employers },   { "enrolments", s->made.enrolments },
        { "spells", s->made.spells },         { "benefits", s->made.benefits },
        { "accounts", s->made.accounts },     { "attributes", s->made.attributes },
        { "reviews", s->made.reviews },       { "news", s->made.news },
    };
    enum { NS_A_CENTISECOND = 10000000 };
    char seconds[CODEC_SCALED_BYTES];
    for (size_t i = 0; i < ARRAY_COUNT(MADE_COUNTS); i++)
        service_put_count(call->request, call->reply, MADE_COUNTS[i].name, MADE_COUNTS[i].count);
    size_t size = codec_print_scaled((os_monotonic_ns() - begun_ns) / NS_A_CENTISECOND, 2, seconds);
    service_put_text(call->request, call->reply, "seconds", text_copy(call->request, (text){ seconds, size }));
}

/* What was made by a making that failed is not left behind. */
static err make(service_call *call, const county_sample_options *wanted, text name, county_sample **made)
{
    county *c;
    bool has_people = wanted->people > 0;
    TRY(make_store(call, &c));
    bool is_file = store_driver_of(c->db) == STORE_SQLITE;
    const char *url = text_cstr(call->request, text_of(c->url));
    err e = found(c, wanted, name, has_people);
    if (!e.kind && has_people) e = county_sample_load(c, wanted, made);
    if (!e.kind) e = open_for_business(c);
    if (!e.kind || !is_file) return e;
    if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
    const char *key = c->made_key ? text_cstr(call->request, text_of(c->made_key)) : NULL;
    close_county(call);
    err removed = remove_store(call, url);
    if (key && !removed.kind) removed = os_remove_tree(call->request, key);
    return e.kind ? e : removed;
}

/* Refused before anything is made. */
static err check_sample(service_call *call, const county_sample_options *wanted)
{
    sample_county *sample;
    sample_options asked = { .size = wanted->people, .as_of_month = wanted->month };
    arena *scratch = arena_open();
    err e = sample_open(scratch, &asked, &sample);
    if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
    arena_close(scratch);
    return e;
}

err county_make_empty(service_call *call)
{
    county_sample_options wanted = { 0 };
    TRY(service_month_of(call, "month", calendar_month_of_day(call->office->settings.today_day), &wanted.month));
    TRY(find_region(call, service_text_of(call, "region", TEXT("中国")), &wanted.region));
    TRY(payer_of(call, false, &(text){ 0 }));
    TRY(make(call, &wanted, service_text_of(call, "name", TEXT("社会保险经办机构")), NULL));
    close_county(call);
    return ERR_NONE;
}

static err county_new_run(service_call *call)
{
    county_sample *made = NULL;
    int64_t begun_ns = os_monotonic_ns();
    bool has_people = service_is_given(call, "people");
    county_sample_options wanted = {
        .people = (int64_t)service_size_of(call, "people", 0),
        .seed = service_size_of(call, "seed", 1),
        .has_news = service_is_given(call, "news"),
    };
    if (!has_people && wanted.has_news)
        return err_of(&SERVICE_BAD_ARGUMENT, ERR_SAID("--news without --people", "--news 须与 --people 并用"));
    if (!has_people && service_is_given(call, "practice"))
        return err_of(&SERVICE_BAD_ARGUMENT, ERR_SAID("--practice without --people", "--practice 须与 --people 并用"));
    if (!has_people && service_is_given(call, "places"))
        return err_of(&SERVICE_BAD_ARGUMENT, ERR_SAID("--places without --people", "--places 须与 --people 并用"));
    if (has_people && service_is_given(call, "empty"))
        return err_of(&SERVICE_BAD_ARGUMENT, ERR_SAID("--empty with --people", "--empty 与 --people 不能并用"));
    TRY(service_month_of(call, "month", calendar_month_of_day(call->office->settings.today_day), &wanted.month));
    TRY(find_region(call, service_text_of(call, "region", has_people ? TEXT("示例县") : TEXT("中国")), &wanted.region));
    text name = service_text_of(call, "name", has_people ? TEXT("示例县社会保险事业管理中心") : TEXT("社会保险经办机构"));
    TRY(check_month(call, wanted.month));
    if (has_people) TRY(check_sample(call, &wanted));
    TRY(payer_of(call, has_people, &(text){ 0 }));
    TRY(make(call, &wanted, name, &made));
    service_put_cstr(call->request, call->reply, "county", call->county->url);
    service_put_text(call->request, call->reply, "name", name);
    service_put_text(call->request, call->reply, "region", wanted.region);
    service_put_text(call->request, call->reply, "month", service_month_text(call->request, wanted.month));
    if (has_people && wanted.has_news)
        TRY(service_write_file(call->request, service_text_of(call, "news", TEXT_NONE), made->listed));
    if (has_people && service_is_given(call, "places"))
        TRY(service_write_file(call->request, service_text_of(call, "places", TEXT_NONE), county_news_places(call->request, made)));
    if (has_people) answer(call, made, begun_ns);
    return ERR_NONE;
}

static const char *const NEW_EXAMPLES[] = { "doudi county new --county my.db --region 云南省 --name 某县社保中心",
                                            "doudi county new --people 30000 --month 2026-10", NULL };

const service_op COUNTY_NEW_OP = {
    .name = "county.new",
    .reach = SERVICE_AT_MACHINE,
    .summary = "Make an office: its store, keys, charter, and a sample county if wanted",
    .summary_zh = "建立经办机构：数据库、密钥、基本设置，可装入示例县",
    .kind = SERVICE_WRITE,
    .permission = "county.new",
    .input = NEW_INPUT,
    .input_count = ARRAY_COUNT(NEW_INPUT),
    .output = NEW_OUTPUT,
    .output_count = ARRAY_COUNT(NEW_OUTPUT),
    .examples = NEW_EXAMPLES,
    .run = county_new_run,
};
