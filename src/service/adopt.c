#include "service/adopt.h"

#include <stdlib.h>

#include "calendar/calendar.h"
#include "codec/codec.h"

const err_kind ADOPT_OTHER_LAW = {
    "adopt.other_law", ERR_CONFLICT,
    "These packs and tables are not the law this office has adopted ({}); three people adopt one: doudi packs adopt, packs "
    "approve, packs confirm.",
    "这些政策包和适配表不是本机构已采用的（{}）；须由三人采用：doudi packs adopt、packs approve、packs confirm。"
};

const err_kind ADOPT_BAD_DIGEST = {
    "adopt.bad_digest", ERR_BAD_INPUT,
    "This is no digest of a law, 12 to 64 hexadecimal digits: {}.", "不是政策包摘要（12 至 64 位十六进制）：{}。"
};

static const char *const DUTIES[THREE_MARKS] = { "parameter.enter", "parameter.approve", "parameter.confirm" };

enum { SHOWN_DIGITS = 12 };

const char *adopt_duty(size_t step)
{
    return DUTIES[step];
}

err adopt_digest_said(service_call *call, text *digest)
{
    enum { DIGITS_MIN = 12, DIGITS_MAX = 64 };
    *digest = service_text_of(call, "digest", TEXT_NONE);
    bool is_one = digest->size_bytes >= DIGITS_MIN && digest->size_bytes <= DIGITS_MAX;
    return is_one ? ERR_NONE : err_of(&ADOPT_BAD_DIGEST, text_cstr(call->request, *digest));
}

text adopt_digest_short(text digest)
{
    return text_sub(digest, 0, SHOWN_DIGITS);
}

/* ---- as it is kept ---- */

text adopt_print(arena *a, const adopt_terms *terms)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "digest", terms->digest);
    eventlog_body_add_int(&w, "from", terms->from_day);
    three_print(&w, &terms->by);
    codec_json_end_object(&w);
    return text_built(&out);
}

static err parse(arena *a, text said, adopt_terms *terms)
{
    const codec_json *json;
    TRY(codec_json_parse(a, said, (codec_json_options){ 0 }, &json));
    terms->digest = eventlog_body_text(json, "digest");
    terms->from_day = (int32_t)eventlog_body_int(json, "from");
    three_parse(json, &terms->by);
    return ERR_NONE;
}

text adopt_message(arena *a, const adopt_terms *terms)
{
    return text_format(a, "doudi law\n%.*s\n%d", TEXT_ARG(terms->digest), terms->from_day);
}

static int by_number(const void *a, const void *b)
{
    const adopt_terms *x = a, *y = b;
    return x->number < y->number ? -1 : x->number > y->number;
}

err adopt_list(county *office, adopt_terms **list, size_t *count)
{
    charter *room;
    charter_setting *settings;
    size_t setting_count, capacity = 0;
    arena *a = office->memory;
    *list = NULL;
    *count = 0;
    TRY(county_charter(office, &room));
    TRY(charter_list(a, room, &settings, &setting_count));
    for (size_t i = 0; i < setting_count; i++) {
        text prefix = TEXT(ADOPT_KEPT), name = settings[i].name;
        adopt_terms one = { .known_ms = settings[i].known_ms };
        if (!text_begins(name, prefix)) continue;
        if (!codec_parse_scaled(text_sub(name, prefix.size_bytes, name.size_bytes), 0, &one.number)) continue;
        TRY(parse(a, settings[i].value, &one));
        ARENA_PUSH(a, *list, *count, capacity, one);
    }
    if (*count) qsort(*list, *count, sizeof **list, by_number);
    return ERR_NONE;
}

/* Of two that hold from the same day, the later adopted. */
const adopt_terms *adopt_in_force(const adopt_terms *list, size_t count, int32_t day)
{
    const adopt_terms *found = NULL;
    for (size_t i = 0; i < count; i++)
        if (list[i].from_day <= day && (!found || list[i].from_day >= found->from_day)) found = &list[i];
    return found;
}

err adopt_waiting(county *office, adopt_terms *terms)
{
    charter *room;
    text said;
    *terms = (adopt_terms){ 0 };
    TRY(county_charter(office, &room));
    TRY(charter_read(office->memory, room, TEXT(ADOPT_WAITING), CHARTER_NOW, &said));
    return text_begins(said, TEXT("{")) ? parse(office->memory, said, terms) : ERR_NONE;
}

/* ---- the founding ---- */

err adopt_found(county *office)
{
    const decide_law *law;
    charter *room;
    charter_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms, .why = text_of(office->call->op->name) };
    err e = decide_law_open(office->call, &law);
    if (e.kind == &SERVICE_NO_PACKS) return ERR_NONE; /* it adopts its first later */
    TRY(e);
    adopt_terms terms = { .digest = decide_pack_digest(law), .from_day = CALENDAR_DAY_MIN };
    TRY(county_charter(office, &room));
    TRY(charter_keep_law(room, &act, terms.digest, decide_law_bytes(law)));
    return charter_say(room, &act, TEXT(ADOPT_KEPT "1"), adopt_print(office->memory, &terms));
}

