//! Machines played by their own agent, against a beacon that checks signatures as the real one does.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use clouds::{Cloud as _, LaunchedMachine};
use domain::beacon::{self, Action};
use domain::bootstrap::{self, BeaconUrl, BootstrapSpec, Hostname, LoginUser, PackageIndexUrl};
use local::clock::SharedClock;
use local::machines::{Boot, Hardware, Machines, MachinesOptions};
use serde_json::{Value, json};

use crate::{World, world};

const MASTER: &str = "master";
const RESERVATION: &str = "01JD2K4Z9QAAAAAAAAAAAAAAAA";
const NODE: &str = "01JD2K4Z9QAAAAAAAAAAAAAAAA-1";
const EXPIRES: i64 = 4_000_000_000;

/// What the beacon saw, and what it is to answer.
#[derive(Debug, Default)]
struct Seen {
    requests: Vec<(Action, Value)>,
    last_timestamp_ms: i64,
    deadline_epoch_seconds: i64,
    ended: bool,
    forged: bool,
}

#[derive(Clone)]
struct Beacon {
    seen: Arc<Mutex<Seen>>,
    clock: SharedClock,
}

impl Beacon {
    async fn start(clock: SharedClock) -> (Self, String) {
        let beacon = Self {
            seen: Arc::default(),
            clock,
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/machines/{action}", post(answer))
            .with_state(beacon.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (beacon, url)
    }

    fn change(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen.lock().unwrap());
    }

    fn actions(&self) -> Vec<Action> {
        let seen = self.seen.lock().unwrap();
        seen.requests.iter().map(|(action, _)| *action).collect()
    }
}

async fn answer(
    State(beacon): State<Beacon>,
    Path(action): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap();
    let action = Action::parse(&action).unwrap();
    let key = match action {
        Action::Enrol => beacon::enrolment_key(MASTER, RESERVATION, EXPIRES),
        Action::Ready | Action::Failed | Action::Beat => beacon::node_key(MASTER, NODE),
    };
    let timestamp_ms: i64 = header(beacon::TIMESTAMP_HEADER).parse().unwrap();
    let signature = header(beacon::SIGNATURE_HEADER);
    let mut seen = beacon.seen.lock().unwrap();
    let genuine = beacon::verify_request(&key, action, timestamp_ms, &body, signature);
    if !genuine || header(beacon::NODE_HEADER) != NODE || timestamp_ms <= seen.last_timestamp_ms {
        return StatusCode::FORBIDDEN.into_response();
    }
    seen.last_timestamp_ms = timestamp_ms;
    let request = serde_json::from_slice(&body).unwrap();
    seen.requests.push((action, request));
    let deadline = seen.deadline_epoch_seconds;
    let mut answer = json!({
        "now_epoch_seconds": beacon.clock.now_epoch_seconds(),
        "deadline_epoch_seconds": deadline,
        "ended": seen.ended,
    });
    match action {
        Action::Enrol => {
            answer["node_key"] = json!(beacon::node_key(MASTER, NODE));
            answer["authorized_keys"] = json!(["ssh-ed25519 AAAA alice"]);
        }
        // The first report comes before the workflow waits for it.
        Action::Ready => answer["complete"] = json!(seen.requests.len() > 2),
        Action::Failed => answer["complete"] = json!(true),
        Action::Beat => answer["authorized_keys"] = json!(["ssh-ed25519 AAAA bob"]),
    }
    let answer = answer.to_string();
    let key = if seen.forged { "another" } else { &key };
    let signed = beacon::sign_answer(key, signature, answer.as_bytes());
    ([(beacon::SIGNATURE_HEADER, signed)], answer).into_response()
}

struct Scene {
    world: World,
    machines: Machines,
    beacon: Beacon,
    beacon_url: String,
    clock: SharedClock,
    scratch: PathBuf,
}

impl Drop for Scene {
    fn drop(&mut self) {
        // What is left of a failed test's folder does no harm.
        let _ = std::fs::remove_dir_all(&self.scratch);
    }
}

async fn scene(name: &str) -> Scene {
    let world = world().await;
    let clock = SharedClock::new();
    let (beacon, beacon_url) = Beacon::start(clock.clone()).await;
    beacon.change(|seen| seen.deadline_epoch_seconds = clock.now_epoch_seconds() + 3600);
    let folder = format!("infrared-{}-{name}", std::process::id());
    let scratch = std::env::temp_dir().join(folder);
    let machines = Machines::start(MachinesOptions {
        cloud: world.cloud.clone(),
        clock: clock.clone(),
        hardware: Hardware::Played {
            scratch: scratch.clone(),
            python: "python3".into(),
        },
        beat_interval: None,
    })
    .await;
    Scene {
        world,
        machines,
        beacon,
        beacon_url,
        clock,
        scratch,
    }
}

impl Scene {
    async fn launch(&self) -> LaunchedMachine {
        let mut spec = self.world.spec().await;
        spec.user_data = bootstrap::render(&BootstrapSpec {
            beacon_url: BeaconUrl::parse(&self.beacon_url).unwrap(),
            reservation_id: RESERVATION.to_owned(),
            count: 1,
            first_number: 1,
            environments: Vec::new(),
            cluster: None,
            package_index: PackageIndexUrl::parse("https://pypi.org/simple").unwrap(),
            is_spot: true,
            enrolment_key: beacon::enrolment_key(MASTER, RESERVATION, EXPIRES),
            enrolment_expires_epoch_seconds: EXPIRES,
            login_user: LoginUser::parse("ec2-user").unwrap(),
            hostname: Hostname::parse("r-7k2mq").unwrap(),
        });
        self.world.launch(&spec).await
    }

