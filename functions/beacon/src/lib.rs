//! Machines call home: they enrol, say that they are ready, and beat.
//!
//! Every call is signed with a key that only that machine has, and carries a timestamp above the last one. Every
//! answer is signed over the call. Who cannot sign learns nothing, not even whether a machine exists.

use domain::beacon::{
    self, Action, Beat, Enrolment, NODE_HEADER, Ready, SIGNATURE_HEADER, SetupFailure,
    TIMESTAMP_HEADER,
};
use domain::reservation::{MASTER_NUMBER, Reservation, Setup, State};
use domain::time::EpochSeconds;
use lambda_http::http::{HeaderMap, Method, StatusCode};
use lambda_http::{Body, Request, Response};
use platform::clock::Clock;
use platform::outbox::Dispatcher;
use platform::secrets::Secrets;
use platform::store::Store;
use platform::workflows::TaskCallbacks;
use platform::{Base, PlatformError};
use serde_json::{Value, json};

const MASTER: &str = "BEACON_MASTER_PARAMETER";
const NOTEBOOK_MASTER: &str = "NOTEBOOK_MASTER_PARAMETER";
/// A heartbeat is a few hundred bytes.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// What the function works with, built once.
#[derive(Debug)]
pub struct Deps {
    store: Store,
    clock: Clock,
    secrets: Secrets,
    callbacks: TaskCallbacks,
    dispatcher: Dispatcher,
}

impl Deps {
    /// Everything from the environment. The master of machines is read now: without it the function cannot serve.
    pub async fn from_env() -> Result<Self, PlatformError> {
        let Base { aws, store, clock } = Base::from_env().await?;
        let secrets = Secrets::from_env(platform::clients::ssm(&aws), &[MASTER, NOTEBOOK_MASTER])?;
        secrets.get(MASTER).await?;
        Ok(Self {
            clock,
            dispatcher: Dispatcher::from_env(
                store.clone(),
                platform::clients::eventbridge(&aws),
                None,
            )?,
            store,
            secrets,
            callbacks: TaskCallbacks::new(platform::clients::step_functions(&aws)),
        })
    }
}

/// Deals with one call.
pub async fn handle(deps: &Deps, request: Request) -> Response<Body> {
    let Some(action) = request
        .uri()
        .path()
        .rsplit('/')
        .next()
        .and_then(Action::parse)
    else {
        return unsigned(StatusCode::NOT_FOUND, "unknown action");
    };
    if request.method() != Method::POST {
        return unsigned(StatusCode::METHOD_NOT_ALLOWED, "use POST");
    }
    let body: &[u8] = request.body().as_ref();
    if body.len() > BODY_BYTES_MAX {
        return unsigned(StatusCode::PAYLOAD_TOO_LARGE, "too large");
    }
    match answer(deps, action, request.headers(), body).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!(%error, "a call could not be dealt with");
            unsigned(StatusCode::SERVICE_UNAVAILABLE, "try again")
        }
    }
}

