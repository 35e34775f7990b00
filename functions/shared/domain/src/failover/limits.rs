//! The limits of an account by the names that its console shows.
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-quotas.html>

use crate::offers::{Market, Offer};

/// The families that one limit counts, by the letters before the generation; the others have a limit of their own.
const STANDARD: &str = "Standard (A, C, D, H, I, M, R, T, Z)";

/// What a type is counted with: each class has one limit on virtual CPUs in a region, and another for spot.
pub fn quota_class(instance_type: &str) -> &'static str {
    let letters = instance_type
        .find(|character: char| !character.is_ascii_lowercase())
        .unwrap_or(instance_type.len());
    match &instance_type[..letters] {
        "g" | "gr" | "vt" => "G and VT",
        "p" => "P",
        "x" => "X",
        "f" => "F",
        "inf" => "Inf",
        "trn" => "Trn",
        "dl" => "DL",
        "hpc" => "HPC",
        "u" => "High Memory",
        "mac" => "Mac",
        _ => STANDARD,
    }
}

/// The limit that an offer counts against, as the account's console calls it.
pub fn limit_name(offer: &Offer) -> String {
    let class = quota_class(&offer.instance_type);
    match offer.market {
        Market::OnDemand => format!("Running On-Demand {class} instances"),
        Market::Spot => format!("All {class} Spot Instance Requests"),
    }
}
