/* payment/ - payment runs: what is to be paid, who signed for it, what the bank did with it.
 *
 * A run is a list of lines of one fund, each of a person and an amount decided elsewhere, that goes
 * through its states by payment_next and no other way. A signature covers the digest of all lines,
 * their count and total, the payer account and the signature before it; any change of the lines
 * voids the signatures and returns the run to `drafted`. Knows no law, no ledger and no bank: files
 * are made and read by room bankfile, money is booked by room ledger, and `service` joins the three
 * in one transaction.
 *
 * Money     int64_t fen, > 0 in a line. A line's amount is the sum of its parts, which are what is
 *           booked apart (basic pension, from the account ...): the bank sees one amount.
 * Lines     are numbered from 1 in the run, in bucket and person order; the number never changes
 *           and is what the bank is told. Their rows are segments of one event a bucket.
 * Outcomes  every line is open until the bank answers; only answers other than 'paid' are kept by
 *           line, with the time; a line is answered once, but a paid one may still come back
 *           (`returned`) later, also after the run was closed.
 * Writing   inside the caller's transaction; an event and its projection together. Every write
 *           carries a key: the same again succeeds and changes nothing.
 * Memory    answers live in the arena passed first.
 * Errors    only the kinds below, the log's or the store's; after an error the caller rolls back.
 * Threads   one handle a store handle, so one a thread.
 */
#ifndef PAYMENT_PAYMENT_H
#define PAYMENT_PAYMENT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "crypto/crypto.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind PAYMENT_NO_SUCH_RUN, PAYMENT_NO_MOVE, PAYMENT_SAME_PERSON, PAYMENT_BAD_SIGNATURE,
    PAYMENT_EMPTY, PAYMENT_BAD_LINE, PAYMENT_BROKEN;
extern const err_kind PAYMENT_UNKNOWN_LINE, PAYMENT_OTHER_AMOUNT, PAYMENT_ANSWERED, PAYMENT_ANSWER_DIFFERS,
    PAYMENT_CUT_SHORT;
extern const err_kind PAYMENT_UNRECONCILED, PAYMENT_HAS_OPEN_LINES, PAYMENT_NOT_UNPAID;

/* ---- states ---- */

typedef enum {
    PAYMENT_NONE,
    PAYMENT_DRAFTED,        /* lines stand; nobody has signed */
    PAYMENT_CHECKED,        /* 复核: a reviewer held them against the decisions */
    PAYMENT_SECTION_SIGNED, /* 股室负责人 */
    PAYMENT_LEADER_SIGNED,  /* 分管领导 */
    PAYMENT_AUTHORISED,     /* 财务授权: the accountant has the plan funded */
    PAYMENT_SENT,           /* the cashier gave the file to the bank */
    PAYMENT_UNANSWERED,     /* 状态不明: no answer in time; ask by the batch number, never resend */
    PAYMENT_BOOKED,         /* every line is answered and booked */
    PAYMENT_RECONCILED,     /* business, finance and bank agree after listed items */
    PAYMENT_CLOSED,
    PAYMENT_WITHDRAWN,      /* given up before it was sent */
    PAYMENT_STATE_COUNT
} payment_state;

typedef enum {
    PAYMENT_DRAFT, PAYMENT_CHECK, PAYMENT_SIGN_SECTION, PAYMENT_SIGN_LEADER, PAYMENT_AUTHORISE,
    PAYMENT_SEND, PAYMENT_LOSE, PAYMENT_BOOK, PAYMENT_RECONCILE, PAYMENT_CLOSE,
    PAYMENT_REDRAFT, PAYMENT_WITHDRAW,
    PAYMENT_STEP_COUNT
} payment_step;

typedef struct {
    const char *name, *says, *says_zh; /* "checked", "checked", "已复核" */
} payment_word;
const payment_word *payment_state_word(payment_state state);
const payment_word *payment_step_word(payment_step step);
/* The state after `step`, or PAYMENT_NONE when there is no such move. */
payment_state payment_next(payment_state from, payment_step step);
/* Whether the step is a signature: it carries SM2 over payment_signing_digest. */
bool payment_is_signature(payment_step step);
/* Whether one person may do both steps in one run: the table of incompatible duties (不相容岗位) as
 * far as it binds within a run. What binds across the office is checked by `service`. */
bool payment_may_share(payment_step one, payment_step other);

/* ---- making a run ---- */

typedef struct payment payment;
MUST_USE err payment_open(arena *process, store *db, eventlog *log, payment **runs);
void payment_close(payment *runs);
/* This room's tables, for rebuilding them from the log and checking them against it. */
eventlog_room payment_room(payment *runs);

#define PAYMENT_PARTS_MAX 8
#define PAYMENT_LINES_MAX 99999999 /* in one run */

