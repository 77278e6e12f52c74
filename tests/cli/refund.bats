#!/usr/bin/env bats
# doudi dues refund: contributions collected in excess or in error go back to the payer who paid them, once.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
field() { sed -n "s/^$1: //p" <<<"$output"; }
refund() { as clara "dues refund" "$@"; }
cash() { { echo 缴费人,金额,日期,凭证号; printf '%s\n' "${@:2}"; } >receipts.csv; as carl "month receive" --month "$1" --file receipts.csv --lang en; }
approved() { as rob "oneoff review" "$1" >/dev/null && as hana "oneoff approve" "$1" >/dev/null; }
code=91590121671712535W # its March bill is 35,541.44 yuan
body=115901214950082574   # a public body; its March bills are 94,804.19
balance() { show ledger balance --fund "$1" --month 2020-04 | awk -v account="$2" '$1 == account { print $NF }'; }
bank() { "$program" bank run --books books --inbox inbox --outbox outbox "$@" --lang en >/dev/null; }

# paid RUN DAY: through its people to the bank, and the answer booked.
sent() {
    as rob "payrun check" "$1" && as hana "payrun sign-section" "$1" && as lea "payrun sign-leader" "$1" &&
        as amy "payrun authorise" "$1" --day "$2" && as carl "payrun send" "$1" --out "inbox/P$1-1.csv" --day "$2"
}

# March is paid, with 1,000.00 too much. In April the base of 1615 turns out to be 1,000.00 less: 24 + 9.5 + 1 + 0.7 per cent
# of it were collected in error.
setup_file() {
    OFFICE_MONTH=2020-03 make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head \
        amy=accountant carl=cashier kate=account-keeper rhea=account-reviewer pat=parameter-keeper
    mkdir -p inbox outbox
    as clara "month open" --month 2020-03 >/dev/null
    as clara "month bill" --month 2020-03 >/dev/null
    cash 2020-03 $code,36541.44,2020-03-20,R-1 >/dev/null
    who=$(as clara "person show" 445 --reveal --lang en | sed -n 's/^person .*; \([0-9]\{17\}[0-9X]\);.*/\1/p')
    resident=$(as clara "person show" 1597 --reveal --lang en | sed -n 's/^person .*; \([0-9]\{17\}[0-9X]\);.*/\1/p')
    cash 2020-03 "$who,778.00,2020-03-21,R-3" "$resident,480.00,2020-03-21,R-4" 政府,1200350.00,2020-03-21,R-5 \
        $body,94804.19,2020-03-21,R-6 >/dev/null
    as clara "month open" --month 2020-04 >/dev/null
    { echo person,scheme,standing,employer,region,wage,tier,from,until
      for scheme in employee_pension employee_medical unemployment work_injury maternity; do
          echo "1615,$scheme,employee,34,590121,9550.00,,2020-03-01,"
      done; } >enrolments.csv
    as clara "county import" enrolments.csv --what enrolments >/dev/null
    as clara "month correct" --month 2020-04 --of 2020-03 >/dev/null
}
setup() { enter_office; }

