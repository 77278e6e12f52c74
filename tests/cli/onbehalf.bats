#!/usr/bin/env bats
# What others pay for people: one fund for those who draw benefits of another, a village for its residents.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
flat() { tr -d '\n ' <<<"$output"; }

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head carl=cashier amy=accountant pat=parameter-keeper
    as clara "month open" --month 2026-11 >/dev/null
    as clara "county export" --what benefits --out benefits.csv >/dev/null
    as clara "county export" --what enrolments --out enrolments.csv >/dev/null
}
setup() { enter_office; }

drawer() { grep ',unemployment,paying,' benefits.csv | cut -d, -f1 | head -n 1; }
resident() { grep ',resident_pension,resident,,' enrolments.csv | cut -d, -f1 | sed -n "${1}p"; }

@test "[I3] who draws unemployment benefit has medical contributions paid by the unemployment fund, booked between the funds" {
    person=$(drawer)
    run as clara "month bill" --month 2026-11 --purpose unemployed --lang en
    # 8 % of the base of 4,500 that the sample county has set; the person pays nothing.
    [[ $status -eq 0 && $output == *"medical contributions of the unemployed"*" 1 "*" 1 "*"360.00"*"fund "*"360.00"* ]]
    run show person explain "$person" --bill 2026-11
    [[ $output == *"失业代缴医保费"*"360.00"*"社会保险法 第四十八条"* ]]
    run show dues show unemployment
    [[ $output == *"open in all, yuan: 360.00"*"medical contributions of the unemployed"*"Employee medical fund"* ]]
    # Receipts are no way to pay it: that takes three people.
    refused 2 dues.no_fund "no fund" "不是基金" as clara "dues on-behalf" 政府
    run as clara "dues on-behalf" 失业 --lang en
    [[ $status -eq 0 && $output == *"kind: paid on behalf"*"total, yuan: 360.00"* ]]
    run as clara "dues on-behalf" unemployment --lang en
    [[ $status -eq 0 && $output == *"done now: no"* ]]
    run as clara "dues review" 1
    [ "$status" -eq 5 ]
    as rob "dues review" 1 >/dev/null
    run as rob "dues approve" 1
    [ "$status" -eq 5 ]
    run as lea "dues approve" 1 --lang en
    [[ $status -eq 0 && $output == *"approved and done"* ]]
    run as lea "dues approve" 1 --lang en
    [[ $status -eq 0 && $output == *"done before, nothing changed"* ]]
    run show ledger balance --fund unemployment --month 2026-11
    [[ $output == *"500152"*"360.00"* && $output == *"debits equal credits"* ]]
    run show ledger balance --fund employee_medical --month 2026-11
    [[ $output == *"40010501"*"360.00"* && $output == *"debits equal credits"* ]]
    # The month counts for the person, who bore none of it.
    run show person contributions "$person"
    [[ $output == *"Unemployment fund"*"Employee medical fund"*"paid"*"4500.00"*"0.00"*"360.00"* ]]
    refused 3 dues.nothing_open "owes nothing" "没有符合条件的欠费" as clara "dues on-behalf" unemployment
    run show dues reconcile
    [[ $status -eq 0 && $output == *"all is equal"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[I3] who draws no more is taken off the bill; where the place has set no base nobody is billed a guess" {
    person=$(drawer)
    as clara "month bill" --month 2026-11 --purpose unemployed >/dev/null
    as clara "dues on-behalf" unemployment >/dev/null
    as clara "benefit stop" "$person" --benefit unemployment --reason no_title --from 2026-11 >/dev/null
    run as clara "month correct" --month 2026-11 --of 2026-11 --purpose unemployed --lang en
    [[ $status -eq 0 && $output == *"medical contributions of the unemployed"*"360.00"* ]]
    # What was entered is no longer so.
    as rob "dues review" 1 >/dev/null
    refused 4 dues.changed "changed" "变" as lea "dues approve" 1
    enter_office
    cp -r "$tree/packs" packs
    sed -i '/^set 代缴医保费率/,/8%$/d' packs/demo/sample-province-welfare.md
    adopt packs
    run as clara "month bill" --month 2026-11 --purpose unemployed --packs packs --undecided undecided.csv --lang en
    [[ $status -eq 0 && $output == *"0.00"* ]]
    grep -q 代缴医保费率 undecided.csv
}

@test "[B12] collective help is billed to the village, once a year, and goes into the account when it came" {
    p=$(resident 1) q=$(resident 2)
    # Both live in village 590121100002; help is counted up to what the sample city has set: 300 + 5,000.
    printf '个人编号,项目,内容\n%s,集体补助,300\n%s,集体补助,6000\n' "$p" "$q" >told.csv
    as clara "county import" told.csv --what attributes >/dev/null
    run as clara "month bill" --month 2026-11 --lang en
    [[ $output == *"collective help"*" 1 "*" 2 "*"5300.00"* ]]
    run show dues show "集体 590121100002"
    [[ $output == *"payer: collective 590121100002"*"open in all, yuan: 5300.00"* ]]
    for nowhere in 999 590122100002 59012110000; do
        run show dues show "集体 $nowhere"
        [[ $status -eq 3 && $output == *"a village of this county"* ]]
    done
    before=$(show ledger person "$p" --fund resident_pension)
    printf '缴费人,金额,日期,凭证号\n集体 590121100002,5300.00,2026-11-20,V-1\n' >receipts.csv
    run as carl "month receive" --month 2026-11 --file receipts.csv --lang en
    [[ $status -eq 0 && $output == *"to accounts, yuan: 5300.00"* && $output == *"months recorded: 0"* ]]
    run show ledger person "$p" --fund resident_pension
    [[ $output == *"Collective subsidy"*"300.00"* && $output != "$before" ]]
    run show ledger balance --fund resident_pension --month 2026-11
    [[ $output == *"4102"*"5300.00"* && $output == *"debits equal credits"* ]]
    # Again, and in the next month: once a calendar year.
    run as clara "month bill" --month 2026-11 --purpose collective --lang en
    [[ $status -eq 0 && $output == *"billed before, nothing changed"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[B4] somebody insured late is billed the months before the first bill, once, and none that were paid elsewhere" {
    as clara "month bill" --month 2026-11 >/dev/null
    # A resident who has worked for employer 34 since June at 6,000 yuan; the office's own bills begin with November.
    person=$(resident 3) code=91590121671712535W
    { echo person,scheme,standing,employer,region,wage,tier,from,until
      for scheme in employee_pension employee_medical unemployment work_injury maternity; do
          echo "$person,$scheme,employee,34,590121,6000.00,,2026-06-01,"
      done; } >late.csv
    as clara "county import" late.csv --what enrolments >/dev/null
    open() { show dues show $code | sed -n 's/^open in all, yuan: //p'; }
    before=$(open)
    run as clara "month correct" --month 2026-11 --of 2026-08 --person "$person" --list late-list.csv --dry-run --lang en
    # 24 + 9.5 + 1 + 0.7 per cent of 6,000.
    [[ $status -eq 0 && $output == *"employees "*" 1 "*"2112.00 "*"written: no"* ]]
    grep -q "^2026-08,$person,34,pension.employer,960.00,6000.00" late-list.csv
    as clara "month correct" --month 2026-11 --of 2026-08 --person "$person" >/dev/null
    run as clara "month correct" --month 2026-11 --of 2026-08 --person "$person" --lang en
    [[ $status -eq 0 && $output == *"everything is as it was billed"* ]]
    [ "$(awk -v a="$(open)" -v b="$before" 'BEGIN { printf "%.2f", a - b }')" = 2112.00 ]
    # Everybody else is left alone; whoever paid that month before these books owes nothing again.
    run as clara "month correct" --month 2026-11 --of 2026-08 --lang en
    [[ $status -eq 0 && $output == *"everything is as it was billed"* ]]
    old=$(grep ',employee_pension,employee,34,' enrolments.csv | cut -d, -f1 | head -n 1)
    run as clara "month correct" --month 2026-11 --of 2026-08 --person "$old" --lang en
    [[ $status -eq 0 && $output == *"everything is as it was billed"* ]]
    refused 3 dues.no_payer "No employer or person" "找不到缴费人" as clara "month correct" --month 2026-11 --of 2026-08 --person 政府
    # Paid, it is booked as back payment, goes into the account, and August counts.
    printf '缴费人,金额,日期,凭证号\n%s,%s,2026-11-28,L-1\n' $code "$(open)" >receipts.csv
    as carl "month receive" --month 2026-11 --file receipts.csv >/dev/null
    run show ledger balance --fund employee_pension --month 2026-11
    [[ $output == *"400104"*"1440.00"* && $output == *"debits equal credits"* ]]
    run show ledger person "$person" --fund employee_pension
    [[ $output == *"480.00"* ]]
    run show person show "$person"
    [[ $output == *"[2026-08, 2026-09)"* ]]
    run as clara "month correct" --month 2026-11 --of 2026-08 --person "$person" --lang en
    [[ $status -eq 0 && $output == *"everything is as it was billed"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[B4] [B9] who pays by themselves pays back months of this year, and of past years what the region allows, without subsidy" {
    as clara "month bill" --month 2026-11 >/dev/null
    printf 'name,citizen_number,birth_day,region\n补缴甲,590121198005019914,1980-05-01,590121100001\n补缴乙,590121198505019929,1985-05-01,590121100001\n' >new.csv
    as clara "county import" new.csv --what persons >/dev/null
    id() { show person show "$1" --json | sed -n 's/.*"id": *\([0-9]*\).*/\1/p' | head -n 1; }
    a=$(id 590121198005019914) b=$(id 590121198505019929)
    { echo person,scheme,standing,employer,region,wage,tier,from,until
      echo "$a,employee_pension,flexible,,590121,,,2022-06-01,"
      echo "$b,resident_pension,resident,,590121,,500.00,2024-01-01,"
      echo "$b,resident_medical,resident,,590121,,,2024-01-01,"; } >late.csv
    as clara "county import" late.csv --what enrolments >/dev/null
    printf 'person,项目,内容\n%s,flexible.ratio,100%%\n%s,flexible.frequency,按月\n' "$a" "$a" >told.csv
    as clara "county import" told.csv --what attributes >/dev/null
    back() { as clara "month correct" --month 2026-11 --lang en "$@"; }
    # A month of this year by its own bill: 20 per cent of 7,500.00, 8 of them to the account. Once.
    run back --of 2026-10 --person "$a" --list list.csv
    [[ $status -eq 0 && $output == *"flexible workers "*"2026-10 "*" 1 "*"1500.00 "*"written: yes"* ]]
    grep -q "^2026-10,$a,$a,pension.account,600.00,7500.00" list.csv
    run back --of 2026-10 --person "$a"
    [[ $output == *"nothing changed"* ]]
    # A past year: this county lets it bear interest, for which no account is known; a resident's needs a figure of the region.
    run back --of 2025-12 --person "$a"
    [[ $status -eq 0 && $output == *"written: no"*"may not be paid back: 个人补缴.该月补缴不计息"*"人社部发〔2016〕132号"* ]]
    run back --of 2025-05 --person "$b"
    [[ $output == *"written: no"*"允许补中断年份"*"has not set a local parameter"* ]]
    # Who stands in no bill of this year is told where the year's bill is.
    run back --of 2026-05 --person "$b"
    [[ $output == *"the year's bill is of another month"*"2026-11"* ]]
    cp -r "$tree/packs" packs
    sed -i '/^set 补缴日利率/,/always/s/always = .*/always = 0%/' packs/demo/sample-county-pension.md
    sed -i 's/^uses: /uses: 个人补缴, /; s/^set 居民制度实施日$/set 允许补中断年份\n  law 示例市居民养老办法（虚构）\n  always = true\n\n&/' packs/demo/sample-city-pension.md
    adopt packs
    # The floor of now, 4,500.00: 12 and 8 per cent; not what is more than 36 months before this year.
    run back --of 2025-12 --person "$a" --packs packs --list list.csv
    [[ $output == *" 900.00 "*"written: yes"* ]]
    grep -q "^2025-12,$a,$a,pension.pool,540.00,4500.00" list.csv
    run show person explain "$a" --bill 2025-12
    # Billed by the second decision, which is told with what it was made of: the month's own bill.
    [[ $output == "flexible workers, billed for 2025-12"*"billed by the law of 2026-11-01"*"补缴统筹"*" 540.00 "*" 540.00"* ]]
    [[ $output == *"4,500.00"*"The month's own bill would have been, by the law of 2025-12-01"*"1,440.00"*"7,200.00"* ]]
    run show person explain "$a" --bill 2025-12 --key pension.account --json
    [[ $(flat <<<"$output") == *'"purpose":"back.flexible","on":"2026-11-01"'*'"explanation":'*360*'"own_bill":'* ]]
    run show person explain "$a" --bill 2026-10
    [[ $output == "flexible workers, billed for 2026-10"*"billed by the law of 2026-11-01"*"600.00 "*"600.00"*"by the law of 2026-10-01"* ]]
    run show person explain "$(grep ',employee_pension,flexible,' enrolments.csv | cut -d, -f1 | sed -n 1p)" --bill 2026-11
    [[ $output != *"paid back"* && $output != *"own bill would"* ]]
    run back --of 2022-12 --person "$a" --packs packs
    [[ $output == *"written: no"*"may not be paid back: 个人补缴.该月可补缴"* ]]
    # The tier alone, without the subsidy of 70.00 and without medical insurance.
    run back --of 2025-05 --person "$b" --packs packs
    [[ $output == *"residents "*"2025-05 "*" 500.00 "*"written: yes"* ]]
    run back --of 2025-07 --person "$b" --packs packs
    [[ $output == *"nothing changed"* ]]
    printf '缴费人,金额,日期,凭证号\n590121198005019914,2400,2026-11-28,L-1\n590121198505019929,500,2026-11-28,L-2\n' >receipts.csv
    as carl "month receive" --month 2026-11 --file receipts.csv --packs packs >/dev/null
    run show person show "$b"
    [[ $output == *"residents' pension"*"paid; 12 months"*"[2025-01, 2026-01)"* ]]
    run show ledger person "$a" --fund employee_pension
    [ "$(sed -n 's/^balance: //p' <<<"$output")" = 960.00 ]
    run show ledger balance --fund employee_pension --month 2026-11
    [[ $output == *"400104"*"2400.00"*"debits equal credits"* ]]
    for of in 2026-10 2025-12; do
        run back --of $of --person "$a" --packs packs
        [[ $output == *"nothing changed"* ]]
    done
    run back --of 2025-05 --person "$b" --packs packs
    [[ $output == *"nothing changed"* ]]
    run show verify
    [ "$status" -eq 0 ]
}
