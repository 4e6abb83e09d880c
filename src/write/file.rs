//! A file that appears whole or not at all: written under a passing name in the same folder, then renamed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::{WriteError, WriteErrorKind};

/// The beginning of every passing name; what is left behind by a power cut can be told by it.
pub(super) const PASSING: &str = ".hedui-";

/// A file on its way. Dropped, it is gone.
pub(super) struct PendingFile {
    file: NamedTempFile,
    /// Where it will stand, links resolved.
    path: PathBuf,
    /// The path as typed, for messages.
    place: String,
}

impl PendingFile {
    /// Creates the passing file beside `path`.
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        let place = path.display().to_string();
        let path = resolved(path)?;
        let folder = folder_of(&path);
        let file = passing_file(folder).map_err(|e| WriteError::io(place.clone(), &e))?;
        Ok(PendingFile { file, path, place })
    }

    /// The open file.
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Where it is for now.
    pub fn passing_path(&self) -> &Path {
        self.file.path()
    }

    /// The folder it will stand in, with links resolved where that can be told.
    pub fn folder(&self) -> PathBuf {
        let folder = folder_of(&self.path);
        fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
    }

    /// The path as typed.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Puts it in its place, replacing what is there.
    pub fn persist(self) -> Result<(), WriteError> {
        let PendingFile { file, path, place } = self;
        let fail = |e: &std::io::Error| WriteError::io(place.clone(), e);
        file.as_file().sync_all().map_err(|e| fail(&e))?;
        file.persist(&path).map_err(|e| fail(&e.error))?;
        // The name is in the folder; that the folder is on the disk too is a courtesy some file systems refuse.
        #[cfg(unix)]
        let _ = File::open(folder_of(&path)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

/// A new passing file with the permissions that any new file would get.
fn passing_file(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PASSING).suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Less the umask, as for every new file; 0600 would shut colleagues out.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// The folder that `path` is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The path with links followed, where something stands there; refused where that is no plain file that may be replaced.
fn resolved(path: &Path) -> Result<PathBuf, WriteError> {
    let place = path.display().to_string();
    let taken = |cause: &str| {
        Err(WriteError::new(WriteErrorKind::Taken, place.clone(), cause, WriteErrorKind::Taken.next_step()))
    };
    let found = match fs::metadata(path) {
        Ok(found) => found,
        // Nothing there yet. A link into nowhere is replaced itself.
        Err(_) => return Ok(path.to_owned()),
    };
    if found.is_dir() {
        return taken("is a folder, not a file");
    }
    if !found.is_file() {
        return taken("is a device or pipe, not a file");
    }
    if found.permissions().readonly() {
        return Err(WriteError::new(
            WriteErrorKind::Denied,
            place.clone(),
            "is write-protected",
            "lift the protection or choose another name with -o",
        ));
    }
    fs::canonicalize(path).map_err(|e| WriteError::at(path, &e))
}
