/* Campaigns: the table of their words, and what was said of them as rows of standing books. */
#include "service/campaign.h"

#include <stdlib.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/adopt.h"
#include "service/dockets.h"
#include "service/ledger.h"
#include "service/ledger_csv.h"

const err_kind CAMPAIGN_BAD_TABLE = {
    "campaign.bad_table", ERR_BAD_INPUT,
    "packs/ledger/campaigns.csv says what cannot be: {}; the page packs/ledger/README.md tells what may stand there.",
    "packs/ledger/campaigns.csv 的规定有误：{}；可填内容见 packs/ledger/README.md。"
};
const err_kind CAMPAIGN_NO_WORD = {
    "campaign.no_word", ERR_NOT_FOUND, "packs/ledger/campaigns.csv has no word {}.", "packs/ledger/campaigns.csv 中没有 {}。"
};
const err_kind CAMPAIGN_UNKNOWN = {
    "campaign.unknown", ERR_NOT_FOUND, "There is no campaign {}; doudi campaign list shows those there are.",
    "没有扩面行动 {}；用 doudi campaign list 查看。"
};

/* ---- the table ---- */

enum { WAY, NAME, ZH, EN, VALUE, LAW };
static const service_csv_column COLUMNS[] = {
    [WAY] = { "类", "way", false },     [NAME] = { "代码", "name", false }, [ZH] = { "名称", "zh", false },
    [EN] = { "英文", "en", false },     [VALUE] = { "值", "value", false }, [LAW] = { "依据", "law", false },
    { NULL, NULL, false },
};
static const char *const WAYS[CAMPAIGN_WAY_COUNT] = { "channel", "how", "outcome", "scheme", "setting" };
static const char *const MEANINGS[CAMPAIGN_MEANING_COUNT] = { "tried", "met", "agreed", "ended" };

static size_t index_of(const char *const *words, size_t count, text said)
{
    size_t i = 0;
    while (i < count && !text_equal_cstr(said, words[i])) i++;
    return i;
}

static err take_row(arena *a, const service_csv *csv, campaign_table *table, campaign_word *one)
{
    text value = service_csv_cell(csv, VALUE);
    size_t way = index_of(WAYS, CAMPAIGN_WAY_COUNT, service_csv_cell(csv, WAY));
    *one = (campaign_word){ .way = (campaign_way)way, .name = text_copy(a, service_csv_cell(csv, NAME)), .zh = text_copy(a, service_csv_cell(csv, ZH)),
                            .en = text_copy(a, service_csv_cell(csv, EN)), .law = text_copy(a, service_csv_cell(csv, LAW)) };
    bool is_fine = way < CAMPAIGN_WAY_COUNT && one->name.size_bytes && one->zh.size_bytes && one->en.size_bytes;
    if (is_fine && one->way == CAMPAIGN_OUTCOME) {
        size_t meaning = index_of(MEANINGS, CAMPAIGN_MEANING_COUNT, value);
        is_fine = meaning < CAMPAIGN_MEANING_COUNT;
        one->meaning = (campaign_meaning)meaning;
    } else if (is_fine && one->way == CAMPAIGN_SETTING) {
        is_fine = text_equal_cstr(one->name, "attribution_days") && codec_parse_scaled(value, 0, &table->days) && table->days >= 0;
    }
    return is_fine ? ERR_NONE : service_csv_blame(csv, WAY, err_of(&CAMPAIGN_BAD_TABLE, text_cstr(a, one->name)));
}

err campaign_table_read(county *office, campaign_table *table)
{
    arena *a = office->memory;
    service_csv csv;
    size_t capacity = 0;
    *table = (campaign_table){ .days = -1 };
    TRY(adopt_csv_open(office, "ledger/campaigns.csv", COLUMNS, err_of(&CAMPAIGN_NO_WORD, "packs/ledger/campaigns.csv"), &csv));
    for (;;) {
        bool has_row;
        campaign_word one;
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) break;
        TRY(take_row(a, &csv, table, &one));
        ARENA_PUSH(a, table->words, table->count, capacity, one);
    }
    return table->days < 0 ? err_of(&CAMPAIGN_BAD_TABLE, "attribution_days") : ERR_NONE;
}

