#!/usr/bin/env bats
# doudi dues: what payers owe, and how it is put off, relieved, cleared and written off.
load support
load office

as() {
    local login=$1 words=$2
    shift 2
    # shellcheck disable=SC2086
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" $words --as "$login" --county county.db "$@"
}
show() { "$program" "$@" --county county.db --lang en; }
flat() { tr -d '\n ' <<<"$output"; }
clerk() { local words=$1; shift; as clara "dues $words" "$@"; }
cash() { { echo 缴费人,金额,日期,凭证号; printf '%s\n' "${@:2}"; } >receipts.csv; as carl "month receive" --month "$1" --file receipts.csv --lang en; }
approved() { as rob "dues review" "$1" >/dev/null && as lea "dues approve" "$1" --lang en; }
code=91590121671712535W # 16 people, bases of 100,970.00 yuan in all, work injury 0.7 %

# The office's March 2020: within the window of the relief of that year.
setup_file() {
    OFFICE_MONTH=2020-03 make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer carl=cashier amy=accountant pat=parameter-keeper
    as clara "month open" --month 2020-03 >/dev/null
    as clara "month bill" --month 2020-03 >/dev/null
}
setup() { enter_office; }

@test "[B17] late fees go by the day: on what came late up to that day, on what is open up to the day asked for" {
    run show dues show $code --on 2020-04-30
    [[ $output == *"open in all, yuan: 35541.44"*"of it in arrears, yuan: 35541.44"* ]]
    # 100,970 × 24 % = 24,232.80; × 36 days × 0.05 % = 436.19.
    run clerk late-fees $code --on 2020-04-30 --dry-run --lang en
    [ "$status" -eq 0 ]
    [[ $output == *"Employee pension fund  24232.80×36 "*"436.19 "*"0.00 "*"436.19"*"written: no"* || $output == *"written: no"*"24232.80×36 "*"436.19 "*"0.00 "*"436.19"* ]]
    # 17,770.72 of 35,541.44 comes on 30 March, 5 days late: half of each fund.
    cash 2020-03 $code,17770.72,2020-03-30,R-1 >/dev/null
    run clerk late-fees $code --on 2020-04-30 --lang en
    [ "$status" -eq 0 ]
    # 12,116.40 × (5 + 36) × 0.05 % = 30.29 + 218.10, each part to the fen.
    [[ $output == *"12116.40×5 + 12116.40×36 "*"248.39 "*"0.00 "*"248.39"* ]]
    run clerk late-fees --on 2020-04-30 --lang en
    [[ $output != *"12116.40"* ]]
    run clerk late-fees $code --on 2020-05-10 --lang en
    # Ten days more on what is open: 12,116.40 × 46 × 0.05 % = 278.68.
    [[ $output == *"12116.40×5 + 12116.40×46 "*"308.97 "*"248.39 "*"60.58"* ]]
    # The fee is paid with its month, behind the premium, and booked as what it is.
    run show dues show $code --on 2020-05-10 --amount 17770.72
    [[ $output == *"1 "*"2020-03"*"premium"*"12116.40"*"2 "*"2020-03"*"late fee"*"308.97 "*"0.00"* ]]
    as clara "month open" --month 2020-04 >/dev/null
    cash 2020-04 $code,25000.00,2020-04-29,R-2 >/dev/null
    run show ledger balance --fund employee_pension --month 2020-04
    [[ $output == *"450101"*"308.97"* && $output == *"debits equal credits"* ]]
    run show verify
    [ "$status" -eq 0 ]
    cp -r "$tree/packs" packs
    sed -i 's/^late_fee,in,arrears.paid_day,/late_fee,in,arrears.no_such_day,/' packs/adapters/office-award.csv
    printf 'arrears.no_such_day,date,日,day\n' >>packs/adapters/office-facts.csv
    adopt packs
    refused 2 dues.undecided "cannot decide it" "政策包无法核定" clerk late-fees $code --on 2020-06-10 --packs packs
}

