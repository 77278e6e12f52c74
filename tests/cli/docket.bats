#!/usr/bin/env bats
# doudi docket: standing books that packs declare, and what their rows come to: late, missing, sums, crossings.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
enter() { as audrey "docket enter" --lang en "$@"; }
found() { grep -cE "^$1 " <<<"$output"; }

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd) program=${DOUDI_PROGRAM:-$tree/build/release/doudi}
    export DOUDI_HOME=$tree LC_ALL=C.UTF-8
    "$program" county new --region 示例县 --month 2026-11 --county county.db >/dev/null
    "$program" user found --county county.db --json rita=rights-manager lea=leader audrey=auditor 2>/dev/null | tr -d '\n' | sed 's/ //g' >found.json
    once=$(sed -n 's/.*"user":"audrey"[^}]*"once":"\([^"]*\)".*/\1/p' found.json)
    { echo "$once"; cat "$(own audrey)"; } | "$program" user passwd audrey --county county.db >/dev/null
}

setup() { enter_office; }

@test "[O4] sixteen tasks by department: eight bodies have tasks and no seat, and finance has duties where another office sits" {
    data=$tree/tests/cli/data
    run enter seat --file "$data/docket-seats.csv"
    [[ $status -eq 0 && $output == *"new: 16"* ]]
    enter task --file "$data/docket-tasks.csv" >/dev/null
    enter duty --file "$data/docket-duties.csv" >/dev/null
    run show docket report task
    [[ $status -eq 0 && $output == *"rows 76, late 0, gaps 8"* ]]
    [ "$(found missing)" -eq 8 ]
    for body in 自然资源局 住房城乡建设局 水务局 工业园区管理委员会 总工会 工商联 医疗保障局 融媒体中心; do
        grep -q "^missing .*县$body" <<<"$output"
    done
    # 1 + 9 + 3 + 3 = 16.
    for part in '精准识别 .* 1' '九个一批 .* 9' '三个机制 .* 3' '三个能力 .* 3'; do grep -qE "^sum .*$part$" <<<"$output"; done
    grep -qE '^total .* 16$' <<<"$output"
    run show docket report duty
    [[ $output == *"gaps 1"* && $(grep '^missing' <<<"$output") == *县财政局* ]]
    # A seat is given: the gap closes. Taken off again, it is back, and the log keeps both.
    enter seat --set 成员单位=县总工会 --set for=县总工会 >/dev/null
    run show docket report task
    [[ $output == *"gaps 7"* && $output != *县总工会* ]]
    row=$(show docket list seat | sed -n 's/^\([0-9]*\)  .*department=县总工会.*/\1/p')
    as audrey "docket strike seat $row" --why 调整 >/dev/null
    run show docket report task
    [[ $output == *"gaps 8"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[O5] areas of responsibility: 7000 and 3734 are 10734, and how much of it is done" {
    printf 'place,name,cadre,goal,done\n590121100,城关镇,张明,7000,6000\n590121101,柳河镇,李华,2000,1000\n590121102,石桥镇,李华,1734,50\n' >areas.csv
    enter area --file areas.csv >/dev/null
    run show docket report area
    grep -qE '^sum .*张明 .* 7000$' <<<"$output"
    grep -qE '^sum .*李华 .* 3734$' <<<"$output"
    grep -qE '^total .* 10734$' <<<"$output"
    grep -qE '^share .* 7050 +10734 +65.68%$' <<<"$output"
    # What a file does not speak of stays as it was.
    printf '乡镇代码,已完成\n590121101,2000\n' >news.csv
    run enter area --file news.csv
    [[ $output == *"changed: 1"* ]]
    run show docket report area
    grep -qE '^share .* 8050 +10734 +75.00%$' <<<"$output"
    run show docket list area --out areas.html
    grep -q 李华 areas.html
}

@test "[O7 A9] visits by member of the team: whom they brought in, and who is to be visited again" {
    cat >visits.csv <<'EOF'
day,visited,member,outcome,people,again,visited_again
2026-11-02,园区甲厂,张明,参保,12,,
2026-11-03,平台乙公司,张明,有意向,0,2026-11-20,2026-11-18
2026-11-04,人力丙公司,李华,有意向,0,2026-11-20,
2026-11-05,丁合作社,李华,未谈成,0,2026-12-20,
EOF
    enter visit --file visits.csv >/dev/null
    run show docket report visit --on 2026-11-30
    [[ $output == *"rows 4, late 1,"* ]]
    grep -qE '^late .*人力丙公司 +2026-11-20 +10 days$' <<<"$output"
    grep -qE '^sum .*张明 .* 12$' <<<"$output"
    grep -qE '^gap .*李华 +参保 +0$' <<<"$output"
    run show docket report visit --on 2026-11-20
    [[ $output == *"late 0,"* ]]
}

@test "[O8] four questions by audience: who was told what, through which channel, and how many joined" {
    cat >messages.csv <<'EOF'
audience,channel,question,reach,joined
新业态从业者,短视频,为什么要参保,8000,120
新业态从业者,微信,为什么选职工养老,2000,60
富裕居民,上门,为什么选高档次,500,45
村干部,讲座,为什么长期缴费,120,30
EOF
    enter message --file messages.csv >/dev/null
    run show docket report message
    grep -qE '^share .* 255 +10620 +2.40%$' <<<"$output"
    # Three audiences by four questions: four cells are told, eight are gaps.
    [[ $output == *"gaps 8"* && $(found cell) -eq 4 && $(found gap) -eq 8 ]]
}

@test "[O9] opinions are answered by their day, or late, and it is said by how much" {
    for row in '1 2026-10-08 2026-10-23 2026-10-20' '2 2026-10-09 2026-10-24 2026-10-30' '3 2026-11-02 2026-11-17 '; do
        read -r no asked by replied <<<"$row"
        enter opinion --set no="$no" --set from=听证会 --set says=补缴政策 --set asked="$asked" --set reply_by="$by" ${replied:+--set replied="$replied"} >/dev/null
    done
    run show docket report opinion --on 2026-11-30
    [[ $output == *"rows 3, late 1,"* ]]
    grep -qE '^done late .* 2 +2026-10-24 +6 days$' <<<"$output"
    grep -qE '^late .* 3 +2026-11-17 +13 days$' <<<"$output"
    enter opinion --set no=3 --set replied=2026-11-30 --set reply=已采纳 >/dev/null
    run show docket report opinion --on 2026-12-15
    [[ $output == *"late 0,"* && $output == *"13 days"* ]]
}

@test "[F2] risks of four areas by four guards: a matrix of sixteen, with the cells nobody watches" {
    cat >risks.csv <<'EOF'
no,area,guard,says,mend_by,mended
1,政策,制防,待遇计算口径不一,2026-11-10,
2,经办,人防,一人受理一人审核,2026-11-30,2026-11-12
3,经办,技防,发放前比对死亡名册,,
4,信息,技防,批量导出留痕,,
5,监督,群防,举报奖励,,
EOF
    enter risk --file risks.csv >/dev/null
    run show docket report risk --on 2026-11-30
    [[ $output == *"rows 5, late 1, gaps 11"* && $(found cell) -eq 5 && $(found gap) -eq 11 ]]
    grep -qE '^cell .*经办 +人防 +1$' <<<"$output"
    grep -qE '^late .* 1 +2026-11-10 +20 days$' <<<"$output"
    run show docket report risk --out risks.csv
    [ "$(wc -l <risks.csv)" -ge 17 ]
}

@test "rows that do not fit are refused whole, by name and reason; who may not, may not" {
    refused() {
        run enter "${@:2}" --json
        [[ $status -ne 0 && $output == *"\"$1\""* ]] || { echo "$1: $output"; false; }
    }
    printf 'no,area,guard,mend_by\n1,经办,人防,2026-11-30\n2,经办,天防,2026-11-30\n' >bad.csv
    refused dockets.bad_row risk --file bad.csv
    [[ $output == *天防* && $output == *bad.csv:3* ]]
    run show docket list risk
    [[ $output == *"risk register: 0"* ]]
    refused dockets.bad_row risk --set no=1 --set mend_by=2026-02-30
    refused dockets.bad_row area --set place=1 --set goal=一百
    refused dockets.bad_row risk --set area=经办
    refused dockets.bad_row risk --set no=1 --set colour=red
    refused dockets.bad_row risk
    refused dockets.unknown risks --set no=1
    enter risk --set no=1 >/dev/null
    run enter risk --set no=1
    [[ $output == *"so already: 1"* ]]
    run as audrey "docket strike risk 9" --why x --json
    [[ $status -ne 0 && $output == *'"docket.no_row"'* ]]
    run as lea "docket enter risk" --set no=2 --json
    [ "$status" -ne 0 ]
    cp -r "$tree/packs" packs
    echo 'risk,column,no,colour,编号,number,' >>packs/adapters/office-docket.csv
    run show docket types --packs packs --json
    [[ $status -ne 0 && $output == *'"dockets.bad_table"'* ]]
}
