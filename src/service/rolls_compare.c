/* Two months of a roll: who came, who went, of whom something else is said. */
#include "base/hash.h"
#include "service/rolls.h"

static bool is_compared(const roll_line *line)
{
    return line->state != ROLL_REJECTED && line->key;
}

static text key_of(const roll_line *line)
{
    return (text){ (const char *)&line->key, sizeof line->key };
}

void rolls_compare(arena *a, const roll_line *before, size_t before_count, const roll_line *now, size_t count,
                   rolls_difference **differences, size_t *difference_count)
{
    hash_map *places = hash_map_open(a);
    bool *is_met = ARENA_ARRAY(a, bool, before_count + 1);
    size_t capacity = 0;
    *differences = NULL;
    *difference_count = 0;
    for (size_t i = 0; i < before_count; i++) {
        is_met[i] = !is_compared(&before[i]);
        if (!is_met[i]) hash_map_put(places, key_of(&before[i]), i);
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_compared(&now[i])) continue;
        size_t at = hash_map_get(places, key_of(&now[i]));
        if (at != SIZE_MAX) is_met[at] = true;
        if (at != SIZE_MAX && before[at].cells == now[i].cells) continue;
        rolls_difference one = { at == SIZE_MAX ? ROLLS_ADDED : ROLLS_CHANGED, at, i };
        ARENA_PUSH(a, *differences, *difference_count, capacity, one);
    }
    for (size_t i = 0; i < before_count; i++) {
        rolls_difference one = { ROLLS_REMOVED, i, SIZE_MAX };
        if (!is_met[i]) ARENA_PUSH(a, *differences, *difference_count, capacity, one);
    }
}

err rolls_before(roll_book *book, text roll, int32_t month, int64_t *receipt_id)
{
    return roll_latest(book, roll, month - 1, receipt_id);
}
