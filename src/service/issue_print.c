/* A paper as a page, from what it says as it is kept; its code, and the seal it is kept under. */
#include "service/issue.h"

#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"

const err_kind ISSUE_BAD_ADDRESS = {
    "issue.bad_address", ERR_BAD_INPUT,
    "DOUDI_PUBLIC_URL is no address that a telephone could open: {}. Write it as https://sb.example.gov.cn, without blanks.",
    "DOUDI_PUBLIC_URL 不是手机能打开的网址：{}。请写成 https://sb.example.gov.cn 的样子，不含空格。"
};

enum { CODE_HEX = 24, ADDRESS_MAX = 200 };
#define BLANK "                                        " /* room for a hand */

/* ---- keys ---- */

static err office_key(county *office, const char *label, crypto_key *key)
{
    crypto_key field;
    TRY(county_key(office, "key.field", false, &field));
    err e = crypto_key_derive(&field, label, key);
    crypto_wipe(&field, sizeof field);
    return e;
}

err issue_digest(arena *a, text says, text *digest)
{
    crypto_hasher *hasher;
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    crypto_print_digest(crypto_hash(hasher, says.bytes, says.size_bytes), hex);
    crypto_hasher_close(hasher);
    *digest = text_copy(a, text_of(hex));
    return ERR_NONE;
}

err issue_code(county *office, const archive_paper *p, text *code)
{
    arena *a = office->call->request;
    crypto_key key;
    crypto_mac *mac;
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    TRY(office_key(office, "doudi paper code 1", &key));
    err e = crypto_mac_open(a, CRYPTO_SM3, key.bytes, sizeof key.bytes, &mac);
    crypto_wipe(&key, sizeof key);
    TRY(e);
    text said = text_format(a, "%lld\n%.*s\n%d\n%.*s\n", (long long)p->number, TEXT_ARG(p->kind), (int)p->day, TEXT_ARG(p->digest));
    crypto_print_digest(crypto_mac_of(mac, said.bytes, said.size_bytes), hex);
    crypto_mac_close(mac);
    *code = text_format(a, "DD2-%lld-%.*s", (long long)p->number, CODE_HEX, hex);
    return ERR_NONE;
}

static err open_sealer(county *office, crypto_sealer **sealer)
{
    crypto_key key;
    TRY(office_key(office, "doudi archive 1", &key));
    err e = crypto_sealer_open(office->call->request, CRYPTO_SUITE_SM, CRYPTO_USE_FIELDS, &key, sealer);
    crypto_wipe(&key, sizeof key);
    return e;
}

err issue_seal(county *office, text about, text plain, text *sealed)
{
    crypto_sealer *sealer;
    crypto_nonce nonce;
    uint8_t *bytes = ARENA_ARRAY(office->call->request, uint8_t, plain.size_bytes + CRYPTO_SEAL_BYTES);
    TRY(open_sealer(office, &sealer));
    os_random_bytes(&nonce, sizeof nonce);
    crypto_seal(sealer, nonce, about, plain, bytes);
    crypto_sealer_close(sealer);
    *sealed = (text){ (const char *)bytes, plain.size_bytes + CRYPTO_SEAL_BYTES };
    return ERR_NONE;
}

err issue_unseal(county *office, text about, text sealed, text *plain)
{
    crypto_sealer *sealer;
    uint8_t *bytes = ARENA_ARRAY(office->call->request, uint8_t, sealed.size_bytes + 1);
    if (sealed.size_bytes < CRYPTO_SEAL_BYTES) return err_of(&CRYPTO_BAD_SEAL, NULL);
    TRY(open_sealer(office, &sealer));
    err e = crypto_unseal(sealer, about, sealed, bytes);
    crypto_sealer_close(sealer);
    *plain = (text){ (const char *)bytes, sealed.size_bytes - CRYPTO_SEAL_BYTES };
    return e;
}

/* ---- the page ---- */

/* A certificate that sends people elsewhere by an unsafe way would teach them to believe such pages; this machine's own
 * address is for trying it out. */
