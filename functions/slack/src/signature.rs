//! Slack's signature, version 0: over the raw bytes, before anything is read.
//! <https://docs.slack.dev/authentication/verifying-requests-from-slack>

use domain::time::EpochSeconds;
use hmac::{Hmac, KeyInit, Mac};
use lambda_http::http::HeaderMap;
use platform::secrets::Secret;
use sha2::Sha256;

/// A call older or newer than this is a replay or comes from a wrong clock.
const WINDOW_SECONDS: u64 = 300;

/// Whether the call comes from Slack, and comes now.
pub(crate) fn is_genuine(
    secret: &Secret,
    headers: &HeaderMap,
    body: &[u8],
    now: EpochSeconds,
) -> bool {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(timestamp) = header("x-slack-request-timestamp") else {
        return false;
    };
    let in_time = timestamp
        .parse::<EpochSeconds>()
        .is_ok_and(|sent| now.abs_diff(sent) <= WINDOW_SECONDS);
    let signature =
        header("x-slack-signature").and_then(|value| hex::decode(value.strip_prefix("v0=")?).ok());
    let (true, Some(signature)) = (in_time, signature) else {
        return false;
    };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else {
        return false;
    };
    mac.update(format!("v0:{timestamp}:").as_bytes());
    mac.update(body);
    // Compares in constant time.
    mac.verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Slack's own worked example.
    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const SENT: &str = "1531420618";
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

    fn check(signature: &str, sent: &str, body: &str, now: EpochSeconds) -> bool {
        let secret = Secret::new("TEST", SECRET.to_owned()).expect("not empty");
        let mut headers = HeaderMap::new();
        headers.insert("X-Slack-Signature", signature.parse().expect("a header"));
        headers.insert("X-Slack-Request-Timestamp", sent.parse().expect("a header"));
        is_genuine(&secret, &headers, body.as_bytes(), now)
    }

    #[test]
    fn slacks_own_example_is_genuine_for_five_minutes_either_way() {
        let outcomes = [0, 299, 300, 301, -300, -301]
            .map(|offset| check(SIGNATURE, SENT, BODY, 1_531_420_618 + offset));
        assert_eq!(outcomes, [true, true, true, false, true, false]);
    }

    #[test]
    fn anything_else_is_not() {
        let now = 1_531_420_618;
        assert!(
            !check(SIGNATURE, SENT, &BODY.replace("roadrunner", "coyote"), now),
            "another body"
        );
        assert!(!check(SIGNATURE, "1531420619", BODY, now), "another time");
        assert!(
            !check(&SIGNATURE.replace("v0", "v1"), SENT, BODY, now),
            "another version"
        );
        assert!(
            !check(&SIGNATURE[..SIGNATURE.len() - 2], SENT, BODY, now),
            "a shorter signature"
        );
        assert!(!check("v0=", SENT, BODY, now), "an empty signature");
        assert!(!check(SIGNATURE, "soon", BODY, now), "no time");
    }

    #[test]
    fn an_empty_secret_is_no_secret() {
        assert!(Secret::new("TEST", " \n".to_owned()).is_err());
    }
}
