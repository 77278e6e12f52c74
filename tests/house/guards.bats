#!/usr/bin/env bats
# What the program is built with against an overrun, seen in the program itself.

setup() {
    cd "$BATS_TEST_DIRNAME/../.."
    program=build/release/doudi
    [ -x "$program" ] || make -s all
}

@test "the program moves in memory, binds all before it begins, and then writes to no table of functions" {
    readelf -h "$program" | grep -q 'Type: *DYN'
    readelf -d "$program" | grep -Eq 'FLAGS_1.* NOW.*PIE'
    readelf -lW "$program" | grep -q GNU_RELRO
    # nothing on the stack is run
    readelf -lW "$program" | grep GNU_STACK | grep -q 'RW '
}

@test "functions that keep an array on the stack look after it, and copies of libc know how much fits" {
    readelf -sW --dyn-syms "$program" | grep -q '__stack_chk_fail'
    [ "$(readelf -sW --dyn-syms "$program" | grep -c '_chk@')" -ge 5 ]
    # every room but what has no arrays of its own
    for room in base codec crypto eventlog http ident os service store; do
        nm -A "build/release/lib$room.a" 2>/dev/null | grep -q '__stack_chk_fail' || { echo "room $room has no cookie"; return 1; }
    done
}
