#!/usr/bin/env bats
# doudi benefit, oneoff: what happens to a benefit after it was awarded.
load support
load office

as() {
    local login=$1 words=$2
    shift 2
    # shellcheck disable=SC2086
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" $words "$@" --as "$login" --county county.db --lang en
}
show() { "$program" "$@" --county county.db --lang en; }
field() { sed -n "s/^$1: //p" <<<"$output"; }

# paid MONTH RUN: the residents' pensions of a month, through six people and the bank into the books.
paid() {
    as clara "payrun draft" --month "$1" --kind resident --payer 6200001
    as rob "payrun check" "$2"
    as hana "payrun sign-section" "$2"
    as lea "payrun sign-leader" "$2"
    as amy "payrun authorise" "$2" --day "$1-15"
    as carl "payrun send" "$2" --out "inbox/P$2-1.csv" --day "$1-15"
    "$program" bank run --books books --inbox inbox --outbox outbox --account 6200001 --opening 9000000 --day "$1-15"
    as amy "payrun book" "$2" --answer "outbox/HP-P$2-1.csv" --day "$1-16"
}

# An office in which November and December 2026 were paid. Two who draw 227.63 and 195.00 a month: DEAD, OTHER.
setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head amy=accountant carl=cashier pat=parameter-keeper
    mkdir -p inbox outbox
    for step in "month open" "month bill"; do as clara "$step" --month 2026-11 >/dev/null; done
    paid 2026-11 1 >/dev/null 2>&1
    as clara "month open" --month 2026-12 >/dev/null
    paid 2026-12 2 >/dev/null 2>&1
    show payrun show 2 | grep -q "answered and booked"
}

setup() {
    enter_office
    dead=699 other=2063
}

# approved BATCH: by the reviewer and the section head.
approved() { as rob "oneoff review" "$1" >/dev/null; as hana "oneoff approve" "$1" >/dev/null; }

