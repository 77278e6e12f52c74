/* A year is closed once its interest stands in the accounts: what the December of a fund waits for. */
#include "calendar/calendar.h"
#include "service/month.h"

const err_kind LEDGER_INTEREST_FIRST = {
    "ledger.interest_first", ERR_CONFLICT,
    "The year of {} is not closed before its interest stands in the individual accounts: doudi ledger interest --year first.",
    "{} 的个人账户尚未年度结息，不能年结；请先办理：doudi ledger interest --year。"
};

const err_kind LEDGER_YEAR_BEFORE_BOOKS = {
    "ledger.year_before_books", ERR_BAD_INPUT,
    "{}: interest of a year before was posted by whoever kept the accounts then.",
    "{}：此前年度的利息由当时的管理单位结算。"
};

static text mark_of(arena *a, const ledger_fund *fund)
{
    return text_format(a, "interest.posted.%s", fund->code);
}

err service_interest_mark(county *office, const ledger_fund *fund, int32_t year, bool *is_new)
{
    charter *room;
    text said, now = text_format(office->memory, "%d", year), name = mark_of(office->memory, fund);
    charter_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms, .why = TEXT("ledger.interest") };
    TRY(county_charter(office, &room));
    TRY(charter_read(office->memory, room, name, CHARTER_NOW, &said));
    /* Years of four digits: a year of before, computed again, takes no mark back. */
    *is_new = text_compare(said, now) < 0;
    return *is_new ? charter_say(room, &act, name, now) : ERR_NONE;
}

err service_interest_check(county *office, const ledger_fund *fund, int32_t year)
{
    ledger *books;
    ledger_months months;
    service_call *call = office->call;
    TRY(county_books(office, &books));
    err e = ledger_months_of(books, fund->number, &months);
    if (e.kind == &LEDGER_NO_BOOKS) return ERR_NONE;
    TRY(e);
    if (year >= calendar_year_of_month(months.first_month)) return ERR_NONE;
    text first = service_month_text(call->request, months.first_month);
    return err_of(&LEDGER_YEAR_BEFORE_BOOKS,
                  text_format(call->request, ERR_SAID("The books of %s begin with %.*s", "%s自 %.*s 建账"), fund->name, TEXT_ARG(first),
                              fund->name_zh, TEXT_ARG(first)).bytes);
}

static err has_accounts(county *office, ledger *books, const ledger_fund *fund, bool *has)
{
    *has = false;
    for (uint32_t bucket = 0; !*has && bucket < EVENTLOG_BUCKETS; bucket++) {
        ledger_register kept;
        arena *a = arena_open();
        err e = ledger_register_read(a, books, bucket, fund->number, &kept);
        *has = !e.kind && kept.count > 0;
        if (e.detail) e.detail = text_cstr(office->call->request, text_of(e.detail));
        arena_close(a);
        TRY(e);
    }
    return ERR_NONE;
}

/* Whether the packs let the accounts of this fund bear interest. */
static err bears_interest(county *office, const ledger_fund *fund, int32_t day, bool *bears)
{
    const decide_law *law;
    text region;
    size_t count;
    *bears = false;
    TRY(decide_law_open(office->call, &law));
    TRY(county_setting(office, "office.region", &region));
    const char *const *purposes = decide_purposes(law, &count);
    for (size_t i = 0; i < count; i++) {
        const decide_plan *plan;
        size_t answer_count;
        decide_request asked = { .purpose = text_of(purposes[i]), .on_day = day, .region = region };
        if (!text_begins(asked.purpose, TEXT("account.interest"))) continue;
        TRY(decide_plan_open(office->memory, law, &asked, &plan));
        const decide_answer *answers = decide_answers(plan, &answer_count);
        for (size_t k = 0; k < answer_count; k++)
            *bears |= answers[k].kind == DECIDE_LINE && text_equal_cstr(text_of(answers[k].fund), fund->code);
    }
    return ERR_NONE;
}

/* An office whose duties are of before the year's interest has nobody who could post it, and is not bound to it. */
static err has_duty(county *office, bool *has)
{
    staff *room;
    TRY(county_staff(office, &room));
    *has = !staff_duties(room) || duty_permitting(staff_duties(room), TEXT("ledger.interest")) != 0;
    return ERR_NONE;
}

err service_year_may_close(county *office, const ledger_fund *fund, int32_t month)
{
    enum { DECEMBER = 12 };
    charter *room;
    ledger *books;
    text said;
    bool has, has_hand, bears;
    if (calendar_month_of_year(month) != DECEMBER || !fund->has_register) return ERR_NONE;
    TRY(county_charter(office, &room));
    TRY(charter_read(office->memory, room, mark_of(office->memory, fund), CHARTER_NOW, &said));
    text year = text_format(office->memory, "%d", calendar_year_of_month(month));
    if (text_compare(said, year) >= 0) return ERR_NONE;
    TRY(county_books(office, &books));
    TRY(has_accounts(office, books, fund, &has));
    TRY(has_duty(office, &has_hand));
    if (!has || !has_hand) return ERR_NONE;
    TRY(bears_interest(office, fund, calendar_last_day_of_month(month), &bears));
    const char *name = service_say(office->call, fund->name, fund->name_zh);
    return bears ? err_of(&LEDGER_INTEREST_FIRST, text_cstr(office->call->request, text_of(name))) : ERR_NONE;
}
