//! What the program says to a person, in both languages: the one table of messages.

use clap::ValueEnum;

use crate::model::Verdict;
use crate::patterns::PatternError;
use crate::pipeline::Problem;
use crate::write::{BackError, WriteError, WriteErrorKind};

/// The language of messages. Outputs do not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

impl Lang {
    /// Chinese where the locale says so; `get` asks the environment.
    pub fn of_locale(get: impl Fn(&str) -> Option<String>) -> Lang {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(get).find(|value| !value.is_empty());
        if set.is_some_and(|value| value.to_ascii_lowercase().starts_with("zh")) { Lang::Zh } else { Lang::En }
    }

    /// The one of two that is in this language.
    pub fn pick<'t>(self, zh: &'t str, en: &'t str) -> &'t str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// Numbers of a run, for its last line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Inputs that came out, readable or not.
    pub inputs: u64,
    /// Self-assessments in them.
    pub reports: u64,
    /// Records of other papers: notices, templates, other text.
    pub others: u64,
    /// Inputs that could not be read.
    pub failed: u64,
    /// Files of folders that no report is in: data, programs.
    pub aside: u64,
    /// Findings of three verdicts.
    pub conflicts: u64,
    /// See `conflicts`.
    pub suspects: u64,
    /// See `conflicts`.
    pub roundings: u64,
}

/// Numbers of a comparison, for its last line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Inputs that came out, or records read back.
    pub inputs: u64,
    /// Reports compared.
    pub reports: u64,
    /// Other papers.
    pub others: u64,
    /// Inputs that could not be read.
    pub failed: u64,
    /// Files of folders that no report is in.
    pub aside: u64,
    /// Rows of the comparison.
    pub rows: u64,
    /// Findings across reports that are at least suspect.
    pub findings: u64,
}

