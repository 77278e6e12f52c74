/* service/subject.h - what is known of one person, and the plan run over it.
 *
 * Facts come as words (name=value), as JSON, or as rows of a CSV, and are kept as JSON values: a
 * word, or for a record a list of objects. A subject is a plan with its facts filled in and run;
 * calc, cases and explain share it.
 *
 * Prefix   service_
 */
#ifndef SERVICE_SUBJECT_H
#define SERVICE_SUBJECT_H

#include "base/hash.h"
#include "codec/codec.h"
#include "service/service_internal.h"

extern const err_kind SERVICE_NO_ROWS;

typedef struct {
    text name;
    const codec_json *value;
    source_pos at;
    bool is_used; /* the plan asked for it */
} service_fact;

typedef struct {
    service_fact *items;
    size_t count, capacity;
    hash_map *names; /* of many: whether one is given twice; NULL: few */
} service_facts;

MUST_USE err service_facts_add(arena *a, service_facts *facts, text name, const codec_json *value,
                               source_pos at);
/* "name=value"; a record's rows are written [{field:value,…},…]. */
MUST_USE err service_facts_add_word(arena *a, service_facts *facts, text word);
/* The call's facts: words, --input FILE.json, --rows RECORD=FILE.csv. */
MUST_USE err service_facts_of_call(service_call *call, service_facts *facts);

/* A scalar as packs write it: "true", words as they are, and 1.5e3 as 1500. */
text service_json_word(arena *a, const codec_json *value);

/* A symbol by name or label; SERVICE_UNKNOWN_NAME names the nearest there is. */
MUST_USE err service_symbol(arena *a, const policy_book *book, text name,
                            const policy_symbol **symbol);
/* A field, or a row's variable, of a record; NULL when there is none. */
const policy_symbol *service_field_symbol(const policy_book *book, const policy_symbol *record,
                                          text name);
/* Names are equal to labels without regard to case, and blanks to '_'. */
bool service_is_named(const policy_symbol *symbol, text name);
/* Two symbols, maybe of two look-ups, that are one. */
bool service_is_same(const policy_symbol *a, const policy_symbol *b);
/* "元/月", "months" ...; "" for what has no unit. */
const char *service_unit(const policy_type *type, bool is_chinese);
/* The unit as it stands behind this value: 1 month, 2 months. */
text service_unit_behind(text value, text unit);

typedef struct {
    int32_t on_day;
    text region;
    const text *roots;
    size_t root_count;
} service_question;

typedef struct {
    policy_planned planned;
    vm_program *program;
    vm_machine *machine;
    policy_codes *codes;
    vm_batch batch;
    column *outputs;
    bool *is_given; /* by plan input */
} service_subject;

/* Plans, fills in, runs. */
MUST_USE err service_subject_open(arena *a, const policy_book *book, const service_question *asked,
                                  service_facts *facts, service_subject *subject);
/* How many values an output has: 1, or the rows of its record. */
size_t service_subject_lanes(const service_subject *subject, size_t output);
/* Why a lane has no value, as one sentence: what it is of by its label for a reader of English; or by the pack's own name in
 * either language, for whoever writes packs or columns of that name. */
text service_reason(arena *a, const vm_plan *plan, uint32_t reason, bool is_chinese);
text service_reason_by_name(arena *a, const vm_plan *plan, uint32_t reason, bool is_chinese);
/* As what is put into a message, in both languages (ERR_SAID). */
const char *service_reason_said(arena *a, const vm_plan *plan, uint32_t reason);

#endif
