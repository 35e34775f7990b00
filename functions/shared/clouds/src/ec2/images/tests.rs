use aws_sdk_ec2::types::{BlockDeviceMapping, EbsBlockDevice};

use super::*;

fn described(architecture: ArchitectureValues) -> Ec2Image {
    Ec2Image::builder()
        .architecture(architecture)
        .root_device_name("/dev/xvda")
        .block_device_mappings(
            BlockDeviceMapping::builder()
                .device_name("/dev/xvda")
                .ebs(EbsBlockDevice::builder().volume_size(8).build())
                .build(),
        )
        .build()
}

#[test]
fn every_release_has_a_parameter_for_each_architecture() {
    for release in RELEASES {
        assert!(
            release
                .parameter(Architecture::X86_64)
                .starts_with("/aws/service/")
        );
        assert!(release.parameter(Architecture::Arm64).contains("arm64"));
        assert_ne!(release.x86_64, release.arm64);
    }
}

#[test]
fn no_version_means_the_first() {
    let usual = release("ubuntu", None).unwrap();
    assert_eq!(usual.version, "24.04");
    assert_eq!(release("ubuntu", Some("22.04")).unwrap().version, "22.04");
}

#[test]
fn what_has_no_image_is_refused_by_name() {
    for (system, version) in [
        ("windows", None),
        ("ubuntu", Some("18.04")),
        ("debian", Some("11")),
    ] {
        let error = release(system, version).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::UnsupportedImage);
        assert!(error.log_text().contains(system));
    }
}

#[test]
fn the_cloud_settles_device_and_size() {
    let debian = release("debian", None).unwrap();
    let found = described(ArchitectureValues::Arm64);
    let image = image(
        debian,
        Architecture::Arm64,
        "ami-1".to_owned(),
        Some(&found),
    )
    .unwrap();
    assert_eq!(image.login_user, "admin");
    assert_eq!(image.root_device, "/dev/xvda");
    assert_eq!(image.min_root_gib, 8);
}

#[test]
fn an_image_of_another_architecture_is_not_launched() {
    let debian = release("debian", None).unwrap();
    let found = described(ArchitectureValues::X8664);
    assert!(
        image(
            debian,
            Architecture::Arm64,
            "ami-1".to_owned(),
            Some(&found)
        )
        .is_err()
    );
    assert!(image(debian, Architecture::Arm64, "ami-1".to_owned(), None).is_err());
}
