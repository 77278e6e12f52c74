load support

# The packs themselves, and a few people of the sample county.
county() {
    packs=$tree/packs
    here=(--packs "$packs" --on 2026-11-01 --region 示例县)
    cat >staff.csv <<'END'
id,wage,employer.trade,employer.injury_step,person.retired,enrolled.pension,enrolled.medical,enrolled.unemployment,enrolled.injury,enrolled.maternity
1,6000,机械汽车,100%,false,true,true,true,true,true
2,3000,化工,150%,false,true,true,true,true,true
3,?,化工,150%,false,true,true,true,true,true
END
    cat >people.csv <<'END'
id,person.death_day,enrolled.by_employer,benefit.employee_pension,benefit.resident_pension,benefit.unemployment,benefit.last_month,person.in_prison,benefit.amount,benefit.pension_amount,benefit.resident_amount,benefit.unemployment_amount
a,2026-06-29,false,true,false,false,2026-11,false,3000,3000,0,0
b,,false,true,true,false,2026-11,false,3205,3205,205,0
c,,false,true,false,false,2026-11,,3000,3000,0,0
END
    cat >lives.csv <<'END'
id,person.category,person.birth_month,person.birth_day,resident.years_paid,person.deemed_months,benefit.employee_pension,benefit.resident_pension
d,男职工,,,0,200,false,false
END
    printf 'id,from,until,base\n' >spells.csv
    printf 'id,months\n' >years.csv
}

@test "one bill of five insurances from a file of staff [B1]" {
    county
    run "$program" decide run bill.employee "${here[@]}" --in staff.csv --out bill.csv
    [ "$status" -eq 0 ]
    [[ $output == *"not decided: 1"* ]]
    [[ $output == *"pension.employer "*"employee_pension"*1680.00* ]]
    [ "$(sed -n 2p bill.csv)" = "1,decided,true,6000.00,960.00,0.00,480.00,450.00,120.00,30.00,30.00,54.00,0.00,2124.00," ]
    [ "$(sed -n 3p bill.csv)" = "2,decided,true,4500.00,720.00,0.00,360.00,337.50,90.00,22.50,22.50,87.75,0.00,1640.25," ]
    [ "$(sed -n 4p bill.csv)" = "3,undecided,true,,,,,,,,,,,,own monthly wage is not known" ]
}

@test "who is refused has no amount, and rows of a record are joined by id [C1]" {
    county
    printf 'id,person.sex,enrolled.pension,person.category,person.birth_month,person.deemed_months,person.deemed_index,account.balance\n1,男,true,男职工,1965-01,0,1,139000\n2,男,true,男职工,1990-01,0,1,139000\n3,女,true,,1990-01,0,1,139000\n' >facts.csv
    { printf 'id,year,place,base,months\n'; for year in $(seq 2000 2025); do printf '2,%s,示例县,5000,12\n1,%s,示例县,5000,12\n' "$year" "$year"; done; } >years.csv
    run "$program" decide run award.retirement "${here[@]}" --in facts.csv --rows years=years.csv --out award.csv
    [ "$status" -eq 0 ]
    [[ $(sed -n 2p award.csv) == 1,decided,true,true,true,312,* ]]
    [[ $(sed -n 3p award.csv) == 2,refused,true,false,false,312,*,,,,, ]]
    # Far from the age nobody need be told of her category.
    [[ $(sed -n 4p award.csv) == 3,refused,true,false,,0,*,,,,, ]]
}

