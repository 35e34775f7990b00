//! Which image an operating system is. AWS and the systems' makers publish the newest ids as public parameters.

use aws_sdk_ec2::types::{ArchitectureValues, Image as Ec2Image};

use crate::{Architecture, CloudError, ErrorKind, Image};

use super::failures::unexpected;

/// One release of one system.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Release {
    system: &'static str,
    version: &'static str,
    login_user: &'static str,
    x86_64: &'static str,
    arm64: &'static str,
}

/// The release that is meant when no version is named stands first among those of its system.
const RELEASES: &[Release] = &[
    Release {
        system: "ubuntu",
        version: "24.04",
        login_user: "ubuntu",
        x86_64: "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
        arm64: "/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id",
    },
    Release {
        system: "ubuntu",
        version: "26.04",
        login_user: "ubuntu",
        x86_64: "/aws/service/canonical/ubuntu/server/26.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
        arm64: "/aws/service/canonical/ubuntu/server/26.04/stable/current/arm64/hvm/ebs-gp3/ami-id",
    },
    Release {
        system: "ubuntu",
        version: "22.04",
        login_user: "ubuntu",
        x86_64: "/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id",
        arm64: "/aws/service/canonical/ubuntu/server/22.04/stable/current/arm64/hvm/ebs-gp2/ami-id",
    },
    Release {
        system: "debian",
        version: "13",
        login_user: "admin",
        x86_64: "/aws/service/debian/release/13/latest/amd64",
        arm64: "/aws/service/debian/release/13/latest/arm64",
    },
    Release {
        system: "debian",
        version: "12",
        login_user: "admin",
        x86_64: "/aws/service/debian/release/12/latest/amd64",
        arm64: "/aws/service/debian/release/12/latest/arm64",
    },
    Release {
        system: "amazon-linux",
        version: "2023",
        login_user: "ec2-user",
        x86_64: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
        arm64: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
    },
];

impl Release {
    /// The public parameter that holds the image's id.
    pub(super) fn parameter(&self, architecture: Architecture) -> String {
        match architecture {
            Architecture::X86_64 => self.x86_64,
            Architecture::Arm64 => self.arm64,
        }
        .to_owned()
    }
}

pub(super) fn release(system: &str, version: Option<&str>) -> Result<&'static Release, CloudError> {
    RELEASES
        .iter()
        .find(|release| {
            release.system == system && version.is_none_or(|version| release.version == version)
        })
        .ok_or_else(|| {
            let version = version.unwrap_or("any version");
            CloudError::refused(
                ErrorKind::UnsupportedImage,
                format!("no image is known for {system} {version}"),
            )
        })
}

/// Joins what the table knows with what the cloud says about the image.
pub(super) fn image(
    release: &Release,
    architecture: Architecture,
    id: String,
    described: Option<&Ec2Image>,
) -> Result<Image, CloudError> {
    let described =
        described.ok_or_else(|| unexpected("ec2:DescribeImages", "an image not yet visible"))?;
    let actual = described.architecture().map(ArchitectureValues::as_str);
    if actual != Some(architecture.to_string().as_str()) {
        return Err(unexpected(
            "ec2:DescribeImages",
            "an image of another architecture than its parameter promises",
        ));
    }
    let root_device = described
        .root_device_name()
        .ok_or_else(|| unexpected("ec2:DescribeImages", "an image without a root device"))?;
    let min_root_gib = described
        .block_device_mappings()
        .iter()
        .find(|mapping| mapping.device_name() == Some(root_device))
        .and_then(|mapping| mapping.ebs()?.volume_size())
        .and_then(|gib| u32::try_from(gib).ok())
        .unwrap_or_default();
    Ok(Image {
        id,
        login_user: release.login_user.to_owned(),
        root_device: root_device.to_owned(),
        min_root_gib,
    })
}

#[cfg(test)]
mod tests;
