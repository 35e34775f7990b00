//! Who people are.

use domain::access::audit::Path;
use domain::identity::Person;
use domain::time::EpochSeconds;
use platform::PlatformError;

use crate::Deps;
use crate::incoming::Turn;

/// A profile is read from Slack again after this time, for people change zones.
const PROFILE_FRESH_SECONDS: i64 = 15 * 60;
/// The same for whoever presses a button or sends a form: these launch and end machines, and outlive the membership of
/// whom they were made for.
const PRESSER_FRESH_SECONDS: i64 = 60;
/// People whom one turn names, at most: the longest list of admins.
const PEOPLE_MAX: usize = 20;

/// Who speaks.
pub(super) async fn speaker(
    deps: &Deps,
    turn: &Turn,
    now: EpochSeconds,
) -> Result<Person, PlatformError> {
    let fresh_seconds = match turn.path {
        Path::Message | Path::Command => PROFILE_FRESH_SECONDS,
        Path::Button | Path::Form => PRESSER_FRESH_SECONDS,
    };
    person(deps, &turn.user, now, fresh_seconds).await
}

/// People whom the turn names. Whom Slack does not know is left out, and so is nobody's member.
pub(super) async fn people(
    deps: &Deps,
    users: Vec<String>,
    now: EpochSeconds,
) -> Result<Vec<Person>, PlatformError> {
    let mut people = Vec::new();
    for user in users.iter().take(PEOPLE_MAX) {
        match person(deps, user, now, PROFILE_FRESH_SECONDS).await {
            Ok(person) => people.push(person),
            Err(PlatformError::Slack { error, .. }) if error == "user_not_found" => {}
            Err(error) => return Err(error),
        }
    }
    Ok(people)
}

/// Somebody: from memory, or from Slack.
async fn person(
    deps: &Deps,
    user: &str,
    now: EpochSeconds,
    fresh_seconds: i64,
) -> Result<Person, PlatformError> {
    let since = now - fresh_seconds;
    if let Some(person) = deps.store.person(&deps.team, user, since).await? {
        return Ok(person);
    }
    let person = deps
        .slack
        .person(&deps.bot_token().await?, &deps.team, user)
        .await?;
    deps.store.put_person(&person, now).await?;
    Ok(person)
}
