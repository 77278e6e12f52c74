/* Whom lines of rolls that nobody has decided yet may mean: all rolls of which a watch asks for it (roll.NAME.open, roll.NAME.sure) are held
 * against the registry at one go, as if they were one roll, since reading everybody is what takes time. */
#include <string.h>

#include "service/decide_internal.h"
#include "service/rolls.h"
#include "service/watch_known_internal.h"

/* What the linkage knows of a line, whatever its roll calls it. */
static const char *const LINKS[] = { "id_number", "name", "sex", "birth_date", "phone", "village", "house" };
enum { LINK_COUNT = sizeof LINKS / sizeof LINKS[0] };

typedef struct {
    watch_known *k;
    rolls_shown roll;        /* at hand */
    roll_line *lines;        /* of all, numbered anew */
    int64_t *receipt_ids;    /* by line */
    text *words[LINK_COUNT]; /* by line */
    size_t count, capacity[LINK_COUNT + 2];
} joining;

static text said(const rolls_shown *roll, const char *link, size_t line)
{
    size_t at = rolls_column_linked(roll->contract, link);
    return at < roll->contract->column_count && at < roll->cells->column_count ? eventlog_rows_word(roll->cells, at, line) : TEXT("");
}

static void add_line(joining *j, size_t line)
{
    arena *a = j->k->memory;
    roll_line one = j->roll.lines[line];
    size_t count = j->count;
    for (size_t c = 0; c < LINK_COUNT; c++) {
        size_t at = j->count;
        ARENA_PUSH(a, j->words[c], at, j->capacity[c], said(&j->roll, LINKS[c], line));
    }
    one.line = (int64_t)j->count + 1;
    ARENA_PUSH(a, j->receipt_ids, count, j->capacity[LINK_COUNT], j->roll.receipt.receipt_id);
    ARENA_PUSH(a, j->lines, j->count, j->capacity[LINK_COUNT + 1], one);
}

static err add_roll(joining *j, text name)
{
    int64_t receipt_id;
    bool has_open = false;
    TRY(roll_latest(j->roll.book, name, j->k->month, &receipt_id));
    if (!receipt_id) return ERR_NONE;
    TRY(rolls_shown_open(&j->roll, receipt_id));
    for (size_t i = 0; i < j->roll.count; i++) has_open |= j->roll.lines[i].state == ROLL_REVIEW;
    for (size_t i = 0; has_open && i < j->roll.count; i++)
        if (j->roll.lines[i].state != ROLL_REJECTED) add_line(j, i);
    return ERR_NONE;
}

/* Of all purposes, so that each finds the same whichever is asked first. */
static err add_rolls(joining *j)
{
    const decide_law *law;
    arena *a = j->k->memory;
    rolls_contract *all;
    size_t count;
    TRY(decide_law_open(j->k->office->call, &law));
    TRY(rolls_contracts(j->k->office, &all, &count));
    for (size_t r = 0; r < count; r++) {
        bool is_asked = false;
        text open = text_format(a, "roll.%.*s.open", TEXT_ARG(all[r].name)), sure = text_format(a, "roll.%.*s.sure", TEXT_ARG(all[r].name));
        for (size_t i = 0; i < law->table->row_count && !is_asked; i++) {
            text key = law->table->rows[i].cell[DECIDE_CELL_KEY];
            is_asked = text_equal(key, open) || text_equal(key, sure);
        }
        if (is_asked && !all[r].is_of_employers) TRY(add_roll(j, all[r].name));
    }
    return ERR_NONE;
}

static err find(joining *j)
{
    arena *a = j->k->memory;
    eventlog_column columns[LINK_COUNT];
    rolls_contract contract = { .name = TEXT("open lines"), .column_count = LINK_COUNT };
    text bytes;
    for (size_t c = 0; c < LINK_COUNT; c++) {
        contract.columns[c].link = text_of(LINKS[c]);
        columns[c] = (eventlog_column){ .name = LINKS[c], .word = j->words[c] };
    }
    eventlog_rows cells;
    TRY(eventlog_rows_write(a, columns, LINK_COUNT, j->count, &bytes));
    TRY(eventlog_rows_open(bytes, &cells));
    rolls_shown one = { .call = j->roll.call, .office = j->roll.office, .book = j->roll.book, .contract = &contract,
                        .receipt = { .terms = { .month = j->k->month } }, .lines = j->lines, .count = j->count, .cells = &cells };
    rolls_likely *likely;
    size_t count;
    TRY(rolls_likely_find(&one, true, &likely, &count));
    for (size_t i = 0; i < count; i++) {
        watch_open_line found = { j->receipt_ids[likely[i].line], likely[i].person_id };
        /* A line whose sound number nobody has is about somebody else. */
        if (j->lines[likely[i].line].state == ROLL_REVIEW) ARENA_PUSH(a, j->k->open_lines, j->k->open_line_count, j->k->open_line_capacity, found);
    }
    return ERR_NONE;
}

err watch_open_lines_gather(watch_known *k)
{
    if (k->has_open_lines) return ERR_NONE;
    joining j = { .k = k, .roll = { .call = k->office->call, .office = k->office } };
    TRY(rolls_open(k->office, &j.roll.book));
    TRY(rolls_keys_open(k->office, &j.roll.keys));
    err e = add_rolls(&j);
    rolls_keys_close(j.roll.keys);
    if (!e.kind && j.count) e = find(&j);
    if (!e.kind) k->has_open_lines = true;
    return e;
}
