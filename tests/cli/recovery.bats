#!/usr/bin/env bats
# What is withheld for an overpayment, and why: from the pension month by month, and from a grant.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
field() { sed -n "s/^$1: //p" <<<"$output"; }
flat() { tr -d ' \n'; }
as_bare() {
    local login=$1 words=$2
    shift 2
    # shellcheck disable=SC2086
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" $words --as "$login" --county county.db "$@"
}

# drafted MONTH; sent MONTH RUN: the pensions of a month, through six people and the bank into the books.
drafted() { as clara "payrun draft" --month "$1" --kind pension --payer 6200001 --lang en; }
sent() {
    as rob "payrun check" "$2"
    as hana "payrun sign-section" "$2"
    as lea "payrun sign-leader" "$2"
    as amy "payrun authorise" "$2" --day "$1-15"
    as carl "payrun send" "$2" --out "inbox/P$2-1.csv" --day "$1-15"
    "$program" bank run --books books --inbox inbox --outbox outbox --account 6200001 --opening 9000000 --day "$1-15"
    as amy "payrun book" "$2" --answer "outbox/HP-P$2-1.csv" --day "$1-16"
}
# approved: all batches that wait.
approved() {
    for batch in $(show oneoff list | awk '$3 == "proposed" { print $1 }'); do
        as rob "oneoff review" "$batch" >/dev/null
        as hana "oneoff approve" "$batch" >/dev/null
    done
}
# owed PERSON: the number of the person's first item.
owed() { show oneoff list --person "$1" --json | flat | sed -n 's/.*"item":\([0-9]*\),.*/\1/p'; }
january() {
    as clara "month bill" --month 2026-12 >/dev/null
    as amy "ledger close" --fund employee_pension --month 2026-11 >/dev/null
    as clara "month open" --month 2027-01 >/dev/null
}

# November and December 2026 were paid. Two who draw 3279.50 and 3234.90 a month: `jailed`, `dead`.
setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head amy=accountant carl=cashier \
        pat=parameter-keeper
    mkdir -p inbox outbox
    for step in "month open" "month bill"; do as clara "$step" --month 2026-11 >/dev/null; done
    drafted 2026-11 >/dev/null && sent 2026-11 1 >/dev/null 2>&1
    as clara "month open" --month 2026-12 >/dev/null
    drafted 2026-12 >/dev/null && sent 2026-12 2 >/dev/null 2>&1
    show payrun show 2 | grep -q "answered and booked"
}
setup() {
    enter_office
    jailed=644 dead=1830
}

