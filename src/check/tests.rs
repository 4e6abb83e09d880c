use std::collections::BTreeMap;

use crate::model::{Finding, Source, Verdict};
use crate::patterns::{Kind, Patterns};
use crate::pipeline::one;

/// What the checks say about a report with this text.
fn findings(body: &str) -> Vec<Finding> {
    let text = format!("2022年度某市档案馆部门整体支出绩效自评报告\n{body}\n");
    let reports = one(Source::default(), text.as_bytes(), &Patterns::builtin()).unwrap();
    reports.into_iter().flat_map(|r| r.findings).collect()
}

#[test]
fn every_check_is_silent_on_what_holds_and_speaks_on_what_breaks() {
    let mut wrong = BTreeMap::new();
    // What lies between reports is tested by compare.
    for check in Patterns::builtin().checks.iter().filter(|c| !matches!(c.kind, Kind::Across)) {
        for (text, breaks) in [(&check.holds, false), (&check.breaks, true)] {
            let found = findings(text);
            let said = found.iter().any(|f| f.check == check.id && f.verdict >= Verdict::Suspect);
            if said != breaks {
                let messages: Vec<String> = found.iter().map(|f| format!("{}: {}", f.check, f.message)).collect();
                wrong.insert(format!("{} {}", check.id, if breaks { "breaks" } else { "holds" }), messages);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The findings of one check: verdicts only.
fn verdicts(body: &str, check: &str) -> Vec<Verdict> {
    findings(body).iter().filter(|f| f.check == check).map(|f| f.verdict).collect()
}

use Verdict::{Conflict, Rounding, Suspect};

#[test]
fn published_examples_come_out_as_recomputed_by_hand() {
    // R01: the founding report is 0.01 off, inside the rounding of three terms.
    let founding =
        "支出151.47万元，其中：项目支出18.59万元，基本支出132.88万元，其中：人员经费113.97万元，公用经费18.90万元。";
    assert_eq!(verdicts(founding, "sum.basic"), [Rounding]);
    assert_eq!(verdicts(founding, "sum.expenditure"), []);
    // R02: 900.47 + 1025.20 = 1925.67 against 2030.12.
    let split = "全年支出2030.12万元，其中：基本支出900.47万元，项目支出1025.20万元。";
    assert_eq!(verdicts(split, "sum.expenditure"), [Conflict]);
    // R03: two splits that close.
    let closed = "全年支出4753.66万元，其中：基本支出1768.16万元，项目支出2985.50万元。";
    assert_eq!(verdicts(closed, "sum.expenditure"), []);
    // R05: what the header leaves out was carried over.
    let carried = "本年收入170万元，上年结转9.6万元，本年支出179.6万元，年末结转和结余0万元。";
    assert_eq!(verdicts(carried, "balance.year"), []);
    // R06: 80.4 % printed as 100 %.
    let full = "全年预算数500万元，全年执行数402万元，预算执行率100%。";
    assert_eq!(verdicts(full, "rate.execution"), [Conflict]);
    let right = "全年预算数415.6万元，全年执行数402.1万元，预算执行率96.75%。";
    assert_eq!(verdicts(right, "rate.execution"), []);
    // R08: five sums of two parts, abroad not printed.
    for (total, running, reception) in [
        ("22.62", "20.10", "2.52"),
        ("40.14", "30.93", "9.21"),
        ("29.08", "11.86", "17.22"),
        ("44.29", "39.30", "4.99"),
        ("63.46", "41.46", "22"),
    ] {
        let text =
            format!("“三公”经费支出{total}万元，其中：公务用车运行维护费{running}万元，公务接待费{reception}万元。");
        assert_eq!(verdicts(&text, "sum.three_public"), [], "{text}");
    }
    // R09: 0.71 / 9.07 = 7.83 % printed where the base is 9.78.
    let base = "公务接待费9.07万元，比上年减少0.71万元，下降7.83%。";
    assert_eq!(verdicts(base, "change.rate"), [Conflict]);
    assert_eq!(verdicts("公务接待费9.07万元，比上年减少0.71万元，下降7.26%。", "change.rate"), []);
    // R11
    let shares = "本年支出合计100万元，其中：基本支出88.86万元，占88.86%；项目支出11.14万元，占11.14%。";
    assert_eq!(verdicts(shares, "share.part"), []);
    // R13: a split that closes, and one with a digit that repeats its neighbour.
    assert_eq!(verdicts("下达资金423.38万元（其中：自治区169.35万元，市级254.03万元）。", "sum.levels"), []);
    assert_eq!(
        verdicts("下达资金1077.56万元（其中：中央630.20万元，省级429.36万元，市级18.00万元）。", "sum.levels"),
        []
    );
    let doubled = "下达资金1572.08万元（其中：中央992.88万元，省级579.20万元，市级70.00万元）。";
    assert_eq!(verdicts(doubled, "sum.levels"), [Suspect]);
    // R14, R15
    for (quota, actual, rate) in [("46", "50", "108.70%"), ("143", "136", "95.10%")] {
        let text = format!("编制数{quota}人，在职人数{actual}人，在职人员控制率{rate}。");
        assert_eq!(verdicts(&text, "rate.staff_control"), [], "{text}");
    }
    assert_eq!(verdicts("现有在职人员65人，其中行政人员30人，事业人员35人。", "sum.headcount"), []);
    assert_eq!(verdicts("核定编制50名，其中行政编制23名，工勤编制2名，事业编制25名。", "sum.quota"), []);
    // R18
    assert_eq!(verdicts("自评得分84.47分，评价等级为优。", "grade.band"), [Conflict]);
    assert_eq!(verdicts("自评得分85.82分，评价等级为良。", "grade.band"), []);
    assert_eq!(verdicts("自评得分86.4分，评价等级为良好。", "grade.band"), []);
    // R07: 76 % of 10 is 7.6; 86 % printed as 9 is a way of rounding.
    for (rate, points) in [("76.00%", "7.60"), ("86.00%", "9")] {
        let form = format!(
            "单位：万元\n项目 年初预算数 全年预算数 全年执行数 分值 执行率 得分\n年度资金总额 50.00 50.00 38.00 10 {rate} {points}"
        );
        assert_eq!(verdicts(&form, "rate.execution_score"), [], "{form}");
    }
    // R10: the parts give 60.53 where 63.96 is printed, and nothing is said of 出国: which of both is wrong cannot be said.
    let parts = "“三公”经费支出20万元，比上年减少63.96万元。公务用车购置及运行维护费12万元，比上年减少50.53万元。公务接待费8万元，\
                 比上年减少10.00万元。";
    assert_eq!(verdicts(parts, "change.parts"), [Verdict::Undecidable]);
    // R12: 87.5 + 2350 = 2437.5 against 2455.5.
    let projects = "项目支出2455.5万元，共2个项目：道路养护87.5万元，污水处理2350万元。";
    assert_eq!(verdicts(projects, "sum.items"), [Conflict]);
    // R22, R23
    assert_eq!(verdicts("安排生均补助239万元，资助2390人，每人1000元。", "product.cost"), []);
    assert_eq!(verdicts("市级配套3.6元，补助120人，每人300元。", "product.cost"), [Suspect]);
    assert_eq!(verdicts("慰问经费7.29万元（72890元）。", "same.restated"), []);
}

#[test]
fn what_only_looks_wrong_is_not_accused() {
    let quiet = [
        // Rounded to one digit.
        "全年支出151.5万元，其中：项目支出18.59万元，基本支出132.88万元。",
        // About, at least.
        "全年支出约150万元，其中：项目支出18.59万元，基本支出132.88万元。",
        // A list that says that it is one of parts only.
        "全年支出151.47万元，其中：项目支出18.59万元。",
        // A part that has no name of its own here.
        "全年支出170.00万元，其中：基本支出100.00万元，项目支出60.00万元，对附属单位补助支出10.00万元。",
        // Another year.
        "2022年基本支出132.88万元。2021年基本支出128.40万元。",
        // Another base: of the money received.
        "年初预算500万元，到位资金402万元，全年支出402万元，预算执行率100%。",
        // A change is no level.
        "公务接待费2.20万元，较上年减少1.20万元。",
        // Budget against final.
        "年初预算基本支出130.00万元。基本支出132.88万元。",
    ];
    for text in quiet {
        let accused: Vec<String> = findings(text)
            .iter()
            .filter(|f| f.verdict == Conflict)
            .map(|f| format!("{}: {}", f.check, f.message))
            .collect();
        assert!(accused.is_empty(), "{text}: {accused:?}");
    }
}

#[test]
fn a_fingerprint_stays_when_the_text_moves_and_the_quotes_do_not() {
    let text = "基本支出132.88万元，其中：人员经费113.97万元，公用经费18.90万元。";
    let moved = format!("一、基本情况\n本单位负责档案管理。\n{text}");
    let mark = |body: &str| findings(body).iter().find(|f| f.check == "sum.basic").map(|f| f.fingerprint.clone());
    assert!(mark(text).is_some());
    assert_eq!(mark(text), mark(&moved));
    assert_ne!(mark(text), mark(&text.replace("132.88", "132.86")));
}
