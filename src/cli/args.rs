//! The arguments as typed. Decides nothing: what they mean is each command's work.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::lang::Lang;
use crate::model::Verdict;

/// Reads folders of Chinese self-assessment reports (绩效自评报告) into data that can be compared,
/// and shows where each number was printed.
#[derive(Debug, Parser)]
#[command(name = "hedui", version, arg_required_else_help = true, max_term_width = 100, after_help = ROOT_EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to do it.
    #[command(flatten)]
    pub global: Global,
}

const ROOT_EXAMPLES: &str = "\
Examples:
  hedui extract 自评报告/ -o 结果.sqlite     a folder into a database
  hedui check 自评报告/ --fail-on conflict   what contradicts itself, and where
  hedui text 某局2022.txt                    the text that every citation counts in

Exit codes:
  0    everything was read, and nothing was found at --fail-on
  1    something was found at --fail-on
  2    an input, a pattern file or a target failed (the rest was done)
  130  stopped by Ctrl-C

Standard output carries the product, standard error the messages.";

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// Use the pattern files of this folder instead of the built-in ones
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    pub patterns: Option<PathBuf>,
    /// How many threads work; 0 for as many as the machine runs at once
    #[arg(short = 'j', long, global = true, value_name = "N", default_value_t = 0, help_heading = "Global options")]
    pub threads: usize,
    /// The size above which an input is refused, as 64KB, 256MB, 1GB (of 1024)
    #[arg(long, global = true, value_name = "SIZE", default_value = "256MB", value_parser = size, help_heading = "Global options")]
    pub max_size: u64,
    /// Read pages that are pictures, by an engine outside the program: RapidOCR or Tesseract, whichever is found
    ///
    /// RapidOCR (`pip install rapidocr-onnxruntime`) is recommended; HEDUI_PYTHON names its Python where it is not python3.
    /// What was read is kept, so that a second run is fast. Pages so read are noted; look at their figures on the page.
    #[arg(long, global = true, value_name = "ENGINE", num_args = 0..=1, require_equals = true, default_missing_value = "auto", help_heading = "Global options")]
    pub ocr: Option<Engine>,
    /// Read such pages by a command: it gets the path of a picture (PGM) and prints a JSON object a line:
    /// {"text": "…", "box": [left, top, right, bottom], "confidence": 0.98}
    #[arg(long, global = true, value_name = "COMMAND", help_heading = "Global options")]
    pub ocr_cmd: Option<String>,
    /// Where to keep what was read off pictures; by default a folder of the user's for passing data
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    pub ocr_cache: Option<PathBuf>,
    /// Say nothing on standard error but what ends the run
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub quiet: bool,
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    pub color: Color,
    /// The language of messages: zh or en; by default zh where the locale is Chinese
    #[arg(long, global = true, value_name = "LANG", help_heading = "Global options")]
    pub lang: Option<Lang>,
}

/// What reads pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// RapidOCR where it is found, else Tesseract
    Auto,
    /// RapidOCR (PP-OCR)
    Rapidocr,
    /// Tesseract with chi_sim
    Tesseract,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Extract every report found, as data (the main job)
    #[command(after_help = EXTRACT_EXAMPLES)]
    Extract(Extract),
    /// Show what does not agree with itself, gravest first, with the places
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Put organisations side by side: figures, ratios, peers, years, copied text
    #[command(after_help = COMPARE_EXAMPLES)]
    Compare(Compare),
    /// Print a file's text as it was read
    #[command(after_help = TEXT_EXAMPLES)]
    Text(Text),
    /// List the patterns, check a folder of them, or try them on a sentence
    #[command(after_help = PATTERNS_EXAMPLES)]
    Patterns(Patterns),
    /// Explain a check, concept, report family or topic by its id
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain {
        /// The id, as it stands in the output: sum.basic, expenditure.basic, department_overall, funding.basic
        #[arg(required_unless_present = "all")]
        id: Option<String>,
        /// Print all checks and the bands of grades, in Chinese, as Markdown: what docs/checks.md holds
        #[arg(long, conflicts_with = "id")]
        all: bool,
    },
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  hedui completions bash > ~/.local/share/bash-completion/completions/hedui")]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page of the program, or of one of its commands
    #[command(after_help = "Example:\n  hedui man extract | man -l -")]
    Man {
        /// The command
        command: Option<String>,
    },
}

