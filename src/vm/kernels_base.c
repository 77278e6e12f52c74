/* kernels_base - the loops in 64-bit lanes for any CPU. */
#define LANE int64_t
#define KERNEL_NARROW
#define LANE_DIVIDE vm_divide_narrow
#define KERNEL_TABLE vm_kernels_base
#include "vm/kernel_loops.h"
