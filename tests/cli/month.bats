#!/usr/bin/env bats
# doudi month: a county's month, from its bills to its closed books.
load support
load office

as() {
    local login=$1 words=$2
    shift 2
    # shellcheck disable=SC2086
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" $words --as "$login" --county county.db "$@"
}
show() { "$program" "$@" --county county.db --lang en; }
clerk() { local words=$1; shift; as clara "month $words" "$@"; }

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk amy=accountant carl=cashier pat=parameter-keeper
}

setup() {
    enter_office
}
opened() { clerk open --month 2026-11 >/dev/null; }
billed() { opened; clerk bill --month 2026-11 --lang en "$@" 2>/dev/null; }
# flat: JSON without blanks, to be searched.
flat() { tr -d '\n ' <<<"$output"; }

@test "months are opened in order, and once" {
    refused 4 month.not_open "not the open one" "不是当前开启" clerk bill --month 2026-11
    # What is only looked at needs no month that is open.
    run show contribution deaths
    [[ $status -eq 0 && $output == *"nobody whose death is known is enrolled or billed"* ]]
    run show account missing
    [[ $status -eq 0 && $output == *"month: 2026-11"* ]]
    refused 4 month.not_first "begins its business with 2026-11" "从 2026-11 开始" clerk open --month 2026-12
    run clerk open --month 2026-11 --lang en
    [[ $status -eq 0 && $output == *"opened now: yes"* ]]
    run clerk open --month 2026-11 --lang en
    [[ $status -eq 0 && $output == *"opened now: no"* ]]
    refused 4 month.gap "the next one is 2026-12" "下一个月是 2026-12" clerk open --month 2027-01
    refused 4 month.unbilled "Nothing was billed for 2026-11" "2026-11 尚未开出" clerk open --month 2026-12
    run as carl "month open" --month 2026-12
    [ "$status" -eq 5 ]
}

