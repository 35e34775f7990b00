//! `cargo dev prices`: the bundled catalogue, written anew from the price files that it is made of.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use domain::offers::{Architecture, Offer, Source, read};
use serde::Deserialize;

use super::Outcome;
use crate::{output, paths};

const EC2_PREFIX: &str = "aws_us-east-1_linux_on_demand_";
const EC2_NOTICE: &str = "\
# notice: AWS's public list prices as collected by karpenter-provider-aws (Apache-2.0); see README.md";
const DIGITALOCEAN_PREFIX: &str = "digitalocean_sizes_";
const DIGITALOCEAN_NOTICE: &str = "\
# notice: DigitalOcean's public list of sizes; today's prices and sizes differ; see README.md
# old";
const MEBIBYTES_PER_GIBIBYTE: f64 = 1_024.0;

/// What `cargo dev prices` reads.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The folder with `aws_us-east-1_linux_on_demand_<date>.csv` and `digitalocean_sizes_<month>.json`.
    folder: PathBuf,
}

/// Replaces the checked-in files.
pub(super) fn run(options: &Options) -> Outcome {
    let (path, day) = newest(&options.folder, EC2_PREFIX, ".csv")?;
    write("ec2-us-east-1.csv", &ec2(&fs::read_to_string(path)?, &day)?)?;
    let (path, month) = newest(&options.folder, DIGITALOCEAN_PREFIX, ".json")?;
    let sizes = digitalocean(&fs::read_to_string(path)?, &month)?;
    write("digitalocean.csv", &sizes)?;
    Ok(ExitCode::SUCCESS)
}

/// The file of that kind with the latest date in its name, and the date.
fn newest(folder: &Path, prefix: &str, suffix: &str) -> Result<(PathBuf, String), Box<dyn Error>> {
    let mut dates = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let date = name.strip_prefix(prefix);
        dates.extend(
            date.and_then(|rest| rest.strip_suffix(suffix))
                .map(str::to_owned),
        );
    }
    let date = dates.into_iter().max();
    let date = date.ok_or_else(|| format!("no {prefix}…{suffix} in {}", folder.display()))?;
    Ok((folder.join(format!("{prefix}{date}{suffix}")), date))
}

fn write(name: &str, content: &str) -> Result<(), Box<dyn Error>> {
    let path = paths::workspace().join("infra/prices").join(name);
    fs::write(&path, content)?;
    output::line(format!(
        "{} bytes written to {}",
        content.len(),
        path.display()
    ));
    Ok(())
}

/// EC2's list, without what cannot be read.
fn ec2(csv: &str, day: &str) -> Result<String, Box<dyn Error>> {
    let reading = read(csv, &Source::default())?;
    if !reading.unread.is_empty() {
        output::note(format!(
            "{} lines of EC2's list are left out",
            reading.unread.len()
        ));
    }
    let mut text = format!(
        "# source: EC2 list prices, Linux, us-east-1\n# as of: {day}\n{EC2_NOTICE}\n\
         instance_type,vcpus,memory_gib,arch,region,od_usd_h\n"
    );
    for offer in reading.offers {
        let Offer {
            instance_type,
            vcpus,
            memory_gib,
            architecture,
            region,
            hourly_usd,
            ..
        } = offer;
        writeln!(
            text,
            "{instance_type},{vcpus},{memory_gib},{architecture},{region},{hourly_usd}"
        )?;
    }
    Ok(text)
}

/// `DigitalOcean`'s answer to `GET /v2/sizes`. The same price holds in every region that has the size.
fn digitalocean(json: &str, month: &str) -> Result<String, Box<dyn Error>> {
    #[derive(Deserialize)]
    struct Sizes {
        sizes: Vec<Size>,
    }
    #[derive(Deserialize)]
    struct Size {
        slug: String,
        memory: f64,
        vcpus: u32,
        disk: u32,
        price_hourly: f64,
    }
    let Sizes { sizes } = serde_json::from_str(json)?;
    let mut text = format!(
        "# source: DigitalOcean's sizes\n# as of: {month}-01\n{DIGITALOCEAN_NOTICE}\n\
         provider,instance_type,vcpus,memory_gib,arch,region,od_usd_h,included_storage_gb\n"
    );
    for size in sizes {
        writeln!(
            text,
            "digitalocean,{},{},{},{},{},{},{}",
            size.slug,
            size.vcpus,
            size.memory / MEBIBYTES_PER_GIBIBYTE,
            Architecture::X86_64,
            domain::offers::ANY_REGION,
            size.price_hourly,
            size.disk
        )?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read_again() {
        let ec2 = ec2(
            "instance_type,vcpus,memory_gib,spec_source,arch,region,od_usd_h\n\
             t3a.large,2.0,8.0,skypilot,x86_64,us-east-1,0.0752\n\
             c8a.metal-24xl,,,none,x86_64,us-east-1,5.69026\n",
            "2026-07-20",
        )
        .expect("in form");
        assert!(
            ec2.ends_with("\nt3a.large,2,8,x86_64,us-east-1,0.0752\n"),
            "{ec2}"
        );
        let sizes = digitalocean(
            r#"{"sizes":[{"slug":"s-1vcpu-512mb-10gb","memory":512,"vcpus":1,"disk":10,"price_monthly":4.0,"price_hourly":0.00595}]}"#,
            "2022-12",
        )
        .expect("in form");
        let reading = read(&sizes, &Source::default()).expect("a heading");
        let [offer] = &reading.offers[..] else {
            panic!("{reading:?}")
        };
        assert_eq!((offer.memory_gib, offer.included_storage_gb), (0.5, 10));
        assert!(offer.is_burstable);
    }
}
