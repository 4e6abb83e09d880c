use std::convert::Infallible;

use super::*;

fn text(i: usize) -> Input {
    let shown = format!("{i:05}.txt");
    let places = ["水库", "学校", "公路", "医院", "市场", "公园", "图书馆"];
    let place = places[i % places.len()];
    let text = format!(
        "2022年度第{i}{place}项目支出绩效自评报告\n一、基本情况\n{}2022年年初预算数为{i}.5万元。\n二、资金情况\n全年支出{i}万元。\n",
        format!("修建{place}，维护{place}。").repeat(i % 40),
    );
    Input::Bytes { shown, bytes: text.into_bytes() }
}

fn options(threads: usize) -> Options {
    Options { threads, ..Options::default() }
}

/// Everything about the outcomes that must not depend on threads.
fn all(inputs: impl Iterator<Item = Input>, options: &Options) -> Vec<String> {
    let mut seen = Vec::new();
    let prepare = |outcome: &Outcome| match outcome {
        Outcome::Read(reports) => reports
            .iter()
            .map(|r| format!("{} {:?} {:?} {:?}", r.document.source.path, r.keywords, r.section_keywords, r.facts))
            .collect(),
        Outcome::Failed(problem) => format!("{} {}", problem.shown, problem.id),
    };
    run(inputs, &Patterns::builtin(), options, &(), prepare, |_, made: String| {
        seen.push(made);
        Ok::<(), Infallible>(())
    })
    .unwrap();
    seen
}

#[test]
fn outcomes_come_in_the_order_of_the_inputs_on_any_number_of_threads() {
    let missing = |i: usize| Input::File { path: format!("/nowhere/{i}").into(), shown: format!("{i:05}.txt") };
    let inputs = || (0..1000).map(|i| if i % 97 == 3 { missing(i) } else { text(i) });
    let one = all(inputs(), &options(1));
    assert_eq!(one.len(), 1000);
    for (i, line) in one.iter().enumerate() {
        assert!(line.starts_with(&format!("{i:05}.txt")), "{line}");
        assert_eq!(line.ends_with("file.missing"), i % 97 == 3, "{line}");
    }
    for threads in [2, 3, 8] {
        assert!(all(inputs(), &options(threads)) == one);
    }
}

#[test]
fn an_input_that_cannot_be_read_costs_itself_alone() {
    let dir = tempfile::tempdir().unwrap();
    let large = dir.path().join("large.txt");
    std::fs::write(&large, vec![b'1'; 2000]).unwrap();
    let problem = Problem { shown: "loop".into(), id: "walk.loop", message: "is a link to its own parent".into() };
    let inputs = vec![
        Input::File { path: large, shown: "large.txt".into() },
        Input::Problem(problem),
        Input::File { path: dir.path().into(), shown: "folder".into() },
        text(1),
    ];
    let seen = all(inputs.into_iter(), &Options { max_bytes: 1000, ..options(2) });
    assert_eq!(seen[..3], ["large.txt file.too_large", "loop walk.loop", "folder file.folder"]);
    assert!(seen[3].starts_with("00001.txt"));
}

#[test]
fn a_panic_becomes_a_problem_of_its_file() {
    let problem = guard("报告.txt", || panic!("at {}", 5)).map(|(): ()| 0).unwrap_err();
    assert_eq!((problem.shown.as_str(), problem.id), ("报告.txt", "internal"));
    assert_eq!(problem.message, "internal error: at 5; please report it with this file");
}

#[test]
fn a_panic_while_preparing_costs_that_file_alone() {
    let mut seen = Vec::new();
    let inputs =
        ["a", "b", "c"].map(|shown| Input::Problem(Problem { shown: shown.into(), id: "x", message: String::new() }));
    let prepare = |outcome: &Outcome| match outcome {
        Outcome::Failed(problem) if problem.shown == "b" && problem.id == "x" => panic!("b"),
        Outcome::Failed(problem) => problem.id,
        Outcome::Read(_) => "read",
    };
    run(inputs.into_iter(), &Patterns::builtin(), &options(2), &(), prepare, |_, id| {
        seen.push(id);
        Ok::<(), Infallible>(())
    })
    .unwrap();
    assert_eq!(seen, ["x", "internal", "x"]);
}

#[test]
fn a_consumer_that_fails_ends_the_run() {
    for threads in [1, 2] {
        let mut seen = 0;
        let result = run(
            (0..5000).map(text),
            &Patterns::builtin(),
            &options(threads),
            &(),
            |_| (),
            |_, ()| {
                seen += 1;
                if seen == 10 { Err("full disk") } else { Ok(()) }
            },
        );
        assert!(matches!(result, Err(RunError::Consume("full disk"))));
        assert_eq!(seen, 10);
    }
}

#[test]
fn a_cancelled_run_says_so() {
    for threads in [1, 2] {
        let options = options(threads);
        let mut seen = 0;
        let inputs = (0..2000).map(|i| {
            if i == 900 {
                options.cancel.store(true, Ordering::Relaxed);
            }
            text(i)
        });
        let result = run(
            inputs,
            &Patterns::builtin(),
            &options,
            &(),
            |_| (),
            |_, ()| {
                seen += 1;
                Ok::<(), Infallible>(())
            },
        );
        assert!(matches!(result, Err(RunError::Cancelled)));
        assert!(seen < 2000);
    }
}

#[test]
fn no_input_is_no_outcome() {
    assert!(all(std::iter::empty(), &options(0)).is_empty());
}

#[test]
fn the_progress_of_every_input_is_told_once() {
    #[derive(Default)]
    struct Count(AtomicUsize, AtomicUsize);
    impl Watch for Count {
        fn done(&self, _: &str, bytes: u64, _: &Outcome) {
            self.0.fetch_add(1, Ordering::Relaxed);
            self.1.fetch_add(bytes as usize, Ordering::Relaxed);
        }
    }
    let count = Count::default();
    let bytes: u64 = (0..600).map(|i| text(i).bytes()).sum();
    run((0..600).map(text), &Patterns::builtin(), &options(2), &count, |_| (), |_, ()| Ok::<(), Infallible>(()))
        .unwrap();
    assert_eq!((count.0.into_inner(), count.1.into_inner() as u64), (600, bytes));
}