typedef struct {
    int64_t person_id;
    int64_t account;    /* id of the bank account in the registry */
    int64_t decision;   /* sequence of the decision's event in the person's bucket */
    int64_t for_month;  /* of the benefit; arrears have earlier ones */
    int64_t reissue_of_run, reissue_of_line; /* 0: none */
    int64_t left_of_run, left_number;        /* it was left out of that run; 0: of none */
    int64_t item, item_subject;              /* paid once, for an item of room oneoff; 0: of a month */
    /* Kept back for an overpayment, from the part of this index; part_fen is what is left. */
    int64_t withheld_item, withheld_fen, withheld_part;
    int64_t part_fen[PAYMENT_PARTS_MAX]; /* each >= 0, by the run's parts */
} payment_line;
int64_t payment_line_fen(const payment_line *line);

typedef struct {
    int64_t actor_id;
    int64_t known_ms;
    text why;
    text key;
} payment_act;

typedef struct {
    int32_t month;      /* the month paid in */
    text kind;          /* "pension.monthly", "unemployment.monthly", "reissue" ... */
    text fund;          /* the one fund that pays */
    text payer_account; /* as the bank knows it */
    const text *parts;  /* what the parts of each line are called */
    size_t part_count;
} payment_terms;

/* Lines come bucket by bucket, in order of person; PAYMENT_BAD_LINE names the first that does not
 * fit. The run is there from payment_draft_finish on, in state drafted; PAYMENT_EMPTY without a line. */
typedef struct payment_draft payment_draft;
MUST_USE err payment_draft_open(arena *a, payment *runs, const payment_terms *terms,
                                const payment_act *act, payment_draft **draft);
MUST_USE err payment_draft_add(payment_draft *draft, const payment_line *line);
/* Who is to be paid and cannot be: kept with the run, by bucket and person as the lines are, and paid by a
 * later run (payment_waiting_of). A line left out has amounts, but perhaps no account. */
typedef enum {
    PAYMENT_LEFT_NONE,
    PAYMENT_LEFT_NO_ACCOUNT,
    PAYMENT_LEFT_ACCOUNT_REFUSED, /* the bank refused the account, and it was not mended since */
    PAYMENT_LEFT_PAYEE_DEAD,      /* the bank says so */
    PAYMENT_LEFT_HELD,            /* an alert stops it until it is dealt with */
    PAYMENT_LEFT_REASON_COUNT
} payment_left_reason;
const payment_word *payment_left_word(payment_left_reason reason);
MUST_USE err payment_draft_leave(payment_draft *draft, const payment_line *line, payment_left_reason reason);
MUST_USE err payment_draft_finish(payment_draft *draft, int64_t *run_id, bool *is_new);
/* Instead of finishing, after an error or a change of mind; roll back what was written. */
void payment_draft_cancel(payment_draft *draft);

/* ---- steps and signatures ---- */

typedef struct {
    int64_t run_id;
    payment_state state;
    payment_terms terms;
    int64_t version;             /* of the lines: 1, and one more each redraft */
    int64_t line_count, total_fen;
    crypto_digest lines_digest;  /* over the digests of all buckets' rows */
    /* of lines as they stand now: a returned line is no longer among the paid */
    int64_t paid_count, paid_fen, refused_count, refused_fen, returned_count, returned_fen;
} payment_run;

typedef struct {
    payment_step step;
    int64_t actor_id, known_ms, version;
    crypto_digest signed_digest;
    text signature, public_key;  /* empty where the step is no signature */
    bool is_void;                /* of an earlier version of the lines */
} payment_mark;

MUST_USE err payment_find(arena *a, payment *runs, int64_t run_id, payment_run *run);
/* Of one month, or of all with PAYMENT_ANY_MONTH, oldest first. */
#define PAYMENT_ANY_MONTH INT32_MIN
MUST_USE err payment_list(arena *a, payment *runs, int32_t month, payment_run **found, size_t *count);
/* The chain of who did what, oldest first. */
MUST_USE err payment_marks(arena *a, payment *runs, int64_t run_id, payment_mark **marks,
                           size_t *count);
/* What the next signature of this run must sign. */
MUST_USE err payment_signing_digest(payment *runs, int64_t run_id, payment_step step,
                                    crypto_digest *digest);
/* Takes one step. For a signature, `signature` is SM2 by `public_key` over the 32 bytes of
 * payment_signing_digest, else PAYMENT_BAD_SIGNATURE; whose key it is the caller knows. For other
 * steps both are empty. Before a signature the digest of
 * the lines is recomputed from their rows: PAYMENT_BROKEN when they are not what was drafted, or when
 * the steps taken before do not lead to the run's state. */
MUST_USE err payment_move(payment *runs, int64_t run_id, payment_step step, const payment_act *act,
                          text signature, text public_key);
