#!/usr/bin/env bats
# doudi case: the list of serious breach with hearing and deadline, credit points and the red list.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
bare() {
    local login=$1
    shift
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db
}
work() { bare "$@" --lang en; }
step_of() { show case show "$1" | sed -n 's/^step: //p'; }
employer=91590121671712535W

setup_file() { make_office rita=rights-manager lea=leader audrey=auditor clara=clerk carl=clerk rob=reviewer; }
setup() { enter_office; }

# list_case KEY GROUND YUAN PEOPLE MONTHS REFUSED
list_case() {
    work audrey case open 列入严重失信名单 $employer --key "$1" --field 失信事由="$2" --field 失信金额="$3" --field 失信人次="$4" --field 失信月数="$5" \
        --field 责令后仍不改="$6" --paper 处罚或责令文书 --on 2026-11-02 >opened
    sed -n 's/^case \([0-9]*\):.*/\1/p' opened
}

@test "[K6] an employer is listed only above the line, after it was heard, by another hand, in public; a hearing that is right ends it" {
    # Above 10,000 yuan by fraud, and exactly that much is not above.
    one=$(list_case a 骗取待遇 10000.01 0 0 false)
    two=$(list_case b 骗取待遇 10000 0 0 false)
    work audrey case pass "$two" 认定 --on 2026-11-02 >out
    grep -q '^state: ended' out
    grep -q 'it stands at: not listed' out
    run work audrey case pass "$one" 认定 --on 2026-11-02
    # Ten days to be heard in the sample county.
    [[ $status -eq 0 && $output == *"notice and hearing"*"by: 2026-11-12"* ]]
    # Whoever found it tells nobody and decides nothing.
    run bare audrey case pass "$one" 告知 --field 告知日=2026-11-02 --on 2026-11-02
    [ "$status" -eq 5 ]
    # Nobody passes over the notice itself.
    run bare clara case pass "$one" 告知 --on 2026-11-02
    [ "$status" -ne 0 ]
    work clara case pass "$one" 告知 --field 告知日=2026-11-02 --field 陈述申辩=已经退回 --on 2026-11-09 >/dev/null
    [ "$(step_of "$one")" = decision ]
    run work lea case pass "$one" 决定 --on 2026-11-10
    [[ $output == *"what came of it"*列入严重失信名单* ]]
    # Seven days in public in the sample county, to the day.
    run bare clara case pass "$one" 公示 --field 公示日=2026-11-10 --on 2026-11-16
    [[ $status -ne 0 && "$(step_of "$one")" = "public notice" ]]
    work clara case pass "$one" 公示 --field 公示日=2026-11-10 --on 2026-11-17 >/dev/null
    run work audrey case pass "$one" 推送 --on 2026-11-18
    [[ $output == *"state: done"* ]]
    # The hearing is right: not listed.
    three=$(list_case c 违规参保 0 21 0 false)
    work audrey case pass "$three" 认定 --on 2026-11-02 >/dev/null
    work clara case pass "$three" 告知 --field 告知日=2026-11-02 --field 陈述申辩=系统重复报送 --on 2026-11-05 >/dev/null
    run work lea case pass "$three" 决定 --field 申辩成立=true --on 2026-11-06
    [[ $output == *"it stands at: not listed"*"state: ended"* && $output != *"what came of it"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[K6] off the list when its time is over, to the day; before it only by whoever decides, and only who has put it right" {
    open_exit() { work clara case open 移出严重失信名单 $employer --key "$1" --field 列入日="$2" --field 已改正="$3" --promise 改正证明 --on 2026-11-02 | sed -n 's/^case \([0-9]*\):.*/\1/p'; }
    # 36 months in the sample county.
    one=$(open_exit a 2023-11-02 true) two=$(open_exit b 2023-11-03 true) three=$(open_exit c 2025-01-01 false)
    for n in $one $two $three; do work clara case pass "$n" 受理 --on 2026-11-02 >/dev/null; done
    [ "$(step_of "$one")" = "its time is over" ]
    [ "$(step_of "$two")" = "before its time, or no time is set" ]
    run work rob case pass "$one" 到期移出 --on 2026-11-02
    [[ $output == *移出严重失信名单*"state: done"* || $output == *"state: done"*移出严重失信名单* ]]
    run bare rob case pass "$two" 提前移出 --on 2026-11-02
    [ "$status" -eq 5 ]
    work lea case pass "$two" 提前移出 --on 2026-11-02 >/dev/null
    [ "$(step_of "$two")" = removed ]
    run work lea case pass "$three" 提前移出 --on 2026-11-02
    [[ $output == *"it stands at: not removed"*"state: ended"* ]]
}

@test "[K7] a credit report for a bid: points, the grade in its trade by the state's, the red list, and whether it may be honoured" {
    report() {
        n=$(work clara case open 社保信用报告 $employer --key "$1" --field 用途=招投标 --field 欠费月数="$2" --field 稽核违规次数="$3" --field 承诺不实次数="$4" \
            --field 连续足额缴费月数="$5" --field 在严重失信名单="$6" --field 公共信用综合评价="$7" --on 2026-11-02 | sed -n 's/^case \([0-9]*\):.*/\1/p')
        work clara case pass "$n" 受理 --on 2026-11-02 >/dev/null
        run work audrey case pass "$n" 核对 --on 2026-11-02
        [ "$status" -eq 0 ] || { echo "$output"; false; }
    }
    # 100 - 3 × 5 - 10 = 75 is good, by one point more it would be fair.
    report a 3 1 0 0 false 良
    [[ $output == *"信用得分 = 75"* && $output == *"行业信用等级 = 良"* && $output == *"单位监管等级 = 常规"* && $output == *"列入红榜 = false"* && $output == *"可参评争资 = true"* ]]
    report b 0 0 0 36 false 优
    [[ $output == *"信用得分 = 100"* && $output == *"单位监管等级 = 降低频次"* && $output == *"列入红榜 = true"* ]]
    # On the list of serious breach nothing else helps.
    report c 0 0 0 60 true 优
    [[ $output == *"单位监管等级 = 严管"* && $output == *"列入红榜 = false"* && $output == *"可参评争资 = false"* ]]
}
