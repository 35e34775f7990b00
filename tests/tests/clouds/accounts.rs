//! Whose call it is: keys and roles that people might give, against everything that refuses them.

use aws_config::SdkConfig;
use aws_sdk_ec2::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_ec2::error::ProvideErrorMetadata;
use aws_sdk_ec2::types::Tag;
use aws_sdk_sts::operation::assume_role::AssumeRoleOutput;
use clouds::ec2::Ec2;
use clouds::{Architecture, Cloud as _, ErrorKind, LaunchSpec};
use domain::offers::Market;
use local::accounts::{Accounts, ExternalId, UserKey};
use local::clock::SharedClock;
use local::cloud::{Cloud, CloudOptions, Outcome};
use local::emulators::{self, ACCOUNT_ID, Emulator, Place};
use local::permissions;
use local::runs::Run;
use local::venv::Venv;
use serde_json::json;

use crate::{REGION, config, firewall_spec, tags};

/// The account of somebody who is not the deployment.
const THEIRS: &str = "111122223333";
const EXTERNAL_ID: &str = "2d6f3c1e-0000-4000-8000-000000000000";
/// All that a machine needs, from looking for a network to its end.
const ENOUGH: [&str; 3] = ["ec2:*", "sts:GetCallerIdentity", "ssm:GetParameter"];

/// Nobody here asks what is for sale.
const NO_PRICE_LIST: &str = "http://127.0.0.1:9";

/// Both emulators with the gate between them, and nothing deployed.
struct Aws {
    accounts: Accounts,
    cloud: Cloud,
    ministack: Emulator,
    place: Place,
    _moto: Emulator,
    _run: Run,
}

async fn aws() -> Aws {
    let run = Run::start().unwrap();
    let place = Place {
        venv: Venv::prepare().await.unwrap(),
        logs: run.folder().join("logs"),
        scratch: run.folder().join("scratch"),
    };
    let moto = emulators::start_moto(&place).await.unwrap();
    let cloud = Cloud::start(CloudOptions {
        moto_url: moto.url().to_owned(),
        clock: SharedClock::new(),
    })
    .await
    .unwrap();
    let ministack = emulators::start_ministack(&place, cloud.url(), NO_PRICE_LIST, None, 1.0)
        .await
        .unwrap();
    cloud.enforce(ministack.url());
    Aws {
        accounts: Accounts::of(ministack.url()).unwrap(),
        cloud,
        ministack,
        place,
        _moto: moto,
        _run: run,
    }
}

impl Aws {
    async fn config(&self, endpoint: &str, credentials: Credentials) -> SdkConfig {
        let shared = SharedCredentialsProvider::new(credentials);
        let anybody = config(endpoint).await.to_builder();
        anybody.credentials_provider(shared).build()
    }

    async fn sts(&self, credentials: Credentials) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::new(&self.config(self.ministack.url(), credentials).await)
    }

    async fn raw_ec2(&self, credentials: Credentials) -> aws_sdk_ec2::Client {
        aws_sdk_ec2::Client::new(&self.config(self.cloud.url(), credentials).await)
    }

    async fn ec2(&self, credentials: Credentials) -> Ec2 {
        let account = self.config(self.cloud.url(), credentials).await;
        let own = config(self.ministack.url()).await;
        Ec2::with_configs(&account, &own, REGION, "infrared")
    }

    async fn assume(
        &self,
        credentials: Credentials,
        role: &str,
        external_id: Option<&str>,
    ) -> Result<AssumeRoleOutput, String> {
        let call = self.sts(credentials).await.assume_role();
        let call = call.role_arn(role).role_session_name("test");
        let answer = call
            .set_external_id(external_id.map(str::to_owned))
            .send()
            .await;
        answer.map_err(|error| error.code().unwrap_or("?").to_owned())
    }
}

fn credentials(key: &UserKey) -> Credentials {
    Credentials::new(
        &key.access_key_id,
        &key.secret_access_key,
        None,
        None,
        "test",
    )
}

