//! What the first and last lines of reports say about them.

use super::*;
use crate::model::Source;

/// Title, organisation, year and family of a text that is one part.
fn read(text: &str) -> (Option<String>, Option<String>, Option<i16>, String) {
    let doc = crate::read::read(Source::default(), text.as_bytes()).unwrap();
    let part = Part {
        span: Span::new(0, doc.text.len()),
        view: Span::new(0, doc.view.text.len()),
        title: None,
        sections: 0..0,
    };
    let patterns = Patterns::builtin();
    let found = identity(&doc, &Outline::default(), &part, &patterns);
    for printed in [&found.title, &found.org].into_iter().flatten() {
        // Every character of it is printed in its span, in that order.
        let mut print = printed.span.of(&doc.text).chars();
        assert!(printed.text.chars().filter(|c| *c != ' ').all(|c| print.any(|p| p == c)), "{printed:?}");
    }
    let family = patterns.families.get(found.family).id.clone();
    (found.title.map(|t| t.text), found.org.map(|t| t.text), found.year, family)
}

fn check(text: &str, title: &str, org: &str, year: i16, family: &str) {
    let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
    let wanted = (some(title), some(org), (year > 0).then_some(year), family.to_owned());
    assert_eq!(read(text), wanted, "{text}");
}

const BODY: &str = "\n一、部门基本情况\n（一）职能职责\n本部门主要负责本区有关工作。\n二、一般公共预算支出情况\n2022年年初预算100万元，基本支出80万元。\n";

#[test]
fn the_report_that_started_the_project_knows_who_it_is() {
    let text = "2022年度株洲市芦淞区优化营商环境\n\n协调事务中心整体支出绩效自评报告\n\n单位名称（盖章）：株洲市芦淞区优化营商环境协调\n\n事务中心\n\n（此页为封面）\n";
    check(
        &format!("{text}{BODY}"),
        "2022年度株洲市芦淞区优化营商环境协调事务中心整体支出绩效自评报告",
        "株洲市芦淞区优化营商环境协调事务中心",
        2022,
        "department_overall",
    );
}

#[test]
fn title_and_organisation_on_one_line() {
    for (title, org, year, family) in [
        ("2022年度青河县水利局部门整体支出绩效自评报告", "青河县水利局", 2022, "department_overall"),
        ("青河县水利局2021年度部门整体支出绩效自评报告", "青河县水利局", 2021, "department_overall"),
        ("青河县水利局关于2021年度部门整体支出绩效自评情况的报告", "青河县水利局", 2021, "department_overall"),
        ("关于2021年度青河县水利局部门整体支出绩效自评情况的报告", "青河县水利局", 2021, "department_overall"),
        ("关于青河县水利局2021年度部门整体支出绩效自评的报告", "青河县水利局", 2021, "department_overall"),
        (
            "2022年度青河县财政局预算绩效评价中心整体支出绩效自评报告",
            "青河县财政局预算绩效评价中心",
            2022,
            "department_overall",
        ),
        ("2022年度东城街道办事处部门（单位）整体支出绩效自评报告", "东城街道办事处", 2022, "department_overall"),
        ("2022 年度青河县第一中学整体支出绩效评价自评报告", "青河县第一中学", 2022, "department_overall"),
        ("二〇二二年度青河县妇联部门整体支出绩效自评报告", "青河县妇联", 2022, "department_overall"),
        ("2023年青河县水利局开展2022年度部门整体支出绩效自评报告", "青河县水利局", 2022, "department_overall"),
        ("青河县卫生健康委员会2022年度部门决算", "青河县卫生健康委员会", 2022, "final_accounts"),
        ("青河县水利局2022年“三公”经费情况说明", "青河县水利局", 2022, "three_public"),
        ("青河县水利局2022年度农村饮水安全巩固提升项目支出绩效自评报告", "青河县水利局", 2022, "project"),
        ("青河县农业农村局2021年中央财政衔接推进乡村振兴补助资金绩效自评报告", "青河县农业农村局", 2021, "transfer"),
        ("青河县水利局2021年度部门整体支出绩效自评整改报告", "青河县水利局", 2021, "rectification"),
    ] {
        check(&format!("{title}\n{BODY}"), title.replace(' ', "").as_str(), org, year, family);
        check(&format!("附件2：{title}\n{BODY}"), title.replace(' ', "").as_str(), org, year, family);
    }
}

