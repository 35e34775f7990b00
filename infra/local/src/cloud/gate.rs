//! The gate: every EC2 request of everything local passes here.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State as Extracted};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::authority::{ResourceTags, Verdict};
use super::fault::Effect;
use super::moto::MotoAnswer;
use super::query::Query;
use super::state::{Launch, Outcome, Site, TokenScope, TokenUse};
use super::{GateError, Inner, Instance, InstanceState, Subnet, answers, fixtures, instance, spot};
use crate::emulators::ACCOUNT_ID;

/// EC2 takes far less; a body over this is not one of ours.
const BODY_LIMIT_BYTES: usize = 1024 * 1024;

pub(super) fn router(inner: Arc<Inner>) -> Router {
    Router::new()
        .fallback(handle)
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .with_state(inner)
}

/// A request on its way through the gate.
struct Request {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl Request {
    fn path_and_query(&self) -> &str {
        self.uri.path_and_query().map_or("/", |path| path.as_str())
    }
}

/// What the gate answers, and what it writes down about it.
type Answered = (Response, Outcome);

async fn handle(
    Extracted(inner): Extracted<Arc<Inner>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let authorization = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    let query = Query::parse(authorization, &body);
    let request = Request {
        method,
        uri,
        headers,
        body,
    };
    let Some(mut query) = query else {
        return inner.answer_other(request).await;
    };
    let verdict = inner.judge(&request, &query).await;
    let caller = match &verdict {
        Ok(Verdict::Allowed(caller)) => Some(caller.clone()),
        Ok(Verdict::Refused(_)) | Err(_) => None,
    };
    if let Some(caller) = &caller {
        query.site.account.clone_from(&caller.account);
    }
    let now = inner.clock.now_epoch_seconds();
    let call = inner.state.record(&query, caller, now);
    let answered = match verdict {
        Ok(Verdict::Allowed(_)) => inner.answer(request, &query).await,
        Ok(Verdict::Refused(answer)) => Ok(answered(answer)),
        Err(error) => Err(error),
    };
    let (response, outcome) = answered.unwrap_or_else(|error| unavailable(&error));
    inner.state.settle(call, outcome);
    response
}

fn refused(code: &'static str, message: &str) -> Answered {
    (answers::error(code, message), Outcome::Refused(code))
}

fn unavailable(error: &GateError) -> Answered {
    refused("ServiceUnavailable", &error.to_string())
}

fn no_instance(id: &str) -> Answered {
    let message = format!("The instance ID '{id}' does not exist");
    refused("InvalidInstanceID.NotFound", &message)
}

fn answered(answer: MotoAnswer) -> Answered {
    let status = answer.status.as_u16();
    (answers::passed(answer), Outcome::Answered(status))
}

impl Inner {
    /// A request that is not one of EC2's: none is let through where callers have to be known.
    async fn answer_other(&self, request: Request) -> Response {
        if self.authority.is_asked() {
            let message = "The request must contain the parameter AWSAccessKeyId";
            return answers::error("MissingParameter", message);
        }
        match self.pass(request, ACCOUNT_ID).await {
            Ok(answer) => answers::passed(answer),
            Err(error) => unavailable(&error).0,
        }
    }

    async fn judge(&self, request: &Request, query: &Query) -> Result<Verdict, GateError> {
        let tags = if self.authority.is_asked() {
            self.tags_of_named(query).await?
        } else {
            ResourceTags::new()
        };
        self.authority
            .judge(
                self.moto.http(),
                request.method.clone(),
                request.path_and_query(),
                &request.headers,
                request.body.clone(),
                &tags,
            )
            .await
    }

    /// The tags of what a request would change, in whichever account it is.
    async fn tags_of_named(&self, query: &Query) -> Result<ResourceTags, GateError> {
        let ids = query.named();
        let mut tags = ResourceTags::new();
        if ids.is_empty() || query.action.starts_with("Describe") {
            return Ok(tags);
        }
        let mut form = vec![("Filter.1.Name".to_owned(), "resource-id")];
        form.extend(
            (1..)
                .zip(ids)
                .map(|(index, id)| (format!("Filter.1.Value.{index}"), id)),
        );
        let form: Vec<(&str, &str)> = form
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        let sites = self.state.sites();
        for site in sites.iter().filter(|site| site.region == query.site.region) {
            let found = self.moto.ask(site, "DescribeTags", &form).await?;
            tags.extend(instance::tags(&found)?);
        }
        Ok(tags)
    }

