/* service/county.h - the office behind an operation: its store, its log, and the rooms upon them.
 *
 * An operation that needs the office asks county_open once; service_run closes it when the operation
 * has answered or failed, and rolls back what was not committed. Rooms are opened when first asked
 * for.
 *
 * Where    --county, else DOUDI_COUNTY, else ./county.db.
 * Keys     the master key stands outside the store: DOUDI_KEY_FILE, else beside the store with
 *          ".key" behind its name, or ./doudi.key for a store that is no file; readable by its owner
 *          alone (COUNTY_KEY_OPEN). It wraps the data keys that the office's charter keeps, and makes
 *          the codes of events: who writes needs it.
 * Actors   an operation that is somebody's duty calls county_login: --as USER and their password, which
 *          is asked for and stands in no argument.
 * Time     now_ms is the machine's clock, but never before what the log knows. A transaction that writes begins
 *          by county_begin, whose now_ms is after all that others have written: an act is made after it.
 * Prefix   county_
 */
#ifndef SERVICE_COUNTY_H
#define SERVICE_COUNTY_H

#include "alert/alert.h"
#include "archive/archive.h"
#include "cases/cases.h"
#include "charter/charter.h"
#include "collection/collection.h"
#include "decision/decision.h"
#include "gauge/gauge.h"
#include "ledger/ledger.h"
#include "oneoff/oneoff.h"
#include "payment/payment.h"
#include "registry/registry.h"
#include "revision/revision.h"
#include "service/service_internal.h"
#include "staff/staff.h"

extern const err_kind COUNTY_NO_ACTOR, COUNTY_NOBODY_TO_ASK, COUNTY_BEFORE_LAW;
extern const err_kind COUNTY_KEY_MISSING, COUNTY_KEY_BAD, COUNTY_KEY_WRONG, COUNTY_NOT_FOUNDED,
    COUNTY_KEY_OPEN, COUNTY_UNFINISHED, /* making the store was stopped in the middle */
    COUNTY_WRITTEN_OVER, COUNTY_OTHER_HEADS;

typedef enum {
    COUNTY_READ,
    COUNTY_WRITE,
    COUNTY_LOOK, /* a reader that shows also what is unfinished */
    COUNTY_CHECK, /* a writer that leaves all as it was, and takes a broken store too */
    COUNTY_NEW   /* makes the store and its keys; the caller says its charter */
} county_need;

typedef struct county {
    service_call *call;
    county_need need;
    arena *memory; /* as long as the county is open */
    store *db;
    eventlog *log;
    int64_t now_ms, actor_id;
    int64_t turn; /* 0 until asked for: county_turn */
    const char *url;
    /* of the rooms below, NULL until asked for */
    charter *charter;
    decision_book *decisions;
    alert_book *alerts;
    cases_book *cases;
    gauge *gauge;
    archive_book *archive;
    collection *bills;
    payment *runs;
    oneoff_book *oneoffs;
    revision_book *revisions;
    ledger_chart *chart; /* packs/ledger */
    ledger *books;
    staff *staff;
    staff_session *session; /* of the actor; NULL: nobody has logged in */
    service_kept *kept;     /* the store is kept open, and goes back there; NULL: it is closed */
    bool is_admission;      /* opened to ask whether the operation may be done, and not asked for since */
    bool has_asked_law;     /* adopt_need has answered, this: */
    err law_answer;
    const char *made_key;   /* the file of the master key, where this making made it; else NULL */
    int64_t seen_id;        /* whose record the operation was asked about: looks.h; 0: none was found */
    int64_t *shown;         /* looks_showed; of the request */
    size_t shown_count, shown_capacity;
    bool has_key;           /* the log's codes are written and checked */
    registry *people;
    struct county_word_cache *words; /* words.c */
    struct county_readers *readers; /* month_walk.c; NULL: none */
} county;

MUST_USE err county_open(service_call *call, county_need need, county **office);
/* An office without people at the url and key file of the settings, by the call's arguments month, region, payer and name;
 * closed again. Nothing is left of one that failed. */
MUST_USE err county_make_empty(service_call *call);
/* By service_run. NULL is fine. */
void county_close(county *office);

/* Closes the reader a service keeps. */
void county_drop_reader(service *office);

MUST_USE err county_begin(county *office);

/* How many events the log had when first asked: no act before had it, so it tells apart the keys of acts that may
 * rightly be done twice. Ask within the transaction that writes. */
MUST_USE err county_turn(county *office, int64_t *turn);