/* ---- asking ---- */

const char ADOPT_LEDGER_APART[] = "the tables of packs/ledger are not part of the law this office has adopted; three "
                                   "people adopt them: doudi packs adopt, packs approve, packs confirm";
const char ADOPT_LEDGER_APART_ZH[] = "本机构已采用的政策包不含 packs/ledger 各表；请由三人采用：doudi packs adopt、"
                                      "packs approve、packs confirm";

static const char *other_law(county *office, text digest, const adopt_terms *adopted)
{
    arena *a = office->call->request;
    return text_format(a, service_say(office->call, "%.*s, adopted is %.*s", "%.*s，已采用的是 %.*s"), SHOWN_DIGITS, digest.bytes,
                       SHOWN_DIGITS, adopted->digest.bytes).bytes;
}

static err form_of(county *office, const adopt_terms *adopted, decide_law_form *form)
{
    charter *room;
    text bytes;
    TRY(county_charter(office, &room));
    TRY(charter_law(office->memory, room, adopted->digest, &bytes));
    *form = decide_law_form_of(bytes);
    return *form == DECIDE_LAW_FORM_COUNT ? err_of(&DECIDE_BAD_RECORD, text_cstr(office->call->request, adopted->digest)) : ERR_NONE;
}

err adopt_is_of_before(county *office, const adopt_terms *adopted, bool *is_of_before)
{
    decide_law_form form;
    TRY(form_of(office, adopted, &form));
    *is_of_before = form != DECIDE_LAW_WHOLE;
    return ERR_NONE;
}

static err ask(county *office)
{
    adopt_terms *list;
    size_t count;
    decide_law_form form;
    text digest;
    service_call *call = office->call;
    bool is_dry = service_is_given(call, "dry-run");
    if (office->need != COUNTY_WRITE && !is_dry) return ERR_NONE;
    TRY(adopt_list(office, &list, &count));
    const adopt_terms *adopted = adopt_in_force(list, count, call->office->settings.today_day);
    if (!adopted) return ERR_NONE;
    TRY(decide_files_digest(call, DECIDE_LAW_WHOLE, &digest));
    if (text_equal(adopted->digest, digest)) return ERR_NONE;
    TRY(form_of(office, adopted, &form));
    if (form != DECIDE_LAW_WHOLE) TRY(decide_files_digest(call, form, &digest));
    if (text_equal(adopted->digest, digest)) {
        service_note(call, ADOPT_LEDGER_APART, ADOPT_LEDGER_APART_ZH, TEXT(""));
        return ERR_NONE;
    }
    if (!is_dry) return err_of(&ADOPT_OTHER_LAW, other_law(office, digest, adopted));
    service_note(call, "computed by packs and tables that this office has not adopted: ", "按本机构未采用的政策包和适配表测算：",
                 text_of(other_law(office, digest, adopted)));
    return ERR_NONE;
}

/* Once said no, it stays no: some who ask only look for a name, and pass over what is amiss. */
err adopt_need(county *office)
{
    if (!office->has_asked_law) office->law_answer = ask(office);
    office->has_asked_law = true;
    return office->law_answer;
}

err adopt_table(county *office, const char *name, const decide_file **file)
{
    TRY(adopt_need(office));
    return decide_file_find(office->call, name, file);
}

err adopt_csv_open(county *office, const char *name, const service_csv_column *columns, err if_none, service_csv *csv)
{
    const decide_file *file;
    TRY(adopt_table(office, name, &file));
    return file ? service_csv_read(office->call, file->path, file->bytes, columns, csv) : if_none;
}

/* ---- checking ---- */

/* Signed by three, or the founding; and the law is there. */
static err is_sound(county *office, const adopt_terms *terms, bool *fits)
{
    charter *room;
    text bytes;
    TRY(county_charter(office, &room));
    err e = charter_law(office->memory, room, terms->digest, &bytes);
    *fits = !e.kind;
    if (e.kind) return e.kind == &CHARTER_NO_LAW ? ERR_NONE : e;
    bool is_founding = terms->number == 1 && terms->from_day == CALENDAR_DAY_MIN && !terms->by.count;
    if (is_founding) return ERR_NONE;
    return three_fit(office, adopt_message(office->memory, terms), &terms->by, DUTIES, fits);
}

err adopt_verify_all(county *office, const char **bad)
{
    adopt_terms *list;
    size_t count;
    *bad = NULL;
    TRY(adopt_list(office, &list, &count));
    for (size_t i = 0; i < count && !*bad; i++) {
        bool fits;
        TRY(is_sound(office, &list[i], &fits));
        if (!fits) *bad = text_format(office->call->request, "%lld", (long long)list[i].number).bytes;
    }
    return ERR_NONE;
}