@test "a death found late stops the benefit at once; what was paid of later months is recovered when three have agreed" {
    run as clara "benefit stop" "$dead" --reason death --from 2026-11
    [ "$status" -eq 0 ]
    # Two months of 227.63 were paid.
    [ "$(field 'to recover, yuan')" = 455.26 ]
    batch=$(sed -n 's/^batch that waits.*: //p' <<<"$output")
    run show person show "$dead" --on 2026-12-05
    [[ $output == *stopped* ]]
    run show oneoff show "$batch"
    [[ $output == *"overpayment to recover"*"2026-11  2026-12  455.26"* && $output == *clara* ]]
    # Nobody approves what was not reviewed, nor does two steps of it.
    run as hana "oneoff approve" "$batch"
    [ "$status" -eq 4 ]
    run as clara "oneoff review" "$batch"
    [ "$status" -eq 5 ]
    approved "$batch"
    run as hana "oneoff approve" "$batch"
    [[ $status -eq 0 && $output == *"done now, not before: no"* ]]
    # The same again finds nothing; a month later is not owed twice.
    run as clara "benefit stop" "$dead" --reason death --from 2026-11
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    run as clara "benefit settle" "$dead"
    [[ $status -eq 0 && $(field items) = 0 ]]
    # An earlier day of death is more.
    run as clara "benefit stop" "$dead" --reason death --from 2026-10
    [[ $(field 'benefits changed now') = 1 && $(field 'to recover, yuan') = 0.00 ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[C9] what was withheld is made good person by person, once three have agreed; what was paid is not paid twice" {
    # Suspended from November on, though both months were paid.
    run as clara "benefit stop" "$other" --reason lapse --from 2026-11
    recovery=$(sed -n 's/^batch that waits.*: //p' <<<"$output")
    [ "$(field 'to recover, yuan')" = 390.00 ]
    approved "$recovery"
    run as clara "benefit resume" "$other" --from 2027-02
    [ "$status" -eq 0 ]
    # November and December are taken back, so they are due again; January was withheld: three times 195.00.
    [ "$(field 'to pay, yuan')" = 585.00 ]
    batch=$(sed -n 's/^batch that waits.*: //p' <<<"$output")
    run as clara "benefit resume" "$other" --from 2027-02
    [[ $status -eq 0 && $output == *"waits for its approval already, in batch $batch"* ]]
    run show person show "$other" --on 2027-02-05
    [[ $output == *suspended* ]]
    approved "$batch"
    run show person show "$other" --on 2027-02-05
    [[ $output == *"in payment"* ]]
    run show oneoff list --person "$other"
    [[ $output == *"arrears to pay"*"2026-11  2027-01  585.00"* ]]
    refused 4 benefit.not_suspended "is not suspended" "并未暂停" as_bare clara "benefit resume" "$other" --benefit resident_pension --from 2027-02
    run show verify
    [ "$status" -eq 0 ]
}
as_bare() {
    local login=$1 words=$2
    shift 2
    # shellcheck disable=SC2086
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" $words --as "$login" --county county.db "$@"
}

# heard CASE: told on 1 November 2026; the region gives ten days, the last of which is the 11th.
heard() {
    as audrey "case pass" "$1" 立案 --on 2026-11-01 >/dev/null &&
        as clara "case pass" "$1" 告知 --field 告知日=2026-11-01 --on 2026-11-01 >/dev/null
}

@test "a recovery waits until the person was heard and the case decided; case and batch say the same amount, and name each other [C9 L1]" {
    as clara "benefit stop" "$dead" --reason death --from 2026-11 >/dev/null
    as clara "benefit stop" "$other" --reason lapse --from 2026-11 >/dev/null
    read -r first second < <(show oneoff list --state proposed --json | jq -r '[.batches[].batch] | @tsv')
    # 455.26 of the batch; the case says a cent more.
    as clara "case open" 多发待遇追回 "$dead" --field 多发原因=死亡未报 --field 多发金额=455.27 --field 追回批次="$first" --on 2026-11-01 >/dev/null
    run show oneoff show "$first"
    [[ $output == *"cases about this recovery"*"recovery of an overpayment"*"in hand"* ]]
    as rob "oneoff review" "$first" >/dev/null
    heard 1
    refused 4 case.recover_open "Case 1 hears" "办件 1 正在" as_bare hana "oneoff approve" "$first"
    refused 4 case.no_way "(decision: today > “told on” + “days to be heard before a recovery is decided”)" "听取申辩 (决定: 今日" as_bare clara "case pass" 1 听取申辩 --on 2026-11-11
    as clara "case pass" 1 听取申辩 --field 本人申辩=不知情 --on 2026-11-12 >/dev/null
    # Whoever told or heard the person does not decide, and nothing is decided about another amount.
    refused 4 case.recover_other "recovers 455.26 yuan of this person, the case says 455.27" "追回 455.26 元，办件所填为 455.27 元" as_bare lea "case pass" 1 决定 --on 2026-11-12
    # What was opened, told and heard about stands: whoever decides sends it back to who said it, and is told by them anew.
    refused 4 case.settled "overpaid (opened) was settled" "多发金额（立案）" as_bare lea "case pass" 1 决定 --field 多发金额=455.26 --on 2026-11-12
    refused 4 case.settled "told on (notice)" "告知日（告知）" as_bare lea "case fill" 1 --field 告知日=2026-10-01 --on 2026-11-12
    as lea "case return" 1 立案 --why 金额不符 --on 2026-11-12 >/dev/null
    as audrey "case pass" 1 立案 --field 多发金额=455.26 --on 2026-11-12 >/dev/null
    as clara "case pass" 1 告知 --on 2026-11-12 >/dev/null
    as clara "case pass" 1 听取申辩 --on 2026-11-12 >/dev/null
    as lea "case pass" 1 决定 --on 2026-11-12 >decided
    grep -q "recovered by: batch $first, 455.26 yuan" decided
    run as hana "oneoff approve" "$first"
    [ "$status" -eq 0 ]
    run show oneoff show "$first" --json
    [ "$(jq -c '.cases | map([.case, .is_decided])' <<<"$output")" = '[[1,true]]' ]
    # Decided, nobody makes it a decision about another batch.
    refused 4 case.settled "batch that recovers it (opened)" "追回批次（立案）" as_bare audrey "case pass" 1 跟踪退回 --field 追回批次=77 --field 退回情况=无 --on 2026-11-20
    as audrey "case pass" 1 跟踪退回 --field 退回情况=家属一次退清 --on 2026-11-20 >/dev/null
    # Whoever is right is not recovered from: the batch is sent back, not approved.
    as clara "case open" 多发待遇追回 "$other" --field 多发原因=认证过期 --field 多发金额=390 --field 追回批次="$second" --on 2026-11-01 >/dev/null
    heard 2
    as clara "case pass" 2 听取申辩 --field 本人申辩=已认证 --field 申辩成立=true --on 2026-11-12 >/dev/null
    as lea "case pass" 2 决定 --on 2026-11-12 >/dev/null
    as rob "oneoff review" "$second" >/dev/null
    refused 4 case.recover_not "Case 2 decided" "办件 2 已决定" as_bare hana "oneoff approve" "$second"
    run as hana "oneoff approve" "$second" --refuse
    [ "$status" -eq 0 ]
    # A region that has set no days decides nothing.
    cp -r "$tree/packs" silent && sed -i '/^set 追回申辩期限/,/^$/d' silent/demo/sample-county-cases.md
    (adopt silent) >/dev/null
    for step in "open 多发待遇追回 $dead --key 又 --field 多发原因=查实 --field 多发金额=1" "pass 3 告知 --field 告知日=2026-11-01"; do
        as clara "case $step" --packs silent --on 2026-11-01 >/dev/null
        [[ $step == pass* ]] || as audrey "case pass" 3 立案 --packs silent --on 2026-11-01 >/dev/null
    done
    refused 4 case.not_known "追回申辩期限" "追回申辩期限" as_bare clara "case pass" 3 听取申辩 --packs silent --on 2026-11-28
    run show verify
    [ "$status" -eq 0 ]
}

@test "a batch that is refused pays nothing, and may be proposed anew" {
    as clara "benefit stop" "$other" --reason lapse --from 2027-01 >/dev/null
    run as clara "benefit resume" "$other" --from 2027-02
    batch=$(sed -n 's/^batch that waits.*: //p' <<<"$output")
    run as rob "oneoff review" "$batch" --refuse
    [[ $status -eq 0 && $output == *"state: refused"* ]]
    run show person show "$other" --on 2027-02-05
    [[ $output == *suspended* ]]
    run as clara "benefit resume" "$other" --from 2027-02
    [ "$(field 'to pay, yuan')" = 195.00 ]
    run show oneoff list --state proposed
    [[ $output == *benefit.resume* ]]
}

# owed PERSON: the number of the person's first item.
owed() { show oneoff list --person "$1" --json | tr -d ' \n' | sed -n 's/.*"item":\([0-9]*\),.*/\1/p'; }

@test "an overpayment is repaid and booked, withheld as agreed, and the rest written off by the leader" {
    run as clara "benefit stop" "$dead" --reason death --from 2026-11
    batch=$(sed -n 's/^batch that waits.*: //p' <<<"$output")
    item=$(owed "$dead")
    refused 4 oneoff.not_approved "is not approved" "尚未审批" as_bare carl "oneoff repay" "$dead" --item "$item" --amount 100 --reference r1 --day 2026-12-20
    approved "$batch"
    run as carl "oneoff repay" "$dead" --item "$item" --amount 300.00 --reference r1 --day 2026-12-20
    [[ $status -eq 0 && $(field remaining) = 155.26 ]]
    run as carl "oneoff repay" "$dead" --item "$item" --amount 300.00 --reference r1 --day 2026-12-20
    [[ $status -eq 0 && $(field 'done now, not before') = no && $(field remaining) = 155.26 ]]
    refused 4 oneoff.too_much "more than remains" "超过补扣项目" as_bare carl "oneoff repay" "$dead" --item "$item" --amount 155.27 --reference r2
    # Paid this year and back this year: it lessens the pensions paid.
    run show ledger vouchers --fund resident_pension --month 2026-12
    [[ $output == *"Overpaid this year, recovered"*"r1"*"1004"*"300.00"*"500111"*"300.00"* ]]
    # One person enters that it came: held against the bank's own lines, of which it is none, it is named with its voucher and its age.
    printf '日期,收入,支出,单号\n2026-12-16,1.00,,B7\n' >lines.csv
    run show ledger reconcile --fund resident_pension --account 1004 --lines lines.csv --from 2026-12-17 --on 2026-12-31 --json
    [ "$(jq -c '[.items[] | [.state_code, .amount, .reference, .age_days]]' <<<"$output")" = '[["in_transit","300.00","r1",11]]' ]
    run as clara "oneoff plan" "$dead" --item "$item" --way withheld --limit 50
    [[ $status -eq 0 && $(field 'a month at most') = 50.00 ]]
    refused 2 oneoff.unknown_way "not by-magic" "没有“by-magic”" as_bare clara "oneoff plan" "$dead" --item "$item" --way by-magic
    run as clara "oneoff give-up" "$dead" --item "$item" --become written_off --reason "no estate"
    batch=$(field 'waits for approval in batch')
    run as clara "oneoff give-up" "$dead" --item "$item" --become written_off --reason "no estate"
    [[ $(field 'done now, not before') = no && $(field 'waits for approval in batch') = "$batch" ]]
    as rob "oneoff review" "$batch" >/dev/null
    refused 4 oneoff.by_write_off "the leader approves it" "分管领导" as_bare hana "oneoff approve" "$batch"
    run as hana "oneoff write-off" "$batch"
    [ "$status" -eq 5 ]
    run as lea "oneoff write-off" "$batch"
    [ "$status" -eq 0 ]
    run show oneoff list --person "$dead"
    [[ $output == *"written off"* ]]
    # A batch without a write-off is not the leader's, nor is it one that takes a repayment back.
    refused 4 oneoff.no_confirm "takes no repayment back" "不涉及未到账的还款" as_bare hana "oneoff confirm" "$batch"
    run as clara "benefit stop" "$other" --reason prison --from 2026-12
    batch=$(sed -n 's/^batch that waits.*: //p' <<<"$output")
    as rob "oneoff review" "$batch" >/dev/null
    refused 4 oneoff.no_write_off "gives up nothing" "不含核销" as_bare lea "oneoff write-off" "$batch"
    run show verify
    [ "$status" -eq 0 ]
}

@test "a repayment that the bank never had is taken back by two who did not enter it: the debt stands again, the voucher in red" {
    as clara "benefit stop" "$dead" --reason death --from 2026-11 >/dev/null
    approved "$(show oneoff list | awk '$3 == "proposed" { print $1 }')"
    item=$(owed "$dead")
    for paid in "300.00 r1 2026-12-20" "100.00 r2 2026-12-21" "55.26 r3 2026-12-22"; do
        read -r yuan reference day <<<"$paid"
        as carl "oneoff repay" "$dead" --item "$item" --amount "$yuan" --reference "$reference" --day "$day" >/dev/null
    done
    [[ "$(show oneoff list --person "$dead")" == *" 455.26 "*" 455.26 "*" 0.00 "*"settled"* ]]
    # The bank has r2, and money of the amount of r3 that nobody booked under its own reference; of r1 it has nothing.
    printf '日期,收入,支出,单号\n2026-12-21,100.00,,r2\n2026-12-23,55.26,,B9\n' >lines.csv
    never() { as_bare "$1" "oneoff never-came" "$dead" --item "$item" --lines lines.csv --from "${from:-2026-12-01}" --on "${on:-2027-01-10}" --reason "not at the bank" --reference "$2" "${@:3}"; }
    since() { local from=$1; shift; "$@"; }
    up_to() { local on=$1; shift; "$@"; }
    refused 4 oneoff.came "(2026-12-21, 100.00, r2)" "（2026-12-21, 100.00, r2）" never amy r2
    refused 4 oneoff.came "(2026-12-23, 55.26, B9)" "（2026-12-23, 55.26, B9）" never amy r3
    refused 3 oneoff.no_receipt "No repayment r9" "没有可以撤销的还款 r9" never amy r9
    refused 2 oneoff.not_covered "entered for 2026-12-20" "到账日期为 2026-12-20" since 2026-12-14 never amy r1
    refused 2 oneoff.not_covered "entered for 2026-12-22" "到账日期为 2026-12-22" up_to 2026-12-28 never amy r3
    # Not whoever entered it, nor a clerk: whoever keeps the books.
    run never carl r1
    [ "$status" -eq 5 ]
    run never clara r1
    [ "$status" -eq 5 ]
    run never amy r1 --lang en
    batch=$(field 'waits for confirmation in batch')
    [[ $status -eq 0 && $(field settled) = 455.26 && -n $batch ]]
    run never amy r1 --lang en
    [[ $(field 'done now, not before') = no && $(field 'waits for confirmation in batch') = "$batch" ]]
    [ "$(show oneoff receipts --json | jq -c '[.receipts[] | [.reference, .amount, .state_code, .by]]')" = '[["r3","55.26","entered","carl"],["r2","100.00","entered","carl"],["r1","300.00","waiting","carl"]]' ]
    [ "$(show oneoff show "$batch" --json | jq -c '.to_undo[] | [.reference, .amount, .from, .on, (.lines | length), .reason]')" = '["r1","300.00","2026-12-01","2027-01-10",64,"not at the bank"]' ]
    # It waits for whoever confirms, and is nobody's to review or to approve.
    [[ "$(as hana "todo list")" == *"never to have come, to confirm"* && "$(as rob "todo list")" != *"one-off"* ]]
    refused 4 oneoff.by_confirm "doudi oneoff confirm" "doudi oneoff confirm" as_bare rob "oneoff review" "$batch"
    run as_bare amy "oneoff confirm" "$batch"
    [ "$status" -eq 5 ]
    run as_bare carl "oneoff confirm" "$batch"
    [ "$status" -eq 5 ]
    as hana "oneoff confirm" "$batch" --refuse >/dev/null
    [ "$(show oneoff receipts --state entered --json | jq '.receipts | length')" = 3 ]
    refused 4 oneoff.no_move "(refused): confirm" "(refused): confirm" as_bare hana "oneoff confirm" "$batch"
    run never amy r1 --lang en
    batch=$(field 'waits for confirmation in batch')
    run as hana "oneoff confirm" "$batch" --day 2026-12-28
    [[ $status -eq 0 && $(field 'owed again, yuan') = 300.00 ]]
    run as hana "oneoff confirm" "$batch" --day 2026-12-28
    [[ $status -eq 0 && $(field 'done now, not before') = no ]]
    refused 3 oneoff.no_receipt "No repayment r1" "还款 r1" never amy r1
    # The debt stands again, with what came; the books have what came.
    [[ "$(show oneoff list --person "$dead")" == *" 455.26 "*" 155.26 "*" 300.00 "*"approved"* ]]
    [[ "$(show oneoff explain "$dead" "$item" --of remaining)" == *"= 300.00 yuan"*"-155.26  came back"* ]]
    [[ "$(show person payments "$dead")" == *"overpaid and not recovered yet, yuan: 300.00"* ]]
    [ "$(show ledger vouchers --fund resident_pension --month 2026-12 --json | jq -c '[.vouchers[] | select(.reference == "r1") | [.day, (.takes_back != null), .lines[0].debit]]')" = '[["2026-12-20",false,"300.00"],["2026-12-28",true,"-300.00"]]' ]
    run show ledger reconcile --fund resident_pension --account 1004 --lines lines.csv --from 2026-12-17 --on 2026-12-31 --json
    [ "$(jq -c '[.adjusted_book == .adjusted_bank, ([.items[] | select(.reference == "r1") | .amount] | sort)]' <<<"$output")" = '[false,["-300.00","300.00"]]' ]
    # It does come, later and under the same reference; what is entered twice is entered once.
    for again in 1 2; do run as carl "oneoff repay" "$dead" --item "$item" --amount 300.00 --reference r1 --day 2026-12-29; done
    [[ $status -eq 0 && $(field remaining) = 0.00 && $(field 'done now, not before') = no ]]
    # A voucher that was taken back by hand is not taken back twice, and the debt follows it.
    voucher=$(show ledger vouchers --fund resident_pension --month 2026-12 --json | jq -r '.vouchers[] | select(.reference == "r1" and .day == "2026-12-29") | .voucher')
    as amy "ledger reverse" --fund resident_pension --voucher "${voucher##* }" --day 2026-12-29 >/dev/null
    run never amy r1 --lang en
    run as hana "oneoff confirm" "$(field 'waits for confirmation in batch')" --day 2026-12-30
    [[ $status -eq 0 && $output == *"was taken back before, and is not again"* ]]
    [[ "$(show oneoff list --person "$dead")" == *" 155.26 "*" 300.00 "* ]]
    [ "$(show audit acts --who "$dead" --kind oneoff.und --json | jq -c "[.acts[] | [.kind, .user]]")" = '[["oneoff.undone","hana"],["oneoff.undoing_proposed","amy"],["oneoff.undone","hana"],["oneoff.undoing_proposed","amy"],["oneoff.undoing_proposed","amy"]]' ]
    run show verify
    [ "$status" -eq 0 ]
}

# told DAY: what the registry is told of when `dead` died.
told() {
    printf 'person,项目,内容\n%s,person.death_day,%s\n' "$1" "$2" >told.csv
    as clara "county import" told.csv --what attributes >/dev/null
}

@test "[C9] a death that was told wrongly is taken back, and again told: what is due is paid once, and what is not comes back once" {
    told "$dead" 2026-10-10
    run as clara "benefit stop" "$dead" --reason death
    [ "$(field 'to recover, yuan')" = 455.26 ]
    refused 4 benefit.waits "Batch " "补扣批次 " as_bare clara "benefit reinstate" "$dead" --from 2027-01
    approved "$(show oneoff list | awk '$3 == "proposed" { print $1 }')"
    as carl "oneoff repay" "$dead" --item "$(owed "$dead")" --amount 100.00 --reference r1 --day 2026-12-20 >/dev/null
    refused 4 benefit.still_told "still tells what stopped it (date of death)" "仍有停发依据" as_bare clara "benefit reinstate" "$dead" --from 2027-01
    refused 2 benefit.from_or_until "either --from or --until" "只须给出一个" as_bare clara "benefit reinstate" "$dead"
    told "$dead" 撤销
    [[ "$(show person show "$dead")" != *"date of death"* ]]
    # Both months were paid: what was to come back is cancelled, and the 100.00 that did come are due to them.
    run as clara "benefit reinstate" "$dead" --from 2027-01
    [[ $status -eq 0 && $(field 'to pay, yuan') = 100.00 && $(field 'to recover, yuan') = 0.00 ]]
    [ "$(field 'items cancelled when approved')" = 1 ]
    run show person show "$dead" --on 2027-01-05
    [[ $output == *stopped* ]]
    approved "$(show oneoff list | awk '$3 == "proposed" { print $1 }')"
    run show person show "$dead" --on 2027-01-05
    [[ $output == *"in payment"* ]]
    refused 4 benefit.not_stopped "neither stopped nor suspended" "无可撤销" as_bare clara "benefit reinstate" "$dead" --from 2027-01 --benefit resident_pension
    run as clara "benefit settle" "$dead"
    [ "$(field items)" = 0 ]
    # They did die: the 100.00 not paid yet are not paid, and 455.26 less 100.00 come back.
    told "$dead" 2026-10-12
    run as clara "benefit stop" "$dead" --reason death
    [[ $(field 'to recover, yuan') = 355.26 && $(field 'to pay, yuan') = 0.00 ]]
    batch=$(show oneoff list | awk '$3 == "proposed" { print $1 }')
    [[ "$(show oneoff show "$batch")" == *"items given up"*cancelled*100.00* ]]
    approved "$batch"
    run as clara "benefit settle" "$dead"
    [ "$(field items)" = 0 ]
    # Another died later than was told: November was due after all.
    told "$other" 2026-10-10
    as clara "benefit stop" "$other" --reason death >/dev/null
    approved "$(show oneoff list | awk '$3 == "proposed" { print $1 }')"
    told "$other" 2026-11-20
    refused 4 benefit.still_told "date of death" "死亡" as_bare clara "benefit reinstate" "$other" --until 2027-01
    run as clara "benefit reinstate" "$other" --until 2026-12
    [ "$(field 'to pay, yuan')" = 195.00 ]
    approved "$(show oneoff list | awk '$3 == "proposed" { print $1 }')"
    run as clara "benefit stop" "$other" --reason death
    [[ $output == *"nothing changed"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "reasons, months and batches that are not there are named" {
    refused 3 benefit.unknown_reason "has no reason x (lapse" "没有原因“x (lapse" as_bare clara "benefit stop" "$dead" --reason x --from 2026-11
    refused 2 benefit.no_month "Say with --from" "请用 --from" as_bare clara "benefit stop" "$dead" --reason death
    refused 3 benefit.none "has no benefit unemployment" "没有待遇“unemployment”" as_bare clara "benefit stop" "$dead" --reason death --from 2026-11 --benefit unemployment
    refused 3 oneoff.no_batch "no batch of one-off items 9999" "没有编号为 9999" as_bare rob "oneoff review" 9999
    cp -r "$tree/packs" packs
    sed -i 's/^death,死亡,died,停止/death,死亡,died,休息/' packs/ledger/stops.csv
    refused 2 benefit.bad_stops "cannot be used: death" "无法使用：death" as_bare pat "packs adopt" --packs packs
    rm packs/ledger/stops.csv
    refused 3 benefit.no_stops "packs/ledger/stops.csv" "packs/ledger/stops.csv" as_bare pat "packs adopt" --packs packs
}

@test "a sweep finds the months a run missed, of everybody, and proposes them once" {
    run as clara "benefit sweep"
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    run show benefit list --month 2026-12
    [[ $status -eq 0 && $output == *"in payment"* ]]
    # January's run is made while the resumption waits for its approval, and knows nothing of it.
    as clara "benefit stop" "$other" --reason lapse --from 2027-01 >/dev/null
    run show benefit list --month 2027-01
    [[ $output == *"residents' pension"*suspended*"not certified"*" 1 "*" 195.00"* ]]
    run as clara "benefit resume" "$other" --from 2027-01
    batch=$(sed -n 's/^batch that waits.*: //p' <<<"$output")
    for step in "month bill --month 2026-12" "month open --month 2027-01" "month bill --month 2027-01"; do as clara "$step" >/dev/null; done
    as amy "ledger close" --fund resident_pension --month 2026-11 >/dev/null
    paid 2027-01 3 >/dev/null
    approved "$batch"
    as clara "month open" --month 2027-02 >/dev/null
    run as clara "benefit sweep"
    [[ $status -eq 0 && $(field 'to pay, yuan') = 195.00 && $(field 'people with a difference') = 1 ]]
    run as clara "benefit sweep"
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    run show verify
    [ "$status" -eq 0 ]
}
