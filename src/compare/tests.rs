use std::sync::Arc;

use rust_decimal::Decimal;

use super::compare;
use crate::model::{Comparison, Content, Nil, Source, Verdict};
use crate::patterns::{Directory, Patterns};
use crate::pipeline;

/// Papers as path and text, side by side.
fn side(papers: &[(&str, String)]) -> Comparison {
    with(papers, &Directory::default())
}

fn with(papers: &[(&str, String)], directory: &Directory) -> Comparison {
    let patterns: Arc<Patterns> = Patterns::builtin();
    let mut digests = Vec::new();
    for (path, text) in papers {
        let source = Source { path: (*path).to_owned(), ..Source::default() };
        let reports = pipeline::one(source, text.as_bytes(), &patterns).expect("text");
        digests.extend(pipeline::digests(&reports, &patterns));
    }
    assert_eq!(digests.len(), papers.len(), "every paper is a self-assessment");
    compare(digests, directory, &patterns)
}

fn paper(org: &str, year: i16, body: &str) -> String {
    format!("{year}年度{org}部门整体支出绩效自评报告\n\n一、基本情况\n{body}\n")
}

fn spending(org: &str, year: i16, budget: &str, spent: &str) -> String {
    paper(org, year, &format!("全年预算{budget}万元，全年支出{spent}万元。"))
}

fn cell<'c>(c: &'c Comparison, row: usize, id: &str) -> &'c crate::model::SideCell {
    &c.rows[row].cells[c.columns.iter().position(|column| column.id == id).expect("a column")]
}

fn checks(c: &Comparison) -> Vec<&str> {
    c.findings.iter().map(|f| f.check.as_str()).collect()
}

#[test]
fn a_rate_is_computed_exactly_and_says_from_what() {
    let c = side(&[("a.txt", spending("某县水利局", 2022, "113.52", "151.47"))]);
    let cell = cell(&c, 0, "ratio.execution");
    let Content::Number { value, .. } = cell.content else { panic!("{cell:?}") };
    assert_eq!(value, Decimal::new(13343, 2));
    assert_eq!(cell.arithmetic.as_deref(), Some("151.47万元÷113.52万元≈133.43%"));
    assert_eq!(cell.sources.len(), 2);
    assert_eq!(c.rows[0].group.as_deref(), Some("农林水部门"));
}

#[test]
fn none_zero_and_missing_stay_apart() {
    let body = "“三公”经费支出0万元，其中：因公出国（境）费：无。公务接待费2.20万元。";
    let c = side(&[("a.txt", paper("某县水利局", 2022, body))]);
    let content = |id| &cell(&c, 0, id).content;
    assert_eq!(*content("three_public.abroad/final"), Content::Nil(Nil::None));
    assert!(matches!(content("three_public.total/final"), Content::Number { value, .. } if value.is_zero()));
    assert_eq!(*content("budget.total/initial"), Content::Missing);
}

fn townships(strange: Option<&str>) -> Vec<(String, String)> {
    let mut papers: Vec<(String, String)> = (0..11)
        .map(|i| {
            let org =
                format!("某县{}镇人民政府", ["东", "南", "西", "北", "上", "下", "左", "右", "前", "后", "中"][i]);
            (format!("{i:02}.txt"), spending(&org, 2022, "100.00", &format!("{}.{i}", 95 + i % 4)))
        })
        .collect();
    if let Some(spent) = strange {
        papers.push(("99.txt".into(), spending("某县远镇人民政府", 2022, "100.00", spent)));
    }
    papers
}

fn borrowed(papers: &[(String, String)]) -> Vec<(&str, String)> {
    papers.iter().map(|(path, text)| (path.as_str(), text.clone())).collect()
}

