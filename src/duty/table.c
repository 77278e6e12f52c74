#include "duty/duty_internal.h"

const err_kind DUTY_UNKNOWN_ROLE = {
    "duty.unknown_role", ERR_BAD_INPUT, "There is no role '{}'.", "没有岗位角色“{}”。"
};
const err_kind DUTY_APART = {
    "duty.apart", ERR_FORBIDDEN, "One person may not hold both: {}.", "同一人不得兼任：{}。"
};
const err_kind DUTY_NOT_HELD = {
    "duty.not_held", ERR_FORBIDDEN, "The user does not hold the duty this needs: {}.",
    "用户没有所需的岗位职责：{}。"
};
const err_kind DUTY_NOT_IN_TABLE = {
    "duty.not_in_table", ERR_FORBIDDEN,
    "The office's table of duties knows no {}: it is that of an earlier program. Three people adopt the one at hand: doudi "
    "user table, user approve, user confirm.",
    "本机构的岗位表中没有 {}：岗位表是旧版程序的。请由三人采用现有的岗位表：doudi user table、user approve、user confirm。"
};
const err_kind DUTY_SAME_PERSON = {
    "duty.same_person", ERR_FORBIDDEN,
    "One person may not do two duties in one business; already done by this user: {}.",
    "同一人不得在同一笔业务上兼任两个环节；该用户已办理：{}。"
};

size_t duty_count(const duty_table *table)
{
    return table->duty_count;
}

size_t duty_role_count(const duty_table *table)
{
    return table->role_count;
}

size_t duty_path_count(const duty_table *table)
{
    return table->path_count;
}

const duty_row *duty_at(const duty_table *table, size_t index)
{
    return &table->duties[index];
}

const duty_role *duty_role_at(const duty_table *table, size_t index)
{
    return &table->roles[index];
}

const duty_path *duty_path_at(const duty_table *table, size_t index)
{
    return &table->paths[index];
}

size_t duty_find(const duty_table *table, text code)
{
    for (size_t i = 0; i < table->duty_count; i++)
        if (text_equal(table->duties[i].code, code)) return i;
    return SIZE_MAX;
}

size_t duty_path_find(const duty_table *table, text code)
{
    for (size_t i = 0; i < table->path_count; i++)
        if (text_equal(table->paths[i].code, code)) return i;
    return SIZE_MAX;
}

static size_t role_find(const duty_table *table, text code)
{
    for (size_t i = 0; i < table->role_count; i++)
        if (text_equal(table->roles[i].code, code)) return i;
    return SIZE_MAX;
}

err duty_roles_parse(arena *a, const duty_table *table, text codes, duty_roles *roles)
{
    duty_roles found = 0;
    for (size_t at = 0; at < codes.size_bytes;) {
        size_t end = at;
        while (end < codes.size_bytes && codes.bytes[end] != ' ' && codes.bytes[end] != ',') end++;
        text code = text_sub(codes, at, end);
        at = end + 1;
        if (!code.size_bytes) continue;
        size_t role = role_find(table, code);
        if (role == SIZE_MAX) return err_of(&DUTY_UNKNOWN_ROLE, text_cstr(a, code));
        found |= (duty_roles)1 << role;
    }
    *roles = found;
    return ERR_NONE;
}

text duty_roles_print(arena *a, const duty_table *table, duty_roles roles)
{
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < table->role_count; i++)
        if (roles >> i & 1) {
            if (out.size_bytes) text_add_char(&out, ' ');
            text_add(&out, table->roles[i].code);
        }
    return text_built(&out);
}

/* ---- one person ---- */

duty_set duty_of_roles(const duty_table *table, duty_roles roles)
{
    duty_set duties = 0;
    for (size_t i = 0; i < table->role_count; i++)
        if (roles >> i & 1) duties |= table->roles[i].duties;
    return duties;
}

static bool is_named(const duty_row *row, text class_or_code)
{
    return text_equal(row->code, class_or_code) || text_equal(row->class_code, class_or_code);
}

