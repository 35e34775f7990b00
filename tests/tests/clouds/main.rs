//! The EC2 adapter against a cloud: what every step relies on, with the cloud's faults.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

mod accounts;
mod machines;
mod moto;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ec2::config::{Credentials, SharedCredentialsProvider};
use clouds::ec2::{AwsAccess, Ec2, RoleAccess};
use clouds::{
    Architecture, Cloud as _, ErrorKind, FirewallId, FirewallSpec, Image, LaunchSpec,
    LaunchedMachine, MachineId, MachineState, MachineView, Subnet, Tags, Termination,
};
use domain::offers::Market;
use local::clock::SharedClock;
use local::cloud::{Cloud, CloudOptions, Fault, Outcome, fixtures};

const REGION: &str = "us-east-1";
const ZONE: &str = "us-east-1b";

/// The adapter, the cloud behind it, and the emulator behind that.
struct World {
    cloud: Cloud,
    ec2: Ec2,
    _moto: moto::Moto,
}

async fn world() -> World {
    let moto = moto::start().await;
    let cloud = Cloud::start(CloudOptions {
        moto_url: moto.url.clone(),
        clock: SharedClock::new(),
    })
    .await
    .unwrap();
    let ec2 = Ec2::with_configs(
        &config(cloud.url()).await,
        &config(&moto.url).await,
        REGION,
        "infrared",
    );
    World {
        cloud,
        ec2,
        _moto: moto,
    }
}

async fn config(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::new("test", "test", None, None, "test");
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(Region::new(REGION))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .load()
        .await
}

fn tags() -> Tags {
    Tags {
        reservation_id: "01JD2K4Z9QAAAAAAAAAAAAAAAA".to_owned(),
        handle: "r-7k2mq".to_owned(),
        owner: "U123".to_owned(),
        team: "T1".to_owned(),
        deadline_epoch_seconds: 1_764_000_000,
    }
}

impl World {
    async fn firewall(&self) -> FirewallId {
        let network = self.subnet(ZONE).await.network;
        self.ec2
            .ensure_firewall(&firewall_spec(&network))
            .await
            .unwrap()
    }

    async fn spec(&self) -> LaunchSpec {
        LaunchSpec {
            client_token: "token-1".to_owned(),
            count: 1,
            market: Market::OnDemand,
            image: self.image().await,
            instance_type: "t3.small".to_owned(),
            subnet: self.subnet(ZONE).await.id,
            firewall: self.firewall().await,
            user_data: b"#cloud-config\n{}\n".to_vec(),
            root_gib: 20,
            tags: tags(),
        }
    }

    async fn subnet(&self, zone: &str) -> Subnet {
        let subnets = self.ec2.subnets(&[]).await.unwrap();
        let mut subnets = subnets.into_iter();
        subnets.find(|subnet| subnet.zone == zone).unwrap()
    }

    async fn image(&self) -> Image {
        self.ec2
            .image("amazon-linux", None, Architecture::X86_64)
            .await
            .unwrap()
    }

    fn count(&self, action: &str) -> usize {
        let calls = self.cloud.calls();
        calls.iter().filter(|call| call.action == action).count()
    }

    async fn state(&self, id: &MachineId) -> Option<MachineState> {
        self.view(id).await.map(|view| view.state)
    }

    async fn view(&self, id: &MachineId) -> Option<MachineView> {
        let views = self.ec2.describe(std::slice::from_ref(id)).await.unwrap();
        views.into_iter().next()
    }

    /// Launches one machine.
    async fn launch(&self, spec: &LaunchSpec) -> LaunchedMachine {
        let mut machines = self.ec2.launch(spec).await.unwrap();
        assert_eq!(machines.len(), 1);
        machines.remove(0)
    }
}

