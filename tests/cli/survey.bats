#!/usr/bin/env bats
# doudi survey: a round, who visits whom, uploads that merge in any order, conflicts that people settle, and what comes of it.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
field() { sed -n "s/^$1: //p" <<<"$output"; }
town=590121100

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer tess=surveyor sid=surveyor olga=surveyor
    local change one
    for one in tess:590121100 olga:590121101; do
        change=$(as rita "user bind" "${one%:*}" --region "${one#*:}" --json | sed -n 's/.*"change": *\([0-9]*\).*/\1/p')
        as lea "user approve" "$change" >/dev/null
        as audrey "user confirm" "$change" >/dev/null
    done
    as clara "survey begin" 年度入户 --from 2026-11-01 --until 2026-12-31 >/dev/null
    as clara "survey assign" 1 --to tess --place 590121100 >/dev/null
    DOUDI_PASSWORD_FILE=$(own tess) "$program" survey take 1 --as tess --county county.db --json >taken.json
}

setup() {
    enter_office
    # The first household with two grown people or more.
    household=$(jq '[.households[] | select([.members[] | select(.born < "1990" and .born > "1970")] | length >= 1)][0].household' taken.json)
    person=$(jq -r --argjson h "$household" '.households[] | select(.household == $h).members[] | select(.born < "1990" and .born > "1970").subject' taken.json | head -1)
    phone=$(jq -r --argjson h "$household" --arg p "$person" '.households[] | select(.household == $h).members[] | select(.subject == $p).phone' taken.json)
}

# id NUMBER: 32 hex digits.
id() { printf '%032x' "$1"; }
# say ID SUBJECT QUESTION VALUE [REPLACES] [SEEN] [CLOCK]: one saying of the household.
say() {
    jq -nc --arg id "$(id "$1")" --arg s "$2" --arg q "$3" --arg v "$4" --arg r "${5:-}" --arg seen "${6:-}" --argjson ms "${7:-1764000000000}" --argjson h "$household" \
        '{id: $id, household: $h, subject: $s, question: $q, value: $v, seen: $seen, replaces: ($r | split(" ") | map(select(. != ""))), phone_ms: $ms}'
}
# made SAYING ...: an upload of them.
made() { printf '%s\n' "$@" | jq -cs '{round: "年度入户", said: .}'; }
upload() { run as "$1" "survey upload" "$2" --lang en; }
# heads: what stands, as JSON, whatever it took to get there.
heads() { "$program" survey show 1 "$household" --county county.db --json | jq -cS '[.rows[] | {subject, question, says, state: .state_code}]'; }
visit() {
    say 1 h outcome 已调查; say 2 h people 3; say 3 h income 90000; say 4 "$person" stays 住在本户; say 5 "$person" school false
    say 6 "$person" work 灵活就业; say 7 "$person" pension 未参保; say 8 "$person" wish 职工养老
}

@test "[A11] a round is begun and assigned by township, and a surveyor takes along their own households with stars for numbers" {
    run show survey form
    [[ $status -eq 0 && $output == *"How did the visit end?"* && $output == *"Where is this person now? lives here or works elsewhere"* ]]
    [ "$(jq .count taken.json)" -gt 20 ]
    [ "$(jq -r '[.households[].place[:9]] | unique | join(",")' taken.json)" = $town ]
    ! grep -qE '[0-9]{17}[0-9X]|1[0-9]{10}"' taken.json
    run as clara "survey begin" 年度入户 --from 2026-11-01 --until 2026-12-31 --lang en
    [[ $status -eq 0 && $(field 'anything was written') = no ]]
    run as clara "survey begin" 年度入户 --from 2026-11-02 --until 2026-12-31 --lang en
    [[ $status -ne 0 && $output == *"begun with other days"* ]]
    run as clara "survey begin" 倒着的 --from 2026-11-02 --until 2026-11-01 --json
    [[ $status -eq 2 && $output == *surveys.bad_days* ]]
    run as clara "survey assign" 1 --to tess --place $town --lang en
    [[ $(field 'assigned now') = 0 ]]
    run as clara "survey assign" 1 --to tess --place 590121999 --json
    [[ $status -ne 0 && $output == *surveys.nobody* && $output == *590121999* ]]
    # Whoever has no duty to organise cannot; a surveyor of another township takes nothing of this one, not even by name.
    run as tess "survey begin" 自己的 --until 2026-12-31
    [ "$status" -eq 5 ]
    run as olga "survey take" 1 --for tess --json
    [[ $status -eq 5 && $output != *households* ]] || { echo "$output"; false; }
    [ "$(as olga "survey take" 1 --for olga --json | jq .count)" = 0 ]
    # Whoever reviews may look into another's, and it is found again.
    [ "$(as rob "survey take" 1 --for tess --json | jq .count)" = "$(jq .count taken.json)" ]
    run show audit looks --operation survey.take
    [[ $output == *rob* ]] || { echo "$output"; false; }
}

