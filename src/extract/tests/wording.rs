//! Sentences as reports of many places word them, and the facts they state.

use super::states;

#[test]
fn budgets_incomes_expenditures_and_what_is_left_are_read_in_many_wordings() {
    states(
        "2023年初批复预算862.45万元，其中基本支出预算512.30万元、项目支出预算350.15万元；年中追加96.20万元，调整后全年预算958.65万元，当年实际执行940.12万元，预算执行率为98.07%。",
        &[
            "budget.total@initial#2023=8624500",
            "expenditure.basic@initial#2023=5123000",
            "expenditure.project@initial#2023=3501500",
            "budget.total@adjusted#2023=9586500",
            "expenditure.total@final#2023=9401200",
            "rate.execution#2023=98.07",
        ],
    );
    states(
        "我局2023年收入决算1204.5万元，较上年的1132.8万元增加71.7万元，增幅6.33%，其中财政拨款收入1180.3万元，占97.99%，其他收入24.2万元，占2.01%。",
        &[
            "income.total@final#2023=12045000",
            "income.total@final#2022=11328000",
            "income.fiscal@final#2023=11803000",
            "income.other@final#2023=242000",
        ],
    );
    states(
        "本年支出1198.62万元，其中：基本支出702.15万元（人员经费630.40万元，公用经费71.75万元），项目支出496.47万元，分别占总支出的58.58%和41.42%。",
        &[
            "expenditure.total@final=11986200",
            "expenditure.basic@final=7021500",
            "expenditure.staff@final=6304000",
            "expenditure.operating@final=717500",
            "expenditure.project@final=4964700",
        ],
    );
    states("项目总投资1500万元，其中中央资金900万元、省级资金300万元、县级配套300万元，资金到位率100%。", &[]);
    states(
        "上年结转35.6万元，本年收入500万元，本年支出510万元，年末结转和结余25.6万元。",
        &[
            "carryover.begin@final=356000",
            "income.total@final=5000000",
            "expenditure.total@final=5100000",
            "carryover.end@final=256000",
        ],
    );
    states(
        "本单位无政府性基金预算拨款收入和支出，也没有国有资本经营预算财政拨款安排的支出。",
        &["fund.government@final=none", "fund.state_capital@final=none"],
    );
    states(
        "2023年度无政府性基金预算支出、国有资本经营预算支出和社会保险基金预算支出。",
        &[
            "fund.government@final#2023=none",
            "fund.state_capital@final#2023=none",
            "fund.social_insurance@final#2023=none",
        ],
    );
    states("收、支总计均为2,345.67万元。", &["income.total@final=23456700", "expenditure.total@final=23456700"]);
    states(
        "基本支出中人员经费630.4万元，占基本支出的89.78%；公用经费71.75万元，占10.22%。",
        &["expenditure.staff@final=6304000", "expenditure.operating@final=717500"],
    );
    states("工资福利支出560.3万元，商品和服务支出71.75万元，对个人和家庭的补助70.1万元。", &[]);
    states(
        "人员经费和公用经费分别为630.40万元和71.75万元。",
        &["expenditure.staff@final=6304000", "expenditure.operating@final=717500"],
    );
    states("2022年、2023年预算执行率分别为95.2%、98.07%。", &["rate.execution#2022=95.2", "rate.execution#2023=98.07"]);
    states(
        "全年预算执行数为940.12万元，剩余18.53万元已由财政收回。",
        &["expenditure.total@final=9401200", "carryover.end@final=185300"],
    );
    states(
        "单位2023年部门预算总收入958.65万元，全部为一般公共预算财政拨款。",
        &["income.total@initial/general_public#2023=9586500"],
    );
    states("按照财政部门要求，压减一般性支出23万元，压减比例5%。", &[]);
    states(
        "本年度共申请财政资金500万元，实际到位480万元，到位率96%，实际使用465万元，使用率96.88%。",
        &["income.total@received=4800000", "expenditure.total@final=4650000"],
    );
    states(
        "2023年项目资金共计450万元，到位450万元，支出432.8万元，执行率96.18%，结余17.2万元结转下年使用。",
        &[
            "income.total@received#2023=4500000",
            "expenditure.total@final#2023=4328000",
            "rate.execution=96.18",
            "carryover.end@final#2023=172000",
        ],
    );
    states("年末无结转。", &["carryover.end@final=none"]);
    states(
        "2023年度收入、支出总计各1,530.2万元，与上年相比收、支总计各增加120.5万元，增长8.55%。",
        &["income.total@final#2023=15302000", "expenditure.total@final#2023=15302000"],
    );
    states(
        "2023年度收入总计1,530.2万元，支出总计1,510万元。",
        &["income.total@final#2023=15302000", "expenditure.total@final#2023=15100000"],
    );
    states(
        "全年预算执行数为940.12万元，剩余18.53万元已由财政收回。",
        &["expenditure.total@final=9401200", "carryover.end@final=185300"],
    );
    states(
        "2023年部门预算总收入958.65万元，全部为一般公共预算财政拨款。",
        &["income.total@initial/general_public#2023=9586500"],
    );
    states(
        "本年度共申请财政资金500万元，实际到位480万元，到位率96%，实际使用465万元，使用率96.88%。",
        &["income.total@received=4800000", "expenditure.total@final=4650000"],
    );
    states(
        "本部门2023年年初预算总额1,268.35万元（其中：基本支出986.2万元，项目支出282.15万元），年中追加预算156.4万元，全年预算数1,424.75万元，全年执行数1,398.6万元，执行率98.16%。",
        &[
            "budget.total@initial#2023=12683500",
            "expenditure.basic@initial#2023=9862000",
            "expenditure.project@initial#2023=2821500",
            "budget.total@adjusted#2023=14247500",
            "expenditure.total@final#2023=13986000",
            "rate.execution#2023=98.16",
        ],
    );
    states(
        "2023年，单位实现财政拨款总收入620万元，比2022年的580万元增长6.9%。",
        &["income.fiscal@final#2023=6200000", "income.fiscal@final#2022=5800000"],
    );
    states(
        "2023年我单位整体支出为768.32万元。其中工资福利支出520.1万元，商品和服务支出180.22万元，对个人和家庭补助支出48万元，资本性支出20万元。",
        &["expenditure.total@final#2023=7683200"],
    );
    states(
        "2023年度机关运行经费支出98.6万元，比上年增加3.2万元，增长3.35%。",
        &["expenditure.operating@final#2023=986000"],
    );
    states("截至年末，项目资金结余12.6万元，主要是尾款未到支付节点。", &["carryover.end@final=126000"]);
    states(
        "全年支出占预算的98.5%，其中基本支出执行率100%，项目支出执行率95.3%。",
        &["rate.execution=98.5", "rate.execution[基本支出]=100", "rate.execution[项目支出]=95.3"],
    );
    states("年初、年末均无结转结余。", &["carryover.begin@final=none", "carryover.end@final=none"]);
}

