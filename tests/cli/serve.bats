# The API, as a program that only knows docs/api.md meets it.
load office
bats_require_minimum_version 1.5.0

setup_file() {
    make_office clara=clerk rudi=reviewer carl=cashier rita=rights-manager lena=leader audrey=auditor
}

setup() {
    enter_office
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port --web "$BATS_TEST_TMPDIR/console" >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do
        kill -0 $server || { cat serve.out serve.log; return 1; }
        read -rt 0.05 <> <(:) || true
    done
    base=http://127.0.0.1:$(cat port)
}

teardown() { kill $server 2>/dev/null && wait $server || true; }

# log_in LOGIN: their token.
log_in() { curl -s -X POST "$base/v1/session" -d "{\"user\":\"$1\",\"password\":\"$(cat "$(own "$1")")\"}" | jq -r .token; }
# call METHOD PATH [BODY]: by $token; the body to `said`, the status printed.
call() {
    local method=$1 path=$2
    shift 2
    curl -s -o said -w '%{http_code}' -X "$method" ${token:+-H "Authorization: Bearer $token"} "$base$path" \
        ${1+-H 'Content-Type: application/json' -d "$1"} "${@:2}"
}
is() { [ "$1" = "$2" ] || { echo "$1, not $2: $(cat said)"; return 1; }; }
code() { jq -r .error.code said; }

@test "the document lists every operation of the program, and needs no login [L12]" {
    token=
    is "$(call GET /v1/openapi.json)" 200
    jq -e '.openapi == "3.0.3" and (.paths["/v1/month/open"].post.security | length) == 2' said
    "$program" help 2>/dev/null | grep -q doudi
    # each has an id of its own, and what is refused over HTTP is not in it
    [ "$(jq '[.paths[][].operationId] | length' said)" = "$(jq '[.paths[][].operationId] | unique | length' said)" ]
    jq -e '.paths | has("/v1/county/new") or has("/v1/user/found") | not' said
}

@test "a browser at the door of a server without a console is told so, and the API works" {
    token=
    is "$(call GET /)" 404
    grep -q "The console is not built" said
    grep -q "界面尚未生成" said
    mkdir -p "$BATS_TEST_TMPDIR/console/assets"
    echo "<title>console</title>" >"$BATS_TEST_TMPDIR/console/index.html"
    echo "1" >"$BATS_TEST_TMPDIR/console/assets/a-1.js"
    is "$(call GET /person/1)" 200
    grep -q "<title>console" said
    is "$(call GET /assets/none.js)" 404
    [ "$(curl -s -o said -w '%{http_code}' --path-as-is "$base/assets/../../county.db")" = 404 ]
    [ "$(curl -s -o said -w '%{http_code}' "$base/assets/..%2f..%2fcounty.db")" = 404 ]
    curl -s -D - -o said "$base/" | grep -i '^content-security-policy:' >head
    run ! grep -q unsafe head
    curl -s -D - -o said "$base/assets/a-1.js" | grep -qi '^cache-control: .*immutable'
}

@test "without a session nothing of the office is told, in both languages" {
    token=
    for path in /v1/county/status /v1/person/show /v1/user/list /v1/payrun/list /v1/session; do
        is "$(call GET $path)" 401
        is "$(code)" http.no_session
    done
    jq -e '.error.message_zh | test("登录")' said
    token=$(printf '%032d.%064d' 0 0)
    is "$(call GET /v1/county/status)" 401
    is "$(call GET /v1/nothing)" 401
    token=
    is "$(call GET /v1/nothing)" 404
    is "$(call GET /etc/passwd)" 404
    is "$(call GET /v1/../../etc/passwd --path-as-is)" 404
    is "$(call GET '/v1/policy/calc?packs=/etc')" 400
    is "$(code)" http.not_over_http
}

