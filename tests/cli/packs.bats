#!/usr/bin/env bats
# doudi packs adopt, approve, confirm, status: by which law an office decides, and that no clerk chooses it.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
field() { sed -n "s/^$1: //p" <<<"$output"; }

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer pat=parameter-keeper pia=parameter-keeper ann=accountant cora=cashier
    as clara "month open" --month 2026-11 >/dev/null
}
# Packs in which the level part of the adjustment is 0.8 % instead of 0.6 %, and how it is called for short.
setup() {
    enter_office
    cp -r "$tree/packs" later
    sed -i 's/调整前月养老金 \* 0.6%/调整前月养老金 * 0.8%/' later/demo/sample-province-pension.md
}
proposed() { as pat "packs adopt" --packs later "$@" --json | sed -n 's/.*"digest": *"\([0-9a-f]*\)".*/\1/p'; }

@test "[F5] the law is adopted by three people, who see what it changes; till then no step decides by it" {
    # The office decides by what it was made with.
    run show packs status
    [[ $output == *"is the law in force: yes"*"the founding"*"in force"* ]]
    refused 4 adopt.other_law "packs adopt, packs approve, packs confirm" "须由三人采用" as clara "month bill" --month 2026-11 --packs later
    refused 4 adopt.other_law "packs adopt, packs approve, packs confirm" "须由三人采用" as clara "month determine" --month 2026-11 --packs later
    refused 4 adopt.other_law "packs adopt, packs approve, packs confirm" "须由三人采用" as clara "benefit adjust" --year 2026 --packs later
    refused 4 adopt.other_law "packs adopt, packs approve, packs confirm" "须由三人采用" as clara "certify run" --month 2026-11 --packs later
    refused 4 adopt.other_law "packs adopt, packs approve, packs confirm" "须由三人采用" as audrey "watch run" --month 2026-11 --packs later
    # A dry run is free, and says so.
    run show benefit adjust --year 2026 --dry-run --packs later
    [[ $status -eq 0 && $output == *"this office has not adopted"* ]]
    # One proposes, a second approves, a third confirms; nobody signs what they have not looked at.
    run as clara "packs adopt" --packs later
    [ "$status" -eq 5 ]
    run as pat "packs adopt" --packs later --dry-run --lang en
    [[ $(field state) = "not proposed" && $(field "parameters, variables and rows that change") = 1 ]]
    refused 4 adopt.none_waits "No law waits" "没有等待" as lea "packs approve" 0123456789ab
    digest=$(proposed)
    run show packs status
    [[ $(field 'waits for') = parameter.approve ]]
    grep -E '水平增加 .*中国/示例省 +2026-01-01 .*0.6%.*0.8%' <<<"$output"
    grep -E 'demo/sample-province-pension.md +changed' <<<"$output"
    run show county status
    [[ $status -eq 0 && $output == *"a proposed law to sign "*"approving parameters and packs "*"doudi packs status"* ]]
    run as lea todo --lang en
    [[ $status -eq 0 && $output == *"a proposed law to sign"* ]]
    run as clara todo --lang en
    [[ $status -eq 0 && $output != *"a proposed law"* ]]
    refused 2 adopt.bad_digest "12 to 64" "12 至 64" as lea "packs approve" 123
    refused 4 adopt.other_digest "${digest:0:12}" "另一套" as lea "packs approve" 0123456789ab
    refused 4 adopt.none_waits "${digest:0:12}" "${digest:0:12}" as audrey "packs confirm" "$digest"
    run as pat "packs adopt" --packs later --lang en
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    as lea "packs approve" "${digest:0:12}" >/dev/null
    refused 4 adopt.other_law "not the law" "不是本机构" as clara "month bill" --month 2026-11 --packs later
    as audrey "packs confirm" "$digest" >/dev/null
    run as audrey "packs confirm" "$digest" --lang en
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    run show county status
    [[ $status -eq 0 && $output != *"a proposed law"* ]]
    # Now that one, and no other.
    as clara "benefit adjust" --year 2026 --packs later >/dev/null
    refused 4 adopt.other_law "adopted is ${digest:0:12}" "${digest:0:12}" as clara "month bill" --month 2026-11
    run show packs status --packs later
    [[ $output == *"is the law in force: yes"*"replaced"*"in force"*"pat, lea, audrey"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "a law to come holds from its day; a second proposal takes the place of the first, with its signatures" {
    digest=$(proposed --from 2099-01-01)
    as lea "packs approve" "$digest" >/dev/null
    # Proposed anew by another, for another day: the approval was of something else.
    as pia "packs adopt" --packs later --from 2098-01-01 >/dev/null
    refused 4 adopt.none_waits "No law waits" "没有等待" as audrey "packs confirm" "$digest"
    as lea "packs approve" "$digest" >/dev/null
    as audrey "packs confirm" "$digest" >/dev/null
    run show packs status
    [[ $output == *"2098-01-01"*"to come"* && $output == *"is the law in force: yes"* ]]
    refused 4 adopt.other_law "not the law" "不是本机构" as clara "month bill" --month 2026-11 --packs later
    as clara "month bill" --month 2026-11 --purpose employee >/dev/null
    run show verify
    [ "$status" -eq 0 ]
}

@test "[F5] the tables of the ledger and of traces are of the law: no step books, pays or stops by a clerk's own" {
    rm -r later && cp -r "$tree/packs" later
    sed -i 's/^death,死亡,died,停止,否,退回/death,死亡,died,停止,是,退回/' later/ledger/stops.csv
    one=$(show benefit list --benefit employee_pension --json 2>/dev/null | grep -oE '"code": *"[^"]*"' | head -1 | sed 's/.*"\([^"]*\)"$/\1/')
    other=(4 adopt.other_law "not the law this office has adopted" "不是本机构已采用的")
    refused "${other[@]}" as clara "benefit sweep" --packs later
    refused "${other[@]}" as clara "payrun draft" --month 2026-11 --kind pension --packs later
    refused "${other[@]}" as ann "ledger post" --fund 企业养老 --event plan.funded --amount 100 --day 2026-11-03 --key k --packs later
    refused "${other[@]}" as clara "certify record" 1 --kind 柜面办理 --day 2026-11-03 --packs later
    refused "${other[@]}" as cora "month receive" --month 2026-11 --simulate 0 --packs later
    refused "${other[@]}" as ann "month close" --month 2026-11 --packs later
    # What three people adopt they see row by row, and can refuse with a reason.
    run as pat "packs adopt" --packs later --dry-run --lang en
    [[ $(field 'parameters, variables and rows that change') = 1 ]]
    grep -E 'death +ledger/stops.csv +row .*停止,否,退回.*停止,是,退回' <<<"$output"
    digest=$(proposed)
    refused 5 duty.not_held "" "" as clara "packs refuse" "$digest" --why 不该如此
    refused 4 adopt.other_digest "${digest:0:12}" "另一套" as lea "packs refuse" 0123456789ab --why 不该如此
    as lea "packs refuse" "${digest:0:12}" --why 死亡后不得补发 >/dev/null
    run as lea "packs refuse" "$digest" --why 死亡后不得补发 --lang en
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    refused 4 adopt.none_waits "No law waits" "没有等待" as lea "packs approve" "$digest"
    run show packs status
    [[ $(field 'refused last') = "$digest" && $output == *"lea"*"死亡后不得补发"* ]]
    # Proposed anew it may be adopted.
    adopt later
    as clara "benefit sweep" --packs later >/dev/null
    refused "${other[@]}" as clara "benefit sweep"
    run show verify
    [ "$status" -eq 0 ]
}