/// Something to say.
#[derive(Clone, Copy, Debug)]
pub enum Say<'a> {
    /// One input gave nothing.
    Problem(&'a Problem),
    /// A target failed.
    Target(&'a WriteError),
    /// A pattern file is wrong.
    Patterns(&'a PatternError),
    /// The last line of a run.
    Summary(&'a Counts),
    /// The last line of a comparison.
    Compared(&'a Side),
    /// Records of an earlier run that cannot be read back.
    Records(&'a BackError),
    /// A directory of organisations that is wrong.
    Orgs(&'a PatternError),
    /// The first Ctrl-C.
    Stopping,
    /// The run was stopped after so many inputs; whether there were targets that stay as they were.
    Stopped {
        /// Inputs that came out.
        inputs: u64,
        /// Whether any target is a file, folder or database.
        targets: bool,
    },
    /// Standard output failed.
    Stdout(&'a std::io::Error),
    /// `hedui explain` of something unknown, and what comes near.
    UnknownId(&'a str, &'a [&'a str]),
    /// `hedui man` of something unknown.
    UnknownCommand(&'a str),
    /// A file of verdicts cannot be read: its name and why.
    Verdicts(&'a str, &'a str),
    /// Findings that the file of verdicts lists.
    Known {
        /// How many.
        findings: u64,
        /// Whether they were shown.
        shown: bool,
    },
    /// A panic outside of any file's work.
    Internal(&'a str),
    /// The engine for pictures is not there.
    Ocr(&'a str),
}

impl Say<'_> {
    /// The sentence.
    pub fn text(&self, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        match *self {
            Say::Problem(problem) => match cause_zh(problem.id).filter(|_| zh) {
                Some(cause) => format!("{}：{cause}", problem.shown),
                None => format!("{}: {}", problem.shown, problem.message),
            },
            Say::Target(error) => match kind_zh(error.kind).filter(|_| zh) {
                Some(cause) => format!("{}：{cause}（{}）", error.place, error.cause),
                None => error.to_string(),
            },
            Say::Patterns(error) if zh => format!("规则文件有误：{error}"),
            Say::Patterns(error) => error.to_string(),
            Say::Summary(counts) if zh => summary_zh(counts),
            Say::Summary(counts) => summary_en(counts),
            Say::Compared(side) => compared(side, zh),
            Say::Records(error) if zh => format!("以前的运行记录无法读入：{error}"),
            Say::Records(error) => error.to_string(),
            Say::Orgs(error) if zh => format!("单位名录有误：{error}"),
            Say::Orgs(error) => error.to_string(),
            Say::Stopping if zh => "正在停止：处理完手头的文件即退出；再按一次 Ctrl-C 立即退出".into(),
            Say::Stopping => "stopping after the files at hand; Ctrl-C again stops at once".into(),
            Say::Stopped { inputs, targets } if zh => {
                format!("已停止：处理了 {inputs} 个文件{}", if targets { "；输出目标未作任何改动" } else { "" })
            }
            Say::Stopped { inputs, targets } => {
                let kept = if targets { "; the targets are as they were" } else { "" };
                format!("stopped: {} done{kept}", many(inputs, "file"))
            }
            Say::Stdout(error) if zh => format!("标准输出：无法写入（{error}）"),
            Say::Stdout(error) => format!("standard output: {error}"),
            Say::Verdicts(path, cause) if zh => format!("{path}：复核结论读不了（{cause}）"),
            Say::Verdicts(path, cause) => format!("{path}: the verdicts cannot be read: {cause}"),
            Say::Known { findings, shown } if zh => {
                format!("已有复核结论的 {findings} 条{}", if shown { "已标出" } else { "未显示（--all 显示）" })
            }
            Say::Known { findings, shown } => {
                let tail = if shown { "marked" } else { "not shown (--all shows them)" };
                format!("{} with a verdict {tail}", many(findings, "finding"))
            }
            Say::UnknownId(id, near) => {
                let (head, tail) = match zh {
                    true => (format!("{id}：没有这个编号"), "；相近的有："),
                    false => (format!("{id}: no check, concept, family or topic is called so"), "; near it are "),
                };
                if near.is_empty() { head } else { head + tail + &near.join(lang.pick("、", ", ")) }
            }
            Say::UnknownCommand(name) if zh => format!("{name}：没有这个命令；见 hedui --help"),
            Say::UnknownCommand(name) => format!("{name}: no command is called so; see hedui --help"),
            Say::Ocr(why) if zh => format!("--ocr：没有可用的文字识别引擎：{why}"),
            Say::Ocr(why) => format!("--ocr: {why}"),
            Say::Internal(cause) if zh => format!("程序内部错误：{cause}；请将此信息连同所用文件反馈给开发者"),
            Say::Internal(cause) => format!("internal error: {cause}; please report it with the files used"),
        }
    }
}

/// `300 files: 281 reports in 270 rows, 14 not reports, 5 unreadable; 12 findings across them`
fn compared(s: &Side, zh: bool) -> String {
    let mut line = match zh {
        true => format!("{} 个文件：报告 {} 份，对比 {} 行", s.inputs, s.reports, s.rows),
        false => format!("{}: {} in {}", many(s.inputs, "file"), many(s.reports, "report"), many(s.rows, "row")),
    };
    match (s.others, zh) {
        (0, _) => {}
        (n, true) => line += &format!("，非报告 {n} 份"),
        (n, false) => line += &format!(", {n} not {}", if n == 1 { "a report" } else { "reports" }),
    }
    match (s.failed, zh) {
        (0, _) => {}
        (n, true) => line += &format!("，无法读取 {n} 个"),
        (n, false) => line += &format!(", {n} unreadable"),
    }
    match (s.findings, zh) {
        (0, _) => {}
        (n, true) => line += &format!("；报告之间可疑 {n} 处"),
        (n, false) => line += &format!("; {} across them", many(n, "finding")),
    }
    match (s.aside, zh) {
        (0, _) => {}
        (n, true) => line += &format!("（另有 {n} 个数据或程序文件未读）"),
        (n, false) => line += &format!(" ({} left aside)", many(n, "other file")),
    }
    line
}

/// Why an input gave nothing, in Chinese as far as there is a sentence for it.
pub fn reason_zh(problem: &Problem) -> String {
    cause_zh(problem.id).map_or_else(|| problem.message.clone(), str::to_owned)
}

/// Why an input gave nothing; problems without an entry are told in the words of whoever found them.
fn cause_zh(id: &str) -> Option<&'static str> {
    Some(match id {
        "file.missing" => "没有这个文件；请检查路径",
        "file.permission" => "没有读取权限；请联系文件所有者",
        "file.unreadable" => "无法读取",
        "file.too_large" => "文件超过大小上限；请拆分，或用 --max-size 提高上限",
        "file.folder" => "是文件夹，这里需要文件",
        "file.loop" => "链接指回上级文件夹，形成循环；未进入",
        "file.link" => "链接指向的文件不存在",
        "file.unsupported" => "本版本只读文本和 PDF 文件；请先转成 PDF 或文本",
        "folder.empty" => "文件夹中没有可读的报告文件",
        "folder.permission" => "没有打开此文件夹的权限",
        "read.binary" => "不是文本文件；本版本只读文本和 PDF，请先转换",
        "read.too_large" => "内容过大，无法读入；请拆分",
        "read.empty" => "文件是空的",
        "pdf.password" => "需要密码才能打开；请去掉密码，或另行打印成 PDF",
        "pdf.encrypted" => "加密方式未知；请在能打开它的阅读器中另行打印成 PDF",
        "pdf.needs_ocr" => "全是页面图片，没有文字；请加 --ocr 识别",
        "ocr.nothing" => "全是页面图片，识别引擎没有读出文字；请用阅读器查看",
        "pdf.damaged" => "PDF 文件损坏严重，找不到任何一页；请重新索取",
        "internal" => "处理此文件时程序内部出错；请将此文件反馈给开发者",
        _ => return None,
    })
}

fn kind_zh(kind: WriteErrorKind) -> Option<&'static str> {
    Some(match kind {
        WriteErrorKind::Full => "空间不足；请腾出空间，或用 -o 另选位置",
        WriteErrorKind::Denied => "不允许写入；请用 -o 另选位置",
        WriteErrorKind::Missing => "上级文件夹不存在；请先建立，或用 -o 另选位置",
        WriteErrorKind::Unsupported => {
            "不支持这种输出；可用 *.jsonl、*.json、*.sqlite、*.parquet、*.annotated.pdf、文件夹/、postgres://… 或 -（标准输出）"
        }
        WriteErrorKind::OnePdf => "批注副本（*.annotated.pdf）只能由一个 PDF 文件生成；请只给一个 PDF 文件",
        WriteErrorKind::Taken => "该位置已被占用；请用 -o 另选名称",
        WriteErrorKind::Unreachable => "连不上数据库服务器；请检查地址、端口以及服务器是否在运行",
        WriteErrorKind::Login => "用户名或口令不对；口令也可以放在环境变量 PGPASSWORD 里",
        WriteErrorKind::NoDatabase => "服务器上没有这个数据库；请先建立",
        WriteErrorKind::Unsafe => "未能建立加密连接；请检查地址中的 sslmode、sslrootcert 和服务器的证书",
        WriteErrorKind::Busy => "数据表被其他程序锁定；本次运行没有写入任何内容，请稍后重新运行",
        WriteErrorKind::Newer => "库中的表由更新版本的程序建立；请使用新版程序，或换一个数据库",
        WriteErrorKind::Lost => "与数据库的连接中断；本次运行没有写入任何内容，请在服务器恢复后重新运行",
        WriteErrorKind::Closed | WriteErrorKind::Other => return None,
    })
}

/// The name of a verdict for a person.
pub fn verdict(lang: Lang, verdict: Verdict) -> &'static str {
    match (lang, verdict) {
        (Lang::En, verdict) => verdict.name(),
        (Lang::Zh, Verdict::Holds) => "相符",
        (Lang::Zh, Verdict::Undecidable) => "无法判断",
        (Lang::Zh, Verdict::Rounding) => "四舍五入",
        (Lang::Zh, Verdict::Suspect) => "可疑",
        (Lang::Zh, Verdict::Conflict) => "矛盾",
    }
}

/// `300 files: 281 reports, 14 not reports, 5 unreadable; 12 conflicts, 31 roundings`. What there is none of is left out.
fn summary_en(c: &Counts) -> String {
    let mut line = format!("{}: {}", many(c.inputs, "file"), many(c.reports, "report"));
    let mut add = |count: u64, text: String| {
        if count > 0 {
            line += &text;
        }
    };
    add(c.others, format!(", {} not {}", c.others, if c.others == 1 { "a report" } else { "reports" }));
    add(c.failed, format!(", {} unreadable", c.failed));
    let found = [(c.conflicts, "conflict"), (c.suspects, "suspect"), (c.roundings, "rounding")];
    let found: Vec<String> = found.iter().filter(|f| f.0 > 0).map(|&(count, name)| many(count, name)).collect();
    if !found.is_empty() {
        line += "; ";
        line += &found.join(", ");
    }
    if c.aside > 0 {
        line += &format!(" ({} left aside)", many(c.aside, "other file"));
    }
    line
}

/// `300 个文件：报告 281 份，非报告 14 份，无法读取 5 个；矛盾 12 处，四舍五入 31 处`
fn summary_zh(c: &Counts) -> String {
    let mut line = format!("{} 个文件：报告 {} 份", c.inputs, c.reports);
    let rest = [(c.others, "非报告", "份"), (c.failed, "无法读取", "个")];
    for (count, name, per) in rest.iter().filter(|r| r.0 > 0) {
        line += &format!("，{name} {count} {per}");
    }
    let found = [(c.conflicts, "矛盾"), (c.suspects, "可疑"), (c.roundings, "四舍五入")];
    let found: Vec<String> =
        found.iter().filter(|f| f.0 > 0).map(|(count, name)| format!("{name} {count} 处")).collect();
    if !found.is_empty() {
        line += "；";
        line += &found.join("，");
    }
    if c.aside > 0 {
        line += &format!("（另有 {} 个数据或程序文件未读）", c.aside);
    }
    line
}

fn many(count: u64, name: &str) -> String {
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_chooses_the_language_by_its_first_setting() {
        let with = |pairs: &[(&str, &str)]| {
            let find = |name: &str| pairs.iter().find(|p| p.0 == name).map(|p| p.1.to_owned());
            Lang::of_locale(find)
        };
        assert_eq!(with(&[("LANG", "zh_CN.UTF-8")]), Lang::Zh);
        assert_eq!(with(&[("LC_ALL", ""), ("LANG", "zh_CN")]), Lang::Zh);
        assert_eq!(with(&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), Lang::En);
        assert_eq!(with(&[]), Lang::En);
    }

    #[test]
    fn the_last_line_leaves_out_what_there_is_none_of() {
        let mut counts = Counts { inputs: 300, reports: 281, others: 14, failed: 5, ..Counts::default() };
        counts.conflicts = 12;
        counts.roundings = 31;
        let line = "300 files: 281 reports, 14 not reports, 5 unreadable; 12 conflicts, 31 roundings";
        assert_eq!(Say::Summary(&counts).text(Lang::En), line);
        let line = "300 个文件：报告 281 份，非报告 14 份，无法读取 5 个；矛盾 12 处，四舍五入 31 处";
        assert_eq!(Say::Summary(&counts).text(Lang::Zh), line);
        let one = Counts { inputs: 1, reports: 1, ..Counts::default() };
        assert_eq!(Say::Summary(&one).text(Lang::En), "1 file: 1 report");
        let aside = Counts { aside: 2, ..one };
        assert_eq!(Say::Summary(&aside).text(Lang::En), "1 file: 1 report (2 other files left aside)");
    }
}
