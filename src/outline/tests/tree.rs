//! Depth, tables of contents, several reports in one file.

use super::{document, show};
use crate::patterns::Patterns;

/// The titles of the reports and how many sections each has.
fn parts(text: &str) -> Vec<(String, usize)> {
    let doc = document(text);
    let outline = crate::outline::outline(&doc, &Patterns::builtin());
    super::check(&doc, &outline);
    let title = |p: &crate::model::Part| p.title.map_or(String::new(), |t| t.of(&doc.text).replace('\n', ""));
    outline.parts.iter().map(|p| (title(p), p.sections.len())).collect()
}

#[test]
fn depth_follows_the_order_in_which_styles_are_opened() {
    let report = "一、概况\n1、职能\n（一）规划职能。负责规划。\n（二）监管职能。负责监管。\n2、机构设置\n四股。\n二、绩效情况\n（一）产出情况\n良好。";
    assert_eq!(
        show(report),
        [
            "1 一、[1] 概况",
            "2 1、[1] 职能",
            "3 （一）[1] 规划职能",
            "3 （二）[2] 监管职能",
            "2 2、[2] 机构设置",
            "1 二、[2] 绩效情况",
            "2 （一）[1] 产出情况",
        ]
    );
}

#[test]
fn a_list_opened_under_another_one_elsewhere_goes_under_it() {
    let report = "一、概况\n1、职能职责\n治水。\n2、机构设置\n四股。\n二、绩效情况\n（一）整体支出绩效情况\n1、产出指标\n九项。\n2、效益指标\n好。\n专项资金绩效情况\n好。\n三、其他\n无。";
    assert_eq!(
        show(report)[3..],
        [
            "1 二、[2] 绩效情况",
            "2 （一）[1] 整体支出绩效情况",
            "3 1、[1] 产出指标",
            "3 2、[2] 效益指标",
            "2 [~2] 专项资金绩效情况",
            "1 三、[3] 其他",
        ]
    );
}

#[test]
fn parts_chapters_and_sections_contain_what_follows() {
    let report = "第一章 部门基本情况\n第一节 部门概况\n一、单位职能\n治水。\n第 二 章  绩效自评工作情况\n第一节 自评组织\n成立小组。";
    assert_eq!(
        show(report),
        [
            "1 第一章[1] 部门基本情况",
            "2 第一节[1] 部门概况",
            "3 一、[1] 单位职能",
            "1 第 二 章[2] 绩效自评工作情况",
            "2 第一节[1] 自评组织",
        ]
    );
}

#[test]
fn decimal_numbers_nest_by_their_length() {
    let report = "一、项目概况\n1.1 项目背景\n始于2019年。\n1.2 项目内容\n三项。\n1.2.1 主体工程\n完成。\n1.3 资金情况\n投入1.5万元。";
    assert_eq!(
        show(report),
        ["1 一、[1] 项目概况", "2 1.1[1] 项目背景", "2 1.2[2] 项目内容", "3 1.2.1[1] 主体工程", "2 1.3[3] 资金情况"]
    );
}

#[test]
fn lines_of_a_table_of_contents_are_no_sections_whatever_ends_them() {
    let body = "一、基本情况\n某站。\n二、绩效情况\n好。\n三、其他\n无。";
    let sections = ["1 [-] 目　录", "1 一、[1] 基本情况", "1 二、[2] 绩效情况", "1 三、[3] 其他"];
    for contents in [
        "一、基本情况........1\n二、绩效情况........3\n三、其他........9",
        "一、基本情况······1\n二、绩效情况······3\n三、其他······9",
        "一、基本情况……1\n二、绩效情况……3\n三、其他……9",
        "一、基本情况1\n二、绩效情况3\n三、其他9",
        "一、基本情况 PAGEREF _Toc25831 \\h 3\n二、绩效情况 PAGEREF _Toc25832 \\h 4\n三、其他 PAGEREF _Toc25833 \\h 9",
        "一、基本情况\n二、绩效情况\n三、其他",
    ] {
        assert_eq!(show(&format!("目　录\n{contents}\n{body}")), sections, "{contents}");
    }
}

#[test]
fn contents_without_their_word_are_told_by_their_dots() {
    let report = "一、基本情况........1\n二、绩效情况........3\n一、基本情况\n某站。\n二、绩效情况\n好。";
    assert_eq!(show(report), ["1 一、[1] 基本情况", "1 二、[2] 绩效情况"]);
}

#[test]
fn a_title_over_several_lines_is_one_and_covers_them() {
    let report = "2022年度某县农业农村局\n部门整体支出\n绩效自评报告\n（公章）\n二〇二三年三月\n一、部门概况\n某局。";
    assert_eq!(parts(report), [("2022年度某县农业农村局部门整体支出绩效自评报告".to_owned(), 1)]);
}

#[test]
fn each_report_of_a_file_is_a_part() {
    let one =
        |title: &str| format!("{title}\n一、基本情况\n（一）项目概况\n某项目。\n二、绩效情况\n好。\n三、建议\n无。\n");
    let titles = [
        "某局2022年度部门整体支出绩效自评报告",
        "某局2022年度甲项目支出绩效自评报告",
        "某局2022年度乙项目支出绩效自评报告",
    ];
    let text: String = titles.iter().map(|t| one(t)).collect();
    assert_eq!(parts(&text), titles.map(|t| (t.to_owned(), 4)));
}

#[test]
fn a_title_on_the_cover_and_again_inside_begins_one_report() {
    let report = "某局2022年度部门整体支出绩效自评报告\n单位名称：某局\n某局2022年度部门整体支出绩效自评报告\n一、基本情况\n某局。\n二、绩效情况\n好。";
    assert_eq!(parts(report), [("某局2022年度部门整体支出绩效自评报告".to_owned(), 2)]);
}

#[test]
fn a_form_attached_to_a_report_is_a_section_of_it() {
    let report = "某局2022年度部门整体支出绩效自评报告\n一、基本情况\n某局。\n二、绩效情况\n好。\n附件1\n部门整体支出绩效自评表\n（2022年度）\n年初预算数 全年预算数";
    assert_eq!(parts(report), [("某局2022年度部门整体支出绩效自评报告".to_owned(), 3)]);
}

#[test]
fn a_text_without_any_outline_is_one_part() {
    assert_eq!(parts("今天天气很好，我们去公园。"), [(String::new(), 0)]);
    assert_eq!(parts(""), [(String::new(), 0)]);
}

#[test]
fn the_title_of_a_report_that_stands_again_is_a_running_head() {
    let text = "某县审计服务中心2022年度部门决算\n第一部分 部门概况\n一、主要职责\n承担审计服务。\n二、机构设置\n内设3个股室。\n\
        某县审计服务中心2022年度部门决算\n第二部分 决算情况说明\n一、收支情况\n收入100万元。\n";
    let doc = super::document(text);
    let outline = super::super::outline(&doc, &crate::patterns::Patterns::builtin());
    assert_eq!(outline.parts.len(), 1);
}
