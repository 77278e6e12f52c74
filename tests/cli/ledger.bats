load support

books() { "$program" "$@" --packs "$tree/packs"; }
# A county with the employee pension fund's books begun in January 2026.
begun() {
    "$program" county new >/dev/null
    books ledger begin --fund 企业养老 --month 2026-01 --opening "$tree/tests/cli/data/ledger/opening.csv" >/dev/null
}
played() { begun; books ledger import "$tree/tests/cli/data/ledger/month.csv" >/dev/null; }
post() { books ledger post --fund "$1" --event "$2" --day "$3" --amount "$4" --key "${key:-k$RANDOM}" "${@:5}"; }

@test "a fund begins with its starting money, and each fund has books of its own [E11]" {
    begun
    run books ledger balance --fund 企业养老 --month 2025-12
    [[ $output == *"dr 8000000.00"* && $output == *"cr 8500000.00"* && $output == *"debits equal credits"* ]]
    printf 'account,debit,credit\n1003,"1,200,000.00",\n3001,,700000\n3201,,500000.00\n' >injury.csv
    books ledger begin --fund work_injury --month 2026-01 --opening injury.csv
    run books ledger statement 01 --fund 工伤 --month 2025-12 --lang zh
    [[ $output == *"储备金结余"*"500000.00"* && $output == *"资产总计"*"1200000.00"* ]]
    # A fund that starts with nothing.
    books ledger begin --fund 生育 --month 2026-01
    run books ledger balance --fund 生育 --json
    [[ $output == *'"debit": "0.00"'* ]]
    # What one fund has is no other's.
    run books ledger balance --fund 企业养老 --month 2025-12 --json
    [[ $output != *"1200000.00"* ]]
    run books ledger verify
    [ "$status" -eq 0 ]
}

@test "books begin once, balanced, and without income" {
    begun
    # Those of all other funds by one command, once; a fund is also called by its scheme's name in the law.
    run books ledger begin --fund all --month 2026-01 --lang en
    [[ $status -eq 0 && $output == *"Resident pension fund, "*"Occupational annuity fund"* && $output != *"Employee pension"* ]]
    run books ledger begin --fund all --month 2026-01 --lang en
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    run books ledger balance --fund 工伤保险 --json
    [[ $output == *'"debit": "0.00"'* ]]
    "$program" county new --county other.db >/dev/null
    export DOUDI_COUNTY=other.db
    books ledger begin --fund 企业职工基本养老保险 --month 2026-01 --opening "$tree/tests/cli/data/ledger/opening.csv" >/dev/null
    refused 4 ledger.has_books "has books already" "已经建账" books ledger begin --fund 企业养老 --month 2026-03 --key other
    printf 'account,debit,credit\n1003,5,\n3001,,4\n' >bad.csv
    refused 2 ledger.unbalanced "5.00, 4.00" "借贷不平" books ledger begin --fund 失业 --month 2026-01 --opening bad.csv
    printf 'account,debit,credit\n1003,5,\n400101,,5\n' >bad.csv
    refused 2 ledger.wrong_account "400101" "不得记入" books ledger begin --fund 失业 --month 2026-01 --opening bad.csv
    printf 'account,debit,credit\n1003,5,5\n' >bad.csv
    refused 2 ledger_begin.twice "bad.csv:2:1: Account 1003 stands" "科目 1003 借贷两方" books ledger begin --fund 失业 --month 2026-01 --opening bad.csv
    printf 'account,debit,credit\n1003,5,\n1003,3,\n3001,,8\n' >bad.csv
    refused 2 ledger_begin.twice "bad.csv:3:1: " "出现两行" books ledger begin --fund 失业 --month 2026-01 --opening bad.csv
    refused 2 csv.workbook "people.xlsx is a workbook" "是工作簿" books ledger begin --fund 失业 --month 2026-01 --opening "$tree/tests/golden/codec/people.xlsx"
    printf 'account,debit\n1003,5\n' >bad.csv
    refused 2 service.csv_no_column "credit" "缺少" books ledger begin --fund 失业 --month 2026-01 --opening bad.csv
    printf 'account,debit,credit\n1003,five,\n' >bad.csv
    refused 2 service.csv_bad_cell "bad.csv:2:6" "无法识别" books ledger begin --fund 失业 --month 2026-01 --opening bad.csv
    # The same again changes nothing, another opening is none.
    run books ledger begin --fund 企业养老 --month 2026-01 --opening "$tree/tests/cli/data/ledger/opening.csv" --lang en
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    printf 'account,debit,credit\n1003,5,\n3001,,5\n' >other.csv
    refused 4 ledger.has_books "Employee pension fund has books already, and they begin once" "只建一次" books ledger begin --fund 企业养老 --month 2026-01 --opening other.csv
    # Nothing of all this was kept.
    refused 3 ledger.no_books "no books yet" "尚未建账" books ledger balance --fund 失业
}

