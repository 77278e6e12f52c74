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
    for part in 'whom it is about .* 1' 'nine ways .* 9' 'three mechanisms .* 3' 'three abilities .* 3'; do grep -qE "^sum .*$part$" <<<"$output"; done
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
    # The book says what the townships are called, wherever one is named.
    run show place list
    [ "$output" = "$(printf '590121100  城关镇\n590121101  柳河镇\n590121102  石桥镇')" ]
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
    grep -qE '^gap .*李华 +insured +0$' <<<"$output"
    run show docket report visit --on 2026-11-20
    [[ $output == *"late 0,"* ]]
}

@test "[O7] service teams of three levels: who is competent in what, who failed or missed the training, and who visits without being in one" {
    cat >team.csv <<'EOF'
member,level,place,skill,train_by,trained,score,pass
张明,县级,,政策宣讲,2026-06-30,2026-06-20,92,80
李华,乡镇,590121100,参保缴费,2026-06-30,2026-07-04,75,80
王芳,乡镇,590121101,待遇申领,2026-06-30,,,80
赵强,村（社区）,590121100001,参保缴费,2026-12-31,,,80
陈静,村（社区）,590121101002,关系转移,2026-06-30,2026-06-30,80,80
EOF
    run enter team --file team.csv
    [[ $status -eq 0 && $output == *"new: 5"* ]]
    run show docket report team --on 2026-11-30
    # Three levels by four competences are twelve cells: five are held, seven are gaps; the eighth is who failed.
    [[ $output == *"rows 5, late 1, gaps 8"* && $(found cell) -eq 5 && $(found gap) -eq 7 && $(found short) -eq 1 ]] || { echo "$output"; false; }
    grep -qE '^late .*王芳 +2026-06-30 +153 days$' <<<"$output"
    grep -qE '^done late .*李华 +2026-06-30 +4 days$' <<<"$output"
    grep -qE '^short .*李华 +80 +5$' <<<"$output"
    grep -qE '^sum .*village or neighbourhood .* 2$' <<<"$output"
    grep -qE '^total .* 5$' <<<"$output"
    # Whoever visits is of a team, or it is said who is not.
    printf 'day,visited,member,outcome,people\n2026-11-02,园区甲厂,张明,参保,12\n2026-11-03,平台乙公司,钱多,有意向,0\n' >visits.csv
    enter visit --file visits.csv >/dev/null
    run show docket report visit --on 2026-11-30
    { [ "$(found missing)" -eq 1 ] && grep -qE '^missing .*钱多' <<<"$output"; } || { echo "$output"; false; }
    enter team --set member=钱多 --set level=县级 --set skill=参保缴费 >/dev/null
    run show docket report visit --on 2026-11-30
    [ "$(found missing)" -eq 0 ]
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
    grep -qE '^cell .*handling +by people +1$' <<<"$output"
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
    # a program makes its form of what the packs declare
    show docket types --json | jq -r '.dockets[] | select(.docket == "task").fields[] | [.column, .kind, (.choices | join("|"))] | join(",")' >fields
    diff fields - <<<$'no,key,\ndepartment,key,\npart,choice,精准识别|九个一批|三个机制|三个能力\ntitle,text,\ntowns,choice,是|否'
    cp -r "$tree/packs" packs
    echo 'risk,column,no,colour,编号,number,' >>packs/adapters/office-docket.csv
    run show docket types --packs packs --json
    [[ $status -ne 0 && $output == *'"dockets.bad_table"'* ]]
}

@test "[K5] two scenarios by fund, duty and procedure: what a runbook lacks, its fund in all, and the drill that is overdue" {
    cat >runbook.csv <<'EOF'
scenario,element,step,role,fund,drill_by,drilled
大规模失业,资金来源,失业保险基金备用金,会计,3000000,2026-06-30,2026-06-20
大规模失业,责任分工,就业局牵头,分管领导,,2026-06-30,2026-06-20
大规模失业,响应流程,三日内到企业登记,经办员,,2026-06-30,2026-07-05
养老金发放延迟,资金来源,财政专户垫付,会计,5000000,2026-09-30,
养老金发放延迟,响应流程,换行发放,出纳,,2026-09-30,2026-09-10
EOF
    enter runbook --file runbook.csv >/dev/null
    run show docket report runbook --on 2026-11-30
    [[ $output == *"rows 5, late 1, gaps 1"* ]]
    grep -qE '^gap .*pensions paid late +who does what +0$' <<<"$output"
    grep -qE '^late .*财政专户垫付 +2026-09-30 +61 days$' <<<"$output"
    grep -qE '^done late .*三日内到企业登记 .*5 days$' <<<"$output"
    grep -qE '^total .* 8000000$' <<<"$output"
}

