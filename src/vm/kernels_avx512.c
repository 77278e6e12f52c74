/* kernels_avx512 - the loops in 64-bit lanes for avx512. */
#define LANE int64_t
#define KERNEL_NARROW
#define LANE_DIVIDE vm_divide_narrow
#define KERNEL_TABLE vm_kernels_avx512
#include "vm/kernel_loops.h"