@test "[B1] one bill of an employer holds all its lines, decided from one base by the packs" {
    opened
    run clerk bill --month 2026-11 --purpose employee --undecided undecided.csv --json
    [ "$status" -eq 0 ]
    [[ $(flat) == *'"payers":40,"people":451,"total":"1048325.92"'* ]]
    [[ $(flat) == *'"is_new":true'* ]]
    # 16 % and 8 % of one base, to the fen.
    [[ $output == *'"446070.40"'* && $output == *'"223035.20"'* ]]
    [ "$(wc -l <undecided.csv)" -eq 1 ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[B1 D4] a bill is explained: its base, each rate, who bears it; and an employer's is the sum of its people's" {
    billed >/dev/null
    for employer in $(seq 1 40); do show employer explain "$employer" --bill 2026-11 --out staff.csv >out 2>/dev/null && sed -n 2p staff.csv | grep -qv '^[0-9]*,[0-9.]*,0.00' && break; done
    who=$(sed -n '2s/,.*//p' staff.csv)
    total=$(awk -F, 'NR > 1 { for (i = 3; i <= NF; i++) s += $i } END { printf "%.2f", s }' staff.csv)
    grep -q "bill $total yuan" out
    run show person explain "$who" --bill 2026-11 --json
    [ "$status" -eq 0 ]
    line() { flat | sed -n "s/.*{\"key\":\"$1\",\"name\":\"[^\"]*\",\"payer\":\"[^\"]*\",\"fund\":\"[^\"]*\",\"amount\":\"\([0-9.]*\)\",\"again\":\"\([0-9.]*\)\".*/\1 \2/p"; }
    base=$(line base)
    base=${base% *}
    # By the packs of the sample province: 16 % and 8 % of the base for the pension, 7.5 % and 2 % for medical insurance.
    for one in pension.employer=0.16 pension.person=0.08 medical.employer=0.075 medical.person=0.02; do
        want=$(awk "BEGIN { printf \"%.2f\", int($base * ${one#*=} * 100 + 0.5000001) / 100 }")
        [ "$(line "${one%%=*}")" = "$want $want" ]
    done
    run show person explain "$who" --bill 2026-11 --key pension.person
    [[ $output == *"缴费基数 * 养老个人费率"*"8%"* ]]
    refused 3 bill_explain.none 999999 999999 show person explain 999999 --bill 2026-11
}

@test "who could not be decided when a month was billed gets a bill besides in the same month [B1]" {
    opened
    # An employer of the sample whose floating step nobody told: its people have no bill.
    code=91350100M000100Y43
    printf '单位名称,统一社会信用代码,工伤行业\n甲厂,%s,机械汽车\n' $code >employers.csv
    printf '姓名,证件号码,性别,出生日期\n王芳,110105199003070084,女,1990-03-07\n' >people.csv
    { echo '证件号码,险种,参保身份,单位编号,申报工资,起始日'
      for scheme in 企业职工基本养老保险 工伤保险; do echo "110105199003070084,$scheme,职工,$code,6000,2026-01-01"; done; } >enrolments.csv
    for list in employers:employers people:persons enrolments:enrolments; do
        as clara "county import" "${list%:*}.csv" --what "${list#*:}" >/dev/null
    done
    run clerk bill --month 2026-11 --purpose employee --lang en
    [[ $status -eq 0 && $output == *"floating step of the employer is not known"* ]]
    printf '统一社会信用代码,项目,内容,起始日\n%s,工伤浮动档,100%%,2026-01-01\n' $code >facts.csv
    as clara "county import" facts.csv --what attributes >/dev/null
    run clerk bill --month 2026-11 --purpose employee --lang en
    [[ $status -eq 0 && $output == *"nothing changed: employees 2026-11"* && $output == *"doudi month correct --month 2026-11 --of 2026-11"* ]]
    who=$(show person show 王芳 | sed -n '1s/[^0-9].*//p')
    refused 3 bill_explain.none "Nothing was billed" "没有" "$program" person explain "$who" --bill 2026-11 --county county.db
    # 6,000: pension 16 % and 8 %, work injury by the packs.
    run clerk correct --month 2026-11 --of 2026-11 --lang en
    [[ $status -eq 0 && $output == *"written: yes"* ]]
    run show person explain "$who" --bill 2026-11
    [[ $status -eq 0 && $output == *960.00*960.00* && $output == *480.00*480.00* ]]
    # The employer had no other bill: what was billed besides is its bill. 1,440 for the pension and work injury by the packs.
    run show employer explain $code --bill 2026-11
    [[ $status -eq 0 && $output == *"2026-11: 1 people, bases 6000.00 yuan"*"pension.employer"*" 1 "*"960.00"* ]]
    run show dues show $code
    [[ $output == *"premium"* && $output != *"back payment"* ]]
    run clerk correct --month 2026-11 --of 2026-11 --lang en
    [[ $status -eq 0 && $output == *"written: no"* ]]
    run clerk bill --month 2026-11 --purpose employee --lang en
    [[ $output != *"month correct"* ]]
    show verify >/dev/null
}

@test "bills and awards are the same by one thread and by several" {
    opened
    for cores in 0 all; do
        mkdir $cores
        cp county.db county.db.key $cores/
        [ $cores = all ] && alone= || alone="taskset -c $(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/')"
        for step in bill determine; do
            DOUDI_PASSWORD_FILE=$(own clara) $alone "$program" month $step --month 2026-11 --as clara --county $cores/county.db --undecided $cores/$step.csv |
                sed 's/seconds:.*//' >$cores/$step
        done
        "$program" award list --month 2026-11 --all --county $cores/county.db --file $cores/awards.csv >/dev/null
        [ $cores = 0 ] || "$program" verify --county $cores/county.db >/dev/null
        rm $cores/county.db*
    done
    diff -r 0 all
    [ "$(wc -l <all/awards.csv)" -gt 100 ]
}

@test "the same month again changes nothing and says so" {
    billed >/dev/null
    before=$(show verify)
    run clerk bill --month 2026-11 --lang en
    [[ $status -eq 0 && $output == *"billed before, nothing changed: employees 2026-11"* ]]
    [ "$(show verify)" = "$before" ]
}

@test "residents are billed once a year, and government's share goes to government" {
    billed >/dev/null
    clerk open --month 2026-12 >/dev/null
    run clerk bill --month 2026-12 --purpose resident --lang en
    [[ $status -eq 0 && $output == *"billed before, nothing changed: residents 2026-11"* ]]
    run show month status --month 2026-11 --json
    [[ $(flat) == *'"purpose":"resident","payers":2119,"people":2118,'* ]]
}

@test "whoever cannot be decided is counted by reason and listed, and everybody else is billed" {
    opened
    cp -r "$tree/packs" packs
    sed -i 's/^bill.employee,in,employer.injury_step,.*/bill.employee,in,employer.no_such_step,五险统征.所在单位浮动档,,,,,/' packs/adapters/office-bill.csv
    printf 'employer.no_such_step,rate,步,step\n' >>packs/adapters/office-facts.csv
    adopt packs
    run clerk bill --month 2026-11 --purpose employee --packs packs --undecided undecided.csv --json
    [ "$status" -eq 0 ]
    undecided=$(sed -n 's/.*"undecided": *\([0-9]*\),.*/\1/p' <<<"$output")
    [ "$undecided" -gt 0 ]
    [ "$(wc -l <undecided.csv)" -eq $((undecided + 1)) ]
    [[ $output == *'"reason"'* ]]
}

@test "tables of the office that do not fit are named" {
    opened
    refused 3 month.unknown_purpose "Nothing is billed for x" "没有“x”" clerk bill --month 2026-11 --purpose x
    cp -r "$tree/packs" packs
    sed -i 's/^due.day,25/due.day,40/' packs/ledger/collecting.csv
    adopt packs
    refused 2 month.bad_table "due.day 40" "无法使用" clerk bill --month 2026-11 --packs packs
    sed -i '/^due.day/d' packs/ledger/collecting.csv
    adopt packs
    refused 3 month.no_setting "says nothing of due.day" "没有 due.day" clerk bill --month 2026-11 --packs packs
    rm packs/ledger/collecting.csv
    adopt packs
    refused 3 month.no_table "no table collecting.csv" "没有表 collecting.csv" clerk bill --month 2026-11 --packs packs
    run show month status
    [[ $output != *employee* ]]
}

# receipts NAME ROW ...: a file of receipts.
receipts() { local name=$1; shift; { echo 缴费人,金额,日期,凭证号; printf '%s\n' "$@"; } >"$name"; }
cash() { as carl "month receive" "$@"; }

@test "[B23] [D2] receipts are laid over the bills, booked, and carried to individual accounts" {
    billed >/dev/null
    run cash --month 2026-11 --simulate 0 --lang en
    [ "$status" -eq 0 ]
    [[ $output == *"received, yuan: 4133542.72"*"laid over dues, yuan: 4133542.72"* ]]
    [[ $output == *"Employee pension fund "*"premium "*"814905.60 "* ]]
    run show month status
    [[ $output == *"employee    40    451   1048325.92  1048325.92"* ]]
    # Own contributions of employees and flexible workers, in the register and in the fund's control total.
    run show ledger register --fund employee_pension
    [[ $output == *"equal: yes"* && $output == *"Own contribution"*"281355.20"* ]]
    # The medical fund is divided once people are known; nothing waits.
    run show ledger balance --fund employee_medical --month 2026-11
    [[ $output == *"40010501"*"256946.25"*"40010601"*"68519.00"* && $output == *"debits equal credits"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "the same receipts again change nothing, whole or one by one" {
    billed >/dev/null
    receipts one.csv 政府,10000.00,2026-11-20,GOV-1 查无此人,88.88,2026-11-21,X-1
    cash --month 2026-11 --file one.csv >/dev/null
    before=$(show verify)
    run cash --month 2026-11 --file one.csv --lang en
    [[ $status -eq 0 && $output == *"received before, nothing changed"* ]]
    [ "$(show verify)" = "$before" ]
    receipts two.csv 政府,10000.00,2026-11-20,GOV-1 查无此人,88.88,2026-11-21,X-1 政府,20000.00,2026-11-22,GOV-2
    run cash --month 2026-11 --file two.csv --lang en
    [[ $output == *"receipts: 1"*"known before, left out: 2"*"received, yuan: 20000.00"* ]]
    run show ledger balance --fund employee_pension --month 2026-11
    [[ $output == *"200105"*"cr 88.88"* ]]
}

@test "[B17] arrears are cleared by what comes later, oldest first, and booked as arrears" {
    billed >/dev/null
    receipts one.csv 政府,10000.00,2026-11-20,GOV-1 查无此人,88.88,2026-11-21,X-1
    cash --month 2026-11 --file one.csv >/dev/null
    # An employer of the pension fund pays a thousand of its bill in time.
    for employer in $(seq 1 40); do show employer explain "$employer" --bill 2026-11 --out staff.csv >/dev/null 2>&1 && sed -n 2p staff.csv | grep -qv '^[0-9]*,[0-9.]*,0.00' && break; done
    code=$(show employer show "$employer" | grep -oE '[0-9A-HJ-NPQRTUWXY]{18}' | head -n 1)
    receipts part.csv "$code,1000.00,2026-11-25,E-1"
    cash --month 2026-11 --file part.csv >/dev/null
    clerk open --month 2026-12 >/dev/null
    receipts two.csv 政府,1551090.00,2026-12-02,GOV-2 政府,5.00,2026-12-03,GOV-3
    run cash --month 2026-12 --file two.csv --lang en
    [ "$status" -eq 0 ]
    [[ $output == *"laid over dues, yuan: 1551090.00"*"above the dues, yuan: 5.00"* ]]
    run show ledger balance --fund resident_pension --month 2026-12
    # On behalf of those in need it is a contribution; what is added to everybody's own is a subsidy, in no treasury account.
    [[ $output == *"1005 "*"0.00"*"400101"*"cr 7700.00"*"410102"*"47080.19"*"cr 47150.00"* && $output == *"debits equal credits"* ]]
    run show ledger balance --fund resident_medical --month 2026-12
    [[ $output == *"4101 "*"1504009.81"*"cr 1506240.00"* && $output == *"debits equal credits"* ]]
    # Government's share goes into the accounts of those it pays for, now that it is paid.
    run show ledger register --fund resident_pension
    [[ $output == *"Government subsidy"*"54850.00"*"equal: yes"* ]]
    # The employer's rest: of the pension fund all its people's 16 and 8 per cent, what came in time and what came late.
    receipts rest.csv "$code,$(awk -F, 'NR > 1 { for (i = 3; i <= NF; i++) s += $i } END { printf "%.2f", s - 1000 }' staff.csv),2026-12-04,E-2"
    cash --month 2026-12 --file rest.csv >/dev/null
    show ledger balance --fund employee_pension --month 2026-12 >balance
    in_time=$(awk '$1 == "400101" { print $NF }' balance) late=$(awk '$1 == "400103" { print $NF }' balance)
    awk -F, -v a="$in_time" -v b="$late" 'NR > 1 { s += $3 + $4 + $5 } END { exit !(a > 0 && b > 0 && sprintf("%.2f", a + b) == sprintf("%.2f", s)) }' staff.csv
}

@test "receipts that cannot be read are refused whole" {
    billed >/dev/null
    before=$(show verify)
    refused 2 month.no_receipts "Say where" "请指明" cash --month 2026-11
    receipts bad.csv 政府,10000.00,2026-11-20,GOV-1 政府,-5,2026-11-20,GOV-2
    run cash --month 2026-11 --file bad.csv --lang en
    [[ $status -eq 2 && $output == *"bad.csv:3:"* ]]
    cp -r "$tree/packs" packs
    sed -i '/^premium,current,,/d' packs/ledger/receipts.csv
    adopt packs
    before=$(show verify)
    refused 3 month.not_booked "how to book premium current" "没有规定 premium current" cash --month 2026-11 --simulate 0 --packs packs
    [ "$(show verify)" = "$before" ]
}

@test "bills keep the law they were decided by, though a line has been renamed since" {
    billed >/dev/null
    cp -r "$tree/packs" packs
    sed -i 's/line,pension.person,经办账单.账单养老个人/line,pension.own,经办账单.账单养老个人/' packs/adapters/office-bill.csv
    refused 4 adopt.other_law "not the law" "不是本机构已采用的" as carl "month receive" --month 2026-11 --simulate 0 --packs packs
    adopt packs
    run cash --month 2026-11 --simulate 0 --packs packs --lang en
    [[ $status -eq 0 && $output == *"laid over dues, yuan: 4133542.72"* ]]
    run show ledger register --fund employee_pension
    [[ $output == *"Own contribution"*"281355.20"* ]]
}

# An awards file's first person for a purpose, and their amount a month.
award_of() { grep "^$1," awards.csv | head -n 1; }
determined() { opened; clerk determine --month 2026-11 --awards awards.csv "$@"; }

@test "[C1] who comes to a pension is awarded it by the packs, to be paid from the next month" {
    opened
    run clerk determine --month 2026-11 --awards awards.csv --undecided undecided.csv --lang en
    [ "$status" -eq 0 ]
    [[ $output == *"paid from: 2026-12"* ]]
    IFS=, read -r _ person decision monthly from _ < <(award_of award.retirement)
    [ "$from" = 2026-12 ]
    run show person explain "$person" --json
    [[ $(flat) == *"\"decision\":$decision,"*'"is_same_law":true'* ]]
    # The total and its lines come out again to the fen.
    run show person explain "$person"
    [[ $output == *"total "*"$monthly"* && $output == *"社会保险法 第十六条"* ]]
    # Nobody is left out in silence.
    undecided=$(($(wc -l <undecided.csv) - 1))
    [ "$undecided" -gt 0 ]
    run show verify
    [ "$status" -eq 0 ]
    # Whoever was proposed waits: the same month again proposes nothing.
    run clerk determine --month 2026-11 --lang en
    [ "$(grep -cE '^award\.[a-z_.]+ +[A-Z][a-z, '"'"']+  +0 +0\.00 ' <<<"$output")" -eq 18 ]
}

@test "an award is explained by the law of its day, though the packs have changed since" {
    determined >/dev/null
    IFS=, read -r _ person _ monthly _ < <(award_of award.retirement)
    show person explain "$person" | sed -n '/^line/,/^$/p' >before
    cp -r "$tree/packs" packs
    sed -i '/^set 计发基数/,/^$/s/^\(  | 20[0-9]* | \)\([0-9]\)/\11\2/' packs/demo/sample-province-pension.md
    ! cmp -s packs/demo/sample-province-pension.md "$tree/packs/demo/sample-province-pension.md"
    run show person explain "$person" --packs packs --json
    [[ $(flat) == *'"is_same_law":false'* ]]
    show person explain "$person" --packs packs | sed -n '/^line/,/^$/p' >after
    diff before after
    grep -q "$monthly" after
}

@test "awards and people that are not there are named" {
    opened
    refused 3 month.unknown_award "award.x is not determined" "不按月集中核定" clerk determine --month 2026-11 --purpose award.x
    refused 3 decision.not_found "" "" "$program" person explain 1 --county county.db
}

@test "[B23] the month is closed for all funds, and the collection rate is told" {
    billed >/dev/null
    cash --month 2026-11 --simulate 20 >/dev/null
    run as amy "month close" --month 2026-11 --lang en
    [ "$status" -eq 0 ]
    # Contributions alone: 4,133,902.72 were billed with 1,553,390.00 of subsidies. 814,005.60 of 814,905.60 is 99.8896 %,
    # told half up as the packs round it.
    [[ $output == *"billed 2580512.72 yuan, received 2561252.72 yuan, collection rate 99.25%"* ]]
    [[ $output == *"Employee pension fund"*"814005.60"*"99.89%"* ]]
    run show verify
    [ "$status" -eq 0 ]
    run as amy "month close" --month 2026-11 --lang en
    [[ $status -eq 0 && $output == *"closed already; nothing changed"* ]]
    # A closed month takes no receipts.
    receipts late.csv 政府,5.00,2026-11-20,GOV-9
    run cash --month 2026-11 --file late.csv --lang en
    [ "$status" -eq 4 ]
}

@test "money comes in though nothing came in the month before; that month stays open and closes in its turn [E11]" {
    billed >/dev/null
    clerk open --month 2026-12 >/dev/null
    clerk bill --month 2026-12 --purpose employee >/dev/null 2>&1
    receipts december.csv 查无此人,88.88,2026-12-03,X-1
    run cash --month 2026-12 --file december.csv --lang en
    [[ $status -eq 0 && $output == *"received, yuan: 88.88"* ]]
    # Who answers for the office sees it, and what is left undecided; nobody closes December before November.
    run show county status
    [[ $status -eq 0 && $output == *"open month: 2026-12"*"funds with months to close "*"doudi month close --month 2026-11"* ]]
    refused 4 ledger.not_in_order "the next to close is 2026-11" "下一个应结的是 2026-11" as amy "ledger close" --fund 失业 --month 2026-12
    # Told late, November still takes it; a third month does not open beside the two.
    as amy "ledger post" --fund 失业 --event plan.funded --day 2026-11-20 --amount 5 --key late >/dev/null
    refused 4 ledger.month_not_open "2026-11..2027-01 would all stand open" "2026-11..2027-01" \
        as amy "ledger post" --fund 失业 --event plan.funded --day 2027-01-04 --amount 5 --key third
    as amy "month close" --month 2026-11 >/dev/null
    run show ledger balance --fund employee_pension --month 2026-11
    [[ $status -eq 0 && $output != *"88.88"* && $output == *"debits equal credits"* ]]
    run show ledger balance --fund employee_pension --month 2026-12
    [[ $output == *"200105"*"cr 88.88"*"debits equal credits"* ]]
    refused 4 ledger.month_closed "2026-11" "已经结账" as amy "ledger post" --fund 失业 --event plan.funded --day 2026-11-30 --amount 5 --key after
    run show county status
    [[ $output != *"funds with months to close"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "benefits that no run of the month paid are told when it closes, by kind, and are found by the sweep [C7]" {
    opened
    # Drafted and withdrawn is not paid.
    as clara "payrun draft" --month 2026-11 --kind resident --payer 6200001 >/dev/null
    as clara "payrun withdraw" 1 >/dev/null
    run as amy "month close" --month 2026-11 --lang en
    [ "$status" -eq 0 ]
    [[ $output == *"no run of the month pays"*"employees' pensions, 188 people, 620050.20 yuan; "*"residents' pensions, 370 people, 93225.08 yuan"* ]]
    run --separate-stderr as amy "month close" --month 2026-11 --json
    people=$(flat | grep -o '"people":[0-9]*' | awk -F: '{ n += $2 } END { print n }')
    yuan=$(flat | grep -o '"amount":"[0-9.]*"' | tr -d '"' | awk -F: '{ n += $2 } END { printf "%.2f", n }')
    [ "$people" -eq 594 ]
    # What is told is what the sweep then proposes, once.
    run as clara "benefit sweep" --lang en
    [[ $status -eq 0 && $output == *"people with a difference: $people"*"to pay, yuan: $yuan"*"to recover, yuan: 0.00"* ]]
    run as clara "benefit sweep" --lang en
    [[ $status -eq 0 && $output == *"nothing is missing; nothing changed"* ]]
    run as amy "month close" --month 2026-11 --lang zh
    [[ $output == *"没有编制支付批次"*"370 人"* ]]
}

@test "a month is not closed over a payment run that is on its way" {
    opened
    as clara "payrun draft" --month 2026-11 --kind resident --payer 6200001 >/dev/null
    refused 4 month.has_open_runs "payment run 1 is draft" "支付批次 1" as amy "month close" --month 2026-11
    as clara "payrun withdraw" 1 >/dev/null
    run as amy "month close" --month 2026-11
    [ "$status" -eq 0 ]
}

@test "a row of the bank told twice is one receipt; two strangers without a reference are two" {
    billed --purpose flexible >/dev/null
    printf '%s\n' payer,amount,day,reference 陌生人,5,2026-11-05,r3 陌生人,5,2026-11-05,r3 甲,7,2026-11-05, 乙,7,2026-11-05, >receipts.csv
    run as carl "month receive" --month 2026-11 --file receipts.csv --lang en
    [ "$status" -eq 0 ]
    [[ $output == *"receipts: 3"*"known before, left out: 1"*"in suspense, yuan: 19.00"* ]]
    run show ledger vouchers --fund employee_pension --month 2026-11 --json
    [ "$(flat | grep -o '"account":"200105"[^}]*"credit":"7.00"' | wc -l)" -eq 2 ]
    [ "$(flat | grep -o '"account":"200105"[^}]*"credit":"5.00"' | wc -l)" -eq 1 ]
}

@test "one reference with two amounts is not booked but shown to the cashier" {
    billed --purpose flexible >/dev/null
    receipts one.csv 政府,10000.00,2026-11-20,GOV-1 查无此人,88.88,2026-11-21,X-1
    cash --month 2026-11 --file one.csv >/dev/null
    # A digit slipped, or was made to slip: a known payer's, a stranger's, and one within the file.
    receipts two.csv 政府,100000.00,2026-11-20,GOV-1 查无此人,888.88,2026-11-21,X-1 政府,20.00,2026-11-22,GOV-2 政府,200.00,2026-11-22,GOV-2
    run cash --month 2026-11 --file two.csv --json
    [ "$status" -eq 1 ]
    [[ $(flat) == *'"receipts":1,"known":0,"to_check":'* && $(flat) == *'"received":"20.00"'* ]]
    [[ $(flat) == *'{"line":2,"reference":"GOV-1","amount":"100000.00","known":"10000.00"}'* ]]
    [[ $(flat) == *'{"line":3,"reference":"X-1","amount":"888.88","known":"88.88"}'* ]]
    [[ $(flat) == *'{"line":5,"reference":"GOV-2","amount":"200.00","known":"20.00"}'* ]]
    # What really came twice is given a reference of its own.
    receipts three.csv 政府,200.00,2026-11-22,GOV-2b
    run cash --month 2026-11 --file three.csv --lang en
    [[ $status -eq 0 && $output == *"received, yuan: 200.00"* ]]
}