err campaign_word_of(const service_call *call, const campaign_table *table, campaign_way way, text said, const campaign_word **word)
{
    text known = TEXT("");
    for (size_t i = 0; i < table->count; i++) {
        *word = &table->words[i];
        if ((*word)->way != way) continue;
        if (text_equal(said, (*word)->name) || text_equal(said, (*word)->zh) || text_equal(said, (*word)->en)) return ERR_NONE;
        known = text_format(call->request, "%.*s%s%.*s", TEXT_ARG(known), known.size_bytes ? ", " : "", TEXT_ARG((*word)->name));
    }
    return err_of(&CAMPAIGN_NO_WORD, text_format(call->request, "%s %.*s (%.*s)", WAYS[way], TEXT_ARG(text_shown(call->request, said, 60)), TEXT_ARG(known)).bytes);
}

campaign_meaning campaign_meaning_of(const campaign_table *table, text outcome)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->words[i].way == CAMPAIGN_OUTCOME && text_equal(table->words[i].name, outcome)) return table->words[i].meaning;
    return CAMPAIGN_TRIED;
}

text campaign_word_shown(const service_call *call, const campaign_table *table, campaign_way way, text name)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->words[i].way == way && text_equal(table->words[i].name, name)) return call->is_chinese ? table->words[i].zh : table->words[i].en;
    return name;
}

/* ---- reading what was said ---- */

static int by_target(const void *a, const void *b)
{
    const campaign_target *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->subject_id != y->subject_id) return x->subject_id < y->subject_id ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static int by_contact(const void *a, const void *b)
{
    const campaign_contact *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->subject_id != y->subject_id) return x->subject_id < y->subject_id ? -1 : 1;
    if (x->day != y->day) return x->day < y->day ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static err read_book(county *office, text name, docket_row **rows, const codec_json ***cells, size_t *count)
{
    docket_book *book;
    arena *a = office->memory;
    TRY(dockets_book(office, &book));
    TRY(docket_rows(a, book, name, rows, count));
    *cells = ARENA_ARRAY(a, const codec_json *, *count + 1);
    for (size_t i = 0; i < *count; i++) TRY(codec_json_parse(a, (*rows)[i].cells, (codec_json_options){ 0 }, &(*cells)[i]));
    return ERR_NONE;
}

err campaign_said_read(county *office, campaign_said *said)
{
    docket_row *rows;
    const codec_json **c;
    arena *a = office->memory;
    TRY(read_book(office, CAMPAIGN_BOOK, &rows, &c, &said->campaign_count));
    said->campaigns = ARENA_ARRAY(a, campaign, said->campaign_count + 1);
    for (size_t i = 0; i < said->campaign_count; i++)
        said->campaigns[i] = (campaign){ .id = rows[i].row_id, .name = rows[i].key, .channel = eventlog_body_text(c[i], "channel"),
                                         .schemes = eventlog_body_text(c[i], "schemes"), .group = eventlog_body_text(c[i], "group"),
                                         .owner = eventlog_body_text(c[i], "owner"), .town = eventlog_body_int(c[i], "town"),
                                         .from_day = (int32_t)eventlog_body_int(c[i], "from"), .due_day = (int32_t)eventlog_body_int(c[i], "due") };
    TRY(read_book(office, CAMPAIGN_TARGETS, &rows, &c, &said->target_count));
    said->targets = ARENA_ARRAY(a, campaign_target, said->target_count + 1);
    for (size_t i = 0; i < said->target_count; i++)
        said->targets[i] = (campaign_target){ .id = rows[i].row_id, .campaign_id = eventlog_body_int(c[i], "campaign"),
                                              .kind = eventlog_body_int(c[i], "kind"), .subject_id = eventlog_body_int(c[i], "subject"),
                                              .region = eventlog_body_int(c[i], "region"), .owner = eventlog_body_text(c[i], "owner"),
                                              .groups = eventlog_body_text(c[i], "groups") };
    TRY(read_book(office, CAMPAIGN_CONTACTS, &rows, &c, &said->contact_count));
    said->contacts = ARENA_ARRAY(a, campaign_contact, said->contact_count + 1);
    for (size_t i = 0; i < said->contact_count; i++)
        said->contacts[i] = (campaign_contact){ .id = rows[i].row_id, .campaign_id = eventlog_body_int(c[i], "campaign"),
                                                .kind = eventlog_body_int(c[i], "kind"), .subject_id = eventlog_body_int(c[i], "subject"),
                                                .day = (int32_t)eventlog_body_int(c[i], "day"), .due_day = (int32_t)eventlog_body_int(c[i], "due"),
                                                .how = eventlog_body_text(c[i], "how"), .outcome = eventlog_body_text(c[i], "outcome"),
                                                .next = eventlog_body_text(c[i], "next"), .note = eventlog_body_text(c[i], "note") };
    if (said->target_count) qsort(said->targets, said->target_count, sizeof *said->targets, by_target);
    if (said->contact_count) qsort(said->contacts, said->contact_count, sizeof *said->contacts, by_contact);
    return ERR_NONE;
}

