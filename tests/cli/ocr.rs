//! Pages that are pictures: read by a command of the user's, which here says the same of every page.

use std::fmt::Write;

use super::room::Room;

/// A PDF file of one page that is a picture: four white pixels, as large as the page.
fn scan() -> Vec<u8> {
    let content = "q 595 0 0 842 0 0 cm /P Do Q";
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</P 4 0 R>>>>/Contents 5 0 R>>".to_owned(),
        "<</Type/XObject/Subtype/Image/Width 2/Height 2/ColorSpace/DeviceGray/BitsPerComponent 8/Length 4>>\nstream\n~~~~\nendstream".to_owned(),
        format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(file.len());
        let _ = writeln!(file, "{} 0 obj\n{object}\nendobj", n + 1);
    }
    let table = file.len();
    let _ = writeln!(file, "xref\n0 6\n0000000000 65535 f ");
    places.iter().for_each(|at| {
        let _ = writeln!(file, "{at:010} 00000 n ");
    });
    let _ = write!(file, "trailer <</Size 6/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n");
    file.into_bytes()
}

const ENGINE: &str = r#"
head -c 2 "$1" | grep -q P5 || exit 9
echo '{"text": "2022年度某市档案馆部门整体支出绩效自评报告", "box": [300, 200, 1300, 240], "confidence": 0.99}'
echo '{"text": "2022年年初预算数为113.52万元°", "box": [200, 400, 900, 440], "confidence": 0.9}'
"#;

/// Reads the scan with the engine of this room.
const READ: [&str; 6] = ["extract", "scan.pdf", "--ocr-cmd", "sh engine.sh", "--ocr-cache", "kept"];

#[test]
fn a_page_that_is_a_picture_is_read_by_the_command_and_its_figures_are_marked() {
    let room = Room::new();
    room.write("scan.pdf", scan());
    room.write("engine.sh", ENGINE);
    let run = room.run(&READ);
    run.is(0, "1 file: 1 report\n");
    let record = &run.records()[0];
    assert_eq!(record["title"], "2022年度某市档案馆部门整体支出绩效自评报告");
    let figure = &record["figures"][0];
    assert_eq!((figure["raw"].as_str(), figure["ocr"].as_u64()), (Some("113.52万元"), Some(90)));
    assert!(figure["at"]["bbox"].is_array());
    assert_eq!(record["notes"][0]["id"], "ocr.read");

    // What was read is kept: the engine is not asked again.
    room.write("engine.sh", "exit 3");
    assert_eq!(room.run(&READ).out, run.out);
}

#[test]
fn a_page_that_cannot_be_read_is_told_of_with_its_cause() {
    let room = Room::new();
    room.write("scan.pdf", scan());
    room.write("engine.sh", "echo no model here >&2; exit 3");
    let run = room.run(&READ);
    assert_eq!(run.records()[0]["error"]["id"], "ocr.failed");
    assert!(run.err.contains("no model here"), "{}", run.err);
}

#[test]
fn without_an_engine_a_picture_is_named_with_what_to_do() {
    let room = Room::new();
    room.write("scan.pdf", scan());
    let run = room.run(&["extract", "scan.pdf"]);
    assert_eq!(run.records()[0]["error"]["id"], "pdf.needs_ocr");
    assert!(run.err.contains("--ocr"), "{}", run.err);
}

#[test]
fn a_page_on_which_an_engine_reads_nothing_is_not_told_to_ask_for_one() {
    let room = Room::new();
    room.write("scan.pdf", scan());
    room.write("engine.sh", "true");
    let run = room.run(&READ);
    let error = &run.records()[0]["error"];
    assert_eq!(error["id"], "ocr.nothing");
    let message = error["message"].as_str().expect("a message");
    assert!(message.contains("OCR found no text") && !message.contains("--ocr"), "{message}");
}