@test "income, expenditure and special accounts are kept apart: money goes one way [E1]" {
    begun
    # Contributions reach the treasury, the income account or the special account, never the expenditure account.
    post 企业养老 contribution.to_treasury 2026-01-05 3200000 --credit 400101
    post 企业养老 contribution.to_income 2026-01-05 1000 --credit 400103
    refused 2 ledger.wrong_account "1004" "不得记入" post 企业养老 contribution.to_income 2026-01-05 1000 --debit 1004 --credit 400101
    # Both are handed over to the special account.
    post 企业养老 treasury.to_special 2026-01-06 3200000
    post 企业养老 income.to_special 2026-01-06 1000
    # Benefits are paid from the expenditure account alone, which the special account funds by plan.
    refused 2 ledger.wrong_account "1003" "不得记入" post 企业养老 benefit.paid 2026-01-10 5 --debit 50010101 --credit 1003
    refused 2 ledger.wrong_account "1002" "不得记入" post 企业养老 benefit.paid 2026-01-10 5 --debit 50010101 --credit 1002
    post 企业养老 plan.funded 2026-01-08 3600000
    post 企业养老 benefit.paid 2026-01-10 2300000 --debit 50010101
    books ledger close --fund 企业养老 --month 2026-01
    run books ledger statement 01 --fund 企业养老 --lang zh
    [[ $output == *"收入户存款"*" 0.00"* && $output == *"国库存款"*" 0.00"* ]]
    [[ $output == *"财政专户存款"*"7601000.00"* && $output == *"支出户存款"*"1800000.00"* ]]
    # No business takes money of one fund to another: there is no such event, and no account of another fund.
    run books ledger accounts --fund 企业养老 --json
    [[ $output != *'"account": "3201"'* && $output != *'"account": "500141"'* ]]
}

@test "the worked month of the accounting rules comes out to the fen" {
    played
    run books ledger statement 02 --fund 企业养老 --lang zh
    for line in "一、基金收入 *4172300.00" "二、基金支出 *4718000.00" "社会保险待遇支出 *3638000.00" "三、本期基金结余 *-545700.00"; do
        grep -q "$line" <<<"$output" || { echo "$line: $output"; return 1; }
    done
    books ledger close --fund 企业养老 --month 2026-01
    run books ledger statement 01 --fund 企业养老 --month 2026-01 --lang en
    for line in "Fiscal special account *8000000.00 *7572300.00" "Expenditure account *500000.00 *382000.00" \
        "Total assets *8500000.00 *7954300.00" "Total liabilities and net assets *8500000.00 *7954300.00"; do
        grep -q "$line" <<<"$output" || { echo "$line: $output"; return 1; }
    done
}

