#include "service/person_merge.h"

#include <string.h>

#include "codec/codec.h"

#define PREFIX "person.merge."

static const char *const DUTIES[THREE_MARKS] = { "record.enter", "record.review", "record.approve" };

const char *person_merge_duty(size_t step) { return DUTIES[step]; }

const char *person_merge_waits_for(const person_merge_terms *terms)
{
    bool waits = text_equal_cstr(terms->state, "waiting") && terms->by.count < THREE_MARKS;
    return waits ? DUTIES[terms->by.count] : NULL;
}

/* ---- as it is kept ---- */

static text print(arena *a, const person_merge_terms *terms)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "choices", terms->choices);
    eventlog_body_add_text(&w, "digest", terms->digest);
    eventlog_body_add_int(&w, "kept", terms->kept);
    three_print(&w, &terms->by);
    eventlog_body_add_int(&w, "other", terms->other);
    eventlog_body_add_int(&w, "split", terms->is_split);
    eventlog_body_add_text(&w, "state", terms->state);
    eventlog_body_add_text(&w, "why", terms->why);
    codec_json_end_object(&w);
    return text_built(&out);
}

static err parse(arena *a, text said, person_merge_terms *terms)
{
    const codec_json *json;
    TRY(codec_json_parse(a, said, (codec_json_options){ 0 }, &json));
    *terms = (person_merge_terms){
        .is_split = eventlog_body_int(json, "split") != 0, .kept = eventlog_body_int(json, "kept"),
        .other = eventlog_body_int(json, "other"), .choices = eventlog_body_text(json, "choices"),
        .digest = eventlog_body_text(json, "digest"), .state = eventlog_body_text(json, "state"),
        .why = eventlog_body_text(json, "why"),
    };
    three_parse(json, &terms->by);
    return ERR_NONE;
}

static text name_of(arena *a, int64_t other) { return text_format(a, PREFIX "%lld", (long long)other); }

err person_merge_read(county *office, int64_t other, person_merge_terms *terms)
{
    charter *room;
    text said;
    *terms = (person_merge_terms){ .other = other };
    TRY(county_charter(office, &room));
    TRY(charter_read(office->memory, room, name_of(office->memory, other), CHARTER_NOW, &said));
    return said.size_bytes ? parse(office->memory, said, terms) : ERR_NONE;
}

err person_merge_say(county *office, const person_merge_terms *terms)
{
    charter *room;
    charter_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms,
                        .why = terms->why.size_bytes ? terms->why : text_of(office->call->op->name) };
    TRY(county_charter(office, &room));
    return charter_say(room, &act, name_of(office->memory, terms->other), print(office->memory, terms));
}

err person_merge_list(county *office, person_merge_terms **terms, size_t *count)
{
    charter *room;
    charter_setting *settings;
    size_t setting_count, capacity = 0;
    *terms = NULL;
    *count = 0;
    TRY(county_charter(office, &room));
    TRY(charter_list(office->memory, room, &settings, &setting_count));
    for (size_t i = 0; i < setting_count; i++) {
        person_merge_terms one;
        if (!text_begins(settings[i].name, TEXT(PREFIX))) continue;
        TRY(parse(office->memory, settings[i].value, &one));
        ARENA_PUSH(office->memory, *terms, *count, capacity, one);
    }
    return ERR_NONE;
}

text person_merge_message(arena *a, const person_merge_terms *terms)
{
    return text_format(a, "doudi %s of records\n%lld\n%lld\n%.*s\n%.*s", terms->is_split ? "split" : "merge",
                       (long long)terms->kept, (long long)terms->other, TEXT_ARG(terms->choices), TEXT_ARG(terms->digest));
}

/* ---- signatures ---- */

static err fits(county *office, const person_merge_terms *terms, bool *is_sound)
{
    int64_t into, since_ms;
    registry *people;
    *is_sound = true;
    if (!text_equal_cstr(terms->state, "done")) return ERR_NONE;
    TRY(county_people(office, &people));
    TRY(three_fit(office, person_merge_message(office->memory, terms), &terms->by, DUTIES, is_sound));
    TRY(registry_merged_into(people, terms->other, REGISTRY_NOW, &into, &since_ms));
    *is_sound = *is_sound && into == (terms->is_split ? 0 : terms->kept);
    return ERR_NONE;
}

err person_merge_verify_all(county *office, int64_t *bad)
{
    registry *people;
    person_merge_terms *terms;
    registry_merged *merged;
    size_t count, merged_count;
    bool is_sound;
    *bad = 0;
    TRY(person_merge_list(office, &terms, &count));
    for (size_t i = 0; i < count && !*bad; i++) {
        TRY(fits(office, &terms[i], &is_sound));
        if (!is_sound) *bad = terms[i].other;
    }
    TRY(county_people(office, &people));
    TRY(registry_merged_of(office->memory, people, 0, &merged, &merged_count));
    for (size_t i = 0; i < merged_count && !*bad; i++) {
        /* A split that waits, or was refused, stands where the merge's signatures stood: those are in the log. */
        bool is_entered = false;
        for (size_t k = 0; k < count; k++) is_entered |= terms[k].other == merged[i].other_id && terms[k].kept == merged[i].into;
        if (!is_entered) *bad = merged[i].other_id;
    }
    return ERR_NONE;
}
