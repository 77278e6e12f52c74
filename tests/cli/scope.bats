# Officials of one township: what they may do, and what they are not told. Each operation of the table is tried in
# web/tests/calls.mjs; here it is shown by both doors, with those who move, and by whoever would get around it.
load office
bats_require_minimum_version 1.5.0

setup_file() {
    make_office clara=clerk tess=clerk rita=rights-manager lena=leader audrey=auditor pat=parameter-keeper
    as clara "county export" --what persons --out persons.csv >/dev/null
    as clara "county export" --what employers --out employers.csv >/dev/null
    bind tess 590121100
}

setup() {
    enter_office
    here=$(awk -F, '$7 ~ /^590121100/ && $5 < "1967" && $4 == "男" { print $1; exit }' persons.csv)
    there=$(awk -F, '$7 ~ /^590121101/ && $5 < "1967" && $4 == "男" { print $1; exit }' persons.csv)
    [ -n "$here" ] || here=$(awk -F, '$7 ~ /^590121100/ && $5 < "1967" { print $1; exit }' persons.csv)
    [ -n "$there" ] || there=$(awk -F, '$7 ~ /^590121101/ && $5 < "1967" { print $1; exit }' persons.csv)
}
teardown() { [ -z "${server:-}" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }; }

# bind LOGIN CODE: made by three.
bind() {
    local change
    change=$(as rita "user bind" "$1" --region "$2" --json | sed -n 's/.*"change": *\([0-9]*\).*/\1/p')
    as lena "user approve" "$change" >/dev/null
    as audrey "user confirm" "$change" >/dev/null
}
serve() {
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port "$@" >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do
        kill -0 $server || { cat serve.out serve.log; return 1; }
        read -rt 0.05 <> <(:) || true
    done
    base=http://127.0.0.1:$(cat port)
    token=$(curl -s -X POST "$base/v1/session" -d "{\"user\":\"tess\",\"password\":\"$(cat "$(own tess)")\"}" | jq -r .token)
}
# ask STATUS PATH: as tess; the answer stands in `said`.
ask() {
    local status
    status=$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $token" "${@:3}" "$base$2")
    [ "$status" = "$1" ] || { echo "$2: $status, not $1: $(head -c 400 said)"; return 1; }
}
code() { jq -r .error.code said; }
# told CODE COMMAND ...: refused as forbidden, in both languages, with these words.
told() {
    local code=$1 en=$2 zh=$3
    shift 3
    run "$@" --json
    [ "$status" -eq 5 ] && [[ $output == *"\"$code\""* ]] || { echo "$status $output"; return 1; }
    run "$@" --lang en
    [[ $output == *"$en"* ]] || { echo "$output"; return 1; }
    run "$@" --lang zh
    [[ $output == *"$zh"* ]] || { echo "$output"; return 1; }
}

@test "an official of a township opens and works cases of it at the command line, and none of another [N6 L9]" {
    run as tess "case open" 职工退休申领 "$here" --paper 身份凭证
    [ "$status" -eq 0 ]
    as clara "case open" 职工退休申领 "$there" --paper 身份凭证 >/dev/null
    told scope.other "confined to 590121100, and this is not about somebody there" "管辖范围仅限 590121100" as tess "case open" 职工退休申领 "$there"
    told scope.by_id "by the id that doudi person find tells" "须以编号指明办理对象" as tess "case open" 职工退休申领 张伟
    told scope.by_id "here it does not: --who" "此处不是：--who" as tess "case open" 职工退休申领 "0$here"
    told scope.whole "about the whole county" "此操作涉及全县" as tess "month open" --month 2026-11
    told scope.whole "confined to 590121100" "请由县级经办人员办理" as tess "county export" --what persons --out all.csv
    [ ! -e all.csv ]
    run as tess "case fill" 1 --note 已核对
    [ "$status" -eq 0 ]
    told scope.other "confined to 590121100" "不在该范围内" as tess "case withdraw" 2 --why 不办
    told scope.other "confined to 590121100" "不在该范围内" as tess "case withdraw" 999 --why 不办 # as if it were another's
    run as tess todo --lang en
    [[ $output == *"of your township alone: 590121100"* ]]
    [[ $output != *"$("$program" person show "$there" --county county.db | sed -n '2s/^person *\([^;]*\);.*/\1/p')"* ]]
}

