//! `hedui.report/1` and `hedui.problem/1`: keys, order, nulls and places.

use hedui::model::Report;
use hedui::patterns::Patterns;
use hedui::write::{Problem, problem_to_json, to_json};
use serde_json::Value;

use super::make;

pub fn json(report: &Report) -> String {
    let mut out = Vec::new();
    to_json(report, &Patterns::builtin(), &mut out);
    String::from_utf8(out).unwrap()
}

/// The keys of every object, in the order of the text.
pub fn keys(json: &str) -> Vec<(usize, String)> {
    let (mut keys, mut depth, mut chars) = (Vec::new(), 0, json.char_indices().peekable());
    while let Some((start, c)) = chars.next() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            '"' => {
                let mut end = start;
                while let Some((i, c)) = chars.next() {
                    match c {
                        '\\' => drop(chars.next()),
                        '"' => {
                            end = i;
                            break;
                        }
                        _ => {}
                    }
                }
                if chars.peek().is_some_and(|(_, c)| *c == ':') {
                    keys.push((depth, json[start + 1..end].to_owned()));
                }
            }
            _ => {}
        }
    }
    keys
}

fn order(part: &Value, text: &str) -> Vec<String> {
    assert!(part.is_object(), "{text}");
    keys(text).into_iter().filter(|(depth, _)| *depth == 1).map(|(_, key)| key).collect()
}

/// The text of the first item of list `key`.
fn first_item<'a>(json: &'a str, key: &str) -> &'a str {
    let start = json.find(&format!("\"{key}\":[{{")).unwrap() + key.len() + 4;
    let mut depth = 0;
    let end = json[start..].char_indices().find(|(_, c)| {
        depth += i32::from(*c == '{') - i32::from(*c == '}');
        depth == 0
    });
    &json[start..=start + end.unwrap().0]
}

#[test]
fn keys_come_in_the_order_of_the_contract() {
    let json = json(&make::full("a.txt"));
    assert!(!json.contains('\n'));
    let value: Value = serde_json::from_str(&json).unwrap();
    let top = order(&value, &json);
    assert_eq!(
        top.join(" "),
        "schema engine patterns source extent family title org year title_at org_at sections figures facts indicators findings \
         keywords coverage notes"
    );
    let cite = "page line start end quote bbox";
    for (key, expected) in [
        ("sections", "id parent depth label number recovered title topic topics body at"),
        ("figures", "id raw value low high step measure bound role direction scale_from section at"),
        ("facts", "concept basis fund year item value text nil figure chosen why pattern section at"),
        ("indicators", "level1 level2 level3 direction target measure actual weight score reason at"),
        ("findings", "check verdict gap allowed message fingerprint at"),
        ("keywords", "word count weight"),
        ("unexplained", cite),
        ("notes", "id count message at"),
    ] {
        let item = first_item(&json, key);
        assert_eq!(order(&serde_json::from_str(item).unwrap(), item).join(" "), expected, "{key}");
    }
    let sub = |key: &str| {
        value[key].as_object().unwrap().keys().map(String::as_str).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(sub("source"), ["bytes", "encoding", "format", "pages", "path", "sha256"].into());
    assert_eq!(sub("extent"), ["end", "start"].into());
    assert_eq!(sub("coverage"), ["digits", "explained", "unexplained"].into());
}

#[test]
fn every_place_cuts_its_quote_out_of_the_text_by_characters() {
    let report = make::full("a.txt");
    let text: Vec<char> = report.document.text.chars().collect();
    let value: Value = serde_json::from_str(&json(&report)).unwrap();
    let mut seen = 0;
    walk(&value, &mut |object| {
        if let Some(quote) = object.get("quote") {
            let at = |key: &str| object[key].as_u64().unwrap() as usize;
            let cut: String = text[at("start")..at("end")].iter().collect();
            assert_eq!(quote, &Value::String(cut.clone()));
            let lines_before = text[..at("start")].iter().filter(|c| **c == '\n').count() as u64;
            assert_eq!(object["line"], lines_before + 1, "{cut}");
            assert_eq!(object["page"], 1);
            assert_eq!(object["bbox"], Value::Null);
            seen += 1;
        }
    });
    assert_eq!(seen, 2 + 3 + 4 + 4 + 1 + 3 + 1 + 1);
}

pub fn walk(value: &Value, visit: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter().for_each(|v| walk(v, visit)),
        Value::Object(object) => {
            visit(object);
            object.values().for_each(|v| walk(v, visit));
        }
        _ => {}
    }
}

#[test]
fn places_are_right_at_every_character_of_a_long_text() {
    let mut report = make::bare(make::document("a.txt", &"一、2022年é😀收入\n".repeat(300)));
    let text = report.document.text.clone();
    let starts: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
    report.coverage.unexplained = (0..starts.len() - 1)
        .map(|i| hedui::model::Span::new(starts[i], if i % 7 == 0 { text.len() } else { starts[i + 1] }))
        .collect();
    let value: Value = serde_json::from_str(&json(&report)).unwrap();
    for (i, cite) in value["coverage"]["unexplained"].as_array().unwrap().iter().enumerate() {
        assert_eq!(cite["start"], i as u64);
        assert_eq!(cite["end"], if i % 7 == 0 { starts.len() as u64 } else { i as u64 + 1 });
    }
}

