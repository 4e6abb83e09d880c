//! What is a heading, where its title ends, and what only looks like one.

use super::show;

#[test]
fn an_inline_heading_ends_at_its_colon_or_full_stop() {
    let report = "一、绩效情况\n（1）数量指标：全年办件1.2万件。\n（2）质量指标。办结率99%，抽检合格。\n（一）基本支出。全年支出10万元。";
    assert_eq!(
        show(report),
        ["1 一、[1] 绩效情况", "2 （1）[1] 数量指标", "2 （2）[2] 质量指标", "2 （一）[1] 基本支出"]
    );
}

#[test]
fn several_inline_headings_stand_in_one_paragraph() {
    let report = "1、产出指标：数量指标：慰问500人；质量指标：合格率100%；时效指标：按时发放。\n2、满意度指标：98%。";
    assert_eq!(
        show(report),
        ["1 1、[1] 产出指标", "2 [-] 数量指标", "2 [-] 质量指标", "2 [-] 时效指标", "1 2、[2] 满意度指标"]
    );
    let report = "一、概况\n（一）机构设置：内设3个部室。（二）人员编制：核定10人。（三）主要职能：维护权益。";
    assert_eq!(show(report)[1..], ["2 （一）[1] 机构设置", "2 （二）[2] 人员编制", "2 （三）[3] 主要职能"]);
}

#[test]
fn the_first_item_of_a_list_ends_the_title_before_it() {
    assert_eq!(
        show("一、概况\n1、单位职能1 .拟订发展规划；2 .组织实施。\n2、机构设置\n四股。")[1..],
        ["2 1、[1] 单位职能", "2 2、[2] 机构设置"]
    );
}

#[test]
fn a_number_alone_on_its_line_belongs_to_the_text_on_the_next() {
    assert_eq!(
        show("第一部分\n某县水利局概况\n一、主要职能\n治水。\n二、\n机构设置\n四股。"),
        ["1 第一部分[1] 某县水利局概况", "2 一、[1] 主要职能", "2 二、[2] 机构设置"]
    );
}

#[test]
fn a_heading_broken_over_two_lines_is_one() {
    let report = "二、机构\n三股。\n三、财政拨款“三公”经费支出决算\n情况说明\n支出12.3万元。";
    assert_eq!(show(report)[1], "1 三、[3] 财政拨款“三公”经费支出决算\n情况说明");
}

#[test]
fn a_space_after_the_numeral_is_enough_of_a_separator() {
    let report = "一 部门概况\n1 主要职能\n借阅。\n2 机构情况\n八部。\n3 人员情况\n42人。\n二 绩效情况\n良好。";
    assert_eq!(
        show(report),
        ["1 一[1] 部门概况", "2 1[1] 主要职能", "2 2[2] 机构情况", "2 3[3] 人员情况", "1 二[2] 绩效情况"]
    );
}

#[test]
fn a_marker_before_a_year_is_a_marker_and_the_line_a_sentence() {
    let report = "（一）基本支出情况\n1.2022年预算资金113.52万元\n2.2022年度收入151.47万元。\n3.2022我中心支出151.47万元，其中项目18万元。";
    assert_eq!(show(report), ["1 （一）[1] 基本支出情况"]);
    assert_eq!(show("一、目标\n1.2021年度目标\n完成一期。\n2.2022年度目标\n完成二期。").len(), 3);
}

#[test]
fn sentences_of_a_list_are_no_headings() {
    let report = "（三）主要职能\n1.贯彻落实农业农村方针政策；\n2.推进乡村振兴\n3.农产品质量安全监管\n4.完成交办的其他任务\n（四）人员情况\n9人。";
    assert_eq!(show(report), ["1 （三）[3] 主要职能", "1 （四）[4] 人员情况"]);
    let report = "四、存在的问题：\n1、预算编制不够准确；\n2、部分资产未及时入账；\n五、改进措施：\n1、提高准确性；\n2、加强资产管理；";
    assert_eq!(show(report), ["1 四、[4] 存在的问题", "1 五、[5] 改进措施"]);
}

