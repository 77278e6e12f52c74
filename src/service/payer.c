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
    codec_json_key(&w, TEXT("marks"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < terms->mark_count; i++) {
        const payer_mark *mark = &terms->marks[i];
        codec_json_begin_object(&w);
        eventlog_body_add_text(&w, "duty", mark->duty);
        eventlog_body_add_text(&w, "key", mark->key);
        eventlog_body_add_int(&w, "known_ms", mark->known_ms);
        eventlog_body_add_text(&w, "signature", mark->signature);
        eventlog_body_add_int(&w, "user", mark->user_id);
        codec_json_end_object(&w);
    }
    codec_json_end_array(&w);
    codec_json_end_object(&w);
    return text_built(&out);
}

static err parse(arena *a, text said, payer_terms *terms)
{
    const codec_json *json, *marks;
    TRY(codec_json_parse(a, said, (codec_json_options){ 0 }, &json));
    terms->account = eventlog_body_text(json, "account");
    terms->fund = eventlog_body_text(json, "fund");
    marks = codec_json_member(json, TEXT("marks"));
    for (size_t i = 0; marks && i < marks->count && i < PAYER_MARKS; i++)
        terms->marks[terms->mark_count++] = (payer_mark){
            .duty = eventlog_body_text(&marks->items[i], "duty"),
            .key = eventlog_body_text(&marks->items[i], "key"),
            .signature = eventlog_body_text(&marks->items[i], "signature"),
            .user_id = eventlog_body_int(&marks->items[i], "user"),
            .known_ms = eventlog_body_int(&marks->items[i], "known_ms"),
        };
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

text payer_message(arena *a, const payer_terms *terms, text duty)
{
    text before = terms->mark_count ? terms->marks[terms->mark_count - 1].signature : TEXT("");
    return text_format(a, "doudi paying account\n%.*s\n%.*s\n%.*s\n%.*s", TEXT_ARG(terms->fund), TEXT_ARG(terms->account),
                       TEXT_ARG(duty), TEXT_ARG(before));
}

/* ---- signatures ---- */

static err check_mark(county *office, staff *room, const payer_terms *before, const payer_mark *mark, bool *fits)
{
    crypto_sm2_public key;
    crypto_signature signature;
    crypto_verifier *verifier;
    int64_t owner = 0;
    arena *a = office->memory;
    *fits = false;
    if (crypto_parse_hex(mark->key, key.bytes, sizeof key.bytes).kind ||
        crypto_parse_hex(mark->signature, signature.bytes, sizeof signature.bytes).kind)
        return ERR_NONE;
    err e = staff_key_owner(room, &key, mark->known_ms, &owner);
    if (e.kind && e.kind != &STAFF_NO_KEY) return e;
    if (e.kind || owner != mark->user_id || crypto_verifier_open(a, &key, &verifier).kind) return ERR_NONE;
    *fits = !crypto_verify(verifier, payer_message(a, before, mark->duty), &signature).kind;
    crypto_verifier_close(verifier);
    return ERR_NONE;
}

err payer_verify(county *office, const payer_terms *terms)
{
    static const char *const DUTIES[PAYER_MARKS] = { "account.enter", "account.review", "account.confirm" };
    staff *room;
    bool fits = terms->mark_count == PAYER_MARKS;
    payer_terms before = { .fund = terms->fund, .account = terms->account };
    TRY(county_staff(office, &room));
    for (size_t i = 0; fits && i < PAYER_MARKS; i++) {
        const payer_mark *mark = &terms->marks[i];
        TRY(check_mark(office, room, &before, mark, &fits));
        fits = fits && text_equal_cstr(mark->duty, DUTIES[i]);
        for (size_t k = 0; k < i; k++) fits = fits && terms->marks[k].user_id != mark->user_id;
        before.marks[before.mark_count++] = *mark;
    }
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
