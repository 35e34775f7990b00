//! EC2's Query protocol: a form with an action, in the region that the signature names.

use std::collections::BTreeMap;

/// A request in EC2's Query protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) action: String,
    pub(super) region: String,
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
            region: region(authorization?)?.to_owned(),
            parameters,
        })
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
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

/// The region in `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/ec2/aws4_request, …`.
fn region(authorization: &str) -> Option<&str> {
    let (_, scope) = authorization.split_once("Credential=")?;
    scope.split('/').nth(2)
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
        assert_eq!(query.region, "eu-west-1");
        assert_eq!(query.list("InstanceId"), ["i-1", "i-2"]);
        assert_eq!(query.parameter("Version"), None);
    }

    #[test]
    fn what_is_not_signed_or_names_no_action_is_not_a_request() {
        assert_eq!(Query::parse(None, b"Action=X"), None);
        assert_eq!(Query::parse(Some(SIGNED), b"{}"), None);
    }
}
