//! Folds width, spaces and line breaks of one block into a view with the way back.
//!
//! # What folding does, in full
//!
//! **One character for another** ([`fold_char`], whatever stands around it):
//!
//! - Full-width ASCII (`Ａ ７ （ ） ： ％ ． ＝ ＋ － ／ ＜ ＞ ［ ］ ＊ ＿ …`) becomes ASCII, except `，` `！` `？` `；`, which stay as they
//!   are printed; so do `、` `。` `“” ‘’` `《》` `【】` `〔〕` `﹝﹞` `「」` `—` `…` `·`.
//! - ASCII `;` becomes `；`, half-width `｡ ､ ｢ ｣` become `。 、 「 」`, small forms (`﹙ ﹚ ﹕ ﹒ ﹐ ﹪ …`) their normal form.
//! - Kangxi radicals (`⽬`), radicals of the supplement (`⺠` `⻓`) and compatibility ideographs (U+F914 is `樂`) become the Han
//!   character that a reader sees; `⼾` and `⾭` are read as `户` and `青`, which is what fonts mean by them here.
//! - `￥` → `¥`, `～ 〜 ∼` → `~`, `﹦ ═` → `=`, `≧ ⩾` → `≥`, `≦ ⩽` → `≤`.
//! - `﹣ − – ‐ ‑ ‒` become `-` before a digit and stay otherwise (alone in a cell they say "nothing here").
//! - `①`, `㎡`, `Ⅱ`, `½` are left alone: a heading number and an area are not made of digits.
//!
//! **Dropped**: zero-width characters, soft hyphens, byte order marks, directional marks, variation selectors.
//!
//! **White space** (space, tab, U+3000, no-break and other spaces, control characters) is dropped, except
//!
//! - one ` ` stays between two ASCII letters or digits (`35.20 34.10`);
//! - one ` ` stays between a digit and a signed number (`35.20 -1.50`), around a dash or slash that stands alone between two numbers
//!   (`35.20 — 34.10`), after a `,` between two digits (`12, 345`) and after the `.` of a list number (`1. 5个`): each would fuse;
//! - one ` ` stays for a run of two or more spaces, a tab or a U+3000 between two Han words of two or more characters
//!   (`某某局　　填报日期`): these are columns. Letter-spaced words (`目　　录`, `自 评 报 告`) close up.
//!
//! **A line break inside a block** goes together with the white space around it; between two ASCII letters one ` ` stays, and so it
//! does between two numbers that cannot be one (`14,800.00` ⏎ `4,246.00`).
//!
//! Nothing else changes, and no `\n` comes from the print: each `\n` of the view parts two blocks.

use std::sync::LazyLock;

use crate::model::{Anchor, Folded, Span};

/// Builds a view block by block.
///
/// ```
/// use hedui::{model::Span, text::fold::Folder};
///
/// let print = "公用经费３１.\n６２ 万元；";
/// let mut folder = Folder::new(print);
/// folder.block([Span::new(0, 19), Span::new(20, print.len())]);
/// assert_eq!(folder.finish().text, "公用经费31.62万元；");
/// ```
pub struct Folder<'a> {
    print: &'a str,
    view: String,
    anchors: Vec<Anchor>,
    /// `print offset - view offset` behind the last anchor.
    delta: i64,
    /// Where the last character that went into the view ends in the print.
    end: usize,
}

impl<'a> Folder<'a> {
    /// Starts an empty view of `print`.
    pub fn new(print: &'a str) -> Self {
        Folder { print, view: String::with_capacity(print.len()), anchors: Vec::new(), delta: 0, end: 0 }
    }

    /// Appends a block made of `pieces` (its lines, in order, without overlap) and returns its stretch of the view.
    pub fn block(&mut self, pieces: impl IntoIterator<Item = Span>) -> Span {
        let before = self.view.len();
        if before > 0 {
            self.anchor(self.end);
            self.view.push('\n');
        }
        let start = self.view.len();
        for piece in pieces {
            self.piece(piece, start);
        }
        if self.view.len() == start && before > 0 {
            self.view.truncate(before);
            while self.anchors.last().is_some_and(|a| a.view as usize >= before) {
                self.anchors.pop();
            }
            self.delta = self.anchors.last().map_or(0, |a| i64::from(a.print) - i64::from(a.view));
            return Span::new(before, before);
        }
        Span::new(start, self.view.len())
    }