/// What is read.
#[derive(Debug, Args)]
pub struct Paths {
    /// Files, folders (read recursively, in order of name) and - for standard input
    ///
    /// A file named here is always tried. Inside a folder, text and PDF files and files without a telling extension are
    /// tried; Word, Excel, pictures and the like are reported one by one, as this version does not read them; hidden files
    /// and data or program files are left aside. A path named here is read where it is named and not once more in a folder.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// Where it goes.
#[derive(Debug, Args)]
pub struct Targets {
    /// Where records go: *.jsonl, *.json, *.sqlite, *.parquet, *.annotated.pdf, postgres://…, a folder/ or - for standard output; can be repeated
    ///
    /// Targets are opened before the first input is read and appear whole at the end, or not at all.
    #[arg(short = 'o', long = "output", value_name = "TARGET")]
    pub targets: Vec<OsString>,
}

/// `hedui extract`
#[derive(Debug, Args)]
pub struct Extract {
    /// What is read.
    #[command(flatten)]
    pub paths: Paths,
    /// Show the numbers that nothing explains, with their places, instead of records
    #[arg(long)]
    pub show_unexplained: bool,
    /// Where it goes.
    #[command(flatten)]
    pub targets: Targets,
}

const EXTRACT_EXAMPLES: &str = "\
Without -o, records go to standard output as JSON Lines: one object per report, and one per input that could not be read.

Examples:
  hedui extract 自评报告/ -o 结果.sqlite
  hedui extract 甲局.txt 乙局.txt -o 结果.json -o 结果.sqlite
  hedui extract 自评报告/ -o 结果/                 one JSON file per report, in the tree of the inputs
  cat 甲局.txt | hedui extract - | jq '.org, .year'";

/// `hedui check`
#[derive(Debug, Args)]
pub struct Check {
    /// What is read.
    #[command(flatten)]
    pub paths: Paths,
    /// Exit with 1 where a finding is at least this grave; by default findings do not change the exit code
    #[arg(long, value_name = "VERDICT")]
    pub fail_on: Option<FailOn>,
    /// What was said of earlier findings: CSV (fingerprint,confirmed|dismissed,note) or JSON Lines with these keys
    ///
    /// A finding that is listed is known: it is not shown and does not count for --fail-on. Fingerprints stay the same from
    /// run to run as long as the quoted figures do; they are in the records and, with --all, in the list.
    #[arg(long, value_name = "FILE")]
    pub verdicts: Option<PathBuf>,
    /// Show known findings too, marked, and the fingerprint of each
    #[arg(long)]
    pub all: bool,
    /// Where it goes.
    #[command(flatten)]
    pub targets: Targets,
}

const CHECK_EXAMPLES: &str = "\
Findings go to standard output; with -o the whole records go to the targets too (-o - prints records instead of findings).

Examples:
  hedui check 自评报告/
  hedui check 甲局.txt --fail-on suspect && echo 可以报送
  hedui check 自评报告/ --verdicts 复核.csv        only what is new
  hedui check 甲局.pdf -o 甲局.annotated.pdf     a copy with the findings marked in it";

/// `hedui compare`
#[derive(Debug, Args)]
pub struct Compare {
    /// What is read.
    #[command(flatten)]
    pub paths: Paths,
    /// A directory of organisations: CSV with the columns 名称 别名 编码 类别 并入 (name aliases code group merged_into)
    #[arg(long, value_name = "FILE")]
    pub orgs: Option<PathBuf>,
    /// Where it goes.
    #[command(flatten)]
    pub targets: SideTargets,
}

/// Where a comparison goes.
#[derive(Debug, Args)]
pub struct SideTargets {
    /// Where the comparison goes: *.xlsx, *.html, *.json, *.jsonl or - for JSON on standard output; can be repeated
    ///
    /// Targets are opened before the first input is read and appear whole at the end, or not at all.
    #[arg(short = 'o', long = "output", value_name = "TARGET")]
    pub targets: Vec<OsString>,
}

const COMPARE_EXAMPLES: &str = "\
Reports are read as by `hedui extract`; a *.jsonl or *.sqlite of an earlier run named here is read back instead (it holds no text,
so copied text is not looked for). Without -o a table goes to standard output.

