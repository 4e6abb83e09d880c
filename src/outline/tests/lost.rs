//! Numbers that the file lost, and what gives them back.

use super::show;

#[test]
fn a_lost_number_between_two_printed_ones_is_recovered() {
    let report =
        "一、基本情况\n某站是公益一类事业单位。\n一般公共预算支出情况\n全年支出90万元。\n三、绩效情况\n完成较好。";
    assert_eq!(show(report), ["1 一、[1] 基本情况", "1 [~2] 一般公共预算支出情况", "1 三、[3] 绩效情况"]);
}

#[test]
fn the_first_and_the_last_of_a_list_are_recovered_too() {
    let report = "绩效目标分解下达情况\n下达1200万元。\n二、绩效目标完成情况分析\n（一）资金投入情况分析\n\
        项目资金到位情况分析。到位率100%。\n2.项目资金执行情况分析。执行率98%。\n项目资金管理情况分析。实行专账管理。\n\
        三、偏离绩效目标的原因和下一步改进措施\n未偏离。\n其他需要说明的问题\n无。";
    assert_eq!(
        show(report),
        [
            "1 [~1] 绩效目标分解下达情况",
            "1 二、[2] 绩效目标完成情况分析",
            "2 （一）[1] 资金投入情况分析",
            "3 [~1] 项目资金到位情况分析",
            "3 2.[2] 项目资金执行情况分析",
            "3 [~3] 项目资金管理情况分析",
            "1 三、[3] 偏离绩效目标的原因和下一步改进措施",
            "1 [~4] 其他需要说明的问题",
        ]
    );
}

#[test]
fn the_taxonomy_tells_to_which_of_two_open_lists_a_line_belongs() {
    let report = "一、项目概况\n（一）项目立项背景\n始于2019年。\n二、一般公共预算支出情况\n（一）基本支出情况\n支出10万元。\n\
        项目支出情况\n支出20万元。\n政府性基金预算支出情况\n无。\n国有资本经营预算支出情况\n无。\n五、其他\n无。";
    assert_eq!(
        show(report)[3..],
        [
            "2 （一）[1] 基本支出情况",
            "2 [~2] 项目支出情况",
            "1 [~3] 政府性基金预算支出情况",
            "1 [~4] 国有资本经营预算支出情况",
            "1 五、[5] 其他",
        ]
    );
}

#[test]
fn an_unknown_title_is_taken_where_it_fills_a_gap_exactly() {
    let report = "一、基本情况\n概述如下，全系统共有职工120人。\n消防车辆购置专题\n购置消防车两辆，均已投入使用。\n三、绩效情况\n良好。";
    assert_eq!(show(report), ["1 一、[1] 基本情况", "1 [~2] 消防车辆购置专题", "1 三、[3] 绩效情况"]);
}

#[test]
fn an_unknown_line_without_a_gap_is_no_heading() {
    let report = "一、基本情况\n概述如下，全系统共有职工120人。\n消防车辆购置专题\n购置消防车两辆，均已投入使用。\n二、绩效情况\n良好。";
    assert_eq!(show(report), ["1 一、[1] 基本情况", "1 二、[2] 绩效情况"]);
}

#[test]
fn a_number_that_was_skipped_is_not_invented() {
    let report = "四、改进措施\n加强培训。\n六、结果应用\n公开。";
    assert_eq!(show(report), ["1 四、[4] 改进措施", "1 六、[6] 结果应用"]);
}

#[test]
fn numbers_printed_twice_stay_as_printed_and_lend_their_gap() {
    let report = "六、绩效情况\n好。\n七、存在的问题\n少。\n七、下一步改进措施\n（一）细化预算\n分到季度。\n\
        绩效自评结果拟应用和公开情况\n公开。\n十、其他\n无。";
    assert_eq!(
        show(report),
        [
            "1 六、[6] 绩效情况",
            "1 七、[7] 存在的问题",
            "1 七、[7] 下一步改进措施",
            "2 （一）[1] 细化预算",
            "1 [~9] 绩效自评结果拟应用和公开情况",
            "1 十、[10] 其他",
        ]
    );
}

