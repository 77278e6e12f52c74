import { describe, expect, it } from 'vitest'
import { Refusal } from '../src/api/client'
import { forPage } from '../src/terminal'

const texts = import.meta.glob<string>('../../src/*/*.c', { query: '?raw', import: 'default', eager: true })
/** Rooms whose words are read at the machine alone. */
const AT_MACHINE = /\/(cli|counterparty|linkage|link)\//
/** What is said to whoever keeps the machine, before there is a page. */
const KEEPERS = new Set(['serve', 'check', 'county', 'or'])

describe('what is said to a terminal', () => {
    it('names the button that does the same', () => {
        expect(forPage('Nothing was computed for any month; doudi indicator run --month computes it.', 'en')).toBe('Nothing was computed for any month; “Compute the month” computes it.')
        expect(forPage('尚未计算；请先用 doudi indicator run --month 计算。', 'zh')).toBe('尚未计算；请先用“计算本月”计算。')
    })
    it('names the field that an option is', () => {
        expect(forPage('文件缺少“姓名”列；列名不同的，请用 --map 列=字段 指定。', 'zh')).toBe('文件缺少“姓名”列；列名不同的，请用“更多选项”里的“列名与字段的对应”指定。')
        expect(forPage('文件缺少“姓名”列；列名不同的，请用“列名与字段的对应”列名=字段 指定。', 'zh')).toBe('文件缺少“姓名”列；列名不同的，请用“更多选项”里的“列名与字段的对应”指定。')
        expect(new Refusal(400, 'list.no_column', 'The file has no column name; name another with --map COLUMN=FIELD.', '').in('en')).toBe('The file has no column name; name another with the further option “a column under another name”.')
    })
    it('names the page where no button is called so', () => {
        expect(forPage('没有扩面行动 甲；用 doudi campaign list 查看。', 'zh')).toBe('没有扩面行动 甲；用“扩面行动”查看。')
        expect(forPage('There is no campaign A; doudi campaign list shows those there are.', 'en')).toBe('There is no campaign A; “Campaigns” shows those there are.')
        expect(forPage('receive the rolls of the month first (doudi roll list)', 'en')).toBe('receive the rolls of the month first (“Rolls”)')
    })
    it('with what the command is told, and the steps that are named after it', () => {
        expect(forPage('(doudi docket enter area)', 'en')).toBe('(“New row”)')
        expect(forPage('用 doudi case types 事项 查看各环节', 'zh')).toBe('用“业务事项”查看各环节')
        expect(forPage('看名单：doudi user change 7 查看各行', 'zh')).toBe('看名单：“系统”查看各行')
        expect(forPage('三人采用：doudi packs adopt、packs approve、packs confirm。', 'zh')).toBe('三人采用：“提出采用”、“审批”、“稽核确认”。')
        expect(forPage('three people set it: doudi payer propose, review, confirm.', 'en')).toBe('three people set it: “Set an account”, “Review”, “Confirm”.')
        expect(forPage('send it back: doudi oneoff approve --refuse, and propose the rest anew', 'en')).toBe('send it back: “Refuse”, and propose the rest anew')
        expect(forPage('stop, and run doudi verify, then wait; doudi verify tells more', 'en')).toBe('stop, and run “Verification”, then wait; “Verification” tells more')
        expect(forPage('领取：doudi user second、启用：doudi user second-take', 'zh')).toBe('领取：“我的账号”、启用：“我的账号”')
        expect(forPage('`doudi packs` lists them; doudi packs status shows', 'en')).toBe('“Policy” lists them; “Adopted law” shows')
        expect(forPage('make one with doudi county new.', 'en')).toBe('make one with doudi county new.')
    })
    it('leaves what it does not know as it is', () => expect(forPage('run doudi elsewhere now --soon, or doudi-backup.timer', 'en')).toBe('run doudi elsewhere now --soon, or doudi-backup.timer'))
    it('is how a refusal is read on a page', () => expect(new Refusal(404, 'x', 'doudi docket list tells', '见 doudi docket list').in('zh')).toBe('见“台账”'))
    it('leaves no command in any sentence that the server says to a clerk', () => {
        const left: string[] = []
        let seen = 0
        for (const [file, source] of Object.entries(texts).filter(([name]) => !AT_MACHINE.test(name))) {
            for (const [, , said = ''] of source.matchAll(/const err_kind [A-Z_0-9]+ = \{([^"]*"[^"]*"[^"]*)((?:"(?:[^"\\]|\\.)*"\s*,?\s*)+)\}/g)) {
                for (const [, words = ''] of said.matchAll(/"((?:[^"\\]|\\.)*)"/g)) {
                    if (!/\bdoudi [a-z]/.test(words)) continue
                    seen++
                    for (const lang of ['zh', 'en'] as const) {
                        const command = /\bdoudi ([a-z]+)/.exec(forPage(words, lang))
                        if (command && !KEEPERS.has(command[1] ?? '')) left.push(`${file}: ${words} | ${forPage(words, lang)}`)
                    }
                }
            }
        }
        expect(left).toEqual([])
        expect(seen).toBeGreaterThan(80)
    })
})
