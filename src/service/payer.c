#include "codec/codec.h"
#include "service/ledger.h"
#include "service/payer.h"

const err_kind PAYER_NOT_SET = {
    "payer.not_set", ERR_CONFLICT,
    "No account is set that {} pays from; three people set it: doudi payer propose, review, confirm.",
    "尚未设定 {} 的付款账户；须由三人设定：doudi payer propose、review、confirm。"
};
const err_kind PAYER_OTHER = {
    "payer.other", ERR_FORBIDDEN,
    "{} is not the account that is set for this fund; nobody who drafts a run chooses where it is paid from.",
    "{} 不是该基金已设定的付款账户；付款账户不由编制人指定。"
};
const err_kind PAYER_BAD_ACCOUNT = {
    "payer.bad_account", ERR_BAD_INPUT, "This is no number of a bank account, 5 to 34 digits: {}.",
    "不是银行账号（5 至 34 位数字）：{}。"
};
const err_kind PAYER_BROKEN = {
    "payer.broken", ERR_CONFLICT, "The signatures under the paying account of {} do not fit.",
    "{} 的付款账户签名不符。"
};

err payer_account_read(arena *a, text said, text *account)
{
    enum { DIGITS_MIN = 5, DIGITS_MAX = 34 };
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < said.size_bytes; i++) {
        char c = said.bytes[i];
        if (c == ' ' || c == '-') continue;
        if (c < '0' || c > '9') return err_of(&PAYER_BAD_ACCOUNT, text_cstr(a, text_shown(a, said, 60)));
        text_add_char(&out, c);
    }
    *account = text_built(&out);
    bool fits = account->size_bytes >= DIGITS_MIN && account->size_bytes <= DIGITS_MAX;
    return fits ? ERR_NONE : err_of(&PAYER_BAD_ACCOUNT, text_cstr(a, text_shown(a, said, 60)));
}

/* ---- as it is kept ---- */

text payer_print(arena *a, const payer_terms *terms)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "account", terms->account);
    eventlog_body_add_text(&w, "fund", terms->fund);
    three_print(&w, &terms->by);
    codec_json_end_object(&w);
    return text_built(&out);
}

static err parse(arena *a, text said, payer_terms *terms)
{
    const codec_json *json;
    TRY(codec_json_parse(a, said, (codec_json_options){ 0 }, &json));
    terms->account = eventlog_body_text(json, "account");
    terms->fund = eventlog_body_text(json, "fund");
    three_parse(json, &terms->by);
    return ERR_NONE;
}

/* What is set, or waits, for a fund; an empty account when nothing does. */
err payer_read(county *office, const char *form, text fund, payer_terms *terms)
{
    charter *room;
    text said;
    arena *a = office->memory;
    *terms = (payer_terms){ .fund = fund };
    TRY(county_charter(office, &room));
    TRY(charter_read(a, room, text_format(a, form, TEXT_ARG(fund)), CHARTER_NOW, &said));
    return text_begins(said, TEXT("{")) ? parse(a, said, terms) : ERR_NONE;
}

text payer_message(arena *a, const payer_terms *terms)
{
    return text_format(a, "doudi paying account\n%.*s\n%.*s", TEXT_ARG(terms->fund), TEXT_ARG(terms->account));
}

/* ---- signatures ---- */

err payer_verify(county *office, const payer_terms *terms)
{
    static const char *const DUTIES[THREE_MARKS] = { "account.enter", "account.review", "account.confirm" };
    bool fits;
    TRY(three_fit(office, payer_message(office->memory, terms), &terms->by, DUTIES, &fits));
    return fits ? ERR_NONE : err_of(&PAYER_BROKEN, text_cstr(office->call->request, terms->fund));
}

err payer_verify_all(county *office, const char **bad)
{
    charter *room;
    charter_setting *settings;
    size_t count;
    arena *a = office->memory;
    *bad = NULL;
    TRY(county_charter(office, &room));
    TRY(charter_list(a, room, &settings, &count));
    for (size_t i = 0; i < count && !*bad; i++) {
        text prefix = TEXT("bank.payer."), name = settings[i].name;
        if (!text_begins(name, prefix) || text_ends(name, TEXT(".proposed"))) continue;
        payer_terms terms = { .fund = TEXT("") };
        text fund = text_sub(name, prefix.size_bytes, name.size_bytes);
        err e = parse(a, settings[i].value, &terms);
        if (!e.kind) e = text_equal(fund, terms.fund) ? payer_verify(office, &terms) : err_of(&PAYER_BROKEN, NULL);
        if (e.kind && e.kind->class == ERR_BUG) return e;
        if (e.kind) *bad = text_cstr(office->call->request, fund);
    }
    return ERR_NONE;
}

/* ---- which ---- */

/* An office of before the table: six people signed for the account of the fund's last run that was booked. */
static err of_last_run(county *office, const ledger_fund *fund, text *account)
{
    payment *runs;
    payment_run *list;
    size_t count;
    TRY(county_runs(office, &runs));
    TRY(payment_list(office->memory, runs, PAYMENT_ANY_MONTH, &list, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_booked = list[i].state == PAYMENT_BOOKED || list[i].state == PAYMENT_RECONCILED ||
                         list[i].state == PAYMENT_CLOSED;
        if (is_booked && ledger_fund_find(office->chart, list[i].terms.fund) == fund) *account = list[i].terms.payer_account;
    }
    return ERR_NONE;
}

static err find(county *office, const ledger_fund *fund, text *account)
{
    payer_terms terms;
    charter *room;
    *account = TEXT_NONE;
    TRY(payer_read(office, PAYER_SET, text_of(fund->code), &terms));
    if (terms.account.size_bytes) {
        TRY(payer_verify(office, &terms));
        *account = terms.account;
        return ERR_NONE;
    }
    TRY(county_charter(office, &room));
    TRY(charter_read(office->memory, room, TEXT("bank.payer"), CHARTER_NOW, account));
    return account->size_bytes ? ERR_NONE : of_last_run(office, fund, account);
}

err payer_account_of(county *office, text fund, text said, text *account)
{
    text wanted = TEXT_NONE;
    arena *a = office->call->request;
    ledger *books;
    TRY(county_books(office, &books));
    const ledger_fund *known = ledger_fund_find(office->chart, fund);
    if (!known) return err_of(&LEDGER_UNKNOWN_FUND, text_cstr(a, fund));
    TRY(find(office, known, account));
    if (!account->size_bytes) return err_of(&PAYER_NOT_SET, known->code);
    if (said.size_bytes && payer_account_read(a, said, &wanted).kind) return err_of(&PAYER_OTHER, text_cstr(a, said));
    if (said.size_bytes && !text_equal(wanted, *account)) return err_of(&PAYER_OTHER, text_cstr(a, said));
    return ERR_NONE;
}