@test "[G12] pairs that help: more than 200,000 yuan a year, by year, and who was not visited" {
    echo helper,household,year,amount,visit_by,visited >pairs.csv
    for i in $(seq 1 41); do echo "区直单位$((i % 9)),户$i,2003,5000,2003-12-31,2003-0$((i % 9 + 1))-15"; done >>pairs.csv
    echo "区直单位1,户1,2002,4000,2002-12-31," >>pairs.csv
    enter pairing --file pairs.csv >/dev/null
    run show docket report pairing --on 2004-01-31
    grep -qE '^sum .*given a year .*2003 .* 205000$' <<<"$output"
    grep -qE '^sum .*households a year .*2003 .* 41$' <<<"$output"
    grep -qE '^total .*given a year .* 209000$' <<<"$output"
    [[ $output == *"late 1,"* && $(found late) -eq 1 ]]
}

@test "[J9] facilities: nearly ten mu for the disabled, what stands and what is late" {
    # 10 mu are 6,667 square metres.
    cat >facilities.csv <<'EOF'
name,sort,place,area,places,phase,open_by,opened
残疾人综合服务中心,残疾人综合服务中心,城关镇,6660,,在建,2026-10-31,
东门长者食堂,长者食堂,城关镇,320,80,投用,2026-05-01,2026-04-20
河西长者食堂,长者食堂,柳河镇,280,60,投用,2026-05-01,2026-06-01
EOF
    enter facility --file facilities.csv >/dev/null
    run show docket report facility --on 2026-11-30
    grep -qE '^sum .*area of each kind +service centre for disabled people .* 6660$' <<<"$output"
    grep -qE '^sum .*places of each kind +canteen for the old .* 140$' <<<"$output"
    grep -qE '^late .*残疾人综合服务中心 +2026-10-31 +30 days$' <<<"$output"
    grep -qE '^done late .*河西长者食堂 .*31 days$' <<<"$output"
    grep -qE '^cell .*canteen for the old +in use +2$' <<<"$output"
    [ "$(found gap)" -eq 10 ]
}

@test "[A14] nine departments work together: who has which task, who has none, and what is late" {
    cat >board.csv <<'EOF'
department,task,finish_by,finished
人社,牵头扩面月度会商,2026-11-10,2026-11-09
市场监管,推送新设企业名单,2026-11-10,2026-11-08
税务,推送正常纳税未参保单位,2026-11-15,
发改,推送开工项目,2026-11-10,2026-11-12
工信,推送中小企业名单,2026-12-10,
行政审批,企业开办一并参保,2026-11-30,2026-11-20
统计,推送四上单位用工数,2026-11-20,2026-11-20
商务,推送平台企业名单,2026-11-25,2026-11-24
EOF
    enter board --file board.csv >/dev/null
    run show docket report board --on 2026-11-30
    [[ $output == *"rows 8, late 1,"* && $(found sum) -eq 9 ]]
    grep -qE '^sum .* science and technology .* 0$' <<<"$output"
    grep -qE '^late .*推送正常纳税未参保单位 .*15 days$' <<<"$output"
}

@test "[F7] findings by who answers for them: three responsibilities, mended in time or not" {
    cat >findings.csv <<'EOF'
no,responsibility,body,says,held,mend_by,mended
1,属地责任,城关镇,死亡未报,通报,2026-10-31,2026-10-30
2,属地责任,柳河镇,死亡未报,约谈,2026-10-31,
3,主体责任,社保中心,复核缺失,处分,2026-09-30,2026-10-05
4,监管责任,市医保分局,巡查缺位,未问责,2026-12-31,
EOF
    enter finding --file findings.csv >/dev/null
    run show docket report finding --on 2026-11-30
    [[ $output == *"rows 4, late 1,"* ]]
    grep -qE '^sum .*responsibility +of the place .* 2$' <<<"$output"
    grep -qE '^sum .*responsibility +of the supervisor .* 1$' <<<"$output"
    grep -qE '^late .* 2 +2026-10-31 +30 days$' <<<"$output"
}