MUST_USE err county_charter(county *office, charter **room);
MUST_USE err county_decisions(county *office, decision_book **room);
MUST_USE err county_alerts(county *office, alert_book **room);
MUST_USE err county_cases(county *office, cases_book **room);
MUST_USE err county_gauge(county *office, gauge **room);
MUST_USE err county_archive(county *office, archive_book **room);
MUST_USE err county_bills(county *office, collection **room);
MUST_USE err county_runs(county *office, payment **room);
MUST_USE err county_revisions(county *office, revision_book **room);
MUST_USE err county_oneoffs(county *office, oneoff_book **room);
/* With its tables, from the folders the packs are taken from. */
MUST_USE err county_books(county *office, ledger **room);

MUST_USE err county_staff(county *office, staff **room);

/* The file of a store that is one; the word itself for a store elsewhere. */
const char *county_file(arena *a, const char *url);
/* COUNTY_WRITTEN_OVER when a file the operation is to write is the store, or stands with it. Asked by
 * service_run before any operation. */
MUST_USE err county_spare_files(service_call *call);

/* Who acts: --as and their password. They must hold a duty that permits the operation; actor_id is
 * then theirs. Asked again it answers the same session, and checks the permission anew. */
MUST_USE err county_login(county *office, staff_session **session);
/* At the machine: --as and their password are asked for now, for every time the call opens its county from here on. */
MUST_USE err county_stay(service_call *call);
/* The county that was read is closed, with all that lives in its memory, and opened for writing: work that is long is done before,
 * so that others write meanwhile, and what it found is held against what stands now. */
MUST_USE err county_write_after(service_call *call, county **office);
/* The session that came with the call; by county_open. */
MUST_USE err county_resume(county *office);
/* Whether the session's user may do the operation. */
MUST_USE err county_permit(county *office);
/* An office that has users asks who writes, and whether their duties let them: the accountant books,
 * the cashier does not. Before the first users are made there is nobody to ask. `has_users` may be
 * NULL. */
MUST_USE err county_ask_who(county *office, bool *has_users);
/* The same for a step of a business in which others have done theirs (room duty). */
MUST_USE err county_step(county *office, text duty, const duty_mark *done, size_t done_count);
/* A secret from the person: `prompt` says which. */
MUST_USE err county_ask(county *office, const char *prompt, bool is_new, text *secret);
/* With the keys of the charter. Of a reader without the master key secrets stay sealed. */
MUST_USE err county_people(county *office, registry **room);

/* office.state of the charter while the store is being made: "loading". */
#define COUNTY_STATE "office.state"
#define COUNTY_PRACTICE "office.practice" /* of a sample county: CRYPTO_COST_PRACTICE; said by `county new` alone */

/* A text the charter says; COUNTY_NOT_FOUNDED when it says nothing of it. */
MUST_USE err county_setting(county *office, const char *name, text *value);
/* The log takes its key from the master key; with COUNTY_NEW the master key is made first. Readers go
 * on without it. By county_open. */
MUST_USE err county_key_log(county *office, bool *has_key);
/* A store of before the codes, none of whose events has one: they are given theirs, if its chains are whole,
 * and an event (COUNTY_ADOPTED) says so. By county_open of a writer. */
#define COUNTY_ADOPTED "county.codes_begun"
MUST_USE err county_adopt(county *office);
/* A data key of the charter ("key.field"), opened with the master key. With `is_new` it is drawn,
 * wrapped and said, inside the open transaction. */
MUST_USE err county_key(county *office, const char *name, bool is_new, crypto_key *key);

/* Under which second factors of users are sealed. */
MUST_USE err county_factor_key(county *office, crypto_key *key);
/* A key of one purpose out of the master key. */
MUST_USE err county_derived_key(county *office, const char *label, crypto_key *key);

#define SERVICE_COUNTY_FIELD                                                                     \
    { .name = "county", .type = SERVICE_FILE, .shows = "STORE",                                  \
      .summary = "the office's store, instead of DOUDI_COUNTY or ./county.db",                   \
      .summary_zh = "机构数据库，代替 DOUDI_COUNTY 或 ./county.db" }

#define SERVICE_AS_FIELD                                                                         \
    { .name = "as", .type = SERVICE_TEXT, .shows = "USER",                                       \
      .summary = "who acts; their password is asked for, or read from DOUDI_PASSWORD_FILE or "   \
                 "the standard input",                                                           \
      .summary_zh = "由谁办理；密码由终端询问，或取自 DOUDI_PASSWORD_FILE 或标准输入" }

#endif
