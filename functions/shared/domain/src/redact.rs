//! Text that looks like a key: found, so that it is neither sent on nor logged, and its author can be warned.

/// What stands in place of a secret.
pub const PLACEHOLDER: &str = "[secret]";

/// Fewest characters of a run that is taken for a secret by its looks alone.
const MIN_RANDOM_LENGTH: usize = 40;
/// AWS access key ids have exactly this many characters.
const AWS_KEY_ID_LENGTH: usize = 20;

/// Beginnings that only keys have, with the fewest characters that follow.
const PREFIXES: &[(&str, usize)] = &[
    ("dop_v1_", 16),
    ("doo_v1_", 16),
    ("dor_v1_", 16),
    ("xoxb-", 8),
    ("xoxp-", 8),
    ("xoxa-", 8),
    ("xoxr-", 8),
    ("xoxs-", 8),
    ("xoxe-", 8),
    ("xoxe.xox", 8),
    ("xapp-", 8),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("sk-", 24),
    ("sk_live_", 16),
    ("AIza", 30),
    ("eyJhbGciOi", 20),
];

/// Whether any part of the text looks like a cloud key, a token or a private key.
pub fn looks_like_secret(text: &str) -> bool {
    redact(text).is_some()
}

/// The text with every secret replaced; nothing when there is none.
pub fn redact(text: &str) -> Option<String> {
    let mut found = false;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // A private key spans lines: from its first line to its last, or to the end of the text.
    while let Some(start) = private_key_start(rest) {
        found = true;
        words(&rest[..start], &mut out, &mut found);
        out.push_str(PLACEHOLDER);
        let body = &rest[start + PEM_BEGIN.len()..];
        rest = match body.find(PEM_END).and_then(|end| {
            body[end + PEM_END.len()..]
                .find("-----")
                .map(|close| end + PEM_END.len() + close + 5)
        }) {
            Some(end) => &body[end..],
            None => "",
        };
    }
    words(rest, &mut out, &mut found);
    found.then_some(out)
}

const PEM_BEGIN: &str = "-----BEGIN ";
const PEM_END: &str = "-----END ";

fn private_key_start(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find(PEM_BEGIN) {
        let start = from + at;
        let label = &text[start + PEM_BEGIN.len()..];
        if label
            .find("-----")
            .is_some_and(|end| label[..end].contains("PRIVATE KEY"))
        {
            return Some(start);
        }
        from = start + PEM_BEGIN.len();
    }
    None
}

fn words(text: &str, out: &mut String, found: &mut bool) {
    let is_key_char =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '+' | '=' | '.');
    let mut rest = text;
    let mut after_public_key_type = false;
    while !rest.is_empty() {
        let gap = rest.find(is_key_char).unwrap_or(rest.len());
        out.push_str(&rest[..gap]);
        rest = &rest[gap..];
        let end = rest.find(|c| !is_key_char(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if !after_public_key_type && is_secret_run(word) {
            *found = true;
            out.push_str(PLACEHOLDER);
        } else {
            out.push_str(word);
        }
        if !word.is_empty() {
            after_public_key_type = is_public_key_type(word);
        }
        rest = after;
    }
}

/// Whether the word holds a secret, whatever punctuation is around it.
pub(crate) fn is_secret_word(word: &str) -> bool {
    word.len() >= AWS_KEY_ID_LENGTH.min(13) && looks_like_secret(word)
}

/// Whether the word announces a public ssh key, which is no secret.
pub(crate) fn is_public_key_type(word: &str) -> bool {
    word.starts_with("ssh-")
        || word.starts_with("ecdsa-sha2-")
        || word.starts_with("sk-ssh-")
        || word.starts_with("sk-ecdsa-")
}

fn is_secret_run(run: &str) -> bool {
    // `name=value` and `name: value` arrive as one run or two; the value alone decides.
    let mut values = run.split('=').filter(|value| !value.is_empty());
    values.any(|value| is_aws_key_id(value) || has_prefix(value))
        || looks_random(run)
        || run.split('=').any(looks_random)
}

fn is_aws_key_id(value: &str) -> bool {
    value.len() == AWS_KEY_ID_LENGTH
        && (value.starts_with("AKIA") || value.starts_with("ASIA"))
        && value
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn has_prefix(value: &str) -> bool {
    PREFIXES.iter().any(|(prefix, least)| {
        value.strip_prefix(prefix).is_some_and(|rest| {
            rest.len() >= *least
                && rest
                    .bytes()
                    .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        })
    })
}

/// Long runs that mix capitals, small letters and figures, as AWS secret keys do, or long hexadecimal ones.
fn looks_random(run: &str) -> bool {
    if run.len() < MIN_RANDOM_LENGTH || run.contains("://") || run.starts_with("AAAA") {
        return false;
    }
    let count = |test: fn(&u8) -> bool| run.bytes().filter(test).count();
    let (upper, lower, digits) = (
        count(u8::is_ascii_uppercase),
        count(u8::is_ascii_lowercase),
        count(u8::is_ascii_digit),
    );
    let hexadecimal = run.bytes().all(|byte| byte.is_ascii_hexdigit()) && digits >= 8;
    let marks = run.len() - upper - lower - digits;
    hexadecimal || (upper >= 3 && lower >= 3 && digits >= 2 && marks * 8 <= run.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_and_replaced() {
        let secrets = [
            "AKIAIOSFODNN7EXAMPLE",
            "ASIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1",
            "dop_v1_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            concat!("xox", "b-123456789012-abcdefABCDEF"),
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\ncut off",
        ];
        for secret in secrets {
            let text = format!("my key is {secret}");
            assert_eq!(
                redact(&text).as_deref(),
                Some("my key is [secret]"),
                "{secret}"
            );
            assert!(
                redact(&format!("`{secret}`")).is_some_and(|text| text.starts_with("`[secret]")),
                "{secret}"
            );
        }
        assert_eq!(
            redact("aws_secret=AKIAIOSFODNN7EXAMPLE, thanks").as_deref(),
            Some("[secret], thanks")
        );
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        let texts = [
            "extend r-7f3k2 by 2h",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExample0 me@laptop",
            "https://github.com/acme/api/pull/42/files/some-long-path-with-words-in-it",
            "risk-averse people ask-for-something-long",
            "-----BEGIN CERTIFICATE-----",
            "s-2vcpu-4gb-intel in us-east-1",
        ];
        for text in texts {
            assert_eq!(redact(text), None, "{text}");
        }
    }
}