#[test]
fn expenses_of_their_own_are_read_with_their_stages() {
    states(
        "“三公”经费全年支出9.86万元，同比下降12.4%，其中公务用车运行维护费7.20万元、公务接待费2.66万元，未发生因公出国（境）和公务用车购置支出。",
        &[
            "three_public.total@final=98600",
            "three_public.vehicle_running@final=72000",
            "three_public.reception@final=26600",
            "three_public.abroad@final=none",
            "three_public.vehicle_purchase@final=none",
        ],
    );
    states(
        "“三公”经费预算12万元，实际支出9.86万元，完成预算的82.17%。",
        &["three_public.total@initial=120000", "three_public.total@final=98600"],
    );
    states(
        "政府采购预算186万元，实际采购金额171.5万元，节约资金14.5万元，节约率7.8%。",
        &["procurement.total@initial=1860000", "procurement.total@final=1715000"],
    );
    states(
        "全年召开会议12次，会议费1.8万元，比上年减少0.4万元；举办培训6期，培训费5.2万元。",
        &["meeting.total@final=18000", "training.total@final=52000"],
    );
    states(
        "公务用车运行维护费7.5万元，其中燃油费3.2万元、维修费2.8万元、保险费1.5万元。",
        &["three_public.vehicle_running@final=75000"],
    );
    states("公务接待费0.86万元，接待12批次96人次，人均89.6元。", &["three_public.reception@final=8600"]);
    states(
        "2023年“三公”经费预算数15万元，其中：因公出国（境）费0万元，公务用车购置及运行费11万元（购置0万元，运行11万元），公务接待费4万元；决算数12.3万元，其中公务用车运行费9.5万元，公务接待费2.8万元。",
        &[
            "three_public.total@initial#2023=150000",
            "three_public.abroad@initial#2023=0",
            "three_public.vehicle@initial#2023=110000",
            "three_public.vehicle_purchase@initial#2023=0",
            "three_public.vehicle_running@initial#2023=110000",
            "three_public.reception@initial#2023=40000",
            "three_public.total@final#2023=123000",
            "three_public.vehicle_running@final#2023=95000",
            "three_public.reception@final#2023=28000",
        ],
    );
    states(
        "政府采购支出总额245.6万元，其中：政府采购货物支出102.3万元、政府采购工程支出85万元、政府采购服务支出58.3万元。",
        &["procurement.total@final=2456000"],
    );
    states(
        "“三公”经费2.1万元，均为公务用车运行维护费2.1万元，比年初预算2.5万元少0.4万元。",
        &[
            "three_public.total@final=21000",
            "three_public.vehicle_running@final=21000",
            "three_public.total@initial=25000",
        ],
    );
}

