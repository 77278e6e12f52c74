#!/usr/bin/env bats
# What the packs say of layers: of a person's old age, and of the tiers that bear a gap.
load support

setup() {
    setup_program
    packs=$tree/packs
    cd "$BATS_TEST_TMPDIR"
}
calc() { "$program" calc "$@" --packs "$packs" --on 2026-06-01; }

@test "[N5] five pillars of each person in one table: what the state, work and people themselves give; who has none is seen" {
    cat >people.csv <<'EOF'
id,救助福利月领,基本养老月领,年金账户余额,年金计发月数,个人养老金月领,商业养老月领
1,200,3000,139000,139,300,500
2,0,3000,0,139,0,0
3,800,200,0,139,0,0
4,0,0,0,139,0,0
5,100.1,99.9,0,139,0,0
6,,3000,0,139,0,0
EOF
    run "$program" run --packs "$packs" --region 示例县 --in people.csv --out out.csv --on 2026-06-01 --vars 支柱数,五支柱合计,托底层占比,主干层占比,补充层占比
    cut -d, -f1-6 out.csv >all.csv
    # Of 5,000 yuan: 200 by the state, 3,000 and 139,000 / 139 by work, 800 by the person.
    grep -qx '1,5,5000.00,0.04,0.8,0.16' all.csv
    grep -qx '2,1,3000.00,0,1,0' all.csv
    grep -qx '3,2,1000.00,0.8,0.2,0' all.csv
    grep -qx '4,0,0.00,0,0,0' all.csv
    # 50.05 % and 49.95 %, each by itself: 50.1 % and 50 %.
    grep -qx '5,2,200.00,0.501,0.5,0' all.csv
    # Of whom it is not known what the state gives, nothing is said to be nought.
    grep -q '^6,,,' all.csv
}

@test "[E6] a gap of the pension fund by province, city and county: the three are the whole to the fen; without shares there is no answer" {
    of() { calc "$1" 当期缺口="$2" --region 示例县 | sed 's/.* = \([0-9.]*\) .*/\1/'; }
    for gap in 1000000.00 1000000.05 0.01 29610000.37; do
        sum=$(echo "$(of 省级分担 $gap) + $(of 市级分担 $gap) + $(of 县级分担 $gap)" | bc)
        [ "$(echo "$sum == $gap" | bc)" -eq 1 ] || { echo "$gap: $sum"; false; }
    done
    # 45 % and 33.3 % in the sample city.
    [ "$(of 省级分担 1000000)" = 450000.00 ]
    [ "$(of 市级分担 1000000)" = 333000.00 ]
    [ "$(of 县级分担 1000000)" = 217000.00 ]
    run calc 省级分担 当期缺口=1000000 --region 云南省
    [[ $status -eq 1 && $output == *省级分担比例* ]]
    # Shares of more than the whole leave the county less than nothing: that is refused.
    run calc 县级分担 当期缺口=1000000 省级分担比例=0.8 市级分担比例=0.3 --region 示例县
    [[ $status -eq 1 && $output == *"bounds"* ]]
}
