/* prove/lemma_z3 - Z3, loaded when the first lemma is asked of it (base/late.h). */
#ifndef PROVE_LEMMA_Z3_H
#define PROVE_LEMMA_Z3_H

#include <z3.h>

#include "base/late.h"

#define LEMMA_Z3(X) \
    X(Z3_del_config) X(Z3_del_context) X(Z3_get_app_arg) X(Z3_get_app_decl) X(Z3_get_ast_kind) X(Z3_get_decl_kind) \
    X(Z3_get_numeral_int64) X(Z3_is_numeral_ast) X(Z3_mk_add) X(Z3_mk_and) X(Z3_mk_config) X(Z3_mk_const) \
    X(Z3_mk_context) X(Z3_mk_div) X(Z3_mk_eq) X(Z3_mk_false) X(Z3_mk_fresh_const) X(Z3_mk_ge) X(Z3_mk_gt) \
    X(Z3_mk_int) X(Z3_mk_int2real) X(Z3_mk_int64) X(Z3_mk_int_sort) X(Z3_mk_int_symbol) X(Z3_mk_ite) X(Z3_mk_le) \
    X(Z3_mk_lt) X(Z3_mk_mod) X(Z3_mk_mul) X(Z3_mk_not) X(Z3_mk_numeral) X(Z3_mk_or) X(Z3_mk_params) \
    X(Z3_mk_real2int) X(Z3_mk_real_sort) X(Z3_mk_solver) X(Z3_mk_string_symbol) X(Z3_mk_sub) X(Z3_mk_true) \
    X(Z3_mk_unary_minus) X(Z3_model_dec_ref) X(Z3_model_eval) X(Z3_model_inc_ref) X(Z3_params_dec_ref) \
    X(Z3_params_inc_ref) X(Z3_params_set_uint) X(Z3_set_error_handler) X(Z3_simplify) X(Z3_solver_assert) \
    X(Z3_solver_check) X(Z3_solver_dec_ref) X(Z3_solver_get_model) X(Z3_solver_get_statistics) X(Z3_solver_inc_ref) \
    X(Z3_solver_set_params) X(Z3_stats_dec_ref) X(Z3_stats_get_key) X(Z3_stats_get_uint_value) X(Z3_stats_inc_ref) \
    X(Z3_stats_is_uint) X(Z3_stats_size) X(Z3_to_app)

typedef struct {
    LEMMA_Z3(LATE_FIELD)
} lemma_z3_functions;
extern lemma_z3_functions lemma_z3;
/* Before any of them is called. */
MUST_USE err lemma_z3_load(void);

#define Z3_del_config lemma_z3.late_Z3_del_config
#define Z3_del_context lemma_z3.late_Z3_del_context
#define Z3_get_app_arg lemma_z3.late_Z3_get_app_arg
#define Z3_get_app_decl lemma_z3.late_Z3_get_app_decl
#define Z3_get_ast_kind lemma_z3.late_Z3_get_ast_kind
#define Z3_get_decl_kind lemma_z3.late_Z3_get_decl_kind
#define Z3_get_numeral_int64 lemma_z3.late_Z3_get_numeral_int64
#define Z3_is_numeral_ast lemma_z3.late_Z3_is_numeral_ast
#define Z3_mk_add lemma_z3.late_Z3_mk_add
#define Z3_mk_and lemma_z3.late_Z3_mk_and
#define Z3_mk_config lemma_z3.late_Z3_mk_config
#define Z3_mk_const lemma_z3.late_Z3_mk_const
#define Z3_mk_context lemma_z3.late_Z3_mk_context
#define Z3_mk_div lemma_z3.late_Z3_mk_div
#define Z3_mk_eq lemma_z3.late_Z3_mk_eq
#define Z3_mk_false lemma_z3.late_Z3_mk_false
#define Z3_mk_fresh_const lemma_z3.late_Z3_mk_fresh_const
#define Z3_mk_ge lemma_z3.late_Z3_mk_ge
#define Z3_mk_gt lemma_z3.late_Z3_mk_gt
#define Z3_mk_int lemma_z3.late_Z3_mk_int
#define Z3_mk_int2real lemma_z3.late_Z3_mk_int2real
#define Z3_mk_int64 lemma_z3.late_Z3_mk_int64
#define Z3_mk_int_sort lemma_z3.late_Z3_mk_int_sort
#define Z3_mk_int_symbol lemma_z3.late_Z3_mk_int_symbol
#define Z3_mk_ite lemma_z3.late_Z3_mk_ite
#define Z3_mk_le lemma_z3.late_Z3_mk_le
#define Z3_mk_lt lemma_z3.late_Z3_mk_lt
#define Z3_mk_mod lemma_z3.late_Z3_mk_mod
#define Z3_mk_mul lemma_z3.late_Z3_mk_mul
#define Z3_mk_not lemma_z3.late_Z3_mk_not
#define Z3_mk_numeral lemma_z3.late_Z3_mk_numeral
#define Z3_mk_or lemma_z3.late_Z3_mk_or
#define Z3_mk_params lemma_z3.late_Z3_mk_params
#define Z3_mk_real2int lemma_z3.late_Z3_mk_real2int
#define Z3_mk_real_sort lemma_z3.late_Z3_mk_real_sort
#define Z3_mk_solver lemma_z3.late_Z3_mk_solver
#define Z3_mk_string_symbol lemma_z3.late_Z3_mk_string_symbol
#define Z3_mk_sub lemma_z3.late_Z3_mk_sub
#define Z3_mk_true lemma_z3.late_Z3_mk_true
#define Z3_mk_unary_minus lemma_z3.late_Z3_mk_unary_minus
#define Z3_model_dec_ref lemma_z3.late_Z3_model_dec_ref
#define Z3_model_eval lemma_z3.late_Z3_model_eval
#define Z3_model_inc_ref lemma_z3.late_Z3_model_inc_ref
#define Z3_params_dec_ref lemma_z3.late_Z3_params_dec_ref
#define Z3_params_inc_ref lemma_z3.late_Z3_params_inc_ref
#define Z3_params_set_uint lemma_z3.late_Z3_params_set_uint
#define Z3_set_error_handler lemma_z3.late_Z3_set_error_handler
#define Z3_simplify lemma_z3.late_Z3_simplify
#define Z3_solver_assert lemma_z3.late_Z3_solver_assert
#define Z3_solver_check lemma_z3.late_Z3_solver_check
#define Z3_solver_dec_ref lemma_z3.late_Z3_solver_dec_ref
#define Z3_solver_get_model lemma_z3.late_Z3_solver_get_model
#define Z3_solver_get_statistics lemma_z3.late_Z3_solver_get_statistics
#define Z3_solver_inc_ref lemma_z3.late_Z3_solver_inc_ref
#define Z3_solver_set_params lemma_z3.late_Z3_solver_set_params
#define Z3_stats_dec_ref lemma_z3.late_Z3_stats_dec_ref
#define Z3_stats_get_key lemma_z3.late_Z3_stats_get_key
#define Z3_stats_get_uint_value lemma_z3.late_Z3_stats_get_uint_value
#define Z3_stats_inc_ref lemma_z3.late_Z3_stats_inc_ref
#define Z3_stats_is_uint lemma_z3.late_Z3_stats_is_uint
#define Z3_stats_size lemma_z3.late_Z3_stats_size
#define Z3_to_app lemma_z3.late_Z3_to_app

#endif