@test "watches find who is paid after death and who is paid twice, once [C10]" {
    county
    run "$program" watch file watch.payment "${here[@]}" --in people.csv --out alerts.csv
    [ "$status" -eq 0 ]
    [[ $output == *"raised: 2"* ]]
    grep -q '^a,R01,raised,2026-11-01,[0-9a-f]*,high,hold,payment,稽核股,' alerts.csv
    grep -q '^b,R02,raised,' alerts.csv
    grep -q '^c,R03,unchecked,.*in prison is not known$' alerts.csv
    run "$program" watch file watch.payment --packs "$packs" --on 2026-12-01 --region 示例县 --in people.csv --alerts alerts.csv --out later.csv
    [[ $output == *"raised: 0"*"standing: 2"* ]]
    grep -q '^a,R01,standing,2026-11-01,' later.csv
    sed -i 's/^b,.*/b,,false,true,false,false,2026-11,false,3000,3000,0,0/' people.csv
    run "$program" watch file watch.payment --packs "$packs" --on 2027-01-01 --region 示例县 --in people.csv --alerts later.csv --out last.csv
    [[ $output == *"closed: 1"* ]]
    grep -q '^b,R02,closed,2026-11-01,' last.csv
}

@test "fact_table.no_fact: a column that is no fact of the purpose is refused with its place" {
    county
    sed -i '1s/wage/pay/' staff.csv
    run "$program" decide run bill.employee "${here[@]}" --in staff.csv --out bill.csv --lang en
    [ "$status" -ne 0 ]
    [[ $output == *"staff.csv:1:4"*"no fact called pay"* ]]
    [ ! -e bill.csv ]
}

@test "fact_table.id_twice, fact_table.bad_row: a file that does not say who is refused" {
    county
    printf '1,6000,机械汽车,100%%,false,true,true,true,true,true\n' >>staff.csv
    run "$program" decide run bill.employee "${here[@]}" --in staff.csv --out bill.csv --lang en
    [ "$status" -ne 0 ]
    [[ $output == *"The id 1 stands in the file twice"* ]]
    sed -i '$s/.*/9,6000/' staff.csv
    run "$program" decide run bill.employee "${here[@]}" --in staff.csv --out bill.csv --lang en
    [ "$status" -ne 0 ]
    [[ $output == *"staff.csv:5:1"*"2/10"* ]]
}

@test "of age and unpaid: who has no birth month cannot be checked, and is told [C10]" {
    county
    run "$program" watch file watch.person "${here[@]}" --in lives.csv --rows spells=spells.csv --rows years=years.csv --out alerts.csv
    [ "$status" -eq 0 ]
    grep -q '^d,due.employee,unchecked,.*birth month is not known$' alerts.csv
    sed -i 's/^d,男职工,,,/d,男职工,1965-01,1965-01-20,/' lives.csv
    run "$program" watch file watch.person "${here[@]}" --in lives.csv --rows spells=spells.csv --rows years=years.csv --out alerts.csv
    grep -q '^d,due.employee,raised,' alerts.csv
}

@test "fact_table.needs_rows, fact_table.no_id: rows are asked for, and must belong to somebody" {
    county
    run "$program" watch file watch.person "${here[@]}" --in lives.csv --rows years=years.csv --out alerts.csv --lang en
    [ "$status" -ne 0 ]
    [[ $output == *"rows of spells are needed"* ]]
    printf 'z,2020-01,2021-01,5000\n' >>spells.csv
    run "$program" watch file watch.person "${here[@]}" --in lives.csv --rows spells=spells.csv --rows years=years.csv --out alerts.csv --lang en
    [ "$status" -ne 0 ]
    [[ $output == *"has the id z"* ]]
}

@test "alerts_file.bad_alert: alerts that no run wrote are refused" {
    county
    "$program" watch file watch.payment "${here[@]}" --in people.csv --out alerts.csv
    sed -i 's/^a,R01,raised,2026-11-01,[0-9a-f]*/a,R01,raised,2026-11-01,xyz/' alerts.csv
    run "$program" watch file watch.payment "${here[@]}" --in people.csv --alerts alerts.csv --out later.csv --lang en
    [ "$status" -ne 0 ]
    [[ $output == *"as an earlier run wrote it: xyz"* ]]
}

@test "a purpose the tables do not know is refused with the nearest" {
    county
    run "$program" decide run bill.employe "${here[@]}" --in staff.csv --out bill.csv --lang en
    [ "$status" -ne 0 ]
    [[ $output == *"bill.employee"* ]]
}