    async fn answer(&self, request: Request, query: &Query) -> Result<Answered, GateError> {
        let zone = self.zone(query).await?;
        let effects = self.state.strike(query, zone.as_deref());
        match effects.last() {
            Some(Effect::Error { code, message }) => return Ok(refused(code, message)),
            Some(Effect::FindNothing) => {
                let nothing = answers::document(&query.action, "");
                return Ok((nothing, Outcome::Answered(200)));
            }
            _ => {}
        }
        // Here and not by moto, which knows the flag for some actions only and carries the others out.
        if query.parameter("DryRun") == Some("true") {
            let message = "Request would have succeeded, but DryRun flag is set.";
            return Ok(refused("DryRunOperation", message));
        }
        let answered = match query.action.as_str() {
            "RunInstances" => self.run_instances(request, query, &effects).await?,
            "DescribeInstances" => self.describe_instances(request, query).await?,
            "TerminateInstances" | "StopInstances" | "StartInstances" => {
                self.change_instances(request, query).await?
            }
            "DescribeSpotPriceHistory" => self.describe_spot_prices(query),
            "DeleteSecurityGroup" => self.delete_security_group(request, query).await?,
            _ => answered(self.pass(request, &query.site.account).await?),
        };
        if effects.last() == Some(&Effect::LoseResponse) {
            return Ok((answers::lost(), Outcome::Lost));
        }
        Ok(answered)
    }

    /// The zone that a launch leads to, which its subnet says.
    async fn zone(&self, query: &Query) -> Result<Option<String>, GateError> {
        let Some(subnet) = query.parameter("SubnetId") else {
            return Ok(None);
        };
        if let Some(known) = self.state.zone(subnet) {
            return Ok(Some(known));
        }
        // By a filter: one that nobody has is no failure of the gate's.
        let form = [("Filter.1.Name", "subnet-id"), ("Filter.1.Value.1", subnet)];
        let xml = (self.moto)
            .ask(&query.site, "DescribeSubnets", &form)
            .await?;
        let zone = instance::subnets(&xml)?.into_iter().next();
        let zone = zone.map(|subnet| subnet.zone);
        if let Some(zone) = &zone {
            self.state.remember_zone(subnet, zone);
        }
        Ok(zone)
    }

    async fn run_instances(
        &self,
        request: Request,
        query: &Query,
        effects: &[Effect],
    ) -> Result<Answered, GateError> {
        let _one_at_a_time = self.state.launching.lock().await;
        let scope = TokenScope::of(query);
        if let Some(first) = scope.as_ref().and_then(|scope| self.state.token_use(scope)) {
            return self.run_again(query, &first).await;
        }
        let answer = self.pass(request, &query.site.account).await?;
        if !answer.status.is_success() {
            return Ok(answered(answer));
        }
        let launched = instance::read(&answer.text(), &query.site)?;
        if let Some(scope) = scope {
            let first = TokenUse {
                parameters: query.parameters.clone(),
                instance_ids: launched.iter().map(|one| one.id.clone()).collect(),
            };
            self.state.bind_token(scope, first);
        }
        for one in launched {
            self.state.remember(launch(one.id, query, effects));
        }
        self.changes.send_modify(|changes| *changes += 1);
        Ok(answered(answer))
    }

    /// A launch under a token that was used before.
    async fn run_again(&self, query: &Query, first: &TokenUse) -> Result<Answered, GateError> {
        if first.parameters != query.parameters {
            let message = "Arguments on this idempotent request are inconsistent with arguments used in previous \
                           request(s).";
            return Ok(refused("IdempotentParameterMismatch", message));
        }
        let ids = &first.instance_ids;
        let described = self.describe(&query.site, ids).await?;
        let ended = instance::read(&described, &query.site)?
            .iter()
            .all(|instance| instance.state == InstanceState::Terminated);
        if ended {
            let message =
                format!("The client token was used to launch {ids:?}, which have been terminated.");
            return Ok(refused("IdempotentInstanceTerminated", &message));
        }
        match answers::launched_before(&described) {
            Some(response) => Ok((response, Outcome::Answered(200))),
            None => Ok(no_instance(&ids.join(", "))),
        }
    }

