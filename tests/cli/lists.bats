#!/usr/bin/env bats
# doudi contribution list: what others hand in, decided row by row by the packs.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
a=91590121671712535W b=91590121289184321F # 19 and 34 people insured

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer carl=cashier
    as clara "month open" --month 2026-11 >/dev/null
    as clara "county export" --what enrolments --out enrolments.csv >/dev/null
}
setup() { enter_office; }

@test "[B21] [B22] heads in the tax return against heads insured: the gap, who pays tax and insures nobody, who is not on the roll" {
    printf '单位,单位名称,计税人数,正常纳税\n%s,甲,20,是\n%s,乙,3,是\n91590121MA00000000,某某饭店,12,是\n%s,甲,20,是\n%s,甲,many,是\n' $a $b $a 913 >tax.csv
    run show contribution list tax-heads tax.csv --out gap.csv
    # 20 - 19; 3 are fewer than are insured; 12 of whom nobody is. The row that stands twice counts once.
    [[ $status -eq 0 && $output == *"rows: 5"*"not registered here: 2"*"not decided: 1"*"gap"*" 13"* ]]
    grep -q "^2,34 .*,,1,95%,no$" gap.csv
    grep -q "^4,91590121MA00000000 某某饭店,not registered here,12,0%,yes$" gap.csv
    grep -q "^5,34 .*counted once" gap.csv
    # As many of the other employers as the registry has staff of, each with its number.
    insured=$(grep -v ^person enrolments.csv | cut -d, -f1,4 | sort -u | cut -d, -f2 | sort | uniq -c | awk '$2 == 37 { print $1 }')
    grep -q "^,37 .*,\"$insured insured, not on the list\"" gap.csv
    others=$(grep -v ^person enrolments.csv | cut -d, -f4 | grep -v '^$' | sort -u | wc -l)
    [ "$(grep -c 'not on the list' gap.csv)" -eq $((others - 2)) ]
    # Whoever died in an earlier month is insured no more, whether or not the enrolment was ended; of this month still.
    grep -v ^person enrolments.csv | awk -F, '$4 == 34 { print $1 }' | sort -u | head -2 >dead.txt
    printf 'person,name,value,from\n%s,person.death_day,2026-10-15,2026-10-15\n%s,person.death_day,2026-11-05,2026-11-05\n' $(cat dead.txt) >told.csv
    as clara "county import" told.csv --what attributes >/dev/null
    run show contribution list tax-heads tax.csv --out gap.csv
    grep -q "^2,34 .*,,2,90%,no$" gap.csv
    refused 3 contribution.no_list "tax-heads disability-levy insurance-subsidy" "没有清单" "$program" contribution list nothing tax.csv --county county.db
    run show verify
    [ "$status" -eq 0 ]
}

@test "[B24] the disability levy of each employer by the packs, with why" {
    printf '单位,在职职工数,残疾职工数,其中重残,年平均工资,是否企业\n%s,150,1,,70000,是\n%s,30,0,0,70000,是\n91590121MA00000000,100,1.5,,200000,否\n' $a $b >levy.csv
    run show contribution list disability-levy levy.csv --year 2024 --out levy-out.csv
    # 150 × 1.6 % - 1 = 1.4 posts of 70,000, at 0.67 per cent of staff 90 % of it; an enterprise of 30 is exempt;
    # 100 × 1.6 % - 1.5 = 0.1 post of twice 87,000, the ceiling, half of it at 1.5 per cent.
    [[ $status -eq 0 && $output == *"payable"*"96900.00"* ]]
    [ "$(sed 1d levy-out.csv | cut -d, -f4,5,6 | tr '\n' ' ')" = "88200.00,98000.00,90% 0.00,33600.00,0% 8700.00,17400.00,50% " ]
    run show contribution list disability-levy levy.csv --year 2024 --explain $a
    [[ $status -eq 0 && $output == *"88,200"*"残疾人就业条例 第九条"* ]]
    # Of a year whose social average nobody has published nothing is decided.
    run show contribution list disability-levy levy.csv --year 2026
    [[ $status -eq 0 && $output == *"not decided: 3"* ]]
}

@test "[I4] insurance subsidies by what was really paid: two thirds of one's own, the employer's share, not above the months" {
    as clara "month bill" --month 2026-11 >/dev/null
    own=$(grep ',employee_pension,flexible,' enrolments.csv | cut -d, -f1 | sed -n 1p)
    staff=$(grep ',employee_pension,employee,34,' enrolments.csv | cut -d, -f1 | sed -n 1p)
    printf '人员,补贴类型,已补月数,距退休月数\n%s,困难人员灵活就业,30,120\n%s,单位招用困难人员,3,120\n' "$own" "$staff" >claims.csv
    # First paid, then subsidised: nothing came yet.
    run show contribution list insurance-subsidy claims.csv --out subsidies.csv
    [[ $status -eq 0 && "$(sed -n 2p subsidies.csv)" == *",0.00,6" && "$(sed -n 3p subsidies.csv)" == *",0.00,33" ]]
    as carl "month receive" --month 2026-11 --simulate 0 >/dev/null
    run show contribution list insurance-subsidy claims.csv --out subsidies.csv
    # 900 yuan were paid (4,500 × 20 %), two thirds of it; of the employee the employer's share alone.
    run show person contributions "$own"
    [[ $output == *"900.00"* ]]
    [[ "$(sed -n 2p subsidies.csv)" == *",600.00,6" ]]
    # 342.00 + 729.60 + 22.80 + 31.92 are the employer's; the sample city pays no more than 600 of it.
    share=$(show person contributions "$staff" | awk '$1 == "2026-11" { s += $NF } END { printf "%.2f", s }')
    [ "$share" = 1126.32 ]
    [[ "$(sed -n 3p subsidies.csv)" == *",600.00,33" ]]
    run show contribution list insurance-subsidy claims.csv --explain "$staff"
    [[ $output == *"1,126.32"*"600.00"*"财社〔2017〕164号"* ]]
    # The months are used up.
    sed -i 's/,30,120/,36,120/' claims.csv
    show contribution list insurance-subsidy claims.csv --out subsidies.csv >/dev/null
    [[ "$(sed -n 2p subsidies.csv)" == *",0.00,0" ]]
}