#[test]
fn a_title_broken_over_lines_is_one_title() {
    for (text, title) in [
        ("2022年度\n青河县水利局\n部门整体支出绩效自评报告", "2022年度青河县水利局部门整体支出绩效自评报告"),
        ("青河县水利局\n2022年度部门整体支出绩效自评报告", "青河县水利局2022年度部门整体支出绩效自评报告"),
        (
            "附件3\n\n青河县水利局2022年度\n\n部门整体支出绩效自评\n\n报告",
            "青河县水利局2022年度部门整体支出绩效自评报告",
        ),
        ("青河县水利局2022年度部门预算\n绩效自评报告", "青河县水利局2022年度部门预算绩效自评报告"),
        ("青河县水利局\n2022 年度部门整体支出\n绩 效 自 评 报 告", "青河县水利局2022年度部门整体支出绩效自评报告"),
        (
            "青河县财政局文件\n青财绩〔2023〕5号\n青河县水利局2022年度部门整体支出绩效自评报告",
            "青河县水利局2022年度部门整体支出绩效自评报告",
        ),
    ] {
        check(&format!("{text}\n{BODY}"), title, "青河县水利局", 2022, "department_overall");
    }
}

#[test]
fn a_label_names_the_organisation() {
    for label in [
        "单位名称（盖章）：青河县水利局",
        "部门（单位）名称：青河县水利局",
        "部门(单位)名称  青河县水利局",
        "填报单位：青河县水利局（盖章）",
        "填报单位(盖章)：青河县水利局　　填报日期：2023年3月5日",
        "预算单位：青河县水利局 单位：万元",
        "单位名称：\n青河县水利局",
        "部门名称：青河县\n水利局",
        "单位名称：___青河县水利局___",
        "填报单位：青河县水利局 填报日期：2023.3.5",
        "预算部门（单位）：青河县水利局",
        "部门（单位）名称（公章）：青河县水利局\n预算编码：302001\n报告日期：2023年5月10日",
        "项目实施单位：青河县水利局",
        "主管部门：青河县人民政府\n实施单位：青河县水利局",
        "项目名称：饮水工程 主管部门：青河县人民政府 实施单位：青河县水利局",
    ] {
        check(
            &format!("2022年度部门整体支出绩效自评报告\n{label}\n{BODY}"),
            "2022年度部门整体支出绩效自评报告",
            "青河县水利局",
            2022,
            "department_overall",
        );
    }
    check(
        &format!("雨山区2022年度部门（单位）整体支出绩效评价自评报告\n部门（单位）名称：雨山区发展和改革局\n{BODY}"),
        "雨山区2022年度部门（单位）整体支出绩效评价自评报告",
        "雨山区发展和改革局",
        2022,
        "department_overall",
    );
    check(
        &format!("青河县水利局2022年度部门整体支出绩效自评报告\n主管部门：青河县人民政府\n{BODY}"),
        "青河县水利局2022年度部门整体支出绩效自评报告",
        "青河县水利局",
        2022,
        "department_overall",
    );
}