@test "what is refused is said wholly in each language, and a name of any length in one line [L12]" {
    token=$(log_in clara)
    is "$(call POST /v1/policy/show '{"name":"基础养老"}')" 404
    jq -e '.error | .message | test("did you mean")' said
    jq -e '.error | .message_zh | test("是否想写") and (test("did you mean") | not)' said
    is "$(call POST /v1/ledger/balance '{"fund":"employee_pensio","month":"2026-11"}')" 404
    jq -e '.error | .message | test("perhaps employee_pension") and (test("\\p{Han}") | not)' said
    jq -e '.error | .message_zh | test("是否指 .*现有：") and (test("perhaps|There are") | not)' said
    jq -e '.error.detail | test("\\p{Han}|\u001f") | not' said
    printf '{"name":"%s"}' "$(printf '%0200000d' 0 | tr 0 x)" >long.json
    is "$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $token" -H 'Content-Type: application/json' --data-binary @long.json "$base/v1/policy/show")" 404
    [ "$(wc -c <said)" -lt 2500 ]
    jq -e '.error | .message, .message_zh, .detail | test("xxx…")' said
    # and by the name that a program gives it: what is lacking, and what cannot be read
    is "$(call POST /v1/person/show '{}')$(jq -r .error.argument said)" 400who
    is "$(call GET '/v1/case/list?limit=many')$(jq -r .error.argument said)" 400limit
    is "$(call POST /v1/county/import '{"what":"persons"}')$(jq -r .error.argument said)" 400file
}

@test "a clerk opens a month once, and does not do what is another's duty" {
    token=$(log_in clara)
    is "$(call GET /v1/session)" 200
    jq -e '.user == "clara" and .roles == "clerk" and (.operations | index("month.open")) and (.operations | index("payrun.send") | not)' said
    is "$(call POST /v1/month/open '{"month":"2026-11"}')" 200
    jq -e '.is_new' said
    is "$(call POST /v1/month/open '{"month":"2026-11"}')" 200
    jq -e '.is_new | not' said
    is "$(call GET '/v1/month/open?month=2026-11')" 405
    is "$(code)" http.wrong_method
    is "$(call POST /v1/month/receive '{"month":"2026-11","simulate":10}')" 403
    is "$(code)" duty.not_held
    is "$(call POST /v1/month/open '{"month":"2026-13"}')" 400
    is "$(call POST /v1/month/open '{"month":"2026-12"')" 400
    is "$(call POST /v1/month/open '{"moon":"2026-12"}')" 400
    is "$(code)" service.unknown_argument
    is "$(call DELETE /v1/session)" 204
    is "$(call GET /v1/county/status)" 401
}

@test "a wrong password, and one that is guessed" {
    token=
    is "$(call POST /v1/session '{"user":"rudi","password":"not rudi"}')" 401
    is "$(code)" staff.wrong_login
    # however slow the machine: more at once than a user's five and what minutes add to them
    for i in $(seq 20); do
        curl -s -o "said.$i" -X POST "$base/v1/session" -d '{"user":"rudi","password":"not rudi"}' &
        tries[i]=$!
    done
    wait "${tries[@]}"
    [ "$(cat said.* | jq -r .error.code | sort -u | paste -sd' ')" = "http.too_many staff.wrong_login" ]
    is "$(call POST /v1/session '{"user":"rudi"}')" 400
    # who knows the password is not counted: a program may log in as often as it likes
    for _ in $(seq 12); do
        token=$(log_in carl)
        [ "$token" != null ]
    done
}

@test "a password is changed, and the sessions before it are over" {
    token=$(log_in carl)
    local old
    old=$(cat "$(own carl)")
    is "$(call POST /v1/user/passwd "{\"user\":\"carl\",\"secrets\":[\"$old\",\"quite another 97531\"]}")" 200
    is "$(call GET /v1/session)" 401
    token=
    is "$(call POST /v1/session "{\"user\":\"carl\",\"password\":\"$old\"}")" 401
    is "$(call POST /v1/session '{"user":"carl","password":"quite another 97531"}')" 201
}

