#!/usr/bin/env bats
# The pages of docs/ are true: their examples compile, their lists are those of the program.

setup() { cd "$BATS_TEST_DIRNAME/../.."; }

@test "every example in docs compiles and passes its tests" {
    run tools/doc_examples "$BATS_TEST_TMPDIR/examples"
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "docs/policy-mistakes.md lists the mistakes of the program" {
    make -s tools
    build/release/tools/list_mistakes | diff docs/policy-mistakes.md -
}

@test "docs/policy-language.md lists the words that cannot be names" {
    awk '/RESERVED\[\] = \{/ { on = 1; next } on && /\};/ { exit } on' src/policy/lexer.c |
        grep -o '"[^"]*"' | tr -d '"' | sort >"$BATS_TEST_TMPDIR/program"
    awk '/^## 12/ { on = 1; next } on && /^The other words/ { exit } on' docs/policy-language.md |
        tr '\n' ' ' | grep -o '`[^`]*`' | tr -d '`' | tr ' ' '\n' | sed '/^$/d' | sort >"$BATS_TEST_TMPDIR/page"
    diff "$BATS_TEST_TMPDIR/program" "$BATS_TEST_TMPDIR/page"
}
