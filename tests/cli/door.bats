# The API as those meet it who want more of it than it gives; and what is left when it is killed.
load office
bats_require_minimum_version 1.5.0

setup_file() {
    make_office clara=clerk rudi=reviewer carl=cashier rita=rights-manager lena=leader audrey=auditor
}

setup() { enter_office; }
teardown() { [ -z "${server:-}" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }; }

# serve [OPTION ...]: a server in the background, at $base.
serve() {
    rm -f port
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port --web "$BATS_TEST_TMPDIR/console" "$@" >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do
        kill -0 $server || { cat serve.out serve.log; return 1; }
        read -rt 0.05 <> <(:) || true
    done
    base=http://127.0.0.1:$(cat port)
}
log_in() { curl -sk -X POST "$base/v1/session" -d "{\"user\":\"$1\",\"password\":\"$(cat "$(own "$1")")\"}" "${@:2}" | jq -r .token; }
# ask STATUS PATH [CURL WORDS]: the answer to `said`; as $token, where there is one.
ask() {
    local status
    status=$(curl -sk -o said -w '%{http_code}' ${token:+-H "Authorization: Bearer $token"} "${@:3}" "$base$2")
    [ "$status" = "$1" ] || { echo "$2: $status, not $1: $(head -c 400 said)"; return 1; }
}
code() { jq -r .error.code said; }
json() { printf 'Content-Type: application/json'; }