static bool is_address(text url)
{
    if (url.size_bytes > ADDRESS_MAX) return false;
    for (size_t i = 0; i < url.size_bytes; i++)
        if (url.bytes[i] <= ' ' || url.bytes[i] >= 127 || strchr("\"<>\\^`{|}?#@", url.bytes[i])) return false;
    static const char *const HERE[] = { "http://127.0.0.1", "http://localhost" };
    for (size_t i = 0; i < ARRAY_COUNT(HERE); i++) {
        size_t end = strlen(HERE[i]);
        if (text_begins(url, text_of(HERE[i])) && (url.size_bytes == end || url.bytes[end] == ':' || url.bytes[end] == '/')) return true;
    }
    return text_begins(url, TEXT("https://")) && url.size_bytes > sizeof "https://" - 1;
}

err issue_public(service_call *call, text *url)
{
    const char *set = call->office->settings.public_url;
    *url = set ? text_trim(text_of(set)) : TEXT_NONE;
    if (!url->size_bytes) return ERR_NONE;
    if (!is_address(*url)) return err_of(&ISSUE_BAD_ADDRESS, text_shown(call->request, *url, 80).bytes);
    while (url->bytes[url->size_bytes - 1] == '/') url->size_bytes--;
    return ERR_NONE;
}

/* What the square says: the page that checks the code, or the code alone. */
static err put_address(service_call *call, text code, text *address)
{
    text url;
    TRY(issue_public(call, &url));
    *address = url.size_bytes ? text_format(call->request, "%.*s/verify?code=%.*s", TEXT_ARG(url), TEXT_ARG(code)) : code;
    service_put_text(call->request, call->reply, "square", *address);
    if (url.size_bytes) return ERR_NONE;
    service_note(call, "the square holds the code alone; so that a telephone opens the page that checks it, set the office's public address "
                       "in doudi.env: ", "二维码中只有核验码；如需手机扫码直接打开核验页，请在 doudi.env 中设置本机构对外网址：",
                 TEXT("DOUDI_PUBLIC_URL=https://…"));
    return ERR_NONE;
}

/* 2026年11月29日 */
static text day_in_words(const service_call *call, int32_t day)
{
    char printed[CALENDAR_PRINT_BYTES];
    if (call->is_chinese) calendar_print_day_zh(day, printed);
    else calendar_print_day(day, printed);
    return text_copy(call->request, text_of(printed));
}

text issue_number_text(arena *a, const archive_paper *paper)
{
    int year = (int)calendar_year_of_day(paper->day);
    return text_format(a, "%04d-%06lld", year, (long long)paper->number);
}

bool issue_is_amount(text t)
{
    size_t n = t.size_bytes;
    if (n < 4 || t.bytes[n - 3] != '.') return false;
    for (size_t i = t.bytes[0] == '-'; i < n; i++)
        if (i != n - 3 && (t.bytes[i] < '0' || t.bytes[i] > '9')) return false;
    return true;
}

/* Amounts and what has none of them. */
static bool is_number_column(const codec_json *cells, size_t width, size_t at)
{
    bool has_amount = false;
    for (size_t i = width + at; i < cells->count; i += width) {
        text cell = cells->items[i].word;
        if (!issue_is_amount(cell) && !text_equal_cstr(cell, "-")) return false;
        has_amount |= issue_is_amount(cell);
    }
    return has_amount;
}

static void put_rows(service_call *call, paper_node *body, const codec_json *cells, size_t width)
{
    arena *a = call->request;
    bool *is_number = ARENA_ARRAY(a, bool, width + 1);
    text *words = ARENA_ARRAY(a, text, cells->count + 1);
    for (size_t c = 0; c < width; c++) is_number[c] = is_number_column(cells, width, c);
    for (size_t i = 0; i < cells->count; i++) words[i] = cells->items[i].word;
    document_table(call, body, words, cells->count / width, width, is_number, NULL);
}

/* Two a line; `values` NULL: to be filled in by hand. */
static void put_pairs(service_call *call, paper_node *body, const codec_json *labels, const codec_json *values, size_t width)
{
    arena *a = call->request;
    paper_node *table = paper_put(a, body, PAPER_TABLE), *row = NULL;
    for (size_t i = 0; i < width + width % 2; i++) {
        if (i % 2 == 0) row = paper_put(a, table, PAPER_ROW);
        paper_say_as(a, paper_put(a, row, PAPER_CELL), PAPER_STRONG, i < width ? labels[i].word : TEXT_NONE, TEXT_NONE);
        paper_node *cell = paper_put(a, row, PAPER_CELL);
        paper_say(a, cell, i == width ? TEXT_NONE : values ? values[i].word : TEXT(BLANK));
        if (!values) paper_say(a, paper_put(a, cell, PAPER_PARAGRAPH), TEXT(BLANK));
    }
}

