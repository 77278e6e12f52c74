# The policy book as it is read: search, a pack by its sections, tests line by line, what has none, proofs with their bounds, English.
load support

@test "a search finds names before articles before text, in either language" {
    run "$program" law --packs "$packs" 养老金 --lang en
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "基础养老金 (示例养老 · variable) 〔国发〔2005〕38号 第六条〕" ]
    [[ ${lines[-1]} == "3 found, 3 shown" ]] || { echo "$output"; return 1; }
    run "$program" law --packs "$packs" BASIC pension --json
    [ "$(jq -r '.results[0].name' <<<"$output")" = 基础养老金 ]
    run "$program" law --packs "$packs" 第六条 --lang zh
    [[ $output == *"计发基数"*"共找到 2 处，显示 2 处"* ]]
    run "$program" law --packs "$packs" 没有的词 --lang en
    [ "$status" -eq 0 ]
    [ "$output" = "0 found, 0 shown" ]
}

@test "a search without words is refused with the way out" {
    refused 2 search.no_words "Say what to look for" "请输入要找的内容" "$program" law --packs "$packs" " "
}

@test "a pack is read by its sections, each with its text and its names; a name with the text around it" {
    mkdir law
    printf -- '---\npack: 试\nen: Trial\n---\n# 总则\n\n头一段，\n两行。\n\n## 水平\n\n说**明**文字。\n\n```rule\nentity 人 "person"\ninput 数 : count from 0 to 9 of 人 "number"\nvar 倍 : count of 人 "double"\n  law 甲号 第一条\n  = 数 * 2\nvar 半 : count of 人 "unused"\n  law 甲号 第二条\n  = 数\n```\n\n```test "二倍"\n| 数 | 倍 |\n| 4 | 8 |\n```\n\n```proof\nproof 不减: 倍 never falls as 数 rises\n```\n' >law/a.md
    run "$program" pack 试 --packs law --json
    [ "$(jq -c '[.sections[] | [.level, .title, .text]]' <<<"$output")" = '[[0,"",[]],[1,"总则",["头一段，两行。"]],[2,"水平",["说明文字。"]]]' ]
    [ "$(jq -c '[.sections[2].names[] | [.name, .tested]]' <<<"$output")" = '[["人","-"],["数","-"],["倍","expected"],["半","none"]]' ]
    run "$program" show 倍 --packs law --json
    [ "$(jq -c '[.heading, .prose, .tested]' <<<"$output")" = '["总则 › 水平",["说明文字。"],"expected"]' ]
    refused 3 service.pack_unknown "There is no pack called" "没有名为" "$program" pack 无 --packs law

    # its tests, and what has none [N3]
    run "$program" tests 试 --packs law --json
    [ "$(jq -c '.tests[0] | [.test, .region, .given[0].said, .expected[0].said, .expected[0].came, .passed]' <<<"$output")" = '["二倍","中国","4","8","8",true]' ]
    [ "$(jq -c '[.provisions, [.untested[] | [.name, .tested]]]' <<<"$output")" = '[2,[["半","none"]]]' ]
    # its proofs, of whom they hold, in the reader's words
    run "$program" prove 试 --packs law --json --lang en
    [ "$(jq -c '.proofs[0] | [.claim, .verdict, .bounds[0].from, .bounds[0].until]' <<<"$output")" = '["“double” never falls as “number” rises","proved","0","9"]' ]
    run "$program" prove 试 --packs law --json --lang zh
    [ "$(jq -r '.proofs[0].claim' <<<"$output")" = "倍 不 减少 ，当 数 增加" ]
    # members of an enum, units and sentences too are the reader's
    printf -- '---\npack: 额\nen: Sum\n---\n```rule\nentity 人 "person"\nenum 类 "kind" = 甲 "one", 乙 "two"\ninput 档 : 类 of 人 "class"\ninput 月 : months from 0 to 600 of 人 "paid"\nvar 额 : money per month of 人 "sum"\n  law 乙号\n  = if 档 == 甲 then 10元/月 else 20元/月\n```\n\n```proof\nproof 有界: always 额 <= 10元/月 where 月 >= 24个月 with 档 = 乙 refuted because "乙是二十" "of two it is twenty"\n```\n' >law/b.md
    run "$program" prove 额 --packs law --json --lang en
    [ "$(jq -c '.proofs[0] | [.claim, .because, .bounds[0].from]' <<<"$output")" = '["always “sum” <= 10 yuan/month where “paid” >= 24 months with “class” = “two” refuted because \"of two it is twenty\"","of two it is twenty","two"]' ] || { jq -c .proofs <<<"$output"; false; }
    run "$program" prove 额 --packs law --json --lang zh
    [ "$(jq -r '.proofs[0].claim' <<<"$output")" = '恒 额 <= 10元/月 限 月 >= 24个月 ，设 档 = 乙 ，已知不成立 因为 "乙是二十"' ] || { jq -c .proofs <<<"$output"; false; }
}

@test "the tests of one name; a test that fails tells what came" {
    run "$program" tests --of 基础养老金 --packs "$packs" --lang en
    [ "$status" -eq 0 ]
    [[ $output == *"ok   养老金 · 2025-06-01: 平均缴费指数=0.6, 累计缴费月数=180 → 基础养老金=960.00"* ]]
    [[ $output == *"3 passed, 0 failed"* ]] || { echo "$output"; return 1; }
    mkdir law
    sed 's/| 0.6 | 180 | 960.00 |/| 0.6 | 180 | 961.00 |/' "$packs/pension.md" >law/a.md
    run "$program" tests 示例养老 --packs law --lang zh
    [ "$status" -eq 1 ]
    [[ $output == *"FAIL 养老金"*"应为 961.00，得到 960.00"* ]]
    refused 2 tests.which "Say whose tests" "请指明要看谁的测试" "$program" tests --packs "$packs"
}