@test "[C9] an overpayment is withheld month by month, as much as the region has set and no more than was agreed, and told to the fen" {
    as clara "benefit stop" "$jailed" --reason prison --from 2026-11 >/dev/null
    approved
    as clara "benefit resume" "$jailed" --from 2027-01 >/dev/null
    approved
    item=$(owed "$jailed")
    january
    # 30 per cent of 3279.50.
    run drafted 2027-01
    [ "$(field 'withheld, yuan')" = 983.85 ]
    run show payrun lines 3 --person "$jailed"
    [[ $output == *" 2295.65 "*"983.85 yuan withheld for what was overpaid 2026-11 to 2026-12: in prison (item $item)"* ]]
    sent 2027-01 3 >/dev/null
    # Paid in an earlier year: the month's pension stands in full, and what came back is income.
    run show ledger vouchers --fund employee_pension --month 2027-01
    [[ $output == *"withheld from a benefit"*983.85*450102*983.85* ]]
    for limit in 0 -5; do
        refused 2 oneoff.bad_limit "$limit is nothing" "$limit 不成立" as_bare clara "oneoff plan" "$jailed" --item "$item" --way withheld --limit $limit
    done
    run as clara "oneoff plan" "$jailed" --item "$item" --way withheld --limit 500
    [ "$status" -eq 0 ]
    as clara "month bill" --month 2027-01 >/dev/null
    as amy "ledger interest" --year 2026 >/dev/null
    as amy "ledger close" --fund employee_pension --month 2026-12 >/dev/null
    as clara "month open" --month 2027-02 >/dev/null
    run drafted 2027-02
    [ "$(field 'withheld, yuan')" = 500.00 ]
    sent 2027-02 4 >/dev/null
    # 4 months of 3279.50, of which 1483.85 were withheld; 6559.00 less that remain.
    run show person payments "$jailed"
    [[ $(field 'due of what was paid, yuan') = 13118.00 && $(field 'withheld of it, yuan') = 1483.85 ]]
    [[ $(field 'paid, yuan') = 11634.15 && $(field 'overpaid and not recovered yet, yuan') = 5075.15 ]]
    # Why: by the law and the inputs of then, each month its own.
    run show person explain "$jailed" --withheld 2027-01
    [[ $status -eq 0 && $output == *"983.85"*"3,279.50 × 30%"*"示例县多领社会保险待遇追回办法"* ]]
    run show person explain "$jailed" --withheld 2027-02
    [[ $output == *"待扣多发额 = 5,575.15 yuan"* && $output == *"约定月抵扣额 = 500.00 yuan"* ]]
    run show person explain "$jailed" --withheld 2026-12
    [ "$status" -eq 3 ]
    run as clara "benefit settle" "$jailed"
    [ "$(field items)" = 0 ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[C8] [C9] what the dead were overpaid is withheld from the grant of their survivors once that is agreed; without a limit of the region, from nothing" {
    printf 'person,项目,内容\n%s,person.death_day,2026-10-20\n' "$dead" >dead.csv
    as clara "county import" dead.csv --what attributes >/dev/null
    run as clara "benefit stop" "$dead" --reason death
    [ "$(field 'to recover, yuan')" = 6469.80 ]
    approved
    item=$(owed "$dead")
    as clara "month bill" --month 2026-12 >/dev/null
    as clara "month determine" --month 2026-12 --purpose award.survivor >/dev/null
    digest=$(show award list --month 2026-12 --purpose award.survivor --json | flat | sed -n 's/.*"digest":"\([0-9a-f]*\)".*/\1/p')
    as rob "award review" --month 2026-12 --purpose award.survivor --digest "$digest" >/dev/null
    as hana "award approve" --month 2026-12 --purpose award.survivor --digest "$digest" >/dev/null
    january
    cp -r "$tree/packs" bare
    sed -i '/^set 一次性待遇抵扣比例上限/,/always/d' bare/demo/sample-county-pension.md
    adopt bare
    refused 4 recovery.not_set "(一次性待遇抵扣比例上限): the region has not set" "此处不能抵扣：一次性待遇抵扣比例上限" \
        as_bare clara "oneoff plan" "$dead" --item "$item" --way grant --packs bare
    adopt "$tree/packs"
    run as clara "oneoff plan" "$dead" --item "$item" --way grant
    [ "$status" -eq 0 ]
    # Agreed while the region had a limit, drafted when it has none: paid in full, and said.
    adopt bare
    run as clara "payrun draft" --month 2027-01 --kind pension --payer 6200001 --packs bare --lang en
    [[ $status -eq 0 && $(field 'withheld, yuan') = 0.00 && $(field 'overpayments nothing was withheld for: not decided') = 1 ]]
    [[ $output == *"paid in full: "*"(一次性待遇抵扣比例上限): the region has not set"* ]]
    as clara "payrun withdraw" 3 --packs bare >/dev/null
    adopt "$tree/packs"
    # The grant is 46,200.00: half of it may be withheld, 6,469.80 are owed.
    run drafted 2027-01
    [ "$(field 'withheld, yuan')" = 6469.80 ]
    run show payrun lines 4 --person "$dead"
    [[ $output == *" 39730.20 "*"6469.80 yuan withheld for what was overpaid 2026-11 to 2026-12: died"* ]]
    sent 2027-01 4 >/dev/null
    run show oneoff list --person "$dead"
    [[ $output == *"6469.80  6469.80"*settled* ]]
    run show person payments "$dead"
    [[ $(field 'withheld of it, yuan') = 6469.80 && $(field 'overpaid and not recovered yet, yuan') = 0.00 ]]
    # The fund's expense is the grant in full; the year's income what came back.
    run show ledger vouchers --fund employee_pension --month 2027-01
    [[ $output == *"withheld from a benefit"*6469.80*450102*6469.80* ]]
    run show ledger balance --fund employee_pension --month 2027-01
    [[ $output == *"debits equal credits"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

# through MONTH-DAY RUN [BANK OPTION ...]: a drafted run of January into the books.
through() {
    local day=$1 run=$2
    shift 2
    as rob "payrun check" "$run"
    as hana "payrun sign-section" "$run"
    as lea "payrun sign-leader" "$run"
    as amy "payrun authorise" "$run" --day "$day"
    as carl "payrun send" "$run" --out "inbox/P$run-1.csv" --day "$day"
    "$program" bank run --books books --inbox inbox --outbox outbox --account 6200001 --opening 9000000 --day "$day" "$@"
    as amy "payrun book" "$run" --answer "outbox/HP-P$run-1.csv" --day "$day"
}
# in_january PERSON: was overpaid two months in prison, and is paid again from January on, of which 30 per cent are withheld.
in_january() {
    as clara "benefit stop" "$1" --reason prison --from 2026-11 >/dev/null
    approved
    as clara "benefit resume" "$1" --from 2027-01 >/dev/null
    approved
    item=$(owed "$1")
    january
    drafted 2027-01 >/dev/null
}
died() {
    printf 'person,项目,内容\n%s,person.death_day,%s\n' "$1" "$2" >dead.csv
    as clara "county import" dead.csv --what attributes >/dev/null
}

@test "[C9] what a refused payment was to withhold is free once the payment is not due, and goes against the debt when it is paid after all" {
    local who=966
    in_january $who
    through 2027-01-15 3 --reject 1000 --seed 5 >/dev/null 2>&1
    repay() { as_bare carl "oneoff repay" $who --item "$item" --day 2027-01-20 "$@"; }
    refused 4 oneoff.in_run "A payment run holds" "已列入支付批次" repay --amount 100 --reference R1
    # Died before January: the line is paid to nobody. 2 x 2562.70 are owed.
    died $who 2026-12-20
    run as clara "benefit stop" $who --reason death --lang en
    [[ $output == *"was to be withheld from this benefit, which has ended"*"item $item, 5125.40"* ]]
    approved
    refused 2 service.missing_argument "--reference is missing" "--reference" repay --amount 100 --reference " "
    for again in 1 2; do run repay --amount 100 --reference R1 --lang en; done
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    refused 4 oneoff.reference_used "The reference R1 was entered" "凭证号 R1" repay --amount 101 --reference R1
    # The death was another's: the line is due again, and paid without the 768.81 (30 per cent).
    died $who 撤销
    as clara "benefit reinstate" $who --from 2027-01 >/dev/null
    approved
    as clara "payrun supplement" --month 2027-01 --kind pension >/dev/null 2>&1
    run show payrun lines 4 --person $who
    [[ $output == *" 1793.89 "*"paid again: run 3"* ]]
    through 2027-01-21 4 >/dev/null
    run show oneoff list --person $who
    [[ $output == *" 5125.40   868.81    4256.59 "* ]] || { echo "$output"; false; }
    run as clara "benefit settle" $who
    [ "$(field items)" = 0 ]
    run show ledger balance --fund employee_pension --month 2027-01
    [[ $output == *"450102"*" 868.81 "*"debits equal credits"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[C9] what was withheld from a payment that came back and was not due is owed again" {
    in_january "$jailed"
    through 2027-01-15 3 --late 1000 --seed 5 >/dev/null 2>&1
    "$program" bank run --books books --inbox inbox --outbox outbox --day 2027-01-18 >/dev/null
    as amy "payrun book" 3 --answer outbox/TP-P3-1.csv --day 2027-01-19 >/dev/null
    died "$jailed" 2026-12-20
    # The fund has the 2295.65 back, and the debt had fallen by the 983.85 of a pension that was nobody's.
    run as clara "benefit stop" "$jailed" --reason death
    [ "$(field 'to recover, yuan')" = 983.85 ]
    approved
    second=$(show oneoff list --person "$jailed" | awk 'END { print $2 }')
    as carl "oneoff repay" "$jailed" --item "$second" --amount 983.85 --reference Q1 --day 2027-01-20 >/dev/null
    # Nothing of this January is left as an expense but what others were paid before it came back.
    run show ledger balance --fund employee_pension --month 2027-01
    [[ $output == *"50010105"*"dr 608381.00"*"debits equal credits"* && $output == *"450102"*"cr 983.85"* ]] || { echo "$output"; false; }
    run as clara "benefit settle" "$jailed"
    [ "$(field items)" = 0 ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[C9] who has arrears and recoveries of other months is paid, withheld, taken back and stopped again to the fen" {
    revised() {
        as rob "revision review" "$1" >/dev/null
        as hana "revision approve" "$1" >/dev/null
    }
    as clara "benefit stop" "$jailed" --reason prison --from 2026-11 >/dev/null
    approved
    as clara "benefit resume" "$jailed" --from 2027-01 >/dev/null
    approved
    january
    as clara "benefit adjust" --year 2026 --list adjusted.csv >/dev/null
    # 71.13 a month more: of ten months, for in November and December nothing was due; of twelve for who was not in prison.
    [ "$(awk -F, -v p="$jailed" '$1 == p { print $5, $8, $9 }' adjusted.csv)" = "71.13 10 711.30" ]
    [ "$(awk -F, -v p="$dead" '$1 == p { print $5, $8, $9 }' adjusted.csv)" = "56.61 12 679.32" ]
    revised 1
    drafted 2027-01 >/dev/null
    sent 2027-01 3 >/dev/null
    # The arrears are paid whole; 30 per cent of 3279.50 + 71.13 are withheld.
    run show person payments "$jailed"
    [[ $output == *"2027-01 "*" 3350.63 "*"1005.18 "*" 2345.45"*"2027-01 "*"2026-01 "*" 711.30 "* ]]
    as clara "revision reverse" 1 >/dev/null
    revised 2
    as clara "benefit stop" "$jailed" --reason prison --from 2027-01 >/dev/null
    approved
    # All that was paid, 10620.93 less what was withheld, is owed, each part once: the stop, the reversal, January.
    run show oneoff list --person "$jailed"
    [[ $output == *" 6559.00 "*"1005.18 "*" 5553.82 "*" 782.43 "*" 782.43 "*" 3279.50 "*" 3279.50 "* ]]
    run show person payments "$jailed"
    [[ $output == *"paid, yuan: 9615.75"*"overpaid and not recovered yet, yuan: 9615.75"* ]]
    # January is due after all, and its run was made before: what the stop asks back of it is paid, once.
    as clara "benefit resume" "$jailed" --from 2027-01 >/dev/null
    approved
    as clara "month bill" --month 2027-01 >/dev/null
    as amy "ledger interest" --year 2026 >/dev/null
    as amy "ledger close" --fund employee_pension --month 2026-12 >/dev/null
    as clara "month open" --month 2027-02 >/dev/null
    run as clara "benefit settle" "$jailed" --lang en
    [ "$(field 'to pay, yuan')" = 3279.50 ]
    approved
    for command in "benefit settle $jailed" "benefit sweep"; do
        run as clara "$command" --lang en
        [[ $status -eq 0 && $output == *"nothing changed"* ]]
    done
    run show verify
    [ "$status" -eq 0 ]
}

@test "[C9] a repayment in the middle never came: each part of the debt is booked once, and in the end the books are as if nothing had been entered" {
    as clara "benefit stop" "$dead" --reason death --from 2026-11 >/dev/null
    approved
    item=$(owed "$dead")
    repaid() { as carl "oneoff repay" "$dead" --item "$item" --amount "$1" --reference "$2" --day "$3" >/dev/null; }
    books() { show ledger balance --fund employee_pension --month 2026-12 | grep -E '^ *(1004|5001)'; }
    # 2 x 3234.90 are owed; 1000.00 and 2000.00 come in, and the rest.
    repaid 1000.00 R1 2026-12-18
    repaid 2000.00 R2 2026-12-20
    repaid 3469.80 R3 2026-12-22
    books >all
    printf '日期,收入,支出,单号\n2026-12-18,1000.00,,R1\n2026-12-22,3469.80,,R3\n' >lines.csv
    run as amy "oneoff never-came" "$dead" --item "$item" --reference R2 --lines lines.csv --from 2026-12-01 --on 2027-01-10 --reason none --lang en
    [ "$status" -eq 0 ]
    run as hana "oneoff confirm" "$(field 'waits for confirmation in batch')" --day 2026-12-28 --lang en
    [[ $status -eq 0 && $(field 'owed again, yuan') = 2000.00 ]]
    ! diff -q all <(books)
    run show verify
    [ "$status" -eq 0 ]
    # The 2000.00 come after all: to the fen what stood there when all was thought to be repaid, account by account.
    repaid 1500.00 R4 2026-12-29
    repaid 500.00 R5 2026-12-30
    diff all <(books)
    [[ "$(show oneoff list --person "$dead")" == *" 6469.80 "*" 6469.80 "*" 0.00 "*settled* ]]
    run as clara "benefit settle" "$dead"
    [ "$(field items)" = 0 ]
    run show verify
    [ "$status" -eq 0 ]
}