@test "a session that was chosen by another is not taken at login, and one's own ends for good" {
    serve
    theirs=$(log_in rudi)
    token=
    # whoever logs in while a stranger's cookie is set gets a session of their own, and the stranger's stays the stranger's
    mine=$(log_in clara -H "Cookie: doudi_session=$theirs")
    planted=$(printf '%032d.%064d' 7 7)
    other=$(log_in clara -H "Cookie: doudi_session=$planted")
    [ "$mine" != "$theirs" ] && [ "$other" != "$planted" ] && [ "$mine" != "$other" ]
    token=$planted ask 401 /v1/session
    token=$theirs ask 200 /v1/session
    [ "$(jq -r .user said)" = rudi ]
    # a token is all of it: neither half opens anything, nor another's half
    token=${mine%%.*} ask 401 /v1/session
    token=${mine%%.*}.${theirs##*.} ask 401 /v1/session
    token=$mine ask 204 /v1/session -X DELETE
    token=$mine ask 401 /v1/session
    token=$other ask 200 /v1/session
}

@test "who logs in over and over ends their own oldest session, and nobody else's" {
    serve
    token=$(log_in rudi)
    theirs=$token first=$(log_in clara) again=
    for _ in {1..31}; do again=$(log_in clara); done
    token=$again ask 200 /v1/sessions
    [ "$(jq '.sessions | length' said)" = 32 ]
    token=$theirs ask 200 /v1/session
    again=$(log_in clara)
    token=$again ask 200 /v1/sessions
    [ "$(jq '.sessions | length' said)" = 32 ]
    for one in "$theirs" "$again"; do token=$one ask 200 /v1/session; done
    [ "$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $first" "$base/v1/session")" = 401 ]
}

@test "slow and half requests keep nobody else from being served; what is too large is refused while it comes" {
    serve
    for i in $(seq 60); do
        exec {line}<>"/dev/tcp/127.0.0.1/$(cat port)"
        printf 'POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n%s' "$([ $((i % 2)) = 0 ] || printf '\r\n{')" >&"$line"
    done
    token=$(log_in clara)
    ask 200 /v1/session
    # a body whose length nobody said, of five million bytes
    head -c 5000000 /dev/zero | tr '\0' ' ' >large
    ask 413 /v1/month/open -X POST -H "$(json)" -H 'Transfer-Encoding: chunked' --data-binary @large
    [ "$(code)" = http.too_large ]
    # a head of a hundred thousand bytes: refused, or cut off
    status=$(curl -s -o said -w '%{http_code}' "$base/v1/health" -H "X-A: $(head -c 100000 /dev/zero | tr '\0' a)") || true
    [ "$status" = 431 ] || [ "$status" = 413 ] || [ "$status" = 000 ]
    # values nested deeper than anything has use for
    printf '{"month":%s1%s}' "$(head -c 5000 /dev/zero | tr '\0' '[')" "$(head -c 5000 /dev/zero | tr '\0' ']')" >deep
    ask 400 /v1/month/open -X POST -H "$(json)" --data-binary @deep
    ask 405 /v1/month/open -X PUT -H "$(json)" -d '{}'
    ask 405 /v1/session -X TRACE || ask 405 /v1/session -X PATCH
    ask 200 /v1/health
}

@test "what is asked for stands in no log, and an idempotency key is its user's own" {
    serve
    token=$(log_in clara)
    ask 404 '/v1/person/show?who=530102199001011234' || ask 400 '/v1/person/show?who=530102199001011234'
    ask 200 /v1/case/open -X POST -H "$(json)" -H 'Idempotency-Key: same' -d '{"type":"投诉举报","who":"700","field":["事由=第一件"]}'
    first=$(jq .case said)
    token=$(log_in carl)
    ask 403 /v1/case/open -X POST -H "$(json)" -H 'Idempotency-Key: same' -d '{"type":"投诉举报","who":"700","field":["事由=第一件"]}'
    [ -n "$first" ]
    run ! grep -q '530102199001011234\|第一件\|24680' serve.log
    grep -q 'GET /v1/person/show' serve.log
}

@test "a text has an end, and what it should be is said wholly in each language" {
    serve
    token=$(log_in clara)
    printf '{"month":"2026-11","why":"%s"}' "$(printf '%016385d' 0)" >long.json
    ask 400 '/v1/certify/run?rehearse=yes' -X POST -H "$(json)" --data-binary @long.json
    jq -e '.error | .code == "service.too_long" and .argument == "why" and (.message | contains("16385 bytes, at most 16384")) and (.message_zh | contains("16385 字节，最多 16384 字节"))' said
    printf '{"type":"投诉举报","who":"700","field":["事由=%s"]}' "$(printf '%0131072d' 0)" >long.json
    ask 400 /v1/case/open -X POST -H "$(json)" --data-binary @long.json
    [ "$(code)" = service.too_long ]
    printf '{"type":"投诉举报","who":"700","field":["事由=%s"],"note":"%s"}' "$(printf '%0100000d' 0)" "$(printf '%016384d' 0)" >long.json
    ask 200 '/v1/case/open?rehearse=yes' -X POST -H "$(json)" --data-binary @long.json
    ask 400 '/v1/case/list?state=nothing'
    jq -e '.error | (.message | contains("write it like this: open")) and (.message_zh | contains("应写作：open") and (contains("write") | not))' said
    ask 400 '/v1/county/export?what=persons&out=a.exe'
    jq -e '.error | (.message | contains("it may be .csv")) and (.message_zh | contains("可以是 .csv") and (contains("may be") | not))' said
}

@test "whoever walks the pages of a list meets each row once, also of one that shows its first rows alone, or pages by itself" {
    as clara "payrun draft" --month 2026-11 --kind pension >/dev/null
    as clara "watch run" --month 2026-11 >/dev/null
    serve
    token=$(log_in clara)
    for list in "payrun/lines?run=1 lines line count" "alert/list?state=all alerts alert found"; do
        read -r path rows id count <<<"$list"
        rm -f met
        for page in {1..60}; do
            ask 200 "/v1/$path&page=$page&page_size=37"
            [ "$(jq ".$rows | length" said)" -gt 0 ] || break
            jq ".$rows[].$id" said >>met
        done
        [ "$(wc -l <met)" -gt 74 ]
        [ "$(wc -l <met)" = "$(jq ".$count" said)" ]
        [ "$(sort -u met | wc -l)" = "$(wc -l <met)" ]
    done
    # the first of what is sorted is the first of all, and how many there are is told
    ask 200 '/v1/alert/list?state=all&limit=100000'
    jq '[.alerts[].alert] | max' said >most
    curl -s -D head -o said -H "Authorization: Bearer $token" "$base/v1/alert/list?state=all&page_sort=-alert&page_size=1"
    [ "$(jq '.alerts[0].alert' said)" = "$(cat most)" ]
    [ "$(sed -n 's/^X-Total-Count: \(.*\)\r/\1/p' head)" = "$(jq .found said)" ]
    ask 200 '/v1/alert/list?state=all&limit=2'
    second=$(jq '.alerts[1].alert' said)
    curl -s -D head -o said -H "Authorization: Bearer $token" "$base/v1/alert/list?state=all&page=2&page_size=1"
    [ "$(jq -c '[.alerts[].alert]' said)" = "[$second]" ]
    [ "$(sed -n 's/^X-Total-Count: \(.*\)\r/\1/p' head)" = "$(jq .found said)" ]
    # a file is no page, and what stands behind a row or in another list is not counted as the whole
    ask 200 '/v1/alert/list?state=all&page=1&page_size=1&out=all.csv'
    [ "$(jq '.alerts | length' said)" = 1 ]
    found=$(jq .found said)
    [ "$found" -gt 2 ]
    curl -s -o all.csv -H "Authorization: Bearer $token" "$base$(jq -r '.downloads[0].href' said)"
    [ "$(wc -l <all.csv)" = $((found + 1)) ]
    curl -s -D head -o said -H "Authorization: Bearer $token" "$base/v1/alert/list?state=all&after=$second&page=1&page_size=1"
    [ "$(sed -n 's/^X-Total-Count: \(.*\)\r/\1/p' head)" = $((found - 2)) ]
    curl -s -D head -o said -H "Authorization: Bearer $token" "$base/v1/todo/list?page=1&page_size=1&page_of=waits"
    [ "$(sed -n 's/^X-Total-Count: \(.*\)\r/\1/p' head)" = "$(curl -s -H "Authorization: Bearer $token" "$base/v1/todo/list" | jq '.waits | length')" ]
    # whoever says how many gets so many
    ask 200 '/v1/alert/list?state=all&limit=3&page=1&page_size=100'
    [ "$(jq '.alerts | length' said)" = 3 ]
}

@test "whoever pages what is found, or pairs of records, meets all of it, or is told that the pages end before it" {
    # 230 records of one name, birthday and sex: 229 pairs; more of that name than pages have, and more employers than none.
    awk 'BEGIN { split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", weight, " "); print "证件号码,姓名,出生日期,性别"
        for (n = 1; n < 460; n += 2) {
            number = "59012119700101" sprintf("%03d", n); sum = 0
            for (i = 1; i <= 17; i++) sum += substr(number, i, 1) * weight[i]
            print number substr("10X98765432", sum % 11 + 1, 1) ",重名者,1970-01-01,男"
        } }' >many.csv
    as clara "county import" many.csv --what persons >/dev/null
    serve
    token=$(log_in clara)
    pages() { sed -n 's/^X-Total-Count: \(.*\)\r/\1/p' head; }
    rm -f met
    for page in {1..40}; do
        curl -s -D head -o said -H "Authorization: Bearer $token" "$base/v1/person/duplicates?page=$page&page_size=50"
        [ "$(jq '.rows | length' said)" -gt 0 ] || break
        [ "$(pages)" = "$(jq .pairs said)" ]
        jq -c '.rows[] | [.first, .second]' said >>met
    done
    [ "$(wc -l <met)" = "$(jq .pairs said)" ] && [ "$(sort -u met | wc -l)" = "$(jq .pairs said)" ] && [ "$(jq .pairs said)" -ge 229 ]
    for list in "person/find people person" "search/all hits id"; do
        read -r path rows id <<<"$list"
        rm -f met
        for page in {1..40}; do
            curl -s -D head -o said -H "Authorization: Bearer $token" -G "$base/v1/$path" --data-urlencode text=重名者 -d page=$page -d page_size=30
            # Beyond the last row too: more are found than the pages have.
            jq -e '.is_more and (.notes | any(contains("more are found than the pages have")))' said
            [ "$(jq ".$rows | length" said)" -gt 0 ] || break
            jq ".$rows[].$id" said >>met
        done
        [ "$(sort -u met | wc -l)" = "$(pages)" ] && [ "$(wc -l <met)" = "$(pages)" ]
    done
    # The longest list is counted, not the last one.
    curl -s -D head -o said -H "Authorization: Bearer $token" -G "$base/v1/person/find" --data-urlencode text=重名者 -d page_size=1
    [ "$(pages)" = 200 ] && [ "$(jq '.employers | length' said)" = 0 ]
}

