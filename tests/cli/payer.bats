#!/usr/bin/env bats
# doudi payer: from which account a fund pays; and what is shown whole, to whom.
load support
load office

as() {
    local login=$1
    shift
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db
}

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk kim=account-keeper kurt=account-reviewer
}
setup() { enter_office; }

draft() { as clara payrun draft --month 2026-11 --kind pension "$@"; }

@test "a clerk does not choose the account a run is paid from; three people do" {
    refused 5 payer.other "95588000001 is not the account" "95588000001 不是" draft --payer 95588000001
    refused 5 duty.not_held "" "" as clara payer propose employee_pension 95588000001
    refused 2 payer.bad_account "5 to 34 digits" "5 至 34 位" as kim payer propose employee_pension "95588 O0001"
    run as kim payer propose 企业养老 "9558 8000 001" --lang en
    [[ $status -eq 0 && $output == *"account: 95588000001"*"set now: no"*"waits for: account.review"* ]]
    run as kim payer propose employee_pension 95588000001 --lang en
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    refused 4 payer.none_waits "" "" as audrey payer confirm employee_pension
    refused 5 duty.not_held "" "" as kim payer review employee_pension
    run draft --payer 95588000001
    [ "$status" -eq 5 ]
    as kurt payer review employee_pension >/dev/null
    run as audrey payer confirm employee_pension --lang en
    [[ $status -eq 0 && $output == *"set now: yes"* ]]
    run as audrey payer confirm employee_pension --lang en
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    run draft --payer 6200001
    [ "$status" -eq 5 ]
    run draft --lang en
    [[ $status -eq 0 && $output == *95588000001* ]]
    run "$program" payer list --county county.db --json
    [[ $(tr -d '\n ' <<<"$output") == *'"fund":"employee_pension","account":"95588000001","is_set":true'* ]]
    run "$program" verify --county county.db
    [ "$status" -eq 0 ]
}

@test "a run is of the open month" {
    refused 4 month.not_open "2026-12" "2026-12" as clara payrun draft --month 2026-12 --kind pension
    refused 4 month.not_open "2026-10" "2026-10" as clara payrun draft --month 2026-10 --kind pension
    draft >/dev/null
}

@test "[A1] numbers are shown whole to whom the table allows, and the person's history tells who saw them" {
    refused 5 county.no_actor "" "" "$program" person show 700 --reveal --county county.db
    refused 5 duty.not_held "person.reveal" "person.reveal" as kim person show 700 --reveal
    run as clara person show 700 --reveal --why 来访核实 --lang en
    [[ $status -eq 0 && $output =~ [0-9]{17}[0-9X] ]]
    run "$program" person history 700 --county county.db --lang en
    [[ $output == *"access.revealed  来访核实  user 4"* ]]
    run "$program" person show 700 --county county.db --lang en
    [[ $status -eq 0 && ! $output =~ [0-9]{17}[0-9X] ]]
    refused 5 county.no_actor "" "" "$program" county export --what persons --out all.csv --county county.db
    [ ! -e all.csv ]
    as clara county export --what accounts --out all.csv --reveal >/dev/null
    [ -e all.csv ]
    run "$program" verify --county county.db
    [ "$status" -eq 0 ]
}