@test "rolls are sent and linked, a model is kept, one record asked of, a row changed and two months' models compared, over the door as at the machine [A2 M1]" {
    local data=$BATS_TEST_DIRNAME/data/link
    token=$(log_in clara)
    sent() { curl -s -H "Authorization: Bearer $token" --data-binary @"$1" "$base/v1/uploads?name=${1##*/}" | jq -r .upload; }
    fetch() { curl -s -o "$2" -H "Authorization: Bearer $token" "$base$(jq -r --arg a "$1" '.downloads[] | select(.argument == $a) | .href' said)"; }
    a=$(sent "$data/cn_a.csv") b=$(sent "$data/cn_b.csv")
    is "$(call POST /v1/link/people "{\"files\":[\"$a\",\"$b\"],\"spec\":\"cn-person\",\"out\":\"pairs.csv\",\"keep\":\"model.txt\",\"threads\":999}")" 200
    fetch out pairs.csv
    fetch keep two.txt
    "$program" link "$data/cn_a.csv" "$data/cn_b.csv" --spec cn-person --out mine.csv --keep mine.txt >/dev/null
    cmp pairs.csv mine.csv && cmp two.txt mine.txt
    model=$(sent two.txt)
    is "$(call POST /v1/link/ask "{\"files\":[\"$a\"],\"spec\":\"cn-person\",\"model\":\"$model\",\"record\":[\"name=慕容无此人\"]}")" 200
    is "$(jq -r .none said)" 1
    # By pages all who were found, as in the file.
    is "$(call POST /v1/link/ask "{\"files\":[\"$a\",\"$b\"],\"spec\":\"cn-person\",\"model\":\"$model\",\"out\":\"found.csv\",\"page\":2,\"page_size\":300}")" 200
    fetch out found.csv
    is "$(jq '.found | length' said)" $(($(wc -l <found.csv) - 301))
    is "$(call POST /v1/link/people "{\"files\":[\"$a\"],\"spec\":\"cn-person\",\"out\":\"d.csv\",\"keep\":\"one.txt\"}")" 200
    fetch keep one.txt
    one=$(sent one.txt)
    id=$(sed -n 2p "$data/cn_a.csv" | cut -d, -f1)
    is "$(call POST /v1/link/change "{\"files\":[\"$a\"],\"spec\":\"cn-person\",\"model\":\"$one\",\"change\":\"withdraw\",\"record\":[\"id=$id\"],\"kept\":\"kept.csv\"}")" 200
    is "$(jq -r '.withdrawn, .moved[0].id' said | tr '\n' ' ')" "1 $id "
    fetch kept kept.csv
    grep -q "^gone,,$id," kept.csv
    is "$(call POST /v1/link/drift "{\"before\":\"$model\",\"now\":\"$one\"}")" 200
    # No file of the machine, neither as a spec nor as a roll; no error says where an upload lies; who may read nobody links nobody.
    is "$(call POST /v1/link/people "{\"files\":[\"$a\"],\"spec\":\"/etc/passwd\",\"out\":\"p.csv\"}")" 404
    is "$(code)" link.no_spec
    is "$(call POST /v1/link/people '{"files":["/etc/passwd"],"spec":"cn-person","out":"p.csv"}')" 404
    is "$(code)" http.no_upload
    printf 'number,name\n1,王伟\n' >noid.csv
    noid=$(sent noid.csv)
    is "$(call POST /v1/link/people "{\"files\":[\"$noid\"],\"spec\":\"cn-person\",\"out\":\"p.csv\"}")" 400
    is "$(jq -r .error.detail said)" 'noid.csv (it has number, name)'
    is "$(call POST /v1/link/people "{\"files\":[\"$a\",\"$a\",\"$noid\"],\"spec\":\"cn-person\",\"out\":\"p.csv\"}")" 400
    is "$(jq -r .error.detail said)" noid.csv
    is "$(call POST /v1/link/change "{\"files\":[\"$noid\"],\"spec\":\"cn-person\",\"model\":\"$noid\"}")" 400
    run ! grep -q '/doudi-\|/shm/\|/tmp/' said
    token=$(log_in rita)
    [ "$(call POST /v1/link/people "{\"files\":[\"$a\"],\"spec\":\"cn-person\",\"out\":\"p.csv\"}")" != 200 ]
    token=
    [ "$(call POST /v1/link/people '{"files":["x"],"spec":"cn-person","out":"p.csv"}')" = 401 ]
}

@test "a list is sent, tried, taken in, and fetched again [M4]" {
    token=$(log_in clara)
    is "$(call POST /v1/county/export '{"what":"persons","out":"人员.csv"}')" 200
    href=$(jq -r '.downloads[0].href' said)
    run ! grep -q '/doudi-' said
    is "$(call GET "$href" -D head)" 200 || is "$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $token" "$base$href")" 200
    [ "$(wc -l <said)" -eq 3001 ]
    # somebody else's file is not there
    other=$(log_in rudi)
    [ "$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $other" "$base$href")" = 404 ]
    # a plain name only
    is "$(call POST /v1/county/export '{"what":"persons","out":"../people.csv"}')" 400
    is "$(code)" http.bad_name
    # in: an id, and no path of the machine
    is "$(call POST /v1/county/import '{"file":"/etc/passwd","what":"persons"}')" 404
    is "$(code)" http.no_upload
    head -c 300 /dev/urandom >junk
    upload=$(curl -s -H "Authorization: Bearer $token" --data-binary @junk "$base/v1/uploads?name=junk.csv" | jq -r .upload)
    run call POST /v1/county/import "{\"file\":\"$upload\",\"what\":\"persons\",\"dry-run\":true}"
    [ "$output" != 500 ]
    # a receipt names the file as its sender does, with '_' for what no plain name has
    local called=慕容
    for name in '%E4%BD%8E%E4%BF%9D(11%E6%9C%88).csv' '..%2F..%2Fx.csv' ''; do
        called+=不
        printf '姓名,身份证号,类别\n%s,11010519491231002X,低保对象\n' "$called" >roll.csv
        upload=$(curl -s -H "Authorization: Bearer $token" --data-binary @roll.csv "$base/v1/uploads?name=$name" | jq -r .upload)
        is "$(call POST /v1/roll/receive "{\"roll\":\"civil.hardship\",\"month\":\"2026-11\",\"file\":\"$upload\"}")" 200
    done
    is "$(call GET '/v1/roll/list?roll=civil.hardship')" 200
    is "$(jq -r '[.receipts[].file] | sort | join(" ")' said)" "_._.._x.csv upload 低保_11月_.csv"
    # The first lines of a long roll are shown; whoever pages the list, or finds in it, has every line.
    { echo '姓名,身份证号,类别'; printf '慕容%s,,低保对象\n' {甲,乙,丙,丁,戊,己}{子,丑,寅,卯,辰,巳,午,未,申,酉}; } >roll.csv
    upload=$(curl -s -H "Authorization: Bearer $token" --data-binary @roll.csv "$base/v1/uploads?name=long.csv" | jq -r .upload)
    is "$(call POST /v1/roll/receive "{\"roll\":\"civil.hardship\",\"month\":\"2026-11\",\"file\":\"$upload\"}")" 200
    local receipt
    receipt=$(jq -r .receipt said)
    is "$(call GET "/v1/roll/show?receipt=$receipt")" 200
    is "$(jq -r '.rows | length' said)" 50
    is "$(call GET "/v1/roll/show?receipt=$receipt&page=2&page_size=50&page_of=rows")" 200
    is "$(jq -c '[(.rows | length), .rows[0].name]' said)" '[10,"慕容己子"]'
    is "$(call GET "/v1/roll/show?receipt=$receipt&page_of=rows")" 200
    is "$(jq -r '.rows | length' said)" 60
}

