//! One public key, read to its last byte.
//!
//! The parse is ours: what there is to read are a few length-prefixed strings, and a crate for it would bring ten more
//! (encodings, ciphers, PEM, big numbers) into the front door, whose cold start people wait for.
//! The format: <https://datatracker.ietf.org/doc/html/rfc4253#section-6.6>, RFC 5656, RFC 8709 and OpenSSH's
//! `PROTOCOL.u2f`.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// RSA keys from here on are good for the years to come (NIST SP 800-57: 128 bits of strength) …
const RSA_BITS_MIN: usize = 3_072;
/// … and longer ones do not fit into a machine's user data together with others.
const RSA_BITS_MAX: usize = 4_096;
/// Bytes of an ed25519 key.
const ED25519_BYTES: usize = 32;

/// Padding is often lost when a key is copied.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The types of keys that machines accept, each with what its body holds.
const TYPES: [(&str, Body); 7] = [
    ("ssh-ed25519", Body::Ed25519),
    ("ssh-rsa", Body::Rsa),
    ("ecdsa-sha2-nistp256", Body::Ecdsa("nistp256", 65)),
    ("ecdsa-sha2-nistp384", Body::Ecdsa("nistp384", 97)),
    ("ecdsa-sha2-nistp521", Body::Ecdsa("nistp521", 133)),
    ("sk-ssh-ed25519@openssh.com", Body::SecurityKeyEd25519),
    (
        "sk-ecdsa-sha2-nistp256@openssh.com",
        Body::SecurityKeyEcdsa("nistp256", 65),
    ),
];
/// The type of keys that sshd refuses since 2015.
const DSA: &str = "ssh-dss";

/// What follows the type inside a key.
#[derive(Debug, Clone, Copy)]
enum Body {
    Ed25519,
    Rsa,
    /// The curve, and the bytes of an uncompressed point on it.
    Ecdsa(&'static str, usize),
    SecurityKeyEd25519,
    SecurityKeyEcdsa(&'static str, usize),
}

/// A public key that machines accept, without its comment: that is often a mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    kind: &'static str,
    blob: Vec<u8>,
}

/// Why a line is not taken as a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fault", content = "bits")]
pub enum KeyFault {
    /// It is no public key of a type that machines accept.
    NotAKey,
    /// It is a private key, or the beginning of one.
    Private,
    /// Something stands before the type: options or a command.
    Options,
    /// A DSA key.
    Dsa,
    /// An RSA key of so many bits, which are too few.
    RsaTooShort(usize),
    /// An RSA key of so many bits, which are too many.
    RsaTooLong(usize),
    /// It is cut off, or has something in it that does not belong there.
    Damaged,
}

impl PublicKey {
    /// The key in a line as `ssh-keygen` writes it: type, key, and perhaps a comment.
    pub fn parse(line: &str) -> Result<Self, KeyFault> {
        if Self::is_private(line) {
            return Err(KeyFault::Private);
        }
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        if first == DSA {
            return Err(KeyFault::Dsa);
        }
        let Some((kind, body)) = TYPES.into_iter().find(|(kind, _)| *kind == first) else {
            let is_later = words.any(announces);
            return Err(if is_later {
                KeyFault::Options
            } else {
                KeyFault::NotAKey
            });
        };
        let blob = BASE64
            .decode(words.next().unwrap_or_default())
            .map_err(|_| KeyFault::Damaged)?;
        check(kind, body, &blob)?;
        Ok(Self { kind, blob })
    }

    /// Whether the text holds a private key instead, as OpenSSH, OpenSSL or `PuTTY` write it.
    pub(crate) fn is_private(text: &str) -> bool {
        text.contains("PRIVATE KEY") || text.contains("PuTTY-User-Key-File")
    }

    /// The line for `authorized_keys`.
    pub fn line(&self) -> String {
        format!("{} {}", self.kind, BASE64_STANDARD.encode(&self.blob))
    }