fn session(assumed: &AssumeRoleOutput) -> Credentials {
    let given = assumed.credentials().unwrap();
    let token = Some(given.session_token().to_owned());
    Credentials::new(
        given.access_key_id(),
        given.secret_access_key(),
        token,
        None,
        "test",
    )
}

async fn whoami(sts: &aws_sdk_sts::Client) -> Result<(String, String), String> {
    let answer = sts.get_caller_identity().send().await;
    let answer = answer.map_err(|error| error.code().unwrap_or("?").to_owned())?;
    Ok((answer.account.unwrap(), answer.arn.unwrap()))
}

async fn machine(ec2: &Ec2) -> LaunchSpec {
    let subnet = ec2.subnets(&[]).await.unwrap().remove(0);
    LaunchSpec {
        client_token: "token-1".to_owned(),
        count: 1,
        market: Market::OnDemand,
        image: ec2
            .image("amazon-linux", None, Architecture::X86_64)
            .await
            .unwrap(),
        instance_type: "t3.small".to_owned(),
        firewall: ec2
            .ensure_firewall(&firewall_spec(&subnet.network))
            .await
            .unwrap(),
        subnet: subnet.id,
        user_data: Vec::new(),
        root_gib: 20,
        tags: tags(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_says_whose_it_is_until_it_is_gone() {
    let aws = aws().await;
    let key = aws.accounts.user(THEIRS, &ENOUGH).await.unwrap();
    let sts = aws.sts(credentials(&key)).await;
    let arn = format!("arn:aws:iam::{THEIRS}:user/{}", key.user);
    assert_eq!(whoami(&sts).await, Ok((THEIRS.to_owned(), arn)));

    let mut mistyped = key.clone();
    mistyped.secret_access_key.push('x');
    let refused = whoami(&aws.sts(credentials(&mistyped)).await).await;
    assert_eq!(refused, Err("SignatureDoesNotMatch".to_owned()));
    let ec2 = aws.raw_ec2(credentials(&mistyped)).await;
    let refused = ec2.describe_instances().send().await.unwrap_err();
    assert_eq!(refused.code(), Some("AuthFailure"));

    mistyped.access_key_id = "AKIAIOSFODNN7EXAMPLE".to_owned();
    let refused = whoami(&aws.sts(credentials(&mistyped)).await).await;
    assert_eq!(refused, Err("InvalidClientTokenId".to_owned()));
    let ec2 = aws.raw_ec2(credentials(&mistyped)).await;
    let refused = ec2.describe_instances().send().await.unwrap_err();
    assert_eq!(refused.code(), Some("AuthFailure"));
    assert_eq!(refused.raw_response().unwrap().status().as_u16(), 401);
    assert_eq!(
        refused.message(),
        Some("AWS was not able to validate the provided access credentials")
    );

    aws.accounts.deactivate(&key).await.unwrap();
    let refused = Err("InvalidClientTokenId".to_owned());
    assert_eq!(whoami(&sts).await, refused);
    aws.accounts.delete(&key).await.unwrap();
    assert_eq!(whoami(&sts).await, refused);
    let ec2 = aws.raw_ec2(credentials(&key)).await;
    let refused = ec2.describe_instances().send().await.unwrap_err();
    assert_eq!(refused.code(), Some("AuthFailure"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_what_its_policies_say_in_its_own_account() {
    let aws = aws().await;
    let key = aws.accounts.user(THEIRS, &ENOUGH).await.unwrap();
    let theirs = aws.ec2(credentials(&key)).await;
    let spec = machine(&theirs).await;
    theirs.launch(&spec).await.unwrap();
    let [instance] = &aws.cloud.instances().await.unwrap()[..] else {
        panic!("one instance");
    };
    assert_eq!(instance.account, THEIRS);
    let mut calls = aws.cloud.calls().into_iter();
    let launch = calls.rfind(|call| call.action == "RunInstances");
    let caller = launch.unwrap().caller.unwrap();
    assert_eq!(caller.account, THEIRS);
    assert_eq!(
        caller.principal,
        format!("arn:aws:iam::{THEIRS}:user/{}", key.user)
    );

    // In another account nothing of it is to be seen.
    let other = aws.accounts.user(ACCOUNT_ID, &ENOUGH).await.unwrap();
    let ours = aws.ec2(credentials(&other)).await;
    let found = ours.find_by_tag(&spec.tags.reservation_id).await.unwrap();
    assert_eq!(found, []);
    let found = theirs.find_by_tag(&spec.tags.reservation_id).await.unwrap();
    assert_eq!(found.len(), 1);

    let looking = ["ec2:Describe*"];
    let reader = aws.accounts.user(THEIRS, &looking).await.unwrap();
    let reader = aws.ec2(credentials(&reader)).await;
    let found = reader.find_by_tag(&spec.tags.reservation_id).await.unwrap();
    assert_eq!(found.len(), 1);
    let refused = reader.terminate(&found[0].id).await.unwrap_err();
    let action = Some("ec2:TerminateInstances".to_owned());
    assert_eq!(*refused.kind(), ErrorKind::Denied { action });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_is_allowed_and_does_nothing() {
    let aws = aws().await;
    let able = aws.accounts.user(THEIRS, &["ec2:*"]).await.unwrap();
    let unable = aws.accounts.user(THEIRS, &[]).await.unwrap();
    for (key, code, status) in [
        (&able, "DryRunOperation", 412),
        (&unable, "UnauthorizedOperation", 403),
    ] {
        let ec2 = aws.raw_ec2(credentials(key)).await;
        let call = ec2.run_instances().image_id("ami-00000000000000000");
        let call = call.min_count(1).max_count(1).dry_run(true);
        let refused = call.send().await.unwrap_err();
        assert_eq!(refused.code(), Some(code));
        assert_eq!(refused.raw_response().unwrap().status().as_u16(), status);
        let refused = ec2.describe_instances().dry_run(true).send().await;
        assert_eq!(refused.unwrap_err().code(), Some(code));
    }
    assert_eq!(aws.cloud.launched_count(), 0);
    let last = aws.cloud.calls().pop().unwrap();
    assert_eq!(last.outcome, Outcome::Answered(403));

    let needed = permissions::read(&aws.place.calls()).unwrap();
    let run = needed
        .iter()
        .find(|needed| needed.who == unable.user && needed.action == "ec2:RunInstances");
    assert!(!run.unwrap().allowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_on_tags_are_compared_with_the_tags() {
    let aws = aws().await;
    let tagged = |key: &str| json!({ "StringEquals": { key: "infrared" } });
    let instances = format!("arn:aws:ec2:{REGION}:{THEIRS}:instance/*");
    let limited = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*" },
        { "Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*" },
        { "Effect": "Deny", "Action": "ec2:RunInstances", "Resource": instances,
          "Condition": { "StringNotEquals": { "aws:RequestTag/infrared:stack": "infrared" } } },
        { "Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*",
          "Condition": { "StringEquals": { "ec2:CreateAction": "RunInstances" } } },
        { "Effect": "Allow", "Action": "ec2:TerminateInstances", "Resource": instances,
          "Condition": tagged("aws:ResourceTag/infrared:stack") },
    ] });
    let limited = aws.accounts.user_with(THEIRS, &limited).await.unwrap();
    let able = aws.accounts.user(THEIRS, &ENOUGH).await.unwrap();
    let theirs = aws.config(aws.cloud.url(), credentials(&limited)).await;
    let own = config(aws.ministack.url()).await;
    let ours = Ec2::with_configs(&theirs, &own, REGION, "infrared");
    let others = Ec2::with_configs(&theirs, &own, REGION, "another");

    let mut spec = machine(&aws.ec2(credentials(&able)).await).await;
    let machine = ours.launch(&spec).await.unwrap().remove(0);
    spec.client_token = "token-2".to_owned();
    let refused = others.launch(&spec).await.unwrap_err();
    let action = Some("ec2:RunInstances".to_owned());
    assert_eq!(*refused.kind(), ErrorKind::Denied { action });

    let raw = aws.raw_ec2(credentials(&limited)).await;
    let tag = raw.create_tags().resources(&machine.id.0);
    let tag = tag.tags(Tag::builder().key("a").value("b").build());
    let refused = tag.send().await.unwrap_err();
    assert_eq!(refused.code(), Some("UnauthorizedOperation"));

    let able = aws.raw_ec2(credentials(&able)).await;
    let retagged = Tag::builder().key("infrared:stack").value("another");
    let retag = able.create_tags().resources(&machine.id.0);
    retag.tags(retagged.build()).send().await.unwrap();
    let refused = ours.terminate(&machine.id).await.unwrap_err();
    let action = Some("ec2:TerminateInstances".to_owned());
    assert_eq!(*refused.kind(), ErrorKind::Denied { action });
    let restored = Tag::builder().key("infrared:stack").value("infrared");
    let restore = able.create_tags().resources(&machine.id.0);
    restore.tags(restored.build()).send().await.unwrap();
    ours.terminate(&machine.id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_assumed_by_whom_it_trusts_with_the_name_that_it_wants() {
    let aws = aws().await;
    let bot = aws.accounts.user(ACCOUNT_ID, &["sts:AssumeRole"]).await;
    let bot = bot.unwrap();
    let bot_arn = format!("arn:aws:iam::{ACCOUNT_ID}:user/{}", bot.user);
    let stranger = aws.accounts.user(ACCOUNT_ID, &["sts:AssumeRole"]).await;
    let stranger = credentials(&stranger.unwrap());
    let bot = credentials(&bot);
    let wanted = ExternalId::Required(EXTERNAL_ID);
    let role = aws
        .accounts
        .role(THEIRS, &bot_arn, wanted, &["ec2:*"])
        .await;
    let role = role.unwrap();

    let denied = Some("AccessDenied".to_owned());
    let refused = aws.assume(stranger, &role, Some(EXTERNAL_ID)).await;
    assert_eq!(refused.err(), denied);
    let refused = aws.assume(bot.clone(), &role, Some("another")).await;
    assert_eq!(refused.err(), denied);
    let refused = aws.assume(bot.clone(), &role, None).await;
    assert_eq!(refused.err(), denied);
    let nowhere = format!("{role}-that-is-not");
    let refused = aws.assume(bot.clone(), &nowhere, Some(EXTERNAL_ID)).await;
    assert_eq!(refused.err(), denied);

    let assumed = aws.assume(bot.clone(), &role, Some(EXTERNAL_ID)).await;
    let assumed = session(&assumed.unwrap());
    let (account, arn) = whoami(&aws.sts(assumed.clone()).await).await.unwrap();
    assert_eq!(account, THEIRS);
    assert!(arn.starts_with(&format!(
        "arn:aws:sts::{THEIRS}:assumed-role/infrared-role-"
    )));
    let ec2 = aws.ec2(assumed).await;
    let spec = machine(&ec2).await;
    ec2.launch(&spec).await.unwrap();
    let instances = aws.cloud.instances().await.unwrap();
    assert_eq!(instances[0].account, THEIRS);

    // A role whose owner left the condition out is anybody's who can make the bot ask: it works with any name.
    let badly_made = aws
        .accounts
        .role(THEIRS, &bot_arn, ExternalId::Ignored, &[])
        .await
        .unwrap();
    aws.assume(bot.clone(), &badly_made, None).await.unwrap();
    let assumed = aws.assume(bot, &badly_made, Some("another")).await;
    // It may nothing.
    let ec2 = aws.raw_ec2(session(&assumed.unwrap())).await;
    let refused = ec2.describe_instances().send().await.unwrap_err();
    assert_eq!(refused.code(), Some("UnauthorizedOperation"));
}
