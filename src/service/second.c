/* The code at a login, and who must have one. */
#include <string.h>

#include "os/os.h"
#include "service/second_internal.h"

const err_kind SECOND_NEEDED = {
    "second.needed", ERR_FORBIDDEN, "This user logs in with a second factor: give the code that its program shows now.",
    "该用户须用第二重验证登录：请输入验证程序当前显示的动态码。"
};
const err_kind SECOND_WRONG = {
    "second.wrong", ERR_FORBIDDEN, "The code is wrong, has passed, or was used already: take the next one. Who lost it asks two people to end it (doudi user second-reset).",
    "动态码不正确、已过期或已用过，请用下一个。设备遗失的，由两人办理解除（doudi user second-reset）。"
};
const err_kind SECOND_TO_TAKE = {
    "second.to_take", ERR_FORBIDDEN, "Your role asks for a second factor at login: take one first, with doudi user second and doudi user second-take.",
    "您的岗位须启用第二重验证：请先用 doudi user second 领取、doudi user second-take 启用。"
};
const err_kind SECOND_NOT_OFFERED = {
    "second.not_offered", ERR_CONFLICT, "There is no second factor to take: ask for one first (doudi user second).",
    "尚未领取第二重验证：请先用 doudi user second 领取。"
};

const err_kind SECOND_CURRENT = {
    "second.current", ERR_FORBIDDEN, "A second factor is in force: to replace it, show the code that the old one shows now (--current); who lost it asks two people to end it (doudi user second-reset).",
    "已启用第二重验证：更换时须同时给出原验证程序当前的动态码（--current）；已遗失的，由两人办理解除（doudi user second-reset）。"
};

text second_about(arena *a, int64_t user_id)
{
    return text_format(a, "doudi second factor of user %lld", (long long)user_id);
}

err second_sealer(county *c, crypto_sealer **sealer)
{
    crypto_key key;
    TRY(county_factor_key(c, &key));
    err e = crypto_sealer_open(c->memory, CRYPTO_SUITE_SM, CRYPTO_USE_SECRETS, &key, sealer);
    crypto_wipe(&key, sizeof key);
    return e;
}

/* Which of the three steps about now has this code; 0: none. */
static err find_step(text secret, uint32_t said, uint64_t *found)
{
    uint64_t now = (uint64_t)os_unix_seconds() / CRYPTO_TOTP_STEP_S;
    *found = 0;
    for (uint64_t step = now - 1; step <= now + 1; step++) {
        uint32_t code;
        TRY(crypto_totp(secret, step, &code));
        if (crypto_equal(&code, &said, sizeof code)) *found = step;
    }
    return ERR_NONE;
}

static bool read_code(text said, uint32_t *code)
{
    enum { DIGITS = 6 };
    size_t count = 0;
    *code = 0;
    for (size_t i = 0; i < said.size_bytes; i++) {
        char c = said.bytes[i];
        if (c == ' ') continue; /* programs show it in two halves */
        if (c < '0' || c > '9' || ++count > DIGITS) return false;
        *code = *code * 10 + (uint32_t)(c - '0');
    }
    return count == DIGITS;
}

static err open_and_find(county *c, int64_t user_id, text sealed, text said, uint64_t *found)
{
    uint8_t secret[CRYPTO_TOTP_SECRET_BYTES];
    crypto_sealer *sealer;
    uint32_t code;
    *found = 0;
    if (sealed.size_bytes != sizeof secret + CRYPTO_SEAL_BYTES) return err_of(&STAFF_BROKEN, "a second factor");
    TRY(second_sealer(c, &sealer));
    err e = crypto_unseal(sealer, second_about(c->memory, user_id), sealed, secret);
    crypto_sealer_close(sealer);
    TRY(e);
    if (read_code(said, &code)) e = find_step((text){ (const char *)secret, sizeof secret }, code, found);
    crypto_wipe(secret, sizeof secret);
    return e;
}

err second_check_offered(county *c, int64_t user_id, text sealed, text said)
{
    uint64_t step;
    TRY(open_and_find(c, user_id, sealed, said, &step));
    if (!step) return err_of(&SECOND_WRONG, NULL);
    service_shelf *shelf = c->call->office->settings.shelf;
    if (shelf) (void)service_shelf_step(shelf, user_id, step); /* good for no login any more */
    return ERR_NONE;
}

err second_check(county *c, int64_t user_id, text sealed, text said)
{
    uint64_t step;
    TRY(open_and_find(c, user_id, sealed, said, &step));
    service_shelf *shelf = c->call->office->settings.shelf;
    return step && (!shelf || service_shelf_step(shelf, user_id, step)) ? ERR_NONE : err_of(&SECOND_WRONG, NULL);
}

err second_ask(county *office, int64_t user_id)
{
    staff *room;
    staff_factor factor;
    text said;
    TRY(county_staff(office, &room));
    TRY(staff_factor_read(office->memory, room, user_id, &factor));
    if (!factor.sealed.size_bytes) return ERR_NONE;
    TRY(county_ask(office, service_say(office->call, "Code of your second factor", "动态验证码"), false, &said));
    if (!text_trim(said).size_bytes) return err_of(&SECOND_NEEDED, NULL);
    return second_check(office, user_id, factor.sealed, said);
}

err second_permit(county *office)
{
    static const char *const WAYS[] = { "user.second", "user.second-take", "user.whoami", "user.passwd" };
    bool needs;
    staff_factor factor;
    for (size_t i = 0; i < ARRAY_COUNT(WAYS); i++)
        if (strcmp(office->call->op->name, WAYS[i]) == 0) return ERR_NONE;
    TRY(staff_needs_factor(office->call->request, office->session, &needs));
    if (!needs) return ERR_NONE;
    TRY(staff_factor_read(office->call->request, office->staff, staff_session_user(office->session), &factor));
    return factor.sealed.size_bytes ? ERR_NONE : err_of(&SECOND_TO_TAKE, NULL);
}