@test "what is refused leaves nothing open behind it" {
    serve --workers 2
    token=$(log_in carl)
    open_files() { find /proc/"$server"/fd -type l | wc -l; }
    for i in $(seq 12); do ask 200 /v1/session; done
    before=$(open_files)
    for i in $(seq 30); do
        ask 403 /v1/month/open -X POST -H "$(json)" -d '{"month":"2026-11"}'
        ask 403 /v1/county/verify
        ask 400 '/v1/case/list?state=nothing'
    done
    ask 200 /v1/session
    # one connection more or less may still be closing
    [ "$(open_files)" -le $((before + 2)) ] || { find /proc/"$server"/fd -type l -printf '%l\n' | sort | uniq -c; return 1; }
}

@test "a running server and the command line write by turns, and each sees what the other wrote [L1]" {
    serve --workers 2
    token=$(log_in clara)
    open_case() { printf '{"type":"投诉举报","who":"%s","key":"%s","field":["事由=第 %s 件"]}' "$1" "$2" "$2"; }
    for i in 1 2 3; do
        ask 200 /v1/case/open -X POST -H "$(json)" -d "$(open_case 700 "door-$i")"
        jq .case said >>made
        as clara "case open 投诉举报" --who 701 --key "here-$i" --field "事由=第 $i 件" --json | jq .case >>made
        # the same key again is the same case, whoever wrote it
        ask 200 /v1/case/open -X POST -H "$(json)" -d "$(open_case 701 "here-$i" | sed "s/第 here-$i 件/第 $i 件/")"
        [ "$(jq .case said)" = "$(tail -1 made)" ]
    done
    [ "$(sort -u made | wc -l)" = 6 ]
    ask 200 '/v1/case/list?limit=4'
    [ "$(jq -c '[.open, .found, .shown, (.cases | length)]' said)" = '[6,6,4,4]' ]
    # told to stop, it has taken its log in: the file alone is the store
    kill $server && wait $server
    server=
    [ ! -e county.db-wal ]
    "$program" verify --county county.db >/dev/null
}

