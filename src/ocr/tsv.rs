//! Tesseract's table of words in, lines of text out.

use crate::model::ScanLine;

/// The lines of a TSV print (`level page block par line word left top width height conf text`); words are level 5.
pub(super) fn lines(tsv: &str) -> Vec<ScanLine> {
    let mut out: Vec<(ScanLine, [u32; 3], u32)> = Vec::new();
    for row in tsv.lines() {
        let columns: Vec<&str> = row.split('\t').collect();
        let [level, _, block, paragraph, line, _, left, top, width, height, confidence, word] = columns[..] else {
            continue;
        };
        let word = word.trim();
        if level != "5" || word.is_empty() {
            continue;
        }
        let number = |text: &str| text.parse::<f32>().unwrap_or_default();
        let index = |text: &str| text.parse::<u32>().unwrap_or_default();
        let (left, top) = (number(left), number(top));
        let bbox = [left, top, left + number(width), top + number(height)];
        let confidence = (number(confidence) / 100.0).clamp(0.0, 1.0);
        let of = [index(block), index(paragraph), index(line)];
        match out.last_mut() {
            Some((line, same, words)) if *same == of => {
                // Between two pieces of Latin text or digits a space was seen; Chinese is printed without.
                let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                if latin(line.text.chars().next_back()) && latin(word.chars().next()) {
                    line.text.push(' ');
                }
                line.text.push_str(word);
                line.confidence = (line.confidence * *words as f32 + confidence) / (*words + 1) as f32;
                *words += 1;
                let [l, t, r, b] = line.bbox;
                line.bbox = [l.min(bbox[0]), t.min(bbox[1]), r.max(bbox[2]), b.max(bbox[3])];
            }
            _ => out.push((ScanLine { text: word.to_owned(), bbox, confidence }, of, 1)),
        }
    }
    out.into_iter().map(|(line, ..)| line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_line_are_joined_and_chinese_has_no_spaces() {
        let tsv = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
                   4\t1\t1\t1\t1\t0\t10\t20\t90\t12\t-1\t\n\
                   5\t1\t1\t1\t1\t1\t10\t20\t30\t12\t90\t支出\n\
                   5\t1\t1\t1\t1\t2\t45\t21\t30\t12\t70\t12\n\
                   5\t1\t1\t1\t1\t3\t80\t20\t20\t11\t80\t345\n\
                   5\t1\t1\t1\t2\t1\t10\t40\t30\t12\t50\t万元\n";
        let found = lines(tsv);
        assert_eq!(found.iter().map(|l| l.text.as_str()).collect::<Vec<_>>(), ["支出12 345", "万元"]);
        assert_eq!(found[0].bbox, [10.0, 20.0, 100.0, 33.0]);
        assert!((found[0].confidence - 0.8).abs() < 1e-6);
    }
}
