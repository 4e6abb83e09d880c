//! What kind of statement an amount is: sentences of reports and the roles of their amounts, in print order.

use super::report;
use crate::model::Measure;

/// `25元 unit_price` for each amount.
#[track_caller]
fn roles(text: &str, expected: &[&str]) {
    let r = report(text);
    let got: Vec<String> = r
        .figures
        .iter()
        .filter(|f| f.measure == Measure::Yuan)
        .map(|f| format!("{} {}", f.view.of(&r.document.view.text), f.role.name()))
        .collect();
    assert_eq!(got, expected, "{text}");
}

#[test]
fn what_a_thing_costs_is_a_price() {
    roles("封面设计按每页12元、排版按每页3.5元结算。", &["12元 unit_price", "3.5元 unit_price"]);
    roles("安装隔离桩60根，每根85元，共计5100元。", &["85元 unit_price", "5100元 level"]);
    roles("单座泵站年运行成本1.8万元，吨水成本0.42元。", &["1.8万元 unit_price", "0.42元 unit_price"]);
    roles("车均运行费用约1.6万元。", &["1.6万元 unit_price"]);
    roles("值守补助7.2万元（5人×12个月×1200元）。", &["7.2万元 level", "1200元 unit_price"]);
    roles("建议将补助由每件150元提高到220元左右。", &["150元 unit_price", "220元 unit_price"]);
    roles("单台采购价不超过3,200元。", &["3,200元 unit_price"]);
    roles("每亩奖补400元，较上年下降30元。", &["400元 unit_price", "30元 change"]);
    roles("每年安排培训经费6万元。", &["6万元 level"]);
    roles("抽查发现3笔差旅费超标准发放共计920元。", &["920元 level"]);
}

#[test]
fn a_threshold_of_a_rule_is_a_limit() {
    roles(
        "单笔2万元以下的支出由分管领导审批，2万元以上8万元以下的由主任审批，8万元至15万元的提交会议研究。",
        &["2万元 limit", "2万元 limit", "8万元 limit", "8万元至15万元 limit"],
    );
    roles("超过30万元的装备须公开采购，5万元以上零星工程实行询价。", &["30万元 limit", "5万元 limit"]);
    roles("单价60万元以上的通用设备2台。", &["60万元 limit"]);
    roles("不足200万元的由乡镇自行评审。", &["200万元 limit"]);
    roles("采购限额标准（货物和服务40万元以上）的项目全部公开招标。", &["40万元 limit"]);
    roles("投入50万元以上的资金用于管网改造。", &["50万元 level"]);
    roles("年产值达到300万元以上的收入全部入账。", &["300万元 other_party"]);
}

#[test]
fn what_grows_or_shrinks_is_a_change() {
    roles("对排名末位的乡镇扣减下年度经费各3万元。", &["3万元 change"]);
    roles("因设计变更合计核增9.4万元。", &["9.4万元 change"]);
    roles("“三公”经费支出2.1万元，比年初预算2.5万元少0.4万元。", &["2.1万元 level", "2.5万元 level", "0.4万元 change"]);
    roles("维护单价为180元，比控制价195元低15元。", &["180元 unit_price", "195元 unit_price", "15元 change"]);
    roles("亩均灌溉成本下降12元。", &["12元 change"]);
    roles("管护经费全年缺口6.5万元。", &["6.5万元 level"]);
}

#[test]
fn a_wanted_value_is_a_target() {
    roles("单次演出成本 ≤2.5万元。", &["2.5万元 target"]);
    roles("力争下年度募集善款不少于80万元。", &["80万元 target"]);
    roles("项目计划总投资640万元，其中省级补助400万元。", &["640万元 level", "400万元 level"]);
}

#[test]
fn what_others_have_earn_or_lose_is_not_the_organisations() {
    roles("通过集中采购为群众节省费用约36万元。", &["36万元 other_party"]);
    roles("带动农户年均增收0.6万元。", &["0.6万元 other_party"]);
    roles("为放映员人均增收1,100元。", &["1,100元 unit_price"]);
    roles(
        "每场补助180元，其中放映90元、版权60元、维护30元。",
        &["180元 unit_price", "90元 unit_price", "60元 unit_price", "30元 unit_price"],
    );
    roles("旅游综合收入8.2亿元，其中湖滨景区1.1亿元。", &["8.2亿元 other_party", "1.1亿元 other_party"]);
    roles("全年减轻群众用药负担约90万元。", &["90万元 other_party"]);
    roles("避免渔民损失约150万元。", &["150万元 other_party"]);
    roles("沿线茶叶收购金额约8000万元。", &["8000万元 other_party"]);
    roles("带动务工900人次，支付劳务费45万元。", &["45万元 level"]);
    roles("资产总额860万元，其中流动资产210万元。", &["860万元 level", "210万元 level"]);
    roles("节约采购资金14.4万元。", &["14.4万元 change"]);
}

#[test]
fn a_price_is_known_by_the_words_beside_it() {
    roles("每站分别补助5万、3.2万元。", &["5万 unit_price", "3.2万元 unit_price"]);
    roles("按每人800元的标准安排，住校生另增200元。", &["800元 unit_price", "200元 unit_price"]);
    roles(
        "调解、仲裁、诉讼案件分别按300、700、1,200元测算。",
        &["300 unit_price", "700 unit_price", "1,200元 unit_price"],
    );
    roles("平均每单为商户节省约35元。", &["35元 unit_price"]);
    roles("学员就业后平均月薪5,200元。", &["5,200元 unit_price"]);
    roles("贷款贴息单户最高15万元。", &["15万元 limit"]);
    roles("3,000万元以上信息化项目须报市里评审。", &["3,000万元 limit"]);
}

#[test]
fn whose_money_it_is_stands_before_or_behind_it() {
    roles("贷款贴息36.5万元由区财政局列支。", &["36.5万元 other_party"]);
    roles("培训费用12万元，由我局承担。", &["12万元 level"]);
    roles("预计全年为商户减负420万元左右。", &["420万元 other_party"]);
    roles("“雨露计划”募集社会捐款18万元。", &["18万元 other_party"]);
    roles("为86名工人追回劳动报酬240万元。", &["240万元 other_party"]);
    roles(
        "全年实现收入8,600万元，其中：财政拨款收入900万元，医疗收入7,500万元，其他收入200万元。",
        &["8,600万元 level", "900万元 level", "7,500万元 level", "200万元 level"],
    );
    roles("建议将巡护经费6.5万元纳入下年预算。", &["6.5万元 target"]);
}
