/* What the rolls of departments say of each subject, as facts of watches: roll.NAME, roll.NAME.FACT, roll.NAME.staff,
 * roll.NAME.open: whether a line that nobody has decided yet may be about them; roll.NAME.sure: standing on it, and not known of them. */
#include <stdlib.h>
#include <string.h>

#include "service/rolls.h"
#include "service/watch_known_internal.h"

/* One subject of a roll, and what a fact of it is. */
typedef struct {
    int64_t subject_id, value;
    bool is_known;
} said_of;

struct watch_rolls_fact {
    const char *name;    /* "roll.police.deaths.day" */
    bool is_received;    /* the roll is there for this month, or an earlier one */
    bool is_flag, is_sum, is_open, is_sure; /* standing on it; how many stand on it for this employer; may stand on it; does, or does not */
    said_of *said;       /* by subject, each once */
    size_t count, capacity;
};

static int by_subject(const void *a, const void *b)
{
    const said_of *x = a, *y = b;
    if (x->subject_id != y->subject_id) return (x->subject_id > y->subject_id) - (x->subject_id < y->subject_id);
    if (x->is_known != y->is_known) return x->is_known ? -1 : 1;
    return (x->value > y->value) - (x->value < y->value);
}

/* Of several lines: the earliest day; of months, counts and choices the greatest; of people their number. */
static void keep_one_each(struct watch_rolls_fact *fact, bool is_day)
{
    size_t kept = 0;
    if (fact->count) qsort(fact->said, fact->count, sizeof *fact->said, by_subject);
    for (size_t i = 0; i < fact->count; i++) {
        said_of *last = kept ? &fact->said[kept - 1] : NULL;
        const said_of *one = &fact->said[i];
        if (!last || last->subject_id != one->subject_id) fact->said[kept++] = *one;
        else if (fact->is_sum) last->value += one->value;
        else if (!is_day && one->is_known && one->value > last->value) last->value = one->value;
    }
    fact->count = kept;
}

/* The longest name of a contract that the fact begins with, and what is behind it. */
static const rolls_contract *contract_of(const rolls_contract *all, size_t count, text fact, text *rest)
{
    const rolls_contract *found = NULL;
    text name = text_sub(fact, strlen("roll."), fact.size_bytes);
    for (size_t i = 0; i < count; i++) {
        bool is_of = text_begins(name, all[i].name) &&
                     (name.size_bytes == all[i].name.size_bytes || name.bytes[all[i].name.size_bytes] == '.');
        if (!is_of || (found && found->name.size_bytes > all[i].name.size_bytes)) continue;
        found = &all[i];
        *rest = name.size_bytes == all[i].name.size_bytes ? TEXT("") : text_sub(name, all[i].name.size_bytes + 1, name.size_bytes);
    }
    return found;
}

static size_t column_telling(const rolls_contract *contract, text fact)
{
    for (size_t c = 0; c < contract->column_count; c++)
        if (text_equal(contract->columns[c].fact, fact)) return c;
    return SIZE_MAX;
}

typedef struct {
    watch_known *k;
    registry *people;
    roll_book *book;
    rolls_keys *keys;
    const rolls_contract *contract;
    roll_receipt receipt;
    roll_line *lines;
    size_t line_count;
    eventlog_rows *cells;
} reading;

static text cell(const reading *r, size_t at, size_t line)
{
    return at < r->cells->column_count ? eventlog_rows_word(r->cells, at, line) : TEXT_NONE;
}

static err take_staff(reading *r, struct watch_rolls_fact *fact, size_t at, size_t line)
{
    int64_t employer_id = 0;
    err e = registry_find_code(r->k->memory, r->people, cell(r, at, line), &employer_id);
    if (e.kind && e.kind != &REGISTRY_NOT_FOUND) return e;
    said_of one = { employer_id, 1, true };
    if (!e.kind && employer_id) ARENA_PUSH(r->k->memory, fact->said, fact->count, fact->capacity, one);
    return ERR_NONE;
}

static err take_lines(reading *r, struct watch_rolls_fact *fact, size_t at)
{
    for (size_t i = 0; i < r->line_count; i++) {
        const roll_line *line = &r->lines[i];
        if (fact->is_sum && line->state != ROLL_REJECTED) TRY(take_staff(r, fact, at, i));
        if (fact->is_sum || line->state != ROLL_LINKED) continue;
        said_of one = { line->subject_id, 1, true };
        if (!fact->is_flag) one.is_known = rolls_cell_value(&r->contract->columns[at], cell(r, at, i), &one.value);
        ARENA_PUSH(r->k->memory, fact->said, fact->count, fact->capacity, one);
    }
    keep_one_each(fact, !fact->is_flag && !fact->is_sum && r->contract->columns[at].type == ROLLS_DATE);
    return ERR_NONE;
}

static err take_open(reading *r, struct watch_rolls_fact *fact)
{
    watch_known *k = r->k;
    TRY(watch_open_lines_gather(k));
    for (size_t i = 0; i < k->open_line_count; i++) {
        said_of one = { k->open_lines[i].person_id, 1, fact->is_open };
        if (k->open_lines[i].receipt_id == r->receipt.receipt_id) ARENA_PUSH(k->memory, fact->said, fact->count, fact->capacity, one);
    }
    if (fact->is_open) keep_one_each(fact, false);
    return ERR_NONE;
}