#[test]
fn points_with_a_text_of_their_own_are_headings() {
    let report = "五、存在的问题\n（一）预算执行进度偏慢\n受季节影响，资金支付集中在下半年。\n（二）指标质量不高\n量化不够。\n六、改进措施\n\
        1.加强项目储备。提前一年完成设计。\n2.完善指标体系。修订行业指标库。";
    assert_eq!(
        show(report),
        [
            "1 五、[5] 存在的问题",
            "2 （一）[1] 预算执行进度偏慢",
            "2 （二）[2] 指标质量不高",
            "1 六、[6] 改进措施",
            "2 1.[1] 加强项目储备",
            "2 2.[2] 完善指标体系",
        ]
    );
}

#[test]
fn prose_lists_and_ranks_are_no_markers() {
    let report = "一、绩效情况\n一是经济性好。二是效率高。\n第一，加强领导。\n三公经费支出12万元。\n1.5万元用于宣传。\n一般公共预算支出90万元。";
    assert_eq!(show(report), ["1 一、[1] 绩效情况"]);
}

#[test]
fn names_of_offices_in_a_list_are_no_headings() {
    assert_eq!(
        show("（一）机构设置\n1.办公室\n2.人事股\n3.财务股\n（二）人员编制情况\n86人。"),
        ["1 （一）[1] 机构设置", "1 （二）[2] 人员编制情况"]
    );
}

#[test]
fn a_list_that_a_colon_announces_is_no_outline() {
    let report = "2.基本情况\n编报决算的单位共3个，分别是：\n(1)某乡人民政府\n(2)某乡人大\n(3)某乡财政所\n全乡编制30人，实有29人。\n3.其他情况\n无。";
    assert_eq!(show(report), ["1 2.[2] 基本情况", "1 3.[3] 其他情况"]);
}

#[test]
fn the_list_of_annexes_is_no_outline() {
    let report =
        "五、其他需要说明的情况\n无。\n附件：1.部门整体支出绩效自评表\n2.项目支出绩效自评表\n某局\n2023年3月1日";
    assert_eq!(show(report), ["1 五、[5] 其他需要说明的情况"]);
    let report = "十、其他\n无。\n附件1 2022年度部门整体支出绩效评价基础数据表\n单位：万元\n三公经费 8.60 8.00 7.42";
    assert_eq!(show(report)[1], "1 附件1[1] 2022年度部门整体支出绩效评价基础数据表");
}

#[test]
fn a_label_that_comes_back_under_each_problem_is_a_heading_without_a_number() {
    let report = "二、发现问题及整改措施\n问题1:指标不量化。共26项三级指标没有数值。\n整改措施:重新设置三级指标，全部给出数值。\n\
        问题2:执行率填报不实。自评表与决算不符。\n整改措施:以决算数据为准更正自评表，并通报。\n三、下一步打算\n坚持。";
    assert_eq!(
        show(report),
        [
            "1 二、[2] 发现问题及整改措施",
            "2 问题1:[1] 指标不量化",
            "2 [-] 整改措施",
            "2 问题2:[2] 执行率填报不实",
            "2 [-] 整改措施",
            "1 三、[3] 下一步打算",
        ]
    );
}

#[test]
fn rows_of_a_flattened_table_are_no_headings() {
    let report = "三、绩效指标完成情况\n一级指标\n二级指标\n三级指标\n产出指标\n数量指标\n办件数\n1.2万件\n质量指标\n办结率\n99%\n四、其他\n无。";
    assert_eq!(show(report), ["1 三、[3] 绩效指标完成情况", "1 四、[4] 其他"]);
    let report = "一、收支情况（万元）\n机构名称 收入合计 支出合计\n某会 198.36 195.11\n固定资产情况（万元）\n机构名称 合计\n某会 63.18\n二、绩效\n好。";
    assert_eq!(show(report), ["1 一、[1] 收支情况（万元）", "1 二、[2] 绩效"]);
}
