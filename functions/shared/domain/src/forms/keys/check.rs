//! What may stand in a field. Sentences never repeat what was typed: it may be a secret in the wrong place.

use crate::access::verification::ROLE_PREFIX;
use crate::redact::looks_like_secret;

/// Letters in a label.
const LABEL_CHARS_MAX: usize = 40;
/// An access key's id, as AWS makes them.
const ACCESS_KEY_ID_LENGTH: usize = 20;
/// Its secret half.
const SECRET_ACCESS_KEY_LENGTH: usize = 40;
/// Tokens are longer than this, whatever their form.
const TOKEN_LENGTH_MIN: usize = 32;
/// A sane bound on what is encrypted.
const TOKEN_LENGTH_MAX: usize = 512;
/// Letters in a role's name.
const ROLE_NAME_CHARS_MAX: usize = 64;

const SECRET_HERE: &str = "That looks like a secret, and this field is not for one. Clear it, and put the secret into its own field.";

/// Whether this might be a secret in the wrong field. Stricter than what is said of sentences: here nobody writes any.
fn could_be_secret(text: &str) -> bool {
    /// Shorter than any secret, longer than any word.
    const WORD_LENGTH_MAX: usize = 31;
    let is_key_char = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '/' | '+' | '=' | '_' | '-')
    };
    looks_like_secret(text)
        || text
            .split(|character: char| !is_key_char(character))
            .any(|word| word.len() > WORD_LENGTH_MAX)
}

type Outcome<'a> = Result<&'a str, &'static str>;

/// What people call it; may be left empty.
pub(super) fn label(text: &str) -> Outcome<'_> {
    if could_be_secret(text) {
        return Err(SECRET_HERE);
    }
    if text.chars().count() > LABEL_CHARS_MAX {
        return Err("A name has at most 40 characters.");
    }
    if text.chars().any(char::is_control) {
        return Err("A name is one line of text.");
    }
    Ok(text)
}

pub(super) fn region(text: &str) -> Outcome<'_> {
    if could_be_secret(text) {
        return Err(SECRET_HERE);
    }
    let parts: Vec<&str> = text.split('-').collect();
    let is_word =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match &parts[..] {
        [area, middle @ .., number]
            if area.len() == 2
                && is_word(area)
                && !middle.is_empty()
                && middle.iter().all(is_word)
                && number.len() == 1
                && number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            if *area == "cn" || middle.contains(&"gov") {
                return Err(
                    "China and GovCloud are separate from the rest of AWS, and I cannot reach them.",
                );
            }
            Ok(text)
        }
        _ => Err("A region is written like eu-central-1."),
    }
}

pub(super) fn access_key_id(text: &str) -> Outcome<'_> {
    if text.starts_with("ASIA") {
        return Err(
            "Ids that start with ASIA belong to temporary keys, which end within hours, while machines may run on. Give me a key of an IAM user: it starts with AKIA. Or use a role instead.",
        );
    }
    if !text.starts_with("AKIA") {
        return Err(if could_be_secret(text) {
            SECRET_HERE
        } else {
            "A key's id starts with AKIA and has 20 characters."
        });
    }
    if text.len() == ACCESS_KEY_ID_LENGTH
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    {
        Ok(text)
    } else {
        Err("A key's id has exactly 20 capital letters and figures. Is something missing?")
    }
}

pub(super) fn secret_access_key(text: &str) -> Outcome<'_> {
    if text.starts_with("AKIA") && text.len() == ACCESS_KEY_ID_LENGTH {
        return Err(
            "That is the key's id. The secret is the longer one, which AWS shows only once.",
        );
    }
    let is_secret_char =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+' | b'=');
    if text.len() == SECRET_ACCESS_KEY_LENGTH && text.bytes().all(is_secret_char) {
        Ok(text)
    } else {
        Err("A secret access key has exactly 40 characters. Is something missing, or too much?")
    }
}

pub(super) fn role_arn<'a>(text: &'a str, deployment_account: &str) -> Outcome<'a> {
    const SHAPE: &str =
        "A role's ARN is written like arn:aws:iam::123456789012:role/infrared-machines.";
    if !text.starts_with("arn:") && could_be_secret(text) || looks_like_secret(text) {
        return Err(SECRET_HERE);
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts[..] else {
        return Err(SHAPE);
    };
    if partition != "aws" {
        return Err(
            "China and GovCloud are separate from the rest of AWS, and I cannot reach them.",
        );
    }
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let Some(name) = resource.strip_prefix("role/").filter(|_| is_account) else {
        return Err(SHAPE);
    };
    if account == deployment_account {
        return Err(
            "That role is in the account that I run in myself. Its roles are not given to people, for they could reach what is mine. Use a role of another account.",
        );
    }
    if !name.starts_with(ROLE_PREFIX) {
        return Err(
            "The role's name has to start with infrared- (and have no path): I am allowed to assume no others.",
        );
    }
    let is_name_char = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'+' | b'=' | b',' | b'.' | b'@' | b'_' | b'-')
    };
    if name.len() > ROLE_PREFIX.len()
        && name.len() <= ROLE_NAME_CHARS_MAX
        && name.bytes().all(is_name_char)
    {
        Ok(text)
    } else {
        Err(SHAPE)
    }
}

pub(super) fn token(text: &str) -> Outcome<'_> {
    if text.starts_with("dor_v1_") {
        return Err(
            "That is a refresh token, which opens nothing by itself. Make a personal access token: it starts with dop_v1_.",
        );
    }
    if text.starts_with("AKIA") {
        return Err("That is the id of an AWS key. A DigitalOcean token starts with dop_v1_.");
    }
    let is_token_char =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if (TOKEN_LENGTH_MIN..=TOKEN_LENGTH_MAX).contains(&text.len())
        && text.bytes().all(is_token_char)
    {
        Ok(text)
    } else {
        Err("A token starts with dop_v1_ and has 71 characters. Is something missing, or too much?")
    }
}
