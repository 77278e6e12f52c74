load support

# The packs of the tree over figures that offices published (data/china/README.md says which).
packs_of_tree() { packs=$tree/packs; }

@test "31 provinces of 2024: support ratio and months, with the rest that no province has [E2]" {
    packs_of_tree
    run --separate-stderr doudi run --packs "$packs" --in "$tree/data/china/province-2024-employee-pension.csv" --out out.csv \
        --vars 抚养比,可支付月数,参保职工数,离退休人数,累计结余 --on 2024-12-31 --whole 全国 \
        --columns contributors_10k=参保职工数,retirees_10k=离退休人数,balance_100m=累计结余,expense_100m=年支出
    [ "$status" -eq 0 ]
    [ "$(wc -l <out.csv)" -eq 33 ]
    [ "$(sed -n 2p out.csv)" = "全国,2.63,12.5,38713.2,14739.1,70726.6," ]
    grep -q '^北京,4.51,47.8,' out.csv
    [[ $output == *"total 参保职工数: 38657.8 (31 valued, 0 missing)"* ]]
    [[ $output == *"the whole states 38713.2: 55.4 more than the sum"* ]]
    [[ $output == *"the whole states 70726.6: 85.5 more than the sum"* ]]
    ! [[ $output == *"total 抚养比: 8"* ]]
}

@test "central adjustment on a fixture of 2021, and refused for 2024" {
    packs_of_tree
    rows=省份=$tree/tests/cli/data/central-adjustment-2021-made-up.csv
    run doudi calc 应上解额 净受益额 --packs "$packs" --on 2021-06-01 --rows "$rows"
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "应上解额 = 7776000000.00; 2916000000.00 yuan" ]]
    run doudi calc 应上解额 --packs "$packs" --on 2024-06-01 --rows "$rows"
    [ "$status" -eq 1 ]
    [[ $output == *"no version of the rule holds at that date"* ]]
}

@test "the census of 2020 by age and sex: who reaches retirement age when, by the old and the new rule [N2]" {
    packs_of_tree
    awk -F, 'NR > 1 && $1 >= 40 && $1 < 60 {
        n = split($2 == "male" ? "male" : "female_55 female_50", kind, " ")
        for (k = 1; k <= n; k++) printf "%s-%s,%s,%d-06,%s\n", $1, kind[k], kind[k], 2020 - $1, $3 }' \
        "$tree/data/china/census2020-single-age.csv" | sed '1i id,人员类别,出生月,population' >people.csv
    for on in 2024-12-31 2025-06-01; do
        run doudi run --packs "$packs" --in people.csv --out $on.csv --vars 法定退休月,延迟月数 --on $on --keep population
        [ "$status" -eq 0 ]
        [ "$(wc -l <$on.csv)" -eq 61 ]
    done
    grep -q '^55-male,[0-9]*,2025-06,0,$' 2024-12-31.csv
    grep -q '^55-male,[0-9]*,2025-08,2,$' 2025-06-01.csv
    grep -q '^40-female_50,[0-9]*,2030-06,0,$' 2024-12-31.csv
    grep -q '^40-female_50,[0-9]*,2033-03,33,$' 2025-06-01.csv
}