err campaign_find(county *office, const campaign_said *said, text name, const campaign **found)
{
    for (size_t i = 0; i < said->campaign_count; i++) {
        *found = &said->campaigns[i];
        if (text_equal((*found)->name, name)) return ERR_NONE;
    }
    return err_of(&CAMPAIGN_UNKNOWN, text_cstr(office->call->request, text_shown(office->call->request, name, 60)));
}

/* ---- saying ---- */

static err say(county *office, text docket, text key, text_builder *cells, docket_said *said)
{
    docket_book *book;
    docket_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms,
                       .why = service_text_of(office->call, "why", text_of(office->call->op->name)) };
    TRY(dockets_book(office, &book));
    return docket_say(book, &act, docket, key, text_built(cells), said);
}

err campaign_say(county *office, const campaign *one, docket_said *said)
{
    text_builder b = text_builder_open(office->memory);
    codec_json_writer w = codec_json_write(&b, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "channel", one->channel);
    eventlog_body_add_int(&w, "due", one->due_day);
    eventlog_body_add_int(&w, "from", one->from_day);
    eventlog_body_add_text(&w, "group", one->group);
    eventlog_body_add_text(&w, "owner", one->owner);
    eventlog_body_add_text(&w, "schemes", one->schemes);
    eventlog_body_add_int(&w, "town", one->town);
    codec_json_end_object(&w);
    return say(office, CAMPAIGN_BOOK, one->name, &b, said);
}

err campaign_target_say(county *office, const campaign_target *t, docket_said *said)
{
    arena *a = office->memory;
    text_builder b = text_builder_open(a);
    codec_json_writer w = codec_json_write(&b, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "campaign", t->campaign_id);
    eventlog_body_add_text(&w, "groups", t->groups);
    eventlog_body_add_int(&w, "kind", t->kind);
    eventlog_body_add_text(&w, "owner", t->owner);
    eventlog_body_add_int(&w, "region", t->region);
    eventlog_body_add_int(&w, "subject", t->subject_id);
    codec_json_end_object(&w);
    return say(office, CAMPAIGN_TARGETS,
               text_format(a, "%lld\n%lld\n%lld", (long long)t->campaign_id, (long long)t->kind, (long long)t->subject_id), &b, said);
}

err campaign_contact_say(county *office, const campaign_contact *c, docket_said *said)
{
    arena *a = office->memory;
    text_builder b = text_builder_open(a);
    codec_json_writer w = codec_json_write(&b, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "campaign", c->campaign_id);
    eventlog_body_add_int(&w, "day", c->day);
    eventlog_body_add_int(&w, "due", c->due_day);
    eventlog_body_add_text(&w, "how", c->how);
    eventlog_body_add_int(&w, "kind", c->kind);
    eventlog_body_add_text(&w, "next", c->next);
    eventlog_body_add_text(&w, "note", c->note);
    eventlog_body_add_text(&w, "outcome", c->outcome);
    eventlog_body_add_int(&w, "subject", c->subject_id);
    codec_json_end_object(&w);
    return say(office, CAMPAIGN_CONTACTS,
               text_format(a, "%lld\n%lld\n%lld\n%d\n%.*s", (long long)c->campaign_id, (long long)c->kind, (long long)c->subject_id,
                           (int)c->day, TEXT_ARG(c->how)), &b, said);
}
