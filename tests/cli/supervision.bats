#!/usr/bin/env bats
# Supervision to its end: fraud handed over with receipt and outcome, grievances with proof of feedback, and the books
# that stand beside: dossiers, performance of the budget, occupational disease, where fiscal money comes from.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
enter() { as audrey "docket enter" --lang en "$@"; }
bare() { local login=$1; shift; DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db; }
# refused CODE KIND COMMAND ...: fails so, by its kind.
refused() {
    local code=$1 kind=$2
    shift 2
    run "$@" --json
    [[ $status -eq $code && $output == *"\"$kind\""* ]] || { echo "$* ended with $status, not $code $kind: $output"; false; }
}

setup_file() {
    make_office pat=parameter-keeper rita=rights-manager lea=leader audrey=auditor clara=clerk cora=clerk rob=reviewer amy=accountant abe=accountant
}

setup() { enter_office; }

@test "[F8] a joint case of fraud: met, handed over to the police, and not closed before their receipt and what came of it" {
    bare clara case open 欺诈联席处置 34 --field 线索来源=匿名举报 --on 2026-11-02 >/dev/null
    bare audrey case pass 1 立案 --on 2026-11-02 >/dev/null
    bare rob case pass 1 核查 --field 涉案金额=186000 --field 核查情况=虚构十二人劳动关系 --on 2026-11-03 >/dev/null
    # Nobody concludes without a day, departments and a conclusion, nor without the minutes.
    refused 4 case.no_way bare audrey case pass 1 联席会议 --field 会议结论=移送公安 --on 2026-11-05
    refused 4 case.lacks bare audrey case pass 1 联席会议 --field 会议结论=移送公安 --field 会议日=2026-11-05 --field 参加部门=公安、市场监管、医保、税务 --on 2026-11-05
    run bare audrey case pass 1 联席会议 --field 会议结论=移送公安 --field 会议日=2026-11-05 --field 参加部门=公安、市场监管、医保、税务 --paper 会议纪要 --on 2026-11-05 --lang en
    [[ $status -eq 0 && $output == *"handed over"* ]] || { echo "$output"; false; }
    run bare lea case pass 1 移送 --field 移送日=2026-11-06 --on 2026-11-06 --lang en
    [[ $status -eq 0 && $output == *"receipt"* && $output == *2026-11-13* ]] || { echo "$output"; false; }
    # No receipt, no end; a receipt older than what was handed over is none.
    refused 4 case.no_way bare audrey case pass 1 取得回执 --on 2026-11-09
    refused 4 case.no_way bare audrey case pass 1 取得回执 --field 受案回执号=受案字17号 --field 回执日=2026-11-05 --paper 受案回执 --on 2026-11-09
    bare audrey case pass 1 取得回执 --field 受案回执号=受案字17号 --field 回执日=2026-11-09 --paper 受案回执 --on 2026-11-09 >/dev/null
    run show case show 1
    [[ $output == *"outcome"* && $output != *"state: ended"* ]]
    run bare audrey case pass 1 跟踪结果 --field 处理结果=立案侦查，追回186000元 --field 结果日=2027-01-15 --on 2027-01-15 --lang en
    [[ $status -eq 0 && $output == *"state: ended"* && $output == *"an outcome is known"* ]] || { echo "$output"; false; }
    run show verify
    [ "$status" -eq 0 ]
}

