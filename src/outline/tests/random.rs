//! Any text has an outline.

use proptest::prelude::*;

use super::{check, document};
use crate::patterns::Patterns;

/// Pieces that reports are made of, whole and broken.
const PIECES: [&str; 64] = [
    "一、",
    "（一）",
    "(二)",
    "三）",
    "1.",
    "2、",
    "１．",
    "（1）",
    "（",
    "）",
    "①",
    "③",
    "第一部分",
    "第 二 章",
    "附件1",
    "附件",
    "任务1：",
    "、",
    "。",
    "：",
    ":",
    "；",
    "，",
    "\n",
    "\n",
    "\n",
    " ",
    "\t",
    "　",
    "目录",
    "....",
    "……",
    "12",
    "2022年",
    "2022",
    "万元",
    "基本情况",
    "部门职能职责",
    "项目支出情况",
    "质量指标",
    "数量指标：",
    "时效指标。",
    "存在的问题及原因分析",
    "下一步改进措施",
    "无",
    "2022年度某局部门整体支出绩效自评报告",
    "（2022年度）",
    "自评报告",
    "情况说明",
    "负责",
    "某中心",
    "完成了",
    "“三公”经费",
    "”",
    "《",
    "》",
    "\u{200b}",
    "𠮷",
    "é",
    "ㄒ唬",
    "1.1",
    "3.2.1",
    "十",
    "PAGEREF _Toc1",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_mix_of_headings_and_rubbish_has_an_outline(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..120)) {
        let doc = document(&pieces.concat());
        check(&doc, &crate::outline::outline(&doc, &Patterns::builtin()));
    }

    #[test]
    fn any_text_at_all_has_an_outline(text in "\\PC{0,200}(\n\\PC{0,60}){0,6}") {
        let doc = document(&text);
        check(&doc, &crate::outline::outline(&doc, &Patterns::builtin()));
    }
}
