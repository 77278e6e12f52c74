#include "watch/watch.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"

struct watcher {
    arena *memory;
    const vm_program *program;
    const vm_plan *plan;
    vm_machine *machine;
    const watch_rule *rules;
    size_t rule_count;
    watch_options options;
    column *outputs; /* of the block; with room for `capacity` lanes */
    size_t capacity;
};

watcher *watch_open(arena *a, const vm_program *program, const watch_rule *rules, size_t rule_count,
                    watch_options options)
{
    watcher *w = ARENA_NEW(a, watcher);
    const vm_plan *plan = vm_program_plan(program);
    *w = (watcher){ .memory = a,
                    .program = program,
                    .plan = plan,
                    .machine = vm_machine_open(a, program, (vm_machine_options){ 0 }),
                    .rules = rules,
                    .rule_count = rule_count,
                    .options = options,
                    .outputs = ARENA_ARRAY(a, column, plan->output_count + 1) };
    for (size_t r = 0; r < rule_count; r++)
        assert(plan->nodes[plan->outputs[rules[r].condition].node].kind == VM_BOOL);
    return w;
}

static void make_room(watcher *w, size_t count)
{
    if (count > w->capacity) {
        w->capacity = count + count / 2;
        for (size_t i = 0; i < w->plan->output_count; i++) {
            w->outputs[i] = column_open(w->memory, w->capacity);
            column_ensure_reasons(w->memory, &w->outputs[i]);
        }
    }
    for (size_t i = 0; i < w->plan->output_count; i++) w->outputs[i].count = count;
}

/* ---- the key of an alert ---- */

static const char *word_of(const watcher *w, size_t output, int64_t code)
{
    if (w->options.word) return w->options.word(w->options.context, output, code);
    return code >= 0 && (size_t)code < w->plan->code_count ? w->plan->codes[code] : "";
}

/* Evidence that is not known is one key of its own: it becomes another once it is known. */
static uint64_t key_of(const watcher *w, const watch_rule *rule, size_t lane)
{
    uint64_t key = hash_mix(0, rule->evidence_count);
    for (size_t i = 0; i < rule->evidence_count; i++) {
        if (!rule->is_key[i]) continue;
        size_t output = rule->evidence[i];
        const column *c = &w->outputs[output];
        bool is_word = w->plan->nodes[w->plan->outputs[output].node].kind == VM_CODE;
        uint64_t part = (uint64_t)c->value[lane];
        if (c->reason[lane]) part = hash_mix(1, VM_REASON_KIND(c->reason[lane]));
        else if (is_word) {
            const char *word = word_of(w, output, c->value[lane]);
            part = hash_bytes(word, strlen(word), 2);
        }
        key = hash_mix(key, part);
    }
    return key;
}

/* ---- one lane under one rule ---- */

typedef struct {
    arena *a;
    watcher *w;
    const watch_block *block;
    watch_find *finds;
    size_t capacity;
    watch_finds answer;
    size_t from, until; /* the standing alerts of the lane's subject */
} looking;

static void add(looking *l, watch_find find)
{
    const watch_rule *rule = &l->w->rules[find.rule];
    if (find.state != WATCH_CLOSED) {
        int64_t *values = ARENA_ARRAY(l->a, int64_t, rule->evidence_count + 1);
        uint32_t *reasons = ARENA_ARRAY(l->a, uint32_t, rule->evidence_count + 1);
        for (size_t i = 0; i < rule->evidence_count; i++) {
            values[i] = l->w->outputs[rule->evidence[i]].value[find.lane];
            reasons[i] = l->w->outputs[rule->evidence[i]].reason[find.lane];
        }
        find.evidence = values;
        find.reasons = reasons;
    }
    ARENA_PUSH(l->a, l->finds, l->answer.find_count, l->capacity, find);
}

/* Closes what stood for this rule with another key; answers the one that stood with this key. */
static const watch_standing *close_others(looking *l, watch_find find, bool has_key)
{
    const watch_standing *same = NULL;
    for (size_t i = l->from; i < l->until; i++) {
        const watch_standing *s = &l->block->standing[i];
        if (s->rule != find.rule) continue;
        if (has_key && s->key == find.key) {
            same = s;
            continue;
        }
        watch_find closed = find;
        closed.state = WATCH_CLOSED;
        closed.key = s->key;
        closed.since_day = s->since_day;
        add(l, closed);
        l->answer.closed++;
    }
    return same;
}

static void see_true(looking *l, watch_find find)
{
    find.key = key_of(l->w, &l->w->rules[find.rule], find.lane);
    const watch_standing *same = close_others(l, find, true);
    find.state = same ? WATCH_STANDS : WATCH_RAISED;
    if (same) {
        find.since_day = same->since_day;
        l->answer.stands++;
    } else {
        l->answer.raised++;
    }
    add(l, find);
}

static void see_unknown(looking *l, watch_find find, uint32_t reason)
{
    find.state = WATCH_UNCHECKED;
    find.reason = reason;
    for (size_t i = l->from; i < l->until && !find.is_standing; i++)
        find.is_standing = l->block->standing[i].rule == find.rule;
    l->answer.unchecked++;
    if (find.is_standing || l->w->options.tells_unchecked) add(l, find);
}

static void see(looking *l, size_t lane, uint32_t rule)
{
    const column *condition = &l->w->outputs[l->w->rules[rule].condition];
    watch_find find = { .rule = rule,
                        .lane = lane,
                        .subject = l->block->subjects[lane],
                        .since_day = l->block->on_day };
    if (condition->reason[lane]) see_unknown(l, find, condition->reason[lane]);
    else if (condition->value[lane]) see_true(l, find);
    else if (l->from < l->until) (void)close_others(l, find, false);
}

/* ---- a block ---- */

static void find_standing(looking *l, uint64_t subject)
{
    const watch_block *b = l->block;
    l->from = l->until;
    while (l->from < b->standing_count && b->standing[l->from].subject < subject) l->from++;
    l->until = l->from;
    while (l->until < b->standing_count && b->standing[l->until].subject == subject) l->until++;
}

watch_finds watch_run(arena *a, watcher *w, const watch_block *block)
{
    looking l = { .a = a, .w = w, .block = block };
    size_t count = block->batch->count;
    make_room(w, count);
    if (count) vm_run(w->machine, block->batch, w->outputs);
    for (size_t lane = 0; lane < count; lane++) {
        assert(lane == 0 || block->subjects[lane - 1] < block->subjects[lane]);
        find_standing(&l, block->subjects[lane]);
        for (size_t rule = 0; rule < w->rule_count; rule++) see(&l, lane, (uint32_t)rule);
    }
    l.answer.finds = l.finds;
    return l.answer;
}
