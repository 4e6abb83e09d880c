//! A comparison in, one self-contained review page out. It asks the network for nothing and may run nothing but its own script:
//! a content security policy names that by its hash.

mod data;

use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::{Totals, own};
use crate::model::{Comparison, Verdict};
use crate::patterns::Patterns;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page. Files are linked relative to `base`, the folder it will stand in.
pub(super) fn page(c: &Comparison, patterns: &Patterns, base: Option<&Path>) -> Vec<u8> {
    let data = data::json(c, patterns, base);
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let totals = Totals::new(c);
    let span = match (totals.years.first(), totals.years.last()) {
        (Some(first), Some(last)) if first == last => format!("{first}年度"),
        (Some(first), Some(last)) => format!("{first}—{last}年度"),
        _ => "年度未写明".to_owned(),
    };
    let [conflicts, suspects] = [0, 1].map(|i| (totals.across[i] + totals.own[i]) as usize);
    let far = c.rows.iter().filter(|r| r.cells.iter().any(|cell| cell.outlier.is_some())).count();
    let tile =
        |class: &str, number: usize, text: &str| format!("<div class=\"tile {class}\"><b>{number}</b>{text}</div>");
    let tiles = [
        tile("", c.reports.len(), "份报告"),
        tile("", totals.orgs, "个单位"),
        tile("bad", conflicts, "处矛盾"),
        tile("warn", suspects, "处可疑"),
        tile("warn", far, "行偏离同类"),
        tile("", c.copies.len(), "段雷同文字"),
        tile("", c.left_out.len(), "项未比较或部分比较"),
    ]
    .concat();
    let findings = c.findings.iter().filter(|f| f.verdict > Verdict::Holds).count() + own(c).len();
    let tab = |id: &str, name: &str, count: Option<usize>, first: bool| {
        let count = count.map_or(String::new(), |n| format!("<span class=\"n\">{n}</span>"));
        let index = if first { 0 } else { -1 };
        format!(
            "<button role=\"tab\" data-tab=\"{id}\" aria-selected=\"{first}\" tabindex=\"{index}\">{name}{count}</button>"
        )
    };
    let tabs = [
        tab("over", "总览", None, true),
        tab("side", "对比表", Some(c.rows.len()), false),
        tab("told", "核对发现", Some(findings), false),
        tab("changes", "年度变化", Some(c.changes.len()), false),
        tab("copies", "雷同文字", Some(c.copies.len()), false),
        tab("left", "未比较", Some(c.left_out.len()), false),
    ]
    .concat();
    let mut out = Vec::with_capacity(data.len() + STYLE.len() + SCRIPT.len() + 8192);
    let mut put = |text: &str| out.extend_from_slice(text.as_bytes());
    put("<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
    put(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n"));
    put(
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>绩效自评横向比较</title>\n<style>",
    );
    put(STYLE);
    put("</style>\n</head>\n<body>\n<header><h1>绩效自评横向比较</h1>");
    put(&format!("<p class=\"sub\">{span}，{}个单位，{}份报告；金额单位：万元</p>", totals.orgs, c.reports.len()));
    put(&format!("<nav role=\"tablist\">{tabs}</nav></header>\n<main>\n"));
    put(&format!("<section id=\"over\" class=\"on\"><div class=\"tiles\">{tiles}</div>"));
    put(BODY);
    put("<script type=\"application/json\" id=\"data\">");
    put(&escaped(&data));
    put("</script>\n<script>");
    put(SCRIPT);
    put("</script>\n</body>\n</html>\n");
    out
}

/// What does not depend on the comparison.
const BODY: &str = r#"<div class="charts"><figure id="rateChart"></figure><figure id="scatterChart"></figure><figure id="scoreChart"></figure><figure id="spreadChart"></figure></div></section>
<section id="side"><div class="bar"><input id="find" type="search" placeholder="查找单位或文件（按 / 键）" aria-label="查找单位或文件"><select id="year" aria-label="年度"><option value="">全部年度</option></select><select id="group" aria-label="类别"><option value="">全部类别</option></select><select id="kind" aria-label="报告种类"><option value="">整体和项目</option><option value="whole">部门整体</option><option value="project">项目</option></select><label><input id="far" type="checkbox">只看有问题的</label><span class="count" id="count" role="status"></span></div><div class="grid" id="grid" tabindex="0" aria-label="对比表"><table id="table"></table></div><p class="hint">点列名排序；点数字看原文；方向键移动，回车打开，Esc 关闭。橙色偏离同类；“未写明”不等于0，也不等于“无”。</p></section>
<section id="told"><div class="bar"><input id="findFinding" type="search" placeholder="查找单位或内容" aria-label="查找单位或内容"><select id="check" aria-label="核对事项"><option value="">全部核对事项</option></select><select id="verdict" aria-label="结论"><option value="">全部结论</option><option value="4">矛盾</option><option value="3">可疑</option><option value="2">四舍五入</option><option value="1">无法判断</option></select><span class="count" id="findingCount" role="status"></span></div><div class="list" id="findingList"></div></section>
<section id="changes"><div class="list" id="changeList"></div></section>
<section id="copies"><div class="list" id="copyList"></div></section>
<section id="left"><div class="list" id="leftList"></div></section>
<aside id="panel" aria-live="polite" aria-label="出处"></aside>
</main>
"#;

/// JSON that can stand inside a script element: no `<` can end it early.
fn escaped(json: &[u8]) -> String {
    String::from_utf8_lossy(json).replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// SHA-256 in base 64, as content security policies spell it.
fn hash(text: &str) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digest = Sha256::digest(text.as_bytes());
    let mut out = String::new();
    for three in digest.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - three.len()));
        for at in 0..4 {
            match at <= three.len() {
                true => out.push(char::from(SIGNS[(bits >> (18 - 6 * at) & 63) as usize])),
                false => out.push('='),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_spelled_as_policies_spell_it() {
        assert_eq!(hash(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn no_text_of_a_report_can_end_the_script() {
        assert_eq!(escaped(b"{\"a\":\"</script><b>\"}"), "{\"a\":\"\\u003c/script>\\u003cb>\"}");
    }
}