#[test]
fn what_is_not_printed_is_null() {
    let value: Value = serde_json::from_str(&json(&make::bare(make::document("空.txt", "")))).unwrap();
    for key in ["title", "org", "year", "title_at", "org_at"] {
        assert_eq!(value[key], Value::Null, "{key}");
    }
    for key in ["sections", "figures", "facts", "indicators", "findings", "keywords", "notes"] {
        assert_eq!(value[key], serde_json::json!([]), "{key}");
    }
    assert_eq!(value["extent"], serde_json::json!({ "start": 0, "end": 0 }));
    assert_eq!(value["coverage"], serde_json::json!({ "digits": 0, "explained": 0, "unexplained": [] }));
}

#[test]
fn a_figure_broken_over_two_pages_is_printed_without_what_stands_between() {
    let value: Value = serde_json::from_str(&json(&make::full("a.txt"))).unwrap();
    let figures = value["figures"].as_array().unwrap();
    assert_eq!(figures[0]["raw"], "132.88 万元");
    assert_eq!(figures[0]["at"]["quote"], "132.\n- 3 -\n  88 万元");
    assert_eq!(figures[0]["value"], "1328800");
    assert_eq!((&figures[0]["low"], &figures[0]["direction"]), (&Value::Null, &Value::Null));
    assert_eq!(figures[1]["value"], Value::Null);
    assert_eq!((&figures[1]["low"], &figures[1]["high"]), (&"100000".into(), &"200000".into()));
    assert_eq!(figures[1]["direction"], "decrease");
    assert_eq!(figures[2]["scale_from"]["quote"], "单位：万元");
}

#[test]
fn a_heading_is_given_as_printed_and_its_title_folded() {
    let value: Value = serde_json::from_str(&json(&make::full("a.txt"))).unwrap();
    let sections = value["sections"].as_array().unwrap();
    assert_eq!(sections[1]["label"], "（一）");
    assert_eq!(sections[1]["title"], "基本支出情况");
    assert_eq!(sections[1]["parent"], 1);
    assert_eq!(sections[1]["at"]["quote"], "（一）基本支出\n  情况");
    assert_eq!((&sections[2]["label"], &sections[2]["recovered"]), (&Value::Null, &Value::Bool(true)));
    assert_eq!(sections[2]["keywords"], serde_json::json!([{ "word": "营商", "count": 1, "weight": "0.5" }]));
    assert_eq!(sections[0].get("keywords"), None);
}

#[test]
fn a_fact_is_a_figure_a_text_or_an_explicit_nothing() {
    let value: Value = serde_json::from_str(&json(&make::full("a.txt"))).unwrap();
    let of = |i: usize| {
        let fact = &value["facts"][i];
        ["value", "text", "nil", "figure"].map(|k| fact[k].to_string())
    };
    assert_eq!(of(0), ["\"1328800\"", "null", "null", "1"]);
    assert_eq!(of(1), ["null", "null", "null", "2"]);
    assert_eq!(of(2), ["null", "\"优\"", "null", "null"]);
    assert_eq!(of(3), ["null", "null", "\"none\"", "null"]);
    assert_eq!(value["findings"][0]["gap"], "100");
    assert_eq!(value["indicators"][0]["score"], "9.5");
}

#[test]
fn a_box_is_that_of_the_lines_of_the_place_on_its_first_page() {
    let mut doc = make::document("a.pdf", "一二\n三四\n五六\n");
    for (i, line) in doc.lines.iter_mut().enumerate() {
        line.page = if i < 2 { 4 } else { 5 };
        line.number = [1, 2, 1][i];
        line.bbox = Some([10.0 * i as f32 + 0.123, 20.0 * i as f32, 100.0, 20.0 * i as f32 + 10.0]);
    }
    let mut report = make::bare(doc);
    let text = &report.document.text;
    report.coverage.unexplained = vec![hedui::model::Span::new(3, text.len() - 1), hedui::model::Span::new(14, 17)];
    let value: Value = serde_json::from_str(&json(&report)).unwrap();
    let cites = &value["coverage"]["unexplained"];
    assert_eq!(cites[0]["bbox"].to_string(), "[0.12,0.0,100.0,30.0]");
    assert_eq!((&cites[0]["page"], &cites[0]["line"]), (&4.into(), &1.into()));
    assert_eq!((&cites[1]["page"], &cites[1]["line"]), (&5.into(), &1.into()));
}

#[test]
fn an_unreadable_input_has_a_record_too() {
    let problem = Problem {
        path: "坏.bin".into(),
        sha256: None,
        bytes: Some(3),
        id: "read.binary".into(),
        message: "is no text".into(),
    };
    let mut out = Vec::new();
    let patterns = Patterns::builtin();
    problem_to_json(&problem, &patterns, &mut out);
    let expected = format!(
        r#"{{"schema":"hedui.problem/1","engine":"{}","patterns":"{}","source":{{"path":"坏.bin","format":null,"encoding":null,"sha256":null,"bytes":3,"pages":null}},"error":{{"id":"read.binary","message":"is no text"}}}}"#,
        hedui::ENGINE,
        patterns.hash
    );
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}
