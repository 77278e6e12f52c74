# doudi book: the packs as a law book of plain pages.
load support

# The book of all packs takes seconds: it is made once, and each test reads a copy.
setup_file() {
    setup_program
    cd "$BATS_FILE_TMPDIR"
    "$program" book --packs "$tree/packs" --out book --lang zh >said
}
book() { cp -r "$BATS_FILE_TMPDIR/book" . && cat "$BATS_FILE_TMPDIR/said"; }

@test "[N4] the register of documents: a document, its articles, the rules that carry them out" {
    run book
    [ "$status" -eq 0 ]
    [[ $output == *"份文件"*"未通过 0"*"book/index.html"* ]]
    grep -q '<h3 id="d-国发〔2005〕38号">国发〔2005〕38号</h3>' book/documents.html
    grep '第十六条' book/documents.html | grep -q 'href="retirement-age.html#最低缴费月数">最低缴费月数</a>'
    # a citation that leaves out its issuer has that of the one before; blanks are no part of an id
    grep -q '<h3 id="d-人社部发〔2018〕25号">' book/documents.html
    ! grep -q '<h3 id="d-〔' book/documents.html
    grep -q '<h3 id="d-GB/T-42195-2022">GB/T 42195-2022</h3>' book/documents.html
    # and from the rule back to the document
    grep -q 'href="documents.html#d-国发〔2005〕38号">国发〔2005〕38号</a> 第六条' book/employees-basic-pension.html
}

@test "a disk that fills up leaves the book of before, or none" {
    book >/dev/null
    find book -type f -exec md5sum {} + | sort >before
    # No file grows beyond 64 KiB.
    run bash -c 'trap "" XFSZ; ulimit -f 64; "$0" book --packs "$1" --out "$2" --lang en' "$program" "$tree/packs" book
    [ "$status" -ne 0 ]
    find book -type f -exec md5sum {} + | sort | diff before -
    run bash -c 'trap "" XFSZ; ulimit -f 64; "$0" book --packs "$1" --out "$2" --lang en' "$program" "$tree/packs" new
    [[ $status -ne 0 && ! -e new ]]
}

@test "[L10] the guide is made from the cases that run: papers, steps, days, and changes with them" {
    mkdir one
    cat >one/aid.md <<'END'
---
pack: 示例救助
region: 中国
---
```rule
entity 家庭 "household"
```
```case
case 申请救助 "aid" of 家庭
  law 社会救助暂行办法 第十一条
  paper 户口簿 "register" required
  step 受理 "intake" by 经办员 within 3 working days
    next 审批
  step 审批 "approval" by 审批人 not 受理 within 7 working days
```
END
    "$program" book --packs one --out a --lang zh
    grep -q '户口簿.*必交' a/guide.html
    grep -q '受理.*由经办员.*3个工作日' a/guide.html
    grep -q '不得同为' a/guide.html
    sed -i 's/within 3 working/within 1 working/' one/aid.md
    "$program" book --packs one --out a --lang zh
    grep -q '1个工作日' a/guide.html
    ! grep -q '3个工作日' a/guide.html
    book
    grep -q '低保申请' book/guide.html
}

@test "[O10] the list of policies in force is published: by scheme, by region, each with its law" {
    book
    grep -q 'href="retirement-age.html">退休年龄</a>' book/index.html
    grep -q '国务院关于渐进式延迟法定退休年龄的办法' book/index.html
    grep -q '<h3 id="r-中国/云南省">中国/云南省</h3>' book/index.html
}

@test "a parameter shows its values over time, its mark, its law and a chart; a formula links its names" {
    book
    page=book/yunnan-figures-for-contributions-and-pensions.html
    grep -q '未核验' $page
    grep -q '<svg class="chart"' $page
    grep -q '元/月' $page
    ! grep -q '元÷月' $page
    grep -q 'href="retirement-age.html#法定退休月">法定退休月</a>' book/employees-basic-pension.html
    grep -q '但书.*理由' book/retirement-age.html
    grep -q '✓' book/retirement-age.html
    ! grep -q '✗' book/*.html
    grep -q '后生不先退_男' book/retirement-age.html
}

@test "every link of the book leads somewhere, nothing comes from a network, the bytes are the same twice" {
    book
    "$program" book --packs "$tree/packs" --out again --lang zh
    diff -r again book
    ! grep -lE '(src|href)="(https?:)?//' book/*.html
    awk '
        { line = $0
          while (match(line, /(id|href)="[^"]*"/)) {
              one = substr(line, RSTART, RLENGTH); line = substr(line, RSTART + RLENGTH)
              file = FILENAME; sub(/.*\//, "", file); page[file] = 1
              if (one ~ /^id=/) { sub(/^id="/, "", one); sub(/"$/, "", one); there[file "#" one] = 1 }
              else { sub(/^href="/, "", one); sub(/"$/, "", one); if (one ~ /^#/) one = file one; wanted[one] = file }
          } }
        END { for (w in wanted) if (w !~ /\.css$/ && !(w in there) && !(w in page)) { print wanted[w] ": " w; bad = 1 } exit bad }' book/*.html
}

@test "the book in English" {
    run "$program" book --packs "$tree/packs" --out book --lang en
    [ "$status" -eq 0 ]
    grep -q 'Register of documents' book/documents.html
    grep -q 'not verified' book/yunnan-figures-for-contributions-and-pensions.html
    grep -q 'lang="en"' book/index.html
}

@test "broken packs are refused and no book is begun" {
    mkdir bad && printf -- '---\npack: 甲\n---\n```rule\nvar 甲\n```\n' >bad/a.md
    run "$program" book --packs bad --out book
    [ "$status" -eq 2 ]
    [ ! -e book ]
}

@test "a proof shows what came of it: proved, broken as the pack says, broken, and its cliffs" {
    mkdir one
    { printf -- '---\npack: 试\n---\n```rule\nentity 人 "person"\ninput 工资 : money per month from 0 to 100000 of 人 "wage"\n'
      printf 'var 补贴 : money per month of 人 "aid"\n  law 例\n  = if 工资 < 2000元/月 then 500元/月 else 0元/月\n'
      printf 'var 所得 : money per month of 人 "income"\n  law 例\n  = 工资 + 补贴\n```\n```proof\n'
      printf 'proof 不为负: always 所得 >= 0元/月\nproof 断了: 所得 never falls as 工资 rises\n'
      printf 'proof 已知: 所得 never falls as 工资 rises refuted because "越线失去补贴"\n'
      printf 'proof 断崖: cliffs of 所得 along 工资 from 0 to 5000 by 1分 over 1元/月\n```\n'
    } >one/a.md
    run "$program" book --packs one --out a --lang en
    [[ $output == *"1 proof not as the packs say"* ]]
    grep '不为负' a/*.html | grep -q '✓ proved'
    grep '断了' a/*.html | grep -q '✗ refuted'
    grep '已知' a/*.html | grep -q 'refuted, as the pack says'
    grep 'cliffs of' a/*.html | grep -q 'at 2000.00: 2499.99 → 2000.00'
}