#[test]
fn the_year_stands_under_the_title() {
    for year in ["（2021年度）", "( 20 21 年度 )", "（二〇二一年度）", "（2021 年）"] {
        let found = read(&format!("部门整体支出绩效自评表\n{year}\n单位名称：青河县水利局\n填报日期：2022年3月1日\n"));
        assert_eq!(
            (found.1.as_deref(), found.2, found.3.as_str()),
            (Some("青河县水利局"), Some(2021), "department_form")
        );
        assert!(found.0.unwrap().starts_with("部门整体支出绩效自评表"));
    }
    for year in ["2021年度", "2021年度)", "预算年度：2021", "（2021年度）　　　单位：万元", "评价年度：2021年"]
    {
        check(
            &format!("部门整体支出绩效自评表\n{year}\n单位名称：青河县水利局\n填报日期：2022年3月1日\n"),
            "部门整体支出绩效自评表",
            "青河县水利局",
            2021,
            "department_form",
        );
    }
}

#[test]
fn what_is_not_printed_is_unknown() {
    check(
        "部门整体支出绩效自评报告\n一、部门基本情况\n负责本区工作。\n",
        "部门整体支出绩效自评报告",
        "",
        0,
        "department_overall",
    );
    check("今天天气很好。\n我们去了公园。\n", "", "", 0, "other");
}

#[test]
fn the_signature_names_the_organisation_and_its_date_is_not_the_year() {
    let text = "部门整体支出绩效自评报告\n一、部门基本情况\n我局负责本区工作。\n2021年度支出10万元，2021年初预算9万元。\n青河县水利局（盖章）\n2022年3月5日\n";
    check(text, "部门整体支出绩效自评报告", "青河县水利局", 2021, "department_overall");
    let text = "部门整体支出绩效自评报告\n一、部门基本情况\n青河县水利局成立于2003年，为县政府工作部门，内设五个股室，编制二十人。\n";
    check(text, "部门整体支出绩效自评报告", "青河县水利局", 0, "department_overall");
}

#[test]
fn a_project_report_is_told_from_its_project() {
    let text = "2022年度青河县水利局白马水库除险加固项目支出绩效自评报告\n一、项目概况\n青河县水利局负责项目实施。\n";
    check(text, "2022年度青河县水利局白马水库除险加固项目支出绩效自评报告", "青河县水利局", 2022, "project");
    let text = "老城区停车场建设项目支出绩效自评报告\n（2022年度）\n项目单位：青河县城管局\n主管部门：青河县人民政府\n一、项目概况\n";
    check(text, "老城区停车场建设项目支出绩效自评报告（2022年度）", "青河县城管局", 2022, "project");
}

#[test]
fn website_lines_and_tables_of_contents_are_no_titles() {
    let text = format!(
        "首页 > 政务公开\n索引号：0001/2023-1\n青河县水利局2022年度部门整体支出绩效自评报告\n来源：县水利局 发布时间：2023-05-06 浏览次数：10\n{BODY}"
    );
    check(&text, "青河县水利局2022年度部门整体支出绩效自评报告", "青河县水利局", 2022, "department_overall");
    let text = "青河县水利局\n2022年度部门决算\n目录\n第一部分 部门概况........1\n一、主要职责........1\n附件 2022年度部门整体支出绩效自评报告........20\n第一部分 部门概况\n一、主要职责\n";
    check(text, "青河县水利局2022年度部门决算", "青河县水利局", 2022, "final_accounts");
}

#[test]
fn papers_that_are_no_self_assessment_are_told_apart() {
    let text = "青河县财政局关于开展2022年度部门整体支出绩效自评工作的通知\n各预算单位：\n现将有关事项通知如下。\n青河县财政局\n2023年2月1日\n";
    check(text, "青河县财政局关于开展2022年度部门整体支出绩效自评工作的通知", "青河县财政局", 2022, "notice");
    let text = "青河县2021年农村公路养护项目绩效评价报告\n大华会计师事务所（普通合伙）\n受青河县财政局委托，我们组成评价组。\n2021年度预算100万元，2021年支出90万元。\n";
    assert_eq!(read(text).3, "third_party");
    let text = "20XX年度部门整体支出绩效自评报告\n单位名称（盖章）：________\n一、部门基本情况\n（一）xx\n年初预算xx万元，支出xx万元，在职xx人，完成率xx%。\n";
    let found = read(text);
    assert_eq!((found.1, found.2, found.3.as_str()), (None, None, "template"));
}