@test "[A11 N3] what each would pay and get is taken along, by the packs, with the law and what it is reckoned with" {
    # of SCHEME CHOICE CELL: of somebody who can choose of both schemes.
    person=$(jq -r '[.households[].members[] | select([.offers[].scheme] | unique | length == 2)][0].subject' taken.json)
    of() { jq -r --arg p "$person" --arg s "$1" --arg c "$2" --arg f "$3" '.households[].members[] | select(.subject == $p).offers[] | select(.scheme == $s and .choice == $c)[$f]' taken.json; }
    years=$(of resident 500 years) back=$(of resident 500 back_years)
    [ "$(of resident 500 year)" = 500.00 ]
    # The calculators' own variables say the same of the same facts.
    subsidy=$("$program" calc 政府缴费补贴 年缴费档次=500 --region 中国/示例省/示例市/示例县 --json | jq -r '.results[0].value')
    told=$("$program" calc 居民测算养老金 居民测算缴费 居民回本月数 "测算缴费年数=$years" "测算补缴年数=$back" 测算居民档次=500 "测算居民年补贴=$subsidy" --region 中国/示例省/示例市/示例县 --on "$(jq -r .day taken.json)" --json | jq -r '[.results[].value] | join(" ")')
    [ "$(of resident 500 month) $(of resident 500 total) $(of resident 500 back)" = "$told" ] || { echo "$told"; false; }
    [ "$(of resident 500 from)" = 720 ]
    # Who pays more gets more, in both schemes; no tier that the region has not, and no figure without a reason.
    [ "$(jq '[.households[].members[].offers | group_by(.scheme)[] | map(select(.month != "").month | tonumber) | . == sort] | all' taken.json)" = true ]
    [ "$(jq '[.households[].members[].offers[] | (.month == "") == (.why_zh == "")] | any' taken.json)" = false ]
    [ "$(jq '[.households[].members[] | select(.born > "2010-12-01" or .born < "1966-11-01" or .enrolled == "参加职工养老").offers | length] | add' taken.json)" = 0 ]
    [[ $(jq -r '.forecast.laws | join(" ")' taken.json) == *国发〔2014〕8号* ]]
    [ "$(jq '.forecast | (.schemes | length == 2) and (.assumptions | length > 2)' taken.json)" = true ]
    # Where the county has not said when women who work flexibly retire, nobody is told when by a guess.
    cp -r "$tree/packs" odd
    sed -i '/^入户测算中/,$d' odd/demo/sample-county-coverage.md
    as tess "survey take" 1 --packs odd --json >odd.json
    [ "$(jq '[.households[].members[] | select(.sex == 2).offers[] | select(.scheme == "flexible" and .why_zh != "")] | length > 10' odd.json)" = true ]
    [[ $(jq -r '[.households[].members[].offers[].why_en] | unique | join(" ")' odd.json) == *灵活就业女性退休类别* ]]
    [ "$(jq -c '[.households[].members[] | select(.sex == 1).offers]' odd.json)" = "$(jq -c '[.households[].members[] | select(.sex == 1).offers]' taken.json)" ]
    sed -i 's/^resident,survey.tier,[^,]*/resident,survey.tier,/' odd/adapters/office-offers.csv
    run as tess "survey take" 1 --packs odd --json
    [[ $status -eq 2 && $output == *surveys.bad_offer* ]] || { echo "$output"; false; }
    sed -i '/^resident\|^flexible/d' odd/adapters/office-offers.csv
    [[ $(as tess "survey take" 1 --packs odd --json | jq -r .forecast.why_en) == *"no forecasts for the door"* ]]
}

