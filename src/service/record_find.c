/* Who is meant by what a clerk has in hand. */
#include "codec/codec.h"
#include "ident/ident.h"
#include "service/ledger.h"
#include "service/looks.h"
#include "service/record_rows.h"

const err_kind RECORD_NONE = {
    "record.none", ERR_NOT_FOUND, "Nobody of this registry is meant by {}.", "登记库中没有 {}。"
};
const err_kind RECORD_SEVERAL = {
    "record.several", ERR_CONFLICT, "Several are meant; name one by its id: {}.", "有多个同名，请用编号指定：{}。"
};
const err_kind RECORD_OTHER_KIND = {
    "record.other_kind", ERR_BAD_INPUT, "This id is no {}.", "该编号不是{}。"
};

/* ---- whom ---- */

static bool is_digits(text t, size_t size_max)
{
    if (!t.size_bytes || t.size_bytes > size_max) return false;
    for (size_t i = 0; i < t.size_bytes; i++)
        if (t.bytes[i] < '0' || t.bytes[i] > '9') return false;
    return true;
}

static bool is_number(text t)
{
    return (t.size_bytes == 18 && is_digits(text_sub(t, 0, 17), 17)) || (t.size_bytes == 15 && is_digits(t, 15));
}

/* A number out of a spreadsheet may stand in full-width digits; a name stays as it is. */
static text usual_digits(arena *a, text who)
{
    enum { WIDE_FIRST = 0xFF01, WIDE_LAST = 0xFF5E };
    size_t count = 0;
    char *usual = arena_alloc(a, who.size_bytes + 1);
    for (size_t at = 0; at < who.size_bytes;) {
        uint32_t rune = text_next_rune(who, &at);
        if (rune >= WIDE_FIRST && rune <= WIDE_LAST) rune = rune - WIDE_FIRST + '!';
        if (rune > '~') return who;
        usual[count++] = (char)rune;
    }
    text folded = { usual, count };
    return is_number(folded) || is_digits(folded, count) ? folded : who;
}

/* What was matched may have been so once: only who is still called so is meant. */
static err still_named(arena *a, county *office, text name, int64_t *ids, size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        registry_record record;
        TRY(registry_record_read(a, office->people, ids[i], REGISTRY_NOW, &record));
        if (record.kind != REGISTRY_PERSON) continue;
        const registry_person *p = record.facts[REGISTRY_PERSON];
        if (text_equal(p[record.count[REGISTRY_PERSON] - 1].name, name)) ids[kept++] = ids[i];
    }
    *count = kept;
    return ERR_NONE;
}

static err only_one(county *office, text who, const int64_t *ids, size_t count, int64_t *id)
{
    enum { SHOWN_MAX = 10 };
    if (!count) return err_of(&RECORD_NONE, text_cstr(office->call->request, who));
    *id = ids[0];
    if (count == 1) return ERR_NONE;
    text_builder list = text_builder_open(office->call->request);
    for (size_t i = 0; i < count && i < SHOWN_MAX; i++)
        text_add_format(&list, "%s%lld", i ? ", " : "", (long long)ids[i]);
    if (count > SHOWN_MAX) text_add_cstr(&list, ", …");
    return err_of(&RECORD_SEVERAL, text_built(&list).bytes);
}

enum { ID_DIGITS = 14, NAMES_MAX = 1000, MERGES_MAX = 64 };

err record_follow(county *office, int64_t known_ms, int64_t *id, int64_t *given_up, int64_t *since_ms)
{
    int64_t first = *id;
    *given_up = *since_ms = 0;
    for (int step = 0; step < MERGES_MAX; step++) {
        int64_t into, since;
        TRY(registry_merged_into(office->people, *id, known_ms, &into, &since));
        if (!into) return ERR_NONE;
        if (!*given_up) *since_ms = since;
        *given_up = first;
        *id = into;
    }
    return ERR_NONE;
}

/* Each is meant once. */
static err follow(county *office, int64_t known_ms, int64_t *ids, size_t *count, int64_t *given_up, int64_t *since_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        int64_t id = ids[i], from, since;
        bool is_known = false;
        TRY(record_follow(office, known_ms, &id, &from, &since));
        if (from) *given_up = from, *since_ms = since;
        for (size_t k = 0; k < kept; k++) is_known |= ids[k] == id;
        if (!is_known) ids[kept++] = id;
    }
    *count = kept;
    return ERR_NONE;
}

