# A second factor at the login: taken, asked for by both doors, demanded of a role, lost and reset.
load office
bats_require_minimum_version 1.5.0

setup_file() {
    make_office clara=clerk rudi=reviewer carl=cashier rita=rights-manager lena=leader audrey=auditor
}

setup() { enter_office; }
teardown() { [ -z "${server:-}" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }; }

# with LOGIN CODE "COMMAND WORDS" [OPTION ...]: what a user does with password and code.
with() {
    local login=$1 code=$2 words=$3
    shift 3
    # shellcheck disable=SC2086
    { cat "$(own "$login")"; echo "$code"; } | "$program" $words --as "$login" --county county.db "$@"
}
# take LOGIN: a second factor; its secret in $secret.
take() {
    secret=$(as "$1" "user second" --json | jq -r .secret)
    as "$1" "user second-take $(totp "$secret")" --json | jq -e .is_on >/dev/null
}
serve() {
    rm -f port
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do
        kill -0 $server || { cat serve.out serve.log; return 1; }
        read -rt 0.05 <> <(:) || true
    done
    base=http://127.0.0.1:$(cat port)
}
# enter LOGIN [CODE]: a login over the API; status printed, answer to `said`.
enter() {
    jq -n --arg user "$1" --arg password "$(cat "$(own "$1")")" --arg code "${2:-}" '{user: $user, password: $password} + (if $code == "" then {} else {code: $code} end)' |
        curl -s -o said -w '%{http_code}' -X POST "$base/v1/session" -d @-
}
code() { jq -r .error.code said; }

