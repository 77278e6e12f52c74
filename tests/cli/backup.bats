#!/usr/bin/env bats
# doudi backup, restore.
load support

office() {
    export DOUDI_HOME=$tree
    doudi county new --people 3000 --month 2026-11 --county c.db >/dev/null
}
heads() { sed -n 's/^digest of the heads of all chains: //p' <<<"$output"; }

@test "a copy is made, restored elsewhere, and is the same office" {
    office
    run doudi backup copy.db --county c.db --lang en
    [ "$status" -eq 0 ]
    [[ "$output" == *"master key"* ]]
    before=$(heads)
    run doudi restore copy.db --county r.db --lang en
    [ "$status" -eq 0 ]
    [ "$(heads)" = "$before" ]
    cp c.db.key r.db.key
    run doudi verify --county r.db --lang en
    [ "$status" -eq 0 ]
    run doudi ledger balance --fund employee_pension --county r.db --lang en
    [[ "$output" == *"debits equal credits"* ]]
}

@test "nothing is written over, and a broken copy makes no office" {
    office
    doudi backup copy.db --county c.db >/dev/null
    run doudi restore copy.db --county c.db --lang en
    [ "$status" -eq 4 ]
    at=$(grep -abo 'registry\.' copy.db | tail -1 | cut -d: -f1)
    printf 'x' | dd of=copy.db bs=1 seek="$at" conv=notrunc status=none
    run doudi restore copy.db --county r.db --lang en
    [ "$status" -ne 0 ]
    [ ! -e r.db ]
    run doudi restore none.db --county r.db --lang en
    [ "$status" -eq 3 ]
    [ ! -e r.db ]
}

@test "what a copy holds of people stays sealed without the key" {
    office
    doudi backup copy.db --county c.db >/dev/null
    doudi restore copy.db --county r.db >/dev/null
    ! grep -aqE '5901[0-9]{2}(19|20)[0-9]{9}' copy.db r.db
}
