#include "policy/plan_internal.h"
void trial_run(policy_book *book)
{
    (void)book;
}
