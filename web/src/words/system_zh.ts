// What the pages of the group "system" say, and one's own account; system_en.ts has each sentence again.
const zh = {
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
}
export default zh