@test "posting a file again changes nothing, and a bad row leaves all as it was" {
    played
    books ledger balance --fund 企业养老 --json >before.json
    run books ledger import "$tree/tests/cli/data/ledger/month.csv" --lang en
    [[ $output == *"vouchers: 14"* ]]
    books ledger balance --fund 企业养老 --json >after.json
    cmp before.json after.json
    head='fund,day,event,amount,key'
    printf '%s\n' "$head" '企业养老,2026-01-25,plan.funded,5,a' '企业养老,2026-01-25,plan.dreamt,5,b' >bad.csv
    refused 3 ledger.unknown_kind "bad.csv:3:1: " "没有适用于" books ledger import bad.csv
    printf '%s\n' "$head" '企业养老,2026-01-25,plan.funded,5,a' '养老,2026-01-25,plan.funded,5,b' >bad.csv
    refused 3 ledger.unknown_fund "bad.csv:3:1: " "没有这只基金：养老" books ledger import bad.csv
    printf '%s\n' "$head" '企业养老,2026-01-25,plan.funded,5,' >bad.csv
    refused 2 service.csv_bad_cell "bad.csv:2" "无法识别" books ledger import bad.csv
    printf '%s\n' "$head" '企业养老,2026-01-25,plan.funded,6,plan-1' >bad.csv
    refused 4 ledger.key_reused "plan-1" "已用于" books ledger import bad.csv
    # An amount with commas and no quotation marks is not 1 yuan.
    printf '%s\n' "$head" '企业养老,2026-01-25,plan.funded,1,200,000.00' >bad.csv
    refused 2 service.csv_uneven "bad.csv:2:1: " "未加引号" books ledger import bad.csv
    # A row told again further down is not lost among the vouchers posted already.
    printf '%s\n' "$head" '企业养老,2026-01-25,plan.funded,5,a' '企业养老,2026-01-25,plan.funded,6,b' \
        '企业养老,2026-01-25,plan.funded,5,a' >bad.csv
    refused 2 ledger_import.apart "bad.csv:4:" "不相邻" books ledger import bad.csv
    printf '%s\n' "$head,基金" '企业养老,2026-01-25,plan.funded,5,a,失业' >bad.csv
    refused 2 service.csv_column_twice "bad.csv:1:" "出现两次" books ledger import bad.csv
    books ledger balance --fund 企业养老 --json >after.json
    cmp before.json after.json
}

@test "a closed month takes nothing more, and months close in order" {
    played
    refused 4 ledger.not_in_order "2026-01" "依次结账" books ledger close --fund 企业养老 --month 2026-02
    run books ledger close --fund 企业养老 --month 2026-01
    [[ $output == *"2026-01/15"* ]]
    run books ledger close --fund 企业养老 --month 2026-01
    [ "$status" -eq 0 ]
    [[ $output == *"2026-01/15"* ]]
    refused 4 ledger.month_closed "2026-01" "已经结账" post 企业养老 plan.funded 2026-01-31 5
    refused 4 ledger.month_not_open "2026-02..2026-04" "尚不能开账" post 企业养老 plan.funded 2026-04-01 5
    # A month of no business is passed over: it stays open, and closes in its turn.
    run post 企业养老 plan.funded 2026-03-01 5
    [[ $output == *"2026-03/1"* ]]
    refused 4 ledger.not_in_order "2026-02" "依次结账" books ledger close --fund 企业养老 --month 2026-03
    run post 企业养老 plan.funded 2026-02-01 5
    [[ $output == *"2026-02/1"* ]]
}

@test "a voucher is taken back in red, once, in an open month" {
    played
    books ledger close --fund 企业养老 --month 2026-01
    run books ledger reverse --fund 企业养老 --voucher 2026-01/12 --day 2026-02-03
    [[ $output == *"2026-02/1"* ]]
    run books ledger vouchers --fund 企业养老 --voucher 2026-02/1 --lang zh
    [[ $output == *"红字冲销"*"← 2026-01/12"* && $output == *"-21000.00"* ]]
    refused 4 ledger.reversed "2026-01/12" "已经冲销" books ledger reverse --fund 企业养老 --voucher 2026-01/12 --day 2026-02-04
    refused 4 ledger.reversed "2026-01/12" "已经冲销" books ledger reverse --fund 企业养老 --voucher 2026-01/12 --day 2026-02-03 --key again
    refused 3 ledger.no_voucher "1/2026-01/99" "没有凭证" books ledger reverse --fund 企业养老 --voucher 2026-01/99 --day 2026-02-03
    refused 2 service.bad_argument "2026-01/17" "应写作" books ledger reverse --fund 企业养老 --voucher 17
    run books ledger verify --json
    [[ $output == *'"fits": true'* ]]
}

