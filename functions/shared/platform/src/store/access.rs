//! Credentials, the policy, and the audit log.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::access::audit::{Entry, Filter};
use domain::access::credential::Credential;
use domain::access::policy::Policy;
use domain::time::EpochSeconds;

use super::{Store, from_item, granted, n};
use crate::PlatformError;

/// Nobody has more of anything than this; of more, the newest are looked at. Also what one batch reads at most.
const READ_MAX: i32 = 100;
/// The use of a credential is noted at most once in this time: people read it in hours and days.
const USE_NOTED_SECONDS: i64 = 3_600;
/// Entries of the audit log that are read for the newest of all: more than are shown, so that the rest is counted.
const AUDIT_READ_MAX: usize = 100;
/// Entries that are looked through for those about one reservation or person: a few round trips, within the time that
/// Slack allows.
const AUDIT_SEARCHED_MAX: usize = 2_000;
/// Entries in one answer of the table: about a tenth of the megabyte that it may have.
const AUDIT_PAGE: usize = 400;
/// Months that are looked through, this one included.
const AUDIT_MONTHS: usize = 12;

impl Store {
    /// What admins allow; none before anybody has set it.
    pub async fn policy(&self, team: &str) -> Result<Option<Policy>, PlatformError> {
        self.get(&format!("TEAM#{team}"), "POLICY").await
    }

    /// A credential.
    pub async fn credential(&self, id: &str) -> Result<Option<Credential>, PlatformError> {
        self.get(&format!("CRED#{id}"), "CRED").await
    }

    /// Somebody's credentials and the organisation's, each with the ids of the reservations that run on it.
    pub async fn credentials_for(
        &self,
        team: &str,
        user: &str,
    ) -> Result<Vec<(Credential, Vec<String>)>, PlatformError> {
        let (own, shared) = (format!("USER#{team}#{user}"), format!("TEAM#{team}"));
        let (own, shared) = tokio::try_join!(
            self.names_below(&own, "CRED#"),
            self.names_below(&shared, "CRED#")
        )?;
        let mut found = Vec::new();
        for id in own.into_iter().chain(shared) {
            // The credential first: launching raises its version after putting the reservation there, so that what is
            // decided on the older version fails if it missed one.
            if let Some(credential) = self.credential(&id).await? {
                let reservations = self.reservations_on(&id).await?;
                found.push((credential, reservations));
            }
        }
        Ok(found)
    }

    /// The ids of the reservations that run on a credential.
    pub async fn reservations_on(&self, credential_id: &str) -> Result<Vec<String>, PlatformError> {
        self.names_below(&format!("CRED#{credential_id}"), "RES#")
            .await
    }

    /// Notes that a credential was used. Not a change of it: its version stays.
    pub async fn credential_used(&self, id: &str, now: EpochSeconds) -> Result<(), PlatformError> {
        let call = self
            .update(&format!("CRED#{id}"), "CRED")
            .update_expression("SET used_epoch_seconds = :now")
            .condition_expression(
                "attribute_exists(pk) AND (attribute_not_exists(used_epoch_seconds) OR used_epoch_seconds < :old)",
            )
            .expression_attribute_values(":now", n(now))
            .expression_attribute_values(":old", n(now - USE_NOTED_SECONDS));
        granted(call.send().await, "UpdateItem CRED").map(|_| ())
    }

    /// Forgets a credential that only waited for the last reservation on it to end. As often as you like, and whatever
    /// has become of it: it goes only if it waits and nothing runs on it.
    pub async fn forget_if_retired(&self, id: &str) -> Result<(), PlatformError> {
        let Some(credential) = self.credential(id).await? else {
            return Ok(());
        };
        if !credential.is_retiring || !self.reservations_on(id).await?.is_empty() {
            return Ok(());
        }
        let forgotten = self.transaction().forget_credential(&credential);
        forgotten.commit().await.map(|_| ())
    }

    /// The newest entries of the audit log, newest first: so many as may hold those that are asked for.
    pub async fn audit_log(
        &self,
        team: &str,
        filter: &Filter,
        now: EpochSeconds,
    ) -> Result<Vec<Entry>, PlatformError> {
        let most = match filter {
            Filter::All => AUDIT_READ_MAX,
            Filter::Handle(_) | Filter::User(_) => AUDIT_SEARCHED_MAX,
        };
        let mut entries = Vec::new();
        for month in months_before(now).take(AUDIT_MONTHS) {
            let mut from = None;
            while entries.len() < most {
                let page = AUDIT_PAGE.min(most - entries.len());
                let call = self
                    .client
                    .query()
                    .table_name(&self.table)
                    .key_condition_expression("pk = :month")
                    .expression_attribute_values(
                        ":month",
                        AttributeValue::S(audit_key(team, &month)),
                    )
                    .scan_index_forward(false)
                    .set_exclusive_start_key(from)
                    .limit(i32::try_from(page).unwrap_or(i32::MAX));
                let answer = call
                    .send()
                    .await
                    .map_err(PlatformError::service("Query AUDIT"))?;
                for item in answer.items.unwrap_or_default() {
                    entries.push(from_item(item)?);
                }
                from = answer.last_evaluated_key;
                if from.is_none() {
                    break;
                }
            }
        }
        Ok(entries)
    }

    /// What follows `prefix` in the sort keys below `pk`, newest first.
    pub(super) async fn names_below(
        &self,
        pk: &str,
        prefix: &str,
    ) -> Result<Vec<String>, PlatformError> {
        let call = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()))
            .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
            .scan_index_forward(false)
            .consistent_read(true)
            .limit(READ_MAX);
        let answer = call
            .send()
            .await
            .map_err(PlatformError::service("Query names"))?;
        let items = answer.items.unwrap_or_default();
        let names = items
            .iter()
            .filter_map(|item| item.get("sk")?.as_s().ok()?.strip_prefix(prefix));
        Ok(names.map(str::to_owned).collect())
    }
}

/// The partition of a month's entries.
pub(super) fn audit_key(team: &str, month: &str) -> String {
    format!("AUDIT#{team}#{month}")
}

/// The month that `now` is in, as `2026-11`, and those before it.
pub(super) fn months_before(now: EpochSeconds) -> impl Iterator<Item = String> {
    let date = domain::time::local(now, &domain::time::zone("UTC")).date();
    std::iter::successors(Some(date), |date| date.first_of_month().yesterday().ok())
        .map(|date| date.strftime("%Y-%m").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other_across_a_year() {
        // 2026-01-31T23:59:59Z.
        let months: Vec<String> = months_before(1_769_903_999).take(3).collect();
        assert_eq!(months, ["2026-01", "2025-12", "2025-11"]);
    }
}
