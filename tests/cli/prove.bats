# doudi prove: promises of the packs, each proved, refuted or left open.
load support

proofs() {
    mkdir -p law
    { printf -- '---\npack: 试\n---\n```rule\nentity 人 "person"\n'
      printf 'input 工资 : money per month from 0 to 100000 of 人 "wage"\n'
      printf 'var 基数 : money per month of 人 "base"\n  law 例\n  = clamp(工资, 3000元/月, 15000元/月)\n'
      printf 'var 补贴 : money per month of 人 "aid"\n  law 例\n  = if 工资 < 2000元/月 then 500元/月 else 0元/月\n'
      printf 'var 所得 : money per month of 人 "income"\n  law 例\n  = 工资 + 补贴\n```\n```proof\n%s\n```\n' "$1"
    } >law/a.md
}
prove() { "$program" prove --packs law "$@"; }

@test "what holds for everyone is proved" {
    proofs 'proof 多报多缴: 基数 never falls as 工资 rises'
    run prove
    [ "$status" -eq 0 ]
    [[ $output == *"多报多缴: proved"* ]]
    [[ ${lines[-1]} == "1 passed, 0 failed" ]]
}

@test "a promise that is broken fails, with the two neighbours as a test that runs" {
    proofs 'proof 多挣多得: 所得 never falls as 工资 rises'
    run prove
    [ "$status" -eq 1 ]
    [[ $output == *"FAIL 试 · 多挣多得: refuted"* ]]
    [[ $output == *"| 1999.99 | 2499.99 |"* ]]
    [[ $output == *"| 2000.00 | 2000.00 |"* ]]
    # the counter-example is a test of the pack's own language
    sed -n '/^```test/,/^```$/p' <<<"$output" >>law/a.md
    run "$program" check --packs law
    [ "$status" -eq 0 ]
}

@test "a promise known to be broken is recorded, and fails once it is kept" {
    proofs 'proof 断崖: 所得 never falls as 工资 rises refuted because "越线失去补贴"'
    run prove --lang zh
    [ "$status" -eq 0 ]
    [[ $output == *"断崖: 已反驳"*"越线失去补贴"* ]]
    proofs 'proof 不断: 基数 never falls as 工资 rises refuted because "误记"'
    run prove
    [ "$status" -eq 1 ]
}

@test "cliffs are listed with exact amounts" {
    proofs 'proof 断崖: cliffs of 所得 along 工资 from 0 to 5000 by 1分 over 1元/月'
    run prove
    [ "$status" -eq 0 ]
    [[ $output == *"at 2000.00: 2499.99 → 2000.00"* ]]
}

@test "without Z3 nothing is called proved that needs it" {
    proofs 'proof 底: always 所得 - 补贴 >= 0元/月'
    run prove --no-z3
    [ "$status" -eq 0 ]
    [[ $output == *"proved"* ]]
}

@test "the national packs keep their promises" {
    run "$program" prove --packs "$tree/packs"
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} == *" passed, 0 failed" ]]
}

@test "complete: whoever has all inputs has a value" {
    proofs 'proof 人人有数: complete 所得'
    run prove
    [ "$status" -eq 0 ]
    [[ $output == *"人人有数: proved"* ]]
}

@test "complete: a gap comes with the person who falls into it" {
    mkdir -p law
    printf -- '---\npack: 试\n---\n```rule\nentity 人 "person"\ninput 基金 : money of 人 "fund"\ninput 人数 : count of 人 "heads"\nvar 人均 : money of 人 "per head"\n  law 例\n  = 基金 / 人数 round to 分 half up\n```\n```proof\nproof 人人有数: complete 人均\nproof 有人则有数: complete 人均 where 人数 > 0\n```\n' >law/a.md
    run prove
    [ "$status" -eq 1 ]
    [[ $output == *"人人有数: refuted"*"!divided_by_zero"* ]]
    [[ $output == *"有人则有数: proved"* ]]
}

@test "what was proved is kept by digest, and a changed rule is proved anew" {
    proofs 'proof 多报多缴: 基数 never falls as 工资 rises'
    run prove --cache kept
    [ "$status" -eq 0 ]
    [ "$(wc -l <kept)" -eq 2 ]
    run prove --cache kept
    [[ $output == *"多报多缴: proved"* ]]
    [ "$(wc -l <kept)" -eq 2 ]
    # the promise is broken: the kept proof of the old rule must not speak for it
    sed -i 's/clamp(工资, 3000元\/月, 15000元\/月)/if 工资 > 9000元\/月 then 3000元\/月 else 工资/' law/a.md
    run prove --cache kept
    [ "$status" -eq 1 ]
    [[ $output == *"refuted"* ]]
    [ "$(wc -l <kept)" -eq 2 ]
}

