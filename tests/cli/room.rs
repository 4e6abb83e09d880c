//! A folder of its own for every test, and the program in it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Where the project is.
pub const HOME: &str = env!("CARGO_MANIFEST_DIR");

/// Two reports that read well. What stands between them must not change what comes of them.
pub const FIRST: &str = "某县档案馆2022年度部门整体支出绩效自评报告\n\n一、基本情况\n\n（一）部门基本情况\n\n\
    某县档案馆是县委直属事业单位，核定编制11名，年末实有在职人员8人。\n\n二、预算执行情况\n\n\
    2022年年初预算数为160.00万元。全年支出151.47万元，其中：基本支出132.88万元，项目支出18.59万元。\n";
/// See [`FIRST`].
pub const LAST: &str = "某市水利局2022年度部门整体支出绩效自评报告\n\n一、部门概况\n\n某市水利局编制40人。\n\n\
    二、支出情况\n\n基本支出132.88万元，其中：人员经费113.97万元，公用经费18.90万元。\n";

/// What a run gave.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The records on standard output, a line each.
    pub fn lines(&self) -> Vec<&str> {
        self.out.lines().collect()
    }

    pub fn records(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect()
    }

    /// Nothing went wrong and nothing was said but this.
    #[track_caller]
    pub fn is(&self, code: i32, err: &str) -> &Self {
        assert_eq!((self.code, self.err.as_str()), (Some(code), err), "standard output: {:.300}", self.out);
        self
    }
}

/// A temporary folder, gone when dropped.
pub struct Room(TempDir);

impl Room {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        // Others may look in: some tests run the program as someone else.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
        Room(dir)
    }

    /// A room with `a.txt` and `z.txt`, two reports that read well.
    pub fn with_two() -> Self {
        let room = Room::new();
        room.write("a.txt", FIRST);
        room.write("z.txt", LAST);
        room
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(&path, bytes).expect("written");
        path
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// The names in it, hidden ones too.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The program in this folder, speaking English whatever this machine speaks.
    pub fn hedui(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hedui"));
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        for name in ["LC_ALL", "LC_MESSAGES", "NO_COLOR", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        command.env("LANG", "C.UTF-8");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.hedui(arguments))
    }

    /// A shell command in this folder; `$HEDUI` is the program.
    pub fn shell(&self, script: &str) -> Ran {
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(self.path()).stdin(Stdio::null());
        command.env("HEDUI", env!("CARGO_BIN_EXE_hedui")).env("LANG", "C.UTF-8").env_remove("LC_ALL");
        command.env_remove("RUST_BACKTRACE");
        ran(command)
    }
}

/// Runs it to its end.
pub fn ran(mut command: Command) -> Ran {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Whether this process is root, which no permission stops.
pub fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id");
    id.stdout == b"0\n"
}

/// `command` as nobody, where this process is root; `None` (with the reason printed) where that cannot be had.
pub fn as_nobody(command: Command) -> Option<Command> {
    if !is_root() {
        return Some(command);
    }
    let program = command.get_program().to_owned();
    let mut nobody = Command::new("setpriv");
    nobody.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]);
    let mut probe = Command::new("setpriv");
    probe.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(&program).arg("--version");
    if !probe.output().is_ok_and(|output| output.status.success()) {
        println!("skipped: root is stopped by no permission, and the program cannot be run as nobody with setpriv");
        return None;
    }
    nobody.arg(program).args(command.get_args()).stdin(Stdio::null());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => nobody.env(name, value),
            None => nobody.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        nobody.current_dir(folder);
    }
    Some(nobody)
}