#[test]
fn a_cover_in_fields_is_read() {
    let text = "岳山县2021年度部门整体支出绩效评价自评报告\n来源:新开镇   2022-09-28 20:14\n浏览量:1 | | | |\n岳山县2021年度部门整体支出\n绩效评价自评报告\n\
                部门(单位)名称:岳山县新开镇政府\n预 算 编 码:  \n评价方式:部门(单位)绩效自评\n评价机构:部门(单位)评价组\n报告日期:2021年12月31日\n\
                岳山县财政局(制)\n一、部门(单位)基本概况\n联系人\n张三\n人员编制\n128\n";
    check(text, "岳山县2021年度部门整体支出绩效评价自评报告", "岳山县新开镇政府", 2021, "department_overall");
}

#[test]
fn a_form_in_pipes_is_read() {
    let text = "2022年度项目支出绩效自评表 | 部门：永德县明朗中学 |\n| 公开14表 | 项目名称 | 营养改善计划专项资金 | 主管部门 | 永德县教育体育局 | 实施单位 | 永德县明朗中学 |\n| 年初预算数 | 387664.62 |\n";
    check(text, "2022年度项目支出绩效自评表", "永德县明朗中学", 2022, "project_form");
}

#[test]
fn a_flattened_form_is_read() {
    let text = "项目支出绩效自评表\n（2022年度）\n项目名称\n校舍维修\n主管部门\n青河县教育局\n实施单位\n青河县第一小学\n项目资金\n（万元）\n";
    check(text, "项目支出绩效自评表（2022年度）", "青河县第一小学", 2022, "project_form");
    let text = "部门预算项目支出绩效自评表（2023年度）\n项目名称 安可替代补助资金项目\n主管部门 青河县司法局部门 实施单位 青河县司法局\n";
    check(text, "部门预算项目支出绩效自评表（2023年度）", "青河县司法局", 2023, "project_form");
}

#[test]
fn final_accounts_without_a_title_name_the_organisation_in_their_first_chapter() {
    let text = "目录\n第一部分 青河县人民政府办公室概况\n一、部门职责\n二、机构设置\n第二部分 部门决算表\n一、收入支出决算总表\n第三部分 2023年度部门决算情况说明\n\
                一、收入支出决算总体情况说明\n第四部分 名词解释\n第一部分\n青河县人民政府办公室概况\n一、部门职责\n协助县政府领导处理日常工作。\n\
                2023年度收入总计100万元，2023年度支出总计100万元。\n";
    let found = read(text);
    assert_eq!(
        (found.1.as_deref(), found.2, found.3.as_str()),
        (Some("青河县人民政府办公室"), Some(2023), "final_accounts")
    );
}

#[test]
fn a_letterhead_is_no_title_and_names_the_issuer() {
    let text = "青河县人民政府办公室\n会 议 纪 要\n〔2023〕38号\n青河县人民政府第12次常务会议纪要\n2023年9月5日，县长主持召开会议，纪要如下：\n";
    check(text, "青河县人民政府第12次常务会议纪要", "青河县人民政府办公室", 0, "other");
}