@test "vouchers are found by number, day, account, amount and words, over months, and a month of them is one file [E15]" {
    played
    books ledger post --fund 企业养老 --event plan.funded --day 2026-02-02 --amount 21000 --key p2 >/dev/null
    found() { books ledger vouchers --fund 企业养老 --json --lang en "$@" | jq -c '[.count, .total, [.vouchers[].voucher]]'; }
    [ "$(found --month 2026-01 | jq -c '.[:2]')" = '[14,"15759600.00"]' ]
    [ "$(found --month 2026-01 --number 5)" = '[1,"3650000.00",["2026-01/5"]]' ]
    [ "$(found --since 2026-01-14 --until 2026-01-16)" = '[3,"170000.00",["2026-01/8","2026-01/9","2026-01/10"]]' ]
    # An account, and those below it; an amount of one line or of the whole, in whichever month.
    [ "$(found --month 2026-01 --account 5001)" = '[2,"3662000.00",["2026-01/5","2026-01/6"]]' ]
    [ "$(found --month 2026-01 --account 5001010201 | jq -c '.[2]')" = '["2026-01/5"]' ]
    [ "$(found --month 2026-01 --amount 350000 | jq -c '.[2]')" = '["2026-01/5"]' ]
    [ "$(found --month 2026-01 --amount 3,650,000.00 | jq -c '.[2]')" = '["2026-01/5"]' ]
    [ "$(found --from 2026-01 --month 2026-02 --amount 21000 | jq -c '.[2]')" = '["2026-01/12","2026-02/1"]' ]
    # Words of what happened in the reader's language, the reference and the key.
    [ "$(found --month 2026-01 --words 'TREASURY to' | jq -c '.[2]')" = '["2026-01/2"]' ]
    [ "$(found --month 2026-01 --words 国库 --lang zh | jq -c '.[2]')" = '["2026-01/1","2026-01/2"]' ]
    [ "$(found --month 2026-01 --words int-4 | jq -c '.[2]')" = '["2026-01/13","2026-01/14"]' ]
    [ "$(found --month 2026-01 --words nothing-like-it)" = '[0,"0.00",[]]' ]
    refused 2 service.bad_argument "4x" "4x" books ledger vouchers --fund 企业养老 --account 4x
    refused 2 service.bad_argument "2026-03" "2026-03" books ledger vouchers --fund 企业养老 --month 2026-01 --from 2026-03
    refused 2 service.bad_amount "much" "much" books ledger vouchers --fund 企业养老 --amount much
    # The file: a row a line of a voucher, both sides add up; the same as a workbook and as pages.
    books ledger vouchers --fund 企业养老 --month 2026-01 --out month.csv --lang zh >/dev/null
    sed -i '1s/^\xef\xbb\xbf//; s/\r$//' month.csv
    [[ $(head -1 month.csv) == "凭证号,日期,业务,摘要,科目,科目名称,借方,贷方" && $(tail -1 month.csv) == "合计,,,,,,15759600.00,15759600.00" ]]
    [ "$(awk -F, 'NR > 1 && $1 != "合计" { d += $7; c += $8; n++ } END { printf "%d %.2f %.2f", n, d, c }' month.csv)" = "30 15759600.00 15759600.00" ]
    run books ledger vouchers --fund 企业养老 --month 2026-01 --words tax --out one.pdf --lang en
    [[ $output == *"vouchers 1, each side 3200000.00"*"written: one.pdf"* && $(head -c 5 one.pdf) == %PDF- ]]
    books ledger vouchers --fund 企业养老 --month 2026-01 --out all.xlsx >/dev/null
    [ "$(head -c 2 all.xlsx)" = PK ]
    run books ledger vouchers --fund 企业养老 --month 2026-01 --out all.doc
    [ "$status" -ne 0 ]
}