@test "behind a proxy that it was told of, each caller is counted by the address the proxy adds; of nobody else it is believed" {
    # guess COUNT ADDRESSES: the codes of so many wrong passwords, each of another user, from there
    guess() {
        local i tries
        rm -f guess.*
        for i in $(seq "$1"); do
            curl -s -o "guess.$i" -H "X-Forwarded-For: $2" -X POST "$base/v1/session" -d "{\"user\":\"nobody-$i\",\"password\":\"x\"}" &
            tries[i]=$!
        done
        wait "${tries[@]}"
        cat guess.* | jq -r .error.code | sort -u | paste -sd' '
    }
    serve --proxy 127.0.0.1
    # what the caller writes itself stands before what the proxy adds, and counts for nothing
    [ "$(guess 60 '10.9.9.9, 192.0.2.1')" = 'http.too_many staff.wrong_login' ]
    [[ $(guess 25 192.0.2.1) = *http.too_many* ]]
    [ "$(guess 25 192.0.2.5)" = staff.wrong_login ]
    token=$(log_in clara -H 'X-Forwarded-For: 192.0.2.1, 192.0.2.2')
    [ "$token" != null ]
    grep -q ' 192.0.2.1 POST /v1/session 429' serve.log
    grep -q ' 192.0.2.2 POST /v1/session 201' serve.log
    ask 200 /metrics
    ask 404 /metrics -H 'X-Forwarded-For: 192.0.2.2'
    ask 200 /metrics -H 'X-Forwarded-For: no address'
    kill $server && wait $server
    # a server that was told of none believes none: all are one caller
    serve
    [ "$(guess 60 192.0.2.3)" = 'http.too_many staff.wrong_login' ]
    [[ $(guess 25 192.0.2.4) = *http.too_many* ]]
    run ! grep -q 192.0.2 serve.log
    run --separate-stderr "$program" serve --county county.db --proxy nginx
    [ "$status" -eq 2 ]
}