@test "[B25] relief by size is decided by the packs, frees what was paid, and takes three people" {
    cash 2020-03 $code,35541.44,2020-03-20,R-1 >/dev/null
    run clerk relief $code --of 2020-03 --dry-run --class 大型企业等 --lang en
    [[ $output == *"total, yuan: 8683.43"* ]]
    run clerk relief $code --of 2020-03 --lang en
    [ "$status" -eq 0 ]
    # Pension 16 % and unemployment 0.5 % of 100,970.00, work injury 0.7 %: an enterprise of 16 people pays none of it.
    [[ $output == *"size class: 中小微企业"*"16155.20"*"504.85"*"706.79"* && $output == *"total, yuan: 17366.84"* ]]
    run clerk relief $code --of 2020-03 --lang en
    [[ $status -eq 0 && $output == *"done now: no"* ]]
    run as clara "dues review" 1
    [ "$status" -eq 5 ]
    run as lea "dues approve" 1 --lang en
    [[ $status -eq 4 && $output == *"it is entered"* ]]
    run approved 1
    [[ $status -eq 0 && $output == *"freed to the credit, yuan: 17366.84"* ]]
    before=$(show verify)
    run as lea "dues approve" 1 --lang en
    [[ $status -eq 0 && $output == *"done before, nothing changed"* ]]
    [ "$(show verify)" = "$before" ]
    run show ledger balance --fund employee_pension --month 2020-03
    [[ $output == *"200109"*"cr 16155.20"* && $output == *"debits equal credits"* ]]
    refused 2 dues.class "size class of this employer" "划型类别无法核定" clerk relief 7 --of 2020-03
    # Asked for again nothing is left to relieve; of public bodies no relief is in force in March.
    refused 4 dues.relieved "All that is relieved for 2020-03, 中小微企业 was taken off before" "此前已全部减免" clerk relief $code --of 2020-03
    refused 4 dues.no_relief "No relief is in force for 2020-03, 机关事业单位" "没有减免政策在执行" clerk relief $code --of 2020-03 --class 机关事业单位
    # In April the credit of three funds pays April's bill, and what one fund held for another goes over.
    as clara "month open" --month 2020-04 >/dev/null
    as clara "month bill" --month 2020-04 >/dev/null
    run as carl "dues use-credit" --lang en
    [[ $status -eq 0 && $output == *"used, yuan: 17366.84"* ]]
    for fund in employee_pension unemployment work_injury; do
        run show ledger balance --fund $fund --month 2020-04
        [[ $output != *"200109 "*"cr "[1-9]* || $output == *"200109"*" 0.00"* ]]
        [[ $output == *"debits equal credits"* ]]
    done
    run as carl "dues use-credit" --lang en
    [[ $status -eq 0 && $output == *"no credit stands against an open due"* ]]
    run show dues show $code
    [[ $output == *"to the payer's credit, yuan: 0.00"* ]]
    # Dues less receipts, relief and write-offs are arrears, of each payer and fund; the books hold the credit.
    run show dues reconcile
    [[ $status -eq 0 && $output == *"Employee pension fund"*"16155.20"*"all is equal"* ]]
    run show employer show 34 --on 2020-03-20
    [[ $output == *"owes, yuan: "*"received from it in all, yuan: 35541.44"*"proposals that wait: 0"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "who owes nothing yet has what came to their credit, in the log and in the books alike" {
    # A village with nothing agreed, and a person who is in no scheme that is billed.
    printf '姓名,证件号码\n张伟,11010519491231002X\n' >persons.csv
    as clara "county import" persons.csv --what persons >/dev/null
    run cash 2020-03 "集体 590121100002,10.00,2020-03-20,V-1" 11010519491231002X,500.00,2020-03-20,V-2 XX,7.00,2020-03-20,V-3
    [[ $status -eq 0 && $output == *"above the dues, yuan: 510.00"*"in suspense, yuan: 7.00"* ]]
    run show ledger balance --fund employee_pension --month 2020-03
    [[ $output == *"200105"*" 7.00"*"200109"*"510.00"* ]]
    run show dues reconcile
    [[ $status -eq 0 && $output == *"all is equal"* ]]
}

@test "[B25] a deferral stops the fee for its days, and no longer" {
    refused 2 dues.day "which is 2020-03-25" "原缴费期限 2020-03-25" clerk defer $code --of 2020-03 --until 2020-03-20
    clerk defer $code --of 2020-03 --until 2020-06-30 --why 缓缴协议 >/dev/null
    run approved 1
    [ "$status" -eq 0 ]
    run show dues show $code --on 2020-06-30
    [[ $output == *"of it in arrears, yuan: 0.00"* ]]
    run clerk late-fees $code --on 2020-06-30 --lang en
    [[ $output == *"dues charged: 0"* ]]
    # Five days after its end: 24,232.80 × 5 × 0.05 % = 60.58.
    run clerk late-fees $code --on 2020-07-05 --lang en
    [[ $output == *"24232.80×5 "*"60.58 "*"0.00 "*"60.58"* ]]
}

@test "[B17] arrears are paid by instalments under an agreement that comes to what is owed" {
    refused 2 dues.bad_plan "come to 35541.44 yuan" "合计应为签约日逾期的 35541.44 元" \
        clerk instalments $code --made 2020-04-01 --plan 2020-05-01=20000.00 --plan 2020-06-01=15541.43
    clerk instalments $code --made 2020-04-01 --plan 2020-05-01=20000.00 --plan 2020-06-01=15541.44 >/dev/null
    run approved 1
    [ "$status" -eq 0 ]
    run show dues show $code --on 2020-04-20
    [[ $output == *"2020-05-01 "*" 20000.00"*"yes"*"2020-06-01 "*" 15541.44"* ]]
    run show dues show $code --on 2020-05-02
    [[ $output == *"2020-05-01 "*" 20000.00"*"no"* ]]
    # Paid early, and with the fee charged since, which the money clears with its month: kept to the second instalment.
    clerk late-fees $code --on 2020-04-30 >/dev/null
    as clara "month open" --month 2020-04 >/dev/null
    cash 2020-04 $code,20000.00,2020-04-30,R-1 >/dev/null
    run show dues show $code --on 2020-05-02
    [[ $output == *"2020-05-01 "*" 20000.00"*"yes"* ]]
    run show dues show $code --on 2020-06-02
    [[ $output == *"2020-06-01 "*" 15541.44"*"no"* ]]
    # What is written off of it need not be paid; a second agreement takes the place of the first.
    clerk write-off $code --of 2020-03 --why 法院裁定 >/dev/null
    approved 2 >/dev/null
    run show dues show $code --on 2020-06-02
    [[ $output == *"2020-06-01 "*" 15541.44"*"yes"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[B18] what is written off is given up as it stood; when money came meanwhile nothing is done" {
    clerk write-off $code --of 2020-03 --why 法院裁定 >/dev/null
    run show dues list
    [[ $output == *"write-off"*"entered"*"法院裁定"*"35541.44"* ]]
    as rob "dues review" 1 >/dev/null
    cash 2020-03 $code,0.01,2020-03-20,R-1 >/dev/null
    before=$(show verify)
    refused 4 dues.changed "has changed since" "已有变化" as lea "dues approve" 1
    [ "$(show verify)" = "$before" ]
    as clara "dues withdraw" 1 >/dev/null
    refused 3 collection.no_case "no proposal 9" "没有编号为 9" as clara "dues withdraw" 9
    clerk write-off $code --of 2020-03 --why 法院裁定 >/dev/null
    run approved 2
    [ "$status" -eq 0 ]
    run show dues show $code
    [[ $output == *"open in all, yuan: 0.00"* ]]
    refused 3 dues.nothing_open "owes nothing" "没有符合条件的欠费" clerk write-off $code --why x
    refused 3 dues.no_payer "No employer or person" "找不到缴费人" "$program" dues show 0000 --county county.db
    run show verify
    [ "$status" -eq 0 ]
}

# base PERSON YUAN: what an employee of that employer is declared at from March 2020 on, in all five lines.
base() {
    { echo person,scheme,standing,employer,region,wage,tier,from,until
      for scheme in employee_pension employee_medical unemployment work_injury maternity; do
          echo "$1,$scheme,employee,34,590121,$2,,2020-03-01,"
      done; } >enrolments.csv
    as clara "county import" enrolments.csv --what enrolments >/dev/null
}
correct() { as clara "month correct" --month 2020-04 --of 2020-03 --list list.csv --lang en "$@"; }

@test "[B1] [B4] [D4] what turns out otherwise after the bill is billed besides, or taken off, and no bill is changed" {
    cash 2020-03 $code,35541.44,2020-03-20,R-1 >/dev/null
    run as clara "month correct" --month 2020-03 --of 2020-03 --lang en
    [[ $status -eq 0 && $output == *"everything is as it was billed"* ]]
    refused 2 month.not_before "the open month and those before it" "只能更正当前月份和以前的月份" as clara "month correct" --of 2020-04 --month 2020-03
    as clara "month open" --month 2020-04 >/dev/null
    run correct
    [[ $status -eq 0 && $output == *"everything is as it was billed"* ]]
    # A thousand more of one person, a thousand less of another: 24 + 9.5 + 1 + 0.7 per cent of it, line by line.
    base 3424 10250.00
    base 1615 9550.00
    run correct --dry-run
    [[ $output == *"employees  "*"1 "*"352.00 "*"1 "*"352.00 "*"352.00 "*"written: no"* ]]
    [ "$(grep -c . list.csv)" -eq 15 ]
    for line in 2020-03,3424,34,pension.employer,160.00,10250.00 2020-03,3424,34,medical.person,20.00,10250.00 \
        2020-03,1615,34,pension.person,-80.00,9550.00 2020-03,1615,34,injury.employer,-7.00,9550.00; do
        grep -qx "$line" list.csv
    done
    run correct
    [[ $status -eq 0 && $output == *"written: yes"* ]]
    before=$(show verify)
    run correct
    [[ $status -eq 0 && $output == *"everything is as it was billed"* ]]
    [ "$(show verify)" = "$before" ]
    # The employer's bill, what was billed besides and what was taken off: on the same bases in all, and the same sum.
    run show employer explain 34 --bill 2020-03 --out staff.csv
    [[ $status -eq 0 && $output == *"bill 35541.44 yuan"*"billed besides "*"employee+2020-04 "*" 1 "*"352.00"*"taken off again "*"-352.00"* ]]
    awk -F, 'NR > 1 { for (i = 3; i < NF; i++) s += $i } END { exit sprintf("%.2f", s) != "35541.44" }' staff.csv
    grep -q '^3424,10250.00,160.00,.*,employee+2020-04$' staff.csv
    grep -q '^1615,9550.00,-160.00,.*,employee-2020-04' staff.csv
    # What was taken off had been paid: months and account of the person are put right, the fund holds the money.
    run show ledger person 1615 --fund employee_pension
    [[ $output == *"Correction "*"-80.00 "* ]]
    run show person show 1615
    [[ $output == *"pension"*"base 9550.00"* ]]
    run show dues show 34
    [[ $output == *"open in all, yuan: 352.00"*"to the payer's credit, yuan: 352.00"*"employees (billed in 2020-04)"*"back payment"* ]]
    run show dues reconcile
    [[ $status -eq 0 && $output == *"all is equal"* ]]
    # Back again before it was paid: the difference is taken off itself, and nobody's account changes.
    base 3424 9250.00
    run correct
    [[ $output == *"employees  "*"0 "*"0.00 "*"1 "*"352.00 "*" 0.00 "*"written: yes"* ]]
    run show ledger person 3424 --fund employee_pension
    [[ $output != *"Correction"* ]]
    # The employer's statement, made from the log alone, comes to what the tables say is owed; so does its file, line by line.
    run show employer statement $code --from 2020-03 --until 2020-04 --out statement.csv
    [[ $status -eq 0 && $output == *"open after, yuan: 0.00"*"credit after, yuan: 352.00"*"equal to what is owed now: yes"* ]]
    awk -F, 'NR > 1 { more += $8; less += $9; last = $10 } END { exit !(sprintf("%.2f", more - less) == last && more > 35541) }' statement.csv
    run show employer statement $code --from 2020-04 --until 2020-04 --out statement.html
    [[ $output == *"open before, yuan: 0.00"* ]]
    grep -q "billed in 2020-04" statement.html
    run show employer statement $code --until 2020-03 --out statement.xlsx
    [[ $output == *"equal to what is owed now: -"* && $(head -c 2 statement.xlsx) == PK ]]
    # [D4] The person sees what was billed and that the employer paid.
    run show person contributions 1615
    [[ $output == *"not paid yet, yuan: 0.00"*"2020-03  employees "*"paid "*"10550.00 "*"844.00 "*"1688.00"*"taken off"*"-80.00 "*"-160.00"* ]]
    # The credit pays April.
    as clara "month bill" --month 2020-04 >/dev/null
    run as carl "dues use-credit" --lang en
    [[ $status -eq 0 && $output == *"used, yuan: 352.00"* ]]
    run show dues reconcile
    [[ $status -eq 0 && $output == *"all is equal"* ]]
    for fund in employee_pension employee_medical unemployment work_injury; do
        run show ledger balance --fund $fund --month 2020-04
        [[ $output == *"debits equal credits"* ]]
    done
    run show verify
    [ "$status" -eq 0 ]
}