static void put_line(service_call *call, paper_node *body, const codec_json *line)
{
    text kind = eventlog_body_text(line, "kind"), head = eventlog_body_text(line, "head");
    size_t width = (size_t)eventlog_body_int(line, "width");
    const codec_json *cells = codec_json_member(line, TEXT("cells"));
    if (text_equal_cstr(kind, "text")) {
        document_say(call, body, eventlog_body_text(line, "says"));
        return;
    }
    if (cells && text_equal_cstr(kind, "sign")) {
        put_pairs(call, body, cells->items, NULL, cells->count);
        return;
    }
    if (!cells || !width || cells->count < 2 * width) return;
    if (head.size_bytes) paper_heading(call->request, body, 2, TEXT_NONE, head);
    if (text_equal_cstr(kind, "pairs")) put_pairs(call, body, cells->items, cells->items + width, width);
    else put_rows(call, body, cells, width);
}

static void say_at(service_call *call, paper_node *body, paper_kind place, text words)
{
    paper_say(call->request, paper_put(call->request, body, place), words);
}

/* The office stands once above the title and once where its seal goes, over the day, as official papers have it. */
static void put_head(county *office, const archive_paper *paper, paper_node *body, text said_by, text title, bool is_copy)
{
    service_call *call = office->call;
    say_at(call, body, PAPER_CENTRE, said_by);
    paper_heading(call->request, body, 1, TEXT_NONE, title);
    say_at(call, body, PAPER_RIGHT, text_format(call->request, service_say(call, "No. %.*s%s", "编号：%.*s%s"),
                                                TEXT_ARG(issue_number_text(call->request, paper)),
                                                is_copy ? service_say(call, "   COPY", "（副本）") : ""));
}

static err put_foot(county *office, const archive_paper *paper, paper_node *body, text said_by, text article, text code)
{
    service_call *call = office->call;
    arena *a = call->request;
    text address;
    TRY(put_address(call, code, &address));
    if (article.size_bytes)
        document_say(call, body, text_format(a, service_say(call, "By %.*s.", "依据：%.*s。"), TEXT_ARG(article)));
    say_at(call, body, PAPER_RIGHT, TEXT(" "));
    say_at(call, body, PAPER_RIGHT, text_format(a, service_say(call, "%.*s (seal)", "%.*s（盖章）"), TEXT_ARG(said_by)));
    say_at(call, body, PAPER_RIGHT, day_in_words(call, paper->day));
    paper_node *square = paper_put(a, body, PAPER_CODE);
    square->href = address;
    bool opens = !text_equal(address, code);
    square->words = text_format(
        a, service_say(call, "Code: %.*s. %s Digest (SM3): %.*s. Packs: %.*s.", "核验码：%.*s。%s内容摘要（SM3）：%.*s。政策包版本：%.*s。"),
        TEXT_ARG(code),
        opens ? service_say(call, "A telephone that reads the square opens the office's page, which tells whether this paper is genuine; no login.",
                            "手机扫码即打开本机构核验页，无需登录，可知真伪。")
              : service_say(call, "Anybody may ask the office by it, without a login, whether this paper is genuine.",
                            "任何人无需登录即可凭此码向本机构核验真伪。"),
        TEXT_ARG(paper->digest), TEXT_ARG(paper->law));
    return ERR_NONE;
}

err issue_print(county *office, const archive_paper *paper, text says, text code, bool is_copy)
{
    service_call *call = office->call;
    arena *a = call->request;
    const codec_json *said;
    document d;
    if (!service_is_given(call, "out")) return ERR_NONE;
    TRY(codec_json_parse(a, says, (codec_json_options){ 0 }, &said));
    paper_node *body = paper_open(a);
    d = (document){ .title = text_copy(a, eventlog_body_text(said, "title")), .body = body };
    TRY(document_office(office, &d));
    put_head(office, paper, body, d.office, d.title, is_copy);
    const codec_json *lines = codec_json_member(said, TEXT("lines"));
    for (size_t i = 0; lines && i < lines->count; i++) put_line(call, body, &lines->items[i]);
    TRY(put_foot(office, paper, body, d.office, text_copy(a, eventlog_body_text(said, "article")), code));
    return document_write(call, &d);
}