/* Checks every signature of the chain against the rows as they stand now, and that the steps taken lead
 * to the state: else PAYMENT_BAD_SIGNATURE or PAYMENT_BROKEN. */
MUST_USE err payment_verify(payment *runs, int64_t run_id);

/* Replaces the lines of a drafted or signed run: as a draft, but of a run that is there. */
MUST_USE err payment_redraft_open(arena *a, payment *runs, int64_t run_id, const payment_act *act,
                                  payment_draft **draft);

/* ---- lines ---- */

typedef enum {
    PAYMENT_OPEN,
    PAYMENT_PAID,
    PAYMENT_REFUSED,  /* never left the account */
    PAYMENT_RETURNED, /* was paid, and came back */
    PAYMENT_OUTCOME_COUNT
} payment_outcome;

typedef struct payment_cursor payment_cursor;
typedef struct { int64_t number; payment_line line; payment_outcome outcome; } payment_numbered;
MUST_USE err payment_lines(arena *a, payment *runs, int64_t run_id, payment_cursor **cursor);
MUST_USE err payment_next_line(payment_cursor *cursor, const payment_numbered **line); /* NULL: end */
void payment_lines_close(payment_cursor *cursor);
/* The line a chain of payments again began with; the line itself when it is none. */
MUST_USE err payment_line_root(arena *a, payment *runs, int64_t run_id, const payment_numbered *line,
                               int64_t *root_run, payment_line *root);
/* What one person was paid, in all runs, oldest first. */
typedef struct {
    int64_t run_id, number;
    payment_line line;
    payment_outcome outcome; /* PAYMENT_OPEN: the bank has not answered */
    text reason;             /* the bank's, of refused and returned lines */
} payment_paid;
MUST_USE err payment_of_person(arena *a, payment *runs, int64_t person_id, payment_paid **found,
                               size_t *count);
/* What the bank gave as the reason of a refused or returned line; empty for all others. */
MUST_USE err payment_reason_of(arena *a, payment *runs, int64_t person_id, int64_t run_id,
                               int64_t number, text *reason);

/* ---- what the bank says ---- */

/* One answer of the bank, whole or not at all: lines are handed in, then finished. An answer must
 * fit: PAYMENT_UNKNOWN_LINE, PAYMENT_OTHER_AMOUNT, PAYMENT_ANSWERED (another outcome stands), and
 * PAYMENT_CUT_SHORT when `count` or `total_fen` of the file's own head differ from what came.
 * The key is the bank's name of the answer: the same answer again changes nothing. */
typedef struct payment_answer payment_answer;
typedef struct { int64_t count, total_fen; } payment_control;
MUST_USE err payment_answer_open(arena *a, payment *runs, int64_t run_id, const payment_act *act,
                                 payment_answer **answer);
MUST_USE err payment_answer_add(payment_answer *answer, int64_t number, int64_t amount_fen,
                                payment_outcome outcome, text reason);
MUST_USE err payment_answer_finish(payment_answer *answer, const payment_control *control,
                                   bool *is_new);
/* Instead of finishing, when the answer is given up. */
void payment_answer_close(payment_answer *answer);
/* Sums by the run's parts, for the vouchers. */
typedef struct {
    int64_t paid_count, refused_count, returned_count, open_count;
    int64_t paid_fen[PAYMENT_PARTS_MAX], refused_fen[PAYMENT_PARTS_MAX];
    int64_t returned_fen[PAYMENT_PARTS_MAX], open_fen[PAYMENT_PARTS_MAX];
} payment_sums;
/* What one finished answer changed; `open` is 0. */
const payment_sums *payment_answer_sums(const payment_answer *answer);
/* The whole run as it stands; lines without an answer are `open`. */
MUST_USE err payment_sums_of(payment *runs, int64_t run_id, payment_sums *sums);
/* What waits to be paid: refused, returned, or left out of a run. */
typedef struct {
    int64_t run_id, number;
    payment_left_reason left;  /* else: not left out, but refused or returned */
    payment_outcome outcome;   /* PAYMENT_OPEN of one left out */
    text reason;               /* the bank's */
    int64_t known_ms;          /* since when */
    bool is_final;             /* the run was sent; before that it may still be drafted anew */
    const payment_terms *terms; /* of that run: kind, and what the parts are called */
    payment_line line;
} payment_waiting;
/* Of one bucket, by person; what no run has taken, or only `by_run` (0: none). */
MUST_USE err payment_waiting_of(arena *a, payment *runs, uint32_t bucket, int64_t by_run,
                                payment_waiting **found, size_t *count);
/* How many lines this version of the run leaves out. */
MUST_USE err payment_left_count(payment *runs, int64_t run_id, int64_t *count);
/* Lines refused or returned that no later run reissues. */
MUST_USE err payment_unpaid(arena *a, payment *runs, payment_paid **found, size_t *count);