static void note_merge(county *office, int64_t given_up, int64_t since_ms, int64_t id)
{
    enum { NOTES_MAX = 8, DAY_BYTES = 10 };
    service_call *call = office->call;
    arena *a = call->request;
    if (call->notes->child_count >= NOTES_MAX) return; /* a list of thousands says it of the first */
    text on = record_instant_text(a, since_ms);
    on = text_sub(on, 0, on.size_bytes < DAY_BYTES ? on.size_bytes : DAY_BYTES);
    text says = text_format(a, service_say(call, "record %lld was merged into %lld on %.*s; %lld is meant",
                                           "编号 %lld 已并入编号 %lld（%.*s），以下按 %lld 办理"),
                            (long long)given_up, (long long)id, TEXT_ARG(on), (long long)id);
    service_note(call, says.bytes, says.bytes, TEXT_NONE);
}

static err candidates(arena *a, county *office, text who, int64_t **ids, size_t *count, text *said)
{
    registry *people;
    char id18[IDENT_CODE_BYTES];
    TRY(county_people(office, &people));
    *said = who;
    who = usual_digits(a, who);
    if (is_digits(who, ID_DIGITS)) {
        *ids = ARENA_ARRAY(a, int64_t, 1);
        *count = 1;
        return codec_parse_scaled(who, 0, *ids) ? ERR_NONE : err_of(&RECORD_NONE, "");
    }
    if (is_number(who)) {
        if (!ident_upgrade_citizen(who, id18).kind) who = text_copy(a, text_of(id18));
        *said = text_of(ERR_SAID("this number", "该号码")); /* a number is not repeated in a message */
        return registry_find_number(a, people, who, ids, count);
    }
    TRY(registry_find_name(a, people, who, NAMES_MAX, ids, count));
    return still_named(a, office, who, *ids, count);
}

static err find_own(arena *a, county *office, text who, int64_t *person_id)
{
    int64_t *ids;
    size_t count;
    text said;
    TRY(candidates(a, office, who, &ids, &count, &said));
    return only_one(office, said, ids, count, person_id);
}

static err find_person(arena *a, county *office, text who, int64_t *person_id)
{
    int64_t *ids, known_ms, given_up = 0, since_ms = 0;
    size_t count;
    text said;
    TRY(candidates(a, office, who, &ids, &count, &said));
    TRY(record_known(office->call, &known_ms));
    TRY(follow(office, known_ms, ids, &count, &given_up, &since_ms));
    TRY(only_one(office, said, ids, count, person_id));
    if (given_up) note_merge(office, given_up, since_ms, *person_id);
    return ERR_NONE;
}

/* A list asks so of each of its rows: what is read on the way goes with the answer. */
err record_find_own(county *office, text who, int64_t *person_id)
{
    arena *scratch = arena_open();
    err e = find_own(scratch, office, who, person_id);
    arena_close(scratch);
    return e;
}

err record_find_person(county *office, text who, int64_t *person_id)
{
    arena *scratch = arena_open();
    err e = find_person(scratch, office, who, person_id);
    arena_close(scratch);
    if (!e.kind) looks_saw(office, *person_id);
    return e;
}

err record_ids_of(county *office, int64_t person_id, int64_t **ids, size_t *count)
{
    registry *people;
    size_t capacity = 0;
    *ids = NULL;
    *count = 0;
    TRY(county_people(office, &people));
    ARENA_PUSH(office->memory, *ids, *count, capacity, person_id);
    for (size_t i = 0; i < *count; i++) {
        registry_merged *merged;
        size_t merged_count;
        TRY(registry_merged_of(office->memory, people, (*ids)[i], &merged, &merged_count));
        for (size_t k = 0; k < merged_count; k++) ARENA_PUSH(office->memory, *ids, *count, capacity, merged[k].other_id);
    }
    return ERR_NONE;
}

err record_find_employer(county *office, text who, int64_t *employer_id)
{
    registry *people;
    TRY(county_people(office, &people));
    err e = ERR_NONE;
    if (!is_digits(who, ID_DIGITS) || !codec_parse_scaled(who, 0, employer_id)) e = registry_find_code(office->memory, people, who, employer_id);
    if (!e.kind) looks_saw(office, *employer_id);
    return e.kind == &REGISTRY_NOT_FOUND ? err_of(&RECORD_NONE, text_cstr(office->call->request, who)) : e;
}
