/* What answers show: lists under their heads, and who could not be decided: nobody is left out in
 * silence. */
#include "base/hash.h"
#include "codec/codec.h"
#include "service/files.h"
#include "service/month.h"

const service_field MONTH_REASON[3] = {
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "purpose", .summary_zh = "用途" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "reason", .summary_zh = "原因" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
};

typedef struct {
    text purpose, reason;
    int64_t count;
} reason_row;

/* What stands of one purpose, however purposes come. */
typedef struct {
    text purpose;
    text_builder csv;
} section;

struct month_undecided {
    month_call *m;
    hash_map *place; /* of a reason */
    reason_row *rows;
    size_t count, capacity;
    section *sections;
    size_t section_count, section_capacity;
    bool is_listed;
};

month_undecided *month_undecided_open(month_call *m)
{
    month_undecided *list = ARENA_NEW(m->memory, month_undecided);
    *list = (month_undecided){ .m = m, .place = hash_map_open(m->memory),
                               .is_listed = service_is_given(m->call, "undecided") };
    return list;
}

static section *section_of(month_undecided *list, text purpose)
{
    for (size_t i = 0; i < list->section_count; i++)
        if (text_equal(list->sections[i].purpose, purpose)) return &list->sections[i];
    arena *a = list->m->memory;
    section fresh = { text_copy(a, purpose), text_builder_open(a) };
    ARENA_PUSH(a, list->sections, list->section_count, list->section_capacity, fresh);
    return &list->sections[list->section_count - 1];
}

void month_undecided_begin(month_undecided *list, text purpose)
{
    (void)section_of(list, purpose);
}

static void list_one(month_undecided *list, text purpose, int64_t person_id, int64_t employer_id, text reason)
{
    arena *a = list->m->memory;
    codec_csv_writer w = codec_csv_write(&section_of(list, purpose)->csv, ',');
    codec_csv_add_text(&w, purpose);
    codec_csv_add_text(&w, text_format(a, "%lld", (long long)person_id));
    codec_csv_add_text(&w, employer_id ? text_format(a, "%lld", (long long)employer_id) : TEXT_NONE);
    codec_csv_add_text(&w, reason);
    codec_csv_end_row(&w);
}

void month_undecided_add(month_undecided *list, text purpose, int64_t person_id, int64_t employer_id, text reason)
{
    arena *a = list->m->memory;
    text key = text_format(a, "%.*s\n%.*s", TEXT_ARG(purpose), TEXT_ARG(reason));
    size_t at = hash_map_get(list->place, key);
    if (at == SIZE_MAX) {
        reason_row row = { text_copy(a, purpose), text_copy(a, reason), 0 };
        at = list->count;
        ARENA_PUSH(a, list->rows, list->count, list->capacity, row);
        hash_map_put(list->place, key, at);
    }
    list->rows[at].count++;
    month_undecided_begin(list, purpose);
    if (list->is_listed) list_one(list, purpose, person_id, employer_id, reason);
}

static void put_reasons(const month_undecided *list, text purpose, service_value *reasons)
{
    arena *a = list->m->call->request;
    for (size_t i = 0; i < list->count; i++) {
        if (!text_equal(list->rows[i].purpose, purpose)) continue;
        service_value *v = service_put_object(a, reasons, NULL);
        service_put_text(a, v, "purpose", list->rows[i].purpose);
        service_put_text(a, v, "reason", list->rows[i].reason);
        service_put_count(a, v, "people", list->rows[i].count);
    }
}

static err write_list(const month_undecided *list)
{
    arena *a = list->m->call->request;
    text_builder csv = text_builder_open(a);
    codec_csv_writer w = codec_csv_write(&csv, ',');
    codec_csv_add_text(&w, TEXT("purpose"));
    codec_csv_add_text(&w, TEXT("person"));
    codec_csv_add_text(&w, TEXT("employer"));
    codec_csv_add_text(&w, TEXT("reason"));
    codec_csv_end_row(&w);
    for (size_t i = 0; i < list->section_count; i++) text_add(&csv, text_built(&list->sections[i].csv));
    return service_write_file(a, service_text_of(list->m->call, "undecided", TEXT_NONE), text_built(&csv));
}

err month_undecided_close(month_undecided *list, service_value *into)
{
    service_value *reasons = service_put_list(list->m->call->request, into, "undecided_reasons");
    for (size_t i = 0; i < list->section_count; i++) put_reasons(list, list->sections[i].purpose, reasons);
    return list->is_listed ? write_list(list) : ERR_NONE;
}

/* ---- kept: "2026-11 flexible=3 employee=12" ---- */