@test "[A11] a form without a question whose answer is used is refused, with what it lacks; a question may have another name" {
    cp -r "$tree/packs" odd
    for role in outcome name number born stays pension wish; do
        sed "/^[^#]/s/,$role,/,,/" "$tree/packs/adapters/office-survey.csv" >odd/adapters/office-survey.csv
        run show survey form --packs odd
        [[ $status -eq 2 && $output == *"no question has the role $role"* ]] || { echo "$role: $output"; false; }
    done
    sed '/^note,/s/,,备注/,wish,备注/' "$tree/packs/adapters/office-survey.csv" >odd/adapters/office-survey.csv
    run show survey form --packs odd
    [[ $status -eq 2 && $output == *"role twice wish"* ]] || { echo "$output"; false; }
    sed '/^note,/s/,,备注/,mood,备注/' "$tree/packs/adapters/office-survey.csv" >odd/adapters/office-survey.csv
    run show survey form --packs odd
    [[ $status -eq 2 && $output == *"role mood"* ]] || { echo "$output"; false; }
    sed '/^wish,/s/,wish,/,,/; /^people,/s/,,家里/,wish,家里/' "$tree/packs/adapters/office-survey.csv" >odd/adapters/office-survey.csv
    run show survey form --packs odd
    [[ $status -eq 2 && $output == *"wants a choice of the person"* ]] || { echo "$output"; false; }
    sed 's/^wish,/hope,/; s/^outcome,/ended,/; s/outcome=/ended=/' "$tree/packs/adapters/office-survey.csv" >odd/adapters/office-survey.csv
    run show survey form --packs odd
    [[ $status -eq 0 && $output =~ hope.*wish ]] || { echo "$output"; false; }
}

@test "[A11] the same answers in another order, doubled, in pieces and by a clock years off come to the same" {
    mapfile -t said < <(visit)
    made "${said[@]}" >all.json
    upload tess all.json
    [[ $status -eq 0 && $(field 'new, taken') = 8 && $(field 'had before') = 0 ]] || { echo "$output"; false; }
    first=$(heads)
    upload tess all.json
    [[ $(field 'new, taken') = 0 && $(field 'had before') = 8 ]] || { echo "$output"; false; }
    # A correction comes before what it corrects, from a telephone that thinks it is 1999.
    enter_office
    made "$(say 9 h income 45000 "$(id 3)" "" 915148800000)" >late.json
    upload tess late.json
    for ((i = 7; i >= 0; i--)); do made "${said[i]}" "${said[i]}" >one.json; upload tess one.json; [ "$status" -eq 0 ]; done
    [ "$(heads)" = "$(jq -cS 'map(if .question == "income" then .says = "45000" else . end)' <<<"$first")" ]
    run show verify
    [ "$status" -eq 0 ]
    # What was said stands nowhere as it is, but how the visit ended.
    made "$(say 30 "$person" note 独居且无人照料的老人)" >note.json
    upload tess note.json
    [ "$status" -eq 0 ]
    ! grep -aq 独居且无人照料的老人 county.db*
    grep -aq 已调查 county.db*
}

@test "[A11] two surveyors differ: both answers stand beside each other until somebody settles it, and nothing is lost" {
    made "$(say 1 h outcome 已调查)" "$(say 2 h income 90000)" >a.json
    made "$(say 11 h outcome 已调查)" "$(say 12 h income 30000)" >b.json
    upload tess a.json
    upload sid b.json
    [[ $status -eq 0 && $(field 'answers of these households that differ from another.s') = 1 ]]
    run show survey conflicts 1
    [[ $(field found) = 1 && $output == *"90000 / 30000"* && $output == *"said differently by two"* && $output == *"tess / sid"* ]] || { echo "$output"; false; }
    run as clara "survey decide" 1 "$household" h income --value 1.234 --json
    [[ $status -eq 2 && $output == *surveys.bad_value* ]]
    run as clara "survey decide" 1 "$household" h note --value x --json
    [[ $status -ne 0 && $output == *surveys.no_cell* ]]
    run as clara "survey decide" 1 "$household" h income --value 60000 --lang en
    [[ $status -eq 0 && $(field state) = settled ]]
    run show survey conflicts 1
    [[ $(field found) = 0 ]]
    # The first telephone has not heard of it and says its own again: it is the same saying.
    upload tess a.json
    [[ $status -eq 0 && $(field 'new, taken') = 0 ]]
    run show survey show 1 "$household"
    [[ $output == *60000* && $output != *90000* ]]
}