    async fn describe_instances(
        &self,
        request: Request,
        query: &Query,
    ) -> Result<Answered, GateError> {
        let ids = query.list("InstanceId");
        if let Some(id) = self.first_vanished(&ids) {
            return Ok(no_instance(id));
        }
        let mut answer = self.pass(request, &query.site.account).await?;
        if !answer.status.is_success() {
            return Ok(answered(answer));
        }
        let mut xml = answer.text();
        for instance in instance::read(&xml, &query.site)? {
            if let Some((code, name)) = self.late_state(&instance) {
                xml = answers::with_state(&xml, &instance.id, code, name);
            }
        }
        answer.body = xml.into();
        Ok(answered(answer))
    }

    /// The state that a slow instance is shown in, once more.
    fn late_state(&self, instance: &Instance) -> Option<(u8, &'static str)> {
        let mut late = None;
        self.state
            .change(&instance.id, |launch| match instance.state {
                InstanceState::Running if launch.pending_left > 0 => {
                    launch.pending_left -= 1;
                    late = Some((0, "pending"));
                }
                InstanceState::Terminated if launch.ending_left > 0 => {
                    launch.ending_left -= 1;
                    late = Some((32, "shutting-down"));
                }
                _ => {}
            });
        late
    }

    /// moto has one price for everything; these are the fixture's, and those that were set.
    fn describe_spot_prices(&self, query: &Query) -> Answered {
        let mut prices = fixtures::spot_prices(&query.site.region);
        let here = |(_, zone): &(String, String)| zone.starts_with(&query.site.region);
        let set = self.state.spot_prices().into_iter();
        prices.extend(set.filter(|(place, _)| here(place)));
        match spot::answer(query, &prices, self.clock.now_epoch_seconds()) {
            Ok(response) => (response, Outcome::Answered(200)),
            Err((code, message)) => refused(code, message),
        }
    }

    /// Ends, stops or starts instances: whoever plays them looks anew.
    async fn change_instances(
        &self,
        request: Request,
        query: &Query,
    ) -> Result<Answered, GateError> {
        let ids = query.list("InstanceId");
        if let Some(id) = self.first_vanished(&ids) {
            return Ok(no_instance(id));
        }
        let answer = self.pass(request, &query.site.account).await?;
        self.changes.send_modify(|changes| *changes += 1);
        Ok(answered(answer))
    }

    /// moto deletes a group that instances still use; EC2 does not.
    async fn delete_security_group(
        &self,
        request: Request,
        query: &Query,
    ) -> Result<Answered, GateError> {
        let group = query.parameter("GroupId").unwrap_or_default();
        let running = self.instances().await?;
        let used = self.state.launches().into_iter().any(|launch| {
            let ended = launch.vanished
                || launch.ending_left == 0
                    && running.iter().any(|instance| {
                        instance.id == launch.id && instance.state == InstanceState::Terminated
                    });
            !ended && launch.security_groups.iter().any(|used| used == group)
        });
        if used {
            let message = format!("resource {group} has a dependent object");
            return Ok(refused("DependencyViolation", &message));
        }
        Ok(answered(self.pass(request, &query.site.account).await?))
    }