@test "[K1] a grievance goes through prevention, finding, handling and feedback: no end without proof that they were told, and back to handling when they do not accept it" {
    bare clara case open 诉求闭环办理 387 --field 诉求事由=单位欠缴三个月 --field 反映渠道=热线12345 --on 2026-11-02 >/dev/null
    bare clara case pass 1 预防 --field 已列风险点=false --on 2026-11-02 >/dev/null
    bare audrey case pass 1 发现 --field 属实=true --on 2026-11-03 >/dev/null
    bare rob case pass 1 处置 --field 处置结果=责令单位补缴 --on 2026-11-05 >/dev/null
    # Whoever handled it does not tell, and without the proof nobody has been told.
    refused 5 duty.not_held bare rob case pass 1 反馈
    refused 4 case.lacks bare cora case pass 1 反馈 --field 反馈日=2026-11-06 --field 反馈方式=电话回访 --field 本人认可=true --on 2026-11-06
    run bare cora case pass 1 反馈 --field 反馈日=2026-11-06 --field 反馈方式=电话回访 --field 本人认可=false --paper 反馈凭证 --on 2026-11-06 --lang en
    [[ $status -eq 0 && $output == *"handling"* ]] || { echo "$output"; false; }
    bare rob case pass 1 处置 --field 处置结果=单位已补缴三个月 --on 2026-11-10 >/dev/null
    run bare cora case pass 1 反馈 --field 反馈日=2026-11-11 --field 反馈方式=当面签收 --field 本人认可=true --on 2026-11-11 --lang en
    [[ $status -eq 0 && $output == *"state: ended"* && $output == *"told, and accepted"* ]] || { echo "$output"; false; }
    # Four states in their order, the third and fourth twice; counted by the way it came.
    run show case counts --type 诉求闭环办理 --by 反映渠道 --from 2026-11-01 --until 2026-11-30 --json
    [ "$(jq -c '[.counts[] | [.what, .opened]]' <<<"$output")" = '[["热线12345",1]]' ] || { echo "$output"; false; }
    run show verify
    [ "$status" -eq 0 ]
}

@test "[D5] dossiers by their number: pages not scanned, kept for how long, out and not back, past their term and not appraised" {
    cat >dossiers.csv <<'EOF'
档号,门类,对象编号,归档年度,库位,页数,已扫描页数,扫描件摘要（SM3）,保管期限,保管到期日,借阅人,应归还日期
DY-2016-0001,待遇核定,387,2016,A-01,42,42,aa11,永久,,,
DY-2016-0002,缴费核定,34,2016,A-01,120,90,bb22,定期,2026-10-31,,
JH-2025-0007,稽核监督,34,2025,B-03,18,0,,定期,2035-12-31,办案人,2026-11-10
EOF
    enter dossier --file dossiers.csv >/dev/null
    run show docket report dossier --on 2026-11-30
    [[ $output == *"rows 3, late 2,"* ]] || { echo "$output"; false; }
    grep -qE '^late .*DY-2016-0002 +2026-10-31 +30 days$' <<<"$output"
    grep -qE '^late .*JH-2025-0007 +2026-11-10 +20 days$' <<<"$output"
    grep -qE '^short .*DY-2016-0002 +120 +30$' <<<"$output"
    grep -qE '^share .* 132 +180 +73.33%$' <<<"$output"
    # Appraised and brought back: nothing is late; the day it came back is told.
    enter dossier --set 档号=DY-2016-0002 --set 鉴定日期=2026-11-30 >/dev/null
    enter dossier --set 档号=JH-2025-0007 --set 归还日期=2026-11-12 >/dev/null
    run show docket report dossier --on 2026-11-30
    [[ $output == *"late 0,"* ]]
}

@test "[E5] the fund's budget by measure: points, score, what lost points, and who has more than there is" {
    cat >measures.csv <<'EOF'
基金,年度,一级指标,二级指标,三级指标,指标值,完成值,分值,得分,整改期限,整改日期
企业养老,2025,过程,预算执行,收入预算完成率,≥100%,97.5%,15,12,2026-03-31,
企业养老,2025,过程,预算执行,支出预算执行率,≤100%,99.1%,15,15,,
企业养老,2025,产出,数量,参保人数,≥31000,31240,30,30,,
企业养老,2025,效益,满意度,群众满意度,≥98%,98.2%,40,38,,
EOF
    enter performance --file measures.csv >/dev/null
    run show docket report performance --on 2026-11-30
    # 15 + 15 + 30 + 40 = 100 points, of which 12 + 15 + 30 + 38 = 95.
    grep -qE '^share .* 95 +100 +95.00%$' <<<"$output" || { echo "$output"; false; }
    grep -qE '^short .*收入预算完成率.* 15 +3$' <<<"$output"
    grep -qE '^sum .*process .* 27$' <<<"$output"
    [[ $output == *"late 1,"* ]]
    enter performance --set 基金=企业养老 --set 年度=2025 --set 三级指标=支出预算执行率 --set 得分=16 >/dev/null
    run show docket report performance
    grep -qE '^over .*支出预算执行率.* 15 +1$' <<<"$output"
}

