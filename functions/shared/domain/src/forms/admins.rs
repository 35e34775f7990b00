//! The form for who the admins are.

use super::{FieldErrors, Fields};

/// The admins.
pub(crate) const ADMINS: &str = "admins";
/// More would be a role and no longer a few people who answer for it; the audit log and messages name them all.
pub(crate) const ADMINS_MAX: usize = 20;

pub(super) fn read(fields: Fields<'_>) -> Result<Vec<String>, FieldErrors> {
    let mut admins: Vec<String> = Vec::new();
    for user in fields.users(ADMINS) {
        if !admins.iter().any(|known| known == user) {
            admins.push(user.to_owned());
        }
    }
    let wrong = |sentence: String| Err(vec![(ADMINS, sentence)]);
    match admins.len() {
        0 => wrong("At least one admin has to stay.".to_owned()),
        count if count > ADMINS_MAX => wrong(format!("{ADMINS_MAX} admins are the most.")),
        _ => Ok(admins),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(users: &[String]) -> Result<Vec<String>, FieldErrors> {
        let field = json!({"type": "multi_users_select", "selected_users": users});
        super::read(Fields(&json!({ ADMINS: { ADMINS: field } })))
    }

    #[test]
    fn admins_are_read_once_each_and_at_least_one_stays() {
        let users = |count: usize| -> Vec<String> {
            (0..count).map(|number| format!("U{number}")).collect()
        };
        assert_eq!(
            read(&[users(2), users(1)].concat()).as_deref(),
            Ok(&users(2)[..])
        );
        assert_eq!(read(&users(ADMINS_MAX)).map(|users| users.len()), Ok(20));
        for count in [0, ADMINS_MAX + 1] {
            let errors = read(&users(count)).expect_err("not so many");
            assert_eq!(errors[0].0, ADMINS);
        }
    }
}
