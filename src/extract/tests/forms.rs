//! Forms as offices of many places print them, one cell a line or parted by white space, and what their rows state.

use super::{facts, report};

fn rows(text: &str) -> Vec<String> {
    let text_of = |t: &Option<String>| t.clone().unwrap_or_default();
    let number = |n: Option<rust_decimal::Decimal>| n.map_or(String::new(), |n| n.to_string());
    let rows = report(text).indicators;
    let show = |i: &crate::model::Indicator| {
        let cells = [&i.level1, &i.level2, &Some(i.level3.clone()), &i.target, &i.actual].map(text_of);
        format!("{} {} {} {}", cells.join("|"), number(i.weight), number(i.score), text_of(&i.reason))
            .trim_end()
            .to_owned()
    };
    rows.iter().map(show).collect()
}

#[test]
fn scores_without_a_wanted_value_are_rows() {
    let form = "一级指标  二级指标  三级指标  权重  自评得分  扣分理由\n\
        管理效率（40分）  预算管理（15分）  预算编制规范性  8  7.5  两个项目未细化\n\
        预算完成情况  7  7\n\
        资产管理（25分）  资产账实相符  25  25  已全面盘点\n\
        合计  40  39.5";
    assert_eq!(
        rows(form),
        [
            "管理效率(40分)|预算管理(15分)|预算编制规范性|| 8 7.5 两个项目未细化",
            "管理效率(40分)|预算管理(15分)|预算完成情况|| 7 7",
            "管理效率(40分)|资产管理(25分)|资产账实相符|| 25 25 已全面盘点",
        ]
    );
}

#[test]
fn rows_below_a_division_by_projects_are_projects_whatever_sources_stand_among_them() {
    let cells = [
        "单位：万元",
        "资金名称",
        "年初预算数",
        "全年预算数",
        "全年执行数",
        "执行率",
        "项目资金总额",
        "90.00",
        "100.00",
        "95.00",
        "95.00%",
        "按资金来源分",
        "其中：省级补助",
        "60.00",
        "70.00",
        "66.00",
        "94.29%",
        "按项目分",
        "1.渡口码头修缮",
        "50.00",
        "60.00",
        "58.00",
        "96.67%",
        "其中：省级补助",
        "30.00",
        "30.00",
        "29.00",
        "96.67%",
        "2.航标更新",
        "40.00",
        "40.00",
        "37.00",
        "92.50%",
    ];
    let found = facts(&cells.join("\n"));
    let projects: Vec<&str> = found.iter().filter(|f| f.contains('[')).map(String::as_str).collect();
    let expected = [
        ("expenditure.project@initial", "渡口码头修缮", "500000"),
        ("expenditure.project@adjusted", "渡口码头修缮", "600000"),
        ("expenditure.project@final", "渡口码头修缮", "580000"),
        ("rate.execution", "渡口码头修缮", "96.67"),
        ("expenditure.project@initial", "航标更新", "400000"),
        ("expenditure.project@adjusted", "航标更新", "400000"),
        ("expenditure.project@final", "航标更新", "370000"),
        ("rate.execution", "航标更新", "92.5"),
    ];
    assert_eq!(projects, expected.map(|(concept, item, value)| format!("{concept}[{item}]={value}")));
}
