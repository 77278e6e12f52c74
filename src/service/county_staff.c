/* The people of the office: who acts, and whether they may. */
#include "service/county.h"

const err_kind COUNTY_NO_ACTOR = {
    "county.no_actor", ERR_FORBIDDEN, "This is somebody's duty: say who acts with --as USER.",
    "此操作须由专人办理：请用 --as 指定用户。"
};
const err_kind COUNTY_NOBODY_TO_ASK = {
    "county.nobody_to_ask", ERR_FORBIDDEN, "There is nobody to ask for the password.",
    "无法询问密码。"
};

err county_staff(county *office, staff **room)
{
    if (!office->staff)
        TRY(staff_open(office->memory, office->db, office->log, NULL, &office->staff));
    *room = office->staff;
    return ERR_NONE;
}

err county_ask(county *office, const char *prompt, bool is_new, text *secret)
{
    const service_settings *settings = &office->call->office->settings;
    if (!settings->ask_secret) return err_of(&COUNTY_NOBODY_TO_ASK, NULL);
    return settings->ask_secret(settings->secret_context, office->call->request, prompt, is_new,
                                secret);
}

static err log_in(county *office)
{
    staff *room;
    text password, login = service_text_of(office->call, "as", TEXT_NONE);
    if (!login.size_bytes) return err_of(&COUNTY_NO_ACTOR, NULL);
    TRY(county_staff(office, &room));
    if (!staff_duties(room)) return err_of(&STAFF_NOT_FOUNDED, NULL);
    const char *form = service_say(office->call, "Password of %.*s", "%.*s 的密码");
    TRY(county_ask(office, text_format(office->call->request, form, TEXT_ARG(login)).bytes, false,
                   &password));
    TRY(staff_login(office->memory, room, login, password, &office->session));
    office->actor_id = staff_session_user(office->session);
    return ERR_NONE;
}

err county_login(county *office, staff_session **session)
{
    if (!office->session) TRY(log_in(office));
    TRY(staff_permit(office->call->request, office->session,
                     text_of(office->call->op->permission)));
    if (session) *session = office->session;
    return ERR_NONE;
}

err county_step(county *office, text duty, const duty_mark *done, size_t done_count)
{
    TRY(county_login(office, NULL));
    return staff_step(office->call->request, office->session, duty, done, done_count);
}
