# plant.awk -v seed=N people.csv - puts people of an office on departments' rolls and into lists for the registry, and says
# what is then to be found of whom: ROLL.plain (name, number, what else), LIST.import, truth-WATCH (ids). Bytes alone.
# Files: enrolments.csv, people.csv: id, name, number, state (child, old, dead, drawing, employee, resident, none), jobless or -, benefit, staff or -,
# birth day, sex, village.
FILENAME == "enrolments.csv" { if ($2 ~ /medical/) medical[$1]; next }
BEGIN { FS = OFS = ","; srand(seed) }
function on(roll, more) { print $2, $3 more "," >(roll ".plain") }
function truth(watch) { print $1 >>("truth-" watch) }
function below(share) { at += share; return u < at }
function hardship() { if (rand() < 0.6) on("civil.hardship", ",低保对象"); else on("rural.poverty", ",城关") }
function dies(day) { if (rand() < 0.5) on("police.deaths", "," day); else on("civil.cremation", "," day) }
function elsewhere(state) { on("insured.elsewhere", ",职工养老," state ",外省") }
{
    u = rand(); at = 0; at_home = 1
    if ($4 == "none") {
        if (below(0.10)) { hardship(); truth("group.hardship") }
        else if (below(0.03)) { on("disabled.holders", ",二级"); truth("group.hardship") }
        else if (below(0.03)) { on("disabled.holders", ",四级"); truth("group.other") }
        else if (below(0.02)) on("education.students", ",一中")
        else if (below(0.01)) { on("education.students", ",一中"); hardship() }
        else if (below(0.05)) { on("transport.platform", ",快递员,某平台"); truth("group.platform") }
        else if (below(0.04)) { on("justice.licensed", ",A1"); truth("group.licensed") }
        else if (below(0.04)) { on("culture.guides", ",D1"); truth("group.licensed") }
        else if (below(0.06)) { on("land.lost", ",一批"); truth("group.land") }
        else if (below(0.06)) { on("rural.workers", ",8"); truth("group.workers") }
        else if (below(0.02)) on("rural.workers", ",3")
        else if (below(0.01)) elsewhere("参保")
        else if (below(0.01)) dies("2026-08-15")
        else if (below(0.04)) { on("police.permits", ",2027-05-31"); truth("permit.resident"); at_home = 0 }
        else if (below(0.01)) { on("police.permits", ",2026-11-29"); at_home = 0 }
        else truth("group.other")
    } else if ($4 == "resident") {
        if (below(0.06)) { on("transport.platform", ",外卖骑手,某平台"); truth("group.platform") }
        else if (below(0.03)) { on("justice.licensed", ",A2"); truth("group.licensed") }
        else if (below(0.03)) on("land.lost", ",二批")
        else if (below(0.05)) { on("rural.workers", ",9"); truth("group.workers") }
        else if (below(0.04)) { on("township.survey", ",有,职工养老"); truth("group.able") }
        else if (below(0.03)) on("township.survey", ",无,居民养老")
        else if (below(0.03)) { on("village.posts", ",主任"); truth("post.village") }
        else if (below(0.04)) { elsewhere("参保"); truth("insured_twice.roll") }
        else if (below(0.03)) { dies("2026-07-01"); truth("R09.roll") }
        else if (below(0.05)) hardship()
    } else if ($4 == "employee") {
        if (below(0.05)) on("transport.platform", ",网约车司机,某平台")
        else if (below(0.03)) { elsewhere("参保"); truth("insured_twice.roll") }
        else if (below(0.02)) { dies("2026-06-10"); truth("R09.roll") }
        else if (below(0.02)) hardship()
        else if (below(0.02)) { print $1, "resident_pension,resident,,590121,,200.00,2025-01-01," >"enrolments.import"; truth("insured_twice.pension") }
        else if (below(0.02) && $5 == "-" && $7 == "staff") { print $1, "unemployment,paying,1500.00,590121,2026-05," >"benefits.import"; truth("R04") }
        else if (below(0.01)) { print $1, "person.death_day,2026-05-04,," >"attributes.import"; truth("R09.death"); if ($5 == "jobless") truth("R01"); at_home = 0 }
        else if (below(0.20) && $5 == "-") on("tax.wages", ",91350100M000100Y43,2026-10")
    } else if ($4 == "drawing") {
        if (below(0.05)) { dies("2026-08-15"); truth("R01.roll") }
        else if (below(0.02)) { on("police.deaths", ",2026-08-15"); on("civil.cremation", ",2026-08-17"); truth("R01.roll") }
        else if (below(0.02)) dies("2026-11-10")
        else if (below(0.05)) { elsewhere("领取"); truth("R02.roll") }
        else if (below(0.04) && $6 == "employee_pension") { print $1, "resident_pension,paying,205.00,590121,2025-03," >"benefits.import"; truth("R02") }
        else if (below(0.03)) { print $1, "person.death_day,2026-05-04,," >"attributes.import"; truth("R01"); if ($1 in medical) truth("R09.death"); at_home = 0 }
        else if (below(0.02)) { print $1, "person.in_prison,yes,2026-01-01," >"attributes.import"; truth("R03") }
        else if (below(0.03)) on("disabled.holders", ",一级")
    } else if ($4 == "old") {
        if (below(0.02)) dies("2026-08-15")
        else if (below(0.02)) elsewhere("领取")
        else truth("aged.uninsured")
    } else if ($4 == "child") {
        if (below(0.03)) hardship()
    } else at_home = 0
    if ($5 == "jobless" && rand() < 0.6) { on("tax.wages", ",91350100M000100Y43,2026-09"); truth("R04.roll") }
    if (at_home) on("police.population", "," ($9 == "male" ? "男" : "女") "," $8 "," $10)
}
