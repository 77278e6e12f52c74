load support

calc() { "$program" calc "$@" --packs "$packs" --on 2025-06-01; }

@test "calc prints a value with its unit" {
    run calc 基础养老金 平均缴费指数=0.6 累计缴费月数=180
    [ "$status" -eq 0 ]
    [ "$output" = "基础养老金 = 960.00 yuan/month" ]
    run calc basic_pension average_contribution_index=0.6 'months contributed=180' --lang zh
    [ "$output" = "基础养老金 = 960.00 元/月" ]
}

@test "calc takes the region's figures" {
    run calc 基础养老金 平均缴费指数=0.6 累计缴费月数=180 --region 示例省
    [ "$output" = "基础养老金 = 1200.00 yuan/month" ]
    run calc 基础养老金 平均缴费指数=0.6 累计缴费月数=180 --region 中国/示例省
    [ "$output" = "基础养老金 = 1200.00 yuan/month" ]
}

@test "a parameter may be set like an input" {
    run calc 基础养老金 平均缴费指数=0.6 累计缴费月数=180 计发基数=10000
    [ "$output" = "基础养老金 = 1200.00 yuan/month" ]
}

@test "what cannot be computed says why and what to give, and ends with 1" {
    run calc 基础养老金 平均缴费指数=0.6
    [ "$status" -eq 1 ]
    [[ $output == *"cannot be computed, because 累计缴费月数 is not known"* ]]
    [[ $output == *"累计缴费月数=…"* ]]
    run calc 基础养老金 平均缴费指数=0.6 --lang zh
    [[ $output == *"无法计算，因为累计缴费月数 未知"* ]]
    run calc 基础养老金 平均缴费指数=9 累计缴费月数=180
    [ "$status" -eq 1 ]
    [[ $output == *"outside its stated bounds"* ]]
}

@test "rows of a record come as words, JSON or CSV, with the same answer" {
    words='缴费年度=[{年份:2022,缴费基数:4500,缴费月数:12},{年份:2023,缴费基数:5000,缴费月数:6}]'
    run calc 缴费合计 "$words"
    [ "$output" = "缴费合计 = 6720.00 yuan" ]
    echo '{"缴费年度":[{"年份":2022,"缴费基数":4500.00,"缴费月数":12},{"year":2023,"base":"5000","months":6}]}' >person.json
    run calc 缴费合计 --input person.json
    [ "$output" = "缴费合计 = 6720.00 yuan" ]
    printf '年份,缴费基数,缴费月数\n2022,4500,12\n2023,5000,6\n' >rows.csv
    run calc 缴费合计 --rows 缴费年度=rows.csv
    [ "$output" = "缴费合计 = 6720.00 yuan" ]
    run calc 缴费合计 '缴费年度=[]'
    [ "$output" = "缴费合计 = 0.00 yuan" ]
    run calc 年度缴费 "$words"
    [ "$output" = "年度缴费 = 4320.00; 2400.00 yuan" ]
}

@test "--json gives decimals as strings" {
    run calc 基础养老金 是女职工 平均缴费指数=0.6 累计缴费月数=180 类别=女干部 --json
    [ "$status" -eq 0 ]
    [[ $output == *'"value": "960.00"'* && $output == *'"value": "true"'* && $output == *'"packs_digest"'* ]]
    run calc 基础养老金 --json
    [ "$status" -eq 1 ]
    [[ $output == *'"value": null'* && $output == *'"reason_code": "not_known"'* ]]
}

@test "a fact that is not needed is noted" {
    run --separate-stderr calc 基础养老金 平均缴费指数=0.6 累计缴费月数=180 个人账户余额=1
    [ "$status" -eq 0 ]
    [[ $stderr == *"not needed here: 个人账户余额"* ]]
}

@test "a name that the packs do not know is refused" {
    refused 3 service.unknown_name "did you mean 基础养老金?" "是否想写" calc 基础养老
    refused 3 service.unknown_name "nothing called 月薪" "没有名为 月薪" calc 基础养老金 月薪=3
}

@test "a value that is none of its type is refused" {
    refused 2 service.bad_fact "累计缴费月数=many" "累计缴费月数=many" calc 基础养老金 累计缴费月数=many
    refused 2 service.bad_fact "平均缴费指数=0.12345" "平均缴费指数=0.12345" calc 基础养老金 平均缴费指数=0.12345
    refused 2 service.bad_fact "缴费年度=[{年份" "缴费年度=[{年份" calc 缴费合计 '缴费年度=[{年份'
    echo '[1]' >person.json
    refused 2 service.bad_fact "person.json:1:1" "person.json:1:1" calc 基础养老金 --input person.json
}

@test "what is no fact is refused" {
    refused 2 service.unknown_fact "人员类别 cannot be given" "人员类别 不能赋值" calc 基础养老金 人员类别=男职工
}

@test "a fact given twice is refused" {
    refused 2 service.fact_twice "累计缴费月数 is given twice" "累计缴费月数 给了两次" calc 基础养老金 累计缴费月数=1 累计缴费月数=2
}

@test "an amount a year is not taken for one a month" {
    local name='职工养老缴费.缴费基数' given='参保基础.缴费基数下限=0 参保基础.缴费基数上限=100000'
    # shellcheck disable=SC2086
    money() { "$program" calc $name $given --packs "$tree/packs" --on 2025-06-01 "$@"; }
    run money 申报工资=1000元/月 --lang en
    [[ $status -eq 0 && $output == *"= 1000.00 yuan/month"* ]]
    refused 2 service.bad_fact "申报工资=12000元/年 (it is a money per month)" "申报工资=12000元/年" money 申报工资=12000元/年
    refused 2 service.bad_fact "申报工资=100元/天" "申报工资=100元/天" money 申报工资=100元/天
}

@test "rows that are needed and not given are asked for" {
    refused 2 service.no_rows "The rows of 缴费年度 are needed" "需要 缴费年度 的各行数据" calc 缴费合计
}

@test "an unknown region, a missing file and broken JSON are refused" {
    run calc 基础养老金 --region 火星
    [ "$status" -eq 3 ]
    run calc 基础养老金 --input nowhere.json
    [ "$status" -eq 3 ]
    echo '{"a":' >person.json
    run calc 基础养老金 --input person.json
    [ "$status" -eq 2 ]
    [[ $output == *"person.json:"* ]]
}

@test "a field that a row gives twice is refused" {
    run doudi calc 缴费合计 '缴费年度=[{年份:2022,年份:2023,缴费基数:4500,缴费月数:12}]' --packs "$packs"
    [ "$status" -eq 2 ]
    [[ $output == *"缴费年度=["* ]]
}

@test "what the rule itself leaves unknown says why, and asks for nothing that an empty list has answered" {
    run --separate-stderr "$program" calc 平均缴费指数 '缴费年度=[]' --packs "$tree/packs" --on 2025-06-01 --lang en
    [ "$status" -eq 1 ]
    [[ $output == *"because the rule leaves it unknown: there is no record of contributions"* && $output != *"not given"* ]]
    run --separate-stderr "$program" calc 平均缴费指数 '缴费年度=[]' --packs "$tree/packs" --on 2025-06-01 --lang zh
    [[ $output == *"规则规定此时未知：没有缴费记录"* && $output != *"尚未给出"* ]]
}
