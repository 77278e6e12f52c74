#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "support/duties.h"
#include "support/crew.h"

static const crypto_cost CHEAP = { .log2_n = 1, .r = 1, .p = 1 };

static const struct {
    const char *login, *roles;
} USERS[] = {
    { "rita", "rights-manager" }, { "lea", "leader" },   { "audrey", "auditor" },
    { "clara", "clerk" },         { "rex", "reviewer" }, { "hana", "head" },
    { "acco", "accountant" },     { "cash", "cashier" },
};

static void ok(err e)
{
    if (e.kind) fail_msg("%s: %s", e.kind->code, e.detail ? e.detail : "");
}

text crew_password(arena *a, const char *login)
{
    char turned[64];
    size_t size_bytes = strlen(login);
    for (size_t i = 0; i < size_bytes; i++) turned[i] = login[size_bytes - 1 - i];
    return text_format(a, "%.*s has 24680!", (int)size_bytes, turned);
}

text crew_once(arena *a, const char *login)
{
    return text_format(a, "once-%s-2468", login);
}

staff_act crew_act(crew *o)
{
    o->now_ms += 1000;
    return (staff_act){ .known_ms = o->now_ms, .why = TEXT("test") };
}

staff_chance crew_chance(crew *o)
{
    staff_chance chance;
    memset(&chance, 0x5c, sizeof chance);
    memcpy(chance.seed, &o->now_ms, sizeof o->now_ms);
    memcpy(chance.salt.bytes, &o->now_ms, sizeof o->now_ms);
    return chance;
}

crew crew_new(store_place *place)
{
    crew o = { .a = place->scratch, .now_ms = 1700000000000, .db = store_place_create(place) };
    staff_founder founders[ARRAY_COUNT(USERS)];
    duty_sources table = duties_sources(o.a);
    for (size_t i = 0; i < ARRAY_COUNT(USERS); i++)
        founders[i] = (staff_founder){ .login = text_of(USERS[i].login), .name = TEXT("某某"),
                                       .roles = text_of(USERS[i].roles),
                                       .password = crew_once(o.a, USERS[i].login) };
    staff_act act = crew_act(&o);
    ok(eventlog_open(o.a, o.db, &o.log));
    ok(staff_open(o.a, o.db, o.log, &CHEAP, &o.staff));
    ok(store_begin(o.db));
    ok(staff_found(o.staff, &act, &table, founders, ARRAY_COUNT(founders)));
    ok(store_commit(o.db));
    return o;
}

crew crew_founded(store_place *place)
{
    crew o = crew_new(place);
    for (size_t i = 0; i < ARRAY_COUNT(USERS); i++)
        crew_set_password(&o, USERS[i].login, crew_once(o.a, USERS[i].login),
                            crew_password(o.a, USERS[i].login));
    return o;
}

void crew_leave(crew *o)
{
    staff_close(o->staff);
    eventlog_close(o->log);
    store_close(o->db);
}

staff_session *crew_login(crew *o, const char *login)
{
    staff_session *session;
    ok(staff_login(o->a, o->staff, text_of(login), crew_password(o->a, login), &session));
    return session;
}

void crew_set_password(crew *o, const char *login, text old_password, text new_password)
{
    staff_act act = crew_act(o);
    staff_chance chance = crew_chance(o);
    ok(store_begin(o->db));
    ok(staff_set_password(o->staff, &act, text_of(login), old_password, new_password, &chance));
    ok(store_commit(o->db));
}

void crew_change(crew *o, const staff_terms *terms)
{
    static const char *const WHO[] = { "rita", "lea", "audrey" };
    static const char *const DUTY[] = { "staff.propose", "staff.approve", "staff.confirm" };
    int64_t change_id = 0;
    for (size_t i = 0; i < ARRAY_COUNT(WHO); i++) {
        bool is_made = false;
        staff_act act = crew_act(o);
        staff_session *session = crew_login(o, WHO[i]);
        ok(store_begin(o->db));
        if (i == 0)
            ok(staff_propose(session, &act, terms, &change_id));
        else
            ok(staff_change_sign(session, &act, change_id, text_of(DUTY[i]), &is_made));
        ok(store_commit(o->db));
        assert_int_equal(is_made, i == 2);
        staff_session_close(session);
    }
}

text crew_dump(crew *o, arena *a)
{
    eventlog_room room = staff_room(o->staff);
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < room.table_count; i++) {
        char hex[CRYPTO_DIGEST_HEX_BYTES];
        crypto_digest hash;
        int64_t rows;
        ok(eventlog_hash_table(o->log, &room.tables[i], &hash, &rows));
        crypto_print_digest(hash, hex);
        text_add_format(&out, "%s %lld %s\n", room.tables[i].name, (long long)rows, hex);
    }
    return text_built(&out);
}