# An office with its users; an accountant, amy, and a cashier, carl, with passwords of their own.
staffed() {
    begun
    "$program" user found --packs "$tree/packs" --json rita=rights-manager lea=leader audrey=auditor clara=clerk \
        amy=accountant carl=cashier 2>/dev/null | tr -d '\n ' >found.json
    local login once
    for login in amy carl; do
        once=$(sed -n "s/.*\"user\":\"$login\"[^}]*\"once\":\"\([^\"]*\)\".*/\1/p" found.json)
        (umask 077; echo "of the office 24680!" >"pw-$login")
        { echo "$once"; cat "pw-$login"; } | "$program" user passwd "$login" >/dev/null
    done
}
as() { DOUDI_PASSWORD_FILE=pw-$1 books "${@:2}" --as "$1"; }

@test "business makes the vouchers, and the accountant books them, not the cashier [E15]" {
    staffed
    file="$tree/tests/cli/data/ledger/month.csv"
    # Who has said nothing, and who holds the cash, books nothing.
    run books ledger import "$file" </dev/null
    [ "$status" -ne 0 ]
    run as carl ledger import "$file" --lang zh
    [ "$status" -eq 5 ] || { echo "$output"; return 1; }
    run as carl ledger close --fund 企业养老 --month 2026-01
    [ "$status" -eq 5 ]
    run as carl ledger reverse --fund 企业养老 --voucher 2026-01/1
    [ "$status" -eq 5 ]
    run books ledger balance --fund 企业养老 --json
    [[ $output == *'"debit": "0.00"'* ]]
    # The accountant hands in business; debits and credits come from the rules.
    run as amy ledger import "$file" --lang en
    [[ $output == *"vouchers: 14"* ]]
    run books ledger vouchers --fund 企业养老 --voucher 2026-01/5 --lang en
    [[ $output == *"Benefits paid  run-1"*"50010101"*"2300000.00"*"cr"*"1004"*"3650000.00"* ]]
    run books ledger vouchers --fund 企业养老 --voucher 2026-01/5 --json
    [[ $output != *'"actor": 0'* ]]
    as amy ledger close --fund 企业养老 --month 2026-01
    # The cashier reads what there is, and holds the bank's lines against it.
    books ledger balance --fund 企业养老 >/dev/null
    run books ledger verify
    [ "$status" -eq 0 ]
}

@test "what a business may touch is said when it is not" {
    begun
    refused 2 ledger.needs_account "50010101" "须指明科目" post 企业养老 benefit.paid 2026-01-10 5
    refused 2 ledger.unknown_part "part" "没有" post 企业养老 bond.redeemed 2026-01-10 5 --part 本
    refused 2 ledger.bad_amount "0" "须大于" post 企业养老 plan.funded 2026-01-10 0
    refused 2 service.bad_amount "1.234" "不是以元" post 企业养老 plan.funded 2026-01-10 1.234
    refused 2 service.bad_argument "2026-01" "应写作" books ledger balance --fund 企业养老 --month January
    run books ledger events --fund 企业养老 --lang zh
    [[ $output == *"benefit.paid"*"发放待遇"*"5001"*"1004"* ]]
}

