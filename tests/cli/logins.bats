# doudi user logins: many logins of people from outside the office in one change of three people, and their passwords once.
load support
load office
bats_require_minimum_version 1.5.0

setup_file() {
    make_office rita=rights-manager rolf=rights-manager lena=leader lars=leader audrey=auditor clara=clerk
    as clara "county export" --what persons --reveal --out persons.csv >/dev/null
    as clara "county export" --what employers --out employers.csv >/dev/null
    people 300 >list.csv
}
setup() { enter_office; }

# people N: a list of N new logins of insured persons, by the registry; who has a mistaken number (some have) is left out.
people() {
    echo '事项,登录名,姓名,角色,证件号码,单位'
    awk -F, -v most="$1" '
        function fits(number,   i, sum) { for (i = 1; i < 18; i++) sum += (2 ^ (18 - i) % 11) * substr(number, i, 1)
                                          return substr("10X98765432", sum % 11 + 1, 1) == substr(number, 18) }
        NR > 1 && length($3) == 18 && $3 !~ /[^0-9X]/ && fits($3) && n < most { printf "新增,p%04d,%s,参保人,%s,\n", n++, $2, $3 }' persons.csv
}
digest() { "$program" user change "$1" --county county.db --json | jq -r .digest; }
# make_joint N: the other two sign it.
make_joint() {
    as lena "user approve" "$1" --digest "$(digest "$1")" >/dev/null
    as audrey "user confirm" "$1" --digest "$(digest "$1")" >/dev/null
}
once() { awk -F, -v who="$1" '$1 == who { print $3 }' "$2" | tr -d '\r'; }

@test "three hundred logins become one change, whose passwords are handed out once, to whoever proposed it" {
    as rita "user logins" list.csv --dry-run --json >said
    jq -e '.logins == 300 and .refused == 0 and (has("change") | not) and (.rows | length) == 300' said
    jq -e '.rows[0] | .line == 2 and .act_code == "new" and .role == "insured" and .reason == "" and (.number | test("^[0-9]{6}\\*+[0-9X]{2}$"))' said
    [ "$("$program" user list --county county.db --json | jq '.users | length')" = 6 ]
    as rita "user logins" list.csv --why 批量开通 --json >said
    jq -e '.change == 1 and .waits_for == "staff.approve staff.confirm" and .refused == 0' said
    # nobody has a login yet, and the signers must have seen the rows
    [ "$("$program" user list --county county.db --json | jq '.users | length')" = 6 ]
    refused 4 user.not_shown "user change 1" "user change 1" as lena "user approve" 1
    run --separate-stderr as lena "user approve" 1 --digest 0000000000000000
    [ "$status" -eq 4 ]
    refused 4 staff.hand_nothing "not made yet" "尚未生效" as rita "user hand-out" 1 --out early.csv
    [ ! -e early.csv ]
    "$program" user change 1 --county county.db --json >shown
    jq -e '(.rows | length) == 300 and .state_code == "waiting" and .by == "rita" and .rows[299].user == "p0299"' shown
    ! grep -q '[0-9]\{17\}[0-9X]' shown
    run --separate-stderr as rita "user approve" 1 --digest "$(digest 1)"
    [ "$status" -eq 5 ]
    make_joint 1
    "$program" user list --county county.db --json | jq -e '.users | length == 306 and all(.[6:][]; .state_code == "new" and .roles == "insured" and .is_bound)'
    # no password before it is handed out, and nobody else gets it
    run --separate-stderr bash -c "printf '\nlong enough 24680!\n' | '$program' user passwd p0000 --county county.db"
    [ "$status" -ne 0 ]
    refused 5 staff.hand_other "nobody else" "提出变更 1 的人" as rolf "user hand-out" 1 --out other.csv
    run --separate-stderr as clara "user hand-out" 1 --out other.csv
    [ "$status" -eq 5 ]
    [ ! -e other.csv ]
    as rita "user hand-out" 1 --out once.csv --json | jq -e '.logins == 300'
    [ "$(wc -l <once.csv)" = 301 ]
    [ "$(stat -c %a once.csv)" = 600 ]
    [ "$(cut -d, -f3 once.csv | sort -u | wc -l)" = 301 ]
    refused 4 staff.handed "were handed out" "已发放" as rita "user hand-out" 1 --out again.csv
    [ ! -e again.csv ]
    # a citizen logs in: their own record, and no other's
    { once p0007 once.csv; cat "$(own p0007)"; } | "$program" user passwd p0007 --county county.db >/dev/null
    as p0007 "user whoami" --json | jq -e '.roles == "insured" and .person > 0 and (.operations | index("person.show")) and (.operations | index("person.find") | not)'
    # the password is in no table and no event
    ! grep -qa "$(once p0008 once.csv)" county.db
    run "$program" verify --county county.db
    [ "$status" -eq 0 ]
}