@test "[E5] the budget against the books: 123.45 of 150 is 82.3 % of the income, and 120.01 of 120 is an alarm" {
    printf 'figure,place,month,value,source\nbudget.pension.income,,2026-01,150,县财政局\nbudget.pension.expense,,2026-01,120,县财政局\n' >budget.csv
    as audrey "indicator enter" budget.csv >/dev/null
    bare amy ledger post --fund employee_pension --event contribution.to_income --day 2026-11-10 --amount 1234500 --credit 400101 --key in >/dev/null
    bare amy ledger post --fund employee_pension --event benefit.paid --day 2026-11-12 --amount 1200100 --debit 50010105 --key out >/dev/null
    as audrey "indicator run" --month 2026-11 >/dev/null
    run show indicator list
    [[ $output =~ 示例县收入预算完成率\ [^$'\n']*82.3%[^$'\n']*100%\ \(2026-12-31\) ]] || { echo "$output"; false; }
    [[ $output =~ 示例县支出预算执行率\ [^$'\n']*100.01%[^$'\n']*alarm ]] || { echo "$output"; false; }
    # Both figures stand in the tree of reasons, the one from the finance office, the other from the books.
    run show indicator show 示例县收入预算完成率
    [[ $output == *"预算年收入 = 150"* && $output == *"账上年收入 = 123.45"* ]] || { echo "$output"; false; }
}

@test "[I9] who is exposed and who is to be insured first: not insured, and diagnosed without being recognised" {
    cat >hazards.csv <<'EOF'
单位,人群或危害因素,类别,乡镇代码,在岗人数,参加工伤人数,已体检人数,诊断职业病人数,已认定工伤人数,参保期限,参保日期
石材甲厂,矽尘,尘肺病等职业病,590121101,86,80,70,3,2,2026-10-31,
快递乙公司,快递员,快递员,590121100,120,120,,,,2026-10-31,2026-10-20
货运丙公司,货车司机,货车司机,590121100,44,0,,,,2026-12-31,
EOF
    enter hazard --file hazards.csv >/dev/null
    run show docket report hazard --on 2026-11-30
    # 250 at work, 200 insured.
    grep -qE '^share .* 200 +250 +80.00%$' <<<"$output" || { echo "$output"; false; }
    grep -qE '^short .*石材甲厂.* 86 +6$' <<<"$output"
    grep -qE '^short .*石材甲厂.* 3 +1$' <<<"$output"
    grep -qE '^late .*石材甲厂.* 2026-10-31 +30 days$' <<<"$output"
    [[ $output == *"late 1,"* ]]
}

@test "[E12] each fiscal inflow says where it comes from, and what the rows say is what the books have" {
    bare amy ledger post --fund resident_pension --event subsidy.received --day 2026-11-10 --amount 900000 --credit 410101 --key one >/dev/null
    bare amy ledger post --fund resident_pension --event subsidy.received --day 2026-11-11 --amount 150000 --credit 410102 --key two >/dev/null
    v() { show ledger vouchers --fund resident_pension --month 2026-11 --json | jq -r ".vouchers[] | select(.key == \"$1\") | .voucher"; }
    printf 'no,fund,year,source,due,received,voucher,pay_by,paid_on\n1,居民养老,2026,一般公共预算,600000,600000,居民养老 %s,2026-11-30,2026-11-10\n2,居民养老,2026,城市土地出让收入,400000,300000,resident_pension %s,2026-11-30,2026-11-10\n' "$(v one)" "$(v one)" >inflows.csv
    enter inflow --file inflows.csv >/dev/null
    run show docket report inflow --on 2026-11-30
    # The first voucher is told in full by two sources; of the second nobody has said whence it came.
    grep -qE '^part .*income from urban land +300000 +33.33%$' <<<"$output" || { echo "$output"; false; }
    grep -qE '^booked, no row .* 0.00 +150000.00$' <<<"$output"
    grep -qE '^share .* 900000.00 +1050000.00 +85.71%$' <<<"$output"
    [[ $output != *"differs"* ]]
    # Told with another amount it differs; told of a voucher that is not there it is not in the books.
    enter inflow --set no=3 --set fund=居民养老 --set source=特种行业收入 --set received=140000 --set voucher="居民养老 $(v two)" >/dev/null
    enter inflow --set no=4 --set fund=居民养老 --set source=特种行业收入 --set received=5000 --set voucher='居民养老 2026-11/9999' >/dev/null
    run show docket report inflow
    grep -qE '^differs from the books .* 140000.00 +150000.00$' <<<"$output" || { echo "$output"; false; }
    grep -qE '^not in the books .* 5000.00$' <<<"$output"
}