    /// The finished view.
    pub fn finish(mut self) -> Folded {
        self.anchor(self.print.len());
        Folded { text: self.view, anchors: self.anchors }
    }

    /// Notes that the next character of the view stands at `print`.
    fn anchor(&mut self, print: usize) {
        let delta = print as i64 - self.view.len() as i64;
        if delta != self.delta || self.anchors.is_empty() {
            self.delta = delta;
            self.anchors.push(Anchor { view: self.view.len() as u32, print: print as u32 });
        }
    }

    /// Copies a stretch that stays as it is printed.
    fn copy(&mut self, start: usize, end: usize) {
        if start < end {
            self.anchor(start);
            self.view.push_str(&self.print[start..end]);
            self.end = end;
        }
    }

    /// Puts `c` for the character printed at `start..end`.
    fn put(&mut self, c: char, start: usize, end: usize) {
        self.anchor(start);
        self.view.push(c);
        self.end = end;
    }

    fn piece(&mut self, piece: Span, block: usize) {
        let (start, end) = trim(self.print, piece);
        if start == end {
            return;
        }
        let bytes = self.print.as_bytes();
        let joined = self.view.len() > block && self.end < start;
        if joined {
            let words =
                bytes[start].is_ascii_alphabetic() && self.view.as_bytes().last().is_some_and(u8::is_ascii_alphabetic);
            if words || two_numbers(&self.view[block..], &self.print[start..end]) {
                self.put(' ', self.end, start);
            }
        }
        let (mut run, mut i) = (start, start);
        while i < end {
            let b = bytes[i];
            let step = STEP[b as usize];
            if step > 0 {
                i += step as usize;
                continue;
            }
            // The common characters among those with a special first byte: 、。《》“”—… ，；！？
            let plain = match b {
                0xE3 => bytes[i + 1] != 0x80 || !matches!(bytes[i + 2], 0x80 | 0x9C),
                0xEF => bytes[i + 1] == 0xBC && matches!(bytes[i + 2], 0x8C | 0x9B | 0x81 | 0x9F),
                0xE2 => bytes[i + 1] == 0x80 && matches!(bytes[i + 2], 0x94 | 0x98 | 0x99 | 0x9C | 0x9D | 0xA6),
                _ => false,
            };
            if plain {
                i += 3;
                continue;
            }
            let c = char_at(self.print, i);
            let next = i + c.len_utf8();
            if is_blank(c) {
                self.copy(run, i);
                let gap = i;
                while i < end {
                    let c = char_at(self.print, i);
                    if !is_blank(c) && !is_dropped(c) {
                        break;
                    }
                    i += c.len_utf8();
                }
                if self.keeps_space(&self.print[start..gap], &self.print[gap..i], &self.print[i..end], block) {
                    self.put(' ', gap, i);
                }
                run = i;
                continue;
            }
            let folded = match c {
                '﹣' | '−' | '–' | '‐' | '‑' | '‒' if starts_with_digit(&self.print[next..end]) => Some('-'),
                _ => fold_char(c),
            };
            if folded != Some(c) {
                self.copy(run, i);
                if let Some(folded) = folded {
                    self.put(folded, i, next);
                }
                run = next;
            }
            i = next;
        }
        self.copy(run, end);
    }