@test "[H11] twenty hospitals of province and city, nineteen of the district, three pharmacies: agreements, scores, exits" {
    echo name,sort,phase,agreed_until,renewed,score,wanted >providers.csv
    for i in $(seq 20); do echo "省市医院$i,省市级医院,协议中,2027-12-31,,90,80"; done >>providers.csv
    for i in $(seq 19); do echo "区医院$i,区内医院,协议中,2026-06-30,2026-06-15,$((75 + i)),80"; done >>providers.csv
    printf '药店1,定点药店,协议中,2026-06-30,,85,80\n药店2,定点药店,退出,,,60,80\n药店3,定点药店,暂停,2027-06-30,,,80\n' >>providers.csv
    enter provider --file providers.csv >/dev/null
    run show docket report provider --on 2026-11-30
    grep -qE '^sum .*provincial or city hospital .* 20$' <<<"$output"
    grep -qE '^sum .*hospital of the county .* 19$' <<<"$output"
    grep -qE '^sum .*designated pharmacy .* 3$' <<<"$output"
    grep -qE '^cell .*designated pharmacy +left +1$' <<<"$output"
    # 76 to 79 are below 80, and the pharmacy that left; one not inspected is not short.
    [ "$(found short)" -eq 5 ]
    [[ $output == *"late 1,"* && $(grep '^late' <<<"$output") == *药店1* ]]
}

@test "[I5] 5000 posts, 1000 of the laid off at work, 400 trained, 7000 more insured, 4.8 million: what each is short by" {
    cat >training.csv <<'EOF'
measure,year,goal,done
净增城镇就业岗位,2004,5000,5210
下岗失业人员实现就业,2004,1000,934
再就业培训人数,2004,400,400
失业保险扩面净增,2004,7000,6120
失业保险基金征缴收入,2004,4800000,
EOF
    enter training --file training.csv >/dev/null
    run show docket report training
    [[ $output == *"gaps 2"* ]]
    grep -qE '^short .*下岗失业人员实现就业 · 2004 +1000 +66$' <<<"$output"
    grep -qE '^short .*失业保险扩面净增 · 2004 +7000 +880$' <<<"$output"
}

@test "[G8] those who live with others or belong to a home: by form, and whose agreement has run out" {
    cat >care.csv <<'EOF'
household,form,carer,agreed_until,renewed
五保1,集中供养,城关敬老院,2027-12-31,
五保2,寄养,侄子,2026-10-31,
五保3,寄养,邻居,2026-06-30,2026-06-28
五保4,户院挂钩,柳河敬老院,2027-06-30,
EOF
    enter care --file care.csv >/dev/null
    run show docket report care --on 2026-11-30
    grep -qE '^sum .* fostered .* 2$' <<<"$output"
    grep -qE '^late .*五保2 +2026-10-31 +30 days$' <<<"$output"
    [[ $output == *"late 1,"* ]]
}

@test "[E10] a tenth of state equity is transferred: how much has been, and which enterprise is short" {
    cat >equity.csv <<'EOF'
enterprise,equity,due,transferred,transfer_by,done_on
城投集团,200000,20000,20000,2026-06-30,2026-06-25
水务公司,50000,5000,3000,2026-06-30,
EOF
    enter equity --file equity.csv >/dev/null
    run show docket report equity --on 2026-11-30
    grep -qE '^share .* 23000 +250000 +9.20%$' <<<"$output"
    grep -qE '^short .*水务公司 +5000 +2000$' <<<"$output"
    [[ $output == *"late 1, gaps 1"* ]]
    enter equity --set enterprise=水务公司 --set transferred=5000 --set done_on=2026-11-30 >/dev/null
    run show docket report equity --on 2026-11-30
    grep -qE '^share .* 25000 +250000 +10.00%$' <<<"$output"
    [[ $output == *"late 0, gaps 0"* ]]
}

@test "what a docket offers is chosen in the reader's language and kept by its own word [O4]" {
    run show docket types --json
    jq -e '[.dockets[].fields[] | select((.choices | length) != (.says | length))] == []' <<<"$output"
    jq -e '[.dockets[].fields[].says[] | select(test("\\p{Han}"))] == []' <<<"$output" || { jq -r '.dockets[].fields[].says[] | select(test("\\p{Han}"))' <<<"$output"; return 1; }
    jq -e '[.dockets[].fields[] | select(.column == "part") | .choices[0], .says[0]] | index("精准识别") == 0 and index("whom it is about") == 1' <<<"$output"
    run "$program" docket types --json --county county.db --lang zh
    jq -e '[.dockets[].fields[] | select(.choices != .says)] == []' <<<"$output"
}