@test "accounts list the funds, or the chart of one, from tables an official can mend" {
    run books ledger accounts --lang zh
    [[ $output == *"企业职工基本养老保险基金"* && $output == *"生育保险基金"* ]]
    run books ledger accounts --fund 职工医保 --month 2026-01 --lang zh
    [[ $output == *"50012201"*"社会保险待遇支出—个人账户基金—住院"*"300102"* ]]
    mkdir -p my && cp -r "$tree/packs/ledger" my/
    echo '1003,又一个,Again,资产,借,工伤,,,2020-01,,,' >>my/ledger/chart.csv
    refused 4 ledger.twice "my/ledger/chart.csv:156" "出现了两次" "$program" ledger accounts --packs my
    mkdir -p empty
    refused 3 service.no_ledger_tables "packs/ledger" "账务各表" "$program" ledger accounts --packs empty
    refused 3 ledger.unknown_fund "funds.csv" "没有" books ledger accounts --fund 年金
    # A fund by its code, its short name, its name and its insurance's, in either language; and nearly so.
    books ledger accounts --fund 6 --month 2026-01 >by-number
    for name in work_injury 工伤 工伤险 工伤保险基金 "Work injury fund" "work injury insurance" WORK_INJURY; do
        books ledger accounts --fund "$name" --month 2026-01 | cmp - by-number
    done
    refused 3 ledger.unknown_fund "职工医宝; perhaps employee_medical? There are: employee_pension, " \
        "职工医宝，是否指 职工医保？现有：企业养老、" books ledger accounts --fund 职工医宝
    refused 3 ledger.unknown_fund "医疗. There are: employee_pension, " "医疗。现有：企业养老、" books ledger accounts --fund 医疗
}

@test "a statement is also a page and a table" {
    played
    run books ledger statement 02 --fund 企业养老 --out s.csv --lang zh
    [[ $(head -n 2 s.csv) == *"行次,项目,本月数,本年累计数"*"1,一、基金收入,4172300.00,4172300.00"* ]]
    books ledger statement 02 --fund 企业养老 --out s.html --lang zh
    grep -q '<td class="n"><span class="s">4172300.00</span></td>' s.html
    run ! grep -q "href=" s.html
    refused 3 ledger.no_statement "会社保07表" "没有适用于" books ledger statement 07 --fund 企业养老
}

# twelve months FROM: the same money each month, closed.
year() {
    { echo 'fund,day,event,debit,amount,key'
      for m in 01 02 03 04 05 06 07 08 09 10 11 12; do
          echo "企业养老,2026-$m-05,plan.funded,,1000000,p$m"
          echo "企业养老,2026-$m-10,benefit.paid,50010101,1000000,b$m"
      done; } >year.csv
    for m in 01 02 03 04 05 06 07 08 09 10 11 12; do
        { head -n 1 year.csv; grep "2026-$m" year.csv; } >one.csv
        books ledger import one.csv >/dev/null
        books ledger close --fund 企业养老 --month "2026-$m" >/dev/null
    done
}

@test "the public is told income, expense and balance of each fund [E14]" {
    played
    books ledger begin --fund 生育 --month 2026-01 >/dev/null
    books ledger close --fund 企业养老 --month 2026-01 >/dev/null
    run books ledger bulletin --month 2026-01 --lang zh --out public.html
    [[ $output == *"企业职工基本养老保险基金"*"4172300.00"*"4718000.00"*"-545700.00"*"7954300.00"* ]]
    [[ $output == *"生育保险基金"*"0.00"* && $output != *"失业"* ]]
    # What cannot be said yet is a dash with its reason, never a zero.
    [[ $output == *"账簿尚不足十二个月"* ]]
    grep -q '社会保险基金收支结余公告' public.html
    grep -q '<td class="n">7954300.00</td>' public.html
    grep -q '社会保险法 第七十条' public.html
    books ledger bulletin --month 2026-01 --out public.csv >/dev/null
    [[ $(sed -n 2p public.csv) == "Employee pension fund,4172300.00,4172300.00,4718000.00,4718000.00,-545700.00,7954300.00,-" ]]
}