@test "[F3] employers to be audited: by a score of points and by lot, whose seed is the signature of a seal and nobody's choice; a month is drawn once, and each says why" {
    # A seal is of the month in which it is made, by the clock of Beijing.
    local month first
    month=$(TZ=CST-8 date +%Y-%m)
    first=$month-01
    before() { date -d "$first - $1 month" +%Y-%m; }
    sample() { as audrey "audit sample" --month "$month" --lang en "$@"; }
    # Ten employers tell the tax office of one more than they insure: 30 points each, by the region.
    heads() { { echo 单位编号,项目,内容,起始日; awk -F, -v from="$1" -v until="$2" 'NR > from && NR <= until { print $1 ",从业人数," 900 + NR ",2026-11-01" }' employers.csv; } >heads.csv; as clara "county import" heads.csv --what attributes >/dev/null; }
    as clara "county export" --what employers --out employers.csv --reveal >/dev/null
    heads 1 11
    # Nobody tries until they like whom it draws, and nobody says by what it is drawn.
    refused 4 audit_sample.no_try as audrey "audit sample" --month "$month" --rehearse
    refused 2 cli.unknown_option as audrey "audit sample" --month "$month" --seed lottery-472
    refused 2 cli.unknown_option as audrey "audit sample" --month "$month" --count 11
    # Without a seal of the month there is nothing to draw by; a second one changes nothing. Until then the month before is drawn.
    refused 4 audit_sample.no_seal as audrey "audit sample" --month "$month"
    refused 4 audit_sample.no_seal as audrey "audit sample" --month "$(before 1)"
    as audrey "seal heads.txt" >/dev/null
    heads 11 12
    as audrey "seal later.txt" >/dev/null
    # Nor may anybody choose among months: once this one is sealed it is the only one.
    refused 2 audit_sample.late as audrey "audit sample" --month "$(before 1)"
    refused 2 audit_sample.late as audrey "audit sample" --month "$(before 2)"
    sample --json >first.json
    # Anybody who keeps the seal's file draws the seed again.
    seed=$(jq -r .seed first.json)
    [ "$(printf 'audit.sample|%s|%s' "$month" "$(sed -n 's/^signature //p' heads.txt)" | openssl dgst -sm3 -r | cut -d' ' -f1)" = "$seed" ]
    [ "$(sed -n 's/^signature //p' heads.txt)" = "$(jq -r .signature first.json)" ]
    jq -e '(.seal | startswith("64/")) and (.sealed | startswith("20"))' first.json >/dev/null || { jq -c 'del(.sample)' first.json; false; }
    # A fifth by lot, rounded up; those by score first, the highest in front, each by the points that make it.
    [ "$(jq -c '[.by_score, .by_lot, .is_new, .facts_changed, (.sample | length)]' first.json)" = '[8,2,true,false,10]' ] || { cat first.json; false; }
    jq -e '[.sample[] | select(.way_code == "by_score") | .score] | . == (sort | reverse) and .[-1] > 0' first.json >/dev/null
    jq -e '.sample[0] | .score as $s | [.points | scan("[0-9]+") | tonumber] | add == $s' first.json >/dev/null || { jq '.sample[0]' first.json; false; }
    # By hand: the lot is the front of SM3 of seed, month and number.
    one=$(jq -r '.sample[-1].employer' first.json)
    [ "$(printf '%s|%s|%s' "$seed" "$month" "$one" | openssl dgst -sm3 -r | cut -c1-16)" = "$(jq -r '.sample[-1].lot' first.json)" ]
    jq -e '.count == 10 and .before == null' first.json >/dev/null
    # Twice is once.
    sample --json >second.json
    [ "$(jq -c '.sample' first.json)" = "$(jq -c '.sample' second.json)" ]
    [ "$(jq -c '[.is_new, .facts_changed]' second.json)" = '[false,false]' ]
    refused 2 audit_sample.ahead as audrey "audit sample" --month 2099-12
    refused 5 duty.not_held as rob "audit sample" --month "$month"
    # Facts that change afterwards change neither who is to be audited nor in which order; that it would be another sample is said.
    heads 20 30
    sample --json >third.json
    [ "$(jq -c '[.is_new, .facts_changed, .by_score, .by_lot]' third.json)" = '[false,true,8,2]' ] || { jq -c 'del(.sample)' third.json; false; }
    [ "$(jq -c '[.sample[] | [.employer, .way_code]]' first.json)" = "$(jq -c '[.sample[] | [.employer, .way_code]]' third.json)" ]
    # How many is the region's: another number of later changes nothing of what was drawn.
    cp -r "$tree/packs" packs
    sed -i '/^set 每月稽核户数/,/always = 10/s/always = 10/always = 7/' packs/demo/sample-county-audit.md
    adopt packs
    [ "$(sample --packs packs --json | jq -c '[.count, (.sample | length)]')" = '[10,10]' ]
    sample --packs packs --out sheet.html >/dev/null
    grep -q "$seed" sheet.html
    grep -q "$(jq -r '.sample[0].lot' first.json)" sheet.html
    # A region that has not said how many points draws nobody, and is told what is missing.
    sed -i '/^set 欠费分/,/always = 20/d' packs/demo/sample-county-audit.md
    adopt packs
    refused 2 policy.not_computable as audrey "audit sample" --month "$month" --packs packs
    [[ $output == *欠费分* || $output == *arrears* ]]
}

