#!/usr/bin/env bats
# tools/check_house against small trees, each broken in one way.

setup() {
    check="$BATS_TEST_DIRNAME/../../tools/check_house"
    tree="$BATS_TEST_TMPDIR/tree"
    mkdir -p "$tree"/{docs,tools,tests,src/base,src/money,src/vm,src/os,src/store}
    cat >"$tree/docs/ARCHITECTURE.md" <<'MAP'
# Map
| floor | room | keeps | may use | never |
|---|---|---|---|---|
| 3 | `prove` | proofs | vm, money, base | - |
| 3 | `fund` | projections | vm, money, base | - |
| 2 | `vm` | programs | money, base | - |
| 1 | `money` | fen | base | - |
| 1 | `os` | files | base | - |
| 1 | `store` | rows | base | - |
| 0 | `base` | ground | libc | - |
MAP
    printf '/* base/text - bytes with a length. */\nint text_of(int a);\n' >"$tree/src/base/text.h"
    printf '/* money/ - fen. */\n#include "base/text.h"\nint money_add(int a, int b);\n' >"$tree/src/money/money.h"
    printf '/* vm/ - programs. */\nint vm_run(int a);\n' >"$tree/src/vm/vm.h"
    printf '#include "vm/vm.h"\n#include "money/money.h"\nint vm_run(int a) { return a; }\n' >"$tree/src/vm/run.c"
    printf '# Doudi\nSee `docs/ARCHITECTURE.md` and [the map](docs/ARCHITECTURE.md).\n' >"$tree/README.md"
}

# refused RULE TEXT: the check fails, by that rule, and says that.
refused() {
    run "$check" "$tree"
    echo "$output"
    [ "$status" -ne 0 ]
    [ "${#lines[@]}" -eq "${3:-1}" ]
    echo "$output" | grep -F -- ": $1: " | grep -qF -- "$2"
}

