//! Reports that nobody wrote: outlines, phrases and amounts of the field, filled with words from the whole dictionary, so that
//! no text repeats and no cache helps. Equal seeds give equal reports.

use std::fmt::Write;

/// Splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick(&mut self, list: &[&'static str]) -> &'static str {
        list[self.below(list.len())]
    }
}

/// Words by their kind in jieba's dictionary.
pub struct Corpus {
    seed: u64,
    nouns: Vec<&'static str>,
    verbs: Vec<&'static str>,
    adjectives: Vec<&'static str>,
    places: Vec<&'static str>,
    names: Vec<&'static str>,
}

const DICT: &str = include_str!("../../src/text/words/dict.txt");

const TITLES: [(&str, &[&str]); 8] = [
    ("基本情况", &["部门基本情况", "机构设置及职能", "人员编制情况", "年度重点工作任务", "部门整体支出概况"]),
    ("部门整体支出管理及使用情况", &["基本支出情况", "项目支出情况", "三公经费使用情况", "资金管理情况"]),
    ("政府性基金预算支出情况", &[]),
    ("绩效目标完成情况", &["产出指标完成情况", "效益指标完成情况", "满意度指标完成情况", "预算执行情况"]),
    ("绩效自评工作开展情况", &["前期准备", "组织实施", "分析评价"]),
    ("主要经验及做法", &[]),
    ("存在的问题及原因分析", &["预算编制方面", "资金使用方面", "绩效管理方面"]),
    ("下一步改进措施", &[]),
];

/// `n` noun, `v` verb, `a` adjective, `p` place, `r` name, `m` money, `%` percentage, `k` count, `y` year, `d` month and day.
const SENTENCES: [&str; 48] = [
    "【y】年年初预算数为【m】，其中：基本支出【m】，项目支出【m】。",
    "全年财政拨款收入【m】，较上年增加【m】，增长【%】，主要原因是【n】【v】【n】。",
    "本年支出合计【m】，其中人员经费【m】，公用经费【m】。",
    "【y】年【p】【n】项目预算资金【m】，实际支出【m】，预算执行率【%】。",
    "“三公”经费支出【m】，其中公务接待费【m】，公务用车运行维护费【m】，因公出国（境）费用无。",
    "安排【n】【n】专项资金【m】，到位【m】，资金到位率【%】，主要用于【p】【n】【v】、【n】【n】和【n】等方面。",
    "【p】【n】【v】【k】【n】，【a】【v】【n】，完成率达到【%】。",
    "为【k】名【n】发放【n】补助【m】，人均【m】。",
    "围绕【n】与【n】，【v】【p】【n】，【v】【n】【k】个，【n】满意度【%】。",
    "成立以【r】为组长、【r】和【r】为成员的【n】领导小组，【v】【n】，【v】【n】。",
    "【d】，【p】【n】【v】【n】，【r】出席并【v】【n】。",
    "【n】【v】不够【a】，【n】与【n】【v】存在偏差，【n】有待【v】。",
    "下一步，将【v】【n】，【v】【n】【n】，进一步【v】【p】【n】。",
    "【a】的【n】在【p】【v】，【n】【v】【n】，【n】【n】【v】。",
    "截至【y】年底，在职人员【k】人，退休人员【k】人，公务用车【k】辆。",
    "分别投入【m】、【m】、【m】用于【n】、【n】和【n】。",
    "引进【n】企业【k】家，授信【m】，【v】【n】产值超【m】。",
    "单笔【m】以上的【n】采购须经【n】【v】。",
    "【p】至【p】的【n】【v】，沿线【n】【k】处，【v】【a】。",
    "经自评，本部门整体支出绩效得分【k】分，评价等级为“【a】”。",
    "【n】、【n】、【n】、【n】等【k】项【n】均已【v】。",
    "受【n】影响，【p】【n】较年初预算减少【m】，下降【%】。",
    "【r】说：“【n】【v】了，【n】【a】多了。”",
    "【v】【p】【n】【k】次，【v】【n】【k】份，【n】【v】率【%】。",
    "根据《【p】【n】管理办法》（【p】财〔【y】〕【k】号），【v】【n】【v】【n】。",
    "【n】【a】，【n】【a】，【v】【n】与【n】，【v】【p】【n】的【n】。",
    "坚持【v】【n】、【v】【n】，【n】【n】【v】【a】。",
    "【p】【n】站【v】【n】约【m】，不足部分由【n】【v】。",
    "收入总计【m】，支出总计【m】，年末结转结余【m】。",
    "项目总投资【m】，其中中央资金【m】，省级资金【m】，县级配套【m】。",
    "【n】【v】【a】，较【y】年提高【%】；【n】【v】【n】，【v】【k】【n】。",
    "【p】【r】等【k】户【n】【v】【n】，户均增收【m】。",
    "聘请【n】【n】【v】【p】【n】，【v】【n】【n】【k】条。",
    "【n】由【p】【n】【v】，【n】由【r】【v】。",
    "强化【n】【v】，【v】【n】【n】，【n】【v】【a】。",
    "【v】《【n】【n】》【k】篇，【n】【v】【n】【k】期。",
    "实际完成【n】【k】公里，【v】【n】【k】座，每公里造价【m】。",
    "【a】【n】【v】【n】，【v】【n】【a】【n】，【p】【n】【v】【n】。",
    "对照【n】，【v】【n】【v】【n】，【v】了【p】【n】【n】。",
    "资产总额【m】，其中固定资产【m】，利用率【%】。",
    "【n】与【p】【n】【v】【n】协议，【n】【m】，【d】前【v】。",
    "开展【n】培训【k】期，培训【k】人次，支出培训费【m】。",
    "一是【v】【n】；二是【v】【p】【n】；三是【v】【n】【n】。",
    "【p】【p】【p】三地【n】【v】，【n】【v】【a】。",
    "【n】【n】【v】不到位，【n】【v】滞后，致使【m】资金结转。",
    "【y】年【p】【n】【v】后，【n】、【n】【v】【a】，【n】好评。",
    "政府采购预算【m】，实际采购【m】，节约率【%】。",
    "【v】【n】时，【n】要【v】【n】，【v】【a】【n】，【v】【n】。",
];

