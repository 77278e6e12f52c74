/* What the pages of a book share: their look and their search box. */
#include "paper/paper_internal.h"

static const char STYLE[] =
    ":root{--teal:#0b6e6e;--line:#dce3e6;--grey:#5b6b73;--soft:#f4f7f8}\n"
    "*{box-sizing:border-box}html{scroll-padding-top:56px;-webkit-text-size-adjust:100%}\n"
    "body{margin:0;color:#1f2a30;background:#fff;font:15px/1.7 system-ui,-apple-system,\"Segoe "
    "UI\","
    "\"PingFang SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\",sans-serif}\n"
    "a{color:var(--teal);text-decoration:none}a:hover{text-decoration:underline}\n"
    ".top{position:sticky;top:0;z-index:2;display:flex;gap:24px;align-items:center;padding:8px "
    "24px;"
    "background:#fff;border-bottom:1px solid "
    "var(--line)}.book{font-weight:600;white-space:nowrap}\n"
    ".find{position:relative;flex:1;max-width:480px}#find{width:100%;height:36px;padding:0 "
    "12px;font:"
    "inherit;border:1px solid var(--line);border-radius:4px}#find:focus{outline:2px solid "
    "var(--teal)}\n"
    "#found{position:absolute;left:0;right:0;top:38px;background:#fff;max-height:70vh;overflow:"
    "auto}\n"
    "#found a{display:block;padding:6px 12px;border:1px solid var(--line);border-top:0}\n"
    "#found small{color:var(--grey);margin-left:8px}\n"
    ".page{display:grid;grid-template-columns:240px "
    "minmax(0,1fr);gap:32px;max-width:1280px;margin:0 "
    "auto;padding:0 24px}.page.wide{grid-template-columns:minmax(0,1fr)}\n"
    "nav{position:sticky;top:54px;align-self:start;max-height:calc(100vh - "
    "54px);overflow:auto;padding:"
    "16px 0;font-size:13px;line-height:1.5}.toc a{display:block;padding:2px 0;color:var(--grey)}\n"
    ".toc .l2{color:#1f2a30;font-weight:600;margin-top:8px}.toc .l4{padding-left:12px}\n"
    "summary{cursor:pointer;color:var(--grey)}main{padding:16px 0 48px;min-width:0}\n"
    ".c{text-align:center}.r{text-align:right}\n"
    ".alone{max-width:900px}.alone h1{text-align:center}.alone h2{border:0;font-size:16px;margin:18px 0 4px}.alone p{margin:6px 0}.alone td p{min-height:1.6em}"
    ".alone p,.alone .law{overflow-wrap:anywhere}td.d{white-space:nowrap}"
    ".alone table{width:100%}.alone th,.alone td{border-color:#444}.alone td{min-width:5em}.alone td.n{min-width:0}\n"
    "h1{font-size:24px;line-height:1.3;margin:8px 0 16px}h2{font-size:19px;margin:32px 0 "
    "8px;border-"
    "bottom:1px solid var(--line)}h3{font-size:16px;margin:20px 0 4px}h4{margin:16px 0 4px}\n"
    ".crumbs,.law,.q,footer{color:var(--grey);font-size:13px}footer{margin-top:48px;overflow-wrap:"
    "anywhere}\n"
    "article{border:1px solid var(--line);border-left:3px solid "
    "var(--teal);border-radius:4px;padding:"
    "10px 16px;margin:12px 0}article:target{background:#eef7f6}\n"
    "header{font-size:16px;line-height:1.6}header "
    ".s{font-size:17px;margin-right:8px}.s{font-weight:"
    "600}.tag{font-size:12px;border:1px solid var(--line);border-radius:3px;padding:1px 6px;margin-"
    "right:6px;color:var(--grey);white-space:nowrap}\n"
    ".warn{color:#8a5200;border:1px solid #d9a441;border-radius:3px;padding:0 "
    "4px;font-size:12px;white-"
    "space:nowrap}.ok{color:var(--teal)}.bad{color:#b3261e;font-weight:600}\n"
    ".f{background:var(--soft);padding:8px 12px;margin:4px "
    "0;border-radius:4px;overflow-wrap:anywhere}\n"
    ".x{margin:4px 0 4px 12px;padding-left:10px;border-left:2px solid "
    "#d9a441;overflow-wrap:anywhere}\n"
    ".scroll{overflow-x:auto;margin:6px "
    "0}table{border-collapse:collapse;font-variant-numeric:tabular-"
    "nums;font-size:14px}th,td{border:1px solid var(--line);padding:3px "
    "10px;text-align:left;vertical-"
    "align:top}th{background:var(--soft);font-weight:600;white-space:nowrap}td.n{text-align:right;"
    "white-space:nowrap}\n"
    "pre{background:var(--soft);padding:8px 12px;overflow-x:auto;font-size:13px;line-height:1.5}\n"
    ".chart{width:100%;max-width:560px;display:block;margin:6px 0}.chart path{fill:none;stroke:"
    "var(--teal);stroke-width:1.8}.chart circle{fill:var(--teal)}.chart "
    "line{stroke:var(--line)}.chart "
    "text{font-size:11px;fill:var(--grey)}\n"
    ".scroll+ul{margin-top:16px}td{min-width:4em}"
    "ul{padding-left:20px;margin:4px 0}.cols{columns:3 240px}\n"
    "@media(max-width:800px){.page{display:block;padding:0 "
    "14px}nav{position:static;max-height:none;"
    "padding:8px 0}.toc a{padding:6px 0}.top{padding:8px 14px;gap:12px}article{padding:8px 10px}"
    "#find{height:44px;font-size:16px}#found a{padding:10px 12px}"
    ".alone table{font-size:12px}.alone th,.alone td{min-width:0;padding:3px 3px}.alone th{white-space:"
    "normal}}\n"
    "@media "
    "print{.top,nav{display:none}.page{display:block;padding:0;max-width:none}body{font-size:"
    "10.5pt;color:#000}a,.ok,.warn,.bad{color:#000}article{border-color:#888;break-inside:avoid}.f,"
    "th,"
    "pre{background:none}.chart path{stroke:#000}.chart "
    "circle{fill:#000}.scroll{overflow:visible}}\n";

