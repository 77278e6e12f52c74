# How often one address may ask: each answer says what is left, and a refusal when to try again.
bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd) program=${DOUDI_PROGRAM:-$tree/build/release/doudi}
    export DOUDI_HOME=$tree LC_ALL=C.UTF-8
}
teardown() { [ -z "${server:-}" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }; }
serve() {
    "$program" serve --county none.db --listen 127.0.0.1:0 --port-file port "$@" >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do kill -0 $server || return 1; read -rt 0.05 <> <(:) || true; done
    base=http://127.0.0.1:$(cat port)
}
# header NAME: of the answer in `head`.
header() { tr -d '\r' <head | sed -n "s/^$1: //Ip" | tail -n 1; }
ask() { curl -s -o said -D head "$@"; }

@test "each answer says how many requests are left; who asks too often is told when to come again, and each operation's description says so [L12]" {
    serve --rate 1

    for i in {1..40}; do
        ask "$base/v1/paper/kinds"
        limit=$(header RateLimit-Limit) left=$(header RateLimit-Remaining) full=$(header RateLimit-Reset)
        [ "$limit" = 2 ] && [ "$left" -lt 2 ] && [ "$full" -ge 1 ] && [ "$full" -le 2 ]
        grep -q ' 429' <(head -n 1 head) && break
        [ -z "$(header Retry-After)" ]
    done
    grep -q ' 429' <(head -n 1 head)
    [ "$left" = 0 ]
    wait=$(header Retry-After)
    [ "$wait" -ge 1 ] && [ "$wait" -le "$full" ]
    jq -e '.error.code == "http.too_many"' said >/dev/null
    kill "$server" && wait "$server" || true
    # without a limit nothing is said of one; a guessed password waits for its own
    rm -f port
    serve --rate 0
    ask "$base/v1/openapi.json"
    [ -z "$(header RateLimit-Limit)" ]
    jq -e '[.paths[][] | select(."x-permission") | .responses] | length > 200 and all(.["200"].headers["RateLimit-Remaining"] and .["429"].headers["Retry-After"])' said >/dev/null
    jq -e '[.paths[] | .post // empty | select(."x-permission") | .parameters[]?."$ref"] | map(select(. == "#/components/parameters/IdempotencyKey")) | length > 80' said >/dev/null
    jq -e '.components.parameters.IdempotencyKey.schema | .minLength == 1 and .maxLength == 200' said >/dev/null
}