@test "a list with one broken row is refused whole, each row tells why; twice the same list is one change" {
    sed '4s/,[^,]*,$/,110105194912310021,/; 9s/^新增,p0007/新增,p0001/' list.csv | sed '12s/^新增/开通/; 14s/,参保人,/,leader,/' >broken.csv
    refused 4 user.logins_refused "4 of 300 rows cannot be done: line 4 (p0002)" "4 行不能办理（共 300 行）：第 4 行" as rita "user logins" broken.csv
    run --separate-stderr as rita "user logins" broken.csv --dry-run --json
    [ "$status" -eq 1 ]
    jq -e '.refused == 4 and ([.rows[] | select(.reason != "") | .line] == [4, 9, 12, 14])' <<<"$output"
    [ "$("$program" user changes --county county.db --json | jq '.changes | length')" = 0 ]
    head -6 list.csv >few.csv
    as rita "user logins" few.csv --json | jq -e '.change == 1'
    refused 4 staff.joint_waits "as change 1" "变更 1" as rita "user logins" few.csv
    [ "$("$program" user changes --county county.db --json | jq -c '[.changes[] | [.what, .logins]]')" = '[["joint",5]]' ]
    make_joint 1
    run --separate-stderr as rita "user logins" few.csv --dry-run --json
    [ "$status" -eq 1 ]
    jq -e '.refused == 5' <<<"$output"
}

@test "an employer's agent is bound to the employer; shut out and reset keep to outside logins and to their own names" {
    code=$(awk -F, 'NR == 2' employers.csv | grep -o '[0-9A-Z]\{18\}' | head -1)
    { head -3 list.csv; echo "新增,shop,店主,单位经办人,,$code"; } >few.csv
    as rita "user logins" few.csv >/dev/null
    make_joint 1
    as rita "user hand-out" 1 --out once.csv >/dev/null
    for who in p0000 shop; do { once $who once.csv; cat "$(own $who)"; } | "$program" user passwd $who --county county.db >/dev/null; done
    employer=$(as shop "user whoami" --json | jq .employer)
    as shop "employer show" "$employer" --json | jq -e .
    # wrong ones first: an official, another's name, an unknown login
    printf 'act,user,name\nlock,clara,\nreset,p0000,张三丰\nlock,nobody,\nreset,shop,店主\nlock,p0001,\n' >wrong.csv
    run --separate-stderr as rita "user logins" wrong.csv --dry-run --json
    jq -e '[.rows[] | .code] == ["staff.joint_official", "staff.joint_other", "staff.no_user", "", ""]' <<<"$output"
    printf 'act,user,name\nreset,shop,店主\nlock,p0001,\nlock,p0000,\n' >right.csv
    as rita "user logins" right.csv >/dev/null
    make_joint 2
    run --separate-stderr as p0000 "user whoami"
    [ "$status" -eq 5 ]
    run --separate-stderr as shop "user whoami"
    [ "$status" -eq 5 ]
    "$program" user list --county county.db --json | jq -e '[.users[6:][] | [.user, .state_code, .roles]] == [["p0000", "out", ""], ["p0001", "out", ""], ["shop", "new", "employer"]]'
    as rita "user hand-out" 2 --out second.csv --json | jq -e '.logins == 1'
    { once shop second.csv; cat "$(own shop)"; } | "$program" user passwd shop --county county.db >/dev/null
    as shop "user whoami" --json | jq -e --argjson id "$employer" '.employer == $id'
    # who was shut out comes back by a reset that names the role
    printf 'act,user,role\nreset,p0000,\nlock,p0001,\n' >back.csv
    run --separate-stderr as rita "user logins" back.csv --dry-run --json
    jq -e '[.rows[] | .code] == ["staff.joint_lacks", "staff.joint_out"]' <<<"$output"
    printf 'act,user,role\nreset,p0000,insured\n' >back.csv
    as rita "user logins" back.csv >/dev/null
    make_joint 3
    as rita "user hand-out" 3 --out third.csv >/dev/null
    { once p0000 third.csv; cat "$(own p0000)"; } | "$program" user passwd p0000 --county county.db >/dev/null
    as p0000 "user whoami" --json | jq -e '.roles == "insured" and .person > 0'
    run "$program" verify --county county.db
    [ "$status" -eq 0 ]
}