@test "what was freed of a subsidy lowers the income that is told, an open month counts, and no month without books is told [E14]" {
    begun
    post 企业养老 subsidy.received 2026-01-05 900000
    post 企业养老 subsidy.freed 2026-01-06 100000
    # 8,500,000 and what is left of 900,000.
    for closed in false true; do
        run books ledger bulletin --month 2026-01 --lang en --json
        [[ $output == *'"income": "800000.00"'*'"surplus": "800000.00"'*'"balance": "9300000.00"'*"\"is_closed\": $closed"* ]]
        books ledger close --fund 企业养老 --month 2026-01 >/dev/null
    done
    run books ledger statement 02 --fund 企业养老 --month 2026-01 --lang zh
    [[ $output == *"财政补贴收入"*"800000.00"*"本期基金结余"*"800000.00"* ]]
    for month in 2025-12 2026-04; do
        refused 3 ledger.none_of_month "No fund has books of $month" "没有基金有 $month 的账" books ledger bulletin --month $month
    done
    for words in "balance" "statement 01"; do
        refused 3 ledger.before_books "begin with 2026-01" "自 2026-01 建账" books ledger $words --fund 企业养老 --month 2025-11
    done
    books ledger balance --fund 企业养老 --month 2025-12 >/dev/null
    refused 2 service.bad_argument "2026-02" "2026-02" books ledger balance --fund 企业养老 --month 2026-01 --from 2026-02
}

@test "months of support come from the books and the packs' rule [E2]" {
    begun
    year
    # 8.5 million less 12 million paid is 3.5 million below nothing: the rule says so too.
    run books ledger bulletin --month 2026-12 --lang en --json
    [[ $output == *'"balance": "-3500000.00"'* && $output == *'"expense_12": "12000000.00"'* ]]
    [[ $output == *'"support_months": "-3.5"'* ]]
    # The money for a year more.
    post 企业养老 subsidy.received 2027-01-05 18000000
    post 企业养老 plan.funded 2027-01-06 1000000
    post 企业养老 benefit.paid 2027-01-10 1000000 --debit 50010101
    books ledger close --fund 企业养老 --month 2027-01
    run books ledger bulletin --month 2027-01 --lang en --json
    [[ $output == *'"balance": "13500000.00"'* && $output == *'"expense_12": "12000000.00"'* ]]
    [[ $output == *'"support_months": "13.5"'* ]]
    # A fund of a large county holds more than a thousand million.
    post 企业养老 subsidy.received 2027-02-05 20000000000
    run books ledger bulletin --month 2027-02 --lang en --json
    [[ $output == *'"balance": "20013500000.00"'* && $output == *'"expense_12": "11000000.00"'* && $output == *'"support_months": "21832.9"'* ]]
}

@test "the books are held against the bank to the last line" {
    played
    cat >bank.csv <<'END'
日期,收入,支出,单号
2026-01-08,3600000,,plan-1
2026-01-10,,2300000,run-1
2026-01-10,,1350000,run-1
2026-01-12,12000,,run-1-r
2026-01-16,,80000,
2026-01-21,300,,int-4
2026-01-30,77,,不明
END
    run books ledger reconcile --fund 企业养老 --account 1004 --lines bank.csv --from 2026-01-01 --on 2026-01-31 --opening 500000 --lang en
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [[ $output == *"balance of the books: 382000.00"* && $output == *"books adjusted: 382077.00"* && $output == *"equal: yes"* ]]
    [[ $output == *"not booked"*"77.00"* && $output == *"in transit"*"-300.00"*"2026-01/14"* ]]
    run books ledger reconcile --fund 企业养老 --account 1004 --lines bank.csv --from 2026-01-01 --on 2026-01-31
    [ "$status" -eq 1 ]
}

@test "the county is named by the option, by the environment, or is county.db" {
    "$program" county new --county a.db >/dev/null
    [ -e a.db ]
    refused 4 store.exists "a.db" "a.db" "$program" county new --county a.db
    DOUDI_COUNTY=a.db books ledger begin --fund 1 --month 2026-01 >/dev/null
    run books ledger balance --fund 1 --county a.db
    [ "$status" -eq 0 ]
    [ ! -e county.db ]
    run books ledger balance --fund 1
    [ "$status" -eq 3 ]
    run books ledger register --fund 1 --county a.db --lang en
    [[ $output == *"equal: yes"* ]]
    run books ledger person 7 --fund 1 --county a.db --lang en
    [[ $output == *"balance: 0.00"* ]]
}
