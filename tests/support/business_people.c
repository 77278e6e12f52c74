/* The scenario's people and users: who is enrolled, corrected, merged and forgotten; who is let in, and shut
 * out. Each step opens its rooms anew, with chance of its own step, as another process would. */
#include <string.h>

#include "base/checked.h"
#include "support/business_internal.h"
#include "support/duties.h"

enum { PEOPLE = 4, FIRST_DAY = 45000, FIRST_MONTH = 1478 };
static const char *const NUMBERS[PEOPLE] = { "11010519491231002X", "110105199003070084", "440524188001010014",
                                             "130182196708160138" };

static registry_act act_of(int step, text key)
{
    return (registry_act){ .known_ms = business_ms(step), .actor_id = BUSINESS_CLERK, .why = BUSINESS_WHY, .key = key };
}

static err open_people(business *b, int step)
{
    registry_keys keys;
    memset(&keys, 0x21, sizeof keys);
    memset(keys.chance, step, sizeof keys.chance);
    if (b->people_room) registry_close(b->people_room);
    b->people_room = NULL;
    return registry_open(b->memory, b->db, b->log, &keys, &b->people_room);
}

err business_people_open(business *b)
{
    return open_people(b, 0);
}

/* Of who was forgotten nothing sealed can be told again, not even the same; nor of who is another by now. */
static err told(err e)
{
    return e.kind == &REGISTRY_FORGOTTEN || e.kind == &REGISTRY_MERGED ? ERR_NONE : e;
}

err business_enrol(business *b, int step)
{
    int64_t pension, id;
    TRY(open_people(b, step));
    registry_act act = act_of(step, TEXT_NONE);
    TRY(registry_word_add(b->people_room, &act, TEXT("employee_pension"), &pension));
    for (int i = 0; i < PEOPLE; i++) {
        registry_person person = { .fact = { .from = REGISTRY_EVER, .until = REGISTRY_OPEN },
                                   .name = text_format(b->memory, "某%d", i),
                                   .number = { .plain = text_of(NUMBERS[i]) },
                                   .phone = { .plain = text_format(b->memory, "1390000%04d", i) }, .sex = 1 };
        act.key = business_key(b, step, "person", i);
        TRY(told(registry_person_new(b->people_room, &act, &person, REGISTRY_REFUSE, &id)));
    }
    registry_employer employer = { .fact = { .from = REGISTRY_EVER, .until = REGISTRY_OPEN },
                                   .name = TEXT("某县化肥厂"), .code = TEXT("91350100M000100Y43") };
    act.key = business_key(b, step, "employer", 0);
    TRY(registry_employer_new(b->people_room, &act, &employer, &id));
    registry_household home = { .fact = employer.fact, .region = 530102, .address = TEXT("某村") };
    act.key = business_key(b, step, "household", 0);
    return registry_household_new(b->people_room, &act, &home, &id);
}

static registry_fact from_of(int64_t id, int64_t from)
{
    return (registry_fact){ .subject_id = id, .from = from, .until = REGISTRY_OPEN };
}

err business_say(business *b, int step)
{
    TRY(open_people(b, step));
    registry_act act = act_of(step, TEXT_NONE);
    int64_t changed;
    for (int64_t id = 1; id <= PEOPLE; id++) {
        registry_account account = { .fact = from_of(id, FIRST_DAY), .bank = 1, .holder = TEXT("某"),
                                     .number = { .plain = text_format(b->memory, "621700000000%04d", (int)id) } };
        registry_enrolment enrolled = { .fact = from_of(id, FIRST_DAY), .scheme = 1, .employer_id = PEOPLE + 1,
                                        .standing = 1, .base_fen = 400000 + id };
        registry_benefit benefit = { .fact = from_of(id, FIRST_MONTH), .benefit = 1, .state = REGISTRY_PAYING,
                                     .amount_fen = 200000 + id };
        registry_spell spell = { .fact = { .subject_id = id, .from = FIRST_MONTH, .until = FIRST_MONTH + 12 },
                                 .scheme = 1, .employer_id = PEOPLE + 1, .kind = 1, .base_fen = 400000 };
        registry_member member = { .fact = from_of(id, FIRST_DAY), .household_id = PEOPLE + 2, .relation = 1 };
        act.key = business_key(b, step, "account", id);
        TRY(told(registry_account_say(b->people_room, &act, &account)));
        act.key = business_key(b, step, "enrol", id);
        TRY(told(registry_enrol(b->people_room, &act, &enrolled)));
        act.key = business_key(b, step, "benefit", id);
        TRY(told(registry_say(b->people_room, &act, "award_recorded", REGISTRY_BENEFIT, &benefit, 1, &changed)));
        act.key = business_key(b, step, "spell", id);
        TRY(told(registry_spell_say(b->people_room, &act, &spell)));
        act.key = business_key(b, step, "member", id);
        TRY(told(registry_say(b->people_room, &act, "moved", REGISTRY_MEMBER, &member, 1, &changed)));
    }
    return ERR_NONE;
}