const duty_pair *duty_pair_of(const duty_table *table, size_t one, size_t other)
{
    const duty_row *a = &table->duties[one], *b = &table->duties[other];
    for (size_t i = 0; i < table->pair_count; i++) {
        const duty_pair *pair = &table->pairs[i];
        if ((is_named(a, pair->one) && is_named(b, pair->other)) ||
            (is_named(b, pair->one) && is_named(a, pair->other)))
            return pair;
    }
    return NULL;
}

bool duty_needs_second(const duty_table *table, duty_roles roles)
{
    for (size_t i = 0; i < table->role_count; i++)
        if ((roles >> i & 1) && table->roles[i].needs_second) return true;
    return false;
}

err duty_roles_fit(arena *a, const duty_table *table, duty_roles roles)
{
    duty_set duties = duty_of_roles(table, roles);
    for (size_t i = 0; i < table->duty_count; i++) {
        duty_set both = duties >> i & 1 ? duties & table->apart[i] : 0;
        if (!both) continue;
        size_t j = (size_t)__builtin_ctzll(both);
        const duty_pair *pair = duty_pair_of(table, i, j);
        text detail = text_format(a, "%.*s %.*s + %.*s %.*s (%.*s)", TEXT_ARG(table->duties[i].code),
                                  TEXT_ARG(table->duties[i].name), TEXT_ARG(table->duties[j].code),
                                  TEXT_ARG(table->duties[j].name), TEXT_ARG(pair->law));
        return err_of(&DUTY_APART, detail.bytes);
    }
    return ERR_NONE;
}

duty_set duty_permitting(const duty_table *table, text permission)
{
    duty_set set = 0;
    for (size_t i = 0; i < table->duty_count; i++)
        for (size_t k = 0; k < table->duties[i].permit_count; k++)
            if (text_equal(table->duties[i].permits[k], permission)) set |= (duty_set)1 << i;
    return set;
}

/* "payrun.send (cashier)": what is wanted, and the roles that have it. */
static err not_held(arena *a, const duty_table *table, text wanted, duty_set duties)
{
    duty_roles roles = 0;
    for (size_t i = 0; i < table->role_count; i++)
        if (table->roles[i].duties & duties) roles |= (duty_roles)1 << i;
    text codes = duty_roles_print(a, table, roles);
    return err_of(&DUTY_NOT_HELD,
                  text_format(a, "%.*s (%.*s)", TEXT_ARG(wanted), TEXT_ARG(codes)).bytes);
}

err duty_permit(arena *a, const duty_table *table, duty_roles roles, text permission)
{
    duty_set permitting = duty_permitting(table, permission);
    if (duty_of_roles(table, roles) & permitting) return ERR_NONE;
    if (!permitting) return err_of(&DUTY_NOT_IN_TABLE, text_cstr(a, permission));
    return not_held(a, table, permission, permitting);
}

/* ---- one business ---- */

err duty_step(arena *a, const duty_table *table, duty_roles roles, duty_mark next,
              const duty_mark *done, size_t done_count)
{
    assert(next.duty < table->duty_count);
    duty_set wanted = (duty_set)1 << next.duty;
    if (!(duty_of_roles(table, roles) & wanted))
        return not_held(a, table, table->duties[next.duty].code, wanted);
    for (size_t i = 0; i < done_count; i++)
        if (done[i].actor_id == next.actor_id && done[i].duty != next.duty)
            return err_of(&DUTY_SAME_PERSON, text_cstr(a, table->duties[done[i].duty].code));
    return ERR_NONE;
}

/* Marks came through duty_step, so no person stands behind two duties; the first that does not hold
 * of its own accord is still refused here. */
bool duty_is_done(const duty_path *path, uint8_t business, const duty_mark *done,
                  size_t done_count)
{
    bool has_steps = false;
    for (size_t k = 0; k < path->step_count; k++) {
        if (path->steps[k].business != business) continue;
        has_steps = true;
        bool is_marked = false;
        for (size_t i = 0; i < done_count; i++) is_marked |= done[i].duty == path->steps[k].duty;
        if (!is_marked) return false;
    }
    for (size_t i = 0; i < done_count; i++)
        for (size_t k = 0; k < i; k++)
            if (done[i].actor_id == done[k].actor_id && done[i].duty != done[k].duty) return false;
    return has_steps;
}
