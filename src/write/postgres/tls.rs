//! The address of a server in, how to connect to it out: in clear, encrypted, or encrypted to a server that proves who it is.
//!
//! `sslmode` means what it means to every client of PostgreSQL: `prefer` (where nothing is said) encrypts where the server can,
//! `require` never connects in clear, `verify-ca` and `verify-full` also want a certificate that one of `sslrootcert` or, without
//! it, one of this machine's has signed. Only `verify-*` and `require` with `sslrootcert` keep out who sits in between.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use postgres::Config;
use postgres::config::{Host, SslMode};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

/// What is asked of the connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    mode: SslMode,
    proof: Proof,
    /// Certificates that may sign the server's; `None` for this machine's.
    roots: Option<PathBuf>,
}

/// What the server has to prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    Nothing,
    /// A certificate signed by one of the roots.
    Signed,
    /// And made out to the host's name.
    Named,
}

impl Asked {
    /// Takes `sslmode` and `sslrootcert` out of the address, or of `PGSSLMODE` and `PGSSLROOTCERT`.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn take(url: &str) -> Result<(String, Asked), String> {
        let env = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Asked::of(url, env("PGSSLMODE"), env("PGSSLROOTCERT"))
    }

    fn of(url: &str, mode: Option<String>, roots: Option<String>) -> Result<(String, Asked), String> {
        let (mut mode, mut roots) = (mode, roots);
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let mut kept = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value.to_owned()),
                Some(("sslrootcert", value)) => roots = Some(decoded(value)),
                _ => kept.push(pair),
            }
        }
        let roots = roots.filter(|roots| roots != "system").map(PathBuf::from);
        let (mode, proof) = match mode.as_deref() {
            None | Some("prefer" | "allow") => (SslMode::Prefer, Proof::Nothing),
            Some("disable") => (SslMode::Disable, Proof::Nothing),
            Some("require") if roots.is_none() => (SslMode::Require, Proof::Nothing),
            Some("require" | "verify-ca") => (SslMode::Require, Proof::Signed),
            Some("verify-full") => (SslMode::Require, Proof::Named),
            Some(other) => {
                return Err(format!("sslmode={other} is none of disable, prefer, require, verify-ca and verify-full"));
            }
        };
        let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
        Ok((format!("{address}{query}"), Asked { mode, proof, roots }))
    }

    /// Sets the mode, and makes what encrypts. A socket of this machine is not encrypted, whatever is asked.
    ///
    /// # Errors
    /// Where certificates cannot be read.
    pub fn apply(&self, config: &mut Config) -> Result<MakeRustlsConnect, String> {
        let far = config.get_hosts().iter().any(|host| matches!(host, Host::Tcp(_)));
        config.ssl_mode(if far || !config.get_hostaddrs().is_empty() { self.mode } else { SslMode::Disable });
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let proven = match self.proof {
            Proof::Nothing => None,
            Proof::Signed | Proof::Named => {
                let roots = Arc::new(roots(self.roots.as_deref())?);
                let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider.clone()).build();
                Some(verifier.map_err(|e| format!("certificates to check the server with: {e}"))?)
            }
        };
        let check = Arc::new(Check { proof: self.proof, proven, provider: provider.clone() });
        let client = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let client = client.map_err(|e| e.to_string())?;
        Ok(MakeRustlsConnect::new(client.dangerous().with_custom_certificate_verifier(check).with_no_client_auth()))
    }
}

/// `%2F` as `/`.
fn decoded(value: &str) -> String {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                rest = &after[2..];
            }
            _ => {
                out.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn roots(file: Option<&Path>) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    match file {
        Some(file) => {
            let wrong = |e: &dyn std::fmt::Display| format!("sslrootcert {}: {e}", file.display());
            let all = CertificateDer::pem_file_iter(file).map_err(|e| wrong(&e))?;
            for certificate in all {
                roots.add(certificate.map_err(|e| wrong(&e))?).map_err(|e| wrong(&e))?;
            }
            if roots.is_empty() {
                return Err(wrong(&"holds no certificate in PEM"));
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if roots.is_empty() {
                return Err(
                    "this machine has no certificates to check the server with; name some with sslrootcert".into()
                );
            }
        }
    }
    Ok(roots)
}

/// Asks of a server's certificate what was asked for, and of every server that it holds the key of its certificate.
#[derive(Debug)]
struct Check {
    proof: Proof,
    proven: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Check {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(proven) = &self.proven else { return Ok(ServerCertVerified::assertion()) };
        match proven.verify_server_cert(own, between, name, ocsp, now) {
            // The name is looked at last.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.proof == Proof::Signed => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, own, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, own, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_taken_out_of_the_address() {
        let of = |url: &str| Asked::of(url, None, None).expect("an address");
        let url = "postgres://u@h/d?host=/s&sslmode=verify-full&sslrootcert=%2Fa%20b.pem";
        let (rest, asked) = of(url);
        assert_eq!(rest, "postgres://u@h/d?host=/s");
        let wanted = Asked { mode: SslMode::Require, proof: Proof::Named, roots: Some(PathBuf::from("/a b.pem")) };
        assert_eq!(asked, wanted);
        assert_eq!(of("postgres://h/d?sslmode=require").1.proof, Proof::Nothing);
        assert_eq!(of("postgres://h/d?sslmode=require&sslrootcert=a").1.proof, Proof::Signed);
        assert_eq!(of("postgres://h/d").1.mode, SslMode::Prefer);
        let from_env = Asked::of("postgres://h/d", Some("require".into()), None).expect("an address");
        assert_eq!(from_env.1.mode, SslMode::Require);
        assert!(Asked::of("postgres://h/d?sslmode=on", None, None).is_err());
    }
}
