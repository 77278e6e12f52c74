#include "support/office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "os/os.h"
#include "support/figures.h"

void office_must(err e)
{
    if (!e.kind) return;
    arena *a = arena_open();
    fprintf(stderr, "bench: %s\n", err_sentence(a, e, false).bytes);
    exit(1);
}

lapse lapse_now(void)
{
    return (lapse){ (double)os_monotonic_ns() / 1e9, figure_seconds(), 0 };
}

lapse lapse_since(lapse begun)
{
    lapse until = lapse_now();
    return (lapse){ until.s - begun.s, until.own_s - begun.own_s, 0 };
}

static err tell_secret(void *context, arena *a, const char *prompt, bool is_new, text *secret)
{
    office *o = context;
    (void)prompt;
    *secret = text_copy(a, text_of(o->once && !is_new ? o->once : OFFICE_PASSWORD));
    return ERR_NONE;
}

office *office_open(arena *a, const char *county, const char *folder, int32_t today_day)
{
    office *o = ARENA_NEW(a, office);
    *o = (office){ 0 };
    service_settings settings = { .packs = "packs", .today_day = today_day, .thread_count = (uint32_t)os_core_count(),
                                  .county = county, .key_file = text_format(a, "%s/office.key", folder).bytes,
                                  .ask_secret = tell_secret, .secret_context = o };
    o->service = service_open(a, &settings);
    return o;
}

lapse office_run(office *o, arena *a, const char *operation, const service_value **reply, const char *const *words)
{
    service_call *call = service_call_open(o->service, a, service_find(text_of(operation)), false);
    for (; *words; words++) {
        const char *is = strchr(*words, '=');
        text name = is ? (text){ *words, (size_t)(is - *words) } : text_of(*words);
        office_must(service_give(call, name, is ? text_of(is + 1) : TEXT("")));
    }
    double server_s = o->server ? o->server_seconds(o->server) : 0;
    lapse begun = lapse_now();
    office_must(service_run(call));
    lapse took = lapse_since(begun);
    if (o->server) took.server_s = o->server_seconds(o->server) - server_s;
    if (reply) *reply = call->reply;
    return took;
}

static const struct { const char *login, *role; } CREW[] = {
    { "rita", "rights-manager" }, { "lea", "leader" }, { "audrey", "auditor" }, { "clara", "clerk" }, { "rob", "reviewer" },
    { "hana", "head" }, { "amy", "accountant" }, { "carl", "cashier" },
};
enum { CREW_COUNT = sizeof CREW / sizeof *CREW };

void office_found_crew(office *o, arena *a)
{
    const service_value *reply;
    const char *words[CREW_COUNT + 1] = { NULL };
    const service_op *op = service_find(TEXT("user.found"));
    for (size_t i = 0; i < CREW_COUNT; i++) words[i] = text_format(a, "%s=%s=%s", op->input[0].name, CREW[i].login, CREW[i].role).bytes;
    office_run(o, a, "user.found", &reply, words);
    for (const service_value *user = reply->first->first; user; user = user->next) {
        const char *login = text_cstr(a, service_member(user, "user")->word);
        o->once = text_cstr(a, service_member(user, "once")->word);
        OFFICE_RUN(o, a, "user.passwd", text_format(a, "%s=%s", service_find(TEXT("user.passwd"))->input[0].name, login).bytes);
        o->once = NULL;
    }
}

void office_tell(const office *o, const char *what, const char *unit, double value, double at_most)
{
    char name[96];
    double people = o->people;
    snprintf(name, sizeof name, people >= 1e6 ? "%.0f M: %s" : "%.0f k: %s", people / (people >= 1e6 ? 1e6 : 1e3), what);
    figure_print((figure){ .name = name, .unit = unit, .value = value, .goal = -at_most });
}

void office_tell_lapse(const office *o, const char *what, lapse took, double at_most)
{
    char unit[48];
    if (o->server) snprintf(unit, sizeof unit, "s, own %.3g, server %.3g", took.own_s, took.server_s);
    else snprintf(unit, sizeof unit, "s, own %.3g", took.own_s);
    office_tell(o, what, unit, took.s, at_most);
}

void office_count(office *o, lapse took)
{
    o->whole.s += took.s;
    o->whole.own_s += took.own_s;
    o->whole.server_s += took.server_s;
}

void office_step(office *o, const char *what, lapse took)
{
    office_count(o, took);
    office_tell_lapse(o, what, took, 0);
}

void office_tell_memory(const office *o)
{
    enum { MB_IN_2_GIB = 2147 };
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    office_tell(o, "peak memory", "MB", (double)usage.ru_maxrss / 1e3, MB_IN_2_GIB);
}