async fn answer(
    deps: &Deps,
    action: Action,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response<Body>, PlatformError> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let call = (|| {
        Some((
            header(NODE_HEADER)?,
            header(TIMESTAMP_HEADER)?.parse::<i64>().ok()?,
            header(SIGNATURE_HEADER)?,
        ))
    })();
    let Some((node_id, timestamp_ms, signature)) = call else {
        return Ok(refused());
    };
    let now = deps.clock.now().await?;
    let Some((reservation, number)) = node(deps, node_id).await? else {
        return Ok(refused());
    };

    let master = deps.secrets.get(MASTER).await?;
    let expires = reservation.enrolment_expires_epoch_seconds();
    let key = match action {
        Action::Enrol => beacon::enrolment_key(master.expose(), &reservation.id, expires),
        Action::Ready | Action::Failed | Action::Beat => beacon::node_key(master.expose(), node_id),
    };
    if !beacon::verify_request(&key, action, timestamp_ms, body, signature)
        || (action == Action::Enrol && (now > expires || !enrols_as(node_id, body)))
    {
        return Ok(refused());
    }
    let id = &reservation.id;
    let accepted = deps.store.accept_request(id, number, timestamp_ms);
    if accepted.await?.is_none() {
        return Ok(signed(
            StatusCode::CONFLICT,
            &key,
            signature,
            &json!({"error": "a later call was accepted already"}),
        ));
    }

    let mut content = json!({
        // A machine's own clock may be wrong.
        "now_epoch_seconds": now,
        "deadline_epoch_seconds": reservation.deadline_epoch_seconds,
        // A machine that is being switched off is not to end itself: it would be gone for good.
        "ended": reservation.state.is_ending(),
    });
    if reservation.spec.cluster.is_some() {
        content["cluster"] = json!({
            "master_address": reservation.master_address(),
            "workers": reservation.workers(),
        });
    }
    match action {
        Action::Enrol => {
            content["node_key"] = json!(beacon::node_key(master.expose(), node_id));
            content["authorized_keys"] = json!(authorized_keys(deps, &reservation).await?);
            if reservation.spec.cluster.is_some() {
                let secret = beacon::cluster_secret(master.expose(), id);
                content["cluster"]["secret"] = json!(secret);
                if number == MASTER_NUMBER {
                    let master = deps.secrets.get(NOTEBOOK_MASTER).await?;
                    let token = beacon::notebook_token(master.expose(), id);
                    content["cluster"]["notebook_token"] = json!(token);
                }
            }
        }
        Action::Ready => {
            let said: Ready = serde_json::from_slice(body).unwrap_or_default();
            deps.store.record_ready(id, number, &said, now).await?;
            if said.is_ready {
                hear_of_ready(deps, &reservation, number, now).await;
                hear_of_start(deps, &reservation, now).await?;
            }
            // Where another has failed it is asked for again: the others may go on without that one.
            let setup = settle(deps, &reservation).await?;
            content["complete"] = json!(setup == Setup::Ready);
        }
        Action::Failed => {
            let said: SetupFailure = serde_json::from_slice(body).unwrap_or_default();
            deps.store
                .record_setup_failure(id, number, &said.bounded())
                .await?;
            let setup = settle(deps, &reservation).await?;
            content["complete"] = json!(setup != Setup::Awaited);
        }
        Action::Beat => {
            // A heartbeat that cannot be read still is a sign of life; what it said is unknown.
            let beat: Beat = serde_json::from_slice(body).unwrap_or_default();
            deps.store.record_beat(id, number, &beat).await?;
            hear_of_interruption(deps, &reservation, number, &beat, now).await?;
            // What it said while the start was being handed over was heard by nobody.
            hear_of_start(deps, &reservation, now).await?;
            settle(deps, &reservation).await?;
            content["authorized_keys"] = json!(authorized_keys(deps, &reservation).await?);
        }
    }
    Ok(signed(StatusCode::OK, &key, signature, &content))
}

/// Whether the signed part of an enrolment names that node.
fn enrols_as(node_id: &str, body: &[u8]) -> bool {
    let said: Result<Enrolment, _> = serde_json::from_slice(body);
    said.is_ok_and(|said| said.node_id == node_id)
}