@test "[I1] key employers that lose staff are alerts: by the quarter and by the year, by lines that only the region sets" {
    # An employer of more than ten, all but two of whom left on the first of October.
    as clara "county export" --what enrolments --out enrolments.csv --reveal >/dev/null
    as clara "county export" --what employers --out employers.csv --reveal >/dev/null
    boss=$(awk -F, 'NR > 1 && $4 && !met[$1, $4]++ { n[$4]++ } END { for (e in n) if (n[e] >= 10 && n[e] <= 20) print e }' enrolments.csv | sort -n | head -n 1)
    staff=$(awk -F, -v e="$boss" 'NR > 1 && $4 == e && !met[$1]++ { n++ } END { print n }' enrolments.csv)
    [ "$staff" -ge 10 ]
    as audrey "watch run" --month 2026-11 --purpose watch.headcount --json >before.json
    run show alert list --watch headcount.quarter --json
    jq -e --argjson e "$boss" '[.alerts[] | select(.subject == $e)] == []' <<<"$output" >/dev/null
    for who in $(awk -F, -v e="$boss" 'NR > 1 && $4 == e && !met[$1]++ { print $1 }' enrolments.csv | head -n $((staff - 2))); do
        as clara "case open 停保" "$who" --field "单位=$(awk -F, -v e="$boss" 'NR > 1 && $1 == e { print $3; exit }' employers.csv)" --field 截止日=2026-10-01 --promise 身份凭证 --on 2026-10-01 --json >case.json
        as clara "case pass $(jq .case case.json) 受理" --on 2026-10-01 >/dev/null
    done
    as audrey "watch run" --month 2026-11 --purpose watch.headcount --json >after.json
    run show alert list --watch headcount.quarter --json
    jq -e --argjson e "$boss" '[.alerts[] | select(.subject == $e)] | length == 1' <<<"$output" >/dev/null
    alert=$(jq --argjson e "$boss" '.alerts[] | select(.subject == $e) | .alert' <<<"$output")
    run show alert show "$alert"
    [[ $output == *"$staff"* && $output == *重点企业人数* ]]
}

