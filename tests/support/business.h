/* tests/support/business - an office's month as service does it, step by step, each a transaction:
 * a law kept, pensions decided, books begun, bills issued, money received and settled with its
 * vouchers and postings, a payment run and its reissue from draft to closing, a month closed; people enrolled,
 * corrected, merged and forgotten, users let in and shut out.
 *
 * The clock is fixed and every step has its key, so that a run that was disturbed and went on ends
 * in the same bytes as one that was not. Signatures are made once for what they sign and remembered
 * (SM2 draws its own chance), as by the signer's own device.
 *
 * Prefix   business_
 */
#ifndef TESTS_SUPPORT_BUSINESS_H
#define TESTS_SUPPORT_BUSINESS_H

#include "charter/charter.h"
#include "collection/collection.h"
#include "decision/decision.h"
#include "ledger/ledger.h"
#include "payment/payment.h"
#include "registry/registry.h"
#include "staff/staff.h"
#include "support/choices.h"

enum {
    BUSINESS_PENSION = 1, BUSINESS_MEDICAL = 4, /* funds of packs/ledger */
    BUSINESS_MONTH = 1510, BUSINESS_PEOPLE_MAX = 64, BUSINESS_PAYERS = 4, BUSINESS_TABLES_MAX = 64
};

extern const crypto_key BUSINESS_MASTER;

typedef struct {
    const char *url, *vfs;
    const char *pragma; /* run on every opening, to spoil what the store sets itself; or NULL */
    uint64_t seed;      /* of how many people, what they earn, who pays and what the bank says */
    /* Inside the transaction, when all is written; NULL: nothing. */
    void (*before_commit)(void *context, int step);
    void *context;
} business_place;

typedef struct {
    business_place place;
    arena *memory;
    store *db;
    eventlog *log;
    charter *charter;
    decision_book *decisions;
    collection *bills;
    payment *runs;
    ledger *books;
    registry *people_room; /* opened anew by each of its steps, with chance of that step's own */
    staff *users;
    int64_t people[BUSINESS_PEOPLE_MAX]; /* the first contribute, the others are paid */
    int insured_count, people_count;
} business;

/* After an error what is there is closed by business_close all the same. */
MUST_USE err business_open(const business_place *place, store_mode mode, business **b);
void business_close(business *b); /* NULL is fine */

int business_step_count(void);
const char *business_step_name(int step);
/* One step, whole or not at all; after an error it was rolled back. A step done before changes
 * nothing. Some steps move the log into the file (checkpoint) when they are committed. */
MUST_USE err business_step(business *b, int step);
/* The first step that the tables do not know as done. */
MUST_USE err business_done(business *b, int *step);
/* Steps [from, until). */
MUST_USE err business_run(business *b, int from, int until);

/* Chains, tables against the log, books, signatures: empty when all fits, else what does not. */
MUST_USE err business_verify(business *b, text *says);

/* Every cell of every table: two states are the same when these are. */
typedef struct {
    crypto_digest table[BUSINESS_TABLES_MAX];
    int64_t rows[BUSINESS_TABLES_MAX];
} business_state;
MUST_USE err business_look(business *b, business_state *state);
/* The first table that differs, or NULL. */
const char *business_differs(business *b, const business_state *one, const business_state *other);
/* Whether business_look sees a table. */
bool business_sees(business *b, text table);

/* A number of the scenario's own: the same for the same seed and place. */
int64_t business_roll(const business *b, int64_t what, int64_t of, int64_t min, int64_t max);

/* business_steps.c */
typedef struct {
    const char *name;
    err (*act)(business *b, int step);
    const char *done; /* answers a number above 0 once the tables know it */
    int64_t run_id;   /* of steps of a payment run */
    payment_step payment;
    bool checkpoints;
} business_row;
const business_row *business_rows(int *count);

#endif