@test "a tree in order passes, silently" {
    run "$check" "$tree"
    echo "$output"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

@test "an include upwards is refused" {
    echo '#include "vm/vm.h"' >>"$tree/src/money/money.h"
    refused include "money/ may not use vm/" 2
    echo "$output" | grep -F "src/money/money.h:4"
}

@test "an include of a room that the row does not name is refused" {
    echo '#include "os/os.h"' >>"$tree/src/vm/run.c"
    refused include "vm/ may not use os/"
}

@test "rooms that include each other are named as a circle" {
    echo '#include "vm/vm.h"' >>"$tree/src/money/money.h"
    refused cycle "rooms go round" 2
}

@test "of another room only its one header may be included" {
    echo '#include "money/money_internal.h"' >>"$tree/src/vm/run.c"
    refused include "only money/money.h"
}

@test "an include of no room is refused" {
    echo '#include "util/util.h"' >>"$tree/src/vm/run.c"
    refused include "in no room"
}

@test "a row that points upwards is refused" {
    sed -i 's/| fen | base |/| fen | vm, base |/' "$tree/docs/ARCHITECTURE.md"
    refused floors "stands no floor below"
}

@test "a row that names no room is refused" {
    sed -i 's/| fen | base |/| fen | bse |/' "$tree/docs/ARCHITECTURE.md"
    refused floors "'bse', which is no room" 2
}

@test "a room without a row is refused" {
    mkdir "$tree/src/util"; printf 'int util_x;\n' >"$tree/src/util/util.c"
    refused floors "room util has no row"
}

@test "a public function without its room's prefix is refused" {
    echo 'int add_fen(int a);' >>"$tree/src/money/money.h"
    refused symbol "'add_fen'"
}

@test "an err_kind without its room's prefix is refused" {
    echo 'extern const err_kind MONEY_OVER, OVERFLOWS;' >>"$tree/src/money/money.h"
    refused symbol "'OVERFLOWS'"
}

@test "a header may state another prefix, in base or inside its room" {
    printf '/* base/text - bytes.\n *\n * Prefix   utf8_\n */\nint utf8_next(int a);\n' >"$tree/src/base/text.h"
    run "$check" "$tree"
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "a public symbol of a built library is held to the same rule" {
    command -v gcc >/dev/null || skip "no compiler"
    mkdir -p "$tree/build/release"
    echo 'int stray(void) { return 1; } int money_ok(void) { return 2; }' >"$tree/sum.c"
    gcc -c "$tree/sum.c" -o "$tree/sum.o" && ar rcs "$tree/build/release/libmoney.a" "$tree/sum.o"
    refused symbol "stray is public"
}

@test "a header without its opening comment is refused" {
    printf '#pragma once\nint vm_stop(int a);\n' >"$tree/src/vm/stop.h"
    refused header "opens with a comment"
}

@test "a path in a document that does not exist is refused" {
    echo 'Look at `src/vm/walk.c:12` and `src/vm/run.c:3`.' >>"$tree/README.md"
    refused docs "src/vm/walk.c does not exist"
}

@test "a link in a document that leads nowhere is refused" {
    echo '[more](more.md#here)' >>"$tree/docs/ARCHITECTURE.md"
    refused docs "docs/more.md does not exist"
}

@test "paths inside fences and patterns are left alone" {
    printf '```\n`src/none.c`\n```\n`tests/test_*.c` `docs/decisions/NNNN-title.md` `src/<room>/`\n' >>"$tree/README.md"
    run "$check" "$tree"
    [ "$status" -eq 0 ]
}

@test "an err_kind that no test expects is refused" {
    printf 'const err_kind VM_BAD = { "vm.bad", ERR_BAD_INPUT, "bad", "" };\n' >>"$tree/src/vm/run.c"
    refused kind "no test expects VM_BAD (vm.bad)"
    echo '!vm.bad' >"$tree/tests/bad.txt"
    run "$check" "$tree"
    [ "$status" -eq 0 ]
}

@test "an err_kind named by its constant in a test is enough" {
    printf 'const err_kind VM_BAD = {\n    "vm.bad", ERR_BAD_INPUT, "bad", "" };\n' >>"$tree/src/vm/run.c"
    refused kind "VM_BAD"
    echo 'assert_ptr_equal(e.kind, &VM_BAD);' >"$tree/tests/test_vm.c"
    run "$check" "$tree"
    [ "$status" -eq 0 ]
}

@test "a source of 501 lines is refused, one of 500 passes" {
    yes '' | head -n 500 >"$tree/tests/test_long.c"
    run "$check" "$tree"
    [ "$status" -eq 0 ]
    echo >>"$tree/tests/test_long.c"
    refused size "501 lines"
}

@test "a driver's header outside its room is refused" {
    echo '#include <sqlite3.h>' >>"$tree/src/vm/run.c"
    refused driver "store/ only"
    echo '#include <sqlite3.h>' >"$tree/src/store/store.c"
    refused driver "store/ only"
}

@test "OpenSSL, libpq, Z3 and Pango are held in as well" {
    printf '#include <openssl/evp.h>\n#include <libpq-fe.h>\n#include <z3.h>\n#include <pango/pango.h>\n' >>"$tree/src/os/file.c"
    refused driver "crypto/ only" 4
}

@test "floating point outside linkage and fund is refused" {
    printf 'static double half(void) { return 0; }\n' >>"$tree/src/vm/run.c"
    refused float "floating point"
    mkdir "$tree/src/fund"; mv "$tree/src/vm/run.c" "$tree/src/fund/run.c"
    run "$check" "$tree"
    [ "$status" -eq 0 ]
}

@test "the word double in a comment or a text is no floating point" {
    printf '/* a double\n entry, double */ static const char *x = "double"; // float\n' >>"$tree/src/vm/run.c"
    run "$check" "$tree"
    [ "$status" -eq 0 ]
}

@test "allocation outside base is refused" {
    printf 'void *vm_take(int n);\nvoid *vm_take(int n) { return malloc(n); }\n' >>"$tree/src/vm/run.c"
    refused malloc "only base/ allocates"
}

@test "a clock or an environment in a pure room is refused" {
    printf '#include <time.h>\nconst char *vm_home(void) { return getenv("HOME"); }\n' >>"$tree/src/vm/run.c"
    refused pure "belongs in os/" 2
    cp "$tree/src/vm/run.c" "$tree/src/os/home.c"
    sed -i '/include "/d' "$tree/src/os/home.c"
    sed -i '/time.h/d; /getenv/d' "$tree/src/vm/run.c"
    run "$check" "$tree"
    [ "$status" -eq 0 ]
}

@test "a note must name its issue" {
    printf '/* TO''DO later */\n/* TO''DO(#12) later */\n' >>"$tree/src/vm/run.c"
    refused todo "name the issue"
}

@test "an exception lets one finding pass, and fails when it is no longer needed" {
    echo 'int add_fen(int a);' >>"$tree/src/money/money.h"
    echo 'symbol src/money/money.h kept for the bank' >"$tree/tools/house-exceptions.txt"
    run "$check" "$tree"
    [ "$status" -eq 0 ]
    sed -i '/add_fen/d' "$tree/src/money/money.h"
    refused exception "no longer needed"
}