#[test]
fn heads_scores_grades_and_rates_are_read_in_many_wordings() {
    states(
        "截至2023年12月底，核定编制65名（行政30名、事业33名、工勤2名），实有在职人员61人，离退休人员38人，在职人员控制率93.85%。",
        &[
            "headcount.quota#2023=65",
            "headcount.quota#2023[行政]=30",
            "headcount.quota#2023[事业]=33",
            "headcount.quota#2023[工勤]=2",
            "headcount.actual#2023=61",
            "headcount.retired#2023=38",
            "rate.staff_control=93.85",
        ],
    );
    states(
        "我镇人员编制数为88人，其中行政编制42人，事业编制46人，年末实有人数83人，其中行政39人，事业44人。",
        &[
            "headcount.quota=88",
            "headcount.quota[行政]=42",
            "headcount.quota[事业]=46",
            "headcount.actual=83",
            "headcount.actual[行政]=39",
            "headcount.actual[事业]=44",
        ],
    );
    states("自评总分为96.5分，自评等级为“优”，较上年提高1.2分。", &["score.self=96.5", "grade.self=优"]);
    states(
        "经自评，部门整体支出绩效得分95.8分（满分100分），其中预算执行10分、产出指标48.3分、效益指标29.5分、满意度指标8分，评价结论为“优秀”。",
        &["score.self=95.8", "grade.self=优秀"],
    );
    states("群众满意度为96.4%，比目标值90%高6.4个百分点。", &["satisfaction=96.4"]);
    states("服务对象满意度目标值≥95%，实际完成值97.2%。", &["satisfaction=97.2"]);
    states(
        "全局现有干部职工72人，其中：公务员28人，参公人员12人，事业人员30人，工勤人员2人；退休41人。",
        &[
            "headcount.actual=72",
            "headcount.actual[参公]=12",
            "headcount.actual[事业]=30",
            "headcount.actual[工勤]=2",
            "headcount.retired=41",
        ],
    );
    states("服务对象满意度目标值≥95%，实际完成值97.2%。", &["satisfaction=97.2"]);
    states(
        "本单位共有编制12个，现有在职人员11人，退休5人。",
        &["headcount.quota=12", "headcount.actual=11", "headcount.retired=5"],
    );
    states("事业编制15名，实有14人。", &["headcount.quota=15", "headcount.actual=14"]);
    states(
        "单位共有事业编制43人，现有在编在职人员40人，其中管理人员6人，专业技术人员34人；编外聘用人员12人。",
        &["headcount.quota=43", "headcount.actual=40"],
    );
    states("我局2023年度绩效自评综合得分为93分，评定等次为“优”。", &["score.self#2023=93", "grade.self#2023=优"]);
    states("根据评分标准，自评得98分，等次优。", &["score.self=98", "grade.self=优"]);
    states("自评结果：96分，优秀。", &["score.self=96", "grade.self=优秀"]);
    states("综合评定得分：97.35分，等级：优", &["score.self=97.35", "grade.self=优"]);
    states("受益群众满意度达95%以上。", &["satisfaction=95"]);
    states(
        "编制28名，实有26人，其中在职事业26人。",
        &["headcount.quota=28", "headcount.actual=26", "headcount.actual[事业]=26"],
    );
    states(
        "2023年自评得分94.8分，等级为优；2022年得分88.6分，等级为良。",
        &["score.self#2023=94.8", "grade.self#2023=优", "score.self#2022=88.6", "grade.self#2022=良"],
    );
    states("自评得分95.5分，等级优；财政部门抽查评分86分，等级良。", &["score.self=95.5", "grade.self=优"]);
    states("核定编制16名，服务离退休干部620人。", &["headcount.quota=16"]);
    states("2个项目自评平均得分95.2分。", &[]);
}

