# doudi explain: why this amount, why not, what is missing.
load support

why() { "$program" explain --packs "$packs" --on 2025-06-01 "$@"; }

@test "[N3] an amount is told with its formula, numbers, rounding, parameter, date and article" {
    run why 基础养老金 平均缴费指数=0.777 累计缴费月数=181 --lang zh
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "基础养老金 = 1,072.12 元/月"*"2006-01-01起"*"国发〔2005〕38号 第六条"* ]]
    [[ $output == *"＝ (计发基数 + 计发基数 * 平均缴费指数) / 2"* ]]
    [[ $output == *"8,000.00 × 0.777"*"四舍五入到分"* ]]
    [[ $output == *"计发基数 = 8,000.00 元/月"*"参数"*"2025-01-01起"* ]]
}

@test "the same in English, by the locale" {
    run why 基础养老金 平均缴费指数=0.6 累计缴费月数=180
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "基础养老金 = 960.00 yuan/month"* ]]
    [[ $output == *"rounded half up to the fen"* ]]
}

@test "[C1] a refusal says the article and the nearest change that turns it" {
    run why 基础养老金 平均缴费指数=1 累计缴费月数=179 --lang zh
    [ "$status" -eq 0 ]
    [[ $output == *"缴费年限不足"*"社会保险法 第十六条"* ]]
    [[ $output == *"若 累计缴费月数 为 180 个月（现为 179 个月），结果为 1,200.00 元/月"* ]]
}

@test "what does not hold says the nearest change that turns it" {
    run "$program" explain 最低生活保障.收入符合 --packs "$tree/packs" --on 2025-06-01 家庭月收入=1500 共同生活人口=2 最低生活保障.低保标准=700 --lang zh
    [ "$status" -eq 0 ]
    # Below 700 × 2, and not at it.
    [[ $output == *"若 家庭月收入 为 1,399.99 元/月（现为 1,500.00 元/月），结果为 是"* ]]
    [[ $output == *"若 共同生活人口 为 3"*"结果为 是"* ]]
    run "$program" explain 最低生活保障.收入符合 --packs "$tree/packs" --on 2025-06-01 家庭月收入=1300 共同生活人口=2 最低生活保障.低保标准=700 --lang zh
    [[ $status -eq 0 && $output != *"若 "* ]]
}

@test "what is missing is named, and the exit says that something could not be computed" {
    run why 基础养老金 平均缴费指数=1
    [ "$status" -eq 1 ]
    [[ $output == *"Missing: 累计缴费月数"* ]]
}

@test "rows stand behind a sum" {
    run why 缴费合计 '缴费年度=[{年份:2022,缴费基数:4500,缴费月数:12},{年份:2023,缴费基数:5000,缴费月数:6}]' --lang zh
    [ "$status" -eq 0 ]
    [[ $output == *"缴费年度：2 行"* ]]
    [[ $output == *"4,500.00 元/月"* ]]
}

@test "JSON and HTML hold the same tree" {
    run why 基础养老金 平均缴费指数=0.6 累计缴费月数=180 --format json
    [ "$status" -eq 0 ]
    [[ $output == *'"value": "960.00 yuan/month"'* ]]
    [[ $output == *'"law": "国发〔2005〕38号 第六条"'* ]]
    run why 基础养老金 平均缴费指数=0.6 累计缴费月数=180 --format html --lang zh
    [[ ${lines[0]} == "<!doctype html>" ]]
    [[ $output == *"960.00 元/月"* ]]
}

@test "an unknown variable is refused with the nearest name" {
    run --separate-stderr why 基础养老 平均缴费指数=1
    [ "$status" -eq 3 ]
    [[ $stderr == *"基础养老金"* ]]
}

@test "one month, one row, one person: English counts in the singular" {
    run why 基础养老金 平均缴费指数=1 累计缴费月数=1
    [[ $output == *"累计缴费月数 = 1 month "* || $output == *"累计缴费月数 = 1 month"$'\n'* ]]
    [[ $output != *"1 months"* ]]
    run why 缴费合计 '缴费年度=[{年份:2022,缴费基数:4500,缴费月数:12}]'
    [[ $output == *"缴费年度: 1 row"* && $output != *"1 rows"* ]]
    run "$program" calc 累计缴费月数 累计缴费月数=1 --packs "$packs"
    [[ ${lines[0]} == "累计缴费月数 = 1 month" ]]
    people 1,0.6,180,13900,男职工,1965-08-01
    run "$program" run --packs "$packs" --in people.csv --out r.csv --vars 基础养老金 --on 2025-06-01
    [[ $output == *"1 person, 0 history rows"* ]]
}

@test "a word that no rule names is told as it was given" {
    mkdir colours
    printf -- '---\npack: 颜色\nen: Colours\nregion: 中国\n---\n\n```rule\nentity 人 "person"\nenum 色 "colour" = 红 "red", 绿 "green", 蓝 "blue"\ninput 所选 : 色 of 人 "chosen"\nvar 是红 : bool of 人 "is red"\n  law 社会保险法 第一条\n  since 2020-01-01 = 所选 is 红\n```\n' >colours/colours.md
    run "$program" explain 是红 所选=蓝 --packs colours --lang zh
    [[ $status -eq 0 && $output == *"蓝 = 红"* && $output != *"#"* ]]
}