static err read_roll(reading *r, struct watch_rolls_fact *fact, text rest)
{
    int64_t receipt_id;
    watch_known *k = r->k;
    size_t at = SIZE_MAX;
    fact->is_flag = !rest.size_bytes;
    fact->is_sum = text_equal_cstr(rest, "staff");
    fact->is_open = text_equal_cstr(rest, "open");
    fact->is_sure = text_equal_cstr(rest, "sure");
    fact->is_flag |= fact->is_sure;
    if (fact->is_sum) at = rolls_column_linked(r->contract, "employer");
    else if (!fact->is_flag && !fact->is_open) at = column_telling(r->contract, rest);
    if (at == SIZE_MAX && !fact->is_flag && !fact->is_open) return err_of(&ROLLS_BAD_TABLE, fact->name);
    TRY(roll_latest(r->book, r->contract->name, k->month, &receipt_id));
    fact->is_received = receipt_id != 0;
    if (!receipt_id) return ERR_NONE;
    TRY(roll_receipt_read(k->memory, r->book, receipt_id, &r->receipt));
    TRY(roll_lines(k->memory, r->book, receipt_id, &r->lines, &r->line_count));
    if (fact->is_open || fact->is_sure) TRY(take_open(r, fact));
    if (fact->is_open) return ERR_NONE;
    r->cells = ARENA_NEW(k->memory, eventlog_rows);
    if (!fact->is_flag) TRY(rolls_unseal(k->memory, r->keys, r->book, &r->receipt, r->cells));
    return take_lines(r, fact, at);
}

static struct watch_rolls_fact *find(const watch_known *k, const char *name)
{
    for (size_t i = 0; i < k->roll_fact_count; i++)
        if (strcmp(k->roll_facts[i]->name, name) == 0) return k->roll_facts[i];
    return NULL;
}

static bool is_of_rolls(const char *name)
{
    return text_begins(text_of(name), TEXT("roll."));
}

static err gather_one(reading *r, const rolls_contract *all, size_t count, const char *name)
{
    watch_known *k = r->k;
    text rest = TEXT("");
    struct watch_rolls_fact *fact = ARENA_NEW(k->memory, struct watch_rolls_fact);
    *fact = (struct watch_rolls_fact){ .name = text_copy(k->memory, text_of(name)).bytes };
    r->contract = contract_of(all, count, text_of(name), &rest);
    if (!r->contract) return err_of(&ROLLS_NO_ROLL, fact->name);
    TRY(read_roll(r, fact, rest));
    ARENA_PUSH(k->memory, k->roll_facts, k->roll_fact_count, k->roll_fact_capacity, fact);
    return ERR_NONE;
}

err watch_rolls_gather(watch_known *known, const decide_plan *plan)
{
    size_t fact_count, count = 0;
    rolls_contract *all = NULL;
    reading r = { .k = known };
    err e = ERR_NONE;
    const decide_fact *facts = decide_facts(plan, &fact_count);
    for (size_t i = 0; !e.kind && i < fact_count; i++) {
        if (!is_of_rolls(facts[i].name) || find(known, facts[i].name)) continue;
        if (!r.keys) {
            e = county_people(known->office, &r.people);
            if (!e.kind) e = rolls_keys_open(known->office, &r.keys);
            if (!e.kind) e = rolls_open(known->office, &r.book);
            if (!e.kind) e = rolls_contracts(known->office, &all, &count);
        }
        if (!e.kind) e = gather_one(&r, all, count, facts[i].name);
    }
    rolls_keys_close(r.keys);
    return e;
}

/* Who does not stand on a roll that was received: of whom it is not so, and nothing else is said. */
static bool value_of(const struct watch_rolls_fact *fact, int64_t subject_id, int64_t *value)
{
    said_of wanted = { .subject_id = subject_id };
    size_t low = 0, high = fact->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (fact->said[middle].subject_id < wanted.subject_id) low = middle + 1;
        else high = middle;
    }
    bool is_on = low < fact->count && fact->said[low].subject_id == subject_id;
    *value = is_on ? fact->said[low].value : 0;
    return fact->is_received && (is_on ? fact->said[low].is_known : fact->is_flag || fact->is_sum || fact->is_open);
}

void watch_rolls_fill(const watch_known *known, const decide_plan *plan, decide_block *block, const int64_t *subject_id)
{
    for (size_t i = 0; i < known->roll_fact_count; i++) {
        size_t at = decide_fact_index(plan, known->roll_facts[i]->name);
        if (at == SIZE_MAX) continue;
        column *told = (column *)&block->facts[at]; /* made by the roster for this block */
        for (size_t lane = 0; lane < block->count; lane++) {
            int64_t value = 0;
            bool is_known = value_of(known->roll_facts[i], subject_id[lane], &value);
            told->value[lane] = is_known ? value : 0;
            told->reason[lane] = is_known ? 0 : VM_REASON(VM_NOT_KNOWN, 0);
        }
    }
}
