/* service/county.h - the office behind an operation: its store, its log, and the rooms upon them.
 *
 * An operation that needs the office asks county_open once; service_run closes it when the operation
 * has answered or failed, and rolls back what was not committed. Rooms are opened when first asked
 * for.
 *
 * Where    --county, else DOUDI_COUNTY, else ./county.db.
 * Keys     the master key stands outside the store: DOUDI_KEY_FILE, else beside the store with
 *          ".key" behind its name (0600), or ./doudi.key for a store that is no file. It wraps the
 *          data keys that the office's charter keeps.
 * Time     now_ms is the machine's clock, but never before what the log knows.
 * Prefix   county_
 */
#ifndef SERVICE_COUNTY_H
#define SERVICE_COUNTY_H

#include "charter/charter.h"
#include "collection/collection.h"
#include "decision/decision.h"
#include "ledger/ledger.h"
#include "payment/payment.h"
#include "service/service_internal.h"

extern const err_kind COUNTY_KEY_MISSING, COUNTY_KEY_BAD, COUNTY_KEY_WRONG, COUNTY_NOT_FOUNDED;

typedef enum {
    COUNTY_READ,
    COUNTY_WRITE,
    COUNTY_NEW /* makes the store and its keys; the caller says its charter */
} county_need;

typedef struct county {
    service_call *call;
    arena *memory; /* as long as the county is open */
    store *db;
    eventlog *log;
    int64_t now_ms, actor_id;
    const char *url;
    /* of the rooms below, NULL until asked for */
    charter *charter;
    decision_book *decisions;
    collection *bills;
    payment *runs;
    ledger_chart *chart; /* packs/ledger */
    ledger *books;
} county;

MUST_USE err county_open(service_call *call, county_need need, county **office);
/* By service_run. NULL is fine. */
void county_close(county *office);

MUST_USE err county_charter(county *office, charter **room);
MUST_USE err county_decisions(county *office, decision_book **room);
MUST_USE err county_bills(county *office, collection **room);
MUST_USE err county_runs(county *office, payment **room);
/* With its tables, from the folders the packs are taken from. */
MUST_USE err county_books(county *office, ledger **room);

/* A text the charter says; COUNTY_NOT_FOUNDED when it says nothing of it. */
MUST_USE err county_setting(county *office, const char *name, text *value);
/* A data key of the charter ("key.field"), opened with the master key. With `is_new` it is drawn,
 * wrapped and said, inside the open transaction. */
MUST_USE err county_key(county *office, const char *name, bool is_new, crypto_key *key);

#define SERVICE_COUNTY_FIELD                                                                     \
    { .name = "county", .type = SERVICE_FILE, .shows = "STORE",                                  \
      .summary = "the office's store, instead of DOUDI_COUNTY or ./county.db",                   \
      .summary_zh = "机构数据库，代替 DOUDI_COUNTY 或 ./county.db" }

#endif