    fn first_vanished<'a>(&self, ids: &[&'a str]) -> Option<&'a str> {
        let vanished = |id: &str| self.state.launch(id).is_some_and(|launch| launch.vanished);
        ids.iter().copied().find(|id| vanished(id))
    }

    async fn pass(&self, request: Request, account: &str) -> Result<MotoAnswer, GateError> {
        let path = request.path_and_query().to_owned();
        self.moto
            .pass(
                account,
                request.method,
                &path,
                &request.headers,
                request.body,
            )
            .await
    }

    async fn describe(&self, site: &Site, ids: &[String]) -> Result<String, GateError> {
        let names = (1..=ids.len()).map(|index| format!("InstanceId.{index}"));
        let names: Vec<String> = names.collect();
        let form = names.iter().map(String::as_str);
        let form: Vec<(&str, &str)> = form.zip(ids.iter().map(String::as_str)).collect();
        self.moto.ask(site, "DescribeInstances", &form).await
    }

    pub(super) async fn instances(&self) -> Result<Vec<Instance>, GateError> {
        let mut instances = Vec::new();
        for site in self.state.sites() {
            // One page holds more than any local run launches.
            let page = [("MaxResults", "1000")];
            let xml = self.moto.ask(&site, "DescribeInstances", &page).await?;
            instances.extend(instance::read(&xml, &site)?);
        }
        let launches = self.state.launches();
        Ok(instances
            .into_iter()
            .filter_map(|mut instance| {
                let launch = launches.iter().find(|launch| launch.id == instance.id)?;
                instance.user_data.clone_from(&launch.user_data);
                (!launch.vanished).then_some(instance)
            })
            .collect())
    }

    pub(super) async fn firewalls(&self) -> Result<Vec<String>, GateError> {
        let mut names = Vec::new();
        for site in self.state.sites() {
            let xml = self.moto.ask(&site, "DescribeSecurityGroups", &[]).await?;
            names.extend(instance::firewall_names(&xml)?);
        }
        Ok(names)
    }

    pub(super) async fn default_subnets(&self) -> Result<Vec<Subnet>, GateError> {
        let site = Site {
            account: ACCOUNT_ID.to_owned(),
            region: crate::emulators::REGION.to_owned(),
        };
        let xml = self.moto.ask(&site, "DescribeSubnets", &[]).await?;
        Ok(instance::subnets(&xml)?)
    }

    pub(super) async fn end(&self, id: &str) -> Result<(), GateError> {
        self.change_from_within(id, "TerminateInstances").await
    }

    pub(super) async fn shut_down(&self, id: &str) -> Result<(), GateError> {
        let action = if self.known_launch(id)?.ends_with_shutdown {
            "TerminateInstances"
        } else {
            "StopInstances"
        };
        self.change_from_within(id, action).await
    }

    fn known_launch(&self, id: &str) -> Result<Launch, GateError> {
        self.state
            .launch(id)
            .ok_or_else(|| GateError::NoInstance(id.to_owned()))
    }

    /// What nobody asked for by a call.
    async fn change_from_within(&self, id: &str, action: &str) -> Result<(), GateError> {
        let launch = self.known_launch(id)?;
        self.moto
            .ask(&launch.site, action, &[("InstanceId.1", id)])
            .await?;
        self.changes.send_modify(|changes| *changes += 1);
        Ok(())
    }

    pub(super) async fn vanish(&self, id: &str) -> Result<(), GateError> {
        self.end(id).await?;
        self.untag(id).await?;
        self.state.change(id, |launch| launch.vanished = true);
        Ok(())
    }

    /// Without its tags, a listing by tag does not find an instance any more.
    async fn untag(&self, id: &str) -> Result<(), GateError> {
        let instances = self.instances().await?;
        let instance = instances
            .into_iter()
            .find(|instance| instance.id == id)
            .ok_or_else(|| GateError::NoInstance(id.to_owned()))?;
        let names: Vec<(String, String)> = (1..)
            .zip(instance.tags.into_keys())
            .map(|(index, key)| (format!("Tag.{index}.Key"), key))
            .collect();
        let mut form = vec![("ResourceId.1", id)];
        form.extend(
            names
                .iter()
                .map(|(name, key)| (name.as_str(), key.as_str())),
        );
        let site = Site {
            account: instance.account,
            region: instance.region,
        };
        self.moto.ask(&site, "DeleteTags", &form).await?;
        Ok(())
    }
}

fn launch(id: String, query: &Query, effects: &[Effect]) -> Launch {
    let mut launch = Launch {
        id,
        site: query.site.clone(),
        user_data: query
            .parameter("UserData")
            .and_then(|data| STANDARD.decode(data).ok()),
        security_groups: query
            .list("SecurityGroupId")
            .into_iter()
            .map(str::to_owned)
            .collect(),
        ends_with_shutdown: query.parameter("InstanceInitiatedShutdownBehavior")
            == Some("terminate"),
        vanished: false,
        pending_left: 0,
        ending_left: 0,
    };
    for effect in effects {
        match effect {
            Effect::StartLate(descriptions) => launch.pending_left = *descriptions,
            Effect::EndLate(descriptions) => launch.ending_left = *descriptions,
            Effect::Error { .. } | Effect::FindNothing | Effect::LoseResponse => {}
        }
    }
    launch
}
