//! The form for public ssh keys.

use super::{FieldErrors, Fields, SshKeysChange};
use crate::messages;
use crate::ssh::{KEYS_MAX, PublicKey};

/// Keys to add, one a line.
pub(crate) const ADD: &str = "ssh_keys_add";
/// Known keys to forget, by their fingerprints.
pub(crate) const REMOVE: &str = "ssh_keys_remove";

/// All of it is taken, or nothing.
pub(super) fn read(fields: Fields<'_>) -> Result<SshKeysChange, FieldErrors> {
    let wrong = |sentence: String| vec![(ADD, sentence)];
    let removed: Vec<String> = fields
        .ticked(REMOVE)
        .into_iter()
        .map(str::to_owned)
        .collect();
    let lines = lines(fields.text(ADD));
    if lines.is_empty() && removed.is_empty() {
        return Err(wrong(
            "Put in a public key, or tick one below to have it forgotten.".to_owned(),
        ));
    }
    if lines.len() > KEYS_MAX {
        return Err(wrong(format!(
            "I can keep {KEYS_MAX} keys for you. Put in as many lines at the most."
        )));
    }
    let mut added = Vec::new();
    let mut faults = Vec::new();
    for (number, line) in &lines {
        match PublicKey::parse(line).map(|key| key.line()) {
            Ok(key) if added.contains(&key) => {}
            Ok(key) => added.push(key),
            Err(fault) => {
                let sentence = messages::ssh_key_fault(fault);
                if !faults.iter().any(|(_, known)| *known == sentence) {
                    faults.push((number, sentence));
                }
            }
        }
    }
    match &faults[..] {
        [] => Ok(SshKeysChange { added, removed }),
        [(_, sentence)] if lines.len() == 1 => Err(wrong(sentence.clone())),
        faults => {
            let sentences = faults
                .iter()
                .map(|(number, sentence)| format!("Line {number}: {sentence}"));
            Err(wrong(sentences.collect::<Vec<_>>().join(" ")))
        }
    }
}

/// The lines with something on them, by their numbers, without the comments of an `authorized_keys` file. Of a private
/// key the first line says it all, and one sentence is enough.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let lines = (1..).zip(text.lines().map(str::trim));
    let filled = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    match filled.clone().find(|(_, line)| PublicKey::is_private(line)) {
        Some(private) => vec![private],
        None => filled.collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ssh::tests::{ed25519, rsa_2048, rsa_4096};

    fn read(text: &str, ticked: &[&str]) -> Result<SshKeysChange, String> {
        let options: Vec<_> = ticked
            .iter()
            .map(|value| json!({ "value": value }))
            .collect();
        let values = json!({
            ADD: { ADD: { "type": "plain_text_input", "value": text } },
            REMOVE: { REMOVE: { "type": "checkboxes", "selected_options": options } },
        });
        super::read(Fields(&values)).map_err(|errors| {
            let [(field, sentence)] = &errors[..] else {
                panic!("{errors:?}")
            };
            assert_eq!(*field, ADD);
            sentence.clone()
        })
    }

    #[test]
    fn lines_become_keys_without_comments_and_ticks_become_removals() {
        let text = format!(
            "\n# laptop\n  {}\n{}\n{}\n",
            ed25519(),
            rsa_4096(),
            ed25519()
        );
        let change = read(&text, &["SHA256:x"]).expect("all is well");
        assert_eq!(change.added.len(), 2);
        assert!(change.added.iter().all(|line| line.split(' ').count() == 2));
        assert_eq!(change.removed, ["SHA256:x"]);
        let removal = read("", &["SHA256:x"]).expect("a removal alone");
        assert!(removal.added.is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_beside_the_field_and_nothing_is_taken() {
        let private = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----";
        let cut = &ed25519()[..50];
        let texts = [
            String::new(),
            "hello".to_owned(),
            rsa_2048().to_owned(),
            "ssh-dss AAAAB3NzaC1kc3MAAACBAP1".to_owned(),
            format!("no-pty {}", ed25519()),
            format!("{}\n{cut}\n\nhello", ed25519()),
            private.to_owned(),
            format!("{}\n{private}", ed25519()),
            format!("{}\n", ed25519()).repeat(KEYS_MAX + 1),
        ];
        let errors: Vec<String> = texts
            .iter()
            .map(|text| read(text, &[]).expect_err(text))
            .collect();
        insta::assert_snapshot!(errors.join("\n"));
        assert!(
            errors
                .iter()
                .all(|error| !error.contains("b3BlbnNzaC1rZXk"))
        );
    }
}
