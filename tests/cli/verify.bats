#!/usr/bin/env bats
load support

office() {
    export DOUDI_HOME=$tree
    printf 'account,debit,credit\n1003,1000.00,\n3001,,1000.00\n' >opening.csv
    doudi county new --county c.db
    doudi ledger begin --county c.db --fund employee_pension --month 2026-01 --opening opening.csv --key open --why 启动资金-文件八十八
}

@test "verify names a store that is not there" {
    run doudi verify --county none.db --lang en
    [ "$status" -eq 3 ]
    [[ "$output" == *"none.db"* ]]
}

@test "verify finds nothing amiss in a new office" {
    office
    run doudi verify --county c.db --lang en --json
    [ "$status" -eq 0 ]
    [[ "$output" == *'"vouchers":1'* || "$output" == *'"vouchers": 1'* ]]
    [[ "$output" != *'"says"'* ]]
}

@test "verify names the event in which a byte was changed [F10]" {
    office
    at=$(grep -abo '文件八十八' c.db | head -1 | cut -d: -f1)
    [ -n "$at" ]
    printf '文件八十九' | dd of=c.db bs=1 seek="$at" conv=notrunc status=none
    run doudi verify --county c.db --lang en
    [ "$status" -eq 1 ]
    [[ "$output" =~ 64/[0-9]+ ]]
    [[ "$output" == *"hash"* ]]
}