@test "a change that no longer fits when it is signed is not made; an empty list is refused" {
    printf 'act,user,name,role,number\n' >empty.csv
    refused 2 staff.joint_count "1 to 2000 rows" "1 至 2000 行" as rita "user logins" empty.csv
    printf 'user,name\np0000,x\n' >lacks.csv
    refused 2 user.no_column "act" "事项" as rita "user logins" lacks.csv
    { sed -n '1,2p' list.csv; sed -n '2s/p0000/other/p;3s/,[^,]*,参保人/,张三丰,参保人/p;4s/新增/开通/p;5s/参保人/leader/p' list.csv; echo '新增,p9999,未登记,参保人,11010519491231002X,'; } >mixed.csv
    run --separate-stderr as rita "user logins" mixed.csv --dry-run --json
    jq -e '[.rows[] | .code] == ["", "staff.joint_twice", "user.other_name", "user.bad_act", "staff.joint_role", "user.not_in_registry"]' <<<"$output" || { jq -c '.rows[]' <<<"$output"; false; }
    sed -n '1,3p' list.csv >few.csv
    as rita "user logins" few.csv >/dev/null
    sed -n '1p;3,4p' list.csv >other.csv
    as rita "user logins" other.csv >/dev/null
    make_joint 2
    run --separate-stderr as lena "user approve" 1 --digest "$(digest 1)"
    [ "$status" -eq 4 ]
    [[ $stderr == *p0001* ]]
    [ "$("$program" user list --county county.db --json | jq '.users | length')" = 8 ]
    # a change of one user is shown too, and is signed without a digest
    as rita "user new" dora --name 朵拉 >/dev/null
    "$program" user change 3 --county county.db --json | jq -e '.digest == "" and (.rows | length) == 1 and .rows[0].user == "dora" and .rows[0].act_code == "new"'
    as lena "user approve" 3 >/dev/null
    run --separate-stderr as rita "user hand-out" 3 --out once.csv
    [ "$status" -eq 4 ]
    run --separate-stderr "$program" user change 9 --county county.db
    [ "$status" -eq 3 ]
}