@test "[A11 L9] what changes the registry is proposed by one and confirmed by another, and a change meanwhile is told" {
    made "$(say 1 "$person" phone 13912345678 "" "$phone")" "$(say 2 h address 新村12号)" >a.json
    upload tess a.json
    run show survey conflicts 1
    [[ $(field found) = 2 && $output == *"the registry is to be changed"* ]] || { echo "$output"; false; }
    as clara "survey decide" 1 "$household" "$person" phone --value 13912345678 >/dev/null
    run show survey conflicts 1
    [[ $output == *"waits for another to confirm"* ]]
    run as clara "survey confirm" 1 "$household" "$person" phone --lang en
    [ "$status" -eq 5 ]
    # More is said meanwhile: what was proposed is not what would be confirmed.
    made "$(say 3 "$person" phone 13900000000 "$(id 1)" "$phone")" >more.json
    upload tess more.json
    run as rob "survey confirm" 1 "$household" "$person" phone --lang en
    [[ $status -ne 0 && $output == *"More was said of phone"* ]]
    as clara "survey decide" 1 "$household" "$person" phone --value 13900000000 >/dev/null
    run as rob "survey confirm" 1 "$household" "$person" phone --lang en
    [[ $status -eq 0 && $output == *"the registry says it now"* ]] || { echo "$output"; false; }
    run as clara "person show" "${person#p}" --reveal --why 核对 --lang en
    [[ $output == *13900000000* ]] || { echo "$output"; false; }
    # Another upload had seen the number of before, and says a third: the registry changed meanwhile.
    made "$(say 4 "$person" phone 13911111111 "$(id 3)" "$phone")" >third.json
    upload tess third.json
    run show survey conflicts 1
    [[ $output == *"the registry changed meanwhile"* || $output == *"said differently by two"* ]]
    run as clara "survey decide" 1 "$household" "$person" phone --keep --lang en
    [ "$status" -eq 0 ]
    # The address is refused, and stays.
    as clara "survey decide" 1 "$household" h address --value 新村12号 >/dev/null
    run as rob "survey confirm" 1 "$household" h address --refuse --lang en
    [[ $status -eq 0 && $output == *"nothing was changed"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[A11] an upload that is none, of another household, township, question or with a used id is refused whole" {
    refused() { upload "$1" "$2"; [[ $status -ne 0 && $output == *"$3"* ]] || { echo "$output"; return 1; }; [ "$(heads)" = "[]" ]; }
    echo '{"round":"年度入户","said":[{"id":"x"}]}' >bad.json
    refused tess bad.json "id (1:31)"
    echo 'not json' >bad.json
    refused tess bad.json ""
    made "$(say 1 h outcome 已调查)" "$(say 2 h outcome 不知道)" >bad.json
    refused tess bad.json "said[1]: outcome = 不知道"
    made "$(say 1 h stays 住在本户)" >bad.json
    refused tess bad.json "said[0]: stays"
    made "$(say 1 h income -5)" >bad.json
    refused tess bad.json "said[0]: income"
    made "$(say 1 p99999999 stays 住在本户)" >bad.json
    refused tess bad.json "subject p99999999"
    made "$(say 1 h outcome 已调查)" "$(say 1 h outcome 拒绝)" >bad.json
    refused tess bad.json "sent before with another content"
    made "$(say 1 h outcome 已调查)" >good.json
    refused olga good.json "not in your township"
    sed 's/年度入户/没有的/' good.json >bad.json
    refused tess bad.json "no survey round 没有的"
    jq -c --argjson h "$household" '.said[0].household = 1' good.json >bad.json
    refused tess bad.json "household 1 is not in this round"
    run as olga "survey upload" good.json --json
    [[ $status -eq 5 && $output == *surveys.not_yours* ]]
    upload tess good.json
    [ "$status" -eq 0 ]
    sed 's/已调查/拒绝/' good.json >bad.json
    upload tess bad.json
    [[ $status -eq 3 || $status -ne 0 ]] && [[ $output == *"sent before with another content"* ]]
}

@test "[A11] everybody is put by ability, age and wish where the law says; somebody new comes to the register by the roll" {
    mapfile -t said < <(visit)
    new=n$(id 77)
    made "${said[@]}" "$(say 20 "$new" name 欧阳未登)" "$(say 21 "$new" number 11010519491231002X)" "$(say 22 "$new" stays 住在本户)" \
        "$(say 23 "$new" school false)" "$(say 24 "$new" work 务农)" "$(say 25 "$new" pension 未参保)" "$(say 26 "$new" wish 居民养老)" >all.json
    upload tess all.json
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    run as clara "survey begin" 空的 --until 2026-12-31
    run as clara "survey hand-in" 空的 --month 2026-11 --json
    [[ $status -ne 0 && $output == *surveys.no_line* ]]
    run show survey results 1 --out results.csv
    [[ $status -eq 0 && $(field people) = 2 && $(field 'not registered') = 1 && $output == *"the employees' pension"* && $output == *"the residents' pension"* ]] || { echo "$output"; false; }
    grep -q 欧阳未登 results.csv
    run show survey progress 1
    [[ $(field surveyed) = 1 ]]
    run as clara "survey hand-in" 1 --month 2026-11 --lang en
    [[ $status -eq 0 && $(field lines) = 2 && $(field 'not registered here') = 1 ]] || { echo "$output"; false; }
    receipt=$(field receipt)
    # Without the line that the county draws nobody is put, and there is no roll.
    cp -r "$tree/packs" odd
    sed -i '/^入户调查中/,$d' odd/demo/sample-county-coverage.md
    run show survey results 1 --packs odd
    [[ $status -eq 0 && $output == *"cannot be told"* && $output == *入户缴费能力线* ]] || { echo "$output"; false; }
    sed -i '$a colour,person,,,,,,颜色,' odd/adapters/office-survey.csv
    run show survey form --packs odd --json
    [[ $status -ne 0 && $output == *surveys.bad_table* ]]
    run as clara "survey hand-in" 1 --month 2026-11 --lang en
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    run as clara "roll enter" "$receipt" --lang en
    [[ $status -eq 0 && $(field 'given a record') = 1 ]]
    as audrey "watch run" --month 2026-11 --purpose watch.register >/dev/null
    run show register list --group group.able
    [[ $status -eq 0 ]] || { echo "$output"; false; }
}

@test "[A11 A4 O1] somebody new whom a round found and who is insured after that is the round's: listed, counted, in the notice, and not where a campaign has met them since or they were insured before it came" {
    made "$(say 20 "n$(id 71)" name 欧阳未登)" "$(say 21 "n$(id 71)" number 11010519491231002X)" "$(say 22 "n$(id 71)" stays 住在本户)" \
        "$(say 23 "n$(id 72)" name 钱新来)" "$(say 24 "n$(id 72)" number 590121198503071512)" "$(say 25 "n$(id 73)" name 孙无号)" \
        "$(say 26 "n$(id 74)" name 误记)" "$(say 28 "n$(id 75)" name 周在册)" "$(say 29 "n$(id 75)" number 590121199001011231)" "$(say 1 h outcome 已调查)" >all.json
    upload tess all.json
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    # Taken back, nobody is found there.
    made "$(say 27 "n$(id 74)" name '' "$(id 26)")" >back.json
    upload tess back.json
    newcomers() { show survey newcomers 1 --json "$@" | jq -c '[.found, .registered, .in_hand, .enrolled, .won]'; }
    [ "$(newcomers)" = "[4,0,0,0,0]" ]
    printf 'name,citizen_number,sex,birth_day,region,hukou_region\n欧阳未登,11010519491231002X,female,1949-12-31,590121,590121\n钱新来,590121198503071512,male,1985-03-07,590121,590121\n周在册,590121199001011231,male,1990-01-01,590121,590121\n' >who.csv
    as clara "county import" who.csv --what persons >/dev/null
    [ "$(newcomers)" = "[4,3,0,0,0]" ]
    one=$(show survey newcomers 1 --json | jq '.rows[] | select(.name == "欧阳未登").person')
    two=$(show survey newcomers 1 --json | jq '.rows[] | select(.name == "钱新来").person')
    three=$(show survey newcomers 1 --json | jq '.rows[] | select(.name == "周在册").person')
    # Their newest case stands beside them; that they have complained of somebody does not.
    as clara "case open 参保证明" "$two" >/dev/null
    as clara "case open 欠费投诉" "$two" --field 单位=91590121671712535W >/dev/null
    [ "$(newcomers)" = "[4,3,1,0,0]" ]
    [ "$(show survey newcomers 1 --json | jq -c '[.rows[] | select(.name == "钱新来" or .name == "欧阳未登").case]')" = "[0,1]" ]
    today=$(date +%F)
    # A campaign calls upon the third, who is of the register.
    hand() { { echo "$2"; cat; } >roll.csv; as clara "roll receive" "$1" roll.csv --month 2026-11 >/dev/null; }
    echo '慕容不在,11010519491231002X,2026-11-01' | hand police.deaths 姓名,公民身份号码,死亡日期
    echo '慕容不在,11010519491231002X,2026-11-01' | hand civil.cremation 姓名,身份证号,火化日期
    echo '慕容不在,11010519491231002X,一中' | hand education.students 姓名,身份证号,学校
    echo '慕容不在,11010519491231002X,职工养老,参保,外省' | hand insured.elsewhere 姓名,社会保障号码,险种,状态,经办机构
    echo '周在册,590121199001011231,有,职工养老' | hand township.survey 姓名,身份证号,缴费能力,意愿
    as audrey "watch run" --month 2026-11 --purpose watch.register >/dev/null
    as clara "campaign new" 上门 --channel precise --group group.able --owner 张明 --on 2026-11-01 --due 2026-12-31 >/dev/null
    as clara "campaign contact" 上门 "$three" --on "$today" --how home --outcome agreed >/dev/null
    { echo person,scheme,standing,employer,region,wage,tier,from,until
      echo "$one,resident_pension,resident,,590121,,200.00,$today,"
      echo "$two,resident_pension,resident,,590121,,200.00,2026-11-01,"
      echo "$three,resident_pension,resident,,590121,,200.00,$today,"; } >in.csv
    as clara "county import" in.csv --what enrolments >/dev/null
    run show survey newcomers 1 --out new.csv
    [[ $(field found) = 4 && $(field 'registered by now') = 3 && $(field 'insured since') = 3 && $(field 'of them by this round') = 1 ]] || { echo "$output"; false; }
    grep -q "^$household,欧阳未登,.*,$today,yes" new.csv
    grep -q "^$household,孙无号,-," new.csv
    ! grep -q 误记 new.csv
    ! grep -qE '[0-9]{17}[0-9X]' new.csv
    # Before the round nobody was found.
    [ "$(newcomers --on 2026-10-31)" = "[0,0,0,0,0]" ]
    # In the figures of the place and in the month's notice.
    if [ "${today%-*}" = 2026-11 ]; then # figures of a month are of what was so in it
        as audrey "indicator run" --month 2026-11 >/dev/null
        run show indicator list --place $town
        [[ $output =~ 示例县入户新发现\ +4\  && $output =~ 示例县入户新参保\ +1\  ]] || { echo "$output"; false; }
        run show indicator bulletin --month 2026-11 --json
        [ "$(jq -r '.indicators[] | select(.key == "示例县入户新参保").value' <<<"$output")" = 1 ]
    fi
}

@test "[A11 A4 O1] somebody new who said no number is followed by whom two people decide that their line of the roll is about: to the enrolment, as the round's" {
    local n=0 who=()
    person() { # KEY NAME [NUMBER]: a newcomer who is able to pay, or not
        n=$((n + 10))
        who+=("$(say $((100 + n)) "$1" name "$2")" "$(say $((101 + n)) "$1" stays 住在本户)" "$(say $((102 + n)) "$1" school false)" "$(say $((103 + n)) "$1" work 务农)" \
            "$(say $((104 + n)) "$1" pension 未参保)" "$(say $((105 + n)) "$1" wish "${4:-居民养老}")")
        [ -z "${3:-}" ] || who+=("$(say $((106 + n)) "$1" number "$3")")
    }
    mapfile -t said < <(visit)
    person "n$(id 81)" 欧阳无号; person "n$(id 82)" 钱错号 590121198503071513; person "n$(id 83)" 孙同名; person "n$(id 84)" 孙同名
    made "${said[@]}" "${who[@]}" >all.json
    upload tess all.json
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    printf 'name,citizen_number,sex,birth_day,region,hukou_region\n欧阳无号,590121198012310021,female,1980-12-31,590121,590121\n钱错号,590121198503071512,male,1985-03-07,590121,590121\n孙同名,590121199001011231,male,1990-01-01,590121,590121\n' >who.csv
    as clara "county import" who.csv --what persons >/dev/null
    newcomers() { show survey newcomers 1 --json "$@" | jq -c '[.found, .registered, .enrolled, .won]'; }
    [ "$(newcomers)" = "[4,0,0,0]" ]
    run as clara "survey hand-in" 1 --month 2026-11 --lang en
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    receipt=$(field receipt)
    person_of() { show person find "$1" --json | jq ".people[0].person"; }
    line_of() { show roll show "$receipt" --json | jq --arg n "$1" '[.rows[] | select(.name == $n).line][0]'; }
    decided() { as clara "roll decide" "$receipt" "$(line_of "$1")" "${@:2}" >/dev/null; [ "${half:-}" ] || as rob "roll confirm" "$receipt" "$(line_of "$1")" >/dev/null; }
    one=$(person_of 欧阳无号) two=$(person_of 钱错号) three=$(person_of 孙同名)
    # What one alone has said tells nobody.
    half=1 decided 欧阳无号 --to "$one"
    [ "$(newcomers)" = "[4,0,0,0]" ]
    as rob "roll confirm" "$receipt" "$(line_of 欧阳无号)" >/dev/null
    decided 钱错号 --to "$two"
    [ "$(newcomers)" = "[4,2,0,0]" ]
    # Of two of one name and no number nobody can say whose the line is.
    decided 孙同名 --to "$three"
    [ "$(newcomers)" = "[4,2,0,0]" ]
    { echo person,scheme,standing,employer,region,wage,tier,from,until
      echo "$one,resident_pension,resident,,590121,,200.00,$(date +%F),"
      echo "$two,resident_pension,resident,,590121,,200.00,2026-11-01,"; } >in.csv
    as clara "county import" in.csv --what enrolments >/dev/null
    [ "$(newcomers)" = "[4,2,2,1]" ]
    # Undone by two people, they are nobody again.
    decided 欧阳无号 --undo
    [ "$(newcomers)" = "[4,1,1,0]" ]
    # Nor of two in two townships; whoever is confined to one of them is told of theirs what the county is.
    as clara "survey assign" 1 --to olga --place 590121101 >/dev/null
    household=$(as olga "survey take" 1 --for olga --json | jq '.households[0].household')
    made "$(say 301 h outcome 已调查)" "$(say 302 "n$(id 85)" name 钱错号)" "$(say 303 "n$(id 85)" number 590121198503071513)" "$(say 304 "n$(id 85)" stays 住在本户)" >there.json
    upload olga there.json
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    [ "$(newcomers)" = "[5,0,0,0]" ]
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do kill -0 $server || { cat serve.log; return 1; }; read -rt 0.05 <> <(:) || true; done
    base=http://127.0.0.1:$(cat port)
    token=$(curl -s "$base/v1/session" -d "{\"user\":\"tess\",\"password\":\"$(cat "$(own tess)")\"}" | jq -r .token)
    curl -s -H "Authorization: Bearer $token" "$base/v1/survey/newcomers?round=1" >said
    kill $server && wait $server || true
    [ "$(jq -c '[.found, .registered]' said)" = "[4,0]" ] || { cat said; false; }
    run show verify
    [ "$status" -eq 0 ]
}

@test "[A11 F9] who is said at the door to be dead or gone is looked into: an alert with the money, a case from it, and no pension is touched" {
    # Of those who draw, in the surveyor's township: one is said to have died, one to have moved, of a third two surveyors differ.
    as clara "county export" --what benefits --out b.csv >/dev/null
    tail -n +2 b.csv | awk -F, '$2 ~ /pension/ { print "p" $1 }' >drawing.txt
    jq -r '.households[] | .household as $h | .members[] | "\($h) \(.subject)"' taken.json | grep -wFf drawing.txt | head -3 >three.txt
    [ "$(wc -l <three.txt)" -eq 3 ]
    one() { household=$(sed -n "$1s/ .*//p" three.txt) && who=$(sed -n "$1s/.* //p" three.txt); }
    payments() { as clara "county export" --what benefits --out now.csv >/dev/null; sha256sum <now.csv; }
    before=$(payments)
    one 1; dead=$who; made "$(say 101 h outcome 已调查)" "$(say 102 "$who" stays 已去世)" >u1.json
    one 2; gone=$who; made "$(say 103 h outcome 已调查)" "$(say 104 "$who" stays 已迁走)" >u2.json
    one 3; split=$who; made "$(say 105 h outcome 已调查)" "$(say 106 "$who" stays 已去世)" >u3.json; made "$(say 107 "$who" stays 住在本户)" >u4.json
    for n in 1 2 3; do upload tess u$n.json; [ "$status" -eq 0 ] || { echo "$output"; false; }; done
    upload tess u4.json
    run as clara "survey hand-in" 1 --month 2026-11 --lang en
    [[ $status -eq 0 ]] || { echo "$output"; false; }
    as audrey "watch run" --month 2026-11 --purpose watch.survey >/dev/null
    stands() { show alert list --watch "$1" --json | jq -r '[.alerts[].subject] | sort | join(" ")'; }
    [ "$(stands survey.dead)" = "${dead#p}" ] || { show alert list; false; }
    [ "$(stands survey.moved)" = "${gone#p}" ]
    [[ $split != "$dead" ]]
    show alert list --watch survey.dead --json | jq -e '.alerts[0] | (.risk | tonumber) > 0 and .severity == "high"' >/dev/null
    alert=$(show alert list --watch survey.dead --json | jq '.alerts[0].alert')
    run show alert show "$alert"
    [[ $output == *"until then it is paid as before"* && $output == *"audit section"* ]]
    [ "$(payments)" = "$before" ]
    # A case comes of it, with what was found; the pension still stands until the case says so.
    run as clara "case open" 死亡申报 "${dead#p}" --alert "$alert" --lang en
    [[ $status -eq 0 ]] || { echo "$output"; false; }
    [ "$(payments)" = "$before" ]
    # It was a mistake: said anew in view of the first, handed in again, and the alert ends by itself.
    one 2; made "$(say 108 "$who" stays 住在本户 "$(id 104)")" >u5.json
    upload tess u5.json
    run as clara "survey hand-in" 1 --month 2026-11 --lang en
    [ "$status" -eq 0 ]
    as audrey "watch run" --month 2026-11 --purpose watch.survey >/dev/null
    [ "$(stands survey.moved)" = "" ]
    [ "$(stands survey.dead)" = "${dead#p}" ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[A11 O1] each township wants one survey a year: the indicator tells which have had none, and the notice tells it too" {
    made "$(say 1 h outcome 已调查)" >a.json
    as audrey "indicator run" --month 2026-11 >/dev/null
    run show indicator list --place $town
    [[ $output =~ 示例县入户调查次数\ +0\ .*behind\ +alarm ]] || { echo "$output"; false; }
    upload tess a.json
    as audrey "indicator run" --month 2026-11 >/dev/null
    run show indicator list --place $town
    [[ $output =~ 示例县入户调查次数\ +1\ .*reached ]] || { echo "$output"; false; }
    # The other township has had none, and so has the county.
    run show indicator rank 示例县入户调查次数
    [[ $output == *590121101* ]] || { echo "$output"; false; }
    run show indicator list
    [[ $output =~ 示例县入户调查次数\ +0\ .*behind ]] || { echo "$output"; false; }
    run show indicator bulletin
    [[ $output == *示例县入户调查次数* ]]
    printf 'figure,place,month,value,source\nsurvey.rounds_year,590121100,2026-11,5,somebody\n' >figures.csv
    run as audrey "indicator enter" figures.csv --lang en
    [[ $status -ne 0 && $output == *"counted by the office itself"* ]]
}