@test "by the API lists, counts and records are of the township alone, and who moves away is another township's at once [N6 L9]" {
    as tess "case open" 职工退休申领 "$here" --paper 身份凭证 >/dev/null
    as clara "case open" 职工退休申领 "$there" --paper 身份凭证 >/dev/null
    serve
    ask 200 "/v1/person/show?who=$here"
    ask 403 "/v1/person/show?who=$there"
    [ "$(code)" = scope.other ]
    ask 403 "/v1/person/history?who=$there"
    ask 403 "/v1/case/show?case=2"
    ask 200 "/v1/case/show?case=1"
    ask 200 "/v1/case/list?state=all&limit=200"
    [ "$(jq -c '[.found, .open, .shown, [.cases[].subject]]' said)" = "[1,1,1,[$here]]" ]
    [[ $(jq -r '.notes[0]' said) == *590121100* ]]
    ask 200 "/v1/case/list?subject=$there&state=all"
    [ "$(jq -c '[.found, .cases]' said)" = "[0,[]]" ]
    # whoever is looked for by a number or an id of another township is not there
    number=$(as clara "person show" "$there" --reveal --why 核对 | grep -o '[0-9]\{17\}[0-9X]' | head -1)
    for asked in "$number" "$there"; do
        ask 200 "/v1/person/find?text=$asked"
        [ "$(jq -c .people said)" = "[]" ]
    done
    ask 200 "/v1/person/find?text=$here"
    [ "$(jq '.people[0].person' said)" = "$here" ]
    for path in month/status?month=2026-11 award/list?month=2026-11 county/status payrun/list person/duplicates; do
        ask 403 "/v1/$path"
        [ "$(code)" = scope.whole ]
    done
    # they move: the registry's region of today, not the one their case was opened with
    number=$(as clara "person show" "$here" --reveal --why 核对 | grep -o '[0-9]\{17\}[0-9X]' | head -1)
    name=$("$program" person show "$here" --county county.db | sed -n '2s/^person *\([^;]*\);.*/\1/p')
    printf '姓名,证件号码,区划代码\n%s,%s,590121101200\n' "$name" "$number" >moved.csv
    as clara "county import" moved.csv --what persons >/dev/null
    ask 403 "/v1/person/show?who=$here"
    ask 403 "/v1/case/show?case=1"
    ask 200 "/v1/case/list?state=all"
    [ "$(jq -c '[.found, .open]' said)" = "[0,0]" ]
}

@test "three people confine and free a user; nobody is confined without whom nobody could be let in [F5 N6]" {
    told scope.whole "about the whole county" "此操作涉及全县" as tess "county import" persons.csv --what persons
    for wrong in 590122100 590121 59012110 "590121 00" 全县 5901211000011; do
        run as rita "user bind" clara --region "$wrong" --lang en
        [ "$status" -eq 2 ] && [[ $output == *"$wrong is no township (9 digits) or village (12) of this county"* ]] || { echo "$wrong: $output"; return 1; }
    done
    run as rita "user bind" clara --region 590122100 --lang zh
    [[ $output == *"不是本县的乡镇"* ]]
    run as rita "user bind" clara --region 590122100 --json
    [[ $output == *'"scope.bad_region"'* ]]
    for free in rita lena audrey; do
        run as rita "user bind" $free --region 590121100
        [ "$status" -ne 0 ] && [[ $output == *"Nobody would be left who could grant roles"* ]] || { echo "$free: $output"; return 1; }
    done
    run as tess "user bind" tess --region county # not by themselves
    [ "$status" -eq 5 ]
    # proposed is not made: one signature confines nobody, and frees nobody
    as rita "user bind" clara --region 590121101 >/dev/null
    run "$program" user list --county county.db
    [[ $output == *"tess"*"590121100"* ]] && [[ $output != *590121101* ]]
    run "$program" user changes --county county.db
    [[ $output == *bind*clara*590121101* ]]
    # a village of it is narrower; and the county again
    bind tess 590121100999
    told scope.other "confined to 590121100999" "590121100999" as tess "case open" 职工退休申领 "$here"
    bind tess county
    run as tess "case open" 职工退休申领 "$there" --paper 身份凭证
    [ "$status" -eq 0 ]
    run as tess "user whoami"
    [[ $output != *confined* ]]
    "$program" verify --county county.db >/dev/null
}
