load support

# office [OPTION ...]: a new office in c.db.
office() { "$program" county new --county c.db --packs "$tree/packs" "$@"; }
sampled() { office --people 3000 --month 2026-10 "$@" >/dev/null; }

@test "an office is made with its name, its region and its keys" {
    run office --region 云南省 --name 某县社会保险中心 --lang en
    [ "$status" -eq 0 ]
    [[ $output == *"region: 中国/云南省"* && $output == *"某县社会保险中心"* ]]
    [ "$(stat -c %a c.db.key)" = 600 ]
    "$program" verify --county c.db --packs "$tree/packs" --lang en
    refused 4 store.exists "already" "已经存在" office
}

@test "an office that could not be made leaves no store, no lock and no key, and a key of before stays" {
    cp -r "$tree/packs" packs
    echo 'bad,row' >>packs/adapters/office-award.csv
    run "$program" county new --county c.db --packs packs --people 3000
    [ "$status" -ne 0 ]
    [ "$(ls)" = packs ]
    (umask 077; head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >c.db.key; echo >>c.db.key)
    cp c.db.key before
    run "$program" county new --county c.db --packs packs --people 3000
    [[ $status -ne 0 && ! -e c.db && ! -e c.db-lock ]]
    cmp before c.db.key
    office --region 云南省 >/dev/null
    cmp before c.db.key
}

@test "a sample county stands in the registry and in the books [M4]" {
    run office --people 3000 --month 2026-10 --lang en
    [ "$status" -eq 0 ]
    [[ $output == *"people: 3000"* && $output == *"benefits in payment: "* ]]
    "$program" verify --county c.db --packs "$tree/packs" --lang en
    # The funds have what is booked, and the individual accounts add up beside them.
    run "$program" ledger balance --fund 企业养老 --month 2026-09 --county c.db --packs "$tree/packs" --lang en
    [[ $output == *"debits equal credits"* ]]
}

@test "status says what the office holds, also when its making was stopped" {
    sampled
    run "$program" county status --county c.db --packs "$tree/packs" --lang en
    [ "$status" -eq 0 ]
    [[ $output == *"people: 3000"* && $output == *"master key: present"* && $output =~ office\.region\ +region\ +中国/示例省/示例市/示例县 ]]
    [[ $output == *"Employee pension fund "*" 2026-10"* && $output == *"ledger.credited"* ]]
    [[ $output != *"$(head -c 8 c.db.key)"* && $output != *practice* ]]
    mv c.db.key elsewhere
    run "$program" county status --county c.db --packs "$tree/packs" --lang zh
    [ "$status" -eq 0 ]
    [[ $output == *"主密钥: 缺失"* ]]
}

@test "what a making that was stopped has left is said, and made anew" {
    "$program" county new --county c.db --packs "$tree/packs" --people 100000 --month 2026-10 >/dev/null 2>&1 &
    pid=$!
    for i in $(seq 200); do [ -s c.db-wal ] && break; sleep 0.05; done
    sleep 0.5
    kill -9 "$pid"
    wait "$pid" || true
    refused 4 county.unfinished "unfinished" "未建完" "$program" verify --county c.db --packs "$tree/packs"
    run office --lang en
    [ "$status" -eq 0 ]
    [[ $output == *"made anew"* ]]
    "$program" verify --county c.db --packs "$tree/packs" --lang en
}

@test "a county that cannot be made leaves nothing behind" {
    refused 2 sample.size_out_of_range "3,000" "三千" office --people 12
    refused 2 service.bad_argument "--empty" "不能并用" office --people 3000 --empty
    refused 2 service.bad_argument "--practice" "须与 --people" office --practice
    refused 2 service.bad_argument "2026-01" "应写作" office --month October
    refused 2 county.before_law "1899-01" "1899-01" office --month 1899-01
    refused 3 service.unknown_name "云南" "云南" office --region 云南
    [ ! -e c.db ]
}

@test "where the packs do not say who retires when, no county is made" {
    cp -r "$tree/packs" packs
    sed -i 's/^  since 1978-06-02 = 出生月 + 法定退休年龄$/  since 1978-06-02 = 出生月 + 法定退休年龄 unless 退休余月 < 20: 出生月 + 延迟表[退休余月]/' packs/china/retirement-age.md
    sed -i 's/^var 法定退休月 /param 延迟表 : months by 余月 : count from 100 to 101 "x"\n  law x\n  | since | 100 | 101 |\n  | 1978-06-02 | 1 | 2 |\n\n&/' packs/china/retirement-age.md
    refused 4 county.retire_undecided "retire" "退休月份" "$program" county new --county c.db --packs packs --people 3000 --month 2026-10
    [ ! -e c.db ]
}
