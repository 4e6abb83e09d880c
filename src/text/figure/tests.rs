use super::{Token, Unit, scan};
use crate::model::Bound;
use crate::patterns::Patterns;

fn tokens(text: &str) -> Vec<Token> {
    scan(text, &Patterns::builtin().figures)
}

/// `raw=value` of every money figure; ranges as `low..high`; bounds behind `@`.
fn money(text: &str) -> Vec<String> {
    tokens(text)
        .into_iter()
        .filter(|t| t.unit == Unit::Money)
        .map(|t| {
            let value = match (t.value, t.range) {
                (Some(v), _) => v.normalize().to_string(),
                (None, Some((low, high))) => format!("{}..{}", low.normalize(), high.normalize()),
                _ => "?".into(),
            };
            let bound = if t.bound == Bound::Exact { String::new() } else { format!("@{}", t.bound.name()) };
            format!("{}={value}{bound}", t.view.of(text))
        })
        .collect()
}

#[track_caller]
fn reads(text: &str, expected: &[&str]) {
    assert_eq!(money(text), expected, "{text}");
}

#[test]
fn plain_amounts_in_every_scale_are_read_exactly() {
    reads("收入151.47万元", &["151.47万元=1514700"]);
    reads("共0万元", &["0万元=0"]);
    reads("投入6.5亿元", &["6.5亿元=650000000"]);
    reads("收费3千元，另50百元", &["3千元=3000", "50百元=5000"]);
    reads("贷款2百万元", &["2百万元=2000000"]);
    reads("支付7,800,000.00元", &["7,800,000.00元=7800000"]);
    reads("余额73，387.27万元", &["73，387.27万元=733872700"]);
    reads("支出803.74 万元", &["803.74 万元=8037400"]);
    reads("价格¥1,234.50", &["¥1,234.50=1234.5"]);
    reads("共¥35万元整", &["¥35万元=350000"]);
    reads("768.833013万元", &["768.833013万元=7688330.13"]);
    reads("35元5角，12元3角4分", &["35元5角=35.5", "12元3角4分=12.34"]);
}

#[test]
fn composites_and_chinese_numerals_are_one_figure() {
    reads("共2亿3000万元", &["2亿3000万元=230000000"]);
    reads("共12万8千元", &["12万8千元=128000"]);
    reads("共1亿2千万元", &["1亿2千万元=120000000"]);
    reads("共1亿2000万元", &["1亿2000万元=120000000"]);
    reads("合同价壹佰贰拾万元整", &["壹佰贰拾万元=1200000"]);
    reads("人民币叁万伍仟元伍角陆分", &["叁万伍仟元伍角陆分=35000.56"]);
    reads("人民币壹拾贰万叁仟肆佰伍拾陆元柒角", &["壹拾贰万叁仟肆佰伍拾陆元柒角=123456.7"]);
    reads("约三百二十万元", &["三百二十万元=3200000@about"]);
    reads("投入一千五百余万元", &["一千五百余万元=15000000@over"]);
    reads("二元结构，多元投入，三元区", &[]);
    reads("单位:万元", &[]);
}

#[test]
fn bounds_stand_before_and_behind() {
    reads("约30万元", &["30万元=300000@about"]);
    reads("近30万元", &["30万元=300000@about"]);
    reads("超过30万元", &["30万元=300000@over"]);
    reads("30余万元", &["30余万元=300000@over"]);
    reads("30万余元", &["30万余元=300000@over"]);
    reads("100多万元", &["100多万元=1000000@over"]);
    reads("不超过30万元", &["30万元=300000@at_most"]);
    reads("312万元以内", &["312万元=3120000@at_most"]);
    reads("20万元以上的采购", &["20万元=200000@at_least"]);
    reads("20万元(含)以上", &["20万元=200000@at_least"]);
    reads("50万元左右", &["50万元=500000@about"]);
    reads("不足5万元", &["5万元=50000@under"]);
    reads("不低于人民币5万元", &["5万元=50000@at_least"]);
    reads("≥5万元", &["5万元=50000@at_least"]);
}