    /// Whether one space of `gap` must stay, for the reasons at the top of this file. `before` and `after` are what the line
    /// prints on its two sides; neither is empty.
    fn keeps_space(&self, before: &str, gap: &str, after: &str, block: usize) -> bool {
        let view = &self.view[block..];
        let (Some(left), Some(right)) = (view.chars().next_back(), after.chars().next().and_then(fold_char)) else {
            return false;
        };
        if left.is_ascii_alphanumeric() {
            return right.is_ascii_alphanumeric()
                || left.is_ascii_digit() && (signed(after) || (is_rule(right) && lone(after.chars())));
        }
        if right.is_ascii_digit() {
            let body = &view[..view.len() - left.len_utf8()];
            return match left {
                ',' | '，' => body.ends_with(|c: char| c.is_ascii_digit()),
                '.' => body.len() <= 5 && body.bytes().all(|b| b.is_ascii_digit() || b == b'.'),
                _ => is_rule(left) && lone(before.chars().rev()),
            };
        }
        if is_rule(left) {
            return is_rule(right) && lone(before.chars().rev()) && lone(after.chars());
        }
        let columns = gap.contains(['\t', '\u{3000}']) || gap.chars().nth(1).is_some();
        columns
            && is_han(left)
            && is_han(right)
            && is_word(before.chars().rev().filter(|&c| !is_dropped(c)).nth(1))
            && is_word(after.chars().filter(|&c| !is_dropped(c)).nth(1))
    }
}

/// Whether a line ends and the next one begins with digits that cannot be one number: it would have two points, or groups of
/// thousands behind its point.
fn two_numbers(before: &str, after: &str) -> bool {
    if !before.ends_with(|c: char| c.is_ascii_digit()) || !starts_with_digit(after) {
        return false;
    }
    let mark = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b',');
    let tail: usize = before.bytes().rev().take(40).take_while(mark).filter(|b| *b == b'.').count();
    let head = after.bytes().take(40).take_while(mark);
    tail > 0 && head.into_iter().any(|b| matches!(b, b'.' | b','))
}

/// Folds a text that is one block; for words and labels that are compared with a view.
pub fn fold(print: &str) -> String {
    let mut folder = Folder::new(print);
    folder.block(print.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some(Span::new(start, start + line.trim_end_matches('\n').len()))
    }));
    folder.finish().text
}

/// What one printed character becomes whatever stands around it; `None` where it is dropped.
pub fn fold_char(c: char) -> Option<char> {
    Some(match c {
        ';' => '；',
        '\0'..='~' => c,
        '，' | '！' | '？' | '；' => c,
        '～' | '〜' | '∼' => '~',
        '！'..='～' => char::from((c as u32 - 0xFEE0) as u8),
        '￥' => '¥',
        '｡' => '。',
        '､' => '、',
        '｢' => '「',
        '｣' => '」',
        '﹦' | '═' => '=',
        '≧' | '⩾' => '≥',
        '≦' | '⩽' => '≤',
        '﹐' => '，',
        '﹑' => '、',
        '﹒' => '.',
        '﹔' => '；',
        '﹕' => ':',
        '﹖' => '？',
        '﹗' => '！',
        '﹙' => '(',
        '﹚' => ')',
        '﹟' => '#',
        '﹠' => '&',
        '﹡' => '*',
        '﹢' => '+',
        '﹤' => '<',
        '﹥' => '>',
        '﹪' => '%',
        '\u{2E80}'..='\u{2FD5}' | '\u{F900}'..='\u{FAD9}' => han_form(c),
        _ if is_dropped(c) => return None,
        _ => c,
    })
}

/// Characters that print nothing.
pub fn is_dropped(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' | '\u{E0100}'..='\u{E01EF}'
    )
}

/// White space in a wide sense: whatever parts words and is no character of its own.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Han characters.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}' | '\u{2E80}'..='\u{2FD5}'
        | '〇' | '\u{20000}'..='\u{3FFFF}')
}

/// `piece` without the white space and dropped characters at its ends.
pub fn trim(print: &str, piece: Span) -> (usize, usize) {
    let text = piece.of(print);
    let rest = text.trim_start_matches(|c| is_blank(c) || is_dropped(c));
    let start = piece.start as usize + (text.len() - rest.len());
    (start, start + rest.trim_end_matches(|c| is_blank(c) || is_dropped(c)).len())
}

/// Bytes of a character by its first byte; 0 where the character may need folding.
const STEP: [u8; 256] = {
    let mut step = [1u8; 256];
    let mut b = 0;
    while b < 256 {
        step[b] = match b {
            0..=0x20 | 0x3B | 0x7F | 0xC2 | 0xE2 | 0xE3 | 0xEF | 0xF3 => 0,
            0xC3..=0xDF => 2,
            0xE0..=0xEE => 3,
            0xF0..=0xFF => 4,
            _ => 1,
        };
        b += 1;
    }
    step
};

fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or('\0')
}

fn starts_with_digit(text: &str) -> bool {
    text.chars().next().and_then(fold_char).is_some_and(|c| c.is_ascii_digit())
}

/// `-1.50`, `+3`: a sign with a digit directly behind it.
fn signed(text: &str) -> bool {
    let mut chars = text.chars();
    matches!(chars.next(), Some('-' | '－' | '﹣' | '−' | '–' | '+' | '＋')) && starts_with_digit(chars.as_str())
}

/// Marks that fill an empty cell, and would make a range or a ratio of the numbers on their two sides.
fn is_rule(c: char) -> bool {
    matches!(c, '-' | '﹣' | '−' | '–' | '—' | '―' | '‐' | '‑' | '‒' | '/')
}

/// Whether behind (or, reversed, before) the first character there is white space or nothing.
fn lone(mut chars: impl Iterator<Item = char>) -> bool {
    chars.nth(1).is_none_or(is_blank)
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| is_han(c) || c.is_alphanumeric())
}

/// The Han character behind a radical or a compatibility ideograph.
fn han_form(c: char) -> char {
    static TABLE: LazyLock<[Vec<char>; 3]> =
        LazyLock::new(|| [RADICALS, KANGXI, COMPATIBILITY].map(|table| table.chars().collect()));
    let (table, first) = match c {
        '\u{2E80}'..='\u{2EF3}' => (0, 0x2E80),
        '\u{2F00}'..='\u{2FD5}' => (1, 0x2F00),
        '\u{F900}'..='\u{FAD9}' => (2, 0xF900),
        _ => return c,
    };
    TABLE[table].get((c as u32 - first) as usize).copied().unwrap_or(c)
}

/// What the Kangxi radicals from U+2F00 stand for.
const KANGXI: &str = "\
一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈户手支攴文斗斤方无日\
曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行\
衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨青非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

/// What the radicals from U+2E80 stand for; those without a Han character of their own stand for themselves.
const RADICALS: &str = "\
⺀厂⺂乚⺄亻⺆几刀刂卜⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔彐忄⺗扌攵⺚⺛⺜月⺞母民氵⺢灬爫⺥丬⺧犭王疋目示礻竹糹纟⺱罒⺳⺴⺵羊⺷⺸耂⺺聿月臼艹⺿艹虎衤覀西见角⻇\
讠贝⻊车辶辶辶阝钅長⻒长门⻕阝雨青韦页风飞食⻞飠饣⻡马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙⻱亀龟";