err business_correct(business *b, int step)
{
    TRY(open_people(b, step));
    registry_act act = act_of(step, business_key(b, step, "suspend", 0));
    TRY(told(registry_benefit_move(b->people_room, &act, 2, 1, REGISTRY_SUSPENDED, FIRST_MONTH + 3, 0)));
    act.key = business_key(b, step, "stop", 0);
    TRY(told(registry_stop(b->people_room, &act, 3, 1, PEOPLE + 1, FIRST_DAY + 100)));
    registry_account account = { .fact = from_of(1, FIRST_DAY + 50), .bank = 2, .holder = TEXT("某"),
                                 .number = { .plain = TEXT("6217000000009999") } };
    act.key = business_key(b, step, "account", 0);
    TRY(told(registry_account_say(b->people_room, &act, &account)));
    registry_attribute said = { .fact = from_of(2, FIRST_DAY), .name = 1, .value = 3, .note = TEXT("残联") };
    act.key = business_key(b, step, "attribute", 0);
    return registry_attribute_say(b->people_room, &act, &said);
}

/* A segment a bucket: months paid of everybody. */
err business_extend(business *b, int step)
{
    TRY(open_people(b, step));
    registry_act act = act_of(step, TEXT_NONE);
    for (int64_t id = 1; id <= PEOPLE; id++) {
        const int64_t scheme = 1, employer = PEOPLE + 1, kind = 1, region = 530102, from = FIRST_MONTH + 12,
                      until = FIRST_MONTH + 13, base = 410000;
        registry_spell_columns columns = { &id, &scheme, &employer, &kind, &region, &from, &until, &base };
        bool is_new;
        act.key = business_key(b, step, "months", id);
        TRY(registry_spells_extend(b->people_room, &act, eventlog_bucket_of(id), &columns, 1, &is_new));
    }
    return ERR_NONE;
}

err business_merge(business *b, int step)
{
    int64_t conflicts;
    TRY(open_people(b, step));
    registry_act act = act_of(step, business_key(b, step, "merge", 0));
    return told(registry_person_merge(b->people_room, &act, 1, 3, NULL, &conflicts));
}

err business_forget(business *b, int step)
{
    TRY(open_people(b, step));
    registry_act act = act_of(step, business_key(b, step, "forget", 0));
    return registry_forget(b->people_room, &act, 4);
}

/* ---- users ---- */

static const crypto_cost CHEAP = { .log2_n = 1, .r = 1, .p = 1 };
static const char *const USERS[][2] = { { "rita", "rights-manager" }, { "lea", "leader" }, { "audrey", "auditor" },
                                        { "clara", "clerk" }, { "rex", "reviewer" } };

static text password_of(business *b, const char *login, bool is_own)
{
    return text_format(b->memory, is_own ? "own word 13579-%d-%d" : "once given 24680-%d-%d", login[0], login[1]);
}

static err open_users(business *b)
{
    if (b->users) staff_close(b->users);
    b->users = NULL;
    return staff_open(b->memory, b->db, b->log, &CHEAP, &b->users);
}

err business_users_open(business *b)
{
    return open_users(b);
}

static staff_act users_act(business *b, int step, const char *what, int64_t number)
{
    return (staff_act){ .known_ms = business_ms(step), .why = BUSINESS_WHY, .key = business_key(b, step, what, number) };
}

err business_found_users(business *b, int step)
{
    staff_founder founders[ARRAY_COUNT(USERS)];
    duty_sources table = duties_sources(b->memory);
    staff_act act = users_act(b, step, "found", 0);
    TRY(open_users(b));
    if (staff_duties(b->users)) return ERR_NONE; /* founded before */
    for (size_t i = 0; i < ARRAY_COUNT(USERS); i++)
        founders[i] = (staff_founder){ .login = text_of(USERS[i][0]), .name = TEXT("某某"), .roles = text_of(USERS[i][1]),
                                       .password = password_of(b, USERS[i][0], false) };
    return staff_found(b->users, &act, &table, founders, ARRAY_COUNT(founders));
}

err business_key_users(business *b, int step)
{
    TRY(open_users(b));
    for (size_t i = 0; i < ARRAY_COUNT(USERS); i++) {
        staff_chance chance;
        staff_user user;
        staff_act act = users_act(b, step, "key", (int64_t)i);
        memset(&chance, 0x30 + (int)i, sizeof chance);
        TRY(staff_find(b->memory, b->users, text_of(USERS[i][0]), &user));
        if (user.state != STAFF_NEW) continue;
        TRY(staff_set_password(b->users, &act, text_of(USERS[i][0]), password_of(b, USERS[i][0], false),
                               password_of(b, USERS[i][0], true), &chance));
    }
    return ERR_NONE;
}

/* Roles are taken away and a user is shut out: by one person, without a signature, whose chance no other run
 * could repeat. */
err business_shut_out(business *b, int step)
{
    staff_session *session;
    staff_act act = users_act(b, step, "revoke", 0);
    staff_user rex;
    TRY(open_users(b));
    TRY(staff_find(b->memory, b->users, TEXT("rex"), &rex));
    if (rex.state == STAFF_OUT) return ERR_NONE; /* done before: there are no roles left to name */
    TRY(staff_login(b->memory, b->users, TEXT("rita"), password_of(b, "rita", true), &session));
    err e = staff_revoke(session, &act, TEXT("clara"), TEXT("clerk"));
    act.key = business_key(b, step, "disable", 0);
    if (!e.kind) e = staff_disable(session, &act, TEXT("rex"));
    staff_session_close(session);
    return e;
}
