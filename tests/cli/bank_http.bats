#!/usr/bin/env bats
# A run of payments through a bank over HTTP. The office is the last of tests/data/stores.
load support
load office

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    program=${DOUDI_PROGRAM:-$tree/build/release/doudi}
    export DOUDI_HOME=$tree LC_ALL=C.UTF-8
    tar -xzf "$(ls "$tree"/tests/data/stores/*.tar.gz | tail -n 1)" --strip-components=1
    "$program" verify --county county.db >/dev/null
    adopt_today
    as() { local login=$1; shift; DOUDI_PASSWORD_FILE=pw-$login "$program" "$@" --as "$login" --county county.db; }
    { as clara month open --month 2026-12
      as clara payrun draft --month 2026-12 --kind pension --payer 6200001
      as rob payrun check 2
      as hana payrun sign-section 2
      as lea payrun sign-leader 2
      as amy payrun authorise 2 --day 2026-12-15; } >/dev/null
}

setup() { enter_office; }

teardown() {
    [ -z "${bank:-}" ] || kill "$bank" 2>/dev/null || true
    [ -z "${bank:-}" ] || wait "$bank" 2>/dev/null || true
}

as() {
    local login=$1
    shift
    DOUDI_PASSWORD_FILE=pw-$login "$program" "$@" --as "$login" --county county.db --lang en
}
# open_bank [OPTION ...]: at a port that is free; its books are those of the fixture.
open_bank() {
    rm -f bank.out # another of before may have told its port there
    "$program" bank serve --books bank --day 2026-12-15 --seed 7 --lang en "$@" >bank.out 2>bank.err 3>&- &
    bank=$!
    for _ in $(seq 400); do grep -qs http bank.out && break; sleep 0.05; done
    DOUDI_BANK_URL=$(grep -oE 'http://[0-9.:]+' bank.out)
    export DOUDI_BANK_URL
}
close_bank() { kill "$bank"; wait "$bank"; bank=; }

@test "a run goes to a bank over HTTP and its answer comes back the same way [C5]" {
    open_bank --late 1000 --late-days 2
    run as carl payrun send 2 --out P2-1.csv --day 2026-12-15 --deliver
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ -e P2-1.csv ]
    # Given again, it is answered again and paid once.
    as carl payrun file 2 --out P2-1.csv --day 2026-12-15 --deliver >/dev/null
    [ "$(grep -c '^P2-1,' bank/batches.csv)" -eq 1 ]
    run as amy payrun book 2 --answer bank:HP-P2-1.csv --day 2026-12-16
    [[ $status -eq 0 && $output == *"answered and booked"* && $output == *"paid, yuan: 12985.54"* ]]
    run as amy payrun book 2 --answer bank:HP-P2-1.csv --day 2026-12-16
    [ "$status" -eq 0 ]
    # Two days on all of it comes back.
    curl -sf -X POST "$DOUDI_BANK_URL/day?day=2026-12-17" | grep -q 'came back'
    curl -sf "$DOUDI_BANK_URL/answers" | grep -qx TP-P2-1.csv
    run as amy payrun book 2 --answer bank:TP-P2-1.csv --day 2026-12-17
    [[ $status -eq 0 && $output == *"returned, yuan: 12985.54"* ]]
    curl -sf -X POST "$DOUDI_BANK_URL/statement?from=2026-12-15" >name
    as rob payrun reconcile 2 --statement "bank:$(cat name)" >/dev/null
    close_bank
    grep -q closed bank.out
}

@test "an answer that is lost leaves the run sent, and the same file again is paid once [C5]" {
    open_bank --fault lost-answer
    run as carl payrun send 2 --out P2-1.csv --day 2026-12-15 --deliver
    [ "$status" -eq 6 ]
    [[ $output == *"marked as sent"*"may have arrived"*"pays it once"* ]]
    [ "$(grep -c '^P2-1,' bank/batches.csv)" -eq 1 ]
    close_bank
    open_bank
    run as carl payrun file 2 --out P2-1.csv --day 2026-12-15 --deliver
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(grep -c '^P2-1,' bank/batches.csv)" -eq 1 ]
    as amy payrun book 2 --answer bank:HP-P2-1.csv --day 2026-12-16 >/dev/null
    "$program" verify --county county.db >/dev/null
}

@test "a bank that is not there, refuses, or answers half is told apart, and nothing is booked [C5]" {
    run as carl payrun send 2 --out P2-1.csv --deliver
    [[ $status -eq 3 && $output == *"DOUDI_BANK_URL"* && ! -e P2-1.csv ]]
    refused 3 payrun.no_bank "DOUDI_BANK_URL" "DOUDI_BANK_URL" env DOUDI_PASSWORD_FILE=pw-amy "$program" payrun book 2 --answer bank:x.csv --as amy --county county.db
    export DOUDI_BANK_URL=http://127.0.0.1:9
    run as carl payrun send 2 --out P2-1.csv --day 2026-12-15 --deliver
    [[ $status -eq 6 && $output == *"nothing was sent"* ]]
    refused 6 payrun.undelivered "has not confirmed" "尚未确认收到" env DOUDI_PASSWORD_FILE=pw-carl "$program" payrun file 2 --out P2-1.csv --day 2026-12-15 --deliver --as carl --county county.db
    open_bank --fault cut-short
    as carl payrun file 2 --out P2-1.csv --day 2026-12-15 --deliver >/dev/null
    run as amy payrun book 2 --answer bank:HP-P2-1.csv --day 2026-12-16
    [ "$status" -ne 0 ]
    run "$program" payrun show 2 --county county.db --lang en
    [[ $output == *"paid, yuan: 0.00"* ]]
    run as amy payrun book 2 --answer bank:none.csv
    [[ $status -eq 4 && $output == *"404"* ]]
    run as amy payrun book 2 --answer bank:../county.db.key
    [ "$status" -eq 2 ]
    # What is no order is refused with its reason, and stays nowhere.
    echo nonsense >bad.csv
    [ "$(curl -s -o reason -w '%{http_code}' -T bad.csv "$DOUDI_BANK_URL/orders/bad.csv")" = 400 ]
    grep -q 'cannot read this instruction' reason
    [ "$(curl -s -o /dev/null -w '%{http_code}' -T bad.csv --path-as-is "$DOUDI_BANK_URL/orders/../bad.csv")" = 404 ]
    [ ! -e bank/inbox/bad.csv ]
}
