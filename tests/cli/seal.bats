#!/usr/bin/env bats
# doudi seal, verify --heads, restore --heads, month close --heads.
load support
load office

as() {
    local login=$1
    shift
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db
}

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk amy=accountant olga=operator
}
setup() { enter_office; }

@test "the auditor signs the heads of all chains, and the store is held against them [F10]" {
    run as audrey seal heads.txt --lang en
    [[ $status -eq 0 && $output == *"signed by: audrey"*"sealed now: yes"* ]]
    run as audrey seal heads.txt --lang en
    [[ $status -eq 0 && $output == *"sealed now: no"* ]]
    as clara month open --month 2026-11 >/dev/null
    run "$program" verify --county county.db --heads heads.txt --lang en
    [[ $status -eq 0 && $output == *"audrey"* ]]
    refused 5 duty.not_held "" "" as clara seal other.txt
    refused 4 seal.other_file "never written over" "不得覆盖" as audrey seal heads.txt
    # One figure of the file altered, or signed by nobody the store knows.
    sed 's/^why seal/why Seal/' heads.txt >altered.txt
    refused 5 seal.bad_signature "altered" "改动" "$program" verify --county county.db --heads altered.txt
    "$program" county new --people 3000 --month 2026-11 --county other.db >/dev/null
    run "$program" verify --county other.db --heads heads.txt --lang en
    # Of two offices founded within one second the first event is the same, the second (its keys) never.
    [[ $status -eq 1 && $output == *"64/0"*"does not know the key"*"64/"[12]" "* ]]
}

@test "a month is closed with its signed heads, and an older backup is not restored unnoticed" {
    as clara month open --month 2026-11 >/dev/null
    as olga backup copy.db >/dev/null
    as clara month bill --month 2026-11 >/dev/null 2>&1
    run as amy month close --month 2026-11 --heads heads-2026-11.txt --lang en
    [[ $status -eq 0 && $output == *"sealed: "* ]]
    grep -q '^why month.close 2026-11$' heads-2026-11.txt
    before=$(<heads-2026-11.txt)
    run as amy month close --month 2026-11 --heads heads-2026-11.txt --lang en
    [[ $status -eq 0 && $output == *"nothing changed"* && $(<heads-2026-11.txt) == "$before" ]]
    run "$program" verify --county county.db --heads heads-2026-11.txt
    [ "$status" -eq 0 ]
    refused 4 county.other_heads "older copy" "较旧" "$program" restore copy.db --county r.db --heads heads-2026-11.txt
    [ ! -e r.db ]
    as olga backup whole.db >/dev/null
    run "$program" restore whole.db --county r.db --heads heads-2026-11.txt
    [ "$status" -eq 0 ]
    "$program" restore copy.db --county older.db >/dev/null
    cp county.db.key older.db.key
    run "$program" verify --county older.db --heads heads-2026-11.txt --lang en
    [[ $status -eq 1 && $output == *"sealed heads"*"older copy"* ]]
}

@test "a master key that others may read is refused" {
    chmod 640 county.db.key
    refused 5 county.key_open "chmod 600" "chmod 600" "$program" verify --county county.db
    refused 5 county.key_open "" "" as audrey seal heads.txt
    chmod 600 county.db.key
    as audrey seal heads.txt
}

@test "[E15] one person is one user: a second login of the same citizen number is refused" {
    refused 2 ident.wrong_check "" "" as rita user bind clara --number 110105194912310021
    bind() { as rita user bind "$@" >/dev/null && as lea user approve "$change" >/dev/null && as audrey user confirm "$change" >/dev/null; }
    change=1 bind clara --number 11010519491231002X
    refused 4 staff.same_person "clara" "clara" as rita user bind amy --number 11010519491231002x
    refused 4 staff.bound "handed on" "转手" as rita user bind clara --number 110105199003070084
    change=2 bind amy --number 110105199003070084
    ! grep -aq 11010519491231002 county.db county.db-wal
    run "$program" verify --county county.db --lang en
    [[ $status -eq 0 && $output == *"users of whom it is not told which person they are: 4"* ]]
}