impl Corpus {
    pub fn new(seed: u64) -> Self {
        let mut corpus =
            Corpus { seed, nouns: vec![], verbs: vec![], adjectives: vec![], places: vec![], names: vec![] };
        for line in DICT.lines() {
            let mut fields = line.split(' ');
            let (Some(word), Some(frequency), Some(tag)) = (fields.next(), fields.next(), fields.next()) else {
                continue;
            };
            let n = word.chars().count();
            if !(2..=4).contains(&n) || !word.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)) {
                continue;
            }
            let list = match tag {
                "n" => &mut corpus.nouns,
                "v" | "vn" => &mut corpus.verbs,
                "a" | "ad" | "an" => &mut corpus.adjectives,
                "ns" => &mut corpus.places,
                "nr" if n == 3 => &mut corpus.names,
                _ => continue,
            };
            // A frequent word stands several times in the list, a rare one once: not Zipf's law, but neither is it flat.
            let times = 1 + frequency.parse::<u32>().unwrap_or(0).checked_ilog2().unwrap_or(0) as usize;
            list.extend(std::iter::repeat_n(word, times));
        }
        corpus
    }

    /// Reports one after another until there are `bytes` of them.
    pub fn reports(&self, bytes: usize) -> Vec<String> {
        let mut reports = Vec::new();
        let mut sum = 0;
        while sum < bytes {
            let report = self.report(reports.len() as u64);
            sum += report.len();
            reports.push(report);
        }
        reports
    }

    /// A sentence without amounts and head counts, which would be facts.
    pub fn plain(&self, r: &mut Random) -> String {
        let plain: Vec<&str> = SENTENCES
            .into_iter()
            .filter(|s| !s.contains("【m】") && !s.contains("得分") && !s.contains("在职"))
            .collect();
        let mut out = String::new();
        let template = plain[r.below(plain.len())];
        self.sentence(r, &mut out, 2020, template);
        out
    }

    /// The report number `i`: 1 to 15 kB, 6 kB on average.
    pub fn report(&self, i: u64) -> String {
        let mut random =
            Random::new(self.seed.wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ i.wrapping_mul(0xA24B_AED4_963E_E407));
        let r = &mut random;
        let year = 2018 + r.below(8);
        let mut out = String::with_capacity(8 * 1024);
        let place = r.pick(&self.places);
        let org = format!(
            "{place}{}{}",
            r.pick(&["市", "县", "区"]),
            r.pick(&["财政局", "水利局", "教育局", "文化馆", "信访局", "园林中心", "卫生院"])
        );
        let name = if r.chance(50) {
            "部门整体支出".to_owned()
        } else {
            format!("{}{}项目支出", r.pick(&self.places), r.pick(&self.nouns))
        };
        match r.below(3) {
            0 => _ = writeln!(out, "{org}\n{year}年度{name}绩效自评报告"),
            1 => _ = writeln!(out, "{org}{year}年度{name}绩效自评报告\n"),
            _ => _ = writeln!(out, "附件2\n\n{year}年度{org}{name}\n绩效自评报告\n"),
        }
        let style = r.below(6);
        let paragraphs = 1 + r.below(3);
        let sections = 3 + r.below(TITLES.len() - 2);
        for (i, (title, children)) in TITLES.iter().take(sections).enumerate() {
            self.heading(r, &mut out, style, 0, i, title);
            if children.is_empty() {
                self.paragraphs(r, &mut out, year, paragraphs);
            }
            for (j, child) in children.iter().enumerate().take(1 + r.below(children.len().max(1))) {
                self.heading(r, &mut out, style, 1, j, child);
                self.paragraphs(r, &mut out, year, paragraphs);
                if r.chance(20) {
                    for k in 0..2 + r.below(3) {
                        let title = format!("{}{}", r.pick(&self.verbs), r.pick(&self.nouns));
                        self.heading(r, &mut out, style, 2, k, &title);
                        self.paragraphs(r, &mut out, year, 1);
                    }
                }
            }
        }
        _ = writeln!(out, "{org}\n{}年{}月{}日", year + 1, 1 + r.below(6), 1 + r.below(28));
        if r.chance(10) { wrapped(&out, 34 + r.below(8)) } else { out }
    }

    fn heading(&self, r: &mut Random, out: &mut String, style: usize, depth: usize, i: usize, title: &str) {
        let han = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"][i.min(9)];
        let n = i + 1;
        let lost = r.chance(5);
        let marker = match (style, depth) {
            _ if lost => String::new(),
            (0, 0) => format!("第{han}部分 "),
            (0, 1) => format!("{han}、"),
            (0, _) => format!("（{han}）"),
            (1, 1) => format!("({han})"),
            (1, 2) => format!("{n}、"),
            (2, 1) => format!("{n}."),
            (2, 2) => format!("（{n}）"),
            (3, 0) => format!("{n}."),
            (3, 1) => format!("{n}.{}", 1 + r.below(4)),
            (_, 0) => format!("{han}、"),
            (_, 1) => format!("（{han}）"),
            (_, _) => format!("{n}．"),
        };
        _ = writeln!(
            out,
            "{}{marker}{title}{}",
            if r.chance(30) { "　　" } else { "" },
            if depth == 2 { "。" } else { "" }
        );
    }

    fn paragraphs(&self, r: &mut Random, out: &mut String, year: usize, n: usize) {
        for _ in 0..n {
            out.push_str("　　");
            for _ in 0..1 + r.below(4) {
                let mut sentence = r.pick(&SENTENCES);
                // A report states two to five amounts in a thousand bytes; most of its sentences state none.
                if sentence.contains("【m】") && r.chance(85) {
                    sentence = r.pick(&SENTENCES);
                }
                self.sentence(r, out, year, sentence);
            }
            out.push('\n');
        }
    }

    fn sentence(&self, r: &mut Random, out: &mut String, year: usize, template: &str) {
        for (i, part) in template.split(['【', '】']).enumerate() {
            // Every second part stands between brackets.
            match part {
                "n" if i % 2 == 1 => out.push_str(r.pick(&self.nouns)),
                "v" if i % 2 == 1 => out.push_str(r.pick(&self.verbs)),
                "a" if i % 2 == 1 => out.push_str(r.pick(&self.adjectives)),
                "p" if i % 2 == 1 => out.push_str(r.pick(&self.places)),
                "r" if i % 2 == 1 => out.push_str(r.pick(&self.names)),
                "m" if i % 2 == 1 => money(r, out),
                "%" if i % 2 == 1 => _ = write!(out, "{}.{:02}%", 50 + r.below(55), r.below(100)),
                "k" if i % 2 == 1 => _ = write!(out, "{}", 1 + r.below(300)),
                "y" if i % 2 == 1 => _ = write!(out, "{year}"),
                "d" if i % 2 == 1 => _ = write!(out, "{}月{}日", 1 + r.below(12), 1 + r.below(28)),
                text => out.push_str(text),
            }
        }
    }
}

fn money(r: &mut Random, out: &mut String) {
    let (whole, cents) = (1 + r.below(9000), r.below(100));
    _ = match r.below(12) {
        0 => write!(out, "{whole}万元"),
        1 => write!(out, "{}亿元", 1 + whole % 60),
        2 => write!(out, "{},{:03}.{cents:02}元", 1 + whole / 10, whole % 1000),
        3 => write!(out, "约{whole}万元"),
        4 => write!(out, "{whole}.{cents:02} 万元"),
        5 => write!(out, "{whole}余万元"),
        6 => write!(out, "{whole}元"),
        _ => write!(out, "{whole}.{cents:02}万元"),
    };
}

/// The same text as it comes out of a PDF: broken after so many characters, with page numbers.
fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 60);
    let mut lines = 0;
    for line in text.lines() {
        let chars: Vec<char> = line.chars().collect();
        for piece in chars.chunks(width) {
            out.extend(piece);
            out.push('\n');
            lines += 1;
            if lines % 36 == 0 {
                _ = writeln!(out, "- {} -", lines / 36);
            }
        }
    }
    out
}
