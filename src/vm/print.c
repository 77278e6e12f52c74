/* print - a program for tests and for eyes: one node a line. */
#include "vm/vm_internal.h"

static void print_wide(text_builder *b, i128 value)
{
    char digits[48];
    i128_print(value, digits);
    text_add_cstr(b, digits);
}

static void print_aux(text_builder *b, const vm_plan *p, const vm_node *n)
{
    switch (n->op) {
    case VM_CONST:
    case VM_ROUND:
        text_add_char(b, ' ');
        print_wide(b, p->constants[n->aux].num);
        if (p->constants[n->aux].den != 1) {
            text_add_char(b, '/');
            print_wide(b, p->constants[n->aux].den);
        }
        if (n->op == VM_ROUND) text_add_format(b, " mode %d", (int)n->mode);
        break;
    case VM_INPUT: text_add_format(b, " %s", p->inputs[n->aux].name); break;
    case VM_FAIL: text_add_format(b, " %s", vm_reason_about((vm_reason_kind)n->aux)->code); break;
    case VM_LOOKUP: text_add_format(b, " %s", p->tables[n->aux].name); break;
    case VM_BOUND:
        text_add_format(b, " %lld..%lld e-%d", (long long)p->bounds[n->aux].min,
                        (long long)p->bounds[n->aux].max, p->bounds[n->aux].decimals);
        break;
    default: break;
    }
}

text vm_program_print(arena *a, const vm_program *program)
{
    const vm_plan *p = program->plan;
    text_builder b = text_builder_open(a);
    for (uint32_t n = 0; n < p->node_count; n++) {
        const vm_node *node = &p->nodes[n];
        const uint32_t args[3] = { node->a, node->b, node->c };
        if (!program->is_used[n]) continue;
        text_add_format(&b, "%u %s", n, vm_op_about(node->op)->name);
        if (node->space) text_add_format(&b, "[%u]", node->space);
        for (int k = 0; k < 3; k++)
            if (args[k] != VM_NONE) text_add_format(&b, " %u", args[k]);
        print_aux(&b, p, node);
        vm_range range = vm_node_range(program, n);
        text_add_cstr(&b, "  in ");
        print_wide(&b, range.min);
        text_add_cstr(&b, "..");
        print_wide(&b, range.max);
        text_add_format(&b, range.decimals < 0 ? " exact\n" : " e-%d\n", range.decimals);
    }
    return text_built(&b);
}
