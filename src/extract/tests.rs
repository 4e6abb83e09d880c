use std::sync::Arc;

use super::extract;
use crate::check::check;
use crate::model::{Anchor, Block, BlockKind, Document, Folded, Line, Outline, Part, Report, Span, Value, Verdict};
use crate::patterns::Patterns;

mod forms;
mod role;
mod wording;

/// A document of one block a line, width folded, that is one part without sections; a title makes it a self-assessment.
fn report(body: &str) -> Report {
    let text = &format!("部门整体支出绩效自评报告\n{body}");
    let mut view = Folded::default();
    let mut blocks = Vec::new();
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        let number = lines.len() as u32 + 1;
        lines.push(Line { span: Span::new(at, at + line.len()), page: 1, number, bbox: None, face: None });
        if !view.text.is_empty() {
            view.text.push('\n');
        }
        let from = view.text.len();
        for (i, c) in line.char_indices() {
            view.anchors.push(Anchor { view: view.text.len() as u32, print: (at + i) as u32 });
            let c = match c {
                '（' => '(',
                '）' => ')',
                '：' => ':',
                '％' => '%',
                c => c,
            };
            view.text.push(c);
        }
        view.anchors.push(Anchor { view: view.text.len() as u32, print: (at + line.len()) as u32 });
        blocks.push(Block {
            kind: BlockKind::Prose,
            span: Span::new(at, at + line.len()),
            view: Span::new(from, view.text.len()),
        });
        at += line.len() + 1;
    }
    let all = Span::new(0, text.len());
    let whole = Span::new(0, view.text.len());
    let doc = Arc::new(Document { text: text.clone(), lines, blocks, view, ..Document::default() });
    let outline = Outline {
        parts: vec![Part { span: all, view: whole, title: None, sections: 0..0 }],
        sections: Vec::new(),
        contents: Vec::new(),
    };
    extract(&doc, &outline, &Patterns::builtin()).remove(0)
}

/// `concept@basis=value`, with `/fund`, `#year` and `[item]` where they are.
fn facts(text: &str) -> Vec<String> {
    let patterns = Patterns::builtin();
    let report = report(text);
    report
        .facts
        .iter()
        .map(|f| {
            let mut out = patterns.concepts.get(f.slot.concept).id.clone();
            if let Some(b) = f.slot.basis {
                out.push('@');
                out.push_str(b.name());
            }
            if let Some(fund) = f.slot.fund {
                out.push('/');
                out.push_str(fund.name());
            }
            if let Some(y) = f.slot.year {
                out.push_str(&format!("#{y}"));
            }
            if let Some(i) = &f.slot.item {
                out.push_str(&format!("[{i}]"));
            }
            match &f.value {
                Value::Figure(i) => {
                    let v = report.figures[*i as usize].value.unwrap_or_default();
                    out.push_str(&format!("={}", v.normalize()));
                }
                Value::Text(t) => out.push_str(&format!("={t}")),
                Value::Nil(n) => out.push_str(&format!("={}", n.name())),
            }
            out
        })
        .collect()
}

#[track_caller]
fn states(text: &str, expected: &[&str]) {
    assert_eq!(facts(text), expected, "{text}");
}

