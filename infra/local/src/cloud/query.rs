//! EC2's Query protocol: a form with an action, in the region that the signature names.

use std::collections::BTreeMap;

use super::state::Site;
use crate::emulators::ACCOUNT_ID;

/// The parameters, or the numbered ones, that name what exists and may carry tags.
const NAMING: [&str; 7] = [
    "GroupId",
    "InstanceId",
    "ResourceId",
    "SecurityGroupId",
    "SubnetId",
    "VolumeId",
    "VpcId",
];

/// A request in EC2's Query protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) action: String,
    /// The account of who signed it, once that is known, and the region that it was signed for.
    pub(super) site: Site,
    /// Without the action and the protocol's version.
    pub(super) parameters: BTreeMap<String, String>,
}

impl Query {
    /// Reads a request's `Authorization` header and form body; `None` if it is not one of EC2's.
    pub(super) fn parse(authorization: Option<&str>, body: &[u8]) -> Option<Self> {
        let mut parameters: BTreeMap<String, String> = serde_urlencoded::from_bytes(body).ok()?;
        let action = parameters.remove("Action")?;
        parameters.remove("Version");
        Some(Self {
            action,
            site: Site {
                account: ACCOUNT_ID.to_owned(),
                region: region(authorization?)?.to_owned(),
            },
            parameters,
        })
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// The ids of everything that it names.
    pub(super) fn named(&self) -> Vec<&str> {
        self.parameters
            .iter()
            .filter(|(key, _)| {
                let name = key.split('.').next().unwrap_or_default();
                NAMING.contains(&name)
            })
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// The values of `Name.1`, `Name.2` and so on.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        let prefix = format!("{name}.");
        self.parameters
            .iter()
            .filter(|(key, _)| {
                key.strip_prefix(&prefix)
                    .is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
            })
            .map(|(_, value)| value.as_str())
            .collect()
    }
}

/// What requests to EC2 are signed for.
const SERVICE: &str = "ec2";

/// The region in `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/ec2/aws4_request, …`.
fn region(authorization: &str) -> Option<&str> {
    let (_, scope) = authorization.split_once("Credential=")?;
    let mut parts = scope.split('/').skip(2);
    let region = parts.next()?;
    (parts.next()? == SERVICE).then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/ec2/aws4_request, SignedHeaders=host, \
                          Signature=00";

    #[test]
    fn a_request_is_its_action_region_and_parameters() {
        let body = b"Action=TerminateInstances&Version=2016-11-15&InstanceId.1=i-1&InstanceId.2=i-2&InstanceId.x=i-3";
        let query = Query::parse(Some(SIGNED), body).unwrap();
        assert_eq!(query.action, "TerminateInstances");
        assert_eq!(query.site.region, "eu-west-1");
        assert_eq!(query.list("InstanceId"), ["i-1", "i-2"]);
        assert_eq!(query.parameter("Version"), None);
    }

    #[test]
    fn what_is_not_signed_or_names_no_action_is_not_a_request() {
        let elsewhere = SIGNED.replace("/ec2/", "/s3/");
        assert_eq!(Query::parse(Some(&elsewhere), b"Action=X"), None);
        assert_eq!(Query::parse(None, b"Action=X"), None);
        assert_eq!(Query::parse(Some(SIGNED), b"{}"), None);
    }
}
