#include "vm/vm_internal.h"

bool vm_fraction_make(i128 num, i128 den, vm_fraction *out)
{
    if (den == 0 || num == I128_MIN || den == I128_MIN) return false;
    i128 common = i128_gcd(num, den);
    if (den < 0) common = -common;
    *out = (vm_fraction){ num / common, den / common };
    return true;
}

bool vm_fraction_mul(vm_fraction a, vm_fraction b, vm_fraction *out)
{
    i128 left = i128_gcd(a.num, b.den), right = i128_gcd(b.num, a.den);
    i128 num, den;
    if (!i128_mul(a.num / left, b.num / right, &num)) return false;
    if (!i128_mul(a.den / right, b.den / left, &den)) return false;
    return vm_fraction_make(num, den, out);
}

bool vm_fraction_div(vm_fraction a, vm_fraction b, vm_fraction *out)
{
    vm_fraction turned = b.num < 0 ? (vm_fraction){ -b.den, -b.num }
                                   : (vm_fraction){ b.den, b.num };
    return vm_fraction_mul(a, turned, out);
}

bool vm_fraction_add(vm_fraction a, vm_fraction b, vm_fraction *out)
{
    i128 common = i128_gcd(a.den, b.den), left, right, num, den;
    if (!i128_mul(a.num, b.den / common, &left) || !i128_mul(b.num, a.den / common, &right))
        return false;
    if (!i128_add(left, right, &num) || !i128_mul(a.den, b.den / common, &den)) return false;
    return vm_fraction_make(num, den, out);
}

static i128 floor_div(i128 a, i128 b) /* b > 0 */
{
    i128 quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

/* By continued fractions: whole parts first, then the rests turned upside down. */
int vm_fraction_compare(vm_fraction a, vm_fraction b)
{
    for (int sign = 1;; sign = -sign) {
        i128 whole_a = floor_div(a.num, a.den), whole_b = floor_div(b.num, b.den);
        if (whole_a != whole_b) return whole_a < whole_b ? -sign : sign;
        i128 rest_a = a.num - whole_a * a.den, rest_b = b.num - whole_b * b.den;
        if (rest_a == 0 || rest_b == 0) return rest_a == rest_b ? 0 : rest_a == 0 ? -sign : sign;
        a = (vm_fraction){ a.den, rest_a };
        b = (vm_fraction){ b.den, rest_b };
    }
}

bool vm_fraction_common(vm_fraction a, vm_fraction b, i128 *k1, i128 *k2, vm_fraction *g)
{
    i128 common = i128_gcd(a.den, b.den), left, right, den;
    if (!i128_mul(a.num, b.den / common, &left) || !i128_mul(b.num, a.den / common, &right) ||
        !i128_mul(a.den, b.den / common, &den))
        return false;
    i128 unit = i128_gcd(left, right);
    if (unit == 0) {
        *k1 = *k2 = 0;
        *g = (vm_fraction){ 1, 1 };
        return true;
    }
    *k1 = left / unit;
    *k2 = right / unit;
    return vm_fraction_make(unit, den, g);
}

bool vm_fraction_floor_mul(vm_fraction f, i128 n, bool is_ceiling, i128 *out)
{
    i128 common = i128_gcd(n, f.den), product;
    if (common == 0) common = 1;
    if (!i128_mul(f.num, n / common, &product) || product == I128_MIN) return false;
    i128 den = f.den / common;
    *out = is_ceiling ? -floor_div(-product, den) : floor_div(product, den);
    return true;
}

bool vm_same_fraction(i128 num, i128 den, i128 other_num, i128 other_den)
{
    i128 left, right;
    if (den == other_den) return num == other_num;
    if (i128_mul(num, other_den, &left) && i128_mul(other_num, den, &right)) return left == right;
    i128 common = i128_gcd(num, den), other = i128_gcd(other_num, other_den);
    return num / common == other_num / other && den / common == other_den / other;
}