@test "[F6] the auditor's file of a case: what the registry, the bills, the case and the log say, under a number and a digest that other bodies check without a login" {
    bare clara case open 欺诈联席处置 34 --field 线索来源=匿名举报 --on 2026-11-02 >/dev/null
    bare audrey case pass 1 立案 --on 2026-11-02 >/dev/null
    bare rob case pass 1 核查 --field 涉案金额=186000 --field 核查情况=虚构十二人劳动关系 --on 2026-11-03 >/dev/null
    bare audrey case pass 1 联席会议 --field 会议结论=移送公安 --field 会议日=2026-11-05 --field 参加部门=公安、检察、法院、财政、审计、医保、税务 --paper 会议纪要 --on 2026-11-05 >/dev/null
    run bare audrey paper issue 审计取证册 --employer 34 --case 1 --from 2020-01-01 --until 2099-12-31 --out file.html --lang zh --json
    output=$(sed -n "/^{/,\$p" <<<"$output")
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    code=$(jq -r .code <<<"$output") number=$(jq -r .number <<<"$output") digest=$(jq -r .digest <<<"$output")
    # In it: the departments that met, the amount, who did which step, and each act with its event in the chain.
    for word in 公安、检察、法院、财政、审计、医保、税务 186000 联席会议 audrey "$code"; do grep -q -- "$word" file.html || { echo "$word is not in it"; false; }; done
    # Whoever has the code learns whether the office issued it, without a login; one letter less is none.
    run "$program" paper verify "$code" --county county.db --json
    [[ $status -eq 0 && $(jq -r .digest <<<"$output") = "$digest" ]] || { echo "$output"; false; }
    run "$program" paper verify "${code%?}" --county county.db --json
    [ "$status" -ne 0 ]
    # Read again it is the same, word for word; whoever may not read the log gets none.
    run bare audrey paper show "$number" --json
    [[ $status -eq 0 && $(jq -r .digest <<<"$output") = "$digest" ]] || { echo "$output"; false; }
    refused 5 duty.not_held bare clara paper issue 审计取证册 --employer 34 --case 1 --from 2020-01-01 --until 2099-12-31
    # Another's case is no evidence of theirs.
    bare clara case open 欺诈联席处置 35 --field 线索来源=匿名举报 --on 2026-11-02 >/dev/null
    refused 4 issue.other_case bare audrey paper issue 审计取证册 --employer 34 --case 2 --from 2020-01-01 --until 2099-12-31
    # Issued, it is read over the door by whom could issue it, and stands in nobody else's list.
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port >serve.out 2>&1 3>&- &
    server=$!
    while [ ! -s port ]; do
        kill -0 $server || { cat serve.out; return 1; }
        read -rt 0.05 <> <(:) || true
    done
    read_as() {
        local token
        token=$(curl -s -X POST "http://127.0.0.1:$(cat port)/v1/session" -d "{\"user\":\"$1\",\"password\":\"$(cat "$(own "$1")")\"}" | jq -r .token)
        curl -s -H "Authorization: Bearer $token" "http://127.0.0.1:$(cat port)/v1/paper/$2"
    }
    read_as clara "show?number=$number" >clerk.json
    read_as clara "list?employer=34" >clerks.json
    read_as audrey "show?number=$number" >auditor.json
    read_as audrey "list?employer=34" >auditors.json
    kill $server
    wait $server || true
    jq -e '.error.code == "duty.not_held" and (.content | not)' clerk.json >/dev/null || { cat clerk.json; false; }
    jq -e '.papers == []' clerks.json >/dev/null || { cat clerks.json; false; }
    [ "$(jq -r .digest auditor.json)" = "$digest" ] || { cat auditor.json; false; }
    jq -e '.papers | length == 1' auditors.json >/dev/null
    run show verify
    [ "$status" -eq 0 ]
}
