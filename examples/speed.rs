use std::time::Instant;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let bytes = std::fs::read(&a[1]).unwrap();
    let n: usize = a.get(2).map_or(5, |n| n.parse().unwrap());
    let reps = (64 << 20) / bytes.len();
    if n > 0 {
        for _ in 0..3 {
            let t = Instant::now();
            for _ in 0..reps {
                std::hint::black_box(hedui::read::read(Default::default(), std::hint::black_box(&bytes)).unwrap());
            }
            eprintln!("small: {:.0} MB/s", (reps * bytes.len()) as f64 / 1e6 / t.elapsed().as_secs_f64());
        }
    }
    let big = if n > 0 { bytes.repeat((32 << 20) / bytes.len() + 1) } else { bytes.clone() };
    for _ in 0..n.max(1) {
        let t = Instant::now();
        let doc = hedui::read::read(Default::default(), &big).unwrap();
        let e = t.elapsed().as_secs_f64();
        let t = Instant::now();
        let mut f = hedui::text::fold::Folder::new(&doc.text);
        for b in &doc.blocks {
            f.block([b.span]);
        }
        let v = f.finish();
        let e2 = t.elapsed().as_secs_f64();
        eprintln!(
            "read {:.0} MB/s  fold alone {:.0} MB/s ({} anchors)  {} lines {} blocks",
            big.len() as f64 / 1e6 / e,
            big.len() as f64 / 1e6 / e2,
            v.anchors.len(),
            doc.lines.len(),
            doc.blocks.len()
        );
    }
    if n == 0 {
        let doc = hedui::read::read(Default::default(), &bytes).unwrap();
        for b in &doc.blocks {
            if b.kind == hedui::model::BlockKind::Furniture {
                println!("~~ {}", b.span.of(&doc.text));
            } else {
                println!("{}", b.view.of(&doc.view.text));
            }
        }
        for n in &doc.notes {
            println!("!! {} {} {:?}", n.id, n.message, n.span);
        }
    }
}
