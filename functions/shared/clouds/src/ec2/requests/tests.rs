use super::*;
use crate::{FirewallId, Image};
use domain::offers::Market;

fn tags() -> Tags {
    Tags {
        reservation_id: "01JD2K4Z9QAAAAAAAAAAAAAAAA".to_owned(),
        handle: "r-7k2mq".to_owned(),
        owner: "U123".to_owned(),
        team: "T1".to_owned(),
        deadline_epoch_seconds: 1_764_000_000,
    }
}

fn launch() -> LaunchSpec {
    LaunchSpec {
        client_token: "token-1".to_owned(),
        count: 1,
        market: Market::OnDemand,
        image: Image {
            id: "ami-1".to_owned(),
            login_user: "ubuntu".to_owned(),
            root_device: "/dev/sda1".to_owned(),
            min_root_gib: 8,
        },
        instance_type: "t3.small".to_owned(),
        subnet: "subnet-1".to_owned(),
        firewall: FirewallId("sg-1".to_owned()),
        user_data: b"#cloud-config\n{}\n".to_vec(),
        root_gib: 20,
        tags: tags(),
    }
}

fn request(spec: &LaunchSpec) -> RunInstancesInput {
    run_instances(spec, "infrared").build().unwrap()
}

#[test]
fn a_launch_is_one_machine_that_ends_when_it_shuts_down() {
    let request = request(&launch());
    assert_eq!(
        (request.min_count(), request.max_count()),
        (Some(1), Some(1))
    );
    assert_eq!(request.client_token(), Some("token-1"));
    assert_eq!(
        request.instance_initiated_shutdown_behavior(),
        Some(&ShutdownBehavior::Terminate)
    );
    let metadata = request.metadata_options().unwrap();
    assert_eq!(metadata.http_tokens(), Some(&HttpTokensState::Required));
    assert_eq!(request.user_data(), Some("I2Nsb3VkLWNvbmZpZwp7fQo="));
}

#[test]
fn everything_a_launch_creates_is_tagged() {
    let request = request(&launch());
    let kinds: Vec<_> = request
        .tag_specifications()
        .iter()
        .filter_map(TagSpecification::resource_type)
        .collect();
    assert_eq!(
        kinds,
        [
            &ResourceType::Instance,
            &ResourceType::Volume,
            &ResourceType::NetworkInterface
        ]
    );
    for specification in request.tag_specifications() {
        let value = |key| {
            let mut tags = specification.tags().iter();
            tags.find(|tag| tag.key() == Some(key)).and_then(Tag::value)
        };
        assert_eq!(value("infrared:stack"), Some("infrared"));
        assert_eq!(
            value("infrared:reservation"),
            Some("01JD2K4Z9QAAAAAAAAAAAAAAAA")
        );
        assert_eq!(value("infrared:deadline"), Some("1764000000"));
        assert_eq!(value("Name"), Some("r-7k2mq"));
    }
}

#[test]
fn the_root_volume_is_encrypted_and_never_too_small_for_the_image() {
    let mut spec = launch();
    spec.root_gib = 4;
    let request = request(&spec);
    let [mapping] = request.block_device_mappings() else {
        panic!("one root volume");
    };
    let volume = mapping.ebs().unwrap();
    assert_eq!(mapping.device_name(), Some("/dev/sda1"));
    assert_eq!(volume.volume_size(), Some(8));
    assert_eq!(volume.encrypted(), Some(true));
    assert_eq!(volume.delete_on_termination(), Some(true));
    assert_eq!(volume.volume_type(), Some(&VolumeType::Gp3));
}

#[test]
fn a_launch_names_its_subnet_and_so_its_zone() {
    let request = request(&launch());
    assert_eq!(request.subnet_id(), Some("subnet-1"));
    assert!(request.placement().is_none());
}

#[test]
fn a_spec_that_a_cloud_would_misunderstand_is_refused() {
    let mut spec = launch();
    assert!(spec.check().is_ok());
    spec.client_token = "x".repeat(65);
    assert!(spec.check().is_err());
    spec.client_token = String::new();
    assert!(spec.check().is_err());
    spec = launch();
    spec.user_data = vec![b'x'; 16 * 1024 + 1];
    assert!(spec.check().is_err());
}

#[test]
fn a_spec_shown_for_debugging_holds_no_user_data() {
    assert!(!format!("{:?}", launch()).contains("cloud-config"));
}

fn firewall(ports: &[u16], is_open_within: bool) -> FirewallSpec {
    FirewallSpec {
        network: "vpc-1".to_owned(),
        access_cidrs: vec!["192.0.2.0/24".to_owned(), "2001:db8::/32".to_owned()],
        ports: ports.to_vec(),
        is_open_within,
        tags: tags(),
    }
}

#[test]
fn only_what_is_missing_is_allowed() {
    let missing = |existing: &[IpPermission], spec| missing_permissions("sg-1", existing, &spec);
    let ssh = missing(&[], firewall(&[22], false));
    let [from_both] = &ssh[..] else {
        panic!("one port");
    };
    assert_eq!(
        (from_both.from_port(), from_both.to_port()),
        (Some(22), Some(22))
    );
    assert!(missing(&ssh, firewall(&[22], false)).is_empty());

    let half = [from_networks(22, &["192.0.2.0/24"])];
    let rest = [from_networks(22, &["2001:db8::/32"])];
    assert_eq!(missing(&half, firewall(&[22], false)), rest);

    let cluster = missing(&ssh, firewall(&[22, 443], true));
    let [notebook, between] = &cluster[..] else {
        panic!("the notebook and the machines between themselves");
    };
    assert_eq!(notebook.from_port(), Some(443));
    assert_eq!(between.ip_protocol(), Some("-1"));
    assert!(between.ip_ranges().is_empty() && between.ipv6_ranges().is_empty());
    assert_eq!(between.user_id_group_pairs()[0].group_id(), Some("sg-1"));
    let all = [&ssh[..], &cluster[..]].concat();
    assert!(missing(&all, firewall(&[22, 443], true)).is_empty());
}

#[test]
fn only_networks_are_networks() {
    for good in ["0.0.0.0/0", "198.51.100.7/32", "2001:db8::/32"] {
        assert!(check_cidrs(&[good.to_owned()]).is_ok(), "{good}");
    }
    for bad in [
        "",
        "10.0.0.1",
        "10.0.0.0/33",
        "::/129",
        "office",
        "10.0.0.0/8; rm",
    ] {
        assert!(check_cidrs(&[bad.to_owned()]).is_err(), "{bad}");
    }
}