#[test]
fn every_example_of_a_concept_is_read_and_no_counterexample() {
    let patterns = Patterns::builtin();
    let mut wrong = Vec::new();
    for (id, concept) in patterns.concepts.iter() {
        for example in &concept.examples {
            let r = report(&example.text);
            let hit = r.facts.iter().any(|f| {
                f.slot.concept == id
                    && example.basis.is_none_or(|b| f.slot.basis == Some(b.into()))
                    && match &f.value {
                        Value::Figure(i) => {
                            let figure = &r.figures[*i as usize];
                            example
                                .value
                                .as_ref()
                                .is_some_and(|v| figure.value.is_some_and(|x| x.normalize().to_string() == *v))
                                && example.step.as_ref().is_none_or(|s| figure.step.normalize().to_string() == *s)
                        }
                        Value::Text(t) => example.says.as_ref() == Some(t),
                        Value::Nil(_) => false,
                    }
            });
            if !hit {
                wrong.push(format!("{}: {} gave {:?}", concept.id, example.text, facts(&example.text)));
            }
        }
        for text in &concept.counterexamples {
            if report(text).facts.iter().any(|f| f.slot.concept == id) {
                wrong.push(format!("{}: {} gave {:?}", concept.id, text, facts(text)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_composition_inside_a_composition_attaches_to_the_inner_total() {
    states(
        "全年支出260.40万元，其中：项目60.15万元，基本200.25万元，其中：人员171.05万元，公用29.20万元。",
        &[
            "expenditure.total@final=2604000",
            "expenditure.project@final=601500",
            "expenditure.basic@final=2002500",
            "expenditure.staff@final=1710500",
            "expenditure.operating@final=292000",
        ],
    );
}

#[test]
fn budget_stages_are_told_apart() {
    states(
        "年初预算310万元，追加后415.6万元，支出402.1万元，执行率96.75%。",
        &[
            "budget.total@initial=3100000",
            "budget.total@adjusted=4156000",
            "expenditure.total@final=4021000",
            "rate.execution=96.75",
        ],
    );
    states(
        "2022年基本支出年初预算数90万元，决算数88.5万元。",
        &["expenditure.basic@initial#2022=900000", "expenditure.basic@final#2022=885000"],
    );
    states("部门整体支出年初预算为100万元。", &["budget.total@initial=1000000"]);
    states(
        "年初预算总额100万元，其中：基本支出80万元，项目支出20万元。",
        &["budget.total@initial=1000000", "expenditure.basic@initial=800000", "expenditure.project@initial=200000"],
    );
}

#[test]
fn one_figure_can_state_two_facts() {
    states("收、支总计均为151.47万元。", &["income.total@final=1514700", "expenditure.total@final=1514700"]);
    states("收入总计和支出总计均为98万元。", &["income.total@final=980000", "expenditure.total@final=980000"]);
}

#[test]
fn a_distribution_gives_each_name_its_figure() {
    states(
        "人员经费和公用经费分别为113.97万元和18.90万元。",
        &["expenditure.staff@final=1139700", "expenditure.operating@final=189000"],
    );
    states(
        "人员经费、公用经费分别为113.97、18.90万元。",
        &["expenditure.staff@final=1139700", "expenditure.operating@final=189000"],
    );
    states(
        "“三公”经费预算数和决算数分别为6万元和5.2万元。",
        &["three_public.total@initial=60000", "three_public.total@final=52000"],
    );
}

#[test]
fn changes_shares_and_prices_are_no_levels() {
    for text in [
        "公务接待费较上年减少1.20万元，下降16%。",
        "基本支出占总支出的87.7%。",
        "生均公用经费650元。",
        "增加公用经费2.01万元。",
        "差旅费支出2.3万元。",
        "为企业授信50亿元。",
        "基本支出主要用于工资发放，共购置设备132.88万元。",
    ] {
        states(text, &[]);
    }
    states("公务接待费2.20万元，较上年减少1.20万元，下降35.29%。", &["three_public.reception@final=22000"]);
}

#[test]
fn an_explicit_nothing_is_a_fact() {
    states("2022年本单位无政府性基金预算支出。", &["fund.government@final#2022=none"]);
    states(
        "因公出国（境）费：无；公务接待费0.5万元。",
        &["three_public.abroad@final=none", "three_public.reception@final=5000"],
    );
    states("我单位没有使用国有资本经营预算安排的支出。", &["fund.state_capital@final=none"]);
}

#[test]
fn three_public_parts_are_read() {
    states(
        "“三公”经费支出5.20万元，其中：因公出国（境）费0万元，公务用车购置及运行维护费3.00万元（其中：购置费0万元，运行维护费3.00万元），公务接待费2.20万元。",
        &[
            "three_public.total@final=52000",
            "three_public.abroad@final=0",
            "three_public.vehicle@final=30000",
            "three_public.vehicle_purchase@final=0",
            "three_public.vehicle_running@final=30000",
            "three_public.reception@final=22000",
        ],
    );
}

#[test]
fn heads_scores_and_grades_are_read() {
    states(
        "核定编制11名，现有在编人员8人，退休人员3人。",
        &["headcount.quota=11", "headcount.actual=8", "headcount.retired=3"],
    );
    states("自评得分96.5分，评价等级为“优”。", &["score.self=96.5", "grade.self=优"]);
    states("自评得分96.5分（优秀）。", &["score.self=96.5", "grade.self=优秀"]);
    states("社会满意度90%以上。", &["satisfaction=90"]);
}

#[test]
fn funds_are_taken_from_the_sentence_and_passed_to_parts() {
    states(
        "3.2022年度单位一般公共预算财政拨款支出151.47万元，其中：项目支出18.59万元，基本支出132.88万元，其中：人员经费113.97万元，公用经费18.90万元。",
        &[
            "expenditure.total@final/general_public#2022=1514700",
            "expenditure.project@final/general_public#2022=185900",
            "expenditure.basic@final/general_public#2022=1328800",
            "expenditure.staff@final/general_public#2022=1139700",
            "expenditure.operating@final/general_public#2022=189000",
        ],
    );
    states(
        "本年收入合计130万元，其中：一般公共预算120万元，政府性基金8万元，其他收入2万元。",
        &[
            "income.total@final=1300000",
            "income.fiscal@final/general_public=1200000",
            "income.fiscal@final/government=80000",
            "income.other@final=20000",
        ],
    );
}

#[test]
fn the_founding_sums_are_rounding_and_the_overspend_is_noticed() {
    let text = "1.2022年预算资金113.52万元\n3.2022年度单位一般公共预算财政拨款支出151.47万元，其中：项目支出18.59万元，基本支出132.88万元，其中：人员经费113.97万元，公用经费18.90万元。";
    let findings = check(&report(text), &Patterns::builtin());
    let seen: Vec<_> = findings.iter().map(|f| (f.check.as_str(), f.verdict)).collect();
    assert_eq!(seen, [("order.execution", Verdict::Suspect), ("sum.basic", Verdict::Rounding)]);
    assert!(findings[0].message.contains("133.4%"), "{}", findings[0].message);
    assert_eq!(findings[1].gap, Some("100".parse().unwrap()));
    assert_eq!(findings[1].allowed, Some("150".parse().unwrap()));
}

#[test]
fn a_declared_scale_reaches_the_cells_below() {
    states(
        "单位：万元\n项目 决算数\n基本支出 132.88\n项目支出 18.59\n",
        &["expenditure.basic@final=1328800", "expenditure.project@final=185900"],
    );
    states("年初预算数（万元）：113.52", &["budget.total@initial=1135200"]);
}

/// Each fact's value, whether it was chosen, and why.
fn standings(text: &str) -> Vec<String> {
    let r = report(text);
    r.facts
        .iter()
        .map(|f| {
            let value = match &f.value {
                Value::Figure(i) => r.figures[*i as usize].value.unwrap_or_default().normalize().to_string(),
                Value::Text(t) => t.clone(),
                Value::Nil(n) => n.name().to_owned(),
            };
            format!("{value} {} {}", if f.standing.chosen { "chosen" } else { "kept" }, f.standing.why.name())
        })
        .collect()
}

#[test]
fn one_statement_of_each_slot_speaks_for_the_report_and_says_why() {
    for (text, expected) in [
        ("基本支出132.88万元。", vec!["1328800 chosen only"]),
        ("基本支出132.88万元。基本支出132.9万元。", vec!["1328800 chosen agreed", "1329000 kept repeats"]),
        ("基本支出约130万元。基本支出132.88万元。", vec!["1300000 kept differs", "1328800 chosen exact"]),
        ("基本支出133.5万元。基本支出132.88万元。", vec!["1335000 kept differs", "1328800 chosen precise"]),
        ("基本支出132.88万元。基本支出138.28万元。", vec!["1328800 chosen first", "1382800 kept differs"]),
        (
            "基本支出138.28万元。\n单位：万元\n项目 决算数\n基本支出 132.88\n",
            vec!["1382800 kept differs", "1328800 chosen table"],
        ),
        ("公务接待费：无。公务接待费0.5万元。", vec!["none kept differs", "5000 chosen said"]),
    ] {
        assert_eq!(standings(text), expected, "{text}");
    }
}

#[test]
fn the_parts_of_the_projects_are_named_by_what_they_are_for() {
    states(
        "项目支出32万元（救援艇运行20万元、码头维修12万元），全年支出148.97万元。",
        &[
            "expenditure.project@final=320000",
            "expenditure.project@final[救援艇运行]=200000",
            "expenditure.project@final[码头维修]=120000",
            "expenditure.total@final=1489700",
        ],
    );
    states(
        "专项支出30万元，其中：村（社区）运转经费10万元；日常养护经费15万元；办公费5万元。",
        &[
            "expenditure.project@final=300000",
            "expenditure.project@final[村(社区)运转经费]=100000",
            "expenditure.project@final[日常养护经费]=150000",
        ],
    );
    states(
        "河道清淤项目预算86.00万元，支出68.80万元。",
        &["expenditure.project@initial[河道清淤项目]=860000", "expenditure.project@final[河道清淤项目]=688000"],
    );
}

#[test]
fn a_composition_in_a_sentence_of_its_own_is_one_of_what_was_spent() {
    states(
        "“三公”经费决算5.2万元，比年初预算6万元减少0.8万元。其中：公务接待费2.2万元；公务用车运行维护费3万元。",
        &[
            "three_public.total@final=52000",
            "three_public.total@initial=60000",
            "three_public.reception@final=22000",
            "three_public.vehicle_running@final=30000",
        ],
    );
    states(
        "核定编制60名，其中：行政编制20名；在职人员58人，其中：行政19人。",
        &["headcount.quota=60", "headcount.quota[行政]=20", "headcount.actual=58", "headcount.actual[行政]=19"],
    );
}

#[test]
fn what_is_compared_with_is_a_level_of_its_own_time() {
    states(
        "2022年公务接待费2.20万元，较2021年的3.40万元减少1.20万元，下降35.29%。",
        &["three_public.reception@final#2022=22000", "three_public.reception@final#2021=34000"],
    );
    states(
        "年初预算310万元，调整为415.6万元，决算402.1万元。",
        &["budget.total@initial=3100000", "budget.total@adjusted=4156000", "expenditure.total@final=4021000"],
    );
    states("年初预算3.50万元，实际2.86万元。", &["budget.total@initial=35000", "expenditure.total@final=28600"]);
    states("争取2023年预算安排不低于10万元。", &[]);
}

#[test]
fn what_is_said_behind_a_figure_belongs_to_it() {
    states("预算安排86.40万元，全部为一般公共预算拨款。", &["budget.total@initial/general_public=864000"]);
    states(
        "“三公”经费支出1.20万元，均为公务用车运行维护费。",
        &["three_public.total@final=12000", "three_public.vehicle_running@final=12000"],
    );
}