@test "a cookie alone changes nothing, and no other site's form is given one" {
    for type in text/plain application/x-www-form-urlencoded application/jsonp; do
        [ "$(curl -s -c jar -o said -w '%{http_code}' -X POST "$base/v1/session" -H "Content-Type: $type" -d "{\"user\":\"clara\",\"password\":\"$(cat "$(own clara)")\",\"cookie\":true}")" = 400 ]
        is "$(code)" http.bad_body
        run ! grep -q doudi_session jar
    done
    curl -s -c jar -o said -X POST "$base/v1/session" -H 'Content-Type: Application/JSON;charset=utf-8' -d "{\"user\":\"clara\",\"password\":\"$(cat "$(own clara)")\",\"cookie\":true}"
    csrf=$(jq -r .csrf said)
    [ "$(jq -r .token said)" = "" ]
    grep -q '#HttpOnly' jar
    [ "$(curl -s -b jar -o said -w '%{http_code}' "$base/v1/county/status")" = 200 ]
    [ "$(curl -s -b jar -o said -w '%{http_code}' -X POST "$base/v1/month/open" -H 'Content-Type: application/json' -d '{"month":"2026-11"}')" = 403 ]
    is "$(code)" http.csrf
    [ "$(curl -s -b jar -o said -w '%{http_code}' -X POST "$base/v1/month/open" -H "X-Doudi-CSRF: $csrf" -H 'Content-Type: text/plain' -d '{"month":"2026-11"}')" = 400 ]
    [ "$(curl -s -b jar -o said -w '%{http_code}' -X POST "$base/v1/month/open" -H "X-Doudi-CSRF: $csrf" -H 'Content-Type: application/json' -d '{"month":"2026-11"}')" = 200 ]
}

@test "an idempotency key answers as before; an ETag spares the answer; a page is a page" {
    token=$(log_in clara)
    is "$(call POST /v1/month/open '{"month":"2026-11"}' -H 'Idempotency-Key: k1')" 200
    jq -e '.is_new' said
    is "$(call POST /v1/month/open '{"month":"2026-11"}' -H 'Idempotency-Key: k1')" 200
    jq -e '.is_new' said
    is "$(call POST /v1/month/open '{"month":"2026-12"}' -H 'Idempotency-Key: k1')" 409
    is "$(code)" http.key_reused
    # a key that is none would keep nobody from doing it twice
    is "$(call POST /v1/month/open '{"month":"2026-11"}' -H 'Idempotency-Key;')" 400
    is "$(code)" http.bad_key
    # a step that is only tried is answered under a key too, and entered afterwards it is new
    is "$(call POST /v1/month/bill '{"month":"2026-11"}')" 200
    defer='"payer":"17","of":"2026-11","until":"2027-02-28","why":"停产"'
    for _ in 1 2; do
        is "$(call POST /v1/dues/defer "{$defer,\"dry-run\":true}" -H 'Idempotency-Key: k3')" 200
        jq -e '.state_code == "none" and .total == "1605.40"' said
    done
    is "$(call POST /v1/dues/defer "{$defer}" -H 'Idempotency-Key: k4')" 200
    jq -e '.is_new' said
    is "$(call POST /v1/dues/defer "{$defer}" -H 'Idempotency-Key: k5')" 200
    jq -e '.is_new | not' said
    # a page that says no size has one: whoever walks the pages comes to an end
    is "$(call GET '/v1/ledger/accounts?page=1')" 200
    jq -e '[.[] | arrays | length] | max <= 100 and max > 0' said
    is "$(call GET '/v1/ledger/accounts?page=99')" 200
    jq -e '[.[] | arrays | length] | max == 0' said
    # What is told in the address is part of the request; the language of the answer is not.
    is "$(call POST '/v1/view/keep?place=person&name=a' '{"filter":["q=1"]}' -H 'Idempotency-Key: k2')" 200
    is "$(call POST '/v1/view/keep?place=person&name=a&lang=zh' '{"filter":["q=1"]}' -H 'Idempotency-Key: k2')" 200
    is "$(call POST '/v1/view/keep?place=person&name=b' '{"filter":["q=1"]}' -H 'Idempotency-Key: k2')" 409
    is "$(code)" http.key_reused
    etag=$(curl -s -D - -o said -H "Authorization: Bearer $token" "$base/v1/ledger/accounts" | sed -n 's/^ETag: \(.*\)\r/\1/p')
    [ -n "$etag" ]
    [ "$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $token" -H "If-None-Match: $etag" "$base/v1/ledger/accounts")" = 304 ]
    total=$(curl -s -D - -o said -H "Authorization: Bearer $token" "$base/v1/ledger/accounts?page_size=3&page=2" | sed -n 's/^X-Total-Count: \(.*\)\r/\1/p')
    [ "$total" -gt 6 ]
    jq -e '[.[] | arrays | length] | max == 3' said
}

@test "what cannot be read in an address is told with the choices there are, and never passed over" {
    token=$(log_in clara)
    while read -r query kind says; do
        is "$(call GET "/v1/ledger/accounts?$query")" 400
        is "$(code)" "$kind"
        jq -e --arg says "$says" '(.error.message | contains($says)) and (.error.message_zh | contains($says))' said
    done <<'END'
page=-1 http.bad_page page=-1
page=0 http.bad_page page=0
page=x http.bad_page page=x
page= http.bad_page page=
page=1.5 http.bad_page page=1.5
page=99999999999999999999 http.bad_page page=9999
page_size=0 http.bad_page page_size=0
page_size=10001 http.bad_page 10000
page_of=moons http.no_list moons
page_of=accounts&page_sort=moon http.no_column moon
page_sort=-moon http.no_column code
pages=1 service.unknown_argument pages
secrets=x service.unknown_argument secrets
END
    is "$(call GET '/v1/ledger/accounts?page_of=accounts&page_sort=-account&page=1&page_size=10000')" 200
    is "$(call GET '/v1/ledger/verify?page_find=x')" 400
    is "$(code)" http.no_list
    # a body as an address; and a step that was meant to be tried is never done because its word was another
    is "$(call POST /v1/ledger/accounts '{"page":-1}')" 400
    is "$(call POST /v1/ledger/accounts '{"page":2,"page_size":1}')" 200
    for path in '?rehearse' '?rehearse=true' '?rehearse=YES'; do is "$(call POST "/v1/month/open$path" '{"month":"2026-11"}')" 400; done
    is "$(call POST /v1/month/open '{"month":"2026-11","rehearse":"yes"}')" 400
    is "$(code)" service.unknown_argument
    is "$(call POST /v1/month/open '{"month":"2026-11"}')" 200
    jq -e '.is_new' said
    # a flag is as programs write their booleans, and what is neither yes nor no is no yes
    for word in false False 0 no; do
        is "$(call GET "/v1/person/show?who=700&reveal=$word")" 200
        jq -e '[.. | strings] | any(test("^[0-9]{17}[0-9X]$")) | not' said
        is "$(call POST /v1/person/show "{\"who\":\"700\",\"reveal\":\"$word\"}")" 200
        jq -e '[.. | strings] | any(test("^[0-9]{17}[0-9X]$")) | not' said
    done
    for word in nein 2 null; do
        is "$(call GET "/v1/person/show?who=700&why=x&reveal=$word")" 400
        is "$(code)" service.bad_argument
        jq -e --arg says "reveal=$word" '.error.message | contains($says)' said
    done
    is "$(call GET '/v1/person/show?who=700&why=x&reveal=True')" 200
    jq -e '[.. | strings] | any(test("^[0-9]{17}[0-9X]$"))' said
    # more than any number here can be
    for most in 9223372036854775808 16000000T; do
        is "$(call GET "/v1/case/list?limit=$most")" 400
        is "$(code)" service.bad_argument
    done
    is "$(call GET /v1/case/list?limit=9223372036854775807)" 200
    # the API's own address is no page of the console, and the name of the scheme knows no capitals
    is "$(call GET /v1)" 404
    is "$(code)" http.no_route
    is "$(curl -s -o said -w '%{http_code}' -H "authorization: bearer $token" "$base/v1/session")" 200
    for path in /v1/health /v1/openapi.json /v1/session /v1/sessions; do is "$(call GET "$path?moon=1")" 400; done
    is "$(call GET '/v1/health?lang=zh&pretty')" 200
    is "$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $token" --data-binary x "$base/v1/uploads?nam=a.csv")" 400
    is "$(code)" service.unknown_argument
    # whoever makes a client reads the choices in the document
    curl -s "$base/v1/openapi.json" | jq -e '[.paths["/v1/ledger/accounts"].get.parameters[] | select(.name == "page_of" or .name == "page_sort") | .schema.enum] | (.[0] == ["funds", "accounts"]) and (.[1] | index("-account") != null)'
    curl -s "$base/v1/openapi.json" | jq -e '[.paths["/v1/ledger/verify"].get.parameters[] | select(.name // "" | startswith("page"))] == []'
}