#[test]
fn who_is_far_from_his_peers_is_told_with_the_numbers() {
    let c = side(&borrowed(&townships(Some("143.00"))));
    let found: Vec<_> = c.findings.iter().filter(|f| f.check == "peers.ratio").collect();
    assert_eq!(found.len(), 1, "{:?}", c.findings);
    assert_eq!(found[0].verdict, Verdict::Suspect);
    let message = &found[0].message;
    for part in ["某县远镇人民政府2022年预算执行率为143%", "143.00万元÷100.00万元=143%", "12个数中位数为", "偏高"]
    {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(found[0].evidence.len(), 2);
    assert!(side(&borrowed(&townships(None))).findings.is_empty(), "peers that agree are not accused");
}

#[test]
fn few_peers_say_nothing() {
    let mut papers = townships(None);
    papers.truncate(3);
    papers.push(("99.txt".into(), spending("某县远镇人民政府", 2022, "100.00", "300.00")));
    assert!(!checks(&side(&borrowed(&papers))).contains(&"peers.ratio"));
}

#[test]
fn an_amount_in_the_wrong_scale_is_asked_about() {
    let mut papers = townships(None);
    papers.push(("99.txt".into(), spending("某县远镇人民政府", 2022, "1000000", "980000")));
    let c = side(&borrowed(&papers));
    let found: Vec<&str> = c.findings.iter().filter(|f| f.check == "peers.scale").map(|f| f.message.as_str()).collect();
    assert_eq!(found.len(), 2, "{:?}", c.findings);
    assert!(found[0].contains("除以一万后与同类相近"), "{found:?}");
}

#[test]
fn last_years_figure_is_held_against_last_years_report() {
    let old = paper("某县水利局", 2021, "全年支出100.50万元。");
    let new = |cited: &str| paper("某县水利局", 2022, &format!("2021年全年支出{cited}万元。\n全年支出180.00万元。"));
    let c = side(&[("a.txt", old.clone()), ("b.txt", new("105.50"))]);
    let found = c.findings.iter().find(|f| f.check == "years.last").expect("a finding");
    assert_eq!((found.verdict, found.gap), (Verdict::Conflict, Some(Decimal::from(50_000))));
    let c = side(&[("a.txt", old), ("b.txt", new("100.5"))]);
    assert!(!checks(&c).contains(&"years.last"));
    assert!(!checks(&c).contains(&"years.jump"), "nobody says that from 100.50 to 180.00 is much here");
    let change = c.changes.iter().find(|x| c.columns[x.column as usize].id == "expenditure.total/final");
    assert_eq!(change.map(|x| x.delta), Some(Decimal::from(795_000)));
}

/// Two years of eleven townships that spend `percent` of what they spent the year before, and of one that spends `own`.
fn two_years(percent: u64, own: u64) -> Comparison {
    let mut papers = townships(Some("96.00"));
    for (i, (path, text)) in townships(Some("96.00")).into_iter().enumerate() {
        let org = text.split("2022年度").nth(1).and_then(|t| t.split("部门整体").next()).expect("a name");
        let spent = if i == 11 { own } else { percent + i as u64 % 3 };
        papers.push((format!("later/{path}"), spending(org, 2023, "400.00", &format!("{spent}.00"))));
    }
    side(&borrowed(&papers))
}

#[test]
fn a_change_is_large_beside_those_of_the_peers_or_not_at_all() {
    let jumps = |c: &Comparison| -> Vec<String> {
        c.findings.iter().filter(|f| f.check == "years.jump").map(|f| f.message.clone()).collect()
    };
    assert!(jumps(&two_years(190, 185)).is_empty(), "everybody spends twice as much");
    let found = jumps(&two_years(98, 290));
    let [message] = &found[..] else { panic!("{found:?}") };
    let c = two_years(98, 290);
    let marked: Vec<_> = c.changes.iter().filter_map(|change| change.outlier).collect();
    assert_eq!(marked.len(), 1);
    assert_eq!(c.findings[marked[0] as usize].check, "years.jump");
    for part in [
        "某县远镇人民政府2023年与2022年相比",
        "支出合计由96万元到290万元，增加194万元（202.08%）",
        "12家该项变化的中位数为",
        "通常在",
    ] {
        assert!(message.contains(part), "{message}");
    }
    let alone = |spent: &str| {
        let (before, after) = (spending("某县水利局", 2021, "100", "98"), spending("某县水利局", 2022, "300", spent));
        jumps(&side(&[("a.txt", before), ("b.txt", after)]))
    };
    assert!(alone("190").is_empty());
    let found = alone("296");
    assert!(
        found[0].contains("全年预算由100万元到300万元") || found[0].contains("支出合计由98万元到296万元"),
        "{found:?}"
    );
    assert!(found[0].contains("有两个年度的同类不足"), "{found:?}");
}

#[test]
fn a_part_is_not_taken_for_the_whole_and_the_choice_is_told() {
    let body = "一般公共预算支出151.47万元。\n支出合计20万元。\n基本支出132.88万元。\n基本支出132.98万元。";
    let c = side(&[("a.txt", paper("某县水利局", 2022, body))]);
    let content = |id| &cell(&c, 0, id).content;
    assert!(
        matches!(content("expenditure.total/final"), Content::Number { value, .. } if *value == Decimal::from(1_514_700))
    );
    assert_eq!(cell(&c, 0, "expenditure.basic/final").why.as_deref(), Some("文中另写132.98万元；采用先写的数"));
    assert_eq!(cell(&c, 0, "expenditure.total/final").why, None);
}

#[test]
fn two_versions_of_one_report_are_told_apart() {
    let c = side(&[
        ("a.txt", spending("某县水利局", 2022, "100", "98.1")),
        ("b.txt", spending("某县水利局", 2022, "100", "98.7")),
    ]);
    let found = c.findings.iter().find(|f| f.check == "versions.differ").expect("a finding");
    assert!(found.message.contains("支出合计98.1万元→98.7万元"), "{}", found.message);
    assert_eq!(c.rows.len(), 1);
    let same = spending("某县水利局", 2022, "100", "98.1");
    assert_eq!(checks(&side(&[("a.txt", same.clone()), ("b.txt", same)])), ["versions.same"]);
}

const ISSUES: &str = "预算编制的科学性和精细化程度有待进一步提高，部分项目前期论证不够充分，导致年中追加调整较多，支出进度前慢后快，\
                      资金使用效益没有得到充分发挥，绩效目标的设定还不够具体，可衡量性不强。";

fn with_issues(org: &str, year: i16, issues: &str) -> String {
    format!("{}\n二、存在的问题\n{issues}\n", spending(org, year, "100", "98"))
}

#[test]
fn a_paragraph_of_another_organisation_is_found_with_both_places() {
    let changed = ISSUES.replace("前慢后快", "先慢后快");
    let c = side(&[
        ("a.txt", with_issues("某县水利局", 2022, ISSUES)),
        ("b.txt", with_issues("某县民政局", 2022, &changed)),
    ]);
    assert_eq!(checks(&c), ["copied.orgs"]);
    let [copy] = &c.copies[..] else { panic!("{:?}", c.copies) };
    assert_eq!((copy.first.report, copy.second.report), (0, 1));
    assert!((80..100).contains(&copy.same), "{}", copy.same);
    let other = "人员业务水平参差不齐，资产台账登记不及时，内部控制制度执行不严格，个别合同管理不规范，档案归集滞后，需要加强培训和考核。";
    let c =
        side(&[("a.txt", with_issues("某县水利局", 2022, ISSUES)), ("b.txt", with_issues("某县民政局", 2022, other))]);
    assert!(c.copies.is_empty());
}

#[test]
fn what_was_said_last_year_is_found_too() {
    let c =
        side(&[("a.txt", with_issues("某县水利局", 2021, ISSUES)), ("b.txt", with_issues("某县水利局", 2022, ISSUES))]);
    assert_eq!(checks(&c), ["copied.years"]);
}

#[test]
fn another_name_and_an_old_year_left_in_the_text_are_told() {
    let body = "某县民政局内设机构5个。\n2021年度部门整体支出绩效自评情况良好。";
    let c =
        side(&[("a.txt", paper("某县社会保险中心", 2022, body)), ("b.txt", spending("某县民政局", 2022, "100", "98"))]);
    assert_eq!(checks(&c), ["copied.name", "copied.stale"]);
}

#[test]
fn a_directory_joins_names_and_overrules_the_kind() {
    let text = "名称,别名,编码,类别\n某县农业农村局,某县农业局,201,涉农单位\n";
    let directory = Directory::parse(text, "单位.csv").expect("a directory");
    let c = with(
        &[
            ("a.txt", spending("某县农业局", 2021, "100", "98")),
            ("b.txt", spending("某县农业农村局", 2022, "100", "97")),
        ],
        &directory,
    );
    assert!(c.rows.iter().all(|r| r.org.as_deref() == Some("某县农业农村局") && r.code.as_deref() == Some("201")));
    assert!(c.rows.iter().all(|r| r.group.as_deref() == Some("涉农单位")));
    assert!(!c.changes.is_empty(), "the years of one organisation are joined");
}

#[test]
fn a_report_without_organisation_or_year_is_listed_and_told_of() {
    let c = side(&[("a.txt", "部门整体支出绩效自评报告\n\n一、基本情况\n全年支出98万元。\n".into())]);
    assert_eq!(c.rows.len(), 1);
    assert!(c.left_out[0].1.contains("未写明单位和年度"), "{:?}", c.left_out);
}
