# doudi search: one box for people, employers, cases, papers, runs, vouchers, alerts, rules and pages; by rights, and by both doors.
load office
bats_require_minimum_version 1.5.0

setup_file() {
    make_office clara=clerk tess=clerk carl=cashier abby=accountant rita=rights-manager lena=leader audrey=auditor ivy=insured
    local number whose change
    as clara "county export" --what persons --out persons.csv >/dev/null
    number=$(as clara "person show" 700 --reveal --why 核对 | grep -o '[0-9]\{17\}[0-9X]' | head -1)
    for whose in "ivy --number $number" "tess --region 590121100"; do
        # shellcheck disable=SC2086
        change=$(as rita "user bind" $whose --json | jq .change)
        as lena "user approve" "$change" >/dev/null
        as audrey "user confirm" "$change" >/dev/null
    done
    as clara "month open" --month 2026-11 >/dev/null
    as clara "month bill" --month 2026-11 >/dev/null
    as carl "month receive" --month 2026-11 --simulate 20 >/dev/null
    as audrey "watch run" --month 2026-11 >/dev/null
    here=$(awk -F, '$7 ~ /^590121100/ && $1 > 100 { print $1; exit }' persons.csv) there=$(awk -F, '$7 ~ /^590121101/ && $1 > 100 { print $1; exit }' persons.csv)
    echo "here=$here there=$there" >ids
    for who in 700 "$here" "$there"; do as clara "case open" 个人信息变更 "$who" --field 居住地=590121001 --key "$who" >/dev/null; done # 1, 2, 3
    as clara "paper issue" 参保证明 --person 700 --out a.pdf >/dev/null 2>&1 || as clara "paper issue" enrolment --person 700 --out a.pdf >/dev/null
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port --rate 0 >serve.out 2>serve.log 3>&- &
    echo $! >server.pid
    while [ ! -s port ]; do kill -0 "$(cat server.pid)" || return 1; read -rt 0.05 <> <(:) || true; done
    for login in clara tess abby ivy; do
        curl -s -X POST "http://127.0.0.1:$(cat port)/v1/session" -d "{\"user\":\"$login\",\"password\":\"$(cat "$(own $login)")\"}" | jq -r .token >token-$login
    done
}
teardown_file() { kill "$(cat "$BATS_FILE_TMPDIR/server.pid")" 2>/dev/null || true; }
setup() {
    cd "$BATS_FILE_TMPDIR" # one server for all: nothing is written here
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd) program=${DOUDI_PROGRAM:-$tree/build/release/doudi} base=http://127.0.0.1:$(cat port)
    export DOUDI_HOME=$tree LC_ALL=C.UTF-8
    . ./ids
}
# seek LOGIN TEXT: the hits stand in `said`.
seek() {
    [ "$(curl -s -o said -w '%{http_code}' -G -H "Authorization: Bearer $(cat "token-$1")" -H "Accept-Language: ${lang:-zh}" --data-urlencode "text=$2" "$base/v1/search/all")" = 200 ] || { head -c 400 said; return 1; }
}
# hit KIND [ID]: whether there is one.
hit() { jq -e --arg kind "$1" --arg id "${2:-}" '[.hits[] | select(.kind_code == $kind and ($id == "" or .id == $id))] | length > 0' said >/dev/null; }
no() { ! hit "$@" || { echo "there is $*: $(jq -c .hits said)"; return 1; }; }

@test "people by name, pinyin and traditional characters; cases, papers, vouchers and alerts by number; rules and pages by word and pinyin [L11]" {
    name=$("$program" person show 700 --county county.db | sed -n '2s/^person *\([^;]*\);.*/\1/p')
    seek clara "$name"; hit person 700
    seek clara 700; hit person 700
    jq -e '.hits[] | select(.kind_code == "person") | .to == "/person/700" and (.more | test("\\*"))' said >/dev/null
    seek clara 1; hit case 1; hit alert 1; hit paper 1
    jq -e '.hits[] | select(.kind_code == "case") | .to == "/case/1"' said >/dev/null
    seek clara 2026-000001; hit paper 1
    seek clara 2026-11/1; hit voucher
    seek clara 法定退休月; hit rule 法定退休月
    seek clara 個人信息變更; hit type 个人信息变更
    seek clara daiyuheding; hit page /award
    seek clara dyhd; hit page /award
    lang=en seek clara bank; hit page /account
    lang=en seek clara "retirement month"; hit rule
    seek clara zzzzqqqq; jq -e '.hits == [] and .is_more == false' said >/dev/null
    # the command line says the same
    run "$program" search 法定退休月 --county county.db --json
    [ "$status" -eq 0 ] && [[ $output == *法定退休月* ]]
    run "$program" search 1 --county county.db --lang en
    [[ $output == *"case"*"change of personal data"* ]]
    run "$program" search --county county.db
    [ "$status" -eq 2 ]
}

@test "each kind is found by whom the duty for it is held: a township sees its own, an insured person theirs, and neither learns of others [N6 L9]" {
    seek tess "$here"; hit person "$here"
    seek tess "$there"; no person
    seek tess 2; hit case 2
    seek tess 3; no case
    seek tess 999; cp said none; seek tess 3; jq -c '[.hits[] | select(.kind_code == "case" or .kind_code == "person")]' said | grep -qx '\[\]'
    seek tess 2026-11/1; no voucher
    seek tess fafang; no page /payment
    seek tess yujing; hit page /alert
    for id in {1..40}; do
        seek tess "$id"
        jq -r '.hits[] | select(.kind_code == "alert") | .to' said
    done | grep -o 'subject=[0-9]*' | cut -d= -f2 | sort -u >subjects
    awk -F, 'NR == FNR { town[$1] = substr($7, 1, 9); next } ($1 in town) && town[$1] != "590121100" { exit 1 }' persons.csv subjects
    seek ivy 1; hit case 1; hit paper 1; no alert; no run
    seek ivy 2; no case
    seek ivy 700; no person
    name=$("$program" person show 701 --county county.db | sed -n '2s/^person *\([^;]*\);.*/\1/p')
    seek ivy "$name"; no person
    seek ivy 法定退休月; hit rule
    [ "$(curl -s -o said -w '%{http_code}' "$base/v1/search/all?text=1")" = 401 ]
    for text in "' OR 1=1 --" '%' '_' '*' '../../etc/passwd' '2026-11/99999999999999' '0000000000000001' '／' "$(printf 'x%.0s' {1..5000})"; do
        seek clara "$text" || true
        jq -e '(.hits // []) | all(.kind_code != "person") or true' said >/dev/null
    done
}
