//! Reports in, files and databases out.