@test "a second factor is shown, taken by a first code, and asked for from then on" {
    as clara "user second" --lang zh >shown
    grep -q '█' shown
    secret=$(sed -n 's/^密钥：//p' shown)
    [ ${#secret} = 32 ]
    grep -q "^otpauth://totp/Doudi:clara?secret=$secret&issuer=Doudi$" shown
    # shown is not taken: the password alone is still enough, and a wrong code takes nothing
    as clara "user whoami" >/dev/null
    run --separate-stderr as clara "user second-take 000000"
    [ "$status" -eq 5 ]
    as clara "user second-take $(totp "$secret")" >/dev/null
    run --separate-stderr as clara "user whoami"
    [ "$status" -ne 0 ]
    run --separate-stderr with clara 000000 "user whoami"
    [ "$status" -eq 5 ]
    [[ $stderr == *"The code is wrong, has passed, or was used already"* ]]
    with clara "$(totp "$secret")" "user whoami" --json | jq -e '.user == "clara"'
    # a clock that is half a minute off is forgiven, one that is minutes off is not
    with clara "$(totp "$secret" 1)" "user whoami" >/dev/null
    run with clara "$(totp "$secret" 5)" "user whoami"
    [ "$status" -eq 5 ]
    # another's code is nobody's
    take rudi
    run with clara "$(totp "$secret")" "user whoami"
    [ "$status" -eq 5 ]
    "$program" verify --county county.db >/dev/null
}

@test "over the API a login asks for the code, and takes each once" {
    take clara
    serve
    [ "$(enter clara)" = 401 ]
    [ "$(code)" = second.needed ]
    jq -e '.error.message_zh | test("动态码")' said
    [ "$(enter clara 12345)" = 401 ]
    [ "$(code)" = second.wrong ]
    now=$(totp "$secret")
    [ "$(enter clara "$now")" = 201 ]
    token=$(jq -r .token said)
    [ "$(enter clara "$now")" = 401 ]
    [ "$(code)" = second.wrong ]
    # whoever has none logs in as ever, and a password is not changed by who has the password alone
    [ "$(enter rudi)" = 201 ]
    curl -s -o said -X POST "$base/v1/user/passwd" -H 'Content-Type: application/json' \
        -d "{\"user\":\"clara\",\"secrets\":[\"$(cat "$(own clara)")\",\"quite another 97531\"]}"
    [ "$(code)" = http.bad_body ]
    curl -s -o said -H "Authorization: Bearer $token" "$base/v1/session"
    jq -e '.user == "clara"' said
    # what was not shown, or is taken already, is not taken
    curl -s -o said -X POST -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$base/v1/user/second-take" -d "{\"code\":\"$(totp "$secret" 1)\"}"
    [ "$(code)" = second.not_offered ]
    # the secret stands in no answer but the one that showed it, and in no log
    run ! grep -q "$secret" serve.log said
}

@test "a role that the duty table marks is good for nothing until a second factor is taken; who lost it is reset by three" {
    cp -r "$tree/packs/duties" duties
    sed -i '1s/$/,second_factor/; /^cashier,/s/$/,yes/; /^cashier,/!{1!s/$/,/}' duties/roles.csv
    change=$(as rita "user table duties" --json | jq .change)
    as lena "user approve $change" >/dev/null
    as audrey "user confirm $change" >/dev/null
    run --separate-stderr as carl "todo"
    [ "$status" -eq 5 ]
    [[ $stderr == *"Your role asks for a second factor"* ]]
    as clara todo >/dev/null
    serve
    [ "$(enter carl)" = 201 ]
    token=$(jq -r .token said)
    [ "$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $token" "$base/v1/payrun/list")" = 403 ]
    [ "$(code)" = second.to_take ]
    [ "$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $token" "$base/v1/session")" = 200 ]
    take carl
    [ "$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $token" "$base/v1/payrun/list")" = 200 ]
    # lost: three people reset; neither key nor roles nor factor are left
    change=$(as rita "user reset carl" --json | tee reset | jq .change)
    as lena "user approve $change" >/dev/null
    as audrey "user confirm $change" >/dev/null
    { jq -r .once reset; own carl >/dev/null; cat pw-carl; } | "$program" user passwd carl --county county.db >/dev/null
    [ "$(enter carl)" = 201 ]
    "$program" verify --county county.db >/dev/null
}

@test "a lost second factor is ended by two people, who leave password, key and roles as they are" {
    take rudi
    old=$secret
    key=$("$program" user list --county county.db --json | jq -r '.users[] | select(.user == "rudi").key')
    "$program" user list --county county.db --json | jq -e '[.users[] | select(.has_second).user] == ["rudi"]'
    # nobody has to give up what they do not have, and the clerk ends nobody's
    run --separate-stderr as rita "user second-reset lena"
    [ "$status" -ne 0 ]
    [[ $stderr == *"lena has no second factor"* ]]
    run as clara "user second-reset rudi"
    [ "$status" -ne 0 ]
    change=$(as rita "user second-reset rudi" --why "手机遗失" --json | tee proposed | jq .change)
    jq -e '.waits_for == "staff.approve" and (has("once") | not)' proposed
    "$program" user changes --county county.db --json | jq -e --argjson n "$change" '.changes[] | select(.change == $n) | .what == "factor" and .user == "rudi"'
    # one person has ended nothing, and is not the second
    run as rudi "user whoami"
    [ "$status" -ne 0 ]
    run as rita "user approve $change"
    [ "$status" -ne 0 ]
    as lena "user approve $change" --json | jq -e .is_made
    as rudi "user whoami" --json | jq -e '.roles == "reviewer" and (.has_second | not)'
    "$program" user list --county county.db --json | jq -e --arg key "$key" '.users[] | select(.user == "rudi") | .key == $key and (.has_second | not)'
    # a third signature changes nothing more, and codes of the lost telephone open nothing
    run as audrey "user confirm $change"
    [ "$status" -ne 0 ]
    "$program" verify --county county.db >/dev/null
    take rudi
    run with rudi "$(totp "$old")" "user whoami"
    [ "$status" -eq 5 ]
    with rudi "$(totp "$secret")" "user whoami" --json | jq -e .has_second
    "$program" verify --county county.db >/dev/null
}

@test "in a session a second factor is replaced only by who shows a code of the old one; sessions are seen and ended" {
    take clara
    old=$secret
    serve
    [ "$(enter clara "$(totp "$old" -1)")" = 201 ]
    token=$(jq -r .token said)
    ask() { curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $token" "$@"; }
    [ "$(ask -X POST "$base/v1/user/second")" = 200 ]
    new=$(jq -r .secret said)
    take_it() { ask -X POST -H 'Content-Type: application/json' "$base/v1/user/second-take" -d "$1"; }
    [ "$(take_it "{\"code\":\"$(totp "$new")\"}")" = 403 ]
    [ "$(code)" = second.current ]
    [ "$(take_it "{\"code\":\"$(totp "$new")\",\"current\":\"$(totp "$new")\"}")" = 401 ]
    [ "$(take_it "{\"code\":\"$(totp "$new")\",\"current\":\"$(totp "$old")\"}")" = 200 ]
    # the codes of an account are not tried through: five a minute
    for _ in 1 2 3 4 5 6; do last=$(take_it '{"code":"000000","current":"000001"}'); done
    [ "$last" = 429 ]
    # who has none has none to end
    [ "$(enter rita)" = 201 ]
    curl -s -o said -X POST -H "Authorization: Bearer $(jq -r .token said)" -H 'Content-Type: application/json' "$base/v1/user/second-reset" -d '{"user":"audrey"}'
    [ "$(code)" = staff.no_factor ]
    # another login is seen with this one, and ended by its name; nobody ends another's
    [ "$(enter clara "$(totp "$new" 1)")" = 201 ]
    other=$(jq -r .token said)
    [ "$(ask "$base/v1/sessions")" = 200 ]
    jq -e '(.sessions | length) == 2 and ([.sessions[] | select(.is_this)] | length) == 1 and all(.sessions[]; .address == "127.0.0.1" and .seen_seconds_ago >= 0)' said
    one=$(jq -r '.sessions[] | select(.is_this | not).session' said)
    [[ $other != *"$one"* ]]
    [ "$(enter rudi)" = 201 ]
    [ "$(curl -s -o said -w '%{http_code}' -X DELETE -H "Authorization: Bearer $(jq -r .token said)" "$base/v1/sessions/$one")" = 404 ]
    [ "$(code)" = http.no_such_session ]
    [ "$(ask -X DELETE "$base/v1/sessions/$one")" = 204 ]
    [ "$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $other" "$base/v1/session")" = 401 ]
    [ "$(ask "$base/v1/session")" = 200 ]
    [ "$(curl -s -o said -w '%{http_code}' "$base/v1/sessions")" = 401 ]
}
