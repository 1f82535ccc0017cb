//! TLS to the server: whom to trust, and what is wrong with a certificate, in words. Certificates and host
//! names are always verified; there is no switch against it (trust H6).

use std::io;
use std::sync::{Arc, OnceLock};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, OtherError, RootCertStore, StreamOwned,
};

use super::line::{Broken, Socket};
use crate::domain::mail_server::Host;
use crate::domain::time::{from_unix, to_human};

/// A connection through TLS.
pub(super) type TlsStream = StreamOwned<ClientConnection, Socket>;

/// Why the file of further authorities cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Nothing in it.
    #[error("there is no certificate (PEM) in it")]
    NoCertificate,
    /// Something in it cannot be read.
    #[error("a certificate in it cannot be read")]
    BadCertificate,
}

/// Whom to trust: the system's authorities, and one's own.
pub(super) struct Trust {
    own: Vec<CertificateDer<'static>>,
    /// Made when TLS is first begun: reading the system's takes a while.
    config: OnceLock<Arc<ClientConfig>>,
}

impl Trust {
    /// Takes further authorities, in PEM.
    pub(super) fn new(authorities: Option<&[u8]>) -> Result<Self, TrustError> {
        let own: Vec<CertificateDer<'static>> = match authorities {
            Some(pem) => CertificateDer::pem_slice_iter(pem)
                .collect::<Result<_, _>>()
                .map_err(|_| TrustError::BadCertificate)?,
            None => Vec::new(),
        };
        if authorities.is_some() && own.is_empty() {
            return Err(TrustError::NoCertificate);
        }
        let mut roots = RootCertStore::empty();
        for certificate in &own {
            roots.add(certificate.clone()).map_err(|_| TrustError::BadCertificate)?;
        }
        Ok(Self { own, config: OnceLock::new() })
    }

    fn config(&self) -> Result<Arc<ClientConfig>, String> {
        if let Some(config) = self.config.get() {
            return Ok(config.clone());
        }
        let mut roots = RootCertStore::empty();
        // What this machine keeps and rustls cannot read is trusted by nobody.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(self.own.iter().cloned());
        if roots.is_empty() {
            return Err(
                "this machine knows no certificate authority, so that no certificate can be \
                        verified (Debian: apt install ca-certificates; or set mail.ca-file)"
                    .to_owned(),
            );
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(self.config.get_or_init(|| Arc::new(config)).clone())
    }

    /// Begins TLS, and says which version; what is wrong in words.
    pub(super) fn begin(
        &self,
        host: &Host,
        mut socket: Socket,
    ) -> Result<(TlsStream, String), String> {
        let name = ServerName::try_from(host.as_str().to_owned())
            .map_err(|_| format!("{host} is no name for a certificate"))?;
        let mut tls =
            ClientConnection::new(self.config()?, name).map_err(|it| in_words(host, &it))?;
        while tls.is_handshaking() {
            if let Err(error) = tls.complete_io(&mut socket) {
                return Err(failure(host, error));
            }
        }
        let version = tls.protocol_version().map_or_else(String::new, |version| {
            format!("{version:?}, ").replace("TLSv", "TLS ").replace('_', ".")
        });
        let said = format!("{version}the certificate is valid for {host}");
        Ok((StreamOwned::new(tls, socket), said))
    }
}

fn failure(host: &Host, error: io::Error) -> String {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(error) => in_words(host, error),
        None => match Broken::from(error) {
            Broken::Closed => "the server closed the connection while TLS began".to_owned(),
            broken => broken.to_string(),
        },
    }
}

/// What is wrong, for whoever has to mend it.
fn in_words(host: &Host, error: &rustls::Error) -> String {
    use CertificateError as C;
    let certificate = match error {
        rustls::Error::InvalidCertificate(error) => error,
        rustls::Error::InvalidMessage(_) => {
            return "the server does not speak TLS here".to_owned();
        }
        rustls::Error::AlertReceived(alert) => {
            return format!("the server refused TLS: {alert:?}");
        }
        other => return format!("TLS failed: {other}"),
    };
    let moment = |time: &UnixTime| {
        from_unix(time.as_secs()).map_or_else(String::new, |time| format!(" {}", to_human(time)))
    };
    match certificate {
        C::NotValidForName => format!("the server's certificate is not for {host}"),
        C::NotValidForNameContext { presented, .. } => {
            // As rustls words them: DnsName("other.example").
            let quoted = |name: &String| name.split('"').nth(1).map(str::to_owned);
            let names: Vec<String> =
                presented.iter().map(|name| quoted(name).unwrap_or_else(|| name.clone())).collect();
            let names = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
            format!("the server's certificate is not for {host} but for {names}")
        }
        C::Expired => "the server's certificate has expired".to_owned(),
        C::ExpiredContext { not_after, .. } => {
            format!("the server's certificate expired at{}", moment(not_after))
        }
        C::NotValidYet => "the server's certificate is not valid yet".to_owned(),
        C::NotValidYetContext { not_before, .. } => {
            format!("the server's certificate is not valid before{}", moment(not_before))
        }
        C::UnknownIssuer => {
            "the server's certificate is self-signed, or signed by an authority that \
                             this machine does not know"
                .to_owned()
        }
        C::Revoked => "the server's certificate has been revoked".to_owned(),
        C::Other(OtherError(inner)) if inner.to_string().contains("CaUsedAsEndEntity") => {
            "the server's certificate is self-signed and an authority's (CA:TRUE), which never counts \
             for a server"
                .to_owned()
        }
        other => format!("the server's certificate is not valid: {other}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::Duration;

    use super::*;
    use crate::domain::mail_server::MailServer;

    #[test]
    fn what_is_wrong_with_a_certificate_is_said_in_words() {
        use CertificateError as C;
        let Ok(MailServer::Smtp(server)) = "smtps://mail.example.com".parse() else { return };
        let name = ServerName::try_from("mail.example.com").unwrap();
        let time = UnixTime::since_unix_epoch(Duration::from_secs(1_600_000_000));
        let presented = |names: &[&str]| C::NotValidForNameContext {
            expected: name.clone(),
            presented: names.iter().map(|name| (*name).to_owned()).collect(),
        };
        for (error, words) in [
            (
                presented(&["DnsName(\"a.example\")", "IpAddress(1.2.3.4)"]),
                "is not for mail.example.com but for a.example, IpAddress(1.2.3.4)",
            ),
            (presented(&[]), "is not for mail.example.com but for nobody"),
            (C::ExpiredContext { time, not_after: time }, "expired at 2020-09-13 12:26 UTC"),
            (
                C::NotValidYetContext { time, not_before: time },
                "is not valid before 2020-09-13 12:26 UTC",
            ),
            (
                C::UnknownIssuer,
                "is self-signed, or signed by an authority that this machine does not know",
            ),
        ] {
            let said = in_words(&server.host, &rustls::Error::InvalidCertificate(error));
            assert_eq!(said, format!("the server's certificate {words}"));
        }
    }

    #[test]
    fn a_file_of_authorities_holds_at_least_one() {
        assert_eq!(Trust::new(Some(b"")).err(), Some(TrustError::NoCertificate));
        assert_eq!(Trust::new(Some(b"nothing\n")).err(), Some(TrustError::NoCertificate));
        let text = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(Trust::new(Some(text)).err(), Some(TrustError::BadCertificate));
        let text = b"-----BEGIN CERTIFICATE-----\nAA\n";
        assert_eq!(Trust::new(Some(text)).err(), Some(TrustError::BadCertificate));
        assert!(Trust::new(None).is_ok());
    }
}
