#!/usr/bin/env bats
# The bases of contributions over a year's boundary and the yearly declaration.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }

setup_file() {
    OFFICE_MONTH=2024-12 make_office rita=rights-manager lea=leader audrey=auditor clara=clerk
    as clara "month open" --month 2024-12 >/dev/null
    as clara "county export" --what enrolments --out enrolments.csv >/dev/null
}
setup() { enter_office; }

# pension MONTH FLOOR CEILING: 24 per cent of everybody's declared wage between the bounds, by awk instead of the packs.
pension() {
    awk -F, -v low="$1" -v high="$2" '$2 == "employee_pension" && $3 == "employee" {
        base = $6 < low ? low : $6 > high ? high : $6; sum += base } END { printf "%.2f", sum * 0.24 }' enrolments.csv
}
# billed: the pension contributions of employees in the last answer.
billed() { awk '/^employees +Employee pension fund/ { s += $NF } END { printf "%.2f", s }' <<<"$output"; }

@test "[B2] the bounds follow the average wage over the year's end, and the yearly declaration holds from July on" {
    run as clara "month bill" --month 2024-12 --lang en
    # 60 and 300 per cent of 6,900; from January on 4,320 and 21,600 as published.
    [ "$(billed)" = "$(pension 4140 20700)" ]
    flexible=$(grep -c ',employee_pension,flexible,' enrolments.csv)
    [[ $output == *"flexible workers"*"$flexible "*"$((flexible * 828)).00"* ]]
    as clara "month open" --month 2025-01 >/dev/null
    run as clara "month bill" --month 2025-01 --lang en
    [ "$(billed)" = "$(pension 4320 21600)" ]
    [[ $output == *"flexible workers"*"$flexible "*"$((flexible * 864)).00"* ]]
    for month in 2025-02 2025-03 2025-04 2025-05 2025-06; do
        as clara "month open" --month $month >/dev/null
        as clara "month bill" --month $month --purpose employee >/dev/null
    done
    as clara "month open" --month 2025-07 >/dev/null
    person=$(grep ',employee_pension,employee,34,590121,4200.00,' enrolments.csv | cut -d, -f1 | sed -n 1p)
    other=$(grep ',employee_pension,employee,32,' enrolments.csv | awk -F, '$6 > 9000 && $6 < 15000 { print $1 "," $6; exit }')
    printf '单位,人员编号,申报工资\n91590121671712535W,%s,7000\n' "$person" >declared.csv
    run as clara "contribution rebase" declared.csv --from 2025-07 --missing raise --lang en
    [[ $status -eq 0 && $output == *"floor of the base: 4320.00"*"ceiling of the base: 21600.00"*"declared: 1"* ]]
    run as clara "month bill" --month 2025-07 --purpose employee --lang en
    [ "$status" -eq 0 ]
    run show person contributions "$person"
    # 7,000 × 8 and 16 per cent from July on; up to June by the floor.
    [[ $output == *"2025-06 "*"4320.00 "*"345.60 "*"691.20"*"2025-07 "*"7000.00 "*"560.00 "*"1120.00"* ]]
    # Whose employer declared nothing is raised by a tenth.
    raised=$(awk -F, -v w="${other#*,}" 'BEGIN { printf "%.2f", w * 1.1 }')
    run show person contributions "${other%,*}"
    [[ $output == *"2025-07 "*"$raised "* ]]
    # Put off by an agreement: no fee runs in its days.
    run as clara "dues defer" 34 --of 2025-07 --until 2025-10-25 --why 2025-7 --lang en
    [[ $status -eq 0 && $output == *"kind: deferral"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[B3] who pays by the quarter or the year is billed to the end of the period at once, month by month, and not again" {
    a=$(grep ',employee_pension,flexible,' enrolments.csv | cut -d, -f1 | sed -n 1p) b=$(grep ',employee_pension,flexible,' enrolments.csv | cut -d, -f1 | sed -n 2p)
    flexible=$(grep -c ',employee_pension,flexible,' enrolments.csv)
    printf '个人编号,项目,内容\n%s,缴费频次,按季\n%s,缴费频次,按年\n' "$a" "$b" >told.csv
    as clara "county import" told.csv --what attributes >/dev/null
    # December ends the quarter and the year: nothing is ahead of it.
    run as clara "month bill" --month 2024-12 --lang en
    [[ $status -eq 0 && $output == *"flexible workers"*"$((flexible * 828)).00"* && $output != *"billed ahead"* ]]
    as clara "month open" --month 2025-01 >/dev/null
    run as clara "month bill" --month 2025-01 --lang en
    # 864 a month (4,320 × 20 %): two months more of one, eleven more of the other.
    [[ $output == *"billed ahead to the end of their periods, yuan: 11232.00"* && $output == *"flexible workers"*"$((flexible * 864)).00"* ]]
    run show dues show "$a"
    [[ $output == *"open in all, yuan: 3420.00"* ]] # 828 of December and three months
    # The relief of 2020 is over: that is said, and not that nothing is owed.
    refused 4 dues.no_relief "No relief is in force for 2025-01" "没有减免政策在执行" as clara "dues relief" 91590121671712535W --of 2025-01
    as clara "month open" --month 2025-02 >/dev/null
    run as clara "month bill" --month 2025-02 --lang en
    [[ $output == *"flexible workers"*"$((flexible - 2)) "*"$(((flexible - 2) * 864)).00"* && $output != *"billed ahead"* ]]
    before=$(show verify)
    run as clara "month bill" --month 2025-02 --lang en
    [[ $status -eq 0 && $output == *"billed before, nothing changed"* && $output != *"would be of other people"* && $(show verify) == "$before" ]]
    run as clara "month correct" --month 2025-02 --of 2025-02 --lang en
    [[ $status -eq 0 && $output == *"everything is as it was billed"* ]]
    run show person contributions "$a"
    [[ $output == *"2025-01  flexible workers "*"864.00"*"2025-02  flexible workers (billed in 2025-01)"*"864.00"*"2025-03  flexible workers (billed in 2025-01)"*"864.00"* ]]
    run show person explain "$a" --bill 2025-03
    [[ $status -eq 0 && $output == *"864.00"*"国发〔2005〕38号"* ]]
    run show verify
    [ "$status" -eq 0 ]
}
