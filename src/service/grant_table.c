/* The kinds of grants, by packs/ledger/grants.csv; what stands in public and until when. */
#include "service/grant.h"

#include "calendar/calendar.h"
#include "service/adopt.h"
#include "service/ledger_csv.h"
#include "service/payrun_people.h"

const err_kind GRANT_UNKNOWN = {
    "grant.unknown", ERR_NOT_FOUND, "packs/ledger/grants.csv has no grant {}; doudi grant kinds says which there are.",
    "packs/ledger/grants.csv 中没有“{}”；已有项目见 doudi grant kinds。"
};
const err_kind GRANT_IN_NOTICE = {
    "grant.in_notice", ERR_CONFLICT, "The list stands in public until {} (with it); the batch can be approved after it.",
    "名单公示至 {}（含当日），期满后方可审批该批次。"
};

err grant_kinds(county *office, grant_kind **kinds, size_t *count)
{
    enum { NAME, TITLE, TITLE_EN, FUND, NOTICE };
    static const service_csv_column COLUMNS[] = {
        [NAME] = { "项目", "grant", false }, [TITLE] = { "名称", "title", false }, [TITLE_EN] = { "英文", "title_en", false },
        [FUND] = { "基金", "fund", false },  [NOTICE] = { "公示天数", "notice", false }, { NULL, NULL, false },
    };
    const decide_file *table;
    service_csv csv;
    size_t capacity = 0;
    arena *a = office->memory;
    *kinds = NULL;
    *count = 0;
    TRY(adopt_table(office, "ledger/grants.csv", &table));
    if (!table) return ERR_NONE;
    TRY(service_csv_read(office->call, table->path, table->bytes, COLUMNS, &csv));
    for (;;) {
        bool has_row;
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) return ERR_NONE;
        grant_kind one = { .name = text_copy(a, service_csv_cell(&csv, NAME)), .title = text_copy(a, service_csv_cell(&csv, TITLE)),
                           .title_en = text_copy(a, service_csv_cell(&csv, TITLE_EN)),
                           .fund = text_copy(a, service_csv_cell(&csv, FUND)), .notice = text_copy(a, service_csv_cell(&csv, NOTICE)) };
        ARENA_PUSH(a, *kinds, *count, capacity, one);
    }
}

err grant_kind_find(county *office, text name, grant_kind *kind)
{
    grant_kind *all;
    size_t count;
    TRY(grant_kinds(office, &all, &count));
    for (size_t i = 0; i < count; i++)
        if (text_equal(all[i].name, name) || text_equal(all[i].title, name)) return *kind = all[i], ERR_NONE;
    return err_of(&GRANT_UNKNOWN, text_cstr(office->call->request, name));
}

err grant_notice_of(county *office, int64_t batch_id, int32_t *until)
{
    charter *room;
    text said;
    *until = 0;
    TRY(county_charter(office, &room));
    TRY(charter_read(office->memory, room, text_format(office->memory, "grant.notice.%lld", (long long)batch_id), CHARTER_NOW, &said));
    return said.size_bytes ? calendar_parse_day(said, until) : ERR_NONE;
}

err grant_bars(county *office, const oneoff_batch *batch)
{
    int32_t until;
    if (!text_begins(batch->purpose, TEXT(GRANT_PURPOSE))) return ERR_NONE;
    TRY(grant_notice_of(office, batch->batch_id, &until));
    bool is_over = until && office->call->office->settings.today_day > until;
    return is_over ? ERR_NONE : err_of(&GRANT_IN_NOTICE, service_day_text(office->call->request, until).bytes);
}

err grant_employer_name(county *office, int64_t employer_id, text *name)
{
    registry *people;
    registry_record record;
    TRY(county_people(office, &people));
    TRY(registry_record_read(office->memory, people, employer_id, REGISTRY_NOW, &record));
    *name = text_copy(office->call->request, payrun_payee(&record).name);
    return ERR_NONE;
}