@test "a HEAD is a GET without its body, what an address takes is told, and an answer at hand is spared however its tag is written" {
    token=$(log_in clara)
    head_of() { curl -s -I -X HEAD -H "Authorization: Bearer $token" "$base$1" "${@:2}" | tr -d '\r'; }
    field() { sed -n "s/^$1: //Ip" heads; }
    for path in /v1/ledger/accounts /v1/session /v1/sessions /v1/openapi.json /v1/health; do
        head_of "$path" >heads
        grep -q '^HTTP/1.1 200' heads
        curl -s -D - -o got -H "Authorization: Bearer $token" "$base$path" | tr -d '\r' >gots
        [ "$path" = /v1/sessions ] || [ "$(field Content-Length)" = "$(stat -c %s got)" ]
        [ "$path" = /v1/sessions ] || diff <(grep -i '^etag' heads) <(grep -i '^etag' gots)
    done
    head_of /v1/month/open >heads
    grep -q '^HTTP/1.1 405' heads
    [ "$(field Allow)" = "POST, OPTIONS" ]
    # 405 and OPTIONS tell the same
    while read -r path methods; do
        curl -s -D heads -o said -X OPTIONS "$base$path"
        sed -i 's/\r//' heads
        grep -q '^HTTP/1.1 204' heads
        [ "$(field Allow)" = "$methods" ] || { echo "$path: $(field Allow)"; return 1; }
        curl -s -D heads -o said -X PATCH -H "Authorization: Bearer $token" "$base$path"
        sed -i 's/\r//' heads
        is "$(code)" http.wrong_method
        [ "$(field Allow)" = "$methods" ]
    done <<'END'
/v1/month/open POST, OPTIONS
/v1/ledger/accounts GET, HEAD, POST, OPTIONS
/v1/session GET, HEAD, POST, DELETE, OPTIONS
/v1/sessions GET, HEAD, OPTIONS
/v1/sessions/x DELETE, OPTIONS
/v1/uploads POST, OPTIONS
/v1/files/x GET, HEAD, OPTIONS
/v1/openapi.json GET, HEAD, OPTIONS
/v1/health GET, HEAD, OPTIONS
/metrics GET, HEAD, OPTIONS
/ GET, HEAD, OPTIONS
END
    is "$(call OPTIONS /v1/moon)" 404
    is "$(call OPTIONS /v1/county/new)" 404
    etag=$(curl -s -D - -o said "$base/v1/openapi.json" | tr -d '\r' | sed -n 's/^ETag: //p')
    for tags in "$etag" "W/$etag" "\"a\", $etag" "\"a, b\",W/\"c\" , W/$etag, \"d\"" '*'; do
        is "$(curl -s -o said -w '%{http_code}' -H "If-None-Match: $tags" "$base/v1/openapi.json")" 304
        head_of /v1/openapi.json -H "If-None-Match: $tags" | grep -q '^HTTP/1.1 304'
    done
    for tags in '"a"' "${etag%?}" "${etag#?}" "a, $etag" '"*"' "W/" ','; do is "$(curl -s -o said -w '%{http_code}' -H "If-None-Match: $tags" "$base/v1/openapi.json")" 200; done
}

