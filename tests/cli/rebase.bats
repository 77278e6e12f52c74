#!/usr/bin/env bats
# doudi contribution rebase: the year's bases; and the bills of public bodies.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk carl=cashier amy=accountant rob=reviewer
    as clara "month open" --month 2026-11 >/dev/null
    as clara "month bill" --month 2026-11 >/dev/null
}
setup() { enter_office; }

@test "[B1] [B2] declared wages become the year's bases: floor, ceiling, who is left out, who declared nothing" {
    as clara "month open" --month 2026-12 >/dev/null
    printf '%s\n' 单位,证件号码,申报工资 34,4063,5560.00 91590121671712535W,1615,99999.00 34,3424,100.00 34,3424,5.00 13,1615,5000 34,411,x >declared.csv
    before=$(show verify)
    run as clara "contribution rebase" declared.csv --from 2026-12 --dry-run --lang en --list list.csv
    [ "$status" -eq 1 ] # three rows are refused and named
    [[ $output == *"floor of the base: 4500.00"*"ceiling of the base: 22500.00"*"declared: 3"*"raised to the floor: 1"*"held at the ceiling: 1"* ]]
    [[ $output == *"rows refused: 3"*"written: no"*"5 "*"twice"*"6 "*"not enrolled with this employer"* ]]
    [ "$(show verify)" = "$before" ]
    grep -q "^1615,[^,]*,34,[^,]*,above the ceiling,14010.00,99999.00,14010.00,22500.00$" list.csv
    grep -q "^3424,[^,]*,34,[^,]*,below the floor,12270.00,100.00,12270.00,4500.00$" list.csv
    # Of those whose employer declared nothing the packs make 110 per cent of last month's base.
    run as clara "contribution rebase" declared.csv --from 2026-12 --missing raise --lang en --list list.csv
    [[ $output == *"written: yes"* ]]
    grep -q "^411,[^,]*,37,[^,]*,determined: not declared,5900.00,6490.00,5900.00,6490.00$" list.csv
    before=$(show verify)
    run as clara "contribution rebase" declared.csv --from 2026-12 --missing raise --lang en
    [[ $output == *"declared otherwise than before: 0"*"determined anew by the packs: 0"*"written: no"* && $output == *"nothing changed"* ]]
    [ "$(show verify)" = "$before" ]
    # The bill takes them: 16 % and 8 % of 5,560.00 for one, of the ceiling for the other.
    as clara "month bill" --month 2026-12 --purpose employee >/dev/null
    run show person contributions 4063 --from 2026-12
    [[ $output == *"Employee pension fund"*"5560.00 "*"444.80 "*"889.60"* ]]
    run show person contributions 1615 --from 2026-12
    [[ $output == *"Employee pension fund"*"22500.00 "*"1800.00 "*"3600.00"* ]]
    # Nobody declares for the dead.
    printf 'person,项目,内容\n3424,person.death_day,2026-11-02\n' >dead.csv
    as clara "county import" dead.csv --what attributes >/dev/null
    printf '%s\n' 单位,证件号码,申报工资 34,3424,6000.00 >declared.csv
    run as clara "contribution rebase" declared.csv --from 2026-12 --dry-run --lang en
    [[ $status -eq 1 && $output == *"the person has died; end the enrolment"* ]]
    # A workbook is read as well as it is written; without its columns it is refused.
    printf 'x,y\n1,2\n' >bad.csv
    refused 2 contribution.no_column "has no column for employer" "缺少“单位”一列" as clara "contribution rebase" bad.csv --from 2026-12
}

@test "[B13] [B18] public bodies are billed: pension to its fund, annuity in cash to the collecting account" {
    run show month status --month 2026-11
    [[ $output == *"public  "*"7 "*"70 "*"190926.80"* ]]
    run as carl "month receive" --month 2026-11 --simulate 0 --lang en
    [[ $status -eq 0 && $output == *"Public sector pension fund "*"153122.40"*"Occupational annuity fund (collected) "*"37804.40"* ]]
    # Bases of 638,010.00: 24 per cent, and 4 per cent of persons; 8 per cent of 153,550.00 whose bodies pay in cash.
    run show ledger balance --fund occupational_annuity --month 2026-11
    [[ $output == *"1006 "*"dr 37804.40"*"400101"*"cr 37804.40"*"debits equal credits"* && $output != *"1003"* ]]
    run show ledger register --fund occupational_annuity
    [[ $output == *"Own contribution"*"70 "*"25520.40"*"Employer share credited"*"17 "*"12284.00"*"equal: yes"* ]]
    run show dues reconcile
    [[ $status -eq 0 && $output == *"all is equal"* ]]
    run as amy "month close" --month 2026-11 --lang en
    [[ $status -eq 0 && $output == *"Occupational annuity fund (collected) "*"37804.40"*"100.00%"* ]]
    run show ledger statement 会社保01表 --fund occupational_annuity --month 2026-11
    [[ $output == *"Collecting account "*"37804.40"*"Total assets "*"37804.40"*"Total liabilities and net assets "*"37804.40"* ]]
}

@test "[B5] [B6] a department's whole list is held against the one before: new, dropped out, not insured, not to be matched" {
    as clara "month open" --month 2026-12 >/dev/null
    as clara "county export" --what attributes --out attributes.csv >/dev/null
    grep ',resident.group,低保对象,' attributes.csv | cut -d, -f1 >marked
    count=$(grep -c . marked)
    # The first leaves the list; a resident who was on none comes to it; a number that nobody has is named.
    { echo 证件号码,姓名; sed 1d marked | sed 's/$/,/'; echo 1864,; echo 123456,张无名; } >list.csv
    before=$(show verify)
    run as clara "contribution roster" list.csv --group 低保对象 --from 2026-12 --dry-run --lang en
    [ "$status" -eq 1 ]
    [[ $output == *"on the list: $((count + 1))"*"as before: $((count - 1))"*"new: 1"*"dropped out: 1"*"cannot be matched: 1"*"written: no"* ]]
    [ "$(show verify)" = "$before" ]
    run as clara "contribution roster" list.csv --group 低保对象 --from 2026-12 --lang en --list differences.csv
    [[ $output == *"written: yes"* ]]
    grep -q "^cannot be matched,,张无名,$((count + 2)),ask the department" differences.csv
    grep -q "^dropped out,$(head -n 1 marked)," differences.csv
    grep -q "^new,1864," differences.csv
    run as clara "contribution roster" list.csv --group 低保对象 --from 2026-12 --lang en
    [[ $output == *"new: 0"*"dropped out: 0"*"written: no"* ]]
    run as clara "contribution roster" list.csv --group 富人 --from 2026-12 --lang en
    [[ $status -ne 0 && $output == *"富人"* ]]
    run show verify
    [ "$status" -eq 0 ]
}