#[test]
fn names_of_many_kinds_are_cut_out_of_titles() {
    for org in [
        "青河县人大常委会办公室",
        "中共青河县委宣传部",
        "青河县纪委监委",
        "青河县人民检察院",
        "青河县消防救援大队",
        "青河县供销合作社",
        "青河县职业中专",
        "青河经济技术开发区管委会",
        "青河县自然资源局城东分局",
        "青河县红十字会",
        "青河县第三幼儿园",
        "青河县青少年宫",
        "青河县公路养护段",
        "青河县国有资产经营有限公司",
        "政协青河县委员会",
        "青河县公安局交通警察大队",
        "共青团青河县委",
        "青河县党史研究室",
        "青河县机关事务服务中心",
        "青河县残联",
        "中国共产党青河县委员会办公室",
        "青河县大两镇人民政府",
        "青河县退役军人事务局",
        "青河县财政局",
    ] {
        for title in [
            format!("2022年度{org}部门整体支出绩效自评报告"),
            format!("{org}2022年度部门整体支出绩效自评报告"),
            format!("{org}部门（单位）整体支出绩效自评报告（2022年度）"),
            format!("{org}关于2022年度部门整体支出绩效自评工作情况的报告"),
            format!("关于{org}2022年整体支出绩效自评情况的报告"),
            format!("{org}2022年度部门决算"),
        ] {
            let found = read(&format!("{title}\n{BODY}"));
            assert_eq!(
                (found.0.as_deref(), found.1.as_deref(), found.2),
                (Some(title.as_str()), Some(org), Some(2022))
            );
        }
    }
}

#[test]
fn identity_survives_any_text() {
    for text in [
        "附件",
        "附件：",
        "（",
        "部门：",
        "单位名称：",
        "关于",
        "2022年度",
        "2022年度自评报告",
        "二",
        "目录\n目录",
        "附件12022年度某局自评报告",
        "单位:",
    ] {
        let _ = read(text);
    }
}

proptest::proptest! {
    #[test]
    fn identity_of_any_lines_is_read_without_panic(
        lines in proptest::collection::vec(
            proptest::prop_oneof![
                "(附件|附表)?[0-9一-]{0,3}[:：]?[某县水利局中心]{2,8}", "20[0-9]{2} ?年度?[部门整体支出绩效自评报告表]{3,10}", "(单位名称|填报单位|部门|主管部门)(（盖章）)?[:： _]{0,2}[某县局]{0,4}",
                "[(（]?[2二][0〇 ]{1,2}[0-9二]{1,3} ?年?度?[)）]?", "\\| ?[项目单位名称]{2,4} ?\\|[某局]{0,3}", "[0-9年月日.〔〕号]{0,12}", "[我本]局[，。预算决算0-9年]{0,20}", ".{0,20}", "目录", "关于.{0,6}的(报告|通知)",
            ],
            0..14,
        ),
    ) {
        if crate::read::read(Source::default(), lines.join("\n").as_bytes()).is_ok() {
            let _ = read(&lines.join("\n"));
        }
    }
}

#[test]
fn the_organisation_may_stand_on_a_line_of_its_own_under_the_title() {
    check(
        "2023年省级社区养老服务补助资金绩效自评报告\n雾江市民政局\n一、绩效目标分解下达情况\n下达资金80万元。\n",
        "2023年省级社区养老服务补助资金绩效自评报告",
        "雾江市民政局",
        2023,
        "transfer",
    );
    check(
        "2023年度部门整体支出绩效自评报告\n（琼澜县第二幼儿园）\n一、基本情况\n在园幼儿200名。\n",
        "2023年度部门整体支出绩效自评报告",
        "琼澜县第二幼儿园",
        2023,
        "department_overall",
    );
}

#[test]
fn who_assessed_may_be_said_in_the_first_sentence_alone() {
    check(
        "2020年度小型水库除险加固项目绩效自评报告\n根据县财政局通知（勐财绩〔2021〕3号）要求，勐岭县水务局对2020年度小型水库除险加固项目进行了绩效自评，现报告如下：\n一、项目基本情况\n总投资40万元。\n",
        "2020年度小型水库除险加固项目绩效自评报告",
        "勐岭县水务局",
        2020,
        "project",
    );
}

#[test]
fn the_title_of_a_notice_may_go_on_over_two_lines() {
    check(
        "云岫县财政局关于2022年度绩效自评\n抽查复核情况的通报\n各预算单位：\n现将有关情况通报如下：\n",
        "云岫县财政局关于2022年度绩效自评抽查复核情况的通报",
        "云岫县财政局",
        2022,
        "notice",
    );
}
