/* support/dice - random inputs from a fixed seed: the same in every run.
 *
 * Prefix   dice_
 */
#ifndef SUPPORT_DICE_H
#define SUPPORT_DICE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t state;
} dice;

static inline uint32_t dice_word(dice *d)
{
    d->state = d->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(d->state >> 32);
}

static inline void dice_fill(dice *d, void *bytes, size_t size_bytes)
{
    for (size_t i = 0; i < size_bytes; i++) ((uint8_t *)bytes)[i] = (uint8_t)dice_word(d);
}

#endif