#[test]
fn projects_are_named_and_organisations_are_not() {
    states(
        "项目支出350.15万元，其中农村饮水安全巩固提升项目180万元，山洪灾害防治项目95.15万元，河湖长制工作经费75万元。",
        &[
            "expenditure.project@final=3501500",
            "expenditure.project@final[农村饮水安全巩固提升项目]=1800000",
            "expenditure.project@final[山洪灾害防治项目]=951500",
            "expenditure.project@final[河湖长制工作经费]=750000",
        ],
    );
    states(
        "一、农村饮水项目：年初预算180万元，实际支出176.4万元，预算执行率98%。",
        &[
            "expenditure.project@initial[农村饮水项目]=1800000",
            "expenditure.project@final[农村饮水项目]=1764000",
            "rate.execution[农村饮水项目]=98",
        ],
    );
    states(
        "河道清淤、山塘整治、节水宣传3个项目分别支出120万元、86万元、15万元。",
        &[
            "expenditure.project@final[河道清淤]=1200000",
            "expenditure.project@final[山塘整治]=860000",
            "expenditure.project@final[节水宣传]=150000",
        ],
    );
    states(
        "小修保养、水毁抢通、标线施划分别支出402.6、211.4、89.2万元。",
        &[
            "expenditure.project@final[小修保养]=4026000",
            "expenditure.project@final[水毁抢通]=2114000",
            "expenditure.project@final[标线施划]=892000",
        ],
    );
    states("城北、龙坪、白洋三个养护站分别拨付86.4、72.15、65.8万元。", &[]);
    states("农家书屋更新项目结余六万八千元。", &[]);
    states(
        "农产品质量监测、农业品牌宣传2个项目支出394.72万元，分别为268.40、126.32万元。",
        &[
            "expenditure.project@final=3947200",
            "expenditure.project@final[农产品质量监测]=2684000",
            "expenditure.project@final[农业品牌宣传]=1263200",
        ],
    );
}

#[test]
fn a_plan_of_purchases_is_a_budget() {
    states(
        "政府采购计划320万元，实际采购301.5万元。",
        &["procurement.total@initial=3200000", "procurement.total@final=3015000"],
    );
    states("国家集采中选药品采购金额860万元。", &[]);
}

#[test]
fn a_score_that_somebody_else_gave_is_not_the_organisations() {
    states("市财政局对我中心河道保洁专项开展了重点评价，评价得分86.5分，等级为良。", &[]);
    states("县财政局抽查复核，综合得分90分，评价等级为优。", &[]);
    states("根据区财政局要求开展绩效自评，自评得分95分。", &["score.self=95"]);
}

#[test]
fn what_is_left_over_goes_on_into_the_next_year() {
    states(
        "全年支出1,200万元，预算执行率96%，未支出的50万元结转下年。",
        &["expenditure.total@final=12000000", "rate.execution=96", "carryover.end@final=500000"],
    );
    states("路灯维护项目剩余的3万元结转下年。", &[]);
}

#[test]
fn a_colon_opens_the_kinds_of_posts() {
    states(
        "编制12名：行政编制7名、事业编制5名。",
        &["headcount.quota=12", "headcount.quota[行政]=7", "headcount.quota[事业]=5"],
    );
}

#[test]
fn two_funds_in_a_bracket_are_both_read() {
    states(
        "财政拨款收入310万元（一般公共预算拨款280万元、政府性基金预算拨款30万元）。",
        &[
            "income.fiscal@final=3100000",
            "income.fiscal@final/general_public=2800000",
            "income.fiscal@final/government=300000",
        ],
    );
}
