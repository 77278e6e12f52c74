#!/usr/bin/env bats
# Assistance that was decided is paid by a run, once the region says from which money and under which accounts: no national
# rule names them. The sample county's own tables stand in data/sample-county, invented; its demo takes them.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
bare() { local login=$1; shift; DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db; }
refused() {
    local code=$1 kind=$2
    shift 2
    run "$@" --json
    [[ $status -eq $code && $output == *"\"$kind\""* ]] || { echo "$* ended with $status, not $code $kind: $output"; false; }
}

setup_file() {
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    cd "$BATS_FILE_TMPDIR"
    cp -r "$tree/packs" packs
    local one
    for one in funds chart payroll runs; do cat "$tree/data/sample-county/$one.csv" >>packs/ledger/$one.csv; done
    export DOUDI_PACKS=$BATS_FILE_TMPDIR/packs
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk cora=clerk carl=clerk rob=reviewer hana=head amy=accountant cash=cashier
}
setup() {
    enter_office
    mkdir -p inbox outbox
}

@test "[G4 C5] minimum living that three have decided is paid by a run of six: its vouchers balance, and the person's record shows it" {
    bare clara month open --month 2026-11 >/dev/null
    bare clara county export --what members --out members.csv >/dev/null
    read -r head household < <(awk -F, 'NR > 1 && $3 == "户主" { print $1, $2; exit }' members.csv)
    bare clara case open 低保申请 "$household" --field 家庭月收入=400 --field 共同生活人口=2 --field 家庭财产符合规定=true --paper 户口簿 --paper 授权书 --on 2026-11-02 >/dev/null
    bare clara case pass 1 受理 --on 2026-11-03 >/dev/null
    bare cora case pass 1 入户调查 --on 2026-11-09 >/dev/null
    bare rob case pass 1 审核 --on 2026-11-10 >/dev/null
    bare clara case pass 1 公示 --on 2026-11-18 >/dev/null
    bare lea case pass 1 审批 --on 2026-11-19 >/dev/null
    bare carl case pass 1 核定 --on 2026-11-20 >/dev/null
    # Proposed is not decided: reviewed and approved by two more.
    digest=$(show award list --month 2026-11 | sed -n 's/^digest of what is listed: //p')
    bare rob award review --month 2026-11 --digest "$digest" >/dev/null
    bare hana award approve --month 2026-11 --digest "$digest" >/dev/null
    bare clara month bill --month 2026-11 >/dev/null
    bare clara month open --month 2026-12 >/dev/null
    bare clara payrun draft --month 2026-12 --kind assistance --json >draft.json
    # 2 x 800 - 400 = 1,200.
    [ "$(jq -c '[.lines, .without_account, .total, .fund]' draft.json)" = '[1,0,"1200.00","assistance"]' ] || { cat draft.json; show person show "$head" --on 2026-12-05; false; }
    refused 5 duty.not_held bare clara payrun check 1
    bare rob payrun check 1 >/dev/null
    bare hana payrun sign-section 1 >/dev/null
    bare lea payrun sign-leader 1 >/dev/null
    # Its books begin with what the finance office has put there: 100,000 yuan.
    printf '%s\n' "科目,借方,贷方" 1003,100000.00, 3001,,100000.00 >opening.csv
    bare amy ledger begin --fund assistance --month 2026-11 --opening opening.csv >/dev/null
    bare amy payrun authorise 1 --day 2026-12-10 >/dev/null
    bare cash payrun send 1 --out inbox/P1-1.csv --day 2026-12-10 >/dev/null
    "$program" bank run --books books --inbox inbox --outbox outbox --account 6200001 --opening 5000000 --day 2026-12-10 >/dev/null
    run bare amy payrun book 1 --answer outbox/HP-P1-1.csv --day 2026-12-11 --json
    [[ $status -eq 0 && $(jq -r .paid <<<"$output") = 1200.00 ]] || { echo "$output"; false; }
    run show ledger balance --fund assistance --month 2026-12
    [[ $output == *"debits equal credits"* && $output == *500191*1200.00* ]] || { echo "$output"; false; }
    run show person payments "$head"
    [[ $output == *1200.00* ]] || { echo "$output"; false; }
    run show verify
    [ "$status" -eq 0 ]
}

@test "[G4] an office whose region names no account for assistance is told so, and pays none" {
    unset DOUDI_PACKS
    rm -rf packs
    "$program" county new --people 3000 --practice --month 2026-11 --county plain.db >/dev/null
    "$program" user found --county plain.db --json rita=rights-manager lea=leader audrey=auditor clara=clerk 2>/dev/null | tr -d '\n' | sed 's/ //g' >found.json
    once=$(sed -n 's/.*"user":"clara"[^}]*"once":"\([^"]*\)".*/\1/p' found.json)
    { echo "$once"; cat "$(own clara)"; } | "$program" user passwd clara --county plain.db >/dev/null
    run env DOUDI_PASSWORD_FILE="$(own clara)" "$program" payrun draft --month 2026-11 --kind assistance --as clara --county plain.db --lang en
    [[ $status -ne 0 && $output == *payroll.csv* ]] || { echo "$output"; false; }
}