/// What the compatibility ideographs from U+F900 stand for; unified ones stand for themselves.
const COMPATIBILITY: &str = "\
豈更車賈滑串句龜龜契金喇奈懶癩羅蘿螺裸邏樂洛烙珞落酪駱亂卵欄爛蘭鸞嵐濫藍襤拉臘蠟廊朗浪狼郎來冷勞擄櫓爐盧老蘆虜路露魯鷺碌祿綠菉錄鹿論壟弄籠聾牢磊\
賂雷壘屢樓淚漏累縷陋勒肋凜凌稜綾菱陵讀拏樂諾丹寧怒率異北磻便復不泌數索參塞省葉說殺辰沈拾若掠略亮兩凉梁糧良諒量勵呂女廬旅濾礪閭驪麗黎力曆歷轢年憐\
戀撚漣煉璉秊練聯輦蓮連鍊列劣咽烈裂說廉念捻殮簾獵令囹寧嶺怜玲瑩羚聆鈴零靈領例禮醴隸惡了僚寮尿料樂燎療蓼遼龍暈阮劉杻柳流溜琉留硫紐類六戮陸倫崙淪輪\
律慄栗率隆利吏履易李梨泥理痢罹裏裡里離匿溺吝燐璘藺隣鱗麟林淋臨立笠粒狀炙識什茶刺切度拓糖宅洞暴輻行降見廓兀嗀﨎﨏塚﨑晴﨓﨔凞猪益礼神祥福靖精羽﨟\
蘒﨡諸﨣﨤逸都﨧﨨﨩飯飼館鶴郞隷侮僧免勉勤卑喝嘆器塀墨層屮悔慨憎懲敏既暑梅海渚漢煮爫琢碑社祉祈祐祖祝禍禎穀突節練縉繁署者臭艹艹著褐視謁謹賓贈辶逸\
難響頻恵𤋮舘﩮﩯並况全侀充冀勇勺喝啕喙嗢塚墳奄奔婢嬨廒廙彩徭惘慎愈憎慠懲戴揄搜摒敖晴朗望杖歹殺流滛滋漢瀞煮瞧爵犯猪瑱甆画瘝瘟益盛直睊着磌窱節类絛\
練缾者荒華蝹襁覆視調諸請謁諾諭謹變贈輸遲醙鉶陼難靖韛響頋頻鬒龜𢡊𢡄𣏕㮝䀘䀹𥉉𥳐𧻓齃龎";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn view(print: &str, pieces: &[Span]) -> Folded {
        let mut folder = Folder::new(print);
        folder.block(pieces.iter().copied());
        folder.finish()
    }

    #[test]
    fn full_width_digits_and_brackets_become_half_width_and_sentence_marks_stay() {
        assert_eq!(fold("（一）支出１５１．４７万元，占９６％；"), "(一)支出151.47万元，占96%；");
        assert_eq!(fold("《通知》、“三公”！？【x】〔2020〕10号"), "《通知》、“三公”！？【x】〔2020〕10号");
        assert_eq!(fold("a;b"), "a；b");
        assert_eq!(fold("﹙一﹚﹕≧90﹪"), "(一):≥90%");
    }

    #[test]
    fn circled_numbers_and_squared_units_are_left_alone() {
        assert_eq!(fold("①面积25㎡，Ⅱ级"), "①面积25㎡，Ⅱ级");
    }

    #[test]
    fn radicals_and_compatibility_forms_become_han() {
        assert_eq!(fold("⽬标、⻓期、⺠⽣、⼾⾭、\u{F914}\u{FA1B}"), "目标、长期、民生、户青、樂福");
    }

    #[test]
    fn a_dash_is_a_minus_sign_only_before_a_digit() {
        assert_eq!(fold("﹣1.5 −2 –３ ﹣"), "-1.5 -2 -3 ﹣");
        assert_eq!(fold("10—20"), "10—20");
        assert_eq!(fold("10～20〜30∼40"), "10~20~30~40");
    }

    #[test]
    fn what_prints_nothing_is_dropped() {
        assert_eq!(fold("\u{FEFF}151\u{200B}.47\u{AD}万\u{200E}元\u{FE0F}"), "151.47万元");
    }

    #[test]
    fn spaces_beside_han_and_punctuation_are_dropped() {
        assert_eq!(fold("　　支出 803.74 万元 ， 共 57 人\u{a0}"), "支出803.74万元，共57人");
        assert_eq!(fold("目　　录 自 评 报 告"), "目录自评报告");
        assert_eq!(fold("( 20 21 年度 )"), "(20 21年度)");
    }

    #[test]
    fn columns_keep_one_space() {
        assert_eq!(fold("某某局　　填报日期"), "某某局 填报日期");
        assert_eq!(fold("年初预算数\t全年预算数  执行数"), "年初预算数 全年预算数 执行数");
        assert_eq!(fold("项目\t35.20\t34.10"), "项目35.20 34.10");
        assert_eq!(fold("3月5日　　联系人"), "3月5日 联系人");
    }

    #[test]
    fn two_numbers_never_fuse() {
        assert_eq!(fold("35.20 34.10"), "35.20 34.10");
        assert_eq!(fold("35.20 -1.50"), "35.20 -1.50");
        assert_eq!(fold("35.20 — 34.10 － ／ 7"), "35.20 — 34.10 - / 7");
        assert_eq!(fold("12, 345 12， 345"), "12, 345 12， 345");
        assert_eq!(fold("1. 5个 31. 5"), "1. 5个31.5");
        assert_eq!(fold("1 . 部门"), "1.部门");
    }

    #[test]
    fn a_line_break_inside_a_block_is_dropped_and_between_letters_becomes_a_space() {
        assert_eq!(fold("公用经费31.\n 62万元"), "公用经费31.62万元");
        assert_eq!(fold("GDP\n  growth"), "GDP growth");
        assert_eq!(fold("2022\n年"), "2022年");
    }

    #[test]
    fn blocks_never_fuse_and_an_empty_one_leaves_nothing() {
        let print = "12\n \n34）\n5";
        let mut folder = Folder::new(print);
        assert_eq!(folder.block([Span::new(0, 2)]), Span::new(0, 2));
        assert_eq!(folder.block([Span::new(3, 4)]), Span::new(2, 2));
        let second = folder.block([Span::new(5, 10)]);
        folder.block([Span::new(11, 12)]);
        let folded = folder.finish();
        assert_eq!(folded.text, "12\n34)\n5");
        assert_eq!(folded.to_print(second, print).of(print), "34）");
        assert_eq!(
            folded.print_at(second.end),
            10,
            "the parting of two blocks stands behind the last printed character"
        );
        assert_eq!(folded.view_at(11), 7);
    }

    #[test]
    fn the_way_back_spans_what_was_dropped_inside_but_not_around() {
        let print = "  公用经费３１．\n６２ 万元 ；";
        let folded = view(print, &[Span::new(0, 23), Span::new(24, print.len())]);
        let at = folded.text.find("31.62万元").unwrap();
        let span = folded.to_print(Span::new(at, at + "31.62万元".len()), print);
        assert_eq!(span.of(print), "３１．\n６２ 万元");
        assert_eq!(folded.view_at(span.start) as usize, at);
    }

    /// Texts rich in what folding touches.
    fn prints() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[0-9]{1,3}",
            "[ \t]{1,3}",
            "[一二三预算支出]{1,4}",
            "[（）；：，。.,;\\-－–—/％～]{1,2}",
            "[a-c]{1,2}",
            Just("\n".to_owned()),
            Just("　".to_owned()),
            Just("\u{200B}".to_owned()),
            Just("⽬\u{F914}①㎡".to_owned()),
            any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..60).prop_map(|p| p.concat())
    }

    proptest! {
        #[test]
        fn every_character_of_the_view_is_the_fold_of_its_print(print in prints(), every in 1usize..4) {
            let mut lines = Vec::new();
            let mut at = 0;
            for line in print.split('\n') {
                lines.push(Span::new(at, at + line.len()));
                at += line.len() + 1;
            }
            let mut folder = Folder::new(&print);
            let mut views = Vec::new();
            for lines in lines.chunks(every) {
                views.push(folder.block(lines.iter().copied()));
            }
            let folded = folder.finish();
            prop_assert!(folded.anchors.windows(2).all(|w| w[0].view < w[1].view && w[0].print <= w[1].print));
            let mut last = None;
            for (at, c) in folded.text.char_indices() {
                let print_at = folded.print_at(at as u32) as usize;
                prop_assert!(print.is_char_boundary(print_at));
                if c == '\n' {
                    prop_assert!(!views.iter().any(|v| v.range().contains(&at)));
                    continue;
                }
                prop_assert!(last < Some(print_at));
                last = Some(print_at);
                let printed = print[print_at..].chars().next().unwrap();
                prop_assert!(
                    fold_char(printed) == Some(c) || c == ' ' && (is_blank(printed) || is_dropped(printed)) || c == '-' && is_rule(printed),
                    "{printed:?} gave {c:?}"
                );
                prop_assert_eq!(folded.view_at(print_at as u32) as usize, at);
                let span = folded.to_print(Span::new(at, at + c.len_utf8()), &print);
                prop_assert_eq!(span.of(&print).chars().count(), 1);
            }
            prop_assert_eq!(folded.print_at(folded.text.len() as u32) as usize, print.len());
            for view in views {
                prop_assert!(!view.of(&folded.text).contains('\n'));
                prop_assert!(!view.of(&folded.text).starts_with(' ') && !view.of(&folded.text).ends_with(' '));
            }
        }

        #[test]
        fn folding_twice_changes_nothing_more(print in prints()) {
            let once = fold(&print);
            let again: String = once.chars().filter_map(fold_char).collect();
            prop_assert_eq!(&again, &once);
        }
    }
}
