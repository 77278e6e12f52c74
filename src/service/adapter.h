/* service/adapter.h - how a worked example meets the packs, as rows of a table.
 *
 * packs/adapters/README.md says what a row means. There is no arithmetic here: a key becomes a
 * name, and a unit is put behind a text.
 *
 * Prefix   adapter_
 */
#ifndef SERVICE_ADAPTER_H
#define SERVICE_ADAPTER_H

#include "service/subject.h"

extern const err_kind ADAPTER_BAD_ROW, ADAPTER_NONE;

typedef enum {
    ADAPTER_IN, ADAPTER_GIVEN, ADAPTER_RECORD, ADAPTER_ON, ADAPTER_REGION, ADAPTER_OUT,
    ADAPTER_IDENT, ADAPTER_WAY_COUNT
} adapter_way;

typedef struct {
    text topic, key, target, unit;
    adapter_way way;
    source_pos at;
} adapter_row;

typedef struct {
    adapter_row *rows;
    size_t count, capacity;
} adapter;

/* Reads every cases*.csv of a folder, or one file. */
MUST_USE err adapter_read(service_call *call, text path, adapter *table);
/* The next row of a topic from *at on, with that way, or ADAPTER_WAY_COUNT for any; else NULL. */
const adapter_row *adapter_next(const adapter *table, text topic, adapter_way way, size_t *at);
/* A row of the topic for this key among inputs (out: false) or expected values (out: true). */
const adapter_row *adapter_for_key(const adapter *table, text topic, text key, bool is_out);

/* A word with the row's unit behind it. */
text adapter_word(arena *a, const codec_json *value, text unit);
/* The inputs of a case as facts. *complaint says which key has no row, or is left NULL. */
MUST_USE err adapter_facts(service_call *call, arena *a, const adapter *table, text topic,
                           const codec_json *inputs, service_facts *facts,
                           const char **complaint);
/* What an identity check answers of a number: check "citizen", answer "citizen.valid". False when
 * there is no such check or answer. */
bool adapter_ident(arena *a, text check, text value, text answer, text *out);

#endif