@test "over /v1 a list is sent, tried, proposed, shown, signed, and its passwords fetched; the citizen sees their own record alone" {
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port --rate 0 >serve.out 2>serve.log 3>&- &
    echo $! >server.pid
    while [ ! -s port ]; do kill -0 "$(cat server.pid)" || return 1; read -rt 0.05 <> <(:) || true; done
    base=http://127.0.0.1:$(cat port)
    login() { curl -s -X POST "$base/v1/session" -d "{\"user\":\"$1\",\"password\":\"$(cat "$(own "$1")")\"}" | jq -r .token; }
    post() { curl -s -o said -w '%{http_code}' -X POST -H "Authorization: Bearer $1" -H 'Content-Type: application/json' "$base/v1/$2" -d "$3"; }
    rita=$(login rita) lena=$(login lena) audrey=$(login audrey)
    sed -n '1,4p' list.csv >few.csv
    upload=$(curl -s -X POST -H "Authorization: Bearer $rita" --data-binary @few.csv "$base/v1/uploads?name=few.csv" | jq -r .upload)
    [ "$(post "$rita" user/logins "{\"file\":\"$upload\",\"dry-run\":true}")" = 200 ]
    jq -e '.refused == 0 and (has("change") | not)' said
    send() { curl -s -X POST -H "Authorization: Bearer $1" --data-binary @few.csv "$base/v1/uploads?name=few.csv" | jq -r .upload; }
    [ "$(post "$lena" user/logins "{\"file\":\"$(send "$lena")\"}")" = 403 ]
    [ "$(post "$rita" user/logins "{\"file\":\"$upload\"}")" = 200 ]
    jq -e '.change == 1' said
    [ "$(post "$rita" user/logins "{\"file\":\"$upload\"}")" = 409 ]
    [ "$(post "$lena" user/approve '{"change":1}')" = 409 ]
    [ "$(curl -s -o shown -w '%{http_code}' -H "Authorization: Bearer $lena" "$base/v1/user/change?change=1")" = 200 ]
    digest=$(jq -r .digest shown)
    [ "$(post "$lena" user/approve "{\"change\":1,\"digest\":\"$digest\"}")" = 200 ]
    [ "$(post "$audrey" user/confirm "{\"change\":1,\"digest\":\"$digest\"}")" = 200 ]
    [ "$(post "$rita" user/hand-out '{"change":1,"out":"once.csv"}')" = 200 ]
    href=$(jq -r '.files[0].href // .downloads[0].href' said)
    [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $lena" "$base$href")" = 404 ]
    curl -s -H "Authorization: Bearer $rita" "$base$href" >once.csv
    [ "$(wc -l <once.csv)" = 4 ]
    [ "$(post "$rita" user/hand-out '{"change":1,"out":"once.csv"}')" = 409 ]
    { once p0001 once.csv; cat "$(own p0001)"; } | "$program" user passwd p0001 --county county.db >/dev/null
    citizen=$(login p0001)
    id=$(curl -s -H "Authorization: Bearer $citizen" "$base/v1/session" | jq .person)
    [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $citizen" "$base/v1/person/show?who=$id")" = 200 ]
    [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $citizen" "$base/v1/person/show?who=$((id + 1))")" = 403 ]
    [ "$(post "$citizen" user/logins "{\"file\":\"$(send "$citizen")\"}")" = 403 ]
    kill "$(cat server.pid)"
}
teardown() { [ ! -s server.pid ] || kill "$(cat server.pid)" 2>/dev/null || true; }

@test "whoever proposed a change takes it back, whoever should sign it refuses it, each with a reason that the log keeps; nothing comes of it [G4 F5]" {
    head -3 list.csv >two.csv
    first=$(as rita "user logins" two.csv --json | jq .change)
    # Not by another, not without a reason, and not by a refusal of one's own.
    refused 5 staff.not_proposer "Change $first" "变更 $first" as rolf "user withdraw" "$first" --why 名单有误
    refused 5 duty.not_held "user.approve" "user.approve" as rita "user approve" "$first" --refuse --why 名单有误
    refused 5 duty.not_held "user.confirm" "user.confirm" as clara "user confirm" "$first" --refuse --why 名单有误
    run as rita "user withdraw" "$first"
    [ "$status" -eq 2 ]
    run as rita "user withdraw" "$first" --why '  '
    [ "$status" -eq 2 ]
    as rita "user withdraw" "$first" --why 名单有误 --json | jq -e '.is_ended and (.is_made | not)'
    "$program" user change "$first" --county county.db --json | jq -e '.state_code == "withdrawn" and .ended_by == "rita" and .reason == "名单有误"'
    refused 3 staff.no_change "no change" "没有该编号" as rita "user withdraw" "$first" --why 再一次
    digest=$("$program" user change "$first" --county county.db --json | jq -r .digest)
    refused 3 staff.no_change "no change" "没有该编号" as lena "user approve" "$first" --digest "$digest"
    refused 4 staff.hand_nothing "not made yet" "尚未生效" as rita "user hand-out" "$first" --out early.csv
    # The same list may be proposed anew, half signed, and refused by the other who should sign: without its digest, with a reason.
    second=$(as rita "user logins" two.csv --json | jq .change)
    [ "$second" != "$first" ]
    as lena "user approve" "$second" --digest "$("$program" user change "$second" --county county.db --json | jq -r .digest)" >/dev/null
    refused 2 staff.why_ended "says why" "理由" as audrey "user confirm" "$second" --refuse
    as audrey "user confirm" "$second" --refuse --why 未见授权书 >/dev/null
    [ "$("$program" user changes --county county.db --json | jq -c .changes)" = '[]' ]
    [ "$("$program" user changes --all --county county.db --json | jq -c "[.changes[] | select(.change >= $first) | [.change, .state_code, .waits_for]]")" = "[[$first,\"withdrawn\",\"\"],[$second,\"refused\",\"\"]]" ]
    "$program" audit acts --kind staff.change_ended --county county.db --json | jq -e '[.acts[] | [.user, .why]] == [["audrey","未见授权书"],["rita","名单有误"]]'
    ! "$program" user list --county county.db --json | jq -e --arg l "$(sed -n 2p two.csv | cut -d, -f2)" '.users[] | select(.user == $l)' >/dev/null
    run "$program" verify --county county.db
    [ "$status" -eq 0 ] || { echo "$output"; false; }
}

@test "whoever a change is about neither signs nor refuses it; another who has the duty does [G4 F5]" {
    number() { as clara "person show" "$1" --reveal --why 绑定 | grep -o '[0-9]\{17\}[0-9X]' | head -n 1; }
    grant() { as rita "user grant" "$1" --roles "$2" --json | jq .change; }
    # A right for the leader: the other leader decides, the auditor confirms.
    own=$(grant lena head)
    refused 5 staff.own_change "about yourself" "涉及本人" as lena "user approve" "$own"
    refused 5 staff.own_change "about yourself" "涉及本人" as lena "user approve" "$own" --refuse --why 不要
    "$program" user changes --county county.db --json | jq -e --argjson n "$own" '[.changes[] | select(.change == $n) | .waits_for] == ["staff.approve staff.confirm"]' || { "$program" user changes --county county.db --json; false; }
    as lars "user approve" "$own" >/dev/null
    as audrey "user confirm" "$own" --json | jq -e .is_made
    # To be bound to the person they are: with another leader there it is the other's, and for the one auditor, whom nobody could stand in for, it is theirs.
    as rita "user bind" lena --number "$(number 701)" --json | jq .change >lena
    refused 5 staff.own_change "about yourself" "涉及本人" as lena "user approve" "$(cat lena)"
    as lars "user approve" "$(cat lena)" >/dev/null
    as audrey "user confirm" "$(cat lena)" --json | jq -e .is_made
    as rita "user bind" audrey --number "$(number 702)" --json | jq .change >audrey
    refused 5 staff.own_change "about yourself" "涉及本人" as audrey "user confirm" "$(cat audrey)" --refuse --why 不绑
    as lena "user approve" "$(cat audrey)" >/dev/null
    as audrey "user confirm" "$(cat audrey)" --json | jq -e .is_made
    # Not bound: as long as those who are bound cannot grant by themselves, whoever has the duty signs; from then on they alone do, and a
    # second login of one hand signs nothing.
    right=$(as rita "user reset" clara --json | jq .change)
    rita=$(as rita "user bind" rita --number "$(number 703)" --json | jq .change)
    as lars "user approve" "$rita" >/dev/null
    as audrey "user confirm" "$rita" --json | jq -e .is_made
    refused 5 staff.unbound "lars is bound to no person" "“lars”未绑定本人" as lars "user approve" "$right"
    refused 5 staff.unbound "rolf is bound to no person" "“rolf”未绑定本人" as rolf "user reset" clara
    # Nor does one of these take from those who are bound what they need to sign alone; what they do not need may go.
    refused 5 staff.unbound "rolf is bound to no person" "“rolf”未绑定本人" as rolf "user revoke lena" --roles leader
    as rolf "user revoke lena" --roles head >/dev/null
    lars=$(as rita "user bind" lars --number "$(number 704)" --json | jq .change)
    as lena "user approve" "$lars" >/dev/null
    as audrey "user confirm" "$lars" --json | jq -e .is_made
    as lars "user approve" "$right" >/dev/null
    as audrey "user confirm" "$right" --json | jq -e .is_made
    # A reset is nobody's own either; what one proposed is still taken back by whoever did.
    reset=$(as rita "user reset" lena --json | jq .change)
    refused 5 staff.own_change "about yourself" "涉及本人" as lena "user approve" "$reset"
    as rita "user withdraw" "$reset" --why 已找回 >/dev/null
    as rolf "user revoke lars" --roles leader >/dev/null # lena stays
    "$program" verify --county county.db >/dev/null
}
