//! Why something could not be written: place, cause, next step.

use std::fmt;
use std::io;
use std::path::Path;

/// Why a target could not be opened, written or finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteError {
    /// What kind of failure it is.
    pub kind: WriteErrorKind,
    /// The target, as typed; `standard output` for the stream.
    pub place: String,
    /// What happened.
    pub cause: String,
    /// What to do about it; empty where there is nothing to say.
    pub next: String,
}

/// The kinds of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WriteErrorKind {
    /// The reader of the stream has gone: a clean stop, not a failure.
    Closed,
    /// No room: disk, quota or file size limit.
    Full,
    /// Not allowed: permissions, read-only file system, write-protected file.
    Denied,
    /// A folder on the way does not exist.
    Missing,
    /// No such kind of target.
    Unsupported,
    /// A marked copy is made of one PDF file, and something else came.
    OnePdf,
    /// Something else stands there: an input, another target, a folder, a device.
    Taken,
    /// A server does not answer.
    Unreachable,
    /// A server does not know the user or the password.
    Login,
    /// A server does not have the database.
    NoDatabase,
    /// The tables there were made by a newer program.
    Newer,
    /// A server that does not encrypt, or cannot prove who it is, where that was asked for.
    Unsafe,
    /// Someone else holds the tables.
    Busy,
    /// The connection to a server broke; nothing of the run has been written.
    Lost,
    /// Any other failure of the medium.
    Other,
}

impl WriteError {
    pub(super) fn new(
        kind: WriteErrorKind,
        place: impl Into<String>,
        cause: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        WriteError { kind, place: place.into(), cause: cause.into(), next: next.into() }
    }

    /// What `error` means at `place`.
    pub(super) fn io(place: impl Into<String>, error: &io::Error) -> Self {
        let kind = WriteErrorKind::of(error);
        WriteError::new(kind, place, error.to_string(), kind.next_step())
    }

    /// What `error` means at a path.
    pub(super) fn at(path: &Path, error: &io::Error) -> Self {
        WriteError::io(path.display().to_string(), error)
    }

    /// True where the reader of standard output has gone (`hedui extract … | head`): stop, and exit as if all were well.
    pub fn is_closed_pipe(&self) -> bool {
        self.kind == WriteErrorKind::Closed
    }
}

impl WriteErrorKind {
    pub(super) fn of(error: &io::Error) -> Self {
        use io::ErrorKind as E;
        match error.kind() {
            E::BrokenPipe => WriteErrorKind::Closed,
            E::StorageFull | E::QuotaExceeded | E::FileTooLarge | E::WriteZero => WriteErrorKind::Full,
            E::PermissionDenied | E::ReadOnlyFilesystem => WriteErrorKind::Denied,
            E::NotFound | E::NotADirectory => WriteErrorKind::Missing,
            E::AlreadyExists | E::IsADirectory | E::DirectoryNotEmpty => WriteErrorKind::Taken,
            _ => WriteErrorKind::Other,
        }
    }

    pub(super) fn next_step(self) -> &'static str {
        match self {
            WriteErrorKind::Full => "make room or choose another place with -o",
            WriteErrorKind::Denied => "choose a place that you may write to with -o",
            WriteErrorKind::Missing => "create the folder first or choose another place with -o",
            WriteErrorKind::Taken | WriteErrorKind::Unsupported => "choose another name with -o",
            WriteErrorKind::Unreachable => "see address and port, and whether the server runs",
            WriteErrorKind::Login => "see user and password; the password may also be in PGPASSWORD",
            WriteErrorKind::NoDatabase => "create the database first",
            WriteErrorKind::Unsafe => "see sslmode and sslrootcert in the address, and the certificate of the server",
            WriteErrorKind::Busy => {
                "another program holds the tables; nothing of this run was written, run it again when that has ended"
            }
            WriteErrorKind::Newer => "use the newer program, or another database",
            WriteErrorKind::Lost => "nothing of this run was written; run it again when the server is there",
            WriteErrorKind::OnePdf => "name one PDF file, or write records with -o",
            WriteErrorKind::Closed | WriteErrorKind::Other => "",
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.cause)?;
        if self.next.is_empty() { Ok(()) } else { write!(f, "; {}", self.next) }
    }
}

impl std::error::Error for WriteError {}