    async fn until_gone(&self, id: &str) {
        let mut boots = self.machines.boot_changes();
        boots
            .wait_for(|boots| boots.get(id) == Some(&Boot::Gone))
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_enrols_reports_ready_and_beats_until_it_ends() {
    let scene = scene("life").await;
    let id = scene.launch().await.id;
    scene.machines.until_ready(&id.0).await.unwrap();
    let boot = [Action::Enrol, Action::Ready, Action::Ready];
    assert_eq!(scene.beacon.actions(), boot);

    let state = scene.machines.beat(&id.0).await.unwrap();
    let deadline = scene.beacon.seen.lock().unwrap().deadline_epoch_seconds;
    assert_eq!(state["deadline_epoch_seconds"], deadline);
    let scheduled = scene.machines.scheduled_shutdown(&id.0).await.unwrap();
    assert_eq!(scheduled, ["shutdown", "-h", "+70"]);
    let keys = scene.scratch.join(&id.0).join("keys/ec2-user");
    assert_eq!(
        std::fs::read_to_string(keys).unwrap(),
        "ssh-ed25519 AAAA bob\n"
    );
    let (_, sample) = scene
        .beacon
        .seen
        .lock()
        .unwrap()
        .requests
        .last()
        .cloned()
        .unwrap();
    for name in [
        "login_sessions",
        "load_1m",
        "uptime_seconds",
        "network_bytes",
        "disk_used_percent",
    ] {
        assert!(sample.get(name).is_some(), "{name} is sent");
    }

    scene.world.ec2.terminate(&id).await.unwrap();
    scene.until_gone(&id.0).await;
    assert!(scene.machines.beat(&id.0).await.is_err());
    scene.machines.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dead_mans_switch_follows_the_shared_clock_and_the_end() {
    let scene = scene("switch").await;
    let id = scene.launch().await.id;
    scene.machines.until_ready(&id.0).await.unwrap();
    scene.clock.advance(1800);
    scene.machines.beat(&id.0).await.unwrap();
    let scheduled = scene.machines.scheduled_shutdown(&id.0).await.unwrap();
    assert_eq!(scheduled[2], "+40");
    scene.beacon.change(|seen| seen.ended = true);
    scene.machines.beat(&id.0).await.unwrap();
    let scheduled = scene.machines.scheduled_shutdown(&id.0).await.unwrap();
    assert_eq!(scheduled[2], "+1");
    scene.machines.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spot_machine_passes_on_that_it_is_taken_back() {
    let scene = scene("spot").await;
    let id = scene.launch().await.id;
    scene.machines.until_ready(&id.0).await.unwrap();
    let at = scene.clock.now_epoch_seconds() + 120;
    for announced in [None, Some(at), None] {
        scene
            .machines
            .announce_interruption(&id.0, announced)
            .await
            .unwrap();
        scene.machines.beat(&id.0).await.unwrap();
        let seen = scene.beacon.seen.lock().unwrap().requests.last().cloned();
        let (_, sample) = seen.unwrap();
        assert_eq!(sample["interruption_epoch_seconds"], json!(announced));
    }
    scene.machines.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_answer_changes_nothing() {
    let scene = scene("forged").await;
    let id = scene.launch().await.id;
    scene.machines.until_ready(&id.0).await.unwrap();
    let before = scene.machines.beat(&id.0).await.unwrap();
    scene.beacon.change(|seen| {
        seen.forged = true;
        seen.deadline_epoch_seconds += 86_400;
    });
    let error = scene.machines.beat(&id.0).await.unwrap_err();
    assert!(error.to_string().contains("not signed by the beacon"));
    scene.beacon.change(|seen| {
        seen.forged = false;
        seen.deadline_epoch_seconds -= 86_400;
    });
    let after = scene.machines.beat(&id.0).await.unwrap();
    let deadline = "deadline_epoch_seconds";
    assert_eq!(before[deadline], after[deadline]);
    scene.machines.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn held_machines_report_when_released_and_muted_ones_never() {
    let scene = scene("held").await;
    scene.machines.hold_ready();
    let id = scene.launch().await.id;
    let mut boots = scene.machines.boot_changes();
    boots
        .wait_for(|boots| boots.contains_key(&id.0))
        .await
        .unwrap();
    assert_eq!(scene.beacon.actions(), []);
    scene.machines.release_ready();
    scene.machines.until_ready(&id.0).await.unwrap();

    scene.world.cloud.end(&id.0).await.unwrap();
    scene.until_gone(&id.0).await;
    let calls = scene.beacon.actions().len();
    scene.machines.mute();
    let mut spec = scene.world.spec().await;
    spec.client_token = "token-2".to_owned();
    let mute = scene.world.launch(&spec).await.id;
    boots
        .wait_for(|boots| boots.contains_key(&mute.0))
        .await
        .unwrap();
    assert_eq!(scene.machines.boots()[&mute.0], Boot::Booting);
    assert_eq!(scene.beacon.actions().len(), calls);
    scene.machines.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tests_beside_what_machines_run_pass() {
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/bootstrap");
    let output = tokio::process::Command::new("python3")
        .args(["-B", "-m", "unittest", "discover", "-s", tests])
        .output()
        .await
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
