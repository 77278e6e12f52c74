#include "service/county_tables.h"

#include <string.h>

#include "service/adopt.h"
#include "service/user.h"

enum { NAMED_MAX = 6 };

static void name(text_builder *b, int64_t *count, const char *file)
{
    if (*count < NAMED_MAX) text_add_format(b, "%s%s", *count ? ", " : "", file);
    else if (*count == NAMED_MAX) text_add_cstr(b, " …");
    ++*count;
}

static err compare_duties(county *office, county_tables *t)
{
    staff *room;
    duty_sources own, here;
    arena *a = office->call->request;
    text_builder b = text_builder_open(a);
    TRY(county_staff(office, &room));
    if (!staff_duties(room)) return ERR_NONE;
    TRY(staff_duty_sources(a, room, &own));
    if (user_table_read(office->call, TEXT_NONE, &here).kind) return ERR_NONE;
    for (int i = 0; i < DUTY_FILE_COUNT; i++)
        if (!text_equal(own.csv[i], here.csv[i])) name(&b, &t->duty_count, duty_file_name((duty_file)i));
    t->duties = text_built(&b);
    return ERR_NONE;
}

/* ---- the law ---- */

static const policy_source *file_of(const policy_source *list, size_t count, const char *file)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(list[i].file, file)) return &list[i];
    return NULL;
}

static err name_files(county *office, text kept, county_tables *t)
{
    arena *a = office->call->request;
    const decide_law *law;
    policy_source *own, *here;
    size_t own_count, here_count;
    text_builder b = text_builder_open(a);
    if (decide_law_open(office->call, &law).kind) { /* they cannot be compiled: that they differ is known */
        t->law_count = 1;
        t->law = text_of("packs");
        return ERR_NONE;
    }
    TRY(decide_law_sources(a, kept, &own, &own_count));
    TRY(decide_law_sources(a, decide_law_bytes(law), &here, &here_count));
    for (size_t i = 0; i < here_count; i++) {
        const policy_source *was = file_of(own, own_count, here[i].file);
        if (!was || !text_equal(was->bytes, here[i].bytes)) name(&b, &t->law_count, here[i].file);
    }
    for (size_t i = 0; i < own_count; i++)
        if (!file_of(here, here_count, own[i].file)) name(&b, &t->law_count, own[i].file);
    t->law = text_built(&b);
    return ERR_NONE;
}

static err compare_law(county *office, county_tables *t)
{
    adopt_terms *list;
    size_t count;
    charter *room;
    text digest, kept;
    service_call *call = office->call;
    TRY(adopt_list(office, &list, &count));
    const adopt_terms *adopted = adopt_in_force(list, count, call->office->settings.today_day);
    t->has_no_law = !adopted;
    if (!adopted || decide_files_digest(call, DECIDE_LAW_WHOLE, &digest).kind || text_equal(digest, adopted->digest)) return ERR_NONE;
    TRY(county_charter(office, &room));
    TRY(charter_law(call->request, room, adopted->digest, &kept));
    return name_files(office, kept, t);
}

err county_tables_compare(county *office, county_tables *tables)
{
    *tables = (county_tables){ .duties = TEXT(""), .law = TEXT("") };
    TRY(compare_duties(office, tables));
    return compare_law(office, tables);
}