    /// The fingerprint as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.blob)
    }
}

/// The fingerprint of a line that was kept, whatever it holds: two lines never have the same.
pub(super) fn fingerprint_of(line: &str) -> String {
    let body = line.split_whitespace().nth(1).unwrap_or_default();
    let blob = BASE64.decode(body);
    fingerprint(&blob.unwrap_or_else(|_| line.as_bytes().to_vec()))
}

fn fingerprint(blob: &[u8]) -> String {
    let digest = Sha256::digest(blob);
    format!("SHA256:{}", BASE64_STANDARD_NO_PAD.encode(digest))
}

/// Whether the word is the type of a public key.
pub(super) fn announces(word: &str) -> bool {
    word == DSA || TYPES.iter().any(|(kind, _)| *kind == word)
}

/// Whether a key is of its type, complete, and strong enough.
fn check(kind: &str, body: Body, blob: &[u8]) -> Result<(), KeyFault> {
    let mut strings = Strings(blob);
    if strings.next()? != kind.as_bytes() {
        return Err(KeyFault::Damaged);
    }
    match body {
        Body::Ed25519 => strings.exactly(ED25519_BYTES)?,
        Body::Rsa => {
            strings.number()?;
            let bits = strings.number()?;
            if bits < RSA_BITS_MIN {
                return Err(KeyFault::RsaTooShort(bits));
            }
            if bits > RSA_BITS_MAX {
                return Err(KeyFault::RsaTooLong(bits));
            }
        }
        Body::Ecdsa(curve, bytes) => strings.point(curve, bytes)?,
        Body::SecurityKeyEd25519 => {
            strings.exactly(ED25519_BYTES)?;
            strings.application()?;
        }
        Body::SecurityKeyEcdsa(curve, bytes) => {
            strings.point(curve, bytes)?;
            strings.application()?;
        }
    }
    strings.end()
}

/// The strings of a key, each with its length before it.
struct Strings<'a>(&'a [u8]);

impl<'a> Strings<'a> {
    fn next(&mut self) -> Result<&'a [u8], KeyFault> {
        let (length, rest) = self.0.split_first_chunk::<4>().ok_or(KeyFault::Damaged)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| KeyFault::Damaged)?;
        let (string, rest) = rest.split_at_checked(length).ok_or(KeyFault::Damaged)?;
        self.0 = rest;
        Ok(string)
    }

    fn exactly(&mut self, bytes: usize) -> Result<(), KeyFault> {
        belongs(self.next()?.len() == bytes)
    }

    /// The bits of a positive number, which has a zero before it where its first bit is set, and else none.
    fn number(&mut self) -> Result<usize, KeyFault> {
        let digits = match self.next()? {
            [0, digits @ ..] if digits.first().is_some_and(|first| *first >= 0x80) => digits,
            [first, ..] if matches!(*first, 0 | 0x80..) => return Err(KeyFault::Damaged),
            digits => digits,
        };
        let first = digits.first().ok_or(KeyFault::Damaged)?;
        Ok(digits.len() * 8 - first.leading_zeros() as usize)
    }

    fn point(&mut self, curve: &str, bytes: usize) -> Result<(), KeyFault> {
        belongs(self.next()? == curve.as_bytes())?;
        let point = self.next()?;
        // 4: the point is not compressed.
        belongs(point.len() == bytes && point[0] == 4)
    }

    /// What a security key was registered for, `ssh:` unless somebody chose otherwise.
    fn application(&mut self) -> Result<(), KeyFault> {
        belongs(!self.next()?.is_empty())
    }

    fn end(&self) -> Result<(), KeyFault> {
        belongs(self.0.is_empty())
    }
}

fn belongs(it_does: bool) -> Result<(), KeyFault> {
    if it_does {
        Ok(())
    } else {
        Err(KeyFault::Damaged)
    }
}