Examples:
  hedui compare 自评报告/
  hedui compare 自评报告/ -o 底稿.xlsx -o 复核.html
  hedui compare 2021/ 2022/ --orgs 单位.csv -o 底稿.xlsx
  hedui compare 结果.sqlite -o 比较.json";

/// From which verdict on `hedui check` fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Figures part by no more than rounding explains
    Rounding,
    /// A slip would explain the gap
    Suspect,
    /// Figures contradict each other
    Conflict,
}

impl From<FailOn> for Verdict {
    fn from(typed: FailOn) -> Verdict {
        match typed {
            FailOn::Rounding => Verdict::Rounding,
            FailOn::Suspect => Verdict::Suspect,
            FailOn::Conflict => Verdict::Conflict,
        }
    }
}

/// `hedui text`
#[derive(Debug, Args)]
pub struct Text {
    /// The file, or - for standard input
    pub file: PathBuf,
    /// Cut the text into words, parted by spaces; a block a line
    #[arg(long, conflicts_with = "layout")]
    pub words: bool,
    /// Show the blocks that were recognised: lines, kind and folded text, parted by tabs
    #[arg(long)]
    pub layout: bool,
}

const TEXT_EXAMPLES: &str = "\
`start` and `end` of every citation count the Unicode characters of this text, from 0.

Examples:
  hedui text 甲局.txt
  hedui text 甲局.txt --words
  hedui text 甲局.txt --layout";

/// `hedui patterns`
#[derive(Debug, Args)]
pub struct Patterns {
    /// A folder of pattern files to check and list, instead of the built-in ones
    pub dir: Option<PathBuf>,
    /// Show what is read in this text, and by which pattern
    #[arg(long, value_name = "TEXT")]
    pub try_on: Option<String>,
}

const PATTERNS_EXAMPLES: &str = "\
Examples:
  hedui patterns                                      what is built in
  hedui patterns 我的规则/                            check a folder of one's own
  hedui patterns --try-on '基本支出132.88万元。'      what is read in a sentence";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  hedui explain sum.basic
  hedui explain expenditure.basic
  hedui explain --all > 核对关系.md";

/// `64KB`, `256MB`, `1GB`, `4096`: a size in bytes.
fn size(typed: &str) -> Result<u64, String> {
    let digits = typed.len() - typed.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = typed.split_at(digits);
    let scale = match unit.trim().to_ascii_uppercase().as_str() {
        "" | "B" => 0,
        "K" | "KB" | "KIB" => 10,
        "M" | "MB" | "MIB" => 20,
        "G" | "GB" | "GIB" => 30,
        _ => return Err("a size is a whole number with B, KB, MB or GB behind it".into()),
    };
    let number: u64 = number.parse().map_err(|_| "a size begins with a whole number")?;
    number.checked_mul(1 << scale).ok_or_else(|| "that is more than can be counted".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_number_and_a_unit() {
        assert_eq!(size("256MB"), Ok(256 << 20));
        assert_eq!(size("1 g"), Ok(1 << 30));
        assert_eq!(size("4096"), Ok(4096));
        assert!(size("MB").is_err() && size("1.5MB").is_err() && size("99999999999GB").is_err());
    }

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
