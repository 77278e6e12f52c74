/* support/items.h - an office's one-off items, as the tests of room oneoff propose, approve, take and repay them. */
#ifndef TESTS_SUPPORT_ITEMS_H
#define TESTS_SUPPORT_ITEMS_H

#include "base/checked.h"
#include "oneoff/oneoff.h"
#include "support/office.h"

#define ok office_ok
#define refused office_refused

typedef struct {
    office *house;
    arena *memory;
    oneoff_book *book;
} items_office;

static inline int set_up(void **state)
{
    office *house = office_open(state);
    items_office *o = ARENA_NEW(house->memory, items_office);
    *o = (items_office){ .house = house, .memory = house->memory };
    ok(oneoff_open(o->memory, house->db, house->log, &o->book));
    *state = o;
    return 0;
}

static inline int tear_down(void **state)
{
    items_office *o = *state;
    return office_close(o->house, state);
}

OFFICE_SET_UPS

enum { BUCKET_OF = 1 };
static inline uint32_t bucket(void)
{
    return eventlog_bucket_of(BUCKET_OF);
}

/* The n-th person of the bucket of person 1. */
static inline int64_t person(size_t n)
{
    for (int64_t id = 1;; id++)
        if (eventlog_bucket_of(id) == bucket() && n-- == 0) return id;
}

static inline oneoff_act act_of(items_office *o, const char *key)
{
    return (oneoff_act){ .actor_id = 7, .known_ms = ++o->house->now_ms, .why = TEXT("test"), .key = text_of(key) };
}

static inline int64_t begin_batch(items_office *o, const char *key)
{
    int64_t batch_id;
    oneoff_act act = act_of(o, key);
    office_begin(o->house);
    ok(office_end(o->house, oneoff_batch_begin(o->book, &act, TEXT("certify.restore"), &batch_id, NULL)));
    return batch_id;
}

static inline err propose(items_office *o, int64_t batch_id, const oneoff_item *items, size_t count, int64_t *ids)
{
    oneoff_act act = act_of(o, "");
    office_begin(o->house);
    return office_end(o->house, oneoff_propose(o->book, &act, batch_id, bucket(), items, count, ids));
}

static inline err move(items_office *o, int64_t batch_id, oneoff_step step)
{
    oneoff_act act = act_of(o, "");
    office_begin(o->house);
    return office_end(o->house, oneoff_move(o->book, &act, batch_id, step));
}

static inline err take(items_office *o, int64_t run_id, int64_t subject_id, int64_t item_id, int64_t fen)
{
    oneoff_act act = act_of(o, "");
    oneoff_taking taking = { .subject_id = subject_id, .item_id = item_id, .fen = fen };
    office_begin(o->house);
    return office_end(o->house, oneoff_take(o->book, &act, run_id, bucket(), &taking, 1));
}

static inline err answer(items_office *o, int64_t run_id, int64_t subject_id, int64_t item_id, bool is_settled)
{
    oneoff_act act = act_of(o, "");
    oneoff_taking taking = { .subject_id = subject_id, .item_id = item_id, .is_settled = is_settled };
    office_begin(o->house);
    return office_end(o->house, oneoff_answer(o->book, &act, run_id, bucket(), &taking, 1));
}

/* 3000.00 a month of 2000.00 and 1000.00, over three months. */
static const oneoff_line LINES[] = {
    { 1500, 1500, TEXT("basic"), false, 200000 }, { 1500, 1500, TEXT("account"), true, 100000 },
    { 1501, 1501, TEXT("basic"), false, 200000 }, { 1501, 1501, TEXT("account"), true, 100000 },
    { 1502, 1502, TEXT("basic"), false, 200000 }, { 1502, 1502, TEXT("account"), true, 100000 },
};

static inline oneoff_item item_of(int64_t subject_id, oneoff_kind kind)
{
    return (oneoff_item){ .subject_id = subject_id, .kind = kind, .fund = TEXT("employee_pension"),
                          .benefit = TEXT("employee_pension"), .reason = TEXT("lapse"), .decision_id = 9,
                          .way = kind == ONEOFF_RECOVERY ? ONEOFF_WAY_WITHHELD : ONEOFF_WAY_OPEN,
                          .limit_fen = 50000, .lines = LINES, .line_count = ARRAY_COUNT(LINES) };
}

/* An approved item of one person. */
static inline int64_t approved(items_office *o, int64_t subject_id, oneoff_kind kind)
{
    int64_t id, batch_id = begin_batch(o, "");
    oneoff_item item = item_of(subject_id, kind);
    ok(propose(o, batch_id, &item, 1, &id));
    ok(move(o, batch_id, ONEOFF_PROPOSE));
    ok(move(o, batch_id, ONEOFF_REVIEW));
    ok(move(o, batch_id, ONEOFF_APPROVE));
    return id;
}

static inline oneoff_standing standing(items_office *o, int64_t subject_id, int64_t item_id)
{
    oneoff_standing s;
    ok(oneoff_read(o->memory, o->book, subject_id, item_id, &s));
    return s;
}

static inline err repay(items_office *o, int64_t subject_id, int64_t item_id, int64_t fen, const char *key, bool *is_new)
{
    oneoff_act act = act_of(o, key);
    oneoff_receipt receipt = { .day = 46000, .fen = fen, .reference = TEXT("r-1") };
    office_begin(o->house);
    return office_end(o->house, oneoff_repay(o->book, &act, subject_id, item_id, &receipt, is_new));
}

#endif