@test "contributions collected in error and in excess are paid back to the employer by four runs, and the books hold nothing more" {
    [ "$(balance employee_pension 200109)" = 1340.00 ] # 100.00 of it another payer's
    # What was taken off had been booked as this year's income, in the fund that received it.
    run show ledger vouchers --fund employee_pension --month 2020-04
    [[ $output == *400101*240.00* ]]
    refused 4 dues.refund_too_much "stand 1352.00 yuan" "留存 1352.00 元" refund $code --amount 1352.01
    refused 2 dues.refund_no_amount "0 is nothing" "0 无可退" refund $code --amount 0
    refused 2 dues.refund_to "goes to the payer" "退给原缴费人" refund $code --to 1615
    refused 2 dues.refund_of_state "refunded by no run" "不经支付批次退费" refund 政府
    run refund $code --dry-run --lang en
    [[ $status -eq 0 && $output == *"nothing was written"* ]]
    run refund $code --why 多缴退费 --lang en
    [ "$status" -eq 0 ]
    # 1,000.00 above the bill; of 1,000.00 of base 240.00 pension, 95.00 medical, 10.00 unemployment, 7.00 injury.
    [[ $(field 'to refund, yuan') = 1352.00 && $(field 'credit left, yuan') = 0.00 ]]
    [[ $output == *refund_pension*" 1240.00"*refund_medical*" 95.00"*refund_injury*" 7.00"*refund_unemployment*" 10.00"* ]]
    batch=$(field 'waits for approval in batch')
    before=$(show verify)
    run refund $code --lang en
    [[ $(field 'waits for approval in batch') = "$batch" && $(field 'done now, not before') != yes && $output == *"nothing changed"* ]]
    refused 4 dues.refund_waits "in batch $batch" "补扣批次 $batch" refund $code --amount 100
    [ "$(show verify)" = "$before" ]
    run as hana "oneoff approve" "$batch"
    [ "$status" -eq 4 ]
    run as clara "oneoff review" "$batch"
    [ "$status" -eq 5 ]
    approved "$batch"
    # Once approved nobody else has the credit, and the books still do.
    refused 4 dues.refund_too_much "stand 0.00 yuan" "留存 0.00 元" refund $code
    run show dues reconcile
    [[ $status -eq 0 && $output == *"1240.00"*"all is equal"* ]]
    # The employer has no account yet; three people set it.
    run as clara "payrun draft" --month 2020-04 --kind refund_pension
    [ "$status" -ne 0 ]
    as kate "account enter" --employer $code --number 6222000000000000936 --bank 示例工商银行 >/dev/null
    run show account list
    [[ $output == *0936* && $output != *6222000000000000936* ]]
    as rhea "account review" 1 >/dev/null
    as audrey "account confirm" 1 >/dev/null
    number=0
    for line in pension=1240.00 medical=95.00 unemployment=10.00 injury=7.00; do
        number=$((number + 1))
        run as clara "payrun draft" --month 2020-04 --kind "refund_${line%=*}" --lang en
        [[ $status -eq 0 && $(field lines) = 1 && $(field 'total, yuan') = "${line#*=}" ]]
        sent $number 2020-04-15 >/dev/null
        # The bank gets the employer's account, in its name.
        grep -q 6222000000000000936 "inbox/P$number-1.csv"
        bank --account 6200001 --opening 5000000 --day 2020-04-15
        as amy "payrun book" $number --answer "outbox/HP-P$number-1.csv" --day 2020-04-16 >/dev/null
    done
    for fund in employee_pension employee_medical unemployment work_injury; do
        left=$(balance $fund 200109)
        [ "$left" = 0.00 ] || [[ $fund = employee_pension && $left = 100.00 ]]
        run show ledger balance --fund $fund --month 2020-04
        [[ $output == *"debits equal credits"* ]]
    done
    run show ledger vouchers --fund employee_pension --month 2020-04
    [[ $output == *"Contributions over-collected paid back"*"P1-1"*200109*1240.00*1004*1240.00* ]]
    run show dues reconcile
    [[ $status -eq 0 && $output == *"all is equal"* ]]
    run show oneoff show "$batch"
    [[ $output == *"refund"*"settled"* ]]
    "$program" bank statement --books books --inbox inbox --outbox outbox --from 2020-04-15 --day 2020-04-25 >/dev/null
    run as rob "payrun reconcile" 1 --statement outbox/DZ-*.csv --lang en
    [ "$status" -eq 0 ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "a refund whose credit paid a bill meanwhile is not approved; one given up stands to the credit again" {
    run refund $code --amount 1100 --lang en
    batch=$(field 'waits for approval in batch')
    [[ $output == *refund_pension*" 1"* ]]
    as clara "month bill" --month 2020-04 >/dev/null
    as carl "dues use-credit" >/dev/null
    as rob "oneoff review" "$batch" >/dev/null
    before=$(show verify)
    refused 4 dues.refund_changed "has changed since" "已有变化" as hana "oneoff approve" "$batch"
    [ "$(show verify)" = "$before" ]
    as hana "oneoff approve" "$batch" --refuse >/dev/null
    # Paid again, and 500.00 more: approved, then given up by three before a run took it.
    open=$(show dues show $code | sed -n 's/^open in all, yuan: //p')
    cash 2020-04 "$code,$(awk "BEGIN { printf \"%.2f\", $open + 500 }"),2020-04-20,R-2" >/dev/null
    run refund $code --lang en
    [ "$(field 'to refund, yuan')" = 500.00 ]
    batch=$(field 'waits for approval in batch')
    approved "$batch"
    item=$(show oneoff show "$batch" --json | tr -d ' \n' | sed -n 's/.*"item":\([0-9]*\),.*/\1/p')
    run as clara "oneoff give-up" 34 --item "$item" --become cancelled --reason 申请撤销 --lang en
    approved "$(field 'waits for approval in batch')"
    run show dues reconcile
    [[ $status -eq 0 && $output == *"all is equal"* ]]
    run refund $code --dry-run --lang en
    [ "$(field 'to refund, yuan')" = 500.00 ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "what a payer who has died paid too much goes to the heir who is named; a fund without a run is refused" {
    # 445 pays 20 per cent of 3,390.00 by himself, 678.00; 778.00 came.
    refused 2 dues.refund_to "has not" "没有死亡登记" refund 445 --to 411
    printf 'person,项目,内容\n445,person.death_day,2020-02-10\n' >dead.csv
    as clara "county import" dead.csv --what attributes >/dev/null
    refused 4 dues.refund_dead "name the heir" "指明领取退费的继承人" refund 445
    run refund 445 --to 411 --reason after_death --lang en
    [[ $status -eq 0 && $(field 'to refund, yuan') = 100.00 ]]
    batch=$(field 'waits for approval in batch')
    approved "$batch"
    # Paid into the heir's account.
    run as clara "payrun draft" --month 2020-04 --kind refund_pension --lang en
    [[ $status -eq 0 && $(field lines) = 1 && $(field 'total, yuan') = 100.00 ]]
    run show payrun lines 1
    [[ $output == *" 411 "*100.00* ]]
    cp -r "$tree/packs" packs
    sed -i '/^refund,employee_pension,/d' packs/ledger/payroll.csv
    adopt packs
    refused 3 dues.refund_no_run "of the fund employee_pension" "employee_pension" refund $code --packs packs
}

@test "[B1] contributions for months after a death: no bill, what was billed is taken off, the payer gets it back, the heirs the account" {
    # Of another office than above: the whole March bill, on 9,550.00 once it was corrected, is for somebody who died in February. So had
    # a flexible worker, a resident, a public servant and one who draws unemployment benefit; 411 died in March itself, and owes it.
    { echo person,项目,内容; printf '%s,person.death_day,2020-02-10\n' 1615 445 1597 610 3754; echo 411,person.death_day,2020-03-01; } >dead.csv
    as clara "county import" dead.csv --what attributes >/dev/null
    # Billed: 35.2 per cent of 9,550.00; 678.00; 480.00, 40.00 and 550.00 of two; 688.80 and 1,166.04; 297.60 of the fund, 830.00.
    run show contribution deaths --ends ended.csv
    [[ $(field 'of them enrolled still') = 6 && $(field 'billed for months after the death') = 5 && $(field 'of them billed, yuan') = 8092.04 ]]
    [[ $output == *"month correct --month 2020-04 --after-death"* && $output == *"1615 "*2020-02-10*"employees' pension"*"unemployment insurance"*" 3361.60 "* ]]
    grep -q '^1615,unemployment,停保,34,2020-03-01' ended.csv
    grep -q '^411,employee_pension,停保,15,2020-04-01' ended.csv
    before=$(show verify)
    run as clara "month correct" --month 2020-04 --after-death --dry-run --lang en
    [[ $status -eq 0 && $output == *"employees "*"2020-03 "*" 2 "*"3838.84 "*"3838.84 "* && $output == *"written: no"* ]]
    [ "$(show verify)" = "$before" ]
    run as clara "month correct" --month 2020-04 --after-death --lang en
    [[ $output == *"flexible workers "*"2020-03 "*" 1 "*" 678.00 "*" 678.00 "*"residents "*"1900.00 "*"1620.00 "*"public bodies "*"1377.60 "*"1377.60 "* ]]
    [[ $output == *"medical contributions of the unemployed "*" 297.60 "*" 0.00 "*"written: yes"* ]]
    run as clara "month correct" --month 2020-04 --after-death --lang en
    [[ $output == *"nothing changed"*"written: no"* ]]
    # What the government added goes to its credit, and out of the resident's account.
    [[ $(show dues show 政府) == *"to the payer's credit, yuan: 1140.00"* ]]
    [[ $(show dues show 1597) == *"to the payer's credit, yuan: 480.00"* ]]
    # Nobody of them is in the bills of April, though all are enrolled still.
    as clara "month bill" --month 2020-04 >/dev/null
    for who in 1615 445 1597 610 3754 411; do
        run show person contributions $who --from 2020-04
        [ "$(field 'own share in all, yuan')$(field "others' share in all, yuan")" = 0.000.00 ]
    done
    run show person contributions 411
    [ "$(field 'own share in all, yuan')" = 467.25 ] # 10.5 per cent of 4,450.00
    # Once the enrolments have ended there is nobody left to tell of; without a day nothing ends.
    sed 's/,[^,]*$/,/' ended.csv | sed '1s/,$/,from/' >never.csv
    run as clara "county import" never.csv --what enrolments --lang en
    [[ $status -eq 1 && $(field 'rows refused') = "$(($(wc -l <ended.csv) - 1))" ]]
    run as clara "county import" ended.csv --what enrolments --lang en
    [[ $status -eq 0 && $(field 'facts that change') = "$(($(wc -l <ended.csv) - 1))" ]]
    run show contribution deaths
    [[ $(field 'of them enrolled still') = 0 && $(field 'of them billed, yuan') = 0.00 && $output == *"nobody whose death is known"* ]]
    run as clara "month correct" --month 2020-04 --after-death --lang en
    [[ $output == *"nothing changed"* ]]
    # 24 + 9.5 + 1 + 0.7 per cent of 9,550.00 stand to the credit of the employer, with what stood there.
    run refund $code --reason after_death --dry-run --lang en
    [[ $(field 'to refund, yuan') = 4713.60 ]]
    # 1,340.00 and 12.00 stood there; 2,292.00 pension, 907.25 medical, 95.50 unemployment, 66.85 injury come to it.
    [[ $output == *refund_pension*" 3532.00"*refund_medical*" 1002.25"*refund_injury*" 73.85"*refund_unemployment*" 105.50"* ]]
    run refund 445 --to 411 --reason after_death --dry-run --lang en
    [[ $(field 'to refund, yuan') = 778.00 ]]
    # The account is as it was before March, and that is what the heirs get: 82,926.08.
    run show ledger person 1615 --fund employee_pension
    [ "$(field balance)" = 82926.08 ]
    run as clara "month determine" --month 2020-04 --purpose award.inheritance --lang en
    [[ $output == *"Balance of the account to heirs "*" 4 "* ]]
    # Of the public servant 24 per cent of 4,920.00, 9.5 and 0.2; the annuity, 4 per cent, out of the account it was collected in.
    run refund $body --reason after_death --lang en
    [[ $(field 'to refund, yuan') = 1854.84 && $output == *refund_public*" 1180.80"*refund_medical*" 467.40"*refund_injury*" 9.84"*refund_annuity*" 196.80"* ]]
    approved "$(field 'waits for approval in batch')"
    as kate "account enter" --employer $body --number 6222000000000000936 --bank 示例工商银行 >/dev/null
    as rhea "account review" 1 >/dev/null
    as audrey "account confirm" 1 >/dev/null
    collected=$(balance occupational_annuity 1006)
    run as clara "payrun draft" --month 2020-04 --kind refund_annuity --lang en
    [[ $status -eq 0 && $(field lines) = 1 && $(field 'total, yuan') = 196.80 ]]
    sent 1 2020-04-15 >/dev/null
    bank --account 6200001 --opening 5000000 --day 2020-04-15
    as amy "payrun book" 1 --answer outbox/HP-P1-1.csv --day 2020-04-16 >/dev/null
    [[ $(balance occupational_annuity 200109) = 0.00 && $collected = 10058.80 && $(balance occupational_annuity 1006) = 9862.00 ]]
    "$program" bank statement --books books --inbox inbox --outbox outbox --from 2020-04-15 --day 2020-04-16 >/dev/null
    as rob "payrun reconcile" 1 --statement outbox/DZ-*.csv >/dev/null
    run show dues reconcile
    [[ $status -eq 0 && $output == *"all is equal"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[B3] who pays by the quarter and dies in its first month owes no later month of it" {
    printf 'person,项目,内容,from\n445,flexible.frequency,按季,2020-04-01\n' >quarter.csv
    as clara "county import" quarter.csv --what attributes >/dev/null
    as clara "month bill" --month 2020-04 >/dev/null
    run show person contributions 445 --from 2020-04
    [ "$(field 'own share in all, yuan')" = 2034.00 ] # 678.00 a month until June
    printf 'person,项目,内容\n445,person.death_day,2020-04-20\n' >dead.csv
    as clara "county import" dead.csv --what attributes >/dev/null
    run show contribution deaths
    [[ $output == *"445 "*"2020-04-20"*" 1356.00 "*" 2"* ]]
    run as clara "month correct" --month 2020-04 --after-death --lang en
    [[ $status -eq 0 && $output == *"2020-05 "*" 678.00 "*" 0.00 "*"2020-06 "*" 678.00 "*"written: yes"* ]]
    [[ $(show dues show 445) == *"open in all, yuan: 678.00"* ]] # April's own
    for month in 2020-05 2020-06; do
        as clara "month open" --month $month >/dev/null
        as clara "month bill" --month $month --purpose flexible >/dev/null
    done
    run show person contributions 445 --from 2020-05
    [ "$(field 'own share in all, yuan')" = 0.00 ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "what the bank returns after the run was closed is open again, and paid once by a later run" {
    run refund $code --amount 1000 --lang en
    batch=$(field 'waits for approval in batch')
    approved "$batch"
    as kate "account enter" --employer $code --number 6222000000000000936 --bank 示例工商银行 >/dev/null
    as rhea "account review" 1 >/dev/null
    as audrey "account confirm" 1 >/dev/null
    as clara "payrun draft" --month 2020-04 --kind refund_pension >/dev/null
    sent 1 2020-04-15 >/dev/null
    bank --account 6200001 --opening 5000000 --day 2020-04-15 --late 1000
    as amy "payrun book" 1 --answer outbox/HP-P1-1.csv --day 2020-04-16 >/dev/null
    run show oneoff show "$batch"
    [[ $output == *settled* ]]
    "$program" bank statement --books books --inbox inbox --outbox outbox --from 2020-04-15 --day 2020-04-16 >/dev/null
    run as rob "payrun reconcile" 1 --statement outbox/DZ-*.csv --lang en
    # What the fund still holds for two payers is named with its age, oldest first.
    [[ $status -eq 0 && $output == *200109*2020-03-21*" 100.00 "*200109*2020-04-30*" 240.00 "* ]]
    [[ $output == *"by age"*"366-"*" 2 "*"340.00"* ]]
    as hana "payrun close" 1 >/dev/null
    bank --day 2020-04-25
    for _ in 1 2; do as amy "payrun book" 1 --answer outbox/TP-P1-1.csv --day 2020-04-25 >/dev/null; done
    run show oneoff show "$batch" --json
    [[ $output == *'"remaining": "1000.00"'* && $output == *'"run": 1'* ]]
    run show dues reconcile
    [[ $status -eq 0 && $output == *"1000.00"*"all is equal"* ]]
    # Another account, by three people; the supplement pays it, and nothing pays it twice.
    as kate "account enter" --employer 34 --number 6222000000000000944 --bank 示例工商银行 >/dev/null
    as rhea "account review" 2 >/dev/null
    as audrey "account confirm" 2 >/dev/null
    run as clara "payrun supplement" --month 2020-04 --kind refund_pension --lang en
    [[ $status -eq 0 && $(field 'refused or returned, paid again') = 1 && $(field 'total, yuan') = 1000.00 ]]
    sent 2 2020-04-27 >/dev/null
    bank --day 2020-04-27
    as amy "payrun book" 2 --answer outbox/HP-P2-1.csv --day 2020-04-28 >/dev/null
    run show oneoff show "$batch"
    [[ $output == *" 1000.00  1000.00  "*"settled"* ]]
    run as clara "payrun supplement" --month 2020-04 --kind refund_pension
    [ "$status" -eq 3 ]
    run show dues reconcile
    [[ $status -eq 0 && $output == *"all is equal"* ]]
    run show verify
    [ "$status" -eq 0 ]
}
