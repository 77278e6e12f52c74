#!/usr/bin/env bats
load support

setup() { cd "$BATS_TEST_TMPDIR"; }

@test "verify names a store that is not there" {
    run doudi verify --county none.db --lang en
    [ "$status" -eq 3 ]
    [[ "$output" == *"none.db"* ]]
}