@test "it warns when other machines reach it without TLS, in both languages" {
    serve
    run ! grep -q warning serve.log
    kill $server && wait $server
    serve --listen 0.0.0.0:0
    grep -q 'warning: 0.0.0.0 is reached from other machines and speaks without TLS' serve.log
    kill $server && wait $server
    serve --listen 0.0.0.0:0 --lang zh
    grep -q '警告：0.0.0.0 可从其他机器访问而未启用 TLS' serve.log
}

@test "all uploads together have a ceiling, and what was refused leaves its room" {
    serve --uploads 1
    truncate -s 700K large
    token=$(log_in clara)
    ask 201 '/v1/uploads?name=a.bin' --data-binary @large
    token=$(log_in rudi)
    for i in 1 2; do
        ask 503 '/v1/uploads?name=b.bin' --data-binary @large
        [ "$(code)" = http.uploads_full ]
    done
    truncate -s 300K large
    ask 201 '/v1/uploads?name=c.bin' --data-binary @large
    ask 503 '/v1/uploads?name=d.bin' --data-binary @large
}

@test "over TLS it answers, marks its cookie, and asks browsers to stay with it" {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 -keyout k.pem -out c.pem 2>/dev/null
    serve --certificate c.pem --key k.pem
    base=https://127.0.0.1:$(cat port)
    token=
    ask 200 /v1/health
    curl -sk -D head -o said -X POST "$base/v1/session" -H 'Content-Type: application/json' -d "{\"user\":\"clara\",\"password\":\"$(cat "$(own clara)")\",\"cookie\":true}"
    grep -qi '^set-cookie: doudi_session=.*HttpOnly; SameSite=Strict; Secure' head
    grep -qi '^strict-transport-security: max-age=31536000' head
    run curl -s "http://127.0.0.1:$(cat port)/v1/health"
    [ "$status" -ne 0 ]
    # Nothing older than TLS 1.2 is spoken: neither to a client that would speak it, as it does to a server that would too.
    speaks() { timeout 20 openssl s_client -connect "127.0.0.1:$2" "-$1" -cipher 'ALL:@SECLEVEL=0' </dev/null 2>&1 | grep -q '^ *Cipher *: *[A-Z]\|^New, TLSv1[.0-9]*, Cipher is [A-Z]'; }
    openssl s_server -www -accept 127.0.0.1:0 -cert c.pem -key k.pem -cipher 'ALL:@SECLEVEL=0' >old.out 2>&1 3>&- &
    old=$!
    for _ in $(seq 200); do grep -q '^ACCEPT ' old.out && break; sleep 0.05; done
    for version in tls1 tls1_1; do
        speaks $version "$(sed -n 's/^ACCEPT .*://p' old.out)" || { cat old.out; return 1; }
        run ! speaks $version "$(cat port)"
    done
    kill $old
    for version in tls1_2 tls1_3; do speaks $version "$(cat port)"; done
}