#[test]
fn ranges_have_two_ends_and_no_value() {
    reads("10-20万元", &["10-20万元=100000..200000"]);
    reads("10~20万元", &["10~20万元=100000..200000"]);
    reads("10至20万元", &["10至20万元=100000..200000"]);
    reads("10万-20万元", &["10万-20万元=100000..200000"]);
    reads("10万元至20万元", &["10万元至20万元=100000..200000"]);
    reads("2021年-2022年支出20万元", &["20万元=200000"]);
}

#[test]
fn a_list_takes_the_scale_of_its_last_item() {
    reads("分别为34.7、25.9、0.9万元", &["34.7=347000", "25.9=259000", "0.9万元=9000"]);
    reads("分别为113.97和18.90万元", &["113.97=1139700", "18.90万元=189000"]);
    reads("甲、乙分别投入3，5万元", &["3=30000", "5万元=50000"]);
    reads("共3个项目，5万元", &["5万元=50000"]);
    reads("2021、2022年度5万元", &["5万元=50000"]);
}

#[test]
fn negatives_and_brackets() {
    reads("差额为-12.5万元", &["-12.5万元=-125000"]);
    reads("差额(12.5)万元", &["(12.5)万元=-125000"]);
    reads("2021年-18.59万元", &["18.59万元=185900"]);
}

#[test]
fn what_looks_like_money_and_is_not_stays_out() {
    for text in [
        "面积1.2万亩",
        "共1200多万人次",
        "7.07万起",
        "投放2万吨粮",
        "12,939,501平方米",
        "财教〔2022〕15号",
        "财教[2021]41、181、193号",
        "项目编号51000021R000000019951",
        "1.2022年预算",
        "3.2023年收入",
        "3.0m×3.0m",
        "单位GDP能耗0.5吨",
        "服务群众3万人",
        "评分97.93分",
        "比例75%以上",
        "2022元旦晚会",
        "每季度2次",
        "5万美元",
        "新增万元户3户",
        "联系电话5550123",
        "4+3+1",
        "118.5.6版本",
    ] {
        reads(text, &[]);
    }
}

#[test]
fn a_bare_wan_is_money_where_the_noun_says_so() {
    reads("项目资金854万，已支付290.36万(一般公共预算)", &["854万=8540000", "290.36万=2903600"]);
    reads("配套资金各20万", &["20万=200000"]);
    reads("服务对象达3万", &[]);
    reads("财政补助资金惠及3万人", &[]);
}

#[test]
fn a_list_marker_before_a_year_is_no_decimal() {
    let t = tokens("1.2022年预算资金113.52万元");
    let kinds: Vec<_> = t.iter().map(|t| t.unit).collect();
    assert_eq!(kinds, [Unit::Marker, Unit::Year, Unit::Money]);
    let t = tokens("2022我中心完成2.5万元");
    assert_eq!(t[0].unit, Unit::Year);
}

#[test]
fn unit_prices_are_marked() {
    let t = tokens("补助1600元/亩，1000元/生.年");
    assert!(t.iter().all(|t| t.per), "{t:?}");
    assert_eq!(t[0].view.of("补助1600元/亩，1000元/生.年"), "1600元");
}

#[test]
fn percentages_heads_and_scores_are_told_apart() {
    let units = |text| tokens(text).into_iter().map(|t| t.unit).collect::<Vec<_>>();
    assert_eq!(units("达90%以上"), [Unit::Percent]);
    assert_eq!(units("提高3.2个百分点"), [Unit::PercentPoint]);
    assert_eq!(units("在编8人，编制11名"), [Unit::Person, Unit::Person]);
    assert_eq!(units("培训8人次"), [Unit::Count]);
    assert_eq!(units("得96.5分，用时3分钟"), [Unit::Score, Unit::Count]);
    assert_eq!(units("百分之九十五"), [Unit::Percent]);
}