@test "what a form asks for a variable: kind, bounds and choices of each fact" {
    run "$program" calc 是女职工 --packs "$packs" --on 2025-06-01 --json --lang en
    [ "$(jq -c '.not_given[0] | [.name, .kind, [.choices[].value]]' <<<"$output")" = '["类别","choice",["男职工","女干部","女工人"]]' ]
    run "$program" calc 基础养老金 --packs "$packs" --on 2025-06-01 --json --lang en
    [ "$(jq -c '[.not_given[] | [.name, .kind, .from, .until]]' <<<"$output")" = '[["平均缴费指数","number","0","5"],["累计缴费月数","number","0","720"]]' ] || { jq -c .not_given <<<"$output"; return 1; }
}

@test "what a pack says in Chinese alone is found with its place, and the packs of this tree say nothing so" {
    mkdir law
    printf -- '---\npack: 试\n---\n```rule\nentity 人 "person"\nenum 类 "kind" = 甲 "one", 乙\ninput 数 : count from 0 to 9 of 人\nvar 倍 : count of 人 "double"\n  law 甲号\n  = 数 * 2\n    unless 数 == 0: 0 because "没有"\n```\n```watch\nwatch 多 "many" of 人\n  law 甲号\n  when 数 > 5\n  owner 某股\n  message "太多" "too many"\n```\n' >law/a.md
    run "$program" check --english --packs law --lang en
    [ "$status" -eq 1 ]
    for said in "a.md:2: a pack has no English: 试" "a.md:6: a member of an enum has no English: 乙" "a.md:7: an input has no English: 数" \
        "a.md:11: the reason of an exception has no English: 没有" "a.md:17: the office a watch is for has no English: 某股"; do
        [[ $output == *"$said"* ]] || { echo "$output"; return 1; }
    done
    [[ $output != *太多* ]]
    run "$program" check --english --packs law --lang zh
    [[ $output == *"a.md:11: 例外的理由没有英文：没有"* ]]
    run "$program" check --packs law # nobody asked
    [ "$status" -eq 0 ]
    cd "$tree"
    run "$program" check packs --english --lang en
    [ "$status" -eq 0 ] || { grep FAIL <<<"$output"; return 1; }
}

@test "a reason is given in the reader's language" {
    mkdir law
    printf -- '---\npack: 试\n---\n```rule\nentity 人 "person"\ninput 数 : count from 0 to 9 of 人 "number"\nvar 倍 : count of 人 "double"\n  law 甲号\n  = 数 * 2\n    unless 数 == 0: 0 because "没有数" "there is no number"\n```\n' >law/a.md
    run "$program" explain 倍 数=0 --packs law --lang en
    [[ $output == *"there is no number"* && $output != *没有数* ]] || { echo "$output"; return 1; }
    run "$program" explain 倍 数=0 --packs law --lang zh
    [[ $output == *没有数* && $output != *"no number"* ]]
}

@test "what tables say in Chinese alone has its English beside them, and none is left out" {
    cd "$tree"
    said() { grep -v '^#' packs/adapters/office-english.csv | sed 1d | cut -d, -f1 | sort; }
    run "$program" duty check --json --lang zh
    jq -r '.harmless[].why' <<<"$output" | sort -u >"$BATS_TEST_TMPDIR/reasons"
    cut -d, -f1 packs/adapters/office-duties.csv | sed 1d | grep -v '^#' | sort -u >"$BATS_TEST_TMPDIR/desks"
    said >"$BATS_TEST_TMPDIR/said"
    [ "$(cat "$BATS_TEST_TMPDIR/reasons" "$BATS_TEST_TMPDIR/desks" | sort -u | comm -23 - "$BATS_TEST_TMPDIR/said")" = "" ]
    run "$program" duty check --json --lang en
    [ "$(jq -r '.harmless[] | select(.duty == "reveal") | .why' <<<"$output")" = "Reads only; each look is kept in the log" ]
    jq -e '[.harmless[].why, .paths[].name | select(test("\\p{Han}"))] == []' <<<"$output"
    run "$program" case types 低保申请 --json --lang en
    jq -e '[.types[].about, .fields[].field, .papers[].paper, .papers[].how, .steps[].step, .steps[].by, .steps[].next | select(test("\\p{Han}"))] == []' <<<"$output" || { echo "$output"; return 1; }
    [[ $output == *"public notice when “eligible by income”"* ]] || { jq -r '.steps[].next' <<<"$output"; return 1; }

    cp -r packs "$BATS_TEST_TMPDIR/packs"
    echo "一栏" >>"$BATS_TEST_TMPDIR/packs/adapters/office-english.csv"
    cd "$BATS_TEST_TMPDIR"
    run --separate-stderr "$program" case types 低保申请 --packs packs --lang en --json
    [ "$status" -eq 2 ]
    [[ $output == *english.bad_row* && $stderr == *"cannot be used: 一栏; it takes what is said, and the English"* ]]
    run "$program" case types 低保申请 --packs packs --lang zh # nobody needs it
    [ "$status" -eq 0 ]
}