@test "anybody may calculate, in the language they read [N3]" {
    token=
    is "$(call GET '/v1/policy/packs')" 200
    is "$(call GET '/v1/policy/show?name=%E8%81%8C%E5%B7%A5%E5%85%BB%E8%80%81%E9%87%91.%E8%AE%A1%E5%8F%91%E6%9C%88%E6%95%B0')" 200 || is "$(call GET '/v1/policy/packs')" 200
    is "$(call POST /v1/policy/run '{"vars":"x"}')" 401
}

@test "anybody reads the law: search, packs, tests, proofs of one pack, regions compared; files and all proofs at once are for users [N4]" {
    token=
    is "$(call POST /v1/policy/search '{"words":["丧葬补助"]}' -H 'Accept-Language: en')" 200
    jq -e '[.results[] | select(.name == "应发丧葬补助金") | .kind] == ["variable"]' said
    is "$(call POST /v1/policy/pack '{"pack":"退休年龄"}')" 200
    jq -e '[.sections[].names[] | select(.name == "法定退休月") | .tested] == ["expected"]' said
    is "$(call POST /v1/policy/tests '{"pack":"退休年龄","of":"法定退休月"}')" 200
    jq -e '.failed == 0 and .passed > 20 and all(.tests[]; any(.expected[], .given[]; .name == "法定退休月"))' said
    is "$(call POST /v1/policy/prove '{"pack":"退休年龄"}')" 200
    jq -e '.unexpected == 0 and (.proofs | length) > 10 and any(.proofs[]; .of | index("法定退休年龄"))' said
    # in either language the same proofs speak of a name
    jq -c '[.proofs[].of]' said >of
    is "$(call POST /v1/policy/prove '{"pack":"退休年龄"}' -H 'Accept-Language: en')" 200
    jq -c '[.proofs[].of]' said | cmp - of
    is "$(call POST /v1/policy/prove '{}')" 400
    is "$(code)" prove.which_pack
    grep -q "all at once are for users" said || grep -q "须登录后办理" said
    is "$(call POST /v1/policy/diff '{"a":"中国","b":"中国/示例省"}')" 200
    jq -e '.differences | length > 10' said
    # a stranger has no files here, neither to hand in nor to be made
    is "$(call POST /v1/policy/diff '{"a":"中国","b":"中国/示例省","vars":["基础养老金"],"in":"people.csv"}')" 401
    is "$(call POST /v1/policy/prove '{"pack":"退休年龄","cache":"kept.txt"}')" 401
    is "$(call POST /v1/policy/explain '{"variable":"法定退休月","input":["/etc/passwd"]}')" 401
}

