//! A PostgreSQL server for a test: made, started and thrown away by it, reached by a socket in its own folder and by nothing else
//! unless the test asks for a port.
#![allow(dead_code)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use postgres::{Client, NoTls};
use tempfile::TempDir;

use super::tools;

/// A signer and a certificate signed by it.
const CERTIFICATE: &str = "openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=signer && \
    openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost && \
    echo subjectAltName=DNS:localhost > names && \
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile names -out server.crt";

/// A running server, stopped when dropped.
pub struct Server {
    folder: TempDir,
    bin: PathBuf,
    /// Who it runs as, where that is not who runs the test: the server refuses to run as root.
    user: Option<&'static str>,
}

impl Server {
    /// Starts one; says that the test is skipped where there is no PostgreSQL.
    pub fn start() -> Option<Server> {
        let Some(initdb) = tools::program("initdb").and_then(|found| found.canonicalize().ok()) else {
            tools::skipped("no PostgreSQL (initdb): nothing is written to a server");
            return None;
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
        let bin = initdb.parent().expect("a folder").to_owned();
        let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
        let known = |user: &&&str| tools::succeeds(Command::new("id").arg(user));
        let user = if root { ["postgres", "nobody"].iter().find(known).copied() } else { None };
        let server = Server { folder, bin, user };
        fs::create_dir(server.data()).expect("a folder");
        fs::create_dir(server.socket()).expect("a folder");
        if let Some(user) = user {
            let chown = Command::new("chown").arg(user).args([server.data(), server.socket()]).status();
            assert!(chown.expect("chown").success());
        }
        let data = server.data().display().to_string();
        server.must(
            "initdb",
            &["-D", &data, "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"],
        );
        // Whoever is called auditor has to know the password.
        let rules = server.data().join("pg_hba.conf");
        let all = fs::read_to_string(&rules).expect("rules");
        fs::write(&rules, format!("local all auditor scram-sha-256\n{all}")).expect("rules");
        server.up();
        Some(server)
    }

    /// Starts it again.
    pub fn up(&self) {
        let data = self.data().display().to_string();
        let options = format!("-c listen_addresses='' -c fsync=off -k {}", self.socket().display());
        let log = self.socket().join("log").display().to_string();
        self.must("pg_ctl", &["-D", &data, "-o", &options, "-l", &log, "-w", "start"]);
    }

    /// Starts it again with a port of this machine, and gives that. With a certificate for `localhost` it takes encrypted
    /// connections there and refuses others; who signed it is in `ca.pem`. `None` where there is no `openssl`.
    pub fn open_port(&self, certificate: bool) -> Option<u16> {
        self.down();
        let free = std::net::TcpListener::bind("localhost:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let mut options =
            format!("-c listen_addresses=localhost -c port={port} -c fsync=off -k {}", self.socket().display());
        if certificate {
            if !tools::succeeds(Command::new("sh").args(["-c", CERTIFICATE]).current_dir(self.folder.path())) {
                tools::skipped("no openssl: no server is asked for an encrypted connection");
                return None;
            }
            for name in ["server.crt", "server.key"] {
                let to = self.data().join(name);
                fs::copy(self.folder.path().join(name), &to).expect("copied");
                fs::set_permissions(&to, fs::Permissions::from_mode(0o600)).expect("permissions");
                if let Some(user) = self.user {
                    assert!(Command::new("chown").arg(user).arg(&to).status().expect("chown").success());
                }
            }
            options += " -c ssl=on";
            let rules = self.data().join("pg_hba.conf");
            let all = fs::read_to_string(&rules).expect("rules");
            fs::write(&rules, format!("hostnossl all all all reject\n{all}")).expect("rules");
        }
        let log = self.socket().join("log").display().to_string();
        self.must("pg_ctl", &["-D", &self.data().display().to_string(), "-o", &options, "-l", &log, "-w", "start"]);
        Some(port)
    }

    /// The certificate of who signed the server's.
    pub fn signer(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Stops it as a power cut would.
    pub fn down(&self) {
        self.run("pg_ctl", &["-D", &self.data().display().to_string(), "-m", "immediate", "-w", "stop"]);
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// A program of the server's.
    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let path = self.bin.join(program);
        let mut command = match self.user {
            None => Command::new(path),
            Some(user) => {
                let group = String::from_utf8(Command::new("id").args(["-gn", user]).output().expect("id").stdout);
                let mut command = Command::new("setpriv");
                command.args(["--reuid", user, "--regid", group.expect("UTF-8").trim(), "--clear-groups"]).arg(path);
                command
            }
        };
        // What it starts keeps the streams open: they go nowhere.
        let quiet = program == "pg_ctl";
        let stream = || if quiet { Stdio::null() } else { Stdio::piped() };
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null()).stdout(stream()).stderr(stream());
        command.output().unwrap_or_else(|e| panic!("{program}: {e}"))
    }

    #[track_caller]
    fn must(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.run(program, arguments);
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// A new database.
    pub fn database(&self, name: &str) -> String {
        self.client("postgres").batch_execute(&format!("CREATE DATABASE \"{name}\"")).expect("created");
        self.url(name)
    }

    /// Where the database is.
    pub fn url(&self, name: &str) -> String {
        format!("postgres://postgres@/{name}?host={}", self.socket().display())
    }

    pub fn client(&self, name: &str) -> Client {
        let mut client = Client::connect(&self.url(name), NoTls).expect("connected");
        client.batch_execute("SET search_path TO hedui, public").expect("set");
        client
    }

    /// The whole database as text, without what differs from call to call.
    pub fn dump(&self, name: &str) -> String {
        let socket = self.socket().display().to_string();
        let dump = self.must("pg_dump", &["-h", &socket, "-U", "postgres", name]);
        dump.lines().filter(|line| !line.contains("restrict ")).flat_map(|line| [line, "\n"]).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.down();
    }
}
