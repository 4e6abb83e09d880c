use std::sync::Arc;
fn main() {
    let bare = std::env::args().any(|a| a == "--bare");
    let only: Option<String> = std::env::args().nth(1).filter(|a| !a.starts_with("--"));
    let p = hedui::patterns::Patterns::builtin();
    let (mut n, mut bad) = (0, 0);
    let mut dirs: Vec<_> =
        std::fs::read_dir("samples").unwrap().map(|d| d.unwrap().path()).filter(|d| d.is_dir()).collect();
    dirs.sort();
    for d in dirs {
        let name = d.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("aside") {
            continue;
        }
        if only.as_ref().is_some_and(|o| !name.contains(o.as_str())) {
            continue;
        }
        let Some(file) =
            std::fs::read_dir(&d).unwrap().map(|f| f.unwrap().path()).find(|f| f.file_stem().unwrap() == "report")
        else {
            continue;
        };
        let truth: toml::Table = toml::from_str(&std::fs::read_to_string(d.join("truth.toml")).unwrap()).unwrap();
        let bytes = std::fs::read(&file).unwrap();
        let Ok(doc) = hedui::read::read(Default::default(), &bytes) else {
            println!("{name}: unreadable");
            continue;
        };
        let doc = Arc::new(doc);
        let mut o = hedui::outline::outline(&doc, &p);
        if bare {
            for x in &mut o.parts {
                x.title = None;
            }
        }
        let reports = hedui::extract::extract(&doc, &o, &p);
        let want = truth["report"].as_array().unwrap();
        if want.len() != reports.len() {
            println!("{name}: {} reports, want {}", reports.len(), want.len());
        }
        if only.is_some() {
            for b in &doc.blocks {
                if b.kind == hedui::model::BlockKind::Furniture {
                    println!("~~ {}", b.span.of(&doc.text));
                } else {
                    println!("{}", b.view.of(&doc.view.text));
                }
            }
            for n in &doc.notes {
                println!("!! {} {}", n.id, n.message);
            }
        }
        for (w, r) in want.iter().zip(&reports) {
            let s =
                |k: &str| w.get(k).map_or(String::new(), |v| v.as_str().map_or_else(|| v.to_string(), String::from));
            let got = [
                ("family", p.families.get(r.family).id.clone()),
                ("title", r.title.as_ref().map_or(String::new(), |t| t.text.clone())),
                ("org", r.org.as_ref().map_or(String::new(), |t| t.text.clone())),
                ("year", r.year.map_or(String::new(), |y| y.to_string())),
            ];
            for (k, g) in got {
                n += 1;
                let w = s(k);
                if w != g {
                    bad += 1;
                    println!("{name} {k}:\n   want {w}\n   got  {g}");
                }
            }
        }
    }
    println!("{bad} of {n} wrong");
}
