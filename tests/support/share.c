#include "support/share.h"

uint64_t share_of(uint64_t rounds)
{
    enum { PART = 4 };
    return SHARE_IS_SANITIZED ? (rounds + PART - 1) / PART : rounds;
}