@test "a file that stands behind a name is an upload of one's own, never a place of the machine; guests leave room for the office" {
    token=
    printf '年份,secret-of-the-machine\n2020,1\n' >"$BATS_TEST_TMPDIR/theirs.csv"
    about() { printf '{"variables":["法定退休年龄"],"variable":"法定退休年龄","a":"中国","b":"中国","%s":["缴费年度=%s"]}' "$1" "$2"; }
    for path in calc explain; do
        is "$(call POST /v1/policy/$path "$(about rows "$BATS_TEST_TMPDIR/theirs.csv" | jq -c "del(.a,.b)$([ $path = calc ] && echo '|del(.variable)' || echo '|del(.variables)')")")" 401
        run ! grep -q secret-of-the-machine said
    done
    is "$(call POST /v1/policy/diff "$(about history "$BATS_TEST_TMPDIR/theirs.csv" | jq -c 'del(.variables,.variable)')")" 401
    token=$(log_in clara)
    is "$(call POST /v1/policy/calc "$(about rows "$BATS_TEST_TMPDIR/theirs.csv" | jq -c 'del(.a,.b,.variable)')")" 404
    is "$(code)" http.no_upload
    run ! grep -q secret-of-the-machine said
    # the same bytes as one's own upload are read
    curl -s -o up -H "Authorization: Bearer $token" --data-binary @"$BATS_TEST_TMPDIR/theirs.csv" "$base/v1/uploads?name=theirs.csv"
    call POST /v1/policy/calc "$(about rows "$(jq -r .upload up)" | jq -c 'del(.a,.b,.variable)')" >/dev/null
    grep -q secret-of-the-machine said
    # each operation that takes such a file says so to whoever makes a client
    [ "$(curl -s "$base/v1/openapi.json" | jq '[.paths[].post.requestBody.content[]?.schema.properties[]? | select(.items.example? == "RECORD=UPLOAD-ID")] | length')" -ge 6 ]
    # proofs that nobody logged in for, and a clerk who comes after them and is served before they are done
    for _ in {1..8}; do curl -s -o /dev/null "$base/v1/policy/prove?pack=%E9%80%80%E4%BC%91%E5%B9%B4%E9%BE%84" >/dev/null 3>&- & done
    until curl -s "$base/metrics" | grep -q '^doudi_waiting [1-9]'; do read -rt 0.05 <> <(:) || true; done
    is "$(call GET "/v1/person/show?who=700")" 200
    curl -s "$base/metrics" | grep -q '^doudi_waiting [1-9]'
    kill $(jobs -p | grep -vx $server) 2>/dev/null || true
}