@test "a step asked for again under its key is done once, also by a server that was killed before; a failed one is tried anew" {
    serve --workers 4
    token=$(log_in clara)
    once() { curl -s -m 60 -D "heads$3" -o "$1" -H "Authorization: Bearer $token" -H "$(json)" -H "Idempotency-Key: $2" "${@:5}" "$base$4" || true; }
    complain() { printf '{"type":"投诉举报","who":"700","key":"%s","field":["事由=%s"]}' "$1" "$1"; }
    once first k-0 0 /v1/case/open -d "$(complain 先办)"
    jq -e .case first
    once month k-m 0 /v1/month/open -d '{"month":"2026-11"}'
    jq -e .is_new month
    # what was refused has done nothing, and is tried anew under the same key
    once refused k-1 0 /v1/month/open -d '{"month":"2026-13"}'
    [ "$(jq -r .error.code refused)" != null ]
    once tried k-1 0 /v1/month/open -d '{"month":"2026-11"}'
    jq -e '.is_new | not' tried
    # a line of them, and the server is gone while one is under way
    (for n in $(seq 400); do once "case.$n" "k-case-$n" 1 /v1/case/open -d "$(complain "第 $n 件")"; [ -s "case.$n" ] || exit 0; done) &
    line=$!
    until [ -s case.12 ]; do read -rt 0.02 <> <(:) || true; done
    kill -9 $server
    wait $server $line || true
    serve --workers 4
    token=$(log_in clara)
    last=$(ls case.* | sort -t. -k2n | tail -1 | cut -d. -f2)
    for n in $(seq $((last > 13 ? last - 13 : 1)) $((last + 1))); do
        once again "k-case-$n" 2 /v1/case/open -d "$(complain "第 $n 件")"
        [ ! -s "case.$n" ] || ! jq -e .case "case.$n" >/dev/null || cmp "case.$n" again
        once more "k-case-$n" 2 /v1/case/open -d "$(complain "第 $n 件")"
        cmp again more
        jq -r .case again >>cases
        # done a second time it would have said that nothing changed
        jq -e .changed again >/dev/null
    done
    # each is there once
    [ "$(sort cases | uniq -d | wc -l)" = 0 ]
    ask 200 '/v1/case/list?state=all&type=%E6%8A%95%E8%AF%89%E4%B8%BE%E6%8A%A5&limit=100000'
    all=$(jq '.cases | length' said)
    [ "$all" = $((last + 2)) ] || { echo "$all cases of $((last + 2))"; return 1; }
    once again k-0 3 /v1/case/open -d "$(complain 先办)"
    cmp first again
    once again k-m 3 /v1/month/open -d '{"month":"2026-11"}'
    cmp month again
    # another body is another request; another user has keys of their own; a key is no novel
    once again k-0 3 /v1/case/open -d "$(complain 另一件)"
    [ "$(jq -r .error.code again)" = http.key_reused ]
    once again "$(printf '%0201d' 0)" 3 /v1/case/open -d "$(complain 先办)"
    [ "$(jq -r .error.code again)" = http.bad_key ]
    token=$(log_in rudi)
    once again k-m 3 /v1/month/open -d '{"month":"2026-11"}'
    ! cmp -s month again
    # what was answered lies sealed in the store, and so does what was asked
    run ! grep -a -q '"is_new":true' county.db
    kill $server && wait $server || true
    server=
    "$program" verify --county county.db >/dev/null
}

@test "killed in the midst of writing, it has lost nothing that it had answered for" {
    serve
    token=$(log_in clara)
    for line in 1 2 3 4; do
        (
            n=0
            while :; do
                n=$((n + 1))
                curl -s -H "Authorization: Bearer $token" -H "$(json)" -d "{\"type\":\"投诉举报\",\"who\":\"700\",\"key\":\"$line-$n\",\"field\":[\"事由=第 $line-$n 件\"]}" "$base/v1/case/open" >"said.$line" || exit 0
                jq -r '.case // empty' "said.$line" >>"answered.$line" || exit 0
            done
        ) &
        writers[line]=$!
    done
    until [ "$(cat answered.* 2>/dev/null | wc -l)" -ge 25 ]; do read -rt 0.05 <> <(:) || true; done
    kill -9 $server
    wait "${writers[@]}" $server || true
    server=
    "$program" case list --state all --limit 100000 --county county.db --json | jq -r '.cases[].case' | sort >there
    cat answered.* | sort >answered
    [ "$(comm -23 answered there | wc -l)" -eq 0 ]
    "$program" verify --county county.db >/dev/null
    # and it goes on: the same key again is the same case
    serve
    token=$(log_in clara)
    ask 200 /v1/case/open -X POST -H "$(json)" -d '{"type":"投诉举报","who":"700","key":"1-1","field":["事由=第 1-1 件"]}'
    grep -qx "$(jq .case said)" answered
}