/* ---- bank accounts: entered, reviewed and confirmed by three people ---- */

extern const err_kind PAYMENT_NO_CHANGE, PAYMENT_CHANGE_SETTLED, PAYMENT_CHANGE_WAITS, PAYMENT_CHANGE_EMPTY;

typedef enum {
    PAYMENT_ACCOUNT_NONE,
    PAYMENT_ACCOUNT_ENTERED,
    PAYMENT_ACCOUNT_REVIEWED,
    PAYMENT_ACCOUNT_CONFIRMED, /* the caller says it to the registry in the same transaction */
    PAYMENT_ACCOUNT_REFUSED,
    PAYMENT_ACCOUNT_STATE_COUNT
} payment_account_state;
typedef enum {
    PAYMENT_ACCOUNT_ENTER, PAYMENT_ACCOUNT_REVIEW, PAYMENT_ACCOUNT_CONFIRM, PAYMENT_ACCOUNT_REFUSE,
    PAYMENT_ACCOUNT_STEP_COUNT
} payment_account_step;
const payment_word *payment_account_state_word(payment_account_state state);
const payment_word *payment_account_step_word(payment_account_step step);
payment_account_state payment_account_next(payment_account_state from, payment_account_step step);

#define PAYMENT_ACCOUNT_ROWS_MAX 2000 /* of one change */
typedef struct {
    int64_t person_id, bank; /* bank: a word of the registry */
    int64_t key;             /* keyed hash of the number */
    text sealed;             /* the number, under the key of its person */
    text holder;
} payment_account_row;
typedef struct {
    int64_t change_id, row_count, known_ms, settled_ms;
    payment_account_state state;
    crypto_digest digest; /* of its rows */
    text why;
} payment_account_change;
typedef struct {
    payment_account_step step;
    int64_t actor_id, known_ms;
    text signature, public_key;
} payment_account_mark;

/* What the first signs, over the rows that are to be entered. */
MUST_USE err payment_account_digest(payment *runs, const payment_account_row *rows, size_t count,
                                    crypto_digest *digest);
/* `signature` is over that digest. PAYMENT_CHANGE_WAITS names the change in which one of the people waits already. */
MUST_USE err payment_account_enter(payment *runs, const payment_act *act, const payment_account_row *rows, size_t count,
                                   text signature, text public_key, int64_t *change_id);
/* What the next step signs: the rows, the step and the signature before. */
MUST_USE err payment_account_signing(payment *runs, int64_t change_id, payment_account_step step,
                                     crypto_digest *digest);
/* PAYMENT_CHANGE_SETTLED when there is no such move any more; PAYMENT_SAME_PERSON. */
MUST_USE err payment_account_move(payment *runs, const payment_act *act, int64_t change_id, payment_account_step step,
                                  text signature, text public_key);
MUST_USE err payment_account_find(arena *a, payment *runs, int64_t change_id, payment_account_change *change);
/* Oldest first; of one state, or with NONE all. */
MUST_USE err payment_account_list(arena *a, payment *runs, payment_account_state state,
                                  payment_account_change **changes,
                                  size_t *count);
MUST_USE err payment_account_rows(arena *a, payment *runs, int64_t change_id, payment_account_row **rows,
                                  size_t *count);
MUST_USE err payment_account_marks(arena *a, payment *runs, int64_t change_id, payment_account_mark **marks,
                                   size_t *count);
/* Every signature over the rows as they stand: else PAYMENT_BAD_SIGNATURE or PAYMENT_BROKEN. */
MUST_USE err payment_account_verify(payment *runs, int64_t change_id);
/* When the person's account was last confirmed; 0: never by this way. */
MUST_USE err payment_account_confirmed(payment *runs, int64_t person_id, int64_t *known_ms);

/* ---- reconciliation ---- */

typedef struct {
    text reference;      /* the bank's */
    int64_t amount_fen;  /* < 0: out of the account */
    int32_t day;
} payment_item;

typedef struct {
    int64_t business_fen; /* paid less returned, by the lines */
    int64_t finance_fen;  /* by the vouchers, handed in */
    int64_t bank_fen;     /* by the bank's statement, handed in */
    int64_t in_transit_fen;   /* 未达账项: known here and not yet there, each listed */
    int64_t suspense_fen;     /* 暂收款 */
    const payment_item *items;
    size_t item_count;
} payment_balance;
/* business = finance, and bank = business + in_transit + suspense with the items summing to them:
 * else PAYMENT_UNRECONCILED with the difference. The figures are kept with the step. */
MUST_USE err payment_reconcile(payment *runs, int64_t run_id, const payment_act *act,
                               const payment_balance *balance);

#endif
