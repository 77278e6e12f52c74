# The census of 2020 end to end: who reaches retirement age in which year.
load support

@test "[N2] the census by year 2025 to 2050, old rule beside new: every sum balances with the population" {
    run --separate-stderr env DOUDI_PROGRAM="$program" "$tree/tools/census_table"
    [ "$status" -eq 0 ]
    [ "$(grep -c '^20[0-9][0-9] ' <<<"$output")" -eq 26 ]
    [ "$(grep -c '，相符$' <<<"$output")" -eq 3 ]
    men=$(awk -F, '$2 == "male" { n += $3 } END { print n }' "$tree/data/china/census2020-single-age.csv")
    [[ $output == *"男性：各年合计 旧 $men 人、新 $men 人，普查人口 $men 人，相符"* ]]
    [[ $output == *"2025    1178.1     880.0    1246.2     934.1     996.4     670.4"* ]]
    [[ $output == *"2050    1257.1    1283.0     795.3     905.6     676.5     795.3"* ]]
}

@test "a census of two lines, counted by hand: people of an age are born over twelve months" {
    printf 'age,sex,population\n60,male,25\n44,female,12\n' >small.csv
    run --separate-stderr env DOUDI_PROGRAM="$program" FROM=2020 UNTIL=2032 "$tree/tools/census_table" small.csv
    [ "$status" -eq 0 ]
    # sixty years old in May 2020: born from May 1959 to April 1960
    [[ $output == *"男性：各年合计 旧 25 人、新 25 人，普查人口 25 人，相符"* ]]
    [[ $output == *"女性作工人：各年合计 旧 12 人、新 12 人"* ]]
}

@test "a census file with a broken number is refused, not counted" {
    printf 'age,sex,population\n60,nobody,25\n' >small.csv
    run env DOUDI_PROGRAM="$program" "$tree/tools/census_table" small.csv
    [ "$status" -eq 1 ]
}