/// The keys that open the machine now: those it was launched with, its owner's newer ones, and those of the people whom
/// it is shared with.
async fn authorized_keys(
    deps: &Deps,
    reservation: &Reservation,
) -> Result<Vec<String>, PlatformError> {
    let mut keys = reservation.authorized_keys.clone();
    let shared = reservation.shares.iter().map(|share| &share.user);
    for user in std::iter::once(&reservation.owner).chain(shared) {
        for key in deps.store.ssh_keys(&reservation.team, user).await?.keys {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    Ok(keys)
}

/// Lets people follow how many machines are ready. Where others write at the same time, a later report makes up for it.
async fn hear_of_ready(deps: &Deps, reservation: &Reservation, number: u32, now: EpochSeconds) {
    if !reservation.clone().hear_of_ready(number, now) {
        return;
    }
    let changed = deps.store.change(&reservation.id, now, |reservation| {
        let is_news = reservation.hear_of_ready(number, now);
        Ok::<_, PlatformError>(is_news.then(Vec::new))
    });
    match changed.await {
        Ok((_, outbox)) => deps.dispatcher.dispatch(&outbox).await,
        Err(error) => tracing::warn!(%error, "a machine's first report was not counted"),
    }
}

/// Lets the owner know when all machines are ready of which that was not known when they were started.
async fn hear_of_start(
    deps: &Deps,
    reservation: &Reservation,
    now: EpochSeconds,
) -> Result<(), PlatformError> {
    // Nearly no call comes in that time, and the others must not cost another reading.
    if !reservation.awaits_word() {
        return Ok(());
    }
    let heard = deps.store.heard(&reservation.id).await?;
    if !reservation.clone().hear_of_start(&heard) {
        return Ok(());
    }
    let changed = deps.store.change(&reservation.id, now, |reservation| {
        let is_news = reservation.hear_of_start(&heard);
        Ok::<_, PlatformError>(is_news.then(Vec::new))
    });
    let (_, outbox) = changed.await?;
    deps.dispatcher.dispatch(&outbox).await;
    Ok(())
}

/// Lets the owner know when the cloud takes a spot machine back, and when it did not after all.
async fn hear_of_interruption(
    deps: &Deps,
    reservation: &Reservation,
    number: u32,
    beat: &Beat,
    now: EpochSeconds,
) -> Result<(), PlatformError> {
    let news = |reservation: &mut Reservation| {
        reservation.hear_of_interruption(number, beat.interruption_epoch_seconds, now)
    };
    // Nearly every heartbeat has none, and must not cost another reading.
    if !news(&mut reservation.clone()) {
        return Ok(());
    }
    let changed = deps.store.change(&reservation.id, now, |reservation| {
        Ok::<_, PlatformError>(news(reservation).then(Vec::new))
    });
    let (_, outbox) = changed.await?;
    deps.dispatcher.dispatch(&outbox).await;
    Ok(())
}

/// Ends the wait for machines as soon as it is known what comes of them, whichever comes last, a machine or the wait. Returns
/// what came of them; where nobody waits any more, that is as good as ready.
async fn settle(deps: &Deps, reservation: &Reservation) -> Result<Setup, PlatformError> {
    if !matches!(reservation.state, State::Requested | State::Provisioning) {
        return Ok(Setup::Ready);
    }
    let heard = deps.store.heard(&reservation.id).await?;
    if reservation.setup(&heard) == Setup::Awaited {
        return Ok(Setup::Awaited);
    }
    let Some(token) = deps.store.task_token(&reservation.id).await? else {
        return Ok(Setup::Awaited);
    };
    // Read after the token: other machines may be awaited by now than when this call began.
    let Some(newest) = deps.store.reservation(&reservation.id).await? else {
        return Ok(Setup::Ready);
    };
    let setup = newest.setup(&heard);
    match setup {
        Setup::Failed => deps.callbacks.setup_failed(&token).await?,
        Setup::Ready => deps.callbacks.ready(&token).await?,
        Setup::Awaited => {}
    }
    Ok(setup)
}

/// The reservation of a node, and the node's number in it.
async fn node(deps: &Deps, node_id: &str) -> Result<Option<(Reservation, u32)>, PlatformError> {
    let Some((id, number)) = Reservation::of_node(node_id) else {
        return Ok(None);
    };
    let reservation = deps.store.reservation(id).await?;
    let reservation = reservation.filter(|reservation| reservation.has_number(number));
    Ok(reservation.map(|reservation| (reservation, number)))
}

fn refused() -> Response<Body> {
    unsigned(StatusCode::UNAUTHORIZED, "not accepted")
}

fn unsigned(status: StatusCode, error: &str) -> Response<Body> {
    response(status, None, &json!({"error": error}))
}

fn signed(
    status: StatusCode,
    key: &str,
    request_signature: &str,
    content: &Value,
) -> Response<Body> {
    let signature = beacon::sign_answer(key, request_signature, content.to_string().as_bytes());
    response(status, Some(signature), content)
}

fn response(status: StatusCode, signature: Option<String>, content: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(content.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        "content-type",
        lambda_http::http::HeaderValue::from_static("application/json"),
    );
    if let Some(value) = signature.and_then(|signature| signature.parse().ok()) {
        headers.insert(SIGNATURE_HEADER, value);
    }
    response
}
