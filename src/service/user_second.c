/* doudi user second, second-take: a second factor is shown to its user, and taken by a first code. One in force makes way
 * only for whoever shows a code of it: at a login of just now, or beside the new one where a session goes on. */
#include "os/os.h"
#include "paper/paper.h"
#include "service/operations.h"
#include "service/second_internal.h"
#include "service/user.h"

static const service_field SECOND_INPUT[] = { SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD };
static const service_field SECOND_OUTPUT[] = {
    { .name = "user", .type = SERVICE_TEXT, .summary = "user", .summary_zh = "用户" },
    { .name = "secret", .type = SERVICE_TEXT, .summary = "to be typed into an authenticator program, shown only here",
      .summary_zh = "密钥：填入验证程序，仅此一次显示" },
    { .name = "address", .type = SERVICE_TEXT, .summary = "the same as an address for it", .summary_zh = "供验证程序读取的地址" },
    { .name = "qr", .type = SERVICE_TEXT, .summary = "the same to be scanned, as SVG", .summary_zh = "供扫描的二维码（SVG）" },
};
static const service_field TAKE_INPUT[] = {
    { .name = "code", .type = SERVICE_TEXT, .shows = "CODE", .is_positional = true, .is_required = true,
      .summary = "what the program shows now", .summary_zh = "验证程序当前显示的动态码" },
    { .name = "current", .type = SERVICE_TEXT, .shows = "CODE",
      .summary = "in a session, to replace one: the code that the old one shows now", .summary_zh = "会话中更换时：原验证程序当前显示的动态码" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field TAKE_OUTPUT[] = {
    { .name = "user", .type = SERVICE_TEXT, .summary = "user", .summary_zh = "用户" },
    { .name = "is_on", .type = SERVICE_FLAG, .summary = "whether each login is now asked for a code", .summary_zh = "登录是否已须动态码" },
};

/* Base32 of RFC 4648: what authenticator programs read. Twenty bytes are 32 letters, without a rest. */
static text base32(arena *a, const uint8_t *bytes, size_t size_bytes)
{
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    text_builder out = text_builder_open(a);
    uint64_t bits = 0;
    int count = 0;
    for (size_t i = 0; i < size_bytes; i++) {
        bits = bits << 8 | bytes[i];
        for (count += 8; count >= 5; count -= 5) text_add_char(&out, LETTERS[bits >> (count - 5) & 31]);
    }
    return text_built(&out);
}

static err find_login(county *c, text *login)
{
    staff_user *users;
    size_t count;
    *login = TEXT("");
    TRY(staff_list(c->memory, c->staff, &users, &count));
    for (size_t i = 0; i < count; i++)
        if (users[i].id == c->actor_id) *login = users[i].login;
    return ERR_NONE;
}

static err begin(service_call *call, county **c, staff_session **session, text *login)
{
    TRY(county_open(call, COUNTY_WRITE, c));
    TRY(county_login(*c, session));
    (*c)->actor_id = staff_session_user(*session);
    return find_login(*c, login);
}

static err second_run(service_call *call)
{
    county *c;
    staff_session *session;
    crypto_sealer *sealer;
    crypto_nonce nonce;
    uint8_t secret[CRYPTO_TOTP_SECRET_BYTES], sealed[sizeof secret + CRYPTO_SEAL_BYTES];
    arena *a = call->request;
    text login;
    TRY(begin(call, &c, &session, &login));
    os_random_bytes(secret, sizeof secret);
    os_random_bytes(&nonce, sizeof nonce);
    TRY(second_sealer(c, &sealer));
    crypto_seal(sealer, nonce, second_about(a, c->actor_id), (text){ (const char *)secret, sizeof secret }, sealed);
    crypto_sealer_close(sealer);
    text letters = base32(a, secret, sizeof secret);
    crypto_wipe(secret, sizeof secret);
    TRY(county_begin(c));
    staff_act act = user_act(c);
    TRY(staff_factor_offer(session, &act, (text){ (const char *)sealed, sizeof sealed }));
    TRY(store_commit(c->db));
    text address = text_format(a, "otpauth://totp/Doudi:%.*s?secret=%.*s&issuer=Doudi", TEXT_ARG(login), TEXT_ARG(letters));
    service_put_text(a, call->reply, "user", login);
    service_put_text(a, call->reply, "secret", letters);
    service_put_text(a, call->reply, "address", address);
    service_put_text(a, call->reply, "qr", paper_code_svg(a, address));
    return ERR_NONE;
}

static void second_print(const service_call *call, text_builder *out)
{
    text address = service_member(call->reply, "address")->word;
    text_add(out, paper_code_lines(call->request, address));
    text_add_format(out, service_say(call, "secret: %.*s\n%.*s\nScan it with an authenticator program, then: doudi user second-take CODE --as %.*s\n",
                                     "密钥：%.*s\n%.*s\n请用验证程序扫描，然后执行：doudi user second-take 动态码 --as %.*s\n"),
                    TEXT_ARG(service_member(call->reply, "secret")->word), TEXT_ARG(address), TEXT_ARG(service_member(call->reply, "user")->word));
}

static err take_run(service_call *call)
{
    county *c;
    staff_session *session;
    staff_factor factor;
    text login;
    TRY(begin(call, &c, &session, &login));
    TRY(staff_factor_read(c->memory, c->staff, c->actor_id, &factor));
    if (!factor.offered.size_bytes) return err_of(&SECOND_NOT_OFFERED, NULL);
    text current = service_text_of(call, "current", TEXT_NONE);
    if (call->session && factor.sealed.size_bytes) {
        if (!text_trim(current).size_bytes) return err_of(&SECOND_CURRENT, NULL);
        TRY(second_check(c, c->actor_id, factor.sealed, current));
    }
    TRY(second_check_offered(c, c->actor_id, factor.offered, service_text_of(call, "code", TEXT_NONE)));
    TRY(county_begin(c));
    staff_act act = user_act(c);
    TRY(staff_factor_take(session, &act));
    TRY(store_commit(c->db));
    service_put_text(call->request, call->reply, "user", login);
    service_put_bool(call->request, call->reply, "is_on", true);
    return ERR_NONE;
}

const service_op USER_SECOND_OP = {
    .name = "user.second",
    .summary = "Show yourself a second factor: a secret for the authenticator program of your telephone",
    .summary_zh = "领取本人的第二重验证：供手机验证程序使用的密钥与二维码",
    .kind = SERVICE_WRITE,
    .permission = "user.self",
    .scope = SERVICE_SCOPE_FREE,
    .input = SECOND_INPUT, .input_count = ARRAY_COUNT(SECOND_INPUT),
    .output = SECOND_OUTPUT, .output_count = ARRAY_COUNT(SECOND_OUTPUT),
    .examples = (const char *const[]){ "doudi user second --as clara", NULL },
    .run = second_run,
    .print = second_print,
};
const service_op USER_SECOND_TAKE_OP = {
    .name = "user.second-take",
    .summary = "Take the second factor that was shown, by its first code; from then on each login asks for one",
    .summary_zh = "用首个动态码启用第二重验证；此后每次登录都须动态码",
    .kind = SERVICE_WRITE,
    .permission = "user.self",
    .scope = SERVICE_SCOPE_FREE,
    .input = TAKE_INPUT, .input_count = ARRAY_COUNT(TAKE_INPUT),
    .output = TAKE_OUTPUT, .output_count = ARRAY_COUNT(TAKE_OUTPUT),
    .examples = (const char *const[]){ "doudi user second-take 123456 --as clara", NULL },
    .run = take_run,
};
