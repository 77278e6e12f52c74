// What the pages of the group "system" say, and one's own account; system_en.ts has each sentence again.
const zh = {
    verified: '核验通过：日志、各表、凭证和签名一致。', faults: '发现 {n} 处不符，不要办理，先报运行维护。',
    me: {
        title: '我的账号', user: '用户名', name: '姓名', roles: '岗位', region: '管辖范围', none: '尚未授予岗位',
        second: '第二重验证', isOn: '已启用', isOff: '未启用', mustTake: '您的岗位须启用第二重验证，启用前不能办理其他业务。',
        explain: '登录时除密码外，再输入手机验证程序显示的六位动态码。只知道密码的人无法登录。', take: '启用', replace: '更换',
        scan: '第一步：用手机的验证程序（能读 otpauth 地址的都可以）扫描此二维码。', qr: '供验证程序扫描的二维码',
        typed: '不能扫描时，手工填入密钥：', once: '密钥只在这里显示一次，离开本页不再显示。',
        confirm: '第二步：输入验证程序当前显示的六位动态码。', code: '新验证程序的动态码', current: '原验证程序的动态码', currentHint: '更换时须证明原验证程序仍在您手中。',
        finish: '确认启用', cancel: '不启用', taken: '已启用。下次登录须输入动态码。',
        lost: '手机遗失或更换：旧手机还在的，在此更换；已遗失的，请权限管理员提出解除，经分管领导审批后，凭密码登录并重新启用。密码、密钥和岗位不变。',
        password: '修改密码', old: '原密码', next: '新密码', again: '再输一遍新密码', codeNow: '第二重验证动态码', differs: '两次输入的新密码不一致。',
        rule: '至少 12 个字符、5 种不同字符，不含用户名。改后所有会话结束，须重新登录；签名密钥随之更换，原签名仍然有效。', change: '修改密码', changed: '密码已修改，请用新密码登录。',
        sessions: '我的会话', sessionsHint: '闲置 {idle} 分钟或满 {longest} 小时自动结束。不认得的会话，结束它并修改密码。', address: '来自', began: '登录', seen: '最近使用', isThis: '本会话', end: '结束', ended: '会话已结束。',
        now: '刚刚', minutes: '{n} 分钟前', hours: '{n} 小时前',
    },
    own: { words: '程序所用的词语', county: '建立机构', users: '建立首批用户', paper: '出具文书', handIn: '单位申报', keys: '密钥操作', earlier: '较早版本的数据库', sample: '示例县' },
    audit: {
        lead: '查谁办了什么，查谁看了谁的记录。查看本页同样留痕。', acts: '操作痕迹', looks: '查阅痕迹', user: '用户', anybody: '所有人', who: '对象（编号、姓名或证件号码）', kind: '业务', operation: '查阅内容', all: '全部', from: '从', until: '到', ask: '查询',
        none: '没有符合条件的记录。', noneLooks: '本机命令行的查询以操作系统用户记入。', shown: '已列 {n} 条，新的在前', take: '全部导出', fetch: '下载文件', more: '继续往前', known: '时间', event: '种类与事件号', why: '事由', subject: '对象', roles: '现岗位', what: '查阅内容', rows: '行数', machine: '在主机上', list: '名单', whoseReads: '查看这个对象被查阅的全部记录', sample: '抽取稽核对象', sampleHint: '按政策包的风险分，另按签抽取一部分；户数由地方定，一个月只抽一次，种子取自当月首次日志签封，无人可选；本月有了签封就只抽本月。',
        mine: '谁看过我的记录', mineHint: '列出查阅人的岗位、时间和内容；在名单中一并列出的、您本人查看的不算。', mineNone: '还没有人单独查阅过您的记录。', by: '查阅人岗位', ofPerson: '谁看过此记录',
    },
    area: { staff: '用户与岗位', access: '查看完整号码', registry: '登记', collection: '征缴', decision: '待遇核定', payment: '支付名册', oneoff: '一次性与追回', revision: '批量调整', ledger: '账务', cases: '办件', alert: '预警', charter: '机构与政策' },
    read: { person: { show: '个人记录', find: '查找人员', history: '登记变更', contributions: '缴费记录', payments: '发放记录' }, award: { show: '待遇', list: '待遇名单' }, payrun: { lines: '发放明细' }, case: { show: '办件' }, employer: { show: '单位', staff: '单位职工' }, county: { export: '导出名册' } },
    and: '、', colon: '：',
    changes: { new: '新建用户', grant: '授予或收回岗位', reset: '重置密码', table: '更换岗位表', bind: '绑定本人或区域', factor: '解除第二重验证', joint: '批量账号' },
    waits: { staff: { propose: '权限管理员提出', approve: '分管领导审批', confirm: '稽核员确认' } },
    duties: {
        lead: '谁能办什么，以及为什么少于三个人动不了钱。', proof: '三人才能动钱', proved: '已证明', refuted: '证明不成立', proofSays: '按现行岗位表，一个人可兼任的角色组合有 {sets} 种；由一人或两人担任的 {tried} 种情形已逐一试过，都走不完任何一条动钱的途径。',
        unbound: '{n} 名有岗位的用户未绑定本人：同一人用两个账号时系统看不出，请权限管理员逐一绑定。', stuck: '现有人员走不通：{what}。请授予所缺的岗位。', lone: '有 {n} 项职责只有一人担任：此人不在时无人可办。',
        table: '岗位表', today: '与本程序一致', other: '与本程序不同', otherSays: '本机构按以前采用的岗位表办理。新表在更换前不生效：新增的操作无人可办。', waiting: '更换已提出（变更 {n}），等待：{what}。', propose: '提出更换为本程序的岗位表',
        how: '更换由三人办理：权限管理员提出，分管领导审批，稽核员确认；每人签名。表中若有两人可动钱的途径，或在任人员不再相容，系统拒绝更换。', differences: '新表的变化', file: '表', row: '行', change: '变化', now: '现行', then: '新表',
        paths: '动钱的途径', pathsSay: '每条途径的每一环节须由不同的人办理。“最少人数”按现有人员逐一试出。', path: '途径', fewest: '最少人数', steps: '环节与可办人员', atLeast: '{n} 人', cannot: '走不通', nobody: '无人', people: '人员', role: '岗位', can: '可办职责', bound: '已绑定本人', all: '职责', duty: '职责', count: '人数', who: '人员', law: '依据',
    },
    health: {
        lead: '每天早上看一眼：有没有要处理的，最近一次备份是什么时候。', again: '重新检查', state: '状态', well: '没有需要处理的问题。', way: '办法：', store: '数据库', kind: '种类', schema: '结构版本 {n}', size: '大小', wal: '预写日志 {n}', disk: '磁盘', diskSays: '可用 {free} / {all}（{n}%）', events: '事件',
        key: '主密钥', copy: '最近备份', verify: '最近核验', noted: '只列已登录用户所做的备份和核验；每夜自动备份以其专用用户登录。', never: '没有记录', ago: '{known}，{user}，{ago}前', days: '{n} 天', hours: '{n} 小时', minutes: '{n} 分钟',
        server: '服务', version: '版本', up: '已运行', sessions: '在线会话', requests: '请求', requestsSay: '共 {n} 次，最近一分钟 {m} 次', times: '答复时间', timesSay: '半数不超过 {half} 毫秒，99% 不超过 {most} 毫秒', busy: '繁忙', busySays: '{n} 次（等待写锁、排队已满）',
        failed: '程序出错', failedSays: '请查看服务日志并报告', jobs: '正在办理', jobsSay: '{n} 件，排队 {m} 件', writing: '正在写入', memory: '内存峰值',
    },
    weekday: { d1: '一', d2: '二', d3: '三', d4: '四', d5: '五', d6: '六', d7: '日' },
    calendar: {
        lead: '办理期限按工作日计：哪些日子放假、哪些周末上班、依据何在，哪些期限因此移动。', before: '上一个月', after: '下一个月', month: '月份', worked: '{n} 个工作日', untold: '政策包还没有载明本年的放假安排：期限只扣除周六、周日。', kind: { holiday: '休', made_up: '班' },
        source: '来源：', unverified: '（逐日安排未经核验，政策包中以 [K] 标明）', how: '每年安排写在单独的政策包里，载明至 {until}。收到国务院办公厅通知后，由参数维护员在政策包中补写，三人采用后生效。', moved: '因放假、调休移动的期限', movedSays: '当月到期的在办件；“只扣周末”是没有放假调休时的期限。', none: '当月没有因放假、调休移动的期限。',
        case: '办件', type: '事项', step: '环节', from: '起算日', usual: '只扣周末', due: '期限', later: '顺延（天）', year: '{year} 年放假与调休', day: '日期', weekday: '星期', kindHead: '类别', verified: '已核验',
    },
}
export default zh
