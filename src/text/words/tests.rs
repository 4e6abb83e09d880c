use std::path::Path;

use jieba_rs::Jieba;
use proptest::prelude::*;

use super::*;

fn domain() -> Vec<(String, u32)> {
    [("自评", 3_000), ("三公经费", 3_000), ("预算", 9_000), ("C919", 50), ("营商环境", 3_000)]
        .map(|(word, frequency)| (word.to_owned(), frequency))
        .to_vec()
}

fn dictionary() -> &'static Dictionary {
    static DICTIONARY: std::sync::LazyLock<Dictionary> = std::sync::LazyLock::new(|| Dictionary::new(domain()));
    DICTIONARY.full();
    &DICTIONARY
}

fn cut<'t>(cutter: &Cutter, text: &'t str) -> Vec<&'t str> {
    let mut words = Vec::new();
    cutter.cut(text, |at, word| {
        assert_eq!(&text[at..at + word.len()], word);
        words.push(word);
    });
    words
}

/// A file of `samples/`, decoded well enough for cutting it.
fn samples() -> Vec<String> {
    let mut texts = Vec::new();
    for entry in walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let bytes = std::fs::read(entry.path()).unwrap();
            texts.push(match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(error) => encoding_rs::GB18030.decode(error.as_bytes()).0.into_owned(),
            });
        }
    }
    texts
}

#[test]
fn the_frequencies_of_the_dictionary_add_up_and_its_words_ascend() {
    let words: Vec<&str> = restrict::DICT.lines().map(|line| line.split_once(' ').unwrap().0).collect();
    assert!(words.is_sorted_by(|a, b| a < b));
    let sum: u64 = restrict::DICT.lines().map(|line| line.split(' ').nth(1).unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(sum, restrict::TOTAL);
    assert_eq!(restrict::frequency("绩效"), Some(247));
    assert_eq!(restrict::frequency("1号店"), Some(3));
    assert_eq!(
        restrict::frequency("绩"),
        restrict::DICT.lines().find_map(|l| l.strip_prefix("绩 ")).map(|l| l
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap())
    );
    assert_eq!(restrict::frequency("自评"), None);
    let last = words.last().unwrap();
    assert!(restrict::frequency(last).is_some());
}

#[test]
fn without_domain_words_the_full_dictionary_is_that_of_jieba() {
    let (ours, theirs) = (Dictionary::new(Vec::new()), Jieba::new());
    for text in samples() {
        let theirs: Vec<&str> = theirs.cut(&text, true).into_iter().map(|token| token.word).collect();
        assert_eq!(cut(ours.full(), &text), theirs);
    }
}

#[test]
fn a_small_dictionary_cuts_every_sample_as_the_full_one() {
    let samples = samples();
    for text in &samples {
        assert_eq!(cut(&dictionary().for_texts([text.as_str()].into_iter()), text), cut(dictionary().full(), text));
    }
    // One dictionary for several texts holds for each of them.
    let together = dictionary().for_texts(samples.iter().map(String::as_str));
    for text in &samples {
        assert_eq!(cut(&together, text), cut(dictionary().full(), text));
    }
}

#[test]
fn domain_words_are_found_and_take_the_place_of_jiebas_own() {
    let text = "本单位开展自评，三公经费支出下降，C919营商环境预算良好。";
    let words = dictionary().segment(text);
    assert_eq!(words.concat(), text);
    for word in ["自评", "三公经费", "C919", "营商环境"] {
        assert!(words.contains(&word), "{words:?}");
    }
    assert_eq!(words, cut(&dictionary().for_texts([text].into_iter()), text));
}

#[test]
fn odd_texts_are_cut_alike() {
    let long = "一二".repeat(CHUNK);
    let comma = "资金管理，".repeat(CHUNK / 10);
    for text in [
        "",
        "\n",
        "绩",
        "绩效",
        "\u{E000}\u{E000}",
        "\u{E000} 1",
        "AT&T与C++\r\n4S店",
        "😀预算😀",
        "𠀀𠀁㐀㐁",
        &long,
        &comma,
    ] {
        let small = dictionary().for_texts([text].into_iter());
        assert_eq!(cut(&small, text), cut(dictionary().full(), text));
        assert_eq!(cut(&small, text).concat(), text);
    }
}

/// Words of the dictionary from anywhere in it, single characters, digits and signs, run together.
fn varied() -> impl Strategy<Value = String> {
    let word = (0..restrict::DICT.len()).prop_map(|at| {
        let start = memchr::memrchr(b'\n', &restrict::DICT.as_bytes()[..at]).map_or(0, |n| n + 1);
        restrict::DICT[start..].split(' ').next().unwrap().to_owned()
    });
    let han = proptest::char::range('\u{4E00}', '\u{9FFF}').prop_map(String::from);
    let odd = proptest::sample::select(vec![
        "，", "。", "\n", "1", "35.2%", "A", "-", "&", "自评", "预算", "㐀", "\u{E000}", " ", "的", "了", "是",
    ]);
    let piece =
        prop_oneof![4 => word, 2 => han, 2 => odd.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    proptest::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_small_dictionary_cuts_any_text_as_the_full_one(text in varied(), other in varied()) {
        let small = dictionary().for_texts([text.as_str(), other.as_str()].into_iter());
        prop_assert_eq!(cut(&small, &text), cut(dictionary().full(), &text));
        prop_assert_eq!(cut(&small, &other), cut(dictionary().full(), &other));
    }

    #[test]
    fn without_domain_words_any_text_is_cut_as_by_jieba(text in varied()) {
        static PAIR: std::sync::LazyLock<(Dictionary, Jieba)> = std::sync::LazyLock::new(|| (Dictionary::new(Vec::new()), Jieba::new()));
        let theirs: Vec<&str> = PAIR.1.cut(&text, true).into_iter().map(|token| token.word).collect();
        prop_assert_eq!(cut(PAIR.0.full(), &text), theirs.clone());
        prop_assert_eq!(cut(&PAIR.0.for_texts([text.as_str()].into_iter()), &text), theirs);
    }
}

#[test]
fn chunks_of_a_long_text_end_behind_a_line() {
    let text = "绩效自评报告\n".repeat(CHUNK / 10);
    let end = chunk_end(&text, 0);
    assert!(end <= CHUNK && text[..end].ends_with('\n'));
    assert_eq!(chunk_end("短", 0), 3);
}