#[test]
fn a_separator_that_lost_its_numeral_keeps_its_place_in_the_list() {
    let report = "二、收入情况\n10万元。\n、支出情况\n9万元。\n、一般性支出情况\n1万元。\n五、其他\n无。";
    assert_eq!(show(report), ["1 二、[2] 收入情况", "1 、[3] 支出情况", "1 、[4] 一般性支出情况", "1 五、[5] 其他"]);
}

#[test]
fn a_bracket_that_was_lost_does_not_change_the_style() {
    let report = "一、概况\n（一）单位职能\n养护。\n二) 机构设置\n两股。\n（三)人员情况\n九人。\n二、绩效\n（1）数量指标：九项。\n2）质量指标：全部合格。\n（）时效指标：及时。";
    assert_eq!(
        show(report),
        [
            "1 一、[1] 概况",
            "2 （一）[1] 单位职能",
            "2 二)[2] 机构设置",
            "2 （三)[3] 人员情况",
            "1 二、[2] 绩效",
            "2 （1）[1] 数量指标",
            "2 2）[2] 质量指标",
            "2 （）[3] 时效指标",
        ]
    );
}

#[test]
fn a_circled_number_is_recovered_like_any_other() {
    let report =
        "1、产出指标完成情况\n①数量指标：100公里。\n质量指标：合格率100%。\n③时效指标：按时。\n2、满意度指标：95%。";
    assert_eq!(show(report)[1..4], ["2 ①[1] 数量指标", "2 [~2] 质量指标", "2 ③[3] 时效指标"]);
}

#[test]
fn headings_that_never_had_numbers_have_none() {
    let report = "某委关于2022年度绩效自评情况的报告\n现将情况报告如下。\n部门基本情况\n主要职责\n贯彻卫生健康方针政策，组织实施。\n机构设置\n\
        内设15个科室，下属3个单位。\n绩效自评工作开展情况\n我委组织了自评工作。\n存在的问题和改进措施\n预算编制不够精细，下一步加强管理。";
    assert_eq!(
        show(report),
        [
            "1 [-] 部门基本情况",
            "2 [-] 主要职责",
            "2 [-] 机构设置",
            "1 [-] 绩效自评工作开展情况",
            "1 [-] 存在的问题和改进措施",
        ]
    );
}

#[test]
fn what_announces_a_topic_keeps_it_below_itself() {
    let report = "三、问题与建议\n3.1 问题\n指标偏少，覆盖面不够，需要进一步补充完善。\n建议\n加强管理，控制成本，减少不必要的支出和浪费。";
    assert_eq!(show(report), ["1 三、[3] 问题与建议", "2 3.1[1] 问题", "2 [~2] 建议"]);
}

#[test]
fn a_project_without_its_number_stands_beside_the_one_before() {
    let report = "二、项目绩效情况\n（一）自评结果\n1.河道清淤项目。执行数86万元，自评得分97分。\n2.山塘整治项目。执行数45万元，自评得分95分。\n\
        节水宣传项目。执行数12万元，自评得分96分。\n三、存在的问题\n资金到位较晚。";
    assert_eq!(
        show(report),
        [
            "1 二、[2] 项目绩效情况",
            "2 （一）[1] 自评结果",
            "3 1.[1] 河道清淤项目",
            "3 2.[2] 山塘整治项目",
            "3 [~3] 节水宣传项目",
            "1 三、[3] 存在的问题",
        ]
    );
}

#[test]
fn the_digit_in_front_of_a_dot_may_be_lost() {
    let report = "五、“三公”经费情况说明\n1.公务用车运行维护费支出情况说明\n预算15万元，支出14万元。\n.公务接待费支出情况说明\n预算6万元，支出5万元。\n六、其他需要说明的情况\n无。";
    assert_eq!(
        show(report),
        [
            "1 五、[5] “三公”经费情况说明",
            "2 1.[1] 公务用车运行维护费支出情况说明",
            "2 .[2] 公务接待费支出情况说明",
            "1 六、[6] 其他需要说明的情况",
        ]
    );
}

#[test]
fn a_list_of_tables_is_no_outline() {
    let report = "第一部分 部门概况\n一、主要职责\n负责水利工作。\n表1收入支出决算总表否\n表2收入决算总表否\n表3政府性基金预算财政拨款收入支出决算表是\n二、机构设置\n内设3个股室。";
    assert_eq!(show(report), ["1 第一部分[1] 部门概况", "2 一、[1] 主要职责", "2 二、[2] 机构设置"]);
}