fn firewall_spec(network: &str) -> FirewallSpec {
    FirewallSpec {
        network: network.to_owned(),
        access_cidrs: vec!["192.0.2.0/24".to_owned(), "2001:db8::/32".to_owned()],
        ports: vec![22],
        is_open_within: false,
        tags: tags(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_from_launch_to_end() {
    let world = world().await;
    let spec = world.spec().await;
    assert_eq!(spec.image.login_user, "ec2-user");
    world.cloud.inject(Fault::slow_start(1));
    world.cloud.inject(Fault::slow_end(1));
    let launched = world.launch(&spec).await;
    assert_eq!(launched.zone, ZONE);
    assert_eq!(world.state(&launched.id).await, Some(MachineState::Pending));
    let view = world.view(&launched.id).await.unwrap();
    assert_eq!(view.state, MachineState::Running);
    assert!(view.public_address.is_some());
    let found = world.ec2.find_by_tag(&spec.tags.reservation_id).await;
    assert_eq!(found.unwrap(), [view]);

    let [instance] = &world.cloud.instances().await.unwrap()[..] else {
        panic!("one instance");
    };
    assert_eq!(instance.first_boot().unwrap(), "#cloud-config\n{}\n");
    assert_eq!(instance.tags["infrared:stack"], "infrared");

    let ended = world.ec2.terminate(&launched.id).await.unwrap();
    assert_eq!(ended, Termination::Accepted(MachineState::ShuttingDown));
    let held = world.ec2.delete_firewall(&spec.firewall).await.unwrap_err();
    assert_eq!(*held.kind(), ErrorKind::StillInUse);
    assert_eq!(
        world.state(&launched.id).await,
        Some(MachineState::ShuttingDown)
    );
    assert_eq!(
        world.state(&launched.id).await,
        Some(MachineState::Terminated)
    );
    world.ec2.terminate(&launched.id).await.unwrap();
    world.ec2.delete_firewall(&spec.firewall).await.unwrap();
    world.ec2.delete_firewall(&spec.firewall).await.unwrap();
    assert_eq!(
        world
            .ec2
            .find_firewalls(&spec.tags.reservation_id)
            .await
            .unwrap(),
        []
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_stopped_and_started_with_another_address() {
    let world = world().await;
    let launched = world.launch(&world.spec().await).await;
    let before = world.view(&launched.id).await.unwrap();
    for _ in 0..2 {
        world
            .ec2
            .stop(std::slice::from_ref(&launched.id))
            .await
            .unwrap();
    }
    let stopped = world.view(&launched.id).await.unwrap();
    assert_eq!(
        (stopped.state, stopped.public_address),
        (MachineState::Stopped, None)
    );
    for _ in 0..2 {
        world
            .ec2
            .start(std::slice::from_ref(&launched.id))
            .await
            .unwrap();
    }
    let after = world.view(&launched.id).await.unwrap();
    assert_eq!(after.state, MachineState::Running);
    assert!(after.public_address.is_some());
    assert_ne!(after.public_address, before.public_address);

    world.cloud.inject(Fault::denied("StopInstances"));
    let denied = world
        .ec2
        .stop(std::slice::from_ref(&launched.id))
        .await
        .unwrap_err();
    assert!(matches!(denied.kind(), ErrorKind::Denied { .. }));
    world.cloud.heal();
    world
        .ec2
        .stop(std::slice::from_ref(&launched.id))
        .await
        .unwrap();
    world.ec2.terminate(&launched.id).await.unwrap();
    assert_eq!(
        world.state(&launched.id).await,
        Some(MachineState::Terminated)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_token_is_one_machine() {
    let world = world().await;
    let spec = world.spec().await;
    let (first, second) = tokio::join!(world.ec2.launch(&spec), world.ec2.launch(&spec));
    assert_eq!(first.unwrap(), second.unwrap());
    assert_eq!(world.cloud.launched_count(), 1);

    let mut other = spec.clone();
    other.instance_type = "t3.large".to_owned();
    let error = world.ec2.launch(&other).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::TokenMismatch);

    let launched = world.launch(&spec).await;
    world.ec2.terminate(&launched.id).await.unwrap();
    let error = world.ec2.launch(&spec).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::AlreadyEnded);
    assert_eq!(world.cloud.launched_count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_response_is_repeated_and_starts_nothing_twice() {
    let world = world().await;
    let spec = world.spec().await;
    world.cloud.inject(Fault::lost_response("RunInstances"));
    let launched = world.launch(&spec).await;
    assert_eq!(world.cloud.launched_count(), 1);
    assert_eq!(world.count("RunInstances"), 2);
    assert_eq!(world.state(&launched.id).await, Some(MachineState::Running));

    // Every attempt of a step is lost: the step fails, and the next one finds what there is.
    let mut unlucky = spec.clone();
    unlucky.client_token = "token-2".to_owned();
    world
        .cloud
        .inject(Fault::lost_response("RunInstances").times(3));
    let error = world.ec2.launch(&unlucky).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Transient);
    world.ec2.launch(&unlucky).await.unwrap();
    assert_eq!(world.cloud.launched_count(), 2);

    world
        .cloud
        .inject(Fault::lost_response("CreateSecurityGroup"));
    let mut spec = firewall_spec(&world.subnet(ZONE).await.network);
    spec.tags.reservation_id = "01JD2K4Z9QBBBBBBBBBBBBBBBB".to_owned();
    let firewall = world.ec2.ensure_firewall(&spec).await.unwrap();
    let found = world.ec2.find_firewalls(&spec.tags.reservation_id).await;
    assert_eq!(found.unwrap(), [firewall]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_capacity_is_told_at_once_and_only_where_it_is() {
    let world = world().await;
    let mut spec = world.spec().await;
    world
        .cloud
        .inject(Fault::no_capacity().of_type("t3.small").in_zone(ZONE));
    let error = world.ec2.launch(&spec).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::NoCapacity);
    assert_eq!(error.code(), Some("InsufficientInstanceCapacity"));
    assert_eq!(world.count("RunInstances"), 1);
    spec.subnet = world.subnet("us-east-1c").await.id;
    world.ec2.launch(&spec).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn throttling_is_waited_out_and_then_told() {
    let world = world().await;
    let spec = world.spec().await;
    world.cloud.inject(Fault::throttled("RunInstances", 2));
    world.ec2.launch(&spec).await.unwrap();
    assert_eq!(world.count("RunInstances"), 3);
    world.cloud.inject(Fault::throttled("DescribeInstances", 3));
    let error = world.ec2.find_by_tag("any").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Throttled);
    let refused = Outcome::Refused("RequestLimitExceeded");
    assert_eq!(world.cloud.calls().last().unwrap().outcome, refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_names_the_action() {
    let world = world().await;
    let spec = world.spec().await;
    world.cloud.inject(Fault::denied("RunInstances"));
    let error = world.ec2.launch(&spec).await.unwrap_err();
    let action = Some("ec2:RunInstances".to_owned());
    assert_eq!(*error.kind(), ErrorKind::Denied { action });
    assert!(!error.to_string().contains("arn:"));
    assert!(error.log_text().contains("arn:aws:sts"));
    assert!(error.request_id().is_some());
    world.cloud.heal();
    world.ec2.launch(&spec).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_cloud_does_not_know_is_unknown() {
    let world = world().await;
    let launched = world.launch(&world.spec().await).await;
    world.cloud.vanish(&launched.id.0).await.unwrap();
    for id in [launched.id, MachineId("i-0123456789abcdef0".to_owned())] {
        assert_eq!(world.view(&id).await, None);
        assert_eq!(
            world.ec2.terminate(&id).await.unwrap(),
            Termination::Unknown
        );
    }
    assert_eq!(
        world.ec2.find_by_tag(&tags().reservation_id).await.unwrap(),
        []
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_firewall_is_the_same_one_twice_and_gains_what_is_missing() {
    let world = world().await;
    let mut spec = firewall_spec(&world.subnet(ZONE).await.network);
    let first = world.ec2.ensure_firewall(&spec).await.unwrap();
    assert_eq!(world.ec2.ensure_firewall(&spec).await.unwrap(), first);
    assert_eq!(world.count("CreateSecurityGroup"), 1);
    assert_eq!(world.count("AuthorizeSecurityGroupIngress"), 1);
    spec.access_cidrs.push("198.51.100.0/24".to_owned());
    assert_eq!(world.ec2.ensure_firewall(&spec).await.unwrap(), first);
    assert_eq!(world.count("AuthorizeSecurityGroupIngress"), 2);
    spec.ports.push(443);
    spec.is_open_within = true;
    for _ in 0..2 {
        assert_eq!(world.ec2.ensure_firewall(&spec).await.unwrap(), first);
        assert_eq!(world.count("AuthorizeSecurityGroupIngress"), 3);
    }
    // A group that names itself can be deleted all the same.
    world.ec2.delete_firewall(&first).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_image_fixture_is_an_image_of_its_architecture() {
    let world = world().await;
    let ec2 = aws_sdk_ec2::Client::new(&config(world.cloud.url()).await);
    for (name, id) in fixtures::ssm_image_parameters() {
        let images = ec2.describe_images().image_ids(&id).send().await.unwrap();
        let actual = images.images()[0].architecture().unwrap().as_str();
        assert_eq!(actual == "arm64", name.contains("arm64"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_region_is_another_cloud() {
    let world = world().await;
    let config = config(world.cloud.url()).await;
    let ireland = Ec2::with_configs(&config, &config, "eu-west-1", "infrared");
    world.ec2.launch(&world.spec().await).await.unwrap();
    assert_eq!(
        ireland.find_by_tag(&tags().reservation_id).await.unwrap(),
        []
    );
    assert_eq!(world.cloud.calls().last().unwrap().region, "eu-west-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_cannot_be_asked_for_is_tried_again_later() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = config(&format!("http://{}", nobody.local_addr().unwrap())).await;
    drop(nobody);
    let role = RoleAccess {
        arn: "arn:aws:iam::1:role/y".to_owned(),
        external_id: "any".to_owned(),
    };
    let ec2 = Ec2::open(&own, &AwsAccess::Role(role), REGION, "infrared").await;
    let error = ec2.find_by_tag("any").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Transient);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_role_is_a_denial_of_assuming_it() {
    const REFUSAL: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: \
                           arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole on resource: \
                           arn:aws:iam::1:role/y</Message></Error><RequestId>1</RequestId></ErrorResponse>";
    let sts = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = config(&format!("http://{}", sts.local_addr().unwrap())).await;
    let refuse = || async { (axum::http::StatusCode::FORBIDDEN, REFUSAL) };
    tokio::spawn(async move { axum::serve(sts, axum::Router::new().fallback(refuse)).await });
    let role = RoleAccess {
        arn: "arn:aws:iam::1:role/y".to_owned(),
        external_id: "wrong".to_owned(),
    };
    let ec2 = Ec2::open(&own, &AwsAccess::Role(role), REGION, "infrared").await;
    let error = ec2.find_by_tag("any").await.unwrap_err();
    let action = Some("sts:AssumeRole".to_owned());
    assert_eq!(*error.kind(), ErrorKind::Denied { action });
    assert_eq!(error.operation(), "sts:AssumeRole");
}
