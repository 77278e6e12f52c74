/* lower_enclosed - stub */
#include "vm/vm_internal.h"
bool vm_enclose(vm_lowering *l, const vm_form *f, vm_form *out) { (void)l; (void)f; (void)out; return false; }
void vm_enclosed_arithmetic(vm_lowering *l, uint32_t node, vm_form *out) { (void)node; (void)out; vm_lower_fail(l, NULL); }
void vm_enclosed_round(vm_lowering *l, uint32_t node, vm_form *out) { (void)node; (void)out; vm_lower_fail(l, NULL); }
uint32_t vm_enclosed_compare(vm_lowering *l, vm_op op, uint32_t a, uint32_t b, vm_fraction k)
{ (void)op; (void)a; (void)b; (void)k; vm_lower_fail(l, NULL); return vm_build_fill(l, vm_build_space(l), 0); }
bool vm_enclosed_select(vm_lowering *l, uint32_t condition, const vm_form *a, const vm_form *b, vm_form *out)
{ (void)l; (void)condition; (void)a; (void)b; (void)out; return false; }
void vm_execute_enclosed(vm_state *s, const vm_instr *i) { (void)s; (void)i; }