@test "a spoilt file of proofs counts as empty" {
    proofs 'proof 多报多缴: 基数 never falls as 工资 rises'
    printf 'doudi proofs 1\nzzzz composition\n\000\377' >kept
    run prove --cache kept
    [ "$status" -eq 0 ]
    printf 'something else\n' >kept
    run prove --cache kept
    [ "$status" -eq 0 ]
    [ "$(head -n 1 kept)" = "doudi proofs 1" ]
}

@test "exceptions whose clash is left to run time are listed with both lines" {
    mkdir -p law
    { printf -- '---\npack: 试\n---\n```rule\nentity 人 "person"\ninput 年龄 : count from 0 to 120 of 人 "age"\n'
      printf 'local param 起 : count "from"\n  law 例\n  within 0..120\nlocal param 止 : count "until"\n  law 例\n  within 0..120\n'
      printf 'var 补贴 : money of 人 "aid"\n  law 例\n  = 100元\n  unless 年龄 < 起: 0元\n  unless 年龄 > 止: 50元\n```\n'
    } >law/a.md
    run prove
    [ "$status" -eq 0 ]
    [[ $output == *"open law/a.md:17: 补贴: “年龄 > 止” may meet “年龄 < 起” of line 16"* ]]
    run prove --json
    [[ $output == *'"condition":"年龄 > 止"'* ]] || [[ $output == *'"condition": "年龄 > 止"'* ]]
    run prove --lang zh
    [[ $output == *"待看 law/a.md:17"* ]]
}

@test "days on which a rule is silent between two versions are listed, for each region once" {
    mkdir -p law
    printf -- '---\npack: 国\n---\n```rule\nlocal param 标准 : money "standard"\n  law 例\n  since 2001-01-01 to 2004-12-31 = 100元\n  since 2010-01-01 = 200元\nparam 停了 : money "ended"\n  law 例\n  since 2001-01-01 to 2004-12-31 = 1元\n```\n' >law/a.md
    printf -- '---\npack: 省\nregion: 中国/甲省\n---\n```rule\nset 国.标准\n  law 例\n  since 2006-01-01 to 2007-12-31 = 150元\n```\n' >law/b.md
    printf -- '---\npack: 市\nregion: 中国/甲省/乙市\n---\n```rule\nset 国.标准\n  law 例\n  since 2012-01-01 = 250元\n```\n' >law/c.md
    run prove
    [ "$status" -eq 0 ]
    [ "$(grep -c '^gap ' <<<"$output")" -eq 3 ]
    [[ $output == *"gap  law/a.md:8: 标准 says nothing from 2005-01-01 to 2009-12-31 in 中国"* ]]
    [[ $output == *"gap  law/b.md:8: 标准 says nothing from 2005-01-01 to 2005-12-31 in 中国/甲省"* ]]
    [[ $output == *"gap  law/a.md:8: 标准 says nothing from 2008-01-01 to 2009-12-31 in 中国/甲省"* ]]
    run prove 省
    [ "$(grep -c '^gap ' <<<"$output")" -eq 1 ]
}

@test "--verbose shows what a proof took, and what was kept" {
    proofs 'proof 底: always 所得 - 补贴 >= 0元/月'
    run prove --verbose --cache kept
    [ "$status" -eq 0 ]
    [[ $output =~ [0-9]+" rows run, "[0-9]+" steps of Z3" ]]
    run prove --verbose --cache kept
    [[ $output == *"kept from before"* ]]
}

@test "complete: a sum of rows has a value for everyone, a first row only where there is one" {
    mkdir -p law
    { printf -- '---\npack: 试\n---\n```rule\nentity 人 "person"\nrecord 缴费 of 人 "paid"\n  月份 : month at "month"\n  金额 : money from 0 to 10000 "amount"\n'
      printf 'var 合计 : money of 人 "sum"\n  law 例\n  = sum(金额 over 缴费)\nvar 首笔 : money of 人 "first"\n  law 例\n  = first(金额 over 缴费)\n'
      printf 'var 首笔或零 : money of 人 "first or none"\n  law 例\n  = first(金额 over 缴费) else 0元\n```\n'
      printf '```proof\nproof 合计有数: complete 合计\nproof 首笔有数: complete 首笔\nproof 无首笔有数: complete 首笔或零\n```\n'
    } >law/a.md
    run prove
    [ "$status" -eq 0 ]
    [[ $output == *"合计有数: proved"* ]]
    [[ $output == *" 首笔有数: not proved"* ]]
    [[ $output == *"无首笔有数: proved"* ]]
}

@test "a pack that is not there is not proved in silence" {
    refused 3 prove.no_pack "no pack called 养老" "没有名为“养老”的政策包" "$program" prove 养老 --packs "$tree/packs"
}