/* The next "purpose=count"; false at the end. */
static bool next_kept(text *rest, text *purpose, int64_t *count)
{
    *rest = text_trim(*rest);
    size_t end = text_find(*rest, TEXT(" ")), equal;
    if (end == SIZE_MAX) end = rest->size_bytes;
    text one = text_sub(*rest, 0, end);
    *rest = text_sub(*rest, end, rest->size_bytes);
    equal = text_find(one, TEXT("="));
    if (equal == SIZE_MAX) return false;
    *purpose = text_sub(one, 0, equal);
    return codec_parse_scaled(text_sub(one, equal + 1, one.size_bytes), 0, count);
}

/* What is kept of the month; empty where it is of another. */
static err read_kept(county *office, const char *op, int32_t month, text *kept)
{
    charter *room;
    text shown = service_month_text(office->memory, month);
    TRY(county_charter(office, &room));
    TRY(charter_read(office->memory, room, text_format(office->memory, MONTH_UNDECIDED_KEPT "%s", op), CHARTER_NOW, kept));
    *kept = text_begins(*kept, shown) ? text_sub(*kept, shown.size_bytes, kept->size_bytes) : TEXT_NONE;
    return ERR_NONE;
}

err month_undecided_count(county *office, const char *op, int32_t month, int64_t *count)
{
    text kept, purpose;
    int64_t one;
    *count = 0;
    TRY(read_kept(office, op, month, &kept));
    while (next_kept(&kept, &purpose, &one)) *count += one;
    return ERR_NONE;
}

err month_undecided_keep(month_undecided *list)
{
    month_call *m = list->m;
    const char *op = m->call->op->name;
    text kept, purpose;
    int64_t count;
    text_builder now = text_builder_open(m->memory);
    TRY(read_kept(m->office, op, m->month, &kept));
    text_add(&now, service_month_text(m->memory, m->month));
    while (next_kept(&kept, &purpose, &count)) {
        bool is_asked = false;
        for (size_t i = 0; i < list->section_count; i++) is_asked |= text_equal(list->sections[i].purpose, purpose);
        if (!is_asked) text_add_format(&now, " %.*s=%lld", TEXT_ARG(purpose), (long long)count);
    }
    for (size_t i = 0; i < list->section_count; i++) {
        count = 0;
        for (size_t k = 0; k < list->count; k++)
            if (text_equal(list->rows[k].purpose, list->sections[i].purpose)) count += list->rows[k].count;
        if (count) text_add_format(&now, " %.*s=%lld", TEXT_ARG(list->sections[i].purpose), (long long)count);
    }
    return month_say(m, text_format(m->memory, MONTH_UNDECIDED_KEPT "%s", op).bytes, text_built(&now));
}

static text cell_of(const service_call *call, const service_value *v)
{
    if (!v || v->kind == SERVICE_VALUE_NULL) return TEXT("-");
    if (v->kind == SERVICE_VALUE_COUNT) return text_format(call->request, "%lld", (long long)v->count);
    if (v->kind == SERVICE_VALUE_BOOL) return text_of(v->is_true ? service_say(call, "yes", "是") : service_say(call, "no", "否"));
    return v->word;
}

void month_print_list(const service_call *call, const char *name, const service_field *fields, size_t count,
                      size_t text_count, text_builder *out)
{
    const service_value *list = service_member(call->reply, name);
    if (!list || !list->child_count) return;
    text *cells = ARENA_ARRAY(call->request, text, count * (list->child_count + 1));
    bool *is_number = ARENA_ARRAY(call->request, bool, count);
    size_t rows = 1;
    for (size_t c = 0; c < count; c++) {
        is_number[c] = c >= text_count;
        cells[c] = text_of(service_say(call, fields[c].summary, fields[c].summary_zh));
    }
    for (const service_value *v = list->first; v; v = v->next, rows++)
        for (size_t c = 0; c < count; c++) cells[count * rows + c] = cell_of(call, service_member(v, fields[c].name));
    service_table(out, cells, rows, count, is_number);
    text_add_char(out, '\n');
}

err month_put_law(const month_call *m, int64_t begun_ns)
{
    service_call *call = m->call;
    const decide_law *law;
    TRY(decide_law_open(call, &law));
    service_put_text(call->request, call->reply, "law", text_copy(call->request, decide_pack_digest(law)));
    service_put_text(call->request, call->reply, "seconds", month_seconds(m, begun_ns));
    return ERR_NONE;
}

void month_print_law(const service_call *call, text_builder *out)
{
    month_print_list(call, "undecided_reasons", MONTH_REASON, ARRAY_COUNT(MONTH_REASON), 2, out);
    text_add_format(out, "%s%.*s\n", service_say(call, "digest of packs and tables: ", "政策包和适配表的摘要："),
                    TEXT_ARG(service_member(call->reply, "law")->word));
}