static const char SCRIPT[] =
    ";(function(){var i=document.getElementById('find'),o=document.getElementById('found');\n"
    "function look(){var q=i.value.trim().toLowerCase(),r=[],k;o.textContent='';if(!q)return;\n"
    "for(k=0;k<NAMES.length;k++){var n=NAMES[k],a=n[0].toLowerCase(),b=n[1].toLowerCase();\n"
    "var "
    "s=a===q||b===q?0:a.indexOf(q)===0||b.indexOf(q)===0?1:a.indexOf(q)>0||b.indexOf(q)>0?2:3;\n"
    "if(s<3)r.push([s,k])}\n"
    "r.sort(function(x,y){return x[0]-y[0]||x[1]-y[1]});\n"
    "r.slice(0,12).forEach(function(x){var n=NAMES[x[1]],a=document.createElement('a'),m=document."
    "createElement('small');a.href=n[3];a.textContent=n[0];m.textContent=n[2];a.appendChild(m);"
    "o.appendChild(a)})}\n"
    "i.addEventListener('input',look);i.addEventListener('keydown',function(e){if(e.key==='Enter'&&"
    "o.firstChild)location.href=o.firstChild.href;if(e.key==='Escape'){i.value='';look()}});\n"
    "document.addEventListener('keydown',function(e){if((e.ctrlKey||e.metaKey)&&e.key==='k'){"
    "e.preventDefault();i.focus()}});\n"
    "document.addEventListener('click',function(e){if(!o.contains(e.target)&&e.target!==i)o."
    "textContent"
    "=''})})();\n";

text paper_style(void)
{
    return text_of(STYLE);
}

static void add_string(text_builder *b, text t)
{
    text_add_char(b, '"');
    for (size_t i = 0; i < t.size_bytes; i++) {
        unsigned char c = (unsigned char)t.bytes[i];
        if (c == '"' || c == '\\' || c == '<' || c < 0x20) text_add_format(b, "\\u%04x", c);
        else text_add_char(b, (char)c);
    }
    text_add_char(b, '"');
}

text paper_script(arena *a, const paper_name *names, size_t count)
{
    text_builder b = text_builder_open(a);
    text_add_cstr(&b, "var NAMES=[\n");
    for (size_t i = 0; i < count; i++) {
        const text parts[] = { names[i].name, names[i].label, names[i].where, names[i].href };
        for (size_t p = 0; p < 4; p++) {
            text_add_char(&b, p ? ',' : '[');
            add_string(&b, parts[p]);
        }
        text_add_cstr(&b, i + 1 < count ? "],\n" : "]\n");
    }
    text_add_cstr(&b, "]");
    text_add_cstr(&b, SCRIPT);
    return text_built(&b);
}
