# doudi diff: two regions, two dates, or the law and a reform.
load support

diffed() { "$program" diff --packs "$packs" "$@"; }

@test "two dates: what was not yet in force is shown with its date and article" {
    run diffed 2024-12-31 2025-01-01
    [ "$status" -eq 0 ]
    [[ $output == *"计发基数"* ]]
    [[ $output == *"A nothing in force"* ]]
    [[ $output == *"B 8000 yuan/month"*"since 2025-01-01"*"国发〔2005〕38号"* ]]
}

@test "a region against the nation" {
    run diffed 中国@2025-06-01 示例省@2025-06-01 --lang zh
    [ "$status" -eq 0 ]
    [[ $output == *"计发基数"* ]]
    [[ $output == *"处不同"* ]]
    run diffed 2025-06-01 2025-06-01
    [[ $output == *"0 differences"* ]]
}

@test "[N4] a reform: who gains and who loses how much, person by person" {
    sed 's/^pack: .*/pack: 示例养老/; s/since 2025-01-01 = 8000$/since 2025-01-01 = 8800/' "$packs/pension.md" >reform.md
    people 1,0.6,180,13900,男职工,1965-08-01 2,1.0,240,1390,female_55,1970-01-15 3,1.0,179,0,男职工,1970-01-15
    run diffed 2025-06-01 --reform reform.md --in people.csv --vars 基础养老金 --out changes.csv
    [ "$status" -eq 0 ]
    [[ $output == *"A 8000 yuan/month"* ]]
    [[ $output == *"B 8800 yuan/month"* ]]
    [[ $output == *"基础养老金: 2 gain 256, 0 lose 0, 1 the same, 0 not compared; in all 256"* ]]
    [ "$(cat changes.csv)" = "id,基础养老金.A,基础养老金.B,基础养老金.B-A
1,960.00,1056.00,96
2,1600.00,1760.00,160
3,0.00,0.00,0" ]
}

@test "a reform that does not compile is refused with its first mistake" {
    printf -- '---\npack: 示例养老\n---\n```rule\nvar 甲\n```\n' >reform.md
    run --separate-stderr diffed 2025-06-01 --reform reform.md
    [ "$status" -eq 2 ]
    [[ $stderr == *"reform.md"* ]]
}

@test "people without variables are refused with the way out" {
    people 1,0.6,180,13900,男职工,1965-08-01
    refused 2 service.diff_needs_vars "say which variables" "请用 --vars" "$program" diff --packs "$packs" 2025-06-01 2025-06-02 --in people.csv
}

@test "rows of a table that differ stand a line each, with their own law" {
    mkdir -p law
    printf -- '---\npack: 试\n---\n```rule\nparam 水平 : rate by year "level"\n  law 总则\n  since 2024-01-01\n  | year | 水平 | law |\n  | 2022 | 4%% | 甲号 |\n  | 2023 | 3%% | 乙号 |\n  since 2025-01-01\n  | year | 水平 | law |\n  | 2022 | 4%% | 甲号 |\n  | 2023 | 2%% | 丙号 |\n  | 2024 | 1%% |  |\n```\n' >law/a.md
    run "$program" diff --packs law 2024-06-01 2025-06-01
    [ "$status" -eq 0 ]
    [[ $output == *"        2023: 3%  〔乙号〕"* ]]
    [[ $output == *"        2023: 2%  〔丙号〕"* ]]
    [[ $output == *"        2024: 1%  〔总则〕"* ]]
    [[ $output != *"甲号"* ]]
    [[ $output == *"1 difference" ]]
    run "$program" diff --packs law 2024-06-01 2025-06-01 --json
    [[ $output == *"甲号"* ]]
}