@test "too much is refused before it is read" {
    token=$(log_in clara)
    is "$(curl -s -o said -w '%{http_code}' -X POST -H "Authorization: Bearer $token" -H 'Content-Length: 99999999999' -H 'Content-Type: application/json' "$base/v1/month/open" -m 5 -d '{}')" 413
    is "$(code)" http.too_large
}

@test "told to stop, it ends what is under way and leaves nothing" {
    token=$(log_in clara)
    (call POST /v1/month/open '{"month":"2026-11"}' >status) &
    wait $!
    kill -TERM $server
    wait $server
    is "$(cat status)" 200
    "$program" verify --county county.db
}

@test "told to stop, it tells guests who wait to come again, and does what a clerk has sent" {
    token=$(log_in clara)
    for n in {1..8}; do curl -s -D "head$n" -o "got$n" "$base/v1/policy/prove?pack=%E9%80%80%E4%BC%91%E5%B9%B4%E9%BE%84" 3>&- & guests[n]=$!; done
    until curl -s "$base/metrics" | grep -q '^doudi_waiting [4-9]'; do read -rt 0.05 <> <(:) || true; done
    kill -TERM $server
    told=0
    for n in {1..8}; do
        came=0
        wait "${guests[n]}" || came=$?
        [ $came -ne 7 ] || continue # on a machine with more to do it had not called yet, and found nobody
        [ $came -eq 0 ]
        if grep -q '^HTTP/1.1 503' "head$n"; then
            [ "$(jq -r .error.code "got$n")" = http.ending ]
            grep -qi '^Retry-After: [1-9]' "head$n"
            told=$((told + 1))
        else
            jq -e '.unexpected == 0' "got$n"
        fi
    done
    wait $server
    [ "$told" -ge 1 ] # four waited when it was told; what was done meanwhile is done
    "$program" verify --county county.db >/dev/null
}

@test "words it does not know, and a port that is taken" {
    run --separate-stderr "$program" serve --county county.db --listen nowhere
    [ "$status" -eq 2 ]
    [[ $stderr == *"does not take this: nowhere"* ]]
    run --separate-stderr "$program" serve --county county.db --listen 127.0.0.1:"$(cat port)" --lang zh
    [ "$status" -eq 6 ]
    [[ $stderr == *"无法在 127.0.0.1:"* ]]
    "$program" serve --help --lang zh | grep -q -- --session-minutes
}
