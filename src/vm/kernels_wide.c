/* kernels_wide - the loops in 128-bit lanes. */
#define LANE i128
#define LANE_DIVIDE vm_divide_wide
#define KERNEL_TABLE vm_kernels_wide
#include "vm/kernel_loops.h"
